"""Aids asked of the FSL, from request to decision."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir
from maison import code

from insertion_sociale.models import AideLogement

pytestmark = pytest.mark.django_db


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


def messages(reponse) -> str:
    return " ".join(str(message) for message in reponse.context["messages"])


def test_an_aid_is_asked_for_today_and_waits(referent, maison):
    url = reverse("aide_logement_create", args=[maison.mesure.pk])
    saisie = remplir(referent, url, type=maison.aide.type_id)
    assert saisie["date_demande"] == timezone.localdate().isoformat()
    for _ in range(2):
        assert referent.post(url, saisie).status_code == 302
    aide = AideLogement.objects.exclude(pk=maison.aide.pk).get()
    assert (aide.mesure, aide.decision, aide.date_decision, aide.montant_accorde) == (maison.mesure, "", None, None)


def test_the_type_is_asked_for_and_grouped(referent, maison):
    code("type_aide", "impaye_loyer", "Impayé de loyer")
    url = reverse("aide_logement_create", args=[maison.mesure.pk])
    page = referent.get(url).content.decode()
    assert page.index('<optgroup label="Accès au logement">') < page.index(
        '<optgroup label="Maintien dans le logement">'
    )
    assert "obligatoire" in referent.post(url, remplir(referent, url)).context["form"].errors["type"][0]


def test_a_decision_is_noted_with_its_amount_in_french(referent, maison):
    url = reverse("aide_logement_update", args=[maison.aide.pk])
    jour = timezone.localdate().isoformat()
    saisie = remplir(referent, url, decision="accepte", date_decision=jour, montant_accorde="412,50")
    reponse = referent.post(url, saisie, follow=True)
    maison.aide.refresh_from_db()
    assert (maison.aide.decision, maison.aide.montant_accorde) == ("accepte", Decimal("412.5"))
    assert "412,50" in reponse.content.decode()


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"decision": "refuse", "montant_accorde": "300"}, "aucun total"),
        ({"decision": "accepte"}, "restera à compléter"),
        ({"decision": "accepte", "montant_accorde": "10", "date_decision": "2020-01-01"}, "d’avant la demande"),
        ({"decision": "", "date_decision": "2026-01-01"}, "reste en attente"),
    ],
)
def test_what_contradicts_itself_is_kept_and_explained(referent, maison, champs, dit):
    url = reverse("aide_logement_update", args=[maison.aide.pk])
    assert dit in messages(referent.post(url, remplir(referent, url, **champs), follow=True))
    maison.aide.refresh_from_db()
    assert maison.aide.decision == champs["decision"]


@pytest.mark.parametrize("montant", ["-1", "abc", "12,345"])
def test_an_amount_that_is_none_is_said_at_its_field(referent, maison, montant):
    url = reverse("aide_logement_update", args=[maison.aide.pk])
    reponse = referent.post(url, remplir(referent, url, decision="accepte", montant_accorde=montant))
    assert "montant_accorde" in reponse.context["form"].errors


def test_those_that_wait_come_oldest_first(maison):
    jour = timezone.localdate()
    for ref, jours, decision in (("VIEILLE", 40, ""), ("DECIDEE", 50, "ajourne"), ("NEUVE", 1, "")):
        AideLogement.objects.create(
            ref=ref,
            mesure=maison.mesure,
            type=maison.aide.type,
            date_demande=jour - datetime.timedelta(days=jours),
            decision=decision,
        )
    assert list(AideLogement.objects.en_attente().values_list("ref", flat=True)) == ["VIEILLE", "AL-1", "NEUVE"]
