"""What comes to its term, what is archived, what the policy asks for; and the register of processing activities."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi import registre
from aipi.conserver import GENRE, SIMULATION
from aipi.listes import page_de
from aipi.models import Compte, Personne, Travail
from aipi.pdf import RenduImpossible
from aipi.periodes import plus_mois
from aipi.roles import acces, compte_de, conserve, directeur
from aipi.saisie import TexteLibre, champ_date
from aipi.termes import (
    PROLONGATION_MAXIMALE,
    annoncees,
    archivees,
    au_terme,
    ouverts_sans_contact,
    prolonger,
    termes,
)
from aipi.travaux import demander

VALIDITE = datetime.timedelta(hours=24)
"""How long a simulation may be confirmed."""


@dataclass(frozen=True)
class Volet:
    """One step of the way, with the persons who are there on a day."""

    code: str
    titre: str
    explication: str
    personnes: Callable[[datetime.date], QuerySet[Personne]]
    vide: str


VOLETS = (
    Volet(
        "bientot",
        "Bientôt au terme",
        "Leur dossier quittera la base active dans les trois mois, sauf si un contact est noté d’ici là.",
        annoncees,
        "Aucun dossier n’arrive à son terme dans les trois mois.",
    ),
    Volet(
        "terme",
        "À archiver",
        "Le délai qui suit le dernier contact est passé. La prochaine application de la politique archive ces dossiers.",
        au_terme,
        "Aucun dossier à archiver.",
    ),
    Volet(
        "archives",
        "En archive",
        "Ces dossiers ne sont plus dans les listes ni dans la recherche. Seule la direction les ouvre, jusqu’à leur anonymisation.",
        lambda jour: archivees(),
        "Aucun dossier en archive.",
    ),
    Volet(
        "ouverts",
        "Suivis ouverts sans contact",
        "Un accompagnement est encore ouvert, mais le dernier contact date de plus que la base active. Fermez-le s’il est fini.",
        ouverts_sans_contact,
        "Tous les accompagnements ouverts ont un contact récent.",
    ),
)


class ProlongationForm(forms.Form):
    """Until when, and why. The reason is kept with the decision."""

    jusqu_au = champ_date(label="Garder jusqu’au")
    motif = TexteLibre(
        label="Raison",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Par exemple\u202f: un contentieux en cours, une demande de la personne.",
    )

    def __init__(self, *args: Any, jour: datetime.date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.jour = jour

    def clean_jusqu_au(self) -> datetime.date:
        jusqu_au: datetime.date = self.cleaned_data["jusqu_au"]
        if jusqu_au <= self.jour:
            raise ValidationError("Choisissez un jour à venir.")
        if jusqu_au > plus_mois(self.jour, PROLONGATION_MAXIMALE):
            raise ValidationError(
                "C’est plus de cinq ans\u202f: choisissez un jour plus proche, la raison sera revue alors."
            )
        return jusqu_au


def _simulation(compte: Compte) -> Travail | None:
    """The last simulation that the account asked for."""
    return Travail.objects.filter(compte=compte, genre=GENRE, parametres__simuler=True).order_by("-pk").first()


def _empreinte(travail: Travail | None) -> str:
    """That of a finished simulation that may still be confirmed, from the name of its file; nothing otherwise."""
    if travail is None or travail.etat != Travail.Etat.FINI or timezone.now() - travail.demande_le > VALIDITE:
        return ""
    return travail.nom_fichier.removeprefix(f"{SIMULATION}-").removesuffix(".txt")


@require_safe
@acces(conserve)
def conservation(request: HttpRequest) -> HttpResponse:
    """Who stands where. The director reads names; the administrator reads references."""
    compte, jour = compte_de(request), timezone.localdate()
    volet = next((v for v in VOLETS if v.code == request.GET.get("volet")), VOLETS[0])
    page = page_de(request, volet.personnes(jour))
    simulation = _simulation(compte)
    return render(
        request,
        "aipi/conservation.html",
        {
            "volets": VOLETS,
            "volet": volet,
            "page": page,
            "termes": termes(page.objets, jour),
            "nominatif": directeur(compte),
            "simulation": simulation,
            "confirmable": bool(_empreinte(simulation)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@acces(directeur)
def conservation_prolonger(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a dossier longer, with the reason; one that is archived opens again."""
    jour = timezone.localdate()
    personne = get_object_or_404(Personne.objects.filter(anonymisee_le=None), pk=pk)
    form = ProlongationForm(request.POST or None, jour=jour)
    if request.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        prolonger(personne, donnees["jusqu_au"], donnees["motif"], compte_de(request), jour)
        messages.success(request, f"Le dossier est gardé jusqu’au {donnees['jusqu_au']:%d/%m/%Y}.")
        return redirect("conservation")
    [terme] = termes([personne], jour)
    return render(request, "aipi/conservation_prolonger.html", {"personne": personne, "terme": terme, "form": form})


@require_POST
@acces(conserve)
def conservation_simuler(request: HttpRequest) -> HttpResponse:
    """Ask for what the policy demands today; nothing is written."""
    compte = compte_de(request)
    travail = demander(compte, GENRE, "Politique de conservation, simulation", simuler=True)
    return redirect("travail_detail", travail.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(conserve)
def conservation_appliquer(request: HttpRequest) -> HttpResponse:
    """Confirm what the last simulation said: it is done only if it is still the same."""
    compte = compte_de(request)
    simulation = _simulation(compte)
    empreinte = _empreinte(simulation)
    if simulation is None or not empreinte:
        messages.warning(request, "Simulez d’abord\u202f: une simulation de moins d’un jour peut être confirmée.")
        return redirect("conservation")
    if request.method == "POST":
        if request.POST.get("empreinte") != empreinte:
            messages.warning(request, "Une autre simulation a été faite depuis\u202f: relisez-la avant de confirmer.")
            return redirect("conservation_appliquer")
        travail = demander(
            compte,
            GENRE,
            "Politique de conservation, application",
            simuler=False,
            empreinte=empreinte,
            par=compte.pk,
        )
        return redirect("travail_detail", travail.pk)
    try:
        with simulation.fichier.open("rb") as ouvert:
            texte = ouvert.read().decode()
    except FileNotFoundError as erreur:
        raise Http404("Le fichier de la simulation manque.") from erreur
    resume = [ligne for ligne in texte.splitlines() if ligne and not ligne.startswith(" ")]
    contexte = {"simulation": simulation, "empreinte": empreinte, "resume": resume}
    return render(request, "aipi/conservation_appliquer.html", contexte)


@require_safe
@acces(conserve)
def registre_traitements(request: HttpRequest) -> HttpResponse:
    """The register of processing activities."""
    return render(request, "aipi/registre.html", registre.contexte(timezone.localdate()))


@require_safe
@acces(conserve)
def registre_fichier(request: HttpRequest, forme: str) -> HttpResponse:
    """The same as a file: `md` or `pdf`."""
    jour = timezone.localdate()
    if forme == "md":
        reponse = HttpResponse(registre.en_markdown(jour), content_type="text/markdown; charset=utf-8")
    elif forme == "pdf":
        try:
            reponse = HttpResponse(registre.registre_pdf(jour), content_type="application/pdf")
        except RenduImpossible as erreur:
            messages.error(request, str(erreur))
            return redirect("registre_traitements")
    else:
        raise Http404
    reponse["Content-Disposition"] = f'attachment; filename="registre-des-traitements.{forme}"'
    return reponse
