"""The texts of the demonstration report: plainly invented, short, with chips instead of numbers."""

from __future__ import annotations

import datetime
import io

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageColor, ImageDraw

from aipi.models import Financeur
from aipi.photos import preparer
from rapports.models import Perspective, Photo, Rapport, SectionRapport, Texte

TEXTES: dict[str, tuple[str, str]] = {
    "mot_president": (
        (
            "Ce rapport raconte une année de travail et de rencontres. Derrière chaque nombre, il y a quelqu’un qui a "
            "poussé notre porte, et quelqu’un qui lui a répondu.\n\n"
            "Nous avons accompagné {{ asso.personnes }} personnes. Certaines sont restées quelques semaines, d’autres "
            "toute l’année ; {{ asso.personnes_plusieurs_accompagnements }} ont eu besoin de plusieurs d’entre nous à la "
            "fois. C’est là que notre maison prend son sens : le chantier, le logement, le rendez-vous du mardi ne sont "
            "pas des guichets voisins, mais une même équipe autour d’une même personne.\n\n"
            "Un nouvel atelier est né au début de l’année, celui du bâtiment. Il a commencé par nos propres murs : avant de "
            "réparer ceux des autres, il fallait apprendre sur les siens. Les premiers arrivés y forment déjà les suivants, "
            "et plusieurs ont trouvé là un geste qu’ils ne se connaissaient pas.\n\n"
            "L’an prochain demandera la même patience. Nous voulons que chaque village du territoire sache où nous trouver, "
            "et que personne n’attende des semaines une première réponse. C’est une promesse simple ; elle se tient chaque "
            "matin, au dépôt comme au téléphone.\n\n"
            "Rien de cela ne se fait seul. Merci aux salariés, aux bénévoles, aux communes qui nous confient leurs haies "
            "et leurs murs, et à celles et ceux qui nous financent. Les pages qui suivent leur rendent compte, chiffre "
            "après chiffre, et disent aussi ce que nous n’avons pas réussi."
        ),
        "Octave Fictif, président",
    ),
    "mot_direction": (
        (
            "L’année se lit en deux phrases. Les chantiers ont compté {{ aci.salaries }} salariés, contre "
            "{{ aci.salaries N-1 }} l’année d’avant ({{ aci.salaries évolution }}). Le pôle social a suivi "
            "{{ rsa.suivis }} allocataires, contre {{ rsa.suivis N-1 }}.\n\n"
            "Cette croissance a un prix : il a fallu former de nouveaux encadrants, trouver des chantiers, et garder du "
            "temps pour chacun. {{ aci.entretiens }} entretiens ont eu lieu avec les salariés, souvent au bord du "
            "chantier, parfois dans le camion.\n\n"
            "Du côté du pôle social, l’année a été celle des retours à domicile. Aller voir les gens chez eux change ce que "
            "l’on comprend : une facture restée fermée, un chauffage coupé, un courrier que personne n’a lu. Beaucoup de "
            "ruptures se préviennent à une table de cuisine.\n\n"
            "Reste ce qui ne se compte pas. Une équipe qui s’écoute, un salarié qui prend la parole pour la première fois, "
            "un locataire qui ouvre sa porte. Nous l’avons laissé aux récits de chaque chapitre, où ceux qui l’ont vécu le "
            "disent mieux que nous.\n\n"
            "Les pages qui suivent disent ce que ces nombres comptent, et comment. Chacun mène à sa définition : qu’on "
            "nous lise de près, et qu’on nous questionne."
        ),
        "Gaspard Imaginaire, directeur",
    ),
    "aci": (
        (
            "## Une année pleine\n\n"
            "{{ aci.embauches }} personnes nous ont rejoints, pour {{ aci.heures }} heures d’insertion, soit {{ aci.etp }} "
            "équivalents temps plein. Les équipes ont tourné toute l’année, sans fermeture, et les brigades ont repris les "
            "chantiers communs qui leur manquaient.\n\n"
            "## Ce que nous retenons\n\n"
            "- {{ aci.sorties_emploi }} sorties vers l’emploi, dont {{ aci.sorties_emploi_durable }} durables ;\n"
            "- {{ aci.formation_salaries }} salariés formés, pour {{ aci.formation_heures }} heures ;\n"
            "- {{ aci.cqp_inscrits }} inscrits au certificat de qualification, accompagnés par un tuteur chacun ;\n"
            "- des équipes stables, présentes toute l’année sur le territoire.\n\n"
            "## Ce qui reste difficile\n\n"
            "Venir travailler quand aucun car ne passe avant huit heures. Le permis de conduire reste le premier sujet des "
            "entretiens, et la moitié des offres que nous trouvons demandent une voiture. Nous avons prêté quatre "
            "mobylettes ; il en faudrait le double.\n\n"
            "Le taux d’absentéisme s’établit à {{ aci.taux_absenteisme }}. Les absences se concentrent sur les premières "
            "semaines : c’est le moment où tout se joue, et celui où nous voulons être plus présents."
        ),
        "",
    ),
    "atelier:brigades-vertes": (
        (
            "Haies, sentiers, berges : les brigades entretiennent les espaces naturels des communes. "
            "{{ aci.salaries atelier=brigades-vertes }} salariés y ont travaillé cette année, pour "
            "{{ aci.heures atelier=brigades-vertes }} heures.\n\n"
            "L’hiver appartient aux saules têtards et aux haies, le printemps aux sentiers, l’été aux berges. Chaque "
            "équipe suit les mêmes communes toute l’année : les habitants connaissent les prénoms, et les maires savent "
            "qui appeler."
        ),
        "",
    ),
    "rsa": (
        (
            "Le premier rendez-vous compte plus que tous les autres : nous avons gardé du temps pour lui.\n\n"
            "{{ rsa.rdv_honores }} rendez-vous ont été honorés sur {{ rsa.convocations }} convocations, et les visites à "
            "domicile sont passées de {{ rsa.visites N-1 }} à {{ rsa.visites }}. Aller voir les gens chez eux demande du "
            "temps de route ; c’est pourtant là que se disent les choses qui décident d’un parcours : une facture, un "
            "voisin, un permis jamais passé.\n\n"
            "## Ce qui a changé\n\n"
            "Les convocations partent maintenant avec un plan et le nom de la personne qui recevra. Quand quelqu’un ne "
            "vient pas, nous appelons le jour même. Le taux de rendez-vous honorés s’établit à "
            "{{ rsa.taux_rdv_honores }}.\n\n"
            "## Ce qui a abouti\n\n"
            "- {{ rsa.contrats_engagement }} contrats d’engagement signés ;\n"
            "- {{ rsa.sorties_insertion_professionnelle }} sorties vers l’insertion professionnelle."
        ),
        "",
    ),
    "logement": (
        (
            "## Pour qui\n\nDes ménages qui cherchent un logement, ou qui risquent de perdre le leur. Beaucoup de familles : "
            "{{ logement.enfants_fsl }} enfants vivent derrière ces mesures. Ils nous sont adressés par les travailleurs "
            "sociaux du territoire, les bailleurs, parfois par un voisin.\n\n"
            "## Pourquoi\n\nUn toit sûr est le premier appui d’un retour à l’emploi. Une dette de loyer prise tôt se règle "
            "en quelques mois ; prise tard, elle finit devant le juge. Accompagner coûte moins cher qu’expulser, et fait "
            "moins de mal.\n\n"
            "## Comment\n\nDes visites, un budget refait ensemble, des aides demandées à temps : {{ logement.mois_mesures }} "
            "mois-mesures, soit {{ logement.taux_realisation }} de l’objectif. {{ logement.aides_accordees }} aides ont été "
            "accordées, pour {{ logement.aides_montant }}. La référente va chez les gens, et les gens savent où la trouver."
        ),
        "",
    ),
}
IMAGES = (
    ("Une haie au lever du jour", "Les brigades taillent en hiver (image dessinée pour la démonstration).", 205),
    ("Un sentier entre deux champs", "Un sentier rouvert au printemps (image dessinée pour la démonstration).", 150),
)
"""What each drawn picture shows, what is said under it, and the hue of its sky."""
PERSPECTIVES = (
    (2020, "pro", "Ouvrir une septième équipe", "huit places de plus", "ETAT", "realisee", "ouverte au printemps"),
    (2020, "pro", "Un camion de plus pour les brigades", "", "CCHF", "reportee", "commandé, livré l’an prochain"),
    (2020, "social", "Reprendre les visites à domicile", "une visite par trimestre", "DEPARTEMENT", "realisee", ""),
    (2021, "pro", "Préparer davantage de salariés au CQP", "dix inscrits", "ETAT", "", ""),
    (2021, "pro", "Prêter huit mobylettes", "personne refusé faute de transport", "CCHF", "", ""),
    (2021, "social", "Proposer un atelier numérique par mois", "soixante participants", "DEPARTEMENT", "", ""),
)


