"""The month of a team: who is in the grid, what a cell may say, what is written, two people at once."""

from __future__ import annotations

import datetime
import gzip
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from maison import Maison, personne

from aipi.grille import Nombre, ecrire_nombre
from aipi.models import Nomenclature, Parametre
from aipi.periodes import Periode
from insertion_pro.forms.heures import GrilleHeures, etp_du_mois, heures_prevues, precisions
from insertion_pro.models import Absence, Contrat, Equipe, Parcours, ReleveHeures
from insertion_pro.views.heures import mois_a_saisir

pytestmark = pytest.mark.django_db

FEVRIER = datetime.date(2024, 2, 1)


@pytest.fixture
def salarie(maison):
    """A person hired on 15 February 2024 in the first team, 26 hours a week, until 20 March."""
    qui = personne("P9", "Lefèvre", "Ida")
    parcours = Parcours.objects.create(ref="PAR-9", personne=qui, date_entree=datetime.date(2024, 2, 15))
    return Contrat.objects.create(
        ref="CON-9",
        parcours=parcours,
        equipe=maison.equipe,
        date_debut=datetime.date(2024, 2, 15),
        date_fin=datetime.date(2024, 3, 20),
        heures_hebdo=Decimal(26),
    )


def url(equipe: Equipe, mois: datetime.date = FEVRIER) -> str:
    return reverse("heures_grille", args=[equipe.pk, mois])


def envoyer(client, equipe, mois=FEVRIER, montrees=None, **cases):
    return client.post(url(equipe, mois), {"montrees": json.dumps(montrees or {}), **cases})


def refs(maison, mois: datetime.date) -> list[str]:
    grille = GrilleHeures(maison.equipe, mois, maison.comptes["cip"])
    return [ligne.contrat.ref for ligne in grille.lignes]


# Cells


@pytest.mark.parametrize(
    ("texte", "valeur"),
    [
        ("0", "0"),
        ("101,5", "101.5"),
        ("101.5", "101.5"),
        ("1 234,5", "1234.5"),
        ("1\u202f234,50", "1234.5"),
        ("1\u00a0234", "1234"),
        ("007", "7"),
        ("12 h", "12"),
        ("0,0001", "0.0001"),
        ("-0", "0"),
    ],
)
def test_a_number_is_read_as_spreadsheets_write_it(texte, valeur):
    assert Nombre().lire(texte) == Decimal(valeur)


@pytest.mark.parametrize(
    ("texte", "mot"),
    [
        ("sept", "n’est pas un nombre"),
        ("7h30", "n’est pas un nombre"),
        ("1,2,3", "n’est pas un nombre"),
        ("1 23", "n’est pas un nombre"),
        ("1e3", "n’est pas un nombre"),
        ("١٢", "n’est pas un nombre"),
        ("=1+1", "n’est pas un nombre"),
        ("-1", "négatif"),
        ("\u22121", "négatif"),
        ("1,00001", "Quatre décimales"),
        ("9" * 13, "trop grand"),
    ],
)
def test_what_is_no_number_is_refused_in_words(texte, mot):
    with pytest.raises(ValidationError, match=mot):
        Nombre().lire(texte)


def test_a_negative_amount_is_read_where_it_has_a_meaning():
    assert Nombre(negatif=True).lire("\u22121 200,5") == Decimal("-1200.5")
    assert ecrire_nombre(Decimal("-1200.5000")) == "-1200,5"
    assert ecrire_nombre(Decimal("-0")) == "0"


# Who is in the grid


def test_a_contract_is_in_every_month_that_it_touches_and_no_other(maison, salarie):
    presents = {m: "CON-9" in refs(maison, datetime.date(2024, m, 1)) for m in (1, 2, 3, 4)}
    assert presents == {1: False, 2: True, 3: True, 4: False}


