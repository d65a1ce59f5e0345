"""The found sheets as sheets of the format: a source that the importer reads as any other.

Rows are translated by the plan of their sheet; what a row says of the person or of the stay it hangs on goes to the sheets
of these. Each row keeps where it comes from, so that what the importer says of it is shown beside its cell.
"""

from __future__ import annotations

import datetime
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

from aipi.echange.colonnes import Colonne, Reference, neutraliser
from aipi.echange.erreurs import Anomalie, FichierInvalide
from aipi.echange.feuille import Feuille, feuilles
from aipi.echange.lecture import Contenu, Lot, Signaler, Source, vide
from aipi.models import FeuilleReprise, Personne
from aipi.texte import replier

from .cellules import lu
from .feuille_lue import Ecartee, FeuilleLue, lire_numero
from .identites import Identite, Identites, fabriquee, serre
from .plan import (
    COMME,
    NOM_PRENOM,
    PRENOM_NOM,
    Plan,
    debut_de,
    est_un_lieu,
    fin_de,
    lien,
    naturelle,
)
from .references import feuille_de
from .valeurs import date_lue

GARDER = "\0"
"""Stands for a cell that the files say nothing of: a row that is there keeps what it has. No read cell holds a NUL."""
REMARQUES_MAXIMUM = 500
LOT = 2_000


@dataclass(frozen=True)
class Remarque:
    """Two rows say different things of one fact; the last one holds."""

    numero: int
    vers: str
    avant: str
    apres: str


@dataclass(frozen=True)
class Origine:
    """Where a row of the importer comes from; `pli` is the title of its column when it is one row of several."""

    lue: FeuilleLue
    ligne: int
    pli: str

    def titre(self, vers: str) -> str:
        """The title of the column that says « sheet.column »."""
        cree = self.ligne == self.lue.trouvee.entete
        if self.pli and (cree or vers in {self.lue.temps, self.lue.mesure}):
            return self.pli
        return titre_de(self.lue.trouvee, vers)


@dataclass
class Tableau:
    """A sheet of the format being filled. Rows that may be told several times are kept by reference until the end."""

    feuille: Feuille
    reunies: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    fichier: IO[bytes] = field(default_factory=tempfile.TemporaryFile)
    paquet: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    dites: set[str] = field(default_factory=set)
    principales: set[str] = field(default_factory=set)
    """References that a row of the sheet itself gave: given twice, it is an error, that the importer tells."""

    def ajouter(self, numero: int, cellules: dict[str, Any]) -> None:
        self.dites |= cellules.keys()
        self.paquet.append((numero, cellules))
        if len(self.paquet) >= LOT:
            self.vider()

    def vider(self) -> None:
        if self.paquet:
            pickle.dump(self.paquet, self.fichier, pickle.HIGHEST_PROTOCOL)
            self.paquet = []

    def clore(self) -> None:
        for numero, cellules in self.reunies.values():
            self.ajouter(numero, cellules)
        self.reunies.clear()
        self.vider()

    def lire(self) -> Iterator[list[tuple[int, dict[str, Any]]]]:
        self.fichier.seek(0)
        while True:
            try:
                yield pickle.load(self.fichier)  # noqa: S301 - written by this process, in a file without a name
            except EOFError:
                return


