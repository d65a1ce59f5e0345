"""Sentences composed from figures: « 77 personnes en parcours, contre 63 en 2020 (+22 %) ».

A figure is said with a few words of its own (`VOCABULAIRE`), agreed in gender and number; a comparison only when both
years are known. A sentence states, it never explains.
"""

from __future__ import annotations

from dataclasses import dataclass

from aipi.nombres import ESPACE_FINE
from rapports.declarations import Taux
from rapports.ecriture import avant, avec_unite, ecrire, en_periode, singulier, variation
from rapports.valeurs import Chiffre


@dataclass(frozen=True)
class Nom:
    """What a counted figure is a number of: « embauche », « embauches », feminine.

    `lien` joins the number to the noun (« 20 441 € de dépenses »). `nul` replaces the singular after « aucun ».
    """

    singulier: str
    pluriel: str
    feminin: bool = False
    lien: str = ""
    nul: str = ""

    @property
    def aucun(self) -> str:
        return "aucune" if self.feminin else "aucun"


@dataclass(frozen=True)
class Sujet:
    """How a rate or a balance is said: « Le taux d’absentéisme est de 12 % ». Shares of one thing read better in the plural."""

    nom: str
    verbe: str = "est de"


@dataclass(frozen=True)
class Phrase:
    """A sentence around its figure, which pages set off and link to its definition."""

    avant: str
    valeur: str
    apres: str

    def __str__(self) -> str:
        return f"{self.avant}{self.valeur}{self.apres}"


def _f(singulier: str, pluriel: str, **options: str) -> Nom:
    return Nom(singulier, pluriel, feminin=True, **options)


_ACTIONS: dict[str, Nom | Sujet] = {
    "actions_prevues": _f("action prévue", "actions prévues"),
    "actions_realisees": _f("action réalisée", "actions réalisées"),
    "seances": _f("séance tenue", "séances tenues"),
    "seances_annulees": _f("séance annulée", "séances annulées"),
    "participants": Nom("participant", "participants"),
    "participations": _f("participation", "participations"),
    "professionnels": _f("présence de professionnel", "présences de professionnels"),
    "places": _f("place proposée", "places proposées"),
    "taux_remplissage": Sujet("Le taux de remplissage"),
}

