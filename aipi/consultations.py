"""The reading log: who opened which file, what left as a file or on paper, what was refused. Written here and nowhere else.

Each address that opens something of a file is declared once (`inscrire`), those of the poles in their module
`consultations`; a system check refuses an address with an argument that nobody declared. The middleware does the rest:
no view has anything to write. A page read again within a quarter of an hour is one entry. Kept for `DUREE`.
"""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.db import OperationalError, connection
from django.db.models import Model, QuerySet, Subquery, Value
from django.db.models.constants import OnConflict
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from aipi import journee
from aipi.exports import FORMATS
from aipi.models import Compte, Consultation, Personne
from aipi.roles import MODELES, TENUS, Nature, chemin_personne, directeur, tenus, visibles

Acte = Consultation.Acte
R = TypeVar("R", bound=HttpResponseBase)
Arguments = Mapping[str, Any]
"""The arguments of an address, by name."""

DUREE = datetime.timedelta(days=365)
"""How long an entry is kept: twelve months, as the CNIL advises (deliberation 2021-122)."""
QUART_D_HEURE = datetime.timedelta(minutes=15)
A_LA_FOIS = 5_000
"""Old entries taken out at once."""
A_LA_FOIS_ECRITES = 100
"""Entries of one insertion: SQLite takes some thousand values in a statement."""
ATTENTE_MS = 1_500
"""How long a page waits for SQLite to take its entry while an import holds it; the entry then goes with the next one."""
CLES_MAXIMUM = 200
"""Keys looked at in one parameter; no act takes more."""


@dataclass(frozen=True)
class Ouverture:
    """What an address opens: the kind of entry, the model of its row and the argument that holds its key.

    Without `acte` nothing is read there: only refusals are written. `modele` may be found from the arguments of the
    address; by default it is its argument `modele`, where it has one. `parametres`: names of fields and filters that
    hold keys of rows, with their model (nothing: that of the address): naming one that the account may not see is an
    attempt, whatever the page then does with it.
    """

    acte: Acte | None
    modele: str | Callable[[Arguments], str] = ""
    cle: str = "pk"
    parametres: Mapping[str, str] = field(default_factory=dict)

    def label(self, arguments: Arguments) -> str:
        """Label of the model of the row, or nothing."""
        return self.modele(arguments) if callable(self.modele) else self.modele or str(arguments.get("modele", ""))


_ouvertures: dict[str, Ouverture] = {}
_sans_dossier: dict[str, str] = {}


def inscrire(**ouvertures: Ouverture) -> None:
    """Declare addresses, by their name."""
    _ouvertures.update(ouvertures)


def sans_dossier(motif: str, *noms: str) -> None:
    """Declare addresses that open nothing of a file, and why."""
    _sans_dossier.update(dict.fromkeys(noms, motif))


def ouverture_de(nom: str) -> Ouverture | None:
    return _ouvertures.get(nom)


def est_declaree(nom: str) -> bool:
    """Whether somebody said what this address opens, or that it opens nothing."""
    return nom in _ouvertures or nom in _sans_dossier


def compter(reponse: R, lignes: int) -> R:
    """Say how many rows an answer carries, for its entry."""
    reponse.lignes_portees = lignes  # type: ignore[attr-defined]  # read by the middleware
    return reponse


def emporter(reponse: R, personnes: int) -> R:
    """Say that an answer takes whole files away, where its address does not always: of how many persons."""
    reponse.acte_porte = Acte.EXPORT  # type: ignore[attr-defined]  # read by the middleware
    return compter(reponse, personnes)


# The row behind an address


@dataclass(frozen=True)
class Objet:
    """A row that was asked for: its label and key, and how the reference of its person is read, when it has only one.

    An expression is read by the database as it inserts the entry: a page costs no query more.
    """

    etiquette: str = ""
    personne_ref: str | Combinable = ""


def _modele(label: str) -> type[Model] | None:
    """The model, when it is one that has a rule."""
    try:
        modele = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return modele if modele._meta.label in MODELES else None


def _chemin_ref(modele: type[Model]) -> str:
    chemin = chemin_personne(modele)
    return "" if chemin is None else f"{chemin}__ref" if chemin else "ref"


