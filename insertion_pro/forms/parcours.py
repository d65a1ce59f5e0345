"""Recruitment in the ACI, correction of a parcours, its exit, and what became of the person afterwards."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.forms.models import ModelChoiceIterator
from django.utils import timezone

from aipi.models import Compte, Nomenclature, Personne
from aipi.periodes import jour_francais, plus_mois
from aipi.saisie import TEXTE_MAXIMUM, FormulaireSaisie, Issue, champ_date
from aipi.saisie_contact import codes_du_jour
from aipi.saisie_personne import NON_RENSEIGNE
from insertion_pro.models import Contrat, Equipe, Parcours, SuiteSortie
from insertion_pro.regles import MOIS_PREMIER_CONTRAT, Remarque, fin_apres
from insertion_pro.situations import remarques_du_contrat

from .champs import champ_oui_non, preparer_code, preparer_referent, proposer_equipes
from .contrats import champ_heures

CATEGORIES_DE_SORTIE = {
    Nomenclature.EMPLOI_DURABLE: "Emploi durable",
    Nomenclature.EMPLOI_TRANSITION: "Emploi de transition",
    Nomenclature.SORTIE_POSITIVE: "Sortie positive",
    Nomenclature.AUTRE_SORTIE: "Autre sortie",
    Nomenclature.RETRAIT: "Sortie retirée du calcul",
}
"""In the order of the list, with the words of the report."""

MOIS_SANS_EMPLOI_MAXIMUM = 720


class _ParCategorie(ModelChoiceIterator):  # type: ignore[type-arg]  # not generic at run time
    """Motives under the name of their category, in the order of the categories."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        rangs = {categorie: rang for rang, categorie in enumerate(CATEGORIES_DE_SORTIE)}
        codes = sorted(self.queryset, key=lambda code: rangs.get(code.categorie, len(rangs)))
        for categorie, groupe in groupby(codes, key=lambda code: code.categorie):
            yield (CATEGORIES_DE_SORTIE.get(categorie, "Sans catégorie"), [self.choice(code) for code in groupe])


