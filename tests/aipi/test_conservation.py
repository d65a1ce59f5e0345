"""Retention: nothing is forgotten by the policy, the exact day of each term, the archive, anonymisation, the register."""

from __future__ import annotations

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from maison import Maison, construire, personne

from aipi import politique, registre
from aipi.anonymisation import anonymiser, trahit
from aipi.balayage import balayer
from aipi.corbeille import supprimer
from aipi.echange.importation import importer
from aipi.fusion import fusionner
from aipi.identite import doublons, homonymes
from aipi.models import (
    AncienneReference,
    Brouillon,
    Convention,
    Document,
    FiltreEnregistre,
    Financeur,
    GesteConservation,
    Limitation,
    Parametre,
    Personne,
    Reprise,
    Suppression,
    Travail,
)
from aipi.periodes import Periode, plus_mois
from aipi.politique import Categorie, Effet, fiches
from aipi.termes import (
    a_anonymiser,
    annoncees,
    archivees,
    archiver,
    au_terme,
    jamais_vues,
    limite,
    ouverts_sans_contact,
    planifier,
    prolonger,
    termes,
)
from aipi.travaux import executer
from insertion_pro.models import Atelier, Contrat, Entretien, Equipe, Parcours, RendezVous, SuiteSortie
from insertion_sociale.models import Action, ContactRsa, Invitation, MesureLogement, Presence, Seance, SuiviRsa
from rapports.models import Edition, ListeArretee, Rapport
from rapports.valeurs import Releve

pytestmark = pytest.mark.django_db
J = datetime.date
NOTE = "Il habite chez sa cousine Ornella."


def refs(personnes) -> list[str]:
    return sorted(personnes.values_list("ref", flat=True))


def rsa(qui: Personne, entree: J, sortie: J | None = None, ref: str = "") -> SuiviRsa:
    return SuiviRsa.objects.create(ref=ref or f"S-{qui.ref}", personne=qui, date_entree=entree, date_sortie=sortie)


def parcours(qui: Personne, entree: J, sortie: J | None, fin_contrat: J | None = None) -> Parcours:
    equipe = Equipe.objects.first() or Equipe.objects.create(
        code="EQ", nom="Équipe", atelier=Atelier.objects.create(code="ATE", nom="Atelier")
    )
    fait = Parcours.objects.create(ref=f"PA-{qui.ref}", personne=qui, date_entree=entree, date_sortie=sortie)
    Contrat.objects.create(
        ref=f"CO-{qui.ref}", parcours=fait, equipe=equipe, date_debut=entree, date_fin=fin_contrat or sortie
    )
    return fait


@pytest.fixture
def maison() -> Maison:
    return construire()


# The policy forgets nothing


def test_every_field_of_every_model_is_covered():
    assert politique.tout_champ_a_une_duree(None) == []


def test_a_field_a_model_a_table_that_is_forgotten_or_gone_is_reported(monkeypatch):
    frein = politique._fiches["insertion_pro.Frein"]
    sans_issue = {nom: champ for nom, champ in frein.champs.items() if nom != "issue"}
    avec_trop = {**politique._fiches["aipi.Commune"].champs, "altitude": frein.champs["issue"]}
    copie = dict(politique._fiches)
    copie["insertion_pro.Frein"] = politique.Fiche("insertion_pro.Frein", "aci", "base_active", sans_issue)
    copie["aipi.Commune"] = politique.Fiche("aipi.Commune", "gestion", "reference", avec_trop)
    copie["aipi.Fantome"] = politique.Fiche("aipi.Fantome", "gestion", "jamais", {})
    del copie["insertion_pro.Mission"]
    monkeypatch.setattr(politique, "_fiches", copie)
    monkeypatch.setattr(politique, "_tiers", {k: v for k, v in politique._tiers.items() if k != "sessions.Session"})
    dits = {(e.id, e.msg.replace("\u202f", " ")) for e in politique.tout_champ_a_une_duree(None)}
    assert {identifiant for identifiant, _ in dits} == {f"aipi.E04{n}" for n in range(5)}
    assert any("Frein.issue" in dit for _, dit in dits)
    assert any("Commune.altitude" in dit for _, dit in dits)
    assert any("sessions.Session" in dit for _, dit in dits)
    assert any("insertion_pro.Mission" in dit for _, dit in dits)


