"""Housing: FSL measures (453 month-measures in 2021, for 432 financed), Partenord measures, interventions and aids."""

import datetime
import random

from rapports.demonstration.aci import Parcours
from rapports.demonstration.fabrique import (
    FIN_CALEE,
    Classeur,
    etaler,
    hasard,
    jour,
    ouvre,
    plus_jours,
    repartir,
    tirer,
)
from rapports.demonstration.identites import Personne, Population, naissance
from rapports.demonstration.references import REFERENT_LOGEMENT
from rapports.demonstration.rsa import Allocataires

MESURES_FSL_2021, MOIS_MESURES_2021, ANCIENNES_2021 = 72, 453, 26
ACI_EN_FSL_2021 = 7
"""Of the nine employees whose housing is worked on, those in an FSL measure: 78 %."""
INTERVENTIONS_2021 = {"etat_logement": 12, "demarches_administratives": 36, "gestion_budgetaire": 72}
PARTENORD_2021 = 20
_BAILLEURS = ("Bailleur social des Moulins", "Office des Trois Dunes", "Propriétaire privé", "Habitat du Houblon", None)
_AIDES = {
    "acces": {
        "depot_garantie": 5,
        "premier_loyer": 4,
        "assurance_habitation": 2,
        "installation": 3,
        "garantie_loyer": 2,
    },
    "maintien": {
        "impaye_loyer": 5,
        "impaye_energie": 6,
        "impaye_eau": 3,
        "impaye_telephone": 1,
        "mise_en_jeu_garantie": 1,
    },
}


