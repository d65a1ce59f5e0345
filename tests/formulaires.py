"""What a browser would send of a form shown in a page, and what a test changes in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.test import Client


def montre(form: forms.BaseForm) -> dict[str, Any]:
    """The fields of the form as the page holds them: an unticked box and a choice not made are not sent."""
    donnees: dict[str, Any] = {}
    for champ in form:
        valeur = champ.value()
        if isinstance(champ.field, forms.BooleanField):
            if valeur:
                donnees[champ.html_name] = "on"
            continue
        if valeur is None:
            valeur = ""
        donnees[champ.html_name] = champ.field.widget.format_value(valeur) if valeur != "" else ""
        if isinstance(donnees[champ.html_name], list):
            donnees[champ.html_name] = donnees[champ.html_name][0] if donnees[champ.html_name] else ""
        if donnees[champ.html_name] is None:
            donnees[champ.html_name] = ""
    return donnees


def remplir(client: Client, url: str, **champs: Any) -> dict[str, Any]:
    """The form of the page at `url`, as it would be sent with `champs` typed in it."""
    return montre(client.get(url).context["form"]) | champs