def test_what_may_name_somebody_is_never_kept_as_it_was():
    """Of the models that are about one person: no name, contact or free text survives anonymisation."""
    for fiche in fiches():
        if fiche.personne is None or fiche.effacee:
            continue
        for nom, champ in fiche.champs.items():
            if champ.categorie in {Categorie.IDENTITE, Categorie.COORDONNEES, Categorie.TEXTE, Categorie.DOCUMENT}:
                assert champ.effet is not Effet.GARDER, (fiche.modele, nom)
            interne = fiche.classe._meta.get_field(nom).get_internal_type()
            if interne in {"TextField", "FileField", "ImageField", "JSONField"}:
                assert champ.effet is not Effet.GARDER, (fiche.modele, nom)


def test_durations_are_lengthened_by_a_setting_and_never_shortened():
    duree = politique.duree_de("base_active")
    jour = J(2026, 1, 1)
    assert duree.en_vigueur(jour) == 24
    for valeur, mois in (("12", 24), ("36", 36), ("abc", 24), ("99999999", politique.MAXIMUM)):
        Parametre.objects.update_or_create(cle=duree.parametre, valide_du=None, defaults={"valeur": valeur})
        assert duree.en_vigueur(jour) == mois


# The exact day


@given(jour=st.dates(J(2000, 1, 1), J(2060, 12, 31)), mois=st.integers(0, 120))
def test_the_limit_is_the_last_day_whose_term_is_over(jour, mois):
    dernier = limite(jour, mois)
    assert plus_mois(dernier, mois) < jour <= plus_mois(dernier + datetime.timedelta(days=1), mois)


@pytest.mark.parametrize(
    ("contact", "dernier_jour"),
    [
        (J(2021, 3, 14), J(2023, 3, 14)),
        (J(2020, 2, 29), J(2022, 2, 28)),
        (J(2022, 2, 28), J(2024, 2, 28)),
        (J(2021, 12, 31), J(2023, 12, 31)),
    ],
)
def test_a_dossier_stays_until_the_second_anniversary_of_the_last_contact_and_not_a_day_more(contact, dernier_jour):
    qui = personne("P1", "Leroux", "Ana")
    rsa(qui, J(2019, 1, 1), contact)
    assert refs(au_terme(dernier_jour)) == []
    assert refs(au_terme(dernier_jour + datetime.timedelta(days=1))) == ["P1"]
    [terme] = termes([qui], dernier_jour)
    assert (terme.dernier_contact, terme.fin_base) == (contact, dernier_jour)


def test_it_is_announced_three_months_before():
    rsa(personne("P1", "Leroux", "Ana"), J(2019, 1, 1), J(2021, 6, 15))
    assert refs(annoncees(J(2023, 3, 15))) == []
    assert refs(annoncees(J(2023, 3, 16))) == ["P1"]
    assert refs(annoncees(J(2023, 6, 15))) == ["P1"]
    assert refs(annoncees(J(2023, 6, 16))) == []


def test_who_is_still_followed_never_expires_and_is_told_when_nobody_saw_her():
    rsa(personne("P1", "Leroux", "Ana"), J(2015, 1, 1))
    MesureLogement.objects.create(
        ref="M1", personne=personne("P2", "Top", "Luc"), dispositif="fsl", date_debut=J(2015, 1, 1)
    )
    jour = J(2026, 1, 1)
    assert refs(au_terme(jour)) == []
    assert refs(ouverts_sans_contact(jour)) == ["P1", "P2"]


def test_the_last_contact_is_over_both_poles():
    deux = personne("P1", "Leroux", "Ana")
    parcours(deux, J(2018, 1, 1), J(2019, 1, 1))
    suivi = rsa(deux, J(2019, 2, 1), J(2020, 2, 1))
    ContactRsa.objects.create(ref="C1", suivi=suivi, date=J(2021, 5, 5), type="visite", statut="honore")
    ContactRsa.objects.create(
        ref="C2", suivi=suivi, date=J(2022, 5, 5), type="convocation", statut="absence_non_excusee"
    )
    [terme] = termes([deux], J(2023, 1, 1))
    assert terme.dernier_contact == J(2021, 5, 5)
    assert refs(au_terme(J(2023, 5, 5))) == []
    assert refs(au_terme(J(2023, 5, 6))) == ["P1"]


