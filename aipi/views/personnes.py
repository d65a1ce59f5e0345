"""The dossier of a person, across all that the reader may see."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi import enonces, fil, roles
from aipi.accompagnements import accompagnements
from aipi.fil import Genre
from aipi.models import Compte, Document, Limitation, Personne
from aipi.roles import acces, compte_de, personnes_visibles, visibles

DOCUMENTS_MONTRES = 8
DOCUMENTS_MAXIMUM = 100


def identite_complete(request: HttpRequest) -> bool:
    """Supervisors see a name; address, telephone and health status are for social workers and the director."""
    return not roles.encadrant(compte_de(request))


def dossier(request: HttpRequest, pk: int) -> dict[str, Any]:
    """What the dossier of a person holds for the reader, the thread aside. Raises Http404 for a person it may not see."""
    compte = compte_de(request)

    def composer(cles: Sequence[int]) -> QuerySet[Personne]:
        limitations = Limitation.objects.filter(personne=OuterRef("pk"), fin=None).order_by()
        return (
            personnes_visibles(compte)
            .filter(pk__in=cles)
            .select_related("commune")
            .annotate(limitee_le=Subquery(limitations.values("debut")[:1]))
        )

    personne = next(iter(enonces.lire("dossier.personne", compte, [pk], composer)), None)
    if personne is None:
        raise Http404
    jour = timezone.localdate()
    limitee_le: datetime.date | None = getattr(personne, "limitee_le")  # noqa: B009 - annotated: unknown to types
    fige = limitee_le is not None
    sections = {a.code: s for a in accompagnements(compte) if (s := a.section(compte, personne, jour)) is not None}
    return {
        "personne": personne,
        "complete": identite_complete(request),
        "age": age_le(personne.date_naissance, jour) if personne.date_naissance else None,
        "sections": list(sections.values()),
        "ouvertes": [s for s in sections.values() if s.ouvert],
        "codes_ouverts": {code for code, s in sections.items() if s.ouvert},
        "terminees": [s for s in sections.values() if not s.ouvert],
        "sources": fil.sources(compte, personne, sections, fige=fige),
        "echeances": sorted((e for s in sections.values() for e in s.echeances), key=lambda e: e.date),
        "jour": jour,
        "limitee_le": limitee_le,
        # Asked by the templates of the sections: what would not open is not offered.
        "fige": fige,
    }


def documents_de(compte: Compte, personnes: Sequence[int]) -> QuerySet[Document]:
    """The documents of persons that the account may read, the latest first."""
    return visibles(Document.objects.filter(personne__in=personnes), compte).select_related("auteur")


def debut_demande(request: HttpRequest) -> int:
    """How many events of the thread the reader has read already, from the address."""
    texte = request.GET.get("depuis", "")
    return min(int(texte), fil.DERNIER) if texte.isdecimal() and texte.isascii() and len(texte) < 6 else 0


@require_safe
@acces(roles.voit_personnes)
def personne_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier: who the person is, what is open and ends when, each follow-up, the thread of what happened."""
    compte = compte_de(request)
    contexte = dossier(request, pk)
    montres = DOCUMENTS_MAXIMUM if request.GET.get("documents") == "tous" else DOCUMENTS_MONTRES
    documents = enonces.lire(
        "dossier.documents", compte, [pk], lambda cles: documents_de(compte, cles)[: montres + 1], montres
    )
    genres = {source.genre for source in contexte["sources"]}
    genre = next((g for g in Genre if g == request.GET.get("fil") and g in genres), None)
    sources = [source for source in contexte["sources"] if genre is None or source.genre == genre]
    depuis = debut_demande(request)
    return render(
        request,
        "aipi/personne_detail.html",
        {
            **contexte,
            "genres": [g for g in Genre if g in genres],
            "genre": genre,
            "depuis": depuis,
            "fil": fil.lire(compte, sources, depuis),
            "documents": documents[:montres],
            "autres_documents": len(documents) > montres,
        },
    )


@require_safe
@acces(roles.voit_personnes)
def personne_imprimer(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole dossier on paper, private notes aside: who printed it and when is written on it."""
    contexte = dossier(request, pk)
    compte = compte_de(request)
    return render(
        request,
        "aipi/personne_imprimer.html",
        {
            **contexte,
            "documents": documents_de(compte, [pk]),
            "fil": fil.lire(compte, contexte["sources"], combien=None),
            "imprime_le": timezone.now(),
        },
    )


def age_le(naissance: datetime.date, jour: datetime.date) -> int:
    """Full years on `jour`."""
    return jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))
