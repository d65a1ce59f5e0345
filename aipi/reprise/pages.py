"""What the pages of a sheet show: its columns with what they hold, what they give once understood, its labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import prefetch_related_objects

from aipi.echange.colonnes import Date, Mois, Nombre
from aipi.echange.feuille import feuilles
from aipi.models import FeuilleReprise
from aipi.texte import replier

from . import intertitres
from . import plan as plans
from .cellules import lu
from .depliage import lisible
from .depot import ECHANTILLON, LABELS_MAXIMUM, premieres
from .entetes import hors_tableau
from .feuille_lue import FeuilleLue, lire_numero
from .lecture import rangees
from .propositions import Lexique, codes_surs, deviner_codes
from .references import champs, choix_demandes, offertes, proches, se_cree

EXEMPLES = 3
LONGUEUR_EXEMPLE = 40
MONTRES = 150
"""Different labels of one column that are shown; more are no labels."""
APERCU = 6
"""Rows shown as they are understood."""
PAR_LIGNE = 2
PAR_LIGNE_MAXIMUM = 12


def colonnes(feuille: FeuilleReprise, plan: plans.Plan) -> list[dict[str, Any]]:
    """The columns with a few of their cells, what each says, and its month when it has one of its own."""
    lignes = premieres(feuille, 30)
    plis = plan.depliees()
    return [
        {
            "rang": rang,
            "titre": titre,
            "vers": plan.colonnes.get(titre, ""),
            "exemples": _exemples(lignes, rang),
            "periode": lisible(plis[titre].en(plan.annee) or plis[titre].texte) if titre in plis else "",
        }
        for rang, titre in enumerate(feuille.titres)
    ]


def _exemples(lignes: list[tuple[int, list[Any]]], rang: int) -> list[str]:
    """The first different things that a column says."""
    vus: dict[str, None] = {}
    for _, cellules in lignes:
        texte = lu(cellules[rang]).strip() if rang < len(cellules) else ""
        if texte and len(vus) < EXEMPLES and not hors_tableau(cellules):
            vus[texte if len(texte) <= LONGUEUR_EXEMPLE else texte[:LONGUEUR_EXEMPLE] + "…"] = None
    return list(vus)


def groupes(cible: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The columns that may be chosen, under the sheet that they are of."""
    resultat = []
    for feuille in plans.chaine(cible):
        choix = [
            (f"{feuille.nom}.{c.nom}", plans.libelle(c) + (" (obligatoire)" if c.requise else ""))
            for c in feuille.colonnes
        ]
        if feuille.nom == plans.PERSONNES:
            choix = [*plans.COMPOSEES.items(), *choix]
        resultat.append((plans.libelle_feuille(feuille), choix))
    return resultat


def constantes(plan: plans.Plan) -> list[dict[str, Any]]:
    """What no column says and every row needs, or that a constant says already: how it may be said at once."""
    if not plan.cible:
        return []
    dites = set(plan.colonnes.values())
    debuts = {
        f"{parente.nom}.{plans.debut_de(parente)}"
        for parente in plans.chaine(plan.cible)[1:]
        if plans.faits_perdus(plan, parente)
    }
    lignes = []
    for feuille, colonne in plans.cibles(plan.cible):
        vers = f"{feuille.nom}.{colonne.nom}"
        if vers in dites or feuille.nom == plans.PERSONNES or (plan.dit(vers) and vers not in plan.constantes):
            continue
        if vers not in plan.constantes and plans.se_fabrique(plan, feuille, colonne):
            continue
        if not (vers in plan.constantes or vers in debuts or (colonne.requise and feuille.nom == plan.cible)):
            continue
        choix: list[tuple[str, str]] = []
        if plans.a_des_codes(vers):
            choix = list(plans.options(vers).items())
        elif isinstance(colonne, Date):
            autres = [(t, v) for t, v in plan.colonnes.items() if v and v not in plans.COMPOSEES]
            choix = [
                (f"{plans.COMME}{v}", f"comme « {t} »") for t, v in autres if isinstance(plans.colonne_de(v), Date)
            ]
        lignes.append(
            {
                "vers": vers,
                "libelle": f"{plans.libelle(colonne)} ({plans.libelle_feuille(feuille).lower()})",
                "choix": choix,
                "valeur": plan.constantes.get(vers, ""),
                "attendu": colonne.attendu,
            }
        )
    return lignes


def perdus(plan: plans.Plan) -> list[str]:
    """The titles of columns that will not serve, until something says when the stay that they tell of begins."""
    if not plan.cible:
        return []
    return [titre for parente in plans.chaine(plan.cible)[1:] for titre in plans.faits_perdus(plan, parente)]


def rangs_seuls(feuille: FeuilleReprise, plan: plans.Plan) -> dict[str, Any]:
    """Rows that hold one cell, and what they may say of those under them; nothing when there are none."""
    choix = [(v, f"{plans.libelle(plans.colonne_de(v))} ({_de(v)})") for v in intertitres.possibles(plan)]
    exemples = intertitres.seules([cellules for _, cellules in premieres(feuille, ECHANTILLON)])
    return {"choix": choix, "exemples": exemples[:EXEMPLES]} if choix and exemples else {}


def _de(vers: str) -> str:
    return plans.libelle_feuille(feuilles()[vers.partition(".")[0]]).lower()


# The first rows as they are understood


