"""`manage.py sauvegarder FICHIER`: the whole database and every file, in one encrypted file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aipi.sauvegarde import Bilan, SauvegardeImpossible, sauvegarder


def compte_rendu(bilan: Bilan) -> list[str]:
    """What a backup holds, in lines."""
    octets = sum(fichier["taille"] for fichier in bilan.fichiers.values())
    return [
        f"sauvegarde du {bilan.date}",
        f"{len(bilan.tables)} tables, {bilan.lignes} lignes",
        f"{len(bilan.fichiers)} fichiers, {octets} octets",
    ]


class Command(BaseCommand):
    help = "Écrit toute la base et tous les fichiers dans un seul fichier chiffré (age)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fichier", metavar="FICHIER", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bilan = sauvegarder(options["fichier"])
        except SauvegardeImpossible as erreur:
            raise CommandError(str(erreur)) from None
        for ligne in compte_rendu(bilan):
            self.stdout.write(ligne)
        for nom in bilan.manquants:
            self.stderr.write(f"fichier absent du dossier, donc de la sauvegarde\u202f: {nom}", self.style.WARNING)
