"""What the addresses of the pole open of a file, for the reading log."""

from __future__ import annotations

from aipi.consultations import Acte, Ouverture, inscrire, sans_dossier

_PARCOURS = "insertion_pro.Parcours"

inscrire(
    parcours_list=Ouverture(Acte.LISTE, parametres={"ligne": _PARCOURS}),
    contrat_list=Ouverture(Acte.LISTE, parametres={"ligne": "insertion_pro.Contrat"}),
    entretien_list=Ouverture(Acte.LISTE, parametres={"ligne": "insertion_pro.Entretien"}),
    frein_list=Ouverture(Acte.LISTE, parametres={"ligne": "insertion_pro.Frein"}),
    mission_list=Ouverture(Acte.LISTE, parametres={"ligne": "insertion_pro.Mission"}),
    heures_grille=Ouverture(Acte.GROUPE, "insertion_pro.Equipe", "equipe_id"),
    formation_detail=Ouverture(Acte.GROUPE, "insertion_pro.Formation"),
    formation_update=Ouverture(Acte.GROUPE, "insertion_pro.Formation"),
    participation_create=Ouverture(None, "insertion_pro.Formation", "formation_id", {"parcours": _PARCOURS}),
    cqp_livret=Ouverture(Acte.FICHE, _PARCOURS, "parcours_id"),
    entretien_update=Ouverture(Acte.FICHE, "insertion_pro.Entretien"),
    parcours_create=Ouverture(Acte.FICHE, "aipi.Personne", "personne_id"),
    parcours_update=Ouverture(Acte.FICHE, _PARCOURS),
    parcours_sortie=Ouverture(Acte.FICHE, _PARCOURS),
    suite_sortie_create=Ouverture(Acte.FICHE, _PARCOURS, "parcours_id"),
    contrat_create=Ouverture(Acte.FICHE, _PARCOURS, "parcours_id"),
    frein_create=Ouverture(Acte.FICHE, _PARCOURS, "parcours_id"),
    mission_create=Ouverture(Acte.FICHE, _PARCOURS, "parcours_id"),
    rendez_vous_create=Ouverture(Acte.FICHE, _PARCOURS, "parcours_id"),
    rendez_vous_update=Ouverture(Acte.FICHE, "insertion_pro.RendezVous"),
    contrat_update=Ouverture(Acte.FICHE, "insertion_pro.Contrat"),
    frein_update=Ouverture(Acte.FICHE, "insertion_pro.Frein"),
    mission_update=Ouverture(Acte.FICHE, "insertion_pro.Mission"),
    realisation_update=Ouverture(None, "insertion_pro.Realisation"),
    realisation_photo=Ouverture(None, "insertion_pro.Realisation"),
)
sans_dossier("Un chiffre d’affaires ne nomme personne.", "chiffre_affaires")
