"""Periods: their edges, their predecessor, their words."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aipi.periodes import ConvertisseurPeriode, Periode

J = datetime.date
JOURS = st.dates(J(1901, 1, 1), J(2099, 12, 31))


@st.composite
def periodes(draw):
    debut, fin = sorted([draw(JOURS), draw(JOURS)])
    return Periode(debut, fin)


@pytest.mark.parametrize(
    ("periode", "avant"),
    [
        (Periode.annee(2021), Periode.annee(2020)),
        (Periode(J(2020, 9, 1), J(2021, 8, 31)), Periode(J(2019, 9, 1), J(2020, 8, 31))),
        (Periode(J(2021, 3, 1), J(2021, 3, 31)), Periode(J(2021, 2, 1), J(2021, 2, 28))),
        (Periode(J(2024, 2, 1), J(2024, 2, 29)), Periode(J(2024, 1, 1), J(2024, 1, 31))),
        (Periode(J(2021, 3, 15), J(2021, 4, 14)), Periode(J(2021, 2, 12), J(2021, 3, 14))),
        (Periode(J(2021, 1, 1), J(2021, 1, 1)), Periode(J(2020, 12, 31), J(2020, 12, 31))),
    ],
)
def test_the_period_before_has_as_many_months_or_days(periode, avant):
    assert periode.precedente == avant


@given(periodes())
def test_the_period_before_ends_the_day_before(periode):
    assert periode.precedente.fin == periode.debut - datetime.timedelta(days=1)
    if not periode.mois_entiers:
        assert periode.precedente.jours == periode.jours


@given(periodes())
def test_a_period_survives_its_address(periode):
    convertisseur = ConvertisseurPeriode()
    assert convertisseur.to_python(convertisseur.to_url(periode)) == periode


@given(periodes())
def test_months_of_a_period_are_in_order_and_touch_it(periode):
    mois = list(periode.mois())
    assert mois == sorted(set(mois))
    assert mois[0] == periode.debut.replace(day=1)
    assert mois[-1] == periode.fin.replace(day=1)


def test_an_end_before_its_start_is_refused():
    with pytest.raises(ValueError, match="précède"):
        Periode(J(2021, 1, 2), J(2021, 1, 1))


@pytest.mark.parametrize(
    ("periode", "mots"),
    [
        (Periode.annee(2021), "2021"),
        (Periode(J(2020, 9, 1), J(2021, 8, 31)), "de septembre 2020 à août 2021"),
        (Periode(J(2021, 3, 1), J(2021, 3, 31)), "mars 2021"),
        (Periode(J(2021, 3, 1), J(2021, 3, 14)), "du 1er mars 2021 au 14 mars 2021"),
    ],
)
def test_a_period_is_said_in_french(periode, mots):
    assert str(periode) == mots


@pytest.mark.parametrize("adresse", ["0000", "0001", "1899", "2101", "2021-02-30_2021-03-01", "2021-03-02_2021-03-01"])
def test_an_address_of_no_possible_period_is_not_found(adresse):
    with pytest.raises(ValueError):
        ConvertisseurPeriode().to_python(adresse)
