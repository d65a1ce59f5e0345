"""A fact is shared with the other pole by an act, told as such, and withdrawn; its private part never crosses."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from maison import NOTE_LOGEMENT, NOTE_PRO, NOTE_RSA

from aipi import partages
from aipi.historique import historique_de
from aipi.models import Partage
from insertion_pro.models import Entretien, Parcours, ReleveHeures
from insertion_sociale.models import ContactRsa

pytestmark = pytest.mark.django_db
PRIVEE = "Ce que Luc garde pour lui"


@pytest.fixture
def contact(maison) -> ContactRsa:
    """A contact of the referent with the person whom both poles follow."""
    contact = ContactRsa.objects.get(ref="CTR-2")
    ContactRsa.objects.filter(pk=contact.pk).update(auteur=maison.comptes["referent"], note_privee=PRIVEE)
    return contact


def adresse(objet) -> str:
    return reverse("partage", args=[objet._meta.label_lower, objet.pk])


def dossier(client, maison, qui: str, page: str = "personne_detail") -> str:
    client.force_login(maison.comptes[qui])
    return client.get(reverse(page, args=[maison.deux_poles.pk])).content.decode()


def partager(client, maison, qui: str, objet, geste: str = "partager"):
    client.force_login(maison.comptes[qui])
    return client.post(adresse(objet), {"geste": geste})


def test_by_default_nothing_of_a_pole_is_in_the_thread_of_the_other(client, maison, contact):
    for qui, tues in (("cip", (NOTE_RSA, NOTE_LOGEMENT)), ("referent", (NOTE_PRO,))):
        page = dossier(client, maison, qui)
        assert not any(note in page for note in tues)
        assert "Partagé" not in page


def test_a_shared_note_is_in_the_thread_of_the_other_pole_with_who_shared_it(client, maison, contact):
    assert partager(client, maison, "referent", contact).status_code == 302
    for page in ("personne_detail", "personne_imprimer"):
        lu = dossier(client, maison, "cip", page)
        assert NOTE_RSA in lu
        assert "Partagé avec vous" in lu
        assert "referent@exemple.fr" in lu
        assert NOTE_LOGEMENT not in lu
        assert reverse("contact_rsa_update", args=[contact.pk]) not in lu


def test_the_private_part_of_a_shared_note_does_not_cross(client, maison, contact):
    partager(client, maison, "referent", contact)
    assert PRIVEE in dossier(client, maison, "referent")
    for qui in ("cip", "directeur", "polyvalent"):
        assert PRIVEE not in dossier(client, maison, qui)
    # Not even to its own author, once he is of the other pole.
    compte = maison.comptes["referent"]
    compte.pole_social, compte.pole_pro = False, True
    compte.save()
    lu = dossier(client, maison, "referent")
    assert NOTE_RSA in lu
    assert PRIVEE not in lu


def test_what_is_withdrawn_is_read_no_more_and_both_acts_stay_in_the_history(client, maison, contact):
    partager(client, maison, "referent", contact)
    assert "Ne plus partager" in dossier(client, maison, "referent")
    partager(client, maison, "referent", contact, "retirer")
    assert NOTE_RSA not in dossier(client, maison, "cip")
    client.force_login(maison.comptes["referent"])
    historique = historique_de(contact, maison.comptes["referent"])
    gestes = [(c.geste, c.sur, c.auteur) for c in historique.changements(list(historique.entrees))]
    sur = "partage\u202f: avec le pôle insertion professionnelle"
    assert gestes[:2] == [("Partage arrêté", sur, "referent@exemple.fr"), ("Création", sur, "referent@exemple.fr")]
    assert (
        "Partage arrêté"
        in client.get(reverse("objet_historique", args=[contact._meta.label_lower, contact.pk])).content.decode()
    )


def test_sharing_twice_shares_once_and_again_after_a_withdrawal(client, maison, contact):
    partager(client, maison, "referent", contact)
    partager(client, maison, "referent", contact)
    assert Partage.objects.count() == 1
    partager(client, maison, "referent", contact, "retirer")
    partager(client, maison, "referent", contact, "retirer")
    partager(client, maison, "referent", contact)
    assert Partage.objects.count() == 2
    assert NOTE_RSA in dossier(client, maison, "cip")


def test_nothing_is_shared_about_a_person_whom_the_other_pole_does_not_follow(client, maison):
    reponse = partager(client, maison, "cip", maison.entretien)
    assert reponse.status_code == 302
    assert not Partage.objects.exists()
    assert (
        "Partager avec l’autre pôle"
        not in client.get(reverse("personne_detail", args=[maison.aci.pk])).content.decode()
    )
    assert 'value="partager"' not in client.get(adresse(maison.entretien)).content.decode()


def test_the_other_pole_cannot_share_nor_withdraw_what_is_not_its_own(client, maison, contact):
    assert partager(client, maison, "cip", contact).status_code == 404
    partager(client, maison, "referent", contact)
    assert partager(client, maison, "cip", contact, "retirer").status_code == 404
    assert Partage.objects.get().retire_le is None
    assert client.get(reverse("contact_rsa_update", args=[contact.pk])).status_code == 403


@pytest.mark.parametrize("qui", ["encadrant", "sans_pole", "financeur", "administrateur"])
def test_a_shared_note_is_for_social_workers_only(client, maison, contact, qui):
    partager(client, maison, "referent", contact)
    assert NOTE_RSA not in dossier(client, maison, qui)


def test_an_interview_is_shared_with_the_social_pole(client, maison):
    entretien = Entretien.objects.get(ref="ENT-2")
    assert "Partager avec l’autre pôle" in dossier(client, maison, "cip")
    partager(client, maison, "cip", entretien)
    assert NOTE_PRO in dossier(client, maison, "referent")


def test_once_the_person_is_followed_by_one_pole_only_nothing_is_read_any_more(client, maison, contact):
    partager(client, maison, "referent", contact)
    ReleveHeures.objects.filter(contrat__parcours=maison.parcours_double).delete()
    maison.parcours_double.contrats.all().delete()
    Entretien.objects.filter(parcours=maison.parcours_double).delete()
    Parcours.objects.filter(pk=maison.parcours_double.pk).delete()
    client.force_login(maison.comptes["cip"])
    assert client.get(reverse("personne_detail", args=[maison.deux_poles.pk])).status_code == 404


def test_a_kind_of_row_that_nobody_declared_is_not_shared(client, maison):
    client.force_login(maison.comptes["cip"])
    assert partages.nature_de("insertion_pro.frein") is None
    assert client.get(adresse(maison.frein)).status_code == 404


def test_shared_notes_cost_one_query_more_however_many(client, maison, contact):
    client.force_login(maison.comptes["cip"])
    url = reverse("personne_detail", args=[maison.deux_poles.pk])
    partages.partager(
        maison.comptes["referent"], partages.nature_de("insertion_sociale.contactrsa"), contact, maison.deux_poles
    )
    client.get(url)
    with CaptureQueriesContext(connection) as une:
        client.get(url)
    for n in range(5):
        autre = ContactRsa.objects.create(
            ref=f"CTR-P{n}", suivi=contact.suivi, date=contact.date, type="visite", statut="honore", note="Autre"
        )
        partages.partager(
            maison.comptes["referent"], partages.nature_de("insertion_sociale.contactrsa"), autre, maison.deux_poles
        )
    with CaptureQueriesContext(connection) as six:
        client.get(url)
    assert len(six) == len(une) <= 20