def test_coming_to_a_session_is_a_contact_and_not_coming_is_none():
    action = Action.objects.create(ref="A", domaine="sante", programme="P", intitule="I", annee=2021)
    tenue = Seance.objects.create(ref="SE", action=action, date=J(2021, 1, 10), statut="tenue")
    venue, absente = personne("P1", "Leroux", "Ana"), personne("P2", "Top", "Luc")
    Presence.objects.create(seance=tenue, personne=venue, present=True)
    Presence.objects.create(seance=tenue, personne=absente, present=False)
    assert refs(au_terme(J(2023, 1, 11))) == ["P1"]
    assert refs(jamais_vues()) == ["P2"]


def test_who_has_no_contact_at_all_is_kept_as_long_from_the_day_she_is_noticed(monkeypatch):
    personne("P1", "Leroux", "Ana")
    monkeypatch.setattr(timezone, "localdate", lambda *args: J(2024, 3, 1))
    assert refs(au_terme(J(2024, 3, 1))) == []
    call_command("conserver", "--confirmer")
    assert Personne.objects.get().reperee_le == J(2024, 3, 1)
    assert refs(au_terme(J(2026, 3, 1))) == []
    assert refs(au_terme(J(2026, 3, 2))) == ["P1"]


def test_the_director_keeps_a_dossier_longer_until_a_day_with_a_reason(maison):
    qui = personne("P9", "Leroux", "Ana")
    rsa(qui, J(2019, 1, 1), J(2020, 1, 1))
    jour = J(2022, 1, 2)
    assert refs(au_terme(jour)) == ["P9"]
    prolonger(qui, J(2022, 6, 30), "Contentieux", maison.comptes["directeur"], jour)
    assert refs(au_terme(J(2022, 6, 30))) == []
    assert refs(au_terme(J(2022, 7, 1))) == ["P9"]
    [terme] = termes([qui], jour)
    assert terme.fin_base == J(2022, 6, 30)
    assert "direction" in terme.raisons[0]


def finis(jour: J) -> list[str]:
    return sorted(p.ref for lot in a_anonymiser(jour) for p in lot)


def test_the_archive_lasts_three_months_at_least_and_pay_keeps_it_five_years_after_the_contract():
    social, salarie = personne("P1", "Leroux", "Ana"), personne("P2", "Top", "Luc")
    rsa(social, J(2018, 1, 1), J(2019, 1, 31))
    parcours(salarie, J(2018, 1, 1), J(2019, 1, 31))
    archiver([social, salarie], None, J(2021, 11, 30))
    social.refresh_from_db()
    assert finis(J(2022, 2, 28)) == []
    assert finis(J(2022, 3, 1)) == ["P1"]
    assert finis(J(2024, 1, 31)) == ["P1"]
    assert finis(J(2024, 2, 1)) == ["P1", "P2"]


def test_european_funds_keep_whom_they_paid_for_five_years_after_the_year_of_the_last_payment():
    convention = Convention.objects.create(
        ref="FSE", financeur=Financeur.objects.create(code="UE", nom="FSE+"), action="rsa", annee=2019, fse_plus=True
    )
    dedans, dehors = personne("P1", "Leroux", "Ana"), personne("P2", "Top", "Luc")
    rsa(dedans, J(2019, 6, 1), J(2019, 7, 1))
    rsa(dehors, J(2018, 6, 1), J(2018, 7, 1))
    archiver([dedans, dehors], None, J(2022, 1, 1))
    assert finis(J(2050, 1, 1)) == ["P2"], "a payment that nobody dated has not been made"
    convention.date_dernier_paiement = J(2021, 4, 12)
    convention.save()
    assert finis(J(2026, 12, 31)) == ["P2"]
    assert finis(J(2027, 1, 1)) == ["P1", "P2"]


