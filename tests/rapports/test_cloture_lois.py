"""A law of closed reports: whatever is done to the files, nothing of the report moves, and the differences are exact."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.test import override_settings
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aipi.champs import NombreExact
from aipi.echange.feuille import feuilles
from aipi.echange.importation import importer
from aipi.models import Compte
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Equipe, ReleveHeures
from rapports.cloture import clore, ecarts
from rapports.declarations import Indicateur
from rapports.indicateurs import DECLARATIONS
from rapports.models import Edition, Rapport, Texte, ValeurPubliee
from rapports.references import references
from rapports.valeurs import Releve

pytestmark = pytest.mark.django_db

ANNEE = Periode.annee(2021)
EXEMPLE = Path(__file__).parents[1] / "exemples" / "small" / "files"
CHAMPS = (models.DateField, NombreExact, models.IntegerField, models.BooleanField, models.ForeignKey)


def modifiables() -> list[tuple[type[models.Model], models.Field[Any, Any] | None]]:
    """Every column of the files that a figure may read, and for each sheet its rows themselves (None: taken away)."""
    trouves: list[tuple[type[models.Model], models.Field[Any, Any] | None]] = []
    for feuille in feuilles().values():
        trouves.append((feuille.modele, None))
        trouves += [
            (feuille.modele, champ)
            for champ in feuille.modele._meta.local_concrete_fields
            if not champ.primary_key and (isinstance(champ, CHAMPS) or champ.choices or champ.null)
        ]
    return trouves


retouches = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(-400, 400)), min_size=8, max_size=24
)


def neuve(champ: models.Field[Any, Any], actuelle: Any, graine: int) -> Any:
    """Another value for a column: a day nearby, another amount, another choice, another row, or nothing."""
    if champ.null and graine % 5 == 0:
        return None
    if champ.choices:
        choix = [valeur for valeur, _ in champ.flatchoices]
        return choix[graine % len(choix)]
    if isinstance(champ, models.ForeignKey):
        cles = list(champ.related_model._default_manager.order_by("pk").values_list("pk", flat=True)[:50])
        return cles[graine % len(cles)] if cles else actuelle
    if isinstance(champ, models.BooleanField):
        return not actuelle
    if isinstance(champ, models.DateField):
        return (actuelle or datetime.date(2021, 6, 15)) + datetime.timedelta(days=graine)
    if isinstance(champ, NombreExact):
        return Decimal(abs(graine)) / 4
    return abs(graine) if isinstance(champ, models.IntegerField) else actuelle


def retoucher(retouche: tuple[int, int, int]) -> None:
    """One correction of the files, past every form; what the database itself refuses is left as it was."""
    quoi, qui, graine = retouche
    ou = modifiables()
    modele, champ = ou[quoi % len(ou)]
    cles = list(modele._default_manager.order_by("pk").values_list("pk", flat=True))
    if not cles:
        return
    ligne = modele._default_manager.filter(pk=cles[qui % len(cles)])
    try:
        with transaction.atomic():
            if champ is None:
                ligne.delete()
            else:
                ligne.update(**{champ.attname: neuve(champ, ligne.values_list(champ.attname, flat=True)[0], graine)})
    except (DatabaseError, ProtectedError, RestrictedError, OverflowError):
        return


def designer(axe: Axe | None) -> str:
    return f"{axe.nom}={axe.code}" if axe is not None else ""


def releve_complet() -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Value, terms and references of every figure and line of breakdown, read from the files as they are now."""
    lus: dict[tuple[str, str, str], tuple[Any, ...]] = {}
    ateliers = [("atelier", code) for code in Atelier.objects.values_list("code", flat=True)]
    equipes = [("equipe", code) for code in Equipe.objects.values_list("code", flat=True)]
    for axe in [None, *(Axe.lire(nom, code) for nom, code in [*ateliers, *equipes])]:
        releve, nom = Releve(ANNEE, axe, vif=True), designer(axe)
        for code, declaration in DECLARATIONS.items():
            if axe is not None and axe.nom not in declaration.chapitre.axes:
                continue
            if isinstance(declaration, Indicateur):
                valeur = releve.valeur(code)
                connue = valeur.nombre is not None
                refs = references(declaration.liste(ANNEE, axe)) if connue else []
                lus[code, nom, ""] = (valeur.nombre, (valeur.numerateur, valeur.denominateur), frozenset(refs))
            else:
                for cle, _, nombre in releve.repartition(code) or []:
                    refs = references(declaration.liste(ANNEE, axe, cle)) if nombre else []
                    lus[code, nom, cle] = (nombre, (None, None), frozenset(refs))
    return lus


RIEN = (None, (None, None), frozenset())


def attendues(avant: dict[Any, Any], apres: dict[Any, Any]) -> dict[Any, Any]:
    """What differs between two readings: both values, both pairs of terms, rows that came and that went."""
    trouvees = {}
    for cle in {*avant, *apres}:
        (imprime, termes, connues), (maintenant, neufs, nouvelles) = avant.get(cle, RIEN), apres.get(cle, RIEN)
        if (imprime, termes, connues) != (maintenant, neufs, nouvelles):
            trouvees[cle] = (
                imprime,
                maintenant,
                termes,
                neufs,
                tuple(sorted(nouvelles - connues)),
                tuple(sorted(connues - nouvelles)),
            )
    return trouvees


