"""What the pole brings to « Ma journée »: appointments, contacts due, contracts and measures that end, exits, aids."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from aipi import agenda, roles
from aipi.journee import (
    A_COMPLETER,
    A_POINTER,
    A_VOIR,
    BIENTOT,
    ECHEANCES,
    EN_RETARD,
    RENDEZ_VOUS,
    SORTIES,
    Genre,
    Ligne,
    Regard,
    dire_echeance,
    inscrire,
    periode_du_rapport,
    seuil_contact,
)
from aipi.models import Personne, StatutRendezVous
from aipi.periodes import UN_JOUR, Periode, jour_francais, plus_mois
from aipi.roles import visibles
from aipi.templatetags.chiffres import restant

from .models import (
    AideLogement,
    ContactRsa,
    ContratEngagement,
    InterventionLogement,
    MesureLogement,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)

MOIS_DECISION = 2
"""Months after which an aid without a decision is asked about: a commission of the FSL meets well before that."""


def _de(lignes: QuerySet[Any], regard: Regard, chemin: str = "") -> QuerySet[Any]:
    """Rows of the follow-up at the end of `chemin` (empty for a follow-up itself), within the reach of the look."""
    if regard.intervenant is None:
        return lignes
    return lignes.filter(**{f"{chemin}referent": regard.intervenant})


# Appointments


def _pris(lignes: QuerySet[Any], regard: Regard, suivi: str) -> QuerySet[Any]:
    """Appointments of the reader, or of no one in particular within its follow-ups."""
    lignes = visibles(lignes, regard.compte)
    if regard.intervenant is None:
        return lignes
    return lignes.filter(
        Q(intervenant=regard.intervenant) | Q(**{"intervenant": None, f"{suivi}__referent": regard.intervenant})
    )


def _du_jour(lignes: QuerySet[Any], regard: Regard) -> QuerySet[Any]:
    return lignes.filter(date=regard.jour).exclude(statut=StatutRendezVous.ANNULE)


def _passes(lignes: QuerySet[Any], regard: Regard) -> QuerySet[Any]:
    return lignes.filter(date__range=(regard.jour - EN_RETARD, regard.jour - UN_JOUR), statut=StatutRendezVous.PREVU)


def contacts_du_jour(regard: Regard) -> QuerySet[ContactRsa]:
    return _du_jour(_pris(ContactRsa.objects.all(), regard, "suivi"), regard)


def contacts_passes(regard: Regard) -> QuerySet[ContactRsa]:
    return _passes(_pris(ContactRsa.objects.all(), regard, "suivi"), regard)


def rendez_vous_du_jour(regard: Regard) -> QuerySet[RendezVousLogement]:
    return _du_jour(_pris(RendezVousLogement.objects.all(), regard, "mesure"), regard)


def rendez_vous_passes(regard: Regard) -> QuerySet[RendezVousLogement]:
    return _passes(_pris(RendezVousLogement.objects.all(), regard, "mesure"), regard)


def seances_du_jour(regard: Regard) -> QuerySet[Seance]:
    """Sessions are the pole's: no one in particular holds them."""
    return visibles(Seance.objects.filter(date=regard.jour, statut=Seance.Statut.PREVUE), regard.compte)


def seances_passees(regard: Regard) -> QuerySet[Seance]:
    bornes = (regard.jour - EN_RETARD, regard.jour - UN_JOUR)
    return visibles(Seance.objects.filter(date__range=bornes, statut=Seance.Statut.PREVUE), regard.compte)


TYPES_CONTACT = dict(ContactRsa.Type.choices)


def dire_contact(ligne: Ligne, jour: datetime.date) -> str:
    return ", ".join(filter(None, [TYPES_CONTACT.get(ligne.sorte, ""), ligne.detail]))


# Whom to see


def _vu(suivis: QuerySet[Any], debut: str, *derniers: QuerySet[Any]) -> QuerySet[Any]:
    """With `vu`, the last of those days, or the first of the follow-up when there was none (`jamais` is then 1)."""
    jours = {f"dernier_{rang}": Subquery(d.values("dernier")) for rang, d in enumerate(derniers)}
    if len(jours) == 1:
        dernier: Any = "dernier_0"
    else:
        dernier = Greatest(Coalesce("dernier_0", "dernier_1"), Coalesce("dernier_1", "dernier_0"))
    vus: QuerySet[Any] = suivis.annotate(**jours).annotate(
        vu=Coalesce(dernier, debut),
        jamais=Case(When(**dict.fromkeys(jours), then=Value(1)), default=Value(0)),
    )
    return vus


