"""Lists of the pole: RSA follow-ups, housing measures, actions."""

from __future__ import annotations

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import roles
from aipi.listes import Colonne, liste
from aipi.roles import acces, compte_de, visibles
from insertion_sociale.filtres import FiltreActions, FiltreMesures, FiltreSuivis
from insertion_sociale.models import Action, ContactRsa, MesureLogement, Seance, SuiviRsa

COLONNES_RSA = (
    Colonne("nom", "Nom", ("personne__recherche", "ref")),
    Colonne("etat", "État"),
    Colonne("entree", "Entrée", ("date_entree",)),
    Colonne("sortie", "Sortie", ("date_sortie",), vides=True),
    Colonne("contact", "Dernier contact"),
    Colonne("referent", "Référent", ("referent__nom", "referent__prenom"), vides=True),
)
COLONNES_LOGEMENT = (
    Colonne("nom", "Nom", ("personne__recherche", "ref")),
    Colonne("etat", "État"),
    Colonne("dispositif", "Dispositif", ("dispositif", "type")),
    Colonne("debut", "Début", ("date_debut",)),
    Colonne("fin", "Fin", ("date_fin",), vides=True),
    Colonne("menage", "Ménage", ("personnes_menage",), vides=True, nombre=True),
    Colonne("referent", "Référent", ("referent__nom", "referent__prenom"), vides=True),
)
COLONNES_ACTIONS = (
    Colonne("intitule", "Action", ("intitule",)),
    Colonne("domaine", "Domaine", ("domaine", "programme")),
    Colonne("annee", "Année", ("annee", "intitule"), nombre=True),
    Colonne("tenues", "Séances tenues", nombre=True),
    Colonne("participants", "Participants", nombre=True),
    Colonne("places", "Places", ("places",), vides=True, nombre=True),
)


@require_safe
@acces(roles.pole_social)
def suivi_rsa_list(request: HttpRequest) -> HttpResponse:
    """RSA follow-ups, with the day of the last contact that took place."""
    compte = compte_de(request)
    suivis = visibles(SuiviRsa.objects.all(), compte).select_related("personne", "referent")
    contexte = liste(request, FiltreSuivis(request.GET, suivis, compte), COLONNES_RSA, "nom")
    # Asked for the rows of the page only: a subquery for each row before the cut costs the whole table.
    honores = ContactRsa.objects.filter(suivi__in=contexte["page"].objets, statut=ContactRsa.Statut.HONORE)
    derniers = dict(honores.order_by().values_list("suivi").annotate(dernier=Max("date")))
    return render(
        request,
        "insertion_sociale/suivi_rsa_list.html",
        {
            **contexte,
            "derniers": {s.pk: derniers.get(s.pk) for s in contexte["page"].objets},
            "jour": timezone.localdate(),
        },
    )


@require_safe
@acces(roles.pole_social)
def mesure_logement_list(request: HttpRequest) -> HttpResponse:
    """Housing measures, FSL and Partenord."""
    compte = compte_de(request)
    mesures = visibles(MesureLogement.objects.all(), compte).select_related("personne", "referent")
    contexte = liste(request, FiltreMesures(request.GET, mesures, compte), COLONNES_LOGEMENT, "nom")
    return render(request, "insertion_sociale/mesure_logement_list.html", {**contexte, "jour": timezone.localdate()})


@require_safe
@acces(roles.pole_social)
def action_list(request: HttpRequest) -> HttpResponse:
    """Health and collective actions, with what was held and who came."""
    compte = compte_de(request)
    actions = visibles(Action.objects.all(), compte)
    contexte = liste(request, FiltreActions(request.GET, actions, compte), COLONNES_ACTIONS, "-annee")
    tenue = Q(statut=Seance.Statut.TENUE)
    bilan = (
        Seance.objects.filter(action__in=contexte["page"].objets)
        .order_by()
        .values("action")
        .annotate(
            tenues=Count("pk", filter=tenue, distinct=True),
            participants=Count("presences__personne", filter=tenue & Q(presences__present=True), distinct=True),
        )
    )
    bilans = {ligne["action"]: ligne for ligne in bilan}
    return render(
        request,
        "insertion_sociale/action_list.html",
        {**contexte, "bilans": {a.pk: bilans.get(a.pk) for a in contexte["page"].objets}},
    )
