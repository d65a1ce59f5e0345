"""OWASP ASVS: what no other test looks at — headers, cookies, errors, logs — and that docs/asvs.md names tests that exist."""

from __future__ import annotations

import logging
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as reglages
from django.contrib.auth.hashers import get_hashers_by_algorithm
from django.urls import reverse
from maison import Maison, construire

from aipi import settings as fichier
from aipi.models import Compte

pytestmark = pytest.mark.django_db
RACINE = Path(reglages.BASE_DIR)
TABLE = RACINE / "docs" / "asvs.md"


@pytest.fixture
def maison() -> Maison:
    return construire()


@pytest.fixture(scope="module")
def en_production() -> dict[str, str]:
    """The settings as an installation behind HTTPS has them, read by another process."""
    noms = [
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "DEBUG",
    ]
    code = f"from aipi import settings as s; print(*(f'{{n}}={{getattr(s, n)}}' for n in {noms!r}), sep='\\n')"
    environnement = {**os.environ, "AIPI_HTTPS": "oui", "DEBUG": "non", "SECRET_KEY": "x" * 60}
    sortie = subprocess.run(
        [sys.executable, "-c", code], cwd=RACINE, env=environnement, check=True, text=True, capture_output=True
    ).stdout
    return dict(ligne.split("=", 1) for ligne in sortie.splitlines())


def test_over_https_cookies_belong_to_this_host_alone_and_the_site_is_https_for_a_year(en_production):
    assert en_production == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SESSION_COOKIE_SECURE": "True",
        "CSRF_COOKIE_SECURE": "True",
        "SECURE_SSL_REDIRECT": "True",
        "SECURE_HSTS_SECONDS": str(365 * 24 * 60 * 60),
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": "True",
        "DEBUG": "False",
    }


def test_the_deployment_checks_of_django_are_clean():
    environnement = {
        **os.environ,
        "DEBUG": "non",
        "AIPI_HTTPS": "oui",
        "ALLOWED_HOSTS": "exemple.fr",
        "SECRET_KEY": secrets.token_urlsafe(64),
    }
    # Asked for by the browser tests alone.
    environnement.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    commande = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    fait = subprocess.run(commande, cwd=RACINE, env=environnement, text=True, capture_output=True, check=False)
    assert fait.returncode == 0, fait.stderr


def test_every_answer_carries_the_headers_that_protect_it(client, maison):
    client.force_login(maison.comptes["cip"])
    for url in (reverse("accueil"), reverse("deconnexion"), "/nulle-part/", reverse("mot_de_passe_oublie")):
        reponse = client.get(url)
        politique = reponse["Content-Security-Policy"]
        for directive in (
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ):
            assert directive in politique
        assert "unsafe" not in politique
        assert reponse["X-Content-Type-Options"] == "nosniff"
        assert reponse["Referrer-Policy"] == "same-origin"
        assert reponse["Cross-Origin-Opener-Policy"] == "same-origin"
        assert reponse["X-Frame-Options"] == "DENY"
        assert "Access-Control-Allow-Origin" not in reponse
        assert "Server" not in reponse


def test_what_an_account_reads_stays_in_no_cache(client, maison):
    client.force_login(maison.comptes["directeur"])
    for url in (
        reverse("accueil"),
        reverse("personne_detail", args=[maison.aci.pk]),
        reverse("parcours_list"),
        reverse("document_detail", args=[maison.document.pk]),
        reverse("admin:index"),
    ):
        reponse = client.get(url)
        assert "no-store" in reponse["Cache-Control"], url
        reponse.close()


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client, maison, settings):
    settings.SESSION_COOKIE_SECURE = True
    reponse = client.post(
        reverse("connexion"), {"username": "cip@exemple.fr", "password": "lavande-47-moulin"}, secure=True
    )
    assert {"sessionid", "__Host-aipi_appareil"} <= set(reponse.cookies)
    for nom in ("sessionid", "__Host-aipi_appareil"):
        cookie = reponse.cookies[nom]
        assert (cookie["httponly"], cookie["samesite"], bool(cookie["secure"])) == (True, "Lax", True)
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        assert len(nom) + len(cookie.value) < 4096


