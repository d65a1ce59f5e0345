"""Contracts: renewal proposed, change of team, rules explained when crossed."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir

from insertion_pro.models import Contrat, Equipe

pytestmark = pytest.mark.django_db
UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def cip(client, maison):
    client.force_login(maison.comptes["cip"])
    return client


@pytest.fixture
def premier(maison) -> Contrat:
    contrat = maison.contrat
    contrat.date_debut, contrat.date_fin = datetime.date(2026, 1, 15), datetime.date(2026, 7, 14)
    contrat.heures_hebdo = Decimal("26.5")
    contrat.save()
    maison.parcours.date_entree = contrat.date_debut
    maison.parcours.save()
    return contrat


@pytest.fixture
def url(maison) -> str:
    return reverse("contrat_create", args=[maison.parcours.pk])


def test_the_renewal_follows_the_last_contract(cip, maison, premier, url):
    form = cip.get(url).context["form"]
    assert form.initial["date_debut"] == datetime.date(2026, 7, 15)
    assert form.initial["date_fin"] == datetime.date(2027, 1, 14)
    assert (form.initial["equipe"], form.initial["heures_hebdo"]) == (premier.equipe_id, Decimal("26.5"))
    envoi = remplir(cip, url)
    assert cip.post(url, envoi)["Location"] == reverse("personne_detail", args=[maison.aci.pk])
    assert cip.post(url, envoi).status_code == 302
    nouveau = maison.parcours.contrats.exclude(pk=premier.pk).get()
    assert (nouveau.date_debut, nouveau.date_fin) == (datetime.date(2026, 7, 15), datetime.date(2027, 1, 14))
    assert (nouveau.equipe, nouveau.heures_hebdo) == (premier.equipe, Decimal("26.5"))
    premier.refresh_from_db()
    assert premier.date_fin == datetime.date(2026, 7, 14)


def test_without_an_end_nothing_is_proposed(cip, maison, premier, url):
    premier.date_fin = None
    premier.save()
    form = cip.get(url).context["form"]
    assert "date_debut" not in form.initial or form.initial["date_debut"] is None
    assert form.initial["equipe"] == premier.equipe_id


def test_the_first_contract_begins_with_the_parcours(cip, maison, premier, url):
    maison.contrat.releves_heures.all().delete()
    maison.contrat.absences.all().delete()
    maison.contrat.delete()
    form = cip.get(url).context["form"]
    assert form.initial["date_debut"] == datetime.date(2026, 1, 15)
    assert form.initial["date_fin"] == datetime.date(2026, 5, 14)


def test_a_change_of_team_ends_the_contract_the_day_before(cip, maison, premier, url):
    autre = Equipe.objects.get(code="E2")
    adresse = f"{url}?geste=equipe"
    form = cip.get(adresse).context["form"]
    assert form.initial["date_fin"] == premier.date_fin
    assert form.initial["clore_precedent"] is True
    assert "equipe" not in form.initial
    cip.post(adresse, remplir(cip, adresse, equipe=autre.pk, date_debut="2026-04-01"))
    premier.refresh_from_db()
    nouveau = maison.parcours.contrats.exclude(pk=premier.pk).get()
    assert premier.date_fin == datetime.date(2026, 3, 31)
    assert (nouveau.equipe, nouveau.date_debut, nouveau.date_fin) == (
        autre,
        datetime.date(2026, 4, 1),
        datetime.date(2026, 7, 14),
    )
    assert premier.releves_heures.exists()


def test_a_change_on_the_first_day_leaves_the_contract_and_tells_the_overlap(cip, maison, premier, url):
    adresse = f"{url}?geste=equipe"
    envoi = remplir(cip, adresse, equipe=Equipe.objects.get(code="E2").pk, date_debut="2026-01-15")
    texte = cip.post(adresse, envoi, follow=True).content.decode()
    assert "chevauche" in texte
    premier.refresh_from_db()
    assert premier.date_fin == datetime.date(2026, 7, 14)


def test_a_renewal_leaves_a_later_contract_alone(cip, maison, premier, url):
    suivant = Contrat.objects.create(
        ref="S", parcours=maison.parcours, equipe=maison.equipe, date_debut=datetime.date(2026, 7, 15)
    )
    cip.post(url, remplir(cip, url, equipe=maison.equipe.pk, date_debut="2026-06-01", clore_precedent="on"))
    premier.refresh_from_db()
    suivant.refresh_from_db()
    assert (premier.date_fin, suivant.date_fin) == (datetime.date(2026, 5, 31), None)


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"date_fin": "2028-01-14"}, ""),
        ({"date_fin": "2028-01-15"}, "dépasse les 24 mois"),
        ({"date_debut": "2026-07-14"}, "chevauche"),
        ({"heures_hebdo": "36"}, "durée légale"),
        ({"heures_hebdo": "19,5"}, "au moins 20 h"),
    ],
)
def test_rules_crossed_are_told_after_saving(cip, maison, premier, url, champs, dit):
    reponse = cip.post(url, remplir(cip, url, **champs), follow=True)
    messages = [str(m) for m in reponse.context["messages"]]
    assert messages[0] == "Le contrat est enregistré."
    assert any(dit in message for message in messages[1:]) if dit else len(messages) == 1
    assert maison.parcours.contrats.count() == 2


def test_a_contract_is_corrected_and_its_form_says_what_is_odd(cip, maison, premier):
    premier.heures_hebdo = Decimal(12)
    premier.save()
    url = reverse("contrat_update", args=[premier.pk])
    texte = cip.get(url).content.decode()
    assert "12 h par semaine" in texte
    assert "L5132-15-1" in texte
    assert "clore_precedent" not in texte
    assert cip.post(url, remplir(cip, url, heures_hebdo="24")).status_code == 302
    premier.refresh_from_db()
    assert premier.heures_hebdo == 24


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"equipe": ""}, "equipe"),
        ({"date_debut": ""}, "date_debut"),
        ({"date_fin": "2026-07-14"}, "date_fin"),
        ({"heures_hebdo": "beaucoup"}, "heures_hebdo"),
    ],
)
def test_only_what_would_make_it_meaningless_is_refused(cip, maison, premier, url, champs, champ):
    assert champ in cip.post(url, remplir(cip, url, **champs)).context["form"].errors
    assert maison.parcours.contrats.count() == 1


def test_the_dossier_shows_contracts_with_their_links_to_who_may_write(client, maison, premier):
    fiche = reverse("personne_detail", args=[maison.aci.pk])
    liens = [
        reverse("contrat_create", args=[maison.parcours.pk]),
        reverse("contrat_update", args=[premier.pk]),
        reverse("parcours_update", args=[maison.parcours.pk]),
        reverse("parcours_sortie", args=[maison.parcours.pk]),
        reverse("frein_create", args=[maison.parcours.pk]),
        reverse("frein_update", args=[maison.frein.pk]),
        reverse("mission_create", args=[maison.parcours.pk]),
        reverse("mission_update", args=[maison.mission.pk]),
        reverse("objet_delete", args=["insertion_pro.contrat", premier.pk]),
    ]
    for qui, permis in (("cip", True), ("directeur", True), ("encadrant", False)):
        client.force_login(maison.comptes[qui])
        texte = client.get(fiche).content.decode()
        assert "26,5 h" in texte
        assert [f'href="{lien}' in texte for lien in liens] == [permis] * len(liens)
        for prive in ("Mobilité", "Garage du Phare", "Référent", "Prescripteur", "Permis B"):
            assert (prive in texte) is permis


def test_the_dossier_of_many_contracts_asks_as_much(cip, maison, premier, django_assert_max_num_queries):
    fiche = reverse("personne_detail", args=[maison.aci.pk])
    for i in range(60):
        Contrat.objects.create(
            ref=f"Q{i}", parcours=maison.parcours, equipe=maison.equipe, date_debut=timezone.localdate()
        )
    with django_assert_max_num_queries(20):
        assert cip.get(fiche).status_code == 200
