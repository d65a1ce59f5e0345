"""A found sheet by its plan: its rows as cells of « sheet.column », those of one column a month unfolded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aipi.echange.erreurs import Anomalie
from aipi.echange.lecture import vide
from aipi.models import FeuilleReprise
from aipi.texte import replier

from .cellules import lu
from .depliage import mesure_de, temps_de
from .entetes import hors_tableau
from .intertitres import seule
from .lecture import rangees
from .plan import COMME, COMPOSEES, IGNORE, LIGNE, PRENOM_NOM, Plan, a_des_codes, chaine, colonne_de, cree_par, nomme
from .valeurs import normaliser, separer

PAS = 2_000_000
"""Rows of one found sheet, at most."""
PLIS = 256
"""Columns of one row, at most: more than are read."""
ECARTEES_MAXIMUM = 200
TEXTE_MAXIMUM = 60


def ecrire_numero(rang: int, ligne: int, colonne: int = 0) -> int:
    """The number by which the importer knows a row: its sheet, its line, and its column when it has one row a column."""
    return (rang * PAS + ligne) * PLIS + colonne


def lire_numero(numero: int) -> tuple[int, int, int]:
    """Sheet, line, column."""
    reste, colonne = divmod(numero, PLIS)
    return (*divmod(reste, PAS), colonne)


@dataclass(frozen=True)
class Ecartee:
    """A row that is nobody's, and why: « total », « note », « titres », « intertitre »."""

    ligne: int
    texte: str
    pourquoi: str