class ChampMotifSortie(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """The motive of an exit, under its category."""

    iterator = _ParCategorie

    def __init__(self) -> None:
        super().__init__(
            Nomenclature.objects.none(), label="Motif de sortie", required=False, empty_label=NON_RENSEIGNE
        )


def preparer_motif(form: forms.ModelForm) -> None:  # type: ignore[type-arg]
    champ = form.fields["motif_sortie"]
    assert isinstance(champ, ChampMotifSortie)
    deja = [form.instance.motif_sortie_id]
    champ.queryset = codes_du_jour(Nomenclature.Liste.MOTIF_SORTIE, timezone.localdate(), deja)


class ParcoursForm(FormulaireSaisie):
    """The facts of a parcours. Only the day of entry is required; what is unknown stays so."""

    prefixe = "PAR"

    date_entree = champ_date(label="Date d’entrée")
    date_sortie = champ_date(
        label="Date de sortie", required=False, help_text="Videz la date et le motif pour annuler la sortie."
    )
    motif_sortie = ChampMotifSortie()
    rsa_entree = champ_oui_non(label="Bénéficiaire du RSA à l’entrée")
    mois_sans_emploi_entree = forms.IntegerField(
        label="Mois sans emploi à l’entrée",
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        validators=[MaxValueValidator(MOIS_SANS_EMPLOI_MAXIMUM, "C’est plus de 60 ans\u202f: vérifiez le nombre.")],
    )
    pass_iae_debut = champ_date(label="Début du PASS IAE", required=False)

    class Meta:
        model = Parcours
        fields = [
            "date_entree",
            "prescripteur",
            "referent",
            "pass_iae_debut",
            "rsa_entree",
            "mois_sans_emploi_entree",
            "niveau_formation",
            "date_sortie",
            "motif_sortie",
        ]

    def __init__(self, *args: Any, personne: Personne, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"parcours:{personne.pk}:{compte.pk}", **options)
        self.instance.personne = personne
        preparer_referent(self)
        preparer_code(self, "prescripteur", Nomenclature.Liste.PRESCRIPTEUR)
        preparer_code(self, "niveau_formation", Nomenclature.Liste.NIVEAU_FORMATION)
        self.fields["niveau_formation"].label = "Niveau de formation"
        if self.instance.date_sortie is None and self.instance.motif_sortie_id is None:
            # The exit has a page of its own; here it is only corrected, or undone.
            del self.fields["date_sortie"], self.fields["motif_sortie"]
        else:
            preparer_motif(self)

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        entree, sortie = donnees.get("date_entree"), donnees.get("date_sortie", self.instance.date_sortie)
        if entree and sortie and sortie < entree:
            champ = "date_sortie" if "date_sortie" in self.fields else "date_entree"
            self.add_error(champ, "La sortie ne peut pas précéder l’entrée.")
        return donnees

    def remarques(self) -> list[Remarque]:
        """What to say of the parcours once it is saved."""
        p: Parcours = self.instance
        remarques = []
        if p.motif_sortie_id is not None and p.date_sortie is None:
            remarques.append(Remarque("Un motif de sortie est choisi sans date\u202f: le parcours reste ouvert."))
        if p.date_sortie is not None and p.motif_sortie_id is None:
            remarques.append(Remarque("La sortie est sans motif\u202f: elle restera à compléter."))
        autres = Parcours.objects.filter(personne=p.personne_id).exclude(pk=p.pk)
        chevauches = autres.filter(Q(date_sortie=None) | Q(date_sortie__gte=p.date_entree))
        if p.date_sortie is not None:
            chevauches = chevauches.filter(date_entree__lte=p.date_sortie)
        remarques += [
            Remarque(f"Un autre parcours court en même temps, entré le {jour_francais(autre.date_entree)}.")
            for autre in chevauches
        ]
        return remarques


class RecrutementForm(ParcoursForm):
    """A new parcours with its first contract. Without a team, the parcours is opened alone."""

    equipe = forms.ModelChoiceField(Equipe.objects.all(), label="Équipe", required=False)
    contrat_debut = champ_date(label="Début du contrat", required=False, help_text="À défaut, la date d’entrée.")
    contrat_fin = champ_date(label="Fin du contrat", required=False)
    heures_hebdo = champ_heures()

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, compte=compte, **options)
        jour = timezone.localdate()
        self.initial.update(
            {
                "date_entree": jour,
                "referent": compte.intervenant_id,
                "contrat_fin": fin_apres(jour, MOIS_PREMIER_CONTRAT),
            }
        )
        proposer_equipes(self, vide="Pas encore de contrat")

    @property
    def contrat(self) -> Contrat | None:
        """The first contract that the valid form describes, not saved."""
        donnees = self.cleaned_data
        if not donnees.get("equipe"):
            return None
        return Contrat(
            ref=f"CON-{self.ref}",
            parcours=self.instance,
            equipe=donnees["equipe"],
            date_debut=donnees.get("contrat_debut") or donnees["date_entree"],
            date_fin=donnees.get("contrat_fin"),
            heures_hebdo=donnees.get("heures_hebdo"),
        )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean()
        debut, fin = donnees.get("contrat_debut") or donnees.get("date_entree"), donnees.get("contrat_fin")
        if donnees.get("equipe"):
            if debut and fin and fin < debut:
                self.add_error("contrat_fin", f"Le contrat ne peut pas finir avant de commencer, le {debut:%d/%m/%Y}.")
        elif donnees.get("contrat_debut") or donnees.get("heures_hebdo") is not None:
            self.add_error("equipe", "Choisissez l’équipe de ce contrat, ou laissez le contrat vide.")
        return donnees

    def valeurs(self, objet: models.Model) -> dict[str, str]:
        contrat = self.contrat if objet is self.instance else Contrat.objects.filter(ref=f"CON-{self.ref}").first()
        dit = "" if contrat is None else f"{contrat} {contrat.date_fin} {contrat.heures_hebdo or ''}"
        return {**super().valeurs(objet), "equipe": dit}

    def save(self, commit: bool = True) -> Parcours:
        parcours: Parcours = super().save(commit)
        contrat = self.contrat
        if contrat is not None:
            contrat.save()
        return parcours

    def remarques(self) -> list[Remarque]:
        contrat = Contrat.objects.filter(ref=f"CON-{self.ref}").select_related("parcours__personne").first()
        return [*super().remarques(), *(remarques_du_contrat(contrat) if contrat is not None else [])]


