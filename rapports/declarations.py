"""What an indicator is: a population (a verb of a pole's QuerySet), what is counted in it, a label and a definition.

Everything else follows from the declaration: code, value, list behind the value, breakdowns, line of the annex. The value
and the list come from the same queryset and the same condition, so they cannot differ. Indicators of one population are
computed together, by a single aggregate (see `rapports.calculs`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from django.db.models import Count, Model, Q, QuerySet, Sum
from django.db.models.aggregates import Aggregate

from aipi.periodes import Periode

if TYPE_CHECKING:
    from insertion_pro.axes import Axe
    from rapports.cles import Cle

Condition = Q | Callable[[Periode], Q]
Favorable = Literal["hausse", "baisse"]


@dataclass(frozen=True, eq=False)
class Population:
    """The rows some figures are counted in.

    `verbe(periode)` or, for the figures cut by an axis, `verbe(periode, axe)` gives them. `feuille` names the sheet whose
    having no row in the period makes its figures unknown (see `rapports.indicateurs.FEUILLES`); `nom` says in French what a
    row is, for the annex. `verifier`: the rows are of another sheet than `feuille`, which must be looked at even when there
    are some.
    """

    verbe: Callable[..., QuerySet[Any]]
    feuille: str | tuple[str, ...]
    nom: str
    verifier: bool = False

    @property
    def feuilles(self) -> tuple[str, ...]:
        return (self.feuille,) if isinstance(self.feuille, str) else self.feuille

    def lignes(self, periode: Periode, axe: Axe | None) -> QuerySet[Any]:
        return self.verbe(periode) if axe is None else self.verbe(periode, axe)


class Declaration:
    """What indicators and breakdowns share: a code given by the chapter, a label, a unit, a definition."""

    chapitre: type[Chapitre]
    nom: str

    def __init__(self, libelle: str, *, unite: str, definition: str) -> None:
        self.libelle = libelle
        self.unite = unite
        self.definition = definition

    def __set_name__(self, chapitre: type[Chapitre], nom: str) -> None:
        self.chapitre = chapitre
        self.nom = nom

    @property
    def code(self) -> str:
        """`aci.salaries`: the chapter's prefix and the attribute's name."""
        return f"{self.chapitre.prefixe}.{self.nom}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'nom', self.libelle)}>"


class Indicateur(Declaration):
    """One number.

    `axes`: which axes cut it (ACI only). `decimales`: how many on paper; None lets the unit decide. `favorable`: which
    direction is good news, None where neither is.
    """

    taux = False

    def __init__(
        self,
        libelle: str,
        *,
        unite: str,
        definition: str = "",
        axes: tuple[str, ...] | None = None,
        decimales: int | None = None,
        favorable: Favorable | None = None,
        croise: bool = False,
    ) -> None:
        super().__init__(libelle, unite=unite, definition=definition)
        self._axes = axes
        self.croise = croise
        """Its list tells of one pole's people a fact of the other pole: it takes both to read it."""
        self.decimales = decimales
        self.favorable = favorable

    def axe_admis(self, axe: Axe | None) -> bool:
        if axe is None:
            return True
        admis = self.chapitre.axes if self._axes is None else self._axes
        return axe.nom in admis

    def feuilles_comptees(self) -> Iterator[Compte]:
        """The counted parts that the number is made of."""
        raise TypeError(f"{self!r} : un indicateur est un compte ou un calcul.")

    def liste(self, periode: Periode, axe: Axe | None = None) -> QuerySet[Any]:
        """The rows behind the number; of a rate, those of its numerator."""
        return next(self.feuilles_comptees()).liste(periode, axe)


