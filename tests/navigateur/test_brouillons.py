"""Nothing typed is lost: a killed server, an ended session, a lost network, two tabs, another device, two colleagues."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from maison import MOT_DE_PASSE
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from aipi.models import Brouillon
from insertion_pro.models import Entretien

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
RACINE = Path(settings.BASE_DIR)
TEXTE = "Permis : inscription faite, à revoir mardi."
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


@pytest.fixture
def appareil(browser: Browser, live_server, maison) -> Iterator[Callable[..., BrowserContext]]:
    """A function that gives a device signed in as one of the house. Breaches of the policy and faults of scripts fail.

    The console also tells lost connections, which are the subject here.
    """
    contextes: list[BrowserContext] = []
    plaintes: list[str] = []

    def ouvrir(qui: str = "cip", largeur: int = 1280) -> BrowserContext:
        url = live_server.url
        client = Client()
        client.force_login(maison.comptes[qui])
        contexte = browser.new_context(base_url=url, viewport={"width": largeur, "height": 800}, locale="fr-FR")
        contexte.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
        contexte.on("console", lambda m: plaintes.append(m.text) if "Content Security Policy" in m.text else None)
        contexte.on("weberror", lambda e: plaintes.append(str(e.error)))
        contextes.append(contexte)
        return contexte

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert plaintes == []


@pytest.fixture
def fiche(maison) -> str:
    return reverse("contact_create", args=[maison.aci.pk, "entretien"])


def note(page: Page):
    return page.get_by_label("Note", exact=True)


def ecrire(page: Page, texte: str = TEXTE) -> None:
    note(page).fill(texte)


def enregistrer(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer", exact=True).click()


def bandeau(page: Page):
    return page.locator(".bandeau-brouillon")


def tenir_dans_la_page(page: Page, *largeurs: int) -> None:
    """What is said of the draft is read whole, without moving the page, whatever the width."""
    for largeur in largeurs or (page.viewport_size["width"],):
        page.set_viewport_size({"width": largeur, "height": 800})
        expect(bandeau(page)).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur


def attendre_le_brouillon(texte: str = TEXTE) -> None:
    """Until the server has it."""
    for _ in range(100):
        if any(texte in str(brouillon.contenu) for brouillon in Brouillon.objects.all()):
            return
        time.sleep(0.1)
    raise AssertionError("le brouillon n’est pas arrivé")


def notes() -> list[str]:
    return list(Entretien.objects.filter(note__startswith="Permis").values_list("note", flat=True))


class Serveur:
    """A server of its own, that can be killed, on the data of the test."""

    def __init__(self, donnees: Path) -> None:
        with socket.socket() as prise:
            prise.bind(("127.0.0.1", 0))
            self.port = prise.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        base = str(donnees / "copie.sqlite3")
        if connection.vendor == "sqlite":
            with connection.cursor() as curseur:
                curseur.execute("VACUUM INTO %s", [base])
            adresse = f"sqlite:///{base}"
        else:
            parametres = connection.settings_dict
            prise = parametres["HOST"] or parametres["OPTIONS"].get("host", "")
            adresse = (
                f"postgresql://{parametres['USER']}:{parametres['PASSWORD']}@:{parametres['PORT']}/{parametres['NAME']}"
                f"?host={quote(prise, safe='')}"
            )
        self.environnement = {
            **os.environ,
            "DATABASE_URL": adresse,
            "SECRET_KEY": settings.SECRET_KEY,
            "AIPI_DONNEES": str(donnees),
            "DEBUG": "oui",
        }
        self.processus: subprocess.Popen[bytes] | None = None

    def demarrer(self) -> None:
        self.processus = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", str(self.port)],
            cwd=RACINE,
            env=self.environnement,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        limite = time.monotonic() + 120
        while self.processus.poll() is None and time.monotonic() < limite:
            try:
                urllib.request.urlopen(f"{self.url}/connexion/", timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("le serveur n’a pas démarré")

    def tuer(self) -> None:
        if self.processus is not None:
            self.processus.send_signal(signal.SIGKILL)
            self.processus.wait()
            self.processus = None


@pytest.fixture
def serveur(maison, tmp_path) -> Iterator[Serveur]:
    # The session is made before the copy, so that the server of the test knows it.
    client = Client()
    client.force_login(maison.comptes["cip"])
    serveur = Serveur(tmp_path)
    serveur.session = client.cookies["sessionid"].value
    try:
        serveur.demarrer()
        yield serveur
    finally:
        serveur.tuer()


def test_a_server_killed_while_one_types_loses_nothing(browser, serveur, fiche):
    contexte = browser.new_context(base_url=serveur.url, locale="fr-FR")
    contexte.add_cookies([{"name": "sessionid", "value": serveur.session, "url": serveur.url}])
    page = contexte.new_page()
    page.goto(fiche)
    ecrire(page, "Permis")
    serveur.tuer()
    note(page).press_sequentially(" : trop tard ?")
    expect(bandeau(page)).to_contain_text("ce que vous tapez est gardé sur cet appareil")
    tenir_dans_la_page(page, 360, 1280)
    page.close()

    serveur.demarrer()
    page = contexte.new_page()
    page.goto(fiche)
    expect(note(page)).to_have_value("Permis : trop tard ?")
    expect(bandeau(page)).to_contain_text("repris.")
    tenir_dans_la_page(page, 1280, 360)

    # On the telephone from now on.
    serveur.tuer()
    ecrire(page)
    enregistrer(page)
    expect(bandeau(page)).to_contain_text("partira dès le retour du réseau")
    tenir_dans_la_page(page)
    expect(note(page)).to_have_value(TEXTE)
    serveur.demarrer()
    expect(bandeau(page)).to_contain_text("Envoyé au retour du réseau.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    expect(page.get_by_text(TEXTE)).to_have_count(1)
    page.goto(fiche)
    expect(note(page)).to_have_value("")
    contexte.close()


def test_what_is_typed_before_the_script_is_there_is_kept_and_an_older_draft_offered(appareil, fiche):
    contexte = appareil()
    page = contexte.new_page()
    page.goto(fiche)
    ecrire(page, "Permis")
    attendre_le_brouillon("Permis")
    retenus: list[Route] = []

    def retenir(route: Route) -> None:
        retenus.append(route)

    contexte.route("**/brouillons.js", retenir)
    page.goto(fiche, wait_until="commit")
    # Not by the locator of the other tests, which waits for the scripts.
    page.fill("[name=note]", TEXTE)
    retenus[0].continue_()
    attendre_le_brouillon()
    expect(note(page)).to_have_value(TEXTE)
    bandeau(page).get_by_role("button", name="Le reprendre à la place").click()
    expect(note(page)).to_have_value("Permis")


@LARGEURS
def test_a_session_ended_while_one_types_leads_back_to_the_text(appareil, fiche, largeur):
    page = appareil(largeur=largeur).new_page()
    page.goto(fiche)
    Session.objects.all().delete()
    ecrire(page)
    expect(bandeau(page)).to_contain_text("Votre session est terminée")
    tenir_dans_la_page(page)
    bandeau(page).get_by_role("link", name="Se reconnecter").click()
    reconnecter(page)
    expect(note(page)).to_have_value(TEXTE)
    enregistrer(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    assert notes() == [TEXTE]


def reconnecter(page: Page) -> None:
    expect(page.get_by_label("Adresse")).to_be_focused()
    page.get_by_label("Adresse").fill("cip@exemple.fr")
    page.get_by_label("Mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter").click()


def test_a_form_sent_after_the_session_ended_comes_back_after_signing_in(appareil, fiche):
    page = appareil().new_page()
    page.goto(fiche)
    ecrire(page)
    Session.objects.all().delete()
    enregistrer(page)
    reconnecter(page)
    expect(note(page)).to_have_value(TEXTE)
    enregistrer(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    assert notes() == [TEXTE]


def test_signed_in_again_in_another_tab_the_form_left_open_is_saved(appareil, fiche):
    contexte = appareil()
    page = contexte.new_page()
    page.goto(fiche)
    Session.objects.all().delete()
    autre = contexte.new_page()
    autre.goto(reverse("connexion"))
    reconnecter(autre)
    expect(autre.get_by_role("heading", level=1)).to_be_visible()
    page.bring_to_front()
    ecrire(page)
    enregistrer(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    assert notes() == [TEXTE]


@LARGEURS
def test_what_is_sent_without_network_leaves_once_when_it_is_back(appareil, fiche, largeur):
    contexte = appareil(largeur=largeur)
    page = contexte.new_page()
    page.goto(fiche)
    contexte.set_offline(True)
    ecrire(page)
    enregistrer(page)
    expect(bandeau(page)).to_contain_text("Pas de connexion")
    tenir_dans_la_page(page)
    assert notes() == []
    contexte.set_offline(False)
    expect(bandeau(page)).to_contain_text("Envoyé au retour du réseau.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    page.reload()
    assert notes() == [TEXTE]
    assert not Brouillon.objects.exists()


def test_what_is_typed_after_sending_without_network_is_neither_lost_nor_sent_unasked(appareil, fiche):
    contexte = appareil()
    page = contexte.new_page()
    page.goto(fiche)
    contexte.set_offline(True)
    ecrire(page)
    enregistrer(page)
    expect(bandeau(page)).to_contain_text("Pas de connexion")
    note(page).press_sequentially(" Rappeler.")
    expect(bandeau(page)).to_contain_text("enregistrez de nouveau")
    contexte.set_offline(False)
    page.wait_for_timeout(1_500)
    assert notes() == []
    enregistrer(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    assert notes() == [f"{TEXTE} Rappeler."]
    assert not Brouillon.objects.exists()


def test_what_is_sent_without_network_leaves_from_another_page_too(appareil, fiche):
    contexte = appareil()
    page = contexte.new_page()
    page.goto(fiche)
    contexte.set_offline(True)
    ecrire(page)
    enregistrer(page)
    expect(bandeau(page)).to_contain_text("Pas de connexion")
    page.close()
    contexte.set_offline(False)
    page = contexte.new_page()
    page.goto(reverse("personne_list"))
    expect(bandeau(page)).to_contain_text("Envoyé au retour du réseau.")
    expect(bandeau(page).get_by_role("link", name="Voir")).to_be_visible()
    assert notes() == [TEXTE]


def test_what_is_sent_without_network_and_refused_leads_back_to_the_form(appareil, fiche):
    contexte = appareil()
    page = contexte.new_page()
    page.goto(fiche)
    contexte.set_offline(True)
    ecrire(page)
    page.get_by_label("Date").first.fill("")
    enregistrer(page)
    expect(bandeau(page)).to_contain_text("Pas de connexion")
    page.close()
    contexte.set_offline(False)
    page = contexte.new_page()
    page.goto(reverse("personne_list"))
    expect(bandeau(page)).to_contain_text("n’a pas pu être enregistrée telle quelle")
    bandeau(page).get_by_role("link", name="La revoir").click()
    expect(note(page)).to_have_value(TEXTE)
    assert notes() == []


@LARGEURS
def test_two_tabs_on_the_same_form_are_told_and_make_one_row(appareil, fiche, largeur):
    contexte = appareil(largeur=largeur)
    premier, second = contexte.new_page(), contexte.new_page()
    premier.goto(fiche)
    ecrire(premier)
    attendre_le_brouillon()
    second.goto(fiche)
    expect(note(second)).to_have_value(TEXTE)
    for page in (premier, second):
        expect(bandeau(page)).to_contain_text("aussi ouverte dans un autre onglet")
        tenir_dans_la_page(page)
    enregistrer(premier)
    expect(premier.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    expect(bandeau(second)).to_contain_text("vient d’être enregistrée dans un autre onglet")
    ecrire(second, f"{TEXTE} Autre fin.")
    enregistrer(second)
    expect(second.get_by_text("a déjà servi à enregistrer une première saisie")).to_be_visible()
    expect(note(second)).to_have_value(f"{TEXTE} Autre fin.")
    assert notes() == [TEXTE]


def test_a_closed_tab_is_taken_up_on_another_device_and_dropped_once_saved(appareil, fiche, sans_obstacle):
    page = appareil().new_page()
    page.goto(fiche)
    ecrire(page)
    attendre_le_brouillon()
    page.close()
    autre = appareil(largeur=360)
    page = autre.new_page()
    page.goto(fiche)
    expect(note(page)).to_have_value(TEXTE)
    expect(bandeau(page)).to_contain_text("repris.")
    tenir_dans_la_page(page)
    sans_obstacle(page)
    enregistrer(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    assert not Brouillon.objects.exists()
    page.goto(fiche)
    expect(note(page)).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter((cle) => cle.startsWith('aipi:brouillon'))") == []


def test_one_may_start_again_from_nothing_and_change_one_s_mind(appareil, fiche):
    contexte = appareil()
    page = contexte.new_page()
    page.goto(fiche)
    ecrire(page)
    attendre_le_brouillon()
    page.goto(fiche)
    bandeau(page).get_by_role("button", name="Repartir de zéro").click()
    expect(note(page)).to_have_value("")
    bandeau(page).get_by_role("button", name="Le reprendre").click()
    expect(note(page)).to_have_value(TEXTE)
    page.reload()
    expect(note(page)).to_have_value(TEXTE)
    bandeau(page).get_by_role("button", name="Repartir de zéro").click()
    expect(bandeau(page)).to_contain_text("Brouillon écarté")
    page.reload()
    expect(note(page)).to_have_value("")


def test_signing_out_leaves_nothing_on_the_device(appareil, fiche):
    page = appareil().new_page()
    page.goto(fiche)
    ecrire(page)
    attendre_le_brouillon()
    page.locator("details.compte summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_label("Adresse")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    page.goto(fiche)
    reconnecter(page)
    expect(note(page)).to_have_value(TEXTE)


@LARGEURS
def test_two_colleagues_on_the_same_row_the_second_reads_both_versions(maison, appareil, sans_obstacle, largeur):
    url = reverse("entretien_update", args=[maison.entretien.pk])
    page = appareil("cip", largeur).new_page()
    page.goto(url)
    collegue = appareil("polyvalent").new_page()
    collegue.goto(url)
    ecrire(collegue, "La version de la collègue.\n" * 20)
    enregistrer(collegue)
    expect(collegue.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    ecrire(page)
    enregistrer(page)
    alerte = page.get_by_role("alert")
    expect(alerte).to_contain_text("La version de la collègue.")
    expect(alerte).to_contain_text(TEXTE)
    expect(alerte).to_contain_text("par polyvalent@exemple.fr")
    expect(note(page)).to_have_value(TEXTE)
    sans_obstacle(page)
    enregistrer(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zoé Évrard")
    assert Entretien.objects.get(pk=maison.entretien.pk).note == TEXTE


def test_a_draft_of_a_correction_still_meets_what_a_colleague_changed_since(maison, appareil):
    url = reverse("entretien_update", args=[maison.entretien.pk])
    contexte = appareil("cip")
    page = contexte.new_page()
    page.goto(url)
    ecrire(page)
    attendre_le_brouillon()
    page.close()
    Entretien.objects.filter(pk=maison.entretien.pk).update(note="Version de la collègue")
    page = contexte.new_page()
    page.goto(url)
    expect(note(page)).to_have_value(TEXTE)
    enregistrer(page)
    expect(page.get_by_role("alert")).to_contain_text("Version de la collègue")
    assert Entretien.objects.get(pk=maison.entretien.pk).note == "Version de la collègue"


def test_a_deletion_is_asked_once_and_undone_by_keyboard(maison, appareil, sans_obstacle):
    page = appareil().new_page()
    page.goto(reverse("objet_delete", args=["insertion_pro.parcours", maison.parcours.pk]))
    sans_obstacle(page)
    page.get_by_role("button", name="Supprimer").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Supprimé")).to_be_visible()
    page.get_by_role("button", name="Annuler la suppression").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Rétabli")).to_be_visible()
    assert Entretien.objects.filter(pk=maison.entretien.pk).exists()
