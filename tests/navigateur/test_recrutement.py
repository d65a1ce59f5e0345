"""Someone enters the ACI, by keyboard: searched, made, recruited; then what follows, without an obstacle on any page."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from maison import code, personne
from playwright.sync_api import expect

from aipi.models import Personne
from insertion_pro.models import Frein, RendezVous

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


@LARGEURS
def test_someone_is_searched_made_and_recruited_by_keyboard(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    page.goto(reverse("parcours_list"))
    page.get_by_role("link", name="Recruter").focus()
    page.keyboard.press("Enter")
    champ = page.get_by_label("Est-elle déjà connue")
    expect(champ).to_be_focused()
    sans_obstacle(page)
    page.keyboard.type("Evrard Zoe")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 personne pour")).to_be_visible()
    sans_obstacle(page)
    page.get_by_role("link", name="créer cette personne").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Prénom")).to_have_value("Zoe")
    sans_obstacle(page)
    page.get_by_role("button", name="recruter en ACI").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Elle est peut-être déjà connue.")
    sans_obstacle(page)
    # It is not her: another name, typed over the first.
    page.locator("#id_nom").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Quaghebeur")
    page.get_by_role("button", name="créer cette personne").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoe Quaghebeur")
    page.get_by_role("link", name="Recruter en ACI").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recruter en ACI")
    sans_obstacle(page)
    page.get_by_label("Équipe").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Heures par semaine")).to_be_focused()
    page.keyboard.type("18")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le recrutement est enregistré.")).to_be_visible()
    expect(page.get_by_text("au moins 20 h").first).to_be_visible()
    sans_obstacle(page)
    [parcours] = Personne.objects.get(nom="Quaghebeur").parcours.all()
    [contrat] = parcours.contrats.all()
    assert (contrat.equipe, contrat.heures_hebdo, contrat.date_debut) == (maison.equipe, 18, timezone.localdate())


@LARGEURS
def test_no_page_of_the_follow_up_puts_an_obstacle_in_the_way(maison, entrer, sans_obstacle, largeur):
    double = personne("P1B", "Evrard", "Zoé")
    maison.parcours_autre.date_entree = timezone.localdate() - datetime.timedelta(days=300)
    maison.parcours_autre.date_sortie = timezone.localdate() - datetime.timedelta(days=120)
    maison.parcours_autre.save()
    rendez_vous = RendezVous.objects.create(ref="R", parcours=maison.parcours, date=timezone.localdate())
    page = entrer("cip", largeur)
    adresses = [
        f"{reverse('personne_create')}?q=vandamme+inès",
        reverse("personne_update", args=[maison.aci.pk]),
        reverse("personne_fusion", args=[maison.aci.pk]),
        f"{reverse('personne_fusion', args=[maison.aci.pk])}?avec={double.pk}",
        reverse("parcours_update", args=[maison.parcours_autre.pk]),
        reverse("parcours_sortie", args=[maison.parcours.pk]),
        reverse("suite_sortie_create", args=[maison.parcours_autre.pk, 3]),
        reverse("contrat_create", args=[maison.parcours.pk]),
        f"{reverse('contrat_create', args=[maison.parcours.pk])}?geste=equipe",
        reverse("contrat_update", args=[maison.contrat.pk]),
        reverse("frein_create", args=[maison.parcours.pk]),
        reverse("frein_update", args=[maison.frein.pk]),
        reverse("mission_create", args=[maison.parcours.pk]),
        reverse("mission_update", args=[maison.mission.pk]),
        reverse("rendez_vous_create", args=[maison.parcours.pk]),
        reverse("rendez_vous_update", args=[rendez_vous.pk]),
        reverse("personne_detail", args=[maison.autre_equipe.pk]),
    ]
    for adresse in adresses:
        assert page.goto(adresse).status == 200
        page.locator("main details:not([open]) > summary").evaluate_all("tous => tous.forEach(s => s.click())")
        sans_obstacle(page)


def test_several_obstacles_are_found_by_keyboard_then_one_is_lifted(maison, entrer):
    code("categorie_frein", "logement", "Logement")
    code("categorie_frein", "sante", "Santé")
    page = entrer("cip")
    page.goto(reverse("frein_create", args=[maison.parcours.pk]))
    for nom in ("Logement", "Santé"):
        page.get_by_label(nom).focus()
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Les freins repérés sont enregistrés.")).to_be_visible()
    page.get_by_role("link", name="Santé").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Levé").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le frein est mis à jour.")).to_be_visible()
    assert Frein.objects.get(categorie__code="sante").date_fin == timezone.localdate()
