"""Closing a year: what is frozen stays as it left, what the files say since is listed, an erratum is a new edition."""

from __future__ import annotations

import datetime
import hashlib
import json
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from aipi.echange.importation import importer
from aipi.models import Compte
from aipi.periodes import Periode
from insertion_pro.models import Contrat, Parcours, ReleveHeures
from insertion_sociale.models import ContactRsa, SuiviRsa
from rapports.cloture import DejaClos, PasClos, SansMotif, clore, ecarts, rouvrir
from rapports.models import Edition, ListeArretee, Rapport, Reouverture, Texte, ValeurArretee
from rapports.references import references, retrouver
from rapports.valeurs import Releve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias")]

ANNEE = Periode.annee(2021)
EXEMPLE = Path(__file__).parents[1] / "exemples" / "small" / "files"


@pytest.fixture
def compte() -> Compte:
    return Compte.objects.create_user("direction@example.org", nom="Direction", role=Compte.Role.DIRECTEUR)


@pytest.fixture
def direction(client, compte):
    client.force_login(compte)
    return client


@pytest.fixture
def rapport() -> Rapport:
    return Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)


def corps(client) -> str:
    """The page of the report, without the bar above it: its sign-out form has a new token each time."""
    return client.get(reverse("rapport_detail", args=[2021])).text.partition('<div class="rapport">')[2]


def servi(reponse) -> bytes:
    return b"".join(reponse.streaming_content)


def octets(champ) -> bytes:
    with champ.open("rb") as fichier:
        return fichier.read()


def fichiers(edition: Edition) -> dict[str, bytes]:
    champs = {
        "rapport.pdf": edition.pdf,
        "rapport-court.pdf": edition.court,
        "rapport.html": edition.html,
        "chiffres.xlsx": edition.xlsx,
        "presentation.pptx": edition.pptx,
        "listes.json": edition.listes,
    }
    return {nom: octets(champ) for nom, champ in champs.items()}


def test_a_report_is_closed_after_being_asked_and_its_texts_stay_as_they_are(direction):
    page = direction.get(reverse("rapport_clore", args=[2021]))
    assert "erratum" in page.text
    assert not Rapport.objects.exists()
    direction.post(reverse("rapport_clore", args=[2021]))
    edition = Rapport.objects.get().edition
    assert edition.close_par.courriel == "direction@example.org"
    assert ValeurArretee.objects.filter(edition=edition, indicateur="aci.salaries").count() == 1
    page = direction.get(reverse("rapport_detail", args=[2021])).text
    assert "Clore</a>" not in page
    assert "édition 1" in page


def test_closing_twice_freezes_once(direction):
    for _ in range(2):
        direction.post(reverse("rapport_clore", args=[2021]))
    assert ValeurArretee.objects.filter(indicateur="aci.salaries").count() == 1


@pytest.mark.parametrize("methode", ["get", "post"])
def test_a_year_that_is_not_over_is_not_closed(direction, methode):
    annee = timezone.localdate().year
    reponse = getattr(direction, methode)(reverse("rapport_clore", args=[annee]), follow=True)
    assert "n’est pas terminée" in reponse.text
    assert not Rapport.objects.exists()


def test_anyone_can_compute_the_fingerprint_again_from_the_files(rapport, compte):
    importer(EXEMPLE)
    Texte.objects.create(rapport=rapport, section="aci", corps="Une **belle** année.")
    edition = clore(rapport, compte)
    releve = octets(edition.fichier)
    assert hashlib.sha256(releve).hexdigest() == edition.empreinte
    contenu = json.loads(releve)
    assert {nom: hashlib.sha256(octet).hexdigest() for nom, octet in fichiers(edition).items()} == contenu["fichiers"]
    assert contenu["textes"] == {"aci": "Une **belle** année."}
    valeurs = {v["indicateur"]: v["valeur"] for v in contenu["valeurs"] if not v["atelier"]}
    assert valeurs["aci.salaries"] == str(Releve(ANNEE).valeur("aci.salaries").nombre)
    assert b"Une <strong>belle</strong> ann" in octets(edition.html)


