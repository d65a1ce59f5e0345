"""Two persons on the same row, a row gone meanwhile, a database that does not answer: nothing typed is lost, nothing overwritten."""

from __future__ import annotations

import re

import pytest
from auditlog.context import set_actor
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from maison import code

from aipi.corbeille import retablir, supprimer
from aipi.saisie import champ_note, fiche_nommee
from insertion_pro.models import DemarcheEntretien, Entretien

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(client, maison) -> str:
    client.force_login(maison.comptes["cip"])
    return reverse("entretien_update", args=[maison.entretien.pk])


def formulaire(client, url: str) -> dict[str, object]:
    """What a browser would send back without touching anything."""
    return champs_de(client.get(url).context["form"])


def champs_de(form) -> dict[str, object]:
    valeurs = {}
    for champ in form:
        brute = champ.value()
        if champ.field.disabled or brute in (None, "", []):
            continue
        montree = champ.field.widget.format_value(brute)
        if isinstance(montree, list) and not getattr(champ.field.widget, "allow_multiple_selected", False):
            [montree] = montree
        valeurs[champ.html_name] = montree
    return valeurs


def collegue(maison, entretien_pk: int, **champs) -> None:
    with set_actor(maison.comptes["polyvalent"]):
        entretien = Entretien.objects.get(pk=entretien_pk)
        for nom, valeur in champs.items():
            setattr(entretien, nom, valeur)
        entretien.save()


def test_the_second_is_shown_both_versions_with_who_and_when(client, maison, url):
    saisie = formulaire(client, url)
    collegue(maison, maison.entretien.pk, note="Version de la collègue")
    reponse = client.post(url, {**saisie, "note": "Ma version"})
    texte = " ".join(reponse.content.decode().split())
    assert reponse.status_code == 200
    for attendu in ("Version de la collègue", "Ma version", "par polyvalent@exemple.fr", "changé le"):
        assert attendu in texte
    assert Entretien.objects.get(pk=maison.entretien.pk).note == "Version de la collègue"


def test_sent_again_after_reading_both_one_s_own_is_saved(client, maison, url):
    saisie = formulaire(client, url)
    collegue(maison, maison.entretien.pk, note="Version de la collègue")
    reponse = client.post(url, {**saisie, "note": "Ma version"})
    assert client.post(url, champs_de(reponse.context["form"])).status_code == 302
    assert Entretien.objects.get(pk=maison.entretien.pk).note == "Ma version"


def test_a_third_change_in_between_is_shown_again(client, maison, url):
    saisie = formulaire(client, url)
    collegue(maison, maison.entretien.pk, note="Deuxième")
    suite = champs_de(client.post(url, {**saisie, "note": "Ma version"}).context["form"])
    collegue(maison, maison.entretien.pk, note="Troisième")
    reponse = client.post(url, suite)
    assert "Troisième" in reponse.content.decode()
    assert Entretien.objects.get(pk=maison.entretien.pk).note == "Troisième"


def test_a_field_left_alone_takes_the_colleague_s_value_instead_of_undoing_it(client, maison, url):
    saisie = formulaire(client, url)
    collegue(maison, maison.entretien.pk, duree_minutes=45, objet="social")
    reponse = client.post(url, {**saisie, "note": "Ma note"})
    divergences = {d.champ: d for d in reponse.context["form"].divergences}
    assert divergences.keys() == {"duree_minutes", "objet"}
    assert all(d.reprise for d in divergences.values())
    assert client.post(url, champs_de(reponse.context["form"])).status_code == 302
    entretien = Entretien.objects.get(pk=maison.entretien.pk)
    assert (entretien.note, entretien.duree_minutes, entretien.objet) == ("Ma note", 45, "social")


def test_the_same_correction_made_by_both_is_no_conflict(client, maison, url):
    saisie = formulaire(client, url)
    collegue(maison, maison.entretien.pk, note="Pareil")
    assert client.post(url, {**saisie, "note": "Pareil"}).status_code == 302


def test_a_correction_sent_twice_is_no_conflict(client, maison, url):
    saisie = {**formulaire(client, url), "note": "Une fois"}
    assert client.post(url, saisie).status_code == 302
    assert client.post(url, saisie).status_code == 302


@pytest.mark.parametrize("empreintes", ["", "{}", "[]", '"x"', "null", "pas du json"])
def test_without_fingerprints_nothing_is_written_over(client, maison, url, empreintes):
    saisie = {**formulaire(client, url), "note": "Ma version", "empreintes": empreintes}
    reponse = client.post(url, saisie)
    assert [d.champ for d in reponse.context["form"].divergences] == ["note"]
    assert Entretien.objects.get(pk=maison.entretien.pk).note != "Ma version"
    # Nobody is stuck: both versions read, one's own is saved.
    assert client.post(url, champs_de(reponse.context["form"])).status_code == 302


def test_toggles_that_a_colleague_changed_are_shown_in_both_versions(client, maison, url):
    permis, cv = (
        code("demarche", valeur, libelle) for valeur, libelle in (("permis", "Permis"), ("cv", "Faire un CV"))
    )
    saisie = formulaire(client, url)
    DemarcheEntretien.objects.create(entretien=maison.entretien, demarche=permis)
    reponse = client.post(url, {**saisie, "demarches": [cv.pk]})
    [divergence] = reponse.context["form"].divergences
    assert (divergence.actuelle, divergence.saisie) == (permis.libelle, cv.libelle)
    suite = champs_de(reponse.context["form"])
    assert [str(cle) for cle in suite["demarches"]] == [str(cv.pk)]
    assert client.post(url, suite).status_code == 302
    assert [ligne.demarche for ligne in maison.entretien.demarches.all()] == [cv]


