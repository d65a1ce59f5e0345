"""Shares of a whole: the ring and the single stacked bar. Both carry a list of labels, values and shares."""

from collections.abc import Sequence
from fractions import Fraction
from math import cos, pi, sin

from aipi.nombres import TIRET, pourcentage
from rapports.graphiques.barres import Part, part_de, somme
from rapports.graphiques.dessin import (
    BLANC,
    DISCRET,
    EFFECTIFS,
    ENCRE,
    FOND,
    LARGEUR,
    NEUTRE,
    PETITE,
    REMPLISSAGES,
    TAILLE,
    Format,
    Graphique,
    Tableau,
    Toile,
    alternative,
    encre_sur,
    propre,
    vide,
)
from rapports.graphiques.police import INTERLIGNE, MILIEU, abreger, couper, largeur, plus_large

PUCE = 12.0


def _couleurs(parts: Sequence[Part]) -> list[str]:
    """One fill a part, grey for the neutral ones."""
    suite = iter(range(len(parts)))
    return [NEUTRE if part.neutre else REMPLISSAGES[next(suite) % len(REMPLISSAGES)] for part in parts]


def _proportions(parts: Sequence[Part]) -> list[Fraction | None]:
    if any(part.valeur is not None and part.valeur < 0 for part in parts):
        raise ValueError("Une part ne peut pas être négative.")
    total = somme([part.valeur for part in parts])
    return [part_de(part.valeur, total) for part in parts]


def _conclure(
    cle: str, titre: str, message: str, entete: str, parts: Sequence[Part], format: Format, toile: Toile, hauteur: float
) -> Graphique:
    proportions = [pourcentage(proportion) for proportion in _proportions(parts)]
    textes = [format(part.valeur) for part in parts]
    dits = [
        f"{propre(part.libelle)} {texte}{'' if proportion == TIRET else f' ({proportion})'}"
        for part, texte, proportion in zip(parts, textes, proportions, strict=True)
    ]
    texte_alternatif = alternative(titre, message, format, dits)
    tableau = Tableau(
        (entete, format.unite.capitalize() or "Nombre", "Part"),
        tuple(
            (part.libelle, texte, proportion)
            for part, texte, proportion in zip(parts, textes, proportions, strict=True)
        ),
    )
    return Graphique(cle, toile.svg(cle, texte_alternatif, hauteur), tableau, texte_alternatif)


def _couper_liste(parts: Sequence[Part], format: Format, place_totale: float) -> tuple[list[list[str]], float, float]:
    """The labels of the list cut to the room that its figures leave, and the widths of the two columns of figures."""
    colonne_valeur = plus_large([format(part.valeur) for part in parts], TAILLE, True)
    colonne_part = plus_large([pourcentage(proportion) for proportion in _proportions(parts)], TAILLE)
    place = max(place_totale - PUCE - 8 - 14 - colonne_valeur - 12 - colonne_part, 60.0)
    return [couper(propre(part.libelle), place, TAILLE) for part in parts], colonne_valeur, colonne_part


def _liste(
    toile: Toile,
    x: float,
    centre: float,
    parts: Sequence[Part],
    couleurs: Sequence[str],
    format: Format,
    place_totale: float,
) -> None:
    """Swatch, label, value and share of each part, in columns, centred on `centre`; widens the sheet if need be."""
    coupes, colonne_valeur, colonne_part = _couper_liste(parts, format, place_totale)
    # Figures stay near the labels when these are short.
    utile = max((largeur(ligne, TAILLE) for lignes in coupes for ligne in lignes), default=0.0)
    bord_valeur = x + PUCE + 8 + utile + 14 + colonne_valeur
    bord_part = bord_valeur + 12 + colonne_part
    toile.largeur = max(toile.largeur, bord_part)
    y = centre - _hauteur_de_liste(coupes) / 2
    for part, proportion, lignes, couleur in zip(parts, _proportions(parts), coupes, couleurs, strict=True):
        hauteur = len(lignes) * TAILLE * INTERLIGNE + 9
        milieu = y + hauteur / 2
        toile.rectangle(x, milieu - PUCE / 2, PUCE, PUCE, couleur, rayon=2)
        toile.lignes_de_texte(x + PUCE + 8, milieu, lignes)
        toile.texte(bord_valeur, milieu + MILIEU * TAILLE, format(part.valeur), gras=True, ancre="end")
        if proportion is not None:
            toile.texte(bord_part, milieu + MILIEU * TAILLE, pourcentage(proportion), ancre="end", couleur=DISCRET)
        y += hauteur


def _hauteur_de_liste(coupes: Sequence[Sequence[str]]) -> float:
    return sum(len(lignes) * TAILLE * INTERLIGNE + 9 for lignes in coupes)


