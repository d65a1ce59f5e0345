"""The report of the demonstration: its PDF, its page, its workbook, the command that writes them."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
import relecture
from dessines import ANNEE, dessins_a_relire, lignes_dessinees, points_dessines, restes_dessines
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from maison import construire
from openpyxl import load_workbook
from PIL import Image

from aipi.echange.importation import importer
from aipi.models import Financeur
from aipi.periodes import Periode
from aipi.photos import preparer
from rapports import verifications
from rapports.cloture import clore
from rapports.demonstration import ecrire_demonstration
from rapports.ecriture import ecrire, typographie
from rapports.indicateurs import DECLARATIONS, INDICATEURS
from rapports.models import Perspective, Photo, Rapport, Texte
from rapports.rendu.classeur import en_xlsx, texte
from rapports.rendu.composition import Composition, LiensDocument, ancre
from rapports.rendu.document import autonome, document, ressource
from rapports.rendu.pdf import RenduImpossible, en_pdf
from rapports.sommaire import pages, section_connue
from rapports.sommaire.blocs import Engagements
from rapports.valeurs import Releve

JOUR = datetime.date(2026, 11, 24)


ENGAGES = {
    code
    for page in pages()
    for rangee in page.rangees
    for colonne in rangee.colonnes
    for bloc in colonne.blocs
    if isinstance(bloc, Engagements)
    for code in bloc.codes
}


def photo(largeur: int, hauteur: int) -> SimpleUploadedFile:
    tampon = io.BytesIO()
    Image.new("RGB", (largeur, hauteur), "#5698cb").save(tampon, "PNG")
    return SimpleUploadedFile("photo.png", tampon.getvalue())


@pytest.fixture(scope="module")
def rendu(django_db_setup, django_db_blocker, tmp_path_factory):
    """HTML, PDF and the values of the demonstration's report, made once; the database is left as it was."""
    dossier = tmp_path_factory.mktemp("demonstration")
    ecrire_demonstration(dossier, JOUR)
    with django_db_blocker.unblock(), transaction.atomic():
        importer(dossier)
        html = document(ANNEE, JOUR)
        composition = Composition(ANNEE, LiensDocument(), JOUR)
        resultat = {
            "html": html,
            "autonome": autonome(ANNEE, JOUR),
            "pdf": en_pdf(html),
            "valeurs": {code: Releve(ANNEE).valeur(code).nombre for code in INDICATEURS},
            "termes": {
                code: (valeur.numerateur, valeur.denominateur)
                for code in INDICATEURS
                for valeur in (Releve(ANNEE).valeur(code),)
            },
            "annees": {code: [r.valeur(code).nombre for r in composition.releves[1:]] for code in INDICATEURS},
            "par_axe": {
                code: {
                    composition.chiffre(code, axe).nombre
                    for axe in (None, *composition.ateliers)
                    if INDICATEURS[code].axe_admis(axe)
                }
                # What is already agreed for the year after is printed as such, and nothing else of it.
                | ({composition.suivant.valeur(code).nombre} if code in ENGAGES else set())
                for code in INDICATEURS
            },
            "lignes": list(lignes_dessinees(composition)),
            "points": list(points_dessines(composition)),
            "restes": list(restes_dessines(composition)),
            "a_relire": list(dessins_a_relire(composition)),
            "xlsx": [en_xlsx(ANNEE, JOUR), en_xlsx(ANNEE, JOUR)],
            "feuillets": [
                feuillet
                for ouverture in Composition(ANNEE, LiensDocument(), JOUR).ouvertures
                for feuillet in ouverture.feuillets
            ],
        }
        financeur = Financeur.objects.get(code="DEPARTEMENT")
        rapport, _ = Rapport.objects.get_or_create(debut=ANNEE.debut, fin=ANNEE.fin)
        Perspective.objects.create(rapport=rapport, partie="social", intitule="Visiter", financeur=financeur)
        resultat["extraits"] = {
            code: en_pdf(document(ANNEE, JOUR, financeur=code, action=action))
            for code, action in (("ETAT", "aci"), ("DEPARTEMENT", "sante"))
        }
        resultat["extrait_rsa"] = document(ANNEE, JOUR, financeur="DEPARTEMENT", action="rsa")
        transaction.set_rollback(True)
    return resultat


