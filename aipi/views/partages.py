"""Sharing a fact of a dossier with the other pole, and withdrawing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aipi import partages, roles
from aipi.corbeille import designation, personne_de
from aipi.models import Partage
from aipi.partages import PartageRefuse
from aipi.roles import acces, compte_de, modifiables


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def partage(request: HttpRequest, modele: str, pk: int) -> HttpResponse:
    """What the other pole would read, then the act: share, or share no more."""
    compte = compte_de(request)
    nature = partages.nature_de(modele)
    if nature is None:
        raise Http404
    objet: Any = get_object_or_404(modifiables(nature.modele._default_manager.all(), compte), pk=pk)
    personne = personne_de(objet)
    if personne is None:
        raise Http404
    vers = Partage.Pole(nature.vers.value)
    actuel = partages.en_cours(nature, objet)
    dossier = f"{reverse('personne_detail', args=[personne.pk])}#fil"
    if request.method == "POST":
        if request.POST.get("geste") == "retirer":
            if actuel is not None:
                partages.retirer(compte, actuel)
            messages.success(request, f"Le pôle {vers.label} ne le lit plus.")
            return redirect(dossier)
        try:
            partages.partager(compte, nature, objet, personne)
        except PartageRefuse as erreur:
            messages.error(request, str(erreur))
        else:
            messages.success(request, f"Le pôle {vers.label} le lit maintenant dans le dossier.")
        return redirect(dossier)
    return render(
        request,
        "aipi/partage.html",
        {
            "personne": personne,
            "designation": designation(objet),
            "objet": objet,
            "vers": vers,
            "partage": actuel,
            "possible": nature.vers in partages.suivie_par(personne),
            "retour": dossier,
        },
    )
