"""Long work: how far it is, what it made, starting it again. Each account sees its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from aipi.consultations import emporter
from aipi.models import Personne, Travail
from aipi.models.travaux import EXPORT_COMPLET
from aipi.roles import acces, compte_de, equipe_interne, visibles
from aipi.travaux import relancer, suite

MONTRES = 30


def _le_mien(request: HttpRequest, pk: int) -> Travail:
    return get_object_or_404(visibles(Travail.objects.all(), compte_de(request)), pk=pk)


@require_safe
@acces(equipe_interne)
def travail_list(request: HttpRequest) -> HttpResponse:
    """The last works asked for."""
    travaux = visibles(Travail.objects.all(), compte_de(request))[:MONTRES]
    return render(request, "aipi/travail_list.html", {"travaux": travaux})


@require_safe
@acces(equipe_interne)
def travail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a work is. The page looks again by itself as long as there is something to wait for."""
    travail = _le_mien(request, pk)
    return render(request, "aipi/travail_detail.html", {"travail": travail, "suite": suite(travail)})


@require_safe
@acces(equipe_interne)
def travail_etat(request: HttpRequest, pk: int) -> JsonResponse:
    """The same for the script of the page."""
    travail = _le_mien(request, pk)
    return JsonResponse(
        {
            "avance": travail.avance,
            "message": travail.message,
            "etat": travail.get_etat_display(),
            "enRoute": travail.en_route and not travail.attend_trop,
        }
    )


@require_POST
@acces(equipe_interne)
def travail_relancer(request: HttpRequest, pk: int) -> HttpResponse:
    travail = _le_mien(request, pk)
    if travail.relancable:
        relancer(travail)
        messages.success(request, "Le travail est relancé.")
    return redirect("travail_detail", pk)


@require_safe
@acces(equipe_interne)
def travail_fichier(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the work made. Everything taken out at once is written in the reading log, as a list taken away is."""
    travail = _le_mien(request, pk)
    if travail.perime:
        raise Http404("Ce fichier n’est plus gardé : demandez-le de nouveau.")
    if not travail.fichier:
        raise Http404("Ce travail n’a pas encore de fichier.")
    try:
        ouvert = travail.fichier.open("rb")
    except FileNotFoundError as erreur:
        raise Http404("Ce fichier manque.") from erreur
    reponse = FileResponse(
        ouvert,
        as_attachment=travail.type_mime != "application/pdf",
        filename=travail.nom_fichier,
        content_type=travail.type_mime,
        headers={"Cache-Control": "private"},
    )
    return emporter(reponse, Personne.objects.count()) if travail.genre == EXPORT_COMPLET else reponse
