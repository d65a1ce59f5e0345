"""Files made to harm are refused in words, quickly and in bounded memory."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from aipi.echange.erreurs import ErreursImport
from aipi.echange.importation import importer
from aipi.models import Personne

from .conftest import ecrire

pytestmark = pytest.mark.django_db
BON = "ref;nom;prenom\nP1;a;b\n"
EN_TETE_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
)
PIED_ODS = "</office:spreadsheet></office:body></office:document-content>"
PRINCIPAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LIENS = "http://schemas.openxmlformats.org/package/2006/relationships"


def erreurs_de(chemin: Path) -> list[str]:
    with pytest.raises(ErreursImport) as attrapee:
        importer(chemin)
    assert not Personne.objects.exists()
    return [str(e) for e in attrapee.value.erreurs]


def zipper(chemin: Path, membres, compression=zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(chemin, "w", compression) as archive:
        for nom, contenu in membres:
            archive.writestr(nom, contenu)
    return chemin


def xlsx(chemin: Path, lignes: str, partages: str = "", avant: str = "", noms=("personnes",)) -> Path:
    feuilles = "".join(f'<sheet name="{nom}" sheetId="{i}" r:id="rId{i}"/>' for i, nom in enumerate(noms, 1))
    liens = "".join(f'<Relationship Id="rId{i}" Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(noms) + 1))
    return zipper(
        chemin,
        [
            ("xl/workbook.xml", f'<workbook xmlns="{PRINCIPAL}" xmlns:r="r"><sheets>{feuilles}</sheets></workbook>'),
            ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{LIENS}">{liens}</Relationships>'),
            ("xl/sharedStrings.xml", f'<sst xmlns="{PRINCIPAL}">{partages}</sst>'),
            *(
                (f"xl/worksheets/sheet{i}.xml", f'{avant}<worksheet xmlns="{PRINCIPAL}"><sheetData>{lignes}</sheetData></worksheet>')
                for i in range(1, len(noms) + 1)
            ),
        ],
    )  # fmt: skip


def texte_xlsx(*valeurs: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in valeurs)


def ods(chemin: Path, tables: str, avant: str = "") -> Path:
    return zipper(chemin, [("content.xml", avant + EN_TETE_ODS + tables + PIED_ODS)])


def texte_ods(*valeurs: str) -> str:
    cellules = "".join(f"<table:table-cell><text:p>{v}</text:p></table:table-cell>" for v in valeurs)
    return f"<table:table-row>{cellules}</table:table-row>"


@pytest.mark.parametrize(
    "nom",
    ["../personnes.csv", "/personnes.csv", "a/../../personnes.csv", "C:\\personnes.csv", "..\\personnes.csv",
     "a/b/personnes.csv", "personnes/x.csv", "parcours.csv/personnes.csv", "personnes/personnes.csv"],
)  # fmt: skip
def test_names_that_leave_the_archive_or_go_deep_are_refused(tmp_path, nom):
    assert erreurs_de(zipper(tmp_path / "a.zip", [(nom, BON)]))


def test_one_folder_in_a_zip_is_taken_with_its_hidden_files(tmp_path):
    membres = [("dossier/", ""), ("dossier/personnes.csv", BON), ("__MACOSX/dossier/._personnes.csv", "x"), (".a", "")]
    assert importer(zipper(tmp_path / "a.zip", membres)).comptes["personnes"].creees == 1


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "membres",
    [[("personnes.csv", BON)] * 2, [("a/personnes.csv", BON), ("personnes.csv", BON)],
     [("a/personnes.csv", BON), ("b/financeurs.csv", "code;nom\n")], [], [("lisezmoi.txt", "x")]],
)  # fmt: skip
def test_double_scattered_unknown_or_no_sheets_in_a_zip_are_refused(tmp_path, membres):
    assert erreurs_de(zipper(tmp_path / "a.zip", membres))


def test_links_are_refused_in_a_zip_and_in_a_folder(tmp_path):
    entree = zipfile.ZipInfo("personnes.csv")
    entree.create_system, entree.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert "lien" in erreurs_de(zipper(tmp_path / "a.zip", [(entree, "/etc/passwd")]))[0]
    dossier = tmp_path / "dossier"
    dossier.mkdir()
    (tmp_path / "ailleurs.csv").write_text(BON)
    (dossier / "personnes.csv").symlink_to(tmp_path / "ailleurs.csv")
    assert "lien" in erreurs_de(dossier)[0]


def test_sub_folders_pipes_and_unreadable_names_in_a_folder_are_refused(tmp_path):
    (tmp_path / "d" / "personnes.csv").mkdir(parents=True)
    assert erreurs_de(tmp_path / "d")[0].startswith("personnes: ")
    (tmp_path / "e" / "archives").mkdir(parents=True)
    ecrire(tmp_path / "e", {"personnes": BON})
    importer(tmp_path / "e", simuler=True)
    ecrire(tmp_path / "e" / "archives", {"personnes": BON})
    assert erreurs_de(tmp_path / "e")[0].startswith("archives: ")
    (tmp_path / "f").mkdir()
    os.mkfifo(tmp_path / "f" / "personnes.csv")
    assert erreurs_de(tmp_path / "f")[0].startswith("personnes: ")
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / os.fsdecode(b"caf\xe9\n.csv")).write_text(BON)
    assert "\n" not in erreurs_de(tmp_path / "g")[0]


@pytest.mark.parametrize("suffixe", [".zip", ".xlsx", ".ods"])
def test_truncated_archives_and_other_files_are_refused(tmp_path, suffixe):
    entier = tmp_path / ("entier" + suffixe)
    if suffixe == ".zip":
        zipper(entier, [("personnes.csv", BON * 1)])
    elif suffixe == ".xlsx":
        xlsx(entier, f"<row>{texte_xlsx('ref', 'nom', 'prenom')}</row>")
    else:
        ods(entier, f'<table:table table:name="personnes">{texte_ods("ref", "nom", "prenom")}</table:table>')
    importer(entier, simuler=True)
    octets = entier.read_bytes()
    coupe = tmp_path / ("coupe" + suffixe)
    for longueur in range(0, len(octets), max(1, len(octets) // 40)):
        coupe.write_bytes(octets[:longueur])
        assert erreurs_de(coupe)
    for place in range(0, len(octets), max(1, len(octets) // 200)):
        coupe.write_bytes(octets[:place] + bytes([octets[place] ^ 0x55]) + octets[place + 1 :])
        try:
            importer(coupe, simuler=True)
        except ErreursImport:
            continue


def test_an_encrypted_member_is_refused(tmp_path):
    chemin = zipper(tmp_path / "a.zip", [("personnes.csv", BON)])
    octets = bytearray(chemin.read_bytes())
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    chemin.write_bytes(octets)
    assert "chiffré" in erreurs_de(chemin)[0]


@pytest.mark.parametrize("suffixe", [".xlsx", ".ods"])
def test_a_doctype_is_refused_wherever_it_stands(tmp_path, suffixe):
    doctype = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    chemin = tmp_path / ("a" + suffixe)
    if suffixe == ".xlsx":
        xlsx(chemin, f"<row>{texte_xlsx('ref', 'nom', 'prenom')}</row>", avant=doctype)
    else:
        ods(chemin, f'<table:table table:name="personnes">{texte_ods("ref")}</table:table>', avant=doctype)
    assert "DOCTYPE" in erreurs_de(chemin)[0]
    zipper(chemin, [("content.xml", EN_TETE_ODS + PIED_ODS), ("styles.xml", doctype + "<x/>"),
                    ("xl/workbook.xml", "<workbook/>"), ("xl/_rels/workbook.xml.rels", "<r/>")])  # fmt: skip
    assert "DOCTYPE" in erreurs_de(chemin)[0]


SOUS_LIMITES = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_400_000_000, 1_400_000_000))
import django
django.setup()
from aipi.echange.erreurs import ErreursImport
from aipi.echange.importation import importer
try:
    importer(sys.argv[1])
    print("importé")
except ErreursImport as refus:
    print(refus.erreurs[0])
usage = resource.getrusage(resource.RUSAGE_SELF)
print(round(usage.ru_utime + usage.ru_stime), usage.ru_maxrss)
"""


