"""Erasure at the request of a person (GDPR, article 17): what the law lets one keep is said with its end, the rest goes at once.

The retention policy says which fields are free texts and ways to reach her, and which duties keep what. When no duty is
left, the person is made anonymous; otherwise texts, contacts, documents, history and drafts go, and the file is frozen: what
remains serves its duty only, until retention makes it anonymous.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditlog.context import disable_auditlog
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from aipi.anonymisation import anonymiser, avec_le_passe, oublier_bureaux, oublier_suppressions, present
from aipi.conservation import effacer_travaux
from aipi.copie import lignes_de
from aipi.models import Compte, DemandeDroit, Document, LigneReprise, Limitation, Partage, Personne
from aipi.models.travaux import EXPORT_COMPLET
from aipi.periodes import plus_mois
from aipi.politique import Categorie, Fiche, duree_de, fiches_de_personne, obligations
from aipi.roles import MODELES

EFFACEES = (Categorie.TEXTE, Categorie.COORDONNEES)
"""What no duty asks to keep, and no figure counts."""


@dataclass(frozen=True)
class Conserve:
    """Something kept in spite of the request: what, by which law, until when (None: that day is not known yet)."""

    quoi: str
    motif: str
    jusqu_au: datetime.date | None


EN_COURS = Conserve(
    "Accompagnement en cours",
    "RGPD, art. 17.3.b\u202f: mission d’intérêt public, tant que le suivi n’est pas clos",
    None,
)


def est_suivie(personne: Personne) -> bool:
    """Whether a follow-up of the person is still open, as the retention policy says of each kind."""
    return any(
        fiche.classe._default_manager.filter(**{str(fiche.personne): personne.pk}, **fiche.ouvert).exists()
        for fiche in fiches_de_personne()
        if fiche.ouvert
    )


def conserves(personne: Personne, jour: datetime.date) -> list[Conserve]:
    """What a duty keeps on `jour`, the longest first."""
    dus = [EN_COURS] if est_suivie(personne) else []
    for obligation in obligations():
        departs = obligation.depart([personne.pk])
        if personne.pk not in departs:
            continue
        duree, depart = duree_de(obligation.duree), departs[personne.pk]
        fin = None if depart is None else plus_mois(depart, duree.en_vigueur(jour))
        if fin is None or fin >= jour:
            dus.append(Conserve(obligation.raison, f"{duree.libelle}\u202f: {duree.source}", fin))
    return sorted(dus, key=lambda c: (c.jusqu_au is not None, -(c.jusqu_au or jour).toordinal(), c.quoi))


@dataclass(frozen=True)
class Portee:
    """What erasure takes away, counted: `textes` by kind of row, then the rest."""

    textes: list[tuple[str, int]]
    documents: int
    coordonnees: bool

    def __bool__(self) -> bool:
        return bool(self.textes or self.documents or self.coordonnees)


def _effacables() -> Iterator[tuple[Fiche, list[str]]]:
    """The sheets of the policy with texts to blank, registers aside: these prove what was asked."""
    for fiche in fiches_de_personne():
        noms = [nom for categorie in EFFACEES for nom in fiche.de_categorie(categorie)]
        if noms and fiche.classe not in {Personne, Document} and not MODELES[fiche.modele].registre:
            yield fiche, noms


def _avec_texte(fiche: Fiche, noms: list[str], personne: Personne) -> models.QuerySet[Any]:
    condition = models.Q()
    for nom in noms:
        texte = isinstance(fiche.classe._meta.get_field(nom), models.CharField | models.TextField)
        condition |= ~models.Q(**{nom: ""}) if texte else models.Q(**{f"{nom}__isnull": False})
    return lignes_de(fiche.classe, personne).filter(condition)


def portee(personne: Personne) -> Portee:
    """What would go now."""
    textes = [
        (str(fiche.classe._meta.verbose_name_plural), nombre)
        for fiche, noms in _effacables()
        if (nombre := _avec_texte(fiche, noms, personne).count())
    ]
    return Portee(
        textes, Document.objects.filter(personne=personne).count(), bool(personne.telephone or personne.courriel)
    )


def effacer(personne: Personne, compte: Compte, jour: datetime.date) -> list[Conserve]:
    """Erase what no duty keeps. What is kept is returned; when nothing is, the person is made anonymous."""
    with transaction.atomic():
        personne = Personne.objects.select_for_update(of=("self",)).get(pk=personne.pk)
        restes = conserves(personne, jour)
        if restes:
            _effacer_textes(personne, compte)
            _limiter(personne, compte, jour, restes)
        _repondre(personne, compte, jour, restes)
        if not restes:
            anonymiser([personne], compte, jour)
    return restes


def _effacer_textes(personne: Personne, compte: Compte) -> None:
    _oublier_traces(personne)
    for partage in Partage.objects.filter(personne=personne, retire_le=None):
        partage.retire_le, partage.retire_par = timezone.now(), compte
        partage.save(update_fields=["retire_le", "retire_par"])
    # The history must not keep what is erased.
    with disable_auditlog():
        _retirer_documents(personne)
        for fiche, noms in _effacables():
            vides = {nom: None if fiche.classe._meta.get_field(nom).null else "" for nom in noms}
            lignes_de(fiche.classe, personne).order_by().update(**vides)
        personne.telephone = personne.courriel = ""
        personne.save(update_fields=["telephone", "courriel"])


def _limiter(personne: Personne, compte: Compte, jour: datetime.date, restes: list[Conserve]) -> None:
    """What is kept for a duty serves nothing else, once she is no longer followed."""
    if EN_COURS not in restes and not Limitation.objects.filter(personne=personne, fin=None).exists():
        Limitation.objects.create(
            personne=personne,
            debut=jour,
            motif="Effacement demandé\u202f: ce qui reste ne sert qu’aux obligations de l’association.",
            posee_par=compte,
        )


def _repondre(personne: Personne, compte: Compte, jour: datetime.date, restes: list[Conserve]) -> None:
    """The register proves that it was done, and says what remains: the request that waits is answered, or one is written."""
    attente = DemandeDroit.objects.filter(personne=personne, droit=DemandeDroit.Droit.EFFACEMENT, repondue_le=None)
    demande = attente.order_by("recue_le", "pk").first() or DemandeDroit(
        personne=personne, droit=DemandeDroit.Droit.EFFACEMENT, recue_le=jour, enregistree_par=compte
    )
    demande.repondue_le, demande.repondue_par = jour, compte
    demande.reponse = DemandeDroit.Reponse.PARTIELLE if restes else DemandeDroit.Reponse.SATISFAITE
    gardes = [
        f"{c.quoi} ({c.motif}), {f'jusqu’au {c.jusqu_au:%d/%m/%Y}' if c.jusqu_au else 'fin non connue'}" for c in restes
    ]
    demande.motif = "\n".join(["Effacé\u202f: textes libres, coordonnées, documents, historique.", *gardes])
    demande.save()


def _retirer_documents(personne: Personne) -> None:
    for joint in Document.objects.filter(personne=personne):
        nom = joint.fichier.name
        joint.delete()
        transaction.on_commit(lambda nom=nom: default_storage.delete(nom))  # type: ignore[misc]


def _oublier_traces(personne: Personne) -> None:
    """The history of her rows, those deleted since too, the deletions that could be undone, drafts, files made on request."""
    anciennes = personne.anciennes_references.values_list("ref", flat=True)
    lignes = avec_le_passe(present([personne]), anciennes)
    oublier_suppressions(lignes, {str(personne)})
    oublier_bureaux([personne], lignes)
    for modele, siennes in lignes.items():
        if siennes and not MODELES[modele._meta.label].registre:
            genre = ContentType.objects.get_for_model(modele)
            LogEntry.objects.filter(content_type=genre, object_id__in=siennes).delete()
    LigneReprise.objects.oublier(lignes)
    effacer_travaux(models.Q(genre=EXPORT_COMPLET))
