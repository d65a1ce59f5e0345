"""RSA follow-ups: entry, correction, exit; one referent in the place of another."""

from __future__ import annotations

import datetime

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from formulaires import remplir
from lecture import sans_jetons
from maison import Maison, code, personne

from aipi.models import Intervenant
from insertion_sociale.models import ContactRsa, MesureLogement, RendezVousLogement, SuiviRsa

pytestmark = pytest.mark.django_db
UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


def dossier(qui) -> str:
    return reverse("personne_detail", args=[qui.pk])


def messages(reponse) -> str:
    return " ".join(str(message) for message in reponse.context["messages"])


def test_a_follow_up_opens_today_with_me_as_referent(referent, maison):
    url = reverse("suivi_rsa_create", args=[maison.nouvelle.pk])
    saisie = remplir(referent, url)
    for _ in range(2):
        assert referent.post(url, saisie)["Location"] == dossier(maison.nouvelle)
    suivi = SuiviRsa.objects.get(personne=maison.nouvelle)
    assert (suivi.date_entree, suivi.referent) == (timezone.localdate(), maison.comptes["referent"].intervenant)
    assert suivi.date_orientation is suivi.typologie is None


def test_a_second_open_follow_up_is_explained_and_made_only_when_asked_for(referent, maison):
    url = reverse("suivi_rsa_create", args=[maison.rsa.pk])
    page = referent.get(url).content.decode()
    assert "a déjà un suivi ouvert" in page
    assert reverse("suivi_rsa_update", args=[maison.suivi.pk]) in page
    saisie = remplir(referent, url)
    reponse = referent.post(url, saisie)
    assert "second suivi" in reponse.context["form"].errors["second"][0]
    assert SuiviRsa.objects.filter(personne=maison.rsa).count() == 1
    for _ in range(2):
        assert referent.post(url, saisie | {"second": "on"}).status_code == 302
    assert SuiviRsa.objects.filter(personne=maison.rsa).count() == 2


def test_a_follow_up_that_ended_yesterday_does_not_stand_in_the_way(referent, maison):
    maison.suivi.date_sortie = timezone.localdate() - UN_JOUR
    maison.suivi.save()
    url = reverse("suivi_rsa_create", args=[maison.rsa.pk])
    assert referent.post(url, remplir(referent, url)).status_code == 302


def test_a_new_referent_is_written_with_the_name_of_the_one_before(referent, maison):
    autre = Intervenant.objects.create(code="R2", nom="Wemaere", prenom="Lise", role="travailleur_social")
    url = reverse("suivi_rsa_update", args=[maison.suivi.pk])
    referent.post(url, remplir(referent, url, referent=autre.pk))
    maison.suivi.refresh_from_db()
    assert maison.suivi.referent == autre
    change = LogEntry.objects.get_for_object(maison.suivi).latest("timestamp").changes["referent"]
    assert change == [str(maison.comptes["referent"].intervenant_id), str(autre.pk)]


def test_appointments_to_come_follow_the_new_referent(referent, maison):
    moi, jour = maison.comptes["referent"].intervenant, timezone.localdate()
    autre = Intervenant.objects.create(code="R2", nom="Wemaere", prenom="Lise", role="travailleur_social")
    for ref, date, qui in (("HIER", jour - UN_JOUR, moi), ("DEMAIN", jour + UN_JOUR, moi), ("AUTRE", jour, autre)):
        ContactRsa.objects.create(
            ref=ref, suivi=maison.suivi, date=date, type="convocation", statut="prevu", intervenant=qui
        )
    url = reverse("suivi_rsa_update", args=[maison.suivi.pk])
    reponse = referent.post(url, remplir(referent, url, referent=autre.pk), follow=True)
    assert "1 rendez-vous à venir passe au nouveau référent" in messages(reponse)
    assert dict(maison.suivi.contacts.exclude(ref="CTR-1").values_list("ref", "intervenant__code")) == {
        "HIER": "REF",
        "DEMAIN": "R2",
        "AUTRE": "R2",
    }


