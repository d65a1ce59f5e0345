"""Streaming XML of workbooks, without trust: no DOCTYPE, bounded depth and pieces, memory that does not grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

from .erreurs import FichierInvalide

MAX_PROFONDEUR = 64
MAX_MORCEAU = 4_000_000
"""Bytes that may come without any element or text being recognised in them (one endless attribute or name)."""
BLOC = 1 << 16

Debut = Callable[[str, dict[str, str]], None]
Fin = Callable[[str], None]
Texte = Callable[[str], None]


class DoctypeRefuse(FichierInvalide):
    """A workbook has no use for a DOCTYPE, and it can be made to explode or to read other files."""

    def __init__(self) -> None:
        super().__init__("classeur refusé\u202f: il contient une déclaration DOCTYPE")


class Analyseur:
    """Feeds a stream to handlers of local names (namespaces dropped). Raises FichierInvalide for XML that is not sound.

    The handlers are given one element at a time; `avancer` feeds one block and says whether there was one, so that the
    caller may give out what was gathered in between.
    """

    def __init__(self, flux: IO[bytes], debut: Debut, fin: Fin, texte: Texte) -> None:
        self._flux = flux
        self._debut = debut
        self._profondeur = 0
        self._lus = 0
        self._expat = expat.ParserCreate(namespace_separator=" ")
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._ouvrir
        self._expat.EndElementHandler = self._fermer
        self._expat.CharacterDataHandler = texte
        self._expat.StartDoctypeDeclHandler = self._doctype
        self._fin = fin

    def _ouvrir(self, nom: str, attributs: dict[str, str]) -> None:
        self._profondeur += 1
        if self._profondeur > MAX_PROFONDEUR:
            raise FichierInvalide("classeur refusé\u202f: trop d’éléments emboîtés")
        self._debut(_local(nom), {_local(cle): valeur for cle, valeur in attributs.items()})

    def _fermer(self, nom: str) -> None:
        self._profondeur -= 1
        self._fin(_local(nom))

    def _doctype(self, *_: object) -> None:
        raise DoctypeRefuse

    def avancer(self) -> bool:
        bloc = self._flux.read(BLOC)
        self._lus += len(bloc)
        try:
            self._expat.Parse(bloc, not bloc)
        except expat.ExpatError as erreur:
            raise FichierInvalide("classeur illisible, tronqué ou protégé par un mot de passe") from erreur
        if self._lus - self._expat.CurrentByteIndex > MAX_MORCEAU:
            raise FichierInvalide("classeur refusé\u202f: un élément démesuré")
        return bool(bloc)

    def tout(self) -> None:
        while self.avancer():
            pass


def _local(nom: str) -> str:
    return nom.rpartition(" ")[2]


class _RacineTrouvee(Exception):
    pass


def refuser_doctype(flux: IO[bytes]) -> None:
    """Raise DoctypeRefuse when an XML document has one: it can only stand before the root element."""

    def racine(nom: str, attributs: dict[str, str]) -> None:
        raise _RacineTrouvee

    analyseur = Analyseur(flux, racine, lambda nom: None, lambda texte: None)
    try:
        analyseur.tout()
    except _RacineTrouvee:
        return
