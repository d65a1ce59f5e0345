"""Small random caseloads full of edges, for hypothesis, and how one is written as CSV files.

The references between rows always hold and no row ends before it starts, so that the importer accepts every caseload;
anything else that real files hold is drawn: contracts outside their parcours, hours outside contracts, empty sheets…

Hypothesis draws a seed and which sheets are kept: the rows come from the seed. Drawn one by
one by hypothesis, hundreds of cells would exceed what it can hold and leave nearly empty caseloads.
"""

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from .feuilles import COLONNES, Dossier, Ligne, Valeur
from .listes import UNITES, nomenclature

Choix = Callable[[Random], Any]  # a way to draw a value
Tirer = Callable[[Choix], Any]

# two years and their borders, the two 29 February around, the season of a call for projects (September to August)
JOURS = [
    date(annee, mois, jour)
    for annee in (2020, 2021, 2022)
    for mois, jour in ((1, 1), (1, 2), (2, 28), (6, 15), (8, 31), (9, 1), (12, 30), (12, 31))
] + [date(2019, 12, 31), date(2020, 2, 29), date(2023, 1, 1), date(2024, 2, 29)]
MOIS = [date(annee, mois, 1) for annee in (2020, 2021, 2022) for mois in (1, 2, 8, 9, 12)]
ANNEES = [2019, 2020, 2021, 2022]
# « 10 » comes before « 2 », upper case before lower case, and accents last: the order of code points
REFS = ["10", "2", "B", "a", "É1"]
NAISSANCES = [date(1996, 2, 29), date(1997, 1, 1), date(1995, 12, 31), date(1972, 1, 1), date(1961, 12, 31), *JOURS[:2]]
COMMUNES = ["59067", "59183", "2A004"]
RUBRIQUES = ["60 Achats", "70 Ventes", "-Reprises", "= Dotations; amortissements"]

# the sheets no other one points at: each may be left empty
FEUILLES_LIBRES = [
    *("heures", "absences", "entretiens", "freins", "missions", "participations_formation", "chiffre_affaires"),
    *("contacts_rsa", "contrats_engagement", "interventions_logement", "aides_logement", "presences"),
    *("conventions", "budget", "valeurs_publiees", "parametres"),
]
# the columns summed, each of which may be empty on every row: unknown is not zero
COLONNES_SOMMEES = {
    "participations_formation": ("jours", "heures", "cout"),
    "mesures_logement": ("personnes_menage", "enfants_menage"),
    "aides_logement": ("montant_accorde",),
    "seances": ("professionnels",),
    "actions": ("places",),
    "conventions": ("montant", "objectif"),
}


def parmi(*valeurs: Any) -> Choix:
    """One of the values."""
    return lambda hasard: hasard.choice(valeurs)


def ou_vide(choix: Choix) -> Choix:
    """The value, or an empty cell one time out of four."""
    return lambda hasard: None if hasard.random() < 0.25 else choix(hasard)


def codes(liste: str) -> Choix:
    """A code of a nomenclature of the software."""
    return parmi(*nomenclature({"nomenclatures": []}, liste))


jours = parmi(*JOURS)
booleens = parmi(True, False)
decimaux = parmi(*map(Decimal, ("0", "0.01", "0.5", "1", "2.25", "151.67", "1820", "0.3333")))
signes = parmi(*map(Decimal, ("-12.5", "0", "0.1", "0.2", "1000", "19999.99")))
entiers = parmi(0, 1, 5, 6, 11, 12, 23, 24, 25)


def sejour(hasard: Random) -> tuple[date, date | None]:
    """A start, and an end: none, the same day, a day or 80, 81 days later, or another edge."""
    debut = hasard.choice(JOURS)
    apres = [debut + timedelta(days=n) for n in (0, 1, 80, 81)] + [jour for jour in JOURS if jour > debut]
    return debut, ou_vide(parmi(*apres))(hasard)


def lignes(tirer: Tirer, cle: list[str], faire: Callable[[], Ligne], au_plus: int) -> list[Ligne]:
    """Up to so many rows, no two with the same key."""
    par_cle: dict[tuple[Valeur, ...], Ligne] = {}
    for _ in range(tirer(combien(au_plus))):
        ligne = faire()
        par_cle[tuple(ligne[nom] for nom in cle)] = ligne
    return list(par_cle.values())


