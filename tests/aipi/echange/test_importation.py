"""Each sentence of the exchange format about reading and meaning, on small files."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from aipi.echange.controles import tout_est_dans_une_feuille
from aipi.echange.erreurs import ErreursImport
from aipi.echange.importation import importer
from aipi.models import Commune, Financeur, Nomenclature, Parametre, Personne
from insertion_pro.models import Absence, ChiffreAffaires, Parcours, ReleveHeures
from insertion_sociale.models import Action
from rapports.models import LigneBudget, ValeurPubliee

from .conftest import SOCLE, ecrire

pytestmark = pytest.mark.django_db
ENTETE = "ref;nom;prenom"


# Files


@pytest.mark.parametrize(
    "contenu",
    [
        "ref;nom;prenom\nP1;Durand;Zoé\n",
        "\ufeffref;nom;prenom\nP1;Durand;Zoé\n",
        "ref,nom,prenom\r\nP1,Durand,Zoé\r\n",
        '"ref";"nom";"prenom"\n"P1";"Durand";"Zoé"',
        "prenom;ref;nom\nZoé;P1;Durand",
        "ref;nom;prenom\r P1 ;Durand;Zoé\r",
        "ref;nom;prenom\n\n;;\nP1;Durand;Zoé\n  \n\n",
    ],
)
def test_the_same_row_is_read_whatever_the_dress_of_the_file(charger, contenu):
    compte = charger({"personnes": contenu}).comptes["personnes"]
    assert (compte.lignes, compte.creees) == (1, 1)
    personne = Personne.objects.get()
    assert (personne.ref, personne.nom, personne.prenom, personne.recherche) == ("P1", "Durand", "Zoé", "durand zoe")


def test_a_header_alone_is_valid_and_counts_no_row(charger):
    assert charger({"personnes": ENTETE}).comptes["personnes"].lignes == 0


@pytest.mark.parametrize("contenu", ["", "\ufeff", "\n\n", "  \n"])
def test_an_empty_file_is_an_error_of_the_whole_file(refus, contenu):
    (erreur,) = refus({"personnes": contenu})
    assert erreur.startswith("personnes: ")
    assert "vide" in erreur


def test_a_separator_in_quotes_and_a_cell_on_two_lines_are_text(charger):
    charger({"personnes": 'ref,nom,prenom\nP1,"a;b ""c""","d\ne"\n'})
    assert (Personne.objects.get().nom, Personne.objects.get().prenom) == ('a;b "c"', "d\ne")


def test_the_line_is_the_number_of_the_row_blank_rows_counted_and_two_line_cells_making_one(refus):
    contenu = 'ref;nom;prenom;sexe\nP1;"a\nb";c;F\n\n;;;\nP2;d;e;X\n'
    (erreur,) = refus({"personnes": contenu})
    assert erreur.startswith("personnes:5: sexe: ")


def test_a_quote_never_closed_is_an_error(refus):
    (erreur,) = refus({"personnes": 'ref;nom;prenom\nP1;"Durand;Zoé\nP2;b;c\n'})
    assert erreur.startswith("personnes:2: ")
    assert "guillemet" in erreur


def test_a_row_must_have_as_many_cells_as_the_header(refus):
    erreurs = refus({"personnes": "ref;nom;prenom\nP1;a\nP2;a;b;c\nP3;a;b\n"})
    assert [e.split(": ")[0] for e in erreurs] == ["personnes:2", "personnes:3"]


@pytest.mark.parametrize(
    ("colonnes", "attendu"),
    [
        ("ref;nom;prénom", ["personnes:1: prénom: ", "personnes:1: prenom: "]),
        ("ref;nom;prenom;sexes", ["personnes:1: sexes: "]),
        ("ref;nom;prenom;nom", ["personnes:1: nom: "]),
        ("Ref;nom;prenom", ["personnes:1: Ref: ", "personnes:1: ref: "]),
        ("nom;prenom", ["personnes:1: ref: "]),
    ],
)
def test_missing_unknown_and_double_columns_are_told_in_the_header(refus, colonnes, attendu):
    erreurs = refus({"personnes": colonnes + "\n"})
    assert len(erreurs) == len(attendu)
    assert all(e.startswith(a) for e, a in zip(erreurs, attendu, strict=True))


