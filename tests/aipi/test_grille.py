"""A grid of cells: what is read, what is written, and a row born meanwhile by another way."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import QueryDict

from aipi.grille import Case, Choix, Grille, Jour, Nombre, bilan, enregistrer, total

COULEURS = Choix((("r", "Rouge"), ("v", "Vert")))


def donnees(montrees=None, **cases) -> QueryDict:
    envoi = QueryDict(mutable=True)
    envoi.update({"montrees": json.dumps(montrees or {}), **cases})
    return envoi


def test_an_absent_cell_is_untouched():
    grille = Grille([Case("a", Nombre(), "5"), Case("b", Nombre())], donnees(b="3"))
    assert grille.changements == {"b": 3}
    assert total(grille.cases.values()) == 8


def test_nothing_known_adds_up_to_nothing_and_a_refused_cell_is_left_out():
    grille = Grille([Case("a", Nombre()), Case("b", Nombre())], donnees(b="x"))
    assert total(grille.cases.values()) is None
    assert bilan(grille) == "Une case est à corriger\u202f: l’explication est dessous."
    deux = Grille([Case("a", Nombre()), Case("b", Nombre())], donnees(a="x", b="y"))
    assert bilan(deux).startswith("2 cases à corriger")


def test_what_a_colleague_wrote_is_said_in_the_words_of_the_page():
    cases = [Case("a", COULEURS, "r"), Case("b", Jour(), "2024-05-02"), Case("c", Nombre(), "")]
    grille = Grille(cases, donnees({"c": "7"}, a="v", b="2024-05-03", c="8"))
    assert [case.montree_autre for case in grille.cases.values()] == ["Rouge", "02/05/2024", "rien"]
    assert not grille.valide


@pytest.mark.parametrize("texte", ["2024-02-30", "1899-12-31", "2101-01-01", "02/05/2024", "2024-W18"])
def test_what_is_no_day_of_the_calendar_is_refused(texte):
    with pytest.raises(ValidationError):
        Jour().lire(texte)


def test_the_first_and_last_days_are_taken():
    assert Jour().lire("1900-01-01") == datetime.date(1900, 1, 1)
    assert Jour().lire("2100-12-31") == datetime.date(2100, 12, 31)


def test_a_long_text_is_shortened_in_what_is_said_of_it():
    with pytest.raises(ValidationError) as erreur:
        Nombre().lire("a" * 1_000)
    assert len(erreur.value.messages[0]) < 120


@pytest.mark.django_db
def test_a_row_born_meanwhile_by_another_way_is_read_and_shown():
    lectures = []

    class Concurrente(Grille):
        def ecrire(self) -> None:
            raise IntegrityError

    def relever() -> Grille:
        # The second reading finds what the other way wrote.
        lectures.append("" if not lectures else "9")
        return Concurrente([Case("a", Nombre(), lectures[-1])], donnees(a="5"))

    grille = enregistrer(relever)
    assert lectures == ["", "9"]
    assert (grille.enregistree, grille.cases["a"].autre) == (False, "9")
