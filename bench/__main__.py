"""Measure everything and print one table: `python -m bench [--taille 1|100] [--base …] [--sections …]`."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.bases import Bases, bases

SECTIONS = ("indicateurs", "importation", "rapport", "redaction", "ecrans")
TAILLES_ECRANS = (5, 50)
"""Times the demonstration: some 2,000 persons, then 20,000 with 200,000 contacts."""
TOURS_ECRANS = 10
MANCHES_ECRANS = 3
REQUETES_ECRAN = 20
RAPPORT_ECRAN = 0.7
CROISSANCE_ECRAN = 1.3
"""Goals of issue « The day of a social worker »: a screen against the administration's, and for ten times the rows."""
DECALAGE = 20
"""Years by which the files of other years are moved, before and after: far enough to share none with the caseload."""
PART_APERCU = 1 / 20
"""Goal of issue « The director's January »: the preview of one section against the whole PDF."""
ENTETE = ("mesure", "base", "taille", "AIPi", "plancher", "rapport (min–max)", "but", "")


@dataclass(frozen=True)
class Resultat:
    """A line of the table; `tenu` is None where there is no goal."""

    mesure: str
    base: str
    taille: int
    aipi: str
    plancher: str = ""
    rapport: str = ""
    but: str = ""
    tenu: bool | None = None

    def cellules(self) -> tuple[str, ...]:
        verdict = "" if self.tenu is None else "tenu" if self.tenu else "MANQUÉ"
        return (
            self.mesure, self.base, f"× {self.taille}", self.aipi, self.plancher, self.rapport, self.but, verdict,
        )  # fmt: skip


def ecrire(nombre: float, decimales: int = 2) -> str:
    return f"{nombre:.{decimales}f}".replace(".", ",")


def duree(temps: list[float]) -> str:
    return f"{ecrire(statistics.median(temps), 3 if max(temps) < 1 else 2)} s"


