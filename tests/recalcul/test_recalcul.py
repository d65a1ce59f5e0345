"""The oracle itself: it gives the figures of the example caseloads, to the last digit."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recalcul import calculer, lire_dossier
from recalcul.feuilles import Dossier, completer
from recalcul.hasard import caseloads, ecrire_dossier
from recalcul.listes import UNITES_REPARTITIONS
from recalcul.periodes import Periode

EXEMPLES = Path(__file__).resolve().parents[1] / "exemples"
ATTENDUS = sorted(EXEMPLES.glob("*/expected-*.json"))
PERIODES = [
    (date(2021, 1, 1), date(2021, 12, 31)),
    (date(2020, 9, 1), date(2021, 8, 31)),
    (date(2021, 2, 28), date(2021, 3, 2)),
    (date(2020, 1, 1), date(2021, 12, 31)),
]
# what each breakdown adds up to; those « multiple » add up to nothing
ADDITIFS = {code: code.split("_par_")[0] for code in UNITES_REPARTITIONS if "participants" not in code} | {
    "aci.heures_par_mois": "aci.heures"
}
del ADDITIFS["aci.salaries_par_atelier"], ADDITIFS["aci.personnes_par_frein"]


@pytest.mark.parametrize("attendu", ATTENDUS, ids=lambda chemin: f"{chemin.parent.name}-{chemin.stem}")
def test_every_figure_of_the_examples_is_found_to_the_last_digit(attendu: Path) -> None:
    _, annee, *axe = attendu.stem.split("-", 3)
    dossier = lire_dossier(attendu.parent / "files")
    trouve = calculer(dossier, date(int(annee), 1, 1), date(int(annee), 12, 31), "=".join(axe) or None)
    texte = attendu.read_text(encoding="utf-8")
    # the text is compared, not only the values: same keys in the same order, same digits
    assert json.dumps(trouve, ensure_ascii=False, indent=1) == json.dumps(
        json.loads(texte), ensure_ascii=False, indent=1
    )


def test_the_examples_are_all_there() -> None:
    assert len(ATTENDUS) == 12


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(caseloads())
def test_a_random_caseload_is_read_back_from_its_files_as_it_was(dossier: Dossier) -> None:
    with TemporaryDirectory() as chemin:
        ecrire_dossier(dossier, Path(chemin))
        assert completer(lire_dossier(chemin)) == completer(dossier)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(caseloads(), st.sampled_from(PERIODES), st.sampled_from([None, "atelier=BV", "equipe=BV2"]))
def test_breakdowns_of_a_random_caseload_add_up(dossier: Dossier, periode: tuple[date, date], axe: str | None) -> None:
    indicateurs = calculer(dossier, *periode, axe)["indicateurs"]
    for code, total in ADDITIFS.items():
        repartition = indicateurs.get(code, {}).get("repartition")
        if repartition is not None and indicateurs[total]["origine"] == "calcule":
            assert sum(repartition.values()) == pytest.approx(indicateurs[total]["valeur"]), code


def test_the_previous_period_has_as_many_whole_months_or_as_many_days() -> None:
    assert Periode(date(2020, 9, 1), date(2021, 8, 31)).precedente() == (date(2019, 9, 1), date(2020, 8, 31))
    assert Periode(date(2020, 3, 1), date(2020, 3, 31)).precedente() == (date(2020, 2, 1), date(2020, 2, 29))
    assert Periode(date(2021, 3, 2), date(2021, 3, 31)).precedente() == (date(2021, 1, 31), date(2021, 3, 1))


def test_before_the_first_year_the_published_value_is_printed_except_for_figures_of_conventions() -> None:
    dossier: Dossier = {
        "parametres": [{"cle": "premiere_annee", "valide_du": date(2030, 1, 1), "valeur": Decimal(2022)}],
        "personnes": [{"ref": "P1"}],
        "suivis_rsa": [{"ref": "S1", "personne": "P1", "date_entree": date(2021, 5, 1)}],
        "conventions": [
            {"annee": 2021, "action": "rsa", "unite_objectif": "places", "objectif": Decimal(10), "financeur": "F"}
        ],
        "valeurs_publiees": [{"annee": 2021, "indicateur": "rsa.suivis", "atelier": None, "valeur": Decimal(63)}],
    }
    trouve = calculer(dossier, date(2022, 1, 1), date(2022, 12, 31))["indicateurs"]
    assert (trouve["rsa.suivis"]["valeur"], trouve["rsa.suivis"]["origine"]) == (1, "calcule")
    assert (trouve["rsa.suivis"]["precedent"], trouve["rsa.suivis"]["precedent_origine"]) == (63, "publie")
    avant = calculer(dossier, date(2021, 1, 1), date(2021, 12, 31))["indicateurs"]
    assert (avant["rsa.places"]["valeur"], avant["rsa.places"]["origine"]) == (10, "calcule")
    assert avant["rsa.suivis_par_sexe"]["repartition"] is None
    par_place = avant["rsa.suivis_par_place"]
    assert (par_place["valeur"], par_place["numerateur"], par_place["denominateur"]) == (None, None, 10)


def test_the_hours_of_a_full_time_job_are_those_in_force_on_the_last_day() -> None:
    dossier: Dossier = {
        "parametres": [
            {"cle": "heures_par_etp", "valide_du": None, "valeur": Decimal(1000)},
            {"cle": "heures_par_etp", "valide_du": date(2021, 12, 31), "valeur": Decimal(500)},
        ],
        "ateliers": [{"code": "A"}],
        "equipes": [{"code": "E", "atelier": "A"}],
        "personnes": [{"ref": "P1"}],
        "parcours": [{"ref": "R1", "personne": "P1", "date_entree": date(2021, 1, 1)}],
        "contrats": [{"ref": "C1", "parcours": "R1", "equipe": "E", "date_debut": date(2021, 1, 1)}],
        "heures": [{"contrat": "C1", "mois": date(2021, 11, 1), "heures": Decimal(100)}],
    }
    assert calculer(dossier, date(2021, 1, 1), date(2021, 12, 31))["indicateurs"]["aci.etp"]["valeur"] == 0.2
    assert calculer(dossier, date(2021, 1, 1), date(2021, 12, 30))["indicateurs"]["aci.etp"]["valeur"] == 0.1
