"""The accounts held by the administrator: invitation, forgotten password, lost telephone, departure, files handed over."""

from __future__ import annotations

import datetime
import logging
import re
import smtplib

import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from maison import MOT_DE_PASSE, code_du_moment, proteger

from aipi import liens, remises, sessions
from aipi.models import Compte, Essai, Intervenant, LienCompte, SecondFacteur, SessionOuverte
from insertion_pro.models import Equipe, Parcours, RendezVous
from insertion_sociale.models import ContactRsa, MesureLogement, SuiviRsa

pytestmark = pytest.mark.django_db
NOUVEAU = "mouette-88-ecluse"
PASSE = {"new_password1": NOUVEAU, "new_password2": NOUVEAU}


@pytest.fixture
def admin(client, maison):
    client.force_login(maison.comptes["administrateur"])
    return client


@pytest.fixture
def poste(settings):
    """A mail server is named."""
    settings.EMAIL_HOST = "courriel.exemple.fr"


def invitation(**champs: object) -> dict[str, object]:
    return {"courriel": "Neuve@Exemple.fr", "nom": "", "role": "travailleur_social", "pole_pro": "on", **champs}


def lien_montre(reponse) -> str:
    [lien] = re.findall(r'value="http://testserver(/connexion/lien/[^"]+)"', reponse.text)
    return lien


def peut_entrer(courriel: str, mot_de_passe: str) -> bool:
    reponse = Client().post(reverse("connexion"), {"username": courriel, "password": mot_de_passe})
    return reponse.status_code == 302


