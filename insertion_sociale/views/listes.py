"""Lists of the pole: RSA follow-ups, their contacts and contracts, housing measures, interventions, aids, actions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import roles
from aipi.adresses import adresse_de
from aipi.listes import (
    SANS_OBJET,
    Colonne,
    Etat,
    Liste,
    Lot,
    Precise,
    Terme,
    etat_suivi,
    nom_de_liste,
    page_liste,
)
from aipi.roles import acces, compte_de, visibles
from aipi.templatetags.chiffres import heure
from aipi.views.listes import inviter, noter
from insertion_sociale.filtres import (
    FiltreActions,
    FiltreAides,
    FiltreContacts,
    FiltreEngagements,
    FiltreInterventions,
    FiltreMesures,
    FiltreSuivis,
)
from insertion_sociale.models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    InterventionLogement,
    MesureLogement,
    Seance,
    SuiviRsa,
)

STATUTS = {
    ContactRsa.Statut.PREVU: "prevu",
    ContactRsa.Statut.HONORE: "fait",
    ContactRsa.Statut.ABSENCE_EXCUSEE: "absent",
    ContactRsa.Statut.ABSENCE_NON_EXCUSEE: "absent",
    ContactRsa.Statut.ANNULE: "sorti",
}
DECISIONS = {
    "": Etat("prevu", "En attente"),
    AideLogement.Decision.ACCEPTE: Etat("fait", "Accepté"),
    AideLogement.Decision.REFUSE: Etat("absent", "Refusé"),
    AideLogement.Decision.AJOURNE: Etat("prevu", "Ajourné"),
    AideLogement.Decision.SANS_SUITE: Etat("sorti", "Sans suite"),
}


def _referent_lot(modele: str) -> Lot:
    return Lot(
        "referent",
        "Attribuer un référent",
        "referent_lot",
        "ligne",
        roles.pole_social,
        arguments=(modele,),
        retour=True,
    )


LOTS_RSA = (
    _referent_lot("insertion_sociale.suivirsa"),
    Lot("convoquer", "Convoquer", "convocation_lot", "suivi", roles.pole_social),
    inviter("personne_id"),
)
LOTS_LOGEMENT = (_referent_lot("insertion_sociale.mesurelogement"), inviter("personne_id"))


def _nom(chemin: str = "") -> Colonne:
    """The name of the person that a row leads to, by the follow-up `chemin` where it hangs on one."""
    suivi: Callable[[Any], Any] = (lambda ligne: getattr(ligne, chemin)) if chemin else (lambda ligne: ligne)
    return Colonne(
        "nom",
        "Nom",
        (f"{chemin}__personne__recherche" if chemin else "personne__recherche", "ref"),
        valeur=lambda ligne: nom_de_liste(suivi(ligne).personne.nom, suivi(ligne).personne.prenom),
        lien=lambda ligne: adresse_de("personne_detail", suivi(ligne).personne_id),
    )


def _referent(chemin: str = "") -> Colonne:
    prefixe = f"{chemin}__" if chemin else ""
    suivi: Callable[[Any], Any] = (lambda ligne: getattr(ligne, chemin)) if chemin else (lambda ligne: ligne)
    return Colonne(
        "referent",
        "Référent",
        (f"{prefixe}referent__nom", f"{prefixe}referent__prenom"),
        vides=True,
        valeur=lambda ligne: suivi(ligne).referent and str(suivi(ligne).referent),
    )


def colonnes_suivis(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the RSA follow-ups."""
    return (
        _nom(),
        Colonne("etat", "État", valeur=lambda s: etat_suivi(s.date_entree, s.date_sortie, jour)),
        Colonne("entree", "Entrée", ("date_entree",), valeur=lambda s: s.date_entree),
        Colonne("sortie", "Sortie", ("date_sortie",), vides=True, valeur=lambda s: s.date_sortie or SANS_OBJET),
        Colonne("contact", "Dernier contact", valeur=lambda s: s.dernier_contact, absent="Aucun"),
        _referent(),
    )


def _derniers_contacts(suivis: Sequence[Any]) -> None:
    # Asked for the rows of the page only: a subquery for each row before the cut costs the whole table.
    derniers = ContactRsa.objects.filter(suivi__in=suivis).derniers_honores()
    for suivi in suivis:
        suivi.dernier_contact = derniers.get(suivi.pk)


@require_safe
@acces(roles.pole_social)
def suivi_rsa_list(request: HttpRequest) -> HttpResponseBase:
    """RSA follow-ups, with the day of the last contact that took place."""
    compte = compte_de(request)
    suivis = visibles(SuiviRsa.objects.all(), compte).select_related("personne", "referent")
    return page_liste(
        request,
        FiltreSuivis(request.GET, suivis, compte),
        Liste(
            "insertion_sociale/suivi_rsa_list.html",
            "suivis-rsa",
            colonnes_suivis(timezone.localdate()),
            "nom",
            preparer=_derniers_contacts,
            lots=LOTS_RSA,
            geste=lambda suivi: noter(suivi.personne_id),
        ),
    )


