"""Reference data of the demonstration: staff, workshops, funders, budget, turnover, values of past reports.

What the 2021 report prints is kept to the figure; what it leaves open (amounts, names) is invented and plausible.
"""

from decimal import Decimal

from rapports.demonstration.fabrique import Classeur, hasard, mois_texte, repartir

EQUIPES = {
    "BV1": ("brigades-vertes", "Brigade verte de Bergues", "ENC-1"),
    "BV2": ("brigades-vertes", "Brigade verte de Wormhout", "ENC-2"),
    "BV3": ("brigades-vertes", "Brigade verte d’Hondschoote", "ENC-3"),
    "BV4": ("brigades-vertes", "Brigade verte de Watten", "ENC-4"),
    "BV5": ("brigades-vertes", "Brigade verte d’Esquelbecq", "ENC-5"),
    "BAT1": ("batiment", "Équipe Bâtiment", "ENC-6"),
    "DFR1": ("de-fil-en-recup", "Équipe De Fil en Récup", "ENC-7"),
}
ATELIERS = {"brigades-vertes": "Les brigades vertes", "batiment": "Bâtiment", "de-fil-en-recup": "De Fil en Récup"}
EQUIPES_BV = ("BV1", "BV2", "BV3", "BV4", "BV5")

INTERVENANTS = (
    ("DIR-1", "Boussole", "Hélène", "directeur"),
    ("CIP-1", "Lanterne", "Claire", "travailleur_social"),
    ("CIP-2", "Sextant", "Malik", "travailleur_social"),
    ("RSA-1", "Astrolabe", "Juliette", "travailleur_social"),
    ("RSA-2", "Longitude", "Patrice", "travailleur_social"),
    ("LOG-1", "Gouvernail", "Amandine", "travailleur_social"),
    ("SAN-1", "Cabestan", "Odile", "travailleur_social"),
    ("ENC-1", "Misaine", "Régis", "encadrant"),
    ("ENC-2", "Artimon", "Fabrice", "encadrant"),
    ("ENC-3", "Bastingage", "Corinne", "encadrant"),
    ("ENC-4", "Drisse", "Hervé", "encadrant"),
    ("ENC-5", "Écoutille", "Samir", "encadrant"),
    ("ENC-6", "Hauban", "Didier", "encadrant"),
    ("ENC-7", "Galhauban", "Muriel", "encadrant"),
)
CONSEILLERS = ("CIP-1", "CIP-2")
REFERENTS_RSA = ("RSA-1", "RSA-2")
REFERENT_LOGEMENT = "LOG-1"

FINANCEURS = {
    "DEPARTEMENT": "Département du Nord",
    "ETAT": "État (DDETS du Nord)",
    "FSE": "Fonds social européen (FSE+)",
    "CCHF": "Communauté de communes des Hauts de Flandre",
    "PARTENORD": "Partenord Habitat",
    "CPAM": "Assurance maladie (CPAM des Flandres)",
}

_CONVENTIONS_2021: tuple[tuple[str, str, int, int | None, str | None], ...] = (
    ("ETAT", "aci", 571_168, None, "etp"),
    ("DEPARTEMENT", "aci", 118_000, None, None),
    ("FSE", "aci", 96_000, None, None),
    ("CCHF", "aci", 62_000, None, None),
    ("DEPARTEMENT", "rsa", 147_600, 120, "places"),
    ("DEPARTEMENT", "logement", 86_400, 432, "mois_mesures"),
    ("PARTENORD", "logement", 21_500, None, None),
    ("DEPARTEMENT", "collectif", 33_500, 40, "participants"),
    ("DEPARTEMENT", "sante", 11_800, 60, "participants"),
    ("CPAM", "sante", 3_200, None, None),
)
_INDEXATION_2021 = {
    2020: {"aci": Decimal("0.94"), "rsa": Decimal("0.98")},
    2022: {"aci": Decimal("0.95"), "collectif": Decimal("0.80")},
}
"""How much the amounts of a neighbouring year differ from 2021, by action; 1 where nothing is said."""