class Traduction(Source):
    """The sheets of one drop, translated. `traduire` first."""

    def __init__(self, trouvees: Sequence[FeuilleReprise], reconnues: dict[str, str]) -> None:
        self._feuilles = [FeuilleLue(t) for t in trouvees if t.plan.get("cible")]
        ordre = {nom: rang for rang, nom in enumerate(feuilles())}
        self._feuilles.sort(key=lambda f: (ordre[f.cible.nom], f.trouvee.rang))
        self.par_rang = {f.trouvee.rang: f for f in self._feuilles}
        self.identites = Identites(reconnues)
        self.tableaux: dict[str, Tableau] = {}
        self.remarques: list[Remarque] = []
        self.contredites = 0
        self.zeros = 0
        """Zeros of months without a contract, left out."""
        self._sejours: dict[str, dict[str, list[tuple[str, str, str]]]] = {}
        self._porteurs: dict[str, dict[str, str]] = {}
        self._lieux: dict[str, dict[str, str]] = {}
        self._rangs: dict[str, int] = {}

    def traduire(self, dire: Callable[[float, str], None] = lambda part, quoi: None) -> None:
        """Read every sheet twice: who is named, then what is said. `dire` is told the part that is done."""
        nommees = [f for f in self._feuilles if f.nomme]
        total = len(nommees) + len(self._feuilles) or 1
        for rang, feuille in enumerate(nommees):
            dire(rang / total, f"Personnes de {feuille.trouvee}")
            for _, valeurs in feuille.lignes():
                self._noter(feuille, valeurs)
        self.identites.clore()
        for rang, feuille in enumerate(self._feuilles, start=len(nommees)):
            dire(rang / total, f"Lecture de {feuille.trouvee}")
            for numero, valeurs in feuille.lignes():
                _Rangee(self, feuille, numero, valeurs).ecrire()
        self._creer()
        for tableau in self.tableaux.values():
            tableau.clore()

    def _creer(self) -> None:
        """Rows of reference to make for labels: said by several sheets, each is made once."""
        faites: set[tuple[str, ...]] = set()
        for feuille in self._feuilles:
            for numero, vers, cellules in feuille.creations():
                visee = feuille_de(vers)
                cle = (visee.nom, *(cellules.get(nom, "") for nom in visee.cle))
                if cle not in faites:
                    faites.add(cle)
                    self.tableau(visee).ajouter(numero, dict(cellules))

    def fermer(self) -> None:
        for tableau in self.tableaux.values():
            tableau.fichier.close()

    @property
    def ecartees(self) -> int:
        """Rows of totals, notes under a table, titles said again: what was left out."""
        return sum(f.nombre_ecartees for f in self._feuilles)

    def lignes_ecartees(self) -> Iterator[tuple[FeuilleReprise, Ecartee]]:
        """The first of them, sheet by sheet."""
        for feuille in sorted(self._feuilles, key=lambda f: f.trouvee.rang):
            yield from ((feuille.trouvee, ecartee) for ecartee in feuille.ecartees)

    # What the importer asks

    def feuilles(self) -> list[str]:
        return list(self.tableaux)

    @contextmanager
    def ouvrir(self, feuille: str) -> Iterator[Contenu]:
        yield _ContenuTraduit(self.tableaux[feuille])

    # Where a row comes from

    def origine(self, numero: int) -> Origine | None:
        """The found sheet and the row behind a number given to the importer."""
        rang, ligne, colonne = lire_numero(numero)
        feuille = self.par_rang.get(rang)
        if feuille is None:
            return None
        return Origine(feuille, ligne, feuille.trouvee.titres[colonne - 1] if colonne else "")

    # Persons

    def _noter(self, feuille: FeuilleLue, valeurs: dict[str, Any]) -> None:
        identite = identite_de(valeurs)
        if identite is not None:
            self.identites.noter(identite, self._ref_donnee(feuille, valeurs))

    def _ref_donnee(self, feuille: FeuilleLue, valeurs: dict[str, Any]) -> str:
        brute = valeurs.get("personnes.ref") or next(
            (
                valeurs[vers]
                for f in feuille.chaine
                if (maillon := lien(f.nom)) is not None
                and maillon[1].modele is Personne
                and (vers := f"{f.nom}.{maillon[0].nom}") in valeurs
            ),
            "",
        )
        return lu(brute).strip()

    # Stays, by person

    def tableau(self, feuille: Feuille) -> Tableau:
        if feuille.nom not in self.tableaux:
            self.tableaux[feuille.nom] = Tableau(feuille)
        return self.tableaux[feuille.nom]

    def sejours(self, feuille: Feuille) -> dict[str, list[tuple[str, str, str]]]:
        """By person, start, end and reference of her rows of `feuille`, those of the house first."""
        if feuille.nom not in self._sejours:
            sejours: dict[str, list[tuple[str, str, str]]] = {}
            porteurs = self._porteurs.setdefault(feuille.nom, {})
            debut, fin = debut_de(feuille), fin_de(feuille)
            assert debut is not None
            lieux, lieu = self._lieux.setdefault(feuille.nom, {}), lieu_de(feuille)
            noms = [feuille.cle[0], debut, fin or debut, lieu or feuille.cle[0]]
            chemins = [_chemin_personne(feuille), *(feuille.par_nom[nom].chemin for nom in noms)]
            lignes = feuille.modele._default_manager.order_by().values_list(*chemins)
            for personne, ref, commence, finit, ou in lignes:
                bornes = (_iso(commence), _iso(finit) if fin else "")
                sejours.setdefault(personne, []).append((*bornes, ref))
                porteurs[ref] = personne
                lieux[ref] = str(ou or "") if lieu else ""
            self._sejours[feuille.nom] = sejours
        return self._sejours[feuille.nom]

    def placer(self, feuille: Feuille, personne: str, ref: str, cellules: dict[str, Any]) -> None:
        """A row of `feuille` is one of this person: rows of others may look for it by her name."""
        debut, fin = debut_de(feuille), fin_de(feuille)
        if debut is None or feuille.cle != ("ref",):
            return
        nouveau = (_iso(cellules.get(debut)), _iso(cellules.get(fin)) if fin else "", ref)
        siens = self.sejours(feuille).setdefault(personne, [])
        siens[:] = [s for s in siens if s[2] != ref] + [nouveau]
        self._porteurs[feuille.nom][ref] = personne
        lieu = lieu_de(feuille)
        self._lieux[feuille.nom][ref] = lu(cellules.get(lieu, "")) if lieu else ""

    def porteur(self, feuille: Feuille, ref: str) -> str:
        """The person of the row of `feuille` with this reference, nothing when it is not known."""
        self.sejours(feuille)
        return self._porteurs[feuille.nom].get(ref, "")

    def alors(self, feuille: Feuille, personne: str, debut: str, fin: str) -> list[tuple[str, str, str]]:
        """The rows of `feuille` of this person that were running then."""
        siens = self.sejours(feuille).get(personne, [])
        return [s for s in siens if (not fin or s[0] <= fin) and (not s[1] or not debut or s[1] >= debut)]

    def chercher(self, feuille: Feuille, personne: str, debut: str, fin: str, lieu: str = "") -> str | Anomalie:
        """The row of `feuille` of this person that was running then: the last begun of several, the only one there is.

        Of several teams, the one that the row names.
        """
        siens = self.sejours(feuille).get(personne, [])
        nom = str(feuille.modele._meta.verbose_name)
        if not siens:
            return Anomalie(f"cette personne n’a aucun {nom}, ni dans ces fichiers ni dans AIPi")
        alors = self.alors(feuille, personne, debut, fin)
        if not alors and len(siens) > 1:
            return Anomalie(f"aucun {nom} de cette personne n’est en cours à cette date")
        lieux = self._lieux[feuille.nom]
        return max([s for s in alors if lieu and lieux[s[2]] == lieu] or alors or siens)[2]

    def numeroter(self, ref: str) -> str:
        """The same reference for the first, then « -2 », « -3 »: two interviews of one day are two."""
        self._rangs[ref] = rang = self._rangs.get(ref, 0) + 1
        return ref if rang == 1 else f"{ref}-{rang}"

    def remarquer(self, remarque: Remarque) -> None:
        self.contredites += 1
        if len(self.remarques) < REMARQUES_MAXIMUM:
            self.remarques.append(remarque)


