"""The year under way: where an agreement stands and lands, by hand-worked cases."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from aipi.models import Compte, Convention
from rapports.pilotage import Annee, Avancement, actions, apport, avancements

pytestmark = pytest.mark.django_db

FIN_MARS = Annee(2021, datetime.date(2021, 3, 31))
BASE = {
    "financeurs": "code;nom\nE;État",
    "ateliers": "code;nom\nA;Atelier",
    "equipes": "code;atelier;nom\nEA;A;Équipe",
    "personnes": "ref;nom;prenom\nP1;Un;Ève\nP2;Deux;Max",
    "parcours": "ref;personne;date_entree\nR1;P1;2021-01-01\nR2;P2;2021-01-01",
}


def avancement(annee: Annee, action: str):
    return next(ligne for ligne in avancements(annee) if ligne.convention.action == action)


def test_contracts_signed_run_to_their_end_and_nothing_more(caseload):
    caseload(
        **BASE,
        contrats=(
            "ref;parcours;equipe;date_debut;date_fin;heures_hebdo\n"
            "C1;R1;EA;2021-01-01;2021-12-31;26\nC2;R2;EA;2021-01-01;2021-04-15;26"
        ),
        heures="contrat;mois;heures\nC1;2021-01;182\nC1;2021-02;182\nC1;2021-03;182",
        conventions="ref;financeur;action;annee;objectif;unite_objectif\nV;E;aci;2021;1;etp",
    )
    ligne = avancement(FIN_MARS, "aci")
    assert ligne.realise == Fraction(546, 1820)
    mois = Fraction(26) * Fraction(52, 12)
    assert ligne.sans_changement == (546 + 9 * mois + mois / 2) / 1820
    assert ligne.au_rythme == Fraction(546 * 4, 1820)
    assert ligne.part == Fraction(546, 1820)


def test_a_contract_without_weekly_hours_counts_for_the_average(caseload):
    caseload(
        **BASE,
        contrats=(
            "ref;parcours;equipe;date_debut;date_fin;heures_hebdo\n"
            "C1;R1;EA;2021-01-01;2021-12-31;20\nC2;R2;EA;2021-01-01;2021-12-31;"
        ),
        heures="contrat;mois;heures\nC1;2021-11;10",
        conventions="ref;financeur;action;annee;objectif;unite_objectif\nV;E;aci;2021;1;etp",
    )
    ligne = avancement(Annee(2021, datetime.date(2021, 11, 30)), "aci")
    assert ligne.sans_changement == (10 + 2 * 20 * Fraction(52, 12)) / 1820


def test_no_hours_yet_is_unknown_and_never_zero(caseload):
    caseload(**BASE, conventions="ref;financeur;action;annee;objectif;unite_objectif\nV;E;aci;2021;1;etp")
    ligne = avancement(FIN_MARS, "aci")
    assert (ligne.realise, ligne.sans_changement, ligne.au_rythme, ligne.part) == (None, None, None, None)


@pytest.mark.parametrize("jour", [datetime.date(2021, 1, 1), datetime.date(2021, 12, 31), datetime.date(2020, 2, 29)])
def test_measures_open_run_to_their_end(caseload, jour):
    caseload(
        financeurs="code;nom\nE;État",
        personnes="ref;nom;prenom\nP1;Un;Ève",
        conventions="ref;financeur;action;annee;objectif;unite_objectif\nV;E;logement;2021;12;mois_mesures\n"
        "W;E;logement;2020;12;mois_mesures",
        mesures_logement="ref;personne;dispositif;date_debut;date_fin\nM1;P1;fsl;2020-01-15;2020-06-30\n"
        "M2;P1;fsl;2021-01-01;2021-06-30\nM3;P1;fsl;2021-12-31;",
    )
    ligne = avancement(Annee(jour.year, jour), "logement")
    attendu = {
        datetime.date(2021, 1, 1): (1, 6, 12),
        datetime.date(2021, 12, 31): (7, 7, 7),
        datetime.date(2020, 2, 29): (2, 6, 12),
    }[jour]
    assert (ligne.realise, ligne.sans_changement, ligne.au_rythme) == attendu


def test_new_follow_ups_come_as_often_as_they_did(caseload):
    caseload(
        financeurs="code;nom\nE;Département",
        personnes="ref;nom;prenom\nP1;Un;Ève\nP2;Deux;Max",
        conventions="ref;financeur;action;annee;objectif;unite_objectif\nV;E;rsa;2021;10;places",
        suivis_rsa="ref;personne;date_entree\nS1;P1;2020-05-01\nS2;P2;2021-03-01",
    )
    ligne = avancement(FIN_MARS, "rsa")
    assert (ligne.realise, ligne.sans_changement) == (2, 2)
    assert ligne.au_rythme == 2 + Fraction(365 - 90, 90)


def test_participants_of_actions_count_once_and_come_at_the_same_pace(caseload):
    caseload(
        financeurs="code;nom\nE;Département",
        personnes="ref;nom;prenom\nP1;Un;Ève\nP2;Deux;Max",
        conventions="ref;financeur;action;annee;objectif;unite_objectif\nV;E;sante;2021;20;participants\n"
        "W;E;collectif;2021;40;participants",
        actions="ref;domaine;programme;intitule;annee;places\nA1;sante;Vaccination;Un matin;2021;10\n"
        "A2;collectif;Code;Le code;2021;8",
        seances="ref;action;date;statut\nS1;A1;2021-02-01;tenue\nS2;A1;2021-03-01;tenue\nS3;A2;2021-03-02;tenue\n"
        "S4;A2;2021-04-01;tenue",
        presences="seance;personne;present\nS1;P1;oui\nS2;P1;oui\nS2;P2;oui\nS3;P1;oui\nS3;P2;non\nS4;P2;oui",
    )
    sante, collectif = avancement(FIN_MARS, "sante"), avancement(FIN_MARS, "collectif")
    assert (sante.realise, sante.sans_changement, sante.au_rythme) == (2, 2, 2 * Fraction(365, 90))
    assert (collectif.realise, collectif.part) == (1, Fraction(1, 40))
    assert {(a.intitule, a.participants, a.places) for a in actions(FIN_MARS)} == {
        ("Un matin", 2, 10),
        ("Le code", 1, 8),
    }


def test_one_more_contract_of_26_hours_from_may_adds_a_known_part_of_an_etp():
    assert apport(1, Decimal(26), 5, FIN_MARS) == 26 * Fraction(52, 12) * 8 / 1820
    assert apport(3, Decimal(26), 12, FIN_MARS) == 3 * 26 * Fraction(52, 12) / 1820


def test_the_page_says_the_hypothesis_and_answers_what_if(client, caseload):
    annee = timezone.localdate().year
    caseload(
        financeurs="code;nom\nE;État",
        conventions=f"ref;financeur;action;annee;objectif;unite_objectif;montant\nV;E;aci;{annee};26;etp;100000\n"
        f"W;E;sante;{annee};;;5000",
        budget=f"annee;sens;rubrique;montant\n{annee};produit;74 Subventions;12345\n{annee - 1};produit;74 Subventions;11111",
    )
    client.force_login(Compte.objects.create_user("direction@example.org", role="directeur"))
    page = client.get(reverse("pilotage"))
    assert "Comment est-ce calculé" in page.text
    assert "rien n’est encore connu" in page.text
    assert "Sans objectif chiffré" in page.text
    assert "12\u202f345" in page.text
    assert "11\u202f111" in page.text
    assert "Et si un contrat commençait" in page.text
    reponse = client.get(reverse("pilotage"), {"nombre": 1, "heures": "26", "mois": 5})
    assert "0,5 ETP" in reponse.text.replace("0,50", "0,5")
    refus = client.get(reverse("pilotage"), {"nombre": 0, "heures": "60", "mois": 5})
    assert refus.context["form"].errors.keys() == {"nombre", "heures"}


@pytest.mark.parametrize(
    ("objectif", "atteint", "montant", "acquis"),
    [("10", 5, "1000", 500), ("10", 12, "1000", 1000), ("10", None, "1000", None), (None, 5, "1000", None)],
)
def test_the_budget_of_an_agreement_follows_its_landing_and_never_exceeds_it(objectif, atteint, montant, acquis):
    convention = Convention(montant=Decimal(montant), objectif=objectif)
    nombre = None if atteint is None else Fraction(atteint)
    ligne = Avancement(convention, None if objectif is None else Fraction(objectif), nombre, nombre, nombre)
    assert ligne.montant_acquis == acquis
