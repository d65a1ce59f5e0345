"""Pictures of the main screens for the documents: `python -m outils.captures [NAME …]`.

Serves a demonstration of its own in a temporary folder, walks through it in Chromium as each role, and writes
`docs/images/NAME-WIDTH.png`. The demonstration follows today's date, so the pictures of the daily screens do too.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import URLError

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

RACINE = Path(__file__).resolve().parent.parent
IMAGES = RACINE / "docs" / "images"
HAUTEURS = {1280: 860, 360: 740}
"""Width and height of the window, in CSS pixels: a desk and a telephone."""
COULEURS = 96
"""Colours kept in a picture: flat screens lose nothing that is seen, and weigh four times less."""
ATTENTE = 60
"""Seconds given to the server to answer."""
CLOTURE = 180_000
"""Milliseconds that a closing may take, in the background, before its link is there."""
PAUSE = 1000
"""Milliseconds given to the page to propose persons, or to lay out what comes into sight."""


@dataclass(frozen=True)
class Ecran:
    """A screen: who looks, and what is clicked from `depart`, as Playwright selectors, to come to it.

    `frappe` is what is then typed, one text after the other. Screens of one account are taken in their order.
    """

    nom: str
    compte: str
    depart: str = "/"
    clics: tuple[str, ...] = ()
    frappe: tuple[str, ...] = ()
    largeurs: tuple[int, ...] = (1280,)


COMME_EN_FRANCE = """() => {
  for (const champ of document.querySelectorAll("input[type=date]")) {
    const jour = champ.value.split("-").reverse().join("/");
    champ.type = "text";
    champ.value = jour;
    champ.placeholder = "jj/mm/aaaa";
  }
  for (const champ of document.querySelectorAll("input[type=time]")) {
    const heure = champ.value;
    champ.type = "text";
    champ.value = heure;
    champ.placeholder = "hh:mm";
  }
  if (!location.hash) scrollTo(0, 0);
  return document.fonts.ready.then(() => true);
}"""
"""Fields of dates and hours as a French browser shows them: Debian's Chromium knows English alone."""
EN_VUE = "page => page.scrollIntoView({behavior: 'instant'})"
DEUX = (1280, 360)
PREMIERE_LIGNE = "table.liste tbody tr:first-child a"
ECRANS = (
    Ecran("ma-journee", "cip", largeurs=DEUX),
    Ecran("chercher", "cip", frappe=("n", "gob")),
    Ecran("contact", "cip", clics=("main a.btn-primary >> text=Noter",), largeurs=DEUX),
    Ecran("dossier", "cip", "/aci/", (PREMIERE_LIGNE,)),
    Ecran("recruter", "cip", "/personnes/nouvelle/?pour=aci&q=aigrette"),
    Ecran("contrat", "cip", "/aci/", (PREMIERE_LIGNE, "text=Renouveler")),
    Ecran("livret", "cip", "/formations/", (PREMIERE_LIGNE, "main table a >> text=Livret")),
    Ecran("liste", "rsa", "/rsa/"),
    Ecran("pointage", "rsa", "/rsa/pointage/", largeurs=DEUX),
    Ecran("convoquer", "rsa", "/rsa/convocations/"),
    Ecran("mois-mesures", "rsa", "/logement/mois-mesures/"),
    Ecran("seance", "rsa", clics=("text=Ouvrir la séance",)),
    Ecran("journee-encadrant", "encadrant"),
    Ecran("heures", "encadrant", "/heures/", largeurs=DEUX),
    Ecran("dossier-encadrant", "encadrant", "/aci/", (PREMIERE_LIGNE,)),
    Ecran("accueil-financeur", "financeur"),
    Ecran("journee-direction", "direction"),
    Ecran("rapport-page", "direction", "/rapports/2021/#page-aci-sorties"),
    Ecran("chiffre", "direction", "/rapports/2021/aci.taux_sorties_dynamiques/"),
    Ecran("plan", "direction", "/rapports/2021/plan/"),
    Ecran("texte", "direction", "/rapports/2021/textes/aci/"),
    Ecran("controle", "direction", "/rapports/2025/controle/"),
    Ecran("fichiers", "direction", "/rapports/2021/fichiers/"),
    Ecran("pilotage", "direction", "/rapports/pilotage/"),
    # Last, because the report of 2021 no longer changes after it.
    Ecran(
        "editions",
        "direction",
        "/rapports/2021/clore/",
        ("main button.btn-danger", "main a >> text=Voir ce qui a changé", "main summary"),
    ),
    Ecran("administration", "admin", "/administration/"),
)


def _gerer(environnement: dict[str, str], *arguments: str) -> str:
    """Run a command of manage.py; what it printed."""
    commande = [sys.executable, "manage.py", *arguments]
    return subprocess.run(commande, cwd=RACINE, env=environnement, check=True, text=True, stdout=subprocess.PIPE).stdout


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port: int = prise.getsockname()[1]
        return port


