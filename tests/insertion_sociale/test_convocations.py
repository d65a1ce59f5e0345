"""A batch of convocations: whom, when, once; and their letters."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from maison import personne

from aipi.models import Commune, Intervenant, Parametre
from insertion_sociale.convocations import a_convoquer
from insertion_sociale.models import ContactRsa, SuiviRsa

pytestmark = pytest.mark.django_db
UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


@pytest.fixture
def suivis(maison) -> list[SuiviRsa]:
    """Three more follow-ups of the account « referent », by name: Alloo, Bels, Caron."""
    moi = maison.comptes["referent"].intervenant
    return [
        SuiviRsa.objects.create(
            ref=f"SL{rang}",
            personne=personne(f"L{rang}", nom, "Lou"),
            date_entree=datetime.date(2026, 1, 5),
            referent=moi,
        )
        for rang, nom in enumerate(("Alloo", "Bels", "Caron"))
    ]


def url(**parametres: object) -> str:
    return f"{reverse('convocation_lot')}?{urlencode(parametres, doseq=True)}"


def demande(client, adresse: str, suivis, **champs: object) -> dict[str, object]:
    jeton = client.get(adresse).context["jeton"]
    jour = timezone.localdate() + 7 * UN_JOUR
    return {
        "jeton": jeton,
        "suivis": [s.pk for s in suivis],
        "date": jour.isoformat(),
        "heure": "09:00",
        "intervalle": "30",
        "lieu": "Mairie",
        "intervenant": "",
        **champs,
    }


def montres(reponse) -> list[str]:
    return [ligne["suivi"].personne.nom for ligne in reponse.context["lignes"]]


def test_a_batch_makes_staggered_convocations_and_only_once(referent, maison, suivis):
    saisie = demande(referent, url(), suivis)
    arrivees = {referent.post(url(), saisie)["Location"] for _ in range(3)}
    assert len(arrivees) == 1
    contacts = ContactRsa.objects.filter(suivi__in=suivis).order_by("heure")
    assert [(c.suivi.personne.nom, f"{c.heure:%H:%M}") for c in contacts] == [
        ("Alloo", "09:00"),
        ("Bels", "09:30"),
        ("Caron", "10:00"),
    ]
    premier = contacts[0]
    assert (premier.type, premier.statut, premier.lieu) == ("convocation", "prevu", "Mairie")
    assert (premier.intervenant, premier.auteur) == (
        maison.comptes["referent"].intervenant,
        maison.comptes["referent"],
    )
    page = referent.get(arrivees.pop()).content.decode()
    assert "3 convocations prévues" in page
    assert reverse("convocation_lettres") in page


def test_a_double_click_whose_first_sending_is_saved_between_two_questions_of_the_second(
    referent, maison, suivis, monkeypatch
):
    saisie = demande(referent, url(), suivis)
    premieres = []

    def avec_un_jumeau(*arguments):
        if not premieres:
            premieres.append("")
            premieres.append(referent.post(url(), saisie)["Location"])
        return a_convoquer(*arguments)

    monkeypatch.setattr("insertion_sociale.views.convocations.a_convoquer", avec_un_jumeau)
    assert referent.post(url(), saisie)["Location"] == premieres[1]
    assert ContactRsa.objects.filter(suivi__in=suivis).count() == 3


def test_times_follow_each_other_for_each_referent(referent, maison, suivis):
    autre = Intervenant.objects.create(code="R2", nom="Wemaere", prenom="Lise", role="travailleur_social")
    SuiviRsa.objects.filter(pk=suivis[1].pk).update(referent=autre)
    referent.post(url(), demande(referent, url(), suivis))
    heures = (
        ContactRsa.objects.filter(suivi__in=suivis).order_by("suivi__personne__nom").values_list("heure", flat=True)
    )
    assert [f"{h:%H:%M}" for h in heures] == ["09:00", "09:00", "09:30"]
    assert ContactRsa.objects.get(suivi=suivis[1]).intervenant == autre


def test_who_is_already_convened_that_day_is_left_aside_and_named(referent, maison, suivis):
    jour = timezone.localdate() + 7 * UN_JOUR
    ContactRsa.objects.create(ref="X", suivi=suivis[0], date=jour, type="convocation", statut="prevu")
    ContactRsa.objects.create(ref="Y", suivi=suivis[1], date=jour, type="convocation", statut="annule")
    reponse = referent.post(url(), demande(referent, url(), suivis), follow=True)
    assert [s.personne.nom for s in reponse.context["ecartes"]] == ["Alloo"]
    assert [c.suivi.personne.nom for c in reponse.context["faites"]] == ["Bels", "Caron"]
    assert ContactRsa.objects.filter(suivi=suivis[0]).count() == 1


def test_a_person_with_two_follow_ups_is_convened_once(referent, maison, suivis):
    SuiviRsa.objects.filter(pk=suivis[1].pk).update(personne=suivis[0].personne)
    reponse = referent.post(url(), demande(referent, url(), suivis), follow=True)
    assert len(reponse.context["faites"]) == 2
    assert len(reponse.context["ecartes"]) == 1


def test_a_batch_of_people_all_convened_makes_nothing_and_says_so(referent, maison, suivis):
    referent.post(url(), demande(referent, url(), suivis))
    reponse = referent.post(url(), demande(referent, url(), suivis))
    assert "déjà convoquées" in reponse.context["form"].errors["date"][0]
    assert ContactRsa.objects.filter(suivi__in=suivis).count() == 3


def test_a_batch_past_midnight_is_refused_whole(referent, maison, suivis):
    reponse = referent.post(url(), demande(referent, url(), suivis, heure="23:00"))
    assert "minuit" in reponse.context["form"].errors["intervalle"][0]
    assert not ContactRsa.objects.filter(suivi__in=suivis).exists()
    coches = [ligne["suivi"].pk for ligne in reponse.context["lignes"] if ligne["coche"]]
    assert coches == [s.pk for s in suivis]


def test_nobody_ticked_is_said_at_the_list(referent, maison, suivis):
    reponse = referent.post(url(), demande(referent, url(), []))
    assert "Cochez au moins une personne" in reponse.content.decode()


def test_a_form_of_another_account_is_not_recognised(referent, maison, suivis):
    saisie = demande(referent, url(), suivis)
    referent.force_login(maison.comptes["polyvalent"])
    reponse = referent.post(url(), saisie)
    assert "plus reconnu" in reponse.content.decode()
    assert not ContactRsa.objects.filter(suivi__in=suivis).exists()


def test_a_batch_without_time_gives_only_the_day(referent, maison, suivis):
    referent.post(url(), demande(referent, url(), suivis, heure=""))
    assert set(ContactRsa.objects.filter(suivi__in=suivis).values_list("heure", flat=True)) == {None}


def test_one_chooses_among_ones_own_or_the_pole_by_last_contact_or_by_name(referent, maison, suivis):
    assert montres(referent.get(url())) == ["Alloo", "Bels", "Caron", "Vandamme"]
    assert montres(referent.get(url(qui="pole"))) == ["Alloo", "Bels", "Caron", "Top", "Vandamme"]
    jour = timezone.localdate()
    for suivi, ecart in zip(suivis, (29, 30, 31), strict=True):
        date = jour - ecart * UN_JOUR
        ContactRsa.objects.create(ref=f"H{ecart}", suivi=suivi, date=date, type="visite", statut="honore")
    assert montres(referent.get(url(sans_contact="30"))) == ["Caron"]
    nommes = referent.get(url(suivi=[suivis[0].pk, maison.suivi.pk]))
    assert montres(nommes) == ["Alloo", "Vandamme"]
    assert all(ligne["coche"] for ligne in nommes.context["lignes"])
    assert not any(ligne["coche"] for ligne in referent.get(url()).context["lignes"])
    assert all(ligne["coche"] for ligne in referent.get(url(tout=1)).context["lignes"])


def test_a_follow_up_that_is_over_cannot_be_convened(referent, maison, suivis):
    SuiviRsa.objects.filter(pk=suivis[0].pk).update(date_sortie=timezone.localdate() - UN_JOUR)
    assert "Alloo" not in montres(referent.get(url(suivi=[suivis[0].pk, suivis[1].pk])))
    referent.post(url(), demande(referent, url(), suivis))
    assert not ContactRsa.objects.filter(suivi=suivis[0]).exists()


@pytest.mark.parametrize("nombre", [3, 60])
def test_the_page_asks_the_same_whatever_the_number(referent, maison, nombre, django_assert_max_num_queries):
    moi = maison.comptes["referent"].intervenant
    for rang in range(nombre):
        SuiviRsa.objects.create(
            ref=f"N{rang}",
            personne=personne(f"N{rang}", "Nord", str(rang)),
            date_entree=datetime.date(2026, 1, 1),
            referent=moi,
        )
    with django_assert_max_num_queries(12):
        reponse = referent.get(url())
    assert len(reponse.context["lignes"]) == min(nombre + 1, 25)


def test_a_batch_is_cancelled_whole_but_for_what_was_pointed(referent, maison, suivis):
    arrivee = referent.post(url(), demande(referent, url(), suivis))["Location"]
    ContactRsa.objects.filter(suivi=suivis[0]).update(statut="honore")
    lot = referent.get(arrivee).context["lot"]
    for _ in range(2):
        referent.post(url(), {"annuler": lot})
    statuts = ContactRsa.objects.filter(suivi__in=suivis).order_by("suivi__ref").values_list("statut", flat=True)
    assert list(statuts) == ["honore", "annule", "annule"]
    assert referent.post(url(), demande(referent, url(), suivis[1:])).status_code == 302


@pytest.mark.parametrize("lot", ["CTR", "C", "", "CVL-", "CVL-" + "z" * 16])
def test_what_is_not_the_name_of_a_batch_names_nothing(referent, maison, lot):
    referent.post(url(), {"annuler": lot})
    assert not ContactRsa.objects.du_lot(lot).exists()
    maison.contact.refresh_from_db()
    assert maison.contact.statut == "honore"


def test_a_convocation_on_a_sunday_is_kept_and_said(referent, maison, suivis):
    jour = timezone.localdate()
    dimanche = jour + (6 - jour.weekday() + 7) * UN_JOUR
    reponse = referent.post(url(), demande(referent, url(), suivis, date=dimanche.isoformat()), follow=True)
    assert "est un dimanche" in reponse.content.decode()
    assert ContactRsa.objects.filter(suivi__in=suivis, date=dimanche).count() == 3


# Letters


@pytest.fixture
def convocation(maison) -> ContactRsa:
    commune = Commune.objects.get_or_create(code_insee="59067", defaults={"nom": "Bergues", "code_postal": "59380"})[0]
    maison.rsa.commune, maison.rsa.sexe = commune, "F"
    maison.rsa.save()
    return ContactRsa.objects.create(
        ref="CVL-x-1",
        suivi=maison.suivi,
        date=datetime.date(2026, 12, 1),
        heure=datetime.time(9, 30),
        lieu="Mairie de Bergues",
        type="convocation",
        statut="prevu",
    )


def texte(contenu: bytes, tmp_path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    chemin = tmp_path / "lettres.pdf"
    chemin.write_bytes(contenu)
    sortie = subprocess.run(["pdftotext", "-layout", chemin, "-"], capture_output=True, check=True)
    return re.sub(r"[ \u00a0\u202f]+", " ", sortie.stdout.decode())


def test_a_letter_says_when_where_with_whom_and_what_to_do(referent, convocation, tmp_path):
    reponse = referent.get(reverse("convocation_lettres"), {"contact": convocation.pk})
    assert reponse["Content-Type"] == "application/pdf"
    lettre = texte(reponse.content, tmp_path)
    for attendu in (
        "Madame Inès Vandamme",
        "59380 Bergues",
        "mardi 1er décembre 2026",
        "9 h 30",
        "Mairie de Bergues",
        "Luc Dehaene",
        "Ce que vous pouvez apporter",
        "Si vous ne pouvez pas venir",
        "Accompagnement RSA",
    ):
        assert attendu in lettre
    assert "None" not in lettre
    assert not re.search(r"sanction|suspen|radi|obligatoire", lettre)


def test_the_head_of_a_letter_is_what_the_administrator_wrote(referent, convocation, tmp_path):
    for cle, valeur in (
        ("association_nom", "Association des Dunes"),
        ("association_adresse", "12 rue du Moulin\n59380 Bergues"),
        ("association_telephone", "03 28 00 00 00"),
    ):
        Parametre.objects.create(cle=cle, valeur=valeur)
    lettre = texte(referent.get(reverse("convocation_lettres"), {"contact": convocation.pk}).content, tmp_path)
    assert "Association des Dunes" in lettre
    assert "12 rue du Moulin" in lettre
    assert "Prévenez-nous dès que vous le pouvez, au 03 28 00 00 00" in lettre


def test_letters_are_one_tagged_page_each_in_the_order_of_the_day(referent, maison, suivis):
    arrivee = referent.post(url(), demande(referent, url(), suivis))["Location"]
    lot = referent.get(arrivee).context["lot"]
    contenu = referent.get(reverse("convocation_lettres"), {"lot": lot}).content
    with pikepdf.open(io.BytesIO(contenu)) as pdf:
        assert len(pdf.pages) == 3
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        largeur, hauteur = (float(v) * 25.4 / 72 for v in pdf.pages[0].MediaBox[2:])
        assert (round(largeur), round(hauteur)) == (210, 297)


@pytest.mark.parametrize("parametres", [{}, {"lot": "rien"}, {"contact": "999999"}, {"contact": "abc"}])
def test_letters_of_nothing_are_not_found(referent, maison, parametres):
    assert referent.get(reverse("convocation_lettres"), parametres).status_code == 404
