"""A stay that ends, by keyboard: a PMSMP beyond its rule is explained, the exit told, news taken, two files merged."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from maison import code, personne
from playwright.sync_api import Page, expect

from aipi.models import Personne
from insertion_pro.models import Mission, SuiteSortie

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


def enregistrer(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).press("Enter")


@LARGEURS
def test_a_pmsmp_of_more_than_a_month_is_saved_and_explained(maison, entrer, sans_obstacle, largeur):
    jour = timezone.localdate()
    page = entrer("cip", largeur)
    page.goto(reverse("mission_create", args=[maison.parcours.pk]))
    page.get_by_label("Employeur").fill("Ferme du Moulin")
    page.get_by_label("Début").fill((jour - datetime.timedelta(days=40)).isoformat())
    page.get_by_label("Fin", exact=True).fill(jour.isoformat())
    enregistrer(page)
    expect(page.get_by_text("Une PMSMP dure au plus un mois").first).to_be_visible()
    sans_obstacle(page)
    assert Mission.objects.filter(employeur="Ferme du Moulin", date_fin=jour).count() == 1


@LARGEURS
def test_an_exit_is_told_then_news_are_taken_and_the_lines_of_the_day_go(maison, entrer, sans_obstacle, largeur):
    motif = code("motif_sortie", "chomage", "Chômage")
    sortie = timezone.localdate() - datetime.timedelta(days=95)
    maison.parcours.date_sortie = sortie
    maison.parcours.save()
    page = entrer("cip", largeur)
    sans_motif = page.get_by_role("region", name="Sorties sans motif")
    sans_motif.get_by_role("link", name="Donner le motif, Évrard Zoé").press("Enter")
    page.get_by_text("Ce que veut dire chaque catégorie").press("Enter")
    expect(page.get_by_text("C’est une sortie dynamique").first).to_be_visible()
    sans_obstacle(page)
    page.get_by_label("Motif de sortie").select_option(str(motif.pk))
    enregistrer(page)
    expect(page.get_by_text("Des nouvelles seront à prendre à 3 et à 6 mois.")).to_be_visible()
    page.goto(reverse("accueil"))
    expect(sans_motif.get_by_text("Toutes les sorties sont expliquées.")).to_be_visible()
    suites = page.get_by_role("region", name="Prendre des nouvelles")
    suites.get_by_role("link", name="Noter la situation, Évrard Zoé").press("Enter")
    page.get_by_label("En emploi").press("Space")
    sans_obstacle(page)
    enregistrer(page)
    expect(page.get_by_text("Les nouvelles sont enregistrées.")).to_be_visible()
    page.goto(reverse("accueil"))
    expect(suites.get_by_text("Personne à rappeler ce mois-ci.")).to_be_visible()
    assert [(s.mois, s.situation) for s in SuiteSortie.objects.all()] == [(3, "emploi")]


@LARGEURS
def test_who_does_not_renew_a_contract_finds_the_exit_beside_it(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    page.get_by_role("region", name="Échéances").get_by_role("link", name="Renouveler, Évrard Zoé").press("Enter")
    sans_obstacle(page)
    page.get_by_role("link", name="Enregistrer la sortie").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sortie de l’ACI")


@LARGEURS
def test_two_files_of_one_person_are_merged_by_keyboard(maison, entrer, sans_obstacle, largeur):
    double = personne("P1B", "Evrard", "Zoé", courriel="zoe@exemple.fr")
    page = entrer("cip", largeur)
    page.goto(reverse("personne_fusion", args=[maison.aci.pk]))
    page.get_by_role("link", name="Comparer avec Zoé Evrard").press("Enter")
    sans_obstacle(page)
    page.get_by_role("button", name="Fusionner les deux fiches").press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    maison.aci.refresh_from_db()
    assert maison.aci.courriel == "zoe@exemple.fr"
    assert not Personne.objects.filter(pk=double.pk).exists()
