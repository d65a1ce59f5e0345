"""Closing a report freezes every figure it may print: later corrections of the files change none of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from aipi.models import Compte
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.models import Rapport, ValeurArretee
from rapports.valeurs import Releve


class DejaClos(Exception):
    """The report is closed already."""


def clore(rapport: Rapport, compte: Compte | None) -> None:
    """Freeze the figures of `rapport`, for the whole and for each workshop. Raises DejaClos; all or nothing."""
    with transaction.atomic():
        rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
        if rapport.clos_le is not None:
            raise DejaClos
        ValeurArretee.objects.bulk_create(_valeurs(rapport), batch_size=200)
        rapport.clos_le = timezone.now()
        rapport.clos_par = compte
        rapport.save(update_fields=["clos_le", "clos_par"])


def _valeurs(rapport: Rapport) -> Iterator[ValeurArretee]:
    yield from _valeurs_de(rapport, Releve(rapport.periode))
    for code in Atelier.objects.order_by("code").values_list("code", flat=True):
        yield from _valeurs_de(rapport, Releve(rapport.periode, Axe.lire("atelier", code)))


def _valeurs_de(rapport: Rapport, releve: Releve) -> Iterator[ValeurArretee]:
    atelier = releve.axe.atelier if releve.axe else None
    axe = releve.axe
    for code, indicateur in INDICATEURS.items():
        if axe is not None and axe.nom not in indicateur.chapitre.axes:
            continue
        valeur = releve.valeur(code)
        yield ValeurArretee(
            rapport=rapport,
            indicateur=code,
            atelier_id=atelier,
            valeur=_texte(valeur.nombre),
            numerateur=_texte(valeur.numerateur),
            denominateur=_texte(valeur.denominateur),
        )
    for code, repartition in REPARTITIONS.items():
        if axe is not None and axe.nom not in repartition.chapitre.axes:
            continue
        lignes = releve.repartition(code)
        yield ValeurArretee(
            rapport=rapport,
            indicateur=code,
            atelier_id=atelier,
            repartition=None if lignes is None else [[cle, libelle, _texte(nombre)] for cle, libelle, nombre in lignes],
        )


def _texte(nombre: Fraction | None) -> str:
    return "" if nombre is None else str(nombre)
