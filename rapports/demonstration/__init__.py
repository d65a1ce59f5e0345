"""The demonstration caseload: fictional people whose 2021 figures are those of the printed report.

`ecrire_demonstration` is the whole interface. The caseload is laid out year by year, each subject with a generator of
its own, then stopped on the given day; nothing that counts in 2021 depends on that day.
"""

import datetime
from pathlib import Path

from rapports.demonstration.accompagnement import Accompagnement
from rapports.demonstration.aci import Chantiers
from rapports.demonstration.actions import Ateliers
from rapports.demonstration.fabrique import FIN_CALEE, Classeur, plus_jours
from rapports.demonstration.identites import Population
from rapports.demonstration.logement import Menages
from rapports.demonstration.present import HORIZON_SEANCES, arreter
from rapports.demonstration.quotidien import ajouter_quotidien
from rapports.demonstration.references import ajouter_references
from rapports.demonstration.rsa import Allocataires


def ecrire_demonstration(dossier: Path, aujourd_hui: datetime.date) -> None:
    """Write the caseload known on the evening of `aujourd_hui` as CSV sheets of the exchange format.

    `dossier` is made if missing. The same day gives the same bytes. A day before 2021-12-31 (a wrong clock) counts as
    2021-12-31, the last day of the report that the caseload must give.
    """
    aujourd_hui = max(aujourd_hui, FIN_CALEE)
    classeur = Classeur()
    population = Population(classeur)
    ajouter_references(classeur, aujourd_hui.year)
    chantiers = Chantiers(classeur, population)
    accompagnement = Accompagnement(classeur, chantiers)
    allocataires = Allocataires(classeur, population)
    menages = Menages(classeur, population)
    ateliers = Ateliers(classeur, allocataires)

    chantiers.ajouter_cohorte_2021()
    accompagnement.ajouter_2021()
    allocataires.ajouter_2021(chantiers.cohorte_2021)
    menages.ajouter_2021(accompagnement.freins_logement, allocataires)
    ateliers.ajouter_2021()
    allocataires.poursuivre_2021()
    for annee in range(2022, plus_jours(aujourd_hui, HORIZON_SEANCES).year + 1):
        embauches = chantiers.ajouter_annee(annee)
        accompagnement.ajouter_annee(annee, embauches)
        allocataires.ajouter_annee(annee, embauches)
        menages.ajouter_annee(annee, allocataires)
        ateliers.ajouter_annee(annee)
    chantiers.ajouter_heures()
    accompagnement.ajouter_entretiens()

    arreter(classeur, aujourd_hui)
    ajouter_quotidien(classeur, aujourd_hui)
    dossier.mkdir(parents=True, exist_ok=True)
    classeur.ecrire(dossier)
