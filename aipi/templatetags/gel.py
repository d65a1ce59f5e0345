"""A frozen dossier is read and leads nowhere: what its sections link to would answer that there is nothing there."""

from __future__ import annotations

import re

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.urls import Resolver404, resolve
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

OUVERTES = frozenset(
    {
        "personne_detail",
        "personne_droits",
        "personne_consultations",
        "personne_imprimer",
        "document_detail",
        "formation_detail",
        "formation_livret",
        "seance_detail",
        "action_detail",
    }
)
"""Addresses that open for the director, of a frozen file too."""
LIEN = re.compile(r'(<li>\s*(?:<span>\s*)?)?<a\b([^>]*)\bhref="(/[^"?#]*)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)


def _ouvre(chemin: str) -> bool:
    try:
        return resolve(chemin).url_name in OUVERTES
    except Resolver404:
        return False


def _sans_lien(trouve: re.Match[str]) -> str:
    """The name of a thing stays, as words; an act goes."""
    debut, attributs, chemin, texte = trouve[1] or "", trouve[2], trouve[3], trouve[4]
    if _ouvre(chemin):
        return trouve[0]
    return f"{debut}<span>{texte}</span>" if debut or "fil-titre" in attributs else ""


class Fige(template.Node):
    def __init__(self, si: FilterExpression, contenu: NodeList) -> None:
        self.si = si
        self.contenu = contenu

    def render(self, context: template.Context) -> SafeString:
        rendu = self.contenu.render(context)
        return mark_safe(LIEN.sub(_sans_lien, rendu)) if self.si.resolve(context) else rendu


@register.tag
def fige(parser: Parser, token: Token) -> Fige:
    """`{% fige limitee_le %}…{% endfige %}`: when it is said, links that would not open leave their words, or go."""
    _, si = token.split_contents()
    contenu = parser.parse(("endfige",))
    parser.delete_first_token()
    return Fige(parser.compile_filter(si), contenu)
