"""The main pages from a telephone to a wide screen: styled from the first paint, laid out, nothing that moves or sticks out."""

from __future__ import annotations

import pytest
from django.urls import reverse
from test_partout import COMPTER_LES_SAUTS, SAUT_MAXIMAL, saut_de, sources

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

LARGEURS = (1920, 1280, 360)

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
        page.goto(url)
        page.wait_for_load_state("networkidle")
        feuilles = page.evaluate(FEUILLES)
        assert feuilles.pop("feuilles") >= 2
        assert feuilles == {"ailleurs": 0, "tardives": [], "apres": []}, url
        assert saut_de(page) <= SAUT_MAXIMAL, (url, sources(page))
        for largeur in LARGEURS:
            page.set_viewport_size({"width": largeur, "height": 900})
            vu = page.evaluate(MISE_EN_PAGE)
            assert (vu["deborde"], vu["sorties"]) == (0, []), (url, largeur)
            assert vu["titre"] == [True, True, True], (url, largeur)
            # The content stands in the middle, and takes the width of a telephone.
            assert abs(vu["marges"][0] - vu["marges"][1]) <= 1, (url, largeur)
            assert vu["largeur"] >= min(largeur, 960) * 0.9, (url, largeur)
        page.set_viewport_size({"width": LARGEURS[0], "height": 900})