def test_a_contract_without_an_end_stops_with_its_parcours(maison, salarie):
    Contrat.objects.filter(pk=salarie.pk).update(date_fin=None)
    assert "CON-9" in refs(maison, datetime.date(2024, 6, 1))
    Parcours.objects.filter(pk=salarie.parcours_id).update(date_sortie=datetime.date(2024, 5, 31))
    assert "CON-9" not in refs(maison, datetime.date(2024, 6, 1))


def test_two_contracts_in_the_month_are_two_rows(maison, salarie):
    Contrat.objects.filter(pk=salarie.pk).update(date_fin=datetime.date(2024, 2, 20))
    suite = Contrat.objects.create(
        ref="CON-9b", parcours=salarie.parcours, equipe=maison.equipe, date_debut=datetime.date(2024, 2, 21)
    )
    assert refs(maison, FEVRIER) == ["CON-9", "CON-9b"]
    grille = GrilleHeures(maison.equipe, FEVRIER, maison.comptes["cip"])
    assert [ligne.precision for ligne in grille.lignes] == ["du 15 au 20", "à partir du 21 février 2024"]
    assert suite.pk == grille.lignes[1].contrat.pk


def test_hours_kept_outside_the_contract_are_shown_with_the_reason(client, maison, salarie):
    ReleveHeures.objects.create(contrat=salarie, mois=datetime.date(2024, 4, 1), heures=Decimal(8))
    Absence.objects.create(contrat=salarie, mois=datetime.date(2024, 1, 1), motif=maladie(), heures=Decimal(3))
    client.force_login(maison.comptes["cip"])
    apres = client.get(url(maison.equipe, datetime.date(2024, 4, 1))).content.decode()
    assert "Hors contrat\u202f: terminé le 20 mars 2024" in apres
    avant = client.get(url(maison.equipe, datetime.date(2024, 1, 1))).content.decode()
    assert "Hors contrat\u202f: commence le 15 février 2024" in avant


def maladie() -> Nomenclature:
    return Nomenclature.objects.get(liste="motif_absence", code="maladie")


@pytest.mark.parametrize(
    ("mois", "prevues"),
    [
        # 26 × 52 / 12 = 112,67 a month; 15 days of 29, then 20 of 31.
        (datetime.date(2024, 2, 1), "58.28"),
        (datetime.date(2024, 3, 1), "72.69"),
        (datetime.date(2024, 4, 1), None),
    ],
)
def test_the_hours_of_the_contract_are_counted_by_days_when_it_does_not_fill_the_month(salarie, mois, prevues):
    assert heures_prevues(salarie, Periode.du_mois(mois)) == (None if prevues is None else Decimal(prevues))


def test_a_full_month_of_contract_is_a_twelfth_of_52_weeks(salarie):
    salarie.date_fin = None
    assert heures_prevues(salarie, Periode.du_mois(datetime.date(2024, 6, 1))) == Decimal("112.67")
    salarie.heures_hebdo = None
    assert heures_prevues(salarie, Periode.du_mois(datetime.date(2024, 6, 1))) is None


def test_a_contract_that_fills_the_month_needs_no_precision(salarie):
    salarie.date_debut, salarie.date_fin = FEVRIER, datetime.date(2024, 2, 29)
    assert precisions(salarie, Periode.du_mois(FEVRIER)) == ("", False)


# What is written


def test_empty_is_unknown_and_zero_is_zero(client, maison, salarie):
    client.force_login(maison.comptes["encadrant"])
    cle = f"h{salarie.pk}"
    assert envoyer(client, maison.equipe, **{cle: ""}).status_code == 302
    assert not ReleveHeures.objects.filter(contrat=salarie).exists()
    envoyer(client, maison.equipe, **{cle: "0"})
    assert ReleveHeures.objects.get(contrat=salarie).heures == 0
    envoyer(client, maison.equipe, montrees={cle: "0"}, **{cle: ""})
    assert not ReleveHeures.objects.filter(contrat=salarie).exists()


