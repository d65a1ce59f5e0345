"""The files that an import may not write in: the law, or the end of the active base, closed them."""

from __future__ import annotations

from typing import Any

from django.db import models

from aipi.models import Limitation, Personne
from aipi.roles import chemin_personne

from .colonnes import Reference
from .feuille import Feuille

LIMITE = "le traitement de ce dossier est limité\u202f: rien n’y est écrit tant que la limitation n’est pas levée"
ARCHIVE = "ce dossier est archivé\u202f: la direction le rouvre avant que rien n’y soit écrit"


class Gel:
    """The files that nothing is written in: whose processing is restricted, or that left the active base.

    Those of persons made anonymous are no longer anybody's: what an old file says of them is blanked instead.
    """

    def __init__(self) -> None:
        archivees = Personne.objects.filter(archivee_le__isnull=False, anonymisee_le=None).order_by()
        limitees = Limitation.objects.filter(fin=None).order_by()
        self._personnes = dict.fromkeys(archivees.values_list("pk", flat=True), ARCHIVE)
        self._personnes |= dict.fromkeys(limitees.values_list("personne", flat=True), LIMITE)
        self._raisons: dict[type[models.Model], dict[Any, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._personnes)

    def raisons(self, modele: type[models.Model]) -> dict[Any, str]:
        """By key of the rows of `modele` that are of such a file, why nothing is written in it."""
        if modele not in self._raisons:
            chemin = chemin_personne(modele)
            raisons: dict[Any, str] = {}
            if chemin is not None:
                lignes = modele._default_manager.filter(**{f"{chemin or 'pk'}__in": list(self._personnes)}).order_by()
                raisons = {pk: self._personnes[de] for pk, de in lignes.values_list("pk", chemin or "pk")}
            self._raisons[modele] = raisons
        return self._raisons[modele]

    def vers(self, feuille: Feuille) -> Reference | None:
        """The column of a sheet that leads to the person."""
        champ = (chemin_personne(feuille.modele) or "").partition("__")[0]
        return next((c for c in feuille.colonnes if isinstance(c, Reference) and c.champ.name == champ), None)
