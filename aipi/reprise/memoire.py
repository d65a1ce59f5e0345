"""How sheets with these titles were understood the last time, proposed again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aipi.echange.feuille import feuilles
from aipi.models import ModeleReprise

from .depliage import cle_de_titre, temps_de
from .plan import COMPOSEES, IGNORE, Plan, cibles, est_un_lieu
from .propositions import mots
from .references import existants, feuille_de, se_cree

MEMOIRE = 0.6
"""Share of titles that two sheets must have in common for the plan of one to be proposed for the other."""
LIEUX = "lieux"
"""In the kept plan, by name of sheet, the workshop or the team of all its rows: the next sheet has another."""


def _cle(titre: str) -> str:
    """A title as it is remembered: a column a month is the same the year after."""
    return cle_de_titre(titre) or mots(titre)


def empreinte(titres: Sequence[str], lecture: str = "") -> str:
    """Names a set of titles, in whatever order, and what they are read for when it is not the first time."""
    noms = sorted(_cle(t) for t in titres)
    return hashlib.sha256("\n".join([*noms, f"\t{lecture}"] if lecture else noms).encode()).hexdigest()


def _cle_du_nom(nom: str) -> str:
    """A name of sheet without its numbers: « Heures 2021 » and « Heures 2022 » are one."""
    return " ".join(mot for mot in mots(nom).split() if not mot.isdigit())


def retenu(titres: Sequence[str], nom: str = "", lecture: str = "") -> Plan | None:
    """The plan of a former sheet with these titles, or nearly; None when there is none."""
    exact = ModeleReprise.objects.filter(empreinte=empreinte(titres, lecture)).first()
    if exact is not None:
        return _adapter(exact.plan, titres, nom)
    nous = {_cle(t) for t in titres}
    proche, note = None, MEMOIRE
    for modele in ModeleReprise.objects.all()[:200]:
        if modele.plan.get("lecture", "") != lecture:
            continue
        eux = {_cle(t) for t in modele.titres}
        part = len(nous & eux) / len(nous | eux) if nous | eux else 0.0
        if part > note:
            proche, note = modele, part
    return _adapter(proche.plan, titres, nom) if proche is not None else None


def _adapter(brut: dict[str, Any], titres: Sequence[str], nom: str) -> Plan | None:
    """A remembered plan for these titles; None when the format no longer has what it fills."""
    plan = Plan.de(brut)
    par_cle = {_cle(t): vers for t, vers in plan.colonnes.items()}
    colonnes = {titre: par_cle.get(_cle(titre), "") for titre in titres}
    constantes = plan.constantes | brut.get(LIEUX, {}).get(_cle_du_nom(nom), {})
    adapte = Plan(plan.cible, colonnes, constantes, intertitres=plan.intertitres)
    try:
        connues = {f"{f.nom}.{c.nom}" for f, c in cibles(plan.cible)} if plan.cible else set()
    except KeyError:
        return None
    if not adapte.dits() <= connues | COMPOSEES.keys():
        return None
    for vers, codes in plan.codes.items():
        if vers in connues:
            creations = _a_refaire(vers, plan.creations.get(vers, {}))
            if creations:
                adapte.creations[vers] = creations
            bons = {*_bons(vers, codes), *(ligne[feuille_de(vers).cle[-1]] for ligne in creations.values())}
            adapte.codes[vers] = {plie: c for plie, c in codes.items() if c == IGNORE or c in bons}
    return adapte


def _a_refaire(vers: str, creations: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The rows that were to be made and that the house does not have: never imported, or undone."""
    if not creations or not se_cree(vers):
        return {}
    cle = feuille_de(vers).cle[-1]
    deja = existants(vers, [ligne[cle] for ligne in creations.values()])
    return {plie: ligne for plie, ligne in creations.items() if ligne[cle] not in deja}


def _bons(vers: str, codes: Mapping[str, str]) -> Collection[str]:
    """The codes that still mean something: an undone import took away the rows that it had made."""
    return existants(vers, list(codes.values())) if se_cree(vers) else codes.values()


def retenir(titres: Sequence[str], plan: Plan, nom: str = "") -> None:
    """Remember how these titles were understood; what is only of this sheet, under its name. A year or a month is of no other."""
    lieux = {v: c for v, c in plan.constantes.items() if est_un_lieu(v)}
    temps = temps_de(feuilles()[plan.cible]) if plan.cible else None
    quand = f"{plan.cible}.{temps.nom}" if temps is not None else ""
    brut = plan.en_json() | {
        "inconnus": {},
        "constantes": {v: c for v, c in plan.constantes.items() if v not in lieux and v != quand},
        "annee": "",
    }
    cle = empreinte(titres, plan.lecture)
    ancien = ModeleReprise.objects.filter(empreinte=cle).values_list("plan", flat=True).first() or {}
    brut[LIEUX] = ancien.get(LIEUX, {}) | {_cle_du_nom(nom): lieux}
    ModeleReprise.objects.update_or_create(empreinte=cle, defaults={"titres": list(titres), "plan": brut})
