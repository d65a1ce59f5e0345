"""The floor of the figures: every number of a year by SQL written by hand, without Django.

One statement a table, its numbers as conditional aggregates named by their codes; one statement a breakdown. `%(debut)s`,
`%(fin)s` and `%(annee)s` are the period. Words in braces are the few that differ from one engine to the other, or a
condition that several statements share.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db import connection

from aipi.periodes import Periode

ECHELLE = 10_000
"""Hours and amounts are stored as ten-thousandths."""

COMMUN = {
    "stay": "(date_fin IS NULL OR date_fin >= %(debut)s)",
    "presents": """
        FROM insertion_pro_contrat c JOIN insertion_pro_parcours p ON p.id = c.parcours_id
        WHERE c.date_debut <= %(fin)s AND (c.date_fin >= %(debut)s OR c.date_fin IS NULL
              AND (p.date_sortie IS NULL OR p.date_sortie >= %(debut)s))""",
    "suivis": """
        FROM insertion_sociale_suivirsa s
        WHERE s.date_entree <= %(fin)s AND (s.date_sortie IS NULL OR s.date_sortie >= %(debut)s)""",
    "mesures": """
        FROM insertion_sociale_mesurelogement m
        WHERE m.date_debut <= %(fin)s AND (m.date_fin IS NULL OR m.date_fin >= %(debut)s)""",
    "venus": """
        FROM insertion_sociale_presence v JOIN insertion_sociale_seance s ON s.id = v.seance_id
        JOIN insertion_sociale_action a ON a.id = s.action_id
        WHERE s.date BETWEEN %(debut)s AND %(fin)s AND s.statut = 'tenue' AND v.present""",
    "freins": """
        FROM insertion_pro_frein f JOIN insertion_pro_parcours q ON q.id = f.parcours_id
        JOIN aipi_nomenclature n ON n.id = f.categorie_id
        WHERE f.date_reperage <= %(fin)s AND (f.date_fin IS NULL OR f.date_fin >= %(debut)s)
              AND f.parcours_id IN (SELECT c.parcours_id {presents})""",
    "formations": """
        FROM insertion_pro_participationformation i JOIN insertion_pro_formation f ON f.id = i.formation_id
        JOIN insertion_pro_parcours p ON p.id = i.parcours_id
        WHERE f.date_debut BETWEEN %(debut)s AND %(fin)s""",
}
ENGINE = {
    "sqlite": {
        "jours": "CAST(julianday({b}) - julianday({a}) AS INTEGER)",
        "plus_tard": "max({x}, {y})",
        "plus_tot": "min({x}, {y})",
        "annee_de": "CAST(strftime('%%Y', {jour}) AS INTEGER)",
        "mois_de": "CAST(strftime('%%m', {jour}) AS INTEGER)",
        "cle_mois": "substr({jour}, 1, 7)",
        "date": "{jour}",
    },
    "postgresql": {
        "jours": "({b} - {a})",
        "plus_tard": "greatest({x}, {y})",
        "plus_tot": "least({x}, {y})",
        "annee_de": "extract(year FROM {jour})::int",
        "mois_de": "extract(month FROM {jour})::int",
        "cle_mois": "to_char({jour}, 'YYYY-MM')",
        "date": "{jour}::date",
    },
}

ANNEE = """
SELECT sum(objectif) FILTER (WHERE action = 'aci' AND unite_objectif = 'etp') AS "aci.etp_conventionnes",
       sum(objectif) FILTER (WHERE action = 'rsa' AND unite_objectif = 'places') AS "rsa.places",
       sum(objectif) FILTER (WHERE action = 'logement' AND unite_objectif = 'mois_mesures')
           AS "logement.objectif_mois_mesures",
       sum(montant) AS "finances.subventions"
FROM aipi_convention WHERE annee = %(annee)s;

SELECT sum(montant) FILTER (WHERE sens = 'produit') AS "finances.produits",
       sum(montant) FILTER (WHERE sens = 'charge') AS "finances.charges"
