"""The second factor: codes (on the vectors of RFC 6238), recovery codes, passkeys; who must have one, and that nothing goes round it."""

from __future__ import annotations

import json
import re

import pytest
from cles import Cle
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from maison import MOT_DE_PASSE, SECRET, code_du_moment, proteger

from aipi import demonstration, second_facteur, sessions
from aipi.models import CodeSecours, Compte, SecondFacteur, SessionOuverte

pytestmark = pytest.mark.django_db
HOTE = "testserver"


@pytest.fixture
def compte() -> Compte:
    return Compte.objects.create_user("odile@exemple.fr", MOT_DE_PASSE, role="directeur", nom="Odile Maës")


@pytest.fixture
def ordinaire() -> Compte:
    return Compte.objects.create_user("luc@exemple.fr", MOT_DE_PASSE, role="encadrant", nom="Luc Dehaene")


def premiere_etape(client, compte: Compte, suite: str = "") -> str:
    reponse = client.post(reverse("connexion"), {"username": compte.courriel, "password": MOT_DE_PASSE, "next": suite})
    assert reponse.status_code == 302
    return reponse["Location"]


def donner(client, code: str):
    return client.post(reverse("connexion_code"), {"code": code})


def connecte(client) -> bool:
    return client.get(reverse("securite")).status_code == 200


