"""Administration of the report: budget and published values; the rest for reading."""

from django.contrib import admin

from aipi.administration import ModelAdmin, enregistrer

from .models import (
    Edition,
    LigneBudget,
    ListeArretee,
    Perspective,
    Photo,
    PieceEdition,
    Rapport,
    RemarqueAcceptee,
    Reouverture,
    SectionRapport,
    Texte,
    ValeurArretee,
    ValeurPubliee,
    VersionTexte,
)


@admin.register(LigneBudget)
class LigneBudgetAdmin(ModelAdmin):
    list_display = ("annee", "sens", "rubrique", "montant", "financeur")
    list_filter = ("annee", "sens", "financeur")
    search_fields = ("rubrique",)


@admin.register(ValeurPubliee)
class ValeurPublieeAdmin(ModelAdmin):
    list_display = ("annee", "indicateur", "atelier", "valeur", "source")
    list_filter = ("annee", "atelier")
    search_fields = ("indicateur", "source")


enregistrer(Rapport, list_display=("__str__", "debut", "fin"), ordering=("-debut", "-fin"))
enregistrer(Texte, list_display=("rapport", "section"), ordering=("rapport", "section"))
enregistrer(Photo, list_display=("rapport", "section", "legende"), ordering=("rapport", "section", "ordre"))
enregistrer(
    SectionRapport,
    list_display=("rapport", "section", "ordre", "titre", "masquee"),
    ordering=("rapport", "ordre", "pk"),
)
enregistrer(VersionTexte, list_display=("texte", "numero", "auteur", "date"), ordering=("texte", "-numero"))
enregistrer(
    Perspective,
    list_display=("rapport", "partie", "intitule", "financeur", "suite"),
    ordering=("rapport", "partie", "pk"),
)
enregistrer(Edition, list_display=("rapport", "numero", "close_le", "close_par"), ordering=("rapport", "-numero"))
enregistrer(PieceEdition, list_display=("edition", "nom", "titre"), ordering=("edition", "pk"))
enregistrer(RemarqueAcceptee, list_display=("rapport", "cle", "motif", "compte", "date"), ordering=("rapport", "cle"))
enregistrer(Reouverture, list_display=("edition", "date", "compte", "motif"), ordering=("-date", "pk"))
enregistrer(
    ValeurArretee,
    list_display=("edition", "indicateur", "atelier", "equipe", "valeur"),
    ordering=("edition", "indicateur"),
)
enregistrer(
    ListeArretee,
    list_display=("edition", "indicateur", "atelier", "equipe", "cle"),
    ordering=("edition", "indicateur", "pk"),
)
