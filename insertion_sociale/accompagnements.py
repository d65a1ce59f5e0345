"""What the pole brings to the dossier of a person and to the home page."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse

from aipi import roles
from aipi.accompagnements import Accompagnement, Bloc, Chiffre, Echeance, Ligne, Section, inscrire
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

BIENTOT = 30
"""Days ahead that the home page looks."""
LIGNES = 8

ETATS_CONTACT = {
    ContactRsa.Statut.PREVU: "prevu",
    ContactRsa.Statut.HONORE: "fait",
    ContactRsa.Statut.ABSENCE_EXCUSEE: "alerte",
    ContactRsa.Statut.ABSENCE_NON_EXCUSEE: "absent",
    ContactRsa.Statut.ANNULE: "sorti",
}


def dossier(personne_id: int) -> str:
    return reverse("personne_detail", args=[personne_id])


def bientot(jour: datetime.date) -> Periode:
    return Periode(jour, jour + datetime.timedelta(days=BIENTOT))


def engagements_finissant(periode: Periode) -> QuerySet[ContratEngagement]:
    """Commitment contracts running on the first day of the period that end in it, not yet followed by another."""
    suivants = ContratEngagement.objects.order_by().filter(
        suivi=OuterRef("suivi"), date_signature__gt=OuterRef("date_signature")
    )
    return (
        ContratEngagement.objects.en_cours_le(periode.debut)
        .filter(~Exists(suivants), date_fin__lte=periode.fin)
        .order_by("date_fin", "ref")
    )


class PoleSocial(Accompagnement):
    """Common to all kinds of this pole: who sees it, and whose files come first on the home page."""

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_social(compte)

    def les_miens(self, lignes: QuerySet[Any], compte: Compte, chemin: str = "referent") -> QuerySet[Any]:
        """Files this account is the referent of, if it is one of anything here; else those of the pole."""
        if roles.directeur(compte) or compte.intervenant_id is None:
            return lignes
        return lignes.filter(**{chemin: compte.intervenant_id})


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

    def chiffres(self, compte: Compte, jour: datetime.date) -> list[Chiffre]:
        return [Chiffre("suivis RSA ouverts", self.ouverts(compte, jour).count(), reverse("suivi_rsa_list"))]

    def blocs(self, compte: Compte, jour: datetime.date) -> list[Bloc]:
        rendez_vous = self.les_miens(
            visibles(ContactRsa.objects.de(bientot(jour)), compte), compte, "suivi__referent"
        ).filter(statut=ContactRsa.Statut.PREVU)
        suivis = (
            self.les_miens(self.ouverts(compte, jour), compte)
            .select_related("personne")
            .annotate(dernier=Max("contacts__date", filter=Q(contacts__statut=ContactRsa.Statut.HONORE)))
            .order_by(F("dernier").asc(nulls_first=True), "ref")
        )
        fins = self.les_miens(visibles(engagements_finissant(bientot(jour)), compte), compte, "suivi__referent")
        return [
            Bloc(
                "Rendez-vous RSA à venir",
                [
                    Ligne(str(c.suivi.personne), dossier(c.suivi.personne_id), c.get_type_display(), c.date)
                    for c in rendez_vous.select_related("suivi__personne").order_by("date", "ref")[:LIGNES]
                ],
                vide="Aucun rendez-vous prévu d’ici 30 jours.",
                ordre=5,
            ),
            Bloc(
                "Allocataires vus il y a le plus longtemps",
                [
                    Ligne(
                        str(s.personne),
                        dossier(s.personne_id),
                        "Dernier contact" if s.dernier else "Aucun contact",
                        s.dernier,
                    )
                    for s in suivis[:LIGNES]
                ],
                vide="Aucun suivi RSA ouvert ne vous est confié.",
                url=reverse("suivi_rsa_list"),
                libelle_url="Tous les suivis RSA",
                ordre=12,
            ),
            Bloc(
                "Contrats d’engagement qui se terminent d’ici 30 jours",
                [
                    Ligne(str(e.suivi.personne), dossier(e.suivi.personne_id), e.get_type_display(), e.date_fin)
                    for e in fins.select_related("suivi__personne")[:LIGNES]
                ],
                vide="Aucun contrat d’engagement ne se termine d’ici 30 jours.",
                ordre=22,
            ),
        ]


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

    def chiffres(self, compte: Compte, jour: datetime.date) -> list[Chiffre]:
        return [
            Chiffre("mesures logement en cours", self.ouverts(compte, jour).count(), reverse("mesure_logement_list"))
        ]

    def blocs(self, compte: Compte, jour: datetime.date) -> list[Bloc]:
        fins = self.les_miens(self.ouverts(compte, jour), compte).filter(date_fin__lte=bientot(jour).fin)
        return [
            Bloc(
                "Mesures logement qui se terminent d’ici 30 jours",
                [
                    Ligne(str(m.personne), dossier(m.personne_id), m.get_dispositif_display(), m.date_fin)
                    for m in fins.select_related("personne").order_by("date_fin", "ref")[:LIGNES]
                ],
                vide="Aucune mesure ne se termine d’ici 30 jours.",
                url=reverse("mesure_logement_list"),
                libelle_url="Toutes les mesures",
                ordre=24,
            )
        ]


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
