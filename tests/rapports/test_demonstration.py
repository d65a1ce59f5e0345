"""The demonstration caseload gives the printed figures, whatever the day it is made, and names nobody."""

import csv
import datetime
import re
import time
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import transaction

from aipi.echange.importation import importer
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from rapports.demonstration import ecrire_demonstration
from rapports.demonstration.references import ATELIERS, EQUIPES
from rapports.management.commands.indicateurs import figures
from rapports.valeurs import Releve

IMPRIMES = Path(__file__).parents[1] / "reference" / "figures-2021.csv"
JOUR = datetime.date(2026, 11, 24)
JOURS = [datetime.date(2022, 1, 1), datetime.date(2024, 2, 29), JOUR, datetime.date(2030, 12, 31)]
SUPERIEUR_AU_BAC = ("5", "6", "7", "8")


def lire(dossier: Path, feuille: str) -> list[dict[str, str]]:
    with (dossier / f"{feuille}.csv").open(encoding="utf-8", newline="") as entree:
        return list(csv.DictReader(entree, delimiter=";"))


def imprimes() -> list[dict[str, str]]:
    with IMPRIMES.open(encoding="utf-8", newline="") as entree:
        return [ligne for ligne in csv.DictReader(entree, delimiter=";") if ligne["a_reproduire"] == "oui"]


def chiffres(annee: int, axe: Axe | None = None) -> dict:
    return figures(Releve(Periode.annee(annee), axe))["indicateurs"]


def trouver(figures_de_l_annee: dict, indicateur: str, imprime: str) -> Fraction:
    """The figure a line of the reference names: a value, a row of a breakdown, or its share when shares are printed."""
    code, _, cle = indicateur.partition(":")
    if not cle:
        return Fraction(str(figures_de_l_annee[code]["valeur"]))
    repartition = figures_de_l_annee[code]["repartition"]
    cles = SUPERIEUR_AU_BAC if cle == "superieur_bac" else (cle,) if cle in repartition else cle.split("+")
    nombre = Fraction(sum(repartition[c] for c in cles))
    return nombre / sum(repartition.values()) if "." in imprime else nombre


def arrondi(valeur: Fraction, imprime: str) -> Decimal:
    """The value at the precision of the printed one."""
    exposant = Decimal(imprime).as_tuple().exponent
    assert isinstance(exposant, int)
    return (Decimal(valeur.numerator) / valeur.denominator).quantize(Decimal(1).scaleb(exposant), ROUND_HALF_UP)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory) -> Path:
    dossier = tmp_path_factory.mktemp("demonstration")
    ecrire_demonstration(dossier, JOUR)
    return dossier


def test_every_printed_figure_comes_out(db, dossier):
    importer(dossier)
    connus: dict[tuple[int, str], dict] = {}
    ecarts = []
    for ligne in imprimes():
        annee, imprime = int(ligne["annee"][:4]), ligne["valeur_imprimee"]
        axe = Axe.lire("atelier", ligne["atelier"]) if ligne["atelier"] else None
        cle = (annee, ligne["atelier"])
        releve = connus[cle] if cle in connus else connus.setdefault(cle, chiffres(annee, axe))
        if ligne["annee"] == "2021/2020":
            valeur = 1 + Fraction(str(releve[ligne["indicateur"]]["evolution"]))
        else:
            valeur = trouver(releve, ligne["indicateur"], imprime)
            origine = releve[ligne["indicateur"].partition(":")[0]].get("origine")
            if origine is not None and origine != ("calcule" if annee == 2021 else "publie"):
                ecarts.append((ligne, origine))
        if arrondi(valeur, imprime) != Decimal(imprime):
            ecarts.append((ligne, float(valeur)))
    assert len(imprimes()) > 80
    assert ecarts == []


