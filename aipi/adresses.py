"""Addresses of rows: a page has fifty of them that differ by a key, each looked up once in the process."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, reverse

NUMERO = 987_654_321
"""A key that no address holds by itself: it marks where the key of a row goes."""


def adresse(nom: str, *arguments: Any) -> str:
    """The address of a page, or nothing where that page does not exist."""
    try:
        return reverse(nom, args=arguments)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=512)
def _patron(nom: str, avant: tuple[str, ...], prefixe: str, urlconf: str) -> tuple[str, str] | None:
    debut, numero, fin = adresse(nom, *avant, NUMERO).rpartition(str(NUMERO))
    return (debut, fin) if numero else None


def adresse_de(nom: str, cle: int, *avant: str) -> str:
    """The address of the page of one row, which takes its key, after `avant`; nothing where that page does not exist."""
    patron = _patron(nom, avant, get_script_prefix(), str(settings.ROOT_URLCONF))
    return f"{patron[0]}{cle}{patron[1]}" if patron is not None else ""
