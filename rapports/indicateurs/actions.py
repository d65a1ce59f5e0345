"""Figures of the health and of the collective actions: the same, each for its domain."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Q

from aipi.models import Personne
from insertion_sociale.models import Action, Presence, Seance
from rapports.cles import ParTexte
from rapports.declarations import Chapitre, Declaration, Distincts, Effectif, Population, Repartition, Somme, Taux


def declarations(domaine: str) -> dict[str, Declaration]:
    """The figures of one `domaine` of actions, by name."""
    prevues = Population(partial(Action.objects.prevues, domaine=domaine), "actions", "actions de l’année")
    realisees = Population(
        partial(Action.objects.realisees, domaine=domaine), "seances", "actions ayant une séance tenue dans la période"
    )
    frequentees = Population(
        partial(Action.objects.avec_participants, domaine=domaine),
        "presences",
        "actions ayant une séance tenue dans la période et un nombre de places",
        verifier=True,
    )
    tenues = Population(partial(Seance.objects.tenues, domaine=domaine), "seances", "séances tenues dans la période")
    annulees = Population(
        partial(Seance.objects.annulees, domaine=domaine), "seances", "séances annulées, datées dans la période"
    )
    presences = Population(
        partial(Presence.objects.effectives, domaine=domaine),
        "presences",
        "présences aux séances tenues dans la période",
    )
    participants = Distincts(
        "Participants",
        presences,
        "personne",
        Personne,
        unite="personnes",
        favorable="hausse",
        definition="Personnes venues à au moins une séance tenue dans la période, comptées une seule fois.",
    )
    places = Somme(
        "Places des actions réalisées",
        realisees,
        "places",
        unite="places",
        definition="Somme des places des actions réalisées.",
    )
    return {
        "actions_prevues": Effectif(
            "Actions prévues", prevues, unite="actions", definition="Actions prévues pour l’année."
        ),
        "actions_realisees": Effectif(
            "Actions réalisées",
            realisees,
            unite="actions",
            favorable="hausse",
            definition="Actions ayant au moins une séance tenue, datée dans la période.",
        ),
        "seances": Effectif(
            "Séances tenues",
            tenues,
            unite="séances",
            favorable="hausse",
            definition="Séances tenues, datées dans la période.",
        ),
        "seances_annulees": Effectif(
            "Séances annulées",
            annulees,
            unite="séances",
            favorable="baisse",
            definition="Séances annulées, datées dans la période.",
        ),
        "participants": participants,
        "participations": Effectif(
            "Participations",
            presences,
            unite="participations",
            favorable="hausse",
            definition="Présences aux séances tenues dans la période : qui vient trois fois compte trois fois.",
        ),
        "professionnels": Somme(
            "Professionnels présents",
            tenues,
            "professionnels",
            unite="professionnels",
            definition="Somme, séance par séance, des professionnels présents.",
        ),
        "places": places,
        "taux_remplissage": Taux(
            "Taux de remplissage",
            Somme("Participants des actions ayant des places", frequentees, "participants", unite="personnes"),
            Somme("Places", realisees, "places", unite="places", condition=Q(places__isnull=False)),
            favorable="hausse",
            definition=(
                "Participants de chaque action réalisée ayant un nombre de places, additionnés, rapportés à la somme de ces "
                "places."
            ),
        ),
        "participants_par_programme": Repartition(
            "Participants par programme",
            participants,
            par=ParTexte("seance__action__programme"),
            multiple=True,
            definition="Participants par programme ; qui suit deux programmes compte dans chacun.",
        ),
    }


def chapitre(domaine: str, nom: str, titre: str) -> type[Chapitre]:
    attributs: dict[str, Any] = {"prefixe": domaine, "titre": titre, **declarations(domaine)}
    return type(nom, (Chapitre,), attributs)


Sante = chapitre(Action.Domaine.SANTE.value, "Sante", "Actions santé")
Collectif = chapitre(Action.Domaine.COLLECTIF.value, "Collectif", "Actions collectives")
