"""What the report contains, in order: parts, pages, and the blocks of each page. Declared here, drawn in `rapports.rendu`.

Lengths are CSS pixels on a landscape A4 page whose text is 1,001 wide and about 560 high under its title. A page's code
is also the section of the director's texts and photographs, so it must not change once texts have been written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

LARGEUR = 1001.0
GOUTTIERE = 40.0

Genre = Literal["essentiel", "evolution", "profil"]


class Bloc:
    """Something drawn in a column of a page."""


@dataclass(frozen=True)
class Cartes(Bloc):
    """Figures set large with their change. `grand`: two to a row."""

    codes: tuple[str, ...]
    par_ligne: int = 4


@dataclass(frozen=True)
class Phrases(Bloc):
    """Sentences composed from figures; those unknown in both years are left out, unless all are."""

    codes: tuple[str, ...]
    titre: str = ""


@dataclass(frozen=True)
class Barres(Bloc):
    """Ranked bars of a breakdown. `limite` gathers the smaller ones; `total` is the figure that shares are of.

    Without `classer`, the order of the keys is kept. Keys at zero are dropped with `sans_zero`.
    """

    code: str
    titre: str
    hauteur: float
    classer: bool = True
    limite: int = 12
    total: str = ""
    sans_zero: bool = True
    note: str = ""


@dataclass(frozen=True)
class Anneau(Bloc):
    """A ring of a breakdown; `centre` names the total."""

    code: str
    titre: str
    centre: str
    diametre: float = 190.0
    note: str = ""


@dataclass(frozen=True)
class Empilement(Bloc):
    """One bar cut in shares, of a breakdown."""

    code: str
    titre: str


@dataclass(frozen=True)
class Pyramide(Bloc):
    """Age pyramid by sex, of a breakdown by age whose rows lead to the sex by `sexe`."""

    code: str
    titre: str
    sexe: str
    hauteur: float


@dataclass(frozen=True)
class Evolution(Bloc):
    """One or several figures over the years: lines, or columns when too few years are known."""

    codes: tuple[str, ...]
    titre: str
    hauteur: float
    noms: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParAtelier(Bloc):
    """One figure by workshop over the known years, stacked."""

    code: str
    titre: str
    hauteur: float


@dataclass(frozen=True)
class Mensuel(Bloc):
    """A breakdown by month."""

    code: str
    titre: str
    hauteur: float


@dataclass(frozen=True)
class Jauge(Bloc):
    """A figure against its objective."""

    realise: str
    objectif: str
    titre: str


@dataclass(frozen=True)
class Equipes(Bloc):
    """The teams of the workshop of the page: supervisor, people, hours."""

    titre: str = "Les équipes"


@dataclass(frozen=True)
class Engagements(Bloc):
    """What is already agreed for the next year, beside this one; the page is left out when nothing is."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class Budget(Bloc):
    """Charges or produits by heading, with their share."""

    code: str
    titre: str
    hauteur: float


@dataclass(frozen=True)
class Note(Bloc):
    """A line of method under what it explains."""

    texte: str


@dataclass(frozen=True)
class Colonne:
    blocs: tuple[Bloc, ...]
    part: int = 1


@dataclass(frozen=True)
class Rangee:
    """Columns side by side, as wide as their parts."""

    colonnes: tuple[Colonne, ...]

    def largeurs(self) -> list[float]:
        parts = sum(colonne.part for colonne in self.colonnes)
        utile = LARGEUR - GOUTTIERE * (len(self.colonnes) - 1)
        return [utile * colonne.part / parts for colonne in self.colonnes]


def rangee(*colonnes: Bloc | tuple[Bloc, ...] | Colonne) -> Rangee:
    """A row of columns; a single block is a column of one, tuples are columns of several."""
    return Rangee(
        tuple(c if isinstance(c, Colonne) else Colonne(c if isinstance(c, tuple) else (c,)) for c in colonnes)
    )


@dataclass(frozen=True)
class Page:
    """A page: its section code, its title, the figure said under the title, and its rows.

    `si`: the page is left out unless one of these figures is known (always there when empty). `par_atelier`: one page for
    each workshop with a contract in the period; `{atelier}` in the title is its name.
    """

    code: str
    titre: str
    rangees: tuple[Rangee, ...]
    chapeau: tuple[str, ...] = ()
    surtitre: str = ""
    si: tuple[str, ...] = ()
    par_atelier: bool = False
    mot: str = "Le mot de l’équipe"
    cles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Partie:
    """A part of the report, opened by a full page with its large figures and the list of its pages."""

    code: str
    titre: str
    presentation: str
    cles: tuple[str, ...]
    pages: tuple[Page, ...] = field(default=())


