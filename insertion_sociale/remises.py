"""What a member of staff of the pole holds, to be handed over when it leaves: RSA follow-ups, housing measures."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from aipi.models import Intervenant, StatutRendezVous
from aipi.remises import Genre, inscrire

from .models import ContactRsa, MesureLogement, RendezVousLogement, SuiviRsa


def _suivis(de: Intervenant) -> QuerySet[SuiviRsa]:
    """Open today, or still to begin."""
    ouverts = Q(date_sortie=None) | Q(date_sortie__gte=timezone.localdate())
    return SuiviRsa.objects.confies_a(de.pk).filter(ouverts)


def _contacts(suivis: Sequence[int], de: Intervenant) -> QuerySet[ContactRsa]:
    return ContactRsa.objects.prevus_a_partir_de(timezone.localdate()).filter(suivi__in=suivis, intervenant=de)


def _mesures(de: Intervenant) -> QuerySet[MesureLogement]:
    jour = timezone.localdate()
    tenues = MesureLogement.objects.confiees_a(de.pk)
    ouvertes = tenues.ouvertes_le(jour).order_by().values("pk")
    return tenues.filter(Q(pk__in=ouvertes) | Q(date_debut__gt=jour))


def _rendez_vous(mesures: Sequence[int], de: Intervenant) -> QuerySet[RendezVousLogement]:
    return RendezVousLogement.objects.filter(
        mesure__in=mesures, intervenant=de, statut=StatutRendezVous.PREVU, date__gte=timezone.localdate()
    )


inscrire(
    Genre("logement", "mesure logement", "mesures logement", "referent", _mesures, suite=_rendez_vous),
    Genre("rsa", "suivi RSA", "suivis RSA", "referent", _suivis, suite=_contacts),
)
