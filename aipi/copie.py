"""Everything held about one person, for that person: as a document to read, and as files to take elsewhere.

Both are read from the models and the sheets: a model added to the files is in them without a word more. Private notes are
not: they are their author's, who is asked for them; how many there are is said.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import FileField, ForeignKey, Model, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from aipi.champs import NombreExact
from aipi.documents import nom_servi
from aipi.echange.colonnes import Reference, neutraliser
from aipi.echange.exportation import ecrire_csv
from aipi.echange.feuille import Feuille, feuilles
from aipi.models import Compte, Consultation, Document, Limitation, Notee, Parametre, Personne
from aipi.nombres import nombre
from aipi.pdf import feuille_de_style
from aipi.roles import MODELES, Nature, Pole, chemin_personne

NOMS_DE_POLE = {Pole.PRO: "Insertion professionnelle", Pole.SOCIAL: "Insertion sociale", None: "Dossier"}
TUS = {"id", "ref", "recherche", "note_privee", "cle", "modele", "objet"}
"""Fields that say nothing to the person, or are not hers to read here."""


def lignes_de(modele: type[Model], personne: Personne) -> QuerySet[Any]:
    """The rows of a model about the person, in the order of their first date."""
    chemin = chemin_personne(modele)
    lignes = modele._default_manager.filter(**{chemin or "pk": personne.pk})
    date = next((champ.name for champ in modele._meta.fields if isinstance(champ, models.DateField)), None)
    return lignes.order_by(*([date] if date else []), "pk")


def modeles_tenus() -> list[type[Model]]:
    """The models that hold something about one person, in the order in which they are declared."""
    tenus: list[type[Model]] = [
        apps.get_model(label) for label, regle in MODELES.items() if regle.nature is Nature.DOSSIER
    ]
    return [modele for modele in tenus if chemin_personne(modele) is not None]


# The document


@dataclass(frozen=True)
class Ligne:
    """A row: its short facts, one a column, and its long texts under them."""

    cellules: list[str]
    textes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Rubrique:
    titre: str
    pole: str
    entetes: list[str]
    lignes: list[Ligne]


def lu(objet: Model, champ: models.Field[Any, Any]) -> str:
    """A field as it is read; nothing when it is not known."""
    montre = getattr(objet, f"get_{champ.name}_display", None)
    valeur = montre() if montre is not None else getattr(objet, champ.name)
    if valeur is None or valeur == "":
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(champ, models.DateTimeField):
        return f"{timezone.localtime(valeur):%d/%m/%Y %H:%M}"
    if isinstance(champ, models.DateField):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(champ, models.TimeField):
        return f"{valeur:%H:%M}"
    if isinstance(champ, NombreExact):
        return nombre(valeur.normalize())
    return str(valeur)


def _champs(modele: type[Model]) -> list[models.Field[Any, Any]]:
    parents = set(modeles_tenus())
    return [
        champ
        for champ in modele._meta.fields
        if champ.name not in TUS
        and not isinstance(champ, FileField)
        and not (isinstance(champ, ForeignKey) and champ.related_model in parents)
    ]


def _long(champ: models.Field[Any, Any]) -> bool:
    return isinstance(champ, models.TextField)


def rubrique(modele: type[Model], personne: Personne) -> Rubrique | None:
    """The rows of a model about the person, without the columns that hold nothing; None when there is no row."""
    champs = _champs(modele)
    liens = [champ.name for champ in champs if isinstance(champ, ForeignKey)]
    objets = list(lignes_de(modele, personne).select_related(*liens) if liens else lignes_de(modele, personne))
    if not objets:
        return None
    courts = [c for c in champs if not _long(c) and any(lu(objet, c) for objet in objets)]
    titre, regle = str(modele._meta.verbose_name_plural), MODELES[modele._meta.label]
    return Rubrique(
        titre[:1].upper() + titre[1:],
        NOMS_DE_POLE[regle.pole],
        [_capitale(champ) for champ in courts],
        [
            Ligne(
                [lu(objet, champ) for champ in courts],
                [(_capitale(champ), texte) for champ in champs if _long(champ) and (texte := lu(objet, champ))],
            )
            for objet in objets
        ],
    )


def _capitale(champ: models.Field[Any, Any]) -> str:
    libelle = str(champ.verbose_name)
    return libelle[:1].upper() + libelle[1:]


def notes_privees(personne: Personne) -> int:
    """How many private notes there are about the person."""
    return sum(
        lignes_de(modele, personne).exclude(note_privee="").count()
        for modele in modeles_tenus()
        if issubclass(modele, Notee)
    )


def lectures(personne: Personne, references: list[str]) -> list[tuple[str, str, str]]:
    """Day, act and role of each reading: the person is told what was done with her file, not who her colleagues are."""
    entrees = Consultation.objects.sur(references).reussies().select_related("compte").order_by("date", "pk")
    vues = [
        (f"{timezone.localtime(e.date):%d/%m/%Y}", str(e.get_acte_display()), str(e.compte.get_role_display()))
        for e in entrees
    ]
    return list(dict.fromkeys(vues))


def document(personne: Personne, references: list[str]) -> str:
    """The HTML that is laid out: who she is, what is held by each pole, who read it, what she may ask."""
    jour = timezone.localdate()
    rubriques = [r for modele in modeles_tenus() if modele is not Personne and (r := rubrique(modele, personne))]
    identite = [(_capitale(champ), lu(personne, champ)) for champ in _champs(Personne)]
    poles: dict[str, list[Rubrique]] = {}
    for une in rubriques:
        poles.setdefault(une.pole, []).append(une)
    ordre = [nom for nom in (NOMS_DE_POLE[Pole.PRO], NOMS_DE_POLE[Pole.SOCIAL], NOMS_DE_POLE[None]) if nom in poles]
    return render_to_string(
        "aipi/copie.html",
        {
            "personne": personne,
            "reference": personne.ref,
            "jour": jour,
            "identite": [(nom, valeur) for nom, valeur in identite if valeur],
            "poles": [(nom, poles[nom]) for nom in ordre],
            "notes_privees": notes_privees(personne),
            "lectures": lectures(personne, references),
            "limitee": Limitation.objects.filter(personne=personne, fin=None).exists(),
            "style": feuille_de_style("css/copie.css"),
            **association(),
        },
    )


def association() -> dict[str, str]:
    """Who holds the data and whom to ask, from the settings."""
    jour = timezone.localdate()
    return {
        "association": Parametre.texte(Parametre.ASSOCIATION_NOM, jour),
        "adresse": Parametre.texte(Parametre.ASSOCIATION_ADRESSE, jour),
        "telephone": Parametre.texte(Parametre.ASSOCIATION_TELEPHONE, jour),
        "dpo": Parametre.texte(Parametre.DPO_NOM, jour),
        "dpo_contact": Parametre.texte(Parametre.DPO_CONTACT, jour),
    }


# The files


def feuilles_de(personne: Personne) -> list[tuple[Feuille, QuerySet[Any]]]:
    """The sheets that say something of the person, restricted to her, with the rows that they name: they can be read alone.

    From those that refer to those that are referred to; given in the order of the format.
    """
    nommes: dict[type[Model], set[Any]] = {}
    retenues: list[tuple[Feuille, QuerySet[Any]]] = []
    for feuille in reversed(feuilles().values()):
        if chemin_personne(feuille.modele) is not None:
            lignes = lignes_de(feuille.modele, personne)
        elif nommees := nommes.get(feuille.modele):
            lignes = feuille.modele._default_manager.filter(pk__in=nommees)
        else:
            continue
        for colonne in feuille.colonnes:
            if isinstance(colonne, Reference):
                cles = lignes.order_by().values_list(colonne.champ.attname, flat=True).distinct()
                nommes.setdefault(colonne.modele, set()).update(cle for cle in cles if cle is not None)
        retenues.append((feuille, lignes))
    return retenues[::-1]


def changements(personne: Personne) -> Iterator[list[str]]:
    """Every change kept about her rows: when, what, which field, before and after."""
    for modele in modeles_tenus():
        genre = ContentType.objects.get_for_model(modele)
        entrees = LogEntry.objects.filter(
            content_type=genre, object_id__in=lignes_de(modele, personne).order_by().values("pk")
        )
        champs = {champ.name: champ for champ in modele._meta.fields if champ.name not in TUS}
        for entree in entrees.order_by("timestamp", "pk").iterator():
            for nom, (avant, apres) in (entree.changes or {}).items():
                if nom in champs:
                    quand = f"{timezone.localtime(entree.timestamp):%d/%m/%Y %H:%M}"
                    yield [quand, str(modele._meta.verbose_name), _capitale(champs[nom]), str(avant), str(apres)]


def hors_feuilles(personne: Personne) -> Iterator[tuple[str, str]]:
    """What no sheet of the format holds, as files: what was shared, frozen, asked for, decided about keeping her data."""
    en_feuilles = {feuille.modele for feuille in feuilles().values()}
    for modele in modeles_tenus():
        if modele in en_feuilles or (une := rubrique(modele, personne)) is None:
            continue
        longs = list(dict.fromkeys(nom for ligne in une.lignes for nom, _ in ligne.textes))
        if not [*une.entetes, *longs]:
            continue
        lignes = [[*ligne.cellules, *(dict(ligne.textes).get(nom, "") for nom in longs)] for ligne in une.lignes]
        yield modele.__name__.lower(), _csv([*une.entetes, *longs], lignes)


LISEZ_MOI = """Copie des données conservées sur une personne accompagnée
========================================================

