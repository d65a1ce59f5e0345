"""Actions of the year: entered, taken up again, and what they came to."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from insertion_sociale.forms.actions import SUGGESTIONS, programmes
from insertion_sociale.models import Action, Presence, Seance
from insertion_sociale.seances import bilan
from rapports.calculs import Calculs
from rapports.indicateurs import INDICATEURS

pytestmark = pytest.mark.django_db

UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


def champs(client, url: str, **valeurs) -> dict[str, str]:
    """What the form of a page holds, with some values changed."""
    form = client.get(url).context["form"]
    montres = {nom: form[nom].value() for nom in form.fields}
    return {nom: valeur for nom, valeur in {**montres, **valeurs}.items() if valeur is not None}


def action(annee: int, **valeurs) -> Action:
    defauts = {
        "ref": f"A-{annee}",
        "domaine": "sante",
        "programme": "Nutrition",
        "intitule": "Cuisiner",
        "annee": annee,
    }
    return Action.objects.create(**{**defauts, **valeurs})


def test_an_action_is_entered_once_with_what_is_known(referent):
    url = reverse("action_create")
    donnees = champs(
        referent, url, domaine="collectif", programme="Parentalité", intitule="Café des parents", places=""
    )
    assert int(donnees["annee"]) == timezone.localdate().year
    for _ in range(2):
        assert referent.post(url, donnees).status_code == 302
    [creee] = Action.objects.filter(intitule="Café des parents")
    assert (creee.domaine, creee.places, creee.lieu) == ("collectif", None, "")


def test_what_would_make_it_meaningless_is_refused_at_its_field(referent):
    url = reverse("action_create")
    form = referent.post(url, champs(referent, url, domaine="sante", annee="1899", places="-1")).context["form"]
    assert set(form.errors) == {"programme", "intitule", "annee", "places"}
    assert not Action.objects.filter(annee=1899).exists()


def test_the_action_of_last_year_is_taken_up_with_all_but_its_year(referent):
    annee = timezone.localdate().year
    ancienne = action(annee - 1, places=12, lieu="Maison de quartier")
    action(annee - 1, ref="A-reprise", intitule="Atelier sommeil")
    page = referent.get(reverse("action_create"))
    assert list(page.context["proposees"]) == [ancienne]
    url = f"{reverse('action_create')}?modele={ancienne.pk}"
    assert referent.post(url, champs(referent, url)).status_code == 302
    copie = Action.objects.get(intitule="Cuisiner", annee=annee)
    assert (copie.programme, copie.places, copie.lieu) == ("Nutrition", 12, "Maison de quartier")


@pytest.mark.parametrize("modele", ["x", "-1", "9" * 30, "²", ""])
def test_an_odd_model_is_no_model(referent, modele):
    reponse = referent.get(reverse("action_create"), {"modele": modele})
    assert (reponse.status_code, reponse.context["modele"]) == (200, None)


def test_known_programmes_are_proposed_each_once_and_thirty_at_most(maison):
    for rang in range(SUGGESTIONS + 5):
        action(2020, ref=f"B{rang}", programme=f"Programme {rang}")
    action(2020, ref="B-double", programme="Bien-être")
    proposes = programmes()
    assert proposes[0] == "Bien-être"
    assert len(proposes) == len(set(proposes)) == SUGGESTIONS


def test_two_people_correcting_an_action_are_shown_both_versions(referent, maison):
    url = reverse("action_update", args=[maison.action.pk])
    donnees = champs(referent, url, lieu="Ghyvelde")
    Action.objects.filter(pk=maison.action.pk).update(lieu="Bergues")
    page = referent.post(url, donnees)
    assert page.status_code == 200
    assert "Bergues" in page.content.decode()
    maison.action.refresh_from_db()
    assert maison.action.lieu == "Bergues"


def test_the_balance_is_that_of_the_report(maison, client):
    """One action, its figures, and the very figures of the report for the domain that holds it alone."""
    maison.action.places = 4
    maison.action.save()
    jour = maison.seance.date
    for rang, statut in enumerate(("tenue", "annulee", "annulee", "prevue")):
        Seance.objects.create(ref=f"SX{rang}", action=maison.action, date=jour, statut=statut)
    tenue = Seance.objects.get(ref="SX0")
    annulee = Seance.objects.get(ref="SX1")
    Presence.objects.create(seance=tenue, personne=maison.rsa, present=True)
    Presence.objects.create(seance=tenue, personne=maison.deux_poles, present=True)
    Presence.objects.create(seance=tenue, personne=maison.nouvelle, present=False)
    Presence.objects.create(seance=annulee, personne=maison.nouvelle, present=True)
    # Out of the year: told by the other year's figures.
    Seance.objects.create(ref="SX9", action=maison.action, date=datetime.date(jour.year - 1, 5, 1), statut="tenue")
    lu = bilan(maison.action)
    assert (lu.tenues, lu.annulees, lu.participants, lu.remplissage) == (2, 2, 2, Fraction(1, 2))
    calculs = Calculs(maison.action.periode)
    rapport = {
        nom: calculs.valeur(INDICATEURS[f"sante.{nom}"])
        for nom in ("seances", "seances_annulees", "participants", "taux_remplissage")
    }
    assert rapport == {
        "seances": lu.tenues,
        "seances_annulees": lu.annulees,
        "participants": lu.participants,
        "taux_remplissage": lu.remplissage,
    }


@pytest.mark.parametrize(("places", "tenue"), [(None, True), (0, True), (5, False)])
def test_without_places_or_session_the_rate_is_unknown_and_never_zero(client, maison, places, tenue):
    Action.objects.filter(pk=maison.action.pk).update(places=places)
    maison.action.refresh_from_db()
    if not tenue:
        Seance.objects.update(statut="prevue")
    assert bilan(maison.action).remplissage is None
    client.force_login(maison.comptes["referent"])
    assert "—" in client.get(reverse("action_detail", args=[maison.action.pk])).content.decode()


def test_sessions_to_come_are_first_then_the_past_from_the_latest(referent, maison):
    jour = timezone.localdate()
    for ref, ecart in (("avant", -20), ("veille", -1), ("bientot", 2), ("plus_tard", 40)):
        Seance.objects.create(ref=ref, action=maison.action, date=jour + ecart * UN_JOUR, statut="prevue")
    page = referent.get(reverse("action_detail", args=[maison.action.pk]))
    assert [s.ref for s in page.context["page"].objets] == ["SE1", "bientot", "plus_tard", "veille", "avant"]
    assert page.context["rappels"] == ["2 séances à pointer"]


def test_what_is_missing_is_said(referent, maison):
    Seance.objects.create(ref="X", action=maison.action, date=maison.seance.date, statut="annulee")
    texte = referent.get(reverse("action_detail", args=[maison.action.pk])).content.decode()
    assert "1 annulation sans motif" in texte
    assert "motif à compléter" in texte


def test_the_page_of_an_action_costs_the_same_with_three_and_sixty_sessions(
    referent, maison, django_assert_max_num_queries
):
    nombres = []
    for ajout in (3, 57):
        for rang in range(ajout):
            Seance.objects.create(ref=f"Q{ajout}-{rang}", action=maison.action, date=maison.seance.date, statut="tenue")
        with django_assert_max_num_queries(20) as requetes:
            referent.get(reverse("action_detail", args=[maison.action.pk]))
        nombres.append(len(requetes))
    assert nombres[0] == nombres[1]
