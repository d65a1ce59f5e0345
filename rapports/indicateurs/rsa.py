"""Figures of the RSA follow-up."""

from __future__ import annotations

from django.db.models import Q

from aipi.models import Convention, Nomenclature, Personne
from aipi.models.financement import ConventionQuerySet
from aipi.periodes import Periode
from insertion_sociale.models import ContactRsa, ContratEngagement, SuiviRsa
from insertion_sociale.models.rsa import ContratEngagementQuerySet
from rapports.cles import ParChoix, ParListe, ParMois, par_age, par_commune
from rapports.declarations import Chapitre, Distincts, Effectif, Population, Rapporte, Repartition, Somme, Taux

Statut = ContactRsa.Statut
CONVOCATION = Q(type=ContactRsa.Type.CONVOCATION)
HONORE = Q(statut=Statut.HONORE)
ABSENT = Q(statut__in=(Statut.ABSENCE_EXCUSEE, Statut.ABSENCE_NON_EXCUSEE))


def conventions_places(periode: Periode) -> ConventionQuerySet:
    return Convention.objects.objectifs(periode, Convention.Action.RSA, Convention.Unite.PLACES)


def contrats_en_cours(periode: Periode) -> ContratEngagementQuerySet:
    return ContratEngagement.objects.en_cours_le(periode.fin)


SUIVIS = Population(SuiviRsa.objects.avec_jours, "suivis_rsa", "suivis RSA ouverts un jour au moins de la période")
ENTRES = Population(SuiviRsa.objects.entres, "suivis_rsa", "suivis RSA entrés dans la période")
SORTIS = Population(SuiviRsa.objects.sortis, "suivis_rsa", "suivis RSA sortis dans la période")
DERNIERS = Population(SuiviRsa.objects.derniers, "suivis_rsa", "dernier suivi RSA de chaque personne dans la période")
CONVENTIONS = Population(conventions_places, "conventions", "conventions RSA de l’année dont l’objectif est en places")
CONTACTS = Population(ContactRsa.objects.de, "contacts_rsa", "contacts datés dans la période")
SIGNES = Population(ContratEngagement.objects.signes, "contrats_engagement", "contrats signés dans la période")
EN_COURS = Population(
    contrats_en_cours,
    "contrats_engagement",
    "contrats en cours au dernier jour de la période, de personnes dont un suivi est ouvert ce jour-là",
)


