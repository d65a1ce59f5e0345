"""Persons: searched before one is made, doubles shown, no national insurance number, corrections in two versions."""

from __future__ import annotations

import datetime
import json
import re
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm, CharField, PasswordInput
from django.urls import reverse
from django.utils import timezone
from lecture import sans_jetons
from maison import personne

from aipi import roles
from aipi.brouillons import lire_contenu
from aipi.echange.erreurs import ErreursImport
from aipi.echange.importation import importer
from aipi.identite import doublons, homonymes, telephone_groupe
from aipi.models import Personne
from aipi.nir import NIR_REFUSE, nir_ecrit, ressemble_a_un_nir, sans_nir
from aipi.verifications import APPLICATIONS
from insertion_pro.models import Entretien, Parcours
from insertion_sociale.models import SuiviRsa

pytestmark = pytest.mark.django_db
CREER = "?creer=1&q=x"


@pytest.fixture
def cip(client, maison):
    client.force_login(maison.comptes["cip"])
    return client


def jeton(reponse) -> str:
    return re.search(r'name="jeton" value="([^"]+)"', reponse.content.decode())[1]


def saisie(client, **champs: str) -> dict[str, str]:
    return {
        "nom": "Neuville",
        "prenom": "Ada",
        "jeton": jeton(client.get(reverse("personne_create") + CREER)),
        **champs,
    }


def creer(client, **champs: str):
    return client.post(reverse("personne_create") + CREER, saisie(client, **champs))


@pytest.mark.parametrize(
    ("texte", "nir"),
    [
        ("2 90 02 59 183 123 45", True),
        ("290025918312345", True),
        ("2900259183123", True),
        ("1-85-05-2A-004-084", True),
        ("Évrard 2900259183123", True),
        ("8 90 20 99 350 123", True),
        ("06 11 22 33 44", False),
        ("+33 6 11 22 33 44", False),
        ("0033611223344", False),
        ("06 11 22 33 44 / 07 55 66 77 88", False),
        ("29002591831234", False),
        ("590025918312345", False),
        ("290135918312345", False),
        ("", False),
    ],
)
def test_a_national_insurance_number_is_recognised_and_a_telephone_is_not(texte, nir):
    assert ressemble_a_un_nir(texte) is nir


@pytest.mark.parametrize(
    ("saisi", "lu"),
    [
        ("0611223344", "06 11 22 33 44"),
        ("06.11.22.33.44", "06 11 22 33 44"),
        ("+33611223344", "+33 6 11 22 33 44"),
        ("00 33 (0)6 11 22 33 44", "+33 6 11 22 33 44"),
        ("0611 bureau", "0611 bureau"),
        ("+32 470 12 34 56", "+32 470 12 34 56"),
    ],
)
def test_a_telephone_is_grouped_and_anything_else_is_left_as_typed(saisi, lu):
    assert telephone_groupe(saisi) == lu


@pytest.mark.parametrize(
    ("nom", "prenom", "naissance", "raison"),
    [
        ("ÉVRARD", "zoe", None, "même nom et même prénom"),
        ("Zoé", "Évrard", None, "même nom et même prénom"),
        ("Evrard", "Zoé", datetime.date(1991, 2, 3), "même nom et même prénom"),
        ("Evrard", "Zoé", datetime.date(1990, 2, 3), "même nom et même prénom, même date de naissance"),
        ("Evrart", "Zoé", None, "nom et prénom proches"),
        ("Hevrard", "Zoé", None, "nom et prénom proches"),
        ("Evrard", "Zoée", datetime.date(1990, 2, 3), "même date de naissance, nom proche"),
        ("Evrart", "Zoé", datetime.date(1991, 2, 3), None),
        ("Lenoir", "Zoé", None, None),
        ("Evrard", "Bertrand", None, None),
    ],
)
def test_who_may_be_the_same_person(maison, nom, prenom, naissance, raison):
    assert [d.raison for d in doublons(nom, prenom, naissance) if d.personne == maison.aci] == [raison] * bool(raison)


