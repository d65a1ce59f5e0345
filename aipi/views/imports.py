"""Moving in, the second half: check, recognise persons, import, undo; and taking everything out."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi.echange.feuille import feuilles
from aipi.echange.modele import ecrire_classeur
from aipi.exports import FORMATS
from aipi.models import Reprise
from aipi.reprise.constat import lire
from aipi.reprise.fautes import classeur_fautif, lignes_fautives
from aipi.reprise.genres import EXPORTER, FORMES, IMPORTER, VERIFIER
from aipi.reprise.journal import AnnulationRefusee, annulable, annuler, examiner
from aipi.reprise.plan import Plan, libelle_feuille, manques
from aipi.roles import acces, administration, compte_de, reprend
from aipi.travaux import demander, relancer
from aipi.views.reprises import changer, reprise_de

FAUTIVES_PAR_PAGE = 20
CHANGEMENTS_PAR_PAGE = 20
QUESTIONS_PAR_PAGE = 25


def _page(request: HttpRequest, nom: str, objets: list[Any], taille: int) -> Any:
    return Paginator(objets, taille).get_page(request.GET.get(nom))


@require_http_methods(["GET", "HEAD", "POST"])
@acces(reprend)
def reprise_verifier(request: HttpRequest, pk: int) -> HttpResponse:
    """What the import would do, and what is wrong: asked for, waited for, read."""
    reprise = reprise_de(request, pk)
    if not reprise.ouverte:
        return redirect("reprise_bilan", pk)
    if request.method == "POST":
        if _incomplete(reprise):
            messages.error(request, "Il manque encore quelque chose à une feuille\u202f: complétez-la d’abord.")
            return redirect("reprise_detail", pk)
        _demander(request, reprise, VERIFIER, "Vérification")
        return redirect("reprise_verifier", pk)
    travail = reprise.travail
    contexte: dict[str, Any] = {"reprise": reprise, "travail": travail}
    if travail is not None and travail.en_route and not travail.attend_trop:
        return render(request, "aipi/reprise_attente.html", contexte)
    if not reprise.constatee:
        return render(request, "aipi/reprise_attente.html", contexte | {"incomplete": _incomplete(reprise)})
    constat = lire(reprise)
    comptes = _comptes(constat.get("comptes", {}))
    apercus = constat.get("apercus", {})
    for ligne in comptes:
        ligne["apercus"] = apercus.get(ligne["nom"], [])
    page = _page(request, "page", constat.get("erreurs", []), FAUTIVES_PAR_PAGE)
    contexte |= {
        "constat": constat,
        "comptes": comptes,
        "creees": sum(ligne["creees"] for ligne in comptes),
        "modifiees": sum(ligne["modifiees"] for ligne in comptes),
        "inchangees": sum(ligne["inchangees"] for ligne in comptes),
        "frequentes": _frequentes(constat.get("erreurs", [])),
        "page": page,
        "fautives": lignes_fautives(reprise, list(page)),
        "changements": _page(request, "suite", constat.get("changements", []), CHANGEMENTS_PAR_PAGE),
        "questions": len(constat.get("questions", [])),
        "importable": not constat.get("nombre_erreurs") and not constat.get("questions"),
        "echec": travail if travail is not None and travail.genre == IMPORTER and travail.relancable else None,
    }
    return render(request, "aipi/reprise_verifier.html", contexte)


def _incomplete(reprise: Reprise) -> bool:
    plans = [Plan.de(f.plan) for f in reprise.feuilles.defer("contenu")]
    return not any(plan.cible for plan in plans) or any(manques(plan) for plan in plans)


def _comptes(comptes: dict[str, list[int]]) -> list[dict[str, Any]]:
    """What became of the rows, in the order of the format, whatever that of the database."""
    return [_compte(nom, *comptes[nom]) for nom in feuilles() if nom in comptes]


def _compte(nom: str, lues: int, creees: int, modifiees: int) -> dict[str, Any]:
    return {
        "nom": nom,
        "libelle": libelle_feuille(feuilles()[nom]),
        "creees": creees,
        "modifiees": modifiees,
        "inchangees": lues - creees - modifiees,
    }


def _frequentes(erreurs: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """The columns with the most errors."""
    comptes: dict[str, int] = {}
    for erreur in erreurs:
        titre = erreur["titre"] or "Ligne entière"
        comptes[titre] = comptes.get(titre, 0) + 1
    return sorted(comptes.items(), key=lambda c: (-c[1], c[0]))[:6]


def _demander(request: HttpRequest, reprise: Reprise, genre: str, quoi: str) -> None:
    """Ask for the work, or start again the one that was cut short."""
    travail = reprise.travail
    if travail is not None and travail.genre == genre and travail.en_route and not travail.attend_trop:
        return
    if travail is not None and travail.genre == genre and (travail.interrompu or travail.attend_trop):
        relancer(travail)
        return
    reprise.travail = demander(compte_de(request), genre, f"{quoi} de fichiers déposés", reprise=reprise.pk)
    reprise.save(update_fields=["travail"])


@require_safe
@acces(reprend)
def reprise_erreurs(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows at fault as a workbook, their cells marked."""
    reprise = reprise_de(request, pk)
    erreurs = lire(reprise).get("erreurs", [])
    if not erreurs:
        raise Http404("Aucune erreur n’est relevée.")
    return FileResponse(
        classeur_fautif(reprise, erreurs),
        as_attachment=True,
        filename="erreurs-a-corriger.xlsx",
        content_type=FORMATS["xlsx"],
        headers={"Cache-Control": "private"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(reprend)
def reprise_personnes(request: HttpRequest, pk: int) -> HttpResponse:
    """Persons of the files who may be known already: the same, or another."""
    reprise = reprise_de(request, pk)
    questions = [q for q in lire(reprise).get("questions", []) if q["ref"] not in reprise.doublons]
    if not (reprise.ouverte and questions):
        return redirect("reprise_verifier", pk)
    montrees = questions[:QUESTIONS_PAR_PAGE]
    sans_reponse = []
    if request.method == "POST":
        for question in montrees:
            champ = request.POST.get(f"qui-{question['ref']}")
            if champ == "autre":
                reprise.doublons[question["ref"]] = ""
            elif champ in {c[0] for c in question["candidats"]}:
                reprise.doublons[question["ref"]] = champ
            else:
                sans_reponse.append(question["ref"])
        changer(reprise)
        if not sans_reponse:
            if len(questions) > len(montrees):
                return redirect("reprise_personnes", pk)
            _demander(request, reprise, VERIFIER, "Vérification")
            return redirect("reprise_verifier", pk)
        montrees = [q for q in montrees if q["ref"] in sans_reponse]
    contexte = {
        "reprise": reprise,
        "questions": montrees,
        "reste": len(questions) - len(montrees),
        "sans_reponse": sans_reponse,
    }
    return render(request, "aipi/reprise_personnes.html", contexte, status=422 if sans_reponse else 200)


@require_POST
@acces(reprend)
def reprise_importer(request: HttpRequest, pk: int) -> HttpResponse:
    """Import for good, in the background."""
    reprise = reprise_de(request, pk)
    constat = lire(reprise)
    if not reprise.ouverte:
        return redirect("reprise_bilan", pk)
    if not reprise.constatee or constat.get("nombre_erreurs") or constat.get("questions"):
        messages.error(request, "Ces fichiers ne sont pas prêts\u202f: lisez d’abord la vérification.")
        return redirect("reprise_verifier", pk)
    _demander(request, reprise, IMPORTER, "Import")
    return redirect("reprise_bilan", pk)


@require_safe
@acces(reprend)
def reprise_bilan(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the import is, then what it did."""
    reprise = reprise_de(request, pk)
    if reprise.ouverte:
        travail = reprise.travail
        if travail is None or travail.genre != IMPORTER or not (travail.en_route and not travail.attend_trop):
            return redirect("reprise_verifier", pk)
        return render(request, "aipi/reprise_attente.html", {"reprise": reprise, "travail": travail, "import": True})
    comptes = _comptes(reprise.comptes)
    contexte = {
        "reprise": reprise,
        "comptes": comptes,
        "creees": sum(c["creees"] for c in comptes),
        "modifiees": sum(c["modifiees"] for c in comptes),
        "inchangees": sum(c["inchangees"] for c in comptes),
        "annulable": annulable(reprise),
    }
    return render(request, "aipi/reprise_bilan.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(reprend)
def reprise_annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a whole import, or say what was built on it."""
    reprise = reprise_de(request, pk)
    if not annulable(reprise):
        return redirect("reprise_bilan", pk)
    refus = ""
    if request.method == "POST":
        try:
            annuler(reprise, compte_de(request))
        except AnnulationRefusee as erreur:
            refus = str(erreur)
        else:
            messages.success(request, "L’import est annulé\u202f: les dossiers sont comme avant.")
            return redirect("reprise_bilan", pk)
    contexte = {"reprise": reprise, "bilan": examiner(reprise), "refus": refus}
    return render(request, "aipi/reprise_annuler.html", contexte, status=409 if refus else 200)


@require_POST
@acces(reprend)
def export_create(request: HttpRequest) -> HttpResponse:
    """Ask for everything that the house holds."""
    forme = request.POST.get("forme", "")
    if forme not in FORMES:
        raise Http404("Cette forme n’existe pas.")
    travail = demander(compte_de(request), EXPORTER, f"Tout exporter\u202f: {FORMES[forme].lower()}", forme=forme)
    return redirect("travail_detail", travail.pk)


@require_safe
@acces(reprend, administration)
def classeur_modele(request: HttpRequest) -> HttpResponseBase:
    """The blank workbook of the exchange format: it holds codes and no person."""
    sortie = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    ecrire_classeur(sortie)
    sortie.seek(0)
    return FileResponse(
        sortie,
        content_type=FORMATS["xlsx"],
        headers={"Content-Disposition": content_disposition_header(True, "aipi-modele.xlsx") or ""},
    )