FROM rapports_lignebudget WHERE annee = %(annee)s
"""
"""Figures of the accounts and agreements: known for every year."""

CHIFFRES = """
WITH salaries AS (
    SELECT p.personne_id, max(CASE WHEN p.rsa_entree THEN 1 ELSE 0 END) AS rsa,
           max(CASE WHEN p.mois_sans_emploi_entree >= 24 THEN 1 ELSE 0 END) AS chomage
    {presents} GROUP BY p.personne_id)
SELECT count(*) AS "aci.salaries", sum(rsa) AS "aci.rsa", sum(chomage) AS "aci.chomage_24_mois",
       count(*) FILTER (WHERE e.sexe = 'F') AS "aci.femmes", count(*) FILTER (WHERE e.rqth) AS "aci.rqth"
FROM salaries JOIN aipi_personne e ON e.id = salaries.personne_id;

SELECT count(DISTINCT c.equipe_id) AS "aci.equipes" {presents};

SELECT count(DISTINCT p.personne_id) AS "aci.salaries_ayant_travaille"
FROM insertion_pro_releveheures h JOIN insertion_pro_contrat c ON c.id = h.contrat_id
JOIN insertion_pro_parcours p ON p.id = c.parcours_id
WHERE h.mois BETWEEN %(debut)s AND %(fin)s AND h.heures > 0;

SELECT sum(heures) AS "aci.heures" FROM insertion_pro_releveheures WHERE mois BETWEEN %(debut)s AND %(fin)s;

SELECT sum(b.heures) AS "aci.heures_absence"
FROM insertion_pro_absence b JOIN aipi_nomenclature n ON n.id = b.motif_id
WHERE b.mois BETWEEN %(debut)s AND %(fin)s AND n.categorie = 'absenteisme';

SELECT count(*) AS "aci.embauches" FROM insertion_pro_parcours WHERE date_entree BETWEEN %(debut)s AND %(fin)s;

WITH sortis AS (
    SELECT n.categorie, {jours_parcours} AS jours,
           (SELECT sum(h.heures) FROM insertion_pro_contrat c JOIN insertion_pro_releveheures h ON h.contrat_id = c.id
            WHERE c.parcours_id = p.id) AS heures
    FROM insertion_pro_parcours p LEFT JOIN aipi_nomenclature n ON n.id = p.motif_sortie_id
    WHERE p.date_sortie BETWEEN %(debut)s AND %(fin)s)
SELECT count(*) AS "aci.sorties",
       count(*) FILTER (WHERE categorie = 'emploi_durable') AS "aci.sorties_emploi_durable",
       count(*) FILTER (WHERE categorie = 'emploi_transition') AS "aci.sorties_emploi_transition",
       count(*) FILTER (WHERE categorie = 'sortie_positive') AS "aci.sorties_positives",
       count(*) FILTER (WHERE categorie = 'autre_sortie') AS "aci.sorties_autres",
       count(*) FILTER (WHERE categorie = 'retrait') AS "aci.sorties_retirees",
       count(*) FILTER (WHERE categorie IN ('emploi_durable', 'emploi_transition')) AS "aci.sorties_emploi",
       count(*) FILTER (WHERE categorie IN ('emploi_durable', 'emploi_transition', 'sortie_positive'))
           AS "aci.sorties_dynamiques",
       count(*) FILTER (WHERE categorie IS NULL OR categorie NOT IN
           ('emploi_durable', 'emploi_transition', 'sortie_positive', 'autre_sortie', 'retrait'))
           AS "aci.sorties_non_documentees",
       count(*) FILTER (WHERE categorie IS NULL OR categorie <> 'retrait') AS "sorties_hors_retraits",
       count(*) FILTER (WHERE (categorie IS NULL OR categorie <> 'retrait') AND jours >= 81 AND heures >= 10000)
           AS "sorties_etat",
       count(*) FILTER (WHERE categorie IN ('emploi_durable', 'emploi_transition', 'sortie_positive')
                              AND jours >= 81 AND heures >= 10000) AS "sorties_dynamiques_etat"
FROM sortis;

SELECT count(*) AS "aci.entretiens" FROM insertion_pro_entretien WHERE date BETWEEN %(debut)s AND %(fin)s;