def test_the_frozen_lists_are_those_behind_the_figures(rapport):
    importer(EXEMPLE)
    edition = clore(rapport, None)
    sorties = ListeArretee.objects.get(edition=edition, indicateur="aci.sorties", atelier=None, cle="")
    assert sorties.references == sorted(Parcours.objects.sortis(ANNEE).values_list("ref", flat=True))
    assert len(sorties.references) == Releve(ANNEE).valeur("aci.sorties").nombre
    heures = ListeArretee.objects.get(edition=edition, indicateur="aci.heures", atelier=None, cle="")
    assert len(heures.references) == ReleveHeures.objects.de(ANNEE).count()
    assert set(retrouver(ReleveHeures, heures.references[:5])) == set(heures.references[:5])


def bousculer(hasard: random.Random) -> None:
    """A few corrections of the files, of every kind that moves figures."""
    for parcours in hasard.sample(list(Parcours.objects.order_by("ref")), 3):
        parcours.date_sortie = hasard.choice([None, max(parcours.date_entree, datetime.date(2021, 6, 30))])
        parcours.save()
    for releve in hasard.sample(list(ReleveHeures.objects.order_by("pk")), 5):
        releve.heures = Decimal(hasard.randrange(0, 1510)) / 10
        releve.save()
    for contact in hasard.sample(list(ContactRsa.objects.order_by("ref")), 3):
        contact.statut = hasard.choice(["honore", "absence_excusee", "annule"])
        contact.save()
    SuiviRsa.objects.create(
        ref=f"NEUF-{hasard.random()}",
        personne=SuiviRsa.objects.order_by("ref").first().personne,
        date_entree=datetime.date(2021, 3, 1),
    )


def test_whatever_becomes_of_the_files_nothing_of_a_closed_report_moves(direction, rapport, compte):
    importer(EXEMPLE)
    edition = clore(rapport, compte)
    page = corps(direction)
    liste = direction.get(reverse("indicateur_liste", args=[2021, "aci.heures"])).context["page"].paginator.count
    avant = fichiers(edition)
    imprimees = {code: Releve(ANNEE).valeur(code) for code in ("aci.heures", "aci.sorties", "rsa.suivis")}
    assert ecarts(edition) == []
    for graine in range(3):
        bousculer(random.Random(graine))
        assert {code: Releve(ANNEE).valeur(code) for code in imprimees} == imprimees
        assert corps(direction) == page
    Contrat.objects.order_by("ref").last().releves_heures.all().delete()
    assert fichiers(edition) == avant
    assert servi(direction.get(reverse("rapport_pdf", args=[2021]))) == avant["rapport.pdf"]
    assert servi(direction.get(reverse("rapport_xlsx", args=[2021]))) == avant["chiffres.xlsx"]
    apres = direction.get(reverse("indicateur_liste", args=[2021, "aci.heures"]))
    assert apres.context["page"].paginator.count == liste


def test_the_differences_are_exact(direction, rapport):
    importer(EXEMPLE)
    edition = clore(rapport, None)
    releve = ReleveHeures.objects.de(ANNEE).filter(heures__gt=1).order_by("pk").first()
    imprime = Releve(ANNEE).valeur("aci.heures").nombre
    releve.heures += 1
    releve.save()
    trouves = {(e.declaration.code, str(e.axe or "")): e for e in ecarts(edition)}
    heures = trouves["aci.heures", ""]
    assert (heures.imprime, heures.maintenant, heures.ajoutees, heures.retirees) == (imprime, imprime + 1, (), ())
    assert ("aci.etp", "") in trouves
    assert not {code for code, _ in trouves if code.startswith(("rsa.", "logement.", "sante."))}
    page = direction.get(reverse("rapport_differences", args=[2021])).text
    assert "Heures" in page
    assert "les mêmes" in page


def test_a_row_taken_away_is_named_by_its_reference_only(direction, rapport):
    importer(EXEMPLE)
    edition = clore(rapport, None)
    contact = ContactRsa.objects.de(ANNEE).filter(type="visite", statut="honore").order_by("ref").first()
    visites = Releve(ANNEE).valeur("rsa.visites").nombre
    contact.delete()
    [ecart] = [e for e in ecarts(edition) if e.declaration.code == "rsa.visites"]
    assert (ecart.imprime, ecart.maintenant, ecart.retirees) == (visites, visites - 1, (contact.ref,))
    page = direction.get(reverse("indicateur_liste", args=[2021, "rsa.visites"])).text
    assert contact.ref in page


