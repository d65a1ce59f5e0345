"""Figures of the ACI (ateliers et chantiers d'insertion)."""

from __future__ import annotations

from django.db.models import Q

from aipi.models import Convention, Nomenclature, Parametre, Personne
from aipi.models.financement import ConventionQuerySet
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import (
    Absence,
    Atelier,
    ChiffreAffaires,
    Contrat,
    Entretien,
    Equipe,
    Formation,
    Frein,
    Mission,
    Parcours,
    ParticipationFormation,
    ReleveHeures,
)
from insertion_pro.models.parcours import ParcoursQuerySet
from insertion_sociale.models import MesureLogement
from rapports.cles import (
    CATEGORIES_SORTIE,
    TRANCHES_AGE_ETAT,
    TRANCHES_CHOMAGE,
    ParCategorie,
    ParChoix,
    ParLigne,
    ParListe,
    ParMois,
    ParTranche,
    par_age,
    par_commune,
)
from rapports.declarations import (
    Chapitre,
    Distincts,
    Effectif,
    Population,
    Rapporte,
    Repartition,
    Somme,
    Taux,
    Total,
)

PERSONNE = "parcours__personne"
CATEGORIE = "motif_sortie__categorie"
DYNAMIQUES = (Nomenclature.EMPLOI_DURABLE, Nomenclature.EMPLOI_TRANSITION, Nomenclature.SORTIE_POSITIVE)
CATEGORIES = [code for code, _ in CATEGORIES_SORTIE]


def derniers_parcours(periode: Periode, axe: Axe | None = None) -> ParcoursQuerySet:
    """For each employee, the latest parcours that holds a contract of the period (and slice)."""
    return Parcours.objects.derniers(Contrat.objects.presents(periode, axe))


def conventions_etp(periode: Periode) -> ConventionQuerySet:
    return Convention.objects.objectifs(periode, Convention.Action.ACI, Convention.Unite.ETP)


def en_mesure_fsl(periode: Periode) -> Q:
    return Q(parcours__personne__in=MesureLogement.objects.fsl(periode).values("personne"))


PRESENTS = Population(Contrat.objects.presents, "contrats", "contrats en vigueur un jour au moins de la période")
TRAVAILLEES = Population(
    ReleveHeures.objects.travaillees, "heures", "relevés d’heures des mois de la période, au-dessus de zéro"
)
ENTRES = Population(Parcours.objects.entres, "parcours", "parcours entrés dans la période")
SORTIS = Population(Parcours.objects.sortis, "parcours", "parcours sortis dans la période")
SORTIS_ETAT = Population(
    Parcours.objects.sortis_etat,
    "parcours",
    "parcours sortis dans la période, hors retraits, de 81 jours au moins et d’une heure travaillée au moins",
)
HEURES = Population(ReleveHeures.objects.de, "heures", "relevés d’heures des mois de la période")
ABSENCES = Population(Absence.objects.absenteisme, "absences", "absences des mois de la période, motifs d’absentéisme")
CONVENTIONS = Population(conventions_etp, "conventions", "conventions ACI de l’année dont l’objectif est en ETP")
ENTRETIENS = Population(Entretien.objects.de, "entretiens", "entretiens datés dans la période")
MISSIONS = Population(Mission.objects.de, "missions", "missions commencées dans la période")
FORMATIONS = Population(
    ParticipationFormation.objects.de,
    "participations_formation",
    "participations aux formations commencées dans la période",
)
FREINS = Population(
    Frein.objects.accompagnes,
    "freins",
    "freins ouverts dans la période, des parcours ayant un contrat dans la période",
)
FREINS_LEVES = Population(Frein.objects.leves, "freins", "freins terminés dans la période, issue « levé »")
CA = Population(ChiffreAffaires.objects.de, "chiffre_affaires", "chiffre d’affaires des mois de la période")
DERNIERS_PARCOURS = Population(
    derniers_parcours, "contrats", "dernier parcours de chaque salarié ayant un contrat dans la période"
)


