"""Closing a report freezes all of it: values, the lists behind them, texts, the page and the very files.

Later corrections of the case files change nothing of it; they are listed as differences. An erratum is a new edition that
says what it corrects; the former ones stay as they left.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from aipi.models import Compte
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier
from rapports.declarations import Declaration, Indicateur, Repartition
from rapports.indicateurs import DECLARATIONS
from rapports.models import Edition, ListeArretee, Photo, Rapport, Reouverture, Texte, ValeurArretee
from rapports.plan import prendre_la_suite
from rapports.references import references
from rapports.rendu.classeur import en_xlsx
from rapports.rendu.composition import Composition, LiensSite
from rapports.rendu.document import autonome, contexte, document
from rapports.rendu.pdf import en_pdf
from rapports.rendu.presentation import en_pptx
from rapports.valeurs import Releve

FORMAT = "aipi-edition-1"
Nombre = Fraction | None
Termes = tuple[Nombre, Nombre]


class DejaClos(Exception):
    """The report is closed already, and no erratum says why it should be closed again."""


class PasClos(Exception):
    """The report is not closed: there is nothing to reopen or to compare."""


class SansMotif(Exception):
    """A new edition says what it corrects; a reopening says why."""


def clore(rapport: Rapport, compte: Compte | None, erratum: str = "") -> Edition:
    """Freeze `rapport` as its next edition, with its files. All or nothing.

    Raises DejaClos when it is closed and no erratum is given, SansMotif when it was closed before and none is given,
    RenduImpossible when its PDF cannot be made.
    """
    erratum = erratum.strip()
    with transaction.atomic():
        rapport = Rapport.objects.select_for_update().get(pk=rapport.pk)
        derniere = rapport.editions.order_by("-numero").first()
        if rapport.clos and not erratum:
            raise DejaClos
        if derniere is not None and not erratum:
            raise SansMotif
        numero = 1 if derniere is None else derniere.numero + 1
        prendre_la_suite(rapport)
        # What is frozen is what the files say now, not what the former edition had frozen.
        Rapport.objects.filter(pk=rapport.pk).update(edition=None)
        edition = Edition.objects.create(
            rapport=rapport,
            numero=numero,
            close_le=timezone.now(),
            close_par=compte,
            erratum="" if derniere is None else erratum,
        )
        ValeurArretee.objects.bulk_create(list(_valeurs(edition)), batch_size=200)
        ListeArretee.objects.bulk_create(list(_listes(edition)), batch_size=50)
        rapport.edition = edition
        rapport.save(update_fields=["edition"])
        _ecrire_fichiers(edition)
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


def _axes() -> list[Axe | None]:
    codes = Atelier.objects.order_by("code").values_list("code", flat=True)
    return [None, *(Axe.lire("atelier", code) for code in codes)]


def _declarations(axe: Axe | None) -> Iterator[tuple[str, Declaration]]:
    for code, declaration in DECLARATIONS.items():
        if axe is None or axe.nom in declaration.chapitre.axes:
            yield code, declaration


def _valeurs(edition: Edition) -> Iterator[ValeurArretee]:
    for axe in _axes():
        releve = Releve(edition.rapport.periode, axe)
        atelier = axe.atelier if axe else None
        for code, declaration in _declarations(axe):
            if isinstance(declaration, Indicateur):
                valeur = releve.valeur(code)
                yield ValeurArretee(
                    edition=edition,
                    indicateur=code,
                    atelier_id=atelier,
                    valeur=_texte(valeur.nombre),
                    numerateur=_texte(valeur.numerateur),
                    denominateur=_texte(valeur.denominateur),
                )
            else:
                lignes = releve.repartition(code)
                yield ValeurArretee(
                    edition=edition,
                    indicateur=code,
                    atelier_id=atelier,
                    repartition=None if lignes is None else [[cle, nom, _texte(nombre)] for cle, nom, nombre in lignes],
                )


def _listes(edition: Edition) -> Iterator[ListeArretee]:
    for axe in _axes():
        releve = Releve(edition.rapport.periode, axe)
        for code, cle, lignes in listes_de(releve):
            yield ListeArretee(
                edition=edition,
                indicateur=code,
                atelier_id=axe.atelier if axe else None,
                cle=cle,
                modele=lignes.model._meta.label,
                references=references(lignes),
            )


def listes_de(releve: Releve) -> Iterator[tuple[str, str, QuerySet[Any]]]:
    """Code, key of the breakdown’s line (empty for a figure) and rows of every list behind a known figure."""
    for code, declaration in _declarations(releve.axe):
        if isinstance(declaration, Indicateur):
            if releve.valeur(code).nombre is not None:
                yield code, "", declaration.liste(releve.periode, releve.axe)
        elif isinstance(declaration, Repartition):
            for cle, _, nombre in releve.repartition(code) or []:
                if nombre:
                    yield code, cle, declaration.liste(releve.periode, releve.axe, cle)


def _texte(nombre: Fraction | None) -> str:
    return "" if nombre is None else str(nombre)


# Files


def canonique(donnees: Any) -> bytes:
    """JSON with sorted keys, no space, UTF-8: the same bytes for the same content, on any machine."""
    return json.dumps(donnees, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def empreinte(contenu: bytes) -> str:
    return hashlib.sha256(contenu).hexdigest()


def _ecrire_fichiers(edition: Edition) -> None:
    periode, jour = edition.rapport.periode, timezone.localdate(edition.close_le)
    edition.corps = render_to_string("rapports/_corps.html", contexte(Composition(periode, LiensSite(), jour)))
    fichiers = {
        "rapport.pdf": en_pdf(document(periode, jour)),
        "rapport-court.pdf": en_pdf(document(periode, jour, courte=True)),
        "rapport.html": autonome(periode, jour).encode(),
        "chiffres.xlsx": en_xlsx(periode, jour),
        "presentation.pptx": en_pptx(periode, jour),
        "listes.json": canonique(
            [
                {"indicateur": code, "atelier": atelier or "", "cle": cle, "references": refs}
                for code, atelier, cle, refs in edition.listes_arretees.order_by("pk").values_list(
                    "indicateur", "atelier__code", "cle", "references"
                )
            ]
        ),
    }
    releve = canonique(_releve(edition, periode, fichiers))
    edition.empreinte = empreinte(releve)
    # A file is only written when all of them could be made.
    for nom, champ in (
        ("rapport.pdf", edition.pdf),
        ("rapport-court.pdf", edition.court),
        ("rapport.html", edition.html),
        ("chiffres.xlsx", edition.xlsx),
        ("presentation.pptx", edition.pptx),
        ("listes.json", edition.listes),
    ):
        champ.save(nom, ContentFile(fichiers[nom]), save=False)
    edition.fichier.save("edition.json", ContentFile(releve), save=False)
    edition.save()


def _releve(edition: Edition, periode: Periode, fichiers: dict[str, bytes]) -> dict[str, Any]:
    """The whole account of an edition. Numbers are exact fractions, as text."""
    return {
        "format": FORMAT,
        "periode": [periode.debut.isoformat(), periode.fin.isoformat()],
        "edition": edition.numero,
        "close_le": edition.close_le.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "close_par": str(edition.close_par or ""),
        "erratum": edition.erratum,
        "valeurs": [
            {
                "indicateur": code,
                "atelier": atelier or "",
                "valeur": valeur,
                "numerateur": numerateur,
                "denominateur": denominateur,
                "repartition": repartition,
            }
            for code, atelier, valeur, numerateur, denominateur, repartition in edition.valeurs.order_by(
                "pk"
            ).values_list("indicateur", "atelier__code", "valeur", "numerateur", "denominateur", "repartition")
        ],
        "textes": dict(
            Texte.objects.filter(rapport=edition.rapport).order_by("section").values_list("section", "corps")
        ),
        "photographies": [
            {"section": photo.section, "legende": photo.legende, "alternative": photo.alternative}
            for photo in Photo.objects.filter(rapport=edition.rapport)
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
    for axe in _axes():
        atelier = axe.atelier if axe else None
        vif = Releve(periode, axe, vif=True)
        arretees = {v.indicateur: v for v in edition.valeurs.filter(atelier=atelier)}
        listes = {
            (code, cle): set(refs)
            for code, cle, refs in edition.listes_arretees.filter(atelier=atelier).values_list(
                "indicateur", "cle", "references"
            )
        }
        vives = {(code, cle): set(references(lignes)) for code, cle, lignes in listes_de(vif)}
        for code, declaration in _declarations(axe):
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
