"""How sheets with these titles were understood the last time, proposed again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from aipi.models import ModeleReprise

from .depliage import cle_de_titre
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


def empreinte(titres: Sequence[str]) -> str:
    """Names a set of titles, in whatever order."""
    return hashlib.sha256("\n".join(sorted(_cle(t) for t in titres)).encode()).hexdigest()


def _cle_du_nom(nom: str) -> str:
    """A name of sheet without its numbers: « Heures 2021 » and « Heures 2022 » are one."""
    return " ".join(mot for mot in mots(nom).split() if not mot.isdigit())


def retenu(titres: Sequence[str], nom: str = "") -> Plan | None:
    """The plan of a former sheet with these titles, or nearly; None when there is none."""
    exact = ModeleReprise.objects.filter(empreinte=empreinte(titres)).first()
    if exact is not None:
        return _adapter(exact.plan, titres, nom)
    nous = {_cle(t) for t in titres}
    proche, note = None, MEMOIRE
    for modele in ModeleReprise.objects.all()[:200]:
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
    adapte = Plan(plan.cible, colonnes, constantes)
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
    """Remember how these titles were understood; what is only of this sheet, under its name. A year is of no other."""
    lieux = {v: c for v, c in plan.constantes.items() if est_un_lieu(v)}
    brut = plan.en_json() | {
        "inconnus": {},
        "constantes": {v: c for v, c in plan.constantes.items() if v not in lieux},
        "annee": "",
    }
    ancien = ModeleReprise.objects.filter(empreinte=empreinte(titres)).values_list("plan", flat=True).first() or {}
    brut[LIEUX] = ancien.get(LIEUX, {}) | {_cle_du_nom(nom): lieux}
    ModeleReprise.objects.update_or_create(empreinte=empreinte(titres), defaults={"titres": list(titres), "plan": brut})
