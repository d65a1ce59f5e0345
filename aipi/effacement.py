"""Erasure at the request of a person (GDPR, article 17): what the law lets one keep is said with its end, the rest goes at once.

Free texts, ways to reach her, documents, appointments’ places, history and drafts are erased. What remains is what a duty asks
to keep, and facts that figures count. Each room says its duties in its module `effacement`, found at start-up; once the last
one is over, the person is made anonymous by what `inscrire_anonymisation` was given.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Model
from django.utils import timezone

from aipi.copie import lignes_de, modeles_tenus
from aipi.models import Brouillon, Compte, DemandeDroit, Document, Partage, Personne, Suppression
from aipi.roles import MODELES

CONTACTS = ("telephone", "courriel")
LIEUX = ("lieu", "employeur", "bailleur")
"""Short texts that no figure counts and that may tell where she was, or with whom."""


@dataclass(frozen=True)
class Conserve:
    """Something kept in spite of the request: what, by which law, until when (None: that day is not known yet)."""

    quoi: str
    motif: str
    jusqu_au: datetime.date | None

    def court(self, jour: datetime.date) -> bool:
        """Whether the duty still holds on `jour`."""
        return self.jusqu_au is None or self.jusqu_au >= jour


Obligation = Callable[[Personne], Iterable[Conserve]]
Anonymisation = Callable[[Sequence[Personne], Compte | None, datetime.date], Any]

_obligations: list[Obligation] = []
_anonymisations: list[Anonymisation] = []


def inscrire(obligation: Obligation) -> None:
    """Add a duty to keep."""
    _obligations.append(obligation)


def inscrire_anonymisation(anonymiser: Anonymisation) -> None:
    """Say what makes persons anonymous; the last one given holds."""
    _anonymisations.append(anonymiser)


def conserves(personne: Personne, jour: datetime.date) -> list[Conserve]:
    """What must be kept on `jour`, the longest first."""
    dus = [c for obligation in _obligations for c in obligation(personne) if c.court(jour)]
    return sorted(dus, key=lambda c: (c.jusqu_au is not None, -(c.jusqu_au or jour).toordinal(), c.quoi))


def ans_apres(jour: datetime.date, ans: int) -> datetime.date:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return jour.replace(year=jour.year + ans)
    except ValueError:
        return jour.replace(year=jour.year + ans, day=28)


def textes_de(modele: type[Model]) -> list[models.Field[Any, Any]]:
    """The fields of a model that erasure blanks: free texts, ways to reach the person, places and employers."""
    return [
        champ
        for champ in modele._meta.fields
        if isinstance(champ, models.TextField)
        or champ.name in CONTACTS
        or champ.name in LIEUX
        and isinstance(champ, models.CharField)
        or champ.name == "precisions"
    ]


@dataclass(frozen=True)
class Portee:
    """What erasure takes away, counted: `textes` by kind of row, then the rest."""

    textes: list[tuple[str, int]]
    documents: int
    coordonnees: bool

    def __bool__(self) -> bool:
        return bool(self.textes or self.documents or self.coordonnees)


def _effacables() -> list[type[Model]]:
    """Models of files, registers aside: these prove what was asked."""
    return [m for m in modeles_tenus() if not MODELES[m._meta.label].registre and m is not Personne]


def _avec_texte(modele: type[Model], personne: Personne) -> models.QuerySet[Any]:
    condition = models.Q()
    for champ in textes_de(modele):
        condition |= ~models.Q(**{champ.name: ""})
    return lignes_de(modele, personne).filter(condition) if condition else modele._default_manager.none()


def portee(personne: Personne) -> Portee:
    """What would go now."""
    textes = [
        (str(modele._meta.verbose_name_plural), nombre)
        for modele in _effacables()
        if modele is not Document and (nombre := _avec_texte(modele, personne).count())
    ]
    return Portee(
        textes, Document.objects.filter(personne=personne).count(), bool(personne.telephone or personne.courriel)
    )


def effacer(personne: Personne, compte: Compte, jour: datetime.date) -> list[Conserve]:
    """Erase what nothing asks to keep. What is kept is returned; when nothing is, the person is made anonymous."""
    with transaction.atomic():
        personne = Personne.objects.select_for_update(of=("self",)).get(pk=personne.pk)
        _oublier_traces(personne)
        for partage in Partage.objects.filter(personne=personne, retire_le=None):
            partage.retire_le, partage.retire_par = timezone.now(), compte
            partage.save(update_fields=["retire_le", "retire_par"])
        # The history must not keep what is erased.
        with disable_auditlog():
            for modele in _effacables():
                if modele is Document:
                    _retirer_documents(personne)
                elif champs := textes_de(modele):
                    lignes_de(modele, personne).order_by().update(**{champ.name: "" for champ in champs})
            personne.telephone = personne.courriel = ""
            personne.save(update_fields=list(CONTACTS))
        restes = conserves(personne, jour)
        _repondre(personne, compte, jour, restes)
        if not restes and _anonymisations:
            _anonymisations[-1]([personne], compte, jour)
    return restes


def _repondre(personne: Personne, compte: Compte, jour: datetime.date, restes: list[Conserve]) -> None:
    """The register proves that it was done, and says what remains: the request that waits is answered, or one is written."""
    attente = DemandeDroit.objects.filter(personne=personne, droit=DemandeDroit.Droit.EFFACEMENT, repondue_le=None)
    demande = attente.order_by("recue_le", "pk").first() or DemandeDroit(
        personne=personne, droit=DemandeDroit.Droit.EFFACEMENT, recue_le=jour, enregistree_par=compte
    )
    demande.repondue_le, demande.repondue_par = jour, compte
    demande.reponse = DemandeDroit.Reponse.PARTIELLE if restes else DemandeDroit.Reponse.SATISFAITE
    gardes = [f"{c.quoi} ({c.motif}), {f'jusqu’au {c.jusqu_au:%d/%m/%Y}' if c.jusqu_au else 'fin non connue'}" for c in restes]
    demande.motif = "\n".join(["Effacé\u202f: textes libres, coordonnées, documents, historique.", *gardes])
    demande.save()


def _retirer_documents(personne: Personne) -> None:
    for joint in Document.objects.filter(personne=personne):
        nom = joint.fichier.name
        joint.delete()
        transaction.on_commit(lambda nom=nom: default_storage.delete(nom))  # type: ignore[misc]


def _oublier_traces(personne: Personne) -> None:
    """The history of her rows, the deletions that could be undone, and the drafts about her."""
    cles = {modele: set(lignes_de(modele, personne).values_list("pk", flat=True)) for modele in modeles_tenus()}
    for modele, siennes in cles.items():
        if siennes and not MODELES[modele._meta.label].registre:
            genre = ContentType.objects.get_for_model(modele)
            LogEntry.objects.filter(content_type=genre, object_id__in=siennes).delete()
    parents = {modele._meta.label_lower: modele for modele in cles}
    for suppression in Suppression.objects.select_for_update(of=("self",)).exclude(donnees=[]):
        if _parle_de(suppression, cles, parents):
            suppression.delete()
    Brouillon.objects.filter(cle__startswith=f"/personnes/{personne.pk}/").delete()


def _parle_de(suppression: Suppression, cles: dict[type[Model], set[int]], parents: dict[str, type[Model]]) -> bool:
    """Whether a deletion kept a row that hangs on one of these."""
    for ligne in suppression.donnees:
        modele = parents.get(ligne["model"])
        if modele is None:
            continue
        if ligne["pk"] in cles[modele]:
            return True
        for champ in modele._meta.fields:
            if isinstance(champ, models.ForeignKey) and champ.related_model in cles:
                if ligne["fields"].get(champ.name) in cles[champ.related_model]:  # type: ignore[index]  # a class
                    return True
    return False
