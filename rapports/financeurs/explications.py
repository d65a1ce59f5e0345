"""What is said of a dashboard in words: its method, for whoever reads it; what it hides and why, for the director."""

from __future__ import annotations

from dataclasses import dataclass

from aipi.nombres import nombre
from aipi.periodes import jour_francais
from rapports.ecriture import typographie
from rapports.financeurs.cellules import INDICATEURS_PAR_NOM, Cellule
from rapports.financeurs.liens import HORS, VIRTUELLE
from rapports.financeurs.publication import relire
from rapports.models import Tableau


def methode(tableau: Tableau) -> list[str]:
    """The note of method, in sentences."""
    seuil = tableau.contenu["seuil"]
    jour = tableau.publie_le or tableau.prepare_le
    phrases = [
        (
            "Les chiffres sont comptés dans les dossiers de l’association, selon la définition écrite sous chacun d’eux. "
            "Ceux d’une année dont le rapport d’activité est clos sont ceux de ce rapport."
        ),
        f"Ils sont figés depuis le {jour_francais(jour.date())} : un dossier corrigé ensuite n’y change rien.",
        (
            f"« Secret » : pour que personne ne puisse être reconnu, un nombre qui concerne moins de {seuil} personnes n’est pas "
            "montré, et ne peut pas être retrouvé. Un autre nombre est parfois secret aussi, quand une soustraction donnerait le premier, "
            "ou le petit nombre des personnes qui n’y sont pas comptées. Un "
            "taux est secret dès que l’un de ses deux termes l’est."
        ),
        "Zéro n’est jamais secret : il s’écrit 0. Un tiret veut dire « inconnu », jamais zéro.",
        (
            "Un taux est arrondi à une décimale à l’affichage ; le calcul est exact. L’évolution compare à la période "
            "précédente de même durée."
        ),
    ]
    if tableau.contenu["provisoire"]:
        phrases.append("La période n’est pas terminée : ses chiffres sont provisoires.")
    return [typographie(phrase) for phrase in phrases]


@dataclass(frozen=True)
class Cachee:
    """A hidden number, as the director alone reads it."""

    libelle: str
    atelier: str
    periode: str
    valeur: str
    raison: str


def cachees(tableau: Tableau) -> list[Cachee]:
    """Every hidden number with the reason, those of the period first."""
    libelles = _libelles(tableau)
    seuil = tableau.contenu["seuil"]
    trouvees = []
    for cellule, mesure in relire(tableau.cellules).items():
        if not mesure.secret:
            continue
        raison = f"concerne moins de {seuil} personnes"
        if mesure.motif == "voisin":
            raison = "permettrait d’en retrouver un autre"
            if mesure.pour:
                raison += f" : {_dire(mesure.pour, libelles)}"
        trouvees.append((cellule, mesure, raison))
    trouvees.sort(key=lambda t: (t[0].periode != tableau.periode, t[0].atelier, -t[0].debut.toordinal(), t[0].nom))
    return [
        Cachee(
            _dire(cellule.nom, libelles),
            libelles.get(f"atelier {cellule.atelier}", cellule.atelier),
            str(cellule.periode),
            nombre(mesure.valeur),
            typographie(raison),
        )
        for cellule, mesure, raison in trouvees
    ]


def _libelles(tableau: Tableau) -> dict[str, str]:
    """By name of cell, its words."""
    libelles: dict[str, str] = {}
    for bloc in tableau.contenu["blocs"]:
        if bloc["atelier"]:
            libelles[f"atelier {bloc['atelier']['code']}"] = bloc["atelier"]["libelle"]
        for ecrit in bloc["indicateurs"]:
            libelles[ecrit["code"]] = ecrit["libelle"]
        for repartition in bloc["repartitions"]:
            for ligne in repartition["lignes"]:
                libelles[f"{repartition['code']}/{ligne['cle']}"] = f"{repartition['libelle']} : {ligne['libelle']}"
    return libelles


def _dire(nom: str, libelles: dict[str, str]) -> str:
    nu = nom.lstrip(VIRTUELLE).partition(" < ")[0]
    if HORS in nu:
        tout, _, partie = nu.partition(HORS)
        return typographie(f"{_dire_la_somme(tout, libelles)}, hors « {_dire_la_somme(partie, libelles)} »")
    indicateur = INDICATEURS_PAR_NOM.get(nu)
    dit = libelles.get(nu) or (indicateur.libelle if indicateur is not None else nu)
    return typographie(f"{dit}, sur une partie de la période" if nom.startswith(VIRTUELLE) else dit)


def _dire_la_somme(noms: str, libelles: dict[str, str]) -> str:
    """One figure or several, each perhaps of one workshop."""
    dits = []
    for terme in noms.split(" + "):
        nom, _, atelier = terme.partition(" @")
        dit = _dire(nom, libelles)
        dits.append(f"{dit} ({libelles.get(f'atelier {atelier}', atelier)})" if atelier else dit)
    return " et ".join(dits)


def designation(cellule: Cellule, tableau: Tableau) -> str:
    """A cell in words: what it counts, and when."""
    return f"{_dire(cellule.nom, _libelles(tableau))} ({cellule.periode})"
