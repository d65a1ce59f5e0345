"""Ground floor."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules

from aipi import nir


class AipiConfig(AppConfig):
    name = "aipi"
    verbose_name = "Références, personnes et comptes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        nir.installer()
        # What the upper floors declare is found by the name of the module, so that this floor imports none of them.
        autodiscover_modules(
            "verifications",
            "historique",
            "consultations",
            "accompagnements",
            "fil",
            "contacts",
            "journee",
            "conservation",
            "conserver",
            "remises",
            "travaux",
            "annonces",
            "mots",
            "reprise.genres",
            "echange.controles",
        )


class AdministrationConfig(AdminConfig):
    default_site = "aipi.administration.Administration"
