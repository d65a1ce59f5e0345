"""Writing the content of a dashboard from what was read and what is hidden: all that anybody will ever be shown of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils import timezone

from aipi.periodes import Periode
from insertion_pro.axes import Axe
from rapports.cles import ParMois
from rapports.declarations import Chapitre, Indicateur, Repartition, Taux
from rapports.ecriture import court, typographie
from rapports.financeurs.cellules import NOMS, Cellule, Mesure, cellule_de_ligne, concerne_des_personnes, support
from rapports.financeurs.lecture import Lecture, termes_de
from rapports.valeurs import Releve

VERSION = 1
CONNU, SECRET, INCONNU = "connu", "secret", "inconnu"

Case = dict[str, Any]
"""A published number: its state, and its exact value as text when it is known."""


@dataclass
class Redaction:
    """Writes the content of a dashboard from what was read and what is hidden."""

    lecture: Lecture
    mesures: dict[Cellule, Mesure]
    secrets: set[tuple[str, Periode]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.secrets = {
            (cellule.nom.partition(".")[0], cellule.periode) for cellule, m in self.mesures.items() if m.secret
        }

    def contenu(self) -> dict[str, Any]:
        demande = self.lecture.demande
        periode = demande.periode
        blocs = []
        for chapitre in self.lecture.chapitres:
            blocs.append(self._bloc(chapitre, None))
            if "atelier" in chapitre.axes:
                blocs += [self._bloc(chapitre, axe) for axe in self.lecture.ateliers]
        return {
            "version": VERSION,
            "financeur": demande.financeur.nom,
            "periode": _periode(periode),
            "precedente": _periode(periode.precedente) if demande.avec_precedente else None,
            "serie": [_periode(p) for p in self.lecture.serie],
            "seuil": self.lecture.seuil,
            "provisoire": periode.fin >= timezone.localdate(),
            "blocs": blocs,
        }

    def _bloc(self, chapitre: type[Chapitre], axe: Axe | None) -> dict[str, Any]:
        indicateurs, repartitions = [], []
        for declaration in chapitre.declarations():
            if isinstance(declaration, Indicateur) and declaration.axe_admis(axe):
                indicateurs.append(self._indicateur(declaration, axe))
            elif isinstance(declaration, Repartition) and axe is None:
                lignes = self._lignes(declaration)
                if lignes is not None:
                    repartitions.append(lignes)
        return {
            "chapitre": chapitre.prefixe,
            "titre": chapitre.titre,
            "atelier": {"code": axe.code, "libelle": axe.libelle} if axe else None,
            "indicateurs": indicateurs,
            "repartitions": repartitions,
        }

    def _indicateur(self, indicateur: Indicateur, axe: Axe | None) -> dict[str, Any]:
        demande = self.lecture.demande
        releve = self.lecture.releve(demande.periode, axe)
        entier = axe is None
        ecrit: dict[str, Any] = {
            "code": indicateur.code,
            "libelle": indicateur.libelle,
            "unite": indicateur.unite,
            "definition": typographie(indicateur.definition),
            "decimales": indicateur.decimales,
            "favorable": indicateur.favorable,
            "valeur": self._case(indicateur, releve, axe),
            "precedente": None,
            "serie": [],
        }
        if isinstance(indicateur, Taux):
            valeur = releve.valeur(indicateur.code)
            for nom, (terme, nombre) in zip(("numerateur", "denominateur"), termes_de(indicateur, valeur), strict=True):
                ecrit[nom] = {"libelle": terme.libelle, "unite": terme.unite, **self._terme(terme, nombre, releve, axe)}
        if entier and demande.avec_precedente:
            avant = self.lecture.releve(demande.periode.precedente, None)
            ecrit["precedente"] = self._case(indicateur, avant, None)
        if entier:
            ecrit["serie"] = [self._case(indicateur, self.lecture.releve(p, None), None) for p in self.lecture.serie]
        return ecrit

    def _cachee(self, cellules: Iterable[Cellule]) -> bool:
        return any(cellule in self.mesures and self.mesures[cellule].secret for cellule in cellules)

    def _case(self, indicateur: Indicateur, releve: Releve, axe: Axe | None) -> Case:
        valeur = releve.valeur(indicateur.code)
        if valeur.nombre is None:
            return _ecrire(None, cachee=False)
        cachee = self._cachee(self.lecture.cellules_de(indicateur, releve, axe.code if axe else ""))
        if isinstance(indicateur, Taux) and None in (valeur.numerateur, valeur.denominateur):
            # A rate printed long ago has lost its terms: it could give a hidden one away.
            chapitre = indicateur.chapitre.prefixe
            cachee = concerne_des_personnes(indicateur) and (chapitre, releve.periode) in self.secrets
        return _ecrire(valeur.nombre, cachee=cachee)

    def _terme(self, terme: Indicateur, nombre: Fraction | None, releve: Releve, axe: Axe | None) -> Case:
        cellule = Cellule(NOMS[support(terme)], axe.code if axe else "", releve.periode.debut, releve.periode.fin)
        return _ecrire(nombre, cachee=self._cachee([cellule]))

    def _lignes(self, repartition: Repartition) -> dict[str, Any] | None:
        releve = self.lecture.releve(self.lecture.demande.periode, None)
        lignes = releve.repartition(repartition.code)
        if lignes is None:
            return None
        return {
            "code": repartition.code,
            "libelle": repartition.libelle,
            "unite": repartition.unite,
            "definition": typographie(repartition.definition),
            "multiple": repartition.multiple,
            "mensuelle": isinstance(repartition.par, ParMois),
            "lignes": [
                {
                    "cle": cle,
                    "libelle": libelle,
                    **_ecrire(nombre, cachee=self._cachee([cellule_de_ligne(repartition, cle, "", releve.periode)])),
                }
                for cle, libelle, nombre in lignes
            ],
        }


def _ecrire(nombre: Fraction | None, *, cachee: bool) -> Case:
    if nombre is None:
        return {"etat": INCONNU, "exact": None}
    return {"etat": SECRET, "exact": None} if cachee else {"etat": CONNU, "exact": str(nombre)}


def _periode(periode: Periode) -> dict[str, str]:
    return {
        "debut": periode.debut.isoformat(),
        "fin": periode.fin.isoformat(),
        "libelle": str(periode),
        "court": court(periode),
    }
