"""Tables as associations draw them: a column a month, a sheet a workshop, titles on two rows, notes under the table."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from aipi.echange.feuille import feuilles
from aipi.models import Personne
from aipi.reprise.depliage import Periode, lisible, periodes, suite, temps_de
from aipi.reprise.entetes import entete_de, hors_tableau
from aipi.reprise.plan import Plan
from insertion_pro.models import Atelier, ChiffreAffaires, Contrat, Equipe, ReleveHeures

from .conftest import SALARIES, classeur, importee, verifiee

MOIS = ["janv.", "févr.", "mars", "avr."]


@pytest.mark.parametrize(
    ("titre", "attendue"),
    [
        ("janv.", Periode("01")),
        ("Janvier", Periode("01")),
        ("01/2021", Periode("2021-01")),
        ("2021-01", Periode("2021-01")),
        ("01/01/2021", Periode("2021-01")),
        ("janv-21", Periode("2021-01")),
        ("Août 2021", Periode("2021-08")),
        ("Heures de janvier 2021", Periode("2021-01", "heures")),
        ("2021 Déc", Periode("2021-12")),
        ("H 03/2021", Periode("2021-03", "h")),
        ("Total", None),
        ("1er trimestre", None),
        ("Nom", None),
        ("Date d’entrée", None),
        ("13/2021", None),
    ],
)
def test_a_title_says_its_month(titre, attendue):
    assert periodes([titre], temps_de(feuilles()["heures"])).get(titre) == attendue


def test_bare_numbers_are_months_only_when_they_are_those_of_a_year():
    temps = temps_de(feuilles()["heures"])
    assert len(periodes([str(n) for n in range(1, 13)], temps)) == 12
    assert periodes([str(n) for n in range(1, 32)], temps) == {}
    assert suite(["01/01/2021", "02/01/2021", "03/01/2021"], temps) == {}
    assert (lisible("2021-08"), lisible("08"), lisible("2021")) == ("août 2021", "août", "2021")


@pytest.mark.parametrize(
    ("lignes", "attendus"),
    [
        (
            [["Heures 2021"], ["Nom", "Prénom", *MOIS, "Total"], ["Durand", "Zoé", 1, 2, 3, 4, 10]],
            (2, ["Nom", "Prénom", *MOIS, "Total"]),
        ),
        (
            [["Nom", "Prénom", "2021", "", "2022", ""], ["", "", "nov.", "déc.", "janv.", "févr."], ["D", "Z", 1, 2]],
            (2, ["Nom", "Prénom", "2021 nov.", "2021 déc.", "2022 janv.", "2022 févr."]),
        ),
        (
            [
                ["Identité", "", "Contrat", "", "Équipe"],
                ["Nom", "Prénom", "Début", "Fin", ""],
                ["Durand", "Zoé", datetime.date(2021, 1, 4), "", "BV1"],
            ],
            (2, ["Identité Nom", "Identité Prénom", "Contrat Début", "Contrat Fin", "Équipe"]),
        ),
        (
            [["Nom", "Prénom", *(datetime.date(2021, m, 1) for m in (1, 2, 3))], ["Durand", "Zoé", 1, 2, 3]],
            (1, ["Nom", "Prénom", "01/01/2021", "01/02/2021", "01/03/2021"]),
        ),
        (
            [["Salariés 2021"], ["Nom", "Prénom", "Ville"], ["Durand", "Zoé", "Bergues"]],
            (2, ["Nom", "Prénom", "Ville"]),
        ),
    ],
    ids=["months", "years above months", "merged groups", "date cells", "one row"],
)
def test_titles_are_found_on_one_row_or_on_two(lignes, attendus):
    assert entete_de([(n, ligne) for n, ligne in enumerate(lignes, start=1)]) == attendus


@pytest.mark.parametrize(
    ("cellules", "pourquoi"),
    [
        (["TOTAL", "", 12], "total"),
        (["", "Total général", "1 234,5"], "total"),
        (["S/Total", 3], "total"),
        (["Moyenne", "12,5"], "total"),
        (["Brigades vertes TOTAL", "12"], "total"),
        (["Source : paie"], "note"),
        (["* dont 2 CDD"], "note"),
        (["Totah", "Zoé", 12], ""),
        (["Moyenne", "Zoé", 12], ""),
        (["Durand", "", ""], ""),
        (["12", "Total"], ""),
    ],
)
def test_what_is_under_a_table_is_nobody(cellules, pourquoi):
    assert hors_tableau([str(c) for c in cellules]) == pourquoi


def mois_par_colonne(*lignes, titre="Heures payées, année 2021"):
    return [[titre], [], ["Salarié", *MOIS, "Total"], *lignes, ["TOTAL", 203, 110, 44, 0, 357], ["Source : paie"]]


@pytest.mark.django_db
def test_a_column_a_month_becomes_a_row_a_month(deposees, equipe, suivi):
    tableau = mois_par_colonne(
        ["DURAND Zoé", "101,5", datetime.timedelta(hours=110, minutes=30), None, 0, 212],
        ["Verbeke Hugo", 0, "-", 44, "35 h", 79],
    )
    reprise = deposees(suivi__xlsx=classeur(Salariés=SALARIES, Feuil1=tableau))
    plan = Plan.de(reprise.feuilles.get(nom="Feuil1").plan)
    assert (plan.cible, plan.annee, plan.colonnes["Total"]) == ("heures", "2021", "")
    assert {plan.colonnes[m] for m in MOIS} == {"heures.heures"}
    constat = verifiee(reprise)
    assert (constat["erreurs"], constat["questions"]) == ([], [])
    assert [(ecartee["ligne"], ecartee["texte"]) for ecartee in constat["laissees"]] == [
        (7, "TOTAL"),
        (6, "TOTAL"),
        (7, "Source : paie"),
    ]
    # Hugo came in March: his 0 of January says nothing, Zoé’s of April is one.
    assert constat["zeros"] == 1
    importee(reprise)
    assert list(
        ReleveHeures.objects.order_by("contrat__parcours__personne__nom", "mois").values_list("mois__month", "heures")
    ) == [(1, Decimal("101.5")), (2, Decimal("110.5")), (4, Decimal(0)), (3, Decimal(44)), (4, Decimal(35))]


@pytest.mark.django_db
def test_a_fault_of_one_month_is_told_at_its_column(deposees, equipe, suivi):
    tableau = mois_par_colonne(["DURAND Zoé", 10, "maladie", 5, None])
    constat = verifiee(deposees(suivi__xlsx=classeur(Salariés=SALARIES, Heures=tableau)))
    [erreur] = constat["erreurs"]
    assert (erreur["ligne"], erreur["titre"]) == (4, "févr.")


@pytest.mark.django_db
def test_the_year_is_asked_for_when_nothing_says_it_and_is_never_that_of_another_sheet(deposees, equipe):
    lignes = [["Salarié", *MOIS], ["DURAND Zoé", 1, 2, 3, 4]]
    premiere = Plan.de(deposees(a__xlsx=classeur(Heures_2021=lignes)).feuilles.get().plan)
    assert premiere.annee == "2021"
    feuille = deposees(b__xlsx=classeur(Feuil1=lignes)).feuilles.get()
    assert Plan.de(feuille.plan).annee == ""


@pytest.mark.django_db
def test_a_sheet_a_workshop_gives_its_rows_its_name(deposees, equipe):
    autre = Equipe.objects.create(
        code="JD1", atelier=Atelier.objects.create(code="JD", nom="Jardins solidaires"), nom="Équipe des jardins"
    )
    titres = ["Nom", "Prénom", "Embauche", "Fin de contrat"]
    salaries = classeur(
        Équipe_du_canal=[titres, ["Durand", "Zoé", "04/01/2021", "31/03/2021"]],
        Équipe_des_jardins=[titres, ["Durand", "Zoé", "15/03/2021", None], ["Top", "Luc", "01/02/2021", None]],
    )
    # In March she was in both teams: the hours of each sheet go to the contract of its team.
    heures = classeur(
        **{
            nom: [["Salarié", "01/2021", "02/2021", "03/2021"], ligne]
            for nom, ligne in (
                ("Équipe_du_canal", ["Durand Zoé", 100, 90, 50]),
                ("Équipe_des_jardins", ["Durand Zoé", None, None, 40]),
            )
        }
    )
    importee(deposees(salaries__xlsx=salaries, heures__xlsx=heures))
    assert sorted(Contrat.objects.values_list("equipe__code", "parcours__personne__prenom")) == [
        ("BV1", "Zoé"),
        ("JD1", "Luc"),
        ("JD1", "Zoé"),
    ]
    mars = ReleveHeures.objects.filter(mois__month=3).values_list("contrat__equipe__code", "heures")
    assert dict(mars) == {"BV1": Decimal(50), autre.code: Decimal(40)}
    assert Personne.objects.count() == 2


@pytest.mark.django_db
def test_turnover_of_workshops_by_month_is_unfolded_too(deposees, equipe):
    lignes = [["Chantier", "janv-21", "févr-21", "mars-21"], ["Brigades vertes", "1 200,50 €", None, 300]]
    importee(deposees(ca__xlsx=classeur(Chiffre_d_affaires=lignes)))
    assert sorted(ChiffreAffaires.objects.values_list("mois__month", "montant")) == [
        (1, Decimal("1200.5")),
        (3, Decimal(300)),
    ]
