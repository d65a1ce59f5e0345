"""A caseload with its rows by reference, and the facts several poles ask for."""

from datetime import date
from decimal import Decimal
from typing import Any

from .feuilles import Dossier, completer
from .figures import Nombre, somme
from .periodes import Periode


class Caseload:
    """The sheets (`feuilles`) and the indexes on them."""

    def __init__(self, dossier: Dossier) -> None:
        self.feuilles: dict[str, list[dict[str, Any]]] = completer(dossier)
        self.personnes = {ligne["ref"]: ligne for ligne in self.feuilles["personnes"]}
        self.ateliers = {ligne["code"]: ligne for ligne in self.feuilles["ateliers"]}
        self.equipes = {ligne["code"]: ligne for ligne in self.feuilles["equipes"]}
        self.parcours = {ligne["ref"]: ligne for ligne in self.feuilles["parcours"]}
        self.heures = self.feuilles["heures"]
        # the order « first » and « last » are said in
        self.contrats = sorted(self.feuilles["contrats"], key=lambda k: (k["date_debut"], k["ref"]))
        self.contrat = {k["ref"]: k for k in self.contrats}
        self.contrats_de = {ref: [k for k in self.contrats if k["parcours"] == ref] for ref in self.parcours}

    def parcours_de(self, contrat: str) -> dict[str, Any]:
        return self.parcours[self.contrat[contrat]["parcours"]]

    def fin_contrat(self, contrat: dict[str, Any]) -> date | None:
        """A contract without end ends with its parcours."""
        fin: date | None = contrat["date_fin"] or self.parcours[contrat["parcours"]]["date_sortie"]
        return fin

    def parametre_le(self, cle: str, jour: date, defaut: Decimal | None) -> Any:
        """The value in force that day: the latest `valide_du` on or before it; an empty one is before all."""
        lignes = [
            (ligne["valide_du"] or date.min, ligne["valeur"])
            for ligne in self.feuilles["parametres"]
            if ligne["cle"] == cle and (ligne["valide_du"] or date.min) <= jour
        ]
        return max(lignes)[1] if lignes else defaut

    def premiere_annee(self) -> int | None:
        """The first year printed from case files, None without limit: the latest row, whatever its `valide_du`."""
        valeur = self.parametre_le("premiere_annee", date.max, None)
        return None if valeur is None else int(valeur)

    def objectif(self, p: Periode, action: str, unite: str) -> Nombre:
        """Σ `objectif` of the conventions of the year; unknown when there is none, or out of a calendar year."""
        objectifs = [
            v["objectif"]
            for v in self.feuilles["conventions"]
            if (v["annee"], v["action"], v["unite_objectif"]) == (p.annee, action, unite)
        ]
        return somme(objectifs) if objectifs else None