VOCABULAIRE: dict[str, Nom | Sujet] = {
    "aci.salaries": _f("personne en parcours", "personnes en parcours"),
    "aci.salaries_ayant_travaille": _f("personne ayant travaillé", "personnes ayant travaillé"),
    "aci.embauches": _f("nouvelle embauche", "nouvelles embauches"),
    "aci.sorties": _f("sortie de parcours", "sorties de parcours"),
    "aci.sorties_emploi_durable": _f("sortie en emploi durable", "sorties en emploi durable"),
    "aci.sorties_emploi_transition": _f("sortie en emploi de transition", "sorties en emploi de transition"),
    "aci.sorties_positives": _f("sortie positive", "sorties positives"),
    "aci.sorties_autres": _f("autre sortie", "autres sorties"),
    "aci.sorties_retirees": _f("sortie retirée du calcul", "sorties retirées du calcul"),
    "aci.sorties_non_documentees": _f("sortie non documentée", "sorties non documentées"),
    "aci.sorties_emploi": _f("sortie en emploi", "sorties en emploi"),
    "aci.sorties_dynamiques": _f("sortie dynamique", "sorties dynamiques"),
    "aci.taux_sorties_dynamiques": Sujet("Le taux de sorties dynamiques"),
    "aci.taux_emploi_durable": Sujet("Le taux de sorties en emploi durable"),
    "aci.taux_sorties_dynamiques_etat": Sujet("Selon le calcul de l’État, le taux de sorties dynamiques"),
    "aci.heures": _f("heure d’insertion", "heures d’insertion"),
    "aci.etp": Nom("équivalent temps plein", "équivalents temps plein"),
    "aci.etp_conventionnes": Nom("ETP conventionné", "ETP conventionnés"),
    "aci.taux_realisation_etp": Sujet("Le taux de réalisation des ETP conventionnés"),
    "aci.heures_absence": _f("heure d’absence", "heures d’absence"),
    "aci.taux_absenteisme": Sujet("Le taux d’absentéisme"),
    "aci.rsa": Nom("salarié allocataire du RSA à l’entrée", "salariés allocataires du RSA à l’entrée"),
    "aci.part_rsa": Sujet("La part des allocataires du RSA à l’entrée"),
    "aci.chomage_24_mois": Nom(
        "salarié sans emploi depuis 24 mois ou plus à l’entrée",
        "salariés sans emploi depuis 24 mois ou plus à l’entrée",
    ),
    "aci.part_chomage_24_mois": Sujet("La part des salariés sans emploi depuis 24 mois ou plus à l’entrée"),
    "aci.femmes": _f("femme en parcours", "femmes en parcours"),
    "aci.part_femmes": Sujet("La part des femmes"),
    "aci.rqth": Nom("salarié reconnu travailleur handicapé", "salariés reconnus travailleurs handicapés"),
    "aci.equipes": _f("équipe", "équipes"),
    "aci.entretiens": Nom("entretien", "entretiens"),
    "aci.missions": _f("mission en cours de parcours", "missions en cours de parcours"),
    "aci.formation_jours": Nom("jour de formation", "jours de formation"),
    "aci.formation_heures": _f("heure de formation", "heures de formation"),
    "aci.formation_cout": _f("dépenses de formation", "dépenses de formation", lien="de ", nul="dépense de formation"),
    "aci.formation_salaries": Nom("salarié formé", "salariés formés"),
    "aci.cqp_inscrits": Nom("inscrit au CQP", "inscrits au CQP"),
    "aci.cqp_certifies": Nom("certifié du CQP", "certifiés du CQP"),
    "aci.freins": Nom("accompagnement de frein à l’emploi", "accompagnements de freins à l’emploi"),
    "aci.freins_leves": Nom("frein levé", "freins levés"),
    "aci.logement_personnes": Nom("salarié accompagné sur le logement", "salariés accompagnés sur le logement"),
    "aci.logement_fsl": Nom(
        "salarié accompagné sur le logement et suivi par le FSL",
        "salariés accompagnés sur le logement et suivis par le FSL",
    ),
    "aci.part_logement_fsl": Sujet("La part des salariés accompagnés sur le logement que suit le FSL"),
    "aci.chiffre_affaires": Nom("chiffre d’affaires", "chiffre d’affaires", lien="de ", nul="chiffre d’affaires"),
    "rsa.suivis": _f("personne suivie", "personnes suivies"),
    "rsa.places": _f("place financée", "places financées"),
    "rsa.suivis_par_place": Sujet("Le nombre de personnes suivies par place financée"),
    "rsa.occupation_moyenne": Sujet("L’occupation moyenne des places"),
    "rsa.entrees": _f("entrée", "entrées"),
    "rsa.sorties": _f("sortie", "sorties"),
    "rsa.sorties_insertion_professionnelle": _f(
        "sortie vers l’insertion professionnelle", "sorties vers l’insertion professionnelle"
    ),
    "rsa.part_sorties_insertion_professionnelle": Sujet("La part des sorties vers l’insertion professionnelle"),
    "rsa.visites": _f("visite réalisée", "visites réalisées"),
    "rsa.points_telephoniques": Nom("point téléphonique", "points téléphoniques"),
    "rsa.convocations": _f("convocation", "convocations"),
    "rsa.rdv_honores": Nom("rendez-vous honoré", "rendez-vous honorés"),
    "rsa.absences": _f("absence à un rendez-vous", "absences aux rendez-vous", nul="absence aux rendez-vous"),
    "rsa.taux_rdv_honores": Sujet("Le taux de rendez-vous honorés"),
    "rsa.contrats_engagement": Nom("contrat d’engagement signé", "contrats d’engagement signés"),
    "rsa.contrats_en_cours": _f("personne sous contrat en fin de période", "personnes sous contrat en fin de période"),
    "logement.mesures_fsl": _f("mesure FSL", "mesures FSL"),
    "logement.mesures_partenord": _f("mesure Partenord", "mesures Partenord"),
    "logement.menages_fsl": Nom("ménage accompagné par le FSL", "ménages accompagnés par le FSL"),
    "logement.personnes_fsl": _f("personne concernée par les mesures FSL", "personnes concernées par les mesures FSL"),
    "logement.enfants_fsl": Nom("enfant concerné par les mesures FSL", "enfants concernés par les mesures FSL"),
    "logement.mois_mesures": Nom("mois-mesure réalisé", "mois-mesures réalisés"),
    "logement.objectif_mois_mesures": Nom("mois-mesure conventionné", "mois-mesures conventionnés"),
    "logement.taux_realisation": Sujet("Le taux de réalisation de l’objectif"),
    "logement.aides_demandees": _f("aide demandée", "aides demandées"),
    "logement.aides_accordees": _f("aide accordée", "aides accordées"),
    "logement.aides_montant": _f("aides accordées", "aides accordées", lien="d’", nul="aide accordée"),
    "logement.interventions_partenord": _f("intervention Partenord", "interventions Partenord"),
    **{f"sante.{nom}": mots for nom, mots in _ACTIONS.items()},
    **{f"collectif.{nom}": mots for nom, mots in _ACTIONS.items()},
    "asso.personnes": _f("personne accompagnée", "personnes accompagnées"),
    "asso.personnes_plusieurs_accompagnements": _f(
        "personne ayant plusieurs accompagnements", "personnes ayant plusieurs accompagnements"
    ),
    "finances.produits": Nom("produits", "produits", lien="de ", nul="produit"),
    "finances.charges": _f("charges", "charges", lien="de ", nul="charge"),
    "finances.resultat": Sujet("Le résultat"),
    "finances.subventions": _f(
        "subventions conventionnées", "subventions conventionnées", lien="de ", nul="subvention"
    ),
}