def test_the_same_telephone_is_told_however_it_is_written(maison):
    [doublon] = doublons("Autre", "Nom", None, "+33 6 11 22 33 44")
    assert (doublon.personne, doublon.raison) == (maison.aci, "même numéro de téléphone")
    assert doublons("Autre", "Nom", None, "1122334") == []


def test_a_whole_name_only_finds_someone_of_the_other_pole(maison):
    assert homonymes("inès  VANDAMME") == [maison.rsa]
    assert homonymes("Vandamme Inès") == [maison.rsa]
    for morceau in ("Vandamme", "Vandamme In", "Vandamm Inès", "", "Inès"):
        assert homonymes(morceau) == []


def test_one_searches_before_one_creates(cip, maison):
    texte = cip.get(reverse("personne_create")).content.decode()
    assert 'name="nom"' not in texte
    texte = cip.get(reverse("personne_create"), {"q": "evrard"}).content.decode()
    assert reverse("personne_detail", args=[maison.aci.pk]) in texte
    assert reverse("parcours_create", args=[maison.aci.pk]) in texte
    assert "Ce n’est pas elle" in texte


def test_part_of_a_name_tells_nothing_of_the_other_pole(cip, maison):
    texte = cip.get(reverse("personne_create"), {"q": "vandamme"}).content.decode()
    assert "déjà connue de l’association" not in texte
    assert "Inès" not in texte


def test_someone_known_by_the_other_pole_is_received_without_opening_her_dossier(cip, maison):
    texte = cip.get(reverse("personne_create"), {"q": "vandamme inès"}).content.decode()
    assert "déjà connue de l’association" in texte
    assert f'href="{reverse("personne_detail", args=[maison.rsa.pk])}"' not in texte
    lien = re.search(r'href="(/personnes/\d+/parcours/nouveau/\?accueil=[^"]+)"', texte)[1]
    assert cip.get(reverse("parcours_create", args=[maison.rsa.pk])).status_code == 404
    page = cip.get(lien)
    assert page.status_code == 200
    reponse = cip.post(lien, {"date_entree": "2026-01-05", "jeton": jeton(page)})
    assert reponse.status_code == 302
    assert Parcours.objects.get(personne=maison.rsa).date_entree == datetime.date(2026, 1, 5)
    assert Personne.objects.filter(nom="Vandamme").count() == 1
    # Followed by both now: the dossier opens.
    assert cip.get(reverse("personne_detail", args=[maison.rsa.pk])).status_code == 200


def test_a_pass_is_for_one_account_and_one_person(client, maison):
    jeton_cip = roles.passe(maison.comptes["cip"], maison.rsa)
    autres = {
        "autre compte": roles.personnes_accueillies(maison.comptes["sans_pole"], jeton_cip),
        "forgé": roles.personnes_accueillies(maison.comptes["cip"], jeton_cip + "x"),
        "vide": roles.personnes_accueillies(maison.comptes["cip"], ""),
    }
    assert {cas: personnes.filter(pk=maison.rsa.pk).exists() for cas, personnes in autres.items()} == dict.fromkeys(
        autres, False
    )
    client.force_login(maison.comptes["cip"])
    inconnue = personne("P9", "Autre", "Personne")
    SuiviRsa.objects.create(ref="S9", personne=inconnue, date_entree=datetime.date(2025, 1, 1))
    url = reverse("parcours_create", args=[inconnue.pk])
    assert client.get(url, {"accueil": jeton_cip}).status_code == 404


def test_the_other_pole_receives_in_the_same_way(client, maison):
    client.force_login(maison.comptes["referent"])
    texte = client.get(reverse("personne_create"), {"q": "zoé évrard"}).content.decode()
    lien = re.search(r'href="(/[^"]*\?accueil=[^"]+)"', texte)[1]
    assert client.get(lien).status_code == 200
    assert client.get(reverse("personne_detail", args=[maison.aci.pk])).status_code == 404


