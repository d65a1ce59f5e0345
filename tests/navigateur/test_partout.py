"""Every address, as every role that may open it, at both widths: no obstacle, no jump, no word of another language.

The main pages also on a wide screen, styled from the first paint.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from lecture import sans_jetons
from playwright.sync_api import Page, Route
from test_acces import QUI, RAPPORTS, TABLE, adresse, reverse

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

PARTS = 8
"""In how many tests the addresses are dealt: two processes share them."""
ROLES = [qui for qui in QUI if qui != "anonyme"]
SAUT_MAXIMAL = 0.02
"""Cumulative layout shift of a page, as the browser counts it."""
LANGUE_ETRANGERE = re.compile(r"\b(None|True|False|undefined|null|NaN|[Ee]rror|[Ss]ubmit|[Dd]elete|[Ll]oading)\b")

COMPTER_LES_SAUTS = """
window.saut = 0;
window.sources = [];
new PerformanceObserver((liste) => {
  for (const entree of liste.getEntries()) {
    if (entree.hadRecentInput) continue;
    window.saut += entree.value;
    for (const source of entree.sources) window.sources.push((source.node?.outerHTML ?? "").slice(0, 90));
  }
}).observe({type: "layout-shift", buffered: true});
"""

PREMIERE_PEINTURE = """() => new Promise((fait) => {
  new PerformanceObserver((liste) => liste.getEntriesByName("first-contentful-paint").length && fait())
    .observe({type: "paint", buffered: true});
})"""

PAS_DES_PAGES = {"personne_suggestions", "travail_etat"}
"""Addresses that answer a script of a page, with a piece of one or with data."""


def pages(maison) -> dict[str, list[str]]:
    """The roles for which each address opens, of the tables that say it."""
    ouvertes = {
        adresse(maison, cle): [qui for qui in ROLES if statuts[qui] == 200]
        for cle, statuts in TABLE.items()
        if cle.split()[0] not in PAS_DES_PAGES
    }
    for (nom, *args), statuts in RAPPORTS.items():
        ouvertes[reverse(nom, args=args)] = [qui for qui in ROLES if statuts[qui] == 200]
    return {url: roles for url, roles in ouvertes.items() if roles}


def saut_de(page) -> float:
    """The least shift of three visits: one that the page makes comes back each time, one of a busy machine does not."""
    sauts = [page.evaluate("window.saut")]
    while sauts[-1] > SAUT_MAXIMAL and len(sauts) < 3:
        page.reload()
        page.wait_for_load_state("networkidle")
        sauts.append(page.evaluate("window.saut"))
    return min(sauts)


def sources(page) -> list[str]:
    """What moved."""
    return page.evaluate("window.sources")


@pytest.mark.parametrize("debut", range(PARTS))
def test_no_page_puts_an_obstacle_in_the_way_of_a_role(
    maison, ouvrir, live_server, sans_obstacle, sans_obstacle_elargie, debut
):
    """Opened on a telephone, then widened to a desk: the same page, looked at in both.

    What another role was shown alike at the same address is not looked at again.
    """
    sautent, etrangers = {}, {}
    clients: dict[str, Client] = {}
    feuilles: dict[str, Page] = {}
    for url, roles in list(pages(maison).items())[debut::PARTS]:
        vues = set()
        for qui in roles:
            if qui not in clients:
                clients[qui] = Client()
                clients[qui].force_login(maison.comptes[qui])
            contenu = sans_jetons(clients[qui].get(url).text.partition("<main")[2])
            if contenu in vues:
                continue
            vues.add(contenu)
            if qui not in feuilles:
                feuilles[qui] = ouvrir(360)
                cle = clients[qui].cookies["sessionid"].value
                feuilles[qui].context.add_cookies([{"name": "sessionid", "value": cle, "url": live_server.url}])
                feuilles[qui].add_init_script(COMPTER_LES_SAUTS)
            page = feuilles[qui]
            page.set_viewport_size({"width": 360, "height": 800})
            page.goto(url)
            sans_obstacle(page)
            if saut_de(page) > SAUT_MAXIMAL:
                sautent[qui, url] = sources(page)
            sans_obstacle_elargie(page, 1280)
            if mots := LANGUE_ETRANGERE.findall(page.inner_text("body")):
                etrangers[qui, url] = mots
    assert (sautent, etrangers) == ({}, {})


LARGEURS = (1920, 1280, 360)
"""A wide screen, a desk, a telephone."""

# What the browser knows of the style sheets of the page, and of when it first painted something of it.
FEUILLES = """() => {
  const feuilles = [...document.querySelectorAll("link[rel~='stylesheet'], style")];
  const recues = performance.getEntriesByType("resource").filter((r) => r.name.endsWith(".css"));
  const peinture = performance.getEntriesByName("first-contentful-paint")[0];
  return {
    feuilles: feuilles.length,
    ailleurs: feuilles.filter((f) => f.parentElement !== document.head || f.media || f.disabled).length,
    tardives: recues.filter((r) => r.renderBlockingStatus !== "blocking").map((r) => r.name),
    apres: recues.filter((r) => peinture && r.responseEnd > peinture.startTime).map((r) => r.name),
  };
}"""
# What sticks out of the window and is not in a region that scrolls by itself; how wide the content is.
MISE_EN_PAGE = """() => {
  const large = document.documentElement.clientWidth;
  const roule = (e) => e && (/(auto|scroll|hidden)/.test(getComputedStyle(e).overflowX) || roule(e.parentElement));
  const sorties = [...document.querySelectorAll("main *")].filter((e) => {
    const boite = e.getBoundingClientRect();
    return boite.width && boite.right > large + 1 && !roule(e) && !e.closest(".visually-hidden");
  });
  const contenu = document.querySelector("main").getBoundingClientRect();
  const titre = document.querySelector("main h1").getBoundingClientRect();
  return {
    deborde: document.documentElement.scrollWidth - large,
    sorties: sorties.map((e) => e.outerHTML.slice(0, 90)),
    marges: [contenu.left, large - contenu.right],
    largeur: contenu.width,
    titre: [titre.left >= contenu.left, titre.right <= contenu.right + 1, titre.height > 0],
  };
}"""


def test_the_main_pages_are_styled_at_once_and_laid_out_from_360_to_1920_pixels(maison, entrer):
    page = entrer("directeur", LARGEURS[0])
    page.add_init_script(COMPTER_LES_SAUTS)
    for url in (
        reverse("accueil"),
        reverse("personne_list"),
        reverse("parcours_list"),
        reverse("contact_rsa_list"),
        reverse("personne_detail", args=[maison.deux_poles.pk]),
        reverse("contact_create", args=[maison.aci.pk]),
        reverse("heures_grille", args=[maison.equipe.pk, f"{maison.contrat.date_debut:%Y-%m}"]),
        reverse("seance_detail", args=[maison.seance.pk]),
        reverse("rapport_list"),
    ):
        for largeur in LARGEURS[:2]:
            page.set_viewport_size({"width": largeur, "height": 900})
            page.goto(url)
            page.wait_for_load_state("networkidle")
            feuilles = page.evaluate(FEUILLES)
            assert feuilles.pop("feuilles") >= 2
            assert feuilles == {"ailleurs": 0, "tardives": [], "apres": []}, url
            assert saut_de(page) <= SAUT_MAXIMAL, (url, largeur, sources(page))
        for largeur in LARGEURS:
            page.set_viewport_size({"width": largeur, "height": 900})
            vu = page.evaluate(MISE_EN_PAGE)
            assert (vu["deborde"], vu["sorties"]) == (0, []), (url, largeur)
            assert vu["titre"] == [True, True, True], (url, largeur)
            # The content stands in the middle, and takes the width of a telephone.
            assert abs(vu["marges"][0] - vu["marges"][1]) <= 1, (url, largeur)
            assert vu["largeur"] >= min(largeur, 960) * 0.9, (url, largeur)


@pytest.mark.parametrize("largeur", LARGEURS[1:])
def test_nothing_jumps_when_the_scripts_of_a_page_come_after_its_first_paint(maison, entrer, largeur):
    page = entrer("directeur", largeur)
    page.add_init_script(COMPTER_LES_SAUTS)
    retenus: list[Route] = []

    def retenir(route: Route) -> None:
        retenus.append(route)

    page.route("**/*.js", retenir)
    for url in (
        *(reverse("personne_detail", args=[qui.pk]) for qui in (maison.aci, maison.rsa, maison.deux_poles)),
        reverse("personne_imprimer", args=[maison.deux_poles.pk]),
        reverse("personne_list"),
        reverse("agenda"),
        reverse("contact_create", args=[maison.aci.pk]),
        reverse("heures_grille", args=[maison.equipe.pk, f"{maison.contrat.date_debut:%Y-%m}"]),
        reverse("texte_update", args=[timezone.localdate().year, "aci"]),
    ):
        page.goto(url, wait_until="commit")
        page.evaluate(PREMIERE_PEINTURE)
        assert retenus, url
        while retenus:
            retenus.pop().continue_()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.saut") <= SAUT_MAXIMAL, (url, sources(page))
