"""A frozen file: nothing leads into it that would answer 404, and no import writes in it."""

from __future__ import annotations

import datetime
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from maison import Maison

from aipi.echange.erreurs import ErreursImport
from aipi.echange.gel import ARCHIVE, LIMITE
from aipi.echange.importation import importer
from aipi.models import Limitation, Personne
from insertion_sociale.models import ContactRsa

pytestmark = pytest.mark.django_db


def figer(maison: Maison, personne: Personne) -> None:
    Limitation.objects.create(
        personne=personne, debut=timezone.localdate(), motif="Contestation", posee_par=maison.comptes["directeur"]
    )


def liens(page: str) -> list[str]:
    """The addresses of the content of a page, menus aside."""
    contenu = page[page.index("<main") : page.index("</main>")]
    return [unescape(a).partition("#")[0] for a in re.findall(r'<a\b[^>]*\bhref="(/[^"]+)"', contenu)]


@pytest.mark.parametrize("qui", ["aci", "rsa"])
def test_every_link_of_a_frozen_dossier_opens(client, maison, qui):
    personne = getattr(maison, qui)
    client.force_login(maison.comptes["directeur"])
    avant = set(liens(client.get(reverse("personne_detail", args=[personne.pk])).content.decode()))
    figer(maison, personne)
    apres = set(liens(client.get(reverse("personne_detail", args=[personne.pk])).content.decode()))
    droits = set(liens(client.get(reverse("personne_droits", args=[personne.pk])).content.decode()))
    assert reverse("personne_droits", args=[personne.pk]) in apres
    assert apres < avant
    # Papers and files are laid out elsewhere.
    pages = [lien for lien in apres | droits if not lien.endswith((".pdf", ".zip"))]
    assert {lien: code for lien in pages if (code := client.get(lien).status_code) != 200} == {}


def test_a_frozen_dossier_still_says_what_its_links_named(client, maison):
    client.force_login(maison.comptes["directeur"])
    page = reverse("personne_detail", args=[maison.aci.pk])
    contrat = reverse("contrat_update", args=[maison.contrat.pk])
    assert f'<a href="{contrat}">{maison.contrat.equipe}</a>' in client.get(page).content.decode()
    figer(maison, maison.aci)
    lue = client.get(page).content.decode()
    assert f"<span>{maison.contrat.equipe}</span>" in lue
    assert contrat not in lue
    # What opens still leads there: a training is of its group, not of one person.
    assert reverse("formation_detail", args=[maison.formation.pk]) in lue


@pytest.mark.parametrize("raison", [LIMITE, ARCHIVE])
def test_an_import_that_would_write_in_a_closed_file_is_refused_at_its_row(maison, tmp_path, raison):
    (dossier := tmp_path / "a").mkdir()
    if raison == LIMITE:
        figer(maison, maison.rsa)
    else:
        Personne.objects.filter(pk=maison.rsa.pk).update(archivee_le=datetime.date(2026, 1, 1))
    contacts = ContactRsa.objects.count()
    suivi = maison.suivi.ref
    (dossier / "contacts_rsa.csv").write_text(
        f"ref;suivi;date;type;statut\nN1;{suivi};2021-02-02;visite;honore\nN2;{suivi};2021-02-03;visite;honore\n"
    )
    (dossier / "personnes.csv").write_text(
        f"ref;nom;prenom\n{maison.aci.ref};{maison.aci.nom};Autre\n{maison.rsa.ref};{maison.rsa.nom};Autre\n"
    )
    with pytest.raises(ErreursImport) as refus:
        importer(dossier)
    assert [(e.feuille, e.ligne, e.message) for e in refus.value.erreurs] == [
        ("personnes", 3, raison),
        ("contacts_rsa", 2, raison),
        ("contacts_rsa", 3, raison),
    ]
    assert ContactRsa.objects.count() == contacts
    # What changes nothing may stay in the file.
    (dossier / "contacts_rsa.csv").unlink()
    (dossier / "personnes.csv").write_text(f"ref;nom;prenom\n{maison.rsa.ref};{maison.rsa.nom};{maison.rsa.prenom}\n")
    assert importer(dossier).comptes["personnes"].modifiees == 0
