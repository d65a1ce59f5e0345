"""Give a référent to several follow-ups at once: asked once, written row by row, undone by a click."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from aipi import roles
from aipi.filtres import referents
from aipi.listes import LOT_MAXIMAL
from aipi.models import Compte, Intervenant
from aipi.roles import MODELES, Nature, acces, compte_de, modifiables
from aipi.templatetags.chiffres import accorde
from aipi.views.objets import chemin_local

SESSION = "referents_attribues"
ANNULATIONS = 5
"""The last acts that a session may still undo."""


class FormulaireReferent(forms.Form):
    """Who becomes the référent."""

    referent = forms.ModelChoiceField(
        label="Référent", queryset=Intervenant.objects.none(), empty_label="Choisissez un référent"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["referent"].queryset = referents(None)  # type: ignore[attr-defined]  # a field of a model's rows


def _suivis(modele: str, compte: Compte) -> QuerySet[Any]:
    """The follow-ups of that kind that the account may change. Raises Http404 for what has no référent and no person."""
    try:
        classe = apps.get_model(modele)
    except (LookupError, ValueError) as erreur:
        raise Http404 from erreur
    regle = MODELES.get(classe._meta.label)
    champs = {champ.name for champ in classe._meta.fields}
    if regle is None or regle.nature is not Nature.DOSSIER or not {"referent", "personne"} <= champs:
        raise Http404
    return modifiables(classe._default_manager.all(), compte).select_related("personne", "referent")


def _cles(donnees: Any) -> list[int]:
    cles = [int(cle) for cle in donnees.getlist("ligne") if cle.isascii() and cle.isdecimal() and len(cle) < 16]
    return cles[:LOT_MAXIMAL]


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def referent_lot(request: HttpRequest, modele: str) -> HttpResponse:
    """Show whom it is about, then give all of them the référent chosen."""
    compte = compte_de(request)
    suivis = _suivis(modele, compte)
    choisis = list(
        suivis.filter(pk__in=_cles(request.POST if request.method == "POST" else request.GET)).order_by(
            "personne__recherche", "pk"
        )
    )
    if not choisis:
        raise Http404
    retour = chemin_local(request, reverse("accueil"))
    form = FormulaireReferent(request.POST or None)
    if form.is_valid():
        nouveau: Intervenant = form.cleaned_data["referent"]
        avant = _attribuer(suivis, {suivi.pk: nouveau.pk for suivi in choisis})
        _annoncer(request, modele, nouveau, avant, retour)
        return redirect(retour)
    return render(
        request,
        "aipi/referent_lot.html",
        {"form": form, "choisis": choisis, "modele": modele, "retour": retour, "nom": choisis[0]._meta},
    )


def _attribuer(suivis: QuerySet[Any], referent_de: dict[int, int | None]) -> dict[int, int | None]:
    """Give each follow-up its référent, one by one so that the history says it; what those that changed had before."""
    avant: dict[int, int | None] = {}
    with transaction.atomic():
        for suivi in suivis.select_related(None).filter(pk__in=referent_de).select_for_update(of=("self",)):
            if suivi.referent_id != referent_de[suivi.pk]:
                avant[suivi.pk] = suivi.referent_id
                suivi.referent_id = referent_de[suivi.pk]
                suivi.save(update_fields=["referent"])
    return avant


def _annoncer(
    request: HttpRequest, modele: str, nouveau: Intervenant, avant: dict[int, int | None], retour: str
) -> None:
    """Say what was done, with a button that undoes it."""
    if not avant:
        messages.info(request, f"{nouveau} était déjà référent de tous\u202f: rien n’a changé.")
        return
    jeton = secrets.token_hex(8)
    actes = request.session.get(SESSION, [])
    actes.append(
        {"jeton": jeton, "modele": modele, "referent": nouveau.pk, "avant": list(avant.items()), "retour": retour}
    )
    request.session[SESSION] = actes[-ANNULATIONS:]
    messages.success(
        request,
        format_html(
            '{} {} maintenant pour référent {}. <form method="post" action="{}" class="d-inline">'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="btn btn-link p-0 align-baseline" type="submit">Annuler</button></form>',
            accorde(len(avant), "accompagnement"),
            "a" if len(avant) < 2 else "ont",
            nouveau,
            reverse("referent_annuler", args=[jeton]),
            get_token(request),
        ),
    )


@require_POST
@acces(roles.pole_pro, roles.pole_social)
def referent_annuler(request: HttpRequest, jeton: str) -> HttpResponse:
    """Give back the référents of before, except where somebody has chosen another since. Raises Http404 when unknown."""
    actes = request.session.get(SESSION, [])
    acte = next((a for a in actes if a["jeton"] == jeton), None)
    if acte is None:
        raise Http404
    request.session[SESSION] = [a for a in actes if a is not acte]
    suivis = _suivis(acte["modele"], compte_de(request)).filter(referent=acte["referent"])
    rendus = _attribuer(suivis, dict(acte["avant"]))
    messages.success(request, f"C’est annulé pour {accorde(len(rendus), 'accompagnement')}.")
    if len(rendus) < len(acte["avant"]):
        messages.info(request, "Les autres ont changé de référent entre-temps\u202f: ils restent comme ils sont.")
    retour: str = acte["retour"]
    return redirect(retour)