def phrase(chiffre: Chiffre, *, periode: bool = False) -> Phrase:
    """The sentence of a figure, without its full stop. `periode` also names the period after the figure.

    Raises KeyError for a figure without vocabulary.
    """
    mots = VOCABULAIRE[chiffre.indicateur.code]
    quand = f" {en_periode(chiffre.periode)}" if periode else ""
    if chiffre.nombre is None:
        return _inconnue(chiffre)
    if isinstance(mots, Sujet):
        return Phrase(
            f"{mots.nom} {mots.verbe} ",
            ecrire(chiffre.indicateur, chiffre.nombre),
            f"{quand}{_termes(chiffre)}{_comparaison(chiffre, 'contre ')}",
        )
    comparaison = _comparaison(chiffre, "contre ", mots.aucun)
    if chiffre.nombre == 0:
        dit = quand or f" {en_periode(chiffre.periode)}"
        return Phrase("", mots.aucun.capitalize(), f" {mots.nul or mots.singulier}{dit}{comparaison}")
    nom = mots.singulier if singulier(chiffre.indicateur, chiffre.nombre) else mots.pluriel
    return Phrase("", ecrire(chiffre.indicateur, chiffre.nombre), f" {mots.lien}{nom}{quand}{comparaison}")


def _inconnue(chiffre: Chiffre) -> Phrase:
    """Said plainly, never as 0; last year's value is still given when it is known."""
    connu = ""
    if chiffre.precedent is not None:
        connu = f" ({avec_unite(chiffre.indicateur, chiffre.precedent)} {avant(chiffre.periode.precedente)})"
    return Phrase(f"{chiffre.indicateur.libelle}{ESPACE_FINE}: ", "donnée non renseignée", connu)


def _comparaison(chiffre: Chiffre, tete: str, aucun: str = "") -> str:
    """« , contre 63 en 2020 (+22 %) », « , comme en 2020 », nothing when last year is unknown."""
    precedent = chiffre.precedent
    if precedent is None:
        return ""
    alors = avant(chiffre.periode.precedente)
    ecrit = ecrire(chiffre.indicateur, precedent)
    if ecrit == ecrire(chiffre.indicateur, chiffre.nombre):
        return f", comme {alors}"
    if aucun and precedent == 0:
        return f", contre {aucun} {alors}"
    change = variation(chiffre) if chiffre.nombre else ""
    return f", {tete}{ecrit} {alors}{f' ({change})' if change else ''}"


def _termes(chiffre: Chiffre) -> str:
    """« (13 sur 29) » after a share of counted things; not after hours or a ratio, whose terms say nothing aloud."""
    indicateur = chiffre.indicateur
    if not isinstance(indicateur, Taux) or indicateur.unite != "%":
        return ""
    numerateur, denominateur = chiffre.valeur.numerateur, chiffre.valeur.denominateur
    if numerateur is None or denominateur is None or chiffre.valeur.origine == "publie":
        return ""
    return f" ({ecrire(indicateur.numerateur, numerateur)} sur {avec_unite(indicateur.denominateur, denominateur)})"
