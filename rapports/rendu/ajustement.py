"""Pages that fill their sheet: drawings grow or shrink until the rows of a page take the height of the paper.

Heights are foreseen, in CSS pixels, from the measured widths of the texts and the heights that the drawings declare; the style
sheet of the document must keep to the constants below. A page that cannot shrink enough runs over on a second sheet.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from math import ceil
from typing import Any

from rapports.graphiques.police import largeur
from rapports.rendu.blocs import Dessin, Place, dessiner, utile
from rapports.rendu.composition import Composition, Feuillet
from rapports.sommaire.blocs import (
    LARGEUR,
    Anneau,
    Barres,
    Bloc,
    Budget,
    Colonne,
    Evolution,
    Mensuel,
    ParAtelier,
    Pyramide,
    Rangee,
)

FEUILLE = 660.0
"""Height of the paper between its margins, less a safety."""
ENTRE_RANGEES = 22.0
ENTRE_BLOCS = 18.0
HAUTEUR_SVG = re.compile(r'<svg[^>]* height="([\d.]+)"')
RANG_DE_BARRE = 24.0
CROISSANCE = 1.9
"""A drawing is never made taller than this times its declared height."""
MINIMUM = 105.0
ETROIT = 320.0
"""Width of the drawings for a telephone: the text of one drawn for paper would be scaled down to 8 px, or its end cut."""
RETRAIT = 0.6
"""What shares the sheet with the figures may take this part of the height of their drawings, no more."""


def lignes(texte: str, place: float, taille: float, gras: bool = False) -> int:
    """How many lines a text takes; words do not fill theirs entirely."""
    return max(ceil(largeur(texte, taille, gras) * 1.12 / max(place, 1.0)), 1)


def hauteur_de_tete(surtitre: str, chapeau: str) -> float:
    """Overline, title, sentences under it, and the space before the rows."""
    return (18.0 if surtitre else 0.0) + 38.0 + (lignes(chapeau, 1001.0, 18.0) * 25.5 + 3.0 if chapeau else 0.0) + 20.0


def hauteur_de_carte(carte: dict[str, Any], place: float) -> float:
    utile = place - 32.0
    avant = f"{carte['fleche']} {carte['variation']} {carte['precedent']}"
    return (
        66.0
        + lignes(carte["libelle"], utile, 15.0, True) * 18.75
        + lignes(avant, utile, 13.0) * 17.55
        + (17.55 if carte["base"] else 0.0)
        + 4.0
    )


def hauteur(dessin: Dessin, place: float) -> float:
    """The foreseen height of a drawn block."""
    donnees = dessin.donnees
    match dessin.gabarit.rpartition("/")[2]:
        case "cartes.html" | "engagements.html":
            par_ligne = donnees.get("par_ligne", 2)
            cote = (place - 24.0 * (par_ligne - 1)) / par_ligne
            rangs = [donnees["cartes"][i : i + par_ligne] for i in range(0, len(donnees["cartes"]), par_ligne)]
            entete = 41.0 if "annee" in donnees else 0.0
            return (
                entete + sum(max(hauteur_de_carte(c, cote) for c in rang) for rang in rangs) + 16.0 * (len(rangs) - 1)
            )
        case "phrases.html":
            return sum(lignes(f"{p['phrase']}.", place - 18.0, 16.0) * 21.6 + 8.0 for p in donnees["phrases"])
        case "note.html":
            return lignes(donnees["texte"], place, 12.0) * 16.8 + 6.0
        case "tableau.html":
            return 39.0 + 28.0 + len(donnees["lignes"]) * 26.6 + _note(donnees["note"], place)
    mesure = HAUTEUR_SVG.search(donnees["graphique"].svg)
    return 39.0 + (float(mesure[1]) if mesure else 0.0) + _note(donnees["note"], place)


def _note(texte: str, place: float) -> float:
    return lignes(texte, place, 12.0) * 16.8 + 6.0 if texte else 0.0


def extensible(bloc: Bloc) -> float:
    """The declared height of what may grow or shrink; 0 for the rest."""
    return float(getattr(bloc, "hauteur", 0.0) or getattr(bloc, "diametre", 0.0))


def etirer(bloc: Bloc, dessin: Dessin, ecart: float) -> Bloc:
    """The block asked to be `ecart` taller (shorter when negative) than it was drawn."""
    if isinstance(bloc, Anneau):
        return replace(bloc, diametre=min(max(bloc.diametre + ecart, 110.0), bloc.diametre * 1.4))
    if not isinstance(bloc, Barres | Budget | Evolution | Mensuel | ParAtelier | Pyramide):
        return bloc
    mesure = HAUTEUR_SVG.search(dessin.donnees["graphique"].svg)
    actuelle = float(mesure[1]) if mesure else bloc.hauteur
    voulue = max(actuelle + ecart, MINIMUM if not isinstance(bloc, Barres) else RANG_DE_BARRE * 4)
    voulue = min(voulue, bloc.hauteur * CROISSANCE)
    if isinstance(bloc, Barres) and ecart < 0:
        # The rows gathered under « Autres » and « Non renseigné » take two.
        return replace(bloc, hauteur=voulue, limite=min(bloc.limite, max(int(voulue / RANG_DE_BARRE) - 2, 3)))
    return replace(bloc, hauteur=voulue)


class _Colonne:
    """A column being drawn."""

    def __init__(self, colonne: Colonne, place: Place) -> None:
        self.part = colonne.part
        self.place = place
        self.declares = colonne.blocs
        self.blocs = list(colonne.blocs)
        self.dessins = [dessiner(bloc, place) for bloc in self.blocs]

    @property
    def hauteur(self) -> float:
        haut = sum(hauteur(dessin, self.place.largeur) for dessin in self.dessins)
        return haut + ENTRE_BLOCS * (len(self.dessins) - 1)

    @property
    def extensible(self) -> float:
        return sum(extensible(bloc) for bloc in self.blocs)

    def ajuster(self, ecart: float, seuil: float) -> None:
        """Spread `ecart` over the drawings of the column, by their declared heights, from `seuil` on."""
        total = self.extensible
        if not total or abs(ecart) < seuil:
            return
        for rang, bloc in enumerate(self.blocs):
            part = extensible(bloc)
            if part:
                self.blocs[rang] = etirer(bloc, self.dessins[rang], ecart * part / total)
                self.dessins[rang] = dessiner(self.blocs[rang], self.place)

    def completer(self) -> None:
        """Draw a second time, for a telephone, what is drawn: asked for its declared height, and for the same rows."""
        place = replace(self.place, largeur=ETROIT, variante="-etroit")
        for declare, bloc, dessin in zip(self.declares, self.blocs, self.dessins, strict=True):
            if "graphique" in dessin.donnees:
                demande = bloc if isinstance(bloc, Barres) else declare
                dessin.donnees["etroit"] = dessiner(demande, place).donnees["graphique"]


def utiles(rangees: tuple[Rangee, ...], place: Place) -> tuple[Rangee, ...]:
    """The rows without the blocks that would show nothing, nor the columns and rows that this empties."""
    gardees = []
    for rangee in rangees:
        colonnes = [
            replace(colonne, blocs=tuple(bloc for bloc in colonne.blocs if utile(bloc, place)))
            for colonne in rangee.colonnes
        ]
        pleines = tuple(colonne for colonne in colonnes if colonne.blocs)
        if pleines:
            gardees.append(Rangee(pleines))
    return tuple(gardees)


def dessiner_rangees(
    rangees: tuple[Rangee, ...], composition: Composition, feuillet: Feuillet, chapeau: str, reserve: float = 0.0
) -> list[list[tuple[int, list[Dessin]]]] | None:
    """The rows of a page, each a list of columns (part, blocks), fitted to the sheet less `reserve`.

    None when the reserve would make the drawings too small.
    """
    rangees = utiles(rangees, Place(composition, feuillet, LARGEUR))
    dessinees = [
        [
            _Colonne(colonne, Place(composition, feuillet, cote))
            for colonne, cote in zip(rangee.colonnes, rangee.largeurs(), strict=True)
        ]
        for rangee in rangees
    ]
    utile = FEUILLE - hauteur_de_tete(feuillet.page.surtitre, chapeau) - ENTRE_RANGEES * (len(rangees) - 1)
    utile -= reserve + ENTRE_RANGEES if reserve else 0.0
    hauteurs = [max(colonne.hauteur for colonne in rangee) for rangee in dessinees]
    poids = [max(colonne.extensible for colonne in rangee) for rangee in dessinees]
    libre = utile - sum(hauteurs)
    if reserve and libre < -RETRAIT * sum(poids):
        return None
    for rangee, haut, poids_rangee in zip(dessinees, hauteurs, poids, strict=True):
        cible = haut + (libre * poids_rangee / sum(poids) if sum(poids) else 0.0)
        for colonne in rangee:
            # What shares the sheet asks for its whole place; else a few pixels are not worth another drawing.
            colonne.ajuster(cible - colonne.hauteur, 0.1 if reserve else 4.0)
    if reserve and sum(max(colonne.hauteur for colonne in rangee) for rangee in dessinees) > utile:
        return None
    if composition.liens.ecran:
        for colonne in chain.from_iterable(dessinees):
            colonne.completer()
    return [[(colonne.part, colonne.dessins) for colonne in rangee] for rangee in dessinees]
