"""Lists: what their filters count, what they keep, what they give away as a file, what they do to several rows."""

from __future__ import annotations

import csv
import datetime
import html
import io
import re

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from maison import Maison, construire, parcours_de, personne
from openpyxl import load_workbook

from aipi import exports, listes
from aipi.models import FiltreEnregistre, Personne
from insertion_pro.models import Atelier, Contrat, Equipe, Frein, Mission, Parcours
from insertion_sociale.models import ContactRsa, MesureLogement, SuiviRsa

pytestmark = pytest.mark.django_db

LISTES = [
    "personne_list",
    "parcours_list",
    "contrat_list",
    "entretien_list",
    "frein_list",
    "mission_list",
    "formation_list",
    "realisation_list",
    "suivi_rsa_list",
    "contact_rsa_list",
    "contrat_engagement_list",
    "mesure_logement_list",
    "intervention_logement_list",
    "aide_logement_list",
    "action_list",
]
ROLES = ["directeur", "cip", "referent", "polyvalent", "encadrant", "encadrant_sans_lien"]


@pytest.fixture
def maison() -> Maison:
    maison = construire()
    Mission.objects.create(
        ref="MI-1", parcours=maison.parcours, type="immersion", employeur="=SOMME(A1)", date_debut=timezone.localdate()
    )
    return maison


def entrer(client, maison: Maison, qui: str):
    client.force_login(maison.comptes[qui])
    return client


def lire_csv(reponse) -> list[list[str]]:
    texte = b"".join(reponse.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(texte), delimiter=";"))


def lire_xlsx(reponse) -> list[list[object]]:
    classeur = load_workbook(io.BytesIO(b"".join(reponse.streaming_content)))
    # The file only: closing the answer would close the connection of the test.
    for fermer in reponse._resource_closers:
        fermer()
    return [[cellule.value for cellule in rangee] for rangee in classeur.active.iter_rows()]


# Counts


@pytest.mark.parametrize("nom", LISTES)
def test_the_number_beside_a_choice_is_what_a_click_shows(client, maison, nom):
    entrer(client, maison, "directeur")
    passe = timezone.localdate() - datetime.timedelta(days=3)
    Parcours.objects.filter(pk=maison.parcours_autre.pk).update(date_sortie=passe)
    SuiviRsa.objects.filter(pk=maison.suivi.pk).update(date_sortie=passe)
    filtre = client.get(reverse(nom), {"decompte": "fragment"}).context["filtre"]
    verifies = 0
    for champ in filtre.form.fields:
        if not hasattr(filtre.form.fields[champ], "choices"):
            continue
        for cle, nombre in filtre.decompte(champ).items():
            page = client.get(reverse(nom), {champ: cle}).context["page"]
            assert page.total == nombre, (nom, champ, cle)
            verifies += 1
    assert verifies >= 4


def test_a_count_keeps_the_other_filters_and_replaces_its_own(client, maison):
    entrer(client, maison, "directeur")
    reponse = client.get(reverse("parcours_list"), {"q": "top", "referent": maison.parcours.referent_id})
    filtre = reponse.context["filtre"]
    assert reponse.context["page"].total == 0
    assert filtre.decompte("referent")[""] == 1
    assert filtre.decompte("etat") == {"en_cours": 0, "sorti": 0, "tous": 0}


@pytest.mark.parametrize("nom", LISTES)
def test_counts_cost_one_query_a_filter(client, maison, nom):
    entrer(client, maison, "directeur")
    filtre = client.get(reverse(nom)).context["filtre"]
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(reverse(nom), {"decompte": "fragment"})
    # Two queries a filter at most, its choices and its numbers; the account, the session and the filters kept.
    assert len(requetes) <= 2 * len(filtre.form.fields) + 6
    assert len(requetes) <= 20
    assert "<html" not in reponse.content.decode()


def test_counts_are_in_the_page_itself_where_scripts_are_off(client, maison):
    entrer(client, maison, "directeur")
    sans = client.get(reverse("parcours_list")).content.decode()
    assert "En cours (3)" not in sans
    assert "decompte=1" in sans
    assert "En cours (3)" in client.get(reverse("parcours_list"), {"decompte": "1"}).content.decode()


def test_odd_filters_are_counted_without_breaking(client, maison):
    entrer(client, maison, "directeur")
    for parametres in ({"equipe": "abc"}, {"annee": "1"}, {"etat": "x"}, {"q": "\0"}):
        assert client.get(reverse("parcours_list"), {**parametres, "decompte": "1"}).status_code == 200


# Saved filters


