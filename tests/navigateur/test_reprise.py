"""A messy workbook is dropped, recognised, checked, corrected, imported, compared and undone, on a desk and a telephone."""

from __future__ import annotations

import datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from maison import Maison, code
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from aipi.models import Personne, Reprise
from insertion_pro.models import Contrat, ReleveHeures
from rapports.models import ValeurPubliee

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])

LIGNES = [
    ["Suivi des salariés en insertion"],
    [],
    [
        "Nom Prénom",
        "H/F",
        "Né(e) le",
        "Tél",
        "Date d'embauche",
        "Sortie",
        "Motif de sortie",
        "Équipe",
        "H/sem",
        "Casier",
    ],
    [
        "ÉVRARD Zoe",
        "Femme",
        "3/2/90",
        "06 11 22 33 44",
        "12/01/2021",
        "31/12/2021",
        "CDI",
        "Équipe du canal",
        "26 h",
        12,
    ],
    ["QUAGHEBEUR Lou", "Homme", "4/5/85", None, "15/03/2021", None, None, "dunes", 20, 7],
    ["TOTAL", None, None, None, None, None, None, None, 46, None],
]
HEURES = [["Salarié", "Mois", "Heures"], ["Lou QUAGHEBEUR", "mars 2021", 44], ["Lou QUAGHEBEUR", "avr-21", "88,5 h"]]


def ecrire(chemin, lignes) -> str:
    classeur = Workbook()
    classeur.worksheets[0].title = "Salariés 2021"
    for ligne in lignes:
        classeur.worksheets[0].append(ligne)
    page = classeur.create_sheet("Heures")
    for ligne in HEURES:
        page.append(ligne)
    classeur.save(chemin)
    return str(chemin)


