"""Sharing a fact with the other pole: an explicit act of a colleague, about a person whom both follow, that can be withdrawn.

A pole says in its module `fil` which of its rows may be shared (`inscrire`) and how one is told. By default nothing
crosses: the other pole does not see the note, nor that there is one. The private part of a note never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from aipi.models import Compte, Partage, Personne
from aipi.roles import Pole, chemin_personne, directeur, modifiables, poles, suivie, travailleur_social


class PartageRefuse(Exception):
    """The fact cannot be shared; the message says why, in French."""


@dataclass(frozen=True)
class Nature:
    """Rows of a pole that may be shared. `source` makes of some of them what the thread reads (`aipi.fil.Source`)."""

    modele: type[Model]
    pole: Pole
    source: Callable[[QuerySet[Any]], Any]

    @property
    def label(self) -> str:
        return self.modele._meta.label_lower

    @property
    def vers(self) -> Pole:
        """The pole it is shared with."""
        return autre_que(self.pole)


_natures: dict[str, Nature] = {}


def inscrire(nature: Nature) -> None:
    """Add a kind of row; once under each model."""
    _natures[nature.label] = nature


def nature_de(label: str) -> Nature | None:
    return _natures.get(label)


def natures() -> list[Nature]:
    return list(_natures.values())


def autre_que(pole: Pole) -> Pole:
    return Pole.SOCIAL if pole is Pole.PRO else Pole.PRO


def suivie_par(personne: Personne) -> set[Pole]:
    """The poles that follow a person. One query."""
    lue = Personne.objects.filter(pk=personne.pk).order_by()
    annotee = lue.annotate(
        **{pole.value: Exists(Personne.objects.filter(suivie(pole), pk=OuterRef("pk")).order_by()) for pole in Pole}
    )
    ligne: Any = annotee.values(*(pole.value for pole in Pole)).first() or {}
    return {pole for pole in Pole if ligne.get(pole.value)}


@dataclass(frozen=True)
class Partages:
    """What is shared about a person now, and whether anything may be: both poles follow it, and the reader is of one."""

    en_cours: Mapping[tuple[str, int], Partage]
    possible: bool = False

    def de(self, modele: type[Model]) -> dict[int, Partage]:
        """Those about rows of a model, by key."""
        label = modele._meta.label_lower
        return {cle: partage for (nom, cle), partage in self.en_cours.items() if nom == label}

    def recus(self, compte: Compte) -> Iterable[tuple[Nature, QuerySet[Any]]]:
        """The rows of the other pole that the account may read because they are shared with one of its own."""
        if not travailleur_social(compte):
            return
        siens = poles(compte)
        for nature in natures():
            if nature.pole in siens or nature.vers not in siens:
                continue
            if cles := self.de(nature.modele):
                chemin = chemin_personne(nature.modele) or "pk"
                personne = next(iter(cles.values())).personne_id
                yield nature, nature.modele._default_manager.filter(pk__in=list(cles), **{chemin: personne})


def partages_de(compte: Compte, personne: Personne) -> Partages:
    """What the thread of a person must know of sharing. Two queries; none for who reads no note."""
    if not (directeur(compte) or poles(compte)):
        return Partages({})
    lignes = Partage.objects.filter(personne=personne, retire_le=None).select_related("auteur")
    return Partages({(p.modele, p.objet): p for p in lignes}, len(suivie_par(personne)) == len(Pole))


def en_cours(nature: Nature, objet: Model) -> Partage | None:
    """The sharing of a row, if it is shared now."""
    lignes = Partage.objects.filter(modele=nature.label, objet=objet.pk, retire_le=None)
    return lignes.select_related("auteur").first()


def partager(compte: Compte, nature: Nature, objet: Model, personne: Personne) -> Partage:
    """Let the other pole read a row; shared twice, it is shared once. Raises PartageRefuse."""
    if nature.vers not in suivie_par(personne):
        raise PartageRefuse("Cette personne n’est pas accompagnée par l’autre pôle\u202f: il n’y a personne avec qui partager.")
    if not modifiables(nature.modele._default_manager.filter(pk=objet.pk), compte).exists():
        raise PartageRefuse("Ce fait n’est pas ouvert à votre compte.")
    try:
        with transaction.atomic():
            return Partage.objects.create(
                personne=personne, modele=nature.label, objet=objet.pk, vers=nature.vers.value, auteur=compte
            )
    except IntegrityError:
        deja = en_cours(nature, objet)
        if deja is None:
            raise
        return deja


def retirer(compte: Compte, partage: Partage) -> None:
    """Stop sharing: the other pole no longer reads the row. Its history keeps both acts."""
    with transaction.atomic():
        actuel = Partage.objects.select_for_update(of=("self",)).filter(pk=partage.pk, retire_le=None).first()
        if actuel is not None:
            actuel.retire_le, actuel.retire_par = timezone.now(), compte
            actuel.save(update_fields=["retire_le", "retire_par"])


def du_fait(objet: Model) -> Q:
    """The sharings of a row, past ones too."""
    return Q(modele=objet._meta.label_lower, objet=objet.pk)