class Banc:
    """The measures of one engine at one size."""

    def __init__(self, moteur: Bases, dossier: Path, source: Path, taille: int) -> None:
        self.moteur = moteur
        self.dossier = dossier
        self.source = source
        self.taille = taille

    def lancer(self, base: str | None, tache: str, *arguments: object) -> dict[str, Any]:
        """Run a task in a process of its own. Raises CalledProcessError when it fails."""
        environnement = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "aipi.settings",
            "AIPI_DONNEES": str(self.dossier),
            "SECRET_KEY": "mesures",
            "DATABASE_URL": self.moteur.adresse(base) if base else "sqlite:///:memory:",
        }
        fini = subprocess.run(
            [sys.executable, "-m", "bench.taches", tache, *map(str, arguments)],
            env=environnement,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        lu: dict[str, Any] = json.loads(fini.stdout.splitlines()[-1])
        return lu

    def preparer(self) -> None:
        """The caseload at its size, and a migrated database that holds nothing else."""
        self.cas = self.dossier / f"cas-{self.taille}"
        if not self.cas.exists():
            self.lancer(None, "volume", self.source, self.cas, self.taille, 0)
        self.moteur.creer("vide")
        self.lancer("vide", "migrer")

    def mesurer(self, sections: list[str]) -> Iterator[Resultat]:
        self.preparer()
        self.moteur.creer("pleine", "vide")
        premier = self.lancer("pleine", "importation", self.cas)
        if "importation" in sections:
            yield from self.importation(premier)
        if "indicateurs" in sections:
            yield from self.indicateurs()
        if "rapport" in sections:
            yield from self.rapport()
        if "redaction" in sections:
            yield from self.redaction()

    def comparaison(
        self, mesure: str, aipi: list[float], plancher: list[float], limite: float | None, decimales: int = 2
    ) -> Resultat:
        tours = [a / b for a, b in zip(aipi, plancher, strict=True)]
        rapport = statistics.median(aipi) / statistics.median(plancher)
        return Resultat(
            mesure,
            self.moteur.nom,
            self.taille,
            duree(aipi),
            duree(plancher),
            f"{ecrire(rapport, decimales)} ({ecrire(min(tours), decimales)}–{ecrire(max(tours), decimales)})",
            f"≤ {ecrire(limite)}" if limite else "",
            rapport <= limite if limite else None,
        )

    def absolu(self, mesure: str, valeur: float, unite: str, limite: float, plancher: float | None = None) -> Resultat:
        decimales = 0 if unite == "Mo" else 2
        return Resultat(
            mesure,
            self.moteur.nom,
            self.taille,
            f"{ecrire(valeur, decimales)} {unite}",
            "" if plancher is None else f"{ecrire(plancher, decimales)} {unite}",
            "" if plancher is None else ecrire(valeur / plancher),
            but=f"< {ecrire(limite, 0 if unite == 'Mo' else 1)} {unite}",
            tenu=valeur < limite,
        )

    def indicateurs(self) -> Iterator[Resultat]:
        """Every figure of a year by the software and by hand, then with other years beside it."""
        lu = self.lancer("pleine", "indicateurs", 9 if self.taille == 1 else 5)
        limite = None if self.taille == 1 else 2.0
        yield self.comparaison("indicateurs d’une année / SQL écrit à la main", lu["aipi"], lu["plancher"], limite)
        if self.taille == 1:
            yield self.absolu("indicateurs d’une année, en tout", statistics.median(lu["aipi"]), "s", 0.5)
            return
        self.moteur.creer("annees", "pleine")
        for sens in (-DECALAGE, DECALAGE):
            autre = self.dossier / f"cas-{self.taille}-{sens}"
            if not autre.exists():
                self.lancer(None, "volume", self.source, autre, self.taille // 2, sens)
            self.lancer("annees", "importation", autre)
        seule: list[float] = []
        entouree: list[float] = []
        for _ in range(4):
            avant, apres = self.lancer("pleine", "releve_seul", 3), self.lancer("annees", "releve_seul", 3)
            if avant["nombres"] != apres["nombres"]:
                raise SystemExit("Les chiffres de l’année ont changé avec l’arrivée d’autres années.")
            seule += avant["aipi"]
            entouree += apres["aipi"]
        yield self.comparaison("les mêmes, deux fois plus d’années / cette année", entouree, seule, 1.25)

    def importation(self, premier: dict[str, Any]) -> Iterator[Resultat]:
        """The folder by the software, and its rows, already converted, by `executemany`."""
        lignes = self.dossier / "lignes.pickle"
        self.lancer("pleine", "extraire", lignes)
        aipi: list[float] = []
        plancher: list[float] = []
        tours = 5 if self.taille == 1 else 2
        for tour in range(tours):
            if tour or self.taille == 1:
                self.moteur.creer("pleine", "vide")
                premier = self.lancer("pleine", "importation", self.cas)
            aipi.append(premier["secondes"])
            self.moteur.creer("brute", "vide")
            plancher.append(self.lancer("brute", "executemany", lignes)["secondes"])
        self.moteur.creer("brute")
        lignes.unlink()
        yield self.comparaison(f"import de {premier['lignes']} lignes / executemany", aipi, plancher, 4.0)
        yield self.absolu("import, mémoire", premier["mo"], "Mo", 600)

    def rapport(self) -> Iterator[Resultat]:
        """The PDF from figures to bytes, and WeasyPrint alone on its HTML."""
        lu = self.lancer("pleine", "rapport", 3 if self.taille == 1 else 2)
        yield self.comparaison("rapport PDF / WeasyPrint seul", lu["aipi"], lu["plancher"], 1.15)
        lu = self.lancer("pleine", "memoire_du_rapport")
        yield self.absolu("rapport PDF / WeasyPrint seul, mémoire", lu["aipi"], "Mo", 200, lu["plancher"])

    def redaction(self) -> Iterator[Resultat]:
        """What the director waits for in January; the floor of the preview is the whole PDF, which it stands for."""
        lu = self.lancer("pleine", "redaction", 5 if self.taille == 1 else 2)
        for mesure, nom in (("ouvrir l’éditeur d’une section", "editeur"), ("rapport PDF, en tout", "pdf")):
            yield Resultat(mesure, self.moteur.nom, self.taille, duree(lu[nom]))
        yield Resultat("présentation, en tout", self.moteur.nom, self.taille, duree(lu["pptx"]))
        yield self.comparaison("aperçu d’une section / rapport PDF", lu["apercu"], lu["pdf"], PART_APERCU, 3)


def ecrans(moteur: Bases, dossier: Path, source: Path) -> Iterator[Resultat]:
    """The screens of the day at both sizes, against Django's administration on the same rows, then what they grow by.

    They are goals to come nearer to: told, and no failure of the run. Both sizes are asked in turns, so that what else the machine does weighs on both.
    """
    bancs = {taille: Banc(moteur, dossier, source, taille) for taille in TAILLES_ECRANS}
    for taille, banc in bancs.items():
        banc.preparer()
        moteur.creer(f"ecrans{taille}", "vide")
        banc.lancer(f"ecrans{taille}", "importation", banc.cas)
        volume = banc.lancer(f"ecrans{taille}", "preparer_ecrans")
        print(f"{volume['personnes']} personnes, {volume['contacts']} contacts", file=sys.stderr, flush=True)
    requetes = [banc.lancer(f"ecrans{taille}", "requetes_ecrans") for taille, banc in bancs.items()]
    if any(comptees != requetes[0] or max(comptees.values()) > REQUETES_ECRAN for comptees in requetes):
        raise SystemExit(f"Plus de {REQUETES_ECRAN} requêtes, ou davantage quand il y a plus de lignes : {requetes}")
    temps: dict[tuple[str, int], dict[str, list[float]]] = {}
    for _ in range(MANCHES_ECRANS):
        for taille, banc in bancs.items():
            for nom, lus in banc.lancer(f"ecrans{taille}", "mesurer_ecrans", TOURS_ECRANS).items():
                dits = temps.setdefault((nom, taille), {"aipi": [], "plancher": []})
                for qui, secondes in lus.items():
                    dits[qui] += secondes
    petit, grand = TAILLES_ECRANS
    for nom in dict.fromkeys(nom for nom, _ in temps):
        for taille, banc in bancs.items():
            lus = temps[nom, taille]
            resultat = banc.comparaison(f"{nom} / administration", lus["aipi"], lus["plancher"], RAPPORT_ECRAN)
            yield replace(resultat, aipi=milliemes(lus["aipi"]), plancher=milliemes(lus["plancher"]))
        avant, apres = temps[nom, petit]["aipi"], temps[nom, grand]["aipi"]
        croissance = statistics.median(apres) / statistics.median(avant)
        yield Resultat(
            f"{nom}, dix fois plus de lignes",
            moteur.nom,
            grand,
            milliemes(apres),
            milliemes(avant),
            ecrire(croissance),
            f"≤ {ecrire(CROISSANCE_ECRAN)}",
            croissance <= CROISSANCE_ECRAN,
        )


def milliemes(temps: list[float]) -> str:
    return f"{ecrire(statistics.median(temps) * 1000, 1)} ms"


def afficher(resultats: list[Resultat]) -> None:
    lignes = [ENTETE, *(resultat.cellules() for resultat in resultats)]
    largeurs = [max(len(ligne[rang]) for ligne in lignes) for rang in range(len(ENTETE))]
    trait = tuple("-" * largeur for largeur in largeurs)
    for ligne in (lignes[0], trait, *lignes[1:]):
        print("| " + " | ".join(c.ljust(largeur) for c, largeur in zip(ligne, largeurs, strict=True)) + " |")


def annoncer(mesures: Iterator[Resultat]) -> Iterator[Resultat]:
    """Each result, said as soon as it is known."""
    for resultat in mesures:
        print(" · ".join(filter(None, resultat.cellules())), file=sys.stderr, flush=True)
        yield resultat


def main() -> int:
    analyse = argparse.ArgumentParser(prog="python -m bench", description="Mesure le logiciel contre des planchers.")
    analyse.add_argument(
        "--taille", type=int, action="append", help="1, 100… fois la démonstration (défaut : les deux)"
    )
    analyse.add_argument("--base", choices=("sqlite", "postgresql"), action="append", help="défaut : les deux")
    analyse.add_argument("--sections", choices=SECTIONS, nargs="+", default=list(SECTIONS))
    analyse.add_argument("--source", type=Path, help="dossier CSV à mesurer à la place de la démonstration")
    options = analyse.parse_args()
    debut = time.monotonic()
    # The screens have sizes of their own.
    tailles = [] if set(options.sections) == {"ecrans"} else options.taille or [1, 100]
    resultats: list[Resultat] = []
    ecrans_mesures: list[Resultat] = []
    with tempfile.TemporaryDirectory(prefix="aipi-mesures-") as provisoire:
        dossier = Path(provisoire)
        source = options.source or dossier / "demonstration"
        for nom in options.base or ("sqlite", "postgresql"):
            with bases(nom, dossier) as moteur:
                if not source.exists():
                    Banc(moteur, dossier, source, 1).lancer(None, "demonstration", source)
                for taille in tailles:
                    banc = Banc(moteur, dossier, source, taille)
                    resultats += annoncer(banc.mesurer(options.sections))
                if "ecrans" in options.sections:
                    ecrans_mesures += annoncer(ecrans(moteur, dossier, source))
    afficher([*resultats, *ecrans_mesures])
    print(f"\n{time.monotonic() - debut:.0f} s en tout. Comparer les rapports, non les secondes.")
    return int(any(resultat.tenu is False for resultat in resultats))


if __name__ == "__main__":
    sys.exit(main())
