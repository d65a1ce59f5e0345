"""The dossier: one page a person, its thread over every follow-up, and the same on paper."""

from __future__ import annotations

import datetime
import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from maison import NOTE_LOGEMENT, NOTE_PRO, NOTE_RSA, Maison, code

from aipi import fil
from aipi.fil import CARACTERES, TAILLE, Genre
from aipi.models import Document
from aipi.templatetags.fil import debut_et_suite
from insertion_pro.models import DemarcheEntretien, Entretien, Frein, Mission, Parcours, RendezVous, SuiteSortie
from insertion_sociale.models import (
    AideLogement,
    ContactRsa,
    DemarcheContactRsa,
    Invitation,
    MesureLogement,
    Presence,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)

pytestmark = pytest.mark.django_db

UN_JOUR = datetime.timedelta(days=1)


def lire(client, maison: Maison, qui: str, personne, nom: str = "personne_detail", **parametres):
    client.force_login(maison.comptes[qui])
    reponse = client.get(reverse(nom, args=[personne.pk]), parametres)
    assert reponse.status_code == 200
    return reponse


def titres(reponse) -> list[str]:
    return [evenement.titre for evenement in reponse.context["fil"].evenements]


def tout_arriver(maison: Maison) -> datetime.date:
    """One of each thing that can happen to the person followed by both poles; the day of the first contract."""
    jour = timezone.localdate()
    parcours, suivi = maison.parcours_double, SuiviRsa.objects.get(ref="S2")
    RendezVous.objects.create(ref="R1", parcours=parcours, date=jour + UN_JOUR, heure="14:30", statut="prevu")
    mobilite = code("categorie_frein", "mobilite", "Mobilité")
    Frein.objects.create(
        ref="F9", parcours=parcours, categorie=mobilite, date_reperage=jour - 9 * UN_JOUR, date_fin=jour, issue="leve"
    )
    Mission.objects.create(ref="MI", parcours=parcours, type="immersion", employeur="Ferme Exemple", date_debut=jour)
    maison.formation.participations.create(parcours=parcours, resultat="certifiee")
    SuiteSortie.objects.create(parcours=parcours, mois=3, date=jour, situation="emploi")
    Parcours.objects.filter(pk=parcours.pk).update(
        date_sortie=jour, motif_sortie=code("motif_sortie", "cdi", "CDI de plus de six mois")
    )
    suivi.contrats_engagement.create(ref="CE9", type="cer", date_signature=jour, date_fin=jour + 90 * UN_JOUR)
    SuiviRsa.objects.filter(pk=suivi.pk).update(date_sortie=jour)
    aide = code("type_aide", "acces", "Accès au logement")
    AideLogement.objects.create(
        ref="AI",
        mesure=maison.mesure,
        type=aide,
        date_demande=jour - 3 * UN_JOUR,
        date_decision=jour,
        decision="accepte",
        montant_accorde="350.50",
    )
    RendezVousLogement.objects.create(ref="RL", mesure=maison.mesure, date=jour, statut="honore")
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(date_renouvellement=jour, date_fin=jour + UN_JOUR)
    Presence.objects.create(seance=maison.seance, personne=maison.deux_poles, present=True)
    prochaine = Seance.objects.create(ref="SP", action=maison.action, date=jour + 2 * UN_JOUR, statut="prevue")
    Invitation.objects.create(seance=prochaine, personne=maison.deux_poles)
    Invitation.objects.create(seance=maison.seance, personne=maison.deux_poles)
    return parcours.date_entree


PRO = {
    "Entretien",
    "Rendez-vous ACI",
    "Contrat, Équipe du canal",
    "Frein repéré\u202f: Mobilité",
    "Frein terminé\u202f: Mobilité",
    "Immersion (PMSMP)",
    "Formation\u202f: CQP Salarié polyvalent",
    "Nouvelles 3 mois après la sortie",
    "Entrée en ACI",
    "Sortie de l’ACI",
}
SOCIAL = {
    "Visite RSA",
    "CER signé",
    "Entrée dans le suivi RSA",
    "Sortie du suivi RSA",
    "Logement\u202f: état du logement",
    "Rendez-vous logement",
    "Aide demandée\u202f: Accès au logement",
    "Aide demandée\u202f: Dépôt de garantie",
    "Décision\u202f: Accès au logement",
    "Début de la mesure FSL",
    "Renouvellement de la mesure FSL",
    "Fin de la mesure FSL",
    "Atelier sommeil",
}
ENCADRANT = {
    "Contrat, Équipe du canal",
    "Formation\u202f: CQP Salarié polyvalent",
    "Entrée en ACI",
    "Sortie de l’ACI",
}


