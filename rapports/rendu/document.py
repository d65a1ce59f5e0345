"""The report as a page: what the template receives, the same for the screen, the self-contained file and the PDF."""

from __future__ import annotations

import base64
import datetime
import mimetypes
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from aipi.models import Convention, Financeur
from aipi.nombres import TIRET, euros, nombre, pourcentage
from aipi.pdf import feuille_de_style, police
from aipi.periodes import Periode
from insertion_pro.models import Realisation
from rapports.ecriture import ecrire
from rapports.indicateurs import INDICATEURS
from rapports.models import Perspective, Photo
from rapports.phrases import phrase
from rapports.rendu.ajustement import dessiner_rangees
from rapports.rendu.annexe import annexe
from rapports.rendu.blocs import Dessin, Place, carte, dessiner, utile
from rapports.rendu.composition import Composition, Feuillet, LiensDocument, Ouverture
from rapports.rendu.encarts import RIEN, Encart, candidats, hauteur_des_perspectives, hauteur_du_texte
from rapports.sommaire.blocs import LARGEUR

REALISES: dict[tuple[str, str], str] = {
    (Convention.Action.ACI, Convention.Unite.ETP): "aci.etp",
    (Convention.Action.RSA, Convention.Unite.PLACES): "rsa.suivis",
    (Convention.Action.LOGEMENT, Convention.Unite.MOIS_MESURES): "logement.mois_mesures",
    (Convention.Action.SANTE, Convention.Unite.PARTICIPANTS): "sante.participants",
    (Convention.Action.COLLECTIF, Convention.Unite.PARTICIPANTS): "collectif.participants",
}
"""The figure that answers an objective, by the action and the unit of the agreement."""
REFERENCE = re.compile(r"""url\("?(police):([\w.-]+)"?\)|src="(photo|realisation):([\w.-]+)\"""")


@dataclass(frozen=True)
class ColonneDessinee:
    part: int
    blocs: tuple[Dessin, ...]


@dataclass(frozen=True)
class PageDessinee:
    """A page with its blocks drawn, and the director's text and photographs that follow it."""

    feuillet: Feuillet
    chapeau: tuple[Any, ...]
    rangees: tuple[tuple[ColonneDessinee, ...], ...]
    texte: str
    signature: str
    photos: tuple[tuple[Photo, str], ...]
    cartes: tuple[dict[str, Any], ...]
    suite: Dessin | None
    encart: Encart = RIEN
    perspectives: tuple[Perspective, ...] = ()
    promises: tuple[Perspective, ...] = ()

    @property
    def parole(self) -> bool:
        """Whether what the director has to add takes a sheet of its own."""
        return bool((self.texte and not self.encart.texte) or self.photos)

    @property
    def chiffres_d_abord(self) -> bool:
        """Whether the page of figures opens the section: always, when nothing is written."""
        if not self.rangees:
            return False
        return not self.parole or self.feuillet.mise_en_page == "chiffres"

    @property
    def taille(self) -> str:
        """How the text is set: a few lines are printed large, a long text in two columns."""
        longueur = len(strip_tags(self.texte))
        if longueur < 450 and not self.photos:
            return "bref"
        return "court" if longueur < 700 else "moyen" if longueur < 1_700 else "long"


@dataclass(frozen=True)
class PartieDessinee:
    ancre: str
    titre: str
    presentation: str
    cartes: tuple[dict[str, Any], ...]
    pages: tuple[PageDessinee, ...]
    perspectives: tuple[Perspective, ...]
    promises: tuple[Perspective, ...]


