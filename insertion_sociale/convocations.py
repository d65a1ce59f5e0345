"""A batch of convocations: made once, whoever is already convened that day left aside."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from aipi.models import Compte, Intervenant

from .models import ContactRsa, SuiviRsa
from .regles import horaires


@dataclass(frozen=True)
class RendezVousCommun:
    """What the convocations of a batch share. Without `intervenant`, each is received by its own referent."""

    date: datetime.date
    heure: datetime.time | None
    intervalle: int
    lieu: str
    intervenant: Intervenant | None


def deja_convoquees(suivis: Sequence[SuiviRsa], jour: datetime.date) -> set[int]:
    """Persons among those of `suivis` with a convocation that day already."""
    convocations = ContactRsa.objects.convocations_maintenues(jour).order_by()
    return set(
        convocations.filter(suivi__personne__in=[s.personne_id for s in suivis]).values_list(
            "suivi__personne", flat=True
        )
    )


def a_convoquer(suivis: Sequence[SuiviRsa], jour: datetime.date) -> tuple[list[SuiviRsa], list[SuiviRsa]]:
    """Those to convene, each person once, and those left aside."""
    vues = deja_convoquees(suivis, jour)
    retenus: list[SuiviRsa] = []
    ecartes: list[SuiviRsa] = []
    for suivi in suivis:
        (ecartes if suivi.personne_id in vues else retenus).append(suivi)
        vues.add(suivi.personne_id)
    return retenus, ecartes


def heures(suivis: Sequence[SuiviRsa], commun: RendezVousCommun) -> list[datetime.time | None]:
    """The time of each: staggered for each member of staff, in the order given. Raises ValueError past midnight."""
    if commun.heure is None:
        return [None] * len(suivis)
    recus: Counter[int | None] = Counter()
    rangs = []
    for suivi in suivis:
        receveur = commun.intervenant.pk if commun.intervenant else suivi.referent_id
        rangs.append(recus[receveur])
        recus[receveur] += 1
    possibles = horaires(commun.heure, commun.intervalle, max(rangs, default=-1) + 1)
    return [possibles[rang] for rang in rangs]


def convoquer(suivis: Sequence[SuiviRsa], commun: RendezVousCommun, lot: str, compte: Compte) -> bool:
    """Make the convocations of the batch named `lot`, all or none. False when this batch was made already.

    Raises ValueError when the last appointment would pass midnight.
    """
    prevues = heures(suivis, commun)
    try:
        with transaction.atomic():
            for suivi, heure in zip(suivis, prevues, strict=True):
                # One by one: the history keeps each of them.
                ContactRsa.objects.create(
                    ref=f"{lot}-{suivi.pk}",
                    suivi=suivi,
                    date=commun.date,
                    heure=heure,
                    lieu=commun.lieu,
                    type=ContactRsa.Type.CONVOCATION,
                    statut=ContactRsa.Statut.PREVU,
                    intervenant=commun.intervenant or suivi.referent,
                    auteur=compte,
                )
    except IntegrityError:
        if not ContactRsa.objects.du_lot(lot).exists():
            raise
        return False
    return True
