"""The last months as the staff keeps them: appointments, notes, démarches, CQP booklet, suites of exits, works done.

Everything here comes after the caseload is stopped and after 2021, from generators of its own: no figure of 2021 and
no row made before moves because of it.
"""

import datetime
from collections.abc import Callable, Iterable

from rapports.demonstration.fabrique import (
    FIN_CALEE,
    Cellule,
    Classeur,
    Ligne,
    est_ouvre,
    hasard,
    jour,
    mois_texte,
    plus_jours,
    plus_mois,
)
from rapports.demonstration.references import CONSEILLERS, REFERENT_LOGEMENT, REFERENTS_RSA

MEMOIRE = 365
"""Days back for which hours, places and staff of the contacts are known."""
NOTES = 120
"""Days back for which notes are written: what is read on the screens."""
A_VENIR = 20
"""Days ahead for which appointments are made."""
HORAIRES = ("09:00", "09:45", "10:30", "11:15", "13:45", "14:30", "15:15", "16:00")
LIEUX = ("Bergues, bureau 2", "Wormhout, maison France services", "Hondschoote, mairie", "Esquelbecq, atelier")
LIEUX_SOCIAL = ("Bergues, bureau 1", "Wormhout, maison France services", "Watten, mairie annexe")

NOTES_ACI = (
    "Arrive à l’heure tous les matins. Souhaite essayer l’entretien d’espaces verts dans une commune.",
    "Dossier de permis complété ensemble, reste l’attestation de domicile à apporter.",
    "CV relu. Deux candidatures envoyées, relance prévue la semaine prochaine.",
    "Point sur le budget du mois : rendez-vous à prendre avec la conseillère du CCAS.",
    "Ne sait pas encore ce qui plairait après le contrat. Visite de la plateforme des métiers proposée.",
    "Les trajets restent compliqués les jours de pluie, covoiturage évoqué avec un collègue.",
    "Content de la formation premiers secours. Voudrait continuer vers l’aide à domicile.",
    "Inscription en ligne faite ensemble, mot de passe noté dans son carnet.",
)
NOTES_SOCIAL = (
    "Point sur les démarches du mois : déclaration trimestrielle faite ensemble.",
    "Intéressée par l’atelier numérique, inscription à confirmer.",
    "Recherche de garde pour le petit dernier avant de reprendre une formation.",
    "Candidature déposée à la jardinerie, réponse attendue.",
    "Rappel des engagements du contrat, prochaine étape fixée avec la personne.",
    "Courrier du bailleur lu ensemble, réponse préparée.",
    "Projet de reprise d’étude à préciser avec la conseillère de France Travail.",
)
NOTES_LOGEMENT = (
    "Relevé des charges vérifié, échéancier proposé au bailleur.",
    "Visite du logement : fenêtre de la chambre à signaler au propriétaire.",
    "Dossier d’aide complété, il manque l’attestation d’assurance.",
    "Premier budget du mois posé ensemble, à revoir dans trois semaines.",
)
DEMARCHES_EMPLOI = (
    "cv_lettre",
    "candidature",
    "france_travail",
    "recherche_formation",
    "mobilite_permis",
    "acces_droits",
    "numerique",
)
DEMARCHES_SOCIAL = ("acces_droits", "logement", "budget_dettes", "garde_enfant", "numerique", "candidature")
DEMARCHES_LOGEMENT = ("logement", "budget_dettes", "acces_droits", "mediation")

MODULES_CQP = (
    ("M1", "Préparer son poste et ses outils", 24),
    ("M2", "Travailler en sécurité, pour soi et pour les autres", 35),
    ("M3", "Lire une consigne, compter, mesurer", 35),
    ("M4", "Réaliser un travail du début à la fin", 56),
    ("M5", "Contrôler et ranger", 21),
    ("M6", "Prendre sa place dans l’équipe", 28),
    ("M7", "Parler de son travail au client", 21),
    ("M8", "Se servir du numérique au travail", 30),
)
"""An invented booklet of 250 hours; the real one is entered by the association."""

