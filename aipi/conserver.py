"""Applying the policy: what it asks for today, said first, done next if it is still the same, and how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from aipi import politique
from aipi.anonymisation import anonymiser
from aipi.balayage import balayer
from aipi.models import Compte, Personne
from aipi.roles import conserve
from aipi.templatetags.chiffres import accorde
from aipi.termes import Plan, archiver, planifier, rouvrir, termes
from aipi.travaux import Dire, Fichier, Genre, TravailImpossible, inscrire

GENRE = "conservation"
SIMULATION = "simulation-conservation"
TEXTE = "text/plain; charset=utf-8"
LOT = 20
"""Persons made anonymous in one transaction: what was done stays done when the service stops."""
REVENUE = "Un contact ou un accompagnement est daté depuis."


def _lots(cles: Sequence[tuple[int, str]], taille: int = LOT) -> Iterator[list[Personne]]:
    for debut in range(0, len(cles), taille):
        yield list(Personne.objects.filter(pk__in=[cle for cle, _ in cles[debut : debut + taille]]).order_by("ref"))


def raconter(plan: Plan) -> Iterator[str]:
    """What the policy asks for, line by line: references and days, never a name."""
    yield f"Politique de conservation, au {plan.jour:%d/%m/%Y}"
    for titre, cles in (
        ("à rouvrir (un contact ou un accompagnement est daté depuis l’archivage)", plan.a_rouvrir),
        ("à archiver", plan.a_archiver),
        ("à anonymiser", plan.a_anonymiser),
        ("sans aucun contact daté\u202f: leur délai commence aujourd’hui", plan.a_reperer),
    ):
        yield ""
        yield f"{accorde(len(cles), 'personne')} {titre}"
        for lot in _lots(cles, 200):
            for terme in termes(lot, plan.jour):
                contact = terme.dernier_contact
                vu = f"dernier contact le {contact:%d/%m/%Y}" if contact else "aucun contact daté"
                raisons = "".join(f" ; {raison}" for raison in terme.raisons)
                yield f"  {terme.personne.ref}\u202f: {vu}, terme le {terme.fin_base:%d/%m/%Y}{raisons}"


def appliquer(plan: Plan, compte: Compte | None, dire: Dire, *, chercher: bool = False) -> list[str]:
    """Do what `plan` says, and forget what is past its time whoever it is about. What was done, in lines.

    A person about whom something was entered since is left as she is. `chercher`: read the whole base afterwards.
    """
    actuel = planifier(plan.jour)
    encore = {cle for cle, _ in actuel.a_anonymiser}
    for lot in _lots(plan.a_rouvrir):
        rouvrir(lot, compte, plan.jour, REVENUE)
    for lot in _lots(plan.a_archiver):
        archiver(lot, compte, plan.jour)
    Personne.objects.filter(pk__in=[cle for cle, _ in plan.a_reperer], reperee_le=None).update(reperee_le=plan.jour)
    cherchees: set[str] = set()
    faites = 0
    voulues = [paire for paire in plan.a_anonymiser if paire[0] in encore]
    for lot in _lots(voulues):
        cherchees |= anonymiser(lot, compte, plan.jour)
        faites += len(lot)
        dire(10 + 80 * faites // max(len(voulues), 1), f"Anonymisation\u202f: {faites} sur {len(voulues)}")
    lignes = [
        f"Politique de conservation, appliquée le {plan.jour:%d/%m/%Y}",
        f"{accorde(len(plan.a_rouvrir), 'dossier rouvert', 'dossiers rouverts')}",
        f"{accorde(len(plan.a_archiver), 'dossier archivé', 'dossiers archivés')}",
        f"{accorde(faites, 'personne anonymisée', 'personnes anonymisées')}",
        *(f"{libelle}\u202f: {nombre} effacés" for libelle, nombre in politique.purger().items()),
    ]
    if chercher and cherchees:
        dire(92, "Relecture de toute la base")
        restes = balayer(cherchees)
        lignes += [f"un nom reste cité dans {ou}\u202f: {nombre} fois" for ou, nombre in sorted(restes.items())]
        lignes += (
            []
            if restes
            else ["aucun nom, téléphone ni courriel de ces personnes ne reste dans la base ni les fichiers"]
        )
    return lignes


# In the background


def faire(parametres: dict[str, Any], dire: Dire) -> Fichier:
    """Say what the policy asks for, or do what a simulation said: `empreinte` is that of what was said."""
    jour = timezone.localdate()
    dire(5, "Lecture des dossiers")
    plan = planifier(jour)
    voulue = parametres.get("empreinte", "")
    if not voulue:
        contenu = "\n".join(raconter(plan))
        return Fichier(contenu.encode(), f"{SIMULATION}-{plan.empreinte}.txt", TEXTE)
    if plan.empreinte != voulue:
        raise TravailImpossible(
            "Des dossiers ont changé depuis la simulation. Rien n’a été fait\u202f: simulez de nouveau, puis confirmez."
        )
    compte = Compte.objects.filter(pk=parametres.get("par")).first()
    contenu = "\n".join(appliquer(plan, compte, dire, chercher=True))
    return Fichier(contenu.encode(), f"conservation-{jour.isoformat()}.txt", TEXTE)


inscrire(Genre(GENRE, faire, conserve))
