"""Statements and bars composed once: the same page as composed anew, for each account, and no right outlives its change."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from maison import Maison

from aipi import enonces, roles
from aipi.enonces import PLACE, Reserve
from aipi.models import Compte, Personne
from aipi.periodes import Periode

pytestmark = pytest.mark.django_db

LISTES = ("personne_list", "parcours_list", "suivi_rsa_list", "contact_rsa_list")
QUI = ("directeur", "cip", "referent", "encadrant")
SANS_DROIT = {"password", "last_login", "courriel", "nom", "agenda", "is_active", "date_creation"}
"""Fields of an account that open no page and no row. (One that is not active opens nothing: it cannot sign in.)"""


def adresses(maison: Maison) -> list[str]:
    mois = Periode.du_mois(timezone.localdate()).debut
    return [
        *(reverse("personne_detail", args=[p.pk]) for p in (maison.aci, maison.deux_poles, maison.rsa)),
        reverse("contact_create", args=[maison.deux_poles.pk]),
        reverse("heures_grille", args=[maison.equipe.pk, mois]),
        *(reverse(nom) for nom in LISTES),
    ]


def pages(client, maison: Maison, qui: str) -> dict[str, tuple[int, str]]:
    """What the account reads, without what is drawn at each page."""
    client.force_login(maison.comptes[qui])
    lues = {}
    for adresse in adresses(maison):
        reponse = client.get(adresse)
        lues[adresse] = (reponse.status_code, re.sub(r'value="[\w:-]{30,}"', "", reponse.content.decode()))
    return lues


def test_what_is_kept_shows_each_account_what_is_composed_anew(client, maison, monkeypatch):
    gardees = {qui: pages(client, maison, qui) for qui in QUI}
    monkeypatch.setattr(Reserve, "lire", lambda self, cle, faire: faire())
    for qui, lues in gardees.items():
        assert lues == pages(client, maison, qui)


def test_a_right_that_changes_is_another_statement(client, maison):
    compte = maison.comptes["polyvalent"]
    client.force_login(compte)
    dossier = reverse("personne_detail", args=[maison.deux_poles.pk])
    assert "Accompagnement RSA" in client.get(dossier).content.decode()
    Compte.objects.filter(pk=compte.pk).update(pole_social=False)
    page = client.get(dossier).content.decode()
    assert "Accompagnement RSA" not in page
    assert reverse("suivi_rsa_list") not in page


def test_every_field_of_an_account_is_a_right_or_is_known_not_to_be(maison):
    """A statement is found again by the rights: a field that rules come to read must be among them."""
    compte = maison.comptes["cip"]
    champs = {champ.attname for champ in Compte._meta.concrete_fields} - SANS_DROIT
    valeurs = {nom: object() for nom in champs}
    for nom, valeur in valeurs.items():
        compte.__dict__[nom] = valeur
    assert set(roles.droits(compte)) == set(valeurs.values())


@pytest.mark.parametrize("cle", [PLACE, PLACE + 1, 2**63, 10**30])
@pytest.mark.parametrize("nom", ["personne_detail", "contact_create"])
def test_a_number_that_no_row_has_leads_nowhere(client, maison, nom, cle):
    client.force_login(maison.comptes["directeur"])
    assert client.get(reverse(nom, args=[cle])).status_code == 404


def test_keys_are_put_in_their_places_and_nothing_else_is(maison):
    compte = maison.comptes["directeur"]
    demandees = [maison.aci.pk, maison.rsa.pk]

    def composer(cles):
        return Personne.objects.filter(pk__in=cles).exclude(nom=str(PLACE)).order_by("recherche")

    for valeurs in (demandees, [maison.nouvelle.pk, maison.deux_poles.pk]):
        assert enonces.lire("essai", compte, valeurs, composer) == list(composer(valeurs))
    assert enonces.lire("essai", compte, [], composer) == []
    assert enonces.lire("essai", compte, [PLACE], composer) == []


def test_the_reserve_forgets_all_beyond_its_size(monkeypatch):
    monkeypatch.setattr(enonces, "GARDES", 3)
    reserve: Reserve[int] = Reserve()
    faits = []

    def faire(n: int) -> int:
        faits.append(n)
        return n

    for n in (0, 1, 2, 0, 3, 0):
        assert reserve.lire(n, lambda n=n: faire(n)) == n
    assert faits == [0, 1, 2, 3, 0]
