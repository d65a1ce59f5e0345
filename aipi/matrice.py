"""The page « Qui voit quoi »: every address and every model, role by role, read from the rules themselves.

Nothing is read from a database: the predicates of the views are asked about accounts that are never saved, and the rows that
an account may see are told by the very query that `aipi.roles` makes for it. Written by `python -m outils.matrice`.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import get_resolver

from aipi import roles
from aipi.consultations import ouverture_de
from aipi.models import Compte
from aipi.verifications import vues

FICHIER = settings.BASE_DIR / "docs" / "acces.md"
ROLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Direction", "directeur", {}),
    ("Pôle pro", "travailleur_social", {"pole_pro": True, "intervenant_id": 1}),
    ("Pôle social", "travailleur_social", {"pole_social": True, "intervenant_id": 2}),
    ("Les deux pôles", "travailleur_social", {"pole_pro": True, "pole_social": True, "intervenant_id": 3}),
    ("Sans pôle", "travailleur_social", {}),
    ("Encadrant", "encadrant", {"intervenant_id": 4}),
    ("Financeur", "financeur", {"financeur_id": 1}),
    ("Administrateur", "administrateur", {}),
)
ENTETE = """# Qui voit quoi

Ce fichier est écrit par `python -m outils.matrice` à partir des règles elles-mêmes (`aipi/roles.py`, les modules
`consultations`, les adresses) ; un test échoue quand il n’est plus à jour. Ne le corrigez pas à la main.

Trois questions décident d’un accès : **l’adresse** est-elle ouverte à ce rôle, **la ligne** demandée est-elle de celles qu’il
voit, le dossier est-il **ouvert** (ni limité, ni archivé). Une adresse fermée répond 403 ; une ligne qui n’est pas de celles
que l’on voit répond 404, comme si elle n’existait pas. Les deux sont notées au journal.

- `–` : fermé
- `oui` : ouvert ; la page ne nomme aucune personne, ne montre que ce qui est à ce compte, ou part des lignes que ce rôle voit
  (les listes, les recherches, les grilles : deuxième table)
- `tout` : toutes les lignes
- `pôle` : les lignes de ses pôles ; pour une personne, celles que son pôle accompagne, et celles que personne n’accompagne encore
- `équipes` : les lignes des équipes dont il est encadrant
- `à soi` : ce qui est à ce compte
- `pour lui` : ce qui est publié pour son financeur, et n’est pas retiré
- `selon` : selon le modèle que l’adresse nomme (deuxième table)
- `jeton` : à un programme qui porte un jeton valable, quel que soit le compte ; à personne sans jeton
- `aucune` : l’adresse est ouverte à ce rôle, mais jamais une ligne ne s’y trouve (404)
"""
SOUS_LES_TABLES = """
## Ce que la table ne dit pas

- **Le journal** : la colonne « journal » dit ce qui est noté quand la page s’ouvre. Un accès refusé l’est toujours, aussi quand
  c’est un champ de formulaire ou un filtre qui nomme la ligne d’un autre.
- **Le partage** : un fait noté par un pôle est lu par l’autre quand un collègue l’a partagé, et tant qu’il le partage, dans le fil
  du dossier seulement. La partie privée d’une note n’est lue que par son auteur, où que ce soit.
- **Un secret dans l’adresse** (lien d’un financeur, d’un agenda, d’un compte) tient lieu de compte : la page est ouverte à tous,
  et seul le secret y fait lire quelque chose, une seule chose, jusqu’à sa fin ou son retrait.