def dessiner_page(
    feuillet: Feuillet,
    composition: Composition,
    perspectives: tuple[Perspective, ...] = (),
    promises: tuple[Perspective, ...] = (),
) -> PageDessinee:
    """A page with its text, and the perspectives of its part, on the same sheet when there is room for them."""
    page, axe = feuillet.page, feuillet.axe
    phrases = [phrase(composition.chiffre(code, axe), periode=True) for code in page.chapeau]
    texte, photos = composition.texte(feuillet.section), composition.photos.get(feuillet.section, [])
    rangees, encart = _ranger(
        feuillet,
        composition,
        " ".join(f"{dite}." for dite in phrases),
        hauteur_du_texte(texte, feuillet.mise_en_page) if texte and not photos else 0.0,
        hauteur_des_perspectives(promises, perspectives) if promises or perspectives else 0.0,
    )
    place = Place(composition, feuillet, LARGEUR)
    return PageDessinee(
        feuillet=feuillet,
        chapeau=tuple(
            {"phrase": dite, "lien": composition.lien(code, axe)}
            for dite, code in zip(phrases, page.chapeau, strict=True)
        ),
        rangees=tuple(tuple(ColonneDessinee(part, tuple(dessins)) for part, dessins in rangee) for rangee in rangees),
        texte=texte,
        signature=composition.signatures.get(feuillet.section, ""),
        photos=tuple((photo, composition.liens.photo(photo)) for photo in photos),
        cartes=tuple(
            carte(composition.chiffre(code, axe), composition.lien(code, axe), seul=True) for code in page.cles
        ),
        suite=dessiner(page.suite, place) if page.suite is not None and utile(page.suite, place) else None,
        encart=encart,
        perspectives=perspectives if encart.perspectives else (),
        promises=promises if encart.perspectives else (),
    )


def _ranger(
    feuillet: Feuillet, composition: Composition, chapeau: str, texte: float, perspectives: float
) -> tuple[list[list[tuple[int, list[Dessin]]]], Encart]:
    """The rows of a page, and what else its sheet has room for, of a text and perspectives of these heights."""
    for encart in candidats(texte, perspectives) if feuillet.page.rangees else ():
        rangees = dessiner_rangees(feuillet.page.rangees, composition, feuillet, chapeau, encart.hauteur)
        if rangees is not None:
            return rangees, encart
    return [], RIEN


def _dessiner_partie(ouverture: Ouverture, composition: Composition) -> PartieDessinee:
    """A part, with a sheet for its perspectives unless one of its pages bears them."""
    perspectives = tuple(composition.perspectives.get(ouverture.partie.code, ()))
    promises = tuple(composition.promises.get(ouverture.partie.code, ()))
    porteurs = [feuillet for feuillet in ouverture.feuillets if feuillet.page.perspectives]
    if composition.financeur is not None and not porteurs:
        # What an extract means for next year is a few lines: they end its last page rather than fill a sheet of their own.
        porteurs = [feuillet for feuillet in ouverture.feuillets if feuillet.page.rangees][-1:]
    pages = tuple(
        dessiner_page(feuillet, composition, perspectives, promises)
        if feuillet in porteurs
        else dessiner_page(feuillet, composition)
        for feuillet in ouverture.feuillets
    )
    portees = any(page.encart.perspectives for page in pages)
    return PartieDessinee(
        ouverture.ancre,
        ouverture.partie.titre,
        ouverture.partie.presentation,
        tuple(carte(composition.chiffre(code), composition.lien(code), seul=True) for code in ouverture.partie.cles),
        pages,
        () if portees else perspectives,
        () if portees else promises,
    )


@dataclass(frozen=True)
class ConventionDite:
    """An agreement of the funder as its extract prints it; what was done only for the year that it bears."""

    action: str
    annee: int
    montant: str
    objectif: str
    realise: str
    part: str
    lien: str


def conventions(composition: Composition) -> tuple[ConventionDite, ...]:
    """The agreements of an extract: what was agreed, what was done of it, with the figure that says so."""
    dites = []
    for convention in composition.conventions:
        code = REALISES.get((convention.action, convention.unite_objectif), "")
        objectif = None if convention.objectif is None else Fraction(convention.objectif)
        fait = None
        if code and objectif is not None and composition.periode.annee_civile == convention.annee:
            fait = composition.chiffre(code).nombre
        unite = convention.get_unite_objectif_display()
        dites.append(
            ConventionDite(
                convention.get_action_display(),
                convention.annee,
                euros(convention.montant),
                TIRET if objectif is None else f"{nombre(objectif)} {unite if unite.isupper() else unite.lower()}",
                TIRET if fait is None else ecrire(INDICATEURS[code], fait),
                TIRET if fait is None or not objectif else pourcentage(fait / objectif),
                "" if fait is None else composition.lien(code),
            )
        )
    return tuple(dites)


