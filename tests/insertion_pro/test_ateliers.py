"""Turnover of the workshops, and their works with a photograph."""

from __future__ import annotations

import datetime
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from aipi.models import Commune
from insertion_pro.models import Atelier, ChiffreAffaires, Equipe, Realisation

pytestmark = pytest.mark.django_db
CA = "/chiffre-affaires/2024/"


@pytest.fixture
def autre_atelier(maison) -> Atelier:
    """Of nobody's team."""
    atelier = Atelier.objects.create(code="BAT", nom="Bâtiment")
    Equipe.objects.create(code="E9", atelier=atelier, nom="Équipe du bâtiment")
    return atelier


def envoyer(client, montrees=None, url=CA, **cases):
    return client.post(url, {"montrees": json.dumps(montrees or {}), **cases})


# Turnover


def test_the_twelve_months_are_typed_and_a_credit_note_is_negative(client, maison):
    client.force_login(maison.comptes["cip"])
    a = maison.atelier.pk
    cases = {f"m{a}-1": "12 500,75", f"m{a}-2": "-340", f"m{a}-12": "0", f"m{a}-6": ""}
    assert envoyer(client, **cases)["Location"] == CA
    assert dict(ChiffreAffaires.objects.values_list("mois", "montant")) == {
        datetime.date(2024, 1, 1): Decimal("12500.75"),
        datetime.date(2024, 2, 1): -340,
        datetime.date(2024, 12, 1): 0,
    }
    page = client.get(CA).content.decode()
    assert "12\u202f160,75" in page
    assert 'value="-340"' in page


def test_an_emptied_month_is_unknown_again_and_the_year_before_stands_below(client, maison):
    client.force_login(maison.comptes["directeur"])
    a = maison.atelier.pk
    for annee, montant in ((2023, 900), (2024, 1000)):
        ChiffreAffaires.objects.create(atelier=maison.atelier, mois=datetime.date(annee, 3, 1), montant=montant)
    assert ">900,00<" in client.get(CA).content.decode()
    assert envoyer(client, {f"m{a}-3": "1000"}, **{f"m{a}-3": ""}).status_code == 302
    assert [c.mois.year for c in ChiffreAffaires.objects.all()] == [2023]


def test_the_second_of_two_people_overwrites_no_amount(client, maison):
    client.force_login(maison.comptes["cip"])
    ChiffreAffaires.objects.create(atelier=maison.atelier, mois=datetime.date(2024, 3, 1), montant=1000)
    page = envoyer(client, **{f"m{maison.atelier.pk}-3": "2000"}).content.decode()
    assert "Enregistré par un collègue\u202f: 1000. Vous avez écrit\u202f: 2000." in page
    assert ChiffreAffaires.objects.get().montant == 1000


def test_a_supervisor_fills_its_own_workshop_only(client, maison, autre_atelier):
    client.force_login(maison.comptes["encadrant"])
    page = client.get(CA).content.decode()
    assert "Brigades vertes" in page
    assert "Bâtiment" not in page
    reponse = envoyer(client, **{f"m{autre_atelier.pk}-1": "5"})
    assert "n’appartiennent pas à ce tableau" in reponse.content.decode()
    assert envoyer(client, **{f"m{maison.atelier.pk}-1": "5"}).status_code == 302
    assert [c.atelier for c in ChiffreAffaires.objects.all()] == [maison.atelier]


def test_a_supervisor_without_a_team_is_told_that_nothing_is_his(client, maison):
    client.force_login(maison.comptes["encadrant_sans_lien"])
    assert "Aucun atelier ne vous est confié." in client.get(CA).content.decode()


@pytest.mark.parametrize(("annee", "status"), [(1899, 404), (1900, 200), (2100, 200), (2101, 404), (10**12, 404)])
def test_the_calendar_has_ends(client, maison, annee, status):
    client.force_login(maison.comptes["cip"])
    assert client.get(f"/chiffre-affaires/{annee}/").status_code == status


