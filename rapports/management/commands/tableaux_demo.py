"""The dashboard of the demonstration: what the director would have published for each funder that has an account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from aipi.models import Compte
from aipi.periodes import Periode
from rapports.financeurs.lecture import Demande, actions_de
from rapports.financeurs.publication import preparer, publier
from rapports.models import QuestionFinanceur, Tableau

QUESTION = "Pourquoi ce chiffre change-t-il par rapport à l’an dernier ?"
REPONSE = (
    "L’équipe a compté un recrutement de plus, et moins d’absences au premier semestre. Le détail est dans le rapport "
    "d’activité."
)
SUITE = "Pourrez-vous publier la même période l’an prochain, pour suivre l’évolution ?"


class Command(BaseCommand):
    help = "Publie les tableaux de bord de démonstration des financeurs qui ont un compte."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Cette installation n’est pas une démonstration (AIPI_DEMONSTRATION n’est pas « oui »).")
        direction = Compte.objects.filter(role=Compte.Role.DIRECTEUR).order_by("pk").first()
        if direction is None:
            raise CommandError("Aucun compte de direction : lancez d’abord comptes_demo.")
        periode = Periode.annee(timezone.localdate().year - 1)
        comptes = Compte.objects.filter(role=Compte.Role.FINANCEUR).exclude(financeur=None).select_related("financeur")
        for compte in comptes.order_by("pk"):
            financeur = compte.financeur
            assert financeur is not None
            if Tableau.objects.filter(financeur=financeur).exists() or not actions_de(financeur, periode):
                continue
            with transaction.atomic():
                tableau = preparer(Demande(financeur, periode)).tableau
                publier(tableau, direction)
                self._questions(tableau, compte, direction)
            self.stdout.write(f"Tableau de bord publié : {tableau}")

    def _questions(self, tableau: Tableau, compte: Compte, direction: Compte) -> None:
        """One that was answered, one that waits."""
        connus = [e for bloc in tableau.contenu["blocs"] for e in bloc["indicateurs"] if e["valeur"]["exact"]]
        for ecrit, texte, reponse in zip(connus, (QUESTION, SUITE), (REPONSE, ""), strict=False):
            QuestionFinanceur.objects.create(
                tableau=tableau,
                indicateur=ecrit["code"],
                libelle=ecrit["libelle"],
                texte=texte,
                auteur=compte,
                reponse=reponse,
                repondu_par=direction if reponse else None,
                repondu_le=timezone.now() if reponse else None,
            )
