"""The texts of the demonstration report: plainly invented, short, with chips instead of numbers."""

from __future__ import annotations

import datetime

from django.db import transaction

from rapports.models import Perspective, Rapport, SectionRapport, Texte

TEXTES: dict[str, tuple[str, str]] = {
    "mot_president": (
        (
            "Ce rapport raconte une année de travail et de rencontres. Derrière chaque nombre, il y a quelqu’un qui a "
            "poussé notre porte, et quelqu’un qui lui a répondu.\n\n"
            "Nous avons accompagné {{ asso.personnes }} personnes. Merci aux salariés, aux bénévoles et à celles et ceux "
            "qui nous financent."
        ),
        "Ondine Fictive, présidente",
    ),
    "mot_direction": (
        (
            "L’année se lit en deux phrases. Les chantiers ont compté {{ aci.salaries }} salariés, contre "
            "{{ aci.salaries N-1 }} l’année d’avant ({{ aci.salaries évolution }}). Le pôle social a suivi "
            "{{ rsa.suivis }} allocataires.\n\n"
            "Les pages qui suivent disent ce que ces nombres comptent, et comment."
        ),
        "Gaspard Imaginaire, directeur",
    ),
    "aci": (
        (
            "## Une année pleine\n\n"
            "{{ aci.embauches }} personnes nous ont rejoints, pour {{ aci.heures }} heures d’insertion, soit {{ aci.etp }} "
            "équivalents temps plein.\n\n"
            "## Ce que nous retenons\n\n"
            "- {{ aci.sorties_emploi }} sorties vers l’emploi, dont {{ aci.sorties_emploi_durable }} durables ;\n"
            "- {{ aci.formation_salaries }} salariés formés, pour {{ aci.formation_heures }} heures ;\n"
            "- des équipes stables, présentes toute l’année sur le territoire."
        ),
        "",
    ),
    "atelier:brigades-vertes": (
        (
            "Haies, sentiers, berges : les brigades entretiennent les espaces naturels des communes. "
            "{{ aci.salaries atelier=brigades-vertes }} salariés y ont travaillé cette année."
        ),
        "",
    ),
    "rsa": (
        (
            "Le premier rendez-vous compte plus que tous les autres : nous avons gardé du temps pour lui.\n\n"
            "{{ rsa.rdv_honores }} rendez-vous ont été honorés sur {{ rsa.convocations }} convocations, et les visites à "
            "domicile sont passées de {{ rsa.visites N-1 }} à {{ rsa.visites }}."
        ),
        "",
    ),
    "logement": (
        (
            "## Pour qui\n\nDes ménages qui cherchent un logement, ou qui risquent de perdre le leur.\n\n"
            "## Pourquoi\n\nUn toit sûr est le premier appui d’un retour à l’emploi.\n\n"
            "## Comment\n\nDes visites, un budget refait ensemble, des aides demandées à temps : {{ logement.mois_mesures }} "
            "mois-mesures, soit {{ logement.taux_realisation }} de l’objectif."
        ),
        "",
    ),
}
PERSPECTIVES = (
    (2020, "pro", "Ouvrir une septième équipe", "huit places de plus", "realisee", "ouverte au printemps"),
    (2020, "social", "Reprendre les visites à domicile", "une visite par trimestre", "realisee", ""),
    (2021, "pro", "Préparer davantage de salariés au CQP", "dix inscrits", "", ""),
    (2021, "social", "Proposer un atelier numérique par mois", "soixante participants", "", ""),
)


def ecrire_textes() -> None:
    """The report of 2021 as its director left it before the assembly, and the plan of perspectives of 2020."""
    with transaction.atomic():
        rapports = {
            annee: Rapport.objects.get_or_create(debut=datetime.date(annee, 1, 1), fin=datetime.date(annee, 12, 31))[0]
            for annee in (2020, 2021)
        }
        for section, (corps, signature) in TEXTES.items():
            texte = Texte(rapport=rapports[2021], section=section, corps=corps, signature=signature)
            texte.enregistrer(None)
        SectionRapport.objects.create(
            rapport=rapports[2021],
            section="logement",
            partie="social",
            ordre=60,
            courte=True,
            mise_en_page=SectionRapport.MiseEnPage.RECIT,
        )
        for annee, partie, intitule, objectif, suite, commentaire in PERSPECTIVES:
            Perspective.objects.create(
                rapport=rapports[annee],
                partie=partie,
                intitule=intitule,
                objectif=objectif,
                suite=suite,
                commentaire=commentaire,
            )
