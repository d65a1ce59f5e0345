"""« Ma journée »: the work to do, kind by kind, said by the poles in their module `journee`, found at start-up.

Each kind gives rows that the reader may see. Those of one heading are read together, in one query that the database
sorts and cuts, and one more query counts them all: the page costs the same for twenty files and for twenty thousand.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db.models import Count, DateField, F, IntegerField, Model, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat
from django.http import QueryDict
from django.urls import reverse

from aipi import roles
from aipi.fil import heure_dite
from aipi.models import Compte, StatutRendezVous
from aipi.periodes import Periode, jour_francais, plus_mois
from aipi.templatetags.chiffres import duree, restant

COMBIEN = 10
"""Lines of a heading on the home page; the rest is one click away."""
BIENTOT = datetime.timedelta(days=30)
"""How far ahead ends are looked for: a renewal is prepared in a month."""
LOIN = datetime.timedelta(days=60)
"""How far ahead for what takes a decision of the State or of France Travail: the 24 months, the PASS IAE."""
EN_RETARD = datetime.timedelta(days=365)
"""How long an appointment without outcome is asked about."""
MOIS_SANS_CONTACT = 1
"""An employee of the ACI has an interview a month at least; the association asks the same of its other follow-ups."""
DERNIER_MOIS_DU_RAPPORT = 6
"""Until June, the month of the general assembly, the facts of last year are asked for too: its report is being written."""


def seuil_contact(jour: datetime.date) -> datetime.date:
    """Whoever was seen on that day or since is not waiting."""
    return plus_mois(jour, -MOIS_SANS_CONTACT)


def periode_du_rapport(jour: datetime.date) -> Periode:
    """The months whose facts a report still needs, up to `jour`."""
    annee = jour.year - 1 if jour.month <= DERNIER_MOIS_DU_RAPPORT else jour.year
    return Periode(datetime.date(annee, 1, 1), jour)


class Portee(Enum):
    """Whose work is shown."""

    MIENS = "miens"
    EQUIPE = "equipe"
    POLE = "pole"


@dataclass(frozen=True)
class Regard:
    """Who looks, on which day, at whose work. `equipe` is the key of the team under that reach."""

    compte: Compte
    jour: datetime.date
    portee: Portee
    equipe: int | None = None

    @classmethod
    def lire(cls, compte: Compte, jour: datetime.date, donnees: QueryDict) -> Regard:
        """What the address asks for. One’s own files at first for who has some, the whole pole for the others."""
        propre = roles.travailleur_social(compte) and compte.intervenant_id is not None
        equipe = donnees.get("equipe", "")
        if roles.voit_parcours(compte) and equipe.isdecimal() and equipe.isascii() and len(equipe) < 10:
            return cls(compte, jour, Portee.EQUIPE, int(equipe))
        miens = propre and donnees.get("portee") != Portee.POLE.value
        return cls(compte, jour, Portee.MIENS if miens else Portee.POLE)

    @property
    def intervenant(self) -> int | None:
        """The member of staff whose files are shown, under « les miens » only."""
        return self.compte.intervenant_id if self.portee is Portee.MIENS else None

    @property
    def requete(self) -> str:
        """The same reach in the address of another page."""
        if self.equipe is not None:
            return f"?equipe={self.equipe}"
        return "?portee=pole" if self.portee is Portee.POLE and roles.travailleur_social(self.compte) else ""


@dataclass(frozen=True)
class Famille:
    """A heading of the page."""

    code: str
    titre: str
    vide: str
    combien: int = COMBIEN
    a_cote: bool = False
    """Beside the work of the day on a wide screen, after it on a narrow one."""


RENDEZ_VOUS = Famille("rendez-vous", "Rendez-vous du jour", "Aucun rendez-vous aujourd’hui.")
EQUIPE = Famille("equipe", "Mes équipes aujourd’hui", "Personne n’est en contrat dans vos équipes aujourd’hui.", 40)
A_POINTER = Famille("a-pointer", "Rendez-vous passés, sans issue", "Tous les rendez-vous passés sont pointés.")
A_SAISIR = Famille("a-saisir", "À saisir", "Rien à saisir\u202f: les heures et les évaluations sont à jour.")
A_VOIR = Famille("a-voir", "Pas vus depuis un mois", "Tout le monde a été vu depuis moins d’un mois.")
ECHEANCES = Famille("echeances", "Échéances", "Rien ne se termine prochainement.")
SORTIES = Famille("sorties", "Sorties sans motif", "Toutes les sorties sont expliquées.", a_cote=True)
SUITES = Famille("suites", "Prendre des nouvelles", "Personne à rappeler ce mois-ci.", a_cote=True)
A_COMPLETER = Famille("a-completer", "À compléter pour le rapport", "Il ne manque rien au rapport.", a_cote=True)
FAMILLES = (RENDEZ_VOUS, EQUIPE, A_POINTER, A_SAISIR, A_VOIR, ECHEANCES, SORTIES, SUITES, A_COMPLETER)


@dataclass(frozen=True)
class Ligne:
    """A row as it is read: what to act on, whom it is about, and the facts that the kind asked for."""

    genre: Genre
    cle: int
    personne: int | None
    nom: str
    date: datetime.date | None
    heure: str
    detail: str
    sorte: str
    statut: str
    telephone: str
    nombre: int
    dit: str = ""
    url: str = ""

    @property
    def dossier(self) -> str:
        """The file of the person, or nothing when the line is about a team or a session."""
        return reverse("personne_detail", args=[self.personne]) if self.personne is not None else ""

    @property
    def noter(self) -> str:
        """Where the appointment is written down."""
        pointable = self.genre.pointage is not None and self.personne is not None
        return reverse("contact_create", args=[self.personne, self.genre.contact]) if pointable else ""

    @property
    def a_pointer(self) -> bool:
        return self.genre.pointage is not None and self.statut == StatutRendezVous.PREVU

    @property
    def horaire(self) -> str:
        """« 9 h 30 », or nothing."""
        return heure_dite(self.heure)


def dire_echeance(ligne: Ligne, jour: datetime.date) -> str:
    """« fin dans 12 jours, le 3 mars 2026 », « fin passée depuis 3 jours, le 1er mars 2026 »."""
    if ligne.date is None:
        return ligne.detail
    ecart = (jour - ligne.date).days
    delai = f"passée depuis {duree(ecart)}" if ecart > 0 else restant(ligne.date, jour)
    quand = f"fin {delai}, le {jour_francais(ligne.date)}"
    return f"{ligne.detail}, {quand}" if ligne.detail else quand


def dire_detail(ligne: Ligne, jour: datetime.date) -> str:
    return ligne.detail


def nom_de(chemin: str) -> Combinable:
    """Surname and first name of the person at the end of `chemin`, as lists are sorted."""
    return Concat(F(f"{chemin}nom"), Value(" "), F(f"{chemin}prenom"))


@dataclass(frozen=True)
class Genre:
    """One kind of line. `colonnes` says where its columns are read; those left out are unknown.

    `personne`: path to the person, with its final `__`, empty when the row is a person; None when it is about no one.
    `pointage`: the model whose `statut` is settled in one click, `contact` the kind of contact noted then. `url`: where
    the line is settled; of an appointment, where it is moved.
    """

    code: str
    famille: Famille
    libelle: str
    explication: str
    lignes: Callable[[Regard], QuerySet[Any]]
    accessible: roles.Predicat
    url: Callable[[Ligne], str]
    geste: str = "Ouvrir"
    personne: str | None = None
    colonnes: Mapping[str, str | Combinable] = field(default_factory=dict)
    dire: Callable[[Ligne, datetime.date], str] = dire_detail
    par_equipe: bool = False
    pointage: type[Model] | None = None
    etat: str = "prevu"
    contact: str = ""


TEXTES = ("heure", "detail", "sorte", "statut", "telephone")


def _texte(valeur: str | Combinable) -> Combinable:
    # Cast throughout, empty ones too: the columns of a union must be of one type.
    return Coalesce(Cast(F(valeur) if isinstance(valeur, str) else valeur, TextField()), Cast(Value(""), TextField()))


def _entier(valeur: str | Combinable | None) -> Combinable:
    return Cast(F(valeur) if isinstance(valeur, str) else valeur or Value(None), IntegerField())


def _colonnes(genre: Genre, lignes: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of a kind in the columns that all of them share."""
    donnees = genre.colonnes
    personne = genre.personne
    qui: str | Combinable | None = None if personne is None else f"{personne}pk"
    nom = donnees.get("nom", Value("")) if personne is None else nom_de(personne)
    date = donnees.get("date")
    return (
        roles.en_base_active(lignes)
        .order_by()
        .values(
            j_genre=_texte(Value(genre.code)),
            j_cle=_entier(donnees.get("cle", "pk")),
            j_personne=_entier(qui),
            j_nom=_texte(nom),
            j_date=Cast(F(date) if isinstance(date, str) else date or Value(None), DateField()),
            j_nombre=Coalesce(_entier(donnees.get("nombre")), Cast(Value(0), IntegerField())),
            **{f"j_{colonne}": _texte(donnees.get(colonne, Value(""))) for colonne in TEXTES},
        )
    )