def test_what_the_form_does_not_show_is_not_put_back_as_it_was_loaded(client, maison, url, monkeypatch):
    saisie = formulaire(client, url)
    origine = Entretien.objects.get(pk=maison.entretien.pk)
    valider = type(client.get(url).context["form"]).is_valid

    def pendant(form):
        # A colleague saves between the reading of the row and the lock.
        resultat = valider(form)
        collegue(maison, origine.pk, auteur=maison.comptes["polyvalent"])
        return resultat

    monkeypatch.setattr("insertion_pro.forms.entretiens.EntretienForm.is_valid", pendant)
    reponse = client.post(url, {**saisie, "note": "Ma note"})
    assert reponse.status_code == 302
    entretien = Entretien.objects.get(pk=origine.pk)
    assert (entretien.note, entretien.auteur) == ("Ma note", maison.comptes["polyvalent"])


def test_lines_ended_by_a_browser_are_no_change(client, maison, url):
    Entretien.objects.filter(pk=maison.entretien.pk).update(note="Une ligne\nune autre")
    saisie = formulaire(client, url)
    collegue(maison, maison.entretien.pk, note="Une ligne\nune autre\nune troisième")
    reponse = client.post(url, {**saisie, "note": "Une ligne\r\nune autre"})
    [divergence] = reponse.context["form"].divergences
    assert divergence.reprise
    assert champ_note().clean("a\r\nb") == "a\nb"


def test_of_a_row_deleted_meanwhile_who_deleted_it_is_said_and_what_was_typed_is_shown(client, maison, url):
    saisie = {**formulaire(client, url), "note": "Un long texte à ne pas perdre"}
    suppression = supprimer(maison.entretien, maison.comptes["polyvalent"])
    with_actor = client.post(url, saisie)
    texte = " ".join(with_actor.content.decode().split())
    assert with_actor.status_code == 404
    assert "a été supprimée pendant que vous écriviez" in texte
    assert "Un long texte à ne pas perdre" in texte
    retablir(suppression)
    renvoi = dict(re.findall(r'<input type="hidden" name="(note|date|empreintes)" value="([^"]*)"', texte))
    assert renvoi["note"] == saisie["note"]
    assert client.post(url, saisie).status_code == 302
    assert Entretien.objects.get(pk=maison.entretien.pk).note == "Un long texte à ne pas perdre"


def test_who_deleted_a_row_is_said_only_to_who_had_its_form(client, maison, url):
    autre = Entretien.objects.get(ref="ENT-2")
    saisie = formulaire(client, url)
    supprimer(autre, maison.comptes["cip"])
    forgee = {**saisie, "empreintes": f'{{"": "insertion_pro.entretien:{autre.pk}"}}'}
    reponse = client.post(reverse("entretien_update", args=[autre.pk]), forgee)
    assert reponse.status_code == 404
    assert "supprimée" not in reponse.content.decode()
    assert fiche_nommee(forgee["empreintes"]) is None


def test_a_row_that_the_account_does_not_see_stays_not_found(client, maison, url):
    saisie = formulaire(client, url)
    client.force_login(maison.comptes["encadrant"])
    assert client.post(url, saisie).status_code in {403, 404}
    client.force_login(maison.comptes["cip"])
    reponse = client.post(reverse("entretien_update", args=[999_999]), saisie)
    assert reponse.status_code == 404
    assert "supprimée" not in reponse.content.decode()


@pytest.fixture
def sans_base(monkeypatch):
    def refuser(*args, **options):
        raise OperationalError("database is locked")

    monkeypatch.setattr(Entretien, "save", refuser)


def test_when_the_database_does_not_answer_what_was_typed_can_be_sent_again(maison, url, sans_base):
    client = Client(raise_request_exception=False)
    client.force_login(maison.comptes["cip"])
    saisie = {**formulaire(client, url), "note": "À ne pas « perdre »"}
    reponse = client.post(url, saisie)
    texte = reponse.content.decode()
    assert reponse.status_code == 503
    assert "La base de données ne répond pas" in texte
    assert 'name="note" value="À ne pas « perdre »"' in texte
    assert f'action="{url}"' in texte
    assert "locked" not in texte


def test_another_fault_keeps_what_was_typed_too(maison, url, monkeypatch):
    def refuser(*args, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(Entretien, "save", refuser)
    client = Client(raise_request_exception=False)
    client.force_login(maison.comptes["cip"])
    reponse = client.post(url, {**formulaire(client, url), "note": "Toujours là"})
    assert reponse.status_code == 500
    assert 'name="note" value="Toujours là"' in reponse.content.decode()


def test_the_page_of_a_fault_is_made_without_the_database(maison, url, sans_base, django_assert_num_queries, rf):
    from django.http import QueryDict

    from aipi.views.erreurs import erreur_du_serveur

    requete = rf.post(url, {"note": "Texte"})
    requete.resolver_match = object()
    requete.user = None
    assert isinstance(requete.POST, QueryDict)
    with django_assert_num_queries(0):
        try:
            raise OperationalError("server closed the connection unexpectedly")
        except OperationalError:
            reponse = erreur_du_serveur(requete)
    assert reponse.status_code == 503
    assert "Texte" in reponse.content.decode()


def test_a_password_is_never_written_in_the_page_of_a_fault(maison, monkeypatch):
    def refuser(*args, **options):
        raise OperationalError("database is locked")

    monkeypatch.setattr("aipi.views.comptes.PasswordChangeForm.is_valid", refuser)
    client = Client(raise_request_exception=False)
    client.force_login(maison.comptes["cip"])
    reponse = client.post(reverse("mot_de_passe"), {"old_password": "secret-ancien", "new_password1": "secret-neuf"})
    assert reponse.status_code == 503
    assert "secret" not in reponse.content.decode()
