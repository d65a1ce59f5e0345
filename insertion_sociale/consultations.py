"""What the addresses of the pole open of a file, for the reading log."""

from __future__ import annotations

from aipi.consultations import Acte, Ouverture, inscrire

_PERSONNE = "aipi.Personne"
_SUIVI = "insertion_sociale.SuiviRsa"
_CONTACT = "insertion_sociale.ContactRsa"
_MESURE = "insertion_sociale.MesureLogement"
_AIDE = "insertion_sociale.AideLogement"
_ENGAGEMENT = "insertion_sociale.ContratEngagement"
_ACTION = "insertion_sociale.Action"
_SEANCE = "insertion_sociale.Seance"

inscrire(
    suivi_rsa_list=Ouverture(Acte.LISTE, parametres={"ligne": _SUIVI}),
    contact_rsa_list=Ouverture(Acte.LISTE, parametres={"ligne": _CONTACT}),
    contrat_engagement_list=Ouverture(Acte.LISTE, parametres={"ligne": _ENGAGEMENT}),
    mesure_logement_list=Ouverture(Acte.LISTE, parametres={"ligne": _MESURE}),
    intervention_logement_list=Ouverture(Acte.LISTE, parametres={"ligne": "insertion_sociale.InterventionLogement"}),
    aide_logement_list=Ouverture(Acte.LISTE, parametres={"ligne": _AIDE}),
    contact_rsa_update=Ouverture(Acte.FICHE, _CONTACT),
    contact_rsa_pointer=Ouverture(None, _CONTACT),
    intervention_logement_update=Ouverture(Acte.FICHE, "insertion_sociale.InterventionLogement"),
    suivi_rsa_create=Ouverture(Acte.FICHE, _PERSONNE, "personne_id"),
    suivi_rsa_update=Ouverture(Acte.FICHE, _SUIVI),
    suivi_rsa_sortie=Ouverture(Acte.FICHE, _SUIVI),
    contrat_engagement_create=Ouverture(Acte.FICHE, _SUIVI, "suivi_id"),
    contrat_engagement_update=Ouverture(Acte.FICHE, _ENGAGEMENT),
    referent_remplacer=Ouverture(Acte.LISTE, parametres={"suivi": _SUIVI, "mesure": _MESURE}),
    convocation_lot=Ouverture(Acte.LISTE, parametres=dict.fromkeys(("suivi", "suivis", "ecarte"), _SUIVI)),
    convocation_lettres=Ouverture(Acte.IMPRESSION, parametres={"contact": _CONTACT}),
    pointage=Ouverture(Acte.LISTE),
    mesure_logement_create=Ouverture(Acte.FICHE, _PERSONNE, "personne_id"),
    mesure_logement_update=Ouverture(Acte.FICHE, _MESURE),
    mesure_logement_renouveler=Ouverture(Acte.FICHE, _MESURE),
    mesure_logement_fin=Ouverture(Acte.FICHE, _MESURE),
    aide_logement_create=Ouverture(Acte.FICHE, _MESURE, "mesure_id"),
    aide_logement_update=Ouverture(Acte.FICHE, _AIDE),
    rendez_vous_logement_create=Ouverture(Acte.FICHE, _MESURE, "mesure_id"),
    rendez_vous_logement_update=Ouverture(Acte.FICHE, "insertion_sociale.RendezVousLogement"),
    mois_mesures=Ouverture(Acte.LISTE),
    action_detail=Ouverture(Acte.GROUPE, _ACTION),
    action_update=Ouverture(None, _ACTION),
    seance_create=Ouverture(None, _ACTION, "action_id"),
    seance_detail=Ouverture(Acte.GROUPE, _SEANCE),
    seance_update=Ouverture(Acte.GROUPE, _SEANCE),
    seance_annuler=Ouverture(Acte.GROUPE, _SEANCE),
    seance_inviter=Ouverture(None, _SEANCE, parametres=dict.fromkeys(("personne", "retirer"), _PERSONNE)),
    seance_pointer=Ouverture(None, _SEANCE, parametres={"venu": _PERSONNE}),
    seance_emargement=Ouverture(Acte.IMPRESSION, _SEANCE),
    invitation_lot=Ouverture(Acte.LISTE, parametres={"personne": _PERSONNE}),
)
