"""Addresses of the dashboards of funders: theirs, those of secret links, those of the API."""

from django.urls import include, path

from rapports.financeurs.api import adresses
from rapports.views import api, partage, tableaux

urlpatterns = [
    path("tableaux/", tableaux.tableau_list, name="tableau_list"),
    path("tableaux/nouveau/", tableaux.tableau_create, name="tableau_create"),
    path("tableaux/questions/<int:pk>/", tableaux.question_repondre, name="question_repondre"),
    path("tableaux/acces/<int:pk>/revoquer/", tableaux.acces_revoquer, name="acces_revoquer"),
    path("tableaux/<int:pk>/", tableaux.tableau_detail, name="tableau_detail"),
    path("tableaux/<int:pk>/publier/", tableaux.tableau_publier, name="tableau_publier"),
    path("tableaux/<int:pk>/retirer/", tableaux.tableau_retirer, name="tableau_retirer"),
    path("tableaux/<int:pk>/acces/", tableaux.acces_create, name="acces_create"),
    path("tableaux/<int:pk>/questions/", tableaux.tableau_question, name="tableau_question"),
    path("tableaux/<int:pk>/<str:nom>", tableaux.tableau_fichier, name="tableau_fichier"),
    path("partage/<str:secret>/", partage.partage_detail, name="partage_detail"),
    path("partage/<str:secret>/questions/", partage.partage_question, name="partage_question"),
    path("partage/<str:secret>/<str:nom>", partage.partage_fichier, name="partage_fichier"),
    path("api/", api.api_accueil, name="api_accueil"),
    path("api/openapi.json", api.api_schema, name="api_schema"),
    path("api/", include(adresses())),
]