_registre: dict[str, Genre] = {}


def inscrire(*genres: Genre) -> None:
    """Add kinds of lines; once under each code."""
    for genre in genres:
        _registre[genre.code] = genre


Groupes = Callable[[Compte], Iterable[tuple[int, str]]]
_groupes: list[Groupes] = []


def inscrire_groupes(groupes: Groupes) -> None:
    """Add what gives the teams that an account may narrow its day to: key and name."""
    _groupes.append(groupes)


def groupes(compte: Compte) -> list[tuple[int, str]]:
    """The teams that the account may narrow its day to."""
    return [groupe for donner in _groupes for groupe in donner(compte)]


def genres(regard: Regard, famille: Famille | None = None) -> list[Genre]:
    """The kinds that the reader may see under that reach, in the order in which they were declared."""
    return [
        genre
        for genre in _registre.values()
        if genre.accessible(regard.compte)
        and (famille is None or genre.famille is famille)
        and (regard.portee is not Portee.EQUIPE or genre.par_equipe)
    ]


def genre_de(compte: Compte, code: str) -> Genre | None:
    """The kind of that code, if the account may see it."""
    genre = _registre.get(code)
    return genre if genre is not None and genre.accessible(compte) else None


def modele_pointe(code: str) -> str:
    """Label of the model whose rows the kind of that code settles in one click; nothing when it settles none."""
    genre = _registre.get(code)
    return genre.pointage._meta.label if genre is not None and genre.pointage is not None else ""


