"""A dashboard is prepared, looked at, published exactly as it was looked at, perhaps withdrawn."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone

from aipi.models import Compte, Parametre
from rapports.financeurs.cellules import Cellule, Mesure
from rapports.financeurs.lecture import Demande, Lecture, actions_de
from rapports.financeurs.redaction import Redaction
from rapports.financeurs.secret import PublicationImpossible, cacher
from rapports.models import Tableau

Cellules = dict[Cellule, Mesure]


class RienAPublier(Exception):
    """The funder has no agreement in the years of the period."""


class APreparerDeNouveau(Exception):
    """Something else was published since the dashboard was prepared: what it hides is not sure any more."""


class PublieAutrement(Exception):
    """The dashboard is published already, or withdrawn."""


@dataclass(frozen=True)
class Preparation:
    """A dashboard ready to be published; `retires`: withdrawn ones that, kept by whoever read them, would tell too much."""

    tableau: Tableau
    retires: tuple[Tableau, ...] = ()


def preparer(demande: Demande) -> Preparation:
    """Read, hide and write a dashboard, without publishing it. Raises RienAPublier, PublicationImpossible."""
    chapitres = actions_de(demande.financeur, demande.periode)
    if not chapitres:
        raise RienAPublier
    maintenant = timezone.now()
    lecture = Lecture(demande, chapitres, Parametre.seuil_secret(timezone.localdate()))
    lecture.lire()
    connus = list(Tableau.objects.connus().select_related("financeur"))
    retires: tuple[Tableau, ...] = ()
    try:
        mesures = cacher(lecture.mesures, [relire(autre.cellules) for autre in connus], lecture.seuil)
    except PublicationImpossible as impossible:
        # What was withdrawn cannot be withdrawn again: the director is told, and decides.
        retires = tuple(t for t in genants(impossible, connus) if not t.public)
        mesures = cacher(lecture.mesures, [relire(autre.cellules) for autre in connus if autre.public], lecture.seuil)
    tableau = Tableau.objects.create(
        financeur=demande.financeur,
        debut=demande.periode.debut,
        fin=demande.periode.fin,
        par_atelier=demande.par_atelier,
        avec_precedente=demande.avec_precedente,
        avec_serie=demande.avec_serie,
        prepare_le=maintenant,
        contenu=Redaction(lecture, mesures).contenu(),
        cellules=garder(mesures),
    )
    return Preparation(tableau, retires)


def publier(tableau: Tableau, compte: Compte) -> None:
    """Publish a dashboard as it was prepared. Raises APreparerDeNouveau, PublieAutrement."""
    with transaction.atomic():
        # One at a time: two publications that ignored each other could give away what each one hides.
        publics = list(Tableau.objects.select_for_update().filter(publie_le__isnull=False))
        if any(autre.pk == tableau.pk for autre in publics):
            raise PublieAutrement
        if any(autre.publie_le is not None and autre.publie_le >= tableau.prepare_le for autre in publics):
            raise APreparerDeNouveau
        tableau.publie_le, tableau.publie_par = timezone.now(), compte
        tableau.save(update_fields=["publie_le", "publie_par"])


def retirer(tableau: Tableau) -> None:
    """Nobody but the director sees it any longer, at once: neither the account, nor a link, nor a token."""
    Tableau.objects.filter(pk=tableau.pk, retire_le=None).update(retire_le=timezone.now())


def noter_lecture(tableau: Tableau) -> None:
    """Its funder, or somebody with a link or a token, has read it."""
    if tableau.lu_le is None:
        Tableau.objects.filter(pk=tableau.pk, lu_le=None, publie_le__isnull=False).update(lu_le=timezone.now())


def genants(impossible: PublicationImpossible, parmi: Iterable[Tableau]) -> list[Tableau]:
    """The dashboards that show what a new one would have to hide."""
    return [
        autre
        for autre in parmi
        if any(c in impossible.cellules and not mesure.secret for c, mesure in relire(autre.cellules).items())
    ]


# Cells of a dashboard, as they are kept


def garder(mesures: Mapping[Cellule, Mesure]) -> list[list[Any]]:
    return [
        [c.nom, c.atelier, c.debut.isoformat(), c.fin.isoformat(), str(m.valeur), m.entiere, m.motif, m.pour]
        for c, m in sorted(mesures.items())
    ]


def relire(cellules: list[list[Any]]) -> Cellules:
    jour = datetime.date.fromisoformat
    return {
        Cellule(nom, atelier, jour(debut), jour(fin)): Mesure(Fraction(valeur), entiere, motif, pour)
        for nom, atelier, debut, fin, valeur, entiere, motif, pour in cellules
    }