def combien(au_plus: int) -> Choix:
    """How many rows: seldom none."""
    return lambda hasard: hasard.choice([0, *range(1, au_plus + 1), *range(1, au_plus + 1)])


def numerotees(tirer: Tirer, faire: Callable[[], Ligne], au_plus: int) -> list[Ligne]:
    """Up to so many rows under references whose order is not that of their making."""
    refs = [*REFS, *(f"n{n}" for n in range(max(0, au_plus - len(REFS))))]
    melangees = tirer(lambda hasard: hasard.sample(refs, len(refs)))
    return [{"ref": ref} | faire() for ref in melangees[: tirer(combien(au_plus))]]


@st.composite
def caseloads(draw: st.DrawFn) -> Dossier:
    """A caseload: every sheet, some of them empty, a few rows each."""
    graine = draw(st.integers(0, 2**32))
    # drawn apart from the seed, so that a counter-example loses its useless sheets
    return caseload(graine, [feuille for feuille in FEUILLES_LIBRES if draw(st.integers(0, 5)) == 0])


def caseload(graine: int, vides: Iterable[str] = ()) -> Dossier:
    """The caseload of a seed, but for the sheets left empty (of `FEUILLES_LIBRES`)."""
    hasard = Random(graine)

    def tirer(choix: Choix) -> Any:
        return choix(hasard)

    d: Dossier = {}
    commun(tirer, d)
    insertion_pro(tirer, d)
    insertion_sociale(tirer, d)
    collectif(tirer, d)
    rapports(tirer, d)
    for feuille, colonnes in COLONNES_SOMMEES.items():
        for colonne in colonnes:
            if hasard.random() < 0.1:
                for ligne in d[feuille]:
                    ligne[colonne] = None
    for feuille in vides:
        d[feuille] = []
    return d


def commun(tirer: Tirer, d: Dossier) -> None:
    """Persons and reference data."""
    d["communes"] = [
        {"code_insee": "59183", "nom": "Dunkerque", "code_postal": "59140", "intercommunalite": None},
        {"code_insee": "2A004", "nom": "Ajaccio", "code_postal": "20000", "intercommunalite": "CA; l’autre"},
    ]
    d["financeurs"] = [{"code": code, "nom": f"Financeur {code}"} for code in ("CD59", "zz", "ÉTAT")]
    d["parametres"] = lignes(
        tirer,
        ["cle", "valide_du"],
        lambda: {
            "cle": "heures_par_etp",
            "valide_du": tirer(ou_vide(jours)),
            "valeur": tirer(parmi(Decimal(1820), Decimal(1607), Decimal("1505.5"))),
        },
        2,
    )
    if tirer(parmi(True, False, False, False)):
        d["parametres"].append({"cle": "premiere_annee", "valide_du": None, "valeur": Decimal(tirer(parmi(*ANNEES)))})
    d["nomenclatures"] = lignes(tirer, ["liste", "code"], lambda: ligne_nomenclature(tirer), 2)
    d["personnes"] = [
        {
            "ref": ref,
            "nom": "O'Brien; l’aîné",
            "prenom": "Ève",
            "sexe": tirer(ou_vide(parmi("F", "M"))),
            "date_naissance": tirer(ou_vide(parmi(*NAISSANCES))),
            "code_insee": tirer(ou_vide(parmi(*COMMUNES))),
            "rqth": tirer(ou_vide(booleens)),
        }
        for ref in REFS
    ]


def ligne_nomenclature(tirer: Tirer) -> Ligne:
    """A code of the administrator, or the change of one of the software: another category, or none."""
    liste, code, categories = tirer(
        parmi(
            ("motif_sortie", "cdi_aide", ("retrait", "emploi_durable", None)),
            ("motif_sortie", "service_civique", ("sortie_positive", "autre_sortie", None)),
            ("motif_absence", "greve", ("absenteisme", None)),
            ("motif_sortie_rsa", "alternance", ("insertion_professionnelle", None)),
        )
    )
    return {
        "liste": liste,
        "code": code,
        "libelle": "Un libellé",
        "ordre": tirer(parmi(9000, 9001)),
        "categorie": tirer(parmi(*categories)),
        "valide_du": None,
        "valide_au": tirer(ou_vide(jours)),
    }


