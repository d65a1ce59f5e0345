"""The brake on attempts: it grows, it stays short, it counts in the database, and it locks nobody out on a machine of theirs."""

from __future__ import annotations

import datetime

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from aipi import essais
from aipi.models import Compte, Essai

pytestmark = pytest.mark.django_db
MOT_DE_PASSE = "lavande-47-moulin"


@pytest.fixture
def compte() -> Compte:
    return Compte.objects.create_user("odile@exemple.fr", MOT_DE_PASSE, role="encadrant", nom="Odile Maës")


def essayer(client, mot_de_passe: str, courriel: str = "odile@exemple.fr", **options):
    return client.post(reverse("connexion"), {"username": courriel, "password": mot_de_passe}, **options)


def avancer(**duree: int) -> None:
    """As if that much time had passed since every failure."""
    ecart = datetime.timedelta(**duree)
    for essai in Essai.objects.all():
        essai.dernier_le -= ecart
        if essai.attendre_jusqu_a:
            essai.attendre_jusqu_a -= ecart
        essai.save()


@given(st.integers(0, 10**9), st.sampled_from([essais.PAR_POSTE, essais.PAR_COURRIEL, essais.PAR_MACHINE]))
def test_no_wait_is_ever_longer_than_a_quarter_of_an_hour_nor_shorter_after_one_more_failure(nombre, regle):
    attente = regle.attente(nombre)
    assert attente <= datetime.timedelta(minutes=15)
    assert attente <= regle.attente(nombre + 1)
    assert bool(attente) == (nombre >= regle.seuil)


def test_the_wait_doubles_and_stays_at_a_quarter_of_an_hour():
    minutes = [essais.PAR_POSTE.attente(n).total_seconds() / 60 for n in range(4, 11)]
    assert minutes == [0, 1, 2, 4, 8, 15, 15]


def test_once_the_minute_is_over_the_right_password_opens(client, compte):
    for _ in range(5):
        essayer(client, "faux")
    assert "Attendez une minute" in essayer(client, MOT_DE_PASSE).text
    avancer(seconds=61)
    assert essayer(client, MOT_DE_PASSE).status_code == 302


def test_hammering_while_waiting_makes_the_wait_no_longer(client, compte):
    for _ in range(40):
        essayer(client, "faux")
    assert Essai.objects.get(cle=essais.empreinte("poste", compte.courriel, "127.0.0.1")).nombre == 5
    avancer(seconds=61)
    assert essayer(client, MOT_DE_PASSE).status_code == 302


def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_leave_no_row(client, compte):
    for _ in range(4):
        essayer(client, "faux")
    avancer(minutes=16)
    assert "incorrect" in essayer(client, "faux").text
    assert {essai.nombre for essai in Essai.objects.all()} == {1}


def test_the_count_is_in_the_database_not_in_the_memory_of_a_process(client, compte):
    for _ in range(5):
        essayer(client, "faux")
    cache.clear()
    assert "Trop d’essais" in essayer(client, MOT_DE_PASSE).text


def test_no_address_of_e_mail_nor_of_a_machine_is_kept(client, compte):
    essayer(client, "faux", REMOTE_ADDR="203.0.113.77")
    cles = set(Essai.objects.values_list("cle", flat=True))
    assert len(cles) == 3
    assert all(len(cle) == 64 and int(cle, 16) for cle in cles)


def test_nobody_elsewhere_can_make_the_owner_wait_on_a_machine_where_the_owner_has_signed_in(client, compte):
    assert essayer(client, MOT_DE_PASSE).status_code == 302
    client.post(reverse("deconnexion"))
    ailleurs = client.__class__()
    for rang in range(60):
        essayer(ailleurs, "faux", REMOTE_ADDR=f"198.51.100.{rang}")
    for _ in range(6):
        essayer(ailleurs, "faux")
    assert "Trop d’essais" in essayer(client.__class__(), MOT_DE_PASSE).text
    assert essayer(client, MOT_DE_PASSE).status_code == 302


def test_a_machine_known_is_braked_all_the_same_for_what_is_tried_on_it(client, compte):
    essayer(client, MOT_DE_PASSE)
    client.post(reverse("deconnexion"))
    for _ in range(5):
        essayer(client, "faux")
    assert "Trop d’essais" in essayer(client, MOT_DE_PASSE).text


def test_a_machine_known_for_one_account_is_unknown_for_another(client, compte):
    Compte.objects.create_user("luc@exemple.fr", MOT_DE_PASSE, role="encadrant")
    essayer(client, MOT_DE_PASSE)
    client.post(reverse("deconnexion"))
    essayer(client, "faux", "luc@exemple.fr")
    assert Essai.objects.filter(cle=essais.empreinte("courriel", "luc@exemple.fr")).exists()


@pytest.mark.parametrize("cookie", ["", "faux", "e30:1:abc", "x" * 5000])
def test_a_forged_cookie_is_a_machine_unknown(client, compte, cookie):
    client.cookies[essais.cookie()] = cookie
    assert "incorrect" in essayer(client, "faux").text
    assert Essai.objects.filter(cle=essais.empreinte("courriel", compte.courriel)).exists()


def test_one_machine_that_tries_many_addresses_waits_a_minute_at_most(client, compte):
    for rang in range(essais.PAR_MACHINE.seuil):
        essayer(client, "faux", f"adresse{rang}@exemple.fr")
    assert "Attendez une minute" in essayer(client, MOT_DE_PASSE).text
    avancer(seconds=61)
    assert essayer(client, MOT_DE_PASSE).status_code == 302


def test_an_attempt_is_counted_before_it_is_checked(compte):
    cles = {"a" * 64: essais.Regle(seuil=2, plafond=60)}
    assert [essais.reserver(cles) > 0 for _ in range(4)] == [False, False, True, True]
    essais.oublier(cles)
    assert essais.reserver(cles) == 0


def test_the_words_say_how_long():
    assert "une minute" in essais.message(1)
    assert "2 minutes" in essais.message(61)
    assert "15 minutes" in essais.message(900)


def test_the_clock_of_the_database_rows_is_ours(compte):
    cles = {"b" * 64: essais.Regle(seuil=1, plafond=900)}
    essais.reserver(cles)
    essai = Essai.objects.get()
    assert essai.attendre_jusqu_a - timezone.now() <= datetime.timedelta(seconds=60)
