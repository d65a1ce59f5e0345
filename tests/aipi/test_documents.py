"""Documents of a dossier: what is taken, what is refused, who reads it, what becomes of the file."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from maison import Maison
from PIL import Image

from aipi.documents import POIDS_MAXIMAL, nom_servi, titre_propre, verifier
from aipi.models import Document
from aipi.templatetags.documents import poids

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG_AVEC_LIEU = "Chez Madame Exemple"


def archive(**entrees: str) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as sortie:
        for nom, texte in entrees.items():
            sortie.writestr(nom.replace("__", "/"), texte)
    return tampon.getvalue()


def office(*noms: str) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as sortie:
        for nom in ("[Content_Types].xml", *noms):
            sortie.writestr(nom, "<xml/>")
    return tampon.getvalue()


def image(genre: str = "JPEG") -> bytes:
    tampon = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = JPEG_AVEC_LIEU
    Image.new("RGB", (40, 20), "red").save(tampon, genre, exif=exif)
    return tampon.getvalue()


def fichier(contenu: bytes, nom: str = "piece.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, contenu)


def joindre(client, maison: Maison, contenu: bytes, nom: str = "Lettre.pdf", qui: str = "referent", **champs):
    client.force_login(maison.comptes[qui])
    url = reverse("document_create", args=[maison.deux_poles.pk])
    jeton = client.get(url).context["form"]["jeton"].value()
    donnees = {"jeton": jeton, "type": "courrier", "pole": "social", "intitule": "", **champs}
    return client.post(url, {**donnees, "fichier": fichier(contenu, nom)})


ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("contenu", "extension"),
    [
        (PDF, "pdf"),
        (image("JPEG"), "jpg"),
        (image("PNG"), "jpg"),
        (image("WEBP"), "jpg"),
        (office("word/document.xml"), "docx"),
        (office("xl/workbook.xml"), "xlsx"),
        (archive(mimetype=ODT), "odt"),
        (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
    ],
)
def test_each_kind_is_told_by_its_content_whatever_its_name(contenu, extension):
    assert verifier(fichier(contenu, "nom.txt"))[0].extension == extension


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "contenu",
    [
        b"<!doctype html><script>alert(1)</script>",
        SVG,
        b"<!--%PDF-1.7-->" + SVG,
        b"\xef\xbb\xbf%PDF-1.7",
        b"GIF89a" + b"\0" * 20,
        b"MZ" + b"\0" * 100,
        b"RIFF\0\0\0\0WAVEfmt ",
        archive(mimetype="application/epub+zip"),
        archive(lettre="bonjour"),
        archive(word__document="sans types"),
        office("ppt/presentation.xml"),
        b"PK\x03\x04" + b"\0" * 50,
        b"\xff\xd8\xff" + SVG,
        b"%PD",
    ],
)
def test_what_is_no_such_file_is_refused_whatever_its_name(contenu):
    with pytest.raises(ValidationError):
        verifier(fichier(contenu, "facture.pdf"))


@pytest.mark.parametrize("nom", ["word/vbaProject.bin", "xl/vbaProject.bin"])
def test_macros_are_refused_in_words(nom):
    with pytest.raises(ValidationError, match="macros"):
        verifier(fichier(office("word/document.xml", nom)))


def test_a_file_weighs_ten_megabytes_at_most():
    plein = PDF + b"\0" * (POIDS_MAXIMAL - len(PDF))
    assert verifier(fichier(plein))[0].extension == "pdf"
    with pytest.raises(ValidationError, match="10 Mo"):
        verifier(fichier(plein + b"\0"))


def test_eleven_megabytes_are_refused_on_the_form_and_leave_nothing(client, maison):
    reponse = joindre(client, maison, PDF + b"\0" * 11 * 1024 * 1024)
    assert "plus de 10 Mo" in reponse.content.decode()
    assert Document.objects.count() == 1
    assert len(default_storage.listdir("documents")[1]) == 1


@pytest.mark.parametrize("genre", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_without_what_it_said_of_itself_or_hid_behind_it(client, maison, genre):
    assert joindre(client, maison, image(genre) + SVG, "photo.png").status_code == 302
    document = Document.objects.latest("pk")
    with document.fichier.open() as garde:
        contenu = garde.read()
    assert JPEG_AVEC_LIEU.encode() not in contenu
    assert b"svg" not in contenu
    assert (document.type_mime, document.taille) == ("image/jpeg", len(contenu))


def test_a_document_is_joined_once_however_often_its_form_is_sent(client, maison):
    client.force_login(maison.comptes["referent"])
    url = reverse("document_create", args=[maison.deux_poles.pk])
    jeton = client.get(url).context["form"]["jeton"].value()
    champs = {"jeton": jeton, "type": "courrier", "pole": "social"}
    for _ in range(2):
        reponse = client.post(url, {**champs, "fichier": fichier(PDF)}, follow=True)
    assert "était déjà joint" in reponse.content.decode()
    assert Document.objects.filter(intitule="piece").count() == 1
    assert len(default_storage.listdir("documents")[1]) == 2


def test_the_name_of_a_file_is_only_a_title(client, maison):
    joindre(client, maison, PDF, r"..\..\etc/passwd Lettre_de la  CAF.pdf")
    document = Document.objects.latest("pk")
    assert document.intitule == "passwd Lettre de la CAF"
    assert document.fichier.name.startswith("documents/DOC-")
    assert "CAF" not in document.fichier.name
    assert document.auteur == maison.comptes["referent"]


@pytest.mark.parametrize(
    ("nom", "titre"),
    [
        ("../../etc/passwd", "passwd"),
        (r"C:\Mes documents\CV_Zoé.final.pdf", "CV Zoé.final"),
        ("a\u202efdp.exe", "a fdp"),
        ("un\0deux\n.pdf", "un deux"),
        ("x" * 400 + ".pdf", "x" * 250),
        (".pdf", ".pdf"),
        ("", ""),
    ],
)
def test_a_file_name_becomes_a_readable_title(nom, titre):
    assert titre_propre(nom) == titre


@pytest.mark.parametrize(
    ("intitule", "nom"),
    [
        ("Courrier du bailleur", "Courrier du bailleur.pdf"),
        ('a"b/c\r\nSet-Cookie: x', "c Set-Cookie x.pdf"),
        ("///", "document.pdf"),
        ("CV.exe", "CV exe.pdf"),
    ],
)
def test_a_document_is_downloaded_under_a_plain_name(intitule, nom):
    assert nom_servi(intitule, "application/pdf") == nom


def test_a_document_is_saved_and_never_shown_within_the_site(client, maison):
    client.force_login(maison.comptes["referent"])
    reponse = client.get(reverse("document_detail", args=[maison.document.pk]))
    assert b"".join(reponse.streaming_content) == b"%PDF-1.4 courrier"
    assert reponse["Content-Disposition"] == 'attachment; filename="Courrier du bailleur.pdf"'
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in reponse["Cache-Control"]
    assert "sandbox" in reponse["Content-Security-Policy"]
    assert client.get(f"/medias/{maison.document.fichier.name}").status_code == 404


LECTEURS = ["directeur", "referent", "polyvalent"]


@pytest.mark.parametrize(
    ("confidentiel", "lecteurs"), [(False, LECTEURS), (True, ["directeur", "referent"])], ids=["ouvert", "confidentiel"]
)
def test_a_document_is_read_by_its_pole_and_a_confidential_one_by_its_author(client, maison, confidentiel, lecteurs):
    Document.objects.filter(pk=maison.document.pk).update(confidentiel=confidentiel)
    lus, montres, corriges = [], [], []
    for qui, compte in maison.comptes.items():
        client.force_login(compte)
        reponse = client.get(reverse("document_detail", args=[maison.document.pk]))
        reponse.close()
        if reponse.status_code == 200:
            lus.append(qui)
        if client.get(reverse("document_update", args=[maison.document.pk])).status_code == 200:
            corriges.append(qui)
        if (
            "Courrier du bailleur"
            in client.get(reverse("personne_detail", args=[maison.deux_poles.pk])).content.decode()
        ):
            montres.append(qui)
    assert (sorted(lus), sorted(montres), sorted(corriges)) == (sorted(lecteurs),) * 3


def test_a_document_cannot_be_put_in_a_pole_that_is_not_the_author_s(client, maison):
    reponse = joindre(client, maison, PDF, pole="pro")
    assert reponse.status_code == 200
    assert reponse.context["form"].errors["pole"]
    assert Document.objects.count() == 1


def test_who_is_in_both_poles_chooses_which_one_reads_it(client, maison):
    assert joindre(client, maison, PDF, qui="polyvalent", pole="pro").status_code == 302
    client.force_login(maison.comptes["referent"])
    assert client.get(reverse("document_detail", args=[Document.objects.latest("pk").pk])).status_code == 404


def test_only_the_author_or_the_director_makes_a_document_confidential(client, maison):
    champs = {"type": "courrier", "pole": "social", "intitule": "Courrier", "confidentiel": "on"}
    url = reverse("document_update", args=[maison.document.pk])
    client.force_login(maison.comptes["polyvalent"])
    assert client.post(url, champs).status_code == 200  # two versions are shown: the page was never read
    for qui, attendu in (("polyvalent", False), ("referent", True)):
        client.force_login(maison.comptes[qui])
        empreintes = client.get(url).context["form"]["empreintes"].value()
        assert client.post(url, {**champs, "empreintes": empreintes}).status_code == 302
        maison.document.refresh_from_db()
        assert maison.document.confidentiel is attendu


def test_a_document_without_its_file_is_not_found(client, maison):
    default_storage.delete(maison.document.fichier.name)
    client.force_login(maison.comptes["referent"])
    assert client.get(reverse("document_detail", args=[maison.document.pk])).status_code == 404


def test_a_missing_file_or_type_is_said_at_its_field(client, maison):
    client.force_login(maison.comptes["referent"])
    url = reverse("document_create", args=[maison.deux_poles.pk])
    jeton = client.get(url).context["form"]["jeton"].value()
    form = client.post(url, {"jeton": jeton, "pole": "social"}).context["form"]
    assert form.errors["fichier"] == ["Choisissez le fichier à joindre."]
    assert "type" in form.errors


@pytest.mark.parametrize(("octets", "texte"), [(0, "1 ko"), (999, "1 ko"), (340_000, "340 ko"), (1_240_000, "1,2 Mo")])
def test_a_weight_is_told_as_people_say_it(octets, texte):
    assert poids(octets) == texte
