"""The ground floor's models: accounts, persons, reference data, funding, what lies on each one's desk, what the law asks to keep."""

from .bureau import Brouillon, FiltreEnregistre, Suppression
from .comptes import Compte
from .conservation import GesteConservation
from .documents import AncienneReference, Document
from .droits import Consultation, DemandeDroit, Limitation, Partage
from .financement import Convention, Financeur
from .nomenclatures import Commune, Intervenant, Nomenclature, Parametre
from .notes import Notee, RendezVousPris, StatutRendezVous
from .personnes import Personne
from .reprises import FeuilleReprise, LigneReprise, ModeleReprise, Reprise
from .securite import CodeSecours, Essai, LienCompte, SecondFacteur, SessionOuverte
from .travaux import Travail

__all__ = [
    "AncienneReference",
    "Brouillon",
    "CodeSecours",
    "Commune",
    "Compte",
    "Consultation",
    "Convention",
    "DemandeDroit",
    "Document",
    "Essai",
    "FeuilleReprise",
    "FiltreEnregistre",
    "Financeur",
    "GesteConservation",
    "Intervenant",
    "LienCompte",
    "LigneReprise",
    "Limitation",
    "ModeleReprise",
    "Nomenclature",
    "Notee",
    "Parametre",
    "Partage",
    "Personne",
    "RendezVousPris",
    "Reprise",
    "SecondFacteur",
    "SessionOuverte",
    "StatutRendezVous",
    "Suppression",
    "Travail",
]
