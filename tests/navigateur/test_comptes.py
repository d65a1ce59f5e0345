"""Accounts in a browser: each role signs in, an invited person arrives, a passkey is made and used, an idle screen is locked."""

from __future__ import annotations

import re
import time

import pytest
from django.urls import reverse
from maison import MOT_DE_PASSE
from playwright.sync_api import Page, expect

from aipi import liens, second_facteur
from aipi.models import Compte, LienCompte, SecondFacteur
from insertion_pro.models import Entretien

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


def titre(page: Page, texte: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(texte)


def donner_le_mot_de_passe(page: Page, qui: str) -> None:
    page.goto("/connexion/")
    page.get_by_label("Adresse").fill(f"{qui}@exemple.fr")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("qui", ["directeur", "cip", "referent", "encadrant", "financeur", "administrateur"])
def test_each_role_signs_in(maison, entrer, qui):
    titre(entrer(qui), "Bonjour")


@LARGEURS
def test_the_pages_of_security_and_of_accounts_are_without_obstacle(maison, entrer, sans_obstacle, largeur):
    page = entrer("administrateur", largeur)
    for nom, *args in (
        ("securite",),
        ("second_facteur",),
        ("application_create",),
        ("cle_create",),
        ("facteur_delete", maison.comptes["administrateur"].seconds_facteurs.get().pk),
        ("mot_de_passe",),
        ("verrou",),
        ("compte_list",),
        ("compte_create",),
        ("compte_detail", maison.compte.pk),
        ("compte_depart", maison.compte.pk),
        ("remise",),
    ):
        page.goto(reverse(nom, args=args))
        sans_obstacle(page)
    page.goto(f"{reverse('remise')}?de={maison.comptes['cip'].intervenant_id}")
    sans_obstacle(page)


@LARGEURS
def test_an_invited_director_chooses_a_password_and_an_application_then_enters(
    maison, entrer, ouvrir, sans_obstacle, largeur
):
    admin = entrer("administrateur", largeur)
    admin.goto(reverse("compte_create"))
    admin.get_by_label("Adresse électronique").fill("neuve@exemple.fr")
    admin.get_by_label("Rôle").select_option("directeur")
    admin.get_by_role("button", name="Inviter").click()
    lien = admin.get_by_label("Le lien").input_value()
    sans_obstacle(admin)

    page = ouvrir(largeur)
    page.goto(lien)
    sans_obstacle(page)
    page.get_by_label("Votre nom").fill("Ève Neuve")
    page.get_by_role("textbox", name="Nouveau mot de passe", exact=True).fill("mouette-88-ecluse")
    page.get_by_label("Confirmation").fill("mouette-88-ecluse")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_label("Adresse").fill("neuve@exemple.fr")
    page.get_by_label("Mot de passe").fill("mouette-88-ecluse")
    page.get_by_role("button", name="Se connecter").click()
    titre(page, "protégez votre compte")
    sans_obstacle(page)
    page.get_by_role("link", name="Choisir l’application").click()
    expect(page.locator("svg.carre")).to_be_visible()
    page.get_by_text("Je ne peux pas le photographier").click()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.locator("#code").fill(second_facteur.code_totp(secret, second_facteur.pas_present()))
    page.get_by_role("button", name="Enregistrer").click()
    titre(page, "codes de secours")
    expect(page.locator(".codes-secours code")).to_have_count(10)
    sans_obstacle(page)
    page.get_by_role("link", name="Je les ai gardés").click()
    titre(page, "Bonjour")


def test_a_passkey_is_made_and_signs_in(maison, entrer, ouvrir, sans_obstacle):
    page = entrer("cip")
    _appareil(page)
    page.goto(reverse("cle_create"))
    page.get_by_label("Nom de cette clé").fill("Ordinateur du bureau")
    page.get_by_role("button", name="Créer la clé").click()
    titre(page, "codes de secours")
    assert SecondFacteur.objects.get(compte=maison.compte).nom == "Ordinateur du bureau"
    page.goto(reverse("securite"))
    expect(page.get_by_text("Ordinateur du bureau").first).to_be_visible()
    page.get_by_label("Mon compte").click()
    page.get_by_role("button", name="Se déconnecter").click()
    donner_le_mot_de_passe(page, "cip")
    titre(page, "Deuxième étape")
    sans_obstacle(page)
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    titre(page, "Bonjour")


def test_a_passkey_that_the_person_refuses_is_said_and_can_be_tried_again(maison, entrer):
    page = entrer("cip")
    _appareil(page)
    page.goto(reverse("cle_create"))
    page.evaluate("void (navigator.credentials.create = () => Promise.reject(new DOMException('', 'NotAllowedError')))")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.locator("[data-dire]")).to_contain_text("Rien n’a été fait")
    assert not SecondFacteur.objects.filter(compte=maison.compte).exists()


