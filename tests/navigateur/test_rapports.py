"""The report and its figures in a browser: from the list of years to the files behind a figure, at both widths."""

from __future__ import annotations

import datetime
import io

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from rapports.financeurs.acces import ouvrir as donner
from rapports.models import AccesFinanceur, Photo, Rapport, Texte

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


@LARGEURS
def test_no_page_of_the_report_puts_an_obstacle_in_the_way(maison, entrer, sans_obstacle, largeur):
    annee = timezone.localdate().year
    page = entrer("directeur", largeur)
    for nom, *args in (
        ("rapport_list",),
        ("rapport_detail", annee),
        ("indicateur_detail", annee, "aci.salaries"),
        ("indicateur_detail", annee, "aci.salaries_par_age"),
        ("indicateur_liste", annee, "aci.salaries"),
        ("texte_update", annee, "aci"),
        ("rapport_clore", annee - 1),
    ):
        page.goto(reverse(nom, args=args))
        sans_obstacle(page)


def test_pages_that_open_only_afterwards_put_no_obstacle_either(
    maison, entrer, ouvrir, sans_obstacle, sans_obstacle_elargie
):
    """What is closed, written twice or illustrated, and what a visitor is shown: never open in the table of addresses."""
    jour, directeur = timezone.localdate(), maison.comptes["directeur"]
    rapport = Rapport.objects.create(debut=datetime.date(jour.year, 1, 1), fin=datetime.date(jour.year, 12, 31))
    texte = Texte(rapport=rapport, section="aci", corps="Une année.")
    texte.enregistrer(directeur)
    texte.corps = "Une année de chantiers."
    texte.enregistrer(directeur)
    vue = io.BytesIO()
    Image.new("RGB", (80, 60), "#5698cb").save(vue, "JPEG")
    photo = Photo.objects.create(
        rapport=rapport, section="aci", image=ContentFile(vue.getvalue(), "chantier.jpg"), alternative="Un chantier"
    )
    call_command("clore", annee=jour.year - 1, sans_fichiers=True, stdout=io.StringIO())
    lien = donner(AccesFinanceur.Genre.LIEN, maison.tableau, "Service", jour, directeur)
    page, visiteur = entrer("directeur", 360), ouvrir(360)
    for feuille, nom, *args in (
        (page, "texte_historique", jour.year, "aci"),
        (page, "photo_update", photo.pk),
        (page, "photo_delete", photo.pk),
        (page, "edition_list", jour.year - 1),
        (page, "rapport_differences", jour.year - 1),
        (page, "rapport_rouvrir", jour.year - 1),
        (page, "rapport_detail", jour.year - 1),
        (page, "indicateur_liste", jour.year - 1, "aci.salaries"),
        (visiteur, "partage_detail", lien),
        (visiteur, "api_accueil"),
        (visiteur, "connexion"),
        (visiteur, "mot_de_passe_oublie"),
    ):
        feuille.set_viewport_size({"width": 360, "height": 800})
        assert feuille.goto(reverse(nom, args=args)).status == 200, nom
        sans_obstacle(feuille)
        sans_obstacle_elargie(feuille, 1280)


def test_a_figure_leads_to_its_definition_its_list_and_a_dossier(maison, entrer):
    page = entrer("directeur")
    page.goto(reverse("indicateur_detail", args=[timezone.localdate().year, "aci.salaries"]))
    expect(page.get_by_text("comptées une seule fois")).to_be_visible()
    page.get_by_role("link", name="Voir les dossiers comptés").click()
    page.locator("main table a").first.click()
    expect(page.get_by_role("heading", name="Identité")).to_be_visible()


def test_the_director_writes_a_text_that_appears_in_the_report(maison, entrer):
    annee = timezone.localdate().year
    page = entrer("directeur")
    page.goto(reverse("texte_update", args=[annee, "aci"]))
    page.get_by_label("Texte").fill("Une année de **chantiers** menés à bien.")
    page.get_by_role("button", name="Enregistrer le texte").click()
    expect(page.get_by_text("Une année de chantiers menés à bien.")).to_be_visible()


def test_a_text_is_kept_as_it_is_written_with_its_chips_and_past_its_preview(maison, entrer):
    adresse = reverse("texte_update", args=[timezone.localdate().year, "aci"])
    page = entrer("directeur")
    page.goto(adresse)
    texte = page.locator("#id_corps")
    texte.fill("Ils étaient ")
    page.get_by_label("Son nom").fill("aci.salaries")
    page.get_by_label("Pour").select_option("N-1")
    page.get_by_label("Atelier ou équipe").select_option("equipe=E1")
    page.get_by_role("button", name="Insérer", exact=True).click()
    page.locator("[data-puce='aci.heures']").first.click()
    ecrit = "Ils étaient {{ aci.salaries equipe=E1 N-1 }}{{ aci.heures }}"
    expect(texte).to_have_value(ecrit)
    with page.expect_popup() as apercu:
        page.get_by_role("button", name="Aperçu").click()
    expect(apercu.value.get_by_text("Ils étaient")).to_be_visible()
    apercu.value.close()
    texte.press_sequentially(" h")
    page.goto("/")
    page.goto(adresse)
    expect(texte).to_have_value(f"{ecrit} h")
    page.get_by_role("button", name="Enregistrer le texte").click()
    expect(page.get_by_text("Texte enregistré")).to_be_visible()
    page.goto(adresse)
    expect(texte).to_have_value(f"{ecrit} h")
    expect(page.locator(".bandeau-brouillon p")).to_have_count(0)


def test_a_social_worker_reads_the_report_but_finds_no_way_to_write_it(maison, entrer):
    page = entrer("cip")
    page.goto(reverse("rapport_detail", args=[timezone.localdate().year]))
    expect(page.get_by_role("link", name="PDF", exact=True)).to_be_visible()
    assert page.locator("a[href*='/textes/']").count() == 0
