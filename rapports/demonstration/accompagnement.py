"""What the employees do beside work: interviews, freins, missions, training."""

import datetime
import random

from rapports.demonstration.aci import Chantiers, Parcours
from rapports.demonstration.fabrique import (
    DEBUT_CALE,
    FIN_CALEE,
    Classeur,
    est_ouvre,
    etaler,
    hasard,
    jour,
    mois_entre,
    ouvre,
    plus_jours,
    tirer,
)
from rapports.demonstration.references import CONSEILLERS

FREINS_2021 = {
    "logement": 9,
    "administratif": 15,
    "garde_enfant": 3,
    "sante": 22,
    "budget": 7,
    "savoirs_de_base": 2,
    "mobilite": 11,
}
"""69 accompaniments: 22 %, 4 %, 13 %, 32 %, 10 %, 3 % and 16 % of them are printed."""
MISSIONS_2021 = (("immersion", 3), ("interim", 2), ("cdd", 2))
_FREINS_SUITE = {
    "administratif": 20,
    "garde_enfant": 5,
    "logement": 12,
    "sante": 28,
    "budget": 11,
    "savoirs_de_base": 5,
    "mobilite": 16,
    "numerique": 6,
    "justice": 2,
}
_ISSUES = {"leve": 50, "ameliore": 28, "stable": 18, "aggrave": 4}
_EMPLOYEURS = (
    *("Jardinerie du Vent d’Est", "Maraîchage des Deux Moulins", "Scierie de la Bise", "Brasserie du Héron"),
    *("Commune de Socx", "Résidence Les Charmes", "Supermarché du Beffroi", "Transports Tramontane"),
)

_FORMATIONS_2021 = (
    ("Sauveteur secouriste du travail", "sst", "Secours des Flandres", (3, 22), (3, 23), 10, "2", "14", "140"),
    ("Sauveteur secouriste du travail", "sst", "Secours des Flandres", (10, 18), (10, 19), 8, "2", "14", "140"),
    ("Permis B", "permis", "Auto-école du Zéphyr", (4, 26), (11, 26), 6, "15", "45.5", "1250"),
    (
        "Utilisation d’une nacelle",
        "qualifiante",
        "Centre de formation du Levant",
        (6, 14),
        (6, 18),
        3,
        "5",
        "35",
        "720",
    ),
    ("Savoirs de base", "savoirs_de_base", "Atelier des mots", (5, 10), (6, 11), 4, "5", "30", "120.25"),
    ("Habilitation électrique", "autre", "Centre de formation du Levant", (9, 27), (9, 29), 2, "3", "21", "290"),
    ("CQP Salarié polyvalent, modules 1 et 2", "cqp", "AIPI", (9, 13), (12, 17), 8, "18", "125", "900"),
)
"""Title, type, provider, first and last day, participants, days, hours and cost each: 311 days, 1 792 h, 20 441 €."""
_DEJA_FORMES = (0, 0, 2, 1, 0, 1, 3)
"""How many of the participants already followed an earlier one of these trainings: 41 participations, 34 persons."""


