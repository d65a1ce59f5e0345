"""Closing a report, as an act: in the background, once, whole or not at all; reopening; from the command line."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse
from django.utils import timezone

from aipi.instantane import instantane
from aipi.models import Compte, Travail
from aipi.periodes import Periode
from insertion_sociale.models import SuiviRsa
from rapports import arret
from rapports.cloture import DejaClos, EcritDepuis, PasClos, SansMotif, clore, ecarts, rouvrir
from rapports.models import Edition, Rapport, RemarqueAcceptee, Reouverture, Texte, ValeurArretee
from rapports.travaux import faire_cloture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias")]
ANNEE = Periode.annee(2021)


def octets(champ) -> bytes:
    with champ.open("rb") as fichier:
        return fichier.read()


@pytest.fixture
def compte() -> Compte:
    return Compte.objects.create_user("direction@example.org", nom="Direction", role=Compte.Role.DIRECTEUR)


@pytest.fixture
def direction(client, compte):
    client.force_login(compte)
    return client


@pytest.fixture
def rapport() -> Rapport:
    return Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)


def travailler() -> None:
    """What the background service does, until nothing waits."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)


def test_a_report_is_closed_after_being_asked_in_the_background_and_once(
    direction, caseload, django_capture_on_commit_callbacks
):
    caseload(personnes="ref;nom;prenom\nP1;Un;Ève", suivis_rsa="ref;personne;date_entree\nS1;P1;2021-01-01")
    page = direction.get(reverse("rapport_clore", args=[2021]))
    assert "erratum" in page.text
    assert "à corriger avant de publier" not in page.text
    assert not Rapport.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        premiere, seconde = (direction.post(reverse("rapport_clore", args=[2021])) for _ in range(2))
    travail = Travail.objects.get()
    assert premiere.headers["Location"] == seconde.headers["Location"] == reverse("travail_detail", args=[travail.pk])
    assert not Edition.objects.exists()
    travailler()
    travail.refresh_from_db()
    assert (travail.etat, travail.nom_fichier) == ("fini", "rapport-2021.pdf"), travail.message
    edition = Rapport.objects.get().edition
    assert edition.close_par.courriel == "direction@example.org"
    assert octets(travail.fichier) == octets(edition.pdf)
    assert ValeurArretee.objects.filter(edition=edition, indicateur="rsa.suivis").count() == 1
    # Restarted after its worker was killed at the last moment: done already, not done again.
    faire_cloture(travail.parametres, lambda avance, quoi: None)
    assert Edition.objects.count() == 1
    page = direction.get(reverse("rapport_detail", args=[2021])).text
    assert "Clore</a>" not in page
    assert "édition 1" in page
    encore = direction.post(reverse("rapport_clore", args=[2021]), follow=True).text
    assert "Dites-le en quelques mots" in encore
    assert Travail.objects.count() == 1


class Tue(BaseException):
    """The worker is killed."""


@pytest.mark.parametrize("quand", [30, 92, 98])
def test_a_closing_that_is_killed_leaves_nothing_and_starts_again(rapport, compte, medias, quand):
    dit = []

    def dire(avance, quoi):
        dit.append(avance)
        if avance >= quand:
            raise Tue

    with pytest.raises(Tue):
        clore(rapport, compte, fichiers=quand == 30, dire=dire)
    rapport.refresh_from_db()
    assert rapport.edition is None
    assert not Edition.objects.exists()
    assert not ValeurArretee.objects.exists()
    assert [chemin for chemin in medias.rglob("*") if chemin.is_file()] == []
    assert dit == sorted(dit)
    assert clore(rapport, compte, fichiers=False).numero == 1


def test_what_is_written_during_the_layout_is_told_and_nothing_is_closed(rapport, compte):
    def ecrire(avance, quoi):
        if avance == 92:
            Texte.objects.update_or_create(rapport=rapport, section="aci", defaults={"corps": "Après coup"})

    with pytest.raises(EcritDepuis, match="a modifié les textes de ce rapport"):
        clore(rapport, compte, fichiers=False, dire=ecrire)
    assert not Edition.objects.exists()
    edition = clore(rapport, compte, fichiers=False, dire=ecrire)
    assert json.loads(octets(edition.fichier))["textes"] == {"aci": "Après coup"}


def test_what_the_files_say_during_the_layout_is_a_difference(rapport, caseload):
    caseload(personnes="ref;nom;prenom\nP1;Un;Ève", suivis_rsa="ref;personne;date_entree\nS1;P1;2021-01-01")

    def corriger(avance, quoi):
        if avance == 92:
            SuiviRsa.objects.all().delete()

    edition = clore(rapport, None, fichiers=False, dire=corriger)
    assert edition.valeurs.get(indicateur="rsa.suivis").valeur == "1"
    assert "S1" in {ref for ecart in ecarts(edition) for ref in ecart.retirees}


