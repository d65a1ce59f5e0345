"""XLSX and ODS as real programs write them: typed cells, formulas, the blank workbook."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook, load_workbook

from aipi.echange.erreurs import ErreursImport
from aipi.echange.feuille import feuilles
from aipi.echange.importation import importer
from aipi.echange.modele import ecrire_modele
from aipi.models import Personne
from insertion_pro.models import ChiffreAffaires
from rapports.models import LigneBudget

pytestmark = pytest.mark.django_db


def xlsx(chemin, pages):
    classeur = Workbook()
    classeur.remove(classeur.active)
    for nom, lignes in pages.items():
        page = classeur.create_sheet(nom)
        for ligne in lignes:
            page.append(ligne)
    classeur.save(chemin)
    return chemin


def ods(chemin, pages):
    document = OpenDocumentSpreadsheet()
    for nom, lignes in pages.items():
        table = Table(name=nom)
        for ligne in lignes:
            rangee = TableRow()
            for valeur in ligne:
                rangee.addElement(cellule_ods(valeur))
            table.addElement(rangee)
        document.spreadsheet.addElement(table)
    document.save(chemin)
    return chemin


def cellule_ods(valeur):
    if valeur is None:
        return TableCell()
    if isinstance(valeur, bool):
        return TableCell(valuetype="boolean", booleanvalue="true" if valeur else "false")
    if isinstance(valeur, int | float):
        return TableCell(valuetype="float", value=str(valeur))
    if isinstance(valeur, datetime.date):
        return TableCell(valuetype="date", datevalue=valeur.isoformat())
    if valeur.startswith("="):
        return TableCell(valuetype="float", value="3", formula=valeur)
    cellule = TableCell(valuetype="string")
    for ligne in valeur.split("\n"):
        cellule.addElement(P(text=ligne))
    return cellule


@pytest.fixture(params=[xlsx, ods], ids=["xlsx", "ods"])
def classeur(request, tmp_path):
    return lambda pages: request.param(tmp_path / f"classeur.{request.param.__name__}", pages)


def test_typed_cells_are_read_as_their_values(classeur):
    chemin = classeur(
        {
            "chiffre_affaires": [
                ["atelier", "mois", "montant"],
                [12.0, datetime.date(2021, 3, 14), 24.659999999999997],
            ],
            "ateliers": [["code", "nom"], [12, "Brigades\nvertes"]],
            "personnes": [
                ["ref", "nom", "prenom", "date_naissance", "rqth", "telephone"],
                [7.0, "a", "b", datetime.date(1980, 5, 6), True, 612345678],
                [None] * 6,
                ["P2", "'=x", "d", "06/05/1980", False, None],
            ],
            "budget": [["annee", "sens", "rubrique", "montant"], [2021, "charge", "r", -1.5]],
        }
    )
    assert importer(chemin).comptes["personnes"].lignes == 2
    assert ChiffreAffaires.objects.get().atelier.nom == "Brigades\nvertes"
    assert ChiffreAffaires.objects.get().montant == Decimal("24.66")
    assert ChiffreAffaires.objects.get().mois == datetime.date(2021, 3, 1)
    sept, deux = Personne.objects.order_by("ref")
    assert (sept.ref, sept.rqth, sept.telephone) == ("7", True, "612345678")
    assert (deux.nom, deux.rqth, deux.date_naissance) == ("=x", False, datetime.date(1980, 5, 6))
    assert LigneBudget.objects.get().montant == Decimal("-1.5")


def test_a_formula_is_an_error_at_its_cell(classeur):
    chemin = classeur({"personnes": [["ref", "nom", "prenom"], ["P1", "=1+2", "b"]]})
    with pytest.raises(ErreursImport) as attrapee:
        importer(chemin)
    assert [str(e).split(": ")[:2] for e in attrapee.value.erreurs] == [["personnes:2", "nom"]]


def test_sheets_come_in_any_order_and_unknown_ones_are_refused(classeur):
    parcours = [["ref", "personne", "date_entree"], ["R", "P1", datetime.date(2021, 1, 1)]]
    personnes = [["ref", "nom", "prenom"], ["P1", "a", "b"]]
    importer(classeur({"parcours": parcours, "personnes": personnes}))
    with pytest.raises(ErreursImport) as attrapee:
        importer(classeur({"personnes": personnes, "Feuil1": []}))
    assert str(attrapee.value.erreurs[0]).startswith("Feuil1: ")


def test_an_empty_sheet_is_an_error_and_a_cell_past_the_header_too(classeur):
    with pytest.raises(ErreursImport):
        importer(classeur({"personnes": []}))
    with pytest.raises(ErreursImport) as attrapee:
        importer(classeur({"personnes": [["ref", "nom", "prenom"], ["P1", "a", "b", "c"]]}))
    assert attrapee.value.erreurs[0].ligne == 2


def test_an_ods_row_that_repeats_itself_is_a_key_given_twice(tmp_path):
    document = OpenDocumentSpreadsheet()
    table = Table(name="personnes")
    for valeurs, fois in ((["ref", "nom", "prenom"], 1), ([None], 3), (["P1", "a", "b"], 3), ([None], 1_000_000)):
        rangee = TableRow(numberrowsrepeated=fois)
        for valeur in valeurs:
            rangee.addElement(cellule_ods(valeur))
        table.addElement(rangee)
    document.spreadsheet.addElement(table)
    document.save(tmp_path / "a.ods")
    with pytest.raises(ErreursImport) as attrapee:
        importer(tmp_path / "a.ods")
    assert [(e.ligne, e.colonne) for e in attrapee.value.erreurs] == [(6, "ref"), (7, "ref")]


def test_the_blank_workbook_holds_every_sheet_and_imports_as_it_is(tmp_path):
    ecrire_modele(tmp_path / "modele.xlsx")
    assert {c.lignes for c in importer(tmp_path / "modele.xlsx").comptes.values()} == {0}
    classeur = load_workbook(tmp_path / "modele.xlsx")
    assert set(classeur.sheetnames) == {*feuilles(), ".codes"}
    page = classeur["personnes"]
    page.append(["P1", "Durand", "Zoé", "F", datetime.date(1990, 1, 2)])
    classeur.save(tmp_path / "modele.xlsx")
    importer(tmp_path / "modele.xlsx")
    assert Personne.objects.get().date_naissance == datetime.date(1990, 1, 2)