def test_who_asked_for_a_restriction_is_kept_as_long_as_it_is_not_lifted(maison):
    qui = personne("P9", "Leroux", "Ana")
    rsa(qui, J(2018, 1, 1), J(2019, 1, 31))
    archiver([qui], None, J(2021, 11, 30))
    demande = Limitation.objects.create(
        personne=qui, debut=J(2021, 12, 1), motif="Conteste ses dates", posee_par=maison.comptes["directeur"]
    )
    assert finis(J(2040, 1, 1)) == []
    Limitation.objects.filter(pk=demande.pk).update(fin=J(2022, 6, 1))
    assert finis(J(2022, 6, 2)) == ["P9"]


# The archive


def test_who_is_archived_leaves_lists_search_suggestions_and_doubles_and_only_the_director_opens_her(client, maison):
    for qui in (maison.deux_poles, maison.aci):
        archiver([qui], None, timezone.localdate())
    for nom in ("cip", "referent", "polyvalent", "encadrant", "directeur"):
        client.force_login(maison.comptes[nom])
        for adresse in ("personne_list", "accueil"):
            assert "Régis" not in client.get(reverse(adresse)).content.decode(), (nom, adresse)
        assert "Régis" not in client.get(reverse("personne_suggestions"), {"q": "top"}).content.decode()
        ouvre = client.get(reverse("personne_detail", args=[maison.deux_poles.pk])).status_code
        assert ouvre == (200 if nom == "directeur" else 404)
    client.force_login(maison.comptes["directeur"])
    for liste in (
        "parcours_list",
        "contrat_list",
        "frein_list",
        "suivi_rsa_list",
        "mesure_logement_list",
        "aide_logement_list",
    ):
        page = client.get(reverse(liste), {"etat": "tous"}).content.decode()
        assert "Régis" not in page and "Évrard" not in page, liste
    client.force_login(maison.comptes["cip"])
    assert client.get(reverse("entretien_update", args=[maison.entretien.pk])).status_code == 404
    assert homonymes("Top Régis") == []
    assert doublons("Top", "Régis") == []
    assert refs(archivees()) == ["P1", "P4"]


def test_figures_count_who_is_archived_as_before(maison):
    periode = Periode.annee(timezone.localdate().year)
    avant = {c: Releve(periode).valeur(c).nombre for c in ("aci.salaries", "rsa.suivis", "asso.personnes")}
    archiver(Personne.objects.all(), None, timezone.localdate())
    assert {c: Releve(periode).valeur(c).nombre for c in avant} == avant


def test_who_comes_back_leaves_the_archive_at_the_next_run(maison):
    archiver([maison.rsa], None, timezone.localdate())
    call_command("conserver", "--confirmer")
    maison.rsa.refresh_from_db()
    assert maison.rsa.archivee_le is None
    assert GesteConservation.objects.filter(personne=maison.rsa, geste="reouverture").exists()


# Anonymisation


