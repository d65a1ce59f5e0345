"""Models of the pole insertion sociale: RSA follow-ups, housing, health and collective actions."""

from .actions import Action, Presence, Seance
from .logement import AideLogement, InterventionLogement, MesureLogement
from .rsa import ContactRsa, ContratEngagement, SuiviRsa

__all__ = [
    "Action",
    "AideLogement",
    "ContactRsa",
    "ContratEngagement",
    "InterventionLogement",
    "MesureLogement",
    "Presence",
    "Seance",
    "SuiviRsa",
]
