"""Persons of the files who may be known already: what is asked, what is proposed, and the choice that is kept."""

from __future__ import annotations

import datetime
from itertools import product

import pytest

from aipi.models import Personne
from aipi.reprise.doubles import ressemblances
from aipi.reprise.identites import Identite

pytestmark = pytest.mark.django_db
NOMS = ["".join(lettres) for lettres in product("BDFGLMNPRT", "aei", "lmnrstvzpc")]
NEE = datetime.date(1990, 2, 3)


@pytest.mark.parametrize(
    ("nom", "prenom", "naissance", "raison", "propose"),
    [
        ("BEN ALI", "Zoé", NEE, "même nom et même prénom, même date de naissance", "P1"),
        ("Benali", "Zoe", None, "même nom et même prénom", "P1"),
        ("Zoé", "Ben-Ali", NEE, "même nom et même prénom, même date de naissance", "P1"),
        (
            "Ben-Ali",
            "Zoé",
            datetime.date(1990, 3, 2),
            "même nom et même prénom, jour et mois de naissance inversés",
            "",
        ),
        ("Ben-Ali", "Zoé", datetime.date(1985, 7, 9), "même nom et même prénom", ""),
        ("Bin-Ali", "Zoé", datetime.date(1990, 3, 2), "nom et prénom proches, jour et mois de naissance inversés", ""),
        ("Ben-Aly", "Zoé", None, "nom et prénom proches", ""),
        ("Pen-Ali", "Zoé", None, "nom et prénom proches", ""),
        ("Ben-Ali", "Zoée", NEE, "même date de naissance, nom proche", ""),
        ("Bin-Ali", "Zoé", datetime.date(1985, 7, 9), "", ""),
        ("Durand", "Luc", NEE, "", ""),
    ],
)
def test_a_person_of_the_house_is_recognised_however_her_name_is_written(nom, prenom, naissance, raison, propose):
    Personne.objects.create(ref="P1", nom="Ben-Ali", prenom="Zoé", date_naissance=NEE)
    questions = ressemblances({"X": Identite(nom, prenom, naissance)})
    assert [(q["candidats"][0][2], q["propose"]) for q in questions] == ([(raison, propose)] if raison else [])


def test_two_rows_of_the_same_files_that_differ_by_a_swapped_birthday_are_asked_about():
    nouvelles = {
        "X": Identite("Top", "Luc", datetime.date(1990, 3, 4)),
        "Y": Identite("TOP", "Luc", datetime.date(1990, 4, 3)),
    }
    [question] = ressemblances(nouvelles)
    assert question["candidats"][0][::2] == [
        "X",
        "dans ces fichiers\u202f: même nom et même prénom, jour et mois de naissance inversés",
    ]


def test_thousands_of_persons_are_recognised_in_two_queries(django_assert_max_num_queries):
    Personne.objects.bulk_create(
        Personne(ref=f"P{n}", nom=NOMS[n], prenom="Zoé", recherche=f"{NOMS[n].lower()} zoe") for n in range(300)
    )
    with django_assert_max_num_queries(2):
        assert len(ressemblances({f"X{n}": Identite(NOMS[n].upper(), "Zoé", None) for n in range(300)})) == 300
