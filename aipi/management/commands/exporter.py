"""`manage.py exporter DOSSIER`: write every sheet; `--modele fichier.xlsx`: a blank workbook to fill in."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aipi.echange.exportation import ExportImpossible, exporter
from aipi.echange.modele import ecrire_modele


class Command(BaseCommand):
    help = "Écrit toutes les feuilles du format d’échange dans un dossier, ou un classeur modèle à remplir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        groupe = parser.add_mutually_exclusive_group(required=True)
        groupe.add_argument("dossier", metavar="DOSSIER", nargs="?")
        groupe.add_argument("--modele", metavar="FICHIER.xlsx", help="écrit un classeur vide, avec ses listes de codes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["modele"]:
                ecrire_modele(Path(options["modele"]))
                self.stdout.write(f"Classeur modèle écrit\u202f: {options['modele']}")
                return
            comptes = exporter(options["dossier"])
        except ExportImpossible as erreur:
            raise CommandError(str(erreur)) from None
        for nom, nombre in comptes.items():
            self.stdout.write(f"{nom}: {nombre} lignes")
