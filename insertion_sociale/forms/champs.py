"""Choices that several forms of the pole offer: a code of a list, by category; a member of staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils import timezone

from aipi.filtres import referents
from aipi.models import Intervenant, Nomenclature


def codes(liste: str, garde: int | None) -> QuerySet[Nomenclature]:
    """The codes of a list that may be chosen today. One withdrawn since keeps its place in the row that has it."""
    return Nomenclature.objects.de(liste).valides(timezone.localdate(), [garde])


class _ParCategorie(ModelChoiceIterator):  # type: ignore[type-arg]  # not generic at run time
    """Choices under the name of their category, in the order of the list."""

    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        assert isinstance(self.field, ChampParCategorie)
        libelles = self.field.categories
        rangs = list(libelles)
        lignes = sorted(self.queryset, key=lambda code: rangs.index(code.categorie) if code.categorie in rangs else 99)
        for categorie, groupe in groupby(lignes, key=lambda code: libelles.get(code.categorie, "Autres")):
            yield (categorie, [self.choice(code) for code in groupe])


class ChampParCategorie(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A code chosen under its category; `categories` gives their labels in order, the others come under « Autres »."""

    iterator = _ParCategorie

    def __init__(self, *, categories: Mapping[str, str], **options: Any) -> None:
        self.categories = categories
        super().__init__(Nomenclature.objects.none(), empty_label="Non renseigné", **options)


def preparer_code(form: forms.ModelForm, nom: str, liste: str) -> None:  # type: ignore[type-arg]  # not generic at run time
    """Give a field of the form the codes of `liste`."""
    champ = form.fields[nom]
    assert isinstance(champ, forms.ModelChoiceField)
    champ.queryset = codes(liste, getattr(form.instance, f"{nom}_id"))
    champ.empty_label = "À choisir" if champ.required else "Non renseigné"


def preparer_referent(form: forms.ModelForm, nom: str = "referent") -> None:  # type: ignore[type-arg]  # not generic at run time
    """Give a field of the form the staff who may be a referent, and whoever is it now."""
    champ = form.fields[nom]
    assert isinstance(champ, forms.ModelChoiceField)
    possibles = referents(None).order_by().values("pk")
    champ.queryset = Intervenant.objects.filter(
        Q(pk__in=possibles) | Q(pk=getattr(form.instance, f"{nom}_id"))
    ).order_by("nom", "prenom")
    champ.empty_label = "Non renseigné"
