"""The reports: which there are, one as a page, as a PDF, as a workbook."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi.models import Convention, Parametre
from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_rediger, peut_voir_rapport
from insertion_pro.models import Contrat
from insertion_sociale.models import SuiviRsa
from rapports.forms import PeriodeForm
from rapports.models import LigneBudget, Rapport, ValeurPubliee, edition_de
from rapports.rendu.classeur import en_xlsx
from rapports.rendu.composition import Composition, LiensSite
from rapports.rendu.document import contexte, document
from rapports.rendu.pdf import RenduImpossible, en_pdf
from rapports.views.cloture import servir

TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def annees() -> list[int]:
    """The years that something is known of, the latest first, the current one included."""
    presente = timezone.localdate().year
    connues = {presente}
    for modele in (ValeurPubliee, LigneBudget, Convention):
        connues |= set(modele._default_manager.order_by().values_list("annee", flat=True).distinct())
    premiere = Parametre.premiere_annee()
    debuts = [
        jour.year
        for lignes, champ in ((Contrat.objects.all(), "date_debut"), (SuiviRsa.objects.all(), "date_entree"))
        if (jour := lignes.order_by(champ).values_list(champ, flat=True).first()) is not None
    ]
    if debuts:
        connues |= set(range(max(min(debuts), premiere or 0), presente + 1))
    return sorted((annee for annee in connues if annee <= presente), reverse=True)


@require_safe
@acces(peut_voir_rapport)
def rapport_list(request: HttpRequest) -> HttpResponse:
    """Years, reports of other periods, and a way to ask for any period."""
    form = PeriodeForm(request.GET if "debut" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("rapport_detail", form.cleaned_data["periode"])
    jour = timezone.localdate()
    clos = {r.periode: r.edition for r in Rapport.objects.exclude(edition=None).select_related("edition")}
    return render(
        request,
        "rapports/rapport_list.html",
        {
            "form": form,
            "lignes": [
                {"periode": p, "provisoire": p.fin >= jour, "clos": clos.get(p)}
                for p in (Periode.annee(annee) for annee in annees())
            ],
            "autres": [r.periode for r in Rapport.objects.all() if r.periode.annee_civile is None],
        },
    )


@require_safe
@acces(peut_voir_rapport)
def rapport_detail(request: HttpRequest, periode: Periode) -> HttpResponse:
    """The report on screen: each figure leads to its definition. Once closed, the page is the one that was kept."""
    composition = Composition(periode, LiensSite(), timezone.localdate())
    redaction = peut_rediger(compte_de(request))
    edition = composition.edition
    return render(
        request,
        "rapports/rapport_detail.html",
        {
            **({"composition": composition} if edition is not None else contexte(composition)),
            "edition": edition,
            "direction": redaction,
            "redaction": redaction and edition is None,
            "cloture": redaction and edition is None and periode.fin < timezone.localdate(),
            "editions": composition.rapport is not None and composition.rapport.editions.exists(),
        },
    )


@require_safe
@acces(peut_voir_rapport)
def rapport_pdf(request: HttpRequest, periode: Periode) -> HttpResponseBase:
    """The report as a PDF; a message when the machine cannot make one. Once closed, the very file that was kept."""
    if (edition := edition_de(periode)) is not None:
        return servir(edition.pdf, "application/pdf", f"rapport-{_nom(periode)}.pdf", telecharger=False)
    try:
        contenu = en_pdf(document(periode, timezone.localdate()))
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect("rapport_detail", periode)
    return _fichier(contenu, "application/pdf", f"rapport-{_nom(periode)}.pdf", "inline")


@require_safe
@acces(peut_voir_rapport)
def rapport_court(request: HttpRequest, periode: Periode) -> HttpResponseBase:
    """The short version, for the assembly: the sections that the plan keeps, without the annex."""
    if (edition := edition_de(periode)) is not None:
        return servir(edition.court, "application/pdf", f"rapport-court-{_nom(periode)}.pdf", telecharger=False)
    try:
        contenu = en_pdf(document(periode, timezone.localdate(), courte=True))
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect("rapport_detail", periode)
    return _fichier(contenu, "application/pdf", f"rapport-court-{_nom(periode)}.pdf", "inline")


@require_safe
@acces(peut_voir_rapport)
def rapport_xlsx(request: HttpRequest, periode: Periode) -> HttpResponseBase:
    """The workbook of the figures. Once closed, the very file that was kept."""
    if (edition := edition_de(periode)) is not None:
        return servir(edition.xlsx, TYPE_XLSX, f"chiffres-{_nom(periode)}.xlsx", telecharger=True)
    return _fichier(
        en_xlsx(periode, timezone.localdate()),
        TYPE_XLSX,
        f"chiffres-{_nom(periode)}.xlsx",
        "attachment",
    )


def _nom(periode: Periode) -> str:
    annee = periode.annee_civile
    return str(annee) if annee is not None else f"{periode.debut.isoformat()}-{periode.fin.isoformat()}"


def _fichier(contenu: bytes, type_mime: str, nom: str, disposition: str) -> HttpResponse:
    return HttpResponse(
        contenu, content_type=type_mime, headers={"Content-Disposition": f'{disposition}; filename="{nom}"'}
    )
