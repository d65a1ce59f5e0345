"""What a found sheet most likely is: guessed from its titles, its name and what its cells hold; the user decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

from aipi.echange.colonnes import Booleen, Choix, CodeNomenclature, Date, Entier, Mois, Nombre, Reference
from aipi.echange.feuille import Feuille, feuilles
from aipi.models import Personne
from aipi.texte import degre, replier

from .cellules import lu
from .depliage import annee_dite, mesure_de, mois_dit, suite, temps_de
from .intertitres import possibles, seules
from .mots import BOOLEENS, mots_codes, mots_colonne, mots_feuille
from .plan import (
    COMME,
    COMPOSEES,
    LIGNE,
    PERSONNES,
    Plan,
    a_des_codes,
    chaine,
    cibles,
    colonne_de,
    debut_de,
    est_un_lieu,
    faits_perdus,
    libelle,
    manques,
    options,
)
from .valeurs import date_lue, est_un_nombre, mois_lu

SEUIL = 0.55
PROCHE = 0.84
POIDS_PARENT = 0.9
EXACTE = 2.0
"""What a name is worth that is just how a sheet is called."""
VIDES = frozenset({"de", "du", "des", "d", "l", "la", "le", "les", "et", "a", "au", "aux", "en"})


@lru_cache(50_000)
def mots(texte: str) -> str:
    """The words of a title, folded, without signs nor small words: « Date d’entrée » is « date entree »."""
    separes = "".join(c if c.isalnum() or c == "/" else " " for c in replier(texte.replace("_", " "))).split()
    return " ".join(mot for mot in separes if mot not in VIDES) or " ".join(separes)


@cache
def _facons(vers: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ways to call a column: by its own name, and by what associations write."""
    feuille, _, nom = vers.partition(".")
    if vers in COMPOSEES:
        return (mots(nom),), tuple(mots(m) for m in mots_colonne(feuille, nom))
    colonne = colonne_de(vers)
    return (mots(nom), mots(libelle(colonne))), tuple(mots(m) for m in mots_colonne(feuille, nom))


@lru_cache(50_000)
def ressemblance(titre: str, vers: str) -> float:
    """How much a title looks like a column, from 0 to 1."""
    plie = mots(titre)
    propres, autres = _facons(vers)
    if plie in propres:
        return 1.0
    if plie in autres:
        return 0.95
    meilleure = 0.0
    ensemble = set(plie.split())
    for facon in (*propres, *autres):
        communs = ensemble & set(facon.split())
        if communs and len(facon) > 2:
            meilleure = max(meilleure, 0.8 * len(communs) / max(len(ensemble), len(facon.split())))
        if len(facon) > 3:
            meilleure = max(meilleure, 0.85 * degre(plie, facon, PROCHE))
    return meilleure


def _part(valeurs: Sequence[str], test: Any) -> float:
    return sum(1 for v in valeurs if test(v)) / len(valeurs) if valeurs else 0.0


def vraisemblance(vers: str, valeurs: Sequence[str], lexique: Lexique) -> float:
    """How well the cells suit the column: 1 when nothing speaks against it."""
    if not valeurs or vers in COMPOSEES:
        return 1.0
    colonne = colonne_de(vers)
    if isinstance(colonne, Mois):
        return 1.1 if _part(valeurs, lambda v: mois_lu(v) is not None) >= 0.5 else 0.2
    if isinstance(colonne, Date):
        return 1.1 if _part(valeurs, lambda v: date_lue(v) is not None) >= 0.5 else 0.2
    if isinstance(colonne, Entier | Nombre):
        return 1.0 if _part(valeurs, est_un_nombre) >= 0.5 else 0.3
    if isinstance(colonne, Choix | Booleen | CodeNomenclature):
        connues = deviner_codes(vers, valeurs, lexique)
        return 0.6 + 0.5 * _part(valeurs, lambda v: bool(connues.get(replier(v))))
    return 1.0


