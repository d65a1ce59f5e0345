"""The codes of the moment of the demonstration accounts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aipi import demonstration
from aipi.models import Compte


class Command(BaseCommand):
    help = "Affiche le code du moment des comptes de démonstration qui ont un second facteur."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Cette installation n’est pas une démonstration (AIPI_DEMONSTRATION n’est pas « oui »).")
        for compte in Compte.objects.filter(courriel__endswith=f"@{demonstration.DOMAINE}").order_by("courriel"):
            if code := demonstration.code_present(compte):
                self.stdout.write(f"{code}  {compte.courriel}")
