"""Files attached to a dossier: what is taken, told by the content and never by the name, and how it is kept.

A file is stored under a name drawn at random, in the folder of uploads that no address serves; only the view
`document_detail` reads it, under the rules of `aipi.roles`. A picture is written anew: nothing is left in it of where
and when it was taken, nor of anything hidden behind it. The file of a deleted document stays for as long as the
deletion can be undone: `aipi.corbeille.purger` then removes it.
"""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from aipi.photos import preparer

POIDS_MAXIMAL = 10 * 1024 * 1024
"""Bytes."""
DOSSIER = "documents"
ENTREES_MAXIMALES = 5_000
"""Entries of an office file; more is no letter."""
TITRE_MAXIMAL = 250
REFUS = (
    "Ce fichier n’est pas d’un format accepté\u202f: PDF, image (JPEG, PNG, WebP), texte (DOCX, ODT) "
    "ou tableur (XLSX, ODS). Son contenu compte, pas son nom."
)


@dataclass(frozen=True)
class Format:
    """A kind of file that is taken."""

    extension: str
    type_mime: str
    libelle: str


PDF = Format("pdf", "application/pdf", "PDF")
IMAGE = Format("jpg", "image/jpeg", "Image")
ODT = Format("odt", "application/vnd.oasis.opendocument.text", "Texte ODT")
ODS = Format("ods", "application/vnd.oasis.opendocument.spreadsheet", "Tableur ODS")
DOCX = Format("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Texte DOCX")
XLSX = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Tableur XLSX")
FORMATS = {f.type_mime: f for f in (PDF, IMAGE, ODT, ODS, DOCX, XLSX)}
ACCEPTES = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.odt,.xlsx,.ods"
"""What the browser proposes; it proves nothing."""


def reconnaitre(fichier: File[Any]) -> Format:
    """The format of a file, by its content. Raises ValidationError, in French."""
    fichier.seek(0)
    tete = fichier.read(16)
    fichier.seek(0)
    if tete.startswith(b"%PDF-"):
        return PDF
    if tete.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (tete[:4] == b"RIFF" and tete[8:12] == b"WEBP"):
        return IMAGE
    if tete.startswith(b"PK\x03\x04"):
        return _bureautique(fichier)
    raise ValidationError(REFUS)


def _bureautique(fichier: File[Any]) -> Format:
    """Which office file an archive is. Nothing of it is unpacked but the few bytes that say its type."""
    try:
        with zipfile.ZipFile(fichier) as archive:
            entrees = {entree.filename: entree for entree in archive.infolist()}
            if len(entrees) > ENTREES_MAXIMALES:
                raise ValidationError(REFUS)
            if any(nom.endswith("vbaProject.bin") or nom.startswith("Basic/") for nom in entrees):
                raise ValidationError("Ce fichier contient des macros\u202f: enregistrez-le sans elles, ou en PDF.")
            if "[Content_Types].xml" in entrees:
                if "word/document.xml" in entrees:
                    return DOCX
                if "xl/workbook.xml" in entrees:
                    return XLSX
            if (mimetype := entrees.get("mimetype")) is not None and mimetype.file_size < 100:
                texte = archive.read(mimetype).decode("ascii", "replace").strip()
                if texte in {ODT.type_mime, ODS.type_mime}:
                    return FORMATS[texte]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as erreur:
        raise ValidationError("Ce fichier est abîmé\u202f: il ne peut pas être lu.") from erreur
    finally:
        fichier.seek(0)
    raise ValidationError(REFUS)


def verifier(fichier: File[Any]) -> tuple[Format, File[Any]]:
    """The format of a file and what is to be kept of it. Raises ValidationError, in French."""
    if fichier.size > POIDS_MAXIMAL:
        raise ValidationError("Ce fichier pèse plus de 10 Mo. Numérisez-le en moins fin, ou en plusieurs fichiers.")
    format_lu = reconnaitre(fichier)
    return format_lu, preparer(fichier) if format_lu is IMAGE else fichier


def titre_propre(nom: str) -> str:
    """What a file name says, as a title: no folder, no extension, nothing that cannot be read."""
    base = nom.replace("\\", "/").rsplit("/", 1)[-1]
    # Control characters, and those that turn the direction of reading, hide what a name really is.
    lisible = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else c for c in base)
    racine, point, extension = lisible.rpartition(".")
    if not point or not racine or len(extension) > 5:
        racine = lisible
    return " ".join(racine.replace("_", " ").split())[:TITRE_MAXIMAL]


def nom_servi(intitule: str, type_mime: str) -> str:
    """The name under which a document is downloaded."""
    format_lu = FORMATS.get(type_mime)
    lisible = "".join(c if c.isalnum() or c in " -’'(),°" else " " for c in titre_propre(f"{intitule}."))
    propre = " ".join(lisible.split())[:120].strip() or "document"
    return f"{propre}.{format_lu.extension if format_lu else 'bin'}"


def nom_garde(ref: str, format_lu: Format) -> str:
    """Under what name the file of a document is stored."""
    return f"{DOSSIER}/{ref}.{format_lu.extension}"


def garder(ref: str, format_lu: Format, contenu: File[Any]) -> str | None:
    """Store a file under the name that `ref` gives; None when it is there already: the same form sent twice."""
    voulu = nom_garde(ref, format_lu)
    contenu.seek(0)
    nom = default_storage.save(voulu, ContentFile(contenu.read()))
    if nom != voulu:
        default_storage.delete(nom)
        return None
    return nom
