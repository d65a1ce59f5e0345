"""The retention policy of the pôle insertion professionnelle: what a work contract adds to it, and what no figure counts."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from aipi.models import Convention
from aipi.periodes import Periode
from aipi.politique import Duree, Obligation, Traitement, fiche, inscrire, inscrire_participants

from .models import Contrat

ACI = "aci"
PAIE = "paie"
BASE_ACTIVE = "base_active"

inscrire(
    Duree(
        PAIE,
        "5 ans après la fin du dernier contrat de travail",
        60,
        "code du travail, art. L3243-4 (double des bulletins de paie)",
        "conservation_paie_mois",
    ),
    Traitement(
        ACI,
        "Ateliers et chantiers d’insertion",
        "Accompagner les salariés en insertion vers l’emploi\u202f: contrats, heures, entretiens, freins, formations, sorties.",
        "mission d’intérêt public (art. 6.1.e du RGPD)\u202f; obligation légale de l’employeur (art. 6.1.c) pour le contrat et les heures",
        "salariés en insertion",
        "conseillers en insertion, direction\u202f; l’encadrant technique pour les contrats, les heures et le CQP de son équipe",
        "freins de santé et motifs d’absence (art. 9.2.b\u202f: droit du travail et protection sociale)",
    ),
    fiche(
        "insertion_pro.Parcours",
        ACI,
        BASE_ACTIVE,
        contacts="date_entree date_sortie",
        ouvert={"date_sortie": None},
        references="ref",
        faits="personne date_entree date_sortie motif_sortie prescripteur rsa_entree mois_sans_emploi_entree"
        " niveau_formation pass_iae_debut",
        comptes="referent",
    ),
    fiche(
        "insertion_pro.Contrat",
        ACI,
        PAIE,
        contacts="date_debut date_fin",
        references="ref",
        faits="parcours equipe date_debut date_fin heures_hebdo",
    ),
    fiche("insertion_pro.ReleveHeures", ACI, PAIE, contacts="mois", faits="contrat mois heures"),
    fiche("insertion_pro.Absence", ACI, PAIE, faits="contrat mois motif heures"),
    fiche(
        "insertion_pro.SuiteSortie",
        ACI,
        BASE_ACTIVE,
        contacts="date",
        contact_si={"situation__in": ("emploi", "formation", "recherche", "autre")},
        faits="parcours mois date situation",
        textes="precisions",
    ),
    fiche(
        "insertion_pro.RendezVous",
        ACI,
        BASE_ACTIVE,
        effacee=True,
        contacts="date",
        contact_si={"statut": "honore"},
        references="ref",
        faits="parcours date heure statut",
        textes="lieu",
        auteurs="intervenant",
    ),
    fiche(
        "insertion_pro.Entretien",
        ACI,
        BASE_ACTIVE,
        contacts="date",
        references="ref",
        faits="parcours date lieu objet duree_minutes",
        textes="note note_privee",
        auteurs="auteur",
        comptes="intervenant",
    ),
    fiche("insertion_pro.DemarcheEntretien", ACI, BASE_ACTIVE, effacee=True, faits="entretien demarche"),
    fiche(
        "insertion_pro.Frein",
        ACI,
        BASE_ACTIVE,
        references="ref",
        faits="parcours categorie date_reperage date_fin issue",
    ),
    fiche(
        "insertion_pro.Mission",
        ACI,
        BASE_ACTIVE,
        contacts="date_debut date_fin",
        references="ref",
        faits="parcours type date_debut date_fin",
        textes="employeur",
    ),
    fiche(
        "insertion_pro.ParticipationFormation",
        ACI,
        BASE_ACTIVE,
        contacts="formation__date_debut formation__date_fin date_jury",
        faits="formation parcours jours heures cout resultat date_jury",
    ),
    fiche(
        "insertion_pro.EvaluationCqp",
        ACI,
        BASE_ACTIVE,
        effacee=True,
        contacts="date",
        faits="formation parcours module numero date niveau",
    ),
    fiche("insertion_pro.Formation", ACI, "reference", donnees="ref intitule type organisme date_debut date_fin"),
    fiche("insertion_pro.ModuleCqp", ACI, "reference", donnees="code intitule heures ordre"),
    fiche("insertion_pro.Atelier", ACI, "reference", donnees="code nom"),
    fiche("insertion_pro.Equipe", ACI, "reference", donnees="code atelier nom", comptes="encadrant"),
    fiche("insertion_pro.ChiffreAffaires", ACI, "gestion", donnees="atelier mois montant"),
    fiche(
        "insertion_pro.Realisation",
        ACI,
        "gestion",
        donnees="ref atelier date intitule commune alternative",
        textes_communs="client",
        documents="photo",
    ),
)


def paie(personnes: Sequence[int]) -> dict[int, datetime.date | None]:
    """Those who had a work contract, and the last day of the last one."""
    contrats = Contrat.objects.filter(parcours__personne__in=personnes).order_by()
    fins = contrats.values_list("parcours__personne").annotate(
        fin=Max(Coalesce("date_fin", "parcours__date_sortie", "date_debut"))
    )
    return dict(fins)


def salaries(periode: Periode) -> QuerySet[Any]:
    """The persons with a contract in the period."""
    return Contrat.objects.presents(periode).order_by().values_list("parcours__personne", flat=True).distinct()


inscrire(Obligation(PAIE, "contrat de travail", paie))
inscrire_participants(Convention.Action.ACI, salaries)
