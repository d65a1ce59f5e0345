"""Fixtures for every test: the database is the one DATABASE_URL names, so the same tests run on SQLite and PostgreSQL."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, override_settings
from feuilles import ecrire_feuilles
from maison import Maison, construire

from aipi import sessions
from aipi.echange.importation import importer

BASE = {"db", "transactional_db", "django_db_setup"}


def pytest_configure() -> None:
    # Tests need neither collected static files nor slow passwords.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Playwright keeps an event loop in the thread of the tests, where Django would refuse to touch the database.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse what would spoil the tests after it, and leave out on PostgreSQL what was proved on SQLite already.

    A test that commits empties the database behind it, reference data of the migrations too: only the browser may.
    """
    deja_prouves = []
    for item in items:
        marque = item.get_closest_marker("django_db")
        if marque and marque.kwargs.get("transaction") and not item.get_closest_marker("navigateur"):
            raise pytest.UsageError(f"{item.nodeid} commits; capture on_commit callbacks instead.")
        touche_la_base = marque or BASE & set(getattr(item, "fixturenames", ()))
        if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") and (
            item.get_closest_marker("une_base") or not touche_la_base
        ):
            deja_prouves.append(item)
    if deja_prouves:
        config.hook.pytest_deselected(items=deja_prouves)
        items[:] = [item for item in items if item not in set(deja_prouves)]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Drive the system's Chromium where there is one, quietly; root cannot have its sandbox."""
    options = ["background-networking", "component-update", "gpu", "sync"]
    arguments = [f"--disable-{option}" for option in options] + ["--no-first-run"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    systeme = shutil.which("chromium") or shutil.which("google-chrome")
    return {**browser_type_launch_args, "args": arguments, **({"executable_path": systeme} if systeme else {})}


@pytest.fixture(scope="session", autouse=True)
def seconde_etape():
    """Who signs in by `force_login` has given the second factor too: both steps are skipped, not only the first."""
    premiere = Client._login

    def deux_etapes(client: Client, user, backend=None) -> None:
        premiere(client, user, backend)
        session = client.session
        session[sessions.MARQUE] = sessions.neuf(second=True)
        session.save()

    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(Client, "_login", deux_etapes)
        yield


@pytest.fixture(scope="session", autouse=True)
def connexion_gardee():
    """A file that is closed, or the worker, ends a request: inside the transaction of a test the connection stays open."""
    fermer = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def fermer_dehors(connexion: BaseDatabaseWrapper) -> None:
        if not connexion.in_atomic_block:
            fermer(connexion)

    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", fermer_dehors)
        yield


@pytest.fixture(autouse=True)
def medias(tmp_path: Path, settings) -> Path:
    """Uploaded files go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "medias"
    return settings.MEDIA_ROOT


@pytest.fixture(scope="module")
def maison_du_module(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Maison, Path]]:
    """The house and the folder of its files, built once for the tests of a module.

    Where some tests must live without it, the module has a `maison` of its own, built for each.
    """
    dossier = tmp_path_factory.mktemp("maison")
    with django_db_blocker.unblock():
        ensemble = transaction.atomic()
        ensemble.__enter__()
        with override_settings(MEDIA_ROOT=dossier):
            maison = construire()
    yield maison, dossier
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        ensemble.__exit__(None, None, None)


@pytest.fixture
def maison(maison_du_module: tuple[Maison, Path], db, medias: Path) -> Maison:
    """The house, as it was built: what another test did to it was taken back."""
    maison, dossier = maison_du_module
    shutil.copytree(dossier, medias, dirs_exist_ok=True)
    return copy.deepcopy(maison)


@pytest.fixture
def caseload(db, tmp_path: Path):
    """A function that imports sheets written in the test as text."""

    def charger(**feuilles: str) -> None:
        importer(ecrire_feuilles(tmp_path / "feuilles", feuilles))

    return charger
