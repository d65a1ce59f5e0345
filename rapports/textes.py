"""The director's texts: a tiny markup turned into safe HTML.

Paragraphs, « ## » headings, « - » lists, « **bold** », links to http(s) and mailto addresses; everything else is text.
The parser knows no other rule and no HTML; what it writes is cleaned once more, so that a fault in one is not a hole.
"""

from __future__ import annotations

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

BALISES = {"p", "h2", "h3", "ul", "li", "strong", "em", "a", "br"}
PROTOCOLES = {"http", "https", "mailto"}
ADRESSE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)

_lecteur = MarkdownIt("zero", {"html": False, "linkify": False}).enable(
    ["heading", "list", "emphasis", "link", "escape"]
)


def _adresse_admise(adresse: str) -> bool:
    return ADRESSE.match(adresse) is not None


_lecteur.validateLink = _adresse_admise  # type: ignore[method-assign,assignment]  # the library's documented way


def en_html(corps: str) -> SafeString:
    """The text as safe HTML. Headings become h3, whatever their level: a page has its own title. Empty: nothing."""
    if not corps.strip():
        return mark_safe("")
    rendu = re.sub(r"<(/?)h[1-6]>", r"<\1h3>", _lecteur.render(corps.replace("\x00", "")))
    return mark_safe(nh3.clean(rendu, tags=BALISES, attributes={"a": {"href"}}, url_schemes=PROTOCOLES))
