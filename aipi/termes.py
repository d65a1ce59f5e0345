"""When the data of a person comes to its term: the last contact over both poles, what must be kept longer, and what is next.

A person leaves the active base the day after the duration that follows the last contact; nobody who is still followed ever
does. In the archive, only the director opens the dossier. It is made anonymous once no duty keeps it.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from aipi.conservation import ARCHIVE, BASE_ACTIVE
from aipi.models import Compte, GesteConservation, Personne
from aipi.periodes import UN_JOUR, plus_mois
from aipi.politique import Fiche, duree_de, fiches_de_personne, obligations

PREAVIS = 3
"""Months before its term in which a dossier is announced."""
PROLONGATION_MAXIMALE = 60
"""Months that one decision may add; the reason is then looked at again."""
LOT = 200
"""Persons looked at together."""
Geste = GesteConservation.Geste


@dataclass(frozen=True)
class Terme:
    """Where a person stands: the day counted from, the last day in the active base, the last day in the archive.

    `fin_archive` is None as long as a duty has no end yet, or for who is not archived. `raisons`: what keeps the data.
    """

    personne: Personne
    dernier_contact: datetime.date | None
    fin_base: datetime.date
    fin_archive: datetime.date | None = None
    raisons: tuple[str, ...] = ()

    def a_anonymiser(self, jour: datetime.date) -> bool:
        return self.personne.archivee_le is not None and self.fin_archive is not None and self.fin_archive < jour


def limite(jour: datetime.date, mois: int) -> datetime.date:
    """The latest day that is more than `mois` months before `jour`: a contact of that day is at its term, one later is not.

    Months are not all as long: 28, 29 February and the 31 January before all end on the same day.
    """
    dernier = plus_mois(jour, -mois)
    while plus_mois(dernier, mois) >= jour:
        dernier -= UN_JOUR
    while plus_mois(dernier + UN_JOUR, mois) < jour:
        dernier += UN_JOUR
    return dernier


# Rows that say when somebody was seen


def _jour(modele: type[models.Model], chemin: str) -> Any:
    """The day of a date or a moment, at the end of `chemin`."""
    *liens, nom = chemin.split("__")
    for lien in liens:
        modele = modele._meta.get_field(lien).related_model  # type: ignore[assignment]  # a foreign key, by the policy
    return TruncDate(chemin) if isinstance(modele._meta.get_field(nom), models.DateTimeField) else F(chemin)


def _lignes(fiche: Fiche) -> QuerySet[Any]:
    return fiche.classe._default_manager.order_by().filter(**fiche.contact_si)


def _siennes(lignes: QuerySet[Any], fiche: Fiche) -> QuerySet[Any]:
    return lignes.filter(**{str(fiche.personne): OuterRef("pk")})


def _datees() -> list[Fiche]:
    return [fiche for fiche in fiches_de_personne() if fiche.contacts]


def _contact(fiche: Fiche, condition: str, valeur: Any) -> Q:
    return reduce(or_, (Q(**{f"jour_{rang}__{condition}": valeur}) for rang in range(len(fiche.contacts))))


def _avec_jours(fiche: Fiche) -> QuerySet[Any]:
    jours = {f"jour_{rang}": _jour(fiche.classe, chemin) for rang, chemin in enumerate(fiche.contacts)}
    return _siennes(_lignes(fiche).alias(**jours), fiche)


def _vus_apres(jour: datetime.date) -> Q:
    """Persons with a contact after `jour`."""
    return reduce(or_, (Q(Exists(_avec_jours(f).filter(_contact(f, "gt", jour)))) for f in _datees()))


def _vus() -> Q:
    """Persons with a contact on any known day."""
    return reduce(or_, (Q(Exists(_avec_jours(f).filter(_contact(f, "isnull", False)))) for f in _datees()))


def _suivis() -> Q:
    """Persons with a follow-up that is not ended."""
    ouvertes = [fiche for fiche in fiches_de_personne() if fiche.ouvert]
    return reduce(
        or_, (Q(Exists(_siennes(f.classe._default_manager.order_by().filter(**f.ouvert), f))) for f in ouvertes)
    )


def _prolonges(jour: datetime.date) -> Q:
    gardes = GesteConservation.objects.order_by().filter(personne=OuterRef("pk"), jusqu_au__gte=jour)
    return Q(Exists(gardes))


def _limite_base(jour: datetime.date) -> datetime.date:
    return limite(jour, duree_de(BASE_ACTIVE).en_vigueur(jour))


def au_terme(jour: datetime.date) -> QuerySet[Personne]:
    """Those whose time in the active base is over on `jour`, who are still in it."""
    dernier = _limite_base(jour)
    return Personne.objects.filter(
        ~_suivis(), ~_vus_apres(dernier), ~_prolonges(jour), Q(reperee_le__lte=dernier) | _vus(), archivee_le=None
    ).order_by("recherche", "ref")


def annoncees(jour: datetime.date) -> QuerySet[Personne]:
    """Those who come to that term within PREAVIS months."""
    bientot = au_terme(plus_mois(jour, PREAVIS))
    return bientot.exclude(pk__in=au_terme(jour).order_by().values("pk"))


def ouverts_sans_contact(jour: datetime.date) -> QuerySet[Personne]:
    """Those still followed whom nobody saw for as long as the active base lasts: a follow-up that was not closed."""
    return Personne.objects.filter(_suivis(), ~_vus_apres(_limite_base(jour)), archivee_le=None).order_by(
        "recherche", "ref"
    )


def archivees() -> QuerySet[Personne]:
    """Those in the archive, the first in first."""
    return Personne.objects.filter(archivee_le__isnull=False, anonymisee_le=None).order_by("archivee_le", "ref")


def a_rouvrir(jour: datetime.date) -> QuerySet[Personne]:
    """Those archived who are followed or were seen again, by an import or a merge."""
    return archivees().filter(_suivis() | _vus_apres(_limite_base(jour)))


def jamais_vues() -> QuerySet[Personne]:
    """Those of whom no contact is dated and whom nobody follows, not noticed yet: their time begins when they are."""
    return Personne.objects.filter(~_suivis(), ~_vus(), reperee_le=None, archivee_le=None).order_by("ref")


def derniers_contacts(personnes: Sequence[int]) -> dict[int, datetime.date]:
    """The last day on which each of these persons was in contact, over both poles. One query."""
    branches = [
        _lignes(fiche)
        .filter(**{f"{fiche.personne}__in": personnes})
        .values_list(str(fiche.personne))
        .annotate(jour=Max(_jour(fiche.classe, chemin)))
        for fiche in _datees()
        for chemin in fiche.contacts
    ]
    derniers: dict[int, datetime.date] = {}
    if personnes:
        for cle, jour in branches[0].union(*branches[1:], all=True):
            if jour is not None:
                derniers[cle] = max(jour, derniers.get(cle, jour))
    return derniers


def termes(personnes: Sequence[Personne], jour: datetime.date) -> list[Terme]:
    """Where each of these persons stands, in the same order; the same few queries for all."""
    cles = [personne.pk for personne in personnes]
    contacts = derniers_contacts(cles)
    gardes = GesteConservation.objects.filter(personne__in=cles, jusqu_au__isnull=False).order_by()
    prolongees = dict(gardes.values_list("personne").annotate(fin=Max("jusqu_au")))
    devoirs: dict[int, list[tuple[datetime.date | None, str]]] = {}
    for obligation in obligations() if cles else ():
        mois = duree_de(obligation.duree).en_vigueur(jour)
        for cle, depart in obligation.depart(cles).items():
            fin = None if depart is None else plus_mois(depart, mois)
            devoirs.setdefault(cle, []).append((fin, obligation.raison))
    mois_base, mois_archive = (duree_de(code).en_vigueur(jour) for code in (BASE_ACTIVE, ARCHIVE))
    return [
        _terme(
            personne,
            contacts.get(personne.pk),
            plus_mois(contacts.get(personne.pk) or personne.reperee_le or jour, mois_base),
            prolongees.get(personne.pk),
            devoirs.get(personne.pk, []),
            mois_archive,
        )
        for personne in personnes
    ]


def _terme(
    personne: Personne,
    contact: datetime.date | None,
    fin_base: datetime.date,
    prolongee: datetime.date | None,
    devoirs: list[tuple[datetime.date | None, str]],
    mois_archive: int,
) -> Terme:
    raisons = [raison for _, raison in devoirs]
    if prolongee is not None:
        raisons.append("gardé plus longtemps par la direction")
        fin_base = max(fin_base, prolongee)
    if personne.archivee_le is None:
        return Terme(personne, contact, fin_base, None, tuple(raisons))
    fins = [fin for fin, _ in devoirs]
    fin_archive = None
    if None not in fins:
        au_plus_tot = plus_mois(personne.archivee_le, mois_archive)
        fin_archive = max(fin for fin in (au_plus_tot, prolongee, *fins) if fin is not None)
    return Terme(personne, contact, fin_base, fin_archive, tuple(raisons))


def par_lots(personnes: QuerySet[Personne]) -> Iterator[list[Personne]]:
    """All of them, some hundreds at a time, read by key so that what is done to the first ones hides none of the last."""
    cles = list(personnes.values_list("pk", flat=True))
    for debut in range(0, len(cles), LOT):
        lot = Personne.objects.in_bulk(cles[debut : debut + LOT])
        yield [lot[cle] for cle in cles[debut : debut + LOT] if cle in lot]


def a_anonymiser(jour: datetime.date) -> Iterator[list[Personne]]:
    """Those archived whom nothing keeps any longer, by lots."""
    for lot in par_lots(archivees().exclude(pk__in=a_rouvrir(jour).order_by().values("pk"))):
        finis = [terme.personne for terme in termes(lot, jour) if terme.a_anonymiser(jour)]
        if finis:
            yield finis


# Decisions


def prolonger(
    personne: Personne, jusqu_au: datetime.date, motif: str, compte: Compte | None, jour: datetime.date
) -> None:
    """Keep a person until a day, with the reason; an archived dossier opens again."""
    with transaction.atomic():
        GesteConservation.objects.create(
            personne=personne, geste=Geste.PROLONGATION, date=jour, jusqu_au=jusqu_au, motif=motif, compte=compte
        )
        if personne.archivee_le is not None and personne.anonymisee_le is None:
            rouvrir([personne], compte, jour, motif)


def rouvrir(personnes: Iterable[Personne], compte: Compte | None, jour: datetime.date, motif: str) -> None:
    """Bring dossiers back from the archive."""
    lot = list(personnes)
    with transaction.atomic():
        Personne.objects.filter(pk__in=[p.pk for p in lot], anonymisee_le=None).update(archivee_le=None)
        _noter(lot, Geste.REOUVERTURE, compte, jour, motif)


def archiver(personnes: Iterable[Personne], compte: Compte | None, jour: datetime.date) -> None:
    """Put dossiers in the archive."""
    lot = list(personnes)
    with transaction.atomic():
        Personne.objects.filter(pk__in=[p.pk for p in lot]).update(archivee_le=jour)
        _noter(lot, Geste.ARCHIVAGE, compte, jour, "")


def _noter(personnes: list[Personne], geste: Geste, compte: Compte | None, jour: datetime.date, motif: str) -> None:
    GesteConservation.objects.bulk_create(
        [GesteConservation(personne=p, geste=geste, date=jour, motif=motif, compte=compte) for p in personnes],
        batch_size=500,
    )


# What the policy asks for on a day


@dataclass(frozen=True)
class Plan:
    """Who is to be noticed, opened again, archived, made anonymous: keys and references."""

    jour: datetime.date
    a_reperer: tuple[tuple[int, str], ...]
    a_rouvrir: tuple[tuple[int, str], ...]
    a_archiver: tuple[tuple[int, str], ...]
    a_anonymiser: tuple[tuple[int, str], ...]

    @property
    def vide(self) -> bool:
        return not (self.a_reperer or self.a_rouvrir or self.a_archiver or self.a_anonymiser)

    @property
    def empreinte(self) -> str:
        """Tells whether what is about to be done is what was shown."""
        dits = repr((self.a_reperer, self.a_rouvrir, self.a_archiver, self.a_anonymiser))
        return hashlib.sha256(dits.encode()).hexdigest()[:16]


def planifier(jour: datetime.date) -> Plan:
    """What the policy asks for on `jour`. Writes nothing."""

    def dites(personnes: QuerySet[Personne]) -> tuple[tuple[int, str], ...]:
        return tuple(personnes.order_by("ref").values_list("pk", "ref"))

    anonymes = sorted((p.ref, p.pk) for lot in a_anonymiser(jour) for p in lot)
    return Plan(
        jour,
        dites(jamais_vues()),
        dites(a_rouvrir(jour)),
        dites(au_terme(jour)),
        tuple((cle, ref) for ref, cle in anonymes),
    )
