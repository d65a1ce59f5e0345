"""Entry of an interview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q
from django.utils import timezone

from aipi.models import Compte, Intervenant, Nomenclature
from aipi.saisie import FormulaireSaisie, champ_date, champ_note
from insertion_pro.models import Entretien, Parcours

UNE_JOURNEE = 24 * 60


def lieu_habituel(parcours: Parcours, compte: Compte) -> Nomenclature | None:
    """Where this account held its last interview; else where this person was last seen."""
    situes = Entretien.objects.exclude(lieu=None).select_related("lieu").order_by("-date", "-pk")
    miens = situes.filter(intervenant=compte.intervenant_id).first() if compte.intervenant_id else None
    dernier = miens or situes.filter(parcours=parcours).first()
    return dernier.lieu if dernier else None


class EntretienForm(FormulaireSaisie):
    """An interview: only the day is required, and it is today unless said otherwise."""

    prefixe = "ENT"

    date = champ_date(label="Date")
    objet = forms.ChoiceField(
        label="Objet",
        required=False,
        choices=[*Entretien.Objet.choices, ("", "Non précisé")],
        widget=forms.RadioSelect,
    )
    duree_minutes = forms.IntegerField(
        label="Durée (minutes)",
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
        validators=[MaxValueValidator(UNE_JOURNEE, "Un entretien ne dépasse pas une journée (1 440 minutes).")],
    )
    note = champ_note(label="Note")

    class Meta:
        model = Entretien
        fields = ["date", "objet", "lieu", "duree_minutes", "intervenant", "note"]

    def __init__(self, *args: Any, parcours: Parcours, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"entretien:{parcours.pk}:{compte.pk}", **options)
        self.instance.parcours = parcours
        codes = Nomenclature.objects.de(Nomenclature.Liste.LIEU_ENTRETIEN)
        valides = codes.valides(timezone.localdate())
        # A code withdrawn since keeps its place in the rows that have it.
        lieux = codes.filter(Q(pk__in=valides.order_by().values("pk")) | Q(pk=self.instance.lieu_id))
        champ_lieu, champ_intervenant = self.fields["lieu"], self.fields["intervenant"]
        assert isinstance(champ_lieu, forms.ModelChoiceField)
        assert isinstance(champ_intervenant, forms.ModelChoiceField)
        champ_lieu.queryset = lieux
        champ_lieu.empty_label = "Non renseigné"
        champ_intervenant.queryset = Intervenant.objects.order_by("nom", "prenom")
        champ_intervenant.empty_label = "Non renseigné"
        if self.instance.pk is None:
            self.initial.setdefault("date", timezone.localdate())
            self.initial.setdefault("intervenant", compte.intervenant_id)
            self.initial.setdefault("lieu", lieu_habituel(parcours, compte))
            self.initial.setdefault("objet", "")
