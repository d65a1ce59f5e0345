"""The month's hours: which team, then its grid."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aipi import enonces, roles
from aipi.grille import bilan, enregistrer
from aipi.nombres import nombre
from aipi.periodes import ConvertisseurMois, Periode
from aipi.roles import acces, compte_de, tenus, visibles
from aipi.templatetags.grilles import de_mois
from insertion_pro.forms.heures import GrilleHeures, etats, etp_du_mois
from insertion_pro.models import Contrat, Equipe


def mois_a_saisir() -> datetime.date:
    """The month whose hours are being entered: the one that has just ended."""
    return Periode.du_mois(timezone.localdate()).precedente.debut


def _mois_demande(texte: str) -> datetime.date:
    try:
        return ConvertisseurMois().to_python(texte)
    except ValueError:
        return mois_a_saisir()


@require_safe
@acces(roles.tient_atelier)
def heures(request: HttpRequest) -> HttpResponse:
    """The grids of a month, team by team; straight to it for who holds one team only."""
    compte = compte_de(request)
    equipes = list(tenus(Equipe.objects.select_related("atelier"), compte).order_by("atelier__nom", "nom", "pk"))
    mois = _mois_demande(request.GET.get("mois", ""))
    voulue = next((equipe for equipe in equipes if str(equipe.pk) == request.GET.get("equipe")), None)
    if voulue is None and len(equipes) == 1:
        voulue = equipes[0]
    if voulue is not None:
        return redirect("heures_grille", voulue.pk, mois)
    periode = Periode.du_mois(mois)
    presents = Contrat.objects.order_by().presents(periode).filter(equipe__in=equipes)
    contrats, releves = (
        dict(visibles(lignes, compte).values_list("equipe").annotate(n=Count("pk")))
        for lignes in (presents, presents.releves(periode))
    )
    return render(
        request,
        "insertion_pro/heures.html",
        {"mois": mois, "etats": etats(equipes, contrats, releves), **_voisins(periode)},
    )


def _voisins(periode: Periode) -> dict[str, datetime.date | None]:
    """The months before and after, without those that are still to come."""
    suivant = periode.fin + datetime.timedelta(days=1)
    return {
        "mois_avant": periode.precedente.debut if periode.debut.year > 1900 else None,
        "mois_apres": suivant if suivant <= timezone.localdate() else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.tient_atelier)
def heures_grille(request: HttpRequest, equipe_id: int, mois: datetime.date) -> HttpResponse:
    """The hours and absences of a team in a month; what changed is saved together, or nothing is."""
    compte = compte_de(request)
    equipes = enonces.lire(
        "heures.equipes",
        compte,
        [],
        lambda _: tenus(Equipe.objects.select_related("atelier", "encadrant"), compte).order_by(
            "atelier__nom", "nom", "pk"
        ),
    )
    equipe = next((equipe for equipe in equipes if equipe.pk == equipe_id), None)
    if equipe is None:
        raise Http404
    if request.method != "POST":
        grille = GrilleHeures(equipe, mois, compte)
    elif "recopier" in request.POST:
        grille = GrilleHeures(equipe, mois, compte, request.POST)
        _dire_recopie(request, grille.recopier())
    else:

        def relever() -> GrilleHeures:
            # One grid of a team is written at a time.
            Equipe.objects.select_for_update(no_key=True).get(pk=equipe.pk)
            return GrilleHeures(equipe, mois, compte, request.POST)

        grille = enregistrer(relever)
        if grille.enregistree:
            messages.success(request, f"Les heures {de_mois(mois)} sont enregistrées.")
            return redirect("heures_grille", equipe.pk, mois)
    return render(
        request,
        "insertion_pro/heures_grille.html",
        {
            "equipe": equipe,
            "equipes": equipes,
            "mois": mois,
            "grille": grille,
            "bilan": bilan(grille),
            "etp_avant": etp_du_mois(grille.heures_avant, grille.par_etp),
            "a_venir": grille.periode.debut > timezone.localdate(),
            **_voisins(grille.periode),
        },
    )


def _dire_recopie(request: HttpRequest, remplies: int) -> None:
    if remplies:
        messages.info(
            request,
            f"{nombre(remplies)} case{'s' if remplies > 1 else ''} d’heures proposée{'s' if remplies > 1 else ''} d’après les contrats. Vérifiez, puis enregistrez\u202f: rien ne l’est encore.",
        )
    else:
        messages.info(request, "Aucune case vide à remplir d’après les contrats.")
