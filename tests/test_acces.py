"""Every address, every role: what opens, what is refused, and that nothing is forgotten."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.urls import NoReverseMatch, get_resolver, reverse
from maison import Maison

from aipi import roles, verifications
from aipi.models import Personne
from aipi.verifications import a_une_regle, vues
from insertion_pro.models import Absence, Contrat, Entretien, Frein, Parcours, ParticipationFormation, ReleveHeures
from insertion_sociale.models import ContactRsa, MesureLogement, SuiviRsa

pytestmark = pytest.mark.django_db

QUI = [
    "anonyme",
    "directeur",
    "cip",
    "referent",
    "polyvalent",
    "sans_pole",
    "encadrant",
    "encadrant_sans_lien",
    "financeur",
    "administrateur",
]


def attendu(ligne: str) -> dict[str, int | str]:
    """One status for each of QUI; « → » is a redirection to the sign-in page."""
    statuts = [int(mot) if mot.isdigit() else mot for mot in ligne.split()]
    assert len(statuts) == len(QUI)
    return dict(zip(QUI, statuts, strict=True))


# address: anonyme directeur cip referent polyvalent sans_pole encadrant encadrant_sans_lien financeur administrateur
TABLE = {
    "accueil": attendu("→ 200 200 200 200 200 200 200 200 200"),
    "connexion": attendu("200 302 302 302 302 302 302 302 302 302"),
    "deconnexion": attendu("405 405 405 405 405 405 405 405 405 405"),
    "agenda": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "mot_de_passe": attendu("→ 200 200 200 200 200 200 200 200 200"),
    "connexion_code": attendu("302 302 302 302 302 302 302 302 302 302"),
    "lien_compte =inconnu": attendu("404 404 404 404 404 404 404 404 404 404"),
    "mot_de_passe_oublie": attendu("200 200 200 200 200 200 200 200 200 200"),
    "verrou": attendu("→ 200 200 200 200 200 200 200 200 200"),
    "presence": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "securite": attendu("→ 200 200 200 200 200 200 200 200 200"),
    "second_facteur": attendu("→ 200 200 200 200 200 200 200 200 200"),
    "application_create": attendu("→ 200 200 200 200 200 200 200 200 200"),
    "cle_create": attendu("→ 200 200 200 200 200 200 200 200 200"),
    "codes_create": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "facteur_delete facteur": attendu("→ 200 404 404 404 404 404 404 404 404"),
    "session_delete": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "compte_list": attendu("→ 403 403 403 403 403 403 403 403 200"),
    "compte_create": attendu("→ 403 403 403 403 403 403 403 403 200"),
    "compte_detail compte": attendu("→ 403 403 403 403 403 403 403 403 200"),
    "compte_lien compte": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "compte_second_facteur compte": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "compte_sessions compte": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "compte_depart compte": attendu("→ 403 403 403 403 403 403 403 403 200"),
    "compte_retour compte": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "remise": attendu("→ 200 403 403 403 403 403 403 403 200"),
    "personne_list": attendu("→ 200 200 200 200 403 200 200 403 403"),
    "personne_detail aci": attendu("→ 200 200 404 200 403 200 404 403 403"),
    "personne_detail autre_equipe": attendu("→ 200 200 404 200 403 404 404 403 403"),
    "personne_detail rsa": attendu("→ 200 404 200 200 403 404 404 403 403"),
    "personne_detail deux_poles": attendu("→ 200 200 200 200 403 200 404 403 403"),
    "personne_detail nouvelle": attendu("→ 200 200 200 200 403 404 404 403 403"),
    "personne_imprimer aci": attendu("→ 200 200 404 200 403 200 404 403 403"),
    "personne_imprimer deux_poles": attendu("→ 200 200 200 200 403 200 404 403 403"),
    "personne_create": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "personne_update aci": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "personne_update rsa": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "personne_update deux_poles": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "personne_fusion aci": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "document_create aci": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "document_create deux_poles": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "document_update document": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "conservation": attendu("→ 200 403 403 403 403 403 403 403 200"),
    "conservation_prolonger aci": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "conservation_simuler": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "conservation_appliquer": attendu("→ 302 403 403 403 403 403 403 403 302"),
    "registre_traitements": attendu("→ 200 403 403 403 403 403 403 403 200"),
    "travail_list": attendu("→ 200 200 200 200 200 200 200 403 200"),
    "travail_detail travail": attendu("→ 200 404 404 404 404 404 404 403 404"),
    "travail_etat travail": attendu("→ 200 404 404 404 404 404 404 403 404"),
    "travail_relancer travail": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "travail_fichier travail": attendu("→ 404 404 404 404 404 404 404 403 404"),
    "reprise_list": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "reprise_create": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "export_create": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "reprise_detail reprise": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "reprise_feuille reprise =1": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "reprise_valeurs reprise =1": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "reprise_verifier reprise": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "reprise_erreurs reprise": attendu("→ 404 403 403 403 403 403 403 403 403"),
    "reprise_personnes reprise": attendu("→ 302 403 403 403 403 403 403 403 403"),
    "reprise_importer reprise": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "reprise_bilan reprise": attendu("→ 302 403 403 403 403 403 403 403 403"),
    "reprise_annuler reprise": attendu("→ 302 403 403 403 403 403 403 403 403"),
    "reprise_abandonner reprise": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "parcours_list": attendu("→ 200 200 403 200 403 200 200 403 403"),
    "personne_suggestions": attendu("→ 200 200 200 200 403 200 200 403 403"),
    "contact_create aci": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "contact_create aci =entretien": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "contact_create rsa =rsa": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "contact_create deux_poles": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "contact_create deux_poles =entretien": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "contact_create deux_poles =rsa": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "contact_create deux_poles =logement": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "contact_create nouvelle": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "tournee_list": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "tournee_detail =chantier equipe": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "tournee_detail =permanence =2026-01-15": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "entretien_update entretien": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "parcours_create aci": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "parcours_create rsa": attendu("→ 200 404 403 200 403 403 403 403 403"),
    "parcours_create nouvelle": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "parcours_update parcours": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "parcours_sortie parcours": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "suite_sortie_create parcours =3": attendu("→ 404 404 403 404 403 403 403 403 403"),
    "contrat_create parcours": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "contrat_create parcours_autre": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "contrat_update contrat": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "frein_create parcours": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "frein_update frein": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "mission_create parcours": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "mission_update mission": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "heures": attendu("→ 200 200 403 200 403 302 200 403 403"),
    "heures_grille equipe =2026-10": attendu("→ 200 200 403 200 403 200 404 403 403"),
    "formation_list": attendu("→ 200 200 403 200 403 200 200 403 403"),
    "formation_create": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "formation_detail formation": attendu("→ 200 200 403 200 403 200 404 403 403"),
    "formation_update formation": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "participation_create formation": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "cqp_livret formation parcours": attendu("→ 200 200 403 200 403 200 404 403 403"),
    "chiffre_affaires": attendu("→ 200 200 403 200 403 200 200 403 403"),
    "chiffre_affaires =2021": attendu("→ 200 200 403 200 403 200 200 403 403"),
    "realisation_list": attendu("→ 200 200 403 200 403 200 200 403 403"),
    "realisation_create": attendu("→ 200 200 403 200 403 200 200 403 403"),
    "realisation_update realisation": attendu("→ 200 200 403 200 403 200 404 403 403"),
    "realisation_photo realisation": attendu("→ 404 404 404 404 403 404 404 403 403"),
    "suivi_rsa_list": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "contact_rsa_update contact": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "intervention_logement_update intervention": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "suivi_rsa_create rsa": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "suivi_rsa_update suivi": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "suivi_rsa_sortie suivi": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "referent_remplacer": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "contrat_engagement_create suivi": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "contrat_engagement_update engagement": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "convocation_lot": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "pointage": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "mesure_logement_create deux_poles": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "mesure_logement_update mesure": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "mesure_logement_renouveler mesure": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "mesure_logement_fin mesure": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "aide_logement_create mesure": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "aide_logement_update aide": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "mois_mesures": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "convocation_lettres": attendu("→ 404 403 404 404 403 403 403 403 403"),
    "contact_rsa_pointer contact": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "mesure_logement_list": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "contrat_list": attendu("→ 200 200 403 200 403 200 200 403 403"),
    "frein_list": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "mission_list": attendu("→ 200 200 403 200 403 403 403 403 403"),
    "contact_rsa_list": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "contrat_engagement_list": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "aide_logement_list": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "referent_lot =insertion_pro.parcours": attendu("→ 404 404 404 404 403 403 403 403 403"),
    "referent_annuler =0": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "filtre_create": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "filtre_delete mesure": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "action_list": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "action_create": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "action_detail action": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "action_update action": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "seance_create action": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "seance_detail seance": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "seance_update seance": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "seance_annuler seance": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "invitation_lot": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "seance_inviter seance": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "seance_pointer seance": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "objet_delete frein": attendu("→ 200 200 404 200 403 404 404 403 403"),
    "objet_delete suivi": attendu("→ 200 404 200 200 403 404 404 403 403"),
    "objet_historique entretien": attendu("→ 200 200 404 200 403 404 404 403 403"),
    "objet_historique mesure": attendu("→ 200 404 200 200 403 404 404 403 403"),
    "consultation_list": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "personne_consultations aci": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "demande_list": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "demande_update demande": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "personne_droits aci": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "personne_droits rsa": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "demande_create aci": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "limitation aci": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "effacement_personne aci": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "partage entretien": attendu("→ 200 200 404 200 403 403 403 403 403"),
    "partage contact": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "partage intervention": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "brouillon": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "suppression_list": attendu("→ 200 200 200 200 403 200 200 403 403"),
    "suppression_retablir frein": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "tableau_list": attendu("→ 200 403 403 403 403 403 403 200 403"),
    "tableau_create": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "tableau_detail tableau": attendu("→ 200 403 403 403 403 403 403 200 403"),
    "tableau_publier tableau": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "tableau_retirer tableau": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "tableau_question tableau": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "acces_create tableau": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "acces_revoquer tableau": attendu("→ 405 405 405 405 405 405 405 405 405"),
    "question_repondre question": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "partage_detail =inconnu": attendu("404 404 404 404 404 404 404 404 404 404"),
    "partage_fichier =inconnu =chiffres.csv": attendu("404 404 404 404 404 404 404 404 404 404"),
    "partage_question =inconnu": attendu("405 405 405 405 405 405 405 405 405 405"),
    "api_accueil": attendu("200 200 200 200 200 200 200 200 200 200"),
}
# Files that a browser saves, or that a program reads: pages of their own for the rules, not for the eye.
FICHIERS = {
    "tableau_fichier tableau =chiffres.csv": attendu("→ 200 403 403 403 403 403 403 200 403"),
    "api_schema": attendu("200 200 200 200 200 200 200 200 200 200"),
    "api_tableaux": attendu("401 401 401 401 401 401 401 401 401 401"),
    "api_tableau tableau": attendu("401 401 401 401 401 401 401 401 401 401"),
    "seance_emargement seance": attendu("→ 200 403 200 200 403 403 403 403 403"),
    "personne_copie deux_poles": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "personne_donnees deux_poles": attendu("→ 200 403 403 403 403 403 403 403 403"),
    "fiche_information =pro": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "fiche_information =social": attendu("→ 200 200 200 200 403 403 403 403 403"),
    "registre_fichier =md": attendu("→ 200 403 403 403 403 403 403 403 200"),
    "document_detail document": attendu("→ 200 404 200 200 403 403 403 403 403"),
    "classeur_modele": attendu("→ 200 403 403 403 403 403 403 403 200"),
}
# Reports name nobody: their pages open to both poles, their lists to the pole concerned, writing to the director.
RAPPORTS = {
    ("agenda_ics", "inconnu"): attendu("404 404 404 404 404 404 404 404 404 404"),
    ("journee_detail", "rendez-vous"): attendu("→ 200 200 200 200 403 404 404 403 403"),
    ("journee_detail", "aci-sexe"): attendu("→ 200 200 404 200 403 404 404 403 403"),
    ("journee_detail", "rsa-typologie"): attendu("→ 200 404 200 200 403 404 404 403 403"),
    ("journee_detail", "equipe"): attendu("→ 404 404 404 404 403 200 200 403 403"),
    ("rendez_vous_pointer", "aci-rendez-vous", 1): attendu("→ 405 405 405 405 405 405 405 405 405"),
    ("rapport_list",): attendu("→ 200 200 200 200 403 403 403 403 403"),
    ("rapport_detail", 2021): attendu("→ 200 200 200 200 403 403 403 403 403"),
    ("rapport_formes", 2021): attendu("→ 200 200 200 200 403 403 403 403 403"),
    ("rapport_comparaison",): attendu("→ 200 200 200 200 403 403 403 403 403"),
    ("publiees_comparer",): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("pilotage",): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("rapport_controle", 2021): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("rapport_rouvrir", 2019): attendu("→ 404 403 403 403 403 403 403 403 403"),
    ("rapport_differences", 2019): attendu("→ 404 403 403 403 403 403 403 403 403"),
    ("edition_list", 2019): attendu("→ 404 404 404 404 403 403 403 403 403"),
    ("edition_fichier", 2019, 1, "rapport.pdf"): attendu("→ 404 404 404 404 403 403 403 403 403"),
    ("rapport_clore", 2021): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("indicateur_detail", 2021, "aci.salaries"): attendu("→ 200 200 200 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "aci.salaries"): attendu("→ 200 200 403 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "aci.logement_fsl"): attendu("→ 200 403 403 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "aci.part_logement_fsl"): attendu("→ 200 403 403 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "rsa.suivis"): attendu("→ 200 403 200 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "logement.mesures_fsl"): attendu("→ 200 403 200 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "sante.participants"): attendu("→ 200 403 200 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "asso.personnes"): attendu("→ 200 403 403 200 403 403 403 403 403"),
    ("indicateur_liste", 2021, "finances.subventions"): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("texte_update", 2021, "aci"): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("texte_update", 2021, "mot_president"): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("texte_historique", 2021, "aci"): attendu("→ 404 403 403 403 403 403 403 403 403"),
    ("texte_restaurer", 2021, "aci", 1): attendu("→ 405 405 405 405 405 405 405 405 405"),
    ("texte_apercu", 2021, "aci"): attendu("→ 405 405 405 405 405 405 405 405 405"),
    ("rapport_plan", 2021): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("section_create", 2021): attendu("→ 405 405 405 405 405 405 405 405 405"),
    ("perspective_list", 2021): attendu("→ 200 403 403 403 403 403 403 403 403"),
    ("photo_create", 2021, "aci"): attendu("→ 405 405 405 405 405 405 405 405 405"),
    ("photo_image", 999_999): attendu("→ 404 404 404 404 403 403 403 403 403"),
    ("photo_update", 999_999): attendu("→ 404 403 403 403 403 403 403 403 403"),
    ("photo_delete", 999_999): attendu("→ 404 403 403 403 403 403 403 403 403"),
}
LONGS = {"rapport_pdf", "rapport_court", "rapport_xlsx"}
"""Files that take seconds to make: only their refusals are asked for here."""


def entrer(client, maison: Maison, qui: str):
    if qui != "anonyme":
        client.force_login(maison.comptes[qui])
    return client


def adresse(maison: Maison, cle: str) -> str:
    nom, *objets = cle.split()
    if nom in {"objet_delete", "objet_historique", "partage"}:
        [objet] = (getattr(maison, nom_objet) for nom_objet in objets)
        return reverse(nom, args=[objet._meta.label_lower, objet.pk])
    # A word after « = » is said as it is; the others name something of the house.
    return reverse(nom, args=[mot[1:] if mot.startswith("=") else getattr(maison, mot).pk for mot in objets])


@pytest.mark.parametrize("qui", QUI)
def test_every_page_answers_each_role_as_the_table_says(client, maison, qui):
    entrer(client, maison, qui)
    attendus = {adresse(maison, cle): statuts[qui] for cle, statuts in {**TABLE, **FICHIERS}.items()}
    attendus |= {reverse(nom, args=args): statuts[qui] for (nom, *args), statuts in RAPPORTS.items()}
    assert {url: statut(client, url) for url in attendus} == attendus


@pytest.mark.parametrize("qui", ["anonyme", "sans_pole", "encadrant", "financeur", "administrateur"])
def test_the_files_of_a_report_are_refused_to_those_who_may_not_read_it(client, maison, qui):
    entrer(client, maison, qui)
    refus = "→" if qui == "anonyme" else 403
    assert {statut(client, reverse(nom, args=[2021])) for nom in LONGS} == {refus}


def test_the_tables_forget_no_page():
    declarees = {cle.split()[0] for cle in [*TABLE, *FICHIERS]} | {nom for nom, *_ in RAPPORTS} | LONGS
    assert {motif.name for motif in _motifs(get_resolver().url_patterns)} == declarees


def statut(client, url: str) -> int | str:
    reponse = client.get(url)
    reponse.close()
    suite = reponse.headers.get("Location", "")
    return "→" if suite.startswith(f"{reverse('connexion')}?next=") else reponse.status_code


def _motifs(motifs):
    for motif in motifs:
        if hasattr(motif, "url_patterns"):
            if getattr(motif, "app_name", None) != "admin":
                yield from _motifs(motif.url_patterns)
        else:
            yield motif


def test_every_view_wears_a_rule_and_every_model_has_one():
    assert run_checks(tags=["security"]) == []
    assert all(a_une_regle(vue) for _, vue in vues(get_resolver().url_patterns))
    modeles = {m._meta.label for nom in verifications.APPLICATIONS for m in apps.get_app_config(nom).get_models()}
    assert modeles == set(roles.MODELES)


def test_a_view_without_a_rule_is_reported(monkeypatch):
    monkeypatch.setattr(verifications, "vues", lambda motifs: [("nouvelle/", lambda request: None)])
    [erreur] = verifications.toute_vue_a_une_regle(None)
    assert (erreur.id, "nouvelle/" in erreur.msg) == ("aipi.E001", True)


def test_a_model_without_a_rule_is_reported(monkeypatch):
    reste = {label: regle for label, regle in roles.MODELES.items() if label != "insertion_pro.Frein"}
    monkeypatch.setattr(verifications, "MODELES", {**reste, "aipi.Fantome": roles.MODELES["aipi.Commune"]})
    assert [e.id for e in verifications.tout_modele_a_une_regle(None)] == ["aipi.E002", "aipi.E003"]


@pytest.mark.parametrize("methode", ["TRACE", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
def test_other_methods_are_refused_everywhere(client, maison, methode):
    entrer(client, maison, "directeur")
    adresses = [adresse(maison, cle) for cle in [*TABLE, *FICHIERS]] + [reverse("admin:index"), reverse("admin:login")]
    adresses += [reverse(nom, args=args) for nom, *args in RAPPORTS] + [reverse(nom, args=[2021]) for nom in LONGS]
    assert {client.generic(methode, url).status_code for url in adresses} == {405}


def test_pages_that_only_read_refuse_a_post(client, maison):
    entrer(client, maison, "directeur")
    for nom in ("accueil", "personne_list", "parcours_list", "suivi_rsa_list", "mesure_logement_list", "action_list"):
        assert client.post(reverse(nom)).status_code == 405


@pytest.mark.parametrize("cle", [10**30, 999_999])
def test_a_file_that_does_not_exist_is_not_found(client, maison, cle):
    entrer(client, maison, "directeur")
    for nom in (
        "personne_detail",
        "contact_create",
        "entretien_update",
        "intervention_logement_update",
        "contact_rsa_update",
    ):
        assert client.get(reverse(nom, args=[cle])).status_code == 404


def test_refusals_are_written_in_french(client, maison):
    entrer(client, maison, "financeur")
    assert "Accès réservé" in client.get(reverse("personne_list")).content.decode()
    assert "Page introuvable" in client.get("/nulle-part/").content.decode()


VISIBLES = {
    "directeur": {"P1", "P2", "P3", "P4", "P5"},
    "cip": {"P1", "P2", "P4", "P5"},
    "referent": {"P3", "P4", "P5"},
    "polyvalent": {"P1", "P2", "P3", "P4", "P5"},
    "sans_pole": set(),
    "encadrant": {"P1", "P4"},
    "encadrant_sans_lien": set(),
    "financeur": set(),
    "administrateur": set(),
}


@pytest.mark.parametrize("qui", VISIBLES)
def test_each_role_sees_only_the_persons_of_its_poles_or_teams(maison, qui):
    personnes = roles.personnes_visibles(maison.comptes[qui])
    assert sorted(personnes.values_list("ref", flat=True)) == sorted(VISIBLES[qui])


def test_a_person_known_only_by_an_action_belongs_to_the_social_pole(maison):
    SuiviRsa.objects.filter(personne=maison.rsa).exclude(pk=maison.suivi.pk).delete()
    ContactRsa.objects.filter(suivi=maison.suivi).delete()
    maison.suivi.contrats_engagement.all().delete()
    maison.suivi.delete()
    assert maison.rsa in roles.personnes_visibles(maison.comptes["referent"])
    assert maison.rsa not in roles.personnes_visibles(maison.comptes["cip"])


def test_a_supervisor_sees_hours_and_cqp_of_its_team_and_nothing_else(maison):
    compte = maison.comptes["encadrant"]

    def refs(modele):
        return roles.visibles(modele.objects.all(), compte).count()

    assert {m.__name__: refs(m) for m in (Parcours, Contrat, ReleveHeures, Absence)} == {
        "Parcours": 2,
        "Contrat": 2,
        "ReleveHeures": 2,
        "Absence": 1,
    }
    [participation] = roles.visibles(ParticipationFormation.objects.all(), compte)
    assert participation.formation.type == "cqp"
    assert [refs(m) for m in (Entretien, Frein, SuiviRsa, ContactRsa, MesureLogement)] == [0] * 5


def test_two_contracts_in_the_team_show_the_employee_once(maison):
    contrat = maison.parcours.contrats.get()
    Contrat.objects.create(ref="CON-bis", parcours=maison.parcours, equipe=contrat.equipe, date_debut=contrat.date_fin)
    compte = maison.comptes["encadrant"]
    assert roles.visibles(Parcours.objects.all(), compte).count() == 2
    assert roles.personnes_visibles(compte).count() == 2


def test_a_pole_sees_the_rows_of_its_own_models_only(maison):
    for qui, pro, social in (("cip", 3, 0), ("referent", 0, 2), ("polyvalent", 3, 2), ("sans_pole", 0, 0)):
        compte = maison.comptes[qui]
        assert roles.visibles(Parcours.objects.all(), compte).count() == pro
        assert roles.visibles(SuiviRsa.objects.all(), compte).count() == social


@pytest.mark.parametrize(
    ("qui", "rapport", "redige", "listes"),
    [
        ("directeur", True, True, {"aci", "rsa", "logement", "sante", "collectif", "asso", "finances"}),
        ("cip", True, False, {"aci"}),
        ("referent", True, False, {"rsa", "logement", "sante", "collectif"}),
        ("polyvalent", True, False, {"aci", "rsa", "logement", "sante", "collectif", "asso"}),
        ("sans_pole", False, False, set()),
        ("encadrant", False, False, set()),
        ("financeur", False, False, set()),
        ("administrateur", False, False, set()),
    ],
)
def test_the_report_and_its_lists_follow_the_poles(maison, qui, rapport, redige, listes):
    compte = maison.comptes[qui]
    chapitres = ("aci", "rsa", "logement", "sante", "collectif", "asso", "finances", "inconnu")
    assert roles.peut_voir_rapport(compte) is rapport
    assert roles.peut_rediger(compte) is redige
    vues_par_lui = {c for c in chapitres if roles.peut_voir_liste(compte, c)}
    assert vues_par_lui == (listes | {"inconnu"} if qui == "directeur" else listes)


# Administration


@pytest.mark.parametrize("qui", [q for q in QUI if q not in {"anonyme", "directeur", "administrateur"}])
def test_the_administration_is_closed_to_the_others(client, maison, qui):
    entrer(client, maison, qui)
    for nom in ("index", "aipi_commune_changelist", "aipi_personne_changelist", "aipi_compte_add"):
        assert client.get(reverse(f"admin:{nom}")).status_code == 403


def test_a_visitor_of_the_administration_is_sent_to_the_sign_in_page(client):
    reponse = client.get(reverse("admin:index"), follow=True)
    assert reponse.redirect_chain[-1][0].startswith(reverse("connexion"))


REFERENCE = [label for label, m in roles.MODELES.items() if m.nature is roles.Nature.REFERENCE]
DOSSIERS = [label for label, m in roles.MODELES.items() if m.nature in {roles.Nature.DOSSIER, roles.Nature.RAPPORT}]


@pytest.mark.parametrize("label", [*REFERENCE, *DOSSIERS, "aipi.Compte"])
def test_the_administration_shows_each_model_to_whom_it_concerns(client, maison, label):
    liste = reverse(f"admin:{label.lower().replace('.', '_')}_changelist")
    ajout = liste + "add/"
    statuts = {}
    for qui in ("directeur", "administrateur"):
        entrer(client, maison, qui)
        statuts[qui] = (client.get(liste).status_code, client.get(ajout).status_code)
    if label == "aipi.Compte":
        assert statuts == {"directeur": (403, 403), "administrateur": (200, 403)}
    elif label in REFERENCE:
        assert statuts == {"directeur": (200, 200), "administrateur": (200, 200)}
    else:
        assert statuts == {"directeur": (200, 403), "administrateur": (403, 403)}


def test_files_are_read_and_never_changed_in_the_administration(client, maison):
    entrer(client, maison, "directeur")
    url = reverse("admin:aipi_personne_change", args=[maison.aci.pk])
    page = client.get(url).content.decode()
    assert "Évrard" in page
    assert 'name="nom"' not in page
    assert client.post(url, {"nom": "Changé"}).status_code == 403
    assert client.post(reverse("admin:aipi_personne_delete", args=[maison.aci.pk])).status_code == 403
    assert Personne.objects.get(pk=maison.aci.pk).nom == "Évrard"


def test_the_administration_corrects_an_account_and_knows_no_way_to_type_a_password(client, maison):
    entrer(client, maison, "administrateur")
    compte = maison.comptes["cip"]
    avant = compte.password
    adresse = reverse("admin:aipi_compte_change", args=[compte.pk])
    page = client.get(adresse).content.decode()
    assert 'type="password"' not in page
    assert f"/{compte.pk}/password/" not in page
    # One’s own is changed where all do, with its rules and its notice.
    assert client.get(reverse("admin:password_change"))["Location"] == reverse("mot_de_passe")
    donnees = {"courriel": compte.courriel, "nom": "Corrigée", "role": compte.role, "pole_pro": "on", "is_active": "on"}
    assert client.post(adresse, {**donnees, "password": "x", "password1": "x", "password2": "x"}).status_code == 302
    compte.refresh_from_db()
    assert (compte.nom, compte.password) == ("Corrigée", avant)
    # What opens anything is changed by « Comptes » alone, which ends the sessions and keeps the last administrator.
    client.post(adresse, {**donnees, "role": "directeur", "courriel": "autre@exemple.fr", "is_active": ""})
    compte.refresh_from_db()
    assert (compte.role, compte.courriel, compte.is_active) == ("travailleur_social", "cip@exemple.fr", True)
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_user_password_change", args=[compte.pk])
    assert client.get(reverse("admin:aipi_compte_add")).status_code == 403
    assert client.post(reverse("admin:aipi_compte_delete", args=[compte.pk])).status_code == 403


def test_no_list_of_persons_is_ever_offered_to_choose_from(client, maison):
    entrer(client, maison, "directeur")
    for nom in ("insertion_pro_parcours", "insertion_sociale_suivirsa"):
        objet = maison.parcours if "parcours" in nom else maison.suivi
        page = client.get(reverse(f"admin:{nom}_change", args=[objet.pk])).content.decode()
        assert "Bollengier" not in page
    entrer(client, maison, "administrateur")
    reponse = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "insertion_pro", "model_name": "parcours", "field_name": "personne", "term": "a"},
    )
    assert reponse.status_code == 403
