"""Actions of the year: the programmes, their sessions, what they came to."""

from __future__ import annotations

import datetime

from django.db.models import BooleanField, Case, Count, F, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aipi import roles
from aipi.listes import page_de
from aipi.roles import acces, compte_de, modifiables, visibles
from aipi.saisie import saisir
from aipi.templatetags.chiffres import accorde
from insertion_sociale.forms.actions import ActionForm, SeanceForm, programmes
from insertion_sociale.models import Action, Seance
from insertion_sociale.seances import bilan

PROPOSEES = 30
"""Actions of the year before that may be taken up again."""


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def action_create(request: HttpRequest) -> HttpResponse:
    """A new action; `?modele=` takes up another one for this year."""
    compte = compte_de(request)
    actions = visibles(Action.objects.all(), compte)
    modele = request.GET.get("modele", "")
    choisie = (
        actions.filter(pk=int(modele)).first() if modele.isascii() and modele.isdecimal() and len(modele) < 18 else None
    )
    annee = timezone.localdate().year
    reprises = actions.filter(annee=annee).order_by().values("intitule")
    return saisir(
        request,
        ActionForm(request.POST or None, compte=compte, modele=choisie),
        "insertion_sociale/action_form.html",
        {
            "programmes": programmes(),
            "modele": choisie,
            "annee": annee,
            "proposees": actions.filter(annee=annee - 1)
            .exclude(intitule__in=reprises)
            .order_by("intitule", "pk")[:PROPOSEES],
        },
        retour=reverse("action_list"),
        fait="L’action est enregistrée.",
        deja="L’action était déjà enregistrée.",
        adresse=lambda action: reverse("action_update", args=[action.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def action_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an action."""
    compte = compte_de(request)
    action = get_object_or_404(modifiables(Action.objects.all(), compte), pk=pk)
    return saisir(
        request,
        ActionForm(request.POST or None, instance=action, compte=compte),
        "insertion_sociale/action_form.html",
        {"programmes": programmes(), "action": action},
        retour=reverse("action_detail", args=[action.pk]),
        fait="L’action est corrigée.",
    )


def rappels(action: Action, jour: datetime.date) -> list[str]:
    """What is missing of an action, in words."""
    seances = Seance.objects.filter(action=action)
    a_pointer, sans_motif = seances.a_pointer(jour).count(), seances.annulees_sans_motif().count()
    return [
        *([f"{accorde(a_pointer, 'séance')} à pointer"] if a_pointer else []),
        *([f"{accorde(sans_motif, 'annulation')} sans motif"] if sans_motif else []),
    ]


@require_safe
@acces(roles.pole_social)
def action_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """An action: its sessions, those to come first, and what it came to."""
    compte = compte_de(request)
    action = get_object_or_404(visibles(Action.objects.all(), compte), pk=pk)
    jour = timezone.localdate()
    a_venir = Case(When(date__gte=jour, then=Value(True)), default=Value(False), output_field=BooleanField())
    seances = (
        visibles(Seance.objects.filter(action=action), compte)
        .annotate(
            a_venir=a_venir,
            invites=Count("invitations", distinct=True),
            venus=Count("presences", filter=Q(presences__present=True), distinct=True),
        )
        # What comes next first, then the past from the latest.
        .order_by("-a_venir", Case(When(a_venir=True, then=F("date"))), "-date", "heure", "ref")
    )
    return render(
        request,
        "insertion_sociale/action_detail.html",
        {
            "action": action,
            "bilan": bilan(action),
            "page": page_de(request, seances),
            "rappels": rappels(action, jour),
            "reprendre": action.annee < jour.year,
            "jour": jour,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def seance_create(request: HttpRequest, action_id: int) -> HttpResponse:
    """One more session, or several at the same hour, week after week."""
    compte = compte_de(request)
    action = get_object_or_404(modifiables(Action.objects.all(), compte), pk=action_id)
    return saisir(
        request,
        SeanceForm(request.POST or None, action=action, compte=compte),
        "insertion_sociale/seance_form.html",
        {"action": action},
        retour=reverse("action_detail", args=[action.pk]),
        fait="C’est au programme.",
        deja="C’était déjà au programme.",
        adresse=lambda seance: reverse("seance_update", args=[seance.pk]),
    )
