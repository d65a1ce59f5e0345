"""The plan of a report: order, titles, what is hidden, what the short version keeps, layouts; and the perspectives."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from aipi.periodes import Periode
from aipi.roles import acces, peut_rediger
from rapports.forms import PerspectiveFormSet, SectionForm, SectionNeuveForm, SuiteFormSet
from rapports.models import Perspective, Rapport, SectionRapport
from rapports.rendu.composition import Composition, Feuillet, LiensSite
from rapports.sommaire import PARTIES, SECTION_LIBRE
from rapports.sommaire.blocs import Partie
from rapports.views.redaction import rapport_a_ecrire, rapport_ouvert


def _formulaires(
    request: HttpRequest, composition: Composition, rapport: Rapport | None
) -> list[tuple[Partie, list[tuple[Feuillet, SectionForm]]]]:
    """By part, its sections in their order, each with its form."""
    donnees = request.POST if request.method == "POST" else None
    parties = []
    for partie in PARTIES:
        lignes = []
        for feuillet in composition.feuillets(partie):
            place = composition.plan.place(feuillet.section, 0, feuillet.page.code)
            ligne = composition.plan.lignes.get(feuillet.section) or SectionRapport(
                rapport=rapport,
                section=feuillet.section,
                partie=partie.code,
                courte=place.courte,
                mise_en_page=place.mise_en_page,
            )
            # Numbered by section, so that a form sent after another was moved still means the same rows.
            lignes.append((feuillet, SectionForm(donnees, instance=ligne, prefix=f"s-{feuillet.section}")))
        parties.append((partie, lignes))
    return parties


def _deplacer(lignes: list[tuple[Feuillet, SectionForm]], monter: str, descendre: str) -> list[SectionForm]:
    """The forms of a part with one of them a place higher or lower."""
    formulaires = [form for _, form in lignes]
    sections = [form.instance.section for form in formulaires]
    for section, pas in ((monter, -1), (descendre, 1)):
        if section in sections:
            place = sections.index(section)
            cible = place + pas
            if 0 <= cible < len(sections):
                formulaires[place], formulaires[cible] = formulaires[cible], formulaires[place]
    return formulaires


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
@transaction.atomic
def rapport_plan(request: HttpRequest, periode: Periode) -> HttpResponse:
    """Order, rename, hide sections; every button saves the whole plan."""
    rapport = rapport_a_ecrire(periode) if request.method == "POST" else rapport_ouvert(periode)
    composition = Composition(periode, LiensSite(), timezone.localdate(), tout=True)
    parties = _formulaires(request, composition, rapport)
    # Every form is asked, so that every error is shown at once.
    valides = [form.is_valid() for _, lignes in parties for _, form in lignes]
    if request.method == "POST" and all(valides):
        for _, lignes in parties:
            ranges = _deplacer(lignes, request.POST.get("monter", ""), request.POST.get("descendre", ""))
            for rang, form in enumerate(ranges, start=1):
                form.instance.ordre = rang * 10
                form.save()
        messages.success(request, "Le plan est enregistré.")
        return redirect("rapport_plan", periode)
    return render(
        request,
        "rapports/rapport_plan.html",
        {"periode": periode, "parties": parties, "neuve": SectionNeuveForm(), "libre": SECTION_LIBRE},
    )


@require_POST
@acces(peut_rediger)
@transaction.atomic
def section_create(request: HttpRequest, periode: Periode) -> HttpResponse:
    """One more section of the director's own, at the end of a part."""
    rapport = rapport_a_ecrire(periode)
    form = SectionNeuveForm(request.POST)
    if not form.is_valid():
        messages.error(request, "La section n’est pas ajoutée : donnez-lui un titre et une partie.")
        return redirect("rapport_plan", periode)
    prises = rapport.plan.filter(section__startswith=SECTION_LIBRE).values_list("section", flat=True)
    numero = max((int(section.removeprefix(SECTION_LIBRE)) for section in prises), default=0) + 1
    ligne = SectionRapport.objects.create(
        rapport=rapport,
        section=f"{SECTION_LIBRE}{numero}",
        partie=form.cleaned_data["partie"],
        ordre=10_000 + numero,
        titre=form.cleaned_data["titre"],
        courte=True,
    )
    messages.success(request, "La section est ajoutée : écrivez son texte, sans quoi elle ne s’imprime pas.")
    return redirect("texte_update", periode, ligne.section)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
@transaction.atomic
def perspective_list(request: HttpRequest, periode: Periode) -> HttpResponse:
    """What is meant for the next year, and what became of what the last report meant for this one."""
    rapport = rapport_a_ecrire(periode) if request.method == "POST" else rapport_ouvert(periode)
    avant = periode.precedente
    options: dict[str, Any] = {"data": request.POST if request.method == "POST" else None}
    neuves = PerspectiveFormSet(
        queryset=Perspective.objects.filter(rapport=rapport) if rapport else Perspective.objects.none(),
        prefix="neuve",
        **options,
    )
    anciennes = SuiteFormSet(
        queryset=Perspective.objects.filter(rapport__debut=avant.debut, rapport__fin=avant.fin).select_related(
            "financeur"
        ),
        prefix="ancienne",
        **options,
    )
    valides = [neuves.is_valid(), anciennes.is_valid()]
    if rapport is not None and request.method == "POST" and all(valides):
        for perspective in neuves.save(commit=False):
            perspective.rapport = rapport
            perspective.save()
        for perspective in neuves.deleted_objects:
            perspective.delete()
        anciennes.save()
        messages.success(request, "Les perspectives sont enregistrées.")
        return redirect("perspective_list", periode)
    return render(
        request, "rapports/perspective_list.html", {"periode": periode, "neuves": neuves, "anciennes": anciennes}
    )