# The standard


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_vectors_of_the_standard(instant, code):
    assert second_facteur.code_totp(SECRET, instant // second_facteur.PAS) == code


def test_a_code_of_two_steps_ago_or_ahead_is_refused(monkeypatch):
    monkeypatch.setattr(second_facteur, "pas_present", lambda: 1000)
    codes = {pas: second_facteur.code_totp(SECRET, pas) for pas in range(997, 1004)}
    assert [pas for pas, code in codes.items() if second_facteur.pas_du_code(SECRET, code)] == [999, 1000, 1001]


def test_an_installation_may_take_a_code_for_its_own_thirty_seconds_alone(monkeypatch, settings):
    settings.CODES_EXACTS = True
    monkeypatch.setattr(second_facteur, "pas_present", lambda: 1000)
    codes = {pas: second_facteur.code_totp(SECRET, pas) for pas in range(998, 1003)}
    assert [pas for pas, code in codes.items() if second_facteur.pas_du_code(SECRET, code)] == [1000]


@pytest.mark.parametrize("saisie", ["", "12345", "1234567", "abcdef", "１２３４５６", "é" * 6, "0" * 30, "null\0null"])
def test_what_is_no_code_is_refused_without_a_fault(client, compte, saisie):
    proteger(compte)
    premiere_etape(client, compte)
    assert donner(client, saisie).status_code == 200
    assert not connecte(client)


def test_secrets_are_random_and_encrypted_in_the_database(compte):
    secrets = {second_facteur.nouveau_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {32}
    facteur = proteger(compte)
    assert SECRET not in facteur.secret
    assert second_facteur.dechiffrer(facteur.secret) == SECRET


def test_a_secret_follows_the_key_of_the_installation_and_its_former_ones(compte, settings):
    facteur = proteger(compte)
    ancienne, settings.SECRET_KEY = settings.SECRET_KEY, "une-autre-cle-bien-longue-et-tiree-au-hasard-47"
    assert second_facteur.dechiffrer(facteur.secret) is None
    assert second_facteur.verifier(compte, second_facteur.code_totp(SECRET, second_facteur.pas_present())) is None
    settings.SECRET_KEY_FALLBACKS = [ancienne]
    assert second_facteur.dechiffrer(facteur.secret) == SECRET


# Signing in


def test_a_password_alone_does_not_open_an_account_that_has_a_second_factor(client, compte):
    proteger(compte)
    assert premiere_etape(client, compte, "/personnes/") == reverse("connexion_code")
    assert client.get(reverse("accueil")).status_code == 302
    assert donner(client, code_du_moment(compte))["Location"] == "/personnes/"
    assert connecte(client)


def test_a_code_serves_once(client, compte):
    proteger(compte)
    code = code_du_moment(compte)
    premiere_etape(client, compte)
    assert donner(client, code).status_code == 302
    autre = Client()
    premiere_etape(autre, compte)
    assert "a déjà servi" in donner(autre, code).text
    assert not connecte(autre)


def test_the_second_step_alone_leads_to_the_first(client, compte):
    proteger(compte)
    assert donner(client, code_du_moment(compte))["Location"] == reverse("connexion")
    assert not connecte(client)


def test_the_second_step_waits_ten_minutes(client, compte):
    proteger(compte)
    premiere_etape(client, compte)
    session = client.session
    session["connexion_en_attente"] = {**session["connexion_en_attente"], "le": 0}
    session.save()
    assert donner(client, code_du_moment(compte))["Location"] == reverse("connexion")


def test_an_account_closed_between_the_two_steps_stays_out(client, compte):
    proteger(compte)
    premiere_etape(client, compte)
    Compte.objects.update(is_active=False)
    assert donner(client, code_du_moment(compte))["Location"] == reverse("connexion")


def test_codes_tried_at_random_are_braked(client, compte):
    proteger(compte)
    premiere_etape(client, compte)
    for _ in range(5):
        assert "pas le bon" in donner(client, "000000").text
    assert "Trop d’essais" in donner(client, code_du_moment(compte)).text
    assert not connecte(client)


def test_the_key_of_the_session_changes_at_sign_in(client, compte):
    proteger(compte)
    premiere_etape(client, compte)
    avant = client.session.session_key
    donner(client, code_du_moment(compte))
    assert client.session.session_key != avant


# Who must have one


@pytest.mark.parametrize("role", ["directeur", "administrateur"])
def test_directors_and_administrators_choose_a_second_factor_before_anything_else(client, role):
    compte = Compte.objects.create_user("elle@exemple.fr", MOT_DE_PASSE, role=role)
    premiere_etape(client, compte)
    for nom in ("accueil", "securite", "mot_de_passe", "admin:index", "remise"):
        reponse = client.get(reverse(nom))
        assert reponse["Location"].startswith(f"{reverse('second_facteur')}?next=")
    for nom in ("second_facteur", "application_create", "cle_create"):
        assert client.get(reverse(nom)).status_code == 200
    assert "Avant d’entrer" in client.get(reverse("second_facteur")).text
    assert client.post(reverse("deconnexion")).status_code == 302


def test_it_is_offered_to_the_others_and_asked_of_none(client, ordinaire):
    premiere_etape(client, ordinaire)
    assert client.get(reverse("accueil")).status_code == 200
    assert "Protéger mon compte" in client.get(reverse("securite")).text


def test_an_installation_may_ask_it_of_everybody(client, ordinaire, settings):
    settings.SECOND_FACTEUR_POUR_TOUS = True
    premiere_etape(client, ordinaire)
    assert client.get(reverse("accueil"))["Location"].startswith(reverse("second_facteur"))
    choisir_application(client)
    assert client.get(reverse("accueil")).status_code == 200


def test_who_becomes_a_director_while_signed_in_is_led_to_it(client, ordinaire):
    premiere_etape(client, ordinaire)
    Compte.objects.update(role="directeur")
    assert client.get(reverse("accueil"))["Location"].startswith(reverse("second_facteur"))


def choisir_application(client, nom: str = "Téléphone"):
    client.get(reverse("application_create"))
    secret = client.session["application_proposee"]
    code = second_facteur.code_totp(secret, second_facteur.pas_present())
    return client.post(reverse("application_create"), {"code": code, "nom": nom, "next": "/personnes/"})


def test_an_application_is_kept_once_a_code_proves_it_and_recovery_codes_are_shown_once(client, compte):
    premiere_etape(client, compte)
    page = client.get(reverse("application_create")).text
    assert "<svg" in page
    assert "style=" not in page
    assert "n’est pas celui du moment" in client.post(reverse("application_create"), {"code": "000000"}).text
    assert not SecondFacteur.objects.exists()
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", choisir_application(client).text)
    assert len(set(codes)) == 10
    assert client.get(reverse("accueil")).status_code == 200
    assert not any(code in client.get(reverse("securite")).text for code in codes)
    assert not any(code.replace("-", "") in empreinte for code in codes for empreinte in _empreintes())


def _empreintes() -> list[str]:
    return list(CodeSecours.objects.values_list("empreinte", flat=True))


def test_the_code_that_proved_the_application_does_not_sign_in(client, compte):
    premiere_etape(client, compte)
    client.get(reverse("application_create"))
    code = second_facteur.code_totp(client.session["application_proposee"], second_facteur.pas_present())
    client.post(reverse("application_create"), {"code": code})
    autre = Client()
    premiere_etape(autre, compte)
    assert "a déjà servi" in donner(autre, code).text


def test_the_first_factor_ends_the_sessions_that_did_not_give_it(client, ordinaire):
    autre = Client()
    premiere_etape(autre, ordinaire)
    premiere_etape(client, ordinaire)
    choisir_application(client)
    assert connecte(client)
    assert not connecte(autre)


def test_a_session_without_the_second_factor_adds_none_to_an_account_that_has_one(client, ordinaire):
    premiere_etape(client, ordinaire)
    proteger(ordinaire)
    assert client.get(reverse("application_create")).status_code == 404
    assert client.get(reverse("cle_create")).status_code == 404
    assert client.post(reverse("codes_create")).status_code == 404


def test_at_most_ten_factors(client, compte):
    client.force_login(compte)
    for _ in range(10):
        proteger(compte)
    assert client.get(reverse("application_create")).status_code == 404


# Recovery codes


def test_a_recovery_code_signs_in_once_however_it_is_written(client, compte):
    proteger(compte)
    code = second_facteur.nouveaux_codes(compte)[3]
    premiere_etape(client, compte)
    assert donner(client, f" {code.upper().replace('-', ' ')} ").status_code == 302
    assert "il en reste 9" in client.get(reverse("accueil")).text
    autre = Client()
    premiere_etape(autre, compte)
    assert "pas le bon" in donner(autre, code).text


def test_new_recovery_codes_replace_the_former_ones(client, compte):
    proteger(compte)
    anciens = second_facteur.nouveaux_codes(compte)
    client.force_login(compte)
    page = client.post(reverse("codes_create")).text
    assert len(re.findall(r"<code>\w{5}-\w{5}</code>", page)) == 10
    assert second_facteur.verifier(compte, anciens[0]) is None
    assert CodeSecours.objects.count() == 10


# Removing


def test_who_must_have_one_keeps_the_last(client, compte):
    facteur = proteger(compte)
    client.force_login(compte)
    url = reverse("facteur_delete", args=[facteur.pk])
    assert "ajoutez-en d’abord un autre" in client.get(url).text
    client.post(url)
    assert SecondFacteur.objects.count() == 1
    second = proteger(compte)
    assert client.post(url)["Location"] == reverse("securite")
    assert list(SecondFacteur.objects.all()) == [second]


def test_the_others_may_remove_it_and_recovery_codes_go_with_the_last(client, ordinaire):
    facteur = proteger(ordinaire)
    second_facteur.nouveaux_codes(ordinaire)
    client.force_login(ordinaire)
    url = reverse("facteur_delete", args=[facteur.pk])
    assert "C’est le seul" in client.get(url).text
    client.post(url)
    assert (SecondFacteur.objects.count(), CodeSecours.objects.count()) == (0, 0)


def test_nobody_removes_the_factor_of_somebody_else(client, compte, ordinaire):
    facteur = proteger(compte)
    client.force_login(ordinaire)
    assert client.post(reverse("facteur_delete", args=[facteur.pk])).status_code == 404
    assert SecondFacteur.objects.exists()


def test_a_change_asks_the_password_again_unless_it_was_just_given(client, compte):
    facteur = proteger(compte)
    client.force_login(compte)
    _vieillir(client)
    for nom in ("application_create", "cle_create"):
        assert client.get(reverse(nom))["Location"].startswith(reverse("verrou"))
    refus = client.post(reverse("facteur_delete", args=[facteur.pk]))
    assert refus.status_code == 403
    assert "Confirmez votre mot de passe" in refus.text
    assert client.post(reverse("codes_create")).status_code == 403
    avec = client.post(reverse("codes_create"), {"verrou-passe": MOT_DE_PASSE})
    assert "Vos codes de secours" in avec.text


def _vieillir(client) -> None:
    session = client.session
    session[sessions.MARQUE] = {**session[sessions.MARQUE], "mot_de_passe": 0}
    session.save()


# Passkeys


def creer_cle(client, cle: Cle):
    page = client.get(reverse("cle_create"))
    return client.post(reverse("cle_create"), {"reponse": cle.creer(_options(page)), "nom": "Bureau"})


def _options(page) -> dict:
    return json.loads(page.context["options"])["publicKey"]


def test_a_passkey_is_made_then_signs_in(client, ordinaire):
    cle = Cle()
    client.force_login(ordinaire)
    assert "Vos codes de secours" in creer_cle(client, cle).text
    client.logout()
    premiere_etape(client, ordinaire)
    page = client.get(reverse("connexion_code"))
    assert client.post(reverse("connexion_code"), {"reponse": cle.signer(_options(page))}).status_code == 302
    assert connecte(client)
    assert SecondFacteur.objects.get().utilise_le is not None


def test_the_signature_of_another_page_another_site_another_key_or_a_former_challenge_is_refused(client, ordinaire):
    cle = Cle()
    client.force_login(ordinaire)
    creer_cle(client, cle)
    client.logout()
    premiere_etape(client, ordinaire)

    def essayer(faire) -> bool:
        options = _options(client.get(reverse("connexion_code")))
        reponse = client.post(reverse("connexion_code"), {"reponse": faire(options)})
        return reponse.status_code == 302

    assert not essayer(lambda options: cle.signer(options, origine="https://testserver.ailleurs.example"))
    assert not essayer(lambda options: Cle(identifiant=cle.identifiant).signer(options))
    assert not essayer(lambda options: cle.signer({**options, "challenge": "AAAA"}))
    ancien = cle.signer(_options(client.get(reverse("connexion_code"))))
    assert not essayer(lambda options: ancien)


@pytest.mark.parametrize(
    "reponse", ["", "{}", "[]", "null", "{", '{"id": 3}', '{"id":"a","rawId":"a","response":{}}', "\0"]
)
def test_an_answer_that_is_none_is_refused_in_words(client, ordinaire, reponse):
    client.force_login(ordinaire)
    client.get(reverse("cle_create"))
    assert "n’a pas été enregistrée" in client.post(reverse("cle_create"), {"reponse": reponse}).text
    creer_cle(client, Cle())
    client.logout()
    premiere_etape(client, ordinaire)
    client.get(reverse("connexion_code"))
    assert "n’a pas été reconnue" in client.post(reverse("connexion_code"), {"reponse": reponse}).text


def test_a_counter_that_goes_back_is_the_sign_of_a_copy(client, ordinaire):
    cle = Cle(compteur=7)
    client.force_login(ordinaire)
    creer_cle(client, cle)
    client.logout()
    premiere_etape(client, ordinaire)
    cle.compteur = 6
    reponse = cle.signer(_options(client.get(reverse("connexion_code"))))
    assert client.post(reverse("connexion_code"), {"reponse": reponse}).status_code == 200
    cle.compteur = 8
    reponse = cle.signer(_options(client.get(reverse("connexion_code"))))
    assert client.post(reverse("connexion_code"), {"reponse": reponse}).status_code == 302


def test_a_passkey_is_of_one_account_only(client, compte, ordinaire):
    cle = Cle()
    client.force_login(ordinaire)
    creer_cle(client, cle)
    client.force_login(compte)
    assert "n’a pas été enregistrée" in creer_cle(client, cle).text
    assert SecondFacteur.objects.get().compte == ordinaire


def test_an_address_made_of_numbers_says_that_it_gets_no_passkey(client, ordinaire, settings):
    client.force_login(ordinaire)
    assert "faite de chiffres" in client.get(reverse("cle_create"), headers={"host": "127.0.0.1:8000"}).text
    assert "faite de chiffres" not in client.get(reverse("cle_create"), headers={"host": "localhost:8000"}).text


# The demonstration


@pytest.fixture
def demonstrateur(settings) -> Compte:
    settings.DEMONSTRATION = True
    call_command("comptes_demo", verbosity=0)
    return Compte.objects.get(courriel=f"direction@{demonstration.DOMAINE}")


def test_the_demonstration_shows_the_code_of_the_moment_twice_running(client, demonstrateur, capsys):
    call_command("comptes_demo")
    mot_de_passe = re.findall(r"Mot de passe de tous ces comptes : (\S+)", capsys.readouterr().out)[-1]
    for visiteur in (Client(), Client()):
        visiteur.post(reverse("connexion"), {"username": demonstrateur.courriel, "password": mot_de_passe})
        page = visiteur.get(reverse("connexion_code")).text
        [code] = re.findall(r"<strong data-code-demonstration>(\d{6})</strong>", page)
        assert donner(visiteur, code).status_code == 302
        assert visiteur.get(reverse("accueil")).status_code == 200


def test_the_demonstration_prints_the_codes_and_the_secrets(demonstrateur, capsys):
    call_command("comptes_demo")
    sortie = capsys.readouterr().out
    assert demonstration.secret(demonstrateur.courriel) in sortie
    call_command("code_demo")
    assert re.fullmatch(r"\d{6}  admin@\S+\n\d{6}  direction@\S+\n", capsys.readouterr().out)


def test_a_real_installation_shows_no_code(client, demonstrateur, settings):
    settings.DEMONSTRATION = False
    assert demonstration.code_present(demonstrateur) == ""
    with pytest.raises(CommandError, match="démonstration"):
        call_command("code_demo")


def test_an_account_of_the_house_shows_no_code_even_in_a_demonstration(compte, settings):
    settings.DEMONSTRATION = True
    proteger(compte)
    assert demonstration.code_present(compte) == ""


def test_the_demonstration_takes_back_a_factor_that_a_visitor_put_in_its_place(demonstrateur):
    demonstrateur.seconds_facteurs.all().delete()
    proteger(demonstrateur)
    call_command("comptes_demo", verbosity=0)
    [facteur] = demonstrateur.seconds_facteurs.all()
    assert second_facteur.dechiffrer(facteur.secret) == demonstration.secret(demonstrateur.courriel)


def test_every_session_opened_is_listed(client, compte):
    proteger(compte)
    premiere_etape(client, compte)
    assert not SessionOuverte.objects.exists()
    donner(client, code_du_moment(compte))
    assert SessionOuverte.objects.get().cle == client.session.session_key
