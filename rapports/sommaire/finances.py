"""The key figures, and the part of the accounts."""

from __future__ import annotations

from rapports.sommaire.blocs import (
    Barres,
    Budget,
    Cartes,
    Colonne,
    Evolution,
    Page,
    Partie,
    rangee,
)

CHIFFRES_CLES = Page(
    "essentiel",
    "L’année en chiffres",
    chapeau=("asso.personnes",),
    mot="L’éditorial",
    cles=("asso.personnes", "aci.salaries", "rsa.suivis"),
    rangees=(
        rangee(
            Cartes(
                (
                    "aci.salaries",
                    "aci.etp",
                    "aci.taux_sorties_dynamiques",
                    "aci.formation_heures",
                    "rsa.suivis",
                    "rsa.rdv_honores",
                    "rsa.part_sorties_insertion_professionnelle",
                    "rsa.contrats_engagement",
                    "logement.menages_fsl",
                    "logement.taux_realisation",
                    "collectif.participants",
                    "finances.subventions",
                ),
                par_ligne=4,
            ),
        ),
        rangee(
            Evolution(("aci.taux_sorties_dynamiques",), "Taux de sorties dynamiques des chantiers", 150),
            Barres("finances.subventions_par_financeur", "Subventions par financeur", 150, limite=5),
        ),
    ),
)

FINANCES = Partie(
    "finances",
    "Rapport financier",
    "Les comptes de l’année et les conventions signées avec les financeurs.",
    ("finances.produits", "finances.charges", "finances.subventions"),
    (
        Page(
            "budget",
            "Les comptes de l’année",
            surtitre="Finances",
            chapeau=("finances.resultat",),
            cles=("finances.produits", "finances.charges", "finances.resultat"),
            mot="Le commentaire du trésorier",
            rangees=(
                rangee(Cartes(("finances.produits", "finances.charges", "finances.resultat"), 3)),
                rangee(
                    Budget("finances.produits_par_rubrique", "Produits par rubrique", 330),
                    Budget("finances.charges_par_rubrique", "Charges par rubrique", 330),
                ),
            ),
        ),
        Page(
            "subventions",
            "Les financeurs",
            surtitre="Finances",
            chapeau=("finances.subventions",),
            cles=("finances.subventions",),
            rangees=(
                rangee(
                    Colonne(
                        (
                            Budget(
                                "finances.subventions_par_financeur", "Subventions conventionnées par financeur", 430
                            ),
                        ),
                        3,
                    ),
                    Colonne(
                        (
                            Cartes(("finances.subventions",), 1),
                            Evolution(
                                ("finances.produits", "finances.charges"),
                                "Produits et charges",
                                250,
                                ("Produits", "Charges"),
                            ),
                        ),
                        2,
                    ),
                ),
            ),
        ),
    ),
)