def proposer(
    titres: Sequence[str],
    lignes: Iterable[Sequence[Any]],
    nom: str,
    lexique: Lexique | None = None,
    autour: Sequence[str] = (),
) -> Plan:
    """The likeliest plan of a sheet called `nom`, from its titles, its first rows and the texts around its table."""
    lexique = lexique or Lexique()
    lignes = list(lignes)
    echantillons, textes = _echantillons(titres, lignes), seules(lignes)
    meilleur, meilleure_note = Plan(), 1.2
    for feuille in feuilles().values():
        plan, note = _essayer(feuille, titres, echantillons, lexique, (nom, *autour), textes)
        if note:
            # A sheet called after a stay may tell of its contracts too.
            dites = {vers.partition(".")[0] for vers in plan.dits()}
            noms = [POIDS_PARENT * _note_du_nom(f, nom) for f in chaine(feuille.nom)[1:] if f.nom in dites]
            note += max([_note_du_nom(feuille, nom), *noms])
        if note > meilleure_note:
            meilleur, meilleure_note = plan, note
    if not meilleur.cible:
        meilleur.colonnes = dict.fromkeys(titres, "")
    meilleur.codes = codes_proposes(meilleur, echantillons, lexique)
    return meilleur


def pour_cible(cible: str, titres: Sequence[str], lignes: Iterable[Sequence[Any]], autour: Sequence[str] = ()) -> Plan:
    """The likeliest plan when the user has said what the sheet is."""
    if not cible:
        return Plan("", dict.fromkeys(titres, ""))
    lignes = list(lignes)
    echantillons = _echantillons(titres, lignes)
    lexique = Lexique()
    plan, _ = _essayer(feuilles()[cible], titres, echantillons, lexique, autour, seules(lignes))
    plan.codes = codes_proposes(plan, echantillons, lexique)
    return plan


def _echantillons(titres: Sequence[str], lignes: Iterable[Sequence[Any]]) -> dict[str, list[str]]:
    valeurs: dict[str, list[str]] = {titre: [] for titre in titres}
    for cellules in lignes:
        for titre, cellule in zip(titres, cellules, strict=False):
            if texte := lu(cellule).strip():
                valeurs[titre].append(texte)
    return valeurs


def _essayer(
    feuille: Feuille,
    titres: Sequence[str],
    echantillons: Mapping[str, Sequence[str]],
    lexique: Lexique,
    autour: Sequence[str],
    textes: Sequence[str] = (),
) -> tuple[Plan, float]:
    """The best assignment of the titles to what `feuille` may tell, and how good it is. `textes`: those alone on their row."""
    candidats = [f"{f.nom}.{c.nom}" for f, c in cibles(feuille.nom)]
    if any(f.nom == PERSONNES for f in chaine(feuille.nom)):
        candidats += COMPOSEES
    notes: list[tuple[float, int, int]] = []
    plan = Plan(feuille.nom, dict.fromkeys(titres, ""))
    prises: set[str] = set()
    total, propres = _deplier(plan, feuille, echantillons, prises), 0
    propres += bool(prises)
    for rang, titre in enumerate(titres):
        if plan.colonnes[titre]:
            continue
        for numero, vers in enumerate(candidats):
            note = ressemblance(titre, vers)
            if note >= SEUIL:
                note *= vraisemblance(vers, echantillons[titre], lexique)
                note *= 1.0 if vers.startswith(f"{feuille.nom}.") else POIDS_PARENT
            if note >= SEUIL:
                notes.append((note, -rang, -numero))
    for note, rang, numero in sorted(notes, reverse=True):
        titre, vers = titres[-rang], candidats[-numero]
        if plan.colonnes[titre] or vers in prises or (vers in COMPOSEES and prises & {"personnes.nom"}):
            continue
        plan.colonnes[titre] = vers
        prises.add(vers)
        total += note
        propres += vers.startswith(f"{feuille.nom}.")
    if not propres:
        return plan, 0.0
    _completer_dates(plan, feuille)
    situer(plan, autour, lexique)
    plan.intertitres = _intertitres(plan, textes, lexique)
    return plan, total - 1.5 * len(manques(plan))