def test_an_unknown_column_names_the_nearest_known_one(refus):
    (erreur,) = refus({"personnes": "ref;nom;prenom;date_naisance\n"})
    assert "date_naissance" in erreur


@pytest.mark.parametrize("nom", ["Personnes.csv", "personne.csv", "personnes.CSV", "personnes.txt", "notes.md"])
def test_any_other_file_is_an_unknown_sheet(refus, nom):
    (erreur,) = refus({nom: ENTETE})
    assert "inconnue" in erreur


def test_hidden_files_and_macosx_are_ignored(charger, tmp_path):
    ecrire(tmp_path / "import0" / "__MACOSX", {"personnes": "x"})
    ecrire(tmp_path / "import0" / ".git", {"personnes": "x"})
    assert list(charger({".DS_Store": b"\0", "personnes": ENTETE}).comptes) == ["personnes"]


# Types


def une_valeur(charger, colonne, cellule):
    """What the database holds after `cellule` was read in `colonne` of parcours, contracts, turnover or persons."""
    fichiers = dict(SOCLE)
    if colonne == "heures":
        charger({**fichiers, "heures": f"contrat;mois;heures\nC1;2021-01;{cellule}\n"})
        return str(ReleveHeures.objects.get().heures)
    if colonne == "montant":
        charger({**fichiers, "chiffre_affaires": f"atelier;mois;montant\nA;2021-01;{cellule}\n"})
        return str(ChiffreAffaires.objects.get().montant)
    if colonne == "mois":
        charger({**fichiers, "chiffre_affaires": f"atelier;mois;montant\nA;{cellule};1\n"})
        return ChiffreAffaires.objects.get().mois.isoformat()
    if colonne == "annee":
        charger({"actions": f"ref;domaine;programme;intitule;annee\nX;sante;p;i;{cellule}\n"})
        return Action.objects.get().annee
    fichiers["parcours"] = f"ref;personne;date_entree;{colonne}\nR1;P1;2021-01-01;{cellule}\n"
    charger(fichiers)
    valeur = getattr(Parcours.objects.get(), colonne)
    return valeur.isoformat() if hasattr(valeur, "isoformat") else getattr(valeur, "code", valeur)


BONNES = [
    ("pass_iae_debut", "2021-03-14", "2021-03-14"),
    ("pass_iae_debut", " 14/03/2021 ", "2021-03-14"),
    ("pass_iae_debut", "1900-01-01", "1900-01-01"),
    ("pass_iae_debut", "31/12/2100", "2100-12-31"),
    ("pass_iae_debut", "   ", None),
    ("mois", "2021-03", "2021-03-01"),
    ("annee", "2021", 2021),
    ("rsa_entree", "oui", True),
    ("rsa_entree", "Non", False),
    ("rsa_entree", "TRUE", True),
    ("rsa_entree", "", None),
    ("mois_sans_emploi_entree", " 24\u202f", 24),
    ("mois_sans_emploi_entree", "0", 0),
    ("heures", "12", "12"),
    ("heures", "12,5", "12.5"),
    ("heures", "12.0625", "12.0625"),
    ("heures", "1 234,5", "1234.5"),
    ("heures", "1\u00a0234\u202f567.5", "1234567.5"),
    ("heures", "999999999999.9999", "999999999999.9999"),
    ("montant", "-12,5", "-12.5"),
    ("motif_sortie", "DÉCÈS", "deces"),
    ("motif_sortie", " Cdi_Aidé ", "cdi_aide"),
    ("niveau_formation", "3", "3"),
]


@pytest.mark.parametrize(("colonne", "cellule", "attendu"), BONNES)
def test_each_form_of_value_is_read(charger, colonne, cellule, attendu):
    assert une_valeur(charger, colonne, cellule) == attendu


MAUVAISES = [
    *[("pass_iae_debut", c) for c in ("2021-3-14", "14/3/2021", "2021-02-30", "1899-12-31", "2101-01-01", "14-03-2021",
                                      "2021-03-14 00:00", "20210314", "mars", "２０２１-03-14")],
    *[("mois", c) for c in ("2021-13", "2021-3", "03/2021", "2021-03-14", "1899-12", "2021")],
    *[("annee", c) for c in ("21", "02021", "1899", "2101", "2021.0", "")],
    *[("rsa_entree", c) for c in ("1", "0", "o", "vrai", "yes")],
    *[("mois_sans_emploi_entree", c) for c in ("-1", "1.5", "1e3", "2147483648", "9" * 9000)],
    *[("heures", c) for c in ("-1", "1,23456", "1e3", "12 €", "12%", "12 34", "1 2345", "1.234,5", "NaN", "Infinity",
                              "1000000000000", "", "0x10", "1_000")],
    *[("motif_sortie", c) for c in ("inconnu", "maladie")],
]  # fmt: skip


