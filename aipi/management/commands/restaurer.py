"""`manage.py restaurer FICHIER`: put a backup in an empty database, just migrated, and verify it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aipi.management.commands.sauvegarder import compte_rendu
from aipi.sauvegarde import SauvegardeImpossible, restaurer


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base vide qui vient d’être migrée, et la vérifie. Tout ou rien."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", metavar="FICHIER", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bilan = restaurer(options["fichier"])
        except SauvegardeImpossible as erreur:
            raise CommandError(str(erreur)) from None
        for ligne in (*compte_rendu(bilan), "base et fichiers restaurés, relus et vérifiés"):
            self.stdout.write(ligne)
