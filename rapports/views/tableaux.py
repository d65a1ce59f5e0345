"""Dashboards of funders: the director prepares, looks, publishes, gives access, answers; a funder reads and asks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi.models import Compte
from aipi.pdf import RenduImpossible
from aipi.roles import acces, compte_de, financeur, lit_tableaux, publie_tableaux, visibles
from rapports.financeurs.acces import ouvrir, revoquer
from rapports.financeurs.affichage import Affichage, afficher
from rapports.financeurs.explications import cachees, designation, methode
from rapports.financeurs.fichiers import FICHIERS, fabriquer
from rapports.financeurs.lecture import Demande
from rapports.financeurs.publication import (
    APreparerDeNouveau,
    PublieAutrement,
    RienAPublier,
    genants,
    noter_lecture,
    preparer,
    publier,
    retirer,
)
from rapports.financeurs.secret import PublicationImpossible
from rapports.forms_financeurs import AccesForm, DemandeForm, QuestionForm, ReponseForm
from rapports.models import AccesFinanceur, QuestionFinanceur, Tableau

NOMMES = 5
"""How many numbers that stand in the way are named; beyond, their number."""


def tableau_ou_404(compte: Compte, pk: int) -> Tableau:
    """A dashboard that the account may read. Raises Http404."""
    return get_object_or_404(visibles(Tableau.objects.select_related("financeur", "publie_par"), compte), pk=pk)


@require_safe
@acces(lit_tableaux)
def tableau_list(request: HttpRequest) -> HttpResponse:
    """A funder’s own; for the director, all of them, what is prepared, and the questions that wait."""
    compte = compte_de(request)
    tableaux = visibles(Tableau.objects.select_related("financeur").defer("contenu", "cellules"), compte)
    direction = publie_tableaux(compte)
    contexte: dict[str, Any] = {"tableaux": tableaux, "direction": direction}
    if direction:
        contexte["questions"] = (
            QuestionFinanceur.objects.filter(repondu_le=None)
            .select_related("tableau__financeur", "auteur", "acces")
            .defer("tableau__contenu", "tableau__cellules")
        )
        contexte["jetons"] = AccesFinanceur.objects.filter(
            genre=AccesFinanceur.Genre.JETON, tableau=None
        ).select_related("financeur")
    return render(request, "rapports/tableau_list.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(publie_tableaux)
def tableau_create(request: HttpRequest) -> HttpResponse:
    """Prepare a dashboard: it is then looked at, and published or thrown away."""
    form = DemandeForm(request.POST if request.method == "POST" else None, initial=_depart(request))
    if request.method == "POST" and form.is_valid():
        demande = Demande(
            form.cleaned_data["financeur"],
            form.cleaned_data["periode"],
            form.cleaned_data["par_atelier"],
            form.cleaned_data["avec_precedente"],
            form.cleaned_data["avec_serie"],
        )
        try:
            preparation = preparer(demande)
        except RienAPublier:
            form.add_error("financeur", "Ce financeur n’a aucune convention dans les années de cette période.")
        except PublicationImpossible as impossible:
            form.add_error(None, _dire_impossible(impossible))
        else:
            if preparation.retires:
                noms = ", ".join(str(tableau) for tableau in preparation.retires)
                messages.warning(
                    request,
                    f"Un tableau retiré a déjà été lu ({noms}). Qui l’aurait gardé pourrait, avec celui-ci, retrouver "
                    "certains petits nombres. Vous pouvez le publier, ou en préparer un moins détaillé.",
                )
            return redirect("tableau_detail", preparation.tableau.pk)
    return render(request, "rapports/tableau_create.html", {"form": form})


def _depart(request: HttpRequest) -> dict[str, Any]:
    return {nom: request.GET[nom] for nom in ("financeur", "debut", "fin") if nom in request.GET}


def _dire_impossible(impossible: PublicationImpossible) -> str:
    genes = genants(impossible, Tableau.objects.publics().select_related("financeur"))
    if not genes:
        return "Aucun choix de nombres à cacher ne protège tout le monde : préparez un tableau moins détaillé."
    nombres = [designation(cellule, genes[0]) for cellule in sorted(impossible.cellules)]
    suite = f" et {len(nombres) - NOMMES} autres" if len(nombres) > NOMMES else ""
    return (
        "Ce tableau permettrait de retrouver de petits nombres, à cause de ce que montre déjà "
        f"{' et '.join(f'« {gene} »' for gene in genes)} : {' ; '.join(nombres[:NOMMES])}{suite}. "
        "Retirez-le avant de préparer celui-ci, ou préparez un tableau moins détaillé."
    )


@never_cache
@require_safe
@acces(lit_tableaux)
def tableau_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A dashboard as its funder reads it; the director also sees what it hides, who may open it, what was asked."""
    compte = compte_de(request)
    tableau = tableau_ou_404(compte, pk)
    contexte = contexte_de(
        tableau, QuestionForm(afficher(tableau), initial={"indicateur": request.GET.get("chiffre", "")})
    )
    if publie_tableaux(compte):
        contexte |= contexte_de_direction(tableau, AccesForm())
    else:
        noter_lecture(tableau)
        contexte["adresse_question"] = reverse("tableau_question", args=[tableau.pk])
    contexte["fichiers"] = [
        (libelle, reverse("tableau_fichier", args=[tableau.pk, nom])) for nom, libelle in FICHIERS.items()
    ]
    return render(request, "rapports/tableau_detail.html", contexte)


