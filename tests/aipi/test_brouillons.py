"""Drafts on the server: one's own only, the latest, for seven days, dropped when the form is saved."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from maison import MOT_DE_PASSE

from aipi.brouillons import COOKIE, DUREE, NOMBRE_MAXIMUM, TAILLE_MAXIMUM, cle_de
from aipi.models import Brouillon
from insertion_pro.models import Frein

pytestmark = pytest.mark.django_db

FOND = {"X-AIPi-Fond": "brouillon"}
ENVOI = {"X-AIPi-Fond": "envoi"}


@pytest.fixture
def cip(client, maison) -> Client:
    client.force_login(maison.comptes["cip"])
    return client


def demander(client, maison, geste: str, cle: str = "/fiche/", qui: str = "cip", **champs):
    donnees = {"geste": geste, "cle": cle, "compte": maison.comptes[qui].pk, **champs}
    return client.post(reverse("brouillon"), donnees, headers=FOND)


def garder(client, maison, texte: str = "À suivre", **champs):
    return demander(client, maison, "garder", contenu=json.dumps({"note": [texte]}), **champs)


def test_what_was_typed_comes_back_and_the_last_wins(cip, maison):
    garder(cip, maison, "Une")
    garder(cip, maison, "Deux")
    assert demander(cip, maison, "lire").json()["contenu"] == {"note": ["Deux"]}
    assert Brouillon.objects.count() == 1


def test_a_draft_written_from_elsewhere_in_between_is_told(cip, maison):
    premier = garder(cip, maison, "Une").json()
    assert premier["autre"] is False
    deuxieme = garder(cip, maison, "Deux", depuis=premier["date"]).json()
    assert deuxieme["autre"] is False
    assert garder(cip, maison, "Trois", depuis=premier["date"]).json()["autre"] is True


def test_a_draft_is_read_by_its_account_only(cip, maison):
    garder(cip, maison)
    cip.force_login(maison.comptes["polyvalent"])
    assert demander(cip, maison, "lire", qui="polyvalent").json() == {}
    demander(cip, maison, "jeter", qui="polyvalent")
    assert Brouillon.objects.count() == 1


def test_a_page_left_open_by_another_account_keeps_nothing_in_this_one(cip, maison):
    assert garder(cip, maison, qui="polyvalent").status_code == 401
    assert not Brouillon.objects.exists()


def test_a_draft_lasts_seven_days(cip, maison):
    garder(cip, maison)
    Brouillon.objects.update(date_maj=timezone.now() - DUREE)
    assert demander(cip, maison, "lire").json() == {}
    garder(cip, maison, cle="/autre/")
    assert [b.cle for b in Brouillon.objects.all()] == ["/autre/"]


def test_the_oldest_of_too_many_gives_way(cip, maison):
    Brouillon.objects.bulk_create(
        Brouillon(compte=maison.comptes["cip"], cle=f"/{rang}/", contenu={}) for rang in range(NOMBRE_MAXIMUM)
    )
    Brouillon.objects.filter(cle="/7/").update(date_maj=timezone.now() - DUREE / 2)
    garder(cip, maison)
    assert Brouillon.objects.count() == NOMBRE_MAXIMUM
    assert not Brouillon.objects.filter(cle="/7/").exists()


@pytest.mark.parametrize("contenu", ["", "{", "[]", '"x"', '{"note": "texte"}', '{"note": [1]}', '{"note": null}'])
def test_what_is_no_draft_is_refused(cip, maison, contenu):
    assert demander(cip, maison, "garder", contenu=contenu).status_code == 400
    assert not Brouillon.objects.exists()


@pytest.mark.parametrize(("longueur", "statut"), [(0, 200), (1, 413)])
def test_a_draft_has_a_greatest_size(cip, maison, longueur, statut):
    vide = len(json.dumps({"note": [""]}))
    assert garder(cip, maison, "a" * (TAILLE_MAXIMUM - vide + longueur)).status_code == statut


@pytest.mark.parametrize(("geste", "cle"), [("autre", "/x/"), ("", "/x/"), ("lire", ""), ("garder", "")])
def test_an_odd_request_is_refused(cip, maison, geste, cle):
    assert demander(cip, maison, geste, cle=cle).status_code == 400


def test_two_very_long_addresses_are_two_drafts():
    assert cle_de("/court/?personne=3") == "/court/?personne=3"
    longue = "/x/?" + "a" * 300
    assert cle_de(longue + "1") != cle_de(longue + "2")
    assert len(cle_de(longue)) <= 200


def entretien(client, maison, **champs):
    url = reverse("entretien_update", args=[maison.entretien.pk])
    form = client.get(url).context["form"]
    donnees = {"date": "2026-01-15", "note": "Corrigée", "empreintes": form["empreintes"].value(), "brouillon": url}
    return url, {**donnees, **champs}


def test_a_form_saved_drops_its_draft_and_tells_the_device(cip, maison):
    url, donnees = entretien(cip, maison)
    garder(cip, maison, cle=url)
    reponse = cip.post(url, donnees)
    assert reponse.status_code == 302
    # Without quotes, which the script does not read.
    assert reponse.cookies[COOKIE].OutputString().startswith(f"{COOKIE}=jete|%2Fentretiens%2F")
    assert not Brouillon.objects.exists()


def test_a_form_refused_keeps_its_draft(cip, maison):
    url, donnees = entretien(cip, maison, date="")
    garder(cip, maison, cle=url)
    reponse = cip.post(url, donnees)
    assert reponse.status_code == 200
    assert reponse.cookies[COOKIE].value.startswith("garde|")
    assert Brouillon.objects.count() == 1


def test_a_session_ended_while_typing_is_told_by_its_status(maison):
    reponse = garder(Client(), maison)
    assert reponse.status_code == 401
    assert reponse.json() == {"connexion": reverse("connexion")}


def test_a_form_sent_after_the_session_ended_drops_nothing_and_leads_back(cip, maison):
    url, donnees = entretien(cip, maison)
    garder(cip, maison, cle=url)
    reponse = Client().post(url, donnees)
    assert reponse["Location"] == f"{reverse('connexion')}?next={url}"
    assert COOKIE not in reponse.cookies
    assert Brouillon.objects.count() == 1


def test_what_waited_for_the_network_is_answered_in_words_and_once(cip, maison):
    url, donnees = entretien(cip, maison)
    garder(cip, maison, cle=url)
    reponse = cip.post(url, donnees, headers=ENVOI)
    dossier = reverse("personne_detail", args=[maison.aci.pk])
    assert reponse.json()["adresse"] == dossier
    assert len(reponse.json()["messages"]) == 1
    assert not Brouillon.objects.exists()
    assert reponse.json()["messages"][0] not in cip.get(dossier).content.decode()


def test_what_waited_for_the_network_and_is_refused_keeps_its_draft(cip, maison):
    url, donnees = entretien(cip, maison, date="")
    garder(cip, maison, cle=url)
    reponse = cip.post(url, donnees, headers=ENVOI)
    assert reponse["Content-Type"].startswith("text/html")
    assert Brouillon.objects.count() == 1


def test_without_scripts_a_form_is_a_plain_form(cip, maison):
    url, donnees = entretien(cip, maison)
    del donnees["brouillon"]
    reponse = cip.post(url, donnees)
    assert reponse.status_code == 302
    assert COOKIE not in reponse.cookies


def test_signing_out_clears_the_device_and_signing_in_finds_the_draft(cip, maison):
    garder(cip, maison)
    assert cip.post(reverse("deconnexion"))["Clear-Site-Data"] == '"storage"'
    cip.post(reverse("connexion"), {"username": "cip@exemple.fr", "password": MOT_DE_PASSE})
    assert demander(cip, maison, "lire").json()["contenu"] == {"note": ["À suivre"]}


def test_a_draft_needs_the_token_against_forgery(maison):
    client = Client(enforce_csrf_checks=True)
    client.force_login(maison.comptes["cip"])
    assert garder(client, maison).status_code == 403
    assert not Brouillon.objects.exists()


def test_no_draft_enters_the_history(cip, maison):
    from auditlog.models import LogEntry

    avant = LogEntry.objects.count()
    garder(cip, maison, "Confidence")
    assert LogEntry.objects.count() == avant
    assert Frein.objects.count() == 1