def _attendre(adresse: str, serveur: subprocess.Popen[Any]) -> None:
    """Raises RuntimeError when the server stops, TimeoutError when it does not answer."""
    limite = time.monotonic() + ATTENTE
    while time.monotonic() < limite:
        if serveur.poll() is not None:
            raise RuntimeError("the server stopped before it answered")
        try:
            with urllib.request.urlopen(adresse, timeout=5):
                return
        except URLError:
            time.sleep(0.3)
    raise TimeoutError(adresse)


@contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """A served demonstration that lives as long as the block: its address and the password of its accounts."""
    with tempfile.TemporaryDirectory(prefix="aipi-captures-") as dossier:
        environnement = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{dossier}/aipi.sqlite3",
            "AIPI_DONNEES": dossier,
            "AIPI_DEMONSTRATION": "oui",
            # Style sheets are then read where they are written: nothing has to be collected first.
            "DEBUG": "oui",
        }
        _gerer(environnement, "migrate", "--verbosity", "0")
        _gerer(environnement, "demo")
        mot_de_passe = _gerer(environnement, "comptes_demo").split()[-1]
        _gerer(environnement, "tableaux_demo")
        adresse = f"127.0.0.1:{_port_libre()}"
        lancer = partial(
            subprocess.Popen, cwd=RACINE, env=environnement, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        serveur = lancer([sys.executable, "manage.py", "runserver", "--noreload", adresse])
        fond = lancer([sys.executable, "manage.py", "db_worker", "--no-reload", "--interval", "1"])
        try:
            _attendre(f"http://{adresse}/connexion/", serveur)
            yield f"http://{adresse}", mot_de_passe
        finally:
            for processus in (serveur, fond):
                processus.terminate()
                processus.wait(timeout=30)


def _se_connecter(page: Page, compte: str, mot_de_passe: str) -> None:
    page.goto("/connexion/")
    page.get_by_label("Adresse électronique").fill(f"{compte}@demo.aipi.example")
    page.get_by_label("Mot de passe").fill(mot_de_passe)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_load_state()
    code = page.locator("[data-code-demonstration]")
    if code.count():
        page.get_by_label("Code").fill(code.inner_text())
        page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(re.compile(r"://[^/]+/$"))


def _enregistrer(image: bytes, chemin: Path) -> None:
    """Keep few colours: the same picture to the eye, light enough for a repository."""
    couleurs = Image.open(BytesIO(image)).convert("RGB")
    # The usual method averages a small accent away; this one keeps colours that are far from the others.
    reduite = couleurs.quantize(COULEURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    reduite.save(chemin, optimize=True)


def _photographier(navigateur: Browser, adresse: str, mot_de_passe: str, ecrans: list[Ecran]) -> None:
    for compte in dict.fromkeys(ecran.compte for ecran in ecrans):
        contexte = navigateur.new_context(base_url=adresse, locale="fr-FR", timezone_id="Europe/Paris")
        page = contexte.new_page()
        if compte:
            _se_connecter(page, compte, mot_de_passe)
        for ecran in (ecran for ecran in ecrans if ecran.compte == compte):
            page.set_viewport_size({"width": 1280, "height": HAUTEURS[1280]})
            page.goto(ecran.depart)
            for clic in ecran.clics:
                page.locator(clic).first.click(timeout=CLOTURE)
                page.wait_for_load_state()
            # What the page asks for once it is there, such as the counts of a list.
            page.wait_for_load_state("networkidle")
            for texte in ecran.frappe:
                page.keyboard.type(texte)
                page.wait_for_timeout(PAUSE)
            for largeur in ecran.largeurs:
                page.set_viewport_size({"width": largeur, "height": HAUTEURS[largeur]})
                page.evaluate(COMME_EN_FRANCE)
                if "#" in ecran.depart:
                    # Twice: what comes into sight is laid out then, and pushes the rest.
                    for _ in range(2):
                        page.locator(f"#{ecran.depart.partition('#')[2]}").evaluate(EN_VUE)
                        page.wait_for_timeout(PAUSE)
                _enregistrer(page.screenshot(), IMAGES / f"{ecran.nom}-{largeur}.png")
        contexte.close()


def main(noms: list[str]) -> int:
    ecrans = [ecran for ecran in ECRANS if not noms or ecran.nom in noms]
    if inconnus := set(noms) - {ecran.nom for ecran in ecrans}:
        print(f"No such screen: {', '.join(sorted(inconnus))}", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demonstration() as (adresse, mot_de_passe), sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        _photographier(navigateur, adresse, mot_de_passe, ecrans)
        navigateur.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
