"""Follow-up of RSA recipients: 164 in 2021, contacts and contracts to the figure, then drawn year after year."""

import datetime
import random
from dataclasses import dataclass

from rapports.demonstration.aci import Parcours
from rapports.demonstration.fabrique import (
    DEBUT_CALE,
    FIN_CALEE,
    Classeur,
    age,
    etaler,
    hasard,
    jour,
    ouvre,
    plus_jours,
    plus_mois,
    repartir,
    tirer,
)
from rapports.demonstration.identites import Personne, Population, naissance
from rapports.demonstration.references import REFERENTS_RSA

SUIVIS_2021, ENTREES_2021, SORTIES_2021, VERS_ACI_2021 = 164, 56, 51, 8
MOTIFS_2021 = {
    "emploi": 9,
    "formation": 4,
    "creation_entreprise": 2,
    "reorientation_professionnelle": 2,
    "reorientation_sociale": 7,
    "demenagement": 6,
    "fin_de_droits": 5,
    "non_adhesion": 4,
    "retraite_ou_aah": 3,
    "autre": 1,
}
"""43 exits; 8 more go to the association's own workshops (`iae`): 25 of 51 are towards work."""
CONTACTS_2021 = {"convocation": 322, "visite": 365, "telephone": 261}
ABSENCES_2021 = {"absence_excusee": 29, "absence_non_excusee": 18, "honore": 275}
CONTRATS_2021 = 262
ENTREES_PAR_AN = 48
_TYPOLOGIES = {
    "homme_seul": 34,
    "femme_seule": 24,
    "femme_seule_avec_enfant": 21,
    "homme_seul_avec_enfant": 3,
    "couple_sans_enfant": 6,
    "couple_avec_enfant": 12,
}
_MOTIFS_SUITE = {**MOTIFS_2021, "deces": 0.3}
_CONFINEMENT = (jour(2021, 1, 4), jour(2021, 6, 9))
_REFORME = jour(2025)
"""From the law « plein emploi » on, the contrat d’engagement (CE) replaces the CER."""


@dataclass(frozen=True)
class Suivi:
    """An RSA follow-up from `entree` to its end `sortie`, both included."""

    ref: str
    personne: Personne
    entree: datetime.date
    sortie: datetime.date

    def jours(self, debut: datetime.date, fin: datetime.date) -> int:
        """Days open between two days, both included; 0 if none."""
        return max(0, (min(self.sortie, fin) - max(self.entree, debut)).days + 1)


