"""The one place that decides who may see and do what.

Three things are asked here and nowhere else: may this account open this page (`acces`, worn by every view, with a
predicate), which rows may it see (`visibles`, from the table `MODELES` of `aipi.regles`), may it read or change this model in the
administration (`peut_lire`, `peut_modifier`). Models of the upper floors are named by label, never imported.
`aipi.verifications` proves that no view and no model is forgotten.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Protocol, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, ForeignKey, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from aipi.models import AncienneReference, Compte, DemandeDroit, Document, Limitation, Partage, Personne
from aipi.regles import MODELES, SUIVIS, Modele, Nature, Pole

Predicat = Callable[[Compte], bool]
Vue = TypeVar("Vue", bound=Callable[..., HttpResponseBase])
M = TypeVar("M", bound=Model)


# Who is asking


def directeur(compte: Compte) -> bool:
    return compte.role == Compte.Role.DIRECTEUR


def administrateur(compte: Compte) -> bool:
    """Accounts and settings; never the content of files."""
    return compte.role == Compte.Role.ADMINISTRATEUR


def financeur(compte: Compte) -> bool:
    """Published figures of its own actions; no person, no list."""
    return compte.role == Compte.Role.FINANCEUR


def encadrant(compte: Compte) -> bool:
    """Name, contract, hours and CQP of its own teams."""
    return compte.role == Compte.Role.ENCADRANT


def travailleur_social(compte: Compte) -> bool:
    return compte.role == Compte.Role.TRAVAILLEUR_SOCIAL


def droits(compte: Compte) -> tuple[object, ...]:
    """All that the rules read of an account: what was made for one holds for another, or for the same later, when equal.

    A field of `Compte` is here or in the list of those that open nothing (`tests/test_droits.py`).
    """
    return (
        compte.pk,
        compte.role,
        compte.pole_pro,
        compte.pole_social,
        compte.intervenant_id,
        compte.financeur_id,
    )


def tous(compte: Compte) -> bool:
    """Anyone signed in: the home page, one's own password."""
    return True


def equipe_interne(compte: Compte) -> bool:
    """Everyone who works in the association, whatever the desk."""
    return not financeur(compte)


def pole_pro(compte: Compte) -> bool:
    """Reads and writes the files of the pole insertion professionnelle."""
    return directeur(compte) or (travailleur_social(compte) and compte.pole_pro)


def pole_social(compte: Compte) -> bool:
    """Reads and writes the files of the pole insertion sociale."""
    return directeur(compte) or (travailleur_social(compte) and compte.pole_social)


def second_facteur_obligatoire(compte: Compte) -> bool:
    """Must hold a second factor before anything else: who sees everything, and who opens accounts; all, where it is decided so."""
    return settings.SECOND_FACTEUR_POUR_TOUS or directeur(compte) or administrateur(compte)


def confie_dossiers(compte: Compte) -> bool:
    """May give the files of a colleague who leaves to others: counts are shown, never a name of a person followed."""
    return directeur(compte) or administrateur(compte)


def voit_personnes(compte: Compte) -> bool:
    """May open the list of persons and a dossier; `visibles` then says which."""
    return pole_pro(compte) or pole_social(compte) or encadrant(compte)


def voit_parcours(compte: Compte) -> bool:
    """May open the list of the ACI: the pole, and the supervisors for their own teams."""
    return pole_pro(compte) or encadrant(compte)


def tient_atelier(compte: Compte) -> bool:
    """Fills the grids of the workshops: hours and absences, turnover, CQP marks, works done. `tenus` then says of which.

    The turnover too: whoever signs the delivery notes of a workshop knows it first; the pole checks it.
    """
    return pole_pro(compte) or encadrant(compte)


def conserve(compte: Compte) -> bool:
    """Applies the retention policy: the director, who sees names; the administrator, who sees references and counts."""
    return directeur(compte) or administrateur(compte)


def administration(compte: Compte) -> bool:
    """May enter the administration site."""
    return administrateur(compte) or directeur(compte)


