"""A session: dates, invitations, attendance sheet, pointing, cancellation."""

from __future__ import annotations

import datetime
import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from maison import personne

from insertion_sociale.models import Invitation, Presence, Seance
from insertion_sociale.seances import Places, participants, pointer, venus_la_derniere_fois
from insertion_sociale.views.seances import LIGNES_VIDES, feuille_d_emargement

pytestmark = pytest.mark.django_db

UN_JOUR = datetime.timedelta(days=1)


@pytest.fixture
def referent(client, maison):
    client.force_login(maison.comptes["referent"])
    return client


@pytest.fixture
def prochaine(maison) -> Seance:
    return Seance.objects.create(
        ref="SE2", action=maison.action, date=timezone.localdate() + 7 * UN_JOUR, statut="prevue"
    )


@pytest.fixture
def du_jour(maison) -> Seance:
    return Seance.objects.create(ref="SE3", action=maison.action, date=timezone.localdate(), statut="prevue")


def champs(client, url: str, **valeurs) -> dict[str, str]:
    form = client.get(url).context["form"]
    montres = {nom: form[nom].value() for nom in form.fields}
    return {nom: valeur for nom, valeur in {**montres, **valeurs}.items() if valeur is not None}


def lire(client, seance: Seance, **parametres):
    return client.get(reverse("seance_detail", args=[seance.pk]), parametres)


# Dates


def test_six_sessions_are_planned_at_once_week_after_week(referent, maison):
    url = reverse("seance_create", args=[maison.action.pk])
    donnees = champs(referent, url, date="2026-12-17", heure="14:30", lieu="Bergues", nombre="6", rythme="7")
    for _ in range(2):
        assert referent.post(url, donnees).status_code == 302
    seances = Seance.objects.filter(action=maison.action, lieu="Bergues").order_by("date")
    premier = datetime.date(2026, 12, 17)
    assert [s.date for s in seances] == [premier + rang * 7 * UN_JOUR for rang in range(6)]
    assert {(s.heure, s.statut) for s in seances} == {(datetime.time(14, 30), "prevue")}
    assert len({s.ref for s in seances}) == 6


@pytest.mark.parametrize(("nombre", "faites"), [("", 1), ("1", 1), ("60", 60), ("0", 0), ("61", 0), ("x", 0)])
def test_a_reasonable_number_of_sessions_is_made(referent, maison, nombre, faites):
    url = reverse("seance_create", args=[maison.action.pk])
    referent.post(url, champs(referent, url, date="2026-12-17", heure="", nombre=nombre))
    assert Seance.objects.filter(date__gte="2026-12-17").count() == faites


def test_a_motive_stands_only_with_a_cancelled_session(referent, prochaine):
    url = reverse("seance_update", args=[prochaine.pk])
    refusee = referent.post(url, champs(referent, url, heure="", motif_annulation="Neige", professionnels=""))
    assert "motif_annulation" in refusee.context["form"].errors
    donnees = champs(referent, url, heure="", statut="annulee", motif_annulation="Neige", professionnels="")
    assert referent.post(url, donnees).status_code == 302
    prochaine.refresh_from_db()
    assert (prochaine.statut, prochaine.motif_annulation) == ("annulee", "Neige")


# Invitations


def test_someone_is_found_by_name_and_invited_once(referent, maison, prochaine):
    page = lire(referent, prochaine, q="vandam")
    assert page.context["resultats"] == [maison.rsa]
    url = reverse("seance_inviter", args=[prochaine.pk])
    for _ in range(2):
        reponse = referent.post(url, {"personne": maison.rsa.pk}, follow=True)
    assert "c’était déjà fait" in reponse.content.decode()
    assert Invitation.objects.filter(seance=prochaine).count() == 1
    assert lire(referent, prochaine, q="vandam").context["resultats"] == []


@pytest.mark.parametrize("q", ["", "a", " "])
def test_nobody_is_listed_before_two_letters(referent, prochaine, q):
    assert lire(referent, prochaine, q=q).context["resultats"] is None


