"""The feed of one's appointments: what it says, what it never says, who opens it, how it is closed."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from maison import Maison

from aipi.agenda import empreinte, initiales, ouvrir
from aipi.models import Personne
from insertion_pro.models import Parcours, RendezVous
from insertion_sociale.models import ContactRsa, RendezVousLogement, SuiviRsa

pytestmark = pytest.mark.django_db


def prendre(maison: Maison, ref: str = "R", ecart: int = 3, **champs: object) -> RendezVous:
    valeurs = {
        "date": timezone.localdate() + datetime.timedelta(days=ecart),
        "heure": datetime.time(9, 30),
        "lieu": "Bergues, bureau 2 ; étage 1",
        **champs,
    }
    return RendezVous.objects.create(ref=ref, parcours=maison.parcours, **valeurs)


def flux(client, secret: str):
    reponse = client.get(reverse("agenda_ics", args=[secret]))
    assert reponse.status_code == 200
    return reponse


def evenements(client, secret: str) -> list:
    return Calendar.from_ical(flux(client, secret).content).walk("VEVENT")


def test_the_address_is_shown_once_and_only_its_hash_is_kept(client, maison):
    compte = maison.comptes["cip"]
    client.force_login(compte)
    texte = client.post(reverse("agenda"), {"geste": "ouvrir"}).content.decode()
    compte.refresh_from_db()
    secret = texte.split("testserver/agenda/")[1].split(".ics")[0]
    assert compte.agenda == empreinte(secret)
    assert secret not in client.get(reverse("agenda")).content.decode()
    client.logout()
    assert flux(client, secret).headers["Content-Type"] == "text/calendar; charset=utf-8"


def test_another_address_closes_the_one_before_and_closing_closes_all(client, maison):
    compte = maison.comptes["cip"]
    ancien, nouveau = ouvrir(compte), ouvrir(compte)
    assert client.get(reverse("agenda_ics", args=[ancien])).status_code == 404
    flux(client, nouveau)
    client.force_login(compte)
    client.post(reverse("agenda"), {"geste": "fermer"})
    assert client.get(reverse("agenda_ics", args=[nouveau])).status_code == 404


def test_a_closed_account_has_no_feed(client, maison):
    compte = maison.comptes["cip"]
    secret = ouvrir(compte)
    compte.is_active = False
    compte.save()
    assert client.get(reverse("agenda_ics", args=[secret])).status_code == 404


@pytest.mark.parametrize("secret", ["x", "é" * 50, "None", "a" * 500])
def test_a_wrong_secret_opens_nothing(client, maison, secret):
    assert client.get(reverse("agenda_ics", args=[secret])).status_code == 404


def test_the_hash_itself_opens_nothing(client, maison):
    compte = maison.comptes["cip"]
    ouvrir(compte)
    assert client.get(reverse("agenda_ics", args=[compte.agenda])).status_code == 404


def test_the_feed_is_kept_by_nobody_on_the_way(client, maison):
    entetes = flux(client, ouvrir(maison.comptes["cip"])).headers
    assert "no-store" in entetes["Cache-Control"]
    assert "private" in entetes["Cache-Control"]
    assert entetes["X-Robots-Tag"] == "noindex"


def test_it_says_when_where_and_initials_and_no_more(client, maison):
    prendre(maison)
    secret = ouvrir(maison.comptes["cip"])
    texte = flux(client, secret).content.decode()
    for cache in ("Évrard", "Zoé", "06 11", "confidentielle"):
        assert cache not in texte
    [evenement] = evenements(client, secret)
    assert str(evenement["summary"]) == "Rendez-vous ACI Z. É."
    assert str(evenement["location"]) == "Bergues, bureau 2 ; étage 1"
    assert str(evenement["url"]).endswith(reverse("personne_detail", args=[maison.aci.pk]))
    assert (evenement["status"], evenement["uid"].endswith("@aipi")) == ("CONFIRMED", True)


def test_it_is_written_as_the_standard_says(client, maison):
    prendre(maison, lieu="Très long lieu, " * 12)
    contenu = flux(client, ouvrir(maison.comptes["cip"])).content
    lignes = contenu.split(b"\r\n")
    assert b"\n" not in contenu.replace(b"\r\n", b"")
    assert max(map(len, lignes)) <= 75
    assert lignes[0] == b"BEGIN:VCALENDAR" and lignes[-2:] == [b"END:VCALENDAR", b""]
    assert b"VERSION:2.0" in lignes
    assert rb"lieu\, " in contenu


@pytest.mark.parametrize(("jour", "utc"), [((2026, 7, 1), 7), ((2026, 12, 1), 8)])
def test_nine_thirty_in_paris_is_said_in_universal_time(client, maison, jour, utc, monkeypatch):
    monkeypatch.setattr("aipi.agenda.timezone.localdate", lambda: datetime.date(*jour))
    prendre(maison, date=datetime.date(*jour))
    [evenement] = evenements(client, ouvrir(maison.comptes["cip"]))
    assert evenement.decoded("dtstart") == datetime.datetime(*jour, utc, 30, tzinfo=datetime.UTC)
    assert evenement.decoded("dtend") > evenement.decoded("dtstart")


def test_an_appointment_without_hour_takes_its_day(client, maison):
    rendez_vous = prendre(maison, heure=None, lieu="")
    [evenement] = evenements(client, ouvrir(maison.comptes["cip"]))
    assert evenement.decoded("dtstart") == rendez_vous.date
    assert "location" not in evenement


@pytest.mark.parametrize(("ecart", "attendu"), [(-31, 0), (-30, 1), (0, 1), (366, 1), (367, 0)])
def test_it_goes_from_thirty_days_ago_to_a_year_ahead(client, maison, ecart, attendu):
    prendre(maison, ecart=ecart)
    assert len(evenements(client, ouvrir(maison.comptes["cip"]))) == attendu


def test_a_cancelled_appointment_stays_and_says_so(client, maison):
    rendez_vous = prendre(maison)
    secret = ouvrir(maison.comptes["cip"])
    avant = evenements(client, secret)[0]
    rendez_vous.statut = "annule"
    rendez_vous.save()
    apres = evenements(client, secret)[0]
    assert (apres["status"], apres["uid"]) == ("CANCELLED", avant["uid"])
    assert str(apres["summary"]).endswith("(annulé)")
    assert apres.decoded("dtstamp") >= avant.decoded("dtstamp")


def test_the_same_rows_give_the_same_bytes(client, maison):
    prendre(maison)
    secret = ouvrir(maison.comptes["cip"])
    assert flux(client, secret).content == flux(client, secret).content


def test_it_holds_mine_and_those_of_my_files_given_with_no_one(client, maison):
    jour = timezone.localdate()
    prendre(maison, "R1")
    prendre(maison, "R2", intervenant=maison.comptes["referent"].intervenant)
    Parcours.objects.filter(pk=maison.parcours_autre.pk).update(referent=None)
    RendezVous.objects.create(ref="R3", parcours=maison.parcours_autre, date=jour)
    SuiviRsa.objects.filter(pk=maison.suivi.pk).update(referent=maison.comptes["referent"].intervenant)
    ContactRsa.objects.create(ref="K", suivi=maison.suivi, date=jour, type="convocation", statut="prevu")
    RendezVousLogement.objects.create(
        ref="L", mesure=maison.mesure, date=jour, intervenant=maison.comptes["referent"].intervenant
    )
    assert len(evenements(client, ouvrir(maison.comptes["cip"]))) == 1
    titres = {str(e["summary"]) for e in evenements(client, ouvrir(maison.comptes["referent"]))}
    # The appointment of the ACI is of the other pole: not even its initials.
    assert {"Convocation RSA I. V.", "Rendez-vous logement R. T."} <= titres
    assert not any("ACI" in titre for titre in titres)


def test_who_leaves_the_pole_keeps_nothing(client, maison):
    prendre(maison)
    compte = maison.comptes["cip"]
    secret = ouvrir(compte)
    compte.pole_pro = False
    compte.save()
    assert evenements(client, secret) == []


def test_without_a_member_of_staff_there_is_nothing_to_open(client, maison):
    compte = maison.comptes["polyvalent"]
    client.force_login(compte)
    texte = client.post(reverse("agenda"), {"geste": "ouvrir"}).content.decode()
    compte.refresh_from_db()
    assert compte.agenda is None
    assert "relié à aucun intervenant" in texte


def test_a_link_is_not_opened_by_reading_a_page(client, maison):
    compte = maison.comptes["cip"]
    client.force_login(compte)
    client.get(reverse("agenda"), {"geste": "ouvrir"})
    compte.refresh_from_db()
    assert compte.agenda is None


@pytest.mark.parametrize(
    ("nom", "prenom", "attendu"), [("Évrard", "Zoé", "Z. É."), ("", "ana", "A."), ("  de Smet", " ", "D.")]
)
def test_initials(nom, prenom, attendu):
    assert initiales(Personne(nom=nom, prenom=prenom)) == attendu
