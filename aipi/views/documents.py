"""Documents of a dossier: put one there, read it, correct what is said of it."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from aipi import roles
from aipi.documents import nom_servi
from aipi.models import Compte, Document, Personne
from aipi.roles import acces, compte_de, modifiables, personnes_ouvertes, personnes_visibles, visibles
from aipi.saisie import saisir
from aipi.saisie_document import DocumentForm


def retour(personne: Personne) -> str:
    return f"{reverse('personne_detail', args=[personne.pk])}#documents"


def _document(compte: Compte, pk: int) -> Document:
    """A document of a dossier that the account opens. Raises Http404."""
    document = get_object_or_404(
        modifiables(Document.objects.all(), compte).select_related("personne", "auteur"), pk=pk
    )
    if not personnes_visibles(compte).filter(pk=document.personne_id).exists():
        raise Http404
    return document


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def document_create(request: HttpRequest, personne_id: int) -> HttpResponse:
    """Put a file in a dossier; sent twice, it is kept once."""
    compte = compte_de(request)
    personne = get_object_or_404(personnes_ouvertes(compte), pk=personne_id)
    return saisir(
        request,
        DocumentForm(request.POST or None, request.FILES or None, personne=personne, compte=compte),
        "aipi/document_form.html",
        {"personne": personne},
        retour=retour(personne),
        fait="Le document est joint au dossier.",
        deja="Le document était déjà joint au dossier.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def document_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is said of a document."""
    compte = compte_de(request)
    document = _document(compte, pk)
    return saisir(
        request,
        DocumentForm(request.POST or None, instance=document, personne=document.personne, compte=compte),
        "aipi/document_form.html",
        {"personne": document.personne, "document": document},
        retour=retour(document.personne),
        fait="Le document est corrigé.",
    )


@require_safe
@acces(roles.pole_pro, roles.pole_social)
def document_detail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, to be saved and never shown within the site; no cache keeps it."""
    compte = compte_de(request)
    document = get_object_or_404(visibles(Document.objects.all(), compte), pk=pk)
    if not personnes_visibles(compte).filter(pk=document.personne_id).exists():
        raise Http404
    try:
        contenu = document.fichier.open()
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de ce document n’est plus là.") from erreur
    reponse = FileResponse(
        contenu,
        as_attachment=True,
        filename=nom_servi(document.intitule, document.type_mime),
        content_type=document.type_mime,
    )
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Cache-Control"] = "private, no-store"
    reponse["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return reponse
