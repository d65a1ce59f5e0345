"""Making everybody anonymous moves no figure, of any year, slice or breakdown, and leaves nothing that names anybody."""

import datetime
import json
import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recalcul.hasard import caseloads, ecrire_dossier

from aipi.anonymisation import anonymiser, generaliser
from aipi.balayage import balayer, colonnes
from aipi.echange.importation import importer
from aipi.models import Personne
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Equipe
from insertion_sociale.models import ContactRsa
from rapports.management.commands.indicateurs import figures
from rapports.models import Rapport
from rapports.valeurs import Releve

EXEMPLES = Path(__file__).parent.parent / "exemples"
J = datetime.date
pytestmark = pytest.mark.django_db


def axes():
    return [
        None,
        *(Axe.lire("atelier", code) for code in Atelier.objects.order_by("code").values_list("code", flat=True)),
        *(Axe.lire("equipe", code) for code in Equipe.objects.order_by("code").values_list("code", flat=True)),
    ]


def chiffres(periodes, tranches):
    """Every figure and breakdown of these periods, for each of these slices, as JSON."""
    return {
        (str(p), str(axe)): json.dumps(figures(Releve(p, axe)), sort_keys=True) for p in periodes for axe in tranches
    }


@settings(max_examples=6, deadline=None, suppress_health_check=[*HealthCheck])
@given(dossier=caseloads(), donnees=st.data())
def test_no_figure_of_any_year_or_slice_moves_whoever_is_made_anonymous(dossier, donnees):
    with tempfile.TemporaryDirectory() as chemin, transaction.atomic():
        ecrire_dossier(dossier, Path(chemin))
        importer(chemin)
        saison = Periode(J(2020, 9, 1), J(2021, 8, 31))
        Rapport.objects.create(debut=saison.debut, fin=saison.fin)
        annees = donnees.draw(st.lists(st.sampled_from(range(2019, 2024)), min_size=2, max_size=2, unique=True))
        periodes = [saison, *(Periode.annee(annee) for annee in annees)]
        tranches = [None, donnees.draw(st.sampled_from(axes()))]
        avant = chiffres(periodes, tranches)
        tous = list(Personne.objects.order_by("ref"))
        choisis = donnees.draw(st.lists(st.sampled_from(tous), unique=True)) if tous else []
        for lot in (choisis, tous):
            anonymiser(lot, None, J(2026, 1, 1))
            assert chiffres(periodes, tranches) == avant
        assert not Personne.objects.filter(anonymisee_le=None).exists()
        transaction.set_rollback(True)


@given(
    naissance=st.dates(J(1930, 1, 1), J(2015, 12, 31)),
    fins=st.sets(st.sampled_from([(2, 28), (6, 30), (8, 31), (9, 30)])),
    annee=st.integers(2016, 2060),
)
def test_ages_on_the_days_that_count_are_those_of_the_true_date_of_birth(naissance, fins, annee):
    nouvelle = generaliser(naissance, fins)
    assert nouvelle.year == naissance.year
    for mois, jour in fins | {(12, 31)}:
        fin = J(annee, mois, jour)
        assert (naissance.replace(year=2000) <= fin.replace(year=2000)) is (
            nouvelle.replace(year=2000) <= fin.replace(year=2000)
        )


def test_all_who_were_born_in_a_year_have_the_same_date_afterwards():
    jours = {J(1996, 1, 1) + datetime.timedelta(days=n) for n in range(366)}
    assert {generaliser(jour, set()) for jour in jours} == {J(1996, 12, 31)}
    assert {generaliser(jour, {(8, 31)}) for jour in jours} == {J(1996, 8, 31), J(1996, 12, 31)}
    assert generaliser(J(1996, 2, 29), {(2, 28)}) == J(1996, 12, 31)


@pytest.mark.parametrize("exemple", ["small", pytest.param("full", marks=pytest.mark.une_base)])
def test_nothing_of_the_examples_names_anybody_any_more(exemple):
    importer(EXEMPLES / exemple / "files")
    ContactRsa.objects.update(note="Il dort chez sa cousine Ornella, escalier B.", lieu="chez la cousine")
    periodes, tranches = [Periode.annee(2020), Periode.annee(2021)], axes()
    avant = chiffres(periodes, tranches)
    personnes = list(Personne.objects.order_by("ref"))
    naissances = {p.date_naissance for p in personnes if p.date_naissance} - {
        generaliser(p.date_naissance, set()) for p in personnes if p.date_naissance
    }
    cherchees: set[str] = set()
    for debut in range(0, len(personnes), 100):
        cherchees |= anonymiser(personnes[debut : debut + 100], None, timezone.localdate())
    assert cherchees
    assert balayer(cherchees | {"ornella", "escalier b"}) == {}
    dates = {
        v for table, nom, valeurs in colonnes() if table == "aipi_personne" and "naissance" in nom for v in valeurs
    }
    assert not {str(date) for date in dates} & {str(date) for date in naissances}
    assert chiffres(periodes, tranches) == avant
