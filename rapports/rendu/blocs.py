"""The blocks of the pages, drawn: data for their templates, from the figures of a composition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import singledispatch
from typing import Any

from django.db.models import Count, Q

from aipi.models import Personne
from aipi.nombres import nombre
from insertion_pro.axes import Axe
from insertion_pro.models import Contrat, Equipe
from insertion_sociale.models import Action, Presence, Seance
from rapports.calculs import Ligne
from rapports.cles import INCONNU
from rapports.ecriture import (
    avant,
    avec_unite,
    court,
    ecrire,
    fleche,
    format_de,
    libelle_entier,
    mention,
    sens,
    unite,
    variation,
)
from rapports.graphiques import (
    Graphique,
    Mois,
    Part,
    Serie,
    Tranche,
    anneau,
    barre_de_parts,
    barres,
    colonnes_empilees,
    colonnes_mensuelles,
    courbes,
    jauge,
    pyramide,
)
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.phrases import phrase
from rapports.rendu import realisations
from rapports.rendu.composition import Composition, Feuillet
from rapports.sommaire import CHIFFRES_CLES
from rapports.sommaire import blocs as sommaire
from rapports.valeurs import Chiffre, Releve

POINTS_D_UNE_COURBE = 3
"""Fewer known periods than this are drawn as columns."""


@dataclass(frozen=True)
class Dessin:
    """A drawn block: the template that lays it out and what it prints."""

    gabarit: str
    donnees: dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a block is drawn: in which report, on which page, and how wide. `variante`: when it is drawn there twice."""

    composition: Composition
    feuillet: Feuillet
    largeur: float
    variante: str = ""

    @property
    def axe(self) -> Axe | None:
        return self.feuillet.axe

    @property
    def releve(self) -> Releve:
        return self.composition.releve_de(self.axe)

    def cle(self, code: str, suffixe: str = "") -> str:
        """An identifier for a drawing: no two of a document share theirs."""
        return f"{self.feuillet.section.replace(':', '-')}-{code.replace('_', '-')}{suffixe}{self.variante}"

    def lien(self, code: str) -> str:
        return self.composition.lien(code, self.axe)


def figure(place: Place, titre: str, graphique: Graphique, code: str, note: str = "") -> Dessin:
    return Dessin(
        "rapports/blocs/figure.html",
        {"titre": titre, "graphique": graphique, "lien": place.lien(code), "note": note},
    )


def carte(chiffre: Chiffre, lien: str, *, seul: bool = False) -> dict[str, Any]:
    """A figure set large: value, unit, label, change. `seul`: away from its chapter, so that its label must say which."""
    indicateur = chiffre.indicateur
    alors = avant(chiffre.periode.precedente)
    precedent = "" if chiffre.precedent is None else f"{avec_unite(indicateur, chiffre.precedent)} {alors}"
    connus = chiffre.nombre is not None and chiffre.precedent is not None
    if connus and ecrire(indicateur, chiffre.nombre) == ecrire(indicateur, chiffre.precedent):
        precedent = f"comme {alors}"
    texte = ecrire(indicateur, chiffre.nombre)
    return {
        "libelle": libelle_entier(indicateur) if seul else indicateur.libelle,
        "valeur": texte,
        "longue": len(texte) > 8,
        "unite": unite(indicateur, chiffre.nombre) if chiffre.nombre is not None else "",
        "variation": variation(chiffre),
        "fleche": fleche(chiffre),
        "sens": sens(chiffre),
        "precedent": precedent,
        "mention": mention(chiffre.valeur),
        "base": base(chiffre),
        "lien": lien,
    }


def base(chiffre: Chiffre) -> str:
    """The quantity that an ETP is counted on, to be printed beside it."""
    return "" if chiffre.valeur.facteur is None else f"1 ETP = {nombre(chiffre.valeur.facteur)} heures"


@singledispatch
def dessiner(bloc: sommaire.Bloc, place: Place) -> Dessin:
    """The block as its template will print it."""
    raise TypeError(f"Bloc sans dessin : {bloc!r}")


@dessiner.register
def _(bloc: sommaire.Cartes, place: Place) -> Dessin:
    seul = place.feuillet.page is CHIFFRES_CLES
    cartes = [carte(place.releve.chiffre(code), place.lien(code), seul=seul) for code in bloc.codes]
    for debut in range(0, len(cartes), bloc.par_ligne):
        rang = cartes[debut : debut + bloc.par_ligne]
        # The values of a row are set in one size: that of the longest.
        longue = any(donnees["longue"] for donnees in rang)
        for donnees in rang:
            donnees["longue"] = longue
    return Dessin("rapports/blocs/cartes.html", {"cartes": cartes, "par_ligne": bloc.par_ligne})


