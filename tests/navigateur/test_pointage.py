"""The third moment: the appointments of the day, pointed by keyboard; and what surrounds it, without obstacle."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from insertion_sociale.models import ContactRsa, ContratEngagement
from insertion_sociale.regles import fin_apres

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


@pytest.fixture
def matinee(maison) -> list[ContactRsa]:
    """Two convocations of today at 9:00 and 9:30, and one of yesterday that nobody pointed."""
    jour = timezone.localdate()
    return [
        ContactRsa.objects.create(
            ref=ref, suivi=maison.suivi, date=date, heure=heure, lieu="Mairie", type="convocation", statut="prevu"
        )
        for ref, date, heure in (
            ("NEUF", jour, datetime.time(9, 0)),
            ("DEMI", jour, datetime.time(9, 30)),
            ("HIER", jour - datetime.timedelta(days=1), None),
        )
    ]


@LARGEURS
def test_the_day_is_pointed_and_taken_back_without_the_mouse(maison, matinee, entrer, sans_obstacle, largeur):
    page = entrer("referent", largeur)
    page.goto(reverse("pointage"))
    expect(page.get_by_role("heading", name="Passés, sans suite notée")).to_be_visible()
    sans_obstacle(page)
    neuf = page.locator(f"#contact-{matinee[0].pk}")
    neuf.get_by_role("button", name="Honoré").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(neuf.get_by_text("Absence excusée", exact=True)).to_be_visible()
    # The focus stays on the line, on what takes the click back.
    expect(neuf.get_by_role("button", name="Annuler")).to_be_focused()
    sans_obstacle(page)
    page.keyboard.press("Enter")
    expect(neuf.get_by_role("button", name="Honoré")).to_be_focused()
    page.keyboard.press("Enter")
    expect(neuf.get_by_text("Honoré", exact=True)).to_be_visible()
    hier = page.locator(f"#contact-{matinee[2].pk}")
    hier.get_by_role("button", name="Absence non excusée").click()
    expect(page.get_by_role("heading", name="Passés, sans suite notée")).to_have_count(0)
    for contact, statut in zip(matinee, ("honore", "prevu", "absence_non_excusee"), strict=True):
        contact.refresh_from_db()
        assert contact.statut == statut


def test_pointing_works_without_scripts(maison, matinee, browser, live_server, client):
    client.force_login(maison.comptes["referent"])
    contexte = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    try:
        contexte.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page = contexte.new_page()
        page.goto(reverse("pointage"))
        ligne = page.locator(f"#contact-{matinee[0].pk}")
        ligne.get_by_role("button", name="Honoré").click()
        expect(ligne.get_by_role("button", name="Annuler")).to_be_visible()
        assert page.url.endswith(f"#contact-{matinee[0].pk}")
    finally:
        contexte.close()


@LARGEURS
def test_several_people_are_convened_and_their_letters_offered(maison, entrer, sans_obstacle, largeur):
    page = entrer("referent", largeur)
    page.goto(f"{reverse('convocation_lot')}?suivi={maison.suivi.pk}")
    expect(page.get_by_text("1 personne cochée.")).to_be_visible()
    sans_obstacle(page)
    page.get_by_label("Vandamme").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Convoquer").click()
    expect(page.get_by_text("Cochez au moins une personne")).to_be_visible()
    sans_obstacle(page)
    page.get_by_label("Vandamme").check()
    page.get_by_label("Lieu").fill("Mairie")
    page.get_by_role("button", name="Convoquer").dblclick()
    expect(page.get_by_role("link", name="Les lettres en un PDF")).to_be_visible()
    sans_obstacle(page)
    assert ContactRsa.objects.filter(type="convocation", suivi=maison.suivi).count() == 1


def test_the_proposed_end_follows_until_another_is_written(maison, entrer):
    page = entrer("referent")
    page.goto(reverse("mesure_logement_create", args=[maison.nouvelle.pk]))
    fin = page.get_by_label("Fin", exact=True)
    page.get_by_label("Début").fill("2025-08-31")
    expect(fin).to_have_value("2026-02-28")
    page.get_by_label("Publics spécifiques").check()
    expect(fin).to_have_value("2026-08-30")
    page.get_by_label("Partenord").check()
    expect(fin).to_have_value("")
    page.get_by_label("FSL").check()
    expect(fin).to_have_value(fin_apres(datetime.date(2025, 8, 31), 12).isoformat())
    fin.fill("2026-05-05")
    page.get_by_label("Maintien").check()
    expect(fin).to_have_value("2026-05-05")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La mesure est enregistrée.")).to_be_visible()


def test_a_renewed_contract_keeps_following_the_last_one(maison, entrer):
    engagement = ContratEngagement.objects.get(pk=maison.engagement.pk)
    page = entrer("referent")
    page.goto(reverse("contrat_engagement_create", args=[maison.suivi.pk]))
    suite = engagement.date_fin + datetime.timedelta(days=1)
    page.get_by_label("Signé le").fill(engagement.date_fin.isoformat())
    expect(page.get_by_label("Jusqu’au")).to_have_value(fin_apres(suite, 6).isoformat())
    plus_tard = suite + datetime.timedelta(days=40)
    page.get_by_label("Signé le").fill(plus_tard.isoformat())
    expect(page.get_by_label("Jusqu’au")).to_have_value(fin_apres(plus_tard, 6).isoformat())
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le contrat est enregistré.")).to_be_visible()


@LARGEURS
def test_no_page_of_the_pole_puts_an_obstacle_in_the_way(maison, entrer, sans_obstacle, largeur):
    page = entrer("referent", largeur)
    moi = maison.comptes["referent"].intervenant_id
    autre = maison.comptes["cip"].intervenant_id
    for url in (
        reverse("suivi_rsa_create", args=[maison.rsa.pk]),
        reverse("suivi_rsa_update", args=[maison.suivi.pk]),
        reverse("suivi_rsa_sortie", args=[maison.suivi.pk]),
        f"{reverse('referent_remplacer')}?de={moi}&a={autre}",
        reverse("contrat_engagement_create", args=[maison.suivi.pk]),
        reverse("mesure_logement_create", args=[maison.nouvelle.pk]),
        reverse("mesure_logement_renouveler", args=[maison.mesure.pk]),
        reverse("mesure_logement_fin", args=[maison.mesure.pk]),
        reverse("aide_logement_update", args=[maison.aide.pk]),
        reverse("mois_mesures"),
        reverse("personne_detail", args=[maison.deux_poles.pk]),
        reverse("personne_detail", args=[maison.rsa.pk]),
    ):
        page.goto(url)
        sans_obstacle(page)
