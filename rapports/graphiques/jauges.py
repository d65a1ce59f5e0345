"""The two smallest drawings: a gauge against an objective, and a sparkline beside a figure."""

from collections.abc import Sequence
from fractions import Fraction

from aipi.nombres import pourcentage
from rapports.graphiques.barres import part_de
from rapports.graphiques.dessin import (
    AXE,
    DISCRET,
    EFFECTIFS,
    ENCRE,
    FOND,
    LARGEUR,
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
)
from rapports.graphiques.police import largeur


def jauge(
    cle: str,
    titre: str,
    valeur: Valeur,
    objectif: Valeur,
    *,
    format: Format = EFFECTIFS,
    message: str = "",
    largeur_totale: float = LARGEUR,
) -> Graphique:
    """A bar against its objective, marked by a stroke; past it, the bar runs on and the scale with it.

    Value or objective unknown, or an objective of 0: the rate is a dash. The drawing is wide enough for its texts.
    """
    taux = part_de(valeur, objectif)
    unite = f" {propre(format.unite)}" if format.unite else ""
    realise = f"{format(valeur)}{unite if valeur is not None else ''}"
    vise = f"sur {format(objectif)}" if objectif is not None else "objectif inconnu"
    rendu = pourcentage(taux)
    grande = 20.0
    place_taux = largeur(rendu, grande, True)
    toile = Toile(max(largeur_totale, largeur(realise, grande, True) + largeur(vise, TAILLE) + place_taux + 40))
    toile.texte(0, 20, realise, taille=grande, gras=True, couleur=DISCRET if valeur is None else ENCRE)
    toile.texte(largeur(realise, grande, True) + 8, 20, vise, couleur=DISCRET)
    toile.texte(
        toile.largeur, 20, rendu, taille=grande, gras=True, ancre="end", couleur=DISCRET if taux is None else ENCRE
    )
    y, epaisseur = 34.0, 14.0
    toile.rectangle(0, y, toile.largeur, epaisseur, FOND)
    maximum = max([Fraction(borne) for borne in (valeur, objectif) if borne is not None], default=Fraction(0))
    if maximum > 0:
        longueur = max(rapport(valeur, maximum), 0.0) * toile.largeur
        if longueur:
            toile.rectangle(0, y, longueur, epaisseur, REMPLISSAGES[0])
        if objectif is not None and taux is not None:
            repere = min(max(rapport(objectif, maximum) * toile.largeur, 1.5), toile.largeur - 1.5)
            toile.ligne(repere, y - 4, repere, y + epaisseur + 4, "#ffffff", 5)
            toile.ligne(repere, y - 4, repere, y + epaisseur + 4, ENCRE, 2)
    dits = [f"réalisé {format(valeur)}", f"objectif {format(objectif)}", f"taux de réalisation {rendu}"]
    texte_alternatif = alternative(titre, message, format, dits)
    tableau = Tableau(("Réalisé", "Objectif", "Taux de réalisation"), ((format(valeur), format(objectif), rendu),))
    return Graphique(cle, toile.svg(cle, texte_alternatif, y + epaisseur + 6), tableau, texte_alternatif)


def etincelle(
    cle: str,
    titre: str,
    abscisses: Sequence[str],
    valeurs: Sequence[Valeur],
    *,
    format: Format = EFFECTIFS,
    message: str = "",
    largeur_totale: float = 120.0,
    hauteur: float = 32.0,
) -> Graphique:
    """A wordless line to set beside a figure, its last known point marked; unknown values leave a gap.

    The scale holds 0. As many `abscisses` as `valeurs`, else ValueError.
    """
    if len(abscisses) != len(valeurs):
        raise ValueError("Il faut autant d’abscisses que de valeurs.")
    toile = Toile(largeur_totale)
    connues = [Fraction(valeur) for valeur in valeurs if valeur is not None]
    bas, haut = min([Fraction(0), *connues]), max([Fraction(0), *connues])
    marge = 5.0
    pas = (largeur_totale - 2 * marge) / max(len(valeurs) - 1, 1)
    points = [
        None
        if valeur is None
        else (marge + rang * pas, hauteur - marge - rapport(Fraction(valeur) - bas, haut - bas) * (hauteur - 2 * marge))
        for rang, valeur in enumerate(valeurs)
    ]
    zero = hauteur - marge - rapport(-bas, haut - bas) * (hauteur - 2 * marge)
    toile.ligne(marge, zero, largeur_totale - marge, zero, AXE, 0.75)
    trace: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            trace.append(point)
            continue
        if len(trace) > 1:
            toile.polyligne(trace, REMPLISSAGES[0], 1.75)
        elif trace:
            toile.marqueur(0, *trace[0], REMPLISSAGES[0], 2.5)
        trace = []
    derniers = [point for point in points if point is not None]
    if derniers:
        toile.marqueur(0, *derniers[-1], REMPLISSAGES[0], 3.5)
    noms = [propre(abscisse) for abscisse in abscisses]
    dits = [f"{nom} {format(valeur)}" for nom, valeur in zip(noms, valeurs, strict=True)]
    texte_alternatif = alternative(titre, message, format, dits)
    tableau = Tableau(
        ("Période", format.unite.capitalize() or "Valeur"),
        tuple((a, format(v)) for a, v in zip(abscisses, valeurs, strict=True)),
    )
    return Graphique(cle, toile.svg(cle, texte_alternatif, hauteur), tableau, texte_alternatif)
