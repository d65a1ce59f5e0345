"""Close the report of a period, as « Clore » does: all at once, nothing in the background."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from aipi.pdf import RenduImpossible
from rapports.cloture import DejaClos, EcritDepuis, SansMotif, clore
from rapports.management.commands.indicateurs import lire_periode
from rapports.models import Rapport


class Command(BaseCommand):
    help = "Clôt le rapport d’une période : une édition, avec son empreinte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--annee", type=int, help="année civile")
        parser.add_argument("--debut", help="premier jour (AAAA-MM-JJ)")
        parser.add_argument("--fin", help="dernier jour (AAAA-MM-JJ)")
        parser.add_argument("--erratum", default="", help="ce que cette édition corrige, si le rapport a déjà été clos")
        parser.add_argument(
            "--sans-fichiers",
            action="store_true",
            help="sans PDF, page autonome, tableur ni présentation : une année ancienne, pour ses seuls chiffres",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        periode = lire_periode(options["annee"], options["debut"], options["fin"])
        if periode.fin >= timezone.localdate():
            raise CommandError(f"La période {periode} n’est pas terminée.")
        rapport, _ = Rapport.objects.get_or_create(debut=periode.debut, fin=periode.fin)
        try:
            edition = clore(
                rapport,
                None,
                options["erratum"],
                fichiers=not options["sans_fichiers"],
                dire=lambda avance, quoi: self.stdout.write(f"{avance:3} %  {quoi}"),
            )
        except (DejaClos, SansMotif) as erreur:
            raise CommandError("Ce rapport a déjà été clos : donnez --erratum.") from erreur
        except (EcritDepuis, RenduImpossible) as erreur:
            raise CommandError(str(erreur)) from erreur
        self.stdout.write(f"Rapport {periode} clos, édition {edition.numero}, empreinte {edition.empreinte}")
