"""The retention policy of the reports: what they keep names nobody. They also say on which days ages are counted."""

from __future__ import annotations

from collections.abc import Mapping

from aipi.periodes import fin_de_mois
from aipi.politique import Traitement, fiche, inscrire, inscrire_fins, inscrire_report

from .models import ListeArretee, Rapport

RAPPORTS = "rapports"

inscrire(
    Traitement(
        RAPPORTS,
        "Rapport d’activité et chiffres arrêtés",
        "Compter, publier, et pouvoir justifier un chiffre publié.",
        "exécution des conventions (art. 6.1.b du RGPD)\u202f; mission d’intérêt public (art. 6.1.e)",
        "aucune\u202f: chiffres, textes de la direction et références internes",
        "direction, assemblée générale, financeurs",
    ),
    fiche("rapports.LigneBudget", RAPPORTS, "gestion", donnees="annee sens rubrique montant financeur"),
    fiche("rapports.ValeurPubliee", RAPPORTS, "rapport", donnees="annee indicateur atelier valeur source"),
    fiche("rapports.Rapport", RAPPORTS, "rapport", donnees="debut fin edition"),
    fiche(
        "rapports.Edition",
        RAPPORTS,
        "rapport",
        donnees="rapport numero close_le decoupages empreinte",
        textes_communs="erratum corps",
        comptes="close_par",
        documents="fichier listes pdf court html pptx xlsx",
    ),
    fiche(
        "rapports.PieceEdition",
        RAPPORTS,
        "rapport",
        donnees="edition nom financeur action",
        textes_communs="titre",
        documents="fichier",
    ),
    fiche(
        "rapports.Reouverture", RAPPORTS, "rapport", donnees="edition date", textes_communs="motif", comptes="compte"
    ),
    fiche(
        "rapports.Texte",
        RAPPORTS,
        "rapport",
        donnees="rapport section version",
        textes_communs="corps",
        comptes="signature",
    ),
    fiche(
        "rapports.VersionTexte",
        RAPPORTS,
        "rapport",
        donnees="texte numero date",
        textes_communs="corps",
        comptes="auteur",
    ),
    fiche(
        "rapports.SectionRapport",
        RAPPORTS,
        "rapport",
        donnees="rapport section partie ordre titre masquee courte mise_en_page",
    ),
    fiche(
        "rapports.Perspective",
        RAPPORTS,
        "rapport",
        donnees="rapport partie financeur suite",
        textes_communs="intitule objectif commentaire",
    ),
    fiche(
        "rapports.Photo",
        RAPPORTS,
        "rapport",
        donnees="rapport section accord ordre",
        textes_communs="legende alternative",
        documents="image",
    ),
    fiche(
        "rapports.Tableau",
        RAPPORTS,
        "rapport",
        donnees="financeur debut fin par_atelier avec_precedente avec_serie prepare_le publie_le retire_le lu_le contenu cellules",
        comptes="publie_par",
    ),
    fiche(
        "rapports.AccesFinanceur",
        RAPPORTS,
        "gestion",
        donnees="genre financeur tableau fin cree_le revoque_le utilise_le",
        comptes="nom cree_par",
        techniques="empreinte",
    ),
    fiche(
        "rapports.QuestionFinanceur",
        RAPPORTS,
        "rapport",
        donnees="tableau indicateur libelle acces posee_le repondu_le",
        textes_communs="texte reponse",
        comptes="auteur repondu_par",
    ),
    fiche(
        "rapports.RemarqueAcceptee",
        RAPPORTS,
        "rapport",
        donnees="rapport cle date",
        textes_communs="motif",
        comptes="compte",
    ),
    fiche(
        "rapports.ValeurArretee",
        RAPPORTS,
        "rapport",
        donnees="edition indicateur atelier equipe valeur numerateur denominateur facteur repartition avant",
    ),
    fiche(
        "rapports.ListeArretee",
        RAPPORTS,
        "rapport",
        donnees="edition indicateur atelier equipe cle modele references",
    ),
)


def fins() -> set[tuple[int, int]]:
    """The last days of the reports of whole months that do not end with the year.

    Others would cut the year in stretches so short that they would tell the birthday.
    """
    derniers = Rapport.objects.order_by().values_list("fin", flat=True).distinct()
    return {(fin.month, fin.day) for fin in derniers if fin == fin_de_mois(fin)}


def reporter(remplacees: Mapping[str, str]) -> None:
    """Follow references that were replaced in the lists of closed reports, so that they still lead to their rows.

    The files of an edition are left as they were: their fingerprint is the proof of what was published.
    """
    for liste in ListeArretee.objects.only("references").iterator(chunk_size=200):
        nouvelles = [" · ".join(remplacees.get(p, p) for p in ref.split(" · ")) for ref in liste.references]
        if nouvelles != liste.references:
            ListeArretee.objects.filter(pk=liste.pk).update(references=sorted(nouvelles))


inscrire_fins(fins)
inscrire_report(reporter)
