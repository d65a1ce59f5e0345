"""The sheets of the exchange format: their columns and types, and how a folder of CSV files is read.

Types: ``ref`` exact text, trimmed; ``code`` text compared without case or accents; ``texte`` kept as typed; ``date``;
``mois`` (the first day of the month); ``annee`` and ``entier`` (int); ``decimal`` (Decimal); ``bool``.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

Valeur = str | int | bool | date | Decimal | None
Ligne = dict[str, Valeur]
Dossier = dict[str, list[Ligne]]

_FEUILLES = """
communes: code_insee:ref nom:texte code_postal:texte intercommunalite:texte
nomenclatures: liste:code code:code libelle:texte ordre:entier categorie:code valide_du:date valide_au:date
parametres: cle:code valide_du:date valeur:decimal
intervenants: code:ref nom:texte prenom:texte role:code
financeurs: code:ref nom:texte
conventions: ref:ref financeur:ref action:code annee:annee montant:decimal objectif:decimal unite_objectif:code
personnes: ref:ref nom:texte prenom:texte sexe:code date_naissance:date code_insee:ref telephone:texte courriel:texte
personnes: rqth:bool
ateliers: code:ref nom:texte
equipes: code:ref atelier:ref nom:texte encadrant:ref
parcours: ref:ref personne:ref date_entree:date date_sortie:date motif_sortie:code prescripteur:code referent:ref
parcours: rsa_entree:bool mois_sans_emploi_entree:entier niveau_formation:code pass_iae_debut:date
contrats: ref:ref parcours:ref equipe:ref date_debut:date date_fin:date heures_hebdo:decimal
heures: contrat:ref mois:mois heures:decimal
absences: contrat:ref mois:mois motif:code heures:decimal
entretiens: ref:ref parcours:ref date:date lieu:code objet:code intervenant:ref duree_minutes:entier
freins: ref:ref parcours:ref categorie:code date_reperage:date date_fin:date issue:code
missions: ref:ref parcours:ref type:code employeur:texte date_debut:date date_fin:date
formations: ref:ref intitule:texte type:code organisme:texte date_debut:date date_fin:date
participations_formation: formation:ref parcours:ref jours:decimal heures:decimal cout:decimal resultat:code
chiffre_affaires: atelier:ref mois:mois montant:decimal
suivis_rsa: ref:ref personne:ref referent:ref date_entree:date date_sortie:date motif_sortie:code typologie:code
contacts_rsa: ref:ref suivi:ref date:date type:code statut:code
contrats_engagement: ref:ref suivi:ref type:code date_signature:date date_fin:date
mesures_logement: ref:ref personne:ref referent:ref dispositif:code type:code date_debut:date date_fin:date
mesures_logement: bailleur:texte personnes_menage:entier enfants_menage:entier
interventions_logement: ref:ref mesure:ref date:date theme:code
aides_logement: ref:ref mesure:ref type:code date_demande:date decision:code date_decision:date montant_accorde:decimal
actions: ref:ref domaine:code programme:texte intitule:texte annee:annee places:entier lieu:texte
seances: ref:ref action:ref date:date statut:code motif_annulation:texte professionnels:entier
presences: seance:ref personne:ref present:bool
budget: annee:annee sens:code rubrique:texte montant:decimal financeur:ref
valeurs_publiees: annee:annee indicateur:code atelier:ref valeur:decimal source:texte
"""

COLONNES: dict[str, dict[str, str]] = {}
for _ligne in _FEUILLES.strip().splitlines():
    _feuille, _colonnes = _ligne.split(": ", 1)
    COLONNES.setdefault(_feuille, {}).update(colonne.split(":") for colonne in _colonnes.split())


def plier(texte: str) -> str:
    """A code as it is compared: no case, no accents, no spaces around."""
    decompose = unicodedata.normalize("NFKD", texte.strip())
    return "".join(c for c in decompose if not unicodedata.combining(c)).lower()


def lire_cellule(texte: str, sorte: str) -> Valeur:
    """The value of a cell of type `sorte`; None when it is empty or made of spaces only."""
    if not texte.strip():
        return None
    if sorte in ("texte", "ref", "code"):
        if texte[0] == "'" and texte[1:2] and texte[1] in "=+-@\t\r'":
            texte = texte[1:]  # the apostrophe an export writes so that no spreadsheet runs the cell
        return {"texte": texte, "ref": texte.strip(), "code": plier(texte)}[sorte]
    texte = texte.strip()
    if sorte == "date":
        if "/" in texte:
            jour, mois, annee = texte.split("/")
            return date(int(annee), int(mois), int(jour))
        return date.fromisoformat(texte)
    if sorte == "mois":
        annee, mois = texte.split("-")[:2]
        return date(int(annee), int(mois), 1)
    if sorte == "bool":
        return {"oui": True, "true": True, "non": False, "false": False}[plier(texte)]
    chiffres = re.sub("[ \u00a0\u202f]", "", texte).replace(",", ".")
    return Decimal(chiffres) if sorte == "decimal" else int(chiffres)


def lire_feuille(chemin: Path) -> list[Ligne]:
    """The rows of one CSV file, blank rows skipped; a column that is not in the file is not in the rows."""
    contenu = chemin.read_bytes().decode("utf-8-sig")
    entete = contenu.split("\n", 1)[0]
    separateur = ";" if entete.count(";") >= entete.count(",") else ","
    lignes = list(csv.reader(io.StringIO(contenu, newline=""), delimiter=separateur, strict=True))
    noms, sortes = lignes[0], COLONNES[chemin.stem]
    return [
        {nom: lire_cellule(cellule, sortes[nom]) for nom, cellule in zip(noms, ligne, strict=True)}
        for ligne in lignes[1:]
        if any(cellule.strip() for cellule in ligne)
    ]


def lire_dossier(chemin: Path | str) -> Dossier:
    """Every sheet of a folder of CSV files in the exchange format: `{sheet: [{column: value}]}`."""
    return {fichier.stem: lire_feuille(fichier) for fichier in sorted(Path(chemin).glob("*.csv"))}


def completer(dossier: Dossier) -> Dossier:
    """The same caseload with every sheet and column (None where missing) and its codes folded.

    `nomenclatures` keeps its missing columns missing: there, a missing column leaves the value of the software.
    """
    complet: Dossier = {}
    for feuille, sortes in COLONNES.items():
        lignes: Iterable[Ligne] = dossier.get(feuille, [])
        vide: Ligne = {} if feuille == "nomenclatures" else dict.fromkeys(sortes)
        complet[feuille] = [
            vide | {nom: plier(v) if sortes[nom] == "code" and isinstance(v, str) else v for nom, v in ligne.items()}
            for ligne in lignes
        ]
    return complet
