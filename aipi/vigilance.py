"""What is unusual in the reading log: each rule says in French what it looks for, and each signal what was found.

A signal is a question to ask, not a fault: a replacement, a count before a meeting or an inspection opens many files too.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from django.apps import apps
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from aipi.models import Compte, Consultation
from aipi.nombres import nombre
from aipi.periodes import jour_francais
from aipi.roles import SUIVIS, encadrant, personnes_visibles, travailleur_social
from aipi.templatetags.chiffres import accorde

Acte = Consultation.Acte

JOURS = 30
"""Days looked at."""
HABITUDE = 90
"""Days before, from which the usual is told."""
JOURS_CONNUS = 5
"""Days of work without which nothing is usual yet."""
AU_MOINS = 15
"""Files in a day under which nothing is unusual."""
SANS_HABITUDE = 40
"""The same for an account that has no usual yet."""
FOIS = 3
SUIVIS_AU_MOINS = 20
SUIVIS_FOIS = 2
LIGNES = 100
REFUS = 5
DOSSIERS = (Acte.DOSSIER, Acte.FICHE, Acte.IMPRESSION, Acte.DOCUMENT, Acte.HISTORIQUE)
"""Entries that open the file of a person."""


@dataclass(frozen=True)
class Signal:
    """Something unusual: whose, when, what in words."""

    compte: Compte
    jour: datetime.date
    titre: str
    explication: str


@dataclass(frozen=True)
class Regle:
    """What is looked for, as it is explained, and what finds it."""

    titre: str
    explication: str
    chercher: Callable[[Releve], Iterator[Signal]]


@dataclass(frozen=True)
class Releve:
    """What the rules read: counts by account and day, read once. `jour` is the last one looked at."""

    jour: datetime.date
    comptes: dict[int, Compte]
    dossiers: dict[int, dict[datetime.date, int]]
    """Persons whose file was opened, by account and day, from before the days looked at."""
    distincts: dict[int, int]
    """Persons whose file was opened over the days looked at, by account."""
    exports: list[tuple[int, datetime.date, int, int]]
    """Account, day, files taken, rows."""
    refus: list[tuple[int, datetime.date, int]]

    @property
    def premier(self) -> datetime.date:
        return self.jour - datetime.timedelta(days=JOURS - 1)


def relever(jour: datetime.date) -> Releve:
    """Read the log. Five queries, whatever its length."""
    premier = jour - datetime.timedelta(days=JOURS - 1)
    ouvertures = Consultation.objects.filter(acte__in=DOSSIERS).exclude(personne_ref="").order_by()
    depuis = _minuit(premier - datetime.timedelta(days=HABITUDE))
    par_jour = (
        ouvertures.filter(date__gte=depuis)
        .values_list("compte", TruncDate("date"))
        .annotate(combien=Count("personne_ref", distinct=True))
    )
    dossiers: dict[int, dict[datetime.date, int]] = defaultdict(dict)
    for qui, quand, combien in par_jour:
        dossiers[qui][quand] = combien
    recentes = Consultation.objects.filter(date__gte=_minuit(premier)).order_by()
    distincts = dict(
        ouvertures.filter(date__gte=_minuit(premier))
        .values_list("compte")
        .annotate(combien=Count("personne_ref", distinct=True))
    )
    jours = recentes.values_list("compte", TruncDate("date"))
    return Releve(
        jour,
        Compte.objects.in_bulk(),
        dossiers,
        distincts,
        list(jours.filter(acte=Acte.EXPORT).annotate(n=Count("pk"), lignes=Sum("lignes"))),
        list(jours.filter(acte=Acte.TENTATIVE).annotate(n=Count("pk"))),
    )


def _minuit(jour: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(jour, datetime.time()))


def _inhabituel(releve: Releve) -> Iterator[Signal]:
    for qui, jours in releve.dossiers.items():
        for jour, combien in jours.items():
            if jour < releve.premier:
                continue
            avant = [n for j, n in jours.items() if jour - datetime.timedelta(days=HABITUDE) <= j < jour]
            if len(avant) < JOURS_CONNUS:
                if combien >= SANS_HABITUDE:
                    yield Signal(
                        releve.comptes[qui],
                        jour,
                        "Beaucoup de dossiers",
                        f"{accorde(combien, 'dossier')} en un jour, pour un compte qui travaille depuis peu.",
                    )
                continue
            habitude = median(avant)
            if combien >= AU_MOINS and combien > FOIS * habitude:
                yield Signal(
                    releve.comptes[qui],
                    jour,
                    "Plus de dossiers que d’habitude",
                    f"{accorde(combien, 'dossier')} en un jour, contre {nombre(round(habitude))} un jour ordinaire.",
                )


def _suivis_par() -> dict[int, int]:
    """Persons that each member of staff follows as « référent », by its key. One query a kind of follow-up."""
    personnes: dict[int, set[int]] = defaultdict(set)
    for labels in SUIVIS.values():
        for label in labels:
            modele = apps.get_model(label)
            if any(champ.name == "referent" for champ in modele._meta.fields):
                lignes = modele._default_manager.exclude(referent=None).order_by()
                for referent, personne in lignes.values_list("referent", "personne").distinct():
                    personnes[referent].add(personne)
    return {cle: len(suivies) for cle, suivies in personnes.items()}


def _au_dela_des_suivis(releve: Releve) -> Iterator[Signal]:
    suivis = _suivis_par()
    for qui, combien in releve.distincts.items():
        compte = releve.comptes[qui]
        if combien < SUIVIS_AU_MOINS:
            continue
        if travailleur_social(compte):
            siens, mots = suivis.get(compte.intervenant_id or 0, 0), "dont le compte est référent"
        elif encadrant(compte):
            siens, mots = personnes_visibles(compte).count(), "de ses équipes"
        else:
            continue
        if combien > SUIVIS_FOIS * siens:
            yield Signal(
                compte,
                releve.jour,
                "Plus de dossiers que de suivis",
                f"{accorde(combien, 'dossier')} en {JOURS} jours, pour {accorde(siens, 'personne')} {mots}.",
            )


def _exports(releve: Releve) -> Iterator[Signal]:
    for qui, jour, combien, lignes in releve.exports:
        if (lignes or 0) >= LIGNES:
            yield Signal(
                releve.comptes[qui],
                jour,
                "Beaucoup de lignes emportées",
                f"{accorde(combien, 'fichier')} et {accorde(lignes, 'ligne')} en un jour.",
            )


def _refus(releve: Releve) -> Iterator[Signal]:
    for qui, jour, combien in releve.refus:
        if combien >= REFUS:
            yield Signal(
                releve.comptes[qui],
                jour,
                "Accès refusés",
                f"{accorde(combien, 'accès refusé', 'accès refusés')} le {jour_francais(jour)}.",
            )


REGLES = (
    Regle(
        "Plus de dossiers que d’habitude",
        f"En un jour, au moins {AU_MOINS} dossiers différents et plus de {FOIS} fois le nombre habituel de ce compte "
        f"(la médiane de ses jours de travail des {HABITUDE} jours d’avant). Un compte qui a travaillé moins de "
        f"{JOURS_CONNUS} jours est signalé à partir de {SANS_HABITUDE} dossiers en un jour.",
        _inhabituel,
    ),
    Regle(
        "Plus de dossiers que de suivis",
        f"En {JOURS} jours, au moins {SUIVIS_AU_MOINS} dossiers différents et plus de {SUIVIS_FOIS} fois le nombre de "
        "personnes dont le compte est référent (pour un encadrant\u202f: les salariés de ses équipes).",
        _au_dela_des_suivis,
    ),
    Regle(
        "Beaucoup de lignes emportées",
        f"En un jour, au moins {LIGNES} lignes de listes emportées en fichiers XLSX ou CSV.",
        _exports,
    ),
    Regle(
        "Accès refusés",
        f"En un jour, au moins {REFUS} accès refusés\u202f: pages fermées à ce compte, dossiers d’un autre pôle ou d’une "
        "autre équipe, par l’adresse ou par un formulaire.",
        _refus,
    ),
)


def signaux(jour: datetime.date) -> list[Signal]:
    """What is unusual over the last days, the latest first."""
    releve = relever(jour)
    trouves = [signal for regle in REGLES for signal in regle.chercher(releve)]
    return sorted(trouves, key=lambda s: (-s.jour.toordinal(), str(s.compte), s.titre))
