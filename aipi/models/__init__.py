"""The ground floor's models: accounts, persons, reference data, funding, and what lies on each one's desk."""

from .bureau import Brouillon, FiltreEnregistre, Suppression
from .comptes import Compte
from .conservation import GesteConservation
from .documents import AncienneReference, Document
from .financement import Convention, Financeur
from .nomenclatures import Commune, Intervenant, Nomenclature, Parametre
from .notes import Notee, RendezVousPris, StatutRendezVous
from .personnes import Personne
from .travaux import Travail

__all__ = [
    "AncienneReference",
    "Brouillon",
    "Commune",
    "Compte",
    "Convention",
    "Document",
    "FiltreEnregistre",
    "Financeur",
    "GesteConservation",
    "Intervenant",
    "Nomenclature",
    "Notee",
    "Parametre",
    "Personne",
    "RendezVousPris",
    "StatutRendezVous",
    "Suppression",
    "Travail",
]
