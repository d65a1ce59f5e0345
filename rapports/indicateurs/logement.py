"""Figures of the housing measures."""

from __future__ import annotations

from aipi.models import Convention, Nomenclature, Personne
from aipi.models.financement import ConventionQuerySet
from aipi.periodes import Periode
from insertion_sociale.models import AideLogement, InterventionLogement, MesureLogement
from rapports.cles import ParChoix, ParListe, par_commune
from rapports.declarations import Chapitre, Distincts, Effectif, Population, Repartition, Somme, Taux


def conventions_mois_mesures(periode: Periode) -> ConventionQuerySet:
    return Convention.objects.objectifs(periode, Convention.Action.LOGEMENT, Convention.Unite.MOIS_MESURES)


FSL = Population(
    MesureLogement.objects.avec_mois, "mesures_logement", "mesures FSL ouvertes un jour au moins de la période"
)
PARTENORD = Population(
    MesureLogement.objects.partenord, "mesures_logement", "mesures Partenord ouvertes un jour au moins de la période"
)
CONVENTIONS = Population(
    conventions_mois_mesures,
    "conventions",
    "conventions logement de l’année dont l’objectif est en mois-mesures",
)
AIDES_DEMANDEES = Population(AideLogement.objects.demandees, "aides_logement", "aides demandées dans la période")
AIDES_ACCORDEES = Population(
    AideLogement.objects.accordees, "aides_logement", "aides acceptées par une décision datée dans la période"
)
INTERVENTIONS = Population(
    InterventionLogement.objects.partenord,
    "interventions_logement",
    "interventions datées dans la période, sur des mesures Partenord",
)


class Logement(Chapitre):
    prefixe = "logement"
    titre = "Accompagnement logement"

    mesures_fsl = Effectif(
        "Mesures FSL",
        FSL,
        unite="mesures",
        favorable="hausse",
        definition="Mesures du Fonds de solidarité pour le logement ouvertes un jour au moins de la période.",
    )
    mesures_partenord = Effectif(
        "Mesures Partenord",
        PARTENORD,
        unite="mesures",
        favorable="hausse",
        definition="Mesures Partenord ouvertes un jour au moins de la période.",
    )
    menages_fsl = Distincts(
        "Ménages accompagnés par le FSL",
        FSL,
        "personne",
        Personne,
        unite="ménages",
        favorable="hausse",
        definition="Personnes ayant signé au moins une des mesures FSL, comptées une seule fois.",
    )
    personnes_fsl = Somme(
        "Personnes concernées par les mesures FSL",
        FSL,
        "personnes_menage",
        unite="personnes",
        definition="Somme des personnes des ménages, mesure par mesure : un ménage ayant deux mesures compte deux fois.",
    )
    enfants_fsl = Somme(
        "Enfants concernés par les mesures FSL",
        FSL,
        "enfants_menage",
        unite="personnes",
        definition="Somme des enfants des ménages, mesure par mesure : un ménage ayant deux mesures compte deux fois.",
    )
    mois_mesures = Somme(
        "Mois-mesures FSL",
        FSL,
        "mois",
        unite="mois-mesures",
        favorable="hausse",
        definition="Mois de la période que touche chaque mesure FSL ; un mois commencé compte pour un.",
    )
    objectif_mois_mesures = Somme(
        "Objectif de mois-mesures",
        CONVENTIONS,
        "objectif",
        unite="mois-mesures",
        toujours_connu=True,
        inconnu_si_vide=True,
        definition="Somme des objectifs en mois-mesures des conventions logement de l’année.",
    )
    taux_realisation = Taux(
        "Taux de réalisation de l’objectif FSL",
        mois_mesures,
        objectif_mois_mesures,
        favorable="hausse",
        definition="Mois-mesures réalisés rapportés à l’objectif conventionné.",
    )
    aides_demandees = Effectif(
        "Aides demandées",
        AIDES_DEMANDEES,
        unite="aides",
        definition="Aides dont la demande est datée dans la période, sur toutes les mesures.",
    )
    aides_accordees = Effectif(
        "Aides accordées",
        AIDES_ACCORDEES,
        unite="aides",
        favorable="hausse",
        definition="Aides acceptées par une décision datée dans la période, sur toutes les mesures.",
    )
    aides_montant = Somme(
        "Montant des aides accordées",
        AIDES_ACCORDEES,
        "montant_accorde",
        unite="€",
        favorable="hausse",
        definition="Somme des montants des aides accordées dans la période.",
    )
    interventions_partenord = Effectif(
        "Interventions Partenord",
        INTERVENTIONS,
        unite="interventions",
        favorable="hausse",
        definition="Interventions datées dans la période sur des mesures Partenord.",
    )

    mesures_fsl_par_type = Repartition(
        "Mesures FSL par type",
        mesures_fsl,
        par=ParChoix(MesureLogement.Type, "type"),
        definition="Mesures FSL de la période par type.",
    )
    aides_accordees_par_type = Repartition(
        "Aides accordées par type",
        aides_accordees,
        par=ParListe(Nomenclature.Liste.TYPE_AIDE, "type"),
        definition="Aides accordées dans la période par type.",
    )
    interventions_partenord_par_theme = Repartition(
        "Interventions Partenord par thème",
        interventions_partenord,
        par=ParChoix(InterventionLogement.Theme, "theme"),
        definition="Interventions de la période sur des mesures Partenord, par thème.",
    )
    menages_fsl_par_commune = Repartition(
        "Ménages accompagnés par le FSL, par commune",
        menages_fsl,
        par=par_commune("personne__commune"),
        definition="Ménages accompagnés par le FSL par commune de résidence actuelle du signataire.",
    )
