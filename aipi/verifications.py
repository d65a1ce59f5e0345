"""System checks: no view without a rule of access, no model of ours without one, no address that the reading log ignores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from aipi.consultations import est_declaree
from aipi.roles import MODELES, par_jeton

APPLICATIONS = ("aipi", "insertion_pro", "insertion_sociale", "rapports")


def vues(motifs: Sequence[URLPattern | URLResolver], prefixe: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every view of the site with its pattern, those of included modules too."""
    for motif in motifs:
        chemin = prefixe + str(motif.pattern)
        if isinstance(motif, URLResolver):
            yield from vues(motif.url_patterns, chemin)
        else:
            yield chemin, motif.callback


def a_une_regle(vue: Callable[..., Any]) -> bool:
    """True for a view that wears `acces` or `public`, or that the administration site guards itself."""
    return hasattr(vue, "regle") or hasattr(vue, "admin_site") or hasattr(vue, "model_admin")


@register(Tags.security)
def toute_vue_a_une_regle(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    return [
        Error(f"L’adresse « {chemin} » n’a pas de règle d’accès.", hint="Décorez la vue par acces(…).", id="aipi.E001")
        for chemin, vue in vues(get_resolver().url_patterns)
        if not a_une_regle(vue)
    ]


def demande_un_jeton(vue: Callable[..., Any]) -> bool:
    """True when each operation of the API behind a view authenticates whoever calls."""
    operations = getattr(vue, "operations", [])
    return bool(operations) and all(operation.auth_callbacks for operation in operations)


@register(Tags.security)
def toute_operation_demande_un_jeton(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    return [
        Error(f"L’adresse « {chemin} » répond à un logiciel sans lui demander de jeton.", id="aipi.E005")
        for chemin, vue in vues(get_resolver().url_patterns)
        if par_jeton in getattr(vue, "regle", ()) and not demande_un_jeton(vue)
    ]


@register(Tags.security)
def tout_modele_a_une_regle(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    modeles = {modele._meta.label for nom in APPLICATIONS for modele in apps.get_app_config(nom).get_models()}
    sans_regle = [
        Error(f"Le modèle {label} n’a pas de règle d’accès dans aipi.roles.", id="aipi.E002")
        for label in sorted(modeles - MODELES.keys())
    ]
    sans_modele = [
        Error(f"La règle de {label} ne correspond à aucun modèle.", id="aipi.E003")
        for label in sorted(MODELES.keys() - modeles)
    ]
    return [*sans_regle, *sans_modele]


def adresses(motifs: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Every address of ours, the administration site aside."""
    for motif in motifs:
        if not isinstance(motif, URLResolver):
            yield motif
        elif motif.app_name != "admin":
            yield from adresses(motif.url_patterns)


@register(Tags.security)
def toute_adresse_est_connue_du_journal(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Le journal des consultations ne sait pas ce qu’ouvre l’adresse « {motif.name} ».",
            hint="Déclarez-la dans le module « consultations » de son application (inscrire, ou sans_dossier).",
            id="aipi.E004",
        )
        for motif in adresses(get_resolver().url_patterns)
        if motif.pattern.converters and not est_declaree(motif.name or "")
    ]
