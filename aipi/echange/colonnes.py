"""The types of column of the exchange format: how a cell is read, and how a value is written.

Values are kept in the form in which the database takes them, the same on SQLite and PostgreSQL, so that a million rows
need no model instances: text and codes `str` ("" unknown), dates and months ISO `str`, decimals ten-thousandths `int`,
references primary keys `int`; None is unknown for all but text.
"""

from __future__ import annotations

import datetime
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.functional import Promise

from aipi.champs import ECHELLE, PLAFOND, Code, NombreExact
from aipi.models import Nomenclature
from aipi.texte import replier

from .erreurs import Anomalie, citer, suggestion

MAX_TEXTE = 10_000
ANNEES = range(1900, 2101)
FORMULES = ("=", "+", "-", "@", "\t", "\r", "'")
"""First characters that a spreadsheet may run: written after an apostrophe, read without it."""

type_cellule = str | datetime.date | bool | Anomalie
"""What a reader gives: text (numbers too), or what only a workbook has."""


class Faute(ValueError):
    """A cell that is not of its type; the message is for the user."""


def sans_apostrophe(texte: str) -> str:
    """Undo the neutralisation of formulas."""
    return texte[1:] if texte[:1] == "'" and texte[1:2] in FORMULES and len(texte) > 1 else texte


def neutraliser(texte: str) -> str:
    """A text that no spreadsheet will run as a formula."""
    return "'" + texte if texte.startswith(FORMULES) else texte


class Lecteur(ABC):
    """Reads the cells of one column of one import. `fautes` tells whether it ever met a bad one."""

    fautes = False

    @abstractmethod
    def lire(self, cellules: Sequence[Any], mixte: bool) -> list[Any]:
        """Values of `cellules`, an Anomalie in the place of each bad one. `mixte`: some cells are not `str`."""


class _Memoire(dict[Any, Any]):
    """Cells already read: columns of dates, codes and numbers hold the same few texts over and over."""

    LIMITE = 50_000

    def __init__(self, lire_une: Callable[[Any], Any]) -> None:
        super().__init__()
        self._lire_une = lire_une

    def __missing__(self, cellule: Any) -> Any:
        if len(self) >= self.LIMITE:
            self.clear()
        valeur = self[cellule] = self._lire_une(cellule)
        return valeur


class LecteurMemoire(Lecteur):
    def __init__(self, colonne: Colonne) -> None:
        self.colonne = colonne
        self.memoire = _Memoire(self._lire_une)

    def _lire_une(self, cellule: Any) -> Any:
        try:
            return self.colonne.lire(cellule)
        except Faute as faute:
            self.fautes = True
            return Anomalie(str(faute))

    def lire(self, cellules: Sequence[Any], mixte: bool) -> list[Any]:
        memoire = self.memoire
        return [memoire[cellule] for cellule in cellules]


class LecteurTexte(LecteurMemoire):
    """Texts are mostly all different: nothing is remembered, and plain ones are taken by a shorter way."""

    def lire(self, cellules: Sequence[Any], mixte: bool) -> list[Any]:
        une, limite = self._lire_une, self.colonne.longueur
        if mixte:
            return [une(cellule) for cellule in cellules]
        return [c if c[:1].isalnum() and len(c) <= limite else une(c) for c in cellules]


class LecteurCode(LecteurTexte):
    def lire(self, cellules: Sequence[Any], mixte: bool) -> list[Any]:
        une, limite = self._lire_une, self.colonne.longueur
        if mixte:
            return [une(cellule) for cellule in cellules]
        return [s if (s := c.strip())[:1].isalnum() and len(s) <= limite else une(s) for c in cellules]


