"""The figures of the invented caseloads, to the last digit, through the importer and the command that others run."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from aipi.echange.importation import importer

EXEMPLES = Path(__file__).parent.parent / "exemples"
ATTENDUS = sorted(EXEMPLES.glob("*/expected-*.json"))


def figures(*options: str) -> dict:
    sortie = StringIO()
    call_command("indicateurs", *options, format="json", stdout=sortie)
    return json.loads(sortie.getvalue())


def test_there_are_example_caseloads_to_compare_with():
    assert len(ATTENDUS) >= 12


@pytest.mark.django_db
@pytest.mark.parametrize("caseload", sorted({a.parent.name for a in ATTENDUS}))
def test_every_figure_of_an_example_is_what_the_independent_program_computes(caseload):
    importer(EXEMPLES / caseload / "files")
    for fichier in sorted((EXEMPLES / caseload).glob("expected-*.json")):
        annee, axe, code = re.fullmatch(r"expected-(\d+)(?:-(\w+?)-(\w+))?", fichier.stem).groups()
        attendu = json.loads(fichier.read_text(encoding="utf-8"))
        obtenu = figures("--annee", annee, *(["--axe", f"{axe}={code}"] if axe else []))
        for ligne in obtenu["indicateurs"].values():
            assert ligne.pop("libelle")
        assert obtenu == attendu, fichier.name
        for indicateur, ligne in attendu["indicateurs"].items():
            if ligne.get("repartition"):
                assert list(obtenu["indicateurs"][indicateur]["repartition"]) == list(ligne["repartition"])


@pytest.mark.django_db
@pytest.mark.parametrize("options", [["--annee", "2021", "--axe", "atelier=rien"], ["--annee", "2021", "--axe", "x=1"]])
def test_an_unknown_axis_or_code_is_an_error_in_words(options):
    with pytest.raises(CommandError, match="inconnu"):
        figures(*options)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--annee", "2021", "--debut", "2021-01-01"],
        ["--debut", "2021-02-30", "--fin", "2021-03-01"],
        ["--annee", "1"],
        ["--annee", "2101"],
    ],
)
def test_a_period_that_cannot_be_is_an_error_in_words(options):
    with pytest.raises(CommandError):
        figures(*options)


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["csv", "texte"])
def test_the_other_formats_name_every_figure(format):
    importer(EXEMPLES / "small" / "files")
    sortie = StringIO()
    call_command("indicateurs", annee=2021, format=format, stdout=sortie)
    for code in figures("--annee", "2021")["indicateurs"]:
        assert code in sortie.getvalue()
    assert "None" not in sortie.getvalue()
