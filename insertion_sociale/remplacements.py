"""One referent in the place of another: what a colleague who leaves follows, given to who takes over, and given back.

Rows change one by one, so that the history of each says so. ACI parcours are another pole’s: they are not touched here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from aipi.models import Compte, Intervenant, StatutRendezVous
from aipi.roles import modifiables
from aipi.templatetags.chiffres import accorde

from .models import ContactRsa, MesureLogement, RendezVousLogement, SuiviRsa

M = TypeVar("M", bound=Model)

LIMITE = 200
"""Rows of each kind shown and given at once; the others follow the next time."""
CLE_SESSION = "remplacement"


@dataclass(frozen=True)
class Remplacement:
    """What was given: keys of the rows, so that exactly these are given back."""

    de: int
    a: int
    suivis: Sequence[int]
    mesures: Sequence[int]
    contacts: Sequence[int]
    rendez_vous: Sequence[int]

    @property
    def total(self) -> int:
        return len(self.suivis) + len(self.mesures)


def confies(de: Intervenant, compte: Compte) -> tuple[list[SuiviRsa], list[MesureLogement]]:
    """Follow-ups and measures open today whose referent is `de`, by name: at most LIMITE of each."""
    jour = timezone.localdate()
    suivis = modifiables(SuiviRsa.objects.ouverts_le(jour).confies_a(de.pk), compte)
    mesures = modifiables(MesureLogement.objects.ouvertes_le(jour).confiees_a(de.pk), compte)
    ordre = ("personne__recherche", "ref")
    return (
        list(suivis.select_related("personne").order_by(*ordre)[:LIMITE]),
        list(mesures.select_related("personne").order_by(*ordre)[:LIMITE]),
    )


def _donner(lignes: QuerySet[M], champ: str, intervenant: int | None) -> list[int]:
    """Give each row to a member of staff; the keys of those given."""
    donnes = []
    for ligne in lignes.select_for_update(of=("self",)).order_by("pk"):
        setattr(ligne, f"{champ}_id", intervenant)
        ligne.save(update_fields=[champ])
        donnes.append(ligne.pk)
    return donnes


def rendez_vous_suivent(suivi: SuiviRsa | MesureLogement, ancien: int | None) -> int:
    """Give the appointments to come that the former referent should have held to the new one; how many."""
    if ancien is None or ancien == suivi.referent_id:
        return 0
    jour = timezone.localdate()
    with transaction.atomic():
        if isinstance(suivi, SuiviRsa):
            contacts = ContactRsa.objects.prevus_a_partir_de(jour).filter(suivi=suivi, intervenant=ancien)
            return len(_donner(contacts, "intervenant", suivi.referent_id))
        rendez_vous = RendezVousLogement.objects.filter(
            mesure=suivi, intervenant=ancien, statut=StatutRendezVous.PREVU, date__gte=jour
        )
        return len(_donner(rendez_vous, "intervenant", suivi.referent_id))


def remarque_rendez_vous(nombre: int) -> list[str]:
    """What to say of appointments that changed hands."""
    if not nombre:
        return []
    return [
        f"{accorde(nombre, 'rendez-vous', 'rendez-vous')} à venir {'passent' if nombre > 1 else 'passe'} au nouveau référent."
    ]


def _cles(valeurs: Iterable[str]) -> list[int]:
    return [int(valeur) for valeur in valeurs if valeur.isascii() and valeur.isdecimal() and len(valeur) < 19]


def remplacer(
    de: Intervenant, a: Intervenant, suivis: Iterable[str], mesures: Iterable[str], compte: Compte
) -> Remplacement:
    """Give the chosen rows, and the appointments to come in them, from `de` to `a`. Raises ValidationError for none.

    A row that `de` no longer follows is left alone: sent twice, nothing changes twice.
    """
    jour = timezone.localdate()
    donnes = _donner(
        modifiables(SuiviRsa.objects.filter(pk__in=_cles(suivis)).confies_a(de.pk), compte), "referent", a.pk
    )
    donnees = _donner(
        modifiables(MesureLogement.objects.filter(pk__in=_cles(mesures)).confiees_a(de.pk), compte), "referent", a.pk
    )
    if not donnes and not donnees:
        raise ValidationError("Rien n’a changé\u202f: aucun des suivis choisis n’est encore confié à cette personne.")
    contacts = ContactRsa.objects.prevus_a_partir_de(jour).filter(suivi__in=donnes, intervenant=de)
    rendez_vous = RendezVousLogement.objects.filter(
        mesure__in=donnees, intervenant=de, statut=StatutRendezVous.PREVU, date__gte=jour
    )
    return Remplacement(
        de.pk,
        a.pk,
        donnes,
        donnees,
        _donner(modifiables(contacts, compte), "intervenant", a.pk),
        _donner(modifiables(rendez_vous, compte), "intervenant", a.pk),
    )


def retenir(session: SessionBase, fait: Remplacement) -> None:
    """Keep the last replacement, so that it can be undone."""
    session[CLE_SESSION] = asdict(fait)


def _lire(session: SessionBase) -> Remplacement | None:
    memoire = session.get(CLE_SESSION)
    return None if memoire is None else Remplacement(**memoire)


def dernier(session: SessionBase) -> dict[str, Any] | None:
    """The last replacement of this session, as it is shown: who, to whom, how many."""
    fait = _lire(session)
    if fait is None:
        return None
    staff = Intervenant.objects.in_bulk([fait.de, fait.a])
    if len(staff) < len({fait.de, fait.a}):
        return None
    return {"de": staff[fait.de], "a": staff[fait.a], "total": fait.total}


def annuler(session: SessionBase, compte: Compte) -> int:
    """Give back what the last replacement gave and nobody changed since; how many follow-ups and measures."""
    fait = _lire(session)
    if fait is None:
        return 0
    with transaction.atomic():
        rendus = [
            *_donner(
                modifiables(SuiviRsa.objects.filter(pk__in=fait.suivis).confies_a(fait.a), compte), "referent", fait.de
            ),
            *_donner(
                modifiables(MesureLogement.objects.filter(pk__in=fait.mesures).confiees_a(fait.a), compte),
                "referent",
                fait.de,
            ),
        ]
        contacts = ContactRsa.objects.filter(pk__in=fait.contacts, intervenant=fait.a)
        rendez_vous = RendezVousLogement.objects.filter(pk__in=fait.rendez_vous, intervenant=fait.a)
        _donner(modifiables(contacts, compte), "intervenant", fait.de)
        _donner(modifiables(rendez_vous, compte), "intervenant", fait.de)
    del session[CLE_SESSION]
    return len(rendus)
