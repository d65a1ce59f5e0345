"""Import of a whole caseload: all or nothing, one transaction, every error told.

Sheets are taken in the order of their references, row batch by row batch; a batch is checked column by column and
written at once. After a first error nothing more is written, but everything is still checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any, Protocol

from django.db import DatabaseError, models, transaction

from aipi.anonymisation import reappliquer
from aipi.nir import NIR_REFUSE, nir_ecrit
from aipi.texte import replier

from .colonnes import CodeExact, CodeNomenclature, Colonne, Lecteur, LecteurMemoire, Reference, Texte
from .ecriture import analyser, inserer, modifier, reserver
from .erreurs import Anomalie, ErreursImport, FichierInvalide, Journal, TropDErreurs, citer, nettoyer, suggestion
from .feuille import Feuille, avertissements, feuilles, modeles_referes
from .gel import Gel
from .lecture import Contenu, Lot, Signaler, Source, vide
from .source import ouvrir_source

MAX_CLES = 350_000_000
"""Memory for the keys of the sheets that are read, in bytes, near enough: some three million rows."""
OCTETS_PAR_CLE = 110
CHIFFRES_D_UN_NIR = 13
ABSENTE = 0
"""Stands for the primary key of a row that is known but not written; no row has it."""


@dataclass(slots=True)
class Compte:
    """Rows of a sheet in one import."""

    lignes: int = 0
    creees: int = 0
    modifiees: int = 0

    @property
    def inchangees(self) -> int:
        return self.lignes - self.creees - self.modifiees


@dataclass(slots=True)
class Resultat:
    """What an import did: a count by sheet, and warnings as (number, message)."""

    comptes: dict[str, Compte] = field(default_factory=dict)
    avertissements: list[tuple[int, str]] = field(default_factory=list)
    simule: bool = False


def importer(chemin: str | Path, simuler: bool = False) -> Resultat:
    """Import the folder, `.zip`, `.xlsx` or `.ods` at `chemin`; with `simuler` check and count only.

    Raises ErreursImport, nothing being written, when anything at all is wrong. Source: exchange format.
    """
    chemin = Path(chemin)
    return _importer(
        lambda noms, journal: ouvrir_source(chemin, noms, journal), nettoyer(chemin.name or str(chemin)), simuler
    )


class Temoin(Protocol):
    """Is told of the rows that an import writes, as it writes them. `valeurs`: by column, as they are stored."""

    def creees(self, feuille: Feuille, cles: Sequence[Any], ids: Sequence[int]) -> None: ...

    def modifiees(self, feuille: Feuille, changements: Sequence[Changement]) -> None: ...


@dataclass(frozen=True, slots=True)
class Changement:
    """A row that an import changes: by database column, the values before and after, as they are stored."""

    pk: int
    cle: Any
    avant: dict[str, Any]
    apres: dict[str, Any]


def importer_source(source: Source, *, simuler: bool = False, temoin: Temoin | None = None) -> Resultat:
    """The same from sheets that are already open. Raises ErreursImport, nothing being written."""
    return _importer(lambda *_: nullcontext(source), "fichiers", simuler, temoin)


def _importer(
    ouvrir: Callable[[list[str], Journal], AbstractContextManager[Source]],
    nom: str,
    simuler: bool,
    temoin: Temoin | None = None,
) -> Resultat:
    journal = Journal()
    try:
        with transaction.atomic():
            resultat = _Import(journal, temoin).executer(ouvrir)
            resultat.simule = simuler
            if simuler:
                transaction.set_rollback(True)
    except FichierInvalide as erreur:
        journal.noter(nom, str(erreur), erreur.ligne)
    except TropDErreurs:
        pass
    except DatabaseError as erreur:
        journal.noter(nom, f"refus de la base de données\u202f: {nettoyer(str(erreur), 200)}")
    journal.refuser()
    return resultat


class Registre:
    """Primary keys by identifier of the rows of one model that may be referred to."""

    def __init__(self, modele: type[models.Model], cible: str, anciennes: type[models.Model] | None = None) -> None:
        self.modele = modele
        self.cible = cible
        self.anciennes = anciennes
        self.cles: dict[str, int] = {}
        self.complet = not modele._default_manager.exists()
        """Every row there is, is in `cles`: nothing to ask the database."""
        self.indecis = False
        """The sheet of these rows could not be read: a reference to it is neither right nor wrong."""

    def chercher(self, identifiants: set[str]) -> None:
        """Take from the database those of `identifiants` that it holds."""
        if self.complet:
            return
        gestionnaire = self.modele._default_manager
        liste = list(identifiants)
        for debut in range(0, len(liste), 10_000):
            morceau = liste[debut : debut + 10_000]
            trouves = gestionnaire.filter(**{f"{self.cible}__in": morceau}).values_list(self.cible, "pk")
            self.cles.update(trouves.order_by())
            self.chercher_anciennes(morceau)

    def chercher_anciennes(self, identifiants: Iterable[str]) -> set[str]:
        """Those of `identifiants` that are references of before a merge: they mean the row that stays."""
        if self.anciennes is None or self.complet:
            return set()
        [vers] = (champ.name for champ in self.anciennes._meta.fields if champ.related_model is self.modele)
        anciennes = self.anciennes._default_manager.filter(ref__in=list(identifiants)).values_list("ref", vers)
        trouvees = dict(anciennes.order_by())
        self.cles.update(trouvees)
        return set(trouvees)


def _lecteur_de_cle(colonne: Reference) -> Lecteur:
    """Reads the cells of a reference as the keys that they repeat."""
    champ = colonne.modele._meta.get_field(colonne.cible)
    assert isinstance(champ, models.Field)
    return CodeExact(colonne.nom, champ).lecteur()


class LecteurReference(Lecteur):
    """Reads references: identifiers, then primary keys. Unknown ones are told with the sheet they should be in."""

    def __init__(self, colonne: Reference, registre: Registre, feuille: str) -> None:
        self._code = _lecteur_de_cle(colonne)
        self._registre = registre
        self._feuille = feuille

    def lire(self, cellules: Sequence[Any], mixte: bool) -> list[Any]:
        textes = self._code.lire(cellules, mixte)
        self.fautes = self._code.fautes
        cles = self._registre.cles
        manquants = {t for t in set(textes) if t not in cles and isinstance(t, str) and t}
        if manquants:
            self._registre.chercher(manquants)
            manquants.difference_update(cles)
        if not manquants and not self.fautes:
            return [cles[t] if t else None for t in textes]
        inconnues: dict[Any, Any] = {}
        for texte in manquants:
            inconnues[texte] = (
                ABSENTE
                if self._registre.indecis
                else Anomalie(
                    f"référence inconnue {citer(texte)}\u202f: absente de la feuille {self._feuille} et de la base"
                )
            )
        self.fautes = True
        return [
            t if isinstance(t, Anomalie) else None if not t else inconnues[t] if t in inconnues else cles[t]
            for t in textes
        ]


class LecteurNomenclature(LecteurMemoire):
    """Reads codes of one list, without case or accents."""

    def __init__(self, colonne: CodeNomenclature, indecise: bool) -> None:
        super().__init__(colonne)
        self._code = _lecteur_de_cle(colonne)
        lignes = colonne.modele._default_manager.filter(liste=colonne.liste).values_list("code", "pk")
        self._codes = {replier(code): (code, pk) for code, pk in lignes}
        self._indecise = indecise

    def _lire_une(self, cellule: Any) -> Any:
        texte = self._texte(cellule)
        if not isinstance(texte, str):
            return texte
        if not texte:
            return None
        trouve = self._codes.get(replier(texte))
        if trouve is not None:
            return trouve[1]
        if self._indecise:
            return ABSENTE
        self.fautes = True
        return Anomalie(f"code inconnu {citer(texte)}{suggestion(texte, [c for c, _ in self._codes.values()])}")

    def _texte(self, cellule: Any) -> Any:
        texte = self._code.lire([cellule], True)[0]
        self.fautes = self.fautes or self._code.fautes
        return texte


class _Import:
    """One run over one source. Not to be used twice."""

    def __init__(self, journal: Journal, temoin: Temoin | None = None) -> None:
        self.journal = journal
        self.temoin = temoin
        self.resultat = Resultat()
        self.feuilles = feuilles()
        self.par_modele = {f.modele: f for f in self.feuilles.values()}
        self.registres: dict[type[models.Model], Registre] = {}
        self.referes = modeles_referes()
        self.nomenclature_indecise = False
        self.octets_cles = 0
        self.gel = Gel()

    def executer(self, ouvrir: Callable[[list[str], Journal], AbstractContextManager[Source]]) -> Resultat:
        with ouvrir(list(self.feuilles), self.journal) as source:
            presentes = set(source.feuilles())
            for feuille in self.feuilles.values():
                if feuille.nom in presentes:
                    self._feuille(feuille, source)
        if self.journal.nombre:
            ordre = {nom: rang for rang, nom in enumerate(self.feuilles)}
            self.journal.erreurs.sort(key=lambda e: (ordre.get(e.feuille, -1), e.ligne or 0))
            raise ErreursImport(self.journal.erreurs, self.journal.nombre)
        if gardees := reappliquer():
            self.resultat.avertissements.append((gardees, "lignes de personnes anonymisées, dont rien n’est gardé"))
        analyser([self.feuilles[nom].modele for nom, compte in self.resultat.comptes.items() if compte.creees])
        for avertissement in avertissements():
            if not presentes.isdisjoint(avertissement.feuilles) and (nombre := avertissement.lignes().count()):
                self.resultat.avertissements.append((nombre, avertissement.message))
        return self.resultat

    def registre(self, modele: type[models.Model], cible: str) -> Registre:
        if modele not in self.registres:
            self.registres[modele] = Registre(modele, cible, self.par_modele[modele].anciennes)
        return self.registres[modele]

    def _feuille(self, feuille: Feuille, source: Source) -> None:
        self.resultat.comptes[feuille.nom] = compte = Compte()
        try:
            with source.ouvrir(feuille.nom) as contenu:
                ImportFeuille(self, feuille, compte).executer(contenu)
        except FichierInvalide as erreur:
            self.journal.noter(feuille.nom, str(erreur), erreur.ligne)
            self.indecider(feuille)

    def indecider(self, feuille: Feuille) -> None:
        """References to rows of `feuille` can no longer be judged."""
        if feuille.cle_repliee:
            self.nomenclature_indecise = True
        elif feuille.modele in self.referes:
            self.registre(feuille.modele, feuille.cle[0]).indecis = True

    def lecteur(self, colonne: Colonne) -> Lecteur:
        if isinstance(colonne, CodeNomenclature):
            return LecteurNomenclature(colonne, self.nomenclature_indecise)
        if isinstance(colonne, Reference):
            cible = self.par_modele[colonne.modele].nom
            return LecteurReference(colonne, self.registre(colonne.modele, colonne.cible), cible)
        return colonne.lecteur()


type_cle = Any
"""A key: the value of its only column, or the tuple of its columns' values."""


