"""Giving a report: its files, made by the background service, and the extract of each funder; comparing two periods."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aipi.nombres import TIRET
from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_voir_rapport
from aipi.travaux import demander
from rapports.ecriture import ecrire, variation
from rapports.extraits import extraits_de, titre_extrait
from rapports.forms import ComparaisonForm
from rapports.indicateurs import CHAPITRES, INDICATEURS
from rapports.models import edition_de
from rapports.travaux import FORMES, GENRE
from rapports.valeurs import Chiffre, Releve


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_voir_rapport)
def rapport_formes(request: HttpRequest, periode: Periode) -> HttpResponse:
    """Ask for a file: it is made in the background, and found again under « Travaux »."""
    if request.method == "POST":
        parametres: dict[str, Any] = {"debut": periode.debut.isoformat(), "fin": periode.fin.isoformat()}
        if code := request.POST.get("financeur", ""):
            action = request.POST.get("action", "")
            financeur, actions = next(((f, a) for f, a in extraits_de(periode) if f.code == code), (None, []))
            if financeur is None or (action and action not in actions):
                raise Http404("Ce financeur n’a pas cette convention.")
            libelle = f"Extrait pour {titre_extrait(financeur, action)}, {periode}"
            parametres |= {"financeur": code, "action": action}
        else:
            forme = request.POST.get("forme", "")
            if forme not in FORMES:
                raise Http404("Cette forme n’existe pas.")
            libelle = f"{FORMES[forme][0]}, {periode}"
            parametres["forme"] = forme
        return redirect("travail_detail", demander(compte_de(request), GENRE, libelle, **parametres).pk)
    edition = edition_de(periode)
    return render(
        request,
        "rapports/rapport_formes.html",
        {
            "periode": periode,
            "formes": [(code, libelle) for code, (libelle, *_) in FORMES.items()],
            "extraits": extraits_de(periode) if edition is None else (),
            "edition": edition,
            "pieces": edition.pieces.exclude(titre="") if edition is not None else (),
        },
    )


@require_safe
@acces(peut_voir_rapport)
def rapport_comparaison(request: HttpRequest) -> HttpResponse:
    """Every figure of two periods side by side, whatever they are; those unknown in both are left out."""
    finie = Periode.annee(timezone.localdate().year - 1)
    form = ComparaisonForm(
        request.GET if request.GET else None,
        initial={
            "debut": finie.precedente.debut,
            "fin": finie.precedente.fin,
            "debut_autre": finie.debut,
            "fin_autre": finie.fin,
        },
    )
    contexte: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        un, autre = form.cleaned_data["un"], form.cleaned_data["autre"]
        contexte |= {"un": un, "autre": autre, "groupes": _comparer(Releve(un), Releve(autre))}
    return render(request, "rapports/rapport_comparaison.html", contexte)


def _comparer(un: Releve, autre: Releve) -> list[tuple[str, list[dict[str, str]]]]:
    groupes = []
    for chapitre in CHAPITRES:
        lignes = []
        for code, indicateur in INDICATEURS.items():
            premiere, seconde = un.valeur(code), autre.valeur(code)
            if indicateur.chapitre is not chapitre or (premiere.nombre is None and seconde.nombre is None):
                continue
            connues = premiere.nombre is not None and seconde.nombre is not None
            lignes.append(
                {
                    "libelle": indicateur.libelle,
                    "code": code,
                    "un": ecrire(indicateur, premiere.nombre),
                    "autre": ecrire(indicateur, seconde.nombre),
                    "unite": "" if indicateur.unite in {"%", "€"} else indicateur.unite,
                    "variation": variation(Chiffre(indicateur, autre.periode, seconde, premiere))
                    or ("=" if connues else TIRET),
                }
            )
        if lignes:
            groupes.append((chapitre.titre, lignes))
    return groupes
