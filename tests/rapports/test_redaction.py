"""Writing a report: figure chips, plan, versions, first draft, perspectives, two people at once."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from aipi.models import Compte, Financeur, Personne
from aipi.periodes import Periode
from insertion_pro.models import ReleveHeures
from rapports.controle import controler
from rapports.demonstration.textes import TEXTES
from rapports.models import Perspective, Photo, Rapport, SectionRapport, Texte, VersionTexte
from rapports.plan import prendre_la_suite
from rapports.puces import lire, puces
from rapports.rendu.composition import Composition, LiensSite
from rapports.rendu.pdf import en_pdf
from rapports.saisies import chiffres_tapes
from rapports.textes import differences, en_html

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("medias")]

ANNEE = Periode.annee(2021)
FINE = "\u202f"


@pytest.fixture
def direction(client):
    client.force_login(Compte.objects.create_user("direction@example.org", nom="Direction", role="directeur"))
    return client


@pytest.fixture
def dossiers(caseload):
    """Two workshops; 2021: three employees and 1 300 hours; 2020: one employee and 1 000 hours."""
    caseload(
        ateliers="code;nom\nA;Atelier A\nB;Atelier B",
        equipes="code;atelier;nom\nEA;A;Équipe A\nEB;B;Équipe B",
        personnes="ref;nom;prenom\nP1;Un;Ève\nP2;Deux;Max\nP3;Trois;Zoé",
        parcours="ref;personne;date_entree\nR1;P1;2020-01-01\nR2;P2;2021-01-01\nR3;P3;2021-01-01",
        contrats=(
            "ref;parcours;equipe;date_debut;date_fin\nC1;R1;EA;2020-01-01;2021-12-31\nC2;R2;EA;2021-01-01;2021-12-31\n"
            "C3;R3;EB;2021-01-01;2021-12-31"
        ),
        heures="contrat;mois;heures\nC1;2020-01;1000\nC1;2021-01;600\nC2;2021-01;600\nC3;2021-01;100",
    )


def ecrire(direction, corps: str, section: str = "aci", annee: int = 2021, version: int = 0):
    return direction.post(reverse("texte_update", args=[annee, section]), {"corps": corps, "version_lue": version})


def imprime(direction, annee: int = 2021) -> str:
    return direction.get(reverse("rapport_detail", args=[annee])).text


def test_a_chip_is_the_figure_of_the_year_of_last_year_its_change_and_a_workshop(direction, dossiers):
    ecrire(
        direction,
        "{{ aci.heures }} h / {{aci.heures N-1}} h / {{ aci.heures évolution }} / {{ aci.heures atelier=B }} h / {{ aci.heures equipe=EA N-1 }} h de l’équipe",
    )
    page = imprime(direction)
    assert f">1{FINE}300</a> h / <a" in page
    assert f">1{FINE}000</a> h / <a" in page
    assert f">+30{FINE}%</a>" in page
    assert ">100</a> h" in page
    assert f">1{FINE}000</a> h de l’équipe" in page
    assert reverse("indicateur_detail", args=[2021, "aci.heures"]) in page


def test_a_chip_is_the_line_of_a_breakdown_of_this_year_of_last_year_and_of_a_team(direction, dossiers):
    Personne.objects.filter(ref__in=["P1", "P3"]).update(sexe="F")
    ecrire(
        direction,
        "{{ aci.salaries_par_sexe cle=F }} femmes, "
        "{{ aci.salaries_par_sexe équipe=EB cle=F }} à B, {{ aci.salaries_par_sexe N-1 cle=F }} avant "
        "({{ aci.salaries_par_sexe évolution cle=F }}), {{ aci.salaries_par_sexe cle=Z }}.",
    )
    page = imprime(direction)
    assert ">2</a> femmes" in page
    assert ">1</a> à B, <a" in page
    assert reverse("indicateur_detail", args=[2021, "aci.salaries_par_sexe"]) in page
    assert f"cette répartition n’a pas de ligne «{FINE}Z{FINE}»" in page
    assert [r.cle for r in controler(ANNEE) if r.regle == "puce"] == ["puce:aci:aci.salaries_par_sexe cle=Z"]
    editeur = direction.get(reverse("texte_update", args=[2021, "aci_profil"])).text
    assert "{{ aci.salaries_par_age cle=inconnu }}" in editeur


def test_a_chip_follows_the_files(direction, dossiers):
    ecrire(direction, "Nous avons fait {{ aci.heures }} heures.")
    ReleveHeures.objects.filter(contrat__ref="C3").update(heures=Decimal(200))
    assert f">1{FINE}400</a> heures." in imprime(direction)


def test_an_unknown_figure_prints_a_dash_and_never_a_zero(direction, dossiers):
    ecrire(direction, "Absentéisme : {{ aci.taux_absenteisme }}.")
    assert ">—</a>." in imprime(direction)


@pytest.mark.parametrize(
    ("contenu", "motif"),
    [
        ("aci.inconnu", "aucun chiffre ne porte ce code"),
        ("aci.heures atelier=Z", "Z"),
        ("rsa.suivis atelier=A", "ne se découpe pas"),
        ("aci.heures demain", "« demain » n’est pas compris"),
        ("aci.heures N-1 évolution", "compare déjà"),
        ("aci.heures cle=F", "n’a pas de lignes"),
        ("aci.salaries_par_sexe", "quelle ligne"),
        ("rsa.suivis_par_sexe atelier=A cle=F", "ne se découpe pas"),
    ],
)
def test_a_chip_that_names_nothing_is_shown_as_lost_and_refused_by_the_control(direction, dossiers, contenu, motif):
    ecrire(direction, f"Voir {{{{ {contenu} }}}}.")
    assert motif in lire(contenu).perdue
    assert "puce-perdue" in imprime(direction)
    assert [r.regle for r in controler(ANNEE) if r.regle == "puce"] == ["puce"]


@given(st.text(max_size=80))
def test_no_text_ever_breaks_out_of_its_chips(corps):
    html = en_html(f"{corps} {{{{ <script>alert(1)</script> }}}}", lambda code, axe: pytest.fail("no such figure"))
    assert "<script" not in html
    assert len(list(puces("{{ aci.salaries }} " + corps))) >= 1


def test_a_figure_typed_by_hand_is_pointed_out_and_one_nearly_right_is_blocking(direction, dossiers):
    ecrire(direction, f"Nos équipes ont fait 1{FINE}300 heures, ou 1 310 dit-on, en 2021, avec 3 personnes.")
    remarques = {r.regle: r for r in controler(ANNEE) if r.regle in {"tape", "deux_valeurs"}}
    assert "{{ aci.heures }}" in remarques["tape"].remede
    assert "1 310" in remarques["deux_valeurs"].constat
    page = direction.get(reverse("texte_update", args=[2021, "aci"])).text
    assert "Chiffres écrits à la main" in page
    ecrire(direction, "Nos équipes ont fait {{ aci.heures }} heures en 2021.", version=1)
    assert not [r for r in controler(ANNEE) if r.regle in {"tape", "deux_valeurs"}]


def test_the_first_draft_says_facts_and_signs_by_chips_only(direction, dossiers):
    jet = direction.get(reverse("texte_update", args=[2021, "aci"])).context["premier_jet"]
    assert (
        "{{ aci.heures }} heures d’insertion, contre {{ aci.heures N-1 }} en 2020, en hausse ({{ aci.heures évolution }})."
        in jet
    )
    assert "aci.taux_absenteisme" not in jet
    assert not any(mot in jet for mot in ("grâce", "car ", "parce que", "en raison"))
    ecrire(direction, jet)
    assert "puce-perdue" not in imprime(direction)
    assert not [r for r in controler(ANNEE) if r.regle in {"tape", "puce", "deux_valeurs"}]


def test_last_years_text_stands_beside_this_years(direction, dossiers):
    ecrire(direction, "Une année de chantiers.", annee=2020)
    assert "Une année de chantiers." in direction.get(reverse("texte_update", args=[2021, "aci"])).text


def test_every_version_is_kept_compared_and_brought_back(direction, dossiers):
    for version, corps in enumerate(["Première idée", "Deuxième idée", ""]):
        ecrire(direction, corps, version=version)
    texte = Texte.objects.get()
    assert [v.corps for v in texte.versions.order_by("numero")] == ["Première idée", "Deuxième idée", ""]
    page = direction.get(reverse("texte_historique", args=[2021, "aci"]), {"avec": 1}).text
    assert "<del>Première idée</del>" in page
    direction.post(reverse("texte_restaurer", args=[2021, "aci", 1]))
    texte.refresh_from_db()
    assert (texte.corps, texte.version) == ("Première idée", 4)


def test_words_changed_one_after_the_other_are_one_change():
    assert differences(
        "Ils ont tourné toute l’année, sans fermeture, et", "Ils ont tourné onze mois sur douze, et"
    ) == [
        ("commun", "Ils ont tourné "),
        ("retire", "toute l’année, sans fermeture,"),
        ("ajoute", "onze mois sur douze,"),
        ("commun", " et"),
    ]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_comparison_holds_both_texts_whole(avant, apres):
    morceaux = differences(avant, apres)
    assert "".join(t for genre, t in morceaux if genre != "ajoute") == avant
    assert "".join(t for genre, t in morceaux if genre != "retire") == apres


def test_two_people_on_one_section_both_texts_are_shown_and_nothing_is_lost(direction, dossiers):
    ecrire(direction, "Le texte d’Anne", version=0)
    reponse = ecrire(direction, "Le texte de Bruno", version=0)
    assert reponse.status_code == 200
    assert "Le texte d’Anne" in reponse.text
    assert "Le texte de Bruno" in reponse.text
    assert Texte.objects.get().corps == "Le texte d’Anne"
    assert reponse.context["form"]["version_lue"].value() == "1"
    ecrire(direction, "Le texte des deux", version=1)
    assert Texte.objects.get().corps == "Le texte des deux"
    assert VersionTexte.objects.count() == 2


def test_two_people_on_two_sections_do_not_meet(direction, dossiers):
    assert ecrire(direction, "Un", section="aci").status_code == 302
    assert ecrire(direction, "Deux", section="rsa").status_code == 302


def plan(direction, annee: int = 2021, **changements):
    """Save the plan as its page shows it, but for the changes: what a browser sends."""
    page = direction.get(reverse("rapport_plan", args=[annee]))
    donnees = {}
    for _, lignes in page.context["parties"]:
        for _, form in lignes:
            for champ in form:
                valeur = champ.value()
                if valeur not in (None, False, ""):
                    donnees[champ.html_name] = "on" if valeur is True else valeur
    return direction.post(reverse("rapport_plan", args=[annee]), {**donnees, **changements})


def titres(direction) -> list[str]:
    page = direction.get(reverse("rapport_plan", args=[2021]))
    return [feuillet.titre for _, lignes in page.context["parties"] for feuillet, _ in lignes]


def test_sections_are_renamed_hidden_and_moved_and_the_report_follows(direction, dossiers):
    avant = titres(direction)
    plan(
        direction,
        **{"s-aci_activite-titre": "Le travail accompli", "s-aci_sorties-masquee": "on"},
        monter="aci_activite",
    )
    assert titres(direction)[:2] == ["Le travail accompli", avant[0]]
    page = imprime(direction)
    assert "Le travail accompli" in page
    assert "Que deviennent les salariés" not in page
    assert page.index("Le travail accompli") < page.index("Les faits marquants")


def test_a_section_of_ones_own_is_printed_once_it_says_something(direction, dossiers):
    direction.post(reverse("section_create", args=[2021]), {"titre": "Vingt ans déjà", "partie": "pro"})
    assert "Vingt ans déjà" not in imprime(direction)
    ecrire(direction, "Une fête au canal.", section="libre:1")
    page = imprime(direction)
    assert "Vingt ans déjà" in page
    assert "Une fête au canal." in page


def test_a_section_of_ones_own_may_be_renamed_but_never_left_without_a_title(direction, dossiers):
    direction.post(reverse("section_create", args=[2021]), {"titre": "Vingt ans déjà", "partie": "pro"})
    refus = plan(direction, **{"s-libre:1-titre": ""})
    assert "Donnez un titre à cette section" in refus.text
    assert SectionRapport.objects.get(section="libre:1").titre == "Vingt ans déjà"
    plan(direction, **{"s-libre:1-titre": "Vingt ans"})
    assert SectionRapport.objects.get(section="libre:1").titre == "Vingt ans"


def test_in_a_gallery_the_photographs_come_before_the_text_and_the_figures(direction, dossiers):
    ecrire(direction, "Au bord du canal.")
    rapport = Rapport.objects.get()
    Photo.objects.create(rapport=rapport, section="aci", image="rapports/x.jpg", alternative="Un atelier")
    places = []
    for mise_en_page in ("galerie", "recit", "chiffres"):
        SectionRapport.objects.update_or_create(
            rapport=rapport,
            section="aci",
            defaults={"partie": "pro", "ordre": 1, "mise_en_page": mise_en_page},
        )
        page = imprime(direction)
        reperes = {
            "photo": 'alt="Un atelier"',
            "texte": "Au bord du canal.",
            "chiffres": "Salariés, embauches et sorties",
        }
        places.append(sorted(reperes, key=lambda nom, page=page: page.index(reperes[nom])))
    assert places == [["photo", "texte", "chiffres"], ["texte", "photo", "chiffres"], ["chiffres", "texte", "photo"]]


def test_a_new_report_takes_the_plan_of_the_one_before(direction, dossiers):
    plan(direction, **{"s-aci_activite-titre": "Le travail accompli", "s-aci_sorties-masquee": "on"})
    suivant = Rapport.objects.create(debut="2022-01-01", fin="2022-12-31")
    prendre_la_suite(suivant)
    lignes = {ligne.section: ligne for ligne in suivant.plan.all()}
    assert lignes["aci_activite"].titre == "Le travail accompli"
    assert lignes["aci_sorties"].masquee
    prendre_la_suite(suivant)
    assert suivant.plan.count() == len(lignes)


def test_the_plan_of_last_year_is_there_before_anything_is_written_and_saving_it_loses_nothing(direction, dossiers):
    plan(direction, **{"s-aci_activite-titre": "Le travail accompli", "s-aci_sorties-masquee": "on"})
    direction.post(reverse("section_create", args=[2021]), {"titre": "Vingt ans déjà", "partie": "pro"})
    assert not Rapport.objects.filter(debut="2022-01-01").exists()
    page = direction.get(reverse("rapport_plan", args=[2022]))
    assert 'value="Le travail accompli"' in page.text
    assert direction.get(reverse("texte_update", args=[2022, "libre:1"])).status_code == 200
    assert not Rapport.objects.filter(debut="2022-01-01").exists()
    plan(direction, 2022, monter="aci_activite")
    lignes = {ligne.section: ligne for ligne in Rapport.objects.get(debut="2022-01-01").plan.all()}
    assert lignes["aci_activite"].titre == "Le travail accompli"
    assert lignes["aci_sorties"].masquee
    assert lignes["libre:1"].titre == "Vingt ans déjà"
    assert Rapport.objects.get(debut="2021-01-01").plan.get(section="aci_activite").titre == "Le travail accompli"


def test_a_report_made_by_the_control_takes_the_plan_too(direction, dossiers):
    plan(direction, **{"s-aci_activite-titre": "Le travail accompli"})
    Rapport.objects.create(debut="2022-01-01", fin="2022-12-31")
    ecrire(direction, "Un mot.", section="aci", annee=2022)
    assert Rapport.objects.get(debut="2022-01-01").plan.get(section="aci_activite").titre == "Le travail accompli"


def test_the_words_of_the_president_open_the_report_signed(direction, dossiers):
    direction.post(
        reverse("texte_update", args=[2021, "mot_president"]),
        {"corps": "Merci à toutes et tous.", "signature": "Jeanne Fictive, présidente", "version_lue": 0},
    )
    page = imprime(direction)
    assert "Jeanne Fictive, présidente" in page
    assert page.index("Le mot du président") < page.index("Pôle insertion professionnelle</h1>")


def test_the_short_version_keeps_the_chosen_sections_and_defines_only_what_it_prints(dossiers):
    from django.utils import timezone

    from rapports.rendu.document import document

    rapport = Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
    SectionRapport.objects.create(rapport=rapport, section="aci_sorties", partie="pro", ordre=30, courte=True)
    court = document(ANNEE, timezone.localdate(), courte=True)
    assert "Que deviennent les salariés" in court
    assert "Présence au travail" not in court
    assert "definition-aci-taux-sorties-dynamiques" in court
    assert "definition-aci-taux-absenteisme" not in court.partition('id="annexe"')[2]
    assert en_pdf(court).startswith(b"%PDF")


@pytest.mark.parametrize("mise_en_page", SectionRapport.MiseEnPage.values)
def test_a_layout_puts_the_text_before_or_after_the_figures(direction, dossiers, mise_en_page):
    ecrire(direction, "## Pour qui\n\nTous.\n\n## Pourquoi\n\nTravailler.")
    SectionRapport.objects.create(
        rapport=Rapport.objects.get(), section="aci", partie="pro", ordre=1, mise_en_page=mise_en_page
    )
    page = imprime(direction)
    assert (page.index("Travailler.") < page.index("Salariés, embauches et sorties")) is (mise_en_page != "chiffres")
    assert page.count('id="page-aci"') == 1


def test_perspectives_come_back_the_next_year_with_what_became_of_them(direction, dossiers):
    Financeur.objects.create(code="E", nom="État")
    etat = Financeur.objects.get()
    adresse = reverse("perspective_list", args=[2020])
    base = {"ancienne-TOTAL_FORMS": 0, "ancienne-INITIAL_FORMS": 0, "neuve-TOTAL_FORMS": 1, "neuve-INITIAL_FORMS": 0}
    direction.post(
        adresse,
        base
        | {
            "neuve-0-partie": "pro",
            "neuve-0-intitule": "Ouvrir une équipe de maraîchage",
            "neuve-0-objectif": "8 places",
            "neuve-0-financeur": etat.pk,
        },
    )
    perspective = Perspective.objects.get()
    assert "Ouvrir une équipe de maraîchage" in imprime(direction, 2020)
    assert "Ouvrir une équipe de maraîchage" in imprime(direction, 2021)
    direction.post(
        reverse("perspective_list", args=[2021]),
        {
            "neuve-TOTAL_FORMS": 0,
            "neuve-INITIAL_FORMS": 0,
            "ancienne-TOTAL_FORMS": 1,
            "ancienne-INITIAL_FORMS": 1,
            "ancienne-0-id": perspective.pk,
            "ancienne-0-suite": "reportee",
            "ancienne-0-commentaire": "Le terrain n’était pas prêt",
        },
    )
    assert "Reportée : Le terrain n’était pas prêt" in imprime(direction, 2021).replace(FINE, " ")


def test_a_preview_shows_the_section_with_the_text_sent_and_saves_nothing(direction, dossiers):
    page = direction.post(reverse("texte_apercu", args=[2021, "aci"]), {"corps": "Avec {{ aci.heures }} heures"})
    assert f">1{FINE}300</a> heures" in page.text
    assert "Salariés, embauches et sorties" in page.text
    assert not Texte.objects.exists()


def test_a_photograph_without_consent_is_told_by_the_control(dossiers):
    rapport = Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
    for accord in ("", "oral", "ecrit", "personne"):
        Photo.objects.create(
            rapport=rapport, section="aci", image="x.jpg", alternative=f"Photo {accord}", accord=accord
        )
    constats = [r.constat for r in controler(ANNEE) if r.regle == "photo"]
    assert len(constats) == 2
    assert "non renseigné" in constats[0]


def test_the_consent_to_a_photograph_is_noted_after_it_was_added(direction, dossiers):
    rapport = Rapport.objects.create(debut=ANNEE.debut, fin=ANNEE.fin)
    photo = Photo.objects.create(rapport=rapport, section="aci", image="rapports/x.jpg", alternative="Un atelier")
    adresse = reverse("photo_update", args=[photo.pk])
    assert "Un atelier" in direction.get(adresse).text
    refus = direction.post(adresse, {"alternative": "", "legende": "", "accord": "ecrit"})
    assert refus.context["form"].errors.keys() == {"alternative"}
    direction.post(adresse, {"alternative": "Une équipe", "legende": "À Bergues", "accord": "ecrit"})
    photo.refresh_from_db()
    assert (photo.alternative, photo.legende, photo.accord) == ("Une équipe", "À Bergues", "ecrit")
    assert not [r for r in controler(ANNEE) if r.regle == "photo"]


def test_a_few_words_share_the_sheet_of_their_figures_and_a_long_text_has_its_own(direction, dossiers):
    ecrire(direction, "Une belle année.", section="aci_sorties")
    page = imprime(direction)
    assert page.count('class="encart') >= 1
    ecrire(direction, "Une phrase assez longue pour prendre de la place. " * 40, section="aci_sorties", version=1)
    apres = imprime(direction)
    assert apres.count('class="page parole') == page.count('class="page parole') + 1


def test_the_texts_of_the_demonstration_hold_no_lost_chip_nor_a_figure_typed_by_hand():
    for section, (corps, _) in TEXTES.items():
        sans_atelier = corps.replace(" atelier=brigades-vertes", "")
        assert [contenu for contenu, puce in puces(sans_atelier) if puce.perdue] == [], section


def test_a_number_is_recognised_where_a_reader_would_look_for_it(caseload):
    caseload(
        ateliers="code;nom\nA;Les jardins\nB;Les chemins",
        equipes="code;atelier;nom\nA1;A;Une\nB1;B;Deux",
        personnes="ref;nom;prenom;sexe\n" + "\n".join(f"P{n};Nom{n};Ève;{'F' if n < 32 else 'M'}" for n in range(45)),
        parcours="ref;personne;date_entree\n" + "\n".join(f"R{n};P{n};2021-01-01" for n in range(45)),
        contrats="ref;parcours;equipe;date_debut\n"
        + "\n".join(f"C{n};R{n};{'A1' if n < 26 else 'B1'};2021-01-01" for n in range(45)),
        valeurs_publiees="annee;indicateur;valeur;source\n2020;aci.salaries;38;R\n2020;aci.sorties;812;R",
    )
    composition = Composition(ANNEE, LiensSite(), datetime.date(2022, 1, 15))

    def reconnu(corps: str) -> list[tuple[str, str, bool]]:
        return [(t.tape, t.puce or t.libelle, t.exact) for t in chiffres_tapes(corps, composition)]

    assert reconnu("Nous étions 45.") == [("45", "aci.salaries", True)]
    assert reconnu("Ils étaient 38 avant.") == [("38", "aci.salaries N-1", True)]
    assert reconnu("Les jardins en ont eu 26.") == [("26", "aci.salaries atelier=A", True)]
    assert reconnu("Une hausse de 18 %, ou 18,4 %.") == [
        ("18 %", "aci.salaries évolution", True),
        ("18,4 %", "aci.salaries évolution", True),
    ]
    assert reconnu("Dont 32 femmes.") == [("32", "aci.femmes", True)]
    assert reconnu("Près de 810 sorties.") == [("810", "aci.sorties N-1", False)]
    # Too small for a workshop or a breakdown, a year, a change of another size, another unit, a chip.
    assert reconnu("19 des chemins, 13 hommes, 2021, 19 %, 38 €, {{ aci.salaries N-1 }}.") == []
    # Near a figure of the period: that is the one that is told, and it is blocking.
    assert reconnu("Nous étions 44.") == [("44", "aci.salaries", False)]
    nombres = " ".join(f"{n}{suite}" for n in (38, 26, 32) for suite in ("", ",0"))
    assert len(reconnu(f"{nombres} 810. 811. 813. 814. 18 % 18,4 %")) == 6 + 1
