"""The works of a workshop in its pages of the report: photographs, captions, one line; never the client."""

from __future__ import annotations

import datetime
import io
import re

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from maison import Maison, construire
from PIL import Image

from aipi.models import Commune
from aipi.periodes import Periode
from aipi.photos import preparer
from insertion_pro.models import Atelier, Realisation
from rapports.rendu.document import autonome, document, ressource
from rapports.rendu.pdf import RenduImpossible, en_pdf

pytestmark = pytest.mark.django_db
JOUR = datetime.date(2025, 1, 15)
ANNEE = Periode.annee(2024)


@pytest.fixture
def maison() -> Maison:
    maison = construire()
    Realisation.objects.all().delete()
    maison.contrat.date_debut = datetime.date(2024, 1, 1)
    maison.contrat.save()
    return maison


def photo(couleur: str = "#5698cb"):
    tampon = io.BytesIO()
    Image.new("RGB", (60, 40), couleur).save(tampon, "PNG")
    return preparer(SimpleUploadedFile("photo.png", tampon.getvalue()))


def travaux(maison, rang: int, mois: int = 5, **champs) -> Realisation:
    valeurs = {"atelier": maison.atelier, "date": datetime.date(2024, mois, 3), "intitule": f"Travaux n° {rang}"}
    return Realisation.objects.create(ref=f"REA-{rang}", **{**valeurs, **champs})


def commune(nom: str, code: str) -> Commune:
    return Commune.objects.get_or_create(code_insee=code, defaults={"nom": nom, "code_postal": code})[0]


def test_nothing_is_printed_when_there_is_none(maison):
    html = document(ANNEE, JOUR)
    assert "Brigades vertes" in html
    assert "0 réalisation" not in html
    assert 'class="page oeuvres"' not in html


def test_without_a_photograph_the_page_of_the_workshop_holds_one_line(maison, medias):
    travaux(maison, 1, commune=commune("Warhem", "59641"), client="Mme Untel")
    travaux(maison, 2, mois=12, commune=commune("Bergues", "59067"))
    travaux(maison, 3)
    travaux(maison, 4, date=datetime.date(2025, 1, 1))
    html = document(ANNEE, JOUR)
    assert "3 réalisations en 2024, dans 2 communes\u202f: Bergues, Warhem\u202f; 1 sans commune renseignée." in html
    assert "Quelques réalisations" not in html
    assert "Untel" not in html


def test_four_photographs_at_most_with_their_work_commune_and_month_and_never_the_client(maison, medias):
    for rang in range(1, 7):
        travaux(
            maison, rang, mois=rang, photo=photo(), commune=commune("Warhem", "59641"), client="M. Particulier",
            alternative="Une clôture neuve" if rang == 6 else "",
        )  # fmt: skip
    html = document(ANNEE, JOUR)
    legendes = [f"<figcaption>Travaux n° {r}, Warhem, {m} 2024</figcaption>" for r, m in ((3, "mars"), (6, "juin"))]
    assert all(legende in html for legende in legendes)
    assert html.index(legendes[0]) < html.index(legendes[1])
    assert "Travaux n° 2" not in html
    assert 'alt="Une clôture neuve"' in html
    assert 'alt="Travaux n° 5"' in html
    assert html.count("6 réalisations en 2024, dans 1 commune\u202f: Warhem.") == 1
    assert "Particulier" not in html
    assert "data:image/jpeg;base64," in autonome(ANNEE, JOUR)


def test_a_workshop_prints_its_own_works_only(maison, medias):
    ailleurs = Atelier.objects.create(code="BAT", nom="Bâtiment")
    travaux(maison, 1, atelier=ailleurs, photo=photo())
    assert "Travaux n° 1" not in document(ANNEE, JOUR)


@pytest.mark.parametrize("nombre", [1, 2, 4])
def test_the_photographs_take_one_sheet(maison, medias, nombre):
    for rang in range(nombre):
        travaux(maison, rang, photo=photo(), commune=commune("Warhem", "59641"))
    debut, _, reste = document(ANNEE, JOUR).partition("<body>")
    (page,) = re.findall(r'<section class="page oeuvres">.*?</section>', reste, re.S)
    with pikepdf.open(io.BytesIO(en_pdf(f"{debut}<body>{page}</body></html>"))) as pdf:
        assert len(pdf.pages) == 1


def test_the_page_on_screen_asks_for_the_photographs_by_their_address(client, maison, medias):
    realisation = travaux(maison, 1, photo=photo())
    client.force_login(maison.comptes["directeur"])
    page = client.get("/rapports/2024/").content.decode()
    assert f'src="/realisations/{realisation.pk}/photographie/"' in page


@pytest.mark.une_base
def test_a_photograph_whose_file_is_gone_is_said_in_words(maison, medias):
    realisation = travaux(maison, 1, photo="realisations/partie.jpg")
    with pytest.raises(RenduImpossible, match="photographie du rapport manque : Travaux n° 1"):
        en_pdf(document(ANNEE, JOUR))
    Realisation.objects.filter(pk=realisation.pk).update(photo="")
    with pytest.raises(FileNotFoundError):
        ressource(f"realisation:{realisation.pk}")
