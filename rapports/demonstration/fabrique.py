"""Tools of the demonstration caseload: exact shares, calendar arithmetic and the sheets being filled."""

import csv
import datetime
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

Cellule: TypeAlias = str | int | bool | datetime.date | None
Ligne: TypeAlias = dict[str, Cellule]
T = TypeVar("T")

ANNEE_CALEE = 2021
"""The year whose computed figures are those of the printed report."""
DEBUT_CALE = datetime.date(ANNEE_CALEE, 1, 1)
FIN_CALEE = datetime.date(ANNEE_CALEE, 12, 31)

COLONNES: Mapping[str, tuple[str, ...]] = {
    "communes": ("code_insee", "nom", "code_postal", "intercommunalite"),
    "parametres": ("cle", "valide_du", "valeur"),
    "intervenants": ("code", "nom", "prenom", "role"),
    "financeurs": ("code", "nom"),
    "conventions": ("ref", "financeur", "action", "annee", "montant", "objectif", "unite_objectif"),
    "personnes": (*("ref", "nom", "prenom", "sexe", "date_naissance", "code_insee", "telephone", "courriel", "rqth"),),
    "ateliers": ("code", "nom"),
    "equipes": ("code", "atelier", "nom", "encadrant"),
    "parcours": (
        *("ref", "personne", "date_entree", "date_sortie", "motif_sortie", "prescripteur", "referent", "rsa_entree"),
        *("mois_sans_emploi_entree", "niveau_formation", "pass_iae_debut"),
    ),
    "contrats": ("ref", "parcours", "equipe", "date_debut", "date_fin", "heures_hebdo"),
    "heures": ("contrat", "mois", "heures"),
    "absences": ("contrat", "mois", "motif", "heures"),
    "entretiens": ("ref", "parcours", "date", "lieu", "objet", "intervenant", "duree_minutes", "note"),
    "demarches_entretiens": ("entretien", "demarche"),
    "rendez_vous": ("ref", "parcours", "date", "heure", "lieu", "intervenant", "statut"),
    "freins": ("ref", "parcours", "categorie", "date_reperage", "date_fin", "issue"),
    "missions": ("ref", "parcours", "type", "employeur", "date_debut", "date_fin"),
    "formations": ("ref", "intitule", "type", "organisme", "date_debut", "date_fin"),
    "participations_formation": ("formation", "parcours", "jours", "heures", "cout", "resultat", "date_jury"),
    "suites_sortie": ("parcours", "mois_apres", "date", "situation", "precisions"),
    "modules_cqp": ("code", "intitule", "heures", "ordre"),
    "evaluations_cqp": ("formation", "parcours", "module", "numero", "date", "niveau"),
    "realisations": ("ref", "atelier", "date", "intitule", "client", "code_insee"),
    "chiffre_affaires": ("atelier", "mois", "montant"),
    "suivis_rsa": (
        *("ref", "personne", "referent", "date_entree", "date_sortie", "motif_sortie", "typologie"),
        "date_orientation",
    ),
    "contacts_rsa": ("ref", "suivi", "date", "type", "statut", "note", "heure", "lieu", "intervenant"),
    "demarches_contacts_rsa": ("contact", "demarche"),
    "contrats_engagement": ("ref", "suivi", "type", "date_signature", "date_fin"),
    "mesures_logement": (
        *("ref", "personne", "referent", "dispositif", "type", "date_debut", "date_fin", "bailleur"),
        *("personnes_menage", "enfants_menage", "date_renouvellement"),
    ),
    "interventions_logement": ("ref", "mesure", "date", "theme", "note", "intervenant"),
    "demarches_logement": ("intervention", "demarche"),
    "rendez_vous_logement": ("ref", "mesure", "date", "heure", "lieu", "intervenant", "statut"),
    "aides_logement": ("ref", "mesure", "type", "date_demande", "decision", "date_decision", "montant_accorde"),
    "actions": ("ref", "domaine", "programme", "intitule", "annee", "places", "lieu"),
    "seances": ("ref", "action", "date", "statut", "motif_annulation", "professionnels", "heure", "lieu"),
    "invitations": ("seance", "personne"),
    "presences": ("seance", "personne", "present"),
    "budget": ("annee", "sens", "rubrique", "montant", "financeur"),
    "valeurs_publiees": ("annee", "indicateur", "atelier", "valeur", "source"),
}
"""Columns of each sheet, in the order of the exchange format; the leading ones identify the row."""