def test_counts_behind_the_printed_shares(db, dossier):
    importer(dossier)
    annee = chiffres(2021)
    freins = annee["aci.freins_par_categorie"]["repartition"]
    assert [freins[c] for c in ("administratif", "garde_enfant", "logement", "sante")] == [15, 3, 9, 22]
    assert [freins[c] for c in ("budget", "savoirs_de_base", "mobilite")] == [7, 2, 11]
    assert annee["aci.freins"]["valeur"] == 69
    assert annee["aci.chomage_24_mois"]["valeur"] == 33
    assert (annee["aci.logement_personnes"]["valeur"], annee["aci.logement_fsl"]["valeur"]) == (9, 7)
    assert annee["rsa.sorties_insertion_professionnelle"]["valeur"] == 25
    assert (annee["logement.mois_mesures"]["valeur"], annee["logement.objectif_mois_mesures"]["valeur"]) == (453, 432)
    assert annee["aci.taux_sorties_dynamiques"]["numerateur"] == 13
    assert annee["aci.taux_sorties_dynamiques"]["denominateur"] == 29
    assert annee["aci.etp_conventionnes"]["valeur"] == 27.46


def test_the_workshops_add_up_to_the_association(db, dossier):
    importer(dossier)
    parts = {code: chiffres(2021, Axe.lire("atelier", code)) for code in ATELIERS}
    assert {code: p["aci.embauches"]["valeur"] for code, p in parts.items()} == {
        "brigades-vertes": 34,
        "batiment": 4,
        "de-fil-en-recup": 4,
    }
    assert {code: p["aci.heures"]["valeur"] for code, p in parts.items()} == {
        "brigades-vertes": 41098,
        "batiment": 1788,
        "de-fil-en-recup": 5278,
    }


def test_no_2021_figure_moves_with_the_day_of_installation(db, tmp_path):
    releves = []
    for jour in JOURS:
        ecrire_demonstration(tmp_path / str(jour), jour)
        with transaction.atomic():
            importer(tmp_path / str(jour))
            axes = [Axe.lire("atelier", code) for code in ATELIERS] + [Axe.lire("equipe", code) for code in EQUIPES]
            releves.append([chiffres(2021, axe) for axe in (None, *axes)])
            transaction.set_rollback(True)
    assert releves[1:] == releves[:1] * 3


def test_the_same_day_gives_the_same_bytes(dossier, tmp_path):
    debut = time.perf_counter()
    ecrire_demonstration(tmp_path, JOUR)
    assert time.perf_counter() - debut < 3
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {f.name: f.read_bytes() for f in dossier.iterdir()}


def test_a_clock_that_is_late_gives_the_caseload_of_the_end_of_2021(tmp_path):
    ecrire_demonstration(tmp_path / "tard", datetime.date(2019, 5, 1))
    ecrire_demonstration(tmp_path / "fin", datetime.date(2021, 12, 31))
    for fichier in (tmp_path / "fin").iterdir():
        assert (tmp_path / "tard" / fichier.name).read_bytes() == fichier.read_bytes()


@pytest.mark.parametrize("jour", JOURS)
def test_it_is_imported_without_error_nor_warning(db, tmp_path, jour):
    ecrire_demonstration(tmp_path, jour)
    resultat = importer(tmp_path)
    assert resultat.avertissements == []
    assert resultat.comptes["parcours"].creees >= 77