@pytest.fixture
def base_a_part(tmp_path):
    """A copy of the database of the test as the software opens it, in a file: connections to it, as many as asked for."""
    fichier = tmp_path / "a-part.sqlite3"
    ouvertes = []

    def ouvrir(attente: float) -> BaseDatabaseWrapper:
        if not fichier.exists():
            fichier.write_bytes(connection.connection.serialize())
        options = {**connection.settings_dict["OPTIONS"], "timeout": attente}
        ouvertes.append(
            type(connections["default"])(
                {**connection.settings_dict, "NAME": str(fichier), "OPTIONS": options}, "default"
            )
        )
        return ouvertes[-1]

    yield ouvrir
    for ouverte in ouvertes:
        ouverte.close()


@pytest.mark.une_base  # PostgreSQL never makes a reader stop a writer.
def test_others_save_while_a_closing_reads_and_it_keeps_what_it_began_to_read(
    rapport, caseload, base_a_part, monkeypatch
):
    caseload(personnes="ref;nom;prenom\nP1;Un;Ève", suivis_rsa="ref;personne;date_entree\nS1;P1;2021-01-01")
    autre = base_a_part(0)

    def supprimer() -> int:
        with autre.cursor() as curseur:
            return curseur.execute("DELETE FROM insertion_sociale_suivirsa").rowcount

    composer = arret._composer
    supprimes = []

    def pendant(*args, **options):
        supprimes.append(supprimer())
        composer(*args, **options)

    monkeypatch.setattr(arret, "_composer", pendant)
    ici = connections["default"]
    connections["default"] = base_a_part(0)
    try:
        with transaction.atomic(), pytest.raises(OperationalError, match="locked"):
            supprimer()
        edition = clore(rapport, None, fichiers=False)
        assert supprimes == [1]
        assert edition.valeurs.get(indicateur="rsa.suivis").valeur == "1"
        assert "S1" in {ref for ecart in ecarts(edition) for ref in ecart.retirees}
    finally:
        connections["default"] = ici


def test_nothing_can_be_written_where_a_moment_is_read():
    with pytest.raises(DatabaseError), instantane():
        Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
    assert Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin).pk


def test_a_closing_that_another_one_overtook_writes_nothing(rapport, compte):
    def doubler(avance, quoi):
        if avance == 92 and not Edition.objects.exists():
            clore(rapport, None, fichiers=False)

    with pytest.raises(DejaClos):
        clore(rapport, compte, fichiers=False, dire=doubler)
    assert Edition.objects.get().close_par is None


def test_the_command_closes_at_once_and_says_what_is_missing(rapport, tmp_path):
    call_command("clore", annee=2021, sans_fichiers=True, verbosity=0)
    assert Rapport.objects.get(pk=rapport.pk).clos
    with pytest.raises(CommandError, match="erratum"):
        call_command("clore", annee=2021)
    with pytest.raises(CommandError, match="clos sans ce fichier"):
        call_command("rapport", annee=2021, sortie=tmp_path / "rapport.pdf")


def test_what_the_control_asks_to_mend_is_told_before_closing_and_not_once_accepted(
    direction, rapport, compte, caseload
):
    caseload(
        personnes="ref;nom;prenom\nP1;Un;Ève",
        suivis_rsa="ref;personne;date_entree;date_sortie\nS1;P1;2021-01-01;2021-06-30",
    )
    adresse = reverse("rapport_clore", args=[2021])
    page = direction.get(adresse).text
    assert "1 remarque à corriger avant de publier" in page
    assert reverse("rapport_controle", args=[2021]) in page
    RemarqueAcceptee.objects.create(rapport=rapport, cle="motif:rsa.sorties", motif="Partie sans un mot", compte=compte)
    assert "à corriger avant de publier" not in direction.get(adresse).text


@pytest.mark.parametrize("methode", ["get", "post"])
def test_a_year_that_is_not_over_is_not_closed(direction, methode):
    annee = timezone.localdate().year
    reponse = getattr(direction, methode)(reverse("rapport_clore", args=[annee]), follow=True)
    assert "n’est pas terminée" in reponse.text
    assert not Rapport.objects.exists()


def test_reopening_asks_why_and_keeps_who_and_when(direction, rapport, compte):
    with pytest.raises(PasClos):
        rouvrir(rapport, compte, "Par erreur")
    clore(rapport, compte, fichiers=False)
    with pytest.raises(SansMotif):
        rouvrir(rapport, compte, "  ")
    refus = direction.post(reverse("rapport_rouvrir", args=[2021]), {"motif": ""})
    assert refus.status_code == 200
    direction.post(reverse("rapport_rouvrir", args=[2021]), {"motif": "Une photographie à retirer"})
    rapport.refresh_from_db()
    assert rapport.edition is None
    trace = Reouverture.objects.get()
    assert (trace.compte, trace.motif, trace.edition.numero) == (compte, "Une photographie à retirer", 1)
    assert "Une photographie à retirer" in direction.get(reverse("edition_list", args=[2021])).text
    assert "Clore</a>" in direction.get(reverse("rapport_detail", args=[2021])).text
    with pytest.raises(SansMotif):
        clore(rapport, compte, fichiers=False)
    assert clore(rapport, compte, "Photographie retirée", fichiers=False).numero == 2
    with pytest.raises(DejaClos):
        clore(rapport, compte, fichiers=False)
