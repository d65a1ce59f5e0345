"""A real browser on the real pages: any console error, refused resource or breach of the policy fails the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from django.core.cache import cache
from django.test import Client
from maison import Maison, construire
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from aipi.models import Compte

expect.set_options(timeout=20_000)

REGLES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # What passes is not described, and no file is fetched again: a third of the time, the same faults.
    "resultTypes": ["violations"],
    "preload": False,
}

MARQUER = """() => {
  window.dejaVus = new WeakSet([...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()));
}"""
REVOIR = """async (regles) => {
  const contraste = "color-contrast";
  const fautes = (await axe.run(document, { ...regles, rules: { [contraste]: { enabled: false } } })).violations;
  const nouveau = (e) => e !== document.body && e.checkVisibility() && !dejaVus.has(e);
  const nouveaux = [...document.querySelectorAll("body *")].filter((e) => nouveau(e) && !nouveau(e.parentElement));
  if (!nouveaux.length) return fautes;
  const options = { ...regles, runOnly: { type: "rule", values: [contraste] } };
  return fautes.concat((await axe.run({ include: nouveaux }, options)).violations);
}"""


GESTES = ("click", "dblclick", "fill", "press", "press_sequentially", "check", "uncheck", "focus", "select_option")


@pytest.fixture(scope="session", autouse=True)
def apres_chargement() -> Iterator[None]:
    """Nobody in these tests acts on a page whose scripts are still on their way, however busy the machine."""

    def attendre(geste):
        def fait(locator: Locator, *args, **options):
            locator.page.wait_for_load_state()
            return geste(locator, *args, **options)

        return fait

    clavier = Page.keyboard.fget

    def clavier_attendu(page: Page):
        page.wait_for_load_state()
        return clavier(page)

    with pytest.MonkeyPatch.context() as rustine:
        for nom in GESTES:
            rustine.setattr(Locator, nom, attendre(getattr(Locator, nom)))
        rustine.setattr(Page, "keyboard", property(clavier_attendu))
        yield


@pytest.fixture
def maison(transactional_db) -> Maison:
    cache.clear()
    return construire()


@pytest.fixture
def ouvrir(browser: Browser, live_server) -> Iterator[Callable[[int], Page]]:
    """A function that opens a page of the given width; what its console complained of is checked at the end."""
    contextes: list[BrowserContext] = []
    plaintes: list[str] = []

    def page(largeur: int = 1280) -> Page:
        contexte = browser.new_context(
            base_url=live_server.url, viewport={"width": largeur, "height": 800}, locale="fr-FR"
        )
        contextes.append(contexte)
        feuille = contexte.new_page()
        feuille.on("console", lambda m: plaintes.append(m.text) if m.type in {"error", "warning"} else None)
        feuille.on("pageerror", lambda e: plaintes.append(str(e)))
        # A double click abandons its first request: that is the browser's own doing.
        feuille.on(
            "requestfailed",
            lambda r: None if "ERR_ABORTED" in str(r.failure) else plaintes.append(f"{r.url} {r.failure}"),
        )
        return feuille

    yield page
    for contexte in contextes:
        contexte.close()
    assert plaintes == []


@pytest.fixture
def entrer(ouvrir, maison, live_server) -> Callable[..., Page]:
    """A function that opens the home of an account already signed in: signing in has tests of its own."""

    def connecter(qui: str, largeur: int = 1280) -> Page:
        client = Client()
        client.force_login(Compte.objects.get(courriel=f"{qui}@exemple.fr"))
        page = ouvrir(largeur)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")
        return page

    return connecter


@pytest.fixture
def sans_obstacle() -> Callable[[Page], None]:
    """A function that fails when axe finds an obstacle on the page, or when the page is wider than the screen."""

    def verifier(page: Page) -> None:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(AXE)
        sans_faute(page, page.evaluate("(regles) => axe.run(document, regles).then((r) => r.violations)", REGLES))

    return verifier


@pytest.fixture
def sans_obstacle_elargie() -> Callable[[Page, int], None]:
    """A function that looks at a page again, at another width than that `sans_obstacle` just saw it at.

    Contrasts, two thirds of axe's time, are measured again of what was not in sight before, and of nothing else.
    """

    def verifier(page: Page, largeur: int) -> None:
        page.evaluate(MARQUER)
        page.set_viewport_size({"width": largeur, "height": 800})
        sans_faute(page, page.evaluate(REVOIR, REGLES))

    return verifier


def sans_faute(page: Page, violations: list[dict]) -> None:
    fautes = [
        f"{page.url} {faute['id']}: {noeud['html']} {noeud['failureSummary']}"
        for faute in violations
        for noeud in faute["nodes"]
    ]
    assert fautes == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
