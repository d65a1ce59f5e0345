"""The lists of the ACI: parcours, contracts, interviews, obstacles, missions."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import enonces, roles
from aipi.adresses import adresse_de
from aipi.listes import (
    SANS_OBJET,
    Colonne,
    Etat,
    Liste,
    Lot,
    Precise,
    Terme,
    etat_suivi,
    nom_de_liste,
    page_liste,
)
from aipi.roles import acces, compte_de, visibles
from aipi.views.listes import inviter, noter
from insertion_pro.filtres import FiltreContrats, FiltreEntretiens, FiltreFreins, FiltreMissions, FiltreParcours
from insertion_pro.models import Contrat, Entretien, Equipe, Frein, Mission, Parcours

LOTS = (
    Lot(
        "referent",
        "Attribuer un référent",
        "referent_lot",
        "ligne",
        roles.pole_pro,
        arguments=("insertion_pro.parcours",),
        retour=True,
    ),
    inviter("personne_id"),
)


def equipe_precise(equipe: Equipe) -> Precise:
    """The team, and its workshop beside it."""
    return Precise(equipe.nom, equipe.atelier.nom)


def _nom_parcours() -> Colonne:
    return Colonne(
        "nom",
        "Nom",
        ("personne__recherche", "ref"),
        valeur=lambda parcours: nom_de_liste(parcours.personne.nom, parcours.personne.prenom),
        lien=lambda parcours: adresse_de("personne_detail", parcours.personne_id),
    )


def _nom() -> Colonne:
    """The name, for rows that hang on a parcours."""
    return Colonne(
        "nom",
        "Nom",
        ("parcours__personne__recherche", "ref"),
        valeur=lambda ligne: nom_de_liste(ligne.parcours.personne.nom, ligne.parcours.personne.prenom),
        lien=lambda ligne: adresse_de("personne_detail", ligne.parcours.personne_id),
    )


def _referent() -> Colonne:
    return Colonne(
        "referent",
        "Référent",
        ("parcours__referent__nom", "parcours__referent__prenom"),
        vides=True,
        valeur=lambda ligne: ligne.parcours.referent and str(ligne.parcours.referent),
    )


def _terme(fin: datetime.date | None, jour: datetime.date) -> Terme | str:
    """The end of a contract: having none is a fact, since it then lasts as long as the stay."""
    return Terme(fin, jour) if fin is not None else "Sans date de fin"


def colonnes_parcours(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the parcours; a supervisor has all but the last."""
    return (
        _nom_parcours(),
        Colonne("etat", "État", valeur=lambda p: etat_suivi(p.date_entree, p.date_sortie, jour)),
        Colonne(
            "equipe",
            "Équipe",
            valeur=lambda p: (
                Precise(p.contrat["equipe__nom"], p.contrat["equipe__atelier__nom"]) if p.contrat else None
            ),
            absent="Sans contrat",
        ),
        Colonne(
            "contrat",
            "Fin du contrat",
            valeur=lambda p: _terme(p.contrat["date_fin"], jour) if p.contrat else SANS_OBJET,
        ),
        Colonne("entree", "Entrée", ("date_entree",), valeur=lambda p: p.date_entree),
        Colonne("sortie", "Sortie", ("date_sortie",), vides=True, valeur=lambda p: p.date_sortie or SANS_OBJET),
        Colonne(
            "referent",
            "Référent",
            ("referent__nom", "referent__prenom"),
            vides=True,
            valeur=lambda p: p.referent and str(p.referent),
        ),
    )


@require_safe
@acces(roles.voit_parcours)
def parcours_list(request: HttpRequest) -> HttpResponseBase:
    """Stays in the ACI that the reader may see; a supervisor sees the contracts of its own teams."""
    compte = compte_de(request)
    lignes = visibles(Parcours.objects.all(), compte).select_related("personne", "referent")

    def preparer(parcours: Sequence[Any]) -> None:
        """The latest contract of each that the reader may see."""
        contrats = enonces.lire(
            "liste.contrats_des_parcours",
            compte,
            [ligne.pk for ligne in parcours],
            lambda cles: (
                visibles(Contrat.objects.filter(parcours__in=cles), compte)
                .order_by("date_debut", "ref")
                .values("parcours", "date_fin", "equipe__nom", "equipe__atelier__nom")
            ),
        )
        derniers = {contrat["parcours"]: contrat for contrat in contrats}
        for ligne in parcours:
            ligne.contrat = derniers.get(ligne.pk)

    complet = roles.pole_pro(compte)
    colonnes = colonnes_parcours(timezone.localdate())
    return page_liste(
        request,
        FiltreParcours(request.GET, lignes, compte),
        Liste(
            "insertion_pro/parcours_list.html",
            "parcours-aci",
            colonnes if complet else colonnes[:-1],
            "nom",
            preparer=preparer,
            lots=LOTS,
            geste=(lambda parcours: noter(parcours.personne_id)) if complet else None,
        ),
    )


def fin_du_contrat(contrat: Contrat) -> datetime.date | None:
    """The last day of a contract; one without an end stops with its parcours."""
    return contrat.date_fin or contrat.parcours.date_sortie


