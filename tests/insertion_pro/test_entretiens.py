"""Entry of an interview, and the list of the ACI."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from maison import NOTE_PRO

from insertion_pro.models import Contrat, Entretien, Equipe
from insertion_pro.regles import fin_pass

pytestmark = pytest.mark.django_db


def jeton(reponse) -> str:
    return re.search(r'name="jeton" value="([^"]+)"', reponse.content.decode())[1]


def remplir(client, url: str, **champs: str) -> dict[str, str]:
    return {"date": timezone.localdate().isoformat(), "jeton": jeton(client.get(url)), **champs}


@pytest.fixture
def url(client, maison) -> str:
    client.force_login(maison.comptes["cip"])
    return reverse("contact_create", args=[maison.aci.pk, "entretien"])


def test_the_form_knows_the_day_the_worker_and_the_usual_place(client, maison, url):
    lieu = Entretien._meta.get_field("lieu").related_model.objects.get(liste="lieu_entretien", code="chantier")
    maison.entretien.lieu, maison.entretien.objet = lieu, "social"
    maison.entretien.save()
    form = client.get(url).context["form"]
    assert (form.initial["date"], form.initial["lieu"]) == (timezone.localdate(), lieu)
    assert form.initial["objet"] == "social"
    assert form.initial["intervenant"] == maison.comptes["cip"].intervenant_id


def test_beside_the_form_stand_the_last_notes_the_obstacles_and_the_contract(client, maison, url):
    texte = client.get(url).content.decode()
    for attendu in (NOTE_PRO, "Mobilité", "Équipe du canal", "dans 12 jours"):
        assert attendu in texte


def test_only_the_day_is_needed(client, maison, url):
    reponse = client.post(url, remplir(client, url))
    assert reponse["Location"] == reverse("personne_detail", args=[maison.aci.pk])
    nouveau = Entretien.objects.exclude(ref__in=["ENT-1", "ENT-2"]).get()
    assert (nouveau.parcours, nouveau.objet, nouveau.lieu, nouveau.duree_minutes) == (maison.parcours, "", None, None)
    assert "L’entretien est enregistré." in client.get(reponse["Location"]).content.decode()


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("date", "", "obligatoire"),
        ("date", "hier", "date valide"),
        ("date", "0021-05-04", "avant 1900"),
        ("date", "2999-01-01", "après 2100"),
        ("duree_minutes", "-5", "supérieure ou égale à 0"),
        ("duree_minutes", "99999999999999999999", "ne dépasse pas une journée"),
        ("note", "é" * 10_001, "dépasse 10 000 caractères"),
        ("note", "a\0b", "nul"),
        ("objet", "autre", "choix valide"),
    ],
)
def test_an_error_is_told_at_its_field_and_nothing_typed_is_lost(client, maison, url, champ, valeur, message):
    saisie = remplir(client, url, note="Texte à garder", objet="social") | {champ: valeur}
    reponse = client.post(url, saisie)
    texte = reponse.content.decode()
    assert reponse.status_code == 200
    [erreur] = reponse.context["form"].errors[champ]
    assert message in erreur.replace("'", "’")
    assert "Rien n’est enregistré pour le moment" in texte
    if champ != "note":
        assert "Texte à garder" in texte
    assert Entretien.objects.count() == 2


def test_the_same_form_sent_twice_makes_one_row(client, maison, url):
    saisie = remplir(client, url, note="Une seule fois")
    for message in ("L’entretien est enregistré.", "L’entretien était déjà enregistré."):
        reponse = client.post(url, saisie)
        assert reponse["Location"] == reverse("personne_detail", args=[maison.aci.pk])
        assert message in client.get(reponse["Location"]).content.decode()
    assert Entretien.objects.filter(note="Une seule fois").count() == 1


def test_a_form_gone_back_to_and_changed_is_not_thrown_away(client, maison, url):
    saisie = remplir(client, url, note="Première version")
    client.post(url, saisie)
    reponse = client.post(url, {**saisie, "note": "Autre chose"})
    texte = reponse.content.decode()
    assert "Autre chose" in texte
    assert "a déjà servi" in texte
    premiere = Entretien.objects.get(note="Première version")
    assert reverse("entretien_update", args=[premiere.pk]) in texte
    client.post(url, {**saisie, "note": "Autre chose", "jeton": jeton(reponse)})
    assert Entretien.objects.filter(note__in=["Première version", "Autre chose"]).count() == 2


@pytest.mark.parametrize("faux", ["", "ENT-1", "ENT-1:abc", "x" * 300])
def test_a_forged_token_writes_nothing_and_gives_a_new_one(client, maison, url, faux):
    reponse = client.post(url, remplir(client, url, note="À garder") | {"jeton": faux})
    assert "n’est plus reconnu" in reponse.content.decode()
    assert "À garder" in reponse.content.decode()
    assert Entretien.objects.count() == 2
    client.post(url, remplir(client, url, note="À garder") | {"jeton": jeton(reponse)})
    assert Entretien.objects.filter(note="À garder").count() == 1


def test_the_token_of_another_file_is_not_taken(client, maison, url):
    autre = reverse("contact_create", args=[maison.autre_equipe.pk, "entretien"])
    reponse = client.post(url, remplir(client, autre))
    assert "n’est plus reconnu" in reponse.content.decode()


def test_another_refusal_of_the_database_is_not_taken_for_a_double(client, maison, url, monkeypatch):
    def refuser(*args, **kwargs):
        raise IntegrityError("autre contrainte")

    saisie = remplir(client, url)
    monkeypatch.setattr(Entretien, "save", refuser)
    with pytest.raises(IntegrityError, match="autre contrainte"):
        client.post(url, saisie)


def test_an_interview_is_corrected_in_place(client, maison, url):
    correction = reverse("entretien_update", args=[maison.entretien.pk])
    page = client.get(correction)
    assert NOTE_PRO in page.content.decode()
    client.post(
        correction, {"date": "2026-01-15", "note": "Corrigée", "empreintes": page.context["form"]["empreintes"].value()}
    )
    maison.entretien.refresh_from_db()
    assert (maison.entretien.note, maison.entretien.date, maison.entretien.ref) == (
        "Corrigée",
        datetime.date(2026, 1, 15),
        "ENT-1",
    )


def test_a_place_withdrawn_from_the_list_stays_in_the_interviews_that_have_it(client, maison, url):
    nomenclatures = Entretien._meta.get_field("lieu").related_model.objects
    lieu = nomenclatures.get(liste="lieu_entretien", code="visio")
    lieu.valide_au = timezone.localdate() - datetime.timedelta(days=1)
    lieu.save()
    maison.entretien.lieu = lieu
    maison.entretien.save()
    correction = reverse("entretien_update", args=[maison.entretien.pk])
    assert "En visioconférence" in client.get(correction).context["form"]["lieu"].as_widget()
    maison.entretien.lieu = None
    maison.entretien.save()
    assert "En visioconférence" not in client.get(url).context["form"]["lieu"].as_widget()


def trouves(client, **parametres) -> set[str]:
    reponse = client.get(reverse("parcours_list"), parametres)
    return {p.personne.ref for p in reponse.context["page"].objets}


def test_the_list_filters_by_state_team_workshop_referent_and_year(client, maison, url):
    hier = timezone.localdate() - datetime.timedelta(days=1)
    maison.parcours_autre.date_sortie = hier
    maison.parcours_autre.save()
    equipes = {equipe.code: equipe.pk for equipe in Equipe.objects.all()}
    atelier = Equipe.objects.get(code="E1").atelier_id
    assert trouves(client) == {"P1", "P4"}
    assert trouves(client, etat="sorti") == {"P2"}
    assert trouves(client, etat="tous") == {"P1", "P2", "P4"}
    assert trouves(client, etat="tous", equipe=equipes["E2"]) == {"P2"}
    assert trouves(client, etat="tous", atelier=atelier) == {"P1", "P2", "P4"}
    assert trouves(client, referent=maison.comptes["cip"].intervenant_id) == {"P1"}
    assert trouves(client, etat="tous", annee=timezone.localdate().year) == {"P1", "P2", "P4"}
    assert trouves(client, etat="tous", annee=timezone.localdate().year - 5) == set()
    assert trouves(client, etat="tous", q="EVRARD") == {"P1"}


def test_one_who_leaves_today_is_still_there(client, maison, url):
    maison.parcours.date_sortie = timezone.localdate()
    maison.parcours.save()
    assert "P1" in trouves(client)
    assert "P1" not in trouves(client, etat="sorti")


def test_a_supervisor_chooses_among_its_own_teams_only(client, maison):
    client.force_login(maison.comptes["encadrant"])
    assert trouves(client, etat="tous") == {"P1", "P4"}
    texte = client.get(reverse("parcours_list")).content.decode()
    assert "Équipe du canal" in texte
    assert "Équipe des dunes" not in texte


def test_a_contract_renewed_or_of_someone_gone_is_not_about_to_end(maison):
    jour = timezone.localdate()
    bientot = jour + datetime.timedelta(days=30)
    assert Contrat.objects.finissant(bientot).count() == 3
    ancien = maison.parcours.contrats.get()
    Contrat.objects.create(
        ref="SUITE",
        parcours=maison.parcours,
        equipe=ancien.equipe,
        date_debut=ancien.date_fin + datetime.timedelta(days=1),
    )
    maison.parcours_autre.date_sortie = jour
    maison.parcours_autre.save()
    assert [c.ref for c in Contrat.objects.finissant(bientot)] == ["CON-P4"]


def test_a_pass_iae_lasts_two_years_even_from_a_leap_day():
    assert fin_pass(datetime.date(2024, 3, 1)) == datetime.date(2026, 2, 28)
    assert fin_pass(datetime.date(2024, 2, 29)) == datetime.date(2026, 2, 28)
