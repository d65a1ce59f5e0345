"""What an import wrote, so that it can be undone; and undoing it, or saying exactly what was built on it since.

The print of a row is taken when the import is done: any change of any field, a private note included, shows later. An undo
is all or nothing, like the import.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from aipi.corbeille import designation, personne_de
from aipi.echange.ecriture import modifier
from aipi.echange.feuille import Feuille, feuilles
from aipi.echange.importation import Changement
from aipi.models import AncienneReference, Compte, LigneReprise, Reprise
from aipi.templatetags.chiffres import accorde

DELAI = datetime.timedelta(days=90)
"""How long an import can be undone: then the values it replaced are forgotten, and its line in the history stays."""
ABANDON = datetime.timedelta(days=30)
"""How long dropped files wait for whoever dropped them."""
MORCEAU = 5_000
MONTRES = 200
"""Obstacles of one kind told one by one; all are counted."""


def empreintes(modele: type[models.Model], cles: Sequence[int]) -> dict[int, str]:
    """By key, a print of every field of the rows as they are."""
    champs = [champ.attname for champ in modele._meta.concrete_fields]
    resultat: dict[int, str] = {}
    for debut in range(0, len(cles), MORCEAU):
        lignes = modele._default_manager.filter(pk__in=cles[debut : debut + MORCEAU]).order_by()
        for pk, *valeurs in lignes.values_list("pk", *champs).iterator(MORCEAU):
            resultat[pk] = hashlib.sha256(repr(valeurs).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return resultat


class TemoinJournal:
    """Told by the importer of the rows that it writes; `clore` puts them in the journal."""

    def __init__(self, reprise: Reprise) -> None:
        self._reprise = reprise
        self._creees: dict[str, list[int]] = defaultdict(list)
        self._modifiees: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)

    def creees(self, feuille: Feuille, cles: Sequence[Any], ids: Sequence[int]) -> None:
        self._creees[feuille.modele._meta.label].extend(ids)

    def modifiees(self, feuille: Feuille, changements: Sequence[Changement]) -> None:
        self._modifiees[feuille.modele._meta.label].update({c.pk: c.avant for c in changements})

    def reconnaitre(self, reconnues: dict[str, str]) -> None:
        """Remember under which reference the files know a person of the house: the next import finds her alone."""
        personnes = apps.get_model("aipi.Personne")._default_manager.in_bulk(list(reconnues.values()), field_name="ref")
        nouvelles = [
            AncienneReference.objects.create(ref=ref, personne=personnes[vers])
            for ref, vers in reconnues.items()
            if vers in personnes and not AncienneReference.objects.filter(ref=ref).exists()
        ]
        self._creees[AncienneReference._meta.label].extend(a.pk for a in nouvelles)

    def clore(self) -> None:
        for label, ids in self._creees.items():
            self._noter(label, ids, {})
        for label, changees in self._modifiees.items():
            self._noter(label, list(changees), changees)

    def _noter(self, label: str, ids: Sequence[int], avant: dict[int, dict[str, Any]]) -> None:
        prises = empreintes(apps.get_model(label), ids)
        LigneReprise.objects.bulk_create(
            (
                LigneReprise(
                    reprise=self._reprise,
                    modele=label,
                    cle=pk,
                    creee=not avant,
                    avant=avant.get(pk, {}),
                    empreinte=prises[pk],
                )
                for pk in ids
                if pk in prises
            ),
            batch_size=1_000,
        )


@dataclass(frozen=True)
class Obstacle:
    """A row that stands in the way of an undo: what it is, where it is seen (nothing when nowhere), and why."""

    quoi: str
    adresse: str
    pourquoi: str


@dataclass
class Bilan:
    """What undoing an import would do, and what forbids it."""

    supprimees: int = 0
    restaurees: int = 0
    disparues: int = 0
    """Rows of the import that somebody deleted since: there is nothing to undo of them."""
    changees: int = 0
    attachees: int = 0
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def possible(self) -> bool:
        return not self.changees and not self.attachees

    @property
    def resume(self) -> str:
        """« 3 lignes changées depuis, 2 lignes qui s’y rattachent »."""
        morceaux = []
        if self.changees:
            morceaux.append(accorde(self.changees, "ligne changée depuis", "lignes changées depuis"))
        if self.attachees:
            morceaux.append(accorde(self.attachees, "ligne saisie depuis", "lignes saisies depuis") + " par-dessus")
        return ", ".join(morceaux)


class _Examen:
    """The journal of one import held against the database as it is."""

    def __init__(self, reprise: Reprise) -> None:
        self.reprise = reprise
        self.bilan = Bilan()
        self.creees: dict[type[models.Model], list[int]] = defaultdict(list)
        self.avant: dict[type[models.Model], dict[int, dict[str, Any]]] = defaultdict(dict)
        self.prises: dict[type[models.Model], dict[int, str]] = defaultdict(dict)
        lignes = reprise.ecrites.order_by("modele", "cle").values_list("modele", "cle", "creee", "avant", "empreinte")
        for label, cle, creee, avant, empreinte in lignes.iterator(MORCEAU):
            modele = apps.get_model(label)
            self.prises[modele][cle] = empreinte
            if creee:
                self.creees[modele].append(cle)
            else:
                self.avant[modele][cle] = avant

    def examiner(self) -> Bilan:
        for modele, prises in self.prises.items():
            actuelles = empreintes(modele, list(prises))
            self.bilan.disparues += len(prises) - len(actuelles)
            changees = [cle for cle, actuelle in actuelles.items() if actuelle != prises[cle]]
            self._dire_changees(modele, changees)
            if modele is not AncienneReference:
                # That somebody was recognised is not a row that the page of the import counted.
                self.bilan.supprimees += sum(1 for cle in self.creees[modele] if cle in actuelles)
            self.bilan.restaurees += sum(1 for cle in self.avant[modele] if cle in actuelles)
        for modele, cles in list(self.creees.items()):
            self._chercher_attachees(modele, cles)
        return self.bilan

    def _dire_changees(self, modele: type[models.Model], cles: list[int]) -> None:
        self.bilan.changees += len(cles)
        place = max(0, MONTRES - len(self.bilan.obstacles))
        ensuite = dict(
            LigneReprise.objects.filter(modele=modele._meta.label, cle__in=cles[:place])
            .exclude(reprise=self.reprise)
            .filter(reprise__importee_le__gt=self.reprise.importee_le)
            .values_list("cle", "reprise__libelle")
        )
        for objet in modele._default_manager.filter(pk__in=cles[:place]).order_by("pk"):
            autre = ensuite.get(objet.pk)
            pourquoi = f"changée par l’import suivant ({autre})" if autre else "changée depuis l’import"
            self.bilan.obstacles.append(_obstacle(objet, pourquoi))

    def _chercher_attachees(self, modele: type[models.Model], cles: list[int]) -> None:
        """Rows that others hung on those that the import created."""
        for relation in modele._meta.related_objects:
            champ, enfant = relation.field, relation.related_model
            siennes, changees = set(self.creees.get(enfant, ())), self.avant.get(enfant, {})
            for debut in range(0, len(cles), MORCEAU):
                lignes = enfant._base_manager.filter(**{f"{champ.name}__in": cles[debut : debut + MORCEAU]})
                etrangeres = [
                    pk
                    for pk in lignes.order_by("pk").values_list("pk", flat=True)
                    # A row that the import itself moved there goes back where it was.
                    if pk not in siennes and champ.column not in changees.get(pk, {})
                ]
                self.bilan.attachees += len(etrangeres)
                place = max(0, MONTRES - len(self.bilan.obstacles))
                for objet in enfant._base_manager.filter(pk__in=etrangeres[:place]).order_by("pk"):
                    self.bilan.obstacles.append(_obstacle(objet, "saisie depuis, sur une ligne de cet import"))


def _obstacle(objet: models.Model, pourquoi: str) -> Obstacle:
    personne = personne_de(objet)
    adresse = reverse("personne_detail", args=[personne.pk]) if personne is not None else ""
    return Obstacle(designation(objet), adresse, pourquoi)


class AnnulationRefusee(Exception):
    """The import cannot be undone; the message says why, in French."""


def annulable(reprise: Reprise) -> bool:
    """Whether the journal of the import is still there."""
    return (
        reprise.etat == Reprise.Etat.IMPORTEE
        and reprise.importee_le is not None
        and timezone.now() - reprise.importee_le < DELAI
    )


def examiner(reprise: Reprise) -> Bilan:
    """What undoing the import would do now. Nothing is written."""
    return _Examen(reprise).examiner()


def annuler(reprise: Reprise, compte: Compte) -> Bilan:
    """Give every row back what it was, and delete those that the import created. Raises AnnulationRefusee."""
    with transaction.atomic():
        reprise = Reprise.objects.select_for_update(of=("self",)).get(pk=reprise.pk)
        if not annulable(reprise):
            raise AnnulationRefusee("Cet import est déjà annulé, ou date de plus de 90 jours.")
        examen = _Examen(reprise)
        bilan = examen.examiner()
        if not bilan.possible:
            raise AnnulationRefusee(f"Rien n’est annulé\u202f: {bilan.resume}.")
        for modele, par_cle in examen.avant.items():
            _restaurer(modele, par_cle)
        for modele in _enfants_d_abord(examen.creees):
            cles = examen.creees[modele]
            for debut in range(0, len(cles), MORCEAU):
                # Nothing hangs on them but what goes too, and the database checks it at the end.
                lignes = modele._base_manager.filter(pk__in=cles[debut : debut + MORCEAU])
                lignes._raw_delete(lignes.db)
        reprise.ecrites.all().delete()
        reprise.etat, reprise.annulee_le, reprise.annulee_par = Reprise.Etat.ANNULEE, timezone.now(), compte
        reprise.save(update_fields=["etat", "annulee_le", "annulee_par"])
    return bilan


def _restaurer(modele: type[models.Model], par_cle: dict[int, dict[str, Any]]) -> None:
    """Write the former values, rows that lost the same columns together."""
    par_colonnes: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for cle, avant in par_cle.items():
        colonnes = tuple(sorted(avant))
        par_colonnes[colonnes].append((*(avant[c] for c in colonnes), cle))
    for colonnes, lignes in par_colonnes.items():
        modifier(modele, colonnes, lignes)


def _enfants_d_abord(creees: dict[type[models.Model], list[int]]) -> Iterator[type[models.Model]]:
    """The models of the journal in the order in which their rows can go."""
    ordre = {feuille.modele: rang for rang, feuille in enumerate(feuilles().values())}
    yield from sorted(creees, key=lambda m: -ordre.get(m, len(ordre)))


def purger(maintenant: datetime.datetime | None = None) -> int:
    """Forget what can no longer be undone, and files dropped long ago that nobody imported: how many rows and drops."""
    limite = maintenant or timezone.now()
    nombre: int = LigneReprise.objects.filter(reprise__importee_le__lte=limite - DELAI).delete()[0]
    for reprise in Reprise.objects.filter(etat=Reprise.Etat.DEPOSEE, deposee_le__lte=limite - ABANDON):
        abandonner(reprise)
        nombre += 1
    return nombre


def vider(reprise: Reprise) -> None:
    """Remove the files of a drop: what they held, and what the check found in them."""
    noms = [(f.contenu.storage, f.contenu.name) for f in reprise.feuilles.all() if f.contenu]
    if reprise.constat:
        noms.append((reprise.constat.storage, reprise.constat.name))
    reprise.feuilles.all().delete()
    reprise.constat = ""
    reprise.doublons = {}
    reprise.save(update_fields=["constat", "doublons"])
    for stockage, nom in noms:
        transaction.on_commit(lambda s=stockage, n=nom: s.delete(n))  # type: ignore[misc]


def abandonner(reprise: Reprise) -> None:
    """Give up a drop: its files go, nothing was written."""
    with transaction.atomic():
        vider(reprise)
        reprise.etat = Reprise.Etat.ABANDONNEE
        reprise.save(update_fields=["etat"])
