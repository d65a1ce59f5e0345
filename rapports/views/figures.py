"""One figure: its definition, its years, its terms, and for those allowed the files behind it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from aipi.consultations import compter
from aipi.listes import TAILLE, page_de
from aipi.nombres import pourcentage
from aipi.periodes import Periode
from aipi.roles import acces, compte_de, peut_voir_liste, peut_voir_rapport, visibles
from insertion_pro.axes import Axe
from rapports.declarations import Declaration, Indicateur, Repartition, Taux
from rapports.ecriture import ORIGINES, avec_unite, court, ecrire, format_de, terme, typographie
from rapports.graphiques import Serie, courbes
from rapports.indicateurs import DECLARATIONS, INDICATEURS
from rapports.indicateurs.asso import Asso
from rapports.lignes import Dossiers, LigneDossier
from rapports.models import Edition, ListeArretee, ValeurArretee, edition_de
from rapports.phrases import phrase
from rapports.references import retrouver
from rapports.rendu.ajustement import ETROIT
from rapports.rendu.annexe import population
from rapports.rendu.blocs import base, carte, parts
from rapports.rendu.composition import Composition, LiensSite


def declaration_de(code: str) -> Declaration:
    """Raises Http404 for no such figure."""
    if code not in DECLARATIONS:
        raise Http404("Aucun chiffre ne porte ce code.")
    return DECLARATIONS[code]


def code_de(declaration: Declaration) -> str:
    """Its code, or nothing for a part that only a rate names."""
    return declaration.code if hasattr(declaration, "nom") else ""


def chapitre_de_liste(declaration: Declaration) -> str:
    """The chapter whose rule opens the list: that of the whole association when it tells a fact of the other pole."""
    croise = isinstance(declaration, Indicateur) and declaration.croise
    return Asso.prefixe if croise else declaration.chapitre.prefixe


def axe_de(request: HttpRequest, declaration: Declaration, edition: Edition | None) -> Axe | None:
    """The slice asked for by `?atelier=` or `?equipe=`. Raises Http404 for one that this figure, or a closed report, has not."""
    for nom in ("atelier", "equipe"):
        if code := request.GET.get(nom):
            axe = _axe(nom, code, edition)
            de = declaration.de if isinstance(declaration, Repartition) else declaration
            if not isinstance(de, Indicateur) or not de.axe_admis(axe):
                raise Http404("Ce chiffre ne se découpe pas ainsi.")
            return axe
    return None


def _axe(nom: str, code: str, edition: Edition | None) -> Axe:
    """Of a closed report, the slice as it was: its name of that day, found by its code of that day."""
    if edition is not None:
        axe = next((axe for axe in edition.axes if (axe.nom, axe.code) == (nom, code)), None)
        if axe is None:
            raise Http404("Ce rapport a été clos sans ce découpage.")
        return axe
    try:
        return Axe.lire(nom, code)
    except ValueError as erreur:
        raise Http404(str(erreur)) from erreur


def adresse_liste(periode: Periode, code: str, axe: Axe | None, cle: str = "") -> str:
    parametres: dict[str, str] = {} if axe is None else {axe.nom: axe.code}
    if cle:
        parametres["cle"] = cle
    adresse = reverse("indicateur_liste", args=[periode, code])
    return f"{adresse}?{urlencode(parametres)}" if parametres else adresse


@require_safe
@acces(peut_voir_rapport)
def indicateur_detail(request: HttpRequest, periode: Periode, code: str) -> HttpResponse:
    """What the figure counts, what it is made of, and how it went over the years."""
    declaration = declaration_de(code)
    composition = Composition(periode, LiensSite(), timezone.localdate())
    axe = axe_de(request, declaration, composition.edition)
    voit_liste = peut_voir_liste(compte_de(request), chapitre_de_liste(declaration))
    donnees: dict[str, Any] = {
        "declaration": declaration,
        "definition": typographie(declaration.definition),
        "composition": composition,
        "axe": axe,
        "depuis": composition.edition is not None and code not in composition.releve_de(axe).arretees,
        "liste": adresse_liste(periode, code, axe) if voit_liste else "",
    }
    if isinstance(declaration, Indicateur):
        donnees |= _chiffre(composition, declaration, axe)
    else:
        assert isinstance(declaration, Repartition)
        donnees |= _repartition(composition, declaration, axe, voit_liste)
    return render(request, "rapports/indicateur_detail.html", donnees)


def _chiffre(composition: Composition, indicateur: Indicateur, axe: Axe | None) -> dict[str, Any]:
    chiffre = composition.chiffre(indicateur.code, axe)
    releves = composition.releves_de(axe)
    # For a desk and for a telephone, as the drawings of the report.
    evolution, etroite = (
        courbes(
            f"evolution-{indicateur.code.replace('_', '-')}{variante}",
            indicateur.libelle,
            [court(releve.periode) for releve in releves],
            [Serie("", tuple(releve.valeur(indicateur.code).nombre for releve in releves))],
            format=format_de(indicateur),
            entete="Période",
            largeur_totale=largeur,
            hauteur=hauteur,
        )
        for variante, largeur, hauteur in (("", 640.0, 230.0), ("-etroit", ETROIT, 200.0))
    )
    termes = []
    if isinstance(indicateur, Taux):
        termes = [
            (
                nom,
                partie.libelle,
                terme(partie, valeur),
                reverse("indicateur_detail", args=[composition.periode, partie.code])
                if INDICATEURS.get(code_de(partie)) is partie
                else "",
            )
            for nom, partie, valeur in (
                ("Numérateur", indicateur.numerateur, chiffre.valeur.numerateur),
                ("Dénominateur", indicateur.denominateur, chiffre.valeur.denominateur),
            )
        ]
    return {
        "chiffre": chiffre,
        "carte": carte(chiffre, ""),
        "phrase": phrase(chiffre, periode=True),
        "origine": ORIGINES[chiffre.valeur.origine],
        "population": population(indicateur),
        "base": base(chiffre),
        "termes": termes,
        "evolution": evolution,
        "evolution_etroite": etroite,
        "annees": [
            {
                "periode": court(releve.periode),
                "valeur": avec_unite(indicateur, releve.valeur(indicateur.code).nombre),
                "origine": ORIGINES[releve.valeur(indicateur.code).origine],
            }
            for releve in reversed(releves)
        ],
    }


def _repartition(
    composition: Composition, repartition: Repartition, axe: Axe | None, voit_liste: bool
) -> dict[str, Any]:
    releve = composition.releve_de(axe)
    lignes = releve.repartition(repartition.code)
    total = releve.total(repartition.code)
    return {
        "population": repartition.population.nom if repartition.population else repartition.de.population.nom,
        "connue": lignes is not None,
        "parts": parts(lignes, classer=False, limite=10_000, sans_zero=False),
        "lignes": [
            {
                "libelle": libelle,
                "valeur": ecrire(repartition, valeur),
                "part": pourcentage(valeur / total) if valeur is not None and total else "",
                "liste": adresse_liste(composition.periode, repartition.code, axe, cle)
                if voit_liste and valeur
                else "",
            }
            for cle, libelle, valeur in lignes or []
        ],
        "total": avec_unite(repartition.de, total),
    }


@require_safe
@acces(peut_voir_rapport)
def indicateur_liste(request: HttpRequest, periode: Periode, code: str) -> HttpResponse:
    """The rows behind the figure, those that the reader may see; of a breakdown, those of `?cle=`."""
    declaration = declaration_de(code)
    compte = compte_de(request)
    if not peut_voir_liste(compte, chapitre_de_liste(declaration)):
        raise PermissionDenied
    edition = edition_de(periode)
    axe = axe_de(request, declaration, edition)
    if edition is not None and ValeurArretee.objects.sous(axe).filter(edition=edition, indicateur=code).exists():
        return _liste_arretee(request, declaration, edition, axe)
    lignes, precision = _lignes(declaration, periode, axe, request.GET.get("cle", ""))
    visible = visibles(lignes.order_by("pk"), compte)
    dossiers = Dossiers(visible.model)
    page = page_de(request, dossiers.preparer(visible))
    reponse = render(
        request,
        "rapports/indicateur_liste.html",
        {
            "declaration": declaration,
            "periode": periode,
            "axe": axe,
            "depuis": edition is not None,
            "precision": precision,
            "page": page,
            "entetes": dossiers.entetes,
            "avec_personne": dossiers.chemin is not None,
            "lignes": dossiers.lignes(page.objets, compte),
        },
    )
    return compter(reponse, len(page.objets))


def _lignes(declaration: Declaration, periode: Periode, axe: Axe | None, cle: str) -> tuple[QuerySet[Any], str]:
    """The rows, and the label of the key they fall under."""
    if isinstance(declaration, Indicateur):
        return declaration.liste(periode, axe), "numérateur du taux" if declaration.taux else ""
    assert isinstance(declaration, Repartition)
    if not cle:
        return declaration.de.liste(periode, axe), ""
    rencontrees = (
        declaration.lignes(periode, axe)
        .order_by()
        .values_list(declaration.par.expression(periode), flat=True)
        .distinct()
    )
    libelles = dict(declaration.par.cles(periode, list(rencontrees)))
    if cle not in libelles:
        raise Http404("Cette répartition n’a pas cette clé.")
    return declaration.liste(periode, axe, cle), libelles[cle]


def _liste_arretee(request: HttpRequest, declaration: Declaration, edition: Edition, axe: Axe | None) -> HttpResponse:
    """The references kept at the closing; a row that is still there, and that the reader may see, leads to its person."""
    compte, cle = compte_de(request), request.GET.get("cle", "")
    listes = list(
        ListeArretee.objects.sous(axe)
        .filter(edition=edition, indicateur=declaration.code)
        .filter(**({"cle": cle} if cle else {}))
    )
    if cle and not listes:
        raise Http404("Cette répartition n’a pas cette clé.")
    # Without a key, a breakdown lists all that it cuts.
    refs = sorted({ref for liste in listes for ref in liste.references})
    page = Paginator(refs, TAILLE).get_page(request.GET.get("page"))
    lignes: dict[str, LigneDossier | None] = dict.fromkeys(page.object_list)
    if listes:
        modele = apps.get_model(listes[0].modele)
        restantes = retrouver(modele, page.object_list)
        dossiers = Dossiers(modele)
        cles = {objet.pk: ref for ref, objet in restantes.items()}
        objets = list(dossiers.preparer(visibles(modele._default_manager.filter(pk__in=cles), compte)))
        lignes |= {cles[objet.pk]: ligne for objet, ligne in zip(objets, dossiers.lignes(objets, compte), strict=True)}
    reponse = render(
        request,
        "rapports/liste_arretee.html",
        {
            "declaration": declaration,
            "periode": edition.rapport.periode,
            "edition": edition,
            "axe": axe,
            "cle": cle,
            "page": page,
            "lignes": lignes,
        },
    )
    return compter(reponse, len(lignes))
