"""Model fields shared by all apps: exact numbers and exactly ordered codes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

ECHELLE = 10_000
"""Stored integers are ten-thousandths: the exchange format allows four decimals."""

PLAFOND = Decimal("999999999999.9999")
"""Largest amount taken: sums of a few hundred thousand of them stay within 64 bits in practice."""


class Code(models.CharField):  # type: ignore[type-arg]
    """A stable identifier (`ref`, `code`) of 500 characters at most, compared exactly and sorted by Unicode code point on every database.

    SQLite compares bytes already; PostgreSQL needs collation "C", which SQLite does not know.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parametres: dict[str, Any] = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parametres["collation"] = "C"
        return parametres


class NombreExact(models.Field):  # type: ignore[type-arg]
    """A decimal with four places, stored as a whole number so that sums are exact on SQLite and PostgreSQL alike.

    SQLite sums a DecimalField in floating point. Python sees `Decimal`, the database sees ten-thousandths.
    """

    description = "Nombre décimal exact (quatre décimales)"

    def __init__(self, *args: Any, negatif: bool = False, **kwargs: Any) -> None:
        self.negatif = negatif
        super().__init__(*args, **kwargs)
        self.validators = [
            MinValueValidator(-PLAFOND if negatif else Decimal(0)),
            MaxValueValidator(PLAFOND),
        ]

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.negatif:
            kwargs["negatif"] = True
        return name, path, list(args), kwargs

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            return Decimal(str(value).replace(",", "."))
        except ArithmeticError as erreur:
            raise ValidationError("« %(valeur)s » n’est pas un nombre.", params={"valeur": value}) from erreur

    def get_prep_value(self, value: Any) -> int | None:
        value = super().get_prep_value(value)
        if value is None:
            return None
        exact = Decimal(value) * ECHELLE
        if exact != exact.to_integral_value():
            raise ValidationError("Au plus quatre décimales : %(valeur)s.", params={"valeur": value})
        return int(exact)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        return None if value is None else Decimal(value) / ECHELLE

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(
            **{"form_class": forms.DecimalField, "max_digits": 16, "decimal_places": 4, "localize": True, **kwargs}
        )
