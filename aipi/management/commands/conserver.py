"""`manage.py conserver`: what the retention policy asks for today; `--confirmer` does it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from aipi.conserver import appliquer, raconter
from aipi.termes import planifier


class Command(BaseCommand):
    help = "Dit ce que la politique de conservation demande aujourd’hui (par référence), et le fait avec --confirmer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        groupe = parser.add_mutually_exclusive_group()
        groupe.add_argument("--simuler", action="store_true", help="dit seulement, n’écrit rien (par défaut)")
        groupe.add_argument("--confirmer", action="store_true", help="archive, anonymise et efface\u202f: sans retour")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = planifier(timezone.localdate())
        for ligne in raconter(plan):
            self.stdout.write(ligne)
        self.stdout.write("")
        if not options["confirmer"]:
            self.stdout.write("simulation: rien n’a été écrit.")
            return
        for ligne in appliquer(plan, None, lambda avance, message: None, chercher=True):
            self.stdout.write(ligne)