def etat_contact(contact: ContactRsa, jour: datetime.date) -> Etat:
    """What became of a contact; one past without an outcome is to be settled."""
    if contact.statut == ContactRsa.Statut.PREVU and contact.date < jour:
        return Etat("alerte", "À pointer")
    return Etat(STATUTS[ContactRsa.Statut(contact.statut)], contact.get_statut_display())


def _heure(contact: ContactRsa) -> Any:
    """The hour of a contact. Only an appointment still to come lacks something without one."""
    if contact.heure is not None:
        return heure(contact.heure)
    return None if contact.statut == ContactRsa.Statut.PREVU else SANS_OBJET


def colonnes_contacts(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the RSA contacts. What was said stays in the file."""
    return (
        _nom("suivi"),
        Colonne("date", "Date", ("date",), valeur=lambda c: c.date),
        Colonne("heure", "Heure", valeur=_heure),
        Colonne("type", "Type", ("type", "date"), valeur=lambda c: c.get_type_display()),
        Colonne("statut", "Suite", ("statut", "date"), valeur=lambda c: etat_contact(c, jour)),
        Colonne("intervenant", "Intervenant", valeur=lambda c: c.intervenant and str(c.intervenant)),
    )


@require_safe
@acces(roles.pole_social)
def contact_rsa_list(request: HttpRequest) -> HttpResponseBase:
    """Convocations, visits and calls of the RSA follow-ups, the latest first."""
    compte = compte_de(request)
    contacts = visibles(ContactRsa.objects.all(), compte).select_related("suivi__personne", "intervenant")
    return page_liste(
        request,
        FiltreContacts(request.GET, contacts, compte),
        Liste(
            "insertion_sociale/contact_rsa_list.html",
            "contacts-rsa",
            colonnes_contacts(timezone.localdate()),
            "-date",
            geste=lambda contact: adresse_de("contact_rsa_update", contact.pk),
            libelle_geste="Ouvrir",
        ),
    )


def colonnes_engagements(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the CER and CE."""
    return (
        _nom("suivi"),
        Colonne("type", "Type", ("type", "date_signature"), valeur=lambda e: e.get_type_display()),
        Colonne("etat", "État", valeur=lambda e: etat_suivi(e.date_signature, e.date_fin, jour)),
        Colonne("signature", "Signé le", ("date_signature",), valeur=lambda e: e.date_signature),
        Colonne(
            "fin",
            "Jusqu’au",
            ("date_fin",),
            vides=True,
            valeur=lambda e: Terme(e.date_fin, jour) if e.date_fin else None,
            absent="Sans date de fin",
        ),
        _referent("suivi"),
    )


@require_safe
@acces(roles.pole_social)
def contrat_engagement_list(request: HttpRequest) -> HttpResponseBase:
    """Commitments signed: CER until 2024, CE since; those that end first at the top."""
    compte = compte_de(request)
    engagements = visibles(ContratEngagement.objects.all(), compte).select_related("suivi__personne", "suivi__referent")
    return page_liste(
        request,
        FiltreEngagements(request.GET, engagements, compte),
        Liste(
            "insertion_sociale/contrat_engagement_list.html",
            "contrats-d-engagement",
            colonnes_engagements(timezone.localdate()),
            "fin",
            lots=(
                Lot("convoquer", "Convoquer", "convocation_lot", "suivi", roles.pole_social, cle="suivi_id"),
                inviter("suivi__personne_id"),
            ),
            geste=lambda engagement: noter(engagement.suivi.personne_id),
        ),
    )


def _fin_mesure(mesure: MesureLogement, jour: datetime.date) -> Any:
    """Where a measure ends. Those of the FSL are granted until a day; the others end when they are ended."""
    if mesure.date_fin is not None:
        return Terme(mesure.date_fin, jour)
    return None if mesure.dispositif == MesureLogement.Dispositif.FSL else SANS_OBJET


def colonnes_mesures(jour: datetime.date) -> tuple[Colonne, ...]:
    """Columns of the housing measures."""
    return (
        _nom(),
        Colonne("etat", "État", valeur=lambda m: etat_suivi(m.date_debut, m.date_fin, jour, feminin=True)),
        Colonne(
            "dispositif",
            "Dispositif",
            ("dispositif", "type"),
            valeur=lambda m: Precise(m.get_dispositif_display(), m.get_type_display()),
        ),
        Colonne("debut", "Début", ("date_debut",), valeur=lambda m: m.date_debut),
        Colonne("fin", "Fin", ("date_fin",), vides=True, valeur=lambda m: _fin_mesure(m, jour)),
        Colonne(
            "menage", "Ménage", ("personnes_menage",), vides=True, nombre=True, valeur=lambda m: m.personnes_menage
        ),
        _referent(),
    )


@require_safe
@acces(roles.pole_social)
def mesure_logement_list(request: HttpRequest) -> HttpResponseBase:
    """Housing measures, FSL and Partenord."""
    compte = compte_de(request)
    mesures = visibles(MesureLogement.objects.all(), compte).select_related("personne", "referent")
    return page_liste(
        request,
        FiltreMesures(request.GET, mesures, compte),
        Liste(
            "insertion_sociale/mesure_logement_list.html",
            "mesures-logement",
            colonnes_mesures(timezone.localdate()),
            "nom",
            lots=LOTS_LOGEMENT,
            geste=lambda mesure: noter(mesure.personne_id),
        ),
    )


COLONNES_INTERVENTIONS = (
    _nom("mesure"),
    Colonne("date", "Date", ("date",), valeur=lambda i: i.date),
    Colonne("theme", "Thème", ("theme", "date"), valeur=lambda i: i.get_theme_display()),
    Colonne(
        "dispositif",
        "Dispositif",
        ("mesure__dispositif", "date"),
        valeur=lambda i: i.mesure.get_dispositif_display(),
    ),
    Colonne("intervenant", "Intervenant", valeur=lambda i: i.intervenant and str(i.intervenant)),
)
"""What was said stays in the file."""


@require_safe
@acces(roles.pole_social)
def intervention_logement_list(request: HttpRequest) -> HttpResponseBase:
    """Interventions of the housing measures, the latest first."""
    compte = compte_de(request)
    interventions = visibles(InterventionLogement.objects.all(), compte).select_related(
        "mesure__personne", "intervenant"
    )
    return page_liste(
        request,
        FiltreInterventions(request.GET, interventions, compte),
        Liste(
            "insertion_sociale/intervention_logement_list.html",
            "interventions-logement",
            COLONNES_INTERVENTIONS,
            "-date",
            geste=lambda intervention: adresse_de("intervention_logement_update", intervention.pk),
            libelle_geste="Ouvrir",
        ),
    )


def _montant(aide: AideLogement) -> Any:
    """What was granted: only an aid that was accepted has an amount."""
    if aide.montant_accorde is not None:
        return aide.montant_accorde
    return None if aide.decision == AideLogement.Decision.ACCEPTE else SANS_OBJET


COLONNES_AIDES = (
    _nom("mesure"),
    Colonne("type", "Type", ("type__libelle", "date_demande"), valeur=lambda a: str(a.type)),
    Colonne("demande", "Demandée le", ("date_demande",), valeur=lambda a: a.date_demande),
    Colonne("etat", "Décision", ("decision", "date_demande"), valeur=lambda a: DECISIONS[a.decision]),
    Colonne(
        "decision", "Décidée le", ("date_decision",), vides=True,
        valeur=lambda a: a.date_decision or (None if a.decision else SANS_OBJET),
    ),
    Colonne(
        "montant", "Montant accordé (€)", ("montant_accorde",), vides=True, nombre=True,
        valeur=_montant,
    ),
    _referent("mesure"),
)  # fmt: skip


@require_safe
@acces(roles.pole_social)
def aide_logement_list(request: HttpRequest) -> HttpResponseBase:
    """Aids asked of the FSL, from request to decision, the latest first."""
    compte = compte_de(request)
    aides = visibles(AideLogement.objects.all(), compte).select_related("mesure__personne", "mesure__referent", "type")
    return page_liste(
        request,
        FiltreAides(request.GET, aides, compte),
        Liste(
            "insertion_sociale/aide_logement_list.html",
            "aides-logement",
            COLONNES_AIDES,
            "-demande",
            geste=lambda aide: noter(aide.mesure.personne_id),
        ),
    )


def _bilan(actions: Sequence[Any]) -> None:
    """Hang on each action how many of its sessions were held, and how many persons came."""
    tenue = Q(statut=Seance.Statut.TENUE)
    lignes = (
        Seance.objects.filter(action__in=actions)
        .order_by()
        .values_list("action")
        .annotate(
            tenues=Count("pk", filter=tenue, distinct=True),
            participants=Count("presences__personne", filter=tenue & Q(presences__present=True), distinct=True),
        )
    )
    bilans = {action: (tenues, participants) for action, tenues, participants in lignes}
    for action in actions:
        action.tenues, action.participants = bilans.get(action.pk, (0, 0))


COLONNES_ACTIONS = (
    Colonne(
        "intitule",
        "Action",
        ("intitule",),
        valeur=lambda a: Precise(a.intitule, a.lieu),
        lien=lambda a: adresse_de("action_detail", a.pk),
    ),
    Colonne(
        "domaine",
        "Domaine",
        ("domaine", "programme"),
        valeur=lambda a: Precise(a.get_domaine_display(), a.programme),
    ),
    Colonne("annee", "Année", ("annee", "intitule"), nombre=True, valeur=lambda a: str(a.annee)),
    Colonne("tenues", "Séances tenues", nombre=True, valeur=lambda a: a.tenues),
    Colonne("participants", "Participants", nombre=True, valeur=lambda a: a.participants),
    Colonne("places", "Places", ("places",), vides=True, nombre=True, valeur=lambda a: a.places),
)


@require_safe
@acces(roles.pole_social)
def action_list(request: HttpRequest) -> HttpResponseBase:
    """Health and collective actions, with what was held and who came."""
    compte = compte_de(request)
    return page_liste(
        request,
        FiltreActions(request.GET, visibles(Action.objects.all(), compte), compte),
        Liste("insertion_sociale/action_list.html", "actions", COLONNES_ACTIONS, "-annee", preparer=_bilan),
    )