def test_two_corrections_at_once_are_shown_to_the_second(referent, maison):
    url = reverse("suivi_rsa_update", args=[maison.suivi.pk])
    saisie = remplir(referent, url, date_orientation="2020-01-02")
    SuiviRsa.objects.filter(pk=maison.suivi.pk).update(date_orientation="2020-03-04")
    reponse = referent.post(url, saisie)
    assert reponse.status_code == 200
    assert "04/03/2020" in reponse.content.decode()
    maison.suivi.refresh_from_db()
    assert maison.suivi.date_orientation == datetime.date(2020, 3, 4)


def test_an_exit_has_its_motive_and_cancels_the_appointments_after_it(referent, maison):
    motif = code("motif_sortie_rsa", "emploi", "Emploi")
    jour = timezone.localdate()
    for ref, date in (("AVANT", jour), ("APRES", jour + UN_JOUR)):
        ContactRsa.objects.create(ref=ref, suivi=maison.suivi, date=date, type="convocation", statut="prevu")
    url = reverse("suivi_rsa_sortie", args=[maison.suivi.pk])
    assert "insertion professionnelle" in referent.get(url).content.decode()
    assert referent.post(url, remplir(referent, url, motif_sortie=motif.pk)).status_code == 302
    maison.suivi.refresh_from_db()
    assert (maison.suivi.date_sortie, maison.suivi.motif_sortie) == (jour, motif)
    assert dict(maison.suivi.contacts.exclude(ref="CTR-1").values_list("ref", "statut")) == {
        "AVANT": "prevu",
        "APRES": "annule",
    }


def test_appointments_are_kept_when_the_box_is_not_ticked(referent, maison):
    demain = timezone.localdate() + UN_JOUR
    ContactRsa.objects.create(ref="APRES", suivi=maison.suivi, date=demain, type="convocation", statut="prevu")
    url = reverse("suivi_rsa_sortie", args=[maison.suivi.pk])
    saisie = remplir(referent, url)
    del saisie["annuler_suite"]
    referent.post(url, saisie)
    assert ContactRsa.objects.get(ref="APRES").statut == "prevu"


def test_an_exit_without_motive_is_kept_and_said(referent, maison):
    url = reverse("suivi_rsa_sortie", args=[maison.suivi.pk])
    reponse = referent.post(url, remplir(referent, url), follow=True)
    assert "sans motif" in messages(reponse)
    maison.suivi.refresh_from_db()
    assert maison.suivi.date_sortie == timezone.localdate()


def test_an_exit_cannot_precede_the_entry_but_may_be_on_its_day(referent, maison):
    url = reverse("suivi_rsa_sortie", args=[maison.suivi.pk])
    veille = maison.suivi.date_entree - UN_JOUR
    reponse = referent.post(url, remplir(referent, url, date_sortie=veille.isoformat()))
    assert "précéder" in reponse.context["form"].errors["date_sortie"][0]
    saisie = remplir(referent, url, date_sortie=maison.suivi.date_entree.isoformat())
    assert referent.post(url, saisie).status_code == 302


def test_the_motives_stand_under_their_group(referent, maison):
    code("motif_sortie_rsa", "emploi", "Emploi")
    page = referent.get(reverse("suivi_rsa_sortie", args=[maison.suivi.pk])).content.decode()
    assert page.index('<optgroup label="Vers l’emploi ou la formation">') < page.index(
        '<optgroup label="Autres sorties">'
    )


def test_an_exit_is_taken_back_by_clearing_it(referent, maison):
    maison.suivi.date_sortie = timezone.localdate()
    maison.suivi.save()
    url = reverse("suivi_rsa_update", args=[maison.suivi.pk])
    referent.post(url, remplir(referent, url, date_sortie="", motif_sortie=""))
    maison.suivi.refresh_from_db()
    assert maison.suivi.date_sortie is None


# One referent in the place of another


