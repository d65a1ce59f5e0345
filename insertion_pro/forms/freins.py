"""Obstacles: several found at once, then each one followed until it ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from aipi.models import Compte, Nomenclature
from aipi.periodes import jour_francais
from aipi.saisie import FormulaireSaisie, Issue, champ_date
from aipi.saisie_contact import codes_du_jour
from insertion_pro.models import Frein, Parcours
from insertion_pro.regles import Remarque

from .champs import preparer_code


class FreinsForm(FormulaireSaisie):
    """Obstacles found the same day: one row for each category ticked. One already open is not found a second time."""

    prefixe = "FRN"

    categories = forms.ModelMultipleChoiceField(
        label="Freins repérés",
        queryset=Nomenclature.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un frein."},
    )
    date_reperage = champ_date(label="Repérés le")

    class Meta:
        model = Frein
        fields = ["date_reperage"]

    def __init__(self, *args: Any, parcours: Parcours, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"freins:{parcours.pk}:{compte.pk}", **options)
        self.parcours = parcours
        self.initial["date_reperage"] = timezone.localdate()
        champ = self.fields["categories"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        champ.queryset = codes_du_jour(Nomenclature.Liste.CATEGORIE_FREIN, timezone.localdate(), [])

    @property
    def deja_ouverts(self) -> QuerySet[Frein]:
        """Obstacles still open."""
        return Frein.objects.filter(parcours=self.parcours, date_fin=None).select_related("categorie")

    def _faits(self) -> dict[int, Frein]:
        """What this very form made when it was sent before."""
        faits = Frein.objects.filter(ref__startswith=f"{self.ref}-", parcours=self.parcours)
        return {frein.categorie_id: frein for frein in faits}

    def creer(self) -> tuple[Issue, Any]:
        """One row for each category, once however often the form is sent."""
        categories = list(self.cleaned_data["categories"])
        try:
            with transaction.atomic():
                faits = self._faits()
                if not faits:
                    ouverts = set(self.deja_ouverts.values_list("categorie", flat=True))
                    nouveaux = [categorie for categorie in categories if categorie.pk not in ouverts]
                    for categorie in nouveaux:
                        Frein.objects.create(
                            ref=f"{self.ref}-{categorie.code}"[:500],
                            parcours=self.parcours,
                            categorie=categorie,
                            date_reperage=self.cleaned_data["date_reperage"],
                        )
                    return (Issue.CREE if nouveaux else Issue.DEJA), None
        except IntegrityError:
            faits = self._faits()
            if not faits:
                raise
        jours = {frein.date_reperage for frein in faits.values()}
        memes = {c.pk for c in categories} >= set(faits) and jours == {self.cleaned_data["date_reperage"]}
        return (Issue.DEJA if memes else Issue.AUTRE), next(iter(faits.values()))


class FreinForm(FormulaireSaisie):
    """One obstacle: when it ended and how, or a correction."""

    prefixe = "FRN"

    date_reperage = champ_date(label="Repéré le")
    issue = forms.ChoiceField(
        label="Où en est-il\u202f?",
        required=False,
        choices=[*Frein.Issue.choices, ("", "Non renseigné")],
        widget=forms.RadioSelect,
    )
    date_fin = champ_date(
        label="Terminé le", required=False, help_text="Laissez vide tant que le frein est là, même amélioré."
    )

    class Meta:
        model = Frein
        fields = ["categorie", "date_reperage", "issue", "date_fin"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"frein:{compte.pk}", **options)
        preparer_code(self, "categorie", Nomenclature.Liste.CATEGORIE_FREIN)
        self.fields["categorie"].label = "Frein"

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        debut, fin = donnees.get("date_reperage"), donnees.get("date_fin")
        if debut and fin and fin < debut:
            raise ValidationError(
                {"date_fin": f"Le frein ne peut pas se terminer avant d’être repéré, le {debut:%d/%m/%Y}."}
            )
        if donnees.get("issue") == Frein.Issue.LEVE and not fin and "date_fin" not in self.errors:
            # A lifted obstacle has ended: today, unless said otherwise.
            donnees["date_fin"] = max(timezone.localdate(), debut) if debut else timezone.localdate()
        return donnees

    def remarques(self) -> list[Remarque]:
        """What to say of the obstacle once it is saved."""
        frein: Frein = self.instance
        remarques = []
        if frein.date_fin is not None and not frein.issue:
            remarques.append(Remarque("Le frein est terminé sans issue\u202f: elle restera à compléter."))
        double = Frein.objects.filter(
            Q(date_fin=None) | Q(date_fin__gte=frein.date_reperage), parcours=frein.parcours, categorie=frein.categorie
        ).exclude(pk=frein.pk)
        if frein.date_fin is None and (autre := double.filter(date_fin=None).first()) is not None:
            remarques.append(
                Remarque(f"Le même frein est déjà ouvert, repéré le {jour_francais(autre.date_reperage)}.")
            )
        return remarques
