"""What the pole brings to the dossier of a person and to the home page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet, Sum

from aipi import roles
from aipi.accompagnements import Accompagnement, Echeance, Section, inscrire
from aipi.enonces import lire
from aipi.models import Compte, Personne
from aipi.periodes import Periode, plus_mois
from aipi.roles import visibles

from .models import (
    Absence,
    Contrat,
    Frein,
    Mission,
    Parcours,
    ParticipationFormation,
    ReleveHeures,
    SuiteSortie,
)
from .regles import fin_cddi, fin_pass
from .situations import bilan, duree, remarques_des_contrats

MOIS_MONTRES = 12


class Aci(Accompagnement):
    """Stays in the workshops."""

    code = "aci"
    libelle = "ACI"
    ordre = 10
    ouverture = "parcours_create"
    geste = "Recruter en ACI"

    def peut_ouvrir(self, compte: Compte) -> bool:
        return roles.pole_pro(compte)

    def accessible(self, compte: Compte) -> bool:
        return roles.voit_parcours(compte)

    def ouverts(self, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
        return visibles(Parcours.objects.en(Periode(jour, jour)), compte)

    def section(self, compte: Compte, personne: Personne, jour: datetime.date) -> Section | None:
        complet = roles.pole_pro(compte)
        parcours = lire(
            "dossier.parcours",
            compte,
            [personne.pk],
            lambda cles: (
                visibles(Parcours.objects.filter(personne__in=cles), compte)
                .select_related("motif_sortie", "prescripteur", "referent", "niveau_formation")
                .order_by("-date_entree", "-ref")
            ),
        )
        if not parcours:
            return None
        siens = [p.pk for p in parcours]
        contrats = lire(
            "dossier.contrats",
            compte,
            siens,
            lambda cles: (
                visibles(Contrat.objects.filter(parcours__in=cles), compte)
                .select_related("equipe__atelier", "parcours")
                .annotate(payees=Sum("releves_heures__heures"))
                .order_by("-date_debut", "-ref")
            ),
        )
        participations = lire(
            "dossier.participations",
            compte,
            siens,
            lambda cles: (
                visibles(ParticipationFormation.objects.filter(parcours__in=cles), compte)
                .select_related("formation")
                .order_by("-formation__date_debut", "formation__ref")
            ),
        )
        freins = lire(
            "dossier.freins",
            compte,
            siens,
            lambda cles: (
                visibles(Frein.objects.filter(parcours__in=cles), compte)
                .select_related("categorie")
                .order_by(F("date_fin").desc(nulls_first=True), "-date_reperage", "ref")
            ),
        )
        missions = lire(
            "dossier.missions",
            compte,
            siens,
            lambda cles: visibles(Mission.objects.filter(parcours__in=cles), compte).order_by("-date_debut", "ref"),
        )
        suites = lire(
            "dossier.suites",
            compte,
            siens,
            lambda cles: visibles(SuiteSortie.objects.filter(parcours__in=cles), compte),
        )
        cartes = []
        for p in parcours:
            p.personne = personne
            ses_contrats = [c for c in contrats if c.parcours_id == p.pk]
            suivies = [f for f in participations if f.parcours_id == p.pk]
            faites = [m for m in missions if m.parcours_id == p.pk]
            ouvert = p.date_entree <= jour and (p.date_sortie is None or p.date_sortie >= jour)
            payees = [c.payees for c in ses_contrats if c.payees is not None]
            carte = {
                "parcours": p,
                "ouvert": ouvert,
                "heures": sum(payees) if payees else None,
                "contrats": ses_contrats,
                "formations": suivies,
                "freins": [f for f in freins if f.parcours_id == p.pk],
                "missions": faites,
            }
            if complet:
                formations = [suivie.formation for suivie in suivies]
                carte |= {
                    "bilan": bilan(faites, ses_contrats),
                    "remarques": remarques_des_contrats(p, ses_contrats, formations) if p.date_sortie is None else [],
                    "suites": self._suites(p, suites, jour),
                }
            cartes.append(carte)
        contexte: dict[str, Any] = {"cartes": cartes, "complet": complet, "jour": jour}
        if not complet:
            contexte["mois"] = self._mois(compte, contrats)
        ouverts = [p for p in parcours if p.date_sortie is None]
        return Section(
            "Insertion professionnelle",
            "insertion_pro/section_aci.html",
            contexte,
            echeances=self._echeances(ouverts, contrats, complet),
            ouvert=any(carte["ouvert"] for carte in cartes),
        )

    def _suites(self, parcours: Parcours, suites: list[SuiteSortie], jour: datetime.date) -> list[dict[str, Any]]:
        """Three and six months after the exit: what was answered, or the day when it is to be asked."""
        if parcours.date_sortie is None:
            return []
        reponses = {suite.mois: suite for suite in suites if suite.parcours_id == parcours.pk}
        prevues = {mois: plus_mois(parcours.date_sortie, mois) for mois in SuiteSortie.ECHEANCES}
        return [
            {"mois": mois, "suite": reponses.get(mois), "prevue": prevue, "due": prevue <= jour}
            for mois, prevue in prevues.items()
        ]

    def _mois(self, compte: Compte, contrats: Sequence[Contrat]) -> list[dict[str, Any]]:
        """Hours paid and hours of absence of the last months known, without the motive of any absence."""
        heures = visibles(ReleveHeures.objects.filter(contrat__in=contrats), compte)
        absences = visibles(Absence.objects.filter(contrat__in=contrats), compte)
        perdues = dict(absences.order_by().values_list("mois").annotate(total=Sum("heures")))
        faites = dict(heures.order_by().values_list("mois").annotate(total=Sum("heures")))
        mois = sorted({*perdues, *faites}, reverse=True)[:MOIS_MONTRES]
        return [{"mois": m, "heures": faites.get(m), "absences": perdues.get(m)} for m in mois]

    def _echeances(self, ouverts: list[Parcours], contrats: Sequence[Contrat], complet: bool) -> list[Echeance]:
        echeances = []
        for parcours in ouverts:
            # Contracts come latest first: the first one of the parcours says when it ends.
            siens = [c for c in contrats if c.parcours_id == parcours.pk]
            if siens and siens[0].date_fin is not None:
                echeances.append(Echeance(siens[0].date_fin, f"Fin du contrat ({siens[0].equipe})"))
            maximum = fin_cddi([duree(c) for c in siens])
            if complet and maximum is not None:
                echeances.append(Echeance(maximum, "24 mois de CDDI"))
            if complet and parcours.pass_iae_debut is not None:
                echeances.append(Echeance(fin_pass(parcours.pass_iae_debut), "Fin du PASS IAE"))
        return echeances


inscrire(Aci())
