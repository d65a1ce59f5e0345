"""What a password must be: CNIL, deliberation 2022-100, case 1 (a password alone, no other measure counted): 80 bits.

A number of bits, not a recipe: a long sentence in small letters does as well as signs of every kind, and no sign is asked for.
"""

from __future__ import annotations

import math
import re
import string

from django.core.exceptions import ValidationError

from aipi.models import Compte, Parametre
from aipi.texte import replier

BITS = 79.5
"""The deliberation’s own example, twelve signs of four kinds, is worth 79.55: it rounds to 80. So do seventeen small letters."""
MOTS_DE_LA_MAISON = ("aipi", "insertion", "association")
"""With the words of the name of the association: the first that somebody who knows the house would try."""
MOT_COURT = 4
"""Words of fewer letters hide in too many others."""
FAMILLES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
AUTRES_SIGNES = 37
"""Signs that are neither letters nor digits, as the deliberation counts them; an accented letter is one of them."""


def bits(mot_de_passe: str) -> float:
    """How many bits somebody who knows only its kinds of signs has to try. A sign counts at most twice, however repeated."""
    alphabet = sum(len(famille) for famille in FAMILLES if any(signe in famille for signe in mot_de_passe))
    if any(all(signe not in famille for famille in FAMILLES) for signe in mot_de_passe):
        alphabet += AUTRES_SIGNES
    longueur = min(len(mot_de_passe), len(set(mot_de_passe)) * 2)
    return longueur * math.log2(alphabet) if alphabet else 0.0


class Devinabilite:
    """Refuses what is too easy to guess by trying."""

    def validate(self, password: str, user: Compte | None = None) -> None:
        if bits(password) < BITS:
            raise ValidationError(
                "Ce mot de passe est trop facile à deviner\u202f: allongez-le, ou mêlez lettres, chiffres et signes.",
                code="devinable",
            )

    def get_help_text(self) -> str:
        return (
            "Douze signes mêlant minuscules, majuscules, chiffres et ponctuation, "
            "ou une phrase de sept mots\u202f: c’est le plus facile à retenir."
        )


class MotsDeLaMaison:
    """Refuses a password made of little else than words that anybody here would try first: of the house, of the person."""

    def validate(self, password: str, user: Compte | None = None) -> None:
        nom = Parametre.objects.filter(cle="association_nom").order_by("-valide_du").first()
        siens = f"{user.nom} {user.courriel}" if user else ""
        textes = f"{nom.valeur if nom else ''} {siens}"
        mots = {*MOTS_DE_LA_MAISON, *re.findall(r"\w+", replier(textes))}
        reste = replier(password)
        trouves = [mot for mot in mots if len(mot) >= MOT_COURT and mot in reste]
        for mot in trouves:
            reste = reste.replace(mot, "")
        if trouves and bits(reste) < BITS / 2:
            raise ValidationError(
                "Ce mot de passe contient un mot trop facile à deviner ici\u202f: %(mots)s.",
                code="maison",
                params={"mots": ", ".join(f"«\u202f{mot}\u202f»" for mot in sorted(trouves))},
            )

    def get_help_text(self) -> str:
        return "Il ne se réduit ni à votre nom ou votre adresse, ni au nom de l’association ou du logiciel."
