"""What an employer must keep of someone who asks to be erased."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max
from django.db.models.functions import Coalesce

from aipi.effacement import Conserve, ans_apres, inscrire
from aipi.models import Personne

from .models import Contrat

PAIE_ANS = 5
FSE_ANS = 5


def paie(personne: Personne) -> Iterator[Conserve]:
    """Contracts, hours and absences: the copies of pay slips rest on them."""
    contrats = Contrat.objects.filter(parcours__personne=personne).order_by()
    fin = contrats.aggregate(fin=Max(Coalesce("date_fin", "parcours__date_sortie", "date_debut")))["fin"]
    if fin is None:
        return
    if contrats.filter(date_fin=None, parcours__date_sortie=None).exists():
        yield Conserve("Identité, contrats, heures et absences", "Contrat de travail en cours", None)
    else:
        yield Conserve(
            "Identité, contrats, heures et absences",
            "Code du travail, art. L3243-4 (double des bulletins de paie, 5 ans)",
            ans_apres(fin, PAIE_ANS),
        )


def fse(personne: Personne) -> Iterator[Conserve]:
    """An ACI may be paid by the European Social Fund: its proofs are kept five years after the year of the last payment.

    The day of the payment is not in the files: the year of the last contract is taken, and the director checks it.
    """
    contrats = Contrat.objects.filter(parcours__personne=personne).order_by()
    fin = contrats.aggregate(fin=Max(Coalesce("date_fin", "parcours__date_sortie", "date_debut")))["fin"]
    if fin is not None:
        yield Conserve(
            "Faits du parcours comptés par les bilans (entrées, sorties, heures)",
            "Règlement (UE) 2021/1060, art. 82 (FSE+, 5 ans après l’année du dernier paiement ; à vérifier s’il est "
            "postérieur à la fin du contrat)",
            ans_apres(fin.replace(month=12, day=31), FSE_ANS),
        )


inscrire(paie)
inscrire(fse)
