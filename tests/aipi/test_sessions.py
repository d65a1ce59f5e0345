"""The life of a session: listed, ended by its owner, locked when nobody is there, over after a day; nothing typed is lost."""

from __future__ import annotations

import logging
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from maison import MOT_DE_PASSE, NOTE_PRO, Maison

from aipi import sessions
from aipi.brouillons import COOKIE, FOND
from aipi.models import Brouillon, Compte, SessionOuverte
from insertion_pro.models import Entretien

pytestmark = pytest.mark.django_db
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


def entrer(client, qui: str, **options):
    reponse = client.post(reverse("connexion"), {"username": f"{qui}@exemple.fr", "password": MOT_DE_PASSE}, **options)
    assert reponse.status_code == 302
    return client


def vieillir(client, **instants: float | bool) -> None:
    """As if what was noted in the session had been noted then."""
    session = client.session
    session[sessions.MARQUE] = {**session[sessions.MARQUE], **instants}
    session.save()


def absent(client, minutes: int = 31) -> None:
    vieillir(client, vue=time.time() - 60 * minutes)


# The list


@pytest.mark.parametrize(
    ("agent", "appareil"),
    [
        (CHROME, "Chrome sur Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari sur iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Windows"),
        ("", "Navigateur inconnu"),
        ("<script>" * 100, "Navigateur inconnu"),
    ],
)
def test_a_device_is_told_in_words_without_what_would_name_one_machine(agent, appareil):
    assert sessions.appareil(agent) == appareil


def test_sessions_are_listed_with_their_device_and_the_present_one_is_said(client, maison):
    entrer(Client(), "cip", headers={"user-agent": CHROME})
    page = entrer(client, "cip").get(reverse("securite")).text
    assert "Chrome sur Windows" in page
    assert page.count("Ici") == 1
    assert SessionOuverte.objects.count() == 2


def test_the_owner_ends_one_session_or_all_the_others(client, maison):
    autres = [entrer(Client(), "cip") for _ in range(3)]
    entrer(client, "cip")
    premiere = SessionOuverte.objects.get(cle=autres[0].session.session_key)
    client.post(reverse("session_delete"), {"session": premiere.pk})
    assert [a.get(reverse("accueil")).status_code for a in autres] == [302, 200, 200]
    client.post(reverse("session_delete"), {"session": "autres"})
    assert [a.get(reverse("accueil")).status_code for a in autres] == [302, 302, 302]
    assert client.get(reverse("accueil")).status_code == 200
    assert Session.objects.count() == SessionOuverte.objects.count() == 1


@pytest.mark.parametrize("cle", ["", "abc", "9" * 30, "-1", "²"])
def test_a_session_that_is_none_is_not_found(client, maison, cle):
    entrer(client, "cip")
    assert client.post(reverse("session_delete"), {"session": cle}).status_code == 404


def test_nobody_ends_the_session_of_somebody_else(client, maison):
    entrer(Client(), "referent")
    entrer(client, "cip")
    client.post(
        reverse("session_delete"), {"session": SessionOuverte.objects.get(compte=maison.comptes["referent"]).pk}
    )
    assert SessionOuverte.objects.filter(compte=maison.comptes["referent"]).exists()


def test_signing_out_takes_the_session_out_of_the_list(client, maison):
    entrer(client, "cip")
    client.post(reverse("deconnexion"))
    assert not SessionOuverte.objects.exists()


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one_in_the_list(client, maison):
    autre = entrer(Client(), "cip")
    entrer(client, "cip")
    nouveau = "mouette-88-ecluse"
    client.post(
        reverse("mot_de_passe"),
        {"old_password": MOT_DE_PASSE, "new_password1": nouveau, "new_password2": nouveau},
    )
    assert autre.get(reverse("accueil")).status_code == 302
    assert SessionOuverte.objects.get().cle == client.session.session_key
    assert "Ici" in client.get(reverse("securite")).text


def test_the_last_use_is_written_once_a_minute_at_most(client, maison):
    entrer(client, "cip")
    ouverte = SessionOuverte.objects.get()
    client.get(reverse("securite"))
    assert SessionOuverte.objects.get().vue_le == ouverte.vue_le
    vieillir(client, vue=time.time() - 61)
    client.get(reverse("securite"))
    assert SessionOuverte.objects.get().vue_le > ouverte.vue_le


