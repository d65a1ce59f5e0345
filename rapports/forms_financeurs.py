"""Forms of the dashboards of funders: what to prepare, whom to give access to, questions and answers."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from aipi.models import Compte, Convention, Financeur
from aipi.periodes import Periode, plausible, plus_mois
from rapports.financeurs.acces import DUREE_MAXIMALE
from rapports.financeurs.affichage import Affichage
from rapports.models import AccesFinanceur, QuestionFinanceur, Tableau


def _jour() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DemandeForm(forms.Form):
    """For whom, which period, with what beside it."""

    financeur = forms.ModelChoiceField(
        queryset=Financeur.objects.none(),
        label="Financeur",
        empty_label="Choisissez un financeur",
        help_text="Les actions du tableau sont celles de ses conventions dans les années de la période.",
    )
    debut = forms.DateField(label="Du", widget=_jour())
    fin = forms.DateField(
        label="Au", widget=_jour(), help_text="Une année civile, ou de septembre à août, ou toute autre période."
    )
    avec_precedente = forms.BooleanField(
        label="Avec la période précédente, pour comparer", required=False, initial=True
    )
    avec_serie = forms.BooleanField(label="Avec les cinq dernières périodes", required=False, initial=True)
    par_atelier = forms.BooleanField(
        label="Avec les chiffres de chaque atelier (ACI)",
        required=False,
        help_text="Plus de détail oblige à cacher davantage de nombres.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        conventionnes = Convention.objects.order_by().values("financeur")
        champ = self.fields["financeur"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = Financeur.objects.filter(pk__in=conventionnes).order_by("nom", "code")
        annee = timezone.localdate().year - 1
        self.fields["debut"].initial = datetime.date(annee, 1, 1)
        self.fields["fin"].initial = datetime.date(annee, 12, 31)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if "debut" in donnees and "fin" in donnees:
            try:
                donnees["periode"] = plausible(Periode(donnees["debut"], donnees["fin"]))
            except ValueError as erreur:
                raise ValidationError({"fin": f"{str(erreur)[:1].upper()}{str(erreur)[1:]}"}) from erreur
        return donnees


class AccesForm(forms.Form):
    """What is given, to whom, until when."""

    LIEN, JETON, JETON_TOUS = "lien", "jeton", "jeton_tous"

    genre = forms.ChoiceField(
        label="Accès",
        choices=[
            (LIEN, "Un lien de lecture de ce tableau"),
            (JETON, "Un jeton pour un logiciel, sur ce tableau"),
            (JETON_TOUS, "Un jeton pour un logiciel, sur tous les tableaux de ce financeur"),
        ],
    )
    nom = forms.CharField(label="Pour qui", max_length=100, help_text="Un service ou un logiciel : il est rappelé ici.")
    fin = forms.DateField(label="Dernier jour", widget=_jour(), help_text="Deux ans au plus.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["fin"].initial = plus_mois(timezone.localdate(), 3)

    def clean_fin(self) -> datetime.date:
        fin: datetime.date = self.cleaned_data["fin"]
        jour = timezone.localdate()
        if fin < jour:
            raise ValidationError("Ce jour est passé.")
        if fin > jour + DUREE_MAXIMALE:
            raise ValidationError("Un accès dure deux ans au plus.")
        return fin

    @property
    def portee(self) -> tuple[AccesFinanceur.Genre, bool]:
        """The kind, and whether it opens every dashboard of the funder."""
        choix = self.cleaned_data["genre"]
        genre = AccesFinanceur.Genre.LIEN if choix == self.LIEN else AccesFinanceur.Genre.JETON
        return genre, choix == self.JETON_TOUS


class QuestionForm(forms.Form):
    """A question about one figure of a dashboard."""

    indicateur = forms.ChoiceField(label="Le chiffre")
    texte = forms.CharField(label="Votre question", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, affichage: Affichage, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.affichage = affichage
        champ = self.fields["indicateur"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = affichage.chiffres

    def poser(self, tableau: Tableau, *, auteur: Compte | None = None, acces: AccesFinanceur | None = None) -> None:
        """Keep the question of a valid form, with the label of the figure as it was read."""
        code = self.cleaned_data["indicateur"]
        libelles = {cle: libelle for _, chiffres in self.affichage.chiffres for cle, libelle in chiffres}
        QuestionFinanceur.objects.create(
            tableau=tableau,
            indicateur=code,
            libelle=libelles[code][:250],
            texte=self.cleaned_data["texte"],
            auteur=auteur,
            acces=acces,
        )


class ReponseForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when running
    reponse = forms.CharField(
        label="Votre réponse",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Le financeur la lit sous sa question. N’y nommez personne.",
    )

    class Meta:
        model = QuestionFinanceur
        fields = ["reponse"]

    def repondre(self, compte: Compte) -> None:
        """Save a valid form."""
        self.instance.repondu_par, self.instance.repondu_le = compte, timezone.now()
        self.instance.save()
