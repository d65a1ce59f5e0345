"""The contact in thirty seconds, in a browser: found by a key and three letters, written by keyboard, on a telephone too."""

from __future__ import annotations

import datetime

import pytest
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from maison import code
from playwright.sync_api import Locator, Page, expect

from insertion_pro.models import Entretien, RendezVous
from insertion_sociale.models import ContactRsa, InterventionLogement

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])
FRAPPES = 12
"""Keystrokes besides the text of the note."""


class Clavier:
    """The keyboard, which counts: a key held with another is two."""

    def __init__(self, page: Page) -> None:
        self.page, self.frappes = page, 0

    def presser(self, touche: str) -> None:
        self.frappes += touche.count("+") + 1
        self.page.keyboard.press(touche)


def champ_de_recherche(page: Page) -> Locator:
    """The search field, once its script has made it a box that proposes: before, keys would be lost."""
    champ = page.get_by_role("combobox", name="Chercher une personne")
    expect(champ).to_be_visible()
    return champ


@LARGEURS
@pytest.mark.parametrize(
    ("qui", "lettres", "genre", "modele"),
    [
        ("cip", "evr", "entretien", Entretien),
        ("referent", "van", "rsa", ContactRsa),
        ("referent", "top", "logement", InterventionLogement),
        ("directeur", "061", "entretien", Entretien),
        ("polyvalent", "ine", "rsa", ContactRsa),
    ],
)
def test_any_contact_is_noted_in_twelve_keystrokes(
    maison, entrer, sans_obstacle, qui: str, lettres: str, genre: str, modele: type[Model], largeur: int
):
    if genre == "logement":
        ContactRsa.objects.filter(suivi__personne=maison.deux_poles).update(date=datetime.date(2020, 1, 1))
    page = entrer(qui, largeur)
    clavier = Clavier(page)
    champ_de_recherche(page)
    clavier.presser("n")
    champ = page.get_by_role("combobox", name="Noter un contact avec")
    expect(champ).to_be_focused()
    for lettre in lettres:
        clavier.presser(lettre)
    # No wait: Enter pressed before the answer is there waits for it.
    clavier.presser("Enter")
    note = page.get_by_label("Note", exact=True)
    expect(note).to_be_focused()
    sans_obstacle(page)
    page.keyboard.type("Vu en dix secondes.")
    clavier.presser("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="enregistré")).to_be_visible()
    [objet] = modele._default_manager.filter(note="Vu en dix secondes.")
    assert objet.date == timezone.localdate()
    assert clavier.frappes <= FRAPPES


@LARGEURS
def test_the_arrows_choose_and_escape_leaves(maison, entrer, sans_obstacle, largeur):
    page = entrer("directeur", largeur)
    champ = champ_de_recherche(page)
    page.keyboard.press("/")
    expect(champ).to_be_focused()
    page.keyboard.type("ev")
    grille = page.get_by_role("grid", name="Personnes proposées")
    expect(grille.get_by_role("row").first).to_contain_text("Évrard Zoé")
    expect(champ).to_have_attribute("aria-expanded", "true")
    sans_obstacle(page)
    page.keyboard.press("Escape")
    expect(grille).to_be_hidden()
    champ.fill("o")
    page.keyboard.type("p")
    expect(grille.get_by_role("row")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Noter")
    expect(page.get_by_role("navigation", name="Genre de contact").get_by_role("link")).to_have_count(3)


def test_enter_opens_the_dossier_and_a_tap_on_noter_the_form(maison, entrer):
    page = entrer("cip", 360)
    champ = champ_de_recherche(page)
    page.keyboard.press("/")
    expect(champ).to_be_focused()
    page.keyboard.type("zoe")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    champ_de_recherche(page).fill("boll")
    page.get_by_role("link", name="Noter un contact avec Hugo Bollengier").click()
    expect(page.get_by_label("Note", exact=True)).to_be_focused()


def test_the_keys_can_be_turned_off(maison, entrer):
    page = entrer("cip")
    page.get_by_label("Mon compte").click()
    page.get_by_label("Touches /").uncheck()
    page.keyboard.press("Escape")
    page.goto(reverse("personne_list"))
    champ = champ_de_recherche(page)
    page.keyboard.press("n")
    expect(champ).not_to_be_focused()
    page.get_by_label("Mon compte").click()
    page.get_by_label("Touches /").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_role("combobox", name="Noter un contact avec")).to_be_focused()


@LARGEURS
def test_toggles_and_the_next_appointment_by_keyboard(maison, entrer, sans_obstacle, largeur):
    code("demarche", "recherche_formation", "Recherche de formation")
    page = entrer("cip", largeur)
    # Colours are read at rest, not half way to those of a button pressed.
    page.emulate_media(reduced_motion="reduce")
    page.goto(reverse("contact_create", args=[maison.aci.pk]))
    expect(page.get_by_label("Note", exact=True)).to_be_focused()
    page.get_by_role("group", name="Mobilité").get_by_label("Inchangé").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("group", name="Mobilité").get_by_label("Levé")).to_be_checked()
    page.get_by_label("Recherche de formation").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Dans 2 semaines").focus()
    page.keyboard.press("Enter")
    propose = datetime.date.fromisoformat(
        page.get_by_role("group", name="Prochain rendez-vous").get_by_label("Jour").input_value()
    )
    assert 14 <= (propose - timezone.localdate()).days <= 16
    assert propose.weekday() < 5
    sans_obstacle(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text="Prochain rendez-vous le")).to_be_visible()
    maison.frein.refresh_from_db()
    assert (maison.frein.issue, RendezVous.objects.get().date) == ("leve", propose)


