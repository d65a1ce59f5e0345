"""`manage.py verifier_sauvegarde FICHIER`: open a backup and read it to the end, without restoring it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aipi.management.commands.sauvegarder import compte_rendu
from aipi.sauvegarde import SauvegardeImpossible, verifier


class Command(BaseCommand):
    help = "Ouvre une sauvegarde et vérifie chaque table et chaque fichier, sans rien restaurer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", metavar="FICHIER", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bilan = verifier(options["fichier"])
        except SauvegardeImpossible as erreur:
            raise CommandError(str(erreur)) from None
        for ligne in (*compte_rendu(bilan), "sauvegarde entière et lisible"):
            self.stdout.write(ligne)
