"""The report as slides for the assembly: native charts and tables that can be edited, from the same content as the PDF."""

from __future__ import annotations

import datetime
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import singledispatch
from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt

from aipi.periodes import Periode, jour_francais
from rapports.ecriture import avec_unite, court, ecrire, libelle_entier, variation
from rapports.graphiques import Part
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.models import Perspective, Photo
from rapports.phrases import phrase
from rapports.rendu.blocs import Place, connus_depuis, dessiner, parts, utile
from rapports.rendu.composition import Composition, Feuillet, LiensDocument, Ouverture
from rapports.rendu.document import ressource
from rapports.sommaire import blocs as sommaire

LARGEUR, HAUTEUR = Inches(13.333), Inches(7.5)
MARGE = Inches(0.6)
HAUT_DU_TEXTE = Inches(1.75)
BLEU = RGBColor(0x12, 0x3F, 0x5F)
ENCRE = RGBColor(0x22, 0x30, 0x3C)
GRIS = RGBColor(0x56, 0x65, 0x73)
ORANGE = RGBColor(0xB8, 0x5C, 0x00)
COULEURS = [RGBColor.from_string(c) for c in ("1F5F8B", "E07A1F", "2F7D4F", "7A5BA6", "B23A48", "5698CB")]
ENTRE_COLONNES = Inches(0.4)
GRAPHIQUES_PAR_DIAPO = 2
PHOTOS_PAR_DIAPO = 2
PERSPECTIVES_PAR_DIAPO = 5
LIGNES_DE_TABLEAU = 9
TABLEAU_COURT = 6
"""Lines of a table that is set large, unless its cells are long."""
LIGNES_DE_TEXTE = 12
LIGNES_SERREES = 15
"""A text that passes one slide by a few lines stays whole, in smaller letters."""
SIGNES_PAR_LIGNE = 105
"""What a line of text of 18 points holds, from margin to margin."""
MORCEAU = re.compile(r"<(h3|p|li)>(.*?)</\1>", re.DOTALL)
NUMEROTES = re.compile(r'<ol(?: start="(\d+)")?>(.*?)</ol>', re.DOTALL)
NUMERO = re.compile(r"\d+\. ")


@dataclass(frozen=True)
class Graphe:
    """A chart that PowerPoint draws itself: names of the categories, and series of numbers (None: a gap)."""

    titre: str
    genre: XL_CHART_TYPE
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[Fraction | None, ...]], ...]
    format: str


@dataclass(frozen=True)
class Table:
    titre: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Points:
    """Sentences, one a bullet."""

    phrases: tuple[str, ...]


Element = Graphe | Table | Points


def en_pptx(periode: Periode, aujourd_hui: datetime.date, *, comme: Composition | None = None) -> bytes:
    """The slides of the short version: cover, key figures, then the pages that the plan keeps."""
    composition = Composition(periode, LiensDocument(), aujourd_hui, courte=True, comme=comme)
    fichier = Presentation()
    fichier.slide_width, fichier.slide_height = LARGEUR, HAUTEUR
    proprietes = fichier.core_properties
    proprietes.title, proprietes.author, proprietes.language = composition.titre, "AIPi", "fr-FR"
    proprietes.created = proprietes.modified = datetime.datetime.combine(composition.date, datetime.time())
    _couverture(fichier, composition)
    _errata(fichier, composition)
    _page(fichier, composition, composition.essentiel)
    for feuillet in composition.signees:
        _texte(fichier, composition, feuillet)
    for ouverture in composition.ouvertures:
        _intercalaire(fichier, ouverture.partie.titre, ouverture.partie.presentation)
        for feuillet in ouverture.feuillets:
            _page(fichier, composition, feuillet)
            _texte(fichier, composition, feuillet)
        _perspectives(fichier, composition, ouverture)
    sortie = io.BytesIO()
    fichier.save(sortie)
    return sortie.getvalue()