@pytest.fixture(scope="module")
def pdf(rendu):
    with pikepdf.open(io.BytesIO(rendu["pdf"])) as ouvert:
        yield ouvert


@pytest.fixture(scope="module")
def feuilles(rendu) -> list[str]:
    """The text of each sheet of the PDF."""
    return textes_des_feuilles(rendu["pdf"])


def textes_des_feuilles(pdf_ecrit: bytes) -> list[str]:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    sortie = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf_ecrit, capture_output=True, check=True)
    return sortie.stdout.decode().replace("\u202f", " ").split("\f")[:-1]


def test_the_pdf_is_tagged_for_accessibility_and_says_what_it_is(pdf):
    assert pdf.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in pdf.Root
    assert str(pdf.Root.Lang) == "fr"
    with pdf.open_metadata() as metadonnees:
        assert metadonnees["dc:title"].startswith("Rapport d’activité 2021")
        assert str(metadonnees["pdfuaid:part"]) == "1"
        assert "AIPi" in str(metadonnees["dc:creator"])
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:20211231")


def test_every_font_is_embedded_and_there_is_only_one_family(pdf):
    polices = [
        objet
        for objet in pdf.objects
        if isinstance(objet, pikepdf.Dictionary) and objet.get("/Type") == "/FontDescriptor"
    ]
    assert polices
    for police in polices:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(police.keys())
        assert "SourceSansPro" in str(police["/FontName"]).replace("-", "").replace("#20", "")


def test_every_picture_of_the_pdf_has_an_alternative_text(pdf):
    figures = [
        objet
        for objet in pdf.objects
        if isinstance(objet, pikepdf.Dictionary) and objet.get("/S") == "/Figure" and "/P" in objet
    ]
    assert len(figures) > 30
    assert [figure for figure in figures if not str(figure.get("/Alt", "")).strip()] == []


def test_bookmarks_lead_through_parts_and_pages(pdf, rendu):
    with pdf.open_outline() as plan:
        titres = {racine.title: [page.title for page in racine.children] for racine in plan.root}
    for titre in (
        "Pôle insertion professionnelle",
        "Pôle insertion sociale",
        "Rapport financier",
        "Définitions des chiffres",
    ):
        assert titres[titre]
    assert [f.titre for f in rendu["feuillets"]] == [page for titre in list(titres)[3:6] for page in titres[titre]]


def test_each_declared_page_takes_one_sheet_where_the_contents_say(feuilles, rendu):
    contenu = feuilles[1]
    assert "Sommaire" in contenu
    numeros = [int(numero) for numero in re.findall(r"\.{3,}\s*(\d+)", contenu)]
    assert numeros
    for feuillet in rendu["feuillets"]:
        portent = [
            rang
            for rang, feuille in enumerate(feuilles, 1)
            if feuillet.titre.replace("\u202f", " ") in feuille and rang in numeros
        ]
        assert portent, feuillet.titre
    sans_annexe = next(
        rang for rang, feuille in enumerate(feuilles) if "Définitions des chiffres" in feuille and rang > 2
    )
    # Cover, contents, key figures, three openings, and one sheet a page: nothing runs over.
    assert sans_annexe == 6 + len(rendu["feuillets"])
    assert 25 <= len(feuilles) <= 45


def test_every_line_of_the_contents_names_the_sheet_that_bears_its_title(feuilles, rendu):
    contenu = feuilles[1].replace("\u202f", " ")
    trouvees = 0
    for titre in {feuillet.titre.replace("\u202f", " ") for feuillet in rendu["feuillets"]}:
        numeros = [int(n) for n in re.findall(rf"{re.escape(titre)}\s*\.{{3,}}\s*(\d+)", contenu)]
        assert len(numeros) == sum(f.titre.replace("\u202f", " ") == titre for f in rendu["feuillets"]), titre
        for numero in numeros:
            assert titre in re.sub(r"\s+", " ", feuilles[numero - 1]), (titre, numero)
            assert re.search(rf"\b{numero}$", feuilles[numero - 1].rstrip()), (titre, numero)
        trouvees += len(numeros)
    assert trouvees == len(rendu["feuillets"]) > 25


