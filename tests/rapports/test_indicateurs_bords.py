"""Each definition at its boundaries, worked by hand: first day, last day, 29 February, nothing, unknown, two at once."""

import datetime
from fractions import Fraction

import pytest

from aipi.periodes import Periode
from insertion_pro.axes import Axe
from rapports.cloture import DejaClos, clore
from rapports.models import Rapport
from rapports.valeurs import Releve

pytestmark = pytest.mark.django_db
AN = Periode.annee(2021)

ATELIERS = """code; nom
              A; Atelier A
              B; Atelier B"""
EQUIPES = """code; atelier; nom
             A1; A; Première
             A2; A; Seconde
             B1; B; Autre"""
PERSONNES = """ref; nom; prenom; sexe; date_naissance
               P1; Un; Une; F; 1996-02-29
               P2; Deux; Deux; M; 1996-12-31
               P3; Trois; Trois; ; """
INTERVENANTS = """code; nom; prenom; role
                  I; Sterne; Odile; travailleur_social"""


def valeur(code, periode=AN, axe=None):
    return Releve(periode, axe).valeur(code).nombre


def cles(code, periode=AN, axe=None):
    lignes = Releve(periode, axe).repartition(code)
    return None if lignes is None else {cle: int(n) for cle, _, n in lignes if n}


def aci(caseload, parcours, contrats, **feuilles):
    caseload(
        ateliers=ATELIERS, equipes=EQUIPES, personnes=PERSONNES, intervenants=INTERVENANTS,
        parcours=parcours, contrats=contrats, **feuilles,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("debut", "fin", "sortie", "present"),
    [
        ("2021-12-31", "", "", True),
        ("2022-01-01", "", "", False),
        ("2020-01-01", "2021-01-01", "", True),
        ("2020-01-01", "2020-12-31", "", False),
        ("2020-01-01", "", "2021-01-01", True),
        ("2020-01-01", "", "2020-12-31", False),
        ("2020-01-01", "2021-06-01", "2020-12-31", True),
        ("2020-01-01", "2020-12-31", "2021-06-01", False),
    ],
)
def test_a_contract_is_present_from_its_first_to_its_last_day_and_ends_with_its_parcours(
    caseload, debut, fin, sortie, present
):
    aci(
        caseload,
        f"ref; personne; date_entree; date_sortie\nR1; P1; 2020-01-01; {sortie}\nR0; P3; 2020-01-01;",
        f"ref; parcours; equipe; date_debut; date_fin\nC1; R1; A1; {debut}; {fin}\nC0; R0; A1; 2021-01-01;",
    )
    assert valeur("aci.salaries") == 1 + present


def test_a_person_with_two_contracts_in_two_workshops_counts_once_and_in_each_slice(caseload):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2021-01-01",
        """ref; parcours; equipe; date_debut; date_fin
           C1; R1; A1; 2021-01-01; 2021-06-30
           C2; R1; B1; 2021-07-01; """,
    )
    assert valeur("aci.salaries") == 1
    assert cles("aci.salaries_par_atelier") == {"A": 1, "B": 1}
    assert valeur("aci.equipes") == 2


def test_hirings_follow_the_first_contract_and_exits_the_last_with_ties_broken_by_ref(caseload):
    aci(
        caseload,
        "ref; personne; date_entree; date_sortie\nR1; P1; 2021-01-01; 2021-12-31\nR2; P2; 2021-12-31; 2021-12-31",
        """ref; parcours; equipe; date_debut; date_fin
           C2; R1; B1; 2021-01-01; 2021-02-01
           C1; R1; A1; 2021-01-01; 2021-02-01""",
    )
    a, b = Axe.lire("atelier", "A"), Axe.lire("atelier", "B")
    assert valeur("aci.embauches") == 2
    assert (valeur("aci.embauches", axe=a), valeur("aci.embauches", axe=b)) == (1, 0)
    assert (valeur("aci.sorties", axe=a), valeur("aci.sorties", axe=b)) == (0, 1)


def test_the_state_counts_exits_from_the_eighty_first_day_with_one_hour_worked(caseload):
    aci(
        caseload,
        """ref; personne; date_entree; date_sortie; motif_sortie
           R1; P1; 2021-01-01; 2021-03-23; cdi_non_aide
           R2; P2; 2021-01-01; 2021-03-22; cdi_non_aide
           R3; P3; 2021-01-01; 2021-03-23; chomage
           R4; P3; 2021-04-01; 2021-12-31; deces""",
        """ref; parcours; equipe; date_debut; date_fin
           C1; R1; A1; 2021-01-01; 2021-03-23
           C3; R3; A1; 2021-01-01; 2021-03-23""",
        heures="contrat; mois; heures\nC1; 2020-12; 1\nC3; 2021-01; 0,9999",
    )
    taux = Releve(AN).valeur("aci.taux_sorties_dynamiques_etat")
    assert (taux.numerateur, taux.denominateur) == (1, 1)
    assert valeur("aci.taux_sorties_dynamiques") == Fraction(2, 3)


