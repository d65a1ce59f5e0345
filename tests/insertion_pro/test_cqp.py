"""The CQP booklet: marks by the supervisor, hours and jury by the pole."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal

import pytest
from django.urls import reverse

from insertion_pro.models import EvaluationCqp, Formation, ModuleCqp, ParticipationFormation

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(client, maison) -> str:
    client.force_login(maison.comptes["encadrant"])
    return reverse("cqp_livret", args=[maison.formation.pk, maison.parcours.pk])


def envoyer(client, url, montrees=None, **cases):
    return client.post(url, {"montrees": json.dumps(montrees or {}), **cases})


def marques() -> dict[int, tuple[str, datetime.date | None]]:
    return {e.numero: (e.niveau, e.date) for e in EvaluationCqp.objects.order_by("numero")}


def test_a_supervisor_writes_the_three_evaluations_of_a_module(client, maison, url):
    m = maison.module.pk
    cases = {f"n{m}-1": "non_acquis", f"d{m}-1": "2024-09-10", f"n{m}-3": "acquis"}
    assert envoyer(client, url, **cases).status_code == 302
    assert marques() == {1: ("non_acquis", datetime.date(2024, 9, 10)), 3: ("acquis", None)}
    page = client.get(url).content.decode()
    assert "<strong>1 module acquis</strong> sur 1" in page


def test_the_day_of_an_evaluation_is_typed_once_for_its_modules(client, maison, url):
    autre = ModuleCqp.objects.create(code="M2", intitule="Organiser son activité", ordre=2)
    m = maison.module.pk
    cases = {f"n{m}-2": "en_cours", f"n{autre.pk}-2": "acquis", f"d{autre.pk}-2": "2024-11-03"}
    envoyer(client, url, **cases, **{"jour-2": "2024-11-02"})
    assert set(EvaluationCqp.objects.values_list("module__code", "date")) == {
        ("M1", datetime.date(2024, 11, 2)),
        ("M2", datetime.date(2024, 11, 3)),
    }


def test_a_level_taken_back_takes_its_row_away(client, maison, url):
    m = maison.module.pk
    EvaluationCqp.objects.create(
        formation=maison.formation, parcours=maison.parcours, module=maison.module, numero=1, niveau="acquis",
        date=datetime.date(2024, 9, 10),
    )  # fmt: skip
    montrees = {f"n{m}-1": "acquis", f"d{m}-1": "2024-09-10"}
    assert envoyer(client, url, montrees, **{f"n{m}-1": "", f"d{m}-1": "2024-09-10"}).status_code == 302
    assert marques() == {}


def test_a_day_without_a_level_is_refused_at_its_cell(client, maison, url):
    page = envoyer(client, url, **{f"d{maison.module.pk}-1": "2024-09-10"}).content.decode()
    assert "Choisissez le niveau, ou effacez la date." in page
    assert marques() == {}


@pytest.mark.parametrize("case", [("n{}-1", "parfait"), ("d{}-1", "hier"), ("d{}-1", "1899-12-31")])
def test_what_means_nothing_is_refused_in_words(client, maison, url, case):
    nom, valeur = case
    m = maison.module.pk
    page = envoyer(client, url, **{f"n{m}-1": "acquis", nom.format(m): valeur}).content.decode()
    assert "Rien n’est enregistré pour le moment." in page
    assert marques() == {}


def test_a_colleague_s_mark_is_not_overwritten_in_silence(client, maison, url):
    EvaluationCqp.objects.create(
        formation=maison.formation, parcours=maison.parcours, module=maison.module, numero=1, niveau="acquis"
    )
    page = envoyer(client, url, **{f"n{maison.module.pk}-1": "non_acquis"}).content.decode()
    assert "Enregistré par un collègue\u202f: Acquis. Vous avez écrit\u202f: Non acquis." in page
    assert marques()[1][0] == "acquis"


@pytest.mark.parametrize("champ", [{"heures": "120"}, {"resultat": "certifiee"}, {"date_jury": "2024-12-20"}])
def test_a_supervisor_writes_marks_and_nothing_else(client, maison, url, champ):
    assert 'name="resultat"' not in client.get(url).content.decode()
    reponse = envoyer(client, url, **champ)
    assert "n’appartiennent pas à ce tableau" in reponse.content.decode()
    participation = ParticipationFormation.objects.get(formation=maison.formation)
    assert (participation.heures, participation.resultat, participation.date_jury) == (None, "", None)


def test_the_pole_writes_the_hours_and_the_jury(client, maison, url):
    client.force_login(maison.comptes["cip"])
    envoyer(client, url, heures="180,5", date_jury="2024-12-20", resultat="certifiee")
    participation = ParticipationFormation.objects.get(formation=maison.formation)
    assert (participation.heures, participation.resultat) == (Decimal("180.5"), "certifiee")
    page = client.get(url).content.decode()
    assert "<strong>180,5 h</strong> faites sur 250" in page
    assert "20 décembre 2024" in page


def test_unknown_hours_are_not_told_as_zero(client, maison, url):
    assert "Non renseigné" in client.get(url).content.decode()


def test_there_is_no_booklet_outside_a_cqp_nor_for_another_team(client, maison, url):
    permis = Formation.objects.get(type="permis")
    ParticipationFormation.objects.create(formation=maison.formation, parcours=maison.parcours_autre)
    autre = reverse("cqp_livret", args=[maison.formation.pk, maison.parcours_autre.pk])
    assert client.get(autre).status_code == 404
    assert envoyer(client, autre, **{f"n{maison.module.pk}-1": "acquis"}).status_code == 404
    client.force_login(maison.comptes["cip"])
    assert client.get(autre).status_code == 200
    assert client.get(reverse("cqp_livret", args=[permis.pk, maison.parcours.pk])).status_code == 404
    assert client.get(reverse("cqp_livret", args=[maison.formation.pk, maison.parcours_double.pk])).status_code == 404


def test_without_modules_the_page_says_where_they_are_written(client, maison, url):
    maison.module.delete()
    assert "Les modules du livret ne sont pas encore connus." in client.get(url).content.decode()


def test_more_modules_cost_no_more_queries(
    client, maison, url, django_assert_max_num_queries, django_assert_num_queries
):
    def remplir(debut: int, fin: int) -> None:
        for rang in range(debut, fin):
            module = ModuleCqp.objects.create(code=f"N{rang}", intitule=f"Module {rang}", ordre=rang)
            for numero in (1, 2, 3):
                EvaluationCqp.objects.create(
                    formation=maison.formation, parcours=maison.parcours, module=module, numero=numero, niveau="acquis"
                )

    remplir(0, 3)
    with django_assert_max_num_queries(20) as comptees:
        client.get(url)
    remplir(3, 60)
    with django_assert_num_queries(len(comptees)):
        client.get(url)
