"""Drafts, saved and read in the background by the script of the forms."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from aipi import brouillons, roles
from aipi.models import Brouillon
from aipi.roles import acces, compte_de


def _date(garde: Brouillon) -> str:
    """As the page gives it back."""
    return garde.date_maj.isoformat()


@never_cache
@require_POST
@acces(roles.tous)
def brouillon(request: HttpRequest) -> JsonResponse:
    """Keep (`garder`), give back (`lire`) or forget (`jeter`) the draft of one form of one's own.

    401 when the page was opened by another account. `depuis` is the last date that the page knows: `autre` says
    that the draft was written from elsewhere in between.
    """
    compte = compte_de(request)
    if request.POST.get("compte") != str(compte.pk):
        return JsonResponse({}, status=401)
    chemin, geste = request.POST.get("cle", ""), request.POST.get("geste")
    if not chemin or geste not in {"garder", "lire", "jeter"}:
        return JsonResponse({}, status=400)
    if geste == "jeter":
        brouillons.jeter(compte, chemin)
        return JsonResponse({})
    garde = brouillons.lire(compte, chemin)
    if geste == "lire":
        return JsonResponse({"date": _date(garde), "contenu": garde.contenu} if garde else {})
    try:
        contenu = brouillons.lire_contenu(request.POST.get("contenu", ""))
    except ValidationError as erreur:
        return JsonResponse({"message": erreur.message}, status=413 if erreur.code == "taille" else 400)
    autre = garde is not None and _date(garde) != request.POST.get("depuis")
    return JsonResponse({"date": _date(brouillons.garder(compte, chemin, contenu)), "autre": autre})
