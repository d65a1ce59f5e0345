"""Persons of the files who may be known already, in the house or under another row of the same files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aipi.identite import (
    CHIFFRES_D_UN_NUMERO,
    JOUR_ET_MOIS,
    PROCHE,
    PROCHE_MEME_JOUR,
    Cherchee,
    inverses,
    noms_proches,
    numero_de,
)
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
    maison = Maison()
    voisines = _dans_les_fichiers(nouvelles)
    for ref, identite in nouvelles.items():
        trouvees = maison.chercher(identite)[:CANDIDATS]
        candidats = [Candidat(p.ref, _dite(p.nom, p.prenom, p.date_naissance), raison) for p, raison in trouvees]
        propose = _propose(identite, trouvees)
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


class Maison:
    """The persons of the house, read at once, found by the beginning of their names, their birthday, their telephone.

    A drop may name thousands: the query by person of `aipi.identite.doublons` would be asked as many times.
    """

    def __init__(self) -> None:
        self._par_cle: dict[Any, list[Personne]] = defaultdict(list)
        champs = ("pk", "ref", "nom", "prenom", "date_naissance", "telephone", "recherche")
        for personne in Personne.objects.en_base_active().only(*champs).order_by("recherche", "ref"):
            identite = Identite(personne.nom, personne.prenom, personne.date_naissance, personne.telephone)
            for cle in set(_cles(identite)):
                self._par_cle[cle].append(personne)

    def chercher(self, identite: Identite) -> list[tuple[Personne, str]]:
        """Those who may be the person that is named, the surest first, and why."""
        cherchee = Cherchee.de(identite.nom, identite.prenom, identite.naissance, identite.telephone)
        trouvees = {p.pk: p for cle in set(_cles(identite)) for p in self._par_cle[cle]}
        jugees = [(jugement, p) for p in trouvees.values() if (jugement := cherchee.juger(p)) is not None]
        jugees.sort(key=lambda j: (j[0][0], -j[0][1], j[1].recherche, j[1].ref))
        return [(personne, raison) for (_, _, raison), personne in jugees]


def _propose(identite: Identite, trouvees: Sequence[tuple[Personne, str]]) -> str:
    """The same person when both names are hers and nothing contradicts it; nothing is proposed between two."""
    memes = [personne for personne, raison in trouvees if raison.startswith("même nom et même prénom")]
    if len(memes) != 1:
        return ""
    jours = {identite.naissance, memes[0].date_naissance} - {None}
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
    """What two persons who may be one have in common, at least one of it."""
    nom, prenom = identite.cle
    yield "nom", min(nom[:LETTRES], prenom[:LETTRES]), max(nom[:LETTRES], prenom[:LETTRES])
    # A first letter mistyped: the end of the names is the same.
    yield "fin", min(nom[-LETTRES:], prenom[-LETTRES:]), max(nom[-LETTRES:], prenom[-LETTRES:])
    if (jour := identite.naissance) is not None:
        yield "jour", jour.year, min(jour.day, jour.month), max(jour.day, jour.month)
    if len(numero := numero_de(identite.telephone)) == CHIFFRES_D_UN_NUMERO:
        yield "numero", numero


def _comparer(un: Identite, autre: Identite) -> str:
    """Why two persons of the files may be one, nothing when they are not."""
    eux, nous = autre.cle, un.cle
    inverse = inverses(un.naissance, autre.naissance)
    meme_jour = un.naissance is not None and un.naissance == autre.naissance
    if nous in (eux, eux[::-1]):
        raison = JOUR_ET_MOIS if inverse else "autre date de naissance"
        return f"dans ces fichiers\u202f: même nom et même prénom, {raison}"
    proche = noms_proches(nous, eux, PROCHE_MEME_JOUR if meme_jour else PROCHE)
    if meme_jour:
        return "dans ces fichiers\u202f: même date de naissance, nom proche" if proche else ""
    autres_jours = None not in (un.naissance, autre.naissance)
    if proche and (inverse or not autres_jours):
        suite = f", {JOUR_ET_MOIS}" if inverse else ""
        return f"dans ces fichiers\u202f: nom et prénom proches{suite}"
    return ""
