"""What a workshop sells and makes: turnover month by month, works done with their photograph."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from aipi import roles
from aipi.filtres import Filtre, annees
from aipi.grille import Case, Grille, Nombre, total
from aipi.models import Commune, Compte
from aipi.periodes import Periode
from aipi.photos import preparer
from aipi.roles import tenus
from aipi.saisie import FormulaireSaisie, Issue, champ_date
from aipi.texte import replier
from insertion_pro.models import Atelier, ChiffreAffaires, Realisation

EMPREINTE = 24
"""Letters of the name of a photograph's file that say what is in it (`aipi.photos`)."""


@dataclass
class LigneAtelier:
    """The twelve months of a workshop, and those of the year before."""

    atelier: Atelier
    cases: list[Case]
    avant: list[Decimal | None]

    @property
    def total(self) -> Decimal | None:
        return total(self.cases)

    @property
    def total_avant(self) -> Decimal | None:
        return _somme(self.avant)


def _somme(valeurs: list[Decimal | None]) -> Decimal | None:
    connues = [valeur for valeur in valeurs if valeur is not None]
    return sum(connues, Decimal(0)) if connues else None


class GrilleChiffreAffaires(Grille):
    """Turnover of a year in euros, workshops by months, for the workshops that `compte` holds."""

    noms = re.compile(r"m\d+-\d+")

    def __init__(self, annee: int, compte: Compte, donnees: QueryDict | None = None) -> None:
        self.mois = list(Periode.annee(annee).mois())
        self.ateliers = list(tenus(Atelier.objects.all(), compte).order_by("nom", "pk"))
        ici = tenus(ChiffreAffaires.objects.de(Periode.annee(annee)), compte).select_related("atelier")
        self._existants = {f"m{c.atelier_id}-{c.mois.month}": c for c in ici}
        avant: dict[tuple[int, int], Decimal] = {}
        if annee > datetime.MINYEAR:
            alors = tenus(ChiffreAffaires.objects.de(Periode.annee(annee - 1)), compte)
            lignes = alors.values_list("atelier", "mois", "montant")
            avant = {(atelier, mois.month): montant for atelier, mois, montant in lignes}
        sorte = Nombre(negatif=True)
        self.lignes = [
            LigneAtelier(
                atelier,
                [self._case(f"m{atelier.pk}-{mois.month}", sorte) for mois in self.mois],
                [avant.get((atelier.pk, mois.month)) for mois in self.mois],
            )
            for atelier in self.ateliers
        ]
        super().__init__((case for ligne in self.lignes for case in ligne.cases), donnees)

    def _case(self, cle: str, sorte: Nombre) -> Case:
        existant = self._existants.get(cle)
        return Case(cle, sorte, sorte.ecrire(existant.montant if existant else None))

    def ecrire(self) -> None:
        ateliers = {atelier.pk: atelier for atelier in self.ateliers}
        for cle, valeur in self.changements.items():
            atelier, _, mois = cle[1:].partition("-")
            existant = self._existants.get(cle)
            if valeur is None:
                if existant is not None:
                    existant.delete()
            elif existant is not None:
                existant.montant = valeur
                existant.save(update_fields=["montant"])
            else:
                ChiffreAffaires.objects.create(
                    atelier=ateliers[int(atelier)], mois=self.mois[int(mois) - 1], montant=valeur
                )

    @property
    def totaux(self) -> list[Decimal | None]:
        return [total(ligne.cases[rang] for ligne in self.lignes) for rang in range(len(self.mois))]

    @property
    def totaux_avant(self) -> list[Decimal | None]:
        return [_somme([ligne.avant[rang] for ligne in self.lignes]) for rang in range(len(self.mois))]

    @property
    def total(self) -> Decimal | None:
        return _somme([ligne.total for ligne in self.lignes])

    @property
    def total_avant(self) -> Decimal | None:
        return _somme([ligne.total_avant for ligne in self.lignes])


