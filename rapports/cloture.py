"""Closing a report freezes all of it: values, the lists behind them, texts, the page and the very files.

It takes three steps. All that is printed is read at one moment (`rapports.arret`); PDFs are laid out from that, reading no
table; then the whole is written at once. Cut short, it leaves nothing, and what was written in between is told.

Later corrections of the case files change nothing of it; they are listed as differences. An erratum is a new edition that
says what it corrects; the former ones stay as they left.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from aipi.models import Compte
from aipi.pdf import en_pdf
from insertion_pro.axes import Axe
from rapports.arret import Arret, arreter, declarations, ecrits_de, listes_de, tranches_du_jour
from rapports.declarations import Declaration, Indicateur
from rapports.models import Edition, ListeArretee, PieceEdition, Rapport, Reouverture, ValeurArretee
from rapports.plan import prendre_la_suite
from rapports.valeurs import Releve

FORMAT = "aipi-edition-1"
ECRITS = {
    "textes": "les textes",
    "photographies": "les photographies",
    "plan": "le plan",
    "perspectives": "les perspectives",
    "remarques": "les remarques acceptées",
}
Nombre = Fraction | None
Termes = tuple[Nombre, Nombre]


class DejaClos(Exception):
    """The report is closed already, and no erratum says why it should be closed again."""


class PasClos(Exception):
    """The report is not closed: there is nothing to reopen or to compare."""


class SansMotif(Exception):
    """A new edition says what it corrects; a reopening says why."""


class EcritDepuis(Exception):
    """Texts, photographs, plan or perspectives changed while the files were laid out: nothing is closed."""

    def __init__(self, genres: list[str]) -> None:
        quoi = " et ".join(filter(None, (", ".join(ECRITS[genre] for genre in genres[:-1]), ECRITS[genres[-1]])))
        super().__init__(
            f"Pendant la mise en pages, quelqu’un a modifié {quoi} de ce rapport. Rien n’est clos\u202f: relancez la"
            " clôture, qui reprendra ce qui est écrit maintenant."
        )


def clore(
    rapport: Rapport,
    compte: Compte | None,
    erratum: str = "",
    *,
    fichiers: bool = True,
    dire: Callable[[int, str], None] = lambda avance, quoi: None,
) -> Edition:
    """Freeze `rapport` as its next edition, with its files. All or nothing.

    `fichiers`: without, its figures, lists, texts and page only, for a past year whose figures feed the series and that
    nobody will print. `dire` is told how far it is.

    Raises DejaClos when it is closed and no erratum is given, SansMotif when it was closed before and none is given,
    EcritDepuis when its texts changed during the layout, RenduImpossible when a PDF cannot be made.
    """
    erratum = erratum.strip()
    numero = _prochaine(rapport, erratum)
    dire(5, "Arrêt des chiffres, des listes et des textes, d’un seul tenant")
    prendre_la_suite(rapport)
    arret = arreter(rapport, compte, numero, erratum if numero > 1 else "", fichiers=fichiers)
    for rang, (nom, page) in enumerate(arret.pages.items()):
        dire(30 + 60 * rang // len(arret.pages), f"Mise en pages\u202f: {nom}")
        arret.fichiers[nom] = en_pdf(page, arret.ressource)
    dire(92, "Enregistrement de l’édition")
    ecrites: list[FieldFile] = []
    try:
        with transaction.atomic():
            rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
            if _prochaine(rapport, erratum) != numero:
                raise DejaClos
            if changes := [genre for genre, lignes in ecrits_de(rapport).items() if lignes != arret.ecrits[genre]]:
                raise EcritDepuis(changes)
            edition = _publier(rapport, arret, ecrites)
            # Started again meanwhile, this attempt writes nothing: the other one does it.
            dire(98, "Validation")
    except BaseException:
        for fichier in ecrites:
            fichier.storage.delete(str(fichier.name))
        raise
    return edition


def _prochaine(rapport: Rapport, erratum: str) -> int:
    """The number of the next edition. Raises DejaClos or SansMotif when there cannot be one."""
    rapport = Rapport.objects.get(pk=rapport.pk)
    derniere = rapport.editions.order_by("-numero").first()
    if rapport.clos and not erratum:
        raise DejaClos
    if derniere is not None and not erratum:
        raise SansMotif
    return 1 if derniere is None else derniere.numero + 1


def _publier(rapport: Rapport, arret: Arret, ecrites: list[FieldFile]) -> Edition:
    """Write the edition and put it in force; `ecrites` are the files on the way, for who must take them back."""
    edition = arret.edition(rapport)
    listes = [
        {"indicateur": c["indicateur"], **tranche.codes, "cle": c["cle"], "references": c["references"]}
        for tranche, c in arret.listes
    ]
    fichiers = {**arret.fichiers, "listes.json": canonique(listes)}
    releve = canonique(_releve(edition, arret, fichiers))
    edition.empreinte = empreinte(releve)
    edition.save()
    arret.ecrire_chiffres(edition)
    for nom, champ in edition.fichiers.items():
        if nom in fichiers:
            champ.save(nom, ContentFile(fichiers[nom]), save=False)
            ecrites.append(champ)
    edition.fichier.save("edition.json", ContentFile(releve), save=False)
    ecrites.append(edition.fichier)
    edition.save()
    for piece in arret.pieces:
        gardee = PieceEdition(
            edition=edition, nom=piece.nom, titre=piece.titre, financeur=piece.financeur, action=piece.action
        )
        gardee.fichier.save(piece.nom, ContentFile(fichiers[piece.nom]), save=False)
        ecrites.append(gardee.fichier)
        gardee.save()
    rapport.edition = edition
    rapport.save(update_fields=["edition"])
    return edition


def rouvrir(rapport: Rapport, compte: Compte, motif: str) -> Reouverture:
    """Let the report be written again. Raises SansMotif, PasClos. The edition stays, with who reopened it and why."""
    motif = motif.strip()
    if not motif:
        raise SansMotif
    with transaction.atomic():
        rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
        if rapport.edition is None:
            raise PasClos
        trace = Reouverture.objects.create(edition=rapport.edition, date=timezone.now(), compte=compte, motif=motif)
        rapport.edition = None
        rapport.save(update_fields=["edition"])
    return trace


# Files


def canonique(donnees: Any) -> bytes:
    """JSON with sorted keys, no space, UTF-8: the same bytes for the same content, on any machine."""
    return json.dumps(donnees, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def empreinte(contenu: bytes) -> str:
    return hashlib.sha256(contenu).hexdigest()


def _releve(edition: Edition, arret: Arret, fichiers: dict[str, bytes]) -> dict[str, Any]:
    """The whole account of an edition. Numbers are exact fractions, as text."""
    periode = edition.rapport.periode
    return {
        "format": FORMAT,
        "periode": [periode.debut.isoformat(), periode.fin.isoformat()],
        "edition": edition.numero,
        "close_le": edition.close_le.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "close_par": str(edition.close_par or ""),
        "erratum": edition.erratum,
        "valeurs": [
            {
                "indicateur": champs["indicateur"],
                **tranche.codes,
                "valeur": champs.get("valeur", ""),
                "numerateur": champs.get("numerateur", ""),
                "denominateur": champs.get("denominateur", ""),
                "facteur": champs.get("facteur", ""),
                "repartition": champs.get("repartition"),
                "avant": champs.get("avant", []),
            }
            for tranche, champs in arret.valeurs
        ],
        "textes": {section: corps for section, corps, _ in arret.ecrits["textes"]},
        "signatures": {section: signature for section, _, signature in arret.ecrits["textes"] if signature},
        "perspectives": [
            {"partie": partie, "intitule": intitule, "objectif": objectif, "financeur": financeur or ""}
            for partie, intitule, objectif, financeur, _, _ in arret.ecrits["perspectives"]
        ],
        "remarques_acceptees": [
            {
                "remarque": cle,
                "motif": motif,
                "par": par,
                "le": jour.astimezone(datetime.UTC).isoformat(timespec="seconds"),
            }
            for cle, motif, par, jour in arret.ecrits["remarques"]
        ],
        "photographies": [
            {"section": section, "legende": legende, "alternative": alternative}
            for section, _, _, legende, alternative in arret.ecrits["photographies"]
        ],
        "fichiers": {nom: empreinte(contenu) for nom, contenu in sorted(fichiers.items())},
    }


# Differences


@dataclass(frozen=True)
class Ecart:
    """A figure that the files would give otherwise today, or whose list or terms are others: what was printed, what would be."""

    declaration: Declaration
    axe: Axe | None
    cle: str
    libelle: str
    imprime: Nombre
    maintenant: Nombre
    termes: tuple[Termes, Termes]
    """Numerator and denominator, as printed and now; None for what is no rate."""
    ajoutees: tuple[str, ...] = ()
    retirees: tuple[str, ...] = ()


def ecarts(edition: Edition) -> list[Ecart]:
    """All that differs between an edition and the files as they are now, in the order of the dictionary."""
    periode = edition.rapport.periode
    resultat: list[Ecart] = []
    # A workshop or a team that an edition names is never deleted: those of today are all of them.
    for axe in (tranche.axe for tranche in tranches_du_jour()):
        vif = Releve(periode, axe, vif=True)
        arretees = {v.indicateur: v for v in ValeurArretee.objects.sous(axe).filter(edition=edition)}
        listes = {
            (code, cle): set(refs)
            for code, cle, refs in ListeArretee.objects.sous(axe)
            .filter(edition=edition)
            .values_list("indicateur", "cle", "references")
        }
        vives = {(code, cle): set(refs) for code, cle, _, refs in listes_de(vif)}
        for code, declaration in declarations(axe):
            termes = _termes(arretees.get(code), vif, declaration)
            for cle, libelle, avant, apres in _lignes(arretees.get(code), vif, declaration):
                connues, nouvelles = listes.get((code, cle), set()), vives.get((code, cle), set())
                if avant != apres or connues != nouvelles or termes[0] != termes[1]:
                    resultat.append(
                        Ecart(
                            declaration,
                            axe,
                            cle,
                            libelle,
                            avant,
                            apres,
                            termes,
                            tuple(sorted(nouvelles - connues)),
                            tuple(sorted(connues - nouvelles)),
                        )
                    )
    return resultat


def _termes(arretee: ValeurArretee | None, vif: Releve, declaration: Declaration) -> tuple[Termes, Termes]:
    """The terms of a rate, as printed and as the files give them: 1 out of 2 and 2 out of 4 are not the same year."""
    if not isinstance(declaration, Indicateur):
        return (None, None), (None, None)
    valeur = vif.valeur(declaration.code)
    avant = (_fraction(arretee.numerateur), _fraction(arretee.denominateur)) if arretee is not None else (None, None)
    return avant, (valeur.numerateur, valeur.denominateur)


def _fraction(texte: str) -> Nombre:
    return Fraction(texte) if texte else None


def _lignes(
    arretee: ValeurArretee | None, vif: Releve, declaration: Declaration
) -> Iterator[tuple[str, str, Fraction | None, Fraction | None]]:
    """Key, label, printed and present number of a figure, or of each line of a breakdown."""
    if isinstance(declaration, Indicateur):
        avant = _fraction(arretee.valeur) if arretee is not None else None
        yield "", declaration.libelle, avant, vif.valeur(declaration.code).nombre
        return
    anciennes = arretee.repartition if arretee is not None else None
    imprimees = {cle: _fraction(nombre) for cle, _, nombre in anciennes or []}
    libelles = {cle: libelle for cle, libelle, _ in anciennes or []}
    presentes = {cle: (libelle, nombre) for cle, libelle, nombre in vif.repartition(declaration.code) or []}
    for cle in dict.fromkeys([*imprimees, *presentes]):
        libelle, nombre = presentes.get(cle, (libelles.get(cle, cle), None))
        yield cle, f"{declaration.libelle}\u202f: {libelle}", imprimees.get(cle), nombre
