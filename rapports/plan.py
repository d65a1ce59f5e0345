"""The plan of one report: the declared contents as the director ordered, hid, renamed and completed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from aipi.periodes import Periode
from rapports.models import Rapport, SectionRapport
from rapports.sommaire import CHIFFRES_CLES, PARTIES, SECTION_LIBRE, SECTIONS_SIGNEES
from rapports.sommaire.blocs import Page

COURTES = {CHIFFRES_CLES.code, *(partie.pages[0].code for partie in PARTIES if partie.pages), *SECTIONS_SIGNEES}
"""The sections of the short version, as long as the director has not chosen others."""


@dataclass(frozen=True)
class Place:
    """How a section stands: order within its part, title (empty: declared), hidden, in the short version, layout."""

    ordre: float
    titre: str = ""
    masquee: bool = False
    courte: bool = False
    mise_en_page: str = SectionRapport.MiseEnPage.CHIFFRES


class Plan:
    """Where every section of a report stands.

    A report that has no plan yet shows the one it will take: that of the report before. Without any, everything is
    where the contents declare it. A closed report never looks elsewhere.
    """

    def __init__(self, rapport: Rapport | None, periode: Periode) -> None:
        lignes = list(SectionRapport.objects.filter(rapport=rapport)) if rapport is not None else []
        if not lignes and (rapport is None or not rapport.clos):
            lignes = list(SectionRapport.objects.filter(rapport=_precedent(periode)))
        self.lignes = {ligne.section: ligne for ligne in lignes}

    def place(self, section: str, declaree: float, famille: str = "") -> Place:
        """`declaree`: the rank where the contents put it; `famille`: the declared page of a workshop's section."""
        ligne = self.lignes.get(section)
        if ligne is not None:
            return Place(float(ligne.ordre), ligne.titre, ligne.masquee, ligne.courte, ligne.mise_en_page)
        return Place(declaree, courte=(famille or section) in COURTES)

    def libres(self, partie: str) -> Iterator[tuple[Page, SectionRapport]]:
        """The sections that the director added to a part, as pages without figures of their own."""
        for ligne in self.lignes.values():
            if ligne.partie == partie and ligne.section.startswith(SECTION_LIBRE):
                yield Page(ligne.section, ligne.titre, (), mot=ligne.titre), ligne


def _precedent(periode: Periode) -> Rapport | None:
    """The latest report before the period that has a plan."""
    return Rapport.objects.filter(fin__lt=periode.debut, plan__isnull=False).order_by("-fin", "-debut").first()


def prendre_la_suite(rapport: Rapport) -> None:
    """Give a report without a plan that of the latest one before it: order, titles, what is hidden, added sections, layouts."""
    if rapport.plan.exists():
        return
    precedent = _precedent(rapport.periode)
    if precedent is None:
        return
    with transaction.atomic():
        SectionRapport.objects.bulk_create(
            SectionRapport(
                rapport=rapport,
                section=ligne.section,
                partie=ligne.partie,
                ordre=ligne.ordre,
                titre=ligne.titre,
                masquee=ligne.masquee,
                courte=ligne.courte,
                mise_en_page=ligne.mise_en_page,
            )
            for ligne in precedent.plan.all()
        )