def compter(regard: Regard, parmi: Sequence[Genre]) -> dict[str, int]:
    """How many lines there are of each kind. One query."""
    if not parmi:
        return {}
    premier, *autres = [
        roles.en_base_active(genre.lignes(regard))
        .order_by()
        .annotate(j_genre=_texte(Value(genre.code)))
        .values("j_genre")
        .annotate(j_combien=Count("pk"))
        .values_list("j_genre", "j_combien")
        for genre in parmi
    ]
    return dict(premier.union(*autres, all=True))


def lire(regard: Regard, parmi: Sequence[Genre]) -> QuerySet[Any]:
    """The rows of some kinds, the oldest first, to be cut and then told by `dites`."""
    premier, *autres = [_colonnes(genre, genre.lignes(regard)) for genre in parmi]
    return premier.union(*autres, all=True).order_by("j_date", "j_heure", "j_nom", "j_genre", "j_cle")


def dites(regard: Regard, rangees: Iterable[dict[str, Any]]) -> list[Ligne]:
    """Rows of `lire` in words, each with the address where it is settled."""
    lignes = []
    for rangee in rangees:
        valeurs = {nom.removeprefix("j_"): valeur for nom, valeur in rangee.items()}
        ligne = Ligne(**{**valeurs, "genre": _registre[valeurs["genre"]]})
        genre = ligne.genre
        lignes.append(
            Ligne(**{**valeurs, "genre": genre, "dit": genre.dire(ligne, regard.jour), "url": genre.url(ligne)})
        )
    return lignes


@dataclass(frozen=True)
class Rubrique:
    """A heading with its first lines, or the facts to complete with how many lines miss each."""

    famille: Famille
    genres: list[Genre]
    lignes: list[Ligne]
    total: int
    manques: list[tuple[Genre, int]]

    @property
    def expliques(self) -> list[Genre]:
        """The kinds whose lines need a word on how they are found."""
        return [genre for genre in self.genres if genre.explication]

    @property
    def davantage(self) -> bool:
        return self.total > len(self.lignes) and not self.manques


def rubriques(regard: Regard) -> list[Rubrique]:
    """The page of a reader: every heading that concerns it, even empty. One query, and one for each heading with lines."""
    tous = genres(regard)
    combien = compter(regard, tous)
    page = []
    for famille in FAMILLES:
        siens = [genre for genre in tous if genre.famille is famille]
        if not siens:
            continue
        total = sum(combien.get(genre.code, 0) for genre in siens)
        manques: list[tuple[Genre, int]] = []
        lignes: list[Ligne] = []
        if famille is A_COMPLETER:
            manques = [(genre, combien[genre.code]) for genre in siens if combien.get(genre.code)]
        elif total:
            lignes = dites(regard, lire(regard, siens)[: famille.combien])
        page.append(Rubrique(famille, siens, lignes, total, manques))
    return page
