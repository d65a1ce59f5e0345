"""The retention policy of the pôle insertion sociale: RSA, housing, health and collective actions."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from aipi.models import Convention
from aipi.periodes import Periode
from aipi.politique import Traitement, fiche, inscrire, inscrire_participants

from .models import Action, MesureLogement, Presence, SuiviRsa

BASE_ACTIVE = "base_active"
RSA = "rsa"
LOGEMENT = "logement"
ACTIONS = "actions"
HONORE = {"statut": "honore"}

inscrire(
    Traitement(
        RSA,
        "Accompagnement des allocataires du RSA",
        "Accompagner vers l’autonomie et l’emploi\u202f: convocations, contacts, contrats d’engagement, sorties.",
        "mission d’intérêt public (art. 6.1.e du RGPD)\u202f: code de l’action sociale et des familles, art. L262-27 et suivants",
        "allocataires du RSA orientés par le Département",
        "référents RSA, direction\u202f; le Département, par ses propres outils",
    ),
    Traitement(
        LOGEMENT,
        "Accompagnement lié au logement",
        "Accéder à un logement ou s’y maintenir\u202f: mesures FSL et Partenord, interventions, aides.",
        "mission d’intérêt public (art. 6.1.e du RGPD)\u202f: loi n° 90-449 du 31 mai 1990, art. 6",
        "signataires d’une mesure et leur ménage, en nombre",
        "travailleurs sociaux du logement, direction",
    ),
    Traitement(
        ACTIONS,
        "Actions de santé et actions collectives",
        "Inviter, savoir qui est venu, rendre compte de la fréquentation.",
        "mission d’intérêt public (art. 6.1.e du RGPD)",
        "participants aux séances",
        "travailleurs sociaux du pôle, direction",
        "participation à une action de santé (art. 9.2.b)",
    ),
    fiche(
        "insertion_sociale.SuiviRsa",
        RSA,
        BASE_ACTIVE,
        contacts="date_entree date_sortie",
        ouvert={"date_sortie": None},
        references="ref",
        faits="personne date_orientation date_entree date_sortie motif_sortie typologie",
        comptes="referent",
    ),
    fiche(
        "insertion_sociale.ContactRsa",
        RSA,
        BASE_ACTIVE,
        contacts="date",
        contact_si=HONORE,
        references="ref",
        faits="suivi date type statut",
        textes="note note_privee lieu heure",
        auteurs="auteur",
        comptes="intervenant",
    ),
    fiche("insertion_sociale.DemarcheContactRsa", RSA, BASE_ACTIVE, effacee=True, faits="contact demarche"),
    fiche(
        "insertion_sociale.ContratEngagement",
        RSA,
        BASE_ACTIVE,
        contacts="date_signature",
        references="ref",
        faits="suivi type date_signature date_fin",
    ),
    fiche(
        "insertion_sociale.MesureLogement",
        LOGEMENT,
        BASE_ACTIVE,
        contacts="date_debut date_fin date_renouvellement",
        ouvert={"date_fin": None},
        references="ref",
        faits="personne dispositif type date_debut date_fin date_renouvellement personnes_menage enfants_menage",
        textes="bailleur",
        comptes="referent",
    ),
    fiche(
        "insertion_sociale.InterventionLogement",
        LOGEMENT,
        BASE_ACTIVE,
        contacts="date",
        references="ref",
        faits="mesure date theme",
        textes="note note_privee",
        auteurs="auteur",
        comptes="intervenant",
    ),
    fiche("insertion_sociale.DemarcheLogement", LOGEMENT, BASE_ACTIVE, effacee=True, faits="intervention demarche"),
    fiche(
        "insertion_sociale.RendezVousLogement",
        LOGEMENT,
        BASE_ACTIVE,
        effacee=True,
        contacts="date",
        contact_si=HONORE,
        references="ref",
        faits="mesure date heure statut",
        textes="lieu",
        auteurs="intervenant",
    ),
    fiche(
        "insertion_sociale.AideLogement",
        LOGEMENT,
        BASE_ACTIVE,
        contacts="date_demande date_decision",
        references="ref",
        faits="mesure type date_demande decision date_decision montant_accorde",
    ),
    fiche("insertion_sociale.Action", ACTIONS, "reference", donnees="ref domaine programme intitule annee places lieu"),
    fiche(
        "insertion_sociale.Seance",
        ACTIONS,
        "reference",
        donnees="ref action date heure lieu statut professionnels",
        textes_communs="motif_annulation",
    ),
    fiche(
        "insertion_sociale.Presence",
        ACTIONS,
        BASE_ACTIVE,
        contacts="seance__date",
        contact_si={"present": True, "seance__statut": "tenue"},
        faits="seance personne present",
    ),
    fiche("insertion_sociale.Invitation", ACTIONS, BASE_ACTIVE, effacee=True, faits="seance personne"),
)


def allocataires(periode: Periode) -> QuerySet[Any]:
    """The persons with an RSA follow-up in the period."""
    return SuiviRsa.objects.en(periode).order_by().values_list("personne", flat=True).distinct()


def menages(periode: Periode) -> QuerySet[Any]:
    """The persons who signed a measure open in the period."""
    return MesureLogement.objects.en(periode).order_by().values_list("personne", flat=True).distinct()


def _venus(domaine: str, periode: Periode) -> QuerySet[Any]:
    return Presence.objects.effectives(periode, domaine).order_by().values_list("personne", flat=True).distinct()


inscrire_participants(Convention.Action.RSA, allocataires)
inscrire_participants(Convention.Action.LOGEMENT, menages)
inscrire_participants(Convention.Action.SANTE, lambda periode: _venus(Action.Domaine.SANTE, periode))
inscrire_participants(Convention.Action.COLLECTIF, lambda periode: _venus(Action.Domaine.COLLECTIF, periode))