class Rsa(Chapitre):
    prefixe = "rsa"
    titre = "Accompagnement des allocataires du RSA"

    suivis = Distincts(
        "Allocataires suivis",
        SUIVIS,
        "personne",
        Personne,
        unite="personnes",
        favorable="hausse",
        definition="Personnes ayant eu au moins un suivi RSA ouvert pendant la période, comptées une seule fois.",
    )
    places = Somme(
        "Places financées",
        CONVENTIONS,
        "objectif",
        unite="places",
        toujours_connu=True,
        inconnu_si_vide=True,
        definition="Somme des objectifs en places des conventions RSA de l’année.",
    )
    suivis_par_place = Taux(
        "Personnes suivies par place",
        suivis,
        places,
        unite="ratio",
        definition="Allocataires suivis dans l’année rapportés aux places financées : un flux rapporté à une capacité.",
    )
    occupation_moyenne = Taux(
        "Occupation moyenne des places",
        Somme("Journées de suivi", SUIVIS, "jours", unite="jours"),
        Rapporte(
            "Journées financées",
            places,
            facteur=lambda periode: periode.jours,
            operation="multiplier",
            mention="jours de la période",
            unite="jours",
        ),
        favorable="hausse",
        definition=(
            "Jours de la période où les suivis étaient ouverts, premier et dernier compris, rapportés au produit des jours "
            "de la période par les places financées."
        ),
    )
    entrees = Effectif(
        "Entrées",
        ENTRES,
        unite="suivis",
        favorable="hausse",
        definition="Suivis RSA dont la date d’entrée est dans la période.",
    )
    sorties = Effectif(
        "Sorties", SORTIS, unite="suivis", definition="Suivis RSA dont la date de sortie est dans la période."
    )
    sorties_insertion_professionnelle = Effectif(
        "Sorties vers l’insertion professionnelle",
        SORTIS,
        condition=Q(motif_sortie__categorie=Nomenclature.INSERTION_PROFESSIONNELLE),
        unite="suivis",
        favorable="hausse",
        definition="Sorties dont le motif mène vers l’emploi : emploi, IAE, création, formation, réorientation professionnelle.",
    )
    part_sorties_insertion_professionnelle = Taux(
        "Part des sorties vers l’insertion professionnelle",
        sorties_insertion_professionnelle,
        sorties,
        favorable="hausse",
        definition="Sorties vers l’insertion professionnelle rapportées aux sorties.",
    )
    visites = Effectif(
        "Visites réalisées",
        CONTACTS,
        condition=Q(type=ContactRsa.Type.VISITE) & HONORE,
        unite="contacts",
        favorable="hausse",
        definition="Contacts de type visite, datés dans la période, honorés.",
    )
    points_telephoniques = Effectif(
        "Points téléphoniques",
        CONTACTS,
        condition=Q(type=ContactRsa.Type.TELEPHONE) & HONORE,
        unite="contacts",
        definition="Contacts de type téléphone, datés dans la période, honorés.",
    )
    convocations = Effectif(
        "Convocations",
        CONTACTS,
        condition=CONVOCATION & (HONORE | ABSENT),
        unite="contacts",
        definition="Convocations datées dans la période, honorées ou non (ni prévues, ni annulées).",
    )
    rdv_honores = Effectif(
        "Rendez-vous honorés",
        CONTACTS,
        condition=CONVOCATION & HONORE,
        unite="contacts",
        favorable="hausse",
        definition="Convocations honorées.",
    )
    absences = Effectif(
        "Absences aux rendez-vous",
        CONTACTS,
        condition=CONVOCATION & ABSENT,
        unite="contacts",
        favorable="baisse",
        definition="Convocations suivies d’une absence, excusée ou non.",
    )
    taux_rdv_honores = Taux(
        "Taux de rendez-vous honorés",
        rdv_honores,
        convocations,
        favorable="hausse",
        definition="Rendez-vous honorés rapportés aux convocations.",
    )
    contrats_engagement = Effectif(
        "Contrats d’engagement signés",
        SIGNES,
        unite="contrats",
        favorable="hausse",
        definition="CER et contrats d’engagement signés dans la période : des signatures, non des personnes.",
    )
    contrats_en_cours = Distincts(
        "Personnes sous contrat en fin de période",
        EN_COURS,
        "suivi__personne",
        Personne,
        unite="personnes",
        favorable="hausse",
        definition=(
            "Personnes ayant un contrat signé et non terminé au dernier jour de la période, et un suivi ouvert ce jour-là."
        ),
    )

    suivis_par_age = Repartition(
        "Allocataires suivis par âge",
        suivis,
        par=par_age("personne__date_naissance"),
        definition="Allocataires suivis par tranche d’âge, en années révolues au dernier jour de la période.",
    )
    suivis_par_sexe = Repartition(
        "Allocataires suivis par sexe",
        suivis,
        par=ParChoix(Personne.Sexe, "personne__sexe"),
        definition="Allocataires suivis par sexe.",
    )
    suivis_par_typologie = Repartition(
        "Allocataires suivis par typologie",
        suivis,
        par=ParListe(Nomenclature.Liste.TYPOLOGIE, "typologie"),
        population=DERNIERS,
        definition="Allocataires suivis par typologie du ménage, lue dans leur dernier suivi de la période.",
    )
    suivis_par_commune = Repartition(
        "Allocataires suivis par commune de résidence",
        suivis,
        par=par_commune("personne__commune"),
        definition="Allocataires suivis par commune de résidence actuelle.",
    )
    sorties_par_motif = Repartition(
        "Sorties par motif",
        sorties,
        par=ParListe(Nomenclature.Liste.MOTIF_SORTIE_RSA, "motif_sortie"),
        definition="Sorties de la période par motif.",
    )
    rdv_honores_par_mois = Repartition(
        "Rendez-vous honorés par mois",
        rdv_honores,
        par=ParMois("date"),
        definition="Rendez-vous honorés, mois par mois.",
    )
