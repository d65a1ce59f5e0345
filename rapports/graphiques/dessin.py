"""What every chart is drawn with: the colours, the sheet that writes SVG, scales, and the placing of labels.

The SVG says everything in presentation attributes: a style would break the site's content security policy,
and WeasyPrint would not see a class. Nothing depends on time or chance: same data, same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor, log10

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from aipi.nombres import ESPACE_FINE, TIRET, nombre, pourcentage
from rapports.graphiques.police import ASCENDANTE, DESCENDANTE, FAMILLE, INTERLIGNE, MILIEU, largeur

Valeur = Decimal | Fraction | int | None

TAILLE = 13.0
PETITE = 12.0
LARGEUR = 520.0

ENCRE = "#1f2933"
DISCRET = "#52606d"
GRILLE = "#e3e8ee"
AXE = "#9aa5b1"
FOND = "#edf1f5"
NEUTRE = "#8793a0"
BLANC = "#ffffff"
# Fills, and the ink of the words that speak of them: the orange is too light for text.
REMPLISSAGES = ("#1f5f8b", "#e07a1f", "#2f7d4f", "#7a5ba6", "#b23a48", "#5698cb", "#bf8a25", "#57a274")
ENCRES = ("#1f5f8b", "#b85c00", "#2f7d4f", "#7a5ba6", "#b23a48", "#1f5f8b", "#b85c00", "#2f7d4f")
FONDS_SOMBRES = frozenset({"#1f5f8b", "#2f7d4f", "#7a5ba6", "#b23a48"})


def encre_sur(fond: str) -> str:
    """The ink that is legible on a fill."""
    return BLANC if fond in FONDS_SOMBRES else ENCRE


@dataclass(frozen=True)
class Format:
    """How the values of a chart are written. Rates are fractions; `unite` is said once, not after each value."""

    unite: str = ""
    pourcentage: bool = False
    decimales: int | None = None

    def __call__(self, valeur: Valeur) -> str:
        if self.pourcentage:
            return pourcentage(valeur, 1 if self.decimales is None else self.decimales)
        return nombre(valeur, self.decimales)

    def graduation(self, valeur: Fraction) -> str:
        """The writing of a round value of the axis: no idle decimals."""
        return pourcentage(valeur, None) if self.pourcentage else nombre(valeur)


EFFECTIFS = Format()


@dataclass(frozen=True)
class Tableau:
    """The data of a chart, already written in French, for those who cannot see it."""

    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Graphique:
    """A drawn chart: its SVG, safe to print in a page, its data table and its text alternative."""

    cle: str
    svg: SafeString
    tableau: Tableau
    alternative: str


@dataclass(frozen=True)
class Boite:
    """A rectangle of the sheet, from (x0, y0) at the top left to (x1, y1)."""

    x0: float
    y0: float
    x1: float
    y1: float

    def touche(self, autre: "Boite") -> bool:
        return self.x0 < autre.x1 and autre.x0 < self.x1 and self.y0 < autre.y1 and autre.y0 < self.y1

    def coupe(self, xa: float, ya: float, xb: float, yb: float) -> bool:
        """Whether the segment a–b crosses the rectangle (Liang–Barsky clipping)."""
        debut, fin = 0.0, 1.0
        for pente, ecart in (
            (xa - xb, xa - self.x0),
            (xb - xa, self.x1 - xa),
            (ya - yb, ya - self.y0),
            (yb - ya, self.y1 - ya),
        ):
            if pente == 0:
                if ecart < 0:
                    return False
                continue
            instant = ecart / pente
            if pente < 0:
                debut = max(debut, instant)
            else:
                fin = min(fin, instant)
        return debut < fin


def boite_de_texte(x: float, y: float, texte: str, taille: float, gras: bool, ancre: str) -> Boite:
    """The room taken by a line of text whose baseline stands at `y`."""
    etendue = largeur(texte, taille, gras)
    gauche = x - {"start": 0.0, "middle": etendue / 2, "end": etendue}[ancre]
    return Boite(gauche, y - ASCENDANTE * taille, gauche + etendue, y + DESCENDANTE * taille)


def propre(texte: str) -> str:
    """The text on one line, without the characters that XML refuses."""
    admis = (c if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff" else " " for c in texte)
    return " ".join(mot for mot in "".join(admis).split(" ") if mot)


def _n(valeur: float) -> str:
    """A coordinate, at the hundredth, without idle zeros."""
    texte = f"{valeur:.2f}".rstrip("0").rstrip(".")
    return "0" if texte == "-0" else texte


def _balise(nom: str, contenu: str | None = None, **attributs: str | float | None) -> str:
    """An element: `stroke_width=1.5` is written `stroke-width="1.5"`, an attribute without a value is not written."""
    ecrits = "".join(
        f' {cle.replace("_", "-")}="{valeur if isinstance(valeur, str) else _n(valeur)}"'
        for cle, valeur in attributs.items()
        if valeur is not None and valeur != ""
    )
    return f"<{nom}{ecrits}/>" if contenu is None else f"<{nom}{ecrits}>{escape(contenu)}</{nom}>"


class Toile:
    """The sheet: draws in the order of the calls and remembers where the texts are."""

    def __init__(self, largeur: float) -> None:
        self.largeur = largeur
        self.textes: list[Boite] = []
        self._elements: list[str] = []

    def texte(
        self,
        x: float,
        y: float,
        contenu: str,
        *,
        taille: float = TAILLE,
        ancre: str = "start",
        gras: bool = False,
        couleur: str = ENCRE,
        detoure: bool = False,
    ) -> None:
        """One line of text, its baseline at `y`. `detoure` clears the lines behind it. Empty texts are not written."""
        if not contenu:
            return
        boite = boite_de_texte(x, y, contenu, taille, gras, ancre)
        self.textes.append(boite)
        if detoure:
            haut = y - 0.7 * taille - 1
            self.rectangle(boite.x0 - 1, haut, boite.x1 - boite.x0 + 2, y + 2 - haut, BLANC, rayon=2)
        self._elements.append(
            _balise(
                "text",
                contenu,
                x=x,
                y=y,
                font_size=taille,
                font_weight="700" if gras else None,
                text_anchor=ancre if ancre != "start" else None,
                fill=couleur,
            )
        )

    def lignes_de_texte(
        self,
        x: float,
        centre: float,
        lignes: Sequence[str],
        *,
        taille: float = TAILLE,
        ancre: str = "start",
        gras: bool = False,
        couleur: str = ENCRE,
    ) -> None:
        """Several lines, the block centred on `centre`."""
        pas = taille * INTERLIGNE
        base = centre - pas * (len(lignes) - 1) / 2 + MILIEU * taille
        for rang, ligne in enumerate(lignes):
            self.texte(x, base + rang * pas, ligne, taille=taille, ancre=ancre, gras=gras, couleur=couleur)

    def rectangle(
        self, x: float, y: float, cote: float, h: float, couleur: str, rayon: float | None = None, contour: str = ""
    ) -> None:
        """A filled rectangle, `cote` wide and `h` high."""
        self._elements.append(
            _balise("rect", x=x, y=y, width=max(cote, 0.0), height=max(h, 0.0), rx=rayon, fill=couleur, stroke=contour)
        )

    def ligne(
        self, x1: float, y1: float, x2: float, y2: float, couleur: str, epaisseur: float = 1.0, tirets: str = ""
    ) -> None:
        """A straight stroke."""
        self._elements.append(
            _balise("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=couleur, stroke_width=epaisseur, stroke_dasharray=tirets)
        )

    def polyligne(
        self, points: Sequence[tuple[float, float]], couleur: str, epaisseur: float, tirets: str = ""
    ) -> None:
        """A broken line through the points."""
        self._elements.append(
            _balise(
                "polyline",
                points=" ".join(f"{_n(x)},{_n(y)}" for x, y in points),
                fill="none",
                stroke=couleur,
                stroke_width=epaisseur,
                stroke_linejoin="round",
                stroke_dasharray=tirets,
            )
        )

    def chemin(
        self, commandes: Sequence[str | float], couleur: str, trait: str = "", epaisseur: float | None = None
    ) -> None:
        """A path: letters and coordinates in order."""
        trace = " ".join(partie if isinstance(partie, str) else _n(partie) for partie in commandes)
        self._elements.append(_balise("path", d=trace, fill=couleur, stroke=trait, stroke_width=epaisseur))

    def hachures(
        self, x: float, y: float, cote: float, h: float, couleur: str, pas: float = 6.0, epaisseur: float = 1.4
    ) -> None:
        """Slanting strokes over a rectangle, cut at its edges: no pattern, hence no identifier to keep unique."""
        commandes: list[str | float] = []
        decalage = pas / 2
        while decalage < cote + h:
            xa, ya = (decalage, 0.0) if decalage <= cote else (cote, decalage - cote)
            xb, yb = (0.0, decalage) if decalage <= h else (decalage - h, h)
            commandes += ["M", x + xa, y + ya, "L", x + xb, y + yb]
            decalage += pas
        if commandes:
            self.chemin(commandes, "none", couleur, epaisseur)

    def marqueur(self, forme: int, x: float, y: float, couleur: str, rayon: float = 4.0) -> None:
        """The mark of a series: disc, square, diamond, triangle, in turn; edged in white to stand out."""
        if forme % 4 == 0:
            self._elements.append(_balise("circle", cx=x, cy=y, r=rayon, fill=couleur, stroke=BLANC, stroke_width=1.5))
            return
        contours = (
            ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
            ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
            ((0.0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
        )[forme % 4 - 1]
        commandes: list[str | float] = []
        for rang, (dx, dy) in enumerate(contours):
            commandes += ["M" if rang == 0 else "L", x + dx * rayon, y + dy * rayon]
        self.chemin([*commandes, "Z"], couleur, BLANC, 1.5)

    def couronne(self, cx: float, cy: float, rayon: float, couleur: str, epaisseur: float) -> None:
        """A whole ring, of mean radius `rayon`."""
        self._elements.append(
            _balise("circle", cx=cx, cy=cy, r=rayon, fill="none", stroke=couleur, stroke_width=epaisseur)
        )

    def libre(self, boite: Boite) -> bool:
        """Whether no text stands there yet."""
        return not any(boite.touche(autre) for autre in self.textes)

    def svg(self, cle: str, alternative: str, hauteur: float) -> SafeString:
        """The finished drawing. Its identifier comes from `cle`: two charts of a page must not share theirs."""
        identifiant = slugify(cle.replace(".", "-"))
        etendue, montant = _n(self.largeur), _n(hauteur)
        return mark_safe(
            f'<svg xmlns="http://www.w3.org/2000/svg" id="graphique-{identifiant}" role="img" width="{etendue}"'
            f' height="{montant}" viewBox="0 0 {etendue} {montant}" font-family="{FAMILLE}">'
            f"<title>{escape(alternative)}</title>{''.join(self._elements)}</svg>"
        )


def rapport(valeur: Valeur, maximum: Fraction) -> float:
    """Share of the scale, from exact numbers, so that huge ones do not overflow. Unknown draws nothing: 0."""
    return float(Fraction(valeur) / maximum) if valeur is not None and maximum else 0.0


@dataclass(frozen=True)
class Echelle:
    """A vertical scale from `bas` to `haut`, drawn between the ordinates `y_bas` and `y_haut`, and its round values."""

    bas: Fraction
    haut: Fraction
    graduations: tuple[Fraction, ...]
    y_bas: float
    y_haut: float

    def y(self, valeur: Valeur) -> float:
        part = (Fraction(valeur or 0) - self.bas) / (self.haut - self.bas)
        return self.y_bas - float(part) * (self.y_bas - self.y_haut)


def echelle(
    valeurs: Sequence[Valeur], format: Format, y_bas: float, y_haut: float, depuis_zero: bool = True
) -> Echelle:
    """A scale that holds all the values, and 0 with `depuis_zero`.

    It leaves 15 % of headroom for the labels, and has at most about four round values.
    """
    connues = [Fraction(valeur) for valeur in valeurs if valeur is not None]
    ancrage = [Fraction(0)] if depuis_zero or len(set(connues)) < 2 else []
    sommet, creux = max([*ancrage, *connues]), min([*ancrage, *connues])
    if sommet == creux:
        sommet = Fraction(1)
    etendue = sommet - creux
    haut = sommet + etendue * Fraction(15, 100) if sommet else Fraction(0)
    bas = creux - etendue * Fraction(15, 100) if creux else Fraction(0)
    brut = (haut - bas) / 4
    # Decimal's exponent, not a float logarithm alone: amounts may exceed what a float holds.
    puissance = floor(log10(brut.numerator) - log10(brut.denominator)) if brut else 0
    dizaine = Fraction(10) ** puissance
    pas = next((dizaine * m for m in (1, 2, Fraction(5, 2), 5, 10) if dizaine * m >= brut), dizaine * 10)
    entieres = not format.pourcentage and all(valeur.denominator == 1 for valeur in connues)
    if entieres and pas.denominator != 1:
        pas = Fraction(max(1, -(-pas.numerator // pas.denominator)))
    plafond = Fraction(1) if format.pourcentage and sommet <= 1 else haut
    premier = -(-bas // pas)
    graduations = tuple(pas * rang for rang in range(int(premier), int(haut // pas) + 1) if pas * rang <= plafond)
    return Echelle(bas, haut, graduations, y_bas, y_haut)


def grille(toile: Toile, axe: Echelle, gauche: float, droite: float, format: Format) -> None:
    """Light lines at the round values, each with its figure on the left; the base line is darker."""
    for graduation in axe.graduations:
        y = axe.y(graduation)
        toile.ligne(gauche, y, droite, y, AXE if graduation == 0 else GRILLE)
        toile.texte(
            gauche - 8, y + MILIEU * PETITE, format.graduation(graduation), taille=PETITE, ancre="end", couleur=DISCRET
        )


def marge_des_graduations(axe: Echelle, format: Format) -> float:
    """Room that the figures of the axis take on the left."""
    return max((largeur(format.graduation(g), PETITE) for g in axe.graduations), default=0.0) + 8


def rangs_lisibles(etendues: Sequence[tuple[float, float]]) -> set[int]:
    """Which labels of an axis to write, given the (centre, width) of each.

    One in n, counted from the last, n being the least that leaves them apart.
    """
    nombre_total = len(etendues)
    for pas in range(1, nombre_total + 1):
        rangs = range(nombre_total - 1, -1, -pas)
        if all(
            etendues[rang][0] - etendues[rang - pas][0] >= (etendues[rang][1] + etendues[rang - pas][1]) / 2 + 4
            for rang in rangs
            if rang - pas >= 0
        ):
            return set(rangs)
    return set()


def repartir(centres: Sequence[float], hauteurs: Sequence[float], haut: float, bas: float) -> list[float]:
    """New centres, near the asked ones and in their order: blocks of these heights then do not overlap.

    The caller makes sure that the blocks fit between `haut` and `bas`: else they run past `bas`, still apart.
    """
    ordre = sorted(range(len(centres)), key=lambda rang: (centres[rang], rang))
    places = list(centres)
    limite = bas
    for rang in reversed(ordre):
        places[rang] = min(places[rang], limite - hauteurs[rang] / 2)
        limite = places[rang] - hauteurs[rang] / 2
    limite = haut
    for rang in ordre:
        places[rang] = max(places[rang], limite + hauteurs[rang] / 2)
        limite = places[rang] + hauteurs[rang] / 2
    return places


def alternative(titre: str, message: str, format: Format, valeurs: Sequence[str]) -> str:
    """The text read in place of the drawing: what it shows, what it says, and every value."""
    unite = f" (en {propre(format.unite)})" if format.unite else ""
    phrases = [
        propre(titre) + unite,
        propre(message),
        propre(f"{ESPACE_FINE}; ".join(valeurs)) or "aucune donnée connue",
    ]
    return ". ".join(phrase.rstrip(".") for phrase in phrases if phrase) + "."


def vide(toile: Toile, x: float, y: float) -> None:
    """Says that there is nothing to draw: unknown is not zero."""
    toile.texte(x, y, f"{TIRET}\u2002donnée inconnue", taille=TAILLE, ancre="middle", couleur=DISCRET)
