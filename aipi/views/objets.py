"""What can be done to any row of a dossier: delete it, bring it back, read its history."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.apps import apps
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi import roles
from aipi.corbeille import (
    GesteRefuse,
    annulables,
    designation,
    empechement,
    personne_de,
    rassembler,
    retablir,
    supprimer,
)
from aipi.historique import historique_de
from aipi.listes import page_de
from aipi.models import Compte, Personne
from aipi.roles import MODELES, Nature, acces, compte_de, modifiables, personnes_visibles
from aipi.templatetags.navigation import ANNULABLE


def _modifiable_ou_404(modele: str, pk: int, compte: Compte) -> Model:
    """The row, when the model holds case data and the account may change it. Raises Http404."""
    try:
        classe = apps.get_model(modele)
    except (LookupError, ValueError) as erreur:
        raise Http404 from erreur
    regle = MODELES.get(classe._meta.label)
    if regle is None or regle.nature is not Nature.DOSSIER:
        raise Http404
    objet: Model = get_object_or_404(modifiables(classe._default_manager.all(), compte), pk=pk)
    return objet


def chemin_local(request: HttpRequest, defaut: str) -> str:
    """Where `?retour=` leads, when it stays on this site."""
    retour = request.POST.get("retour") or request.GET.get("retour", "")
    local = retour.startswith("/") and url_has_allowed_host_and_scheme(retour, allowed_hosts=None)
    return retour if local else defaut


def page_du_dossier(objet: Model, compte: Compte) -> str:
    """The dossier of the person concerned when the account sees it, else the home page."""
    personne = personne_de(objet)
    if personne is not None and personnes_visibles(compte).filter(pk=personne.pk).exists():
        return reverse("personne_detail", args=[personne.pk])
    return reverse("accueil")


def _est_la_sienne(chemin: str, objet: Model) -> bool:
    """Whether `chemin` is a page of the row itself (`entretien_update`, `suivi_rsa_sortie`), which goes with it."""
    try:
        page = resolve(urlsplit(chemin).path)
    except Resolver404:
        return False
    nom = (page.url_name or "").replace("_", "")
    return nom.startswith(str(objet._meta.model_name)) and objet.pk in page.kwargs.values()


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.voit_personnes)
def objet_delete(request: HttpRequest, modele: str, pk: int) -> HttpResponse:
    """Ask once, naming what will go; then delete it, and offer to undo."""
    compte = compte_de(request)
    objet = _modifiable_ou_404(modele, pk, compte)
    dossier = page_du_dossier(objet, compte)
    retour = chemin_local(request, dossier)
    refus = ""
    if request.method == "POST":
        suite = dossier if _est_la_sienne(retour, objet) else retour
        if isinstance(objet, Personne):
            suite = reverse("personne_list")
        try:
            suppression = supprimer(objet, compte, request.POST.get("lot", ""))
        except GesteRefuse as erreur:
            refus = str(erreur)
        else:
            messages.success(
                request, f"Supprimé\u202f: {suppression.libelle}.", extra_tags=f"{ANNULABLE} {suppression.pk}"
            )
            return redirect(suite)
    lot = rassembler(objet)
    return render(
        request,
        "aipi/objet_delete.html",
        {
            "designation": designation(objet),
            "lot": lot,
            "empechement": empechement(lot, compte),
            "refus": refus,
            "retour": retour,
        },
        status=409 if refus else 200,
    )


@require_safe
@acces(roles.voit_personnes)
def suppression_list(request: HttpRequest) -> HttpResponse:
    """What the account deleted lately and may bring back."""
    page = page_de(request, annulables(compte_de(request)).defer("donnees").order_by("-date", "-pk"))
    return render(request, "aipi/suppression_list.html", {"page": page})


@require_POST
@acces(roles.voit_personnes)
def suppression_retablir(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a deletion of one's own, within its delay."""
    compte = compte_de(request)
    suppression = get_object_or_404(annulables(compte), pk=pk)
    try:
        objet = retablir(suppression)
    except GesteRefuse as erreur:
        messages.error(request, str(erreur))
        return redirect(chemin_local(request, reverse("suppression_list")))
    messages.success(request, f"Rétabli\u202f: {suppression.libelle}.")
    return redirect(chemin_local(request, page_du_dossier(objet, compte)))


@require_safe
@acces(roles.voit_personnes)
def objet_historique(request: HttpRequest, modele: str, pk: int) -> HttpResponse:
    """Who changed the row, when, from what to what."""
    compte = compte_de(request)
    objet = _modifiable_ou_404(modele, pk, compte)
    historique = historique_de(objet, compte)
    page = page_de(request, historique.entrees)
    return render(
        request,
        "aipi/objet_historique.html",
        {
            "designation": designation(objet),
            "page": page,
            "changements": historique.changements(page.objets),
            "depuis_le_debut": historique.depuis_le_debut,
            "retour": chemin_local(request, page_du_dossier(objet, compte)),
        },
    )
