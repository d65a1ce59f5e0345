"""Signing in and out, the brake on attempts, one's own password, the demonstration accounts."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from aipi import forms
from aipi.models import Compte, Intervenant

pytestmark = pytest.mark.django_db
MOT_DE_PASSE = "lavande-47-moulin"


@pytest.fixture(autouse=True)
def compteurs_vides():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def compte() -> Compte:
    return Compte.objects.create_user("odile@exemple.fr", MOT_DE_PASSE, role="directeur", nom="Odile Maës")


def essayer(client, courriel: str, mot_de_passe: str, **options):
    return client.post(reverse("connexion"), {"username": courriel, "password": mot_de_passe}, **options)


def test_the_address_is_taken_whatever_its_case_and_leads_home(client, compte):
    reponse = essayer(client, " Odile@Exemple.FR ", MOT_DE_PASSE)
    assert (reponse.status_code, reponse["Location"]) == (302, reverse("accueil"))


def test_sign_in_leads_to_the_page_asked_for_but_never_outside(client, compte):
    suite = {"username": compte.courriel, "password": MOT_DE_PASSE}
    reponse = client.post(reverse("connexion"), {**suite, "next": "/personnes/"})
    assert reponse["Location"] == "/personnes/"
    client.logout()
    reponse = client.post(reverse("connexion"), {**suite, "next": "https://ailleurs.example/"})
    assert reponse["Location"] == reverse("accueil")


def corps(reponse) -> str:
    """The page without what differs by nature: the form's token and the address typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", reponse.content.decode())
    return re.sub(r"[\w.]+@exemple\.fr", "ADRESSE", page)


def test_the_answer_never_tells_whether_an_account_exists(client, compte):
    Compte.objects.create_user("parti@exemple.fr", MOT_DE_PASSE, role="directeur", is_active=False)
    pages = {
        corps(essayer(client, "odile@exemple.fr", "faux")),
        corps(essayer(client, "personne@exemple.fr", "faux")),
        corps(essayer(client, "parti@exemple.fr", MOT_DE_PASSE)),
    }
    assert len(pages) == 1
    assert "Adresse ou mot de passe incorrect." in pages.pop()


@pytest.mark.parametrize("courriel", ["odile@exemple.fr", "personne@exemple.fr"])
def test_after_five_failures_even_the_right_password_waits(client, compte, courriel):
    for _ in range(forms.ESSAIS_PAR_POSTE):
        assert "incorrect" in essayer(client, courriel, "faux").content.decode()
    reponse = essayer(client, courriel, MOT_DE_PASSE)
    assert "Trop d’essais" in reponse.content.decode()
    assert reponse.status_code == 200


def test_another_machine_is_not_locked_out_with_the_first(client, compte):
    for _ in range(forms.ESSAIS_PAR_POSTE + 2):
        essayer(client, compte.courriel, "faux", REMOTE_ADDR="203.0.113.9")
    assert essayer(client, compte.courriel, MOT_DE_PASSE, REMOTE_ADDR="203.0.113.10").status_code == 302


def test_behind_the_proxy_attempts_are_counted_by_the_machine_that_it_saw(client, compte, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for _ in range(6):
        essayer(client, compte.courriel, "faux", HTTP_X_FORWARDED_FOR="10.0.0.1, 203.0.113.9")
    vu = essayer(client, compte.courriel, MOT_DE_PASSE, HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert "Trop d’essais" in vu.text
    assert essayer(client, compte.courriel, MOT_DE_PASSE, HTTP_X_FORWARDED_FOR="203.0.113.10").status_code == 302


def test_many_machines_against_one_address_are_slowed_down_too(client, compte):
    for rang in range(forms.ESSAIS_PAR_COURRIEL):
        essayer(client, compte.courriel, "faux", REMOTE_ADDR=f"203.0.113.{rang}")
    reponse = essayer(client, compte.courriel, MOT_DE_PASSE, REMOTE_ADDR="198.51.100.1")
    assert "Trop d’essais" in reponse.content.decode()


def test_a_success_forgets_the_failures(client, compte):
    for _ in range(forms.ESSAIS_PAR_POSTE - 1):
        essayer(client, compte.courriel, "faux")
    assert essayer(client, compte.courriel, MOT_DE_PASSE).status_code == 302
    client.logout()
    assert "incorrect" in essayer(client, compte.courriel, "faux").content.decode()
    assert essayer(client, compte.courriel, MOT_DE_PASSE).status_code == 302


def test_signing_out_needs_a_post_and_ends_the_session(client, compte):
    client.force_login(compte)
    assert client.get(reverse("deconnexion")).status_code == 405
    assert client.post(reverse("deconnexion"))["Location"] == reverse("connexion")
    assert client.get(reverse("accueil")).status_code == 302


def test_a_new_password_of_twelve_signs_is_asked_for_and_keeps_the_session(client, compte):
    client.force_login(compte)
    url = reverse("mot_de_passe")
    court = client.post(url, {"old_password": MOT_DE_PASSE, "new_password1": "court-7", "new_password2": "court-7"})
    assert "12" in court.content.decode()
    nouveau = "mouette-88-ecluse"
    bon = client.post(url, {"old_password": MOT_DE_PASSE, "new_password1": nouveau, "new_password2": nouveau})
    assert bon["Location"] == reverse("accueil")
    assert "Votre mot de passe est changé." in client.get(reverse("accueil")).content.decode()


def test_every_page_carries_the_strict_policy(client, compte):
    client.force_login(compte)
    for url in (reverse("accueil"), reverse("admin:index"), "/nulle-part/"):
        reponse = client.get(url)
        assert "script-src 'self'" in reponse["Content-Security-Policy"]
        assert "unsafe" not in reponse["Content-Security-Policy"]
        assert "style=" not in reponse.content.decode()
        assert "<style" not in reponse.content.decode()


def test_demonstration_accounts_are_refused_on_a_real_installation(settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="démonstration"):
        call_command("comptes_demo")
    assert not Compte.objects.exists()


def test_demonstration_accounts_are_made_once_bound_to_staff_and_can_sign_in(client, settings, capsys):
    settings.DEMONSTRATION = True
    for code, role in (
        ("A", "directeur"),
        ("B", "travailleur_social"),
        ("C", "travailleur_social"),
        ("D", "encadrant"),
    ):
        Intervenant.objects.create(code=code, nom=code, prenom="X", role=role)
    call_command("comptes_demo")
    call_command("comptes_demo")
    sortie = capsys.readouterr().out
    assert sorted(Compte.objects.values_list("role", "pole_pro", "pole_social")) == [
        ("administrateur", False, False),
        ("directeur", False, False),
        ("encadrant", False, False),
        ("financeur", False, False),
        ("travailleur_social", False, True),
        ("travailleur_social", True, False),
    ]
    lies = dict(Compte.objects.exclude(intervenant=None).values_list("courriel", "intervenant__role"))
    assert sorted(lies.values()) == ["directeur", "encadrant", "travailleur_social", "travailleur_social"]
    mot_de_passe = re.findall(r"Mot de passe de tous ces comptes : (\S+)", sortie)[-1]
    for courriel in Compte.objects.values_list("courriel", flat=True):
        assert courriel in sortie
        assert essayer(client, courriel, mot_de_passe).status_code == 302
        client.logout()