# Works done


def image(couleur: str = "green") -> SimpleUploadedFile:
    tampon = io.BytesIO()
    Image.new("RGB", (2400, 1200), couleur).save(tampon, "PNG")
    return SimpleUploadedFile("chantier.png", tampon.getvalue())


def jeton(reponse) -> str:
    return re.search(r'name="jeton" value="([^"]+)"', reponse.content.decode())[1]


def creer(client, maison, /, **champs):
    url = reverse("realisation_create")
    valeurs = {
        "atelier": maison.atelier.pk,
        "date": "2024-05-02",
        "intitule": "Réfection d’une clôture",
        "jeton": jeton(client.get(url)),
    }
    return client.post(url, {**valeurs, **champs})


def corriger(client, realisation, /, **champs):
    url = reverse("realisation_update", args=[realisation.pk])
    empreintes = json.dumps(client.get(url).context["form"].initial["empreintes"])
    valeurs = {"atelier": realisation.atelier_id, "date": realisation.date, "intitule": realisation.intitule}
    return client.post(url, {**valeurs, "empreintes": empreintes, **champs})


def fichiers(medias: Path) -> list[str]:
    return sorted(chemin.name for chemin in medias.rglob("*.jpg"))


def test_a_work_is_kept_with_its_photograph_made_small(client, maison, medias):
    client.force_login(maison.comptes["encadrant"])
    assert creer(client, maison, image=image(), client="Mme Dupont").status_code == 302
    realisation = Realisation.objects.get(client="Mme Dupont")
    reponse = client.get(reverse("realisation_photo", args=[realisation.pk]))
    with Image.open(io.BytesIO(b"".join(reponse.streaming_content))) as photo:
        assert (photo.format, photo.size) == ("JPEG", (1600, 800))
    reponse.close()
    vignette = client.get(reverse("realisation_photo", args=[realisation.pk]), {"vignette": "1"})
    with Image.open(io.BytesIO(vignette.content)) as petite:
        assert petite.size == (480, 240)


def test_a_work_sent_twice_is_kept_once_with_one_file(client, maison, medias):
    client.force_login(maison.comptes["cip"])
    url = reverse("realisation_create")
    cle = jeton(client.get(url))
    for _ in range(2):
        assert creer(client, maison, jeton=cle, image=image()).status_code == 302
    assert Realisation.objects.exclude(pk=maison.realisation.pk).count() == 1
    assert len(fichiers(medias)) == 1


def test_a_photograph_replaced_or_taken_away_leaves_no_file(client, maison, medias):
    client.force_login(maison.comptes["cip"])
    creer(client, maison, image=image("green"))
    realisation = Realisation.objects.exclude(pk=maison.realisation.pk).get()
    assert corriger(client, realisation, image=image("blue")).status_code == 302
    assert len(fichiers(medias)) == 1
    assert corriger(client, realisation, retirer="on").status_code == 302
    realisation.refresh_from_db()
    assert (str(realisation.photo), fichiers(medias)) == ("", [])


def test_a_correction_without_a_file_keeps_the_photograph(client, maison, medias):
    client.force_login(maison.comptes["cip"])
    creer(client, maison, image=image())
    realisation = Realisation.objects.exclude(pk=maison.realisation.pk).get()
    assert corriger(client, realisation, intitule="Clôture").status_code == 302
    realisation.refresh_from_db()
    assert (realisation.intitule, len(fichiers(medias))) == ("Clôture", 1)
    assert realisation.photo


def test_what_is_no_photograph_is_refused_at_its_field(client, maison, medias):
    client.force_login(maison.comptes["cip"])
    reponse = creer(client, maison, image=SimpleUploadedFile("photo.jpg", b"%PDF-1.4"))
    assert "n’est pas une photographie JPEG, PNG ou WebP lisible" in reponse.content.decode()
    assert fichiers(medias) == []


