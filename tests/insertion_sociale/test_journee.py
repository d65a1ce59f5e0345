"""What the social pole brings to Ma journée: each line comes on its day, and goes when it is settled."""

from __future__ import annotations

import datetime

import pytest
from maison import code

from aipi import journee
from aipi.journee import Ligne, Portee, Regard
from aipi.models import Commune, Compte, Intervenant, Personne
from insertion_sociale.models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    InterventionLogement,
    MesureLogement,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)

pytestmark = pytest.mark.django_db
JOUR = datetime.date(2026, 11, 24)


def jours(nombre: int, depuis: datetime.date = JOUR) -> datetime.date:
    return depuis + datetime.timedelta(days=nombre)


@pytest.fixture
def referent() -> Compte:
    intervenant = Intervenant.objects.create(code="REF", nom="Dehaene", prenom="Luc", role="travailleur_social")
    return Compte.objects.create_user(
        "ref@exemple.fr", None, role="travailleur_social", pole_social=True, intervenant=intervenant
    )


@pytest.fixture
def qui() -> Personne:
    return Personne.objects.create(ref="P", nom="Vandamme", prenom="Inès")


def suivi(referent: Compte, qui: Personne, entree: datetime.date, **champs: object) -> SuiviRsa:
    return SuiviRsa.objects.create(
        ref=f"S{SuiviRsa.objects.count()}", personne=qui, date_entree=entree, referent=referent.intervenant, **champs
    )


def mesure(referent: Compte, qui: Personne, debut: datetime.date, **champs: object) -> MesureLogement:
    champs = {"dispositif": "fsl", "type": "acces", **champs}
    return MesureLogement.objects.create(
        ref=f"M{MesureLogement.objects.count()}",
        personne=qui,
        date_debut=debut,
        referent=referent.intervenant,
        **champs,
    )


def lues(compte: Compte, genre: str, jour: datetime.date = JOUR, portee: Portee = Portee.POLE) -> list[Ligne]:
    regard = Regard(compte, jour, portee)
    trouve = journee.genre_de(compte, genre)
    assert trouve is not None
    lignes = journee.dites(regard, journee.lire(regard, [trouve]))
    assert journee.compter(regard, [trouve]).get(genre, 0) == len(lignes)
    return lignes


# Appointments


def test_what_is_expected_today_is_there_and_what_is_cancelled_is_not(referent, qui):
    sien = suivi(referent, qui, jours(-100))
    le_sien = mesure(referent, qui, jours(-100))
    contact = ContactRsa.objects.create(
        ref="C", suivi=sien, date=JOUR, heure=datetime.time(9, 5), lieu="Bergues", type="convocation", statut="prevu"
    )
    RendezVousLogement.objects.create(ref="R", mesure=le_sien, date=JOUR)
    [ligne] = lues(referent, "rsa-rendez-vous")
    assert (ligne.horaire, ligne.dit, ligne.a_pointer) == ("9 h 05", "Convocation, Bergues", True)
    [ligne] = lues(referent, "logement-rendez-vous")
    assert (ligne.horaire, ligne.a_pointer) == ("", True)
    contact.statut = "annule"
    contact.save()
    RendezVousLogement.objects.update(statut="annule")
    assert lues(referent, "rsa-rendez-vous") == lues(referent, "logement-rendez-vous") == []


def test_what_is_past_waits_for_an_outcome(referent, qui):
    sien = suivi(referent, qui, jours(-100))
    le_sien = mesure(referent, qui, jours(-100))
    for rang, ecart in enumerate((-1, 0, 1)):
        ContactRsa.objects.create(ref=f"C{rang}", suivi=sien, date=jours(ecart), type="visite", statut="prevu")
        RendezVousLogement.objects.create(ref=f"R{rang}", mesure=le_sien, date=jours(ecart))
    for genre, modele in (("rsa", ContactRsa), ("logement", RendezVousLogement)):
        assert [ligne.date for ligne in lues(referent, f"{genre}-rendez-vous-passes")] == [jours(-1)]
        modele.objects.update(statut="absence_excusee")
        assert lues(referent, f"{genre}-rendez-vous-passes") == []


def test_a_session_is_there_until_it_is_held_or_cancelled(referent):
    action = Action.objects.create(ref="A", domaine="sante", programme="B", intitule="Atelier sommeil", annee=2026)
    for rang, ecart in enumerate((0, -1)):
        Seance.objects.create(ref=f"S{rang}", action=action, date=jours(ecart), statut="prevue")
    for genre in ("seances", "seances-passes"):
        assert [(ligne.nom, ligne.personne) for ligne in lues(referent, genre)] == [("Atelier sommeil", None)]
    Seance.objects.update(statut="tenue")
    assert lues(referent, "seances") == lues(referent, "seances-passes") == []


# Whom to see


