"""Figures of the accounts and of the agreements with funders."""

from __future__ import annotations

from aipi.models import Convention, Financeur
from rapports.cles import ParLigne, ParTexte
from rapports.declarations import Chapitre, Difference, Population, Repartition, Somme
from rapports.models import LigneBudget

PRODUITS = Population(LigneBudget.objects.produits, "budget", "produits du budget de l’année")
CHARGES = Population(LigneBudget.objects.charges, "budget", "charges du budget de l’année")
CONVENTIONS = Population(Convention.objects.de, "conventions", "conventions de l’année")


class Finances(Chapitre):
    prefixe = "finances"
    titre = "Finances"

    produits = Somme(
        "Produits",
        PRODUITS,
        "montant",
        unite="€",
        toujours_connu=True,
        favorable="hausse",
        definition="Somme des produits du budget de l’année.",
    )
    charges = Somme(
        "Charges",
        CHARGES,
        "montant",
        unite="€",
        toujours_connu=True,
        definition="Somme des charges du budget de l’année.",
    )
    resultat = Difference(
        "Résultat",
        produits,
        charges,
        unite="€",
        favorable="hausse",
        definition="Produits moins charges.",
    )
    subventions = Somme(
        "Subventions conventionnées",
        CONVENTIONS,
        "montant",
        unite="€",
        toujours_connu=True,
        favorable="hausse",
        definition="Somme des montants des conventions de l’année.",
    )

    produits_par_rubrique = Repartition(
        "Produits par rubrique",
        produits,
        par=ParTexte("rubrique"),
        definition="Produits de l’année par rubrique du budget.",
    )
    charges_par_rubrique = Repartition(
        "Charges par rubrique",
        charges,
        par=ParTexte("rubrique"),
        definition="Charges de l’année par rubrique du budget.",
    )
    subventions_par_financeur = Repartition(
        "Subventions par financeur",
        subventions,
        par=ParLigne(Financeur, "code", "nom", "financeur"),
        definition="Montants des conventions de l’année par financeur.",
    )