@pytest.mark.parametrize("texte", ["hondschoote", "HONDSCHOOTE", "Hondschoote (59122)", "59309"])
def test_a_commune_is_found_as_one_writes_it(client, maison, texte):
    client.force_login(maison.comptes["cip"])
    Commune.objects.get_or_create(code_insee="59309", defaults={"nom": "Hondschoote", "code_postal": "59122"})
    assert creer(client, maison, commune=texte).status_code == 302
    assert Realisation.objects.get(commune__code_insee="59309").commune.nom == "Hondschoote"


def test_a_commune_unknown_or_of_two_is_told(client, maison):
    client.force_login(maison.comptes["cip"])
    page = creer(client, maison, commune="Nulle-Part").content.decode()
    assert "Cette commune n’est pas connue" in page
    assert 'value="Nulle-Part"' in page
    for code in ("01001", "02002"):
        Commune.objects.create(code_insee=code, nom="Saint-Exemple", code_postal=code)
    assert "Plusieurs communes portent ce nom" in creer(client, maison, commune="saint-exemple").content.decode()
    assert creer(client, maison, commune="Saint-Exemple (02002)").status_code == 302


def test_a_supervisor_has_the_works_of_its_workshop_only(client, maison, autre_atelier):
    client.force_login(maison.comptes["encadrant"])
    ailleurs = Realisation.objects.create(
        ref="REA-9", atelier=autre_atelier, date=datetime.date(2024, 1, 1), intitule="Peinture d’une salle"
    )
    assert "Peinture" not in client.get(reverse("realisation_list")).content.decode()
    assert client.get(reverse("realisation_update", args=[ailleurs.pk])).status_code == 404
    refus = creer(client, maison, atelier=autre_atelier.pk)
    assert refus.status_code == 200
    assert "Bâtiment" not in refus.content.decode()


def test_who_reads_the_report_sees_the_photograph_and_not_the_work(client, maison, medias):
    client.force_login(maison.comptes["cip"])
    creer(client, maison, image=image())
    realisation = Realisation.objects.exclude(pk=maison.realisation.pk).get()
    client.force_login(maison.comptes["referent"])
    photo = client.get(reverse("realisation_photo", args=[realisation.pk]))
    photo.close()
    assert photo.status_code == 200
    assert client.get(reverse("realisation_update", args=[realisation.pk])).status_code == 403
    client.force_login(maison.comptes["encadrant_sans_lien"])
    assert client.get(reverse("realisation_photo", args=[realisation.pk])).status_code == 404


def test_a_photograph_whose_file_is_gone_is_not_found(client, maison, medias):
    client.force_login(maison.comptes["cip"])
    Realisation.objects.filter(pk=maison.realisation.pk).update(photo="realisations/partie.jpg")
    assert client.get(reverse("realisation_photo", args=[maison.realisation.pk])).status_code == 404


def test_the_lists_and_grids_cost_no_more_with_more_rows(
    client, maison, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(maison.comptes["cip"])
    pages = [reverse("realisation_list"), CA, reverse("realisation_update", args=[maison.realisation.pk])]

    def remplir(debut: int, fin: int) -> None:
        for rang in range(debut, fin):
            atelier = Atelier.objects.create(code=f"A{rang}", nom=f"Atelier {rang}")
            ChiffreAffaires.objects.create(atelier=atelier, mois=datetime.date(2024, 1, 1), montant=rang)
            Realisation.objects.create(
                ref=f"N{rang}", atelier=atelier, date=datetime.date(2024, 1, 1), intitule=f"Travaux {rang}"
            )

    remplir(0, 3)
    avant = []
    for page in pages:
        with django_assert_max_num_queries(20) as comptees:
            client.get(page)
        avant.append(len(comptees))
    remplir(3, 60)
    for page, nombre in zip(pages, avant, strict=True):
        with django_assert_num_queries(nombre):
            client.get(page)
