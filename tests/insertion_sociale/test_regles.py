"""What a stay usually lasts, at the edges of months; what is said when a fact departs from it."""

from __future__ import annotations

import datetime

import pytest

from insertion_sociale.regles import (
    chaine,
    debut_engagement,
    fin_apres,
    fin_proposee,
    horaires,
    mois_entames,
    prolongee,
    remarques_aide,
    remarques_convocation,
    remarques_engagement,
    remarques_mesure,
    remarques_renouvellement,
    remarques_suivi,
    type_engagement,
)


def jour(texte: str) -> datetime.date:
    return datetime.date.fromisoformat(texte)


@pytest.mark.parametrize(
    ("debut", "mois", "fin"),
    [
        ("2026-01-01", 6, "2026-06-30"),
        ("2026-01-15", 6, "2026-07-14"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2025-08-30", 6, "2026-02-28"),
        ("2025-08-29", 6, "2026-02-28"),
        ("2025-08-28", 6, "2026-02-27"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-12-01", 12, "2027-11-30"),
    ],
)
def test_so_many_months_end_on_the_eve_of_the_same_day(debut, mois, fin):
    assert fin_apres(jour(debut), mois) == jour(fin)


@pytest.mark.parametrize(
    ("debut", "le", "rang"),
    [
        ("2026-01-15", "2026-01-14", 0),
        ("2026-01-15", "2026-01-15", 1),
        ("2026-01-15", "2026-02-14", 1),
        ("2026-01-15", "2026-02-15", 2),
        ("2025-08-31", "2025-09-30", 1),
        ("2025-08-31", "2025-10-01", 2),
        ("2025-08-31", "2026-02-28", 6),
        ("2025-08-31", "2026-03-01", 7),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2025-03-01", 13),
    ],
)
def test_the_month_of_a_stay_changes_when_its_last_day_is_past(debut, le, rang):
    assert mois_entames(jour(debut), jour(le)) == rang


def test_every_day_of_a_stay_is_in_one_month_and_months_follow():
    debut = jour("2023-08-31")
    for mois in range(1, 40):
        fin = fin_apres(debut, mois)
        assert mois_entames(debut, fin) == mois
        assert mois_entames(debut, fin + datetime.timedelta(days=1)) == mois + 1


@pytest.mark.parametrize(
    ("debut", "fin", "suite"),
    [
        ("2026-01-01", "2026-06-30", "2026-12-31"),
        ("2025-08-31", "2026-02-28", "2026-08-31"),
        ("2026-01-15", "2026-07-14", "2027-01-14"),
        # 150 days are no whole number of months: 150 more.
        ("2026-01-01", "2026-05-30", "2026-10-27"),
    ],
)
def test_a_renewal_lasts_as_long_as_what_it_renews(debut, fin, suite):
    assert prolongee(jour(debut), jour(fin)) == jour(suite)


def test_the_end_proposed_follows_the_scheme_and_the_public():
    debut = jour("2026-03-10")
    assert fin_proposee("fsl", "", debut) == jour("2026-09-09")
    assert fin_proposee("fsl", "maintien", debut) == jour("2026-09-09")
    assert fin_proposee("fsl", "publics_specifiques", debut) == jour("2027-03-09")
    assert fin_proposee("partenord", "", debut) is None


def test_times_are_staggered_and_never_pass_midnight():
    neuf_heures = datetime.time(9, 0)
    assert horaires(neuf_heures, 30, 3) == [neuf_heures, datetime.time(9, 30), datetime.time(10, 0)]
    assert horaires(neuf_heures, 0, 2) == [neuf_heures, neuf_heures]
    assert horaires(neuf_heures, 30, 0) == []
    assert horaires(datetime.time(23, 30), 29, 2)[-1] == datetime.time(23, 59)
    with pytest.raises(ValueError, match="minuit"):
        horaires(datetime.time(23, 30), 30, 2)


def test_the_cer_ends_with_2024():
    assert type_engagement(jour("2024-12-31")) == "cer"
    assert type_engagement(jour("2025-01-01")) == "ce"
    assert remarques_engagement("cer", jour("2024-12-31")) == remarques_engagement("ce", jour("2025-01-01")) == []
    assert "CER" in remarques_engagement("cer", jour("2025-01-01"))[0]
    assert "date de signature" in remarques_engagement("ce", jour("2024-12-31"))[0]


def test_a_renewal_is_reckoned_from_the_day_after_the_last_contract():
    assert debut_engagement(jour("2026-05-01"), None) == jour("2026-05-01")
    assert debut_engagement(jour("2026-05-01"), jour("2026-05-10")) == jour("2026-05-11")
    assert debut_engagement(jour("2026-05-01"), jour("2026-04-30")) == jour("2026-05-01")
    assert debut_engagement(jour("2026-05-01"), jour("2026-02-01")) == jour("2026-05-01")


def test_days_without_a_contract_are_counted_between_two():
    assert chaine([]) == []
    assert chaine([(jour("2026-01-01"), None)]) == [None]
    assert chaine(
        [
            (jour("2026-01-04"), None),
            (jour("2025-07-01"), jour("2025-12-31")),
            (jour("2025-01-01"), jour("2025-06-30")),
            (jour("2024-01-01"), None),
        ]
    ) == [3, 0, 0, None]


def mesure(fin: str, **champs) -> list[str]:
    valeurs = {"dispositif": "fsl", "type_mesure": "acces", "renouvelee": False, "menage": (None, None), **champs}
    return remarques_mesure(debut=jour("2026-01-01"), fin=jour(fin), **valeurs)


def test_a_measure_past_its_usual_length_is_explained_from_the_first_day_too_many():
    assert mesure("2026-06-30") == []
    assert "6 mois" in mesure("2026-07-01")[0]
    assert mesure("2026-12-31", renouvelee=True) == []
    assert "renouvelés une fois" in mesure("2027-01-01", renouvelee=True)[0]
    assert mesure("2026-12-31", type_mesure="publics_specifiques") == []
    assert "12 mois" in mesure("2027-01-01", type_mesure="publics_specifiques")[0]
    assert mesure("2029-01-01", dispositif="partenord") == []


def test_more_children_than_persons_is_said():
    assert mesure("2026-06-30", menage=(3, 3)) == []
    assert "enfants" in mesure("2026-06-30", menage=(3, 4))[0]


def test_a_second_renewal_is_explained():
    assert remarques_renouvellement("fsl", None) == []
    assert "déjà été renouvelée le 02/03/2026" in remarques_renouvellement("fsl", jour("2026-03-02"))[0]
    assert "Partenord" in remarques_renouvellement("partenord", None)[0]


def test_an_amount_without_acceptance_and_dates_the_wrong_way_round_are_explained():
    demande = jour("2026-03-02")
    assert remarques_aide("accepte", 300, demande, demande) == []
    assert remarques_aide("", None, demande, None) == []
    assert "aucun total" in remarques_aide("refuse", 300, demande, demande)[0]
    assert "d’avant la demande" in remarques_aide("accepte", 300, demande, jour("2026-03-01"))[0]
    assert "en attente" in remarques_aide("", None, demande, demande)[0]


def test_what_contradicts_itself_in_a_follow_up_is_explained():
    entree = jour("2026-03-02")
    assert remarques_suivi(entree, entree, None, None) == []
    assert "orientation" in remarques_suivi(jour("2026-03-03"), entree, None, None)[0].lower()
    assert "reste ouvert" in remarques_suivi(None, entree, None, 1)[0]
    assert "sans motif" in remarques_suivi(None, entree, entree, None)[0]


@pytest.mark.parametrize(
    ("date", "dit"), [("2026-12-04", ""), ("2026-12-05", "samedi"), ("2026-12-06", "dimanche"), ("2026-12-07", "")]
)
def test_a_convocation_of_a_week_end_is_said(date, dit):
    dits = remarques_convocation(jour(date), jour("2026-12-04"))
    assert dit in " ".join(dits)
    assert bool(dits) == bool(dit)


def test_a_convocation_in_the_past_is_said():
    assert "passé" in remarques_convocation(jour("2026-12-03"), jour("2026-12-04"))[0]