@dessiner.register
def _(bloc: sommaire.Phrases, place: Place) -> Dessin:
    chiffres = [place.releve.chiffre(code) for code in bloc.codes]
    dites = [c for c in chiffres if c.nombre is not None or c.precedent is not None] or chiffres
    phrases = [{"phrase": phrase(c), "lien": place.lien(c.indicateur.code)} for c in dites]
    return Dessin("rapports/blocs/phrases.html", {"phrases": phrases, "titre": bloc.titre})


@dessiner.register
def _(bloc: sommaire.Note, place: Place) -> Dessin:
    return Dessin("rapports/blocs/note.html", {"texte": bloc.texte})


def parts(lignes: list[Ligne] | None, *, classer: bool, limite: int, sans_zero: bool) -> list[Part]:
    """The lines of a breakdown as parts: the smaller ones gathered, what is unknown last and in grey."""
    connues = [ligne for ligne in lignes or [] if ligne[0] != INCONNU]
    inconnues = [Part(ligne[1], ligne[2], neutre=True) for ligne in lignes or [] if ligne[0] == INCONNU and ligne[2]]
    if sans_zero:
        connues = [ligne for ligne in connues if ligne[2] != 0]
    if classer:
        connues.sort(key=lambda ligne: (-(ligne[2] or 0), ligne[1]))
    gardees, reste = connues[:limite], connues[limite:]
    if len(reste) == 1:
        gardees, reste = connues, []
    autres = (
        [Part(f"Autres ({len(reste)})", sum((ligne[2] or Fraction(0) for ligne in reste), Fraction(0)), neutre=True)]
        if reste
        else []
    )
    return [*(Part(ligne[1], ligne[2]) for ligne in gardees), *autres, *inconnues]


@dessiner.register
def _(bloc: sommaire.Barres, place: Place) -> Dessin:
    repartition = REPARTITIONS[bloc.code]
    total = place.releve.valeur(bloc.total).nombre if bloc.total else None
    dessin = barres(
        place.cle(bloc.code),
        bloc.titre,
        parts(place.releve.repartition(bloc.code), classer=bloc.classer, limite=bloc.limite, sans_zero=bloc.sans_zero),
        format=format_de(repartition),
        total=total,
        largeur_totale=place.largeur,
        hauteur=bloc.hauteur,
    )
    return figure(place, bloc.titre, dessin, bloc.code, bloc.note)


@dessiner.register
def _(bloc: sommaire.Budget, place: Place) -> Dessin:
    dessin = barres(
        place.cle(bloc.code),
        bloc.titre,
        parts(place.releve.repartition(bloc.code), classer=True, limite=12, sans_zero=True),
        format=format_de(REPARTITIONS[bloc.code]),
        largeur_totale=place.largeur,
        hauteur=bloc.hauteur,
        entete="Rubrique",
    )
    return figure(place, bloc.titre, dessin, bloc.code)


def sans_negative(liste: list[Part]) -> list[Part]:
    return [part for part in liste if part.valeur is None or part.valeur >= 0]


@dessiner.register
def _(bloc: sommaire.Anneau, place: Place) -> Dessin:
    lignes = parts(place.releve.repartition(bloc.code), classer=False, limite=99, sans_zero=True)
    dessin = anneau(
        place.cle(bloc.code, "-anneau"),
        bloc.titre,
        sans_negative(lignes),
        centre=bloc.centre,
        format=format_de(REPARTITIONS[bloc.code]),
        largeur_totale=place.largeur,
        # Half the width at most: the other half is for the names, whole.
        diametre=min(bloc.diametre, place.largeur / 2),
    )
    return figure(place, bloc.titre, dessin, bloc.code, bloc.note)


@dessiner.register
def _(bloc: sommaire.Empilement, place: Place) -> Dessin:
    lignes = parts(place.releve.repartition(bloc.code), classer=False, limite=99, sans_zero=True)
    dessin = barre_de_parts(
        place.cle(bloc.code, "-barre"),
        bloc.titre,
        sans_negative(lignes),
        format=format_de(REPARTITIONS[bloc.code]),
        largeur_totale=place.largeur,
    )
    return figure(place, bloc.titre, dessin, bloc.code)


