"""The reading log: what is written, once, when; what is refused; that nobody changes it; twelve months."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aipi import consultations, verifications, vigilance
from aipi.consultations import Acte, Ouverture, entree, purger
from aipi.fusion import fusionner
from aipi.models import Compte, Consultation, Personne, Travail

pytestmark = pytest.mark.django_db


def lire(client, maison, qui: str, nom: str, *args, **parametres):
    client.force_login(maison.comptes[qui])
    reponse = client.get(reverse(nom, args=args), parametres)
    if reponse.streaming:
        b"".join(reponse.streaming_content)
    reponse.close()
    return reponse


def entrees(**champs) -> list[tuple[str, str, str]]:
    return [(e.acte, e.personne_ref, e.objet) for e in Consultation.objects.filter(**champs).order_by("pk")]


def test_opening_a_dossier_is_written_with_who_and_whose(client, maison):
    lire(client, maison, "cip", "personne_detail", maison.aci.pk)
    [une] = Consultation.objects.all()
    assert (une.compte, une.acte, une.personne_ref, une.page) == (
        maison.comptes["cip"], Acte.DOSSIER, "P1", "personne_detail"
    )  # fmt: skip
    assert abs(une.date - timezone.now()) < datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("nom", "de", "acte", "ref"),
    [
        ("personne_imprimer", "aci", Acte.IMPRESSION, "P1"),
        ("entretien_update", "entretien", Acte.FICHE, "P1"),
        ("document_detail", "document", Acte.DOCUMENT, "P4"),
        ("aide_logement_update", "aide", Acte.FICHE, "P4"),
        ("seance_detail", "seance", Acte.GROUPE, ""),
        ("seance_emargement", "seance", Acte.IMPRESSION, ""),
        ("personne_donnees", "rsa", Acte.COPIE, "P3"),
    ],
)
def test_each_kind_of_page_is_written_as_what_it_is(client, maison, nom, de, acte, ref):
    objet = getattr(maison, de)
    lire(client, maison, "directeur", nom, objet.pk)
    assert entrees() == [(acte, ref, f"{objet._meta.label_lower} {objet.pk}")]


def test_history_says_of_which_row(client, maison):
    lire(client, maison, "cip", "objet_historique", "insertion_pro.entretien", maison.entretien.pk)
    assert entrees() == [(Acte.HISTORIQUE, "P1", f"insertion_pro.entretien {maison.entretien.pk}")]


def test_reading_in_the_administration_is_written_too(client, maison):
    lire(client, maison, "directeur", "admin:aipi_personne_change", maison.aci.pk)
    assert entrees() == [(Acte.FICHE, "P1", f"aipi.personne {maison.aci.pk}")]


def test_a_file_made_of_a_list_says_how_many_rows_left_and_each_time(client, maison):
    for _ in range(2):
        lire(client, maison, "cip", "personne_list", format="csv", tout="1")
    assert list(Consultation.objects.values_list("acte", "lignes")) == [(Acte.EXPORT, 4)] * 2


def test_everything_taken_out_at_once_is_written_each_time_with_how_many_persons(client, maison):
    for genre in ("export_complet", "rapport"):
        travail = Travail.objects.create(
            compte=maison.comptes["directeur"], genre=genre, libelle="Fichier", etat="fini", nom_fichier="tout.zip"
        )
        travail.fichier.save("tout.zip", ContentFile(b"PK"))
        for _ in range(2):
            lire(client, maison, "directeur", "travail_fichier", travail.pk)
    complet = Travail.objects.get(genre="export_complet")
    attendue = (Acte.EXPORT, f"aipi.travail {complet.pk}", Personne.objects.count())
    assert list(Consultation.objects.values_list("acte", "objet", "lignes")) == [attendue] * 2


def test_what_was_searched_for_is_not_written(client, maison):
    lire(client, maison, "cip", "personne_list", q="Évrard")
    [une] = Consultation.objects.all()
    assert une.acte == Acte.LISTE
    assert "vrard" not in f"{une.page} {une.objet} {une.personne_ref}"


def test_read_again_within_a_quarter_of_an_hour_is_one_entry_and_another_account_another(client, maison):
    for qui in ("cip", "cip", "directeur"):
        lire(client, maison, qui, "personne_detail", maison.aci.pk)
    assert Consultation.objects.count() == 2


def test_an_entry_costs_one_query(client, maison):
    lire(client, maison, "cip", "entretien_update", maison.entretien.pk)
    with CaptureQueriesContext(connection) as requetes:
        client.get(reverse("entretien_update", args=[maison.entretien.pk]))
    assert len([q for q in requetes if "aipi_consultation" in q["sql"]]) == 1


def test_a_page_of_somebody_else_is_an_attempt_and_a_row_that_is_not_is_nothing(client, maison):
    lire(client, maison, "cip", "personne_detail", maison.rsa.pk)
    lire(client, maison, "cip", "personne_detail", 999_999)
    lire(client, maison, "cip", "personne_detail", 10**30)
    lire(client, maison, "financeur", "personne_list")
    assert entrees() == [(Acte.TENTATIVE, "P3", f"aipi.personne {maison.rsa.pk}"), (Acte.TENTATIVE, "", "")]


def test_what_is_not_found_in_a_dossier_of_mine_is_no_attempt(client, maison):
    assert lire(client, maison, "cip", "suite_sortie_create", maison.parcours.pk, 3).status_code == 404
    assert entrees() == []


def test_a_visitor_and_a_change_write_nothing(client, maison):
    client.get(reverse("personne_detail", args=[maison.aci.pk]))
    client.force_login(maison.comptes["cip"])
    client.post(reverse("personne_update", args=[maison.aci.pk]), {})
    assert entrees() == []


def test_nobody_changes_an_entry_from_the_application_nor_the_administration(client, maison):
    lire(client, maison, "cip", "personne_detail", maison.aci.pk)
    une = Consultation.objects.get()
    toutes = Consultation.objects.all()
    for geste in (une.save, une.delete, toutes.delete, lambda: toutes.update(page="")):
        with pytest.raises(TypeError):
            geste()
    for qui, lu in (("directeur", 200), ("administrateur", 403)):
        client.force_login(maison.comptes[qui])
        assert client.get(reverse("admin:aipi_consultation_changelist")).status_code == lu
        assert client.get(reverse("admin:aipi_consultation_add")).status_code == 403
        assert client.post(reverse("admin:aipi_consultation_delete", args=[une.pk])).status_code == 403
        assert client.post(reverse("admin:aipi_consultation_change", args=[une.pk]), {"page": "x"}).status_code == 403
    client.force_login(maison.comptes["directeur"])
    assert client.get(reverse("objet_delete", args=["aipi.consultation", une.pk])).status_code == 404
    assert Consultation.objects.filter(pk=une.pk).exists()


def ecrire(compte: Compte, acte: str, ref: str, quand: datetime.datetime, lignes: int | None = None) -> None:
    une = entree(compte, Acte.COPIE, "essai", consultations.Objet("", ref), lignes)
    une.acte, une.date = acte, quand
    Consultation.objects.bulk_create([une])


def test_entries_go_after_twelve_months_and_not_before(maison):
    maintenant = timezone.now()
    for jours in (364, 366, 400):
        ecrire(maison.comptes["cip"], Acte.DOSSIER, f"J{jours}", maintenant - datetime.timedelta(days=jours))
    assert purger() == 2
    assert entrees() == [(Acte.DOSSIER, "J364", "")]
    assert purger() == 0


def test_old_entries_go_when_a_list_leaves_as_a_file(client, maison):
    ecrire(maison.comptes["cip"], Acte.DOSSIER, "P1", timezone.now() - datetime.timedelta(days=500))
    lire(client, maison, "cip", "personne_list", format="csv", tout="1")
    assert [acte for acte, *_ in entrees()] == [Acte.EXPORT]


def test_a_database_held_by_an_import_does_not_close_the_page_and_the_entry_comes_with_the_next_one(
    maison, monkeypatch
):
    compte = maison.comptes["cip"]

    def tenue(*args, **options):
        raise OperationalError("database is locked")

    with monkeypatch.context() as pendant:
        pendant.setattr(consultations, "_seule_sur_sqlite", lambda: True)
        pendant.setattr(consultations._sans_patience, "_regler", staticmethod(lambda millisecondes: None))
        pendant.setattr(consultations, "_inserer", tenue)
        consultations.ecrire([entree(compte, Acte.DOSSIER, "essai", None)])
    assert entrees() == []
    consultations.ecrire([entree(compte, Acte.EXPORT, "essai", None)])
    assert [acte for acte, *_ in entrees()] == [Acte.DOSSIER, Acte.EXPORT]


def test_an_error_of_the_database_that_is_no_wait_is_not_hidden(maison, monkeypatch):
    def perdue(*args, **options):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(consultations, "_inserer", perdue)
    with pytest.raises(OperationalError):
        consultations.ecrire([entree(maison.comptes["cip"], Acte.DOSSIER, "essai", None)])


def test_an_address_with_an_argument_that_the_log_does_not_know_is_reported(monkeypatch):
    monkeypatch.setattr(verifications, "est_declaree", lambda nom: nom != "personne_detail")
    [erreur] = verifications.toute_adresse_est_connue_du_journal(None)
    assert (erreur.id, "personne_detail" in erreur.msg) == ("aipi.E004", True)


def test_an_opening_finds_its_model_in_the_address_when_it_says_it():
    assert Ouverture(Acte.FICHE).label({"modele": "insertion_pro.frein"}) == "insertion_pro.frein"
    assert Ouverture(Acte.FICHE, "aipi.Personne").label({"modele": "insertion_pro.frein"}) == "aipi.Personne"


# What the director reads


def page(client, maison, nom: str, *args, **parametres) -> str:
    return lire(client, maison, "directeur", nom, *args, **parametres).content.decode()


def test_the_director_sees_who_opened_a_file_and_what_was_refused(client, maison):
    lire(client, maison, "cip", "personne_detail", maison.aci.pk)
    lire(client, maison, "referent", "personne_detail", maison.aci.pk)
    lu = page(client, maison, "personne_consultations", maison.aci.pk)
    assert "cip@exemple.fr" in lu
    assert "Accès refusé" in lu
    assert "1 fois" in lu
    autre = page(client, maison, "personne_consultations", maison.autre_equipe.pk)
    assert "cip@exemple.fr" not in autre


def test_what_was_read_before_a_merge_is_still_read_after(client, maison):
    lire(client, maison, "cip", "personne_detail", maison.autre_equipe.pk)
    fusionner(maison.comptes["directeur"], maison.aci, Personne.objects.get(pk=maison.autre_equipe.pk), {})
    assert "cip@exemple.fr" in page(client, maison, "personne_consultations", maison.aci.pk)


def test_entries_are_narrowed_to_an_account_or_an_act_and_nonsense_is_no_filter(client, maison):
    lire(client, maison, "cip", "personne_detail", maison.aci.pk)
    lire(client, maison, "polyvalent", "personne_detail", maison.rsa.pk)
    lu = page(client, maison, "consultation_list", compte=maison.comptes["cip"].pk)
    assert "Zoé Évrard" in lu
    assert "Inès Vandamme" not in lu
    assert "Inès Vandamme" in page(client, maison, "consultation_list", acte="dossier")
    for sottise in ("x", "²", "9" * 40):
        assert "Inès Vandamme" in page(client, maison, "consultation_list", compte=sottise, acte=sottise)


JOUR = datetime.date(2026, 3, 31)


def le(jour: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(jour, datetime.time(10)))


def lectures(compte: Compte, combien: int, jour: datetime.date) -> None:
    for rang in range(combien):
        ecrire(compte, Acte.DOSSIER, f"Q{rang}", le(jour))


def titres(jour: datetime.date = JOUR) -> list[tuple[str, str]]:
    return [(signal.titre, str(signal.compte)) for signal in vigilance.signaux(jour)]


@pytest.mark.parametrize(("combien", "signale"), [(14, False), (15, True)])
def test_many_more_files_than_usual_in_a_day_are_told(maison, combien, signale):
    compte = maison.comptes["polyvalent"]
    for avant in range(1, 7):
        lectures(compte, 4, JOUR - datetime.timedelta(days=avant))
    lectures(compte, combien, JOUR)
    assert (("Plus de dossiers que d’habitude", str(compte)) in titres()) is signale


def test_three_times_the_usual_is_not_yet_unusual(maison):
    compte = maison.comptes["polyvalent"]
    for avant in range(1, 7):
        lectures(compte, 6, JOUR - datetime.timedelta(days=avant))
    lectures(compte, 18, JOUR)
    assert titres() == []
    lectures(compte, 0, JOUR)
    ecrire(compte, Acte.DOSSIER, "Q99", le(JOUR))
    assert titres() == [("Plus de dossiers que d’habitude", str(compte))]


@pytest.mark.parametrize(("combien", "signale"), [(39, False), (40, True)])
def test_an_account_without_a_usual_is_told_at_forty(maison, combien, signale):
    compte = maison.comptes["directeur"]
    lectures(compte, combien, JOUR)
    assert (titres() == [("Beaucoup de dossiers", str(compte))]) is signale


@pytest.mark.parametrize(("combien", "signale"), [(19, False), (20, True)])
def test_many_more_files_than_follow_ups_are_told(maison, combien, signale):
    compte = maison.comptes["cip"]
    lectures(compte, combien, JOUR)
    assert (("Plus de dossiers que de suivis", str(compte)) in titres()) is signale


@pytest.mark.parametrize(("lignes", "signale"), [(99, False), (100, True)])
def test_many_rows_taken_away_are_told(maison, lignes, signale):
    ecrire(maison.comptes["cip"], Acte.EXPORT, "", le(JOUR), lignes - 40)
    ecrire(maison.comptes["cip"], Acte.EXPORT, "", le(JOUR), 40)
    assert (titres() == [("Beaucoup de lignes emportées", "cip@exemple.fr")]) is signale


@pytest.mark.parametrize(("combien", "signale"), [(4, False), (5, True)])
def test_repeated_refusals_are_told(maison, combien, signale):
    for rang in range(combien):
        ecrire(maison.comptes["financeur"], Acte.TENTATIVE, f"P{rang}", le(JOUR))
    assert (titres() == [("Accès refusés", "financeur@exemple.fr")]) is signale


def test_what_is_older_than_thirty_days_is_no_longer_told(maison):
    lectures(maison.comptes["directeur"], 50, JOUR - datetime.timedelta(days=30))
    assert titres() == []
    assert len(titres(JOUR - datetime.timedelta(days=1))) == 1


def test_the_page_explains_its_rules_and_costs_the_same_with_many_entries(client, maison):
    lu = page(client, maison, "consultation_list")
    for regle in vigilance.REGLES:
        assert regle.titre in lu
    lectures(maison.comptes["cip"], 3, timezone.localdate())
    with CaptureQueriesContext(connection) as peu:
        client.get(reverse("consultation_list"))
    for avant in range(10):
        lectures(maison.comptes["cip"], 30, timezone.localdate() - datetime.timedelta(days=avant))
    with CaptureQueriesContext(connection) as beaucoup:
        client.get(reverse("consultation_list"))
    assert len(beaucoup) <= len(peu) + 1 <= 20
