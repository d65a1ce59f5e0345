"""Administration of the ground floor: accounts, reference data, persons for reading."""

from __future__ import annotations

from typing import Any

import django.contrib.auth.admin  # noqa: F401  # registers the groups, which are taken out below
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.models import Group
from django_tasks_db.models import DBTaskResult

from aipi.administration import ModelAdmin, enregistrer
from aipi.models import (
    AncienneReference,
    Commune,
    Compte,
    Consultation,
    Convention,
    DemandeDroit,
    Document,
    Financeur,
    GesteConservation,
    Intervenant,
    Limitation,
    Nomenclature,
    Parametre,
    Partage,
    Personne,
)

# Rights come from the role of an account, never from groups. The history is read in the dossiers, by their own rules.
admin.site.unregister(Group)
admin.site.unregister(LogEntry)
admin.site.unregister(DBTaskResult)


@admin.register(Compte)
class CompteAdmin(ModelAdmin):
    """Accounts, whose name alone is corrected here. They begin by an invitation (« Comptes »), whose holder alone chooses the password;
    what opens or closes anything is changed there, with what follows: sessions ended, the owner warned, the log. Never deleted, so
    that what they wrote keeps its author.
    """

    list_display = ("courriel", "nom", "role", "pole_pro", "pole_social", "is_active")
    list_filter = ("role", "pole_pro", "pole_social", "is_active")
    search_fields = ("courriel", "nom")
    ordering = ("courriel",)
    readonly_fields = (
        *("courriel", "role", "pole_pro", "pole_social", "intervenant", "financeur", "is_active"),
        *("last_login", "date_creation"),
    )
    fieldsets = (
        (None, {"fields": ("courriel", "nom", "is_active")}),
        ("Accès", {"fields": ("role", "pole_pro", "pole_social", "intervenant", "financeur")}),
        ("Dates", {"fields": ("last_login", "date_creation")}),
    )

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Commune)
class CommuneAdmin(ModelAdmin):
    list_display = ("nom", "code_insee", "code_postal", "intercommunalite")
    list_filter = ("intercommunalite",)
    search_fields = ("nom", "code_insee", "code_postal")
    ordering = ("nom", "code_insee")


@admin.register(Nomenclature)
class NomenclatureAdmin(ModelAdmin):
    list_display = ("libelle", "liste", "code", "categorie", "ordre", "valide_du", "valide_au")
    list_filter = ("liste", "categorie")
    search_fields = ("libelle", "code")


@admin.register(Parametre)
class ParametreAdmin(ModelAdmin):
    list_display = ("cle", "valide_du", "valeur")
    list_filter = ("cle",)


@admin.register(Intervenant)
class IntervenantAdmin(ModelAdmin):
    list_display = ("nom", "prenom", "code", "role")
    list_filter = ("role",)
    search_fields = ("nom", "prenom", "code")
    ordering = ("nom", "prenom", "code")


@admin.register(Financeur)
class FinanceurAdmin(ModelAdmin):
    list_display = ("nom", "code")
    search_fields = ("nom", "code")


@admin.register(Convention)
class ConventionAdmin(ModelAdmin):
    list_display = ("ref", "annee", "action", "financeur", "montant", "objectif", "unite_objectif", "fse_plus")
    list_filter = ("annee", "action", "financeur")
    search_fields = ("ref", "financeur__nom")
    ordering = ("-annee", "action", "ref")


enregistrer(
    Personne,
    list_display=("nom", "prenom", "ref", "date_naissance", "commune"),
    search_fields=("recherche", "ref"),
    ordering=("recherche", "ref"),
)
enregistrer(
    GesteConservation,
    list_display=("date", "geste", "personne", "jusqu_au", "compte"),
    list_filter=("geste",),
    search_fields=("personne__ref",),
    ordering=("-date", "-pk"),
)
enregistrer(AncienneReference, list_display=("ref",), search_fields=("ref",))
enregistrer(
    Document,
    list_display=("intitule", "type", "pole", "auteur", "date_depot"),
    search_fields=("personne__recherche", "intitule"),
    ordering=("-date_depot", "pk"),
)
# What the law asks to keep: read here, written by its own pages, changed by nobody.
enregistrer(
    Consultation,
    list_display=("date", "compte", "acte", "personne_ref", "objet", "lignes"),
    list_filter=("acte",),
    search_fields=("personne_ref", "compte__courriel"),
    ordering=("-date", "-pk"),
)
enregistrer(Partage, list_display=("personne", "vers", "auteur", "date", "retire_le"), ordering=("-date", "-pk"))
enregistrer(Limitation, list_display=("personne", "debut", "fin", "posee_par"), ordering=("-debut", "-pk"))
enregistrer(
    DemandeDroit,
    list_display=("personne", "droit", "recue_le", "repondue_le", "reponse"),
    list_filter=("droit", "reponse"),
    ordering=("-recue_le", "-pk"),
)
