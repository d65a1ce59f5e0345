"""Addresses of the reports and figures."""

from django.urls import path, register_converter

from aipi.periodes import ConvertisseurPeriode
from rapports.views import cloture, controle, figures, rapports, redaction

register_converter(ConvertisseurPeriode, "periode")

urlpatterns = [
    path("", rapports.rapport_list, name="rapport_list"),
    path("photographies/<int:pk>/", redaction.photo_image, name="photo_image"),
    path("photographies/<int:pk>/retirer/", redaction.photo_delete, name="photo_delete"),
    path("<periode:periode>/", rapports.rapport_detail, name="rapport_detail"),
    path("<periode:periode>/clore/", cloture.rapport_clore, name="rapport_clore"),
    path("<periode:periode>/controle/", controle.rapport_controle, name="rapport_controle"),
    path("<periode:periode>/rouvrir/", cloture.rapport_rouvrir, name="rapport_rouvrir"),
    path("<periode:periode>/differences/", cloture.rapport_differences, name="rapport_differences"),
    path("<periode:periode>/editions/", cloture.edition_list, name="edition_list"),
    path("<periode:periode>/editions/<int:numero>/<str:nom>", cloture.edition_fichier, name="edition_fichier"),
    path("<periode:periode>/rapport.pdf", rapports.rapport_pdf, name="rapport_pdf"),
    path("<periode:periode>/chiffres.xlsx", rapports.rapport_xlsx, name="rapport_xlsx"),
    path("<periode:periode>/textes/<path:section>/photographie/", redaction.photo_create, name="photo_create"),
    path("<periode:periode>/textes/<path:section>/", redaction.texte_update, name="texte_update"),
    path("<periode:periode>/<str:code>/", figures.indicateur_detail, name="indicateur_detail"),
    path("<periode:periode>/<str:code>/liste/", figures.indicateur_liste, name="indicateur_liste"),
]
