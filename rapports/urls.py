"""Addresses of the reports and figures."""

from django.urls import path, register_converter

from aipi.periodes import ConvertisseurPeriode
from rapports.views import cloture, controle, figures, formes, pilotage, plan, rapports, rapprochement, redaction

register_converter(ConvertisseurPeriode, "periode")

urlpatterns = [
    path("", rapports.rapport_list, name="rapport_list"),
    path("photographies/<int:pk>/", redaction.photo_image, name="photo_image"),
    path("photographies/<int:pk>/modifier/", redaction.photo_update, name="photo_update"),
    path("photographies/<int:pk>/retirer/", redaction.photo_delete, name="photo_delete"),
    path("comparaison/", formes.rapport_comparaison, name="rapport_comparaison"),
    path("valeurs-publiees/", rapprochement.publiees_comparer, name="publiees_comparer"),
    path("pilotage/", pilotage.pilotage, name="pilotage"),
    path("<periode:periode>/fichiers/", formes.rapport_formes, name="rapport_formes"),
    path("<periode:periode>/", rapports.rapport_detail, name="rapport_detail"),
    path("<periode:periode>/clore/", cloture.rapport_clore, name="rapport_clore"),
    path("<periode:periode>/controle/", controle.rapport_controle, name="rapport_controle"),
    path("<periode:periode>/rouvrir/", cloture.rapport_rouvrir, name="rapport_rouvrir"),
    path("<periode:periode>/differences/", cloture.rapport_differences, name="rapport_differences"),
    path("<periode:periode>/editions/", cloture.edition_list, name="edition_list"),
    path("<periode:periode>/editions/<int:numero>/<str:nom>", cloture.edition_fichier, name="edition_fichier"),
    path("<periode:periode>/rapport.pdf", rapports.rapport_pdf, name="rapport_pdf"),
    path("<periode:periode>/rapport-court.pdf", rapports.rapport_court, name="rapport_court"),
    path("<periode:periode>/chiffres.xlsx", rapports.rapport_xlsx, name="rapport_xlsx"),
    path("<periode:periode>/plan/", plan.rapport_plan, name="rapport_plan"),
    path("<periode:periode>/plan/section/", plan.section_create, name="section_create"),
    path("<periode:periode>/perspectives/", plan.perspective_list, name="perspective_list"),
    path(
        "<periode:periode>/textes/<path:section>/versions/<int:numero>/",
        redaction.texte_restaurer,
        name="texte_restaurer",
    ),
    path("<periode:periode>/textes/<path:section>/apercu/", redaction.texte_apercu, name="texte_apercu"),
    path("<periode:periode>/textes/<path:section>/versions/", redaction.texte_historique, name="texte_historique"),
    path("<periode:periode>/textes/<path:section>/photographie/", redaction.photo_create, name="photo_create"),
    path("<periode:periode>/textes/<path:section>/", redaction.texte_update, name="texte_update"),
    path("<periode:periode>/<str:code>/", figures.indicateur_detail, name="indicateur_detail"),
    path("<periode:periode>/<str:code>/liste/", figures.indicateur_liste, name="indicateur_liste"),
]
