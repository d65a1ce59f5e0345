"""Kinds of contact that may be noted with a person, whatever the pole, through one form opened from anywhere.

A pole declares its kinds in its module `contacts`, found at start-up: what is noted, within which follow-up, with which
form, and what is recalled beside it. This floor never imports them.
"""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, IntegerField, Max, Prefetch, Q, QuerySet, Value, When

from aipi.models import Compte, Personne, StatutRendezVous
from aipi.roles import note_privee, visibles
from aipi.saisie_contact import FormulaireContact

NOTES_RAPPELEES = 3
A_REGLER = datetime.timedelta(days=31)
"""How long an appointment without outcome is proposed as the one being noted; beyond, it is settled from its own line."""


@dataclass(frozen=True)
class Echange:
    """A past contact, as it is recalled."""

    date: datetime.date
    titre: str
    precisions: tuple[str, ...] = ()
    demarches: tuple[str, ...] = ()
    note: str = ""
    note_privee: str = ""
    etat: str = ""
    libelle_etat: str = ""


@dataclass(frozen=True)
class EnCours:
    """A contract, a commitment or a measure in force; without `fin`, it has no last day."""

    libelle: str
    fin: datetime.date | None = None


@dataclass(frozen=True)
class Rappel:
    """« Depuis la dernière fois ». `attendus` are appointments to come, each with `date`, `heure` and `lieu`."""

    derniers: Sequence[Echange]
    attendus: Sequence[Any] = ()
    en_cours: Sequence[EnCours] = ()
    freins: Iterable[Any] | None = None
    """Obstacles still open, or None where this kind knows of none."""


@dataclass(frozen=True)
class Possible:
    """A kind of contact that may be noted with a person, within one of `suivis`."""

    genre: GenreContact
    suivis: list[Any] = field(default_factory=list)


