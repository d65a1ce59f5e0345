"""Addresses of the pole insertion professionnelle."""

from django.urls import path

from .views import entretiens, parcours

urlpatterns = [
    path("aci/", parcours.parcours_list, name="parcours_list"),
    path("entretiens/<int:pk>/", entretiens.entretien_update, name="entretien_update"),
]