def _appareil(page: Page) -> None:
    """A passkey in the browser, as Chromium simulates them."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_an_idle_screen_is_locked_and_what_was_typed_comes_back(maison, entrer, settings, sans_obstacle):
    page = entrer("cip")
    settings.VERROU_APRES = 4
    page.goto(f"{reverse('contact_create', args=[maison.aci.pk])}entretien/")
    page.get_by_label("Note", exact=True).fill("Écrit juste avant de s’absenter")
    expect(page.locator("[data-etat-brouillon]")).to_contain_text(re.compile("gardé", re.IGNORECASE))
    page.wait_for_url("**/connexion/verrou/**")
    settings.VERROU_APRES = 1800
    titre(page, "Écran verrouillé")
    expect(page.get_by_text("Évrard")).to_have_count(0)
    sans_obstacle(page)
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Déverrouiller").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Écrit juste avant de s’absenter")


def test_who_types_for_long_is_not_locked_out(maison, entrer, settings):
    page = entrer("cip")
    settings.VERROU_APRES = 4
    page.goto(reverse("mot_de_passe"))
    fin = time.monotonic() + 8
    while time.monotonic() < fin:
        page.get_by_label("Ancien mot de passe").press("a")
        page.wait_for_timeout(400)
    assert page.url.endswith(reverse("mot_de_passe"))
    settings.VERROU_APRES = 1800


def test_a_form_sent_from_a_screen_locked_elsewhere_comes_back(maison, browser, live_server):
    """Another tab was locked by hand. The refusal of the draft is in the console of the browser: that is its way."""
    contexte = browser.new_context(base_url=live_server.url, locale="fr-FR")
    page = contexte.new_page()
    donner_le_mot_de_passe(page, "cip")
    titre(page, "Bonjour")
    url = reverse("entretien_update", args=[maison.entretien.pk])
    page.goto(url)
    autre = contexte.new_page()
    autre.goto("/")
    autre.get_by_label("Mon compte").click()
    autre.get_by_role("button", name="Verrouiller l’écran").click()
    titre(autre, "Écran verrouillé")
    page.get_by_label("Note", exact=True).fill("Écrit derrière le verrou")
    page.get_by_role("button", name="Enregistrer").click()
    titre(page, "Écran verrouillé")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Déverrouiller").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Écrit derrière le verrou")
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url(lambda adresse: url not in adresse)
    assert Entretien.objects.get(pk=maison.entretien.pk).note == "Écrit derrière le verrou"
    contexte.close()


@LARGEURS
def test_a_forgotten_password_and_a_link_over_are_without_obstacle(maison, ouvrir, settings, sans_obstacle, largeur):
    page = ouvrir(largeur)
    page.goto(reverse("mot_de_passe_oublie"))
    sans_obstacle(page)
    settings.EMAIL_HOST = "courriel.exemple.fr"
    page.goto(reverse("mot_de_passe_oublie"))
    page.get_by_label("Adresse").fill("cip@exemple.fr")
    page.get_by_role("button", name="Recevoir un lien").click()
    expect(page.get_by_text("Si un compte a cette adresse")).to_be_visible()
    sans_obstacle(page)
    _, secret = liens.creer(Compte.objects.get(courriel="cip@exemple.fr"), LienCompte.Usage.MOT_DE_PASSE)
    page.goto(liens.chemin(secret))
    sans_obstacle(page)
