"""Entry of a document of a dossier."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction

from aipi import roles
from aipi.documents import ACCEPTES, Format, garder, nom_garde, titre_propre, verifier
from aipi.models import Compte, Document, Personne
from aipi.nir import sans_nir
from aipi.saisie import FormulaireSaisie, Issue


class DocumentForm(FormulaireSaisie):
    """A file with what it is, for which pole, and whether its author keeps it to itself. The file never changes afterwards."""

    prefixe = "DOC"

    fichier = forms.FileField(
        label="Fichier",
        help_text="PDF, image, texte ou tableur, 10 Mo au plus. Les images sont gardées sans le lieu ni l’heure de la prise de vue.",
        widget=forms.FileInput(attrs={"accept": ACCEPTES}),
        error_messages={
            "required": "Choisissez le fichier à joindre.",
            "empty": "Ce fichier est vide.",
            "missing": "Choisissez le fichier à joindre.",
            "invalid": "Choisissez le fichier à joindre.",
        },
    )
    intitule = forms.CharField(
        label="Intitulé",
        required=False,
        max_length=250,
        help_text="À défaut, le nom du fichier.",
    )
    confidentiel = forms.BooleanField(
        label="Confidentiel",
        required=False,
        help_text="Vous seul et la direction pourrez le lire.",
    )

    class Meta:
        model = Document
        fields = ["fichier", "type", "intitule", "pole", "confidentiel"]

    def __init__(self, *args: Any, personne: Personne, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"document:{personne.pk}:{compte.pk}", **options)
        self.compte = compte
        self.format: Format | None = None
        poles = [Document.Pole(pole.value) for pole in roles.poles(compte)]
        champ_pole = self.fields["pole"]
        assert isinstance(champ_pole, forms.ChoiceField)
        # No default: a document in the wrong pole would be read by the wrong colleagues.
        champ_pole.choices = [("", "À choisir"), *((pole.value, pole.label) for pole in poles)]
        champ_pole.help_text = "Les collègues de ce pôle liront le document."
        champ_type = self.fields["type"]
        assert isinstance(champ_type, forms.ChoiceField)
        champ_type.choices = [("", "À choisir"), *Document.Type.choices]
        if self.instance.pk is not None:
            del self.fields["fichier"]
            if self.instance.auteur_id != compte.pk and not roles.directeur(compte):
                # Whoever hides someone else's document would no longer read it.
                del self.fields["confidentiel"]
        else:
            self.instance.personne = personne
            self.instance.auteur = compte
        if len(poles) == 1:
            self.initial["pole"] = poles[0].value
            champ_pole.widget = forms.HiddenInput()

    def clean_fichier(self) -> Any:
        fichier = self.cleaned_data["fichier"]
        self.format, contenu = verifier(fichier)
        self.cleaned_data["nom_fichier"] = fichier.name
        return contenu

    def clean_intitule(self) -> str:
        intitule: str = self.cleaned_data["intitule"]
        titre = intitule or titre_propre(self.cleaned_data.get("nom_fichier", "")) or self.instance.intitule
        sans_nir(titre)
        return titre

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not donnees.get("intitule"):
            raise ValidationError({"intitule": "Donnez un intitulé à ce document."})
        return donnees

    def _post_clean(self) -> None:
        # The file is stored by `creer`, under the name that the token gives, and not by the model's own field.
        contenu = self.cleaned_data.pop("fichier", None)
        if self.format is not None and self.ref is not None:
            self.instance.fichier.name = nom_garde(self.ref, self.format)
        super()._post_clean()  # type: ignore[misc]  # a hook that the stubs leave out
        if contenu is not None:
            self.cleaned_data["fichier"] = contenu

    def creer(self) -> tuple[Issue, Any]:
        """Keep the file and its row; the same form sent twice keeps one of each."""
        assert self.ref is not None
        assert self.format is not None
        contenu = self.cleaned_data["fichier"]
        nom = garder(self.ref, self.format, contenu)
        if nom is None:
            return Issue.DEJA, self.instance
        self.instance.fichier.name = nom
        self.instance.type_mime = self.format.type_mime
        self.instance.taille = contenu.size
        try:
            with transaction.atomic():
                return Issue.CREE, self.save()
        except BaseException:
            default_storage.delete(nom)
            raise