class Compte(Indicateur):
    """A number counted in one population: `condition` narrows it, `mesure` says how rows make a number."""

    def __init__(
        self,
        libelle: str,
        population: Population,
        *,
        condition: Condition | None = None,
        toujours_connu: bool = False,
        inconnu_si_vide: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(libelle, **options)
        self.population = population
        self._condition = condition
        self.toujours_connu = toujours_connu
        """Known for its year whatever `premiere_annee` says: budget and conventions."""
        self.inconnu_si_vide = inconnu_si_vide
        """Unknown, not 0, when no row answers."""

    def condition(self, periode: Periode) -> Q:
        if self._condition is None:
            return Q()
        return self._condition if isinstance(self._condition, Q) else self._condition(periode)

    def lignes(self, periode: Periode, axe: Axe | None = None) -> QuerySet[Any]:
        """The rows counted, before persons or teams are told apart."""
        return self.population.lignes(periode, axe).filter(self.condition(periode))

    def liste(self, periode: Periode, axe: Axe | None = None) -> QuerySet[Any]:
        return self.lignes(periode, axe)

    def mesure(self, filtre: Q | None) -> Aggregate:
        """The aggregate that makes the number of rows; `filtre` is None when nothing narrows them."""
        return Count("pk", filter=filtre)

    def feuilles_comptees(self) -> Iterator[Compte]:
        yield self


class Effectif(Compte):
    """How many rows."""


class Distincts(Compte):
    """How many different `modele` the rows lead to by `chemin`: persons are counted once."""

    def __init__(self, libelle: str, population: Population, chemin: str, modele: type[Model], **options: Any) -> None:
        super().__init__(libelle, population, **options)
        self.chemin = chemin
        self.modele = modele

    def liste(self, periode: Periode, axe: Axe | None = None) -> QuerySet[Any]:
        if self.chemin == "pk":
            return self.lignes(periode, axe)
        return self.modele._default_manager.filter(pk__in=self.lignes(periode, axe).values(self.chemin))

    def mesure(self, filtre: Q | None) -> Aggregate:
        return Count(self.chemin, distinct=self.chemin != "pk", filter=filtre)


class Somme(Compte):
    """The exact sum of `champ` over the rows: unknown when every cell is empty, 0 over no row."""

    def __init__(self, libelle: str, population: Population, champ: str, **options: Any) -> None:
        super().__init__(libelle, population, **options)
        self.champ = champ

    def mesure(self, filtre: Q | None) -> Aggregate:
        return Sum(self.champ, filter=filtre)


class Calcul(Indicateur):
    """A number made of others by an exact operation; unknown as soon as one of them is."""

    def __init__(self, libelle: str, *termes: Indicateur, **options: Any) -> None:
        super().__init__(libelle, **options)
        self.termes = termes

    def feuilles_comptees(self) -> Iterator[Compte]:
        for terme in self.termes:
            yield from terme.feuilles_comptees()


class Total(Calcul):
    """The sum of its terms."""


class Difference(Calcul):
    """Its first term less the second."""


class Rapporte(Calcul):
    """A number divided or multiplied by a quantity of the period: `facteur(periode)` is never 0.

    `mention(periode)` says the quantity in French, to be printed beside the figure.
    """

    def __init__(
        self,
        libelle: str,
        terme: Indicateur,
        *,
        facteur: Callable[[Periode], Any],
        operation: Literal["diviser", "multiplier"],
        mention: str,
        **options: Any,
    ) -> None:
        super().__init__(libelle, terme, **options)
        self.facteur = facteur
        self.operation = operation
        self.mention = mention


class Taux(Calcul):
    """A rate: numerator over denominator, both computed and both shown; unknown over 0."""

    taux = True

    def __init__(self, libelle: str, numerateur: Indicateur, denominateur: Indicateur, **options: Any) -> None:
        super().__init__(libelle, numerateur, denominateur, **{"unite": "%", **options})

    @property
    def numerateur(self) -> Indicateur:
        return self.termes[0]

    @property
    def denominateur(self) -> Indicateur:
        return self.termes[1]


class Repartition(Declaration):
    """A figure broken down by a key.

    `population` replaces the figure's own where one row a person must be chosen first (a fact of the latest parcours): its
    rows are then counted, one each. `multiple`: slices may add up to more than the whole.
    """

    def __init__(
        self,
        libelle: str,
        de: Compte,
        *,
        par: Cle,
        definition: str,
        population: Population | None = None,
        multiple: bool = False,
    ) -> None:
        super().__init__(libelle, unite=de.unite, definition=definition)
        self.de = de
        self.par = par
        self.population = population
        self.multiple = multiple

    def lignes(self, periode: Periode, axe: Axe | None = None) -> QuerySet[Any]:
        if self.population is not None:
            return self.population.lignes(periode, axe)
        return self.de.lignes(periode, axe)

    def mesure(self) -> Aggregate:
        return Count("pk") if self.population is not None else self.de.mesure(None)

    def liste(self, periode: Periode, axe: Axe | None, cle: str) -> QuerySet[Any]:
        """The rows behind one key: those of the figure broken down whose key it is. Raises KeyError for no such key."""
        lignes = self.par.lignes_de(self.lignes(periode, axe), cle, periode)
        if isinstance(self.de, Distincts):
            chemin = "personne" if self.population is not None else self.de.chemin
            if chemin == "pk":
                return lignes
            return self.de.modele._default_manager.filter(pk__in=lignes.values(chemin))
        return lignes


class Chapitre:
    """Figures that go together; its class attributes are its indicators and breakdowns, in order."""

    prefixe: ClassVar[str]
    titre: ClassVar[str]
    axes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def declarations(cls) -> list[Declaration]:
        """The figures of the dictionary; a name that begins with `_` is only a part of others."""
        return [d for nom, d in vars(cls).items() if isinstance(d, Declaration) and not nom.startswith("_")]


def jour_d_age(jour: datetime.date, age: int) -> datetime.date:
    """The latest birth date of somebody who is `age` or more on `jour` (full years)."""
    annee = jour.year - age
    try:
        return jour.replace(year=annee)
    except ValueError:  # 29 February, in a year that has none
        return datetime.date(annee, 2, 28)
