"""The rights of a person about its data: what was asked and when it must be answered, copies, frozen file, erasure."""

from __future__ import annotations

import tempfile
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aipi import copie, effacement, roles
from aipi.listes import page_de
from aipi.models import Compte, DemandeDroit, Limitation, Personne
from aipi.pdf import RenduImpossible, en_pdf, feuille_de_style
from aipi.roles import Pole, acces, compte_de, personnes_visibles, visibles
from aipi.saisie_droits import DemandeForm, EffacementForm, LeveeForm, LimitationForm, ReponseForm

from .journal import references_de


def _personne(compte: Compte, pk: int) -> Personne:
    return get_object_or_404(personnes_visibles(compte).select_related("commune"), pk=pk)


def _fichier(contenu: bytes, nom: str, type_mime: str = "application/pdf") -> HttpResponse:
    return HttpResponse(
        contenu,
        content_type=type_mime,
        headers={"Content-Disposition": f'attachment; filename="{nom}"', "Cache-Control": "private, no-store"},
    )


@require_safe
@acces(roles.repond_aux_droits)
def demande_list(request: HttpRequest) -> HttpResponse:
    """The register: what waits for an answer, the nearest deadline first, then what was answered; and the frozen files."""
    compte = compte_de(request)
    demandes = visibles(DemandeDroit.objects.all(), compte).select_related("personne", "repondue_par")
    page = page_de(request, demandes.order_by(F("repondue_le").asc(nulls_first=True), "recue_le", "pk"))
    limitations = visibles(Limitation.objects.filter(fin=None), compte).select_related("personne")
    return render(
        request,
        "aipi/demande_list.html",
        {"page": page, "jour": timezone.localdate(), "limitations": limitations.order_by("debut", "pk")[:100]},
    )


