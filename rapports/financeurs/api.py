"""The read-only API: published figures, for the tools of funders. A token opens what it was given for, until its end."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern
from django.views.decorators.debug import sensitive_variables
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, Throttled
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from aipi.roles import ouverts_par, par_jeton
from rapports.financeurs.acces import acces_du
from rapports.financeurs.donnees import rangees
from rapports.financeurs.explications import methode
from rapports.financeurs.publication import noter_lecture
from rapports.models import AccesFinanceur, Tableau

RYTHME, RYTHME_DIT = "60/min", "60 par minute au plus"


class Jeton(HttpBearer):
    """`Authorization: Bearer …`, with a token that the director gave, neither ended nor taken back."""

    @sensitive_variables("token")
    def authenticate(self, request: HttpRequest, token: str) -> AccesFinanceur | None:
        return acces_du(token, AccesFinanceur.Genre.JETON)


class ParJeton(SimpleRateThrottle):
    """So many requests a token."""

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"api:{acces_de(request).pk}"


api = NinjaAPI(
    title="AIPi — tableaux de bord publiés",
    version="1",
    description=(
        "Lecture seule des chiffres que l’association a publiés pour un financeur. Les petits nombres sont secrets : "
        "leur valeur n’est dans aucune réponse. Chaque requête porte un jeton (Authorization: Bearer …)."
    ),
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
    auth=Jeton(),
    throttle=ParJeton(RYTHME),
)


def acces_de(request: HttpRequest) -> AccesFinanceur:
    """The token of the request, once it was recognised."""
    acces = getattr(request, "auth", None)
    assert isinstance(acces, AccesFinanceur)
    return acces


class Resume(Schema):
    """A dashboard that the token opens."""

    id: int
    financeur: str
    debut: datetime.date
    fin: datetime.date
    periode: str
    publie_le: datetime.datetime
    provisoire: bool


class Chiffre(Schema):
    """One number. `etat` : connu, secret ou inconnu ; `valeur` et `exacte` (fraction) sont nulles s’il n’est pas connu."""

    chapitre: str
    atelier: str
    code: str
    cle: str
    libelle: str
    ligne: str
    terme: str
    unite: str
    debut: datetime.date
    fin: datetime.date
    etat: str
    valeur: float | None
    exacte: str | None
    definition: str


class Detail(Resume):
    """A dashboard, with its note of method and all its numbers."""

    seuil: int
    methode: list[str]
    chiffres: list[Chiffre]


class Erreur(Schema):
    detail: str


def _resumer(tableau: Tableau) -> dict[str, Any]:
    return {
        "id": tableau.pk,
        "financeur": str(tableau.financeur),
        "debut": tableau.debut,
        "fin": tableau.fin,
        "periode": str(tableau.periode),
        "publie_le": tableau.publie_le,
        "provisoire": tableau.contenu["provisoire"],
    }


def _ouverts(request: HttpRequest) -> Any:
    return ouverts_par(Tableau.objects.select_related("financeur"), acces_de(request)).order_by("-publie_le", "-pk")


@api.get(
    "/tableaux",
    response={200: list[Resume], 401: Erreur, 429: Erreur},
    summary="Les tableaux que le jeton ouvre",
    operation_id="tableaux",
    url_name="api_tableaux",
)
def api_tableaux(request: HttpRequest) -> list[dict[str, Any]]:
    """Les tableaux publiés, du plus récent au plus ancien."""
    return [_resumer(tableau) for tableau in _ouverts(request)]


@api.get(
    "/tableaux/{int:identifiant}",
    response={200: Detail, 401: Erreur, 404: Erreur, 429: Erreur},
    summary="Un tableau et tous ses chiffres",
    operation_id="tableau",
    url_name="api_tableau",
)
def api_tableau(request: HttpRequest, identifiant: int) -> dict[str, Any]:
    """Chaque chiffre de la période, de la précédente et de la série, par atelier et par ligne de répartition."""
    tableau = get_object_or_404(_ouverts(request), pk=identifiant)
    noter_lecture(tableau)
    return {
        **_resumer(tableau),
        "seuil": tableau.contenu["seuil"],
        "methode": methode(tableau),
        "chiffres": list(rangees(tableau)),
    }


@api.exception_handler(AuthenticationError)
def _sans_jeton(request: HttpRequest, erreur: AuthenticationError) -> HttpResponse:
    reponse = api.create_response(request, {"detail": "Jeton absent, inconnu, expiré ou révoqué."}, status=401)
    reponse["WWW-Authenticate"] = "Bearer"
    return reponse


@api.exception_handler(Throttled)
def _trop_vite(request: HttpRequest, erreur: Throttled) -> HttpResponse:
    return api.create_response(request, {"detail": f"Trop de requêtes : {RYTHME_DIT}."}, status=429)


@api.exception_handler(Http404)
def _introuvable(request: HttpRequest, erreur: Http404) -> HttpResponse:
    return api.create_response(request, {"detail": "Ce tableau n’existe pas, ou le jeton ne l’ouvre pas."}, status=404)


def schema(prefixe: str) -> dict[str, Any]:
    """The OpenAPI description, for operations under `prefixe`."""
    return dict(api.get_openapi_schema(path_prefix=prefixe))


def adresses() -> list[URLPattern]:
    """The operations as addresses of the site; each view names its operations, so that their tokens can be checked."""
    motifs: list[URLPattern] = []
    for routeur in api._get_bound_routers():
        operations = [operation for vue in routeur.path_operations.values() for operation in vue.operations]
        for motif, operation in zip(routeur.urls_paths(routeur.prefix), operations, strict=True):
            motif.callback = par_jeton(motif.callback)
            motif.callback.operations = [operation]  # type: ignore[attr-defined]  # read by aipi.verifications
            motifs.append(motif)
    return motifs
