"""Nothing hidden can be found: every published file is read again, and attacked by a linear program of its own."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from attaque import Lecteur
from django.db import transaction
from django.utils import timezone
from feuilles import EXEMPLES
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from recalcul.hasard import caseload as dossier_au_hasard
from recalcul.hasard import ecrire_dossier

from aipi.echange.importation import importer
from aipi.models import Compte, Convention, Financeur, Parametre
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from rapports.demonstration import ecrire_demonstration
from rapports.financeurs import publication
from rapports.financeurs.cellules import Cellule, Mesure
from rapports.financeurs.donnees import en_csv
from rapports.financeurs.explications import cachees
from rapports.financeurs.lecture import Demande
from rapports.financeurs.publication import garder, preparer, publier, relire
from rapports.financeurs.secret import PublicationImpossible, cacher, mesurer
from rapports.models import Tableau
from rapports.valeurs import Releve

pytestmark = [pytest.mark.django_db, pytest.mark.une_base]

POSSIBLES = 5
SAISON = Periode(datetime.date(2020, 9, 1), datetime.date(2021, 8, 31))
HUIT_MOIS = Periode(datetime.date(2021, 1, 1), datetime.date(2021, 8, 31))
NOMS = {
    "hors_retraits": "aci._sorties_hors_retraits",
    "dynamiques_etat": "aci.taux_sorties_dynamiques_etat#0",
    "sorties_etat": "aci.taux_sorties_dynamiques_etat#1",
    "heures_et_absences": "aci.taux_absenteisme#1",
    "journees": "rsa.occupation_moyenne#0",
    "sante.remplis": "sante.taux_remplissage#0",
    "collectif.remplis": "collectif.taux_remplissage#0",
}
"""What the attack calls otherwise than the software."""
VERS = {nom: court for court, nom in NOMS.items()}


def directeur() -> Compte:
    return Compte.objects.get_or_create(courriel="direction@exemple.fr", role="directeur")[0]


def publie(code: str, periode: Periode, **options: bool) -> Tableau | None:
    """A dashboard published for a funder, None when none would be safe."""
    try:
        tableau = preparer(Demande(Financeur.objects.get(code=code), periode, **options)).tableau
    except PublicationImpossible:
        return None
    publier(tableau, directeur())
    return tableau


def attaquer(tableaux: list[Tableau]) -> dict[tuple[str, str, str, str], int]:
    """How many values each hidden number may have, for who has the files of all these dashboards."""
    lecteur, verite = Lecteur(), {}
    for tableau in tableaux:
        lecteur.lire_csv(en_csv(tableau))
        for c, mesure in relire(tableau.cellules).items():
            verite[VERS.get(c.nom, c.nom), c.atelier, str(c.debut), str(c.fin)] = mesure.valeur
    return lecteur.etendues(verite)


def trouvees(tableaux: list[Tableau]) -> dict[tuple[str, str, str, str], int]:
    return {case: nombre for case, nombre in attaquer(tableaux).items() if nombre < POSSIBLES}


def conventionner(annee: int = 2021) -> None:
    for code, actions in {"CD59": ("aci", "rsa", "logement", "sante", "collectif"), "zz": ("aci",)}.items():
        financeur, _ = Financeur.objects.get_or_create(code=code, defaults={"nom": code})
        for action in actions:
            Convention.objects.get_or_create(ref=f"T-{code}-{action}", financeur=financeur, action=action, annee=annee)


@pytest.fixture
def demonstration(tmp_path: Path) -> None:
    ecrire_demonstration(tmp_path / "demo", timezone.localdate())
    importer(tmp_path / "demo")


def test_nothing_hidden_on_the_demonstration_can_be_narrowed_by_who_has_every_file(demonstration):
    annee = timezone.localdate().year - 1
    tableaux = [
        publie("DEPARTEMENT", Periode.annee(annee)),
        publie("ETAT", Periode.annee(annee), par_atelier=True),
        publie("DEPARTEMENT", Periode.annee(annee - 1)),
    ]
    assert None not in tableaux
    secrets = attaquer(tableaux)
    assert len(secrets) > 20
    assert {case: nombre for case, nombre in secrets.items() if nombre < POSSIBLES} == {}


def test_the_attack_finds_what_is_not_protected(demonstration, monkeypatch):
    """Without the numbers hidden beside the small ones, the same reader finds some of these."""
    monkeypatch.setattr(publication, "cacher", lambda nouvelles, publiees, seuil: nouvelles)
    tableau = publie("DEPARTEMENT", Periode.annee(timezone.localdate().year - 1))
    assert trouvees([tableau])


@pytest.mark.parametrize("exemple", ["small", "full"])
def test_nothing_hidden_on_the_examples_can_be_narrowed(exemple):
    importer(EXEMPLES / exemple / "files")
    conventionner()
    # A season across two years for another funder; or, for the same one, a year less eight months.
    autre = ("zz", SAISON) if exemple == "full" else ("CD59", HUIT_MOIS)
    tableaux = [publie("CD59", Periode.annee(2021), par_atelier=True), publie(*autre)]
    assert trouvees([tableau for tableau in tableaux if tableau]) == {}


REFERENCES = ("ref", "personne", "parcours", "contrat", "suivi", "mesure", "action", "seance", "formation")
COMMUNES_A_TOUS = (
    *("communes", "financeurs", "parametres", "nomenclatures", "ateliers", "equipes"),
    *("chiffre_affaires", "conventions", "budget", "valeurs_publiees"),
)


def grand_dossier(graine: int, combien: int) -> dict[str, list[dict[str, object]]]:
    """Several random caseloads side by side: enough people for some numbers to be shown."""
    reuni: dict[str, list[dict[str, object]]] = {}
    for rang in range(combien):
        for feuille, lignes in dossier_au_hasard(graine + rang).items():
            if feuille in COMMUNES_A_TOUS:
                reuni.setdefault(feuille, list(lignes) if feuille not in {"valeurs_publiees", "parametres"} else [])
                continue
            actions = feuille == "conventions"
            reuni.setdefault(feuille, []).extend(
                {
                    nom: f"{rang}-{valeur}" if nom in REFERENCES and valeur is not None and not actions else valeur
                    for nom, valeur in ligne.items()
                }
                for ligne in lignes
            )
    connus = {ligne["code"] for ligne in reuni["nomenclatures"]}
    inventes = {"service_civique", "greve", "alternance"} - connus
    for feuille, nom in (("parcours", "motif_sortie"), ("absences", "motif"), ("suivis_rsa", "motif_sortie")):
        reuni[feuille] = [ligne for ligne in reuni[feuille] if ligne[nom] not in inventes]
    sans = {ligne["ref"] for ligne in reuni["parcours"]}, {ligne["ref"] for ligne in reuni["suivis_rsa"]}
    for feuille, lignes in reuni.items():
        reuni[feuille] = [
            ligne
            for ligne in lignes
            if ligne.get("parcours", next(iter(sans[0]))) in sans[0]
            and ligne.get("suivi", next(iter(sans[1]))) in sans[1]
        ]
    contrats = {ligne["ref"] for ligne in reuni["contrats"]}
    for feuille in ("heures", "absences"):
        reuni[feuille] = [ligne for ligne in reuni[feuille] if ligne["contrat"] in contrats]
    return reuni


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(graine=st.integers(0, 2**32), combien=st.integers(2, 6))
def test_nothing_hidden_on_a_random_caseload_can_be_narrowed(graine, combien):
    with tempfile.TemporaryDirectory() as dossier, transaction.atomic():
        point = transaction.savepoint()
        ecrire_dossier(grand_dossier(graine, combien), Path(dossier))
        importer(dossier)
        conventionner()
        tableaux = [
            publie("CD59", Periode.annee(2021), par_atelier=True),
            publie("zz", SAISON),
            publie("CD59", SAISON),
        ]
        assert trouvees([tableau for tableau in tableaux if tableau]) == {}
        transaction.savepoint_rollback(point)


def lignes_de(tableau: Tableau) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(en_csv(tableau).decode("utf-8-sig")), delimiter=";"))


def test_zeros_stay_small_numbers_go_and_rates_go_with_their_terms(demonstration):
    annee = timezone.localdate().year - 1
    tableau = publie("DEPARTEMENT", Periode.annee(annee))
    assert tableau is not None
    releve = Releve(Periode.annee(annee))
    lignes = {(ligne["code"], ligne["cle"], ligne["terme"], ligne["debut"]): ligne for ligne in lignes_de(tableau)}
    debut = f"{annee}-01-01"
    for (code, cle, terme, jour), ligne in lignes.items():
        if jour != debut:
            continue
        if cle:
            [vraie] = [nombre for autre, _, nombre in releve.repartition(code) if autre == cle]
        elif terme == "valeur":
            vraie = releve.valeur(code).nombre
        else:
            vraie = getattr(releve.valeur(code), terme)
        if vraie == 0:
            assert ligne["etat"] == "connu", (code, cle)
        if ligne["unite"] in {"personnes", "ménages"} and vraie is not None and 0 < vraie < POSSIBLES:
            assert ligne["etat"] == "secret", (code, cle)
        if ligne["etat"] == "connu":
            assert Fraction(ligne["exacte"]) == vraie
        else:
            assert ligne["valeur"] == ligne["exacte"] == ""
    taux = {code for code, _, terme, _ in lignes if terme == "numerateur"}
    assert taux
    for code in taux:
        termes = {lignes[code, "", terme, debut]["etat"] for terme in ("numerateur", "denominateur")}
        if "secret" in termes:
            assert lignes[code, "", "valeur", debut]["etat"] == "secret"
    heures, etp = (lignes[code, "", "valeur", debut]["etat"] for code in ("aci.heures", "aci.etp"))
    assert heures == etp


def test_a_hidden_number_is_nowhere_in_what_is_published(demonstration):
    tableau = publie("ETAT", Periode.annee(timezone.localdate().year - 1), par_atelier=True)
    assert tableau is not None

    def cases(noeud):
        if isinstance(noeud, dict):
            if "etat" in noeud:
                yield noeud
            for valeur in noeud.values():
                yield from cases(valeur)
        elif isinstance(noeud, list):
            for valeur in noeud:
                yield from cases(valeur)

    secretes = [case for case in cases(tableau.contenu) if case["etat"] == "secret"]
    assert secretes
    assert {case["exact"] for case in secretes} == {None}


def test_a_dashboard_holds_the_figures_of_the_actions_of_its_agreements_alone(demonstration):
    annee = timezone.localdate().year - 1
    attendus = {
        "ETAT": {"aci"},
        "PARTENORD": {"logement"},
        "CPAM": {"sante"},
        "DEPARTEMENT": {"aci", "rsa", "logement", "sante", "collectif"},
    }
    for code, actions in attendus.items():
        tableau = publie(code, Periode.annee(annee))
        assert tableau is not None
        assert {ligne["code"].partition(".")[0] for ligne in lignes_de(tableau)} <= actions
        assert {bloc["chapitre"] for bloc in tableau.contenu["blocs"]} == actions


# One cell at a time


def cellule(nom: str, atelier: str = "", annee: int = 2021) -> Cellule:
    return Cellule(nom, atelier, datetime.date(annee, 1, 1), datetime.date(annee, 12, 31))


def nombres(**valeurs: int) -> dict[Cellule, Mesure]:
    return {
        cellule(nom.replace("__", ".").replace("_sur_", "/")): mesurer(Fraction(valeur), True, None, 5)
        for nom, valeur in valeurs.items()
    }


def caches(mesures: dict[Cellule, Mesure]) -> set[str]:
    return {c.nom for c, mesure in mesures.items() if mesure.secret}


@pytest.mark.parametrize(("valeur", "secret"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_count_is_secret_from_one_to_four(valeur, secret):
    assert mesurer(Fraction(valeur), True, None, 5).secret is secret


@pytest.mark.parametrize(("personnes", "secret"), [(4, True), (5, False), (None, False)])
def test_a_large_count_of_few_persons_is_secret(personnes, secret):
    assert mesurer(Fraction(40), True, personnes, 5).secret is secret


def test_one_small_part_of_a_known_whole_takes_another_with_it():
    mesures = nombres(rsa__suivis=40, rsa__suivis_par_sexe_sur_F=38, rsa__suivis_par_sexe_sur_M=2)
    assert caches(cacher(mesures, [])) == {"rsa.suivis_par_sexe/F", "rsa.suivis_par_sexe/M"}


def test_small_parts_that_protect_each_other_take_nothing_with_them():
    mesures = nombres(
        rsa__suivis=40,
        rsa__suivis_par_age_sur_moins_25=4,
        rsa__suivis_par_age_sur_25_29=4,
        rsa__suivis_par_age_sur_30_39=32,
    )
    assert caches(cacher(mesures, [])) == {"rsa.suivis_par_age/moins_25", "rsa.suivis_par_age/25_29"}


def test_a_zero_beside_a_small_number_is_shown():
    mesures = nombres(rsa__convocations=2, rsa__rdv_honores=2, rsa__absences=0)
    assert "rsa.absences" not in caches(cacher(mesures, []))


def test_what_another_dashboard_shows_already_cannot_serve_to_hide():
    montre = nombres(rsa__suivis=40, rsa__suivis_par_sexe_sur_F=38)
    nouveau = nombres(rsa__suivis=40, rsa__suivis_par_sexe_sur_F=38, rsa__suivis_par_sexe_sur_M=2)
    with pytest.raises(PublicationImpossible):
        cacher(nouveau, [montre])


def test_the_rest_of_a_year_is_not_known_exactly_when_it_is_small():
    premiere = {
        Cellule("rsa.entrees", "", datetime.date(2021, 1, 1), datetime.date(2021, 8, 31)): Mesure(Fraction(30), True)
    }
    annee = {cellule("rsa.entrees"): Mesure(Fraction(32), True), cellule("rsa.suivis"): Mesure(Fraction(90), True)}
    assert caches(cacher(annee, [premiere])) == {"rsa.entrees"}


def huit_mois_puis_l_annee(entrees: int, suivis: int) -> set[str]:
    """What a year hides when thirty came in from January to August, which another dashboard shows."""
    montre = {Cellule("rsa.entrees", "", HUIT_MOIS.debut, HUIT_MOIS.fin): Mesure(Fraction(30), True)}
    return caches(cacher(nombres(rsa__entrees=entrees, rsa__suivis=suivis), [montre]))


def test_a_small_rest_keeps_five_possible_values_as_any_hidden_number():
    """Who came in cannot be more than who was followed: with 33 followed, the rest would be 0, 1, 2 or 3."""
    assert huit_mois_puis_l_annee(32, 33) == {"rsa.entrees", "rsa.suivis"}
    assert huit_mois_puis_l_annee(32, 34) == {"rsa.entrees"}


@pytest.mark.parametrize("entrees", [30, 35])
def test_a_rest_of_nobody_or_of_many_hides_nothing(entrees):
    assert huit_mois_puis_l_annee(entrees, 90) == set()


@pytest.mark.parametrize(("avec", "caches_"), [(38, {"aci.rsa"}), (35, set()), (40, set())])
def test_the_few_who_are_not_counted_among_others_are_as_secret_as_a_few_who_are(avec, caches_):
    """Forty employees of whom thirty-eight had the RSA: two had not. Nobody and many are no secret."""
    assert caches(cacher(nombres(aci__salaries=40, aci__rsa=avec), [])) == caches_


def test_the_few_employees_of_the_other_workshops_are_not_told_by_one_workshop():
    mesures = {**nombres(aci__salaries=40), cellule("aci.salaries", "BAT"): Mesure(Fraction(37), True)}
    assert [c.atelier for c, mesure in cacher(mesures, []).items() if mesure.secret] == ["BAT"]


def test_the_director_reads_for_whom_a_large_number_is_hidden():
    atelier = {cellule("aci.salaries", "BAT"): Mesure(Fraction(37), True)}
    mesures = cacher({**nombres(aci__salaries=40, aci__rsa=38), **atelier}, [])
    annee = Periode.annee(2021)
    contenu = {"seuil": 5, "blocs": []}
    tableau = Tableau(debut=annee.debut, fin=annee.fin, contenu=contenu, cellules=garder(mesures))
    assert {c.raison.partition("\u202f: ")[2] for c in cachees(tableau)} == {
        "Salariés en parcours, hors «\u202fSalariés allocataires du RSA à l’entrée\u202f»",
        "Salariés en parcours, hors «\u202fSalariés en parcours (BAT)\u202f»",
    }


def test_a_higher_threshold_also_protects_the_rests():
    montre = {Cellule("rsa.entrees", "", HUIT_MOIS.debut, HUIT_MOIS.fin): Mesure(Fraction(30), True)}
    assert caches(cacher(nombres(rsa__entrees=37, rsa__suivis=90), [montre], 10)) == {"rsa.entrees"}


@pytest.mark.parametrize(("regle", "attendu"), [(None, 5), ("10", 10), ("1", 3), ("abc", 5)])
def test_the_threshold_is_a_setting_that_never_goes_under_three(regle, attendu):
    if regle is not None:
        Parametre.objects.create(cle=Parametre.SEUIL_SECRET, valeur=regle)
    assert Parametre.seuil_secret(timezone.localdate()) == attendu


def test_a_higher_threshold_hides_more(demonstration):
    annee = Periode.annee(timezone.localdate().year - 1)
    Parametre.objects.create(cle=Parametre.SEUIL_SECRET, valeur="10")
    tableau = publie("CPAM", annee)
    assert tableau is not None
    assert tableau.contenu["seuil"] == 10
    releve = Releve(annee)
    for ligne in lignes_de(tableau):
        if ligne["unite"] == "personnes" and ligne["cle"] == "" and ligne["debut"] == f"{annee.debut}":
            vraie = releve.valeur(ligne["code"]).nombre if ligne["terme"] == "valeur" else None
            if vraie is not None and 0 < vraie < 10:
                assert ligne["etat"] == "secret"


def test_workshops_are_those_of_the_period(demonstration):
    annee = Periode.annee(timezone.localdate().year - 1)
    tableau = publie("ETAT", annee, par_atelier=True)
    assert tableau is not None
    for ligne in lignes_de(tableau):
        if ligne["atelier"] and ligne["cle"] == "" and ligne["terme"] == "valeur" and ligne["etat"] == "connu":
            vraie = Releve(annee, Axe.lire("atelier", ligne["atelier"])).valeur(ligne["code"]).nombre
            assert Fraction(ligne["exacte"]) == vraie