def test_a_person_is_made_with_a_reference_and_what_is_unknown_stays_so(cip, maison):
    reponse = creer(cip, rqth="unknown", telephone="06 99 88 77 66")
    neuve = Personne.objects.get(nom="Neuville")
    assert reponse["Location"] == reverse("personne_detail", args=[neuve.pk])
    assert re.fullmatch(r"P-[0-9a-f]{16}", neuve.ref)
    assert (neuve.rqth, neuve.sexe, neuve.date_naissance, neuve.telephone) == (None, "", None, "06 99 88 77 66")


@pytest.mark.parametrize(("rqth", "valeur"), [("true", True), ("false", False), ("unknown", None), ("", None)])
def test_rqth_is_yes_no_or_unknown(cip, maison, rqth, valeur):
    creer(cip, rqth=rqth)
    neuve = Personne.objects.get(nom="Neuville")
    assert neuve.rqth is valeur
    form = cip.get(reverse("personne_update", args=[neuve.pk])).content.decode()
    coche = {True: "true", False: "false", None: "unknown"}[valeur]
    assert re.search(rf'name="rqth"[^>]*value="{coche}" checked', form)


def test_made_then_recruited_in_one_go(cip, maison):
    reponse = creer(cip, suite="aci")
    neuve = Personne.objects.get(nom="Neuville")
    assert reponse["Location"] == reverse("parcours_create", args=[neuve.pk])


def test_a_follow_up_of_the_other_pole_is_not_offered(cip, maison):
    assert creer(cip, suite="rsa")["Location"].startswith("/personnes/")
    assert "RSA" not in sans_jetons(cip.get(reverse("personne_create") + CREER).content.decode())


def test_doubles_are_shown_before_a_second_person_is_made(cip, maison):
    avant = Personne.objects.count()
    reponse = creer(cip, nom="Evrard", prenom="Zoe")
    texte = reponse.content.decode()
    assert "Rien n’est encore créé" in texte
    assert reverse("personne_detail", args=[maison.aci.pk]) in texte
    assert 'value="Evrard"' in texte
    assert Personne.objects.count() == avant
    envoi = saisie(cip, nom="Evrard", prenom="Zoe", confirmer="1")
    url = reverse("personne_create") + CREER
    assert cip.post(url, envoi).status_code == 302
    # Sent twice, and without the confirmation the second time: the person just made is no double of herself.
    assert cip.post(url, envoi).status_code == 302
    assert Personne.objects.count() == avant + 1


def test_a_double_of_the_other_pole_is_told_without_her_facts(cip, maison):
    maison.rsa.date_naissance = datetime.date(1987, 6, 5)
    maison.rsa.telephone = "0600000001"
    maison.rsa.save()
    texte = sans_jetons(creer(cip, nom="Vandamme", prenom="Ines").content.decode())
    assert "déjà connue de l’association" in texte
    assert "accueil=" in texte
    for secret in ("1987", "0600000001", "06 00 00 00 01", maison.rsa.ref):
        assert secret not in texte


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("nom", "Neuville 2900259183123"),
        ("prenom", "290025918312345"),
        ("telephone", "2 90 02 59 183 123 45"),
        ("courriel", "2900259183123@exemple.fr"),
    ],
)
def test_a_national_insurance_number_is_refused_with_words(cip, maison, champ, valeur):
    reponse = creer(cip, **{champ: valeur})
    assert "numéro de sécurité sociale" in reponse.content.decode()
    assert not Personne.objects.filter(ref__startswith="P-").exists()


@pytest.mark.parametrize(
    ("champ", "valeur", "message"),
    [
        ("nom", "", "obligatoire"),
        ("nom", "   ", "obligatoire"),
        ("prenom", "x" * 201, "200 caractères au plus"),
        ("courriel", "pas une adresse", "valide"),
        ("date_naissance", "1899-12-31", "avant 1900"),
        ("date_naissance", "2999-12-31", "après 2100"),
        ("nom", "a\0b", "nul"),
    ],
)
def test_an_error_is_told_at_its_field(cip, maison, champ, valeur, message):
    reponse = creer(cip, **{champ: valeur})
    assert message in str(reponse.context["form"].errors[champ])
    assert not Personne.objects.filter(ref__startswith="P-").exists()


