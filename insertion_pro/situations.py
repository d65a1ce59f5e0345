"""What the rules of the ACI need to know of a parcours, read from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aipi.texte import replier

from .models import Contrat, Formation, Mission, Parcours
from .regles import (
    Duree,
    Remarque,
    Situation,
    bilan_immersions,
    remarques_contrat,
    remarques_immersion,
)


def duree(ligne: Contrat | Mission | Formation) -> Duree:
    """The days of a contract, a mission or a training session."""
    return Duree(ligne.date_debut, ligne.date_fin, ligne.heures_hebdo if isinstance(ligne, Contrat) else None)


def situation(parcours: Parcours, formations: Iterable[Formation] | None = None) -> Situation:
    """What of the person and the parcours bears on its contracts. Without `formations`, they are read."""
    if formations is None:
        formations = Formation.objects.filter(participations__parcours=parcours)
    personne = parcours.personne
    return Situation(
        entree=parcours.date_entree,
        sortie=parcours.date_sortie,
        pass_debut=parcours.pass_iae_debut,
        naissance=personne.date_naissance,
        rqth=personne.rqth,
        formations=[duree(formation) for formation in formations],
    )


def remarques_du_contrat(contrat: Contrat) -> list[Remarque]:
    """What is unusual in a contract, given the others of its parcours."""
    autres = Contrat.objects.filter(parcours=contrat.parcours_id).exclude(pk=contrat.pk)
    return remarques_contrat(duree(contrat), [duree(autre) for autre in autres], situation(contrat.parcours))


def remarques_des_contrats(
    parcours: Parcours, contrats: Sequence[Contrat], formations: Iterable[Formation]
) -> list[Remarque]:
    """What is unusual in the last contract of a parcours, from rows already read."""
    if not contrats:
        return []
    dernier = max(contrats, key=lambda c: (c.date_debut, c.ref))
    autres = [duree(c) for c in contrats if c is not dernier]
    return remarques_contrat(duree(dernier), autres, situation(parcours, formations))


def chez(mission: Mission, autres: Iterable[Mission]) -> list[Duree]:
    """The PMSMP among `autres` with the same host: its name, without accents or case."""
    hote = replier(mission.employeur)
    return [duree(autre) for autre in autres if hote and replier(autre.employeur) == hote]


def remarques_de_la_mission(mission: Mission) -> list[Remarque]:
    """What is unusual in a mission: only PMSMP have rules here."""
    if mission.type != Mission.Type.IMMERSION:
        return []
    personne = mission.parcours.personne_id
    autres = list(
        Mission.objects.filter(type=Mission.Type.IMMERSION, parcours__personne=personne).exclude(pk=mission.pk)
    )
    contrats = [duree(contrat) for contrat in Contrat.objects.filter(parcours=mission.parcours_id)]
    toutes = [duree(autre) for autre in autres if autre.parcours_id == mission.parcours_id]
    return remarques_immersion(duree(mission), chez(mission, autres), toutes, contrats)


def bilan(missions: Iterable[Mission], contrats: Iterable[Contrat]) -> dict[str, object] | None:
    """Days of PMSMP of a parcours, from rows already read; None without any PMSMP."""
    immersions = [m for m in missions if m.type == Mission.Type.IMMERSION]
    if not immersions:
        return None
    total = bilan_immersions([duree(m) for m in immersions], [duree(c) for c in contrats])
    return {
        "jours": total.jours,
        "plafond": total.plafond,
        "depasse": total.depasse,
        "sans_fin": sum(m.date_fin is None for m in immersions),
    }
