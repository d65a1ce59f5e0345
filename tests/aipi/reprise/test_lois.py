"""Whatever the names of sheets, columns and labels: once mapped, the same database; once undone, the one of before."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recalcul.feuilles import Dossier
from recalcul.hasard import caseloads, ecrire_dossier

from aipi.echange.feuille import feuilles
from aipi.echange.importation import importer, importer_source
from aipi.models import Compte, Reprise
from aipi.reprise.constat import traduction_de
from aipi.reprise.depot import deposer
from aipi.reprise.journal import TemoinJournal, annuler
from aipi.reprise.plan import Plan, a_des_codes
from aipi.texte import replier

from .conftest import EXEMPLES, empreinte_export

pytestmark = pytest.mark.django_db
PLEINES = [
    c for c in sorted((EXEMPLES / "small" / "files").glob("*.csv")) if len(c.read_text("utf-8").splitlines()) > 1
]


def lire(chemin: Path) -> list[list[str]]:
    texte = chemin.read_text(encoding="utf-8-sig")
    premiere = texte.splitlines()[0]
    return list(csv.reader(io.StringIO(texte), delimiter="," if premiere.count(",") > premiere.count(";") else ";"))


def deguiser(dossier: Path, hasard: Random) -> dict[str, tuple[bytes, Plan]]:
    """Each sheet of a folder under another name, its columns renamed and shuffled, its labels changed; and its plan."""
    deguisees = {}
    for numero, chemin in enumerate(sorted(dossier.glob("*.csv"))):
        nom = chemin.stem
        titres, *lignes = lire(chemin)
        ordre = list(range(len(titres)))
        hasard.shuffle(ordre)
        plan = Plan(nom)
        nouveaux = []
        for rang in ordre:
            vers = f"{nom}.{titres[rang]}"
            titre = f"Rubrique {chr(65 + rang)} (é)"
            nouveaux.append(titre)
            plan.colonnes[titre] = vers
            if a_des_codes(vers):
                labels = {ligne[rang] for ligne in lignes if rang < len(ligne) and ligne[rang].strip()}
                plan.codes[vers] = {replier(f"Libellé « {label} »"): label for label in labels}

        def cellule(ligne, rang, vers):
            brute = ligne[rang] if rang < len(ligne) else ""
            return f"Libellé « {brute} »" if a_des_codes(vers) and brute.strip() else brute

        sortie = io.StringIO()
        ecriture = csv.writer(sortie, delimiter=";")
        ecriture.writerow(["Un tableau de l’association"])
        ecriture.writerow(nouveaux)
        for ligne in lignes:
            ecriture.writerow([cellule(ligne, rang, f"{nom}.{titres[rang]}") for rang in ordre])
        deguisees[f"tableau {numero}.csv"] = (sortie.getvalue().encode("utf-8"), plan)
    return deguisees


def reprendre(compte: Compte, deguisees: dict[str, tuple[bytes, Plan]]) -> Reprise:
    """Drop them, say what they are, import with a journal."""
    reprise = deposer(compte, [SimpleUploadedFile(nom, contenu) for nom, (contenu, _) in deguisees.items()])
    for feuille in reprise.feuilles.all():
        plan = deguisees[feuille.fichier][1]
        assert sorted(feuille.titres) == sorted(plan.colonnes)
        feuille.plan = plan.en_json()
        feuille.save()
    traduction = traduction_de(reprise)
    traduction.traduire()
    temoin = TemoinJournal(reprise)
    importer_source(traduction, temoin=temoin)
    traduction.fermer()
    temoin.clore()
    reprise.etat, reprise.importee_le = Reprise.Etat.IMPORTEE, reprise.deposee_le
    reprise.save()
    return reprise


def comparer(dossier: Path, graine: int, chantier: Path) -> None:
    """The direct import and the mapped one give the same export; the undo gives back the one of before."""
    compte, _ = Compte.objects.get_or_create(courriel="direction@exemple.fr", defaults={"role": "directeur"})
    avant = empreinte_export(chantier)
    with transaction.atomic():
        importer(dossier)
        attendu = empreinte_export(chantier)
        transaction.set_rollback(True)
    with transaction.atomic():
        reprise = reprendre(compte, deguiser(dossier, Random(graine)))
        assert empreinte_export(chantier) == attendu
        annuler(reprise, compte)
        assert empreinte_export(chantier) == avant
        transaction.set_rollback(True)


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(caseloads(), st.integers(0, 2**16))
def test_a_disguised_caseload_gives_the_same_database_and_is_undone(dossier: Dossier, graine: int) -> None:
    with TemporaryDirectory() as chemin:
        fichiers = Path(chemin) / "fichiers"
        ecrire_dossier({nom: lignes for nom, lignes in dossier.items() if lignes}, fichiers)
        comparer(fichiers, graine, Path(chemin) / "exports")


@pytest.mark.parametrize("exemple", ["small"])
def test_the_example_caseload_disguised_gives_the_same_database(exemple, tmp_path):
    fichiers = tmp_path / "fichiers"
    fichiers.mkdir()
    for chemin in (EXEMPLES / exemple / "files").glob("*.csv"):
        if len(lire(chemin)) > 1:
            (fichiers / chemin.name).write_bytes(chemin.read_bytes())
    comparer(fichiers, 47, tmp_path / "exports")


@pytest.mark.parametrize("chemin", PLEINES, ids=lambda c: c.stem)
def test_a_sheet_of_the_format_is_recognised_whole(chemin, direction):
    lignes = lire(chemin)
    reprise = deposer(direction, [SimpleUploadedFile(chemin.name, chemin.read_bytes())])
    plan = Plan.de(reprise.feuilles.get().plan)
    assert plan.cible == chemin.stem
    attendues = {t: f"{chemin.stem}.{t}" for t in lignes[0]}
    assert plan.colonnes == attendues
    assert set(attendues.values()) <= {f"{chemin.stem}.{c.nom}" for c in feuilles()[chemin.stem].colonnes}
