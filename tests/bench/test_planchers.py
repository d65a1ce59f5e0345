"""The floors of the measures are worth something only if they give the same numbers on a bigger caseload."""

from __future__ import annotations

from pathlib import Path

import pytest

from aipi.echange.importation import importer
from aipi.periodes import Periode
from bench.sql import Plancher
from bench.taches import differences, releve
from bench.volume import REFERENCES, grossir
from insertion_pro.models import Parcours
from rapports.valeurs import Releve

EXEMPLES = Path(__file__).parent.parent / "exemples"

pytestmark = pytest.mark.django_db


def test_the_hand_written_sql_gives_the_same_numbers_as_the_software():
    importer(EXEMPLES / "full" / "files")
    assert differences(Plancher()) == []


def test_a_wrong_number_of_the_floor_is_told():
    importer(EXEMPLES / "small" / "files")
    plancher = Plancher()
    plancher.chiffres = [sql.replace("= 'visite'", "= 'telephone'") for sql in plancher.chiffres]
    assert differences(plancher) == ["rsa.visites", "rsa.visites"]


def test_a_caseload_three_times_bigger_has_three_times_the_people_and_the_same_references(tmp_path):
    source = EXEMPLES / "small" / "files"
    grossir(source, tmp_path, 3)
    importer(source)
    seule = Releve(Periode.annee(2021)).valeur("aci.salaries").nombre
    resultat = importer(tmp_path)
    assert Releve(Periode.annee(2021)).valeur("aci.salaries").nombre == 3 * seule
    assert all(resultat.comptes[nom].creees == 0 for nom in REFERENCES & set(resultat.comptes))
    assert resultat.comptes["personnes"].inchangees * 3 == resultat.comptes["personnes"].lignes


@pytest.mark.parametrize("decalage", [-20, 20])
def test_files_of_other_years_leave_the_figures_of_the_year_alone(tmp_path, decalage):
    source = EXEMPLES / "small" / "files"
    importer(source)
    avant = releve()
    nombres = [avant[0].valeur(code) for code in ("aci.salaries", "rsa.suivis", "logement.mois_mesures")]
    parcours = Parcours.objects.count()
    grossir(source, tmp_path, 2, decalage=decalage)
    importer(tmp_path)
    apres = releve()
    assert Parcours.objects.count() == 3 * parcours
    assert [apres[0].valeur(code) for code in ("aci.salaries", "rsa.suivis", "logement.mois_mesures")] == nombres
    assert apres[1] == avant[1]
