"""Rounds: which may be begun, and the persons of one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import roles
from aipi.roles import acces, compte_de
from aipi.tournees import tournee_de, tournees


@require_safe
@acces(roles.pole_pro, roles.pole_social)
def tournee_list(request: HttpRequest) -> HttpResponse:
    """The teams that may be visited, the appointments of the day."""
    compte = compte_de(request)
    jour = timezone.localdate()
    genres = [(tournee, tournee.choix(compte, jour)) for tournee in tournees(compte)]
    return render(request, "aipi/tournee_list.html", {"genres": genres})


@require_safe
@acces(roles.pole_pro, roles.pole_social)
def tournee_detail(request: HttpRequest, type: str, cle: str) -> HttpResponse:
    """The persons of a round, one tap each; once all were seen, its summary."""
    compte = compte_de(request)
    tournee = tournee_de(compte, type)
    intitule = tournee.intitule(compte, cle) if tournee is not None else None
    if tournee is None or intitule is None:
        raise Http404
    arrets = tournee.arrets(compte, cle, timezone.localdate())
    restent = [arret for arret in arrets if not arret.vu]
    return render(
        request,
        "aipi/tournee_detail.html",
        {
            "tournee": tournee,
            "cle": cle,
            "intitule": intitule,
            "arrets": arrets,
            "vus": len(arrets) - len(restent),
            "premier": restent[0] if restent else None,
        },
    )