@pytest.mark.parametrize(("colonne", "cellule"), MAUVAISES)
def test_each_wrong_form_is_one_error_at_its_cell(charger, colonne, cellule):
    with pytest.raises(ErreursImport) as attrapee:
        une_valeur(charger, colonne, cellule)
    (erreur,) = attrapee.value.erreurs
    assert (erreur.ligne, erreur.colonne) == (2, colonne)
    assert not Personne.objects.exists()


def test_refs_are_exact_and_text_is_kept_as_typed(charger):
    charger({"personnes": "ref;nom;prenom\nR2;  a ;b\nr2;c;d\nÉ2;c;d\nE2;c;d\n"})
    assert set(Personne.objects.values_list("ref", flat=True)) == {"R2", "r2", "É2", "E2"}
    assert Personne.objects.get(ref="R2").nom == "  a "


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [("'=A1", "=A1"), ("'+3", "+3"), ("'-3", "-3"), ("'@x", "@x"), ("''x", "'x"), ("'x", "'x"), ("'", "'"),
     ("=A1", "=A1"), ('"\'\tx"', "\tx")],
)  # fmt: skip
def test_the_apostrophe_before_a_formula_is_taken_away(charger, ecrit, lu):
    charger({"personnes": f"ref;nom;prenom\nP1;{ecrit};Zoé\n"})
    assert Personne.objects.get().nom == lu


def test_nul_and_bad_utf8_are_told_at_their_cell(refus):
    contenu = b"ref;nom;prenom\nP1;a\0b;c\nP2;caf\xe9;d\nP3;\xed\xa0\x80;d\n"
    assert [e[: e.index(": ", 14)] for e in refus({"personnes": contenu})] == [
        "personnes:2: nom", "personnes:3: nom", "personnes:4: nom"
    ]  # fmt: skip


def test_a_text_of_10000_characters_is_taken_and_one_more_refused(charger, refus):
    charger({"personnes": f"ref;nom;prenom\nP1;{'é' * 10_000};b\n"})
    assert len(Personne.objects.get().nom) == 10_000
    (erreur,) = refus({"personnes": f"ref;nom;prenom\nP1;{'é' * 10_001};b\n"})
    assert erreur.startswith("personnes:2: nom: ")


# Meaning


def test_a_missing_column_leaves_the_value_and_an_empty_cell_makes_it_unknown(charger):
    charger({"personnes": "ref;nom;prenom;sexe;telephone;rqth\nP1;Durand;Zoé;F;0612;oui\n"})
    charger({"personnes": "ref;nom;prenom;sexe\nP1;Martin;Zoé;\n"})
    personne = Personne.objects.get()
    assert (personne.nom, personne.sexe, personne.telephone, personne.rqth) == ("Martin", "", "0612", True)
    assert personne.recherche == "martin zoe 0612"


def test_the_same_files_twice_change_nothing(charger):
    premier = charger(SOCLE)
    second = charger(SOCLE)
    assert [c.creees for c in premier.comptes.values()] == [1] * 5
    assert [(c.creees, c.modifiees, c.inchangees) for c in second.comptes.values()] == [(0, 0, 1)] * 5


@pytest.mark.parametrize(
    ("fichiers", "lieu"),
    [
        ({"personnes": "nom;ref;prenom\na;P1;b\na;P2;b\nc;P1;d\n"}, "personnes:4: ref"),
        ({"parametres": "cle;valeur\nx;1\nx;2\n"}, "parametres:3: cle"),
        ({"parametres": "valide_du;cle;valeur\n;x;1\n;x;2\n2021-01-01;x;3\n"}, "parametres:3: cle"),
        ({"budget": "annee;sens;rubrique;montant\n2021;charge;r;1\n2021;Charge;r;2\n"}, "budget:3: annee"),
        ({"nomenclatures": "liste;code;libelle\nprescripteur;x;1\nPrescripteur;X;2\n"}, "nomenclatures:3: liste"),
    ],
)
def test_the_same_key_twice_is_an_error_at_the_first_key_column_of_the_second_row(refus, fichiers, lieu):
    (erreur,) = refus(fichiers)
    assert erreur.startswith(lieu + ": ")