Association : {association}
Référence du dossier : {reference}
Faite le : {jour:%d/%m/%Y}

feuilles/         une feuille par sorte de données, au format d’échange d’AIPi : texte CSV en UTF-8,
                  séparé par des points-virgules, dates au format AAAA-MM-JJ. Les feuilles de
                  référence (communes, nomenclatures, intervenants…) ne contiennent que ce que
                  les autres nomment.
registres/        ce qui n’a pas de feuille au format : partages entre pôles, limitations, demandes, liste des
                  documents, décisions de conservation.
documents/        les documents joints au dossier, tels qu’ils sont conservés.
historique.csv    chaque changement conservé : la date, la fiche, le champ, avant, après.
consultations.csv chaque lecture du dossier depuis douze mois : le jour, l’acte, le rôle du lecteur.

Les notes que des professionnels ont prises pour eux seuls n’y sont pas ({privees}) :
leurs auteurs seuls peuvent les lire ; l’association les leur demande.
"""


def _csv(entetes: list[str], lignes: Iterator[list[str]] | list[list[str]]) -> str:
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\n")
    ecrivain.writerow(entetes)
    for ligne in lignes:
        ecrivain.writerow([neutraliser(cellule) for cellule in ligne])
    return sortie.getvalue()


def archive(personne: Personne, references: list[str], sortie: io.BufferedIOBase | Any) -> None:
    """Write the ZIP of her data through `sortie`: sheets, documents, changes, readings."""
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as zip_:
        for feuille, lignes in feuilles_de(personne):
            texte = io.StringIO()
            if ecrire_csv(feuille, texte.write, lignes):
                zip_.writestr(f"feuilles/{feuille.nom}.csv", texte.getvalue())
        for nom, contenu in hors_feuilles(personne):
            zip_.writestr(f"registres/{nom}.csv", contenu)
        for rang, joint in enumerate(Document.objects.filter(personne=personne).order_by("date_depot", "pk"), 1):
            try:
                with joint.fichier.open("rb") as ouvert:
                    zip_.writestr(f"documents/{rang:03} {nom_servi(joint.intitule, joint.type_mime)}", ouvert.read())
            except FileNotFoundError:
                continue
        entetes = ["date", "fiche", "champ", "avant", "apres"]
        zip_.writestr("historique.csv", _csv(entetes, changements(personne)))
        lus = [list(lecture) for lecture in lectures(personne, references)]
        zip_.writestr("consultations.csv", _csv(["jour", "acte", "role"], lus))
        zip_.writestr(
            "lisez-moi.txt",
            LISEZ_MOI.format(
                association=association()["association"] or "non renseignée",
                reference=personne.ref,
                jour=timezone.localdate(),
                privees=notes_privees(personne),
            ),
        )


def auteurs_de_notes_privees(personne: Personne) -> list[Compte]:
    """Who wrote private notes about the person: the director asks them, and reads none."""
    cles: set[int | None] = set()
    for modele in modeles_tenus():
        if issubclass(modele, Notee):
            cles |= set(lignes_de(modele, personne).exclude(note_privee="").values_list("auteur", flat=True))
    return list(Compte.objects.filter(pk__in=[cle for cle in cles if cle]).order_by("nom", "courriel"))
