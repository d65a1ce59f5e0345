"""The contact in thirty seconds: one form for every kind, what it proposes, what it saves with it, and only once."""

from __future__ import annotations

import datetime
import gzip
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lecture import sans_jetons
from maison import Maison, code, parcours_de, personne

from aipi.contacts import A_REGLER, genres
from aipi.models import Nomenclature
from insertion_pro.models import Entretien, Frein, Parcours, RendezVous
from insertion_sociale.models import (
    ContactRsa,
    InterventionLogement,
    MesureLogement,
    RendezVousLogement,
    SuiviRsa,
)

pytestmark = pytest.mark.django_db
JOUR = datetime.timedelta(days=1)
PRIVEE = "À garder pour moi"


def adresse(qui, genre: str = "") -> str:
    return reverse("contact_create", args=[qui.pk, genre] if genre else [qui.pk])


def ouvrir(client, maison: Maison, qui: str, url: str):
    client.force_login(maison.comptes[qui])
    reponse = client.get(url)
    assert reponse.status_code == 200
    return reponse


CHAMPS = {
    "entretien": {"objet": ""},
    "rsa": {"type": "visite", "statut": "honore"},
    "logement": {"theme": "etat_logement"},
}


def remplir(client, url: str, **champs) -> dict[str, object]:
    """What the browser would send of the form as it is shown, and these fields."""
    reponse = client.get(url)
    jeton = re.search(r'name="jeton" value="([^"]+)"', reponse.content.decode())[1]
    form = reponse.context["form"]
    saisie = {"jeton": jeton, "date": form["date"].value().isoformat(), **CHAMPS[reponse.context["genre"].code]}
    saisie |= {nom: form[nom].value() for nom in form.fields if nom.startswith("frein_")}
    if form.a_regler is not None:
        saisie["regle"] = form.a_regler.pk
    return saisie | champs


def empreintes(client, url: str) -> str:
    return client.get(url).context["form"]["empreintes"].value()


# Which kind, for whom


def test_each_account_is_proposed_the_kinds_that_it_has_and_the_person_too(client, maison):
    vus = {}
    for qui in ("directeur", "polyvalent", "cip", "referent"):
        reponse = ouvrir(client, maison, qui, adresse(maison.deux_poles))
        vus[qui] = [genre.code for genre, _ in reponse.context["onglets"]]
    assert vus == {
        "directeur": ["entretien", "rsa", "logement"],
        "polyvalent": ["entretien", "rsa", "logement"],
        "cip": ["entretien"],
        "referent": ["rsa", "logement"],
    }
    assert [genre.code for genre in genres(maison.comptes["encadrant"])] == []


def genre_propose(client, maison: Maison, qui: str = "polyvalent") -> str:
    return ouvrir(client, maison, qui, adresse(maison.deux_poles)).context["genre"].code


def test_the_kind_proposed_is_the_one_last_used_by_this_account_then_by_anyone(client, maison):
    hier = timezone.localdate() - JOUR
    Entretien.objects.update(date=hier - JOUR)
    InterventionLogement.objects.update(date=hier - JOUR)
    assert genre_propose(client, maison) == "rsa"
    maison.intervention.auteur = maison.comptes["polyvalent"]
    maison.intervention.save()
    assert genre_propose(client, maison) == "logement"


def test_an_appointment_of_today_says_which_kind_is_noted(client, maison):
    jour = timezone.localdate()
    maison.intervention.auteur = maison.comptes["polyvalent"]
    maison.intervention.save()
    rendez_vous = RendezVous.objects.create(ref="R1", parcours=maison.parcours_double, date=jour)
    assert genre_propose(client, maison) == "entretien"
    rendez_vous.statut = "annule"
    rendez_vous.save()
    assert genre_propose(client, maison) == "logement"


def test_a_person_without_follow_up_is_said_so_and_nothing_can_be_noted(client, maison):
    reponse = ouvrir(client, maison, "polyvalent", adresse(maison.nouvelle))
    assert "Aucun suivi n’est ouvert" in reponse.content.decode()
    assert "form" not in reponse.context
    client.post(adresse(maison.nouvelle, "entretien"), {"date": "2026-01-01"})
    assert Entretien.objects.count() == 2