def test_hours_and_absences_are_saved_together_with_their_history(client, maison, salarie):
    client.force_login(maison.comptes["encadrant"])
    LogEntry.objects.all().delete()
    absence = f"a{salarie.pk}-{maladie().pk}"
    reponse = envoyer(client, maison.equipe, **{f"h{salarie.pk}": "51,5", absence: "7"})
    assert reponse["Location"] == url(maison.equipe)
    assert ReleveHeures.objects.get(contrat=salarie, mois=FEVRIER).heures == Decimal("51.5")
    assert Absence.objects.get(contrat=salarie, mois=FEVRIER).motif == maladie()
    assert {(e.content_type.model, e.actor) for e in LogEntry.objects.all()} == {
        ("releveheures", maison.comptes["encadrant"]),
        ("absence", maison.comptes["encadrant"]),
    }


def test_only_the_cells_that_changed_are_written(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal("50.5"))
    LogEntry.objects.all().delete()
    cle = f"h{salarie.pk}"
    envoyer(client, maison.equipe, montrees={cle: "50,5"}, **{cle: "50,50"})
    assert not LogEntry.objects.exists()


def test_a_refused_cell_says_why_and_nothing_else_is_lost_nor_written(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    absence = f"a{salarie.pk}-{maladie().pk}"
    page = envoyer(client, maison.equipe, **{f"h{salarie.pk}": "sept", absence: "12,25"}).content.decode()
    assert "«\u00a0sept\u00a0» n’est pas un nombre" in page
    assert 'value="sept"' in page
    assert 'value="12,25"' in page
    assert not ReleveHeures.objects.filter(contrat=salarie).exists()
    assert not Absence.objects.filter(contrat=salarie).exists()


@pytest.mark.parametrize(
    ("mois", "heures", "prise"),
    [
        (datetime.date(2024, 2, 1), "696", True),
        (datetime.date(2024, 2, 1), "696,5", False),
        (datetime.date(2023, 2, 1), "672", True),
        (datetime.date(2023, 2, 1), "673", False),
    ],
)
def test_a_month_has_no_more_hours_than_its_days(client, maison, salarie, mois, heures, prise):
    Contrat.objects.filter(pk=salarie.pk).update(date_debut=datetime.date(2023, 1, 1))
    client.force_login(maison.comptes["cip"])
    reponse = envoyer(client, maison.equipe, mois, **{f"h{salarie.pk}": heures})
    assert ReleveHeures.objects.filter(contrat=salarie, mois=mois).exists() is prise
    if not prise:
        assert "Ce mois n’a que" in reponse.content.decode()


# Two people


def test_the_second_of_two_people_is_shown_both_values_and_overwrites_nothing(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    cle = f"h{salarie.pk}"
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal(40))
    # Shown at 30, meanwhile 40 in the database, typed 50.
    reponse = envoyer(client, maison.equipe, montrees={cle: "30"}, **{cle: "50"})
    page = reponse.content.decode()
    assert "Enregistré par un collègue\u202f: 40. Vous avez écrit\u202f: 50." in page
    assert ReleveHeures.objects.get(contrat=salarie).heures == 40
    # Sent again, both were read.
    montrees = json.loads(reponse.context["grille"].montrees)
    assert envoyer(client, maison.equipe, montrees=montrees, **{cle: "50"}).status_code == 302
    assert ReleveHeures.objects.get(contrat=salarie).heures == 50


def test_a_cell_that_only_the_colleague_changed_is_left_to_them(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal(40))
    absence = f"a{salarie.pk}-{maladie().pk}"
    reponse = envoyer(client, maison.equipe, montrees={}, **{f"h{salarie.pk}": "", absence: "7"})
    assert reponse.status_code == 302
    assert ReleveHeures.objects.get(contrat=salarie).heures == 40
    assert Absence.objects.get(contrat=salarie).heures == 7


def test_both_typing_the_same_value_is_no_quarrel(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal(40))
    assert envoyer(client, maison.equipe, **{f"h{salarie.pk}": "40,0"}).status_code == 302


@pytest.mark.parametrize("montrees", ["", "pas du JSON", "[]", '{"h1": null}'])
def test_a_page_that_lost_what_it_showed_overwrites_nothing(client, maison, salarie, montrees):
    client.force_login(maison.comptes["cip"])
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal(40))
    client.post(url(maison.equipe), {"montrees": montrees, f"h{salarie.pk}": "50"})
    assert ReleveHeures.objects.get(contrat=salarie).heures == 40


