"""Obstacles: several found at once, then each one until it ends."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir
from maison import code

from insertion_pro.models import Frein

pytestmark = pytest.mark.django_db


@pytest.fixture
def cip(client, maison):
    client.force_login(maison.comptes["cip"])
    return client


@pytest.fixture
def url(maison) -> str:
    return reverse("frein_create", args=[maison.parcours.pk])


@pytest.fixture
def categories() -> dict[str, int]:
    return {nom: code("categorie_frein", nom, nom.title()).pk for nom in ("mobilite", "logement", "sante")}


def ouverts(maison) -> set[str]:
    return set(maison.parcours.freins.filter(date_fin=None).values_list("categorie__code", flat=True))


def test_several_are_found_at_once_and_one_already_open_is_not_doubled(cip, maison, url, categories):
    envoi = remplir(cip, url, categories=[str(pk) for pk in categories.values()], date_reperage="2026-05-04")
    assert cip.post(url, envoi).status_code == 302
    assert maison.parcours.freins.count() == 3
    assert ouverts(maison) == {"mobilite", "logement", "sante"}
    assert maison.parcours.freins.get(categorie__code="sante").date_reperage == datetime.date(2026, 5, 4)
    # Sent twice, or once they are all open.
    assert cip.post(url, envoi).status_code == 302
    assert cip.post(url, remplir(cip, url, categories=[str(categories["sante"])])).status_code == 302
    assert maison.parcours.freins.count() == 3


def test_gone_back_to_and_changed_it_is_told(cip, maison, url, categories):
    envoi = remplir(cip, url, categories=[str(categories["sante"])])
    cip.post(url, envoi)
    texte = cip.post(url, envoi | {"categories": [str(categories["logement"])]}).content.decode()
    assert "Corriger la première" in texte
    assert ouverts(maison) == {"mobilite", "sante"}


def test_none_chosen_is_told(cip, maison, url):
    texte = cip.post(url, remplir(cip, url, categories=[])).content.decode()
    assert "Choisissez au moins un frein." in texte


def test_one_ended_before_may_be_found_again(cip, maison, url, categories):
    maison.frein.date_fin = timezone.localdate()
    maison.frein.save()
    cip.post(url, remplir(cip, url, categories=[str(categories["mobilite"])]))
    assert maison.parcours.freins.filter(categorie__code="mobilite").count() == 2


def test_lifted_it_ends_today_unless_said_otherwise(cip, maison):
    url = reverse("frein_update", args=[maison.frein.pk])
    cip.post(url, remplir(cip, url, issue="leve"))
    maison.frein.refresh_from_db()
    assert (maison.frein.issue, maison.frein.date_fin) == ("leve", timezone.localdate())
    cip.post(url, remplir(cip, url, issue="leve", date_fin=maison.frein.date_reperage.isoformat()))
    maison.frein.refresh_from_db()
    assert maison.frein.date_fin == maison.frein.date_reperage


@pytest.mark.parametrize("issue", ["ameliore", "stable", "aggrave", ""])
def test_otherwise_it_stays_open(cip, maison, issue):
    url = reverse("frein_update", args=[maison.frein.pk])
    assert cip.post(url, remplir(cip, url, issue=issue)).status_code == 302
    maison.frein.refresh_from_db()
    assert (maison.frein.issue, maison.frein.date_fin) == (issue, None)


def test_it_cannot_end_before_it_was_found(cip, maison):
    url = reverse("frein_update", args=[maison.frein.pk])
    veille = maison.frein.date_reperage - datetime.timedelta(days=1)
    reponse = cip.post(url, remplir(cip, url, date_fin=veille.isoformat()))
    assert "date_fin" in reponse.context["form"].errors


def test_ended_without_saying_how_is_told(cip, maison):
    url = reverse("frein_update", args=[maison.frein.pk])
    reponse = cip.post(url, remplir(cip, url, date_fin=timezone.localdate().isoformat()), follow=True)
    assert "restera à compléter" in reponse.content.decode()


def test_two_colleagues_are_told(cip, maison):
    url = reverse("frein_update", args=[maison.frein.pk])
    envoi = remplir(cip, url, issue="stable")
    Frein.objects.filter(pk=maison.frein.pk).update(issue="aggrave")
    assert "Quelqu’un a changé" in cip.post(url, envoi).content.decode()
    maison.frein.refresh_from_db()
    assert maison.frein.issue == "aggrave"
