"""Addresses of the pole insertion sociale."""

from django.urls import path

from .views import aides, contacts, convocations, engagements, listes, mesures, suivis

urlpatterns = [
    path("rsa/", listes.suivi_rsa_list, name="suivi_rsa_list"),
    path("rsa/contacts/", listes.contact_rsa_list, name="contact_rsa_list"),
    path("rsa/engagements/", listes.contrat_engagement_list, name="contrat_engagement_list"),
    path("contacts/<int:pk>/", contacts.contact_rsa_update, name="contact_rsa_update"),
    path("interventions/<int:pk>/", contacts.intervention_logement_update, name="intervention_logement_update"),
    path("rsa/ouvrir/<int:personne_id>/", suivis.suivi_rsa_create, name="suivi_rsa_create"),
    path("rsa/<int:pk>/", suivis.suivi_rsa_update, name="suivi_rsa_update"),
    path("rsa/<int:pk>/sortie/", suivis.suivi_rsa_sortie, name="suivi_rsa_sortie"),
    path("rsa/<int:suivi_id>/contrat/", engagements.contrat_engagement_create, name="contrat_engagement_create"),
    path("engagements/<int:pk>/", engagements.contrat_engagement_update, name="contrat_engagement_update"),
    path("referents/", suivis.referent_remplacer, name="referent_remplacer"),
    path("rsa/convocations/", convocations.convocation_lot, name="convocation_lot"),
    path("rsa/convocations/lettres/", convocations.convocation_lettres, name="convocation_lettres"),
    path("rsa/pointage/", convocations.pointage, name="pointage"),
    path("rsa/pointage/<str:jour>/", convocations.pointage, name="pointage"),
    path("contacts/<int:pk>/pointer/", convocations.contact_rsa_pointer, name="contact_rsa_pointer"),
    path("contacts/<int:pk>/pointer/<str:statut>/", convocations.contact_rsa_pointer, name="contact_rsa_pointer"),
    path("logement/ouvrir/<int:personne_id>/", mesures.mesure_logement_create, name="mesure_logement_create"),
    path("logement/<int:pk>/", mesures.mesure_logement_update, name="mesure_logement_update"),
    path("logement/<int:pk>/renouveler/", mesures.mesure_logement_renouveler, name="mesure_logement_renouveler"),
    path("logement/<int:pk>/fin/", mesures.mesure_logement_fin, name="mesure_logement_fin"),
    path("logement/<int:mesure_id>/aide/", aides.aide_logement_create, name="aide_logement_create"),
    path("aides/<int:pk>/", aides.aide_logement_update, name="aide_logement_update"),
    path("logement/mois-mesures/", mesures.mois_mesures, name="mois_mesures"),
    path("logement/mois-mesures/<int:annee>/", mesures.mois_mesures, name="mois_mesures"),
    path("logement/", listes.mesure_logement_list, name="mesure_logement_list"),
    path("logement/aides/", listes.aide_logement_list, name="aide_logement_list"),
    path("actions/", listes.action_list, name="action_list"),
]