def garder(client, **champs: str):
    return client.post(
        reverse("filtre_create"), {"liste": "parcours_list", "nom": "Les miens", "requete": "etat=tous&q=top", **champs}
    )


def test_a_filter_is_kept_found_again_and_retired(client, maison):
    entrer(client, maison, "cip")
    assert garder(client).headers["Location"] == f"{reverse('parcours_list')}?etat=tous&q=top"
    page = client.get(reverse("parcours_list"))
    assert page.status_code == 200
    assert "?etat=tous&amp;q=top" in page.content.decode()
    [garde] = FiltreEnregistre.objects.all()
    assert client.get(reverse("parcours_list") + "?etat=tous&q=top").context["courant"] == garde
    client.post(reverse("filtre_delete", args=[garde.pk]))
    assert not FiltreEnregistre.objects.exists()


def test_a_list_opens_on_the_default_filter_and_can_still_be_seen_whole(client, maison):
    entrer(client, maison, "cip")
    garder(client, defaut="on")
    garder(client, nom="Autre", requete="etat=sorti", defaut="on")
    assert [f.nom for f in FiltreEnregistre.objects.filter(defaut=True)] == ["Autre"]
    assert client.get(reverse("parcours_list")).headers["Location"].endswith("?etat=sorti")
    assert client.get(reverse("parcours_list"), {"tout": "1"}).status_code == 200


def test_a_default_that_filters_nothing_does_not_lead_round_and_round(client, maison):
    entrer(client, maison, "cip")
    garder(client, requete="page=3&format=xlsx&lot=referent", defaut="on")
    assert FiltreEnregistre.objects.get().requete == ""
    assert client.get(reverse("parcours_list")).status_code == 200


def test_the_same_name_replaces_and_nobody_touches_the_filters_of_another(client, maison):
    entrer(client, maison, "cip")
    garder(client)
    garder(client, requete="etat=sorti")
    [garde] = FiltreEnregistre.objects.all()
    assert garde.requete == "etat=sorti"
    entrer(client, maison, "polyvalent")
    assert client.post(reverse("filtre_delete", args=[garde.pk])).status_code == 404
    assert "Les miens" not in client.get(reverse("parcours_list")).content.decode()


@pytest.mark.parametrize("liste", ["", "https://ailleurs.example", "accueil", "personne_detail", "x" * 200])
def test_a_filter_leads_to_a_list_and_nowhere_else(client, maison, liste):
    entrer(client, maison, "cip")
    assert garder(client, liste=liste).headers["Location"].startswith(reverse("personne_list"))
    assert not FiltreEnregistre.objects.exists()


# Files


@pytest.mark.parametrize("nom", LISTES)
@pytest.mark.parametrize("qui", ROLES)
def test_a_file_holds_the_columns_and_the_rows_of_the_screen_and_nothing_more(client, maison, qui, nom):
    entrer(client, maison, qui)
    page = client.get(reverse(nom))
    fichiers = {f: client.get(reverse(nom), {"format": f}) for f in ("csv", "xlsx")}
    if page.status_code != 200:
        assert {r.status_code for r in fichiers.values()} == {403}
        return
    titres = [colonne.titre for colonne in page.context["en_tetes"]]
    noms = [page.context["colonnes"][0].valeur(objet) for objet in page.context["page"].objets]
    for lignes in (lire_csv(fichiers["csv"]), lire_xlsx(fichiers["xlsx"])):
        assert lignes[0] == titres
        assert [ligne[0] for ligne in lignes[1:]] == [str(nom) for nom in noms]


def test_a_file_has_every_page_the_same_filter_and_the_same_order(client, maison, monkeypatch):
    monkeypatch.setattr(exports, "LOT", 7)
    for rang in range(listes.TAILLE + 5):
        personne(f"Q{rang:03}", "Serie", f"Prénom {rang:03}")
    entrer(client, maison, "directeur")
    lignes = lire_csv(client.get(reverse("personne_list"), {"q": "serie", "tri": "-nom", "format": "csv", "page": 2}))
    assert [ligne[0] for ligne in lignes[1:]] == [f"Serie Prénom {r:03}" for r in range(listes.TAILLE + 4, -1, -1)]


def test_a_file_says_where_it_was_cut(client, maison, monkeypatch):
    monkeypatch.setattr(exports, "LIGNES_MAXIMUM", 2)
    entrer(client, maison, "directeur")
    lignes = lire_csv(client.get(reverse("personne_list"), {"format": "csv"}))
    assert len(lignes) == 4
    assert lignes[-1][0].startswith("Liste arrêtée")


