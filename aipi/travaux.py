"""Long work, done by a background service so that its page may be left and found again.

An application declares its kinds of work in its module `travaux`, found at start-up. A kind is a function that does the
work and says how far it is; it raises `TravailImpossible`, in French, when it cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from aipi.models import Compte, Travail


class TravailImpossible(Exception):
    """The work cannot be done; the message says why, to whoever asked."""


class TravailRepris(Exception):
    """The work was started again meanwhile: this attempt leaves it to the other one."""


@dataclass(frozen=True)
class Fichier:
    """What a work made."""

    contenu: bytes
    nom: str
    type_mime: str


Dire = Callable[[int, str], None]
"""How far the work is (percent), and what it is doing."""


@dataclass(frozen=True)
class Genre:
    """A kind of work. `autorise` says who may ask for it, when asked and again when done; `suite`, the page it changed."""

    code: str
    faire: Callable[[dict[str, Any], Dire], Fichier]
    autorise: Callable[[Compte], bool]
    suite: Callable[[dict[str, Any]], str] | None = None


_genres: dict[str, Genre] = {}


def inscrire(genre: Genre) -> None:
    """Add a kind of work; once under each code."""
    _genres[genre.code] = genre


def demander(compte: Compte, code: str, libelle: str, **parametres: Any) -> Travail:
    """Ask for a work. Raises KeyError for no such kind, PermissionError when the account may not."""
    if not _genres[code].autorise(compte):
        raise PermissionError(code)
    with transaction.atomic():
        travail = Travail.objects.create(compte=compte, genre=code, libelle=libelle, parametres=parametres)
        transaction.on_commit(lambda: _lancer(travail))
    return travail


def suite(travail: Travail) -> str:
    """The address of the page that a work changed, once it is done; empty when it only made a file."""
    genre = _genres.get(travail.genre)
    fini = travail.etat == Travail.Etat.FINI
    return genre.suite(travail.parametres) if fini and genre is not None and genre.suite is not None else ""


def relancer(travail: Travail) -> None:
    """Start again a work that failed, or was cut short. What the former attempt still does is ignored."""
    with transaction.atomic():
        travail = Travail.objects.select_for_update().get(pk=travail.pk)
        travail.tentative += 1
        travail.etat, travail.avance, travail.message = Travail.Etat.ATTENTE, 0, ""
        travail.battement = timezone.now()
        travail.save()
        transaction.on_commit(lambda: _lancer(travail))


def _lancer(travail: Travail) -> None:
    executer.enqueue(travail.pk, travail.tentative)


@task()
def executer(cle: int, tentative: int) -> None:
    """Do the work, in the background service. Its state says what became of it, whatever happens."""
    mien = Travail.objects.filter(pk=cle, tentative=tentative)
    travail = mien.select_related("compte").first()
    if travail is None:
        return
    genre = _genres[travail.genre]

    def dire(avance: int, message: str) -> None:
        etat = {"etat": Travail.Etat.EN_COURS, "avance": avance, "message": message, "battement": timezone.now()}
        if not mien.update(**etat):
            raise TravailRepris

    try:
        if not (travail.compte.is_active and genre.autorise(travail.compte)):
            raise TravailImpossible("Ce compte ne peut plus demander ce travail.")
        dire(1, "Commencé")
        fichier = genre.faire(travail.parametres, dire)
        dire(99, "Enregistrement du fichier")
    except TravailRepris:
        return
    except TravailImpossible as erreur:
        mien.update(etat=Travail.Etat.ECHOUE, message=str(erreur)[:500], battement=timezone.now())
        return
    except Exception:
        mien.update(
            etat=Travail.Etat.ECHOUE,
            message="Le travail s’est arrêté sur une erreur. Relancez-le ; si elle revient, prévenez l’administrateur.",
            battement=timezone.now(),
        )
        raise
    travail = mien.get()
    travail.fichier.save(fichier.nom, ContentFile(fichier.contenu), save=False)
    travail.nom_fichier, travail.type_mime = fichier.nom, fichier.type_mime
    travail.etat, travail.avance, travail.message = Travail.Etat.FINI, 100, ""
    travail.battement = timezone.now()
    travail.save()
