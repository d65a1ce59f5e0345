"""The words that associations write, and the columns and codes that they mean.

A room adds its own in its module `mots`, found at start-up: this floor knows none of its sheets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_feuilles: dict[str, tuple[str, ...]] = {}
_colonnes: dict[str, tuple[str, ...]] = {}
_codes: dict[str, dict[str, tuple[str, ...]]] = {}


def declarer(
    feuilles: Mapping[str, Sequence[str]] = {},
    colonnes: Mapping[str, Sequence[str]] = {},
    codes: Mapping[str, Mapping[str, Sequence[str]]] = {},
) -> None:
    """Add words for sheets, for columns (« column » or « sheet.column ») and for the codes of « sheet.column »."""
    for nom, mots in feuilles.items():
        _feuilles[nom] = (*_feuilles.get(nom, ()), *mots)
    for nom, mots in colonnes.items():
        _colonnes[nom] = (*_colonnes.get(nom, ()), *mots)
    for nom, par_code in codes.items():
        for code, mots in par_code.items():
            _codes.setdefault(nom, {})[code] = (*_codes.get(nom, {}).get(code, ()), *mots)


def mots_feuille(nom: str) -> tuple[str, ...]:
    return _feuilles.get(nom, ())


def mots_colonne(feuille: str, colonne: str) -> tuple[str, ...]:
    return (*_colonnes.get(f"{feuille}.{colonne}", ()), *_colonnes.get(colonne, ()))


def mots_codes(vers: str) -> dict[str, tuple[str, ...]]:
    """By code of « sheet.column », the words for it."""
    return _codes.get(vers, {})


BOOLEENS = {
    "oui": ("o", "x", "vrai", "1", "yes", "true", "✓", "✔", "v", "present", "presente", "beneficiaire"),
    "non": ("n", "faux", "0", "no", "false", "absent", "absente", "neant", "aucun", "pas"),
}
