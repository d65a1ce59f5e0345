"""Moment 6 in a browser: the dossier of a person, its documents, its sessions, as each role and at both widths."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from aipi.models import Document
from insertion_pro.models import Entretien
from insertion_sociale.models import Invitation, Presence, Seance, SuiviRsa

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


def prevue(maison, dans: int = 7) -> Seance:
    jour = timezone.localdate() + datetime.timedelta(days=dans)
    return Seance.objects.create(ref=f"SN{dans}", action=maison.action, date=jour, statut="prevue")


@LARGEURS
@pytest.mark.parametrize("qui", ["directeur", "cip", "referent", "encadrant"])
def test_the_dossier_is_read_filtered_and_printed_without_an_obstacle(maison, entrer, sans_obstacle, qui, largeur):
    Entretien.objects.filter(ref="ENT-2").update(note="Une phrase assez longue pour être pliée. " * 20)
    SuiviRsa.objects.filter(ref="S2").update(date_sortie=timezone.localdate() - datetime.timedelta(days=1))
    Invitation.objects.create(seance=prevue(maison), personne=maison.deux_poles)
    page = entrer(qui, largeur)
    page.goto(reverse("personne_detail", args=[maison.deux_poles.pk]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Régis Top")
    sans_obstacle(page)
    if qui in {"directeur", "cip"}:
        page.get_by_text("Lire la suite").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("details.note-suite")).to_have_attribute("open", "")
    if qui in {"directeur", "referent"}:
        page.locator("details.pliee summary").first.click()
    sans_obstacle(page)
    page.get_by_role("navigation", name="Filtrer le fil").get_by_role("link", name="Contrats et étapes").click()
    expect(page.locator(".fil-filtres [aria-current]")).to_have_text("Contrats et étapes")
    page.get_by_role("link", name="Imprimer").click()
    expect(page.get_by_text(f"Imprimé par {qui}@exemple.fr")).to_be_visible()
    sans_obstacle(page)


@LARGEURS
def test_a_document_is_joined_saved_corrected_and_refused_in_words(maison, entrer, sans_obstacle, tmp_path, largeur):
    page = entrer("referent", largeur)
    page.goto(reverse("personne_detail", args=[maison.deux_poles.pk]))
    page.get_by_role("link", name="Joindre un document").click()
    page.get_by_label("Type").select_option("budget")
    page.get_by_label("Fichier").set_input_files(
        {"name": "avis.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}
    )
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("pas d’un format accepté")).to_be_visible()
    sans_obstacle(page)
    page.get_by_label("Fichier").set_input_files(
        {"name": "Avis d’imposition.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF"}
    )
    page.get_by_label("Confidentiel").check()
    page.get_by_role("button", name="Enregistrer").click()
    lien = page.get_by_role("link", name="Avis d’imposition", exact=True)
    expect(lien).to_be_visible()
    sans_obstacle(page)
    with page.expect_download() as telechargement:
        lien.click()
    assert telechargement.value.suggested_filename == "Avis d’imposition.pdf"
    document = Document.objects.get(intitule="Avis d’imposition")
    assert (document.pole, document.confidentiel) == ("social", True)
    page.goto(reverse("document_update", args=[document.pk]))
    sans_obstacle(page)


@LARGEURS
def test_an_action_is_planned_and_its_sessions_pointed(maison, entrer, sans_obstacle, largeur):
    page = entrer("referent", largeur)
    page.goto(reverse("action_create"))
    sans_obstacle(page)
    page.get_by_label("Actions collectives").check()
    page.get_by_label("Programme").fill("Parentalité")
    page.get_by_label("Intitulé").fill("Café des parents")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".alert-success")).to_contain_text("L’action est enregistrée.")
    page.goto(reverse("seance_create", args=[maison.action.pk]))
    sans_obstacle(page)
    page.get_by_label("Date").fill(timezone.localdate().isoformat())
    page.get_by_label("Nombre de séances").fill("2")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Atelier sommeil")
    sans_obstacle(page)

    du_jour = Seance.objects.get(statut="prevue", date=timezone.localdate())
    page.goto(reverse("seance_detail", args=[du_jour.pk]))
    page.get_by_label("Nom, prénom ou téléphone").fill("vandamme")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Inviter Inès Vandamme").click()
    expect(page.locator(".alert-success")).to_contain_text("1 personne invitée")
    page.get_by_label("Nom, prénom ou téléphone").fill("top")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Est venu")).to_be_visible()
    sans_obstacle(page)
    page.get_by_role("button", name="Est venu").click()
    expect(page.locator(".alert-success")).to_contain_text("Présence notée")
    page.get_by_role("radiogroup", name="Vandamme Inès").get_by_label("Absent").check()
    page.get_by_label("Professionnels présents").fill("2")
    page.get_by_role("button", name="Enregistrer le pointage").click()
    expect(page.locator(".alert-success")).to_contain_text("Le pointage est enregistré.")
    sans_obstacle(page)
    du_jour.refresh_from_db()
    assert (du_jour.statut, du_jour.professionnels) == ("tenue", 2)
    assert dict(Presence.objects.filter(seance=du_jour).values_list("personne__ref", "present")) == {
        "P3": False,
        "P4": True,
    }


@LARGEURS
def test_a_session_is_cancelled_restored_and_filled_from_a_list(maison, entrer, sans_obstacle, largeur):
    seance = prevue(maison)
    page = entrer("referent", largeur)
    page.goto(reverse("seance_detail", args=[seance.pk]))
    page.get_by_role("link", name="Annuler la séance").click()
    sans_obstacle(page)
    page.get_by_role("button", name="Annuler la séance").click()
    expect(page.get_by_text("Annulée, motif à compléter")).to_be_visible()
    sans_obstacle(page)
    page.get_by_role("button", name="Rétablir la séance").click()
    expect(page.locator(".alert-success")).to_contain_text("de nouveau prévue")
    page.goto(f"{reverse('invitation_lot')}?personne={maison.rsa.pk}&personne={maison.deux_poles.pk}")
    sans_obstacle(page)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Inviter").click()
    expect(page.locator(".alert-success")).to_contain_text("2 personnes invitées")
    page.goto(reverse("seance_update", args=[seance.pk]))
    sans_obstacle(page)
