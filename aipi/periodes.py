"""A period is a value: two days, both included, with French wording and its predecessor."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from dataclasses import dataclass

MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
UN_JOUR = datetime.timedelta(days=1)
PREMIERE_ANNEE, DERNIERE_ANNEE = 1900, 2100


@dataclass(frozen=True, order=True)
class Periode:
    """From `debut` to `fin`, both included. Raises ValueError when `fin` precedes `debut`."""

    debut: datetime.date
    fin: datetime.date

    def __post_init__(self) -> None:
        if self.fin < self.debut:
            raise ValueError("La fin de la période précède son début.")

    @classmethod
    def annee(cls, annee: int) -> Periode:
        """The calendar year `annee`."""
        return cls(datetime.date(annee, 1, 1), datetime.date(annee, 12, 31))

    @classmethod
    def du_mois(cls, jour: datetime.date) -> Periode:
        """The calendar month of `jour`."""
        return cls(jour.replace(day=1), fin_de_mois(jour))

    @property
    def annee_civile(self) -> int | None:
        """The year when the period is exactly a calendar year, else None."""
        return self.debut.year if self == Periode.annee(self.debut.year) else None

    @property
    def jours(self) -> int:
        """Number of days, both ends included."""
        return (self.fin - self.debut).days + 1

    @property
    def mois_entiers(self) -> bool:
        """True when the period starts on a first and ends on the last day of a month."""
        return self.debut.day == 1 and (self.fin + UN_JOUR).day == 1

    @property
    def precedente(self) -> Periode:
        """As many calendar months before when made of whole months, else as many days ending the day before.

        Source: dictionary of indicators, "which value is printed". Raises ValueError before year 1.
        """
        veille = self.debut - UN_JOUR
        if not self.mois_entiers:
            return Periode(veille - datetime.timedelta(days=self.jours - 1), veille)
        nombre = (self.fin.year - self.debut.year) * 12 + self.fin.month - self.debut.month + 1
        rang = self.debut.year * 12 + self.debut.month - 1 - nombre
        return Periode(datetime.date(rang // 12, rang % 12 + 1, 1), veille)

    def mois(self) -> Iterator[datetime.date]:
        """First days of every calendar month that the period touches, in order."""
        jour = self.debut.replace(day=1)
        while jour <= self.fin:
            yield jour
            jour = (jour.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)

    def __contains__(self, jour: datetime.date) -> bool:
        return self.debut <= jour <= self.fin

    def __str__(self) -> str:
        annee = self.annee_civile
        if annee is not None:
            return str(annee)
        if self.mois_entiers:
            premier, dernier = nom_mois(self.debut), nom_mois(self.fin)
            return premier if premier == dernier else f"de {premier} à {dernier}"
        return f"du {jour_francais(self.debut)} au {jour_francais(self.fin)}"


def jour_francais(jour: datetime.date) -> str:
    """« 1er mars 2021 », « 14 mars 2021 »."""
    return f"{'1er' if jour.day == 1 else jour.day} {MOIS[jour.month - 1]} {jour.year}"


def nom_mois(jour: datetime.date) -> str:
    """« mars 2021 »."""
    return f"{MOIS[jour.month - 1]} {jour.year}"


def fin_de_mois(jour: datetime.date) -> datetime.date:
    """Last day of the month of `jour`."""
    return jour.replace(day=calendar.monthrange(jour.year, jour.month)[1])


def plus_mois(jour: datetime.date, mois: int) -> datetime.date:
    """The same day `mois` months later (earlier when negative), or the last day of a month without it."""
    rang = jour.year * 12 + jour.month - 1 + mois
    premier = datetime.date(rang // 12, rang % 12 + 1, 1)
    return premier.replace(day=min(jour.day, fin_de_mois(premier).day))


def plausible(periode: Periode) -> Periode:
    """`periode` itself. Raises ValueError, in French, outside 1900–2100, the years of the exchange format."""
    if periode.debut.year < PREMIERE_ANNEE or periode.fin.year > DERNIERE_ANNEE:
        raise ValueError(f"les années vont de {PREMIERE_ANNEE} à {DERNIERE_ANNEE}")
    return periode


class ConvertisseurPeriode:
    """URL part: `2021`, or `2020-09-01_2021-08-31`."""

    regex = r"\d{4}(?:-\d{2}-\d{2}_\d{4}-\d{2}-\d{2})?"

    def to_python(self, value: str) -> Periode:
        """Raises ValueError, which is « not found », also outside the years that files may hold."""
        if "_" not in value:
            return plausible(Periode.annee(int(value)))
        debut, fin = value.split("_")
        return plausible(Periode(datetime.date.fromisoformat(debut), datetime.date.fromisoformat(fin)))

    def to_url(self, value: Periode | int | str) -> str:
        if not isinstance(value, Periode):
            return str(value)
        annee = value.annee_civile
        return f"{annee:04d}" if annee is not None else f"{value.debut.isoformat()}_{value.fin.isoformat()}"


class ConvertisseurMois:
    """A month in an address: `2021-03`. Python sees its first day."""

    regex = r"[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> datetime.date:
        """Raises ValueError, which is « not found », for no month or outside the years that files may hold."""
        return plausible(Periode.du_mois(datetime.date.fromisoformat(f"{value}-01"))).debut

    def to_url(self, value: datetime.date | str) -> str:
        return value if isinstance(value, str) else f"{value:%Y-%m}"