def travailler() -> None:
    """The background service does what waits for it."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)


def preparer(maison: Maison) -> None:
    code("motif_sortie", "cdi_non_aide", "CDI non aidé, hors de la structure")
    ValeurPubliee.objects.create(annee=2021, indicateur="aci.salaries", valeur=3, source="Rapport 2021, p. 4")
    ValeurPubliee.objects.create(annee=2021, indicateur="aci.heures", valeur="132.5", source="Rapport 2021, p. 5")
    ValeurPubliee.objects.create(annee=2021, indicateur="rsa.suivis", valeur=7, source="Rapport 2021, p. 9")


def deposer(page: Page, chemin: str) -> None:
    page.goto(reverse("reprise_list"))
    page.get_by_role("link", name="Déposer des fichiers").click()
    page.get_by_label("Vos tableurs").set_input_files(chemin)
    page.get_by_role("button", name="Lire ces fichiers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reconnaître les feuilles")


def verifier(page: Page) -> None:
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("progressbar", name="Avancement")).to_be_visible()
    travailler()
    expect(page.locator(".verdict")).to_be_visible()


@LARGEURS
def test_a_messy_workbook_comes_in_and_goes_out_again(maison, entrer, sans_obstacle, tmp_path, largeur):
    preparer(maison)
    page = entrer("directeur", largeur)
    page.goto(reverse("reprise_list"))
    sans_obstacle(page)
    page.goto(reverse("reprise_create"))
    sans_obstacle(page)
    fautives = [list(ligne) for ligne in LIGNES]
    fautives[4][4] = "31/02/2021"
    deposer(page, ecrire(tmp_path / "suivi.xlsx", fautives))
    sans_obstacle(page)

    # What its columns say, then its words.
    page.get_by_role("link", name="suivi.xlsx, Salariés 2021").click()
    expect(page.get_by_label("Nom Prénom")).to_have_value("personnes.nom_prenom")
    expect(page.get_by_label("Date d'embauche")).to_have_value("parcours.date_entree")
    expect(page.get_by_label("Casier")).to_have_value("")
    expect(page.get_by_label("Début (contrats)")).to_have_value("=parcours.date_entree")
    sans_obstacle(page)
    page.get_by_role("button", name="Enregistrer et continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce que veulent dire vos mots")
    expect(page.get_by_label("Femme")).to_have_value("F")
    sans_obstacle(page)
    page.get_by_label("dunes").select_option("E2")
    page.get_by_role("button", name="Enregistrer").click()

    # Errors beside the cells, and in a workbook.
    verifier(page)
    expect(page.get_by_text("1 personne", exact=False).first).to_be_visible()
    faute = page.locator(".cellule-fautive").first
    expect(faute).to_contain_text("31/02/2021")
    expect(faute).to_contain_text("n’est pas un jour du calendrier")
    sans_obstacle(page)
    with page.expect_download() as prise:
        page.get_by_role("link", name="Les prendre dans un classeur").click()
    prise.value.save_as(tmp_path / "erreurs.xlsx")
    feuille = load_workbook(tmp_path / "erreurs.xlsx").worksheets[0]
    assert (feuille["A2"].value, feuille["F2"].value) == (5, "31/02/2021")
    assert feuille["F2"].comment is not None
    page.get_by_role("button", name="Abandonner").click()
    expect(page.get_by_text("Les fichiers déposés sont effacés.")).to_be_visible()

    # Corrected and dropped again: it is known.
    deposer(page, ecrire(tmp_path / "suivi.xlsx", LIGNES))
    expect(page.get_by_text("Comme la dernière fois").first).to_be_visible()
    verifier(page)
    page.get_by_role("link", name="Reconnaître 1 personne").click()
    expect(page.get_by_label("C’est la même que Zoé Évrard")).to_be_checked()
    sans_obstacle(page)
    page.get_by_role("button", name="Enregistrer et vérifier de nouveau").click()
    travailler()
    expect(page.get_by_text("Rien n’est faux. Rien n’est encore écrit.")).to_be_visible()
    sans_obstacle(page)
    assert not Personne.objects.filter(nom="QUAGHEBEUR").exists()

    # The page is left while it works, and found again.
    page.get_by_role("button", name="Importer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import en cours")
    sans_obstacle(page)
    page.goto("/")
    travailler()
    page.goto(reverse("reprise_list"))
    page.get_by_role("link", name="suivi.xlsx", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import terminé")
    sans_obstacle(page)
    lou = Personne.objects.get(nom="QUAGHEBEUR")
    assert lou.date_naissance == datetime.date(1985, 5, 4)
    assert (lou.parcours.get().contrats.get().equipe, lou.parcours.get().contrats.get().releves_heures.count()) == (
        maison.equipe_autre,
        2,
    )
    assert maison.aci.parcours.count() == 2

    # Against what was printed.
    page.get_by_role("link", name="Comparer aux chiffres publiés").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comparer aux chiffres publiés")
    expect(page.get_by_role("region", name="Identiques")).to_contain_text("132,5")
    ecarts = page.get_by_role("region", name="Différents")
    expect(ecarts).to_contain_text("Salariés en parcours")
    expect(ecarts).to_contain_text("dont 1 venue de cet import")
    expect(page.get_by_role("region", name="Que les dossiers ne disent pas")).to_contain_text("suivis_rsa")
    sans_obstacle(page)
    ecarts.get_by_role("link", name="Voir les dossiers").first.click()
    expect(page.get_by_text("QUAGHEBEUR").first).to_be_visible()

    # Out again, since nothing was built on it.
    page.goto(reverse("reprise_annuler", args=[Reprise.objects.get(etat="importee").pk]))
    sans_obstacle(page)
    page.get_by_role("button", name="Annuler tout cet import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import annulé")
    assert (Personne.objects.filter(nom="QUAGHEBEUR").count(), maison.aci.parcours.count()) == (0, 1)


def test_what_was_built_on_an_import_is_listed(maison, entrer, sans_obstacle, tmp_path):
    preparer(maison)
    lignes = [list(ligne) for ligne in LIGNES]
    lignes[3][0] = "NEUVE Ana"
    lignes[3][3] = None
    page = entrer("directeur")
    deposer(page, ecrire(tmp_path / "suivi.xlsx", lignes))
    page.get_by_role("link", name="suivi.xlsx, Salariés 2021").click()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("dunes").select_option("E2")
    page.get_by_role("button", name="Enregistrer").click()
    verifier(page)
    page.get_by_role("button", name="Importer").click()
    travailler()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import terminé")
    contrat = Contrat.objects.get(parcours__personne__nom="QUAGHEBEUR")
    ReleveHeures.objects.create(contrat=contrat, mois=datetime.date(2021, 6, 1), heures=10)
    page.get_by_role("link", name="Annuler cet import").click()
    expect(page.get_by_text("1 ligne saisie depuis par-dessus")).to_be_visible()
    expect(page.get_by_role("button", name="Annuler tout cet import")).to_have_count(0)
    sans_obstacle(page)


def test_everything_is_exported_in_the_background(maison, entrer, sans_obstacle, tmp_path):
    page = entrer("directeur")
    page.goto(reverse("reprise_list"))
    page.get_by_role("button", name="Exporter en classeur").click()
    travailler()
    with page.expect_download() as prise:
        page.get_by_role("link", name="Ouvrir aipi-").click()
    prise.value.save_as(tmp_path / "tout.xlsx")
    classeur = load_workbook(tmp_path / "tout.xlsx")
    assert {ligne[1] for ligne in classeur["personnes"].iter_rows(min_row=2, values_only=True)} >= {"Évrard", "Top"}
