"""Pole insertion sociale."""

from django.apps import AppConfig


class InsertionSocialeConfig(AppConfig):
    name = "insertion_sociale"
    verbose_name = "Insertion sociale"
    default_auto_field = "django.db.models.BigAutoField"