def test_one_invites_only_persons_whose_dossier_one_opens(referent, maison, prochaine):
    assert lire(referent, prochaine, q="evrard").context["resultats"] == []
    referent.post(reverse("seance_inviter", args=[prochaine.pk]), {"personne": maison.aci.pk})
    assert not Invitation.objects.filter(personne=maison.aci).exists()


def test_someone_of_the_other_pole_is_named_on_the_list_without_a_way_to_the_dossier(client, maison, prochaine):
    Invitation.objects.create(seance=prochaine, personne=maison.aci)
    dossier = reverse("personne_detail", args=[maison.aci.pk])
    for qui, ouvre in (("polyvalent", True), ("referent", False)):
        client.force_login(maison.comptes[qui])
        texte = lire(client, prochaine).content.decode()
        assert "Évrard Zoé" in texte
        assert (dossier in texte) is ouvre


def test_those_who_came_last_time_are_invited_in_one_gesture(referent, maison, prochaine):
    Presence.objects.create(seance=maison.seance, personne=maison.deux_poles, present=True)
    Presence.objects.create(seance=maison.seance, personne=maison.nouvelle, present=False)
    Invitation.objects.create(seance=prochaine, personne=maison.rsa)
    assert venus_la_derniere_fois(prochaine) == [maison.deux_poles]
    referent.post(reverse("seance_inviter", args=[prochaine.pk]), {"derniers": "1"})
    assert {i.personne for i in prochaine.invitations.all()} == {maison.rsa, maison.deux_poles}
    assert venus_la_derniere_fois(prochaine) == []


def test_an_invitation_is_taken_back(referent, maison, prochaine):
    Invitation.objects.create(seance=prochaine, personne=maison.rsa)
    referent.post(reverse("seance_inviter", args=[prochaine.pk]), {"retirer": maison.rsa.pk})
    assert not prochaine.invitations.exists()


@pytest.mark.parametrize(
    ("places", "invites", "restantes", "en_trop"), [(None, 3, None, 0), (3, 2, 1, 0), (3, 3, 0, 0), (3, 4, 0, 1)]
)
def test_places_left_and_over_booking(places, invites, restantes, en_trop):
    compte = Places(places, invites)
    assert (compte.restantes, compte.en_trop) == (restantes, en_trop)


def test_over_booking_is_explained_and_not_refused(referent, maison, prochaine):
    maison.action.places = 1
    maison.action.save()
    url = reverse("seance_inviter", args=[prochaine.pk])
    referent.post(url, {"personne": [maison.rsa.pk, maison.deux_poles.pk]})
    texte = lire(referent, prochaine).content.decode()
    assert "2 invités pour 1 place\u202f: 1 de trop" in texte
    assert "prévision des absences" in texte


def test_persons_picked_in_a_list_are_invited_to_the_session_chosen(referent, maison, prochaine):
    url = reverse("invitation_lot")
    page = referent.get(f"{url}?personne={maison.rsa.pk}&personne={maison.deux_poles.pk}&personne={maison.aci.pk}")
    assert set(page.context["personnes"]) == {maison.rsa, maison.deux_poles}
    assert [seance for seance, _ in page.context["seances"]] == [prochaine]
    donnees = {"personne": [maison.rsa.pk, maison.deux_poles.pk], "seance": ""}
    assert "Choisissez la séance." in referent.post(url, donnees).content.decode()
    reponse = referent.post(url, {**donnees, "seance": prochaine.pk})
    assert reponse.url == reverse("seance_detail", args=[prochaine.pk])
    assert prochaine.invitations.count() == 2


@pytest.mark.parametrize("cle", ["x", "-1", "9" * 40, "²"])
def test_odd_keys_of_persons_break_nothing(referent, prochaine, cle):
    assert referent.get(reverse("invitation_lot"), {"personne": cle}).status_code == 200
    for nom in ("personne", "retirer", "venu", f"p-{cle}"):
        for url in ("seance_inviter", "seance_pointer"):
            assert referent.post(reverse(url, args=[prochaine.pk]), {nom: cle}).status_code == 302


# Pointing