def liens_imprimes(pdf_ecrit: bytes, dossier: Path) -> list[tuple[int, str, str]]:
    """Sheet, definition led to and words under each link to the annex: what a reader sees of a figure, and what it is."""
    chemin = dossier / "rapport.pdf"
    chemin.write_bytes(pdf_ecrit)
    feuillets = relecture.feuillets(chemin)
    liens = []
    with pikepdf.open(chemin) as ouvert:
        for rang, feuillet in enumerate(ouvert.pages):
            hauteur = float(feuillet.mediabox[3])
            for lien in feuillet.get("/Annots", []):
                cible = str(lien.get("/Dest", "")) or str(lien.get("/A", {}).get("/D", ""))
                if not cible.startswith("definition-"):
                    continue
                (x0, x1), (y0, y1) = (sorted(float(lien.Rect[bord]) for bord in bords) for bords in ((0, 2), (1, 3)))
                mots = [
                    mot.texte
                    for mot in feuillets[rang]
                    if x0 - 1 <= mot.x <= x1 + 1 and y0 - 1 <= hauteur - mot.y <= y1 + 1
                ]
                liens.append((rang, cible, " ".join(mots)))
    return liens


def test_every_figure_printed_as_a_link_is_the_value_of_its_indicator(rendu, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    par_ancre = {ancre(code): code for code in INDICATEURS}
    admises: dict[str, set[str]] = {}
    for code, valeurs in rendu["par_axe"].items():
        admises[code] = {re.sub(r"\s", "", ecrire(INDICATEURS[code], valeur)) for valeur in valeurs}
    lus = 0
    for rang, cible, dit in liens_imprimes(rendu["pdf"], tmp_path):
        code = par_ancre.get(cible)
        compact = re.sub(r"\s", "", dit)
        if code is None or not re.match(r"[−-]?\d|—", compact):
            # The title of a drawing, or the name of a figure, leads to its definition too.
            continue
        assert any(compact.startswith(valeur) for valeur in admises[code]), (rang + 1, code, dit, admises[code])
        lus += 1
    assert lus > 120


def plat(texte: str) -> str:
    return re.sub(r"\s+", " ", texte)


def test_every_line_of_a_chart_or_a_table_prints_the_value_of_its_figure(feuilles, rendu):
    """Where the sheet says the label followed by numbers, these are the values, in their order."""
    attendues: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for titre, libelle, valeurs in rendu["lignes"]:
        # Two charts of a page may have a line of the same name: a town, and the towns around it.
        attendues.setdefault((plat(titre), plat(libelle)), set()).add(valeurs)
    lues: dict[int, int] = {}
    for (titre, libelle), possibles in attendues.items():
        suites = [
            reste
            for feuille in feuilles[2:]
            if titre in (page := plat(feuille))
            for reste in re.findall(re.escape(libelle) + r" +(?=[−-]?\d|—)(.{0,60})", page)
        ]
        if not suites:
            # Gathered under « Autres », cut in two lines, or a team that had nobody.
            continue
        dites = [rf"{re.escape(plat(' '.join(valeurs)))}(?![\d,])" for valeurs in possibles]
        # Two rows of a narrow chart may be read as one: the value is then the second number.
        assert any(re.search(rf"(?<![\d,]){dite}", suite[:24]) for dite in dites for suite in suites), (
            titre,
            libelle,
            possibles,
            suites,
        )
        taille = max(len(valeurs) for valeurs in possibles)
        lues[taille] = lues.get(taille, 0) + 1
    assert lues[1] > 100, lues
    assert lues[3] > 5, lues


def test_every_point_of_a_series_is_printed_on_its_sheet(feuilles, rendu):
    lus = 0
    for titre, code, dit in rendu["points"]:
        pages = [plat(f) for f in feuilles[2:] if plat(titre) in plat(f)]
        assert any(re.search(rf"(?<![\d,]){re.escape(plat(dit))}(?![\d,])", page) for page in pages), (titre, code, dit)
        lus += 1
    assert lus > 50


def test_what_a_chart_gathers_under_others_is_the_sum_of_what_it_does_not_name(feuilles, rendu):
    lus = 0
    for titre in {page for page, _, _ in rendu["restes"]}:
        restes = [(au_moins, sommes) for page, au_moins, sommes in rendu["restes"] if page == titre]
        dits = [
            (int(combien), re.sub(r"\s", "", dit))
            for feuille in feuilles[2:]
            if re.search(rf"^\s*{re.escape(titre.replace(chr(0x202F), ' '))}\s*$", feuille, re.MULTILINE)
            for combien, dit in re.findall(r"Autres \((\d+)\) +(\d+(?: \d{3}(?!\d))*)", feuille)
        ]
        # A chart short of room gathers more lines than it is told to, never fewer; and nothing else is gathered.
        for combien, dit in dits:
            assert any(sommes.get(combien) == dit for _, sommes in restes), (titre, combien, dit)
        for au_moins, sommes in restes:
            if au_moins > 1:
                assert any(combien >= au_moins and sommes.get(combien) == dit for combien, dit in dits), (titre, dits)
        lus += len(dits)
    assert lus > 3


def test_every_number_of_months_ages_and_stacked_workshops_is_read_back_where_it_stands(rendu, feuilles, tmp_path):
    chemin = tmp_path / "rapport.pdf"
    chemin.write_bytes(rendu["pdf"])
    mots = relecture.feuillets(chemin)
    lus = Counter()
    for genre, page, titre, attendu in rendu["a_relire"]:
        boites = [
            (feuillet, boite)
            for feuillet in mots[2:]
            if (tete := relecture.ou(feuillet, page)) and tete.y1 - tete.y0 > 20
            if (boite := relecture.ou(feuillet, titre))
        ]
        assert boites, (page, titre)
        feuillet, boite = boites[0]
        if genre == "mois":
            for rang, nombres in enumerate(relecture.mois(feuillet, boite)):
                # A column too narrow bears none; one that bears a number bears its own.
                assert nombres in ([], [attendu[rang]]), (page, titre, rang, nombres, attendu)
                lus[genre] += len(nombres)
        elif genre == "ages":
            for libelle, hommes_femmes in attendu.items():
                assert relecture.de_part_et_d_autre(feuillet, boite, libelle) == hommes_femmes, (page, libelle)
                lus[genre] += 2
        else:
            for nombres, couches in zip(relecture.piles(feuillet, boite, list(attendu)), attendu.values(), strict=True):
                assert nombres[-1] == couches[-1], (page, titre, nombres, couches)
                suite = iter(couches)
                # From the bottom, in the order of the workshops; a layer too thin bears none.
                assert all(nombre in suite for nombre in nombres), (page, titre, nombres, couches)
                lus[genre] += len(nombres)
    assert lus["mois"] > 40, lus
    assert lus["ages"] > 10, lus
    assert lus["ateliers"] > 3, lus


def test_no_sheet_of_an_extract_is_left_almost_empty(rendu):
    for code, ecrit in rendu["extraits"].items():
        textes = textes_des_feuilles(ecrit)
        assert "Sommaire" in textes[1]
        assert "Comment lire ce rapport" in textes[1]
        assert "Définitions" in textes[1]
        # Past the cover, the contents and the opening of the part.
        assert min(len(re.findall(r"\w+", texte)) for texte in textes[3:]) > 60, code
    # Perspectives end a page of figures, or the definitions follow them.
    assert "Ce que nous voulons faire" in rendu["extrait_rsa"]
    assert 'id="perspectives-' not in rendu["extrait_rsa"]


def test_every_sheet_but_the_full_ones_bears_its_number_and_its_part(feuilles):
    for rang, feuille in enumerate(feuilles, 1):
        if "Les faits marquants" in feuille and "salariés" in feuille.lower() and "...." not in feuille:
            assert re.search(rf"\b{rang}\s*$", feuille.rstrip())
            assert "Pôle insertion" in feuille


def test_every_value_of_the_annex_is_the_figure(feuilles, rendu):
    texte_pdf = re.sub(r"\s+", " ", " ".join(feuilles).replace("\u202f", " "))
    for code, valeur in rendu["valeurs"].items():
        assert re.sub(r"\s+", " ", ecrire(INDICATEURS[code], valeur).replace("\u202f", " ")) in texte_pdf, code
    assert "None" not in texte_pdf


@pytest.mark.une_base
def test_the_same_report_is_the_same_bytes(rendu):
    assert en_pdf(rendu["html"]) == rendu["pdf"]
    assert rendu["xlsx"][0] == rendu["xlsx"][1]


def test_the_file_is_well_formed(rendu, tmp_path):
    if shutil.which("qpdf") is None:
        pytest.skip("qpdf is not installed")
    chemin = tmp_path / "rapport.pdf"
    chemin.write_bytes(rendu["pdf"])
    subprocess.run(["qpdf", "--check", chemin], check=True, capture_output=True)


def test_every_figure_leads_to_its_definition_inside_the_document(rendu):
    html = rendu["html"]
    identifiants = re.findall(r' id="([^"]+)"', html)
    assert len(identifiants) == len(set(identifiants))
    for adresse in re.findall(r'href="([^"]+)"', html):
        assert adresse.startswith("#"), adresse
        assert adresse[1:] in identifiants, adresse
    assert {ancre(code) for code in DECLARATIONS} <= set(identifiants)


def test_the_self_contained_page_asks_for_nothing(rendu):
    page = rendu["autonome"]
    adresses = re.findall(r'(?:src|href)="([^"]*)"|url\("?([^")]*)', page)
    assert all((a or b).startswith(("#", "data:")) for a, b in adresses)
    assert "<script" not in page


def test_a_page_read_on_a_telephone_has_its_drawings_for_it_and_paper_has_not(rendu):
    cles = re.findall(r'<svg [^>]*id="([^"]+)"', rendu["autonome"])
    etroits = {cle for cle in cles if cle.endswith("-etroit")}
    assert len(cles) == len(set(cles))
    assert {cle.removesuffix("-etroit") for cle in etroits} == set(cles) - etroits
    assert etroits
    largeurs = re.findall(r'-etroit" role="img" width="([\d.]+)"', rendu["autonome"])
    assert len(largeurs) == len(etroits)
    # A name and an amount that do not fit make a drawing a little wider, never as wide as a column of paper.
    assert max(float(largeur) for largeur in largeurs) < 384
    assert "-etroit" not in rendu["html"].replace("dessin-etroit", "")


def test_a_warning_of_the_renderer_is_a_failure():
    with pytest.raises(RenduImpossible, match="incomplet"):
        en_pdf("<style>p { couleur-imaginaire: 3 }</style><p>x</p>")


def test_missing_system_libraries_are_named_with_the_command_that_installs_them(monkeypatch):
    assert verifications.bibliotheques_du_pdf(None) == []
    monkeypatch.setattr(verifications, "BIBLIOTHEQUES", {"libabsente.so.0": "libpango-1.0-0"})
    monkeypatch.setattr(verifications.sys, "platform", "linux")
    [alerte] = verifications.bibliotheques_du_pdf(None)
    assert "libpango-1.0-0" in alerte.msg
    assert alerte.hint == "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@pytest.mark.parametrize(
    "adresse", ["https://exemple.fr/x.png", "file:" + "///etc/passwd", "police:../LICENSE.txt", "photo:x", "data:,x"]
)
def test_the_document_can_ask_only_for_its_own_files(adresse):
    with pytest.raises(ValueError):
        ressource(adresse)


