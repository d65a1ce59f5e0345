"""The list of the ACI."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import roles
from aipi.listes import Colonne, liste
from aipi.roles import acces, compte_de, visibles
from insertion_pro.filtres import FiltreParcours
from insertion_pro.models import Contrat, Parcours

COLONNES = (
    Colonne("nom", "Nom", ("personne__recherche", "ref")),
    Colonne("etat", "État"),
    Colonne("equipe", "Équipe"),
    Colonne("entree", "Entrée", ("date_entree",)),
    Colonne("sortie", "Sortie", ("date_sortie",), vides=True),
    Colonne("referent", "Référent", ("referent__nom", "referent__prenom"), vides=True),
)
COLONNES_ENCADRANT = COLONNES[:5]


@require_safe
@acces(roles.voit_parcours)
def parcours_list(request: HttpRequest) -> HttpResponse:
    """Stays in the ACI that the reader may see; a supervisor sees the contracts of its own teams."""
    compte = compte_de(request)
    contrats = visibles(Contrat.objects.order_by("-date_debut", "-ref"), compte).select_related("equipe__atelier")
    lignes = (
        visibles(Parcours.objects.all(), compte)
        .select_related("personne", "referent")
        .prefetch_related(Prefetch("contrats", contrats, to_attr="contrats_visibles"))
    )
    complet = roles.pole_pro(compte)
    contexte = liste(
        request,
        FiltreParcours(request.GET, lignes, compte),
        COLONNES if complet else COLONNES_ENCADRANT,
        "nom",
    )
    return render(
        request,
        "insertion_pro/parcours_list.html",
        {**contexte, "complet": complet, "jour": timezone.localdate()},
    )
