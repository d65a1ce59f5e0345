"""The ground floor's models: accounts, persons, reference data, funding, and what lies on each one's desk."""

from .bureau import Brouillon, FiltreEnregistre, Suppression
from .comptes import Compte
from .documents import AncienneReference, Document
from .financement import Convention, Financeur
from .nomenclatures import Commune, Intervenant, Nomenclature, Parametre
from .notes import Notee, RendezVousPris, StatutRendezVous
from .personnes import Personne
from .securite import CodeSecours, Essai, LienCompte, SecondFacteur, SessionOuverte
from .travaux import Travail

__all__ = [
    "AncienneReference",
    "Brouillon",
    "CodeSecours",
    "Commune",
    "Compte",
    "Convention",
    "Document",
    "Essai",
    "FiltreEnregistre",
    "Financeur",
    "Intervenant",
    "LienCompte",
    "Nomenclature",
    "Notee",
    "Parametre",
    "Personne",
    "RendezVousPris",
    "SecondFacteur",
    "SessionOuverte",
    "StatutRendezVous",
    "Suppression",
    "Travail",
]
