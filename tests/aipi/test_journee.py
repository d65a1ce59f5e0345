"""Ma journée: whose work is shown, what it costs, the pointing of appointments and its undoing."""

from __future__ import annotations

import datetime

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from maison import Maison, code, parcours_de, personne

from aipi.journee import COMBIEN
from aipi.models import Intervenant
from insertion_pro.models import Contrat, Equipe, Parcours, RendezVous
from insertion_sociale.models import (
    AideLogement,
    ContactRsa,
    ContratEngagement,
    MesureLogement,
    RendezVousLogement,
    Seance,
    SuiviRsa,
)

pytestmark = pytest.mark.django_db


def page(client, maison: Maison, qui: str, **parametres: object):
    client.force_login(maison.comptes[qui])
    reponse = client.get(reverse("accueil"), parametres)
    assert reponse.status_code == 200
    return reponse


def titres(reponse) -> list[str]:
    return [rubrique.famille.code for rubrique in reponse.context["rubriques"]]


def prendre(maison: Maison, ref: str = "R", **champs: object) -> RendezVous:
    return RendezVous.objects.create(
        **{"ref": ref, "parcours": maison.parcours, "date": timezone.localdate(), **champs}
    )


def pointer(client, genre: str, objet, statut: str, avant: str = "prevu", **champs: object):
    return client.post(
        reverse("rendez_vous_pointer", args=[genre, objet.pk]), {"statut": statut, "avant": avant, **champs}
    )


# Who sees what


def test_each_role_has_the_headings_of_its_work(client, maison):
    assert {qui: titres(page(client, maison, qui)) for qui in maison.comptes} == {
        "directeur": [
            "rendez-vous",
            "a-pointer",
            "a-saisir",
            "a-voir",
            "echeances",
            "sorties",
            "suites",
            "a-completer",
        ],
        "cip": ["rendez-vous", "a-pointer", "a-saisir", "a-voir", "echeances", "sorties", "suites", "a-completer"],
        "referent": ["rendez-vous", "a-pointer", "a-voir", "echeances", "sorties", "a-completer"],
        "polyvalent": [
            "rendez-vous",
            "a-pointer",
            "a-saisir",
            "a-voir",
            "echeances",
            "sorties",
            "suites",
            "a-completer",
        ],
        "sans_pole": [],
        "encadrant": ["equipe", "a-saisir", "echeances"],
        "encadrant_sans_lien": ["equipe", "a-saisir", "echeances"],
        "financeur": [],
        "administrateur": [],
    }


@pytest.mark.parametrize("qui", ["directeur", "polyvalent", "cip", "referent", "encadrant"])
def test_each_line_leads_where_its_reader_may_go(client, maison, qui):
    reponse = page(client, maison, qui, portee="pole")
    lignes = [ligne for rubrique in reponse.context["rubriques"] for ligne in rubrique.lignes]
    assert lignes
    for ligne in lignes:
        for url in filter(None, (ligne.url, ligne.dossier, ligne.noter)):
            assert client.get(url).status_code == 200, (ligne.genre.code, url)


def test_a_supervisor_is_told_the_end_of_a_contract_that_the_pole_renews(client, maison):
    reponse = page(client, maison, "encadrant")
    [echeances] = [r for r in reponse.context["rubriques"] if r.famille.code == "echeances"]
    assert {(ligne.genre.code, ligne.url) for ligne in echeances.lignes} == {("fin-contrat-equipe", "")}
    assert "Renouveler" not in reponse.content.decode()


def test_a_supervisor_reads_nothing_of_the_person_but_its_contract(client, maison):
    texte = page(client, maison, "encadrant").content.decode()
    assert "Évrard Zoé" in texte
    for cache in ("06 11 22 33 44", "entretien", "Bollengier", "PASS", "Absence"):
        assert cache not in texte
    client.force_login(maison.comptes["encadrant"])
    for genre in ("aci-a-voir", "aci-rendez-vous", "rsa-a-voir", "pass-iae", "sorties"):
        assert client.get(reverse("journee_detail", args=[genre])).status_code == 404


def test_one_sees_one_s_own_first_then_a_team_then_the_whole_pole(client, maison):
    def noms(**parametres: object) -> bool:
        return "Bollengier" in page(client, maison, "cip", **parametres).content.decode()

    autre = Equipe.objects.get(code="E2")
    assert (noms(), noms(portee="pole"), noms(equipe=autre.pk), noms(equipe=maison.equipe.pk)) == (
        False,
        True,
        True,
        False,
    )


def test_without_a_member_of_staff_the_pole_is_shown(client, maison):
    assert "Bollengier" in page(client, maison, "polyvalent").content.decode()


