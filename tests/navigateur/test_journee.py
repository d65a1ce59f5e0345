"""Ma journée and Mon agenda in a browser: every role at both widths, an appointment pointed and taken back by keyboard."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from insertion_pro.models import RendezVous
from insertion_sociale.models import ContactRsa

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


@pytest.fixture
def rendez_vous(maison) -> RendezVous:
    """Appointments of today and of yesterday, in both poles."""
    jour = timezone.localdate()
    for ref, date in (("R0", jour - datetime.timedelta(days=1)), ("R1", jour)):
        ContactRsa.objects.create(
            ref=f"K{ref}", suivi=maison.suivi, date=date, heure="10:15", type="convocation", statut="prevu"
        )
        dernier = RendezVous.objects.create(
            ref=ref, parcours=maison.parcours, date=date, heure=datetime.time(9, 30), lieu="Bergues, bureau 2"
        )
    return dernier


@LARGEURS
@pytest.mark.parametrize("qui", ["directeur", "cip", "referent", "encadrant"])
def test_the_day_of_each_role_puts_no_obstacle_in_the_way(rendez_vous, entrer, sans_obstacle, qui, largeur):
    page = entrer(qui, largeur)
    for explication in page.locator("details.calcul > summary").all():
        explication.click()
    sans_obstacle(page)
    page.goto(reverse("journee_detail", args=["echeances"]))
    sans_obstacle(page)
    if qui != "encadrant":
        page.goto(reverse("journee_detail", args=["a-completer"]))
        sans_obstacle(page)


@LARGEURS
def test_an_appointment_is_pointed_and_taken_back_by_keyboard(rendez_vous, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    jour = page.get_by_role("region", name="Rendez-vous du jour")
    jour.get_by_role("button", name="Absence excusée, Évrard Zoé").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("absence excusée")
    expect(jour.get_by_role("button", name="Annuler ce pointage, Évrard Zoé")).to_be_visible()
    sans_obstacle(page)
    rendez_vous.refresh_from_db()
    assert rendez_vous.statut == "absence_excusee"
    jour.get_by_role("button", name="Annuler ce pointage, Évrard Zoé").focus()
    page.keyboard.press("Enter")
    expect(jour.get_by_role("button", name="Honoré, Évrard Zoé")).to_be_visible()
    rendez_vous.refresh_from_db()
    assert rendez_vous.statut == "prevu"


def test_the_past_one_goes_once_pointed_and_comes_back_when_undone(rendez_vous, entrer):
    page = entrer("cip")
    passes = page.get_by_role("region", name="Rendez-vous passés")
    passes.get_by_role("button", name="Honoré, Évrard Zoé").click()
    expect(passes.get_by_text("Tous les rendez-vous passés sont pointés.")).to_be_visible()
    page.get_by_role("button", name="Annuler ce pointage", exact=True).click()
    expect(passes.get_by_role("button", name="Honoré, Évrard Zoé")).to_be_visible()


@LARGEURS
def test_a_link_of_the_agenda_is_opened_and_closed(maison, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    page.locator("details.compte summary").click()
    page.get_by_role("link", name="Mon agenda").click()
    sans_obstacle(page)
    page.get_by_role("button", name="Ouvrir un lien").click()
    lien = page.get_by_label("Votre lien, montré cette seule fois")
    expect(lien).to_be_visible()
    assert lien.input_value().endswith(".ics")
    sans_obstacle(page)
    page.get_by_role("button", name="Fermer le lien").click()
    expect(page.get_by_role("button", name="Ouvrir un lien")).to_be_visible()


@LARGEURS
def test_a_telephone_number_is_copied_by_keyboard_from_the_day(rendez_vous, entrer, sans_obstacle, largeur):
    page = entrer("cip", largeur)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    jour = page.get_by_role("region", name="Rendez-vous du jour")
    expect(jour.get_by_role("link", name="06 11 22 33 44")).to_have_attribute("href", "tel:0611223344")
    jour.get_by_role("button", name="Copier le numéro, Évrard Zoé").focus()
    page.keyboard.press("Enter")
    expect(jour.get_by_text("Copié", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "06 11 22 33 44"
    sans_obstacle(page)
