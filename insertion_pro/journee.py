"""What the pole brings to « Ma journée »: appointments, interviews due, ends of contracts, exits, hours, CQP."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from aipi import agenda, roles
from aipi.journee import (
    A_COMPLETER,
    A_POINTER,
    A_SAISIR,
    A_VOIR,
    BIENTOT,
    ECHEANCES,
    EN_RETARD,
    EQUIPE,
    LOIN,
    RENDEZ_VOUS,
    SORTIES,
    SUITES,
    Genre,
    Ligne,
    Portee,
    Regard,
    dire_echeance,
    inscrire,
    inscrire_groupes,
    periode_du_rapport,
    seuil_contact,
)
from aipi.models import Compte, Personne, StatutRendezVous
from aipi.nombres import nombre
from aipi.periodes import UN_JOUR, Periode, jour_francais, nom_mois
from aipi.roles import visibles
from aipi.templatetags.chiffres import accorde, duree, restant

from .models import Contrat, Entretien, Equipe, Parcours, ParticipationFormation, RendezVous, SuiteSortie

DOSSIER = "parcours__personne__"


def equipes(compte: Compte) -> Iterable[tuple[int, str]]:
    """The teams that the day may be narrowed to."""
    if not roles.voit_parcours(compte):
        return []
    return roles.tenus(Equipe.objects.order_by("nom", "code"), compte).values_list("pk", "nom")


def _de(lignes: QuerySet[Any], regard: Regard, chemin: str = "parcours") -> QuerySet[Any]:
    """Rows of the parcours at the end of `chemin` (empty for a parcours itself), within the reach of the look."""
    prefixe = f"{chemin}__" if chemin else ""
    if regard.intervenant is not None:
        lignes = lignes.filter(**{f"{prefixe}referent": regard.intervenant})
    if regard.portee is Portee.EQUIPE:
        lies = Contrat.objects.filter(equipe=regard.equipe).en_vigueur_le(regard.jour)
        lignes = lignes.filter(**{f"{prefixe}pk__in": lies.order_by().values("parcours")})
    return lignes


def _mois_dernier(jour: datetime.date) -> Periode:
    return Periode.du_mois(jour.replace(day=1) - UN_JOUR)


# Appointments


def _rendez_vous(regard: Regard) -> QuerySet[RendezVous]:
    """Appointments of the reader, or of no one in particular with its employees."""
    lignes = visibles(RendezVous.objects.all(), regard.compte)
    if regard.intervenant is not None:
        return lignes.filter(
            Q(intervenant=regard.intervenant) | Q(intervenant=None, parcours__referent=regard.intervenant)
        )
    return _de(lignes, regard)


def rendez_vous_du_jour(regard: Regard) -> QuerySet[RendezVous]:
    return _rendez_vous(regard).filter(date=regard.jour).exclude(statut=StatutRendezVous.ANNULE)


def rendez_vous_passes(regard: Regard) -> QuerySet[RendezVous]:
    bornes = (regard.jour - EN_RETARD, regard.jour - UN_JOUR)
    return _rendez_vous(regard).filter(date__range=bornes, statut=StatutRendezVous.PREVU)


# Whom to see


def a_voir(regard: Regard) -> QuerySet[Parcours]:
    """Employees in contract today, not seen for a month; `vu` is the last time, or the first day for who never was."""
    entretiens = Entretien.objects.order_by().filter(parcours=OuterRef("pk")).values("parcours")
    honores = (
        RendezVous.objects.order_by().filter(parcours=OuterRef("pk"), statut=StatutRendezVous.HONORE).values("parcours")
    )
    entretien = Subquery(entretiens.annotate(dernier=Max("date")).values("dernier"))
    honore = Subquery(honores.annotate(dernier=Max("date")).values("dernier"))
    en_contrat = Contrat.objects.order_by().filter(parcours=OuterRef("pk")).en_vigueur_le(regard.jour)
    ouverts = Parcours.objects.en(Periode(regard.jour, regard.jour))
    attendus: QuerySet[Any] = _de(
        visibles(ouverts.pas_vus_depuis(seuil_contact(regard.jour)), regard.compte), regard, ""
    )
    vus: QuerySet[Any] = (
        attendus.filter(Exists(en_contrat))
        .annotate(entretien=entretien, honore=honore)
        .annotate(
            vu=Coalesce(Greatest(Coalesce("entretien", "honore"), Coalesce("honore", "entretien")), "date_entree"),
            jamais=Case(When(entretien=None, honore=None, then=Value(1)), default=Value(0)),
        )
    )
    return vus


def dire_a_voir(ligne: Ligne, jour: datetime.date) -> str:
    if ligne.date is None:
        return ""
    quand = jour_francais(ligne.date)
    if ligne.nombre:
        return f"jamais vu depuis l’entrée, le {quand}"
    return f"vu {restant(ligne.date, jour)}, le {quand}"


# What ends


def contrats_finissant(regard: Regard) -> QuerySet[Contrat]:
    return _contrats(visibles(Contrat.objects.finissant(regard.jour + BIENTOT), regard.compte), regard)


def _contrats(contrats: QuerySet[Any], regard: Regard) -> QuerySet[Any]:
    if regard.portee is Portee.EQUIPE:
        return contrats.filter(equipe=regard.equipe)
    return _de(contrats, regard)


def vingt_quatre_mois(regard: Regard) -> QuerySet[Contrat]:
    return _de(visibles(Contrat.objects.au_maximum(regard.jour + LOIN), regard.compte), regard)


def pass_iae(regard: Regard) -> QuerySet[Parcours]:
    return _de(visibles(Parcours.objects.pass_finissant(regard.jour + LOIN), regard.compte), regard, "")


def dire_terme(quoi: str) -> Callable[[Ligne, datetime.date], str]:
    """What a maximum reached says: from when, until when."""

    def dire(ligne: Ligne, jour: datetime.date) -> str:
        if ligne.date is None:
            return quoi
        ecart = (ligne.date - jour).days
        quand = f"dépassés depuis {duree(-ecart)}" if ecart < 0 else restant(ligne.date, jour)
        return f"{quoi} {quand}, le {jour_francais(ligne.date)}"

    return dire


# Exits


def sorties_sans_motif(regard: Regard) -> QuerySet[Parcours]:
    sortis = Parcours.objects.sortis(periode_du_rapport(regard.jour)).filter(motif_sortie=None)
    return _sortis(visibles(sortis, regard.compte), regard)


def _sortis(sortis: QuerySet[Any], regard: Regard) -> QuerySet[Any]:
    """Those who left are no more in a team: it is that of one of their contracts."""
    if regard.portee is Portee.EQUIPE:
        contrats = Contrat.objects.order_by().filter(equipe=regard.equipe)
        return sortis.filter(pk__in=contrats.values("parcours"))
    return _de(sortis, regard, "")


def _suites(mois: int) -> Callable[[Regard], QuerySet[Parcours]]:
    def suites(regard: Regard) -> QuerySet[Parcours]:
        return _sortis(visibles(Parcours.objects.a_recontacter(regard.jour, mois), regard.compte), regard)

    return suites


def dire_sortie(ligne: Ligne, jour: datetime.date) -> str:
    return "" if ligne.date is None else f"sortie le {jour_francais(ligne.date)}"


# What the team enters


def equipes_sans_heures(regard: Regard) -> QuerySet[Equipe]:
    """Teams with employees whose hours of last month are not entered; `manquants` counts them."""
    manquants = visibles(Contrat.objects.sans_heures(_mois_dernier(regard.jour)), regard.compte)
    if regard.intervenant is not None:
        manquants = manquants.filter(parcours__referent=regard.intervenant)
    par_equipe = (
        manquants.order_by()
        .filter(equipe=OuterRef("pk"))
        .values("equipe")
        .annotate(nombre=Count("parcours", distinct=True))
        .values("nombre")
    )
    equipes = Equipe.objects.filter(pk__in=manquants.order_by().values("equipe"))
    if regard.equipe is not None:
        equipes = equipes.filter(pk=regard.equipe)
    premier = _mois_dernier(regard.jour).debut
    return equipes.annotate(manquants=Subquery(par_equipe), mois=Value(premier))


def dire_heures(ligne: Ligne, jour: datetime.date) -> str:
    mois = "" if ligne.date is None else nom_mois(ligne.date)
    return f"{accorde(ligne.nombre, 'salarié')} sans heures en {mois}"


def adresse_heures(ligne: Ligne) -> str:
    return reverse("heures_grille", args=[ligne.cle, ligne.date])


def evaluations_dues(regard: Regard) -> QuerySet[ParticipationFormation]:
    dues = visibles(ParticipationFormation.objects.evaluations_dues(regard.jour), regard.compte)
    return _de(dues.filter(parcours__date_sortie=None), regard)


def dire_evaluation(ligne: Ligne, jour: datetime.date) -> str:
    return f"{ligne.detail}, évaluation {nombre(ligne.nombre)}"


def equipe_du_jour(regard: Regard) -> QuerySet[Contrat]:
    contrats = visibles(Contrat.objects.en_vigueur_le(regard.jour), regard.compte)
    return contrats.filter(equipe=regard.equipe) if regard.portee is Portee.EQUIPE else contrats


# Facts that the report misses


def _parcours_du_rapport(regard: Regard) -> QuerySet[Parcours]:
    return _sortis(visibles(Parcours.objects.en(periode_du_rapport(regard.jour)), regard.compte), regard)


def _sans(**condition: object) -> Callable[[Regard], QuerySet[Parcours]]:
    def parcours(regard: Regard) -> QuerySet[Parcours]:
        return _parcours_du_rapport(regard).filter(**condition)

    return parcours


def _personnes_sans(**condition: object) -> Callable[[Regard], QuerySet[Personne]]:
    def personnes(regard: Regard) -> QuerySet[Personne]:
        siens = _parcours_du_rapport(regard).order_by().filter(personne=OuterRef("pk"))
        return Personne.objects.filter(Exists(siens), **condition)

    return personnes


# Where each line is settled


def _page(nom: str) -> Callable[[Ligne], str]:
    """The page of that name for what the line is about."""
    return lambda ligne: reverse(nom, args=[ligne.cle])


def _suite(mois: int) -> Callable[[Ligne], str]:
    return lambda ligne: reverse("suite_sortie_create", args=[ligne.cle, mois])


def _personne(ligne: Ligne) -> str:
    return reverse("personne_update", args=[ligne.personne])


def _nulle_part(ligne: Ligne) -> str:
    """Its buttons settle the line, or nothing has to."""
    return ""


def social(compte: Compte) -> bool:
    """Reads interviews and exits: the pole, not the supervisors."""
    return roles.pole_pro(compte)


COLONNES_RENDEZ_VOUS = {
    "date": "date",
    "heure": "heure",
    "detail": "lieu",
    "statut": "statut",
    "telephone": f"{DOSSIER}telephone",
}
VUE = "Est vu qui a eu un entretien noté, ou un rendez-vous pointé honoré."

inscrire_groupes(equipes)
agenda.inscrire(agenda.Source("aci", RendezVous, "parcours", lambda rendez_vous: "Rendez-vous ACI"))
FIN_CONTRAT = (
    "Le contrat qui finit le dernier de chaque parcours ouvert, d’ici 30 jours ou déjà fini."
    " Un renouvellement ou une sortie fait disparaître la ligne."
)

inscrire(
    *(
        # Supervisors read when a contract ends; renewing it is for the pole, and a link there would be refused.
        Genre(
            code,
            ECHEANCES,
            "Fin de CDDI",
            explication,
            contrats_finissant,
            accessible,
            url,
            geste="Renouveler",
            personne=DOSSIER,
            colonnes={"date": "date_fin", "detail": "equipe__nom", "nombre": "parcours"},
            dire=dire_echeance,
            par_equipe=True,
            etat="alerte",
        )
        for code, explication, accessible, url in (
            ("fin-contrat", FIN_CONTRAT, social, lambda ligne: reverse("contrat_create", args=[ligne.nombre])),
            ("fin-contrat-equipe", f"{FIN_CONTRAT} Le pôle s’en charge.", roles.encadrant, _nulle_part),
        )
    )
)

inscrire(
    Genre(
        "aci-rendez-vous",
        RENDEZ_VOUS,
        "ACI",
        "",
        rendez_vous_du_jour,
        social,
        _page("rendez_vous_update"),
        personne=DOSSIER,
        colonnes=COLONNES_RENDEZ_VOUS,
        par_equipe=True,
        pointage=RendezVous,
        contact="entretien",
    ),
    Genre(
        "equipe-du-jour",
        EQUIPE,
        "En contrat",
        "Les salariés dont un contrat est en vigueur aujourd’hui dans une de vos équipes.",
        equipe_du_jour,
        roles.encadrant,
        _nulle_part,
        personne=DOSSIER,
        colonnes={"detail": "equipe__nom"},
        par_equipe=True,
        etat="ouvert",
    ),
    Genre(
        "aci-rendez-vous-passes",
        A_POINTER,
        "ACI",
        "Les rendez-vous des douze derniers mois restés « prévus ».",
        rendez_vous_passes,
        social,
        _page("rendez_vous_update"),
        personne=DOSSIER,
        colonnes=COLONNES_RENDEZ_VOUS,
        par_equipe=True,
        pointage=RendezVous,
        contact="entretien",
        etat="alerte",
    ),
    Genre(
        "heures",
        A_SAISIR,
        "Heures",
        "Les salariés en contrat le mois dernier, sans heures ni absences saisies pour ce mois.",
        equipes_sans_heures,
        roles.voit_parcours,
        adresse_heures,
        geste="Saisir les heures",
        colonnes={"nom": "nom", "date": "mois", "nombre": "manquants"},
        dire=dire_heures,
        par_equipe=True,
        etat="alerte",
    ),
    Genre(
        "evaluations-cqp",
        A_SAISIR,
        "CQP",
        "Trois évaluations par CQP, réparties sur sa durée\u202f: une à chaque tiers passé, tant qu’aucun résultat n’est noté.",
        evaluations_dues,
        roles.encadrant,
        lambda ligne: reverse("cqp_livret", args=[ligne.cle, int(ligne.sorte)]),
        geste="Évaluer",
        personne=DOSSIER,
        colonnes={
            "cle": "formation",
            "sorte": "parcours",
            "date": "formation__date_debut",
            "detail": "formation__intitule",
            "nombre": "due",
        },
        dire=dire_evaluation,
        par_equipe=True,
        etat="alerte",
    ),
    Genre(
        "aci-a-voir",
        A_VOIR,
        "ACI",
        f"Salariés en contrat, entrés depuis plus d’un mois et pas vus depuis\u202f: un entretien par mois au moins. {VUE}",
        a_voir,
        social,
        lambda ligne: reverse("contact_create", args=[ligne.personne, "entretien"]),
        geste="Noter un entretien",
        personne="personne__",
        colonnes={"date": "vu", "nombre": "jamais", "telephone": "personne__telephone"},
        dire=dire_a_voir,
        par_equipe=True,
    ),
    Genre(
        "24-mois",
        ECHEANCES,
        "24 mois de CDDI",
        "Les CDDI d’un parcours ne dépassent pas 24 mois, renouvellements compris (code du travail, article L5132-15-1),"
        " sauf exceptions\u202f: formation à achever, 50 ans et plus, travailleur handicapé, difficultés particulières."
        " Compté depuis le début du premier contrat, 60 jours à l’avance\u202f; une interruption entre deux contrats"
        " repousse ce terme d’autant. Un contrat signé au-delà fait disparaître la ligne.",
        vingt_quatre_mois,
        social,
        lambda ligne: reverse("contrat_create", args=[ligne.nombre]),
        geste="Décider la suite",
        personne=DOSSIER,
        colonnes={"date": "terme", "nombre": "parcours"},
        dire=dire_terme("24 mois"),
        par_equipe=True,
        etat="alerte",
    ),
    Genre(
        "pass-iae",
        ECHEANCES,
        "PASS IAE",
        "Un PASS IAE dure deux ans depuis son début, suspensions et prolongations à part (60 jours à l’avance)."
        " Un contrat signé au-delà, ou une nouvelle date de début, fait disparaître la ligne.",
        pass_iae,
        social,
        _page("parcours_update"),
        geste="Mettre à jour",
        personne="personne__",
        colonnes={"date": "terme"},
        dire=dire_echeance,
        par_equipe=True,
        etat="alerte",
    ),
    Genre(
        "sortie-aci",
        SORTIES,
        "ACI",
        "Sorties de l’année sans motif\u202f; jusqu’en juin, celles de l’année passée aussi.",
        sorties_sans_motif,
        social,
        _page("parcours_sortie"),
        geste="Donner le motif",
        personne="personne__",
        colonnes={"date": "date_sortie"},
        dire=dire_sortie,
        par_equipe=True,
        etat="alerte",
    ),
)

inscrire(
    *(
        Genre(
            f"suite-{mois}-mois",
            SUITES,
            f"{mois} mois après",
            f"Sorties de l’ACI il y a {mois} mois ou plus, dont on n’a pas encore demandé la suite. Ni les personnes revenues, ni les"
            " sorties que l’État ne compte pas (un décès par exemple).",
            _suites(mois),
            social,
            _suite(mois),
            geste="Noter la situation",
            personne="personne__",
            colonnes={"date": "date_sortie", "telephone": "personne__telephone"},
            dire=dire_sortie,
            par_equipe=True,
        )
        for mois in SuiteSortie.ECHEANCES
    )
)

MANQUES_PERSONNE: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("sexe", "Sexe", {"sexe": ""}),
    ("naissance", "Date de naissance", {"date_naissance": None}),
    ("commune", "Commune", {"commune": None}),
)
MANQUES_PARCOURS: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("niveau", "Niveau de formation", {"niveau_formation": None}),
    ("prescripteur", "Prescripteur", {"prescripteur": None}),
    ("rsa", "RSA à l’entrée", {"rsa_entree": None}),
    ("sans-emploi", "Mois sans emploi à l’entrée", {"mois_sans_emploi_entree": None}),
)
DU_RAPPORT = "Parcours de l’année (jusqu’en juin, de l’année passée aussi) où ce fait est inconnu."

inscrire(
    *(
        Genre(
            f"aci-{code}",
            A_COMPLETER,
            f"{libelle} (ACI)",
            DU_RAPPORT,
            _personnes_sans(**condition),
            social,
            _personne,
            geste="Compléter",
            personne="",
            par_equipe=True,
            etat="alerte",
        )
        for code, libelle, condition in MANQUES_PERSONNE
    ),
    *(
        Genre(
            f"aci-{code}",
            A_COMPLETER,
            f"{libelle} (ACI)",
            DU_RAPPORT,
            _sans(**condition),
            social,
            _page("parcours_update"),
            geste="Compléter",
            personne="personne__",
            par_equipe=True,
            etat="alerte",
        )
        for code, libelle, condition in MANQUES_PARCOURS
    ),
)
