"""The documents say what is there: links, pictures, commands, targets, settings and rooms are looked up, one by one."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import get_commands, load_command_class
from markdown_it import MarkdownIt
from PIL import Image

RACINE = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([RACINE / "README.md", RACINE / "CHANGELOG.md", *RACINE.glob("docs/**/*.md")])
HOTES = {"127.0.0.1", "localhost", "aipi.exemple.fr"}
MAXIMUM_IMAGE = 300_000

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda chemin: str(chemin.relative_to(RACINE)))


class Liens(HTMLParser):
    """Targets of links and pictures."""

    def __init__(self, texte: str) -> None:
        super().__init__()
        self.cibles: list[str] = []
        self.images: list[str] = []
        self.sans_alternative: list[str] = []
        self.feed(MarkdownIt().enable("table").render(texte))

    def handle_starttag(self, tag, attrs):
        attributs = dict(attrs)
        if tag == "a":
            self.cibles.append(attributs["href"])
        elif tag == "img":
            self.cibles.append(attributs["src"])
            self.images.append(attributs["src"])
            if not attributs.get("alt"):
                self.sans_alternative.append(attributs["src"])


def lire(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def cibles_make() -> set[str]:
    return set(re.findall(r"^([a-z-]+):(?!=)", lire(RACINE / "Makefile"), re.MULTILINE))


def ancres(document: Path) -> set[str]:
    """The anchors that a forge gives to the headings of a document."""
    jetons = MarkdownIt().enable("table").parse(lire(document))
    titres = [jetons[rang + 1].content for rang, jeton in enumerate(jetons) if jeton.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", titre.lower()).replace(" ", "-") for titre in titres}


@documents
def test_every_link_and_picture_leads_to_a_file_and_every_picture_has_words(document):
    liens = Liens(lire(document))
    for cible in liens.cibles:
        adresse = urlsplit(cible)
        if adresse.scheme:
            assert adresse.hostname in HOTES, cible
        else:
            visee = (document.parent / unquote(adresse.path)).resolve() if adresse.path else document
            assert visee.exists(), cible
            assert not adresse.fragment or unquote(adresse.fragment) in ancres(visee), cible
            assert not adresse.path.endswith(".png") or cible in liens.images, f"linked, not shown: {cible}"
    assert liens.sans_alternative == []


def test_every_document_is_reached_from_the_readme():
    atteints: set[Path] = set()
    a_lire = [RACINE / "README.md"]
    while a_lire:
        document = a_lire.pop()
        if document in atteints or document.suffix != ".md":
            continue
        atteints.add(document)
        liens = (urlsplit(cible) for cible in Liens(lire(document)).cibles)
        a_lire += [(document.parent / unquote(lien.path)).resolve() for lien in liens if lien.path and not lien.scheme]
    assert atteints == set(DOCUMENTS)


def test_every_picture_is_shown_somewhere_and_is_light():
    montrees = {(document.parent / image).resolve() for document in DOCUMENTS for image in Liens(lire(document)).images}
    images = set((RACINE / "docs" / "images").iterdir())
    assert images == {image for image in montrees if image.suffix == ".png"}
    for image in images:
        assert image.stat().st_size < MAXIMUM_IMAGE, image.name
        with Image.open(image) as ouverte:
            assert ouverte.format == "PNG"


@documents
def test_every_make_target_exists(document):
    nommees = set(
        re.findall(r"\bmake (?:-C \S+ )?([a-z-]+)(?=[`\s]| [A-Z]+=)", " ".join(blocs_de_code(lire(document))))
    )
    assert nommees <= cibles_make()


def blocs_de_code(texte: str) -> list[str]:
    """Fenced blocks and spans between backticks, one string a line."""
    jetons = MarkdownIt().enable("table").parse(texte)
    code = [ligne for jeton in jetons if jeton.type == "fence" for ligne in jeton.content.splitlines()]
    code += [enfant.content for jeton in jetons for enfant in jeton.children or [] if enfant.type == "code_inline"]
    return [f"{ligne} " for ligne in code]


@documents
def test_every_management_command_exists_and_takes_the_options_written_after_it(document):
    commandes = get_commands()
    for ligne in blocs_de_code(lire(document)):
        trouvee = re.search(r"(?:manage\.py|sudo -u aipi aipi) (\w+)(.*)", ligne)
        if trouvee is None:
            continue
        nom, reste = trouvee.groups()
        assert nom in commandes, ligne
        commande = load_command_class(commandes[nom], nom)
        options = commande.create_parser("manage.py", nom)._option_string_actions
        for option in re.findall(r"(--[a-z-]+)", reste.partition(" > ")[0]):
            assert option in options, ligne


@documents
def test_every_test_that_proves_what_a_document_says_exists(document):
    nommes = set(re.findall(r"`(test_\w+)`", lire(document)))
    connus = {nom for fichier in RACINE.glob("tests/**/*.py") for nom in re.findall(r"def (test_\w+)", lire(fichier))}
    assert nommes <= connus


def test_every_setting_of_the_environment_is_documented_and_every_documented_one_is_read():
    lues = set(re.findall(r"(?:environ\.get\(|environ\[|_oui\()\s*\"([A-Z_]+)\"", lire(RACINE / "aipi/settings.py")))
    for module in (RACINE / "aipi").glob("**/*.py"):
        lues |= set(re.findall(r"\"(AIPI_[A-Z_]+)\"", lire(module)))
    documentees = set(re.findall(r"^\| `([A-Z_]+)` \|", lire(RACINE / "docs/deployment.md"), re.MULTILINE))
    assert lues == documentees


def test_the_sheets_listed_for_those_who_import_are_those_of_the_format():
    from aipi.echange.feuille import feuilles

    section = lire(RACINE / "docs/import-export.md").partition("## Les feuilles")[2]
    for nom in feuilles():
        assert f"`{nom}`" in section, nom


@documents
def test_paths_of_the_project_named_in_a_document_exist(document):
    dossiers = "rapports|insertion_pro|insertion_sociale|aipi|templates|static|tests|outils|bench|docs"
    for ligne in blocs_de_code(lire(document)):
        for chemin in re.findall(rf"(?<![\w/.])((?:{dossiers})/[\w./-]*)(?![\w<*/.-])", ligne):
            assert (RACINE / chemin).exists(), chemin


@documents
def test_no_document_names_a_machine(document):
    texte = lire(document)
    assert re.findall(r"(?<![\w./-])/(?:work|root|home|tmp|Users)/\S*", texte) == []
    assert set(re.findall(r"https?://(\[?[\w.-]+)", texte)) <= HOTES
    assert set(re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", texte)) <= {"127.0.0.1"}


EN_FRANCAIS = [
    d for d in DOCUMENTS if d.parent.name == "guide" or d.name in {"import-export.md", "controle.md", "CHANGELOG.md"}
]


@pytest.mark.parametrize("document", EN_FRANCAIS, ids=lambda d: d.name)
def test_french_documents_keep_french_typography(document):
    # Code keeps the signs of the keyboard.
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", lire(document), flags=re.DOTALL)
    assert re.findall(r".{10}[ \u00a0][:;!?%]", prose) == []
    assert re.findall(r".{10}\w[;!?%]", prose) == []
    assert re.findall(r".{10}\w'\w", prose) == []
