"""Write the report of a period: PDF, self-contained page, workbook or slides, by the ending of the file."""

from __future__ import annotations

import datetime
import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aipi.periodes import Periode
from rapports.management.commands.indicateurs import lire_periode
from rapports.models import edition_de
from rapports.rendu.classeur import en_xlsx
from rapports.rendu.document import autonome, document
from rapports.rendu.pdf import RenduImpossible, en_pdf
from rapports.rendu.presentation import en_pptx

FORMES: dict[str, Callable[[Periode, datetime.date], bytes]] = {
    ".pdf": lambda periode, jour: en_pdf(document(periode, jour)),
    ".html": lambda periode, jour: autonome(periode, jour).encode(),
    ".xlsx": en_xlsx,
    ".pptx": en_pptx,
}


def _arrete(periode: Periode, forme: str) -> bytes | None:
    """The file that was kept when the report was closed, None while it may still change. Raises FileNotFoundError."""
    edition = edition_de(periode)
    noms = {".pdf": "rapport.pdf", ".html": "rapport.html", ".xlsx": "chiffres.xlsx", ".pptx": "presentation.pptx"}
    return None if edition is None else edition.lire(noms[forme])


def ecrire_fichier(chemin: Path, contenu: bytes) -> None:
    """Replace the file at once: a failure half way leaves the one that was there. Raises OSError."""
    descripteur, provisoire = tempfile.mkstemp(dir=chemin.parent, prefix=f".{chemin.name}.")
    try:
        with os.fdopen(descripteur, "wb") as fichier:
            fichier.write(contenu)
        masque = os.umask(0)
        os.umask(masque)
        Path(provisoire).chmod(0o666 & ~masque)
        Path(provisoire).replace(chemin)
    except BaseException:
        Path(provisoire).unlink(missing_ok=True)
        raise


class Command(BaseCommand):
    help = "Écrit le rapport d’activité d’une période : .pdf, .html (un seul fichier), .xlsx ou .pptx."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--annee", type=int, help="année civile")
        parser.add_argument("--debut", help="premier jour (AAAA-MM-JJ)")
        parser.add_argument("--fin", help="dernier jour (AAAA-MM-JJ)")
        parser.add_argument("--sortie", required=True, type=Path, help="fichier à écrire : .pdf, .html ou .xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        periode = lire_periode(options["annee"], options["debut"], options["fin"])
        chemin: Path = options["sortie"]
        forme = FORMES.get(chemin.suffix.lower())
        if forme is None:
            raise CommandError(f"« {chemin.name} » : le nom du fichier doit finir par .pdf, .html, .xlsx ou .pptx.")
        if not chemin.parent.is_dir() or not os.access(chemin.parent, os.W_OK) or chemin.is_dir():
            raise CommandError(f"« {chemin} » : on ne peut pas écrire à cet endroit.")
        try:
            contenu = _arrete(periode, chemin.suffix.lower()) or forme(periode, timezone.localdate())
        except (RenduImpossible, FileNotFoundError) as erreur:
            raise CommandError(str(erreur)) from erreur
        try:
            ecrire_fichier(chemin, contenu)
        except OSError as erreur:
            raise CommandError(f"« {chemin} » : on ne peut pas écrire ce fichier ({erreur.strerror}).") from erreur
        self.stdout.write(f"Rapport {periode} écrit dans {chemin}")