@pytest.mark.parametrize("jour", JOURS)
def test_contracts_stay_within_the_law_and_their_parcours(tmp_path, jour):
    ecrire_demonstration(tmp_path, jour)
    parcours = {ligne["ref"]: ligne for ligne in lire(tmp_path, "parcours")}
    contrats = {ligne["ref"]: ligne for ligne in lire(tmp_path, "contrats")}
    for contrat in contrats.values():
        sien = parcours[contrat["parcours"]]
        debut, fin = (datetime.date.fromisoformat(contrat[c]) for c in ("date_debut", "date_fin"))
        entree = datetime.date.fromisoformat(sien["date_entree"])
        assert sien["date_entree"] <= contrat["date_debut"]
        assert not sien["date_sortie"] or contrat["date_fin"] <= sien["date_sortie"]
        assert (fin - debut).days >= 118
        assert (fin - entree).days <= 731
        assert 20 <= int(contrat["heures_hebdo"]) <= 35
    totaux: dict[tuple[str, str], Decimal] = {}
    for feuille in ("heures", "absences"):
        for ligne in lire(tmp_path, feuille):
            contrat = contrats[ligne["contrat"]]
            assert contrat["date_debut"][:7] <= ligne["mois"] <= contrat["date_fin"][:7]
            assert ligne["mois"] < f"{jour:%Y-%m}"
            cle = (ligne["contrat"], ligne["mois"])
            totaux[cle] = totaux.get(cle, Decimal(0)) + Decimal(ligne["heures"])
    for (contrat_ref, _), total in totaux.items():
        assert 0 < total <= Decimal(contrats[contrat_ref]["heures_hebdo"]) * 52 / 12


def test_exits_of_2021_are_all_documented_on_new_year_s_day(tmp_path):
    ecrire_demonstration(tmp_path, datetime.date(2022, 1, 1))
    sorties = [ligne for ligne in lire(tmp_path, "parcours") if ligne["date_sortie"]]
    assert len(sorties) == 29
    assert all(ligne["motif_sortie"] for ligne in sorties)


@pytest.mark.parametrize("jour", [*JOURS[1:], datetime.date(2027, 8, 16), datetime.date(2028, 5, 2)])
def test_the_screens_of_the_day_have_something_to_show(tmp_path, jour):
    ecrire_demonstration(tmp_path, jour)
    aujourd_hui, dans_un_mois = str(jour), str(jour + datetime.timedelta(days=30))
    il_y_a_un_mois = str(jour - datetime.timedelta(days=30))
    ouverts = {ligne["ref"] for ligne in lire(tmp_path, "parcours") if not ligne["date_sortie"]}
    assert 30 <= len(ouverts) <= 55
    vus = {ligne["parcours"] for ligne in lire(tmp_path, "entretiens") if ligne["date"] >= il_y_a_un_mois}
    assert 0 < len(ouverts - vus) < len(ouverts) / 2
    assert any(aujourd_hui <= ligne["date_fin"] <= dans_un_mois for ligne in lire(tmp_path, "contrats"))
    assert any(aujourd_hui <= ligne["date_fin"] <= dans_un_mois for ligne in lire(tmp_path, "contrats_engagement"))
    assert any(aujourd_hui <= ligne["date_fin"] <= dans_un_mois for ligne in lire(tmp_path, "mesures_logement"))
    assert any(ligne["date_sortie"] and not ligne["motif_sortie"] for ligne in lire(tmp_path, "parcours"))
    prevues = [ligne["date"] for ligne in lire(tmp_path, "contacts_rsa") if ligne["statut"] == "prevu"]
    assert any(date > aujourd_hui for date in prevues)
    assert any(date <= aujourd_hui for date in prevues)
    assert any(ligne["statut"] == "prevue" for ligne in lire(tmp_path, "seances"))
    # Nothing else has happened already tomorrow.
    assert all(ligne["date"] <= aujourd_hui for ligne in lire(tmp_path, "entretiens"))
    assert all(ligne["statut"] == "prevu" for ligne in lire(tmp_path, "contacts_rsa") if ligne["date"] > aujourd_hui)


