"""Persons of the files who may be known already, in the house or under another row of the same files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from aipi.identite import PROCHE, PROCHE_MEME_JOUR, doublons
from aipi.models import Personne
from aipi.periodes import jour_francais

from .identites import Identite

CANDIDATS = 4
MAXIMUM = 500
"""Persons of one drop that are asked about; what is beyond is rarer than a mistake in the plan."""
LETTRES = 3


@dataclass(frozen=True)
class Candidat:
    """Who a person of the files may be: her reference, how she is told, and why."""

    ref: str
    texte: str
    raison: str


def _dite(nom: str, prenom: str, naissance: Any) -> str:
    quand = f", naissance {jour_francais(naissance)}" if naissance else ", naissance non renseignée"
    return f"{prenom} {nom}{quand}"


def ressemblances(nouvelles: Mapping[str, Identite]) -> list[dict[str, Any]]:
    """What is to be asked: for each new person, who she may be, and the answer that is proposed."""
    questions: list[dict[str, Any]] = []
    connue = Personne.objects.exists()
    voisines = _dans_les_fichiers(nouvelles)
    for ref, identite in nouvelles.items():
        candidats: list[Candidat] = []
        if connue:
            trouves = doublons(identite.nom, identite.prenom, identite.naissance, identite.telephone)
            candidats = [
                Candidat(t.personne.ref, _dite(t.personne.nom, t.personne.prenom, t.personne.date_naissance), t.raison)
                for t in trouves[:CANDIDATS]
            ]
        propose = _propose(identite, candidats)
        candidats += [
            Candidat(autre, _dite(nouvelles[autre].nom, nouvelles[autre].prenom, nouvelles[autre].naissance), raison)
            for autre, raison in voisines.get(ref, [])[:CANDIDATS]
        ]
        if candidats:
            questions.append(
                {
                    "ref": ref,
                    "texte": _dite(identite.nom, identite.prenom, identite.naissance),
                    "candidats": [[c.ref, c.texte, c.raison] for c in candidats],
                    "propose": propose,
                }
            )
            if len(questions) >= MAXIMUM:
                break
    return questions


def _propose(identite: Identite, candidats: list[Candidat]) -> str:
    """The same person when both names are hers and nothing contradicts it; nothing is proposed between two."""
    memes = [c for c in candidats if c.raison.startswith("même nom et même prénom")]
    if len(memes) != 1:
        return ""
    personne = Personne.objects.get(ref=memes[0].ref)
    jours = {identite.naissance, personne.date_naissance} - {None}
    return memes[0].ref if len(jours) < 2 else ""


def _dans_les_fichiers(nouvelles: Mapping[str, Identite]) -> dict[str, list[tuple[str, str]]]:
    """For each new person, those of the same files told before her that look like her."""
    voisines: dict[str, list[tuple[str, str]]] = defaultdict(list)
    vues: dict[Any, list[str]] = defaultdict(list)
    for ref, identite in nouvelles.items():
        deja: set[str] = set()
        for cle in _cles(identite):
            for autre in vues[cle][:50]:
                if autre not in deja and (raison := _comparer(identite, nouvelles[autre])):
                    voisines[ref].append((autre, raison))
                    deja.add(autre)
            vues[cle].append(ref)
    return voisines


def _cles(identite: Identite) -> Iterator[Any]:
    nom, prenom = identite.cle
    yield "nom", min(nom[:LETTRES], prenom[:LETTRES]), max(nom[:LETTRES], prenom[:LETTRES])
    if identite.naissance is not None:
        yield "jour", identite.naissance


def _comparer(un: Identite, autre: Identite) -> str:
    """Why two persons of the files may be one, nothing when they are not."""
    eux, nous = autre.cle, un.cle
    degre = max(
        SequenceMatcher(None, " ".join(nous), " ".join(eux)).ratio(),
        SequenceMatcher(None, " ".join(nous), " ".join(reversed(eux))).ratio(),
    )
    meme_jour = un.naissance is not None and un.naissance == autre.naissance
    if meme_jour and degre >= PROCHE_MEME_JOUR:
        return "dans ces fichiers\u202f: même date de naissance, nom proche"
    autres_jours = None not in (un.naissance, autre.naissance) and not meme_jour
    if nous != eux and degre >= PROCHE and not autres_jours:
        return "dans ces fichiers\u202f: nom et prénom proches"
    return ""
