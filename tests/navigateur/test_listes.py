"""A list in a browser: filters that say how many, a filter kept, several rows at once, at both widths."""

from __future__ import annotations

import pytest
from django.urls import reverse
from maison import parcours_de, personne
from playwright.sync_api import expect

from aipi.models import FiltreEnregistre
from insertion_pro.models import Parcours

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])
HAUTEUR_MAXIMALE = 56
"""Pixels of a row on a wide screen."""


@LARGEURS
def test_the_numbers_come_after_the_page_and_nothing_moves(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    page.add_init_script(
        "window.saut = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => {"
        " if (!e.hadRecentInput) window.saut += e.value; })).observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(reverse("parcours_list"))
    expect(page.get_by_label("État").locator("option:checked")).to_have_text("En cours (3)")
    expect(page.get_by_label("Référent").locator("option", has_text="Maës")).to_have_text("Odile Maës (1)")
    assert page.evaluate("window.saut") <= 0.02
    # On a telephone the filters leave their place to the first rows; on a desk there is nothing to unfold.
    expect(page.locator("tbody tr").first).to_be_in_viewport()
    expect(page.get_by_label("État")).to_be_visible(visible=largeur > 360)
    if largeur == 360:
        page.get_by_text("Plus de filtres").press("Enter")
        expect(page.get_by_label("État")).to_be_visible()
    sans_obstacle(page)


@LARGEURS
def test_a_filter_is_kept_and_the_list_opens_on_it(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    page.goto(reverse("parcours_list"))
    page.get_by_label("Nom, prénom ou téléphone").fill("evrard")
    page.get_by_role("button", name="Filtrer", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_text("Enregistrer ce filtre").click()
    page.get_by_label("Nom du filtre").fill("Zoé seulement")
    page.get_by_label("Ouvrir la liste sur ce filtre").check()
    page.get_by_role("button", name="Enregistrer le filtre").click()
    expect(page.get_by_role("status").first).to_contain_text("est enregistré")
    assert FiltreEnregistre.objects.get().defaut
    page.goto(reverse("parcours_list"))
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="Zoé seulement")).to_have_attribute("aria-current", "true")
    sans_obstacle(page)
    page.get_by_role("link", name="Effacer").click()
    expect(page.locator("tbody tr")).to_have_count(3)


@LARGEURS
def test_several_rows_get_a_referent_and_it_is_undone(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    page.goto(reverse("parcours_list"))
    page.get_by_label("Choisir Évrard Zoé").check()
    page.get_by_label("Choisir Top Régis").check()
    expect(page.get_by_text("Avec les lignes choisies (2)")).to_be_visible()
    sans_obstacle(page)
    page.get_by_role("button", name="Attribuer un référent").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attribuer un référent")
    sans_obstacle(page)
    page.get_by_label("Référent").select_option(label="Luc Dehaene")
    page.get_by_role("button", name="Attribuer aux 2 accompagnements").click()
    expect(page.get_by_role("status").first).to_contain_text(
        "2 accompagnements ont maintenant pour référent Luc Dehaene."
    )
    sans_obstacle(page)
    assert Parcours.objects.filter(referent__code="REF").count() == 2
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("status").first).to_contain_text("C’est annulé")
    assert Parcours.objects.filter(referent__code="REF").count() == 0


def test_one_box_chooses_the_page_and_rows_stay_low(maison, entrer):
    parcours_de(
        personne("PL", "De la Villardière-Vandenbroucke", "Marie-Antoinette Joséphine Bernadette"),
        maison.equipe,
        maison.parcours.date_entree,
        referent=maison.parcours.referent,
    )
    page = entrer("directeur")
    for nom in ("parcours_list", "contrat_list", "suivi_rsa_list", "mesure_logement_list", "personne_list"):
        page.goto(reverse(nom))
        hauteurs = page.eval_on_selector_all("tbody tr", "rangs => rangs.map((r) => r.getBoundingClientRect().height)")
        assert max(hauteurs) <= HAUTEUR_MAXIMALE, nom
    page.goto(reverse("parcours_list"))
    page.get_by_label("Choisir toute la page").check()
    expect(page.get_by_text("Avec les lignes choisies (4)")).to_be_visible()


def test_everything_works_without_scripts(maison, entrer, browser, live_server):
    cookies = entrer("cip").context.cookies()
    contexte = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="fr-FR")
    contexte.add_cookies(cookies)
    page = contexte.new_page()
    page.goto(reverse("parcours_list"))
    page.get_by_role("link", name="Afficher les effectifs").click()
    expect(page.get_by_label("État").locator("option").first).to_have_text("En cours (3)")
    page.get_by_label("Choisir Évrard Zoé").check()
    page.get_by_role("button", name="Attribuer un référent").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attribuer un référent")
    contexte.close()


def test_a_list_is_taken_away_as_a_workbook(maison, entrer):
    page = entrer("cip")
    page.goto(reverse("parcours_list"))
    with page.expect_download() as recu:
        page.get_by_role("link", name="classeur XLSX").click()
    assert recu.value.suggested_filename.startswith("parcours-aci-")