def suivis_a_voir(regard: Regard) -> QuerySet[SuiviRsa]:
    """RSA recipients without an honoured contact for a month."""
    attendus = SuiviRsa.objects.ouverts_le(regard.jour).pas_vus_depuis(seuil_contact(regard.jour))
    honores = ContactRsa.objects.order_by().filter(suivi=OuterRef("pk"), statut=StatutRendezVous.HONORE)
    return _vu(
        _de(visibles(attendus, regard.compte), regard),
        "date_entree",
        honores.values("suivi").annotate(dernier=Max("date")),
    )


def mesures_a_voir(regard: Regard) -> QuerySet[MesureLogement]:
    """Households with neither an intervention nor an honoured appointment for a month."""
    ouvertes = MesureLogement.objects.en(Periode(regard.jour, regard.jour))
    attendues = ouvertes.pas_vus_depuis(seuil_contact(regard.jour))
    interventions = InterventionLogement.objects.order_by().filter(mesure=OuterRef("pk"))
    honores = RendezVousLogement.objects.order_by().filter(mesure=OuterRef("pk"), statut=StatutRendezVous.HONORE)
    return _vu(
        _de(visibles(attendues, regard.compte), regard),
        "date_debut",
        interventions.values("mesure").annotate(dernier=Max("date")),
        honores.values("mesure").annotate(dernier=Max("date")),
    )


def dire_a_voir(ligne: Ligne, jour: datetime.date) -> str:
    if ligne.date is None:
        return ""
    quand = jour_francais(ligne.date)
    if ligne.nombre:
        return f"aucun contact depuis le début, le {quand}"
    return f"dernier contact {restant(ligne.date, jour)}, le {quand}"


# What ends


def engagements_finissant(regard: Regard) -> QuerySet[ContratEngagement]:
    fins = ContratEngagement.objects.finissant(regard.jour + BIENTOT)
    return _de(visibles(fins, regard.compte), regard, "suivi__")


def mesures_finissant(regard: Regard) -> QuerySet[MesureLogement]:
    fins = MesureLogement.objects.finissant(regard.jour, regard.jour + BIENTOT)
    return _de(visibles(fins, regard.compte), regard)


TYPES_ENGAGEMENT = dict(ContratEngagement.Type.choices)
DISPOSITIFS = dict(MesureLogement.Dispositif.choices)


def dire_engagement(ligne: Ligne, jour: datetime.date) -> str:
    return f"{TYPES_ENGAGEMENT.get(ligne.sorte, '')}, {dire_echeance(ligne, jour)}"


def dire_mesure(ligne: Ligne, jour: datetime.date) -> str:
    return f"{DISPOSITIFS.get(ligne.sorte, '')}, {dire_echeance(ligne, jour)}"


# Exits


def sorties_sans_motif(regard: Regard) -> QuerySet[SuiviRsa]:
    sortis = SuiviRsa.objects.sortis(periode_du_rapport(regard.jour)).filter(motif_sortie=None)
    return _de(visibles(sortis, regard.compte), regard)


def dire_sortie(ligne: Ligne, jour: datetime.date) -> str:
    return "" if ligne.date is None else f"sortie le {jour_francais(ligne.date)}"


# Facts that the report misses


def _suivis(regard: Regard) -> QuerySet[SuiviRsa]:
    return _de(visibles(SuiviRsa.objects.en(periode_du_rapport(regard.jour)), regard.compte), regard)


def _mesures(regard: Regard) -> QuerySet[MesureLogement]:
    return _de(visibles(MesureLogement.objects.en(periode_du_rapport(regard.jour)), regard.compte), regard)


def _personnes_sans(**condition: object) -> Callable[[Regard], QuerySet[Personne]]:
    def personnes(regard: Regard) -> QuerySet[Personne]:
        suivies = Exists(_suivis(regard).order_by().filter(personne=OuterRef("pk")))
        logees = Exists(_mesures(regard).order_by().filter(personne=OuterRef("pk")))
        return Personne.objects.filter(Q(suivies) | Q(logees), **condition)

    return personnes


def suivis_sans_typologie(regard: Regard) -> QuerySet[SuiviRsa]:
    return _suivis(regard).filter(typologie=None)


def mesures_sans_type(regard: Regard) -> QuerySet[MesureLogement]:
    return _mesures(regard).filter(type="", dispositif=MesureLogement.Dispositif.FSL)


def mesures_sans_menage(regard: Regard) -> QuerySet[MesureLogement]:
    inconnu = Q(personnes_menage=None) | Q(enfants_menage=None)
    return _mesures(regard).filter(inconnu, dispositif=MesureLogement.Dispositif.FSL)


def seances_sans_professionnels(regard: Regard) -> QuerySet[Seance]:
    tenues = Seance.objects.de(periode_du_rapport(regard.jour)).filter(statut=Seance.Statut.TENUE)
    return visibles(tenues.filter(professionnels=None), regard.compte)


