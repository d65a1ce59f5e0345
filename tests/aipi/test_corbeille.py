"""Deleting asks once, names what goes, and can be undone: every row comes back as it was."""

from __future__ import annotations

import datetime

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aipi.corbeille import (
    DELAI,
    GesteRefuse,
    annulables,
    empechement,
    modeles_de_dossier,
    purger,
    rassembler,
    retablir,
    supprimer,
)
from aipi.models import AncienneReference, Document, Personne, Suppression
from insertion_pro.models import Contrat, DemarcheEntretien, Entretien, Frein, Parcours, ReleveHeures
from insertion_sociale.models import Action, MesureLogement, Presence, SuiviRsa

pytestmark = pytest.mark.django_db


def instantane() -> dict[str, str]:
    """Every row of every file, as text."""
    return {
        modele._meta.label: serializers.serialize("json", modele._default_manager.order_by("pk"))
        for modele in modeles_de_dossier()
    }


def url_de(objet, **parametres) -> str:
    requete = "&".join(f"{cle}={valeur}" for cle, valeur in parametres.items())
    adresse = reverse("objet_delete", args=[objet._meta.label_lower, objet.pk])
    return f"{adresse}?{requete}" if requete else adresse


def confirmer(client, objet, **champs):
    page = client.get(url_de(objet))
    return client.post(url_de(objet), {"lot": page.context["lot"].empreinte, **champs})


@pytest.mark.parametrize("nom", ["frein", "parcours", "contrat", "suivi", "mesure", "entretien", "action", "formation"])
def test_what_was_deleted_comes_back_exactly_as_it_was(maison, nom):
    DemarcheEntretien.objects.create(
        entretien=maison.entretien,
        demarche=DemarcheEntretien._meta.get_field("demarche").related_model.objects.first(),
    )
    compte, objet = maison.comptes["directeur"], getattr(maison, nom)
    avant = instantane()
    suppression = supprimer(objet, compte)
    assert not type(objet)._default_manager.filter(pk=objet.pk).exists()
    assert retablir(suppression) == objet
    assert instantane() == avant


def test_the_page_names_how_many_rows_of_each_kind_will_go(client, maison):
    client.force_login(maison.comptes["cip"])
    texte = client.get(url_de(maison.parcours)).content.decode()
    for attendu in ("1 contrat", "1 relevé d’heures", "1 absence", "1 entretien", "1 frein", "2 participations"):
        assert attendu in texte
    assert Parcours.objects.count() == 3


def test_one_confirmation_deletes_and_the_message_offers_to_undo(client, maison):
    client.force_login(maison.comptes["cip"])
    dossier = reverse("personne_detail", args=[maison.aci.pk])
    reponse = confirmer(client, maison.frein)
    assert reponse["Location"] == dossier
    assert not Frein.objects.exists()
    page = client.get(dossier).content.decode()
    [suppression] = Suppression.objects.all()
    retablissement = reverse("suppression_retablir", args=[suppression.pk])
    assert "Supprimé" in page
    assert retablissement in page
    reponse = client.post(retablissement)
    assert reponse["Location"] == dossier
    assert Frein.objects.get() == maison.frein
    assert "Rétabli" in client.get(dossier).content.decode()


def test_a_deletion_is_undone_once(client, maison):
    suppression = supprimer(maison.frein, maison.comptes["cip"])
    retablir(suppression)
    with pytest.raises(GesteRefuse, match="déjà annulée"):
        retablir(suppression)
    assert Frein.objects.count() == 1


def test_what_was_kept_for_a_deletion_undone_is_kept_no_more(maison):
    suppression = supprimer(maison.frein, maison.comptes["cip"])
    retablir(suppression)
    suppression.refresh_from_db()
    assert suppression.donnees == []


def test_rows_that_came_since_the_page_was_shown_are_not_deleted_unseen(client, maison):
    client.force_login(maison.comptes["cip"])
    page = client.get(url_de(maison.contrat))
    ReleveHeures.objects.create(contrat=maison.contrat, mois=datetime.date(2020, 1, 1), heures=3)
    reponse = client.post(url_de(maison.contrat), {"lot": page.context["lot"].empreinte})
    assert reponse.status_code == 409
    assert "Le contenu a changé" in reponse.content.decode()
    assert "2 relevés d’heures" in reponse.content.decode()
    assert Contrat.objects.filter(pk=maison.contrat.pk).exists()


def test_a_person_with_any_follow_up_is_refused_in_words(client, maison):
    client.force_login(maison.comptes["directeur"])
    for personne in (maison.aci, maison.rsa, maison.deux_poles):
        page = client.get(url_de(personne))
        assert "au moins un accompagnement" in page.content.decode()
        assert '<button class="btn btn-danger"' not in page.content.decode()
        reponse = client.post(url_de(personne), {"lot": page.context["lot"].empreinte})
        assert reponse.status_code == 409
    assert Personne.objects.count() == 5


def test_coming_to_a_session_is_enough_not_to_be_deleted(maison):
    Presence.objects.create(seance=maison.seance, personne=maison.nouvelle, present=True)
    with pytest.raises(GesteRefuse, match="accompagnement"):
        supprimer(maison.nouvelle, maison.comptes["directeur"])