def anneau(
    cle: str,
    titre: str,
    parts: Sequence[Part],
    *,
    format: Format = EFFECTIFS,
    centre: str = "",
    message: str = "",
    entete: str = "Catégorie",
    largeur_totale: float = LARGEUR,
    diametre: float = 200.0,
) -> Graphique:
    """A ring, clockwise from noon in the order given, and beside it the list of its parts in the same order.

    The share is written in the ring where there is room for it; the list says them all, however small. The total
    stands in the middle, above `centre` (its name: « sorties »). ValueError on a negative value.
    """
    proportions = _proportions(parts)
    couleurs = _couleurs(parts)
    total = somme([part.valeur for part in parts])
    x_liste = diametre + 36
    place_liste = largeur_totale - x_liste
    hauteur_liste = _hauteur_de_liste(_couper_liste(parts, format, place_liste)[0])
    toile = Toile(largeur_totale)
    hauteur = max(diametre, hauteur_liste) + 4
    cx, cy, rayon, creux = diametre / 2 + 2, hauteur / 2, diametre / 2, diametre * 0.27

    pleines = [(proportion, couleur) for proportion, couleur in zip(proportions, couleurs, strict=True) if proportion]
    if not pleines:
        toile.couronne(cx, cy, (rayon + creux) / 2, FOND, rayon - creux)
    elif len(pleines) == 1:
        toile.couronne(cx, cy, (rayon + creux) / 2, pleines[0][1], rayon - creux)
    angle = -pi / 2
    reperes: list[tuple[float, float, str, str]] = []
    for proportion, couleur in pleines:
        ouverture = 2 * pi * float(proportion)
        fin = angle + ouverture
        if len(pleines) > 1:
            grand = "1" if proportion > Fraction(1, 2) else "0"
            toile.chemin(
                [
                    *("M", cx + rayon * cos(angle), cy + rayon * sin(angle)),
                    *("A", rayon, rayon, "0", grand, "1", cx + rayon * cos(fin), cy + rayon * sin(fin)),
                    *("L", cx + creux * cos(fin), cy + creux * sin(fin)),
                    *("A", creux, creux, "0", grand, "0", cx + creux * cos(angle), cy + creux * sin(angle)),
                    "Z",
                ],
                couleur,
                BLANC if ouverture * rayon > 4 else couleur,
                1.5 if ouverture * rayon > 4 else 0.25,
            )
        moyen, distance = angle + ouverture / 2, (rayon + creux) / 2
        texte = pourcentage(proportion)
        corde = 2 * distance * sin(min(ouverture, pi) / 2)
        etendue = largeur(texte, PETITE, True)
        if corde >= etendue + 6 and rayon - creux >= etendue + 4:
            reperes.append(
                (cx + distance * cos(moyen), cy + distance * sin(moyen) + MILIEU * PETITE, texte, encre_sur(couleur))
            )
        angle = fin
    for x, y, texte, couleur in reperes:
        toile.texte(x, y, texte, taille=PETITE, gras=True, ancre="middle", couleur=couleur)
    _coeur(toile, cx, cy, creux, format(total) if total is not None else TIRET, propre(centre))
    if parts:
        _liste(toile, x_liste, cy, parts, couleurs, format, place_liste)
    else:
        vide(toile, (x_liste + toile.largeur) / 2, cy)
    return _conclure(cle, titre, message, entete, parts, format, toile, hauteur)


def _coeur(toile: Toile, cx: float, cy: float, creux: float, total: str, nom: str) -> None:
    """The total and its name, in the hole of the ring, as large as it allows."""
    place = creux * 1.6
    taille = next((taille for taille in (28.0, 22.0, 17.0, 13.0) if largeur(total, taille, True) <= place), 0.0)
    if not taille:
        return
    toile.texte(cx, cy + (2 if nom else MILIEU * taille), total, taille=taille, gras=True, ancre="middle")
    toile.texte(cx, cy + 22, abreger(nom, place, PETITE), taille=PETITE, ancre="middle", couleur=DISCRET)


def barre_de_parts(
    cle: str,
    titre: str,
    parts: Sequence[Part],
    *,
    format: Format = EFFECTIFS,
    message: str = "",
    entete: str = "Catégorie",
    largeur_totale: float = LARGEUR,
) -> Graphique:
    """One bar cut in shares, and under it the list of its parts, flowing over as many lines as needed.

    ValueError on a negative value.
    """
    proportions = _proportions(parts)
    couleurs = _couleurs(parts)
    toile = Toile(largeur_totale)
    hauteur_barre = 30.0
    if not any(proportions):
        toile.rectangle(0, 0, largeur_totale, hauteur_barre, FOND)
    x = 0.0
    for proportion, couleur in zip(proportions, couleurs, strict=True):
        etendue = float(proportion or 0) * largeur_totale
        if not etendue:
            continue
        toile.rectangle(x, 0, etendue, hauteur_barre, couleur, contour=BLANC)
        texte = pourcentage(proportion)
        if largeur(texte, TAILLE, True) + 10 <= etendue:
            toile.texte(
                x + etendue / 2,
                hauteur_barre / 2 + MILIEU * TAILLE,
                texte,
                gras=True,
                ancre="middle",
                couleur=encre_sur(couleur),
            )
        x += etendue
    x, y = 0.0, hauteur_barre + 26
    for part, proportion, couleur in zip(parts, proportions, couleurs, strict=True):
        chiffres = format(part.valeur)
        suite = "" if proportion is None else pourcentage(proportion)
        fixe = PUCE + 7 + 7 + largeur(chiffres, TAILLE, True) + (7 + largeur(suite, TAILLE) if suite else 0.0)
        nom = abreger(propre(part.libelle), max(largeur_totale - fixe, 20.0), TAILLE)
        etendue = fixe + largeur(nom, TAILLE)
        if x and x + etendue > largeur_totale:
            x, y = 0.0, y + 22
        toile.rectangle(x, y - PUCE + 1.5, PUCE, PUCE, couleur, rayon=2)
        toile.texte(x + PUCE + 7, y, nom)
        x_chiffres = x + PUCE + 7 + largeur(nom, TAILLE) + 7
        toile.texte(x_chiffres, y, chiffres, gras=True, couleur=ENCRE)
        toile.texte(x_chiffres + largeur(chiffres, TAILLE, True) + 7, y, suite, couleur=DISCRET)
        toile.largeur = max(toile.largeur, x + etendue)
        x += etendue + 24
    if not parts:
        vide(toile, largeur_totale / 2, y)
    return _conclure(cle, titre, message, entete, parts, format, toile, y + 8)