def contexte_de(tableau: Tableau, form: QuestionForm) -> dict[str, Any]:
    """What the page of a dashboard prints, whoever reads it."""
    affichage: Affichage = form.affichage
    return {
        "tableau": tableau,
        "affichage": affichage,
        "methode": methode(tableau),
        "questions": tableau.questions.select_related("auteur", "acces", "repondu_par"),
        "form": form,
    }


def contexte_de_direction(tableau: Tableau, form: AccesForm) -> dict[str, Any]:
    return {
        "direction": True,
        "cachees": cachees(tableau),
        "acces": AccesFinanceur.objects.filter(tableau=tableau).select_related("cree_par"),
        "form_acces": form,
        "comptes": tableau.financeur.comptes.filter(role=Compte.Role.FINANCEUR, is_active=True).count(),
    }


@never_cache
@require_safe
@acces(lit_tableaux)
def tableau_fichier(request: HttpRequest, pk: int, nom: str) -> HttpResponse:
    """A dashboard as a file, made from what is published."""
    compte = compte_de(request)
    tableau = tableau_ou_404(compte, pk)
    if not publie_tableaux(compte):
        noter_lecture(tableau)
    return servir(request, tableau, nom, reverse("tableau_detail", args=[tableau.pk]))


def servir(request: HttpRequest, tableau: Tableau, nom: str, retour: str) -> HttpResponse:
    """The file of that name. Raises Http404 when there is none such."""
    if nom not in FICHIERS:
        raise Http404("Ce tableau n’a pas ce fichier.")
    try:
        contenu, type_mime = fabriquer(tableau, nom)
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect(retour)
    disposition = f'attachment; filename="tableau-{tableau.debut}-{tableau.fin}.{nom.rpartition(".")[2]}"'
    return HttpResponse(
        contenu,
        content_type=type_mime,
        headers={"Content-Disposition": disposition, "X-Robots-Tag": "noindex"},
    )