NOTE_PERSONNES = (
    "Une personne qui a changé d’équipe ou d’atelier compte dans chacun : l’addition peut dépasser le total."
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
    ),
)

ACI = Partie(
    "pro",
    "Pôle insertion professionnelle",
    "Les ateliers et chantiers d’insertion salarient des personnes éloignées de l’emploi et les accompagnent vers un travail durable.",
    ("aci.salaries", "aci.etp", "aci.taux_sorties_dynamiques"),
    (
        Page(
            "aci",
            "Les faits marquants",
            surtitre="Les ateliers et chantiers d’insertion",
            chapeau=("aci.salaries",),
            mot="Les faits marquants, racontés par l’équipe",
            cles=("aci.salaries", "aci.embauches", "aci.sorties"),
            rangees=(
                rangee(Cartes(("aci.salaries", "aci.embauches", "aci.heures", "aci.etp"))),
                rangee(
                    Colonne(
                        (
                            Phrases(
                                (
                                    "aci.sorties",
                                    "aci.sorties_emploi",
                                    "aci.sorties_emploi_durable",
                                    "aci.taux_sorties_dynamiques",
                                    "aci.part_rsa",
                                    "aci.missions",
                                    "aci.formation_heures",
                                    "aci.taux_absenteisme",
                                )
                            ),
                        ),
                        1,
                    ),
                    Colonne(
                        (
                            Evolution(
                                ("aci.salaries", "aci.embauches", "aci.sorties"),
                                "Salariés, embauches et sorties",
                                300,
                                ("Salariés", "Embauches", "Sorties"),
                            ),
                        ),
                        1,
                    ),
                ),
            ),
        ),
        Page(
            "aci_activite",
            "Heures d’insertion et équivalents temps plein",
            surtitre="Les ateliers et chantiers d’insertion",
            chapeau=("aci.heures", "aci.etp"),
            cles=("aci.heures", "aci.etp", "aci.taux_realisation_etp"),
            rangees=(
                rangee(
                    Evolution(
                        ("aci.etp", "aci.etp_conventionnes"),
                        "Équivalents temps plein réalisés et conventionnés",
                        250,
                        ("Réalisés", "Conventionnés"),
                    ),
                    ParAtelier("aci.heures", "Heures d’insertion par atelier", 250),
                ),
                rangee(
                    Colonne((Mensuel("aci.heures_par_mois", "Heures d’insertion, mois par mois", 215),), 2),
                    Colonne(
                        (
                            Jauge("aci.etp", "aci.etp_conventionnes", "ETP réalisés sur ETP conventionnés"),
                            Phrases(("aci.taux_realisation_etp", "aci.salaries_ayant_travaille")),
                        ),
                        1,
                    ),
                ),
            ),
        ),
        Page(
            "aci_sorties",
            "Que deviennent les salariés à la sortie ?",
            surtitre="Les ateliers et chantiers d’insertion",
            chapeau=("aci.taux_sorties_dynamiques",),
            cles=("aci.sorties", "aci.sorties_emploi", "aci.taux_sorties_dynamiques"),
            rangees=(
                rangee(
                    Evolution(("aci.taux_sorties_dynamiques",), "Taux de sorties dynamiques", 245),
                    Anneau("aci.sorties_par_categorie", "Les sorties par catégorie", "sorties", 200),
                ),
                rangee(
                    Barres("aci.sorties_par_motif", "Les motifs de sortie", 215, limite=7),
                    (
                        Phrases(
                            (
                                "aci.sorties",
                                "aci.sorties_emploi",
                                "aci.sorties_emploi_durable",
                                "aci.taux_emploi_durable",
                                "aci.taux_sorties_dynamiques_etat",
                                "aci.sorties_non_documentees",
                            )
                        ),
                    ),
                ),
            ),
        ),
        Page(
            "aci_profil",
            "Qui sont les salariés ?",
            surtitre="Profil des salariés en insertion",
            chapeau=("aci.part_femmes",),
            cles=("aci.femmes", "aci.rsa", "aci.rqth"),
            rangees=(
                rangee(
                    Colonne((Pyramide("aci.salaries_par_age", "Âge et sexe", "parcours__personne__sexe", 470),), 3),
                    Colonne(
                        (
                            Cartes(("aci.femmes", "aci.rqth"), 2),
                            Empilement("aci.salaries_par_sexe", "Répartition par sexe"),
                            Phrases(("aci.part_femmes", "aci.rqth", "aci.part_rsa")),
                        ),
                        2,
                    ),
                ),
            ),
        ),
        Page(
            "aci_situation",
            "Leur situation à l’entrée",
            surtitre="Profil des salariés en insertion",
            chapeau=("aci.part_chomage_24_mois",),
            cles=("aci.part_rsa", "aci.part_chomage_24_mois"),
            rangees=(
                rangee(
                    Barres("aci.salaries_par_niveau", "Niveau de formation", 235, classer=False),
                    Barres(
                        "aci.salaries_par_chomage", "Durée sans emploi à l’entrée", 235, classer=False, sans_zero=False
                    ),
                ),
                rangee(
                    Barres("aci.salaries_par_prescripteur", "Qui a orienté les salariés ?", 220, limite=7),
                    (
                        Cartes(("aci.part_rsa", "aci.part_chomage_24_mois"), 2),
                        Phrases(("aci.rsa", "aci.chomage_24_mois")),
                    ),
                ),
            ),
        ),
        Page(
            "aci_communes",
            "Où habitent les salariés ?",
            surtitre="Profil des salariés en insertion",
            chapeau=("aci.salaries",),
            cles=("aci.salaries",),
            rangees=(
                rangee(
                    Colonne(
                        (Barres("aci.salaries_par_commune", "Salariés par commune de résidence", 500, limite=18),), 3
                    ),
                    Colonne(
                        (
                            Barres(
                                "aci.salaries_par_atelier",
                                "Salariés par atelier",
                                150,
                                total="aci.salaries",
                                note=NOTE_PERSONNES,
                            ),
                            Evolution(("aci.salaries",), "Salariés en parcours", 235),
                        ),
                        2,
                    ),
                ),
            ),
        ),
        Page(
            "aci_social",
            "Lever les freins à l’emploi",
            surtitre="L’accompagnement social",
            chapeau=("aci.freins",),
            cles=("aci.freins", "aci.freins_leves", "aci.logement_personnes"),
            rangees=(
                rangee(Cartes(("aci.freins", "aci.freins_leves", "aci.entretiens", "aci.part_logement_fsl"))),
                rangee(
                    Barres(
                        "aci.freins_par_categorie",
                        "Accompagnements, par nature du frein",
                        270,
                        limite=9,
                        note="Un salarié accompagné sur deux freins compte deux fois : la somme est le nombre d’accompagnements.",
                    ),
                    Barres(
                        "aci.personnes_par_frein",
                        "Salariés concernés, par nature du frein",
                        270,
                        limite=9,
                        total="aci.salaries",
                        note="Part des salariés en parcours ; qui a plusieurs freins compte dans chacun.",
                    ),
                ),
                rangee(
                    Phrases(("aci.logement_personnes", "aci.logement_fsl")),
                ),
            ),
        ),
        Page(
            "aci_formation",
            "Se former, essayer un métier",
            surtitre="Le placement et la formation",
            chapeau=("aci.formation_salaries",),
            cles=("aci.formation_salaries", "aci.formation_heures", "aci.missions"),
            rangees=(
                rangee(
                    Cartes(
                        ("aci.formation_salaries", "aci.formation_jours", "aci.formation_heures", "aci.formation_cout")
                    )
                ),
                rangee(
                    (
                        Evolution(("aci.formation_heures",), "Heures de formation", 200),
                        Phrases(("aci.formation_jours", "aci.formation_cout")),
                    ),
                    (
                        Barres(
                            "aci.missions_par_type",
                            "Missions en cours de parcours",
                            120,
                            classer=False,
                            sans_zero=False,
                        ),
                        Evolution(("aci.missions",), "Missions, année par année", 180),
                    ),
                ),
            ),
        ),
        Page(
            "aci_absences",
            "Présence au travail et activité économique",
            surtitre="Les ateliers et chantiers d’insertion",
            chapeau=("aci.taux_absenteisme",),
            cles=("aci.taux_absenteisme", "aci.heures_absence", "aci.chiffre_affaires"),
            rangees=(
                rangee(
                    Evolution(("aci.taux_absenteisme",), "Taux d’absentéisme", 300),
                    ParAtelier("aci.chiffre_affaires", "Chiffre d’affaires par atelier", 300),
                ),
                rangee(Phrases(("aci.heures_absence", "aci.taux_absenteisme")), Phrases(("aci.chiffre_affaires",))),
                rangee(Cartes(("aci.taux_absenteisme", "aci.heures_absence", "aci.chiffre_affaires"), 3)),
            ),
        ),
        Page(
            "atelier",
            "{atelier}",
            surtitre="Atelier et chantier d’insertion",
            par_atelier=True,
            chapeau=("aci.salaries",),
            cles=("aci.salaries", "aci.heures", "aci.etp"),
            rangees=(
                rangee(Cartes(("aci.salaries", "aci.embauches", "aci.heures", "aci.etp"))),
                rangee(
                    Colonne((Mensuel("aci.heures_par_mois", "Heures d’insertion, mois par mois", 200), Equipes()), 3),
                    Colonne(
                        (
                            Anneau("aci.sorties_par_categorie", "Les sorties de l’atelier", "sorties", 140),
                            Phrases(
                                (
                                    "aci.sorties",
                                    "aci.sorties_emploi",
                                    "aci.formation_heures",
                                    "aci.taux_absenteisme",
                                    "aci.chiffre_affaires",
                                )
                            ),
                        ),
                        2,
                    ),
                ),
            ),
        ),
        Page(
            "cqp",
            "Le certificat de qualification professionnelle",
            surtitre="Se qualifier pendant le chantier",
            chapeau=("aci.cqp_inscrits",),
            si=("aci.cqp_inscrits",),
            mot="Le CQP, pas à pas",
            cles=("aci.cqp_inscrits", "aci.cqp_certifies"),
            rangees=(
                rangee(
                    Cartes(("aci.cqp_inscrits", "aci.cqp_certifies", "aci.formation_heures", "aci.formation_salaries"))
                ),
                rangee(
                    Evolution(
                        ("aci.cqp_inscrits", "aci.cqp_certifies"),
                        "Inscrits et certifiés",
                        290,
                        ("Inscrits", "Certifiés"),
                    ),
                    (Evolution(("aci.formation_jours",), "Jours de formation", 290),),
                ),
                rangee(Phrases(("aci.cqp_inscrits", "aci.cqp_certifies"))),
            ),
        ),
        Page(
            "aci_perspectives",
            "Les perspectives",
            surtitre="Les ateliers et chantiers d’insertion",
            mot="Les perspectives",
            cles=("aci.etp_conventionnes", "aci.salaries"),
            rangees=(rangee(Engagements(("aci.etp_conventionnes",))),),
        ),
    ),
)

