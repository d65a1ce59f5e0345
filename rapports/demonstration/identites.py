"""Invented people: surnames that are trees, birds, winds and tools, so that nobody can be taken for somebody."""

import datetime
import random
from dataclasses import dataclass

from rapports.demonstration.fabrique import Classeur, tirer

ARBRES = (
    "Acacia Alisier Amandier Araucaria Aulne Baobab Bouleau Bourdaine Buis Camphrier Catalpa Charme Châtaignier "
    "Cognassier Cormier Cornouiller Cyprès Érable Figuier Frêne Fusain Genévrier Ginkgo Grenadier Hêtre Houx "
    "Laurier Lilas Marronnier Mélèze Merisier Mimosa Mûrier Néflier Noisetier Olivier Orme Osier Paulownia "
    "Peuplier Platane Pommier Prunellier Saule Séquoia Sorbier Sureau Sycomore Tamaris Tilleul Troène Viorne"
)
OISEAUX = (
    "Aigrette Alouette Avocette Bécassine Bergeronnette Bouvreuil Bruant Busard Chardonneret Chevêche Cigogne "
    "Courlis Effraie Étourneau Fauvette Gobemouche Goéland Grimpereau Guillemot Héron Hirondelle Huppe Linotte "
    "Loriot Martinet Mésange Milan Mouette Œdicnème Pinson Pipit Pluvier Rossignol Rougequeue Sarcelle Sittelle "
    "Sizerin Tarier Torcol Traquet Troglodyte Vanneau Verdier"
)
VENTS = (
    "Alizé Aquilon Autan Bise Blizzard Burle Foehn Galerne Harmattan Libeccio Mistral Mousson Noroît Sirocco "
    "Suroît Tramontane Zéphyr"
)
OUTILS = (
    "Arrosoir Bédane Binette Boulon Brouette Burin Ciseau Clavette Enclume Équerre Fauchette Fourche Gouge "
    "Herminette Maillet Niveau Pioche Plantoir Poinçon Rabot Râteau Sécateur Serfouette Serpette Tarière Tenaille "
    "Truelle Varlope Vilebrequin Vrille"
)
NOMS = tuple(f"{ARBRES} {OISEAUX} {VENTS} {OUTILS}".split())
PRENOMS_F = (
    "Adèle Agathe Alice Amina Anaïs Angèle Aurélie Axelle Béatrice Camille Carole Céline Chloé Clara Delphine "
    "Élodie Émilie Estelle Fanny Fatou Florence Gaëlle Inès Jade Jeanne Julie Karine Laetitia Léa Lina Louise "
    "Lucie Manon Marion Mathilde Mélanie Nadia Nathalie Noémie Océane Pauline Rachel Sabrina Sandrine Sarah "
    "Solène Sophie Stéphanie Valérie Virginie Yasmine Zoé"
)
PRENOMS_M = (
    "Adrien Alexandre Anthony Antoine Arnaud Baptiste Benoît Bruno Cédric Christophe Clément Cyril Damien David "
    "Dylan Emmanuel Éric Fabien Florian Franck Grégory Guillaume Hugo Ibrahim Jérémy Jérôme Jonathan Julien Karim "
    "Kévin Laurent Ludovic Marc Mathieu Maxime Mehdi Mickaël Nicolas Olivier Pascal Quentin Rémi Romain Samuel "
    "Sébastien Steven Théo Thierry Thomas Vincent Xavier Yann"
)
PRENOMS = {"F": tuple(PRENOMS_F.split()), "M": tuple(PRENOMS_M.split())}

COMMUNES = {
    "59067": 38,
    "59663": 58,
    "59309": 43,
    "59647": 30,
    "59210": 22,
    "59319": 28,
    "59089": 15,
    "59110": 14,
    "59605": 13,
    "59641": 21,
    "59130": 21,
    "59082": 18,
    "59478": 22,
    "59499": 20,
    "59305": 16,
    "59666": 14,
    "59200": 9,
    "59570": 9,
    "59579": 13,
    "59402": 8,
    "59463": 9,
    "59358": 11,
    "59307": 9,
    "59326": 11,
    "59539": 10,
    "59046": 8,
    "59083": 3,
    "59111": 4,
    "59162": 7,
    "59182": 3,
    "59337": 7,
    "59338": 7,
    "59397": 6,
    "59433": 9,
    "59448": 5,
    "59538": 5,
    "59628": 6,
    "59657": 3,
    "59664": 3,
    "59665": 3,
}
"""The 40 communes of the CCHF and roughly their hundreds of inhabitants, market towns heavier."""
COMMUNES_VOISINES = {"59183": 18, "59155": 10, "59271": 9, "59588": 6}


@dataclass(frozen=True)
class Personne:
    """What the other modules need to know of a person."""

    ref: str
    sexe: str
    naissance: datetime.date


class Population:
    """Makes persons in a fixed order; the same order gives the same persons."""

    def __init__(self, classeur: Classeur) -> None:
        self._classeur = classeur
        self._rang = 0

    def naitre(self, rng: random.Random, sexe: str, naissance: datetime.date, rqth: bool | None = False) -> Personne:
        """A new person with an invented name, fictional telephone and e-mail, and a commune drawn by population."""
        rang, self._rang = self._rang, self._rang + 1
        nom = NOMS[rang % len(NOMS)]
        prenoms = PRENOMS[sexe]
        prenom = prenoms[(rang * 5 + rang // len(NOMS)) % len(prenoms)]
        commune: str | None = tirer(rng, {**COMMUNES, **COMMUNES_VOISINES})
        joignable = rng.random()
        personne = Personne(self._classeur.ref("P"), sexe, naissance)
        # 06 39 98 and 01 99 00 are kept by the regulator (ARCEP) for works of fiction.
        if joignable < 0.85:
            telephone: str | None = f"06 39 98 {rang // 100 % 100:02d} {rang % 100:02d}"
        elif joignable < 0.95:
            telephone = f"01 99 00 {rang // 100 % 100:02d} {rang % 100:02d}"
        else:
            telephone = None
        self._classeur.ajouter(
            "personnes",
            ref=personne.ref,
            nom=nom,
            prenom=prenom,
            sexe=sexe,
            date_naissance=naissance,
            code_insee=commune if rng.random() > 0.015 else None,
            telephone=telephone,
            courriel=f"{personne.ref.lower()}@example.org" if rng.random() < 0.45 else None,
            rqth=rqth,
        )
        return personne


def naissance(rng: random.Random, ans: int, au: datetime.date) -> datetime.date:
    """A birth date that gives exactly `ans` full years on the day `au`."""
    dernier = datetime.date(au.year - ans, au.month, min(au.day, 28))
    return dernier - datetime.timedelta(days=rng.randrange(360))