# Access


def test_a_supervisor_does_not_open_the_grid_of_another_team(client, maison):
    client.force_login(maison.comptes["encadrant"])
    assert client.get(url(maison.equipe_autre)).status_code == 404
    assert envoyer(client, maison.equipe_autre).status_code == 404


def test_the_contract_of_another_team_in_the_form_is_refused_without_a_name(client, maison, salarie, caplog):
    autre = maison.parcours_autre.contrats.get()
    mois = autre.date_debut.replace(day=1)
    client.force_login(maison.comptes["encadrant"])
    reponse = envoyer(client, maison.equipe, mois, **{f"h{autre.pk}": "12"})
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert "n’appartiennent pas à ce tableau" in page
    assert "Bollengier" not in page + caplog.text
    assert ReleveHeures.objects.get(contrat=autre).heures == Decimal("101.5")


def test_a_motive_that_may_not_be_chosen_is_refused(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    lieu = Nomenclature.objects.filter(liste="lieu_entretien").first()
    reponse = envoyer(client, maison.equipe, **{f"a{salarie.pk}-{lieu.pk}": "7"})
    assert reponse.status_code == 200
    assert not Absence.objects.filter(contrat=salarie).exists()


def test_a_motive_withdrawn_stays_in_the_months_that_used_it(maison, salarie):
    retire = maladie()
    retire.valide_au = datetime.date(2024, 1, 31)
    retire.save()

    def codes() -> set[str]:
        return {m.code for m in GrilleHeures(maison.equipe, FEVRIER, maison.comptes["cip"]).motifs}

    assert "maladie" not in codes()
    Absence.objects.create(contrat=salarie, mois=FEVRIER, motif=retire, heures=Decimal(7))
    assert "maladie" in codes()


# Totals, proposals, navigation


def test_the_etp_is_the_month_twelve_times_on_the_hours_of_one(client, maison, salarie):
    assert etp_du_mois(Decimal("151.6667"), Decimal(1820)) == Fraction(1516667 * 12, 10000 * 1820)
    assert etp_du_mois(None, Decimal(1820)) is None
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal("485.5"))
    client.force_login(maison.comptes["cip"])
    # 485,5 × 12 / 1 820 = 3,2011
    assert ">3,2</span> ETP sur l’année" in client.get(url(maison.equipe)).content.decode()
    Parametre.objects.create(cle="heures_par_etp", valide_du=FEVRIER, valeur="1607")
    assert ">3,6</span> ETP sur l’année" in client.get(url(maison.equipe)).content.decode()


def test_the_month_before_stands_beside_and_is_told_once_a_person(client, maison, salarie):
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal(58))
    Contrat.objects.create(
        ref="CON-9b", parcours=salarie.parcours, equipe=maison.equipe, date_debut=datetime.date(2024, 3, 21)
    )
    grille = GrilleHeures(maison.equipe, datetime.date(2024, 3, 1), maison.comptes["cip"])
    assert [ligne.avant for ligne in grille.lignes] == [58, None]
    assert grille.heures_avant == 58


