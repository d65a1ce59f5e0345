"""The addresses of the software, and beside them Django's administration as it comes, which is the floor of the screens.

The administration of the software only shows its files; this one is plain and may write, and lives in the measures only.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from aipi.models import Personne
from aipi.urls import urlpatterns as adresses
from insertion_pro.models import Parcours, ReleveHeures
from insertion_sociale.models import ContactRsa, MesureLogement, SuiviRsa


class Site(admin.AdminSite):
    """Open to any account that is signed in: who may do what is not what is measured."""

    def has_permission(self, request: HttpRequest) -> bool:
        return True


class _Ouvert(admin.ModelAdmin[Any]):
    list_per_page = 25

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


class PersonneAdmin(_Ouvert):
    list_display = ("nom", "prenom", "commune", "telephone")
    list_select_related = ("commune",)
    search_fields = ("nom", "prenom", "telephone")
    list_filter = ("commune",)
    ordering = ("recherche", "ref")


class _Suivis(admin.TabularInline[Any, Any]):
    """The follow-ups of one kind within the form of their person, without an empty row to add one."""

    extra = 0
    has_view_permission = _Ouvert.has_view_permission
    has_change_permission = has_delete_permission = has_add_permission = has_view_permission


class _SuivisRsa(_Suivis):
    model = SuiviRsa


class _Parcours(_Suivis):
    model = Parcours


class _Mesures(_Suivis):
    model = MesureLogement


class DossierAdmin(PersonneAdmin):
    """The nearest that the administration comes to a dossier: it goes one level down, and stops before contracts and contacts."""

    inlines = (_SuivisRsa, _Parcours, _Mesures)


class SuiviAdmin(_Ouvert):
    list_display = ("personne", "date_entree", "date_sortie", "referent")
    list_select_related = ("personne", "referent")
    list_filter = ("referent",)
    raw_id_fields = ("personne",)
    search_fields = ("personne__nom", "personne__prenom")
    ordering = ("personne__recherche", "ref")


class ContactAdmin(_Ouvert):
    list_display = ("suivi", "date", "type", "statut", "intervenant")
    list_select_related = ("suivi__personne", "intervenant")
    raw_id_fields = ("suivi",)
    ordering = ("-date", "ref")


class ReleveAdmin(_Ouvert):
    list_display = ("contrat", "mois", "heures")
    list_editable = ("heures",)
    list_select_related = ("contrat__parcours__personne",)
    list_filter = (("contrat__equipe", admin.RelatedFieldListFilter),)
    ordering = ("contrat__parcours__personne__recherche",)


site = Site(name="plancher")
site.register(Personne, PersonneAdmin)
site.register(SuiviRsa, SuiviAdmin)
site.register(Parcours, SuiviAdmin)
site.register(ContactRsa, ContactAdmin)
site.register(ReleveHeures, ReleveAdmin)

dossiers = Site(name="plancher-dossiers")
dossiers.register(Personne, DossierAdmin)

urlpatterns = [path("plancher/", site.urls), path("plancher-dossiers/", dossiers.urls), *adresses]
