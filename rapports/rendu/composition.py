"""A report ready to be laid out: its figures for every year, and the parts and pages that it really has."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property, partial

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import slugify

from aipi.models import Convention, Financeur
from aipi.periodes import Periode, jour_francais
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Contrat, Realisation
from rapports.ecriture import en_periode
from rapports.indicateurs import INDICATEURS
from rapports.models import Edition, Perspective, Photo, Rapport, Texte
from rapports.plan import Plan
from rapports.sommaire import CHIFFRES_CLES, PARTIES, SECTION_ATELIER, SECTIONS_SIGNEES
from rapports.sommaire.blocs import Bloc, Engagements, Page, Partie, Rangee
from rapports.textes import en_html
from rapports.valeurs import Chiffre, Releve

ANNEES = 6
"""How many periods the series over the years hold, the last one included."""


def ancre(code: str) -> str:
    """The identifier of a figure's line in the annex."""
    return f"definition-{slugify(code.replace('.', '-').replace('_', '-'))}"


class LiensDocument:
    """Inside one document (PDF, self-contained page): figures lead to the annex, photographs are named for the fetcher."""

    document = True
    ecran = False

    def chiffre(self, periode: Periode, code: str, axe: Axe | None) -> str:
        return f"#{ancre(code)}"

    def photo(self, photo: Photo) -> str:
        return f"photo:{photo.pk}"

    def realisation(self, realisation: Realisation) -> str:
        return f"realisation:{realisation.pk}"


class LiensAutonome(LiensDocument):
    """Inside the self-contained page, which is read on a telephone too."""

    ecran = True


class LiensSite:
    """On the site: figures lead to their own page, photographs to the view that checks access."""

    document = False
    ecran = True

    def chiffre(self, periode: Periode, code: str, axe: Axe | None) -> str:
        adresse = reverse("indicateur_detail", args=[periode, code])
        return adresse if axe is None else f"{adresse}?{axe.nom}={axe.code}"

    def photo(self, photo: Photo) -> str:
        return reverse("photo_image", args=[photo.pk])

    def realisation(self, realisation: Realisation) -> str:
        return reverse("realisation_photo", args=[realisation.pk])


Liens = LiensDocument | LiensSite


@dataclass(frozen=True)
class Feuillet:
    """A page that the report has: its declaration, the workshop it is about, its title and section."""

    page: Page
    section: str
    titre: str
    axe: Axe | None = None
    mise_en_page: str = "chiffres"

    @property
    def ancre(self) -> str:
        return f"page-{slugify(self.section.replace(':', '-').replace('_', '-'))}"


@dataclass(frozen=True)
class Ouverture:
    """A part with the pages it has."""

    partie: Partie
    feuillets: tuple[Feuillet, ...]

    @property
    def ancre(self) -> str:
        return f"partie-{self.partie.code}"