class Colonne:
    """A column of a sheet, over the field `champ` of its model. `requise`: the column and each value must be there."""

    vide: str | None = None
    """The value that means unknown."""
    longueur = MAX_TEXTE
    attendu = ""
    """What a cell should look like, in French, for messages and the template workbook."""
    neutralisee = True
    """Written as text, so after an apostrophe when it looks like a formula."""

    def __init__(self, nom: str, champ: models.Field[Any, Any], requise: bool = False) -> None:
        self.nom = nom
        self.champ = champ
        self.requise = requise

    @property
    def attribut(self) -> str:
        """Name of the attribute that holds the stored value (`personne_id`)."""
        return str(self.champ.attname)

    @property
    def chemin(self) -> str:
        """Path from the model to the value that is written."""
        return self.attribut

    @property
    def codes(self) -> Mapping[str, str]:
        """The codes a cell may hold and their labels, for the template workbook; empty for a free cell."""
        return {}

    def lecteur(self) -> Lecteur:
        return LecteurMemoire(self)

    def lire(self, cellule: type_cellule) -> Any:
        """The stored value of a cell. Raises Faute."""
        texte = self.texte_de(cellule).strip()
        if len(texte) > MAX_TEXTE:
            raise Faute(f"{len(texte)} caractères, la limite est {self.longueur}")
        texte = sans_apostrophe(texte).strip()
        return self.convertir(texte) if texte else self.vide

    def texte_de(self, cellule: type_cellule) -> str:
        """The text that stands for a cell of a workbook."""
        if isinstance(cellule, Anomalie):
            raise Faute(cellule.message)
        if isinstance(cellule, bool):
            return "TRUE" if cellule else "FALSE"
        if isinstance(cellule, datetime.date):
            return cellule.isoformat()[:10]
        return cellule

    def convertir(self, texte: str) -> Any:
        """The stored value of a text that is not empty. Raises Faute. References have none: their reader looks them up by the lot."""
        raise NotImplementedError

    def depuis_base(self, valeur: Any) -> Any:
        """The stored form of a value that Django returned for `attribut`."""
        return valeur

    def ecrire(self, valeur: Any) -> str:
        """The cell of a value that Django returned for `chemin`."""
        return "" if valeur is None else str(valeur)


class Texte(Colonne):
    vide = ""
    attendu = "texte"

    def __init__(self, nom: str, champ: models.Field[Any, Any], requise: bool = False) -> None:
        super().__init__(nom, champ, requise)
        self.longueur = min(getattr(champ, "max_length", None) or MAX_TEXTE, MAX_TEXTE)

    def lecteur(self) -> Lecteur:
        return LecteurTexte(self)

    def lire(self, cellule: type_cellule) -> str:
        texte = self.texte_de(cellule)
        if len(texte) > MAX_TEXTE + 1:
            raise Faute(f"texte trop long, la limite est de {self.longueur} caractères")
        texte = sans_apostrophe(texte)
        if not texte or texte.isspace():
            return ""
        if len(texte) > self.longueur:
            raise Faute(f"{len(texte)} caractères, la limite est {self.longueur}")
        return self.convertir(texte)

    def convertir(self, texte: str) -> str:
        return texte

    def ecrire(self, valeur: Any) -> str:
        return "" if not valeur or valeur.isspace() else str(valeur)


class CodeExact(Texte):
    """A `ref` or a `code` of the association: spaces around dropped, compared to the letter."""

    attendu = "référence"

    def lecteur(self) -> Lecteur:
        return LecteurCode(self)

    def lire(self, cellule: type_cellule) -> str:
        return super().lire(self.texte_de(cellule).strip()).strip()


class CodeConnu(CodeExact):
    """A code among names known at run time, compared without case or accents; `noms` may not be known yet (None)."""

    attendu = "code"
    noms: Callable[[], Collection[str]] | None = None

    def lecteur(self) -> Lecteur:
        return LecteurMemoire(self)

    @cached_property
    def _replies(self) -> dict[str, str]:
        return {replier(nom): nom for nom in self.noms()} if self.noms is not None else {}

    def convertir(self, texte: str) -> str:
        if self.noms is None:
            return texte
        try:
            return self._replies[replier(texte)]
        except KeyError:
            raise Faute(f"code inconnu {citer(texte)}{suggestion(texte, self._replies.values())}") from None


class Choix(Colonne):
    """A closed choice of the code, compared without case or accents."""

    vide = ""
    attendu = "un des codes"

    @cached_property
    def codes(self) -> Mapping[str, str]:
        return {str(code): _libelle(libelle) for code, libelle in self.champ.flatchoices if code}

    @cached_property
    def _replies(self) -> dict[str, str]:
        return {replier(code): code for code in self.codes}

    def convertir(self, texte: str) -> str:
        try:
            return self._replies[replier(texte)]
        except KeyError:
            raise Faute(f"code inconnu {citer(texte)}{suggestion(texte, self.codes)}") from None