@dataclass
class Apercu:
    """The first rows of a sheet as AIPi reads them: titles, then number of the line and cells of each."""

    titres: list[str] = field(default_factory=list)
    lignes: list[tuple[int, list[str]]] = field(default_factory=list)


def apercu(feuille: FeuilleReprise, plan: plans.Plan) -> Apercu:
    """What the first rows say by the plan as it stands; nothing for a sheet that is left aside."""
    if not plan.cible:
        return Apercu()
    lue = FeuilleLue(feuille)
    lignes: list[tuple[int, dict[str, Any]]] = []
    for numero, valeurs in islice(lue.lignes(), APERCU * PAR_LIGNE_MAXIMUM):
        ligne = lire_numero(numero)[1]
        # Of a line that gives a row a month, the first ones tell enough.
        if [n for n, _ in lignes].count(ligne) < PAR_LIGNE and len(lignes) < APERCU:
            lignes.append((ligne, valeurs))
    dites = [vers for vers in dict.fromkeys(v for _, valeurs in lignes for v in valeurs) if "." in vers]
    dites.sort(key=lambda vers: (not vers.startswith(f"{plans.PERSONNES}."), vers == lue.mesure))
    nombres = {vers for vers in dites if isinstance(plans.colonne_de(vers), Nombre)}
    mois = {vers for vers in dites if isinstance(plans.colonne_de(vers), Mois)}
    libelles = {vers: plans.options(vers) for vers in dites if plans.a_des_codes(vers)}

    def dite(vers: str, cellule: Any) -> str:
        texte = lu(cellule)
        if vers == lue.temps or (vers in mois and re.fullmatch(r"[0-9]{4}-[0-9]{2}", texte)):
            return lisible(texte) if texte else ""
        if vers in nombres:
            return texte.replace(".", ",")
        if len(texte) == 10 and texte[4:5] == texte[7:8] == "-":
            texte = "/".join(reversed(texte.split("-")))
        return libelles.get(vers, {}).get(texte, texte)

    return Apercu(
        [plans.libelle(plans.colonne_de(vers)) for vers in dites],
        [(numero, [dite(vers, valeurs.get(vers, "")) for vers in dites]) for numero, valeurs in lignes],
    )


# The labels


def labels(feuille: FeuilleReprise, plan: plans.Plan) -> list[dict[str, Any]]:
    """The columns of codes with their different labels, the most frequent first, and the rows to make for some."""
    places = {
        rang: plan.colonnes[titre]
        for rang, titre in enumerate(feuille.titres)
        if plan.colonnes.get(titre) and plans.a_des_codes(plan.colonnes[titre])
    }
    comptes: dict[int, dict[str, list[Any]]] = {rang: {} for rang in places}
    seules: dict[str, list[Any]] = {}
    with feuille.contenu.open("rb") as contenu:
        for _, cellules in rangees(contenu, feuille.entete):
            if plan.intertitres and (seule := intertitres.seule(cellules)):
                seules.setdefault(replier(seule), [seule, 0])[1] += 1
            for rang, vus in comptes.items():
                texte = lu(cellules[rang]).strip() if rang < len(cellules) else ""
                if texte and not hors_tableau(cellules):
                    vus.setdefault(replier(texte), [texte, 0])[1] += 1
    lexique = Lexique()
    prefetch_related_objects([feuille.reprise], "feuilles")
    a_dire = [(feuille.titres[rang], vers, comptes[rang]) for rang, vers in places.items()]
    if plan.intertitres:
        a_dire.insert(0, (intertitres.TITRE, plan.intertitres, seules))
    return [_colonne_de_labels(feuille, plan, (titre, vers), list(vus.items()), lexique) for titre, vers, vus in a_dire]


def _colonne_de_labels(
    feuille: FeuilleReprise,
    plan: plans.Plan,
    place: tuple[str, str],
    comptes: list[tuple[str, list[Any]]],
    lexique: Lexique,
) -> dict[str, Any]:
    titre, vers = place
    comptes.sort(key=lambda vu: (-vu[1][1], vu[0]))
    connus, choix = plan.codes.get(vers, {}), offertes(feuille.reprise, vers, lexique)
    en_tete = vers == plan.intertitres
    deviner = codes_surs if en_tete else deviner_codes
    devines = deviner(vers, [texte for _, (texte, _) in comptes[:LABELS_MAXIMUM]], lexique)
    demandees = choix_demandes(feuille.reprise, vers, lexique) if se_cree(vers) else {}
    lignes = []
    for plie, (texte, nombre) in comptes[:MONTRES]:
        code = connus.get(plie, devines.get(plie, ""))
        if code not in choix and code != plans.IGNORE and not (code == plans.LIGNE and en_tete):
            code = ""
        creation = plan.creations.get(vers, {}).get(plie)
        lignes.append(
            {
                "plie": plie,
                "texte": texte,
                "nombre": nombre,
                "code": code,
                "proches": {} if code else proches(texte, choix),
                "creation": creation,
                "champs": champs(vers, texte, creation or {}, demandees, plan.annee) if se_cree(vers) else [],
            }
        )
    return {
        "vers": vers,
        "titre": titre,
        "intertitres": en_tete,
        "libelle": plans.libelle(plans.colonne_de(vers)),
        "options": choix,
        "se_cree": se_cree(vers),
        "davantage": max(0, len(comptes) - MONTRES),
        "labels": lignes,
    }
