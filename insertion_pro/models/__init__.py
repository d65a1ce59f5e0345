"""Models of the pole insertion professionnelle: workshops, parcours, contracts, training."""

from .accompagnement import Entretien, Frein, Mission
from .ateliers import Atelier, ChiffreAffaires, Equipe
from .formation import Formation, ParticipationFormation
from .parcours import Absence, Contrat, Parcours, ReleveHeures

__all__ = [
    "Absence",
    "Atelier",
    "ChiffreAffaires",
    "Contrat",
    "Entretien",
    "Equipe",
    "Formation",
    "Frein",
    "Mission",
    "Parcours",
    "ParticipationFormation",
    "ReleveHeures",
]
