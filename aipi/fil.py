"""The thread of a person: what happened over every follow-up, newest first.

Each kind of follow-up declares its sources in a module `fil` of its app, found at start-up. They are read together, in
one query that the database sorts and cuts: a person with a thousand contacts costs no more than one with ten.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet, TextChoices, Value
from django.db.models.expressions import Combinable

from aipi import enonces, partages, roles
from aipi.adresses import adresse_de
from aipi.enonces import PLACE, Reserve
from aipi.expressions import Tableau
from aipi.models import Compte, Personne, StatutRendezVous

TAILLE = 30
"""Events of one page of the thread."""
CARACTERES = 14_000
"""Notes stop a page sooner: what is shown at once stays light, however much was written. One event always fits."""
DERNIER = 20_000
"""No page of a thread begins further than this."""
ETATS_RENDEZ_VOUS = {
    StatutRendezVous.PREVU: "prevu",
    StatutRendezVous.HONORE: "fait",
    StatutRendezVous.ABSENCE_EXCUSEE: "alerte",
    StatutRendezVous.ABSENCE_NON_EXCUSEE: "absent",
    StatutRendezVous.ANNULE: "sorti",
}
"""The pill of an appointment, by what became of it."""

VRAI = "1"


class Genre(TextChoices):
    """What a thread may be narrowed to."""

    CONTACTS = "contacts", "Contacts"
    RENDEZ_VOUS = "rendez-vous", "Rendez-vous"
    ETAPES = "etapes", "Contrats et étapes"
    FREINS = "freins", "Freins"
    FORMATIONS = "formations", "Formations et missions"
    AIDES = "aides", "Aides"
    SEANCES = "seances", "Séances"


@dataclass(frozen=True)
class Evenement:
    """One line of the thread: what happened, what was noted and by whom, and where it is read or corrected."""

    date: datetime.date
    titre: str
    precisions: Iterable[str] = ()
    etat: str = ""
    libelle_etat: str = ""
    note: str = ""
    note_privee: str = ""
    auteur: str = ""
    url: str = ""
    partage_par: str = ""
    partage_le: datetime.datetime | None = None
    """Who shares it with the other pole, and since when; `recu`: the reader is of that other pole."""
    recu: bool = False
    partager: str = ""
    """Where it is shared, or shared no more."""


@dataclass(frozen=True)
class Fait:
    """A row as a source reads it: its day, its key and the texts that the source asked for, empty when unknown.

    A truth is written `VRAI` or « 0 ».
    """

    jour: datetime.date
    cle: int
    textes: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """One kind of event: rows of one person that the reader may see, the field that dates them, how they are told.

    `textes`: fields or expressions, read as text. Rows without a date are left out. `note`: the rows are `Notee`, and
    their note, its private part and their author are added to what `dire` tells. `recu`: they are of the other pole, which
    shares them: told without a link, and never their private part. `fige`: of a frozen dossier, told without a link either.
    """

    genre: Genre
    lignes: QuerySet[Any]
    jour: str
    dire: Callable[[Fait], Evenement]
    textes: Sequence[str | Combinable] = ()
    note: bool = False
    recu: bool = False
    partageable: bool = False
    fige: bool = False
    cle: tuple[object, ...] = ()
    personne: int = 0
    """Under which its rows are composed once for all persons, and the key of this one."""


@dataclass(frozen=True)
class Fil:
    """A page of the thread. `suivant`: how many events come before the next page, or None at the end."""

    evenements: list[Evenement]
    suivant: int | None


@dataclass(frozen=True)
class _NoteLue:
    """What `roles.note_privee` asks of a note."""

    note_privee: str
    auteur_id: int | None


Declaration = Callable[[Compte, Personne], list[Source]]
_declarations: dict[str, Declaration] = {}
_composees: Reserve[list[Source]] = Reserve()


def inscrire(code: str, declaration: Declaration) -> None:
    """Say where the events of a kind of follow-up come from; `code` is that of its `Accompagnement`.

    It is asked once for all persons: it reads of the person its key only, and of the account what `roles.droits` holds.
    """
    _declarations[code] = declaration


def _composer(compte: Compte, codes: tuple[str, ...]) -> list[Source]:
    """The sources of the kinds in `codes`, then what the other pole shares, for any person."""
    personne = Personne(pk=PLACE)
    declarees = [s for code in codes if code in _declarations for s in _declarations[code](compte, personne)]
    lisibles = [s for s in declarees if not s.lignes.query.is_empty()]
    recues = [replace(nature.source(lignes), recu=True) for nature, lignes in partages.recues(compte, personne)]
    return [replace(s, cle=(codes, rang)) for rang, s in enumerate([*lisibles, *recues])]


def sources(compte: Compte, personne: Personne, codes: Iterable[str], *, fige: bool = False) -> list[Source]:
    """The sources of the kinds of follow-up in `codes`, without those of which the reader sees no row."""
    demandes = tuple(codes)
    composees = _composees.lire((roles.droits(compte), demandes), lambda: _composer(compte, demandes))
    siennes = [s for s in composees if not s.recu]
    connus = {regle.pole for s in siennes if (regle := roles.MODELES[s.lignes.model._meta.label]).pole is not None}
    possible = not fige and partages.possible(compte, personne, connus)
    return [
        replace(s, personne=personne.pk, fige=fige, partageable=possible and not s.recu and _declare(s))
        for s in composees
    ]


def _declare(source: Source) -> bool:
    return partages.nature_de(source.lignes.model._meta.label_lower) is not None


def heure_dite(texte: str) -> str:
    """« 9 h », « 14 h 30 » from what the database writes of a time; nothing from nothing."""
    if not texte:
        return ""
    heures, minutes = texte[:5].split(":")
    return f"{int(heures)} h" + (f" {minutes}" if minutes != "00" else "")


def jusqu_au(jour: str) -> str:
    """« jusqu’au 14/03/2021 » from what the database writes of a day; nothing from nothing."""
    return f"jusqu’au {datetime.date.fromisoformat(jour):%d/%m/%Y}" if jour else ""


def precisions(*morceaux: str) -> tuple[str, ...]:
    """Those that say something."""
    return tuple(morceau.strip() for morceau in morceaux if morceau.strip())


def _colonnes(source: Source, rang: int) -> QuerySet[Any]:
    """The rows of a source in the columns that all of them share: the texts of each are one, or a union would need as many for all."""
    textes = [F(texte) if isinstance(texte, str) else texte for texte in source.textes]
    if source.note:
        privee = Value("") if source.recu else F("note_privee")
        auteur = (F("auteur_id"), F("auteur__nom"), F("auteur__courriel"))
        modele = source.lignes.model
        textes += [F("note"), privee, *auteur]
        # Whom one pole alone follows shares nothing: half of what the server had to plan for.
        if source.recu or source.partageable:
            textes += [partages.auteur(modele), partages.date(modele)]
    lignes: QuerySet[Any] = (
        source.lignes.order_by()
        .filter(**{f"{source.jour}__isnull": False})
        .annotate(fil_jour=F(source.jour), fil_rang=Value(rang), fil_cle=F("pk"), fil_textes=Tableau(*textes))
        .values_list("fil_jour", "fil_rang", "fil_cle", "fil_textes")
    )
    return lignes


def _texte(valeur: Any) -> str:
    match valeur:
        case None:
            return ""
        case bool():
            return VRAI if valeur else "0"
    return str(valeur)


def _instant(texte: str | None) -> datetime.datetime | None:
    """The moment that a database writes in JSON: PostgreSQL with its zone, SQLite without, in UTC."""
    if not texte:
        return None
    lu = datetime.datetime.fromisoformat(texte)
    return lu if lu.tzinfo else lu.replace(tzinfo=datetime.UTC)


def _evenement(source: Source, jour: datetime.date, cle: int, textes: list[Any], compte: Compte) -> Evenement:
    demandes = tuple(_texte(texte) for texte in textes[: len(source.textes)])
    evenement = source.dire(Fait(jour, cle, demandes))
    if source.fige or source.recu:
        evenement = replace(evenement, url="")
    if not source.note:
        return evenement
    note, privee, auteur_id, nom, courriel, *partage = textes[len(source.textes) :]
    partage_par, partage_le = partage or ("", "")
    if source.partageable:
        adresse = adresse_de("partage", cle, source.lignes.model._meta.label_lower)
        evenement = replace(evenement, partager=adresse)
    return replace(
        evenement,
        note=note,
        note_privee="" if source.recu else roles.note_privee(_NoteLue(privee, auteur_id), compte),
        auteur=nom or courriel or "",
        partage_par=partage_par or "",
        partage_le=_instant(partage_le),
        recu=source.recu,
    )


def lire(compte: Compte, sources: Sequence[Source], depuis: int = 0, combien: int | None = TAILLE) -> Fil:
    """The events after the `depuis` latest, `combien` at most (None: all of them, whatever their length). One query."""
    if not sources:
        return Fil([], None)

    def composer(cles: Sequence[int]) -> QuerySet[Any]:
        premiere, *autres = [_colonnes(source, rang) for rang, source in enumerate(sources)]
        lignes: QuerySet[Any] = premiere.union(*autres, all=True).order_by("-fil_jour", "fil_rang", "-fil_cle")
        return lignes[depuis:] if combien is None else lignes[depuis : depuis + combien + 1]

    evenements: list[Evenement] = []
    caracteres = 0
    declarees = tuple((source.cle, source.partageable) for source in sources)
    for jour, rang, cle, textes in enonces.lire(
        "fil", compte, [sources[0].personne], composer, declarees, depuis, combien
    ):
        evenement = _evenement(sources[rang], jour, cle, textes, compte)
        caracteres += len(evenement.note) + len(evenement.note_privee)
        pleine = combien is not None and (len(evenements) == combien or caracteres > CARACTERES)
        if pleine and evenements:
            return Fil(evenements, depuis + len(evenements))
        evenements.append(evenement)
    return Fil(evenements, None)
