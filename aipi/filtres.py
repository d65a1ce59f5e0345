"""Filters shared by the lists: search without accents or case, state today, year."""

from __future__ import annotations

import copy
import datetime
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from aipi import enonces, roles
from aipi.accompagnements import accompagnements
from aipi.models import Commune, Compte, Intervenant, Personne
from aipi.nombres import nombre
from aipi.periodes import Periode

EN_COURS = "en_cours"
SORTI = "sorti"
TOUS = "tous"
ETATS = ((EN_COURS, "En cours"), (SORTI, "Terminés"), (TOUS, "Tous"))
PREMIER_JOUR = datetime.date(1900, 1, 1)
"""No date of a file is earlier (exchange format)."""
BIENTOT = (("30", "Dans les 30 jours"), ("60", "Dans les 60 jours"), ("90", "Dans les 90 jours"))
BRANCHES = 60
"""Choices counted in one query; those after are shown without their number."""


def ce_jour() -> Periode:
    """Today, as a period of one day."""
    jour = timezone.localdate()
    return Periode(jour, jour)


def jusqu_ici() -> Periode:
    """From the first day a file may hold to yesterday: what is over."""
    return Periode(PREMIER_JOUR, timezone.localdate() - datetime.timedelta(days=1))


def prochains_jours(nombre_jours: int) -> Periode:
    """Today and so many days after it."""
    jour = timezone.localdate()
    return Periode(jour, jour + datetime.timedelta(days=nombre_jours))


def annees() -> list[tuple[int, str]]:
    """The years proposed in a filter, the present one first."""
    annee = timezone.localdate().year
    return [(a, str(a)) for a in range(annee, annee - 12, -1)]


def referents(request: HttpRequest | None) -> QuerySet[Intervenant]:
    """Staff who may be a referent."""
    return Intervenant.objects.filter(role=Intervenant.Role.TRAVAILLEUR_SOCIAL).order_by("nom", "prenom")


class _Filtres(dict[str, Any]):
    """The filters of a class. Each form takes its own, which the library copies to the last leaf: a tenth of a page."""

    def __deepcopy__(self, memoire: dict[int, Any]) -> dict[str, Any]:
        copies = {}
        for nom, filtre in self.items():
            copies[nom] = copie = copy.copy(filtre)
            copie.extra = dict(filtre.extra)
            # The field is that of one form: its choices are written over with their numbers.
            vars(copie).pop("_field", None)
            # The method is looked up through the filter that it was given to.
            copie.method = copie.method
        return copies


