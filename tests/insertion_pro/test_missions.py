"""Missions: the rules of PMSMP, computed with the other ones at the same host."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from formulaires import remplir
from maison import Maison, construire, parcours_de

from insertion_pro.models import Mission

pytestmark = pytest.mark.django_db


@pytest.fixture
def maison() -> Maison:
    maison = construire()
    maison.mission.delete()
    maison.contrat.date_debut, maison.contrat.date_fin = datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)
    maison.contrat.save()
    return maison


@pytest.fixture
def cip(client, maison):
    client.force_login(maison.comptes["cip"])
    return client


@pytest.fixture
def url(maison) -> str:
    return reverse("mission_create", args=[maison.parcours.pk])


def ajouter(client, url: str, **champs: str) -> list[str]:
    """The messages after a PMSMP is saved."""
    reponse = client.post(url, remplir(client, url, **{"type": "immersion", **champs}), follow=True)
    return [str(message) for message in reponse.context["messages"]]


def deja(maison, debut: str, fin: str, employeur: str, parcours=None, type_mission: str = "immersion") -> Mission:
    return Mission.objects.create(
        ref=f"M{Mission.objects.count()}",
        parcours=parcours or maison.parcours,
        type=type_mission,
        employeur=employeur,
        date_debut=datetime.date.fromisoformat(debut),
        date_fin=datetime.date.fromisoformat(fin),
    )


def test_a_mission_within_the_rules_is_only_saved(cip, maison, url):
    envoi = remplir(cip, url, employeur="Garage", date_debut="2026-02-02", date_fin="2026-03-01")
    assert cip.post(url, envoi).status_code == 302
    assert cip.post(url, envoi).status_code == 302
    mission = maison.parcours.missions.get()
    assert (mission.type, mission.employeur, mission.date_fin) == ("immersion", "Garage", datetime.date(2026, 3, 1))


def test_more_than_a_month_is_told(cip, maison, url):
    assert ajouter(cip, url, date_debut="2026-02-02", date_fin="2026-03-01") == ["La mission est enregistrée."]
    assert "au plus un mois" in ajouter(cip, url, date_debut="2026-02-02", date_fin="2026-03-02")[1]


@pytest.mark.parametrize(("fin", "trop"), [("2026-10-31", False), ("2026-11-01", True)])
def test_60_days_with_one_host_whatever_the_writing_of_its_name(cip, maison, url, fin, trop):
    deja(maison, "2026-03-01", "2026-03-29", "Mairie d’Hélène-les-Dunes")
    deja(maison, "2026-03-01", "2026-03-29", "Autre employeur")
    messages = ajouter(cip, url, employeur="MAIRIE D'HELENE-LES-DUNES", date_debut="2026-10-01", date_fin=fin)
    assert any("chez cet employeur" in message for message in messages) is trop


def test_those_of_an_earlier_parcours_of_the_person_count_with_the_host(cip, maison, url):
    maison.parcours_autre.personne = maison.aci
    maison.parcours_autre.save()
    deja(maison, "2025-12-01", "2025-12-31", "Garage", parcours=maison.parcours_autre)
    messages = ajouter(cip, url, employeur="Garage", date_debut="2026-01-01", date_fin="2026-01-30")
    assert any("chez cet employeur" in message for message in messages)
    # … and another person's do not, nor temporary work.
    deja(maison, "2026-01-01", "2026-01-31", "Ferme", parcours=maison.parcours_double)
    deja(maison, "2026-04-01", "2026-05-01", "Ferme", type_mission="interim")
    messages = ajouter(cip, url, employeur="Ferme", date_debut="2026-06-01", date_fin="2026-06-30")
    assert not any("chez cet employeur" in message for message in messages)


def test_a_host_without_a_name_is_no_host(cip, maison, url):
    deja(maison, "2026-03-01", "2026-03-31", "")
    messages = ajouter(cip, url, employeur="", date_debut="2026-04-01", date_fin="2026-04-30")
    assert messages == ["La mission est enregistrée."]


@pytest.mark.parametrize(("fin", "trop"), [("2026-04-01", False), ("2026-04-02", True)])
def test_a_quarter_of_the_contracts_at_most(cip, maison, url, fin, trop):
    # 365 days of contract: 91 days at most.
    deja(maison, "2026-01-01", "2026-01-31", "Un")
    deja(maison, "2026-02-01", "2026-02-28", "Deux")
    messages = ajouter(cip, url, employeur="Trois", date_debut="2026-03-01", date_fin=fin)
    assert any("plus du quart" in message for message in messages) is trop


def test_other_missions_have_no_such_rules(cip, maison, url):
    assert ajouter(cip, url, type="interim", date_debut="2026-02-02", date_fin="2026-08-01") == [
        "La mission est enregistrée."
    ]


def test_the_total_is_shown_beside_the_form_and_in_the_dossier(cip, maison, url):
    mission = deja(maison, "2026-01-01", "2026-01-31", "Un")
    for page in (
        url,
        reverse("mission_update", args=[mission.pk]),
        reverse("personne_detail", args=[maison.aci.pk]),
    ):
        texte = cip.get(page).content.decode()
        assert "31 jours de PMSMP" in texte
        assert "91 jours" in texte


def test_a_mission_is_corrected_and_its_form_says_what_is_odd(cip, maison):
    mission = deja(maison, "2026-01-01", "2026-02-28", "Un")
    url = reverse("mission_update", args=[mission.pk])
    assert "D5135-3" in cip.get(url).content.decode()
    assert cip.post(url, remplir(cip, url, date_fin="2026-01-31")).status_code == 302
    mission.refresh_from_db()
    assert mission.date_fin == datetime.date(2026, 1, 31)


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"date_debut": ""}, "date_debut"),
        ({"type": ""}, "type"),
        ({"date_debut": "2026-02-02", "date_fin": "2026-02-01"}, "date_fin"),
        ({"employeur": "x" * 251}, "employeur"),
    ],
)
def test_only_what_would_make_it_meaningless_is_refused(cip, maison, url, champs, champ):
    assert champ in cip.post(url, remplir(cip, url, **champs)).context["form"].errors


def test_another_team_keeps_its_own(maison):
    assert parcours_de(maison.nouvelle, maison.equipe, datetime.date(2026, 1, 1)).missions.count() == 0
