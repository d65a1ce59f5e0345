"""The files of a report and its closing, done by the background service: how far each is, and what it gives."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from aipi.models import Compte
from aipi.pdf import RenduImpossible
from aipi.periodes import Periode
from aipi.roles import peut_rediger, peut_voir_rapport
from aipi.travaux import Dire, Fichier, Genre, TravailImpossible, inscrire
from rapports.cloture import DejaClos, EcritDepuis, SansMotif, clore
from rapports.extraits import nom_extrait
from rapports.models import Edition, Rapport, edition_de
from rapports.rendu.classeur import en_xlsx
from rapports.rendu.document import autonome, document
from rapports.rendu.pdf import en_pdf
from rapports.rendu.presentation import en_pptx

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

GENRE, CLOTURE = "rapport", "cloture"


def _pdf(
    periode: Periode, jour: datetime.date, dire: Dire, *, courte: bool = False, financeur: str = "", action: str = ""
) -> bytes:
    dire(10, "Calcul des chiffres")
    html = document(periode, jour, courte=courte, financeur=financeur, action=action)
    dire(40, "Mise en pages")
    return en_pdf(html)


FORMES: dict[str, tuple[str, str, str, Callable[[Periode, datetime.date, Dire], bytes]]] = {
    "pdf": ("Rapport complet, PDF", "rapport", PDF, _pdf),
    "court": ("Version courte, PDF", "rapport-court", PDF, lambda p, j, dire: _pdf(p, j, dire, courte=True)),
    "html": ("Page autonome", "rapport", "text/html; charset=utf-8", lambda p, j, dire: autonome(p, j).encode()),
    "xlsx": ("Tous les chiffres, tableur", "chiffres", XLSX, lambda p, j, dire: en_xlsx(p, j)),
    "pptx": ("Présentation pour l’assemblée", "presentation", PPTX, lambda p, j, dire: en_pptx(p, j)),
}
"""By code: what it is called, the name of its file, its media type, how it is made."""
GARDES = {
    "pdf": "rapport.pdf",
    "court": "rapport-court.pdf",
    "html": "rapport.html",
    "xlsx": "chiffres.xlsx",
    "pptx": "presentation.pptx",
}
"""The file of an edition that answers each."""
EXTENSIONS = {PDF: "pdf", XLSX: "xlsx", PPTX: "pptx"}


def nom_periode(periode: Periode) -> str:
    """As file names say it: « 2021 », « 2020-09-01-2021-08-31 »."""
    annee = periode.annee_civile
    return str(annee) if annee is not None else f"{periode.debut.isoformat()}-{periode.fin.isoformat()}"


def _periode(parametres: dict[str, Any]) -> Periode:
    return Periode(datetime.date.fromisoformat(parametres["debut"]), datetime.date.fromisoformat(parametres["fin"]))


def faire(parametres: dict[str, Any], dire: Dire) -> Fichier:
    """Make one file of a report: `debut`, `fin`, `forme`; or `financeur` and perhaps `action` for an extract."""
    periode = _periode(parametres)
    jour = timezone.localdate()
    financeur = parametres.get("financeur", "")
    try:
        if financeur:
            action = parametres.get("action", "")
            nom = f"{nom_extrait(financeur, action)}-{nom_periode(periode)}.pdf"
            if (edition := edition_de(periode)) is not None:
                return Fichier(_extrait_garde(edition, financeur, action), nom, PDF)
            contenu = _pdf(periode, jour, dire, financeur=financeur, action=action)
            return Fichier(contenu, nom, PDF)
        _, base, type_mime, fabriquer = FORMES[parametres["forme"]]
        extension = EXTENSIONS.get(type_mime, "html")
        nom = f"{base}-{nom_periode(periode)}.{extension}"
        dire(5, "Lecture des dossiers")
        return Fichier(_garde(periode, parametres["forme"]) or fabriquer(periode, jour, dire), nom, type_mime)
    except (RenduImpossible, FileNotFoundError) as erreur:
        raise TravailImpossible(str(erreur)) from erreur


def _garde(periode: Periode, forme: str) -> bytes | None:
    """The file that was kept at the closing, None while the report may change."""
    edition = edition_de(periode)
    return None if edition is None else edition.lire(GARDES[forme])


def _extrait_garde(edition: Edition, financeur: str, action: str) -> bytes:
    """The extract as it was at the closing. Raises FileNotFoundError when the edition has none for this funder."""
    piece = edition.pieces.filter(financeur=financeur, action=action).first()
    if piece is None:
        raise FileNotFoundError("Ce rapport est clos, et son édition n’a pas d’extrait pour cette convention.")
    with piece.fichier.open("rb") as ouvert:
        return bytes(ouvert.read())


def faire_cloture(parametres: dict[str, Any], dire: Dire) -> Fichier:
    """Close a report as its edition `numero`: all of it, or nothing. Done already, it is not done again."""
    periode = _periode(parametres)
    rapport, _ = Rapport.objects.get_or_create(debut=periode.debut, fin=periode.fin)
    edition = rapport.editions.filter(numero=parametres["numero"]).first()
    try:
        if edition is None:
            compte = Compte.objects.get(pk=parametres["par"])
            edition = clore(rapport, compte, parametres["erratum"], dire=dire)
        return Fichier(edition.lire("rapport.pdf"), f"rapport-{nom_periode(periode)}.pdf", PDF)
    except (DejaClos, SansMotif):
        raise TravailImpossible(f"Le rapport {periode} a été clos entre-temps par quelqu’un d’autre.") from None
    except (EcritDepuis, RenduImpossible, FileNotFoundError) as erreur:
        raise TravailImpossible(str(erreur)) from erreur


inscrire(Genre(GENRE, faire, peut_voir_rapport))
inscrire(
    Genre(CLOTURE, faire_cloture, peut_rediger, lambda parametres: reverse("edition_list", args=[_periode(parametres)]))
)