@pytest.mark.parametrize("equipe", ["", "x", "-1", "9" * 30, "²", "999999"])
def test_a_team_that_does_not_exist_breaks_nothing(client, maison, equipe):
    for qui in ("cip", "referent", "encadrant", "directeur"):
        page(client, maison, qui, equipe=equipe)


def test_a_supervisor_cannot_look_into_another_team(client, maison):
    autre = Equipe.objects.get(code="E2")
    assert "Bollengier" not in page(client, maison, "encadrant", equipe=autre.pk).content.decode()


def test_an_empty_day_is_told_kindly(client, maison):
    Intervenant.objects.create(code="NEUF", nom="Neuf", prenom="Nina", role="travailleur_social")
    compte = maison.comptes["cip"]
    compte.intervenant = Intervenant.objects.get(code="NEUF")
    compte.save()
    texte = page(client, maison, "cip").content.decode()
    for phrase in ("Aucun rendez-vous aujourd’hui.", "Il ne manque rien au rapport.", "Rien ne se termine"):
        assert phrase in texte


# Long lists


def test_a_long_list_is_cut_and_told_whole_on_its_own_page(client, maison):
    for rang in range(31):
        prendre(maison, f"R{rang}")
    reponse = page(client, maison, "cip")
    assert len(reponse.context["rubriques"][0].lignes) == COMBIEN
    assert "Voir les 31" in reponse.content.decode()
    url = reverse("journee_detail", args=["rendez-vous"])
    assert len(client.get(url).context["lignes"]) == 25
    assert len(client.get(url, {"page": 2}).context["lignes"]) == 6


def test_the_page_of_a_missing_fact_leads_where_it_is_written(client, maison):
    client.force_login(maison.comptes["cip"])
    texte = client.get(reverse("journee_detail", args=["aci-sexe"])).content.decode()
    assert reverse("personne_update", args=[maison.aci.pk]) in texte


@pytest.mark.parametrize("nom", ["inconnu", "equipe", "rsa-a-voir"])
def test_a_heading_that_is_not_there_is_not_found(client, maison, nom):
    client.force_login(maison.comptes["cip"])
    assert client.get(reverse("journee_detail", args=[nom])).status_code == 404


def remplir(debut: int, combien: int) -> None:
    """As many persons, each with a line of every kind."""
    jour = timezone.localdate()
    hier, avant = jour - datetime.timedelta(days=1), jour - datetime.timedelta(days=100)
    equipe = Equipe.objects.get(code="E1")
    for rang in range(debut, debut + combien):
        qui = personne(f"N{rang}", "Nombreux", f"{rang}")
        parcours = parcours_de(qui, equipe, avant)
        suivi = SuiviRsa.objects.create(ref=f"SN{rang}", personne=qui, date_entree=avant)
        mesure = MesureLogement.objects.create(ref=f"MN{rang}", personne=qui, dispositif="fsl", date_debut=avant)
        for suffixe, date in (("a", jour), ("b", hier)):
            RendezVous.objects.create(ref=f"R{suffixe}{rang}", parcours=parcours, date=date)
            RendezVousLogement.objects.create(ref=f"R{suffixe}{rang}", mesure=mesure, date=date)
            ContactRsa.objects.create(ref=f"K{suffixe}{rang}", suivi=suivi, date=date, type="visite", statut="prevu")
        ContratEngagement.objects.create(ref=f"E{rang}", suivi=suivi, type="ce", date_signature=avant, date_fin=jour)
        Parcours.objects.create(ref=f"X{rang}", personne=qui, date_entree=avant, date_sortie=hier)


@pytest.mark.une_base
@pytest.mark.parametrize("qui", ["directeur", "polyvalent", "cip", "referent", "encadrant"])
def test_the_cost_does_not_grow_with_the_work(client, maison, qui):
    client.force_login(maison.comptes[qui])
    mesures = []
    for debut, combien in ((0, 3), (3, 57)):
        remplir(debut, combien)
        for adresse in ("accueil", "echeances"):
            url = reverse("accueil") if adresse == "accueil" else reverse("journee_detail", args=[adresse])
            with CaptureQueriesContext(connection) as requetes:
                assert client.get(url, {"portee": "pole"}).status_code == 200
            mesures.append(len(requetes))
    assert mesures[:2] == mesures[2:]
    assert max(mesures) <= 20


# Pointing


