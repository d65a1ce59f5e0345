"""Many rows for tests that count queries: persons followed everywhere, and rows that hang on those of the house."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from maison import Maison, code

from aipi.models import (
    Brouillon,
    Compte,
    Consultation,
    DemandeDroit,
    Document,
    FiltreEnregistre,
    Financeur,
    Intervenant,
    Personne,
    Reprise,
    Suppression,
    Travail,
)
from insertion_pro.models import (
    Absence,
    Atelier,
    Contrat,
    DemarcheEntretien,
    Entretien,
    Equipe,
    Formation,
    Frein,
    Mission,
    Parcours,
    ParticipationFormation,
    Realisation,
    ReleveHeures,
    RendezVous,
)
from insertion_sociale.models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    DemarcheContactRsa,
    InterventionLogement,
    Invitation,
    MesureLogement,
    Presence,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)
from rapports.models import QuestionFinanceur, Tableau


def instruire() -> None:
    """Rows of this very transaction are unknown to the planner until it is told; in service it is told by itself."""
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")


def personnes(cles: Sequence[str]) -> list[Personne]:
    return Personne.objects.bulk_create(
        Personne(ref=c, nom=f"Nom{r % 500:03}", prenom=f"Volume {r}", recherche=f"nom{r % 500:03} volume {r}")
        for r, c in enumerate(cles)
    )


def peupler(maison: Maison, debut: int, combien: int) -> None:
    """Persons followed everywhere, spread over four teams that are nobody's, each with a row of every kind."""
    jour = timezone.localdate()
    entree, fin = jour - datetime.timedelta(days=200), jour + datetime.timedelta(days=40)
    rangs = range(debut, debut + combien)
    cle = [f"V{rang:05}" for rang in rangs]
    qui = personnes(cle)
    equipes = [
        Equipe.objects.get_or_create(code=f"VE{n}", defaults={"nom": f"Volume {n}", "atelier": maison.atelier})[0]
        for n in range(4)
    ]
    frein, aide = maison.frein.categorie, maison.aide.type
    parcours = Parcours.objects.bulk_create(
        Parcours(ref=c, personne=p, date_entree=entree) for c, p in zip(cle, qui, strict=True)
    )
    suivis = SuiviRsa.objects.bulk_create(
        SuiviRsa(ref=c, personne=p, date_entree=entree) for c, p in zip(cle, qui, strict=True)
    )
    mesures = MesureLogement.objects.bulk_create(
        MesureLogement(ref=c, personne=p, dispositif="fsl", date_debut=entree) for c, p in zip(cle, qui, strict=True)
    )
    Contrat.objects.bulk_create(
        Contrat(ref=c, parcours=p, equipe=equipes[r % 4], date_debut=entree, date_fin=fin)
        for c, p, r in zip(cle, parcours, rangs, strict=True)
    )
    Entretien.objects.bulk_create(Entretien(ref=c, parcours=p, date=entree) for c, p in zip(cle, parcours, strict=True))
    Frein.objects.bulk_create(
        Frein(ref=c, parcours=p, categorie=frein, date_reperage=entree) for c, p in zip(cle, parcours, strict=True)
    )
    Mission.objects.bulk_create(
        Mission(ref=c, parcours=p, type="cdd", date_debut=entree) for c, p in zip(cle, parcours, strict=True)
    )
    ContactRsa.objects.bulk_create(
        ContactRsa(
            ref=f"{c}-{n}", suivi=s, date=entree + datetime.timedelta(days=30 * n), type="visite", statut="prevu"
        )
        for c, s in zip(cle, suivis, strict=True)
        for n in range(3)
    )
    ContratEngagement.objects.bulk_create(
        ContratEngagement(ref=c, suivi=s, type="ce", date_signature=entree, date_fin=fin)
        for c, s in zip(cle, suivis, strict=True)
    )
    AideLogement.objects.bulk_create(
        AideLogement(ref=c, mesure=m, type=aide, date_demande=entree) for c, m in zip(cle, mesures, strict=True)
    )
    Action.objects.bulk_create(
        Action(ref=c, domaine="sante", programme="Volume", intitule=f"Action {c}", annee=jour.year)
        for c in cle[:: max(combien // 60, 1)]
    )
    instruire()


def epaissir(maison: Maison, debut: int, combien: int) -> None:
    """More of everything that hangs on the rows of the house: in each dossier, team, session, measure and account."""
    rangs = range(debut, debut + combien)
    _epaissir_aci(maison, rangs)
    _epaissir_social(maison, rangs)
    _epaissir_comptes(maison, rangs)
    instruire()


def _passe(rang: int) -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=1 + rang)


def _epaissir_aci(maison: Maison, rangs: range) -> None:
    """Colleagues in the same team and training, and a longer stay for those who are there."""
    cles = [f"EA{r:04}" for r in rangs]
    avant = timezone.localdate() - datetime.timedelta(days=100)
    stays = Parcours.objects.bulk_create(
        Parcours(ref=c, personne=p, date_entree=avant, referent=maison.parcours.referent)
        for c, p in zip(cles, personnes(cles), strict=True)
    )
    contrats = Contrat.objects.bulk_create(
        Contrat(ref=c, parcours=p, equipe=maison.equipe, date_debut=avant) for c, p in zip(cles, stays, strict=True)
    )
    mois, motif = avant.replace(day=1), Absence.objects.values_list("motif", flat=True)[0]
    ReleveHeures.objects.bulk_create(ReleveHeures(contrat=c, mois=mois, heures=Decimal(90)) for c in contrats)
    Absence.objects.bulk_create(Absence(contrat=c, mois=mois, motif_id=motif, heures=Decimal(7)) for c in contrats)
    ParticipationFormation.objects.bulk_create(
        ParticipationFormation(formation=maison.formation, parcours=p) for p in stays
    )
    demarche = code("demarche", "cv", "CV")
    for sien, lettre in ((maison.parcours, "A"), (maison.parcours_double, "D")):
        notes = Entretien.objects.bulk_create(
            Entretien(ref=f"E{lettre}{r}", parcours=sien, date=_passe(r), note="Une note.") for r in rangs
        )
        DemarcheEntretien.objects.bulk_create(DemarcheEntretien(entretien=e, demarche=demarche) for e in notes)
        RendezVous.objects.bulk_create(RendezVous(ref=f"R{lettre}{r}", parcours=sien, date=_passe(r)) for r in rangs)
        Frein.objects.bulk_create(
            Frein(ref=f"F{lettre}{r}", parcours=sien, categorie=maison.frein.categorie, date_reperage=_passe(r))
            for r in rangs
        )
        Mission.objects.bulk_create(
            Mission(ref=f"M{lettre}{r}", parcours=sien, type="interim", date_debut=_passe(r)) for r in rangs
        )
        Contrat.objects.bulk_create(
            Contrat(ref=f"C{lettre}{r}", parcours=sien, equipe=maison.equipe, date_debut=_passe(r), date_fin=_passe(r))
            for r in rangs
        )
    Formation.objects.bulk_create(
        Formation(ref=f"FO{r}", type="sst", intitule="Gestes", date_debut=_passe(r)) for r in rangs
    )
    Realisation.objects.bulk_create(
        Realisation(ref=f"RE{r}", atelier=maison.atelier, date=_passe(r), intitule="Haie") for r in rangs
    )
    ateliers = Atelier.objects.bulk_create(Atelier(code=f"AT{r}", nom=f"Atelier {r}") for r in rangs)
    Equipe.objects.bulk_create(
        Equipe(code=f"EQ{r}", nom=f"Équipe {r}", atelier=a) for r, a in zip(rangs, ateliers, strict=True)
    )


def _epaissir_social(maison: Maison, rangs: range) -> None:
    """Longer follow-ups for the two persons of the pole, and more people in the same session."""
    jour = timezone.localdate()
    demarche = code("demarche", "cv", "CV")
    contacts = ContactRsa.objects.bulk_create(
        ContactRsa(
            ref=f"K{r}", suivi=maison.suivi, date=_passe(r), type="convocation", statut="prevu" if r % 2 else "honore"
        )
        for r in rangs
    )
    DemarcheContactRsa.objects.bulk_create(DemarcheContactRsa(contact=c, demarche=demarche) for c in contacts)
    ContactRsa.objects.bulk_create(
        ContactRsa(ref=f"J{r}", suivi=maison.suivi, date=jour, type="convocation", statut="prevu") for r in rangs
    )
    ContratEngagement.objects.bulk_create(
        ContratEngagement(ref=f"CE{r}", suivi=maison.suivi, type="ce", date_signature=_passe(r), date_fin=_passe(r))
        for r in rangs
    )
    InterventionLogement.objects.bulk_create(
        InterventionLogement(ref=f"IL{r}", mesure=maison.mesure, date=_passe(r), theme="etat_logement") for r in rangs
    )
    RendezVousLogement.objects.bulk_create(
        RendezVousLogement(ref=f"RL{r}", mesure=maison.mesure, date=_passe(r)) for r in rangs
    )
    AideLogement.objects.bulk_create(
        AideLogement(ref=f"AL{r}", mesure=maison.mesure, type=maison.aide.type, date_demande=_passe(r)) for r in rangs
    )
    for qui, lettre in ((maison.rsa, "R"), (maison.deux_poles, "D")):
        SuiviRsa.objects.bulk_create(
            SuiviRsa(ref=f"SR{lettre}{r}", personne=qui, date_entree=_passe(r), date_sortie=_passe(r)) for r in rangs
        )
        MesureLogement.objects.bulk_create(
            MesureLogement(ref=f"ML{lettre}{r}", personne=qui, dispositif="partenord", date_debut=_passe(r))
            for r in rangs
        )
    cles = [f"ES{r:04}" for r in rangs]
    venus = personnes(cles)
    SuiviRsa.objects.bulk_create(
        SuiviRsa(ref=c, personne=p, date_entree=jour, referent=maison.suivi.referent)
        for c, p in zip(cles, venus, strict=True)
    )
    Invitation.objects.bulk_create(Invitation(seance=maison.seance, personne=p) for p in venus)
    Presence.objects.bulk_create(Presence(seance=maison.seance, personne=p, present=True) for p in venus)
    seances = Seance.objects.bulk_create(
        Seance(ref=f"SE-{r}", action=maison.action, date=_passe(r), statut="tenue") for r in rangs
    )
    Presence.objects.bulk_create(Presence(seance=s, personne=maison.rsa, present=True) for s in seances)


def _epaissir_comptes(maison: Maison, rangs: range) -> None:
    """What accounts leave behind them: papers, drafts, filters, works, deletions, requests, readings."""
    directeur, lu = maison.comptes["directeur"], maison.entretien
    Document.objects.bulk_create(
        Document(
            personne=maison.deux_poles, pole="social", type="courrier", intitule=f"Courrier {r}", fichier="x.pdf",
            type_mime="application/pdf", taille=17, auteur=maison.comptes["referent"],
        )
        for r in rangs
    )  # fmt: skip
    for nom in ("directeur", "cip", "referent", "encadrant", "administrateur", "financeur"):
        compte = maison.comptes[nom]
        Brouillon.objects.bulk_create(Brouillon(compte=compte, cle=f"/volume/{r}/", contenu={}) for r in rangs)
        FiltreEnregistre.objects.bulk_create(
            FiltreEnregistre(compte=compte, liste=liste, nom=f"Filtre {r}")
            for r in rangs
            for liste in ("personne_list", "parcours_list", "suivi_rsa_list")
        )
        Travail.objects.bulk_create(
            Travail(compte=compte, genre="rapport", libelle="Rapport", parametres={}, etat="fini") for _ in rangs
        )
        Suppression.objects.bulk_create(Suppression(compte=compte, libelle="frein", donnees=[]) for _ in rangs)
    DemandeDroit.objects.bulk_create(
        DemandeDroit(personne=maison.aci, droit="acces", recue_le=_passe(r), enregistree_par=directeur) for r in rangs
    )
    Consultation.objects.bulk_create(
        Consultation(
            compte=directeur, acte="lecture", page="personne_detail", cle=f"volume-{r}", personne_ref=maison.aci.ref
        )
        for r in rangs
    )
    entretiens = ContentType.objects.get_for_model(lu)
    LogEntry.objects.bulk_create(
        LogEntry(
            content_type=entretiens, object_pk=str(lu.pk), object_id=lu.pk, object_repr="", action=1, actor=directeur,
            changes={"note": ["Avant", f"Après {r}"]},
        )
        for r in rangs
    )  # fmt: skip
    Reprise.objects.bulk_create(Reprise(compte=directeur, libelle=f"usagers-{r}.csv") for r in rangs)
    staff = Intervenant.objects.bulk_create(
        Intervenant(code=f"IN{r}", nom=f"Nom {r}", prenom="Volume", role="travailleur_social") for r in rangs
    )
    Compte.objects.bulk_create(
        Compte(courriel=f"v{i.code}@exemple.fr", role="travailleur_social", pole_pro=True, intervenant=i) for i in staff
    )
    financeurs = Financeur.objects.bulk_create(Financeur(code=f"F{r}", nom=f"Financeur {r}") for r in rangs)
    modele = maison.tableau
    for financeur in (*financeurs, modele.financeur):
        Tableau.objects.bulk_create(
            [
                Tableau(
                    financeur=financeur, debut=modele.debut, fin=modele.fin, prepare_le=modele.prepare_le,
                    publie_le=modele.publie_le, publie_par=directeur, contenu=modele.contenu, cellules=[],
                )
            ]
        )  # fmt: skip
    QuestionFinanceur.objects.bulk_create(
        QuestionFinanceur(
            tableau=modele, indicateur="rsa.suivis", libelle="Allocataires", texte="Combien ?",
            auteur=maison.comptes["financeur"],
        )
        for _ in rangs
    )  # fmt: skip