class Date(Colonne):
    attendu = "date AAAA-MM-JJ ou JJ/MM/AAAA"
    neutralisee = False
    _iso = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
    _francaise = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")

    def convertir(self, texte: str) -> str:
        if trouve := self._iso.fullmatch(texte):
            annee, mois, jour = trouve.groups()
        elif trouve := self._francaise.fullmatch(texte):
            jour, mois, annee = trouve.groups()
        else:
            raise Faute(f"date attendue (AAAA-MM-JJ ou JJ/MM/AAAA), lu {citer(texte)}")
        try:
            date = datetime.date(int(annee), int(mois), int(jour))
        except ValueError:
            raise Faute(f"{citer(texte)} n’est pas un jour du calendrier") from None
        return _dans_les_annees(date, texte).isoformat()

    def depuis_base(self, valeur: Any) -> str | None:
        return None if valeur is None else valeur.isoformat()

    def ecrire(self, valeur: Any) -> str:
        return "" if valeur is None else valeur.isoformat()


class Mois(Date):
    """A month, stored as its first day."""

    attendu = "mois AAAA-MM"
    _mois = re.compile(r"([0-9]{4})-([0-9]{2})")

    def texte_de(self, cellule: type_cellule) -> str:
        if isinstance(cellule, datetime.date):
            return cellule.isoformat()[:7]
        return super().texte_de(cellule)

    def convertir(self, texte: str) -> str:
        trouve = self._mois.fullmatch(texte)
        if trouve is None:
            raise Faute(f"mois attendu (AAAA-MM), lu {citer(texte)}")
        try:
            premier = datetime.date(int(trouve[1]), int(trouve[2]), 1)
        except ValueError:
            raise Faute(f"{citer(texte)} n’est pas un mois") from None
        return _dans_les_annees(premier, texte).isoformat()

    def ecrire(self, valeur: Any) -> str:
        return "" if valeur is None else valeur.isoformat()[:7]


class Heure(Colonne):
    """A time of day, to the minute."""

    attendu = "heure HH:MM"
    neutralisee = False
    _forme = re.compile(r"([0-9]{1,2})[:hH]([0-9]{2})(?::00)?")

    def convertir(self, texte: str) -> str:
        trouve = self._forme.fullmatch(texte)
        if trouve is None:
            raise Faute(f"heure attendue (HH:MM), lu {citer(texte)}")
        try:
            return datetime.time(int(trouve[1]), int(trouve[2])).isoformat()
        except ValueError:
            raise Faute(f"{citer(texte)} n’est pas une heure du jour") from None

    def depuis_base(self, valeur: Any) -> str | None:
        return None if valeur is None else valeur.isoformat()

    def ecrire(self, valeur: Any) -> str:
        return "" if valeur is None else f"{valeur:%H:%M}"


class Annee(Colonne):
    attendu = "année AAAA"
    neutralisee = False

    def convertir(self, texte: str) -> int:
        if not re.fullmatch(r"[0-9]{4}", texte):
            raise Faute(f"année attendue (AAAA), lu {citer(texte)}")
        if int(texte) not in ANNEES:
            raise Faute(f"année hors de {ANNEES[0]}–{ANNEES[-1]}\u202f: {citer(texte)}")
        return int(texte)


class Entier(Colonne):
    attendu = "nombre entier"
    neutralisee = False
    MAXIMUM = 2_147_483_647

    def convertir(self, texte: str) -> int:
        if not re.fullmatch(r"-?[0-9]+", texte):
            raise Faute(f"nombre entier attendu, lu {citer(texte)}")
        chiffres = texte.lstrip("-").lstrip("0") or "0"
        if texte.startswith("-") and chiffres != "0":
            raise Faute(f"nombre négatif {citer(texte)}")
        if len(chiffres) > len(str(self.MAXIMUM)) or int(chiffres) > self.MAXIMUM:
            raise Faute(f"nombre trop grand, au plus {self.MAXIMUM}")
        return int(chiffres)


