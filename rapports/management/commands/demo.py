"""Load the fictional demonstration caseload, through the importer, into a migrated empty database."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aipi.echange.importation import importer
from aipi.management.commands.importer import compte_rendu
from aipi.models import Personne
from rapports.demonstration import ecrire_demonstration
from rapports.demonstration.textes import ecrire_textes


class Command(BaseCommand):
    help = "Charge les dossiers fictifs de démonstration dans une base vide."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--si-vide", action="store_true", help="ne rien faire si la base a déjà des personnes")

    def handle(self, *args: Any, **options: Any) -> None:
        if Personne.objects.exists():
            if options["si_vide"]:
                self.stdout.write("La base a déjà des dossiers : la démonstration n’est pas chargée une seconde fois.")
                return
            raise CommandError("La base a déjà des dossiers : la démonstration se charge dans une base vide.")
        with tempfile.TemporaryDirectory() as dossier:
            ecrire_demonstration(Path(dossier), timezone.localdate())
            for ligne in compte_rendu(importer(dossier)):
                self.stdout.write(ligne)
        ecrire_textes()
