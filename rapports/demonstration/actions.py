"""Health and collective actions: what was held, what the health crisis cancelled in 2021, what follows."""

import datetime

from rapports.demonstration.fabrique import Classeur, hasard, jour, ouvre, plus_jours
from rapports.demonstration.rsa import Allocataires

CRISE = "Crise sanitaire : restrictions de jauge"
_TENUES_2021 = (
    ("Informa’clic", "Premiers pas sur ordinateur et démarches en ligne", 10, "Wormhout, salle polyvalente", 4, 8, 9),
    ("Prépa Code", "Préparation au code de la route", 8, "Bergues, locaux de l’association", 9, 10, 8),
)
"""Programme, title, places, venue, first month, sessions, participants."""
_ANNULEES_2021 = (
    ("collectif", "Parcours Déclic Emploi", "Estime de soi et recherche d’emploi", 8, "Bergues", (2, 3, 10)),
    ("collectif", "Vestiaire social", "Conseil en image et vestiaire", 8, "Watten", (3, 11)),
    ("collectif", "Tables d’hôtes éphémères", "Cuisine partagée", 8, "Hondschoote", (5, 12)),
    ("sante", "Journées SIR", "Santé et bien-être", 20, "Zegerscappel", (4, 10)),
    ("sante", "Réseau santé en zone rurale", "Échanges entre professionnels", 20, "Bergues", (3, 6, 11)),
    ("sante", "Vaccination", "Mise à jour des vaccins des salariés", 20, "Bergues", (5,)),
)
_SUITE = (
    ("collectif", "Informa’clic", "Démarches en ligne", 8, "Wormhout", 2, 8),
    ("collectif", "En route vers la mobilité", "Se déplacer dans le territoire", 8, "Bergues", 3, 6),
    ("collectif", "Parcours Déclic Emploi", "Module Estime de soi", 8, "Esquelbecq", 4, 4),
    ("collectif", "Parcours Déclic Emploi", "Module Métier et projet", 8, "Esquelbecq", 6, 4),
    ("collectif", "Parcours Déclic Emploi", "Module Recherche", 8, "Esquelbecq", 9, 4),
    ("collectif", "Parcours Déclic Emploi", "Module Intérim", 8, "Esquelbecq", 11, 4),
    ("sante", "Journées SIR", "Santé et bien-être", 20, "Zegerscappel", 10, 3),
    ("sante", "Réseau santé en zone rurale", "Échanges entre professionnels", None, "Bergues", 1, 6),
    ("sante", "Bilans de santé", "Bilan de santé délocalisé", 16, "Bergues", 5, 2),
)


class Ateliers:
    """Fills the sheets of actions, sessions and attendance."""

    def __init__(self, classeur: Classeur, allocataires: Allocataires) -> None:
        self._classeur = classeur
        self._allocataires = allocataires

    def ajouter_2021(self) -> None:
        """Five collective actions planned and two held; no health session at all."""
        for programme, intitule, places, lieu, mois, seances, participants in _TENUES_2021:
            action = self._ajouter_action("collectif", programme, intitule, 2021, places, lieu)
            dates = [plus_jours(jour(2021, mois, 6), 7 * rang) for rang in range(seances)]
            ouverts = self._allocataires.ouverts(dates[0], dates[-1])
            inscrits = [suivi.personne.ref for suivi in ouverts[5 :: len(ouverts) // (participants + 1)]][:participants]
            for rang, date in enumerate(dates):
                seance = self._ajouter_seance(action, date, "tenue", None, 2)
                # All come the first time; later each misses one session in four.
                for place, personne in enumerate(inscrits):
                    self._classeur.ajouter(
                        "presences", seance=seance, personne=personne, present=rang == 0 or (place + rang) % 4 != 0
                    )
        for domaine, programme, intitule, places, lieu, mois_prevus in _ANNULEES_2021:
            action = self._ajouter_action(domaine, programme, intitule, 2021, places, lieu)
            for mois in mois_prevus:
                date = ouvre(jour(2021, mois, 16), jour(2021), jour(2021, 12, 31))
                self._ajouter_seance(action, date, "annulee", CRISE)

    def ajouter_annee(self, annee: int) -> None:
        """The programme of a later year; the sessions are all `tenue` or `annulee`, whatever the day."""
        for rang_action, (domaine, programme, intitule, places, lieu, mois, nombre) in enumerate(_SUITE):
            if annee == 2022 and domaine == "sante" and mois < 10:
                continue  # health actions begin again in October 2022
            rng = hasard(f"action:{annee}:{rang_action}")
            action = self._ajouter_action(domaine, programme, intitule, annee, places, lieu)
            ecart = 60 if places is None else 7
            dates = [
                ouvre(plus_jours(jour(annee, mois, 10), ecart * rang), jour(annee), jour(annee, 12, 31))
                for rang in range(nombre)
            ]
            ouverts = self._allocataires.ouverts(dates[0], dates[0])
            inscrits = rng.sample(ouverts, min(rng.randrange(6, 10) if places == 8 else 12, len(ouverts)))
            for date in dates:
                if rng.random() < 0.08:
                    self._ajouter_seance(action, date, "annulee", "Trop peu d’inscrits")
                    continue
                seance = self._ajouter_seance(
                    action, date, "tenue", None, rng.randrange(6, 15) if places is None else 2
                )
                for suivi in inscrits if places is not None else ():
                    self._classeur.ajouter(
                        "presences", seance=seance, personne=suivi.personne.ref, present=rng.random() < 0.78
                    )

    def _ajouter_action(
        self, domaine: str, programme: str, intitule: str, annee: int, places: int | None, lieu: str
    ) -> str:
        ref = self._classeur.ref("AC")
        self._classeur.ajouter(
            "actions",
            ref=ref,
            domaine=domaine,
            programme=programme,
            intitule=intitule,
            annee=annee,
            places=places,
            lieu=lieu,
        )
        return ref

    def _ajouter_seance(
        self, action: str, date: datetime.date, statut: str, motif: str | None = None, professionnels: int | None = None
    ) -> str:
        ref = self._classeur.ref("SE")
        self._classeur.ajouter(
            "seances",
            ref=ref,
            action=action,
            date=date,
            statut=statut,
            motif_annulation=motif,
            professionnels=professionnels,
        )
        return ref
