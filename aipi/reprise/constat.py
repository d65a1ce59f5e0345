"""The check of a drop: what would be created, changed and left, what is wrong and where, who may be known already.

It is the import itself, taken back at its end: what it says is what will be.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import models

from aipi.champs import ECHELLE, NombreExact
from aipi.corbeille import personne_de
from aipi.echange.erreurs import Erreur, ErreursImport
from aipi.echange.feuille import Feuille
from aipi.echange.importation import Changement, Compte, importer_source
from aipi.models import Reprise
from aipi.nombres import nombre

from .doubles import ressemblances
from .identites import FABRIQUEE
from .plan import libelle, libelle_feuille
from .traduction import Traduction

CHANGEMENTS_MAXIMUM = 2_000
APERCUS = 8
LAISSEES_MAXIMUM = 200
Dire = Callable[[int, str], None]


class TemoinEssai:
    """Told by the importer of what it writes before it is taken back: said in words while the rows are there."""

    def __init__(self) -> None:
        self.changements: list[dict[str, Any]] = []
        self.apercus: dict[str, list[str]] = defaultdict(list)

    def creees(self, feuille: Feuille, cles: Sequence[Any], ids: Sequence[int]) -> None:
        place = APERCUS - len(self.apercus[feuille.nom])
        if place > 0:
            objets = feuille.modele._default_manager.in_bulk(list(ids[:place]))
            self.apercus[feuille.nom] += [_dit(objets[pk]) for pk in ids[:place] if pk in objets]

    def modifiees(self, feuille: Feuille, changements: Sequence[Changement]) -> None:
        montres = changements[: max(0, CHANGEMENTS_MAXIMUM - len(self.changements))]
        objets = feuille.modele._default_manager.in_bulk([c.pk for c in montres])
        champs = {str(c.champ.column): c for c in feuille.colonnes}
        noms = _Noms(feuille, montres)
        for changement in montres:
            champs_changes = [
                [
                    libelle(champs[colonne]),
                    noms.lu(colonne, avant),
                    noms.lu(colonne, changement.apres[colonne]),
                ]
                for colonne, avant in changement.avant.items()
                if colonne in champs
            ]
            self.changements.append(
                {
                    "feuille": libelle_feuille(feuille),
                    "qui": _dit(objets[changement.pk]),
                    "champs": champs_changes,
                }
            )


def _dit(objet: models.Model) -> str:
    """A row as one recognises it: with its person, and without the references that were made for it."""
    texte = " ".join(FABRIQUEE.sub("", str(objet)).split())
    personne = personne_de(objet)
    return f"{personne}, {texte}" if personne is not None and str(personne) not in texte else texte


class _Noms:
    """Stored values in words. The rows that they name are read at once."""

    def __init__(self, feuille: Feuille, changements: Sequence[Changement]) -> None:
        self._champs: dict[str, models.Field[Any, Any]] = {str(c.champ.column): c.champ for c in feuille.colonnes}
        cles: dict[str, set[int]] = defaultdict(set)
        for changement in changements:
            for colonne in changement.avant:
                if isinstance(self._champs.get(colonne), models.ForeignKey):
                    cles[colonne] |= {v for v in (changement.avant[colonne], changement.apres[colonne]) if v}
        self._objets = {
            colonne: self._champs[colonne].related_model._default_manager.in_bulk(list(voulues))  # type: ignore[union-attr]
            for colonne, voulues in cles.items()
        }

    def lu(self, colonne: str, valeur: Any) -> str:
        champ = self._champs[colonne]
        if valeur is None or valeur == "":
            return ""
        if colonne in self._objets:
            return str(self._objets[colonne].get(valeur, valeur))
        if isinstance(valeur, bool):
            return "oui" if valeur else "non"
        if isinstance(champ, NombreExact):
            return nombre(Decimal(valeur) / ECHELLE)
        if isinstance(champ, models.DateField):
            return f"{datetime.date.fromisoformat(valeur):%d/%m/%Y}"
        return str(dict(champ.flatchoices).get(valeur, valeur)) if champ.choices else str(valeur)


def traduction_de(reprise: Reprise) -> Traduction:
    """The sheets of a drop, by their plans and the persons recognised so far; not read yet."""
    return Traduction(list(reprise.feuilles.order_by("rang")), reprise.doublons)


def constater(reprise: Reprise, dire: Dire) -> dict[str, Any]:
    """Do the import, take it back, and say all that it met. Held names never leave the private folder."""
    traduction = traduction_de(reprise)
    try:
        traduction.traduire(lambda part, quoi: dire(2 + int(48 * part), quoi))
        dire(50, "Personnes déjà connues")
        questions = ressemblances(traduction.identites.nouvelles())
        dire(65, "Essai de l’import")
        temoin = TemoinEssai()
        constat: dict[str, Any] = {"erreurs": [], "nombre_erreurs": 0, "avertissements": []}
        try:
            resultat = importer_source(traduction, simuler=True, temoin=temoin)
            constat["comptes"] = comptes_de(resultat.comptes)
            constat["avertissements"] = resultat.avertissements
        except ErreursImport as refus:
            constat["comptes"] = {}
            situees = [_situee(traduction, erreur) for erreur in refus.erreurs]
            # One cell may have served two columns: its fault is one.
            uniques = {(e["rang"], e["ligne"], e["titre"], e["message"]): e for e in reversed(situees)}
            constat["erreurs"] = sorted(uniques.values(), key=lambda e: (e["rang"], e["ligne"]))
            constat["nombre_erreurs"] = refus.nombre - len(situees) + len(uniques)
        constat |= {
            "changements": temoin.changements,
            "apercus": dict(temoin.apercus),
            "questions": [q for q in questions if q["ref"] not in reprise.doublons],
            "ecartees": traduction.ecartees,
            "laissees": [
                {"feuille": str(f), "ligne": e.ligne, "texte": e.texte, "pourquoi": e.pourquoi}
                for f, e in traduction.lignes_ecartees()
            ][:LAISSEES_MAXIMUM],
            "zeros": traduction.zeros,
            "contredites": traduction.contredites,
            "remarques": [_remarque(traduction, r) for r in traduction.remarques],
        }
        return constat
    finally:
        traduction.fermer()


def comptes_de(comptes: dict[str, Compte]) -> dict[str, list[int]]:
    """By sheet, rows read, created and changed: what is kept of a result."""
    return {nom: [c.lignes, c.creees, c.modifiees] for nom, c in comptes.items()}


def _situee(traduction: Traduction, erreur: Erreur) -> dict[str, Any]:
    """An error of the importer at the cell that it comes from."""
    origine = traduction.origine(erreur.ligne) if erreur.ligne is not None else None
    if origine is None:
        return {"rang": 0, "ligne": 0, "titre": "", "message": _dite(erreur), "vers": ""}
    vers = f"{erreur.feuille}.{erreur.colonne}"
    titre = origine.titre(vers) if erreur.colonne else ""
    rang = origine.lue.trouvee.rang
    return {"rang": rang, "ligne": origine.ligne, "titre": titre, "message": _dite(erreur), "vers": vers}


_INCONNU = re.compile(r"(?:référence|code) inconnue? («.*?»)")


def _dite(erreur: Erreur) -> str:
    """The message as it is read beside a cell, without the words of the format."""
    if inconnu := _INCONNU.match(erreur.message):
        return f"AIPi ne connaît pas {inconnu[1]}"
    return erreur.message[:1].upper() + erreur.message[1:]


def _remarque(traduction: Traduction, remarque: Any) -> dict[str, Any]:
    origine = traduction.origine(remarque.numero)
    assert origine is not None
    return {
        "feuille": str(origine.lue.trouvee),
        "ligne": origine.ligne,
        "titre": origine.titre(remarque.vers),
        "avant": remarque.avant,
        "apres": remarque.apres,
    }


def garder(reprise: Reprise, constat: dict[str, Any]) -> None:
    """Put what was found in the private folder, in the place of what was there."""
    if reprise.constat:
        reprise.constat.delete(save=False)
    reprise.constat.save(f"{reprise.pk}.json", ContentFile(json.dumps(constat).encode()), save=False)
    reprise.verifiee = reprise.version
    reprise.save(update_fields=["constat", "verifiee"])


def lire(reprise: Reprise) -> dict[str, Any]:
    """What the last check found; nothing when there was none."""
    if not reprise.constat:
        return {}
    try:
        with reprise.constat.open("rb") as fichier:
            constat: dict[str, Any] = json.loads(fichier.read())
    except FileNotFoundError:
        return {}
    return constat
