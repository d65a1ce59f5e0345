"""Moving in, the first half: drop workbooks, say what their sheets, columns and labels are. The director alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi.echange.erreurs import FichierInvalide
from aipi.echange.feuille import feuilles
from aipi.models import FeuilleReprise, Reprise
from aipi.nir import NIR_REFUSE, nir_ecrit
from aipi.reprise import intertitres, pages
from aipi.reprise.depliage import jours
from aipi.reprise.depot import (
    ACCEPTES,
    autour,
    changer_entete,
    comme,
    completer,
    deposer,
    nom_memoire,
    premieres,
    relire,
)
from aipi.reprise.journal import abandonner, annulable
from aipi.reprise.lecture import MAX_FEUILLES
from aipi.reprise.memoire import empreinte, retenir
from aipi.reprise.plan import (
    COMPOSEES,
    IGNORE,
    LIGNE,
    TEXTES_SEULS,
    Plan,
    a_des_codes,
    chaine,
    cibles,
    libelle_feuille,
    manques,
)
from aipi.reprise.propositions import Lexique, pour_cible
from aipi.reprise.references import CREER, existe, fabriquer, fautes, feuille_de, se_cree
from aipi.roles import acces, compte_de, reprend, visibles

FICHIERS_MAXIMUM = 20
MONTREES = 50


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
    trouvees = list(reprise.feuilles.defer("contenu"))
    donnees = {feuille.plan.get("cible") for feuille in trouvees}
    for feuille in trouvees:
        plan = Plan.de(feuille.plan)
        prises = sum(1 for vers in plan.colonnes.values() if vers)
        lignes.append(
            {
                "feuille": feuille,
                "cible": libelle_feuille(feuilles()[plan.cible]) if plan.cible else "",
                "aussi": [libelle_feuille(f).lower() for f in _aussi(plan)],
                "prises": prises,
                "laissees": len(plan.colonnes) - prises,
                "mois": len(plan.depliees()),
                "manques": manques(plan),
                # A sheet of the drop that gives these rows answers for its own words.
                "inconnus": sum(
                    nombre
                    for vers, nombre in plan.inconnus.items()
                    if not (se_cree(vers) and feuille_de(vers).nom in donnees)
                ),
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
        if request.POST.get("action") == "aussi":
            return _lire_aussi(request, feuille)
        plan = _plan_envoye(request, feuille)
        with feuille.contenu.open("rb") as contenu:
            completer(plan, feuille, contenu, Lexique())
        _garder(feuille, plan)
        if plan.sans_annee() and not plan.annee:
            messages.error(request, "De quelle année sont ces mois\u202f? Écrivez-la en quatre chiffres.")
            return redirect("reprise_feuille", pk, rang)
        a_coder = [vers for vers in (*plan.colonnes.values(), plan.intertitres) if vers and a_des_codes(vers)]
        suite = "reprise_valeurs" if a_coder else "reprise_detail"
        return redirect(suite, pk, rang) if a_coder else redirect(suite, pk)
    plan = Plan.de(feuille.plan)
    contexte = {
        "reprise": feuille.reprise,
        "feuille": feuille,
        "plan": plan,
        "feuilles": [(f.nom, libelle_feuille(f)) for f in feuilles().values()],
        "groupes": pages.groupes(plan.cible) if plan.cible else [],
        "colonnes": pages.colonnes(feuille, plan),
        "sans_annee": plan.sans_annee(),
        "constantes": pages.constantes(plan),
        "intertitres": pages.rangs_seuls(feuille, plan),
        "jours": len(jours(feuille.titres)),
        "manques": [manque for manque in manques(plan) if manque != TEXTES_SEULS],
        "textes_seuls": plan.inconnus.get(plan.intertitres, 0),
        "perdus": pages.perdus(plan),
        "apercu": pages.apercu(feuille, plan),
        "semblables": len(_semblables(feuille)),
    }
    return render(request, "aipi/reprise_feuille.html", contexte)


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
        plan = pour_cible(cible, feuille.titres, lignes, textes)
        plan.lecture = Plan.de(feuille.plan).lecture
        feuille.plan = plan.en_json()
    feuille.save()
    changer(feuille.reprise)
    if not cible:
        retenir(feuille.titres, Plan.de(feuille.plan), nom_memoire(feuille))
        return redirect("reprise_detail", feuille.reprise_id)
    return redirect("reprise_feuille", feuille.reprise_id, feuille.rang)


def _lire_aussi(request: HttpRequest, feuille: FeuilleReprise) -> HttpResponse:
    """The rows of the sheet tell of something else too: they are read for it once more, beside."""
    cible, plan = request.POST.get("cible", ""), Plan.de(feuille.plan)
    if cible not in feuilles() or cible in {plan.cible, plan.lecture}:
        messages.error(request, "Choisissez d’abord ce que cette feuille contient d’autre.")
        return redirect("reprise_feuille", feuille.reprise_id, feuille.rang)
    if feuille.reprise.feuilles.count() >= MAX_FEUILLES:
        messages.error(request, f"Au plus {MAX_FEUILLES} feuilles à la fois.")
        return redirect("reprise_feuille", feuille.reprise_id, feuille.rang)
    autre = relire(feuille, cible)
    changer(feuille.reprise)
    return redirect("reprise_feuille", feuille.reprise_id, autre.rang)


def _plan_envoye(request: HttpRequest, feuille: FeuilleReprise) -> Plan:
    """The plan as it was sent; what the format does not know is left out."""
    ancien = Plan.de(feuille.plan)
    if not ancien.cible:
        return ancien
    permises = {f"{f.nom}.{c.nom}" for f, c in cibles(ancien.cible)} | COMPOSEES.keys()
    plan = Plan(ancien.cible, codes=ancien.codes, creations=ancien.creations)
    if (annee := request.POST.get("annee", ancien.annee)).isdecimal() and len(annee) == 4:
        plan.annee = annee
    for rang, titre in enumerate(feuille.titres):
        vers = request.POST.get(f"colonne-{rang}", "")
        plan.colonnes[titre] = vers if vers in permises else ""
    dits = request.POST.get("intertitres", "")
    plan.intertitres, plan.lecture = dits if dits in intertitres.possibles(plan) else "", ancien.lecture
    for vers in sorted(permises - COMPOSEES.keys()):
        valeur = request.POST.get(f"constante-{vers}", "").strip()
        if nir_ecrit(valeur):
            messages.error(request, NIR_REFUSE)
        elif valeur:
            plan.constantes[vers] = valeur[:200].replace("\0", "")
    return plan


def _semblables(feuille: FeuilleReprise) -> list[FeuilleReprise]:
    """The other sheets of the drop with the same columns: one a workshop, one a year."""
    nous = empreinte(feuille.titres, Plan.de(feuille.plan).lecture)
    autres = FeuilleReprise.objects.filter(reprise=feuille.reprise_id).exclude(pk=feuille.pk)
    return [autre for autre in autres if empreinte(autre.titres, Plan.de(autre.plan).lecture) == nous]


def _garder(feuille: FeuilleReprise, plan: Plan) -> None:
    """Keep and remember a plan; the other sheets with the same columns are understood alike."""
    feuille.plan = plan.en_json()
    feuille.save(update_fields=["plan"])
    for autre in _semblables(feuille):
        with autre.contenu.open("rb") as contenu:
            autre.plan = comme(plan, autre, contenu).en_json()
        autre.save(update_fields=["plan"])
    retenir(feuille.titres, plan, nom_memoire(feuille))
    changer(feuille.reprise)


# One sheet: its labels


@require_http_methods(["GET", "HEAD", "POST"])
@acces(reprend)
def reprise_valeurs(request: HttpRequest, pk: int, rang: int) -> HttpResponse:
    """What the labels of its columns of codes mean: a code, nothing, or a row that the import is to make."""
    feuille = _feuille(request, pk, rang)
    plan = Plan.de(feuille.plan)
    colonnes = pages.labels(feuille, plan)
    a_dire = refus = False
    if request.method == "POST":
        for numero, colonne in enumerate(colonnes):
            demandees, fautives = _recevoir(request, plan, numero, colonne)
            a_dire, refus = a_dire or demandees, refus or fautives
        if not a_dire:
            _garder(feuille, plan)
            return redirect("reprise_detail", pk)
    contexte = {
        "reprise": feuille.reprise,
        "feuille": feuille,
        "colonnes": colonnes,
        "inconnus": sum(1 for c in colonnes for ligne in c["labels"] if not (ligne["code"] or ligne.get("creer"))),
        "refus": refus,
        "a_dire": a_dire,
    }
    return render(request, "aipi/reprise_valeurs.html", contexte, status=422 if refus else 200)


def _recevoir(request: HttpRequest, plan: Plan, numero: int, colonne: dict[str, Any]) -> tuple[bool, bool]:
    """Take what was said of the labels of one column. Whether rows to make are still to be told, and whether badly."""
    vers = colonne["vers"]
    codes, creations = dict(plan.codes.get(vers, {})), dict(plan.creations.get(vers, {}))
    a_dire = fautives = False
    for rang, ligne in enumerate(colonne["labels"]):
        champ, plie = f"{numero}-{rang}", ligne["plie"]
        choisi = request.POST.get(f"code-{champ}", "")
        if choisi == CREER and colonne["se_cree"]:
            ligne |= {"creer": True, "code": ""}
            presents = f"creer-{champ}" in request.POST
            for demande in ligne["champs"]:
                envoye = request.POST.get(f"creer-{champ}-{demande.nom}", demande.valeur)
                demande.valeur = envoye.strip()[:200].replace("\0", "")
            if not presents or fautes(ligne["champs"]):
                a_dire, fautives = True, fautives or presents
                continue
            dits = {demande.nom: demande.valeur for demande in ligne["champs"]}
            creation = fabriquer(vers, ligne["texte"], dits, colonne["options"])
            codes[plie] = cle = creation[feuille_de(vers).cle[-1]]
            colonne["options"][cle] = ligne["texte"]
            creations.pop(plie, None)
            if not existe(vers, cle):
                creations[plie] = creation
        elif choisi == IGNORE or choisi in colonne["options"] or (choisi == LIGNE and colonne["intertitres"]):
            ligne["code"] = codes[plie] = choisi
            if creations.get(plie, {}).get(feuille_de(vers).cle[-1] if colonne["se_cree"] else "") != choisi:
                creations.pop(plie, None)
        else:
            codes.pop(plie, None)
            creations.pop(plie, None)
    inconnus = sum(1 for ligne in colonne["labels"] if ligne["plie"] not in codes)
    plan.inconnus = {v: n for v, n in plan.inconnus.items() if v != vers} | ({vers: inconnus} if inconnus else {})
    plan.codes[vers] = codes
    plan.creations = {v: lignes for v, lignes in plan.creations.items() if v != vers} | (
        {vers: creations} if creations else {}
    )
    return a_dire, fautives


@require_POST
@acces(reprend)
def reprise_abandonner(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up the drop: its files go, nothing was written."""
    abandonner(_ouverte(request, pk))
    messages.success(request, "Les fichiers déposés sont effacés. Rien n’a été importé.")
    return redirect(reverse("reprise_list"))
