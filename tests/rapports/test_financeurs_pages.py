"""Dashboards of funders: prepared, published as they were looked at, read by whom they are for, asked about."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lecture import sans_jetons
from maison import construire
from openpyxl import load_workbook

from aipi import verifications
from aipi.models import Compte, Consultation, Convention, Financeur
from aipi.periodes import Periode
from insertion_sociale.models import SuiviRsa
from rapports.financeurs.acces import empreinte, ouvrir, revoquer
from rapports.financeurs.donnees import rangees
from rapports.financeurs.lecture import Demande
from rapports.financeurs.publication import APreparerDeNouveau, PublieAutrement, preparer, publier, retirer
from rapports.models import AccesFinanceur, QuestionFinanceur, Tableau

pytestmark = pytest.mark.django_db

JOUR = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def cadence():
    """Each test counts its requests from nothing."""
    cache.clear()


@pytest.fixture
def maison():
    """The house, without its empty dashboard: each test publishes its own."""
    maison = construire()
    QuestionFinanceur.objects.all().delete()
    Tableau.objects.all().delete()
    return maison


@pytest.fixture
def departement(maison) -> Financeur:
    """A funder of the RSA follow-up, with an account."""
    financeur = Financeur.objects.create(code="DEP", nom="Département")
    annee = timezone.localdate().year
    Convention.objects.create(
        ref="C1", financeur=financeur, action="rsa", annee=annee, objectif=10, unite_objectif="places"
    )
    compte = maison.comptes["financeur"]
    compte.financeur = financeur
    compte.save()
    return financeur


@pytest.fixture
def etat(maison) -> Financeur:
    financeur = Financeur.objects.create(code="ETAT", nom="État")
    Convention.objects.create(ref="C2", financeur=financeur, action="aci", annee=timezone.localdate().year)
    return financeur


def annee() -> Periode:
    return Periode.annee(timezone.localdate().year)


@pytest.fixture
def tableau(maison, departement) -> Tableau:
    """Published for the funder."""
    prepare = preparer(Demande(departement, annee())).tableau
    publier(prepare, maison.comptes["directeur"])
    return prepare


@pytest.fixture
def direction(client, maison) -> Client:
    client.force_login(maison.comptes["directeur"])
    return client


@pytest.fixture
def lecteur(maison, departement) -> Client:
    lui = Client()
    lui.force_login(maison.comptes["financeur"])
    return lui


def page(client: Client, nom: str, *args: object) -> str:
    reponse = client.get(reverse(nom, args=args))
    assert reponse.status_code == 200, reverse(nom, args=args)
    return re.sub(r"\s+", " ", reponse.content.decode())


# Prepare, look, publish, withdraw


def test_the_director_sees_all_before_publishing_and_the_funder_nothing(direction, lecteur, departement, maison):
    donnees = {"financeur": departement.pk, "debut": annee().debut, "fin": annee().fin, "avec_precedente": "on"}
    reponse = direction.post(reverse("tableau_create"), donnees)
    prepare = Tableau.objects.get()
    assert reponse.headers["Location"] == reverse("tableau_detail", args=[prepare.pk])
    vu = page(direction, "tableau_detail", prepare.pk)
    assert "voici exactement ce que verra Département" in vu
    assert "concerne moins de 5 personnes" in vu
    for nom, args in (("tableau_detail", [prepare.pk]), ("tableau_fichier", [prepare.pk, "chiffres.csv"])):
        assert lecteur.get(reverse(nom, args=args)).status_code == 404
    direction.post(reverse("tableau_publier", args=[prepare.pk]))
    assert "Allocataires suivis" in page(lecteur, "tableau_detail", prepare.pk)
    assert f"Tableau de bord {annee()}" in page(lecteur, "accueil")


def test_what_is_published_is_what_was_looked_at_whatever_the_files_become(direction, departement, maison):
    prepare = preparer(Demande(departement, annee())).tableau
    avant = prepare.contenu
    SuiviRsa.objects.create(ref="S9", personne=maison.nouvelle, date_entree=timezone.localdate())
    publier(prepare, maison.comptes["directeur"])
    prepare.refresh_from_db()
    assert prepare.contenu == avant


def test_a_dashboard_prepared_before_another_was_published_is_prepared_again(direction, departement, etat, maison):
    premier = preparer(Demande(departement, annee())).tableau
    second = preparer(Demande(etat, annee())).tableau
    publier(second, maison.comptes["directeur"])
    with pytest.raises(APreparerDeNouveau):
        publier(premier, maison.comptes["directeur"])
    direction.post(reverse("tableau_publier", args=[premier.pk]))
    premier.refresh_from_db()
    assert premier.publie_le is None


def test_nothing_is_published_twice(tableau, maison):
    with pytest.raises(PublieAutrement):
        publier(tableau, maison.comptes["directeur"])


def test_a_funder_without_an_agreement_in_the_period_has_nothing_to_see(direction, departement):
    donnees = {"financeur": departement.pk, "debut": "2015-01-01", "fin": "2015-12-31"}
    reponse = direction.post(reverse("tableau_create"), donnees)
    assert "aucune convention" in reponse.content.decode()
    assert not Tableau.objects.exists()


@pytest.mark.parametrize(("debut", "fin"), [("2025-12-31", "2025-01-01"), ("", ""), ("1500-01-01", "1500-12-31")])
def test_a_period_that_is_none_is_said_at_the_field(direction, departement, debut, fin):
    reponse = direction.post(reverse("tableau_create"), {"financeur": departement.pk, "debut": debut, "fin": fin})
    assert (reponse.status_code, "is-invalid" in reponse.content.decode()) == (200, True)


def test_a_preview_is_thrown_away_without_a_trace(direction, departement):
    prepare = preparer(Demande(departement, annee())).tableau
    direction.post(reverse("tableau_retirer", args=[prepare.pk]))
    assert not Tableau.objects.exists()


def test_a_withdrawn_dashboard_is_closed_to_all_but_the_director(direction, lecteur, tableau, maison):
    fin = timezone.localdate() + JOUR
    lien = ouvrir(AccesFinanceur.Genre.LIEN, tableau, "Service", fin, maison.comptes["directeur"])
    jeton = ouvrir(AccesFinanceur.Genre.JETON, tableau, "Outil", fin, maison.comptes["directeur"])
    assert Client().get(reverse("partage_detail", args=[lien])).status_code == 200
    direction.post(reverse("tableau_retirer", args=[tableau.pk]))
    assert lecteur.get(reverse("tableau_detail", args=[tableau.pk])).status_code == 404
    assert Client().get(reverse("partage_detail", args=[lien])).status_code == 404
    assert appeler("api_tableaux", jeton).json() == []
    assert "ce qu’il montrait compte encore" in page(direction, "tableau_detail", tableau.pk)


def test_what_was_read_still_counts_once_withdrawn_and_what_nobody_read_does_not(tableau, lecteur):
    retirer(tableau)
    assert list(Tableau.objects.connus()) == []
    Tableau.objects.update(retire_le=None)
    page(lecteur, "tableau_detail", tableau.pk)
    retirer(tableau)
    assert list(Tableau.objects.connus()) == [tableau]


# Who reads what


def test_a_funder_never_reads_the_dashboard_of_another(lecteur, etat, maison):
    autre = preparer(Demande(etat, annee())).tableau
    publier(autre, maison.comptes["directeur"])
    assert lecteur.get(reverse("tableau_detail", args=[autre.pk])).status_code == 404
    assert lecteur.get(reverse("tableau_fichier", args=[autre.pk, "chiffres.xlsx"])).status_code == 404
    assert lecteur.post(reverse("tableau_question", args=[autre.pk]), {"texte": "?"}).status_code == 404
    assert "aci" not in sans_jetons(page(lecteur, "tableau_list"))
    tentatives = Consultation.objects.filter(acte=Consultation.Acte.TENTATIVE, objet=f"rapports.tableau {autre.pk}")
    assert set(tentatives.values_list("page", flat=True)) == {"tableau_detail", "tableau_fichier", "tableau_question"}


def test_an_account_of_a_funder_that_is_none_reads_nothing(tableau, maison):
    Compte.objects.filter(pk=maison.comptes["financeur"].pk).update(financeur=None)
    lui = Client()
    lui.force_login(Compte.objects.get(pk=maison.comptes["financeur"].pk))
    assert lui.get(reverse("tableau_detail", args=[tableau.pk])).status_code == 404


def test_the_page_names_nobody(lecteur, tableau, maison):
    vu = page(lecteur, "tableau_detail", tableau.pk)
    for personne in (maison.rsa, maison.deux_poles):
        assert personne.nom not in vu


def test_the_page_costs_few_queries(lecteur, tableau):
    with CaptureQueriesContext(connection) as requetes:
        lecteur.get(reverse("tableau_detail", args=[tableau.pk]))
    assert len(requetes) <= 12


def test_small_numbers_are_called_secret_and_explained(lecteur, tableau):
    vu = page(lecteur, "tableau_detail", tableau.pk)
    assert 'href="#methode">secret</a>' in vu
    assert "Zéro n’est jamais secret" in vu
    assert "pour que personne ne puisse être reconnu" in vu


# Files: the same rows everywhere


def test_csv_workbook_and_api_hold_the_same_numbers(lecteur, tableau, maison):
    contenu = lecteur.get(reverse("tableau_fichier", args=[tableau.pk, "chiffres.csv"])).content.decode("utf-8-sig")
    lus = list(csv.DictReader(io.StringIO(contenu), delimiter=";"))
    classeur = load_workbook(
        io.BytesIO(lecteur.get(reverse("tableau_fichier", args=[tableau.pk, "chiffres.xlsx"])).content)
    )
    lignes = list(classeur["Chiffres"].iter_rows(values_only=True))
    jeton = ouvrir(
        AccesFinanceur.Genre.JETON, tableau, "Outil", timezone.localdate(), maison.comptes["directeur"], tous=True
    )
    donnes = appeler("api_tableau", jeton, tableau.pk).json()["chiffres"]
    attendues = list(rangees(tableau))
    assert len(lus) == len(lignes) - 1 == len(donnes) == len(attendues) > 20
    etat, exacte, code = (lignes[0].index(nom) for nom in ("etat", "exacte", "code"))
    for lu, ligne, donne, attendue in zip(lus, lignes[1:], donnes, attendues, strict=True):
        assert lu["etat"] == ligne[etat] == donne["etat"] == attendue.etat
        assert (lu["exacte"] or None) == ligne[exacte] == donne["exacte"] == attendue.exacte
        assert lu["code"] == ligne[code] == donne["code"] == attendue.code


def test_the_pdf_is_a_pdf_and_no_other_file_is_given(lecteur, tableau):
    assert lecteur.get(reverse("tableau_fichier", args=[tableau.pk, "tableau.pdf"])).content.startswith(b"%PDF-")
    assert lecteur.get(reverse("tableau_fichier", args=[tableau.pk, "cellules.json"])).status_code == 404


# Links and tokens


def donner(direction: Client, tableau: Tableau, genre: str = "lien", **champs: str) -> str:
    """The secret that the page shows."""
    donnees = {"genre": genre, "nom": "Service insertion", "fin": f"{timezone.localdate() + 30 * JOUR}"} | champs
    reponse = direction.post(reverse("acces_create", args=[tableau.pk]), donnees)
    trouve = re.search(r'id="lien"[^>]*value="([^"]+)"', reponse.content.decode())
    assert trouve, reponse.content.decode()
    return trouve[1].removesuffix("/").rpartition("/")[2]


def test_a_link_is_shown_once_kept_as_a_hash_and_opens_one_dashboard(direction, tableau):
    secret = donner(direction, tableau)
    acces = AccesFinanceur.objects.get()
    assert (acces.empreinte, acces.genre) == (empreinte(secret), "lien")
    assert secret not in page(direction, "tableau_detail", tableau.pk)
    vu = Client().get(reverse("partage_detail", args=[secret]))
    assert "Allocataires suivis" in vu.content.decode()
    assert vu.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in vu.headers["Cache-Control"]
    for nom in ("tableau.pdf", "chiffres.xlsx", "chiffres.csv"):
        assert Client().get(reverse("partage_fichier", args=[secret, nom])).status_code == 200


def test_a_link_ends_the_day_after_its_last_one(direction, tableau, monkeypatch):
    secret = donner(direction, tableau, fin=f"{timezone.localdate()}")
    url = reverse("partage_detail", args=[secret])
    assert Client().get(url).status_code == 200
    demain = timezone.localdate() + JOUR
    monkeypatch.setattr(timezone, "localdate", lambda *args: demain)
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize("fin", [timezone.localdate() - JOUR, timezone.localdate() + 800 * JOUR, "hier"])
def test_a_link_without_a_reasonable_end_is_refused(direction, tableau, fin):
    reponse = direction.post(reverse("acces_create", args=[tableau.pk]), {"genre": "lien", "nom": "X", "fin": f"{fin}"})
    assert "is-invalid" in reponse.content.decode()
    assert not AccesFinanceur.objects.exists()


def test_a_link_taken_back_opens_nothing(direction, tableau):
    secret = donner(direction, tableau)
    direction.post(reverse("acces_revoquer", args=[AccesFinanceur.objects.get().pk]))
    assert Client().get(reverse("partage_detail", args=[secret])).status_code == 404
    assert Client().get(reverse("partage_fichier", args=[secret, "chiffres.csv"])).status_code == 404


def test_a_token_is_no_link_and_a_link_no_token(direction, tableau):
    lien, jeton = donner(direction, tableau), donner(direction, tableau, "jeton")
    assert Client().get(reverse("partage_detail", args=[jeton])).status_code == 404
    assert appeler("api_tableaux", lien).status_code == 401


def test_what_is_not_published_gets_no_link(direction, departement):
    prepare = preparer(Demande(departement, annee())).tableau
    assert direction.post(reverse("acces_create", args=[prepare.pk]), {}).status_code == 404


# Questions


def test_a_funder_asks_the_director_answers_and_both_read_it(direction, lecteur, tableau):
    donnees = {"indicateur": "rsa.suivis", "texte": "Pourquoi cette hausse ?"}
    lecteur.post(reverse("tableau_question", args=[tableau.pk]), donnees)
    question = QuestionFinanceur.objects.get()
    assert "Questions des financeurs" in page(direction, "accueil")
    assert "Allocataires suivis" in page(direction, "tableau_list")
    direction.post(reverse("question_repondre", args=[question.pk]), {"reponse": "Dix places de plus."})
    assert "Questions des financeurs" not in page(direction, "accueil")
    for client in (direction, lecteur):
        vu = page(client, "tableau_detail", tableau.pk)
        assert "Pourquoi cette hausse" in vu
        assert "Dix places de plus." in vu


def test_a_link_asks_too_and_not_without_end(direction, tableau):
    secret = donner(direction, tableau)
    url = reverse("partage_question", args=[secret])
    for _ in range(25):
        Client().post(url, {"indicateur": "rsa.suivis", "texte": "Et après ?"})
    assert QuestionFinanceur.objects.count() == 20
    assert "Service insertion" in page(direction, "tableau_list")


@pytest.mark.parametrize(
    "donnees", [{}, {"indicateur": "aci.salaries", "texte": "?"}, {"indicateur": "rsa.suivis", "texte": "x" * 2001}]
)
def test_a_question_about_nothing_is_said_at_the_field(lecteur, tableau, donnees):
    reponse = lecteur.post(reverse("tableau_question", args=[tableau.pk]), donnees)
    assert (reponse.status_code, "is-invalid" in reponse.content.decode()) == (200, True)
    assert not QuestionFinanceur.objects.exists()


# API


def appeler(nom: str, jeton: str | None, *args: object):
    entetes = {} if jeton is None else {"Authorization": f"Bearer {jeton}"}
    return Client().get(reverse(nom, args=args), headers=entetes)


@pytest.mark.parametrize("jeton", [None, "", "inconnu", "é"])
def test_the_api_says_in_json_that_it_wants_a_token(tableau, jeton):
    reponse = appeler("api_tableaux", jeton)
    assert (reponse.status_code, reponse.json()) == (401, {"detail": "Jeton absent, inconnu, expiré ou révoqué."})


def test_a_token_opens_its_scope_alone(direction, tableau, departement, etat, maison):
    autre = preparer(Demande(etat, annee())).tableau
    publier(autre, maison.comptes["directeur"])
    precedent = Convention.objects.create(ref="C3", financeur=departement, action="rsa", annee=annee().debut.year - 1)
    ancien = preparer(Demande(departement, Periode.annee(precedent.annee))).tableau
    publier(ancien, maison.comptes["directeur"])
    seul, tous = donner(direction, tableau, "jeton"), donner(direction, tableau, "jeton_tous")
    assert {ligne["id"] for ligne in appeler("api_tableaux", seul).json()} == {tableau.pk}
    assert {ligne["id"] for ligne in appeler("api_tableaux", tous).json()} == {tableau.pk, ancien.pk}
    assert appeler("api_tableau", seul, ancien.pk).status_code == 404
    refus = appeler("api_tableau", tous, autre.pk)
    assert (refus.status_code, "detail" in refus.json()) == (404, True)


def test_a_token_ended_or_taken_back_is_refused(direction, tableau, monkeypatch):
    jeton = donner(direction, tableau, "jeton_tous")
    revoquer(AccesFinanceur.objects.get())
    assert appeler("api_tableaux", jeton).status_code == 401
    jeton = donner(direction, tableau, "jeton_tous", fin=f"{timezone.localdate()}")
    demain = timezone.localdate() + JOUR
    monkeypatch.setattr(timezone, "localdate", lambda *args: demain)
    assert appeler("api_tableaux", jeton).status_code == 401


def test_what_is_prepared_and_not_published_is_not_in_the_api(direction, tableau, departement):
    jeton = donner(direction, tableau, "jeton_tous")
    prepare = preparer(Demande(departement, annee(), avec_serie=False)).tableau
    assert appeler("api_tableau", jeton, prepare.pk).status_code == 404


def test_a_token_that_asks_too_often_is_told_to_wait(direction, tableau):
    jeton = donner(direction, tableau, "jeton_tous")
    statuts = [appeler("api_tableaux", jeton).status_code for _ in range(61)]
    assert (set(statuts[:60]), statuts[60]) == ({200}, 429)
    assert appeler("api_tableaux", jeton).headers["Retry-After"].isdecimal()


def test_the_schema_describes_what_the_api_answers(direction, tableau):
    schema = json.loads(Client().get(reverse("api_schema")).content)
    assert schema["openapi"].startswith("3.")
    assert set(schema["paths"]) == {"/api/tableaux", "/api/tableaux/{identifiant}"}
    for chemin in schema["paths"].values():
        assert set(chemin) == {"get"}
        assert chemin["get"]["security"] == [{"Jeton": []}]
        assert {"200", "401", "429"} <= set(chemin["get"]["responses"])
    jeton = donner(direction, tableau, "jeton")
    donne = appeler("api_tableau", jeton, tableau.pk).json()
    decrits = schema["components"]["schemas"]
    assert set(donne) == set(decrits["Detail"]["properties"])
    assert {frozenset(ligne) for ligne in donne["chiffres"]} == {frozenset(decrits["Chiffre"]["properties"])}


def test_an_operation_that_asks_for_no_token_is_reported(monkeypatch):
    class SansJeton:
        auth_callbacks: tuple[object, ...] = ()

    def vue(request: object) -> None: ...

    vue.regle = (verifications.par_jeton,)
    vue.operations = [SansJeton()]
    monkeypatch.setattr(verifications, "vues", lambda motifs: [("api/libre", vue)])
    assert [erreur.id for erreur in verifications.toute_operation_demande_un_jeton(None)] == ["aipi.E005"]
