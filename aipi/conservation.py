"""The retention policy of the ground floor, of the libraries it stands on, and what is common to all rooms."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.admin.models import LogEntry as ActeAdministration
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from aipi import brouillons, consultations, corbeille
from aipi.models import Brouillon, Convention, Essai, LienCompte, Limitation, SessionOuverte, Suppression, Travail
from aipi.models.travaux import EXPORT_COMPLET, GARDE, GARDE_EXPORT
from aipi.periodes import Periode
from aipi.politique import (
    Duree,
    Obligation,
    Tiers,
    Traitement,
    duree_de,
    fiche,
    inscrire,
    inscrire_purge,
    inscrire_report,
    participants,
)

BASE_ACTIVE = "base_active"
ARCHIVE = "archive"
FSE = "fse"
ESSAIS = datetime.timedelta(days=1)
"""How long the file of a work waits for whoever asked for it; it is made again in a minute."""

inscrire(
    Duree(
        BASE_ACTIVE,
        "2 ans après le dernier contact avec la personne",
        24,
        "CNIL, référentiels de l’accompagnement social et des durées de conservation (délibérations n° 2021-028 du 11 mars 2021 et n° 2023-095 du 14 septembre 2023)",
        "conservation_base_active_mois",
    ),
    Duree(
        ARCHIVE,
        "3 mois au moins en archive, avant tout geste qui ne se reprend pas",
        3,
        "choix de l’association\u202f: le temps de voir une erreur et d’y revenir",
        "conservation_archive_mois",
    ),
    Duree(
        FSE,
        "5 ans après le 31 décembre de l’année du dernier paiement du FSE+",
        60,
        "règlement (UE) 2021/1060, art. 82",
        "conservation_fse_mois",
    ),
    Duree(
        "journaux",
        "12 mois",
        12,
        "CNIL, recommandation sur la journalisation (délibération n° 2021-122 du 14 octobre 2021)",
    ),
    Duree("brouillons", "7 jours après la dernière frappe", None, "choix de l’association\u202f: le temps d’y revenir"),
    Duree("corbeille", "30 jours après la suppression", None, "choix de l’association\u202f: le temps de se raviser"),
    Duree("travaux", "30 jours", None, "choix de l’association\u202f: le fichier se refait à la demande"),
    Duree("session", "12 heures après la connexion", None, "CNIL, guide de la sécurité des données personnelles"),
    Duree(
        "reprise",
        "les fichiers jusqu’à leur import, 30 jours au plus\u202f; les valeurs d’avant, 90 jours",
        None,
        "choix de l’association\u202f: le temps d’annuler un import",
    ),
    Duree("lien", "7 jours au plus", None, "choix de l’association\u202f: le temps d’ouvrir un courriel"),
    Duree(
        "essais",
        "un jour après le dernier échec",
        None,
        "CNIL, recommandation sur les mots de passe (délibération n° 2022-100)",
    ),
    Duree(
        "compte",
        "tant que la personne travaille ici\u202f; ensuite le compte est fermé, et son nom reste sur ce qu’elle a écrit",
        None,
        "intérêt légitime\u202f: dire qui a écrit quoi",
    ),
    Duree("reference", "tant que la donnée sert", None, "ne dit rien d’une personne accompagnée"),
    Duree("gestion", "10 ans", None, "code de commerce, art. L123-22 (pièces comptables)"),
    Duree("rapport", "sans limite", None, "les chiffres arrêtés et leurs textes ne nomment personne"),
    Traitement(
        "dossiers",
        "Dossiers des personnes accompagnées",
        "Savoir qui est accompagné, la joindre, lui remettre ses documents.",
        "mission d’intérêt public (art. 6.1.e du RGPD)\u202f: conventions avec l’État et le Département",
        "personnes accompagnées par l’un des deux pôles",
        "travailleurs sociaux du pôle qui accompagne, direction\u202f; aucun destinataire extérieur",
        "reconnaissance de travailleur handicapé (art. 9.2.b\u202f: insertion et protection sociale)",
    ),
    Traitement(
        "comptes",
        "Comptes, personnel et traçabilité",
        "Ouvrir à chacun ce que son rôle demande, et savoir qui a lu ou changé quoi.",
        "intérêt légitime et obligation de sécurité (art. 6.1.f et 32 du RGPD)",
        "salariés de l’association, représentants des financeurs",
        "administrateur, direction",
    ),
    Traitement(
        "gestion",
        "Conventions, financeurs et données de référence",
        "Suivre les conventions, leurs montants et leurs objectifs.",
        "exécution des conventions (art. 6.1.b du RGPD)",
        "aucune personne accompagnée",
        "direction, administrateur, financeurs",
    ),
)

inscrire(
    fiche(
        "aipi.Personne",
        "dossiers",
        BASE_ACTIVE,
        identite="nom prenom recherche",
        generalises="date_naissance",
        coordonnees="telephone courriel",
        references="ref",
        faits="sexe commune rqth",
        techniques="reperee_le archivee_le anonymisee_le",
    ),
    fiche("aipi.AncienneReference", "dossiers", BASE_ACTIVE, references="ref", faits="personne"),
    fiche(
        "aipi.GesteConservation",
        "dossiers",
        BASE_ACTIVE,
        faits="personne geste date jusqu_au",
        textes="motif",
        comptes="compte",
    ),
    fiche(
        "aipi.Document",
        "dossiers",
        BASE_ACTIVE,
        effacee=True,
        contacts="date_depot",
        faits="personne pole type confidentiel date_depot",
        textes="intitule",
        documents="fichier type_mime taille",
        auteurs="auteur",
    ),
    fiche(
        "aipi.Compte",
        "comptes",
        "compte",
        comptes="courriel nom role pole_pro pole_social intervenant financeur is_active date_creation",
        techniques="password last_login agenda",
    ),
    fiche("aipi.Intervenant", "comptes", "compte", comptes="code nom prenom role"),
    fiche("aipi.Commune", "gestion", "reference", donnees="code_insee nom code_postal intercommunalite"),
    fiche(
        "aipi.Nomenclature", "gestion", "reference", donnees="liste code libelle ordre categorie valide_du valide_au"
    ),
    fiche("aipi.Parametre", "gestion", "reference", donnees="cle valide_du valeur"),
    fiche("aipi.Financeur", "gestion", "gestion", donnees="code nom"),
    fiche(
        "aipi.Convention",
        "gestion",
        "gestion",
        donnees="ref financeur action annee montant objectif unite_objectif fse_plus date_dernier_paiement",
    ),
    fiche("aipi.Brouillon", "dossiers", "brouillons", textes_communs="contenu", techniques="compte cle date_maj"),
    fiche(
        "aipi.FiltreEnregistre",
        "comptes",
        "compte",
        comptes="compte nom",
        textes_communs="requete",
        donnees="liste defaut",
    ),
    fiche(
        "aipi.Suppression",
        "dossiers",
        "corbeille",
        textes_communs="libelle donnees",
        techniques="compte date date_retablissement",
    ),
    fiche(
        "aipi.Travail",
        "comptes",
        "travaux",
        documents="fichier nom_fichier type_mime",
        techniques="compte genre libelle parametres etat tentative avance message demande_le battement",
    ),
    fiche(
        "aipi.LienCompte",
        "comptes",
        "lien",
        comptes="compte",
        techniques="usage empreinte cree_le expire_le",
    ),
    fiche(
        "aipi.SecondFacteur",
        "comptes",
        "compte",
        comptes="compte nom",
        techniques="type secret identifiant compteur ajoute_le utilise_le",
    ),
    fiche(
        "aipi.Reprise",
        "dossiers",
        "reprise",
        documents="constat",
        donnees="libelle etat deposee_le importee_le annulee_le comptes version verifiee",
        textes_communs="avertissements doublons",
        comptes="compte annulee_par",
        techniques="travail",
    ),
    fiche(
        "aipi.FeuilleReprise",
        "dossiers",
        "reprise",
        documents="contenu",
        donnees="reprise rang fichier nom lignes entete titres caches plan connue",
    ),
    fiche("aipi.ModeleReprise", "gestion", "reference", donnees="empreinte titres plan date_maj"),
    fiche(
        "aipi.LigneReprise",
        "dossiers",
        "reprise",
        donnees="reprise modele cle creee empreinte",
        textes_communs="avant",
    ),
    fiche("aipi.CodeSecours", "comptes", "compte", comptes="compte", techniques="empreinte"),
    fiche(
        "aipi.SessionOuverte",
        "comptes",
        "session",
        comptes="compte appareil",
        techniques="cle ouverte_le vue_le",
    ),
    fiche(
        "aipi.Essai",
        "comptes",
        "essais",
        techniques="cle nombre dernier_le attendre_jusqu_a",
    ),
)


# What goes by itself, whoever it is about


def _journal(maintenant: datetime.datetime) -> int:
    """Entries of the log older than its duration."""
    mois = duree_de("journaux").en_vigueur(timezone.localdate(maintenant))
    avant = maintenant - datetime.timedelta(days=mois * 365 // 12)
    return int(LogEntry.objects.filter(timestamp__lt=avant).delete()[0])


def _administration(maintenant: datetime.datetime) -> int:
    """Acts done in the administration, kept as long as the log."""
    mois = duree_de("journaux").en_vigueur(timezone.localdate(maintenant))
    avant = maintenant - datetime.timedelta(days=mois * 365 // 12)
    return ActeAdministration.objects.filter(action_time__lt=avant).delete()[0]


def _sessions(maintenant: datetime.datetime) -> int:
    return Session.objects.filter(expire_date__lt=maintenant).delete()[0]


def _taches(maintenant: datetime.datetime) -> int:
    return int(DBTaskResult.objects.filter(finished_at__lt=maintenant - GARDE).delete()[0])


def _brouillons(maintenant: datetime.datetime) -> int:
    return Brouillon.objects.filter(date_maj__lte=maintenant - brouillons.DUREE).delete()[0]


def _liens(maintenant: datetime.datetime) -> int:
    return LienCompte.objects.filter(expire_le__lt=maintenant).delete()[0]


def _essais(maintenant: datetime.datetime) -> int:
    return Essai.objects.filter(dernier_le__lt=maintenant - ESSAIS).delete()[0]


def _sessions_listees(maintenant: datetime.datetime) -> int:
    """What is listed of a session, once the session itself is gone."""
    avant = maintenant - datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return SessionOuverte.objects.filter(vue_le__lt=avant).delete()[0]


def _corbeille(maintenant: datetime.datetime) -> int:
    """Deletions that can no longer be undone, with the files that only they named."""
    with transaction.atomic():
        nombre = Suppression.objects.filter(date__lte=maintenant - corbeille.DELAI).count()
        corbeille.purger()
    return nombre


def effacer_travaux(voulus: Q) -> int:
    """Forget works that are over, and the files that they made."""
    finis = Travail.objects.filter(voulus, etat__in=[Travail.Etat.FINI, Travail.Etat.ECHOUE])
    with transaction.atomic():
        travaux = list(finis.select_for_update(of=("self",)))
        for travail in travaux:
            if travail.fichier:
                transaction.on_commit(lambda f=travail.fichier: f.storage.delete(f.name))  # type: ignore[misc]
        return Travail.objects.filter(pk__in=[travail.pk for travail in travaux]).delete()[0]


def _travaux(maintenant: datetime.datetime) -> int:
    return effacer_travaux(
        Q(battement__lt=maintenant - GARDE) | Q(genre=EXPORT_COMPLET, battement__lt=maintenant - GARDE_EXPORT)
    )


inscrire_purge("brouillons de plus de 7 jours", _brouillons)
inscrire_purge("liens de compte périmés", _liens)
inscrire_purge("échecs de connexion de plus d’un jour", _essais)
inscrire_purge("sessions terminées", _sessions_listees)
inscrire_purge("suppressions de plus de 30 jours", _corbeille)
inscrire_purge("travaux de plus de 30 jours, exports complets de plus de 7 jours", _travaux)

inscrire(
    Tiers(
        "auditlog.LogEntry",
        "comptes",
        "journaux",
        "historique des dossiers\u202f: qui a changé quoi, et quand",
        _journal,
    ),
    Tiers("admin.LogEntry", "comptes", "journaux", "gestes faits dans l’administration", _administration),
    Tiers("sessions.Session", "comptes", "session", "connexions ouvertes", _sessions),
    Tiers("django_tasks_database.DBTaskResult", "comptes", "travaux", "file des travaux de fond", _taches),
    Tiers("contenttypes.ContentType", "gestion", "reference", "liste des tables"),
    Tiers("auth.Permission", "gestion", "reference", "droits de la bibliothèque, non utilisés"),
    Tiers("auth.Group", "gestion", "reference", "groupes de la bibliothèque, non utilisés"),
    Tiers("auth.Group_permissions", "gestion", "reference", "groupes de la bibliothèque, non utilisés"),
)


# European funds


def fse(personnes: Sequence[int]) -> dict[int, datetime.date | None]:
    """Those whom an action paid by the FSE+ served, and 31 December of the year of its last payment.

    A payment that nobody dated has not been made: the duty has no end yet.
    """
    departs: dict[int, datetime.date | None] = {}
    for convention in Convention.objects.filter(fse_plus=True).order_by("annee", "ref"):
        servies = participants().get(convention.action)
        if servies is None:
            continue
        paiement = convention.date_dernier_paiement
        depart = None if paiement is None else datetime.date(paiement.year, 12, 31)
        for cle in set(servies(Periode.annee(convention.annee))) & set(personnes):
            connu = departs.get(cle, datetime.date.min)
            departs[cle] = None if depart is None or connu is None else max(depart, connu)
    return departs


inscrire(Obligation(FSE, "action cofinancée par le FSE+", fse))


# Registers of what was read, shared, frozen and asked for

inscrire(
    fiche(
        "aipi.Consultation",
        "comptes",
        "journaux",
        comptes="compte",
        techniques="date acte page lignes cle",
        donnees="personne_ref objet",
    ),
    fiche(
        "aipi.Partage",
        "dossiers",
        BASE_ACTIVE,
        effacee=True,
        faits="personne modele objet vers date retire_le",
        comptes="auteur retire_par",
    ),
    fiche(
        "aipi.Limitation",
        "dossiers",
        BASE_ACTIVE,
        faits="personne debut fin",
        textes="motif motif_fin",
        comptes="posee_par levee_par",
    ),
    fiche(
        "aipi.DemandeDroit",
        "dossiers",
        BASE_ACTIVE,
        faits="personne droit recue_le repondue_le reponse",
        textes="demande motif",
        comptes="enregistree_par repondue_par",
    ),
)
inscrire_purge("consultations de plus de 12 mois", consultations.purger)
inscrire_report(consultations.reporter)


# Restriction of processing (RGPD, art. 18): what a person asked to be frozen is neither used nor erased


def limitees(personnes: Sequence[int]) -> dict[int, datetime.date | None]:
    """Those whose data is frozen at their request: they are kept as long as nobody lifted it."""
    en_cours = Limitation.objects.filter(personne__in=personnes, fin=None).order_by()
    return dict.fromkeys(en_cours.values_list("personne", flat=True))


inscrire(
    Duree("limitation", "tant que la limitation demandée par la personne n’est pas levée", 0, "RGPD, art. 18"),
    Obligation("limitation", "limitation du traitement", limitees),
)