class Accompagnement:
    """Fills the sheets of the follow-up of the employees."""

    def __init__(self, classeur: Classeur, chantiers: Chantiers) -> None:
        self._classeur = classeur
        self._chantiers = chantiers
        self.freins_logement: list[Parcours] = []
        """The nine whose housing is worked on in 2021."""

    def ajouter_2021(self) -> None:
        """Freins, missions and training of 2021, in the printed numbers."""
        self._ajouter_freins_2021()
        cohorte = self._chantiers.cohorte_2021
        types = [genre for genre, nombre in MISSIONS_2021 for _ in range(nombre)]
        for rang, genre in enumerate(types):
            debut = jour(2021, 3 + rang + rang // 3, 8 + rang)
            fin = plus_jours(debut, 11)
            parcours = [p for p in cohorte if p.present(debut, fin)][rang * 5 + 2]
            self._ajouter_mission(parcours, genre, debut, fin, rang)
        self._ajouter_formations_2021()

    def _ajouter_freins_2021(self) -> None:
        cohorte = self._chantiers.cohorte_2021
        # The housing measures of those nine need time: they stay some months in the year.
        assez = [p for p in cohorte if (min(p.sortie, FIN_CALEE) - max(p.entree, DEBUT_CALE)).days >= 120]
        rsa_d_abord = [p for p in assez if p.rsa and p.entree >= jour(2021, 3)][:2]
        autres = [p for p in assez if p not in rsa_d_abord][1::6]
        self.freins_logement = (rsa_d_abord + autres)[: FREINS_2021["logement"]]
        ordre = etaler("freins", dict.fromkeys(range(len(cohorte)), 1))
        suivant = 0
        for categorie, nombre in FREINS_2021.items():
            rng = hasard(f"freins-2021:{categorie}")
            for rang in range(nombre):
                if categorie == "logement":
                    parcours = self.freins_logement[rang]
                else:
                    parcours = cohorte[ordre[suivant * 4 % 77]]
                    suivant += 1
                debut = max(parcours.entree, DEBUT_CALE)
                marge = (min(parcours.sortie, FIN_CALEE) - debut).days
                reperage = plus_jours(debut, rng.randrange(max(1, min(marge // 2, 120))))
                self._ajouter_frein(parcours, categorie, reperage, rng)

    def _ajouter_frein(self, parcours: Parcours, categorie: str, reperage: datetime.date, rng: random.Random) -> None:
        fin = min(plus_jours(reperage, rng.randrange(45, 320)), parcours.sortie)
        issue = tirer(rng, _ISSUES) if fin < parcours.sortie else tirer(rng, {"leve": 2, "ameliore": 4, "stable": 5})
        self._classeur.ajouter(
            "freins",
            ref=self._classeur.ref("FR"),
            parcours=parcours.ref,
            categorie=categorie,
            date_reperage=reperage,
            date_fin=fin,
            issue=issue,
        )

    def _ajouter_mission(
        self, parcours: Parcours, genre: str, debut: datetime.date, fin: datetime.date, rang: int
    ) -> None:
        self._classeur.ajouter(
            "missions",
            ref=self._classeur.ref("MI"),
            parcours=parcours.ref,
            type=genre,
            employeur=_EMPLOYEURS[rang % len(_EMPLOYEURS)],
            date_debut=debut,
            date_fin=fin,
        )

    def _ajouter_formations_2021(self) -> None:
        formes: list[Parcours] = []
        # Those of the longest training are chosen first: they need to stay until its second half, in 2022.
        cqp = [p for p in self._chantiers.cohorte_2021 if p.present(jour(2021, 9, 13), jour(2022, 4, 1))][:8]
        for (intitule, genre, organisme, du, au, nombre, jours, heures, cout), deja in zip(
            _FORMATIONS_2021, _DEJA_FORMES, strict=True
        ):
            debut, fin = jour(2021, *du), jour(2021, *au)
            presents = [p for p in self._chantiers.cohorte_2021 if p.present(debut, fin)]
            anciens = [p for p in presents if p in formes and p not in cqp][:deja]
            nouveaux = [p for p in presents if p not in formes and p not in cqp]
            if genre == "cqp":
                anciens, nouveaux = [p for p in cqp if p in formes][:deja], [p for p in cqp if p not in formes]
            elif intitule.startswith("Sauveteur") and du[0] == 10:
                # Three of the future certified polyvalent workers pass first aid before the others.
                anciens, nouveaux = [], cqp[:3] + nouveaux
            retenus = (anciens + nouveaux)[:nombre]
            formes += [p for p in retenus if p not in formes]
            self._ajouter_formation(intitule, genre, organisme, debut, fin, retenus, (jours, heures, cout), "suivie")
        self._ajouter_formation(
            "CQP Salarié polyvalent, modules 3 et 4",
            "cqp",
            "AIPI",
            jour(2022, 1, 10),
            jour(2022, 3, 25),
            cqp,
            ("18", "125", "900"),
            "certifiee",
        )

    def _ajouter_formation(
        self,
        intitule: str,
        genre: str,
        organisme: str,
        debut: datetime.date,
        fin: datetime.date,
        retenus: list[Parcours],
        mesures: tuple[str, str, str],
        resultat: str,
    ) -> None:
        ref = self._classeur.ref("FO")
        self._classeur.ajouter(
            "formations", ref=ref, intitule=intitule, type=genre, organisme=organisme, date_debut=debut, date_fin=fin
        )
        for parcours in retenus:
            jours, heures, cout = mesures
            self._classeur.ajouter(
                "participations_formation",
                formation=ref,
                parcours=parcours.ref,
                jours=jours,
                heures=heures,
                cout=cout,
                resultat=resultat,
            )

    def ajouter_annee(self, annee: int, nouveaux: list[Parcours]) -> None:
        """Freins of those hired in the year, missions and training of the year; drawn."""
        for parcours in nouveaux:
            rng = hasard(f"freins:{parcours.ref}")
            for categorie in sorted({tirer(rng, _FREINS_SUITE) for _ in range(rng.choice((0, 1, 1, 2, 2)))}):
                self._ajouter_frein(parcours, categorie, plus_jours(parcours.entree, rng.randrange(5, 60)), rng)
        tous = self._chantiers.cohorte_2021 + self._chantiers.suite
        rng = hasard(f"missions:{annee}")
        for rang in range(12):
            debut = ouvre(jour(annee, rang + 1, rng.randrange(1, 25)), jour(annee, 1), jour(annee, 12, 31))
            fin = plus_jours(debut, rng.choice((4, 11, 11, 18)))
            presents = [p for p in tous if p.present(debut, fin)]
            self._ajouter_mission(
                rng.choice(presents), tirer(rng, {"immersion": 5, "interim": 3, "cdd": 2}), debut, fin, rang + annee
            )
        programme = (
            ("Sauveteur secouriste du travail", "sst", "Secours des Flandres", (2, 7), 1, 9, ("2", "14", "145")),
            ("Permis B", "permis", "Auto-école du Zéphyr", (4, 4), 180, 5, ("15", "45", "1290")),
            ("Savoirs de base", "savoirs_de_base", "Atelier des mots", (5, 9), 32, 4, ("6", "36", "150")),
            (
                "Conduite d’une mini-pelle",
                "qualifiante",
                "Centre de formation du Levant",
                (6, 13),
                4,
                3,
                ("5", "35", "740"),
            ),
            ("CQP Salarié polyvalent", "cqp", "AIPI", (9, 12), 98, 10, ("30", "200", "1500")),
        )
        for intitule, genre, organisme, du, duree, nombre, mesures in programme:
            rng = hasard(f"formation:{annee}:{genre}")
            debut = ouvre(jour(annee, *du), jour(annee, 1), jour(annee, 12, 31))
            fin = plus_jours(debut, duree)
            presents = [p for p in tous if p.present(debut, fin)]
            retenus = rng.sample(presents, min(nombre, len(presents)))
            self._ajouter_formation(
                intitule, genre, organisme, debut, fin, retenus, mesures, "certifiee" if genre == "cqp" else "suivie"
            )

    def ajouter_entretiens(self) -> None:
        """One interview a month on site for each employee, and some more at the office."""
        for parcours in self._chantiers.cohorte_2021 + self._chantiers.suite:
            rng = hasard(f"entretiens:{parcours.ref}")
            for annee, mois in mois_entre(parcours.entree, parcours.sortie):
                self._ajouter_entretien(parcours, annee, mois, rng, "chantier")
                if rng.random() < 0.35:
                    lieu = tirer(rng, {"locaux": 70, "telephone": 20, "exterieur": 5, "domicile": 3, "visio": 2})
                    self._ajouter_entretien(parcours, annee, mois, rng, lieu)

    def _ajouter_entretien(self, parcours: Parcours, annee: int, mois: int, rng: random.Random, lieu: str) -> None:
        debut, fin = max(parcours.entree, jour(annee, mois)), min(parcours.sortie, jour(annee, mois, 31))
        date = ouvre(plus_jours(debut, rng.randrange((fin - debut).days + 1)), debut, fin)
        if not est_ouvre(date):  # a stay that touches the month by a week-end only
            return
        self._classeur.ajouter(
            "entretiens",
            ref=self._classeur.ref("EN"),
            parcours=parcours.ref,
            date=date,
            lieu=lieu,
            objet=rng.choice(("social", "professionnel")),
            intervenant=rng.choice(CONSEILLERS),
            duree_minutes=rng.choice((15, 20, 30, 30, 45, 60)),
        )
