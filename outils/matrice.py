"""Write `docs/acces.md` from the rules of access (see `aipi.matrice`).

python -m outils.matrice
"""

from __future__ import annotations

import importlib
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aipi.settings")
    django.setup()
    matrice = importlib.import_module("aipi.matrice")
    matrice.FICHIER.write_text(matrice.rediger(), encoding="utf-8")


if __name__ == "__main__":
    main()
