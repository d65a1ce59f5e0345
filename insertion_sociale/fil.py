"""What the follow-ups of the pole bring to the thread of a person."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import OuterRef, QuerySet, Subquery

from aipi import partages
from aipi.adresses import adresse_de
from aipi.champs import ECHELLE
from aipi.expressions import Enumeration
from aipi.fil import (
    ETATS_RENDEZ_VOUS,
    VRAI,
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
from aipi.nombres import euros
from aipi.roles import Pole, visibles

from .models import (
    AideLogement,
    ContactRsa,
    ContratEngagement,
    DemarcheContactRsa,
    DemarcheLogement,
    InterventionLogement,
    Invitation,
    MesureLogement,
    Presence,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)

ETATS_DECISION = {
    AideLogement.Decision.ACCEPTE: "fait",
    AideLogement.Decision.REFUSE: "absent",
    AideLogement.Decision.AJOURNE: "alerte",
    AideLogement.Decision.SANS_SUITE: "sorti",
}


# RSA


def contact(fait: Fait) -> Evenement:
    genre, statut, heure, lieu, prenom, nom, demarches = fait.textes
    etat = StatutRendezVous(statut)
    return Evenement(
        fait.jour,
        f"{ContactRsa.Type(genre).label} RSA",
        precisions(heure_dite(heure), lieu, f"{prenom} {nom}", demarches),
        ETATS_RENDEZ_VOUS[etat],
        str(etat.label),
        url=adresse_de("contact_rsa_update", fait.cle),
    )


def engagement(fait: Fait) -> Evenement:
    genre, fin = fait.textes
    return Evenement(
        fait.jour,
        f"{ContratEngagement.Type(genre).label} signé",
        precisions(jusqu_au(fin)),
        url=adresse_de("contrat_engagement_update", fait.cle),
    )


def entree_rsa(fait: Fait) -> Evenement:
    return Evenement(fait.jour, "Entrée dans le suivi RSA", url=adresse_de("suivi_rsa_update", fait.cle))


def sortie_rsa(fait: Fait) -> Evenement:
    return Evenement(
        fait.jour,
        "Sortie du suivi RSA",
        precisions(fait.textes[0]),
        url=adresse_de("suivi_rsa_update", fait.cle),
    )


def contacts(lignes: QuerySet[ContactRsa]) -> Source:
    """RSA contacts, as the pole tells them, and the other one when they are shared with it."""
    demarches = DemarcheContactRsa.objects.filter(contact=OuterRef("pk")).order_by().values("contact")
    return Source(
        Genre.CONTACTS,
        lignes,
        "date",
        contact,
        (
            "type",
            "statut",
            "heure",
            "lieu",
            "intervenant__prenom",
            "intervenant__nom",
            Subquery(demarches.annotate(texte=Enumeration("demarche__libelle")).values("texte")),
        ),
        note=True,
    )


def rsa(compte: Compte, personne: Personne) -> list[Source]:
    """Contacts, commitment contracts, entry and exit."""
    siens = {"suivi__personne": personne}
    suivis = visibles(SuiviRsa.objects.filter(personne=personne), compte)
    return [
        contacts(visibles(ContactRsa.objects.filter(**siens), compte)),
        Source(
            Genre.ETAPES,
            visibles(ContratEngagement.objects.filter(**siens), compte),
            "date_signature",
            engagement,
            ("type", "date_fin"),
        ),
        Source(Genre.ETAPES, suivis, "date_sortie", sortie_rsa, ("motif_sortie__libelle",)),
        Source(Genre.ETAPES, suivis, "date_entree", entree_rsa),
    ]


# Housing


def intervention(fait: Fait) -> Evenement:
    theme, prenom, nom, demarches = fait.textes
    return Evenement(
        fait.jour,
        f"Logement\u202f: {InterventionLogement.Theme(theme).label.lower()}",
        precisions(f"{prenom} {nom}", demarches),
        url=adresse_de("intervention_logement_update", fait.cle),
    )


def rendez_vous_logement(fait: Fait) -> Evenement:
    heure, lieu, statut, prenom, nom = fait.textes
    etat = StatutRendezVous(statut)
    return Evenement(
        fait.jour,
        "Rendez-vous logement",
        precisions(heure_dite(heure), lieu, f"{prenom} {nom}"),
        ETATS_RENDEZ_VOUS[etat],
        str(etat.label),
        url=adresse_de("rendez_vous_logement_update", fait.cle),
    )


def aide_demandee(fait: Fait) -> Evenement:
    return Evenement(
        fait.jour, f"Aide demandée\u202f: {fait.textes[0]}", url=adresse_de("aide_logement_update", fait.cle)
    )


def aide_decidee(fait: Fait) -> Evenement:
    genre, decision, montant = fait.textes
    somme = euros(Decimal(montant) / ECHELLE) if montant else ""
    issue = AideLogement.Decision(decision) if decision else None
    return Evenement(
        fait.jour,
        f"Décision\u202f: {genre}",
        precisions(somme),
        "sorti" if issue is None else ETATS_DECISION[issue],
        "Décision non renseignée" if issue is None else str(issue.label),
        url=adresse_de("aide_logement_update", fait.cle),
    )


def _mesure(fait: Fait) -> str:
    return f"mesure {MesureLogement.Dispositif(fait.textes[0]).label}"


def debut_mesure(fait: Fait) -> Evenement:
    return Evenement(fait.jour, f"Début de la {_mesure(fait)}", url=adresse_de("mesure_logement_update", fait.cle))


def renouvellement_mesure(fait: Fait) -> Evenement:
    return Evenement(
        fait.jour, f"Renouvellement de la {_mesure(fait)}", url=adresse_de("mesure_logement_update", fait.cle)
    )


def fin_mesure(fait: Fait) -> Evenement:
    return Evenement(fait.jour, f"Fin de la {_mesure(fait)}", url=adresse_de("mesure_logement_update", fait.cle))


def interventions(lignes: QuerySet[InterventionLogement]) -> Source:
    """Housing interventions, as the pole tells them, and the other one when they are shared with it."""
    demarches = DemarcheLogement.objects.filter(intervention=OuterRef("pk")).order_by().values("intervention")
    return Source(
        Genre.CONTACTS,
        lignes,
        "date",
        intervention,
        (
            "theme",
            "intervenant__prenom",
            "intervenant__nom",
            Subquery(demarches.annotate(texte=Enumeration("demarche__libelle")).values("texte")),
        ),
        note=True,
    )


def logement(compte: Compte, personne: Personne) -> list[Source]:
    """Interventions, appointments, aids asked for and decided, measures from start to end."""
    siennes = {"mesure__personne": personne}
    mesures = visibles(MesureLogement.objects.filter(personne=personne), compte)
    aides = visibles(AideLogement.objects.filter(**siennes), compte)
    return [
        interventions(visibles(InterventionLogement.objects.filter(**siennes), compte)),
        Source(
            Genre.RENDEZ_VOUS,
            visibles(RendezVousLogement.objects.filter(**siennes), compte),
            "date",
            rendez_vous_logement,
            ("heure", "lieu", "statut", "intervenant__prenom", "intervenant__nom"),
        ),
        Source(
            Genre.AIDES,
            aides,
            "date_decision",
            aide_decidee,
            ("type__libelle", "decision", "montant_accorde"),
        ),
        Source(Genre.AIDES, aides, "date_demande", aide_demandee, ("type__libelle",)),
        Source(Genre.ETAPES, mesures, "date_fin", fin_mesure, ("dispositif",)),
        Source(Genre.ETAPES, mesures, "date_renouvellement", renouvellement_mesure, ("dispositif",)),
        Source(Genre.ETAPES, mesures, "date_debut", debut_mesure, ("dispositif",)),
    ]


# Health and collective actions


def presence(fait: Fait) -> Evenement:
    intitule, statut, venu, seance = fait.textes
    url = adresse_de("seance_detail", int(seance))
    if statut == Seance.Statut.ANNULEE:
        return Evenement(fait.jour, intitule, (), "sorti", "Séance annulée", url=url)
    if statut == Seance.Statut.PREVUE:
        return Evenement(fait.jour, intitule, (), "prevu", "Séance prévue", url=url)
    etat, libelle = ("fait", "Présent") if venu == VRAI else ("absent", "Absent")
    return Evenement(fait.jour, intitule, (), etat, libelle, url=url)


def invitation(fait: Fait) -> Evenement:
    intitule, statut, seance = fait.textes
    annulee = statut == Seance.Statut.ANNULEE
    return Evenement(
        fait.jour,
        intitule,
        (),
        "sorti" if annulee else "prevu",
        "Séance annulée" if annulee else "Invitation",
        url=adresse_de("seance_detail", int(seance)),
    )


def actions(compte: Compte, personne: Personne) -> list[Source]:
    """Sessions that the person was pointed at, and those it is only invited to."""
    presences = visibles(Presence.objects.filter(personne=personne), compte)
    invitations = visibles(Invitation.objects.filter(personne=personne), compte)
    pointees = Presence.objects.filter(personne=personne).order_by().values("seance")
    return [
        Source(
            Genre.SEANCES,
            presences,
            "seance__date",
            presence,
            ("seance__action__intitule", "seance__statut", "present", "seance_id"),
        ),
        Source(
            Genre.SEANCES,
            invitations.exclude(seance__in=pointees),
            "seance__date",
            invitation,
            ("seance__action__intitule", "seance__statut", "seance_id"),
        ),
    ]


for _code, _declaration in (("rsa", rsa), ("logement", logement), ("actions", actions)):
    inscrire(_code, _declaration)
partages.inscrire(partages.Nature(ContactRsa, Pole.SOCIAL, contacts))
partages.inscrire(partages.Nature(InterventionLogement, Pole.SOCIAL, interventions))