def travailler() -> None:
    """The background service does what is asked for."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)


# Invitation


def test_an_invitation_makes_an_account_that_its_link_alone_opens(admin, mailoutbox):
    reponse = admin.post(reverse("compte_create"), invitation())
    lien = lien_montre(reponse)
    compte = Compte.objects.get(courriel="neuve@exemple.fr")
    assert (compte.pole_pro, compte.has_usable_password(), mailoutbox) == (True, False, [])
    visiteur = Client()
    assert "Bienvenue" in visiteur.get(lien).text
    assert "Bienvenue" in visiteur.get(lien).text
    reponse = visiteur.post(lien, {"nom": "Ève Neuve", **PASSE}, follow=True)
    assert "connectez-vous" in reponse.text
    compte.refresh_from_db()
    assert (compte.nom, peut_entrer(compte.courriel, NOUVEAU)) == ("Ève Neuve", True)


def test_a_link_serves_once(admin):
    lien = lien_montre(admin.post(reverse("compte_create"), invitation()))
    Client().post(lien, {"nom": "Ève", **PASSE})
    assert Client().get(lien).status_code == 404
    reponse = Client().post(
        lien, {"nom": "Un autre", "new_password1": "autre-mot-77-dune", "new_password2": "autre-mot-77-dune"}
    )
    assert "ne sert plus" in reponse.text
    assert not peut_entrer("neuve@exemple.fr", "autre-mot-77-dune")


def test_of_two_that_use_a_link_at_once_one_passes(maison):
    lien, _ = liens.creer(maison.comptes["cip"], LienCompte.Usage.MOT_DE_PASSE)
    assert [liens.consommer(lien), liens.consommer(lien)] == [True, False]


@pytest.mark.parametrize(
    ("usage", "duree"),
    [
        (LienCompte.Usage.INVITATION, datetime.timedelta(days=7)),
        (LienCompte.Usage.MOT_DE_PASSE, datetime.timedelta(hours=2)),
    ],
)
def test_a_link_ends_at_its_date(maison, client, usage, duree):
    lien, secret = liens.creer(maison.comptes["cip"], usage)
    assert abs(lien.expire_le - timezone.now() - duree) < datetime.timedelta(seconds=10)
    assert client.get(liens.chemin(secret)).status_code == 200
    LienCompte.objects.update(expire_le=timezone.now())
    assert client.get(liens.chemin(secret)).status_code == 404
    assert client.post(liens.chemin(secret), PASSE).status_code == 404


def test_the_secret_of_a_link_is_long_random_and_not_kept(maison):
    secrets = [liens.creer(maison.comptes["cip"], LienCompte.Usage.INVITATION)[1] for _ in range(20)]
    assert len({*secrets}) == 20
    assert all(len(secret) >= 43 for secret in secrets)
    [lien] = LienCompte.objects.all()
    assert secrets[-1] not in str(vars(lien))


def test_a_new_invitation_takes_the_place_of_the_former_one(admin):
    premier = lien_montre(admin.post(reverse("compte_create"), invitation()))
    compte = Compte.objects.get(courriel="neuve@exemple.fr")
    second = lien_montre(admin.post(reverse("compte_lien", args=[compte.pk])))
    assert [Client().get(lien).status_code for lien in (premier, second)] == [404, 200]


def test_a_password_forgotten_does_not_end_an_invitation(admin, client, poste):
    lien = lien_montre(admin.post(reverse("compte_create"), invitation()))
    Client().post(reverse("mot_de_passe_oublie"), {"courriel": "neuve@exemple.fr"})
    travailler()
    assert Client().get(lien).status_code == 200


def test_the_page_of_a_link_tells_no_other_site_its_address(maison, client):
    _, secret = liens.creer(maison.comptes["cip"], LienCompte.Usage.INVITATION)
    assert client.get(liens.chemin(secret))["Referrer-Policy"] == "strict-origin"
    assert "no-store" in client.get(liens.chemin(secret))["Cache-Control"]


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"courriel": "cip@exemple.fr"}, "courriel"),
        ({"courriel": "CIP@exemple.fr"}, "courriel"),
        ({"courriel": "pas une adresse"}, "courriel"),
        ({"pole_pro": ""}, "pole_pro"),
        ({"role": "encadrant"}, "intervenant"),
        ({"role": "financeur"}, "financeur"),
        ({"role": "roi"}, "role"),
        ({"intervenant": "999999"}, "intervenant"),
        ({"nom": "x" * 251}, "nom"),
        ({"nom": "nul\0"}, "nom"),
    ],
)
def test_what_would_make_an_account_that_sees_nothing_is_said_at_the_field(admin, champs, champ):
    reponse = admin.post(reverse("compte_create"), invitation(**champs))
    assert list(reponse.context["form"].errors) == [champ]
    assert Compte.objects.count() == 9


def test_an_intervenant_has_one_account(admin, maison):
    pris = maison.comptes["cip"].intervenant_id
    reponse = admin.post(reverse("compte_create"), invitation(intervenant=pris))
    assert "déjà relié" in reponse.text


@pytest.mark.parametrize("mot_de_passe", ["court", "neuve-neuve-neuve", "aB3$eF7&iJ9"])
def test_a_link_asks_for_a_password_that_keeps_the_rules(admin, mot_de_passe):
    lien = lien_montre(admin.post(reverse("compte_create"), invitation()))
    reponse = Client().post(lien, {"nom": "Ève Neuve", "new_password1": mot_de_passe, "new_password2": mot_de_passe})
    assert reponse.context["form"].errors
    assert LienCompte.objects.exists()


def test_the_invitation_is_sent_where_there_is_a_mail_server(admin, poste, mailoutbox):
    reponse = admin.post(reverse("compte_create"), invitation())
    [message] = mailoutbox
    assert message.to == ["neuve@exemple.fr"]
    assert lien_montre(reponse) in message.body


def test_a_mail_server_that_refuses_leaves_the_link_on_the_screen(admin, poste, monkeypatch):
    def refuser(self):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuser)
    reponse = admin.post(reverse("compte_create"), invitation())
    assert "n’a pas pu partir" in reponse.text
    assert lien_montre(reponse)


# Forgotten password


def demander(courriel: str, **options: object):
    return Client().post(reverse("mot_de_passe_oublie"), {"courriel": courriel}, **options)


def nettoyer(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_the_answer_and_the_work_are_the_same_for_an_address_that_no_account_has(maison, poste, mailoutbox):
    Compte.objects.filter(courriel="encadrant@exemple.fr").update(is_active=False)
    pages, requetes = set(), set()
    for courriel in ("cip@exemple.fr", "personne@exemple.fr", "encadrant@exemple.fr"):
        Essai.objects.all().delete()
        with CaptureQueriesContext(connection) as faites:
            pages.add(nettoyer(demander(courriel).text))
        requetes.add(tuple(requete["sql"].split(" ")[0] for requete in faites))
    assert (len(pages), len(requetes)) == (1, 1)
    assert mailoutbox == []
    assert DBTaskResult.objects.count() == 3
    travailler()
    assert [message.to for message in mailoutbox] == [["cip@exemple.fr"]]


def test_the_link_sent_gives_a_new_password_and_ends_the_sessions(maison, poste, mailoutbox):
    ouverte = Client()
    ouverte.post(reverse("connexion"), {"username": "cip@exemple.fr", "password": MOT_DE_PASSE})
    demander(" CIP@exemple.fr ")
    travailler()
    [chemin] = re.findall(r"http://testserver(/connexion/lien/\S+)", mailoutbox[0].body)
    assert "Votre nom" not in Client().get(chemin).text
    assert Client().post(chemin, PASSE)["Location"] == reverse("connexion")
    assert ouverte.get(reverse("accueil")).status_code == 302
    assert (peut_entrer("cip@exemple.fr", NOUVEAU), peut_entrer("cip@exemple.fr", MOT_DE_PASSE)) == (True, False)


def test_a_new_password_does_not_go_round_the_second_factor(maison, client):
    compte = maison.comptes["directeur"]
    _, secret = liens.creer(compte, LienCompte.Usage.MOT_DE_PASSE)
    client.post(liens.chemin(secret), PASSE)
    reponse = client.post(reverse("connexion"), {"username": compte.courriel, "password": NOUVEAU})
    assert reponse["Location"] == reverse("connexion_code")


def test_the_fourth_demand_sends_nothing_and_says_the_same(maison, poste, mailoutbox):
    pages = {nettoyer(demander("cip@exemple.fr").text) for _ in range(5)}
    assert len(pages) == 1
    travailler()
    assert len(mailoutbox) == 3


def test_without_a_mail_server_the_page_leads_to_the_administrator(maison, mailoutbox):
    assert "administrateur" in Client().get(reverse("mot_de_passe_oublie")).text
    demander("cip@exemple.fr")
    assert not DBTaskResult.objects.exists()


def test_what_waits_in_the_queue_names_nobody(maison, poste):
    demander("personne.inconnue@exemple.fr")
    [tache] = DBTaskResult.objects.all()
    assert "exemple.fr" not in str(tache.args_kwargs)


def test_the_owner_is_told_of_what_changes_where_there_is_a_mail_server(client, maison, poste, mailoutbox):
    client.force_login(maison.comptes["cip"])
    client.post(reverse("mot_de_passe"), {"old_password": MOT_DE_PASSE, **PASSE})
    travailler()
    [message] = mailoutbox
    assert message.to == ["cip@exemple.fr"]
    assert "a été changé" in message.body


# What the administrator does for an account


def test_the_administrator_gives_a_link_and_never_chooses_the_password(admin, maison):
    lien = lien_montre(admin.post(reverse("compte_lien", args=[maison.compte.pk])))
    assert "Nouveau mot de passe" in Client().get(lien).text
    assert peut_entrer("cip@exemple.fr", MOT_DE_PASSE)


def test_a_lost_telephone_the_factors_go_and_the_sessions_end(admin, maison):
    compte = maison.comptes["directeur"]
    ailleurs = Client()
    ailleurs.post(reverse("connexion"), {"username": compte.courriel, "password": MOT_DE_PASSE})
    ailleurs.post(reverse("connexion_code"), {"code": code_du_moment(compte)})
    assert ailleurs.get(reverse("accueil")).status_code == 200
    admin.post(reverse("compte_second_facteur", args=[compte.pk]))
    assert not compte.seconds_facteurs.exists()
    assert ailleurs.get(reverse("accueil")).status_code == 302


def test_an_administrator_does_not_remove_its_own_factors_this_way(admin, maison):
    moi = maison.comptes["administrateur"]
    assert admin.post(reverse("compte_second_facteur", args=[moi.pk])).status_code == 404
    assert moi.seconds_facteurs.exists()


def test_the_administrator_ends_the_sessions_of_an_account(admin, maison):
    ailleurs = Client()
    ailleurs.post(reverse("connexion"), {"username": "cip@exemple.fr", "password": MOT_DE_PASSE})
    admin.post(reverse("compte_sessions", args=[maison.compte.pk]))
    assert ailleurs.get(reverse("accueil")).status_code == 302


def test_another_role_or_pole_ends_the_sessions_a_corrected_name_does_not(admin, maison):
    compte = maison.compte
    champs = {
        "courriel": compte.courriel,
        "nom": "Odile",
        "role": compte.role,
        "pole_pro": "on",
        "intervenant": compte.intervenant_id,
    }
    for changes, statut in (({"nom": "Odile Maës"}, 200), ({"pole_social": "on"}, 302)):
        ailleurs = Client()
        ailleurs.post(reverse("connexion"), {"username": compte.courriel, "password": MOT_DE_PASSE})
        assert admin.post(reverse("compte_detail", args=[compte.pk]), {**champs, **changes}).status_code == 302
        assert ailleurs.get(reverse("accueil")).status_code == statut


def test_the_last_administrator_stays_one(admin, maison):
    moi = maison.comptes["administrateur"]
    reponse = admin.post(
        reverse("compte_detail", args=[moi.pk]), {"courriel": moi.courriel, "role": "encadrant", "intervenant": ""}
    )
    assert "dernier administrateur" in reponse.text
    assert "On ne ferme ni" in admin.get(reverse("compte_depart", args=[moi.pk])).text
    admin.post(reverse("compte_depart", args=[moi.pk]))
    moi.refresh_from_db()
    assert (moi.role, moi.is_active) == ("administrateur", True)


def test_the_list_says_the_state_of_each_account_and_finds_one(admin, maison):
    admin.post(reverse("compte_create"), invitation())
    Compte.objects.filter(courriel="referent@exemple.fr").update(is_active=False)
    page = admin.get(reverse("compte_list")).text
    for etat in ("Invité", "Ouvert", "Fermé"):
        assert etat in page
    LienCompte.objects.update(expire_le=timezone.now())
    assert "Invitation périmée" in admin.get(reverse("compte_list")).text
    assert "cip@" not in admin.get(reverse("compte_list"), {"q": "NEUVE"}).text
    assert "Aucun compte ne correspond" in admin.get(reverse("compte_list"), {"q": "x" * 200 + "é'\""}).text


def test_acts_on_accounts_ask_the_password_again_after_a_while(admin, maison):
    session = admin.session
    session[sessions.MARQUE] = {**session[sessions.MARQUE], "mot_de_passe": 0}
    session.save()
    assert admin.get(reverse("compte_create"))["Location"].startswith(reverse("verrou"))
    for nom in ("compte_lien", "compte_second_facteur", "compte_sessions", "compte_depart"):
        assert admin.post(reverse(nom, args=[maison.compte.pk])).status_code == 403
    assert not LienCompte.objects.exists()
    renvoi = admin.post(reverse("compte_create"), invitation())
    reponse = admin.post(renvoi.context["adresse"], {**dict(renvoi.context["champs"]), "verrou-passe": MOT_DE_PASSE})
    assert lien_montre(reponse)


def test_what_the_administrator_does_is_in_the_log_by_numbers(admin, maison, caplog):
    with caplog.at_level(logging.INFO, logger="aipi.securite"):
        admin.post(reverse("compte_lien", args=[maison.compte.pk]))
        admin.post(reverse("compte_depart", args=[maison.compte.pk]))
    dit = [e.getMessage() for e in caplog.records if e.name == "aipi.securite"]
    moi = maison.comptes["administrateur"].pk
    assert dit == [
        f"compte {maison.compte.pk}: lien donné par le compte {moi}",
        f"compte {maison.compte.pk}: fermé par le compte {moi}",
    ]


# From the server


def test_the_server_gives_a_way_back_to_an_administrator_who_lost_everything(maison, capsys, client):
    call_command("lien_compte", "Administrateur@exemple.fr", sans_second_facteur=True)
    [chemin] = re.findall(r"(/connexion/lien/\S+)", capsys.readouterr().out)
    client.post(chemin, PASSE)
    assert not maison.comptes["administrateur"].seconds_facteurs.exists()
    assert peut_entrer("administrateur@exemple.fr", NOUVEAU)
    with pytest.raises(CommandError, match="Aucun compte"):
        call_command("lien_compte", "personne@exemple.fr")


# Departure


def collegue(role: str, **compte: object) -> Intervenant:
    qui = Intervenant.objects.create(code=f"N-{role}", nom="Relève", prenom="Nora", role=role)
    if compte:
        Compte.objects.create_user("nora@exemple.fr", MOT_DE_PASSE, role=role, intervenant=qui, **compte)
    return qui


def test_a_closed_account_opens_nothing_any_more(admin, maison):
    ailleurs = Client()
    ailleurs.post(reverse("connexion"), {"username": "cip@exemple.fr", "password": MOT_DE_PASSE})
    _, secret = liens.creer(maison.compte, LienCompte.Usage.MOT_DE_PASSE)
    Compte.objects.filter(pk=maison.compte.pk).update(agenda="f" * 64)
    page = admin.get(reverse("compte_depart", args=[maison.compte.pk])).text
    assert "1 parcours en ACI" in page
    reponse = admin.post(reverse("compte_depart", args=[maison.compte.pk]))
    assert reponse["Location"] == f"{reverse('remise')}?de={maison.compte.intervenant_id}"
    assert ailleurs.get(reverse("accueil")).status_code == 302
    assert not peut_entrer("cip@exemple.fr", MOT_DE_PASSE)
    assert Client().get(liens.chemin(secret)).status_code == 404
    maison.compte.refresh_from_db()
    assert (maison.compte.agenda, maison.compte.is_active) == (None, False)
    assert not SessionOuverte.objects.filter(compte=maison.compte).exists()


def test_a_closed_account_is_opened_again(admin, maison):
    admin.post(reverse("compte_depart", args=[maison.compte.pk]))
    admin.post(reverse("compte_retour", args=[maison.compte.pk]))
    assert peut_entrer("cip@exemple.fr", MOT_DE_PASSE)


def test_its_files_go_to_the_colleague_chosen_for_each_kind_with_the_appointments_to_come(admin, maison):
    de = maison.comptes["cip"].intervenant
    jour = timezone.localdate()
    for ref, date in (("R1", jour), ("R2", jour - datetime.timedelta(days=1))):
        RendezVous.objects.create(ref=ref, parcours=maison.parcours, date=date, intervenant=de)
    Parcours.objects.filter(pk=maison.parcours_autre.pk).update(
        referent=de, date_sortie=jour - datetime.timedelta(days=1)
    )
    releve = collegue("travailleur_social", pole_pro=True)
    page = admin.get(reverse("remise"), {"de": de.pk}).text
    assert "1 parcours en ACI" in page
    assert not any(nom in page for nom in ("Évrard", "Bollengier", "Top"))
    reponse = admin.post(f"{reverse('remise')}?de={de.pk}", {"aci-parcours": releve.pk}, follow=True)
    assert "1 parcours en ACI à Nora Relève" in reponse.text
    assert "Plus rien d’ouvert" in reponse.text
    assert set(Parcours.objects.filter(referent=releve)) == {maison.parcours}
    assert list(RendezVous.objects.order_by("ref").values_list("ref", "intervenant")) == [
        ("R1", releve.pk),
        ("R2", de.pk),
    ]
    entree = LogEntry.objects.get_for_object(maison.parcours).first()
    assert entree.actor == maison.comptes["administrateur"]
    assert "referent" in entree.changes


def test_rsa_follow_ups_measures_and_teams_are_handed_over_too(client, maison):
    client.force_login(maison.comptes["directeur"])
    de = maison.comptes["referent"].intervenant
    MesureLogement.objects.update(referent=de)
    contact = ContactRsa.objects.create(
        ref="C9", suivi=maison.suivi, date=timezone.localdate(), type="visite", statut="prevu", intervenant=de
    )
    releve = collegue("travailleur_social")
    client.post(f"{reverse('remise')}?de={de.pk}", {"rsa": releve.pk, "logement": releve.pk})
    assert SuiviRsa.objects.get(pk=maison.suivi.pk).referent == releve
    assert MesureLogement.objects.get().referent == releve
    contact.refresh_from_db()
    assert contact.intervenant == releve
    encadrant = maison.comptes["encadrant"].intervenant
    autre = Intervenant.objects.get(code="ENC2")
    client.post(f"{reverse('remise')}?de={encadrant.pk}", {"aci-equipe": autre.pk})
    assert not Equipe.objects.filter(encadrant=encadrant).exists()


def test_a_colleague_whose_account_is_closed_or_of_another_role_takes_nothing(admin, maison):
    de = maison.comptes["cip"].intervenant
    parti = collegue("travailleur_social", is_active=False)
    encadrant = Intervenant.objects.get(code="ENC2")
    for choix in (parti.pk, encadrant.pk, de.pk, "abc", "9" * 30):
        reponse = admin.post(f"{reverse('remise')}?de={de.pk}", {"aci-parcours": choix})
        assert "de la liste" in reponse.text
    assert "au moins une personne" in admin.post(f"{reverse('remise')}?de={de.pk}", {}).text
    assert Parcours.objects.get(pk=maison.parcours.pk).referent == de


@pytest.mark.parametrize("de", ["", "abc", "999999", "9" * 40])
def test_who_leaves_is_somebody(admin, maison, de):
    assert "Choisissez une personne" in admin.get(reverse("remise"), {"de": de}).text


def test_every_kind_of_follow_up_that_has_a_referent_can_be_handed_over():
    assert {genre.code for genre in remises.genres()} == {"aci-parcours", "aci-equipe", "logement", "rsa"}


def test_a_second_factor_is_not_shown_by_any_page_of_the_administrator(admin, maison):
    facteur = proteger(maison.compte)
    page = admin.get(reverse("compte_detail", args=[maison.compte.pk])).text
    assert facteur.secret not in page
    assert SecondFacteur.objects.filter(compte=maison.compte).count() == 1
    assert "1 second facteur" in page
