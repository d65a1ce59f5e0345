"""What a closing freezes, read at one moment: values, lists, texts, and every page as it will be laid out.

Nothing is written while it is read, so that everybody else goes on writing: the new edition and its values are handed to
its pages as if they were in force. What takes long comes afterwards, and reads no table: see `rapports.cloture`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from aipi.instantane import instantane
from aipi.models import Compte
from aipi.pdf import RenduImpossible
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Equipe, Realisation
from rapports.declarations import Declaration, Indicateur, Repartition, Somme
from rapports.extraits import documents_de, nom_extrait, titre_extrait
from rapports.indicateurs import DECLARATIONS
from rapports.models import (
    Edition,
    ListeArretee,
    Perspective,
    Photo,
    Rapport,
    RemarqueAcceptee,
    SectionRapport,
    Texte,
    ValeurArretee,
)
from rapports.references import references
from rapports.rendu.classeur import en_xlsx
from rapports.rendu.composition import ANNEES, Composition, LiensSite
from rapports.rendu.document import REFERENCE, autonome, contexte, document, ressource
from rapports.rendu.presentation import en_pptx
from rapports.valeurs import Releve


@dataclass(frozen=True)
class Piece:
    """A file of an edition beside those that each one has: the extract of a funder, an image of the page."""

    nom: str
    titre: str = ""
    financeur: str = ""
    action: str = ""


@dataclass(frozen=True)
class Tranche:
    """What figures are frozen for: the whole house, a workshop, or a team beside its workshop."""

    axe: Axe | None = None
    atelier_id: int | None = None
    atelier: str = ""
    equipe_id: int | None = None
    equipe: str = ""

    @property
    def colonnes(self) -> dict[str, int | None]:
        """As the frozen rows keep it."""
        return {"atelier_id": self.atelier_id, "equipe_id": self.equipe_id}

    @property
    def codes(self) -> dict[str, str]:
        """As the files keep it."""
        return {"atelier": self.atelier, "equipe": self.equipe}


@dataclass
class Arret:
    """All that one edition says. `pages`: by file name, the documents that wait to be laid out as PDF."""

    numero: int
    close_le: datetime.datetime
    compte: Compte | None
    erratum: str
    corps: str = ""
    axes: list[Axe] = field(default_factory=list)
    valeurs: list[tuple[Tranche, dict[str, Any]]] = field(default_factory=list)
    """The slice, and the columns of `ValeurArretee`."""
    listes: list[tuple[Tranche, dict[str, Any]]] = field(default_factory=list)
    ecrits: dict[str, list[list[Any]]] = field(default_factory=dict)
    """What was written for the report, by kind: what is written during the layout shows when it is read again."""
    pages: dict[str, str] = field(default_factory=dict)
    fichiers: dict[str, bytes] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    images: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    """By the address that a document names them by: bytes and media type."""

    def ressource(self, adresse: str) -> tuple[bytes, str]:
        """What a document of this closing may ask for: the images of that moment, and fonts."""
        return self.images[adresse] if adresse in self.images else ressource(adresse)

    def edition(self, rapport: Rapport) -> Edition:
        return Edition(
            rapport=rapport,
            numero=self.numero,
            close_le=self.close_le,
            close_par=self.compte,
            erratum=self.erratum,
            corps=self.corps,
            decoupages=[asdict(axe) for axe in self.axes],
        )

    def ecrire_chiffres(self, edition: Edition) -> None:
        """Write the values and the lists of the edition."""
        ValeurArretee.objects.bulk_create(
            [ValeurArretee(edition=edition, **champs) for _, champs in self.valeurs], batch_size=200
        )
        ListeArretee.objects.bulk_create(
            [ListeArretee(edition=edition, **champs) for _, champs in self.listes], batch_size=50
        )


class LiensEdition(LiensSite):
    """On the page of a closed report, images are those that the edition keeps; `images` says which, by file name."""

    def __init__(self, numero: int, periode: Periode) -> None:
        self.numero, self.periode = numero, periode
        self.images: dict[str, str] = {}

    def _image(self, genre: str, cle: int, fichier: str) -> str:
        nom = f"image-{genre}-{cle}{PurePosixPath(fichier).suffix or '.jpg'}"
        self.images[nom] = f"{genre}:{cle}"
        return reverse("edition_fichier", args=[self.periode, self.numero, nom])

    def photo(self, photo: Photo) -> str:
        return self._image("photo", photo.pk, str(photo.image.name))

    def realisation(self, realisation: Realisation) -> str:
        return self._image("realisation", realisation.pk, str(realisation.photo.name))


def arreter(rapport: Rapport, compte: Compte | None, numero: int, erratum: str, *, fichiers: bool) -> Arret:
    """Read all that the next edition of `rapport` will say, at one moment, without writing nor holding anyone back.

    Raises RenduImpossible when an image of the report is missing.
    """
    arret = Arret(numero, timezone.now(), compte, erratum)
    with instantane():
        arret.ecrits = ecrits_de(rapport)
        tranches = tranches_du_jour()
        arret.axes = [tranche.axe for tranche in tranches if tranche.axe is not None]
        # What is frozen is what the files say now, not what the former edition had frozen.
        releves = [(tranche, Releve(rapport.periode, tranche.axe, vif=True)) for tranche in tranches]
        arret.valeurs, arret.listes = list(_valeurs(releves)), list(_listes(releves))
        futur = Rapport.objects.get(pk=rapport.pk)
        futur.edition = arret.edition(futur)
        arretes = {
            tranche.axe: Releve(
                rapport.periode,
                tranche.axe,
                arretees={c["indicateur"]: ValeurArretee(**c) for de, c in arret.valeurs if de == tranche},
            )
            for tranche in tranches
        }
        try:
            _composer(arret, futur, arretes, fichiers=fichiers)
        except FileNotFoundError as erreur:
            raise RenduImpossible(str(erreur)) from erreur
    return arret


def ecrits_de(rapport: Rapport) -> dict[str, list[list[Any]]]:
    """All that was written for a report, by kind, in a stable order."""
    sources: dict[str, tuple[QuerySet[Any], tuple[str, ...]]] = {
        "textes": (Texte.objects.order_by("section"), ("section", "corps", "signature")),
        "photographies": (
            Photo.objects.order_by("section", "ordre", "pk"),
            ("section", "ordre", "image", "legende", "alternative"),
        ),
        "plan": (
            SectionRapport.objects.order_by("section"),
            ("section", "partie", "ordre", "titre", "masquee", "courte", "mise_en_page"),
        ),
        "perspectives": (
            Perspective.objects.order_by("partie", "pk"),
            ("partie", "intitule", "objectif", "financeur__code", "suite", "commentaire"),
        ),
        "remarques": (RemarqueAcceptee.objects.order_by("cle"), ("cle", "motif", "compte__nom", "date")),
    }
    return {
        genre: [list(ligne) for ligne in lignes.filter(rapport=rapport).values_list(*champs)]
        for genre, (lignes, champs) in sources.items()
    }


def _composer(arret: Arret, rapport: Rapport, releves: dict[Axe | None, Releve], *, fichiers: bool) -> None:
    """The page of the edition, then, unless it is closed without files, all of them but the layout of PDFs."""
    periode = rapport.periode
    jour = timezone.localdate(arret.close_le)
    liens = LiensEdition(arret.numero, periode)
    composition = Composition(periode, liens, jour, cloture=(rapport, releves))
    arret.corps = render_to_string("rapports/_corps.html", contexte(composition))
    for nom, adresse in liens.images.items():
        arret.images[adresse] = ressource(adresse)
        arret.fichiers[nom] = arret.images[adresse][0]
        arret.pieces.append(Piece(nom))
    if not fichiers:
        return
    arret.pages["rapport.pdf"] = document(periode, jour, comme=composition)
    arret.pages["rapport-court.pdf"] = document(periode, jour, courte=True, comme=composition)
    for financeur, action in documents_de(periode):
        nom = _libre(nom_extrait(financeur.code, action), arret.pages)
        arret.pieces.append(Piece(nom, titre_extrait(financeur, action), financeur.code, action))
        arret.pages[nom] = document(periode, jour, financeur=financeur.code, action=action, comme=composition)
    for page in arret.pages.values():
        for trouve in REFERENCE.finditer(page):
            if trouve[3] is not None and (adresse := f"{trouve[3]}:{trouve[4]}") not in arret.images:
                arret.images[adresse] = ressource(adresse)
    arret.fichiers |= {
        "rapport.html": autonome(periode, jour, comme=composition).encode(),
        "chiffres.xlsx": en_xlsx(periode, jour, comme=composition),
        "presentation.pptx": en_pptx(periode, jour, comme=composition),
    }


def _libre(base: str, pris: dict[str, str]) -> str:
    """A file name that no other extract has: two codes may be the same once made plain."""
    rang, nom = 1, f"{base}.pdf"
    while nom in pris:
        rang += 1
        nom = f"{base}-{rang}.pdf"
    return nom


# Values and lists


def tranches_du_jour() -> list[Tranche]:
    """The whole house, then each workshop, then each team."""
    codes = Atelier.objects.order_by("code").values_list("code", flat=True)
    ateliers = [Axe.lire("atelier", code) for code in codes]
    return [
        Tranche(),
        *(Tranche(axe, axe.atelier, axe.code) for axe in ateliers),
        *(
            Tranche(Axe.de_l_equipe(equipe), equipe.atelier_id, equipe.atelier.code, equipe.pk, equipe.code)
            for equipe in Equipe.objects.select_related("atelier").order_by("code")
        ),
    ]


def declarations(axe: Axe | None) -> Iterator[tuple[str, Declaration]]:
    """The figures and breakdowns that the axis cuts."""
    for code, declaration in DECLARATIONS.items():
        if axe is None or axe.nom in declaration.chapitre.axes:
            yield code, declaration


def _valeurs(releves: list[tuple[Tranche, Releve]]) -> Iterator[tuple[Tranche, dict[str, Any]]]:
    for tranche, releve in releves:
        suite = _suite(releve)
        for code, declaration in declarations(tranche.axe):
            champs: dict[str, Any] = {"indicateur": code, **tranche.colonnes}
            if isinstance(declaration, Indicateur):
                valeur = releve.valeur(code)
                champs |= {
                    "valeur": _texte(valeur.nombre),
                    "numerateur": _texte(valeur.numerateur),
                    "denominateur": _texte(valeur.denominateur),
                    "facteur": _texte(valeur.facteur),
                    "avant": [
                        [_texte(avant.valeur(code).nombre), avant.valeur(code).origine == "publie"] for avant in suite
                    ],
                }
            else:
                lignes = releve.repartition(code)
                champs["valeur"] = _texte(releve.total(code))
                champs["repartition"] = (
                    None if lignes is None else [[cle, nom, _texte(nombre)] for cle, nom, nombre in lignes]
                )
            yield tranche, champs


def _suite(releve: Releve) -> list[Releve]:
    """The periods before that the pages of a figure show, from the nearest."""
    suite = [releve.avant]
    while len(suite) < ANNEES - 1:
        suite.append(suite[-1].avant)
    return suite


def _listes(releves: list[tuple[Tranche, Releve]]) -> Iterator[tuple[Tranche, dict[str, Any]]]:
    for tranche, releve in releves:
        for code, cle, modele, refs in listes_de(releve):
            yield (
                tranche,
                {
                    "indicateur": code,
                    **tranche.colonnes,
                    "cle": cle,
                    "modele": modele,
                    "references": refs,
                },
            )


def listes_de(releve: Releve) -> Iterator[tuple[str, str, str, list[str]]]:
    """Code, key of the breakdown’s line (empty for a figure), model and references of every list behind a known figure."""
    # A rate has the list of its numerator, which is often a figure too: read once.
    lues: dict[Indicateur, tuple[str, list[str]]] = {}
    for code, declaration in declarations(releve.axe):
        if isinstance(declaration, Indicateur):
            if releve.valeur(code).nombre is not None:
                compte = next(declaration.feuilles_comptees())
                if compte not in lues:
                    lignes = compte.liste(releve.periode, releve.axe)
                    aucune = not isinstance(compte, Somme) and releve.calculs.valeur(compte) == 0
                    lues[compte] = (lignes.model._meta.label, [] if aucune else references(lignes))
                yield code, "", *lues[compte]
        elif isinstance(declaration, Repartition):
            for cle, _, nombre in releve.repartition(code) or []:
                if nombre:
                    lignes = declaration.liste(releve.periode, releve.axe, cle)
                    yield code, cle, lignes.model._meta.label, references(lignes)


def _texte(nombre: Fraction | None) -> str:
    return "" if nombre is None else str(nombre)
