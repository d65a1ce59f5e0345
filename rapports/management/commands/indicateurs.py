"""Print every figure of a period, as JSON, CSV or text (contract: exchange format, commands)."""

from __future__ import annotations

import csv
import datetime
import json
from argparse import ArgumentParser
from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from aipi.nombres import nombre, pourcentage
from aipi.periodes import Periode, plausible
from insertion_pro.axes import Axe
from rapports.indicateurs import DECLARATIONS, INDICATEURS
from rapports.valeurs import Releve


def en_json(valeur: Fraction | None) -> int | float | None:
    """A JSON number that is not rounded: whole numbers as such."""
    if valeur is None:
        return None
    return valeur.numerator if valeur.denominator == 1 else float(valeur)


def lire_periode(annee: int | None, debut: str | None, fin: str | None) -> Periode:
    """The period that the options ask for. Raises CommandError, in French."""
    try:
        if annee is not None and debut is None and fin is None:
            return plausible(Periode.annee(annee))
        if annee is None and debut is not None and fin is not None:
            return plausible(Periode(datetime.date.fromisoformat(debut), datetime.date.fromisoformat(fin)))
    except ValueError as erreur:
        raise CommandError(f"Période impossible : {erreur}") from erreur
    raise CommandError("Donner soit --annee, soit --debut et --fin.")


def figures(releve: Releve) -> dict[str, Any]:
    """The object of the command: the period, the axis, every figure (under an axis, those of the ACI)."""
    axe = releve.axe
    sortie: dict[str, Any] = {}
    for code, declaration in DECLARATIONS.items():
        if axe is not None and axe.nom not in declaration.chapitre.axes:
            continue
        ligne: dict[str, Any] = {"libelle": declaration.libelle, "unite": declaration.unite}
        if code in INDICATEURS:
            ligne |= figure(releve, code)
        else:
            lignes = releve.repartition(code)
            ligne["repartition"] = None if lignes is None else {cle: en_json(valeur) for cle, _, valeur in lignes}
        sortie[code] = ligne
    return {
        "periode": {"debut": releve.periode.debut.isoformat(), "fin": releve.periode.fin.isoformat()},
        "axe": None if axe is None else f"{axe.nom}={axe.code}",
        "indicateurs": sortie,
    }


def figure(releve: Releve, code: str) -> dict[str, Any]:
    """One number, its origin, its precedent and evolution; of a rate, its terms, which a published value has not."""
    chiffre = releve.chiffre(code)
    ligne: dict[str, Any] = {
        "valeur": en_json(chiffre.nombre),
        "origine": chiffre.valeur.origine,
        "precedent": en_json(chiffre.precedent),
        "precedent_origine": chiffre.avant.origine,
        "evolution": en_json(chiffre.evolution),
    }
    if chiffre.indicateur.taux and releve.admis(chiffre.indicateur) and chiffre.valeur.origine != "publie":
        ligne["numerateur"] = en_json(chiffre.valeur.numerateur)
        ligne["denominateur"] = en_json(chiffre.valeur.denominateur)
    return ligne


class Command(BaseCommand):
    help = "Affiche tous les indicateurs d’une période."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--annee", type=int, help="année civile")
        parser.add_argument("--debut", help="premier jour (AAAA-MM-JJ)")
        parser.add_argument("--fin", help="dernier jour (AAAA-MM-JJ)")
        parser.add_argument("--axe", help="atelier=CODE ou equipe=CODE")
        parser.add_argument("--format", choices=("json", "csv", "texte"), default="texte")

    def handle(self, *args: Any, **options: Any) -> None:
        periode = lire_periode(options["annee"], options["debut"], options["fin"])
        axe = None
        if options["axe"]:
            nom, _, code = options["axe"].partition("=")
            try:
                axe = Axe.lire(nom, code)
            except ValueError as erreur:
                raise CommandError(str(erreur)) from erreur
        resultat = figures(Releve(periode, axe))
        getattr(self, f"_{options['format']}")(resultat)

    def _json(self, resultat: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(resultat, ensure_ascii=False, indent=1))

    def _csv(self, resultat: dict[str, Any]) -> None:
        champs = ["valeur", "origine", "precedent", "precedent_origine", "evolution", "numerateur", "denominateur"]
        ecrivain = csv.writer(self.stdout, delimiter=";", lineterminator="\n")
        ecrivain.writerow(["indicateur", "cle", "libelle", "unite", *champs])
        for code, ligne in resultat["indicateurs"].items():
            tete = [ligne["libelle"], ligne["unite"]]
            if "repartition" not in ligne:
                ecrivain.writerow([code, "", *tete, *(ligne.get(champ) for champ in champs)])
            for cle, valeur in (ligne.get("repartition") or {}).items():
                ecrivain.writerow([code, cle, *tete, valeur])

    def _texte(self, resultat: dict[str, Any]) -> None:
        for code, ligne in resultat["indicateurs"].items():
            ecrire = pourcentage if ligne["unite"] == "%" else nombre
            if "repartition" not in ligne:
                valeur, avant = (self._exact(ligne[champ]) for champ in ("valeur", "precedent"))
                unite = "" if ligne["unite"] == "%" else f" {ligne['unite']}"
                self.stdout.write(f"{ligne['libelle']} ({code}) : {ecrire(valeur)}{unite} (avant : {ecrire(avant)})")
                continue
            self.stdout.write(f"{ligne['libelle']} ({code})")
            for cle, valeur in (ligne["repartition"] or {}).items():
                self.stdout.write(f"    {cle} : {nombre(self._exact(valeur))}")

    @staticmethod
    def _exact(valeur: int | float | None) -> Fraction | None:
        return None if valeur is None else Fraction(str(valeur))