@pytest.mark.parametrize(
    ("jour", "dernier", "attendu"),
    [
        (JOUR, datetime.date(2026, 10, 24), False),
        (JOUR, datetime.date(2026, 10, 23), True),
        (datetime.date(2028, 3, 29), datetime.date(2028, 2, 29), False),
        (datetime.date(2026, 3, 30), datetime.date(2026, 2, 28), False),
    ],
)
def test_a_month_without_honoured_contact_asks_for_one(referent, qui, jour, dernier, attendu):
    sien = suivi(referent, qui, datetime.date(2025, 1, 6))
    le_sien = mesure(referent, qui, datetime.date(2025, 1, 6))
    ContactRsa.objects.create(ref="C", suivi=sien, date=dernier, type="visite", statut="honore")
    ContactRsa.objects.create(ref="D", suivi=sien, date=jour, type="visite", statut="absence_non_excusee")
    InterventionLogement.objects.create(ref="I", mesure=le_sien, date=dernier, theme="etat_logement")
    for genre in ("rsa-a-voir", "logement-a-voir"):
        assert bool(lues(referent, genre, jour)) is attendu
    ContactRsa.objects.filter(ref="D").update(statut="honore")
    RendezVousLogement.objects.create(ref="R", mesure=le_sien, date=jour, statut="honore")
    assert lues(referent, "rsa-a-voir", jour) == lues(referent, "logement-a-voir", jour) == []


def test_who_was_never_seen_is_said_so_a_month_after_the_beginning(referent, qui):
    suivi(referent, qui, datetime.date(2026, 10, 24))
    assert lues(referent, "rsa-a-voir") == []
    [ligne] = lues(referent, "rsa-a-voir", jours(1))
    assert ligne.dit == "aucun contact depuis le début, le 24 octobre 2026"


def test_a_follow_up_that_is_over_asks_for_nothing(referent, qui):
    suivi(referent, qui, jours(-300), date_sortie=jours(-1))
    mesure(referent, qui, jours(-300), date_fin=jours(-1))
    for genre in ("rsa-a-voir", "logement-a-voir", "engagement", "mesure-logement"):
        assert lues(referent, genre) == []


# What ends


@pytest.mark.parametrize(("reste", "attendu"), [(30, True), (31, False), (0, True), (-40, True)])
def test_a_commitment_is_in_sight_until_another_is_signed(referent, qui, reste, attendu):
    sien = suivi(referent, qui, jours(-300))
    premier = {"suivi": sien, "type": "ce", "date_signature": jours(-200), "date_fin": jours(reste)}
    ContratEngagement.objects.create(ref="E1", **premier)
    assert bool(lues(referent, "engagement")) is attendu
    ContratEngagement.objects.create(
        ref="E2", suivi=sien, type="ce", date_signature=jours(-10), date_fin=jours(reste + 180)
    )
    assert bool(lues(referent, "engagement")) is (reste + 180 <= 30)


def test_two_commitments_that_end_on_one_day_are_one_line_and_an_exit_settles_it(referent, qui):
    sien = suivi(referent, qui, jours(-300))
    for ref in ("E1", "E2"):
        ContratEngagement.objects.create(ref=ref, suivi=sien, type="cer", date_signature=jours(-200), date_fin=jours(3))
    [ligne] = lues(referent, "engagement")
    assert (ligne.dit, ligne.nombre) == ("CER, fin dans 3 jours, le 27 novembre 2026", sien.pk)
    sien.date_sortie = jours(3)
    sien.save()
    assert lues(referent, "engagement") == []


@pytest.mark.parametrize(
    ("debut", "champs", "terme"),
    [
        (datetime.date(2026, 1, 15), {}, datetime.date(2026, 7, 14)),
        (datetime.date(2025, 8, 31), {}, datetime.date(2026, 2, 28)),
        (datetime.date(2027, 8, 31), {}, datetime.date(2028, 2, 29)),
        (datetime.date(2026, 8, 29), {"type": "maintien"}, datetime.date(2027, 2, 28)),
        (
            datetime.date(2026, 1, 15),
            {"date_renouvellement": datetime.date(2026, 7, 10)},
            datetime.date(2027, 1, 14),
        ),
        (datetime.date(2026, 1, 15), {"type": "publics_specifiques"}, datetime.date(2027, 1, 14)),
        (datetime.date(2024, 2, 29), {"type": "publics_specifiques"}, datetime.date(2025, 2, 28)),
    ],
)
def test_an_fsl_measure_without_a_written_end_ends_by_the_rule(referent, qui, debut, champs, terme):
    le_sien = mesure(referent, qui, debut, **champs)
    assert lues(referent, "mesure-logement", jours(-31, terme)) == []
    [ligne] = lues(referent, "mesure-logement", jours(-30, terme))
    assert ligne.date == terme
    assert len(lues(referent, "mesure-logement", jours(20, terme))) == 1
    le_sien.date_fin = jours(1, terme)
    le_sien.save()
    assert lues(referent, "mesure-logement", jours(-30, terme)) == []


