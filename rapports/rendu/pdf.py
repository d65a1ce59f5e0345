"""The PDF of the report: the common one of `aipi.pdf`, whose documents may also ask for the report's photographs."""

from __future__ import annotations

from aipi import pdf
from aipi.pdf import INSTALLATION, RenduImpossible
from rapports.rendu.document import ressource

__all__ = ["INSTALLATION", "RenduImpossible", "en_pdf"]


def en_pdf(html: str) -> bytes:
    """The report as a tagged PDF, the same bytes each time. Raises RenduImpossible."""
    return pdf.en_pdf(html, ressource)
