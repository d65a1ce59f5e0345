"""Persons: searched before one is made, corrected, two made one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.accompagnements import Accompagnement, accompagnements, accompagnements_ouverts, suivies
from aipi.corbeille import GesteRefuse, rassembler
from aipi.fusion import ABSORBEE, CHAMPS, GARDEE, comparer, empechement, empreinte, fusionner
from aipi.identite import Doublon, doublons, homonymes
from aipi.models import Compte, Personne
from aipi.models.personnes import PersonneQuerySet
from aipi.roles import acces, compte_de, modifiables, passe, personnes_visibles
from aipi.saisie import saisir
from aipi.saisie_personne import PersonneForm

MONTREES = 12
TEXTE_MAXIMUM = 100


@dataclass(frozen=True)
class Connue:
    """Someone found: why, whether her dossier opens, and what may be opened for her (address, words)."""

    personne: Personne
    raison: str
    visible: bool
    gestes: list[tuple[str, str]]


def ouvertures(compte: Compte, pour: str) -> list[Accompagnement]:
    """The kinds of follow-up that the account may open; the one asked for alone, when there is one."""
    possibles = [a for a in accompagnements(compte) if a.peut_ouvrir(compte)]
    return [a for a in possibles if a.code == pour] or possibles


def connues(compte: Compte, trouves: list[Doublon], pour: str) -> list[Connue]:
    """What is told of persons found: of one whose dossier is closed, her name and why; a pass to receive her."""
    visibles = set(
        personnes_visibles(compte)
        .filter(pk__in=[t.personne.pk for t in trouves])
        .order_by()
        .values_list("pk", flat=True)
    )
    return [
        Connue(
            t.personne,
            t.raison,
            t.personne.pk in visibles,
            [
                (
                    reverse(a.ouverture, args=[t.personne.pk])
                    + ("" if t.personne.pk in visibles else f"?{urlencode({'accueil': passe(compte, t.personne)})}"),
                    a.geste,
                )
                for a in ouvertures(compte, pour)
            ],
        )
        for t in trouves
    ]


def _texte_cherche(request: HttpRequest) -> str:
    return " ".join(request.GET.get("q", "")[:TEXTE_MAXIMUM].replace("\0", "").split())


def _proposees(compte: Compte, texte: str) -> list[Personne]:
    visibles = roles.en_base_active(personnes_visibles(compte))
    assert isinstance(visibles, PersonneQuerySet)
    return visibles.proposees(texte, MONTREES, suivies(compte, timezone.localdate()))


def _recherche(request: HttpRequest, compte: Compte, texte: str, pour: str) -> dict[str, Any]:
    """Who is found, whose dossier opens or not. Someone of the other pole is told only by her whole name."""
    trouvees = _proposees(compte, texte)
    deja = {personne.pk for personne in trouvees}
    ailleurs = [p for p in homonymes(texte) if p.pk not in deja]
    lignes = connues(
        compte, [Doublon(p, "") for p in trouvees] + [Doublon(p, "même nom et même prénom") for p in ailleurs], pour
    )
    return {
        "trouvees": lignes,
        "suivis": accompagnements_ouverts(compte, trouvees, timezone.localdate()) if trouvees else {},
    }


def _propose(texte: str) -> dict[str, str]:
    """The name and the first name, from what was searched: the name first, as people are listed."""
    mots = [mot if mot != mot.lower() else mot.capitalize() for mot in texte.split()]
    return {"nom": mots[0], "prenom": " ".join(mots[1:])} if mots and not mots[0].isdigit() else {}


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def personne_create(request: HttpRequest) -> HttpResponse:
    """Receive someone: search first; then, if nobody is it, make the person. `?pour=`: the follow-up to open next."""
    compte = compte_de(request)
    texte, pour = _texte_cherche(request), request.GET.get("pour", "")
    contexte: dict[str, Any] = {"q": texte, "pour": pour, "ouvertures": ouvertures(compte, pour)}
    if request.method != "POST" and "creer" not in request.GET:
        if texte:
            contexte |= _recherche(request, compte, texte, pour)
        return render(request, "aipi/personne_create.html", contexte)
    form = PersonneForm(request.POST or None, compte=compte, initial=_propose(texte))
    if form.is_valid() and "confirmer" not in request.POST:
        donnees = form.cleaned_data
        memes = doublons(
            donnees["nom"], donnees["prenom"], donnees["date_naissance"], donnees["telephone"], sauf=form.ref or ""
        )
        if memes:
            contexte["doublons"] = connues(compte, memes[:MONTREES], pour)
            return render(request, "aipi/personne_form.html", {**contexte, "form": form, "retour": request.path})
    reponse = saisir(
        request,
        form,
        "aipi/personne_form.html",
        contexte,
        retour=reverse("personne_create"),
        fait="La personne est créée.",
        deja="La personne était déjà créée.",
        adresse=lambda existante: reverse("personne_update", args=[existante.pk]),
    )
    if reponse.status_code != 302:
        return reponse
    creee = Personne.objects.get(ref=form.ref)
    suite = next((a for a in ouvertures(compte, "") if a.code == request.POST.get("suite")), None)
    return redirect(reverse(suite.ouverture if suite is not None else "personne_detail", args=[creee.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def personne_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct who the person is."""
    compte = compte_de(request)
    personne = get_object_or_404(modifiables(Personne.objects.all(), compte), pk=pk)
    return saisir(
        request,
        PersonneForm(request.POST or None, instance=personne, compte=compte),
        "aipi/personne_form.html",
        {"personne": Personne.objects.get(pk=pk)},
        retour=reverse("personne_detail", args=[personne.pk]),
        fait="La fiche est corrigée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def personne_fusion(request: HttpRequest, pk: int) -> HttpResponse:
    """Two rows for one person: choose the other one, see both, choose each fact, then make them one."""
    compte = compte_de(request)
    gardee = get_object_or_404(modifiables(Personne.objects.all(), compte).select_related("commune"), pk=pk)
    avec = request.POST.get("avec") or request.GET.get("avec", "")
    if not (avec.isdecimal() and avec.isascii() and len(avec) < 19):
        return _choisir_double(request, compte, gardee)
    absorbee = get_object_or_404(modifiables(Personne.objects.all(), compte).select_related("commune"), pk=int(avec))
    refus = ""
    if request.method == "POST":
        choix = {champ: request.POST[champ] for champ in CHAMPS if request.POST.get(champ) in {GARDEE, ABSORBEE}}
        nom, vu = str(absorbee), request.POST.get("vu", "")
        try:
            fusionner(compte, gardee, absorbee, choix, vu)
        except GesteRefuse as erreur:
            refus = str(erreur)
        else:
            messages.success(request, f"Les deux fiches n’en font plus qu’une\u202f: celle de {nom} y est versée.")
            return redirect("personne_detail", pk=gardee.pk)
    lot = rassembler(absorbee)
    return render(
        request,
        "aipi/personne_fusion.html",
        {
            "personne": gardee,
            "absorbee": absorbee,
            "faits": comparer(gardee, absorbee),
            "lot": lot,
            "vu": empreinte(gardee, absorbee, lot),
            "empechement": empechement(compte, gardee, absorbee, lot),
            "refus": refus,
        },
        status=409 if refus else 200,
    )


def _choisir_double(request: HttpRequest, compte: Compte, gardee: Personne) -> HttpResponse:
    texte = _texte_cherche(request)
    if texte:
        proposees = [Doublon(p, "") for p in _proposees(compte, texte)]
    else:
        proposees = doublons(gardee.nom, gardee.prenom, gardee.date_naissance, gardee.telephone, sauf=gardee.ref)
    lignes = [c for c in connues(compte, proposees[:MONTREES], "") if c.visible and c.personne.pk != gardee.pk]
    return render(request, "aipi/personne_fusion.html", {"personne": gardee, "q": texte, "lignes": lignes})
