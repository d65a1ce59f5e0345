"""Moment 4: the month's hours, filled as a spreadsheet is, then the booklet, the turnover and the works."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from maison import code
from playwright.sync_api import Page, expect

from aipi.models import Brouillon
from insertion_pro.models import Absence, ChiffreAffaires, EvaluationCqp, ParticipationFormation, ReleveHeures
from insertion_pro.views.heures import mois_a_saisir

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])

COLLER = """
([selecteur, texte]) => {
  const donnees = new DataTransfer();
  donnees.setData("text/plain", texte);
  const collage = new ClipboardEvent("paste", {clipboardData: donnees, bubbles: true, cancelable: true});
  document.querySelector(selecteur).dispatchEvent(collage);
}
"""


@pytest.fixture
def grille(maison, entrer):
    """A function that opens the month of the first team: two persons, hired a hundred days ago, still there."""
    for valeur, libelle in (("maladie", "Maladie"), ("retard", "Retard"), ("formation", "Formation")):
        code("motif_absence", valeur, libelle)
    ReleveHeures.objects.all().delete()
    Absence.objects.all().delete()

    def ouvrir_grille(largeur: int = 1280) -> Page:
        page = entrer("encadrant", largeur)
        page.goto(reverse("heures"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("Heures")
        return page

    return ouvrir_grille


def heures(maison, qui: str = "parcours") -> str:
    """The selector of the paid hours of a person."""
    return f'input[name="h{getattr(maison, qui).contrats.get().pk}"]'


def test_one_moves_with_the_arrows_and_totals_follow_as_one_types(maison, grille):
    page = grille()
    premiere, seconde = page.locator(heures(maison)), page.locator(heures(maison, "parcours_double"))
    # Two persons, by name: Évrard, then Top.
    premiere.focus()
    page.keyboard.type("101,5")
    page.keyboard.press("Enter")
    expect(seconde).to_be_focused()
    page.keyboard.type("50")
    page.keyboard.press("ArrowUp")
    expect(premiere).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(seconde).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.type("7")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(seconde).to_be_focused()
    # 151,5 × 12 / 1 820 = 0,9989
    expect(page.locator("[data-bilan]")).to_have_text("151,5")
    expect(page.locator("[data-etp]")).to_have_text("1,0")
    expect(page.locator("[data-total-tout]")).to_have_text("7")
    expect(page.locator("[data-etat]")).to_contain_text("3 cases modifiées, pas encore enregistrées")
    page.keyboard.type("60")
    page.keyboard.press("Escape")
    expect(seconde).to_have_value("")
    expect(page.locator("[data-bilan]")).to_have_text("101,5")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("sont enregistrées")
    assert [(r.contrat.parcours, r.heures) for r in ReleveHeures.objects.all()] == [(maison.parcours, Decimal("101.5"))]
    assert Absence.objects.get().heures == 7


@LARGEURS
def test_a_block_of_a_spreadsheet_is_pasted_and_what_is_no_number_is_told_at_its_cell(
    maison, grille, sans_obstacle, largeur
):
    page = grille(largeur)
    page.locator(heures(maison)).focus()
    page.evaluate(COLLER, [heures(maison), "101,5\t3\t\n98,25\tsept\t0\n12\t1"])
    expect(page.locator("[data-total-colonne]").first).to_have_text("199,75")
    expect(page.locator(".grille-faute")).to_contain_text("« sept » n’est pas un nombre")
    expect(page.locator("[data-etat]")).to_contain_text("6 cases collées · 2 hors du tableau")
    expect(page.locator("[data-etat]")).to_contain_text("1 case à corriger")
    sans_obstacle(page)
    faute = page.locator("input.is-invalid")
    faute.focus()
    expect(faute).to_be_in_viewport(ratio=1)
    faute.fill("7")
    expect(page.locator(".grille-faute")).to_have_count(0)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("sont enregistrées")
    assert sorted(ReleveHeures.objects.values_list("heures", flat=True)) == [Decimal("98.25"), Decimal("101.5")]
    assert sorted(Absence.objects.values_list("heures", flat=True)) == [0, 3, 7]


@LARGEURS
def test_the_grid_scrolls_in_its_own_region_with_the_names_in_sight(maison, grille, sans_obstacle, largeur):
    page = grille(largeur)
    sans_obstacle(page)
    cadre = page.get_by_role("region", name="Heures")
    cadre.evaluate("cadre => { cadre.scrollLeft = cadre.scrollWidth; }")
    nom = page.get_by_role("link", name="Évrard Zoé")
    bords = cadre.bounding_box(), nom.bounding_box()
    assert bords[1]["x"] >= bords[0]["x"]
    derniere = page.locator("tbody tr").first.locator("input").last
    derniere.focus()
    boite = derniere.bounding_box()
    assert bords[0]["x"] <= boite["x"]
    assert boite["x"] + boite["width"] <= bords[0]["x"] + bords[0]["width"] + 1
    sans_obstacle(page)


def test_a_grid_half_typed_and_closed_comes_back_with_its_totals(maison, grille):
    page = grille()
    page.locator(heures(maison)).press_sequentially("101,5")
    for _ in range(100):
        if any("101,5" in str(brouillon.contenu) for brouillon in Brouillon.objects.all()):
            break
        page.wait_for_timeout(100)
    page.evaluate("localStorage.clear()")
    page.goto(page.url)
    expect(page.locator(heures(maison))).to_have_value("101,5")
    expect(page.locator("[data-bilan]")).to_have_text("101,5")
    expect(page.locator("[data-etat]")).to_contain_text("1 case modifiée, pas encore enregistrée")
    assert not ReleveHeures.objects.exists()


def test_the_second_of_two_people_reads_both_values_in_the_cell(maison, grille, sans_obstacle):
    page = grille()
    page.locator(heures(maison)).fill("80")
    contrat = maison.parcours.contrats.get()
    ReleveHeures.objects.create(contrat=contrat, mois=mois_a_saisir(), heures=Decimal(75))
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Enregistré par un collègue : 75. Vous avez écrit : 80.")).to_be_visible()
    sans_obstacle(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("sont enregistrées")
    assert ReleveHeures.objects.get(contrat=contrat).heures == 80


@LARGEURS
def test_the_pages_of_the_workshop_put_no_obstacle_in_the_way(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    livret = [maison.formation.pk, maison.parcours.pk]
    for nom, arguments in (
        ("heures", []),
        ("formation_create", []),
        ("formation_detail", [maison.formation.pk]),
        ("cqp_livret", livret),
        ("chiffre_affaires", [2024]),
        ("realisation_list", []),
        ("realisation_update", [maison.realisation.pk]),
    ):
        page.goto(reverse(nom, args=arguments))
        sans_obstacle(page)
    page.goto(f"{reverse('formation_detail', args=[maison.formation.pk])}?q=top")
    expect(page.get_by_role("button", name="Ajouter Régis Top")).to_be_visible()
    sans_obstacle(page)
    page.get_by_role("button", name="Ajouter Régis Top").click()
    expect(page.get_by_role("heading", name="2 participants")).to_be_visible()
    assert ParticipationFormation.objects.filter(formation=maison.formation).count() == 2


@LARGEURS
def test_a_mark_is_given_by_keyboard(maison, entrer, sans_obstacle, largeur):
    page = entrer("encadrant", largeur)
    page.goto(reverse("cqp_livret", args=[maison.formation.pk, maison.parcours.pk]))
    debut = page.get_by_role("group", name="Début de parcours").first
    debut.get_by_label("Non évalué").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(debut.get_by_label("Acquis", exact=True)).to_be_checked()
    sans_obstacle(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("Le livret est enregistré.")
    assert EvaluationCqp.objects.get().niveau == "acquis"


@LARGEURS
def test_a_turnover_is_typed_and_added_up(maison, entrer, sans_obstacle, largeur):
    page = entrer("directeur", largeur)
    page.goto(reverse("chiffre_affaires", args=[2024]))
    page.locator(f'input[name="m{maison.atelier.pk}-1"]').focus()
    page.keyboard.type("12500,75")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("-340")
    expect(page.locator("[data-total-tout]")).to_have_text("12 160,75")
    sans_obstacle(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("Le chiffre d’affaires de 2024 est enregistré.")
    assert sorted(ChiffreAffaires.objects.values_list("montant", flat=True)) == [-340, Decimal("12500.75")]