def par_age_et_sexe(releve: Releve, code: str, sexe: str) -> tuple[list[Tranche], int] | None:
    """The breakdown by age, cut by sex, and the persons of unknown sex; None when it is not the one that is printed.

    Frozen and published values have no cut by sex: the files may have moved since.
    """
    lignes = releve.repartition(code)
    repartition = REPARTITIONS[code]
    if lignes is None or not releve.calculs.calculable:
        return None
    comptes: dict[tuple[str, str], int] = {}
    groupes = (
        repartition.lignes(releve.periode, releve.axe)
        .order_by()
        .values_list(repartition.par.expression(releve.periode), sexe)
        .annotate(nombre=repartition.mesure())
    )
    for age, genre, effectif in groupes:
        case = (repartition.par.cle(age), genre or "")
        comptes[case] = comptes.get(case, 0) + effectif
    for cle, _libelle, total in lignes:
        if sum(effectif for (age, _), effectif in comptes.items() if age == cle) != total:
            return None
    tranches = [
        Tranche(
            libelle,
            comptes.get((cle, Personne.Sexe.HOMME), 0),
            comptes.get((cle, Personne.Sexe.FEMME), 0),
            neutre=cle == INCONNU,
        )
        for cle, libelle, total in lignes
        if cle != INCONNU or total
    ]
    autres = sum(
        effectif for (_, genre), effectif in comptes.items() if genre not in {Personne.Sexe.HOMME, Personne.Sexe.FEMME}
    )
    return tranches, autres


@dessiner.register
def _(bloc: sommaire.Pyramide, place: Place) -> Dessin:
    coupe = par_age_et_sexe(place.releve, bloc.code, bloc.sexe)
    if coupe is None:
        return dessiner(sommaire.Barres(bloc.code, bloc.titre, bloc.hauteur, classer=False, sans_zero=False), place)
    tranches, inconnus = coupe
    dessin = pyramide(
        place.cle(bloc.code, "-pyramide"),
        bloc.titre,
        tranches,
        sexe_inconnu=inconnus,
        largeur_totale=place.largeur,
        hauteur=bloc.hauteur,
    )
    return figure(place, bloc.titre, dessin, bloc.code, "Âge en années révolues au dernier jour de la période.")


def connus_depuis(releves: list[Releve], valeurs: Callable[[Releve], list[Fraction | None]]) -> list[Releve]:
    """The periods of a series without the first ones that nobody knows; at least the last two."""
    debut = next((rang for rang, releve in enumerate(releves) if any(v is not None for v in valeurs(releve))), None)
    return releves[-2:] if debut is None else releves[min(debut, len(releves) - 2) :]


def origines(releves: list[Releve], codes: tuple[str, ...]) -> str:
    """« 2016 à 2020 : valeurs publiées dans les rapports précédents. », when a series holds some."""
    publies = [
        court(releve.periode) for releve in releves if any(releve.valeur(code).origine == "publie" for code in codes)
    ]
    if not publies:
        return ""
    quand = publies[0] if len(publies) == 1 else f"{publies[0]} à {publies[-1]}"
    return f"{quand}\u202f: valeurs publiées dans les rapports précédents."


@dessiner.register
def _(bloc: sommaire.Evolution, place: Place) -> Dessin:
    codes = bloc.codes
    suite = list(place.composition.releves_de(place.axe))
    if bloc.suivant and place.composition.suivant is not None:
        suite.append(place.composition.suivant)
    releves = connus_depuis(suite, lambda releve: [releve.valeur(code).nombre for code in codes])
    noms = bloc.noms or ("",) * len(codes)
    series = [
        Serie(nom, tuple(_point(releve, code, place) for releve in releves), secondaire=code.endswith("_conventionnes"))
        for nom, code in zip(noms, codes, strict=True)
    ]
    abscisses = [court(releve.periode) for releve in releves]
    forme = format_de(INDICATEURS[codes[0]])
    connues = [rang for rang in range(len(releves)) if any(serie.valeurs[rang] is not None for serie in series)]
    negative = any(valeur is not None and valeur < 0 for serie in series for valeur in serie.valeurs)
    cle = place.cle(codes[0], "-annees")
    if len(connues) >= POINTS_D_UNE_COURBE:
        dessin = courbes(
            cle,
            bloc.titre,
            abscisses,
            series,
            format=forme,
            largeur_totale=place.largeur,
            hauteur=bloc.hauteur,
        )
    elif len(codes) == 1 and not negative:
        dessin = colonnes_empilees(
            cle,
            bloc.titre,
            abscisses,
            series,
            format=forme,
            largeur_totale=place.largeur,
            hauteur=bloc.hauteur,
        )
    else:
        comparees = [
            Part(
                f"{serie.nom} {abscisses[rang]}".strip(),
                serie.valeurs[rang],
                neutre=releves[rang].periode < place.composition.periode,
            )
            for serie in series
            for rang in connues
            if serie.valeurs[rang] is not None
        ]
        dessin = barres(
            cle,
            bloc.titre,
            comparees,
            avec_part=False,
            format=forme,
            largeur_totale=place.largeur,
            hauteur=bloc.hauteur,
        )
    return figure(place, bloc.titre, dessin, codes[0], origines(releves, codes))