def test_days_are_days_unknown_is_empty_and_no_formula_runs(client, maison):
    entrer(client, maison, "directeur")
    jour = timezone.localdate()
    for format_demande, lire in (("xlsx", lire_xlsx), ("csv", lire_csv)):
        titres, *lignes = lire(client.get(reverse("mission_list"), {"format": format_demande}))
        [ligne] = [ligne for ligne in lignes if "SOMME" in str(ligne)]
        lue = dict(zip(titres, ligne, strict=True))
        assert lue["Employeur"] == "'=SOMME(A1)"
        assert lue["Fin"] in (None, "")
        if format_demande == "xlsx":
            assert lue["Début"] == datetime.datetime.combine(jour, datetime.time())
        else:
            assert lue["Début"] == f"{jour:%d/%m/%Y}"
    nom = client.get(reverse("mission_list"), {"format": "csv"}).headers["Content-Disposition"]
    assert f'filename="missions-{jour:%Y-%m-%d}.csv"' in nom


def test_an_unknown_format_is_the_page(client, maison):
    entrer(client, maison, "directeur")
    assert client.get(reverse("parcours_list"), {"format": "exe"}).headers["Content-Type"].startswith("text/html")


# Acts on several rows


def lot(client, nom: str, **parametres):
    return client.get(reverse(nom), parametres)


def test_chosen_rows_go_to_the_page_of_the_act(client, maison):
    entrer(client, maison, "cip")
    reponse = lot(client, "parcours_list", lot="referent", ligne=[maison.parcours.pk, maison.parcours_double.pk])
    adresse, _, requete = reponse.headers["Location"].partition("?")
    assert adresse == reverse("referent_lot", args=["insertion_pro.parcours"])
    assert requete.count("ligne=") == 2


def test_all_the_rows_of_the_filter_go_and_no_others(client, maison):
    entrer(client, maison, "directeur")
    reponse = lot(client, "parcours_list", lot="referent", toutes="1", q="top")
    assert f"ligne={maison.parcours_double.pk}&" in reponse.headers["Location"]
    assert f"ligne={maison.parcours.pk}&" not in reponse.headers["Location"]


@pytest.mark.parametrize("parametres", [{}, {"ligne": "abc"}, {"ligne": "999999"}, {"ligne": "9" * 40}])
def test_nothing_chosen_is_said(client, maison, parametres):
    entrer(client, maison, "directeur")
    reponse = client.get(reverse("parcours_list"), {"lot": "referent", "q": "a", **parametres}, follow=True)
    assert "Choisissez d’abord au moins une ligne." in reponse.content.decode()
    assert reponse.redirect_chain[-1][0].endswith("?q=a")


def test_too_many_rows_are_refused_in_words(client, maison, monkeypatch):
    monkeypatch.setattr(listes, "LOT_MAXIMAL", 2)
    entrer(client, maison, "directeur")
    reponse = client.get(reverse("parcours_list"), {"lot": "referent", "toutes": "1"}, follow=True)
    assert "2 lignes au plus en une fois" in reponse.content.decode()


def test_an_account_is_offered_only_the_acts_it_may_do(client, maison):
    for qui, codes in (("encadrant", []), ("cip", ["referent"]), ("directeur", ["referent", "inviter"])):
        entrer(client, maison, qui)
        assert [lot.code for lot in client.get(reverse("parcours_list")).context["lots"]] == codes


def attribuer(client, maison, *objets: Parcours, code: str = "REF"):
    referent = maison.comptes["referent" if code == "REF" else "cip"].intervenant
    return client.post(
        reverse("referent_lot", args=["insertion_pro.parcours"]),
        {"ligne": [o.pk for o in objets], "referent": referent.pk, "retour": "/aci/?etat=tous"},
        follow=True,
    )


def test_a_referent_is_given_to_several_written_row_by_row_and_undone(client, maison):
    entrer(client, maison, "cip")
    url = reverse("referent_lot", args=["insertion_pro.parcours"])
    page = client.get(url, {"ligne": [maison.parcours.pk, maison.parcours_autre.pk]}).content.decode()
    assert "2 accompagnements" in page
    assert "Bollengier Hugo" in page
    avant = LogEntry.objects.count()
    reponse = attribuer(client, maison, maison.parcours, maison.parcours_autre)
    assert "2 accompagnements ont maintenant pour référent Luc Dehaene." in reponse.content.decode()
    assert LogEntry.objects.count() == avant + 2
    assert Parcours.objects.filter(referent__code="REF").count() == 2
    [acte] = client.session["referents_attribues"]
    reponse = client.post(reverse("referent_annuler", args=[acte["jeton"]]), follow=True)
    assert "C’est annulé pour 2 accompagnements." in reponse.content.decode()
    maison.parcours.refresh_from_db()
    maison.parcours_autre.refresh_from_db()
    assert (maison.parcours.referent.code, maison.parcours_autre.referent) == ("CIP", None)
    assert client.post(reverse("referent_annuler", args=[acte["jeton"]])).status_code == 404


