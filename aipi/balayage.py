"""Looking for words in everything that is kept: every column of every table, every file and what an office file holds."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from aipi.texte import replier

LIGNES = 1_000
OCTETS = 50 * 1024 * 1024
"""Of one file once unpacked; what is longer was not made here."""
ECHAPPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def _motif(cherchees: Iterable[str]) -> re.Pattern[str]:
    """Any of these, folded, as whole words."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(replier(c)) for c in sorted(cherchees))})(?!\w)")


def _texte(valeur: Any) -> str:
    if isinstance(valeur, bytes | memoryview):
        return bytes(valeur).decode("utf-8", "replace")
    # JSON keeps accents as escapes on one engine, as they are on the other.
    return ECHAPPE.sub(lambda trouve: chr(int(trouve[1], 16)), str(valeur))


def colonnes() -> Iterator[tuple[str, str, list[Any]]]:
    """Every column of every table, some rows at a time."""
    with connection.cursor() as curseur:
        tables = connection.introspection.table_names(curseur)
    for table in sorted(tables):
        with connection.cursor() as curseur:
            curseur.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # the database's own name
            noms = [colonne[0] for colonne in curseur.description]
            while lignes := curseur.fetchmany(LIGNES):
                for rang, nom in enumerate(noms):
                    yield table, nom, [ligne[rang] for ligne in lignes]


def contenus(chemin: Path) -> Iterator[str]:
    """What a file says, and what the entries of an archive say."""
    with chemin.open("rb") as fichier:
        yield fichier.read(OCTETS).decode("utf-8", "replace")
    if zipfile.is_zipfile(chemin):
        with zipfile.ZipFile(chemin) as archive:
            for entree in archive.infolist():
                with archive.open(entree) as ouverte:
                    yield ouverte.read(OCTETS).decode("utf-8", "replace")


def balayer(cherchees: Iterable[str]) -> Counter[str]:
    """Where one of these words is still found, and how often: « table.colonne », or the name of a file."""
    voulues = set(cherchees)
    restes: Counter[str] = Counter()
    if not voulues:
        return restes
    motif = _motif(voulues)
    for table, nom, valeurs in colonnes():
        trouves = sum(1 for v in valeurs if v is not None and motif.search(replier(_texte(v))))
        if trouves:
            restes[f"{table}.{nom}"] += trouves
    racine = Path(settings.MEDIA_ROOT)
    for chemin in sorted(racine.rglob("*")) if racine.is_dir() else ():
        if chemin.is_file():
            trouves = sum(1 for texte in (chemin.name, *contenus(chemin)) if motif.search(replier(texte)))
            if trouves:
                restes[f"medias/{chemin.relative_to(racine)}"] += trouves
    return restes