def colonnes_contrats(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the contracts, the same for everyone who sees them."""
    return (
        _nom(),
        Colonne("etat", "État", valeur=lambda c: etat_suivi(c.date_debut, fin_du_contrat(c), jour)),
        Colonne("equipe", "Équipe", ("equipe__nom",), valeur=lambda c: equipe_precise(c.equipe)),
        Colonne("debut", "Début", ("date_debut",), valeur=lambda c: c.date_debut),
        Colonne("fin", "Fin", ("date_fin",), vides=True, valeur=lambda c: _terme(c.date_fin, jour)),
        Colonne(
            "heures", "Heures par semaine", ("heures_hebdo",), vides=True, nombre=True, valeur=lambda c: c.heures_hebdo
        ),
    )


@require_safe
@acces(roles.voit_parcours)
def contrat_list(request: HttpRequest) -> HttpResponseBase:
    """Contracts; a supervisor sees those of its own teams."""
    compte = compte_de(request)
    contrats = visibles(Contrat.objects.all(), compte).select_related("parcours__personne", "equipe__atelier")
    complet = roles.pole_pro(compte)
    return page_liste(
        request,
        FiltreContrats(request.GET, contrats, compte),
        Liste(
            "insertion_pro/contrat_list.html",
            "contrats",
            colonnes_contrats(timezone.localdate()),
            "nom",
            geste=(lambda contrat: adresse_de("contrat_update", contrat.pk)) if complet else None,
            libelle_geste="Corriger",
        ),
    )


COLONNES_ENTRETIENS = (
    _nom(),
    Colonne("date", "Date", ("date",), valeur=lambda e: e.date),
    Colonne("objet", "Objet", ("objet", "date"), valeur=lambda e: e.get_objet_display() or None),
    Colonne("lieu", "Lieu", ("lieu__libelle",), vides=True, valeur=lambda e: e.lieu and str(e.lieu)),
    Colonne("duree", "Durée (minutes)", ("duree_minutes",), vides=True, nombre=True, valeur=lambda e: e.duree_minutes),
    Colonne("intervenant", "Intervenant", valeur=lambda e: e.intervenant and str(e.intervenant)),
)
"""What was said stays in the file."""


@require_safe
@acces(roles.pole_pro)
def entretien_list(request: HttpRequest) -> HttpResponseBase:
    """Interviews, the latest first."""
    compte = compte_de(request)
    entretiens = visibles(Entretien.objects.all(), compte).select_related("parcours__personne", "lieu", "intervenant")
    return page_liste(
        request,
        FiltreEntretiens(request.GET, entretiens, compte),
        Liste(
            "insertion_pro/entretien_list.html",
            "entretiens",
            COLONNES_ENTRETIENS,
            "-date",
            geste=lambda entretien: adresse_de("entretien_update", entretien.pk),
            libelle_geste="Ouvrir",
        ),
    )


def etat_frein(frein: Frein, jour: datetime.date) -> Etat:
    """Open, or how it ended."""
    if frein.date_fin is None or frein.date_fin >= jour:
        return Etat("ouvert", "En cours")
    if frein.issue == Frein.Issue.LEVE:
        return Etat("fait", frein.get_issue_display())
    return Etat("sorti", frein.get_issue_display() or "Issue non renseignée")


def colonnes_freins(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the obstacles."""
    return (
        _nom(),
        Colonne("categorie", "Frein", ("categorie__libelle",), valeur=lambda f: str(f.categorie)),
        Colonne("etat", "État", valeur=lambda f: etat_frein(f, jour)),
        Colonne("reperage", "Repéré le", ("date_reperage",), valeur=lambda f: f.date_reperage),
        Colonne("fin", "Terminé le", ("date_fin",), vides=True, valeur=lambda f: f.date_fin or SANS_OBJET),
        _referent(),
    )


@require_safe
@acces(roles.pole_pro)
def frein_list(request: HttpRequest) -> HttpResponseBase:
    """Obstacles to work, from the day they were found to the day they ended."""
    compte = compte_de(request)
    freins = visibles(Frein.objects.all(), compte).select_related(
        "parcours__personne", "parcours__referent", "categorie"
    )
    return page_liste(
        request,
        FiltreFreins(request.GET, freins, compte),
        Liste(
            "insertion_pro/frein_list.html",
            "freins",
            colonnes_freins(timezone.localdate()),
            "nom",
            lots=(inviter("parcours__personne_id"),),
            geste=lambda frein: noter(frein.parcours.personne_id),
        ),
    )


def colonnes_missions(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the missions."""
    return (
        _nom(),
        Colonne("type", "Type", ("type",), valeur=lambda m: m.get_type_display()),
        Colonne("employeur", "Employeur", ("employeur",), valeur=lambda m: m.employeur),
        Colonne("etat", "État", valeur=lambda m: etat_suivi(m.date_debut, m.date_fin, jour, feminin=True)),
        Colonne("debut", "Début", ("date_debut",), valeur=lambda m: m.date_debut),
        Colonne(
            "fin", "Fin", ("date_fin",), vides=True, valeur=lambda m: Terme(m.date_fin, jour) if m.date_fin else None
        ),
        _referent(),
    )


@require_safe
@acces(roles.pole_pro)
def mission_list(request: HttpRequest) -> HttpResponseBase:
    """Work outside the ACI: temporary work, immersions, short contracts; the latest first."""
    compte = compte_de(request)
    missions = visibles(Mission.objects.all(), compte).select_related("parcours__personne", "parcours__referent")
    return page_liste(
        request,
        FiltreMissions(request.GET, missions, compte),
        Liste(
            "insertion_pro/mission_list.html",
            "missions",
            colonnes_missions(timezone.localdate()),
            "-debut",
            geste=lambda mission: noter(mission.parcours.personne_id),
        ),
    )