class Nombre(Colonne):
    """A decimal of four places at most, stored in ten-thousandths."""

    attendu = "nombre, au plus quatre décimales"
    neutralisee = False
    _forme = re.compile(r"(-?)([0-9]+|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+)(?:[.,]([0-9]+))?")

    def convertir(self, texte: str) -> int:
        trouve = self._forme.fullmatch(texte)
        if trouve is None:
            raise Faute(f"nombre attendu, lu {citer(texte)}")
        signe, entier, decimales = trouve[1], "".join(trouve[2].split()).lstrip("0") or "0", trouve[3] or ""
        if len(decimales) > 4:
            raise Faute(f"au plus quatre décimales, lu {citer(texte)}")
        if len(entier) > len(str(int(PLAFOND))):
            raise Faute(f"nombre trop grand, au plus {len(str(int(PLAFOND)))} chiffres avant la virgule")
        valeur = int(entier + decimales.ljust(4, "0"))
        if signe and valeur:
            if not getattr(self.champ, "negatif", False):
                raise Faute(f"nombre négatif {citer(texte)}")
            return -valeur
        return valeur

    def depuis_base(self, valeur: Any) -> int | None:
        return None if valeur is None else int(valeur * ECHELLE)

    def ecrire(self, valeur: Any) -> str:
        if valeur is None:
            return ""
        texte = f"{Decimal(valeur):.4f}".rstrip("0").rstrip(".")
        return "0" if texte == "-0" else texte


class Booleen(Colonne):
    attendu = "oui ou non"
    neutralisee = False
    _valeurs = {"oui": True, "non": False, "true": True, "false": False}

    @property
    def codes(self) -> Mapping[str, str]:
        return {"oui": "oui", "non": "non"}

    def convertir(self, texte: str) -> bool:
        try:
            return self._valeurs[replier(texte)]
        except KeyError:
            raise Faute(f"oui ou non attendu, lu {citer(texte)}") from None

    def ecrire(self, valeur: Any) -> str:
        return "" if valeur is None else "oui" if valeur else "non"


class Reference(Colonne):
    """The key of a row of another sheet, exact. Read through the register of that sheet (see `importation`)."""

    attendu = "référence"

    def __init__(self, nom: str, champ: models.Field[Any, Any], requise: bool = False, *, cible: str = "ref") -> None:
        super().__init__(nom, champ, requise)
        self.cible = cible
        """Field of the target that the cell holds (`ref`, `code`, `code_insee`)."""

    @property
    def modele(self) -> type[models.Model]:
        modele = self.champ.related_model
        assert isinstance(modele, type)
        return modele

    @property
    def chemin(self) -> str:
        return f"{self.champ.name}__{self.cible}"


class CodeNomenclature(Reference):
    """A code of one list of the nomenclatures, compared without case or accents."""

    attendu = "code de nomenclature"

    def __init__(self, nom: str, champ: models.Field[Any, Any], requise: bool = False, *, liste: str = "") -> None:
        super().__init__(nom, champ, requise, cible="code")
        self.liste = liste

    @property
    def codes(self) -> Mapping[str, str]:
        return {
            ligne.code: ligne.libelle
            for ligne in Nomenclature.objects.filter(liste=self.liste).order_by("ordre", "code")
        }


def _libelle(libelle: str | Promise) -> str:
    return str(libelle)


def _dans_les_annees(date: datetime.date, texte: str) -> datetime.date:
    if date.year not in ANNEES:
        raise Faute(f"année hors de {ANNEES[0]}–{ANNEES[-1]}\u202f: {citer(texte)}")
    return date


def colonne_de(nom: str, champ: models.Field[Any, Any], requise: bool) -> Colonne:
    """The column whose type follows from the model's field. Raises TypeError for a field of no known type."""
    if isinstance(champ, models.ForeignKey):
        if champ.related_model is Nomenclature:
            choix = champ.get_limit_choices_to()
            assert isinstance(choix, dict)
            return CodeNomenclature(nom, champ, requise, liste=str(choix["liste"]))
        return Reference(nom, champ, requise, cible=_identifiant(champ.related_model))
    if isinstance(champ, NombreExact):
        return Nombre(nom, champ, requise)
    if isinstance(champ, Code):
        return CodeExact(nom, champ, requise)
    if isinstance(champ, models.BooleanField):
        return Booleen(nom, champ, requise)
    if isinstance(champ, models.DateField):
        return (Mois if nom == "mois" else Date)(nom, champ, requise)
    if isinstance(champ, models.TimeField):
        return Heure(nom, champ, requise)
    if isinstance(champ, models.IntegerField):
        return (Annee if nom == "annee" else Entier)(nom, champ, requise)
    if champ.choices:
        return Choix(nom, champ, requise)
    if isinstance(champ, models.CharField | models.TextField):
        return Texte(nom, champ, requise)
    raise TypeError(f"{champ} : aucun type de colonne")


def _identifiant(modele: Any) -> str:
    for nom in ("ref", "code", "code_insee"):
        if any(champ.name == nom for champ in modele._meta.fields):
            return nom
    raise TypeError(f"{modele} : aucun identifiant")