def test_lines_of_sessions_long_over_go_at_the_next_sign_in(client, maison):
    entrer(Client(), "cip")
    SessionOuverte.objects.update(vue_le="2020-01-01T00:00Z")
    entrer(client, "cip")
    assert SessionOuverte.objects.count() == 1


def test_a_session_opened_before_sessions_were_kept_is_taken_in(client, maison):
    client.force_login(maison.comptes["cip"])
    session = client.session
    del session[sessions.MARQUE]
    session.save()
    assert client.get(reverse("accueil")).status_code == 200


# The lock


def test_after_half_an_hour_without_anybody_a_page_asks_the_password_and_opens(client, maison):
    entrer(client, "cip")
    absent(client, 29)
    assert client.get(reverse("personne_list")).status_code == 200
    absent(client)
    reponse = client.get(reverse("personne_list"), {"q": "évrard"}, follow=True)
    assert "Écran verrouillé" in reponse.text
    assert "Évrard" not in reponse.text
    suite = reponse.context["next"]
    assert "incorrect" in client.post(reverse("verrou"), {"mot_de_passe": "faux", "next": suite}).text
    reponse = client.post(reverse("verrou"), {"mot_de_passe": MOT_DE_PASSE, "next": suite}, follow=True)
    assert "Évrard" in reponse.text


def test_the_delay_is_a_setting(client, maison, settings):
    settings.VERROU_APRES = 60
    entrer(client, "cip")
    absent(client, 2)
    assert client.get(reverse("accueil"))["Location"].startswith(reverse("verrou"))


def test_the_screen_is_locked_by_hand_and_every_page_with_it(client, maison):
    entrer(client, "cip")
    client.post(reverse("verrou"), {"geste": "verrouiller", "next": "/personnes/"})
    for nom in ("accueil", "personne_list", "securite", "mot_de_passe", "travail_list"):
        assert client.get(reverse(nom))["Location"].startswith(reverse("verrou"))
    assert client.post(reverse("presence"), headers={FOND: "presence"}).status_code == 401
    assert client.get(reverse("accueil"))["Location"].startswith(reverse("verrou"))


def test_the_locked_page_names_nobody_and_keeps_a_way_out(client, maison):
    entrer(client, "cip")
    client.post(reverse("verrou"), {"geste": "verrouiller"})
    page = client.get(reverse("verrou")).text
    assert "Chercher une personne" not in page
    assert "data-compte" not in page
    assert client.post(reverse("deconnexion"))["Location"] == reverse("connexion")


def test_the_password_is_braked_at_the_lock_too(client, maison):
    entrer(client, "cip")
    client.post(reverse("verrou"), {"geste": "verrouiller"})
    for _ in range(5):
        assert "incorrect" in client.post(reverse("verrou"), {"mot_de_passe": "faux"}).text
    assert "Trop d’essais" in client.post(reverse("verrou"), {"mot_de_passe": MOT_DE_PASSE}).text


def test_unlocking_changes_the_key_of_the_session(client, maison):
    entrer(client, "cip")
    avant = client.session.session_key
    client.post(reverse("verrou"), {"geste": "verrouiller"})
    client.post(reverse("verrou"), {"mot_de_passe": MOT_DE_PASSE})
    assert client.session.session_key != avant
    assert SessionOuverte.objects.get().cle == client.session.session_key
    assert not Session.objects.filter(session_key=avant).exists()


def test_a_form_sent_behind_the_lock_comes_back_whole_and_is_saved_with_the_password(client, maison):
    entrer(client, "cip")
    url = reverse("entretien_update", args=[maison.entretien.pk])
    texte = "Long entretien,\nécrit « au calme » & <sans> rien perdre"
    empreintes = client.get(url).context["form"]["empreintes"].value()
    envoi = {"date": "2026-01-15", "note": texte, "empreintes": empreintes, "brouillon": url}
    absent(client)
    page = client.post(url, envoi)
    assert page.status_code == 403
    assert "Déverrouiller et enregistrer" in page.text
    renvoi = dict(page.context["champs"])
    assert renvoi == envoi
    encore = client.post(page.context["adresse"], {**renvoi, "verrou-passe": "faux"})
    assert "incorrect" in encore.text
    assert note(maison) == NOTE_PRO
    assert client.post(page.context["adresse"], {**renvoi, "verrou-passe": MOT_DE_PASSE}).status_code == 302
    assert note(maison).replace("\r\n", "\n") == envoi["note"]