@pytest.mark.parametrize(
    ("qui", "attendus"),
    [
        ("directeur", PRO | SOCIAL),
        ("polyvalent", PRO | SOCIAL),
        ("cip", PRO),
        ("referent", SOCIAL),
        ("encadrant", ENCADRANT),
    ],
)
def test_the_thread_holds_everything_that_the_reader_may_see_and_no_more(client, maison, qui, attendus):
    tout_arriver(maison)
    reponse = lire(client, maison, qui, maison.deux_poles)
    assert set(titres(reponse)) == attendus
    dates = [evenement.date for evenement in reponse.context["fil"].evenements]
    assert dates == sorted(dates, reverse=True)


def test_each_event_says_what_it_knows(client, maison):
    tout_arriver(maison)
    evenements = {e.titre: e for e in lire(client, maison, "directeur", maison.deux_poles).context["fil"].evenements}
    assert evenements["Rendez-vous ACI"].precisions == ("14 h 30",)
    assert evenements["Rendez-vous ACI"].libelle_etat == "Prévu"
    assert evenements["Immersion (PMSMP)"].precisions == ("Ferme Exemple",)
    assert evenements["Décision\u202f: Accès au logement"].precisions == ("350,50\u202f€",)
    assert evenements["Frein terminé\u202f: Mobilité"].libelle_etat == "Levé"
    assert evenements["Sortie de l’ACI"].precisions == ("CDI de plus de six mois",)


def test_why_someone_left_and_where_it_is_corrected_is_not_for_the_workshop(client, maison):
    tout_arriver(maison)
    reponse = lire(client, maison, "encadrant", maison.deux_poles)
    assert "CDI de plus de six mois" not in reponse.content.decode()
    assert {evenement.url for evenement in reponse.context["fil"].evenements} == {""}


def test_a_session_one_was_pointed_at_is_told_once(client, maison):
    tout_arriver(maison)
    reponse = lire(client, maison, "referent", maison.deux_poles, fil="seances")
    assert [e.libelle_etat for e in reponse.context["fil"].evenements] == ["Invitation", "Présent"]


def test_the_thread_is_narrowed_by_links_and_an_unknown_kind_is_no_filter(client, maison):
    tout_arriver(maison)
    reponse = lire(client, maison, "directeur", maison.deux_poles, fil="freins")
    assert set(titres(reponse)) == {"Frein repéré\u202f: Mobilité", "Frein terminé\u202f: Mobilité"}
    assert len(titres(lire(client, maison, "directeur", maison.deux_poles, fil="x"))) > 10
    for qui, genres in (("cip", {"freins", "formations"}), ("referent", {"aides", "seances"})):
        proposes = {genre.value for genre in lire(client, maison, qui, maison.deux_poles).context["genres"]}
        assert proposes == genres | {"contacts", "rendez-vous", "etapes"}


def test_what_was_undertaken_is_told_with_the_contact(client, maison):
    entretien, contact = Entretien.objects.get(ref="ENT-2"), ContactRsa.objects.get(ref="CTR-2")
    permis, sante = code("demarche", "d1", "Inscription au permis"), code("demarche", "d2", "Bilan de santé")
    DemarcheEntretien.objects.create(entretien=entretien, demarche=permis)
    DemarcheEntretien.objects.create(entretien=entretien, demarche=sante)
    DemarcheContactRsa.objects.create(contact=contact, demarche=sante)
    texte = lire(client, maison, "directeur", maison.deux_poles).content.decode()
    assert texte.count("Inscription au permis") == 1
    assert texte.count("Bilan de santé") == 2


# Length


def plusieurs(maison: Maison, combien: int, note: str = "") -> None:
    suivi = SuiviRsa.objects.get(ref="S2")
    jour = timezone.localdate() - UN_JOUR
    ContactRsa.objects.bulk_create(
        ContactRsa(ref=f"N{rang}", suivi=suivi, date=jour - rang * UN_JOUR, type="visite", statut="honore", note=note)
        for rang in range(combien)
    )