class _Rangee:
    """One row of a found sheet, on its way to one or several sheets of the format."""

    def __init__(self, traduction: Traduction, feuille: FeuilleLue, numero: int, valeurs: dict[str, Any]) -> None:
        self.t = traduction
        self.f = feuille
        self.numero = numero
        self.valeurs = valeurs
        self._refs: dict[str, Any] = {}

    def ecrire(self) -> None:
        for parente in self.f.chaine[1:]:
            if parente.nom in self.f.creees and self._dit_quelque_chose(parente):
                self.reference(parente)
        if not self.f.plis or self.valeurs[self.f.temps] or not vide(self.valeurs[self.f.mesure]):
            self._principale()

    def _propres(self, feuille: Feuille) -> dict[str, Any]:
        prefixe = f"{feuille.nom}."
        return {vers[len(prefixe) :]: v for vers, v in self.valeurs.items() if vers.startswith(prefixe)}

    def _dit_quelque_chose(self, feuille: Feuille) -> bool:
        return any(not vide(v) for v in self._propres(feuille).values())

    def _explicite(self, feuille: Feuille) -> str:
        """The reference that the row itself gives to what it hangs on."""
        candidates = [f"{feuille.nom}.{feuille.cle[0]}"]
        candidates += [
            f"{enfant.nom}.{maillon[0].nom}"
            for enfant in self.f.chaine
            if (maillon := lien(enfant.nom)) is not None and maillon[1] is feuille
        ]
        ref = next((lu(self.valeurs[c]).strip() for c in candidates if not vide(self.valeurs.get(c, ""))), "")
        return self.t.identites.finale(ref) if ref and feuille.modele is Personne else ref

    def reference(self, feuille: Feuille) -> Any:
        """The reference of the row of `feuille` that this one hangs on: said, made with it, or looked for."""
        if feuille.nom not in self._refs:
            self._refs[feuille.nom] = self._trouver(feuille)
        return self._refs[feuille.nom]

    def _trouver(self, feuille: Feuille) -> Any:
        explicite = self._explicite(feuille)
        if feuille.modele is Personne:
            identite = identite_de(self.valeurs)
            ref: Any = explicite or (self.t.identites.ref(identite) if identite is not None else "")
            if isinstance(ref, str) and ref and identite is not None:
                self._reunir(feuille, ref, self._de_la_personne(feuille, ref))
            return ref
        if feuille.nom in self.f.creees and self._dit_quelque_chose(feuille):
            cellules = self._avec_lien(feuille)
            ref = explicite or self._fabriquer(feuille, cellules)
            self._reunir(feuille, ref, cellules)
            return ref
        if explicite:
            return explicite
        personne = self.personne()
        if not isinstance(personne, str) or not personne:
            return personne
        lieu = lieu_de(feuille)
        ou = lu(self.valeurs.get(f"{feuille.nom}.{lieu}", "")) if lieu else ""
        return self.t.chercher(feuille, personne, *self._quand(), ou)

    def _de_la_personne(self, feuille: Feuille, ref: str) -> dict[str, Any]:
        """What the row says of its person. A sheet about something else only names her: her name stays as it is known."""
        cellules = self._propres(feuille)
        deja = ref in self.t.tableau(feuille).reunies or self.t.identites.de_la_maison(ref)
        if self.f.cible is not feuille and deja:
            cellules |= {"nom": GARDER, "prenom": GARDER}
        return cellules

    def personne(self) -> Any:
        """The person of the row, by whatever it says."""
        derniere = self.f.chaine[-1]
        return self.reference(derniere) if derniere.modele is Personne else ""

    def _quand(self) -> tuple[str, str]:
        """The first and last day that the row may be of."""
        debut = debut_de(self.f.cible)
        brut = self.valeurs.get(f"{self.f.cible.nom}.{debut}", "") if debut else ""
        jour = _iso(brut)
        if len(jour) == 7:
            return f"{jour}-01", f"{jour}-31"
        return jour, jour

    def _avec_lien(self, feuille: Feuille) -> dict[str, Any]:
        """The cells of the row for `feuille`, with the reference to what it hangs on."""
        cellules = self._propres(feuille)
        if (maillon := lien(feuille.nom)) is not None:
            ref = self.reference(maillon[1])
            cellules[maillon[0].nom] = ref if ref or isinstance(ref, Anomalie) else ""
        return cellules

    def _fabriquer(self, feuille: Feuille, cellules: dict[str, Any]) -> str:
        parties = [_en_cle(cellules.get(nom, "")) for nom in naturelle(feuille)]
        if feuille.cle == ("code",):
            return "-".join(p for p in parties if p).upper()[:60] or "SANS-NOM"
        return fabriquee(feuille.nom[:3].upper(), feuille.nom, *parties)

    def _principale(self) -> None:
        feuille = self.f.cible
        if feuille.modele is Personne:
            ref = self.reference(feuille)
            if isinstance(ref, Anomalie):
                self.t.tableau(feuille).ajouter(self.numero, self._propres(feuille) | {"ref": ref})
            elif not ref or identite_de(self.valeurs) is None:
                self._directe(feuille, self._propres(feuille) | {"ref": ref or Anomalie("ni référence, ni nom")})
            elif self._explicite(feuille):
                self._compter(feuille, ref, self._propres(feuille))
            return
        cellules = self._avec_lien(feuille)
        if feuille.cle not in {("ref",), ("code",)}:
            if self.f.plis and self._rien_ce_mois():
                self.t.zeros += 1
                return
            self._directe(feuille, cellules)
            return
        cle = feuille.cle[0]
        donnee = lu(cellules.get(cle, "")).strip()
        if donnee:
            self._compter(feuille, donnee, cellules)
        elif feuille.fins or cle == "code":
            self._reunir(feuille, self._fabriquer(feuille, cellules), cellules)
        else:
            self._directe(feuille, cellules | {cle: self.t.numeroter(self._fabriquer(feuille, cellules))})

    def _rien_ce_mois(self) -> bool:
        """A 0 typed in a month of which the person has no contract says nothing."""
        maillon = lien(self.f.cible.nom)
        nul = lu(self.valeurs[self.f.mesure]).strip().strip("0") in {"", ".", ","}
        if not nul or maillon is None or self._explicite(maillon[1]):
            return False
        personne = self.personne()
        return isinstance(personne, str) and not self.t.alors(maillon[1], personne, *self._quand())

    def _compter(self, feuille: Feuille, ref: str, cellules: dict[str, Any]) -> None:
        """A row with a reference of its own: said twice, the importer must hear it twice."""
        tableau = self.t.tableau(feuille)
        if ref in tableau.principales:
            self._directe(feuille, cellules | {feuille.cle[0]: ref})
            return
        tableau.principales.add(ref)
        self._reunir(feuille, ref, cellules)
        # What the row leaves empty, it says to be unknown: it is the sheet of these rows.
        _, reunies = tableau.reunies[ref]
        for nom, valeur in cellules.items():
            if reunies.get(nom) == GARDER and vide(valeur):
                reunies[nom] = ""
        tableau.reunies[ref] = (self.numero, reunies)

    def _directe(self, feuille: Feuille, cellules: dict[str, Any]) -> None:
        self.t.tableau(feuille).ajouter(self.numero, cellules)
        self._situer(feuille, lu(cellules.get(feuille.cle[0], "")), cellules)

    def _reunir(self, feuille: Feuille, ref: str, cellules: dict[str, Any]) -> None:
        """Say of the row `ref` what this one knows of it; what it does not know is left."""
        tableau = self.t.tableau(feuille)
        cle = feuille.cle[0]
        _, reunies = tableau.reunies.setdefault(ref, (self.numero, {cle: ref}))
        for nom, valeur in cellules.items():
            if nom == cle:
                continue
            ancienne = reunies.get(nom, GARDER)
            if valeur == GARDER or vide(valeur):
                reunies.setdefault(nom, GARDER)
            else:
                if ancienne != GARDER and not isinstance(ancienne, Anomalie) and not vide(ancienne):
                    if not _differents(ancienne, valeur):
                        # « Zoé » then « ZOE »: the first way of writing stays.
                        continue
                    self.t.remarquer(Remarque(self.numero, f"{feuille.nom}.{nom}", lu(ancienne), lu(valeur)))
                reunies[nom] = valeur
        self._situer(feuille, ref, reunies)

    def _situer(self, feuille: Feuille, ref: str, cellules: dict[str, Any]) -> None:
        maillon = lien(feuille.nom)
        if maillon is None or not ref:
            return
        parente = maillon[1]
        valeur = cellules.get(maillon[0].nom, "")
        if isinstance(valeur, str) and valeur and feuille.cle == ("ref",):
            personne = valeur if parente.modele is Personne else self.t.porteur(parente, valeur)
            if personne:
                self.t.placer(feuille, personne, ref, cellules)


