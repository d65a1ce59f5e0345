"""Sheets of the pôle insertion professionnelle, and the contradictions its files may hold."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateField, F, Func, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from aipi.echange.feuille import Avertissement, Feuille

from .models import (
    Absence,
    Atelier,
    ChiffreAffaires,
    Contrat,
    DemarcheEntretien,
    Entretien,
    Equipe,
    EvaluationCqp,
    Formation,
    Frein,
    Mission,
    ModuleCqp,
    Parcours,
    ParticipationFormation,
    Realisation,
    ReleveHeures,
    RendezVous,
    SuiteSortie,
)

FEUILLES = [
    Feuille("ateliers", Atelier, ("code",), "code* nom*"),
    Feuille("equipes", Equipe, ("code",), "code* atelier* nom* encadrant"),
    Feuille(
        "parcours",
        Parcours,
        ("ref",),
        "ref* personne* date_entree* date_sortie motif_sortie prescripteur referent rsa_entree"
        " mois_sans_emploi_entree niveau_formation pass_iae_debut",
        fins=(("date_sortie", "date_entree"),),
    ),
    Feuille(
        "contrats",
        Contrat,
        ("ref",),
        "ref* parcours* equipe* date_debut* date_fin heures_hebdo",
        fins=(("date_fin", "date_debut"),),
    ),
    Feuille("heures", ReleveHeures, ("contrat", "mois"), "contrat* mois* heures*"),
    Feuille("absences", Absence, ("contrat", "mois", "motif"), "contrat* mois* motif* heures*"),
    Feuille(
        "entretiens",
        Entretien,
        ("ref",),
        "ref* parcours* date* lieu objet intervenant duree_minutes note",
        omis=("note_privee", "auteur"),
    ),
    Feuille("demarches_entretiens", DemarcheEntretien, ("entretien", "demarche"), "entretien* demarche*"),
    Feuille("rendez_vous", RendezVous, ("ref",), "ref* parcours* date* heure lieu intervenant statut*"),
    Feuille(
        "freins",
        Frein,
        ("ref",),
        "ref* parcours* categorie* date_reperage* date_fin issue",
        fins=(("date_fin", "date_reperage"),),
    ),
    Feuille(
        "missions",
        Mission,
        ("ref",),
        "ref* parcours* type* employeur date_debut* date_fin",
        fins=(("date_fin", "date_debut"),),
    ),
    Feuille(
        "formations",
        Formation,
        ("ref",),
        "ref* intitule* type* organisme date_debut* date_fin",
        fins=(("date_fin", "date_debut"),),
    ),
    Feuille(
        "participations_formation",
        ParticipationFormation,
        ("formation", "parcours"),
        "formation* parcours* jours heures cout resultat date_jury",
    ),
    Feuille(
        "suites_sortie",
        SuiteSortie,
        ("parcours", "mois_apres"),
        "parcours* mois_apres:mois* date* situation* precisions",
    ),
    Feuille("modules_cqp", ModuleCqp, ("code",), "code* intitule* heures ordre"),
    Feuille(
        "evaluations_cqp",
        EvaluationCqp,
        ("formation", "parcours", "module", "numero"),
        "formation* parcours* module* numero* date niveau*",
    ),
    Feuille(
        "realisations",
        Realisation,
        ("ref",),
        "ref* atelier* date* intitule* client code_insee:commune alternative",
        omis=("photo",),
    ),
    Feuille("chiffre_affaires", ChiffreAffaires, ("atelier", "mois"), "atelier* mois* montant*"),
]


def _contrats_hors_parcours() -> QuerySet[Contrat]:
    return Contrat.objects.filter(
        Q(date_debut__lt=F("parcours__date_entree"))
        | Q(date_debut__gt=F("parcours__date_sortie"))
        | Q(date_fin__gt=F("parcours__date_sortie"))
    )


class PremierDuMois(Func):
    """First day of the month of a date, by the database itself (Django's own truncation is a Python call on SQLite)."""

    template = "date_trunc('month', %(expressions)s)::date"
    output_field = DateField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(substr(%(expressions)s, 1, 8) || '01')", **extra)


HORS_CONTRAT = Q(mois__gt=F("contrat__date_fin")) | Q(mois__lt=PremierDuMois(F("contrat__date_debut")))
"""A month that begins after its contract ended, or ends before it began."""


AVERTISSEMENTS = [
    Avertissement(("parcours", "contrats"), "contrats hors des dates de leur parcours", _contrats_hors_parcours),
    Avertissement(
        ("contrats", "heures"),
        "relevés d’heures hors des dates de leur contrat",
        lambda: ReleveHeures.objects.filter(HORS_CONTRAT),
    ),
    Avertissement(
        ("contrats", "absences"),
        "absences hors des dates de leur contrat",
        lambda: Absence.objects.filter(HORS_CONTRAT),
    ),
    Avertissement(
        ("parcours",),
        "parcours avec un motif de sortie mais sans date de sortie",
        lambda: Parcours.objects.filter(date_sortie=None).exclude(motif_sortie=None),
    ),
    Avertissement(
        ("parcours",),
        "parcours commencés avant leur PASS IAE",
        lambda: Parcours.objects.filter(date_entree__lt=F("pass_iae_debut")),
    ),
    Avertissement(
        ("freins",),
        "freins avec une issue mais sans date de fin",
        lambda: Frein.objects.filter(date_fin=None).exclude(issue=""),
    ),
]