def codes_de(d: Dossier, liste: str) -> Choix:
    """A code of the list, or half of the time one the caseload adds or changes."""
    ajoutes = [str(ligne["code"]) for ligne in d["nomenclatures"] if ligne["liste"] == liste]
    return lambda hasard: hasard.choice([codes(liste), parmi(*ajoutes) if ajoutes else codes(liste)])(hasard)


def insertion_pro(tirer: Tirer, d: Dossier) -> None:
    """Workshops, parcours, contracts and what hangs on them."""
    personnes = parmi(*[p["ref"] for p in d["personnes"]])
    d["ateliers"] = [{"code": code, "nom": f"Atelier {code}"} for code in ("BV", "bat", "VIDE")]
    d["equipes"] = [
        {"code": code, "atelier": atelier, "nom": f"Équipe {code}", "encadrant": None}
        for code, atelier in (("BV1", "BV"), ("BV2", "BV"), ("bat1", "bat"))
    ]

    def parcours() -> Ligne:
        entree, sortie = tirer(sejour)
        return {
            "personne": tirer(personnes),
            "date_entree": entree,
            "date_sortie": sortie,
            "motif_sortie": tirer(ou_vide(codes_de(d, "motif_sortie"))),
            "prescripteur": tirer(ou_vide(codes("prescripteur"))),
            "rsa_entree": tirer(ou_vide(booleens)),
            "mois_sans_emploi_entree": tirer(ou_vide(entiers)),
            "niveau_formation": tirer(ou_vide(codes("niveau_formation"))),
            "pass_iae_debut": tirer(ou_vide(jours)),
        }

    d["parcours"] = numerotees(tirer, parcours, 9)
    feuilles = ("contrats", "heures", "absences", "entretiens", "freins", "missions", "formations")
    for feuille in (*feuilles, "participations_formation"):
        d[feuille] = []
    if d["parcours"]:
        contrats(tirer, d)
        parcours_suivis(tirer, d)
    ateliers = parmi(*[a["code"] for a in d["ateliers"]])
    d["chiffre_affaires"] = lignes(
        tirer,
        ["atelier", "mois"],
        lambda: {"atelier": tirer(ateliers), "mois": tirer(parmi(*MOIS)), "montant": tirer(signes)},
        12,
    )


def contrats(tirer: Tirer, d: Dossier) -> None:
    """Contracts (several at once, in several teams, outside their parcours), hours and absences."""
    dates = {p["ref"]: (p["date_entree"], p["date_sortie"]) for p in d["parcours"]}

    def contrat() -> Ligne:
        parcours = tirer(parmi(*sorted(dates)))
        debut, fin = tirer(parmi(dates[parcours], tirer(sejour)))
        return {
            "parcours": parcours,
            "equipe": tirer(parmi("BV1", "BV2", "bat1")),
            "date_debut": debut,
            "date_fin": tirer(ou_vide(parmi(fin))),
            "heures_hebdo": tirer(ou_vide(decimaux)),
        }

    d["contrats"] = numerotees(tirer, contrat, 14)
    if not d["contrats"]:
        return
    refs = parmi(*[c["ref"] for c in d["contrats"]])
    d["heures"] = lignes(
        tirer,
        ["contrat", "mois"],
        lambda: {"contrat": tirer(refs), "mois": tirer(parmi(*MOIS)), "heures": tirer(decimaux)},
        20,
    )
    d["absences"] = lignes(
        tirer,
        ["contrat", "mois", "motif"],
        lambda: {
            "contrat": tirer(refs),
            "mois": tirer(parmi(*MOIS)),
            "motif": tirer(codes_de(d, "motif_absence")),
            "heures": tirer(decimaux),
        },
        12,
    )


