"""Forms of the report: a text, a photograph, a period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from aipi.periodes import Periode
from aipi.photos import preparer
from rapports.models import Photo, Texte

AIDE_TEXTE = (
    "Une ligne vide sépare deux paragraphes. « ## » commence un titre, « - » une ligne de liste ; **deux étoiles** "
    "mettent en gras ; [un lien](https://exemple.fr) s’écrit ainsi."
)
LONGUEUR_MAXIMALE = 20_000


class TexteForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    corps = forms.CharField(
        label="Texte",
        required=False,
        max_length=LONGUEUR_MAXIMALE,
        help_text=AIDE_TEXTE,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    class Meta:
        model = Texte
        fields = ["corps"]


class PhotoForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    image = forms.FileField(
        label="Photographie",
        help_text="JPEG, PNG ou WebP, 20 Mo au plus. Le lieu et l’appareil inscrits dans le fichier sont effacés.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = Photo
        fields = ["image", "alternative", "legende"]
        labels = {"alternative": "Ce que montre la photographie"}
        help_texts = {
            "alternative": "Une phrase, pour qui ne peut pas voir l’image.",
            "legende": "Facultative, imprimée sous la photographie.",
        }

    def clean_image(self) -> ContentFile[bytes]:
        return preparer(self.cleaned_data["image"])


class PeriodeForm(forms.Form):
    """Any period: the report of a call for projects runs from September to August."""

    debut = forms.DateField(label="Du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    fin = forms.DateField(label="Au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if "debut" in donnees and "fin" in donnees:
            try:
                donnees["periode"] = Periode(donnees["debut"], donnees["fin"])
            except ValueError as erreur:
                raise ValidationError(str(erreur)) from erreur
        return donnees


class MotifForm(forms.Form):
    """A few words that stay in the file: why a report is reopened, what an edition corrects."""

    motif = forms.CharField(
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites-le en quelques mots : ce texte reste avec le rapport."},
    )

    def __init__(self, *args: Any, libelle: str, requis: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["motif"].label = libelle
        self.fields["motif"].required = requis
