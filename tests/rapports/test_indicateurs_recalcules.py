"""Every figure against the plain-Python recomputation of tests/recalcul, which shares no code with the software."""

import datetime
import json
import tempfile
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recalcul import calculer, lire_dossier
from recalcul.hasard import caseloads, ecrire_dossier

from aipi.echange.importation import importer
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Equipe
from rapports.management.commands.indicateurs import figures
from rapports.valeurs import Releve

EXEMPLES = Path(__file__).parent.parent / "exemples"
J = datetime.date
PERIODES = [
    Periode.annee(2018),
    Periode.annee(2023),
    Periode(J(2020, 9, 1), J(2021, 8, 31)),
    Periode(J(2020, 2, 29), J(2020, 2, 29)),
    Periode(J(2021, 3, 15), J(2021, 4, 14)),
    Periode(J(2021, 2, 1), J(2021, 2, 28)),
]


def differences(dossier, periode: Periode, axe: str | None) -> list[tuple[str, object, object]]:
    """(code, recomputed, software) for every figure that differs."""
    attendu = calculer(dossier, periode.debut, periode.fin, axe)
    obtenu = json.loads(json.dumps(figures(Releve(periode, Axe.lire(*axe.split("=", 1)) if axe else None))))
    for ligne in obtenu["indicateurs"].values():
        del ligne["libelle"]
    assert obtenu.keys() == attendu.keys()
    assert obtenu["indicateurs"].keys() == attendu["indicateurs"].keys()
    return [
        (code, ligne, obtenu["indicateurs"][code])
        for code, ligne in attendu["indicateurs"].items()
        if ligne != obtenu["indicateurs"][code]
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("exemple", ["small", "full"])
def test_odd_periods_and_every_slice_agree_on_the_examples(exemple):
    importer(EXEMPLES / exemple / "files")
    dossier = lire_dossier(EXEMPLES / exemple / "files")
    axes = [
        *(f"atelier={code}" for code in Atelier.objects.order_by("code").values_list("code", flat=True)),
        *(f"equipe={code}" for code in Equipe.objects.order_by("code").values_list("code", flat=True)),
    ]
    for rang, periode in enumerate(PERIODES):
        # Each slice meets two of the six periods; random caseloads below cross them all.
        for axe in (None, *axes[rang % 3 :: 3]):
            assert differences(dossier, periode, axe) == [], (str(periode), axe)


@st.composite
def periodes(draw):
    if draw(st.booleans()):
        return Periode.annee(draw(st.sampled_from([2019, 2020, 2021, 2022])))
    debut, fin = sorted(draw(st.tuples(*[st.dates(J(2019, 1, 1), J(2022, 12, 31))] * 2)))
    return Periode(debut, fin)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck])
@given(dossier=caseloads(), periode=periodes(), donnees=st.data())
def test_any_caseload_gives_the_same_figures(dossier, periode, donnees):
    with tempfile.TemporaryDirectory() as chemin, transaction.atomic():
        ecrire_dossier(dossier, Path(chemin))
        importer(chemin)
        axes = [
            None,
            *(f"atelier={code}" for code in Atelier.objects.order_by("code").values_list("code", flat=True)),
            *(f"equipe={code}" for code in Equipe.objects.order_by("code").values_list("code", flat=True)),
        ]
        axe = donnees.draw(st.sampled_from(axes))
        assert differences(lire_dossier(chemin), periode, axe) == []
        transaction.set_rollback(True)
