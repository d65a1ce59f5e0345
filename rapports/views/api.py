"""What describes the API: a page in French, and the OpenAPI description for tools."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from aipi.roles import public
from rapports.financeurs.api import RYTHME_DIT, Chiffre, schema


@require_safe
@public
def api_accueil(request: HttpRequest) -> HttpResponse:
    """How to ask for published figures. It tells nothing of them."""
    return render(
        request,
        "rapports/api_accueil.html",
        {
            "tableaux": request.build_absolute_uri(reverse("api_tableaux")),
            "schema": request.build_absolute_uri(reverse("api_schema")),
            "champs": [(nom, CHAMPS[nom]) for nom in Chiffre.model_fields],
            "rythme": RYTHME_DIT,
        },
    )


CHAMPS = {
    "chapitre": "l’action",
    "atelier": "le code de l’atelier, vide pour l’ensemble",
    "code": "le code du chiffre ou de la répartition",
    "cle": "la ligne de la répartition, vide pour un chiffre",
    "libelle": "le nom du chiffre",
    "ligne": "le nom de la ligne, ou du terme d’un taux",
    "terme": "valeur, numerateur ou denominateur",
    "unite": "l’unité ; un taux (%) est une fraction, 0,448 pour 44,8 %",
    "debut": "premier jour de la période",
    "fin": "dernier jour, compris",
    "etat": "connu, secret ou inconnu",
    "valeur": "le nombre, nul s’il n’est pas connu",
    "exacte": "le même, en fraction exacte",
    "definition": "ce qui est compté",
}


@require_safe
@public
def api_schema(request: HttpRequest) -> JsonResponse:
    """The OpenAPI description."""
    return JsonResponse(schema(reverse("api_accueil")))