TRAVAUX = {
    "brigades-vertes": (
        ("Chemin de halage désherbé sur deux kilomètres", "Commune de Bergues", "59067"),
        ("Haie champêtre de 180 plants", "Commune de Wormhout", "59663"),
        ("Aire de pique-nique refaite", "Commune d’Esquelbecq", "59210"),
        ("Mare pédagogique curée et replantée", "École des Trois Saules", "59309"),
        ("Sentier du marais élagué", "Syndicat des Watergangs", "59647"),
    ),
    "batiment": (
        ("Salle de réunion repeinte", "Maison de quartier des Tilleuls", "59067"),
        ("Muret de briques remonté", "Commune de Quaëdypre", "59478"),
    ),
    "de-fil-en-recup": (
        ("Cent sacs cousus dans des bâches", "Salon du réemploi", "59067"),
        ("Costumes du carnaval des enfants", "Comité des fêtes du Beffroi", "59663"),
    ),
}


def ajouter_quotidien(classeur: Classeur, aujourd_hui: datetime.date) -> None:
    """Complete the caseload stopped on `aujourd_hui`. Nothing is added to one stopped by the end of 2021."""
    if aujourd_hui > FIN_CALEE:
        _Quotidien(classeur, aujourd_hui).ajouter()


def _date(cellule: Cellule) -> datetime.date | None:
    return cellule if isinstance(cellule, datetime.date) else None


