"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path

from aipi.views import accueil, comptes, personnes

urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("connexion/", comptes.connexion, name="connexion"),
    path("deconnexion/", comptes.deconnexion, name="deconnexion"),
    path("mot-de-passe/", comptes.mot_de_passe, name="mot_de_passe"),
    path("personnes/", personnes.personne_list, name="personne_list"),
    path("personnes/<int:pk>/", personnes.personne_detail, name="personne_detail"),
    path("", include("insertion_pro.urls")),
    path("", include("insertion_sociale.urls")),
    path("rapports/", include("rapports.urls")),
    path("administration/", admin.site.urls),
]
