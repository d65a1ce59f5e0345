"""What the pole brings to the home page."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse

from aipi import roles
from aipi.journee import Bloc, Chiffre, Journee, Ligne, inscrire
from aipi.models import Compte
from aipi.periodes import Periode
from aipi.roles import visibles

from .models import ContactRsa, ContratEngagement, MesureLogement, SuiviRsa

BIENTOT = 30
"""Days ahead that the home page looks."""
LIGNES = 8


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


class PoleSocial(Journee):
    """Common to all kinds of this pole: who sees it, and whose files come first."""

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_social(compte)

    def les_miens(self, lignes: QuerySet[Any], compte: Compte, chemin: str = "referent") -> QuerySet[Any]:
        """Files this account is the referent of, if it is one of anything here; else those of the pole."""
        if roles.directeur(compte) or compte.intervenant_id is None:
            return lignes
        return lignes.filter(**{chemin: compte.intervenant_id})


class Rsa(PoleSocial):
    """Follow-up of RSA recipients."""

    def chiffres(self, compte: Compte, jour: datetime.date) -> list[Chiffre]:
        return [
            Chiffre(
                "suivis RSA ouverts",
                visibles(SuiviRsa.objects.ouverts_le(jour), compte).count(),
                reverse("suivi_rsa_list"),
            )
        ]

    def blocs(self, compte: Compte, jour: datetime.date) -> list[Bloc]:
        rendez_vous = self.les_miens(
            visibles(ContactRsa.objects.de(bientot(jour)), compte), compte, "suivi__referent"
        ).filter(statut=ContactRsa.Statut.PREVU)
        suivis = (
            self.les_miens(visibles(SuiviRsa.objects.ouverts_le(jour), compte), compte)
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
    """Housing measures."""

    def chiffres(self, compte: Compte, jour: datetime.date) -> list[Chiffre]:
        return [
            Chiffre(
                "mesures logement en cours",
                visibles(MesureLogement.objects.en(Periode(jour, jour)), compte).count(),
                reverse("mesure_logement_list"),
            )
        ]

    def blocs(self, compte: Compte, jour: datetime.date) -> list[Bloc]:
        fins = self.les_miens(visibles(MesureLogement.objects.en(Periode(jour, jour)), compte), compte).filter(
            date_fin__lte=bientot(jour).fin
        )
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


for _journee in (Rsa(), Logement()):
    inscrire(_journee)
