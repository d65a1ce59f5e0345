"""Giving a report: background work that can be left, found again and restarted; slides, extracts, comparison."""

from __future__ import annotations

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from aipi import travaux
from aipi.echange.importation import importer
from aipi.models import Compte, Travail
from aipi.periodes import Periode
from aipi.photos import preparer
from aipi.travaux import Fichier, Genre, TravailImpossible, demander, executer, inscrire, relancer
from rapports.demonstration import ecrire_demonstration
from rapports.extraits import documents_de
from rapports.models import Perspective, Photo, Rapport, Texte
from rapports.rendu.document import document
from rapports.rendu.pdf import en_pdf
from rapports.rendu.presentation import Ligne, Table, _lots, _morceaux, en_pptx
from rapports.valeurs import Releve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias")]

ANNEE = Periode.annee(2021)
JOUR = datetime.date(2022, 1, 15)


@pytest.fixture
def compte() -> Compte:
    return Compte.objects.create_user("direction@example.org", role="directeur")


@pytest.fixture
def direction(client, compte):
    client.force_login(compte)
    return client


def travailler() -> None:
    """What the background service does, until nothing waits."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)


@pytest.fixture
def genre(monkeypatch):
    """A kind of work made in the test."""

    def declarer(faire):
        monkeypatch.setattr(travaux, "_genres", dict(travaux._genres))
        inscrire(Genre("essai", faire, lambda compte: True))

    return declarer


def test_a_file_is_asked_for_left_and_found_again(direction, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reponse = direction.post(reverse("rapport_formes", args=[2021]), {"forme": "xlsx"})
    travail = Travail.objects.get()
    assert reponse.headers["Location"] == reverse("travail_detail", args=[travail.pk])
    attente = direction.get(reponse.headers["Location"]).text
    assert "Vous pouvez quitter cette page" in attente
    assert direction.get(reverse("travail_etat", args=[travail.pk])).json()["enRoute"] is True
    travailler()
    travail.refresh_from_db()
    assert (travail.etat, travail.avance, travail.nom_fichier) == ("fini", 100, "chiffres-2021.xlsx")
    assert "Tous les chiffres, tableur, 2021" in direction.get(reverse("travail_list")).text
    assert "Ouvrir chiffres-2021.xlsx" in direction.get(reverse("travail_detail", args=[travail.pk])).text
    fichier = direction.get(reverse("travail_fichier", args=[travail.pk]))
    assert b"".join(fichier.streaming_content).startswith(b"PK")


def test_a_killed_worker_is_said_and_the_work_restarts(direction, compte, genre, django_capture_on_commit_callbacks):
    genre(lambda parametres, dire: Fichier(b"contenu", "a.txt", "text/plain"))
    travail = demander(compte, "essai", "Essai")
    Travail.objects.update(etat="en_cours", avance=40, battement=timezone.now() - datetime.timedelta(minutes=1))
    assert "Relancer" not in direction.get(reverse("travail_detail", args=[travail.pk])).text
    Travail.objects.update(battement=timezone.now() - datetime.timedelta(minutes=3))
    page = direction.get(reverse("travail_detail", args=[travail.pk])).text
    assert "Interrompu" in page
    assert direction.get(reverse("travail_etat", args=[travail.pk])).json()["enRoute"] is False
    with django_capture_on_commit_callbacks(execute=True):
        direction.post(reverse("travail_relancer", args=[travail.pk]))
    travailler()
    travail.refresh_from_db()
    assert (travail.etat, travail.tentative) == ("fini", 2)


def test_a_former_attempt_changes_nothing_of_the_new_one(compte, genre):
    travail = Travail.objects.create(compte=compte, genre="essai", libelle="Essai")

    def faire(parametres, dire):
        relancer(travail)
        dire(50, "Trop tard")
        pytest.fail("the former attempt goes on")

    genre(faire)
    executer.func(travail.pk, 1)
    travail.refresh_from_db()
    assert (travail.etat, travail.tentative, travail.avance) == ("attente", 2, 0)


def test_a_failure_is_told_in_words(compte, genre):
    def faire(parametres, dire):
        raise TravailImpossible("Il manque une bibliothèque.")

    genre(faire)
    travail = Travail.objects.create(compte=compte, genre="essai", libelle="Essai")
    executer.func(travail.pk, 1)
    travail.refresh_from_db()
    assert (travail.etat, travail.message, travail.relancable) == ("echoue", "Il manque une bibliothèque.", True)


def test_an_unforeseen_fault_is_told_without_its_details(compte, genre):
    def faire(parametres, dire):
        raise RuntimeError("secret")

    genre(faire)
    travail = Travail.objects.create(compte=compte, genre="essai", libelle="Essai")
    with pytest.raises(RuntimeError):
        executer.func(travail.pk, 1)
    travail.refresh_from_db()
    assert travail.etat == "echoue"
    assert "secret" not in travail.message


def test_the_work_of_somebody_who_lost_the_right_is_refused(compte):
    travail = Travail.objects.create(
        compte=compte,
        genre="rapport",
        libelle="Rapport",
        parametres={"debut": "2021-01-01", "fin": "2021-12-31", "forme": "xlsx"},
    )
    Compte.objects.update(role="financeur")
    executer.func(travail.pk, 1)
    travail.refresh_from_db()
    assert (travail.etat, bool(travail.fichier)) == ("echoue", False)


def test_nobody_sees_the_work_of_another(client, compte):
    travail = Travail.objects.create(compte=compte, genre="rapport", libelle="Rapport", etat="fini")
    client.force_login(Compte.objects.create_user("autre@example.org", role="directeur"))
    assert client.get(reverse("travail_detail", args=[travail.pk])).status_code == 404
    assert client.get(reverse("travail_fichier", args=[travail.pk])).status_code == 404


def test_an_unknown_form_is_no_page(direction):
    assert direction.post(reverse("rapport_formes", args=[2021]), {"forme": "docx"}).status_code == 404
    assert not Travail.objects.exists()


# Slides, extracts


@pytest.fixture
def demonstration(tmp_path):
    ecrire_demonstration(tmp_path / "demo", JOUR)
    importer(tmp_path / "demo")


def test_the_slides_hold_native_charts_and_tables_with_the_figures_of_the_report(demonstration):
    fichier = Presentation(io.BytesIO(en_pptx(ANNEE, JOUR)))
    graphiques = [forme.chart for diapo in fichier.slides for forme in diapo.shapes if forme.has_chart]
    tables = [forme.table for diapo in fichier.slides for forme in diapo.shapes if forme.has_table]
    assert len(graphiques) >= 3
    salaries = next(
        serie
        for graphique in graphiques
        for serie in graphique.plots[0].series
        if serie.name == "Salariés" and graphique.plots[0].categories[-1] == "2021"
    )
    assert salaries.values[-1] == float(Releve(ANNEE).valeur("aci.salaries").nombre) == 77
    cellules = {cellule.text for table in tables for ligne in table.rows for cellule in ligne.cells}
    assert any(texte.startswith("77") for texte in cellules)
    titres = [diapo.shapes.title.text_frame.text for diapo in fichier.slides]
    assert titres[0] == "Rapport d’activité 2021"
    assert all(titres)


def test_every_drawing_of_the_slides_stays_on_its_slide_and_has_a_description(demonstration):
    fichier = Presentation(io.BytesIO(en_pptx(ANNEE, JOUR)))
    for diapo in fichier.slides:
        for forme in diapo.shapes:
            assert forme.left >= 0
            assert forme.left + forme.width <= fichier.slide_width + 10
            assert forme.top + forme.height <= fichier.slide_height + 10
            if forme.has_chart or forme.has_table:
                assert forme._element.nvGraphicFramePr.cNvPr.get("descr")


def test_the_demonstration_has_an_extract_for_each_desk_of_each_funder(demonstration):
    attendus = {
        ("DEPARTEMENT", "rsa"),
        ("DEPARTEMENT", "logement"),
        ("ETAT", "aci"),
        ("FSE", "aci"),
        ("CCHF", "aci"),
    }
    saison = Periode(datetime.date(2021, 9, 1), datetime.date(2022, 8, 31))
    for periode in (ANNEE, saison):
        assert attendus <= {(financeur.code, action) for financeur, action in documents_de(periode)}
    fse = document(saison, JOUR, financeur="FSE", action="aci")
    assert "Extrait pour Fonds social européen (FSE+), ACI" in fse.replace("Ateliers et chantiers d’insertion", "ACI")
    assert "rsa.suivis" not in fse


def test_an_empty_caseload_still_gives_slides():
    fichier = Presentation(io.BytesIO(en_pptx(ANNEE, JOUR)))
    assert len(fichier.slides) >= 2


def test_the_extract_of_a_funder_holds_its_actions_only(caseload):
    caseload(
        financeurs="code;nom\nD;Département\nE;État",
        conventions="ref;financeur;action;annee;objectif;unite_objectif\nV1;D;rsa;2021;120;places\nV2;E;aci;2021;26;etp",
        personnes="ref;nom;prenom\nP1;Un;Ève",
        suivis_rsa="ref;personne;date_entree\nS1;P1;2021-01-01",
        contacts_rsa="ref;suivi;date;type;statut\nC1;S1;2021-02-01;visite;honore",
    )
    extrait = document(ANNEE, JOUR, financeur="D")
    assert "Extrait pour Département" in extrait
    assert "rsa.suivis" in extrait
    assert "aci.salaries" not in extrait
    assert "Ateliers et chantiers" not in extrait
    assert en_pdf(extrait).startswith(b"%PDF")
    with pytest.raises(FileNotFoundError):
        document(ANNEE, JOUR, financeur="inconnu")


def test_an_extract_takes_any_period(caseload):
    caseload(
        financeurs="code;nom\nD;Département",
        conventions="ref;financeur;action;annee\nV1;D;rsa;2021",
    )
    periode = Periode(datetime.date(2020, 9, 1), datetime.date(2021, 8, 31))
    assert "du 1er septembre 2020 au 31 août 2021" in document(periode, JOUR, financeur="D").replace("\u00a0", " ")


def test_a_funder_of_several_actions_has_an_extract_of_each_with_its_cover_and_its_agreement(direction, caseload):
    caseload(
        financeurs="code;nom\nD;Département",
        conventions=(
            "ref;financeur;action;annee;montant;objectif;unite_objectif\nV1;D;rsa;2021;147600;120;places\n"
            "V2;D;logement;2021;86400;432;mois_mesures"
        ),
        personnes="ref;nom;prenom\nP1;Un;Ève",
        suivis_rsa="ref;personne;date_entree\nS1;P1;2021-01-01",
        mesures_logement="ref;personne;dispositif;type;date_debut\nM1;P1;fsl;acces;2021-02-01",
    )
    page = direction.get(reverse("rapport_formes", args=[2021])).text
    assert "Département, Accompagnement RSA" in page
    assert "Département, Logement" in page
    rsa, logement = (document(ANNEE, JOUR, financeur="D", action=action) for action in ("rsa", "logement"))
    assert "Extrait pour Département, Accompagnement RSA" in rsa
    assert "147\u202f600" in rsa
    assert "120 places" in rsa
    assert "logement.mois_mesures" not in rsa
    assert "432 mois-mesures" in logement
    assert "rsa.suivis" not in logement
    with pytest.raises(FileNotFoundError):
        document(ANNEE, JOUR, financeur="D", action="aci")
    refus = direction.post(reverse("rapport_formes", args=[2021]), {"financeur": "D", "action": "aci"})
    assert refus.status_code == 404


def test_slides_hold_headings_bullets_photographs_and_what_became_of_the_perspectives(caseload):
    caseload(personnes="ref;nom;prenom\nP1;Un;Ève", suivis_rsa="ref;personne;date_entree\nS1;P1;2021-01-01")
    avant, rapport = (
        Rapport.objects.create(debut=f"{annee}-01-01", fin=f"{annee}-12-31", pk=annee) for annee in (2020, 2021)
    )
    Texte.objects.create(
        rapport=rapport, section="rsa", corps="## Le fait\n\nUne phrase.\n\n- une ligne\n- deux\n\n3. trois"
    )
    tampon = io.BytesIO()
    Image.new("RGB", (60, 40), "#5698cb").save(tampon, "PNG")
    image = preparer(SimpleUploadedFile("photo.png", tampon.getvalue()))
    Photo.objects.create(rapport=rapport, section="rsa", image=image, alternative="Un rendez-vous")
    Perspective.objects.create(rapport=avant, partie="social", intitule="Visiter", suite="realisee")
    Perspective.objects.create(rapport=rapport, partie="social", intitule="Former", objectif="dix inscrits")
    fichier = Presentation(io.BytesIO(en_pptx(ANNEE, JOUR)))
    formes = [forme for diapo in fichier.slides for forme in diapo.shapes]
    lignes = [p.text for forme in formes if forme.has_text_frame for p in forme.text_frame.paragraphs]
    assert {"Le fait", "Une phrase.", "•  une ligne", "•  deux", "3. trois"} <= set(lignes)
    assert "•  Visiter. Réalisée." in lignes
    assert any(ligne.startswith("•  Former") and "dix inscrits" in ligne for ligne in lignes)
    [dessin] = [forme for forme in formes if forme.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert dessin._element.nvPicPr.cNvPr.get("descr") == "Un rendez-vous"


def test_a_long_table_goes_on_to_the_next_slide_and_no_sentence_is_lost():
    table = Table("", ("A", "B"), tuple((str(n), str(n)) for n in range(20)))
    morceaux = _morceaux(table)
    assert sum((m.lignes for m in morceaux), ()) == table.lignes
    assert max(len(m.lignes) for m in morceaux) <= 9
    lignes = [Ligne("mot " * 40) for _ in range(15)]
    assert [ligne for lot in _lots(lignes) for ligne in lot] == lignes


# Two periods


def test_any_two_periods_are_compared(direction, caseload):
    caseload(
        personnes="ref;nom;prenom\nP1;Un;Ève",
        suivis_rsa="ref;personne;date_entree;date_sortie\nS1;P1;2021-01-01;2021-06-30",
    )
    adresse = reverse("rapport_comparaison")
    page = direction.get(
        adresse, {"debut": "2021-01-01", "fin": "2021-06-30", "debut_autre": "2021-07-01", "fin_autre": "2021-12-31"}
    )
    [(_, lignes)] = [groupe for groupe in page.context["groupes"] if groupe[1][0]["code"].startswith("rsa")]
    assert {ligne["code"]: ligne["un"] for ligne in lignes}["rsa.suivis"] == "1"
    envers = direction.get(
        adresse, {"debut": "2021-06-30", "fin": "2021-01-01", "debut_autre": "2021-07-01", "fin_autre": "2021-12-31"}
    )
    assert "Le dernier jour précède le premier." in envers.text
    assert "groupes" not in envers.context
