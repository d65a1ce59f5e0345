"""An independent recomputation of every indicator, in plain Python, from nothing but the two contract pages.

The suite compares the software with it: it must share no code with the software, and be read at a glance.
Every number is an exact Fraction until the JSON.

What the dictionary of indicators leaves open, and what is decided here:

- *Settings.* `heures_par_etp` is the one in force on the last day of the period (the previous period has its own).
  `premiere_annee` is the latest row whatever its `valide_du`; a period that is not a calendar year compares the year of
  its first day.
- *Before `premiere_annee`.* Every breakdown is null, finances too; both parts of a rate are null, except those known by
  themselves: ETP, places and month-measures of the conventions, and days × places of `rsa.occupation_moyenne`.
- *Objectives.* No convention of that action and unit in the year: unknown, even if the year has other conventions. So
  too when all the `objectif` are empty.
- *Published values* serve calendar years only; under `atelier=X` the rows of that workshop, under `equipe=` none, without
  axis the rows without workshop. A figure that lacks the axis asked for stays unknown.
- *Parts of a rate* are there, null when unknown, even if the rate is; they are absent when the rate printed is a published
  one (the examples show it) and from a figure that lacks the axis.
- *Lists.* The software's codes are ranked 1, 2, 3… in the order of the exchange format; a row of `nomenclatures` replaces
  what it states (a missing column leaves the value), then codes go by rank, unranked last, then by code. Validity dates
  drop no key. A motive whose category is none of the five counts as non documentée; a value out of its list is `inconnu`.
- *Months.* Breakdowns by month have every calendar month the period touches, those begun before it included (else a dated
  event of its first days would be in no month); hours still count only months whose first day is in the period.
- *Empty amounts.* A key of a breakdown whose cells are all empty is 0, so that the keys add up.
- *Programmes and rubriques met* are those of the rows counted: a programme without participant has no key.
- `taux_absenteisme` is unknown as soon as hours or absences are. `finances.resultat` likewise. The three sheets of
  `asso.personnes_plusieurs_accompagnements` are contracts, RSA follow-ups and housing measures.
- Somebody born after the last day of the period is in the youngest bracket.
"""

from datetime import date
from fractions import Fraction
from typing import Any

from .aci import figures_aci
from .autres import figures_actions, figures_asso, figures_finances, figures_logement, figures_rsa
from .caseload import Caseload
from .feuilles import Dossier, lire_dossier
from .figures import HORS_AXE, Nombre, Taux
from .listes import UNITES, UNITES_REPARTITIONS
from .periodes import Periode

__all__ = ["calculer", "lire_dossier"]

CONNUS_PAR_EUX_MEMES = {
    "finances.produits",
    "finances.charges",
    "finances.resultat",
    "finances.subventions",
    "aci.etp_conventionnes",
    "rsa.places",
    "logement.objectif_mois_mesures",
}
# the rates whose denominator comes from conventions alone
DENOMINATEURS_CONNUS = {
    "aci.taux_realisation_etp",
    "rsa.suivis_par_place",
    "rsa.occupation_moyenne",
    "logement.taux_realisation",
}


def figures(c: Caseload, p: Periode, axe: tuple[str, str] | None) -> dict[str, Any]:
    """Every figure and breakdown of a period as the case files give it."""
    aci = figures_aci(c, p, axe)
    if axe is not None:
        return aci
    return (
        aci
        | figures_rsa(c, p)
        | figures_logement(c, p)
        | figures_actions(c, p, "sante")
        | figures_actions(c, p, "collectif")
        | figures_asso(c, p)
        | figures_finances(c, p)
    )


def trop_tot(c: Caseload, p: Periode) -> bool:
    """Does the period start before the first year printed from case files?"""
    premiere = c.premiere_annee()
    return premiere is not None and p.debut.year < premiere


def valeur_imprimee(c: Caseload, p: Periode, axe: tuple[str, str] | None, code: str, figure: Any) -> tuple[Nombre, Any]:
    """The value printed for a period, and its origin: `calcule`, `publie` or None."""
    if figure is HORS_AXE:
        return None, None
    calculee = figure.valeur if isinstance(figure, Taux) else figure
    if calculee is not None and (code in CONNUS_PAR_EUX_MEMES or not trop_tot(c, p)):
        return calculee, "calcule"
    if p.annee is not None and (axe is None or axe[0] == "atelier"):
        for ligne in c.feuilles["valeurs_publiees"]:
            cle = (ligne["annee"], ligne["indicateur"], ligne["atelier"])
            if cle == (p.annee, code, axe[1] if axe else None):
                return Fraction(ligne["valeur"]), "publie"
    return None, None


def en_json(nombre: Nombre) -> int | float | None:
    """A number not rounded: whole when it is, else the nearest float."""
    if nombre is None:
        return None
    return nombre.numerator if nombre.denominator == 1 else float(nombre)


def lire_axe(c: Caseload, axe: str | None) -> tuple[str, str] | None:
    """`atelier=BAT` as a pair; ValueError for an axis or a code that does not exist."""
    if axe is None:
        return None
    nom, _, code = axe.partition("=")
    if code not in {"atelier": c.ateliers, "equipe": c.equipes}.get(nom, {}):
        raise ValueError(f"unknown axis: {axe}")
    return nom, code


def calculer(dossier: Dossier, debut: date, fin: date, axe: str | None = None) -> dict[str, Any]:
    """The JSON object of the `indicateurs` command, without labels.

    `dossier` is what `lire_dossier` gives, or the same built by hand; both days are in the period; `axe` is
    `atelier=CODE` or `equipe=CODE`.
    """
    c = Caseload(dossier)
    tranche = lire_axe(c, axe)
    p = Periode(debut, fin)
    avant = p.precedente()
    maintenant, autrefois = figures(c, p, tranche), figures(c, avant, tranche)
    indicateurs: dict[str, Any] = {}
    for code, unite in UNITES.items():
        if code not in maintenant:
            continue
        figure = maintenant[code]
        valeur, origine = valeur_imprimee(c, p, tranche, code, figure)
        precedent, precedent_origine = valeur_imprimee(c, avant, tranche, code, autrefois[code])
        evolution = None
        if valeur is not None and precedent is not None and precedent > 0:
            evolution = (valeur - precedent) / precedent
        indicateurs[code] = {
            "unite": unite,
            "valeur": en_json(valeur),
            "origine": origine,
            "precedent": en_json(precedent),
            "precedent_origine": precedent_origine,
            "evolution": en_json(evolution),
        }
        if isinstance(figure, Taux) and origine != "publie":
            cache = trop_tot(c, p)
            indicateurs[code] |= {
                "numerateur": None if cache else en_json(figure.numerateur),
                "denominateur": None if cache and code not in DENOMINATEURS_CONNUS else en_json(figure.denominateur),
            }
    for code, unite in UNITES_REPARTITIONS.items():
        if code in maintenant:
            repartition = None if trop_tot(c, p) else maintenant[code]
            indicateurs[code] = {
                "unite": unite,
                "repartition": repartition and {cle: en_json(nombre) for cle, nombre in repartition.items()},
            }
    return {
        "periode": {"debut": debut.isoformat(), "fin": fin.isoformat()},
        "axe": axe,
        "indicateurs": indicateurs,
    }