def _diapo(fichier: Any, titre: str, surtitre: str = "") -> Any:
    diapo = fichier.slides.add_slide(fichier.slide_layouts[5])
    boite = diapo.shapes.title
    boite.left, boite.top, boite.width, boite.height = MARGE, Inches(0.75), LARGEUR - 2 * MARGE, Inches(0.8)
    boite.text_frame.text = titre
    boite.text_frame.vertical_anchor = MSO_ANCHOR.TOP
    _style(boite.text_frame.paragraphs[0], 30, BLEU, gras=True)
    boite.text_frame.paragraphs[0].alignment = 1
    if surtitre:
        petite = diapo.shapes.add_textbox(MARGE, Inches(0.4), LARGEUR - 2 * MARGE, Inches(0.35))
        petite.text_frame.word_wrap = True
        petite.text_frame.text = surtitre
        _style(petite.text_frame.paragraphs[0], 13, ORANGE, gras=True)
    return diapo


def _style(paragraphe: Any, taille: float, couleur: RGBColor, *, gras: bool = False) -> None:
    police = paragraphe.font
    police.size, police.bold, police.color.rgb = Pt(taille), gras, couleur


def _couverture(fichier: Any, composition: Composition) -> None:
    diapo = fichier.slides.add_slide(fichier.slide_layouts[5])
    diapo.background.fill.solid()
    diapo.background.fill.fore_color.rgb = BLEU
    boite = diapo.shapes.title
    boite.left, boite.top, boite.width, boite.height = MARGE, Inches(2.4), LARGEUR - 2 * MARGE, Inches(1.6)
    boite.text_frame.text = composition.titre
    _style(boite.text_frame.paragraphs[0], 48, RGBColor(0xFF, 0xFF, 0xFF), gras=True)
    boite.text_frame.paragraphs[0].alignment = 1
    sous = diapo.shapes.add_textbox(MARGE, Inches(4.1), LARGEUR - 2 * MARGE, Inches(0.6))
    sous.text_frame.word_wrap = True
    sous.text_frame.text = "Insertion professionnelle et insertion sociale"
    _style(sous.text_frame.paragraphs[0], 22, RGBColor(0xD5, 0xE3, 0xEE))
    if composition.provisoire:
        note = diapo.shapes.add_textbox(MARGE, Inches(4.8), LARGEUR - 2 * MARGE, Inches(0.5))
        note.text_frame.word_wrap = True
        note.text_frame.text = "Provisoire : la période n’est pas terminée"
        _style(note.text_frame.paragraphs[0], 16, RGBColor(0xFF, 0xC4, 0x8A), gras=True)


def _errata(fichier: Any, composition: Composition) -> None:
    """What the edition corrects, before all the rest, as in the document."""
    lignes = []
    for edition in composition.errata:
        lignes.append(
            Ligne(f"Édition {edition.numero}, {jour_francais(timezone.localdate(edition.close_le))}", gras=True)
        )
        lignes += [Ligne(ligne.strip()) for ligne in edition.erratum.splitlines() if ligne.strip()]
    for lot in _lots(lignes):
        _ecrire(_diapo(fichier, "Ce que cette édition corrige"), lot)


def _intercalaire(fichier: Any, titre: str, presentation: str) -> None:
    diapo = fichier.slides.add_slide(fichier.slide_layouts[5])
    diapo.background.fill.solid()
    diapo.background.fill.fore_color.rgb = BLEU
    boite = diapo.shapes.title
    boite.left, boite.top, boite.width, boite.height = MARGE, Inches(2.6), LARGEUR - 2 * MARGE, Inches(1.2)
    boite.text_frame.text = titre
    _style(boite.text_frame.paragraphs[0], 40, RGBColor(0xFF, 0xFF, 0xFF), gras=True)
    boite.text_frame.paragraphs[0].alignment = 1
    texte = diapo.shapes.add_textbox(MARGE, Inches(3.9), Inches(9), Inches(1.5))
    texte.text_frame.word_wrap = True
    texte.text_frame.text = presentation
    _style(texte.text_frame.paragraphs[0], 20, RGBColor(0xD5, 0xE3, 0xEE))


