"""What the director adds to the report: texts and photographs, section by section, until the report is closed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_rediger, peut_voir_rapport, visibles
from insertion_pro.models import Atelier
from rapports.forms import PhotoForm, TexteForm
from rapports.models import Photo, Rapport, Texte
from rapports.sommaire import SECTION_ATELIER, pages, section_connue


def titre_de(section: str) -> str:
    """The title of the page that the section follows. Raises Http404 for no such section."""
    if section.startswith(SECTION_ATELIER):
        atelier = Atelier.objects.filter(code=section.removeprefix(SECTION_ATELIER)).first()
        if atelier is None:
            raise Http404("Cet atelier n’existe pas.")
        return atelier.nom
    if not section_connue(section):
        raise Http404("Le rapport n’a pas cette section.")
    page = next(page for page in pages() if page.code == section)
    return f"{page.surtitre}\u202f: {page.titre[0].lower()}{page.titre[1:]}" if page.surtitre else page.titre


def rapport_ouvert(periode: Periode) -> Rapport | None:
    """The report of the period, None before its first text. Raises PermissionDenied once closed."""
    rapport = Rapport.objects.filter(debut=periode.debut, fin=periode.fin).first()
    if rapport is not None and rapport.clos:
        raise PermissionDenied("Ce rapport est clos : il ne change plus.")
    return rapport


def rapport_a_ecrire(periode: Periode) -> Rapport:
    """The report of the period, made at need and locked. Raises PermissionDenied once closed."""
    rapport, _ = Rapport.objects.get_or_create(debut=periode.debut, fin=periode.fin)
    rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
    if rapport.clos:
        raise PermissionDenied("Ce rapport est clos : il ne change plus.")
    return rapport


def retour(periode: Periode, section: str) -> str:
    ancre = section.replace(":", "-").replace("_", "-").lower()
    return f"{reverse('rapport_detail', args=[periode])}#page-{ancre}"


@require_http_methods(["GET", "POST"])
@acces(peut_rediger)
@transaction.atomic
def texte_update(request: HttpRequest, periode: Periode, section: str) -> HttpResponse:
    """The text of a section, and its photographs."""
    titre = titre_de(section)
    rapport = rapport_a_ecrire(periode) if request.method == "POST" else rapport_ouvert(periode)
    texte = Texte.objects.filter(rapport=rapport, section=section).first() if rapport else None
    form = TexteForm(request.POST or None, instance=texte or Texte(rapport=rapport, section=section))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, f"Texte enregistré\u202f: {titre}.")
        return redirect(retour(periode, section))
    return _formulaire(request, periode, section, rapport, form, PhotoForm())


@require_POST
@acces(peut_rediger)
@transaction.atomic
def photo_create(request: HttpRequest, periode: Periode, section: str) -> HttpResponse:
    """One more photograph in a section."""
    titre_de(section)
    rapport = rapport_a_ecrire(periode)
    form = PhotoForm(request.POST, request.FILES, instance=Photo(rapport=rapport, section=section))
    if form.is_valid():
        form.instance.ordre = Photo.objects.filter(rapport=rapport, section=section).count()
        form.save()
        messages.success(request, "Photographie ajoutée.")
        return redirect("texte_update", periode, section)
    texte = Texte.objects.filter(rapport=rapport, section=section).first()
    return _formulaire(request, periode, section, rapport, TexteForm(instance=texte), form)


def _formulaire(
    request: HttpRequest, periode: Periode, section: str, rapport: Rapport | None, form: TexteForm, photo: PhotoForm
) -> HttpResponse:
    photos = Photo.objects.filter(rapport=rapport, section=section) if rapport else Photo.objects.none()
    return render(
        request,
        "rapports/texte_form.html",
        {
            "periode": periode,
            "section": section,
            "titre": titre_de(section),
            "form": form,
            "photo_form": photo,
            "photos": photos,
            "retour": retour(periode, section),
        },
    )


@require_http_methods(["GET", "POST"])
@acces(peut_rediger)
@transaction.atomic
def photo_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take the photograph away, its file too."""
    photo = get_object_or_404(Photo.objects.select_related("rapport"), pk=pk)
    periode = photo.rapport.periode
    if request.method == "GET":
        rapport_ouvert(periode)
        return render(request, "rapports/photo_delete.html", {"photo": photo, "periode": periode})
    rapport_a_ecrire(periode)
    fichier, nom = photo.image.storage, str(photo.image.name)
    partagee = Photo.objects.filter(image=nom).exclude(pk=pk).exists()
    photo.delete()
    if not partagee:
        transaction.on_commit(lambda: fichier.delete(nom))
    messages.success(request, "Photographie retirée.")
    return redirect("texte_update", periode, photo.section)


@require_safe
@acces(peut_voir_rapport)
def photo_image(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The image itself: photographs have no other address."""
    photo = get_object_or_404(visibles(Photo.objects.all(), compte_de(request)), pk=pk)
    try:
        image = photo.image.open("rb")
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de cette photographie manque.") from erreur
    return FileResponse(image, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})