def sous_limites(chemin: Path, tmp_path: Path, vierge: Path) -> str:
    """Import in a process of its own; the first error. Fails past 60 seconds of its own processor time, or 400 MB."""
    base = shutil.copy(vierge, tmp_path)
    fin = subprocess.run(
        [sys.executable, "-c", SOUS_LIMITES, str(chemin)],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{base}", "DJANGO_SETTINGS_MODULE": "aipi.settings"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert fin.returncode == 0, fin.stderr[-2000:]
    *messages, usage = fin.stdout.strip().splitlines()
    secondes, memoire = map(int, usage.split())
    assert memoire < 400_000, f"{memoire} ko"
    assert secondes < 60
    return messages[0]


def gros_zip(chemin: Path, nom: str, debut: bytes, motif: bytes, total: int, fin: bytes = b"") -> Path:
    """A member of `total` bytes made of `motif`, written without holding it."""
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if nom.startswith("xl/worksheets") or nom == "xl/sharedStrings.xml":
            archive.writestr(
                "xl/workbook.xml",
                f'<workbook xmlns="{PRINCIPAL}" xmlns:r="r"><sheets><sheet name="personnes" r:id="a"/></sheets></workbook>',
            )
            archive.writestr(
                "xl/_rels/workbook.xml.rels",
                f'<R xmlns="{LIENS}"><Relationship Id="a" Target="worksheets/sheet1.xml"/></R>',
            )
        with archive.open(nom, "w", force_zip64=True) as membre:
            membre.write(debut)
            bloc = motif * max(1, 1_000_000 // len(motif))
            for _ in range(total // len(bloc)):
                membre.write(bloc)
            membre.write(fin)
    return chemin


@pytest.mark.une_base
@pytest.mark.parametrize(
    ("nom", "debut", "motif", "total"),
    [
        ("personnes.csv", b"ref;nom;prenom\n", b"\0", 600_000_000),
        ("personnes.csv", b"ref;nom;prenom\n", b"\n", 520_000_000),
        ("personnes.csv", b"ref;nom;prenom\n", b"a\n", 70_000_000),
        ("personnes.csv", b'ref;nom;prenom\n"', b'\n";"', 200_000_000),
        ("personnes.csv", b"ref;nom;prenom\nP1;", b"a", 200_000_000),
        ("personnes.csv", b"ref", b";", 200_000_000),
        ("content.xml", b"", b"<a>", 200_000_000),
        ("content.xml", b"<a b='", b"x", 200_000_000),
        ("content.xml", EN_TETE_ODS.encode() + b'<table:table table:name="personnes">',
         (b"<table:table-row table:number-rows-repeated='1048576'><table:table-cell><text:p>a<text:s text:c='99999999'/>"
         b"</text:p></table:table-cell></table:table-row>"), 50_000_000),
        ("xl/sharedStrings.xml", b"<sst>", b"<si><t>abcdefgh</t></si>", 100_000_000),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>", b"<row/>", 40_000_000),
    ],
)  # fmt: skip
def test_a_bomb_is_refused_in_bounded_memory_and_time(tmp_path, vierge, nom, debut, motif, total):
    suffixe = ".ods" if nom == "content.xml" else ".xlsx" if nom.startswith("xl") else ".zip"
    message = sous_limites(gros_zip(tmp_path / f"bombe{suffixe}", nom, debut, motif, total), tmp_path, vierge)
    assert message != "importé"
    assert ": " in message


def test_a_cell_of_300000_characters_is_told_at_its_place(tmp_path):
    ecrire(tmp_path / "d", {"personnes": f"ref;nom;prenom\nP1;{'x' * 300_000};b\n"})
    (erreur,) = erreurs_de(tmp_path / "d")
    assert erreur.startswith("personnes:2: nom: ")
    assert len(erreur) < 200


def test_a_sheet_of_far_cells_is_read_without_filling_the_gap(tmp_path):
    lignes = (
        f'<row r="1">{texte_xlsx("ref", "nom", "prenom")}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    (erreur,) = [e for e in erreurs_de(xlsx(tmp_path / "a.xlsx", lignes)) if "droite" in e]
    assert erreur.startswith("personnes:1048576: ")


def test_control_characters_do_not_reach_the_terminal(tmp_path):
    ecrire(tmp_path / "d", {"personnes": "ref;nom;prenom;sexe;\x1b[31m\nP1;a;b;\x1b]0;x\n"})
    assert not any(c < " " or "\x7f" <= c < "\xa0" for e in erreurs_de(tmp_path / "d") for c in e)


def test_the_reader_itself_counts_the_bytes_of_a_file(monkeypatch, tmp_path):
    monkeypatch.setattr("aipi.echange.archive.MAX_FICHIER", 20)
    ecrire(tmp_path / "d", {"personnes": BON})
    assert "plus de" in erreurs_de(tmp_path / "d")[0]