def test_no_account_comes_with_the_software():
    assert not Compte.objects.exists()
    assert not re.search(r"create_(super)?user|Compte\b.*create", _migrations())


def _migrations() -> str:
    return "\n".join(chemin.read_text(encoding="utf-8") for chemin in RACINE.glob("*/migrations/*.py"))


def test_passwords_are_kept_by_a_slow_function_that_wants_memory():
    assert fichier.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")
    assert "md5" not in " ".join(fichier.PASSWORD_HASHERS).lower()
    assert get_hashers_by_algorithm()


def test_password_fields_hide_what_is_typed_and_let_managers_fill_them(client):
    page = client.get(reverse("connexion")).text
    champ = re.search(r'<input[^>]*name="password"[^>]*>', page)[0]
    assert 'type="password"' in champ
    assert 'autocomplete="current-password"' in champ
    assert "onpaste" not in page


def test_a_refusal_is_logged_without_letting_anybody_write_in_the_log(client, maison, caplog):
    client.force_login(maison.comptes["financeur"])
    with caplog.at_level(logging.WARNING):
        client.get(reverse("personne_list"))
        client.get("/rien%0A2026-01-01 ERROR faux%0D/")
    dit = [enregistrement.getMessage() for enregistrement in caplog.records]
    assert f"Forbidden (Permission denied): {reverse('personne_list')}" in dit
    assert len(dit) == 2
    assert not any(signe in message for message in dit for signe in "\r\n")


def test_the_log_says_when_with_the_offset_of_the_zone():
    format_ = fichier.LOGGING["formatters"]["ligne"]
    formateur = logging.Formatter(format_["format"], format_["datefmt"], format_["style"])
    ligne = formateur.format(logging.LogRecord("aipi.securite", logging.INFO, "", 0, "compte 3", None, None))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO aipi\.securite: compte 3", ligne)


def test_a_form_without_its_token_is_refused_signed_in_or_not(maison):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("connexion"), {"username": "a@b.fr", "password": "x"}).status_code == 403
    assert strict.post(reverse("mot_de_passe_oublie"), {"courriel": "a@b.fr"}).status_code == 403
    strict.force_login(maison.comptes["administrateur"])
    for nom in ("verrou", "compte_create", "codes_create", "session_delete", "deconnexion", "presence"):
        assert strict.post(reverse(nom)).status_code == 403


def test_a_fault_shows_nothing_of_the_inside(client, maison, monkeypatch):
    client.raise_request_exception = False
    client.force_login(maison.comptes["cip"])
    monkeypatch.setattr("aipi.views.accueil.journee.rubriques", lambda regard: 1 / 0)
    reponse = client.get(reverse("accueil"))
    assert reponse.status_code == 500
    assert not any(mot in reponse.text for mot in ("ZeroDivisionError", "Traceback", "SECRET_KEY"))


# The table


def _preuves() -> set[tuple[str, str]]:
    return set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", TABLE.read_text(encoding="utf-8")))


def test_every_test_that_the_table_names_exists():
    preuves = _preuves()
    assert len(preuves) > 60
    absents = {
        (chemin, nom)
        for chemin, nom in preuves
        if not (RACINE / chemin).is_file()
        or not re.search(rf"^def {nom}\(", (RACINE / chemin).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert absents == set()


def test_every_line_of_the_table_has_a_test_or_says_why_not():
    lignes = [ligne for ligne in TABLE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+\.\d+\.\d+", ligne)]
    assert len(lignes) > 80
    for ligne in lignes:
        numero, comment, preuve = (cellule.strip() for cellule in ligne.strip("|").split("|"))
        assert comment, numero
        assert "::test_" in preuve or preuve.startswith("—"), numero


def test_the_numbers_of_the_table_follow_one_another():
    numeros = re.findall(r"^\| (\d+\.\d+\.\d+)", TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    cles = [tuple(int(partie) for partie in numero.split(".")) for numero in numeros]
    assert cles == sorted(set(cles))
