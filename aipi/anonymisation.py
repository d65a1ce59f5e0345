"""Making persons anonymous: what tells who they were goes, what figures count stays, and no figure moves.

The row of a person stays, with those of the follow-ups: a figure is the list of its rows. What the policy blanks is blanked,
the rows that no figure counts go, the traces elsewhere go too: history, deletions that could be undone, drafts, saved filters,
files made on request.

**The date of birth** becomes the last day of the stretch of the year in which it falls, stretches ending on the days on which ages
are counted: 31 December, and the last days of the reports of other periods. Somebody is of an age on such a day exactly when
the day that replaces the birthday has come; so every age on such a day, hence every bracket of every year, is what it was, and all
who were born in the same stretch have the same date. On any other day an age may be one year less.

**References** stay, which closed reports list, unless one holds the name, the telephone or the date of birth: then all those of
the kind that the person has are numbered anew in the order they had, since figures order contracts and stays by them.
"""

from __future__ import annotations

import datetime
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote_plus

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import FileField, ForeignKey, Model, Q
from django.urls import Resolver404, resolve
from django_tasks_db.models import DBTaskResult

from aipi import politique
from aipi.conservation import effacer_travaux
from aipi.corbeille import fichiers_de
from aipi.models import Brouillon, Compte, FiltreEnregistre, GesteConservation, LigneReprise, Personne, Suppression
from aipi.periodes import fin_de_mois
from aipi.politique import Effet, Fiche, fiches_de_personne, fins_de_periode
from aipi.texte import replier

NOM, PRENOM = "Anonyme", "Personne"
"""The same for all: the exchange format asks for both."""
LETTRES = 3
"""Letters from which a name found inside a reference is more than chance."""
CHIFFRES = 6
Lignes = dict[type[Model], set[int]]
"""Keys of rows, those deleted long ago included, by model."""


# The date of birth


def generaliser(naissance: datetime.date, fins: set[tuple[int, int]]) -> datetime.date:
    """The first of the days `fins` (month, day) of its year that the birthday does not pass; 31 December is always one."""
    bornes = []
    for mois, jour in fins | {(12, 31)}:
        premier = datetime.date(naissance.year, mois, 1)
        bornes.append(premier.replace(day=min(jour, fin_de_mois(premier).day)))
    return min(borne for borne in bornes if borne >= naissance)


# What a person may be told by


def _mots(texte: str) -> list[str]:
    return [mot for mot in re.split(r"[^0-9a-z]+", replier(texte)) if mot]


def _dates(naissance: datetime.date | None) -> set[str]:
    if naissance is None:
        return set()
    return {f"{naissance:{forme}}" for forme in ("%Y%m%d", "%y%m%d", "%d%m%Y", "%d%m%y")}


def trahit(ref: str, personne: Personne) -> bool:
    """Whether a reference holds a name, the telephone or the date of birth of the person."""
    parties = _mots(ref)
    serre = "".join(parties)
    chiffres = "".join(c for c in serre if c.isdigit())
    telephone = "".join(c for c in personne.telephone if c.isdigit())
    for mot in [*_mots(personne.nom), *_mots(personne.prenom)]:
        if mot in parties or (len(mot) >= LETTRES and mot in serre):
            return True
    if len(telephone) >= CHIFFRES and telephone[-CHIFFRES:] in chiffres:
        return True
    return any(date in chiffres for date in _dates(personne.date_naissance))


def traces(personne: Personne) -> set[str]:
    """What to look for afterwards, folded: whole name in both orders, telephone, address of e-mail."""
    nom, prenom = replier(personne.nom), replier(personne.prenom)
    chiffres = "".join(c for c in personne.telephone if c.isdigit())
    cherchees = {f"{nom} {prenom}", f"{prenom} {nom}", replier(personne.courriel)}
    if len(chiffres) > CHIFFRES:
        cherchees |= {replier(personne.telephone), chiffres}
    return {trace for trace in cherchees if len(trace) > LETTRES}


# Rows, past ones included


def present(personnes: Sequence[Personne]) -> Lignes:
    """The rows that are about these persons, by model."""
    cles = [personne.pk for personne in personnes]
    lignes: Lignes = {}
    for fiche in fiches_de_personne():
        chemin = f"{fiche.personne}__in" if fiche.personne else "pk__in"
        lignes[fiche.classe] = set(
            fiche.classe._default_manager.order_by().filter(**{chemin: cles}).values_list("pk", flat=True)
        )
    return lignes


def _cles_etrangeres(modele: type[Model], vers: Iterable[type[Model]]) -> list[ForeignKey[Any, Any]]:
    parmi = set(vers)
    return [c for c in modele._meta.fields if isinstance(c, ForeignKey) and c.related_model in parmi]


