"""What must hold over the whole tree, whoever wrote the file."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

RACINE = Path(__file__).resolve().parent.parent
APPLICATIONS = ("aipi", "insertion_pro", "insertion_sociale", "rapports")
LOCAL = re.compile("|".join([r"(?<![\w.])/" + r"(?:work|root)/", "file:" + "///"]))
A_FAIRE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def fichiers(*motifs: str) -> list[Path]:
    """The tracked files that are there, by git's own patterns."""
    sortie = subprocess.run(
        ["git", "ls-files", "-z", "--", *motifs], cwd=RACINE, check=True, capture_output=True
    ).stdout
    return [RACINE / nom for nom in sortie.decode().split("\0") if nom and (RACINE / nom).is_file()]


def texte(chemin: Path) -> str:
    """The text of a file, empty for a binary one."""
    contenu = chemin.read_bytes()
    return "" if b"\0" in contenu else contenu.decode("utf-8", errors="replace")


def nom(chemin: Path) -> str:
    return str(chemin.relative_to(RACINE))


def lignes_fautives(chemins: list[Path], motif: re.Pattern[str]) -> list[str]:
    return [
        f"{nom(chemin)}:{numero}"
        for chemin in chemins
        for numero, ligne in enumerate(texte(chemin).splitlines(), 1)
        if motif.search(ligne)
    ]


def test_the_tree_is_really_read():
    assert nom(RACINE / "manage.py") in {nom(chemin) for chemin in fichiers("*.py")}
    assert LOCAL.search("see /" + "work/main") and not LOCAL.search("docs/wo" + "rk/plan")
    assert A_FAIRE.search("# TO" + "DO later")


def test_no_module_is_longer_than_600_lines():
    modules = [c for c in fichiers("*.py") if not {"tests", "migrations"} & set(c.relative_to(RACINE).parts)]
    assert [nom(c) for c in modules if len(texte(c).splitlines()) > 600] == []


def test_nothing_is_left_for_later():
    assert lignes_fautives(fichiers("*.py", "*.html", "*.sh", "*.css", "*.js", "Makefile", "*.toml"), A_FAIRE) == []


def test_no_file_names_a_place_of_one_machine():
    assert lignes_fautives(fichiers(), LOCAL) == []


def test_templates_and_static_files_load_nothing_from_outside():
    charge = re.compile(
        r"""(?:src|srcset|poster|action)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//|@import\s+["']http"""
    )
    lien = re.compile(r"""<link\b[^>]*href\s*=\s*["'](?:https?:)?//""")
    chemins = [*fichiers("*.html"), *fichiers("static/*.css", "static/*.js", "static/*.svg")]
    assert lignes_fautives(chemins, charge) + lignes_fautives(chemins, lien) == []


def test_every_template_is_used_somewhere():
    # Django finds these by itself: error pages, and the templates of its own apps that ours replace.
    d_office = re.compile(r"^(?:\d{3}(?:_csrf)?\.html|(?:admin|registration|django|bootstrap5)/.*)$")
    sources = fichiers("*.py", "templates/*", "*/templates/*")
    ecrits = "\n".join(texte(chemin) for chemin in sources if "tests" not in chemin.relative_to(RACINE).parts)
    inutiles = []
    for chemin in fichiers("templates/*.html", "*/templates/*.html"):
        appel = nom(chemin).partition("templates/")[2]
        if not d_office.match(appel) and appel not in ecrits:
            inutiles.append(appel)
    assert inutiles == []


@pytest.mark.parametrize("jeu", ["base", "dev"])
def test_every_locked_package_has_hashes_and_no_address(jeu: str):
    verrou = (RACINE / "requirements" / f"{jeu}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:index-url|extra-index-url|find-links)\s", re.sub(r"(?m)^#.*$", "", verrou))
    paquets = re.findall(r"(?m)^([A-Za-z0-9_.-]+)==[^\n]*((?:\n    --hash=[^\n]+)*)", verrou)
    assert len(paquets) > 20
    assert [paquet for paquet, empreintes in paquets if "--hash=sha256:" not in empreintes] == []


def test_the_gate_tests_the_versions_that_are_installed():
    def versions(jeu: str) -> dict[str, str]:
        verrou = (RACINE / "requirements" / f"{jeu}.txt").read_text(encoding="utf-8")
        return dict(re.findall(r"(?m)^([A-Za-z0-9_.-]+)==(\S+)", verrou))

    base, dev = versions("base"), versions("dev")
    assert {paquet: dev.get(paquet) for paquet in base} == base


@pytest.mark.parametrize("application", APPLICATIONS)
def test_migrations_of_an_application_begin_once(application: str):
    initiales = [c for c in fichiers(f"{application}/migrations/*.py") if "initial = True" in texte(c)]
    assert len(initiales) <= 1


def test_every_command_says_in_french_what_it_does():
    commandes = {nom: app for nom, app in get_commands().items() if app in APPLICATIONS}
    assert commandes
    for commande, application in commandes.items():
        aide = load_command_class(application, commande).help
        assert re.search(r"\b(?:le|la|les|un|une|des|de|d’|l’)", aide, re.IGNORECASE), commande
        assert aide.endswith("."), commande