@pytest.fixture
def collegue(db) -> Intervenant:
    return Intervenant.objects.create(code="R2", nom="Wemaere", prenom="Lise", role="travailleur_social")


def choix(maison: Maison, collegue: Intervenant) -> dict[str, int]:
    return {"de": maison.comptes["referent"].intervenant_id, "a": collegue.pk}


def test_the_names_are_shown_before_anything_changes(referent, maison, collegue):
    reponse = referent.get(reverse("referent_remplacer"), choix(maison, collegue))
    page = sans_jetons(reponse.content.decode())
    assert "Vandamme" in page
    assert "Top" not in page
    assert "Confier les lignes cochées à Lise Wemaere" in page
    maison.suivi.refresh_from_db()
    assert maison.suivi.referent != collegue


def test_what_is_chosen_passes_to_the_colleague_and_comes_back(referent, maison, collegue):
    moi = maison.comptes["referent"].intervenant
    demain = timezone.localdate() + UN_JOUR
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(referent=moi)
    contact = ContactRsa.objects.create(
        ref="RDV", suivi=maison.suivi, date=demain, type="convocation", statut="prevu", intervenant=moi
    )
    visite = RendezVousLogement.objects.create(ref="RVL", mesure=maison.mesure, date=demain, intervenant=moi)
    url = reverse("referent_remplacer")
    demande = {**choix(maison, collegue), "suivi": [maison.suivi.pk], "mesure": [maison.mesure.pk]}

    def referents() -> set[Intervenant | None]:
        for ligne in (maison.suivi, maison.mesure, contact, visite):
            ligne.refresh_from_db()
        return {maison.suivi.referent, maison.mesure.referent, contact.intervenant, visite.intervenant}

    page = referent.post(url, demande, follow=True).content.decode()
    assert "2 suivis et mesures" in page
    assert referents() == {collegue}
    assert LogEntry.objects.get_for_object(maison.suivi).latest("timestamp").changes["referent"][1] == str(collegue.pk)
    referent.post(url, demande)
    referent.post(url, {"annuler": "1"})
    assert referents() == {moi}
    assert "Annuler ce changement" not in referent.get(url).content.decode()


def test_what_is_not_ticked_stays(referent, maison, collegue):
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(referent=maison.comptes["referent"].intervenant)
    referent.post(reverse("referent_remplacer"), {**choix(maison, collegue), "mesure": [maison.mesure.pk]})
    maison.suivi.refresh_from_db()
    assert maison.suivi.referent == maison.comptes["referent"].intervenant
    assert MesureLogement.objects.get(pk=maison.mesure.pk).referent == collegue


def test_a_file_that_the_colleague_does_not_follow_is_left_alone(referent, maison, collegue):
    double = SuiviRsa.objects.get(ref="S2")
    reponse = referent.post(
        reverse("referent_remplacer"), {**choix(maison, collegue), "suivi": [double.pk, "abc", "9" * 30]}, follow=True
    )
    assert "Rien n’a changé" in messages(reponse)
    double.refresh_from_db()
    assert double.referent is None


def test_one_does_not_take_over_from_oneself(referent, maison):
    moi = maison.comptes["referent"].intervenant_id
    reponse = referent.get(reverse("referent_remplacer"), {"de": moi, "a": moi})
    assert "même personne" in reponse.context["form"].errors["a"][0]


@pytest.mark.parametrize("nombre", [3, 60])
def test_the_replacement_page_asks_the_same_whatever_the_number(
    referent, maison, collegue, nombre, django_assert_max_num_queries
):
    moi = maison.comptes["referent"].intervenant
    for rang in range(nombre):
        SuiviRsa.objects.create(
            ref=f"N{rang}",
            personne=personne(f"N{rang}", "Nord", str(rang)),
            date_entree=datetime.date(2026, 1, 1),
            referent=moi,
        )
    with django_assert_max_num_queries(9):
        referent.get(reverse("referent_remplacer"), choix(maison, collegue))
