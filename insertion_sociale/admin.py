"""Administration of the pole: files for reading."""

from aipi.administration import enregistrer

from .models import (
    Action,
    AideLogement,
    ContactRsa,
    ContratEngagement,
    DemarcheContactRsa,
    DemarcheLogement,
    InterventionLogement,
    Invitation,
    MesureLogement,
    Presence,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)

enregistrer(
    SuiviRsa,
    list_display=("personne", "ref", "date_entree", "date_sortie", "motif_sortie"),
    search_fields=("personne__recherche", "ref"),
)
enregistrer(
    ContactRsa,
    list_display=("ref", "date", "type", "statut"),
    search_fields=("suivi__personne__recherche", "ref"),
)
enregistrer(
    ContratEngagement,
    list_display=("ref", "type", "date_signature", "date_fin"),
    search_fields=("suivi__personne__recherche", "ref"),
)
enregistrer(
    MesureLogement,
    list_display=("personne", "ref", "dispositif", "type", "date_debut", "date_fin"),
    search_fields=("personne__recherche", "ref"),
)
enregistrer(
    InterventionLogement,
    list_display=("ref", "date", "theme"),
    search_fields=("mesure__personne__recherche", "ref"),
)
enregistrer(
    AideLogement,
    list_display=("ref", "type", "date_demande", "decision", "montant_accorde"),
    search_fields=("mesure__personne__recherche", "ref"),
)
enregistrer(Action, list_display=("ref", "intitule", "domaine", "annee", "places"), search_fields=("intitule", "ref"))
enregistrer(Seance, list_display=("ref", "action", "date", "statut"), search_fields=("action__intitule", "ref"))
enregistrer(
    Presence,
    list_display=("seance", "present"),
    search_fields=("seance__ref",),
    ordering=("seance__ref", "personne__ref"),
)
enregistrer(
    Invitation,
    list_display=("seance",),
    search_fields=("seance__ref",),
    ordering=("seance__ref", "personne__ref"),
)
enregistrer(
    DemarcheContactRsa,
    list_display=("contact", "demarche"),
    search_fields=("contact__ref",),
    ordering=("-contact__date", "pk"),
)
enregistrer(
    DemarcheLogement,
    list_display=("intervention", "demarche"),
    search_fields=("intervention__ref",),
    ordering=("-intervention__date", "pk"),
)
enregistrer(
    RendezVousLogement,
    list_display=("ref", "date", "heure", "intervenant", "statut"),
    search_fields=("mesure__personne__recherche", "ref"),
)