def plein(maison: Maison) -> Personne:
    """Somebody of both poles about whom everything that can be kept is kept."""
    cip = maison.comptes["cip"]
    qui = personne(
        "VANHOUTTE-77",
        "Vanhoutte",
        "Églantine",
        telephone="06 77 88 99 00",
        courriel="eglantine@exemple.fr",
        date_naissance=J(1987, 5, 17),
        sexe="F",
        rqth=True,
    )
    suivi = parcours(qui, J(2019, 1, 1), J(2020, 1, 1))
    Contrat.objects.create(
        ref="CO-0", parcours=suivi, equipe=maison.equipe, date_debut=J(2019, 1, 1), date_fin=J(2019, 6, 1)
    )
    for ref, note in (("EN-1", NOTE), ("EN-VANHOUTTE", "")):
        entretien = Entretien.objects.create(
            ref=ref, parcours=suivi, date=J(2019, 2, 2), note=note, note_privee=NOTE, auteur=cip
        )
    entretien.note = f"{NOTE} Bis."
    entretien.save()
    RendezVous.objects.create(ref="RV-1", parcours=suivi, date=J(2019, 3, 3), lieu="Chez Ornella")
    SuiteSortie.objects.create(parcours=suivi, mois=3, date=J(2020, 4, 1), situation="emploi", precisions=NOTE)
    mesure = MesureLogement.objects.create(
        ref="ME-1",
        personne=qui,
        dispositif="fsl",
        date_debut=J(2019, 1, 1),
        date_fin=J(2019, 9, 1),
        bailleur="M. Ornella",
    )
    accompagnement = rsa(qui, J(2019, 1, 1), J(2019, 12, 1))
    ContactRsa.objects.create(
        ref="CT-1", suivi=accompagnement, date=J(2019, 5, 5), type="visite", statut="honore", note=NOTE, lieu="Ornella"
    )
    Invitation.objects.create(seance=maison.seance, personne=qui)
    Presence.objects.create(seance=maison.seance, personne=qui, present=False)
    Document.objects.create(
        personne=qui,
        pole="pro",
        type="cv",
        intitule="CV de Vanhoutte Églantine",
        fichier=default_storage.save("documents/cv.pdf", ContentFile(b"%PDF Vanhoutte Eglantine")),
        type_mime="application/pdf",
        taille=9,
        auteur=cip,
        date_depot=timezone.now() - datetime.timedelta(days=2000),
    )
    double = personne("P-DOUBLE", "Vanhoutte", "Eglantine", telephone="0677889900")
    fusionner(maison.comptes["directeur"], qui, double, {})
    supprime = Entretien.objects.create(ref="EN-X", parcours=suivi, date=J(2019, 2, 3), note=NOTE)
    supprimer(supprime, cip)
    Brouillon.objects.create(compte=cip, cle=f"/personnes/{qui.pk}/contact/", contenu={"note": [NOTE]})
    Brouillon.objects.create(compte=cip, cle=f"/parcours/{suivi.pk}/sortie/", contenu={"precisions": [NOTE]})
    Brouillon.objects.create(
        compte=cip, cle="/personnes/nouvelle/", contenu={"nom": ["VANHOUTTE"], "prenom": ["Eglantine"]}
    )
    Brouillon.objects.create(compte=cip, cle=f"/personnes/{maison.aci.pk}/contact/", contenu={"note": ["Autre chose"]})
    FiltreEnregistre.objects.create(compte=cip, liste="personne_list", nom="à revoir", requete="q=vanhoutte")
    FiltreEnregistre.objects.create(compte=cip, liste="personne_list", nom="Dunkerque", requete="q=dunkerque")
    travail = Travail.objects.create(compte=cip, genre="rapport", libelle="Liste", etat="fini")
    travail.fichier.save("liste.csv", ContentFile("Vanhoutte;Églantine".encode()))
    rapport = Rapport.objects.create(debut=J(2019, 1, 1), fin=J(2019, 12, 31))
    edition = Edition.objects.create(rapport=rapport, numero=1, close_le=timezone.now())
    ListeArretee.objects.create(
        edition=edition, indicateur="rsa.suivis", modele="aipi.Personne", references=["P3", "VANHOUTTE-77"]
    )
    assert mesure.pk
    return Personne.objects.get(pk=qui.pk)


CHERCHEES = {
    "vanhoutte",
    "eglantine",
    "ornella",
    "06 77 88 99 00",
    "0677889900",
    "eglantine@exemple.fr",
    "1987-05-17",
    "17/05/1987",
}


def test_nothing_that_names_the_person_remains_anywhere_logs_and_attachments_included(
    maison, medias, django_capture_on_commit_callbacks
):
    qui = plein(maison)
    avant = balayer(CHERCHEES)
    assert {
        "aipi_personne.nom",
        "auditlog_logentry.changes",
        "aipi_suppression.donnees",
        "aipi_brouillon.contenu",
    } <= avant.keys()
    assert any(ou.startswith("medias/documents/") for ou in avant)
    autres = LogEntry.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        anonymiser([qui], maison.comptes["directeur"], timezone.localdate())
    assert balayer(CHERCHEES) == {}
    assert 0 < LogEntry.objects.count() < autres, "the history of the others stays"
    assert FiltreEnregistre.objects.get().nom == "Dunkerque"
    assert Brouillon.objects.get().contenu == {"note": ["Autre chose"]}
    assert not Suppression.objects.exists()
    assert list(Document.objects.values_list("personne__ref", flat=True)) == ["P4"]
    # Files dropped to be imported, of somebody else, wait for the director.
    assert {p.name for p in medias.rglob("*") if p.is_file()} == {"maison.pdf", "usagers.jsonl"}