class _Quotidien:
    def __init__(self, classeur: Classeur, aujourd_hui: datetime.date) -> None:
        self._classeur = classeur
        self._jour = aujourd_hui
        self._feuilles = classeur.feuilles
        self._parcours = {str(ligne["ref"]): ligne for ligne in self._feuilles["parcours"]}
        self._suivis = {str(ligne["ref"]): ligne for ligne in self._feuilles["suivis_rsa"]}
        self._mesures = {str(ligne["ref"]): ligne for ligne in self._feuilles["mesures_logement"]}

    def ajouter(self) -> None:
        """Every sheet in turn; each subject has generators of its own."""
        self._partager_parcours()
        self._partager_logement()
        self._dater()
        self._laisser_inconnus()
        self._oublier_heures()
        self._ajouter_interventions_fsl()
        self._detailler_entretiens()
        self._detailler_contacts()
        self._detailler_interventions()
        self._ajouter_rendez_vous_aci()
        self._ajouter_contacts_du_jour()
        self._ajouter_rendez_vous_logement()
        self._detailler_seances()
        self._ajouter_suites()
        self._ajouter_livret()
        self._ajouter_realisations()

    def _depuis(self, date: Cellule, jours: int) -> bool:
        """Whether a day is among the last ones, or to come; never in 2021."""
        lue = _date(date)
        return lue is not None and lue > FIN_CALEE and lue >= plus_jours(self._jour, -jours)

    def _ouverts(self, lignes: Iterable[Ligne], fin: str) -> list[Ligne]:
        return [ligne for ligne in lignes if (jusqu := _date(ligne[fin])) is None or jusqu >= self._jour]

    # Facts of the follow-ups themselves

    def _partager_parcours(self) -> None:
        """Those hired after 2021 and still there are shared between the two counsellors."""
        ouverts = self._ouverts(self._parcours.values(), "date_sortie")
        for rang, parcours in enumerate(p for p in ouverts if self._depuis(p["date_entree"], 800)):
            parcours["referent"] = CONSEILLERS[rang % 2]

    def _partager_logement(self) -> None:
        """One open measure in three is followed by the first RSA referent, who does both."""
        ouvertes = self._ouverts(self._feuilles["mesures_logement"], "date_fin")
        for rang, mesure in enumerate(ouvertes):
            if rang % 3 == 0 and self._depuis(mesure["date_debut"], 500):
                mesure["referent"] = REFERENTS_RSA[0]

    def _dater(self) -> None:
        for suivi in self._feuilles["suivis_rsa"]:
            entree = _date(suivi["date_entree"])
            if entree is not None and entree > plus_jours(FIN_CALEE, 60):
                suivi["date_orientation"] = plus_jours(entree, -hasard(f"orientation:{suivi['ref']}").randrange(8, 26))
        for mesure in self._feuilles["mesures_logement"]:
            debut, fin = _date(mesure["date_debut"]), _date(mesure["date_fin"])
            if debut is None or fin is None or debut <= FIN_CALEE or mesure["dispositif"] != "fsl":
                continue
            renouvelee = plus_mois(debut, 6)
            if mesure["type"] != "publics_specifiques" and renouvelee < min(fin, self._jour):
                mesure["date_renouvellement"] = renouvelee

    def _laisser_inconnus(self) -> None:
        """Some facts of the last persons taken on are still to be asked."""
        personnes = {str(ligne["ref"]): ligne for ligne in self._feuilles["personnes"]}
        for lignes in (self._parcours, self._suivis):
            recents = [ligne for ligne in lignes.values() if self._depuis(ligne["date_entree"], 90)]
            for rang, ligne in enumerate(reversed(recents)):
                if rang in {1, 4}:
                    personnes[str(ligne["personne"])]["code_insee"] = None
                if rang == 3:
                    personnes[str(ligne["personne"])]["sexe"] = None
        recents = [ligne for ligne in self._parcours.values() if self._depuis(ligne["date_entree"], 60)]
        for parcours in recents[-2:]:
            parcours.update(niveau_formation=None, mois_sans_emploi_entree=None)

    def _oublier_heures(self) -> None:
        """The first team has not entered the hours of two of its employees for last month."""
        avant = plus_jours(self._jour.replace(day=1), -1)
        if avant <= FIN_CALEE:
            return
        mois = mois_texte(avant.year, avant.month)
        siens = [str(ligne["ref"]) for ligne in self._feuilles["contrats"] if ligne["equipe"] == "BV1"]
        saisis = [
            ligne["contrat"]
            for ligne in self._feuilles["heures"]
            if ligne["mois"] == mois and str(ligne["contrat"]) in siens
        ]
        oublies = set(saisis[:2])
        for feuille in ("heures", "absences"):
            self._feuilles[feuille] = [
                ligne for ligne in self._feuilles[feuille] if ligne["mois"] != mois or ligne["contrat"] not in oublies
            ]

    # Contacts of the last months

    def _detailler(
        self,
        ligne: Ligne,
        notes: tuple[str, ...],
        demarches: tuple[str, ...],
        feuille: str,
        colonne: str,
    ) -> None:
        """A note and what was undertaken, for a contact that took place lately."""
        if not self._depuis(ligne["date"], NOTES):
            return
        rng = hasard(f"note:{ligne['ref']}")
        if rng.random() < 0.7:
            ligne["note"] = rng.choice(notes)
        for demarche in sorted(rng.sample(demarches, rng.choice((0, 1, 1, 2)))):
            self._classeur.ajouter(feuille, **{colonne: ligne["ref"], "demarche": demarche})

    def _detailler_entretiens(self) -> None:
        for entretien in self._feuilles["entretiens"]:
            self._detailler(entretien, NOTES_ACI, DEMARCHES_EMPLOI, "demarches_entretiens", "entretien")

    def _detailler_contacts(self) -> None:
        for contact in self._feuilles["contacts_rsa"]:
            if not self._depuis(contact["date"], MEMOIRE):
                continue
            rng = hasard(f"contact:{contact['ref']}")
            contact["intervenant"] = self._suivis[str(contact["suivi"])]["referent"]
            contact["heure"] = rng.choice(HORAIRES)
            contact["lieu"] = rng.choice(LIEUX_SOCIAL) if contact["type"] == "convocation" else None
            if contact["statut"] == "honore":
                self._detailler(contact, NOTES_SOCIAL, DEMARCHES_SOCIAL, "demarches_contacts_rsa", "contact")

    def _ajouter_interventions_fsl(self) -> None:
        """Two or three weeks between interventions in an FSL measure; a few households are lost from sight."""
        for mesure in self._mesures.values():
            debut, fin = _date(mesure["date_debut"]), _date(mesure["date_fin"])
            if mesure["dispositif"] != "fsl" or debut is None or not self._depuis(fin or self._jour, MEMOIRE):
                continue
            rng = hasard(f"fsl-suivi:{mesure['ref']}")
            silence = rng.choice((0, 0, 0, 0, 0, 0, 45))
            date = plus_jours(max(debut, plus_jours(FIN_CALEE, 1)), rng.randrange(3, 15))
            while date <= min(fin or self._jour, plus_jours(self._jour, -silence)):
                if est_ouvre(date):
                    self._classeur.ajouter(
                        "interventions_logement",
                        ref=self._classeur.ref("IF"),
                        mesure=mesure["ref"],
                        date=date,
                        theme=rng.choice(("demarches_administratives", "gestion_budgetaire", "etat_logement")),
                    )
                date = plus_jours(date, rng.randrange(12, 24))

    def _detailler_interventions(self) -> None:
        for intervention in self._feuilles["interventions_logement"]:
            if self._depuis(intervention["date"], MEMOIRE):
                intervention["intervenant"] = self._mesures[str(intervention["mesure"])]["referent"]
                self._detailler(intervention, NOTES_LOGEMENT, DEMARCHES_LOGEMENT, "demarches_logement", "intervention")

    # Appointments

    def _prochains(self) -> list[datetime.date]:
        jours = (plus_jours(self._jour, ecart) for ecart in range(1, A_VENIR))
        return [date for date in jours if est_ouvre(date)]

    def _passes(self, nombre: int) -> list[datetime.date]:
        """The last working days."""
        jours = [plus_jours(self._jour, -ecart) for ecart in range(1, 3 * nombre + 6)]
        return [date for date in jours if est_ouvre(date) and date > FIN_CALEE][:nombre]

    def _donner(
        self,
        suivis: list[Ligne],
        combien: int,
        poser: Callable[[Ligne, datetime.date, str, str], None],
        cle: str,
    ) -> None:
        """Appointments of one member of staff: `combien` today, two past without outcome, one or two a day to come."""
        rng = hasard(f"rendez-vous:{cle}:{self._jour}")
        file = [*suivis]
        rng.shuffle(file)
        for suivi, heure in zip(file, sorted(rng.sample(HORAIRES, combien)), strict=False):
            poser(suivi, self._jour, heure, "prevu")
        suite = file[combien:]
        for suivi, date in zip(suite[:2], self._passes(4)[1::2], strict=False):
            poser(suivi, date, rng.choice(HORAIRES), "prevu")
        for suivi, date in zip(suite[2:8], self._passes(6), strict=False):
            poser(suivi, date, rng.choice(HORAIRES), rng.choice(("absence_excusee", "absence_non_excusee", "annule")))
        for suivi, date in zip(suite[8:], [d for d in self._prochains() for _ in range(2)], strict=False):
            poser(suivi, date, rng.choice(HORAIRES), "prevu")

    def _ajouter_rendez_vous_aci(self) -> None:
        """Those of the interviews away from the workshop, kept; then today’s and the next."""
        for entretien in self._feuilles["entretiens"]:
            if self._depuis(entretien["date"], 180) and entretien["lieu"] == "locaux":
                self._rendez_vous_aci(
                    self._parcours[str(entretien["parcours"])],
                    _date(entretien["date"]),
                    hasard(f"heure:{entretien['ref']}").choice(HORAIRES),
                    "honore",
                )
        ouverts = self._ouverts(self._parcours.values(), "date_sortie")
        for code in CONSEILLERS:
            siens = [parcours for parcours in ouverts if parcours["referent"] == code]
            self._donner(siens, 4, self._rendez_vous_aci, code)

    def _rendez_vous_aci(self, parcours: Ligne, date: datetime.date | None, heure: str, statut: str) -> None:
        ref = self._classeur.ref("RV")
        self._classeur.ajouter(
            "rendez_vous",
            ref=ref,
            parcours=parcours["ref"],
            date=date,
            heure=heure,
            lieu=hasard(f"lieu:{ref}").choice(LIEUX),
            intervenant=parcours["referent"],
            statut=statut,
        )

    def _ajouter_contacts_du_jour(self) -> None:
        """Convocations of today, for who has not enough of them."""
        contacts = self._feuilles["contacts_rsa"]
        ouverts = self._ouverts(self._suivis.values(), "date_sortie")
        for code in REFERENTS_RSA:
            siens = {str(suivi["ref"]) for suivi in ouverts if suivi["referent"] == code}
            du_jour = [c for c in contacts if c["date"] == self._jour and str(c["suivi"]) in siens]
            # Whoever was seen today already is a contact made; the others are expected.
            attendus = [c for c in du_jour if c["statut"] == "prevu"]
            rng = hasard(f"convocations:{code}:{self._jour}")
            pris = {str(contact["suivi"]) for contact in du_jour}
            libres = sorted(siens - pris)
            manque = max(0, 4 - len(attendus))
            heures = [heure for heure in HORAIRES if heure not in {c.get("heure") for c in attendus}]
            for suivi, heure in zip(rng.sample(libres, min(manque, len(libres))), heures, strict=False):
                self._classeur.ajouter(
                    "contacts_rsa",
                    ref=self._classeur.ref("CJ"),
                    suivi=suivi,
                    date=self._jour,
                    type="convocation",
                    statut="prevu",
                    heure=heure,
                    lieu=rng.choice(LIEUX_SOCIAL),
                    intervenant=code,
                )

    def _ajouter_rendez_vous_logement(self) -> None:
        ouvertes = self._ouverts(self._mesures.values(), "date_fin")
        for code, combien in ((REFERENT_LOGEMENT, 3), (REFERENTS_RSA[0], 1)):
            siennes = [mesure for mesure in ouvertes if mesure["referent"] == code]
            self._donner(siennes, combien, self._rendez_vous_logement, f"logement:{code}")

    def _rendez_vous_logement(self, mesure: Ligne, date: datetime.date | None, heure: str, statut: str) -> None:
        ref = self._classeur.ref("RL")
        self._classeur.ajouter(
            "rendez_vous_logement",
            ref=ref,
            mesure=mesure["ref"],
            date=date,
            heure=heure,
            lieu=hasard(f"lieu:{ref}").choice(("Domicile", *LIEUX_SOCIAL)),
            intervenant=mesure["referent"],
            statut=statut,
        )

    # Sessions

    def _detailler_seances(self) -> None:
        """Hours and places of the last sessions and the next; one today, so that the day has its attendance sheet."""
        actions = {str(ligne["ref"]): ligne for ligne in self._feuilles["actions"]}
        seances = self._feuilles["seances"]
        # Today’s is still to be held, whatever the hour.
        du_jour = [seance for seance in seances if seance["date"] == self._jour and seance["statut"] == "tenue"]
        for seance in du_jour:
            seance.update(statut="prevue", professionnels=None)
        refs = {seance["ref"] for seance in du_jour}
        self._feuilles["presences"] = [p for p in self._feuilles["presences"] if p["seance"] not in refs]
        if not any(seance["date"] == self._jour and seance["statut"] == "prevue" for seance in seances):
            collectives = [
                action
                for action in actions.values()
                if action["annee"] == self._jour.year and action["domaine"] == "collectif"
            ]
            if collectives:
                action = hasard(f"seance:{self._jour}").choice(collectives)
                self._classeur.ajouter(
                    "seances", ref=self._classeur.ref("SJ"), action=action["ref"], date=self._jour, statut="prevue"
                )
        suivis = self._ouverts(self._suivis.values(), "date_sortie")
        for seance in seances:
            if not self._depuis(seance["date"], MEMOIRE):
                continue
            rng = hasard(f"seance:{seance['ref']}")
            action = actions[str(seance["action"])]
            seance["heure"] = rng.choice(("09:30", "14:00"))
            seance["lieu"] = action["lieu"]
            if seance["statut"] == "prevue" and action["places"] is not None and suivis:
                invites = rng.sample([str(suivi["personne"]) for suivi in suivis], min(7, len(suivis)))
                for personne in sorted(set(invites)):
                    self._classeur.ajouter("invitations", seance=seance["ref"], personne=personne)

    # After the parcours, CQP, works

    def _ajouter_suites(self) -> None:
        """What those who left became; one in four was not asked yet."""
        for parcours in self._parcours.values():
            sortie = _date(parcours["date_sortie"])
            if sortie is None or not self._depuis(sortie, 730):
                continue
            rng = hasard(f"suite-sortie:{parcours['ref']}")
            for mois in (3, 6):
                demande = plus_jours(plus_mois(sortie, mois), rng.randrange(15))
                situation = rng.choice(
                    ("emploi", "emploi", "emploi", "formation", "recherche", "recherche", "injoignable")
                )
                if demande <= self._jour and rng.random() < 0.75:
                    self._classeur.ajouter(
                        "suites_sortie",
                        parcours=parcours["ref"],
                        mois_apres=mois,
                        date=demande,
                        situation=situation,
                        precisions="En poste dans une commune voisine." if situation == "emploi" else None,
                    )

    def _ajouter_livret(self) -> None:
        for ordre, (code, intitule, heures) in enumerate(MODULES_CQP, start=1):
            self._classeur.ajouter("modules_cqp", code=code, intitule=intitule, heures=heures, ordre=ordre)
        for formation in self._feuilles["formations"]:
            debut, fin = _date(formation["date_debut"]), _date(formation["date_fin"])
            if formation["type"] != "cqp" or debut is None or fin is None or not self._depuis(debut, 450):
                continue
            participants = [
                ligne for ligne in self._feuilles["participations_formation"] if ligne["formation"] == formation["ref"]
            ]
            for rang, participation in enumerate(participants):
                jury = plus_jours(fin, 10)
                if jury <= self._jour:
                    participation["date_jury"] = jury
                self._evaluer(formation, participation, rang, debut, fin)

    def _evaluer(
        self, formation: Ligne, participation: Ligne, rang: int, debut: datetime.date, fin: datetime.date
    ) -> None:
        """The evaluations whose time has come; while the training runs, one participant in three waits for the last."""
        duree = (fin - debut).days
        dues = [numero for numero in (1, 2, 3) if plus_jours(debut, duree * numero // 3) <= self._jour]
        if fin >= self._jour and rang % 3 == 0:
            dues = dues[:-1]
        for numero in dues:
            for place, (module, _, _) in enumerate(MODULES_CQP):
                rng = hasard(f"evaluation:{participation['parcours']}:{module}")
                acquis = rng.randrange(1, 4)
                self._classeur.ajouter(
                    "evaluations_cqp",
                    formation=formation["ref"],
                    parcours=participation["parcours"],
                    module=module,
                    numero=numero,
                    date=min(plus_jours(debut, duree * numero // 3 + place // 4), self._jour),
                    niveau="acquis" if numero >= acquis else "en_cours" if numero == acquis - 1 else "non_acquis",
                )

    def _ajouter_realisations(self) -> None:
        """One work a month and a workshop over the last year."""
        for atelier, travaux in TRAVAUX.items():
            for rang in range(12):
                date = jour(self._jour.year, self._jour.month - rang, 3 + rang % 20)
                if date > self._jour or date <= FIN_CALEE or (atelier != "brigades-vertes" and rang % 3):
                    continue
                intitule, client, commune = travaux[(date.month + date.year) % len(travaux)]
                self._classeur.ajouter(
                    "realisations",
                    ref=f"RE-{atelier}-{date:%Y-%m}",
                    atelier=atelier,
                    date=date,
                    intitule=intitule,
                    client=client,
                    code_insee=commune,
                )
