"""Correction of an interview with an employee of the ACI; it is noted by the form that all kinds of contact share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.roles import acces
from aipi.views.contacts import corriger_contact
from insertion_pro.contacts import EntretienAci


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def entretien_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an interview."""
    return corriger_contact(request, EntretienAci(), pk)
