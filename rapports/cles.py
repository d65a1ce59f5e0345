"""Keys of breakdowns: which keys there are, in which order, with which label, and how a row falls under one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Case, Model, Q, QuerySet, TextChoices, Value, When
from django.db.models.expressions import Combinable, F

from aipi.models import Commune, Nomenclature
from aipi.periodes import Periode, nom_mois
from rapports.declarations import jour_d_age

INCONNU = "inconnu"
LIBELLE_INCONNU = "Non renseigné"


class Cle:
    """How rows are told apart. `expression` groups them; `cles` lists keys and labels, `inconnu` last where it exists."""

    def expression(self, periode: Periode) -> str | Combinable:
        """What rows are grouped by."""
        raise TypeError("Une clé dit par quoi elle groupe.")

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        """(key, label) pairs; `rencontrees` are the group values met."""
        raise TypeError("Une clé dit quelles clés elle a.")

    def cle(self, valeur: Any) -> str:
        """The key of one group value."""
        return INCONNU if valeur in (None, "") else str(valeur)

    def lignes_de(self, lignes: QuerySet[Any], cle: str, periode: Periode) -> QuerySet[Any]:
        """The rows that fall under one key. Raises KeyError when there is no such key."""
        lignes = lignes.alias(cle_repartition=self._annotation(periode))
        if cle == INCONNU:
            return lignes.filter(Q(cle_repartition=None) | self._vide())
        return lignes.filter(cle_repartition=cle)

    def _annotation(self, periode: Periode) -> Combinable:
        expression = self.expression(periode)
        return F(expression) if isinstance(expression, str) else expression

    def _vide(self) -> Q:
        return Q()


@dataclass(frozen=True)
class ParListe(Cle):
    """By the codes of a nomenclature list, reached by the foreign key `chemin`."""

    liste: str
    chemin: str

    def expression(self, periode: Periode) -> str:
        return f"{self.chemin}__code"

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        codes = Nomenclature.objects.de(self.liste).values_list("code", "libelle")
        return [*codes, (INCONNU, LIBELLE_INCONNU)]


@dataclass(frozen=True)
class ParCategorie(Cle):
    """By the category of a nomenclature code; a category that counts nowhere is unknown."""

    liste: str
    chemin: str
    libelles: tuple[tuple[str, str], ...]

    def expression(self, periode: Periode) -> Combinable:
        chemin = f"{self.chemin}__categorie"
        return Case(*(When(**{chemin: code}, then=Value(code)) for code, _ in self.libelles), default=Value(None))

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        return [*self.libelles, (INCONNU, LIBELLE_INCONNU)]


@dataclass(frozen=True)
class ParChoix(Cle):
    """By a closed choice; an empty one is unknown."""

    choix: type[TextChoices]
    chemin: str

    def expression(self, periode: Periode) -> str:
        return self.chemin

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        return [*((str(c.value), str(c.label)) for c in self.choix), (INCONNU, LIBELLE_INCONNU)]

    def _vide(self) -> Q:
        return Q(cle_repartition="")


@dataclass(frozen=True)
class ParLigne(Cle):
    """By the rows of a sheet (workshops, communes, funders), by code."""

    modele: type[Model]
    code: str
    libelle: str
    chemin: str

    def expression(self, periode: Periode) -> str:
        return f"{self.chemin}__{self.code}"

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        lignes = self.modele._default_manager.order_by(self.code).values_list(self.code, self.libelle)
        return [*lignes, (INCONNU, LIBELLE_INCONNU)]


@dataclass(frozen=True)
class ParTexte(Cle):
    """By the texts met, sorted by Unicode code point."""

    chemin: str

    def expression(self, periode: Periode) -> str:
        return self.chemin

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        return [*((texte, texte) for texte in sorted({str(t) for t in rencontrees if t})), (INCONNU, LIBELLE_INCONNU)]


@dataclass(frozen=True)
class ParMois(Cle):
    """By the month of a day, every month that the period touches; no row is without one.

    Rows are grouped by day (366 groups a year at most) and the days put together here: it needs no date function.
    """

    chemin: str

    def expression(self, periode: Periode) -> str:
        return self.chemin

    def cle(self, valeur: Any) -> str:
        return f"{valeur:%Y-%m}"

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        return [(f"{mois:%Y-%m}", nom_mois(mois)) for mois in periode.mois()]

    def lignes_de(self, lignes: QuerySet[Any], cle: str, periode: Periode) -> QuerySet[Any]:
        for mois in periode.mois():
            if f"{mois:%Y-%m}" == cle:
                return lignes.filter(**{f"{self.chemin}__year": mois.year, f"{self.chemin}__month": mois.month})
        raise KeyError(cle)


@dataclass(frozen=True)
class ParTranche(Cle):
    """By brackets of a number: (key, label, first number of the bracket), from the lowest."""

    chemin: str
    tranches: tuple[tuple[str, str, int], ...]

    def _quand(self, periode: Periode, seuil: int) -> Q:
        return Q(**{f"{self.chemin}__gte": seuil})

    def expression(self, periode: Periode) -> Combinable:
        premiere, *suivantes = self.tranches
        return Case(
            *(When(self._quand(periode, seuil), then=Value(cle)) for cle, _, seuil in reversed(suivantes)),
            When(**{f"{self.chemin}__isnull": False}, then=Value(premiere[0])),
            default=Value(None),
        )

    def cles(self, periode: Periode, rencontrees: Sequence[Any]) -> list[tuple[str, str]]:
        return [*((cle, libelle) for cle, libelle, _ in self.tranches), (INCONNU, LIBELLE_INCONNU)]


@dataclass(frozen=True)
class ParAge(ParTranche):
    """By brackets of age, in full years on the last day of the period; `chemin` is the date of birth."""

    def _quand(self, periode: Periode, seuil: int) -> Q:
        return Q(**{f"{self.chemin}__lte": jour_d_age(periode.fin, seuil)})


TRANCHES_AGE = (
    ("moins_25", "Moins de 25 ans", 0),
    ("25_29", "25 à 29 ans", 25),
    ("30_39", "30 à 39 ans", 30),
    ("40_49", "40 à 49 ans", 40),
    ("50_59", "50 à 59 ans", 50),
    ("60_plus", "60 ans et plus", 60),
)
TRANCHES_AGE_ETAT = (
    ("moins_26", "Moins de 26 ans", 0),
    ("26_49", "26 à 49 ans", 26),
    ("50_plus", "50 ans et plus", 50),
)
TRANCHES_CHOMAGE = (
    ("moins_6", "Moins de 6 mois", 0),
    ("6_11", "6 à 11 mois", 6),
    ("12_23", "12 à 23 mois", 12),
    ("24_plus", "24 mois et plus", 24),
)
CATEGORIES_SORTIE = (
    (Nomenclature.EMPLOI_DURABLE, "Emploi durable"),
    (Nomenclature.EMPLOI_TRANSITION, "Emploi de transition"),
    (Nomenclature.SORTIE_POSITIVE, "Sortie positive"),
    (Nomenclature.AUTRE_SORTIE, "Autre sortie"),
    (Nomenclature.RETRAIT, "Retrait des sorties constatées"),
)

par_age = partial(ParAge, tranches=TRANCHES_AGE)
par_commune = partial(ParLigne, Commune, "code_insee", "nom")
