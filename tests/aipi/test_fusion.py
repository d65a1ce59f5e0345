"""Two rows for one human being are made one: nothing is lost, figures do not move, old references are understood."""

from __future__ import annotations

import datetime

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from feuilles import EXEMPLES, ecrire_feuilles
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from maison import Maison, construire, personne

from aipi import partages
from aipi.corbeille import GesteRefuse, rassembler, retablir, supprimer
from aipi.echange.importation import importer
from aipi.fusion import ABSORBEE, CHAMPS, GARDEE, comparer, empreinte, fusionner
from aipi.models import AncienneReference, Brouillon, DemandeDroit, Document, GesteConservation, Limitation, Personne
from aipi.models import Compte as CompteAipi
from aipi.periodes import Periode
from aipi.roles import MODELES, Nature
from insertion_pro.models import Parcours
from insertion_sociale.models import Action, Invitation, MesureLogement, Presence, Seance, SuiviRsa
from rapports.calculs import Calculs
from rapports.declarations import Compte, Distincts
from rapports.indicateurs import INDICATEURS

pytestmark = pytest.mark.django_db
EXEMPLE = EXEMPLES / "full" / "files"
JOUR = datetime.date(2025, 3, 4)


@pytest.fixture
def maison() -> Maison:
    return construire()


def total() -> dict[str, int]:
    """Rows of every model of case data but persons and their old references."""
    labels = [label for label, regle in MODELES.items() if regle.nature is Nature.DOSSIER]
    return {
        label: apps.get_model(label)._base_manager.count()
        for label in labels
        if label not in {"aipi.Personne", "aipi.AncienneReference"}
    }


def test_every_model_that_names_a_person_is_moved(maison):
    directeur = maison.comptes["directeur"]
    cibles = {r.related_model for r in Personne._meta.related_objects}
    assert {Parcours, SuiviRsa, MesureLogement, Presence, Invitation, Document, AncienneReference} <= cibles
    assert all(isinstance(r.field, ForeignKey) for r in Personne._meta.related_objects)
    Invitation.objects.create(seance=maison.seance, personne=maison.deux_poles)
    Presence.objects.create(seance=maison.seance, personne=maison.deux_poles, present=False)
    AncienneReference.objects.create(ref="P-VIEILLE", personne=maison.deux_poles)
    DemandeDroit.objects.create(personne=maison.deux_poles, droit="acces", recue_le=JOUR, enregistree_par=directeur)
    GesteConservation.objects.create(personne=maison.deux_poles, geste="reouverture", compte=directeur)
    Limitation.objects.create(personne=maison.deux_poles, debut=JOUR, fin=JOUR, motif="Vue", posee_par=directeur)
    partages.partager(
        directeur, partages.nature_de("insertion_sociale.interventionlogement"), maison.intervention, maison.deux_poles
    )
    avant = total()
    porteurs = {
        r.related_model for r in Personne._meta.related_objects
        if r.related_model._base_manager.filter(**{r.field.name: maison.deux_poles}).exists()
    }  # fmt: skip
    assert porteurs == cibles
    fusionner(directeur, maison.nouvelle, maison.deux_poles, {})
    assert total() == avant
    assert not Personne.objects.filter(pk=maison.deux_poles.pk).exists()
    for relation in Personne._meta.related_objects:
        assert relation.related_model._base_manager.filter(**{relation.field.name: maison.nouvelle}).exists()
    assert set(maison.nouvelle.anciennes_references.values_list("ref", flat=True)) == {"P4", "P-VIEILLE"}


class FusionTest(TestCase):
    """Whatever each of the two attended, nothing is lost and the figures of the sessions are those of one person."""

    @settings(deadline=None, max_examples=25)
    @given(
        st.lists(st.tuples(st.sampled_from([None, True, False]), st.sampled_from([None, True, False])), max_size=6),
        st.lists(st.sampled_from("gad"), max_size=6),
    )
    def test_nothing_is_lost(self, presences, suivis):
        directeur = CompteAipi(role="directeur")
        gardee, absorbee = personne("G", "Top", "Régis"), personne("A", "Top", "Regis")
        action = Action.objects.create(ref="A", domaine="sante", programme="p", intitule="i", annee=2025)
        for i, (une, autre) in enumerate(presences):
            seance = Seance.objects.create(ref=f"S{i}", action=action, date=JOUR, statut="tenue")
            for qui, present in ((gardee, une), (absorbee, autre)):
                if present is not None:
                    Presence.objects.create(seance=seance, personne=qui, present=present)
        for i, lettre in enumerate(suivis):
            for qui in {"g": [gardee], "a": [absorbee], "d": [gardee, absorbee]}[lettre]:
                SuiviRsa.objects.create(ref=f"R{i}{qui.ref}", personne=qui, date_entree=JOUR)
        effectives = {p.seance_id for p in Presence.objects.filter(present=True)}
        connues = {p.seance_id for p in Presence.objects.all()}
        nombre = SuiviRsa.objects.count()
        fusionner(directeur, gardee, absorbee, {})
        assert {p.seance_id for p in gardee.presences.filter(present=True)} == effectives
        assert {p.seance_id for p in gardee.presences.all()} == connues
        assert gardee.suivis_rsa.count() == nombre == SuiviRsa.objects.count()