def test_a_person_without_follow_up_goes_with_documents_and_old_references_and_all_come_back(client, maison):
    AncienneReference.objects.create(ref="P5-BIS", personne=maison.nouvelle)
    Document.objects.create(
        personne=maison.nouvelle,
        pole="pro",
        type="cv",
        intitule="CV",
        fichier="documents/mon-cv.pdf",
        type_mime="application/pdf",
        taille=3,
        auteur=maison.comptes["cip"],
    )
    avant = instantane()
    client.force_login(maison.comptes["directeur"])
    texte = client.get(url_de(maison.nouvelle)).content.decode()
    assert "1 document" in texte
    assert "1 ancienne référence" in texte
    assert confirmer(client, maison.nouvelle)["Location"] == reverse("personne_list")
    assert not Personne.objects.filter(pk=maison.nouvelle.pk).exists()
    retablir(Suppression.objects.get())
    assert instantane() == avant


def test_the_dossier_of_who_is_not_followed_leads_to_her_deletion(client, maison):
    client.force_login(maison.comptes["cip"])
    for qui, offerte in ((maison.nouvelle, True), (maison.aci, False)):
        page = client.get(reverse("personne_detail", args=[qui.pk])).content.decode()
        assert (reverse("objet_delete", args=["aipi.personne", qui.pk]) in page) is offerte


def test_a_confidential_document_of_a_colleague_keeps_the_person(maison):
    Document.objects.create(
        personne=maison.nouvelle,
        pole="pro",
        type="cv",
        intitule="CV",
        fichier="documents/mon-cv.pdf",
        type_mime="application/pdf",
        taille=3,
        auteur=maison.comptes["directeur"],
        confidentiel=True,
    )
    assert "n’est pas ouverte à votre compte" in empechement(rassembler(maison.nouvelle), maison.comptes["cip"])
    with pytest.raises(GesteRefuse):
        supprimer(maison.nouvelle, maison.comptes["cip"])
    assert Personne.objects.filter(pk=maison.nouvelle.pk).exists()


def test_a_reference_taken_since_is_said_and_nothing_is_written_over(client, maison):
    client.force_login(maison.comptes["cip"])
    confirmer(client, maison.frein)
    Frein.objects.create(
        ref=maison.frein.ref,
        parcours=maison.parcours,
        categorie=maison.frein.categorie,
        date_reperage=timezone.localdate(),
    )
    suppression = Suppression.objects.get()
    reponse = client.post(reverse("suppression_retablir", args=[suppression.pk]), follow=True)
    assert "la même chose a été saisie de nouveau depuis" in reponse.content.decode()
    assert Frein.objects.get().date_reperage == timezone.localdate()
    assert annulables(maison.comptes["cip"]).filter(pk=suppression.pk).exists()


def test_a_key_taken_since_is_not_written_over(maison):
    suppression = supprimer(maison.frein, maison.comptes["cip"])
    autre = Frein.objects.create(
        pk=maison.frein.pk,
        ref="FR-AUTRE",
        parcours=maison.parcours,
        categorie=maison.frein.categorie,
        date_reperage=timezone.localdate(),
    )
    with pytest.raises(GesteRefuse):
        retablir(suppression)
    autre.refresh_from_db()
    assert autre.ref == "FR-AUTRE"


def test_a_row_does_not_come_back_without_what_it_hung_on(maison):
    compte = maison.comptes["cip"]
    contrat = supprimer(maison.contrat, compte)
    parcours = supprimer(maison.parcours, compte)
    with pytest.raises(GesteRefuse, match="parcours"):
        retablir(contrat)
    retablir(parcours)
    retablir(contrat)
    assert Contrat.objects.filter(pk=maison.contrat.pk).exists()


def test_a_deletion_of_a_colleague_or_older_than_the_delay_is_not_undone(client, maison):
    suppression = supprimer(maison.frein, maison.comptes["cip"])
    url = reverse("suppression_retablir", args=[suppression.pk])
    client.force_login(maison.comptes["polyvalent"])
    assert client.post(url).status_code == 404
    assert suppression.libelle not in client.get(reverse("suppression_list")).content.decode()
    client.force_login(maison.comptes["cip"])
    assert "Mobilité" in client.get(reverse("suppression_list")).content.decode()
    Suppression.objects.update(date=timezone.now() - DELAI)
    assert client.post(url).status_code == 404
    assert "Rien n’a été supprimé" in client.get(reverse("suppression_list")).content.decode()
    assert not Frein.objects.exists()


def test_who_lost_a_pole_no_longer_brings_its_rows_back(maison):
    compte = maison.comptes["cip"]
    suppression = supprimer(maison.frein, compte)
    compte.pole_pro, compte.pole_social = False, True
    compte.save()
    suppression.refresh_from_db()
    with pytest.raises(GesteRefuse, match="n’a plus accès"):
        retablir(Suppression.objects.get())
    assert not Frein.objects.exists()


