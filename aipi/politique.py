"""The declared retention policy: what each field of each model is for, how long it is kept, what becomes of it then.

Each room says it of its own models in its module `conservation`, found at start-up. Three things follow from it: when a
person leaves the active base and becomes anonymous (`aipi.termes`), what is then kept, blanked or replaced
(`aipi.anonymisation`), and the register of processing activities (`aipi.registre`). A check refuses a field that is forgotten.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.models import Model, QuerySet
from django.utils import timezone

from aipi.models import Parametre
from aipi.periodes import Periode
from aipi.roles import chemin_personne
from aipi.verifications import APPLICATIONS


class Categorie(Enum):
    """What a field holds, in the words of the register."""

    IDENTITE = "identité"
    COORDONNEES = "coordonnées"
    REFERENCE = "références internes"
    FAIT = "faits d’accompagnement comptés par le rapport"
    TEXTE = "textes libres"
    DOCUMENT = "documents et photographies"
    COMPTE = "comptes et personnel"
    DONNEE = "données de l’association"
    TECHNIQUE = "données techniques"


class Effet(Enum):
    """What anonymisation does to a field."""

    GARDER = "gardé"
    VIDER = "vidé"
    GENERALISER = "rendu moins précis"
    REMPLACER = "remplacé"


@dataclass(frozen=True)
class Champ:
    categorie: Categorie
    effet: Effet


@dataclass(frozen=True)
class Duree:
    """How long something is kept: so many months from a start, or for as long as the start says (no months).

    `parametre`: the dated setting by which the association may lengthen it, never shorten it.
    """

    code: str
    libelle: str
    mois: int | None
    source: str
    parametre: str = ""

    def en_vigueur(self, jour: datetime.date) -> int:
        """Months on `jour`. Raises TypeError for a duration that is not counted in months."""
        if self.mois is None:
            raise TypeError(self.code)
        if not self.parametre:
            return self.mois
        ligne = Parametre.objects.en_vigueur(self.parametre, jour)
        nombre = ligne.nombre if ligne is not None else None
        return self.mois if nombre is None else min(max(self.mois, int(nombre)), MAXIMUM)


MAXIMUM = 1_200
"""Months; a setting typed with a digit too many must not carry a date out of the calendar."""


@dataclass(frozen=True)
class Traitement:
    """A processing activity of the register (RGPD, art. 30). What it holds is read from the sheets that name it."""

    code: str
    nom: str
    finalite: str
    base: str
    personnes: str
    destinataires: str
    sensibles: str = ""


Depart = Callable[[Sequence[int]], dict[int, datetime.date | None]]
"""From keys of persons, those whom a duty concerns and the day it counts from; None as long as that day is not known."""


@dataclass(frozen=True)
class Obligation:
    """A duty to keep beyond the active base: pay, European funds. `duree` is counted from what `depart` gives."""

    duree: str
    raison: str
    depart: Depart


Participants = Callable[[Periode], QuerySet[Any]]
"""The keys of the persons whom an action of an agreement served in a period."""


@dataclass(frozen=True)
class Fiche:
    """The policy of one model. `effacee`: the rows themselves go at anonymisation, since no figure counts them.

    `contacts`: dates of a contact with the person, in the rows that satisfy `contact_si`. `ouvert`: rows that mean that the
    person is still followed, on whatever day.
    """

    modele: str
    traitement: str
    duree: str
    champs: Mapping[str, Champ]
    effacee: bool = False
    contacts: tuple[str, ...] = ()
    contact_si: Mapping[str, Any] = field(default_factory=dict)
    ouvert: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def classe(self) -> type[Model]:
        return apps.get_model(self.modele)

    @cached_property
    def personne(self) -> str | None:
        """The path to the person; empty for the person itself, None for what is of nobody."""
        return chemin_personne(self.classe)

    def de_categorie(self, categorie: Categorie) -> list[str]:
        return [nom for nom, champ in self.champs.items() if champ.categorie is categorie]

    def a(self, effet: Effet) -> list[str]:
        return [nom for nom, champ in self.champs.items() if champ.effet is effet]


_SORTES: dict[str, Champ] = {
    "identite": Champ(Categorie.IDENTITE, Effet.REMPLACER),
    "generalises": Champ(Categorie.IDENTITE, Effet.GENERALISER),
    "coordonnees": Champ(Categorie.COORDONNEES, Effet.VIDER),
    "references": Champ(Categorie.REFERENCE, Effet.REMPLACER),
    "faits": Champ(Categorie.FAIT, Effet.GARDER),
    "textes": Champ(Categorie.TEXTE, Effet.VIDER),
    "textes_communs": Champ(Categorie.TEXTE, Effet.GARDER),
    "documents": Champ(Categorie.DOCUMENT, Effet.GARDER),
    "comptes": Champ(Categorie.COMPTE, Effet.GARDER),
    "auteurs": Champ(Categorie.COMPTE, Effet.VIDER),
    "donnees": Champ(Categorie.DONNEE, Effet.GARDER),
    "techniques": Champ(Categorie.TECHNIQUE, Effet.GARDER),
}
"""By the word that declares them. `textes_communs`: of a session, a report: they are about nobody in particular."""


def fiche(
    modele: str,
    traitement: str,
    duree: str,
    *,
    effacee: bool = False,
    contacts: str = "",
    contact_si: Mapping[str, Any] | None = None,
    ouvert: Mapping[str, Any] | None = None,
    **sortes: str,
) -> Fiche:
    """A sheet from names of fields, sorted by what they hold. The key of a row is technical and need not be said.

    Raises KeyError for a sort that does not exist, ValueError for a field said twice.
    """
    champs: dict[str, Champ] = {}
    for sorte, noms in {"techniques": "", **sortes}.items():
        for nom in noms.split():
            if nom in champs:
                raise ValueError(f"{modele}.{nom} est déclaré deux fois.")
            champs[nom] = _SORTES[sorte]
    return Fiche(modele, traitement, duree, champs, effacee, tuple(contacts.split()), contact_si or {}, ouvert or {})


@dataclass(frozen=True)
class Tiers:
    """What a library keeps in a table of its own: said of the table as a whole.

    `purger` forgets what is past its duration, and says how many rows went.
    """

    modele: str
    traitement: str
    duree: str
    contenu: str
    purger: Callable[[datetime.datetime], int] | None = None


_durees: dict[str, Duree] = {}
_traitements: dict[str, Traitement] = {}
_fiches: dict[str, Fiche] = {}
_tiers: dict[str, Tiers] = {}
_obligations: list[Obligation] = []
_participants: dict[str, Participants] = {}
_purges: dict[str, Callable[[datetime.datetime], int]] = {}
_reports: list[Callable[[Mapping[str, str]], None]] = []
_fins: list[Callable[[], set[tuple[int, int]]]] = []


def inscrire(*declarations: Duree | Traitement | Fiche | Tiers | Obligation) -> None:
    """Add to the policy; once under each code or model."""
    for declaration in declarations:
        match declaration:
            case Duree(code=code):
                _durees[code] = declaration
            case Traitement(code=code):
                _traitements[code] = declaration
            case Fiche(modele=modele):
                _fiches[modele] = declaration
            case Tiers(modele=modele):
                _tiers[modele] = declaration
            case Obligation():
                _obligations.append(declaration)


def inscrire_participants(action: str, participants: Participants) -> None:
    """Say whom an action of the agreements serves (`Convention.Action`)."""
    _participants[action] = participants


def inscrire_purge(libelle: str, purger: Callable[[datetime.datetime], int]) -> None:
    """Add something that goes by itself when its time is over, whoever it is about; it returns how many."""
    _purges[libelle] = purger


def inscrire_report(reporter: Callable[[Mapping[str, str]], None]) -> None:
    """Add who keeps references of rows elsewhere: it is given the former ones and those that replace them."""
    _reports.append(reporter)


def inscrire_fins(fins: Callable[[], set[tuple[int, int]]]) -> None:
    """Add who knows on which days of a year figures are computed, as (month, day), besides 31 December."""
    _fins.append(fins)


def durees() -> list[Duree]:
    return list(_durees.values())


def duree_de(code: str) -> Duree:
    """Raises KeyError."""
    return _durees[code]


def traitements() -> list[Traitement]:
    return list(_traitements.values())


def fiches() -> list[Fiche]:
    return list(_fiches.values())


def tiers() -> list[Tiers]:
    return list(_tiers.values())


def obligations() -> list[Obligation]:
    return list(_obligations)


def participants() -> Mapping[str, Participants]:
    return _participants


def fiches_de_personne() -> list[Fiche]:
    """The sheets of models whose rows are about one person, the person herself included, children first."""
    siennes = [f for f in _fiches.values() if f.personne is not None]
    return sorted(siennes, key=lambda f: -len([mot for mot in (f.personne or "").split("__") if mot]))


def fins_de_periode() -> set[tuple[int, int]]:
    """The days of a year, as (month, day), on which ages are counted: 31 December, and the ends of other reports."""
    return {(12, 31)}.union(*(fins() for fins in _fins))


def reporter(remplacees: Mapping[str, str]) -> None:
    """Tell who keeps references that some were replaced."""
    for report in _reports:
        report(remplacees)


def purger() -> dict[str, int]:
    """Forget what is past its time, whoever it is about: drafts, deletions, works, logs. How many rows of each."""
    maintenant = timezone.now()
    toutes = {**_purges, **{t.contenu: t.purger for t in _tiers.values() if t.purger is not None}}
    return {libelle: nombre for libelle, purge in toutes.items() if (nombre := purge(maintenant))}


# Nothing is forgotten


@register(Tags.models)
def tout_champ_a_une_duree(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Every field of every model of ours is in a sheet, every other table is said; and no sheet outlives its field."""
    return [*_oublis(), *_restes(), *_inconnus()]