SELECT count(*) AS "aci.missions" FROM insertion_pro_mission WHERE date_debut BETWEEN %(debut)s AND %(fin)s;

SELECT sum(i.jours) AS "aci.formation_jours", sum(i.heures) AS "aci.formation_heures",
       sum(i.cout) AS "aci.formation_cout", count(DISTINCT p.personne_id) AS "aci.formation_salaries",
       count(DISTINCT p.personne_id) FILTER (WHERE f.type = 'cqp') AS "aci.cqp_inscrits",
       count(DISTINCT p.personne_id) FILTER (WHERE f.type = 'cqp' AND i.resultat = 'certifiee') AS "aci.cqp_certifies"
{formations};

SELECT count(*) AS "aci.freins",
       count(DISTINCT q.personne_id) FILTER (WHERE n.code = 'logement') AS "aci.logement_personnes",
       count(DISTINCT q.personne_id) FILTER (WHERE n.code = 'logement' AND q.personne_id IN
           (SELECT m.personne_id {mesures} AND m.dispositif = 'fsl')) AS "aci.logement_fsl"
{freins};

SELECT count(*) AS "aci.freins_leves" FROM insertion_pro_frein
WHERE date_fin BETWEEN %(debut)s AND %(fin)s AND issue = 'leve';

SELECT sum(montant) AS "aci.chiffre_affaires" FROM insertion_pro_chiffreaffaires
WHERE mois BETWEEN %(debut)s AND %(fin)s;

SELECT count(DISTINCT s.personne_id) AS "rsa.suivis", sum({jours_suivi} + 1) AS "jours_suivis" {suivis};

SELECT count(*) AS "rsa.entrees" FROM insertion_sociale_suivirsa WHERE date_entree BETWEEN %(debut)s AND %(fin)s;

SELECT count(*) AS "rsa.sorties",
       count(*) FILTER (WHERE n.categorie = 'insertion_professionnelle') AS "rsa.sorties_insertion_professionnelle"
FROM insertion_sociale_suivirsa s LEFT JOIN aipi_nomenclature n ON n.id = s.motif_sortie_id
WHERE s.date_sortie BETWEEN %(debut)s AND %(fin)s;

SELECT count(*) FILTER (WHERE type = 'visite' AND statut = 'honore') AS "rsa.visites",
       count(*) FILTER (WHERE type = 'telephone' AND statut = 'honore') AS "rsa.points_telephoniques",
       count(*) FILTER (WHERE type = 'convocation'
                              AND statut IN ('honore', 'absence_excusee', 'absence_non_excusee')) AS "rsa.convocations",
       count(*) FILTER (WHERE type = 'convocation' AND statut = 'honore') AS "rsa.rdv_honores",
       count(*) FILTER (WHERE type = 'convocation'
                              AND statut IN ('absence_excusee', 'absence_non_excusee')) AS "rsa.absences"
FROM insertion_sociale_contactrsa WHERE date BETWEEN %(debut)s AND %(fin)s;

SELECT count(*) AS "rsa.contrats_engagement" FROM insertion_sociale_contratengagement
WHERE date_signature BETWEEN %(debut)s AND %(fin)s;

SELECT count(DISTINCT s.personne_id) AS "rsa.contrats_en_cours"
FROM insertion_sociale_contratengagement g JOIN insertion_sociale_suivirsa s ON s.id = g.suivi_id
WHERE g.date_signature <= %(fin)s AND (g.date_fin IS NULL OR g.date_fin >= %(fin)s) AND s.personne_id IN
      (SELECT o.personne_id FROM insertion_sociale_suivirsa o
       WHERE o.date_entree <= %(fin)s AND (o.date_sortie IS NULL OR o.date_sortie >= %(fin)s));

SELECT count(*) FILTER (WHERE dispositif = 'fsl') AS "logement.mesures_fsl",
       count(*) FILTER (WHERE dispositif = 'partenord') AS "logement.mesures_partenord",
       count(DISTINCT personne_id) FILTER (WHERE dispositif = 'fsl') AS "logement.menages_fsl",
       sum(personnes_menage) FILTER (WHERE dispositif = 'fsl') AS "logement.personnes_fsl",
       sum(enfants_menage) FILTER (WHERE dispositif = 'fsl') AS "logement.enfants_fsl",
       sum({mois_mesure}) FILTER (WHERE dispositif = 'fsl') AS "logement.mois_mesures"
{mesures};

