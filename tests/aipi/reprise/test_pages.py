"""The pages: what a director sees and sends, and what hostile files and forms get."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from aipi.models import FeuilleReprise, ModeleReprise, Personne, Reprise
from aipi.nir import NIR_REFUSE
from aipi.reprise.depot import deposer
from aipi.reprise.journal import annuler
from aipi.reprise.plan import Plan

from .conftest import SALARIES, classeur, empreinte_export, importee, verifiee

pytestmark = pytest.mark.django_db


@pytest.fixture
def entree(client, direction):
    client.force_login(direction)
    return client


def envoyer(client, **fichiers):
    envoyes = [SimpleUploadedFile(nom.replace("__", "."), contenu) for nom, contenu in fichiers.items()]
    return client.post(reverse("reprise_create"), {"fichiers": envoyes})


def zip_de(**membres) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom.replace("__", ".").replace("_SLASH_", "/"), contenu)
    return sortie.getvalue()


HOSTILES = {
    "an empty file": b"",
    "a program": b"\x7fELF\0\0\0",
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a torn archive": b"PK\x03\x04" + b"x" * 40,
    "an archive with nothing in it": zip_de(),
    "an archive in an archive": zip_de(dedans__zip=zip_de(a__csv="Nom;Prénom\nA;B\n")),
    "a name that leaves the archive": zip_de(**{"..\\a.csv": "Nom\nA\n"}),
    "a doctype": zip_de(
        xl_SLASH_workbook__xml='<!DOCTYPE a [<!ENTITY b "c">]><workbook/>',
        xl_SLASH__rels_SLASH_workbook__xml__rels="<Relationships/>",
    ),
    "a row without an end": b"Nom;Pr" + b"a" * 2_500_000,
    "a header with no row at all": b"\n\n\n",
}


@pytest.mark.parametrize("contenu", HOSTILES.values(), ids=HOSTILES.keys())
def test_a_hostile_file_is_refused_with_a_message_and_nothing_is_kept(entree, medias, contenu):
    reponse = envoyer(entree, bon__csv="Nom;Prénom\nA;B\n".encode(), mauvais__xlsx=contenu)
    if contenu == HOSTILES["a header with no row at all"]:
        # Nothing in it: the other file is read.
        assert reponse.status_code == 302
        return
    assert reponse.status_code == 422
    assert "Rien n’est gardé." in reponse.content.decode()
    assert Reprise.objects.count() == 0
    assert not (medias / "reprises").exists()


def test_a_file_that_would_not_fit_is_refused_while_it_is_read(entree, monkeypatch):
    monkeypatch.setattr("aipi.reprise.lecture.MAX_CELLULES", 100)
    reponse = envoyer(entree, a__csv="Nom;Prénom\n".encode() + b"A;B\n" * 60)
    assert "trop de lignes" in reponse.content.decode()


def test_no_file_is_told_in_words(entree):
    reponse = entree.post(reverse("reprise_create"), {})
    assert "Choisissez au moins un fichier." in reponse.content.decode()


@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_a_csv_is_read_in_whatever_spreadsheets_write(direction, codage, separateur):
    contenu = f"Nom{separateur}Prénom\r\nMaës{separateur}Zoé\r\n".encode(codage)
    feuille = deposer(direction, [SimpleUploadedFile("a.csv", contenu)]).feuilles.get()
    assert (feuille.titres, feuille.lignes) == (["Nom", "Prénom"], 1)
    assert Plan.de(feuille.plan).cible == "personnes"


def test_workbooks_and_texts_of_an_archive_are_all_found(direction, suivi):
    archive = zip_de(dossier_SLASH_suivi__xlsx=suivi, dossier_SLASH_a__csv="Nom;Prénom\nA;B\n", __MACOSX_SLASH_x="?")
    reprise = deposer(direction, [SimpleUploadedFile("tout.zip", archive)])
    assert [str(f) for f in reprise.feuilles.all()] == [
        "a.csv",
        "suivi.xlsx, Salariés 2021",
        "suivi.xlsx, Heures",
        "suivi.xlsx, Notes",
    ]


def test_the_result_of_a_formula_is_read(direction):
    import openpyxl

    livre = openpyxl.Workbook()
    livre.worksheets[0].append(["Nom", "Prénom"])
    livre.worksheets[0].append(["=1+1", "Zoé"])
    sortie = io.BytesIO()
    livre.save(sortie)
    # A spreadsheet writes what the formula gave beside it.
    source = zipfile.ZipFile(io.BytesIO(sortie.getvalue()))
    membres = {
        n: source.read(n).replace(b"<v />", b"<v>2</v>").replace(b"<v></v>", b"<v>2</v>") for n in source.namelist()
    }
    refait = io.BytesIO()
    with zipfile.ZipFile(refait, "w") as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    feuille = deposer(direction, [SimpleUploadedFile("a.xlsx", refait.getvalue())]).feuilles.get()
    with feuille.contenu.open("rb") as contenu:
        assert b'"2"' in contenu.read()


def test_a_national_insurance_number_is_never_kept(direction):
    contenu = "Nom;Prénom;N° sécu\nMaës;Zoé;2 90 02 59 183 001 47\n".encode()
    feuille = deposer(direction, [SimpleUploadedFile("a.csv", contenu)]).feuilles.get()
    assert feuille.caches == 1
    with feuille.contenu.open("rb") as contenu:
        garde = contenu.read()
    assert b"59 183" not in garde
    # A column that is taken is refused at that row, one that is not does not matter.
    assert NIR_REFUSE in json.loads(garde.splitlines()[-1])[1][2].values()


def test_the_name_of_a_file_keeps_no_national_insurance_number(direction):
    nom = "Zoé 2 90 02 59 183 001 47.csv"
    reprise = deposer(direction, [SimpleUploadedFile(nom, "Nom;Prénom\nMaës;Zoé\n".encode())])
    [feuille] = reprise.feuilles.all()
    assert "59 183" not in f"{reprise.libelle} {feuille.fichier} {feuille.nom}"


# What is sent


def test_a_sheet_may_be_said_to_be_another_or_nothing(entree, deposees, equipe, suivi):
    reprise = deposees(suivi__xlsx=suivi)
    page = reverse("reprise_feuille", args=[reprise.pk, 1])
    entree.post(page, {"action": "cible", "cible": "parcours", "entete": "3"})
    plan = Plan.de(reprise.feuilles.get(rang=1).plan)
    assert (plan.cible, plan.colonnes["Date d'embauche"]) == ("parcours", "parcours.date_entree")
    entree.post(page, {"action": "cible", "cible": "", "entete": "3"})
    assert Plan.de(reprise.feuilles.get(rang=1).plan).cible == ""
    assert entree.post(page, {"action": "cible", "cible": "inconnue"}).status_code == 404


@pytest.mark.parametrize("entete", ["2", "9999", "-1", "x", "1e9"])
def test_titles_that_stand_nowhere_are_left_where_they_were(entree, deposees, equipe, suivi, entete):
    reprise = deposees(suivi__xlsx=suivi)
    donnees = {"action": "cible", "cible": "contrats", "entete": entete}
    assert entree.post(reverse("reprise_feuille", args=[reprise.pk, 1]), donnees).status_code == 302
    assert reprise.feuilles.get(rang=1).entete == 3


def test_titles_may_be_said_to_stand_on_another_row(entree, deposees):
    reprise = deposees(a__csv="Liste;2021\nUsagers;du canal\nNom;Prénom\nMaës;Zoé\n")
    donnees = {"action": "cible", "cible": "personnes", "entete": "3"}
    entree.post(reverse("reprise_feuille", args=[reprise.pk, 1]), donnees)
    feuille = reprise.feuilles.get()
    assert (feuille.titres, feuille.lignes, Plan.de(feuille.plan).cible) == (["Nom", "Prénom"], 1, "personnes")


def test_columns_that_are_not_of_the_sheet_are_not_taken(entree, deposees):
    reprise = deposees(a__csv="Nom;Prénom\nMaës;Zoé\n")
    page = reverse("reprise_feuille", args=[reprise.pk, 1])
    entree.post(page, {"colonne-0": "comptes.mot_de_passe", "colonne-1": "parcours.ref", "constante-aipi.x": "1"})
    plan = Plan.de(reprise.feuilles.get().plan)
    assert (plan.colonnes, plan.constantes) == ({"Nom": "", "Prénom": ""}, {})
    assert "Il manque encore" in entree.get(page).content.decode()
    page_detail = entree.get(reverse("reprise_detail", args=[reprise.pk])).content.decode()
    assert "À compléter" in page_detail
    assert "disabled" in page_detail


def test_labels_are_brought_to_codes_and_remembered(entree, deposees):
    contenu = "Nom;Prénom;Genre\nMaës;Zoé;Dame\nTop;Luc;Monsieur\nNeuf;Ana;?\n"
    reprise = deposees(a__csv=contenu)
    page = reverse("reprise_valeurs", args=[reprise.pk, 1])
    texte = entree.get(page).content.decode()
    assert "2 mots à reconnaître" in texte
    # By frequency then alphabet: ?, Dame, Monsieur.
    entree.post(page, {"code-0-0": "-", "code-0-1": "F", "code-0-2": "M"})
    assert importee(Reprise.objects.get()).comptes == {"personnes": [3, 3, 0]}
    assert dict(Personne.objects.values_list("prenom", "sexe")) == {"Zoé": "F", "Luc": "M", "Ana": ""}
    assert ModeleReprise.objects.count() == 1
    encore = deposees(b__csv="Prénom;Genre;Nom\nÈve;dame;Neuve\n")
    assert encore.feuilles.get().connue
    assert verifiee(encore)["erreurs"] == []


def test_a_constant_serves_every_row(entree, deposees, equipe):
    reprise = deposees(a__csv="Nom;Prénom;Début de mesure;Bailleur\nMaës;Zoé;01/02/2021;Partenord\n")
    page = reverse("reprise_feuille", args=[reprise.pk, 1])
    entree.post(page, {"action": "cible", "cible": "mesures_logement", "entete": "1"})
    assert "Il manque encore" in entree.get(page).content.decode()
    plan = Plan.de(reprise.feuilles.get().plan)
    donnees = {
        f"colonne-{rang}": plan.colonnes[t] for rang, t in enumerate(["Nom", "Prénom", "Début de mesure", "Bailleur"])
    }
    entree.post(
        page, donnees | {"colonne-2": "mesures_logement.date_debut", "constante-mesures_logement.dispositif": "fsl"}
    )
    assert importee(Reprise.objects.get()).comptes["mesures_logement"] == [1, 1, 0]


def test_errors_are_shown_beside_their_cell_and_in_a_workbook(entree, deposees, equipe):
    lignes = [list(ligne) for ligne in SALARIES]
    lignes[3][5] = "31/02/2021"
    reprise = deposees(suivi__xlsx=classeur(Salariés_2021=lignes))
    verifiee(reprise)
    page = entree.get(reverse("reprise_verifier", args=[reprise.pk])).content.decode()
    assert 'class="cellule-fautive"' in page
    assert "n’est pas un jour du calendrier" in page
    assert "DURAND Zoé" in page
    assert entree.post(reverse("reprise_importer", args=[reprise.pk])).status_code == 302
    assert Personne.objects.count() == 0
    fichier = b"".join(entree.get(reverse("reprise_erreurs", args=[reprise.pk])).streaming_content)
    feuille = load_workbook(io.BytesIO(fichier)).worksheets[0]
    assert (feuille["A2"].value, feuille["G2"].value) == (4, "31/02/2021")
    assert feuille["G2"].comment.text.endswith("n’est pas un jour du calendrier")


def test_a_formula_of_a_dropped_file_is_never_run_in_the_workbook_of_errors(entree, deposees):
    reprise = deposees(a__csv="Nom;Prénom;Né le\n=1+1;Zoé;hier\nTop;Luc;3/2/90\n")
    verifiee(reprise)
    fichier = b"".join(entree.get(reverse("reprise_erreurs", args=[reprise.pk])).streaming_content)
    assert load_workbook(io.BytesIO(fichier)).worksheets[0]["B2"].value == "'=1+1"


def test_errors_are_read_page_by_page(entree, deposees):
    justes = "".join(f"Juste{n};Luc;03/02/1990\n" for n in range(60))
    fautives = "".join(f"Nom{n};Zoé;hier\n" for n in range(50))
    reprise = deposees(a__csv=f"Nom;Prénom;Né le\n{justes}{fautives}")
    verifiee(reprise)
    page = reverse("reprise_verifier", args=[reprise.pk])
    assert entree.get(page).content.decode().count("cellule-fautive") == 20
    assert entree.get(page + "?page=3").content.decode().count("cellule-fautive") == 10
    assert entree.get(page + "?page=x").status_code == 200


def test_every_question_wants_an_answer(entree, deposees):
    Personne.objects.create(ref="P1", nom="Maës", prenom="Zoé")
    reprise = deposees(a__csv="Nom;Prénom\nMaës;Zoé\n")
    [question] = verifiee(reprise)["questions"]
    page = reverse("reprise_personnes", args=[reprise.pk])
    assert entree.post(page, {}).status_code == 422
    assert entree.post(page, {f"qui-{question['ref']}": "P-autre"}).status_code == 422
    assert entree.post(page, {f"qui-{question['ref']}": "autre"}).status_code == 302
    reprise.refresh_from_db()
    assert reprise.doublons == {question["ref"]: ""}
    assert importee(reprise).comptes == {"personnes": [1, 1, 0]}


def test_the_files_of_another_drop_are_out_of_reach(entree, deposees):
    une, autre = deposees(a__csv="Nom;Prénom\nA;B\n"), deposees(b__csv="Nom;Prénom\nC;D\n")
    FeuilleReprise.objects.filter(reprise=autre).update(rang=2)
    assert entree.get(reverse("reprise_feuille", args=[une.pk, 2])).status_code == 404


def test_a_drop_given_up_answers_no_more(entree, deposees):
    reprise = deposees(a__csv="Nom;Prénom\nA;B\n")
    entree.post(reverse("reprise_abandonner", args=[reprise.pk]))
    assert entree.get(reverse("reprise_feuille", args=[reprise.pk, 1])).status_code == 404
    assert "Fichiers abandonnés" in entree.get(reverse("reprise_bilan", args=[reprise.pk])).content.decode()
    assert entree.post(reverse("reprise_abandonner", args=[reprise.pk])).status_code == 404


# Rows of reference that are missing


def test_what_no_row_is_called_is_made_with_the_import_and_undone_with_it(
    entree, direction, deposees, equipe, tmp_path
):
    avant = empreinte_export(tmp_path)
    lignes = [
        ["Nom", "Prénom", "Embauche", "Ville", "Équipe", "CIP", "Prescripteur"],
        ["Maës", "Zoé", "04/01/2021", "Gravelines", "Maraîchage", "Rémi FAUX", "Maison du lien"],
        ["Top", "Luc", "04/01/2021", "Bergue", "Équipe du canal", "Odile Maës", "Pole emploi"],
    ]
    reprise = deposees(suivi__xlsx=classeur(Salariés=lignes))
    page = reverse("reprise_valeurs", args=[reprise.pk, 1])
    colonnes = entree.get(page).context["colonnes"]
    envoi, inconnues = {}, {}
    for numero, colonne in enumerate(colonnes):
        for rang, label in enumerate(colonne["labels"]):
            envoi[f"code-{numero}-{rang}"] = label["code"] or "+"
            if not label["code"]:
                inconnues[label["texte"]] = f"{numero}-{rang}"
    assert set(inconnues) == {"Gravelines", "Maraîchage", "Rémi FAUX", "Maison du lien"}
    # What is to be made is shown first, as the label tells it; nothing is kept yet.
    reponse = entree.post(page, envoi)
    assert "Relisez ce qui sera créé" in reponse.content.decode()
    assert Plan.de(reprise.feuilles.get().plan).creations == {}
    dits = {
        f"creer-{inconnues[label['texte']]}-{champ.nom}": champ.valeur
        for colonne in reponse.context["colonnes"]
        for label in colonne["labels"]
        if label.get("creer")
        for champ in label["champs"]
    }
    assert dits[f"creer-{inconnues['Rémi FAUX']}-prenom"] == "Rémi"
    envoi |= dits | {f"creer-{cle}": "oui" for cle in inconnues.values()}
    refusee = entree.post(page, envoi)
    assert (refusee.status_code, refusee.content.decode().count("est à remplir.")) == (422, 2)
    envoi |= {
        f"creer-{inconnues['Gravelines']}-code_insee": "59273",
        f"creer-{inconnues['Gravelines']}-code_postal": "59820",
    }
    assert entree.post(page, envoi).status_code == 302
    assert "Gravelines (à créer)" in entree.get(page).content.decode()
    assert empreinte_export(tmp_path) == avant
    importee(Reprise.objects.get())
    zoe = Personne.objects.get(prenom="Zoé")
    contrat = zoe.parcours.get().contrats.get()
    assert (str(zoe.commune.nom), contrat.equipe.nom, contrat.equipe.atelier) == (
        "Gravelines",
        "Maraîchage",
        equipe.atelier,
    )
    assert (zoe.parcours.get().referent.nom, zoe.parcours.get().prescripteur.code) == ("FAUX", "maison_du_lien")
    # Known from now on; undone, what was decided is still remembered.
    assert verifiee(deposees(suivi__xlsx=classeur(Salariés=lignes)))["comptes"]["parcours"][1] == 0
    annuler(Reprise.objects.get(etat="importee"), direction)
    assert empreinte_export(tmp_path) == avant
    encore = deposees(suivi__xlsx=classeur(Salariés=lignes))
    assert entree.get(reverse("reprise_valeurs", args=[encore.pk, 1])).context["inconnus"] == 0
    assert verifiee(encore)["comptes"]["equipes"] == [1, 1, 0]


def test_the_page_of_words_asks_little(entree, deposees, equipe, django_assert_max_num_queries):
    lignes = [[*SALARIES[2], "Orienté par", "CIP"], *([*ligne, "PE", "Inconnu Zoé"] for ligne in SALARIES[3:6])]
    reprise = deposees(suivi__xlsx=classeur(Salariés=lignes))
    with django_assert_max_num_queries(20):
        assert entree.get(reverse("reprise_valeurs", args=[reprise.pk, 1])).context["inconnus"] == 1


def test_the_nearest_rows_are_offered_first(entree, deposees, equipe):
    reprise = deposees(a__csv="Nom;Prénom;Prescripteur\nMaës;Zoé;Mission du littoral\n")
    page = reverse("reprise_feuille", args=[reprise.pk, 1])
    entree.post(page, {"action": "cible", "cible": "parcours", "entete": "1"})
    [colonne] = entree.get(reverse("reprise_valeurs", args=[reprise.pk, 1])).context["colonnes"]
    assert next(iter(colonne["labels"][0]["proches"])) == "mission_locale"


def test_what_is_said_of_a_sheet_is_said_of_those_with_the_same_columns(entree, deposees, equipe):
    titres = ["Salarié", "janv.", "févr.", "Repas"]
    livre = classeur(Canal_2021=[titres, ["Maës Zoé", 1, 2, 9]], Jardin_2022=[titres, ["Maës Zoé", 3, 4, 9]])
    reprise = deposees(heures__xlsx=livre)
    page = reverse("reprise_feuille", args=[reprise.pk, 1])
    contenu = entree.get(page).content.decode()
    assert "janvier 2021" in contenu
    assert "Vaudra aussi pour 1 autre feuille" in contenu
    envoi = {f"colonne-{n}": v for n, v in enumerate(["personnes.prenom_nom", "heures.heures", "heures.heures", ""])}
    assert entree.post(page, envoi | {"annee": "2020"}).status_code == 302
    plans = [Plan.de(f.plan) for f in reprise.feuilles.all()]
    assert [(p.colonnes["Salarié"], p.annee) for p in plans] == [
        ("personnes.prenom_nom", "2020"),
        ("personnes.prenom_nom", "2022"),
    ]