def test_a_follow_up_that_is_over_is_proposed_for_what_took_place_before(client, maison):
    hier = timezone.localdate() - JOUR
    Parcours.objects.filter(pk=maison.parcours.pk).update(date_sortie=hier)
    reponse = ouvrir(client, maison, "cip", adresse(maison.aci))
    suite = f"{adresse(maison.aci, 'entretien')}?suivi={maison.parcours.pk}"
    assert suite in reponse.content.decode()
    client.post(suite, remplir(client, suite, date=(hier - JOUR).isoformat(), note="Bilan de sortie"))
    assert Entretien.objects.get(note="Bilan de sortie").parcours == maison.parcours


@pytest.mark.parametrize("suivi", ["0", "abc", "²", "9" * 30, "-1"])
def test_another_follow_up_than_the_persons_own_is_never_taken(client, maison, suivi):
    reponse = ouvrir(client, maison, "cip", f"{adresse(maison.aci, 'entretien')}?suivi={suivi}")
    assert reponse.context["form"].instance.parcours == maison.parcours
    autre = ouvrir(client, maison, "cip", f"{adresse(maison.aci, 'entretien')}?suivi={maison.parcours_autre.pk}")
    assert autre.context["form"].instance.parcours == maison.parcours


def test_one_who_leaves_today_or_begins_tomorrow_is_open(client, maison):
    jour = timezone.localdate()
    for champs in ({"date_sortie": jour}, {"date_sortie": None, "date_entree": jour + JOUR}):
        Parcours.objects.filter(pk=maison.parcours.pk).update(**champs)
        assert "form" in ouvrir(client, maison, "cip", adresse(maison.aci)).context


def test_of_two_measures_open_at_once_one_is_chosen(client, maison):
    debut = timezone.localdate() - 10 * JOUR
    seconde = MesureLogement.objects.create(
        ref="M9", personne=maison.deux_poles, dispositif="partenord", date_debut=debut
    )
    url = adresse(maison.deux_poles, "logement")
    texte = ouvrir(client, maison, "referent", url).content.decode()
    assert "Dans quel suivi" in texte
    client.post(url, remplir(client, url, suivi=str(maison.mesure.pk), note="Chez elle"))
    assert InterventionLogement.objects.get(note="Chez elle").mesure == maison.mesure
    reponse = client.post(url, remplir(client, url, suivi="999999", note="Nulle part"))
    assert "suivi" in reponse.context["form"].errors
    client.post(url, remplir(client, url, suivi=str(seconde.pk), note="Partenord"))
    assert InterventionLogement.objects.get(note="Partenord").mesure == seconde


# A true fact is never refused


@pytest.mark.parametrize(
    ("ecart", "attendu"),
    [(0, None), (1, "n’est pas encore venu"), (-100, None), (-101, "ne commence que le")],
)
def test_a_day_to_come_or_before_the_entry_is_explained_and_kept(client, maison, ecart, attendu):
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    jour = timezone.localdate() + ecart * JOUR
    reponse = client.post(url, remplir(client, url, date=jour.isoformat(), note="Daté"), follow=True)
    texte = reponse.content.decode()
    assert Entretien.objects.get(note="Daté").date == jour
    assert "L’entretien est enregistré." in texte
    assert ("Vérifiez la date" in texte) is (attendu is not None)
    assert attendu is None or attendu in texte


def test_an_appointment_that_is_entered_is_not_odd_for_being_to_come(client, maison):
    client.force_login(maison.comptes["referent"])
    url = adresse(maison.rsa, "rsa")
    demain = (timezone.localdate() + JOUR).isoformat()
    reponse = client.post(url, remplir(client, url, date=demain, statut="prevu"), follow=True)
    assert "Vérifiez la date" not in reponse.content.decode()


# The appointment that it settles


@pytest.mark.parametrize("ecart", [0, 1, A_REGLER.days])
def test_noting_the_interview_settles_the_appointment_of_the_day_or_left_open(client, maison, ecart):
    jour = timezone.localdate() - ecart * JOUR
    pris = RendezVous.objects.create(ref="R1", parcours=maison.parcours, date=jour)
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    page = client.get(url)
    assert "C’est le rendez-vous prévu" in page.content.decode()
    assert page.context["form"]["date"].value() == jour
    saisie = remplir(client, url, note="Venu")
    for _ in range(2):
        client.post(url, saisie)
    pris.refresh_from_db()
    assert (pris.statut, Entretien.objects.filter(note="Venu", date=jour).count()) == ("honore", 1)


