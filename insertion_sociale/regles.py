"""Rules of the pole that are advice: what a date or a duration usually is, and what to say when a fact departs from it.

Pure functions. Nothing here blocks: a true fact is always kept, and explained.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from itertools import pairwise

CE_DEPUIS = datetime.date(2025, 1, 1)
"""First day of the « contrat d’engagement », which takes the place of the CER (loi du 18 décembre 2023 pour le plein emploi)."""
MOIS_ENGAGEMENT = 6
"""Months proposed for a CER or a CE, as most of the association’s contracts. Only a proposal: each contract says its own end."""
MOIS_MESURE = 6
"""Months of an FSL measure, access or maintenance, renewable once (people-and-screens brief, « Ma journée »)."""
MOIS_PUBLICS_SPECIFIQUES = 12
"""Months of an FSL measure for specific publics (same source)."""
MINUTES_PAR_JOUR = 24 * 60

SAMEDI = 5
"""Days of the week are counted from Monday, 0."""

UN_JOUR = datetime.timedelta(days=1)


def fin_apres(debut: datetime.date, mois: int) -> datetime.date:
    """Last day of `mois` months begun on `debut`: the eve of the same day, or the last day of a month without it.

    15 January and 6 months end on 14 July; 31 August and 6 months on the last day of February.
    """
    rang = debut.year * 12 + debut.month - 1 + mois
    annee, numero = rang // 12, rang % 12 + 1
    dernier = calendar.monthrange(annee, numero)[1]
    if debut.day > dernier:
        return datetime.date(annee, numero, dernier)
    return datetime.date(annee, numero, debut.day) - UN_JOUR


def mois_entames(debut: datetime.date, jour: datetime.date) -> int:
    """In which month of a stay begun on `debut` is `jour`: 1 on the first day; 0 before it."""
    if jour < debut:
        return 0
    mois = (jour.year - debut.year) * 12 + jour.month - debut.month
    return mois if mois and fin_apres(debut, mois) >= jour else mois + 1


def prolongee(debut: datetime.date, fin: datetime.date) -> datetime.date:
    """The last day of a second stretch as long as the one from `debut` to `fin`: in months when it was whole months."""
    mois = mois_entames(debut, fin)
    suite = fin + UN_JOUR
    return fin_apres(suite, mois) if fin_apres(debut, mois) == fin else fin + (suite - debut)


def horaires(debut: datetime.time, intervalle: int, nombre: int) -> list[datetime.time]:
    """Times of `nombre` appointments, `intervalle` minutes apart. Raises ValueError when the last passes midnight."""
    minutes = [debut.hour * 60 + debut.minute + intervalle * rang for rang in range(nombre)]
    if minutes and minutes[-1] >= MINUTES_PAR_JOUR:
        raise ValueError("Le dernier rendez-vous serait après minuit.")
    return [datetime.time(*divmod(m, 60)) for m in minutes]


# Commitment contracts


def type_engagement(signature: datetime.date) -> str:
    """The code of the contract signed on a day: CER until 2024, CE since."""
    return "ce" if signature >= CE_DEPUIS else "cer"


def debut_engagement(signature: datetime.date, fin_precedent: datetime.date | None) -> datetime.date:
    """From which day a contract is reckoned: its signature, or the day after the one that it follows without a gap."""
    return signature if fin_precedent is None else max(signature, fin_precedent + UN_JOUR)


def remarques_engagement(type_contrat: str, signature: datetime.date) -> list[str]:
    """What is unusual in a contract."""
    if type_contrat == type_engagement(signature):
        return []
    if type_contrat == "cer":
        return [
            "Depuis le 1er janvier 2025, on signe un contrat d’engagement\u202f: le CER a pris fin avec l’année 2024."
        ]
    return ["Le contrat d’engagement remplace le CER depuis le 1er janvier 2025\u202f: vérifiez la date de signature."]


# Housing measures


def mois_mesure(dispositif: str, type_mesure: str) -> int | None:
    """Usual months of a measure, or None when the scheme sets none (Partenord)."""
    if dispositif != "fsl":
        return None
    return MOIS_PUBLICS_SPECIFIQUES if type_mesure == "publics_specifiques" else MOIS_MESURE


def fin_proposee(dispositif: str, type_mesure: str, debut: datetime.date) -> datetime.date | None:
    """The end to propose for a measure begun on `debut`."""
    mois = mois_mesure(dispositif, type_mesure)
    return None if mois is None else fin_apres(debut, mois)


def remarques_mesure(
    dispositif: str,
    type_mesure: str,
    debut: datetime.date,
    fin: datetime.date | None,
    renouvelee: bool,
    menage: tuple[int | None, int | None],
) -> list[str]:
    """What is unusual in a measure. `menage`: persons of the household, and children among them."""
    remarques = []
    mois = mois_mesure(dispositif, type_mesure)
    if mois is not None and fin is not None:
        prevue = fin_apres(debut, mois * 2 if renouvelee else mois)
        if fin > prevue:
            duree = f"{mois} mois renouvelés une fois" if renouvelee else f"{mois} mois"
            remarques.append(
                f"Cette mesure dépasse la durée habituelle du FSL ({duree}, soit jusqu’au {prevue:%d/%m/%Y})."
            )
    personnes, enfants = menage
    if personnes is not None and enfants is not None and enfants > personnes:
        remarques.append("Le ménage compte plus d’enfants que de personnes\u202f: l’un des deux nombres est à revoir.")
    return remarques


def remarques_renouvellement(dispositif: str, deja: datetime.date | None) -> list[str]:
    """What to know before a measure is renewed."""
    if dispositif != "fsl":
        return ["La durée d’une mesure Partenord n’est pas fixée d’avance\u202f: vérifiez la nouvelle date de fin."]
    if deja is not None:
        deja_dit = (
            f"Cette mesure a déjà été renouvelée le {deja:%d/%m/%Y}, et une mesure FSL ne se renouvelle qu’une fois."
        )
        return [
            f"{deja_dit} Si le FSL a donné son accord, enregistrez\u202f: la date du premier renouvellement reste dans l’historique."
        ]
    return []


def remarques_aide(
    decision: str, montant: object, demande: datetime.date, date_decision: datetime.date | None
) -> list[str]:
    """What contradicts itself in an aid asked for."""
    remarques = []
    if montant and decision != "accepte":
        remarques.append(
            "Un montant est inscrit alors que l’aide n’est pas acceptée\u202f: il ne sera compté dans aucun total."
        )
    if date_decision is not None and date_decision < demande:
        remarques.append("La décision est datée d’avant la demande\u202f: l’une des deux dates est à revoir.")
    if date_decision is not None and not decision:
        remarques.append("La décision est datée mais on ne sait pas laquelle\u202f: l’aide reste en attente.")
    return remarques


# RSA follow-ups


def remarques_suivi(
    orientation: datetime.date | None, entree: datetime.date, sortie: datetime.date | None, motif: object
) -> list[str]:
    """What contradicts itself in a follow-up, or is missing."""
    remarques = []
    if orientation is not None and orientation > entree:
        remarques.append("L’orientation est datée d’après l’entrée\u202f: l’une des deux dates est à revoir.")
    if motif is not None and sortie is None:
        remarques.append("Un motif de sortie est choisi sans date de sortie\u202f: le suivi reste ouvert.")
    if sortie is not None and motif is None:
        remarques.append("La sortie est sans motif\u202f: elle restera à compléter.")
    return remarques


def remarques_convocation(date: datetime.date, jour: datetime.date) -> list[str]:
    """What is unusual in the day of a convocation."""
    remarques = []
    if date < jour:
        remarques.append("Ces convocations sont datées d’un jour passé\u202f: elles attendent déjà d’être pointées.")
    if date.weekday() >= SAMEDI:
        remarques.append(f"Le {date:%d/%m/%Y} est un {'samedi' if date.weekday() == SAMEDI else 'dimanche'}.")
    return remarques


def chaine(contrats: Iterable[tuple[datetime.date, datetime.date | None]]) -> list[int | None]:
    """Days without a contract before each one of a chain, given latest first; None for the oldest, 0 without a gap."""
    liste = list(contrats)
    trous: list[int | None] = []
    for (signature, _), (_, fin_precedente) in pairwise(liste):
        trous.append(0 if fin_precedente is None else max((signature - fin_precedente).days - 1, 0))
    return [*trous, None] if liste else []
