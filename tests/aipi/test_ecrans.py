"""Home, list of persons, dossier: what is shown, to whom, and at what cost."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lecture import sans_jetons
from maison import NOTE_LOGEMENT, NOTE_PRO, NOTE_RSA, Maison, parcours_de, personne

from aipi.listes import TAILLE
from aipi.models import Personne
from aipi.templatetags.chiffres import compte, jour, renseigne, restant
from insertion_pro.models import Equipe
from insertion_sociale.models import ContactRsa, MesureLogement, SuiviRsa

pytestmark = pytest.mark.django_db

LISTES = ["personne_list", "parcours_list", "suivi_rsa_list", "mesure_logement_list", "action_list"]


def page(client, maison: Maison, qui: str, nom: str, *args, **parametres) -> str:
    client.force_login(maison.comptes[qui])
    reponse = client.get(reverse(nom, args=args), parametres)
    assert reponse.status_code == 200
    return reponse.content.decode()


@pytest.mark.parametrize("recherche", ["evrard", "ÉVRARD zoé", "zoe evr", "0611223344", "  Évrard  "])
def test_a_person_is_found_without_accents_case_or_order(client, maison, recherche):
    texte = page(client, maison, "directeur", "personne_list", q=recherche)
    assert "Évrard" in texte
    assert "Vandamme" not in texte


def test_a_ligature_is_found_by_its_letters(client, maison):
    assert "Cœuille" in page(client, maison, "directeur", "personne_list", q="coeuille")


@pytest.mark.parametrize("q", ["%", "_", "'", '"><script>', "\0", "x" * 5000])
def test_odd_searches_find_nobody_and_break_nothing(client, maison, q):
    client.force_login(maison.comptes["directeur"])
    for nom in LISTES:
        reponse = client.get(reverse(nom), {"q": q})
        assert reponse.status_code == 200
        assert b"<script>" not in reponse.content.replace(b"<script src", b"")


@pytest.mark.parametrize(
    "parametres", [{"page": "abc"}, {"page": "-3"}, {"page": "9" * 40}, {"page": "²"}, {"tri": "x"}]
)
def test_odd_pages_and_sorts_break_nothing(client, maison, parametres):
    client.force_login(maison.comptes["directeur"])
    for nom in LISTES:
        assert client.get(reverse(nom), parametres).status_code == 200


def test_the_list_says_which_follow_ups_are_open_and_filters_by_them(client, maison):
    texte = page(client, maison, "directeur", "personne_list", suivi="logement")
    assert "Top Régis" in texte
    assert "1 personne<" in texte
    assert "Évrard" not in texte


def test_a_social_worker_of_one_pole_is_not_told_of_the_other(client, maison):
    texte = page(client, maison, "cip", "personne_list", q="top")
    assert "ACI</span>" in texte
    assert "RSA</span>" not in texte
    assert "Logement</span>" not in texte


def test_a_supervisor_reads_names_and_no_telephone(client, maison):
    texte = page(client, maison, "encadrant", "personne_list")
    assert "Évrard" in texte
    assert "06 11 22 33 44" not in texte
    assert 'name="commune"' not in texte


def test_pages_follow_one_another_and_keep_the_filter(client, maison):
    for rang in range(TAILLE + 3):
        personne(f"Q{rang:03}", "Serie", f"Prénom {rang:03}")
    premiere = page(client, maison, "directeur", "personne_list", q="serie")
    assert f"{TAILLE + 3} personnes" in premiere
    assert "?q=serie&amp;page=2" in premiere
    seconde = page(client, maison, "directeur", "personne_list", q="serie", page=2)
    assert seconde.count(">Serie Prénom") == 3
    assert 'rel="next"' not in seconde


def test_a_column_sorts_both_ways_and_unknown_comes_last(client, maison):
    client.force_login(maison.comptes["directeur"])
    maison.parcours_autre.date_sortie = timezone.localdate() - datetime.timedelta(days=1)
    maison.parcours_autre.save()
    for tri in ("sortie", "-sortie"):
        reponse = client.get(reverse("parcours_list"), {"tri": tri, "etat": "tous"})
        assert reponse.context["page"].objets[0] == maison.parcours_autre
        assert reponse.context["page"].objets[-1].date_sortie is None


@pytest.mark.parametrize("nom", ["accueil", *LISTES])
def test_the_number_of_queries_does_not_grow_with_the_list(client, maison, nom):
    client.force_login(maison.comptes["directeur"])
    mesures = []
    for ajout in (3, 57):
        debut = Personne.objects.count()
        ajouter(debut, ajout)
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(reverse(nom)).status_code == 200
        mesures.append(len(requetes))
    assert mesures[0] == mesures[1]
    assert mesures[1] <= 20


def ajouter(debut: int, combien: int) -> None:
    """As many persons, each with everything the lists and the home page show."""
    jour_ = timezone.localdate()
    equipe = Equipe.objects.get(code="E1")
    for rang in range(debut, debut + combien):
        qui = personne(f"N{rang:03}", "Nombreux", f"{rang:03}")
        parcours_de(qui, equipe, jour_ - datetime.timedelta(days=30))
        suivi = SuiviRsa.objects.create(ref=f"SN{rang}", personne=qui, date_entree=jour_)
        ContactRsa.objects.create(ref=f"CN{rang}", suivi=suivi, date=jour_, type="visite", statut="honore")
        MesureLogement.objects.create(ref=f"MN{rang}", personne=qui, dispositif="fsl", date_debut=jour_)


def test_the_dossier_costs_the_same_however_long(client, maison):
    client.force_login(maison.comptes["directeur"])
    url = reverse("personne_detail", args=[maison.deux_poles.pk])
    mesures = []
    for debut in (0, 50):
        suivi = SuiviRsa.objects.get(ref="S2")
        for rang in range(debut, debut + 50):
            ContactRsa.objects.create(
                ref=f"L{rang}", suivi=suivi, date=timezone.localdate(), type="telephone", statut="honore"
            )
        with CaptureQueriesContext(connection) as requetes:
            client.get(url)
        mesures.append(len(requetes))
    assert mesures[0] == mesures[1]
    assert mesures[1] <= 20


def test_the_dossier_shows_each_pole_its_own_notes_and_the_director_all(client, maison):
    lus = {}
    for qui in ("directeur", "polyvalent", "cip", "referent", "encadrant"):
        texte = page(client, maison, qui, "personne_detail", maison.deux_poles.pk)
        lus[qui] = [note in texte for note in (NOTE_PRO, NOTE_RSA, NOTE_LOGEMENT)]
    assert lus == {
        "directeur": [True, True, True],
        "polyvalent": [True, True, True],
        "cip": [True, False, False],
        "referent": [False, True, True],
        "encadrant": [False, False, False],
    }


def test_a_pole_is_not_told_that_the_other_follows_the_person(client, maison):
    texte = page(client, maison, "cip", "personne_detail", maison.deux_poles.pk)
    assert "Accompagnement RSA" not in texte
    assert "Logement" not in texte


def test_a_supervisor_reads_contract_hours_and_cqp_and_nothing_of_the_person(client, maison):
    texte = page(client, maison, "encadrant", "personne_detail", maison.aci.pk)
    for attendu in ("Équipe du canal", "101,5", "CQP Salarié polyvalent", "dans 12 jours"):
        assert attendu in texte
    for cache in (
        "Permis B",
        "Mobilité",
        "06 11 22 33 44",
        "1990",
        "Maladie",
        "Identité",
        "Prescripteur",
        "Maës",
        "Noter un entretien",
    ):
        assert cache not in texte


def test_missing_facts_are_said_in_words(client, maison):
    texte = page(client, maison, "directeur", "personne_detail", maison.nouvelle.pk)
    assert texte.count("Non renseigné") >= 5
    assert "Aucun accompagnement pour le moment." in texte
    for nom in LISTES:
        assert "None" not in page(client, maison, "directeur", nom, etat="tous")


def test_names_are_shown_and_never_run(client, maison):
    qui = personne("PX", "<script>alert(1)</script>", "<b>Gras</b>")
    texte = page(client, maison, "directeur", "personne_detail", qui.pk)
    assert "<script>alert" not in texte
    assert "&lt;b&gt;Gras" in texte


def test_the_home_page_of_each_role_holds_what_it_needs_and_no_more(client, maison):
    textes = {qui: sans_jetons(page(client, maison, qui, "accueil")) for qui in maison.comptes}
    assert "Évrard" in textes["cip"]
    assert "Top" not in textes["cip"]
    assert "Vandamme" in textes["referent"]
    assert "Évrard" not in textes["referent"]
    assert "dans 5 jours" in textes["referent"]
    assert "Mes équipes aujourd’hui" in textes["encadrant"]
    assert "Bollengier" not in textes["encadrant"]
    assert reverse("tableau_detail", args=[maison.tableau.pk]) in textes["financeur"]
    for qui in ("financeur", "administrateur", "sans_pole", "encadrant_sans_lien"):
        for nom in ("Évrard", "Bollengier", "Vandamme", "Top", "Cœuille"):
            assert nom not in textes[qui]


def test_a_funder_is_told_where_its_dashboard_will_be(client, maison):
    maison.tableau.retire_le = timezone.now()
    maison.tableau.save()
    assert "apparaîtra ici" in page(client, maison, "financeur", "accueil")


JOUR = datetime.date(2026, 3, 10)


@pytest.mark.parametrize(
    ("jours", "texte"),
    [
        (0, "aujourd’hui"),
        (1, "demain"),
        (-1, "hier"),
        (12, "dans 12 jours"),
        (-3, "il y a 3 jours"),
        (510, "dans 510 jours, environ 1 an et 5 mois"),
        (365, "dans 365 jours, environ 1 an"),
    ],
)
def test_a_delay_is_told_in_words(jours, texte):
    assert restant(JOUR + datetime.timedelta(days=jours), JOUR) == texte


def test_days_counts_and_missing_values_read_as_french():
    assert jour(datetime.date(2021, 3, 1)) == "1er mars 2021"
    assert "Non renseigné" in jour(None)
    assert [compte(n, "dossier") for n in (0, 1, 2, 1200)] == [
        "0 dossier",
        "1 dossier",
        "2 dossiers",
        "1\u202f200 dossiers",
    ]
    assert compte(2, "parcours,parcours") == "2 parcours"
    assert [renseigne(v) for v in (True, False, 0, "x")] == ["oui", "non", 0, "x"]
    assert "Non renseigné" in renseigne("")
