"""`python -m recalcul DOSSIER --annee 2021 [--axe atelier=BAT]` prints the indicators of a folder of CSV files."""

import argparse
import json
from datetime import date

from . import calculer, lire_dossier


def principal() -> None:
    analyseur = argparse.ArgumentParser(prog="recalcul", description=__doc__)
    analyseur.add_argument("dossier")
    analyseur.add_argument("--annee", type=int)
    analyseur.add_argument("--debut", type=date.fromisoformat)
    analyseur.add_argument("--fin", type=date.fromisoformat)
    analyseur.add_argument("--axe")
    choix = analyseur.parse_args()
    if choix.annee:
        choix.debut, choix.fin = date(choix.annee, 1, 1), date(choix.annee, 12, 31)
    if not (choix.debut and choix.fin):
        analyseur.error("--annee, or --debut and --fin")
    resultat = calculer(lire_dossier(choix.dossier), choix.debut, choix.fin, choix.axe)
    print(json.dumps(resultat, ensure_ascii=False, indent=1))


principal()
