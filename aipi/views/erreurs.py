"""Pages for what goes wrong: whatever was typed is shown again, to be sent again or copied."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Collection, Iterator
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import Error, InterfaceError, OperationalError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import page_not_found, server_error

from aipi.saisie import fiche_nommee

TUS = {"csrfmiddlewaretoken", "brouillon", "jeton", "empreintes"}
"""Fields sent again without being shown."""
SECRETS = ("password", "passe")
"""A field so named is never written in a page."""


def champs_envoyes(request: HttpRequest, sauf: Collection[str] = ()) -> list[tuple[str, str]]:
    """What was sent, to be sent again."""
    tus = {"csrfmiddlewaretoken", *sauf}
    return [(nom, valeur) for nom, valeurs in request.POST.lists() if nom not in tus for valeur in valeurs]


def champs_lisibles(champs: list[tuple[str, str]], modele: type[Model] | None = None) -> Iterator[tuple[str, str]]:
    """What was typed, with the labels of the model when it is known; keys of other rows say nothing to a reader."""
    colonnes = {champ.name: champ for champ in modele._meta.fields} if modele else {}
    for nom, valeur in champs:
        champ = colonnes.get(nom)
        if nom in TUS or not valeur.strip() or (champ is None and valeur.isdecimal()) or (champ and champ.is_relation):
            continue
        libelle = str(champ.verbose_name) if champ else nom.replace("_", " ")
        choix = dict(champ.flatchoices) if champ and champ.choices else {}
        yield libelle[:1].upper() + libelle[1:], str(choix.get(valeur, valeur))


def _garder(request: HttpRequest, statut: int, contexte: dict[str, Any], modele: type[Model] | None) -> HttpResponse:
    champs = champs_envoyes(request)
    return render(
        request,
        "saisie_gardee.html",
        {
            **contexte,
            "champs": champs,
            "lisible": list(champs_lisibles(champs, modele)),
            "fichiers": bool(request.FILES),
            "adresse": request.get_full_path(),
        },
        status=statut,
    )


def page_introuvable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. To a correction sent for a row deleted meanwhile, say who deleted it and show what was typed."""
    fiche = None
    if request.method == "POST" and request.resolver_match is not None:
        fiche = fiche_nommee(request.POST.get("empreintes", ""))
    if fiche is None:
        return page_not_found(request, exception)
    modele = apps.get_model(fiche[0])
    depart: Any = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(modele), object_pk=fiche[1], action=LogEntry.Action.DELETE
        )
        .select_related("actor")
        .order_by("-timestamp")
        .first()
    )
    if depart is None:
        # The row is there still, or never was: the account may simply not open it.
        return page_not_found(request, exception)
    date: datetime.datetime = depart.timestamp
    return _garder(request, 404, {"supprimee": True, "auteur": depart.actor, "date": date}, modele)


def erreur_du_serveur(request: HttpRequest) -> HttpResponse:
    """500, or 503 when the database does not answer. What was sent can be sent again from the page: nothing is read to make it."""
    panne = _base_muette(sys.exc_info()[1])
    if request.method != "POST" or request.resolver_match is None or porte_un_secret(request):
        return _sans_saisie(request, panne)
    fiche = fiche_nommee(request.POST.get("empreintes", ""))
    modele = apps.get_model(fiche[0]) if fiche else None
    return _garder(request, 503 if panne else 500, {"panne": panne}, modele)


def _sans_saisie(request: HttpRequest, panne: bool) -> HttpResponse:
    if not panne:
        return server_error(request)
    return render(request, "saisie_gardee.html", {"panne": True, "adresse": request.get_full_path()}, status=503)


def porte_un_secret(request: HttpRequest, sauf: Collection[str] = ()) -> bool:
    """Whether a field sent holds a password, which no page ever writes back."""
    return any(mot in nom for nom in request.POST if nom not in sauf for mot in SECRETS)


def _base_muette(erreur: BaseException | None) -> bool:
    """Locked too long, gone, or not to be reached."""
    while erreur is not None and not isinstance(erreur, Error):
        erreur = erreur.__cause__ or erreur.__context__
    return isinstance(erreur, OperationalError | InterfaceError)