def _texte(fichier: Any, composition: Composition, feuillet: Feuillet) -> None:
    """The director's words on slides of their own, then the photographs of the section, two to a slide."""
    titre = feuillet.page.mot or feuillet.titre
    surtitre = feuillet.titre if feuillet.page.rangees else ""
    lignes = lignes_du_texte(composition.textes.get(feuillet.section, ""))
    signature = composition.signatures.get(feuillet.section, "")
    for rang, lot in enumerate(lots := _lots(lignes)):
        derniere = rang == len(lots) - 1
        _ecrire(
            _diapo(fichier, titre, surtitre), [*lot, Ligne(signature, gras=True)] if signature and derniere else lot
        )
    photos = composition.photos.get(feuillet.section, [])
    for debut in range(0, len(photos), PHOTOS_PAR_DIAPO):
        _photographies(_diapo(fichier, titre, surtitre), photos[debut : debut + PHOTOS_PAR_DIAPO])


@dataclass(frozen=True)
class Ligne:
    """A line of a text: a heading or a signature in bold, a bullet, a plain paragraph."""

    texte: str
    gras: bool = False
    puce: bool = False

    @property
    def poids(self) -> int:
        """Lines that it takes on a slide, the space after it included."""
        return 1 + len(self.texte) // SIGNES_PAR_LIGNE


def lignes_du_texte(html: str) -> list[Ligne]:
    """The headings, paragraphs and bullets of a text, in reading order."""
    lignes = []
    for balise, contenu in MORCEAU.findall(NUMEROTES.sub(_numeroter, html)):
        texte = " ".join(unescape(strip_tags(contenu)).split())
        if texte:
            lignes.append(Ligne(texte, gras=balise == "h3", puce=balise == "li" and not NUMERO.match(texte)))
    return lignes


def _numeroter(liste: re.Match[str]) -> str:
    """A numbered list whose lines say their number: a slide has no list of its own."""
    rangs = itertools.count(int(liste[1] or 1))
    return re.sub("<li>", lambda _: f"<li>{next(rangs)}. ", liste[2])


def _lots(lignes: Sequence[Ligne]) -> list[list[Ligne]]:
    """The lines of each slide: as many as it holds, a heading never alone at the foot of one."""
    if 0 < sum(ligne.poids for ligne in lignes) <= LIGNES_SERREES:
        return [list(lignes)]
    lots: list[list[Ligne]] = []
    for ligne in lignes:
        if not lots or sum(autre.poids for autre in lots[-1]) + ligne.poids > LIGNES_DE_TEXTE:
            lots.append([])
            if len(lots) > 1 and lots[-2][-1].gras and len(lots[-2]) > 1:
                lots[-1].append(lots[-2].pop())
        lots[-1].append(ligne)
    return lots


def _ecrire(diapo: Any, lignes: Sequence[Ligne], gauche: int = MARGE, largeur: int = LARGEUR - 2 * MARGE) -> None:
    boite = diapo.shapes.add_textbox(gauche, HAUT_DU_TEXTE, largeur, HAUTEUR - HAUT_DU_TEXTE - MARGE)
    boite.text_frame.word_wrap = True
    # A few words are set large: they are read from the back of the room.
    poids = sum(ligne.poids for ligne in lignes)
    taille = 24 if poids <= LIGNES_DE_TEXTE // 2 else 18 if poids <= LIGNES_DE_TEXTE else 16
    for rang, ligne in enumerate(lignes):
        paragraphe = boite.text_frame.paragraphs[0] if rang == 0 else boite.text_frame.add_paragraph()
        paragraphe.text = f"•  {ligne.texte}" if ligne.puce else ligne.texte
        paragraphe.space_after = Pt(10)
        _style(paragraphe, taille, BLEU if ligne.gras else ENCRE, gras=ligne.gras)


