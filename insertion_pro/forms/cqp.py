"""The CQP booklet of a participant: each module at the three evaluations, hours done, jury."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict

from aipi import roles
from aipi.grille import Case, Choix, Grille, Jour, Nombre
from aipi.models import Compte
from aipi.roles import modifiables
from insertion_pro.models import EvaluationCqp, ModuleCqp, ParticipationFormation

HEURES_CQP = Decimal(250)
"""Hours of the CQP « salarié polyvalent », in four modules over six months (the association's booklet)."""

EVALUATIONS = {1: "Début de parcours", 2: "Milieu de parcours", 3: "Fin de parcours"}
"""The three evaluations, as the booklet names them."""

NIVEAUX = tuple((str(code), str(libelle)) for code, libelle in EvaluationCqp.Niveau.choices)
MARQUES = (
    ("", "Non évalué"),
    (str(EvaluationCqp.Niveau.NON_ACQUIS), "Non acquis"),
    (str(EvaluationCqp.Niveau.EN_COURS), "En cours"),
    (str(EvaluationCqp.Niveau.ACQUIS), "Acquis"),
)
"""The levels as the buttons of the booklet write them."""
RESULTATS = tuple((str(code), str(libelle)) for code, libelle in ParticipationFormation.Resultat.choices)


@dataclass(frozen=True)
class Evaluation:
    """One module at one evaluation."""

    numero: int
    titre: str
    niveau: Case
    date: Case

    @property
    def repere(self) -> str:
        """What its label is known by in the page."""
        return self.niveau.cle[1:]

    @property
    def niveaux(self) -> tuple[tuple[str, str], ...]:
        return MARQUES


@dataclass(frozen=True)
class LigneModule:
    module: ModuleCqp
    evaluations: tuple[Evaluation, ...]

    @property
    def acquis(self) -> bool:
        """The last known evaluation says « acquis »."""
        connues = [e.niveau.actuelle for e in self.evaluations if e.niveau.actuelle]
        return bool(connues) and connues[-1] == EvaluationCqp.Niveau.ACQUIS


class Livret(Grille):
    """The booklet, for what `compte` may change: marks for a supervisor, hours and jury too for the pole."""

    noms = re.compile(r"[nd]\d+-\d+|heures|resultat|date_jury")

    def __init__(self, participation: ParticipationFormation, compte: Compte, donnees: QueryDict | None = None) -> None:
        self.participation = participation
        evaluations = modifiables(
            EvaluationCqp.objects.filter(formation=participation.formation_id, parcours=participation.parcours_id),
            compte,
        )
        self.existantes = {(e.module_id, e.numero): e for e in evaluations}
        self.modules = list(ModuleCqp.objects.all())
        self.lignes = [
            LigneModule(module, tuple(self._evaluation(module, numero) for numero in EvaluationCqp.NUMEROS))
            for module in self.modules
        ]
        self.jury: dict[str, Case] = {}
        if roles.pole_pro(compte):
            sortes: dict[str, Nombre | Jour | Choix] = {
                "heures": Nombre(),
                "date_jury": Jour(),
                "resultat": Choix(RESULTATS),
            }
            self.jury = {
                champ: Case(champ, sorte, sorte.ecrire(getattr(participation, champ)))
                for champ, sorte in sortes.items()
            }
        marques = [case for ligne in self.lignes for e in ligne.evaluations for case in (e.niveau, e.date)]
        super().__init__([*marques, *self.jury.values()], None if donnees is None else self._dater(donnees))
        self._sans_niveau()

    def _evaluation(self, module: ModuleCqp, numero: int) -> Evaluation:
        existante = self.existantes.get((module.pk, numero))
        niveau, jour = Choix(NIVEAUX), Jour()
        return Evaluation(
            numero,
            EVALUATIONS[numero],
            Case(f"n{module.pk}-{numero}", niveau, existante.niveau if existante else ""),
            Case(f"d{module.pk}-{numero}", jour, jour.ecrire(existante.date if existante else None)),
        )

    def _dater(self, donnees: QueryDict) -> QueryDict:
        """The day of an evaluation, typed once, goes to the modules that have a level and no day."""
        datees = donnees.copy()
        for numero in EvaluationCqp.NUMEROS:
            jour = datees.get(f"jour-{numero}", "").strip()
            for module in self.modules:
                cle = f"{module.pk}-{numero}"
                if jour and datees.get(f"n{cle}") and not datees.get(f"d{cle}"):
                    datees[f"d{cle}"] = jour
        return datees

    def _sans_niveau(self) -> None:
        """A day says nothing without a level; one that loses its level loses its day."""
        for ligne in self.lignes:
            for evaluation in ligne.evaluations:
                niveau, date = evaluation.niveau, evaluation.date
                if niveau.saisie or niveau.erreur or not date.saisie:
                    continue
                if niveau.modifiee:
                    date.saisie = ""
                    self.changements.pop(date.cle, None)
                else:
                    date.erreur = date.erreur or "Choisissez le niveau, ou effacez la date."

    def ecrire(self) -> None:
        for ligne in self.lignes:
            for evaluation in ligne.evaluations:
                self._ecrire_evaluation(ligne.module, evaluation)
        changes = [champ for champ in self.jury if champ in self.changements]
        for champ in changes:
            valeur = self.changements[champ]
            setattr(self.participation, champ, "" if champ == "resultat" and valeur is None else valeur)
        if changes:
            self.participation.save(update_fields=changes)

    def _ecrire_evaluation(self, module: ModuleCqp, evaluation: Evaluation) -> None:
        niveau, date = evaluation.niveau, evaluation.date
        if niveau.cle not in self.changements and date.cle not in self.changements:
            return
        existante = self.existantes.get((module.pk, evaluation.numero))
        if not niveau.saisie:
            if existante is not None:
                existante.delete()
            return
        jour = date.sorte.lire(date.saisie) if date.saisie else None
        if existante is None:
            EvaluationCqp.objects.create(
                formation_id=self.participation.formation_id,
                parcours_id=self.participation.parcours_id,
                module=module,
                numero=evaluation.numero,
                niveau=niveau.saisie,
                date=jour,
            )
        else:
            existante.niveau, existante.date = niveau.saisie, jour
            existante.save(update_fields=["niveau", "date"])

    @property
    def acquis(self) -> int:
        """Modules acquired at their last evaluation."""
        return sum(1 for ligne in self.lignes if ligne.acquis)
