"""The year under way: where each agreement stands and lands, and what one more contract would change."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from aipi.models import Convention
from aipi.nombres import euros, nombre, pourcentage
from aipi.roles import acces, peut_rediger
from rapports.forms import ApportForm
from rapports.pilotage import Annee, Avancement, actions, apport, avancements
from rapports.valeurs import Releve

BUDGET = ("finances.produits", "finances.charges", "finances.resultat")


@require_safe
@acces(peut_rediger)
def pilotage(request: HttpRequest) -> HttpResponse:
    """The agreements of the year, and a small « et si » on the workshops."""
    jour = timezone.localdate()
    annee = Annee(jour.year, jour)
    form = ApportForm(request.GET if "nombre" in request.GET else None, mois=min(jour.month + 1, 12))
    lignes = avancements(annee)
    gain = None
    if form.is_bound and form.is_valid():
        gain = apport(form.cleaned_data["nombre"], form.cleaned_data["heures"], int(form.cleaned_data["mois"]), annee)
    conventions_etp = [ligne for ligne in lignes if ligne.convention.unite_objectif == Convention.Unite.ETP]
    depart = next((ligne.sans_changement for ligne in conventions_etp if ligne.sans_changement is not None), None)
    objectif = sum((ligne.objectif for ligne in conventions_etp if ligne.objectif is not None), start=0)
    releve = Releve(annee.periode, vif=True)
    ecrites = [_ecrire(ligne) for ligne in lignes]
    return render(
        request,
        "rapports/pilotage.html",
        {
            "annee": annee,
            "suivies": [ligne for ligne in ecrites if ligne["connu"]],
            "autres": [ligne for ligne in ecrites if not ligne["connu"]],
            "form": form,
            "gain": None if gain is None else nombre(gain),
            "avec_gain": None if gain is None or depart is None else nombre(depart + gain),
            "part_avec_gain": pourcentage((depart + gain) / objectif)
            if gain is not None and depart is not None and objectif
            else "",
            "depart": nombre(depart),
            "actions": actions(annee),
            "budget": [
                (chiffre.indicateur.libelle, euros(chiffre.nombre), euros(chiffre.precedent))
                for chiffre in (releve.chiffre(code) for code in BUDGET)
            ],
        },
    )


def _ecrire(ligne: Avancement) -> dict[str, object]:
    convention = ligne.convention
    # Only ETP have parts worth a decimal; nobody is half a participant.
    decimales = None if convention.unite_objectif == Convention.Unite.ETP else 0
    unite = convention.get_unite_objectif_display()
    return {
        "titre": f"{convention.get_action_display()}, {convention.financeur}",
        "montant": euros(convention.montant),
        "unite": unite if unite.isupper() else unite.lower(),
        "objectif": nombre(ligne.objectif),
        "realise": nombre(ligne.realise, decimales),
        "sans_changement": nombre(ligne.sans_changement, decimales),
        "au_rythme": nombre(ligne.au_rythme, decimales),
        "part": pourcentage(ligne.part),
        "atterrissage": pourcentage(ligne.atterrissage),
        "montant_acquis": euros(ligne.montant_acquis, 0),
        "jauge": None if ligne.part is None else round(float(ligne.part) * 100),
        "connu": ligne.objectif is not None and ligne.realise is not None,
    }