def parcours_suivis(tirer: Tirer, d: Dossier) -> None:
    """Interviews, obstacles, missions and training."""
    refs = parmi(*[p["ref"] for p in d["parcours"]])

    def entretien() -> Ligne:
        return {
            "parcours": tirer(refs),
            "date": tirer(jours),
            "lieu": tirer(ou_vide(codes("lieu_entretien"))),
            "objet": tirer(ou_vide(parmi("social", "professionnel"))),
            "duree_minutes": tirer(ou_vide(entiers)),
        }

    def frein() -> Ligne:
        debut, fin = tirer(sejour)
        return {
            "parcours": tirer(refs),
            "categorie": tirer(parmi("logement", tirer(codes("categorie_frein")))),
            "date_reperage": debut,
            "date_fin": fin,
            "issue": tirer(ou_vide(parmi("leve", "ameliore", "stable", "aggrave"))),
        }

    def mission() -> Ligne:
        debut, fin = tirer(sejour)
        sorte = tirer(parmi("interim", "immersion", "cdd"))
        return {"parcours": tirer(refs), "type": sorte, "date_debut": debut, "date_fin": fin}

    def formation() -> Ligne:
        debut, fin = tirer(sejour)
        sorte = tirer(parmi("cqp", "cqp", "sst", "permis"))
        return {"intitule": "Formation", "type": sorte, "date_debut": debut, "date_fin": fin}

    d["entretiens"] = numerotees(tirer, entretien, 8)
    d["freins"] = numerotees(tirer, frein, 12)
    d["missions"] = numerotees(tirer, mission, 6)
    d["formations"] = numerotees(tirer, formation, 4)
    if d["formations"]:
        formations = parmi(*[f["ref"] for f in d["formations"]])
        d["participations_formation"] = lignes(
            tirer,
            ["formation", "parcours"],
            lambda: {
                "formation": tirer(formations),
                "parcours": tirer(refs),
                "jours": tirer(ou_vide(decimaux)),
                "heures": tirer(ou_vide(decimaux)),
                "cout": tirer(ou_vide(decimaux)),
                "resultat": tirer(ou_vide(parmi("suivie", "abandonnee", "certifiee"))),
            },
            4,
        )


def insertion_sociale(tirer: Tirer, d: Dossier) -> None:
    """RSA follow-ups (several for one person) and housing measures."""
    personnes = parmi(*[p["ref"] for p in d["personnes"][:3]])

    def suivi() -> Ligne:
        entree, sortie = tirer(sejour)
        return {
            "personne": tirer(personnes),
            "date_entree": entree,
            "date_sortie": sortie,
            "motif_sortie": tirer(ou_vide(codes_de(d, "motif_sortie_rsa"))),
            "typologie": tirer(ou_vide(codes("typologie"))),
        }

    def mesure() -> Ligne:
        debut, fin = tirer(sejour)
        return {
            "personne": tirer(personnes),
            "dispositif": tirer(parmi("fsl", "partenord")),
            "type": tirer(ou_vide(parmi("acces", "maintien", "publics_specifiques"))),
            "date_debut": debut,
            "date_fin": fin,
            "personnes_menage": tirer(ou_vide(entiers)),
            "enfants_menage": tirer(ou_vide(entiers)),
        }

    d["suivis_rsa"] = numerotees(tirer, suivi, 9)
    d["mesures_logement"] = numerotees(tirer, mesure, 8)
    suivis = parmi(*([s["ref"] for s in d["suivis_rsa"]] or [None]))
    mesures = parmi(*([m["ref"] for m in d["mesures_logement"]] or [None]))

    def contact() -> Ligne:
        statuts = ("prevu", "honore", "honore", "absence_excusee", "absence_non_excusee", "annule")
        return {
            "suivi": tirer(suivis),
            "date": tirer(jours),
            "type": tirer(parmi("convocation", "convocation", "visite", "telephone")),
            "statut": tirer(parmi(*statuts)),
        }

    def engagement() -> Ligne:
        debut, fin = tirer(sejour)
        return {"suivi": tirer(suivis), "type": tirer(parmi("cer", "ce")), "date_signature": debut, "date_fin": fin}

    def intervention() -> Ligne:
        theme = tirer(parmi("etat_logement", "demarches_administratives", "gestion_budgetaire"))
        return {"mesure": tirer(mesures), "date": tirer(jours), "theme": theme}

    def aide() -> Ligne:
        demande, decidee = tirer(sejour)
        return {
            "mesure": tirer(mesures),
            "type": tirer(codes("type_aide")),
            "date_demande": demande,
            "decision": tirer(ou_vide(parmi("accepte", "accepte", "refuse", "ajourne", "sans_suite"))),
            "date_decision": decidee,
            "montant_accorde": tirer(ou_vide(decimaux)),
        }

    d["contacts_rsa"] = numerotees(tirer, contact, 20) if d["suivis_rsa"] else []
    d["contrats_engagement"] = numerotees(tirer, engagement, 7) if d["suivis_rsa"] else []
    d["interventions_logement"] = numerotees(tirer, intervention, 8) if d["mesures_logement"] else []
    d["aides_logement"] = numerotees(tirer, aide, 12) if d["mesures_logement"] else []