def trouvees(edition: Edition) -> dict[Any, Any]:
    lues = ecarts(edition)
    par_cle = {
        (e.declaration.code, designer(e.axe), e.cle): (
            e.imprime,
            e.maintenant,
            e.termes[0],
            e.termes[1],
            e.ajoutees,
            e.retirees,
        )
        for e in lues
    }
    assert len(par_cle) == len(lues), "a difference is listed twice"
    return par_cle


def etat(client, edition: Edition) -> tuple[Any, ...]:
    """All of a closed report that somebody may read: page, figures, frozen rows, fingerprint, account and lists."""
    edition.refresh_from_db()
    page = client.get(reverse("rapport_detail", args=[2021])).text.partition('<div class="rapport">')[2]
    imprimes = Releve(ANNEE)
    champs = (edition.fichier, edition.listes)
    octets = []
    for champ in champs:
        with default_storage.open(champ.name, "rb") as fichier:
            octets.append(fichier.read())
    return (
        page,
        edition.empreinte,
        {
            code: imprimes.valeur(code) if isinstance(d, Indicateur) else imprimes.repartition(code)
            for code, d in DECLARATIONS.items()
        },
        [Releve(Periode.annee(2022)).chiffre(code).precedent for code in ("aci.salaries", "rsa.suivis", "aci.heures")],
        list(edition.valeurs.order_by("pk").values()),
        list(edition.listes_arretees.order_by("pk").values()),
        list(Texte.objects.order_by("pk").values()),
        octets,
    )


@pytest.fixture(scope="module")
def dossier_clos(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small caseload, closed once for the module with a text that holds chips; what a test does is taken back.

    Without files: they are bytes that were kept, and `test_cloture.py` reads them.
    """
    dossier = tmp_path_factory.mktemp("clos")
    with override_settings(MEDIA_ROOT=dossier), django_db_blocker.unblock(), transaction.atomic():
        importer(EXEMPLE)
        rapport = Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
        Texte.objects.create(
            rapport=rapport, section="aci", corps="Nous étions {{ aci.salaries }}, {{ aci.heures }} heures."
        )
        clore(rapport, None, fichiers=False)
        yield dossier
        transaction.set_rollback(True)


@pytest.fixture
def clos(client, dossier_clos, settings) -> Edition:
    """The closed report, and a director who reads it."""
    settings.MEDIA_ROOT = dossier_clos
    client.force_login(Compte.objects.create_user("direction@example.org", role="directeur"))
    return Edition.objects.get()


def test_the_columns_that_are_changed_cover_every_sheet(clos):
    assert {modele for modele, _ in modifiables()} == {feuille.modele for feuille in feuilles().values()}
    assert len(modifiables()) > 150


def test_whatever_is_done_to_the_files_nothing_of_a_closed_report_moves_and_the_differences_are_exact(client, clos):
    avant, etat_avant = releve_complet(), etat(client, clos)
    assert trouvees(clos) == {}
    bouges = []
    heures, lignes = ReleveHeures._meta.get_field("heures"), ReleveHeures.objects.order_by("pk")
    premiere = next(rang for rang, ligne in enumerate(lignes) if ligne.mois.year == ANNEE.debut.year)

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(retouches)
    @example([(modifiables().index((ReleveHeures, heures)), premiere, 399)])
    @example([(modifiables().index((ReleveHeures, None)), premiere, 0)])
    def essai(choisies):
        with transaction.atomic():
            for retouche in choisies:
                retoucher(retouche)
            attendu = attendues(avant, releve_complet())
            bouges.append(len(attendu))
            assert trouvees(clos) == attendu
            assert etat(client, clos) == etat_avant
            transaction.set_rollback(True)

    essai()
    # A law about changes says nothing of what changes nothing: hours that are others, or gone, surely change figures.
    assert all(bouges[:2])


def test_a_rate_whose_terms_both_double_is_a_difference_though_it_prints_the_same(client, clos):
    arretee = clos.valeurs.get(indicateur="rsa.taux_rdv_honores", atelier=None)
    assert arretee.numerateur
    arretee.numerateur, arretee.denominateur = (str(2 * int(n)) for n in (arretee.numerateur, arretee.denominateur))
    arretee.save()
    [ecart] = [e for e in ecarts(clos) if e.declaration.code == "rsa.taux_rdv_honores"]
    assert ecart.imprime == ecart.maintenant
    page = client.get(reverse("rapport_differences", args=[2021])).text
    assert f"({arretee.numerateur} sur {arretee.denominateur})" in page


def test_a_value_published_since_changes_nothing_of_what_is_closed(client, clos):
    avant = etat(client, clos)
    ValeurPubliee.objects.create(annee=2021, indicateur="aci.salaries", valeur=99, source="Ancien rapport")
    assert etat(client, clos) == avant
