"""The long work of moving in and out: the check, the import, the full export. Left and found again like any other."""

from __future__ import annotations

import datetime
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from aipi.echange.colonnes import Annee, Colonne, Date, Entier, Mois, Nombre, neutraliser
from aipi.echange.erreurs import ErreursImport
from aipi.echange.exportation import exporter, lignes
from aipi.echange.feuille import feuilles
from aipi.echange.importation import importer_source
from aipi.exports import FORMATS
from aipi.models import Reprise
from aipi.models.travaux import EXPORT_COMPLET
from aipi.politique import inscrire_purge
from aipi.roles import reprend
from aipi.templatetags.chiffres import accorde
from aipi.travaux import Dire, Fichier, Genre, TravailImpossible, inscrire

from .complement import archiver
from .constat import comptes_de, constater, garder, traduction_de
from .depot import nom_memoire
from .journal import TemoinJournal, purger, vider
from .memoire import retenir
from .plan import Plan

VERIFIER, IMPORTER, EXPORTER = "reprise_verifier", "reprise_importer", EXPORT_COMPLET
CHIFFRES_MAXIMUM = 15
"""Digits that a number cell of a workbook holds."""


def _reprise(parametres: dict[str, Any]) -> Reprise:
    reprise = Reprise.objects.filter(pk=parametres["reprise"]).first()
    if reprise is None:
        raise TravailImpossible("Ces fichiers ne sont plus là.")
    return reprise


def verifier(parametres: dict[str, Any], dire: Dire) -> Fichier:
    """Check a drop by its plan as it stands."""
    reprise = _reprise(parametres)
    if not reprise.ouverte:
        raise TravailImpossible("Ces fichiers sont déjà importés, ou abandonnés.")
    constat = constater(reprise, dire)
    dire(95, "Résultat")
    with transaction.atomic():
        actuelle = Reprise.objects.select_for_update(of=("self",)).get(pk=reprise.pk)
        if actuelle.version != reprise.version or not actuelle.ouverte:
            raise TravailImpossible("Le plan a changé pendant la vérification\u202f: relancez-la.")
        garder(actuelle, constat)
    erreurs = accorde(constat["nombre_erreurs"], "erreur")
    return _texte("verification", [erreurs, *_lignes_de_comptes(constat["comptes"])])


def importer(parametres: dict[str, Any], dire: Dire) -> Fichier:
    """Import a drop for good: all of it with its journal, or nothing. Done already, it is not done again."""
    reprise = _reprise(parametres)
    if reprise.etat == Reprise.Etat.IMPORTEE:
        return _texte("import", _lignes_de_comptes(reprise.comptes))
    if not reprise.constatee:
        raise TravailImpossible("Le plan a changé depuis la vérification\u202f: vérifiez de nouveau.")
    traduction = traduction_de(reprise)
    try:
        traduction.traduire(lambda part, quoi: dire(2 + int(58 * part), quoi))
        dire(60, "Écriture, d’un seul tenant")
        with transaction.atomic():
            reprise = Reprise.objects.select_for_update(of=("self",)).get(pk=reprise.pk)
            if not (reprise.ouverte and reprise.constatee):
                raise TravailImpossible("Le plan a changé depuis la vérification\u202f: vérifiez de nouveau.")
            temoin = TemoinJournal(reprise)
            resultat = importer_source(traduction, temoin=temoin)
            temoin.reconnaitre({ref: vers for ref, vers in reprise.doublons.items() if vers})
            temoin.clore()
            reprise.etat, reprise.importee_le = Reprise.Etat.IMPORTEE, timezone.now()
            reprise.comptes = comptes_de(resultat.comptes)
            reprise.avertissements = [list(a) for a in resultat.avertissements]
            reprise.save(update_fields=["etat", "importee_le", "comptes", "avertissements"])
            for feuille in reprise.feuilles.all():
                # A guess that was good enough to be imported is no longer a guess.
                retenir(feuille.titres, Plan.de(feuille.plan), nom_memoire(feuille))
            vider(reprise)
            # Started again meanwhile, this attempt writes nothing: the other one does it.
            dire(97, "Validation")
    except ErreursImport as refus:
        raise TravailImpossible(
            f"Rien n’est importé\u202f: {accorde(refus.nombre, 'erreur')} depuis la vérification. Vérifiez de nouveau."
        ) from None
    finally:
        traduction.fermer()
    return _texte("import", _lignes_de_comptes(reprise.comptes))