_ACTIONS_CARTES = ("actions_prevues", "actions_realisees", "seances", "participants")


def _page_actions(domaine: str, titre: str, surtitre: str) -> Page:
    """Health and collective actions are told alike."""
    return Page(
        domaine,
        titre,
        surtitre=surtitre,
        chapeau=(f"{domaine}.actions_realisees",),
        mot="Les actions de l’année",
        cles=(f"{domaine}.actions_realisees", f"{domaine}.seances", f"{domaine}.participants"),
        rangees=(
            rangee(Cartes(tuple(f"{domaine}.{nom}" for nom in _ACTIONS_CARTES))),
            rangee(
                (
                    Barres(
                        f"{domaine}.participants_par_programme",
                        "Participants par programme",
                        230,
                        limite=8,
                        total=f"{domaine}.participants",
                        note="Qui suit deux programmes compte dans chacun.",
                    ),
                ),
                (
                    Evolution(
                        (f"{domaine}.seances", f"{domaine}.seances_annulees"),
                        "Séances tenues et annulées",
                        210,
                        ("Tenues", "Annulées"),
                    ),
                    Phrases(
                        tuple(
                            f"{domaine}.{nom}"
                            for nom in ("seances_annulees", "participations", "professionnels", "taux_remplissage")
                        )
                    ),
                ),
            ),
        ),
    )