def lu(nombre):
    """A number as a workbook gives it back."""
    return None if nombre is None else pytest.approx(float(nombre))


def test_the_workbook_holds_every_figure_its_terms_its_definition_its_five_years_and_no_formula(rendu):
    classeur = load_workbook(io.BytesIO(rendu["xlsx"][0]))
    feuille = classeur["Chiffres"]
    lignes = {ligne[0]: ligne for ligne in feuille.iter_rows(min_row=2, values_only=True)}
    assert set(lignes) == set(INDICATEURS)
    annees = {ligne[0]: ligne[3:] for ligne in classeur["Cinq périodes"].iter_rows(values_only=True)}
    assert annees["Code"] == ("2017", "2018", "2019", "2020", "2021")
    for code, valeur in rendu["valeurs"].items():
        assert lignes[code][3] == lu(valeur), code
        assert lignes[code][4:6] == tuple(map(lu, rendu["termes"][code])), code
        assert lignes[code][10] == texte(INDICATEURS[code].definition), code
        assert annees[code] == tuple(map(lu, rendu["annees"][code])), code
    assert lignes["aci.taux_sorties_dynamiques"][4:6] == (13, 29)
    assert annees["aci.taux_sorties_dynamiques"][:4] == (0.615, 0.61, 0.8, 0.4)
    assert lignes["aci.salaries"][6] == 63
    assert all(cellule.data_type != "f" for f in classeur for ligne in f.iter_rows() for cellule in ligne)
    assert texte("=1+1") == "'=1+1"


