"""The report and its figures in a browser: from the list of years to the files behind a figure, at both widths."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

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
