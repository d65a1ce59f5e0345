"""Models of the pole insertion sociale: RSA follow-ups, housing, health and collective actions."""

from .actions import Action, Invitation, Presence, Seance
from .logement import AideLogement, DemarcheLogement, InterventionLogement, MesureLogement, RendezVousLogement
from .rsa import ContactRsa, ContratEngagement, DemarcheContactRsa, SuiviRsa

__all__ = [
    "Action",
    "AideLogement",
    "ContactRsa",
    "ContratEngagement",
    "DemarcheContactRsa",
    "DemarcheLogement",
    "InterventionLogement",
    "Invitation",
    "MesureLogement",
    "Presence",
    "RendezVousLogement",
    "Seance",
    "SuiviRsa",
]
