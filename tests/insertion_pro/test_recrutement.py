"""A person enters the ACI: the parcours and its first contract in one form; then the facts of the parcours."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir

from aipi.models import Nomenclature
from insertion_pro.models import Contrat, Parcours
from insertion_pro.regles import fin_apres

pytestmark = pytest.mark.django_db


@pytest.fixture
def cip(client, maison):
    client.force_login(maison.comptes["cip"])
    return client


@pytest.fixture
def url(maison) -> str:
    return reverse("parcours_create", args=[maison.nouvelle.pk])


def test_the_form_proposes_today_me_and_four_months(cip, maison, url):
    form = cip.get(url).context["form"]
    jour = timezone.localdate()
    assert form.initial["date_entree"] == jour
    assert form.initial["referent"] == maison.comptes["cip"].intervenant_id
    assert form.initial["contrat_fin"] == fin_apres(jour, 4)


def test_a_parcours_and_its_contract_are_made_together(cip, maison, url):
    envoi = remplir(
        cip, url, date_entree="2026-03-02", equipe=maison.equipe.pk, contrat_fin="2026-09-01", heures_hebdo="26,5",
        rsa_entree="true", mois_sans_emploi_entree="14", pass_iae_debut="2026-03-01",
    )  # fmt: skip
    reponse = cip.post(url, envoi, follow=True)
    assert "Le recrutement est enregistré." in reponse.content.decode()
    parcours = Parcours.objects.get(personne=maison.nouvelle)
    assert (parcours.date_entree, parcours.rsa_entree) == (datetime.date(2026, 3, 2), True)
    assert parcours.mois_sans_emploi_entree == 14
    [contrat] = parcours.contrats.all()
    assert (contrat.date_debut, contrat.date_fin) == (datetime.date(2026, 3, 2), datetime.date(2026, 9, 1))
    assert (contrat.equipe, contrat.heures_hebdo) == (maison.equipe, Decimal("26.5"))
    # Sent twice, one of each.
    assert cip.post(url, envoi).status_code == 302
    assert (parcours.personne.parcours.count(), parcours.contrats.count()) == (1, 1)


def test_gone_back_to_and_changed_it_is_not_thrown_away(cip, maison, url):
    envoi = remplir(cip, url, equipe=maison.equipe.pk, heures_hebdo="26")
    assert cip.post(url, envoi).status_code == 302
    reponse = cip.post(url, envoi | {"heures_hebdo": "30"})
    assert "Corriger la première" in reponse.content.decode()
    assert Contrat.objects.get(parcours__personne=maison.nouvelle).heures_hebdo == 26


def test_what_is_unknown_stays_unknown(cip, maison, url):
    assert cip.post(url, remplir(cip, url, contrat_fin="")).status_code == 302
    parcours = Parcours.objects.get(personne=maison.nouvelle)
    assert (parcours.rsa_entree, parcours.mois_sans_emploi_entree, parcours.pass_iae_debut) == (None, None, None)
    assert not parcours.contrats.exists()


@pytest.mark.parametrize(
    ("champs", "champ", "message"),
    [
        ({"date_entree": ""}, "date_entree", "obligatoire"),
        ({"heures_hebdo": "26"}, "equipe", "Choisissez l’équipe"),
        ({"equipe": "+", "contrat_fin": "2020-01-01"}, "contrat_fin", "avant de commencer"),
        ({"equipe": "+", "heures_hebdo": "-1"}, "heures_hebdo", "supérieure ou égale à 0"),
        ({"equipe": "+", "heures_hebdo": "168,5"}, "heures_hebdo", "168 heures"),
        ({"mois_sans_emploi_entree": "-1"}, "mois_sans_emploi_entree", "supérieure ou égale à 0"),
        ({"mois_sans_emploi_entree": "721"}, "mois_sans_emploi_entree", "60 ans"),
    ],
)
def test_an_error_is_told_at_its_field(cip, maison, url, champs, champ, message):
    champs = {nom: maison.equipe.pk if valeur == "+" else valeur for nom, valeur in champs.items()}
    reponse = cip.post(url, remplir(cip, url, **champs))
    assert message in str(reponse.context["form"].errors[champ])
    assert not Parcours.objects.filter(personne=maison.nouvelle).exists()


def test_rules_crossed_are_explained_and_never_block(cip, maison, url):
    envoi = remplir(
        cip, url, date_entree="2026-03-02", equipe=maison.equipe.pk, contrat_fin="2026-04-01", heures_hebdo="18"
    )
    texte = cip.post(url, envoi, follow=True).content.decode()
    assert "moins de quatre mois" in texte
    assert "au moins 20 h" in texte
    assert "Comment est-ce calculé" in texte
    assert Contrat.objects.filter(parcours__personne=maison.nouvelle).exists()


def test_a_parcours_still_open_is_shown_before_another(cip, maison):
    url = reverse("parcours_create", args=[maison.aci.pk])
    assert "déjà en cours" in cip.get(url).content.decode()
    texte = cip.post(url, remplir(cip, url), follow=True).content.decode()
    assert "Un autre parcours court en même temps" in texte
    assert maison.aci.parcours.count() == 2


def test_facts_are_corrected_and_two_versions_are_shown(cip, maison):
    url = reverse("parcours_update", args=[maison.parcours.pk])
    envoi = remplir(cip, url, mois_sans_emploi_entree="9", rsa_entree="false")
    maison.parcours.mois_sans_emploi_entree = 30
    maison.parcours.save()
    texte = cip.post(url, envoi).content.decode()
    assert "Quelqu’un a changé" in texte
    maison.parcours.refresh_from_db()
    assert (maison.parcours.mois_sans_emploi_entree, maison.parcours.rsa_entree) == (30, None)


def test_the_exit_is_undone_by_emptying_it(cip, maison):
    url = reverse("parcours_update", args=[maison.parcours.pk])
    assert "date_sortie" not in cip.get(url).context["form"].fields
    maison.parcours.date_sortie = timezone.localdate()
    maison.parcours.motif_sortie = Nomenclature.objects.get(liste="motif_sortie", code="demission")
    maison.parcours.save()
    assert cip.post(url, remplir(cip, url, date_sortie="", motif_sortie="")).status_code == 302
    maison.parcours.refresh_from_db()
    assert (maison.parcours.date_sortie, maison.parcours.motif_sortie) == (None, None)


def test_an_exit_before_the_entry_is_refused(cip, maison):
    maison.parcours.date_sortie = timezone.localdate()
    maison.parcours.save()
    url = reverse("parcours_update", args=[maison.parcours.pk])
    veille = maison.parcours.date_entree - datetime.timedelta(days=1)
    assert "ne peut pas précéder" in cip.post(url, remplir(cip, url, date_sortie=veille.isoformat())).content.decode()


@pytest.mark.parametrize("nom", ["parcours_create", "parcours_update", "contrat_create", "mission_create"])
def test_a_form_asks_as_much_of_a_short_parcours_as_of_a_long_one(cip, maison, nom, django_assert_max_num_queries):
    for i in range(60):
        Contrat.objects.create(
            ref=f"Q{i}", parcours=maison.parcours, equipe=maison.equipe, date_debut=datetime.date(2026, 1, 1)
        )
    pk = maison.aci.pk if nom == "parcours_create" else maison.parcours.pk
    with django_assert_max_num_queries(20):
        assert cip.get(reverse(nom, args=[pk])).status_code == 200
