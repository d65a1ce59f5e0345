"""ZIP archives read without trust: names checked, bytes counted while they come out, nothing written to disk."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .erreurs import FichierInvalide, citer

MAX_FICHIER = 500_000_000
MAX_ARCHIVE = 1_000_000_000
MAX_SOMMAIRE = 8_000_000
"""Bytes of the archive's table of contents: some 80,000 names, where a caseload has thirty."""


class _Prudent(io.RawIOBase):
    """A file whose single reads are bounded: `zipfile` takes the table of contents in one piece, whatever its size."""

    def __init__(self, fichier: IO[bytes]) -> None:
        self._fichier = fichier

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._fichier.seek(offset, whence)

    def tell(self) -> int:
        return self._fichier.tell()

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MAX_SOMMAIRE:
            raise FichierInvalide("archive refusée\u202f: son sommaire est démesuré")
        return self._fichier.read(MAX_SOMMAIRE if size is None or size < 0 else size)


class Compteur:
    """Counts the bytes that come out of one archive, whatever its headers claim."""

    def __init__(self, limite: int = MAX_ARCHIVE) -> None:
        self.limite = limite
        self.total = 0

    def ajouter(self, nombre: int) -> None:
        self.total += nombre
        if self.total > self.limite:
            raise FichierInvalide(
                f"archive refusée\u202f: plus de {self.limite // 1_000_000_000} Go une fois décompressée"
            )


class FluxCompte(io.RawIOBase):
    """A binary stream that refuses to give more than 500 MB, or more than what is left to its archive."""

    def __init__(self, flux: IO[bytes], compteur: Compteur | None = None) -> None:
        self._flux = flux
        self._compteur = compteur
        self._lus = 0

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: Any) -> int:
        try:
            octets = self._flux.read(len(tampon))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as erreur:
            raise FichierInvalide("archive endommagée ou tronquée") from erreur
        except OSError as erreur:
            raise FichierInvalide(f"lecture impossible ({erreur.strerror or 'erreur du disque'})") from erreur
        self._lus += len(octets)
        if self._lus > MAX_FICHIER:
            raise FichierInvalide(f"fichier refusé\u202f: plus de {MAX_FICHIER // 1_000_000} Mo")
        if self._compteur is not None:
            self._compteur.ajouter(len(octets))
        tampon[: len(octets)] = octets
        return len(octets)

    def close(self) -> None:
        self._flux.close()
        super().close()


class Archive:
    """The members of a ZIP, by their checked names. Raises FichierInvalide for anything that is not plainly one."""

    def __init__(self, chemin: Path, nature: str = "archive ZIP") -> None:
        fichier = ouvrir_fichier(chemin)
        try:
            if chemin.stat().st_size > MAX_FICHIER:
                raise FichierInvalide(f"fichier refusé\u202f: plus de {MAX_FICHIER // 1_000_000} Mo")
            self._zip = zipfile.ZipFile(_Prudent(fichier))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, OverflowError) as erreur:
            fichier.close()
            raise FichierInvalide(f"{nature} illisible, tronquée ou protégée par un mot de passe") from erreur
        except FichierInvalide:
            fichier.close()
            raise
        self._fichier = fichier
        self._compteur = Compteur()

    def fermer(self) -> None:
        self._zip.close()
        self._fichier.close()

    def membres(self) -> Iterator[tuple[tuple[str, ...], zipfile.ZipInfo]]:
        """Parts of the name and entry of each member. Raises FichierInvalide for a name that leaves the archive."""
        for entree in self._zip.infolist():
            nom = entree.orig_filename.replace("\\", "/")
            morceaux = nom.split("/")
            if nom.startswith("/") or ".." in morceaux or morceaux[0][1:2] == ":" or "\0" in nom:
                raise FichierInvalide(f"nom interdit dans l’archive\u202f: {citer(nom)}")
            yield tuple(m for m in morceaux if m not in ("", ".")), entree

    def ouvrir(self, entree: zipfile.ZipInfo) -> io.BufferedReader:
        """The bytes of a member, counted. Raises FichierInvalide when it is a link, encrypted or oddly packed."""
        if stat.S_ISLNK(entree.external_attr >> 16):
            raise FichierInvalide("lien symbolique refusé")
        if entree.flag_bits & 0x1:
            raise FichierInvalide("fichier chiffré\u202f: retirez le mot de passe de l’archive")
        if entree.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FichierInvalide("méthode de compression non prise en charge")
        try:
            flux = self._zip.open(entree)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError) as e:
            raise FichierInvalide("archive endommagée ou tronquée") from e
        return io.BufferedReader(FluxCompte(flux, self._compteur), 1 << 17)


@contextmanager
def archive(chemin: Path, nature: str = "archive ZIP") -> Iterator[Archive]:
    """Open the ZIP at `chemin` for the time of a block."""
    ouverte = Archive(chemin, nature)
    try:
        yield ouverte
    finally:
        ouverte.fermer()


def ouvrir_fichier(chemin: Path) -> IO[bytes]:
    """Open a regular file. Raises FichierInvalide for a pipe, a device or what may not be read."""
    try:
        if not stat.S_ISREG(chemin.stat().st_mode):
            raise FichierInvalide("ce n’est pas un fichier ordinaire")
        return chemin.open("rb")
    except OSError as erreur:
        raise FichierInvalide(f"lecture impossible ({erreur.strerror or 'erreur du disque'})") from erreur