class _ContenuTraduit(Contenu):
    """The rows of one translated sheet, completed by what the house already knows of them."""

    def __init__(self, tableau: Tableau) -> None:
        self._tableau = tableau
        self._colonnes = [c for c in tableau.feuille.colonnes if c.nom in tableau.dites]

    def entete(self) -> list[str]:
        if not self._colonnes:
            raise FichierInvalide("aucune colonne reconnue")
        return [c.nom for c in self._colonnes]

    def lots(self, signaler: Signaler) -> Iterator[Lot]:
        noms = [c.nom for c in self._colonnes]
        for paquet in self._tableau.lire():
            lignes = [[cellules.get(nom, GARDER) for nom in noms] for _, cellules in paquet]
            if any(GARDER in ligne for ligne in lignes):
                self._completer(lignes)
            yield Lot([numero for numero, _ in paquet], list(lignes), True)

    def _completer(self, lignes: list[list[Any]]) -> None:
        """Where the files say nothing: what the row of the house holds, nothing when it is new."""
        feuille, colonnes = self._tableau.feuille, self._colonnes
        cle = [c for c in colonnes if c.nom in feuille.cle]
        rangs = [colonnes.index(c) for c in cle]
        existantes: dict[tuple[str, ...], list[str]] = {}
        if len(cle) == len(feuille.cle) and not feuille.cle_repliee:
            premiere = cle[0]
            voulues = {ligne[rangs[0]] for ligne in lignes if isinstance(ligne[rangs[0]], str)} - {GARDER}
            lecture = feuille.modele._default_manager.filter(**{f"{premiere.chemin}__in": voulues}).order_by()
            for brute in lecture.values_list(*(c.chemin for c in colonnes)):
                ecrites = [_ecrite(c, v) for c, v in zip(colonnes, brute, strict=True)]
                existantes[tuple(ecrites[r] for r in rangs)] = ecrites
        for ligne in lignes:
            connue = existantes.get(tuple(_iso(ligne[r]) or lu(ligne[r]) for r in rangs))
            for rang, cellule in enumerate(ligne):
                if cellule == GARDER:
                    ligne[rang] = connue[rang] if connue is not None else ""