@require_safe
@acces(roles.pole_pro, roles.pole_social)
def personne_droits(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about the rights of one person, each with its page."""
    compte = compte_de(request)
    personne = _personne(compte, pk)
    repond = roles.repond_aux_droits(compte)
    limitations = visibles(Limitation.objects.filter(personne=personne), compte)
    limitations = limitations.select_related("posee_par", "levee_par")
    return render(
        request,
        "aipi/personne_droits.html",
        {
            "personne": personne,
            "fige": any(limitation.fin is None for limitation in limitations),
            "jour": timezone.localdate(),
            "demandes": visibles(DemandeDroit.objects.filter(personne=personne), compte).select_related(
                "enregistree_par", "repondue_par"
            ),
            "limitations": limitations,
            "repond": repond,
            "notes_privees": copie.auteurs_de_notes_privees(personne) if repond else [],
            "poles": list(Pole),
        },
    )


def _saisir(
    request: HttpRequest, form: Any, personne: Personne, titre: str, fait: str, contexte: dict[str, Any] | None = None
) -> HttpResponse:
    """Show and save one of these short forms, then come back to the rights of the person."""
    if form.is_valid():
        form.save()
        messages.success(request, fait)
        return redirect("personne_droits", personne.pk)
    return render(
        request, "aipi/droit_form.html", {"form": form, "personne": personne, "titre": titre, **(contexte or {})}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def demande_create(request: HttpRequest, personne_id: int) -> HttpResponse:
    """Write down what a person asks: whoever receives it, so that the month is counted from that day."""
    compte = compte_de(request)
    personne = _personne(compte, personne_id)
    demande = DemandeDroit(personne=personne, enregistree_par=compte)
    form = DemandeForm(request.POST or None, instance=demande, initial={"recue_le": timezone.localdate()})
    return _saisir(
        request,
        form,
        personne,
        "Enregistrer une demande",
        "La demande est enregistrée\u202f: la direction a un mois pour y répondre.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.repond_aux_droits)
def demande_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was answered."""
    compte = compte_de(request)
    demande = get_object_or_404(visibles(DemandeDroit.objects.all(), compte).select_related("personne"), pk=pk)
    demande.repondue_par = compte
    form = ReponseForm(request.POST or None, instance=demande, initial={"repondue_le": timezone.localdate()})
    return _saisir(
        request, form, demande.personne, "Répondre à une demande", "La réponse est notée.", {"demande": demande}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.repond_aux_droits)
def limitation(request: HttpRequest, personne_id: int) -> HttpResponse:
    """Freeze the file, or open it again when it is frozen."""
    compte = compte_de(request)
    personne = _personne(compte, personne_id)
    posee = Limitation.objects.filter(personne=personne, fin=None).first()
    if posee is not None:
        posee.levee_par = compte
        levee = LeveeForm(request.POST or None, instance=posee, initial={"fin": timezone.localdate()})
        return _saisir(
            request, levee, personne, "Lever la limitation", "Le dossier est rouvert.", {"limitation": posee}
        )
    form = LimitationForm(
        request.POST or None,
        instance=Limitation(personne=personne, posee_par=compte),
        initial={"debut": timezone.localdate()},
    )
    try:
        with transaction.atomic():
            return _saisir(request, form, personne, "Limiter le traitement", "Le dossier est limité.")
    except IntegrityError:
        # Sent twice: it is frozen already.
        return redirect("personne_droits", personne.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.repond_aux_droits)
def effacement_personne(request: HttpRequest, personne_id: int) -> HttpResponse:
    """What would go, what must stay and until when; then, once confirmed, erase."""
    compte = compte_de(request)
    personne = _personne(compte, personne_id)
    jour = timezone.localdate()
    form = EffacementForm(request.POST or None)
    if form.is_valid():
        restes = effacement.effacer(personne, compte, jour)
        suite = f" Le reste est gardé jusqu’à la fin des obligations ({len(restes)})." if restes else ""
        messages.success(request, f"C’est effacé.{suite}")
        return redirect("personne_droits", personne.pk)
    return render(
        request,
        "aipi/effacement.html",
        {
            "form": form,
            "personne": personne,
            "portee": effacement.portee(personne),
            "conserves": effacement.conserves(personne, jour),
        },
    )


@require_safe
@acces(roles.repond_aux_droits)
def personne_copie(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything held, as a document to read and hand over."""
    personne = _personne(compte_de(request), pk)
    try:
        contenu = en_pdf(copie.document(personne, references_de(personne)))
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect("personne_droits", personne.pk)
    return _fichier(contenu, f"copie-dossier-{timezone.localdate():%Y-%m-%d}.pdf")


@require_safe
@acces(roles.repond_aux_droits)
def personne_donnees(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything held, as files: the sheets of the exchange format and the documents."""
    personne = _personne(compte_de(request), pk)
    sortie = tempfile.TemporaryFile(suffix=".zip")  # noqa: SIM115 - the response closes it
    copie.archive(personne, references_de(personne), sortie)
    sortie.seek(0)
    return FileResponse(
        sortie,
        as_attachment=True,
        filename=f"donnees-{timezone.localdate():%Y-%m-%d}.zip",
        content_type="application/zip",
        headers={"Cache-Control": "private, no-store"},
    )


@require_safe
@acces(roles.pole_pro, roles.pole_social)
def fiche_information(request: HttpRequest, pole: str) -> HttpResponse:
    """The sheet to hand over at the first meeting: who holds the data, why, how long, and what one may ask."""
    if pole not in {p.value for p in Pole}:
        raise Http404
    jour = timezone.localdate()
    html = render_to_string(
        "aipi/fiche_information.html",
        {
            "pole": pole,
            "nom": copie.NOMS_DE_POLE[Pole(pole)],
            "jour": jour,
            "style": feuille_de_style("css/information.css"),
            **copie.association(),
        },
    )
    try:
        contenu = en_pdf(html)
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect("accueil")
    return _fichier(contenu, f"information-pole-{pole}.pdf")
