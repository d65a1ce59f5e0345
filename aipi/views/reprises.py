"""Moving in, the first half: drop workbooks, say what their sheets, columns and labels are. The director alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi.echange.colonnes import Date
from aipi.echange.erreurs import FichierInvalide
from aipi.echange.feuille import feuilles
from aipi.models import FeuilleReprise, Reprise
from aipi.reprise.cellules import lu
from aipi.reprise.depot import ACCEPTES, autour, changer_entete, deposer, nom_memoire, premieres
from aipi.reprise.entetes import hors_tableau
from aipi.reprise.journal import abandonner, annulable
from aipi.reprise.lecture import rangees
from aipi.reprise.memoire import retenir
from aipi.reprise.plan import (
    COMME,
    COMPOSEES,
    IGNORE,
    PERSONNES,
    Plan,
    a_des_codes,
    chaine,
    cibles,
    colonne_de,
    libelle,
    libelle_feuille,
    manques,
    options,
    se_fabrique,
)
from aipi.reprise.propositions import deviner_codes, pour_cible
from aipi.roles import acces, compte_de, reprend, visibles
from aipi.texte import replier

FICHIERS_MAXIMUM = 20
MONTREES = 50
EXEMPLES = 3
LONGUEUR_EXEMPLE = 40
LABELS_MAXIMUM = 150
"""Different labels of one column that are shown; more are no labels."""


def reprise_de(request: HttpRequest, pk: int) -> Reprise:
    return get_object_or_404(visibles(Reprise.objects.all(), compte_de(request)), pk=pk)


def _ouverte(request: HttpRequest, pk: int) -> Reprise:
    """The drop, when it may still change."""
    reprise = reprise_de(request, pk)
    if not reprise.ouverte:
        raise Http404("Ces fichiers sont déjà importés, ou abandonnés.")
    return reprise


def _feuille(request: HttpRequest, pk: int, rang: int) -> FeuilleReprise:
    return get_object_or_404(FeuilleReprise, reprise=_ouverte(request, pk), rang=rang)


def changer(reprise: Reprise) -> None:
    """A check of before is no longer good."""
    reprise.version += 1
    reprise.save(update_fields=["version", "doublons"])


@require_safe
@acces(reprend)
def reprise_list(request: HttpRequest) -> HttpResponse:
    """The drops of before and what became of them; taking everything out."""
    reprises = list(
        visibles(Reprise.objects.all(), compte_de(request)).select_related("compte", "annulee_par")[:MONTREES]
    )
    lignes = [
        {
            "reprise": r,
            "creees": sum(c[1] for c in r.comptes.values()),
            "modifiees": sum(c[2] for c in r.comptes.values()),
            "annulable": annulable(r),
        }
        for r in reprises
    ]
    return render(request, "aipi/reprise_list.html", {"lignes": lignes})


@require_http_methods(["GET", "HEAD", "POST"])
@acces(reprend)
def reprise_create(request: HttpRequest) -> HttpResponse:
    """Drop files: they are read at once, and kept where nobody else reads them."""
    refus = ""
    if request.method == "POST":
        fichiers = request.FILES.getlist("fichiers")
        if not fichiers:
            refus = "Choisissez au moins un fichier."
        elif len(fichiers) > FICHIERS_MAXIMUM:
            refus = f"Au plus {FICHIERS_MAXIMUM} fichiers à la fois."
        else:
            try:
                return redirect("reprise_detail", deposer(compte_de(request), fichiers).pk)
            except FichierInvalide as erreur:
                refus = f"{str(erreur)[:1].upper()}{str(erreur)[1:]}."
    contexte = {"refus": refus, "acceptes": ACCEPTES}
    return render(request, "aipi/reprise_create.html", contexte, status=422 if refus else 200)


@require_safe
@acces(reprend)
def reprise_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets that were found, and what each is taken for."""
    reprise = reprise_de(request, pk)
    if not reprise.ouverte:
        return redirect("reprise_bilan", pk)
    lignes = []
    for feuille in reprise.feuilles.defer("contenu"):
        plan = Plan.de(feuille.plan)
        prises = sum(1 for vers in plan.colonnes.values() if vers)
        lignes.append(
            {
                "feuille": feuille,
                "cible": libelle_feuille(feuilles()[plan.cible]) if plan.cible else "",
                "aussi": [libelle_feuille(f).lower() for f in _aussi(plan)],
                "prises": prises,
                "laissees": len(plan.colonnes) - prises,
                "manques": manques(plan),
            }
        )
    pretes = any(ligne["cible"] for ligne in lignes) and not any(ligne["manques"] for ligne in lignes)
    return render(request, "aipi/reprise_detail.html", {"reprise": reprise, "lignes": lignes, "pretes": pretes})