class ImportFeuille:
    """The rows of one sheet: checked, compared with those of the same key, written."""

    def __init__(self, contexte: _Import, feuille: Feuille, compte: Compte) -> None:
        self.contexte = contexte
        self.journal = contexte.journal
        self.feuille = feuille
        self.compte = compte
        self.vues: set[type_cle] = set()
        self.octets = 0
        self.etait_vide = not feuille.modele._default_manager.exists()
        self.registre = (
            contexte.registre(feuille.modele, feuille.cle[0])
            if feuille.modele in contexte.referes and not feuille.cle_repliee
            else None
        )
        self.repliees = self._toutes_repliees() if feuille.cle_repliee else {}

    def executer(self, contenu: Contenu) -> None:
        noms = contenu.entete()
        self.colonnes = self._colonnes(noms)
        rangs = [noms.index(c.nom) for c in self.colonnes]
        self.lecteurs = [self.contexte.lecteur(c) for c in self.colonnes]
        self.presentes = {c.nom for c in self.colonnes}
        self.cle_lisible = all(n in self.presentes or not self.feuille.par_nom[n].requise for n in self.feuille.cle)
        if not self.cle_lisible:
            self.contexte.indecider(self.feuille)
        for lot in contenu.lots(Signaler(self.journal, self.feuille.nom)):
            self._lot(lot, rangs)
        if self.registre is not None:
            self.contexte.octets_cles += self.octets

    def _colonnes(self, noms: list[str]) -> list[Colonne]:
        """The known columns of the header; unknown, double and missing ones are told."""
        connues = self.feuille.par_nom
        dire = Signaler(self.journal, self.feuille.nom)
        for rang, nom in enumerate(noms):
            if nom not in connues:
                # Those already in the file are poor suggestions, unless there is nothing else.
                libres = [c for c in connues if c not in noms] or list(connues)
                dire(1, f"colonne inconnue {citer(nom)}{suggestion(nom, libres)}", nettoyer(nom))
            elif nom in noms[:rang]:
                dire(1, "colonne présente deux fois", nom)
        inconnues = [nom for nom in noms if nom not in connues]
        for colonne in self.feuille.colonnes:
            if colonne.requise and colonne.nom not in noms:
                dire(1, f"colonne obligatoire manquante{suggestion(colonne.nom, inconnues)}", colonne.nom)
        return [c for c in self.feuille.colonnes if c.nom in noms]

    def _lot(self, lot: Lot, rangs: list[int]) -> None:
        par_rang = list(zip(*lot.lignes, strict=True))
        valeurs: dict[str, list[Any]] = {}
        douteux = False
        for colonne, rang, lecteur in zip(self.colonnes, rangs, self.lecteurs, strict=True):
            lues = lecteur.lire(par_rang[rang], lot.mixte)
            valeurs[colonne.nom] = lues
            if isinstance(colonne, Texte | CodeExact):
                # Told without being quoted: the list of errors is kept.
                nirs = [
                    i for i, v in enumerate(lues) if isinstance(v, str) and len(v) >= CHIFFRES_D_UN_NIR and nir_ecrit(v)
                ]
                for rang_nir in nirs:
                    lues[rang_nir] = Anomalie(NIR_REFUSE)
                douteux = douteux or bool(nirs)
            douteux = douteux or lecteur.fautes or (colonne.requise and colonne.vide in lues)
        numeros = lot.numeros
        if douteux:
            numeros, valeurs = self._signaler(lot, valeurs)
        if not numeros:
            return
        self.compte.lignes += len(numeros)
        if not self.cle_lisible:
            self._fins(numeros, valeurs, {})
            return
        cles = self._cles(valeurs, len(numeros))
        self._peser(cles)
        self._doubles(numeros, cles)
        existantes = self._existantes(cles, valeurs)
        self._fins(numeros, valeurs, existantes, cles)
        if self.contexte.gel:
            self._geles(numeros, cles, valeurs, existantes)
        self._ecrire(cles, valeurs, existantes)

    def _signaler(self, lot: Lot, valeurs: dict[str, list[Any]]) -> tuple[list[int], dict[str, list[Any]]]:
        """Tell the bad cells of a batch, drop its blank rows; bad cells become unknown."""
        gardees = [i for i, ligne in enumerate(lot.lignes) if not all(vide(c) for c in ligne)]
        numeros = [lot.numeros[i] for i in gardees]
        propres = {nom: [liste[i] for i in gardees] for nom, liste in valeurs.items()}
        dire = Signaler(self.journal, self.feuille.nom)
        for rang, numero in enumerate(numeros):
            for colonne in self.colonnes:
                valeur = propres[colonne.nom][rang]
                if isinstance(valeur, Anomalie):
                    if valeur.message:
                        dire(numero, valeur.message, colonne.nom)
                    propres[colonne.nom][rang] = ILLISIBLE
                elif colonne.requise and valeur == colonne.vide and valeur is not ABSENTE:
                    dire(numero, "valeur obligatoire manquante", colonne.nom)
                    propres[colonne.nom][rang] = ILLISIBLE
        return numeros, propres

    def _cles(self, valeurs: dict[str, list[Any]], nombre: int) -> list[type_cle]:
        """The key of each row, None when a part of it could not be read."""
        parties = [valeurs.get(nom) or [self.feuille.par_nom[nom].vide] * nombre for nom in self.feuille.cle]
        if len(parties) == 1:
            return [None if cle is ILLISIBLE else cle for cle in parties[0]]
        cles: Iterable[tuple[Any, ...]] = zip(*parties, strict=True)
        if self.feuille.cle_repliee:
            cles = (tuple(replier(p) if isinstance(p, str) else p for p in cle) for cle in cles)
        # A reference to a row that could not be judged tells nothing: such keys are not compared.
        return [None if ILLISIBLE in cle or (self.journal.nombre and ABSENTE in cle) else cle for cle in cles]

    def _peser(self, cles: list[type_cle]) -> None:
        """Refuse what would not fit in memory: files that large can be imported in parts."""
        self.octets += OCTETS_PAR_CLE * len(cles) + sum(len(c) for c in cles if isinstance(c, str))
        if self.contexte.octets_cles + self.octets > MAX_CLES:
            raise FichierInvalide("trop de lignes pour un seul import\u202f: importez ces fichiers en plusieurs fois")

    def _doubles(self, numeros: Sequence[int], cles: list[type_cle]) -> None:
        uniques = set(cles)
        if len(uniques) == len(cles) and None not in uniques and self.vues.isdisjoint(uniques):
            self.vues |= uniques
            return
        dire = Signaler(self.journal, self.feuille.nom)
        for numero, cle in zip(numeros, cles, strict=True):
            if cle is None:
                continue
            if cle in self.vues:
                dire(
                    numero, f"cette clé est déjà dans la feuille ({' + '.join(self.feuille.cle)})", self.feuille.cle[0]
                )
            self.vues.add(cle)

    def _existantes(self, cles: list[type_cle], valeurs: dict[str, list[Any]]) -> dict[type_cle, tuple[Any, ...]]:
        """Rows of the database that have these keys: primary key, then the value of each column of the sheet."""
        if self.feuille.cle_repliee:
            return self.repliees
        if self.etait_vide:
            return {}
        filtre: dict[str, Any] = {}
        for nom in self.feuille.cle:
            colonne = self.feuille.par_nom[nom]
            if colonne.champ.null or nom not in valeurs:
                continue
            filtre[f"{colonne.attribut}__in"] = sorted({v for v in valeurs[nom] if v is not ILLISIBLE})
        return dict(self._lire_base(filtre))

    def _toutes_repliees(self) -> dict[type_cle, tuple[Any, ...]]:
        return {tuple(replier(p) for p in cle): ligne for cle, ligne in self._lire_base({})}

    def _lire_base(self, filtre: dict[str, Any]) -> Iterator[tuple[type_cle, tuple[Any, ...]]]:
        colonnes = self.feuille.colonnes
        rangs = [colonnes.index(self.feuille.par_nom[nom]) + 1 for nom in self.feuille.cle]
        attributs = [c.attribut for c in colonnes]
        lecture = self.feuille.modele._default_manager.filter(**filtre).order_by().values_list("pk", *attributs)
        for brute in lecture.iterator(5000):
            ligne = (brute[0], *(c.depuis_base(v) for c, v in zip(colonnes, brute[1:], strict=True)))
            cle = tuple(ligne[r] for r in rangs)
            yield (cle if len(cle) > 1 else cle[0]), ligne

    def _fins(
        self,
        numeros: Sequence[int],
        valeurs: dict[str, list[Any]],
        existantes: dict[type_cle, tuple[Any, ...]],
        cles: list[type_cle] | None = None,
    ) -> None:
        """An end before its start; what the file does not hold is taken from the row that is updated."""
        colonnes = self.feuille.colonnes
        for nom_fin, nom_debut in self.feuille.fins:
            fins, debuts = valeurs.get(nom_fin), valeurs.get(nom_debut)
            if fins is None and debuts is None:
                continue
            if fins is None or debuts is None:
                absent = nom_fin if fins is None else nom_debut
                rang = colonnes.index(self.feuille.par_nom[absent]) + 1
                anciennes = [
                    existantes[c][rang] if c in existantes else None for c in cles or repeat(None, len(numeros))
                ]
                fins, debuts = (anciennes, debuts) if fins is None else (fins, anciennes)
            assert fins is not None
            assert debuts is not None
            for numero, fin, debut in zip(numeros, fins, debuts, strict=True):
                if fin and debut and fin < debut:
                    self.journal.noter(self.feuille.nom, f"{fin} précède {nom_debut} ({debut})", numero, nom_fin)

    def _geles(
        self,
        numeros: Sequence[int],
        cles: list[type_cle],
        valeurs: dict[str, list[Any]],
        existantes: dict[type_cle, tuple[Any, ...]],
    ) -> None:
        """Tell the rows that would write in the file of a person whose file is frozen; those that change nothing may stay."""
        siennes = self.contexte.gel.raisons(self.feuille.modele)
        vers = self.contexte.gel.vers(self.feuille)
        parents = self.contexte.gel.raisons(vers.modele) if vers is not None else {}
        rangs = {c.nom: rang for rang, c in enumerate(self.feuille.colonnes, start=1)}
        menees = None if vers is None else valeurs.get(vers.nom)
        for i, (numero, cle) in enumerate(zip(numeros, cles, strict=True)):
            ancienne = existantes.get(cle)
            raison = siennes.get(ancienne[0], "") if ancienne is not None else ""
            raison = raison or (parents.get(menees[i], "") if menees is not None else "")
            change = ancienne is None or any(liste[i] != ancienne[rangs[nom]] for nom, liste in valeurs.items())
            if raison and change and not self._anciennes([cle]):
                self.journal.noter(self.feuille.nom, raison, numero, self.feuille.cle[0])

    def _ecrire(
        self, cles: list[type_cle], valeurs: dict[str, list[Any]], existantes: dict[type_cle, tuple[Any, ...]]
    ) -> None:
        if self.journal.nombre:
            # Nothing will be written: only what later references need is kept.
            if self.registre is not None:
                connues = self.registre.cles
                connues.update((cle, ABSENTE) for cle in cles if cle is not None and cle not in connues)
            return
        anciennes = self._anciennes([cle for cle in cles if cle not in existantes])
        if existantes or anciennes:
            # A row that still names a person by a reference of before a merge changes nothing: the person who stays
            # was chosen fact by fact, and the file is older.
            nouvelles = [i for i, cle in enumerate(cles) if cle not in existantes and cle not in anciennes]
            self._modifier(cles, valeurs, existantes)
            if not nouvelles:
                return
            cles = [cles[i] for i in nouvelles]
            valeurs = {nom: [liste[i] for i in nouvelles] for nom, liste in valeurs.items()}
        self._creer(cles, valeurs)

    def _anciennes(self, cles: list[type_cle]) -> set[str]:
        """Those of `cles` that a merge made obsolete."""
        if self.registre is None or self.feuille.anciennes is None:
            return set()
        return self.registre.chercher_anciennes(cles)

    def _creer(self, cles: list[type_cle], valeurs: dict[str, list[Any]]) -> None:
        ids = reserver(self.feuille.modele, len(cles))
        nombre = len(cles)
        par_attribut: dict[str, Iterable[Any]] = {}
        for colonne in self.feuille.colonnes:
            par_attribut[_colonne_base(colonne)] = valeurs.get(colonne.nom) or repeat(colonne.vide, nombre)
        for derive in self.feuille.derives:
            sources = (valeurs.get(s) or repeat(self.feuille.par_nom[s].vide, nombre) for s in derive.sources)
            par_attribut[derive.attribut] = list(map(derive.calcul, *sources))
        inserer(self.feuille.modele, ["id", *par_attribut], zip(ids, *par_attribut.values(), strict=True))
        if self.contexte.temoin is not None:
            self.contexte.temoin.creees(self.feuille, cles, ids)
        self.compte.creees += nombre
        if self.registre is not None:
            self.registre.cles.update(zip(cles, ids, strict=True))

    def _modifier(
        self, cles: list[type_cle], valeurs: dict[str, list[Any]], existantes: dict[type_cle, tuple[Any, ...]]
    ) -> None:
        """Update the rows that differ, in the columns of the file."""
        colonnes = [c for c in self.feuille.colonnes if c.nom in valeurs and c.nom not in self.feuille.cle]
        rangs = [self.feuille.colonnes.index(c) + 1 for c in colonnes]
        listes = [valeurs[c.nom] for c in colonnes]
        sources = [
            [self.feuille.colonnes.index(self.feuille.par_nom[s]) + 1 for s in d.sources] for d in self.feuille.derives
        ]
        noms = [_colonne_base(c) for c in colonnes] + [d.attribut for d in self.feuille.derives]
        changees: list[tuple[Any, ...]] = []
        changements: list[Changement] = []
        for i, cle in enumerate(cles):
            ancienne = existantes.get(cle)
            if ancienne is None:
                continue
            if self.registre is not None:
                self.registre.cles[cle] = ancienne[0]
            nouvelle = [liste[i] for liste in listes]
            if nouvelle != [ancienne[r] for r in rangs]:
                entiere = list(ancienne)
                for rang, valeur in zip(rangs, nouvelle, strict=True):
                    entiere[rang] = valeur
                for derive, places in zip(self.feuille.derives, sources, strict=True):
                    nouvelle.append(derive.calcul(*(entiere[p] for p in places)))
                changees.append((*nouvelle, ancienne[0]))
                if self.contexte.temoin is not None:
                    avant = [ancienne[r] for r in rangs] + [
                        d.calcul(*(ancienne[p] for p in places))
                        for d, places in zip(self.feuille.derives, sources, strict=True)
                    ]
                    differents = [n for n, (a, b) in enumerate(zip(avant, nouvelle, strict=True)) if a != b]
                    changements.append(
                        Changement(
                            ancienne[0],
                            cle,
                            {noms[n]: avant[n] for n in differents},
                            {noms[n]: nouvelle[n] for n in differents},
                        )
                    )
        if changees:
            modifier(self.feuille.modele, noms, changees)
            if self.contexte.temoin is not None:
                self.contexte.temoin.modifiees(self.feuille, changements)
        self.compte.modifiees += len(changees)


class _Illisible:
    """Takes the place of a value once its fault has been told: no rule looks at it again."""

    def __bool__(self) -> bool:
        return False


ILLISIBLE = _Illisible()


def _colonne_base(colonne: Colonne) -> str:
    return str(colonne.champ.column)