def test_an_exit_without_motive_is_undocumented_and_stays_in_the_denominator(caseload):
    aci(
        caseload,
        "ref; personne; date_entree; date_sortie; motif_sortie\n"
        "R1; P1; 2020-01-01; 2021-01-01; \nR2; P2; 2020-01-01; 2021-12-31; autre_siae",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2020-01-01",
    )
    assert valeur("aci.sorties_non_documentees") == 1
    assert cles("aci.sorties_par_motif") == {"autre_siae": 1, "inconnu": 1}
    assert valeur("aci.taux_sorties_dynamiques") == Fraction(1, 2)


def test_hours_belong_to_the_month_of_their_first_day_and_zero_hours_are_not_work(caseload):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2021-01-01\nR2; P2; 2021-01-01",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2021-01-01\nC2; R2; A1; 2021-01-01",
        heures="contrat; mois; heures\nC1; 2021-03; 100,25\nC1; 2021-04; 0,0001\nC2; 2021-03; 0",
    )
    assert valeur("aci.heures") == Fraction("100.2501")
    assert valeur("aci.salaries_ayant_travaille") == 1
    milieu = Periode(datetime.date(2021, 3, 2), datetime.date(2021, 4, 1))
    assert valeur("aci.heures", milieu) == Fraction("0.0001")
    assert valeur("aci.etp") == Fraction("100.2501") / 1820


def test_the_hours_of_a_full_time_are_the_setting_in_force_on_the_last_day(caseload):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2021-01-01",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2021-01-01",
        heures="contrat; mois; heures\nC1; 2021-03; 1607\nC1; 2020-03; 1607",
        parametres="cle; valide_du; valeur\nheures_par_etp; 2021-12-31; 1 607",
    )
    assert valeur("aci.etp") == 1
    assert valeur("aci.etp", Periode.annee(2020)) == Fraction(1607, 1820)


def test_an_interview_goes_to_the_team_of_that_day_else_the_last_begun_else_the_first(caseload):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2020-01-01",
        """ref; parcours; equipe; date_debut; date_fin
           C1; R1; A1; 2021-02-01; 2021-03-31
           C2; R1; A2; 2021-03-01; 2021-03-31
           C3; R1; B1; 2021-06-01; 2021-06-30""",
        entretiens="""ref; parcours; date
                      E1; R1; 2021-01-15
                      E2; R1; 2021-02-28
                      E3; R1; 2021-03-15
                      E4; R1; 2021-05-01
                      E5; R1; 2021-12-31""",
    )
    par_equipe = {c: valeur("aci.entretiens", axe=Axe.lire("equipe", c)) for c in ("A1", "A2", "B1")}
    assert par_equipe == {"A1": 2, "A2": 2, "B1": 1}


@pytest.mark.parametrize(
    ("fin", "tranches"),
    [
        ("2021-02-28", {"moins_25": 2, "inconnu": 1}),
        ("2021-03-01", {"moins_25": 1, "25_29": 1, "inconnu": 1}),
        ("2021-12-31", {"25_29": 2, "inconnu": 1}),
    ],
)
def test_age_is_in_full_years_on_the_last_day_also_for_the_29th_of_february(caseload, fin, tranches):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2021-01-01\nR2; P2; 2021-01-01\nR3; P3; 2021-01-01",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2021-01-01\nC2; R2; A1; 2021-01-01\nC3; R3; A1; 2021-01-01",
    )
    periode = Periode(datetime.date(2021, 1, 1), datetime.date.fromisoformat(fin))
    assert cles("aci.salaries_par_age", periode) == tranches


def test_a_fact_of_the_parcours_is_that_of_the_latest_one_in_the_slice(caseload):
    aci(
        caseload,
        """ref; personne; date_entree; niveau_formation; mois_sans_emploi_entree
           R1; P1; 2021-01-01; 3; 24
           R2; P1; 2021-01-01; 4; 5""",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2021-01-01\nC2; R2; B1; 2021-01-01",
    )
    assert cles("aci.salaries_par_niveau") == {"4": 1}
    assert cles("aci.salaries_par_niveau", axe=Axe.lire("atelier", "A")) == {"3": 1}
    assert valeur("aci.chomage_24_mois") == 1
    assert cles("aci.salaries_par_chomage") == {"moins_6": 1}


