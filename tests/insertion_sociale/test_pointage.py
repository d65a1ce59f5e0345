"""The pointing of the day: one click, undone as easily, never over a colleague’s."""

from __future__ import annotations

import datetime

import pytest
from auditlog.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from maison import personne

from insertion_sociale.models import ContactRsa, SuiviRsa

pytestmark = pytest.mark.django_db
UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


def convocation(suivi: SuiviRsa, ref: str, date: datetime.date | None = None, **champs) -> ContactRsa:
    return ContactRsa.objects.create(
        ref=ref,
        suivi=suivi,
        date=date or timezone.localdate(),
        **{"type": "convocation", "statut": "prevu", **champs},
    )


def pointer(client, contact: ContactRsa, statut: str, **champs: str):
    return client.post(reverse("contact_rsa_pointer", args=[contact.pk]), {"statut": statut, **champs})


def refs(reponse, cle: str = "lignes") -> list[str]:
    return [ligne["contact"].ref for ligne in reponse.context[cle]]


def test_the_day_is_in_the_order_of_its_hours(referent, maison):
    convocation(maison.suivi, "B", heure=datetime.time(10, 0))
    convocation(maison.suivi, "A", heure=datetime.time(9, 0))
    convocation(maison.suivi, "DEMAIN", timezone.localdate() + UN_JOUR)
    assert refs(referent.get(reverse("pointage"))) == ["A", "B", "CTR-1"]


@pytest.mark.parametrize("statut", ["honore", "absence_excusee", "absence_non_excusee", "annule"])
def test_an_outcome_is_noted_in_one_click_and_taken_back(referent, maison, statut):
    contact = convocation(maison.suivi, "A")
    reponse = pointer(referent, contact, statut)
    assert reponse["Location"].endswith(f"#contact-{contact.pk}")
    contact.refresh_from_db()
    assert contact.statut == statut
    [ligne] = [x for x in referent.get(reverse("pointage")).context["lignes"] if x["contact"].pk == contact.pk]
    assert (ligne["a_pointer"], ligne["precedent"]) == (False, "prevu")
    pointer(referent, contact, ligne["precedent"], avant=statut)
    contact.refresh_from_db()
    assert contact.statut == "prevu"


def test_taking_back_returns_to_the_status_before_and_not_always_to_planned(referent, maison):
    contact = convocation(maison.suivi, "A", statut="absence_excusee")
    pointer(referent, contact, "honore", avant="absence_excusee")
    ligne = next(x for x in referent.get(reverse("pointage")).context["lignes"] if x["contact"].pk == contact.pk)
    assert ligne["precedent"] == "absence_excusee"


def test_a_contact_noted_at_once_has_nothing_to_take_back(referent, maison):
    [ligne] = referent.get(reverse("pointage")).context["lignes"]
    assert (ligne["contact"].statut, ligne["precedent"]) == ("honore", "")


def test_the_same_click_twice_is_one_change(referent, maison):
    contact = convocation(maison.suivi, "A")
    for _ in range(2):
        assert pointer(referent, contact, "honore").status_code == 302
    assert LogEntry.objects.get_for_object(contact).filter(changes__has_key="statut").count() == 2


def test_what_a_colleague_noted_meanwhile_is_told_and_kept(referent, maison):
    contact = convocation(maison.suivi, "A")
    ContactRsa.objects.filter(pk=contact.pk).update(statut="absence_excusee")
    reponse = referent.post(reverse("contact_rsa_pointer", args=[contact.pk, "honore"]), follow=True)
    assert "Un collègue a déjà noté" in reponse.content.decode()
    contact.refresh_from_db()
    assert contact.statut == "absence_excusee"


def test_one_goes_back_where_one_was_and_nowhere_else(referent, maison):
    contact = convocation(maison.suivi, "A")
    assert pointer(referent, contact, "honore", retour="/rsa/?etat=tous")["Location"] == "/rsa/?etat=tous"
    ailleurs = pointer(referent, contact, "prevu", avant="honore", retour="https://ailleurs.example/")["Location"]
    assert ailleurs.startswith("/rsa/pointage/")


@pytest.mark.parametrize("statut", ["", "inconnu"])
def test_an_unknown_outcome_is_not_found(referent, maison, statut):
    assert pointer(referent, convocation(maison.suivi, "A"), statut).status_code == 404


def test_past_appointments_without_outcome_stand_above_today_only(referent, maison):
    hier = timezone.localdate() - UN_JOUR
    convocation(maison.suivi, "HIER", hier)
    convocation(maison.suivi, "FAITE", hier, statut="honore")
    assert refs(referent.get(reverse("pointage")), "retards") == ["HIER"]
    page = referent.get(reverse("pointage", args=[f"{hier:%Y-%m-%d}"]))
    assert (refs(page), refs(page, "retards")) == (["FAITE", "HIER"], [])


def test_mine_are_those_i_hold_and_those_of_my_files_that_name_nobody(referent, maison):
    moi, autre = maison.comptes["referent"].intervenant, maison.comptes["cip"].intervenant
    double = SuiviRsa.objects.get(ref="S2")
    convocation(double, "TENUE", intervenant=moi)
    convocation(maison.suivi, "CEDEE", intervenant=autre)
    convocation(double, "AUTRE")
    assert set(refs(referent.get(reverse("pointage")))) == {"CTR-1", "TENUE"}
    assert set(refs(referent.get(reverse("pointage"), {"qui": "pole"}))) == {
        "CTR-1",
        "CTR-2",
        "TENUE",
        "CEDEE",
        "AUTRE",
    }


def test_an_account_that_is_nobody_sees_the_pole(client, maison):
    client.force_login(maison.comptes["directeur"])
    assert set(refs(client.get(reverse("pointage")))) == {"CTR-1", "CTR-2"}


@pytest.mark.parametrize("jour", ["2026-02-30", "hier", "1899-12-31", "2101-01-01", "20260201x"])
def test_a_day_that_is_none_is_not_found(referent, maison, jour):
    assert referent.get(f"/rsa/pointage/{jour}/").status_code == 404


@pytest.mark.parametrize("jour", ["1900-01-01", "2100-12-31"])
def test_the_first_and_last_days_have_a_page(referent, maison, jour):
    assert referent.get(f"/rsa/pointage/{jour}/").status_code == 200


@pytest.mark.parametrize("nombre", [3, 60])
def test_the_page_asks_the_same_whatever_the_number(referent, maison, nombre, django_assert_max_num_queries):
    for rang in range(nombre):
        suivi = SuiviRsa.objects.create(
            ref=f"N{rang}",
            personne=personne(f"N{rang}", "Nord", str(rang)),
            date_entree=datetime.date(2026, 1, 1),
            referent=maison.comptes["referent"].intervenant,
        )
        convocation(suivi, f"C{rang}", statut="honore" if rang % 2 else "prevu")
        convocation(suivi, f"R{rang}", timezone.localdate() - UN_JOUR)
    with django_assert_max_num_queries(9):
        referent.get(reverse("pointage"))
