"""What a browser that knows nothing yet fetches to open a page: the page and everything that it asks for."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from test_acces import TABLE, adresse

pytestmark = [pytest.mark.django_db, pytest.mark.une_base]

OCTETS_MAXIMUM = 130_000
ADRESSE = re.compile(r'(?:src|href)="/static/([^"]+)"')
DANS_UNE_FEUILLE = re.compile(r"""url\(["']?([^"')]+)["']?\)""")
DEJA_COMPRIMES = {".woff2", ".png", ".jpg", ".webp"}


@cache
def pesee(chemin: Path) -> int:
    """Bytes of a file as it is sent: compressed, unless it is by itself."""
    contenu = chemin.read_bytes()
    return len(contenu) if chemin.suffix in DEJA_COMPRIMES else len(gzip.compress(contenu))


@cache
def fichier(nom: str) -> Path:
    trouve = finders.find(nom)
    assert trouve is not None, nom
    return Path(trouve)


@cache
def demandes_par(feuille: Path) -> frozenset[Path]:
    """The files that a style sheet asks for, whether a page uses them or not."""
    adresses = DANS_UNE_FEUILLE.findall(feuille.read_text(encoding="utf-8"))
    return frozenset((feuille.parent / a).resolve() for a in adresses if not a.startswith(("data:", "#")))


def test_no_page_fetches_more_than_130_kb_with_a_cold_cache(client, maison):
    client.force_login(maison.comptes["directeur"])
    lourdes = {}
    for cle, statuts in TABLE.items():
        if statuts["directeur"] != 200:
            continue
        page = client.get(adresse(maison, cle))
        contenu = page.content
        fichiers = {fichier(nom) for nom in ADRESSE.findall(contenu.decode())}
        for feuille in [f for f in fichiers if f.suffix == ".css"]:
            fichiers |= demandes_par(feuille)
        poids = len(gzip.compress(contenu)) + sum(map(pesee, fichiers))
        if poids > OCTETS_MAXIMUM:
            lourdes[cle] = poids
    assert lourdes == {}
