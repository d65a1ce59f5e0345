"""An axis cuts the figures of the ACI by workshop or by team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import Q

from .models import Atelier, Equipe


@dataclass(frozen=True)
class Axe:
    """One workshop or one team; `equipes` are the primary keys of the teams it stands for."""

    nom: Literal["atelier", "equipe"]
    code: str
    libelle: str
    atelier: int | None
    equipes: tuple[int, ...]

    @classmethod
    def lire(cls, nom: str, code: str) -> Axe:
        """The axis `nom=code`. Raises ValueError, in French, when either is unknown."""
        if nom == "atelier":
            atelier = Atelier.objects.filter(code=code).first()
            if atelier is None:
                raise ValueError(f"Atelier inconnu : « {code} ».")
            equipes = tuple(atelier.equipes.order_by("pk").values_list("pk", flat=True))
            return cls("atelier", code, atelier.nom, atelier.pk, equipes)
        if nom == "equipe":
            equipe = Equipe.objects.filter(code=code).first()
            if equipe is None:
                raise ValueError(f"Équipe inconnue : « {code} ».")
            return cls.de_l_equipe(equipe)
        raise ValueError(f"Axe inconnu : « {nom} ». Les axes sont « atelier » et « equipe ».")

    @classmethod
    def de_l_equipe(cls, equipe: Equipe) -> Axe:
        return cls("equipe", equipe.code, equipe.nom, None, (equipe.pk,))

    def q(self, chemin: str) -> Q:
        """The condition that the team at `chemin` belongs to the slice."""
        return Q(**{f"{chemin}__in": self.equipes})
