from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aipi.nombres import euros, evolution, nombre, points, pourcentage


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [
        (None, None, "—"),
        (float("nan"), None, "—"),
        (Decimal("Infinity"), 1, "—"),
        (0, None, "0"),
        (999, None, "999"),
        (48164, None, "48\u202f164"),
        (-1234567, None, "\u22121\u202f234\u202f567"),
        (Decimal("26.460"), None, "26,46"),
        (Decimal("26.40"), None, "26,4"),
        (Fraction(48164, 1820), None, "26,46"),
        (Fraction(48164, 1820), 1, "26,5"),
        (Decimal("44.85"), 1, "44,9"),
        (Decimal("44.849"), 1, "44,8"),
        (44.85, 1, "44,9"),
        (1.005, 2, "1,01"),
        (Decimal("-0.04"), 1, "0,0"),
        (Decimal("-0.05"), 1, "\u22120,1"),
        (Decimal("999.995"), 2, "1\u202f000,00"),
        (2, 2, "2,00"),
        (10**40, None, "10" + "\u202f000" * 13),
    ],
)
def test_a_number_is_written_in_french_and_rounded_half_up(valeur, decimales, attendu):
    assert nombre(valeur, decimales) == attendu


@pytest.mark.parametrize(
    ("fraction", "decimales", "attendu"),
    [
        (Fraction(13, 29), 1, "44,8\u202f%"),
        (Decimal("0.4815"), 1, "48,2\u202f%"),
        (Decimal("0.48149"), 1, "48,1\u202f%"),
        (0.4815, 1, "48,2\u202f%"),
        (Decimal("0.4"), 1, "40,0\u202f%"),
        (1, 0, "100\u202f%"),
        (Decimal("0.4485"), None, "44,85\u202f%"),
        (12, 1, "1\u202f200,0\u202f%"),
        (None, 1, "—"),
    ],
)
def test_a_rate_is_written_with_one_decimal_half_up(fraction, decimales, attendu):
    assert pourcentage(fraction, decimales) == attendu


def test_a_change_always_shows_its_sign_except_when_nothing_changed():
    assert evolution(Fraction(14, 63)) == "+22\u202f%"
    assert evolution(Decimal("-0.125")) == "\u221213\u202f%"
    assert evolution(0) == "0\u202f%"
    assert evolution(Decimal("0.001")) == "0\u202f%"
    assert evolution(Fraction(1, 30), 1) == "+3,3\u202f%"
    assert evolution(None) == "—"


def test_a_difference_of_rates_is_in_points_singular_below_two():
    assert points(Decimal("-0.0235"), 2) == "\u22122,35\u202fpts"
    assert points(Decimal("0.015")) == "+1,5\u202fpt"
    assert points(None) == "—"


def test_an_amount_shows_its_cents_only_when_it_has_some():
    assert euros(Decimal("1253813.05")) == "1\u202f253\u202f813,05\u202f€"
    assert euros(Decimal("1253813.00")) == "1\u202f253\u202f813\u202f€"
    assert euros(Decimal("42.5")) == "42,50\u202f€"
    assert euros(Decimal("42.5"), 0) == "43\u202f€"
    assert euros(-3) == "\u22123\u202f€"
    assert euros(None) == "—"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(0, 4))
def test_rounding_agrees_with_the_decimal_module(valeur, decimales):
    with localcontext() as contexte:
        contexte.prec = 200
        arrondi = valeur.quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    relu = nombre(valeur, decimales).replace("\u202f", "").replace(",", ".").replace("\u2212", "-")
    assert Decimal(relu) == arrondi


@given(st.integers())
def test_reading_back_an_integer_gives_it_again(entier):
    assert int(nombre(entier).replace("\u202f", "").replace("\u2212", "-")) == entier