def test_nobody_is_born_tomorrow(cip, maison):
    demain = timezone.localdate() + datetime.timedelta(days=1)
    assert "pas encore venue" in creer(cip, date_naissance=demain.isoformat()).content.decode()
    assert creer(cip, date_naissance=timezone.localdate().isoformat()).status_code == 302


def test_two_colleagues_correct_one_person_and_the_second_sees_both_versions(cip, maison):
    url = reverse("personne_update", args=[maison.aci.pk])
    page = cip.get(url).content.decode()
    empreintes = re.search(r'name="empreintes" value="([^"]+)"', page)[1].replace("&quot;", '"')
    envoi = {"nom": "Évrard", "prenom": "Zoé", "telephone": "0700000000", "empreintes": empreintes}
    Personne.objects.filter(pk=maison.aci.pk).update(telephone="0788888888")
    texte = cip.post(url, envoi).content.decode()
    assert "0788888888" in texte
    assert "0700000000" in texte
    assert Personne.objects.get(pk=maison.aci.pk).telephone == "0788888888"


def test_an_odd_address_kept_from_before_prevents_no_correction(cip, maison):
    Personne.objects.filter(pk=maison.aci.pk).update(courriel="zoe chez exemple")
    url = reverse("personne_update", args=[maison.aci.pk])
    page = cip.get(url).content.decode()
    empreintes = re.search(r'name="empreintes" value="([^"]+)"', page)[1].replace("&quot;", '"')
    envoi = {"nom": "Évrard", "prenom": "Zoée", "courriel": "zoe chez exemple", "empreintes": empreintes}
    assert cip.post(url, envoi).status_code == 302
    assert Personne.objects.get(pk=maison.aci.pk).prenom == "Zoée"


@pytest.mark.parametrize("requete", [{"q": "evrard"}, {"q": "martin paul"}])
def test_the_search_asks_as_much_of_few_persons_as_of_many(cip, maison, django_assert_max_num_queries, requete):
    for i in range(60):
        personne(f"Q{i}", "Martin" if i % 2 else "Evrard", f"Paul{i}")
    with django_assert_max_num_queries(20):
        reponse = cip.get(reverse("personne_create"), requete)
    assert len(reponse.content) < 60_000


@pytest.mark.parametrize(
    ("qui", "de", "gestes"),
    [
        ("cip", "aci", []),
        ("cip", "nouvelle", ["Recruter en ACI"]),
        ("referent", "nouvelle", ["Ouvrir un suivi RSA", "Ouvrir une mesure logement"]),
        ("referent", "rsa", ["Ouvrir une mesure logement"]),
        ("polyvalent", "deux_poles", []),
        ("encadrant", "aci", []),
    ],
)
def test_the_dossier_offers_what_is_not_open_yet(client, maison, qui, de, gestes):
    client.force_login(maison.comptes[qui])
    texte = client.get(reverse("personne_detail", args=[getattr(maison, de).pk])).content.decode()
    assert re.findall(r'btn-sm btn-outline-primary"\s+href="[^"]*">((?:Recruter|Ouvrir un)[^<]*)<', texte) == gestes


def test_the_dossier_of_a_person_leads_to_her_correction_and_to_a_merge(client, maison):
    for qui, permis in (("cip", True), ("encadrant", False)):
        client.force_login(maison.comptes[qui])
        texte = client.get(reverse("personne_detail", args=[maison.aci.pk])).content.decode()
        for nom in ("personne_update", "personne_fusion"):
            assert (reverse(nom, args=[maison.aci.pk]) in texte) is permis


@pytest.mark.parametrize(
    ("texte", "nir"),
    [
        ("Son numéro est 2 90 02 59 183 123 45, à jour.", True),
        ("sécu:2900259183123", True),
        ("1-85-05-2A-004-084", True),
        ("loyer 480 520 1250 300", False),
        ("06 11 22 33 44 puis 07 55 66 77 88", False),
        ("FR76 3000 6000 0112 3456 7890 189", False),
        ("le 14/03/2021 à 15 h, 1 250 300 500 €", False),
        ("123456789012345678", False),
    ],
)
def test_a_national_insurance_number_is_told_in_a_long_text_from_other_numbers(texte, nir):
    assert nir_ecrit(texte) is nir