class GenreContact(ABC):
    """One kind of contact. `gabarit` shows its fields; `correction` is the URL name of the page that corrects one."""

    code = ""
    libelle = ""
    ordre = 0
    titre = ""
    titre_correction = ""
    fait = ""
    deja = ""
    corrige = ""
    gabarit = ""
    gabarit_suite = ""
    """Fields of this kind alone that come after the note."""
    correction = ""
    ouverture = ""
    """URL name of the page that opens a follow-up for a person."""
    libelle_ouverture = ""
    formulaire: type[FormulaireContact]

    @property
    def modele(self) -> Any:
        return self.formulaire._meta.model

    @abstractmethod
    def accessible(self, compte: Compte) -> bool:
        """Whether the account notes this kind at all."""

    @abstractmethod
    def suivis(self, compte: Compte, personne: Personne) -> list[Any]:
        """Every follow-up of the person that the account may see, the latest first."""

    @abstractmethod
    def rappel(
        self, compte: Compte, personne: Personne, form: FormulaireContact, jour: datetime.date, autre_que: int | None
    ) -> Rappel:
        """What to have in mind. `autre_que` is the contact being corrected."""

    def ouverts(self, suivis: Iterable[Any], jour: datetime.date) -> list[Any]:
        """Those not over on `jour`; one still to come is open: it is prepared."""
        return [suivi for suivi in suivis if (fin := self.formulaire.bornes(suivi)[1]) is None or fin >= jour]

    def contacts(self, compte: Compte, personne: Personne) -> QuerySet[Any]:
        """The contacts of this kind with the person, the latest first."""
        lignes = self.modele._default_manager.filter(**{f"{self.formulaire.champ_suivi}__personne": personne})
        return visibles(lignes, compte).order_by("-date", "-pk")

    def rendez_vous(self, compte: Compte, personne: Personne) -> QuerySet[Any]:
        """The appointments of the person within this kind of follow-up."""
        form = self.formulaire
        lignes = form.modele_rendez_vous._default_manager.filter(**{f"{form.champ_suivi}__personne": personne})
        return visibles(lignes, compte)

    def a_regler(self, compte: Compte, personne: Personne, jour: datetime.date) -> Any | None:
        """The appointment that a contact noted on `jour` settles: today’s, else the last one without outcome."""
        prevus = self.rendez_vous(compte, personne).filter(
            statut=StatutRendezVous.PREVU, date__range=(jour - A_REGLER, jour)
        )
        return prevus.order_by("-date", "heure", "pk").first()

    def attendus(self, compte: Compte, personne: Personne, jour: datetime.date) -> list[Any]:
        """The next appointments after `jour`."""
        prevus = self.rendez_vous(compte, personne).filter(statut=StatutRendezVous.PREVU, date__gt=jour)
        return list(prevus.order_by("date", "heure", "pk")[:NOTES_RAPPELEES])

    def derniers(self, compte: Compte, personne: Personne, autre_que: int | None) -> QuerySet[Any]:
        """The contacts recalled, with what was undertaken at each."""
        return self.rappeles(self.contacts(compte, personne), autre_que)

    def rappeles(self, contacts: QuerySet[Any], autre_que: int | None) -> QuerySet[Any]:
        """The latest of `contacts`, ready to be told."""
        contacts = contacts.exclude(pk__in=[] if autre_que is None else [autre_que])
        demarches = self.formulaire.modele_demarche._default_manager.select_related("demarche")
        return contacts.select_related("intervenant").prefetch_related(Prefetch("demarches", demarches))[
            :NOTES_RAPPELEES
        ]

    def echange(self, contact: Any, compte: Compte, titre: str, precisions: Iterable[object], **etat: str) -> Echange:
        """A contact as it is recalled, its private part for its author."""
        return Echange(
            date=contact.date,
            titre=titre,
            precisions=tuple(str(precision) for precision in precisions if precision),
            demarches=tuple(str(ligne.demarche) for ligne in contact.demarches.all()),
            note=contact.note,
            note_privee=note_privee(contact, compte),
            **etat,
        )

    def prevus_le(self, compte: Compte, personne: Personne, jour: datetime.date) -> QuerySet[Any]:
        """The code of this kind, once for each appointment of that day still to be settled."""
        prevus = self.rendez_vous(compte, personne).filter(statut=StatutRendezVous.PREVU, date=jour)
        return prevus.order_by().values_list(Value(self.code))

    def usages(self, compte: Compte, personne: Personne) -> QuerySet[Any]:
        """The code of this kind, whether by this account (0) or another (1), and the day of the last contact."""
        mien = Q(auteur=compte)
        if compte.intervenant_id is not None:
            mien |= Q(intervenant=compte.intervenant_id)
        rang = Case(When(mien, then=Value(0)), default=Value(1), output_field=IntegerField())
        contacts = self.contacts(compte, personne).order_by().values_list(Value(self.code), rang)
        usages: QuerySet[Any] = contacts.annotate(dernier=Max("date"))
        return usages


_registre: dict[str, GenreContact] = {}


def inscrire(genre: GenreContact) -> None:
    """Add a kind of contact; once under each code."""
    _registre[genre.code] = genre


def genres(compte: Compte) -> list[GenreContact]:
    """The kinds that `compte` may note, in their order."""
    return sorted((g for g in _registre.values() if g.accessible(compte)), key=lambda g: (g.ordre, g.code))


def genre_habituel(
    possibles: list[Possible], compte: Compte, personne: Personne, jour: datetime.date
) -> Possible | None:
    """The kind proposed first: the one of an appointment of today, else the last used, by this account if it was."""
    if len(possibles) < 2:
        return possibles[0] if possibles else None
    par_code = {possible.genre.code: possible for possible in possibles}
    premier, *autres = (possible.genre.prevus_le(compte, personne, jour) for possible in possibles)
    attendus = {code for (code,) in premier.union(*autres)}
    for code, possible in par_code.items():
        if code in attendus:
            return possible
    premier, *autres = (possible.genre.usages(compte, personne) for possible in possibles)
    usages = sorted(premier.union(*autres), key=lambda usage: (usage[1], -usage[2].toordinal()))
    return par_code[usages[0][0]] if usages else possibles[0]
