"""Ground floor."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AipiConfig(AppConfig):
    name = "aipi"
    verbose_name = "Références, personnes et comptes"
    default_auto_field = "django.db.models.BigAutoField"


class AdministrationConfig(AdminConfig):
    default_site = "aipi.administration.Administration"
