"""The history of case data: who changed what, when, from what to what. Written by django-auditlog, read here.

Every model that holds the content of files is followed, by its rule in `aipi.roles`: none can be forgotten. A private
note is never copied into the history, nor is the folded text of search, which says nothing new.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from aipi.champs import NombreExact
from aipi.corbeille import attaches
from aipi.models import Compte, Document, Partage
from aipi.nombres import nombre
from aipi.partages import du_fait, nature_de
from aipi.periodes import jour_francais
from aipi.roles import MODELES, Nature, directeur, visibles
from aipi.templatetags.chiffres import moment

JAMAIS_COPIES = ("note_privee", "recherche")
DEUX_EN_LIGNE = 60
"""Characters that two values may have together to be read on one line."""
JAMAIS_MONTRES = {*JAMAIS_COPIES, "id", "ref"}

for _label, _regle in MODELES.items():
    if _regle.nature is Nature.DOSSIER:
        _modele = apps.get_model(_label)
        _noms = {champ.name for champ in _modele._meta.fields}
        auditlog.register(_modele, exclude_fields=[nom for nom in JAMAIS_COPIES if nom in _noms])


@dataclass(frozen=True)
class Difference:
    """A field that changed: its label, its value before and after as they are read, empty when there was none."""

    libelle: str
    avant: str
    apres: str

    @property
    def longue(self) -> bool:
        """Whether each version needs lines of its own."""
        return len(self.avant) + len(self.apres) > DEUX_EN_LIGNE or "\n" in self.avant + self.apres


@dataclass(frozen=True)
class Changement:
    """One act: when, by whom (nothing when no account did it), what it was done to when not the row itself."""

    date: datetime.datetime
    auteur: str
    geste: str
    sur: str
    differences: tuple[Difference, ...]


GESTES = {
    LogEntry.Action.CREATE: "Création",
    LogEntry.Action.UPDATE: "Modification",
    LogEntry.Action.DELETE: "Suppression",
}


def dernier_auteur(objet: Model, noms: Iterable[str]) -> dict[str, tuple[str, datetime.datetime]]:
    """For each of these fields, who changed it last and when. Fields that the history does not know are absent."""
    entrees = LogEntry.objects.get_for_object(objet).filter(action=LogEntry.Action.UPDATE).select_related("actor")
    derniers: dict[str, tuple[str, datetime.datetime]] = {}
    voulus = set(noms)
    for entree in entrees.order_by("-timestamp", "-pk")[:50]:
        for nom in voulus & (entree.changes or {}).keys():
            derniers.setdefault(nom, (str(entree.actor or ""), entree.timestamp))
    return derniers


@dataclass(frozen=True)
class Historique:
    """The history of a row: its own changes, and what was created and deleted just beneath it."""

    objet: Model
    entrees: QuerySet[Any]

    @property
    def depuis_le_debut(self) -> bool:
        """False when the row came by an import, or before the history began."""
        propres = LogEntry.objects.get_for_object(self.objet)
        return bool(propres.filter(action=LogEntry.Action.CREATE).exists())

    def changements(self, entrees: list[Any]) -> list[Changement]:
        """These entries in words. One query for each kind of related row that they name."""
        noms = _Noms(entrees)
        return [self._changement(entree, noms) for entree in entrees]

    def _changement(self, entree: Any, noms: _Noms) -> Changement:
        modele = entree.content_type.model_class()
        soi = modele is type(self.objet) and entree.object_id == self.objet.pk
        differences = tuple(_differences(entree, modele, noms)) if soi else ()
        geste = GESTES.get(entree.action, "")
        if modele is Partage and entree.action == LogEntry.Action.UPDATE:
            # A sharing only ever changes by being withdrawn.
            geste = "Partage arrêté"
        return Changement(
            entree.timestamp,
            str(entree.actor or ""),
            geste,
            "" if soi else f"{modele._meta.verbose_name}\u202f: {entree.object_repr}",
            differences,
        )


def historique_de(objet: Model, compte: Compte) -> Historique:
    """The entries about the row, newest first, and those of its direct children that the account may see."""
    journal = LogEntry.objects.order_by()
    branches = [journal.filter(content_type=ContentType.objects.get_for_model(objet), object_id=objet.pk)]
    supprimees = Q(pk=None)
    for cle in attaches(type(objet)):
        enfants: QuerySet[Model] = cle.model._default_manager.filter(**{cle.name: objet.pk}).order_by()
        permis = visibles(enfants, compte)
        if permis.query.is_empty():
            continue
        genre = ContentType.objects.get_for_model(cle.model)
        branches.append(
            journal.filter(content_type=genre, action=LogEntry.Action.CREATE, object_id__in=permis.values("pk"))
        )
        if cle.model is not Document or directeur(compte):
            # What is gone names its parent in what it was.
            supprimees |= Q(genre=genre.pk, **{f"changes__{cle.name}__0": str(objet.pk)})
    if nature_de(objet._meta.label_lower) is not None:
        siens = Partage.objects.filter(du_fait(objet)).order_by().values("pk")
        branches.append(journal.filter(content_type=ContentType.objects.get_for_model(Partage), object_id__in=siens))
    # Plus zero: the rare deletions are read through by their own index, rather than all the rows of a kind.
    suppressions = journal.annotate(genre=F("content_type_id") + 0).filter(action=LogEntry.Action.DELETE)
    branches.append(suppressions.filter(supprimees))
    # One search by index for each branch: an « or » of them all would read the whole journal.
    cles = [branche.values("pk") for branche in branches]
    entrees = LogEntry.objects.filter(pk__in=cles[0].union(*cles[1:], all=True)).select_related("actor", "content_type")
    return Historique(objet, entrees.order_by("-timestamp", "-pk"))


def _champs(modele: type[Model]) -> dict[str, models.Field[Any, Any]]:
    return {champ.name: champ for champ in modele._meta.fields if champ.name not in JAMAIS_MONTRES}


class _Noms:
    """Names of the related rows that some entries mention, read at once."""

    def __init__(self, entrees: list[Any]) -> None:
        cles: dict[type[Model], set[int]] = {}
        for entree in entrees:
            champs = _champs(entree.content_type.model_class())
            for nom, valeurs in (entree.changes or {}).items():
                champ = champs.get(nom)
                if isinstance(champ, models.ForeignKey):
                    cles.setdefault(champ.related_model, set()).update(
                        int(valeur) for valeur in valeurs if str(valeur).isdecimal()
                    )
        self.objets = {modele: modele._default_manager.in_bulk(pks) for modele, pks in cles.items()}

    def de(self, modele: type[Model], cle: str) -> str:
        if not cle.isdecimal():
            return cle
        objet = self.objets[modele].get(int(cle))
        return str(objet) if objet is not None else f"{modele._meta.verbose_name} supprimé depuis"


def _differences(entree: Any, modele: type[Model], noms: _Noms) -> Iterable[Difference]:
    champs = _champs(modele)
    changes = entree.changes or {}
    for nom, champ in champs.items():
        if nom in changes:
            avant, apres = (_lue(champ, valeur, noms) for valeur in changes[nom])
            if avant != apres:
                libelle = str(champ.verbose_name)
                yield Difference(libelle[:1].upper() + libelle[1:], avant, apres)


BOOLEENS = {"True": "oui", "False": "non"}


def _lue(champ: models.Field[Any, Any], valeur: Any, noms: _Noms) -> str:
    """A value of the history as it is read in French; empty for an unknown."""
    texte = str(valeur)
    if texte in {"", "None"}:
        return ""
    if isinstance(champ, models.ForeignKey):
        return noms.de(champ.related_model, texte)
    if champ.choices:
        return str(dict(champ.flatchoices).get(texte, texte))
    if isinstance(champ, models.BooleanField):
        return BOOLEENS.get(texte, texte)
    if isinstance(champ, NombreExact):
        return _nombre(texte)
    return _date(champ, texte) if isinstance(champ, models.DateField | models.TimeField) else texte


def _nombre(texte: str) -> str:
    try:
        return nombre(Decimal(texte).normalize())
    except InvalidOperation:
        return texte


def _date(champ: models.Field[Any, Any], texte: str) -> str:
    try:
        if isinstance(champ, models.DateTimeField):
            lue = parse_datetime(texte)
            return moment(lue.replace(tzinfo=datetime.UTC)) if lue else texte
        if isinstance(champ, models.DateField):
            jour = parse_date(texte)
            return jour_francais(jour) if jour else texte
        heure = parse_time(texte)
    except ValueError:
        return texte
    return f"{heure:%-H} h {heure:%M}" if heure else texte