@require_POST
@acces(publie_tableaux)
def tableau_publier(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a dashboard as it was looked at."""
    tableau = get_object_or_404(Tableau.objects.select_related("financeur"), pk=pk)
    try:
        publier(tableau, compte_de(request))
    except PublieAutrement:
        messages.info(request, "Ce tableau était déjà publié ou retiré.")
    except APreparerDeNouveau:
        messages.error(
            request,
            "Un autre tableau a été publié depuis que celui-ci est préparé : préparez-le de nouveau, pour que les deux "
            "ensemble ne dévoilent rien.",
        )
    else:
        messages.success(request, f"Le tableau {tableau.periode} est publié pour {tableau.financeur}.")
    return redirect("tableau_detail", tableau.pk)


@require_POST
@acces(publie_tableaux)
def tableau_retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dashboard back; one that was never published is thrown away."""
    tableau = get_object_or_404(Tableau.objects.select_related("financeur"), pk=pk)
    if tableau.publie_le is None:
        tableau.delete()
        messages.success(request, "Le tableau préparé est jeté : personne ne l’a vu.")
        return redirect("tableau_list")
    retirer(tableau)
    messages.success(request, f"Le tableau {tableau.periode} est retiré : {tableau.financeur} ne le voit plus.")
    return redirect("tableau_detail", tableau.pk)


@never_cache
@sensitive_variables("secret", "lien")
@require_POST
@acces(publie_tableaux)
def acces_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a link or a token: its secret is shown on this page, and never again."""
    compte = compte_de(request)
    tableau = get_object_or_404(Tableau.objects.publics().select_related("financeur"), pk=pk)
    form = AccesForm(request.POST)
    if not form.is_valid():
        contexte = contexte_de(tableau, QuestionForm(afficher(tableau))) | contexte_de_direction(tableau, form)
        return render(request, "rapports/tableau_detail.html", contexte)
    genre, tous = form.portee
    secret = ouvrir(genre, tableau, form.cleaned_data["nom"], form.cleaned_data["fin"], compte, tous=tous)
    lien = secret
    if genre == AccesFinanceur.Genre.LIEN:
        lien = request.build_absolute_uri(reverse("partage_detail", args=[secret]))
    return render(
        request,
        "rapports/acces_montre.html",
        {
            "tableau": tableau,
            "lien": lien,
            "est_lien": genre == AccesFinanceur.Genre.LIEN,
            "nom": form.cleaned_data["nom"],
            "fin": form.cleaned_data["fin"],
            "api": request.build_absolute_uri(reverse("api_accueil")),
        },
    )


@require_POST
@acces(publie_tableaux)
def acces_revoquer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a link or a token back."""
    donne = get_object_or_404(AccesFinanceur, pk=pk)
    revoquer(donne)
    messages.success(request, f"{donne.get_genre_display()} révoqué\u202f: « {donne.nom} » n’ouvre plus rien.")
    return redirect("tableau_detail", donne.tableau_id) if donne.tableau_id else redirect("tableau_list")


# Questions


@require_POST
@acces(financeur)
def tableau_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask about a figure of a dashboard of one’s own."""
    compte = compte_de(request)
    tableau = tableau_ou_404(compte, pk)
    form = QuestionForm(afficher(tableau), request.POST)
    if form.is_valid():
        form.poser(tableau, auteur=compte)
        messages.success(request, "Votre question est envoyée : la réponse apparaîtra sur cette page.")
        return redirect(f"{reverse('tableau_detail', args=[tableau.pk])}#questions")
    contexte = contexte_de(tableau, form) | {"adresse_question": request.path}
    return render(request, "rapports/tableau_detail.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(publie_tableaux)
def question_repondre(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question, or correct the answer."""
    question = get_object_or_404(
        QuestionFinanceur.objects.select_related("tableau__financeur", "auteur", "acces").defer("tableau__cellules"),
        pk=pk,
    )
    form = ReponseForm(request.POST if request.method == "POST" else None, instance=question)
    if request.method == "POST" and form.is_valid():
        form.repondre(compte_de(request))
        messages.success(request, f"Votre réponse est visible par {question.tableau.financeur}.")
        return redirect(f"{reverse('tableau_detail', args=[question.tableau_id])}#questions")
    return render(request, "rapports/question_repondre.html", {"question": question, "form": form})
