"""A telephone number as it is read, and what may be opened for a person."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from aipi.accompagnements import accompagnements
from aipi.identite import telephone_a_composer, telephone_groupe
from aipi.models import Personne
from aipi.templatetags.navigation import icone

register = template.Library()
register.filter("groupe", telephone_groupe)


@register.simple_tag
def telephone(numero: str, de: str = "") -> SafeString:
    """A number that a telephone dials and a button copies; `de` names whose it is, where several are on the page.

    The page loads `copier.js`. Written here: a list has twenty-five of them.
    """
    compose = telephone_a_composer(numero)
    if not compose:
        return format_html("{}", numero)
    return format_html(
        '<span class="insecable"><a href="tel:{compose}">{numero}</a>'
        '<button class="copier" type="button" data-copier-texte="{brut}" hidden>{dessin}'
        '<span class="visually-hidden">Copier le numéro{de}</span></button>'
        '<span class="discret petit" role="status"></span></span>',
        compose=compose,
        numero=telephone_groupe(numero),
        brut=numero,
        dessin=icone("copier"),
        de=f", {de}" if de else "",
    )


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