def collectif(tirer: Tirer, d: Dossier) -> None:
    """Actions, sessions and attendance."""

    def action() -> Ligne:
        return {
            "domaine": tirer(parmi("sante", "collectif")),
            "programme": tirer(parmi("=Bilan", "Réseau; santé", "Prépa Code")),
            "intitule": "Une action",
            "annee": tirer(parmi(*ANNEES)),
            "places": tirer(ou_vide(parmi(0, 1, 3, 8))),
        }

    d["actions"] = numerotees(tirer, action, 6)
    actions = parmi(*([a["ref"] for a in d["actions"]] or [None]))

    def seance() -> Ligne:
        return {
            "action": tirer(actions),
            "date": tirer(jours),
            "statut": tirer(parmi("tenue", "tenue", "prevue", "annulee")),
            "professionnels": tirer(ou_vide(parmi(0, 1, 3))),
        }

    d["seances"] = numerotees(tirer, seance, 12) if d["actions"] else []
    seances = parmi(*([s["ref"] for s in d["seances"]] or [None]))
    personnes = parmi(*[p["ref"] for p in d["personnes"]])
    d["presences"] = []
    if d["seances"]:
        d["presences"] = lignes(
            tirer,
            ["seance", "personne"],
            lambda: {"seance": tirer(seances), "personne": tirer(personnes), "present": tirer(booleens)},
            8,
        )


def rapports(tirer: Tirer, d: Dossier) -> None:
    """Conventions (with and without objective), budget and published values."""
    financeurs = parmi(*[f["code"] for f in d["financeurs"]])
    unites = {"aci": "etp", "rsa": "places", "logement": "mois_mesures", "sante": "participants"}

    def convention() -> Ligne:
        action = tirer(parmi(*sorted(unites)))
        return {
            "financeur": tirer(financeurs),
            "action": action,
            "annee": tirer(parmi(*ANNEES)),
            "montant": tirer(ou_vide(decimaux)),
            "objectif": tirer(ou_vide(decimaux)),
            "unite_objectif": tirer(parmi(unites[action], unites[action], "participants", None)),
        }

    d["conventions"] = numerotees(tirer, convention, 16)
    d["budget"] = lignes(
        tirer,
        ["annee", "sens", "rubrique", "financeur"],
        lambda: {
            "annee": tirer(parmi(*ANNEES)),
            "sens": tirer(parmi("charge", "produit")),
            "rubrique": tirer(parmi(*RUBRIQUES)),
            "montant": tirer(signes),
            "financeur": tirer(ou_vide(financeurs)),
        },
        16,
    )
    ateliers = parmi(*[a["code"] for a in d["ateliers"]])

    def publiee() -> Ligne:
        indicateur = tirer(parmi(*list(UNITES)))
        par_atelier = indicateur.startswith("aci.")
        return {
            "annee": tirer(parmi(*ANNEES)),
            "indicateur": indicateur,
            "atelier": tirer(ou_vide(ateliers)) if par_atelier else None,
            "valeur": tirer(signes),
            "source": "Rapport ; p. 4",
        }

    d["valeurs_publiees"] = lignes(tirer, ["annee", "indicateur", "atelier"], publiee, 40)


def ecrire_cellule(valeur: Valeur, sorte: str) -> str:
    """A value as the exchange format writes it."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return f"{valeur:%Y-%m}" if sorte == "mois" else valeur.isoformat()
    texte = str(valeur)
    return f"'{texte}" if isinstance(valeur, str) and texte[:1] in tuple("=+-@\t\r'") else texte


def ecrire_dossier(dossier: Dossier, chemin: Path) -> None:
    """Writes every sheet of a caseload, with or without rows, as CSV files in the folder `chemin`, made if need be."""
    chemin.mkdir(parents=True, exist_ok=True)
    for feuille, contenu in dossier.items():
        sortes = COLONNES[feuille]
        presentes = {nom for ligne in contenu for nom in ligne} or set(sortes)
        noms = [nom for nom in sortes if nom in presentes]
        with (chemin / f"{feuille}.csv").open("w", encoding="utf-8", newline="") as fichier:
            ecriture = csv.writer(fichier, delimiter=";", lineterminator="\n")
            ecriture.writerow(noms)
            ecriture.writerows([ecrire_cellule(ligne.get(nom), sortes[nom]) for nom in noms] for ligne in contenu)
