"""The director's texts and photographs."""

from __future__ import annotations

import datetime
from html.parser import HTMLParser

import pytest

from aipi.periodes import Periode
from rapports.models import Photo, Rapport
from rapports.rendu.document import document
from rapports.rendu.pdf import RenduImpossible, en_pdf
from rapports.textes import en_html


class Balises(HTMLParser):
    """The tags of a fragment with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.vues: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.vues.append((tag, dict(attrs)))


def test_the_markup_makes_paragraphs_headings_lists_bold_and_links():
    html = en_html("## Titre\n\nUn **mot** et [un lien](https://exemple.fr).\n\n- un\n- deux")
    assert "<h3>Titre</h3>" in html
    assert "<strong>mot</strong>" in html
    assert 'href="https://exemple.fr"' in html
    assert html.count("<li>") == 2


@pytest.mark.parametrize(
    "corps",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "[x](/rapports/)",
        "![x](https://exemple.fr/x.png)",
        '<img src=x onerror="alert(1)">',
        "<style>body{}</style>",
        '<a href="https://exemple.fr" onclick="alert(1)">x</a>',
    ],
)
def test_nothing_but_the_markup_passes(corps):
    lecteur = Balises()
    lecteur.feed(en_html(corps))
    for balise, attributs in lecteur.vues:
        assert balise in {"p", "a"}
        assert set(attributs) <= {"href", "rel"}
        assert attributs.get("href", "https://").startswith("https://")


def test_what_is_numbered_keeps_its_numbers_and_one_star_is_a_star():
    html = en_html("Trois suites :\n\n2. former\n3. loger\n\nUne *étoile*, un code_a_tirets, _rien_.")
    assert '<ol start="2">\n<li>former</li>\n<li>loger</li>\n</ol>' in html
    assert "Une *étoile*, un code_a_tirets, _rien_." in html
    assert "<em" not in html


def test_high_punctuation_never_begins_a_line():
    assert en_html("Un fait : « dix » ; et puis ?") == "<p>Un fait\u202f: «\u202fdix\u202f»\u202f; et puis\u202f?</p>\n"


def test_an_empty_text_is_nothing():
    assert en_html(" \n ") == ""


@pytest.mark.django_db
@pytest.mark.une_base
def test_a_photograph_whose_file_is_gone_is_said_in_words(medias):
    rapport = Rapport.objects.create(debut=datetime.date(2021, 1, 1), fin=datetime.date(2021, 12, 31))
    Photo.objects.create(rapport=rapport, section="aci", image="rapports/partie.jpg", alternative="Un jardin")
    with pytest.raises(RenduImpossible, match=r"photographie du rapport manque : Un jardin\."):
        en_pdf(document(Periode.annee(2021), datetime.date(2022, 1, 15)))
