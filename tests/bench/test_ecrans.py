"""The screens that are measured do answer, beside the pages of the administration that are their floor."""

from __future__ import annotations

import pytest

from aipi.echange.importation import importer
from bench import ecrans
from bench.taches import JOUR
from insertion_sociale.models import ContactRsa
from rapports.demonstration import ecrire_demonstration

pytestmark = pytest.mark.django_db


def test_every_screen_answers_beside_its_floor_and_what_was_written_is_taken_away(tmp_path, settings):
    settings.ROOT_URLCONF = "bench.plancher_urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    ecrire_demonstration(tmp_path, JOUR)
    importer(tmp_path)
    assert ecrans.preparer()["equipe"] > 0
    avant = ContactRsa.objects.count()
    mesures = {nom: (len(aipi), len(plancher)) for nom, aipi, plancher in ecrans.mesurer(1)}
    assert set(mesures.values()) == {(1, 1)}
    assert len(mesures) == 9
    requetes = ecrans.requetes()
    assert requetes.keys() == mesures.keys()
    assert max(requetes.values()) <= 20
    assert ContactRsa.objects.count() == avant
