"""The access matrix swept: ids of others’ records in addresses, forms, filters, files and documents show nothing, and are written down."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.apps import apps
from django.db.models import Model
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.urls import get_resolver, reverse
from django.utils import timezone
from maison import NOTE_LOGEMENT, NOTE_PRO, NOTE_RSA
from test_acces import FICHIERS, TABLE, adresse

from aipi import matrice, roles
from aipi.consultations import Acte, ouverture_de
from aipi.models import Consultation, Limitation, Personne
from aipi.roles import MODELES, Nature, chemin_personne
from aipi.verifications import adresses
from insertion_pro.models import Entretien
from insertion_sociale.models import ContactRsa, InterventionLogement

pytestmark = [pytest.mark.django_db, pytest.mark.une_base]

SIGNES = [
    "directeur",
    "cip",
    "referent",
    "polyvalent",
    "sans_pole",
    "encadrant",
    "encadrant_sans_lien",
    "financeur",
    "administrateur",
]
NOMS = {"P1": "Évrard", "P2": "Bollengier", "P3": "Vandamme", "P4": "Régis", "P5": "Cœuille"}
"""A word of each person that is found nowhere else."""
LISTES = sorted(
    cle
    for cle in TABLE
    if cle.endswith("_list")
    and cle not in {"travail_list", "suppression_list", "realisation_list", "consultation_list", "demande_list"}
)


def lu(reponse) -> str:
    contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
    reponse.close()
    return contenu.decode("utf-8", "replace")


def invisibles(compte) -> set[str]:
    """A word of each person that the account may not see."""
    vues = set(roles.personnes_visibles(compte).values_list("ref", flat=True))
    return {mot for ref, mot in NOMS.items() if ref not in vues}


def test_the_page_of_the_matrix_is_what_the_rules_say(django_assert_num_queries):
    with django_assert_num_queries(0):
        voulu = matrice.rediger()
    assert matrice.FICHIER.read_text(encoding="utf-8") == voulu, "python -m outils.matrice"


@pytest.mark.parametrize("role", ["Sans pôle", "Financeur", "Administrateur"])
def test_the_matrix_gives_no_row_of_a_file_to_who_reads_none(role):
    compte = dict(matrice._comptes())[role]
    dossiers = [apps.get_model(label) for label, regle in MODELES.items() if regle.nature is Nature.DOSSIER]
    assert {modele._meta.label for modele in dossiers if matrice.portee(modele, compte) != "–"} == set()


def test_the_matrix_opens_the_api_to_tokens_alone():
    api = [cellules[2:-1] for cellules in matrice.adresses() if cellules[0].startswith("`/api/tableaux")]
    assert len(api) == 2 and all(set(ligne) == {"jeton"} for ligne in api)


# Addresses


def lignes_de(modele: type[Model]):
    return modele._default_manager.order_by("pk")[:5]


def demandes():
    """Every address that names one row: its name, its rule, what is read there, a function from a row to the address."""
    for motif in adresses(get_resolver().url_patterns):
        ouverture = ouverture_de(motif.name or "")
        if ouverture is None or not isinstance(ouverture.modele, str) or not ouverture.modele:
            continue
        autres = {
            nom: {"equipe_id": 1, "formation_id": 1, "mois": "3", "statut": "honore", "type": "rsa"}.get(nom, "1")
            for nom in motif.pattern.converters
            if nom != ouverture.cle
        }
        if motif.name == "heures_grille":
            autres["mois"] = "2026-10"
        yield motif.name, motif.callback.regle, ouverture, autres


@pytest.mark.parametrize("qui", SIGNES)
def test_no_address_opens_the_record_of_somebody_else_and_each_attempt_is_written_down(client, maison, qui):
    compte = maison.comptes[qui]
    client.force_login(compte)
    vus, refuses = 0, 0
    for nom, regle, ouverture, autres in demandes():
        modele = apps.get_model(ouverture.modele)
        tenue = modele._meta.label in roles.TENUS
        toutes = modele._default_manager.all()
        permises = set((roles.tenus if tenue else roles.visibles)(toutes, compte).values_list("pk", flat=True))
        ouverte = any(predicat(compte) for predicat in regle)
        for ligne in lignes_de(modele):
            if ouverte and ligne.pk in permises:
                vus += 1
                continue
            if nom in {"parcours_create", "suivi_rsa_create", "mesure_logement_create"} and ouverte:
                assert client.get(reverse(nom, kwargs={ouverture.cle: ligne.pk})).status_code == 404
                continue
            if nom == "realisation_photo" and ouverte and roles.peut_voir_rapport(compte):
                continue
            url = reverse(nom, kwargs={ouverture.cle: ligne.pk, **autres})
            reponse = client.get(url)
            if reponse.status_code == 405:
                reponse = client.post(url)
            attendu = 403 if not ouverte else 404
            assert (url, reponse.status_code) == (url, attendu)
            assert not [mot for mot in invisibles(compte) if mot in lu(reponse)]
            etiquette = f"{modele._meta.label_lower} {ligne.pk}"
            assert Consultation.objects.filter(
                compte=compte, acte=Acte.TENTATIVE, page=nom, objet=etiquette
            ).exists(), url
            refuses += 1
    assert vus or qui not in {"directeur", "cip", "referent", "polyvalent", "encadrant"}
    assert refuses or qui == "directeur"


@pytest.mark.parametrize("qui", ["cip", "referent", "encadrant", "financeur"])
def test_history_and_deletion_of_any_row_are_refused_to_who_may_not_change_it(client, maison, qui):
    compte = maison.comptes[qui]
    client.force_login(compte)
    for label, regle in MODELES.items():
        modele = apps.get_model(label)
        permises = set(roles.modifiables(modele._default_manager.all(), compte).values_list("pk", flat=True))
        for ligne in lignes_de(modele)[:2]:
            for nom in ("objet_historique", "objet_delete"):
                url = reverse(nom, args=[label.lower(), ligne.pk])
                voulu = 403 if not roles.voit_personnes(compte) else 200 if ligne.pk in permises else 404
                assert (url, regle.nature, client.get(url).status_code) == (url, regle.nature, voulu)


# Lists, searches, files


@pytest.mark.parametrize("qui", ["cip", "referent", "encadrant", "encadrant_sans_lien"])
def test_lists_searches_and_files_name_nobody_that_the_account_may_not_see(client, maison, qui):
    compte = maison.comptes[qui]
    client.force_login(compte)
    caches = invisibles(compte)
    assert caches
    for cle in LISTES:
        if TABLE[cle][qui] != 200:
            continue
        url = reverse(cle)
        for suite in (
            "",
            "?decompte=1",
            "?format=csv",
            "?tout=1&tri=-nom",
            *(f"?q={mot}&format=csv" for mot in NOMS.values()),
        ):
            page = lu(client.get(url + suite))
            page = page.replace(suite, "")
            assert [
                mot for mot in caches if f">{mot}" in page or f";{mot}" in page or f"{mot.upper()} " in page
            ] == [], url + suite
    for mot in caches:
        assert "personnes/" not in lu(client.get(reverse("personne_suggestions"), {"q": mot}))


@pytest.mark.parametrize(
    ("qui", "tues"),
    [("cip", (NOTE_RSA, NOTE_LOGEMENT)), ("referent", (NOTE_PRO,)), ("encadrant", (NOTE_PRO, NOTE_RSA, NOTE_LOGEMENT))],
)
def test_no_page_shows_a_note_of_the_other_pole(client, maison, qui, tues):
    client.force_login(maison.comptes[qui])
    for cle, statuts in {**TABLE, **FICHIERS}.items():
        if statuts[qui] == 200:
            page = lu(client.get(adresse(maison, cle)))
            assert [note for note in tues if note in page] == [], cle


@pytest.mark.parametrize("qui", ["directeur", "cip", "referent", "encadrant", "polyvalent"])
def test_every_choice_of_a_form_or_a_filter_is_among_what_the_account_sees(client, maison, qui):
    compte = maison.comptes[qui]
    client.force_login(compte)
    regardes = 0
    for cle, statuts in TABLE.items():
        if statuts[qui] != 200:
            continue
        contexte = client.get(adresse(maison, cle)).context or {}
        filtre = contexte.get("filtre")
        for form in filter(None, [contexte.get("form"), getattr(filtre, "form", None)]):
            for nom, champ in form.fields.items():
                if not isinstance(champ, ModelChoiceField | ModelMultipleChoiceField):
                    continue
                modele = champ.queryset.model
                regle = MODELES[modele._meta.label]
                assert regle.nature in {Nature.REFERENCE, Nature.DOSSIER}, (cle, nom)
                if regle.nature is Nature.DOSSIER:
                    vues = roles.visibles(modele._default_manager.all(), compte)
                    assert not champ.queryset.exclude(pk__in=vues.values("pk")).exists(), (cle, nom)
                    regardes += 1
    assert regardes or qui == "encadrant"


# Ids of others in fields and filters


@pytest.mark.parametrize(
    ("qui", "cle", "methode", "champ", "de"),
    [
        ("cip", "personne_fusion aci", "get", "avec", "rsa"),
        ("cip", "personne_fusion aci", "post", "avec", "rsa"),
        ("referent", "personne_fusion rsa", "post", "avec", "aci"),
        ("referent", "invitation_lot", "get", "personne", "aci"),
        ("referent", "seance_inviter seance", "post", "personne", "aci"),
        ("referent", "seance_inviter seance", "post", "retirer", "aci"),
        ("referent", "seance_pointer seance", "post", "venu", "aci"),
        ("encadrant", "personne_list", "get", "ligne", "autre_equipe"),
        ("encadrant", "parcours_list", "get", "ligne", "parcours_autre"),
        ("cip", "personne_list", "get", "ligne", "rsa"),
    ],
)
def test_naming_the_record_of_somebody_else_in_a_field_does_nothing_and_is_written_down(
    client, maison, qui, cle, methode, champ, de
):
    client.force_login(maison.comptes[qui])
    objet = getattr(maison, de)
    avant = {
        label: apps.get_model(label)._default_manager.count()
        for label, r in MODELES.items()
        if r.nature is Nature.DOSSIER
    }
    donnees = {champ: str(objet.pk), "lot": "inviter", "seance": str(maison.seance.pk)}
    reponse = getattr(client, methode)(adresse(maison, cle), donnees)
    assert reponse.status_code in {200, 302, 404}
    personne = objet if isinstance(objet, Personne) else objet.personne
    assert NOMS[personne.ref] not in lu(reponse)
    assert {label: apps.get_model(label)._default_manager.count() for label in avant} == avant
    [tentative] = Consultation.objects.filter(acte=Acte.TENTATIVE)
    assert (tentative.personne_ref, tentative.compte) == (personne.ref, maison.comptes[qui])


def test_an_appointment_of_somebody_else_is_not_settled_by_a_contact(client, maison):
    """The field that settles an appointment takes those of the person alone."""
    from insertion_pro.models import RendezVous

    jour = timezone.localdate()
    autre = RendezVous.objects.create(ref="RV-X", parcours=maison.parcours_autre, date=jour)
    client.force_login(maison.comptes["cip"])
    url = reverse("contact_create", args=[maison.aci.pk, "entretien"])
    form = client.get(url).context["form"]
    jeton = form.initial["jeton"]
    reponse = client.post(url, {"jeton": jeton, "date": f"{jour:%Y-%m-%d}", "regle": str(autre.pk), "note": "Vue"})
    autre.refresh_from_db()
    assert autre.statut == "prevu"
    assert reponse.status_code == 200


# Private notes


def test_a_private_note_is_on_no_page_and_in_no_file_but_for_its_author(client, maison, tmp_path):
    from aipi.echange.exportation import exporter

    secret = "Confidence-de-personne"
    for modele in (Entretien, ContactRsa, InterventionLogement):
        modele.objects.update(note_privee=secret, auteur=maison.comptes["sans_pole"])
    client.force_login(maison.comptes["directeur"])
    client.post(
        reverse("partage", args=["insertion_sociale.interventionlogement", maison.intervention.pk]),
        {"geste": "partager"},
    )
    for qui in ("directeur", "polyvalent"):
        client.force_login(maison.comptes[qui])
        for cle, statuts in {**TABLE, **FICHIERS}.items():
            if statuts[qui] == 200:
                reponse = client.get(adresse(maison, cle))
                contenu = b"".join(reponse.streaming_content) if reponse.streaming else reponse.content
                reponse.close()
                assert secret.encode() not in contenu, (qui, cle)
                if cle.startswith("personne_donnees"):
                    archive = zipfile.ZipFile(io.BytesIO(contenu))
                    assert all(secret.encode() not in archive.read(nom) for nom in archive.namelist())
        for cle in LISTES:
            if TABLE[cle][qui] == 200:
                assert secret not in lu(client.get(reverse(cle), {"format": "csv"}))
                assert "Zoé" not in lu(client.get(reverse(cle), {"q": secret}))
    for modele in (Entretien, ContactRsa, InterventionLogement):
        url = reverse(
            f"admin:{modele._meta.app_label}_{modele._meta.model_name}_change", args=[modele.objects.first().pk]
        )
        client.force_login(maison.comptes["directeur"])
        assert secret not in lu(client.get(url))
    exporter(tmp_path / "export")
    assert all(secret not in fichier.read_text(encoding="utf-8") for fichier in (tmp_path / "export").iterdir())


# Frozen files


@pytest.fixture
def limitee(maison) -> Personne:
    Limitation.objects.create(
        personne=maison.deux_poles, debut=timezone.localdate(), motif="Contestée", posee_par=maison.comptes["directeur"]
    )
    return maison.deux_poles


@pytest.mark.parametrize("qui", ["cip", "referent", "polyvalent", "encadrant"])
def test_a_frozen_file_is_on_no_page_of_anybody_but_the_director(client, maison, limitee, qui):
    client.force_login(maison.comptes[qui])
    for cle, statuts in {**TABLE, **FICHIERS}.items():
        if statuts[qui] == 200:
            reponse = client.get(adresse(maison, cle))
            assert "Régis" not in lu(reponse), cle
    for cle in LISTES:
        if TABLE[cle][qui] == 200:
            assert "Régis" not in lu(client.get(reverse(cle), {"format": "csv"}))
    assert client.get(reverse("personne_detail", args=[limitee.pk])).status_code == 404
    assert "personnes/" not in lu(client.get(reverse("personne_suggestions"), {"q": "Top"}))


def test_the_director_reads_a_frozen_file_and_writes_nothing_in_it(client, maison, limitee):
    client.force_login(maison.comptes["directeur"])
    page = lu(client.get(reverse("personne_detail", args=[limitee.pk])))
    assert "Dossier limité" in page
    assert 'class="btn btn-primary"' not in page
    for modele in (apps.get_model(label) for label, regle in MODELES.items() if regle.nature is Nature.DOSSIER):
        chemin = chemin_personne(modele)
        if chemin is not None:
            siennes = modele._default_manager.filter(**{chemin or "pk": limitee.pk})
            assert not roles.modifiables(siennes, maison.comptes["directeur"]).exists()
    for cle in (
        "contact_create deux_poles",
        "document_create deux_poles",
        "personne_update deux_poles",
        "mesure_logement_create deux_poles",
        "contrat_create parcours_double",
        "intervention_logement_update intervention",
        "document_update document",
        "mesure_logement_update mesure",
    ):
        assert client.get(adresse(maison, cle)).status_code == 404, cle
    assert (
        client.post(reverse("objet_delete", args=["insertion_sociale.mesurelogement", maison.mesure.pk])).status_code
        == 404
    )


def test_a_frozen_file_opens_again_once_the_freeze_is_lifted(client, maison, limitee):
    client.force_login(maison.comptes["directeur"])
    jour = f"{timezone.localdate():%Y-%m-%d}"
    client.post(reverse("limitation", args=[limitee.pk]), {"fin": jour, "motif_fin": "Vérifiée"})
    client.force_login(maison.comptes["cip"])
    assert client.get(reverse("personne_detail", args=[limitee.pk])).status_code == 200