@pytest.mark.parametrize("jour", [*JOURS, datetime.date(2027, 8, 15), datetime.date(2028, 2, 29)])
def test_the_day_of_each_member_of_staff_is_full_and_not_too_full(tmp_path, jour):
    ecrire_demonstration(tmp_path, jour)
    aujourd_hui = str(jour)
    attendus: dict[str, int] = {}
    passes: dict[str, int] = {}
    for feuille in ("rendez_vous", "rendez_vous_logement", "contacts_rsa"):
        for ligne in lire(tmp_path, feuille):
            if ligne["statut"] == "prevu" and ligne["date"] == aujourd_hui:
                assert ligne["heure"]
                attendus[ligne["intervenant"]] = attendus.get(ligne["intervenant"], 0) + 1
            elif ligne["statut"] == "prevu" and ligne["date"] < aujourd_hui:
                passes[ligne["intervenant"]] = passes.get(ligne["intervenant"], 0) + 1
            assert ligne["statut"] == "prevu" or ligne["date"] <= aujourd_hui
    assert {code for code, nombre in attendus.items() if 3 <= nombre <= 8} == {
        "CIP-1",
        "CIP-2",
        "RSA-1",
        "RSA-2",
        "LOG-1",
    }
    assert max(passes.values(), default=0) <= 8
    assert any(ligne["date"] == aujourd_hui and ligne["statut"] == "prevue" for ligne in lire(tmp_path, "seances"))


def test_the_cqp_booklet_has_its_250_hours_and_three_evaluations(dossier):
    modules = {ligne["code"]: int(ligne["heures"]) for ligne in lire(dossier, "modules_cqp")}
    assert sum(modules.values()) == 250
    evaluations = lire(dossier, "evaluations_cqp")
    assert {ligne["numero"] for ligne in evaluations} == {"1", "2", "3"}
    assert {ligne["module"] for ligne in evaluations} == set(modules)
    assert all(ligne["date"] <= str(JOUR) for ligne in evaluations)


def test_the_end_of_2021_holds_nothing_of_the_present(tmp_path):
    ecrire_demonstration(tmp_path, datetime.date(2021, 12, 31))
    ajoutees = (
        "rendez_vous",
        "rendez_vous_logement",
        "invitations",
        "suites_sortie",
        "evaluations_cqp",
        "realisations",
    )
    assert [feuille for feuille in ajoutees if (tmp_path / f"{feuille}.csv").exists()] == []


def test_people_are_plainly_fictional_and_of_age(dossier):
    personnes = {ligne["ref"]: ligne for ligne in lire(dossier, "personnes")}
    noms = [(ligne["nom"], ligne["prenom"]) for ligne in personnes.values()]
    assert len(set(noms)) == len(noms) > 500
    for ligne in personnes.values():
        assert re.fullmatch(r"(06 39 98|01 99 00) \d\d \d\d|", ligne["telephone"])
        assert re.fullmatch(r"p-\d+@example\.org|", ligne["courriel"])
    for feuille, mini, maxi in (("parcours", 18, 62), ("suivis_rsa", 20, 65)):
        for ligne in lire(dossier, feuille):
            naissance = personnes[ligne["personne"]]["date_naissance"]
            ans = (
                datetime.date.fromisoformat(ligne["date_entree"]) - datetime.date.fromisoformat(naissance)
            ).days / 365.25
            assert mini <= ans < maxi


def test_some_people_are_followed_by_two_or_three(dossier):
    aci, rsa, logement = (
        {ligne["personne"] for ligne in lire(dossier, feuille)}
        for feuille in ("parcours", "suivis_rsa", "mesures_logement")
    )
    assert len(aci & rsa) >= 10
    assert len(rsa & logement) >= 10
    assert len(aci & rsa & logement) >= 1


def test_only_what_was_printed_is_published(dossier):
    publies = {(ligne["annee"], ligne["indicateur"], ligne["atelier"]) for ligne in lire(dossier, "valeurs_publiees")}
    attendus = {
        (ligne["annee"][-4:], ligne["indicateur"], ligne["atelier"]) for ligne in imprimes() if ligne["annee"] != "2021"
    }
    assert publies == attendus
    assert all(
        ligne["source"].startswith("Rapport d’activité 2021, p. ") for ligne in lire(dossier, "valeurs_publiees")
    )
