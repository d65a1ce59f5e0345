"""Pages of follow-ups cost the same whatever a dossier holds, and stay light."""

from __future__ import annotations

import datetime
import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from maison import Maison, personne

from insertion_sociale.models import AideLogement, ContactRsa, ContratEngagement, MesureLogement, SuiviRsa

pytestmark = pytest.mark.django_db
OCTETS = 15_000
PAGES = (
    ("suivi_rsa_create", "rsa"),
    ("suivi_rsa_update", "suivi"),
    ("suivi_rsa_sortie", "suivi"),
    ("contrat_engagement_create", "suivi"),
    ("contrat_engagement_update", "engagement"),
    ("mesure_logement_create", "rsa"),
    ("mesure_logement_update", "mesure"),
    ("mesure_logement_renouveler", "mesure"),
    ("mesure_logement_fin", "mesure"),
    ("aide_logement_create", "mesure"),
    ("aide_logement_update", "aide"),
    ("referent_remplacer", None),
    ("convocation_lot", None),
    ("pointage", None),
    ("mois_mesures", None),
)


def grossir(maison: Maison, rangs: range) -> None:
    """More of everything, for the same persons and for others."""
    jour = datetime.date(2026, 1, 5)
    moi = maison.comptes["referent"].intervenant
    for rang in rangs:
        for qui in (maison.rsa, personne(f"V{rang}", "Volume", str(rang))):
            suivi = SuiviRsa.objects.create(ref=f"S{rang}-{qui.pk}", personne=qui, date_entree=jour, referent=moi)
            MesureLogement.objects.create(
                ref=f"M{rang}-{qui.pk}", personne=qui, dispositif="fsl", date_debut=jour, referent=moi
            )
        ContactRsa.objects.create(
            ref=f"C{rang}", suivi=maison.suivi, date=datetime.date(2100, 1, 1), type="convocation", statut="prevu"
        )
        ContactRsa.objects.create(ref=f"R{rang}", suivi=suivi, date=jour, type="convocation", statut="prevu")
        ContratEngagement.objects.create(ref=f"E{rang}", suivi=maison.suivi, type="ce", date_signature=jour)
        AideLogement.objects.create(ref=f"A{rang}", mesure=maison.mesure, type=maison.aide.type, date_demande=jour)


def requetes(client, url: str) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as comptees:
        contenu = client.get(url).content
    return len(comptees), len(gzip.compress(contenu))


def test_pages_ask_the_same_and_weigh_little_whatever_a_dossier_holds(client, maison):
    client.force_login(maison.comptes["referent"])
    adresses = [reverse(nom, args=[getattr(maison, objet).pk] if objet else []) for nom, objet in PAGES]
    grossir(maison, range(3))
    for url in adresses:
        client.get(url)
    avant = {url: requetes(client, url)[0] for url in adresses}
    grossir(maison, range(3, 60))
    apres = {url: requetes(client, url) for url in adresses}
    assert {url: nombre for url, (nombre, _) in apres.items()} == avant
    assert max(avant.values()) <= 20
    assert {url: poids for url, (_, poids) in apres.items() if poids > OCTETS} == {}