def avec_le_passe(lignes: Lignes, anciennes: Iterable[str]) -> Lignes:
    """With the rows deleted since, as the history knows them: it names their parents; and the persons merged into these."""
    toutes = {modele: set(cles) for modele, cles in lignes.items()}
    journal = LogEntry.objects.order_by()
    absorbees = journal.filter(
        content_type=ContentType.objects.get_for_model(Personne), changes__ref__0__in=list(anciennes)
    )
    toutes[Personne] |= set(absorbees.values_list("object_id", flat=True))
    for fiche in reversed(fiches_de_personne()):
        genre = ContentType.objects.get_for_model(fiche.classe)
        for champ in _cles_etrangeres(fiche.classe, toutes):
            parents = [str(cle) for cle in sorted(toutes[champ.related_model])]
            if parents:
                nommes = Q(**{f"changes__{champ.name}__0__in": parents}) | Q(
                    **{f"changes__{champ.name}__1__in": parents}
                )
                toutes[fiche.classe] |= set(
                    journal.filter(nommes, content_type=genre, object_id__isnull=False).values_list(
                        "object_id", flat=True
                    )
                )
    return toutes


# What becomes of them


def _vide(champ: Any) -> Any:
    return None if champ.null else ""


def _blancs(fiche: Fiche) -> dict[str, Any]:
    """What is blanked in the rows of a model."""
    return {nom: _vide(fiche.classe._meta.get_field(nom)) for nom in fiche.a(Effet.VIDER)}


def _oublier_fichiers(modele: type[Model], cles: Iterable[int]) -> None:
    """Once the rows are gone for good, remove the files that only they named."""
    for champ in modele._meta.fields:
        if isinstance(champ, FileField):
            noms = (
                modele._default_manager.filter(pk__in=cles)
                .exclude(**{champ.name: ""})
                .values_list(champ.name, flat=True)
            )
            for nom in list(noms):
                transaction.on_commit(lambda nom=nom, champ=champ: _retirer(modele, champ.name, nom))  # type: ignore[misc]


def _retirer(modele: type[Model], champ: str, nom: str) -> None:
    if not modele._default_manager.filter(**{champ: nom}).exists():
        default_storage.delete(nom)


def _vider(lignes: Lignes) -> None:
    for fiche in fiches_de_personne():
        cles = lignes[fiche.classe]
        if fiche.classe is Personne or not cles:
            continue
        siennes = fiche.classe._default_manager.order_by().filter(pk__in=cles)
        if fiche.effacee:
            _oublier_fichiers(fiche.classe, cles)
            siennes.delete()
        elif blancs := _blancs(fiche):
            siennes.update(**blancs)


def _renumeroter(personne: Personne, lignes: Lignes) -> dict[str, str]:
    """New references in place of those that tell who the person is: the former ones, and what replaces them."""
    sceau = secrets.token_hex(6)
    remplacees: dict[str, str] = {}
    for fiche in fiches_de_personne():
        if "ref" not in fiche.a(Effet.REMPLACER) or not lignes[fiche.classe]:
            continue
        siennes = fiche.classe._default_manager.order_by().filter(pk__in=lignes[fiche.classe])
        refs = sorted(siennes.values_list("ref", "pk"))
        if not any(trahit(ref, personne) for ref, _ in refs):
            continue
        if fiche.modele == "aipi.AncienneReference":
            siennes.delete()
            continue
        for rang, (ref, cle) in enumerate(refs, 1):
            remplacees[ref] = f"ANO-{sceau}-{rang:04d}"
            fiche.classe._default_manager.filter(pk=cle).update(ref=remplacees[ref])
    return remplacees


def _oublier_journal(lignes: Lignes) -> None:
    for modele, cles in lignes.items():
        if cles:
            genre = ContentType.objects.get_for_model(modele)
            LogEntry.objects.filter(content_type=genre, object_id__in=cles).delete()


def oublier_suppressions(lignes: Lignes, noms: set[str]) -> None:
    """Deletions that could be undone, when a row of theirs is about these persons."""
    labels = {modele._meta.label_lower: modele for modele in lignes}
    for suppression in Suppression.objects.select_for_update(of=("self",)):
        parle = any(nom in suppression.libelle for nom in noms)
        for ligne in suppression.donnees:
            modele = labels.get(ligne["model"])
            if modele is None:
                continue
            parle = parle or ligne["pk"] in lignes[modele]
            for champ in _cles_etrangeres(modele, lignes):
                parle = parle or ligne["fields"].get(champ.name) in lignes[champ.related_model]
        if parle:
            for modele, nom_champ, nom in fichiers_de(suppression):
                transaction.on_commit(lambda m=modele, c=nom_champ, n=nom: _retirer(m, c, n))  # type: ignore[misc]
            suppression.delete()