def test_figures_do_not_move_but_for_distinct_persons(db):
    importer(EXEMPLE)
    annees = [Periode.annee(2020), Periode.annee(2021)]
    comptes = {cle: d for cle, d in INDICATEURS.items() if isinstance(d, Compte)}

    def figures():
        return {(str(a), cle): Calculs(a).valeur(d) for a in annees for cle, d in comptes.items()}

    avant = figures()
    suivis = Personne.objects.filter(suivis_rsa__isnull=False)
    gardee = suivis.filter(parcours__isnull=False).order_by("pk").first()
    absorbee = Personne.objects.filter(mesures_logement__isnull=False).exclude(pk=gardee.pk).order_by("-pk").first()
    communes = set(gardee.presences.values_list("seance", flat=True)) & set(
        absorbee.presences.values_list("seance", flat=True)
    )
    assert not communes
    fusionner(CompteAipi(role="directeur"), gardee, absorbee, dict.fromkeys(CHAMPS, GARDEE))
    apres = figures()
    changees = {cle for cle in avant if avant[cle] != apres[cle]}
    for annee, cle in changees:
        assert isinstance(comptes[cle], Distincts), cle
        assert avant[annee, cle] - apres[annee, cle] == 1, cle
    assert any(avant.values())


def test_the_known_fact_is_proposed_and_any_may_be_chosen(maison):
    gardee = personne("G", "Top", "Regis", telephone="0102030405")
    absorbee = personne("A", "Top", "Régis", telephone="0504030201", sexe="M", rqth=False)
    faits = {f.champ: f.choix for f in comparer(gardee, absorbee)}
    assert (faits["telephone"], faits["sexe"], faits["rqth"], faits["commune"]) == (GARDEE, ABSORBEE, ABSORBEE, GARDEE)
    fusionner(maison.comptes["directeur"], gardee, absorbee, {"prenom": ABSORBEE, "sexe": GARDEE})
    gardee.refresh_from_db()
    assert (gardee.prenom, gardee.telephone, gardee.sexe, gardee.rqth) == ("Régis", "0102030405", "", False)
    assert gardee.recherche == "top regis 0102030405"


def test_the_history_of_both_is_written(maison):
    absorbee = personne("A", "Top", "Autre")
    suivi = SuiviRsa.objects.create(ref="S9", personne=absorbee, date_entree=JOUR)
    gardee = maison.deux_poles
    fusionner(maison.comptes["directeur"], gardee, absorbee, {"prenom": ABSORBEE})
    assert LogEntry.objects.get_for_object(gardee).filter(changes__has_key="prenom").exists()
    assert LogEntry.objects.get_for_object(suivi).filter(changes__has_key="personne").exists()
    assert LogEntry.objects.filter(object_repr="Autre Top", action=LogEntry.Action.DELETE).exists()


def test_what_was_deleted_of_the_other_one_comes_back_to_the_one_who_stays(maison):
    directeur = maison.comptes["directeur"]
    absorbee = personne("A", "Top", "Regis")
    suivi = SuiviRsa.objects.create(ref="S9", personne=absorbee, date_entree=JOUR)
    suppression = supprimer(suivi, directeur)
    Brouillon.objects.create(compte=directeur, cle=f"/personnes/{absorbee.pk}/contact/", contenu={})
    fusionner(directeur, maison.deux_poles, absorbee, {})
    suppression.refresh_from_db()
    retablir(suppression)
    assert SuiviRsa.objects.get(ref="S9").personne == maison.deux_poles
    assert Brouillon.objects.get().cle == f"/personnes/{maison.deux_poles.pk}/contact/"


@pytest.mark.parametrize(
    ("qui", "gardee", "absorbee", "permis"),
    [
        ("directeur", "aci", "rsa", True),
        ("polyvalent", "aci", "rsa", True),
        ("cip", "aci", "autre_equipe", True),
        ("cip", "aci", "rsa", False),
        ("cip", "aci", "deux_poles", False),
        ("referent", "rsa", "nouvelle", True),
        ("referent", "nouvelle", "deux_poles", False),
        ("encadrant", "aci", "deux_poles", False),
        ("administrateur", "aci", "rsa", False),
    ],
)
def test_only_who_sees_both_fully_may_merge_them(maison, qui, gardee, absorbee, permis):
    une, autre = getattr(maison, gardee), getattr(maison, absorbee)
    if permis:
        fusionner(maison.comptes[qui], une, autre, {})
    else:
        with pytest.raises(GesteRefuse):
            fusionner(maison.comptes[qui], une, autre, {})
    assert Personne.objects.filter(pk=autre.pk).exists() is not permis


def test_a_document_kept_for_its_author_prevents_a_colleague_from_merging(maison):
    Document.objects.update(confidentiel=True)
    with pytest.raises(GesteRefuse):
        fusionner(maison.comptes["polyvalent"], maison.aci, maison.deux_poles, {})


