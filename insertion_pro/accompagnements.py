"""What the pole brings to the dossier of a person and to the home page."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Sum
from django.urls import reverse

from aipi import roles
from aipi.accompagnements import Accompagnement, Bloc, Chiffre, Echeance, Ligne, Section, inscrire
from aipi.models import Compte, Personne
from aipi.periodes import Periode
from aipi.roles import visibles

from .models import (
    Absence,
    Contrat,
    Frein,
    Mission,
    Parcours,
    ParticipationFormation,
    ReleveHeures,
)

BIENTOT = 30
"""Days ahead that the home page looks."""
LIGNES = 8
MOIS_MONTRES = 12
DUREE_PASS = 2
"""Years that a PASS IAE lasts, extensions and suspensions aside."""


def fin_pass(debut: datetime.date) -> datetime.date:
    """Last day of a PASS IAE begun on `debut`."""
    fin = debut.replace(year=debut.year + DUREE_PASS, day=min(debut.day, 28) if debut.month == 2 else debut.day)
    return fin - datetime.timedelta(days=1)


def contrats_finissant(periode: Periode) -> QuerySet[Contrat]:
    """Contracts in force on the first day of the period that end in it, and that no later one follows."""
    suivants = Contrat.objects.order_by().filter(parcours=OuterRef("parcours"), date_debut__gt=OuterRef("date_debut"))
    return (
        Contrat.objects.en_vigueur_le(periode.debut)
        .filter(~Exists(suivants), date_fin__lte=periode.fin, parcours__date_sortie=None)
        .order_by("date_fin", "ref")
    )


class Aci(Accompagnement):
    """Stays in the workshops."""

    code = "aci"
    libelle = "ACI"
    ordre = 10

    def accessible(self, compte: Compte) -> bool:
        return roles.voit_parcours(compte)

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(Parcours.objects.en(Periode(jour, jour)), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        complet = roles.pole_pro(compte)
        parcours = list(
            visibles(Parcours.objects.filter(personne=personne), compte)
            .select_related("motif_sortie", "prescripteur", "referent", "niveau_formation")
            .order_by("-date_entree", "-ref")
        )
        if not parcours:
            return None
        contrats = list(
            visibles(Contrat.objects.filter(parcours__in=parcours), compte)
            .select_related("equipe__atelier", "parcours")
            .order_by("-date_debut", "-ref")
        )
        heures = visibles(ReleveHeures.objects.filter(contrat__in=contrats), compte)
        totaux = dict(heures.order_by().values_list("contrat__parcours").annotate(total=Sum("heures")))
        participations = list(
            visibles(ParticipationFormation.objects.filter(parcours__in=parcours), compte)
            .select_related("formation")
            .order_by("-formation__date_debut", "formation__ref")
        )
        freins = list(
            visibles(Frein.objects.filter(parcours__in=parcours), compte)
            .select_related("categorie")
            .order_by(F("date_fin").desc(nulls_first=True), "-date_reperage", "ref")
        )
        missions = list(visibles(Mission.objects.filter(parcours__in=parcours), compte).order_by("-date_debut", "ref"))
        cartes = [
            {
                "parcours": p,
                "ouvert": p.date_entree <= jour and (p.date_sortie is None or p.date_sortie >= jour),
                "heures": totaux.get(p.pk),
                "contrats": [c for c in contrats if c.parcours_id == p.pk],
                "formations": [f for f in participations if f.parcours_id == p.pk],
                "freins": [f for f in freins if f.parcours_id == p.pk],
                "missions": [m for m in missions if m.parcours_id == p.pk],
            }
            for p in parcours
        ]
        contexte: dict[str, Any] = {"cartes": cartes, "complet": complet, "jour": jour}
        if not complet:
            contexte["mois"] = self._mois(compte, contrats, heures)
        ouverts = [p for p in parcours if p.date_sortie is None]
        return Section(
            "Insertion professionnelle",
            "insertion_pro/section_aci.html",
            contexte,
            echeances=self._echeances(ouverts, contrats, complet),
        )

    def _mois(self, compte: Compte, contrats: list[Contrat], heures: QuerySet[ReleveHeures]) -> list[dict[str, Any]]:
        """Hours paid and hours of absence of the last months known, without the motive of any absence."""
        absences = visibles(Absence.objects.filter(contrat__in=contrats), compte)
        perdues = dict(absences.order_by().values_list("mois").annotate(total=Sum("heures")))
        faites = dict(heures.order_by().values_list("mois").annotate(total=Sum("heures")))
        mois = sorted({*perdues, *faites}, reverse=True)[:MOIS_MONTRES]
        return [{"mois": m, "heures": faites.get(m), "absences": perdues.get(m)} for m in mois]

    def _echeances(self, ouverts: list[Parcours], contrats: list[Contrat], complet: bool) -> list[Echeance]:
        echeances = []
        for parcours in ouverts:
            # Contracts come latest first: the first one of the parcours says when it ends.
            dernier = next((c for c in contrats if c.parcours_id == parcours.pk), None)
            if dernier is not None and dernier.date_fin is not None:
                echeances.append(Echeance(dernier.date_fin, f"Fin du contrat ({dernier.equipe})"))
            if complet and parcours.pass_iae_debut is not None:
                echeances.append(Echeance(fin_pass(parcours.pass_iae_debut), "Fin du PASS IAE"))
        return echeances

    def chiffres(self, compte: Compte, jour: datetime.date) -> list[Chiffre]:
        libelle = "dans mes équipes" if roles.encadrant(compte) else "en parcours ACI"
        return [Chiffre(libelle, self.ouverts(compte, jour).count(), reverse("parcours_list"))]

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
            suivis = self.ouverts(compte, jour).select_related("personne")
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
            equipe = self.ouverts(compte, jour).select_related("personne").order_by("personne__recherche", "ref")
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
