"""What associations write for the columns and codes of the social pole."""

from aipi.reprise.mots import declarer

declarer(
    feuilles={
        "suivis_rsa": ("rsa", "suivi rsa", "allocataires", "brsa", "file active"),
        "contacts_rsa": ("rendez-vous rsa", "convocations", "contacts"),
        "contrats_engagement": ("cer", "contrats d engagement", "contrats d engagement reciproque"),
        "mesures_logement": ("fsl", "logement", "asll", "mesures"),
        "interventions_logement": ("interventions", "visites logement"),
        "aides_logement": ("aides", "demandes fsl", "aides financieres"),
        "actions": ("actions collectives", "ateliers collectifs"),
        "seances": ("seances", "dates"),
        "presences": ("emargement", "participants", "feuille de presence"),
    },
    colonnes={
        "suivis_rsa.date_entree": ("date d orientation", "debut de suivi", "debut suivi", "prise en charge"),
        "suivis_rsa.date_sortie": ("fin de suivi", "fin suivi"),
        "suivis_rsa.typologie": ("composition familiale", "situation familiale", "foyer", "typologie"),
        "contacts_rsa.type": ("type", "type de contact", "mode"),
        "contacts_rsa.statut": ("presence", "statut", "venu", "resultat"),
        "contrats_engagement.date_signature": ("signature", "signe le", "date de signature", "date cer"),
        "contrats_engagement.type": ("type", "type de contrat"),
        "mesures_logement.dispositif": ("dispositif", "mesure"),
        "mesures_logement.type": ("type", "type de mesure", "nature"),
        "mesures_logement.bailleur": ("bailleur", "proprietaire"),
        "mesures_logement.personnes_menage": (
            "nb personnes",
            "personnes au foyer",
            "composition",
            "nombre de personnes",
        ),
        "mesures_logement.enfants_menage": ("nb enfants", "enfants", "nombre d enfants"),
        "interventions_logement.theme": ("theme", "objet", "motif"),
        "aides_logement.type": ("type d aide", "aide", "nature de l aide"),
        "aides_logement.date_demande": ("date de la demande", "demande le", "date demande", "date"),
        "aides_logement.decision": ("decision", "accord", "reponse", "avis"),
        "aides_logement.date_decision": ("date de decision", "commission", "date commission"),
        "aides_logement.montant_accorde": ("montant", "montant accorde", "somme accordee"),
        "actions.intitule": ("action", "intitule", "nom de l action", "titre"),
        "actions.programme": ("programme", "projet"),
        "presences.present": ("present", "presence", "venu", "emargement"),
    },
    codes={
        "suivis_rsa.typologie": {
            "homme_seul": ("homme isole", "homme seul", "hs"),
            "femme_seule": ("femme isolee", "femme seule", "fs"),
            "homme_seul_avec_enfant": ("pere seul avec enfants", "homme seul avec enfants"),
            "femme_seule_avec_enfant": ("mere seule avec enfants", "femme seule avec enfants", "mere isolee"),
            "couple_sans_enfant": ("couple", "couple sans enfants"),
            "couple_avec_enfant": ("couple avec enfants", "famille"),
        },
        "suivis_rsa.motif_sortie": {
            "emploi": ("reprise d emploi", "cdi", "cdd", "travail"),
            "iae": ("aci", "chantier", "siae"),
            "demenagement": ("demenage", "a quitte le territoire"),
            "retraite_ou_aah": ("retraite", "aah"),
            "fin_de_droits": ("fin de droit", "plus de droits", "ressources superieures"),
        },
        "contacts_rsa.type": {
            "convocation": ("rdv", "rendez-vous", "entretien", "bureau"),
            "visite": ("vad", "visite a domicile", "domicile"),
            "telephone": ("tel", "appel", "par telephone"),
        },
        "contacts_rsa.statut": {
            "honore": ("oui", "present", "presente", "venu", "venue", "fait", "honore", "p"),
            "absence_excusee": ("excuse", "excusee", "abs excusee", "ae"),
            "absence_non_excusee": ("non", "absent", "absente", "non venu", "non excuse", "abs", "a"),
            "annule": ("annule", "reporte"),
            "prevu": ("a venir", "prevu"),
        },
        "mesures_logement.dispositif": {
            "fsl": ("fsl", "asll"),
            "partenord": ("partenord", "partenord habitat"),
        },
        "mesures_logement.type": {
            "acces": ("acces", "entree dans les lieux"),
            "maintien": ("maintien", "maintien dans les lieux", "prevention expulsion"),
        },
        "aides_logement.decision": {
            "accepte": ("accord", "accordee", "acceptee", "oui", "favorable"),
            "refuse": ("refus", "refusee", "non", "defavorable", "rejet"),
            "ajourne": ("ajournee", "ajournement"),
            "sans_suite": ("sans suite", "abandon"),
        },
    },
)
