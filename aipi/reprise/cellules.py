"""A cell that was read, as a person reads it."""

from __future__ import annotations

import datetime
from typing import Any

from aipi.echange.erreurs import Anomalie


def lu(cellule: Any) -> str:
    """A cell as a person reads it."""
    if isinstance(cellule, datetime.date):
        return f"{cellule:%d/%m/%Y}"
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    return "" if isinstance(cellule, Anomalie) or cellule is None else str(cellule)
