"""A one-time link for an account, from the server: the way back in when no administrator can sign in any more."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from aipi import liens, second_facteur, sessions
from aipi.models import Compte, LienCompte


class Command(BaseCommand):
    help = "Écrit le chemin d’un lien à usage unique par lequel un compte choisit son mot de passe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("courriel", help="adresse du compte")
        parser.add_argument(
            "--sans-second-facteur", action="store_true", help="retirer aussi ses seconds facteurs (téléphone perdu)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        compte = Compte.objects.filter(courriel=options["courriel"].lower(), is_active=True).first()
        if compte is None:
            raise CommandError("Aucun compte actif n’a cette adresse.")
        with transaction.atomic():
            if options["sans_second_facteur"]:
                for facteur in compte.seconds_facteurs.all():
                    second_facteur.retirer(facteur)
            sessions.fermer_toutes(compte)
            lien, secret = liens.creer(compte, LienCompte.Usage.MOT_DE_PASSE)
        self.stdout.write(f"À ouvrir derrière l’adresse du site, jusqu’au {liens.fin(lien)} : {liens.chemin(secret)}")
