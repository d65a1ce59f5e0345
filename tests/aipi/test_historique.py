"""The history of a row: who, when, from what to what, in French, and never a private note."""

from __future__ import annotations

import datetime

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from maison import code

from aipi.corbeille import retablir, supprimer
from aipi.historique import dernier_auteur
from aipi.models import Document
from insertion_pro.models import Contrat, Entretien, ReleveHeures

pytestmark = pytest.mark.django_db


def page(client, maison, objet, qui: str = "cip") -> str:
    client.force_login(maison.comptes[qui])
    reponse = client.get(reverse("objet_historique", args=[objet._meta.label_lower, objet.pk]))
    assert reponse.status_code == 200
    return " ".join(reponse.content.decode().split())


def changer(maison, objet, qui: str = "cip", **champs) -> None:
    with set_actor(maison.comptes[qui]):
        for nom, valeur in champs.items():
            setattr(objet, nom, valeur)
        objet.save()


def test_a_change_tells_who_when_before_and_after_in_words(client, maison):
    frein = maison.frein
    frein.refresh_from_db()
    sante = code("categorie_frein", "sante", "Santé")
    changer(maison, frein, categorie=sante, date_fin=datetime.date(2099, 3, 1), issue="leve")
    texte = page(client, maison, frein)
    for attendu in (
        "Modification",
        "par cip@exemple.fr",
        "Mobilité",
        "Santé",
        "1er mars 2099",
        "Levé",
        "Non renseigné",
    ):
        assert attendu in texte, attendu
    assert f">{sante.pk}<" not in texte


def test_a_private_note_never_appears(client, maison):
    entretien = maison.entretien
    changer(maison, entretien, note_privee="Secret du bureau", note="Note ouverte")
    texte = page(client, maison, entretien)
    assert "Note ouverte" in texte
    assert "Secret" not in texte
    assert not LogEntry.objects.filter(changes__has_key="note_privee").exists()


def test_what_was_created_and_deleted_beneath_is_told(client, maison):
    with set_actor(maison.comptes["cip"]):
        ReleveHeures.objects.create(contrat=maison.contrat, mois=datetime.date(2026, 2, 1), heures=12)
    supprimer(maison.contrat.releves_heures.get(mois=datetime.date(2026, 2, 1)), maison.comptes["cip"])
    texte = page(client, maison, maison.contrat)
    assert texte.count("Relevé d’heures") == 2
    assert "Suppression" in texte


def test_what_came_back_is_told_too(client, maison):
    retablir(supprimer(maison.frein, maison.comptes["cip"]))
    assert page(client, maison, maison.frein).count("Création") == 2


def test_an_imported_row_says_that_its_beginning_is_not_known(client, maison):
    Contrat.objects.bulk_create(
        [
            Contrat(
                ref="IMPORTE",
                parcours=maison.parcours,
                equipe=maison.equipe,
                date_debut=datetime.date(2020, 1, 1),
                date_fin=datetime.date(2020, 6, 1),
            )
        ]
    )
    contrat = Contrat.objects.get(ref="IMPORTE")
    assert "vient d’un import" in page(client, maison, contrat)
    changer(maison, contrat, date_fin=datetime.date(2020, 7, 1))
    texte = page(client, maison, contrat)
    assert "1er juillet 2020" in texte
    assert "vient d’un import" in texte
    assert "vient d’un import" not in page(client, maison, maison.contrat)


def test_the_same_number_written_otherwise_is_no_change(client, maison):
    from decimal import Decimal

    contrat = Contrat.objects.get(pk=maison.contrat.pk)
    changer(maison, contrat, heures_hebdo=Decimal("26"))
    contrat.refresh_from_db()
    changer(maison, contrat, heures_hebdo=Decimal("26.00"), date_fin=datetime.date(2027, 1, 1))
    texte = page(client, maison, contrat)
    assert texte.count("Heures hebdomadaires") + texte.count("heures par semaine") <= 1
    assert "1er janvier 2027" in texte


def test_a_supervisor_reads_the_history_of_what_it_enters_only(client, maison):
    client.force_login(maison.comptes["encadrant"])
    releve = maison.contrat.releves_heures.get()
    for objet, statut in ((releve, 200), (maison.contrat, 404), (maison.aci, 404), (maison.parcours, 404)):
        reponse = client.get(reverse("objet_historique", args=[objet._meta.label_lower, objet.pk]))
        assert reponse.status_code == statut


def test_the_history_of_a_person_names_no_row_of_the_other_pole_nor_a_confidential_document(client, maison):
    Document.objects.create(
        personne=maison.deux_poles,
        pole="pro",
        type="cv",
        intitule="Lettre confidentielle",
        fichier="documents/x.pdf",
        type_mime="application/pdf",
        taille=3,
        auteur=maison.comptes["directeur"],
        confidentiel=True,
    )
    supprimer(Document.objects.get(intitule="Lettre confidentielle"), maison.comptes["directeur"])
    texte = page(client, maison, maison.deux_poles)
    assert "Parcours" in texte
    assert "Suivi RSA" not in texte
    assert "Mesure logement" not in texte
    assert "confidentielle" not in texte
    assert "confidentielle" in page(client, maison, maison.deux_poles, "directeur")


def test_who_changed_a_field_last_is_known(maison):
    entretien = maison.entretien
    changer(maison, entretien, "cip", note="Une")
    changer(maison, entretien, "polyvalent", note="Deux")
    changer(maison, entretien, "cip", duree_minutes=30)
    derniers = dernier_auteur(entretien, ["note", "duree_minutes", "lieu"])
    assert {nom: qui for nom, (qui, _) in derniers.items()} == {
        "note": "polyvalent@exemple.fr",
        "duree_minutes": "cip@exemple.fr",
    }


def test_the_history_is_paged_and_costs_the_same_whatever_its_length(client, maison):
    entretien = maison.entretien
    for nombre in (3, 60):
        for rang in range(nombre):
            changer(
                maison, entretien, note=f"Version {nombre} {rang}", intervenant_id=maison.comptes["cip"].intervenant_id
            )
        client.force_login(maison.comptes["cip"])
        with CaptureQueriesContext(connection) as requetes:
            reponse = client.get(reverse("objet_historique", args=["insertion_pro.entretien", entretien.pk]))
        assert len(requetes) <= 15
    texte = reponse.content.decode()
    assert "Version 60 59" in texte
    assert "Version 3 0" not in texte
    assert 'rel="next"' in texte


def test_the_history_of_a_parcours_reads_all_that_hangs_on_it_in_few_queries(client, maison):
    for nombre in (3, 60):
        for rang in range(nombre):
            Entretien.objects.create(ref=f"E{nombre}-{rang}", parcours=maison.parcours, date=datetime.date(2026, 1, 1))
        client.force_login(maison.comptes["cip"])
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse("objet_historique", args=["insertion_pro.parcours", maison.parcours.pk]))
        assert len(requetes) <= 20
