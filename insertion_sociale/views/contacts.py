"""Correction of what is noted in this pole; noting is the form that all kinds of contact share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.roles import acces
from aipi.views.contacts import corriger_contact
from insertion_sociale.contacts import Logement, Rsa


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def contact_rsa_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contact, or say what became of an appointment."""
    return corriger_contact(request, Rsa(), pk)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def intervention_logement_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a housing intervention."""
    return corriger_contact(request, Logement(), pk)