def test_sections_are_known_by_their_code():
    codes = [page.code for page in pages()]
    assert len(codes) == len(set(codes))
    assert section_connue("aci")
    assert section_connue("atelier:x")
    assert not section_connue("atelier")
    assert not section_connue("rien")


@pytest.mark.une_base
@pytest.mark.django_db
@pytest.mark.parametrize("periode", [ANNEE, Periode(datetime.date(2020, 9, 1), datetime.date(2021, 8, 31))])
def test_an_empty_database_makes_a_report_of_dashes(periode):
    html = document(periode, JOUR)
    assert "None" not in re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    assert html.count("—") > len(INDICATEURS)
    assert en_pdf(html).startswith(b"%PDF")


@pytest.mark.django_db
def test_a_period_that_is_not_over_is_provisional():
    assert "rovisoire" in re.sub(r"<style>.*?</style>", "", document(ANNEE, datetime.date(2021, 12, 31)), flags=re.S)
    assert "rovisoire" not in re.sub(r"<style>.*?</style>", "", document(ANNEE, datetime.date(2022, 1, 1)), flags=re.S)


@pytest.mark.une_base
@pytest.mark.django_db
def test_texts_and_photographs_are_printed_with_their_section(medias):
    rapport = Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
    Texte.objects.create(rapport=rapport, section="aci", corps="Une **belle** année")
    Texte.objects.create(rapport=rapport, section="rsa", corps="  ")
    Photo.objects.create(
        rapport=rapport, section="cqp", image=preparer(photo(30, 20)), alternative="Un atelier", legende="Au travail"
    )
    html = document(ANNEE, JOUR)
    assert "Une <strong>belle</strong> année" in html
    assert 'alt="Un atelier"' in html
    # A few words share the sheet of their figures; a photograph takes one.
    assert html.count('class="encart') == 1
    assert html.count('class="page parole') == 1
    assert en_pdf(html).count(b"/Subtype /Image") + en_pdf(html).count(b"/Subtype/Image") >= 1
    assert "data:image/jpeg" in autonome(ANNEE, JOUR)


