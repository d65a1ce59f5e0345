"""Periods: what is in one, the one before it, its calendar months."""

from datetime import date, timedelta
from typing import NamedTuple

UN_JOUR = timedelta(days=1)


def mois_suivant(jour: date, combien: int = 1) -> date:
    """The first day of the month `combien` months after the month of `jour`."""
    rang = jour.year * 12 + jour.month - 1 + combien
    return date(rang // 12, rang % 12 + 1, 1)


class Periode(NamedTuple):
    """From the day `debut` to the day `fin`, both included."""

    debut: date
    fin: date

    def contient(self, jour: date | None) -> bool:
        return jour is not None and self.debut <= jour <= self.fin

    def touche(self, debut: date, fin: date | None) -> bool:
        """The stay rule; a stay without end lasts for ever."""
        return debut <= self.fin and (fin is None or fin >= self.debut)

    def partie(self, debut: date, fin: date | None) -> "Periode":
        """The part of a stay that is in the period."""
        return Periode(max(debut, self.debut), min(fin or self.fin, self.fin))

    @property
    def jours(self) -> int:
        return (self.fin - self.debut).days + 1

    @property
    def mois(self) -> list[date]:
        """The calendar months the period touches, by their first day."""
        mois = [self.debut.replace(day=1)]
        while mois_suivant(mois[-1]) <= self.fin:
            mois.append(mois_suivant(mois[-1]))
        return mois

    @property
    def annee(self) -> int | None:
        """The year the period is, None when it is not a calendar year."""
        annee = self.debut.year
        return annee if self == (date(annee, 1, 1), date(annee, 12, 31)) else None

    def precedente(self) -> "Periode":
        """As many months before when made of whole months, else as many days."""
        if self.debut.day == 1 and (self.fin + UN_JOUR).day == 1:
            return Periode(mois_suivant(self.debut, -len(self.mois)), self.debut - UN_JOUR)
        return Periode(self.debut - timedelta(days=self.jours), self.debut - UN_JOUR)
