"""Labels that no row of reference is called by: a town, a team, a colleague, a motive. The nearest rows are offered, and a new
one may be made for it by the import itself: what it makes is undone with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from aipi.echange.colonnes import Annee, Choix, CodeNomenclature, Colonne, Reference, Texte
from aipi.echange.feuille import Feuille
from aipi.models import Nomenclature, Reprise
from aipi.texte import replier

from .identites import fabriquee
from .plan import Plan, a_des_codes, colonne_de, libelle, par_modele
from .propositions import Lexique, mots
from .valeurs import separer

CREER = "+"
"""In the place of a code: the import makes a row for the label. No code is that."""
PROCHES = 3
CODE_MAXIMUM = 60


@dataclass
class Champ:
    """What must be said of a row that is to be made."""

    nom: str
    libelle: str
    valeur: str
    requis: bool
    choix: list[tuple[str, str]] = field(default_factory=list)
    attendu: str = ""
    faute: str = ""


def se_cree(vers: str) -> bool:
    """Whether a label of « sheet.column » may be a row to make."""
    return a_des_codes(vers) and isinstance(colonne_de(vers), Reference)


def feuille_de(vers: str) -> Feuille:
    """The sheet of the rows that a column names."""
    colonne = colonne_de(vers)
    assert isinstance(colonne, Reference)
    return par_modele(colonne.modele)


def proches(texte: str, choix: Mapping[str, str]) -> dict[str, str]:
    """The few codes whose label looks most like a text, nearest first."""
    plie = mots(texte)
    notes = sorted(
        ((SequenceMatcher(None, plie, mots(dit)).ratio(), code) for code, dit in choix.items()), reverse=True
    )
    return {code: choix[code] for note, code in notes[:PROCHES] if note >= 0.4}


def offertes(reprise: Reprise, vers: str, lexique: Lexique) -> dict[str, str]:
    """The codes that a label may mean: rows of the house, and rows that other sheets of the drop are to make."""
    choix = dict(lexique.options(vers))
    if not se_cree(vers):
        return choix
    visee = feuille_de(vers)
    liste = _liste(vers)
    # Prefetched by the page, which asks for several columns.
    for feuille in reprise.feuilles.all():
        for autre, lignes in Plan.de(feuille.plan).creations.items():
            if lignes and feuille_de(autre) is visee and _liste(autre) == liste:
                cle = visee.cle[-1]
                choix = {ligne[cle]: f"{_nom(ligne)} (à créer)" for ligne in lignes.values()} | choix
    return choix


def _liste(vers: str) -> str:
    colonne = colonne_de(vers)
    return colonne.liste if isinstance(colonne, CodeNomenclature) else ""


def _nom(ligne: Mapping[str, str]) -> str:
    dit = ligne.get("libelle") or ligne.get("intitule") or f"{ligne.get('prenom', '')} {ligne.get('nom', '')}".strip()
    return dit or next(iter(ligne.values()), "")


def champs(
    vers: str, texte: str, dits: Mapping[str, str], choix: Mapping[str, Mapping[str, str]], annee: str
) -> list[Champ]:
    """What is to be said of the row made for `texte`: `dits` what was, else what the label tells.

    `choix`: by « sheet.column » of a reference, the rows that may be named.
    """
    feuille, devines = feuille_de(vers), _devines(vers, texte, annee)
    demandes = []
    for colonne in feuille.colonnes:
        if not _demande(feuille, colonne, choix):
            continue
        possibles = _possibles(feuille, colonne, choix)
        valeur = dits.get(colonne.nom, devines.get(colonne.nom, ""))
        if not valeur and len(possibles) == 1:
            valeur = possibles[0][0]
        requis = colonne.requise
        demandes.append(Champ(colonne.nom, libelle(colonne), valeur, requis, possibles, colonne.attendu))
    return demandes


def _demande(feuille: Feuille, colonne: Colonne, choix: Mapping[str, Mapping[str, str]]) -> bool:
    if colonne.nom in {"ref", "code", "liste"}:
        return False
    if colonne.nom == "categorie" and feuille.modele is Nomenclature:
        return bool(choix.get(f"{feuille.nom}.{colonne.nom}"))
    return colonne.requise


def _categories(vers: str) -> dict[str, str]:
    lignes = Nomenclature.objects.filter(liste=_liste(vers)).exclude(categorie="")
    dites = lignes.order_by("categorie").values_list("categorie", flat=True).distinct()
    return {c: c.replace("_", " ").capitalize() for c in dites}


def _possibles(feuille: Feuille, colonne: Colonne, choix: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    if isinstance(colonne, Choix):
        return list(colonne.codes.items())
    return list(choix.get(f"{feuille.nom}.{colonne.nom}", {}).items())


def choix_demandes(reprise: Reprise, vers: str, lexique: Lexique) -> dict[str, dict[str, str]]:
    """By « sheet.column », what a row to make may name: the workshop of a team, the category of a motive."""
    feuille = feuille_de(vers)
    demandees = [c for c in feuille.colonnes if c.requise and isinstance(c, Reference)]
    choix = {f"{feuille.nom}.{c.nom}": offertes(reprise, f"{feuille.nom}.{c.nom}", lexique) for c in demandees}
    if feuille.modele is Nomenclature:
        choix[f"{feuille.nom}.categorie"] = _categories(vers)
    return choix


def _devines(vers: str, texte: str, annee: str) -> dict[str, str]:
    """What a label says of the row that it would be."""
    feuille = feuille_de(vers)
    noms = feuille.par_nom
    devines: dict[str, str] = {}
    if "prenom" in noms:
        devines["nom"], devines["prenom"] = separer(texte, True)
    elif "code_postal" in noms:
        postal = re.search(r"\b[0-9]{5}\b", texte)
        devines["code_postal"] = postal[0] if postal else ""
        devines["nom"] = " ".join(texte.replace(devines["code_postal"], " ").split()) if postal else texte
    for nom in ("nom", "intitule", "programme", "libelle"):
        if nom in noms and isinstance(noms[nom], Texte):
            devines.setdefault(nom, texte)
    if "role" in noms:
        devines["role"] = "travailleur_social"
    devines |= {c.nom: annee for c in feuille.colonnes if isinstance(c, Annee)}
    return devines


def fabriquer(vers: str, texte: str, dits: Mapping[str, str], prises: Mapping[str, str]) -> dict[str, str]:
    """The row of the format for a label: what was said of it, under a key that no other row has."""
    feuille = feuille_de(vers)
    ligne = {nom: valeur for nom, valeur in dits.items() if valeur}
    cle = feuille.cle[-1]
    if (liste := _liste(vers)) and "liste" in feuille.cle:
        ligne["liste"] = liste
    if cle == "ref":
        ligne[cle] = fabriquee(feuille.nom[:3].upper(), feuille.nom, replier(texte))
    elif cle == "code":
        ligne[cle] = _code(vers, feuille, texte, prises)
    return ligne


def _code(vers: str, feuille: Feuille, texte: str, prises: Mapping[str, str]) -> str:
    nu = "".join(c if c.isalnum() else " " for c in replier(texte)).split()
    base = "_".join(nu) if "liste" in feuille.cle else "-".join(nu).upper()
    base = base[:CODE_MAXIMUM] or "SANS-NOM"
    code, numero = base, 2
    while code in prises or existe(vers, code):
        code, numero = f"{base}-{numero}", numero + 1
    return code


def existe(vers: str, code: str) -> bool:
    """Whether the house has a row under this code."""
    return bool(existants(vers, [code]))


def existants(vers: str, codes: list[str]) -> set[str]:
    """Those of these codes that a row of the house has."""
    colonne = colonne_de(vers)
    assert isinstance(colonne, Reference)
    lignes: Any = colonne.modele._default_manager.filter(**{f"{colonne.cible}__in": codes})
    if liste := _liste(vers):
        lignes = lignes.filter(liste=liste)
    return set(lignes.values_list(colonne.cible, flat=True))


def fautes(demandes: list[Champ]) -> bool:
    """Tell what is missing at its field; whether anything is."""
    for champ in demandes:
        if champ.requis and not champ.valeur:
            champ.faute = f"«\u202f{champ.libelle}\u202f» est à remplir."
        elif champ.choix and champ.valeur and champ.valeur not in dict(champ.choix):
            champ.faute = "À choisir dans la liste."
    return any(champ.faute for champ in demandes)