def _oublis() -> Iterator[CheckMessage]:
    for modele in apps.get_models(include_auto_created=True):
        label = modele._meta.label
        if modele._meta.app_label not in APPLICATIONS:
            if label not in _tiers and not modele._meta.proxy:
                yield Error(
                    f"La politique de conservation ne dit rien de {label}.",
                    hint="Déclarez-le par Tiers(…) dans le module conservation d’une application.",
                    id="aipi.E042",
                )
        elif label not in _fiches:
            yield Error(
                f"Le modèle {label} n’a pas de fiche de conservation.",
                hint=f"Déclarez-la dans {modele._meta.app_label}/conservation.py.",
                id="aipi.E040",
            )
        else:
            for champ in modele._meta.concrete_fields:
                if not champ.primary_key and champ.name not in _fiches[label].champs:
                    yield Error(f"Le champ {champ} n’est pas dans la politique de conservation.", id="aipi.E041")


def _restes() -> Iterator[CheckMessage]:
    for label in sorted({*_fiches, *_tiers}):
        try:
            modele = apps.get_model(label)
        except LookupError:
            yield Error(f"La politique de conservation parle de {label}, qui n’existe plus.", id="aipi.E043")
            continue
        connus = {champ.name for champ in modele._meta.concrete_fields}
        for nom in _fiches[label].champs if label in _fiches else ():
            if nom not in connus:
                yield Error(f"La politique de conservation parle de {label}.{nom}, qui n’existe plus.", id="aipi.E043")


def _inconnus() -> Iterator[CheckMessage]:
    nommees = [*_fiches.values(), *_tiers.values()]
    for code in sorted({n.duree for n in nommees} | {o.duree for o in _obligations}):
        if code not in _durees:
            yield Error(f"La durée de conservation « {code} » n’est pas définie.", id="aipi.E044")
    for code in sorted({n.traitement for n in nommees}):
        if code not in _traitements:
            yield Error(f"Le traitement « {code} » n’est pas défini.", id="aipi.E044")