class Menages:
    """Fills the housing sheets."""

    def __init__(self, classeur: Classeur, population: Population) -> None:
        self._classeur = classeur
        self._population = population
        self._signataires: set[str] = set()

    def ajouter_2021(self, freins_logement: list[Parcours], allocataires: Allocataires) -> None:
        """The measures of 2021; some households are those of employees and of RSA recipients."""
        salaries = [parcours.personne for parcours in freins_logement[:ACI_EN_FSL_2021]]
        connus = {personne.ref for personne in (parcours.personne for parcours in freins_logement)}
        suivis = [s.personne for s in allocataires.suivis[9::6] if s.personne.ref not in connus]
        signataires = salaries + suivis[:16]
        # Months in 2021: those begun in 2020 end in it, the others begin in it; the rest is shared one by one.
        mois = repartir(MOIS_MESURES_2021, [5 + rang % 4 for rang in range(MESURES_FSL_2021)])
        types = etaler("types-fsl", {"acces": 30, "maintien": 32, "publics_specifiques": 10})
        for rang, nombre in enumerate(mois):
            rng = hasard(f"fsl-2021:{rang}")
            personne = signataires[rang] if rang < len(signataires) else self._personne(rng)
            if rang % 36 < ANCIENNES_2021 // 2 and rang >= len(signataires) // 2:
                debut, fin = jour(2020, 13 - 1 - rang % 5, 1 + rng.randrange(20)), jour(2021, nombre, 31)
            else:
                premier = 1 + rng.randrange(13 - nombre)
                debut, fin = jour(2021, premier, 1 + rng.randrange(20)), jour(2021, premier + nombre - 1, 31)
                if premier + nombre == 13 and rang % 2:
                    fin = jour(2022, 1 + rng.randrange(6), 31)
            self._ajouter_mesure(personne, "fsl", types[rang], debut, fin, rng)
        self._ajouter_partenord_2021([s.personne for s in allocataires.suivis[11::25] if s.personne.ref not in connus])

    def _ajouter_partenord_2021(self, connus: list[Personne]) -> None:
        mesures = []
        for rang in range(PARTENORD_2021):
            rng = hasard(f"partenord-2021:{rang}")
            personne = connus[rang] if rang < min(4, len(connus)) else self._personne(rng)
            debut = jour(2021, rang // 2, 1 + rng.randrange(25)) if rang > 1 else jour(2020, 10 + rang, 5)
            fin = jour(2021, rang // 2 + 5 + rang % 3, 28)
            mesures.append((self._ajouter_mesure(personne, "partenord", None, debut, fin, rng), debut, fin))
        themes = etaler("themes-partenord", INTERVENTIONS_2021)
        for rang, theme in enumerate(themes):
            mesure, debut, fin = mesures[rang % len(mesures)]
            debut, fin = max(debut, jour(2021)), min(fin, FIN_CALEE)
            pas = (fin - debut).days * (rang // len(mesures) + 1) // 7
            self._ajouter_intervention(mesure, ouvre(plus_jours(debut, pas), debut, fin), theme)

    def ajouter_annee(self, annee: int, allocataires: Allocataires) -> None:
        """The measures begun in a later year."""
        # Nobody signs twice: two measures of one household might overlap.
        presents = [
            suivi.personne
            for suivi in allocataires.ouverts(jour(annee, 3), jour(annee, 5))
            if suivi.personne.ref not in self._signataires
        ]
        for rang in range(62):
            rng = hasard(f"fsl-{annee}:{rang}")
            debut = jour(annee, 1 + rang // 5 % 12, 1 + rng.randrange(27))
            connue = rang < 12 and rang * 2 < len(presents)
            personne = presents[rang * 2] if connue else self._personne(rng, debut)
            fin = plus_jours(debut, rng.choice((150, 180, 180, 180, 240, 360)))
            genre = tirer(rng, {"acces": 4, "maintien": 5, "publics_specifiques": 1})
            self._ajouter_mesure(personne, "fsl", genre, debut, fin, rng)
        for rang in range(20):
            rng = hasard(f"partenord-{annee}:{rang}")
            debut = jour(annee, 1 + rang // 2, 1 + rng.randrange(27))
            fin = plus_jours(debut, rng.choice((120, 150, 180, 240)))
            mesure = self._ajouter_mesure(self._personne(rng, debut), "partenord", None, debut, fin, rng)
            date = plus_jours(debut, rng.randrange(3, 20))
            while date < fin:
                self._ajouter_intervention(mesure, ouvre(date, debut, fin), tirer(rng, INTERVENTIONS_2021))
                date = plus_jours(date, rng.randrange(14, 35))

    def _personne(self, rng: random.Random, au: datetime.date = FIN_CALEE) -> Personne:
        ans = rng.choice((22, 24, 26, 28, 30, 33, 35, 37, 40, 42, 45, 48, 51, 55, 59, 63, 68))
        sexe = "F" if rng.random() < 0.58 else "M"
        return self._population.naitre(rng, sexe, naissance(rng, ans, au), tirer(rng, {False: 6, None: 4}))

    def _ajouter_mesure(
        self,
        personne: Personne,
        dispositif: str,
        genre: str | None,
        debut: datetime.date,
        fin: datetime.date,
        rng: random.Random,
    ) -> str:
        enfants = tirer(rng, {0: 42, 1: 22, 2: 20, 3: 11, 4: 5})
        adultes = tirer(rng, {1: 68, 2: 32})
        mesure = self._classeur.ref("ML")
        self._signataires.add(personne.ref)
        self._classeur.ajouter(
            "mesures_logement",
            ref=mesure,
            personne=personne.ref,
            referent=REFERENT_LOGEMENT,
            dispositif=dispositif,
            type=genre,
            date_debut=debut,
            date_fin=fin,
            bailleur="Partenord Habitat" if dispositif == "partenord" else rng.choice(_BAILLEURS),
            personnes_menage=adultes + enfants,
            enfants_menage=enfants,
        )
        if rng.random() < (0.75 if dispositif == "fsl" else 0.15):
            self._ajouter_aide(mesure, _AIDES.get(genre or "", _AIDES["maintien"]), debut, fin, rng)
        return mesure

    def _ajouter_aide(
        self, mesure: str, types: dict[str, int], debut: datetime.date, fin: datetime.date, rng: random.Random
    ) -> None:
        demande = ouvre(plus_jours(debut, rng.randrange(10, 70)), debut, fin)
        decision = tirer(rng, {"accepte": 72, "refuse": 14, "ajourne": 8, "sans_suite": 6})
        self._classeur.ajouter(
            "aides_logement",
            ref=self._classeur.ref("AL"),
            mesure=mesure,
            type=tirer(rng, types),
            date_demande=demande,
            decision=decision,
            date_decision=ouvre(plus_jours(demande, rng.randrange(12, 50)), demande, plus_jours(demande, 55)),
            montant_accorde=f"{rng.randrange(8_000, 78_000, 50) / 100:.2f}" if decision == "accepte" else None,
        )

    def _ajouter_intervention(self, mesure: str, date: datetime.date, theme: str) -> None:
        ref = self._classeur.ref("IL")
        self._classeur.ajouter("interventions_logement", ref=ref, mesure=mesure, date=date, theme=theme)
