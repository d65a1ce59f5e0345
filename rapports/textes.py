"""The director's texts: a tiny markup turned into safe HTML.

Paragraphs, « ## » headings, « - » and « 1. » lists, « **bold** », links to http(s) and mailto addresses; everything else is
text, « *one star* » too.
The parser knows no other rule and no HTML; what it writes is cleaned once more, so that a fault in one is not a hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from insertion_pro.axes import Axe
from rapports.ecriture import typographie
from rapports.puces import LireChiffre, masquer, remplacer

BALISES = {"p", "h2", "h3", "ul", "ol", "li", "strong", "a", "br"}
ATTRIBUTS = {"a": {"href"}, "ol": {"start"}}
PROTOCOLES = {"http", "https", "mailto"}
ADRESSE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)

_lecteur = MarkdownIt("zero", {"html": False, "linkify": False}).enable(
    ["heading", "list", "emphasis", "link", "escape"]
)


def _adresse_admise(adresse: str) -> bool:
    return ADRESSE.match(adresse) is not None


_lecteur.validateLink = _adresse_admise  # type: ignore[method-assign,assignment]  # the library's documented way


def _tel_quel(self: RendererHTML, jetons: Sequence[Token], rang: int, options: OptionsDict, env: EnvType) -> str:
    """The sign itself: one rule of the parser reads bold and italics, and only bold is wanted."""
    return jetons[rang].markup


for _jeton in ("em_open", "em_close"):
    _lecteur.add_render_rule(_jeton, _tel_quel)


def en_html(
    corps: str, chiffre: LireChiffre | None = None, lien: Callable[[str, Axe | None], str] = lambda code, axe: ""
) -> SafeString:
    """The text as safe HTML. Headings become h3, whatever their level: a page has its own title. Empty: nothing.

    With `chiffre`, figure chips become the figures, which lead to `lien`; without, they stay as they were typed.
    """
    if not corps.strip():
        return mark_safe("")
    corps, contenus = masquer(corps.replace("\x00", "")) if chiffre is not None else (corps.replace("\x00", ""), [])
    rendu = re.sub(r"<(/?)h[1-6]>", r"<\1h3>", _lecteur.render(corps))
    propre = typographie(nh3.clean(rendu, tags=BALISES, attributes=ATTRIBUTS, url_schemes=PROTOCOLES))
    return mark_safe(propre) if chiffre is None else remplacer(propre, contenus, chiffre, lien)


def differences(avant: str, apres: str) -> list[tuple[str, str]]:
    """Words of two texts side by side: (« commun », « retire » or « ajoute », text) pairs, in reading order.

    Words that changed one after the other are one change: read in turn, one by one, they would say nothing.
    """
    anciens, nouveaux = (re.findall(r"\s+|\S+", texte) for texte in (avant, apres))
    blocs: list[tuple[bool, str, str]] = []
    for operation, debut, fin, depuis, jusque in SequenceMatcher(None, anciens, nouveaux, autojunk=False).get_opcodes():
        commun, ancien, nouveau = operation == "equal", "".join(anciens[debut:fin]), "".join(nouveaux[depuis:jusque])
        if len(blocs) > 1 and not commun and blocs[-1][0] and blocs[-1][1].isspace() and not blocs[-2][0]:
            (_, *dernier), (_, *espace) = blocs[-2:]
            blocs[-2:] = [(False, dernier[0] + espace[0] + ancien, dernier[1] + espace[1] + nouveau)]
        else:
            blocs.append((commun, ancien, nouveau))
    resultat = []
    for commun, ancien, nouveau in blocs:
        paires = [("commun", ancien)] if commun else [("retire", ancien), ("ajoute", nouveau)]
        resultat += [(genre, texte) for genre, texte in paires if texte]
    return resultat
