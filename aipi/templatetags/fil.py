"""How a note is shown in a thread."""

from __future__ import annotations

from django import template

register = template.Library()

DEBUT = 400
"""Characters of a note that are read at once; the rest unfolds."""
RESTE_MINIMAL = 120
"""A rest shorter than this is not worth a click."""


@register.filter
def debut_et_suite(note: str) -> tuple[str, str]:
    """A long note in two parts, cut after a line, a sentence or at worst a word."""
    if len(note) <= DEBUT + RESTE_MINIMAL:
        return note, ""
    for marque in ("\n", ". ", " "):
        coupe = note.rfind(marque, DEBUT // 2, DEBUT)
        if coupe > 0:
            return note[: coupe + 1].rstrip(), note[coupe + 1 :].lstrip()
    return note[:DEBUT], note[DEBUT:]
