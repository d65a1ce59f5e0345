"""What is written, and that it comes back as it was."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aipi.echange.exportation import ExportImpossible, exporter
from aipi.echange.feuille import feuilles
from aipi.echange.importation import importer
from aipi.models import Commune, Financeur, Nomenclature, Personne
from insertion_pro.models import ChiffreAffaires
from rapports.models import LigneBudget

from .conftest import SOCLE

pytestmark = pytest.mark.django_db
EXEMPLES = Path(__file__).parents[2] / "exemples"


def octets(dossier: Path) -> dict[str, bytes]:
    return {chemin.name: chemin.read_bytes() for chemin in sorted(dossier.iterdir())}


def vider() -> None:
    for feuille in reversed(feuilles().values()):
        feuille.modele._default_manager.all().delete()


def test_forms_are_canonical_rows_sorted_and_formulas_neutralised(charger, tmp_path):
    charger(
        {
            **SOCLE,
            "personnes": 'prenom,nom,ref,rqth,date_naissance\n"=1+1",a;b,P1,oui,14/03/1980\n"x""y",-z,É,,\n"\'q",@,Z,non,\n',
            "chiffre_affaires": "atelier;mois;montant\nA;2021-02;-1 234,50\nA;2020-12;12,0000\n",
            "financeurs": "code;nom\n-F;x\n",
            "budget": "annee;sens;rubrique;montant;financeur\n2021;charge;a;1;-F\n2021;charge;a;0;\n",
        }
    )
    exporter(tmp_path / "sortie")
    lus = {nom: contenu.decode() for nom, contenu in octets(tmp_path / "sortie").items()}
    assert lus["personnes.csv"] == (
        "ref;nom;prenom;sexe;date_naissance;code_insee;telephone;courriel;rqth\n"
        'P1;"a;b";\'=1+1;;1980-03-14;;;;oui\n'
        "Z;'@;''q;;;;;;non\n"
        'É;\'-z;"x""y";;;;;;\n'
    )
    assert lus["chiffre_affaires.csv"] == "atelier;mois;montant\nA;2020-12;12\nA;2021-02;-1234.5\n"
    assert lus["budget.csv"].splitlines()[1:] == ["2021;charge;a;0;", "2021;charge;a;1;'-F"]
    assert "heures.csv" not in lus
    assert lus["communes.csv"].count("\n") == 41


@pytest.mark.parametrize("nom", ["small", "full"])
def test_an_example_comes_back_byte_for_byte(tmp_path, nom):
    importer(EXEMPLES / nom / "files")
    exporter(tmp_path / "un")
    vider()
    importer(tmp_path / "un")
    exporter(tmp_path / "deux")
    assert octets(tmp_path / "un") == octets(tmp_path / "deux")


def test_a_former_export_is_replaced_and_anything_else_refused(charger, tmp_path):
    charger(SOCLE)
    exporter(tmp_path / "sortie")
    vider()
    Financeur.objects.create(code="F", nom="x")
    exporter(tmp_path / "sortie")
    assert list(octets(tmp_path / "sortie")) == ["financeurs.csv"]
    (tmp_path / "sortie" / "lettre.odt").write_text("x")
    with pytest.raises(ExportImpossible, match="lettre"):
        exporter(tmp_path / "sortie")
    with pytest.raises(CommandError):
        call_command("exporter", tmp_path / "sortie" / "lettre.odt")


textes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)
presque = st.sampled_from(["=", "'=", "''", "'", "-1", "\t", "\r\n", '"', ";", " a", "a\n", "@x'"])
ecrits = (textes | presque).filter(lambda texte: not texte.isspace())
refs = ecrits.map(str.strip).filter(bool)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(refs, st.tuples(ecrits, ecrits, ecrits | st.just("")), max_size=6),
    st.dictionaries(st.tuples(ecrits, st.booleans()), st.integers(-(10**15), 10**15), max_size=6),
)
def test_whatever_is_stored_comes_back_as_it_was(personnes, budget):
    vider()
    financeur = Financeur.objects.create(code="F", nom="'")
    Personne.objects.bulk_create(
        Personne(ref=r, nom=n, prenom=p, courriel=c, recherche=Personne.calculer_recherche(n, p, ""))
        for r, (n, p, c) in personnes.items()
    )
    for (rubrique, finance), dix_milliemes in budget.items():
        LigneBudget.objects.create(
            annee=2021, sens="charge", rubrique=rubrique, financeur=financeur if finance else None,
            montant=f"{dix_milliemes // 10000}.{dix_milliemes % 10000:04d}" if dix_milliemes >= 0 else "-0.5",
        )  # fmt: skip
    avant = list(Personne.objects.order_by("ref").values_list("ref", "nom", "prenom", "courriel", "recherche"))
    montants = sorted(LigneBudget.objects.values_list("rubrique", "financeur__code", "montant"), key=repr)
    with tempfile.TemporaryDirectory() as dossier:
        exporter(Path(dossier) / "un")
        vider()
        importer(Path(dossier) / "un")
        exporter(Path(dossier) / "deux")
        assert octets(Path(dossier) / "un") == octets(Path(dossier) / "deux")
    assert avant == list(Personne.objects.order_by("ref").values_list("ref", "nom", "prenom", "courriel", "recherche"))
    assert montants == sorted(LigneBudget.objects.values_list("rubrique", "financeur__code", "montant"), key=repr)


def test_reference_data_that_comes_with_the_software_is_exported(tmp_path):
    comptes = exporter(tmp_path / "sortie")
    assert comptes == {"communes": Commune.objects.count(), "nomenclatures": Nomenclature.objects.count()}
    assert not ChiffreAffaires.objects.exists()