def _ecrite(colonne: Colonne, valeur: Any) -> str:
    texte = colonne.ecrire(valeur)
    return neutraliser(texte) if colonne.neutralisee else texte


def _chemin_personne(feuille: Feuille) -> str:
    """The path from a row of `feuille` to the reference of its person."""
    morceaux: list[str] = []
    courante = feuille
    while (maillon := lien(courante.nom)) is not None:
        morceaux.append(str(maillon[0].champ.name))
        courante = maillon[1]
    return "__".join([*morceaux, "ref"])


def lieu_de(feuille: Feuille) -> str:
    """The column that says where a stay was: the team of a contract."""
    return next((c.nom for c in feuille.colonnes if c.requise and est_un_lieu(f"{feuille.nom}.{c.nom}")), "")


def _iso(valeur: Any) -> str:
    """A day or a month as the format writes it; nothing for anything else."""
    if isinstance(valeur, datetime.date):
        return valeur.isoformat()[:10]
    if isinstance(valeur, str) and valeur[:4].isdigit() and len(valeur) in {7, 10} and valeur[4:5] == "-":
        return valeur
    return ""


def _differents(un: Any, autre: Any) -> bool:
    return replier(_iso(un) or lu(un)) != replier(_iso(autre) or lu(autre))


def _en_cle(valeur: Any) -> str:
    return _iso(valeur) or serre(lu(valeur))