class SortieForm(FormulaireSaisie):
    """The end of a parcours: its day, its motive, and its contracts that end with it."""

    date_sortie = champ_date(label="Date de sortie")
    motif_sortie = ChampMotifSortie()
    clore_contrats = forms.BooleanField(
        label="Terminer le contrat ce jour-là",
        required=False,
        initial=True,
        help_text="Un contrat qui irait plus loin, ou sans date de fin, s’arrête à la date de sortie.",
    )

    class Meta:
        model = Parcours
        fields = ["date_sortie", "motif_sortie"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"sortie:{compte.pk}", **options)
        preparer_motif(self)
        if self.instance.date_sortie is None:
            self.initial["date_sortie"] = timezone.localdate()

    def clean_date_sortie(self) -> datetime.date:
        sortie: datetime.date = self.cleaned_data["date_sortie"]
        if sortie < self.instance.date_entree:
            raise ValidationError(f"La sortie ne peut pas précéder l’entrée, le {self.instance.date_entree:%d/%m/%Y}.")
        return sortie

    def save(self, commit: bool = True) -> Parcours:
        parcours: Parcours = super().save(commit)
        if self.cleaned_data["clore_contrats"]:
            sortie = self.cleaned_data["date_sortie"]
            au_dela = Contrat.objects.filter(Q(date_fin=None) | Q(date_fin__gt=sortie), parcours=parcours)
            # One by one: the history keeps each of them. One not begun yet cannot end before it begins.
            for contrat in au_dela.filter(date_debut__lte=sortie):
                contrat.date_fin = sortie
                contrat.save(update_fields=["date_fin"])
        return parcours

    def remarques(self) -> list[Remarque]:
        """What to say of the exit once it is saved."""
        p: Parcours = self.instance
        assert p.date_sortie is not None
        remarques = []
        if p.motif_sortie_id is None:
            remarques.append(Remarque("La sortie est sans motif\u202f: elle restera à compléter."))
        if Contrat.objects.filter(parcours=p, date_debut__gt=p.date_sortie).exists():
            remarques.append(Remarque("Un contrat commence après la sortie\u202f: corrigez-le ou supprimez-le."))
        return remarques


class SuiteSortieForm(FormulaireSaisie):
    """What became of a person `mois` months after the exit. One answer for each of the two dates, which may be corrected."""

    date = champ_date(label="Demandé le")
    situation = forms.ChoiceField(label="Situation", choices=SuiteSortie.Situation.choices, widget=forms.RadioSelect)
    precisions = forms.CharField(
        label="Précisions",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[MaxLengthValidator(TEXTE_MAXIMUM, "Ce texte dépasse 10 000 caractères.")],
    )

    class Meta:
        model = SuiteSortie
        fields = ["date", "situation", "precisions"]

    def __init__(self, *args: Any, parcours: Parcours, mois: int, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"suite:{parcours.pk}:{mois}:{compte.pk}", **options)
        self.instance.parcours = parcours
        self.instance.mois = mois
        if self.instance.pk is None:
            self.initial["date"] = timezone.localdate()

    def creer(self) -> tuple[Issue, Any]:
        """Save the answer, or find the one that is already there: the parcours and the months are its key."""
        suite = self.instance
        try:
            with transaction.atomic():
                return Issue.CREE, self.save()
        except IntegrityError:
            existante = SuiteSortie.objects.filter(parcours=suite.parcours, mois=suite.mois).first()
            if existante is None:
                raise
            memes = self.valeurs(existante) == self.valeurs(suite)
            return (Issue.DEJA if memes else Issue.AUTRE), existante

    def remarques(self) -> list[Remarque]:
        """What to say of the answer once it is saved."""
        suite: SuiteSortie = self.instance
        sortie = suite.parcours.date_sortie
        if sortie is not None and suite.date < plus_mois(sortie, suite.mois - 1):
            return [
                Remarque(
                    f"C’est bien avant les {suite.mois} mois, qui tombent le "
                    f"{jour_francais(plus_mois(sortie, suite.mois))}."
                )
            ]
        return []
