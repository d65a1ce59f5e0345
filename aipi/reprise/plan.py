"""How a found sheet is understood: which sheet of the format it fills, what each column is, what each label means.

A row of a real workbook often tells several things at once: who the person is, her stay, the contract. A plan aims at one
sheet, and its columns may also say what the row hangs on, up to the person: `chaine` lists these sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from aipi.echange.colonnes import (
    Booleen,
    Choix,
    CodeNomenclature,
    Colonne,
    Date,
    Reference,
)
from aipi.echange.feuille import Feuille, feuilles
from aipi.models import Personne
from aipi.roles import MODELES, Nature

from .depliage import Periode, depliees, temps_de

PERSONNES = "personnes"
NOM_PRENOM = "personnes.nom_prenom"
PRENOM_NOM = "personnes.prenom_nom"
COMPOSEES = {NOM_PRENOM: "Nom et prénom, dans une cellule", PRENOM_NOM: "Prénom et nom, dans une cellule"}
COMME = "="
"""Before « sheet.column », in the place of a constant: the same as that column (a contract begins on the day of entry)."""
IGNORE = "-"
"""The code of a label that means nothing: the cell is read as empty."""
LIGNE = "="
"""The code of a text alone on its row that heads nothing: a row as the others."""
EXCLUES = frozenset({"statut"})
"""Required columns that change with time: they do not make the identity of a row."""
OPTIONS_MAXIMUM = 500
TEXTES_SEULS = "Lignes qui n’ont qu’un texte, à reconnaître"


@dataclass
class Plan:
    """`cible`: the sheet it fills, nothing when it is left out. `colonnes`: by title, « sheet.column » or nothing.

    `constantes`: by « sheet.column », what every row holds. `codes`: by « sheet.column », what each folded label means.
    `creations`: by « sheet.column », by folded label, the row that the import makes for it (see `references`).
    Several columns may say the same number when their titles are months or years: `annee` is that of those without one.
    `intertitres`: the « sheet.column » that rows with a single cell say for the rows under them (see `intertitres`).
    `lecture`: the sheet for which the same rows are read a second time, when each month has several columns.
    """

    cible: str = ""
    colonnes: dict[str, str] = field(default_factory=dict)
    constantes: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    creations: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    annee: str = ""
    inconnus: dict[str, int] = field(default_factory=dict)
    """By « sheet.column », the labels that nothing was found for."""
    intertitres: str = ""
    lecture: str = ""

    @classmethod
    def de(cls, brut: dict[str, Any]) -> Plan:
        return cls(
            brut.get("cible", ""),
            brut.get("colonnes", {}),
            brut.get("constantes", {}),
            brut.get("codes", {}),
            brut.get("creations", {}),
            brut.get("annee", ""),
            brut.get("inconnus", {}),
            brut.get("intertitres", ""),
            brut.get("lecture", ""),
        )

    def en_json(self) -> dict[str, Any]:
        return {
            "cible": self.cible,
            "colonnes": self.colonnes,
            "constantes": self.constantes,
            "codes": self.codes,
            "creations": self.creations,
            "annee": self.annee,
            "inconnus": self.inconnus,
            "intertitres": self.intertitres,
            "lecture": self.lecture,
        }

    def depliees(self) -> dict[str, Periode]:
        """By title, the month or the year that a column tells of, when each has its own."""
        return depliees(self.colonnes, feuilles()[self.cible]) if self.cible else {}

    def sans_annee(self) -> bool:
        """Whether a title needs the year of the sheet."""
        return any(not periode.entiere for periode in self.depliees().values())

    def dits(self) -> set[str]:
        """The « sheet.column » that the sheet or a constant says."""
        dites = {vers for vers in (*self.colonnes.values(), self.intertitres) if vers}
        return dites | {v for v, c in self.constantes.items() if c}

    def dit(self, vers: str) -> bool:
        if vers in self.constantes or vers in self.colonnes.values() or (vers and vers == self.intertitres):
            return True
        temps = temps_de(feuilles()[self.cible]) if self.cible else None
        return temps is not None and vers == f"{self.cible}.{temps.nom}" and bool(self.depliees())


def par_modele(modele: Any) -> Feuille:
    return next(f for f in feuilles().values() if f.modele is modele)


def est_un_dossier(modele: Any) -> bool:
    return MODELES[modele._meta.label].nature is Nature.DOSSIER


@cache
def lien(nom: str) -> tuple[Colonne, Feuille] | None:
    """The column by which a sheet hangs on another on the way to the person, and that other sheet."""
    feuille = feuilles()[nom]
    for colonne in feuille.colonnes:
        if isinstance(colonne, Reference) and not isinstance(colonne, CodeNomenclature):
            parente = par_modele(colonne.modele)
            if parente.modele is Personne or (est_un_dossier(parente.modele) and lien(parente.nom) is not None):
                return colonne, parente
    return None


@cache
def chaine(nom: str) -> tuple[Feuille, ...]:
    """A sheet and those it hangs on, up to the persons: contrats, parcours, personnes."""
    maillons = [feuilles()[nom]]
    while (suivant := lien(maillons[-1].nom)) is not None:
        maillons.append(suivant[1])
    return tuple(maillons)


def cibles(nom: str) -> Iterator[tuple[Feuille, Colonne]]:
    """Every column that a sheet which fills `nom` may tell, its own first."""
    for feuille in chaine(nom):
        for colonne in feuille.colonnes:
            yield feuille, colonne


def colonne_de(vers: str) -> Colonne:
    """The column of « sheet.column ». Raises KeyError for none."""
    feuille, _, nom = vers.partition(".")
    return feuilles()[feuille].par_nom[nom]


def a_des_codes(vers: str) -> bool:
    """Whether what its cells say is one of few things, that a label must be brought to."""
    if vers in COMPOSEES:
        return False
    colonne = colonne_de(vers)
    if isinstance(colonne, Choix | Booleen | CodeNomenclature):
        return True
    return est_un_lieu(vers)


def est_un_lieu(vers: str) -> bool:
    """Whether a column names a workshop, a team, a colleague…: what the name of a sheet may say for all its rows."""
    colonne = colonne_de(vers)
    return (
        isinstance(colonne, Reference)
        and not isinstance(colonne, CodeNomenclature)
        and (not est_un_dossier(colonne.modele) or _se_nomme(colonne.modele))
    )


@cache
def _se_nomme(modele: Any) -> bool:
    """Whether the rows of a model hang on nothing and are called by a title: an action, a training."""
    feuille = par_modele(modele)
    return (
        modele is not Personne
        and "intitule" in feuille.par_nom
        and not any(c.requise for c in feuille.colonnes if isinstance(c, Reference))
    )


def options(vers: str) -> dict[str, str]:
    """The codes that a label of this column may mean, and how each is read."""
    colonne = colonne_de(vers)
    if isinstance(colonne, Reference) and not isinstance(colonne, CodeNomenclature):
        lignes = colonne.modele._default_manager.order_by(colonne.cible)[:OPTIONS_MAXIMUM]
        return {str(getattr(ligne, colonne.cible)): str(ligne) for ligne in lignes}
    return dict(colonne.codes)


def libelle(colonne: Colonne) -> str:
    texte = str(getattr(colonne.champ, "verbose_name", colonne.nom))
    return texte[:1].upper() + texte[1:]


def libelle_feuille(feuille: Feuille) -> str:
    texte = str(feuille.modele._meta.verbose_name_plural)
    return texte[:1].upper() + texte[1:]


def debut_de(feuille: Feuille) -> str | None:
    """The column that says when a row begins, or when it was: what places it in time."""
    if feuille.fins:
        return feuille.fins[0][1]
    for colonne in feuille.colonnes:
        if isinstance(colonne, Date) and colonne.requise:
            return colonne.nom
    return None


def fin_de(feuille: Feuille) -> str | None:
    return feuille.fins[0][0] if feuille.fins else None


def naturelle(feuille: Feuille) -> tuple[str, ...]:
    """The columns that tell a row from the others where the files give it no reference."""
    if feuille.modele is Personne:
        return ("nom", "prenom", "date_naissance")
    return tuple(c.nom for c in feuille.colonnes if c.requise and c.nom not in (*feuille.cle, *EXCLUES))


def cree_par(plan: Plan, feuille: Feuille) -> bool:
    """Whether the rows of the plan say enough to make a row of `feuille`, of which they hang."""
    if feuille.nom == plan.cible:
        return True
    if feuille.modele is Personne:
        return nomme(plan)
    attendues = [c for c in naturelle(feuille) if not _est_le_lien(feuille, c)]
    return bool(attendues) and all(plan.dit(f"{feuille.nom}.{c}") for c in attendues)


def nomme(plan: Plan) -> bool:
    """Whether the rows say the name of a person."""
    return any(plan.dit(vers) for vers in COMPOSEES) or (plan.dit("personnes.nom") and plan.dit("personnes.prenom"))


def _est_le_lien(feuille: Feuille, nom: str) -> bool:
    maillon = lien(feuille.nom)
    return maillon is not None and maillon[0].nom == nom


def manques(plan: Plan) -> list[str]:
    """What a plan lacks for its rows to be rows of the format, in French."""
    if not plan.cible:
        return []
    liste: list[str] = []
    if plan.sans_annee() and not plan.annee:
        liste.append("Année des mois")
    if plan.inconnus.get(plan.intertitres):
        # The rows under a heading that nobody recognised would go to the team above it, in silence.
        liste.append(TEXTES_SEULS)
    for feuille in chaine(plan.cible):
        if not cree_par(plan, feuille) or (feuille.nom != plan.cible and not _utile(plan, feuille)):
            continue
        for colonne in feuille.colonnes:
            vers = f"{feuille.nom}.{colonne.nom}"
            if not colonne.requise or plan.dit(vers) or se_fabrique(plan, feuille, colonne):
                continue
            liste.append(f"{libelle(colonne)} ({libelle_feuille(feuille).lower()})")
    return liste


def faits_perdus(plan: Plan, parente: Feuille) -> list[str]:
    """The titles of columns that tell of a stay which the rows do not make, since nothing says when it begins."""
    if parente.modele is Personne or cree_par(plan, parente):
        return []
    return [
        titre
        for titre, vers in plan.colonnes.items()
        if vers.startswith(f"{parente.nom}.")
        and not est_un_lieu(vers)
        and vers.partition(".")[2] not in parente.cle
        and not _est_le_lien(parente, vers.partition(".")[2])
    ]


def _utile(plan: Plan, feuille: Feuille) -> bool:
    return any(vers.startswith(f"{feuille.nom}.") for vers in plan.dits())


def se_fabrique(plan: Plan, feuille: Feuille, colonne: Colonne) -> bool:
    """Whether a required column needs nobody to say it: a reference is made, a parent is found by the person’s name."""
    if colonne.nom in feuille.cle and colonne.nom in {"ref", "code"}:
        return True
    if feuille.modele is Personne and colonne.nom in {"nom", "prenom"}:
        return any(plan.dit(vers) for vers in COMPOSEES)
    if not _est_le_lien(feuille, colonne.nom):
        return False
    for parente in chaine(feuille.nom)[1:]:
        if plan.dit(f"{parente.nom}.{parente.cle[0]}") or (parente.modele is Personne and nomme(plan)):
            return True
        maillon = lien(parente.nom)
        if maillon is not None and plan.dit(f"{parente.nom}.{maillon[0].nom}"):
            return True
    return False
