"""Pictures as they are kept: upright, small, and nothing said of where they were taken."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from aipi.photos import COTE_MAXIMAL, preparer


def fichier(image: Image.Image, format: str = "JPEG", **options) -> SimpleUploadedFile:
    tampon = io.BytesIO()
    image.save(tampon, format, **options)
    return SimpleUploadedFile("photo", tampon.getvalue())


def test_a_photograph_is_turned_upright_shrunk_and_stripped():
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    exif[0x010E] = "Chez Madame Exemple"
    exif.get_ifd(0x8825)[1] = "N"
    gardee = preparer(fichier(Image.new("RGB", (4000, 2000), "red"), exif=exif))
    with Image.open(gardee) as image:
        assert image.format == "JPEG"
        assert image.size == (COTE_MAXIMAL // 2, COTE_MAXIMAL)
        assert not image.getexif()
    gardee.seek(0)
    assert b"Exemple" not in gardee.read()


def test_transparency_becomes_white():
    with Image.open(preparer(fichier(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"))) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "contenu", [b"", b"%PDF-1.4", b"\xff\xd8\xff\xe0 tronque", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_photograph_is_refused(contenu):
    with pytest.raises(ValidationError):
        preparer(SimpleUploadedFile("photo.jpg", contenu))


def test_a_huge_image_is_refused_before_it_is_decoded():
    with pytest.raises(ValidationError):
        preparer(fichier(Image.new("1", (9000, 9000)), "PNG"))