def _objets(lignes: QuerySet[Any]) -> list[Objet]:
    """Rows that exist, read now."""
    nom, chemin = lignes.model._meta.label_lower, _chemin_ref(lignes.model)
    lues = lignes.order_by().values_list("pk", *([chemin] if chemin else []))
    return [Objet(f"{nom} {ligne[0]}", ligne[1] if chemin else "") for ligne in lues]


def _nomme(ouverture: Ouverture, arguments: Arguments) -> QuerySet[Any] | None:
    """The row that an address names, whoever asks; None when the address names none."""
    modele, cle = _modele(ouverture.label(arguments)), arguments.get(ouverture.cle)
    return None if modele is None or cle is None else modele._default_manager.filter(pk=cle).order_by()


def objet_ouvert(ouverture: Ouverture, arguments: Arguments) -> Objet | None:
    """The row of a page that was opened. No query."""
    lignes = _nomme(ouverture, arguments)
    if lignes is None:
        return None
    etiquette, chemin = f"{lignes.model._meta.label_lower} {arguments[ouverture.cle]}", _chemin_ref(lignes.model)
    if not chemin:
        return Objet(etiquette)
    return Objet(etiquette, Coalesce(Subquery(lignes.values(chemin)[:1]), Value("")))


def objet_refuse(ouverture: Ouverture, arguments: Arguments) -> Objet | None:
    """The row of a page that was refused, if there is such a row."""
    lignes = _nomme(ouverture, arguments)
    return None if lignes is None else next(iter(_objets(lignes)), None)


def voit(ouverture: Ouverture, compte: Compte, arguments: Arguments) -> bool:
    """Whether the row that an address names is one that the account sees: what is not found there is then something else."""
    lignes = _nomme(ouverture, arguments)
    if lignes is None:
        return False
    regle = tenus if lignes.model._meta.label in TENUS else visibles
    return regle(lignes, compte).exists()


def objets_caches(ouverture: Ouverture, compte: Compte, request: HttpRequest, arguments: Arguments) -> list[Objet]:
    """The rows that fields and filters name and that the account may not see. One query for each such field sent."""
    caches: list[Objet] = []
    for nom, label in ouverture.parametres.items():
        textes = [*request.GET.getlist(nom), *request.POST.getlist(nom)][:CLES_MAXIMUM]
        cles = [int(texte) for texte in textes if texte.isascii() and texte.isdecimal() and len(texte) < 16]
        modele = _modele(label or ouverture.label(arguments)) if cles else None
        if modele is not None:
            vues = visibles(modele._default_manager.all(), compte).order_by().values("pk")
            caches += _objets(modele._default_manager.filter(pk__in=cles).exclude(pk__in=vues))
    return caches


# Writing


_en_attente: deque[Consultation] = deque(maxlen=10_000)