CHIFFRE_AFFAIRES_2020 = {"brigades-vertes": 400_000, "de-fil-en-recup": 5_000}
"""Invented base; with 2021 it gives the printed evolutions, +12 % and +91 %."""
CHIFFRE_AFFAIRES_2021 = {"brigades-vertes": 448_000, "de-fil-en-recup": 9_550, "batiment": 4_150}
"""Adds up to 461 700 €, 14 % above the 405 000 € of 2020."""
_SAISONS = {
    "brigades-vertes": (4, 5, 8, 10, 12, 12, 10, 8, 11, 10, 6, 4),
    "de-fil-en-recup": (5, 6, 7, 7, 8, 9, 8, 5, 9, 11, 13, 12),
    "batiment": (0, 2, 4, 6, 8, 9, 8, 3, 10, 12, 12, 9),
}

_RAPPORT = "Rapport d’activité 2021, p. "
VALEURS_PUBLIEES: tuple[tuple[int, str, str, str, str], ...] = (
    (2020, "aci.salaries", "", "63", _RAPPORT + "4"),
    (2020, "aci.heures", "", "43291", _RAPPORT + "4"),
    (2020, "aci.etp", "", "23.79", _RAPPORT + "4"),
    (2020, "aci.taux_sorties_dynamiques", "", "0.4", _RAPPORT + "4"),
    (2019, "aci.taux_sorties_dynamiques", "", "0.8", _RAPPORT + "4"),
    (2018, "aci.taux_sorties_dynamiques", "", "0.61", _RAPPORT + "4"),
    (2017, "aci.taux_sorties_dynamiques", "", "0.615", _RAPPORT + "4"),
    (2016, "aci.taux_sorties_dynamiques", "", "0.4815", _RAPPORT + "4"),
    (2020, "aci.missions", "", "13", _RAPPORT + "5"),
    (2020, "aci.formation_jours", "", "143", _RAPPORT + "5"),
    (2020, "aci.formation_heures", "", "1101", _RAPPORT + "5"),
    (2020, "aci.formation_cout", "", "23446", _RAPPORT + "5"),
    (2020, "aci.taux_absenteisme", "", "0.1435", _RAPPORT + "6"),
    (2019, "aci.taux_absenteisme", "", "0.0349", _RAPPORT + "6"),
    (2020, "rsa.suivis", "", "144", _RAPPORT + "23"),
    (2020, "rsa.visites", "", "119", _RAPPORT + "23"),
    (2020, "rsa.entrees", "", "26", _RAPPORT + "23"),
    (2020, "rsa.contrats_engagement", "", "179", _RAPPORT + "23"),
    (2020, "rsa.part_sorties_insertion_professionnelle", "", "0.42", _RAPPORT + "23"),
    (2020, "aci.chiffre_affaires", "", "405000", _RAPPORT + "5 (évolution imprimée, base fictive)"),
    (2020, "aci.chiffre_affaires", "brigades-vertes", "400000", _RAPPORT + "13 (évolution imprimée, base fictive)"),
    (2020, "aci.chiffre_affaires", "de-fil-en-recup", "5000", _RAPPORT + "15 (évolution imprimée, base fictive)"),
)


def ajouter_references(classeur: Classeur, derniere_annee: int) -> None:
    """Every sheet that is not about a person, budget and conventions from 2020 to `derniere_annee`."""
    for code, nom, postal in (
        ("59155", "Coudekerque-Branche", "59210"),
        ("59183", "Dunkerque", "59140"),
        ("59271", "Grande-Synthe", "59760"),
        ("59588", "Téteghem-Coudekerque-Village", "59229"),
    ):
        classeur.ajouter("communes", code_insee=code, nom=nom, code_postal=postal, intercommunalite="CU de Dunkerque")
    classeur.ajouter("parametres", cle="heures_par_etp", valeur="1820")
    classeur.ajouter("parametres", cle="premiere_annee", valeur="2021")
    for code, nom, prenom, role in INTERVENANTS:
        classeur.ajouter("intervenants", code=code, nom=nom, prenom=prenom, role=role)
    for code, nom in FINANCEURS.items():
        classeur.ajouter("financeurs", code=code, nom=nom)
    for code, nom in ATELIERS.items():
        classeur.ajouter("ateliers", code=code, nom=nom)
    for code, (atelier, nom, encadrant) in EQUIPES.items():
        classeur.ajouter("equipes", code=code, atelier=atelier, nom=nom, encadrant=encadrant)
    for annee, indicateur, atelier, valeur, source in VALEURS_PUBLIEES:
        classeur.ajouter(
            "valeurs_publiees", annee=annee, indicateur=indicateur, atelier=atelier, valeur=valeur, source=source
        )
    for annee in range(2020, derniere_annee + 1):
        subventions = _ajouter_conventions(classeur, annee)
        ventes = _ajouter_chiffre_affaires(classeur, annee)
        _ajouter_budget(classeur, annee, subventions, ventes)


