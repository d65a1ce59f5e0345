"""Closing a year: what is frozen stays as it left, what the files say since is listed, an erratum is a new edition."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import random
import re
from decimal import Decimal
from fractions import Fraction
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pptx import Presentation

from aipi.echange.feuille import feuilles
from aipi.echange.importation import importer
from aipi.models import Compte, Convention, Financeur, Personne, Travail
from aipi.periodes import Periode
from aipi.photos import preparer
from aipi.travaux import executer
from insertion_pro.models import Atelier, Contrat, Equipe, Parcours, Realisation, ReleveHeures
from insertion_sociale.models import ContactRsa, SuiviRsa
from rapports.cloture import clore, ecarts, rouvrir
from rapports.declarations import Indicateur
from rapports.indicateurs import DECLARATIONS
from rapports.models import Edition, ListeArretee, Perspective, Photo, Rapport, RemarqueAcceptee, Texte, ValeurArretee
from rapports.references import references, retrouver
from rapports.rendu.document import document
from rapports.rendu.presentation import en_pptx
from rapports.travaux import faire
from rapports.valeurs import Releve

pytestmark = [pytest.mark.django_db, pytest.mark.une_base]

ANNEE = Periode.annee(2021)
EXEMPLE = Path(__file__).parents[1] / "exemples" / "small" / "files"
FORMES = ("pdf", "court", "html", "xlsx", "pptx")


def image(couleur: str):
    tampon = io.BytesIO()
    Image.new("RGB", (60, 40), couleur).save(tampon, "PNG")
    return preparer(SimpleUploadedFile("photo.png", tampon.getvalue()))


@pytest.fixture(scope="module")
def dossier_clos(django_db_setup, django_db_blocker, tmp_path_factory):
    """The small caseload closed with all its files, once for the module: what a test does to it is taken back.

    It has a text, photographs, works done, what was meant before and what is meant next.
    """
    dossier = tmp_path_factory.mktemp("clos")
    with override_settings(MEDIA_ROOT=dossier), django_db_blocker.unblock(), transaction.atomic():
        importer(EXEMPLE)
        # The extracts of one funder who pays for several actions are enough.
        financeur = Financeur.objects.order_by("code")[0]
        Convention.objects.all().delete()
        for ref, action, unite in (("V1", "aci", "etp"), ("V2", "collectif", "participants")):
            Convention.objects.create(
                ref=ref, financeur=financeur, action=action, annee=2021, montant=5000, objectif=12, unite_objectif=unite
            )
        compte = Compte.objects.create_user("auteur@example.org", nom="Autrice", role=Compte.Role.DIRECTEUR)
        avant = Rapport.objects.create(debut="2020-01-01", fin="2020-12-31")
        Perspective.objects.create(rapport=avant, partie="pro", intitule="Promettre", financeur=financeur)
        rapport = Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
        Texte.objects.create(rapport=rapport, section="aci", corps="Une **belle** année.")
        Perspective.objects.create(rapport=rapport, partie="pro", intitule="Espérer", financeur=financeur)
        RemarqueAcceptee.objects.create(rapport=rapport, cle="convention:aci.etp", motif="Signée tard", compte=compte)
        Photo.objects.create(rapport=rapport, section="aci", image=image("#5698cb"), alternative="Un atelier")
        atelier = Atelier.objects.get(pk=Contrat.objects.presents(ANNEE).order_by("pk")[0].equipe.atelier_id)
        Realisation.objects.create(
            ref="REA-1",
            atelier=atelier,
            date=datetime.date(2021, 5, 3),
            intitule="Pose d’une haie",
            photo=image("#2f7d4f"),
        )
        clore(rapport, compte)
        yield dossier
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def medias(dossier_clos, settings) -> Path:
    """Files are those of the closed report."""
    settings.MEDIA_ROOT = dossier_clos
    return dossier_clos


@pytest.fixture
def edition() -> Edition:
    return Edition.objects.get()


@pytest.fixture
def compte() -> Compte:
    return Compte.objects.create_user("direction@example.org", nom="Direction", role=Compte.Role.DIRECTEUR)


@pytest.fixture
def direction(client, compte):
    client.force_login(compte)
    return client


def corps(client) -> str:
    """The page of the report, without the bar above it: its sign-out form has a new token each time."""
    return client.get(reverse("rapport_detail", args=[2021])).text.partition('<div class="rapport">')[2]


def servi(reponse) -> bytes:
    return b"".join(reponse.streaming_content)


def octets(champ) -> bytes:
    with champ.open("rb") as fichier:
        return fichier.read()


def fichiers(edition: Edition) -> dict[str, bytes]:
    """Every file of the edition but its account, by name."""
    return {nom: octets(champ) for nom, champ in edition.fichiers.items()} | {
        piece.nom: octets(piece.fichier) for piece in edition.pieces.all()
    }


def test_anyone_can_compute_the_fingerprint_again_from_the_files(edition):
    releve = octets(edition.fichier)
    assert hashlib.sha256(releve).hexdigest() == edition.empreinte
    contenu = json.loads(releve)
    assert {nom: hashlib.sha256(octet).hexdigest() for nom, octet in fichiers(edition).items()} == contenu["fichiers"]
    assert contenu["textes"] == {"aci": "Une **belle** année."}
    assert [p["intitule"] for p in contenu["perspectives"]] == ["Espérer"]
    [acceptee] = contenu["remarques_acceptees"]
    assert (acceptee["remarque"], acceptee["motif"], acceptee["par"]) == (
        "convention:aci.etp",
        "Signée tard",
        "Autrice",
    )
    # References only: nobody of the files is named in the account, nor in the lists.
    noms = [personne for personne in Personne.objects.all() if len(personne.nom) > 5 and personne.nom.isalpha()]
    assert len(noms) > 3
    sans_fichiers = releve + octets(edition.listes)
    assert [p.nom for p in noms if p.nom.encode() in sans_fichiers] == []
    valeurs = {v["indicateur"]: v["valeur"] for v in contenu["valeurs"] if not v["atelier"]}
    assert valeurs["aci.salaries"] == str(Releve(ANNEE).valeur("aci.salaries").nombre)
    assert b"Une <strong>belle</strong> ann" in octets(edition.html)
    assert {nom for nom in contenu["fichiers"] if nom.startswith("extrait")} == set(
        edition.pieces.exclude(titre="").values_list("nom", flat=True)
    )


def test_the_frozen_lists_are_those_behind_the_figures(edition):
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


def test_whatever_becomes_of_the_files_nothing_of_a_closed_report_moves(direction, edition):
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


def test_the_differences_are_exact(direction, edition):
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


def test_a_row_taken_away_is_named_by_its_reference_only(direction, edition):
    contact = ContactRsa.objects.de(ANNEE).filter(type="visite", statut="honore").order_by("ref").first()
    visites = Releve(ANNEE).valeur("rsa.visites").nombre
    contact.delete()
    [ecart] = [e for e in ecarts(edition) if e.declaration.code == "rsa.visites"]
    assert (ecart.imprime, ecart.maintenant, ecart.retirees) == (visites, visites - 1, (contact.ref,))
    page = direction.get(reverse("indicateur_liste", args=[2021, "rsa.visites"])).text
    assert contact.ref in page


def test_an_erratum_is_a_new_edition_that_says_what_it_corrects(direction, edition, compte):
    premiere, rapport = edition, edition.rapport
    avant = fichiers(premiere)
    ReleveHeures.objects.filter(pk=ReleveHeures.objects.de(ANNEE).order_by("pk").first().pk).update(heures=Decimal(99))
    vide = direction.post(reverse("rapport_clore", args=[2021]), {"motif": " "})
    assert "Dites-le en quelques mots" in vide.text
    assert Edition.objects.count() == 1
    direction.post(reverse("rapport_clore", args=[2021]), {"motif": "Un relevé d’heures était faux."})
    parametres = Travail.objects.get().parametres
    assert (parametres["numero"], parametres["erratum"]) == (2, "Un relevé d’heures était faux.")
    clore(rapport, compte, parametres["erratum"], fichiers=False)
    rapport.refresh_from_db()
    assert (rapport.edition.numero, rapport.edition.erratum) == (2, "Un relevé d’heures était faux.")
    assert ecarts(rapport.edition) == []
    assert fichiers(premiere) == avant
    jour = datetime.date(2022, 1, 15)
    assert "Un relevé d’heures était faux." in document(ANNEE, jour)
    diapo = Presentation(io.BytesIO(en_pptx(ANNEE, jour))).slides[1]
    assert any("Un relevé d’heures était faux." in forme.text_frame.text for forme in diapo.shapes)
    page = direction.get(reverse("rapport_detail", args=[2021])).text
    assert "Ce que cette édition corrige" in page
    assert "Un relevé d’heures était faux." in page
    editions = direction.get(reverse("edition_list", args=[2021])).text
    assert premiere.empreinte in editions
    assert rapport.edition.empreinte in editions


def test_a_closed_year_feeds_the_series_of_the_next_ones(edition):
    imprime = Releve(ANNEE).valeur("aci.heures").nombre
    ReleveHeures.objects.de(ANNEE).update(heures=0)
    assert Releve(Periode.annee(2022)).chiffre("aci.heures").precedent == imprime
    assert Releve(ANNEE, vif=True).valeur("aci.heures").nombre == Fraction(0)


def test_the_lists_of_references_are_for_the_director_only(client, direction, edition):
    adresse = reverse("edition_fichier", args=[2021, 1, "listes.json"])
    assert servi(direction.get(adresse)).startswith(b"[{")
    assert direction.get(reverse("edition_fichier", args=[2021, 1, "autre.txt"])).status_code == 404
    autre = Compte.objects.create_user("ts@example.org", role="travailleur_social", pole_pro=True)
    client.force_login(autre)
    assert client.get(adresse).status_code == 404
    assert servi(client.get(reverse("edition_fichier", args=[2021, 1, "edition.json"]))).startswith(b"{")


def test_every_row_of_a_sheet_has_one_reference():
    for modele in (Parcours, Contrat, ReleveHeures, ContactRsa):
        assert len(references(modele.objects.all())) == modele.objects.count()


# Everything that a closed report gives


def tout_modifier() -> int:
    """Change every column of the files and of what the report itself is written in, and take away what may go.

    Past every form: what the database refuses stays as it was. The number of cells changed.
    """
    modeles = {feuille.modele for feuille in feuilles().values()} | {Photo, Perspective, Texte}
    changees = 0
    for modele in sorted(modeles, key=lambda m: m._meta.label):
        for champ in modele._meta.local_concrete_fields:
            if champ.primary_key or isinstance(champ, models.ForeignKey | models.FileField):
                continue
            lignes = list(modele._default_manager.order_by("pk"))
            for ligne in lignes:
                setattr(ligne, champ.attname, _autre(champ, ligne))
            try:
                with transaction.atomic():
                    changees += modele._default_manager.bulk_update(lignes, [champ.name], batch_size=500)
            except (DatabaseError, OverflowError):
                continue
        for ligne in modele._default_manager.order_by("pk")[:3]:
            try:
                with transaction.atomic():
                    ligne.delete()
            except (ProtectedError, RestrictedError):
                continue
    return changees


def _autre(champ: models.Field, ligne: models.Model):
    valeur = getattr(ligne, champ.name)
    if champ.choices:
        choix = [code for code, _ in champ.flatchoices]
        return choix[(choix.index(valeur) + 1) % len(choix)] if valeur in choix else choix[0]
    if isinstance(champ, models.BooleanField):
        return not valeur
    if isinstance(champ, models.DateTimeField):
        return (valeur or timezone.now()) + datetime.timedelta(days=3)
    if isinstance(champ, models.DateField):
        return (valeur or datetime.date(2021, 6, 15)) + datetime.timedelta(days=3)
    if isinstance(champ, models.TimeField):
        return datetime.time(12)
    if isinstance(champ, models.CharField | models.TextField):
        return f"{valeur}~"
    return (valeur or 0) + 1


def donne(client) -> dict[str, bytes]:
    """All that a closed report gives to who asks: its page, each form as a work makes it, each extract, each image."""
    parametres = {"debut": str(ANNEE.debut), "fin": str(ANNEE.fin)}
    dire = lambda avance, quoi: None  # noqa: E731
    rendus = {forme: faire({**parametres, "forme": forme}, dire).contenu for forme in FORMES}
    for piece in Edition.objects.get().pieces.all():
        rendus[piece.nom] = servi(client.get(reverse("edition_fichier", args=[2021, 1, piece.nom])))
        if piece.titre:
            demande = {**parametres, "financeur": piece.financeur, "action": piece.action}
            assert faire(demande, dire).contenu == rendus[piece.nom]
    rendus |= {
        adresse: servi(client.get(reverse(adresse, args=[2021])))
        for adresse in ("rapport_pdf", "rapport_court", "rapport_xlsx")
    }
    return rendus | {"page": corps(client).encode()}


def menees(client) -> dict[str, str]:
    """What the links of the closed report’s page lead to, each of its figures for one team or another, and lists behind.

    Of a list, what was kept: beside each reference its page says, of today, whose it is.
    """
    equipes = [axe for axe in Edition.objects.get().axes if axe.nom == "equipe"]
    codes = [code for code, d in DECLARATIONS.items() if axe_admis(d, equipes[0])]
    liens = set(re.findall(r'href="(/[^"#]+)"', unescape(corps(client)))) | {
        f"{reverse('indicateur_detail', args=[2021, code])}?equipe={equipes[rang % len(equipes)].code}"
        for rang, code in enumerate(codes)
    }
    lues = {}
    for rang, lien in enumerate(sorted(liens)):
        page = client.get(lien)
        assert page.status_code == 200, lien
        lues[lien] = page.text.partition("<main")[2]
        # The lists of a fifth of the figures: hundreds of pages that are made alike.
        for liste in re.findall(r'href="(/[^"]+/liste/[^"]*)"', unescape(lues[lien]))[:2] if rang % 5 == 0 else ():
            reponse = client.get(liste)
            tete = reponse.text.partition("<main")[2].partition('<div class="carte">')[0]
            lues[liste] = f"{tete}{list(reponse.context['lignes'])}"
    return lues


def axe_admis(declaration, axe) -> bool:
    de = declaration if isinstance(declaration, Indicateur) else declaration.de
    return de.axe_admis(axe)


def test_everything_is_edited_after_the_closing_and_nothing_that_it_gives_moves_by_a_byte(direction, edition):
    avant, pages = donne(direction), menees(direction)
    assert sum("equipe=" in adresse for adresse in pages) > 50
    extraits = {nom for nom in avant if nom.startswith("extrait")}
    images = {nom for nom in avant if nom.startswith("image")}
    assert len(extraits) == 3
    assert len(images) == 2
    assert "Pose d’une haie" in avant["page"].decode()
    assert "Promettre" in avant["page"].decode()
    assert {nom for nom in images if nom not in avant["page"].decode()} == set()
    assert "/photographies/" not in avant["page"].decode()
    assert tout_modifier() > 5_000
    assert donne(direction) == avant
    assert menees(direction) == pages
    page = direction.get(reverse("rapport_formes", args=[2021])).text
    assert all(nom in page for nom in extraits)
    # Opened again, the report is that of the files as they now are: the test did change something of it.
    rouvrir(edition.rapport, Compte.objects.get(courriel="direction@example.org"), "Pour voir")
    assert corps(direction).encode() != avant["page"]


def test_a_slice_or_a_figure_that_was_not_there_is_refused_or_said_to_be_of_today(direction, edition):
    Equipe.objects.create(code="APRES", nom="Une équipe d’après", atelier=Atelier.objects.order_by("code")[0])
    adresse = reverse("indicateur_detail", args=[2021, "aci.heures"])
    assert direction.get(f"{adresse}?equipe=APRES").status_code == 404
    assert direction.get(f"{adresse}liste/?equipe=APRES").status_code == 404
    assert "n’existait pas à la clôture" not in direction.get(adresse).text
    ValeurArretee.objects.filter(edition=edition, indicateur="aci.heures").delete()
    for page in (adresse, f"{adresse}liste/"):
        assert "n’existait pas à la clôture" in direction.get(page).text


def test_an_extract_that_was_not_kept_is_refused_in_words(direction, edition):
    neuf = Financeur.objects.create(code="NEUF", nom="Un nouveau")
    Convention.objects.create(ref="VN", financeur=neuf, action="aci", annee=2021)
    assert "Un nouveau" not in direction.get(reverse("rapport_formes", args=[2021])).text
    travail = Travail.objects.create(
        compte=Compte.objects.get(courriel="direction@example.org"),
        genre="rapport",
        libelle="Extrait",
        parametres={"debut": "2021-01-01", "fin": "2021-12-31", "financeur": "NEUF", "action": ""},
    )
    executer.func(travail.pk, 1)
    travail.refresh_from_db()
    assert (travail.etat, "n’a pas d’extrait" in travail.message) == ("echoue", True)