# The command


@pytest.mark.une_base
@pytest.mark.django_db
@pytest.mark.parametrize(("fin", "debut"), [("html", b"<!doctype html>"), ("PDF", b"%PDF-"), ("xlsx", b"PK")])
def test_the_command_writes_what_the_ending_asks(tmp_path, fin, debut):
    chemin = tmp_path / f"rapport.{fin}"
    chemin.write_text("avant")
    call_command("rapport", annee=2021, sortie=chemin)
    assert chemin.read_bytes().lower().startswith(debut.lower())
    assert [p.name for p in tmp_path.iterdir()] == [chemin.name]


@pytest.mark.django_db
@pytest.mark.parametrize("sortie", ["rapport.docx", "rapport", "absent/rapport.pdf"])
def test_the_command_says_what_it_cannot_write(tmp_path, sortie):
    with pytest.raises(CommandError, match="«"):
        call_command("rapport", annee=2021, sortie=tmp_path / sortie)
    assert not list(Path(tmp_path).iterdir())


# The site


@pytest.fixture
def directeur(client, db, medias):
    maison = construire()
    client.force_login(maison.comptes["directeur"])
    return client


def test_every_figure_has_its_page_and_its_list(directeur):
    annee = datetime.date.today().year
    for code in DECLARATIONS:
        fiche = directeur.get(f"/rapports/{annee}/{code}/")
        assert fiche.status_code == 200, code
        assert typographie(DECLARATIONS[code].definition) in fiche.content.decode()
        liste = directeur.get(f"/rapports/{annee}/{code}/liste/")
        assert liste.status_code == 200, code