def test_the_hours_of_the_contracts_are_proposed_and_never_saved_by_themselves(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    absence = f"a{salarie.pk}-{maladie().pk}"
    reponse = envoyer(client, maison.equipe, recopier="1", **{f"h{salarie.pk}": "", absence: "3"})
    page = reponse.content.decode()
    assert 'value="58,28"' in page
    assert 'value="3"' in page
    assert not ReleveHeures.objects.filter(contrat=salarie).exists()
    assert not Absence.objects.filter(contrat=salarie).exists()


def test_the_first_button_of_the_form_is_to_save(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    page = client.get(url(maison.equipe)).content.decode()
    assert page.index(">Enregistrer</button>") < page.index('name="recopier"')


def test_the_supervisor_of_one_team_goes_straight_to_the_month_that_has_just_ended(client, maison):
    client.force_login(maison.comptes["encadrant"])
    assert client.get(reverse("heures"))["Location"] == url(maison.equipe, mois_a_saisir())
    jour = timezone.localdate()
    assert mois_a_saisir() == (jour.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)


def test_the_pole_chooses_a_team_and_sees_which_months_are_not_filled(client, maison, salarie):
    client.force_login(maison.comptes["cip"])
    [etat] = client.get(reverse("heures"), {"mois": "2024-02"}).context["etats"]
    assert (etat.equipe, etat.contrats, etat.reste) == (maison.equipe, 1, 1)
    ReleveHeures.objects.create(contrat=salarie, mois=FEVRIER, heures=Decimal(0))
    assert client.get(reverse("heures"), {"mois": "2024-02"}).context["etats"][0].reste == 0
    choisie = client.get(reverse("heures"), {"mois": "2024-02", "equipe": maison.equipe.pk})
    assert choisie["Location"] == url(maison.equipe)
    assert client.get(reverse("heures"), {"mois": "février"}).status_code == 200


@pytest.mark.parametrize("mois", ["2024-13", "2024-00", "1899-12", "2101-01", "24-02"])
def test_what_is_no_month_is_not_found(client, maison, mois):
    client.force_login(maison.comptes["cip"])
    assert client.get(f"/heures/{maison.equipe.pk}/{mois}/").status_code == 404


@pytest.mark.parametrize("mois", ["1900-01", "2100-12"])
def test_the_first_and_last_months_of_the_calendar_open(client, maison, mois):
    client.force_login(maison.comptes["cip"])
    assert client.get(f"/heures/{maison.equipe.pk}/{mois}/").status_code == 200


def peupler(maison: Maison, nombre: int, depart: int = 0) -> None:
    motifs = list(Nomenclature.objects.filter(liste="motif_absence"))
    for rang in range(depart, depart + nombre):
        qui = personne(f"N{rang}", f"Vandenbroucke-Delattre {rang}", "Maximilienne")
        parcours = Parcours.objects.create(ref=f"N{rang}", personne=qui, date_entree=FEVRIER)
        contrat = Contrat.objects.create(
            ref=f"N{rang}", parcours=parcours, equipe=maison.equipe, date_debut=FEVRIER, heures_hebdo=Decimal(26)
        )
        for mois in (FEVRIER, datetime.date(2024, 3, 1)):
            ReleveHeures.objects.create(contrat=contrat, mois=mois, heures=Decimal("97.25") + rang)
            Absence.objects.create(contrat=contrat, mois=mois, motif=motifs[rang % 11], heures=Decimal("7.5"))
            Absence.objects.create(contrat=contrat, mois=mois, motif=motifs[(rang + 3) % 11], heures=Decimal(3))


def test_a_team_of_forty_costs_no_more_queries_and_weighs_little(
    client, maison, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(maison.comptes["cip"])
    mars = url(maison.equipe, datetime.date(2024, 3, 1))
    peupler(maison, 3)
    with django_assert_max_num_queries(20) as comptees:
        client.get(mars)
    peupler(maison, 37, 3)
    with django_assert_num_queries(len(comptees)):
        page = client.get(mars)
    assert page.content.decode().count('inputmode="decimal"') == 40 * 12
    assert len(gzip.compress(page.content)) <= 15_000


def test_the_grid_reads_what_it_is_given_only_once(maison, salarie):
    donnees = QueryDict(f"montrees=%7B%7D&h{salarie.pk}=12&h{salarie.pk}=13")
    grille = GrilleHeures(maison.equipe, FEVRIER, maison.comptes["cip"], donnees)
    assert grille.changements == {f"h{salarie.pk}": Decimal(13)}
