"""What runs in a process of its own, against the database of DATABASE_URL: `python -m bench.taches NAME ARGUMENT…`.

Each task prints one JSON object: seconds, and what else is measured.
"""

from __future__ import annotations

import datetime
import itertools
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

django.setup()

from aipi.echange.feuille import feuilles  # noqa: E402 - models need Django set up
from aipi.echange.importation import importer  # noqa: E402
from aipi.models import Compte  # noqa: E402
from aipi.pdf import Chercheur  # noqa: E402
from aipi.periodes import Periode  # noqa: E402
from bench import ecrans  # noqa: E402
from bench.sql import Plancher  # noqa: E402
from bench.volume import grossir  # noqa: E402
from rapports.demonstration import ecrire_demonstration  # noqa: E402
from rapports.demonstration.textes import ecrire_textes  # noqa: E402
from rapports.indicateurs import INDICATEURS, REPARTITIONS  # noqa: E402
from rapports.models import Texte  # noqa: E402
from rapports.rendu.document import document, ressource  # noqa: E402
from rapports.rendu.pdf import en_pdf  # noqa: E402
from rapports.rendu.presentation import en_pptx  # noqa: E402
from rapports.valeurs import Releve  # noqa: E402

ANNEE = Periode.annee(2021)
JOUR = datetime.date(2022, 12, 31)
"""The demonstration is stopped here, so that it does not grow from one measure to the next."""
SECTION = "aci"
"""The section whose editor and preview are measured: the heaviest of the report."""
LOT = 5_000

Mesure = dict[str, Any]


def memoire() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def chronometrer(faire: Callable[[], Any]) -> float:
    debut = time.perf_counter()
    faire()
    return time.perf_counter() - debut


def alterner(tours: int, *faires: Callable[[], Any]) -> list[list[float]]:
    """Seconds of each of `faires`, in turns after one that does not count."""
    for faire in faires:
        faire()
    temps = [[chronometrer(faire) for faire in faires] for _ in range(tours)]
    return [list(colonne) for colonne in zip(*temps, strict=True)]


def demonstration(dossier: str) -> Mesure:
    ecrire_demonstration(Path(dossier), JOUR)
    return {}


def volume(source: str, cible: str, facteur: str, decalage: str) -> Mesure:
    return {"lignes": grossir(Path(source), Path(cible), int(facteur), decalage=int(decalage))}


def migrer() -> Mesure:
    call_command("migrate", verbosity=0)
    return {}


def importation(dossier: str) -> Mesure:
    debut = time.perf_counter()
    resultat = importer(dossier)
    return {
        "secondes": time.perf_counter() - debut,
        "lignes": sum(compte.lignes for compte in resultat.comptes.values()),
        "mo": memoire(),
    }


def extraire(fichier: str) -> Mesure:
    """Keep the imported rows as the database takes them, for `executemany`; what migrations put there is left out."""
    with Path(fichier).open("wb") as sortie, connection.cursor() as curseur:
        for feuille in feuilles().values():
            table = feuille.modele._meta.db_table
            colonnes = [str(champ.column) for champ in feuille.modele._meta.local_concrete_fields]
            noms = ", ".join(connection.ops.quote_name(colonne) for colonne in colonnes)
            curseur.execute(f"SELECT {noms} FROM {connection.ops.quote_name(table)} ORDER BY id")
            while lignes := curseur.fetchmany(LOT):
                pickle.dump((table, colonnes, _prises(lignes)), sortie, pickle.HIGHEST_PROTOCOL)
    return {}


