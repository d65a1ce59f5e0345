"""Figure chips: « {{ aci.salaries }} » in a text is the figure itself, so that no number need ever be typed.

`{{ code }}` the figure of the period; `{{ code N-1 }}` of the period before; `{{ code évolution }}` the change between
them; `{{ code atelier=CODE }}` of one workshop, `{{ code equipe=CODE }}` of one team; `{{ code cle=KEY }}` the line of a
breakdown, last since a key may have spaces; the words may be combined. A chip that names nothing is shown as lost, and
the control refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from aipi.nombres import TIRET
from aipi.texte import replier
from insertion_pro.axes import Axe
from rapports.declarations import Declaration, Indicateur
from rapports.ecriture import ecrire, typographie, variation
from rapports.indicateurs import DECLARATIONS
from rapports.valeurs import Chiffre

PUCE = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*\}\}")
MARQUE = "\ue000"
"""A character of the private use area holds the place of a chip while the text becomes HTML."""

LireChiffre = Callable[[str, Axe | None, str], Chiffre]
"""The figure of a code and a slice; of a breakdown, of one of its lines. Raises KeyError when it has no such line."""


@dataclass(frozen=True)
class Puce:
    """What a chip asks for. `perdue` says in French why it names nothing; the rest is then meaningless."""

    code: str
    axe: Axe | None = None
    avant: bool = False
    evolution: bool = False
    cle: str = ""
    """The line of a breakdown."""
    perdue: str = ""


def lire(contenu: str) -> Puce:
    """A chip from what stands between its braces."""
    debut, _, cle = contenu.partition(" cle=")
    code, *mots = debut.split()
    declaration = DECLARATIONS.get(code)
    if declaration is None:
        return Puce(code, perdue="aucun chiffre ne porte ce code")
    if isinstance(declaration, Indicateur) and cle:
        return Puce(code, perdue="ce chiffre n’a pas de lignes")
    if not isinstance(declaration, Indicateur) and not cle:
        return Puce(code, perdue="dites quelle ligne de cette répartition, par cle=")
    axe: Axe | None = None
    avant = evolution = False
    for mot in mots:
        if replier(mot) == "n-1":
            avant = True
        elif replier(mot) == "evolution":
            evolution = True
        elif "=" in mot:
            try:
                nom, _, valeur_axe = mot.partition("=")
                axe = Axe.lire(replier(nom), valeur_axe)
            except ValueError as erreur:
                return Puce(code, perdue=str(erreur))
            if not _decoupe(declaration, axe):
                return Puce(code, perdue=f"ce chiffre ne se découpe pas par {axe.nom}")
        else:
            return Puce(code, perdue=f"« {mot} » n’est pas compris")
    if avant and evolution:
        return Puce(code, perdue="l’évolution compare déjà les deux années")
    return Puce(code, axe, avant, evolution, cle.strip())


def _decoupe(declaration: Declaration, axe: Axe) -> bool:
    if isinstance(declaration, Indicateur):
        return declaration.axe_admis(axe)
    return axe.nom in declaration.chapitre.axes


def perte(puce: Puce, chiffre: LireChiffre) -> str:
    """Why a chip names nothing, in French; empty when it does."""
    if not puce.perdue and puce.cle:
        try:
            chiffre(puce.code, puce.axe, puce.cle)
        except KeyError:
            return f"cette répartition n’a pas de ligne « {puce.cle} »"
    return puce.perdue


def puces(corps: str) -> Iterator[tuple[str, Puce]]:
    """Every chip of a text, with what stood between its braces."""
    for trouvee in PUCE.finditer(corps):
        yield trouvee[1], lire(trouvee[1])


def sans_puces(corps: str) -> str:
    """The text without its chips: what somebody typed."""
    return PUCE.sub(" ", corps)


def valeur(puce: Puce, chiffre: Chiffre) -> str:
    """What a chip prints; a dash when the figure, or its change, is unknown."""
    if puce.evolution:
        return variation(chiffre) or (
            "0" if chiffre.nombre is not None and chiffre.nombre == chiffre.precedent else TIRET
        )
    return ecrire(chiffre.indicateur, chiffre.precedent if puce.avant else chiffre.nombre)


def masquer(corps: str) -> tuple[str, list[str]]:
    """The text with a mark for each chip, and what each held."""
    contenus: list[str] = []

    def marquer(trouvee: re.Match[str]) -> str:
        contenus.append(trouvee[1])
        return f"{MARQUE}{len(contenus) - 1}{MARQUE}"

    return PUCE.sub(marquer, corps.replace(MARQUE, "")), contenus


def remplacer(
    html: str, contenus: list[str], chiffre: LireChiffre, lien: Callable[[str, Axe | None], str]
) -> SafeString:
    """Safe HTML with its marks replaced by the figures, each leading to its definition."""

    def ecrire_puce(trouvee: re.Match[str]) -> str:
        contenu = contenus[int(trouvee[1])]
        puce = lire(contenu)
        if perdue := perte(puce, chiffre):
            motif = typographie(f"{contenu} : {perdue}")
            return f'<mark class="puce-perdue">{escape(motif)}</mark>'
        dit = valeur(puce, chiffre(puce.code, puce.axe, puce.cle))
        return f'<a class="puce" href="{escape(lien(puce.code, puce.axe))}">{escape(dit)}</a>'

    return mark_safe(re.sub(f"{MARQUE}(\\d+){MARQUE}", ecrire_puce, html))
