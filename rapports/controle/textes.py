"""Remarks that the director's texts give rise to: lost chips, figures typed by hand, one notion with two values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.urls import reverse
from django.utils import timezone

from aipi.periodes import Periode
from rapports.models import Photo, Rapport, Texte
from rapports.puces import perte, puces
from rapports.rendu.composition import Composition, LiensSite
from rapports.saisies import ChiffreTape, Rang, chiffres_tapes

from .remarques import Gravite, Remarque

ACCORDS_SUFFISANTS = (Photo.Accord.PERSONNE, Photo.Accord.ECRIT)


def controler_textes(periode: Periode) -> Iterator[Remarque]:
    """Every remark on the texts of the report of `periode`."""
    rapport = Rapport.objects.filter(debut=periode.debut, fin=periode.fin).first()
    if rapport is None:
        return
    for photo in Photo.objects.filter(rapport=rapport).exclude(accord__in=ACCORDS_SUFFISANTS):
        yield Remarque(
            "photo",
            f"photo:{photo.pk}",
            Gravite.A_VERIFIER,
            f"Photographie « {photo} »\u202f: {photo.get_accord_display().lower() or 'accord des personnes non renseigné'}.",
            "On ne publie pas l’image de quelqu’un sans son accord.",
            "Notez l’accord écrit, ou retirez-la.",
            reverse("texte_update", args=[periode, photo.section]),
            "Ouvrir la section",
        )
    composition = Composition(periode, LiensSite(), timezone.localdate())
    titres = {
        feuillet.section: f"{feuillet.page.surtitre}, {feuillet.titre}" if feuillet.page.surtitre else feuillet.titre
        for feuillet in chain(composition.signees, *(ouverture.feuillets for ouverture in composition.ouvertures))
    }
    for texte in Texte.objects.filter(rapport=rapport).exclude(corps=""):
        adresse = reverse("texte_update", args=[periode, texte.section])
        titre = titres.get(texte.section, texte.section)
        yield from _perdues(texte, titre, adresse, composition)
        for tape in chiffres_tapes(texte.corps, composition):
            yield _tape(texte, titre, tape, adresse)


def _tape(texte: Texte, titre: str, tape: ChiffreTape, adresse: str) -> Remarque:
    """A number typed by hand: the one that a chip would print, or another one for the same thing."""
    puce = f"{{{{ {tape.puce} }}}}"
    if tape.exact:
        return Remarque(
            "tape",
            f"tape:{texte.section}:{tape.tape}",
            Gravite.A_VERIFIER,
            f"« {tape.tape} » est écrit à la main dans un texte ({titre}).",
            f"C’est « {tape.libelle} »\u202f: si le chiffre est corrigé, le texte ne suivra pas.",
            f"Remplacez-le par {puce}."
            if tape.puce
            else "Aucune pastille ne le donne\u202f: relisez-le avant de clore.",
            adresse,
            "Ouvrir le texte",
        )
    if tape.rang is Rang.PERIODE:
        return Remarque(
            "deux_valeurs",
            f"deux_valeurs:{texte.section}:{tape.tape}:{tape.indicateur.code}",
            Gravite.BLOQUANT,
            f"« {tape.tape} » est écrit dans un texte ({titre}), « {tape.libelle} » vaut {tape.valeur}.",
            "Si c’est la même notion, elle a deux valeurs dans le rapport.",
            f"Remplacez-le par {puce}, ou acceptez la remarque si c’est autre chose.",
            adresse,
            "Ouvrir le texte",
        )
    return Remarque(
        "proche",
        f"proche:{texte.section}:{tape.tape}",
        Gravite.A_VERIFIER,
        f"« {tape.tape} » est écrit dans un texte ({titre}), « {tape.libelle} » vaut {tape.valeur}.",
        "Les deux nombres sont si proches qu’il s’agit peut-être du même.",
        f"Remplacez-le par {puce}, ou acceptez la remarque si c’est autre chose.",
        adresse,
        "Ouvrir le texte",
    )


def _perdues(texte: Texte, titre: str, adresse: str, composition: Composition) -> Iterator[Remarque]:
    for contenu, puce in puces(texte.corps):
        if perdue := perte(puce, composition.chiffre):
            yield Remarque(
                "puce",
                f"puce:{texte.section}:{contenu}",
                Gravite.BLOQUANT,
                f"Une pastille ne nomme rien\u202f: {{{{ {contenu} }}}} ({titre}).",
                f"{perdue[0].upper()}{perdue[1:]}.",
                "Choisissez un chiffre de la page.",
                adresse,
                "Ouvrir le texte",
            )
