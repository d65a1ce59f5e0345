"""What the social pole does in batches and on paper, by keyboard: letters, sheet to sign, a colleague who leaves, a renewal."""

from __future__ import annotations

import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pikepdf import Pdf
from playwright.sync_api import Page, expect

from insertion_sociale.models import ContactRsa, Invitation, MesureLogement, Seance, SuiviRsa

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]
LARGEURS = pytest.mark.parametrize("largeur", [360, 1280])


def pages_du_pdf(page: Page, lien: str) -> tuple[str, int]:
    """The name of the PDF that a link brings when one presses Enter on it, and its number of pages."""
    with page.expect_download() as recu:
        page.get_by_role("link", name=lien).press("Enter")
    with Pdf.open(io.BytesIO(recu.value.path().read_bytes())) as pdf:
        return recu.value.suggested_filename, len(pdf.pages)


@LARGEURS
def test_a_batch_leaves_as_letters_and_a_session_as_a_sheet_to_sign(maison, entrer, sans_obstacle, largeur):
    second = SuiviRsa.objects.get(ref="S2")
    SuiviRsa.objects.filter(pk=second.pk).update(referent=maison.suivi.referent)
    jour = timezone.localdate() + datetime.timedelta(days=9)
    seance = Seance.objects.create(ref="SN", action=maison.action, date=jour, statut="prevue")
    Invitation.objects.create(seance=seance, personne=maison.rsa)
    page = entrer("referent", largeur)

    page.goto(reverse("convocation_lot"))
    page.get_by_role("link", name="Tout cocher").press("Enter")
    expect(page.get_by_label("Top Régis")).to_be_checked()
    page.get_by_label("Date").fill(jour.isoformat())
    page.get_by_label("Première heure").fill("09:00")
    page.get_by_label("Lieu").focus()
    page.keyboard.type("Mairie")
    sans_obstacle(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("2 convocations enregistrées")
    sans_obstacle(page)
    assert pages_du_pdf(page, "Les lettres en un PDF") == (f"convocations-{jour}.pdf", 2)
    convoques = ContactRsa.objects.filter(type="convocation", date=jour).order_by("heure")
    assert [(c.suivi.personne.nom, f"{c.heure:%H:%M}", c.lieu) for c in convoques] == [
        ("Top", "09:00", "Mairie"),
        ("Vandamme", "09:30", "Mairie"),
    ]

    page.goto(reverse("seance_detail", args=[seance.pk]))
    assert pages_du_pdf(page, "Feuille d’émargement") == (f"emargement-{jour}.pdf", 1)


@LARGEURS
def test_a_measure_is_renewed_then_all_that_a_colleague_followed_is_handed_over(maison, entrer, sans_obstacle, largeur):
    jour = timezone.localdate()
    fin = jour + datetime.timedelta(days=20)
    MesureLogement.objects.filter(pk=maison.mesure.pk).update(date_fin=fin, referent=maison.suivi.referent)
    page = entrer("referent", largeur)

    echeances = page.get_by_role("region", name="Échéances")
    echeances.get_by_role("link", name="Renouveler, Top Régis").press("Enter")
    sans_obstacle(page)
    nouvelle = page.get_by_label("Nouvelle fin").input_value()
    page.get_by_role("button", name="Enregistrer", exact=True).press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("La mesure est renouvelée.")
    mesure = MesureLogement.objects.get(pk=maison.mesure.pk)
    assert (mesure.date_renouvellement, f"{mesure.date_fin}") == (jour, nouvelle)
    # As long again: the measure had been granted for four months.
    assert mesure.date_fin > fin + datetime.timedelta(days=110)

    page.goto(reverse("referent_remplacer"))
    page.get_by_label("Les suivis de").select_option(label="Luc Dehaene")
    page.get_by_label("passent à").select_option(label="Odile Maës")
    page.get_by_role("button", name="Voir les suivis").press("Enter")
    expect(page.get_by_role("heading", name="2 suivis et mesures de Luc Dehaene")).to_be_visible()
    sans_obstacle(page)
    page.get_by_role("button", name="Confier les lignes cochées à Odile Maës").press("Enter")
    expect(page.get_by_text("2 suivis et mesures de Luc Dehaene sont confiés à Odile Maës")).to_be_visible()
    sans_obstacle(page)
    confies = [modele.objects.filter(referent__code="CIP").count() for modele in (SuiviRsa, MesureLogement)]
    assert confies == [1, 1]
    page.get_by_role("button", name="Annuler ce changement").press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    assert not SuiviRsa.objects.filter(referent__code="CIP").exists()
