"""The home page: « Ma journée » for who follows people, a word for the others; and the pointing of appointments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from aipi import journee, roles
from aipi.annonces import annonces
from aipi.journee import FAMILLES, Regard
from aipi.listes import page_de
from aipi.models import StatutRendezVous
from aipi.roles import acces, compte_de, modifiables, tous

POINTAGES = (
    (StatutRendezVous.HONORE, "Honoré", "fait"),
    (StatutRendezVous.ABSENCE_EXCUSEE, "Absence excusée", "alerte"),
    (StatutRendezVous.ABSENCE_NON_EXCUSEE, "Absence non excusée", "absent"),
)
"""What an appointment becomes in one click: status, words, icon."""
ANNULER = "pointage"
"""Key in the session of the last pointing, so that the next page offers to undo it."""


@require_safe
@acces(tous)
def accueil(request: HttpRequest) -> HttpResponse:
    """The work of the day, mine first; nothing that names a person for who follows none."""
    regard = Regard.lire(compte_de(request), timezone.localdate(), request.GET)
    rubriques = journee.rubriques(regard)
    contexte = {
        "rubriques": rubriques,
        "colonnes": [[r for r in rubriques if r.famille.a_cote is cote] for cote in (False, True)],
        "annonces": annonces(regard.compte),
        **_commun(request, regard),
    }
    return render(request, "aipi/accueil.html", contexte)


@require_safe
@acces(roles.voit_personnes)
def journee_detail(request: HttpRequest, code: str) -> HttpResponse:
    """All the lines of a heading, or of one fact to complete, by pages."""
    regard = Regard.lire(compte_de(request), timezone.localdate(), request.GET)
    famille = next((famille for famille in FAMILLES if famille.code == code), None)
    genre = journee.genre_de(regard.compte, code)
    if famille is not None:
        genres, titre = journee.genres(regard, famille), famille.titre
    elif genre is not None:
        genres, titre = [g for g in journee.genres(regard) if g is genre], genre.libelle
    else:
        raise Http404
    if not genres:
        raise Http404
    page = page_de(request, journee.lire(regard, genres))
    contexte = {
        "titre": titre,
        "expliques": [g for g in genres if g.explication],
        "page": page,
        "lignes": journee.dites(regard, page.objets),
        **_commun(request, regard),
    }
    return render(request, "aipi/journee_detail.html", contexte)


def _commun(request: HttpRequest, regard: Regard) -> dict[str, Any]:
    """What both pages show: whose work, the teams it may be narrowed to, the pointing that may be undone."""
    compte = regard.compte
    return {
        "regard": regard,
        "jour": regard.jour,
        "groupes": journee.groupes(compte) if roles.voit_personnes(compte) else [],
        "choisit": roles.travailleur_social(compte) and compte.intervenant_id is not None,
        "pointages": POINTAGES,
        "annuler": request.session.pop(ANNULER, None),
    }


@require_POST
@acces(roles.pole_pro, roles.pole_social)
def rendez_vous_pointer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say what became of an appointment, or take it back. A colleague’s pointing made meanwhile is not passed over."""
    compte = compte_de(request)
    genre = journee.genre_de(compte, code)
    statut, avant = request.POST.get("statut", ""), request.POST.get("avant", "")
    if genre is None or genre.pointage is None or statut not in StatutRendezVous.values:
        raise Http404
    with transaction.atomic():
        lignes = modifiables(genre.pointage._default_manager.all(), compte)
        rendez_vous: Any = lignes.select_for_update(of=("self",)).filter(pk=pk).first()
        if rendez_vous is None:
            raise Http404
        libelle = StatutRendezVous(statut).label.lower()
        if rendez_vous.statut not in {avant, statut}:
            deja = StatutRendezVous(rendez_vous.statut).label.lower()
            messages.warning(
                request, f"Ce rendez-vous vient d’être noté «\u202f{deja}\u202f»\u202f: rien n’a été changé."
            )
        elif rendez_vous.statut != statut:
            rendez_vous.statut = statut
            rendez_vous.save(update_fields=["statut"])
            if statut != StatutRendezVous.PREVU:
                request.session[ANNULER] = {"code": code, "pk": pk, "statut": statut, "avant": avant}
            messages.success(request, f"Rendez-vous du {rendez_vous.date:%d/%m/%Y}\u202f: {libelle}.")
    retour = request.POST.get("retour", "")
    if not url_has_allowed_host_and_scheme(retour, allowed_hosts=None):
        retour = "accueil"
    return redirect(retour)