def seances_sans_motif(regard: Regard) -> QuerySet[Seance]:
    return visibles(Seance.objects.de(periode_du_rapport(regard.jour)).annulees_sans_motif(), regard.compte)


def dire_seance(ligne: Ligne, jour: datetime.date) -> str:
    return "" if ligne.date is None else f"séance du {jour_francais(ligne.date)}"


def aides_sans_decision(regard: Regard) -> QuerySet[AideLogement]:
    attente = AideLogement.objects.sans_decision_depuis(plus_mois(regard.jour, -MOIS_DECISION))
    return _de(visibles(attente, regard.compte), regard, "mesure__")


def dire_aide(ligne: Ligne, jour: datetime.date) -> str:
    return "" if ligne.date is None else f"{ligne.detail}, demandée {restant(ligne.date, jour)}"


# Where each line is settled


def _page(nom: str) -> Callable[[Ligne], str]:
    """The page of that name for what the line is about."""
    return lambda ligne: reverse(nom, args=[ligne.cle])


def _personne(ligne: Ligne) -> str:
    return reverse("personne_update", args=[ligne.personne])


def _contact(genre: str) -> Callable[[Ligne], str]:
    """The form that notes a contact of that kind with the person."""
    return lambda ligne: reverse("contact_create", args=[ligne.personne, genre])


RESTES_PREVUS = "Les rendez-vous des douze derniers mois restés « prévus »."


def _rendez_vous(suivi: str) -> dict[str, str]:
    return {
        "date": "date",
        "heure": "heure",
        "detail": "lieu",
        "statut": "statut",
        "telephone": f"{suivi}__personne__telephone",
    }


agenda.inscrire(agenda.Source("rsa", ContactRsa, "suivi", lambda contact: f"{contact.get_type_display()} RSA"))
agenda.inscrire(agenda.Source("logement", RendezVousLogement, "mesure", lambda rendez_vous: "Rendez-vous logement"))

for _famille, _suffixe, _contacts, _pris_logement, _seances, _etat in (
    (RENDEZ_VOUS, "", contacts_du_jour, rendez_vous_du_jour, seances_du_jour, "prevu"),
    (A_POINTER, "-passes", contacts_passes, rendez_vous_passes, seances_passees, "alerte"),
):
    inscrire(
        Genre(
            f"rsa-rendez-vous{_suffixe}",
            _famille,
            "RSA",
            RESTES_PREVUS if _famille is A_POINTER else "",
            _contacts,
            roles.pole_social,
            _page("contact_rsa_update"),
            personne="suivi__personne__",
            colonnes={**_rendez_vous("suivi"), "sorte": "type"},
            dire=dire_contact,
            pointage=ContactRsa,
            contact="rsa",
            etat=_etat,
        ),
        Genre(
            f"logement-rendez-vous{_suffixe}",
            _famille,
            "Logement",
            RESTES_PREVUS if _famille is A_POINTER else "",
            _pris_logement,
            roles.pole_social,
            _page("rendez_vous_logement_update"),
            personne="mesure__personne__",
            colonnes=_rendez_vous("mesure"),
            pointage=RendezVousLogement,
            contact="logement",
            etat=_etat,
        ),
        Genre(
            f"seances{_suffixe}",
            _famille,
            "Séance",
            "Les séances passées restées « prévues »." if _famille is A_POINTER else "",
            _seances,
            roles.pole_social,
            _page("seance_pointer" if _famille is A_POINTER else "seance_detail"),
            geste="Pointer les présences" if _famille is A_POINTER else "Ouvrir la séance",
            colonnes={"nom": "action__intitule", "date": "date", "heure": "heure", "detail": "lieu"},
            etat=_etat,
        ),
    )

