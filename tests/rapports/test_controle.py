"""The control before publication: every planted fault is found, and a sound caseload has none."""

from __future__ import annotations

import csv
import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from aipi.echange.importation import importer
from aipi.models import Compte
from aipi.periodes import Periode
from insertion_pro.models import Contrat, Parcours, ReleveHeures
from rapports.controle import Gravite, controler
from rapports.controle.imprimes import Imprime, controler_imprimes
from rapports.demonstration import ecrire_demonstration
from rapports.models import RemarqueAcceptee

pytestmark = pytest.mark.django_db

ANNEE = Periode.annee(2021)
IMPRIMES = Path(__file__).parents[1] / "reference" / "figures-2021.csv"


@pytest.fixture
def deux_ateliers(caseload):
    """Two workshops, four employees, everything in order."""
    caseload(
        ateliers="code;nom\nA;Atelier A\nB;Atelier B",
        equipes="code;atelier;nom\nEA;A;Équipe A\nEB;B;Équipe B",
        personnes="ref;nom;prenom\nP1;Un;Ève\nP2;Deux;Max\nP3;Trois;Zoé\nP4;Quatre;Luc",
        parcours="ref;personne;date_entree\nR1;P1;2021-01-01\nR2;P2;2021-01-01\nR3;P3;2021-01-01\nR4;P4;2021-01-01",
        contrats=(
            "ref;parcours;equipe;date_debut;date_fin\nC1;R1;EA;2021-01-01;2021-12-31\nC2;R2;EA;2021-01-01;2021-12-31\n"
            "C3;R3;EB;2021-01-01;2021-12-31\nC4;R4;EB;2021-01-01;2021-12-31"
        ),
        heures="contrat;mois;heures\nC1;2021-01;100\nC2;2021-01;100\nC3;2021-01;100\nC4;2021-01;100",
    )


def trouvees(*regles: str) -> dict[str, Gravite]:
    return {r.cle: r.gravite for r in controler(ANNEE) if not regles or r.regle in regles}


def test_a_sound_caseload_contradicts_nothing(deux_ateliers):
    assert trouvees("parties", "repartition", "motif", "hors_contrat", "publie") == {}


def test_somebody_in_two_workshops_is_a_reason(deux_ateliers, caseload):
    caseload(contrats="ref;parcours;equipe;date_debut;date_fin\nC5;R1;EB;2021-06-01;2021-12-31")
    assert trouvees("parties") == {"parties:aci.salaries": Gravite.EXPLIQUE}


def test_a_hiring_that_no_workshop_counts_is_not(deux_ateliers, caseload):
    caseload(
        personnes="ref;nom;prenom\nP5;Cinq;Noé",
        parcours="ref;personne;date_entree\nR5;P5;2021-02-01",
    )
    remarques = {r.cle: r for r in controler(ANNEE)}
    assert remarques["parties:aci.embauches"].gravite is Gravite.BLOQUANT
    assert "R5" in remarques["parties:aci.embauches"].raison


def test_an_exit_without_motive_is_to_be_mended(deux_ateliers):
    Parcours.objects.filter(ref="R1").update(date_sortie="2021-12-31")
    assert trouvees("motif") == {"motif:aci.sorties": Gravite.BLOQUANT}


def test_hours_the_month_after_the_contract_are_found_and_those_of_its_last_month_are_not(deux_ateliers):
    contrat = Contrat.objects.get(ref="C1")
    contrat.date_fin = datetime.date(2021, 5, 1)
    contrat.save()
    ReleveHeures.objects.create(contrat=contrat, mois=datetime.date(2021, 5, 1), heures=Decimal(7))
    assert trouvees("hors_contrat") == {}
    ReleveHeures.objects.create(contrat=contrat, mois=datetime.date(2021, 6, 1), heures=Decimal(7))
    assert trouvees("hors_contrat") == {"hors_contrat:aci.heures": Gravite.BLOQUANT}


def test_a_value_printed_before_for_the_same_year_is_compared(deux_ateliers, caseload):
    caseload(
        valeurs_publiees="annee;indicateur;valeur;source\n2021;aci.salaries;4;Rapport\n2021;aci.heures;401;Rapport"
    )
    assert trouvees("publie") == {"publie:aci.heures:": Gravite.A_VERIFIER}


def test_a_jump_is_beyond_what_the_figure_did_before(deux_ateliers, caseload):
    caseload(
        parametres="cle;valeur\npremiere_annee;2021",
        valeurs_publiees=(
            "annee;indicateur;valeur;source\n2020;aci.heures;200;R\n2019;aci.heures;190;R\n2018;aci.heures;200;R\n"
            "2020;aci.salaries;4;R\n2019;aci.salaries;2;R\n2018;aci.salaries;4;R"
        ),
    )
    assert trouvees("saut") == {"saut:aci.heures": Gravite.A_VERIFIER}


