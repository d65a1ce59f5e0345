"""What the stays in the ACI bring to the thread of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery

from aipi import partages, roles
from aipi.adresses import adresse_de
from aipi.champs import ECHELLE
from aipi.expressions import Enumeration
from aipi.fil import (
    ETATS_RENDEZ_VOUS,
    Evenement,
    Fait,
    Genre,
    Source,
    heure_dite,
    inscrire,
    jusqu_au,
    precisions,
)
from aipi.models import Compte, Personne, StatutRendezVous
from aipi.nombres import nombre
from aipi.roles import visibles

from .models import (
    Contrat,
    DemarcheEntretien,
    Entretien,
    Formation,
    Frein,
    Mission,
    Parcours,
    ParticipationFormation,
    RendezVous,
    SuiteSortie,
)

ETATS_FREIN = {Frein.Issue.LEVE: "fait"}
ETATS_FORMATION = {
    ParticipationFormation.Resultat.SUIVIE: "fait",
    ParticipationFormation.Resultat.CERTIFIEE: "fait",
    ParticipationFormation.Resultat.ABANDONNEE: "absent",
}


def entretien(fait: Fait) -> Evenement:
    objet, lieu, minutes, prenom, nom, demarches = fait.textes
    return Evenement(
        fait.jour,
        f"Entretien {Entretien.Objet(objet).label.lower()}" if objet else "Entretien",
        precisions(lieu, f"{minutes} min" if minutes else "", f"{prenom} {nom}", demarches),
        url=adresse_de("entretien_update", fait.cle),
    )


def rendez_vous(fait: Fait) -> Evenement:
    heure, lieu, statut, prenom, nom = fait.textes
    etat = StatutRendezVous(statut)
    return Evenement(
        fait.jour,
        "Rendez-vous ACI",
        precisions(heure_dite(heure), lieu, f"{prenom} {nom}"),
        ETATS_RENDEZ_VOUS[etat],
        str(etat.label),
        url=adresse_de("rendez_vous_update", fait.cle),
    )


def contrat(fait: Fait) -> Evenement:
    equipe, fin, heures = fait.textes
    par_semaine = f"{nombre(Decimal(heures) / ECHELLE)} h par semaine" if heures else ""
    return Evenement(
        fait.jour,
        f"Contrat, {equipe}",
        precisions(jusqu_au(fin), par_semaine),
        url=adresse_de("contrat_update", fait.cle),
    )


def frein_repere(fait: Fait) -> Evenement:
    return Evenement(fait.jour, f"Frein repéré\u202f: {fait.textes[0]}", url=adresse_de("frein_update", fait.cle))


def frein_fini(fait: Fait) -> Evenement:
    categorie, issue = fait.textes
    fin = Frein.Issue(issue) if issue else None
    return Evenement(
        fait.jour,
        f"Frein terminé\u202f: {categorie}",
        (),
        "sorti" if fin is None else ETATS_FREIN.get(fin, "sorti"),
        "Issue non renseignée" if fin is None else str(fin.label),
        url=adresse_de("frein_update", fait.cle),
    )


def mission(fait: Fait) -> Evenement:
    genre, employeur, fin = fait.textes
    return Evenement(
        fait.jour,
        str(Mission.Type(genre).label),
        precisions(employeur, jusqu_au(fin)),
        url=adresse_de("mission_update", fait.cle),
    )


def formation(fait: Fait) -> Evenement:
    intitule, genre, resultat, cle = fait.textes
    type_formation = str(Formation.Type(genre).label)
    issue = ParticipationFormation.Resultat(resultat) if resultat else None
    return Evenement(
        fait.jour,
        f"Formation\u202f: {intitule}",
        () if type_formation in intitule else (type_formation,),
        "" if issue is None else ETATS_FORMATION[issue],
        "" if issue is None else str(issue.label),
        url=adresse_de("formation_detail", int(cle)),
    )


def entree(fait: Fait) -> Evenement:
    return Evenement(fait.jour, "Entrée en ACI")


def sortie(fait: Fait) -> Evenement:
    return Evenement(fait.jour, "Sortie de l’ACI", precisions(*fait.textes))


def suite(fait: Fait) -> Evenement:
    mois, situation, texte = fait.textes
    return Evenement(
        fait.jour,
        f"Nouvelles {mois} mois après la sortie",
        precisions(str(SuiteSortie.Situation(situation).label), texte),
    )


def sans_lien(dire: Callable[[Fait], Evenement]) -> Callable[[Fait], Evenement]:
    """The same event for who may read it and not open it."""
    return lambda fait: replace(dire(fait), url="")


def _demarches() -> Subquery:
    """What was undertaken at an interview, in one text."""
    lignes: QuerySet[DemarcheEntretien] = DemarcheEntretien.objects.filter(entretien=OuterRef("pk")).order_by()
    return Subquery(lignes.values("entretien").annotate(texte=Enumeration("demarche__libelle")).values("texte"))


def entretiens(lignes: QuerySet[Entretien]) -> Source:
    """Interviews, as the pole tells them, and the other one when they are shared with it."""
    return Source(
        Genre.CONTACTS,
        lignes,
        "date",
        entretien,
        ("objet", "lieu__libelle", "duree_minutes", "intervenant__prenom", "intervenant__nom", _demarches()),
        note=True,
    )


def aci(compte: Compte, personne: Personne) -> list[Source]:
    """Interviews, appointments, contracts, obstacles, missions, trainings; supervisors see contracts and CQP only."""
    complet = roles.pole_pro(compte)
    parcours = visibles(Parcours.objects.filter(personne=personne), compte)
    siens = {"parcours__personne": personne}
    freins = visibles(Frein.objects.filter(**siens), compte)
    declarees = [
        entretiens(visibles(Entretien.objects.filter(**siens), compte)),
        Source(
            Genre.RENDEZ_VOUS,
            visibles(RendezVous.objects.filter(**siens), compte),
            "date",
            rendez_vous,
            ("heure", "lieu", "statut", "intervenant__prenom", "intervenant__nom"),
        ),
        Source(
            Genre.ETAPES,
            visibles(Contrat.objects.filter(**siens), compte),
            "date_debut",
            contrat,
            ("equipe__nom", "date_fin", "heures_hebdo"),
        ),
        Source(Genre.FREINS, freins, "date_fin", frein_fini, ("categorie__libelle", "issue")),
        Source(Genre.FREINS, freins, "date_reperage", frein_repere, ("categorie__libelle",)),
        Source(
            Genre.FORMATIONS,
            visibles(Mission.objects.filter(**siens), compte),
            "date_debut",
            mission,
            ("type", "employeur", "date_fin"),
        ),
        Source(
            Genre.FORMATIONS,
            visibles(ParticipationFormation.objects.filter(**siens), compte),
            "formation__date_debut",
            formation,
            ("formation__intitule", "formation__type", "resultat", "formation_id"),
        ),
        Source(
            Genre.ETAPES,
            visibles(SuiteSortie.objects.filter(**siens), compte),
            "date",
            suite,
            ("mois", "situation", "precisions"),
        ),
        # Why someone left is no business of the workshop.
        Source(Genre.ETAPES, parcours, "date_sortie", sortie, ("motif_sortie__libelle",) if complet else ()),
        Source(Genre.ETAPES, parcours, "date_entree", entree),
    ]
    return declarees if complet else [replace(source, dire=sans_lien(source.dire)) for source in declarees]


inscrire("aci", aci)
partages.inscrire(partages.Nature(Entretien, roles.Pole.PRO, entretiens))