def identite_de(valeurs: dict[str, Any]) -> Identite | None:
    """The person that a translated row names, None when it names nobody."""
    nom, prenom = lu(valeurs.get("personnes.nom", "")).strip(), lu(valeurs.get("personnes.prenom", "")).strip()
    if not serre(nom) and not serre(prenom):
        return None
    brute = valeurs.get("personnes.date_naissance", "")
    naissance = brute if isinstance(brute, datetime.date) else date_lue(lu(brute), True)
    return Identite(nom, prenom, naissance, lu(valeurs.get("personnes.telephone", "")))


def titre_de(trouvee: FeuilleReprise, vers: str) -> str:
    """The title of the column of a found sheet that says « sheet.column », nothing when none does."""
    plan = Plan.de(trouvee.plan)
    vers = plan.constantes.get(vers, "").removeprefix(COMME) or vers
    par_vers = {v: titre for titre, v in plan.colonnes.items() if v}
    if vers in par_vers:
        return par_vers[vers]
    composees = [par_vers[c] for c in (NOM_PRENOM, PRENOM_NOM) if c in par_vers]
    nom = par_vers.get("personnes.nom", composees[0] if composees else "")
    if vers in {"personnes.nom", "personnes.prenom", "personnes.ref"}:
        return nom
    feuille, _, colonne = vers.partition(".")
    declaree = feuilles()[feuille].par_nom.get(colonne) if feuille in feuilles() else None
    return nom if isinstance(declaree, Reference) else ""
