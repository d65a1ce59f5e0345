"""Closing a year, reopening it, correcting it by an erratum; what an edition holds and what the files say since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.contrib import messages
from django.db.models import Prefetch
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from aipi.models import Compte, Travail
from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_rediger, peut_voir_rapport
from aipi.travaux import demander
from rapports.cloture import Ecart, PasClos, Termes, ecarts, rouvrir
from rapports.controle import Gravite, controler
from rapports.declarations import Declaration, Taux
from rapports.ecriture import avec_unite, ecrire
from rapports.forms import MotifForm
from rapports.models import Edition, PieceEdition, Rapport, RemarqueAcceptee
from rapports.travaux import CLOTURE, PDF, PPTX, XLSX

TYPES = {
    ".pdf": PDF,
    ".html": "text/html; charset=utf-8",
    ".xlsx": XLSX,
    ".pptx": PPTX,
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
}
IMAGES = (".jpg", ".jpeg", ".png")
REFS_MONTREES = 12
"""References printed beside a difference; beyond, their number."""


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
def rapport_clore(request: HttpRequest, periode: Periode) -> HttpResponse:
    """Say what closing does, then ask for it in the background. A report closed before says what its new edition corrects."""
    if periode.fin >= timezone.localdate():
        messages.error(request, "Cette période n’est pas terminée : son rapport ne peut pas encore être clos.")
        return redirect("rapport_detail", periode)
    rapport = Rapport.objects.filter(debut=periode.debut, fin=periode.fin).first()
    deja = rapport is not None and rapport.editions.exists()
    form = MotifForm(
        request.POST if request.method == "POST" else None, libelle="Ce que cette édition corrige", requis=deja
    )
    if request.method == "POST" and form.is_valid():
        erratum = form.cleaned_data["motif"].strip()
        if rapport is not None and rapport.clos and not erratum:
            messages.info(request, f"Le rapport {periode} était déjà clos.")
            return redirect("rapport_detail", periode)
        return redirect("travail_detail", _demander(compte_de(request), periode, rapport, erratum).pk)
    return render(
        request,
        "rapports/rapport_clore.html",
        {
            "periode": periode,
            "form": form,
            "deja": deja,
            "clos": rapport is not None and rapport.clos,
            "bloquantes": _bloquantes(periode, rapport),
        },
    )


def _bloquantes(periode: Periode, rapport: Rapport | None) -> int:
    """How many remarks ask to be mended before publishing, and were not accepted."""
    acceptees = set(RemarqueAcceptee.objects.filter(rapport=rapport).values_list("cle", flat=True))
    return sum(r.gravite is Gravite.BLOQUANT and r.cle not in acceptees for r in controler(periode))


def _demander(compte: Compte, periode: Periode, rapport: Rapport | None, erratum: str) -> Travail:
    """Ask for the closing; the one already under way when it was asked twice."""
    derniere = rapport.editions.order_by("-numero").first() if rapport is not None else None
    parametres = {
        "debut": periode.debut.isoformat(),
        "fin": periode.fin.isoformat(),
        "numero": 1 if derniere is None else derniere.numero + 1,
        "erratum": erratum,
        "par": compte.pk,
    }
    meme = Travail.objects.filter(compte=compte, genre=CLOTURE, parametres=parametres)
    en_route = next((travail for travail in meme if travail.en_route), None)
    return en_route or demander(compte, CLOTURE, f"Clôture du rapport {periode}", **parametres)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
def rapport_rouvrir(request: HttpRequest, periode: Periode) -> HttpResponse:
    """Ask why, then let the report be written again. Its edition stays."""
    rapport = get_object_or_404(Rapport, debut=periode.debut, fin=periode.fin)
    form = MotifForm(
        request.POST if request.method == "POST" else None, libelle="Pourquoi rouvrir ce rapport", requis=True
    )
    if request.method == "POST" and form.is_valid():
        try:
            rouvrir(rapport, compte_de(request), form.cleaned_data["motif"])
        except PasClos:
            messages.info(request, f"Le rapport {periode} n’était pas clos.")
        else:
            messages.success(request, f"Le rapport {periode} est rouvert. L’édition publiée reste consultable.")
        return redirect("rapport_detail", periode)
    return render(request, "rapports/rapport_rouvrir.html", {"periode": periode, "form": form})


@require_safe
@acces(peut_voir_rapport)
def edition_list(request: HttpRequest, periode: Periode) -> HttpResponse:
    """Every edition of a report with its files and fingerprint, and who reopened it."""
    rapport = get_object_or_404(Rapport, debut=periode.debut, fin=periode.fin)
    return render(
        request,
        "rapports/edition_list.html",
        {
            "periode": periode,
            "rapport": rapport,
            "editions": rapport.editions.select_related("close_par").prefetch_related(
                "reouvertures__compte", Prefetch("pieces", PieceEdition.objects.exclude(titre=""), "extraits")
            ),
        },
    )


@require_safe
@acces(peut_voir_rapport)
def edition_fichier(request: HttpRequest, periode: Periode, numero: int, nom: str) -> HttpResponseBase:
    """A file of an edition, as it left. The lists of references are for who may close."""
    edition = get_object_or_404(Edition, rapport__debut=periode.debut, rapport__fin=periode.fin, numero=numero)
    if nom == "edition.json":
        fichier = edition.fichier
    elif nom in edition.fichiers:
        if nom == "listes.json" and not peut_rediger(compte_de(request)):
            raise Http404("Cette édition n’a pas ce fichier.")
        fichier = edition.fichiers[nom]
    else:
        fichier = get_object_or_404(PieceEdition, edition=edition, nom=nom).fichier
    telecharger = not nom.endswith((".pdf", *IMAGES))
    return servir(fichier, TYPES[PurePosixPath(nom).suffix], nom, telecharger=telecharger)


def servir(fichier: FieldFile, type_mime: str, nom: str, *, telecharger: bool) -> HttpResponseBase:
    """The bytes that were kept. Raises Http404 when there is no such file, or when it is gone."""
    if not fichier:
        raise Http404("Ce rapport a été clos sans ce fichier.")
    try:
        ouvert = fichier.open("rb")
    except FileNotFoundError as erreur:
        raise Http404("Ce fichier manque.") from erreur
    return FileResponse(
        ouvert, as_attachment=telecharger, filename=nom, content_type=type_mime, headers={"Cache-Control": "private"}
    )


def _sur(declaration: Declaration, termes: Termes) -> str:
    """« (13 sur 29) » after a rate whose terms are known."""
    numerateur, denominateur = termes
    if not isinstance(declaration, Taux) or numerateur is None or denominateur is None:
        return ""
    return f" ({ecrire(declaration.numerateur, numerateur)} sur {ecrire(declaration.denominateur, denominateur)})"


@dataclass(frozen=True)
class LigneEcart:
    """A difference as it is read: two numbers with their unit, the references on either side."""

    ecart: Ecart
    imprime: str
    maintenant: str

    @staticmethod
    def de(ecart: Ecart) -> LigneEcart:
        avant, apres = ecart.termes
        return LigneEcart(
            ecart,
            avec_unite(ecart.declaration, ecart.imprime) + _sur(ecart.declaration, avant),
            avec_unite(ecart.declaration, ecart.maintenant) + _sur(ecart.declaration, apres),
        )

    @property
    def listes(self) -> list[tuple[str, tuple[str, ...], int]]:
        """Word, first references, how many more."""
        return [
            (mot, refs[:REFS_MONTREES], max(len(refs) - REFS_MONTREES, 0))
            for mot, refs in (("ajoutées", self.ecart.ajoutees), ("retirées", self.ecart.retirees))
            if refs
        ]


@require_safe
@acces(peut_rediger)
def rapport_differences(request: HttpRequest, periode: Periode) -> HttpResponse:
    """What the files would give otherwise today than the edition that was published."""
    edition = get_object_or_404(
        Edition.objects.select_related("rapport"), en_vigueur__debut=periode.debut, en_vigueur__fin=periode.fin
    )
    return render(
        request,
        "rapports/rapport_differences.html",
        {"periode": periode, "edition": edition, "lignes": [LigneEcart.de(ecart) for ecart in ecarts(edition)]},
    )
