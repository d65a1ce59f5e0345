"""The table that `aipi.roles` decides by: what each model holds, of which pole it is, and the way to who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Pole(Enum):
    PRO = "pro"
    SOCIAL = "social"


class Nature(Enum):
    """What a model holds, hence who may read it and who may change it in the administration."""

    COMPTE = "comptes"
    REFERENCE = "données de référence"
    DOSSIER = "contenu des dossiers"
    RAPPORT = "rapports"
    BUREAU = "ce qui n’est qu’à un compte"
    JOURNAL = "journal des consultations"
    INTERNE = "ce que le programme tient pour lui"
    TABLEAU = "tableaux des financeurs"
    REPRISE = "fichiers repris et leur journal"


@dataclass(frozen=True)
class Modele:
    """The rule of one model. `encadrant` is the path to the supervisor of the team: without it, supervisors see nothing.

    `condition` narrows further what a supervisor sees.
    """

    nature: Nature
    pole: Pole | None = None
    encadrant: str = ""
    condition: Mapping[str, str | bool] = field(default_factory=dict)
    encadrant_ecrit: bool = False
    """A supervisor enters these rows for its own teams (hours, absences, CQP, works done); it only reads the others."""
    registre: bool = False
    """Proof of what was asked, shared or frozen: written by its own pages, never deleted with the rows of files."""
    financeur: str = ""
    """Path to the funder that the row is for: without it, funders see nothing. `condition` narrows what they see."""


_REFERENCE = Modele(Nature.REFERENCE)
_PRO = Modele(Nature.DOSSIER, Pole.PRO)
_SOCIAL = Modele(Nature.DOSSIER, Pole.SOCIAL)
_RAPPORT = Modele(Nature.RAPPORT)
_BUREAU = Modele(Nature.BUREAU)
_REGISTRE = Modele(Nature.DOSSIER, registre=True)
_REPRISE = Modele(Nature.REPRISE)

MODELES: dict[str, Modele] = {
    "aipi.Compte": Modele(Nature.COMPTE),
    "aipi.Commune": _REFERENCE,
    "aipi.Nomenclature": _REFERENCE,
    "aipi.Parametre": _REFERENCE,
    "aipi.Intervenant": _REFERENCE,
    "aipi.Financeur": _REFERENCE,
    "aipi.Convention": _REFERENCE,
    "aipi.Personne": Modele(Nature.DOSSIER),
    "aipi.AncienneReference": Modele(Nature.DOSSIER),
    "aipi.Document": Modele(Nature.DOSSIER),
    "aipi.GesteConservation": Modele(Nature.DOSSIER),
    "aipi.Partage": _REGISTRE,
    "aipi.Limitation": _REGISTRE,
    "aipi.DemandeDroit": _REGISTRE,
    "aipi.Consultation": Modele(Nature.JOURNAL),
    "aipi.Brouillon": _BUREAU,
    "aipi.FiltreEnregistre": _BUREAU,
    "aipi.Suppression": _BUREAU,
    "aipi.Travail": _BUREAU,
    "aipi.LienCompte": _BUREAU,
    "aipi.SecondFacteur": _BUREAU,
    "aipi.CodeSecours": _BUREAU,
    "aipi.SessionOuverte": _BUREAU,
    "aipi.Essai": Modele(Nature.INTERNE),
    "aipi.Reprise": _REPRISE,
    "aipi.FeuilleReprise": _REPRISE,
    "aipi.ModeleReprise": _REPRISE,
    "aipi.LigneReprise": _REPRISE,
    "insertion_pro.Atelier": _REFERENCE,
    "insertion_pro.Equipe": _REFERENCE,
    "insertion_pro.ChiffreAffaires": _REFERENCE,
    "insertion_pro.ModuleCqp": _REFERENCE,
    "insertion_pro.Realisation": Modele(
        Nature.DOSSIER, Pole.PRO, encadrant="atelier__equipes__encadrant", encadrant_ecrit=True
    ),
    "insertion_pro.Parcours": Modele(Nature.DOSSIER, Pole.PRO, encadrant="contrats__equipe__encadrant"),
    "insertion_pro.Contrat": Modele(Nature.DOSSIER, Pole.PRO, encadrant="equipe__encadrant"),
    "insertion_pro.ReleveHeures": Modele(
        Nature.DOSSIER, Pole.PRO, encadrant="contrat__equipe__encadrant", encadrant_ecrit=True
    ),
    "insertion_pro.Absence": Modele(
        Nature.DOSSIER, Pole.PRO, encadrant="contrat__equipe__encadrant", encadrant_ecrit=True
    ),
    "insertion_pro.SuiteSortie": _PRO,
    "insertion_pro.RendezVous": _PRO,
    "insertion_pro.Entretien": _PRO,
    "insertion_pro.DemarcheEntretien": _PRO,
    "insertion_pro.Frein": _PRO,
    "insertion_pro.Mission": _PRO,
    "insertion_pro.Formation": Modele(
        Nature.DOSSIER,
        Pole.PRO,
        encadrant="participations__parcours__contrats__equipe__encadrant",
        condition={"type": "cqp"},
    ),
    "insertion_pro.ParticipationFormation": Modele(
        Nature.DOSSIER,
        Pole.PRO,
        encadrant="parcours__contrats__equipe__encadrant",
        condition={"formation__type": "cqp"},
    ),
    "insertion_pro.EvaluationCqp": Modele(
        Nature.DOSSIER, Pole.PRO, encadrant="parcours__contrats__equipe__encadrant", encadrant_ecrit=True
    ),
    "insertion_sociale.SuiviRsa": _SOCIAL,
    "insertion_sociale.ContactRsa": _SOCIAL,
    "insertion_sociale.DemarcheContactRsa": _SOCIAL,
    "insertion_sociale.ContratEngagement": _SOCIAL,
    "insertion_sociale.MesureLogement": _SOCIAL,
    "insertion_sociale.InterventionLogement": _SOCIAL,
    "insertion_sociale.DemarcheLogement": _SOCIAL,
    "insertion_sociale.RendezVousLogement": _SOCIAL,
    "insertion_sociale.AideLogement": _SOCIAL,
    "insertion_sociale.Action": _SOCIAL,
    "insertion_sociale.Seance": _SOCIAL,
    "insertion_sociale.Invitation": _SOCIAL,
    "insertion_sociale.Presence": _SOCIAL,
    "rapports.LigneBudget": _REFERENCE,
    "rapports.ValeurPubliee": _REFERENCE,
    "rapports.Rapport": _RAPPORT,
    "rapports.Texte": _RAPPORT,
    "rapports.Photo": _RAPPORT,
    "rapports.SectionRapport": _RAPPORT,
    "rapports.VersionTexte": _RAPPORT,
    "rapports.Perspective": _RAPPORT,
    "rapports.Edition": _RAPPORT,
    "rapports.PieceEdition": _RAPPORT,
    "rapports.Reouverture": _RAPPORT,
    "rapports.RemarqueAcceptee": _RAPPORT,
    "rapports.ValeurArretee": _RAPPORT,
    "rapports.ListeArretee": _RAPPORT,
    "rapports.Tableau": Modele(
        Nature.TABLEAU, financeur="financeur", condition={"publie_le__isnull": False, "retire_le__isnull": True}
    ),
    "rapports.AccesFinanceur": Modele(Nature.TABLEAU),
    "rapports.QuestionFinanceur": Modele(
        Nature.TABLEAU,
        financeur="tableau__financeur",
        condition={"tableau__publie_le__isnull": False, "tableau__retire_le__isnull": True},
    ),
}

SUIVIS: dict[Pole, tuple[str, ...]] = {
    Pole.PRO: ("insertion_pro.Parcours",),
    Pole.SOCIAL: (
        "insertion_sociale.SuiviRsa",
        "insertion_sociale.MesureLogement",
        "insertion_sociale.Presence",
    ),
}
"""What makes a person belong to a pole: a row of one of these, each with a foreign key `personne`."""