class Composition:
    """Everything the pages draw from. Figures are computed once, whatever the number of pages that print them."""

    def __init__(
        self,
        periode: Periode,
        liens: Liens,
        aujourd_hui: datetime.date,
        *,
        courte: bool = False,
        tout: bool = False,
        financeur: Financeur | None = None,
        action: str = "",
        comme: Composition | None = None,
        cloture: tuple[Rapport, dict[Axe | None, Releve]] | None = None,
    ) -> None:
        """`courte`: the short version, for the assembly. `tout`: hidden sections too, for who orders them.

        `financeur`: an extract, of the actions that it agreed to pay for in the years of the period; `action`: of that
        one only (« Département, Accompagnement RSA »). `comme`: another composition of the same period, whose figures are
        taken as they were read. `cloture`: the report with the edition that it is about to have, and its figures.
        """
        self.periode = periode
        self.financeur = financeur
        self.action = action
        self.cites: set[str] = set()
        """Codes of the figures that something leads to the definition of: a short document defines no other."""
        self.courte = courte
        self.tout = tout
        self.liens = liens
        self.provisoire = periode.fin >= aujourd_hui
        self._par_axe: dict[Axe | None, Releve] = {}
        self.rapport: Rapport | None
        if comme is not None:
            self.rapport, self._par_axe = comme.rapport, comme._par_axe
        elif cloture is not None:
            self.rapport, self._par_axe = cloture
        else:
            rapports = Rapport.objects.filter(debut=periode.debut, fin=periode.fin)
            self.rapport = rapports.select_related("edition").first()
        self.releve = self.releve_de(None)
        self._puces: dict[str, set[str]] = defaultdict(set)

    @property
    def edition(self) -> Edition | None:
        """What is published now, None while the report may still change."""
        return self.rapport.edition if self.rapport is not None else None

    @cached_property
    def errata(self) -> list[Edition]:
        """The editions that correct the first one, up to the one in force."""
        if self.rapport is None or self.edition is None:
            return []
        avant = self.rapport.editions.filter(numero__lt=self.edition.numero).exclude(erratum="").order_by("numero")
        return [*avant, *([self.edition] if self.edition.erratum else [])]

    @property
    def titre(self) -> str:
        return f"Rapport d’activité {self.periode}"

    @property
    def date(self) -> datetime.date:
        """The day that the document bears: that of its closing, else the last one of its period."""
        if self.edition is not None:
            return timezone.localdate(self.edition.close_le)
        return self.periode.fin

    @cached_property
    def releves(self) -> list[Releve]:
        """The periods of the series, from the oldest."""
        suite = [self.releve]
        while len(suite) < ANNEES:
            suite.append(suite[-1].avant)
        return suite[::-1]

    @cached_property
    def vide(self) -> bool:
        """True when nothing at all is known: the pages are then all shown, with dashes."""
        return all(self.releve.valeur(code).nombre is None for code in INDICATEURS)

    @cached_property
    def suivant(self) -> Releve | None:
        """The year after, for what is already agreed; None when the period is not a calendar year."""
        annee = self.periode.annee_civile
        return None if annee is None or annee >= datetime.MAXYEAR else Releve(Periode.annee(annee + 1))

    def releve_de(self, axe: Axe | None) -> Releve:
        if axe not in self._par_axe:
            self._par_axe[axe] = Releve(self.periode, axe)
        return self._par_axe[axe]

    def releves_de(self, axe: Axe | None) -> list[Releve]:
        if axe is None:
            return self.releves
        suite = [self.releve_de(axe)]
        while len(suite) < ANNEES:
            suite.append(suite[-1].avant)
        return suite[::-1]

    def chiffre(self, code: str, axe: Axe | None = None, cle: str = "") -> Chiffre:
        """A figure, or the line `cle` of a breakdown. Raises KeyError when there is no such line."""
        releve = self.releve_de(axe)
        return releve.ligne(code, cle) if cle else releve.chiffre(code)

    def lien(self, code: str, axe: Axe | None = None) -> str:
        self.cites.add(code)
        return self.liens.chiffre(self.periode, code, axe)

    @cached_property
    def ateliers(self) -> list[Axe]:
        """The workshops that have a contract in the period, the largest first."""
        codes = Atelier.objects.filter(
            pk__in=Contrat.objects.presents(self.periode).order_by().values("equipe__atelier")
        ).values_list("code", flat=True)
        axes = [Axe.lire("atelier", code) for code in codes]
        return sorted(axes, key=lambda axe: (-(self.chiffre("aci.salaries", axe).nombre or 0), axe.code))

    @cached_property
    def plan(self) -> Plan:
        return Plan(self.rapport, self.periode)

    def feuillets(self, partie: Partie) -> tuple[Feuillet, ...]:
        """The pages of a part that have something to say, as the plan of the report orders them."""
        candidats: list[tuple[float, int, Feuillet]] = []

        def proposer(page: Page, section: str, titre: str, declaree: float, axe: Axe | None = None) -> None:
            place = self.plan.place(section, declaree, page.code)
            if not self._concerne(page):
                return
            if self.tout or not (place.masquee or (self.courte and not place.courte)):
                feuillet = Feuillet(self.reduire(page), section, place.titre or titre, axe, place.mise_en_page)
                candidats.append((place.ordre, len(candidats), feuillet))

        for rang, page in enumerate(partie.pages, start=1):
            # Tens leave room: a section declared since the plan was made comes after the one before it.
            if page.par_atelier:
                for suite, axe in enumerate(self.ateliers):
                    titre = page.titre.format(atelier=axe.libelle)
                    proposer(page, f"{SECTION_ATELIER}{axe.code}", titre, rang * 10 + suite / 100, axe)
            elif self.tout or self._a_dire(page):
                proposer(page, page.code, page.titre, rang * 10)
        for page, ligne in self.plan.libres(partie.code):
            if self.tout or page.code in self.textes or page.code in self.photos:
                proposer(page, page.code, page.titre, ligne.ordre)
        return tuple(feuillet for _, _, feuillet in sorted(candidats, key=lambda c: c[:2]))

    @cached_property
    def signees(self) -> tuple[Feuillet, ...]:
        """The words of the president and of the director, when they wrote some. An extract has none."""
        if self.financeur is not None:
            return ()
        return tuple(
            Feuillet(Page(section, titre, (), mot=titre), section, titre)
            for section, titre in SECTIONS_SIGNEES.items()
            if section in self.textes or section in self.photos
        )

    @cached_property
    def conventions(self) -> list[Convention]:
        """What the funder of an extract agreed to, in the years of the period."""
        annees = range(self.periode.debut.year, self.periode.fin.year + 1)
        conventions = Convention.objects.filter(financeur=self.financeur, annee__in=annees)
        return list((conventions.filter(action=self.action) if self.action else conventions).order_by("annee", "ref"))

    @property
    def actions(self) -> frozenset[str]:
        """The actions that the funder of an extract pays for: their codes are the prefixes of their figures."""
        return frozenset(convention.action for convention in self.conventions)

    @property
    def destinataire(self) -> str:
        """Whom an extract is for, as its cover says it: « Département du Nord, Accompagnement RSA »."""
        if self.financeur is None:
            return ""
        return f"{self.financeur}, {Convention.Action(self.action).label}" if self.action else str(self.financeur)

    @cached_property
    def cles(self) -> tuple[str, ...]:
        """The large figures on the cover of an extract: three at most, of its parts in their order."""
        return tuple(code for ouverture in self.ouvertures for code in ouverture.partie.cles)[:3]

    def _concerne(self, page: Page) -> bool:
        """Whether a page belongs in the extract: its own figures are of an action that the funder pays for."""
        if self.financeur is None:
            return True
        codes = page.chapeau or page.cles or page.si
        return any(self._paye(code) for code in codes)

    def reduire(self, page: Page) -> Page:
        """A page as an extract prints it: blocks and large figures of the actions that its reader pays for."""
        if self.financeur is None:
            return page
        rangees = []
        for rangee in page.rangees:
            colonnes = [
                replace(colonne, blocs=tuple(filter(None, map(self._reduire_bloc, colonne.blocs))))
                for colonne in rangee.colonnes
            ]
            rangees.append(Rangee(tuple(colonne for colonne in colonnes if colonne.blocs)))
        return replace(
            page,
            rangees=tuple(rangee for rangee in rangees if rangee.colonnes),
            cles=tuple(code for code in page.cles if self._paye(code)),
        )

    def _reduire_bloc(self, bloc: Bloc) -> Bloc | None:
        """A block without the figures of other actions; None when it has no other."""
        codes = getattr(bloc, "codes", None)
        if codes is None:
            code = getattr(bloc, "code", "")
            return bloc if not code or self._paye(code) else None
        gardes = tuple(code for code in codes if self._paye(code))
        if gardes == codes:
            return bloc
        # The names of a series over the years go with its codes: it is kept whole or not at all.
        return replace(bloc, codes=gardes) if gardes and not getattr(bloc, "noms", ()) else None  # type: ignore[type-var]

    def _paye(self, code: str) -> bool:
        return code.split(".", maxsplit=1)[0] in self.actions

    def _a_dire(self, page: Page) -> bool:
        if page.code in self.textes or page.code in self.photos:
            return True
        engagements = [
            code
            for rangee in page.rangees
            for colonne in rangee.colonnes
            for bloc in colonne.blocs
            if isinstance(bloc, Engagements)
            for code in bloc.codes
        ]
        if engagements:
            return self.suivant is not None and any(
                self.suivant.valeur(code).nombre is not None for code in engagements
            )
        return not page.si or any(self.releve.valeur(code).nombre is not None for code in page.si)

    @cached_property
    def ouvertures(self) -> list[Ouverture]:
        ouvertures = [Ouverture(partie, self.feuillets(partie)) for partie in PARTIES]
        # An extract has only the parts that concern its reader, each with the large figures that do.
        return [
            o if self.financeur is None else self._reduire(o) for o in ouvertures if o.feuillets or not self.financeur
        ]

    def _reduire(self, ouverture: Ouverture) -> Ouverture:
        cles = tuple(code for code in ouverture.partie.cles if self._paye(code))
        return Ouverture(replace(ouverture.partie, cles=cles), ouverture.feuillets)

    @cached_property
    def essentiel(self) -> Feuillet:
        return Feuillet(CHIFFRES_CLES, CHIFFRES_CLES.code, CHIFFRES_CLES.titre)

    @cached_property
    def textes(self) -> dict[str, SafeString]:
        """By section, the texts that say something."""
        if self.rapport is None:
            return {}
        textes = Texte.objects.filter(rapport=self.rapport).values_list("section", "corps")
        return {
            section: en_html(corps, self.chiffre, partial(self._lien_de, section))
            for section, corps in textes
            if corps.strip()
        }

    def _lien_de(self, section: str, code: str, axe: Axe | None) -> str:
        """As `lien`, for a chip: its figure is cited when its text is printed, not when it is read."""
        self._puces[section].add(code)
        return self.liens.chiffre(self.periode, code, axe)

    def texte(self, section: str) -> str:
        """The text of a section that is about to be printed."""
        texte = self.textes.get(section, "")
        self.cites |= self._puces[section]
        return texte

    @cached_property
    def signatures(self) -> dict[str, str]:
        if self.rapport is None:
            return {}
        return dict(
            Texte.objects.filter(rapport=self.rapport).exclude(signature="").values_list("section", "signature")
        )

    @cached_property
    def perspectives(self) -> dict[str, list[Perspective]]:
        """By part, what is meant for the next year."""
        return self._perspectives(self.rapport, self.financeur)

    @cached_property
    def promises(self) -> dict[str, list[Perspective]]:
        """By part, what the report of the year before meant for this one, and what became of it."""
        avant = self.periode.precedente
        return self._perspectives(Rapport.objects.filter(debut=avant.debut, fin=avant.fin).first(), self.financeur)

    @staticmethod
    def _perspectives(rapport: Rapport | None, financeur: Financeur | None) -> dict[str, list[Perspective]]:
        """Those that an extract prints name its reader; the others are those of the whole report."""
        par_partie: dict[str, list[Perspective]] = defaultdict(list)
        if rapport is not None:
            perspectives = Perspective.objects.filter(rapport=rapport).select_related("financeur")
            for perspective in perspectives if financeur is None else perspectives.filter(financeur=financeur):
                par_partie[perspective.partie].append(perspective)
        return dict(par_partie)

    @cached_property
    def photos(self) -> dict[str, list[Photo]]:
        photos: dict[str, list[Photo]] = defaultdict(list)
        if self.rapport is not None:
            for photo in Photo.objects.filter(rapport=self.rapport):
                photos[photo.section].append(photo)
        return dict(photos)

    @property
    def periode_dite(self) -> str:
        """« du 1er janvier au 31 décembre 2021 »."""
        return f"du {jour_francais(self.periode.debut)} au {jour_francais(self.periode.fin)}"

    @property
    def en_periode(self) -> str:
        return en_periode(self.periode)