@pytest.mark.parametrize("ecart", [-1, A_REGLER.days + 1])
def test_an_appointment_to_come_or_long_past_is_not_taken_for_this_one(client, maison, ecart):
    RendezVous.objects.create(ref="R1", parcours=maison.parcours, date=timezone.localdate() - ecart * JOUR)
    form = ouvrir(client, maison, "cip", adresse(maison.aci, "entretien")).context["form"]
    assert (form.a_regler, form["date"].value()) == (None, timezone.localdate())


def test_an_appointment_left_out_stays_to_be_settled(client, maison):
    pris = RendezVousLogement.objects.create(ref="R1", mesure=maison.mesure, date=timezone.localdate())
    client.force_login(maison.comptes["referent"])
    url = adresse(maison.deux_poles, "logement")
    client.post(url, remplir(client, url, regle=""))
    pris.refresh_from_db()
    assert pris.statut == "prevu"
    client.post(url, remplir(client, url))
    pris.refresh_from_db()
    assert pris.statut == "honore"


def test_the_appointment_of_someone_else_is_not_settled(client, maison):
    pris = RendezVous.objects.create(ref="R1", parcours=maison.parcours_autre, date=timezone.localdate())
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    reponse = client.post(url, remplir(client, url, regle=pris.pk))
    pris.refresh_from_db()
    assert (pris.statut, "regle" in reponse.context["form"].errors) == ("prevu", True)


@pytest.fixture
def convocation(maison) -> ContactRsa:
    return ContactRsa.objects.create(
        ref="CONV",
        suivi=maison.suivi,
        date=timezone.localdate(),
        heure=datetime.time(9, 30),
        type="convocation",
        statut="prevu",
        note="Apporter le bail.",
    )


def test_a_convocation_becomes_the_contact_rather_than_a_second_row(client, maison, convocation):
    client.force_login(maison.comptes["referent"])
    url = adresse(maison.rsa, "rsa")
    form = client.get(url).context["form"]
    assert [form[nom].value() for nom in ("type", "statut", "note")] == ["convocation", "honore", "Apporter le bail."]
    saisie = remplir(client, url, type="convocation", note="Apporter le bail.\nBail vu.", note_privee=PRIVEE)
    for message in ("Le contact est enregistré.", "Le contact était déjà enregistré."):
        assert message in client.post(url, saisie, follow=True).content.decode()
    convocation.refresh_from_db()
    assert (convocation.statut, convocation.note, convocation.note_privee) == (
        "honore",
        "Apporter le bail.\nBail vu.",
        PRIVEE,
    )
    assert convocation.auteur == maison.comptes["referent"]
    assert ContactRsa.objects.filter(suivi=maison.suivi).count() == 2


def test_what_was_written_on_the_convocation_is_never_overwritten(client, maison, convocation):
    client.force_login(maison.comptes["referent"])
    url = adresse(maison.rsa, "rsa")
    client.post(url, remplir(client, url, note="Venue."))
    convocation.refresh_from_db()
    assert convocation.note == "Apporter le bail.\n\nVenue."


def test_a_convocation_pointed_meanwhile_by_a_colleague_is_not_passed_over(client, maison, convocation):
    client.force_login(maison.comptes["referent"])
    url = adresse(maison.rsa, "rsa")
    saisie = remplir(client, url, type="convocation", note="Je l’ai vue")
    ContactRsa.objects.filter(pk=convocation.pk).update(statut="absence_non_excusee")
    reponse = client.post(url, saisie)
    assert "a déjà servi" in reponse.content.decode()
    convocation.refresh_from_db()
    assert convocation.statut == "absence_non_excusee"
    # Sent again, what was typed makes a row of its own.
    client.post(url, {**remplir(client, url, note="Je l’ai vue"), "regle": ""})
    assert ContactRsa.objects.get(note="Je l’ai vue").pk != convocation.pk


def test_two_private_notes_are_not_put_in_one_row(client, maison, convocation):
    ContactRsa.objects.filter(pk=convocation.pk).update(
        note_privee="Celle d’un autre", auteur=maison.comptes["polyvalent"]
    )
    client.force_login(maison.comptes["referent"])
    url = adresse(maison.rsa, "rsa")
    reponse = client.post(url, remplir(client, url, note_privee=PRIVEE))
    assert "note_privee" in reponse.context["form"].errors
    client.post(url, remplir(client, url, note="Sans la mienne"))
    convocation.refresh_from_db()
    assert (convocation.note_privee, convocation.auteur) == ("Celle d’un autre", maison.comptes["polyvalent"])


