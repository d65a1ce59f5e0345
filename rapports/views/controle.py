"""« Contrôle avant publication »: the remarks, those accepted with their reason, and accepting one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_rediger
from rapports.controle import Gravite, Remarque, controler, dire_la_cle
from rapports.forms import MotifForm
from rapports.models import Rapport, RemarqueAcceptee


@require_http_methods(["GET", "HEAD", "POST"])
@acces(peut_rediger)
def rapport_controle(request: HttpRequest, periode: Periode) -> HttpResponse:
    """What to mend before printing. A remark may be accepted with a reason, which stays; or taken back."""
    remarques = controler(periode)
    rapport = Rapport.objects.filter(debut=periode.debut, fin=periode.fin).first()
    cle = request.POST.get("cle", "")
    form = MotifForm(request.POST if request.method == "POST" else None, libelle="Pourquoi l’accepter", requis=True)
    if request.method == "POST":
        if rapport is not None and rapport.clos:
            raise PermissionDenied("Ce rapport est clos : son contrôle ne change plus.")
        if "retirer" in request.POST:
            RemarqueAcceptee.objects.filter(rapport=rapport, cle=cle).delete()
            return redirect("rapport_controle", periode)
        if form.is_valid() and any(remarque.cle == cle for remarque in remarques):
            rapport, _ = Rapport.objects.get_or_create(debut=periode.debut, fin=periode.fin)
            RemarqueAcceptee.objects.update_or_create(
                rapport=rapport, cle=cle, defaults={"motif": form.cleaned_data["motif"], "compte": compte_de(request)}
            )
            messages.success(request, "La remarque est acceptée ; le motif reste dans le dossier du rapport.")
            return redirect("rapport_controle", periode)
    acceptees = {a.cle: a for a in RemarqueAcceptee.objects.filter(rapport=rapport).select_related("compte")}
    return render(
        request,
        "rapports/rapport_controle.html",
        {
            "periode": periode,
            "groupes": [(gravite, _restantes(remarques, gravite, acceptees)) for gravite in Gravite],
            "acceptees": [(r.constat, acceptees[r.cle]) for r in remarques if r.cle in acceptees],
            # What was accepted and is not found any more keeps its reason too: mended since, or told of other files.
            "passees": [
                (dire_la_cle(cle), acceptee)
                for cle, acceptee in acceptees.items()
                if cle not in {r.cle for r in remarques}
            ],
            "nombre": sum(r.cle not in acceptees for r in remarques),
            "clos": rapport is not None and rapport.clos,
            "refusee": cle if form.is_bound and not form.is_valid() else "",
        },
    )


def _restantes(remarques: list[Remarque], gravite: Gravite, acceptees: dict[str, RemarqueAcceptee]) -> list[Remarque]:
    return [r for r in remarques if r.gravite is gravite and r.cle not in acceptees]
