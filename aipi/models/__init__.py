"""The ground floor's models: accounts, persons, reference data and funding."""

from .comptes import Compte
from .financement import Convention, Financeur
from .nomenclatures import Commune, Intervenant, Nomenclature, Parametre
from .personnes import Personne

__all__ = [
    "Commune",
    "Compte",
    "Convention",
    "Financeur",
    "Intervenant",
    "Nomenclature",
    "Parametre",
    "Personne",
]