def test_what_figures_count_stays_in_the_same_order_under_references_that_say_nothing(maison):
    qui = plein(maison)
    avant = [
        (c.date_debut, c.date_fin) for c in Contrat.objects.filter(parcours__personne=qui).order_by("date_debut", "ref")
    ]
    anonymiser([qui], None, timezone.localdate())
    qui.refresh_from_db()
    assert str(qui) == "Personne Anonyme"
    assert (qui.sexe, qui.rqth, qui.date_naissance) == ("F", True, J(1987, 12, 31))
    assert qui.ref.startswith("ANO-")
    apres = Contrat.objects.filter(parcours__personne=qui).order_by("date_debut", "ref")
    assert [(c.date_debut, c.date_fin) for c in apres] == avant
    assert not Entretien.objects.filter(ref__contains="VANHOUTTE").exists()
    assert Entretien.objects.filter(parcours__personne=qui).count() == 2
    assert set(Entretien.objects.filter(parcours__personne=qui).values_list("note", "note_privee", "auteur")) == {
        ("", "", None)
    }
    assert not RendezVous.objects.filter(parcours__personne=qui).exists()
    assert sorted(ListeArretee.objects.get().references) == sorted(["P3", qui.ref]), "the list still leads to the row"
    assert qui.archivee_le == timezone.localdate()
    assert not AncienneReference.objects.filter(ref__icontains="vanhoutte").exists()


@pytest.mark.parametrize(
    ("ref", "vrai"),
    [
        ("P-12", False),
        ("DUPONT-JEAN", True),
        ("par_dupont2", True),
        ("19870517", True),
        ("P-170587", True),
        ("T0677889900", True),
        ("LI-3", True),
        ("LILLE-3", False),
    ],
)
def test_a_reference_that_holds_a_name_a_number_or_a_birthday_is_told(ref, vrai):
    qui = Personne(nom="Dupont Li", prenom="Jean", telephone="06 77 88 99 00", date_naissance=J(1987, 5, 17))
    assert trahit(ref, qui) is vrai


def test_an_old_file_imported_again_brings_nothing_back(maison, tmp_path):
    suivi = rsa(personne("P77", "Leroux", "Ana", date_naissance=J(1990, 3, 4)), J(2019, 1, 1), J(2019, 6, 1))
    ContactRsa.objects.create(ref="CT-7", suivi=suivi, date=J(2019, 2, 2), type="visite", statut="honore", note=NOTE)
    anonymiser([suivi.personne], None, timezone.localdate())
    (dossier := tmp_path / "feuilles").mkdir()
    (dossier / "personnes.csv").write_text("ref;nom;prenom;date_naissance;telephone\nP77;Leroux;Ana;1990-03-04;0611\n")
    (dossier / "contacts_rsa.csv").write_text(
        f"ref;suivi;date;type;statut;note\nCT-7;{suivi.ref};2019-02-02;visite;honore;{NOTE}\n"
    )
    resultat = importer(dossier)
    assert balayer({"leroux", "ornella", "1990-03-04"}) == {}
    assert ("anonymisées" in resultat.avertissements[0][1], resultat.avertissements[0][0]) == (True, 2)


def test_it_is_done_once_and_only_to_those_who_are_named(maison):
    qui = plein(maison)
    anonymiser([qui], None, J(2026, 1, 1))
    assert anonymiser([qui], None, J(2026, 2, 1)) == set()
    assert Personne.objects.get(pk=qui.pk).anonymisee_le == J(2026, 1, 1)
    assert set(Personne.objects.exclude(pk=qui.pk).values_list("nom", flat=True)) == {
        "Évrard",
        "Bollengier",
        "Vandamme",
        "Top",
        "Cœuille",
    }


# The command and the pages


def vieillir(maison: Maison) -> Personne:
    """Somebody to archive and, archived long ago, somebody to make anonymous."""
    rsa(personne("P-VIEUX", "Leroux", "Ana"), J(2015, 1, 1), J(2016, 1, 1))
    parti = personne("P-PARTI", "Delattre", "Ugo")
    rsa(parti, J(2010, 1, 1), J(2011, 1, 1))
    archiver([parti], None, J(2013, 6, 1))
    return parti


