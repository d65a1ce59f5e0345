"""What the drawings of a report must print, from its figures and from the rows behind them: what its paper is read against."""

from __future__ import annotations

import re
from collections import Counter

from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Equipe
from insertion_sociale.models import Action, Presence
from rapports.cles import INCONNU
from rapports.ecriture import ecrire, format_de
from rapports.indicateurs import INDICATEURS, REPARTITIONS
from rapports.rendu.composition import Composition
from rapports.sommaire import blocs as sommaire
from rapports.valeurs import Releve

ANNEE = Periode.annee(2021)
DECOUPES = sommaire.Barres | sommaire.Budget | sommaire.Anneau | sommaire.Empilement


def blocs_de(composition: Composition):
    """Every block of the report with its page."""
    for ouverture in composition.ouvertures:
        for feuillet in ouverture.feuillets:
            for rangee in feuillet.page.rangees:
                for colonne in rangee.colonnes:
                    for bloc in colonne.blocs:
                        yield feuillet, bloc


def lignes_dessinees(composition: Composition):
    """Title of the page, label and numbers of each line that a chart or a table prints, straight from the figures."""
    for feuillet, bloc in blocs_de(composition):
        if isinstance(bloc, DECOUPES):
            repartition = REPARTITIONS[bloc.code]
            for _, nom, valeur in composition.releve_de(feuillet.axe).repartition(bloc.code) or []:
                if valeur:
                    # The unit of a chart is said once, in its head.
                    yield feuillet.titre, nom, (ecrire(repartition, valeur).removesuffix("\u202f€"),)
        elif isinstance(bloc, sommaire.Equipes):
            for equipe in Equipe.objects.filter(atelier=feuillet.axe.atelier) if feuillet.axe else Equipe.objects.all():
                releve = Releve(ANNEE, Axe.lire("equipe", equipe.code))
                codes = ("aci.salaries", "aci.heures", "aci.etp")
                chef = str(equipe.encadrant or "Non renseigné")
                yield (
                    feuillet.titre,
                    f"{equipe.nom} {chef}",
                    tuple(ecrire(INDICATEURS[code], releve.valeur(code).nombre) for code in codes),
                )
        elif isinstance(bloc, sommaire.Actions):
            for action in Action.objects.filter(domaine=bloc.domaine, annee=2021):
                seances = action.seances.filter(date__year=2021)
                tenues, annulees = seances.filter(statut="tenue"), seances.filter(statut="annulee")
                venus = Presence.objects.filter(seance__in=tenues, present=True).values("personne").distinct().count()
                yield (
                    feuillet.titre,
                    f"{action.intitule} {action.programme}",
                    tuple(str(n) for n in (tenues.count(), annulees.count(), venus)),
                )


def restes_dessines(composition: Composition):
    """Title of the page, how many lines a ranked chart leaves out at least, and what each number of them would add up to."""
    for feuillet, bloc in blocs_de(composition):
        if isinstance(bloc, sommaire.Barres | sommaire.Budget):
            lignes = composition.releve_de(feuillet.axe).repartition(bloc.code) or []
            connues = [valeur for cle, _, valeur in lignes if cle != INCONNU and valeur]
            petites = sorted(connues) if getattr(bloc, "classer", True) else connues[::-1]
            sommes = {n: serre(REPARTITIONS[bloc.code], sum(petites[:n])) for n in range(2, len(petites) + 1)}
            if sommes:
                yield feuillet.titre, len(connues) - getattr(bloc, "limite", 12), sommes


def dessins_a_relire(composition: Composition):
    """Kind, titles of the page and of the drawing, and what it prints: months, ages by sex, workshops by year."""
    for feuillet, bloc in blocs_de(composition):
        axe, quoi = feuillet.axe, (feuillet.titre, getattr(bloc, "titre", ""))
        if isinstance(bloc, sommaire.Mensuel):
            connus = {cle: valeur for cle, _, valeur in composition.releve_de(axe).repartition(bloc.code)}
            cles = [f"{mois:%Y-%m}" for mois in ANNEE.mois()]
            yield "mois", *quoi, [serre(REPARTITIONS[bloc.code], connus.get(cle)) for cle in cles]
        elif isinstance(bloc, sommaire.Pyramide):
            # From the rows of the list behind each age, which the drawing does not ask.
            repartition, ages = REPARTITIONS[bloc.code], {}
            for cle, libelle, valeur in composition.releve_de(axe).repartition(bloc.code):
                lignes = repartition.liste(ANNEE, axe, cle) if valeur else ()
                sexes = Counter(getattr(ligne, "sexe", None) or ligne.personne.sexe for ligne in lignes)
                if cle != INCONNU or valeur:
                    ages[libelle] = (str(sexes["M"]), str(sexes["F"]))
            yield "ages", *quoi, ages
        elif isinstance(bloc, sommaire.ParAtelier):
            suites = [composition.releves_de(axe) for axe in (*composition.ateliers, None)]
            valeurs = [[releve.valeur(bloc.code).nombre for releve in suite] for suite in suites]
            debut = next(rang for rang in range(6) if any(suite[rang] is not None for suite in valeurs[:-1]))
            annees = {
                str(releve.periode): [serre(INDICATEURS[bloc.code], suite[rang]) for suite in valeurs]
                for rang, releve in enumerate(composition.releves)
                if rang >= debut
            }
            yield "ateliers", *quoi, annees


def serre(declaration, valeur) -> str:
    """As a drawing writes it (whole hours and euros, the unit said once), its thin spaces taken away."""
    return re.sub(r"\s", "", format_de(declaration)(valeur))


def points_dessines(composition: Composition):
    """Title of the page and number of each point that a series over the years draws. (Months have no room for theirs.)"""
    for feuillet, bloc in blocs_de(composition):
        if isinstance(bloc, sommaire.Evolution):
            for releve in composition.releves_de(feuillet.axe):
                for code in bloc.codes:
                    if (valeur := releve.valeur(code).nombre) is not None:
                        yield feuillet.titre, code, ecrire(INDICATEURS[code], valeur)