def test_accompaniments_and_persons_are_never_merged(caseload):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2021-01-01\nR2; P2; 2021-01-01",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2021-01-01",
        freins="""ref; parcours; categorie; date_reperage; date_fin; issue
                  F1; R1; logement; 2021-01-01; ;
                  F2; R1; logement; 2021-02-01; 2021-03-01; leve
                  F3; R2; sante; 2021-02-01; 2021-03-01; leve""",
        mesures_logement="ref; personne; dispositif; date_debut\nM1; P1; fsl; 2021-12-31",
    )
    assert (valeur("aci.freins"), valeur("aci.freins_leves")) == (2, 2)
    assert cles("aci.freins_par_categorie") == {"logement": 2}
    assert cles("aci.personnes_par_frein") == {"logement": 1}
    assert valeur("aci.part_logement_fsl") == 1


def test_unknown_is_not_zero_and_zero_is_not_unknown(caseload):
    aci(
        caseload,
        "ref; personne; date_entree; date_sortie\nR1; P1; 2020-01-01; 2020-06-30",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2020-01-01",
    )
    assert valeur("aci.salaries") is None
    assert cles("aci.salaries_par_sexe") is None
    assert valeur("aci.taux_sorties_dynamiques") is None
    assert valeur("aci.embauches", Periode.annee(2020)) == 1
    assert valeur("aci.sorties_positives", Periode.annee(2020)) == 0
    assert valeur("aci.taux_sorties_dynamiques", Periode.annee(2020)) == 0


def test_a_sum_of_empty_cells_is_unknown_and_of_some_the_sum_of_the_others(caseload):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2021-01-01\nR2; P2; 2021-01-01",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2021-01-01",
        formations="ref; intitule; type; date_debut\nF1; Permis; permis; 2021-12-31",
        participations_formation="formation; parcours; jours; cout\nF1; R1; 2,5; \nF1; R2; ; ",
    )
    assert valeur("aci.formation_jours") == Fraction("2.5")
    assert valeur("aci.formation_cout") is None
    assert valeur("aci.formation_salaries") == 2
    assert valeur("aci.cqp_inscrits") == 0


def test_a_housing_month_begun_counts_one_and_only_months_of_the_period(caseload):
    caseload(
        personnes=PERSONNES,
        mesures_logement="""ref; personne; dispositif; date_debut; date_fin; personnes_menage
                            M1; P1; fsl; 2020-12-31; 2021-01-01; 3
                            M2; P1; fsl; 2021-01-31; 2021-02-01; 3
                            M3; P2; fsl; 2021-12-31; ;
                            M4; P3; partenord; 2021-01-01; ; 9""",
    )
    assert valeur("logement.mois_mesures") == 1 + 2 + 1
    assert valeur("logement.menages_fsl") == 2
    assert valeur("logement.personnes_fsl") == 6
    assert valeur("logement.enfants_fsl") is None
    assert valeur("logement.mesures_partenord") == 1


def test_rsa_places_are_used_day_by_day_both_ends_included(caseload):
    caseload(
        personnes=PERSONNES,
        financeurs="code; nom\nD; Département",
        conventions="ref; financeur; action; annee; objectif; unite_objectif\nV; D; rsa; 2021; 2; places",
        suivis_rsa="""ref; personne; date_entree; date_sortie
                      S1; P1; 2020-05-01; 2021-01-01
                      S2; P1; 2021-01-02; 2021-01-03
                      S3; P2; 2021-12-31; """,
    )
    occupation = Releve(AN).valeur("rsa.occupation_moyenne")
    assert (occupation.numerateur, occupation.denominateur) == (1 + 2 + 1, 730)
    assert valeur("rsa.suivis") == 2
    assert valeur("rsa.suivis_par_place") == 1


def test_a_commitment_runs_on_its_last_day_if_any_follow_up_of_the_person_is_open_then(caseload):
    caseload(
        personnes=PERSONNES,
        suivis_rsa="""ref; personne; date_entree; date_sortie
                      S1; P1; 2020-01-01; 2021-06-30
                      S2; P1; 2021-07-01; 2021-12-31
                      S3; P2; 2020-01-01; 2021-12-30""",
        contrats_engagement="""ref; suivi; type; date_signature; date_fin
                               G1; S1; cer; 2021-12-31; 2021-12-31
                               G2; S2; ce; 2021-01-01; 2021-12-30
                               G3; S3; ce; 2021-01-01; """,
    )
    assert valeur("rsa.contrats_engagement") == 3
    assert valeur("rsa.contrats_en_cours") == 1


