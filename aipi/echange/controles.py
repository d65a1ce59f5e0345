"""System check: no case data is left out of the exchange format, model or field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from .feuille import Feuille, feuilles, hors_format


@register(Tags.models)
def tout_est_dans_une_feuille(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """A model is in a sheet or in HORS_FORMAT of its application; a field of a sheet's model is written or derived."""
    par_modele = {feuille.modele: feuille for feuille in feuilles().values()}
    applications = [module.partition(".")[0] for module in settings.FEUILLES]
    messages: list[CheckMessage] = []
    for application in applications:
        for modele in apps.get_app_config(application).get_models():
            if modele in par_modele:
                messages += _champs_oublies(par_modele[modele])
            elif modele not in hors_format():
                messages.append(
                    Error(
                        f"Le modèle {modele._meta.label} n’est dans aucune feuille d’échange.",
                        hint=f"Déclarez sa feuille, ou ajoutez-le à HORS_FORMAT, dans {application}/feuilles.py.",
                        id="aipi.E010",
                    )
                )
    return messages


def _champs_oublies(feuille: Feuille) -> Iterator[CheckMessage]:
    connus = {"id", *feuille.omis, *(c.champ.name for c in feuille.colonnes), *(d.attribut for d in feuille.derives)}
    for champ in feuille.modele._meta.fields:
        if champ.name not in connus:
            yield Error(
                f"Le champ {champ} n’est pas dans la feuille {feuille.nom}\u202f: un export le perdrait.",
                id="aipi.E011",
            )
