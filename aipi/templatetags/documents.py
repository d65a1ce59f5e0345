"""What is said of an attached file."""

from __future__ import annotations

from decimal import Decimal

from django import template

from aipi.documents import FORMATS
from aipi.models import Document
from aipi.nombres import nombre

register = template.Library()

KILO = 1_000


@register.filter
def poids(octets: int) -> str:
    """« 340 ko », « 1,2 Mo »: what a file weighs."""
    if octets < KILO * KILO:
        return f"{nombre(max(1, round(octets / KILO)))} ko"
    return f"{nombre(Decimal(octets) / (KILO * KILO), 1)} Mo"


@register.filter
def format_document(document: Document) -> str:
    """« PDF », « Image »."""
    format_lu = FORMATS.get(document.type_mime)
    return format_lu.libelle if format_lu else document.type_mime
