"""Sharing a fact with the other pole: an explicit act of a colleague, about a person whom both follow, that can be withdrawn.

A pole says in its module `fil` which of its rows may be shared (`inscrire`) and how one is told. By default nothing
crosses: the other pole does not see the note, nor that there is one. The private part of a note never does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from aipi.models import Compte, Partage, Personne
from aipi.roles import Pole, chemin_personne, modifiables, poles, suivie, travailleur_social


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


def _actifs(modele: type[Model]) -> QuerySet[Partage]:
    """The sharings in force of the row that the outer query reads."""
    return Partage.objects.filter(modele=modele._meta.label_lower, objet=OuterRef("pk"), retire_le=None).order_by()


def auteur(modele: type[Model]) -> Subquery:
    """Who shares the row, as text; nothing when it is not shared."""
    nom = Coalesce(NullIf("auteur__nom", Value("")), "auteur__courriel", output_field=TextField())
    return Subquery(_actifs(modele).values(nom=nom)[:1], output_field=TextField())


def date(modele: type[Model]) -> Subquery:
    """When the row was shared."""
    return Subquery(_actifs(modele).values("date")[:1])


def recues(compte: Compte, personne: Personne) -> Iterator[tuple[Nature, QuerySet[Any]]]:
    """The rows of the other pole that the account may read because they are shared with one of its own. No query."""
    if not travailleur_social(compte):
        return
    siens = poles(compte)
    for nature in natures():
        if nature.pole not in siens and nature.vers in siens:
            partagees = _actifs(nature.modele).filter(personne=personne, vers=nature.vers.value)
            chemin = chemin_personne(nature.modele) or "pk"
            yield nature, nature.modele._default_manager.filter(Exists(partagees), **{chemin: personne.pk})


def possible(compte: Compte, personne: Personne, connus: set[Pole]) -> bool:
    """Whether something may be shared: both poles follow the person. `connus`: those of which the reader sees a follow-up.

    No query for who sees both poles.
    """
    siens = set(poles(compte))
    if not siens or not connus:
        return False
    return len(connus if len(siens) == len(Pole) else suivie_par(personne)) == len(Pole)


def en_cours(nature: Nature, objet: Model) -> Partage | None:
    """The sharing of a row, if it is shared now."""
    lignes = Partage.objects.filter(modele=nature.label, objet=objet.pk, retire_le=None)
    return lignes.select_related("auteur").first()


def partager(compte: Compte, nature: Nature, objet: Model, personne: Personne) -> Partage:
    """Let the other pole read a row; shared twice, it is shared once. Raises PartageRefuse."""
    if nature.vers not in suivie_par(personne):
        raise PartageRefuse(
            "Cette personne n’est pas accompagnée par l’autre pôle\u202f: il n’y a personne avec qui partager."
        )
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
