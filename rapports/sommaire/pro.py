"""The part of the pole insertion professionnelle."""

from __future__ import annotations

from rapports.sommaire.blocs import (
    NOTE_PERSONNES,
    Anneau,
    Barres,
    Cartes,
    Colonne,
    Empilement,
    Engagements,
    Equipes,
    Evolution,
    Jauge,
    Mensuel,
    Page,
    ParAtelier,
    Partie,
    Photographies,
    Phrases,
    Pyramide,
    Realisations,
    rangee,
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
            "Que deviennent les salariés à la sortie ?",
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
            "aci_absences",
            "Présence au travail et activité économique",
            surtitre="Les ateliers et chantiers d’insertion",
            chapeau=("aci.taux_absenteisme",),
            cles=("aci.taux_absenteisme", "aci.heures_absence", "aci.chiffre_affaires"),
            rangees=(
                rangee(Cartes(("aci.taux_absenteisme", "aci.heures_absence", "aci.chiffre_affaires"), 3)),
                rangee(
                    Evolution(("aci.taux_absenteisme",), "Taux d’absentéisme", 300),
                    ParAtelier("aci.chiffre_affaires", "Chiffre d’affaires par atelier", 300),
                ),
                rangee(Phrases(("aci.heures_absence",)), Phrases(("aci.chiffre_affaires",))),
            ),
        ),
        Page(
            "aci_profil",
            "Qui sont les salariés ?",
            surtitre="Profil des salariés en insertion",
            chapeau=("aci.part_femmes",),
            cles=("aci.femmes", "aci.rsa", "aci.rqth"),
            rangees=(
                rangee(
                    Colonne((Pyramide("aci.salaries_par_age", "Âge et sexe", "parcours__personne__sexe", 380),), 3),
                    Colonne(
                        (
                            Cartes(("aci.femmes", "aci.rqth"), 2),
                            Empilement("aci.salaries_par_sexe", "Répartition par sexe"),
                            Phrases(("aci.part_femmes", "aci.part_rsa")),
                        ),
                        2,
                    ),
                ),
                rangee(Empilement("aci.salaries_par_age_etat", "Les tranches d’âge suivies par l’État")),
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
                    Barres("aci.salaries_par_prescripteur", "Qui a orienté les salariés ?", 220, limite=7),
                    (
                        Cartes(("aci.part_rsa", "aci.part_chomage_24_mois"), 2),
                        Phrases(("aci.rsa", "aci.chomage_24_mois")),
                    ),
                ),
            ),
        ),
        Page(
            "aci_communes",
            "Où habitent les salariés ?",
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
                        note="Un salarié accompagné sur deux freins compte deux fois : la somme est le nombre d’accompagnements.",
                    ),
                    Barres(
                        "aci.personnes_par_frein",
                        "Salariés concernés, par nature du frein",
                        270,
                        limite=9,
                        total="aci.salaries",
                        note="Part des salariés en parcours ; qui a plusieurs freins compte dans chacun.",
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
                rangee(Realisations()),
            ),
            suite=Photographies(),
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
                    (
                        Evolution(
                            ("aci.cqp_inscrits", "aci.cqp_certifies"),
                            "Inscrits et certifiés",
                            200,
                            ("Inscrits", "Certifiés"),
                        ),
                        Phrases(("aci.formation_jours", "aci.formation_cout", "aci.cqp_certifies")),
                    ),
                    Evolution(("aci.formation_jours",), "Jours de formation", 290),
                ),
            ),
        ),
        Page(
            "aci_perspectives",
            "Les perspectives",
            surtitre="Les ateliers et chantiers d’insertion",
            mot="Les perspectives",
            perspectives=True,
            cles=("aci.etp_conventionnes", "aci.salaries"),
            rangees=(
                rangee(Engagements(("aci.etp_conventionnes",))),
                rangee(
                    Evolution(
                        ("aci.etp_conventionnes", "aci.etp"),
                        "ETP conventionnés et réalisés",
                        280,
                        ("Conventionnés", "Réalisés"),
                        suivant=True,
                    ),
                    Evolution(
                        ("aci.salaries", "aci.embauches"), "Salariés et embauches", 280, ("Salariés", "Embauches")
                    ),
                ),
            ),
        ),
    ),
)
