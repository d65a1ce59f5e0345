"""An appointment by itself: taken without a contact, moved, corrected, found from where it is read."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir
from maison import Maison, personne

from insertion_pro.models import RendezVous
from insertion_sociale.models import ContactRsa, MesureLogement, RendezVousLogement

pytestmark = pytest.mark.django_db
DEMAIN = datetime.timedelta(days=1)
GENRES = pytest.mark.parametrize(
    ("qui", "modele", "suivi", "nom"),
    [
        ("cip", RendezVous, "parcours", "rendez_vous"),
        ("referent", RendezVousLogement, "mesure", "rendez_vous_logement"),
    ],
)


def prendre(maison: Maison, modele, suivi: str, ref: str = "R", **champs: object):
    jour = timezone.localdate() + DEMAIN
    return modele.objects.create(**{"ref": ref, suivi: getattr(maison, suivi), "date": jour, **champs})


def messages(client, url: str, **champs: str) -> list[str]:
    return [str(m) for m in client.post(url, remplir(client, url, **champs), follow=True).context["messages"]]


@GENRES
def test_it_is_taken_without_a_contact_with_me_and_once(client, maison, qui, modele, suivi, nom):
    client.force_login(maison.comptes[qui])
    url = reverse(f"{nom}_create", args=[getattr(maison, suivi).pk])
    jour = timezone.localdate() + DEMAIN
    envoi = remplir(client, url, date=jour.isoformat(), heure="09:30", lieu="Bergues")
    for _ in range(2):
        assert client.post(url, envoi).status_code == 302
    [pris] = modele.objects.all()
    assert (pris.date, f"{pris.heure:%H:%M}", pris.lieu, pris.statut) == (jour, "09:30", "Bergues", "prevu")
    assert (pris.intervenant, getattr(pris, suivi)) == (maison.comptes[qui].intervenant, getattr(maison, suivi))


@GENRES
def test_it_is_moved_then_cancelled_and_an_outcome_is_corrected(client, maison, qui, modele, suivi, nom):
    pris = prendre(maison, modele, suivi, statut="honore")
    client.force_login(maison.comptes[qui])
    url = reverse(f"{nom}_update", args=[pris.pk])
    plus_tard = timezone.localdate() + 8 * DEMAIN
    for champs in ({"statut": "prevu", "date": plus_tard.isoformat(), "heure": "14:00"}, {"statut": "annule"}):
        assert messages(client, url, **champs) == ["Le rendez-vous est corrigé."]
    pris.refresh_from_db()
    assert (pris.date, f"{pris.heure:%H:%M}", pris.statut) == (plus_tard, "14:00", "annule")


@GENRES
def test_a_colleague_s_pointing_made_meanwhile_is_shown_and_kept(client, maison, qui, modele, suivi, nom):
    pris = prendre(maison, modele, suivi)
    client.force_login(maison.comptes[qui])
    url = reverse(f"{nom}_update", args=[pris.pk])
    envoi = remplir(client, url, statut="annule")
    modele.objects.filter(pk=pris.pk).update(statut="absence_excusee")
    reponse = client.post(url, envoi)
    assert [(d.actuelle, d.saisie) for d in reponse.context["form"].divergences] == [("Absence excusée", "Annulé")]
    pris.refresh_from_db()
    assert pris.statut == "absence_excusee"


@GENRES
@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("date", ""), ("date", "2101-01-01"), ("heure", "25:00"), ("statut", "x"), ("lieu", "x" * 251)],
)
def test_an_error_is_told_at_its_field(client, maison, qui, modele, suivi, nom, champ, valeur):
    pris = prendre(maison, modele, suivi)
    client.force_login(maison.comptes[qui])
    url = reverse(f"{nom}_update", args=[pris.pk])
    assert list(client.post(url, remplir(client, url, **{champ: valeur})).context["form"].errors) == [champ]


@GENRES
def test_what_is_odd_is_said_and_saved(client, maison, qui, modele, suivi, nom):
    sien = getattr(maison, suivi)
    client.force_login(maison.comptes[qui])
    url = reverse(f"{nom}_create", args=[sien.pk])
    debut = sien.date_debut if isinstance(sien, MesureLogement) else sien.date_entree
    for ecart, mots in ((-1, ("est passé", "ne commence que")), (0, ("est passé",)), (101, ())):
        dits = messages(client, url, date=(debut + ecart * DEMAIN).isoformat())[1:]
        assert len(dits) == len(mots)
        assert all(mot in dit for mot, dit in zip(mots, dits, strict=True))
    assert modele.objects.count() == 3


@GENRES
def test_dossier_and_day_lead_to_it_and_one_comes_back(client, maison, qui, modele, suivi, nom):
    pris = prendre(maison, modele, suivi, date=timezone.localdate())
    client.force_login(maison.comptes[qui])
    url = reverse(f"{nom}_update", args=[pris.pk])
    personne = getattr(maison, suivi).personne
    dossier = client.get(reverse("personne_detail", args=[personne.pk])).content.decode()
    assert url in dossier
    assert reverse(f"{nom}_create", args=[getattr(maison, suivi).pk]) in dossier
    jour = client.get(reverse("accueil"), {"portee": "pole"}).content.decode()
    retour = f"{url}?retour=/%3Fportee%3Dpole"
    assert retour in jour
    assert client.post(retour, remplir(client, retour, lieu="Mairie")).headers["Location"] == "/?portee=pole"


def test_the_day_leads_to_where_a_convocation_is_moved(client, maison):
    contact = ContactRsa.objects.create(
        ref="K", suivi=maison.suivi, date=timezone.localdate(), type="convocation", statut="prevu"
    )
    client.force_login(maison.comptes["referent"])
    assert reverse("contact_rsa_update", args=[contact.pk]) in client.get(reverse("accueil")).content.decode()


@GENRES
def test_another_pole_or_team_does_not_open_it(client, maison, qui, modele, suivi, nom):
    pris = prendre(maison, modele, suivi)
    for autre in {"cip", "referent", "encadrant"} - {qui}:
        client.force_login(maison.comptes[autre])
        assert client.get(reverse(f"{nom}_update", args=[pris.pk])).status_code == 403


@GENRES
def test_the_form_costs_the_same_whatever_was_taken(
    client, maison, qui, modele, suivi, nom, django_assert_max_num_queries
):
    pris = prendre(maison, modele, suivi)
    client.force_login(maison.comptes[qui])
    url = reverse(f"{nom}_update", args=[pris.pk])
    client.get(url)
    for rang in range(30):
        prendre(maison, modele, suivi, f"R{rang}")
        personne(f"N{rang}", "Nombreux", f"{rang}")
    with django_assert_max_num_queries(12):
        assert len(client.get(url).context["autres"]) == 5
