"""A session with its people: who is invited, who came, told by one screen and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction
from django.db.models import F

from aipi.models import Personne
from aipi.roles import hors_limitation

from .models import Action, Invitation, Presence, Seance

VENU = "oui"
ABSENT = "non"
NON_POINTE = ""
ETATS = {VENU: True, ABSENT: False}
LIBELLES = {VENU: "présent", ABSENT: "absent", NON_POINTE: "non pointé"}
PROFESSIONNELS_MAXIMUM = 1_000


@dataclass(frozen=True)
class Participant:
    """Someone invited to a session, or pointed at it. `etat`: `oui`, `non`, or nothing before it is known."""

    personne: Personne
    invite: bool
    etat: str


@dataclass(frozen=True)
class Places:
    """How many are invited for how many places (None: unlimited, or not said)."""

    places: int | None
    invites: int

    @property
    def restantes(self) -> int | None:
        return None if self.places is None else max(self.places - self.invites, 0)

    @property
    def en_trop(self) -> int:
        return 0 if self.places is None else max(self.invites - self.places, 0)


@dataclass(frozen=True)
class Bilan:
    """What an action came to in its year, by the very verbs of the report."""

    tenues: int
    annulees: int
    participants: int
    places: int | None
    remplissage: Fraction | None
    """Participants for the places of an action held; None without a number of places, or before a session is held."""


def bilan(action: Action) -> Bilan:
    """Sessions held and cancelled in the year of the action, persons who came to one of them."""
    periode = action.periode
    seances = Seance.objects.filter(action=action)
    effectives = Presence.objects.effectives(periode, action.domaine).filter(seance__action=action)
    frequentees = Action.objects.avec_participants(periode, action.domaine).filter(pk=action.pk)
    venus = frequentees.annotate(venus=F("participants")).values_list("venus", flat=True).first()
    return Bilan(
        tenues=seances.tenues(periode, action.domaine).count(),
        annulees=seances.annulees(periode, action.domaine).count(),
        participants=effectives.order_by().values("personne").distinct().count(),
        places=action.places,
        remplissage=Fraction(venus, action.places) if venus is not None and action.places else None,
    )


def participants(seance: Seance) -> list[Participant]:
    """Everyone invited or pointed, by name, but those whose file is frozen. Two queries."""
    invites = {i.personne_id: i.personne for i in hors_limitation(seance.invitations.select_related("personne"))}
    pointes = {p.personne_id: p for p in hors_limitation(seance.presences.select_related("personne"))}
    tous = {**{cle: p.personne for cle, p in pointes.items()}, **invites}
    return [
        Participant(
            personne,
            cle in invites,
            (VENU if pointes[cle].present else ABSENT) if cle in pointes else NON_POINTE,
        )
        for cle, personne in sorted(tous.items(), key=lambda paire: (paire[1].recherche, paire[0]))
    ]


def inviter(seance: Seance, personnes: Iterable[Personne]) -> int:
    """Invite each person once; the number of those who were not yet."""
    return sum(Invitation.objects.get_or_create(seance=seance, personne=personne)[1] for personne in personnes)


def venus_la_derniere_fois(seance: Seance) -> list[Personne]:
    """Who came to the last session held before this one in the same action, and is not invited to it yet."""
    precedente = (
        Seance.objects.filter(action=seance.action_id, statut=Seance.Statut.TENUE, date__lte=seance.date)
        .exclude(pk=seance.pk)
        .order_by("-date", "-pk")
        .first()
    )
    if precedente is None:
        return []
    venus = Presence.objects.filter(seance=precedente, present=True).order_by().values("personne")
    deja = seance.invitations.order_by().values("personne")
    presents = hors_limitation(Personne.objects.en_base_active().filter(pk__in=venus))
    return list(presents.exclude(pk__in=deja))


def noter(seance: Seance, personne: Personne, etat: str) -> None:
    """Say whether a person came; nothing said takes the pointing back."""
    if etat == NON_POINTE:
        for presence in Presence.objects.filter(seance=seance, personne=personne):
            presence.delete()
    else:
        Presence.objects.update_or_create(seance=seance, personne=personne, defaults={"present": ETATS[etat]})


def pointer(seance: Seance, voulus: Mapping[int, str], montres: Mapping[int, str]) -> list[Participant]:
    """Write the pointing of a form, by key of person; `montres` is what the form showed.

    Only what was changed is written. What a colleague pointed otherwise meanwhile is left as it is, and returned.
    """
    ecarts = []
    with transaction.atomic():
        Seance.objects.select_for_update(of=("self",)).get(pk=seance.pk)
        for participant in participants(seance):
            cle = participant.personne.pk
            voulu, montre = voulus.get(cle), montres.get(cle, NON_POINTE)
            if voulu not in LIBELLES or voulu in (montre, participant.etat):
                continue
            if participant.etat == montre:
                noter(seance, participant.personne, voulu)
            else:
                ecarts.append(participant)
    return ecarts
