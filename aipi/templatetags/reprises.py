"""The road of a drop of files: where it is on it, the same above each of its pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from aipi.models import Reprise

register = template.Library()

ETAPES = (
    ("deposer", "Déposer"),
    ("reconnaitre", "Reconnaître"),
    ("verifier", "Vérifier"),
    ("importer", "Importer"),
    ("comparer", "Comparer"),
)
"""Steps, in order: where one is, and how it is called."""
PAGES = {"reconnaitre": "reprise_detail", "verifier": "reprise_verifier", "importer": "reprise_bilan"}


@register.filter
def place(colonne: int, rang: int) -> str:
    """Names the fields of a label: its column, then its rank."""
    return f"{colonne}-{rang}"


def _adresse(reprise: Reprise | None, etape: str) -> str:
    """Where a step is, nothing for one that is behind or not yet reached."""
    if reprise is None:
        return ""
    if etape == "comparer":
        ouverte = reprise.etat == Reprise.Etat.IMPORTEE
        return f"{reverse('publiees_comparer')}?reprise={reprise.pk}" if ouverte else ""
    if etape not in PAGES or (etape == "importer") == reprise.ouverte:
        return ""
    return reverse(PAGES[etape], args=[reprise.pk])


@register.inclusion_tag("composants/etapes.html")
def etapes(reprise: Reprise | None, courante: str) -> dict[str, Any]:
    """The steps, the current one told; each step that may be gone to is a link."""
    rang = [code for code, _ in ETAPES].index(courante)
    return {
        "etapes": [
            {
                "libelle": libelle,
                "numero": numero + 1,
                "faite": numero < rang,
                "courante": numero == rang,
                "adresse": _adresse(reprise, code) if numero != rang else "",
            }
            for numero, (code, libelle) in enumerate(ETAPES)
        ]
    }
