"""Whatever a funder takes — page, PDF, workbook, CSV, API — shows and hides the same numbers: the attack reads one of them, and so reads all."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
import tinyhtml5
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from feuilles import EXEMPLES
from openpyxl import load_workbook

from aipi.echange.importation import importer
from aipi.models import Compte, Convention, Financeur
from aipi.periodes import Periode
from rapports.financeurs import publication
from rapports.financeurs.acces import ouvrir
from rapports.financeurs.lecture import Demande
from rapports.financeurs.publication import preparer, publier
from rapports.models import AccesFinanceur, Tableau

pytestmark = pytest.mark.django_db

HTML = "{http://www.w3.org/1999/xhtml}"
CHAMPS = ("chapitre", "atelier", "code", "cle", "libelle", "ligne", "terme", "unite", "debut", "fin", "etat", "exacte")


@pytest.fixture
def tableau(monkeypatch) -> Tableau:
    """Small numbers are hidden, and no more: which ones are is not the matter here, and takes longer."""
    cache.clear()
    monkeypatch.setattr(publication, "cacher", lambda nouvelles, publiees, seuil: nouvelles)
    importer(EXEMPLES / "full" / "files")
    financeur, _ = Financeur.objects.get_or_create(code="CD59", defaults={"nom": "Département"})
    for action in ("aci", "rsa", "logement"):
        Convention.objects.create(ref=f"F-{action}", financeur=financeur, action=action, annee=2021)
    prepare = preparer(Demande(financeur, Periode.annee(2021), par_atelier=True)).tableau
    publier(prepare, Compte.objects.create(courriel="direction@exemple.fr", role="directeur"))
    return prepare


def acces(tableau: Tableau, genre: str) -> str:
    return ouvrir(genre, tableau, "Essai", timezone.localdate(), tableau.publie_par)


def serre(texte: str) -> str:
    """Without any space nor hyphen: a line may be broken anywhere."""
    return re.sub(r"[\s\u00ad\u200b-]+", "", texte)


def texte(noeud: Any) -> str:
    return re.sub(r"\s+", " ", "".join(noeud.itertext())).strip()


def dit(etat: str, exacte: str | None, vu: str) -> bool:
    """Whether `vu` is how a cell of this state reads."""
    if etat != "connu":
        return vu == ("secret" if etat == "secret" else "—")
    trouve = re.match(r"[−-]?[\d \u00a0\u202f]*\d(?:,\d+)?", vu)
    if trouve is None:
        return False
    lu = Decimal(re.sub(r"[ \u00a0\u202f]", "", trouve[0]).replace("−", "-").replace(",", "."))
    vrai = Fraction(exacte or "") * (100 if "%" in vu else 1)
    pas = Decimal(1).scaleb(lu.as_tuple().exponent)
    return lu == (Decimal(vrai.numerator) / vrai.denominator).quantize(pas, ROUND_HALF_UP)


def lignes_de_la_page(page: str) -> tuple[list[list[str]], dict[str, list[list[str]]]]:
    """The rows of the tables of figures, and by title those of the tables behind the charts, as they read."""
    racine = tinyhtml5.parse(page)
    chiffres = [
        [
            *(texte(ligne.find(f".//{HTML}span[@class='{classe}']")) for classe in ("tb-libelle", "tb-definition")),
            *map(texte, ligne.findall(f"{HTML}td")),
        ]
        for ligne in racine.iterfind(f".//{HTML}table[@class='tb-lignes']/{HTML}tbody/{HTML}tr")
    ]
    figures: dict[str, list[list[str]]] = {}
    for figure in racine.iterfind(f".//{HTML}div[@class='tb-figure']"):
        rangees = figure.iterfind(f".//{HTML}table/{HTML}tbody/{HTML}tr")
        figures[texte(figure.find(f"{HTML}h3"))] = [[texte(c) for c in rangee] for rangee in rangees]
    return chiffres, figures


def test_page_pdf_workbook_csv_and_api_show_and_hide_the_same_numbers(tableau):
    lien, jeton = acces(tableau, AccesFinanceur.Genre.LIEN), acces(tableau, AccesFinanceur.Genre.JETON)
    fichiers = {
        nom: Client().get(reverse("partage_fichier", args=[lien, nom])).content
        for nom in ("chiffres.csv", "chiffres.xlsx", "tableau.pdf")
    }
    lus = list(csv.DictReader(io.StringIO(fichiers["chiffres.csv"].decode("utf-8-sig")), delimiter=";"))
    assert {ligne["etat"] for ligne in lus} == {"connu", "secret", "inconnu"}
    # Files write a text that begins as a formula after an apostrophe.
    attendus = [[ligne[nom].removeprefix("'") for nom in CHAMPS] for ligne in lus]

    entete, *rangees = load_workbook(io.BytesIO(fichiers["chiffres.xlsx"]))["Chiffres"].iter_rows(values_only=True)
    rangs = [entete.index(nom) for nom in CHAMPS]
    assert [["" if ligne[r] is None else str(ligne[r]).removeprefix("'") for r in rangs] for ligne in rangees] == [
        [f"{valeur} 00:00:00" if nom in ("debut", "fin") else valeur for nom, valeur in zip(CHAMPS, ligne, strict=True)]
        for ligne in attendus
    ]

    adresse = reverse("api_tableau", args=[tableau.pk])
    donnes = Client().get(adresse, headers={"Authorization": f"Bearer {jeton}"}).json()["chiffres"]
    assert [["" if d[nom] is None else d[nom] for nom in CHAMPS] for d in donnes] == attendus

    page = Client().get(reverse("partage_detail", args=[lien])).content.decode()
    chiffres, figures = lignes_de_la_page(page)
    presente = f"{tableau.debut}"
    valeurs = {
        (ligne["atelier"], ligne["code"], ligne["cle"], ligne["debut"]): ligne
        for ligne in lus
        if ligne["terme"] == "valeur"
    }
    # The page reads the figures in the order of the file, without those of which nothing is known.
    restants = iter(chiffres)
    montres = 0
    for (atelier, code, cle, debut), ligne in valeurs.items():
        if cle or debut != presente:
            continue
        avant = valeurs.get((atelier, code, "", f"{tableau.periode.precedente.debut}"))
        if ligne["etat"] == "inconnu" and (avant is None or avant["etat"] != "connu"):
            continue
        libelle, _, vu, *suite = next(restants)
        assert libelle == ligne["libelle"]
        assert dit(ligne["etat"], ligne["exacte"], vu), (code, atelier, vu, ligne["exacte"])
        if suite:
            assert avant is not None
            assert dit(avant["etat"], avant["exacte"], suite[0]), (code, suite[0], avant["exacte"])
        montres += 1
    assert next(restants, None) is None
    assert montres > 60

    lignes = {(ligne["libelle"], ligne["ligne"]): ligne for ligne in lus if ligne["cle"]}
    for titre, rangees_vues in figures.items():
        for nom, vu in rangees_vues:
            if not titre.endswith(", par période"):
                ligne = lignes[titre, nom]
            else:
                [ligne] = (
                    lue
                    for (atelier, _, cle, debut), lue in valeurs.items()
                    if not atelier and not cle and debut[:4] == nom and titre == f"{lue['libelle']}, par période"
                )
            assert dit(ligne["etat"], ligne["exacte"], vu), (titre, nom, vu, ligne["exacte"])
    assert len(figures) > 10

    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    imprime = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=fichiers["tableau.pdf"], capture_output=True, check=True
    ).stdout.decode()
    imprime = serre(imprime)
    # Each row of the page is on paper: its name, its definition, the same numbers.
    assert [ligne[0] for ligne in chiffres if serre("".join(ligne)) not in imprime] == []