class Filtre(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no stubs
    """A filter form over rows already restricted to what the account may see. `defauts` stand for absent parameters."""

    defauts: dict[str, str] = {}

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        self.compte = compte
        completees = QueryDict(mutable=True)
        for cle, valeurs in donnees.lists():
            completees.setlist(cle, valeurs)
        for cle, valeur in self.defauts.items():
            if cle not in completees:
                completees[cle] = valeur
        if not isinstance(self.base_filters, _Filtres):
            type(self).base_filters = _Filtres(self.base_filters)
        self.entieres = lignes
        """The rows with all that is shown of them, for keys found under the filters."""
        # The director too: who is archived is opened from the page of archives, never met in a list.
        super().__init__(completees, roles.en_base_active(lignes))

    @cached_property
    def form(self) -> forms.Form:
        """The form of the filters. The library makes a class of it at each page, whose fields are then copied one by one."""
        form = forms.Form(self.data, prefix=self.form_prefix)
        form.fields = {nom: filtre.field for nom, filtre in self.filters.items()}
        return form

    @property
    def actif(self) -> bool:
        """Whether the reader narrowed the list beyond what it shows at first."""
        return any(str(valeur) != self.defauts.get(cle, "") for cle, valeur in self.data.items() if cle in self.filters)

    def _filtrees(self, sauf: str) -> QuerySet[Any]:
        """The rows under every filter but one."""
        lignes: QuerySet[Any] = self.queryset.all()
        for nom, valeur in self.form.cleaned_data.items():
            if nom != sauf:
                lignes = self.filters[nom].filter(lignes, valeur)
        return lignes

    def references(self, nom: str) -> list[Any]:
        """The rows that may be chosen in a filter: reference data, the same for an account whatever the page."""
        champ: Any = self.form.fields[nom]
        return enonces.lire(f"choix.{nom}", self.compte, [], lambda _: champ.queryset, type(self).__qualname__)

    def _choix(self, nom: str) -> list[tuple[str, Any]]:
        """What may be chosen in a filter: what its form sends, and what the filter then takes."""
        champ: Any = self.form.fields[nom]
        sans = [("", None)] if champ.empty_label is not None else []
        if isinstance(champ, forms.ModelChoiceField):
            return [*sans, *((str(champ.prepare_value(objet)), objet) for objet in self.references(nom))]
        return [*sans, *((str(cle), str(cle)) for cle, _ in champ.choices if cle != "")]

    def decompte(self, nom: str) -> dict[str, int]:
        """How many rows each choice of a filter would show, the others staying as they are. One query.

        Choices of a plain field are counted in groups; the others, which are verbs, each in its branch of a union.
        """
        lignes = self._filtrees(nom).order_by().select_related(None).prefetch_related(None)
        filtre, choix = self.filters[nom], self._choix(nom)
        if filtre.method is None:
            groupes = lignes.values_list(filtre.field_name).annotate(nombre=Count("pk"))
            effectifs = {"" if cle is None else str(cle): effectif for cle, effectif in groupes}
            return {cle: effectifs.get(cle, 0) if cle else sum(effectifs.values()) for cle, _ in choix}
        premiere, *autres = (
            filtre.filter(lignes, valeur).annotate(rang=Value(rang)).values_list("rang").annotate(effectif=Count("pk"))
            for rang, (_, valeur) in enumerate(choix[:BRANCHES])
        )
        comptes = dict(premiere.union(*autres, all=True))
        return {cle: comptes.get(rang, 0) for rang, (cle, _) in enumerate(choix[:BRANCHES])}

    def montrer_decompte(self) -> None:
        """Write beside each choice of the form how many rows it would show. Nothing when the form is not valid."""
        if not self.form.is_valid():
            return
        choisis: dict[str, Any] = {n: champ for n, champ in self.form.fields.items() if hasattr(champ, "choices")}
        for nom, champ in choisis.items():
            comptes = self.decompte(nom)
            champ.widget.choices = [
                (cle, f"{libelle} ({nombre(comptes[str(cle)])})" if str(cle) in comptes else libelle)
                for cle, libelle in champ.choices
            ]


class FiltrePersonnesSuivies(Filtre):
    """Search by person, for rows that lead to one by `personne`."""

    personne = "personne"

    q = django_filters.CharFilter(label="Nom, prénom ou téléphone", method="chercher", max_length=100)

    def chercher(self, lignes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        return lignes.filter(**{f"{self.personne}__in": Personne.objects.order_by().cherchees(valeur)})


class FiltrePersonnes(Filtre):
    """Search, kind of follow-up open today, commune."""

    q = django_filters.CharFilter(label="Nom, prénom ou téléphone", method="chercher", max_length=100)
    suivi = django_filters.ChoiceFilter(label="Accompagnement en cours", method="suivre", empty_label="Tous")
    commune = django_filters.ModelChoiceFilter(
        label="Commune", queryset=Commune.objects.order_by("nom", "code_insee"), empty_label="Toutes"
    )

    class Meta:
        model = Personne
        fields = ["q", "suivi", "commune"]

    def __init__(self, donnees: QueryDict, lignes: QuerySet[Any], compte: Compte) -> None:
        super().__init__(donnees, lignes, compte)
        self.filters["suivi"].extra["choices"] = [(a.code, a.libelle) for a in accompagnements(compte)]
        if roles.encadrant(compte):
            # Where a person lives is no business of the workshop.
            del self.filters["commune"]

    def chercher(self, personnes: Any, nom: str, valeur: str) -> Any:
        return personnes.cherchees(valeur)

    def suivre(self, personnes: QuerySet[Any], nom: str, valeur: str) -> QuerySet[Any]:
        suivi = next(a for a in accompagnements(self.compte) if a.code == valeur)
        ouverts = suivi.ouverts(self.compte, timezone.localdate())
        return personnes.filter(pk__in=ouverts.order_by().values("personne"))