def note(maison: Maison) -> str:
    return Entretien.objects.get(pk=maison.entretien.pk).note


def test_a_draft_is_not_taken_for_saved_behind_the_lock(client, maison):
    entrer(client, "cip")
    chemin = reverse("frein_update", args=[maison.frein.pk])
    Brouillon.objects.create(compte=maison.comptes["cip"], cle=chemin, contenu={"a": ["b"]})
    absent(client)
    reponse = client.post(chemin, {"brouillon": chemin, "a": "b"})
    assert Brouillon.objects.filter(cle=chemin).exists()
    assert COOKIE not in reponse.cookies


def test_what_the_script_sends_behind_the_lock_is_told_by_its_status(client, maison):
    entrer(client, "cip")
    absent(client)
    reponse = client.post(reverse("brouillon"), {"geste": "garder"}, headers={FOND: "brouillon"})
    assert (reponse.status_code, reponse.json()) == (401, {"connexion": reverse("verrou")})


def test_a_password_sent_behind_the_lock_is_never_written_back(client, maison):
    entrer(client, "cip")
    absent(client)
    reponse = client.post(reverse("mot_de_passe"), {"old_password": "le-mien", "new_password1": "x"})
    assert reponse["Location"].startswith(reverse("verrou"))
    assert "le-mien" not in reponse.text


def test_somebody_who_reads_without_asking_for_a_page_is_there(client, maison):
    entrer(client, "cip")
    absent(client, 29)
    assert client.post(reverse("presence")).status_code == 204
    assert time.time() - client.session[sessions.MARQUE]["vue"] < 60


def test_a_page_that_a_script_asks_for_alone_does_not_say_that_somebody_is_there(client, maison):
    client.force_login(maison.comptes["directeur"])
    absent(client, 29)
    client.get(reverse("travail_etat", args=[maison.travail.pk]))
    assert time.time() - client.session[sessions.MARQUE]["vue"] > 60


def test_where_the_lock_leads_stays_on_this_site(client, maison):
    entrer(client, "cip")
    for suite in ("https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", "/\\ailleurs.example"):
        reponse = client.post(reverse("verrou"), {"mot_de_passe": MOT_DE_PASSE, "next": suite})
        assert reponse["Location"] == "/"


# A day of work


def test_a_session_ends_after_a_day_of_work_however_busy(client, maison):
    entrer(client, "cip")
    vieillir(client, ouverte=time.time() - 12 * 3600 - 1)
    assert client.get(reverse("personne_list"))["Location"].startswith(f"{reverse('connexion')}?next=")
    assert client.get(reverse("accueil")).status_code == 302


def test_the_script_learns_that_the_day_is_over_by_a_status(client, maison):
    entrer(client, "cip")
    vieillir(client, ouverte=0.0)
    assert client.post(reverse("brouillon"), {}, headers={FOND: "brouillon"}).status_code == 401


# The log


def test_the_log_says_who_by_a_number_and_never_an_address_a_name_or_a_secret(client, maison, caplog):
    with caplog.at_level(logging.INFO, logger="aipi.securite"):
        client.post(reverse("connexion"), {"username": "cip@exemple.fr", "password": "un-faux-secret"})
        entrer(client, "cip", REMOTE_ADDR="203.0.113.9")
        client.post(reverse("deconnexion"))
    dit = [enregistrement.getMessage() for enregistrement in caplog.records if enregistrement.name == "aipi.securite"]
    numero = Compte.objects.get(courriel="cip@exemple.fr").pk
    assert dit == [
        "connexion refusée",
        f"compte {numero}: session ouverte, second facteur absent",
        f"compte {numero}: déconnexion",
    ]
