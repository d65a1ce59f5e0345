"""« Mon agenda »: one’s appointments on one’s telephone, by a secret address that can be taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from aipi import roles
from aipi.agenda import compte_du, fermer, flux, ouvrir
from aipi.roles import acces, compte_de, public


@never_cache
@sensitive_variables("secret", "lien")
@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def agenda(request: HttpRequest) -> HttpResponse:
    """Open the feed, show its address once, open another in its place, close it."""
    compte = compte_de(request)
    lien = ""
    if request.method == "POST":
        if request.POST.get("geste") == "fermer":
            fermer(compte)
            messages.success(request, "Le lien est fermé\u202f: votre agenda ne reçoit plus rien d’AIPi.")
            return redirect("agenda")
        if compte.intervenant_id is not None:
            lien = request.build_absolute_uri(reverse("agenda_ics", args=[ouvrir(compte)]))
    return render(request, "aipi/agenda.html", {"lien": lien, "ouvert": compte.agenda is not None})


@never_cache
@sensitive_variables("secret")
@require_safe
@public
def agenda_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """The feed that a secret opens; « not found » for any other, for an account closed, for a link taken back."""
    compte = compte_du(secret)
    if compte is None:
        raise Http404
    contenu = flux(compte, lambda personne: request.build_absolute_uri(reverse("personne_detail", args=[personne])))
    return HttpResponse(
        contenu,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="aipi.ics"', "X-Robots-Tag": "noindex"},
    )