def _lignes_de_comptes(comptes: dict[str, list[int]]) -> list[str]:
    return [
        f"{nom}: {lues} lignes, {creees} créées, {modifiees} modifiées, {lues - creees - modifiees} inchangées"
        for nom, (lues, creees, modifiees) in comptes.items()
    ]


def _texte(nom: str, contenu: list[str]) -> Fichier:
    return Fichier(("\n".join(contenu) + "\n").encode(), f"{nom}.txt", "text/plain; charset=utf-8")


FORMES = {
    "zip": "Archive de fichiers CSV",
    "xlsx": "Classeur, une feuille par onglet",
    "reste": "Documents, photographies, rapports et registres",
}


def exporter_tout(parametres: dict[str, Any], dire: Dire) -> Fichier:
    """Everything that the house holds: in the exchange format (`forme` zip or xlsx), it can be imported elsewhere.

    `reste`: what that format does not hold.
    """
    jour = timezone.localdate()
    dire(5, "Lecture des dossiers")
    if parametres.get("forme") == "reste":
        return Fichier(archiver(dire), f"aipi-pieces-{jour:%Y-%m-%d}.zip", "application/zip")
    if parametres.get("forme") == "xlsx":
        return Fichier(_classeur(dire), f"aipi-{jour:%Y-%m-%d}.xlsx", FORMATS["xlsx"])
    with tempfile.TemporaryDirectory(prefix="export-") as chantier:
        dossier = Path(chantier) / "export"
        exporter(dossier)
        dire(80, "Mise en archive")
        sortie = io.BytesIO()
        with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
            for chemin in sorted(dossier.iterdir()):
                archive.write(chemin, chemin.name)
    return Fichier(sortie.getvalue(), f"aipi-{jour:%Y-%m-%d}.zip", "application/zip")


def _classeur(dire: Dire) -> bytes:
    classeur = Workbook(write_only=True)
    with transaction.atomic():
        declarees = list(feuilles().values())
        for rang, feuille in enumerate(declarees):
            dire_part = 5 + 85 * rang // len(declarees)
            page = None
            for ligne in lignes(feuille):
                if page is None:
                    page = classeur.create_sheet(feuille.nom)
                    page.freeze_panes = "A2"
                    page.append([_titre(page, colonne.nom) for colonne in feuille.colonnes])
                page.append([_cellule(page, c, v) for c, v in zip(feuille.colonnes, ligne, strict=True)])
            if rang % 10 == 0:
                dire(dire_part, f"Feuille {feuille.nom}")
    if not classeur.worksheets:
        raise TravailImpossible("Il n’y a encore rien à exporter.")
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def _titre(page: Any, nom: str) -> Any:
    cellule = WriteOnlyCell(page, value=nom)
    cellule.font = Font(bold=True)
    return cellule


def _cellule(page: Any, colonne: Colonne, valeur: Any) -> Any:
    """A cell that the import reads as the value it stands for: numbers and days as such, the rest as text."""
    texte = colonne.ecrire(valeur)
    if not texte:
        return None
    if isinstance(colonne, Nombre | Entier | Annee) and len(texte.strip("-").replace(".", "")) <= CHIFFRES_MAXIMUM:
        return float(texte) if "." in texte else int(texte)
    if isinstance(colonne, Date) and not isinstance(colonne, Mois) and isinstance(valeur, datetime.date):
        cellule = WriteOnlyCell(page, value=datetime.datetime.combine(valeur, datetime.time()))
        cellule.number_format = "YYYY-MM-DD"
        return cellule
    lisible = "".join(c for c in texte if c >= " " or c in "\n\t")
    cellule = WriteOnlyCell(page, value=neutraliser(lisible) if colonne.neutralisee else lisible)
    cellule.data_type = "s"
    return cellule


inscrire(Genre(VERIFIER, verifier, reprend))
inscrire(Genre(IMPORTER, importer, reprend))
inscrire(Genre(EXPORTER, exporter_tout, reprend))

inscrire_purge("fichiers repris abandonnés et journaux d’import de plus de 90 jours", purger)
