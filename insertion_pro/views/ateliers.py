"""Turnover of the workshops, and the works they do."""

from __future__ import annotations

import io

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from PIL import Image

from aipi import roles
from aipi.grille import bilan, enregistrer
from aipi.listes import Colonne, Etat, Liste, page_liste
from aipi.models import Commune
from aipi.periodes import DERNIERE_ANNEE, PREMIERE_ANNEE
from aipi.roles import acces, compte_de, modifiables, photographies_visibles, tenus, visibles
from aipi.saisie import saisir
from insertion_pro.forms.ateliers import FiltreRealisations, GrilleChiffreAffaires, RealisationForm
from insertion_pro.models import Atelier, Realisation

COTE_VIGNETTE = 480
"""Pixels of the longer side where a photograph is only to be recognised."""


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.tient_atelier)
def chiffre_affaires(request: HttpRequest, annee: int | None = None) -> HttpResponse:
    """The turnover of a year, workshops by months; this year when none is said."""
    compte = compte_de(request)
    ici = timezone.localdate().year
    annee = ici if annee is None else annee
    if not PREMIERE_ANNEE <= annee <= DERNIERE_ANNEE:
        raise Http404("Cette année n’est pas dans le calendrier.")
    annee_demandee = annee
    grille = GrilleChiffreAffaires(annee, compte)
    if request.method == "POST":

        def relever() -> GrilleChiffreAffaires:
            list(tenus(Atelier.objects.order_by("pk"), compte).select_for_update(of=("self",), no_key=True))
            return GrilleChiffreAffaires(annee_demandee, compte, request.POST)

        grille = enregistrer(relever)
        if grille.enregistree:
            messages.success(request, f"Le chiffre d’affaires de {annee} est enregistré.")
            return redirect("chiffre_affaires", annee)
    return render(
        request,
        "insertion_pro/chiffre_affaires.html",
        {
            "annee": annee,
            "annee_avant": annee - 1 if annee > PREMIERE_ANNEE else None,
            "annee_apres": annee + 1 if annee < ici else None,
            "grille": grille,
            "bilan": bilan(grille),
        },
    )


def _commune(realisation: Realisation) -> str | None:
    return realisation.commune.nom if realisation.commune is not None else None


def _photo(realisation: Realisation) -> Etat | None:
    return Etat("fait", "Avec photographie") if realisation.photo else None


COLONNES = (
    Colonne(
        "travaux",
        "Travaux",
        ("intitule", "ref"),
        valeur=lambda realisation: realisation.intitule,
        lien=lambda realisation: reverse("realisation_update", args=[realisation.pk]),
    ),
    Colonne("date", "Date", ("date",), valeur=lambda realisation: realisation.date),
    Colonne("atelier", "Atelier", ("atelier__nom",), valeur=lambda realisation: str(realisation.atelier)),
    Colonne("client", "Client", ("client",), valeur=lambda realisation: realisation.client),
    Colonne("commune", "Commune", ("commune__nom",), vides=True, valeur=_commune),
    Colonne("photo", "Photographie", valeur=_photo, absent="Aucune"),
)


@require_safe
@acces(roles.tient_atelier)
def realisation_list(request: HttpRequest) -> HttpResponseBase:
    """Works done by the workshops that the reader holds."""
    compte = compte_de(request)
    lignes = visibles(Realisation.objects.all(), compte).select_related("atelier", "commune")
    return page_liste(
        request,
        FiltreRealisations(request.GET, lignes, compte),
        Liste("insertion_pro/realisation_list.html", "realisations", COLONNES, "-date"),
    )


def _communes() -> QuerySet[Commune]:
    """Those proposed as one types: the ones the software comes with, by name."""
    return Commune.objects.exclude(intercommunalite="").order_by("nom", "code_insee")[:100]


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.tient_atelier)
def realisation_create(request: HttpRequest) -> HttpResponse:
    """A new work; sent twice, it is kept once."""
    compte = compte_de(request)
    return saisir(
        request,
        RealisationForm(request.POST or None, request.FILES or None, compte=compte),
        "insertion_pro/realisation_form.html",
        {"communes": _communes()},
        retour=reverse("realisation_list"),
        fait="La réalisation est enregistrée.",
        deja="La réalisation était déjà enregistrée.",
        adresse=lambda realisation: reverse("realisation_update", args=[realisation.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.tient_atelier)
def realisation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a work, change or take away its photograph."""
    compte = compte_de(request)
    realisation = get_object_or_404(modifiables(Realisation.objects.all(), compte), pk=pk)
    return saisir(
        request,
        RealisationForm(request.POST or None, request.FILES or None, instance=realisation, compte=compte),
        "insertion_pro/realisation_form.html",
        {"realisation": realisation, "communes": _communes()},
        retour=reverse("realisation_list"),
        fait="La réalisation est corrigée.",
    )


@require_safe
@acces(roles.tient_atelier, roles.peut_voir_rapport)
def realisation_photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photograph, which has no other address; small with `?vignette=1`."""
    realisations = photographies_visibles(Realisation.objects.exclude(photo=""), compte_de(request))
    realisation = get_object_or_404(realisations, pk=pk)
    try:
        photo = realisation.photo.open("rb")
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de cette photographie manque.") from erreur
    garde = {"Cache-Control": "private, max-age=3600"}
    if "vignette" not in request.GET:
        return FileResponse(photo, content_type="image/jpeg", headers=garde)
    sortie = io.BytesIO()
    with photo, Image.open(photo) as image:
        image.thumbnail((COTE_VIGNETTE, COTE_VIGNETTE))
        image.save(sortie, "JPEG", quality=80)
    return HttpResponse(sortie.getvalue(), content_type="image/jpeg", headers=garde)
