"""Rights of a person: everything held, frozen, erased but for what the law keeps, answered within a month."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from html import unescape

import pikepdf
import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from feuilles import EXEMPLES
from maison import NOTE_LOGEMENT, NOTE_RSA

from aipi import copie, effacement
from aipi.corbeille import supprimer
from aipi.echange.feuille import feuilles
from aipi.echange.importation import importer
from aipi.models import (
    Brouillon,
    Consultation,
    DemandeDroit,
    Document,
    Limitation,
    Parametre,
    Personne,
    Suppression,
    Travail,
)
from aipi.pdf import en_pdf
from aipi.periodes import Periode
from aipi.roles import MODELES, Nature, chemin_personne
from aipi.views import droits
from insertion_pro.models import Parcours
from insertion_sociale.models import ContactRsa, InterventionLogement, MesureLogement, SuiviRsa
from rapports.calculs import Calculs
from rapports.indicateurs import INDICATEURS

pytestmark = pytest.mark.django_db
JOUR = datetime.date(2026, 1, 31)


@pytest.fixture
def direction(client, maison):
    client.force_login(maison.comptes["directeur"])
    return client


@pytest.fixture
def papier(monkeypatch):
    """The text of each document laid out, as read."""
    lus: list[str] = []

    def noter(html: str) -> bytes:
        lus.append(" ".join(unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S)).split()))
        return en_pdf(html)

    monkeypatch.setattr(droits, "en_pdf", noter)
    return lus


# Requests


@pytest.mark.parametrize(
    ("recue", "echeance"),
    [((2026, 1, 31), (2026, 2, 28)), ((2028, 1, 30), (2028, 2, 29)), ((2026, 12, 15), (2027, 1, 15)), ((2026, 3, 31), (2026, 4, 30))],
)  # fmt: skip
def test_an_answer_is_due_within_a_month(recue, echeance):
    assert DemandeDroit(recue_le=datetime.date(*recue)).echeance == datetime.date(*echeance)


def test_a_worker_writes_a_request_down_and_the_director_answers(client, maison):
    jour = timezone.localdate()
    client.force_login(maison.comptes["referent"])
    url = reverse("demande_create", args=[maison.rsa.pk])
    client.post(url, {"droit": "rectification", "recue_le": f"{jour:%Y-%m-%d}", "demande": "Mon adresse a changé"})
    demande = DemandeDroit.objects.get(personne=maison.rsa)
    assert demande.enregistree_par == maison.comptes["referent"]
    assert "À répondre" in client.get(reverse("personne_droits", args=[maison.rsa.pk])).content.decode()
    client.force_login(maison.comptes["directeur"])
    assert "Inès Vandamme" in client.get(reverse("demande_list")).content.decode()
    reponse = reverse("demande_update", args=[demande.pk])
    refus = client.post(reponse, {"repondue_le": f"{jour:%Y-%m-%d}", "reponse": "refusee", "motif": ""})
    assert "Dites pourquoi" in refus.content.decode()
    client.post(reponse, {"repondue_le": f"{jour:%Y-%m-%d}", "reponse": "satisfaite", "motif": "Corrigée"})
    demande.refresh_from_db()
    assert (demande.reponse, demande.repondue_par) == ("satisfaite", maison.comptes["directeur"])


@pytest.mark.parametrize("jours", [1, 400_000])
def test_a_day_to_come_or_out_of_time_is_refused_in_words(direction, maison, jours):
    url = reverse("demande_create", args=[maison.aci.pk])
    jour = timezone.localdate() + datetime.timedelta(days=jours)
    reponse = direction.post(url, {"droit": "acces", "recue_le": f"{jour:%Y-%m-%d}"})
    assert reponse.status_code == 200
    assert reponse.context["form"].errors["recue_le"]


def test_a_late_request_is_told(direction, maison):
    DemandeDroit.objects.update(recue_le=timezone.localdate() - datetime.timedelta(days=40))
    assert "En retard" in direction.get(reverse("demande_list")).content.decode()


# Everything held


def test_no_model_of_files_with_a_person_is_left_out_of_the_copy():
    tenus = {m for label, r in MODELES.items() if r.nature is Nature.DOSSIER for m in [apps.get_model(label)]}
    assert set(copie.modeles_tenus()) == {m for m in tenus if chemin_personne(m) is not None}


def test_the_copy_holds_both_poles_the_readings_without_names_and_no_private_note(direction, maison, papier):
    InterventionLogement.objects.update(note_privee="Pour Luc seul", auteur=maison.comptes["referent"])
    Parametre.objects.create(cle=Parametre.DPO_NOM, valeur="Maud Vertalier")
    reponse = direction.get(reverse("personne_copie", args=[maison.deux_poles.pk]))
    assert reponse.content.startswith(b"%PDF")
    [lu] = papier
    for mot in ("Régis Top", NOTE_RSA, NOTE_LOGEMENT, "Insertion professionnelle", "Insertion sociale", "Équipe du canal",
                "Courrier du bailleur", "Maud Vertalier", "www.cnil.fr"):  # fmt: skip
        assert mot in lu, mot
    assert "Pour Luc seul" not in lu
    assert "notes pour eux seuls (1)" in lu
    # Opening it is a reading too: the next copy tells it, by the trade of who read.
    direction.get(reverse("personne_copie", args=[maison.deux_poles.pk]))
    encore = papier[-1]
    assert "Copie faite pour la personne Directeur" in encore
    assert "directeur@exemple.fr" not in encore


def test_the_director_is_told_whom_to_ask_for_private_notes(direction, maison):
    ContactRsa.objects.filter(pk=maison.contact.pk).update(note_privee="x", auteur=maison.comptes["referent"])
    lu = direction.get(reverse("personne_droits", args=[maison.rsa.pk])).content.decode()
    assert "Demandez-leur" in lu
    assert "referent@exemple.fr" in lu


def archive(direction, personne) -> zipfile.ZipFile:
    reponse = direction.get(reverse("personne_donnees", args=[personne.pk]))
    contenu = b"".join(reponse.streaming_content)
    reponse.close()
    return zipfile.ZipFile(io.BytesIO(contenu))


def test_the_files_hold_her_rows_and_documents_and_nobody_elses(direction, maison):
    zip_ = archive(direction, maison.deux_poles)
    tout = "".join(
        zip_.read(nom).decode("utf-8", "replace") for nom in zip_.namelist() if nom.endswith((".csv", ".txt"))
    )
    assert {"feuilles/personnes.csv", "feuilles/contrats.csv", "feuilles/mesures_logement.csv", "lisez-moi.txt"} <= set(
        zip_.namelist()
    )
    assert [zip_.read(nom) for nom in zip_.namelist() if nom.startswith("documents/")] == [b"%PDF-1.4 courrier"]
    for autre in ("Évrard", "Bollengier", "Vandamme", "P1;", "P3;"):
        assert autre not in tout


def test_every_kind_of_row_about_her_is_a_file_of_the_archive(direction, maison):
    personne = maison.deux_poles
    Limitation.objects.create(
        personne=personne, debut=JOUR, motif="Adresse contestée", posee_par=maison.comptes["directeur"]
    )
    zip_ = archive(direction, personne)
    des_feuilles = {feuille.modele: f"feuilles/{nom}.csv" for nom, feuille in feuilles().items()}
    for modele in copie.modeles_tenus():
        if copie.lignes_de(modele, personne).exists():
            assert des_feuilles.get(modele, f"registres/{modele.__name__.lower()}.csv") in zip_.namelist()
    assert "Adresse contestée" in zip_.read("registres/limitation.csv").decode()
    assert "Courrier du bailleur" in zip_.read("registres/document.csv").decode()


def test_the_files_can_be_read_again_by_the_importer_and_change_nothing(direction, tmp_path, db):
    importer(EXEMPLES / "small" / "files")
    from aipi.models import Compte

    direction.force_login(Compte.objects.create_user("d@exemple.fr", role="directeur"))
    for personne in Personne.objects.order_by("ref")[:3]:
        dossier = tmp_path / personne.ref
        for nom in (zip_ := archive(direction, personne)).namelist():
            if nom.startswith("feuilles/"):
                dossier.mkdir(exist_ok=True)
                (dossier / nom.removeprefix("feuilles/")).write_bytes(zip_.read(nom))
        avant = {label: apps.get_model(label)._default_manager.count() for label in MODELES}
        importer(dossier)
        apres = {label: apps.get_model(label)._default_manager.count() for label in MODELES}
        assert apres | {"aipi.Consultation": 0} == avant | {"aipi.Consultation": 0}


def test_a_document_whose_file_is_gone_does_not_stop_the_others(direction, maison):
    default_storage.delete(maison.document.fichier.name)
    assert "lisez-moi.txt" in archive(direction, maison.deux_poles).namelist()


# Frozen files: see tests/test_balayage.py for who sees them


def test_a_file_is_frozen_once_with_a_reason(direction, maison):
    url = reverse("limitation", args=[maison.aci.pk])
    jour = f"{timezone.localdate():%Y-%m-%d}"
    assert "Dites pourquoi" in direction.post(url, {"debut": jour, "motif": "  "}).content.decode()
    direction.post(url, {"debut": jour, "motif": "Exactitude contestée"})
    une = Limitation.objects.get()
    assert (une.motif, une.posee_par, une.fin) == ("Exactitude contestée", maison.comptes["directeur"], None)
    assert "Lever la limitation" in direction.get(url).content.decode()
    direction.post(url, {"fin": jour, "motif_fin": "Vérifiée avec elle"})
    une.refresh_from_db()
    assert (str(une.fin), une.levee_par) == (jour, maison.comptes["directeur"])
    assert "Limiter le traitement" in direction.get(url).content.decode()


# Erasure


def clore(maison) -> Personne:
    """The person whom both poles follow leaves everything; her contract ended in June 2025."""
    personne, fin = maison.deux_poles, datetime.date(2025, 6, 30)
    maison.parcours_double.contrats.update(date_debut=fin, date_fin=fin)
    for modele, champs in (
        (Parcours, ("date_entree", "date_sortie")),
        (SuiviRsa, ("date_entree", "date_sortie")),
        (MesureLogement, ("date_debut", "date_fin")),
    ):
        modele.objects.filter(personne=personne).update(**dict.fromkeys(champs, fin))
    return personne


def effacer(direction, personne, mot: str = "effacer"):
    return direction.post(reverse("effacement_personne", args=[personne.pk]), {"confirmation": mot})


def test_nothing_is_erased_without_the_word(direction, maison):
    assert "ne se reprend pas" in effacer(direction, maison.deux_poles, "oui").content.decode()
    assert Document.objects.exists()


def test_what_a_duty_keeps_is_shown_with_its_end_before_anything(direction, maison):
    clore(maison)
    lu = direction.get(reverse("effacement_personne", args=[maison.deux_poles.pk])).content.decode()
    assert "30 juin 2030" in lu
    assert "L3243-4" in lu


def test_texts_contacts_documents_and_history_go_and_what_pay_needs_stays_frozen(direction, maison):
    personne = clore(maison)
    fichier = maison.document.fichier.name
    direction.post(reverse("personne_update", args=[personne.pk]), {})
    with pytest.MonkeyPatch.context() as immediat:
        immediat.setattr("django.db.transaction.on_commit", lambda f, *a, **k: f())
        effacer(direction, personne)
    personne.refresh_from_db()
    assert (personne.nom, personne.telephone, personne.courriel) == ("Top", "", "")
    assert not Document.objects.exists()
    assert not default_storage.exists(fichier)
    assert not ContactRsa.objects.filter(suivi__personne=personne).exclude(note="").exists()
    assert not InterventionLogement.objects.exclude(note="").exists()
    assert ContactRsa.objects.get(pk=maison.contact.pk).note == NOTE_RSA
    assert not LogEntry.objects.filter(content_type__model="contactrsa", changes__icontains=NOTE_LOGEMENT).exists()
    assert Limitation.objects.get(personne=personne).fin is None
    demande = DemandeDroit.objects.get(personne=personne)
    assert (demande.droit, demande.reponse) == ("effacement", "partielle")
    assert "30/06/2030" in demande.motif


def test_what_was_deleted_drafted_or_taken_out_before_the_erasure_goes_too(direction, maison, monkeypatch):
    monkeypatch.setattr("django.db.transaction.on_commit", lambda f, *a, **k: f())
    personne, fichier, auteur = clore(maison), maison.document.fichier.name, maison.comptes["referent"]
    contact = ContactRsa.objects.create(
        ref="CR-PARTI",
        suivi=personne.suivis_rsa.get(),
        date=JOUR,
        type="visite",
        statut="honore",
        note="Hébergée chez Odilon",
    )
    for objet in (contact, maison.document):
        supprimer(objet, auteur)
    Brouillon.objects.create(
        compte=auteur,
        cle=reverse("intervention_logement_update", args=[maison.intervention.pk]),
        contenu={"note": ["…"]},
    )
    complet = Travail.objects.create(
        compte=maison.comptes["directeur"], genre="export_complet", libelle="Tout", etat="fini"
    )
    complet.fichier.save("tout.zip", ContentFile(b"PK"))
    assert LogEntry.objects.filter(changes__icontains="Odilon").exists()
    assert default_storage.exists(fichier) and default_storage.exists(complet.fichier.name)
    effacer(direction, personne)
    assert not LogEntry.objects.filter(changes__icontains="Odilon").exists()
    assert not Suppression.objects.exists()
    assert not Brouillon.objects.exists()
    assert not Travail.objects.filter(genre="export_complet").exists()
    assert not default_storage.exists(fichier) and not default_storage.exists(complet.fichier.name)


def test_the_request_that_waited_is_answered_by_the_erasure(direction, maison):
    attente = DemandeDroit.objects.create(
        personne=maison.rsa,
        droit="effacement",
        recue_le=timezone.localdate(),
        enregistree_par=maison.comptes["referent"],
    )
    effacer(direction, maison.rsa)
    attente.refresh_from_db()
    assert attente.repondue_le == timezone.localdate()
    assert DemandeDroit.objects.filter(personne=maison.rsa).count() == 1


def test_without_any_duty_the_person_becomes_anonymous(direction, maison):
    assert effacement.conserves(maison.rsa, timezone.localdate()) == [effacement.EN_COURS]
    SuiviRsa.objects.filter(personne=maison.rsa).update(date_sortie=timezone.localdate())
    assert effacement.conserves(maison.rsa, timezone.localdate()) == []
    effacer(direction, maison.rsa)
    maison.rsa.refresh_from_db()
    assert maison.rsa.nom == "Anonyme"
    assert "Vandamme" not in direction.get(reverse("demande_list")).content.decode()


def test_who_is_still_followed_loses_texts_only_and_the_file_stays_open(direction, maison):
    effacer(direction, maison.deux_poles)
    maison.deux_poles.refresh_from_db()
    assert maison.deux_poles.nom == "Top"
    assert not InterventionLogement.objects.exclude(note="").exists()
    assert not Limitation.objects.exists()


def test_erasing_everybody_moves_no_figure(db):
    importer(EXEMPLES / "small" / "files")
    from aipi.models import Compte

    compte = Compte.objects.create_user("d@exemple.fr", role="directeur")
    periode = Periode.annee(2021)

    def chiffres() -> dict[str, object]:
        calculs = Calculs(periode)
        return {code: calculs.valeur(indicateur) for code, indicateur in INDICATEURS.items()}

    avant = chiffres()
    for personne in Personne.objects.order_by("ref"):
        effacement.effacer(personne, compte, JOUR)
    assert chiffres() == avant


# The sheet to hand over


@pytest.mark.parametrize(("pole", "propre"), [("pro", "contrat de travail"), ("social", "suivi RSA")])
def test_the_sheet_is_one_page_with_the_association_and_what_its_pole_does(client, maison, papier, pole, propre):
    Parametre.objects.create(cle=Parametre.ASSOCIATION_NOM, valeur="Association des Dunes")
    Parametre.objects.create(cle=Parametre.ASSOCIATION_ADRESSE, valeur="1 rue du Port, 59000 Ailleurs")
    Parametre.objects.create(cle=Parametre.DPO_NOM, valeur="Maud Vertalier")
    Parametre.objects.create(cle=Parametre.DPO_CONTACT, valeur="dpo@exemple.fr")
    client.force_login(maison.comptes["polyvalent"])
    reponse = client.get(reverse("fiche_information", args=[pole]))
    with pikepdf.open(io.BytesIO(reponse.content)) as pdf:
        assert len(pdf.pages) == 1
    [lu] = papier
    for mot in (propre, "Association des Dunes", "Maud Vertalier", "dpo@exemple.fr", "www.cnil.fr"):
        assert mot in lu, mot


def test_no_sheet_for_another_pole(client, maison):
    client.force_login(maison.comptes["polyvalent"])
    assert client.get(reverse("fiche_information", args=["autre"])).status_code == 404
    assert not Consultation.objects.exists()
