"""Models of the pole insertion professionnelle: workshops, parcours, contracts, training."""

from .accompagnement import DemarcheEntretien, Entretien, Frein, Mission, RendezVous
from .ateliers import Atelier, ChiffreAffaires, Equipe, Realisation
from .formation import EvaluationCqp, Formation, ModuleCqp, ParticipationFormation
from .parcours import Absence, Contrat, Parcours, ReleveHeures, SuiteSortie

__all__ = [
    "Absence",
    "Atelier",
    "ChiffreAffaires",
    "Contrat",
    "DemarcheEntretien",
    "Entretien",
    "Equipe",
    "EvaluationCqp",
    "Formation",
    "Frein",
    "Mission",
    "ModuleCqp",
    "Parcours",
    "ParticipationFormation",
    "Realisation",
    "ReleveHeures",
    "RendezVous",
    "SuiteSortie",
]
