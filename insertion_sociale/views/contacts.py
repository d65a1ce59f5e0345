"""Entry of an RSA contact."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.models import Compte
from aipi.roles import acces, compte_de, visibles
from aipi.saisie import saisir
from insertion_sociale.accompagnements import ETATS_CONTACT
from insertion_sociale.forms.contacts import ContactRsaForm
from insertion_sociale.models import ContactRsa, ContratEngagement, SuiviRsa

CONTACTS_RAPPELES = 3


def depuis_la_derniere_fois(suivi: SuiviRsa, compte: Compte, autre_que: int | None = None) -> dict[str, Any]:
    """What to have in mind: the last contacts with their notes, the next appointment, the contract in force."""
    jour = timezone.localdate()
    contacts = visibles(ContactRsa.objects.filter(suivi=suivi), compte).exclude(
        pk__in=[] if autre_que is None else [autre_que]
    )
    prevus = contacts.filter(statut=ContactRsa.Statut.PREVU, date__gte=jour)
    return {
        "derniers": [
            (contact, ETATS_CONTACT[ContactRsa.Statut(contact.statut)])
            for contact in contacts.filter(date__lte=jour).order_by("-date", "-pk")[:CONTACTS_RAPPELES]
        ],
        "prochain": prevus.order_by("date", "pk").first(),
        "engagement": visibles(ContratEngagement.objects.filter(suivi=suivi), compte)
        .order_by("-date_signature", "-ref")
        .first(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def contact_rsa_create(request: HttpRequest, suivi_id: int) -> HttpResponse:
    """A new contact; sent twice, it is kept once."""
    compte = compte_de(request)
    suivi = get_object_or_404(visibles(SuiviRsa.objects.all(), compte).select_related("personne"), pk=suivi_id)
    return saisir(
        request,
        ContactRsaForm(request.POST or None, suivi=suivi, compte=compte),
        "insertion_sociale/contact_rsa_form.html",
        {
            "suivi": suivi,
            "personne": suivi.personne,
            "jour": timezone.localdate(),
            **depuis_la_derniere_fois(suivi, compte),
        },
        retour=reverse("personne_detail", args=[suivi.personne_id]),
        fait="Le contact est enregistré.",
        deja="Le contact était déjà enregistré.",
        adresse=lambda contact: reverse("contact_rsa_update", args=[contact.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def contact_rsa_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contact, or say what became of an appointment."""
    compte = compte_de(request)
    contact = get_object_or_404(visibles(ContactRsa.objects.all(), compte).select_related("suivi__personne"), pk=pk)
    suivi = contact.suivi
    return saisir(
        request,
        ContactRsaForm(request.POST or None, instance=contact, suivi=suivi, compte=compte),
        "insertion_sociale/contact_rsa_form.html",
        {
            "suivi": suivi,
            "personne": suivi.personne,
            "jour": timezone.localdate(),
            **depuis_la_derniere_fois(suivi, compte, contact.pk),
        },
        retour=reverse("personne_detail", args=[suivi.personne_id]),
        fait="Le contact est corrigé.",
    )
