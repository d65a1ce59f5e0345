"""What the pole brings to the dossier of a person and to the home page."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, QuerySet

from aipi import roles
from aipi.accompagnements import Accompagnement, Echeance, Section, inscrire
from aipi.models import Compte, Personne
from aipi.periodes import Periode
from aipi.roles import visibles

from .models import (
    AideLogement,
    ContactRsa,
    ContratEngagement,
    InterventionLogement,
    MesureLogement,
    Presence,
    SuiviRsa,
)

ETATS_CONTACT = {
    ContactRsa.Statut.PREVU: "prevu",
    ContactRsa.Statut.HONORE: "fait",
    ContactRsa.Statut.ABSENCE_EXCUSEE: "alerte",
    ContactRsa.Statut.ABSENCE_NON_EXCUSEE: "absent",
    ContactRsa.Statut.ANNULE: "sorti",
}


LIGNES = 8
"""Appointments to come that a dossier shows among its dates."""


class PoleSocial(Accompagnement):
    """Common to all kinds of this pole: who sees it."""

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_social(compte)


class Rsa(PoleSocial):
    """Follow-up of RSA recipients."""

    code = "rsa"
    libelle = "RSA"
    ordre = 20

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(SuiviRsa.objects.ouverts_le(jour), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        suivis = list(
            visibles(SuiviRsa.objects.filter(personne=personne), compte)
            .select_related("referent", "motif_sortie", "typologie")
            .order_by("-date_entree", "-ref")
        )
        if not suivis:
            return None
        engagements = list(
            visibles(ContratEngagement.objects.filter(suivi__in=suivis), compte).order_by("-date_signature", "-ref")
        )
        contacts = visibles(ContactRsa.objects.filter(suivi__in=suivis), compte)
        nombres = dict(contacts.order_by().values_list("suivi").annotate(nombre=Count("pk")))
        prevus = contacts.filter(statut=ContactRsa.Statut.PREVU, date__gte=jour).order_by("date", "ref")[:LIGNES]
        cartes = [
            {
                "suivi": s,
                "ouvert": s.date_entree <= jour and (s.date_sortie is None or s.date_sortie >= jour),
                "engagements": [e for e in engagements if e.suivi_id == s.pk],
                "contacts": nombres.get(s.pk, 0),
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
        )


class Logement(PoleSocial):
    """Housing measures, what is done in them, aids."""

    code = "logement"
    libelle = "Logement"
    ordre = 30

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(MesureLogement.objects.en(Periode(jour, jour)), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        mesures = list(
            visibles(MesureLogement.objects.filter(personne=personne), compte)
            .select_related("referent")
            .order_by("-date_debut", "-ref")
        )
        if not mesures:
            return None
        interventions = visibles(InterventionLogement.objects.filter(mesure__in=mesures), compte)
        nombres = dict(interventions.order_by().values_list("mesure").annotate(nombre=Count("pk")))
        aides = list(
            visibles(AideLogement.objects.filter(mesure__in=mesures), compte)
            .select_related("type")
            .order_by("-date_demande", "ref")
        )
        cartes = [
            {
                "mesure": m,
                "ouvert": m.date_debut <= jour and (m.date_fin is None or m.date_fin >= jour),
                "interventions": nombres.get(m.pk, 0),
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
            ],
        )


class ActionsCollectives(PoleSocial):
    """Health and collective actions: someone is said to be in them the year they come to a session."""

    code = "actions"
    libelle = "Actions"
    ordre = 40

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(Presence.objects.effectives(Periode.annee(jour.year)), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        presences = list(
            visibles(Presence.objects.filter(personne=personne), compte)
            .select_related("seance__action")
            .order_by("-seance__date", "seance__ref")
        )
        if not presences:
            return None
        return Section(
            "Santé et actions collectives", "insertion_sociale/section_actions.html", {"presences": presences}
        )


for _accompagnement in (Rsa(), Logement(), ActionsCollectives()):
    inscrire(_accompagnement)
