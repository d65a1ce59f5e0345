"""Rules of the ACI, at their bounds: lengths, hours, PMSMP."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insertion_pro.regles import (
    Duree,
    Situation,
    age_le,
    bilan_immersions,
    fin_apres,
    fin_cddi,
    fin_pass,
    jours_glissants,
    mois_entiers,
    remarques_contrat,
    remarques_immersion,
    suite,
)

J = datetime.date
UN_JOUR = datetime.timedelta(days=1)


def textes(remarques) -> str:
    return " ".join(remarque.texte for remarque in remarques)


def contrat(debut: str, fin: str | None, heures: str | None = None) -> Duree:
    return Duree(J.fromisoformat(debut), J.fromisoformat(fin) if fin else None, Decimal(heures) if heures else None)


@pytest.mark.parametrize(
    ("debut", "mois", "fin"),
    [
        ("2024-01-15", 6, "2024-07-14"),
        ("2024-01-01", 24, "2025-12-31"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2022-02-28", 24, "2024-02-27"),
        ("2022-03-01", 24, "2024-02-29"),
        ("2023-03-01", 24, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
    ],
)
def test_months_end_on_the_eve_or_on_the_last_day_of_a_short_month(debut, mois, fin):
    assert fin_apres(J.fromisoformat(debut), mois) == J.fromisoformat(fin)
    assert mois_entiers(J.fromisoformat(debut), J.fromisoformat(fin)) == mois


def test_a_pass_iae_lasts_24_months():
    assert fin_pass(J(2024, 3, 1)) == J(2026, 2, 28)
    assert fin_pass(J(2024, 2, 29)) == J(2026, 2, 28)


@settings(deadline=None)
@given(st.dates(J(1950, 1, 1), J(2090, 12, 31)), st.integers(1, 60))
def test_a_renewal_begins_the_next_day_and_lasts_as_long(debut, mois):
    fin = fin_apres(debut, mois)
    suivant = suite(Duree(debut, fin, Decimal(26)))
    assert suivant.debut == fin + UN_JOUR
    assert suivant.fin == fin_apres(suivant.debut, mois)
    assert suivant.heures == 26


def test_a_renewal_of_so_many_days_lasts_so_many_days():
    suivant = suite(contrat("2024-01-01", "2024-01-20"))
    assert (suivant.debut, suivant.fin) == (J(2024, 1, 21), J(2024, 2, 9))
    with pytest.raises(ValueError):
        suite(contrat("2024-01-01", None))


@pytest.mark.parametrize(("naissance", "jour", "age"), [
    ("1974-05-10", "2024-05-09", 49),
    ("1974-05-10", "2024-05-10", 50),
    ("1976-02-29", "2026-02-28", 49),
    ("1976-02-29", "2026-03-01", 50),
])  # fmt: skip
def test_an_age_is_reached_on_the_birthday(naissance, jour, age):
    assert age_le(J.fromisoformat(naissance), J.fromisoformat(jour)) == age


# Hours


@pytest.mark.parametrize(
    ("heures", "dit"),
    [("20", ""), ("19.99", "au moins 20 h"), ("35", ""), ("35.01", "durée légale de 35 h"), ("0", "au moins 20 h")],
)
def test_20_and_35_hours_are_within_the_rule(heures, dit):
    remarques = remarques_contrat(contrat("2024-01-01", "2024-06-30", heures), [], Situation(J(2024, 1, 1)))
    assert (dit in textes(remarques)) if dit else remarques == []


def test_unknown_hours_and_an_unknown_end_are_not_judged():
    assert remarques_contrat(contrat("2024-01-01", None), [], Situation(J(2024, 1, 1))) == []


# Lengths


@pytest.mark.parametrize(("fin", "court"), [("2024-04-30", False), ("2024-04-29", True)])
def test_a_first_contract_lasts_four_months_at_least(fin, court):
    remarques = remarques_contrat(contrat("2024-01-01", fin), [], Situation(J(2024, 1, 1)))
    assert ("quatre mois" in textes(remarques)) is court


def test_only_the_first_contract_must_last_four_months():
    premier = contrat("2024-01-01", "2024-06-30")
    assert remarques_contrat(contrat("2024-07-01", "2024-07-31"), [premier], Situation(J(2024, 1, 1))) == []


@pytest.mark.parametrize(
    ("debut", "juste"),
    [("2022-01-01", "2023-12-31"), ("2022-03-01", "2024-02-29"), ("2024-02-29", "2026-02-28")],
)
def test_24_months_exactly_are_within_the_rule_and_one_day_more_is_not(debut, juste):
    premier = Duree(J.fromisoformat(debut), fin_apres(J.fromisoformat(debut), 12))
    situation = Situation(premier.debut)
    fin = J.fromisoformat(juste)
    assert remarques_contrat(Duree(premier.fin + UN_JOUR, fin), [premier], situation) == []
    [remarque] = remarques_contrat(Duree(premier.fin + UN_JOUR, fin + UN_JOUR), [premier], situation)
    assert "dépasse les 24 mois" in remarque.texte
    assert "L5132-15-1" in remarque.calcul


def test_the_24_months_count_from_the_first_contract_whatever_the_order():
    assert fin_cddi([contrat("2024-07-01", None), contrat("2024-01-01", "2024-06-30")]) == J(2025, 12, 31)
    assert fin_cddi([]) is None


@pytest.mark.parametrize(
    ("situation", "dit"),
    [
        ({"naissance": J(1976, 1, 1)}, "50 ans"),
        ({"naissance": J(1975, 12, 31)}, "50 ans"),
        ({"naissance": J(1976, 1, 2)}, "n’est prévue"),
        ({"rqth": True}, "travailleur handicapé"),
        ({"rqth": False}, "n’est prévue"),
        ({"formations": [contrat("2025-10-01", "2026-03-31")]}, "formation sera en cours"),
        ({"formations": [contrat("2025-10-01", None)]}, "formation sera en cours"),
        ({"formations": [contrat("2025-10-01", "2025-12-31")]}, "n’est prévue"),
        ({"formations": [contrat("2026-01-01", "2026-03-31")]}, "n’est prévue"),
        ({}, "n’est prévue"),
    ],
)
def test_beyond_24_months_the_exceptions_that_hold_are_named(situation, dit):
    premier = contrat("2024-01-01", "2025-12-31")
    remarques = remarques_contrat(contrat("2026-01-01", "2026-06-30"), [premier], Situation(premier.debut, **situation))
    # 50 years are reached by the last of the 24 months, 31 December 2025.
    attendu = "n’est prévue" if situation.get("naissance") == J(1976, 1, 1) else dit
    assert attendu in textes(remarques)


@pytest.mark.parametrize(("fin", "depasse"), [("2025-12-31", False), ("2026-01-01", True)])
def test_a_contract_beyond_the_pass_iae_is_told(fin, depasse):
    situation = Situation(J(2024, 6, 1), pass_debut=J(2024, 1, 1))
    assert ("PASS IAE" in textes(remarques_contrat(contrat("2024-06-01", fin), [], situation))) is depasse


def test_a_contract_before_the_pass_iae_is_told():
    situation = Situation(J(2024, 1, 1), pass_debut=J(2024, 1, 2))
    assert "avant le PASS IAE" in textes(remarques_contrat(contrat("2024-01-01", "2024-06-30"), [], situation))


# Place of a contract


@pytest.mark.parametrize(("debut", "chevauche"), [("2024-06-30", True), ("2024-07-01", False), ("2024-07-02", False)])
def test_contracts_that_share_a_day_overlap(debut, chevauche):
    premier = contrat("2024-01-01", "2024-06-30")
    remarques = remarques_contrat(contrat(debut, "2024-12-31"), [premier], Situation(premier.debut))
    assert ("chevauche" in textes(remarques)) is chevauche


def test_a_contract_without_an_end_overlaps_all_that_follow():
    premier = contrat("2024-01-01", None)
    assert "chevauche" in textes(
        remarques_contrat(contrat("2025-01-01", "2025-06-30"), [premier], Situation(premier.debut))
    )


@pytest.mark.parametrize(
    ("debut", "fin", "dit"),
    [
        ("2024-01-31", "2024-06-30", "avant l’entrée"),
        ("2024-02-01", "2024-06-30", ""),
        ("2024-02-01", "2024-07-01", "finit après la sortie"),
        ("2024-07-01", "2024-12-31", "commence après la sortie"),
    ],
)
def test_a_contract_outside_its_parcours_is_told(debut, fin, dit):
    remarques = remarques_contrat(contrat(debut, fin), [], Situation(J(2024, 2, 1), J(2024, 6, 30)))
    assert (dit in textes(remarques)) if dit else remarques == []


# PMSMP

LONG = [contrat("2024-01-01", "2025-12-31")]


@pytest.mark.parametrize(
    ("debut", "fin", "long"),
    [
        ("2024-03-15", "2024-04-14", False),
        ("2024-03-15", "2024-04-15", True),
        ("2024-01-31", "2024-02-29", False),
        ("2024-01-31", "2024-03-01", True),
    ],
)
def test_a_pmsmp_lasts_one_month_from_date_to_date(debut, fin, long):
    remarques = remarques_immersion(contrat(debut, fin), [], [], LONG)
    assert ("au plus un mois" in textes(remarques)) is long


@pytest.mark.parametrize(("fin", "jours", "trop"), [("2024-10-30", 60, False), ("2024-10-31", 61, True)])
def test_60_days_with_one_host_are_within_the_rule(fin, jours, trop):
    deja = contrat("2024-02-01", "2024-03-01")
    nouvelle = contrat("2024-10-01", fin)
    assert jours_glissants([deja, nouvelle]) == jours
    remarques = remarques_immersion(nouvelle, [deja], [deja], LONG)
    assert ("chez cet employeur" in textes(remarques)) is trop


def test_the_twelve_months_slide_and_days_count_once():
    un, autre = contrat("2024-01-01", "2024-01-31"), contrat("2025-01-01", "2025-01-31")
    assert jours_glissants([un, autre]) == 31
    assert jours_glissants([un, contrat("2024-12-31", "2025-01-30")]) == 32
    assert jours_glissants([un, contrat("2024-01-15", "2024-02-10")]) == 41
    assert jours_glissants([contrat("2024-01-01", None)]) == 0
    assert jours_glissants([]) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.dates(J(2020, 1, 1), J(2024, 12, 31)), st.integers(0, 40)), max_size=5))
def test_sliding_days_are_those_of_the_fullest_twelve_months(tirages):
    durees = [Duree(debut, debut + datetime.timedelta(days=jours)) for debut, jours in tirages]
    occupes = {d.debut + datetime.timedelta(days=i) for d in durees for i in range((d.fin - d.debut).days + 1)}
    plus = max(
        (sum(jour <= autre <= fin_apres(jour, 12) for autre in occupes) for jour in occupes),
        default=0,
    )
    assert jours_glissants(durees) == plus


def test_all_pmsmp_take_a_quarter_of_the_contracts_at_most():
    contrats = [contrat("2024-01-01", "2024-02-19"), contrat("2024-02-20", "2024-04-09")]
    juste = bilan_immersions([contrat("2024-01-01", "2024-01-25")], contrats)
    assert (juste.jours, juste.jours_contrats, juste.plafond, juste.depasse) == (25, 100, 25, False)
    assert bilan_immersions([contrat("2024-01-01", "2024-01-26")], contrats).depasse
    assert not bilan_immersions([contrat("2024-01-01", "2024-01-26")], [contrat("2024-01-01", None)]).depasse
    assert "plus du quart" in textes(remarques_immersion(contrat("2024-01-01", "2024-01-26"), [], [], contrats))


def test_a_pmsmp_outside_any_contract_is_told():
    assert "Aucun contrat" in textes(remarques_immersion(contrat("2026-01-01", "2026-01-10"), [], [], LONG))