def test_the_command_says_by_reference_and_writes_nothing_unless_told(maison, capsys):
    parti = vieillir(maison)
    call_command("conserver")
    dit = capsys.readouterr().out
    assert "1 personne à archiver" in dit and "P-VIEUX" in dit and "P-PARTI" in dit
    assert "Leroux" not in dit and "Delattre" not in dit
    assert "rien n’a été écrit" in dit
    parti.refresh_from_db()
    assert (parti.nom, Personne.objects.get(ref="P-VIEUX").archivee_le) == ("Delattre", None)
    call_command("conserver", "--confirmer")
    assert "aucun nom" in capsys.readouterr().out
    parti.refresh_from_db()
    assert (parti.nom, Personne.objects.get(ref="P-VIEUX").archivee_le) == ("Anonyme", timezone.localdate())
    assert planifier(timezone.localdate()).vide


def test_what_is_past_its_time_goes_by_itself(maison):
    cip, vieux = maison.comptes["cip"], timezone.now() - datetime.timedelta(days=400)
    Brouillon.objects.create(compte=cip, cle="/x/", date_maj=vieux)
    travail = Travail.objects.create(compte=cip, genre="rapport", libelle="vieux", etat="fini", battement=vieux)
    Suppression.objects.create(compte=cip, libelle="vieille", donnees=[], date=vieux)
    LogEntry.objects.filter(pk__in=[LogEntry.objects.latest("pk").pk]).update(timestamp=vieux)
    journal = LogEntry.objects.count()
    faits = politique.purger()
    assert len(faits) == 4
    assert not Brouillon.objects.exists() and not Suppression.objects.exists()
    assert not Travail.objects.filter(pk=travail.pk).exists()
    assert LogEntry.objects.count() == journal - 1
    assert politique.purger() == {}


def test_files_left_and_full_exports_go_with_the_rest(client, maison):
    """A drop that nobody imported after a month; the file of a full export after a week, that of a report after thirty days."""
    directeur, huit_jours = maison.comptes["directeur"], timezone.now() - datetime.timedelta(days=8)
    options = {"compte": directeur, "etat": "fini", "battement": huit_jours}
    export = Travail.objects.create(genre="export_complet", libelle="Tout", fichier="travaux/tout.zip", **options)
    rapport = Travail.objects.create(genre="rapport", libelle="Rapport", **options)
    client.force_login(directeur)
    assert client.get(reverse("travail_fichier", args=[export.pk])).status_code == 404
    assert "que 7 jours" in client.get(reverse("travail_detail", args=[export.pk])).content.decode()
    reprise = Reprise.objects.create(compte=directeur, libelle="vieux.xlsx")
    Reprise.objects.filter(pk=reprise.pk).update(deposee_le=timezone.now() - datetime.timedelta(days=31))
    politique.purger()
    reprise.refresh_from_db()
    assert reprise.etat == Reprise.Etat.ABANDONNEE
    assert list(Travail.objects.filter(pk__in=[export.pk, rapport.pk])) == [rapport]


@pytest.mark.parametrize("qui", ["directeur", "administrateur"])
def test_simulate_then_confirm_in_the_browser(client, maison, qui, django_capture_on_commit_callbacks):
    parti = vieillir(maison)
    client.force_login(maison.comptes[qui])
    assert client.get(reverse("conservation_appliquer")).status_code == 302
    simulation = lancer(client, "conservation_simuler")
    assert simulation.etat == "fini"
    page = client.get(reverse("conservation_appliquer")).content.decode()
    assert "1 personne à anonymiser" in page and "Delattre" not in page
    application = lancer(client, "conservation_appliquer", empreinte=empreinte(page))
    assert application.etat == "fini", application.message
    parti.refresh_from_db()
    assert parti.nom == "Anonyme"
    assert GesteConservation.objects.get(personne=parti, geste="anonymisation").compte == maison.comptes[qui]


def empreinte(page: str) -> str:
    return page.partition('name="empreinte" value="')[2].partition('"')[0]


