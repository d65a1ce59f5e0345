"""The oracle itself: it gives the figures of the example caseloads, to the last digit."""

import json
from datetime import date
from pathlib import Path

import pytest
from recalcul import calculer, lire_dossier

EXEMPLES = Path(__file__).resolve().parents[1] / "exemples"
ATTENDUS = sorted(EXEMPLES.glob("*/expected-*.json"))


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
