"""What the ACI brings to Ma journée: each line comes on its day, and goes when it is settled."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from maison import code

from aipi import journee
from aipi.journee import Ligne, Portee, Regard
from aipi.models import Compte, Intervenant, Nomenclature, Personne
from insertion_pro.models import (
    Absence,
    Atelier,
    Contrat,
    Entretien,
    Equipe,
    EvaluationCqp,
    Formation,
    ModuleCqp,
    Parcours,
    ParticipationFormation,
    ReleveHeures,
    RendezVous,
    SuiteSortie,
)

pytestmark = pytest.mark.django_db
JOUR = datetime.date(2026, 11, 24)


def jours(nombre: int, depuis: datetime.date = JOUR) -> datetime.date:
    return depuis + datetime.timedelta(days=nombre)


@pytest.fixture
def cip() -> Compte:
    intervenant = Intervenant.objects.create(code="CIP", nom="Maës", prenom="Odile", role="travailleur_social")
    return Compte.objects.create_user(
        "cip@exemple.fr", None, role="travailleur_social", pole_pro=True, intervenant=intervenant
    )


@pytest.fixture
def equipe() -> Equipe:
    encadrant = Intervenant.objects.create(code="ENC", nom="Pladys", prenom="Marc", role="encadrant")
    atelier = Atelier.objects.create(code="AT", nom="Brigades vertes")
    return Equipe.objects.create(code="E1", atelier=atelier, nom="Équipe du canal", encadrant=encadrant)


def parcours(cip: Compte, entree: datetime.date, ref: str = "1", **champs: object) -> Parcours:
    qui = Personne.objects.create(ref=f"P{ref}", nom=f"Nom{ref}", prenom="Zoé")
    return Parcours.objects.create(ref=f"PA{ref}", personne=qui, date_entree=entree, referent=cip.intervenant, **champs)


def contrat(du: Parcours, equipe: Equipe, debut: datetime.date, fin: datetime.date | None, ref: str = "1") -> Contrat:
    return Contrat.objects.create(ref=f"C{ref}", parcours=du, equipe=equipe, date_debut=debut, date_fin=fin)


def lues(compte: Compte, genre: str, jour: datetime.date = JOUR, portee: Portee = Portee.POLE) -> list[Ligne]:
    regard = Regard(compte, jour, portee)
    trouve = journee.genre_de(compte, genre)
    assert trouve is not None
    lignes = journee.dites(regard, journee.lire(regard, [trouve]))
    assert journee.compter(regard, [trouve]).get(genre, 0) == len(lignes)
    return lignes


# Whom to see


@pytest.mark.parametrize(
    ("jour", "dernier", "attendu"),
    [
        (JOUR, datetime.date(2026, 10, 24), False),  # a month ago to the day
        (JOUR, datetime.date(2026, 10, 23), True),
        (datetime.date(2026, 3, 31), datetime.date(2026, 2, 28), False),
        (datetime.date(2026, 3, 31), datetime.date(2026, 2, 27), True),
        (datetime.date(2028, 3, 29), datetime.date(2028, 2, 29), False),
        (datetime.date(2028, 3, 29), datetime.date(2028, 2, 28), True),
        (datetime.date(2026, 3, 29), datetime.date(2026, 2, 28), False),
    ],
)
def test_an_employee_is_to_be_seen_after_a_month_without_interview(cip, equipe, jour, dernier, attendu):
    sien = parcours(cip, datetime.date(2025, 1, 6))
    contrat(sien, equipe, sien.date_entree, None)
    Entretien.objects.create(ref="EN", parcours=sien, date=dernier)
    assert bool(lues(cip, "aci-a-voir", jour)) is attendu
    Entretien.objects.create(ref="EN2", parcours=sien, date=jour)
    assert lues(cip, "aci-a-voir", jour) == []


def test_an_honoured_appointment_is_a_meeting_and_a_missed_one_is_not(cip, equipe):
    sien = parcours(cip, jours(-200))
    contrat(sien, equipe, sien.date_entree, None)
    rendez_vous = RendezVous.objects.create(ref="R", parcours=sien, date=jours(-3), statut="absence_excusee")
    [ligne] = lues(cip, "aci-a-voir")
    assert ligne.dit == "jamais vu depuis l’entrée, le 8 mai 2026"
    rendez_vous.statut = "honore"
    rendez_vous.save()
    assert lues(cip, "aci-a-voir") == []


def test_who_came_this_month_or_has_no_contract_today_is_not_waited_for(cip, equipe):
    neuf = parcours(cip, datetime.date(2026, 10, 24), "1")
    contrat(neuf, equipe, neuf.date_entree, None, "1")
    fini = parcours(cip, jours(-300), "2")
    contrat(fini, equipe, fini.date_entree, jours(-1), "2")
    assert lues(cip, "aci-a-voir") == []
    assert [ligne.nom for ligne in lues(cip, "aci-a-voir", jours(1))] == ["Nom1 Zoé"]


def test_who_was_seen_longest_ago_comes_first(cip, equipe):
    for rang, ecoule in enumerate((50, 90, 70)):
        sien = parcours(cip, jours(-200), str(rang))
        contrat(sien, equipe, sien.date_entree, None, str(rang))
        Entretien.objects.create(ref=f"EN{rang}", parcours=sien, date=jours(-ecoule))
    assert [ligne.nom for ligne in lues(cip, "aci-a-voir")] == ["Nom1 Zoé", "Nom2 Zoé", "Nom0 Zoé"]


# What ends


@pytest.mark.parametrize(("reste", "attendu"), [(30, True), (31, False), (0, True), (-5, True)])
def test_a_contract_is_in_sight_thirty_days_before_its_end_and_stays_until_something_follows(
    cip, equipe, reste, attendu
):
    sien = parcours(cip, jours(-100))
    contrat(sien, equipe, sien.date_entree, jours(reste))
    assert bool(lues(cip, "fin-contrat")) is attendu
    contrat(sien, equipe, jours(reste + 1), jours(reste + 120), "2")
    assert lues(cip, "fin-contrat") == []


def test_days_left_are_written_out(cip, equipe):
    sien = parcours(cip, jours(-100))
    le_sien = contrat(sien, equipe, sien.date_entree, JOUR)
    dits = []
    for reste in (0, 12, -3):
        le_sien.date_fin = jours(reste)
        le_sien.save()
        dits.append(lues(cip, "fin-contrat")[0].dit)
    assert dits == [
        "Équipe du canal, fin aujourd’hui, le 24 novembre 2026",
        "Équipe du canal, fin dans 12 jours, le 6 décembre 2026",
        "Équipe du canal, fin passée depuis 3 jours, le 21 novembre 2026",
    ]


def test_of_two_contracts_at_once_the_one_that_goes_further_counts(cip, equipe):
    sien = parcours(cip, jours(-100))
    contrat(sien, equipe, jours(-10), jours(10), "1")
    long = contrat(sien, equipe, jours(-100), jours(90), "2")
    assert lues(cip, "fin-contrat") == []
    long.date_fin = jours(10)
    long.save()
    assert len(lues(cip, "fin-contrat")) == 1


def test_an_exit_settles_the_end_of_a_contract(cip, equipe):
    sien = parcours(cip, jours(-100))
    contrat(sien, equipe, sien.date_entree, jours(2))
    assert len(lues(cip, "fin-contrat")) == 1
    sien.date_sortie = jours(2)
    sien.save()
    assert lues(cip, "fin-contrat") == []


@pytest.mark.parametrize(
    ("debut", "terme"),
    [
        (datetime.date(2025, 1, 15), datetime.date(2027, 1, 14)),
        (datetime.date(2024, 2, 29), datetime.date(2026, 2, 28)),
        (datetime.date(2025, 1, 1), datetime.date(2026, 12, 31)),
    ],
)
def test_the_24_months_run_from_the_first_contract_and_are_said_sixty_days_before(cip, equipe, debut, terme):
    sien = parcours(cip, debut)
    contrat(sien, equipe, debut, jours(200, debut), "1")
    contrat(sien, equipe, jours(230, debut), terme, "2")
    assert lues(cip, "24-mois", jours(-61, terme)) == []
    [ligne] = lues(cip, "24-mois", jours(-60, terme))
    assert ligne.date == terme
    contrat(sien, equipe, terme, jours(1, terme), "3")
    assert lues(cip, "24-mois", jours(-60, terme)) == []


def test_a_pass_lasts_two_years_and_a_contract_beyond_it_says_that_it_is_settled(cip, equipe):
    sien = parcours(cip, datetime.date(2024, 12, 2), pass_iae_debut=datetime.date(2024, 12, 2))
    terme = datetime.date(2026, 12, 1)
    assert lues(cip, "pass-iae", jours(-61, terme)) == []
    assert lues(cip, "pass-iae", jours(-60, terme))[0].date == terme
    contrat(sien, equipe, JOUR, jours(1, terme))
    assert lues(cip, "pass-iae", jours(-60, terme)) == []


# Exits


def test_an_exit_waits_for_its_motive(cip):
    sien = parcours(cip, jours(-300), date_sortie=jours(-4))
    assert lues(cip, "sortie-aci")[0].dit == "sortie le 20 novembre 2026"
    sien.motif_sortie = code("motif_sortie", "cdi_non_aide", "CDI")
    sien.save()
    assert lues(cip, "sortie-aci") == []


@pytest.mark.parametrize(("jour", "attendu"), [(datetime.date(2027, 6, 30), 1), (datetime.date(2027, 7, 1), 0)])
def test_exits_of_last_year_are_asked_for_until_its_report_is_made(cip, jour, attendu):
    parcours(cip, jours(-300), date_sortie=JOUR)
    assert len(lues(cip, "sortie-aci", jour)) == attendu


@pytest.mark.parametrize(
    ("ecoule", "trois", "six"),
    [
        (datetime.date(2026, 8, 25), 0, 0),
        (datetime.date(2026, 8, 24), 1, 0),
        (datetime.date(2026, 5, 25), 1, 0),
        (datetime.date(2026, 5, 24), 0, 1),
        (datetime.date(2025, 11, 25), 0, 1),
        (datetime.date(2025, 11, 24), 0, 0),
    ],
)
def test_news_are_asked_for_at_three_then_six_months_for_a_year(cip, ecoule, trois, six):
    sorti = parcours(cip, datetime.date(2025, 1, 6), date_sortie=ecoule)
    assert [len(lues(cip, f"suite-{mois}-mois")) for mois in (3, 6)] == [trois, six]
    for mois in (3, 6):
        SuiteSortie.objects.create(parcours=sorti, mois=mois, date=JOUR, situation="emploi")
    assert [len(lues(cip, f"suite-{mois}-mois")) for mois in (3, 6)] == [0, 0]


def test_the_family_of_who_died_and_who_came_back_are_not_called(cip):
    sorti = parcours(cip, jours(-500), date_sortie=jours(-100))
    assert len(lues(cip, "suite-3-mois")) == 1
    deces = code("motif_sortie", "deces", "Décès")
    Nomenclature.objects.filter(pk=deces.pk).update(categorie=Nomenclature.RETRAIT)
    sorti.motif_sortie = deces
    sorti.save()
    assert lues(cip, "suite-3-mois") == []
    sorti.motif_sortie = None
    sorti.save()
    Parcours.objects.create(ref="PA-retour", personne=sorti.personne, date_entree=jours(-10))
    assert lues(cip, "suite-3-mois") == []


# What the team enters


def test_hours_of_last_month_are_asked_for_team_by_team(cip, equipe):
    for rang in range(2):
        sien = parcours(cip, jours(-100), str(rang))
        contrat(sien, equipe, sien.date_entree, None, str(rang))
    [ligne] = lues(cip, "heures")
    assert (ligne.nom, ligne.dit) == ("Équipe du canal", "2 salariés sans heures en octobre 2026")
    premier, second = Contrat.objects.order_by("ref")
    mois = datetime.date(2026, 10, 1)
    ReleveHeures.objects.create(contrat=premier, mois=mois, heures=Decimal(100))
    assert lues(cip, "heures")[0].dit == "1 salarié sans heures en octobre 2026"
    Absence.objects.create(contrat=second, mois=mois, motif=code("motif_absence", "maladie", "Maladie"), heures=100)
    assert lues(cip, "heures") == []


def test_a_contract_of_this_month_only_owes_no_hours_yet(cip, equipe):
    sien = parcours(cip, datetime.date(2026, 11, 1))
    contrat(sien, equipe, sien.date_entree, None)
    assert lues(cip, "heures") == []
    assert len(lues(cip, "heures", datetime.date(2026, 12, 1))) == 1


@pytest.mark.parametrize(("jour", "due"), [(29, None), (30, 1), (59, 1), (60, 2), (90, 3), (200, 3)])
def test_a_cqp_is_evaluated_at_each_third_of_its_length(cip, equipe, jour, due):
    encadrant = Compte.objects.create_user("e@exemple.fr", None, role="encadrant", intervenant=equipe.encadrant)
    debut = datetime.date(2026, 3, 2)
    sien = parcours(cip, debut)
    contrat(sien, equipe, debut, None)
    formation = Formation.objects.create(
        ref="F", intitule="CQP", type="cqp", date_debut=debut, date_fin=jours(89, debut)
    )
    participation = ParticipationFormation.objects.create(formation=formation, parcours=sien)
    module = ModuleCqp.objects.create(code="M1", intitule="Sécurité", ordre=1)
    for faite in range(1, due or 1):
        EvaluationCqp.objects.create(formation=formation, parcours=sien, module=module, numero=faite, niveau="en_cours")
    ce_jour = jours(jour - 1, debut)
    lignes = lues(encadrant, "evaluations-cqp", ce_jour)
    assert [ligne.nombre for ligne in lignes] == ([due] if due else [])
    if due:
        EvaluationCqp.objects.create(formation=formation, parcours=sien, module=module, numero=3, niveau="acquis")
        assert lues(encadrant, "evaluations-cqp", ce_jour) == []
        EvaluationCqp.objects.all().delete()
        participation.resultat = "certifiee"
        participation.save()
        assert lues(encadrant, "evaluations-cqp", ce_jour) == []


# Facts that the report misses


@pytest.mark.parametrize(
    ("genre", "champ", "valeur"),
    [
        ("aci-sexe", "sexe", "F"),
        ("aci-naissance", "date_naissance", datetime.date(1990, 1, 1)),
        ("aci-niveau", "niveau_formation", "3"),
        ("aci-prescripteur", "prescripteur", "france_travail"),
        ("aci-rsa", "rsa_entree", False),
        ("aci-sans-emploi", "mois_sans_emploi_entree", 0),
    ],
)
def test_a_missing_fact_is_listed_until_it_is_known(cip, genre, champ, valeur):
    sien = parcours(cip, jours(-10))
    [ligne] = lues(cip, genre)
    assert ligne.personne == sien.personne_id
    objet = sien if hasattr(sien, champ) else sien.personne
    setattr(objet, champ, code(champ, valeur, valeur) if isinstance(valeur, str) and champ != "sexe" else valeur)
    objet.save()
    assert lues(cip, genre) == []


def test_a_person_with_two_parcours_misses_a_fact_once(cip):
    sien = parcours(cip, jours(-90), date_sortie=jours(-50))
    Parcours.objects.create(ref="PA-b", personne=sien.personne, date_entree=jours(-20), referent=cip.intervenant)
    assert len(lues(cip, "aci-commune")) == 1


def test_who_left_before_the_years_of_the_report_is_not_asked_about(cip):
    parcours(cip, datetime.date(2024, 1, 1), date_sortie=datetime.date(2025, 12, 31))
    assert lues(cip, "aci-sexe") == []
    assert len(lues(cip, "aci-sexe", datetime.date(2026, 6, 30))) == 1


# Whose work


def test_mine_are_those_i_follow_and_the_appointments_given_with_me(cip, equipe):
    autre = Intervenant.objects.create(code="AUT", nom="Autre", prenom="A", role="travailleur_social")
    mien, sien = parcours(cip, jours(-100), "1"), parcours(cip, jours(-100), "2")
    sien.referent = autre
    sien.save()
    contrat(mien, equipe, jours(-100), jours(5), "1")
    contrat(sien, equipe, jours(-100), jours(5), "2")
    RendezVous.objects.create(ref="R1", parcours=mien, date=JOUR)
    RendezVous.objects.create(ref="R2", parcours=mien, date=JOUR, intervenant=autre)
    RendezVous.objects.create(ref="R3", parcours=sien, date=JOUR, intervenant=cip.intervenant)
    RendezVous.objects.create(ref="R4", parcours=sien, date=JOUR)

    def refs(portee: Portee) -> set[str]:
        cles = [ligne.cle for ligne in lues(cip, "aci-rendez-vous", portee=portee)]
        return set(RendezVous.objects.filter(pk__in=cles).values_list("ref", flat=True))

    assert refs(Portee.MIENS) == {"R1", "R3"}
    assert refs(Portee.POLE) == {"R1", "R2", "R3", "R4"}
    assert len(lues(cip, "fin-contrat", portee=Portee.MIENS)) == 1
    assert len(lues(cip, "fin-contrat", portee=Portee.POLE)) == 2


def test_past_appointments_wait_for_an_outcome_for_a_year(cip):
    sien = parcours(cip, jours(-400))
    for rang, ecart in enumerate((0, -1, -365, -366, 1)):
        RendezVous.objects.create(ref=f"R{rang}", parcours=sien, date=jours(ecart))
    dates = [ligne.date for ligne in lues(cip, "aci-rendez-vous-passes")]
    assert dates == [jours(-365), jours(-1)]
    RendezVous.objects.update(statut="honore")
    assert lues(cip, "aci-rendez-vous-passes") == []


def test_a_cancelled_appointment_is_no_work_of_the_day(cip):
    sien = parcours(cip, jours(-400))
    RendezVous.objects.create(ref="R", parcours=sien, date=JOUR, statut="annule")
    assert lues(cip, "aci-rendez-vous") == []