def _aussi(plan: Plan) -> list[Any]:
    """The other sheets that the rows also tell of."""
    if not plan.cible:
        return []
    dits = {vers.partition(".")[0] for vers in plan.colonnes.values() if vers}
    return [f for f in chaine(plan.cible)[1:] if f.nom in dits]


# One sheet: its columns


@require_http_methods(["GET", "HEAD", "POST"])
@acces(reprend)
def reprise_feuille(request: HttpRequest, pk: int, rang: int) -> HttpResponse:
    """What one sheet is, and what each of its columns says."""
    feuille = _feuille(request, pk, rang)
    if request.method == "POST":
        if request.POST.get("action") == "cible":
            return _changer_cible(request, feuille)
        plan = _plan_envoye(request, feuille)
        _garder(feuille, plan)
        a_coder = [vers for vers in plan.colonnes.values() if vers and a_des_codes(vers)]
        suite = "reprise_valeurs" if a_coder else "reprise_detail"
        return redirect(suite, pk, rang) if a_coder else redirect(suite, pk)
    plan = Plan.de(feuille.plan)
    exemples = premieres(feuille, 30)
    contexte = {
        "reprise": feuille.reprise,
        "feuille": feuille,
        "plan": plan,
        "feuilles": [(f.nom, libelle_feuille(f)) for f in feuilles().values()],
        "groupes": _groupes(plan.cible) if plan.cible else [],
        "colonnes": [
            {"rang": rang, "titre": titre, "vers": plan.colonnes.get(titre, ""), "exemples": _exemples(exemples, rang)}
            for rang, titre in enumerate(feuille.titres)
        ],
        "constantes": _constantes(plan),
        "manques": manques(plan),
    }
    return render(request, "aipi/reprise_feuille.html", contexte)


def _exemples(lignes: list[tuple[int, list[Any]]], rang: int) -> list[str]:
    """The first different things that a column says."""
    vus: dict[str, None] = {}
    for _, cellules in lignes:
        texte = lu(cellules[rang]).strip() if rang < len(cellules) else ""
        if texte and len(vus) < EXEMPLES and not hors_tableau(cellules):
            vus[texte if len(texte) <= LONGUEUR_EXEMPLE else texte[:LONGUEUR_EXEMPLE] + "…"] = None
    return list(vus)