def lancer(client, nom: str, **donnees: str) -> Travail:
    """Ask for a work by its page, and do it as the background service does."""
    assert client.post(reverse(nom), donnees).status_code == 302
    travail = Travail.objects.order_by("-pk").first()
    executer.func(travail.pk, travail.tentative)
    travail.refresh_from_db()
    return travail


def test_nothing_is_done_when_a_dossier_changed_since_the_simulation(client, maison):
    parti = vieillir(maison)
    client.force_login(maison.comptes["directeur"])
    lancer(client, "conservation_simuler")
    page = client.get(reverse("conservation_appliquer")).content.decode()
    rsa(personne("P-AUTRE", "Autre", "Zoé"), J(2014, 1, 1), J(2015, 1, 1))
    application = lancer(client, "conservation_appliquer", empreinte=empreinte(page))
    assert (application.etat, "simulez de nouveau" in application.message) == ("echoue", True)
    parti.refresh_from_db()
    assert parti.nom == "Delattre"


def test_the_page_names_persons_to_the_director_and_references_to_the_administrator(client, maison):
    vieillir(maison)
    for qui, nomme in (("directeur", True), ("administrateur", False)):
        client.force_login(maison.comptes[qui])
        for volet, nom, ref in (("terme", "Leroux", "P-VIEUX"), ("archives", "Delattre", "P-PARTI")):
            page = client.get(reverse("conservation"), {"volet": volet}).content.decode()
            assert ref in page
            assert (nom in page) is nomme
        for volet in ("bientot", "ouverts", "inconnu"):
            assert client.get(reverse("conservation"), {"volet": volet}).status_code == 200


def test_the_director_reopens_an_archived_dossier_with_a_day_and_a_reason(client, maison):
    parti = vieillir(maison)
    client.force_login(maison.comptes["directeur"])
    adresse = reverse("conservation_prolonger", args=[parti.pk])
    jour = timezone.localdate()
    for jusqu_au, motif, faute in (
        (jour, "Contentieux", "à venir"),
        (plus_mois(jour, 61), "Contentieux", "plus proche"),
        (plus_mois(jour, 6), "", "obligatoire"),
        (plus_mois(jour, 6), "Voir 2 90 02 59 183 123 45", "sécurité sociale"),
    ):
        page = client.post(adresse, {"jusqu_au": jusqu_au.isoformat(), "motif": motif})
        assert page.status_code == 200 and faute in page.content.decode()
    assert client.post(adresse, {"jusqu_au": plus_mois(jour, 6).isoformat(), "motif": "Contentieux"}).status_code == 302
    parti.refresh_from_db()
    assert parti.archivee_le is None
    assert "P-PARTI" not in refs(au_terme(jour))


def test_the_page_costs_the_same_for_one_and_for_twenty(client, maison, django_assert_max_num_queries):
    for n in range(22):
        rsa(personne(f"V{n}", "Leroux", "Ana"), J(2015, 1, 1), J(2016, 1, 1))
    client.force_login(maison.comptes["directeur"])
    for volet in ("bientot", "terme", "archives", "ouverts"):
        with django_assert_max_num_queries(20):
            client.get(reverse("conservation"), {"volet": volet})


# The register


def test_the_register_says_every_activity_with_its_purpose_ground_durations_and_data(client, maison):
    client.force_login(maison.comptes["administrateur"])
    page = client.get(reverse("registre_traitements")).content.decode()
    texte = client.get(reverse("registre_fichier", args=["md"])).content.decode()
    for traitement in politique.traitements():
        assert traitement.nom in texte and traitement.base in texte
        assert traitement.nom in page
    assert "2 ans après le dernier contact" in texte and "L3243-4" in texte and "2021/1060" in texte
    assert "date de naissance" in texte and "rendu moins précis" in texte
    assert client.get(reverse("registre_fichier", args=["exe"])).status_code == 404
    assert registre.registre_pdf(J(2026, 1, 1)).startswith(b"%PDF")


def test_the_register_says_what_the_association_lengthened():
    Parametre.objects.create(cle="conservation_base_active_mois", valeur="36")
    assert "porté à 36 mois" in registre.en_markdown(J(2026, 1, 1))
