"""Tables with the name of a team between blocks of rows, and with several columns a month."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from aipi.models import FeuilleReprise, ModeleReprise, Nomenclature
from aipi.reprise.depliage import jours
from aipi.reprise.intertitres import seule
from aipi.reprise.plan import TEXTES_SEULS, Plan, manques
from insertion_pro.models import Absence, Atelier, Contrat, Equipe, ReleveHeures

from .conftest import SALARIES, classeur, importee, verifiee


@pytest.mark.parametrize(
    ("cellules", "texte"),
    [
        (["Équipe du canal", "", ""], "Équipe du canal"),
        (["", "Équipe  du canal"], "Équipe du canal"),
        (["Équipe :", "Canal"], "Équipe : Canal"),
        (["DURAND Zoé", "12"], ""),
        (["2021"], ""),
        (["Total"], ""),
        (["Source : paie"], ""),
        (["—"], ""),
    ],
)
def test_a_row_heads_others_when_it_holds_one_text(cellules, texte):
    assert seule(cellules) == texte


SALARIES_PAR_EQUIPE = [
    ["Salariés 2021"],
    ["Nom", "Prénom", "Embauche", "Fin de contrat"],
    ["Équipe du canal"],
    ["Durand", "Zoé", "04/01/2021", "31/12/2021"],
    ["Top", "Régis", "01/02/2021", None],
    ["Total équipe du canal", None, 2],
    [],
    ["Équipe des jardins"],
    ["Verbeke", "Hugo", "15/03/2021", None],
]


@pytest.fixture
def jardins(equipe) -> Equipe:
    return Equipe.objects.create(
        code="JD1", atelier=Atelier.objects.create(code="JD", nom="Jardins solidaires"), nom="Équipe des jardins"
    )


def equipes() -> list[tuple[str, str]]:
    return sorted(Contrat.objects.values_list("parcours__personne__prenom", "equipe__code"))


@pytest.mark.django_db
def test_the_name_of_a_team_alone_on_its_row_is_the_team_of_the_rows_under_it(deposees, jardins):
    reprise = deposees(suivi__xlsx=classeur(Salariés=SALARIES_PAR_EQUIPE))
    assert Plan.de(reprise.feuilles.get().plan).intertitres == "contrats.equipe"
    constat = verifiee(reprise)
    assert (constat["erreurs"], constat["questions"]) == ([], [])
    assert [(e["ligne"], e["pourquoi"]) for e in constat["laissees"]] == [
        (3, "intertitre"),
        (6, "total"),
        (8, "intertitre"),
    ]
    importee(reprise)
    assert equipes() == [("Hugo", "JD1"), ("Régis", "BV1"), ("Zoé", "BV1")]


@pytest.mark.django_db
def test_a_team_that_is_not_known_is_told_or_made_as_any_other_word(deposees, direction, equipe, client):
    reprise = deposees(suivi__xlsx=classeur(Salariés=SALARIES_PAR_EQUIPE))
    client.force_login(direction)
    page = reverse("reprise_valeurs", args=[reprise.pk, 1])
    assert (
        "1 texte est seul sur sa ligne" in client.get(reverse("reprise_feuille", args=[reprise.pk, 1])).content.decode()
    )
    assert "Une ligne comme les autres" in client.get(page).content.decode()
    # Its rows would go to the team above: nothing is checked before it is told.
    assert manques(Plan.de(reprise.feuilles.get().plan)) == [TEXTES_SEULS]
    envoi = {"code-0-0": "+", "creer-0-0": "oui", "creer-0-0-nom": "Équipe des jardins", "creer-0-0-atelier": "BV"}
    assert client.post(page, envoi | {"code-0-1": "BV1"}).status_code == 302
    assert manques(Plan.de(reprise.feuilles.get().plan)) == []
    importee(reprise)
    assert [prenom for prenom, code in equipes() if code == "BV1"] == ["Régis", "Zoé"]
    assert Contrat.objects.get(parcours__personne__prenom="Hugo").equipe.nom == "Équipe des jardins"
    # The next drop asks nothing: headings are remembered with the columns.
    suite = deposees(suite__xlsx=classeur(Salariés=SALARIES_PAR_EQUIPE)).feuilles.get()
    assert (suite.connue, Plan.de(suite.plan).intertitres) == (True, "contrats.equipe")


@pytest.mark.django_db
def test_a_team_that_is_not_known_is_asked_for_where_the_first_one_stands_above_the_titles(deposees, equipe):
    titres, *lignes = SALARIES_PAR_EQUIPE[1:2] + SALARIES_PAR_EQUIPE[3:]
    reprise = deposees(suivi__xlsx=classeur(Feuil1=[["Équipe du canal"], titres, *lignes]))
    plan = Plan.de(reprise.feuilles.get().plan)
    assert (plan.constantes["contrats.equipe"], plan.intertitres) == ("BV1", "contrats.equipe")
    assert manques(plan) == [TEXTES_SEULS]


@pytest.mark.django_db
def test_a_person_alone_on_her_row_is_no_heading(deposees, suivi, jardins):
    heures = [
        ["Salarié", "01/2021", "02/2021", "03/2021"],
        ["Équipe du canal"],
        ["DURAND Zoé", 100, 90, None],
        ["TOP Régis"],
        ["Équipe des jardins"],
        ["VERBEKE Hugo", None, None, 44],
    ]
    reprise = deposees(suivi__xlsx=classeur(Salariés=SALARIES, Heures=heures))
    plan = Plan.de(reprise.feuilles.get(nom="Heures").plan)
    assert (manques(plan), plan.codes["contrats.equipe"]["top regis"]) == ([], "=")
    constat = verifiee(reprise)
    assert constat["erreurs"] == []
    assert [e["texte"] for e in constat["laissees"]] == ["TOTAL", "Équipe du canal", "Équipe des jardins"]
    importee(reprise)
    assert ReleveHeures.objects.count() == 3


DEUX_MESURES = {
    "on one row": [
        ["Salarié", "Heures janv. 2021", "Absences janv. 2021", "Heures févr. 2021", "Absences févr. 2021"],
        ["DURAND Zoé", 100, "7,5", 90, None],
    ],
    "under merged months": [
        ["Salarié", "janv. 2021", None, "févr. 2021", None],
        [None, "Heures", "Abs", "Heures", "Abs"],
        ["DURAND Zoé", 100, "7,5", 90, None],
    ],
}


@pytest.mark.django_db
@pytest.mark.parametrize("lignes", DEUX_MESURES.values(), ids=DEUX_MESURES)
def test_hours_and_absences_of_each_month_are_read_from_the_same_rows(deposees, direction, equipe, client, lignes):
    maladie = Nomenclature.objects.filter(liste="motif_absence").order_by(
        "code"
    ).first() or Nomenclature.objects.create(liste="motif_absence", code="maladie", libelle="Maladie")
    reprise = deposees(suivi__xlsx=classeur(Salariés=SALARIES, Paie=lignes))
    salaries, heures, absences = (Plan.de(f.plan) for f in reprise.feuilles.order_by("rang"))
    assert (salaries.cible, heures.cible, absences.cible) == ("contrats", "heures", "absences")
    assert len(heures.depliees()) == len(absences.depliees()) == 2
    assert not heures.depliees().keys() & absences.depliees().keys()
    # Nothing says why she was away: it is asked for once, for all rows.
    client.force_login(direction)
    page = reverse("reprise_feuille", args=[reprise.pk, 3])
    lue = client.get(page).content.decode()
    assert "lues plusieurs fois" in lue
    titres = reprise.feuilles.get(rang=3).titres
    envoi = {f"colonne-{rang}": absences.colonnes[titre] for rang, titre in enumerate(titres)}
    assert client.post(page, envoi | {"constante-absences.motif": maladie.code}).status_code == 302
    # What is said of one reading is not said of the other.
    assert Plan.de(FeuilleReprise.objects.get(reprise=reprise, rang=2).plan).cible == "heures"
    importee(reprise)
    assert sorted(ReleveHeures.objects.values_list("mois__month", "heures")) == [(1, Decimal(100)), (2, Decimal(90))]
    assert list(Absence.objects.values_list("mois__month", "motif", "heures")) == [(1, maladie.pk, Decimal("7.5"))]
    assert ModeleReprise.objects.filter(plan__lecture="absences").count() == 1


@pytest.mark.django_db
def test_rows_are_read_once_more_for_what_the_director_says_that_they_tell_too(deposees, direction, equipe, client):
    """« Congés » is no word for absences that AIPi knows: it is said by hand, once."""
    lignes = [
        ["Salarié", "Heures 01/2021", "Congés 01/2021", "Heures 02/2021", "Congés 02/2021"],
        ["DURAND Zoé", 9, 1, 8, 2],
    ]
    reprise = deposees(suivi__xlsx=classeur(Salariés=SALARIES, Paie=lignes))
    assert reprise.feuilles.count() == 2
    client.force_login(direction)
    page = reverse("reprise_feuille", args=[reprise.pk, 2])
    assert (
        "Choisissez d’abord" in client.post(page, {"action": "aussi", "cible": "heures"}, follow=True).content.decode()
    )
    for _ in range(2):
        # Asked twice, it is the same reading.
        suite = client.post(page, {"action": "aussi", "cible": "absences"})
        assert suite["Location"] == reverse("reprise_feuille", args=[reprise.pk, 3])
    feuille = reprise.feuilles.get(rang=3)
    assert (feuille.nom, Plan.de(feuille.plan).depliees().keys()) == (
        "Paie (absences)",
        {"Congés 01/2021", "Congés 02/2021"},
    )


@pytest.mark.django_db
def test_a_column_a_day_is_told_what_to_change_and_the_month_is_read_in_the_name_of_the_sheet(
    deposees, direction, equipe, client
):
    titres = ["Salarié", *map(str, range(1, 32)), "Total heures"]
    lignes = [titres, ["DURAND Zoé", *[None] * 30, 7, 7]]
    reprise = deposees(suivi__xlsx=classeur(Salariés=SALARIES, Mars_2021=lignes))
    feuille = reprise.feuilles.get(nom="Mars 2021")
    plan = Plan.de(feuille.plan)
    assert (plan.cible, plan.constantes.get("heures.mois"), plan.colonnes["Total heures"]) == (
        "heures",
        "2021-03",
        "heures.heures",
    )
    client.force_login(direction)
    assert "une colonne par jour" in client.get(reverse("reprise_feuille", args=[reprise.pk, 2])).content.decode()
    importee(reprise)
    assert list(ReleveHeures.objects.values_list("mois__month", "heures")) == [(3, Decimal(7))]
    assert jours(["Nom", "Né le", "01/03/2021", "02/03/2021", "03/03/2021", "04/03/2021", "05/03/2021"])
    assert jours(["Salarié", "01/01/2021", "01/02/2021", "01/03/2021", "01/04/2021", "01/05/2021"]) == []
    assert jours([str(n) for n in range(1, 13)]) == []


@pytest.mark.django_db
def test_the_month_of_a_sheet_is_never_that_of_the_next_one(deposees, equipe):
    """A month said for all rows was remembered with the columns: April’s hours would have gone to March in silence."""
    lignes = [["Salarié", "Heures"], ["DURAND Zoé", 7]]
    importee(deposees(a__xlsx=classeur(Salariés=SALARIES, Heures_mars_2021=lignes)))
    reprise = deposees(b__xlsx=classeur(Feuil1=lignes))
    assert "heures.mois" not in Plan.de(reprise.feuilles.get().plan).constantes
