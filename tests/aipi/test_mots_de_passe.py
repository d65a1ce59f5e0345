"""What a password must be, by the deliberation 2022-100 of the CNIL: its own examples, their borders, and no recipe."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from aipi.models import Compte, Parametre
from aipi.mots_de_passe import BITS, bits

pytestmark = pytest.mark.django_db


def refuse(mot_de_passe: str, **compte: str) -> list[str]:
    try:
        validate_password(mot_de_passe, Compte(**compte) if compte else None)
    except ValidationError as erreur:
        return erreur.messages
    return []


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "aB3$eF7&iJ9!",  # twelve signs of four kinds: the first example of the deliberation
        "aB3deF7hiJ9kLm",  # fourteen of three kinds: the second
        "le vent du nord pousse sept bateaux",  # a sentence of seven words: the third
        "bcdfghjklmnpqrstv",  # any composition: seventeen small letters
        "lavande-47-moulin",
        "éàüîçôùêëïöâñœæøß",
    ],
)
def test_what_the_deliberation_accepts_is_accepted(mot_de_passe):
    assert refuse(mot_de_passe) == []


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        "aB3$eF7&iJ9",
        "aB3deF7hiJ9kL",
        "bcdfghjklmnpqrst",
        "123456789012345678",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "aB3$aB3$aB3$",
    ],
)
def test_one_sign_less_or_signs_repeated_is_refused(mot_de_passe):
    assert refuse(mot_de_passe)


def test_a_common_password_is_refused_whatever_its_length():
    assert any("courant" in message for message in refuse("1q2w3e4r5t6y7u8i9o0p"))


def test_a_password_near_the_address_or_the_name_is_refused():
    assert refuse("odile.maes-2026", courriel="odile.maes@exemple.fr")
    assert refuse("Wilhelmine-Vandenbroucke1", nom="Wilhelmine Vandenbroucke", courriel="w@exemple.fr")


def test_words_of_the_house_do_not_make_a_password():
    Parametre.objects.create(cle="association_nom", valide_du=datetime.date(2020, 1, 1), valeur="Les Balises du Canal")
    assert any("balises" in message for message in refuse("Balises-Canal-2026!"))
    assert any("aipi" in message for message in refuse("AIPI-insertion-59"))
    assert refuse("balises et sept harengs qui chantent") == []


def test_a_password_may_be_very_long_and_is_kept_whole(client):
    long = "à la pêche aux moules " * 20
    compte = Compte.objects.create_user("long@exemple.fr", long, role="encadrant")
    assert refuse(long) == []
    assert compte.check_password(long)
    assert not compte.check_password(long[:-1])


@given(st.text(max_size=40))
def test_one_more_sign_never_makes_a_password_weaker(texte):
    for signe in ("a", "Z", "7", "é", " "):
        assert bits(texte + signe) >= bits(texte)


def test_the_example_of_the_deliberation_is_what_the_limit_was_taken_from():
    assert bits("aB3$eF7&iJ9!") == pytest.approx(79.55, abs=0.01)
    assert BITS == 79.5
