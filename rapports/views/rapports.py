"""The reports: which there are, one as a page, as a PDF, as a workbook."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi.models import Convention, Parametre
from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_rediger, peut_voir_rapport
from insertion_pro.models import Contrat
from insertion_sociale.models import SuiviRsa
from rapports.forms import PeriodeForm
from rapports.models import LigneBudget, Rapport, ValeurPubliee
from rapports.rendu.classeur import en_xlsx
from rapports.rendu.composition import Composition, LiensSite
from rapports.rendu.document import contexte, document
from rapports.rendu.pdf import RenduImpossible, en_pdf


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
    clos = {r.periode: r for r in Rapport.objects.filter(clos_le__isnull=False)}
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
    """The report on screen: each figure leads to its definition."""
    composition = Composition(periode, LiensSite(), timezone.localdate())
    ouvert = composition.rapport is None or composition.rapport.clos_le is None
    redaction = ouvert and peut_rediger(compte_de(request))
    return render(
        request,
        "rapports/rapport_detail.html",
        {
            **contexte(composition),
            "redaction": redaction,
            "cloture": redaction and periode.fin < timezone.localdate(),
        },
    )


@require_safe
@acces(peut_voir_rapport)
def rapport_pdf(request: HttpRequest, periode: Periode) -> HttpResponse:
    """The report as a PDF; a message when the machine cannot make one."""
    try:
        contenu = en_pdf(document(periode, timezone.localdate()))
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect("rapport_detail", periode)
    return _fichier(contenu, "application/pdf", f"rapport-{_nom(periode)}.pdf", "inline")


@require_safe
@acces(peut_voir_rapport)
def rapport_xlsx(request: HttpRequest, periode: Periode) -> HttpResponse:
    """The workbook of the figures."""
    return _fichier(
        en_xlsx(periode, timezone.localdate()),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
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
