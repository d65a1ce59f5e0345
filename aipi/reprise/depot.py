"""Files dropped: read, put aside sheet by sheet in the private folder, each with the plan that it most likely has."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import uuid4

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from aipi.documents import titre_propre
from aipi.echange.erreurs import FichierInvalide, citer
from aipi.echange.feuille import feuilles
from aipi.echange.lecture import vide
from aipi.models import Compte, FeuilleReprise, Reprise
from aipi.nir import titre_sans_nir
from aipi.texte import replier

from .cellules import lu
from .entetes import entete_de, hors_tableau
from .intertitres import seule
from .journal import purger
from .lecture import Lecture, Trouvee, fermer, rangees
from .memoire import retenu
from .plan import Plan, a_des_codes, est_un_lieu, libelle_feuille
from .propositions import Lexique, autres_mesures, codes_proposes, codes_surs, mots, pour_cible, proposer, situer

POIDS_MAXIMAL = 50 * 1024 * 1024
"""Bytes of all the files of one drop; more goes by the command line."""
ACCEPTES = ".csv,.txt,.zip,.xlsx,.ods"
ECHANTILLON = 200
"""Rows looked at to guess what a column is."""
DESSUS = 12
LABELS_MAXIMUM = 500
"""Different labels of one column that are guessed; more are no labels."""


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
        lues = [(trouvee, *lue) for trouvee in trouvees for lue in _plans(trouvee, lexique)]
        for rang, (trouvee, plan, connue) in enumerate(lues, start=1):
            feuille = FeuilleReprise(
                reprise=reprise,
                rang=rang,
                fichier=trouvee.fichier,
                nom=_nom_lu(trouvee, plan),
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


def _plans(trouvee: Trouvee, lexique: Lexique) -> Iterator[tuple[Plan, bool]]:
    """How a sheet is understood, and whether that is remembered; once more for each other thing that its months say."""
    plan, connue = comprendre(trouvee, trouvee.contenu, lexique)
    yield plan, connue
    for cible in autres_mesures(plan, trouvee.titres):
        yield comprendre(trouvee, trouvee.contenu, lexique, cible)


def _nom_lu(trouvee: Situee, plan: Plan) -> str:
    """The name of the sheet; with what it is read for, the second time."""
    if not plan.lecture:
        return trouvee.nom
    quoi = libelle_feuille(feuilles()[plan.lecture]).lower()
    return quoi if trouvee.nom == trouvee.fichier else f"{trouvee.nom[:200]} ({quoi})"


class Situee(Protocol):
    """A sheet whose titles are known, kept or not yet."""

    fichier: str
    nom: str
    entete: int
    titres: Any


def nom_dit(feuille: Situee) -> str:
    """What a sheet is called: the name of its file when it has no other."""
    racine = feuille.fichier.rpartition(".")[0] or feuille.fichier
    return racine if feuille.nom == feuille.fichier else feuille.nom


def nom_memoire(feuille: Situee) -> str:
    """The name under which what is only of a sheet is remembered."""
    return f"{feuille.fichier.rpartition('.')[0]} {feuille.nom}"


def autour(feuille: Situee, contenu: IO[bytes]) -> list[str]:
    """What is written around the table: the name of the sheet, the lines above the titles, the name of the file."""
    contenu.seek(0)
    dessus = [
        lu(c)
        for numero, cellules in islice(rangees(contenu), DESSUS)
        if numero < feuille.entete
        for c in cellules
        if not vide(c)
    ]
    return [nom_dit(feuille), *dessus, feuille.fichier.rpartition(".")[0]]


def comprendre(feuille: Situee, contenu: IO[bytes], lexique: Lexique, lecture: str = "") -> tuple[Plan, bool]:
    """The plan of a sheet, and whether it is remembered. `lecture`: the sheet that its rows are read for once more."""
    textes = autour(feuille, contenu)
    contenu.seek(0)
    lignes = [cellules for _, cellules in islice(rangees(contenu, feuille.entete), ECHANTILLON)]
    plan = retenu(feuille.titres, nom_memoire(feuille), lecture)
    connue = plan is not None
    if plan is not None:
        situer(plan, textes, lexique)
    else:
        if lecture:
            plan = pour_cible(lecture, feuille.titres, lignes, textes)
        else:
            plan = proposer(feuille.titres, lignes, nom_dit(feuille), lexique, textes)
    plan.lecture = lecture
    contenu.seek(0)
    completer(plan, feuille, contenu, lexique)
    return plan, connue


def comme(plan: Plan, feuille: FeuilleReprise, contenu: IO[bytes]) -> Plan:
    """The plan of another sheet with the same columns, for this one: its year and its workshop stay its own."""
    textes = autour(feuille, contenu)
    autres = {v: c for v, c in plan.constantes.items() if not est_un_lieu(v)}
    siennes = {v: c for v, c in Plan.de(feuille.plan).constantes.items() if est_un_lieu(v)}
    par_mots = {mots(t): vers for t, vers in plan.colonnes.items()}
    colonnes = {t: plan.colonnes.get(t, par_mots.get(mots(t), "")) for t in feuille.titres}
    lexique = Lexique()
    suivant = Plan(plan.cible, colonnes, autres | siennes, dict(plan.codes), plan.creations)
    suivant.annee = Plan.de(feuille.plan).annee
    suivant.intertitres, suivant.lecture = plan.intertitres, plan.lecture
    situer(suivant, textes, lexique)
    contenu.seek(0)
    completer(suivant, feuille, contenu, lexique)
    return suivant


def relire(feuille: FeuilleReprise, cible: str) -> FeuilleReprise:
    """The same rows, read once more for another sheet: at the end of the drop, or as they were read for it already."""
    autres = list(feuille.reprise.feuilles.all())
    with feuille.contenu.open("rb") as contenu:
        plan, connue = comprendre(feuille, contenu, Lexique(), cible)
        nom = _nom_lu(feuille, plan)
        for autre in autres:
            if (autre.fichier, autre.nom) == (feuille.fichier, nom):
                return autre
        contenu.seek(0)
        nouvelle = FeuilleReprise(
            reprise=feuille.reprise,
            rang=max(autre.rang for autre in autres) + 1,
            fichier=feuille.fichier,
            nom=nom,
            lignes=feuille.lignes,
            entete=feuille.entete,
            titres=feuille.titres,
            plan=plan.en_json(),
            connue=connue,
        )
        nouvelle.contenu.save(f"{uuid4().hex}.jsonl", File(contenu), save=False)
        nouvelle.save()
    return nouvelle


def completer(plan: Plan, feuille: Situee, contenu: IO[bytes], lexique: Lexique) -> None:
    """A guess for every label of the whole sheet that nothing was decided about."""
    a_coder = {rang: titre for rang, titre in enumerate(feuille.titres) if vers_a_coder(plan, titre)}
    vues: dict[str, dict[str, None]] = {titre: {} for titre in a_coder.values()}
    seules: dict[str, None] = {}
    for _, cellules in rangees(contenu, feuille.entete):
        if not (a_coder or plan.intertitres) or hors_tableau(cellules):
            continue
        if plan.intertitres and len(seules) < LABELS_MAXIMUM and (texte := seule(cellules)):
            seules[texte] = None
        for rang, titre in a_coder.items():
            if rang < len(cellules) and len(vues[titre]) < LABELS_MAXIMUM and (texte := lu(cellules[rang]).strip()):
                vues[titre][texte] = None
    valeurs = {titre: list(vues.get(titre, ())) for titre in feuille.titres}
    for vers, devines in codes_proposes(plan, valeurs, lexique).items():
        plan.codes[vers] = devines | plan.codes.get(vers, {})
    plan.inconnus = {}
    if plan.intertitres:
        devines = codes_surs(plan.intertitres, seules, lexique)
        plan.codes[plan.intertitres] = devines | plan.codes.get(plan.intertitres, {})
        if nombre := len({replier(texte) for texte in seules} - plan.codes[plan.intertitres].keys()):
            plan.inconnus[plan.intertitres] = nombre
    for titre, labels in vues.items():
        vers = plan.colonnes[titre]
        if nombre := len({replier(label) for label in labels} - plan.codes.get(vers, {}).keys()):
            plan.inconnus[vers] = nombre


def vers_a_coder(plan: Plan, titre: str) -> bool:
    """Whether the labels of a column are to be brought to codes."""
    vers = plan.colonnes.get(titre, "")
    return bool(vers) and a_des_codes(vers)


def changer_entete(feuille: FeuilleReprise, entete: int) -> None:
    """The titles stand on another row: they are read again, and the plan with them. Raises ValueError for no row."""
    with feuille.contenu.open("rb") as contenu:
        lignes = list(islice(rangees(contenu, entete - 2), ECHANTILLON))
    rang = next((i for i, (numero, _) in enumerate(lignes) if numero == entete), None)
    if rang is None or all(vide(c) for c in lignes[rang][1]):
        raise ValueError(entete)
    feuille.entete, feuille.titres = entete_de(lignes[: rang + 26], entete)
    with feuille.contenu.open("rb") as contenu:
        plan, feuille.connue = comprendre(feuille, contenu, Lexique(), Plan.de(feuille.plan).lecture)
        feuille.plan = plan.en_json()
        contenu.seek(0)
        feuille.lignes = sum(1 for _ in rangees(contenu, feuille.entete))


def premieres(feuille: FeuilleReprise, nombre: int) -> list[tuple[int, list[Any]]]:
    """The first rows under the titles."""
    with feuille.contenu.open("rb") as contenu:
        return list(islice(rangees(contenu, feuille.entete), nombre))
