"""A telephone number as it is read and copied."""

from __future__ import annotations

from django import template

from aipi.identite import telephone_groupe

register = template.Library()
register.filter("groupe", telephone_groupe)


@register.inclusion_tag("composants/telephone.html")
def telephone(numero: str) -> dict[str, str]:
    """A number grouped by two, to be called; with scripts (`js/copier.js`), a button copies it."""
    return {"numero": numero, "groupe": telephone_groupe(numero)}
