"""Addresses of the pole insertion professionnelle."""

from django.urls import path, register_converter

from aipi.periodes import ConvertisseurMois

from .views import (
    ateliers,
    contrats,
    cqp,
    entretiens,
    formations,
    freins,
    heures,
    missions,
    parcours,
    recrutement,
    rendez_vous,
    sorties,
)

register_converter(ConvertisseurMois, "mois")

urlpatterns = [
    path("aci/", parcours.parcours_list, name="parcours_list"),
    path("aci/contrats/", parcours.contrat_list, name="contrat_list"),
    path("aci/entretiens/", parcours.entretien_list, name="entretien_list"),
    path("aci/freins/", parcours.frein_list, name="frein_list"),
    path("aci/missions/", parcours.mission_list, name="mission_list"),
    path("heures/", heures.heures, name="heures"),
    path("heures/<int:equipe_id>/<mois:mois>/", heures.heures_grille, name="heures_grille"),
    path("formations/", formations.formation_list, name="formation_list"),
    path("formations/nouvelle/", formations.formation_create, name="formation_create"),
    path("formations/<int:pk>/", formations.formation_detail, name="formation_detail"),
    path("formations/<int:pk>/corriger/", formations.formation_update, name="formation_update"),
    path("formations/<int:formation_id>/participants/", formations.participation_create, name="participation_create"),
    path("formations/<int:formation_id>/livrets/<int:parcours_id>/", cqp.cqp_livret, name="cqp_livret"),
    path("chiffre-affaires/", ateliers.chiffre_affaires, name="chiffre_affaires"),
    path("chiffre-affaires/<int:annee>/", ateliers.chiffre_affaires, name="chiffre_affaires"),
    path("realisations/", ateliers.realisation_list, name="realisation_list"),
    path("realisations/nouvelle/", ateliers.realisation_create, name="realisation_create"),
    path("realisations/<int:pk>/", ateliers.realisation_update, name="realisation_update"),
    path("realisations/<int:pk>/photographie/", ateliers.realisation_photo, name="realisation_photo"),
    path("entretiens/<int:pk>/", entretiens.entretien_update, name="entretien_update"),
    path("personnes/<int:personne_id>/parcours/nouveau/", recrutement.parcours_create, name="parcours_create"),
    path("parcours/<int:pk>/", recrutement.parcours_update, name="parcours_update"),
    path("parcours/<int:pk>/sortie/", sorties.parcours_sortie, name="parcours_sortie"),
    path("parcours/<int:parcours_id>/suite/<int:mois>/", sorties.suite_sortie_create, name="suite_sortie_create"),
    path("parcours/<int:parcours_id>/contrats/nouveau/", contrats.contrat_create, name="contrat_create"),
    path("parcours/<int:parcours_id>/freins/nouveaux/", freins.frein_create, name="frein_create"),
    path("parcours/<int:parcours_id>/missions/nouvelle/", missions.mission_create, name="mission_create"),
    path("parcours/<int:parcours_id>/rendez-vous/nouveau/", rendez_vous.rendez_vous_create, name="rendez_vous_create"),
    path("rendez-vous/<int:pk>/", rendez_vous.rendez_vous_update, name="rendez_vous_update"),
    path("contrats/<int:pk>/", contrats.contrat_update, name="contrat_update"),
    path("freins/<int:pk>/", freins.frein_update, name="frein_update"),
    path("missions/<int:pk>/", missions.mission_update, name="mission_update"),
]
