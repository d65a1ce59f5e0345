"""Entry of an RSA contact, and the lists of the pole."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from maison import NOTE_RSA

from insertion_sociale.models import ContactRsa, MesureLogement

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(client, maison) -> str:
    client.force_login(maison.comptes["referent"])
    return reverse("contact_create", args=[maison.rsa.pk, "rsa"])


def remplir(client, url: str, **champs: str) -> dict[str, str]:
    page = client.get(url).content.decode()
    jeton = re.search(r'name="jeton" value="([^"]+)"', page)[1]
    jour = timezone.localdate().isoformat()
    return {"date": jour, "type": "telephone", "statut": "honore", "jeton": jeton, **champs}


def test_beside_the_form_stand_the_last_contacts_and_the_next_appointment(client, maison, url):
    dans_huit_jours = timezone.localdate() + datetime.timedelta(days=8)
    ContactRsa.objects.create(ref="RDV", suivi=maison.suivi, date=dans_huit_jours, type="convocation", statut="prevu")
    texte = client.get(url).content.decode()
    for attendu in (NOTE_RSA, "dans 8 jours", "Contrat d’engagement", "dans 5 jours"):
        assert attendu in texte


def test_a_contact_is_written_once_however_often_it_is_sent(client, maison, url):
    saisie = remplir(client, url, note="Appel du matin")
    for _ in range(3):
        assert client.post(url, saisie)["Location"] == reverse("personne_detail", args=[maison.rsa.pk])
    contact = ContactRsa.objects.get(note="Appel du matin")
    assert (contact.suivi, contact.type, contact.statut) == (maison.suivi, "telephone", "honore")


@pytest.mark.parametrize("champ", ["date", "type", "statut"])
def test_what_gives_a_contact_its_meaning_is_asked_for(client, maison, url, champ):
    reponse = client.post(url, remplir(client, url, note="Texte à garder") | {champ: ""})
    assert "obligatoire" in reponse.context["form"].errors[champ][0]
    assert "Texte à garder" in reponse.content.decode()
    assert ContactRsa.objects.count() == 2


def test_an_appointment_becomes_an_absence(client, maison, url):
    correction = reverse("contact_rsa_update", args=[maison.contact.pk])
    empreintes = client.get(correction).context["form"]["empreintes"].value()
    client.post(
        correction,
        {
            "date": "2026-02-01",
            "type": "convocation",
            "statut": "absence_excusee",
            "note": "",
            "empreintes": empreintes,
        },
    )
    maison.contact.refresh_from_db()
    assert (maison.contact.statut, maison.contact.ref) == ("absence_excusee", "CTR-1")


def trouves(client, nom: str, **parametres) -> set[str]:
    return {ligne.ref for ligne in client.get(reverse(nom), parametres).context["page"].objets}


def test_follow_ups_are_filtered_by_state_referent_year_and_name(client, maison, url):
    maison.suivi.date_sortie = timezone.localdate() - datetime.timedelta(days=1)
    maison.suivi.save()
    assert trouves(client, "suivi_rsa_list") == {"S2"}
    assert trouves(client, "suivi_rsa_list", etat="sorti") == {"S1"}
    assert trouves(client, "suivi_rsa_list", etat="tous", referent=maison.comptes["referent"].intervenant_id) == {"S1"}
    assert trouves(client, "suivi_rsa_list", etat="tous", annee=timezone.localdate().year) == {"S1", "S2"}
    assert trouves(client, "suivi_rsa_list", etat="tous", q="ines") == {"S1"}


def test_the_last_contact_is_the_last_that_took_place(client, maison, url):
    demain = timezone.localdate() + datetime.timedelta(days=1)
    ContactRsa.objects.create(ref="RDV", suivi=maison.suivi, date=demain, type="convocation", statut="prevu")
    lignes = {ligne.pk: ligne for ligne in client.get(reverse("suivi_rsa_list")).context["page"].objets}
    assert lignes[maison.suivi.pk].dernier_contact == timezone.localdate()


def test_measures_are_filtered_by_state_scheme_and_year(client, maison, url):
    hier = timezone.localdate() - datetime.timedelta(days=1)
    debut = hier - datetime.timedelta(days=200)
    MesureLogement.objects.create(
        ref="M2", personne=maison.rsa, dispositif="partenord", type="maintien", date_debut=debut, date_fin=hier
    )
    assert trouves(client, "mesure_logement_list") == {"M1"}
    assert trouves(client, "mesure_logement_list", etat="sorti") == {"M2"}
    assert trouves(client, "mesure_logement_list", etat="tous", dispositif="partenord") == {"M2"}
    assert trouves(client, "mesure_logement_list", etat="tous", type="maintien") == {"M2"}
    assert trouves(client, "mesure_logement_list", etat="tous", annee=debut.year - 3) == set()


def test_actions_are_found_without_accents_and_counted_by_those_who_came(client, maison, url):
    assert trouves(client, "action_list", q="sommeil leger") == set()
    assert trouves(client, "action_list", q="bien-etre SOMMEIL") == {"A1"}
    assert trouves(client, "action_list", domaine="collectif") == set()
    assert trouves(client, "action_list", annee=timezone.localdate().year) == {"A1"}
    [action] = client.get(reverse("action_list")).context["page"].objets
    assert (action.tenues, action.participants) == (1, 1)


def test_the_actions_of_the_year_in_hand_come_first(client, maison, url):
    maison.action.annee = timezone.localdate().year - 1
    maison.action.save()
    assert trouves(client, "action_list") == set()
    assert trouves(client, "action_list", annee="") == {"A1"}
