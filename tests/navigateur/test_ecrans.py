"""The moments of a day, done in a browser: sign in, find someone, write an interview and a contact by keyboard."""

from __future__ import annotations

import pytest
from django.urls import reverse
from maison import MOT_DE_PASSE, code_du_moment
from playwright.sync_api import expect

from insertion_pro.models import Entretien
from insertion_sociale.models import ContactRsa

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


@LARGEURS
@pytest.mark.parametrize("qui", ["cip", "directeur"])
def test_one_signs_in_by_keyboard_and_a_wrong_password_is_said(maison, ouvrir, sans_obstacle, qui, largeur):
    page = ouvrir(largeur)
    page.goto("/personnes/")
    page.wait_for_url("**/connexion/?next=/personnes/")
    sans_obstacle(page)
    expect(page.get_by_label("Adresse")).to_be_focused()
    page.keyboard.type(f"{qui}@exemple.fr")
    page.keyboard.press("Tab")
    page.keyboard.type("faux")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Adresse ou mot de passe incorrect.")).to_be_visible()
    sans_obstacle(page)
    page.get_by_label("Mot de passe").focus()
    page.keyboard.type(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    if code := code_du_moment(maison.comptes[qui]):
        expect(page.get_by_label("Code")).to_be_focused()
        sans_obstacle(page)
        page.keyboard.type(code)
        page.keyboard.press("Enter")
    assert bool(code) == (qui == "directeur")
    expect(page.get_by_role("heading", level=1)).to_have_text("Personnes")


@LARGEURS
@pytest.mark.parametrize("qui", ["directeur", "financeur"])
def test_the_menu_of_the_account_puts_no_obstacle_once_opened(maison, entrer, sans_obstacle, qui, largeur):
    page = entrer(qui, largeur)
    page.locator("details.compte summary").click()
    sans_obstacle(page)


@LARGEURS
def test_someone_is_found_and_an_interview_written_without_the_mouse(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    champ = page.get_by_role("combobox", name="Chercher une personne")
    expect(champ).to_be_visible()
    page.keyboard.press("/")
    expect(champ).to_be_focused()
    page.keyboard.type("zoe evrard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    page.get_by_role("link", name="Noter un entretien").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Depuis la dernière fois")).to_be_visible()
    sans_obstacle(page)
    page.get_by_label("Professionnel", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Permis : inscription faite.")
    page.get_by_text("Autres précisions").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("45")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="L’entretien est enregistré.")).to_be_visible()
    expect(page.get_by_text("Permis : inscription faite.")).to_be_visible()
    entretien = Entretien.objects.get(note="Permis : inscription faite.")
    assert (entretien.objet, entretien.duree_minutes) == ("professionnel", 45)


@LARGEURS
def test_a_contact_refused_is_corrected_and_goes_through(maison, entrer, sans_obstacle, largeur):
    page = entrer("referent", largeur)
    page.goto(reverse("contact_create", args=[maison.rsa.pk, "rsa"]))
    page.get_by_label("Note", exact=True).fill("Absente, à rappeler")
    page.get_by_label("Absence excusée", exact=True).check()
    page.get_by_label("Date").fill("")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Absente, à rappeler")
    expect(page.get_by_label("Date")).to_be_focused()
    sans_obstacle(page)
    page.get_by_label("Date").fill("2026-03-04")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").filter(has_text="Le contact est enregistré.")).to_be_visible()
    assert ContactRsa.objects.get(note="Absente, à rappeler").statut == "absence_excusee"


def test_a_double_click_makes_one_row(maison, entrer):
    page = entrer("referent")
    page.goto(reverse("contact_create", args=[maison.rsa.pk, "rsa"]))
    page.get_by_label("Note", exact=True).fill("Deux fois")
    page.get_by_role("button", name="Enregistrer").dblclick()
    expect(page.get_by_role("status").first).to_contain_text("enregistré")
    assert ContactRsa.objects.filter(note="Deux fois").count() == 1


def test_the_first_tab_leads_straight_to_the_content(maison, entrer):
    page = entrer("cip")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize(
    "nom", ["index", "aipi_nomenclature_changelist", "aipi_commune_add", "aipi_personne_changelist"]
)
def test_the_administration_works_under_the_strict_policy(maison, entrer, nom):
    page = entrer("directeur")
    page.goto(reverse(f"admin:{nom}"))
    expect(page.locator("#content")).to_be_visible()
