"""Choices that several forms of the pole offer: a code of a list, a member of staff, a team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from aipi.filtres import referents
from aipi.models import Intervenant, Nomenclature
from aipi.saisie_contact import codes_du_jour
from aipi.saisie_personne import NON_RENSEIGNE, OuiNon
from insertion_pro.models import Equipe


def champ_oui_non(**options: Any) -> forms.NullBooleanField:
    return forms.NullBooleanField(required=False, widget=OuiNon, **options)


def choix_objet(form: forms.BaseForm, nom: str) -> Any:
    """A field of the form that chooses a row."""
    champ = form.fields[nom]
    assert isinstance(champ, forms.ModelChoiceField)
    return champ


def preparer_code(form: forms.ModelForm, nom: str, liste: Nomenclature.Liste) -> None:  # type: ignore[type-arg]
    """Give a field of the form the codes of `liste`; one withdrawn since keeps its place in the row that has it."""
    champ = choix_objet(form, nom)
    champ.queryset = codes_du_jour(liste, timezone.localdate(), [getattr(form.instance, f"{nom}_id")])
    champ.empty_label = NON_RENSEIGNE


def preparer_referent(form: forms.ModelForm, nom: str = "referent") -> None:  # type: ignore[type-arg]
    """Give a field of the form the staff who may be a referent, and whoever is it now."""
    champ = choix_objet(form, nom)
    possibles = referents(None).order_by().values("pk")
    deja = getattr(form.instance, f"{nom}_id")
    champ.queryset = Intervenant.objects.filter(Q(pk__in=possibles) | Q(pk=deja)).order_by("nom", "prenom")
    champ.empty_label = NON_RENSEIGNE


def equipes() -> list[tuple[Any, Any]]:
    """Teams to choose from, under their workshop."""
    groupes: dict[str, list[tuple[int, str]]] = {}
    for equipe in Equipe.objects.select_related("atelier").order_by("atelier__code", "code"):
        groupes.setdefault(str(equipe.atelier), []).append((equipe.pk, str(equipe)))
    return list(groupes.items())


def proposer_equipes(form: forms.BaseForm, nom: str = "equipe", vide: str = "À choisir") -> None:
    """Show the teams under their workshop."""
    choix: Sequence[tuple[Any, Any]] = [("", vide), *equipes()]
    choix_objet(form, nom).choices = choix