def _en_serpent(modele: type[Model]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", modele.__name__).lower()


def _vise(chemin: str, lignes: Lignes) -> bool:
    """Whether the address of a form leads to one of these rows: « /personnes/12/contact/ », « /parcours/3/sortie/ »."""
    try:
        page = resolve(chemin.partition("?")[0].partition("#")[0])
    except Resolver404:
        return False
    for nom, cle in page.kwargs.items():
        for modele, cles in lignes.items():
            mot = _en_serpent(modele)
            vise = nom == f"{mot}_id" or (nom == "pk" and str(page.url_name).startswith(f"{mot}_"))
            if vise and cle in cles:
                return True
    return False


def _cite(texte: str, personnes: Sequence[Personne]) -> bool:
    """Whether a text holds the name and first name of one of these persons, or her telephone."""
    mots = set(_mots(texte))
    chiffres = "".join(c for c in texte if c.isdigit())
    for personne in personnes:
        numero = "".join(c for c in personne.telephone if c.isdigit())
        noms = {*_mots(personne.nom), *_mots(personne.prenom)}
        if (noms and noms <= mots) or (len(numero) > CHIFFRES and numero in chiffres):
            return True
    return False


def oublier_bureaux(personnes: Sequence[Personne], lignes: Lignes) -> None:
    """Drafts of forms about these persons, and saved searches of their names."""
    for brouillon in Brouillon.objects.iterator(chunk_size=200):
        contenu = " ".join(valeur for valeurs in brouillon.contenu.values() for valeur in valeurs)
        if _vise(brouillon.cle, lignes) or _cite(contenu, personnes):
            brouillon.delete()
    for filtre in FiltreEnregistre.objects.iterator(chunk_size=200):
        mots = {*_mots(unquote_plus(filtre.requete)), *_mots(filtre.nom)}
        if any(mots & {mot for mot in _mots(p.nom) if len(mot) >= LETTRES} for p in personnes):
            filtre.delete()


def anonymiser(personnes: Sequence[Personne], compte: Compte | None, jour: datetime.date) -> set[str]:
    """Make these persons anonymous, all or none; it is never undone. What may be looked for afterwards is returned."""
    with transaction.atomic():
        cles = [personne.pk for personne in personnes]
        verrouillees = Personne.objects.select_for_update(of=("self",)).filter(pk__in=cles, anonymisee_le=None)
        personnes = list(verrouillees.select_related("commune").order_by("pk"))
        cherchees = {trace for personne in personnes for trace in traces(personne)}
        lignes = present(personnes)
        anciennes = _anciennes(personnes)
        passees = avec_le_passe(lignes, anciennes)
        oublier_suppressions(passees, {str(personne) for personne in personnes})
        oublier_bureaux(personnes, passees)
        remplacees: dict[str, str] = {}
        for personne in personnes:
            remplacees |= _renumeroter(personne, present([personne]))
        _vider(lignes)
        fins = fins_de_periode()
        for personne in personnes:
            Personne.objects.filter(pk=personne.pk).update(**_identite(personne, fins), anonymisee_le=jour)
        Personne.objects.filter(pk__in=cles, archivee_le=None).update(archivee_le=jour)
        GesteConservation.objects.bulk_create(
            [
                GesteConservation(personne=p, geste=GesteConservation.Geste.ANONYMISATION, date=jour, compte=compte)
                for p in personnes
            ]
        )
        _oublier_journal(passees)
        LigneReprise.objects.oublier(passees)
        # Whatever was made on request may hold them; it is made again in a minute.
        effacer_travaux(Q())
        DBTaskResult.objects.filter(finished_at__isnull=False).delete()
        if remplacees:
            politique.reporter(remplacees)
    return cherchees


def _anciennes(personnes: Sequence[Personne]) -> list[str]:
    return [ref for personne in personnes for ref in personne.anciennes_references.values_list("ref", flat=True)]


def _identite(personne: Personne, fins: set[tuple[int, int]]) -> dict[str, Any]:
    """The person as anybody: the fields of the policy that are blanked, replaced or made less precise."""
    naissance = personne.date_naissance
    return {
        "nom": NOM,
        "prenom": PRENOM,
        "telephone": "",
        "courriel": "",
        "recherche": Personne.calculer_recherche(NOM, PRENOM, ""),
        "date_naissance": None if naissance is None else generaliser(naissance, fins),
    }


def reappliquer() -> int:
    """Blank again what an older file brought back about persons made anonymous: how many rows it had touched."""
    anonymes = Personne.objects.filter(anonymisee_le__isnull=False)
    if not anonymes.exists():
        return 0
    fins = fins_de_periode()
    revenues = anonymes.exclude(nom=NOM, prenom=PRENOM, telephone="", courriel="")
    nombre = 0
    for personne in list(revenues):
        nombre += Personne.objects.filter(pk=personne.pk).update(**_identite(personne, fins))
    for fiche in fiches_de_personne():
        if not fiche.personne:
            continue
        siennes = fiche.classe._default_manager.order_by().filter(**{f"{fiche.personne}__anonymisee_le__isnull": False})
        blancs = _blancs(fiche)
        if fiche.effacee:
            nombre += siennes.delete()[0]
        elif blancs:
            pleines = Q()
            for nom, vide in blancs.items():
                pleines |= Q(**{f"{nom}__isnull": False}) if vide is None else ~Q(**{nom: vide})
            nombre += siennes.filter(pleines).update(**blancs)
    return nombre