def test_empty_parts_of_a_key_compare_as_equal_when_updating(charger):
    for valeur in ("1", "2"):
        charger({"budget": f"annee;sens;rubrique;montant;financeur\n2021;charge;r;{valeur};\n",
                 "parametres": f"cle;valide_du;valeur\nx;;{valeur}\n"})  # fmt: skip
    assert LigneBudget.objects.get().montant == 2
    assert Parametre.objects.get(cle="x").valeur == "2"


def test_references_may_point_at_the_same_import_or_at_the_database_only(charger, refus):
    charger(SOCLE)
    charger({"heures": "contrat;mois;heures\nC1;2021-01;10\n"})
    (erreur,) = refus({"heures": "contrat;mois;heures\nC1;2021-02;10\nc1;2021-02;10\n"})
    assert erreur.startswith("heures:3: contrat: ")


def test_a_bad_row_does_not_make_errors_of_those_that_refer_to_it(refus):
    assert len(refus({**SOCLE, "personnes": "ref;nom;prenom;sexe\nP1;a;b;X\n"})) == 1
    assert len(refus({**SOCLE, "personnes": ""})) == 1
    assert len(refus({**SOCLE, "personnes": "nom;prenom\na;b\n"})) == 1


def test_every_error_of_every_sheet_is_told_and_nothing_is_written(refus):
    erreurs = refus({**SOCLE, "financeurs": "code;nom\nF;\n;x\n", "heures": "contrat;mois;heures\nC9;x;-1\n"})
    lieux = [e.rsplit(": ", 1)[0].split(": ")[0:2] for e in erreurs]
    assert lieux[:2] == [["financeurs:2", "nom"], ["financeurs:3", "code"]]
    assert sorted(lieu for _, lieu in lieux[2:]) == ["contrat", "heures", "mois"]
    assert not Personne.objects.exists()
    assert not Financeur.objects.exists()


@pytest.mark.parametrize(
    ("feuille", "colonnes", "valeurs", "fin"),
    [
        ("parcours", "ref;personne;date_entree;date_sortie", "R1;P1;2021-05-02;2021-05-01", "date_sortie"),
        ("contrats", "ref;parcours;equipe;date_debut;date_fin", "C1;R1;E;2021-05-02;2021-05-01", "date_fin"),
        ("nomenclatures", "liste;code;libelle;valide_du;valide_au", "type_aide;x;x;2021-05-02;2021-05-01", "valide_au"),
    ],
)
def test_an_end_before_its_start_is_an_error_at_the_end_column(refus, charger, feuille, colonnes, valeurs, fin):
    (erreur,) = refus({**SOCLE, feuille: f"{colonnes}\n{valeurs}\n"})
    assert erreur.startswith(f"{feuille}:2: {fin}: ")
    charger({**SOCLE, feuille: f"{colonnes}\n{valeurs.replace('05-02', '05-01')}\n"})


def test_an_end_is_compared_with_the_start_already_in_the_database(charger, refus):
    colonnes = "liste;code;libelle"
    charger({"nomenclatures": f"{colonnes};valide_du\ntype_aide;x;x;2021-05-02\n"})
    (erreur,) = refus({"nomenclatures": f"{colonnes};valide_au\ntype_aide;x;x;2021-05-01\n"})
    assert erreur.startswith("nomenclatures:2: valide_au: ")


def test_other_contradictions_are_counted_as_warnings_and_refuse_nothing(charger):
    resultat = charger(
        {
            **SOCLE,
            "contrats": "ref;parcours;equipe;date_debut;date_fin\nC1;R1;E;2020-12-31;2021-03-31\n",
            "heures": "contrat;mois;heures\nC1;2021-04;5\nC1;2020-11;5\nC1;2020-12;5\nC1;2021-03;5\n",
        }
    )
    assert [nombre for nombre, _ in resultat.avertissements] == [1, 2]


