"""A dashboard read by a secret link, without an account: the same page, files and questions, until its end date."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from aipi.roles import ouverts_par, public
from rapports.financeurs.acces import acces_du
from rapports.financeurs.affichage import afficher
from rapports.financeurs.fichiers import FICHIERS
from rapports.financeurs.publication import noter_lecture
from rapports.forms_financeurs import QuestionForm
from rapports.models import AccesFinanceur, Tableau
from rapports.views.tableaux import contexte_de, servir

QUESTIONS_PAR_JOUR = 20
"""By one link: it has no account to be closed."""


def ouvrir_lien(secret: str) -> tuple[AccesFinanceur, Tableau]:
    """What a link opens. Raises Http404 for any other, ended or taken back, and when the dashboard was withdrawn."""
    acces = acces_du(secret, AccesFinanceur.Genre.LIEN)
    if acces is None:
        raise Http404
    tableau = ouverts_par(Tableau.objects.select_related("financeur"), acces).first()
    if tableau is None:
        raise Http404
    noter_lecture(tableau)
    return acces, tableau


@never_cache
@sensitive_variables("secret")
@require_safe
@public
def partage_detail(request: HttpRequest, secret: str) -> HttpResponse:
    """The dashboard that a link opens."""
    acces, tableau = ouvrir_lien(secret)
    form = QuestionForm(afficher(tableau), initial={"indicateur": request.GET.get("chiffre", "")})
    return _page(request, secret, acces, tableau, form)


@never_cache
@sensitive_variables("secret")
@require_safe
@public
def partage_fichier(request: HttpRequest, secret: str, nom: str) -> HttpResponse:
    """One of its files."""
    _, tableau = ouvrir_lien(secret)
    return servir(request, tableau, nom, reverse("partage_detail", args=[secret]))


@never_cache
@sensitive_variables("secret")
@require_POST
@public
def partage_question(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask about one of its figures."""
    acces, tableau = ouvrir_lien(secret)
    form = QuestionForm(afficher(tableau), request.POST)
    if not form.is_valid():
        return _page(request, secret, acces, tableau, form)
    hier = timezone.now() - datetime.timedelta(days=1)
    if acces.questions.filter(posee_le__gt=hier).count() >= QUESTIONS_PAR_JOUR:
        messages.error(request, "Beaucoup de questions ont déjà été posées aujourd’hui par ce lien : réessayez demain.")
    else:
        form.poser(tableau, acces=acces)
        messages.success(request, "Votre question est envoyée : la réponse apparaîtra sur cette page.")
    return redirect(f"{reverse('partage_detail', args=[secret])}#questions")


def _page(
    request: HttpRequest, secret: str, acces: AccesFinanceur, tableau: Tableau, form: QuestionForm
) -> HttpResponse:
    contexte = contexte_de(tableau, form) | {
        "lien": acces,
        "fichiers": [(libelle, reverse("partage_fichier", args=[secret, nom])) for nom, libelle in FICHIERS.items()],
        "adresse_question": reverse("partage_question", args=[secret]),
    }
    reponse = render(request, "rapports/tableau_detail.html", contexte)
    reponse["X-Robots-Tag"] = "noindex"
    return reponse
