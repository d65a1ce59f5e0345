"""Deleting a row of a dossier with all that hangs on it, and bringing it all back.

What hangs on a row is read from the models: the reverse foreign keys from case data, however deep. The rows are kept,
serialised, in a `Suppression`, and come back with the same keys and references for `DELAI`.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.db.models import FileField, ForeignKey, Model, ProtectedError, QuerySet
from django.utils import timezone

from aipi.models import Compte, Personne, Suppression
from aipi.roles import MODELES, SUIVIS, Nature, modifiables_ou_fermees, ouvertes
from aipi.templatetags.chiffres import accorde

DELAI = datetime.timedelta(days=30)
"""How long a deletion can be undone; then what it kept is gone for good."""


class GesteRefuse(Exception):
    """A deletion or its undoing that cannot be done; the message says why, in French."""


def modeles_de_dossier() -> set[type[Model]]:
    """Every model that holds the content of files."""
    return {apps.get_model(label) for label, regle in MODELES.items() if regle.nature is Nature.DOSSIER}


def attaches(modele: type[Model]) -> list[ForeignKey[Any, Any]]:
    """The foreign keys by which other rows of files hang on a row of `modele`."""
    dossier = modeles_de_dossier()
    return [
        relation.field
        for relation in modele._meta.related_objects
        if relation.related_model in dossier and isinstance(relation.field, ForeignKey)
    ]


def personne_de(objet: Model) -> Personne | None:
    """The person whose dossier holds the row, found up its foreign keys; None for what is of several persons."""
    if isinstance(objet, Personne):
        return objet
    dossier = modeles_de_dossier()
    for champ in objet._meta.fields:
        if isinstance(champ, ForeignKey) and champ.related_model in dossier:
            parent = getattr(objet, champ.name)
            if parent is not None and (personne := personne_de(parent)) is not None:
                return personne
    return None


def designation(objet: Model) -> str:
    """« frein : Mobilité, repéré le 03/03/2021 (Zoé Évrard) », « Entretien du 26/11/2026 (Zoé Évrard) »."""
    quoi, personne = str(objet), personne_de(objet)
    de_qui = f" ({personne})" if personne is not None and str(personne) not in quoi else ""
    genre = str(objet._meta.verbose_name)
    return f"{quoi}{de_qui}" if quoi.lower().startswith(genre.lower()) else f"{genre}\u202f: {quoi}{de_qui}"


@dataclass
class Lot:
    """The rows that go together: the one asked for and all that hangs on it, parents before children."""

    objet: Model
    lignes: dict[type[Model], dict[int, Model]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Model]:
        for modele in _parents_d_abord(type(self.objet)):
            yield from self.lignes.get(modele, {}).values()

    @property
    def comptes(self) -> list[str]:
        """« 1 contrat », « 12 relevés d’heures »: what goes with the row, without the row."""
        nombres = Counter({modele: len(lignes) for modele, lignes in self.lignes.items()})
        nombres[type(self.objet)] -= 1
        return [
            accorde(nombre, str(modele._meta.verbose_name), str(modele._meta.verbose_name_plural))
            for modele in _parents_d_abord(type(self.objet))
            if (nombre := nombres[modele]) > 0
        ]

    @property
    def empreinte(self) -> str:
        """Says whether the rows are still those that were shown before the deletion was confirmed."""
        cles = sorted((modele._meta.label, sorted(lignes)) for modele, lignes in self.lignes.items())
        return hashlib.sha256(json.dumps(cles).encode()).hexdigest()[:16]


def _parents_d_abord(racine: type[Model]) -> list[type[Model]]:
    ordre: list[type[Model]] = []

    def visiter(modele: type[Model]) -> None:
        if modele not in ordre:
            for cle in attaches(modele):
                visiter(cle.model)
            ordre.append(modele)

    visiter(racine)
    return ordre[::-1]


def rassembler(objet: Model) -> Lot:
    """The row with all that hangs on it: one query for each kind of row that can hang there."""
    lot = Lot(objet, {type(objet): {objet.pk: objet}})
    for modele in _parents_d_abord(type(objet)):
        if parents := lot.lignes.get(modele):
            for cle in attaches(modele):
                enfants = cle.model._default_manager.filter(**{f"{cle.name}__in": list(parents)}).order_by("pk")
                if trouves := {enfant.pk: enfant for enfant in enfants}:
                    lot.lignes.setdefault(cle.model, {}).update(trouves)
    return lot


def toutes_modifiables(lignes: dict[type[Model], dict[int, Model]], compte: Compte) -> bool:
    """Whether the account may change each of these rows. Registers follow the person whom they are about."""
    for modele, objets in lignes.items():
        if MODELES[modele._meta.label].registre:
            continue
        demandees: QuerySet[Model] = modele._default_manager.filter(pk__in=list(objets)).order_by()
        permises = modifiables_ou_fermees(demandees, compte)
        # The same queryset given back means that all are; otherwise they are counted.
        if permises is not demandees and permises.count() < len(objets):
            return False
        # What hangs on a row is of the same person: only those that hang on nothing here are looked at.
        racine = not any(isinstance(c, ForeignKey) and c.related_model in lignes for c in modele._meta.fields)
        if racine and ouvertes(demandees, compte).count() < len(objets):
            return False
    return True


def empechement(lot: Lot, compte: Compte) -> str:
    """Why the account cannot delete these rows, in French; nothing when it can."""
    if isinstance(lot.objet, Personne):
        suivis = {apps.get_model(label) for labels in SUIVIS.values() for label in labels}
        if suivis & lot.lignes.keys():
            return (
                "Cette personne a au moins un accompagnement\u202f: son dossier ne se supprime pas. "
                "Supprimez d’abord les accompagnements saisis par erreur, ou fusionnez le dossier s’il est en double."
            )
        if any(MODELES[modele._meta.label].registre for modele in lot.lignes):
            return (
                "Ce dossier garde la preuve d’une demande de la personne, d’un partage ou d’une limitation\u202f: "
                "il ne se supprime pas."
            )
    if not toutes_modifiables(lot.lignes, compte):
        return (
            "Une partie de ce qui serait supprimé n’est pas ouverte à votre compte. "
            "Demandez à la personne qui tient ce dossier, ou à la direction."
        )
    return ""


def supprimer(objet: Model, compte: Compte, empreinte: str | None = None) -> Suppression:
    """Delete the row and all that hangs on it, keeping it all. Raises GesteRefuse.

    `empreinte` is that of the rows shown before; when others have come since, nothing is deleted.
    """
    with transaction.atomic():
        modele = type(objet)
        actuel = modele._default_manager.select_for_update(of=("self",)).filter(pk=objet.pk).first()
        if actuel is None:
            raise GesteRefuse("C’était déjà supprimé.")
        lot = rassembler(actuel)
        if motif := empechement(lot, compte):
            raise GesteRefuse(motif)
        if empreinte is not None and empreinte != lot.empreinte:
            raise GesteRefuse(
                "Le contenu a changé depuis que cette page est ouverte\u202f: relisez ce qui sera supprimé."
            )
        purger()
        suppression = Suppression.objects.create(
            compte=compte,
            libelle=designation(actuel)[:500],
            donnees=json.loads(serializers.serialize("json", lot)),
        )
        try:
            for ligne in reversed(list(lot)):
                ligne.delete()
        except ProtectedError as erreur:
            raise GesteRefuse("Autre chose vient d’y être attaché\u202f: rechargez la page et recommencez.") from erreur
    return suppression


def annulables(compte: Compte) -> QuerySet[Suppression]:
    """The deletions that the account made and may still undo."""
    return Suppression.objects.filter(compte=compte, date_retablissement=None, date__gt=timezone.now() - DELAI)


def retablir(suppression: Suppression) -> Model:
    """Bring all the rows back, with their keys; the first one is returned. Raises GesteRefuse."""
    try:
        with transaction.atomic():
            gardee = annulables(suppression.compte).select_for_update(of=("self",)).filter(pk=suppression.pk).first()
            if gardee is None:
                raise GesteRefuse("Cette suppression est déjà annulée, ou date de plus de 30 jours.")
            lignes = list(serializers.deserialize("python", gardee.donnees))
            _verifier_parents([ligne.object for ligne in lignes])
            retablies: dict[type[Model], dict[int, Model]] = {}
            for ligne in lignes:
                # A key taken since must fail, not be written over.
                ligne.save(force_insert=True)
                retablies.setdefault(type(ligne.object), {})[ligne.object.pk] = ligne.object
            if not toutes_modifiables(retablies, suppression.compte):
                raise GesteRefuse(
                    "Votre compte n’a plus accès à ce dossier\u202f: demandez à la direction de le rétablir."
                )
            gardee.date_retablissement = timezone.now()
            gardee.donnees = []
            gardee.save(update_fields=["date_retablissement", "donnees"])
    except IntegrityError as erreur:
        raise GesteRefuse(
            f"« {suppression.libelle} » ne peut pas revenir\u202f: la même chose a été saisie de nouveau depuis. "
            "Rien n’est changé."
        ) from erreur
    return lignes[0].object


def _verifier_parents(objets: list[Model]) -> None:
    """Raise GesteRefuse when something that the rows hang on was itself deleted since."""
    presents = {(type(objet), objet.pk) for objet in objets}
    voulus: dict[type[Model], set[Any]] = {}
    for objet in objets:
        for champ in objet._meta.fields:
            cle = getattr(objet, champ.attname)
            if isinstance(champ, ForeignKey) and cle is not None and (champ.related_model, cle) not in presents:
                voulus.setdefault(champ.related_model, set()).add(cle)
    for modele, cles in voulus.items():
        if modele._default_manager.filter(pk__in=cles).count() < len(cles):
            raise GesteRefuse(
                f"Il manque ce à quoi cela se rattachait ({modele._meta.verbose_name})\u202f: s’il a été supprimé, "
                "rétablissez-le d’abord."
            )


def purger() -> None:
    """Forget the deletions that can no longer be undone, and the files that only they still named."""
    for passee in Suppression.objects.filter(date__lte=timezone.now() - DELAI):
        fichiers = list(fichiers_de(passee)) if passee.date_retablissement is None else []
        passee.delete()
        for modele, nom_champ, nom in fichiers:
            if not modele._default_manager.filter(**{nom_champ: nom}).exists():
                transaction.on_commit(lambda nom=nom: default_storage.delete(nom))  # type: ignore[misc]


def fichiers_de(suppression: Suppression) -> Iterator[tuple[type[models.Model], str, str]]:
    """The files that deleted rows name: model, field and name in the storage."""
    for ligne in suppression.donnees:
        modele = apps.get_model(ligne["model"])
        for champ in modele._meta.fields:
            if isinstance(champ, FileField) and (nom := ligne["fields"].get(champ.name)):
                yield modele, champ.name, nom
