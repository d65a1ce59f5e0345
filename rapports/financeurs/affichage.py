"""A dashboard as it is read: numbers in words, charts and tables, all made from its frozen content and from nothing else."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString

from aipi.nombres import TIRET
from aipi.periodes import Periode
from rapports.cles import INCONNU as CLE_INCONNUE
from rapports.declarations import Indicateur
from rapports.ecriture import avant, avec_unite, ecrire, fleche, format_de, sens, unite, variation
from rapports.financeurs.redaction import CONNU, SECRET, Case
from rapports.graphiques import Graphique, Mois, Part, Serie, barres, colonnes_mensuelles, courbes
from rapports.models import Tableau
from rapports.valeurs import Chiffre, Valeur

MOT_SECRET = "secret"  # noqa: S105  # a word of the page
CLES = {
    "aci": ("aci.salaries", "aci.etp", "aci.taux_realisation_etp", "aci.taux_sorties_dynamiques"),
    "rsa": (
        "rsa.suivis",
        "rsa.occupation_moyenne",
        "rsa.taux_rdv_honores",
        "rsa.part_sorties_insertion_professionnelle",
    ),
    "logement": (
        "logement.menages_fsl",
        "logement.mois_mesures",
        "logement.taux_realisation",
        "logement.aides_accordees",
    ),
    **{
        domaine: tuple(f"{domaine}.{nom}" for nom in ("participants", "seances", "participations", "taux_remplissage"))
        for domaine in ("sante", "collectif")
    },
}
"""By action, the figures that are read first."""
SERIES = {
    "aci": ("aci.salaries", "aci.etp"),
    "rsa": ("rsa.suivis", "rsa.rdv_honores"),
    "logement": ("logement.menages_fsl", "logement.mois_mesures"),
    "sante": ("sante.participants",),
    "collectif": ("collectif.participants",),
}
"""By action, the figures drawn over the periods."""
LIGNES_DESSINEES = 12
LARGEUR = 360.0


def exact(case: Case | None) -> Fraction | None:
    """The number of a cell that is shown."""
    return Fraction(case["exact"]) if case is not None and case["etat"] == CONNU else None


def declaration(ecrit: dict[str, Any]) -> Indicateur:
    """What is needed to write a frozen number as the other pages do, whatever the figures have become since."""
    return Indicateur(
        ecrit["libelle"],
        unite=ecrit["unite"],
        decimales=ecrit.get("decimales"),
        favorable=ecrit.get("favorable"),
    )


def en_mots(ecrit: dict[str, Any], case: Case | None) -> str:
    """« 77 personnes », « secret », « — »."""
    if case is None:
        return TIRET
    return MOT_SECRET if case["etat"] == SECRET else avec_unite(declaration(ecrit), exact(case))


@dataclass(frozen=True)
class Nombre:
    """A number as it is read; `secret` lets the page explain it."""

    texte: str
    secret: bool = False
    unite: str = ""


def nombre_lu(ecrit: dict[str, Any], case: Case | None) -> Nombre:
    if case is not None and case["etat"] == SECRET:
        return Nombre(MOT_SECRET, secret=True)
    modele, valeur = declaration(ecrit), exact(case)
    return Nombre(ecrire(modele, valeur), unite="" if valeur is None else unite(modele, valeur))


@dataclass(frozen=True)
class Ligne:
    """A figure: what it is, how much now, before, and of what it was made."""

    code: str
    libelle: str
    definition: str
    valeur: Nombre
    precedente: Nombre | None
    variation: str
    fleche: str
    sens: str
    avant: str
    calcul: str
    """« 34 personnes sur 77 personnes », for a rate whose terms are shown."""


@dataclass(frozen=True)
class Figure:
    """A chart with its table; `note` says what is not drawn."""

    code: str
    titre: str
    definition: str
    svg: SafeString
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    note: str = ""

    @property
    def longue(self) -> bool:
        """Too long a table to be printed under its chart."""
        return len(self.lignes) > LIGNES_DESSINEES


@dataclass(frozen=True)
class Partie:
    """An action, or one workshop of it."""

    ancre: str
    titre: str
    atelier: str
    cles: tuple[Ligne, ...]
    figures: tuple[Figure, ...]
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True)
class Affichage:
    """A whole dashboard, ready to print."""

    tableau: Tableau
    periode: Periode
    precedente: str
    seuil: int
    provisoire: bool
    parties: tuple[Partie, ...]
    secrets: int

    @property
    def chiffres(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """By action, (code, label) of what a question may be about."""
        groupes: dict[str, list[tuple[str, str]]] = {}
        for partie in self.parties:
            if not partie.atelier:
                groupes[partie.titre] = [
                    *((ligne.code, ligne.libelle) for ligne in partie.lignes),
                    *(
                        (f.code, f.titre)
                        for f in partie.figures
                        if f.code not in {ligne.code for ligne in partie.lignes}
                    ),
                ]
        return list(groupes.items())


def afficher(tableau: Tableau) -> Affichage:
    """The dashboard as it is read."""
    contenu = tableau.contenu
    return Affichage(
        tableau=tableau,
        periode=tableau.periode,
        precedente=contenu["precedente"]["libelle"] if contenu["precedente"] else "",
        seuil=contenu["seuil"],
        provisoire=contenu["provisoire"],
        parties=tuple(_partie(bloc, tableau) for bloc in contenu["blocs"]),
        secrets=sum(_secrets(bloc) for bloc in contenu["blocs"]),
    )


def _secrets(bloc: dict[str, Any]) -> int:
    cases = [ecrit["valeur"] for ecrit in bloc["indicateurs"]]
    cases += [ligne for repartition in bloc["repartitions"] for ligne in repartition["lignes"]]
    return sum(case["etat"] == SECRET for case in cases)


def _partie(bloc: dict[str, Any], tableau: Tableau) -> Partie:
    atelier = bloc["atelier"]
    lignes = {ecrit["code"]: _ligne(ecrit, tableau.periode) for ecrit in bloc["indicateurs"]}
    montrees = {
        code: ligne for code, ligne in lignes.items() if ligne.valeur.texte != TIRET or _a_une_suite(bloc, code)
    }
    cles = [montrees[code] for code in CLES[bloc["chapitre"]] if code in montrees]
    figures = [] if atelier else _series(bloc, tableau.contenu["serie"])
    figures += [figure for figure in map(_repartition, bloc["repartitions"]) if figure is not None]
    return Partie(
        ancre=f"{bloc['chapitre']}-{atelier['code']}" if atelier else bloc["chapitre"],
        titre=bloc["titre"],
        atelier=atelier["libelle"] if atelier else "",
        cles=tuple(ligne for ligne in cles if ligne.valeur.texte != TIRET),
        figures=tuple(figures),
        lignes=tuple(montrees.values()),
    )


def _a_une_suite(bloc: dict[str, Any], code: str) -> bool:
    """Whether something is known of an unknown figure in another period."""
    [ecrit] = (e for e in bloc["indicateurs"] if e["code"] == code)
    return exact(ecrit["precedente"]) is not None


def _ligne(ecrit: dict[str, Any], periode: Periode) -> Ligne:
    modele = declaration(ecrit)
    chiffre = Chiffre(modele, periode, Valeur(exact(ecrit["valeur"])), Valeur(exact(ecrit["precedente"])))
    calcul = ""
    termes = (ecrit.get("numerateur"), ecrit.get("denominateur"))
    if all(terme is not None and exact(terme) is not None for terme in termes):
        calcul = " sur ".join(en_mots(terme, terme) for terme in termes if terme is not None)
    return Ligne(
        code=ecrit["code"],
        libelle=ecrit["libelle"],
        definition=ecrit["definition"],
        valeur=nombre_lu(ecrit, ecrit["valeur"]),
        precedente=nombre_lu(ecrit, ecrit["precedente"]) if ecrit["precedente"] else None,
        variation=variation(chiffre),
        fleche=fleche(chiffre),
        sens=sens(chiffre),
        avant=avant(periode.precedente),
        calcul=calcul,
    )


# Charts


def _series(bloc: dict[str, Any], periodes: list[dict[str, str]]) -> list[Figure]:
    """The figures of the action over the periods, drawn from the second that is known."""
    figures = []
    for ecrit in bloc["indicateurs"]:
        valeurs = [exact(case) for case in ecrit["serie"]]
        if ecrit["code"] not in SERIES[bloc["chapitre"]] or sum(v is not None for v in valeurs) < 2:
            continue
        noms = [periode["court"] for periode in periodes]
        dessin = courbes(
            f"{ecrit['code']}-periodes",
            ecrit["libelle"],
            noms,
            [Serie("", tuple(valeurs))],
            format=format_de(declaration(ecrit)),
            largeur_totale=LARGEUR,
            hauteur=220,
        )
        lignes = tuple((nom, en_mots(ecrit, case)) for nom, case in zip(noms, ecrit["serie"], strict=True))
        figures.append(
            _figure(
                f"{ecrit['code']}",
                f"{ecrit['libelle']}, par période",
                ecrit["definition"],
                dessin,
                ("Période", "Valeur"),
                lignes,
                sum(case["etat"] == SECRET for case in ecrit["serie"]),
            )
        )
    return figures


def _repartition(ecrit: dict[str, Any]) -> Figure | None:
    """A breakdown, without its zeros; nothing when there is nothing else."""
    lignes = [ligne for ligne in ecrit["lignes"] if ecrit["mensuelle"] or ligne["exact"] != "0"]
    dessinees = [ligne for ligne in lignes if ligne["etat"] == CONNU]
    if not any(ligne["exact"] != "0" for ligne in dessinees):
        return None
    forme = format_de(declaration(ecrit))
    if ecrit["mensuelle"]:
        mois = [Mois(datetime.date.fromisoformat(f"{ligne['cle']}-01"), exact(ligne)) for ligne in lignes]
        dessin = colonnes_mensuelles(ecrit["code"], ecrit["libelle"], mois, format=forme, largeur_totale=LARGEUR)
    else:
        if any(ligne["cle"].isdecimal() for ligne in dessinees):
            # Codes have no order of their own to be read in: the largest first.
            dessinees.sort(key=lambda ligne: -(exact(ligne) or 0))
        parts = [
            Part(ligne["libelle"], exact(ligne), neutre=ligne["cle"] == CLE_INCONNUE)
            for ligne in dessinees[:LIGNES_DESSINEES]
        ]
        dessin = barres(ecrit["code"], ecrit["libelle"], parts, format=forme, avec_part=False, largeur_totale=LARGEUR)
    tableau = tuple((ligne["libelle"], en_mots(ecrit, ligne)) for ligne in lignes)
    caches = sum(ligne["etat"] == SECRET for ligne in lignes)
    reste = 0 if ecrit["mensuelle"] else max(len(dessinees) - LIGNES_DESSINEES, 0)
    return _figure(ecrit["code"], ecrit["libelle"], ecrit["definition"], dessin, ("", "Valeur"), tableau, caches, reste)


def _figure(
    code: str,
    titre: str,
    definition: str,
    dessin: Graphique,
    entetes: tuple[str, ...],
    lignes: tuple[tuple[str, ...], ...],
    caches: int,
    reste: int = 0,
) -> Figure:
    notes = []
    if caches:
        notes.append(
            "Une valeur secrète n’est pas dessinée."
            if caches == 1
            else f"{caches} valeurs secrètes ne sont pas dessinées."
        )
    if reste:
        notes.append("Les plus petites valeurs sont dans le tableau.")
    return Figure(code, titre, definition, dessin.svg, entetes, lignes, " ".join(notes))
