"""Backups: the whole database and every file in one encrypted file, verified, restored the same on either engine."""

from __future__ import annotations

import io
import os
import tarfile
from datetime import date
from pathlib import Path

import pyrage
import pytest
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from maison import construire

from aipi import sauvegarde
from aipi.chiffrement import SauvegardeImpossible
from aipi.echange.exportation import exporter
from aipi.models import Compte, Document, Personne, Suppression, Travail
from aipi.sauvegarde import modeles, rangees, restaurer, sauvegarder, verifier
from rapports.models import Edition, ListeArretee, Rapport

pytestmark = pytest.mark.django_db


@pytest.fixture
def cle(tmp_path, monkeypatch):
    """A pair of keys, named by the environment as an administrator does."""
    identite = pyrage.x25519.Identity.generate()
    (tmp_path / "cle").write_text(f"# gardée loin du serveur\n{identite}\n")
    monkeypatch.setenv("AIPI_SAUVEGARDE_DESTINATAIRES", str(identite.to_public()))
    monkeypatch.setenv("AIPI_SAUVEGARDE_CLE", str(tmp_path / "cle"))
    monkeypatch.delenv("AIPI_SAUVEGARDE_PHRASE", raising=False)
    return identite


@pytest.fixture
def maison(medias):
    """A house with an attachment, a closed report and its files, a deletion and the history of a change."""
    maison = construire()
    maison.aci.telephone = "06 99 88 77 66"
    maison.aci.save()
    rapport = Rapport.objects.create(debut=date(2021, 1, 1), fin=date(2021, 12, 31))
    edition = Edition(rapport=rapport, numero=1, close_le=timezone.now(), corps="<p>é</p>", empreinte="0" * 64)
    for nom in ("fichier", "listes", "pdf", "court", "html", "pptx", "xlsx"):
        getattr(edition, nom).save(f"{nom}.bin", ContentFile(os.urandom(1000)), save=False)
    edition.save()
    ListeArretee.objects.create(edition=edition, indicateur="aci.salaries", modele="aipi.Personne", references=["P1"])
    Suppression.objects.create(
        compte=maison.comptes["cip"], libelle="frein", donnees=[{"pk": 1, "fields": {"a": None}}]
    )
    return maison


def vider():
    """What a database that was just migrated holds: nothing of ours."""
    with connection.cursor() as curseur:
        for modele in modeles():
            curseur.execute(f"DELETE FROM {connection.ops.quote_name(modele._meta.db_table)}")


def contenu():
    return {modele._meta.label: list(rangees(modele)) for modele in modeles()}


def test_what_is_restored_is_what_was_saved_attachments_accounts_and_editions_included(maison, cle, tmp_path, medias):
    exporter(tmp_path / "avant")
    avant = contenu()
    fichiers = {p.relative_to(medias): p.read_bytes() for p in medias.rglob("*") if p.is_file()}
    assert LogEntry.objects.exists() and len(fichiers) == 9
    bilan = sauvegarder(tmp_path / "tout.age")
    assert bilan.manquants == []
    vider()
    for chemin in fichiers:
        (medias / chemin).unlink()
    restaurer(tmp_path / "tout.age")
    assert contenu() == avant
    assert {p.relative_to(medias): p.read_bytes() for p in medias.rglob("*") if p.is_file()} == fichiers
    exporter(tmp_path / "apres")
    avant, apres = ({p.name: p.read_bytes() for p in (tmp_path / quand).iterdir()} for quand in ("avant", "apres"))
    assert avant == apres and len(avant) > 10
    assert Compte.objects.get(courriel="cip@exemple.fr").check_password("lavande-47-moulin")
    assert (medias / Document.objects.get().fichier.name).read_bytes() == b"%PDF-1.4 courrier"


def test_a_key_that_was_given_once_is_not_given_again_after_a_restore(maison, cle, tmp_path, medias):
    derniere = Personne.objects.create(ref="EPHEMERE", nom="A", prenom="B")
    pk = derniere.pk
    derniere.delete()
    sauvegarder(tmp_path / "tout.age")
    vider()
    for chemin in [p for p in medias.rglob("*") if p.is_file()]:
        chemin.unlink()
    restaurer(tmp_path / "tout.age")
    assert Personne.objects.create(ref="NEUVE", nom="C", prenom="D").pk > pk


def test_the_file_says_nothing_without_the_key_and_only_its_owner_reads_it(maison, cle, tmp_path):
    sauvegarder(tmp_path / "tout.age")
    brut = (tmp_path / "tout.age").read_bytes()
    assert brut.startswith(b"age-encryption.org/v1\n")
    assert b"vrard" not in brut and b"exemple.fr" not in brut
    assert (tmp_path / "tout.age").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*partiel"))
    clair = io.BytesIO()
    pyrage.decrypt_io(io.BytesIO(brut), clair, [cle])
    with tarfile.open(fileobj=io.BytesIO(clair.getvalue())) as archive:
        noms = archive.getnames()
    assert noms[-1] == "manifeste.json"
    assert "tables/aipi.personne/000001.jsonl" in noms and "medias/documents/maison.pdf" in noms


@pytest.mark.une_base
def test_a_passphrase_opens_it_too_and_only_that_one(maison, tmp_path, monkeypatch):
    monkeypatch.delenv("AIPI_SAUVEGARDE_DESTINATAIRES", raising=False)
    monkeypatch.delenv("AIPI_SAUVEGARDE_CLE", raising=False)
    for nom, phrase in (("juste", "quatre mots pris au hasard"), ("fausse", "autre chose")):
        (tmp_path / nom).write_text(phrase + "\n")
    monkeypatch.setenv("AIPI_SAUVEGARDE_PHRASE", str(tmp_path / "juste"))
    lignes = sauvegarder(tmp_path / "tout.age").lignes
    assert verifier(tmp_path / "tout.age").lignes == lignes
    monkeypatch.setenv("AIPI_SAUVEGARDE_PHRASE", str(tmp_path / "fausse"))
    with pytest.raises(SauvegardeImpossible, match="phrase secrète"):
        verifier(tmp_path / "tout.age")


