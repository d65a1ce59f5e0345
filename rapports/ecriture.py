"""How a figure is written on paper and on screen: its number, its unit, its evolution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from aipi.nombres import ESPACE_FINE, arrondi, euros, evolution, nombre, points, pourcentage
from aipi.periodes import Periode
from rapports.declarations import Declaration, Indicateur
from rapports.graphiques import Format
from rapports.indicateurs import INDICATEURS
from rapports.valeurs import Chiffre, Valeur

Sens = Literal["bon", "mauvais", "neutre"]

SINGULIERS = {
    "personnes": "personne",
    "ménages": "ménage",
    "mesures": "mesure",
    "aides": "aide",
    "actions": "action",
    "séances": "séance",
    "suivis": "suivi",
    "contacts": "contact",
    "contrats": "contrat",
    "places": "place",
    "équipes": "équipe",
    "entretiens": "entretien",
    "missions": "mission",
    "interventions": "intervention",
    "participations": "participation",
    "professionnels": "professionnel",
    "accompagnements": "accompagnement",
    "jours": "jour",
    "mois-mesures": "mois-mesure",
}
"""Units that agree in number; the others never change."""

ORIGINES = {
    "arrete": "arrêtée à la clôture du rapport",
    "calcule": "calculée à partir des dossiers",
    "publie": "publiée dans un rapport précédent",
    None: "inconnue",
}


def typographie(texte: str) -> str:
    """French spaces that do not break: inside « », before high punctuation."""
    return re.sub(r" (?=[»:;!?%])|(?<=«) ", ESPACE_FINE, texte)


def ecrire(declaration: Declaration, valeur: Fraction | None) -> str:
    """The number with « % » or « € », without its other units: « 44,8 % », « 20 441 € », « 77 ». Unknown: a dash."""
    decimales = declaration.decimales if isinstance(declaration, Indicateur) else None
    if declaration.unite == "%":
        return pourcentage(valeur, 1 if decimales is None else decimales)
    if declaration.unite == "€":
        return euros(valeur, decimales)
    return nombre(valeur, decimales)


def libelle_entier(declaration: Declaration) -> str:
    """The label, with its chapter when another chapter has the same one: « Participants, actions collectives »."""
    memes = [autre for autre in INDICATEURS.values() if autre.libelle == declaration.libelle]
    if len(memes) < 2:
        return declaration.libelle
    titre = declaration.chapitre.titre
    return f"{declaration.libelle}, {titre[0].lower()}{titre[1:]}"


def singulier(declaration: Declaration, valeur: Fraction | None) -> bool:
    """True when the number, as it is written, is under two: the French plural begins there."""
    decimales = declaration.decimales if isinstance(declaration, Indicateur) else None
    lu = 2 if decimales is None else decimales
    return valeur is not None and abs(arrondi(valeur, lu)) < 2 * 10**lu


def unite(declaration: Declaration, valeur: Fraction | None) -> str:
    """The unit that follows the number, agreed with it; nothing when the number carries it, or for a ratio."""
    if declaration.unite in {"%", "€", "ratio"}:
        return ""
    return SINGULIERS.get(declaration.unite, declaration.unite) if singulier(declaration, valeur) else declaration.unite


def avec_unite(declaration: Declaration, valeur: Fraction | None) -> str:
    """« 77 personnes », « 44,8 % », « — »."""
    suite = unite(declaration, valeur)
    return f"{ecrire(declaration, valeur)} {suite}" if suite and valeur is not None else ecrire(declaration, valeur)


def variation(chiffre: Chiffre) -> str:
    """« +22 % », « −2,4 pts » for a rate; empty when unknown or when what is written does not change."""
    if chiffre.nombre is None or chiffre.precedent is None:
        return ""
    if ecrire(chiffre.indicateur, chiffre.nombre) == ecrire(chiffre.indicateur, chiffre.precedent):
        return ""
    if chiffre.indicateur.unite == "%":
        return points(chiffre.ecart)
    texte = "" if chiffre.evolution is None else evolution(chiffre.evolution)
    return "" if texte == f"0{ESPACE_FINE}%" else texte


def fleche(chiffre: Chiffre) -> str:
    """▲ or ▼ beside a known change, else nothing."""
    if not variation(chiffre) or chiffre.ecart is None:
        return ""
    return "▲" if chiffre.ecart > 0 else "▼"


def sens(chiffre: Chiffre) -> Sens:
    """Whether the change is good news, by what the indicator declares."""
    favorable = chiffre.indicateur.favorable
    if favorable is None or chiffre.ecart is None or not variation(chiffre):
        return "neutre"
    return "bon" if (chiffre.ecart > 0) == (favorable == "hausse") else "mauvais"


def en_periode(periode: Periode) -> str:
    """« en 2020 », else « de septembre 2020 à août 2021 »."""
    annee = periode.annee_civile
    if annee is not None:
        return f"en {annee}"
    if str(periode).startswith(("de ", "du ")):
        return str(periode)
    return f"en {periode}"


def avant(periode: Periode) -> str:
    """How the period before is named in a comparison: « en 2020 », else « la période précédente »."""
    return f"en {periode.annee_civile}" if periode.annee_civile is not None else "la période précédente"


def court(periode: Periode) -> str:
    """The name of a period under an axis: « 2020 », « 09/2019–08/2020 »."""
    annee = periode.annee_civile
    return str(annee) if annee is not None else f"{periode.debut:%m/%Y}–{periode.fin:%m/%Y}"


def terme(indicateur: Indicateur, valeur: Fraction | None) -> str:
    """A numerator or a denominator with its unit."""
    return avec_unite(indicateur, valeur)


def format_de(declaration: Declaration) -> Format:
    """How the values of a chart of this figure are written."""
    if declaration.unite == "%":
        return Format(pourcentage=True)
    decimales = 0 if declaration.unite in {"€", "h"} else None
    return Format("" if declaration.unite == "ratio" else declaration.unite, decimales=decimales)


@dataclass(frozen=True)
class Mention:
    """The discreet mark of a value's origin, and what it means."""

    signe: str
    sens: str


def mention(valeur: Valeur) -> Mention | None:
    """A mark for a published value; computed and frozen values need none."""
    return Mention("P", ORIGINES["publie"]) if valeur.origine == "publie" else None
