"""The whole road without a browser: a messy workbook in, the same database as a clean one, and out again."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from decimal import Decimal

import pytest
from django.utils import timezone

from aipi.models import AncienneReference, FeuilleReprise, LigneReprise, Limitation, Personne, Reprise
from aipi.reprise.complement import modeles
from aipi.reprise.genres import exporter_tout, importer, verifier
from aipi.reprise.journal import DELAI, AnnulationRefusee, abandonner, annulable, annuler, examiner, purger
from aipi.travaux import TravailImpossible, demander, executer, relancer
from insertion_pro.models import Contrat, Entretien, Parcours, ReleveHeures
from rapports.models import AccesFinanceur, Rapport, Texte

from .conftest import SALARIES, classeur, empreinte_export, importee, taire, verifiee

pytestmark = pytest.mark.django_db


def test_a_messy_workbook_becomes_persons_stays_contracts_and_hours(deposees, equipe, suivi):
    reprise = importee(deposees(suivi__xlsx=suivi))
    assert reprise.comptes == {
        "personnes": [3, 3, 0],
        "parcours": [3, 3, 0],
        "contrats": [3, 3, 0],
        "heures": [3, 3, 0],
    }
    zoe = Personne.objects.get(prenom="Zoé")
    assert (zoe.nom, zoe.sexe, zoe.date_naissance) == ("DURAND", "F", datetime.date(1990, 2, 3))
    assert (zoe.commune.code_insee, zoe.recherche) == ("59067", "durand zoe 0611223344")
    stage = zoe.parcours.get()
    assert (stage.date_entree, stage.motif_sortie.code) == (datetime.date(2021, 1, 12), "cdi_non_aide")
    contrat = stage.contrats.get()
    assert (contrat.equipe, contrat.heures_hebdo, contrat.date_debut) == (equipe, Decimal(26), stage.date_entree)
    assert sorted(contrat.releves_heures.values_list("heures", flat=True)) == [Decimal("101.5"), Decimal(110)]
    assert set(Personne.objects.values_list("nom", "prenom")) == {
        ("DURAND", "Zoé"),
        ("VERBEKE", "Hugo"),
        ("Top", "Régis"),
    }


def test_the_same_workbook_again_changes_nothing_and_asks_nothing(deposees, equipe, suivi):
    importee(deposees(suivi__xlsx=suivi))
    encore = deposees(suivi__xlsx=suivi)
    assert all(f.connue for f in encore.feuilles.all())
    constat = verifiee(encore)
    assert (constat["questions"], constat["changements"]) == ([], [])
    assert {tuple(c[1:]) for c in constat["comptes"].values()} == {(0, 0)}


def test_a_corrected_workbook_says_each_change_field_by_field(deposees, equipe, suivi):
    importee(deposees(suivi__xlsx=suivi))
    lignes = [list(ligne) for ligne in SALARIES]
    lignes[4][6:8] = ["31/08/2021", "Démission"]
    constat = verifiee(deposees(suivi__xlsx=classeur(Salariés_2021=lignes)))
    [changement] = constat["changements"]
    assert changement["champs"] == [
        ["Date de sortie", "", "31/08/2021"],
        ["Motif de sortie", "", "Démission"],
    ]
    assert constat["comptes"]["parcours"] == [3, 0, 1]
    assert Parcours.objects.filter(date_sortie=datetime.date(2021, 8, 31)).count() == 0


def test_the_check_writes_nothing(deposees, equipe, suivi, tmp_path):
    avant = empreinte_export(tmp_path)
    constat = verifiee(deposees(suivi__xlsx=suivi))
    assert constat["comptes"]["personnes"] == [3, 3, 0]
    assert empreinte_export(tmp_path) == avant


def test_files_are_gone_once_imported_or_given_up(deposees, equipe, suivi, medias):
    reprise = importee(deposees(suivi__xlsx=suivi))
    assert not FeuilleReprise.objects.exists()
    autre = deposees(suivi__xlsx=suivi)
    verifiee(autre)
    assert len(list((medias / "reprises").iterdir())) > 0
    abandonner(autre)
    autre.refresh_from_db()
    assert (autre.etat, autre.constat.name, reprise.constat.name) == (Reprise.Etat.ABANDONNEE, "", "")


def test_an_undo_gives_back_the_export_byte_for_byte(deposees, equipe, suivi, direction, tmp_path):
    importee(deposees(suivi__xlsx=suivi))
    avant = empreinte_export(tmp_path)
    lignes = [list(ligne) for ligne in SALARIES]
    lignes[4][6:8] = ["31/08/2021", "Démission"]
    lignes[3][4] = "06 99 99 99 99"
    lignes.insert(6, ["Neuve, Ana", "F", "05/05/1995", "Bergues", None, "01/06/2021", None, None, "BV1", 26])
    reprise = importee(deposees(suivi__xlsx=classeur(Salariés_2021=lignes)))
    assert empreinte_export(tmp_path) != avant
    bilan = examiner(reprise)
    assert (bilan.possible, bilan.supprimees, bilan.restaurees) == (True, 3, 2)
    annuler(reprise, direction)
    assert empreinte_export(tmp_path) == avant
    reprise.refresh_from_db()
    assert (reprise.etat, reprise.annulee_par, reprise.ecrites.count()) == ("annulee", direction, 0)
    with pytest.raises(AnnulationRefusee):
        annuler(reprise, direction)


def test_an_undo_says_what_was_changed_and_what_hangs_on_it(deposees, equipe, suivi, direction, tmp_path):
    reprise = importee(deposees(suivi__xlsx=suivi))
    zoe = Personne.objects.get(prenom="Zoé")
    zoe.telephone = "07 00 00 00 00"
    zoe.save()
    Entretien.objects.create(
        ref="E1", parcours=Parcours.objects.get(personne__prenom="Hugo"), date=timezone.localdate()
    )
    avant = empreinte_export(tmp_path)
    bilan = examiner(reprise)
    assert (bilan.possible, bilan.changees, bilan.attachees) == (False, 1, 1)
    assert [(o.pourquoi, bool(o.adresse)) for o in bilan.obstacles] == [
        ("changée depuis l’import", True),
        ("saisie depuis, sur une ligne de cet import", True),
    ]
    with pytest.raises(AnnulationRefusee, match="1 ligne changée depuis, 1 ligne saisie depuis par-dessus"):
        annuler(reprise, direction)
    assert empreinte_export(tmp_path) == avant


def test_a_private_note_written_since_stands_in_the_way_too(deposees, equipe, suivi, direction):
    importee(deposees(suivi__xlsx=suivi))
    entretiens = classeur(
        Entretiens=[["Salarié", "Date de l'entretien", "Lieu"], ["DURAND Zoé", "03/02/2021", "bureau"]]
    )
    depot = deposees(e__xlsx=entretiens)
    [question] = verifiee(depot)["questions"]
    depot.doublons = {question["ref"]: question["propose"]}
    depot.version += 1
    depot.save()
    reprise = importee(depot)
    entretien = Entretien.objects.get()
    entretien.note_privee, entretien.auteur = "À moi", direction
    entretien.save()
    assert examiner(reprise).changees == 1


def test_a_later_import_that_changed_a_row_is_named(deposees, equipe, suivi):
    premiere = importee(deposees(suivi__xlsx=suivi))
    lignes = [list(ligne) for ligne in SALARIES]
    lignes[3][4] = "06 99 99 99 99"
    importee(deposees(corrige__xlsx=classeur(Salariés_2021=lignes)))
    [obstacle] = examiner(premiere).obstacles
    assert obstacle.pourquoi == "changée par l’import suivant (corrige.xlsx)"


def test_what_was_deleted_since_is_no_obstacle(deposees, equipe, suivi, direction):
    reprise = importee(deposees(suivi__xlsx=suivi))
    ReleveHeures.objects.all().delete()
    bilan = annuler(reprise, direction)
    assert (bilan.disparues, Personne.objects.count(), Contrat.objects.count()) == (3, 0, 0)


def test_after_ninety_days_the_journal_is_forgotten_and_the_history_stays(deposees, equipe, suivi):
    reprise = importee(deposees(suivi__xlsx=suivi))
    Reprise.objects.update(importee_le=timezone.now() - DELAI)
    purger()
    reprise.refresh_from_db()
    assert (annulable(reprise), reprise.comptes["personnes"], LigneReprise.objects.count()) == (False, [3, 3, 0], 0)


def test_files_left_for_a_month_are_forgotten(deposees, suivi):
    reprise = deposees(suivi__xlsx=suivi)
    Reprise.objects.update(deposee_le=timezone.now() - datetime.timedelta(days=31))
    purger()
    reprise.refresh_from_db()
    assert (reprise.etat, FeuilleReprise.objects.count()) == ("abandonnee", 0)


# Persons who may be known


def test_a_person_of_the_house_is_asked_about_then_found_alone_the_next_time(deposees, equipe, suivi):
    maison = Personne.objects.create(ref="P1", nom="Durand", prenom="Zoé", date_naissance=datetime.date(1990, 2, 3))
    reprise = deposees(suivi__xlsx=suivi)
    [question] = verifiee(reprise)["questions"]
    assert (question["propose"], question["candidats"][0][0]) == ("P1", "P1")
    reprise.doublons = {question["ref"]: "P1"}
    reprise.version += 1
    reprise.save()
    importee(reprise)
    maison.refresh_from_db()
    assert (maison.nom, maison.sexe, maison.parcours.count(), Personne.objects.count()) == ("Durand", "F", 1, 3)
    assert AncienneReference.objects.get().personne == maison
    encore = verifiee(deposees(suivi__xlsx=suivi))
    assert (encore["questions"], encore["changements"]) == ([], [])


def test_undoing_forgets_that_the_person_was_recognised(deposees, equipe, suivi, direction, tmp_path):
    Personne.objects.create(ref="P1", nom="Durand", prenom="Zoé")
    avant = empreinte_export(tmp_path)
    reprise = deposees(suivi__xlsx=suivi)
    [question] = verifiee(reprise)["questions"]
    reprise.doublons = {question["ref"]: "P1"}
    reprise.version += 1
    reprise.save()
    annuler(importee(reprise), direction)
    assert (empreinte_export(tmp_path), AncienneReference.objects.count()) == (avant, 0)


def test_two_of_the_same_files_that_look_alike_are_asked_about(deposees, equipe):
    contenu = "Nom;Prénom;Date de naissance\nDurand;Zoé;03/02/1990\nDurant;Zoé;03/02/1990\n"
    [question] = verifiee(deposees(usagers__csv=contenu))["questions"]
    assert question["texte"].startswith("Zoé Durant")
    assert "dans ces fichiers" in question["candidats"][0][2]


def test_two_of_the_same_files_said_to_be_one_become_one(deposees, equipe):
    contenu = "Nom;Prénom;Date de naissance\nDurand;Zoé;03/02/1990\nDurand;Zoé;02/03/1990\n"
    heures = classeur(Salariés=[*SALARIES[:3], ["DURAND Zoé", "Femme", None, *SALARIES[3][3:]]])
    reprise = deposees(suivi__xlsx=heures, usagers__csv=contenu)
    [question] = verifiee(reprise)["questions"]
    reprise.doublons = {question["ref"]: question["candidats"][0][0]}
    reprise.version += 1
    reprise.save()
    importee(reprise)
    assert (Personne.objects.count(), Parcours.objects.get().personne.nom) == (1, "Durand")


def test_a_name_alone_that_is_of_two_persons_is_an_error_at_its_cell(deposees, equipe):
    usagers = "Nom;Prénom;Date de naissance\nDurand;Zoé;03/02/1990\nDurand;Zoé;04/05/1977\n"
    rsa = "Nom;Prénom;Date d'entrée;Composition familiale\nDurand;Zoé;01/03/2021;femme isolée\n"
    constat = verifiee(deposees(usagers__csv=usagers, rsa__csv=rsa))
    [erreur] = constat["erreurs"]
    assert (erreur["titre"], erreur["ligne"]) == ("Nom", 2)
    assert "2 personnes s’appellent ainsi" in erreur["message"]


# Errors, interruptions


def test_errors_are_told_at_the_row_and_the_column_of_the_workbook(deposees, equipe):
    lignes = [list(ligne) for ligne in SALARIES]
    lignes[3][5] = "31/02/2021"
    lignes[4][8] = "Équipe inconnue"
    constat = verifiee(deposees(suivi__xlsx=classeur(Salariés_2021=lignes)))
    assert {(e["ligne"], e["titre"]) for e in constat["erreurs"]} == {(4, "Date d'embauche"), (5, "Équipe")}
    assert Personne.objects.count() == 0


def test_an_import_is_refused_when_the_plan_changed_since_the_check(deposees, equipe, suivi):
    reprise = deposees(suivi__xlsx=suivi)
    verifiee(reprise)
    reprise.version += 1
    reprise.save()
    with pytest.raises(TravailImpossible, match="vérifiez de nouveau"):
        importer({"reprise": reprise.pk}, taire)


def test_an_import_asked_for_twice_is_done_once(deposees, equipe, suivi):
    reprise = importee(deposees(suivi__xlsx=suivi))
    assert b"personnes: 3 lignes" in importer({"reprise": reprise.pk}, taire).contenu
    assert Personne.objects.count() == 3


def test_a_killed_import_leaves_nothing_and_is_started_again(deposees, equipe, suivi, direction, monkeypatch):
    reprise = deposees(suivi__xlsx=suivi)
    verifiee(reprise)
    travail = demander(direction, "reprise_importer", "Import", reprise=reprise.pk)

    def tuer(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr("aipi.reprise.genres.vider", tuer)
        with pytest.raises(KeyboardInterrupt):
            executer.func(travail.pk, 1)
    assert (Personne.objects.count(), LigneReprise.objects.count()) == (0, 0)
    relancer(travail)
    executer.func(travail.pk, 2)
    travail.refresh_from_db()
    reprise.refresh_from_db()
    assert (travail.etat, reprise.etat, Personne.objects.count()) == ("fini", "importee", 3)


def test_a_late_attempt_writes_nothing(deposees, equipe, suivi, direction, monkeypatch):
    reprise = deposees(suivi__xlsx=suivi)
    verifiee(reprise)
    travail = demander(direction, "reprise_importer", "Import", reprise=reprise.pk)
    from aipi.reprise import genres

    vrai = genres.vider

    def en_retard(r):
        relancer(travail)
        vrai(r)

    monkeypatch.setattr("aipi.reprise.genres.vider", en_retard)
    executer.func(travail.pk, 1)
    assert Personne.objects.count() == 0


def test_only_the_director_may_ask(deposees, equipe, suivi, direction):
    reprise = deposees(suivi__xlsx=suivi)
    direction.role = "administrateur"
    direction.save()
    for genre in ("reprise_verifier", "reprise_importer", "export_complet"):
        with pytest.raises(PermissionError):
            demander(direction, genre, "Essai", reprise=reprise.pk)


def test_the_check_of_the_background_service_keeps_what_it_found(deposees, equipe, suivi):
    reprise = deposees(suivi__xlsx=suivi)
    fichier = verifier({"reprise": reprise.pk}, taire)
    reprise.refresh_from_db()
    assert reprise.constatee
    # The file that lies under « Travaux » names nobody.
    assert "Durand" not in fichier.contenu.decode().title()


# Everything out


@pytest.mark.parametrize("forme", ["zip", "xlsx"])
def test_a_full_export_holds_everything_but_private_notes_and_comes_back(
    deposees, equipe, suivi, direction, tmp_path, forme
):
    importee(deposees(suivi__xlsx=suivi))
    Entretien.objects.create(
        ref="E1",
        parcours=Parcours.objects.first(),
        date=timezone.localdate(),
        note="=Une note",
        note_privee="SECRET-47",
        auteur=direction,
    )
    avant = empreinte_export(tmp_path)
    fichier = exporter_tout({"forme": forme}, taire)
    chemin = tmp_path / fichier.nom
    chemin.write_bytes(fichier.contenu)
    from aipi.echange.importation import importer as importer_fichier

    resultat = importer_fichier(chemin)
    assert {(c.creees, c.modifiees) for c in resultat.comptes.values()} == {(0, 0)}
    assert empreinte_export(tmp_path) == avant
    with zipfile.ZipFile(chemin) as archive:
        assert all(b"SECRET-47" not in archive.read(nom) for nom in archive.namelist())


def test_what_the_format_does_not_hold_is_taken_out_too_but_for_private_notes_and_secrets(maison, medias):
    Entretien.objects.update(note_privee="SECRET-47")
    Limitation.objects.create(
        personne=maison.aci, debut=timezone.localdate(), motif="=Contestée", posee_par=maison.comptes["directeur"]
    )
    annee = Rapport.objects.create(debut=datetime.date(2021, 1, 1), fin=datetime.date(2021, 12, 31))
    Texte.objects.create(rapport=annee, section="aci", corps="Une bonne année.")
    assert AccesFinanceur not in modeles()
    fichier = exporter_tout({"forme": "reste"}, taire)
    with zipfile.ZipFile(io.BytesIO(fichier.contenu)) as archive:
        assert archive.read(f"fichiers/{maison.document.fichier.name}") == b"%PDF-1.4 courrier"
        tables = {
            nom: list(csv.DictReader(io.StringIO(archive.read(nom).decode()), delimiter=";"))
            for nom in archive.namelist()
            if nom.endswith(".csv")
        }
        assert all(b"SECRET-47" not in archive.read(nom) for nom in archive.namelist())
    [document] = tables["registres/aipi.document.csv"]
    assert (document["personne"], document["fichier"]) == (maison.deux_poles.ref, maison.document.fichier.name)
    assert tables["registres/aipi.limitation.csv"][0]["motif"] == "'=Contestée"
    assert tables["registres/rapports.texte.csv"][0]["corps"] == "Une bonne année."
    assert {modele._meta.label_lower for modele in modeles() if modele._default_manager.exists()} == {
        nom.removeprefix("registres/").removesuffix(".csv") for nom in tables
    }
