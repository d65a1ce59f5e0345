"""Rows behind a figure, as a list on screen: the person, and the facts that are dates, numbers or choices.

Free text is never shown here: notes belong to the dossier, which has rules of its own.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet

from aipi.models import Commune, Compte, Financeur, Nomenclature, Personne
from aipi.nombres import TIRET, nombre
from aipi.periodes import jour_francais
from aipi.roles import personnes_visibles
from insertion_pro.models import Atelier, Equipe
from rapports.cles import LIBELLE_INCONNU

REFERENCES = (Nomenclature, Commune, Financeur, Atelier, Equipe)
COLONNES = 6
"""As many as a screen holds."""
APRES_COUP = frozenset(
    [
        "date_sortie",
        "motif_sortie",
        "date_fin",
        "issue",
        "date_decision",
        "decision",
        "montant_accorde",
        "resultat",
        "date_jury",
    ]
)
"""Facts that a row has only once something ended or was decided: a dash until then, and not « Non renseigné »."""


def chemin_vers_personne(modele: type[Model], profondeur: int = 3) -> str | None:
    """The shortest chain of foreign keys from a row to its person; "" for a person, None when there is none."""
    if modele is Personne:
        return ""
    rangs: list[tuple[str, type[Model]]] = [("", modele)]
    for _ in range(profondeur):
        suivants: list[tuple[str, type[Model]]] = []
        for chemin, depart in rangs:
            for champ in depart._meta.concrete_fields:
                cible = champ.related_model
                if not isinstance(champ, models.ForeignKey) or not isinstance(cible, type):
                    continue
                complet = f"{chemin}__{champ.name}" if chemin else champ.name
                if cible is Personne:
                    return complet
                suivants.append((complet, cible))
        rangs = suivants
    return None


@dataclass(frozen=True)
class LigneDossier:
    personne: str
    adresse: int | None
    cellules: tuple[str, ...]


class Dossiers:
    """How the rows of one model are listed."""

    def __init__(self, modele: type[Model]) -> None:
        self.modele = modele
        self.chemin = chemin_vers_personne(modele)
        self.champs = [champ for champ in modele._meta.concrete_fields if _montrable(champ)][:COLONNES]

    @property
    def entetes(self) -> list[str]:
        return [_capitale(str(champ.verbose_name)) for champ in self.champs]

    def preparer(self, lignes: QuerySet[Any]) -> QuerySet[Any]:
        """The same rows, with what their lines print."""
        liens = [champ.name for champ in self.champs if isinstance(champ, models.ForeignKey)]
        if self.chemin:
            liens.append(self.chemin)
        return lignes.select_related(*liens) if liens else lignes

    def lignes(self, objets: list[Any], compte: Compte) -> list[LigneDossier]:
        """The lines of a page; a person that the reader may not open keeps its name to itself."""
        personnes = {objet.pk: self._personne(objet) for objet in objets} if self.chemin is not None else {}
        vues = set(
            personnes_visibles(compte)
            .filter(pk__in={p.pk for p in personnes.values() if p})
            .values_list("pk", flat=True)
        )
        resultat = []
        for objet in objets:
            personne = personnes.get(objet.pk)
            visible = personne is not None and personne.pk in vues
            resultat.append(
                LigneDossier(
                    str(personne) if visible else "",
                    personne.pk if visible and personne is not None else None,
                    tuple(_ecrire(objet, champ) for champ in self.champs),
                )
            )
        return resultat

    def _personne(self, objet: Any) -> Personne | None:
        for nom in filter(None, (self.chemin or "").split("__")):
            objet = getattr(objet, nom)
            if objet is None:
                return None
        assert isinstance(objet, Personne)
        return objet


def _montrable(champ: Any) -> bool:
    if champ.primary_key or not champ.editable:
        return False
    if isinstance(champ, models.ForeignKey):
        return champ.related_model in REFERENCES
    if isinstance(champ, models.DateField | models.IntegerField | models.BooleanField):
        return True
    return bool(champ.choices) or type(champ).__name__ == "NombreExact"


def _ecrire(objet: Any, champ: Any) -> str:
    valeur = getattr(objet, f"get_{champ.name}_display")() if champ.choices else getattr(objet, champ.name)
    if valeur is None or valeur == "":
        return TIRET if champ.name in APRES_COUP else LIBELLE_INCONNU
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime.date):
        return jour_francais(valeur)
    if isinstance(valeur, Decimal) or (isinstance(valeur, int) and champ.name not in {"annee"}):
        return nombre(valeur)
    return str(valeur)


def _capitale(texte: str) -> str:
    return texte[:1].upper() + texte[1:]
