"""Sentences composed from figures."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from aipi.nombres import ESPACE_FINE
from aipi.periodes import Periode
from rapports.indicateurs import INDICATEURS
from rapports.phrases import VOCABULAIRE, phrase
from rapports.valeurs import Chiffre, Valeur

ANNEE = Periode.annee(2021)


def chiffre(code: str, nombre, avant=None, periode=ANNEE, termes=(None, None), origine="calcule") -> Chiffre:
    def valeur(n):
        return Valeur(None if n is None else Fraction(n), None if n is None else origine)

    present = Valeur(
        valeur(nombre).nombre, valeur(nombre).origine, *(None if t is None else Fraction(t) for t in termes)
    )
    return Chiffre(INDICATEURS[code], periode, present, valeur(avant))


def dit(*args, **options) -> str:
    return str(phrase(chiffre(*args, **options))).replace(ESPACE_FINE, " ")


def test_every_figure_has_its_words_and_no_word_is_left_over():
    assert set(VOCABULAIRE) == set(INDICATEURS)


@pytest.mark.parametrize("code", sorted(INDICATEURS))
def test_no_figure_breaks_a_sentence(code):
    for nombre, avant in itertools.product([None, 0, 1, Fraction(1, 3), 2, 12345], [None, 0, 1, 7]):
        texte = dit(code, nombre, avant)
        assert texte[0].isupper() or texte[0].isdigit()
        assert "None" not in texte
        assert "  " not in texte
        assert ("non renseignée" in texte) == (nombre is None), texte


@pytest.mark.parametrize(
    ("nombre", "avant", "attendu"),
    [
        (77, 63, "77 personnes en parcours, contre 63 en 2020 (+22 %)"),
        (2, 1, "2 personnes en parcours, contre 1 en 2020 (+100 %)"),
        (1, 2, "1 personne en parcours, contre 2 en 2020 (−50 %)"),
        (1, 0, "1 personne en parcours, contre aucune en 2020"),
        (0, 3, "Aucune personne en parcours en 2021, contre 3 en 2020"),
        (0, 0, "Aucune personne en parcours en 2021, comme en 2020"),
        (63, 63, "63 personnes en parcours, comme en 2020"),
        (77, None, "77 personnes en parcours"),
        (0, None, "Aucune personne en parcours en 2021"),
        (None, 63, "Salariés en parcours : donnée non renseignée (63 personnes en 2020)"),
        (None, 1, "Salariés en parcours : donnée non renseignée (1 personne en 2020)"),
        (None, None, "Salariés en parcours : donnée non renseignée"),
        (100_001, 100_000, "100 001 personnes en parcours, contre 100 000 en 2020"),
    ],
)
def test_a_count_is_told_in_the_singular_at_zero_and_when_a_year_is_unknown(nombre, avant, attendu):
    assert dit("aci.salaries", nombre, avant) == attendu


def test_a_masculine_figure_agrees():
    assert dit("aci.freins_leves", 0, 4) == "Aucun frein levé en 2021, contre 4 en 2020"
    assert dit("aci.freins_leves", 4, 0) == "4 freins levés, contre aucun en 2020"


def test_amounts_and_quantities_keep_their_unit():
    assert (
        dit("aci.formation_cout", 20441, 23446) == "20 441 € de dépenses de formation, contre 23 446 € en 2020 (−13 %)"
    )
    assert dit("aci.formation_cout", 0) == "Aucune dépense de formation en 2021"
    assert dit("aci.etp", Fraction(48164, 1820), Fraction("23.79")) == (
        "26,46 équivalents temps plein, contre 23,79 en 2020 (+11 %)"
    )
    assert dit("aci.etp", Fraction(98, 100)) == "0,98 équivalent temps plein"


def test_a_rate_says_its_terms_and_changes_in_points():
    assert dit("aci.taux_sorties_dynamiques", Fraction(13, 29), Fraction(2, 5), termes=(13, 29)) == (
        "Le taux de sorties dynamiques est de 44,8 % (13 sur 29 parcours), contre 40,0 % en 2020 (+4,8 pts)"
    )
    assert dit("aci.taux_absenteisme", 0, Fraction(1, 10)) == (
        "Le taux d’absentéisme est de 0,0 %, contre 10,0 % en 2020"
    )
    assert dit("aci.taux_absenteisme", None, Fraction(1, 10)) == (
        "Taux d’absentéisme : donnée non renseignée (10,0 % en 2020)"
    )


def test_a_published_rate_has_no_terms():
    texte = dit("aci.taux_sorties_dynamiques", Fraction(2, 5), termes=(1, 2), origine="publie")
    assert texte == "Le taux de sorties dynamiques est de 40,0 %"


def test_a_period_that_is_no_year_is_compared_with_the_one_before():
    periode = ANNEE.precedente.__class__(ANNEE.debut.replace(year=2020, month=9), ANNEE.fin.replace(month=8, day=31))
    assert dit("rsa.entrees", 12, 10, periode=periode) == "12 entrées, contre 10 la période précédente (+20 %)"
    assert dit("rsa.entrees", 0, periode=periode) == "Aucune entrée de septembre 2020 à août 2021"


def test_a_loss_is_said_with_its_sign():
    assert dit("finances.resultat", -1200, 300) == "Le résultat est de −1 200 €, contre 300 € en 2020 (−500 %)"
