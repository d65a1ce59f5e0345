"""What a page of the report is made of: blocks in columns, columns in rows.

Lengths are CSS pixels on a landscape A4 page whose text is 1,001 wide and about 560 high under its title.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LARGEUR = 1001.0
GOUTTIERE = 40.0


class Bloc:
    """Something drawn in a column of a page."""


@dataclass(frozen=True)
class Cartes(Bloc):
    """Figures set large with their change. `grand`: two to a row."""

    codes: tuple[str, ...]
    par_ligne: int = 4


@dataclass(frozen=True)
class Phrases(Bloc):
    """Sentences composed from figures; those unknown in both years are left out, unless all are."""

    codes: tuple[str, ...]
    titre: str = ""


@dataclass(frozen=True)
class Barres(Bloc):
    """Ranked bars of a breakdown. `limite` gathers the smaller ones; `total` is the figure that shares are of.

    Without `classer`, the order of the keys is kept. Keys at zero are dropped with `sans_zero`.
    """

    code: str
    titre: str
    hauteur: float
    classer: bool = True
    limite: int = 12
    total: str = ""
    sans_zero: bool = True
    note: str = ""


@dataclass(frozen=True)
class Anneau(Bloc):
    """A ring of a breakdown; `centre` names the total."""

    code: str
    titre: str
    centre: str
    diametre: float = 190.0
    note: str = ""


@dataclass(frozen=True)
class Empilement(Bloc):
    """One bar cut in shares, of a breakdown."""

    code: str
    titre: str


@dataclass(frozen=True)
class Pyramide(Bloc):
    """Age pyramid by sex, of a breakdown by age whose rows lead to the sex by `sexe`."""

    code: str
    titre: str
    sexe: str
    hauteur: float


@dataclass(frozen=True)
class Evolution(Bloc):
    """One or several figures over the years: lines, or columns when too few years are known.

    `suivant` adds the year after, for what is already agreed.
    """

    codes: tuple[str, ...]
    titre: str
    hauteur: float
    noms: tuple[str, ...] = ()
    suivant: bool = False


@dataclass(frozen=True)
class ParAtelier(Bloc):
    """One figure by workshop over the known years, stacked."""

    code: str
    titre: str
    hauteur: float


@dataclass(frozen=True)
class Mensuel(Bloc):
    """A breakdown by month."""

    code: str
    titre: str
    hauteur: float


@dataclass(frozen=True)
class Jauge(Bloc):
    """A figure against its objective."""

    realise: str
    objectif: str
    titre: str


@dataclass(frozen=True)
class Equipes(Bloc):
    """The teams of the workshop of the page: supervisor, people, hours."""

    titre: str = "Les équipes"


@dataclass(frozen=True)
class Actions(Bloc):
    """The actions of a domain, each with its sessions and participants; at most `limite` of them."""

    domaine: str
    titre: str = "Les actions une à une"
    limite: int = 5


@dataclass(frozen=True)
class Realisations(Bloc):
    """The works of the workshop of the page, in one line, where no photograph shows them; nothing when there is none."""


@dataclass(frozen=True)
class Photographies(Bloc):
    """The works of the workshop that have a photograph, at most `limite` of them, on a sheet of their own."""

    limite: int = 4


@dataclass(frozen=True)
class Engagements(Bloc):
    """What is already agreed for the next year, beside this one; the page is left out when nothing is."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class Budget(Bloc):
    """Charges or produits by heading, with their share."""

    code: str
    titre: str
    hauteur: float


@dataclass(frozen=True)
class Note(Bloc):
    """A line of method under what it explains."""

    texte: str


@dataclass(frozen=True)
class Colonne:
    blocs: tuple[Bloc, ...]
    part: int = 1


@dataclass(frozen=True)
class Rangee:
    """Columns side by side, as wide as their parts."""

    colonnes: tuple[Colonne, ...]

    def largeurs(self) -> list[float]:
        parts = sum(colonne.part for colonne in self.colonnes)
        utile = LARGEUR - GOUTTIERE * (len(self.colonnes) - 1)
        return [utile * colonne.part / parts for colonne in self.colonnes]


def rangee(*colonnes: Bloc | tuple[Bloc, ...] | Colonne) -> Rangee:
    """A row of columns; a single block is a column of one, tuples are columns of several."""
    return Rangee(
        tuple(c if isinstance(c, Colonne) else Colonne(c if isinstance(c, tuple) else (c,)) for c in colonnes)
    )


@dataclass(frozen=True)
class Page:
    """A page: its section code, its title, the figure said under the title, and its rows.

    `si`: the page is left out unless one of these figures is known (always there when empty). `par_atelier`: one page for
    each workshop with a contract in the period; `{atelier}` in the title is its name. `suite`: a block that takes the
    sheet after, when it has something to show. `perspectives`: those of its part stand on the sheet when they fit.
    """

    code: str
    titre: str
    rangees: tuple[Rangee, ...]
    chapeau: tuple[str, ...] = ()
    surtitre: str = ""
    si: tuple[str, ...] = ()
    par_atelier: bool = False
    mot: str = "Le mot de l’équipe"
    cles: tuple[str, ...] = ()
    suite: Bloc | None = None
    perspectives: bool = False


@dataclass(frozen=True)
class Partie:
    """A part of the report, opened by a full page with its large figures and the list of its pages."""

    code: str
    titre: str
    presentation: str
    cles: tuple[str, ...]
    pages: tuple[Page, ...] = field(default=())


NOTE_PERSONNES = (
    "Une personne qui a changé d’équipe ou d’atelier compte dans chacun : l’addition peut dépasser le total."
)
