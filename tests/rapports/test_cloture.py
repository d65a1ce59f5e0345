"""Closing a year in the browser: asked once, by the director, when the year is over."""

import pytest
from django.urls import reverse
from django.utils import timezone

from aipi.models import Compte
from rapports.models import Rapport, ValeurArretee

pytestmark = pytest.mark.django_db


@pytest.fixture
def direction(client):
    client.force_login(Compte.objects.create_user("direction@example.org", role=Compte.Role.DIRECTEUR))
    return client


def test_a_report_is_closed_after_being_asked_and_its_texts_stay_as_they_are(direction):
    page = direction.get(reverse("rapport_clore", args=[2021]))
    assert "La clôture ne s’annule pas" in page.text
    assert not Rapport.objects.exists()
    direction.post(reverse("rapport_clore", args=[2021]))
    rapport = Rapport.objects.get()
    assert rapport.clos_par.courriel == "direction@example.org"
    assert ValeurArretee.objects.filter(rapport=rapport, indicateur="aci.salaries").count() == 1
    assert "Clore</a>" not in direction.get(reverse("rapport_detail", args=[2021])).text


def test_closing_twice_freezes_once(direction):
    for _ in range(2):
        direction.post(reverse("rapport_clore", args=[2021]))
    assert ValeurArretee.objects.filter(indicateur="aci.salaries").count() == 1


@pytest.mark.parametrize("methode", ["get", "post"])
def test_a_year_that_is_not_over_is_not_closed(direction, methode):
    annee = timezone.localdate().year
    reponse = getattr(direction, methode)(reverse("rapport_clore", args=[annee]), follow=True)
    assert "n’est pas terminée" in reponse.text
    assert not Rapport.objects.exists()
