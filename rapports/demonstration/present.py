"""Stops the caseload on a day: what has not happened yet is taken away, what is still to be done today appears.

Nothing dated up to the end of 2021 is touched, so that the figures of that year never move.
"""

import datetime
import zlib
from collections.abc import Callable

from rapports.demonstration.fabrique import FIN_CALEE, Cellule, Classeur, Ligne, mois_texte, plus_jours

HORIZON_CONVOCATIONS = 21
"""Days ahead for which appointments are already made."""
HORIZON_SEANCES = 75
_DEBUTS = {
    "parcours": "date_entree",
    "contrats": "date_debut",
    "entretiens": "date",
    "freins": "date_reperage",
    "missions": "date_debut",
    "formations": "date_debut",
    "suivis_rsa": "date_entree",
    "contacts_rsa": "date",
    "contrats_engagement": "date_signature",
    "mesures_logement": "date_debut",
    "interventions_logement": "date",
    "aides_logement": "date_demande",
    "seances": "date",
}
_PARENTS = {
    "contrats": ("parcours", "parcours"),
    "entretiens": ("parcours", "parcours"),
    "freins": ("parcours", "parcours"),
    "missions": ("parcours", "parcours"),
    "heures": ("contrat", "contrats"),
    "absences": ("contrat", "contrats"),
    "contacts_rsa": ("suivi", "suivis_rsa"),
    "contrats_engagement": ("suivi", "suivis_rsa"),
    "interventions_logement": ("mesure", "mesures_logement"),
    "aides_logement": ("mesure", "mesures_logement"),
    "participations_formation": ("formation", "formations"),
    "presences": ("seance", "seances"),
}


def arreter(classeur: Classeur, aujourd_hui: datetime.date) -> None:
    """Keep what is known on the evening of `aujourd_hui`, never before 2021-12-31."""
    retouches: dict[str, Callable[[Ligne], bool]] = {
        "parcours": lambda ligne: _fermer(ligne, "date_sortie", ("motif_sortie",), aujourd_hui),
        "suivis_rsa": lambda ligne: _fermer(ligne, "date_sortie", ("motif_sortie",), aujourd_hui),
        "freins": lambda ligne: _fermer(ligne, "date_fin", ("issue",), aujourd_hui),
        "aides_logement": lambda ligne: _fermer(ligne, "date_decision", ("decision", "montant_accorde"), aujourd_hui),
        "contacts_rsa": lambda ligne: _pointer(ligne, aujourd_hui),
        "seances": lambda ligne: _annoncer(ligne, aujourd_hui),
        "entretiens": lambda ligne: not _perdu_de_vue(ligne, aujourd_hui),
        "contrats_engagement": lambda ligne: not _a_renouveler(ligne, aujourd_hui),
    }
    delais = {"contacts_rsa": HORIZON_CONVOCATIONS, "seances": HORIZON_SEANCES}
    for feuille, colonne in _DEBUTS.items():
        limite = plus_jours(aujourd_hui, delais.get(feuille, 0))
        retoucher = retouches.get(feuille, _telle_quelle)
        classeur.feuilles[feuille] = [
            ligne for ligne in classeur.feuilles[feuille] if _date(ligne[colonne]) <= limite and retoucher(ligne)
        ]
    ce_mois = mois_texte(aujourd_hui.year, aujourd_hui.month)
    for feuille in ("heures", "absences", "chiffre_affaires"):
        # A month is entered once it is over; the last of 2021 always is.
        classeur.feuilles[feuille] = [
            ligne
            for ligne in classeur.feuilles[feuille]
            if str(ligne["mois"]) < ce_mois or str(ligne["mois"]) <= mois_texte(2021, 12)
        ]
    for feuille, (colonne, parente) in _PARENTS.items():
        refs = {ligne["ref"] for ligne in classeur.feuilles[parente]}
        classeur.feuilles[feuille] = [ligne for ligne in classeur.feuilles[feuille] if ligne[colonne] in refs]
    _oublier_presences_a_venir(classeur)
    _oublier_resultats_a_venir(classeur, aujourd_hui)
    _laisser_a_documenter(classeur, aujourd_hui)
    _oublier_inconnus(classeur)


