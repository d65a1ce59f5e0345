"""The charts of the report, drawn as SVG with real text: the same in the page and in the PDF.

Each function takes a stable key, a title for the text alternative and plain data, and returns a `Graphique`: its `svg`,
its `tableau` (the same data, written in French) and its `alternative`. Values are exact (int, Decimal, Fraction);
`None` is unknown and leaves a gap or a dash, never 0. The heading is the page's, not the drawing's. One unit of the
drawing is a CSS pixel.
"""

from rapports.graphiques.barres import Part, Tranche, barres, pyramide
from rapports.graphiques.colonnes import Mois, colonnes_empilees, colonnes_mensuelles
from rapports.graphiques.courbes import Serie, courbes
from rapports.graphiques.dessin import Format, Graphique, Tableau
from rapports.graphiques.jauges import etincelle, jauge
from rapports.graphiques.parts import anneau, barre_de_parts

__all__ = [
    "Format",
    "Graphique",
    "Mois",
    "Part",
    "Serie",
    "Tableau",
    "Tranche",
    "anneau",
    "barre_de_parts",
    "barres",
    "colonnes_empilees",
    "colonnes_mensuelles",
    "courbes",
    "etincelle",
    "jauge",
    "pyramide",
]
