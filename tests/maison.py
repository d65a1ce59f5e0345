"""A small house for tests of access and screens: someone in each pole, one in both, one in none, two teams."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from aipi.models import Compte, DemandeDroit, Document, Intervenant, Nomenclature, Personne, Travail
from insertion_pro.models import (
    Absence,
    Atelier,
    Contrat,
    Entretien,
    Equipe,
    Formation,
    Frein,
    Mission,
    ModuleCqp,
    Parcours,
    ParticipationFormation,
    Realisation,
    ReleveHeures,
)
from insertion_sociale.models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    InterventionLogement,
    MesureLogement,
    Presence,
    Seance,
    SuiviRsa,
)

MOT_DE_PASSE = "lavande-47-moulin"
NOTE_PRO = "Note confidentielle du pôle professionnel"
NOTE_RSA = "Note confidentielle du pôle social"
NOTE_LOGEMENT = "Note confidentielle du logement"


@dataclass
class Maison:
    """What `construire` made."""

    comptes: dict[str, Compte]
    aci: Personne
    """In the ACI only, in the team of the account « encadrant »."""
    autre_equipe: Personne
    """In the ACI only, in the other team."""
    rsa: Personne
    deux_poles: Personne
    """In the ACI (first team), followed for the RSA and for housing."""
    nouvelle: Personne
    """Without any follow-up yet."""
    parcours: Parcours
    parcours_autre: Parcours
    parcours_double: Parcours
    contrat: Contrat
    frein: Frein
    mission: Mission
    formation: Formation
    """The CQP that the first parcours takes part in."""
    atelier: Atelier
    equipe: Equipe
    """The first team, of the account « encadrant »."""
    equipe_autre: Equipe
    module: ModuleCqp
    """The only one of the CQP booklet."""
    realisation: Realisation
    """Of the workshop, without a photograph."""
    suivi: SuiviRsa
    mesure: MesureLogement
    aide: AideLogement
    """Asked for in the measure ten days ago, not decided yet."""
    entretien: Entretien
    contact: ContactRsa
    intervention: InterventionLogement
    engagement: ContratEngagement
    action: Action
    seance: Seance
    document: Document
    """A letter of the social pole, in the dossier followed by both."""
    travail: Travail
    """Asked for by the director."""
    demande: DemandeDroit
    """Of access, from the person in the ACI only, received today."""


def personne(ref: str, nom: str, prenom: str, **champs: object) -> Personne:
    return Personne.objects.create(ref=ref, nom=nom, prenom=prenom, **champs)


def code(liste: str, valeur: str, libelle: str) -> Nomenclature:
    """A code that comes with the software; made again where a browser test before this one emptied the tables."""
    return Nomenclature.objects.get_or_create(liste=liste, code=valeur, defaults={"libelle": libelle})[0]


def parcours_de(qui: Personne, equipe: Equipe, jour: datetime.date, **champs: object) -> Parcours:
    parcours = Parcours.objects.create(ref=f"PAR-{qui.ref}", personne=qui, date_entree=jour, **champs)
    contrat = Contrat.objects.create(
        ref=f"CON-{qui.ref}",
        parcours=parcours,
        equipe=equipe,
        date_debut=jour,
        date_fin=timezone.localdate() + datetime.timedelta(days=12),
    )
    ReleveHeures.objects.create(contrat=contrat, mois=jour.replace(day=1), heures=Decimal("101.5"))
    return parcours


def construire() -> Maison:
    """Make it all, relative to today."""
    jour = timezone.localdate()
    avant = jour - datetime.timedelta(days=100)
    staff = {
        code: Intervenant.objects.create(code=code, nom=nom, prenom=prenom, role=role)
        for code, nom, prenom, role in (
            ("CIP", "Maës", "Odile", "travailleur_social"),
            ("REF", "Dehaene", "Luc", "travailleur_social"),
            ("ENC1", "Pladys", "Marc", "encadrant"),
            ("ENC2", "Ryckebusch", "Anne", "encadrant"),
        )
    }
    atelier = Atelier.objects.create(code="AT", nom="Brigades vertes")
    equipe1 = Equipe.objects.create(code="E1", atelier=atelier, nom="Équipe du canal", encadrant=staff["ENC1"])
    equipe2 = Equipe.objects.create(code="E2", atelier=atelier, nom="Équipe des dunes", encadrant=staff["ENC2"])

    comptes = {
        nom: Compte.objects.create_user(f"{nom}@exemple.fr", MOT_DE_PASSE, role=role, **champs)
        for nom, role, champs in (
            ("directeur", "directeur", {}),
            ("cip", "travailleur_social", {"pole_pro": True, "intervenant": staff["CIP"]}),
            ("referent", "travailleur_social", {"pole_social": True, "intervenant": staff["REF"]}),
            ("polyvalent", "travailleur_social", {"pole_pro": True, "pole_social": True}),
            ("sans_pole", "travailleur_social", {}),
            ("encadrant", "encadrant", {"intervenant": staff["ENC1"]}),
            ("encadrant_sans_lien", "encadrant", {}),
            ("financeur", "financeur", {}),
            ("administrateur", "administrateur", {}),
        )
    }

    aci = personne("P1", "Évrard", "Zoé", telephone="06 11 22 33 44", date_naissance=datetime.date(1990, 2, 3))
    autre_equipe = personne("P2", "Bollengier", "Hugo")
    rsa = personne("P3", "Vandamme", "Inès")
    deux_poles = personne("P4", "Top", "Régis", telephone="0755667788")
    nouvelle = personne("P5", "Cœuille", "Ana")

    parcours = parcours_de(aci, equipe1, avant, referent=staff["CIP"])
    parcours_autre = parcours_de(autre_equipe, equipe2, avant)
    parcours_double = parcours_de(deux_poles, equipe1, avant)
    entretien = Entretien.objects.create(
        ref="ENT-1", parcours=parcours, date=jour, intervenant=staff["CIP"], note=NOTE_PRO
    )
    Entretien.objects.create(ref="ENT-2", parcours=parcours_double, date=jour, note=NOTE_PRO)
    mobilite = code("categorie_frein", "mobilite", "Mobilité")
    frein = Frein.objects.create(ref="FR-1", parcours=parcours, categorie=mobilite, date_reperage=avant)
    mission = Mission.objects.create(
        ref="MIS-1", parcours=parcours, type="immersion", employeur="Garage du Phare", date_debut=avant
    )
    maladie = code("motif_absence", "maladie", "Maladie")
    Absence.objects.create(contrat=parcours.contrats.get(), mois=avant.replace(day=1), motif=maladie, heures=Decimal(7))
    for ref, type_formation, intitule in (("F1", "cqp", "CQP Salarié polyvalent"), ("F2", "permis", "Permis B")):
        formation = Formation.objects.create(ref=ref, type=type_formation, intitule=intitule, date_debut=avant)
        ParticipationFormation.objects.create(formation=formation, parcours=parcours)

    suivi = SuiviRsa.objects.create(ref="S1", personne=rsa, date_entree=avant, referent=staff["REF"])
    suivi_double = SuiviRsa.objects.create(ref="S2", personne=deux_poles, date_entree=avant)
    contact = ContactRsa.objects.create(
        ref="CTR-1", suivi=suivi, date=jour, type="visite", statut="honore", note=NOTE_RSA
    )
    ContactRsa.objects.create(ref="CTR-2", suivi=suivi_double, date=jour, type="visite", statut="honore", note=NOTE_RSA)
    engagement = ContratEngagement.objects.create(
        ref="CE-1", suivi=suivi, type="ce", date_signature=avant, date_fin=jour + datetime.timedelta(days=5)
    )
    mesure = MesureLogement.objects.create(ref="M1", personne=deux_poles, dispositif="fsl", date_debut=avant)
    aide = AideLogement.objects.create(
        ref="AL-1",
        mesure=mesure,
        type=code("type_aide", "depot_garantie", "Dépôt de garantie"),
        date_demande=jour - datetime.timedelta(days=10),
    )
    intervention = InterventionLogement.objects.create(
        ref="I1", mesure=mesure, date=jour, theme="etat_logement", note=NOTE_LOGEMENT
    )
    action = Action.objects.create(
        ref="A1", domaine="sante", programme="Bien-être", intitule="Atelier sommeil", annee=jour.year
    )
    seance = Seance.objects.create(ref="SE1", action=action, date=jour, statut="tenue")
    Presence.objects.create(seance=seance, personne=rsa, present=True)

    document = Document.objects.create(
        personne=deux_poles,
        pole="social",
        type="courrier",
        intitule="Courrier du bailleur",
        fichier=default_storage.save("documents/maison.pdf", ContentFile(b"%PDF-1.4 courrier")),
        type_mime="application/pdf",
        taille=17,
        auteur=comptes["referent"],
    )

    return Maison(
        comptes=comptes,
        aci=aci,
        autre_equipe=autre_equipe,
        rsa=rsa,
        deux_poles=deux_poles,
        nouvelle=nouvelle,
        parcours=parcours,
        parcours_autre=parcours_autre,
        parcours_double=parcours_double,
        contrat=parcours.contrats.get(),
        frein=frein,
        mission=mission,
        formation=parcours.formations.get(formation__type="cqp").formation,
        atelier=atelier,
        equipe=equipe1,
        equipe_autre=equipe2,
        module=ModuleCqp.objects.create(code="M1", intitule="Se situer dans son environnement de travail", ordre=1),
        realisation=Realisation.objects.create(
            ref="REA-1", atelier=atelier, date=avant, intitule="Pose d’une clôture", client="M. Untel"
        ),
        suivi=suivi,
        mesure=mesure,
        aide=aide,
        entretien=entretien,
        contact=contact,
        intervention=intervention,
        engagement=engagement,
        action=action,
        seance=seance,
        document=document,
        demande=DemandeDroit.objects.create(personne=aci, droit="acces", recue_le=jour, enregistree_par=comptes["cip"]),
        travail=Travail.objects.create(
            compte=comptes["directeur"], genre="rapport", libelle="Rapport 2021", parametres={}, etat="fini"
        ),
    )