def _ajouter_conventions(classeur: Classeur, annee: int) -> dict[str, int]:
    """The year's conventions; returns the total of each funder, in euros."""
    totaux: dict[str, int] = {}
    for rang, (financeur, action, base, objectif, unite) in enumerate(_CONVENTIONS_2021, start=1):
        facteur = _INDEXATION_2021.get(min(annee, 2022), {}).get(action, Decimal(1))
        # From 2022 on the grants follow prices, from afar.
        facteur *= 1 + Decimal("0.015") * max(annee - 2022, 0)
        montant = int(round(base * facteur, -2)) if annee != 2021 else base
        nombre = str(objectif) if objectif else None
        if unite == "etp":
            nombre = "27.46" if annee == 2021 else "26"
        if annee < 2021:  # the objectives of that year are printed nowhere
            nombre = None
        classeur.ajouter(
            "conventions",
            ref=f"CV-{annee}-{rang:02d}",
            financeur=financeur,
            action=action,
            annee=annee,
            montant=montant,
            objectif=nombre,
            unite_objectif=unite if nombre else None,
        )
        totaux[financeur] = totaux.get(financeur, 0) + montant
    return totaux


def _ajouter_chiffre_affaires(classeur: Classeur, annee: int) -> int:
    """Monthly turnover by workshop (2020 stands as published values only); returns the year's total, in euros."""
    if annee == 2020:
        return sum(CHIFFRE_AFFAIRES_2020.values())
    total = 0
    for atelier, base in CHIFFRE_AFFAIRES_2021.items():
        montant = base
        if annee > 2021:
            croissance = {"brigades-vertes": -0.04, "de-fil-en-recup": 0.45, "batiment": 2.6}[atelier]
            montant = round(base * (1 + croissance) * (1 + 0.02 * (annee - 2022)))
        rng = hasard(f"chiffre-affaires:{atelier}:{annee}")
        poids = [saison * rng.uniform(0.85, 1.15) for saison in _SAISONS[atelier]]
        for mois, centimes in enumerate(repartir(montant * 100, poids), start=1):
            classeur.ajouter(
                "chiffre_affaires",
                atelier=atelier,
                mois=mois_texte(annee, mois),
                montant=f"{centimes // 100}.{centimes % 100:02d}",
            )
        total += montant
    return total


def _ajouter_budget(classeur: Classeur, annee: int, subventions: dict[str, int], ventes: int) -> None:
    """Income and charges by heading of the chart of accounts; grants are those of the conventions, by funder."""

    def ligne(sens: str, rubrique: str, montant: int, financeur: str | None = None) -> int:
        classeur.ajouter("budget", annee=annee, sens=sens, rubrique=rubrique, montant=montant, financeur=financeur)
        return montant

    rng = hasard(f"budget:{annee}")
    produits = ligne("produit", "70 Ventes et prestations", ventes)
    for financeur, montant in subventions.items():
        produits += ligne("produit", "74 Subventions d’exploitation", montant, financeur)
    produits += ligne("produit", "75 Autres produits de gestion courante", rng.randrange(8_000, 14_000, 10))
    produits += ligne("produit", "78 Reprises sur amortissements et provisions", rng.randrange(4_000, 9_000, 10))
    resultat = {2020: 21_480, 2021: 14_260}.get(annee, rng.randrange(-12_000, 18_000, 10))
    charges = (
        ("60 Achats", 71),
        ("61 Services extérieurs", 54),
        ("62 Autres services extérieurs", 47),
        ("63 Impôts et taxes", 24),
        ("64 Charges de personnel", 768),
        ("65 Autres charges de gestion courante", 4),
        ("67 Charges exceptionnelles", 2),
        ("68 Dotations aux amortissements et provisions", 30),
    )
    poids = [base * rng.uniform(0.97, 1.03) for _, base in charges]
    for (rubrique, _), montant in zip(charges, repartir(produits - resultat, poids), strict=True):
        ligne("charge", rubrique, montant)