def test_undoing_leaves_what_a_colleague_chose_since(client, maison):
    entrer(client, maison, "cip")
    attribuer(client, maison, maison.parcours, maison.parcours_autre)
    Parcours.objects.filter(pk=maison.parcours_autre.pk).update(referent=maison.comptes["cip"].intervenant)
    [acte] = client.session["referents_attribues"]
    reponse = client.post(reverse("referent_annuler", args=[acte["jeton"]]), follow=True)
    assert "1 accompagnement." in reponse.content.decode()
    maison.parcours_autre.refresh_from_db()
    assert maison.parcours_autre.referent.code == "CIP"


def test_a_referent_already_there_changes_nothing(client, maison):
    entrer(client, maison, "cip")
    avant = LogEntry.objects.count()
    assert "rien n’a changé" in attribuer(client, maison, maison.parcours, code="CIP").content.decode()
    assert LogEntry.objects.count() == avant


@pytest.mark.parametrize(
    ("qui", "modele"),
    [
        ("cip", "insertion_sociale.suivirsa"),
        ("referent", "insertion_pro.parcours"),
        ("cip", "insertion_pro.frein"),
        ("cip", "aipi.compte"),
        ("cip", "inconnu"),
    ],
)
def test_rows_of_another_pole_or_without_referent_are_not_found(client, maison, qui, modele):
    entrer(client, maison, qui)
    cles = [maison.parcours.pk, maison.suivi.pk, maison.frein.pk]
    assert client.get(reverse("referent_lot", args=[modele]), {"ligne": cles}).status_code == 404
    donnees = {"ligne": cles, "referent": maison.comptes["cip"].intervenant.pk}
    assert client.post(reverse("referent_lot", args=[modele]), donnees).status_code == 404


def test_coming_back_stays_on_this_site(client, maison):
    entrer(client, maison, "cip")
    url = reverse("referent_lot", args=["insertion_pro.parcours"])
    page = client.get(url, {"ligne": maison.parcours.pk, "retour": "https://ailleurs.example/"}).content.decode()
    assert "ailleurs.example" not in page


# Verbs and neighbours


def test_states_put_each_row_on_one_side_of_today(client, maison):
    entrer(client, maison, "directeur")
    jour = timezone.localdate()
    hier = jour - datetime.timedelta(days=1)
    for fin, etat in ((hier, "sorti"), (jour, "en_cours"), (None, "en_cours")):
        Frein.objects.filter(pk=maison.frein.pk).update(date_fin=fin)
        for demande in ("en_cours", "sorti"):
            page = client.get(reverse("frein_list"), {"etat": demande}).context["page"]
            assert page.total == (1 if demande == etat else 0), (fin, demande)


def test_a_contract_without_an_end_stops_with_its_parcours(client, maison):
    entrer(client, maison, "directeur")
    maison.parcours.contrats.update(date_fin=None)
    Parcours.objects.filter(pk=maison.parcours.pk).update(date_sortie=timezone.localdate() - datetime.timedelta(days=1))
    finis = client.get(reverse("contrat_list"), {"etat": "sorti"}).context["page"]
    assert [c.parcours for c in finis.objets] == [maison.parcours]


def test_contracts_that_end_soon_are_found(client, maison):
    entrer(client, maison, "directeur")
    assert client.get(reverse("contrat_list"), {"fin": "30"}).context["page"].total == 3
    maison.parcours.contrats.update(date_fin=timezone.localdate() + datetime.timedelta(days=31))
    assert client.get(reverse("contrat_list"), {"fin": "30"}).context["page"].total == 2


def test_a_supervisor_has_only_its_own_lists_beside_and_no_act(client, maison):
    entrer(client, maison, "encadrant")
    page = client.get(reverse("parcours_list")).content.decode()
    assert reverse("contrat_list") in page
    assert reverse("frein_list") not in page
    assert 'name="ligne"' not in page
    assert ">Noter" not in page


