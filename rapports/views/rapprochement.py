"""Published figures of past years beside those of the files that came in: the last step of moving in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from aipi.models import Reprise
from aipi.periodes import Periode
from aipi.roles import acces, compte_de, reprend, visibles
from rapports.rapprochement import ECART, INCONNU, MEME, annees, rapprocher


def _entier(texte: str) -> int | None:
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 10 else None


@require_safe
@acces(reprend)
def publiees_comparer(request: HttpRequest) -> HttpResponse:
    """A year of published values against the files. `?reprise=`: the import that one comes from; `?annee=`."""
    reprise = None
    if (cle := _entier(request.GET.get("reprise", ""))) is not None:
        reprise = get_object_or_404(visibles(Reprise.objects.all(), compte_de(request)), pk=cle)
    connues = annees()
    annee = _entier(request.GET.get("annee", "")) or (connues[0] if connues else None)
    if annee is not None and annee not in connues:
        raise Http404("Aucune valeur n’est publiée pour cette année.")
    lignes = rapprocher(annee, reprise) if annee is not None else []
    contexte = {
        "reprise": reprise,
        "annees": connues,
        "annee": annee,
        "periode": Periode.annee(annee) if annee is not None else None,
        "ecarts": [ligne for ligne in lignes if ligne.verdict == ECART],
        "inconnus": [ligne for ligne in lignes if ligne.verdict == INCONNU],
        "memes": [ligne for ligne in lignes if ligne.verdict == MEME],
    }
    return render(request, "rapports/publiees_comparer.html", contexte)
