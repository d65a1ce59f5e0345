"""What the pole brings to the home page."""

from __future__ import annotations

import datetime

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.urls import reverse

from aipi import roles
from aipi.journee import Bloc, Chiffre, Journee, Ligne, inscrire
from aipi.models import Compte
from aipi.periodes import Periode
from aipi.roles import visibles

from .models import Contrat, Parcours

BIENTOT = 30
"""Days ahead that the home page looks."""
LIGNES = 8


def _ouverts(compte: Compte, jour: datetime.date) -> QuerySet[Parcours]:
    return visibles(Parcours.objects.en(Periode(jour, jour)), compte)


def contrats_finissant(periode: Periode) -> QuerySet[Contrat]:
    """Contracts in force on the first day of the period that end in it, and that no later one follows."""
    suivants = Contrat.objects.order_by().filter(parcours=OuterRef("parcours"), date_debut__gt=OuterRef("date_debut"))
    return (
        Contrat.objects.en_vigueur_le(periode.debut)
        .filter(~Exists(suivants), date_fin__lte=periode.fin, parcours__date_sortie=None)
        .order_by("date_fin", "ref")
    )


class Aci(Journee):
    """Stays in the workshops."""

    def accessible(self, compte: Compte) -> bool:
        return roles.voit_parcours(compte)

    def chiffres(self, compte: Compte, jour: datetime.date) -> list[Chiffre]:
        libelle = "dans mes équipes" if roles.encadrant(compte) else "en parcours ACI"
        return [Chiffre(libelle, _ouverts(compte, jour).count(), reverse("parcours_list"))]

    def blocs(self, compte: Compte, jour: datetime.date) -> list[Bloc]:
        bientot = Periode(jour, jour + datetime.timedelta(days=BIENTOT))
        finissant = visibles(contrats_finissant(bientot), compte).select_related("parcours__personne", "equipe")
        blocs = [
            Bloc(
                "Contrats qui se terminent d’ici 30 jours",
                [
                    Ligne(
                        str(c.parcours.personne),
                        reverse("personne_detail", args=[c.parcours.personne_id]),
                        str(c.equipe),
                        c.date_fin,
                    )
                    for c in finissant[:LIGNES]
                ],
                vide="Aucun contrat ne se termine d’ici 30 jours.",
                ordre=20,
            )
        ]
        if roles.pole_pro(compte):
            suivis = _ouverts(compte, jour).select_related("personne")
            if roles.travailleur_social(compte) and compte.intervenant_id is not None:
                suivis = suivis.filter(referent=compte.intervenant_id)
            suivis = suivis.annotate(dernier=Max("entretiens__date")).order_by(
                F("dernier").asc(nulls_first=True), "ref"
            )
            blocs.append(
                Bloc(
                    "Salariés vus il y a le plus longtemps",
                    [
                        Ligne(
                            str(p.personne),
                            reverse("personne_detail", args=[p.personne_id]),
                            "Dernier entretien" if p.dernier else "Aucun entretien",
                            p.dernier,
                        )
                        for p in suivis[:LIGNES]
                    ],
                    vide="Aucun parcours en cours ne vous est confié.",
                    url=reverse("parcours_list"),
                    libelle_url="Tous les parcours",
                    ordre=10,
                )
            )
        else:
            equipe = _ouverts(compte, jour).select_related("personne").order_by("personne__recherche", "ref")
            blocs.append(
                Bloc(
                    "Mes équipes aujourd’hui",
                    [
                        Ligne(str(p.personne), reverse("personne_detail", args=[p.personne_id]))
                        for p in equipe[: 3 * LIGNES]
                    ],
                    vide="Personne n’est en contrat dans vos équipes aujourd’hui.",
                    url=reverse("parcours_list"),
                    libelle_url="Toute l’équipe",
                    ordre=10,
                )
            )
        return blocs


inscrire(Aci())