def _deplier(plan: Plan, feuille: Feuille, echantillons: Mapping[str, Sequence[str]], prises: set[str]) -> float:
    """Take the columns whose titles are months or years for what the sheet tells of each; how good it is."""
    temps, mesure = temps_de(feuille), mesure_de(feuille)
    if temps is None or mesure is None:
        return 0.0
    vers = f"{feuille.nom}.{mesure.nom}"
    meilleurs: list[str] = []
    meilleure = 0.0
    for reste, groupe in suite(list(plan.colonnes), temps).items():
        if appelee(reste) not in {None, feuille}:
            continue
        valeurs = [v for titre in groupe for v in echantillons[titre]]
        if _part(valeurs, est_un_nombre) < 0.5:
            continue
        note = 1.6 + (ressemblance(reste, vers) if reste else 0.5) + 0.05 * min(len(groupe), 12)
        if note > meilleure:
            meilleurs, meilleure = groupe, note
    if meilleurs:
        plan.colonnes |= dict.fromkeys(meilleurs, vers)
        prises |= {vers, f"{feuille.nom}.{temps.nom}"}
    return meilleure


def appelee(reste: str) -> Feuille | None:
    """The sheet that the words beside a month name: the « absences » of « janvier absences »."""
    dites = [f for f in feuilles().values() if mesure_de(f) is not None and reste and _note_du_nom(f, reste) >= EXACTE]
    return dites[0] if len(dites) == 1 else None


def autres_mesures(plan: Plan, titres: Sequence[str]) -> list[str]:
    """The other sheets that the same rows fill, when each month has several columns: hours, then absences."""
    if not plan.depliees():
        return []
    cible = feuilles()[plan.cible]
    dites = [appelee(reste) for reste in suite(titres, temps_de(cible))]
    return sorted(
        {f.nom for f in dites if f is not None and f is not cible and chaine(f.nom)[1:] == chaine(cible.nom)[1:]}
    )


def situer(plan: Plan, textes: Sequence[str], lexique: Lexique) -> None:
    """What the name of the sheet, or the lines above its titles, say for all its rows: the year, the workshop, the team."""
    if not plan.cible:
        return
    if plan.sans_annee() and not plan.annee:
        plan.annee = annee_dite(textes)
    temps = temps_de(feuilles()[plan.cible])
    if isinstance(temps, Mois) and not plan.dit(vers := f"{plan.cible}.{temps.nom}") and (mois := mois_dit(textes)):
        plan.constantes[vers] = mois
    for feuille, colonne in cibles(plan.cible):
        vers = f"{feuille.nom}.{colonne.nom}"
        if colonne.requise and est_un_lieu(vers) and not plan.dit(vers):
            formes = lexique.formes(vers)[1]
            code = next((c for texte in textes if (c := nomme_dans(texte, formes))), "")
            if code:
                plan.constantes[vers] = code


def nomme_dans(texte: str, formes: Mapping[str, str]) -> str:
    """The one thing that a text names among other words; nothing when it names two."""
    ensemble = mots(texte)
    codes = {code for forme, code in formes.items() if len(forme) > 2 and f" {forme} " in f" {ensemble} "}
    return codes.pop() if len(codes) == 1 else ""


def _intertitres(plan: Plan, textes: Sequence[str], lexique: Lexique) -> str:
    """The « sheet.column » that texts alone on their row most likely say; nothing when theirs are rows as the others."""
    reconnus = {
        vers: sum(1 for code in codes_surs(vers, textes, lexique).values() if code != LIGNE)
        for vers in (possibles(plan) if textes else ())
    }
    for vers, nombre in sorted(reconnus.items(), key=lambda r: -r[1]):
        requise = colonne_de(vers).requise
        if (nombre or _appelle(vers, textes)) if requise else nombre == len(textes) > 1:
            return vers
        if requise and vers.startswith(f"{plan.cible}.") and not plan.dit(vers):
            # Nothing else says it: a team that is not known yet, most likely.
            return vers
    return ""


