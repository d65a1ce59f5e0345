"""The works of a workshop, as its pages print them: title, commune and month.

The client is never named: it may be a private individual, whom nobody asked to be in a public report.
"""

from __future__ import annotations

from aipi.nombres import nombre
from aipi.periodes import nom_mois
from aipi.texte import replier
from insertion_pro.axes import Axe
from insertion_pro.models import Realisation
from rapports.ecriture import en_periode
from rapports.rendu.composition import Composition


def presence(composition: Composition, axe: Axe | None) -> tuple[bool, bool]:
    """Whether some works of the period have a photograph, and whether there are works at all."""
    travaux = Realisation.objects.de(composition.periode, axe)
    return travaux.exclude(photo="").exists(), travaux.exists()


def en_une_ligne(composition: Composition, axe: Axe | None) -> str:
    """« 12 réalisations en 2021, dans 3 communes : Bergues, Hondschoote, Warhem. »"""
    travaux = Realisation.objects.de(composition.periode, axe).order_by()
    total, inconnues = travaux.count(), travaux.filter(commune=None).count()
    communes = sorted(set(travaux.exclude(commune=None).values_list("commune__nom", flat=True)), key=replier)
    ligne = f"{nombre(total)} réalisation{'s' if total > 1 else ''} {en_periode(composition.periode)}"
    if communes:
        pluriel = "s" if len(communes) > 1 else ""
        ligne += f", dans {nombre(len(communes))} commune{pluriel}\u202f: {', '.join(communes)}"
        if inconnues:
            ligne += f"\u202f; {nombre(inconnues)} sans commune renseignée"
    return f"{ligne}."


def photographies(composition: Composition, axe: Axe | None, limite: int) -> list[dict[str, str]]:
    """The latest works photographed, the oldest of them first: where the image is, what it shows, what is said under it."""
    dernieres = (
        Realisation.objects.de(composition.periode, axe)
        .exclude(photo="")
        .select_related("commune")
        .order_by("-date", "-ref")[:limite]
    )
    return [
        {
            "source": composition.liens.realisation(travaux),
            "alternative": travaux.alternative or travaux.intitule,
            "legende": ", ".join(
                filter(
                    None,
                    (
                        travaux.intitule,
                        travaux.commune.nom if travaux.commune is not None else "",
                        nom_mois(travaux.date),
                    ),
                )
            ),
        }
        for travaux in reversed(dernieres)
    ]
