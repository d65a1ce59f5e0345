"""Entry of a person. What is unknown stays so; a national insurance number is never kept."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils import timezone

from aipi.models import Commune, Compte, Personne
from aipi.nir import NIR_REFUSE, ressemble_a_un_nir
from aipi.saisie import FormulaireSaisie, champ_date

NON_RENSEIGNE = "Non renseigné"
NOM_MAXIMUM = 200
TEXTES = ("nom", "prenom", "telephone", "courriel")


def champ_texte(label: str, required: bool = False, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        validators=[MaxLengthValidator(NOM_MAXIMUM, "C’est trop long\u202f: 200 caractères au plus.")],
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


class OuiNon(forms.RadioSelect):
    """Yes, no, or nobody knows: as three buttons."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, choices=(("true", "Oui"), ("false", "Non"), ("unknown", NON_RENSEIGNE)))

    def format_value(self, value: Any) -> list[str]:
        return [{True: "true", False: "false", "true": "true", "false": "false"}.get(value, "unknown")]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool | None:
        return {"true": True, "false": False}.get(data.get(name, ""))


class PersonneForm(FormulaireSaisie):
    """Who the person is. Only the name and the first name are required."""

    prefixe = "P"

    nom = champ_texte("Nom", required=True)
    prenom = champ_texte("Prénom", required=True)
    date_naissance = champ_date(label="Date de naissance", required=False)
    sexe = forms.ChoiceField(
        label="Sexe", required=False, choices=[*Personne.Sexe.choices, ("", NON_RENSEIGNE)], widget=forms.RadioSelect
    )
    telephone = champ_texte("Téléphone", inputmode="tel")
    courriel = champ_texte("Courriel", inputmode="email")
    commune = forms.ModelChoiceField(
        Commune.objects.order_by("nom", "code_postal"), label="Commune", required=False, empty_label=NON_RENSEIGNE
    )
    rqth = forms.NullBooleanField(label="RQTH (travailleur handicapé)", required=False, widget=OuiNon)

    class Meta:
        model = Personne
        fields = ["nom", "prenom", "date_naissance", "sexe", "telephone", "courriel", "commune", "rqth"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"personne:{compte.pk}", **options)

    def clean_date_naissance(self) -> datetime.date | None:
        naissance: datetime.date | None = self.cleaned_data["date_naissance"]
        if naissance is not None and naissance > timezone.localdate():
            raise ValidationError("Cette date n’est pas encore venue.")
        return naissance

    def clean_courriel(self) -> str:
        courriel: str = self.cleaned_data["courriel"]
        # One kept from before, however odd, does not prevent another correction.
        if courriel and "courriel" in self.changed_data:
            validate_email(courriel)
        return courriel

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        for nom in TEXTES:
            if nom not in self.errors and ressemble_a_un_nir(str(donnees.get(nom, ""))):
                self.add_error(nom, NIR_REFUSE)
        return donnees
