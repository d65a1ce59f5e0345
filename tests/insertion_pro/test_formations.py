"""Training sessions: who takes part, found by name or by team, and what came of it."""

from __future__ import annotations

import datetime
import gzip
import json
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from maison import parcours_de, personne

from insertion_pro.models import Formation, Parcours, ParticipationFormation

pytestmark = pytest.mark.django_db


@pytest.fixture
def permis(maison) -> Formation:
    return Formation.objects.get(type="permis")


def detail(formation) -> str:
    return reverse("formation_detail", args=[formation.pk])


def jeton(reponse) -> str:
    return re.search(r'name="jeton" value="([^"]+)"', reponse.content.decode())[1]


def creer(client, **champs):
    url = reverse("formation_create")
    valeurs = {"intitule": "SST", "type": "sst", "date_debut": "2024-05-02", "jeton": jeton(client.get(url))}
    return client.post(url, {**valeurs, **champs})


def test_a_new_session_opens_on_its_participants(client, maison):
    client.force_login(maison.comptes["cip"])
    reponse = creer(client)
    formation = Formation.objects.get(type="sst")
    assert reponse["Location"] == detail(formation)
    assert "Ajoutez maintenant ses participants" in client.get(reponse["Location"]).content.decode()


def test_a_session_sent_twice_is_kept_once(client, maison):
    client.force_login(maison.comptes["cip"])
    url = reverse("formation_create")
    envoi = {"intitule": "SST", "type": "sst", "date_debut": "2024-05-02", "jeton": jeton(client.get(url))}
    assert client.post(url, envoi)["Location"] == client.post(url, envoi)["Location"]
    assert Formation.objects.filter(type="sst").count() == 1


@pytest.mark.parametrize(("fin", "status"), [("2024-05-01", 200), ("2024-05-02", 302), ("", 302)])
def test_the_last_day_is_not_before_the_first(client, maison, fin, status):
    client.force_login(maison.comptes["cip"])
    reponse = creer(client, date_fin=fin)
    assert reponse.status_code == status
    if status == 200:
        assert "Le dernier jour est avant le premier." in reponse.content.decode()


def test_participants_are_found_by_name_among_the_parcours_open_at_the_time(client, maison, permis):
    client.force_login(maison.comptes["cip"])
    parti = personne("P8", "Évrardin", "Zacharie")
    Parcours.objects.create(
        ref="PAR-8",
        personne=parti,
        date_entree=datetime.date(2019, 1, 1),
        date_sortie=permis.date_debut - datetime.timedelta(days=1),
    )

    def trouves(texte: str) -> list[str]:
        return [p.personne.ref for p in client.get(detail(permis), {"q": texte}).context["proposes"]]

    assert trouves("regis") == ["P4"]
    # Already there, or gone the day before: nobody to propose.
    assert trouves("evrard") == []
    Parcours.objects.filter(ref="PAR-8").update(date_sortie=permis.date_debut)
    assert trouves("evrard") == ["P8"]
    assert trouves("") == []


def test_a_participant_is_added_once(client, maison, permis):
    client.force_login(maison.comptes["cip"])
    url = reverse("participation_create", args=[permis.pk])
    for _ in range(2):
        assert client.post(url, {"parcours": maison.parcours_double.pk})["Location"] == detail(permis)
    assert permis.participations.count() == 2
    assert "Top Régis" in client.get(detail(permis)).content.decode()


def test_the_whole_team_is_added_at_once_and_who_is_there_keeps_what_is_known(client, maison, permis):
    client.force_login(maison.comptes["cip"])
    ParticipationFormation.objects.filter(formation=permis).update(heures=Decimal(35))
    reponse = client.post(reverse("participation_create", args=[permis.pk]), {"equipe": maison.equipe.pk}, follow=True)
    assert "1 participant ajouté." in reponse.content.decode()
    assert {p.parcours.ref: p.heures for p in permis.participations.all()} == {"PAR-P1": 35, "PAR-P4": None}


@pytest.mark.parametrize(
    "envoi", [{"parcours": "x"}, {"parcours": "999999"}, {"equipe": ""}, {}, {"parcours": "1" * 30}]
)
def test_nobody_is_added_by_a_form_that_names_nobody(client, maison, permis, envoi):
    client.force_login(maison.comptes["cip"])
    assert client.post(reverse("participation_create", args=[permis.pk]), envoi).status_code == 404
    assert permis.participations.count() == 1


