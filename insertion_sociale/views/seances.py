"""A session: its invitations, its attendance sheet, who came, and what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi import roles
from aipi.models import Compte, Personne
from aipi.nombres import nombre
from aipi.pdf import RenduImpossible, en_pdf, feuille_de_style
from aipi.roles import acces, compte_de, modifiables, personnes_ouvertes, visibles
from aipi.saisie import saisir
from aipi.templatetags.chiffres import accorde
from insertion_sociale.forms.actions import AnnulationForm, SeanceCorrectionForm
from insertion_sociale.models import Invitation, Seance
from insertion_sociale.seances import (
    LIBELLES,
    NON_POINTE,
    PROFESSIONNELS_MAXIMUM,
    VENU,
    Places,
    inviter,
    noter,
    participants,
    pointer,
    venus_la_derniere_fois,
)

RESULTATS = 8
"""Persons found by name that the page proposes."""
LETTRES_MINIMUM = 2
LIGNES_VIDES = 6
"""Lines of the sheet for those who come without an invitation."""
LOT_MAXIMAL = 500
SEANCES_PROPOSEES = 40


def _cles(textes: list[str]) -> list[int]:
    """Keys of persons from an address or a form; what is no key is dropped."""
    return [int(t) for t in dict.fromkeys(textes) if t.isascii() and t.isdecimal() and len(t) < 18][:LOT_MAXIMAL]


def _seance(compte: Compte, pk: int) -> Seance:
    return get_object_or_404(modifiables(Seance.objects.all(), compte).select_related("action"), pk=pk)


def _page(seance: Seance) -> str:
    return reverse("seance_detail", args=[seance.pk])


def trouvees(compte: Compte, q: str, seance: Seance) -> QuerySet[Personne] | None:
    """Persons found by name who are not at the session yet; None before enough letters are typed."""
    if len(q.strip()) < LETTRES_MINIMUM:
        return None
    pk = Personne.objects.order_by().en_base_active().cherchees(q[:100]).values("pk")
    deja = seance.invitations.order_by().values("personne").union(seance.presences.order_by().values("personne"))
    return (
        personnes_ouvertes(compte)
        .filter(pk__in=pk)
        .exclude(pk__in=list(deja.values_list("personne", flat=True)))
        .select_related("commune")
        .order_by("recherche", "ref")
    )


@require_safe
@acces(roles.pole_social)
def seance_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is invited, who came, and the next gestures: invite, print the sheet, point, cancel."""
    compte = compte_de(request)
    seance = get_object_or_404(visibles(Seance.objects.all(), compte).select_related("action"), pk=pk)
    presents = participants(seance)
    jour = timezone.localdate()
    q = request.GET.get("q", "")
    resultats = trouvees(compte, q, seance)
    proposees = list(resultats[: RESULTATS + 1]) if resultats is not None else None
    lisibles = personnes_ouvertes(compte).filter(pk__in=[p.personne.pk for p in presents])
    annulee = seance.statut == Seance.Statut.ANNULEE
    return render(
        request,
        "insertion_sociale/seance_detail.html",
        {
            "seance": seance,
            "action": seance.action,
            "participants": presents,
            "lisibles": set(lisibles.order_by().values_list("pk", flat=True)),
            "venus": sum(1 for p in presents if p.etat == VENU),
            "pointee": any(p.etat for p in presents),
            "places": Places(seance.action.places, sum(1 for p in presents if p.invite)),
            "pointable": seance.date <= jour and not annulee,
            "annulee": annulee,
            "derniers": [] if annulee else venus_la_derniere_fois(seance),
            "q": q,
            "resultats": proposees[:RESULTATS] if proposees is not None else None,
            "davantage": proposees is not None and len(proposees) > RESULTATS,
            "jour": jour,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def seance_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a session."""
    compte = compte_de(request)
    seance = _seance(compte, pk)
    return saisir(
        request,
        SeanceCorrectionForm(request.POST or None, instance=seance, compte=compte),
        "insertion_sociale/seance_form.html",
        {"action": seance.action, "seance": seance},
        retour=_page(seance),
        fait="La séance est corrigée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def seance_annuler(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a session does not take place, and why; or take that back."""
    compte = compte_de(request)
    seance = _seance(compte, pk)
    if request.method == "POST" and "retablir" in request.POST:
        seance.statut = Seance.Statut.PREVUE
        seance.motif_annulation = ""
        seance.save(update_fields=["statut", "motif_annulation"])
        messages.success(request, "La séance est de nouveau prévue.")
        return redirect(_page(seance))
    return saisir(
        request,
        AnnulationForm(request.POST or None, instance=seance, compte=compte),
        "insertion_sociale/seance_annuler.html",
        {
            "action": seance.action,
            "seance": seance,
            "invites": seance.invitations.count(),
            "venus": seance.presences.filter(present=True).count(),
        },
        retour=_page(seance),
        fait="La séance est annulée.",
    )


@require_POST
@acces(roles.pole_social)
def seance_inviter(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite persons (`personne`), or those who came last time (`derniers`); or take an invitation back (`retirer`)."""
    compte = compte_de(request)
    seance = _seance(compte, pk)
    if retiree := _cles(request.POST.getlist("retirer")):
        for invitation in modifiables(Invitation.objects.filter(seance=seance, personne__in=retiree), compte):
            invitation.delete()
        messages.success(request, "L’invitation est retirée.")
        return redirect(_page(seance))
    if "derniers" in request.POST:
        personnes = venus_la_derniere_fois(seance)
    else:
        cles = _cles([*request.POST.getlist("personne"), *request.GET.getlist("personne")])
        personnes = list(personnes_ouvertes(compte).filter(pk__in=cles))
    _inviter(request, seance, personnes)
    return redirect(_page(seance))


def _inviter(request: HttpRequest, seance: Seance, personnes: list[Personne]) -> None:
    with transaction.atomic():
        nouvelles = inviter(seance, personnes)
    if nouvelles:
        messages.success(request, f"{accorde(nouvelles, 'personne invitée', 'personnes invitées')}.")
    else:
        messages.info(request, "Personne de plus à inviter\u202f: c’était déjà fait.")


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def invitation_lot(request: HttpRequest) -> HttpResponse:
    """Choose the session to which the persons picked in a list are invited."""
    compte = compte_de(request)
    cles = _cles([*request.POST.getlist("personne"), *request.GET.getlist("personne")])
    personnes = list(personnes_ouvertes(compte).filter(pk__in=cles).order_by("recherche", "ref"))
    seances = (
        modifiables(Seance.objects.a_venir(timezone.localdate()), compte)
        .select_related("action")
        .annotate(invites=Count("invitations"))
        .order_by("date", "heure", "ref")
    )
    erreur = ""
    if request.method == "POST":
        choisie = _cles(request.POST.getlist("seance"))
        seance = seances.filter(pk__in=choisie).first()
        if seance is not None and personnes:
            _inviter(request, seance, personnes)
            return redirect(_page(seance))
        erreur = "Choisissez la séance." if personnes else "Aucune de ces personnes n’est dans vos dossiers."
    return render(
        request,
        "insertion_sociale/invitation_lot.html",
        {
            "personnes": personnes,
            "seances": [(s, Places(s.action.places, s.invites)) for s in seances[:SEANCES_PROPOSEES]],
            "erreur": erreur,
            "jour": timezone.localdate(),
        },
    )


@require_POST
@acces(roles.pole_social)
def seance_pointer(request: HttpRequest, pk: int) -> HttpResponse:
    """Write who came: the whole form, or one person who came without an invitation (`venu`)."""
    compte = compte_de(request)
    seance = _seance(compte, pk)
    if seance.statut == Seance.Statut.ANNULEE:
        messages.error(request, "Cette séance est annulée\u202f: rétablissez-la avant de la pointer.")
        return redirect(_page(seance))
    if venue := _cles(request.POST.getlist("venu")):
        personne = get_object_or_404(personnes_ouvertes(compte), pk=venue[0])
        noter(seance, personne, VENU)
        messages.success(request, f"Présence notée\u202f: {personne}.")
        return redirect(_page(seance))
    _pointer(request, seance)
    return redirect(_page(seance))


def _lignes(request: HttpRequest, prefixe: str) -> dict[int, str]:
    return {
        int(nom.removeprefix(prefixe)): str(valeur)
        for nom, valeur in request.POST.items()
        if nom.startswith(prefixe) and _cles([nom.removeprefix(prefixe)])
    }


def _pointer(request: HttpRequest, seance: Seance) -> None:
    voulus, montres = _lignes(request, "p-"), _lignes(request, "v-")
    if "tous" in request.POST:
        voulus = {cle: VENU if etat == NON_POINTE else etat for cle, etat in voulus.items()}
    with transaction.atomic():
        ecarts = pointer(seance, voulus, montres)
        actuelle = Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)
        refus = _professionnels(request, actuelle)
        if "tenue" in request.POST and actuelle.statut == Seance.Statut.PREVUE:
            actuelle.statut = Seance.Statut.TENUE
        actuelle.save(update_fields=["statut", "professionnels"])
    if ecarts:
        noms = ", ".join(f"{p.personne} ({LIBELLES[p.etat]})" for p in ecarts)
        messages.error(
            request,
            "Un collègue a pointé en même temps que vous. Ce qu’il a noté est gardé, "
            f"relisez et corrigez au besoin\u202f: {noms}.",
        )
    if refus:
        messages.error(request, refus)
    if not ecarts and not refus:
        messages.success(request, "Le pointage est enregistré.")


def _professionnels(request: HttpRequest, seance: Seance) -> str:
    """Set how many professionals came; what is wrong with it, in words, and then nothing is set."""
    texte, montre = request.POST.get("professionnels", "").strip(), request.POST.get("v-professionnels", "")
    actuel = "" if seance.professionnels is None else str(seance.professionnels)
    if texte in (montre, actuel):
        return ""
    if actuel != montre:
        return f"Un collègue a noté {accorde(int(actuel or 0), 'professionnel')} entre-temps\u202f: c’est ce qui est gardé."
    if texte and not (texte.isascii() and texte.isdecimal() and int(texte[:6]) <= PROFESSIONNELS_MAXIMUM):
        return f"Le nombre de professionnels va de 0 à {nombre(PROFESSIONNELS_MAXIMUM)}. Le reste est enregistré."
    seance.professionnels = int(texte) if texte else None
    return ""


def feuille_d_emargement(seance: Seance) -> str:
    """The sheet as a page of HTML for the printer: those invited by name, then empty lines."""
    return render_to_string(
        "insertion_sociale/seance_emargement.html",
        {
            "seance": seance,
            "action": seance.action,
            "participants": participants(seance),
            "vides": range(LIGNES_VIDES),
            "style": feuille_de_style("css/emargement.css"),
        },
    )


@require_safe
@acces(roles.pole_social)
def seance_emargement(request: HttpRequest, pk: int) -> HttpResponse:
    """The attendance sheet to print and sign."""
    compte = compte_de(request)
    seance = get_object_or_404(visibles(Seance.objects.all(), compte).select_related("action"), pk=pk)
    try:
        contenu = en_pdf(feuille_d_emargement(seance))
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect(_page(seance))
    reponse = HttpResponse(contenu, content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="emargement-{seance.date:%Y-%m-%d}.pdf"'
    reponse["Cache-Control"] = "private, no-store"
    return reponse