inscrire(
    Genre(
        "rsa-a-voir",
        A_VOIR,
        "RSA",
        "Suivis ouverts depuis plus d’un mois, sans contact honoré depuis un mois.",
        suivis_a_voir,
        roles.pole_social,
        _contact("rsa"),
        geste="Noter un contact",
        personne="personne__",
        colonnes={"date": "vu", "nombre": "jamais", "telephone": "personne__telephone"},
        dire=dire_a_voir,
    ),
    Genre(
        "logement-a-voir",
        A_VOIR,
        "Logement",
        "Mesures ouvertes depuis plus d’un mois, sans intervention ni rendez-vous honoré depuis un mois.",
        mesures_a_voir,
        roles.pole_social,
        _contact("logement"),
        geste="Noter une intervention",
        personne="personne__",
        colonnes={"date": "vu", "nombre": "jamais", "telephone": "personne__telephone"},
        dire=dire_a_voir,
    ),
    Genre(
        "engagement",
        ECHEANCES,
        "CER, CE",
        "Le dernier CER ou contrat d’engagement de chaque suivi ouvert, qui finit d’ici 30 jours ou a déjà fini."
        " Un nouveau contrat ou une sortie fait disparaître la ligne.",
        engagements_finissant,
        roles.pole_social,
        lambda ligne: reverse("contrat_engagement_create", args=[ligne.nombre]),
        geste="Renouveler",
        personne="suivi__personne__",
        colonnes={"date": "date_fin", "sorte": "type", "nombre": "suivi"},
        dire=dire_engagement,
        etat="alerte",
    ),
    Genre(
        "mesure-logement",
        ECHEANCES,
        "Mesure logement",
        "La fin inscrite de la mesure, d’ici 30 jours. Sans fin inscrite, celle de la règle du FSL\u202f: 6 mois, renouvelables"
        " une fois\u202f; 12 mois pour les publics spécifiques. Renouveler la mesure ou la terminer fait disparaître la ligne.",
        mesures_finissant,
        roles.pole_social,
        _page("mesure_logement_renouveler"),
        geste="Renouveler",
        personne="personne__",
        colonnes={"date": "echeance", "sorte": "dispositif"},
        dire=dire_mesure,
        etat="alerte",
    ),
    Genre(
        "sortie-rsa",
        SORTIES,
        "RSA",
        "Sorties de l’année sans motif\u202f; jusqu’en juin, celles de l’année passée aussi.",
        sorties_sans_motif,
        roles.pole_social,
        _page("suivi_rsa_sortie"),
        geste="Donner le motif",
        personne="personne__",
        colonnes={"date": "date_sortie"},
        dire=dire_sortie,
        etat="alerte",
    ),
)

MANQUES_PERSONNE: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("sexe", "Sexe", {"sexe": ""}),
    ("naissance", "Date de naissance", {"date_naissance": None}),
    ("commune", "Commune", {"commune": None}),
)
DU_RAPPORT = "Suivis de l’année (jusqu’en juin, de l’année passée aussi) où ce fait est inconnu."

inscrire(
    *(
        Genre(
            f"social-{code}",
            A_COMPLETER,
            f"{libelle} (RSA, logement)",
            DU_RAPPORT,
            _personnes_sans(**condition),
            roles.pole_social,
            _personne,
            geste="Compléter",
            personne="",
            etat="alerte",
        )
        for code, libelle, condition in MANQUES_PERSONNE
    ),
    Genre(
        "rsa-typologie",
        A_COMPLETER,
        "Typologie du ménage (RSA)",
        DU_RAPPORT,
        suivis_sans_typologie,
        roles.pole_social,
        _page("suivi_rsa_update"),
        geste="Compléter",
        personne="personne__",
        etat="alerte",
    ),
    Genre(
        "fsl-type",
        A_COMPLETER,
        "Type de mesure FSL",
        DU_RAPPORT,
        mesures_sans_type,
        roles.pole_social,
        _page("mesure_logement_update"),
        geste="Compléter",
        personne="personne__",
        etat="alerte",
    ),
    Genre(
        "fsl-menage",
        A_COMPLETER,
        "Ménage d’une mesure FSL",
        "Mesures FSL de l’année (jusqu’en juin, de l’année passée aussi) dont on ne sait pas combien de personnes, ou d’enfants, elles"
        " concernent.",
        mesures_sans_menage,
        roles.pole_social,
        _page("mesure_logement_update"),
        geste="Compléter",
        personne="personne__",
        etat="alerte",
    ),
    *(
        Genre(
            code,
            A_COMPLETER,
            libelle,
            f"{quoi} de l’année (jusqu’en juin, de l’année passée aussi) où ce fait est inconnu.",
            lignes,
            roles.pole_social,
            _page(page),
            geste="Compléter",
            colonnes={"nom": "action__intitule", "date": "date"},
            dire=dire_seance,
            etat="alerte",
        )
        for code, libelle, quoi, lignes, page in (
            (
                "seance-professionnels",
                "Professionnels présents à une séance",
                "Séances tenues",
                seances_sans_professionnels,
                "seance_update",
            ),
            ("seance-motif", "Motif d’une séance annulée", "Séances annulées", seances_sans_motif, "seance_annuler"),
        )
    ),
    Genre(
        "aide-decision",
        A_COMPLETER,
        "Décision d’une aide au logement",
        "Aides demandées il y a plus de deux mois, dont la décision n’est pas connue.",
        aides_sans_decision,
        roles.pole_social,
        _page("aide_logement_update"),
        geste="Noter la décision",
        personne="mesure__personne__",
        colonnes={"date": "date_demande", "detail": "type__libelle"},
        dire=dire_aide,
        etat="alerte",
    ),
)
