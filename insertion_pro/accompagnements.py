"""What the pole brings to the dossier of a person and to the home page."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import F, QuerySet, Sum

from aipi import roles
from aipi.accompagnements import Accompagnement, Echeance, Section, inscrire
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

MOIS_MONTRES = 12
DUREE_PASS = 2
"""Years that a PASS IAE lasts, extensions and suspensions aside."""


def fin_pass(debut: datetime.date) -> datetime.date:
    """Last day of a PASS IAE begun on `debut`."""
    fin = debut.replace(year=debut.year + DUREE_PASS, day=min(debut.day, 28) if debut.month == 2 else debut.day)
    return fin - datetime.timedelta(days=1)


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


inscrire(Aci())
