"""The demonstration leaves something real to read to its funder, in a few seconds."""

from __future__ import annotations

import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from aipi.echange.importation import importer
from aipi.models import Compte
from rapports.demonstration import ecrire_demonstration
from rapports.models import QuestionFinanceur, Tableau

pytestmark = pytest.mark.django_db

SECONDES = 15
"""Of processor, for a dashboard of five actions over five years: one and a half on a desk machine."""


def test_the_demonstration_publishes_one_dashboard_a_funder_once(settings, tmp_path, capsys):
    settings.DEMONSTRATION = True
    ecrire_demonstration(tmp_path / "demo", timezone.localdate())
    importer(tmp_path / "demo")
    call_command("comptes_demo")
    debut = time.process_time()
    call_command("tableaux_demo")
    assert time.process_time() - debut < SECONDES
    call_command("tableaux_demo")
    tableau = Tableau.objects.publics().get()
    assert tableau.financeur == Compte.objects.get(role="financeur").financeur
    assert len(tableau.contenu["blocs"]) == 5
    assert sorted(bool(q.reponse) for q in QuestionFinanceur.objects.all()) == [False, True]


def test_a_real_installation_gets_no_demonstration_dashboard(settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError):
        call_command("tableaux_demo")
