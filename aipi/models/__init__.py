"""The ground floor's models: accounts, persons, reference data, funding, and what lies on each one's desk."""

from .bureau import Brouillon, FiltreEnregistre, Suppression
from .comptes import Compte
from .documents import AncienneReference, Document
from .financement import Convention, Financeur
from .nomenclatures import Commune, Intervenant, Nomenclature, Parametre
from .notes import Notee, RendezVousPris, StatutRendezVous
from .personnes import Personne
from .reprises import FeuilleReprise, LigneReprise, ModeleReprise, Reprise
from .travaux import Travail

__all__ = [
    "AncienneReference",
    "Brouillon",
    "Commune",
    "Compte",
    "Convention",
    "Document",
    "FeuilleReprise",
    "FiltreEnregistre",
    "Financeur",
    "Intervenant",
    "LigneReprise",
    "ModeleReprise",
    "Nomenclature",
    "Notee",
    "Parametre",
    "Personne",
    "RendezVousPris",
    "Reprise",
    "StatutRendezVous",
    "Suppression",
    "Travail",
]