def contexte(composition: Composition) -> dict[str, Any]:
    """What the templates of the report print."""
    parties = [_dessiner_partie(ouverture, composition) for ouverture in composition.ouvertures]
    return {
        "composition": composition,
        "document": composition.liens.document,
        "essentiel": None if composition.financeur else dessiner_page(composition.essentiel, composition),
        "conventions": conventions(composition) if composition.financeur else (),
        "couverture": tuple(
            carte(composition.chiffre(code), composition.lien(code), seul=True) for code in composition.cles
        )
        if composition.financeur
        else (),
        "signees": [dessiner_page(feuillet, composition) for feuillet in composition.signees],
        "parties": parties,
        "annexe": annexe(composition),
    }


def document(
    periode: Periode,
    aujourd_hui: datetime.date,
    *,
    courte: bool = False,
    financeur: str = "",
    action: str = "",
    comme: Composition | None = None,
) -> str:
    """The whole document that WeasyPrint lays out; fonts and photographs are named, not included.

    `financeur`: the code of a funder, for its extract, of one `action` or of all those it pays for. Raises
    FileNotFoundError when there is no such funder, or no such agreement. `comme`: as for a Composition.
    """
    pour = Financeur.objects.filter(code=financeur).first() if financeur else None
    if financeur and pour is None:
        raise FileNotFoundError("Ce financeur n’existe plus.")
    composition = Composition(
        periode, LiensDocument(), aujourd_hui, courte=courte, financeur=pour, action=action, comme=comme
    )
    if action and not composition.conventions:
        raise FileNotFoundError("Cette convention n’existe plus.")
    return render_to_string(
        "rapports/document.html",
        {
            **contexte(composition),
            "style": f"{feuille('polices.css')}\n{feuille('document.css')}\n{feuille('print.css')}",
        },
    )


def autonome(periode: Periode, aujourd_hui: datetime.date, *, comme: Composition | None = None) -> str:
    """One file that needs nothing else: styles, fonts and photographs are inside."""
    composition = Composition(periode, LiensDocument(), aujourd_hui, comme=comme)
    html = render_to_string(
        "rapports/document.html",
        {
            **contexte(composition),
            "style": f"{feuille('polices.css')}\n{feuille('document.css')}\n@media screen {{ {feuille('ecran.css')} {feuille('autonome.css')} }}\n@media print {{ {feuille('print.css')} }}",
        },
    )
    return REFERENCE.sub(_inclure, html)


def _inclure(trouve: re.Match[str]) -> str:
    dans_style = trouve[1] is not None
    genre, nom = (trouve[1], trouve[2]) if dans_style else (trouve[3], trouve[4])
    contenu, type_mime = ressource(f"{genre}:{nom}")
    adresse = f"data:{type_mime};base64,{base64.b64encode(contenu).decode('ascii')}"
    return f'url("{adresse}")' if dans_style else f'src="{adresse}"'


def feuille(nom: str) -> str:
    """A style sheet of the report, as text. Raises FileNotFoundError when the installation lacks it."""
    return feuille_de_style(f"rapports/{nom}")


def ressource(adresse: str) -> tuple[bytes, str]:
    """Bytes and media type of `police:FILE`, `photo:ID` or `realisation:ID`: the only things a document may ask for.

    Raises ValueError for anything else, FileNotFoundError when it is missing.
    """
    genre, _, nom = adresse.partition(":")
    if genre in {"photo", "realisation"} and nom.isascii() and nom.isdecimal():
        photo: Photo | Realisation | None = (
            Photo.objects.filter(pk=int(nom)).first()
            if genre == "photo"
            else Realisation.objects.exclude(photo="").filter(pk=int(nom)).first()
        )
        fichier = None if photo is None else photo.image if isinstance(photo, Photo) else photo.photo
        if fichier is None or not fichier.storage.exists(str(fichier.name)):
            raise FileNotFoundError(f"Le fichier d’une photographie du rapport manque : {photo or adresse}.")
        with fichier.open("rb") as image:
            return image.read(), mimetypes.guess_type(str(fichier.name))[0] or "image/jpeg"
    return police(adresse)