def test_the_session_of_the_day_is_pointed_and_held_in_one_form(referent, maison, du_jour):
    for qui in (maison.rsa, maison.deux_poles, maison.nouvelle):
        Invitation.objects.create(seance=du_jour, personne=qui)
    donnees = {f"v-{q.pk}": "" for q in (maison.rsa, maison.deux_poles, maison.nouvelle)}
    donnees |= {f"p-{maison.rsa.pk}": "oui", f"p-{maison.deux_poles.pk}": "non", f"p-{maison.nouvelle.pk}": ""}
    url = reverse("seance_pointer", args=[du_jour.pk])
    referent.post(url, {**donnees, "professionnels": "2", "v-professionnels": "", "tenue": "on"})
    du_jour.refresh_from_db()
    assert (du_jour.statut, du_jour.professionnels) == ("tenue", 2)
    assert {(p.personne.ref, p.etat) for p in participants(du_jour)} == {("P3", "oui"), ("P4", "non"), ("P5", "")}


def test_nobody_is_counted_absent_nor_present_before_the_pointing(referent, maison, du_jour):
    Invitation.objects.create(seance=du_jour, personne=maison.rsa)
    assert "Personne n’est encore pointé" in lire(referent, du_jour).content.decode()
    page = referent.get(reverse("action_detail", args=[maison.action.pk])).content.decode()
    venus = {case.partition("</td>")[0].count("Sans objet") for case in page.split('data-titre="Venus"')[1:]}
    assert venus == {0, 1}  # the session that was held counts who came, the one of today does not yet
    Presence.objects.create(seance=du_jour, personne=maison.rsa, present=True)
    assert "1 présent sur 1" in lire(referent, du_jour).content.decode()


def test_the_others_are_all_present_in_one_click(referent, maison, du_jour):
    for qui in (maison.rsa, maison.deux_poles):
        Invitation.objects.create(seance=du_jour, personne=qui)
    donnees = {f"p-{maison.rsa.pk}": "non", f"p-{maison.deux_poles.pk}": "", "tous": "1", "tenue": "on"}
    referent.post(reverse("seance_pointer", args=[du_jour.pk]), donnees)
    assert [(p.personne.ref, p.etat) for p in participants(du_jour)] == [("P4", "oui"), ("P3", "non")]


def test_a_pointing_is_taken_back(referent, maison):
    donnees = {f"v-{maison.rsa.pk}": "oui", f"p-{maison.rsa.pk}": ""}
    referent.post(reverse("seance_pointer", args=[maison.seance.pk]), donnees)
    assert not Presence.objects.filter(seance=maison.seance).exists()


def test_someone_who_came_uninvited_is_added(referent, maison, du_jour):
    referent.post(reverse("seance_pointer", args=[du_jour.pk]), {"venu": maison.nouvelle.pk})
    [qui] = participants(du_jour)
    assert (qui.personne, qui.invite, qui.etat) == (maison.nouvelle, False, "oui")
    Invitation.objects.create(seance=du_jour, personne=maison.rsa)
    assert lire(referent, du_jour).content.decode().count("sans invitation") == 1
    assert referent.post(reverse("seance_pointer", args=[du_jour.pk]), {"venu": maison.aci.pk}).status_code == 404


def test_what_a_colleague_pointed_meanwhile_is_kept_and_told(referent, maison, du_jour):
    for qui in (maison.rsa, maison.deux_poles):
        Invitation.objects.create(seance=du_jour, personne=qui)
    Presence.objects.create(seance=du_jour, personne=maison.rsa, present=False)
    Seance.objects.filter(pk=du_jour.pk).update(professionnels=3)
    donnees = {f"p-{q.pk}": "oui" for q in (maison.rsa, maison.deux_poles)}
    donnees |= {f"v-{q.pk}": "" for q in (maison.rsa, maison.deux_poles)}
    page = referent.post(
        reverse("seance_pointer", args=[du_jour.pk]),
        {**donnees, "professionnels": "1", "v-professionnels": ""},
        follow=True,
    )
    texte = page.content.decode()
    assert "Inès Vandamme (absent)" in texte
    assert "3 professionnels" in texte
    assert {p.personne.ref: p.etat for p in participants(du_jour)} == {"P3": "non", "P4": "oui"}


