"""Files dropped: read, put aside sheet by sheet in the private folder, each with the plan that it most likely has."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from aipi.documents import titre_propre
from aipi.echange.erreurs import FichierInvalide, citer
from aipi.echange.lecture import vide
from aipi.models import Compte, FeuilleReprise, Reprise
from aipi.nir import titre_sans_nir

from .journal import purger
from .lecture import Lecture, Trouvee, fermer, rangees, titres_de
from .plan import Plan
from .propositions import Lexique, codes_proposes, proposer, retenu

POIDS_MAXIMAL = 50 * 1024 * 1024
"""Bytes of all the files of one drop; more goes by the command line."""
ACCEPTES = ".csv,.txt,.zip,.xlsx,.ods"
ECHANTILLON = 200
"""Rows looked at to guess what a column is."""


def deposer(compte: Compte, fichiers: Sequence[UploadedFile[Any]]) -> Reprise:
    """Keep the sheets of these files. Raises FichierInvalide, in French and naming the file, nothing being kept."""
    purger()
    if sum(f.size or 0 for f in fichiers) > POIDS_MAXIMAL:
        raise FichierInvalide(
            f"plus de {POIDS_MAXIMAL // (1024 * 1024)} Mo en tout\u202f: déposez ces fichiers en plusieurs fois"
        )
    lecture = Lecture()
    try:
        for fichier in fichiers:
            _lire(lecture, fichier)
        if not lecture.trouvees:
            raise FichierInvalide("aucune ligne dans ces fichiers")
        return _garder(compte, [f.name or "fichier" for f in fichiers], lecture.trouvees)
    finally:
        fermer(lecture.trouvees)


def _lire(lecture: Lecture, fichier: UploadedFile[Any]) -> None:
    nom = nom_lisible(fichier.name or "fichier")
    with tempfile.NamedTemporaryFile() as copie:
        for bloc in fichier.chunks():
            copie.write(bloc)
        copie.flush()
        try:
            lecture.lire(Path(copie.name), nom)
        except FichierInvalide as erreur:
            ligne = f" (ligne {erreur.ligne})" if erreur.ligne else ""
            raise FichierInvalide(f"{citer(nom)}{ligne}\u202f: {erreur}") from erreur


def nom_lisible(nom: str) -> str:
    """The name of a file as its owner knows it, without a folder nor what cannot be read."""
    base = nom.replace("\\", "/").rpartition("/")[2]
    racine, point, extension = base.rpartition(".")
    lisible = titre_sans_nir(titre_propre(f"{racine}." if point else base))
    return f"{lisible}.{extension[:5]}" if point else lisible


def _garder(compte: Compte, noms: Sequence[str], trouvees: Sequence[Trouvee]) -> Reprise:
    lexique = Lexique()
    with transaction.atomic():
        libelle = ", ".join(dict.fromkeys(nom_lisible(nom) for nom in noms))
        reprise = Reprise.objects.create(compte=compte, libelle=libelle[:250])
        for rang, trouvee in enumerate(trouvees, start=1):
            plan, connue = _plan(trouvee, lexique)
            feuille = FeuilleReprise(
                reprise=reprise,
                rang=rang,
                fichier=trouvee.fichier,
                nom=trouvee.nom,
                lignes=max(0, _apres(trouvee)),
                entete=trouvee.entete,
                titres=trouvee.titres,
                caches=trouvee.caches,
                plan=plan.en_json(),
                connue=connue,
            )
            trouvee.contenu.seek(0)
            feuille.contenu.save(f"{uuid4().hex}.jsonl", File(trouvee.contenu), save=False)
            feuille.save()
    return reprise


def _apres(trouvee: Trouvee) -> int:
    trouvee.contenu.seek(0)
    return sum(1 for _ in rangees(trouvee.contenu, trouvee.entete))


def _plan(trouvee: Trouvee, lexique: Lexique) -> tuple[Plan, bool]:
    trouvee.contenu.seek(0)
    lignes = [cellules for _, cellules in islice(rangees(trouvee.contenu, trouvee.entete), ECHANTILLON)]
    memoire = retenu(trouvee.titres)
    if memoire is not None:
        return _completer(memoire, trouvee.titres, lignes, lexique), True
    nom = trouvee.nom if trouvee.nom != trouvee.fichier else trouvee.fichier.rpartition(".")[0]
    return proposer(trouvee.titres, lignes, nom, lexique), False


def _completer(plan: Plan, titres: Sequence[str], lignes: Sequence[Sequence[Any]], lexique: Lexique) -> Plan:
    """What was decided, and a guess for the labels that are new."""
    valeurs = {titre: [str(c) for ligne in lignes for c in ligne[rang : rang + 1]] for rang, titre in enumerate(titres)}
    for vers, devines in codes_proposes(plan, valeurs, lexique).items():
        plan.codes[vers] = devines | plan.codes.get(vers, {})
    return plan


def changer_entete(feuille: FeuilleReprise, entete: int) -> None:
    """The titles stand on another row: they are read again, and the plan with them. Raises ValueError for no row."""
    with feuille.contenu.open("rb") as contenu:
        lignes = list(islice(rangees(contenu, entete - 1), ECHANTILLON))
    if not lignes or lignes[0][0] != entete or all(vide(c) for c in lignes[0][1]):
        raise ValueError(entete)
    feuille.entete = entete
    feuille.titres = titres_de(lignes[0][1], lignes[1:26])
    nom = feuille.nom if feuille.nom != feuille.fichier else feuille.fichier.rpartition(".")[0]
    plan = retenu(feuille.titres)
    feuille.connue = plan is not None
    feuille.plan = (plan or proposer(feuille.titres, [c for _, c in lignes[1:]], nom)).en_json()
    with feuille.contenu.open("rb") as contenu:
        feuille.lignes = sum(1 for _ in rangees(contenu, entete))


def premieres(feuille: FeuilleReprise, nombre: int) -> list[tuple[int, list[Any]]]:
    """The first rows under the titles."""
    with feuille.contenu.open("rb") as contenu:
        return list(islice(rangees(contenu, feuille.entete), nombre))
