"""Commitment contracts: the first, the renewals, the chain they make."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir

from insertion_sociale.accompagnements import maillons
from insertion_sociale.models import ContratEngagement, SuiviRsa
from insertion_sociale.regles import fin_apres

pytestmark = pytest.mark.django_db
UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


def test_a_renewal_is_proposed_from_the_day_after_the_last(referent, maison):
    jour = timezone.localdate()
    url = reverse("contrat_engagement_create", args=[maison.suivi.pk])
    saisie = remplir(referent, url)
    fin = fin_apres(maison.engagement.date_fin + UN_JOUR, 6)
    assert (saisie["type"], saisie["date_signature"], saisie["date_fin"]) == ("ce", jour.isoformat(), fin.isoformat())
    for _ in range(2):
        assert referent.post(url, saisie).status_code == 302
    assert ContratEngagement.objects.filter(suivi=maison.suivi).count() == 2


def test_a_first_contract_is_proposed_for_six_months_from_today(referent, maison):
    suivi = SuiviRsa.objects.get(ref="S2")
    saisie = remplir(referent, reverse("contrat_engagement_create", args=[suivi.pk]))
    assert saisie["date_fin"] == fin_apres(timezone.localdate(), 6).isoformat()


def test_a_contract_without_an_end_is_kept(referent, maison):
    url = reverse("contrat_engagement_create", args=[maison.suivi.pk])
    referent.post(url, remplir(referent, url, date_fin=""))
    assert ContratEngagement.objects.exclude(pk=maison.engagement.pk).get().date_fin is None


def test_a_contract_does_not_end_before_it_is_signed(referent, maison):
    url = reverse("contrat_engagement_create", args=[maison.suivi.pk])
    reponse = referent.post(url, remplir(referent, url, date_signature="2026-03-02", date_fin="2026-03-01"))
    assert "avant d’être signé" in reponse.context["form"].errors["date_fin"][0]
    saisie = remplir(referent, url, date_signature="2026-03-02", date_fin="2026-03-02")
    assert referent.post(url, saisie).status_code == 302


def test_a_cer_signed_after_2024_is_kept_and_explained(referent, maison):
    url = reverse("contrat_engagement_update", args=[maison.engagement.pk])
    reponse = referent.post(url, remplir(referent, url, type="cer"), follow=True)
    assert "le CER a pris fin" in " ".join(str(m) for m in reponse.context["messages"])
    maison.engagement.refresh_from_db()
    assert maison.engagement.type == "cer"


def test_the_chain_tells_gaps_and_what_ends_soon(maison):
    jour = timezone.localdate()
    ContratEngagement.objects.filter(pk=maison.engagement.pk).update(date_signature=jour - 40 * UN_JOUR)
    ContratEngagement.objects.create(
        ref="CE-0",
        suivi=maison.suivi,
        type="cer",
        date_signature=jour - 100 * UN_JOUR,
        date_fin=jour - 44 * UN_JOUR,
    )
    contrats = list(ContratEngagement.objects.filter(suivi=maison.suivi).order_by("-date_signature"))
    recent, ancien = maillons(contrats, maison.suivi, jour)
    assert (recent.etat, recent.libelle, recent.trou) == ("alerte", "Se termine dans 5 jours", 3)
    assert (ancien.etat, ancien.libelle, ancien.trou) == ("sorti", "Terminé", None)


@pytest.mark.parametrize(("reste", "etat"), [(31, "ouvert"), (30, "alerte"), (0, "alerte"), (-1, "absent")])
def test_the_last_contract_of_an_open_follow_up_warns_thirty_days_before_its_end(maison, reste, etat):
    jour = timezone.localdate()
    maison.engagement.date_fin = jour + reste * UN_JOUR
    assert maillons([maison.engagement], maison.suivi, jour)[0].etat == etat
    maison.suivi.date_sortie = jour - UN_JOUR
    assert maillons([maison.engagement], maison.suivi, jour)[0].etat == ("ouvert" if reste >= 0 else "sorti")


def test_the_dossier_shows_the_chain_and_leads_to_the_next_contract(referent, maison):
    page = referent.get(reverse("personne_detail", args=[maison.rsa.pk])).content.decode()
    assert "Se termine dans 5 jours" in page
    assert reverse("contrat_engagement_create", args=[maison.suivi.pk]) in page
    assert reverse("contrat_engagement_update", args=[maison.engagement.pk]) in page