class Allocataires:
    """Fills the RSA sheets and keeps the follow-ups for the other modules."""

    def __init__(self, classeur: Classeur, population: Population) -> None:
        self._classeur = classeur
        self._population = population
        self.suivis: list[Suivi] = []

    def ajouter_2021(self, cohorte: list[Parcours]) -> None:
        """The 164 of 2021; eight leave for the workshops and are persons of `cohorte`."""
        motifs = iter(etaler("motifs-rsa", MOTIFS_2021))
        embauches = [
            p for p in cohorte if p.rsa and p.entree >= jour(2021, 1, 20) and age(p.personne.naissance, p.entree) >= 27
        ][:VERS_ACI_2021]
        for rang, parcours in enumerate(embauches):
            entree = plus_mois(parcours.entree, -(9 + rang * 2) - parcours.entree.month)
            self._ajouter_suivi(parcours.personne, entree, plus_jours(parcours.entree, -1), "iae")
        anciens_sortis = 32
        for rang in range(SUIVIS_2021 - ENTREES_2021 - VERS_ACI_2021):
            rng = hasard(f"rsa-ancien:{rang}")
            entree = ouvre(jour(2018, 7 + rang * 29 // 100, 1 + rang * 7 % 27), jour(2018), jour(2020, 12, 31))
            if rang % 3 == 0 and rang // 3 < anciens_sortis:
                sortie = jour(2021, 1 + rang // 3 * 12 // anciens_sortis, 3 + rang * 5 % 25)
                self._ajouter_suivi(self._personne(rng), entree, sortie, next(motifs))
            else:
                sortie = plus_jours(FIN_CALEE, 12 + rng.randrange(20, 600))
                self._ajouter_suivi(self._personne(rng), entree, sortie, tirer(rng, _MOTIFS_SUITE))
        for rang in range(ENTREES_2021):
            rng = hasard(f"rsa-2021:{rang}")
            entree = ouvre(jour(2021, 1 + rang * 12 // ENTREES_2021, 2 + rang * 11 % 26), DEBUT_CALE, FIN_CALEE)
            if rang % 3 == 1 and rang < 33:
                self._ajouter_suivi(self._personne(rng), entree, plus_jours(entree, 70 + rang * 3), next(motifs))
            else:
                sortie = plus_jours(FIN_CALEE, 20 + rng.randrange(40, 1000))
                self._ajouter_suivi(self._personne(rng), entree, sortie, tirer(rng, _MOTIFS_SUITE))
        self._ajouter_contacts_2021()
        self._ajouter_contrats_2021()

    def ajouter_annee(self, annee: int, embauches: list[Parcours]) -> None:
        """The entries of a later year, and the past follow-up of some who are hired by the workshops in it."""
        for rang in range(ENTREES_PAR_AN):
            rng = hasard(f"rsa-{annee}:{rang}")
            entree = ouvre(jour(annee, 1 + rang // 4, 1 + rng.randrange(28)), jour(annee), jour(annee, 12, 31))
            sortie = plus_jours(entree, rng.randrange(90, 1400))
            personne = self._personne(rng, entree)
            self._suivre(self._ajouter_suivi(personne, entree, sortie, tirer(rng, _MOTIFS_SUITE)))
        for parcours in [p for p in embauches if p.rsa and age(p.personne.naissance, p.entree) >= 27][1::3]:
            # Never back into 2021: its 164 are all told.
            entree = plus_mois(parcours.entree, -11)
            if entree > FIN_CALEE:
                self._suivre(self._ajouter_suivi(parcours.personne, entree, plus_jours(parcours.entree, -1), "iae"))

    def poursuivre_2021(self) -> None:
        """Contacts and contracts, after 2021, of those followed in 2021."""
        derniers: dict[str, datetime.date] = {}
        for ligne in self._classeur.feuilles["contrats_engagement"]:
            if isinstance(ligne["date_fin"], datetime.date):
                derniers[str(ligne["suivi"])] = ligne["date_fin"]
        for suivi in self.suivis:
            if suivi.entree <= FIN_CALEE < suivi.sortie:
                self._suivre(suivi, derniers.get(suivi.ref, FIN_CALEE))

    def _personne(self, rng: random.Random, au: datetime.date = FIN_CALEE) -> Personne:
        ans = tirer(
            rng, {23: 2, 26: 8, 28: 9, 31: 10, 34: 12, 37: 13, 41: 12, 44: 10, 47: 9, 51: 9, 54: 8, 57: 7, 60: 4}
        )
        sexe = "F" if rng.random() < 0.54 else "M"
        return self._population.naitre(
            rng, sexe, naissance(rng, ans + rng.randrange(3), au), tirer(rng, {False: 80, True: 8, None: 12})
        )

    def _ajouter_suivi(self, personne: Personne, entree: datetime.date, sortie: datetime.date, motif: str) -> Suivi:
        retraite = jour(personne.naissance.year + 65, personne.naissance.month, personne.naissance.day)
        if sortie >= retraite:
            sortie, motif = plus_jours(retraite, -1), "retraite_ou_aah"
        suivi = Suivi(self._classeur.ref("SR"), personne, entree, sortie)
        rng = hasard(f"typologie:{suivi.ref}")
        impossible = "homme" if personne.sexe == "F" else "femme"
        typologies = {code: poids for code, poids in _TYPOLOGIES.items() if not code.startswith(impossible)}
        self._classeur.ajouter(
            "suivis_rsa",
            ref=suivi.ref,
            personne=personne.ref,
            referent=REFERENTS_RSA[len(self.suivis) % 2],
            date_entree=entree,
            date_sortie=sortie,
            motif_sortie=motif,
            typologie=tirer(rng, typologies) if rng.random() > 0.02 else None,
        )
        self.suivis.append(suivi)
        return suivi

    def _ajouter_contacts_2021(self) -> None:
        statuts = iter(etaler("statuts-rsa", ABSENCES_2021))
        for genre, nombre in CONTACTS_2021.items():
            du, au = _CONFINEMENT if genre == "telephone" else (DEBUT_CALE, FIN_CALEE)
            parts = repartir(nombre, [suivi.jours(du, au) for suivi in self.suivis])
            for suivi, part in zip(self.suivis, parts, strict=True):
                for date in _etaler_dates(
                    hasard(f"{genre}:{suivi.ref}"), part, max(du, suivi.entree), min(au, suivi.sortie)
                ):
                    self._ajouter_contact(suivi, date, genre, next(statuts) if genre == "convocation" else "honore")
        for rang, suivi in enumerate(self.suivis[3::16]):
            date = ouvre(jour(2021, 2 + rang, 9), max(DEBUT_CALE, suivi.entree), min(FIN_CALEE, suivi.sortie))
            self._ajouter_contact(suivi, date, "convocation", "annule")

    def _ajouter_contrats_2021(self) -> None:
        """Everybody signs at least one contract, those who stayed longest a second one six months later."""
        presences = sorted(self.suivis, key=lambda s: (-s.jours(DEBUT_CALE, FIN_CALEE), s.ref))
        deux = {suivi.ref for suivi in presences[: CONTRATS_2021 - SUIVIS_2021]}
        for suivi in self.suivis:
            rng = hasard(f"contrats:{suivi.ref}")
            debut, fin = max(DEBUT_CALE, suivi.entree), min(FIN_CALEE, suivi.sortie)
            jours = (fin - debut).days
            marge = jours - 186 if suivi.ref in deux else min(jours, 150)
            premier = ouvre(plus_jours(debut, rng.randrange(max(1, marge))), debut, fin)
            precedent = plus_mois(premier, -6)
            if suivi.entree <= precedent < DEBUT_CALE:
                self._ajouter_contrat(suivi, precedent, plus_jours(premier, -1))
            self._ajouter_contrat(suivi, premier, plus_jours(plus_mois(premier, 6), -1))
            if suivi.ref in deux:
                second = ouvre(plus_mois(premier, 6), plus_mois(premier, 6), fin)
                self._ajouter_contrat(suivi, second, plus_jours(plus_mois(second, 6), -1))

    def _suivre(self, suivi: Suivi, dernier_contrat: datetime.date | None = None) -> None:
        """Contacts every five weeks or so, contracts every six months, from 2022 until the end of the follow-up."""
        rng = hasard(f"suite:{suivi.ref}")
        debut = max(plus_jours(FIN_CALEE, 1), suivi.entree)
        date = plus_jours(debut, rng.randrange(25))
        while date <= suivi.sortie:
            genre = tirer(rng, {"convocation": 40, "visite": 35, "telephone": 25})
            statut = "honore"
            if genre == "convocation":
                statut = tirer(rng, {"honore": 82, "absence_excusee": 9, "absence_non_excusee": 6, "annule": 3})
            self._ajouter_contact(suivi, ouvre(date, debut, suivi.sortie), genre, statut)
            date = plus_jours(date, rng.randrange(18, 50))
        signature = ouvre(plus_jours(max(debut, dernier_contrat or debut), 1 + rng.randrange(20)), debut, suivi.sortie)
        while signature < plus_jours(suivi.sortie, -20):
            self._ajouter_contrat(suivi, signature, plus_jours(plus_mois(signature, 6), -1))
            suivante = plus_mois(signature, 6)
            signature = ouvre(plus_jours(suivante, rng.randrange(12)), suivante, plus_jours(suivante, 20))

    def _ajouter_contact(self, suivi: Suivi, date: datetime.date, genre: str, statut: str) -> None:
        ref = self._classeur.ref("CR")
        self._classeur.ajouter("contacts_rsa", ref=ref, suivi=suivi.ref, date=date, type=genre, statut=statut)

    def _ajouter_contrat(self, suivi: Suivi, signature: datetime.date, fin: datetime.date) -> None:
        self._classeur.ajouter(
            "contrats_engagement",
            ref=self._classeur.ref("CE"),
            suivi=suivi.ref,
            type="ce" if signature >= _REFORME else "cer",
            date_signature=signature,
            date_fin=max(signature, min(fin, suivi.sortie)),
        )

    def ouverts(self, debut: datetime.date, fin: datetime.date) -> list[Suivi]:
        """Follow-ups open over the whole of these days."""
        return [suivi for suivi in self.suivis if suivi.entree <= debut and fin <= suivi.sortie]


def _etaler_dates(rng: random.Random, nombre: int, debut: datetime.date, fin: datetime.date) -> list[datetime.date]:
    """So many working days spread over a stay."""
    pas = ((fin - debut).days + 1) / max(nombre, 1)
    return [ouvre(plus_jours(debut, int((rang + rng.random()) * pas)), debut, fin) for rang in range(nombre)]
