"""The appointments of an account as an iCalendar feed, for its telephone.

The feed leaves the association: it says when and where, of which kind, with initials only and the address of the
dossier, which asks to sign in. It is opened by a secret that is shown once and of which only the SHA-256 is kept.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from icalendar import Calendar, Event

from aipi.models import Compte, RendezVousPris, StatutRendezVous
from aipi.roles import visibles

AVANT = datetime.timedelta(days=30)
APRES = datetime.timedelta(days=366)
"""A telephone that keeps a year of appointments is enough; what is older is read in the dossiers."""
DUREE = datetime.timedelta(minutes=45)
"""The files know when an appointment begins, not when it ends: an interview takes about this long."""
OCTETS_DU_SECRET = 32

STATUTS = {
    StatutRendezVous.PREVU: "CONFIRMED",
    StatutRendezVous.HONORE: "CONFIRMED",
    StatutRendezVous.ABSENCE_EXCUSEE: "CANCELLED",
    StatutRendezVous.ABSENCE_NON_EXCUSEE: "CONFIRMED",
    StatutRendezVous.ANNULE: "CANCELLED",
}


@dataclass(frozen=True)
class Source:
    """One kind of appointment: its model, with `date`, `heure`, `lieu`, `intervenant` and `statut`.

    `suivi`: path to the follow-up, which has a `personne` and a `referent`. `libelle` names the kind of a row.
    """

    code: str
    modele: type[Any]
    suivi: str
    libelle: Callable[[Any], str]


_sources: dict[str, Source] = {}


def inscrire(source: Source) -> None:
    """Add a kind of appointment; once under each code."""
    _sources[source.code] = source


def empreinte(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ouvrir(compte: Compte) -> str:
    """A new secret for the feed of the account; the one before opens nothing any more."""
    secret = secrets.token_urlsafe(OCTETS_DU_SECRET)
    compte.agenda = empreinte(secret)
    compte.save(update_fields=["agenda"])
    return secret


def fermer(compte: Compte) -> None:
    """No secret opens the feed any more."""
    compte.agenda = None
    compte.save(update_fields=["agenda"])


def compte_du(secret: str) -> Compte | None:
    """The active account whose feed this secret opens. Looked up by its hash: the time taken says nothing of the secret."""
    cle = empreinte(secret)
    compte = Compte.objects.filter(agenda=cle, is_active=True).first()
    return compte if compte is not None and constant_time_compare(compte.agenda or "", cle) else None


def rendez_vous(source: Source, compte: Compte, jour: datetime.date) -> QuerySet[Any]:
    """Appointments of the account, or of no one in particular within its own follow-ups, that it may still see."""
    mien = Q(intervenant=compte.intervenant_id) | Q(
        **{"intervenant": None, f"{source.suivi}__referent": compte.intervenant_id}
    )
    entrees = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(source.modele), object_id=OuterRef("pk")
    )
    derniere = entrees.order_by().values("object_id").annotate(derniere=Max("timestamp")).values("derniere")
    lignes: QuerySet[Any] = source.modele._default_manager.filter(mien, date__range=(jour - AVANT, jour + APRES))
    siens: QuerySet[Any] = (
        visibles(lignes, compte)
        .select_related(f"{source.suivi}__personne")
        .annotate(maj=Subquery(derniere))
        .order_by("date", "pk")
    )
    return siens


def flux(compte: Compte, adresse: Callable[[int], str]) -> bytes:
    """The feed of an account. `adresse` gives the absolute address of the dossier of a person, by its key."""
    calendrier = Calendar()
    calendrier.add("prodid", "-//AIPi//Rendez-vous//FR")
    calendrier.add("version", "2.0")
    calendrier.add("x-wr-calname", "AIPi, mes rendez-vous")
    if compte.intervenant_id is not None:
        jour = timezone.localdate()
        for source in _sources.values():
            for ligne in rendez_vous(source, compte, jour):
                calendrier.add_component(_evenement(source, ligne, adresse))
    contenu: bytes = calendrier.to_ical()
    return contenu


def initiales(personne: Any) -> str:
    """« Z. É. »."""
    return " ".join(f"{mot[0].upper()}." for mot in (personne.prenom.strip(), personne.nom.strip()) if mot)


def _evenement(source: Source, ligne: RendezVousPris, adresse: Callable[[int], str]) -> Event:
    personne = getattr(ligne, source.suivi).personne
    statut = StatutRendezVous(ligne.statut)
    evenement = Event()
    # Stable whatever the address of the site: a telephone knows an event again by it.
    evenement.add("uid", f"{source.code}-{ligne.pk}@aipi")
    evenement.add("dtstamp", _maj(ligne))
    titre = f"{source.libelle(ligne)} {initiales(personne)}"
    evenement.add("summary", titre if statut == StatutRendezVous.PREVU else f"{titre} ({statut.label.lower()})")
    evenement.add("status", STATUTS[statut])
    if ligne.heure is None:
        evenement.add("dtstart", ligne.date)
        evenement.add("dtend", ligne.date + datetime.timedelta(days=1))
    else:
        debut = datetime.datetime.combine(ligne.date, ligne.heure, timezone.get_current_timezone())
        evenement.add("dtstart", debut.astimezone(datetime.UTC))
        evenement.add("dtend", debut.astimezone(datetime.UTC) + DUREE)
    if ligne.lieu:
        evenement.add("location", ligne.lieu)
    lien = adresse(personne.pk)
    evenement.add("url", lien)
    evenement.add("description", lien)
    return evenement


def _maj(ligne: Any) -> datetime.datetime:
    """When the row last changed; its own day for one that came by an import and never did."""
    if ligne.maj is not None:
        jour: datetime.datetime = ligne.maj
        return jour.astimezone(datetime.UTC).replace(microsecond=0)
    return datetime.datetime.combine(ligne.date, datetime.time(), datetime.UTC)
