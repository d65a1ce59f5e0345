"""The part of the pole insertion sociale."""

from __future__ import annotations

from rapports.sommaire.blocs import (
    Actions,
    Anneau,
    Barres,
    Cartes,
    Colonne,
    Empilement,
    Engagements,
    Evolution,
    Jauge,
    Mensuel,
    Note,
    Page,
    Partie,
    Phrases,
    Pyramide,
    rangee,
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
            rangee(Actions(domaine)),
            rangee(
                Barres(
                    f"{domaine}.participants_par_programme",
                    "Participants par programme",
                    150,
                    limite=8,
                    total=f"{domaine}.participants",
                    note="Qui suit deux programmes compte dans chacun.",
                ),
                Evolution(
                    (f"{domaine}.seances", f"{domaine}.seances_annulees"),
                    "Séances tenues et annulées",
                    150,
                    ("Tenues", "Annulées"),
                ),
                Phrases(tuple(f"{domaine}.{nom}" for nom in ("participations", "professionnels", "taux_remplissage"))),
            ),
        ),
    )


SOCIAL = Partie(
    "social",
    "Pôle insertion sociale",
    "L’accompagnement des allocataires du RSA, le logement, la santé et les actions collectives : agir sur ce qui éloigne de l’emploi.",
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
            "Qui sont les allocataires suivis ?",
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
            "Où habitent les allocataires suivis ?",
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
                        Phrases(("logement.aides_demandees", "logement.aides_accordees", "logement.aides_montant")),
                        Note(
                            "Personnes et enfants sont additionnés mesure par mesure : un ménage ayant deux mesures "
                            "compte deux fois."
                        ),
                    ),
                    Anneau("logement.mesures_fsl_par_type", "Les mesures par type", "mesures", 215),
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
                rangee(Cartes(("logement.mesures_partenord", "logement.interventions_partenord"), 2)),
                rangee(
                    Anneau(
                        "logement.interventions_partenord_par_theme",
                        "Les interventions par thème",
                        "interventions",
                        240,
                    ),
                    Evolution(
                        ("logement.mesures_fsl", "logement.mesures_partenord"),
                        "Mesures FSL et Partenord",
                        240,
                        ("FSL", "Partenord"),
                    ),
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
            perspectives=True,
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
                rangee(
                    Evolution(
                        ("rsa.places", "rsa.suivis"),
                        "Places financées et personnes suivies",
                        220,
                        ("Places", "Personnes suivies"),
                        suivant=True,
                    ),
                    Evolution(
                        ("logement.objectif_mois_mesures", "logement.mois_mesures"),
                        "Mois-mesures, objectif et réalisé",
                        220,
                        ("Objectif", "Réalisé"),
                        suivant=True,
                    ),
                ),
            ),
        ),
    ),
)