SELECT count(*) AS "logement.aides_demandees" FROM insertion_sociale_aidelogement
WHERE date_demande BETWEEN %(debut)s AND %(fin)s;

SELECT count(*) AS "logement.aides_accordees", sum(montant_accorde) AS "logement.aides_montant"
FROM insertion_sociale_aidelogement WHERE date_decision BETWEEN %(debut)s AND %(fin)s AND decision = 'accepte';

SELECT count(*) AS "logement.interventions_partenord"
FROM insertion_sociale_interventionlogement i JOIN insertion_sociale_mesurelogement m ON m.id = i.mesure_id
WHERE i.date BETWEEN %(debut)s AND %(fin)s AND m.dispositif = 'partenord';

SELECT count(*) FILTER (WHERE domaine = 'sante') AS "sante.actions_prevues",
       count(*) FILTER (WHERE domaine = 'collectif') AS "collectif.actions_prevues"
FROM insertion_sociale_action WHERE annee = %(annee)s;

SELECT count(*) FILTER (WHERE s.statut = 'tenue' AND a.domaine = 'sante') AS "sante.seances",
       count(*) FILTER (WHERE s.statut = 'tenue' AND a.domaine = 'collectif') AS "collectif.seances",
       count(*) FILTER (WHERE s.statut = 'annulee' AND a.domaine = 'sante') AS "sante.seances_annulees",
       count(*) FILTER (WHERE s.statut = 'annulee' AND a.domaine = 'collectif') AS "collectif.seances_annulees",
       sum(s.professionnels) FILTER (WHERE s.statut = 'tenue' AND a.domaine = 'sante') AS "sante.professionnels",
       sum(s.professionnels) FILTER (WHERE s.statut = 'tenue' AND a.domaine = 'collectif') AS "collectif.professionnels"
FROM insertion_sociale_seance s JOIN insertion_sociale_action a ON a.id = s.action_id
WHERE s.date BETWEEN %(debut)s AND %(fin)s;

SELECT count(*) FILTER (WHERE domaine = 'sante') AS "sante.actions_realisees",
       count(*) FILTER (WHERE domaine = 'collectif') AS "collectif.actions_realisees",
       sum(places) FILTER (WHERE domaine = 'sante') AS "sante.places",
       sum(places) FILTER (WHERE domaine = 'collectif') AS "collectif.places"
FROM insertion_sociale_action WHERE id IN
     (SELECT action_id FROM insertion_sociale_seance WHERE date BETWEEN %(debut)s AND %(fin)s AND statut = 'tenue');

WITH venus AS (
    SELECT a.id, a.domaine, a.places, v.personne_id, count(*) AS fois
    {venus} GROUP BY a.id, a.domaine, a.places, v.personne_id)
SELECT count(DISTINCT personne_id) FILTER (WHERE domaine = 'sante') AS "sante.participants",
       count(DISTINCT personne_id) FILTER (WHERE domaine = 'collectif') AS "collectif.participants",
       sum(fois) FILTER (WHERE domaine = 'sante') AS "sante.participations",
       sum(fois) FILTER (WHERE domaine = 'collectif') AS "collectif.participations",
       count(*) FILTER (WHERE domaine = 'sante' AND places IS NOT NULL) AS "sante.remplies",
       count(*) FILTER (WHERE domaine = 'collectif' AND places IS NOT NULL) AS "collectif.remplies"
FROM venus;

SELECT count(*) AS "asso.personnes" FROM (
    SELECT p.personne_id {presents} UNION SELECT s.personne_id {suivis}
    UNION SELECT m.personne_id {mesures} UNION SELECT v.personne_id {venus}) AS tous;