# The next appointment


@pytest.mark.parametrize(
    ("genre", "qui", "modele"),
    [("entretien", "cip", RendezVous), ("rsa", "referent", ContactRsa), ("logement", "referent", RendezVousLogement)],
)
def test_the_next_appointment_is_taken_once_with_the_contact(client, maison, genre, qui, modele):
    client.force_login(maison.comptes[qui])
    url = adresse(maison.deux_poles, genre)
    dans_un_mois = timezone.localdate() + 30 * JOUR
    saisie = remplir(client, url, rdv_date=dans_un_mois.isoformat(), rdv_heure="14:30", rdv_lieu="Mairie")
    assert "Prochain rendez-vous le" in client.post(url, saisie, follow=True).content.decode()
    client.post(url, saisie)
    pris = modele.objects.get(date=dans_un_mois)
    assert (pris.statut, pris.heure, pris.lieu) == ("prevu", datetime.time(14, 30), "Mairie")
    if modele is ContactRsa:
        assert pris.type == "convocation"
    attendus = client.get(url).context["rappel"].attendus
    assert [attendu.pk for attendu in attendus] == [pris.pk]


def test_an_hour_without_a_day_is_asked_for_at_its_field(client, maison):
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    reponse = client.post(url, remplir(client, url, rdv_heure="10:00", note="Gardée"))
    assert "rdv_date" in reponse.context["form"].errors
    assert "Gardée" in reponse.content.decode()


def test_a_form_gone_back_to_with_another_appointment_is_not_thrown_away(client, maison):
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    saisie = remplir(client, url, rdv_date="2030-01-10")
    client.post(url, saisie)
    assert "a déjà servi" in client.post(url, {**saisie, "rdv_date": "2030-01-11"}).content.decode()
    assert [pris.date for pris in RendezVous.objects.all()] == [datetime.date(2030, 1, 10)]


# Obstacles and what was undertaken


def categorie(valeur: str) -> Nomenclature:
    return code("categorie_frein", valeur, valeur.capitalize())


def demarche(valeur: str) -> Nomenclature:
    return code("demarche", valeur, valeur.capitalize())


def test_obstacles_are_lifted_improved_and_found_with_the_interview_and_once(client, maison):
    budget = Frein.objects.create(
        ref="FR-2", parcours=maison.parcours, categorie=categorie("budget"), date_reperage=maison.frein.date_reperage
    )
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    proposees = client.get(url).context["form"].fields["freins_reperes"].queryset
    assert {"mobilite", "budget"}.isdisjoint(proposees.values_list("code", flat=True))
    saisie = remplir(
        client,
        url,
        **{f"frein_{maison.frein.pk}": "leve", f"frein_{budget.pk}": "ameliore"},
        freins_reperes=[categorie("logement").pk],
        demarches=[demarche("logement").pk, demarche("budget_dettes").pk],
    )
    for message in ("L’entretien est enregistré.", "L’entretien était déjà enregistré."):
        assert message in client.post(url, saisie, follow=True).content.decode()
    jour = timezone.localdate()
    etats = {frein.categorie.code: (frein.date_fin, frein.issue) for frein in maison.parcours.freins.all()}
    assert etats == {"mobilite": (jour, "leve"), "budget": (None, "ameliore"), "logement": (None, "")}
    entretien = Entretien.objects.order_by("pk").last()
    assert {ligne.demarche.code for ligne in entretien.demarches.all()} == {"logement", "budget_dettes"}
    rappel = client.get(url).context["rappel"]
    assert rappel.derniers[0].demarches == tuple(str(ligne.demarche) for ligne in entretien.demarches.all())


def test_a_form_gone_back_to_without_the_lifted_obstacle_says_so(client, maison):
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    saisie = remplir(client, url, **{f"frein_{maison.frein.pk}": "leve"})
    client.post(url, saisie)
    assert "a déjà servi" in client.post(url, {**saisie, f"frein_{maison.frein.pk}": ""}).content.decode()