def _point(releve: Releve, code: str, place: Place) -> Fraction | None:
    """A value of a series; past the period of the report, only what was agreed beforehand."""
    futur = releve.periode.debut > place.composition.periode.fin
    if futur and not getattr(INDICATEURS[code], "toujours_connu", False):
        return None
    return releve.valeur(code).nombre


def utile(bloc: sommaire.Bloc, place: Place) -> bool:
    """False for a drawing that would show nothing: one year alone of one figure, a breakdown without any row."""
    if isinstance(bloc, sommaire.Evolution):
        connues = [
            releve
            for releve in place.composition.releves_de(place.axe)
            if any(releve.valeur(code).nombre is not None for code in bloc.codes)
        ]
        return len(connues) >= 2 or (len(bloc.codes) > 1 and bool(connues)) or place.composition.vide
    if isinstance(bloc, sommaire.Realisations | sommaire.Photographies):
        montrees, existent = realisations.presence(place.composition, place.axe)
        return montrees if isinstance(bloc, sommaire.Photographies) else existent and not montrees
    if isinstance(bloc, sommaire.Actions):
        prefixe = bloc.domaine
        return any(
            place.releve.valeur(f"{prefixe}.{nom}").nombre for nom in ("actions_prevues", "seances", "seances_annulees")
        )
    if isinstance(bloc, sommaire.Barres | sommaire.Anneau | sommaire.Empilement | sommaire.Mensuel):
        lignes = place.releve.repartition(bloc.code)
        return lignes is None or any(valeur for _, _, valeur in lignes)
    return True


@dessiner.register
def _(bloc: sommaire.ParAtelier, place: Place) -> Dessin:
    composition = place.composition
    ateliers = composition.ateliers
    par_atelier = [composition.releves_de(axe) for axe in ateliers]
    rangs = range(len(composition.releves))
    connus = [rang for rang in rangs if any(suite[rang].valeur(bloc.code).nombre is not None for suite in par_atelier)]
    if not connus:
        return dessiner(sommaire.Evolution((bloc.code,), bloc.titre, bloc.hauteur), place)
    gardes = range(connus[0], len(composition.releves))
    releves = [composition.releves[rang] for rang in gardes]
    series = [
        Serie(axe.libelle, tuple(_positif(suite[rang].valeur(bloc.code).nombre) for rang in gardes))
        for axe, suite in zip(ateliers, par_atelier, strict=True)
    ]
    dessin = colonnes_empilees(
        place.cle(bloc.code, "-ateliers"),
        bloc.titre,
        [court(releve.periode) for releve in releves],
        series,
        totaux=[releve.valeur(bloc.code).nombre for releve in releves],
        format=format_de(INDICATEURS[bloc.code]),
        largeur_totale=place.largeur,
        hauteur=bloc.hauteur,
    )
    return figure(place, bloc.titre, dessin, bloc.code, origines(releves, (bloc.code,)))


def _positif(valeur: Fraction | None) -> Fraction | None:
    """A stacked column cannot go under zero: the table of the workshop's own page tells a negative turnover."""
    return None if valeur is None or valeur < 0 else valeur


@dessiner.register
def _(bloc: sommaire.Mensuel, place: Place) -> Dessin:
    lignes = place.releve.repartition(bloc.code)
    valeurs = {cle: valeur for cle, _, valeur in lignes or []}
    mois = [Mois(jour, valeurs.get(f"{jour:%Y-%m}")) for jour in place.composition.periode.mois()]
    dessin = colonnes_mensuelles(
        place.cle(bloc.code, "-mois"),
        bloc.titre,
        mois,
        format=format_de(REPARTITIONS[bloc.code]),
        largeur_totale=place.largeur,
        hauteur=bloc.hauteur,
    )
    return figure(place, bloc.titre, dessin, bloc.code)


