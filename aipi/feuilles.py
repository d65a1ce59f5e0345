"""Sheets of the exchange format that both poles share: reference data, funding, persons."""

from __future__ import annotations

from aipi.echange.colonnes import CodeConnu
from aipi.echange.feuille import Derive, Feuille
from aipi.models import (
    AncienneReference,
    Brouillon,
    CodeSecours,
    Commune,
    Compte,
    Consultation,
    Convention,
    DemandeDroit,
    Document,
    Essai,
    FeuilleReprise,
    FiltreEnregistre,
    Financeur,
    GesteConservation,
    Intervenant,
    LienCompte,
    LigneReprise,
    Limitation,
    ModeleReprise,
    Nomenclature,
    Parametre,
    Partage,
    Personne,
    Reprise,
    SecondFacteur,
    SessionOuverte,
    Suppression,
    Travail,
)
from aipi.texte import replier


class ListeNomenclature(CodeConnu):
    """The name of a list. The format names the lists by their column and sheet: every such way is understood."""

    attendu = "liste de codes"
    _VIDES = frozenset({"de", "des", "du", "d", "l", "la", "le", "les", "au"})
    _FACONS = {
        Nomenclature.Liste.NIVEAU_FORMATION: ("niveau", "niveau formation", "parcours niveau formation"),
        Nomenclature.Liste.MOTIF_SORTIE: ("motif sortie", "parcours motif sortie", "motif sortie aci"),
        Nomenclature.Liste.PRESCRIPTEUR: ("prescripteur", "parcours prescripteur"),
        Nomenclature.Liste.MOTIF_ABSENCE: ("motif", "motif absence"),
        Nomenclature.Liste.LIEU_ENTRETIEN: ("lieu", "lieu entretien"),
        Nomenclature.Liste.CATEGORIE_FREIN: ("categorie", "categorie frein", "frein"),
        Nomenclature.Liste.MOTIF_SORTIE_RSA: (
            "motif sortie rsa",
            "suivi rsa motif sortie",
            "suivi motif sortie",
        ),
        Nomenclature.Liste.TYPOLOGIE: ("typologie", "suivi rsa typologie", "typologie menage"),
        Nomenclature.Liste.DEMARCHE: ("demarche",),
        Nomenclature.Liste.TYPE_AIDE: ("type", "type aide", "aide logement type", "aide"),
    }

    @classmethod
    def _mots(cls, texte: str) -> frozenset[str]:
        mots = "".join(c if c.isalnum() else " " for c in replier(texte)).split()
        return frozenset(mot.rstrip("s") for mot in mots if mot not in cls._VIDES)

    def convertir(self, texte: str) -> str:
        mots = self._mots(texte)
        for liste, facons in self._FACONS.items():
            if any(mots == self._mots(facon) for facon in facons):
                return liste.value
        return super().convertir(texte)

    @staticmethod
    def noms() -> list[str]:
        return Nomenclature.Liste.values


FEUILLES = [
    Feuille("communes", Commune, ("code_insee",), "code_insee* nom* code_postal* intercommunalite"),
    Feuille(
        "nomenclatures",
        Nomenclature,
        ("liste", "code"),
        "liste* code* libelle* ordre categorie valide_du valide_au",
        fins=(("valide_au", "valide_du"),),
        types={"liste": ListeNomenclature},
        cle_repliee=True,
    ),
    Feuille("parametres", Parametre, ("cle", "valide_du"), "cle* valide_du valeur*"),
    Feuille("intervenants", Intervenant, ("code",), "code* nom* prenom* role*"),
    Feuille("financeurs", Financeur, ("code",), "code* nom*"),
    Feuille(
        "conventions",
        Convention,
        ("ref",),
        "ref* financeur* action* annee* montant objectif unite_objectif fse_plus date_dernier_paiement",
    ),
    Feuille(
        "personnes",
        Personne,
        ("ref",),
        "ref* nom* prenom* sexe date_naissance code_insee:commune telephone courriel rqth",
        derives=(Derive("recherche", ("nom", "prenom", "telephone"), Personne.calculer_recherche),),
        anciennes=AncienneReference,
        omis=("reperee_le", "archivee_le", "anonymisee_le"),
    ),
]

HORS_FORMAT = [
    Compte,
    Brouillon,
    FiltreEnregistre,
    Suppression,
    Travail,
    Document,
    AncienneReference,
    GesteConservation,
    Consultation,
    Partage,
    Limitation,
    DemandeDroit,
    Reprise,
    FeuilleReprise,
    ModeleReprise,
    LigneReprise,
]
"""Accounts and what lies on their desks are given by hand, never carried by files; documents are files of their own.
What was decided about keeping a person, and since when she is archived, is this installation's: another one decides again.
Who read, what was shared, frozen or asked for is a proof of this installation: a file could be changed before it is read again.
How files came in is a matter of this installation.
"""
HORS_FORMAT += [LienCompte, SecondFacteur, CodeSecours, SessionOuverte, Essai]
"""How one signs in stays where it is: no file carries a secret, a session or a failure."""
