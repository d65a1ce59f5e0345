"""Who the rows speak of: one reference for each person that the files name, the same from one import to the next."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aipi.echange.erreurs import Anomalie
from aipi.models import AncienneReference, Personne
from aipi.texte import replier

FABRIQUEE = re.compile(r"\b[A-Z]{1,3}-[0-9a-f]{12}(?:-[0-9]+)?\b")
"""A reference that was made here."""


def serre(texte: str) -> str:
    """Letters and digits only, folded: « Ben-Ali » and « Benali » are one name."""
    return "".join(c for c in replier(texte) if c.isalnum())


def fabriquee(prefixe: str, *parties: str) -> str:
    """A reference that only depends on what it stands for: importing again finds the same row."""
    return f"{prefixe}-{hashlib.sha256(chr(31).join(parties).encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Identite:
    """A person as the files name her."""

    nom: str
    prenom: str
    naissance: datetime.date | None
    telephone: str = ""

    @property
    def cle(self) -> tuple[str, str]:
        return serre(self.nom), serre(self.prenom)


class Identites:
    """The persons of one drop. Every row is noted first, then references are asked for.

    `reconnues`: by reference, the reference of the person of the house that she is (nothing: she is another).
    """

    def __init__(self, reconnues: Mapping[str, str]) -> None:
        self._reconnues = reconnues
        self._groupes: dict[tuple[str, str], dict[datetime.date | None, str]] = {}
        self._vues: dict[str, Identite] = {}
        self._finales: dict[str, str] = {}

    def noter(self, identite: Identite, ref: str) -> None:
        """A row names this person; `ref` is the reference that the files give her, if they do."""
        groupe = self._groupes.setdefault(self._cle(identite), {})
        if ref or identite.naissance not in groupe:
            groupe[identite.naissance] = ref or groupe.get(identite.naissance, "")
        if ref and ref not in self._vues:
            self._vues[ref] = identite

    def _cle(self, identite: Identite) -> tuple[str, str]:
        """« Maës Hugo » and « Hugo Maës » are one person: the order of the sheet that was read first holds."""
        cle = identite.cle
        return cle[::-1] if cle not in self._groupes and cle[::-1] in self._groupes else cle

    def clore(self) -> None:
        """All rows are noted: who is in the house already is asked at once."""
        for cle, groupe in self._groupes.items():
            connues = [naissance for naissance in groupe if naissance is not None]
            for naissance, ref in groupe.items():
                if not ref and not (naissance is None and connues):
                    fabrique = self._fabriquer(cle, naissance)
                    groupe[naissance] = fabrique
        refs = [ref for groupe in self._groupes.values() for ref in groupe.values() if ref]
        self._chercher([*refs, *self._vues])

    def _fabriquer(self, cle: tuple[str, str], naissance: datetime.date | None) -> str:
        return fabriquee("PER", *cle, naissance.isoformat() if naissance else "")

    def _chercher(self, refs: Iterable[str]) -> None:
        liste = list(dict.fromkeys(refs))
        self._presentes: set[str] = set()
        self._anciennes: dict[str, str] = {}
        # A person may be said to be another of the same files: the house does not know her for that.
        dites = [vers for vers in self._reconnues.values() if vers]
        self._connues: set[str] = set()
        for debut in range(0, len(liste), 5_000):
            morceau = liste[debut : debut + 5_000]
            self._presentes |= set(Personne.objects.filter(ref__in=morceau).values_list("ref", flat=True))
            self._anciennes |= dict(
                AncienneReference.objects.filter(ref__in=morceau).values_list("ref", "personne__ref")
            )
        for debut in range(0, len(dites), 5_000):
            voulues = Personne.objects.filter(ref__in=dites[debut : debut + 5_000])
            self._connues |= set(voulues.values_list("ref", flat=True))
        self._connues |= set(self._anciennes.values())

    def ref(self, identite: Identite) -> str | Anomalie:
        """The reference of the person that a row names."""
        groupe = self._groupes[self._cle(identite)]
        naissance = identite.naissance
        if naissance is None:
            connues = [jour for jour in groupe if jour is not None]
            # Said to be one person under two birthdays, she is one.
            if len({self.finale(groupe[jour]) for jour in connues}) > 1:
                return Anomalie(
                    f"{len(connues)} personnes s’appellent ainsi dans ces fichiers\u202f: ajoutez la date de naissance"
                )
            naissance = connues[0] if connues else None
        ref = groupe[naissance]
        if ref not in self._vues or (not self._vues[ref].telephone and identite.telephone):
            self._vues[ref] = Identite(identite.nom, identite.prenom, naissance, identite.telephone)
        return self.finale(ref)

    def finale(self, ref: str) -> str:
        """The reference under which the house knows, or will know, the person."""
        return self._reconnues.get(ref) or self._anciennes.get(ref) or ref

    def de_la_maison(self, ref: str) -> bool:
        """Whether the house has a person under this final reference."""
        return ref in self._presentes or ref in self._connues

    def nouvelles(self) -> dict[str, Identite]:
        """By reference, the persons that the house does not have under it."""
        return {
            ref: identite
            for ref, identite in self._vues.items()
            if ref not in self._presentes and ref not in self._anciennes
        }