def test_a_form_not_touched_changes_nothing(maison):
    Presence.objects.filter(seance=maison.seance).update(present=False)
    assert pointer(maison.seance, {maison.rsa.pk: "oui"}, {maison.rsa.pk: "oui"}) == []
    assert [p.etat for p in participants(maison.seance)] == ["non"]


@pytest.mark.parametrize(("texte", "garde"), [("0", 0), ("1000", 1000), ("1001", None), ("-1", None), ("²", None)])
def test_professionals_are_counted_up_to_a_thousand(referent, du_jour, texte, garde):
    referent.post(reverse("seance_pointer", args=[du_jour.pk]), {"professionnels": texte, "v-professionnels": ""})
    du_jour.refresh_from_db()
    assert du_jour.professionnels == garde


def test_a_session_to_come_is_not_pointed_on_its_page(referent, maison, prochaine):
    Invitation.objects.create(seance=prochaine, personne=maison.rsa)
    texte = lire(referent, prochaine).content.decode()
    assert 'type="radio"' not in texte
    assert "Retirer" in texte


# Cancellation


def test_a_session_is_cancelled_without_a_motive_completed_then_restored(referent, prochaine):
    url = reverse("seance_annuler", args=[prochaine.pk])
    for motif, attendu in (("", "Motif à compléter"), ("Tempête", "Tempête")):
        assert referent.post(url, champs(referent, url, motif_annulation=motif)).status_code == 302
        prochaine.refresh_from_db()
        assert (prochaine.statut, prochaine.motif_annulation) == ("annulee", motif)
        assert attendu in lire(referent, prochaine).content.decode()
    referent.post(url, {"retablir": "1"})
    prochaine.refresh_from_db()
    assert (prochaine.statut, prochaine.motif_annulation) == ("prevue", "")


def test_a_cancelled_session_is_not_pointed(referent, maison, du_jour):
    Invitation.objects.create(seance=du_jour, personne=maison.rsa)
    Seance.objects.filter(pk=du_jour.pk).update(statut="annulee")
    reponse = referent.post(
        reverse("seance_pointer", args=[du_jour.pk]), {f"p-{maison.rsa.pk}": "oui", "tenue": "on"}, follow=True
    )
    assert "rétablissez-la" in reponse.content.decode()
    du_jour.refresh_from_db()
    assert (du_jour.statut, du_jour.presences.count()) == ("annulee", 0)


def test_cancelling_a_session_where_people_came_is_warned_of(referent, maison):
    texte = referent.get(reverse("seance_annuler", args=[maison.seance.pk])).content.decode()
    assert "1 personne y est notée présente" in texte


# Paper


def test_the_sheet_to_sign_names_those_invited_and_leaves_room_for_six(referent, maison, prochaine):
    for qui in (maison.rsa, maison.deux_poles):
        Invitation.objects.create(seance=prochaine, personne=qui)
    html = feuille_d_emargement(prochaine)
    assert html.index("Top Régis") < html.index("Vandamme Inès")
    assert html.count('<td class="signature">') == 2 + LIGNES_VIDES
    for mot in ("Atelier sommeil", "Bien-être", str(prochaine.date.year)):
        assert mot in html
    reponse = referent.get(reverse("seance_emargement", args=[prochaine.pk]))
    assert reponse["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(reponse.content)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(cote)) for cote in pdf.pages[0].mediabox[2:]] == [595, 842]
        assert pdf.Root.MarkInfo.Marked
        assert "Atelier sommeil" in str(pdf.docinfo["/Title"])


def test_the_page_of_a_session_costs_the_same_with_three_and_sixty_people(
    referent, maison, du_jour, django_assert_max_num_queries
):
    nombres, poids = [], 0
    for ajout in (3, 57):
        for rang in range(ajout):
            qui = personne(f"S{ajout}-{rang}", "Nombreuse", f"Prénom {rang}")
            Invitation.objects.create(seance=du_jour, personne=qui)
            Presence.objects.create(seance=du_jour, personne=qui, present=True)
        with django_assert_max_num_queries(20) as requetes:
            poids = len(lire(referent, du_jour, q="nombreuse").content)
        nombres.append(len(requetes))
    assert nombres[0] == nombres[1]
    assert poids < 120_000
