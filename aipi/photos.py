"""Photographs and pictures: a real image, upright, of a reasonable size, and nothing said of where it was taken."""

from __future__ import annotations

import hashlib
import io
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from PIL import Image, ImageOps, UnidentifiedImageError

COTE_MAXIMAL = 1_600
"""Pixels of the longer side once kept: enough for a sheet of paper, and a small PDF."""
POIDS_MAXIMAL = 20 * 1024 * 1024
PIXELS_MAXIMAUX = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP")


def preparer(fichier: File[bytes]) -> ContentFile[bytes]:
    """The photograph as it is kept: JPEG, turned upright, without metadata. Raises ValidationError, in French."""
    if fichier.size > POIDS_MAXIMAL:
        raise ValidationError("Cette photographie pèse plus de 20 Mo.")
    try:
        with warnings.catch_warnings():
            # Pillow only warns of a very large image; its own limit and ours refuse it.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(fichier, formats=FORMATS) as ouverte:
                if ouverte.width * ouverte.height > PIXELS_MAXIMAUX:
                    raise ValidationError("Cette photographie est trop grande.")
                droite = ImageOps.exif_transpose(ouverte)
                droite.thumbnail((COTE_MAXIMAL, COTE_MAXIMAL))
                aplatie = _sur_blanc(droite)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as erreur:
        raise ValidationError("Ce fichier n’est pas une photographie JPEG, PNG ou WebP lisible.") from erreur
    except (OSError, SyntaxError, ValueError) as erreur:
        raise ValidationError("Cette photographie est abîmée : elle ne peut pas être lue.") from erreur
    # A new image carries the pixels alone: no EXIF, no place, no thumbnail, no comment.
    nue = Image.new("RGB", aplatie.size)
    nue.paste(aplatie)
    sortie = io.BytesIO()
    nue.save(sortie, "JPEG", quality=85, optimize=True)
    contenu = sortie.getvalue()
    return ContentFile(contenu, name=f"{hashlib.sha256(contenu).hexdigest()[:24]}.jpg")


def _sur_blanc(image: Image.Image) -> Image.Image:
    """Without transparency: what is clear becomes white, as paper."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        couches = image.convert("RGBA")
        fond = Image.new("RGBA", couches.size, "white")
        return Image.alpha_composite(fond, couches).convert("RGB")
    return image.convert("RGB")