def _groupes(cible: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The columns that may be chosen, under the sheet that they are of."""
    groupes = []
    for feuille in chaine(cible):
        choix = [
            (f"{feuille.nom}.{c.nom}", libelle(c) + (" (obligatoire)" if c.requise else "")) for c in feuille.colonnes
        ]
        if feuille.nom == PERSONNES:
            choix = [*COMPOSEES.items(), *choix]
        groupes.append((libelle_feuille(feuille), choix))
    return groupes


def _constantes(plan: Plan) -> list[dict[str, Any]]:
    """What no column says and every row needs, or that a constant says already: how it may be said at once."""
    if not plan.cible:
        return []
    colonnes = set(plan.colonnes.values())
    lignes = []
    for feuille, colonne in cibles(plan.cible):
        vers = f"{feuille.nom}.{colonne.nom}"
        if vers in colonnes or feuille.nom == PERSONNES:
            continue
        if vers not in plan.constantes and se_fabrique(plan, feuille, colonne):
            continue
        if not (vers in plan.constantes or (colonne.requise and feuille.nom == plan.cible)):
            continue
        choix: list[tuple[str, str]] = []
        if a_des_codes(vers):
            choix = list(options(vers).items())
        elif isinstance(colonne, Date):
            autres = [(t, v) for t, v in plan.colonnes.items() if v and v not in COMPOSEES]
            choix = [(f"{COMME}{v}", f"comme « {t} »") for t, v in autres if isinstance(colonne_de(v), Date)]
        lignes.append(
            {
                "vers": vers,
                "libelle": f"{libelle(colonne)} ({libelle_feuille(feuille).lower()})",
                "choix": choix,
                "valeur": plan.constantes.get(vers, ""),
                "attendu": colonne.attendu,
            }
        )
    return lignes


def _changer_cible(request: HttpRequest, feuille: FeuilleReprise) -> HttpResponse:
    """The sheet is another one, or its titles stand elsewhere: what its columns say is guessed again."""
    cible = request.POST.get("cible", "")
    if cible and cible not in feuilles():
        raise Http404("Cette feuille n’existe pas.")
    entete = request.POST.get("entete", "")
    try:
        numero = int(entete) if entete.isascii() and entete.isdecimal() and len(entete) < 8 else feuille.entete
        if numero != feuille.entete:
            changer_entete(feuille, numero)
    except ValueError:
        messages.error(
            request, f"La ligne {entete} est vide ou n’existe pas\u202f: les titres sont restés où ils étaient."
        )
        return redirect("reprise_feuille", feuille.reprise_id, feuille.rang)
    if cible != Plan.de(feuille.plan).cible:
        lignes = [cellules for _, cellules in premieres(feuille, 200)]
        with feuille.contenu.open("rb") as contenu:
            textes = autour(feuille, contenu)
        feuille.plan = pour_cible(cible, feuille.titres, lignes, textes).en_json()
    feuille.save()
    changer(feuille.reprise)
    if not cible:
        retenir(feuille.titres, Plan.de(feuille.plan), nom_memoire(feuille))
        return redirect("reprise_detail", feuille.reprise_id)
    return redirect("reprise_feuille", feuille.reprise_id, feuille.rang)


def _plan_envoye(request: HttpRequest, feuille: FeuilleReprise) -> Plan:
    """The plan as it was sent; what the format does not know is left out."""
    ancien = Plan.de(feuille.plan)
    if not ancien.cible:
        return ancien
    permises = {f"{f.nom}.{c.nom}" for f, c in cibles(ancien.cible)} | COMPOSEES.keys()
    plan = Plan(ancien.cible, codes=ancien.codes)
    for rang, titre in enumerate(feuille.titres):
        vers = request.POST.get(f"colonne-{rang}", "")
        plan.colonnes[titre] = vers if vers in permises else ""
    for vers in sorted(permises - COMPOSEES.keys()):
        if valeur := request.POST.get(f"constante-{vers}", "").strip():
            plan.constantes[vers] = valeur[:200].replace("\0", "")
    return plan


def _garder(feuille: FeuilleReprise, plan: Plan) -> None:
    feuille.plan = plan.en_json()
    feuille.save(update_fields=["plan"])
    retenir(feuille.titres, plan, nom_memoire(feuille))
    changer(feuille.reprise)


# One sheet: its labels


@require_http_methods(["GET", "HEAD", "POST"])
@acces(reprend)
def reprise_valeurs(request: HttpRequest, pk: int, rang: int) -> HttpResponse:
    """What the labels of its columns of codes mean."""
    feuille = _feuille(request, pk, rang)
    plan = Plan.de(feuille.plan)
    colonnes = _colonnes_a_codes(feuille, plan)
    if request.method == "POST":
        for numero, colonne in enumerate(colonnes):
            codes = dict(plan.codes.get(colonne["vers"], {}))
            for rang_label, ligne in enumerate(colonne["labels"]):
                choisi = request.POST.get(f"code-{numero}-{rang_label}", "")
                if choisi == IGNORE or choisi in colonne["options"]:
                    codes[ligne["plie"]] = choisi
                else:
                    codes.pop(ligne["plie"], None)
            plan.codes[colonne["vers"]] = codes
        _garder(feuille, plan)
        return redirect("reprise_detail", pk)
    contexte = {
        "reprise": feuille.reprise,
        "feuille": feuille,
        "colonnes": colonnes,
        "inconnus": sum(1 for c in colonnes for ligne in c["labels"] if not ligne["code"]),
    }
    return render(request, "aipi/reprise_valeurs.html", contexte)


def _colonnes_a_codes(feuille: FeuilleReprise, plan: Plan) -> list[dict[str, Any]]:
    """The columns of codes with their different labels, the most frequent first."""
    places = {
        rang: plan.colonnes[titre]
        for rang, titre in enumerate(feuille.titres)
        if plan.colonnes.get(titre) and a_des_codes(plan.colonnes[titre])
    }
    comptes: dict[int, dict[str, list[Any]]] = {rang: {} for rang in places}
    with feuille.contenu.open("rb") as contenu:
        for _, cellules in rangees(contenu, feuille.entete):
            for rang, vus in comptes.items():
                texte = lu(cellules[rang]).strip() if rang < len(cellules) else ""
                if texte and not hors_tableau(cellules):
                    vus.setdefault(replier(texte), [texte, 0])[1] += 1
    colonnes = []
    for rang, vers in places.items():
        labels = sorted(comptes[rang].items(), key=lambda vu: (-vu[1][1], vu[0]))
        connus = plan.codes.get(vers, {})
        devines = deviner_codes(vers, [texte for _, (texte, _) in labels[:LABELS_MAXIMUM]])
        colonnes.append(
            {
                "vers": vers,
                "titre": feuille.titres[rang],
                "libelle": libelle(colonne_de(vers)),
                "options": options(vers),
                "davantage": max(0, len(labels) - LABELS_MAXIMUM),
                "labels": [
                    {"plie": plie, "texte": texte, "nombre": nombre, "code": connus.get(plie, devines.get(plie, ""))}
                    for plie, (texte, nombre) in labels[:LABELS_MAXIMUM]
                ],
            }
        )
    return colonnes


@require_POST
@acces(reprend)
def reprise_abandonner(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up the drop: its files go, nothing was written."""
    abandonner(_ouverte(request, pk))
    messages.success(request, "Les fichiers déposés sont effacés. Rien n’a été importé.")
    return redirect(reverse("reprise_list"))
