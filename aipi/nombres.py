"""Numbers as the French read them: « 48 164 », « 44,8 % », « −2,4 pts », « 1 253 813,05 € ».

All arithmetic is exact (integers and fractions) and rounds half up, away from zero, so that what is printed
is what a reader finds by hand: a binary float would print 44,85 as 44,9 or 44,8 at its whim.
Unknown is never zero: `None` and non-finite numbers print as a dash.
"""

from decimal import Decimal
from fractions import Fraction
from math import isfinite

ESPACE_FINE = "\u202f"
MOINS = "\u2212"
TIRET = "\u2014"

Nombre = Decimal | int | float | Fraction


def exact(valeur: Nombre | None) -> Fraction | None:
    """The value as an exact fraction; `None` when unknown or not finite. A float means its shortest decimal writing."""
    if valeur is None:
        return None
    if isinstance(valeur, float):
        return Fraction(repr(valeur)) if isfinite(valeur) else None
    if isinstance(valeur, Decimal) and not valeur.is_finite():
        return None
    return Fraction(valeur)


def arrondi(valeur: Fraction, decimales: int) -> int:
    """The number of units of the last decimal (4,485 at one decimal: 45), rounded half up, away from zero."""
    dixiemes = abs(valeur) * Fraction(10) ** decimales
    entier = (2 * dixiemes.numerator + dixiemes.denominator) // (2 * dixiemes.denominator)
    return -entier if valeur < 0 else entier


def _ecrire(valeur: Fraction, decimales: int | None, signe: bool = False) -> str:
    """Digits in French. Without `decimales`, at most two and no trailing zero; `signe` also writes the plus."""
    unites = arrondi(valeur, 2 if decimales is None else decimales)
    entiers, reste = divmod(abs(unites), 10 ** (2 if decimales is None else decimales))
    texte = f"{entiers:,}".replace(",", ESPACE_FINE)
    if reste or decimales:
        chiffres = f"{reste:02d}".rstrip("0") if decimales is None else f"{reste:0{decimales}d}"
        texte = f"{texte},{chiffres}"
    if unites < 0:
        return MOINS + texte
    return f"+{texte}" if signe and unites > 0 else texte


def nombre(valeur: Nombre | None, decimales: int | None = None) -> str:
    """« 48 164 », « 26,46 ». Without `decimales`: at most two, trailing zeros dropped. Unknown: a dash."""
    quantite = exact(valeur)
    return TIRET if quantite is None else _ecrire(quantite, decimales)


def pourcentage(fraction: Nombre | None, decimales: int | None = 1) -> str:
    """A fraction (not a number of hundredths) as « 44,8 % »: 13/29 and 0.4483 alike. Unknown: a dash."""
    quantite = exact(fraction)
    return TIRET if quantite is None else f"{_ecrire(quantite * 100, decimales)}{ESPACE_FINE}%"


def evolution(fraction: Nombre | None, decimales: int | None = 0) -> str:
    """A relative change with its sign: 14/63 gives « +22 % », −0.0235 « −2 % », no change « 0 % ». Unknown: a dash."""
    quantite = exact(fraction)
    return TIRET if quantite is None else f"{_ecrire(quantite * 100, decimales, signe=True)}{ESPACE_FINE}%"


def points(ecart: Nombre | None, decimales: int | None = 1) -> str:
    """The difference of two rates (both fractions), in percentage points with its sign: « −2,4 pts »."""
    quantite = exact(ecart)
    if quantite is None:
        return TIRET
    texte = _ecrire(quantite * 100, decimales, signe=True)
    pluriel = "s" if abs(quantite * 100) >= 2 else ""
    return f"{texte}{ESPACE_FINE}pt{pluriel}"


def euros(montant: Nombre | None, decimales: int | None = None) -> str:
    """An amount: « 1 253 813 € » when whole, else « 42,50 € », unless `decimales` says. Unknown: a dash."""
    quantite = exact(montant)
    if quantite is None:
        return TIRET
    if decimales is None:
        decimales = 2 if arrondi(quantite, 2) % 100 else 0
    return f"{_ecrire(quantite, decimales)}{ESPACE_FINE}€"
