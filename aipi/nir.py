"""No national insurance number is kept: refused by every text field of every form, the administration’s too.

Django asks each field for its `default_validators`: giving some to its field of text once reaches the forms of all rooms, those of
libraries and those that are not written yet. What is no form (drafts, imports) asks `nir_ecrit` itself.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

SEPARATEURS = re.compile(r"[\s.\-/_]")
NIR = re.compile(r"(?<!\d)[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{6}(?:\d{2})?(?!\d)", re.IGNORECASE)
"""A national insurance number: sex, year, month, department, commune and rank, with or without its key of two digits."""
NIR_REFUSE = "Cela ressemble à un numéro de sécurité sociale\u202f: l’association n’en garde aucun. Retirez-le."
NIR_RETIRE = "[numéro retiré]"
_ECART = r"[ \u00a0\u202f.\-/]?"
NIR_ECRIT = re.compile(
    rf"(?<![\d.,])[1-478]{_ECART}\d\d{_ECART}(?:0[1-9]|1[0-2]|[2-9]\d){_ECART}(?:\d\d|2[AB]){_ECART}\d{{3}}{_ECART}\d{{3}}"
    rf"(?:{_ECART}\d\d)?(?![\d])",
    re.IGNORECASE,
)
"""The same as it is written, in one piece or by its groups: in a long text, other numbers that follow one another are none."""


def ressemble_a_un_nir(texte: str) -> bool:
    """Whether a national insurance number may hide in the text, however it is spaced."""
    return NIR.search(SEPARATEURS.sub("", texte)) is not None


def nir_ecrit(texte: str) -> bool:
    """Whether a national insurance number is written somewhere in a free text."""
    return NIR_ECRIT.search(texte) is not None


def titre_sans_nir(titre: str) -> str:
    """The name of a file or of a sheet, which nobody can be asked to correct: one with such a number says so instead."""
    return NIR_RETIRE if nir_ecrit(titre) else titre


def sans_nir(valeur: Any) -> None:
    """Refuse a text in which a national insurance number is written. Raises ValidationError."""
    if isinstance(valeur, str) and nir_ecrit(valeur):
        raise ValidationError(NIR_REFUSE, code="nir")


class _SelonLeChamp:
    """The validators of a field of text: none for what is hidden, made by the program, nor for a password, which is kept nowhere."""

    def __get__(self, champ: forms.Field | None, classe: type[forms.Field]) -> list[Any]:
        if champ is None or champ.widget.is_hidden or isinstance(champ.widget, forms.PasswordInput):
            return []
        return [sans_nir]


def installer() -> None:
    """Once, when the site starts."""
    forms.CharField.default_validators = _SelonLeChamp()  # type: ignore[assignment]  # read on each field, as a list
    forms.EmailField.default_validators = [validate_email, sans_nir]