@dessiner.register
def _(bloc: sommaire.Jauge, place: Place) -> Dessin:
    dessin = jauge(
        place.cle(bloc.realise, "-jauge"),
        bloc.titre,
        place.releve.valeur(bloc.realise).nombre,
        place.releve.valeur(bloc.objectif).nombre,
        format=format_de(INDICATEURS[bloc.realise]),
        largeur_totale=place.largeur,
    )
    return figure(place, bloc.titre, dessin, bloc.realise)


@dessiner.register
def _(bloc: sommaire.Equipes, place: Place) -> Dessin:
    """Teams with a contract in the period, their supervisor and what they did."""
    composition, axe = place.composition, place.axe
    presentes = Equipe.objects.filter(
        pk__in=Contrat.objects.presents(composition.periode, axe).order_by().values("equipe")
    ).select_related("encadrant")
    lignes = []
    for equipe in presentes:
        releve = composition.releve_de(Axe.de_l_equipe(equipe))
        lignes.append(
            (
                equipe.nom,
                "Non renseigné" if equipe.encadrant is None else str(equipe.encadrant),
                *(
                    ecrire(INDICATEURS[code], releve.valeur(code).nombre)
                    for code in ("aci.salaries", "aci.heures", "aci.etp")
                ),
            )
        )
    entetes = ("Équipe", "Encadrement", "Salariés", "Heures", "ETP")
    return Dessin(
        "rapports/blocs/tableau.html",
        {
            "titre": bloc.titre,
            "entetes": entetes,
            "lignes": lignes,
            "textes": 2,
            "lien": place.lien("aci.equipes"),
            "note": sommaire.NOTE_PERSONNES if len(lignes) > 1 else "",
        },
    )


@dessiner.register
def _(bloc: sommaire.Actions, place: Place) -> Dessin:
    periode, domaine = place.composition.periode, bloc.domaine
    tenues = dict(par_action(Seance.objects.tenues(periode, domaine), "action", Count("pk")))
    annulees = dict(par_action(Seance.objects.annulees(periode, domaine), "action", Count("pk")))
    venus = dict(
        par_action(Presence.objects.effectives(periode, domaine), "seance__action", Count("personne", distinct=True))
    )
    # An action planned for another year may have held a session in this one.
    actions = list(
        Action.objects.filter(domaine=domaine)
        .filter(Q(pk__in=Action.objects.prevues(periode, domaine)) | Q(pk__in={*tenues, *annulees}))
        .order_by("programme", "intitule", "ref")
    )
    lignes = [
        (a.intitule, a.programme, *(nombre(comptes.get(a.pk, 0)) for comptes in (tenues, annulees, venus)))
        for a in actions[: bloc.limite]
    ]
    reste = len(actions) - len(lignes)
    return Dessin(
        "rapports/blocs/tableau.html",
        {
            "titre": bloc.titre,
            "entetes": ("Action", "Programme", "Séances tenues", "Séances annulées", "Participants"),
            "lignes": lignes,
            "textes": 2,
            "lien": place.lien(f"{domaine}.actions_prevues"),
            "note": f"Et {nombre(reste)} autre{'s' if reste > 1 else ''}." if reste else "",
        },
    )


def par_action(lignes: Any, chemin: str, mesure: Count) -> Any:
    """(action, number) pairs."""
    return lignes.order_by().values_list(chemin).annotate(nombre=mesure)


@dessiner.register
def _(bloc: sommaire.Realisations, place: Place) -> Dessin:
    return Dessin("rapports/blocs/note.html", {"texte": realisations.en_une_ligne(place.composition, place.axe)})


@dessiner.register
def _(bloc: sommaire.Photographies, place: Place) -> Dessin:
    return Dessin(
        "rapports/blocs/photographies.html",
        {
            "titre": place.feuillet.titre,
            "photographies": realisations.photographies(place.composition, place.axe, bloc.limite),
            "ligne": realisations.en_une_ligne(place.composition, place.axe),
        },
    )


@dessiner.register
def _(bloc: sommaire.Engagements, place: Place) -> Dessin:
    """Objectives of the next year that the agreements already state, beside those of this year."""
    suivant = place.composition.suivant
    engagements = []
    for code in bloc.codes:
        if suivant is None or suivant.valeur(code).nombre is None:
            continue
        engagements.append(
            carte(
                Chiffre(INDICATEURS[code], suivant.periode, suivant.valeur(code), place.releve.valeur(code)),
                place.lien(code),
                seul=True,
            )
        )
    return Dessin(
        "rapports/blocs/engagements.html",
        {
            "cartes": engagements,
            "annee": "" if suivant is None else str(suivant.periode),
            "par_ligne": 4 if len(engagements) > 2 else max(len(engagements), 1),
        },
    )
