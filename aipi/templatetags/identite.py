"""A telephone number as it is read, and what may be opened for a person."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse

from aipi.accompagnements import accompagnements
from aipi.identite import telephone_groupe
from aipi.models import Personne

register = template.Library()
register.filter("groupe", telephone_groupe)


@register.filter
def dans_la_phrase(geste: str) -> str:
    """« recruter en ACI »: the first letter small, the others as they are."""
    return geste[:1].lower() + geste[1:]


@register.inclusion_tag("composants/ouvertures.html", takes_context=True)
def ouvertures(context: RequestContext, personne: Personne) -> dict[str, Any]:
    """Links that open a follow-up for a person whose dossier is read, but of a kind that is open. No query."""
    compte = context["request"].user
    deja: set[str] = context.get("codes_ouverts") or set()
    return {
        "liens": [
            (reverse(a.ouverture, args=[personne.pk]), a.geste)
            for a in accompagnements(compte)
            if a.peut_ouvrir(compte) and a.code not in deja
        ]
    }
