"""Figure chips: « {{ aci.salaries }} » in a text is the figure itself, so that no number need ever be typed.

`{{ code }}` the figure of the period; `{{ code N-1 }}` of the period before; `{{ code évolution }}` the change between
them; `{{ code atelier=CODE }}` of one workshop; the words may be combined. A chip that names nothing is shown as lost, and
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
from rapports.ecriture import ecrire, typographie, variation
from rapports.indicateurs import INDICATEURS
from rapports.valeurs import Chiffre

PUCE = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*\}\}")
MARQUE = "\ue000"
"""A character of the private use area holds the place of a chip while the text becomes HTML."""

LireChiffre = Callable[[str, Axe | None], Chiffre]


@dataclass(frozen=True)
class Puce:
    """What a chip asks for. `perdue` says in French why it names nothing; the rest is then meaningless."""

    code: str
    axe: Axe | None = None
    avant: bool = False
    evolution: bool = False
    perdue: str = ""


def lire(contenu: str) -> Puce:
    """A chip from what stands between its braces."""
    code, *mots = contenu.split()
    indicateur = INDICATEURS.get(code)
    if indicateur is None:
        return Puce(code, perdue="aucun chiffre ne porte ce code")
    axe: Axe | None = None
    avant = evolution = False
    for mot in mots:
        if replier(mot) == "n-1":
            avant = True
        elif replier(mot) == "evolution":
            evolution = True
        elif "=" in mot:
            try:
                axe = Axe.lire(*mot.split("=", 1))
            except ValueError as erreur:
                return Puce(code, perdue=str(erreur))
            if not indicateur.axe_admis(axe):
                return Puce(code, perdue=f"ce chiffre ne se découpe pas par {axe.nom}")
        else:
            return Puce(code, perdue=f"« {mot} » n’est pas compris")
    if avant and evolution:
        return Puce(code, perdue="l’évolution compare déjà les deux années")
    return Puce(code, axe, avant, evolution)


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
        if puce.perdue:
            motif = typographie(f"{contenu} : {puce.perdue}")
            return f'<mark class="puce-perdue">{escape(motif)}</mark>'
        dit = valeur(puce, chiffre(puce.code, puce.axe))
        return f'<a class="puce" href="{escape(lien(puce.code, puce.axe))}">{escape(dit)}</a>'

    return mark_safe(re.sub(f"{MARQUE}(\\d+){MARQUE}", ecrire_puce, html))
