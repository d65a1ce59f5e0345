"""Closing a year: asked once, then its figures and texts no longer move."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_rediger
from rapports.cloture import DejaClos, clore
from rapports.models import Rapport


@require_http_methods(["GET", "POST"])
@acces(peut_rediger)
def rapport_clore(request: HttpRequest, periode: Periode) -> HttpResponse:
    """Say what closing does, then close. A period that is not over cannot be closed."""
    if periode.fin >= timezone.localdate():
        messages.error(request, "Cette période n’est pas terminée : son rapport ne peut pas encore être clos.")
        return redirect("rapport_detail", periode)
    if request.method == "GET":
        return render(request, "rapports/rapport_clore.html", {"periode": periode})
    try:
        with transaction.atomic():
            rapport, _ = Rapport.objects.get_or_create(debut=periode.debut, fin=periode.fin)
            clore(rapport, compte_de(request))
    except DejaClos:
        messages.info(request, f"Le rapport {periode} était déjà clos.")
    else:
        messages.success(request, f"Le rapport {periode} est clos : ses chiffres et ses textes ne changent plus.")
    return redirect("rapport_detail", periode)
