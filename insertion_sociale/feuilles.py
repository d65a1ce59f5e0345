"""Sheets of the pôle insertion sociale, and the contradictions its files may hold."""

from __future__ import annotations

from django.db.models import F, Q

from aipi.echange.feuille import Avertissement, Feuille

from .models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    DemarcheContactRsa,
    DemarcheLogement,
    InterventionLogement,
    Invitation,
    MesureLogement,
    Presence,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)

FEUILLES = [
    Feuille(
        "suivis_rsa",
        SuiviRsa,
        ("ref",),
        "ref* personne* referent date_entree* date_sortie motif_sortie typologie date_orientation",
        fins=(("date_sortie", "date_entree"),),
    ),
    Feuille(
        "contacts_rsa",
        ContactRsa,
        ("ref",),
        "ref* suivi* date* type* statut* note heure lieu intervenant",
        omis=("note_privee", "auteur"),
    ),
    Feuille("demarches_contacts_rsa", DemarcheContactRsa, ("contact", "demarche"), "contact* demarche*"),
    Feuille(
        "contrats_engagement",
        ContratEngagement,
        ("ref",),
        "ref* suivi* type* date_signature* date_fin",
        fins=(("date_fin", "date_signature"),),
    ),
    Feuille(
        "mesures_logement",
        MesureLogement,
        ("ref",),
        "ref* personne* referent dispositif* type date_debut* date_fin bailleur personnes_menage enfants_menage"
        " date_renouvellement",
        fins=(("date_fin", "date_debut"),),
    ),
    Feuille(
        "interventions_logement",
        InterventionLogement,
        ("ref",),
        "ref* mesure* date* theme* note intervenant",
        omis=("note_privee", "auteur"),
    ),
    Feuille("demarches_logement", DemarcheLogement, ("intervention", "demarche"), "intervention* demarche*"),
    Feuille("rendez_vous_logement", RendezVousLogement, ("ref",), "ref* mesure* date* heure lieu intervenant statut*"),
    Feuille(
        "aides_logement",
        AideLogement,
        ("ref",),
        "ref* mesure* type* date_demande* decision date_decision montant_accorde",
    ),
    Feuille("actions", Action, ("ref",), "ref* domaine* programme* intitule* annee* places lieu"),
    Feuille("seances", Seance, ("ref",), "ref* action* date* statut* motif_annulation professionnels heure lieu"),
    Feuille("invitations", Invitation, ("seance", "personne"), "seance* personne*"),
    Feuille("presences", Presence, ("seance", "personne"), "seance* personne* present*"),
]

AVERTISSEMENTS = [
    Avertissement(
        ("suivis_rsa",),
        "suivis RSA avec un motif de sortie mais sans date de sortie",
        lambda: SuiviRsa.objects.filter(date_sortie=None).exclude(motif_sortie=None),
    ),
    Avertissement(
        ("suivis_rsa", "contacts_rsa"),
        "contacts hors des dates de leur suivi RSA",
        lambda: ContactRsa.objects.filter(Q(date__lt=F("suivi__date_entree")) | Q(date__gt=F("suivi__date_sortie"))),
    ),
    Avertissement(
        ("mesures_logement", "interventions_logement"),
        "interventions hors des dates de leur mesure de logement",
        lambda: InterventionLogement.objects.filter(
            Q(date__lt=F("mesure__date_debut")) | Q(date__gt=F("mesure__date_fin"))
        ),
    ),
    Avertissement(
        ("mesures_logement",),
        "mesures de logement avec plus d’enfants que de personnes",
        lambda: MesureLogement.objects.filter(enfants_menage__gt=F("personnes_menage")),
    ),
    Avertissement(
        ("aides_logement",),
        "aides au logement décidées avant d’être demandées",
        lambda: AideLogement.objects.filter(date_decision__lt=F("date_demande")),
    ),
    Avertissement(
        ("aides_logement",),
        "aides au logement avec un montant sans être acceptées",
        lambda: AideLogement.objects.filter(montant_accorde__gt=0).exclude(decision=AideLogement.Decision.ACCEPTE),
    ),
    Avertissement(
        ("seances", "presences"),
        "présences à une séance annulée",
        lambda: Presence.objects.filter(present=True, seance__statut=Seance.Statut.ANNULEE),
    ),
]
