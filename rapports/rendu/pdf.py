"""The PDF: WeasyPrint over the document, nothing from the network, a warning is a failure.

WeasyPrint is imported when a PDF is made: it costs half a second and its system libraries may be missing.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from rapports.rendu.document import ressource

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

INSTALLATION = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class RenduImpossible(Exception):
    """The PDF cannot be made; the message, in French, says what to do."""


class _Guet(logging.Handler):
    """Keeps what WeasyPrint complains of: it leaves a blank where a drawing fails and goes on."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.plaintes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.plaintes.append(record.getMessage())


class Chercheur:
    """What WeasyPrint calls for each address of the document; `absents` keeps what was missing, in words."""

    def __init__(self) -> None:
        self.absents: list[str] = []

    def __call__(self, adresse: str) -> URLFetcherResponse:
        from weasyprint.urls import URLFetcherResponse  # heavy, and its libraries may be missing

        try:
            contenu, type_mime = ressource(adresse)
        except FileNotFoundError as erreur:
            self.absents.append(str(erreur))
            contenu, type_mime = b"", "image/jpeg"
        return URLFetcherResponse(adresse, contenu, {"Content-Type": type_mime})


def en_pdf(html: str) -> bytes:
    """The document as a tagged PDF, the same bytes each time. Raises RenduImpossible."""
    try:
        from weasyprint import HTML  # heavy, and its libraries may be missing
    except OSError as erreur:
        raise RenduImpossible(
            f"Il manque une bibliothèque du système pour écrire le PDF. Installez-la : {INSTALLATION}"
        ) from erreur
    journal = logging.getLogger("weasyprint")
    guet, chercher = _Guet(), Chercheur()
    journal.addHandler(guet)
    try:
        sortie = io.BytesIO()
        HTML(string=html, url_fetcher=chercher).write_pdf(sortie, pdf_variant="pdf/ua-1")
    finally:
        journal.removeHandler(guet)
    if chercher.absents:
        raise RenduImpossible(" ".join(sorted(set(chercher.absents))))
    if guet.plaintes:
        raise RenduImpossible(f"Le PDF serait incomplet : {' ; '.join(guet.plaintes)}")
    return sortie.getvalue()