def test_an_obstacle_cannot_end_before_it_was_found(client, maison):
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    nom = f"frein_{maison.frein.pk}"
    veille = maison.frein.date_reperage - JOUR
    reponse = client.post(url, remplir(client, url, date=veille.isoformat(), **{nom: "leve"}))
    assert "repéré que le" in reponse.context["form"].errors[nom][0]
    client.post(url, remplir(client, url, date=(veille + JOUR).isoformat(), **{nom: "leve"}))
    maison.frein.refresh_from_db()
    assert maison.frein.date_fin == maison.frein.date_reperage


def test_an_obstacle_ended_meanwhile_by_a_colleague_is_not_passed_over(client, maison):
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    nom = f"frein_{maison.frein.pk}"
    saisie = remplir(client, url, **{nom: "ameliore"})
    Frein.objects.filter(pk=maison.frein.pk).update(date_fin=timezone.localdate(), issue="stable")
    reponse = client.post(url, saisie)
    assert "clos entre-temps" in reponse.context["form"].errors[nom][0]
    client.post(url, {**saisie, nom: ""})
    maison.frein.refresh_from_db()
    assert (maison.frein.issue, Entretien.objects.count()) == ("stable", 3)


def test_the_obstacles_of_someone_else_are_out_of_reach(client, maison):
    ailleurs = Frein.objects.create(
        ref="FR-3", parcours=maison.parcours_autre, categorie=categorie("budget"), date_reperage=timezone.localdate()
    )
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    client.post(url, remplir(client, url, **{f"frein_{ailleurs.pk}": "leve", "frein_x": "leve", "frein_²": "leve"}))
    ailleurs.refresh_from_db()
    assert ailleurs.date_fin is None


def test_what_was_undertaken_is_corrected_and_two_corrections_are_confronted(client, maison):
    client.force_login(maison.comptes["referent"])
    url = reverse("contact_rsa_update", args=[maison.contact.pk])
    base = {"date": timezone.localdate().isoformat(), "type": "visite", "statut": "honore", "note": maison.contact.note}
    premiere = {**base, "demarches": [demarche("logement").pk], "empreintes": empreintes(client, url)}
    seconde = {**base, "demarches": [demarche("budget_dettes").pk], "empreintes": empreintes(client, url)}
    assert client.post(url, premiere).status_code == 302
    reponse = client.post(url, seconde)
    assert [d.champ for d in reponse.context["form"].divergences] == ["demarches"]
    assert {ligne.demarche.code for ligne in maison.contact.demarches.all()} == {"logement"}
    relu = reponse.context["form"]["empreintes"].value()
    assert client.post(url, {**seconde, "empreintes": relu}).status_code == 302
    assert {ligne.demarche.code for ligne in maison.contact.demarches.all()} == {"budget_dettes"}


# The private part of a note


def test_a_private_note_is_read_by_its_author_only_and_survives_a_correction_by_another(client, maison):
    client.force_login(maison.comptes["cip"])
    url = adresse(maison.aci, "entretien")
    client.post(url, remplir(client, url, note="Commune", note_privee=PRIVEE))
    entretien = Entretien.objects.get(note="Commune")
    assert entretien.auteur == maison.comptes["cip"]
    correction = reverse("entretien_update", args=[entretien.pk])
    lus = {}
    for qui in ("cip", "directeur", "polyvalent"):
        client.force_login(maison.comptes[qui])
        pages = [
            client.get(page).content.decode()
            for page in (correction, url, reverse("personne_detail", args=[maison.aci.pk]))
        ]
        lus[qui] = [PRIVEE in page for page in pages]
        assert ('name="note_privee"' in pages[0]) is (qui == "cip")
    assert lus == {"cip": [True, True, True], "directeur": [False] * 3, "polyvalent": [False] * 3}
    client.force_login(maison.comptes["directeur"])
    saisie = {"date": "2026-02-01", "objet": "", "note": "Corrigée", "empreintes": empreintes(client, correction)}
    assert "note_privee" in client.post(correction, {**saisie, "note_privee": "Volée"}).context["form"].errors
    client.post(correction, saisie)
    entretien.refresh_from_db()
    assert (entretien.note, entretien.note_privee, entretien.auteur) == ("Corrigée", PRIVEE, maison.comptes["cip"])


