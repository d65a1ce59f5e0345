"""Published figures beside those of the files: the same, different and why, or not said by the files."""

from __future__ import annotations

import pytest
from django.urls import reverse

from aipi.models import Compte, LigneReprise, Parametre, Reprise
from insertion_pro.models import Contrat
from rapports.models import ValeurPubliee
from rapports.rapprochement import ECART, INCONNU, MEME, annees, rapprocher

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossiers(caseload):
    caseload(
        ateliers="code;nom\nBV;Brigades",
        equipes="code;atelier;nom\nBV1;BV;Canal",
        personnes="ref;nom;prenom;sexe\nP1;A;Zoé;F\nP2;B;Luc;M\nP3;C;Ana;F",
        parcours="ref;personne;date_entree\nR1;P1;2020-01-06\nR2;P2;2020-02-03\nR3;P3;2020-03-02",
        contrats="""ref;parcours;equipe;date_debut;date_fin
            C1;R1;BV1;2020-01-06;2020-12-31
            C2;R2;BV1;2020-02-03;2020-12-31
            C3;R3;BV1;2020-03-02;2020-12-31""",
        heures="contrat;mois;heures\nC1;2020-03;100,4\nC2;2020-03;99,2",
    )


def publier(code: str, valeur: str, **champs: object) -> None:
    ValeurPubliee.objects.create(annee=2020, indicateur=code, valeur=valeur, source="Rapport 2020, p. 3", **champs)


def verdicts(reprise: Reprise | None = None) -> dict[str, tuple[str, str, str]]:
    return {r.indicateur.code: (r.verdict, r.publiee, r.calculee) for r in rapprocher(2020, reprise)}


def test_the_same_different_and_not_said(dossiers):
    publier("aci.salaries", "3")
    publier("aci.heures", "250")
    publier("rsa.suivis", "7")
    lus = verdicts()
    assert lus["aci.salaries"] == (MEME, "3 personnes", "3 personnes")
    assert lus["aci.heures"][0] == ECART
    assert lus["rsa.suivis"][0] == INCONNU
    [heures] = [r for r in rapprocher(2020) if r.verdict == ECART]
    assert heures.ecart == "−20\u202f% par rapport à l’imprimé"
    [suivis] = [r for r in rapprocher(2020) if r.verdict == INCONNU]
    assert suivis.raisons == ("Aucune ligne cette année-là dans\u202f: suivis_rsa.",)
    assert annees() == [2020]


@pytest.mark.parametrize(("publiee", "attendu"), [("199.6", MEME), ("200", MEME), ("199", ECART), ("199.5", ECART)])
def test_a_figure_rounded_further_by_the_printed_report_is_the_same(dossiers, publiee, attendu):
    publier("aci.heures", publiee)
    assert verdicts()["aci.heures"][0] == attendu


def test_a_rate_says_its_terms(dossiers):
    publier("aci.femmes", "1")
    publier("aci.part_femmes", "0.5")
    [taux] = [r for r in rapprocher(2020) if r.indicateur.code == "aci.part_femmes"]
    assert taux.verdict == ECART
    assert taux.raisons[0].startswith("AIPi compte 2 personnes (")
    assert "sur 3 personnes (" in taux.raisons[0]


def test_a_year_before_the_first_of_the_files_is_computed_all_the_same(dossiers):
    Parametre.objects.create(cle=Parametre.PREMIERE_ANNEE, valeur="2022")
    publier("aci.salaries", "3")
    assert verdicts()["aci.salaries"][0] == MEME


def test_what_an_import_brought_is_told_apart(dossiers):
    reprise = Reprise.objects.create(
        compte=Compte.objects.create_user("d@exemple.fr", "lavande-47-moulin", role="directeur"), libelle="a.xlsx"
    )
    publier("aci.heures", "250")
    from insertion_pro.models import ReleveHeures

    LigneReprise.objects.create(
        reprise=reprise,
        modele="insertion_pro.ReleveHeures",
        cle=ReleveHeures.objects.first().pk,
        creee=True,
        empreinte="x",
    )
    [ligne] = rapprocher(2020, reprise)
    assert ligne.raisons[-1] == "2 lignes comptées, dont 1 venue de cet import."


def test_a_workshop_is_compared_with_itself(dossiers):
    atelier = Contrat.objects.first().equipe.atelier
    publier("aci.salaries", "2", atelier=atelier)
    [ligne] = rapprocher(2020)
    assert (ligne.verdict, ligne.parametres) == (ECART, "?atelier=BV")


def test_the_page_leads_to_the_figure_and_its_files(client, dossiers):
    client.force_login(Compte.objects.create_user("d@exemple.fr", "lavande-47-moulin", role="directeur"))
    publier("aci.salaries", "5")
    page = client.get(reverse("publiees_comparer")).content.decode()
    for nom in ("indicateur_detail", "indicateur_liste"):
        adresse = reverse(nom, args=[2020, "aci.salaries"])
        assert f'href="{adresse}"' in page
        assert client.get(adresse).status_code == 200
    for requete in ("?annee=1999", "?annee=x&reprise=99", "?reprise=999999999999"):
        assert client.get(reverse("publiees_comparer") + requete).status_code in {200, 404}
