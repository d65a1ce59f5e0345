"""The CQP booklet of a participant."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.grille import bilan, enregistrer
from aipi.roles import acces, compte_de, visibles
from insertion_pro.forms.cqp import EVALUATIONS, HEURES_CQP, Livret
from insertion_pro.models import Formation, ParticipationFormation


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.tient_atelier)
def cqp_livret(request: HttpRequest, formation_id: int, parcours_id: int) -> HttpResponse:
    """The three evaluations of each module, filled by the supervisor of the team or the pole; hours and jury by the pole."""
    compte = compte_de(request)
    participations = visibles(
        ParticipationFormation.objects.filter(formation__type=Formation.Type.CQP), compte
    ).select_related("formation", "parcours__personne")
    participation = get_object_or_404(participations, formation=formation_id, parcours=parcours_id)
    livret = Livret(participation, compte)
    if request.method == "POST":

        def relever() -> Livret:
            verrouillees = ParticipationFormation.objects.select_for_update(of=("self",), no_key=True)
            return Livret(
                verrouillees.select_related("formation", "parcours__personne").get(pk=participation.pk),
                compte,
                request.POST,
            )

        livret = enregistrer(relever)
        if livret.enregistree:
            messages.success(request, "Le livret est enregistré.")
            return redirect("cqp_livret", formation_id, parcours_id)
    return render(
        request,
        "insertion_pro/cqp_livret.html",
        {
            "participation": participation,
            "formation": participation.formation,
            "personne": participation.parcours.personne,
            "livret": livret,
            "bilan": bilan(livret),
            "evaluations": EVALUATIONS.items(),
            "heures_prevues": HEURES_CQP,
        },
    )
