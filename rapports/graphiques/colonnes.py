"""Columns: months one by one, and years stacked by series."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rapports.graphiques.courbes import (
    Serie,
    dire_les_series,
    ecrire_abscisses,
    noms_a_droite,
    tableau_des_series,
    verifier,
)
from rapports.graphiques.dessin import (
    AXE,
    BLANC,
    DISCRET,
    EFFECTIFS,
    ENCRE,
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
    encre_sur,
    grille,
    marge_des_graduations,
    propre,
    rangs_lisibles,
    repartir,
    vide,
)
from rapports.graphiques.police import INTERLIGNE, MILIEU, largeur, plus_large

MOIS_ABREGES = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
CLAIR = "#d5e3ee"


@dataclass(frozen=True)
class Mois:
    """A month (any day of it), its value, `None` when unknown. `provisoire`: not over, or not all in yet."""

    jour: datetime.date
    valeur: Valeur
    provisoire: bool = False

    @property
    def nom(self) -> str:
        """« janv. 2021 »"""
        return f"{MOIS_ABREGES[self.jour.month - 1]} {self.jour.year}"


def colonnes_mensuelles(
    cle: str,
    titre: str,
    mois: Sequence[Mois],
    *,
    format: Format = EFFECTIFS,
    message: str = "",
    largeur_totale: float = LARGEUR,
    hauteur: float = 240.0,
) -> Graphique:
    """One column a month, any number of them; a provisional month is hatched, an unknown one is a dash.

    Values are written above the columns as far as they do not touch: extremes and the last one first.
    """
    haut, pied = (22.0 if format.unite else 10.0), 44.0
    if all(not un_mois.valeur or un_mois.valeur < 0 for un_mois in mois):
        # The axis then ends at zero, and leaves no room of its own for a dash or a zero written above it.
        haut += 16.0
    provisoires = any(un_mois.provisoire and un_mois.valeur is not None for un_mois in mois)
    y_bas = hauteur - pied - (22 if provisoires else 0)
    axe = echelle([un_mois.valeur for un_mois in mois], format, y_bas, haut)
    gauche = marge_des_graduations(axe, format)
    toile = Toile(max(largeur_totale, gauche + max(90.0, 10.0 * len(mois))))
    pas = (toile.largeur - gauche) / max(len(mois), 1)
    epaisseur = min(pas * 0.66, 40.0)
    xs = [gauche + (rang + 0.5) * pas for rang in range(len(mois))]
    if format.unite:
        toile.texte(0, PETITE, propre(format.unite), taille=PETITE, couleur=DISCRET)
    if any(un_mois.valeur is not None for un_mois in mois):
        grille(toile, axe, gauche, toile.largeur, format)
    else:
        vide(toile, (gauche + toile.largeur) / 2, (haut + y_bas) / 2)
    for un_mois, x in zip(mois, xs, strict=True):
        if not un_mois.valeur:
            continue
        y, zero = axe.y(un_mois.valeur), axe.y(0)
        cadre = (x - epaisseur / 2, min(y, zero), epaisseur, abs(zero - y))
        if un_mois.provisoire:
            toile.rectangle(*cadre, CLAIR)
            toile.hachures(*cadre, REMPLISSAGES[0])
        else:
            toile.rectangle(*cadre, REMPLISSAGES[0])
    _ecrire_au_dessus(toile, [un_mois.valeur for un_mois in mois], xs, epaisseur, axe, format)
    _ecrire_les_mois(toile, mois, xs, pas, y_bas)
    if provisoires:
        y = hauteur - 8
        toile.rectangle(gauche, y - 10, 14, 12, CLAIR)
        toile.hachures(gauche, y - 10, 14, 12, REMPLISSAGES[0], 5, 1.2)
        toile.texte(gauche + 21, y, "provisoire", taille=PETITE, couleur=DISCRET)

    textes = [format(un_mois.valeur) + _reserve(un_mois) for un_mois in mois]
    dits = [f"{un_mois.nom} {texte}" for un_mois, texte in zip(mois, textes, strict=True)]
    texte_alternatif = alternative(titre, message, format, dits)
    lignes = tuple((un_mois.nom, texte) for un_mois, texte in zip(mois, textes, strict=True))
    tableau = Tableau(("Mois", format.unite.capitalize() or "Nombre"), lignes)
    return Graphique(cle, toile.svg(cle, texte_alternatif, hauteur), tableau, texte_alternatif)


def _reserve(un_mois: Mois) -> str:
    return " (provisoire)" if un_mois.provisoire and un_mois.valeur is not None else ""


def _ecrire_au_dessus(
    toile: Toile, valeurs: Sequence[Valeur], xs: Sequence[float], epaisseur: float, axe: Echelle, format: Format
) -> None:
    """Values above the columns, below the negative ones; where they would touch, only the extremes and the last."""
    connus = {rang: Fraction(valeur) for rang, valeur in enumerate(valeurs) if valeur is not None}
    textes = [format(valeur) for valeur in valeurs]
    a_ecrire = list(range(len(valeurs)))
    if len(xs) > 1 and plus_large(textes, PETITE, True) + 3 > xs[1] - xs[0]:
        parlants = (
            [max(connus, key=connus.__getitem__), max(connus), min(connus, key=connus.__getitem__)] if connus else []
        )
        a_ecrire = [*dict.fromkeys(parlants), *(rang for rang in a_ecrire if rang not in connus)]
    colonnes = [_colonne(xs[rang], epaisseur, axe.y(0), axe.y(valeur)) for rang, valeur in connus.items()]
    for rang in a_ecrire:
        y = axe.y(valeurs[rang])
        base = y + 4 + 0.7 * PETITE if connus.get(rang, 0) < 0 else y - 6
        boite = boite_de_texte(xs[rang], base, textes[rang], PETITE, rang in connus, "middle")
        # A label near the edge moves inwards rather than being lost.
        recul = max(0.0, -boite.x0) - max(0.0, boite.x1 - toile.largeur)
        boite = Boite(boite.x0 + recul, boite.y0, boite.x1 + recul, boite.y1)
        if boite.x0 >= 0 and toile.libre(boite) and not any(boite.touche(colonne) for colonne in colonnes):
            couleur = ENCRE if rang in connus else DISCRET
            gras, x = rang in connus, xs[rang] + recul
            toile.texte(x, base, textes[rang], taille=PETITE, gras=gras, ancre="middle", couleur=couleur, detoure=True)


def _colonne(x: float, epaisseur: float, zero: float, y: float) -> Boite:
    return Boite(x - epaisseur / 2, min(zero, y), x + epaisseur / 2, max(zero, y))


def _ecrire_les_mois(toile: Toile, mois: Sequence[Mois], xs: Sequence[float], pas: float, y_bas: float) -> None:
    """Abbreviated months, or initials, or one in n, as room allows; years under their first month."""
    noms = [MOIS_ABREGES[un_mois.jour.month - 1] for un_mois in mois]
    if plus_large(noms, PETITE) + 4 > pas:
        noms = [nom[0].upper() for nom in noms]
    lisibles = rangs_lisibles([(x, largeur(nom, PETITE)) for x, nom in zip(xs, noms, strict=True)])
    for rang in sorted(lisibles):
        toile.texte(xs[rang], y_bas + 17, noms[rang], taille=PETITE, ancre="middle", couleur=DISCRET)
    fin = -1.0
    for rang, un_mois in enumerate(mois):
        if rang and un_mois.jour.year == mois[rang - 1].jour.year:
            continue
        annee = str(un_mois.jour.year)
        x = min(xs[rang] - min(pas, 30.0) / 2, toile.largeur - largeur(annee, PETITE, True))
        if x > fin:
            toile.texte(x, y_bas + 35, annee, taille=PETITE, gras=True, couleur=DISCRET)
            fin = x + largeur(annee, PETITE, True) + 4
            if rang:
                toile.ligne(xs[rang] - pas / 2, y_bas, xs[rang] - pas / 2, y_bas + 22, AXE)


def colonnes_empilees(
    cle: str,
    titre: str,
    abscisses: Sequence[str],
    series: Sequence[Serie],
    *,
    totaux: Sequence[Valeur] | None = None,
    format: Format = EFFECTIFS,
    message: str = "",
    entete: str = "Année",
    largeur_totale: float = LARGEUR,
    hauteur: float = 270.0,
) -> Graphique:
    """Stacked columns, the first series at the bottom, names at the right in that order, totals on top.

    Without `totaux`, the total of a period is the sum of its known values, unknown when none is. Give them when the
    parts do not make the whole. ValueError on a negative value, or unless each series has one value
    for each of `abscisses`.
    """
    verifier(abscisses, series)
    if any(valeur is not None and valeur < 0 for serie in series for valeur in serie.valeurs):
        raise ValueError("Une colonne empilée ne peut pas porter de valeur négative.")
    piles = [
        [Fraction(valeur) for serie in series if (valeur := serie.valeurs[rang]) is not None]
        for rang in range(len(abscisses))
    ]
    hauteurs = [sum(pile, Fraction(0)) if pile else None for pile in piles]
    sommets: Sequence[Valeur] = hauteurs if totaux is None else totaux
    if len(sommets) != len(abscisses):
        raise ValueError("Il faut un total par période.")
    coupes, colonne_noms = noms_a_droite(series)
    hauteurs_noms = [len(lignes) * TAILLE * INTERLIGNE + 5 for lignes in coupes]
    haut, pied = (22.0 if format.unite else 10.0), 28.0
    hauteur = max(hauteur, haut + pied + sum(hauteurs_noms))
    y_bas = hauteur - pied
    axe = echelle(hauteurs, format, y_bas, haut)
    gauche = marge_des_graduations(axe, format)
    droite = max(largeur_totale - colonne_noms - 38, gauche + 60)
    toile = Toile(max(largeur_totale, droite + colonne_noms + 38))
    pas = (droite - gauche) / max(len(abscisses), 1)
    epaisseur = min(pas * 0.76, 72.0)
    xs = [gauche + (rang + 0.5) * pas for rang in range(len(abscisses))]
    if format.unite:
        toile.texte(0, PETITE, propre(format.unite), taille=PETITE, couleur=DISCRET)
    if any(piles):
        grille(toile, axe, gauche, droite, format)
    else:
        vide(toile, (gauche + droite) / 2, (haut + y_bas) / 2)
    for rang, x in enumerate(xs):
        _empiler(toile, [serie.valeurs[rang] for serie in series], x, epaisseur, axe, format)
    _totaliser(toile, sommets, hauteurs, xs, axe, format, droite)
    ecrire_abscisses(toile, abscisses, xs, y_bas + 20, largeur_totale / 4)
    _nommer_les_couches(toile, series, coupes, hauteurs_noms, axe, xs[-1] + epaisseur / 2 if xs else droite, droite)

    noms = [propre(nom) for nom in abscisses]
    toutes = [*series, Serie("Total", tuple(sommets))]
    texte_alternatif = alternative(titre, message, format, dire_les_series(noms, toutes, format))
    tableau = tableau_des_series(entete, abscisses, toutes, format)
    return Graphique(cle, toile.svg(cle, texte_alternatif, hauteur), tableau, texte_alternatif)


def _empiler(toile: Toile, valeurs: Sequence[Valeur], x: float, epaisseur: float, axe: Echelle, format: Format) -> None:
    cumul = Fraction(0)
    for rang, valeur in enumerate(valeurs):
        if not valeur:
            continue
        couleur = REMPLISSAGES[rang % len(REMPLISSAGES)]
        bas, haut = axe.y(cumul), axe.y(cumul + Fraction(valeur))
        toile.rectangle(x - epaisseur / 2, haut, epaisseur, bas - haut, couleur)
        texte = format(valeur)
        tient = bas - haut >= PETITE * 1.5 and largeur(texte, PETITE) + 6 <= epaisseur
        if tient and len(valeurs) > 1:
            toile.texte(
                x, (bas + haut) / 2 + MILIEU * PETITE, texte, taille=PETITE, ancre="middle", couleur=encre_sur(couleur)
            )
        if cumul:
            toile.ligne(x - epaisseur / 2, bas, x + epaisseur / 2, bas, BLANC, 1.25)
        cumul += Fraction(valeur)


def _totaliser(
    toile: Toile,
    totaux: Sequence[Valeur],
    hauteurs: Sequence[Valeur],
    xs: Sequence[float],
    axe: Echelle,
    format: Format,
    droite: float,
) -> None:
    """The total over each column, or over one in n where they would touch."""
    textes = [format(total) for total in totaux]
    lisibles = rangs_lisibles([(x, largeur(texte, TAILLE, True)) for x, texte in zip(xs, textes, strict=True)])
    for rang in sorted(lisibles):
        y = axe.y(hauteurs[rang]) - 7
        boite = boite_de_texte(xs[rang], y, textes[rang], TAILLE, True, "middle")
        if toile.libre(boite) and boite.x0 >= 0 and boite.x1 <= droite + 12:
            couleur = DISCRET if totaux[rang] is None else ENCRE
            toile.texte(xs[rang], y, textes[rang], gras=True, ancre="middle", couleur=couleur, detoure=True)


def _nommer_les_couches(
    toile: Toile,
    series: Sequence[Serie],
    coupes: Sequence[Sequence[str]],
    hauteurs: Sequence[float],
    axe: Echelle,
    bord: float,
    droite: float,
) -> None:
    """The names, in the order of the stack, at the height of the last column's layers or as near as they can be."""
    cumul = Fraction(0)
    milieux: list[float] = []
    for serie in series:
        valeur = Fraction(serie.valeurs[-1] or 0) if serie.valeurs else Fraction(0)
        milieux.append(axe.y(cumul + valeur / 2) - len(milieux) * 0.01)
        cumul += valeur
    centres = repartir(milieux, hauteurs, axe.y_haut - 8, axe.y_bas + 6)
    for rang, (lignes, centre) in enumerate(zip(coupes, centres, strict=True)):
        if not lignes[0]:
            continue
        if series[rang].valeurs and series[rang].valeurs[-1]:
            toile.polyligne([(bord + 3, milieux[rang]), (droite + 4, milieux[rang]), (droite + 14, centre)], AXE, 1.0)
        toile.rectangle(droite + 18, centre - 6, 12, 12, REMPLISSAGES[rang % len(REMPLISSAGES)], rayon=2)
        toile.lignes_de_texte(droite + 37, centre, lignes, gras=True, couleur=ENCRES[rang % len(ENCRES)])