def dessiner_image(teinte: int) -> ContentFile[bytes]:
    """A plainly drawn landscape: sky, hills, a path. A photograph of the demonstration would show a real place."""
    image = Image.new("RGB", (1200, 800), ImageColor.getrgb(f"hsl({teinte}, 45%, 82%)"))
    crayon = ImageDraw.Draw(image)
    crayon.ellipse((860, 90, 1000, 230), fill="#fbe3a1")
    for haut, couleur in ((430, "#8fb39a"), (520, "#5f9070"), (620, "#3d6b4b")):
        crayon.ellipse((-500, haut, 900, haut + 900), fill=couleur)
        crayon.ellipse((300, haut + 40, 1700, haut + 900), fill=couleur)
    crayon.polygon([(560, 800), (760, 800), (640, 560), (620, 560)], fill="#d9c9a3")
    sortie = io.BytesIO()
    image.save(sortie, "PNG")
    return preparer(ContentFile(sortie.getvalue(), name="dessin.png"))


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
        SectionRapport.objects.create(
            rapport=rapports[2021],
            section="atelier:brigades-vertes",
            partie="pro",
            ordre=100,
            mise_en_page=SectionRapport.MiseEnPage.GALERIE,
        )
        for rang, (alternative, legende, teinte) in enumerate(IMAGES):
            Photo.objects.create(
                rapport=rapports[2021],
                section="atelier:brigades-vertes",
                image=dessiner_image(teinte),
                alternative=alternative,
                legende=legende,
                accord=Photo.Accord.PERSONNE,
                ordre=rang,
            )
        financeurs = {financeur.code: financeur for financeur in Financeur.objects.all()}
        for annee, partie, intitule, objectif, financeur, suite, commentaire in PERSPECTIVES:
            Perspective.objects.create(
                rapport=rapports[annee],
                partie=partie,
                intitule=intitule,
                objectif=objectif,
                financeur=financeurs.get(financeur),
                suite=suite,
                commentaire=commentaire,
            )