def _prises(lignes: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows that may be written as they are: SQLite gives the time of day as an object, and takes it as a text only."""
    heure = connection.ops.adapt_timefield_value
    return [tuple(heure(v) if isinstance(v, datetime.time) else v for v in ligne) for ligne in lignes]


def _lots(fichier: str) -> Iterator[tuple[str, list[str], list[tuple[Any, ...]]]]:
    with Path(fichier).open("rb") as entree:
        while True:
            try:
                yield pickle.load(entree)
            except EOFError:
                return


def executemany(fichier: str) -> Mesure:
    """The floor of the import: the same rows, converted, in order, in one transaction. Reading `fichier` is not counted."""
    secondes = 0.0
    citer = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as curseur:
        for feuille in reversed(feuilles().values()):
            curseur.execute(f"DELETE FROM {citer(feuille.modele._meta.db_table)}")
        for table, lots in itertools.groupby(_lots(fichier), key=lambda lot: lot[0]):
            for _, colonnes, lignes in lots:
                noms, places = ", ".join(map(citer, colonnes)), ", ".join(["%s"] * len(colonnes))
                debut = time.perf_counter()
                curseur.executemany(f"INSERT INTO {citer(table)} ({noms}) VALUES ({places})", lignes)
                secondes += time.perf_counter() - debut
        debut = time.perf_counter()
    return {"secondes": secondes + time.perf_counter() - debut}


def releve() -> tuple[Releve, dict[str, dict[str, Any]]]:
    """Every figure of the year and of the year before, every breakdown without its zeros."""
    lu = Releve(ANNEE)
    for code in INDICATEURS:
        lu.chiffre(code)
    repartitions = {
        code: {cle: nombre for cle, _, nombre in lu.repartition(code) or () if nombre} for code in REPARTITIONS
    }
    return lu, repartitions


def differences(plancher: Plancher) -> list[str]:
    """Codes whose number is not the same by hand. The floor does not ask whether a sheet is empty: its 0 may be unknown."""
    lu, repartitions = releve()
    chiffres, avant, a_la_main = plancher.lire(ANNEE)
    ecarts = [
        code
        for code in INDICATEURS
        for valeur, attendue in (
            (lu.chiffre(code).valeur, chiffres.get(code)),
            (lu.chiffre(code).avant, avant.get(code)),
        )
        if valeur.nombre != attendue and (valeur.nombre or attendue) and (valeur.origine == "calcule" or attendue)
    ]
    return ecarts + [code for code, lignes in repartitions.items() if lignes != a_la_main[code]]


def indicateurs(tours: str) -> Mesure:
    plancher = Plancher()
    ecarts = differences(plancher)
    if ecarts:
        raise SystemExit(f"Les nombres de bench/sql.py ne sont pas ceux du logiciel : {', '.join(ecarts)}")
    aipi, sql = alterner(int(tours), releve, lambda: plancher.lire(ANNEE))
    return {"aipi": aipi, "plancher": sql, "mo": memoire()}


def releve_seul(tours: str) -> Mesure:
    """Seconds, and the numbers, so that two databases can be compared."""
    lu, repartitions = releve()
    return {
        "aipi": alterner(int(tours), releve)[0],
        "nombres": str([[lu.chiffre(code).nombre for code in INDICATEURS], repartitions]),
    }


def rapport(tours: str) -> Mesure:
    """The report, figures and layout, then WeasyPrint alone on its HTML."""
    # Imported here so that the memory of the other tasks is measured without it.
    from weasyprint import HTML  # noqa: PLC0415 - heavy

    html = document(ANNEE, JOUR)
    aipi, weasyprint = alterner(
        int(tours),
        lambda: en_pdf(document(ANNEE, JOUR)),
        lambda: HTML(string=html, url_fetcher=Chercheur(ressource)).write_pdf(pdf_variant="pdf/ua-1"),
    )
    return {"aipi": aipi, "plancher": weasyprint}


def redaction(tours: str) -> Mesure:
    """Opening the editor of a section, its preview, the whole PDF and the slides, each by the view or function that gives it."""
    # Static files are not collected for a measure, whose pages name them all the same.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    ecrire_textes()
    client = Client(SERVER_NAME="localhost")
    ecrans.entrer(
        client, Compte.objects.get_or_create(courriel="mesure@example.org", defaults={"role": "directeur"})[0]
    )
    adresses = {nom: reverse(nom, args=[ANNEE, SECTION]) for nom in ("texte_update", "texte_apercu")}
    corps = Texte.objects.get(rapport__debut=ANNEE.debut, rapport__fin=ANNEE.fin, section=SECTION).corps

    def lire(reponse: HttpResponseBase) -> None:
        if reponse.status_code != HTTPStatus.OK:
            raise SystemExit(f"L’éditeur répond {reponse.status_code}.")

    temps = alterner(
        int(tours),
        lambda: lire(client.get(adresses["texte_update"])),
        lambda: lire(client.post(adresses["texte_apercu"], {"corps": corps})),
        lambda: en_pdf(document(ANNEE, JOUR)),
        lambda: en_pptx(ANNEE, JOUR),
    )
    return dict(zip(("editeur", "apercu", "pdf", "pptx"), temps, strict=True))


def memoire_du_rapport() -> Mesure:
    """The most memory of the command that writes the report, and of WeasyPrint alone on its HTML."""
    with tempfile.TemporaryDirectory() as dossier:
        page, pdf = Path(dossier, "rapport.html"), Path(dossier, "rapport.pdf")
        page.write_text(document(ANNEE, JOUR), encoding="utf-8")
        commande = ["manage.py", "rapport", "--annee", str(ANNEE.debut.year), "--sortie", str(pdf)]
        return {
            "plancher": _memoire_de(["-m", "bench.taches", "weasyprint_seul", str(page)]),
            "aipi": _memoire_de(commande),
        }


def _memoire_de(arguments: list[str]) -> float:
    """The most memory, in MB, that Python with `arguments` has held."""
    processus = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, etat, usage = os.wait4(processus.pid, 0)
    if etat:
        raise SystemExit(f"{' '.join(arguments)} a échoué.")
    return usage.ru_maxrss / 1024


def weasyprint_seul(page: str) -> Mesure:
    """WeasyPrint on a saved document: the floor of memory."""
    from weasyprint import HTML  # noqa: PLC0415 - as above

    html = Path(page).read_text(encoding="utf-8")
    return {"octets": len(HTML(string=html, url_fetcher=Chercheur(ressource)).write_pdf(pdf_variant="pdf/ua-1"))}


def preparer_ecrans() -> Mesure:
    return ecrans.preparer()


def requetes_ecrans() -> Mesure:
    return ecrans.requetes()


def mesurer_ecrans(tours: str) -> Mesure:
    return {nom: {"aipi": aipi, "plancher": plancher} for nom, aipi, plancher in ecrans.mesurer(int(tours))}


TACHES: dict[str, Callable[..., Mesure]] = {
    tache.__name__: tache
    for tache in (
        demonstration,
        volume,
        migrer,
        importation,
        extraire,
        executemany,
        indicateurs,
        releve_seul,
        rapport,
        redaction,
        memoire_du_rapport,
        weasyprint_seul,
        preparer_ecrans,
        requetes_ecrans,
        mesurer_ecrans,
    )
}

if __name__ == "__main__":
    print(json.dumps(TACHES[sys.argv[1]](*sys.argv[2:])))