SOCIAL = Partie(
    "social",
    "Pôle insertion sociale",
    "L’accompagnement des allocataires du RSA, le logement, la santé et les actions collectives : agir sur ce qui éloigne de l’emploi.",
    ("rsa.suivis", "logement.menages_fsl", "collectif.participants"),
    (
        Page(
            "rsa",
            "Les faits marquants",
            surtitre="L’accompagnement des allocataires du RSA",
            chapeau=("rsa.suivis",),
            mot="Les faits marquants, racontés par l’équipe",
            cles=("rsa.suivis", "rsa.entrees", "rsa.sorties"),
            rangees=(
                rangee(
                    Cartes(("rsa.suivis", "rsa.entrees", "rsa.sorties", "rsa.part_sorties_insertion_professionnelle"))
                ),
                rangee(
                    (
                        Evolution(
                            ("rsa.suivis", "rsa.entrees", "rsa.sorties"),
                            "Personnes suivies, entrées et sorties",
                            235,
                            ("Personnes suivies", "Entrées", "Sorties"),
                        ),
                    ),
                    (
                        Jauge("rsa.suivis", "rsa.places", "Personnes suivies et places financées"),
                        Phrases(
                            (
                                "rsa.suivis_par_place",
                                "rsa.occupation_moyenne",
                                "rsa.contrats_engagement",
                                "rsa.visites",
                                "rsa.points_telephoniques",
                            )
                        ),
                    ),
                ),
            ),
        ),
        Page(
            "rsa_contacts",
            "Rendez-vous, visites et appels",
            surtitre="L’accompagnement des allocataires du RSA",
            chapeau=("rsa.convocations",),
            cles=("rsa.convocations", "rsa.rdv_honores", "rsa.visites"),
            rangees=(
                rangee(Cartes(("rsa.rdv_honores", "rsa.absences", "rsa.visites", "rsa.points_telephoniques"))),
                rangee(Mensuel("rsa.rdv_honores_par_mois", "Rendez-vous honorés, mois par mois", 235)),
                rangee(
                    Jauge("rsa.rdv_honores", "rsa.convocations", "Rendez-vous honorés sur convocations"),
                    Phrases(("rsa.taux_rdv_honores", "rsa.visites")),
                ),
            ),
        ),
        Page(
            "rsa_profil",
            "Qui sont les allocataires suivis ?",
            surtitre="L’accompagnement des allocataires du RSA",
            chapeau=("rsa.suivis",),
            cles=("rsa.suivis",),
            rangees=(
                rangee(
                    Colonne((Pyramide("rsa.suivis_par_age", "Âge et sexe", "personne__sexe", 470),), 1),
                    Colonne(
                        (
                            Barres("rsa.suivis_par_typologie", "Composition du foyer", 270, classer=False),
                            Empilement("rsa.suivis_par_sexe", "Répartition par sexe"),
                        ),
                        1,
                    ),
                ),
            ),
        ),
        Page(
            "rsa_communes",
            "Où habitent les allocataires suivis ?",
            surtitre="L’accompagnement des allocataires du RSA",
            chapeau=("rsa.suivis",),
            cles=("rsa.suivis",),
            rangees=(
                rangee(
                    Colonne(
                        (Barres("rsa.suivis_par_commune", "Allocataires par commune de résidence", 500, limite=18),), 3
                    ),
                    Colonne(
                        (
                            Evolution(("rsa.suivis",), "Personnes suivies", 215),
                            Cartes(("rsa.entrees", "rsa.contrats_en_cours"), 2),
                            Phrases(("rsa.entrees",)),
                        ),
                        2,
                    ),
                ),
            ),
        ),
        Page(
            "rsa_sorties",
            "Contrats d’engagement et sorties",
            surtitre="L’accompagnement des allocataires du RSA",
            chapeau=("rsa.sorties",),
            mot="Les perspectives",
            cles=("rsa.contrats_engagement", "rsa.sorties", "rsa.part_sorties_insertion_professionnelle"),
            rangees=(
                rangee(
                    Colonne((Barres("rsa.sorties_par_motif", "Sorties par motif", 300, limite=11),), 1),
                    Colonne(
                        (
                            Evolution(("rsa.contrats_engagement",), "Contrats d’engagement signés", 215),
                            Evolution(
                                ("rsa.part_sorties_insertion_professionnelle",),
                                "Part des sorties vers l’insertion professionnelle",
                                215,
                            ),
                        ),
                        1,
                    ),
                ),
                rangee(
                    Phrases(("rsa.contrats_engagement", "rsa.contrats_en_cours")),
                    Phrases(("rsa.part_sorties_insertion_professionnelle",)),
                ),
            ),
        ),
        Page(
            "logement",
            "Le fonds de solidarité pour le logement",
            surtitre="L’accompagnement logement",
            chapeau=("logement.taux_realisation",),
            mot="Les faits marquants, racontés par l’équipe",
            cles=("logement.mesures_fsl", "logement.menages_fsl", "logement.mois_mesures"),
            rangees=(
                rangee(
                    Cartes(
                        (
                            "logement.mesures_fsl",
                            "logement.menages_fsl",
                            "logement.personnes_fsl",
                            "logement.enfants_fsl",
                        )
                    )
                ),
                rangee(
                    (
                        Jauge(
                            "logement.mois_mesures",
                            "logement.objectif_mois_mesures",
                            "Mois-mesures réalisés sur l’objectif",
                        ),
                        Phrases(("logement.mois_mesures", "logement.taux_realisation", "logement.menages_fsl")),
                    ),
                    (
                        Anneau(
                            "logement.mesures_fsl_par_type",
                            "Les mesures par type",
                            "mesures",
                            170,
                        ),
                    ),
                ),
                rangee(
                    Note(
                        "Personnes et enfants sont additionnés mesure par mesure : un ménage ayant deux mesures compte deux fois."
                    )
                ),
            ),
        ),
        Page(
            "logement_profil",
            "Ménages et aides",
            surtitre="L’accompagnement logement",
            chapeau=("logement.aides_accordees",),
            mot="Les perspectives",
            cles=("logement.aides_demandees", "logement.aides_accordees", "logement.aides_montant"),
            rangees=(
                rangee(
                    Colonne(
                        (
                            Barres(
                                "logement.menages_fsl_par_commune", "Ménages par commune de résidence", 470, limite=16
                            ),
                        ),
                        1,
                    ),
                    Colonne(
                        (
                            Cartes(("logement.aides_accordees", "logement.aides_montant"), 2),
                            Barres("logement.aides_accordees_par_type", "Aides accordées par type", 230, limite=8),
                            Phrases(("logement.aides_demandees",)),
                        ),
                        1,
                    ),
                ),
            ),
        ),
        Page(
            "partenord",
            "Avec Partenord Habitat",
            surtitre="L’accompagnement logement",
            chapeau=("logement.interventions_partenord",),
            cles=("logement.mesures_partenord", "logement.interventions_partenord"),
            rangees=(
                rangee(
                    Colonne(
                        (
                            Anneau(
                                "logement.interventions_partenord_par_theme",
                                "Les interventions par thème",
                                "interventions",
                                240,
                            ),
                        ),
                        3,
                    ),
                    Colonne(
                        (
                            Cartes(("logement.mesures_partenord", "logement.interventions_partenord"), 2),
                            Phrases(("logement.mesures_partenord",)),
                        ),
                        2,
                    ),
                ),
                rangee(
                    Evolution(
                        ("logement.mesures_fsl", "logement.mesures_partenord"),
                        "Mesures FSL et Partenord",
                        215,
                        ("FSL", "Partenord"),
                    )
                ),
            ),
        ),
        _page_actions("sante", "Les actions santé", "Santé"),
        _page_actions("collectif", "Les actions collectives", "Dynamique vers l’emploi"),
        Page(
            "social_perspectives",
            "Les perspectives",
            surtitre="Pôle insertion sociale",
            mot="Les perspectives",
            cles=("rsa.places", "logement.objectif_mois_mesures"),
            rangees=(
                rangee(
                    Engagements(
                        (
                            "rsa.places",
                            "logement.objectif_mois_mesures",
                            "collectif.actions_prevues",
                            "sante.actions_prevues",
                        )
                    )
                ),
            ),
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

PARTIES: tuple[Partie, ...] = (ACI, SOCIAL, FINANCES)


def pages() -> Iterator[Page]:
    """Every declared page, in order."""
    yield CHIFFRES_CLES
    for partie in PARTIES:
        yield from partie.pages


SECTION_ATELIER = "atelier:"
"""Sections of workshop pages: this, then the code of the workshop."""


def section_connue(section: str) -> bool:
    """Whether texts and photographs may be kept under this code."""
    if section.startswith(SECTION_ATELIER):
        return len(section) > len(SECTION_ATELIER)
    return any(page.code == section and not page.par_atelier for page in pages())