def test_not_even_a_fingerprint_of_a_private_note_leaves(client, maison):
    maison.entretien.note_privee, maison.entretien.auteur = PRIVEE, maison.comptes["cip"]
    maison.entretien.save()
    url = reverse("entretien_update", args=[maison.entretien.pk])
    client.force_login(maison.comptes["directeur"])
    assert "note_privee" not in empreintes(client, url)
    client.force_login(maison.comptes["cip"])
    assert "note_privee" in empreintes(client, url)


@pytest.fixture
def pointe(maison) -> ContactRsa:
    """A convocation that a colleague pointed, with nothing told of it yet."""
    return ContactRsa.objects.create(
        ref="PTE",
        suivi=maison.suivi,
        date=timezone.localdate(),
        type="convocation",
        statut="honore",
        auteur=maison.comptes["polyvalent"],
    )


def corriger(client, url: str, **champs) -> dict[str, object]:
    return {
        "date": timezone.localdate().isoformat(),
        "type": "convocation",
        "statut": "honore",
        "empreintes": empreintes(client, url),
        **champs,
    }


def test_who_tells_a_contact_that_was_only_pointed_is_its_author(client, maison, pointe):
    client.force_login(maison.comptes["referent"])
    url = reverse("contact_rsa_update", args=[pointe.pk])
    saisie = corriger(client, url, note="Bail vu", note_privee=PRIVEE, rdv_date="2030-02-04")
    for _ in range(2):
        client.post(url, saisie)
    pointe.refresh_from_db()
    assert (pointe.note, pointe.note_privee, pointe.auteur) == ("Bail vu", PRIVEE, maison.comptes["referent"])
    assert ContactRsa.objects.filter(date="2030-02-04", statut="prevu").count() == 1
    assert "rdv_date" not in client.get(url).context["form"].fields


@pytest.mark.parametrize("mienne", ["", "La mienne"])
def test_a_private_note_put_meanwhile_by_a_colleague_is_neither_read_nor_lost(client, maison, pointe, mienne):
    client.force_login(maison.comptes["referent"])
    url = reverse("contact_rsa_update", args=[pointe.pk])
    saisie = corriger(client, url, note="", note_privee=mienne)
    ContactRsa.objects.filter(pk=pointe.pk).update(note_privee=PRIVEE)
    reponse = client.post(url, saisie, follow=True)
    assert PRIVEE not in reponse.content.decode()
    assert ("gardez votre note privée dans un autre" in reponse.content.decode()) is bool(mienne)
    pointe.refresh_from_db()
    assert pointe.note_privee == PRIVEE


def test_obstacles_are_entered_with_a_correction_too_and_once(client, maison):
    client.force_login(maison.comptes["cip"])
    url = reverse("entretien_update", args=[maison.entretien.pk])
    saisie = {
        "date": timezone.localdate().isoformat(),
        "objet": "",
        "note": maison.entretien.note,
        f"frein_{maison.frein.pk}": "leve",
        "freins_reperes": [categorie("budget").pk],
        "empreintes": empreintes(client, url),
    }
    for _ in range(2):
        assert client.post(url, saisie).status_code == 302
    etats = sorted((frein.categorie.code, frein.issue) for frein in maison.parcours.freins.all())
    assert etats == [("budget", ""), ("mobilite", "leve")]


def test_two_corrections_of_one_obstacle_are_confronted(client, maison):
    client.force_login(maison.comptes["cip"])
    url = reverse("entretien_update", args=[maison.entretien.pk])
    nom = f"frein_{maison.frein.pk}"
    base = {"date": timezone.localdate().isoformat(), "objet": "", "note": maison.entretien.note}
    saisie = {**base, nom: "ameliore", "empreintes": empreintes(client, url)}
    Frein.objects.filter(pk=maison.frein.pk).update(date_fin=timezone.localdate(), issue="leve")
    reponse = client.post(url, saisie)
    assert [d.champ for d in reponse.context["form"].divergences] == [nom]
    # Who said nothing of it is not disturbed.
    assert client.post(url, {**saisie, nom: ""}).status_code == 302


