"""`manage.py importer CHEMIN [--simuler]`: import a folder, a ZIP, an XLSX or an ODS of the exchange format."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aipi.echange.erreurs import ErreursImport
from aipi.echange.importation import Resultat, importer


class Command(BaseCommand):
    help = "Importe un dossier de fichiers CSV, un .zip, un .xlsx ou un .ods au format d’échange."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("chemin", metavar="CHEMIN")
        parser.add_argument("--simuler", action="store_true", help="vérifie et compte seulement, n’écrit rien")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            resultat = importer(options["chemin"], simuler=options["simuler"])
        except ErreursImport as refus:
            for erreur in refus.erreurs:
                self.stderr.write(str(erreur), self.style.NOTICE)
            pluriel = "s" if refus.nombre > 1 else ""
            raise CommandError(f"{refus.nombre} erreur{pluriel}\u202f: rien n’a été importé.") from None
        self.stdout.write("\n".join(compte_rendu(resultat)))


def compte_rendu(resultat: Resultat) -> list[str]:
    """The lines printed after an import: one a sheet, then the warnings."""
    lignes = [
        f"{nom}: {c.lignes} lignes, {c.creees} créées, {c.modifiees} modifiées, {c.inchangees} inchangées"
        for nom, c in resultat.comptes.items()
    ]
    lignes += [f"avertissement: {nombre} {message}" for nombre, message in resultat.avertissements]
    if resultat.simule:
        lignes.append("simulation: rien n’a été écrit.")
    return lignes