def test_nobody_is_merged_with_oneself_nor_twice(maison):
    directeur = maison.comptes["directeur"]
    with pytest.raises(GesteRefuse, match="même fiche"):
        fusionner(directeur, maison.aci, maison.aci, {})
    absorbee = Personne.objects.get(pk=maison.rsa.pk)
    fusionner(directeur, maison.aci, maison.rsa, {})
    with pytest.raises(GesteRefuse, match="n’existe plus"):
        fusionner(directeur, maison.aci, absorbee, {})


# The page


def test_doubles_are_proposed_compared_then_merged(client, maison):
    client.force_login(maison.comptes["cip"])
    double = personne("P1B", "Evrard", "Zoé", courriel="zoe@exemple.fr")
    url = reverse("personne_fusion", args=[maison.aci.pk])
    assert f"?avec={double.pk}" in client.get(url).content.decode()
    assert f"?avec={double.pk}" in client.get(url, {"q": "evrard"}).content.decode()
    page = client.get(url, {"avec": double.pk})
    texte = page.content.decode()
    assert "zoe@exemple.fr" in texte
    envoi = {"avec": double.pk, "vu": page.context["vu"], "nom": ABSORBEE, "courriel": ABSORBEE}
    reponse = client.post(url, envoi)
    assert reponse["Location"] == reverse("personne_detail", args=[maison.aci.pk])
    maison.aci.refresh_from_db()
    assert (maison.aci.nom, maison.aci.courriel, maison.aci.telephone) == (
        "Evrard",
        "zoe@exemple.fr",
        "06 11 22 33 44",
    )
    assert client.post(url, envoi).status_code == 404


def test_a_change_since_the_page_was_shown_stops_the_merge(client, maison):
    client.force_login(maison.comptes["directeur"])
    double = personne("P1B", "Evrard", "Zoé")
    vu = empreinte(maison.aci, double, rassembler(double))
    SuiviRsa.objects.create(ref="S9", personne=double, date_entree=JOUR)
    reponse = client.post(reverse("personne_fusion", args=[maison.aci.pk]), {"avec": double.pk, "vu": vu})
    assert reponse.status_code == 409
    assert "relisez" in reponse.content.decode()
    assert Personne.objects.filter(pk=double.pk).exists()


def test_the_other_one_must_be_seen(client, maison):
    client.force_login(maison.comptes["cip"])
    url = reverse("personne_fusion", args=[maison.aci.pk])
    assert client.get(url, {"avec": maison.rsa.pk}).status_code == 404
    assert client.get(url, {"avec": 10**30}).status_code == 200
    texte = client.get(url, {"avec": maison.deux_poles.pk}).content.decode()
    assert "n’est pas ouverte à votre compte" in texte
    assert '<form method="post"' not in texte.split("<main")[1]


# Files that still name the old reference


def test_a_file_that_names_the_old_reference_means_the_one_who_stays(maison, tmp_path):
    ancienne = personne("P-ANCIENNE", "Evrard", "Zoe")
    fusionner(maison.comptes["directeur"], maison.aci, ancienne, {})
    dossier = ecrire_feuilles(
        tmp_path / "f",
        {
            "personnes": "ref;nom;prenom\nP-ANCIENNE;Changé;Par le fichier\nP-NEUVE;Neuve;Une",
            "suivis_rsa": "ref;personne;date_entree\nS-X;P-ANCIENNE;2025-01-05",
        },
    )
    resultat = importer(dossier)
    comptes = {nom: (c.creees, c.modifiees, c.inchangees) for nom, c in resultat.comptes.items()}
    assert comptes == {"personnes": (1, 0, 1), "suivis_rsa": (1, 0, 0)}
    assert SuiviRsa.objects.get(ref="S-X").personne == maison.aci
    maison.aci.refresh_from_db()
    assert maison.aci.nom == "Évrard"
    assert not Personne.objects.filter(ref="P-ANCIENNE").exists()


def test_the_old_reference_is_understood_without_a_sheet_of_persons(maison, tmp_path):
    ancienne = personne("P-ANCIENNE", "Evrard", "Zoe")
    fusionner(maison.comptes["directeur"], maison.aci, ancienne, {})
    importer(ecrire_feuilles(tmp_path / "f", {"suivis_rsa": "ref;personne;date_entree\nS-X;P-ANCIENNE;2025-01-05"}))
    assert SuiviRsa.objects.get(ref="S-X").personne == maison.aci


def test_the_page_asks_as_much_of_a_small_file_as_of_a_big_one(client, maison):
    client.force_login(maison.comptes["directeur"])
    url = reverse("personne_fusion", args=[maison.aci.pk])

    def requetes() -> int:
        with CaptureQueriesContext(connection) as vues:
            assert client.get(url, {"avec": maison.deux_poles.pk}).status_code == 200
        return len(vues)

    peu = requetes()
    for i in range(60):
        SuiviRsa.objects.create(ref=f"Q{i}", personne=maison.deux_poles, date_entree=JOUR)
    # What goes with the file is counted kind by kind: some thirty kinds of rows may hang on a person.
    assert requetes() == peu <= 45