def test_the_thread_goes_on_page_after_page_without_losing_or_repeating(client, maison):
    plusieurs(maison, 2 * TAILLE)
    vus, depuis, pages = [], 0, 0
    while depuis is not None:
        page = lire(client, maison, "directeur", maison.deux_poles, fil="contacts", depuis=depuis).context["fil"]
        vus += [(e.date, e.url) for e in page.evenements]
        depuis, pages = page.suivant, pages + 1
    assert pages == 3
    assert len(vus) == len(set(vus)) == 2 * TAILLE + 3


@pytest.mark.parametrize("depuis", ["x", "-1", "9" * 30, "²", "19999"])
def test_odd_beginnings_break_nothing(client, maison, depuis):
    assert lire(client, maison, "directeur", maison.deux_poles, depuis=depuis).status_code == 200


@pytest.mark.parametrize("note", ["", "mot différent " * 700], ids=["brèves", "longues"])
def test_five_hundred_contacts_weigh_no_more_than_a_page(client, maison, note):
    """Long notes are read whole, fewer at a time."""
    tout_arriver(maison)
    plusieurs(maison, 500, note[:10_000])
    client.force_login(maison.comptes["directeur"])
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(reverse("personne_detail", args=[maison.deux_poles.pk]))
    assert len(requetes) <= 20
    assert len(gzip.compress(reponse.content)) <= 15_000
    evenements = reponse.context["fil"].evenements
    assert 1 <= len(evenements) <= TAILLE
    assert sum(len(e.note) for e in evenements) <= CARACTERES


def test_one_query_reads_the_thread_whatever_its_kinds(maison):
    tout_arriver(maison)
    compte = maison.comptes["directeur"]
    sources = fil.sources(compte, maison.deux_poles, ["aci", "rsa", "logement", "actions"])
    assert {source.genre for source in sources} == set(Genre)
    with CaptureQueriesContext(connection) as requetes:
        assert fil.lire(compte, sources).evenements
    assert len(requetes) == 1


@pytest.mark.parametrize(
    ("note", "debut", "suite"),
    [
        ("courte", "courte", ""),
        ("x" * 520, "x" * 520, ""),
        ("x" * 521, "x" * 400, "x" * 121),
        ("a" * 300 + ". " + "b" * 300, "a" * 300 + ".", "b" * 300),
        ("mot " * 200, ("mot " * 100).strip(), "mot " * 100),
    ],
)
def test_a_long_note_is_cut_where_one_breathes(note, debut, suite):
    assert debut_et_suite(note) == (debut, suite)


def test_a_long_note_unfolds_and_nothing_of_it_is_lost(client, maison):
    note = "Première phrase assez longue. " * 30
    Entretien.objects.filter(ref="ENT-2").update(note=note)
    texte = lire(client, maison, "cip", maison.deux_poles).content.decode()
    assert "Lire la suite" in texte
    assert texte.count("Première phrase assez longue.") == 30


# Notes and their authors


def test_a_private_note_is_read_by_its_author_alone_and_never_printed(client, maison):
    Entretien.objects.filter(ref="ENT-2").update(
        note_privee="Pour moi seule", auteur=maison.comptes["cip"], note="Note commune"
    )
    for qui in ("cip", "polyvalent", "directeur"):
        for nom in ("personne_detail", "personne_imprimer"):
            texte = lire(client, maison, qui, maison.deux_poles, nom).content.decode()
            assert "Note commune" in texte
            assert ("Pour moi seule" in texte) is ((qui, nom) == ("cip", "personne_detail"))


def test_a_note_says_who_wrote_it(client, maison):
    maison.comptes["cip"].nom = "Odile Maës"
    maison.comptes["cip"].save()
    Entretien.objects.filter(ref="ENT-2").update(auteur=maison.comptes["cip"])
    assert "Écrit par Odile Maës" in lire(client, maison, "polyvalent", maison.deux_poles).content.decode()


# What is open, what is over


def test_what_is_over_is_folded_below_what_is_open(client, maison):
    jour = timezone.localdate()
    SuiviRsa.objects.filter(ref="S2").update(date_sortie=jour - UN_JOUR)
    contexte = lire(client, maison, "directeur", maison.deux_poles).context
    assert [s.titre for s in contexte["ouvertes"]] == ["Insertion professionnelle", "Logement"]
    assert [s.titre for s in contexte["terminees"]] == ["Accompagnement RSA"]