def test_an_erratum_is_a_new_edition_that_says_what_it_corrects(direction, rapport, compte):
    importer(EXEMPLE)
    premiere = clore(rapport, compte)
    avant = fichiers(premiere)
    ReleveHeures.objects.filter(pk=ReleveHeures.objects.de(ANNEE).order_by("pk").first().pk).update(heures=Decimal(99))
    vide = direction.post(reverse("rapport_clore", args=[2021]), {"motif": " "})
    assert "Dites-le en quelques mots" in vide.text
    assert Edition.objects.count() == 1
    direction.post(reverse("rapport_clore", args=[2021]), {"motif": "Un relevé d’heures était faux."})
    rapport.refresh_from_db()
    assert (rapport.edition.numero, rapport.edition.erratum) == (2, "Un relevé d’heures était faux.")
    assert ecarts(rapport.edition) == []
    assert fichiers(premiere) == avant
    page = direction.get(reverse("rapport_detail", args=[2021])).text
    assert "Ce que cette édition corrige" in page
    assert "Un relevé d’heures était faux." in page
    editions = direction.get(reverse("edition_list", args=[2021])).text
    assert premiere.empreinte in editions
    assert rapport.edition.empreinte in editions


def test_reopening_asks_why_and_keeps_who_and_when(direction, rapport, compte):
    with pytest.raises(PasClos):
        rouvrir(rapport, compte, "Par erreur")
    clore(rapport, compte)
    with pytest.raises(SansMotif):
        rouvrir(rapport, compte, "  ")
    refus = direction.post(reverse("rapport_rouvrir", args=[2021]), {"motif": ""})
    assert refus.status_code == 200
    direction.post(reverse("rapport_rouvrir", args=[2021]), {"motif": "Une photographie à retirer"})
    rapport.refresh_from_db()
    assert rapport.edition is None
    trace = Reouverture.objects.get()
    assert (trace.compte, trace.motif, trace.edition.numero) == (compte, "Une photographie à retirer", 1)
    assert "Une photographie à retirer" in direction.get(reverse("edition_list", args=[2021])).text
    assert "Clore</a>" in direction.get(reverse("rapport_detail", args=[2021])).text
    with pytest.raises(SansMotif):
        clore(rapport, compte)
    assert clore(rapport, compte, "Photographie retirée").numero == 2
    with pytest.raises(DejaClos):
        clore(rapport, compte)


def test_a_closed_year_feeds_the_series_of_the_next_ones(rapport):
    importer(EXEMPLE)
    clore(rapport, None)
    imprime = Releve(ANNEE).valeur("aci.heures").nombre
    ReleveHeures.objects.de(ANNEE).update(heures=0)
    assert Releve(Periode.annee(2022)).chiffre("aci.heures").precedent == imprime
    assert Releve(ANNEE, vif=True).valeur("aci.heures").nombre == Fraction(0)


def test_the_lists_of_references_are_for_the_director_only(client, direction, rapport):
    importer(EXEMPLE)
    clore(rapport, None)
    adresse = reverse("edition_fichier", args=[2021, 1, "listes.json"])
    assert servi(direction.get(adresse)).startswith(b"[{")
    assert direction.get(reverse("edition_fichier", args=[2021, 1, "autre.txt"])).status_code == 404
    autre = Compte.objects.create_user("ts@example.org", role="travailleur_social", pole_pro=True)
    client.force_login(autre)
    assert client.get(adresse).status_code == 404
    assert servi(client.get(reverse("edition_fichier", args=[2021, 1, "edition.json"]))).startswith(b"{")


def test_every_row_of_a_sheet_has_one_reference():
    importer(EXEMPLE)
    for modele in (Parcours, Contrat, ReleveHeures, ContactRsa):
        assert len(references(modele.objects.all())) == modele.objects.count()