def _appelle(vers: str, textes: Iterable[str]) -> bool:
    """Whether a text says what it names: the « équipe » of a team that is not known yet."""
    noms = {facon for facons in _facons(vers) for facon in facons if " " not in facon}
    return any(noms & set(mots(texte).split()) for texte in textes)


def codes_surs(vers: str, textes: Iterable[str], lexique: Lexique) -> dict[str, str]:
    """By folded text alone on its row, the row of the house that it surely names; that it is no heading, when it is a person."""
    formes = lexique.formes(vers)[1]
    dits = {replier(texte): nomme_dans(texte, formes) or (LIGNE if _est_un_nom(texte) else "") for texte in textes}
    restent = [plie for plie, code in dits.items() if not code]
    if restent:
        dits |= {plie: LIGNE for plie in restent if frozenset(mots(plie).split()) in lexique.personnes}
    return {plie: code for plie, code in dits.items() if code}


def _est_un_nom(texte: str) -> bool:
    """« DURAND Zoé »: a word in capitals beside one that only begins by one."""
    ecrits = [mot for mot in texte.split() if mot.isalpha() and len(mot) > 1]
    return any(mot.isupper() for mot in ecrits) and any(mot.istitle() for mot in ecrits) and len(ecrits) == 2


def _completer_dates(plan: Plan, feuille: Feuille) -> None:
    """A stay of which no column says when it begins, begins with the stay that it hangs on; and the other way round."""
    debut = debut_de(feuille)
    if debut is not None and plan.dit(f"{feuille.nom}.{debut}"):
        for parente in chaine(feuille.nom)[1:]:
            if parente.fins and faits_perdus(plan, parente):
                plan.constantes[f"{parente.nom}.{debut_de(parente)}"] = f"{COMME}{feuille.nom}.{debut}"
    if debut is None or not feuille.fins or plan.dit(f"{feuille.nom}.{debut}"):
        return
    for parente in chaine(feuille.nom)[1:]:
        sien = f"{parente.nom}.{debut_de(parente)}"
        if parente.fins and plan.dit(sien):
            plan.constantes[f"{feuille.nom}.{debut}"] = f"{COMME}{sien}"
            return


def _note_du_nom(feuille: Feuille, nom: str) -> float:
    """What the name of the sheet adds: its own, or a word that associations use for it."""
    plie = mots(nom.rpartition(".")[0] or nom)
    facons = (mots(feuille.nom), *(mots(m) for m in mots_feuille(feuille.nom)))
    if plie in facons:
        return 2.5 if plie == facons[0] else EXACTE
    return 1.0 if any(facon and set(facon.split()) <= set(plie.split()) for facon in facons) else 0.0


class Lexique:
    """What the labels of each column may be, asked of the database once."""

    def __init__(self) -> None:
        self._formes: dict[str, tuple[dict[str, str], dict[str, str]]] = {}
        self._options: dict[str, dict[str, str]] = {}

    @cached_property
    def personnes(self) -> set[frozenset[str]]:
        """The words of the names of everybody known, in whatever order."""
        noms = Personne.objects.order_by().values_list("nom", "prenom")
        return {frozenset(mots(f"{nom} {prenom}").split()) for nom, prenom in noms}

    def options(self, vers: str) -> dict[str, str]:
        """See `plan.options`."""
        if vers not in self._options:
            self._options[vers] = options(vers)
        return self._options[vers]

    def formes(self, vers: str) -> tuple[dict[str, str], dict[str, str]]:
        """By folded code, the codes; by folded phrase, the code that it means."""
        if vers not in self._formes:
            booleen = isinstance(colonne_de(vers), Booleen)
            exactes = {} if booleen else {replier(code): code for code in self.options(vers)}
            self._formes[vers] = (exactes, _formes(vers, self.options(vers)))
        return self._formes[vers]


