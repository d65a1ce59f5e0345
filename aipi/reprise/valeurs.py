"""What people write in a cell, brought to what the format reads; what is not understood is left as it was typed, so that
the import says what is wrong with it."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.utils import timezone

from aipi.echange.colonnes import Annee, CodeExact, Colonne, Date, Entier, Mois, Nombre
from aipi.echange.erreurs import Anomalie
from aipi.texte import replier

from .cellules import lu

MOIS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre")
NOMS_MOIS = {nom: rang for rang, nom in enumerate((*MOIS, "decembre"), start=1)}
ABREGES = {
    **{nom[:3]: rang for nom, rang in NOMS_MOIS.items() if nom not in {"juin", "juillet"}},
    "janv": 1,
    "fev": 2,
    "fevr": 2,
    "avr": 4,
    "juil": 7,
    "jui": 7,
    "sept": 9,
    "dec": 12,
    "jun": 6,
    "jul": 7,
}
_JOUR = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4}|[0-9]{2})")
_ISO = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})(?:[T ][0-9:.]*)?")
_LETTRES = re.compile(r"([0-9]{1,2})(?:er)? ([a-z]+)\.? ([0-9]{4}|[0-9]{2})")
_MOIS_CHIFFRES = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{4})")
_MOIS_ISO = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})")
_MOIS_LETTRES = re.compile(r"([a-z]+)\.?[ \-/.]*([0-9]{4}|[0-9]{2})")
_UNITES = re.compile(r"\s*(?:€|eur|euros?|heures?|h|hrs?|mois|jours?|j|min|minutes?|mn|personnes?|pers|%)\.?\s*$", re.I)
RIEN = re.compile(r"[-–—/.?_ ]+|n\.?[cr]\.?|n/[acr]|neant|sans objet|so|inconnue?|non renseigne")
"""What people type where there is nothing to say."""
_APOSTROPHE = re.compile("^['’]")


def _siecle(annee: str, passe: bool) -> int:
    """« 21 » is 2021, « 87 » is 1987; of a birth, what would be to come was a century ago."""
    if len(annee) == 4:
        return int(annee)
    courte = int(annee)
    limite = timezone.localdate().year % 100 + (0 if passe else 20)
    return 2000 + courte if courte <= limite else 1900 + courte


def date_lue(texte: str, passe: bool = False) -> datetime.date | None:
    """The day that a person wrote, None when it is none."""
    plie = replier(texte)
    if trouve := _ISO.fullmatch(plie):
        annee, mois, jour = int(trouve[1]), int(trouve[2]), int(trouve[3])
    elif trouve := _JOUR.fullmatch(plie):
        jour, mois, annee = int(trouve[1]), int(trouve[2]), _siecle(trouve[3], passe)
    elif trouve := _LETTRES.fullmatch(re.sub(r"^(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.? ", "", plie)):
        nom = trouve[2]
        jour, mois, annee = int(trouve[1]), NOMS_MOIS.get(nom, ABREGES.get(nom, 0)), _siecle(trouve[3], passe)
    else:
        return None
    try:
        return datetime.date(annee, mois, jour)
    except ValueError:
        return None


def mois_lu(cellule: Any) -> str | None:
    """« 2021-03 » from a date cell, « mars 2021 », « 03/2021 », « 2021-03 »; None for anything else."""
    if isinstance(cellule, datetime.date):
        return cellule.isoformat()[:7]
    plie = replier(lu(cellule))
    if trouve := _MOIS_ISO.fullmatch(plie):
        annee, mois = int(trouve[1]), int(trouve[2])
    elif trouve := _MOIS_CHIFFRES.fullmatch(plie):
        annee, mois = int(trouve[2]), int(trouve[1])
    elif trouve := _MOIS_LETTRES.fullmatch(plie):
        annee, mois = _siecle(trouve[2], False), NOMS_MOIS.get(trouve[1], ABREGES.get(trouve[1], 0))
    elif (jour := date_lue(plie)) is not None:
        annee, mois = jour.year, jour.month
    else:
        return None
    return f"{annee:04}-{mois:02}" if 1 <= mois <= 12 else None


def nombre_lu(texte: str) -> str:
    """The same without its unit: « 35 h », « 1 234,50 € »."""
    return _UNITES.sub("", _APOSTROPHE.sub("", texte.strip())).strip()


def est_un_nombre(texte: str) -> bool:
    return re.fullmatch(r"-?[0-9][0-9 \u00a0\u202f]*(?:[.,][0-9]+)?", nombre_lu(texte)) is not None


def reunies(nom: str, prenom: str) -> tuple[str, str]:
    return " ".join(nom.split()), " ".join(prenom.split())


def separer(texte: str, prenom_dabord: bool) -> tuple[str, str]:
    """Name and first name from one cell: « DURAND Zoé », « Zoé DURAND », « Durand, Zoé »; else by the order said.

    Words in capitals are the name when others are not.
    """
    if "," in texte:
        avant, _, apres = texte.partition(",")
        return reunies(avant, apres)
    mots = texte.split()
    # A civility is no name.
    if mots and replier(mots[0]).rstrip(".") in {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"}:
        mots = mots[1:]
    majuscules = [mot for mot in mots if mot.isupper() and len(mot) > 1]
    if majuscules and len(majuscules) < len(mots):
        return reunies(" ".join(majuscules), " ".join(m for m in mots if m not in majuscules))
    if len(mots) < 2:
        return " ".join(mots), ""
    if prenom_dabord:
        return reunies(" ".join(mots[1:]), mots[0])
    particules = {"de", "du", "des", "le", "la", "van", "von", "ben", "el", "da", "di"}
    rang = next((i for i, mot in enumerate(mots[:-1]) if replier(mot) not in particules), 0)
    return reunies(" ".join(mots[: rang + 1]), " ".join(mots[rang + 1 :]))


def normaliser(colonne: Colonne, cellule: Any) -> Any:
    """A cell for the column, in the way the format writes it where it is understood."""
    if isinstance(cellule, Anomalie | bool) or cellule == "":
        return cellule
    if (
        isinstance(colonne, Date | Annee | Entier | Nombre)
        and isinstance(cellule, str)
        and RIEN.fullmatch(replier(cellule))
    ):
        return ""
    if isinstance(colonne, Mois):
        return mois_lu(cellule) or cellule
    if isinstance(colonne, Date):
        return _date(colonne, cellule)
    if isinstance(colonne, Annee):
        return _annee(cellule)
    if isinstance(cellule, datetime.date):
        return cellule if isinstance(colonne, CodeExact) else lu(cellule)
    return nombre_lu(cellule) if isinstance(colonne, Entier | Nombre) else cellule


def _date(colonne: Colonne, cellule: Any) -> Any:
    if isinstance(cellule, datetime.date):
        return cellule
    jour = date_lue(cellule, colonne.nom == "date_naissance")
    return jour.isoformat() if jour is not None else cellule


def _annee(cellule: Any) -> Any:
    if isinstance(cellule, datetime.date):
        return str(cellule.year)
    trouvee = re.fullmatch(r"(?:ann[ée]e |exercice )?([0-9]{4})", cellule.strip(), re.I)
    return trouvee[1] if trouvee else cellule
