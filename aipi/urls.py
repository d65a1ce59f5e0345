"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import include, path

from aipi.views import (
    accueil,
    agenda,
    brouillons,
    comptes,
    contacts,
    documents,
    identite,
    listes,
    objets,
    personnes,
    referents,
    suggestions,
    tournees,
    travaux,
)

urlpatterns = [
    path("", accueil.accueil, name="accueil"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/<str:secret>.ics", agenda.agenda_ics, name="agenda_ics"),
    path("journee/<slug:code>/", accueil.journee_detail, name="journee_detail"),
    path("rendez-vous/<slug:code>/<int:pk>/pointer/", accueil.rendez_vous_pointer, name="rendez_vous_pointer"),
    path("connexion/", comptes.connexion, name="connexion"),
    path("deconnexion/", comptes.deconnexion, name="deconnexion"),
    path("mot-de-passe/", comptes.mot_de_passe, name="mot_de_passe"),
    path("personnes/", listes.personne_list, name="personne_list"),
    path("personnes/nouvelle/", identite.personne_create, name="personne_create"),
    path("personnes/<int:pk>/", personnes.personne_detail, name="personne_detail"),
    path("personnes/<int:pk>/corriger/", identite.personne_update, name="personne_update"),
    path("personnes/<int:pk>/fusion/", identite.personne_fusion, name="personne_fusion"),
    path("personnes/<int:pk>/imprimer/", personnes.personne_imprimer, name="personne_imprimer"),
    path("personnes/<int:personne_id>/document/", documents.document_create, name="document_create"),
    path("personnes/suggestions/", suggestions.personne_suggestions, name="personne_suggestions"),
    path("personnes/<int:personne_id>/contact/", contacts.contact_create, name="contact_create"),
    path("personnes/<int:personne_id>/contact/<slug:type>/", contacts.contact_create, name="contact_create"),
    path("filtres/", listes.filtre_create, name="filtre_create"),
    path("filtres/<int:pk>/supprimer/", listes.filtre_delete, name="filtre_delete"),
    path("referents/annuler/<slug:jeton>/", referents.referent_annuler, name="referent_annuler"),
    path("referents/<str:modele>/", referents.referent_lot, name="referent_lot"),
    path("tournees/", tournees.tournee_list, name="tournee_list"),
    path("tournees/<slug:type>/<slug:cle>/", tournees.tournee_detail, name="tournee_detail"),
    path("documents/<int:pk>/", documents.document_detail, name="document_detail"),
    path("documents/<int:pk>/corriger/", documents.document_update, name="document_update"),
    path("brouillons/", brouillons.brouillon, name="brouillon"),
    path("supprimer/<str:modele>/<int:pk>/", objets.objet_delete, name="objet_delete"),
    path("historique/<str:modele>/<int:pk>/", objets.objet_historique, name="objet_historique"),
    path("supprime-recemment/", objets.suppression_list, name="suppression_list"),
    path("supprime-recemment/<int:pk>/retablir/", objets.suppression_retablir, name="suppression_retablir"),
    path("", include("insertion_pro.urls")),
    path("", include("insertion_sociale.urls")),
    path("travaux/", travaux.travail_list, name="travail_list"),
    path("travaux/<int:pk>/", travaux.travail_detail, name="travail_detail"),
    path("travaux/<int:pk>/etat/", travaux.travail_etat, name="travail_etat"),
    path("travaux/<int:pk>/relancer/", travaux.travail_relancer, name="travail_relancer"),
    path("travaux/<int:pk>/fichier/", travaux.travail_fichier, name="travail_fichier"),
    path("rapports/", include("rapports.urls")),
    path("", include("rapports.urls_financeurs")),
    path("administration/", admin.site.urls),
]

handler404 = "aipi.views.erreurs.page_introuvable"
handler500 = "aipi.views.erreurs.erreur_du_serveur"
