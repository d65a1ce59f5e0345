"""Addresses of the pole insertion sociale."""

from django.urls import path

from .views import contacts, listes

urlpatterns = [
    path("rsa/", listes.suivi_rsa_list, name="suivi_rsa_list"),
    path("contacts/<int:pk>/", contacts.contact_rsa_update, name="contact_rsa_update"),
    path("interventions/<int:pk>/", contacts.intervention_logement_update, name="intervention_logement_update"),
    path("logement/", listes.mesure_logement_list, name="mesure_logement_list"),
    path("actions/", listes.action_list, name="action_list"),
]