def test_the_next_session_is_among_what_comes(client, maison):
    tout_arriver(maison)
    reponse = lire(client, maison, "referent", maison.deux_poles)
    assert "Séance\u202f: Atelier sommeil" in [e.libelle for e in reponse.context["echeances"]]


def test_an_invitation_alone_opens_the_section(client, maison):
    demain = timezone.localdate() + UN_JOUR
    seance = Seance.objects.create(ref="SP", action=maison.action, date=demain, statut="prevue")
    Invitation.objects.create(seance=seance, personne=maison.nouvelle)
    texte = lire(client, maison, "referent", maison.nouvelle).content.decode()
    assert "Santé et actions collectives" in texte
    assert "Santé et actions collectives" not in lire(client, maison, "cip", maison.nouvelle).content.decode()


def test_who_one_is_comes_first_and_what_is_unknown_is_said(client, maison):
    connue = lire(client, maison, "cip", maison.aci).content.decode()
    assert 'href="tel:0611223344"' in connue
    inconnue = lire(client, maison, "cip", maison.autre_equipe).content.decode()
    assert "Âge non renseigné" in inconnue
    assert "Téléphone non renseigné" in inconnue


def test_noting_a_contact_is_one_click_away(client, maison):
    url = reverse("contact_create", args=[maison.deux_poles.pk])
    for qui, offert in (("cip", True), ("referent", True), ("directeur", True), ("encadrant", False)):
        assert (url in lire(client, maison, qui, maison.deux_poles).content.decode()) is offert


def test_the_latest_documents_are_shown_and_the_others_one_click_away(client, maison):
    for rang in range(10):
        Document.objects.create(
            personne=maison.deux_poles,
            pole="social",
            type="autre",
            intitule=f"Pièce {rang:02}",
            fichier="documents/x.pdf",
            type_mime="application/pdf",
            taille=10,
            auteur=maison.comptes["referent"],
        )
    page = lire(client, maison, "referent", maison.deux_poles).content.decode()
    assert ("Pièce 09" in page, "Pièce 01" in page, "Tous les documents" in page) == (True, False, True)
    tous = lire(client, maison, "referent", maison.deux_poles, documents="tous").content.decode()
    assert ("Pièce 01" in tous, "Tous les documents" in tous) == (True, False)


# On paper


def test_the_printed_dossier_is_whole_and_says_who_printed_it(client, maison):
    plusieurs(maison, 2 * TAILLE, "Note à garder")
    reponse = lire(client, maison, "referent", maison.deux_poles, "personne_imprimer")
    texte = reponse.content.decode()
    assert texte.count("Note à garder") == 2 * TAILLE
    assert "Imprimé par referent@exemple.fr" in texte
    assert "Courrier du bailleur" in texte


def test_the_printed_dossier_holds_what_the_reader_may_see(client, maison):
    lus = {}
    for qui in ("directeur", "cip", "referent", "encadrant"):
        texte = lire(client, maison, qui, maison.deux_poles, "personne_imprimer").content.decode()
        lus[qui] = [note in texte for note in (NOTE_PRO, NOTE_RSA, NOTE_LOGEMENT, "Identité")]
    assert lus == {
        "directeur": [True] * 4,
        "cip": [True, False, False, True],
        "referent": [False, True, True, True],
        "encadrant": [False] * 4,
    }


@pytest.mark.parametrize(
    ("texte", "dite"), [("", ""), ("09:00:00", "9 h"), ("09:05", "9 h 05"), ("14:30:00", "14 h 30")]
)
def test_an_hour_is_told_as_people_say_it(texte, dite):
    assert fil.heure_dite(texte) == dite


def test_what_is_missing_from_a_follow_up_is_said_in_words(client, maison):
    jour = timezone.localdate()
    Mission.objects.create(ref="M9", parcours=maison.parcours_double, type="cdd", date_debut=jour)
    AideLogement.objects.filter(pk=maison.aide.pk).update(decision="accepte", date_decision=jour)
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(personnes_menage=2, enfants_menage=0)
    page = lire(client, maison, "directeur", maison.deux_poles).content.decode()
    for mots in ("Employeur non renseigné", "fin non renseignée", "Montant non renseigné", "2 personnes, sans enfant"):
        assert mots in page, mots
    # The workshop reads months: their hours are known, nobody wrote down the absences.
    page = lire(client, maison, "encadrant", maison.deux_poles).content.decode()
    assert '<td class="nombre"><span class="inconnu">Non renseigné</span></td>' in page