@pytest.mark.parametrize("genre", ["entretien", "rsa", "logement"])
def test_the_page_stays_light_however_long_the_notes(client, maison, genre):
    client.force_login(maison.comptes["polyvalent"])
    texte = "".join(chr(33 + (i * i * 7 + i * 31) % 90) for i in range(10_000))
    for rang in range(4):
        notes = {"note": texte[rang:], "note_privee": texte[::-1], "auteur": maison.comptes["polyvalent"]}
        commun = {"ref": f"L{rang}", "date": timezone.localdate(), **notes}
        Entretien.objects.create(parcours=maison.parcours_double, **commun)
        InterventionLogement.objects.create(mesure=maison.mesure, theme="etat_logement", **commun)
        ContactRsa.objects.create(suivi=SuiviRsa.objects.get(ref="S2"), type="visite", statut="honore", **commun)
    page = client.get(adresse(maison.deux_poles, genre)).content
    assert len(gzip.compress(page)) <= 15_000


# Finding someone


def proposees(client, maison: Maison, qui: str, q: str) -> list[str]:
    client.force_login(maison.comptes[qui])
    reponse = client.get(reverse("personne_suggestions"), {"q": q})
    return [p.ref for p in reponse.context["personnes"]]


@pytest.mark.parametrize("q", ["evr", "ÉVR", "zoé", "0611", "06 11 22", "06.11.22.33.44", "zoe evr"])
def test_three_letters_or_digits_are_enough(client, maison, q):
    assert proposees(client, maison, "directeur", q) == ["P1"]


def test_a_name_that_begins_so_comes_first_then_another_word_then_the_rest(client, maison):
    for ref, nom, prenom in (("Q1", "Lemarin", "Zita"), ("Q2", "Abel", "Marius"), ("Q3", "Marin", "Ali")):
        personne(ref, nom, prenom)
    assert proposees(client, maison, "directeur", "mari") == ["Q3", "Q2", "Q1"]


def test_those_followed_now_come_before_the_others_of_the_same_letters(client, maison):
    for rang in range(8):
        personne(f"Q{rang:02}", "Martin", f"Numéro {rang:02}")
    suivie = personne("QX", "Marzin", "Zoé")
    parcours_de(suivie, maison.equipe, timezone.localdate())
    assert proposees(client, maison, "cip", "mar")[0] == "QX"
    # The other pole's follow-up is nobody's business here.
    assert "QX" not in proposees(client, maison, "referent", "mar")


def test_at_most_eight_are_proposed_and_nobody_out_of_reach(client, maison):
    for rang in range(20):
        personne(f"Q{rang:02}", "Serie", f"Numéro {rang:02}")
    assert proposees(client, maison, "directeur", "serie") == [f"Q{rang:02}" for rang in range(8)]
    assert proposees(client, maison, "cip", "vandamme") == []
    assert proposees(client, maison, "referent", "evrard") == []
    assert proposees(client, maison, "encadrant", "boll") == []


@pytest.mark.parametrize("q", ["", " ", "%", "_", "'", "\0", "x" * 5000, "\U0010ffff", "²²²"])
def test_odd_letters_find_nobody_and_break_nothing(client, maison, q):
    assert proposees(client, maison, "directeur", q) == []


def test_a_supervisor_is_shown_names_and_no_way_to_note(client, maison):
    client.force_login(maison.comptes["encadrant"])
    texte = sans_jetons(client.get(reverse("personne_suggestions"), {"q": "evr"}).content.decode())
    assert "Évrard" in texte
    assert "1990" not in texte
    assert "contact" not in texte


def requetes(client, url: str, **parametres: str) -> int:
    with CaptureQueriesContext(connection) as capture:
        assert client.get(url, parametres).status_code == 200
    return len(capture)


@pytest.mark.parametrize("genre", ["", "entretien", "rsa", "logement"])
def test_the_form_costs_the_same_however_much_was_noted(client, maison, genre):
    client.force_login(maison.comptes["polyvalent"])
    url = adresse(maison.deux_poles, genre)
    mesures = []
    for debut in (0, 60):
        suivi = SuiviRsa.objects.get(ref="S2")
        for rang in range(debut, debut + 60):
            date = timezone.localdate() - (rang % 5) * JOUR
            ContactRsa.objects.create(ref=f"C{rang}", suivi=suivi, date=date, type="visite", statut="honore")
            Entretien.objects.create(ref=f"E{rang}", parcours=maison.parcours_double, date=date)
            InterventionLogement.objects.create(ref=f"N{rang}", mesure=maison.mesure, date=date, theme="etat_logement")
            Frein.objects.create(
                ref=f"F{rang}",
                parcours=maison.parcours_double,
                categorie=categorie("budget"),
                date_reperage=date,
                date_fin=date,
            )
        mesures.append(requetes(client, url))
    assert mesures[0] == mesures[1]
    assert mesures[1] <= 20