def test_a_figure_leads_to_the_dossiers_it_counts(directeur):
    annee = datetime.date.today().year
    page = directeur.get(f"/rapports/{annee}/aci.salaries/liste/").content.decode()
    assert "Évrard" in page
    assert "/personnes/" in page
    assert "Vandamme" not in page
    assert directeur.get(f"/rapports/{annee}/aci.salaries_par_sexe/liste/?cle=inconnu").status_code == 200
    assert directeur.get(f"/rapports/{annee}/aci.salaries_par_sexe/liste/?cle=autre").status_code == 404
    assert directeur.get(f"/rapports/{annee}/aci.salaries/?atelier=AT").status_code == 200
    assert directeur.get(f"/rapports/{annee}/aci.salaries/?atelier=rien").status_code == 404
    assert directeur.get(f"/rapports/{annee}/rsa.suivis/?atelier=AT").status_code == 404
    assert directeur.get(f"/rapports/{annee}/rien/").status_code == 404


def test_the_page_of_the_report_holds_under_the_content_security_policy(directeur):
    reponse = directeur.get("/rapports/2021/")
    page = reponse.content.decode()
    assert "unsafe-inline" not in reponse.headers["Content-Security-Policy"]
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)
    for code in ("aci.salaries", "rsa.suivis", "finances.produits"):
        assert f'href="/rapports/2021/{code}/"' in page


def test_the_director_writes_a_text_and_adds_a_photograph(directeur):
    assert directeur.post("/rapports/2021/textes/aci/", {"corps": "Bonjour **à tous**"}).status_code == 302
    envoi = {"image": photo(40, 30), "alternative": "Un jardin", "legende": ""}
    assert directeur.post("/rapports/2021/textes/aci/photographie/", envoi).status_code == 302
    image = Photo.objects.get()
    page = directeur.get("/rapports/2021/").content.decode()
    assert "Bonjour <strong>à tous</strong>" in page
    assert f"/rapports/photographies/{image.pk}/" in page
    reponse = directeur.get(f"/rapports/photographies/{image.pk}/")
    assert reponse.headers["Content-Type"] == "image/jpeg"
    assert b"".join(reponse.streaming_content).startswith(b"\xff\xd8")
    sans_texte = {"image": photo(40, 30), "alternative": ""}
    assert directeur.post("/rapports/2021/textes/aci/photographie/", sans_texte).status_code == 200
    assert Photo.objects.count() == 1
    assert directeur.post(f"/rapports/photographies/{image.pk}/retirer/").status_code == 302
    assert not Photo.objects.exists()


def test_a_closed_report_takes_no_more_texts(directeur):
    rapport = Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
    clore(rapport, None, fichiers=False)
    assert directeur.get("/rapports/2021/textes/aci/").status_code == 403
    assert directeur.post("/rapports/2021/textes/aci/", {"corps": "x"}).status_code == 403
    assert not Texte.objects.exists()
    assert "Écrire" not in directeur.get("/rapports/2021/").content.decode()


@pytest.mark.une_base
def test_the_files_of_the_report_are_served(directeur):
    reponse = directeur.get("/rapports/2021/rapport.pdf")
    assert reponse.headers["Content-Type"] == "application/pdf"
    assert directeur.get("/rapports/2021/chiffres.xlsx").content.startswith(b"PK")
    choisie = directeur.get("/rapports/", {"debut": "2020-09-01", "fin": "2021-08-31"})
    assert choisie.headers["Location"] == "/rapports/2020-09-01_2021-08-31/"
    assert "début" in directeur.get("/rapports/", {"debut": "2021-09-01", "fin": "2021-08-31"}).content.decode()
