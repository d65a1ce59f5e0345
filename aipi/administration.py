"""The administration site: reference data in French, case data read-only. Who may enter is decided in `aipi.roles`."""

from django.contrib import admin


class Administration(admin.AdminSite):
    site_header = "AIPi — administration"
    site_title = "Administration"
    index_title = "Données de référence"