- **Un encadrant** lit d’un salarié de ses équipes son nom, son contrat, ses heures et son CQP : ni coordonnées, ni entretien, ni frein.
- **Un document confidentiel** n’est lu que par qui l’a déposé, et par la direction.
- **Un dossier limité ou archivé** n’est plus ouvert qu’à la direction ; limité, personne n’y écrit.
- **La recherche, les décomptes, les listes et les fichiers** partent des mêmes lignes que les pages : ils ne montrent rien de plus.
"""


def _comptes() -> list[tuple[str, Any]]:
    return [(nom, Compte(pk=rang, role=role, **champs)) for rang, (nom, role, champs) in enumerate(ROLES, 1)]


def portee(modele: Any, compte: Any, tenue: bool = False) -> str:
    """Which rows of a model an account sees (`tenue`: fills), from the query that the rules make."""
    toutes = modele._default_manager.all()
    lignes = (roles.tenus if tenue else roles.visibles)(toutes, compte)
    if lignes.query.is_empty():
        return "–"
    if lignes is toutes:
        return "tout"
    nature = roles.MODELES[modele._meta.label].nature
    if nature is roles.Nature.BUREAU:
        return "à soi"
    if nature is roles.Nature.TABLEAU:
        return "pour lui"
    return "équipes" if roles.encadrant(compte) else "pôle"


def _ouvre(regle: Any, compte: Any) -> bool:
    return roles.public in regle or any(predicat(compte) for predicat in regle)


def _cellule(regle: Any, modele: Any, compte: Any, selon: bool) -> str:
    if roles.par_jeton in regle:
        return "jeton"
    if not _ouvre(regle, compte):
        return "–"
    if selon:
        return "selon"
    if modele is None:
        return "oui"
    vue = portee(modele, compte, tenue=modele._meta.label in roles.TENUS)
    return "aucune" if vue == "–" else vue


def _ligne(*cellules: str) -> str:
    return f"| {' | '.join(cellules)} |"


def _table(entetes: list[str], lignes: list[list[str]]) -> list[str]:
    return [_ligne(*entetes), _ligne(*["---"] * len(entetes)), *(_ligne(*ligne) for ligne in lignes)]


def _modele_de(ouverture: Any) -> Any:
    nomme = ouverture is not None and isinstance(ouverture.modele, str) and ouverture.modele
    return apps.get_model(ouverture.modele) if nomme else None


def _nomme_un_modele(ouverture: Any, chemin: str) -> bool:
    """Whether the address says of which model its row is, or finds it from its arguments."""
    return ouverture is not None and (callable(ouverture.modele) or (not ouverture.modele and ":modele>" in chemin))


def adresses() -> list[list[str]]:
    """A line an address: its path, what it opens, who opens it, what is noted."""
    noms = _noms(get_resolver().url_patterns)
    lignes = []
    for chemin, vue in vues(get_resolver().url_patterns):
        if not hasattr(vue, "regle") or chemin.startswith("administration/"):
            continue
        ouverture = ouverture_de(noms.get(chemin, ""))
        modele = _modele_de(ouverture)
        public = "jeton" if roles.par_jeton in vue.regle else "oui" if _est_public(vue.regle) else "–"
        selon = _nomme_un_modele(ouverture, chemin)
        objet = str(modele._meta.verbose_name) if modele is not None else "celle que l’adresse nomme" if selon else ""
        note = str(ouverture.acte.label) if ouverture is not None and ouverture.acte is not None else ""
        cellules = [_cellule(vue.regle, modele, compte, selon) for _, compte in _comptes()]
        lignes.append([f"`/{chemin}`", objet, *cellules, public, note])
    return lignes


def _est_public(regle: Any) -> bool:
    return roles.public in regle


def _noms(motifs: Any, prefixe: str = "") -> dict[str, str]:
    noms: dict[str, str] = {}
    for motif in motifs:
        chemin = prefixe + str(motif.pattern)
        if hasattr(motif, "url_patterns"):
            noms |= _noms(motif.url_patterns, chemin)
        elif motif.name:
            noms[chemin] = motif.name
    return noms


def modeles() -> list[list[str]]:
    """A line a model: what it holds, which rows each role sees, which it may change."""
    lignes = []
    for label, regle in sorted(roles.MODELES.items(), key=lambda paire: (paire[1].nature.value, paire[0])):
        modele = apps.get_model(label)
        cellules = []
        for _, compte in _comptes():
            vue = portee(modele, compte)
            ecrit = not roles.modifiables(modele._default_manager.all(), compte).query.is_empty()
            cellules.append(f"{vue}, écrit" if ecrit and vue != "–" else vue)
        lignes.append([str(modele._meta.verbose_name), f"`{label}`", regle.nature.value, *cellules])
    return lignes


def site_d_administration() -> list[list[str]]:
    """A line a model of the administration site: who reads, who changes."""
    lignes = []
    for modele in sorted(admin.site._registry, key=lambda m: m._meta.label):
        if modele._meta.label in roles.MODELES:
            cellules = [
                "change" if roles.peut_modifier(compte, modele) else "lit" if roles.peut_lire(compte, modele) else "–"
                for _, compte in _comptes()
                if roles.administration(compte)
            ]
            lignes.append([str(modele._meta.verbose_name), *cellules])
    return lignes


def rediger() -> str:
    """The whole page."""
    noms = [nom for nom, *_ in ROLES]
    morceaux = [
        ENTETE,
        "## Les adresses\n",
        *_table(["adresse", "ligne demandée", *noms, "Visiteur", "journal"], adresses()),
        "\n## Les lignes\n",
        "« écrit » : peut en ajouter, en corriger ou en supprimer par les pages de l’application. Les référentiels se changent dans l’administration.\n",
        *_table(["modèle", "code", "nature", *noms], modeles()),
        "\n## Le site d’administration\n",
        *_table(["modèle", "Direction", "Administrateur"], site_d_administration()),
        SOUS_LES_TABLES,
    ]
    return "\n".join(morceaux)
