"""The lists the breakdowns are keyed by: nomenclatures, communes, and the unit of every indicator."""

from .feuilles import Dossier

_NOMENCLATURES = {
    "niveau_formation": {"": "infra_3 3 4 5 6 7 8"},
    "motif_sortie": {
        "emploi_durable": "cdi_structure cdi_non_aide cdi_aide cdd_6_mois_et_plus creation_entreprise fonction_publique",
        "emploi_transition": "cdd_moins_de_6_mois contrat_aide",
        "sortie_positive": "autre_siae formation_qualifiante retraite autre_positive",
        "autre_sortie": "chomage inactif sans_nouvelle rupture_essai_employeur rupture_essai_salarie demission autre",
        "retrait": "conge_longue_duree deces decision_administrative_ou_justice faute_grave transfert_employeur",
    },
    "prescripteur": {
        "": "france_travail mission_locale cap_emploi plie departement ccas spip candidature_spontanee autre"
    },
    "motif_absence": {
        "absenteisme": "maladie accident_travail maladie_professionnelle injustifiee retard enfant_malade",
        "": "conge_sans_solde maternite_paternite formation evenement_familial autorisee",
    },
    "lieu_entretien": {"": "chantier locaux telephone domicile exterieur visio"},
    "categorie_frein": {
        "": "administratif garde_enfant logement sante budget savoirs_de_base mobilite numerique justice"
    },
    "motif_sortie_rsa": {
        "insertion_professionnelle": "emploi iae creation_entreprise formation reorientation_professionnelle",
        "": "reorientation_sociale fin_de_droits retraite_ou_aah demenagement non_adhesion deces autre",
    },
    "typologie": {
        "": "homme_seul femme_seule homme_seul_avec_enfant femme_seule_avec_enfant couple_sans_enfant couple_avec_enfant"
    },
    "type_aide": {
        "": "depot_garantie premier_loyer assurance_habitation installation garantie_loyer"
        " mise_en_jeu_garantie impaye_loyer impaye_energie impaye_eau impaye_telephone"
    },
}

CATEGORIES_SORTIE = ("emploi_durable", "emploi_transition", "sortie_positive", "autre_sortie", "retrait")

_COMMUNES_CCHF = """
59046 59067 59082 59083 59089 59110 59111 59130 59162 59182 59200 59210 59305 59307 59309 59319 59326 59337 59338 59358
59397 59402 59433 59448 59463 59478 59499 59538 59539 59570 59579 59605 59628 59641 59647 59657 59663 59664 59665 59666
"""

_UNITES = """
aci.salaries=personnes aci.salaries_ayant_travaille=personnes aci.embauches=parcours aci.sorties=parcours
aci.sorties_emploi_durable=parcours aci.sorties_emploi_transition=parcours aci.sorties_positives=parcours
aci.sorties_autres=parcours aci.sorties_retirees=parcours aci.sorties_non_documentees=parcours
aci.sorties_emploi=parcours aci.sorties_dynamiques=parcours aci.taux_sorties_dynamiques=% aci.taux_emploi_durable=%
aci.taux_sorties_dynamiques_etat=% aci.heures=h aci.etp=ETP aci.etp_conventionnes=ETP aci.taux_realisation_etp=%
aci.heures_absence=h aci.taux_absenteisme=% aci.rsa=personnes aci.part_rsa=% aci.chomage_24_mois=personnes
aci.part_chomage_24_mois=% aci.femmes=personnes aci.part_femmes=% aci.rqth=personnes aci.equipes=équipes
aci.entretiens=entretiens aci.missions=missions aci.formation_jours=jours aci.formation_heures=h aci.formation_cout=€
aci.formation_salaries=personnes aci.cqp_inscrits=personnes aci.cqp_certifies=personnes aci.freins=accompagnements
aci.freins_leves=accompagnements aci.logement_personnes=personnes aci.logement_fsl=personnes aci.part_logement_fsl=%
aci.chiffre_affaires=€ rsa.suivis=personnes rsa.places=places rsa.suivis_par_place=ratio rsa.occupation_moyenne=%
rsa.entrees=suivis rsa.sorties=suivis rsa.sorties_insertion_professionnelle=suivis
rsa.part_sorties_insertion_professionnelle=% rsa.visites=contacts rsa.points_telephoniques=contacts
rsa.convocations=contacts rsa.rdv_honores=contacts rsa.absences=contacts rsa.taux_rdv_honores=%
rsa.contrats_engagement=contrats rsa.contrats_en_cours=personnes logement.mesures_fsl=mesures
logement.mesures_partenord=mesures logement.menages_fsl=ménages logement.personnes_fsl=personnes
logement.enfants_fsl=personnes logement.mois_mesures=mois-mesures logement.objectif_mois_mesures=mois-mesures
logement.taux_realisation=% logement.aides_demandees=aides logement.aides_accordees=aides logement.aides_montant=€
logement.interventions_partenord=interventions sante.actions_prevues=actions sante.actions_realisees=actions
sante.seances=séances sante.seances_annulees=séances sante.participants=personnes sante.participations=participations
sante.professionnels=professionnels sante.places=places sante.taux_remplissage=% collectif.actions_prevues=actions
collectif.actions_realisees=actions collectif.seances=séances collectif.seances_annulees=séances
collectif.participants=personnes collectif.participations=participations collectif.professionnels=professionnels
collectif.places=places collectif.taux_remplissage=% asso.personnes=personnes
asso.personnes_plusieurs_accompagnements=personnes finances.produits=€ finances.charges=€ finances.resultat=€
finances.subventions=€
"""