@pytest.mark.parametrize("coupe", [1, 200, 40_000])
def test_a_backup_cut_short_is_refused_and_restores_nothing(maison, cle, tmp_path, medias, coupe):
    sauvegarder(tmp_path / "tout.age")
    brut = (tmp_path / "tout.age").read_bytes()
    (tmp_path / "coupe.age").write_bytes(brut[:-coupe])
    with pytest.raises(SauvegardeImpossible):
        verifier(tmp_path / "coupe.age")
    vider()
    for chemin in [p for p in medias.rglob("*") if p.is_file()]:
        chemin.unlink()
    with pytest.raises(SauvegardeImpossible):
        restaurer(tmp_path / "coupe.age")
    assert not Personne.objects.exists()
    assert not [p for p in medias.rglob("*") if p.is_file()]


@pytest.mark.parametrize("ou", [0.2, 0.5, 0.9])
def test_one_byte_changed_anywhere_is_seen(maison, cle, tmp_path, ou):
    sauvegarder(tmp_path / "tout.age")
    brut = bytearray((tmp_path / "tout.age").read_bytes())
    brut[int(len(brut) * ou)] ^= 1
    (tmp_path / "tout.age").write_bytes(brut)
    with pytest.raises(SauvegardeImpossible):
        verifier(tmp_path / "tout.age")


def archive(chemin: Path, cle, entrees: dict[str, bytes]) -> Path:
    """A backup that somebody who has the public key made up."""
    tampon = io.BytesIO()
    with tarfile.open(fileobj=tampon, mode="w") as sortie:
        for nom, octets in entrees.items():
            entree = tarfile.TarInfo(nom)
            entree.size = len(octets)
            sortie.addfile(entree, io.BytesIO(octets))
    with chemin.open("wb") as chiffre:
        pyrage.encrypt_io(io.BytesIO(tampon.getvalue()), chiffre, [cle.to_public()])
    return chemin


@pytest.mark.parametrize("nom", ["medias/../../dehors", "medias//etc/passwd"])
def test_a_file_that_would_leave_its_folder_is_refused(cle, tmp_path, nom):
    with pytest.raises(SauvegardeImpossible, match="interdit"):
        verifier(archive(tmp_path / "faux.age", cle, {nom: b"x"}))
    with pytest.raises(SauvegardeImpossible, match="manifeste"):
        verifier(archive(tmp_path / "vide.age", cle, {"medias/rien": b""}))


def test_another_key_no_key_a_missing_file_and_a_full_database_are_told_in_words(maison, cle, tmp_path, monkeypatch):
    sauvegarder(tmp_path / "tout.age")
    with pytest.raises(SauvegardeImpossible, match="existe déjà"):
        sauvegarder(tmp_path / "tout.age")
    with pytest.raises(SauvegardeImpossible, match="pas vide"):
        restaurer(tmp_path / "tout.age")
    with pytest.raises(CommandError, match="Lecture impossible"):
        call_command("verifier_sauvegarde", tmp_path / "absente.age")
    (tmp_path / "autre").write_text(str(pyrage.x25519.Identity.generate()))
    monkeypatch.setenv("AIPI_SAUVEGARDE_CLE", str(tmp_path / "autre"))
    with pytest.raises(SauvegardeImpossible, match="ne s’ouvre pas"):
        verifier(tmp_path / "tout.age")
    monkeypatch.delenv("AIPI_SAUVEGARDE_CLE")
    with pytest.raises(SauvegardeImpossible, match="AIPI_SAUVEGARDE_CLE"):
        verifier(tmp_path / "tout.age")
    monkeypatch.delenv("AIPI_SAUVEGARDE_DESTINATAIRES")
    with pytest.raises(SauvegardeImpossible, match="Il faut une clé"):
        sauvegarder(tmp_path / "autre.age")
    assert not (tmp_path / "autre.age").exists()
    monkeypatch.setenv("AIPI_SAUVEGARDE_DESTINATAIRES", "age1faux")
    with pytest.raises(SauvegardeImpossible, match="clé publique"):
        sauvegarder(tmp_path / "autre.age")


def test_a_table_is_cut_in_pieces_so_that_memory_does_not_follow_it(maison, cle, tmp_path, monkeypatch):
    monkeypatch.setattr(sauvegarde, "MORCEAU", 200)
    sauvegarder(tmp_path / "tout.age")
    clair = io.BytesIO()
    pyrage.decrypt_io(io.BytesIO((tmp_path / "tout.age").read_bytes()), clair, [cle])
    with tarfile.open(fileobj=io.BytesIO(clair.getvalue())) as lue:
        morceaux = [m for m in lue.getmembers() if m.name.startswith("tables/aipi.personne/")]
    assert len(morceaux) > 1
    assert verifier(tmp_path / "tout.age").tables["aipi.personne"]["lignes"] == 5


def test_a_file_that_a_row_names_and_that_is_not_there_is_told(maison, cle, tmp_path, medias, capsys):
    (medias / "documents/maison.pdf").unlink()
    Travail.objects.all().delete()
    call_command("sauvegarder", tmp_path / "tout.age")
    sortie = capsys.readouterr()
    assert "maison.pdf" in sortie.err and "tables" in sortie.out
    call_command("verifier_sauvegarde", tmp_path / "tout.age")
    assert "entière" in capsys.readouterr().out