def _formes(vers: str, choix: Mapping[str, str]) -> dict[str, str]:
    """By folded phrase, the code of the column that it means."""
    formes: dict[str, str] = {}
    colonne = colonne_de(vers)
    if isinstance(colonne, Booleen):
        for code, facons in BOOLEENS.items():
            formes |= dict.fromkeys((code, *facons), code)
        return formes
    for code, facons in mots_codes(vers).items():
        formes |= {mots(facon): code for facon in facons}
    if isinstance(colonne, Reference) and not isinstance(colonne, CodeNomenclature):
        return formes | _formes_reference(colonne)
    for code, texte in choix.items():
        formes[mots(texte)] = code
        formes[mots(code)] = code
    return formes


def _formes_reference(colonne: Reference) -> dict[str, str]:
    """What a workshop, a town or a colleague may be called: by the code, the name, both names in either order."""
    formes: dict[str, str] = {}
    champs = {c.name for c in colonne.modele._meta.fields}
    for ligne in colonne.modele._default_manager.order_by(f"-{colonne.cible}")[:5_000]:
        code = str(getattr(ligne, colonne.cible))
        facons = [str(ligne)]
        if "nom" in champs:
            facons.append(str(getattr(ligne, "nom")))  # noqa: B009 - not every model has it
        if "prenom" in champs:
            nom, prenom = str(getattr(ligne, "nom")), str(getattr(ligne, "prenom"))  # noqa: B009
            facons += [f"{prenom} {nom}", f"{nom} {prenom}", f"{prenom[:1]} {nom}"]
        if "intitule" in champs:
            facons.append(str(getattr(ligne, "intitule")))  # noqa: B009
        if "code_postal" in champs:
            facons += [f"{getattr(ligne, 'code_postal')} {getattr(ligne, 'nom')}"]  # noqa: B009
        formes |= {mots(facon): code for facon in facons}
        formes[mots(code)] = code
    return formes


def deviner_codes(vers: str, valeurs: Iterable[str], lexique: Lexique | None = None) -> dict[str, str]:
    """By folded label, the code that it likely means; labels that mean nothing known are left out."""
    exactes, formes = (lexique or Lexique()).formes(vers)
    devinees: dict[str, str] = {}
    for valeur in valeurs:
        plie = replier(valeur)
        if plie and plie not in devinees:
            code = exactes.get(plie) or _deviner(mots(valeur) or plie, plie, formes)
            if code:
                devinees[plie] = code
    return devinees


def _deviner(texte: str, plie: str, formes: Mapping[str, str]) -> str | None:
    if trouve := formes.get(texte) or formes.get(plie):
        return trouve
    ensemble = set(texte.split())
    contenues = [f for f in formes if len(f) > 2 and set(f.split()) <= ensemble]
    if contenues:
        return formes[max(contenues, key=len)]
    plus_longues = {code for forme, code in formes.items() if ensemble <= set(forme.split())}
    if len(texte) > 3 and len(plus_longues) == 1:
        return plus_longues.pop()
    if len(texte) > 3:
        note, proche = max(((degre(texte, f, PROCHE), f) for f in formes), default=(0.0, ""))
        if note:
            return formes[proche]
    return None


def codes_proposes(
    plan: Plan, echantillons: Mapping[str, Sequence[str]], lexique: Lexique | None = None
) -> dict[str, dict[str, str]]:
    """For each column of codes of the plan, what its labels likely mean."""
    return {
        vers: deviner_codes(vers, echantillons[titre], lexique)
        for titre, vers in plan.colonnes.items()
        if vers and a_des_codes(vers)
    }
