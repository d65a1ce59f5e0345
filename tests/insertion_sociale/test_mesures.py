"""Housing measures: signed, renewed, ended; month-measures against the objective."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir
from maison import personne

from aipi.models import Convention, Financeur
from aipi.periodes import Periode, fin_de_mois
from insertion_sociale.accompagnements import horloge
from insertion_sociale.models import AideLogement, MesureLogement, RendezVousLogement
from insertion_sociale.regles import fin_apres

pytestmark = pytest.mark.django_db
UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


def messages(reponse) -> str:
    return " ".join(str(message) for message in reponse.context["messages"])


def test_a_measure_is_proposed_for_six_months_with_me_as_referent(referent, maison):
    url = reverse("mesure_logement_create", args=[maison.nouvelle.pk])
    saisie = remplir(referent, url, personnes_menage="3", enfants_menage="1", bailleur="Le Toit Flamand")
    for _ in range(2):
        assert referent.post(url, saisie).status_code == 302
    mesure = MesureLogement.objects.get(personne=maison.nouvelle)
    assert (mesure.dispositif, mesure.date_debut) == ("fsl", timezone.localdate())
    assert mesure.date_fin == fin_apres(mesure.date_debut, 6)
    assert (mesure.personnes_menage, mesure.enfants_menage, mesure.bailleur) == (3, 1, "Le Toit Flamand")
    assert mesure.referent == maison.comptes["referent"].intervenant


def test_a_measure_longer_than_usual_is_kept_and_explained(referent, maison):
    url = reverse("mesure_logement_create", args=[maison.nouvelle.pk])
    saisie = remplir(referent, url, date_debut="2026-01-01", date_fin="2026-07-01", personnes_menage="2")
    reponse = referent.post(url, saisie | {"enfants_menage": "3"}, follow=True)
    assert "dépasse la durée habituelle" in messages(reponse)
    assert "plus d’enfants que de personnes" in messages(reponse)
    assert MesureLogement.objects.get(personne=maison.nouvelle).date_fin == datetime.date(2026, 7, 1)


def test_a_measure_does_not_end_before_it_begins(referent, maison):
    url = reverse("mesure_logement_create", args=[maison.nouvelle.pk])
    reponse = referent.post(url, remplir(referent, url, date_debut="2026-03-02", date_fin="2026-03-01"))
    assert "avant de commencer" in reponse.context["form"].errors["date_fin"][0]


def test_a_renewal_pushes_the_end_by_as_long_and_is_not_made_twice(referent, maison):
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(
        date_debut=datetime.date(2026, 1, 1), date_fin=datetime.date(2026, 6, 30)
    )
    url = reverse("mesure_logement_renouveler", args=[maison.mesure.pk])
    saisie = remplir(referent, url)
    for _ in range(2):
        assert referent.post(url, saisie).status_code == 302
    maison.mesure.refresh_from_db()
    assert maison.mesure.date_fin == datetime.date(2026, 12, 31)
    assert maison.mesure.date_renouvellement == timezone.localdate()


def test_a_second_renewal_is_explained_and_not_blocked(referent, maison):
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(
        date_debut=datetime.date(2026, 1, 1),
        date_fin=datetime.date(2026, 12, 31),
        date_renouvellement=datetime.date(2026, 6, 20),
    )
    url = reverse("mesure_logement_renouveler", args=[maison.mesure.pk])
    assert "déjà été renouvelée le 20/06/2026" in referent.get(url).content.decode()
    reponse = referent.post(url, remplir(referent, url), follow=True)
    assert "6 mois renouvelés une fois" in messages(reponse)
    maison.mesure.refresh_from_db()
    assert maison.mesure.date_fin == datetime.date(2027, 12, 31)


def test_a_renewal_does_not_shorten_a_measure(referent, maison):
    fin = timezone.localdate() + 30 * UN_JOUR
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(date_fin=fin)
    url = reverse("mesure_logement_renouveler", args=[maison.mesure.pk])
    saisie = remplir(referent, url, date_fin=(fin - UN_JOUR).isoformat())
    assert "l’ancienne" in referent.post(url, saisie).context["form"].errors["date_fin"][0]


def test_a_measure_without_end_is_renewed_from_its_usual_end(referent, maison):
    saisie = remplir(referent, reverse("mesure_logement_renouveler", args=[maison.mesure.pk]))
    assert saisie["date_fin"] == fin_apres(maison.mesure.date_debut, 12).isoformat()


def test_a_measure_ends_today_or_on_its_first_day(referent, maison):
    url = reverse("mesure_logement_fin", args=[maison.mesure.pk])
    assert "Dépôt de garantie" in referent.get(url).content.decode()
    avant = (maison.mesure.date_debut - UN_JOUR).isoformat()
    assert (
        "commencé" in referent.post(url, remplir(referent, url, date_fin=avant)).context["form"].errors["date_fin"][0]
    )
    assert referent.post(url, remplir(referent, url)).status_code == 302
    maison.mesure.refresh_from_db()
    assert maison.mesure.date_fin == timezone.localdate()


def test_the_household_is_corrected(referent, maison):
    url = reverse("mesure_logement_update", args=[maison.mesure.pk])
    referent.post(url, remplir(referent, url, personnes_menage="0", enfants_menage=""))
    maison.mesure.refresh_from_db()
    assert (maison.mesure.personnes_menage, maison.mesure.enfants_menage) == (0, None)


def test_housing_appointments_follow_the_new_referent(referent, maison):
    moi, autre = maison.comptes["referent"].intervenant, maison.comptes["cip"].intervenant
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(referent=moi)
    demain = timezone.localdate() + UN_JOUR
    visite = RendezVousLogement.objects.create(ref="RVL", mesure=maison.mesure, date=demain, intervenant=moi)
    url = reverse("mesure_logement_update", args=[maison.mesure.pk])
    referent.post(url, remplir(referent, url, referent=autre.pk))
    visite.refresh_from_db()
    assert visite.intervenant == autre


def test_the_clock_of_a_measure_tells_its_month():
    mesure = MesureLogement(dispositif="fsl", date_debut=datetime.date(2026, 1, 1), date_fin=datetime.date(2026, 6, 30))
    assert horloge(mesure, datetime.date(2026, 4, 1)) == "mois 4 sur 6, renouvelable une fois"
    assert horloge(mesure, datetime.date(2026, 6, 30)) == "mois 6 sur 6, renouvelable une fois"
    assert horloge(mesure, datetime.date(2026, 7, 1)) == horloge(mesure, datetime.date(2025, 12, 31)) == ""
    mesure.date_fin = None
    assert horloge(mesure, datetime.date(2026, 7, 1)) == "mois 7, renouvelable une fois"
    mesure.date_renouvellement, mesure.date_fin = datetime.date(2026, 6, 20), datetime.date(2026, 12, 31)
    assert horloge(mesure, datetime.date(2026, 7, 1)) == "mois 7 sur 12, renouvelée le 20/06/2026"
    partenord = MesureLogement(dispositif="partenord", date_debut=datetime.date(2026, 1, 1))
    assert horloge(partenord, datetime.date(2026, 1, 1)) == "mois 1"


def test_the_dossier_shows_the_measure_and_what_can_be_done(referent, maison):
    page = referent.get(reverse("personne_detail", args=[maison.deux_poles.pk])).content.decode()
    assert "renouvelable une fois" in page
    assert "depuis 10 jours" in page
    for nom in ("mesure_logement_update", "mesure_logement_renouveler", "mesure_logement_fin", "aide_logement_create"):
        assert reverse(nom, args=[maison.mesure.pk]) in page
    assert reverse("aide_logement_update", args=[maison.aide.pk]) in page


# Month-measures


def mesure(ref: str, debut: str, fin: str | None, dispositif: str = "fsl") -> MesureLogement:
    return MesureLogement.objects.create(
        ref=ref,
        personne=personne(f"P-{ref}", "Ménage", ref),
        dispositif=dispositif,
        date_debut=datetime.date.fromisoformat(debut),
        date_fin=None if fin is None else datetime.date.fromisoformat(fin),
    )


@pytest.fixture
def mesures_2024(db) -> None:
    mesure("UN-JOUR", "2024-02-29", "2024-02-29")
    mesure("A-CHEVAL", "2023-11-30", "2024-01-01")
    mesure("OUVERTE", "2024-12-31", None)
    mesure("SIX-MOIS", "2024-03-31", "2024-09-01")
    mesure("AUTRE", "2024-01-01", "2024-12-31", "partenord")
    mesure("AVANT", "2023-01-01", "2023-12-31")


def test_month_measures_are_those_of_the_report_month_by_month(mesures_2024):
    annee = Periode.annee(2024)
    mois = MesureLogement.objects.mois_mesures(annee)
    assert list(mois.values()) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1]
    for premier, nombre in mois.items():
        un_mois = Periode(premier, fin_de_mois(premier))
        assert nombre == MesureLogement.objects.fsl(un_mois).count()
        jusque_la = Periode(annee.debut, un_mois.fin)
        cumul = MesureLogement.objects.avec_mois(jusque_la).aggregate(total=Sum("mois"))["total"]
        assert cumul == sum(n for p, n in mois.items() if p <= premier)


def test_the_page_sets_them_against_the_objective(referent, maison, mesures_2024):
    financeur = Financeur.objects.create(code="D", nom="Département")
    for ref, objectif, unite in (("C1", 24, "mois_mesures"), ("C2", 12, "mois_mesures"), ("C3", 500, "places")):
        Convention.objects.create(
            ref=ref,
            financeur=financeur,
            action="logement",
            annee=2024,
            objectif=Decimal(objectif),
            unite_objectif=unite,
        )
    reponse = referent.get(reverse("mois_mesures", args=[2024]), {"mois": 3})
    lignes = reponse.context["lignes"]
    assert reponse.context["objectif"] == 36
    assert [ligne["attendu"] for ligne in lignes][:2] == [3, 6]
    assert lignes[-1]["cumul"] == 10
    assert [m.ref for m in reponse.context["commencent"]] == ["SIX-MOIS"]
    assert [m.ref for m in referent.get(reverse("mois_mesures", args=[2024]), {"mois": 9}).context["finissent"]] == [
        "SIX-MOIS"
    ]


def test_without_an_objective_the_page_says_it_is_not_known(referent, maison):
    reponse = referent.get(reverse("mois_mesures"))
    assert reponse.context["objectif"] is None
    assert "Non renseigné" in reponse.content.decode()


@pytest.mark.parametrize("annee", [1899, 2101])
def test_years_that_no_file_can_hold_have_no_page(referent, maison, annee):
    assert referent.get(f"/logement/mois-mesures/{annee}/").status_code == 404


@pytest.mark.parametrize("mois", ["0", "13", "abc", "9" * 20, ""])
def test_a_month_that_is_none_shows_december(referent, maison, mois):
    assert referent.get(reverse("mois_mesures", args=[2024]), {"mois": mois}).context["rang"] == 12


@pytest.mark.parametrize("nombre", [3, 60])
def test_the_page_asks_the_same_whatever_the_number(referent, maison, nombre, django_assert_max_num_queries):
    jour = timezone.localdate()
    for rang in range(nombre):
        signee = mesure(f"N{rang}", f"{jour:%Y-%m}-01", f"{jour:%Y-%m}-28")
        AideLogement.objects.create(ref=f"A{rang}", mesure=signee, type=maison.aide.type, date_demande=jour)
    with django_assert_max_num_queries(10):
        referent.get(reverse("mois_mesures"))
