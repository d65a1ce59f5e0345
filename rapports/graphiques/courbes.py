"""Lines over the years: several series, gaps where a year is unknown, and labels that never meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from aipi.nombres import ESPACE_FINE, TIRET
from rapports.graphiques.dessin import (
    AXE,
    DISCRET,
    EFFECTIFS,
    ENCRES,
    LARGEUR,
    PETITE,
    REMPLISSAGES,
    TAILLE,
    Boite,
    Echelle,
    Format,
    Graphique,
    Tableau,
    Toile,
    Valeur,
    alternative,
    boite_de_texte,
    echelle,
    grille,
    marge_des_graduations,
    propre,
    rangs_lisibles,
    repartir,
    vide,
)
from rapports.graphiques.police import ASCENDANTE, INTERLIGNE, abreger, couper, largeur, plus_large

TIRETS = ("", "7 4", "2 3", "10 3 2 3", "4 2")
NOM_MAXIMAL = 130.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Serie:
    """A named series, one value a period, `None` when unknown.

    `secondaire`: a thin line of comparison, only its last value written.
    """

    nom: str
    valeurs: tuple[Valeur, ...]
    secondaire: bool = False


def verifier(abscisses: Sequence[str], series: Sequence[Serie]) -> None:
    """ValueError unless each series has one value a period."""
    for serie in series:
        if len(serie.valeurs) != len(abscisses):
            raise ValueError(f"La série « {serie.nom} » n’a pas une valeur par période.")


def tableau_des_series(entete: str, abscisses: Sequence[str], series: Sequence[Serie], format: Format) -> Tableau:
    """One row a period, one column a series."""
    return Tableau(
        (entete, *(serie.nom for serie in series)),
        tuple((nom, *(format(serie.valeurs[rang]) for serie in series)) for rang, nom in enumerate(abscisses)),
    )


def dire_les_series(abscisses: Sequence[str], series: Sequence[Serie], format: Format) -> list[str]:
    """For the text alternative: « Sorties : 2019 80,0 %, 2020 40,0 % »."""
    return [
        f"{serie.nom}{ESPACE_FINE}: "
        + ", ".join(f"{nom} {format(valeur)}" for nom, valeur in zip(abscisses, serie.valeurs, strict=True))
        for serie in series
    ]


def noms_a_droite(series: Sequence[Serie]) -> tuple[list[list[str]], float]:
    """The names of the series cut in at most three lines, and the width of the column they need."""
    coupes = [couper(propre(serie.nom), NOM_MAXIMAL, TAILLE, True, lignes=3) for serie in series]
    return coupes, plus_large([ligne for lignes in coupes for ligne in lignes], TAILLE, True)


def ecrire_abscisses(toile: Toile, abscisses: Sequence[str], xs: Sequence[float], y: float, place: float) -> None:
    """The names of the periods under the axis: all of them, or one in n when they would touch."""
    places = [min(place, 2 * x, 2 * (toile.largeur - x)) for x in xs]
    noms = [abreger(propre(nom), limite, PETITE) for nom, limite in zip(abscisses, places, strict=True)]
    lisibles = rangs_lisibles([(x, largeur(nom, PETITE)) for x, nom in zip(xs, noms, strict=True)])
    for rang in sorted(lisibles):
        toile.texte(xs[rang], y, noms[rang], taille=PETITE, ancre="middle", couleur=DISCRET)


def courbes(
    cle: str,
    titre: str,
    abscisses: Sequence[str],
    series: Sequence[Serie],
    *,
    format: Format = EFFECTIFS,
    message: str = "",
    entete: str = "Année",
    depuis_zero: bool = True,
    largeur_totale: float = LARGEUR,
    hauteur: float = 270.0,
) -> Graphique:
    """Lines with their names at the right end and their values at the points.

    A value is written above its point, or below at a local minimum or when another series runs just above; where
    neither is free, it is left to the table. `depuis_zero=False` lets the scale start near the lowest value, for series
    that would else run one over the other. A series without a name is not named at the right. ValueError unless each
    series has one value for each of `abscisses`.
    """
    verifier(abscisses, series)
    coupes, colonne_noms = noms_a_droite(series)
    hauteurs_noms = [len(lignes) * TAILLE * INTERLIGNE + 5 for lignes in coupes]
    haut, pied = (22.0 if format.unite else 10.0), 28.0
    hauteur = max(hauteur, haut + pied + sum(hauteurs_noms))
    y_bas = hauteur - pied
    axe = echelle([valeur for serie in series for valeur in serie.valeurs], format, y_bas, haut, depuis_zero)
    place_valeurs = plus_large([format(valeur) for serie in series for valeur in serie.valeurs], PETITE, True)
    gauche = marge_des_graduations(axe, format)
    bord = place_valeurs / 2 + 6
    # Names stand a little away from the last points, whose values overhang by half their width.
    colonne = colonne_noms + 30 if colonne_noms else 2.0
    droite = max(largeur_totale - colonne, gauche + 2 * bord + 40)
    toile = Toile(max(largeur_totale, droite + colonne))
    pas = (droite - gauche - 2 * bord) / max(len(abscisses) - 1, 1)
    xs = (
        [gauche + bord + rang * pas for rang in range(len(abscisses))]
        if len(abscisses) != 1
        else [(gauche + droite) / 2]
    )

    if format.unite:
        toile.texte(0, PETITE, propre(format.unite), taille=PETITE, couleur=DISCRET)
    if any(valeur is not None for serie in series for valeur in serie.valeurs):
        grille(toile, axe, gauche, droite, format)
    else:
        vide(toile, (gauche + droite) / 2, (haut + y_bas) / 2)
    ecrire_abscisses(toile, abscisses, xs, y_bas + 20, largeur_totale / 4)
    for rang, x in enumerate(xs):
        if all(serie.valeurs[rang] is None for serie in series):
            boite = boite_de_texte(x, y_bas - 6, TIRET, TAILLE, False, "middle")
            if toile.libre(boite):
                toile.texte(x, y_bas - 6, TIRET, ancre="middle", couleur=DISCRET)

    traces = [
        [None if v is None else (x, axe.y(v)) for x, v in zip(xs, serie.valeurs, strict=True)] for serie in series
    ]
    segments = _tracer(toile, series, traces)
    _nommer(toile, coupes, hauteurs_noms, traces, axe, droite)
    _ecrire_valeurs(toile, series, traces, segments, format, Boite(gauche, 0, droite + 2, y_bas))
    for rang, trace in enumerate(traces):
        for point in trace:
            if point is not None:
                toile.marqueur(
                    rang, *point, REMPLISSAGES[rang % len(REMPLISSAGES)], 3.0 if series[rang].secondaire else 4.0
                )

    noms = [propre(nom) for nom in abscisses]
    texte_alternatif = alternative(titre, message, format, dire_les_series(noms, series, format))
    return Graphique(
        cle,
        toile.svg(cle, texte_alternatif, hauteur),
        tableau_des_series(entete, abscisses, series, format),
        texte_alternatif,
    )


def _tracer(
    toile: Toile, series: Sequence[Serie], traces: Sequence[Sequence[Point | None]]
) -> list[tuple[Point, Point]]:
    """Draws the lines, broken at the unknown points; returns their segments."""
    segments: list[tuple[Point, Point]] = []
    for rang in reversed(range(len(series))):
        couleur = REMPLISSAGES[rang % len(REMPLISSAGES)]
        suite: list[Point] = []
        for point in [*traces[rang], None]:
            if point is not None:
                suite.append(point)
                continue
            if len(suite) > 1:
                toile.polyligne(suite, couleur, 1.75 if series[rang].secondaire else 2.5, TIRETS[rang % len(TIRETS)])
                segments += pairwise(suite)
            suite = []
    return segments


def _nommer(
    toile: Toile,
    coupes: Sequence[Sequence[str]],
    hauteurs: Sequence[float],
    traces: Sequence[Sequence[Point | None]],
    axe: Echelle,
    droite: float,
) -> None:
    """Names at the right, each with its mark, at the height of the last known point or as near as the others allow."""
    derniers = [next((point for point in reversed(trace) if point is not None), None) for trace in traces]
    voulus = [axe.y_bas - 8 if point is None else point[1] for point in derniers]
    centres = repartir(voulus, hauteurs, axe.y_haut - 8, axe.y_bas + 6)
    for rang, (lignes, centre, point) in enumerate(zip(coupes, centres, derniers, strict=True)):
        if not lignes[0]:
            continue
        couleur = REMPLISSAGES[rang % len(REMPLISSAGES)]
        if point is not None and traces[rang][-1] is not None and abs(centre - point[1]) > 3:
            toile.ligne(droite + 3, point[1], droite + 13, centre, AXE, 1)
        toile.marqueur(rang, droite + 19, centre, couleur, 4.0)
        toile.lignes_de_texte(droite + 29, centre, lignes, gras=True, couleur=ENCRES[rang % len(ENCRES)])


def _ordre_des_points(valeurs: Sequence[Valeur], secondaire: bool) -> list[int]:
    """Which points deserve their value first: the last, the first, the highest, the lowest, then the others."""
    connus = [rang for rang, valeur in enumerate(valeurs) if valeur is not None]
    if not connus or secondaire:
        return connus[-1:]
    # As fractions: Python refuses to compare a Fraction with a Decimal.
    exacts = {rang: Fraction(valeur) for rang, valeur in enumerate(valeurs) if valeur is not None}
    extremes = [max(connus, key=exacts.__getitem__), min(connus, key=exacts.__getitem__)]
    return list(dict.fromkeys([connus[-1], connus[0], *extremes, *connus]))


def _ecrire_valeurs(
    toile: Toile,
    series: Sequence[Serie],
    traces: Sequence[Sequence[Point | None]],
    segments: Sequence[tuple[Point, Point]],
    format: Format,
    cadre: Boite,
) -> None:
    marques = [Boite(x - 5, y - 5, x + 5, y + 5) for trace in traces for x, y in (p for p in trace if p is not None)]
    ordre = sorted(range(len(series)), key=lambda rang: series[rang].secondaire)
    for rang in ordre:
        trace = traces[rang]
        for indice in _ordre_des_points(series[rang].valeurs, series[rang].secondaire):
            point = trace[indice]
            if point is None:
                continue
            texte = format(series[rang].valeurs[indice])
            meilleur: tuple[int, float, float] | None = None
            for x, y in _places(point, texte, _sous_le_point(traces, rang, indice)):
                boite = boite_de_texte(x, y, texte, PETITE, True, "middle")
                dehors = boite.x0 < cadre.x0 or boite.x1 > cadre.x1 or boite.y0 < cadre.y0 or boite.y1 > cadre.y1
                if dehors or not toile.libre(boite) or any(boite.touche(marque) for marque in marques):
                    continue
                # Digits fill less than the box: a line that grazes its edge disturbs nobody.
                coeur = Boite(boite.x0, y - 0.7 * PETITE, boite.x1, y + 1)
                croisements = sum(coeur.coupe(*a, *b) for a, b in segments)
                # A value beyond the point of another series would be read as that one's: worse than a line behind it.
                doublees = sum(
                    min(y, point[1]) < autre[1] < max(y, point[1])
                    for autre in (a[indice] for n, a in enumerate(traces) if n != rang)
                    if autre
                )
                gene = croisements + 3 * doublees
                if meilleur is None or gene < meilleur[0]:
                    meilleur = (gene, x, y)
            if meilleur is None:
                continue
            _, x, y = meilleur
            toile.texte(
                x, y, texte, taille=PETITE, gras=True, ancre="middle", couleur=ENCRES[rang % len(ENCRES)], detoure=True
            )


def _places(point: Point, texte: str, dessous: bool) -> list[Point]:
    """Where the value of a point may stand (middle of the baseline), best first."""
    x, y = point
    au_dessus, au_dessous = y - 9, y + 9 + (ASCENDANTE - 0.14) * PETITE
    proches = [au_dessous, au_dessus] if dessous else [au_dessus, au_dessous]
    decale = largeur(texte, PETITE, True) / 2 + 4
    cotes = [(x + sens * decale, hauteur) for hauteur in proches for sens in (1, -1)]
    ecartees = [(x, hauteur) for ecart in (7, 14, 28) for hauteur in (au_dessus - ecart, au_dessous + ecart)]
    return [*((x, hauteur) for hauteur in proches), *cotes, *ecartees]


def _sous_le_point(traces: Sequence[Sequence[Point | None]], rang: int, indice: int) -> bool:
    """Whether the value goes below: at a local minimum, or when another series runs just above."""
    trace = traces[rang]
    point = trace[indice]
    if point is None:
        return False
    voisins = [trace[i] for i in (indice - 1, indice + 1) if 0 <= i < len(trace)]
    hauteurs = [voisin[1] for voisin in voisins if voisin is not None]
    creux = len(hauteurs) == 2 and all(y < point[1] - 1 for y in hauteurs)
    autres = [autre[indice] for numero, autre in enumerate(traces) if numero != rang]
    return creux or any(autre is not None and 0 <= point[1] - autre[1] < 32 for autre in autres)
