"""Forms of the report: a text, a photograph, a period."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from aipi.models import Compte
from aipi.periodes import Periode
from aipi.photos import preparer
from rapports.models import Perspective, Photo, SectionRapport, Texte
from rapports.sommaire import PARTIES, SECTION_LIBRE

AIDE_TEXTE = (
    "Une ligne vide sépare deux paragraphes. « ## » commence un titre, « - » une ligne de liste, « 1. » une ligne "
    "numérotée ; **deux étoiles** mettent en gras ; [un lien](https://exemple.fr) s’écrit ainsi."
)
LONGUEUR_MAXIMALE = 20_000


NON_RENSEIGNE = "Non renseigné"


def nommer_le_vide(champ: forms.Field, mot: str, choix: list[tuple[str, str]]) -> None:
    """Say in a word what choosing none of `choix` means; Django shows dashes."""
    assert isinstance(champ, forms.ChoiceField)
    champ.choices = [("", mot), *choix]


class TexteForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    corps = forms.CharField(
        label="Texte",
        required=False,
        max_length=LONGUEUR_MAXIMALE,
        help_text=AIDE_TEXTE,
        widget=forms.Textarea(attrs={"rows": 20}),
    )

    version_lue = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Texte
        fields = ["corps", "signature"]
        labels = {"signature": "Signature (prénom, nom, fonction)"}

    def __init__(self, *args: Any, signee: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["version_lue"] = self.instance.version
        if not signee:
            del self.fields["signature"]

    def clean_version_lue(self) -> int:
        """The version that the text was written over; a form without one was shown before anything was saved."""
        return int(self.cleaned_data["version_lue"] or 0)

    def relire(self, version: int) -> None:
        """Show the same content again, as written over the version that was saved meanwhile."""
        self.data = {**dict(self.data.items()), self.add_prefix("version_lue"): str(version)}

    def enregistrer(self, compte: Compte) -> None:
        """Save a valid form as the next version of its text."""
        self.instance.enregistrer(compte)


class PhotoForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    image = forms.FileField(
        label="Photographie",
        help_text="JPEG, PNG ou WebP, 20 Mo au plus. Le lieu et l’appareil inscrits dans le fichier sont effacés.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = Photo
        fields = ["image", "alternative", "legende", "accord"]
        labels = {"alternative": "Ce que montre la photographie"}
        help_texts = {
            "alternative": "Une phrase, pour qui ne peut pas voir l’image.",
            "legende": "Facultative, imprimée sous la photographie.",
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        nommer_le_vide(self.fields["accord"], NON_RENSEIGNE, Photo.Accord.choices)

    def clean_image(self) -> ContentFile[bytes]:
        return preparer(self.cleaned_data["image"])


class PhotoDitsForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    """What is said of a photograph that is already there."""

    class Meta:
        model = Photo
        fields = ["alternative", "legende", "accord"]
        labels = PhotoForm.Meta.labels
        help_texts = PhotoForm.Meta.help_texts

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        nommer_le_vide(self.fields["accord"], NON_RENSEIGNE, Photo.Accord.choices)


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


class ComparaisonForm(forms.Form):
    """Two periods, each by its first and last day."""

    debut = forms.DateField(
        label="Première période, du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    fin = forms.DateField(label="au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    debut_autre = forms.DateField(
        label="Seconde période, du", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    fin_autre = forms.DateField(label="au", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        for nom, debut, fin in (("un", "debut", "fin"), ("autre", "debut_autre", "fin_autre")):
            if donnees.get(debut) and donnees.get(fin):
                try:
                    donnees[nom] = Periode(donnees[debut], donnees[fin])
                except ValueError:
                    self.add_error(fin, "Le dernier jour précède le premier.")
        return donnees


MOIS = [
    (1, "janvier"),
    (2, "février"),
    (3, "mars"),
    (4, "avril"),
    (5, "mai"),
    (6, "juin"),
    (7, "juillet"),
    (8, "août"),
    (9, "septembre"),
    (10, "octobre"),
    (11, "novembre"),
    (12, "décembre"),
]


class ApportForm(forms.Form):
    """How many contracts, of how many hours a week, from which month to the end of the year."""

    nombre = forms.IntegerField(label="Contrats de plus", min_value=1, max_value=100, initial=1)
    heures = forms.DecimalField(
        label="Heures par semaine", min_value=1, max_value=35, decimal_places=2, initial=26, localize=True
    )
    mois = forms.TypedChoiceField(label="À partir de", choices=MOIS, coerce=int)

    def __init__(self, *args: Any, mois: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["mois"] = mois


CHOIX_PARTIES = [(partie.code, partie.titre) for partie in PARTIES]


MISES_EN_PAGE = [
    (SectionRapport.MiseEnPage.CHIFFRES.value, "Chiffres d’abord"),
    (SectionRapport.MiseEnPage.RECIT.value, "Pour qui, pourquoi, comment"),
    (SectionRapport.MiseEnPage.GALERIE.value, "Photographies d’abord"),
]
"""The layouts in as few words as the field of a plan's line shows."""


class SectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    """How one section of a report stands."""

    class Meta:
        model = SectionRapport
        fields = ["titre", "masquee", "courte", "mise_en_page"]
        labels = {"titre": "Titre", "masquee": "Masquer", "courte": "Version courte", "mise_en_page": "Mise en page"}
        widgets = {
            "masquee": forms.CheckboxInput(attrs={"class": "form-check-input"}),
            "courte": forms.CheckboxInput(attrs={"class": "form-check-input"}),
            "mise_en_page": forms.Select(attrs={"class": "form-select"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        champ = self.fields["mise_en_page"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = MISES_EN_PAGE

    def clean_titre(self) -> str:
        """Empty: the declared title, which a section that the director added does not have."""
        titre = str(self.cleaned_data["titre"])
        if not titre and self.instance.section.startswith(SECTION_LIBRE):
            raise ValidationError(
                "Donnez un titre à cette section\u202f: vous l’avez ajoutée, elle n’en a pas d’autre."
            )
        return titre


class SectionNeuveForm(forms.Form):
    """A section that the director adds: a title, and the part it closes."""

    titre = forms.CharField(label="Titre", max_length=120)
    partie = forms.ChoiceField(label="À la fin de", choices=CHOIX_PARTIES)


class PerspectiveForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    partie = forms.ChoiceField(label="Partie", choices=CHOIX_PARTIES)

    class Meta:
        model = Perspective
        fields = ["partie", "intitule", "objectif", "financeur"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        champ = self.fields["financeur"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.empty_label = "Aucun"


class SuiteForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    class Meta:
        model = Perspective
        fields = ["suite", "commentaire"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        nommer_le_vide(self.fields["suite"], NON_RENSEIGNE, Perspective.Suite.choices)


PerspectiveFormSet = forms.modelformset_factory(
    Perspective, form=PerspectiveForm, extra=2, can_delete=True, can_delete_extra=False, max_num=200
)
SuiteFormSet = forms.modelformset_factory(Perspective, form=SuiteForm, extra=0)
