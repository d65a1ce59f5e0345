"""Grids filled like a spreadsheet: cells sent as text, read one by one, written together, never over a colleague's.

The page sends back what each cell showed (`montrees`): only the cells whose text changed are written, and one that
changed in the database meanwhile is shown in both versions. Nothing is written while a cell is refused.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict

from aipi.champs import PLAFOND
from aipi.nombres import nombre
from aipi.saisie import DERNIER_JOUR, PREMIER_JOUR

DECIMALES = 4
"""As the exchange format."""
FORME = re.compile(r"([-\u2212\u2013]?) ?([0-9]+|[0-9]{1,3}(?:\s[0-9]{3})+)(?:[.,]([0-9]+))?\s?[h€]?")
"""A number as spreadsheets write it in French: comma or point, groups of three, a sign, « h » or « € » after it."""
TEXTE_MAXIMAL = 40
"""Longer texts are shortened in what is said of them."""


class Sorte(Protocol):
    """What a cell holds: how its text is read and written. The empty text is « unknown » and is never read."""

    def lire(self, texte: str) -> Any:
        """The value. Raises ValidationError, in French."""

    def ecrire(self, valeur: Any) -> str:
        """The text of a value, always the same for the same value."""


@dataclass(frozen=True)
class Nombre:
    """A decimal of four places at most; `trop` is said above `maximum`."""

    maximum: Decimal = PLAFOND
    trop: str = "Ce nombre est trop grand."
    negatif: bool = False

    def lire(self, texte: str) -> Decimal:
        trouve = FORME.fullmatch(texte)
        if trouve is None:
            raise ValidationError(f"{citer(texte)} n’est pas un nombre\u202f: écrivez par exemple 101,5.")
        if len(trouve[3] or "") > DECIMALES:
            raise ValidationError("Quatre décimales au plus.")
        valeur = Decimal(f"{''.join(trouve[2].split())}.{trouve[3] or '0'}")
        if trouve[1] and valeur:
            if not self.negatif:
                raise ValidationError("Ce nombre ne peut pas être négatif.")
            valeur = -valeur
        if abs(valeur) > self.maximum:
            raise ValidationError(self.trop)
        return valeur

    def ecrire(self, valeur: Decimal | None) -> str:
        return "" if valeur is None else ecrire_nombre(valeur)


@dataclass(frozen=True)
class Choix:
    """One code among `choix` (code, label)."""

    choix: tuple[tuple[str, str], ...]

    def lire(self, texte: str) -> str:
        if texte not in dict(self.choix):
            raise ValidationError("Ce choix n’est pas proposé.")
        return texte

    def ecrire(self, valeur: str | None) -> str:
        return valeur or ""


@dataclass(frozen=True)
class Jour:
    """A day between 1900 and 2100, as browsers send it."""

    def lire(self, texte: str) -> datetime.date:
        try:
            jour = datetime.date.fromisoformat(texte)
        except ValueError as erreur:
            raise ValidationError(f"{citer(texte)} n’est pas une date.") from erreur
        if jour.isoformat() != texte:
            raise ValidationError(f"{citer(texte)} n’est pas une date.")
        if not PREMIER_JOUR <= jour <= DERNIER_JOUR:
            raise ValidationError("Cette date est avant 1900 ou après 2100.")
        return jour

    def ecrire(self, valeur: datetime.date | None) -> str:
        return "" if valeur is None else valeur.isoformat()


def citer(texte: str) -> str:
    """The text between quotation marks, shortened."""
    court = texte if len(texte) <= TEXTE_MAXIMAL else f"{texte[:TEXTE_MAXIMAL]}…"
    return f"«\u00a0{court}\u00a0»"


def ecrire_nombre(valeur: Decimal) -> str:
    """« 101,5 », « -7 », « 0 »: exact, without spaces, as a control holds it."""
    texte = f"{valeur:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return "0" if texte == "-0" else texte


@dataclass
class Case:
    """One cell. `actuelle` is what the database holds, `saisie` what the cell shows."""

    cle: str
    sorte: Sorte
    actuelle: str = ""
    saisie: str = ""
    erreur: str = ""
    autre: str | None = None
    """What a colleague wrote since the cell was shown; None without a conflict."""

    def __post_init__(self) -> None:
        self.saisie = self.saisie or self.actuelle

    @property
    def modifiee(self) -> bool:
        return self.saisie != self.actuelle

    @property
    def nombre(self) -> Decimal | None:
        """The number shown, None when there is none."""
        if self.erreur or not self.saisie:
            return None
        valeur = self.sorte.lire(self.saisie)
        return valeur if isinstance(valeur, Decimal) else None

    @property
    def montree_autre(self) -> str:
        """What a colleague wrote, in words."""
        if not self.autre:
            return "rien"
        if isinstance(self.sorte, Choix):
            return dict(self.sorte.choix)[self.autre]
        if isinstance(self.sorte, Jour):
            return f"{self.sorte.lire(self.autre):%d/%m/%Y}"
        return self.autre


class Grille:
    """Cells by the name of their control. A kind of grid says how its changes are written (`ecrire`)."""

    noms = re.compile(r"(?!)")
    """Names of controls that are cells: one sent that is not of this grid is refused."""

    def __init__(self, cases: Iterable[Case], donnees: QueryDict | None = None) -> None:
        self.cases = {case.cle: case for case in cases}
        self.changements: dict[str, Any] = {}
        self.erreurs: list[str] = []
        self.enregistree = False
        if donnees is not None:
            self._recevoir(donnees)

    @property
    def montrees(self) -> str:
        """What the cells hold in the database, for the page to send back."""
        return json.dumps({cle: case.actuelle for cle, case in self.cases.items() if case.actuelle})

    @property
    def refusees(self) -> int:
        """Cells that could not be read."""
        return sum(1 for case in self.cases.values() if case.erreur)

    @property
    def conflits(self) -> int:
        return sum(1 for case in self.cases.values() if case.autre is not None)

    @property
    def valide(self) -> bool:
        return not (self.refusees or self.conflits or self.erreurs)

    def _recevoir(self, donnees: QueryDict) -> None:
        montrees = _montrees(donnees.get("montrees", ""))
        for cle, case in self.cases.items():
            typee = donnees.get(cle)
            if typee is not None:
                self._lire(case, typee.strip(), montrees.get(cle, ""))
        if any(
            self.noms.fullmatch(cle) and cle not in self.cases and str(typee).strip() != montrees.get(cle, "")
            for cle, typee in donnees.items()
        ):
            self.erreurs.append(
                "Des cases envoyées n’appartiennent pas à ce tableau, ou n’y sont plus. Vérifiez-le et enregistrez de nouveau."
            )

    def _lire(self, case: Case, typee: str, montree: str) -> None:
        try:
            valeur = case.sorte.lire(typee) if typee else None
        except ValidationError as erreur:
            case.saisie, case.erreur = typee, erreur.messages[0]
            return
        texte = case.sorte.ecrire(valeur)
        if texte in {montree, case.actuelle}:
            # Untouched here: the cell says what the database holds now.
            case.saisie = case.actuelle
            return
        case.saisie = texte
        if case.actuelle == montree:
            self.changements[case.cle] = valeur
        else:
            case.autre = case.actuelle

    def ecrire(self) -> None:
        """Write `changements` (None: unknown again), inside the transaction of `enregistrer`."""
        raise NotImplementedError


G = TypeVar("G", bound=Grille)


def enregistrer(relever: Callable[[], G]) -> G:
    """Read the grid and write what changed, in one transaction. `relever` locks what the grid hangs on, then reads it.

    A row born meanwhile by another way (an import) makes it read again: the cell is then shown in both versions.
    """
    try:
        return _enregistrer(relever)
    except IntegrityError:
        return _enregistrer(relever)


def _enregistrer(relever: Callable[[], G]) -> G:
    with transaction.atomic():
        grille = relever()
        if grille.valide:
            grille.ecrire()
            grille.enregistree = True
    return grille


def _montrees(texte: str) -> Mapping[str, str]:
    try:
        lues = json.loads(texte)
    except ValueError:
        return {}
    return {str(cle): str(valeur) for cle, valeur in lues.items()} if isinstance(lues, dict) else {}


def total(cases: Iterable[Case]) -> Decimal | None:
    """The sum of what cells show, None when all are unknown."""
    connues = [valeur for case in cases if (valeur := case.nombre) is not None]
    return sum(connues, Decimal(0)) if connues else None


def bilan(grille: Grille) -> str:
    """What stands in the way of saving, in one sentence."""
    phrases = list(grille.erreurs)
    if grille.refusees:
        phrases.append(
            f"{nombre(grille.refusees)} cases à corriger\u202f: l’explication est sous chacune."
            if grille.refusees > 1
            else "Une case est à corriger\u202f: l’explication est dessous."
        )
    if grille.conflits:
        phrases.append(
            "Quelqu’un a rempli le même tableau pendant ce temps\u202f: les deux valeurs sont sous la case. Enregistrez de nouveau pour garder les vôtres."
        )
    return " ".join(phrases)
