"""« Dossiers à confier »: what a colleague who leaves held goes to others, kind by kind. No person followed is named."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from aipi import remises
from aipi.models import Intervenant
from aipi.roles import acces, compte_de, confie_dossiers
from aipi.templatetags.chiffres import accorde

journal = logging.getLogger("aipi.securite")


class DepartForm(forms.Form):
    """Who leaves."""

    de = forms.ModelChoiceField(
        label="Qui part, ou s’absente longtemps",
        queryset=Intervenant.objects.order_by("nom", "prenom", "code"),
        empty_label="Choisissez une personne",
        error_messages={
            "required": "Choisissez une personne.",
            "invalid_choice": "Choisissez une personne de la liste.",
        },
    )


class RepriseForm(forms.Form):
    """Who takes over, kind by kind; a kind left empty stays where it is."""

    def __init__(self, de: Intervenant, charges: list[remises.Charge], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.charges = charges
        for charge in charges:
            genre = charge.genre
            self.fields[genre.code] = forms.ModelChoiceField(
                label=f"{accorde(charge.nombre, genre.singulier, genre.pluriel)}\u202f: qui prend la suite\u202f?",
                queryset=remises.repreneurs(genre, de),
                required=False,
                empty_label="Personne pour le moment",
                error_messages={"invalid_choice": "Choisissez une personne de la liste."},
            )

    def clean(self) -> dict[str, Any]:
        nettoye = super().clean() or {}
        if not self.errors and not any(nettoye.values()):
            raise forms.ValidationError("Choisissez au moins une personne qui prend la suite.")
        return nettoye

    def choix(self) -> list[tuple[remises.Genre, Intervenant]]:
        return [
            (charge.genre, self.cleaned_data[charge.genre.code])
            for charge in self.charges
            if self.cleaned_data[charge.genre.code]
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@acces(confie_dossiers)
def remise(request: HttpRequest) -> HttpResponse:
    """Choose who leaves, then who takes over each kind of thing; done at once, and said in the history of each."""
    depart = DepartForm(request.GET if "de" in request.GET else None)
    contexte: dict[str, Any] = {"depart": depart}
    if depart.is_bound and depart.is_valid():
        de: Intervenant = depart.cleaned_data["de"]
        charges = remises.charges(de)
        form = RepriseForm(de, charges, request.POST if request.method == "POST" else None)
        if form.is_valid():
            donnes = remises.remettre(form.choix(), de)
            journal.info("dossiers confiés par le compte %s: %s", compte_de(request).pk, sum(donnes.values()))
            faits = [
                f"{accorde(donnes[genre.code], genre.singulier, genre.pluriel)} à {a}" for genre, a in form.choix()
            ]
            messages.success(request, f"C’est confié\u202f: {', '.join(faits)}.")
            return redirect(f"{reverse('remise')}?de={de.pk}")
        contexte |= {"de": de, "charges": charges, "form": form}
    return render(request, "compte/remise.html", contexte)