@pytest.mark.parametrize("statut", ["honore", "absence_excusee", "absence_non_excusee"])
@pytest.mark.parametrize(("qui", "genre"), [("cip", "aci"), ("referent", "rsa"), ("referent", "logement")])
def test_an_appointment_is_pointed_in_one_click_and_taken_back(client, maison, qui, genre, statut):
    jour = timezone.localdate()
    objet = {
        "aci": lambda: prendre(maison),
        "rsa": lambda: ContactRsa.objects.create(
            ref="K", suivi=maison.suivi, date=jour, type="convocation", statut="prevu"
        ),
        "logement": lambda: RendezVousLogement.objects.create(ref="R", mesure=maison.mesure, date=jour),
    }[genre]()
    client.force_login(maison.comptes[qui])
    assert pointer(client, f"{genre}-rendez-vous", objet, statut).url == reverse("accueil")
    objet.refresh_from_db()
    assert objet.statut == statut
    assert LogEntry.objects.get_for_object(objet).filter(action=LogEntry.Action.UPDATE).count() == 1
    reponse = client.get(reverse("accueil"))
    annuler = reponse.context["annuler"]
    assert (annuler["pk"], annuler["avant"]) == (objet.pk, "prevu")
    pointer(client, annuler["code"], objet, annuler["avant"], avant=annuler["statut"])
    objet.refresh_from_db()
    assert objet.statut == "prevu"
    assert client.get(reverse("accueil")).context["annuler"] is None


def test_a_colleague_s_pointing_is_not_passed_over(client, maison):
    rendez_vous = prendre(maison, statut="absence_excusee")
    client.force_login(maison.comptes["cip"])
    reponse = pointer(client, "aci-rendez-vous", rendez_vous, "honore")
    rendez_vous.refresh_from_db()
    assert rendez_vous.statut == "absence_excusee"
    assert "rien n’a été changé" in client.get(reponse.url).content.decode()


def test_a_click_sent_twice_points_once(client, maison):
    rendez_vous = prendre(maison)
    client.force_login(maison.comptes["cip"])
    for _ in range(2):
        pointer(client, "aci-rendez-vous", rendez_vous, "honore")
    assert LogEntry.objects.get_for_object(rendez_vous).filter(action=LogEntry.Action.UPDATE).count() == 1


@pytest.mark.parametrize(
    ("qui", "statut_http"),
    [("referent", 404), ("encadrant", 403), ("sans_pole", 403), ("financeur", 403), ("administrateur", 403)],
)
def test_only_the_pole_points_its_appointments(client, maison, qui, statut_http):
    rendez_vous = prendre(maison)
    client.force_login(maison.comptes[qui])
    assert pointer(client, "aci-rendez-vous", rendez_vous, "honore").status_code == statut_http
    rendez_vous.refresh_from_db()
    assert rendez_vous.statut == "prevu"


@pytest.mark.parametrize(
    ("genre", "statut"), [("aci-rendez-vous", "x"), ("aci-a-voir", "honore"), ("seances", "honore"), ("nul", "honore")]
)
def test_what_is_no_appointment_or_no_status_is_not_found(client, maison, genre, statut):
    rendez_vous = prendre(maison)
    client.force_login(maison.comptes["directeur"])
    assert pointer(client, genre, rendez_vous, statut).status_code == 404


@pytest.mark.parametrize("retour", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", ""])
def test_one_is_never_sent_elsewhere(client, maison, retour):
    client.force_login(maison.comptes["cip"])
    reponse = pointer(client, "aci-rendez-vous", prendre(maison), "honore", retour=retour)
    assert reponse.url == reverse("accueil")


def test_one_comes_back_to_the_list_one_was_reading(client, maison):
    client.force_login(maison.comptes["cip"])
    retour = reverse("journee_detail", args=["a-pointer"]) + "?portee=pole"
    assert pointer(client, "aci-rendez-vous", prendre(maison), "honore", retour=retour).url == retour


def test_every_line_leads_to_a_page_that_opens(client, maison):
    remplir(0, 1)
    jour = timezone.localdate()
    seance = maison.seance
    Seance.objects.filter(pk=seance.pk).update(statut="prevue")
    ancien = jour - datetime.timedelta(days=700)
    Contrat.objects.filter(pk=maison.contrat.pk).update(date_debut=ancien)
    Parcours.objects.filter(pk=maison.parcours.pk).update(date_entree=ancien, pass_iae_debut=ancien)
    Parcours.objects.filter(ref="X0").update(date_sortie=jour - datetime.timedelta(days=95))
    AideLogement.objects.create(
        ref="A",
        mesure=maison.mesure,
        type=code("type_aide", "installation", "Installation"),
        date_demande=jour - datetime.timedelta(days=80),
    )
    client.force_login(maison.comptes["directeur"])
    vus = set()
    for rubrique in client.get(reverse("accueil")).context["rubriques"]:
        for genre in rubrique.genres:
            reponse = client.get(reverse("journee_detail", args=[genre.code]))
            for ligne in reponse.context["lignes"][:2]:
                for url in filter(None, (ligne.url, ligne.dossier, ligne.noter)):
                    assert client.get(url).status_code == 200, (genre.code, url)
                vus.add(genre.code)
    assert {"fin-contrat", "24-mois", "pass-iae", "engagement", "heures", "seances", "aide-decision"} <= vus
