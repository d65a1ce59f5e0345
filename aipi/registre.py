"""The register of processing activities (RGPD, art. 30), written from the policy: it cannot say anything else than what is done."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string

from aipi.conservation import ARCHIVE, BASE_ACTIVE
from aipi.models import Parametre
from aipi.pdf import en_pdf, feuille_de_style
from aipi.politique import Categorie, Duree, Effet, Traitement, durees, fiches, obligations, tiers, traitements

DELEGUE = Parametre.DPO_NOM
"""The setting that names the data protection officer, or whoever answers for it."""
SECURITE = (
    "accès décidé par rôle et par pôle, en un seul endroit du logiciel, et vérifié par des tests sur chaque adresse",
    "mots de passe de douze caractères au moins, connexions freinées après plusieurs échecs",
    "historique de chaque changement fait à l’écran et journal de chaque reprise de fichiers, douze mois, que personne ne modifie depuis le logiciel",
    "notes privées lues par leur seul auteur, absentes de tout export",
    "documents servis par les règles d’accès, images réécrites sans lieu ni heure de prise de vue",
    "aucun appel à un service extérieur, politique de contenu stricte, échanges chiffrés (HTTPS)",
    "sauvegardes chiffrées, dont la restauration est vérifiée",
    "aucun numéro de sécurité sociale\u202f: refusé à la saisie et à l’import",
)


@dataclass(frozen=True)
class Ligne:
    """One kind of data of an activity: what it is, where it is kept, what becomes of it at the end."""

    categorie: str
    donnees: tuple[str, ...]
    sort: str


@dataclass(frozen=True)
class Activite:
    traitement: Traitement
    lignes: tuple[Ligne, ...]
    durees: tuple[tuple[str, str], ...]
    """What lasts as long, and the source of it."""


def _nom(modele: type) -> str:
    return str(modele._meta.verbose_name)  # type: ignore[attr-defined]  # a model


def _lignes(code: str) -> Iterator[Ligne]:
    """By category and by what anonymisation does: the fields, gathered by the model that holds them."""
    siennes = [fiche for fiche in fiches() if fiche.traitement == code]
    for categorie in Categorie:
        for effet in Effet:
            donnees = []
            for fiche in siennes:
                if fiche.effacee:
                    continue
                noms = [n for n, c in fiche.champs.items() if c.categorie is categorie and c.effet is effet]
                libelles = [str(fiche.classe._meta.get_field(n).verbose_name) for n in noms if n != "recherche"]  # type: ignore[union-attr]  # plain fields
                if libelles:
                    donnees.append(f"{_nom(fiche.classe)}\u202f: {', '.join(libelles)}")
            if donnees:
                yield Ligne(categorie.value, tuple(donnees), effet.value)
    effacees = [_nom(fiche.classe) for fiche in siennes if fiche.effacee]
    if effacees:
        yield Ligne("lignes qu’aucun chiffre ne compte", tuple(effacees), "supprimé")
    autres = [t.contenu for t in tiers() if t.traitement == code]
    if autres:
        yield Ligne("tables des bibliothèques", tuple(autres), "effacé au terme")


def dite(duree: Duree, jour: datetime.date) -> str:
    """A duration in words, with what the association lengthened it to."""
    mois = None if duree.mois is None else duree.en_vigueur(jour)
    return duree.libelle if mois == duree.mois else f"{duree.libelle} (porté à {mois} mois par l’association)"


def _rang(duree: Duree) -> int:
    """The common rule is read first, what lengthens it after."""
    return (BASE_ACTIVE, ARCHIVE).index(duree.code) if duree.code in {BASE_ACTIVE, ARCHIVE} else 2


def activites(jour: datetime.date) -> list[Activite]:
    """The whole register, as it stands on `jour`."""
    resultat = []
    dites = {duree.code: dite(duree, jour) for duree in durees()}
    for traitement in traitements():
        codes = {f.duree for f in fiches() if f.traitement == traitement.code}
        codes |= {t.duree for t in tiers() if t.traitement == traitement.code}
        if any(f.personne is not None for f in fiches() if f.traitement == traitement.code):
            codes |= {ARCHIVE, *(o.duree for o in obligations())}
        siennes = tuple((dites[d.code], d.source) for d in sorted(durees(), key=_rang) if d.code in codes)
        resultat.append(Activite(traitement, tuple(_lignes(traitement.code)), siennes))
    return resultat


def contexte(jour: datetime.date) -> dict[str, object]:
    """What the register says, for a page as for a file."""
    return {
        "jour": jour,
        "association": Parametre.texte(Parametre.ASSOCIATION_NOM, jour),
        "adresse": Parametre.texte(Parametre.ASSOCIATION_ADRESSE, jour),
        "telephone": Parametre.texte(Parametre.ASSOCIATION_TELEPHONE, jour),
        "delegue": Parametre.texte(DELEGUE, jour),
        "activites": activites(jour),
        "securite": SECURITE,
    }


def en_markdown(jour: datetime.date) -> str:
    """The register as a text that any tool reads."""
    dit = contexte(jour)
    lignes = [
        "# Registre des activités de traitement",
        "",
        (
            f"Responsable du traitement : {dit['association'] or 'à compléter (paramètre association_nom)'}"
            f"{', ' + str(dit['adresse']) if dit['adresse'] else ''}"
        ),
        f"Délégué à la protection des données : {dit['delegue'] or 'à compléter (paramètre dpo_nom)'}",
        f"Établi le {jour:%d/%m/%Y} par le logiciel, d’après la politique de conservation qu’il applique.",
        "",
    ]
    for activite in activites(jour):
        t = activite.traitement
        lignes += [
            f"## {t.nom}",
            "",
            f"- Finalité : {t.finalite}",
            f"- Base légale : {t.base}",
            f"- Personnes concernées : {t.personnes}",
            f"- Destinataires : {t.destinataires}",
            f"- Données sensibles : {t.sensibles or 'aucune'}",
            "- Transferts hors de l’Union européenne : aucun",
            *(f"- Durée : {duree} — {source}" for duree, source in activite.durees),
            "",
            "| catégorie | données | à l’anonymisation |",
            "| --- | --- | --- |",
            *(f"| {ligne.categorie} | {' ; '.join(ligne.donnees)} | {ligne.sort} |" for ligne in activite.lignes),
            "",
        ]
    lignes += ["## Mesures de sécurité", "", *(f"- {mesure}" for mesure in SECURITE), ""]
    return "\n".join(lignes)


def registre_pdf(jour: datetime.date) -> bytes:
    """The register on paper. Raises RenduImpossible."""
    style = f"{feuille_de_style('rapports/polices.css')}\n{feuille_de_style('css/registre.css')}"
    return en_pdf(render_to_string("aipi/registre_document.html", {**contexte(jour), "style": style}))