def test_a_dry_run_counts_and_writes_nothing(charger):
    assert charger(SOCLE, simuler=True).comptes["personnes"].creees == 1
    assert not Personne.objects.exists()


@pytest.mark.parametrize("ordre", list(itertools.permutations(["liste;code;libelle", "code;liste;libelle"])))
def test_a_list_is_known_by_its_name_or_by_sheet_and_column(charger, ordre):
    facons = ["motif_absence", "absences.motif", "Motif d’absence", "motif"]
    for facon in facons:
        charger({"nomenclatures": f"liste;code;libelle\n{facon};neuf;x\n"})
    assert Nomenclature.objects.get(code="neuf").liste == "motif_absence"


def test_a_code_added_by_the_import_can_be_used_in_it(charger):
    charger(
        {
            **SOCLE,
            "nomenclatures": "liste;code;libelle\nmotif_absence;grève;Grève\n",
            "absences": "contrat;mois;motif;heures\nC1;2021-01;GREVE;3\n",
        }
    )
    assert Absence.objects.get().motif.libelle == "Grève"


def test_a_commune_outside_the_forty_must_be_in_its_sheet(charger, refus):
    personnes = "ref;nom;prenom;code_insee\nP1;a;b;2A004\n"
    assert refus({"personnes": personnes})[0].startswith("personnes:2: code_insee: ")
    charger({"personnes": personnes, "communes": "code_insee;nom;code_postal\n2A004;Ajaccio;20000\n"})
    assert Commune.objects.count() == 41


def test_more_errors_than_a_thousand_are_counted(tmp_path):
    contenu = ENTETE + "\n" + "".join(f"P{i};;\n" for i in range(700))
    sortie = io.StringIO()
    with pytest.raises(CommandError, match="1400"):
        call_command("importer", ecrire(tmp_path, {"personnes": contenu}), stderr=sortie)
    assert len(sortie.getvalue().splitlines()) == 1000


def test_the_command_prints_one_line_a_sheet(tmp_path):
    sortie = io.StringIO()
    call_command("importer", ecrire(tmp_path, {"personnes": f"{ENTETE}\nP1;a;b\n"}), stdout=sortie)
    assert sortie.getvalue() == "personnes: 1 lignes, 1 créées, 0 modifiées, 0 inchangées\n"


@pytest.mark.parametrize("chemin", ["absent", "fichier.txt", "vide"])
def test_a_path_that_is_no_source_is_refused_in_words(tmp_path, chemin):
    (tmp_path / "fichier.txt").write_text("x")
    (tmp_path / "vide").mkdir()
    with pytest.raises(ErreursImport) as attrapee:
        importer(tmp_path / chemin)
    assert str(attrapee.value.erreurs[0]).startswith(f"{chemin}: ")


def test_what_the_database_refuses_is_said_in_words(charger, monkeypatch):
    def refuser(*args):
        raise IntegrityError("clé")

    monkeypatch.setattr("aipi.echange.importation.inserer", refuser)
    with pytest.raises(ErreursImport):
        charger({"personnes": f"{ENTETE}\nP1;a;b\n"})
    assert not Personne.objects.exists()


def test_a_published_value_must_be_of_a_known_indicator(charger, refus):
    colonnes = "annee;indicateur;valeur;source"
    (erreur,) = refus({"valeurs_publiees": f"{colonnes}\n2020;aci.salarie;1;x\n"})
    assert erreur.startswith("valeurs_publiees:2: indicateur: ")
    assert "aci.salaries" in erreur
    charger({"valeurs_publiees": f"{colonnes}\n2020; ACI.Salariés;0,5;x\n"})
    assert ValeurPubliee.objects.get().indicateur == "aci.salaries"


def test_every_model_and_field_of_case_data_is_in_a_sheet():
    assert tout_est_dans_une_feuille(None) == []


def test_primary_keys_go_on_after_an_import(charger):
    charger({"personnes": f"{ENTETE}\nP1;a;b\nP2;a;b\n"})
    neuve = Personne.objects.create(ref="P3", nom="c", prenom="d")
    assert neuve.pk > Personne.objects.get(ref="P2").pk


def test_the_example_caseloads_import(tmp_path):
    exemples = Path(__file__).parents[2] / "exemples"
    for nom in ("small", "full"):
        assert sum(c.lignes for c in importer(exemples / nom / "files").comptes.values()) > 1000
