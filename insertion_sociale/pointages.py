"""What became of an appointment: said in one click, and taken back as easily."""

from __future__ import annotations

from collections.abc import Sequence

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from .models import ContactRsa


def precedents(contacts: Sequence[ContactRsa]) -> dict[int, str]:
    """The status that each contact had before its present one, where the history says it. One query."""
    pointes = [c.pk for c in contacts if c.statut != ContactRsa.Statut.PREVU]
    changements = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(ContactRsa),
            object_id__in=pointes,
            action=LogEntry.Action.UPDATE,
            changes__has_key="statut",
        )
        .order_by("timestamp", "pk")
        .values_list("object_id", "changes")
    )
    # The latest change of each is the one that stays.
    return {pk: str(change["statut"][0]) for pk, change in changements if pk is not None and change}


@transaction.atomic
def pointer(pk: int, avant: str, statut: str) -> ContactRsa | None:
    """Change the status of a contact from `avant` to `statut`; None when it is neither any more."""
    contact = ContactRsa.objects.select_for_update(of=("self",)).get(pk=pk)
    if contact.statut not in {avant, statut}:
        return None
    if contact.statut != statut:
        contact.statut = statut
        contact.save(update_fields=["statut"])
    return contact
