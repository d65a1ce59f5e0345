"""What the pole brings to the dossier of a person and to the home page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from aipi import roles
from aipi.accompagnements import Accompagnement, Echeance, Section, inscrire
from aipi.enonces import lire
from aipi.models import Compte, Personne, StatutRendezVous
from aipi.periodes import Periode
from aipi.roles import visibles
from aipi.templatetags.chiffres import restant

from .models import (
    AideLogement,
    ContactRsa,
    ContratEngagement,
    Invitation,
    MesureLogement,
    Presence,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)
from .regles import chaine, mois_entames

ETATS_CONTACT = {
    ContactRsa.Statut.PREVU: "prevu",
    ContactRsa.Statut.HONORE: "fait",
    ContactRsa.Statut.ABSENCE_EXCUSEE: "alerte",
    ContactRsa.Statut.ABSENCE_NON_EXCUSEE: "absent",
    ContactRsa.Statut.ANNULE: "sorti",
}


BIENTOT = 30
"""Days before its end that a contract or a measure is shown as ending."""
SEANCES_MONTREES = 8
LIGNES = 8
"""Appointments to come that a dossier shows among its dates."""


@dataclass(frozen=True)
class Maillon:
    """A commitment contract in the chain of a follow-up: its state in words, and days without one before it."""

    contrat: ContratEngagement
    etat: str
    libelle: str
    trou: int | None


def maillons(contrats: list[ContratEngagement], suivi: SuiviRsa, jour: datetime.date) -> list[Maillon]:
    """The chain of a follow-up, from its contracts latest first. Only the latest may still have to be renewed."""
    trous = chaine((c.date_signature, c.date_fin) for c in contrats)
    ouvert = suivi.date_sortie is None or suivi.date_sortie >= jour
    return [
        Maillon(c, *_etat_engagement(c, jour, ouvert and rang == 0), trou)
        for rang, (c, trou) in enumerate(zip(contrats, trous, strict=True))
    ]


def _etat_engagement(contrat: ContratEngagement, jour: datetime.date, a_suivre: bool) -> tuple[str, str]:
    if contrat.date_signature > jour:
        return "prevu", "À venir"
    if contrat.date_fin is None:
        return ("ouvert", "Sans date de fin") if a_suivre else ("sorti", "Sans date de fin")
    if contrat.date_fin < jour:
        return ("absent", f"Terminé {restant(contrat.date_fin, jour)}") if a_suivre else ("sorti", "Terminé")
    if a_suivre and (contrat.date_fin - jour).days <= BIENTOT:
        return "alerte", f"Se termine {restant(contrat.date_fin, jour)}"
    return "ouvert", "En cours"


def horloge(mesure: MesureLogement, jour: datetime.date) -> str:
    """Where a measure is: « mois 4 sur 6, renouvelable une fois »; nothing before it begins or once it is over."""
    if mesure.date_debut > jour or (mesure.date_fin is not None and mesure.date_fin < jour):
        return ""
    rang = mois_entames(mesure.date_debut, jour)
    texte = f"mois {rang}"
    if mesure.date_fin is not None:
        texte += f" sur {mois_entames(mesure.date_debut, mesure.date_fin)}"
    if mesure.date_renouvellement is not None:
        return f"{texte}, renouvelée le {mesure.date_renouvellement:%d/%m/%Y}"
    return f"{texte}, renouvelable une fois" if mesure.dispositif == MesureLogement.Dispositif.FSL else texte


class PoleSocial(Accompagnement):
    """Common to all kinds of this pole: who sees it."""

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_social(compte)

    def peut_ouvrir(self, compte: Compte) -> bool:
        return bool(self.ouverture) and roles.pole_social(compte)


class Rsa(PoleSocial):
    """Follow-up of RSA recipients."""

    code = "rsa"
    libelle = "RSA"
    ordre = 20
    ouverture = "suivi_rsa_create"
    geste = "Ouvrir un suivi RSA"

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(SuiviRsa.objects.ouverts_le(jour), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        suivis = lire(
            "dossier.suivis_rsa",
            compte,
            [personne.pk],
            lambda cles: (
                visibles(SuiviRsa.objects.filter(personne__in=cles), compte)
                .select_related("referent", "motif_sortie", "typologie")
                .order_by("-date_entree", "-ref")
            ),
        )
        if not suivis:
            return None
        siens = [s.pk for s in suivis]
        engagements = lire(
            "dossier.engagements",
            compte,
            siens,
            lambda cles: visibles(ContratEngagement.objects.filter(suivi__in=cles), compte).order_by(
                "-date_signature", "-ref"
            ),
        )

        def contacts(cles: Sequence[int]) -> QuerySet[ContactRsa]:
            return visibles(ContactRsa.objects.filter(suivi__in=cles), compte)

        nombres = {
            (suivi, statut): nombre
            for suivi, statut, nombre in lire(
                "dossier.contacts_rsa",
                compte,
                siens,
                lambda cles: contacts(cles).order_by().values_list("suivi", "statut").annotate(nombre=Count("pk")),
            )
        }
        prevus = lire(
            "dossier.contacts_prevus",
            compte,
            siens,
            lambda cles: (
                contacts(cles).filter(statut=ContactRsa.Statut.PREVU, date__gte=jour).order_by("date", "ref")[:LIGNES]
            ),
            jour,
        )
        cartes = [
            {
                "suivi": s,
                "ouvert": s.date_entree <= jour and (s.date_sortie is None or s.date_sortie >= jour),
                "maillons": maillons([e for e in engagements if e.suivi_id == s.pk], s, jour),
                "contacts": [
                    (ETATS_CONTACT[statut], str(statut.label), nombres[s.pk, statut.value])
                    for statut in ContactRsa.Statut
                    if (s.pk, statut.value) in nombres
                ],
            }
            for s in suivis
        ]
        ouverts = {s.pk for s in suivis if s.date_sortie is None}
        echeances = [
            Echeance(
                e.date_fin, "Fin du CER" if e.type == ContratEngagement.Type.CER else "Fin du contrat d’engagement"
            )
            for cle in ouverts
            # Contracts come latest first: only the present one is due.
            for e in [e for e in engagements if e.suivi_id == cle][:1]
            if e.date_fin is not None
        ]
        echeances += [
            Echeance(c.date, f"{c.get_type_display()} prévue" if c.type != "telephone" else "Appel prévu")
            for c in prevus
        ]
        return Section(
            "Accompagnement RSA",
            "insertion_sociale/section_rsa.html",
            {"cartes": cartes, "jour": jour},
            echeances,
            ouvert=any(carte["ouvert"] for carte in cartes),
        )


class Logement(PoleSocial):
    """Housing measures, what is done in them, aids."""

    code = "logement"
    libelle = "Logement"
    ordre = 30
    ouverture = "mesure_logement_create"
    geste = "Ouvrir une mesure logement"

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(MesureLogement.objects.en(Periode(jour, jour)), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        mesures = lire(
            "dossier.mesures",
            compte,
            [personne.pk],
            lambda cles: (
                visibles(MesureLogement.objects.filter(personne__in=cles), compte)
                .select_related("referent")
                .annotate(nombre_interventions=Count("interventions"))
                .order_by("-date_debut", "-ref")
            ),
        )
        if not mesures:
            return None
        siennes = [m.pk for m in mesures]
        aides = lire(
            "dossier.aides",
            compte,
            siennes,
            lambda cles: (
                visibles(AideLogement.objects.filter(mesure__in=cles), compte)
                .select_related("type")
                .order_by("-date_demande", "ref")
            ),
        )
        rendez_vous = lire(
            "dossier.rendez_vous_logement",
            compte,
            siennes,
            lambda cles: (
                visibles(RendezVousLogement.objects.filter(mesure__in=cles), compte)
                .filter(statut=StatutRendezVous.PREVU, date__gte=jour)
                .order_by("date", "heure", "ref")[:LIGNES]
            ),
            jour,
        )
        cartes = [
            {
                "mesure": m,
                "ouvert": m.date_debut <= jour and (m.date_fin is None or m.date_fin >= jour),
                "horloge": horloge(m, jour),
                "bientot": m.date_fin is not None and 0 <= (m.date_fin - jour).days <= BIENTOT,
                # One renews late, too.
                "renouvelable": m.date_debut <= jour and (m.date_fin is None or (jour - m.date_fin).days <= BIENTOT),
                "interventions": m.nombre_interventions,
                "aides": [a for a in aides if a.mesure_id == m.pk],
            }
            for m in mesures
        ]
        return Section(
            "Logement",
            "insertion_sociale/section_logement.html",
            {"cartes": cartes, "jour": jour},
            [
                Echeance(m.date_fin, f"Fin de la mesure {m.get_dispositif_display()}")
                for m in mesures
                if m.date_fin is not None and m.date_fin >= jour
            ]
            + [Echeance(r.date, "Rendez-vous logement") for r in rendez_vous],
            ouvert=any(carte["ouvert"] for carte in cartes),
        )


class ActionsCollectives(PoleSocial):
    """Health and collective actions: someone is said to be in them the year they come to a session."""

    code = "actions"
    libelle = "Actions"
    ordre = 40

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(Presence.objects.effectives(Periode.annee(jour.year)), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        def composer(cles: Sequence[int]) -> QuerySet[Any]:
            presences = Presence.objects.filter(personne__in=cles).order_by()
            invitations = Invitation.objects.filter(personne__in=cles).order_by()
            return (
                visibles(Seance.objects.all(), compte)
                .filter(Q(pk__in=presences.values("seance")) | Q(pk__in=invitations.values("seance")))
                .annotate(present=Subquery(presences.filter(seance=OuterRef("pk")).values("present")[:1]))
                .select_related("action")
                .order_by("-date", "ref")[: SEANCES_MONTREES + 1]
            )

        seances = lire("dossier.seances", compte, [personne.pk], composer)
        if not seances:
            return None
        a_venir = [s for s in seances if s.statut == Seance.Statut.PREVUE and s.date >= jour]
        return Section(
            "Santé et actions collectives",
            "insertion_sociale/section_actions.html",
            {"seances": seances[:SEANCES_MONTREES], "davantage": len(seances) > SEANCES_MONTREES, "jour": jour},
            [Echeance(s.date, f"Séance\u202f: {s.action.intitule}") for s in a_venir],
            ouvert=seances[0].date.year >= jour.year,
        )


for _accompagnement in (Rsa(), Logement(), ActionsCollectives()):
    inscrire(_accompagnement)
