"""Administration of the pole: workshops, teams and turnover; files for reading."""

from django.contrib import admin

from aipi.administration import ModelAdmin, enregistrer

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


@admin.register(Atelier)
class AtelierAdmin(ModelAdmin):
    list_display = ("nom", "code")


@admin.register(Equipe)
class EquipeAdmin(ModelAdmin):
    list_display = ("nom", "code", "atelier", "encadrant")
    list_filter = ("atelier",)


@admin.register(ChiffreAffaires)
class ChiffreAffairesAdmin(ModelAdmin):
    list_display = ("atelier", "mois", "montant")
    list_filter = ("atelier",)
    ordering = ("-mois", "atelier__code")


@admin.register(ModuleCqp)
class ModuleCqpAdmin(ModelAdmin):
    list_display = ("intitule", "code", "heures", "ordre")
    ordering = ("ordre", "code")


PERSONNE = ("parcours__personne__recherche", "ref")

enregistrer(
    Parcours,
    list_display=("personne", "ref", "date_entree", "date_sortie", "motif_sortie"),
    search_fields=("personne__recherche", "ref"),
)
enregistrer(Contrat, list_display=("ref", "equipe", "date_debut", "date_fin"), search_fields=PERSONNE)
enregistrer(
    ReleveHeures,
    list_display=("contrat", "mois", "heures"),
    search_fields=("contrat__ref",),
    ordering=("-mois", "contrat__ref"),
)
enregistrer(
    Absence,
    list_display=("contrat", "mois", "motif", "heures"),
    search_fields=("contrat__ref",),
    ordering=("-mois", "contrat__ref"),
)
enregistrer(Entretien, list_display=("ref", "date", "objet", "lieu", "intervenant"), search_fields=PERSONNE)
enregistrer(Frein, list_display=("ref", "categorie", "date_reperage", "date_fin", "issue"), search_fields=PERSONNE)
enregistrer(Mission, list_display=("ref", "type", "employeur", "date_debut", "date_fin"), search_fields=PERSONNE)
enregistrer(Formation, list_display=("ref", "intitule", "type", "date_debut"), search_fields=("ref", "intitule"))
enregistrer(
    ParticipationFormation,
    list_display=("formation", "jours", "heures", "cout", "resultat"),
    search_fields=("formation__ref", "formation__intitule"),
    ordering=("formation__ref", "parcours__ref"),
)
enregistrer(
    DemarcheEntretien,
    list_display=("entretien", "demarche"),
    search_fields=("entretien__ref",),
    ordering=("-entretien__date", "pk"),
)
enregistrer(RendezVous, list_display=("ref", "date", "heure", "intervenant", "statut"), search_fields=PERSONNE)
enregistrer(
    SuiteSortie,
    list_display=("parcours", "mois", "date", "situation"),
    search_fields=("parcours__personne__recherche", "parcours__ref"),
    ordering=("-date", "pk"),
)
enregistrer(
    EvaluationCqp,
    list_display=("formation", "module", "numero", "niveau", "date"),
    search_fields=("formation__ref", "formation__intitule"),
    ordering=("formation__ref", "parcours__ref", "pk"),
)
enregistrer(
    Realisation,
    list_display=("intitule", "atelier", "date", "client", "commune"),
    search_fields=("intitule", "client", "ref"),
)
