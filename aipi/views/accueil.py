"""The home page: what each role needs first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi.journee import journees
from aipi.roles import acces, compte_de, tous


@require_safe
@acces(tous)
def accueil(request: HttpRequest) -> HttpResponse:
    """Numbers of the day, what is mine, what ends soon."""
    compte = compte_de(request)
    jour = timezone.localdate()
    suivis = journees(compte)
    chiffres = [chiffre for a in suivis for chiffre in a.chiffres(compte, jour)]
    blocs = sorted((bloc for a in suivis for bloc in a.blocs(compte, jour)), key=lambda bloc: bloc.ordre)
    return render(request, "aipi/accueil.html", {"chiffres": chiffres, "blocs": blocs, "jour": jour})
