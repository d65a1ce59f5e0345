"""Which reader a path calls for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .archive import Archive, archive
from .erreurs import FichierInvalide, Journal
from .lecture import Dossier, Source, Zip
from .ods import Ods
from .xlsx import Xlsx

_CONTENANTS: dict[str, tuple[str, Callable[[Archive, Sequence[str], Journal], Source]]] = {
    ".zip": ("archive ZIP", Zip),
    ".xlsx": ("classeur XLSX", Xlsx),
    ".ods": ("classeur ODS", Ods),
}


@contextmanager
def ouvrir_source(chemin: Path, connues: Sequence[str], journal: Journal) -> Iterator[Source]:
    """The source at `chemin`: a folder, or a file by its ending. Raises FichierInvalide when it is none of the four.

    What is wrong with single sheets is noted in `journal`.
    """
    try:
        existe, dossier = chemin.exists(), chemin.is_dir()
    except (OSError, ValueError) as erreur:
        raise FichierInvalide("ce chemin ne peut pas être lu") from erreur
    if not existe:
        raise FichierInvalide("ce dossier ou ce fichier n’existe pas")
    if dossier:
        yield Dossier(chemin, connues, journal)
        return
    if chemin.suffix.lower() not in _CONTENANTS:
        raise FichierInvalide("ni un dossier, ni un fichier .zip, .xlsx ou .ods")
    nature, source = _CONTENANTS[chemin.suffix.lower()]
    with archive(chemin, nature) as contenant:
        yield source(contenant, connues, journal)