SELECT count(*) AS "asso.personnes_plusieurs_accompagnements" FROM (
    SELECT personne_id FROM (
        SELECT DISTINCT p.personne_id {presents} UNION ALL SELECT DISTINCT s.personne_id {suivis}
        UNION ALL SELECT DISTINCT m.personne_id {mesures}) AS tous
    GROUP BY personne_id HAVING count(*) > 1) AS plusieurs
"""
"""Figures of the case files."""

AGE = """CASE WHEN e.date_naissance IS NULL THEN 'inconnu' WHEN e.date_naissance > %(a25)s THEN 'moins_25'
    WHEN e.date_naissance > %(a30)s THEN '25_29' WHEN e.date_naissance > %(a40)s THEN '30_39'
    WHEN e.date_naissance > %(a50)s THEN '40_49' WHEN e.date_naissance > %(a60)s THEN '50_59' ELSE '60_plus' END"""
AGE_ETAT = """CASE WHEN e.date_naissance IS NULL THEN 'inconnu' WHEN e.date_naissance > %(a26)s THEN 'moins_26'
    WHEN e.date_naissance > %(a50)s THEN '26_49' ELSE '50_plus' END"""
CHOMAGE = """CASE WHEN mois_sans_emploi_entree < 6 THEN 'moins_6' WHEN mois_sans_emploi_entree < 12 THEN '6_11'
    WHEN mois_sans_emploi_entree < 24 THEN '12_23' WHEN mois_sans_emploi_entree >= 24 THEN '24_plus' END"""
SALARIES = "(SELECT DISTINCT p.personne_id {presents}) AS salaries JOIN aipi_personne e ON e.id = salaries.personne_id"
SUIVIS = "(SELECT DISTINCT s.personne_id {suivis}) AS suivis JOIN aipi_personne e ON e.id = suivis.personne_id"
DERNIERS = """
WITH derniers AS (
    SELECT d.*, row_number() OVER (PARTITION BY d.personne_id ORDER BY d.date_entree DESC, d.ref DESC) AS rang
    FROM insertion_pro_parcours d WHERE d.id IN (SELECT c.parcours_id {presents}))"""
DERNIERS_SUIVIS = """
WITH derniers AS (
    SELECT s.typologie_id,
           row_number() OVER (PARTITION BY s.personne_id ORDER BY s.date_entree DESC, s.ref DESC) AS rang {suivis})"""

REPARTITIONS = {
    "aci.salaries_par_atelier": "SELECT t.code, count(DISTINCT x.personne_id) FROM (SELECT c.equipe_id, p.personne_id "
    "{presents}) AS x JOIN insertion_pro_equipe q ON q.id = x.equipe_id "
    "JOIN insertion_pro_atelier t ON t.id = q.atelier_id GROUP BY t.code",
    "aci.salaries_par_sexe": f"SELECT e.sexe, count(*) FROM {SALARIES} GROUP BY e.sexe",
    "aci.salaries_par_age": f"SELECT {AGE}, count(*) FROM {SALARIES} GROUP BY 1",
    "aci.salaries_par_age_etat": f"SELECT {AGE_ETAT}, count(*) FROM {SALARIES} GROUP BY 1",
    "aci.salaries_par_commune": f"SELECT k.code_insee, count(*) FROM {SALARIES} "
    "LEFT JOIN aipi_commune k ON k.id = e.commune_id GROUP BY k.code_insee",
    "aci.salaries_par_niveau": f"{DERNIERS} SELECT n.code, count(*) FROM derniers "
    "LEFT JOIN aipi_nomenclature n ON n.id = niveau_formation_id WHERE rang = 1 GROUP BY n.code",
    "aci.salaries_par_prescripteur": f"{DERNIERS} SELECT n.code, count(*) FROM derniers "
    "LEFT JOIN aipi_nomenclature n ON n.id = prescripteur_id WHERE rang = 1 GROUP BY n.code",
    "aci.salaries_par_chomage": f"{DERNIERS} SELECT {CHOMAGE}, count(*) FROM derniers WHERE rang = 1 GROUP BY 1",
    "aci.sorties_par_categorie": "SELECT CASE WHEN n.categorie IN ('emploi_durable', 'emploi_transition', "
    "'sortie_positive', 'autre_sortie', 'retrait') THEN n.categorie END, count(*) FROM insertion_pro_parcours p "
    "LEFT JOIN aipi_nomenclature n ON n.id = p.motif_sortie_id "
    "WHERE p.date_sortie BETWEEN %(debut)s AND %(fin)s GROUP BY 1",
    "aci.sorties_par_motif": "SELECT n.code, count(*) FROM insertion_pro_parcours p LEFT JOIN aipi_nomenclature n "
    "ON n.id = p.motif_sortie_id WHERE p.date_sortie BETWEEN %(debut)s AND %(fin)s GROUP BY n.code",
    "aci.missions_par_type": "SELECT type, count(*) FROM insertion_pro_mission "
    "WHERE date_debut BETWEEN %(debut)s AND %(fin)s GROUP BY type",
    "aci.freins_par_categorie": "SELECT n.code, count(*) {freins} GROUP BY n.code",
    "aci.personnes_par_frein": "SELECT n.code, count(DISTINCT q.personne_id) {freins} GROUP BY n.code",
    "aci.heures_par_mois": "SELECT {mois_releve}, sum(heures) FROM insertion_pro_releveheures "
    "WHERE mois BETWEEN %(debut)s AND %(fin)s GROUP BY 1",
    "rsa.suivis_par_age": f"SELECT {AGE}, count(*) FROM {SUIVIS} GROUP BY 1",
    "rsa.suivis_par_sexe": f"SELECT e.sexe, count(*) FROM {SUIVIS} GROUP BY e.sexe",
    "rsa.suivis_par_typologie": f"{DERNIERS_SUIVIS} SELECT n.code, count(*) FROM derniers "
    "LEFT JOIN aipi_nomenclature n ON n.id = typologie_id WHERE rang = 1 GROUP BY n.code",
    "rsa.suivis_par_commune": f"SELECT k.code_insee, count(*) FROM {SUIVIS} "
    "LEFT JOIN aipi_commune k ON k.id = e.commune_id GROUP BY k.code_insee",
    "rsa.sorties_par_motif": "SELECT n.code, count(*) FROM insertion_sociale_suivirsa s LEFT JOIN aipi_nomenclature n "
    "ON n.id = s.motif_sortie_id WHERE s.date_sortie BETWEEN %(debut)s AND %(fin)s GROUP BY n.code",
    "rsa.rdv_honores_par_mois": "SELECT {mois_contact}, count(*) FROM insertion_sociale_contactrsa WHERE date BETWEEN "
    "%(debut)s AND %(fin)s AND type = 'convocation' AND statut = 'honore' GROUP BY 1",
    "logement.mesures_fsl_par_type": "SELECT m.type, count(*) {mesures} AND m.dispositif = 'fsl' GROUP BY m.type",
    "logement.menages_fsl_par_commune": "SELECT k.code_insee, count(*) FROM (SELECT DISTINCT m.personne_id {mesures} "
    "AND m.dispositif = 'fsl') AS menages JOIN aipi_personne e ON e.id = menages.personne_id "
    "LEFT JOIN aipi_commune k ON k.id = e.commune_id GROUP BY k.code_insee",
    "logement.aides_accordees_par_type": "SELECT n.code, count(*) FROM insertion_sociale_aidelogement a "
    "JOIN aipi_nomenclature n ON n.id = a.type_id WHERE a.date_decision BETWEEN %(debut)s AND %(fin)s "
    "AND a.decision = 'accepte' GROUP BY n.code",
    "logement.interventions_partenord_par_theme": "SELECT i.theme, count(*) FROM insertion_sociale_interventionlogement i "
    "JOIN insertion_sociale_mesurelogement m ON m.id = i.mesure_id WHERE i.date BETWEEN %(debut)s AND %(fin)s "
    "AND m.dispositif = 'partenord' GROUP BY i.theme",
    "sante.participants_par_programme": "SELECT a.programme, count(DISTINCT v.personne_id) {venus} "
    "AND a.domaine = 'sante' GROUP BY a.programme",
    "collectif.participants_par_programme": "SELECT a.programme, count(DISTINCT v.personne_id) {venus} "
    "AND a.domaine = 'collectif' GROUP BY a.programme",
    "finances.produits_par_rubrique": "SELECT rubrique, sum(montant) FROM rapports_lignebudget "
    "WHERE annee = %(annee)s AND sens = 'produit' GROUP BY rubrique",
    "finances.charges_par_rubrique": "SELECT rubrique, sum(montant) FROM rapports_lignebudget "
    "WHERE annee = %(annee)s AND sens = 'charge' GROUP BY rubrique",
    "finances.subventions_par_financeur": "SELECT f.code, sum(v.montant) FROM aipi_convention v "
    "JOIN aipi_financeur f ON f.id = v.financeur_id WHERE v.annee = %(annee)s GROUP BY f.code",
}
"""By code, the statement whose rows are key and number."""

DIXMILLIEMES = frozenset(
    {
        "aci.heures",
        "aci.heures_absence",
        "aci.formation_jours",
        "aci.formation_heures",
        "aci.formation_cout",
        "aci.chiffre_affaires",
        "aci.etp_conventionnes",
        "aci.heures_par_mois",
        "rsa.places",
        "logement.objectif_mois_mesures",
        "logement.aides_montant",
        "finances.produits",
        "finances.charges",
        "finances.subventions",
        "finances.produits_par_rubrique",
        "finances.charges_par_rubrique",
        "finances.subventions_par_financeur",
    }
)

RAPPORTS = {
    "aci.taux_sorties_dynamiques": ("aci.sorties_dynamiques", "sorties_hors_retraits"),
    "aci.taux_emploi_durable": ("aci.sorties_emploi_durable", "sorties_hors_retraits"),
    "aci.taux_sorties_dynamiques_etat": ("sorties_dynamiques_etat", "sorties_etat"),
    "aci.taux_realisation_etp": ("aci.etp", "aci.etp_conventionnes"),
    "aci.taux_absenteisme": ("aci.heures_absence", "heures_payees_et_perdues"),
    "aci.part_rsa": ("aci.rsa", "aci.salaries"),
    "aci.part_chomage_24_mois": ("aci.chomage_24_mois", "aci.salaries"),
    "aci.part_femmes": ("aci.femmes", "aci.salaries"),
    "aci.part_logement_fsl": ("aci.logement_fsl", "aci.logement_personnes"),
    "rsa.suivis_par_place": ("rsa.suivis", "rsa.places"),
    "rsa.occupation_moyenne": ("jours_suivis", "jours_de_places"),
    "rsa.part_sorties_insertion_professionnelle": ("rsa.sorties_insertion_professionnelle", "rsa.sorties"),
    "rsa.taux_rdv_honores": ("rsa.rdv_honores", "rsa.convocations"),
    "logement.taux_realisation": ("logement.mois_mesures", "logement.objectif_mois_mesures"),
    "sante.taux_remplissage": ("sante.remplies", "sante.places"),
    "collectif.taux_remplissage": ("collectif.remplies", "collectif.places"),
}
"""Rates: numerator and denominator, divided once read."""


def _completer(texte: str) -> str:
    """`texte` with the words in braces replaced, as many times as they hold others."""
    mots = ENGINE[connection.vendor]
    debut, fin = mots["date"].format(jour="%(debut)s"), mots["date"].format(jour="%(fin)s")

    def bornes(premier: str, dernier: str) -> tuple[str, str]:
        return (
            mots["plus_tard"].format(x=premier, y=debut),
            mots["plus_tot"].format(x=f"coalesce({dernier}, {fin})", y=fin),
        )

    entree, sortie = bornes("s.date_entree", "s.date_sortie")
    premier, dernier = bornes("m.date_debut", "m.date_fin")
    annee, mois = mots["annee_de"], mots["mois_de"]
    propres = {
        "jours_parcours": mots["jours"].format(a="p.date_entree", b="p.date_sortie"),
        "jours_suivi": mots["jours"].format(a=entree, b=sortie),
        "mois_mesure": f"({annee.format(jour=dernier)} - {annee.format(jour=premier)}) * 12"
        f" + {mois.format(jour=dernier)} - {mois.format(jour=premier)} + 1",
        "mois_releve": mots["cle_mois"].format(jour="mois"),
        "mois_contact": mots["cle_mois"].format(jour="date"),
    }
    for _ in range(2):
        for mot, valeur in {**COMMUN, **propres}.items():
            texte = texte.replace("{" + mot + "}", valeur)
    return texte


class Plancher:
    """The statements of one engine, ready to run."""

    def __init__(self) -> None:
        self.annee = _completer(ANNEE).split(";")
        self.chiffres = _completer(CHIFFRES).split(";")
        self.repartitions = {code: _completer(sql) for code, sql in REPARTITIONS.items()}

    def lire(self, periode: Periode) -> tuple[dict[str, Any], dict[str, Any], dict[str, dict[str, Any]]]:
        """Figures of the calendar year `periode`, those of the year before, breakdowns without their zeros."""
        parametres = {f"a{age}": _ne_le(periode, age) for age in (25, 26, 30, 40, 50, 60)}
        with connection.cursor() as curseur:
            chiffres = self._chiffres(curseur, periode)
            avant = self._chiffres(curseur, periode.precedente)
            repartitions = {}
            for code, sql in self.repartitions.items():
                curseur.execute(sql, parametres | _bornes(periode))
                echelle = ECHELLE if code in DIXMILLIEMES else 1
                repartitions[code] = {
                    cle or "inconnu": Fraction(int(nombre), echelle) for cle, nombre in curseur.fetchall() if nombre
                }
        return chiffres, avant, repartitions

    def _chiffres(self, curseur: Any, periode: Periode) -> dict[str, Any]:
        """Every figure of a year: computed, but published when it is before the files."""
        curseur.execute(
            "SELECT valeur FROM aipi_parametre WHERE cle = 'premiere_annee' "
            "ORDER BY valide_du IS NULL, valide_du DESC LIMIT 1"
        )
        premiere = curseur.fetchone()
        calculable = premiere is None or periode.debut.year >= int(premiere[0])
        lus: dict[str, Any] = {}
        for sql in [*self.annee, *(self.chiffres if calculable else [])]:
            curseur.execute(sql, _bornes(periode))
            noms = [colonne[0] for colonne in curseur.description]
            lus.update(zip(noms, curseur.fetchone(), strict=True))
        chiffres = {
            code: None if nombre is None else Fraction(int(nombre), ECHELLE if code in DIXMILLIEMES else 1)
            for code, nombre in lus.items()
        }
        _deduire(chiffres, periode)
        if calculable:
            return chiffres
        curseur.execute(
            "SELECT indicateur, valeur FROM rapports_valeurpubliee WHERE annee = %(annee)s AND atelier_id IS NULL",
            _bornes(periode),
        )
        for code, valeur in curseur.fetchall():
            if chiffres.get(code) is None:
                chiffres[code] = Fraction(int(valeur), ECHELLE)
        return chiffres


def _deduire(chiffres: dict[str, Any], periode: Periode) -> None:
    """Add what follows from the numbers read: full-time equivalents, result, rates."""
    lire = chiffres.get
    if (heures := lire("aci.heures")) is not None:
        chiffres["aci.etp"] = heures / 1820
        if (absences := lire("aci.heures_absence")) is not None:
            chiffres["heures_payees_et_perdues"] = heures + absences
    if (produits := lire("finances.produits")) is not None and (charges := lire("finances.charges")) is not None:
        chiffres["finances.resultat"] = produits - charges
    if (places := lire("rsa.places")) is not None:
        chiffres["jours_de_places"] = places * periode.jours
    for code, (haut, bas) in RAPPORTS.items():
        numerateur, denominateur = lire(haut), lire(bas)
        if numerateur is not None and denominateur:
            chiffres[code] = numerateur / denominateur


def _bornes(periode: Periode) -> dict[str, Any]:
    return {"debut": periode.debut.isoformat(), "fin": periode.fin.isoformat(), "annee": periode.debut.year}


def _ne_le(periode: Periode, age: int) -> str:
    """Birth date of somebody who is exactly `age` on the last day."""
    return periode.fin.replace(year=periode.fin.year - age).isoformat()