@pytest.mark.parametrize("champ", ["note", "note_privee"])
def test_a_note_with_a_national_insurance_number_is_refused_at_its_field(client, maison, champ):
    client.force_login(maison.comptes["cip"])
    adresse = reverse("contact_create", args=[maison.aci.pk, "entretien"])
    page = client.get(adresse)
    jour = timezone.localdate().isoformat()
    donnees = {"jeton": jeton(page), "date": jour, "parcours": maison.parcours.pk, champ: "NIR 2 90 02 59 183 123 45"}
    reponse = client.post(adresse, donnees)
    assert reponse.status_code == 200
    assert champ in reponse.context["form"].errors
    assert "numéro de sécurité sociale" in reponse.content.decode()
    assert not Entretien.objects.filter(**{f"{champ}__contains": "183 123"}).exists()


def test_an_import_refuses_the_row_and_does_not_repeat_the_number(caseload, maison, tmp_path):
    (dossier := tmp_path / "nir").mkdir()
    (dossier / "contacts_rsa.csv").write_text(
        "ref;suivi;date;type;statut;note\n"
        "N1;S1;2021-02-02;visite;honore;NIR 2 90 02 59 183 123 45\n"
        "N2;S1;2021-02-03;visite;honore;Rien à signaler\n"
    )
    with pytest.raises(ErreursImport) as refus:
        importer(dossier)
    [erreur] = refus.value.erreurs
    assert (erreur.feuille, erreur.ligne, erreur.colonne, erreur.message) == ("contacts_rsa", 2, "note", NIR_REFUSE)


def test_every_field_of_text_of_every_form_refuses_the_number():
    """Those of libraries too: nothing has to be remembered when a form is written."""

    def formulaires(classe):
        for fille in classe.__subclasses__():
            yield fille
            yield from formulaires(fille)

    vus, oublies = set(), []
    for formulaire in formulaires(BaseForm):
        if formulaire.__module__.split(".")[0] in APPLICATIONS:
            for nom, champ in formulaire.base_fields.items():
                texte = isinstance(champ, CharField) and not champ.widget.is_hidden
                if texte and not isinstance(champ.widget, PasswordInput):
                    vus.add(formulaire)
                    if sans_nir not in champ.validators:
                        oublies.append((formulaire.__name__, nom))
    assert len(vus) > 25
    assert oublies == []


@pytest.mark.parametrize(
    ("qui", "adresse", "champ", "donnees"),
    [
        ("administrateur", "admin:aipi_commune_add", "nom", {"code_insee": "59183"}),
        ("administrateur", "admin:aipi_financeur_add", "nom", {"code": "X"}),
    ],
)
def test_the_administration_refuses_the_number_at_its_field(client, maison, qui, adresse, champ, donnees):
    client.force_login(maison.comptes[qui])
    reponse = client.post(reverse(adresse), {**donnees, champ: "Voir 2 90 02 59 183 123 45"})
    assert reponse.status_code == 200
    assert NIR_REFUSE in unescape(reponse.content.decode())


def test_the_name_of_a_document_and_a_draft_refuse_the_number_too(client, maison):
    client.force_login(maison.comptes["cip"])
    adresse = reverse("document_create", args=[maison.aci.pk])
    page = client.get(adresse)
    fichier = SimpleUploadedFile("sécu 2 90 02 59 183 123 45.pdf", b"%PDF-1.4\n%%EOF\n")
    donnees = {"jeton": jeton(page), "fichier": fichier, "type": "autre", "pole": "pro"}
    reponse = client.post(adresse, donnees)
    assert reponse.context["form"].errors.get("intitule") == [NIR_REFUSE]
    with pytest.raises(ValidationError):
        lire_contenu(json.dumps({"jeton": ["2900259183123"], "note": ["2900259183123"]}))
    assert lire_contenu(json.dumps({"jeton": ["2900259183123"], "note": ["06 11 22 33 44"]}))
