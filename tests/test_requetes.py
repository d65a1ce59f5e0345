"""Every page that opens costs at most 20 queries and 15 kB, and the same number of queries with many rows as with few."""

from __future__ import annotations

import datetime
import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from maison import Maison, construire
from test_acces import TABLE, adresse

from aipi.models import Nomenclature, Personne
from insertion_pro.models import Contrat, Entretien, Equipe, Frein, Mission, Parcours
from insertion_sociale.models import Action, AideLogement, ContactRsa, ContratEngagement, MesureLogement, SuiviRsa

pytestmark = pytest.mark.django_db

REQUETES_MAXIMUM = 20
POIDS_MAXIMUM = 15_000
"""Bytes of a page once compressed."""
PEU, BEAUCOUP = 100, 2_000
TOUT = {"personne_imprimer": "a whole dossier on paper is as long as its history"}
"""Pages whose weight follows what they are asked for."""


@pytest.fixture
def maison() -> Maison:
    return construire()


def peupler(maison: Maison, debut: int, combien: int) -> None:
    """Persons followed everywhere, spread over four teams that are nobody's, each with a row of every kind."""
    jour = timezone.localdate()
    entree, fin = jour - datetime.timedelta(days=200), jour + datetime.timedelta(days=40)
    rangs = range(debut, debut + combien)
    cle = [f"V{rang:05}" for rang in rangs]
    qui = Personne.objects.bulk_create(
        Personne(ref=c, nom=f"Nom{r % 500:03}", prenom=f"Volume {r}", recherche=f"nom{r % 500:03} volume {r}")
        for c, r in zip(cle, rangs, strict=True)
    )
    atelier = maison.atelier
    equipes = [
        Equipe.objects.get_or_create(code=f"VE{n}", defaults={"nom": f"Volume {n}", "atelier": atelier})[0]
        for n in range(4)
    ]
    frein = Nomenclature.objects.filter(liste="categorie_frein").first()
    aide = Nomenclature.objects.filter(liste="type_aide").first()
    trio = list(zip(cle, qui, rangs, strict=True))
    parcours = Parcours.objects.bulk_create(Parcours(ref=c, personne=p, date_entree=entree) for c, p, _ in trio)
    suivis = SuiviRsa.objects.bulk_create(SuiviRsa(ref=c, personne=p, date_entree=entree) for c, p, _ in trio)
    mesures = MesureLogement.objects.bulk_create(
        MesureLogement(ref=c, personne=p, dispositif="fsl", date_debut=entree) for c, p, _ in trio
    )
    Contrat.objects.bulk_create(
        Contrat(ref=c, parcours=p, equipe=equipes[r % 4], date_debut=entree, date_fin=fin)
        for c, p, r in zip(cle, parcours, rangs, strict=True)
    )
    Entretien.objects.bulk_create(Entretien(ref=c, parcours=p, date=entree) for c, p in zip(cle, parcours, strict=True))
    Frein.objects.bulk_create(
        Frein(ref=c, parcours=p, categorie=frein, date_reperage=entree) for c, p in zip(cle, parcours, strict=True)
    )
    Mission.objects.bulk_create(
        Mission(ref=c, parcours=p, type="cdd", date_debut=entree) for c, p in zip(cle, parcours, strict=True)
    )
    ContactRsa.objects.bulk_create(
        ContactRsa(
            ref=f"{c}-{n}", suivi=s, date=entree + datetime.timedelta(days=30 * n), type="visite", statut="prevu"
        )
        for c, s in zip(cle, suivis, strict=True)
        for n in range(3)
    )
    ContratEngagement.objects.bulk_create(
        ContratEngagement(ref=c, suivi=s, type="ce", date_signature=entree, date_fin=fin)
        for c, s in zip(cle, suivis, strict=True)
    )
    AideLogement.objects.bulk_create(
        AideLogement(ref=c, mesure=m, type=aide, date_demande=entree) for c, m in zip(cle, mesures, strict=True)
    )
    Action.objects.bulk_create(
        Action(ref=c, domaine="sante", programme="Volume", intitule=f"Action {c}", annee=jour.year)
        for c in cle[:: max(combien // 60, 1)]
    )
    # Rows of this very transaction are unknown to the planner until it is told; in service it is told by itself.
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")


@pytest.mark.parametrize("qui", ["directeur", "cip", "referent", "encadrant"])
def test_no_page_costs_more_with_many_rows_than_with_few(client, maison, qui):
    """Some lists of a page may be empty when there are few: from then on, nothing grows."""
    client.force_login(maison.comptes[qui])
    urls = {cle: adresse(maison, cle) for cle, statuts in TABLE.items() if statuts[qui] == 200}
    peupler(maison, 0, PEU)
    avant = {cle: mesurer(client, url)[0] for cle, url in urls.items()}
    peupler(maison, PEU, BEAUCOUP - PEU)
    apres = {cle: mesurer(client, url) for cle, url in urls.items()}
    assert {c: (avant[c], n) for c, (n, _) in apres.items() if n > avant[c]} == {}
    assert {c: n for c, (n, _) in apres.items() if n > REQUETES_MAXIMUM} == {}
    assert {c: p for c, (_, p) in apres.items() if p > POIDS_MAXIMUM and c.split()[0] not in TOUT} == {}


def mesurer(client, url: str) -> tuple[int, int]:
    """Queries of a page, and its bytes once compressed."""
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(url)
    assert reponse.status_code == 200, url
    contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    return len(requetes), len(gzip.compress(contenu))
