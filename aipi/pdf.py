"""Documents on paper: WeasyPrint over a page of HTML, nothing from the network, a warning is a failure.

WeasyPrint is imported when a PDF is made: it costs half a second and its system libraries may be missing.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import font_source_sans_pro
from django.contrib.staticfiles import finders

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

INSTALLATION = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
POLICES = Path(font_source_sans_pro.font_directory)

Ressource = Callable[[str], tuple[bytes, str]]
"""From an address of the document to its bytes and media type. Raises ValueError when it may not be asked for."""


class RenduImpossible(Exception):
    """The PDF cannot be made; the message, in French, says what to do."""


class _Guet(logging.Handler):
    """Keeps what WeasyPrint complains of: it leaves a blank where a drawing fails and goes on."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.plaintes: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.plaintes.append(record.getMessage())


def police(adresse: str) -> tuple[bytes, str]:
    """Bytes and media type of `police:FILE`, all that a plain document may ask for. Raises ValueError for the rest."""
    genre, _, nom = adresse.partition(":")
    if genre == "police" and re.fullmatch(r"SourceSansPro-\w+\.ttf", nom):
        return (POLICES / nom).read_bytes(), "font/ttf"
    raise ValueError(f"Adresse refusée\u202f: {adresse}")


def feuille_de_style(nom: str) -> str:
    """A style sheet of `static/`, as text. Raises FileNotFoundError when the installation lacks it."""
    chemin = finders.find(nom)
    if not isinstance(chemin, str):
        raise FileNotFoundError(f"static/{nom}")
    return Path(chemin).read_text(encoding="utf-8")


class Chercheur:
    """What WeasyPrint calls for each address of the document; `absents` keeps what was missing, in words."""

    def __init__(self, ressource: Ressource) -> None:
        self.ressource = ressource
        self.absents: list[str] = []

    def __call__(self, adresse: str) -> URLFetcherResponse:
        from weasyprint.urls import URLFetcherResponse  # heavy, and its libraries may be missing

        try:
            contenu, type_mime = self.ressource(adresse)
        except FileNotFoundError as erreur:
            self.absents.append(str(erreur))
            contenu, type_mime = b"", "image/jpeg"
        return URLFetcherResponse(adresse, contenu, {"Content-Type": type_mime})


def en_pdf(html: str, ressource: Ressource = police) -> bytes:
    """The document as a tagged PDF, the same bytes each time. Raises RenduImpossible."""
    try:
        from weasyprint import HTML  # heavy, and its libraries may be missing
    except OSError as erreur:
        raise RenduImpossible(
            f"Il manque une bibliothèque du système pour écrire le PDF. Installez-la\u202f: {INSTALLATION}"
        ) from erreur
    journal = logging.getLogger("weasyprint")
    guet, chercher = _Guet(), Chercheur(ressource)
    journal.addHandler(guet)
    try:
        sortie = io.BytesIO()
        HTML(string=html, url_fetcher=chercher).write_pdf(sortie, pdf_variant="pdf/ua-1")
    finally:
        journal.removeHandler(guet)
    if chercher.absents:
        raise RenduImpossible(" ".join(sorted(set(chercher.absents))))
    if guet.plaintes:
        raise RenduImpossible(f"Le PDF serait incomplet\u202f: {' ; '.join(guet.plaintes)}")
    return sortie.getvalue()
