"""Who is who: what a telephone number looks like, and who may already be known."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db.models import QuerySet

from aipi.models import Personne
from aipi.models.personnes import DERNIER_CARACTERE
from aipi.nir import SEPARATEURS
from aipi.texte import degre, replier

PROCHE = 0.85
"""From which degre two names may be one and the same, mistyped."""
PROCHE_MEME_JOUR = 0.6
"""The same, for two persons born the same day."""
JOUR_ET_MOIS = "jour et mois de naissance inversés"
LETTRES_COMMUNES = 3
CANDIDATS = 300
"""Persons compared with a name, at most, for each way of finding them."""
CHIFFRES_D_UN_NUMERO = 9
"""A telephone number is told from these last digits: with or without its country."""


def telephone_groupe(texte: str) -> str:
    """« 06 11 22 33 44 » or « +33 6 11 22 33 44 »; anything else is left as it was typed."""
    serre = SEPARATEURS.sub("", texte)
    if re.fullmatch(r"0\d{9}", serre):
        return " ".join(re.findall("..", serre))
    if trouve := re.fullmatch(r"(?:\+|00)33(?:\(0\))?(\d)(\d{8})", serre):
        return " ".join(["+33", trouve[1], *re.findall("..", trouve[2])])
    return texte


def telephone_a_composer(texte: str) -> str:
    """The first number of what was typed, as a telephone dials it; nothing when there is none."""
    trouve = re.search(r"\+?\d+", re.sub(r"[\s.\-]", "", telephone_groupe(texte)))
    return trouve[0] if trouve else ""


@dataclass(frozen=True)
class Doublon:
    """Someone who may be the person that is being entered, and why."""

    personne: Personne
    raison: str


def _cle(texte: str) -> str:
    """Letters and digits only, folded: « Ben-Ali » and « Benali » are one name."""
    return "".join(c for c in replier(texte) if c.isalnum())


def _candidats(nom: str, prenom: str, naissance: datetime.date | None, numero: str) -> Iterable[Personne]:
    """Persons worth comparing: whose name begins alike, with the same first name, born the same day, same telephone."""
    personnes = Personne.objects.en_base_active().order_by("recherche", "ref")
    requetes: list[QuerySet[Personne]] = [
        personnes.filter(recherche__gte=debut, recherche__lt=f"{debut}{DERNIER_CARACTERE}")
        for debut in sorted({nom[:LETTRES_COMMUNES], prenom[:LETTRES_COMMUNES]} - {""})
    ]
    requetes += [personnes.filter(recherche__contains=f" {mot}") for mot in sorted({nom, prenom} - {""})]
    if naissance is not None:
        requetes.append(personnes.filter(date_naissance=naissance))
    if len(numero) == CHIFFRES_D_UN_NUMERO:
        requetes.append(personnes.filter(recherche__endswith=numero))
    uniques = {p.pk: p for p in chain.from_iterable(requete[:CANDIDATS] for requete in requetes)}
    return uniques.values()


def noms_proches(un: tuple[str, str], autre: tuple[str, str], seuil: float) -> float:
    """How near two persons are called, from 0 to 1, the first name before or after the name; 0 under `seuil`."""
    return max(degre(" ".join(un), " ".join(autre), seuil), degre(" ".join(un), " ".join(reversed(autre)), seuil))


def doublons(
    nom: str, prenom: str, naissance: datetime.date | None = None, telephone: str = "", sauf: str = ""
) -> list[Doublon]:
    """Persons who may be the one described, the surest first, whoever may see them. `sauf`: a reference left out.

    Two persons born on different known days are different, unless their names are the same.
    """
    cherchee = Cherchee.de(nom, prenom, naissance, telephone)
    trouves: list[tuple[int, float, Doublon]] = []
    for personne in _candidats(replier(nom), replier(prenom), naissance, cherchee.numero):
        if personne.ref != sauf and (jugement := cherchee.juger(personne)) is not None:
            rang, proche, raison = jugement
            trouves.append((rang, -proche, Doublon(personne, raison)))
    return [doublon for _, _, doublon in sorted(trouves, key=lambda trouve: trouve[:2])]


@dataclass(frozen=True)
class Cherchee:
    """A person that is described, held against those of the house one by one."""

    nom: str
    prenom: str
    naissance: datetime.date | None
    numero: str

    @classmethod
    def de(cls, nom: str, prenom: str, naissance: datetime.date | None, telephone: str) -> Cherchee:
        return cls(_cle(nom), _cle(prenom), naissance, numero_de(telephone))

    def juger(self, personne: Personne) -> tuple[int, float, str] | None:
        """How sure it is that she is this one (0 is surest), how near the names are, and why; None when she is not."""
        nous, eux = (self.nom, self.prenom), (_cle(personne.nom), _cle(personne.prenom))
        leur = personne.date_naissance
        meme_jour = self.naissance is not None and leur == self.naissance
        inverse = inverses(self.naissance, leur)
        autre_jour = not meme_jour and None not in (self.naissance, leur)
        if eux in (nous, nous[::-1]):
            suite = f", {JOUR_ET_MOIS}" if inverse else ", même date de naissance" if meme_jour else ""
            return 0, 1.0, f"même nom et même prénom{suite}"
        proche = noms_proches(nous, eux, PROCHE_MEME_JOUR if meme_jour else PROCHE)
        if meme_jour and proche:
            return 1, proche, "même date de naissance, nom proche"
        if proche and not meme_jour and (inverse or not autre_jour):
            return 2, proche, f"nom et prénom proches{f', {JOUR_ET_MOIS}' if inverse else ''}"
        if len(self.numero) == CHIFFRES_D_UN_NUMERO and numero_de(personne.telephone) == self.numero:
            return 3, proche, "même numéro de téléphone"
        return None


def numero_de(telephone: str) -> str:
    """The last digits of a telephone number, by which it is known."""
    return "".join(c for c in telephone if c.isdigit())[-CHIFFRES_D_UN_NUMERO:]


def inverses(un: datetime.date | None, autre: datetime.date | None) -> bool:
    """Whether two days are one whose day and month were swapped: « 03/02 » for « 02/03 »."""
    if un is None or autre is None or un == autre:
        return False
    return (un.year, un.month, un.day) == (autre.year, autre.day, autre.month)


def homonymes(texte: str) -> list[Personne]:
    """Persons whose whole name is what was typed, in either order: to be told even to who may not see them.

    Part of a name tells nobody: no list of the other pole can be read letter by letter.
    """
    mots = replier(texte).split()
    if len(mots) < 2:
        return []
    ordres = {" ".join(mots[i:] + mots[:i]) for i in range(len(mots))}
    trouvees: dict[int, Personne] = {}
    for ordre in ordres:
        # The telephone follows the name in the folded text.
        debut = Personne.objects.en_base_active().filter(
            recherche__gte=ordre, recherche__lte=f"{ordre} {DERNIER_CARACTERE}"
        )
        for personne in debut.order_by("recherche", "ref")[:CANDIDATS]:
            if f"{replier(personne.nom)} {replier(personne.prenom)}" == ordre:
                trouvees[personne.pk] = personne
    return list(trouvees.values())