@LARGEURS
def test_a_team_is_seen_one_after_the_other(maison, entrer, sans_obstacle, largeur):
    Entretien.objects.update(date=timezone.localdate() - datetime.timedelta(days=1))
    page = entrer("cip", largeur)
    page.goto(reverse("tournee_list"))
    sans_obstacle(page)
    page.get_by_role("link", name="Équipe du canal").click()
    sans_obstacle(page)
    page.get_by_role("link", name="Commencer").click()
    for rang, suite in (("1 sur 2", "Enregistrer et suivant"), ("2 sur 2", "Enregistrer et terminer")):
        expect(page.get_by_text(rang)).to_be_visible()
        expect(page.get_by_label("Note", exact=True)).to_be_focused()
        expect(page.get_by_role("button", name=suite)).to_be_visible()
        page.keyboard.type(f"Passage {rang}")
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Tournée terminée")).to_be_visible()
    assert Entretien.objects.filter(note__startswith="Passage").count() == 2


@LARGEURS
def test_corrections_and_a_person_without_follow_up_put_no_obstacle(maison, entrer, sans_obstacle, largeur):
    ContactRsa.objects.filter(pk=maison.contact.pk).update(note="")
    page = entrer("directeur", largeur)
    page.emulate_media(reduced_motion="reduce")
    for nom, objet in (
        ("entretien_update", maison.entretien),
        ("contact_rsa_update", maison.contact),
        ("intervention_logement_update", maison.intervention),
        ("contact_create", maison.nouvelle),
    ):
        page.goto(reverse(nom, args=[objet.pk]))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for resume in page.locator("main summary").all():
            resume.click()
        sans_obstacle(page)


def test_without_scripts_the_search_leads_to_the_list_where_each_row_may_be_noted(maison, browser, live_server, client):
    client.force_login(maison.comptes["cip"])
    with browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="fr-FR") as contexte:
        cle = client.cookies["sessionid"].value
        contexte.add_cookies([{"name": "sessionid", "value": cle, "url": live_server.url}])
        page = contexte.new_page()
        page.goto("/")
        page.get_by_role("searchbox", name="Chercher une personne").fill("evr")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Noter pour Évrard Zoé").click()
        page.get_by_label("Note", exact=True).fill("Sans script")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("status").first).to_contain_text("L’entretien est enregistré.")
    assert Entretien.objects.filter(note="Sans script").count() == 1
