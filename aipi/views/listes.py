"""The list of persons, and the filters that an account keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from aipi import roles
from aipi.accompagnements import accompagnements_ouverts
from aipi.adresses import adresse_de
from aipi.filtres import FiltrePersonnes
from aipi.listes import Colonne, Etat, Liste, Lot, Numero, nom_de_liste, page_liste, requete_de
from aipi.models import Compte, FiltreEnregistre
from aipi.roles import acces, compte_de, personnes_visibles, visibles

COLONNES = (
    Colonne(
        "nom",
        "Nom",
        ("recherche", "ref"),
        valeur=lambda personne: nom_de_liste(personne.nom, personne.prenom),
        lien=lambda personne: adresse_de("personne_detail", personne.pk),
    ),
    Colonne("suivi", "Accompagnement en cours", valeur=lambda personne: personne.ouverts, absent="Aucun"),
    Colonne(
        "commune",
        "Commune",
        ("commune__nom", "recherche"),
        vides=True,
        valeur=lambda personne: personne.commune.nom if personne.commune else None,
    ),
    Colonne(
        "telephone",
        "Téléphone",
        valeur=lambda personne: (
            Numero(personne.telephone, nom_de_liste(personne.nom, personne.prenom)) if personne.telephone else None
        ),
    ),
)
COLONNES_ENCADRANT = COLONNES[:2]


def inviter(cle: str) -> Lot:
    """Invite the persons of the chosen rows to a session; `cle` is where a row has its person."""
    return Lot("inviter", "Inviter à une séance", "invitation_lot", "personne", roles.pole_social, cle=cle)


def noter(personne_id: int) -> str:
    """Where a contact with a person is noted, once that page exists."""
    return adresse_de("contact_create", personne_id)


@require_safe
@acces(roles.voit_personnes)
def personne_list(request: HttpRequest) -> HttpResponseBase:
    """Persons of the reader's poles or teams, by name."""
    compte = compte_de(request)
    # Supervisors see a name; address and telephone are for social workers and the director.
    complete = not roles.encadrant(compte)
    jour = timezone.localdate()

    def preparer(personnes: Sequence[Any]) -> None:
        ouverts = accompagnements_ouverts(compte, personnes, jour)
        for personne in personnes:
            personne.ouverts = [Etat("ouvert", libelle) for libelle in ouverts[personne.pk]]

    return page_liste(
        request,
        FiltrePersonnes(request.GET, personnes_visibles(compte).select_related("commune"), compte),
        Liste(
            "aipi/personne_list.html",
            "personnes",
            COLONNES if complete else COLONNES_ENCADRANT,
            "nom",
            preparer=preparer,
            lots=(inviter("pk"),),
            geste=(lambda personne: noter(personne.pk)) if complete else None,
        ),
    )


class FormulaireFiltre(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A list to keep under a name: the page must be one that takes no argument, and the filter a query string."""

    class Meta:
        model = FiltreEnregistre
        fields = ["liste", "nom", "requete", "defaut"]

    def clean_liste(self) -> str:
        liste: str = self.cleaned_data["liste"]
        try:
            reverse(liste)
        except NoReverseMatch as erreur:
            raise forms.ValidationError("Cette liste n’existe pas.") from erreur
        if not liste.endswith("_list"):
            raise forms.ValidationError("Cette page n’est pas une liste.")
        return liste

    def clean_requete(self) -> str:
        parametres = QueryDict(self.cleaned_data["requete"])
        return requete_de(parametres, parametres.dict())


def _retour(liste: str, requete: str) -> HttpResponse:
    return redirect(f"{reverse(liste)}?{requete or 'tout=1'}")


@require_POST
@acces(roles.voit_personnes)
def filtre_create(request: HttpRequest) -> HttpResponse:
    """Keep a filter under its name; the one that had this name gives way, as does the one that opened the list."""
    compte = compte_de(request)
    form = FormulaireFiltre(request.POST)
    if not form.is_valid():
        for erreurs in form.errors.values():
            messages.error(request, f"Ce filtre n’est pas enregistré\u202f: {erreurs[0]}")
        liste = str(form.cleaned_data.get("liste", "personne_list"))
        return _retour(liste, form.cleaned_data.get("requete", ""))
    saisi = form.cleaned_data
    siens = FiltreEnregistre.objects.filter(compte=compte, liste=saisi["liste"])
    with transaction.atomic():
        # One account at a time: two of its tabs may send at once.
        Compte.objects.select_for_update(of=("self",)).get(pk=compte.pk)
        if saisi["defaut"]:
            siens.update(defaut=False)
        FiltreEnregistre.objects.update_or_create(
            compte=compte,
            liste=saisi["liste"],
            nom=saisi["nom"],
            defaults={"requete": saisi["requete"], "defaut": saisi["defaut"]},
        )
    messages.success(request, f"Le filtre «\u202f{saisi['nom']}\u202f» est enregistré.")
    return _retour(saisi["liste"], saisi["requete"])


@require_POST
@acces(roles.voit_personnes)
def filtre_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of one's own filters; the list stays as it is."""
    filtre = get_object_or_404(visibles(FiltreEnregistre.objects.all(), compte_de(request)), pk=pk)
    filtre.delete()
    messages.success(request, f"Le filtre «\u202f{filtre.nom}\u202f» est retiré.")
    return _retour(filtre.liste, filtre.requete)
