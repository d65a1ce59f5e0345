import datetime
import re
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapports.graphiques import (
    Format,
    Mois,
    Part,
    Serie,
    Tranche,
    anneau,
    barre_de_parts,
    barres,
    colonnes_empilees,
    colonnes_mensuelles,
    courbes,
    etincelle,
    jauge,
    pyramide,
)
from rapports.graphiques.dessin import (
    DISCRET,
    ENCRE,
    ENCRES,
    NEUTRE,
    REMPLISSAGES,
    Boite,
    boite_de_texte,
    encre_sur,
    repartir,
)
from rapports.graphiques.police import _avances, abreger, couper, largeur

SVG = "{http://www.w3.org/2000/svg}"
ADMIS = {
    "svg": {"id", "role", "width", "height", "viewBox", "font-family"},
    "title": set(),
    "text": {"x", "y", "font-size", "font-weight", "text-anchor", "fill"},
    "rect": {"x", "y", "width", "height", "rx", "fill", "stroke", "stroke-width"},
    "line": {"x1", "y1", "x2", "y2", "stroke", "stroke-width", "stroke-dasharray"},
    "polyline": {"points", "fill", "stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray"},
    "path": {"d", "fill", "stroke", "stroke-width"},
    "circle": {"cx", "cy", "r", "fill", "stroke", "stroke-width"},
}
ANNEES = [str(annee) for annee in range(2016, 2022)]
TAUX = Format(pourcentage=True)

textes = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "<script>alert('x')</script> & \"co\"",
            "Savoirs de base et maîtrise de la langue française, illettrisme, illectronisme",
            "Anticonstitutionnellement" * 3,
            "\x00\x0b\ud800",
            "Élèves",
        ]
    ),
)
positifs = st.one_of(
    st.none(),
    st.just(0),
    st.integers(0, 300),
    st.integers(0, 10**14),
    st.just(10**320),
    st.decimals(0, 10**6, places=2),
    st.fractions(0, 1000, max_denominator=1820),
)
valeurs = st.one_of(positifs, st.integers(-5000, 5000), st.decimals(-(10**5), 10**5, places=2))
formats = st.sampled_from([Format(), TAUX, Format("heures"), Format("€", decimales=2)])
parts = st.lists(st.builds(Part, textes, positifs, st.booleans()), max_size=12)
abscisses = st.one_of(st.just(ANNEES), st.lists(textes, max_size=15))


def series(hauteurs):
    def une_serie(noms, nombre):
        liste = st.lists(hauteurs, min_size=len(noms), max_size=len(noms)).map(tuple)
        return st.lists(st.builds(Serie, textes, liste, st.booleans()), max_size=nombre)

    return abscisses.flatmap(lambda noms: st.tuples(st.just(noms), une_serie(noms, 7)))