def test_what_was_done_without_an_agreement_is_told(deux_ateliers, caseload):
    assert "convention:aci.etp" in trouvees("convention")
    saison = Periode(datetime.date(2020, 9, 1), datetime.date(2021, 8, 31))
    assert [r.cle for r in controler(saison) if r.regle == "convention"] == []
    caseload(
        financeurs="code;nom\nE;État",
        conventions="ref;financeur;action;annee;objectif;unite_objectif\nV;E;aci;2021;1;etp",
    )
    assert trouvees("convention") == {}


def test_unknown_facts_above_five_percent_are_told_with_their_list(deux_ateliers):
    remarque = next(r for r in controler(ANNEE) if r.regle == "inconnus")
    assert "cle=inconnu" in remarque.adresse
    assert "non renseigné" in remarque.constat


def test_a_remark_is_accepted_with_a_reason_that_stays_and_may_be_taken_back(client, deux_ateliers):
    directeur = Compte.objects.create_user("direction@example.org", role="directeur")
    client.force_login(directeur)
    adresse = reverse("rapport_controle", args=[2021])
    refus = client.post(adresse, {"cle": "convention:aci.etp", "motif": ""})
    assert "Dites-le en quelques mots" in refus.text
    client.post(adresse, {"cle": "convention:aci.etp", "motif": "Convention signée en retard"})
    assert RemarqueAcceptee.objects.get().compte == directeur
    page = client.get(adresse).text
    assert "Convention signée en retard" in page
    RemarqueAcceptee.objects.update(cle="motif:rsa.sorties")
    passee = client.get(adresse).text
    assert "Sorties sans motif\u202f: Sorties" in passee
    assert "Convention signée en retard" in passee
    RemarqueAcceptee.objects.update(cle="convention:aci.etp")
    client.post(adresse, {"cle": "convention:aci.etp", "retirer": "oui"})
    assert not RemarqueAcceptee.objects.exists()
    client.post(adresse, {"cle": "inventee", "motif": "x"})
    assert not RemarqueAcceptee.objects.exists()


def test_the_demonstration_of_2021_has_nothing_to_mend(tmp_path):
    ecrire_demonstration(tmp_path, datetime.date(2022, 1, 15))
    importer(tmp_path)
    assert [r.constat for r in controler(ANNEE) if r.gravite is Gravite.BLOQUANT] == []


# What was printed


def imprimes() -> list[Imprime]:
    with IMPRIMES.open(encoding="utf-8", newline="") as fichier:
        return [
            Imprime(
                ligne["indicateur"],
                ligne["atelier"],
                int(ligne["annee"]),
                Decimal(ligne["valeur_imprimee"]),
                ligne["page"],
            )
            for ligne in csv.DictReader(fichier, delimiter=";")
            if ligne["annee"].isdigit() and ":" not in ligne["indicateur"]
        ]


def test_the_report_of_2021_contradicts_itself_where_it_is_known_to_and_nowhere_else():
    assert {r.cle for r in controler_imprimes(imprimes())} == {
        "parties:aci.embauches:2021",
        "parties:aci.heures:2021",
        "calcul:aci.taux_sorties_dynamiques::2021:0.4485",
        "deux_valeurs:aci.part_rsa::2021",
        "calcul:aci.part_rsa::2021:0.45",
        "annee:aci.etp_conventionnes::18",
    }


def test_what_its_notes_say_was_printed_elsewhere_contradicts_it_too():
    """The reference keeps one line a figure; its notes say what the same report prints of it on another page."""
    ailleurs = [
        Imprime("rsa.visites", "", 2021, Decimal(275), "24"),
        Imprime("aci.embauches", "batiment", 2021, Decimal(4), "4"),
        Imprime("aci.embauches", "brigades-vertes", 2021, Decimal(34), "4"),
    ]
    avant = {r.cle for r in controler_imprimes(imprimes())}
    trouvees_en_plus = {r.cle for r in controler_imprimes([*imprimes(), *ailleurs])} - avant
    assert trouvees_en_plus == {
        "deux_valeurs:rsa.visites::2021",
        "deux_valeurs:aci.embauches:batiment:2021",
        "deux_valeurs:aci.embauches:brigades-vertes:2021",
    }


def test_rounding_is_no_contradiction():
    def de(code: str, valeur: str, atelier: str = "") -> Imprime:
        return Imprime(code, atelier, 2021, Decimal(valeur))

    assert controler_imprimes([de("aci.heures", "1788"), de("aci.etp", "1")]) == []
    assert controler_imprimes([de("aci.heures", "1788"), de("aci.etp", "0.98")]) == []
    [faute] = controler_imprimes([de("aci.heures", "1788"), de("aci.etp", "0.97")])
    assert faute.regle == "calcul"
    assert controler_imprimes([de("aci.rsa", "34"), de("aci.salaries", "77"), de("aci.part_rsa", "0.44")]) == []
    assert controler_imprimes([de("aci.salaries", "77"), de("aci.salaries", "77")]) == []
    [faute] = controler_imprimes([de("aci.salaries", "3"), de("aci.salaries", "1", "a"), de("aci.salaries", "1", "b")])
    assert faute.regle == "parties"
