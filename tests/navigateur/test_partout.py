"""Every address, as every role that may open it, at both widths: no obstacle, no jump, no word of another language."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from test_acces import QUI, RAPPORTS, TABLE, adresse, reverse

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

ROLES = ["directeur", "cip", "referent", "encadrant", "financeur", "administrateur"]
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


PAS_DES_PAGES = {"personne_suggestions", "travail_etat"}
"""Addresses that answer a script of a page, with a piece of one or with data."""


def pages(maison, qui: str) -> list[str]:
    """The addresses that open for `qui`, of the tables that say it for each role."""
    ouvertes = [
        adresse(maison, cle)
        for cle, statuts in TABLE.items()
        if statuts[qui] == 200 and cle.split()[0] not in PAS_DES_PAGES
    ]
    return ouvertes + [reverse(nom, args=args) for (nom, *args), statuts in RAPPORTS.items() if statuts[qui] == 200]


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


@pytest.mark.parametrize("largeur", [360, 1280])
@pytest.mark.parametrize("qui", ROLES)
def test_no_page_puts_an_obstacle_in_the_way_of_a_role(maison, ouvrir, live_server, sans_obstacle, qui, largeur):
    assert qui in QUI
    client = Client()
    client.force_login(maison.comptes[qui])
    page = ouvrir(largeur)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.add_init_script(COMPTER_LES_SAUTS)
    sautent, etrangers = {}, {}
    for url in pages(maison, qui):
        page.goto(url)
        sans_obstacle(page)
        if saut_de(page) > SAUT_MAXIMAL:
            sautent[url] = sources(page)
        if mots := LANGUE_ETRANGERE.findall(page.inner_text("body")):
            etrangers[url] = mots
    assert (sautent, etrangers) == ({}, {})