@st.composite
def mois(draw):
    rang, nombre = draw(st.integers(2000 * 12, 2030 * 12)), draw(st.integers(0, 40))
    return [
        Mois(datetime.date((rang + i) // 12, (rang + i) % 12 + 1, 1), draw(valeurs), draw(st.booleans()))
        for i in range(nombre)
    ]


GENRES = {
    "barres": st.builds(
        lambda p, f, a, t, h: barres("k", "Titre", p, format=f, avec_part=a, total=t, hauteur=h),
        st.lists(st.builds(Part, textes, valeurs, st.booleans()), max_size=12),
        formats,
        st.booleans(),
        positifs,
        st.sampled_from([None, 10.0, 600.0]),
    ),
    "pyramide": st.builds(
        lambda t, i, h: pyramide("k", "Titre", t, sexe_inconnu=i, hauteur=h),
        st.lists(
            st.builds(
                Tranche, textes, st.none() | st.integers(0, 10**9), st.none() | st.integers(0, 99), st.booleans()
            ),
            max_size=10,
        ),
        st.none() | st.integers(0, 10**6),
        st.sampled_from([None, 500.0]),
    ),
    "anneau": st.builds(lambda p, f, c: anneau("k", "Titre", p, format=f, centre=c), parts, formats, textes),
    "barre_de_parts": st.builds(lambda p, f: barre_de_parts("k", "Titre", p, format=f), parts, formats),
    "courbes": st.builds(
        lambda s, f, z: courbes("k", "Titre", s[0], s[1], format=f, depuis_zero=z),
        series(valeurs),
        formats,
        st.booleans(),
    ),
    "colonnes_mensuelles": st.builds(lambda m, f: colonnes_mensuelles("k", "Titre", m, format=f), mois(), formats),
    "colonnes_empilees": st.builds(
        lambda s, f: colonnes_empilees("k", "Titre", s[0], s[1], format=f), series(positifs), formats
    ),
    "jauge": st.builds(lambda v, o, f: jauge("k", "Titre", v, o, format=f), valeurs, valeurs, formats),
    "etincelle": st.builds(
        lambda v, f: etincelle("k", "Titre", [str(i) for i in range(len(v))], v, format=f),
        st.lists(valeurs, max_size=20),
        formats,
    ),
}
graphiques = st.one_of(*GENRES.values())


def analyser(graphique):
    return ElementTree.fromstring(graphique.svg)


def boites(graphique):
    """(text, box) of every text of the drawing, measured on the attributes that a browser reads."""
    return [
        (
            element.text,
            boite_de_texte(
                float(element.get("x")),
                float(element.get("y")),
                element.text,
                float(element.get("font-size")),
                element.get("font-weight") == "700",
                element.get("text-anchor", "start"),
            ),
        )
        for element in analyser(graphique).iter(f"{SVG}text")
    ]


def ecrits(graphique):
    return [texte for texte, _ in boites(graphique)]


def verifier(graphique):
    racine = analyser(graphique)
    for element in racine.iter():
        nom = element.tag.removeprefix(SVG)
        assert set(element.attrib) <= ADMIS[nom]
        for attribut in ("x", "y", "width", "height", "cx", "cy", "x1", "x2", "y1", "y2"):
            assert re.fullmatch(r"-?\d+(\.\d+)?", element.get(attribut, "0"))
        if nom == "text":
            assert element.get("fill") in {ENCRE, DISCRET, "#ffffff", *ENCRES}
    assert racine[0].tag == f"{SVG}title"
    assert racine[0].text.startswith("Titre")
    assert racine[0].text == graphique.alternative
    assert racine.get("role") == "img"
    etendue, hauteur = (float(borne) for borne in racine.get("viewBox").split()[2:])
    places = boites(graphique)
    for rang, (texte, boite) in enumerate(places):
        assert -0.02 <= boite.x0 <= boite.x1 <= etendue + 0.02, texte
        assert -0.02 <= boite.y0 <= boite.y1 <= hauteur + 0.02, texte
        # Coordinates are written at the hundredth: that much of a contact is none.
        rognee = Boite(boite.x0 + 0.02, boite.y0 + 0.02, boite.x1 - 0.02, boite.y1 - 0.02)
        for autre_texte, autre in places[rang + 1 :]:
            assert not rognee.touche(autre), (texte, autre_texte)
    colonnes = len(graphique.tableau.entetes)
    assert all(len(ligne) == colonnes for ligne in graphique.tableau.lignes)


@pytest.mark.parametrize("genre", GENRES)
def test_any_data_gives_a_well_formed_drawing_whose_texts_stay_inside_and_apart(genre):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(GENRES[genre])
    def essai(graphique):
        verifier(graphique)

    essai()


@pytest.mark.parametrize("valeur", [None, 0])
@pytest.mark.parametrize("unite", ["", "heures"])
def test_a_dash_or_a_zero_beside_a_negative_month_stays_inside_the_drawing(valeur, unite):
    mois = [Mois(datetime.date(2000, 1, 1), valeur), Mois(datetime.date(2000, 2, 1), -1)]
    graphique = colonnes_mensuelles("k", "Titre", mois, format=Format(unite))
    verifier(graphique)
    assert {"—" if valeur is None else "0", "−1"} <= set(ecrits(graphique))


def dossier():
    return [
        courbes(
            "taux",
            "Titre",
            ANNEES,
            [
                Serie(
                    "Sorties dynamiques",
                    (
                        Decimal("0.4815"),
                        Decimal("0.615"),
                        Decimal("0.61"),
                        Decimal("0.8"),
                        Decimal("0.4"),
                        Fraction(13, 29),
                    ),
                ),
                Serie("Moyenne nationale", tuple(Decimal(v) / 100 for v in (42, 43, 46, 48, 44, 46)), secondaire=True),
            ],
            format=TAUX,
        ),
        colonnes_empilees("h", "Titre", ["2020", "2021"], [Serie("A", (36800, 41098)), Serie("B", (None, 1788))]),
        barres("b", "Titre", [Part("Mobilité", 34), Part("Santé", None), Part("Autres (3)", 4, True)], total=77),
        pyramide("p", "Titre", [Tranche("25–29 ans", 5, 4), Tranche("Âge inconnu", None, 0, True)], sexe_inconnu=1),
        anneau("a", "Titre", [Part("Durable", 13), Part("Autres", 16)], centre="sorties"),
        barre_de_parts("s", "Titre", [Part("RSA", 34), Part("Autres", 43)]),
        colonnes_mensuelles(
            "m", "Titre", [Mois(datetime.date(2021, 12, 1), 12, True), Mois(datetime.date(2022, 1, 1), None)]
        ),
        jauge("j", "Titre", Fraction(48164, 1820), Decimal("25.8"), format=Format("ETP", decimales=2)),
        etincelle("e", "Titre", ANNEES, (1, None, 3, 4, 5, 6)),
    ]


def test_the_same_data_gives_the_same_bytes_and_every_key_its_own_identifier():
    premier, second = dossier(), dossier()
    assert premier == second
    identifiants = [analyser(graphique).get("id") for graphique in premier]
    assert len(set(identifiants)) == len(premier)
    assert identifiants[0] == "graphique-taux"


def test_the_series_of_the_trial_page_keep_every_value_apart_from_the_other_line():
    graphique = dossier()[0]
    verifier(graphique)
    assert {
        "48,2\u202f%",
        "61,5\u202f%",
        "61,0\u202f%",
        "80,0\u202f%",
        "40,0\u202f%",
        "44,8\u202f%",
        "46,0\u202f%",
    } <= set(ecrits(graphique))


def test_an_unknown_year_breaks_the_line_and_is_a_dash_in_the_table():
    graphique = courbes("k", "Titre", ANNEES, [Serie("S", (1, 2, None, 4, 5, None))])
    traces = [element.get("points").split() for element in analyser(graphique).iter(f"{SVG}polyline")]
    assert [len(points) for points in traces] == [2, 2]
    assert graphique.tableau.lignes[2] == ("2018", "—")
    assert ecrits(graphique).count("—") == 2


def test_no_known_value_at_all_says_so_instead_of_drawing_zeros():
    for graphique in (
        courbes("k", "Titre", ANNEES, [Serie("S", (None,) * 6)]),
        colonnes_empilees("k", "Titre", ["2021"], [Serie("S", (None,))]),
        colonnes_mensuelles("k", "Titre", []),
        anneau("k", "Titre", []),
        barres("k", "Titre", []),
    ):
        assert any("donnée inconnue" in texte for texte in ecrits(graphique))


def test_a_share_is_of_the_given_total_and_unknown_when_a_value_is():
    assert barres("k", "Titre", [Part("A", 34), Part("B", 43)]).tableau.lignes[0] == ("A", "34", "44,2\u202f%")
    assert barres("k", "Titre", [Part("A", 34)], total=77).tableau.lignes[0] == ("A", "34", "44,2\u202f%")
    assert barres("k", "Titre", [Part("A", 34), Part("B", None)]).tableau.lignes == (("A", "34", "—"), ("B", "—", "—"))
    assert anneau("k", "Titre", [Part("A", 0)]).tableau.lignes == (("A", "0", "—"),)


def test_the_alternative_text_says_the_message_and_every_value():
    graphique = barres(
        "k", "Freins", [Part("Mobilité", 34)], total=77, message="La mobilité d’abord.", format=Format("personnes")
    )
    assert graphique.alternative == "Freins (en personnes). La mobilité d’abord. Mobilité 34 (44,2\u202f%)."


def test_labels_are_escaped_once():
    graphique = barres("k", "Titre", [Part("R&D <b>", 1)])
    assert "R&amp;D &lt;b&gt;" in graphique.svg
    assert ecrits(graphique)[0] == "R&D <b>"


def test_the_total_of_a_year_is_the_given_one_when_the_parts_do_not_make_it():
    series = [Serie("A", (48000,)), Serie("B", (234,))]
    assert "48\u202f234" in ecrits(colonnes_empilees("k", "Titre", ["2021"], series))
    graphique = colonnes_empilees("k", "Titre", ["2021"], series, totaux=[48164])
    assert "48\u202f164" in ecrits(graphique)
    assert graphique.tableau.lignes == (("2021", "48\u202f000", "234", "48\u202f164"),)


def test_a_gauge_past_its_objective_moves_the_mark_back_from_the_end():
    depasse, atteint = jauge("k", "Titre", 200, 100), jauge("k", "Titre", 100, 100)
    assert "200,0\u202f%" in ecrits(depasse)
    marques = [float(next(analyser(g).iter(f"{SVG}line")).get("x1")) for g in (depasse, atteint)]
    assert marques == [260.0, 518.5]
    assert "—" in ecrits(jauge("k", "Titre", 3, 0))


def test_the_oldest_stand_on_top_of_the_pyramid_and_the_unknown_ages_below():
    graphique = pyramide(
        "k", "Titre", [Tranche("Jeunes", 1, 2), Tranche("Inconnu", 3, 4, True), Tranche("Vieux", 5, 6)]
    )
    hauteurs = {texte: boite.y0 for texte, boite in boites(graphique)}
    assert hauteurs["Vieux"] < hauteurs["Jeunes"] < hauteurs["Inconnu"]
    assert [ligne[0] for ligne in graphique.tableau.lignes] == ["Jeunes", "Inconnu", "Vieux"]


def test_a_series_of_the_wrong_length_or_a_negative_share_is_refused():
    with pytest.raises(ValueError, match="une valeur par période"):
        courbes("k", "Titre", ANNEES, [Serie("S", (1,))])
    with pytest.raises(ValueError, match="négative"):
        anneau("k", "Titre", [Part("A", -1)])
    with pytest.raises(ValueError, match="négative"):
        colonnes_empilees("k", "Titre", ["2021"], [Serie("S", (-1,))])
    with pytest.raises(ValueError, match="autant d’abscisses"):
        etincelle("k", "Titre", [], [1])


def luminance(couleur):
    canaux = [int(couleur[rang : rang + 2], 16) / 255 for rang in (1, 3, 5)]
    lineaires = [canal / 12.92 if canal <= 0.04045 else ((canal + 0.055) / 1.055) ** 2.4 for canal in canaux]
    return sum(poids * canal for poids, canal in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))


def contraste(une, autre):
    claire, sombre = sorted((luminance(une), luminance(autre)), reverse=True)
    return (claire + 0.05) / (sombre + 0.05)


def test_every_ink_is_legible_on_its_ground_and_every_fill_on_white():
    for encre in {ENCRE, DISCRET, *ENCRES}:
        assert contraste(encre, "#ffffff") >= 4.5
    for fond in (*REMPLISSAGES, NEUTRE):
        assert contraste(fond, "#ffffff") >= 2.95, fond
        assert contraste(encre_sur(fond), fond) >= 4.5, fond


def test_widths_are_those_of_the_font():
    avances = _avances(False)
    assert all(ord(caractere) in avances for caractere in "ÉàçœŒ’«»—–−\u202f\u00a0…€≥→▲▼%")
    assert largeur("AA", 10) == pytest.approx(2 * avances[ord("A")] * 10)
    assert largeur("Durée", 13, gras=True) > largeur("Durée", 13)


@given(st.text(max_size=80), st.integers(40, 300), st.integers(1, 3))
def test_a_cut_text_fits_its_room_or_is_only_an_ellipsis(texte, place, lignes):
    coupes = couper(texte, place, 12, lignes=lignes)
    assert 1 <= len(coupes) <= lignes
    assert all(largeur(ligne, 12) <= place for ligne in coupes)
    assert abreger("court", 200, 12) == "court"


@given(st.lists(st.tuples(st.floats(-50, 350), st.floats(5, 40)), max_size=7))
def test_spread_blocks_keep_their_order_stay_inside_and_do_not_overlap(blocs):
    centres, hauteurs = [centre for centre, _ in blocs], [hauteur for _, hauteur in blocs]
    places = repartir(centres, hauteurs, 0, 300)
    suite = sorted(range(len(blocs)), key=lambda rang: (centres[rang], rang))
    for avant, apres in pairwise(suite):
        assert places[apres] - places[avant] >= (hauteurs[avant] + hauteurs[apres]) / 2 - 1e-6
    assert all(
        place - haut / 2 >= -1e-6 and place + haut / 2 <= 300 + 1e-6
        for place, haut in zip(places, hauteurs, strict=True)
    )


def test_values_of_close_points_stand_in_the_order_of_the_points():
    produits = (1253813, 1290500, 1301220, 1310040, 1250100, 1350200)
    charges = (1249900, 1275010, 1310900, 1300500, 1262300, 1338900)
    series = [Serie("Produits", produits), Serie("Charges", charges)]
    graphique = courbes("k", "Titre", ANNEES, series, depuis_zero=False)
    hauteurs = {texte: boite.y0 for texte, boite in boites(graphique)}
    assert hauteurs["1\u202f253\u202f813"] < hauteurs["1\u202f249\u202f900"]
    assert hauteurs["1\u202f310\u202f900"] < hauteurs["1\u202f301\u202f220"]