def entree(compte: Compte, acte: Acte, page: str, objet: Objet | None, lignes: int | None = None) -> Consultation:
    """An entry. What leaves as a file or on paper is written each time, the rest once in a quarter of an hour."""
    maintenant = timezone.now()
    objet = objet or Objet()
    cle = secrets.token_hex(16)
    if acte not in {Acte.EXPORT, Acte.IMPRESSION, Acte.DOCUMENT, Acte.COPIE}:
        tranche = int(maintenant.timestamp() // QUART_D_HEURE.total_seconds())
        faits = f"{compte.pk}\0{acte}\0{page}\0{objet.etiquette}\0{tranche}"
        cle = hashlib.sha256(faits.encode()).hexdigest()[:32]
    return Consultation(
        compte=compte,
        date=maintenant,
        acte=acte,
        page=page[:100],
        personne_ref=objet.personne_ref,
        objet=objet.etiquette,
        lignes=lignes,
        cle=cle,
    )


def ecrire(entrees: list[Consultation]) -> None:
    """Write entries in one insertion. Where SQLite is held by a long import, they wait in memory for the next one."""
    attente: list[Consultation] = []
    while _en_attente:
        attente.append(_en_attente.popleft())
    try:
        with _sans_patience():
            _inserer([*attente, *entrees])
    except OperationalError:
        if not _seule_sur_sqlite():
            raise
        _en_attente.extend([*attente, *entrees])


def _inserer(entrees: list[Consultation]) -> None:
    """One statement for each `A_LA_FOIS_ECRITES`, without the transaction that `bulk_create` opens and closes around it.

    A statement is whole by itself, and an entry that is there already is left as it is: those before it may stay.
    """
    champs = [champ for champ in Consultation._meta.concrete_fields if not champ.primary_key]
    for debut in range(0, len(entrees), A_LA_FOIS_ECRITES):
        lot = entrees[debut : debut + A_LA_FOIS_ECRITES]
        Consultation._base_manager._insert(lot, fields=champs, on_conflict=OnConflict.IGNORE)  # type: ignore[attr-defined]


def _seule_sur_sqlite() -> bool:
    """Whether the insertion is its own transaction, in a database that one writer holds at a time."""
    return connection.vendor == "sqlite" and not connection.in_atomic_block


class _sans_patience:  # noqa: N801 - read as a verb: with _sans_patience()
    """SQLite answers sooner that it is held: a page that is only read must not wait for an import."""

    def __enter__(self) -> None:
        self._regler(ATTENTE_MS)

    def __exit__(self, *exc: object) -> None:
        secondes = connection.settings_dict.get("OPTIONS", {}).get("timeout", 5)
        self._regler(int(secondes * 1_000))

    @staticmethod
    def _regler(millisecondes: int) -> None:
        if _seule_sur_sqlite():
            connection.ensure_connection()
            connection.connection.execute(f"PRAGMA busy_timeout = {millisecondes}")


def noter(compte: Compte, acte: Acte, page: str, personne: Personne | None = None, lignes: int | None = None) -> None:
    """Write one entry by hand, for what no address says."""
    objet = None if personne is None else Objet(f"{personne._meta.label_lower} {personne.pk}", personne.ref)
    ecrire([entree(compte, acte, page, objet, lignes)])


def purger(maintenant: datetime.datetime | None = None) -> int:
    """Take out entries older than `DUREE`, `A_LA_FOIS` at most; how many went."""
    limite = (maintenant or timezone.now()) - DUREE
    vieilles = Consultation.objects.filter(date__lt=limite).order_by("date").values_list("pk", flat=True)[:A_LA_FOIS]
    cles = list(vieilles)
    return Consultation.objects.filter(pk__in=cles)._raw_delete(vieilles.db) if cles else 0


def reporter(remplacees: Mapping[str, str]) -> None:
    """Follow the references that anonymisation replaced because they told who the person was."""
    for ancienne, nouvelle in remplacees.items():
        QuerySet.update(Consultation.objects.filter(personne_ref=ancienne), personne_ref=nouvelle)


# The middleware


PURGE_APRES = {Acte.EXPORT, Acte.DOCUMENT, Acte.COPIE}
"""Rare enough acts to take the old entries out after."""


class JournalDesConsultations:
    """Writes the entry of each answer: what was read, or what was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reponse = self.get_response(request)
        page = request.resolver_match
        if isinstance(request.user, Compte) and page is not None and page.url_name:
            entrees = self._entrees(request, reponse, request.user, page.view_name, page.kwargs)
            if entrees:
                ecrire(entrees)
                if any(e.acte in PURGE_APRES for e in entrees):
                    purger()
        return reponse

    def _entrees(
        self, request: HttpRequest, reponse: HttpResponseBase, compte: Compte, nom: str, arguments: Arguments
    ) -> list[Consultation]:
        ouverture = _ouvertures.get(nom)
        if reponse.status_code == 403:
            objet = None if ouverture is None else objet_refuse(ouverture, arguments)
            return [entree(compte, Acte.TENTATIVE, nom, objet)]
        if ouverture is None:
            return []
        caches = [] if directeur(compte) else objets_caches(ouverture, compte, request, arguments)
        if reponse.status_code == 404 and not voit(ouverture, compte, arguments):
            # Only when the row exists: a mistyped address is nobody’s file.
            objet = objet_refuse(ouverture, arguments)
            caches += [objet] if objet is not None else []
        entrees = [entree(compte, Acte.TENTATIVE, nom, objet) for objet in caches]
        acte: Acte | None = getattr(reponse, "acte_porte", ouverture.acte)
        if acte is not None and request.method in {"GET", "HEAD"} and reponse.status_code == 200:
            if acte is Acte.LISTE and request.GET.get("format", "") in FORMATS:
                acte = Acte.EXPORT
            objet = objet_ouvert(ouverture, arguments)
            entrees.append(entree(compte, acte, nom, objet, getattr(reponse, "lignes_portees", None)))
        return entrees


# The addresses of this floor


_PERSONNE = "aipi.Personne"
_DOCUMENT = "aipi.Document"

inscrire(
    personne_list=Ouverture(Acte.LISTE, parametres={"ligne": _PERSONNE}),
    personne_detail=Ouverture(Acte.DOSSIER, _PERSONNE),
    personne_update=Ouverture(Acte.FICHE, _PERSONNE),
    personne_fusion=Ouverture(Acte.FICHE, _PERSONNE, parametres={"avec": _PERSONNE}),
    personne_imprimer=Ouverture(Acte.IMPRESSION, _PERSONNE),
    document_create=Ouverture(Acte.FICHE, _PERSONNE, "personne_id"),
    document_detail=Ouverture(Acte.DOCUMENT, _DOCUMENT),
    document_update=Ouverture(Acte.FICHE, _DOCUMENT),
    contact_create=Ouverture(Acte.FICHE, _PERSONNE, "personne_id"),
    objet_delete=Ouverture(Acte.FICHE),
    objet_historique=Ouverture(Acte.HISTORIQUE),
    partage=Ouverture(Acte.FICHE),
    personne_consultations=Ouverture(Acte.FICHE, _PERSONNE),
    personne_droits=Ouverture(Acte.FICHE, _PERSONNE),
    personne_copie=Ouverture(Acte.COPIE, _PERSONNE),
    personne_donnees=Ouverture(Acte.COPIE, _PERSONNE),
    conservation=Ouverture(Acte.LISTE),
    conservation_prolonger=Ouverture(Acte.FICHE, _PERSONNE),
    demande_list=Ouverture(Acte.LISTE),
    demande_create=Ouverture(Acte.FICHE, _PERSONNE, "personne_id"),
    demande_update=Ouverture(Acte.FICHE, "aipi.DemandeDroit"),
    limitation=Ouverture(Acte.FICHE, _PERSONNE, "personne_id"),
    effacement_personne=Ouverture(Acte.FICHE, _PERSONNE, "personne_id"),
    referent_lot=Ouverture(Acte.LISTE, parametres={"ligne": ""}),
    tournee_detail=Ouverture(Acte.LISTE),
    journee_detail=Ouverture(Acte.LISTE),
    rendez_vous_pointer=Ouverture(None, lambda arguments: journee.modele_pointe(arguments["code"])),
    filtre_delete=Ouverture(None, "aipi.FiltreEnregistre"),
    suppression_retablir=Ouverture(None, "aipi.Suppression"),
    travail_detail=Ouverture(None, "aipi.Travail"),
    travail_etat=Ouverture(None, "aipi.Travail"),
    travail_relancer=Ouverture(None, "aipi.Travail"),
    travail_fichier=Ouverture(None, "aipi.Travail"),
    facteur_delete=Ouverture(None, "aipi.SecondFacteur"),
)
sans_dossier("Le secret du lien tient lieu de compte ; il n’y a que des initiales.", "agenda_ics")
sans_dossier("Un registre des traitements ne nomme personne.", "registre_fichier")
sans_dossier("Une fiche d’information est la même pour tous.", "fiche_information")
sans_dossier(
    "Un compte n’est pas un dossier.",
    "compte_depart",
    "compte_detail",
    "compte_lien",
    "compte_retour",
    "compte_second_facteur",
    "compte_sessions",
    "lien_compte",
)
inscrire(**{f"reprise_{page}": Ouverture(Acte.LISTE) for page in ("verifier", "personnes", "erreurs")})
sans_dossier(
    "La direction y lit ses propres fichiers, des mots et des comptes.",
    *(f"reprise_{page}" for page in ("detail", "feuille", "valeurs", "importer", "bilan", "abandonner", "annuler")),
)
sans_dossier("Le jeton est celui de sa propre session.", "referent_annuler")


# The administration site, where the director reads files too

for _label, _regle in MODELES.items():
    if _regle.nature is Nature.DOSSIER:
        _nom = f"admin:{_label.lower().replace('.', '_')}"
        inscrire(
            **{
                f"{_nom}_changelist": Ouverture(Acte.LISTE),
                **{f"{_nom}_{page}": Ouverture(Acte.FICHE, _label, "object_id") for page in ("change", "history")},
            }
        )