def test_a_supervisor_finds_only_the_contracts_of_its_teams(client, maison):
    autre = Equipe.objects.create(code="E9", nom="Équipe du large", atelier=Atelier.objects.get())
    parcours_de(personne("P9", "Lointain", "Noé"), autre, timezone.localdate())
    entrer(client, maison, "encadrant")
    page = client.get(reverse("contrat_list"))
    assert "Lointain" not in page.content.decode()
    assert "Équipe du large" not in page.content.decode()
    assert page.context["page"].total == 2


# What is not known, what there is nothing to know of


def cellules(page: str, titre: str) -> list[str]:
    """What a column says, row by row, as it is heard."""
    brutes = re.findall(rf'<td role="cell" data-titre="{re.escape(titre)}"[^>]*>(.*?)</td>', page)
    return [html.unescape(re.sub(r"<[^>]+>", "", brute.replace('aria-hidden="true">—', ">"))) for brute in brutes]


def test_what_nobody_wrote_down_is_said_and_what_has_no_object_is_a_dash_that_is_heard(client, maison):
    jour, hier = timezone.localdate(), timezone.localdate() - datetime.timedelta(days=1)
    Frein.objects.filter(pk=maison.frein.pk).update(date_fin=hier)
    Contrat.objects.filter(pk=maison.contrat.pk).update(date_fin=None)
    maison.parcours_autre.contrats.get().releves_heures.all().delete()
    maison.parcours_autre.contrats.all().delete()
    for ref, champs in {
        "EN": {"statut": "prevu", "date": jour},
        "FAIT": {"statut": "honore", "date": hier},
    }.items():
        ContactRsa.objects.create(ref=ref, suivi=maison.suivi, type="convocation", **champs)
    MesureLogement.objects.create(ref="PART", personne=maison.rsa, dispositif="partenord", date_debut=hier)
    for ref, champs in {
        "ACC": {"decision": "accepte"},
        "REF": {"decision": "refuse", "date_decision": jour},
    }.items():
        type(maison.aide).objects.create(
            ref=ref, mesure=maison.mesure, type=maison.aide.type, date_demande=hier, **champs
        )
    entrer(client, maison, "directeur")
    inconnu, sans_objet = "Non renseigné", "Sans objet"
    attendues = {
        ("personne_list", "Téléphone"): {"06 11 22 33 44Copier le numéro, Évrard Zoé", inconnu},
        ("personne_list", "Accompagnement en cours"): {"Aucun"},
        ("parcours_list", "Sortie"): {sans_objet},
        ("parcours_list", "Équipe"): {"Sans contrat"},
        ("parcours_list", "Fin du contrat"): {"Sans date de fin", sans_objet},
        ("contrat_list", "Fin"): {"Sans date de fin"},
        ("frein_list", "État"): {"Issue non renseignée"},
        ("mission_list", "Fin"): {inconnu},
        ("suivi_rsa_list", "Sortie"): {sans_objet},
        ("suivi_rsa_list", "Dernier contact"): set(),
        ("contact_rsa_list", "Heure"): {inconnu, sans_objet},
        ("contrat_engagement_list", "Référent"): set(),
        ("mesure_logement_list", "Fin"): {inconnu, sans_objet},
        ("aide_logement_list", "Décidée le"): {inconnu, sans_objet},
        ("aide_logement_list", "Montant accordé (€)"): {inconnu, sans_objet},
        ("action_list", "Places"): {inconnu},
    }
    for (nom, titre), voulues in attendues.items():
        page = client.get(reverse(nom), {"etat": "tous"}).content.decode()
        assert voulues <= set(cellules(page, titre)), (nom, titre)
        assert not {"", "—", "None"} & set(cellules(page, titre)), (nom, titre)
    [rangee] = [r for r in lire_csv(client.get(reverse("aide_logement_list"), {"format": "csv"})) if "Refusé" in r]
    assert rangee[5] == ""


def test_a_telephone_of_a_list_is_dialled_and_copied_from_its_row(client, maison):
    Personne.objects.filter(pk=maison.rsa.pk).update(telephone='bureau "B"')
    page = entrer(client, maison, "directeur").get(reverse("personne_list")).content.decode()
    assert 'href="tel:0611223344">06 11 22 33 44</a>' in page
    assert 'data-copier-texte="06 11 22 33 44"' in page
    assert "copier.js" in page
    # What holds no number is read as it was typed, and dials nothing.
    assert "<span>bureau &quot;B&quot;</span>" in page
    assert "0611223344" not in entrer(client, maison, "encadrant").get(reverse("personne_list")).content.decode()
    assert lire_csv(client.get(reverse("personne_list"), {"format": "csv"}))[0][:2] == [
        "Nom",
        "Accompagnement en cours",
    ]
