"""Figures and report."""

from django.apps import AppConfig


class RapportsConfig(AppConfig):
    name = "rapports"
    verbose_name = "Rapports"
    default_auto_field = "django.db.models.BigAutoField"