class Aci(Chapitre):
    prefixe = "aci"
    titre = "Ateliers et chantiers d’insertion"
    axes = ("atelier", "equipe")

    salaries = Distincts(
        "Salariés en parcours",
        PRESENTS,
        PERSONNE,
        Personne,
        unite="personnes",
        favorable="hausse",
        definition="Personnes ayant eu au moins un contrat en vigueur pendant la période, comptées une seule fois.",
    )
    salaries_ayant_travaille = Distincts(
        "Salariés ayant travaillé",
        TRAVAILLEES,
        "contrat__parcours__personne",
        Personne,
        unite="personnes",
        definition="Personnes dont la somme des heures payées sur les mois de la période est supérieure à zéro.",
    )
    embauches = Effectif(
        "Embauches",
        ENTRES,
        unite="parcours",
        favorable="hausse",
        definition="Parcours dont la date d’entrée est dans la période. Par équipe : celle du premier contrat.",
    )
    sorties = Effectif(
        "Sorties",
        SORTIS,
        unite="parcours",
        definition="Parcours dont la date de sortie est dans la période. Par équipe : celle du dernier contrat.",
    )
    sorties_emploi_durable = Effectif(
        "Sorties en emploi durable",
        SORTIS,
        condition=Q(**{CATEGORIE: Nomenclature.EMPLOI_DURABLE}),
        unite="parcours",
        favorable="hausse",
        definition="Sorties dont le motif est de la catégorie « emploi durable ».",
    )
    sorties_emploi_transition = Effectif(
        "Sorties en emploi de transition",
        SORTIS,
        condition=Q(**{CATEGORIE: Nomenclature.EMPLOI_TRANSITION}),
        unite="parcours",
        favorable="hausse",
        definition="Sorties dont le motif est de la catégorie « emploi de transition ».",
    )
    sorties_positives = Effectif(
        "Sorties positives",
        SORTIS,
        condition=Q(**{CATEGORIE: Nomenclature.SORTIE_POSITIVE}),
        unite="parcours",
        favorable="hausse",
        definition="Sorties dont le motif est de la catégorie « sortie positive ».",
    )
    sorties_autres = Effectif(
        "Autres sorties",
        SORTIS,
        condition=Q(**{CATEGORIE: Nomenclature.AUTRE_SORTIE}),
        unite="parcours",
        definition="Sorties dont le motif est de la catégorie « autre sortie ».",
    )
    sorties_retirees = Effectif(
        "Sorties retirées",
        SORTIS,
        condition=Q(**{CATEGORIE: Nomenclature.RETRAIT}),
        unite="parcours",
        definition="Sorties dont le motif est de la catégorie « retrait des sorties constatées ».",
    )
    sorties_non_documentees = Effectif(
        "Sorties non documentées",
        SORTIS,
        condition=Q(motif_sortie=None) | ~Q(motif_sortie__categorie__in=CATEGORIES),
        unite="parcours",
        favorable="baisse",
        definition="Sorties sans motif renseigné.",
    )
    sorties_emploi = Effectif(
        "Sorties en emploi",
        SORTIS,
        condition=Q(motif_sortie__categorie__in=DYNAMIQUES[:2]),
        unite="parcours",
        favorable="hausse",
        definition="Sorties en emploi durable ou de transition.",
    )
    sorties_dynamiques = Effectif(
        "Sorties dynamiques",
        SORTIS,
        condition=Q(motif_sortie__categorie__in=DYNAMIQUES),
        unite="parcours",
        favorable="hausse",
        definition="Sorties en emploi durable, en emploi de transition ou positives.",
    )
    _sorties_hors_retraits = Effectif(
        "Sorties hors retraits",
        SORTIS,
        condition=Q(motif_sortie=None) | ~Q(**{CATEGORIE: Nomenclature.RETRAIT}),
        unite="parcours",
    )
    taux_sorties_dynamiques = Taux(
        "Taux de sorties dynamiques",
        sorties_dynamiques,
        _sorties_hors_retraits,
        favorable="hausse",
        definition="Sorties dynamiques rapportées aux sorties hors retraits.",
    )
    taux_emploi_durable = Taux(
        "Taux de sorties en emploi durable",
        sorties_emploi_durable,
        _sorties_hors_retraits,
        favorable="hausse",
        definition="Sorties en emploi durable rapportées aux sorties hors retraits.",
    )
    taux_sorties_dynamiques_etat = Taux(
        "Taux de sorties dynamiques (calcul de l’État)",
        Effectif(
            "Sorties dynamiques retenues par l’État",
            SORTIS_ETAT,
            condition=Q(motif_sortie__categorie__in=DYNAMIQUES),
            unite="parcours",
        ),
        Effectif("Sorties retenues par l’État", SORTIS_ETAT, unite="parcours"),
        favorable="hausse",
        definition=(
            "Sorties dynamiques rapportées aux sorties, parmi celles qui ne sont pas retirées, après 81 jours de parcours "
            "au moins et une heure de travail au moins sur tout le parcours."
        ),
    )
    heures = Somme(
        "Heures d’insertion",
        HEURES,
        "heures",
        unite="h",
        favorable="hausse",
        definition="Heures payées des mois de la période, quelles que soient les dates du contrat.",
    )
    etp = Rapporte(
        "Équivalents temps plein",
        heures,
        facteur=lambda periode: Parametre.heures_par_etp(periode.fin),
        operation="diviser",
        mention="heures annuelles d’un ETP",
        unite="ETP",
        favorable="hausse",
        definition="Heures d’insertion divisées par les heures annuelles d’un équivalent temps plein (1 820 en ACI).",
    )
    etp_conventionnes = Somme(
        "ETP conventionnés",
        CONVENTIONS,
        "objectif",
        unite="ETP",
        axes=(),
        toujours_connu=True,
        inconnu_si_vide=True,
        definition="Somme des objectifs en ETP des conventions ACI de l’année.",
    )
    taux_realisation_etp = Taux(
        "Taux de réalisation des ETP",
        etp,
        etp_conventionnes,
        axes=(),
        favorable="hausse",
        definition="Équivalents temps plein réalisés rapportés aux ETP conventionnés.",
    )
    heures_absence = Somme(
        "Heures d’absence",
        ABSENCES,
        "heures",
        unite="h",
        favorable="baisse",
        definition="Heures d’absence des mois de la période, pour les motifs comptés comme absentéisme.",
    )
    taux_absenteisme = Taux(
        "Taux d’absentéisme",
        heures_absence,
        Total("Heures d’insertion et d’absence", heures, heures_absence, unite="h"),
        favorable="baisse",
        definition="Heures d’absence rapportées à la somme des heures d’insertion et des heures d’absence.",
    )
    rsa = Distincts(
        "Salariés allocataires du RSA à l’entrée",
        PRESENTS,
        PERSONNE,
        Personne,
        condition=Q(parcours__rsa_entree=True),
        unite="personnes",
        definition="Salariés dont un parcours ayant un contrat dans la période indique le RSA à l’entrée.",
    )
    part_rsa = Taux(
        "Part des allocataires du RSA",
        rsa,
        salaries,
        definition="Salariés allocataires du RSA à l’entrée rapportés aux salariés en parcours.",
    )
    chomage_24_mois = Distincts(
        "Salariés sans emploi depuis 24 mois ou plus à l’entrée",
        PRESENTS,
        PERSONNE,
        Personne,
        condition=Q(parcours__mois_sans_emploi_entree__gte=24),
        unite="personnes",
        definition="Salariés dont un parcours ayant un contrat dans la période indique 24 mois sans emploi ou plus à l’entrée.",
    )
    part_chomage_24_mois = Taux(
        "Part des salariés sans emploi depuis 24 mois ou plus",
        chomage_24_mois,
        salaries,
        definition="Salariés sans emploi depuis 24 mois ou plus à l’entrée rapportés aux salariés en parcours.",
    )
    femmes = Distincts(
        "Femmes",
        PRESENTS,
        PERSONNE,
        Personne,
        condition=Q(parcours__personne__sexe=Personne.Sexe.FEMME),
        unite="personnes",
        definition="Femmes parmi les salariés en parcours.",
    )
    part_femmes = Taux("Part des femmes", femmes, salaries, definition="Femmes rapportées aux salariés en parcours.")
    rqth = Distincts(
        "Salariés reconnus travailleurs handicapés",
        PRESENTS,
        PERSONNE,
        Personne,
        condition=Q(parcours__personne__rqth=True),
        unite="personnes",
        definition="Salariés en parcours ayant une reconnaissance de la qualité de travailleur handicapé.",
    )
    equipes = Distincts(
        "Équipes",
        PRESENTS,
        "equipe",
        Equipe,
        unite="équipes",
        definition="Équipes ayant au moins un contrat en vigueur pendant la période.",
    )
    entretiens = Effectif(
        "Entretiens",
        ENTRETIENS,
        unite="entretiens",
        favorable="hausse",
        definition="Entretiens datés dans la période. Par équipe : celle du contrat en vigueur ce jour-là.",
    )
    missions = Effectif(
        "Missions en cours de parcours",
        MISSIONS,
        unite="missions",
        favorable="hausse",
        definition="Missions d’intérim, immersions et CDD commencés dans la période.",
    )
    formation_jours = Somme(
        "Jours de formation",
        FORMATIONS,
        "jours",
        unite="jours",
        favorable="hausse",
        definition="Jours des participations aux formations commencées dans la période.",
    )
    formation_heures = Somme(
        "Heures de formation",
        FORMATIONS,
        "heures",
        unite="h",
        favorable="hausse",
        definition="Heures des participations aux formations commencées dans la période.",
    )
    formation_cout = Somme(
        "Dépenses de formation",
        FORMATIONS,
        "cout",
        unite="€",
        definition="Coût des participations aux formations commencées dans la période.",
    )
    formation_salaries = Distincts(
        "Salariés formés",
        FORMATIONS,
        PERSONNE,
        Personne,
        unite="personnes",
        favorable="hausse",
        definition="Personnes ayant au moins une participation à une formation commencée dans la période.",
    )
    cqp_inscrits = Distincts(
        "Inscrits au CQP",
        FORMATIONS,
        PERSONNE,
        Personne,
        condition=Q(formation__type=Formation.Type.CQP),
        unite="personnes",
        favorable="hausse",
        definition="Personnes participant à une formation de type CQP commencée dans la période.",
    )
    cqp_certifies = Distincts(
        "Certifiés du CQP",
        FORMATIONS,
        PERSONNE,
        Personne,
        condition=Q(formation__type=Formation.Type.CQP, resultat=ParticipationFormation.Resultat.CERTIFIEE),
        unite="personnes",
        favorable="hausse",
        definition="Inscrits au CQP dont la participation porte le résultat « certifiée ».",
    )
    freins = Effectif(
        "Accompagnements de freins à l’emploi",
        FREINS,
        unite="accompagnements",
        definition=(
            "Freins ouverts un jour au moins de la période, des parcours ayant un contrat dans la période : un salarié "
            "accompagné sur deux freins compte deux fois."
        ),
    )
    freins_leves = Effectif(
        "Freins levés",
        FREINS_LEVES,
        unite="accompagnements",
        favorable="hausse",
        definition="Freins terminés dans la période avec l’issue « levé », avec ou sans contrat dans la période.",
    )
    logement_personnes = Distincts(
        "Salariés accompagnés sur un frein de logement",
        FREINS,
        PERSONNE,
        Personne,
        condition=Q(categorie__code=Frein.LOGEMENT),
        unite="personnes",
        definition="Personnes ayant un frein de logement compté parmi les accompagnements de freins.",
    )
    logement_fsl = Distincts(
        "Dont salariés ayant une mesure FSL",
        FREINS,
        PERSONNE,
        Personne,
        croise=True,
        condition=lambda periode: Q(categorie__code=Frein.LOGEMENT) & en_mesure_fsl(periode),
        unite="personnes",
        definition="Salariés accompagnés sur un frein de logement et ayant une mesure FSL dans la période.",
    )
    part_logement_fsl = Taux(
        "Part des salariés ayant un frein de logement suivis par le FSL",
        logement_fsl,
        logement_personnes,
        croise=True,
        definition="Salariés ayant une mesure FSL rapportés aux salariés accompagnés sur un frein de logement.",
    )
    chiffre_affaires = Somme(
        "Chiffre d’affaires",
        CA,
        "montant",
        unite="€",
        axes=("atelier",),
        favorable="hausse",
        definition="Chiffre d’affaires des mois de la période.",
    )

    salaries_par_atelier = Repartition(
        "Salariés par atelier",
        salaries,
        par=ParLigne(Atelier, "code", "nom", "equipe__atelier"),
        multiple=True,
        definition="Salariés en parcours par atelier de leurs contrats ; qui a changé d’atelier compte dans chacun.",
    )
    salaries_par_sexe = Repartition(
        "Salariés par sexe",
        salaries,
        par=ParChoix(Personne.Sexe, f"{PERSONNE}__sexe"),
        definition="Salariés en parcours par sexe.",
    )
    salaries_par_age = Repartition(
        "Salariés par âge",
        salaries,
        par=par_age(f"{PERSONNE}__date_naissance"),
        definition="Salariés en parcours par tranche d’âge, en années révolues au dernier jour de la période.",
    )
    salaries_par_age_etat = Repartition(
        "Salariés par âge (tranches de l’État)",
        salaries,
        par=par_age(f"{PERSONNE}__date_naissance", tranches=TRANCHES_AGE_ETAT),
        definition="Salariés en parcours par tranche d’âge du formulaire de l’État, au dernier jour de la période.",
    )
    salaries_par_niveau = Repartition(
        "Salariés par niveau de formation",
        salaries,
        par=ParListe(Nomenclature.Liste.NIVEAU_FORMATION, "niveau_formation"),
        population=DERNIERS_PARCOURS,
        definition="Salariés en parcours par niveau de formation, lu dans leur dernier parcours.",
    )
    salaries_par_commune = Repartition(
        "Salariés par commune de résidence",
        salaries,
        par=par_commune(f"{PERSONNE}__commune"),
        definition="Salariés en parcours par commune de résidence actuelle.",
    )
    salaries_par_chomage = Repartition(
        "Salariés par durée sans emploi à l’entrée",
        salaries,
        par=ParTranche("mois_sans_emploi_entree", TRANCHES_CHOMAGE),
        population=DERNIERS_PARCOURS,
        definition="Salariés en parcours par durée sans emploi à l’entrée, lue dans leur dernier parcours.",
    )
    salaries_par_prescripteur = Repartition(
        "Salariés par prescripteur",
        salaries,
        par=ParListe(Nomenclature.Liste.PRESCRIPTEUR, "prescripteur"),
        population=DERNIERS_PARCOURS,
        definition="Salariés en parcours par prescripteur, lu dans leur dernier parcours.",
    )
    sorties_par_categorie = Repartition(
        "Sorties par catégorie",
        sorties,
        par=ParCategorie(Nomenclature.Liste.MOTIF_SORTIE, "motif_sortie", CATEGORIES_SORTIE),
        definition="Sorties par catégorie de leur motif ; sans motif : non documentées.",
    )
    sorties_par_motif = Repartition(
        "Sorties par motif",
        sorties,
        par=ParListe(Nomenclature.Liste.MOTIF_SORTIE, "motif_sortie"),
        definition="Sorties par motif ; sans motif : non documentées.",
    )
    missions_par_type = Repartition(
        "Missions par type",
        missions,
        par=ParChoix(Mission.Type, "type"),
        definition="Missions commencées dans la période, par type.",
    )
    freins_par_categorie = Repartition(
        "Accompagnements par catégorie de frein",
        freins,
        par=ParListe(Nomenclature.Liste.CATEGORIE_FREIN, "categorie"),
        definition="Accompagnements de freins par catégorie : leur somme est le nombre d’accompagnements.",
    )
    _salaries_accompagnes = Distincts(
        "Salariés accompagnés sur un frein", FREINS, PERSONNE, Personne, unite="personnes"
    )
    personnes_par_frein = Repartition(
        "Salariés par catégorie de frein",
        _salaries_accompagnes,
        par=ParListe(Nomenclature.Liste.CATEGORIE_FREIN, "categorie"),
        multiple=True,
        definition="Personnes concernées par chaque catégorie de frein ; qui en a plusieurs compte dans chacune.",
    )
    heures_par_mois = Repartition(
        "Heures d’insertion par mois",
        heures,
        par=ParMois("mois"),
        definition="Heures d’insertion payées, mois par mois.",
    )