class FiltreRealisations(Filtre):
    """Works by words, workshop, year."""

    q = django_filters.CharFilter(label="Travaux, client ou commune", method="chercher", max_length=100)
    atelier = django_filters.ModelChoiceFilter(
        label="Atelier", queryset=Atelier.objects.order_by("nom"), empty_label="Tous"
    )
    annee = django_filters.ChoiceFilter(label="Année", choices=annees, method="dans_l_annee", empty_label="Toutes")

    class Meta:
        model = Realisation
        fields = ["q", "atelier", "annee"]

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        super().__init__(donnees, lignes, compte)
        self.filters["atelier"].queryset = tenus(Atelier.objects.order_by("nom"), compte)

    def chercher(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        for mot in valeur.split():
            lignes = lignes.filter(
                Q(intitule__icontains=mot) | Q(client__icontains=mot) | Q(commune__nom__icontains=mot)
            )
        return lignes

    def dans_l_annee(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        de_l_annee = Realisation.objects.order_by().de(Periode.annee(int(valeur)))
        return lignes.filter(pk__in=de_l_annee.values("pk"))


class ChampCommune(forms.CharField):
    """A commune by its name, postcode and name, or INSEE code; the page proposes those it knows as one types."""

    def to_python(self, value: Any) -> Any:
        texte = replier(super().to_python(value) or "")
        if not texte:
            return None
        trouvees = [
            commune
            for commune in Commune.objects.all()
            if texte in {replier(commune.nom), replier(str(commune)), commune.code_insee.casefold()}
        ]
        if not trouvees:
            raise ValidationError("Cette commune n’est pas connue\u202f: choisissez-la dans la liste.")
        if len(trouvees) > 1:
            raise ValidationError("Plusieurs communes portent ce nom\u202f: choisissez-la dans la liste.")
        return trouvees[0]

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Commune.objects.filter(pk=value).first()
        return str(value) if isinstance(value, Commune) else value

    def run_validators(self, value: Any) -> None:
        """A commune is not a text any more: nothing to measure."""


class RealisationForm(FormulaireSaisie):
    """A work done. The client stays in the house; title, commune, month and photograph are printed in the report."""

    prefixe = "REA"

    date = champ_date(label="Date", help_text="De la fin des travaux.")
    intitule = forms.CharField(
        label="Travaux",
        max_length=250,
        help_text="Par exemple « Réfection d’une clôture ». Imprimé dans le rapport\u202f: sans le nom d’un particulier.",
    )
    client = forms.CharField(
        label="Client", required=False, max_length=250, help_text="Jamais imprimé\u202f: ce peut être un particulier."
    )
    commune = ChampCommune(label="Commune", required=False, widget=forms.TextInput(attrs={"list": "communes"}))
    image = forms.FileField(
        label="Photographie",
        required=False,
        help_text="JPEG, PNG ou WebP, 20 Mo au plus. Le lieu et l’appareil inscrits dans le fichier sont effacés.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    retirer = forms.BooleanField(label="Retirer la photographie", required=False)
    alternative = forms.CharField(
        label="Ce que montre la photographie",
        required=False,
        max_length=250,
        help_text="Une phrase, pour qui ne peut pas voir l’image.",
    )

    class Meta:
        model = Realisation
        fields = ["atelier", "date", "intitule", "client", "commune", "alternative"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"realisation:{compte.pk}", **options)
        champ = self.fields["atelier"]
        assert isinstance(champ, forms.ModelChoiceField)
        ateliers = tenus(Atelier.objects.all(), compte).order_by("nom", "pk")
        champ.queryset = ateliers
        champ.empty_label = "Choisissez un atelier"
        if not self.instance.photo:
            del self.fields["retirer"]
        if self.instance.pk is None:
            self.initial.setdefault("date", timezone.localdate())
            if roles.encadrant(compte):
                self.initial.setdefault("atelier", ateliers.first())

    def clean_image(self) -> ContentFile[bytes] | None:
        image = self.cleaned_data["image"]
        return preparer(image) if image else None

    def valeurs(self, objet: Any) -> dict[str, str]:
        """With the photograph, known by the fingerprint that begins the name of its file."""
        return {**super().valeurs(objet), "image": PurePosixPath(str(objet.photo)).name[:EMPREINTE]}

    def save(self, commit: bool = True) -> Any:
        """Keep the new photograph, or none. Raises what the database raises."""
        image = self.cleaned_data.get("image")
        if image is not None:
            self.instance.photo = image
        elif self.cleaned_data.get("retirer"):
            self.instance.photo = ""
        return super().save(commit)

    def corriger(self) -> bool:
        avant = str(self.instance.photo)
        faite = super().corriger()
        if faite and avant and avant != str(self.instance.photo):
            _oublier(self.instance.photo.storage, avant)
        return faite

    def creer(self) -> tuple[Issue, Any]:
        issue, objet = super().creer()
        ecrite = str(self.instance.photo)
        if issue is not Issue.CREE and ecrite:
            # The row was already there: the file just written belongs to nobody.
            _oublier(self.instance.photo.storage, ecrite)
        return issue, objet


def _oublier(fichiers: Storage, nom: str) -> None:
    """Take away a file that no work shows any more."""
    if not Realisation.objects.filter(photo=nom).exists():
        fichiers.delete(nom)