_UNITES_REPARTITIONS = """
aci.salaries_par_atelier=personnes aci.salaries_par_sexe=personnes aci.salaries_par_age=personnes
aci.salaries_par_age_etat=personnes aci.salaries_par_niveau=personnes aci.salaries_par_commune=personnes
aci.salaries_par_chomage=personnes aci.salaries_par_prescripteur=personnes aci.sorties_par_categorie=parcours
aci.sorties_par_motif=parcours aci.missions_par_type=missions aci.freins_par_categorie=accompagnements
aci.personnes_par_frein=personnes aci.heures_par_mois=h rsa.suivis_par_age=personnes rsa.suivis_par_sexe=personnes
rsa.suivis_par_typologie=personnes rsa.suivis_par_commune=personnes rsa.sorties_par_motif=suivis
rsa.rdv_honores_par_mois=contacts logement.mesures_fsl_par_type=mesures logement.aides_accordees_par_type=aides
logement.interventions_partenord_par_theme=interventions logement.menages_fsl_par_commune=ménages
sante.participants_par_programme=personnes collectif.participants_par_programme=personnes
finances.produits_par_rubrique=€ finances.charges_par_rubrique=€ finances.subventions_par_financeur=€
"""


def _unites(texte: str) -> dict[str, str]:
    return dict(mot.split("=") for mot in texte.split())


UNITES = _unites(_UNITES)
UNITES_REPARTITIONS = _unites(_UNITES_REPARTITIONS)


def codes_communes(dossier: Dossier) -> list[str]:
    """INSEE codes: the 40 communes of the software and those of the file, by code."""
    return sorted({*_COMMUNES_CCHF.split(), *(c["code_insee"] for c in dossier["communes"])})


def nomenclature(dossier: Dossier, liste: str) -> dict[str, str | None]:
    """The codes of a list in its order, each with its category (None: it has none).

    The software's codes are ranked 1, 2, 3…; a row of the file replaces what it states. A code without rank comes last.
    """
    categories: dict[str, str | None] = {}
    for categorie, codes in _NOMENCLATURES[liste].items():
        categories |= dict.fromkeys(codes.split(), categorie or None)
    rangs: dict[str, int | None] = {code: rang for rang, code in enumerate(categories, 1)}
    for ligne in dossier["nomenclatures"]:
        if ligne["liste"] == liste:
            code = ligne["code"]
            categories[code] = ligne.get("categorie", categories.get(code))
            rangs[code] = ligne.get("ordre", rangs.get(code))
    ordre = sorted(categories, key=lambda code: (rangs[code] is None, rangs[code] or 0, code))
    return {code: categories[code] for code in ordre}
