"""Caseloads of the tests: the examples, and sheets written in a test as text."""

from __future__ import annotations

from pathlib import Path

EXEMPLES = Path(__file__).parent / "exemples"


def ecrire_feuilles(dossier: Path, feuilles: dict[str, str]) -> Path:
    """Write `{sheet: text}` as CSV files; spaces around cells and a common indent are dropped."""
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, texte in feuilles.items():
        lignes = [";".join(cellule.strip() for cellule in ligne.split(";")) for ligne in texte.strip().splitlines()]
        (dossier / f"{nom}.csv").write_text("\n".join(lignes) + "\n", encoding="utf-8")
    return dossier
