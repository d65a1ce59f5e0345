"""The end of a parcours, and what became of the person."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir

from aipi.models import Nomenclature
from aipi.periodes import plus_mois
from insertion_pro.models import Contrat, SuiteSortie

pytestmark = pytest.mark.django_db
UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def cip(client, maison):
    client.force_login(maison.comptes["cip"])
    return client


@pytest.fixture
def url(maison) -> str:
    return reverse("parcours_sortie", args=[maison.parcours.pk])


@pytest.fixture
def motif() -> Nomenclature:
    return Nomenclature.objects.get(liste="motif_sortie", code="cdd_6_mois_et_plus")


def test_motives_stand_under_their_category_and_each_is_explained(cip, maison, url):
    reponse = cip.get(url)
    groupes = [nom for nom, _ in list(reponse.context["form"].fields["motif_sortie"].choices)[1:]]
    assert groupes == [
        "Emploi durable", "Emploi de transition", "Sortie positive", "Autre sortie", "Sortie retirée du calcul",
    ]  # fmt: skip
    texte = reponse.content.decode()
    assert "sortie dynamique" in texte
    assert "81 jours" in texte
    assert "Mobilité" in texte


def test_the_last_contract_ends_the_same_day(cip, maison, url, motif):
    jour = timezone.localdate()
    assert maison.contrat.date_fin > jour
    envoi = remplir(cip, url, motif_sortie=motif.pk)
    assert cip.post(url, envoi).status_code == 302
    maison.parcours.refresh_from_db()
    maison.contrat.refresh_from_db()
    assert (maison.parcours.date_sortie, maison.parcours.motif_sortie) == (jour, motif)
    assert maison.contrat.date_fin == jour
    assert maison.frein.date_fin is None


def test_a_contract_already_ended_or_kept_on_purpose_does_not_move(cip, maison, url, motif):
    fin = maison.contrat.date_fin
    cip.post(url, remplir(cip, url, motif_sortie=motif.pk, clore_contrats=""))
    maison.contrat.refresh_from_db()
    assert maison.contrat.date_fin == fin
    apres = (fin + UN_JOUR).isoformat()
    cip.post(url, remplir(cip, url, date_sortie=apres, clore_contrats="on"))
    maison.contrat.refresh_from_db()
    assert maison.contrat.date_fin == fin


def test_a_contract_without_an_end_stops_and_one_not_begun_is_told(cip, maison, url, motif):
    Contrat.objects.filter(pk=maison.contrat.pk).update(date_fin=None)
    demain = timezone.localdate() + UN_JOUR
    a_venir = Contrat.objects.create(ref="C9", parcours=maison.parcours, equipe=maison.equipe, date_debut=demain)
    texte = cip.post(url, remplir(cip, url, motif_sortie=motif.pk), follow=True).content.decode()
    assert "Un contrat commence après la sortie" in texte
    maison.contrat.refresh_from_db()
    a_venir.refresh_from_db()
    assert (maison.contrat.date_fin, a_venir.date_fin) == (timezone.localdate(), None)


def test_without_a_motive_it_is_saved_and_told(cip, maison, url):
    reponse = cip.post(url, remplir(cip, url), follow=True)
    assert "La sortie est sans motif" in reponse.content.decode()
    maison.parcours.refresh_from_db()
    assert maison.parcours.date_sortie == timezone.localdate()


def test_the_exit_is_not_before_the_entry(cip, maison, url):
    entree = maison.parcours.date_entree
    refus = cip.post(url, remplir(cip, url, date_sortie=(entree - UN_JOUR).isoformat()))
    assert "ne peut pas précéder" in refus.content.decode()
    assert cip.post(url, remplir(cip, url, date_sortie=entree.isoformat(), clore_contrats="")).status_code == 302


def test_a_colleague_who_recorded_it_meanwhile_is_not_written_over(cip, maison, url, motif):
    envoi = remplir(cip, url, motif_sortie=motif.pk)
    hier = timezone.localdate() - UN_JOUR
    maison.parcours.date_sortie = hier
    maison.parcours.save()
    assert "Quelqu’un a changé" in cip.post(url, envoi).content.decode()
    maison.parcours.refresh_from_db()
    maison.contrat.refresh_from_db()
    assert maison.parcours.date_sortie == hier
    assert maison.contrat.date_fin > hier


# Afterwards


@pytest.fixture
def sorti(maison):
    maison.parcours.date_sortie = plus_mois(timezone.localdate(), -3)
    maison.parcours.save()
    return maison.parcours


def test_the_dossier_asks_at_three_months_and_not_yet_at_six(cip, maison, sorti):
    texte = cip.get(reverse("personne_detail", args=[maison.aci.pk])).content.decode()
    assert texte.count("À demander") == 1
    for mois in (3, 6):
        assert reverse("suite_sortie_create", args=[sorti.pk, mois]) in texte


def test_what_became_of_her_is_kept_once_and_corrected(cip, maison, sorti):
    url = reverse("suite_sortie_create", args=[sorti.pk, 3])
    envoi = remplir(cip, url, situation="emploi", precisions="CDD dans un garage")
    assert cip.post(url, envoi).status_code == 302
    assert cip.post(url, remplir(cip, url, situation="formation")).status_code == 302
    [suite] = SuiteSortie.objects.all()
    assert (suite.mois, suite.situation, suite.precisions) == (3, "formation", "CDD dans un garage")
    texte = cip.get(reverse("personne_detail", args=[maison.aci.pk])).content.decode()
    assert "En formation" in texte
    assert "À demander" not in texte


def test_two_colleagues_who_answer_at_once_make_one_answer(client, cip, maison, sorti):
    url = reverse("suite_sortie_create", args=[sorti.pk, 3])
    envoi = remplir(cip, url, situation="emploi")
    SuiteSortie.objects.create(parcours=sorti, mois=3, date=timezone.localdate(), situation="recherche")
    cip.post(url, envoi)
    [suite] = SuiteSortie.objects.all()
    assert suite.situation in {"emploi", "recherche"}


@pytest.mark.parametrize("mois", [0, 1, 4, 12])
def test_only_three_and_six_months_are_asked(cip, maison, sorti, mois):
    assert cip.get(reverse("suite_sortie_create", args=[sorti.pk, mois])).status_code == 404


def test_a_situation_is_required(cip, maison, sorti):
    url = reverse("suite_sortie_create", args=[sorti.pk, 6])
    assert "situation" in cip.post(url, remplir(cip, url)).context["form"].errors
    texte = cip.post(url, remplir(cip, url, situation="injoignable"), follow=True).content.decode()
    assert "bien avant les 6 mois" in texte