def _date(cellule: Cellule) -> datetime.date:
    if not isinstance(cellule, datetime.date):
        raise TypeError(f"Date attendue : {cellule!r}")
    return cellule


def _telle_quelle(ligne: Ligne) -> bool:
    return True


def _sort(ligne: Ligne, sur: int) -> bool:
    """One row in `sur`, always the same ones."""
    return zlib.crc32(str(ligne["ref"]).encode()) % sur == 0


def _recent(date: datetime.date, aujourd_hui: datetime.date, jours: int) -> bool:
    return date > FIN_CALEE and plus_jours(aujourd_hui, -jours) <= date <= aujourd_hui


def _fermer(ligne: Ligne, colonne: str, autres: tuple[str, ...], aujourd_hui: datetime.date) -> bool:
    if _date(ligne[colonne]) > aujourd_hui:
        for vide in (colonne, *autres):
            ligne[vide] = None
    return True


def _pointer(ligne: Ligne, aujourd_hui: datetime.date) -> bool:
    date = _date(ligne["date"])
    if date > aujourd_hui:
        ligne["statut"] = "prevu"
        return ligne["type"] == "convocation"
    if ligne["type"] == "convocation" and _recent(date, aujourd_hui, 10) and (date == aujourd_hui or _sort(ligne, 3)):
        ligne["statut"] = "prevu"
    return True


def _annoncer(ligne: Ligne, aujourd_hui: datetime.date) -> bool:
    if _date(ligne["date"]) > aujourd_hui:
        ligne.update(statut="prevue", motif_annulation=None, professionnels=None)
    return True


def _perdu_de_vue(ligne: Ligne, aujourd_hui: datetime.date) -> bool:
    """Interviews that did not take place lately: one employee in seven has not been seen for over a month."""
    return _recent(_date(ligne["date"]), aujourd_hui, 45) and zlib.crc32(str(ligne["parcours"]).encode()) % 7 == 0


def _a_renouveler(ligne: Ligne, aujourd_hui: datetime.date) -> bool:
    """Contracts of engagement not signed again yet."""
    return _recent(_date(ligne["date_signature"]), aujourd_hui, 40) and _sort(ligne, 6)


def _oublier_presences_a_venir(classeur: Classeur) -> None:
    tenues = {ligne["ref"] for ligne in classeur.feuilles["seances"] if ligne["statut"] == "tenue"}
    classeur.feuilles["presences"] = [ligne for ligne in classeur.feuilles["presences"] if ligne["seance"] in tenues]


def _oublier_resultats_a_venir(classeur: Classeur, aujourd_hui: datetime.date) -> None:
    en_cours = {ligne["ref"] for ligne in classeur.feuilles["formations"] if _date(ligne["date_fin"]) > aujourd_hui}
    for ligne in classeur.feuilles["participations_formation"]:
        if ligne["formation"] in en_cours:
            ligne["resultat"] = None


def _laisser_a_documenter(classeur: Classeur, aujourd_hui: datetime.date) -> None:
    """Some of the last exits, the latest always, still wait for their motive."""
    for feuille in ("parcours", "suivis_rsa"):
        recentes = [
            ligne
            for ligne in classeur.feuilles[feuille]
            if ligne["date_sortie"] is not None and _recent(_date(ligne["date_sortie"]), aujourd_hui, 60)
        ]
        recentes.sort(key=lambda ligne: (_date(ligne["date_sortie"]), str(ligne["ref"])))
        for rang, ligne in enumerate(reversed(recentes)):
            if rang == 0 or (feuille == "parcours" and rang % 3 == 0):
                ligne["motif_sortie"] = None


def _oublier_inconnus(classeur: Classeur) -> None:
    """Drop the persons whom no file mentions yet."""
    cites = {
        ligne["personne"]
        for feuille in ("parcours", "suivis_rsa", "mesures_logement", "presences")
        for ligne in classeur.feuilles[feuille]
    }
    classeur.feuilles["personnes"] = [ligne for ligne in classeur.feuilles["personnes"] if ligne["ref"] in cites]
