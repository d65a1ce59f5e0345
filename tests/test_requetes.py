"""Every page that opens costs at most 20 queries and 15 kB, and the same number of queries with many rows as with few.

Rows grow in both ways: more persons beside those of the house, and more of everything in each dossier, team and session.
"""

from __future__ import annotations

import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from maison import construire
from test_acces import RAPPORTS, TABLE, adresse
from volume import epaissir, peupler

from aipi import sessions

pytestmark = pytest.mark.django_db

REQUETES_MAXIMUM = 20
POIDS_MAXIMUM = 15_000
"""Bytes of a page once compressed."""
PEU, BEAUCOUP = 100, 2_000
"""Persons."""
COURT, LONG = 4, 40
"""Rows of each kind that hang on one row of the house."""
QUI = ("directeur", "cip", "referent", "encadrant", "administrateur", "financeur")
LISTES_DE_RAPPORTS = {"journee_detail", "indicateur_liste"}
"""Lists of files in the other table of addresses; the pages of the report count figures, not rows."""
TOUT = {"personne_imprimer": "a whole dossier on paper is as long as its history"}
"""Pages whose weight follows what they are asked for."""


@pytest.mark.une_base
def test_no_page_costs_more_with_many_rows_than_with_few(monkeypatch):
    """Some lists of a page may be empty when there are few: from then on, nothing grows."""
    # Once a minute, a page also notes that its session lives.
    monkeypatch.setattr(sessions, "NOTER_APRES", 3_600)
    maison = construire()
    clients = {qui: Client() for qui in QUI}
    for qui, client in clients.items():
        client.force_login(maison.comptes[qui])
    pages = {(qui, cle): adresse(maison, cle) for qui in QUI for cle, statuts in TABLE.items() if statuts[qui] == 200}
    pages |= {
        (qui, f"{nom} {args[-1]}"): reverse(nom, args=args)
        for qui in QUI
        for (nom, *args), statuts in RAPPORTS.items()
        if nom in LISTES_DE_RAPPORTS and statuts[qui] == 200
    }
    peupler(maison, 0, PEU)
    epaissir(maison, 0, COURT)
    avant = {(qui, cle): mesurer(clients[qui], url)[0] for (qui, cle), url in pages.items()}
    peupler(maison, PEU, BEAUCOUP - PEU)
    epaissir(maison, COURT, LONG - COURT)
    apres = {(qui, cle): mesurer(clients[qui], url) for (qui, cle), url in pages.items()}
    assert {page: (avant[page], n) for page, (n, _) in apres.items() if n > avant[page]} == {}
    assert {page: n for page, (n, _) in apres.items() if n > REQUETES_MAXIMUM} == {}
    trop = {page: poids for page, (_, poids) in apres.items() if poids > POIDS_MAXIMUM}
    assert {page: poids for page, poids in trop.items() if page[1].split()[0] not in TOUT} == {}


def mesurer(client: Client, url: str) -> tuple[int, int]:
    """Queries of a page, and its bytes once compressed."""
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(url)
    assert reponse.status_code == 200, url
    contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    return len(requetes), len(gzip.compress(contenu, 6))