def reprend(compte: Compte) -> bool:
    """Brings files in, undoes an import, takes everything out.

    The director alone: every step shows names and facts of both poles, which the administrator may not read.
    """
    return directeur(compte)


def lit_le_journal(compte: Compte) -> bool:
    """Sees who opened which file, and what is unusual in it."""
    return directeur(compte)


def repond_aux_droits(compte: Compte) -> bool:
    """Answers the requests of persons about their data: copy, restriction, erasure."""
    return directeur(compte)


# Reports


def peut_voir_rapport(compte: Compte) -> bool:
    """May read figures and the report: they name nobody. A funder will, once a report is published to it."""
    return directeur(compte) or pole_pro(compte) or pole_social(compte)


def publie_tableaux(compte: Compte) -> bool:
    """May prepare dashboards for funders, publish them, give access to them, answer questions about them."""
    return directeur(compte)


def lit_tableaux(compte: Compte) -> bool:
    """May open the dashboards of funders; `visibles` then says which."""
    return publie_tableaux(compte) or financeur(compte)


def peut_rediger(compte: Compte) -> bool:
    """May write texts, add photographs, close a year."""
    return directeur(compte)


def peut_voir_liste(compte: Compte, chapitre: str) -> bool:
    """May see the rows behind a figure of `chapitre` (`aci`, `rsa`, `logement`, `sante`, `collectif`, `asso`, `finances`).

    An unknown chapter is refused. `asso` crosses the poles, so both are needed.
    """
    if directeur(compte):
        return True
    if chapitre == "aci":
        return pole_pro(compte)
    if chapitre in {"rsa", "logement", "sante", "collectif"}:
        return pole_social(compte)
    return chapitre == "asso" and pole_pro(compte) and pole_social(compte)


# Pages


def compte_de(request: HttpRequest) -> Compte:
    """The signed-in account. Raises PermissionDenied for a visitor."""
    if not isinstance(request.user, Compte):
        raise PermissionDenied
    return request.user


def acces(*predicats: Predicat) -> Callable[[Vue], Vue]:
    """Open the view to accounts that satisfy one of `predicats`; 403 to the others. Signing in is asked before."""

    def decorer(vue: Vue) -> Vue:
        @wraps(vue)
        def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            compte = compte_de(request)
            if not any(predicat(compte) for predicat in predicats):
                raise PermissionDenied
            return vue(request, *args, **kwargs)

        gardee.regle = predicats  # type: ignore[attr-defined]  # read by aipi.verifications
        return cast("Vue", gardee)

    return decorer


