"""Two rows for one human being are made one, without losing anything.

Every row of every model that names the person is moved, whatever the model: they are read from the foreign keys. Where
both were in the same place once (the same session), the two rows become one that keeps what each of them knew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Model

from aipi.corbeille import GesteRefuse, Lot, rassembler, toutes_modifiables
from aipi.models import AncienneReference, Brouillon, Compte, Personne, Suppression
from aipi.periodes import jour_francais
from aipi.roles import directeur, personnes_visibles

CHAMPS = ("nom", "prenom", "date_naissance", "sexe", "telephone", "courriel", "commune", "rqth")
GARDEE = "gardee"
ABSORBEE = "absorbee"


@dataclass(frozen=True)
class Fait:
    """One fact of both persons, as it is read; empty when unknown. `choix`: which one is kept unless said otherwise."""

    champ: str
    libelle: str
    gardee: str
    absorbee: str
    choix: str

    @property
    def pareils(self) -> bool:
        """Nothing to choose."""
        return self.gardee == self.absorbee


def _lu(personne: Personne, champ: str) -> str:
    valeur = getattr(personne, champ)
    if champ == "sexe":
        return str(personne.get_sexe_display())
    if champ == "date_naissance":
        return jour_francais(valeur) if valeur else ""
    if champ == "rqth":
        return {True: "oui", False: "non"}.get(valeur, "")
    return "" if valeur is None else str(valeur)


def comparer(gardee: Personne, absorbee: Personne) -> list[Fait]:
    """The facts of both, side by side; the known one is proposed, that of the person kept when both are."""
    faits = []
    for champ in CHAMPS:
        un, autre = _lu(gardee, champ), _lu(absorbee, champ)
        libelle = str(Personne._meta.get_field(champ).verbose_name)  # type: ignore[union-attr]  # all are plain fields
        choix = ABSORBEE if autre and not un else GARDEE
        faits.append(Fait(champ, libelle[:1].upper() + libelle[1:], un, autre, choix))
    return faits


def empreinte(gardee: Personne, absorbee: Personne, lot: Lot) -> str:
    """Says whether both are still those that were shown, with `lot`, what hangs on the one absorbed."""
    vu = [[f.champ, f.gardee, f.absorbee] for f in comparer(gardee, absorbee)]
    return hashlib.sha256(json.dumps([gardee.pk, absorbee.pk, vu, lot.empreinte]).encode()).hexdigest()[:16]


def empechement(compte: Compte, gardee: Personne, absorbee: Personne, lot: Lot) -> str:
    """Why the account may not merge these two, in French; nothing when it may: it must see both of them fully."""
    if gardee.pk == absorbee.pk:
        return "C’est la même fiche\u202f: choisissez-en une autre."
    if directeur(compte):
        return ""
    if personnes_visibles(compte).filter(pk__in=[gardee.pk, absorbee.pk]).count() < 2:
        return "L’un de ces dossiers n’est pas ouvert à votre compte\u202f: demandez à la direction."
    if not all(toutes_modifiables(lignes, compte) for lignes in (lot.lignes, rassembler(gardee).lignes)):
        return (
            "Une partie de l’un de ces dossiers n’est pas ouverte à votre compte\u202f: seule la direction, ou une "
            "collègue qui les voit en entier, peut les fusionner."
        )
    return ""


def fusionner(
    compte: Compte, gardee: Personne, absorbee: Personne, choix: Mapping[str, str], vu: str | None = None
) -> Personne:
    """Make one person of two: `absorbee` gives all its rows to `gardee`, and its reference becomes an old one of hers.

    `choix`: for each of CHAMPS, which fact is kept. `vu`: the print of what was shown. Raises GesteRefuse.
    """
    with transaction.atomic():
        cles = sorted([gardee.pk, absorbee.pk])
        verrouillees = Personne.objects.select_for_update(of=("self",)).order_by("pk").in_bulk(cles)
        if len(verrouillees) < len(set(cles)):
            raise GesteRefuse("L’une de ces fiches n’existe plus\u202f: elle a déjà été fusionnée ou supprimée.")
        gardee, absorbee = verrouillees[gardee.pk], verrouillees[absorbee.pk]
        lot = rassembler(absorbee)
        if motif := empechement(compte, gardee, absorbee, lot):
            raise GesteRefuse(motif)
        if vu is not None and vu != empreinte(gardee, absorbee, lot):
            raise GesteRefuse("L’une des fiches a changé depuis que cette page est ouverte\u202f: relisez-la.")
        for fait in comparer(gardee, absorbee):
            if choix.get(fait.champ, fait.choix) == ABSORBEE:
                setattr(gardee, fait.champ, getattr(absorbee, fait.champ))
        _deplacer(absorbee, gardee)
        _deplacer_bureau(absorbee, gardee)
        ref = absorbee.ref
        # Nothing may hang on it any more: the database refuses otherwise.
        absorbee.delete()
        gardee.save()
        AncienneReference.objects.create(ref=ref, personne=gardee)
    return gardee


def _deplacer(ancien: Model, nouveau: Model) -> None:
    """Give `nouveau` every row that names `ancien`. One by one: the history keeps each of them."""
    for relation in type(ancien)._meta.related_objects:
        champ = relation.field
        lignes = relation.related_model._base_manager.filter(**{champ.name: ancien}).order_by("pk")
        for ligne in list(lignes):
            jumelle = _jumelle(ligne, champ.name, nouveau)
            if jumelle is None:
                setattr(ligne, champ.name, nouveau)
                ligne.save(update_fields=[champ.name])
            else:
                _unir(ligne, jumelle, champ.name)


def _cles_uniques(modele: type[Model], champ: str) -> Iterator[tuple[tuple[str, ...], models.Q]]:
    """The sets of fields, with `champ` among them, that two rows may not share, and under which condition."""
    if modele._meta.get_field(champ).unique:  # type: ignore[union-attr]  # a foreign key has it
        yield (champ,), models.Q()
    for contrainte in modele._meta.constraints:
        if isinstance(contrainte, models.UniqueConstraint) and champ in contrainte.fields:
            yield tuple(contrainte.fields), contrainte.condition or models.Q()


def _jumelle(ligne: Model, champ: str, nouveau: Model) -> Model | None:
    """The row of `nouveau` that stands where `ligne` would go."""
    modele = type(ligne)
    for champs, condition in _cles_uniques(modele, champ):
        place = {nom: getattr(ligne, nom) for nom in champs if nom != champ}
        if None not in place.values():
            soeurs = modele._base_manager.filter(condition, **place, **{champ: nouveau})
            if modele._base_manager.filter(condition, pk=ligne.pk).exists() and (soeur := soeurs.first()) is not None:
                return soeur
    return None


def _unir(ligne: Model, jumelle: Model, champ: str) -> None:
    """Make one row of two: what one of them did not know comes from the other; « oui » is not lost, nor any text."""
    for colonne in type(ligne)._meta.concrete_fields:
        if colonne.primary_key or colonne.unique or colonne.name == champ:
            continue
        un, autre = getattr(jumelle, colonne.attname), getattr(ligne, colonne.attname)
        if isinstance(colonne, models.BooleanField):
            valeur = un or autre if None not in (un, autre) else (autre if un is None else un)
        elif un in (None, ""):
            valeur = autre
        elif isinstance(colonne, models.TextField) and autre and autre != un:
            valeur = f"{un}\n{autre}"
        else:
            valeur = un
        setattr(jumelle, colonne.attname, valeur)
    _deplacer(ligne, jumelle)
    ligne.delete()
    jumelle.save()


def _deplacer_bureau(ancien: Personne, nouveau: Personne) -> None:
    """What lies on desks names the person too: drafts by an address, deletions by a key kept in text."""
    avant, apres = f"/personnes/{ancien.pk}/", f"/personnes/{nouveau.pk}/"
    for brouillon in Brouillon.objects.filter(cle__startswith=avant):
        cle = apres + brouillon.cle.removeprefix(avant)
        if not Brouillon.objects.filter(compte=brouillon.compte_id, cle=cle).exists():
            brouillon.cle = cle
            brouillon.save(update_fields=["cle"])
    cles_personne = {
        (relation.related_model._meta.label_lower, relation.field.name) for relation in Personne._meta.related_objects
    }
    for suppression in Suppression.objects.filter(date_retablissement=None):
        changee = False
        for ligne in suppression.donnees:
            for nom, valeur in ligne["fields"].items():
                if valeur == ancien.pk and (ligne["model"], nom) in cles_personne:
                    ligne["fields"][nom] = nouveau.pk
                    changee = True
        if changee:
            suppression.save(update_fields=["donnees"])