def test_suggestions_and_rounds_cost_the_same_for_sixty_persons(client, maison):
    client.force_login(maison.comptes["polyvalent"])
    pages = [
        (reverse("personne_suggestions"), {"q": "nombreux"}),
        (reverse("tournee_list"), {}),
        (reverse("tournee_detail", args=["chantier", str(maison.equipe.pk)]), {}),
        (reverse("tournee_detail", args=["permanence", timezone.localdate().isoformat()]), {}),
        (f"{adresse(maison.aci, 'entretien')}", {"tournee": f"chantier-{maison.equipe.pk}"}),
    ]
    mesures = []
    for debut, fin in ((0, 10), (10, 60)):
        for rang in range(debut, fin):
            qui = personne(f"N{rang:03}", "Nombreux", f"{rang:03}")
            parcours_de(qui, maison.equipe, timezone.localdate())
            suivi = SuiviRsa.objects.create(ref=f"SN{rang}", personne=qui, date_entree=timezone.localdate())
            ContactRsa.objects.create(
                ref=f"CN{rang}", suivi=suivi, date=timezone.localdate(), type="convocation", statut="prevu"
            )
        mesures.append([requetes(client, url, **parametres) for url, parametres in pages])
    assert mesures[0] == mesures[1]
    assert max(mesures[1]) <= 20


# Rounds


def test_the_round_of_a_team_goes_from_one_to_the_next_and_ends_on_its_summary(client, maison):
    client.force_login(maison.comptes["cip"])
    tournee = f"chantier-{maison.equipe.pk}"
    liste = reverse("tournee_detail", args=["chantier", str(maison.equipe.pk)])
    Entretien.objects.update(date=timezone.localdate() - JOUR)
    assert [arret.personne.ref for arret in client.get(liste).context["arrets"]] == ["P1", "P4"]
    url = f"{adresse(maison.aci, 'entretien')}?tournee={tournee}"
    assert "1 sur 2" in client.get(url).content.decode()
    suite = client.post(url, remplir(client, url, suivant="1"))["Location"]
    assert suite == f"{adresse(maison.deux_poles, 'entretien')}?tournee={tournee}"
    page = client.get(suite).content.decode()
    assert "2 sur 2" in page
    assert "Enregistrer et terminer" in page
    reponse = client.post(suite, remplir(client, suite, suivant="1"))
    assert reponse["Location"] == liste
    texte = client.get(liste).content.decode()
    assert "Tournée terminée" in texte
    assert "2 sur 2 personnes" in texte


def test_a_round_of_convocations_is_over_when_each_has_its_outcome(client, maison, convocation):
    client.force_login(maison.comptes["referent"])
    jour = timezone.localdate().isoformat()
    liste = reverse("tournee_detail", args=["permanence", jour])
    assert [(a.personne.ref, a.vu, a.detail) for a in client.get(liste).context["arrets"]] == [
        ("P3", False, "9\u00a0h\u00a030")
    ]
    url = f"{adresse(maison.rsa, 'rsa')}?tournee=permanence-{jour}"
    client.post(url, remplir(client, url, suivant="1", statut="absence_excusee", type="convocation"))
    assert client.get(liste).context["arrets"][0].vu is True


@pytest.mark.parametrize(
    "tournee", ["chantier-0", "chantier-abc", "rien-1", "chantier", "permanence-hier", "-", "x" * 300]
)
def test_an_odd_round_is_no_round(client, maison, tournee):
    reponse = ouvrir(client, maison, "polyvalent", f"{adresse(maison.aci, 'entretien')}?tournee={tournee}")
    assert reponse.context["tour"] is None


def test_someone_of_another_team_is_not_in_the_round(client, maison):
    reponse = ouvrir(client, maison, "cip", f"{adresse(maison.autre_equipe)}?tournee=chantier-{maison.equipe.pk}")
    assert reponse.context["tour"] is None
    client.force_login(maison.comptes["cip"])
    assert client.get(reverse("tournee_detail", args=["permanence", "2026-01-01"])).status_code == 404
    assert client.get(reverse("tournee_detail", args=["chantier", "999999"])).status_code == 404
