"""Pole insertion professionnelle."""

from django.apps import AppConfig


class InsertionProConfig(AppConfig):
    name = "insertion_pro"
    verbose_name = "Insertion professionnelle"
    default_auto_field = "django.db.models.BigAutoField"