def test_only_kept_or_missed_convocations_count_not_planned_nor_cancelled(caseload):
    caseload(
        personnes=PERSONNES,
        suivis_rsa="ref; personne; date_entree\nS1; P1; 2021-01-01",
        contacts_rsa="ref; suivi; date; type; statut\n"
        + "\n".join(
            f"K{rang}; S1; 2021-0{1 + rang % 9}-01; {nature}; {statut}"
            for rang, (nature, statut) in enumerate(
                (t, s)
                for t in ("convocation", "visite", "telephone")
                for s in ("prevu", "honore", "absence_excusee", "absence_non_excusee", "annule")
            )
        ),
    )
    assert valeur("rsa.convocations") == 3
    assert (valeur("rsa.rdv_honores"), valeur("rsa.absences")) == (1, 2)
    assert (valeur("rsa.visites"), valeur("rsa.points_telephoniques")) == (1, 1)


def test_a_place_is_filled_by_the_persons_of_its_own_action(caseload):
    caseload(
        personnes=PERSONNES,
        actions="""ref; domaine; programme; intitule; annee; places
                   T1; collectif; Clic; Un; 2021; 4
                   T2; collectif; Clic; Deux; 2021;
                   T3; sante; Bilan; Trois; 2021; 10""",
        seances="""ref; action; date; statut
                   N1; T1; 2021-01-01; tenue
                   N2; T1; 2021-12-31; tenue
                   N3; T2; 2021-05-01; tenue
                   N4; T3; 2021-05-01; annulee""",
        presences="""seance; personne; present
                     N1; P1; oui
                     N2; P1; oui
                     N2; P2; oui
                     N3; P3; oui
                     N4; P3; oui""",
    )
    remplissage = Releve(AN).valeur("collectif.taux_remplissage")
    assert (remplissage.numerateur, remplissage.denominateur) == (2, 4)
    assert (valeur("collectif.participants"), valeur("collectif.participations")) == (3, 4)
    assert (valeur("sante.seances"), valeur("sante.seances_annulees"), valeur("sante.participants")) == (0, 1, 0)
    assert valeur("asso.personnes") == 3
    assert valeur("collectif.actions_prevues", Periode(AN.debut, datetime.date(2021, 12, 30))) is None


def test_before_the_first_year_of_the_files_only_published_values_and_the_budget_are_known(caseload):
    aci(
        caseload,
        "ref; personne; date_entree; date_sortie\nR1; P1; 2019-01-01; 2020-06-30",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2019-01-01",
        parametres="cle; valide_du; valeur\npremiere_annee; ; 2021",
        valeurs_publiees="annee; indicateur; atelier; valeur; source\n2020; aci.salaries; ; 63; p. 4\n"
        "2020; aci.taux_sorties_dynamiques; ; 0,4; p. 4\n2020; aci.salaries; A; 60; p. 13",
        budget="annee; sens; rubrique; montant\n2020; produit; Ventes; 10,5",
    )
    avant = Periode.annee(2020)
    assert (valeur("aci.salaries", avant), Releve(avant).valeur("aci.salaries").origine) == (63, "publie")
    assert valeur("aci.salaries", avant, Axe.lire("atelier", "A")) == 60
    assert valeur("aci.salaries", avant, Axe.lire("equipe", "A1")) is None
    assert valeur("aci.sorties", avant) is None
    assert valeur("finances.produits", avant) == Fraction("10.5")
    assert cles("finances.produits_par_rubrique", avant) is None
    assert Releve(avant).valeur("aci.taux_sorties_dynamiques").numerateur is None


def test_evolution_is_unknown_when_there_was_nothing_or_less_before(caseload):
    caseload(
        budget="annee; sens; rubrique; montant\n2020; produit; A; 0\n2021; produit; A; 5\n2022; produit; A; 10\n"
        "2020; charge; B; -3\n2021; charge; B; 3"
    )
    assert Releve(AN).chiffre("finances.produits").evolution is None
    assert Releve(AN).chiffre("finances.charges").evolution is None
    assert Releve(Periode.annee(2022)).chiffre("finances.produits").evolution == 1


def test_what_a_closed_report_printed_never_moves_again(caseload):
    aci(
        caseload,
        "ref; personne; date_entree\nR1; P1; 2021-01-01\nR2; P2; 2021-01-01",
        "ref; parcours; equipe; date_debut\nC1; R1; A1; 2021-01-01",
    )
    rapport = Rapport.objects.create(debut=AN.debut, fin=AN.fin)
    clore(rapport, None, fichiers=False)
    caseload(contrats="ref; parcours; equipe; date_debut\nC2; R2; B1; 2021-01-01")
    assert Releve(AN).valeur("aci.salaries") == Releve(AN).valeur("aci.salaries")
    assert (valeur("aci.salaries"), Releve(AN).valeur("aci.salaries").origine) == (1, "arrete")
    assert cles("aci.salaries_par_sexe") == {"F": 1}
    assert valeur("aci.salaries", axe=Axe.lire("atelier", "B")) == 0
    assert valeur("aci.salaries", Periode.annee(2022)) == 2
    with pytest.raises(DejaClos):
        clore(rapport, None, fichiers=False)