def public(vue: Vue) -> Vue:
    """Open the view to visitors: signing in, and nothing that names a person."""

    @wraps(vue)
    def ouverte(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return vue(request, *args, **kwargs)

    ouverte.regle = (public,)  # type: ignore[attr-defined]  # read by aipi.verifications
    return cast("Vue", login_not_required(ouverte))


def par_jeton(vue: Vue) -> Vue:
    """Open the view to software: what answers behind it asks for a token of its own (`operations`, checked at start-up)."""

    @wraps(vue)
    def ouverte(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return vue(request, *args, **kwargs)

    ouverte.regle = (par_jeton,)  # type: ignore[attr-defined]  # read by aipi.verifications
    return cast("Vue", login_not_required(ouverte))


# Rows


def _dans_pole(compte: Compte, pole: Pole) -> bool:
    return pole_pro(compte) if pole is Pole.PRO else pole_social(compte)


def poles(compte: Compte) -> list[Pole]:
    """The poles whose files the account reads and writes."""
    return [pole for pole in Pole if _dans_pole(compte, pole)]


@cache
def chemin_personne(modele: type[Model]) -> str | None:
    """The foreign keys from a row of files to its person: « parcours__personne », empty for a person, None when of nobody."""
    if modele is Personne:
        return ""
    for champ in modele._meta.fields:
        regle = MODELES.get(champ.related_model._meta.label) if isinstance(champ, ForeignKey) else None
        if regle is not None and regle.nature is Nature.DOSSIER and not champ.null:
            suite = chemin_personne(champ.related_model)
            if suite is not None:
                return f"{champ.name}__{suite}" if suite else champ.name
    return None


def en_base_active(lignes: QuerySet[M]) -> QuerySet[M]:
    """Without the rows of persons archived or made anonymous: what lists, searches and suggestions show to anyone."""
    regle = MODELES.get(lignes.model._meta.label)
    chemin = chemin_personne(lignes.model) if regle is not None and regle.nature is Nature.DOSSIER else None
    if chemin is None:
        return lignes
    if "__" not in chemin:
        return lignes.filter(**{f"{chemin}__archivee_le" if chemin else "archivee_le": None})
    # Further down, a join would have the database begin with the follow-ups and read all of their contacts to show 25:
    # asked of each row, the question leaves it to walk the index of the order.
    premier, _, suite = chemin.partition("__")
    parents = cast("type[Model]", lignes.model._meta.get_field(premier).related_model)._default_manager.order_by()
    archives = parents.filter(pk=OuterRef(f"{premier}_id"), **{f"{suite}__archivee_le__isnull": False})
    return lignes.filter(~Exists(archives))


def visibles(lignes: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """The rows of `lignes` that `compte` may see. Raises KeyError for a model without a rule.

    Who is archived is seen by the director only, where a page is asked for by its key.
    """
    modele = MODELES[lignes.model._meta.label]
    match modele.nature:
        case Nature.COMPTE:
            return lignes if administrateur(compte) else lignes.none()
        case Nature.REFERENCE:
            return lignes if equipe_interne(compte) else lignes.none()
        case Nature.RAPPORT:
            return lignes if peut_voir_rapport(compte) else lignes.none()
        case Nature.BUREAU:
            return lignes.filter(compte=compte)
        case Nature.JOURNAL:
            return lignes if directeur(compte) else lignes.none()
        case Nature.INTERNE:
            return lignes.none()
        case Nature.TABLEAU:
            return _tableaux(lignes, compte, modele)
        case Nature.REPRISE:
            return lignes if reprend(compte) else lignes.none()
    if directeur(compte):
        return lignes
    return ouvertes(_de_dossier(lignes, compte, modele), compte)


def _de_dossier(lignes: QuerySet[M], compte: Compte, modele: Modele) -> QuerySet[M]:
    """The rows of case data of an account that is not the director’s, frozen and archived files included."""
    if lignes.model is Personne:
        return _personnes(lignes, compte)
    if lignes.model is AncienneReference:
        vues = personnes_visibles(compte)
        return lignes.none() if vues.query.is_empty() else lignes.filter(personne__in=vues)
    if lignes.model is Document:
        return _documents(lignes, compte)
    if lignes.model in {Partage, DemandeDroit}:
        # Both poles of the person know what was shared and what was asked; a supervisor has no part in it.
        return lignes.filter(personne__in=personnes_visibles(compte)) if poles(compte) else lignes.none()
    if modele.pole is not None and _dans_pole(compte, modele.pole):
        return lignes
    if encadrant(compte) and modele.encadrant and compte.intervenant_id is not None:
        # A subquery, so that a person with two contracts in the team is one row.
        siennes = lignes.model._default_manager.filter(**{modele.encadrant: compte.intervenant_id}, **modele.condition)
        return lignes.filter(pk__in=siennes.order_by().values("pk"))
    return lignes.none()


def _tableaux(lignes: QuerySet[M], compte: Compte, modele: Modele) -> QuerySet[M]:
    """The director sees all that is made for funders; a funder, what is published for it and was not withdrawn."""
    if publie_tableaux(compte):
        return lignes
    if financeur(compte) and modele.financeur and compte.financeur_id is not None:
        return lignes.filter(**{modele.financeur: compte.financeur_id}, **modele.condition)
    return lignes.none()


class AccesSecret(Protocol):
    """A link or a token: the funder that it was given to, and the only dashboard that it opens, if it is only one."""

    @property
    def financeur_id(self) -> int: ...
    @property
    def tableau_id(self) -> int | None: ...


def ouverts_par(tableaux: QuerySet[M], acces: AccesSecret) -> QuerySet[M]:
    """The dashboards that a secret opens: published for its funder, not withdrawn, and within its scope."""
    modele = MODELES[tableaux.model._meta.label]
    ouverts = tableaux.filter(**{modele.financeur: acces.financeur_id}, **modele.condition)
    return ouverts if acces.tableau_id is None else ouverts.filter(pk=acces.tableau_id)


def hors_limitation(lignes: QuerySet[M]) -> QuerySet[M]:
    """The rows of case data but those of frozen files.

    By keys, from the frozen persons down: they are few, and no list gets a join for them.
    """
    chemin = chemin_personne(lignes.model)
    if chemin is None or lignes.query.is_empty():
        return lignes
    figees: QuerySet[Any] = Limitation.objects.filter(fin=None).order_by().values("personne")
    if not chemin:
        return lignes.exclude(pk__in=figees)
    noms, modeles = chemin.split("__"), [cast("type[Model]", lignes.model)]
    for nom in noms[:-1]:
        modeles.append(cast("type[Model]", modeles[-1]._meta.get_field(nom).related_model))
    for nom, modele in list(zip(noms, modeles, strict=True))[:0:-1]:
        figees = modele._default_manager.filter(**{f"{nom}__in": figees}).order_by().values("pk")
    return lignes.exclude(**{f"{noms[0]}__in": figees})


def ouvertes(lignes: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """The rows but those of frozen files and, unless the director asks, of archived ones."""
    if lignes.query.is_empty():
        return lignes
    return hors_limitation(lignes if directeur(compte) else en_base_active(lignes))


def suivie(pole: Pole) -> Q:
    """The person has a follow-up in `pole`."""
    condition = Q()
    for label in SUIVIS[pole]:
        condition |= Q(Exists(apps.get_model(label)._default_manager.order_by().filter(personne=OuterRef("pk"))))
    return condition


def _personnes(personnes: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """A social worker sees the persons followed in its poles and those not followed yet; a supervisor, its teams'."""
    if encadrant(compte):
        parcours = visibles(apps.get_model("insertion_pro.Parcours")._default_manager.all(), compte)
        return personnes.filter(pk__in=parcours.order_by().values("personne"))
    siens = poles(compte)
    if not siens:
        return personnes.none()
    if len(siens) == len(Pole):
        return personnes
    ailleurs = Q()
    for pole in Pole:
        if pole not in siens:
            ailleurs |= suivie(pole)
    return personnes.filter(suivie(siens[0]) | ~ailleurs)


def _documents(documents: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """Documents of the poles of the account; a confidential one only for who put it there (and the director)."""
    siens = [pole.value for pole in poles(compte)]
    if not siens:
        return documents.none()
    return documents.filter(Q(confidentiel=False) | Q(auteur=compte), pole__in=siens)


class NoteSignee(Protocol):
    """A note with its author: a `Notee`, or what was read of one."""

    @property
    def note_privee(self) -> str: ...
    @property
    def auteur_id(self) -> int | None: ...


def note_privee(objet: NoteSignee, compte: Compte) -> str:
    """The private part of a note, for its author; nothing for anyone else, the director included."""
    return objet.note_privee if objet.auteur_id == compte.pk else ""


def personnes_visibles(compte: Compte) -> QuerySet[Personne]:
    """The persons whose dossier `compte` may open."""
    return visibles(Personne.objects.all(), compte)


def personnes_ouvertes(compte: Compte) -> QuerySet[Personne]:
    """The persons in whose dossier `compte` may write: those it sees, frozen files aside, the director's too."""
    return hors_limitation(personnes_visibles(compte))


PASSES = signing.TimestampSigner(salt="accueil")
DUREE_D_UN_PASSE = datetime.timedelta(hours=12)


def passe(compte: Compte, personne: Personne) -> str:
    """A pass for `compte` to open a follow-up for a person of the other pole, given once it was recognised.

    The dossier stays closed: only `personnes_accueillies` reads it, until the follow-up makes the person one of its own.
    """
    return PASSES.sign(f"{compte.pk}:{personne.pk}")


def personnes_accueillies(compte: Compte, passe: str) -> QuerySet[Personne]:
    """The persons for whom `compte` may open a follow-up: those it sees, and the one that its pass names."""
    try:
        porteur, _, cle = PASSES.unsign(passe, max_age=DUREE_D_UN_PASSE).partition(":")
    except signing.BadSignature:
        return personnes_ouvertes(compte)
    if porteur != str(compte.pk) or not poles(compte):
        return personnes_ouvertes(compte)
    return hors_limitation(
        Personne.objects.filter(Q(pk=int(cle)) | Q(pk__in=personnes_visibles(compte).order_by().values("pk")))
    )


def modifiables(lignes: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """The rows of case data that `compte` may change or delete: those of its poles, and what a supervisor enters.

    Never those of a frozen file, which the director reads and writes no more than others.
    """
    return ouvertes(modifiables_ou_fermees(lignes, compte), compte)


def modifiables_ou_fermees(lignes: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """The same, frozen and archived files included: for who looks at them apart."""
    modele = MODELES[lignes.model._meta.label]
    if not _ecrit_peut_etre(modele, compte):
        return lignes.none()
    return lignes if directeur(compte) else _de_dossier(lignes, compte, modele)


def _ecrit_peut_etre(modele: Modele, compte: Compte) -> bool:
    ferme = modele.nature is not Nature.DOSSIER or modele.registre
    return not ferme and (not encadrant(compte) or modele.encadrant_ecrit)


def modifie(compte: Compte, modele: type[Model]) -> bool:
    """Whether there are rows of `modele` that `compte` might change. Composes no query for who changes all of them."""
    regle = MODELES[modele._meta.label]
    if not _ecrit_peut_etre(regle, compte):
        return False
    tout = directeur(compte) or (regle.pole is not None and _dans_pole(compte, regle.pole))
    return tout or not modifiables(modele._default_manager.all(), compte).query.is_empty()


TENUS = {
    "insertion_pro.Equipe": "encadrant",
    "insertion_pro.Atelier": "equipes__encadrant",
    "insertion_pro.ChiffreAffaires": "atelier__equipes__encadrant",
}
"""Reference data that is filled team by team: the path to the supervisor."""


def tenus(lignes: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """The teams, workshops or turnovers that `compte` fills: all of them for the pole, its own for a supervisor.

    Raises KeyError for another model.
    """
    chemin = TENUS[lignes.model._meta.label]
    if pole_pro(compte):
        return lignes
    if encadrant(compte) and compte.intervenant_id is not None:
        siennes = lignes.model._default_manager.filter(**{chemin: compte.intervenant_id})
        return lignes.filter(pk__in=siennes.order_by().values("pk"))
    return lignes.none()


def photographies_visibles(realisations: QuerySet[M], compte: Compte) -> QuerySet[M]:
    """Works whose photograph `compte` may see: those it sees, and all for who reads the report that prints them.

    Only the image: the name of the client stays with the pole.
    """
    return realisations if peut_voir_rapport(compte) else visibles(realisations, compte)


# Administration site


def peut_lire(compte: Compte, modele: type[Model]) -> bool:
    """May read `modele` in the administration: the director all but accounts, the administrator all but files."""
    regle = MODELES.get(modele._meta.label)
    if regle is None or regle.nature in {Nature.BUREAU, Nature.INTERNE, Nature.REPRISE}:
        return False
    if administrateur(compte):
        return regle.nature in {Nature.COMPTE, Nature.REFERENCE}
    return directeur(compte) and regle.nature is not Nature.COMPTE


def peut_modifier(compte: Compte, modele: type[Model]) -> bool:
    """May add, change and delete in the administration: accounts and reference data; files never."""
    regle = MODELES.get(modele._meta.label)
    return regle is not None and regle.nature in {Nature.COMPTE, Nature.REFERENCE} and peut_lire(compte, modele)
