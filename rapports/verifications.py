"""System check: the libraries that the PDF needs, named with the command that installs them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks

from rapports.rendu.pdf import INSTALLATION

BIBLIOTHEQUES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""Shared libraries that WeasyPrint opens, and the Debian packages that hold them."""


def absentes() -> list[str]:
    """The Debian packages whose library cannot be opened."""
    manquantes = []
    for bibliotheque, paquet in BIBLIOTHEQUES.items():
        try:
            ctypes.CDLL(bibliotheque)
        except OSError:
            manquantes.append(paquet)
    return manquantes


@checks.register
def bibliotheques_du_pdf(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    if sys.platform != "linux" or not (manquantes := absentes()):
        return []
    return [
        checks.Warning(
            f"Le rapport ne pourra pas être écrit en PDF : il manque {', '.join(manquantes)}.",
            hint=INSTALLATION,
            id="rapports.W001",
        )
    ]