def test_days_hours_cost_and_result_are_saved_for_all_together(client, maison, permis):
    client.force_login(maison.comptes["cip"])
    participation = permis.participations.get()
    pk = participation.pk
    cases = {f"j{pk}": "5", f"h{pk}": "35", f"c{pk}": "1\u202f250,50", f"r{pk}": "suivie"}
    assert client.post(detail(permis), {"montrees": "{}", **cases}).status_code == 302
    participation.refresh_from_db()
    assert (participation.jours, participation.heures, participation.cout, participation.resultat) == (
        5,
        35,
        Decimal("1250.5"),
        "suivie",
    )
    montrees = {f"r{pk}": "suivie"}
    assert client.post(detail(permis), {"montrees": json.dumps(montrees), f"r{pk}": ""}).status_code == 302
    participation.refresh_from_db()
    assert participation.resultat == ""
    page = client.post(detail(permis), {"montrees": "{}", f"r{pk}": "brillante"}).content.decode()
    assert "Ce choix n’est pas proposé." in page


def test_the_second_of_two_people_sees_the_result_of_the_first(client, maison, permis):
    client.force_login(maison.comptes["cip"])
    participation = permis.participations.get()
    ParticipationFormation.objects.filter(pk=participation.pk).update(resultat="suivie")
    reponse = client.post(detail(permis), {"montrees": "{}", f"r{participation.pk}": "abandonnee"})
    assert "Enregistré par un collègue\u202f: Suivie. Vous avez écrit\u202f: Abandonnée." in reponse.content.decode()
    participation.refresh_from_db()
    assert participation.resultat == "suivie"


def test_a_supervisor_sees_the_cqp_of_its_team_and_no_other_session(client, maison, permis):
    client.force_login(maison.comptes["encadrant"])
    ParticipationFormation.objects.create(formation=maison.formation, parcours=maison.parcours_autre)
    liste = client.get(reverse("formation_list")).content.decode()
    assert "CQP Salarié polyvalent" in liste
    assert "Permis B" not in liste
    page = client.get(detail(maison.formation)).content.decode()
    assert "Évrard Zoé" in page
    assert "Bollengier" not in page
    assert 'name="montrees"' not in page
    assert client.get(detail(permis)).status_code == 404
    assert client.post(detail(maison.formation), {"montrees": "{}"}).status_code == 200


def test_the_list_counts_sessions_and_not_their_participants(client, maison, permis):
    client.force_login(maison.comptes["cip"])
    ParticipationFormation.objects.create(formation=permis, parcours=maison.parcours_double, heures=Decimal(10))
    page = client.get(reverse("formation_list"), {"decompte": "1"})
    assert "2 formations" in page.content.decode()
    assert [(f.intitule, f.participants, f.total_heures) for f in page.context["page"].objets if f == permis] == [
        ("Permis B", 2, 10)
    ]
    assert "Tous (2)" in page.content.decode()


def test_neither_the_list_nor_a_session_costs_more_with_more_rows(
    client, maison, permis, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(maison.comptes["cip"])
    liste = reverse("formation_list")

    def remplir(debut: int, fin: int) -> None:
        for rang in range(debut, fin):
            qui = personne(f"N{rang}", f"Verhaeghe {rang}", "Jules")
            parcours = parcours_de(qui, maison.equipe, permis.date_debut)
            ParticipationFormation.objects.create(formation=permis, parcours=parcours, heures=Decimal(rang))
            autre = Formation.objects.create(ref=f"FN{rang}", type="autre", intitule="X", date_debut=permis.date_debut)
            ParticipationFormation.objects.create(formation=autre, parcours=parcours)

    remplir(0, 3)
    with django_assert_max_num_queries(20) as liste_3:
        client.get(liste)
    with django_assert_max_num_queries(20) as detail_3:
        client.get(detail(permis), {"q": "verh"})
    remplir(3, 60)
    with django_assert_num_queries(len(liste_3)):
        client.get(liste)
    with django_assert_num_queries(len(detail_3)):
        page = client.get(detail(permis), {"q": "verh"})
    assert len(gzip.compress(page.content)) <= 15_000