def test_a_written_end_is_the_end_and_a_partenord_measure_has_no_rule(referent, qui):
    le_sien = mesure(referent, qui, jours(-400), date_fin=jours(30))
    libre = mesure(referent, qui, jours(-400), dispositif="partenord", type="")
    assert [ligne.cle for ligne in lues(referent, "mesure-logement")] == [le_sien.pk]
    libre.date_fin = JOUR
    libre.save()
    assert [ligne.dit for ligne in lues(referent, "mesure-logement")] == [
        "Partenord, fin aujourd’hui, le 24 novembre 2026",
        "FSL, fin dans 30 jours, le 24 décembre 2026",
    ]
    assert [ligne.cle for ligne in lues(referent, "mesure-logement", jours(1))] == [le_sien.pk]


# Exits and facts that the report misses


def test_an_exit_waits_for_its_motive(referent, qui):
    sorti = suivi(referent, qui, jours(-300), date_sortie=jours(-4))
    assert len(lues(referent, "sortie-rsa")) == 1
    sorti.motif_sortie = code("motif_sortie_rsa", "emploi", "Emploi")
    sorti.save()
    assert lues(referent, "sortie-rsa") == []


def test_a_missing_fact_is_listed_until_it_is_known(referent, qui):
    sien = suivi(referent, qui, jours(-10))
    le_sien = mesure(referent, qui, jours(-10), type="")
    mesure(referent, qui, jours(-10), dispositif="partenord", type="")
    manques = ("social-sexe", "social-naissance", "social-commune", "rsa-typologie", "fsl-type", "fsl-menage")
    assert [len(lues(referent, genre)) for genre in manques] == [1] * 6
    qui.sexe, qui.date_naissance = "F", datetime.date(1990, 1, 1)
    qui.commune = Commune.objects.get_or_create(code_insee="59067", nom="Bergues", code_postal="59380")[0]
    qui.save()
    sien.typologie = code("typologie", "femme_seule", "Femme seule")
    sien.save()
    le_sien.type, le_sien.personnes_menage = "maintien", 2
    le_sien.save()
    assert len(lues(referent, "fsl-menage")) == 1
    le_sien.enfants_menage = 0
    le_sien.save()
    assert [lues(referent, genre) for genre in manques] == [[]] * 6


def test_what_a_session_does_not_say_is_listed_until_it_is_known(referent):
    action = Action.objects.create(ref="A", domaine="sante", programme="X", intitule="Sommeil", annee=2026)
    avant = datetime.date(2025, 12, 31)
    for date in (jours(-3), avant):
        Seance.objects.create(ref=f"T{date}", action=action, date=date, statut="tenue")
        Seance.objects.create(ref=f"A{date}", action=action, date=date, statut="annulee")
    Seance.objects.create(ref="P", action=action, date=jours(3), statut="prevue")
    manques = ("seance-professionnels", "seance-motif")
    assert [[(ligne.nom, ligne.date) for ligne in lues(referent, genre)] for genre in manques] == [
        [("Sommeil", jours(-3))]
    ] * 2
    Seance.objects.filter(statut="tenue").update(professionnels=0)
    Seance.objects.filter(statut="annulee").update(motif_annulation="Intervenant malade")
    assert [lues(referent, genre) for genre in manques] == [[]] * 2


@pytest.mark.parametrize(("demande", "attendu"), [(datetime.date(2026, 9, 24), 0), (datetime.date(2026, 9, 23), 1)])
def test_an_aid_is_asked_about_after_two_months_without_decision(referent, qui, demande, attendu):
    aide = AideLogement.objects.create(
        ref="A",
        mesure=mesure(referent, qui, jours(-200)),
        type=code("type_aide", "installation", "Installation"),
        date_demande=demande,
    )
    assert len(lues(referent, "aide-decision")) == attendu
    aide.decision = "refuse"
    aide.save()
    assert lues(referent, "aide-decision") == []


def test_mine_are_those_i_follow(referent, qui):
    autre = Intervenant.objects.create(code="AUT", nom="Autre", prenom="A", role="travailleur_social")
    mien, sien = suivi(referent, qui, jours(-100)), suivi(referent, qui, jours(-100))
    sien.referent = autre
    sien.save()
    for rang, du in enumerate((mien, sien)):
        ContactRsa.objects.create(ref=f"C{rang}", suivi=du, date=JOUR, type="visite", statut="prevu")
        ContactRsa.objects.create(ref=f"D{rang}", suivi=du, date=JOUR, type="visite", statut="prevu", intervenant=autre)
    ContactRsa.objects.create(
        ref="E", suivi=sien, date=JOUR, type="visite", statut="prevu", intervenant=referent.intervenant
    )
    cles = {ligne.cle for ligne in lues(referent, "rsa-rendez-vous", portee=Portee.MIENS)}
    assert set(ContactRsa.objects.filter(pk__in=cles).values_list("ref", flat=True)) == {"C0", "E"}
    assert len(lues(referent, "rsa-rendez-vous")) == 5
    assert len(lues(referent, "rsa-a-voir", portee=Portee.MIENS)) == 1
    assert len(lues(referent, "rsa-a-voir")) == 2
