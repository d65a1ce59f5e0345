"""Horizontal bars: a ranking, and the age pyramid."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from aipi.nombres import ESPACE_FINE, TIRET, nombre, pourcentage
from rapports.graphiques.dessin import (
    AXE,
    DISCRET,
    EFFECTIFS,
    ENCRE,
    ENCRES,
    LARGEUR,
    NEUTRE,
    PETITE,
    REMPLISSAGES,
    TAILLE,
    Format,
    Graphique,
    Tableau,
    Toile,
    Valeur,
    alternative,
    propre,
    rapport,
    vide,
)
from rapports.graphiques.police import INTERLIGNE, MILIEU, couper, largeur, plus_large

EPAISSEUR = 16.0


@dataclass(frozen=True)
class Part:
    """A named quantity. `neutre` draws it in grey: « Autres (4) », « Non renseigné »."""

    libelle: str
    valeur: Valeur
    neutre: bool = False


@dataclass(frozen=True)
class Tranche:
    """An age bracket of the pyramid. `neutre` sets it apart, below the others: « Âge inconnu »."""

    libelle: str
    hommes: int | None
    femmes: int | None
    neutre: bool = False


def part_de(valeur: Valeur, total: Valeur) -> Fraction | None:
    """Exact share of a total; unknown when either is, or when the total is not positive."""
    return None if valeur is None or total is None or total <= 0 else Fraction(valeur) / Fraction(total)


def somme(valeurs: Sequence[Valeur]) -> Fraction | None:
    """Exact sum, unknown as soon as one value is, or without any."""
    if not valeurs or any(valeur is None for valeur in valeurs):
        return None
    return sum((Fraction(valeur) for valeur in valeurs if valeur is not None), Fraction(0))


def barres(
    cle: str,
    titre: str,
    parts: Sequence[Part],
    *,
    format: Format = EFFECTIFS,
    avec_part: bool = True,
    total: Valeur = None,
    message: str = "",
    entete: str = "Catégorie",
    largeur_totale: float = LARGEUR,
    hauteur: float | None = None,
) -> Graphique:
    """Ranked bars in the order given: label, bar, value and, with `avec_part`, its share.

    The share is of `total`, else of the sum of the values (unknown if one of them is). Where several answers are
    possible, give the number of persons as `total`. `hauteur` spreads the rows over a given height, if there is enough.
    A negative value is printed, without a bar.
    """
    denominateur = total if total is not None else somme([part.valeur for part in parts])
    textes = [format(part.valeur) for part in parts]
    proportions = [pourcentage(part_de(part.valeur, denominateur)) for part in parts] if avec_part else []
    noms = [propre(part.libelle) for part in parts]
    largeur_nom = min(plus_large(noms, TAILLE), largeur_totale * 0.38)
    coupes = [couper(nom, largeur_nom, TAILLE, lignes=3) for nom in noms]
    gauche = largeur_nom + 12
    place_valeur = plus_large(textes, TAILLE, True) + 8
    place_part = plus_large(proportions, TAILLE) + 12 if avec_part else 0.0
    longueur_max = max(largeur_totale - gauche - place_valeur - place_part, 40.0)
    toile = Toile(max(largeur_totale, gauche + longueur_max + place_valeur + place_part))

    besoins = [max(EPAISSEUR + 8, len(lignes) * TAILLE * INTERLIGNE + 6) for lignes in coupes]
    libre = (hauteur - sum(besoins)) / len(besoins) if hauteur and besoins else 0.0
    supplement = min(max(libre, 0.0), 30.0)
    epaisseur = EPAISSEUR + supplement * 0.45
    maximum = max([Fraction(0), *(Fraction(part.valeur) for part in parts if part.valeur is not None)])
    y = 0.0
    for part, lignes, besoin, texte, rang in zip(parts, coupes, besoins, textes, range(len(parts)), strict=True):
        centre = y + (besoin + supplement) / 2
        toile.lignes_de_texte(gauche - 12, centre, lignes, ancre="end")
        longueur = max(rapport(part.valeur, maximum), 0.0) * longueur_max
        if longueur:
            couleur = NEUTRE if part.neutre else REMPLISSAGES[0]
            toile.rectangle(gauche, centre - epaisseur / 2, max(longueur, 1.5), epaisseur, couleur)
        x = gauche + longueur + 8
        base = centre + MILIEU * TAILLE
        toile.texte(x, base, texte, gras=True, couleur=DISCRET if texte == TIRET else ENCRE)
        if avec_part and proportions[rang] != TIRET:
            toile.texte(x + largeur(texte, TAILLE, True) + 8, base, proportions[rang], couleur=DISCRET)
        y += besoin + supplement
    if parts:
        toile.ligne(gauche, 0, gauche, y, AXE)
    else:
        y = 60.0
        vide(toile, toile.largeur / 2, y / 2)

    dits = [
        f"{nom} {texte}{f' ({proportions[rang]})' if avec_part and proportions[rang] != TIRET else ''}"
        for rang, (nom, texte) in enumerate(zip(noms, textes, strict=True))
    ]
    texte_alternatif = alternative(titre, message, format, dits)
    valeur_entete = "Nombre" if not format.unite else format.unite.capitalize()
    entetes = (entete, valeur_entete, "Part") if avec_part else (entete, valeur_entete)
    lignes_tableau = tuple(
        (part.libelle, texte, proportions[rang]) if avec_part else (part.libelle, texte)
        for rang, (part, texte) in enumerate(zip(parts, textes, strict=True))
    )
    return Graphique(cle, toile.svg(cle, texte_alternatif, y), Tableau(entetes, lignes_tableau), texte_alternatif)


def pyramide(
    cle: str,
    titre: str,
    tranches: Sequence[Tranche],
    *,
    sexe_inconnu: int | None = 0,
    message: str = "",
    largeur_totale: float = LARGEUR,
    hauteur: float | None = None,
) -> Graphique:
    """Men on the left, women on the right; `tranches` from the youngest, drawn with the oldest on top.

    `sexe_inconnu` counts the persons left out for want of a known sex: noted under the drawing unless 0.
    """
    forme = Format("personnes")
    dessus = [tranche for tranche in reversed(tranches) if not tranche.neutre]
    ordre = dessus + [tranche for tranche in tranches if tranche.neutre]
    noms = [propre(tranche.libelle) for tranche in ordre]
    largeur_nom = min(plus_large(noms, TAILLE), largeur_totale * 0.24)
    coupes = [couper(nom, largeur_nom, TAILLE) for nom in noms]
    cotes = ([tranche.hommes for tranche in ordre], [tranche.femmes for tranche in ordre])
    place_valeur = plus_large([nombre(valeur) for cote in cotes for valeur in cote], TAILLE, True) + 8
    demi_centre = largeur_nom / 2 + 12
    longueur_max = max(largeur_totale / 2 - demi_centre - place_valeur, 30.0)
    toile = Toile(max(largeur_totale, 2 * (demi_centre + longueur_max + place_valeur)))
    milieu = toile.largeur / 2

    entete = 26.0
    note = _note_sexe_inconnu(sexe_inconnu)
    pied = 26.0 if note else 0.0
    besoins = [max(24.0, len(lignes) * TAILLE * INTERLIGNE + 6) for lignes in coupes]
    libre = (hauteur - entete - pied - sum(besoins)) / len(besoins) if hauteur and besoins else 4.0
    supplement = min(max(libre, 0.0), 22.0)
    maximum = max((Fraction(valeur) for cote in cotes for valeur in cote if valeur is not None), default=Fraction(0))

    for sens, nom, cote, rang in ((-1, "Hommes", cotes[0], 0), (1, "Femmes", cotes[1], 1)):
        total = somme(cote)
        legende = nom if total is None else f"{nom}{ESPACE_FINE}: {nombre(total)}"
        ancre = "end" if sens < 0 else "start"
        toile.texte(milieu + sens * demi_centre, 14, legende, gras=True, ancre=ancre, couleur=ENCRES[rang])
    y = entete
    for rang, (tranche, lignes, besoin) in enumerate(zip(ordre, coupes, besoins, strict=True)):
        pas = besoin + supplement
        centre = y + pas / 2
        epaisseur = pas - 6
        toile.lignes_de_texte(milieu, centre, lignes, ancre="middle", couleur=DISCRET if tranche.neutre else ENCRE)
        for sens, valeur, couleur in ((-1, cotes[0][rang], REMPLISSAGES[0]), (1, cotes[1][rang], REMPLISSAGES[1])):
            longueur = rapport(valeur, maximum) * longueur_max
            bord = milieu + sens * demi_centre
            if longueur:
                toile.rectangle(min(bord, bord + sens * longueur), centre - epaisseur / 2, longueur, epaisseur, couleur)
                if tranche.neutre:
                    toile.hachures(
                        min(bord, bord + sens * longueur), centre - epaisseur / 2, longueur, epaisseur, "#ffffff"
                    )
            ancre = "end" if sens < 0 else "start"
            texte = nombre(valeur)
            toile.texte(
                bord + sens * (longueur + 8),
                centre + MILIEU * TAILLE,
                texte,
                gras=True,
                ancre=ancre,
                couleur=DISCRET if texte == TIRET else ENCRE,
            )
        y += pas
    if not ordre:
        vide(toile, milieu, y + 24)
        y += 48
    if note:
        toile.texte(milieu, y + 18, note, taille=PETITE, ancre="middle", couleur=DISCRET)
        y += pied

    dits = [
        f"{propre(tranche.libelle)}{ESPACE_FINE}: hommes {nombre(tranche.hommes)}, femmes {nombre(tranche.femmes)}"
        for tranche in tranches
    ]
    texte_alternatif = alternative(titre, message, forme, [*dits, *([note] if note else [])])
    tableau = Tableau(
        ("Âge", "Hommes", "Femmes"),
        tuple((tranche.libelle, nombre(tranche.hommes), nombre(tranche.femmes)) for tranche in tranches),
    )
    return Graphique(cle, toile.svg(cle, texte_alternatif, y), tableau, texte_alternatif)


def _note_sexe_inconnu(effectif: int | None) -> str:
    if effectif == 0:
        return ""
    if effectif is None:
        return "Nombre de personnes de sexe non renseigné inconnu"
    return f"Sexe non renseigné{ESPACE_FINE}: {nombre(effectif)} personne{'s' if effectif >= 2 else ''}"