def test_what_can_no_longer_come_back_is_forgotten_with_its_file(maison, medias, django_capture_on_commit_callbacks):
    fichier = medias / "documents" / "mon-cv.pdf"
    fichier.parent.mkdir(parents=True, exist_ok=True)
    fichier.write_bytes(b"%PDF")
    document = Document.objects.create(
        personne=maison.aci,
        pole="pro",
        type="cv",
        intitule="CV",
        fichier="documents/mon-cv.pdf",
        type_mime="application/pdf",
        taille=4,
        auteur=maison.comptes["cip"],
    )
    supprimer(document, maison.comptes["cip"])
    assert fichier.exists()
    Suppression.objects.update(date=timezone.now() - DELAI)
    with django_capture_on_commit_callbacks(execute=True):
        purger()
    assert not Suppression.objects.exists()
    assert not fichier.exists()


@pytest.mark.parametrize(
    "modele",
    ["insertion_pro.inconnu", "sans_point", "trop.de.points", "aipi.compte", "aipi.commune", "aipi.suppression"],
)
@pytest.mark.parametrize("vue", ["objet_delete", "objet_historique"])
def test_what_is_no_row_of_a_file_is_not_found(client, maison, vue, modele):
    client.force_login(maison.comptes["directeur"])
    assert client.get(reverse(vue, args=[modele, maison.comptes["cip"].pk])).status_code == 404


def test_rows_of_the_other_pole_and_of_other_teams_are_not_found(client, maison):
    releve = maison.parcours_autre.contrats.get().releves_heures.get()
    refus = {"cip": maison.suivi, "referent": maison.frein, "encadrant": maison.contrat}
    for qui, objet in [*refus.items(), ("encadrant", releve)]:
        client.force_login(maison.comptes[qui])
        assert client.post(url_de(objet), {"lot": rassembler(objet).empreinte}).status_code == 404
    assert SuiviRsa.objects.count() == 2
    assert ReleveHeures.objects.count() == 3


def test_a_supervisor_deletes_the_hours_of_its_own_team(client, maison):
    client.force_login(maison.comptes["encadrant"])
    releve = maison.contrat.releves_heures.get()
    assert confirmer(client, releve).status_code == 302
    assert not ReleveHeures.objects.filter(pk=releve.pk).exists()


@pytest.mark.parametrize(
    ("retour", "suite"),
    [("/personnes/?page=2", "/personnes/?page=2"), ("//ailleurs.example/", None), ("https://ailleurs.example/", None)],
)
def test_one_goes_back_to_a_page_of_this_site_only(client, maison, retour, suite):
    client.force_login(maison.comptes["cip"])
    reponse = confirmer(client, maison.frein, retour=retour)
    assert reponse["Location"] == (suite or reverse("personne_detail", args=[maison.aci.pk]))


def test_one_does_not_go_back_to_the_page_of_what_is_gone(client, maison):
    client.force_login(maison.comptes["cip"])
    correction = reverse("entretien_update", args=[maison.entretien.pk])
    reponse = confirmer(client, maison.entretien, retour=correction)
    assert reponse["Location"] == reverse("personne_detail", args=[maison.aci.pk])


def test_deleting_twice_says_that_it_is_done(maison):
    supprimer(maison.entretien, maison.comptes["cip"])
    with pytest.raises(GesteRefuse, match="déjà supprimé"):
        supprimer(maison.entretien, maison.comptes["cip"])
    assert Entretien.objects.count() == 1


def test_a_refused_deletion_deletes_nothing_of_the_bunch(maison, monkeypatch):
    def refuser(*args, **options):
        raise GesteRefuse("au milieu")

    monkeypatch.setattr(MesureLogement, "delete", refuser)
    avant = instantane()
    with pytest.raises(GesteRefuse):
        supprimer(maison.mesure, maison.comptes["referent"])
    assert instantane() == avant
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("nombre", [3, 60])
def test_the_page_costs_the_same_whatever_hangs_on_the_row(client, maison, nombre):
    for rang in range(nombre):
        Entretien.objects.create(ref=f"EN{rang}", parcours=maison.parcours, date=timezone.localdate())
    client.force_login(maison.comptes["cip"])
    client.get(url_de(maison.parcours))
    with CaptureQueriesContext(
        connection,
    ) as requetes:
        client.get(url_de(maison.parcours))
    assert len(requetes) <= 20
    assert f"{nombre + 1} entretiens" in client.get(url_de(maison.parcours)).content.decode()


def test_the_list_of_deletions_costs_the_same_whatever_their_number(client, maison):
    client.force_login(maison.comptes["cip"])
    for nombre in (3, 60):
        Suppression.objects.bulk_create(
            Suppression(compte=maison.comptes["cip"], libelle="frein", donnees=[]) for _ in range(nombre)
        )
        with CaptureQueriesContext(connection) as requetes:
            client.get(reverse("suppression_list"))
        assert len(requetes) <= 6


def test_an_action_of_many_sessions_comes_back_whole(maison):
    compte = maison.comptes["referent"]
    avant = instantane()
    suppression = supprimer(maison.action, compte)
    assert (Action.objects.count(), Presence.objects.count()) == (0, 0)
    retablir(suppression)
    assert instantane() == avant