class FeuilleLue:
    """A found sheet with its plan made ready."""

    def __init__(self, trouvee: FeuilleReprise) -> None:
        self.trouvee = trouvee
        self.plan = Plan.de(trouvee.plan)
        self.chaine = chaine(self.plan.cible)
        self.cible = self.chaine[0]
        plis = self.plan.depliees()
        places = [(rang, titre, self.plan.colonnes.get(titre, "")) for rang, titre in enumerate(trouvee.titres)]
        self.places = [(rang, vers) for rang, titre, vers in places if vers and titre not in plis]
        self.plis = [(rang, plis[titre].en(self.plan.annee)) for rang, titre, _ in places if titre in plis]
        self.temps = self.mesure = ""
        if plis:
            temps, mesure = temps_de(self.cible), mesure_de(self.cible)
            assert temps is not None
            assert mesure is not None
            self.temps, self.mesure = f"{self.cible.nom}.{temps.nom}", f"{self.cible.nom}.{mesure.nom}"
        autres = filter(None, (self.temps, self.mesure, self.plan.intertitres))
        dits = [*(vers for _, vers in self.places), *self.plan.constantes, *autres]
        self.colonnes = {vers: colonne_de(vers) for vers in dits if vers not in COMPOSEES}
        self.codes = {vers: self.plan.codes.get(vers, {}) for vers in self.colonnes if a_des_codes(vers)}
        self.creees = {f.nom for f in self.chaine if cree_par(self.plan, f)}
        self.nomme = nomme(self.plan)
        self.ecartees: list[Ecartee] = []
        self.nombre_ecartees = 0
        self.rencontrees: set[tuple[str, str]] = set()
        """Labels that the rows hold and that a row is to be made for."""

    def lignes(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Number and cells, by « sheet.column », of each row that says something."""
        titres = [replier(t) for t in self.trouvee.titres]
        constantes = {v: c for v, c in self.plan.constantes.items() if c and not c.startswith(COMME)}
        self.ecartees, self.nombre_ecartees = [], 0
        dessus: dict[str, str] = {}
        with self.trouvee.contenu.open("rb") as fichier:
            for ligne, cellules in rangees(fichier, self.trouvee.entete):
                pourquoi = hors_tableau(cellules)
                if not pourquoi and [replier(lu(c)) for c in cellules] == titres[: len(cellules)]:
                    pourquoi = "titres"
                if pourquoi:
                    self._ecarter(ligne, cellules, pourquoi)
                    continue
                if (code := self._intertitre(cellules)) is not None:
                    # A heading that means nothing ends what the one before said.
                    dessus = {self.plan.intertitres: code} if code else {}
                    self._ecarter(ligne, cellules, "intertitre")
                    continue
                dites = {vers: cellules[rang] for rang, vers in self.places if rang < len(cellules)}
                mesures = [(r, p, cellules[r]) for r, p in self.plis if r < len(cellules) and not vide(cellules[r])]
                if not mesures and all(vide(c) for c in dites.values()):
                    continue
                dites |= {v: texte for v, texte in constantes.items() if vide(dites.get(v, ""))}
                valeurs = self._traduire(dites) | dessus
                if not self.plis:
                    yield ecrire_numero(self.trouvee.rang, ligne), valeurs
                    continue
                yield from self._deplier(ligne, valeurs, mesures)

    def creations(self) -> Iterator[tuple[int, str, dict[str, str]]]:
        """Once the rows are read: number, « sheet.column » and cells of each row to make for a label that was met."""
        rangs = {vers: rang for rang, vers in self.places}
        for vers, plie in sorted(self.rencontrees):
            numero = ecrire_numero(self.trouvee.rang, self.trouvee.entete, rangs.get(vers, 0) + 1)
            yield numero, vers, self.plan.creations[vers][plie]

    def _intertitre(self, cellules: list[Any]) -> str | None:
        """The code that a row says for those under it, nothing for one that means nothing; None for another row."""
        vers = self.plan.intertitres
        code = self.codes[vers].get(plie) if vers and (plie := replier(seule(cellules))) else None
        if code in {None, LIGNE}:
            return None
        if plie in self.plan.creations.get(vers, {}):
            self.rencontrees.add((vers, plie))
        return "" if code == IGNORE else code

    def _ecarter(self, ligne: int, cellules: list[Any], pourquoi: str) -> None:
        self.nombre_ecartees += 1
        if len(self.ecartees) < ECARTEES_MAXIMUM:
            texte = next((lu(c) for c in cellules if not vide(c)), "")
            self.ecartees.append(Ecartee(ligne, texte[:TEXTE_MAXIMUM], pourquoi))

    def _deplier(
        self, ligne: int, valeurs: dict[str, Any], mesures: list[tuple[int, str, Any]]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """One row a month that is filled; a row without any still says who, and when she came."""
        colonne = self.colonnes[self.mesure]
        dits = [(rang, periode, normaliser(colonne, cellule)) for rang, periode, cellule in mesures]
        dits = [dit for dit in dits if not vide(dit[2])]
        if not dits:
            yield ecrire_numero(self.trouvee.rang, ligne), valeurs | {self.temps: "", self.mesure: ""}
        for rang, periode, cellule in dits:
            # Only cells that are shared are copied: each row is written on its own.
            yield (
                ecrire_numero(self.trouvee.rang, ligne, rang + 1),
                valeurs | {self.temps: periode, self.mesure: cellule},
            )

    def _traduire(self, dites: dict[str, Any]) -> dict[str, Any]:
        valeurs = {vers: "" for _, vers in self.places if vers not in COMPOSEES}
        if self.plan.intertitres:
            valeurs[self.plan.intertitres] = ""
        for vers, cellule in dites.items():
            if vers in COMPOSEES:
                nom, prenom = separer(lu(cellule), vers == PRENOM_NOM)
                valeurs["personnes.nom"] = valeurs.get("personnes.nom") or nom
                valeurs["personnes.prenom"] = valeurs.get("personnes.prenom") or prenom
            elif vers in self.codes:
                valeurs[vers] = self._coder(vers, cellule)
            elif not valeurs.get(vers):
                valeurs[vers] = normaliser(self.colonnes[vers], cellule)
        for vers, texte in self.plan.constantes.items():
            if texte.startswith(COMME) and vide(valeurs.get(vers, "")):
                valeurs[vers] = valeurs.get(texte[len(COMME) :], "")
        return valeurs

    def _coder(self, vers: str, cellule: Any) -> Any:
        if isinstance(cellule, Anomalie):
            return cellule
        plie = replier(lu(cellule))
        code = self.codes[vers].get(plie)
        if code is None:
            return cellule
        if plie in self.plan.creations.get(vers, {}):
            self.rencontrees.add((vers, plie))
        return "" if code == IGNORE else code
