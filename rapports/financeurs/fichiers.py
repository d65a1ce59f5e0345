"""The files of a dashboard: PDF, workbook, CSV. Made when they are asked for, from what is published, always the same."""

from __future__ import annotations

from django.template.loader import render_to_string

from aipi.pdf import en_pdf
from rapports.financeurs.affichage import afficher
from rapports.financeurs.donnees import en_csv, en_xlsx
from rapports.financeurs.explications import methode
from rapports.models import Tableau
from rapports.rendu.document import feuille

FICHIERS = {"tableau.pdf": "PDF", "chiffres.xlsx": "Tableur", "chiffres.csv": "CSV"}
"""By name, what it is called on the page."""


def fabriquer(tableau: Tableau, nom: str) -> tuple[bytes, str]:
    """Bytes and media type of a file of `FICHIERS`. Raises RenduImpossible when this machine cannot make a PDF."""
    if nom == "chiffres.csv":
        return en_csv(tableau), "text/csv; charset=utf-8"
    if nom == "chiffres.xlsx":
        return en_xlsx(tableau, methode(tableau)), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    html = render_to_string(
        "rapports/tableau_document.html",
        {
            "tableau": tableau,
            "affichage": afficher(tableau),
            "methode": methode(tableau),
            "document": True,
            "style": f"{feuille('polices.css')}\n{feuille('tableau.css')}",
        },
    )
    return en_pdf(html), "application/pdf"
