"""Housing measures: signed, renewed, ended; and the year’s month-measures against the objective."""

from __future__ import annotations

import datetime

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aipi import roles
from aipi.models import Convention
from aipi.periodes import DERNIERE_ANNEE, PREMIERE_ANNEE, Periode, fin_de_mois
from aipi.roles import acces, compte_de, modifiables, personnes_accueillies, visibles
from aipi.saisie import saisir
from insertion_sociale.forms.logement import FinMesureForm, MesureLogementForm, RenouvellementForm
from insertion_sociale.models import AideLogement, MesureLogement
from insertion_sociale.regles import remarques_renouvellement

from .communs import dossier, expliquer

MOIS_PAR_AN = 12
NOMS = 30
"""Names shown of those that begin or end in a month, and of the aids that wait."""


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def mesure_logement_create(request: HttpRequest, personne_id: int) -> HttpResponse:
    """A new measure for a household."""
    compte = compte_de(request)
    personne = get_object_or_404(personnes_accueillies(compte, request.GET.get("accueil", "")), pk=personne_id)
    form = MesureLogementForm(request.POST or None, personne=personne, compte=compte)
    mesures = visibles(MesureLogement.objects.filter(personne=personne), compte)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/mesure_logement_form.html",
        {
            "personne": personne,
            "jour": timezone.localdate(),
            "autres": mesures.order_by("-date_debut", "-ref"),
        },
        retour=dossier(personne.pk),
        fait="La mesure est enregistrée.",
        deja="La mesure était déjà enregistrée.",
        adresse=lambda mesure: reverse("mesure_logement_update", args=[mesure.pk]),
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def mesure_logement_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a measure and its household."""
    compte = compte_de(request)
    mesure = get_object_or_404(modifiables(MesureLogement.objects.all(), compte).select_related("personne"), pk=pk)
    form = MesureLogementForm(request.POST or None, instance=mesure, personne=mesure.personne, compte=compte)
    mesures = visibles(MesureLogement.objects.filter(personne=mesure.personne), compte).exclude(pk=pk)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/mesure_logement_form.html",
        {
            "personne": mesure.personne,
            "jour": timezone.localdate(),
            "autres": mesures.order_by("-date_debut", "-ref"),
        },
        retour=dossier(mesure.personne_id),
        fait="La mesure est corrigée.",
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def mesure_logement_renouveler(request: HttpRequest, pk: int) -> HttpResponse:
    """Push the end of a measure by as long again. A second renewal is explained."""
    compte = compte_de(request)
    mesure = get_object_or_404(modifiables(MesureLogement.objects.all(), compte).select_related("personne"), pk=pk)
    deja, fin = mesure.date_renouvellement, mesure.date_fin
    form = RenouvellementForm(request.POST or None, instance=mesure, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/mesure_logement_renouveler.html",
        {
            "personne": mesure.personne,
            "jour": timezone.localdate(),
            "mesure": mesure,
            "fin": fin,
            "remarques": remarques_renouvellement(mesure.dispositif, deja),
        },
        retour=dossier(mesure.personne_id),
        fait="La mesure est renouvelée.",
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def mesure_logement_fin(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a measure."""
    compte = compte_de(request)
    mesure = get_object_or_404(modifiables(MesureLogement.objects.all(), compte).select_related("personne"), pk=pk)
    fin = mesure.date_fin
    form = FinMesureForm(request.POST or None, instance=mesure, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_sociale/mesure_logement_fin.html",
        {
            "personne": mesure.personne,
            "jour": timezone.localdate(),
            "mesure": mesure,
            "fin": fin,
            "attentes": visibles(AideLogement.objects.filter(mesure=mesure).en_attente(), compte).select_related(
                "type"
            ),
        },
        retour=dossier(mesure.personne_id),
        fait="La fin de la mesure est enregistrée.",
    )
    return expliquer(request, reponse, form.remarques)


def _mois_demande(request: HttpRequest, annee: int, jour: datetime.date) -> int:
    """The month whose names are shown: asked for, else the present one, else December."""
    demande = request.GET.get("mois", "")
    if demande.isascii() and demande.isdecimal() and len(demande) <= 2 and 1 <= int(demande) <= MOIS_PAR_AN:
        return int(demande)
    return jour.month if annee == jour.year else MOIS_PAR_AN


@require_safe
@acces(roles.pole_social)
def mois_mesures(request: HttpRequest, annee: int | None = None) -> HttpResponse:
    """Month-measures of a year, month by month, against the objective of its conventions; who begins, who ends."""
    compte = compte_de(request)
    jour = timezone.localdate()
    annee = jour.year if annee is None else annee
    if not PREMIERE_ANNEE <= annee <= DERNIERE_ANNEE:
        raise Http404
    periode = Periode.annee(annee)
    conventions = visibles(
        Convention.objects.objectifs(periode, Convention.Action.LOGEMENT, Convention.Unite.MOIS_MESURES), compte
    )
    objectif = conventions.aggregate(total=Sum("objectif"))["total"]
    lignes, cumul = [], 0
    for rang, (premier, nombre) in enumerate(MesureLogement.objects.mois_mesures(periode).items(), 1):
        cumul += nombre
        lignes.append(
            {
                "mois": premier,
                "rang": rang,
                "nombre": nombre,
                "cumul": cumul,
                "attendu": None if objectif is None else objectif * rang / MOIS_PAR_AN,
                "a_venir": premier > jour,
            }
        )
    rang = _mois_demande(request, annee, jour)
    premier = datetime.date(annee, rang, 1)
    mois = Periode(premier, fin_de_mois(premier))
    fsl = MesureLogement.objects.fsl(mois).select_related("personne", "referent")
    ordre = ("personne__recherche", "ref")
    attentes = visibles(AideLogement.objects.en_attente(), compte).select_related("type", "mesure__personne")
    return render(
        request,
        "insertion_sociale/mois_mesures.html",
        {
            "annee": annee,
            "jour": jour,
            "lignes": lignes,
            "cumul": cumul,
            "a_ce_jour": next((ligne for ligne in lignes if ligne["mois"] == jour.replace(day=1)), None),
            "objectif": objectif,
            "maximum": max(cumul, objectif or 0, 1),
            "mois": premier,
            "rang": rang,
            "commencent": visibles(fsl.commencees(mois), compte).order_by(*ordre)[: NOMS + 1],
            "finissent": visibles(fsl.finies(mois), compte).order_by(*ordre)[: NOMS + 1],
            "noms": NOMS,
            "attentes": attentes[: NOMS + 1],
        },
    )
