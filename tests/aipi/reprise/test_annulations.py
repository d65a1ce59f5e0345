"""Whatever was done since: an undo gives back the export of before byte for byte, or names exactly what was built on it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import models, transaction
from django.utils import timezone

from aipi.models import Commune, Personne
from aipi.reprise.journal import AnnulationRefusee, annuler, examiner
from insertion_pro.models import Contrat, Entretien, Equipe, Parcours, ReleveHeures

from .conftest import SALARIES, classeur, empreinte_export, importee

pytestmark = pytest.mark.django_db


def changer(modele: type[models.Model], champ: str, valeur: Any) -> Callable[[Random], set[str]]:
    """Change a row of the import, or one of the house; what an undo must name."""

    def geste(hasard: Random) -> set[str]:
        objet = hasard.choice(list(modele._default_manager.order_by("pk")))
        avant = getattr(objet, champ)
        setattr(objet, champ, valeur)
        objet.save()
        return {f"{modele.__name__} {objet.pk}"} if avant != valeur else set()

    return geste


def attacher(hasard: Random) -> set[str]:
    """An interview on a stay: it stands in the way when the stay is of the import."""
    parcours = hasard.choice(list(Parcours.objects.order_by("pk")))
    entretien = Entretien.objects.create(
        ref=f"E{hasard.random()}", parcours=parcours, date=timezone.localdate(), note="Vu"
    )
    return {f"Entretien {entretien.pk} sur Parcours {parcours.pk}"}


def effacer_heures(hasard: Random) -> set[str]:
    """Deleting a row of the import is no obstacle."""
    releve = hasard.choice([*ReleveHeures.objects.order_by("pk"), None])
    if releve is not None:
        releve.delete()
    return set()


def sans_effet(hasard: Random) -> set[str]:
    """Saved again as it was."""
    hasard.choice(list(Personne.objects.order_by("pk"))).save()
    return set()


GESTES = [
    changer(Personne, "telephone", "07 00 00 00 00"),
    changer(Personne, "commune", None),
    changer(Parcours, "date_sortie", datetime.date(2021, 10, 10)),
    changer(Contrat, "heures_hebdo", None),
    changer(Contrat, "date_fin", datetime.date(2021, 12, 30)),
    changer(Equipe, "nom", "Renommée"),
    attacher,
    effacer_heures,
    sans_effet,
    sans_effet,
]


def test_after_any_edits_an_undo_is_whole_or_names_what_was_built_on_it(deposees, equipe, direction, tmp_path):
    maison = Personne.objects.create(ref="P0", nom="Déjà", prenom="Là", commune=Commune.objects.first())
    siens = Parcours.objects.create(ref="R0", personne=maison, date_entree=datetime.date(2020, 1, 1))
    contrat = Contrat.objects.create(ref="C0", parcours=siens, equipe=equipe, date_debut=siens.date_entree)
    avant = empreinte_export(tmp_path)
    heures = [["Salarié", "janv. 2021", "mars 2021"], ["DURAND Zoé", 10, 20], ["VERBEKE Hugo", None, 30]]
    reprise = importee(deposees(suivi__xlsx=classeur(Salariés=SALARIES, Heures=heures)))
    ecrites = {f"{e.modele.rpartition('.')[2]} {e.cle}" for e in reprise.ecrites.all()}
    assert f"Contrat {contrat.pk}" not in ecrites
    vues = set()
    for graine in range(14):
        with transaction.atomic():
            hasard = Random(graine)
            gestes = hasard.choices(GESTES, k=hasard.choice([0, 1, 1, 2, 3]))
            faits = set().union(*(geste(hasard) for geste in gestes)) if gestes else set()
            # What was done to rows of the house is nothing to the import.
            changes = {fait for fait in faits if fait in ecrites}
            attaches = {fait for fait in faits if " sur " in fait and fait.partition(" sur ")[2] in ecrites}
            bilan = examiner(reprise)
            assert (bilan.changees, bilan.attachees) == (len(changes), len(attaches)), (graine, faits)
            assert len(bilan.obstacles) == len(changes) + len(attaches)
            if bilan.possible:
                with transaction.atomic():
                    annuler(reprise, direction)
                    if not faits:
                        assert empreinte_export(tmp_path) == avant, graine
                    assert not Personne.objects.filter(nom="DURAND").exists()
                    transaction.set_rollback(True)
            else:
                pendant = empreinte_export(tmp_path)
                with pytest.raises(AnnulationRefusee):
                    annuler(reprise, direction)
                assert empreinte_export(tmp_path) == pendant, graine
            vues.add((bool(changes), bool(attaches)))
            transaction.set_rollback(True)
    assert vues == {(False, False), (True, False), (False, True), (True, True)}
