"""Training sessions and their participants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi import roles
from aipi.grille import bilan, enregistrer
from aipi.listes import SANS_OBJET, Colonne, Liste, Preparation, page_liste
from aipi.models import Compte
from aipi.roles import acces, compte_de, modifiables, tenus, visibles
from aipi.saisie import saisir
from aipi.templatetags.chiffres import accorde
from insertion_pro.forms.formations import (
    FiltreFormations,
    FormationForm,
    GrilleParticipations,
    parcours_de_l_equipe,
    proposes,
)
from insertion_pro.models import Equipe, Formation, Parcours, ParticipationFormation


def _heures(formation: Any) -> Any:
    """Hours of those who take part; without anybody there are none to know."""
    return formation.total_heures if formation.participants else SANS_OBJET


COLONNES = (
    Colonne(
        "intitule",
        "Formation",
        ("intitule", "ref"),
        valeur=lambda formation: formation.intitule,
        lien=lambda formation: reverse("formation_detail", args=[formation.pk]),
    ),
    Colonne("type", "Type", ("type",), valeur=lambda formation: formation.get_type_display()),
    Colonne("organisme", "Organisme", ("organisme",), valeur=lambda formation: formation.organisme),
    Colonne("debut", "Premier jour", ("date_debut",), valeur=lambda formation: formation.date_debut),
    Colonne("fin", "Dernier jour", ("date_fin",), vides=True, valeur=lambda formation: formation.date_fin),
    Colonne("participants", "Participants", nombre=True, valeur=lambda formation: formation.participants),
    Colonne("heures", "Heures", nombre=True, valeur=_heures),
)
COLONNES_ENCADRANT = tuple(colonne for colonne in COLONNES if colonne.cle not in {"type", "heures"})


def _compter(compte: Compte) -> Preparation:
    """Participants of the sessions of a page that the reader may see, and their hours, in one query."""

    def preparer(formations: Sequence[Any]) -> None:
        vues = visibles(ParticipationFormation.objects.filter(formation__in=formations), compte).order_by()
        comptes = {
            cle: (participants, heures)
            for cle, participants, heures in vues.values_list("formation").annotate(
                participants=Count("pk"), somme=Sum("heures")
            )
        }
        for formation in formations:
            formation.participants, formation.total_heures = comptes.get(formation.pk, (0, None))

    return preparer


@require_safe
@acces(roles.tient_atelier)
def formation_list(request: HttpRequest) -> HttpResponseBase:
    """Training sessions; for a supervisor, the CQP that its teams take part in."""
    compte = compte_de(request)
    lignes = visibles(Formation.objects.all(), compte)
    colonnes = COLONNES if roles.pole_pro(compte) else COLONNES_ENCADRANT
    return page_liste(
        request,
        FiltreFormations(request.GET, lignes, compte),
        Liste("insertion_pro/formation_list.html", "formations", colonnes, "-debut", preparer=_compter(compte)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def formation_create(request: HttpRequest) -> HttpResponse:
    """A new session; who takes part is said on its page, that opens next."""
    compte = compte_de(request)
    form = FormationForm(request.POST or None, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/formation_form.html",
        {},
        retour=reverse("formation_list"),
        fait="La formation est enregistrée. Ajoutez maintenant ses participants.",
        deja="La formation était déjà enregistrée.",
        adresse=lambda formation: reverse("formation_detail", args=[formation.pk]),
    )
    creee = Formation.objects.filter(ref=form.ref).first() if reponse.status_code == 302 else None
    return redirect("formation_detail", creee.pk) if creee is not None else reponse


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def formation_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a session."""
    compte = compte_de(request)
    formation = get_object_or_404(modifiables(Formation.objects.all(), compte), pk=pk)
    return saisir(
        request,
        FormationForm(request.POST or None, instance=formation, compte=compte),
        "insertion_pro/formation_form.html",
        {"formation": formation},
        retour=reverse("formation_detail", args=[pk]),
        fait="La formation est corrigée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.tient_atelier)
def formation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A session and its participants: their days, hours, cost and result in one grid, others found by name."""
    compte = compte_de(request)
    formation = get_object_or_404(visibles(Formation.objects.all(), compte), pk=pk)
    if not roles.pole_pro(compte):
        return _lecture(request, formation, compte)
    grille = GrilleParticipations(formation, compte)
    if request.method == "POST":

        def relever() -> GrilleParticipations:
            Formation.objects.select_for_update(no_key=True).get(pk=pk)
            return GrilleParticipations(formation, compte, request.POST)

        grille = enregistrer(relever)
        if grille.enregistree:
            messages.success(request, "Les participations sont enregistrées.")
            return redirect("formation_detail", pk)
    texte = request.GET.get("q", "")[:100]
    return render(
        request,
        "insertion_pro/formation_detail.html",
        {
            "formation": formation,
            "grille": grille,
            "bilan": bilan(grille),
            "q": texte,
            "proposes": proposes(formation, texte, compte),
            "equipes": tenus(Equipe.objects.select_related("atelier"), compte).order_by("nom", "pk"),
        },
    )


def _lecture(request: HttpRequest, formation: Formation, compte: Compte) -> HttpResponse:
    """For a supervisor: the participants of its teams, each with the way to its booklet."""
    participations = (
        visibles(ParticipationFormation.objects.filter(formation=formation), compte)
        .select_related("parcours__personne")
        .order_by("parcours__personne__recherche", "parcours__ref")
    )
    return render(
        request,
        "insertion_pro/formation_detail.html",
        {"formation": formation, "participations": participations},
    )


@require_POST
@acces(roles.pole_pro)
@transaction.atomic
def participation_create(request: HttpRequest, formation_id: int) -> HttpResponse:
    """Add a parcours to a session, or all those of a team; who is there already stays as it is."""
    compte = compte_de(request)
    formation = get_object_or_404(modifiables(Formation.objects.all(), compte), pk=formation_id)
    if "equipe" in request.POST:
        equipes = tenus(Equipe.objects.all(), compte)
        equipe = get_object_or_404(equipes, pk=_cle(request.POST["equipe"]))
        ajoutes = parcours_de_l_equipe(formation, equipe, compte)
    else:
        ajoutes = visibles(Parcours.objects.all(), compte).filter(pk=_cle(request.POST.get("parcours", "")))
        get_object_or_404(ajoutes)
    nouvelles = [
        ParticipationFormation.objects.get_or_create(formation=formation, parcours=parcours)[1]
        for parcours in ajoutes.select_related("personne").order_by("ref")
    ]
    nombre = sum(nouvelles)
    messages.success(
        request,
        f"{accorde(nombre, 'participant ajouté', 'participants ajoutés')}."
        if nombre
        else "Personne à ajouter de plus.",
    )
    return redirect("formation_detail", formation_id)


def _cle(texte: str) -> int:
    """The key that a form sends; one that no row has when it is not a number."""
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 16 else 0
