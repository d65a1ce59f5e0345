"""On the home page: to a funder, what is published for it; to the director, the questions of funders that wait."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from aipi.annonces import Annonce, inscrire
from aipi.models import Compte
from aipi.periodes import jour_francais
from aipi.roles import financeur, publie_tableaux, visibles
from rapports.models import QuestionFinanceur, Tableau

COMBIEN = 10


def tableaux_publies(compte: Compte) -> Annonce | None:
    if not financeur(compte):
        return None
    lignes = []
    for tableau in visibles(Tableau.objects.defer("contenu", "cellules"), compte).order_by("-publie_le")[:COMBIEN]:
        assert tableau.publie_le is not None
        jour = jour_francais(timezone.localdate(tableau.publie_le))
        lignes.append(
            (f"Tableau de bord {tableau.periode}", f"publié le {jour}", reverse("tableau_detail", args=[tableau.pk]))
        )
    return Annonce(
        "actions",
        "Vos actions",
        tuple(lignes),
        vide="Le tableau de bord des actions que vous financez apparaîtra ici dès que l’association l’aura publié.",
        precision="Des chiffres, chacun avec sa définition. Aucune personne n’y est nommée.",
    )


def questions_ouvertes(compte: Compte) -> Annonce | None:
    if not publie_tableaux(compte):
        return None
    ouvertes = (
        QuestionFinanceur.objects.filter(repondu_le=None)
        .select_related("tableau__financeur")
        .defer("tableau__contenu", "tableau__cellules")[:COMBIEN]
    )
    lignes = tuple(
        (
            question.libelle,
            f"{question.tableau.financeur}, le {jour_francais(timezone.localdate(question.posee_le))}",
            reverse("question_repondre", args=[question.pk]),
        )
        for question in ouvertes
    )
    return Annonce("questions", "Questions des financeurs", lignes) if lignes else None


inscrire("tableaux", tableaux_publies)
inscrire("questions", questions_ouvertes)
