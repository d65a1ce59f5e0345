"""Remarks that the director's texts give rise to: lost chips, figures typed by hand, one notion with two values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from aipi.periodes import Periode
from rapports.models import Photo, Rapport, Texte
from rapports.puces import puces
from rapports.rendu.composition import Composition, LiensSite
from rapports.saisies import ChiffreTape, chiffres_tapes

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
    par_notion: dict[str, list[tuple[Texte, ChiffreTape]]] = defaultdict(list)
    for texte in Texte.objects.filter(rapport=rapport).exclude(corps=""):
        adresse = reverse("texte_update", args=[periode, texte.section])
        yield from _perdues(texte, adresse)
        for tape in chiffres_tapes(texte.corps, composition):
            par_notion[tape.indicateur.code].append((texte, tape))
            if tape.exact:
                yield Remarque(
                    "tape",
                    f"tape:{texte.section}:{tape.tape}",
                    Gravite.A_VERIFIER,
                    f"« {tape.tape} » est écrit à la main dans un texte ({texte.section}).",
                    f"C’est « {tape.libelle} »\u202f: si le chiffre est corrigé, le texte ne suivra pas.",
                    f"Remplacez-le par {{{{ {tape.indicateur.code} }}}}.",
                    adresse,
                    "Ouvrir le texte",
                )
    for code, fois in par_notion.items():
        proches = [(texte, tape) for texte, tape in fois if not tape.exact]
        for texte, tape in proches:
            yield Remarque(
                "deux_valeurs",
                f"deux_valeurs:{texte.section}:{tape.tape}:{code}",
                Gravite.BLOQUANT,
                f"« {tape.tape} » est écrit dans un texte ({texte.section}), « {tape.libelle} » vaut {tape.valeur}.",
                "Si c’est la même notion, elle a deux valeurs dans le rapport.",
                f"Remplacez-le par {{{{ {code} }}}}, ou acceptez la remarque si c’est autre chose.",
                reverse("texte_update", args=[periode, texte.section]),
                "Ouvrir le texte",
            )


def _perdues(texte: Texte, adresse: str) -> Iterator[Remarque]:
    for contenu, puce in puces(texte.corps):
        if puce.perdue:
            yield Remarque(
                "puce",
                f"puce:{texte.section}:{contenu}",
                Gravite.BLOQUANT,
                f"Une pastille ne nomme rien\u202f: {{{{ {contenu} }}}} ({texte.section}).",
                f"{puce.perdue[0].upper()}{puce.perdue[1:]}.",
                "Choisissez un chiffre de la page.",
                adresse,
                "Ouvrir le texte",
            )