def _photographies(diapo: Any, photos: Sequence[Photo]) -> None:
    """Photographs side by side, each with its description and its caption."""
    cote = (LARGEUR - 2 * MARGE - ENTRE_COLONNES * (len(photos) - 1)) // len(photos)
    for rang, photo in enumerate(photos):
        gauche = MARGE + rang * (cote + ENTRE_COLONNES)
        contenu, _ = ressource(f"photo:{photo.pk}")
        image = diapo.shapes.add_picture(io.BytesIO(contenu), gauche, HAUT_DU_TEXTE)
        rapport = min(cote / image.width, Inches(4.6) / image.height)
        image.width, image.height = int(image.width * rapport), int(image.height * rapport)
        image._element.nvPicPr.cNvPr.set("descr", photo.alternative)
        if photo.legende:
            boite = diapo.shapes.add_textbox(gauche, HAUT_DU_TEXTE + image.height, cote, Inches(0.5))
            boite.text_frame.word_wrap = True
            boite.text_frame.text = photo.legende
            _style(boite.text_frame.paragraphs[0], 13, GRIS)


def _perspectives(fichier: Any, composition: Composition, ouverture: Ouverture) -> None:
    """What was meant for the year and what became of it, beside what is meant for the next one."""
    listes = [
        (
            f"Ce que nous voulions faire {composition.en_periode}",
            [
                (p, p.get_suite_display() or "Non renseigné")
                for p in composition.promises.get(ouverture.partie.code, [])
            ],
        ),
        ("Ce que nous voulons faire", [(p, "") for p in composition.perspectives.get(ouverture.partie.code, [])]),
    ]
    listes = [(titre, lignes) for titre, lignes in listes if lignes]
    lots = max((-(-len(lignes) // PERSPECTIVES_PAR_DIAPO) for _, lignes in listes), default=0)
    for lot in range(lots):
        diapo = _diapo(fichier, "Ce que nous voulons faire", ouverture.partie.titre)
        cote = (LARGEUR - 2 * MARGE - ENTRE_COLONNES * (len(listes) - 1)) // len(listes)
        for rang, (titre, lignes) in enumerate(listes):
            morceau = lignes[lot * PERSPECTIVES_PAR_DIAPO : (lot + 1) * PERSPECTIVES_PAR_DIAPO]
            dites = [Ligne(titre, gras=True), *(Ligne(_dire(p, suite), puce=True) for p, suite in morceau)]
            _ecrire(diapo, dites if morceau else [], MARGE + rang * (cote + ENTRE_COLONNES), cote)


def _dire(perspective: Perspective, suite: str) -> str:
    """« Ouvrir une équipe : huit places · État. Réalisée, ouverte au printemps. »"""
    dit = perspective.intitule
    if perspective.objectif:
        dit += f"\u202f: {perspective.objectif}"
    if perspective.financeur is not None:
        dit += f" · {perspective.financeur}"
    if suite:
        dit += f". {suite}" + (f", {perspective.commentaire}" if perspective.commentaire else "") + "."
    return dit


def _page(fichier: Any, composition: Composition, feuillet: Feuillet) -> None:
    """The blocks of a page over as many slides as they need: tables and charts two to a slide, sentences apart."""
    elements = [
        element
        for rangee in feuillet.page.rangees
        for colonne in rangee.colonnes
        for bloc in colonne.blocs
        if utile(bloc, place := Place(composition, feuillet, sommaire.LARGEUR))
        for element in elements_de(bloc, place)
    ]
    grands = [morceau for element in elements if not isinstance(element, Points) for morceau in _morceaux(element)]
    phrases = [dite for element in elements if isinstance(element, Points) for dite in element.phrases]
    surtitre = feuillet.page.surtitre
    for rang in range(0, len(grands), GRAPHIQUES_PAR_DIAPO):
        diapo = _diapo(fichier, feuillet.titre, surtitre)
        lot = grands[rang : rang + GRAPHIQUES_PAR_DIAPO]
        largeur = (LARGEUR - 2 * MARGE - ENTRE_COLONNES * (len(lot) - 1)) // len(lot)
        grand = all(_grand(element) for element in lot if isinstance(element, Table))
        for colonne, element in enumerate(lot):
            gauche = MARGE + colonne * (largeur + ENTRE_COLONNES)
            if isinstance(element, Graphe):
                _graphe(diapo, element, gauche, largeur)
            elif isinstance(element, Table):
                _table(diapo, element, gauche, largeur, grand=grand)
    for points in _lots([Ligne(dite, puce=True) for dite in phrases]):
        _ecrire(_diapo(fichier, feuillet.titre, surtitre), points)


def _morceaux(element: Graphe | Table) -> list[Graphe | Table]:
    """A chart whole; a long table in several, the same head on each, none of one line."""
    if not isinstance(element, Table) or len(element.lignes) <= LIGNES_DE_TABLEAU:
        return [element]
    morceaux = -(-len(element.lignes) // LIGNES_DE_TABLEAU)
    pas = -(-len(element.lignes) // morceaux)
    return [
        replace(element, lignes=element.lignes[debut : debut + pas]) for debut in range(0, len(element.lignes), pas)
    ]


def _graphe(diapo: Any, graphe: Graphe, gauche: int, largeur: int) -> None:
    donnees = CategoryChartData(number_format=graphe.format)
    donnees.categories = graphe.categories
    for nom, valeurs in graphe.series:
        donnees.add_series(nom or graphe.titre, [None if v is None else float(v) for v in valeurs])
    cadre = diapo.shapes.add_chart(graphe.genre, gauche, Inches(1.7), largeur, Inches(5.2), donnees)
    cadre.name = graphe.titre
    cadre._element.nvGraphicFramePr.cNvPr.set("descr", graphe.titre)
    dessin = cadre.chart
    dessin.font.size, dessin.font.color.rgb = Pt(14), ENCRE
    dessin.has_title = True
    dessin.chart_title.text_frame.text = graphe.titre
    _style(dessin.chart_title.text_frame.paragraphs[0], 16, ENCRE, gras=True)
    dessin.has_legend = len(graphe.series) > 1 or graphe.genre == XL_CHART_TYPE.DOUGHNUT
    if dessin.has_legend:
        dessin.legend.position, dessin.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    trace = dessin.plots[0]
    trace.has_data_labels = True
    trace.data_labels.show_value = True
    trace.data_labels.number_format, trace.data_labels.number_format_is_linked = graphe.format, False
    trace.data_labels.font.size = Pt(14)
    if graphe.genre == XL_CHART_TYPE.DOUGHNUT:
        trace.data_labels.font.color.rgb, trace.data_labels.font.bold = RGBColor(0xFF, 0xFF, 0xFF), True
        for rang in range(len(graphe.categories)):
            _remplir(trace.series[0].points[rang].format, rang)
        return
    for rang, serie in enumerate(trace.series):
        if graphe.genre == XL_CHART_TYPE.LINE_MARKERS:
            serie.smooth = False
            serie.format.line.color.rgb = COULEURS[rang % len(COULEURS)]
            serie.format.line.width = Pt(2.5)
            serie.marker.format.fill.solid()
            serie.marker.format.fill.fore_color.rgb = COULEURS[rang % len(COULEURS)]
        else:
            _remplir(serie.format, rang)
    if graphe.genre == XL_CHART_TYPE.LINE_MARKERS:
        trace.data_labels.position = XL_LABEL_POSITION.ABOVE
    dessin.value_axis.visible = False
    dessin.value_axis.has_major_gridlines = False
    if graphe.genre == XL_CHART_TYPE.BAR_CLUSTERED:
        dessin.category_axis.reverse_order = True
        trace.gap_width = 45


def _remplir(forme: Any, rang: int) -> None:
    forme.fill.solid()
    forme.fill.fore_color.rgb = COULEURS[rang % len(COULEURS)]


def _grand(table: Table) -> bool:
    """Whether a table is read from the back of the room: few lines, and no amount that large letters would break."""
    longs = max((len(cellule) for ligne in table.lignes for cellule in ligne[1:]), default=0)
    return len(table.lignes) <= TABLEAU_COURT and len(table.entetes) <= 4 and longs <= 8


def _table(diapo: Any, table: Table, gauche: int, largeur: int, *, grand: bool) -> None:
    lignes = table.lignes
    titre = diapo.shapes.add_textbox(gauche, Inches(1.6), largeur, Inches(0.4))
    titre.text_frame.word_wrap = True
    titre.text_frame.text = table.titre
    _style(titre.text_frame.paragraphs[0], 15, ENCRE, gras=True)
    hauteur = Inches(0.6 if grand else 0.4) * (len(lignes) + 1)
    cadre = diapo.shapes.add_table(len(lignes) + 1, len(table.entetes), gauche, Inches(2.05), largeur, hauteur)
    cadre.name = table.titre or "Tableau"
    cadre._element.nvGraphicFramePr.cNvPr.set("descr", table.titre or "Tableau des chiffres de la page")
    grille = cadre.table
    premiere = int(largeur * (0.44 if len(table.entetes) <= 4 else 0.34))
    grille.columns[0].width = premiere
    for rang in range(1, len(table.entetes)):
        grille.columns[rang].width = (largeur - premiere) // (len(table.entetes) - 1)
    for rang, cellules in enumerate((table.entetes, *lignes)):
        for colonne, texte in enumerate(cellules):
            cellule = grille.cell(rang, colonne)
            cellule.text = texte
            cellule.vertical_anchor = MSO_ANCHOR.MIDDLE
            cellule.fill.solid()
            cellule.fill.fore_color.rgb = COULEURS[0] if rang == 0 else RGBColor(0xF2, 0xF6, 0xF9)
            couleur = RGBColor(0xFF, 0xFF, 0xFF) if rang == 0 else ENCRE
            cellule.margin_left = cellule.margin_right = Inches(0.06)
            _style(cellule.text_frame.paragraphs[0], 15 if grand and rang else 12, couleur, gras=rang == 0)


def _format(unite: str) -> str:
    return {"%": "0.0%", "€": '#,##0 "€"'}.get(unite, "#,##0.##")


@singledispatch
def elements_de(bloc: sommaire.Bloc, place: Place) -> Iterator[Element]:
    """What a block becomes on a slide; nothing for a note of method, which the PDF keeps."""
    yield from ()


@elements_de.register
def _(bloc: sommaire.Cartes, place: Place) -> Iterator[Element]:
    periode = place.composition.periode
    lignes = []
    for code in bloc.codes:
        chiffre = place.releve.chiffre(code)
        lignes.append(
            (
                libelle_entier(chiffre.indicateur),
                ecrire(chiffre.indicateur, chiffre.nombre),
                ecrire(chiffre.indicateur, chiffre.precedent),
                variation(chiffre) or "=" if chiffre.nombre is not None and chiffre.precedent is not None else "—",
            )
        )
    yield Table("", ("Chiffre", court(periode), court(periode.precedente), "Évolution"), tuple(lignes))


@elements_de.register
def _(bloc: sommaire.Phrases, place: Place) -> Iterator[Element]:
    chiffres = [place.releve.chiffre(code) for code in bloc.codes]
    yield Points(tuple(f"{phrase(c)}." for c in chiffres if c.nombre is not None))


@elements_de.register
def _(bloc: sommaire.Evolution, place: Place) -> Iterator[Element]:
    codes = bloc.codes
    releves = connus_depuis(
        list(place.composition.releves_de(place.axe)), lambda r: [r.valeur(code).nombre for code in codes]
    )
    noms = bloc.noms or tuple(INDICATEURS[code].libelle for code in codes)
    yield Graphe(
        bloc.titre,
        XL_CHART_TYPE.LINE_MARKERS if len(releves) > 2 else XL_CHART_TYPE.COLUMN_CLUSTERED,
        tuple(court(r.periode) for r in releves),
        tuple((nom, tuple(r.valeur(code).nombre for r in releves)) for nom, code in zip(noms, codes, strict=True)),
        _format(INDICATEURS[codes[0]].unite),
    )


def _barres(titre: str, code: str, lignes: list[Part], genre: XL_CHART_TYPE) -> Iterator[Element]:
    connues = [part for part in lignes if isinstance(part.valeur, Fraction | int)]
    if connues:
        valeurs = tuple(Fraction(part.valeur) for part in connues if part.valeur is not None)
        categories = tuple(part.libelle for part in connues)
        yield Graphe(titre, genre, categories, ((titre, valeurs),), _format(REPARTITIONS[code].unite))


@elements_de.register
def _(bloc: sommaire.Barres, place: Place) -> Iterator[Element]:
    lignes = place.releve.repartition(bloc.code)
    morceaux = parts(lignes, classer=bloc.classer, limite=min(bloc.limite, 10), sans_zero=bloc.sans_zero)
    yield from _barres(bloc.titre, bloc.code, morceaux, XL_CHART_TYPE.BAR_CLUSTERED)


@elements_de.register
def _(bloc: sommaire.Budget, place: Place) -> Iterator[Element]:
    morceaux = parts(place.releve.repartition(bloc.code), classer=True, limite=10, sans_zero=True)
    yield from _barres(bloc.titre, bloc.code, morceaux, XL_CHART_TYPE.BAR_CLUSTERED)


@elements_de.register(sommaire.Anneau)
@elements_de.register(sommaire.Empilement)
def _(bloc: sommaire.Anneau | sommaire.Empilement, place: Place) -> Iterator[Element]:
    morceaux = parts(place.releve.repartition(bloc.code), classer=False, limite=99, sans_zero=True)
    yield from _barres(bloc.titre, bloc.code, morceaux, XL_CHART_TYPE.DOUGHNUT)


@elements_de.register
def _(bloc: sommaire.Pyramide, place: Place) -> Iterator[Element]:
    morceaux = parts(place.releve.repartition(bloc.code), classer=False, limite=99, sans_zero=False)
    yield from _barres(bloc.titre, bloc.code, morceaux, XL_CHART_TYPE.BAR_CLUSTERED)


@elements_de.register
def _(bloc: sommaire.Mensuel, place: Place) -> Iterator[Element]:
    valeurs = {cle: valeur for cle, _, valeur in place.releve.repartition(bloc.code) or []}
    mois = place.composition.periode.mois()
    yield Graphe(
        bloc.titre,
        XL_CHART_TYPE.COLUMN_CLUSTERED,
        tuple(f"{jour:%m/%y}" for jour in mois),
        ((bloc.titre, tuple(valeurs.get(f"{jour:%Y-%m}") for jour in mois)),),
        "#,##0",
    )


@elements_de.register
def _(bloc: sommaire.ParAtelier, place: Place) -> Iterator[Element]:
    composition = place.composition
    releves = connus_depuis(list(composition.releves), lambda r: [r.valeur(bloc.code).nombre])
    rangs = range(len(composition.releves) - len(releves), len(composition.releves))
    yield Graphe(
        bloc.titre,
        XL_CHART_TYPE.COLUMN_STACKED,
        tuple(court(r.periode) for r in releves),
        tuple(
            (axe.libelle, tuple(composition.releves_de(axe)[rang].valeur(bloc.code).nombre for rang in rangs))
            for axe in composition.ateliers
        ),
        _format(INDICATEURS[bloc.code].unite),
    )


@elements_de.register
def _(bloc: sommaire.Jauge, place: Place) -> Iterator[Element]:
    realise, objectif = (place.releve.valeur(code).nombre for code in (bloc.realise, bloc.objectif))
    if realise is not None and objectif is not None:
        indicateur = INDICATEURS[bloc.realise]
        yield Points((f"{bloc.titre} : {avec_unite(indicateur, realise)} sur {avec_unite(indicateur, objectif)}.",))


@elements_de.register(sommaire.Equipes)
@elements_de.register(sommaire.Actions)
def _(bloc: sommaire.Equipes | sommaire.Actions, place: Place) -> Iterator[Element]:
    donnees = dessiner(bloc, place).donnees
    lignes = tuple(tuple(str(cellule) for cellule in ligne) for ligne in donnees["lignes"])
    if lignes:
        yield Table(donnees["titre"], tuple(donnees["entetes"]), lignes)


@elements_de.register
def _(bloc: sommaire.Engagements, place: Place) -> Iterator[Element]:
    cartes = dessiner(bloc, place).donnees["cartes"]
    if cartes:
        titre = f"Déjà convenu pour {place.composition.suivant.periode}" if place.composition.suivant else ""
        lignes = tuple((carte["libelle"], f"{carte['valeur']} {carte['unite']}".strip()) for carte in cartes)
        yield Table(titre, ("Engagement", "Objectif"), lignes)
