"""Laws that hold for every indicator, whichever is added: swept over all of them, several years, axes and periods."""

import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aipi.echange.importation import importer
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Equipe
from rapports.calculs import Calculs
from rapports.declarations import Compte, Distincts, Effectif, Somme
from rapports.indicateurs import CHAPITRES, DECLARATIONS, FEUILLES, INDICATEURS, REPARTITIONS
from rapports.valeurs import Releve

EXEMPLE = Path(__file__).parent.parent / "exemples" / "full" / "files"
PERIODES = [
    Periode.annee(2020),
    Periode.annee(2021),
    Periode(datetime.date(2020, 9, 1), datetime.date(2021, 8, 31)),
    Periode(datetime.date(2020, 2, 29), datetime.date(2020, 2, 29)),
    Periode(datetime.date(2021, 3, 15), datetime.date(2021, 4, 14)),
]
COMPTES = [d for d in INDICATEURS.values() if isinstance(d, Compte)]


@pytest.fixture(scope="module")
def caseload(django_db_setup, django_db_blocker):
    """The full example, loaded once for the module and taken away after it."""
    from django.db import transaction

    with django_db_blocker.unblock():
        atome = transaction.atomic()
        atome.__enter__()
        importer(EXEMPLE)
        yield
        transaction.set_rollback(True)
        atome.__exit__(None, None, None)


@pytest.fixture
def base(caseload, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def axes() -> list[Axe | None]:
    return [
        None,
        *(Axe.lire("atelier", code) for code in Atelier.objects.values_list("code", flat=True)),
        *(Axe.lire("equipe", code) for code in Equipe.objects.values_list("code", flat=True)),
    ]


@pytest.mark.parametrize("periode", PERIODES, ids=str)
def test_a_value_is_the_length_or_the_sum_of_its_list(base, periode):
    for axe in axes():
        calculs = Calculs(periode, axe)
        for compte in COMPTES:
            valeur = calculs.valeur(compte) if compte.axe_admis(axe) else None
            if valeur is None or (axe is not None and compte.chapitre.prefixe != "aci"):
                continue
            liste = list(compte.liste(periode, axe))
            if isinstance(compte, Effectif | Distincts):
                assert valeur == len(liste), compte.code
                assert len({ligne.pk for ligne in liste}) == len(liste), compte.code
            else:
                assert isinstance(compte, Somme)
                assert valeur == sum(Fraction(getattr(ligne, compte.champ) or 0) for ligne in liste), compte.code


@pytest.mark.parametrize("periode", PERIODES, ids=str)
def test_the_keys_of_a_breakdown_add_up_to_its_figure_and_each_is_its_own_list(base, periode):
    for axe in axes():
        calculs = Calculs(periode, axe)
        for repartition in REPARTITIONS.values():
            if axe is not None and repartition.chapitre.prefixe != "aci":
                continue
            lignes = calculs.repartition(repartition)
            total = calculs.valeur(repartition.de)
            if lignes is None:
                assert total is None, repartition.code
                continue
            somme = sum(nombre for _, _, nombre in lignes)
            assert somme >= total if repartition.multiple else somme == total, repartition.code
            for cle, _, nombre in lignes:
                if axe is None and (nombre or cle == "inconnu"):
                    liste = list(repartition.liste(periode, axe, cle))
                    if isinstance(repartition.de, Somme):
                        champ = repartition.de.champ
                        assert nombre == sum(Fraction(getattr(ligne, champ) or 0) for ligne in liste)
                    else:
                        assert nombre == len(liste), (repartition.code, cle)


@pytest.mark.parametrize("periode", PERIODES, ids=str)
def test_slices_of_events_never_exceed_the_total_and_slices_of_persons_cover_it(base, periode):
    total = Calculs(periode)
    tranches = [Calculs(periode, Axe.lire("atelier", c)) for c in Atelier.objects.values_list("code", flat=True)]
    for compte in COMPTES:
        if compte.chapitre.prefixe != "aci" or not compte.axe_admis(tranches[0].axe) or total.valeur(compte) is None:
            continue
        somme = sum(tranche.valeur(compte) or Fraction(0) for tranche in tranches)
        if isinstance(compte, Distincts) and compte.population.feuille == "contrats":
            assert somme >= total.valeur(compte), compte.code
        elif isinstance(compte, Effectif | Somme) and compte.population.feuille != "freins":
            assert somme <= total.valeur(compte), compte.code


def test_all_figures_of_a_year_take_at_most_two_queries_each(base):
    with CaptureQueriesContext(
        connection,
    ) as requetes:
        releve = Releve(Periode.annee(2021))
        for code in INDICATEURS:
            releve.valeur(code)
        for code in REPARTITIONS:
            releve.repartition(code)
    assert len(requetes) <= len(DECLARATIONS)


@pytest.mark.parametrize("code", [c.code for c in COMPTES])
def test_one_counted_figure_takes_at_most_two_queries(base, code):
    calculs = Calculs(Periode.annee(2021))
    assert calculs.calculable  # the setting is asked for once for all figures
    with CaptureQueriesContext(connection) as requetes:
        calculs.valeur(INDICATEURS[code])
    assert len(requetes) <= 2


def test_every_declaration_has_a_label_a_unit_a_definition_and_a_sheet():
    for code, declaration in DECLARATIONS.items():
        assert declaration.libelle, code
        assert declaration.unite, code
        assert declaration.definition.endswith("."), code
    for indicateur in INDICATEURS.values():
        for compte in indicateur.feuilles_comptees():
            assert set(compte.population.feuilles) <= set(FEUILLES)
            assert compte.population.nom


def test_codes_are_unique_and_follow_their_chapter():
    codes = [declaration.code for chapitre in CHAPITRES for declaration in chapitre.declarations()]
    assert len(codes) == len(set(codes)) == len(DECLARATIONS)


def test_a_breakdown_refuses_a_month_outside_the_period(base):
    with pytest.raises(KeyError):
        REPARTITIONS["aci.heures_par_mois"].liste(Periode.annee(2021), None, "2022-01")
