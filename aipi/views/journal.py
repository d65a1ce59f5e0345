"""The reading log as the director reads it: of one file, of everyone, and what is unusual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import roles, vigilance
from aipi.consultations import DUREE, purger
from aipi.listes import page_de
from aipi.models import AncienneReference, Compte, Consultation, Personne
from aipi.roles import acces, compte_de, personnes_visibles, visibles

GROUPES_MONTRES = 50


@dataclass(frozen=True)
class Ligne:
    """An entry as it is read: what was opened in words, and the person when it still has a dossier."""

    entree: Consultation
    objet: str
    personne: Personne | None


def references_de(personne: Personne) -> list[str]:
    """The reference of a person and those that it had before a merge."""
    anciennes = AncienneReference.objects.filter(personne=personne).order_by().values_list("ref", flat=True)
    return [personne.ref, *anciennes]


def _nom_de_fiche(entree: Consultation) -> str:
    """« Entretien », from the label kept; nothing for a list."""
    label = entree.objet.partition(" ")[0]
    if not label:
        return ""
    try:
        nom = str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return ""
    return nom[:1].upper() + nom[1:]


def lignes(entrees: Sequence[Consultation]) -> list[Ligne]:
    """Entries with the persons they name. Two queries at most."""
    refs = {entree.personne_ref for entree in entrees} - {""}
    personnes = Personne.objects.in_bulk(refs, field_name="ref") if refs else {}
    if manquantes := refs - personnes.keys():
        for ancienne in AncienneReference.objects.filter(ref__in=manquantes).select_related("personne"):
            personnes[ancienne.ref] = ancienne.personne
    return [Ligne(entree, _nom_de_fiche(entree), personnes.get(entree.personne_ref)) for entree in entrees]


def _filtre(request: HttpRequest, compte: Compte) -> tuple[QuerySet[Consultation], dict[str, str]]:
    """The entries asked for, and what was asked."""
    entrees = visibles(Consultation.objects.all(), compte)
    demande = {nom: request.GET.get(nom, "") for nom in ("compte", "acte")}
    if (cle := demande["compte"]).isascii() and cle.isdecimal() and len(cle) < 16:
        entrees = entrees.filter(compte=int(cle))
    if demande["acte"] in Consultation.Acte.values:
        entrees = entrees.filter(acte=demande["acte"])
    return entrees, demande


@require_safe
@acces(roles.lit_le_journal)
def consultation_list(request: HttpRequest) -> HttpResponse:
    """What is unusual, by which rule; then every entry, of one account or one kind when asked."""
    purger()
    entrees, demande = _filtre(request, compte_de(request))
    page = page_de(request, entrees.select_related("compte"))
    contexte: dict[str, Any] = {
        "page": page,
        "lignes": lignes(page.objets),
        "demande": demande,
        "comptes": Compte.objects.order_by("nom", "courriel"),
        "actes": Consultation.Acte.choices,
        "jours": vigilance.JOURS,
        "mois": round(DUREE.days / 30.4),
    }
    if page.numero == 1 and not any(demande.values()):
        contexte |= {"signaux": vigilance.signaux(timezone.localdate()), "regles": vigilance.REGLES}
    return render(request, "aipi/consultation_list.html", contexte)


@require_safe
@acces(roles.lit_le_journal)
def personne_consultations(request: HttpRequest, pk: int) -> HttpResponse:
    """« Qui a ouvert ce dossier »: each account with its last time, then every entry."""
    compte = compte_de(request)
    personne = get_object_or_404(personnes_visibles(compte), pk=pk)
    entrees = visibles(Consultation.objects.sur(references_de(personne)), compte)
    par_compte = (
        entrees.exclude(acte=Consultation.Acte.TENTATIVE)
        .order_by()
        .values("compte")
        .annotate(fois=Count("pk"), derniere=Max("date"))
        .order_by("-derniere")[:GROUPES_MONTRES]
    )
    comptes = Compte.objects.in_bulk([ligne["compte"] for ligne in par_compte])
    page = page_de(request, entrees.select_related("compte"))
    return render(
        request,
        "aipi/personne_consultations.html",
        {
            "personne": personne,
            "groupes": [(comptes[ligne["compte"]], ligne["fois"], ligne["derniere"]) for ligne in par_compte],
            "page": page,
            "lignes": lignes(page.objets),
            "mois": round(DUREE.days / 30.4),
        },
    )