class Classeur:
    """The sheets of a caseload being written; cells stay typed until `ecrire`."""

    def __init__(self) -> None:
        self.feuilles: dict[str, list[Ligne]] = {feuille: [] for feuille in COLONNES}
        self._numeros: dict[str, int] = {}

    def ajouter(self, feuille: str, **cellules: Cellule) -> Ligne:
        """Add a row and return it; an unknown column is a `KeyError`."""
        inconnues = cellules.keys() - set(COLONNES[feuille])
        if inconnues:
            raise KeyError(f"{feuille}: {sorted(inconnues)}")
        self.feuilles[feuille].append(cellules)
        return cellules

    def ref(self, prefixe: str) -> str:
        """Next reference of a series: `PA-0001`, `PA-0002`…"""
        self._numeros[prefixe] = self._numeros.get(prefixe, 0) + 1
        return f"{prefixe}-{self._numeros[prefixe]:04d}"

    def ecrire(self, dossier: Path) -> None:
        """Write every sheet that has rows into `dossier`, which must exist, in the order the rows were made."""
        for feuille, lignes in self.feuilles.items():
            if not lignes:
                continue
            with (dossier / f"{feuille}.csv").open("w", encoding="utf-8", newline="") as sortie:
                ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
                ecrivain.writerow(COLONNES[feuille])
                ecrivain.writerows([texte(ligne.get(colonne)) for colonne in COLONNES[feuille]] for ligne in lignes)


def texte(cellule: Cellule) -> str:
    """A cell as the exchange format writes it; unknown is empty."""
    if cellule is None:
        return ""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, datetime.date):
        return cellule.isoformat()
    return str(cellule)


def hasard(cle: str) -> random.Random:
    """A generator of its own for each subject, so that adding rows to one never moves another."""
    return random.Random(f"demonstration:{cle}")  # noqa: S311 - invented data, not secrets


def repartir(total: int, poids: Sequence[float]) -> list[int]:
    """Share `total` in whole parts proportional to `poids` by largest remainder; the sum is exactly `total`."""
    somme = sum(poids)
    if somme <= 0:
        raise ValueError("Rien à quoi répartir : la somme des poids est nulle.")
    parts = [total * p / somme for p in poids]
    entiers = [int(part) for part in parts]
    restes = sorted(range(len(poids)), key=lambda i: (entiers[i] - parts[i], i))
    for i in restes[: total - sum(entiers)]:
        entiers[i] += 1
    return entiers


def etaler(cle: str, effectifs: Mapping[T, int]) -> list[T]:
    """Each value as many times as told, in an order that looks drawn and never changes."""
    valeurs = [valeur for valeur, effectif in effectifs.items() for _ in range(effectif)]
    hasard(cle).shuffle(valeurs)
    return valeurs


def tirer(rng: random.Random, poids: Mapping[T, float]) -> T:
    """One value, the heavier the more often."""
    return rng.choices(list(poids), list(poids.values()))[0]


def demi_heures(unites: int) -> str:
    """Hours from half hours: 225 → `112.5`."""
    return f"{unites // 2}.5" if unites % 2 else str(unites // 2)


def jour(annee: int, mois: int = 1, quantieme: int = 1) -> datetime.date:
    """A date whose month may overflow (month 14 is February of the next year), the day cut to the month's last."""
    annee, mois = annee + (mois - 1) // 12, (mois - 1) % 12 + 1
    return datetime.date(annee, mois, min(quantieme, jours_du_mois(annee, mois)))


def jours_du_mois(annee: int, mois: int) -> int:
    """28 to 31."""
    suivant = datetime.date(annee + mois // 12, mois % 12 + 1, 1)
    return (suivant - datetime.timedelta(days=1)).day


def plus_mois(date: datetime.date, mois: int) -> datetime.date:
    """The same day some months later (earlier if negative)."""
    return jour(date.year, date.month + mois, date.day)


def plus_jours(date: datetime.date, jours: int) -> datetime.date:
    """So many days later (earlier if negative)."""
    return date + datetime.timedelta(days=jours)


def mois_entre(debut: datetime.date, fin: datetime.date) -> Iterable[tuple[int, int]]:
    """Calendar months (year, month) touched by a stay, both ends included."""
    for rang in range(debut.year * 12 + debut.month - 1, fin.year * 12 + fin.month):
        yield rang // 12, rang % 12 + 1


def mois_texte(annee: int, mois: int) -> str:
    """`2021-03`."""
    return f"{annee}-{mois:02d}"


def ouvre(date: datetime.date, au_plus_tot: datetime.date, au_plus_tard: datetime.date) -> datetime.date:
    """The working day nearest to `date` within the bounds; `date` brought into them if there is none."""
    date = min(max(date, au_plus_tot), au_plus_tard)
    for ecart in (0, 1, -1, 2, -2, 3, -3, 4, -4):
        candidat = plus_jours(date, ecart)
        if au_plus_tot <= candidat <= au_plus_tard and est_ouvre(candidat):
            return candidat
    return date


def est_ouvre(date: datetime.date) -> bool:
    """Monday to Friday outside the fixed public holidays."""
    feries = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return date.weekday() < 5 and (date.month, date.day) not in feries


def age(naissance: datetime.date, au: datetime.date) -> int:
    """Full years on a day."""
    return au.year - naissance.year - ((au.month, au.day) < (naissance.month, naissance.day))
