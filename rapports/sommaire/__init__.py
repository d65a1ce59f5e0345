"""What the report contains, in order: parts, pages, and the blocks of each page. Declared here, drawn in `rapports.rendu`.

A page's code is also the section of the director's texts and photographs, so it must not change once texts have been
written.
"""

from __future__ import annotations

from collections.abc import Iterator

from rapports.sommaire.blocs import Page, Partie
from rapports.sommaire.finances import CHIFFRES_CLES, FINANCES
from rapports.sommaire.pro import ACI
from rapports.sommaire.social import SOCIAL

PARTIES: tuple[Partie, ...] = (ACI, SOCIAL, FINANCES)


def pages() -> Iterator[Page]:
    """Every declared page, in order."""
    yield CHIFFRES_CLES
    for partie in PARTIES:
        yield from partie.pages


SECTION_ATELIER = "atelier:"
"""Sections of workshop pages: this, then the code of the workshop."""
SECTION_LIBRE = "libre:"
"""Sections that the director adds: this, then a number."""
SECTIONS_SIGNEES = {"mot_president": "Le mot du président", "mot_direction": "Le mot de la direction"}
"""Sections that open the report and bear a signature; there when something is written."""


def section_connue(section: str) -> bool:
    """Whether texts and photographs may be kept under this code."""
    if section.startswith(SECTION_ATELIER):
        return len(section) > len(SECTION_ATELIER)
    if section.startswith(SECTION_LIBRE):
        return section.removeprefix(SECTION_LIBRE).isdecimal()
    if section in SECTIONS_SIGNEES:
        return True
    return any(page.code == section and not page.par_atelier for page in pages())


__all__ = [
    "CHIFFRES_CLES",
    "PARTIES",
    "SECTIONS_SIGNEES",
    "SECTION_ATELIER",
    "SECTION_LIBRE",
    "pages",
    "section_connue",
]
