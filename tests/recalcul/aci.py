"""The figures of `aci`, for one period and one slice."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .caseload import Caseload
from .figures import HORS_AXE, Taux, compte, plus, repartir, si, somme
from .listes import CATEGORIES_SORTIE, codes_communes, nomenclature
from .periodes import Periode

TRANCHES_AGE = ((25, "moins_25"), (30, "25_29"), (40, "30_39"), (50, "40_49"), (60, "50_59"), (999, "60_plus"))
TRANCHES_AGE_ETAT = ((26, "moins_26"), (50, "26_49"), (999, "50_plus"))
TRANCHES_CHOMAGE = ((6, "moins_6"), (12, "6_11"), (24, "12_23"), (10**9, "24_plus"))


def noms(tranches: tuple[tuple[int, str], ...]) -> list[str]:
    return [nom for _, nom in tranches]


def tranche(tranches: tuple[tuple[int, str], ...], nombre: int | None) -> str | None:
    """The bracket of a number: the first one whose upper bound is above it."""
    return None if nombre is None else next(nom for borne, nom in tranches if nombre < borne)


def age(naissance: date | None, jour: date) -> int | None:
    """Full years on a day; somebody born on 29 February grows older on 1 March of a common year."""
    if naissance is None:
        return None
    return jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))


class Coupe:
    """A caseload, a period, and the slice asked for: None or `("atelier" | "equipe", code)`."""

    def __init__(self, c: Caseload, p: Periode, axe: tuple[str, str] | None) -> None:
        self.c, self.p, self.axe = c, p, axe
        self.tous_contrats = [k for k in c.contrats if p.touche(k["date_debut"], c.fin_contrat(k))]
        self.contrats = [k for k in self.tous_contrats if self.retient(k["equipe"])]
        self.refs_parcours = {k["parcours"] for k in self.contrats}

    def retient(self, equipe: str | None) -> bool:
        """Is a team (None: none to be told) in the slice?"""
        if self.axe is None:
            return True
        nom, code = self.axe
        return equipe is not None and code == (equipe if nom == "equipe" else self.c.equipes[equipe]["atelier"])

    def retient_rang(self, parcours: str, rang: int) -> bool:
        """Is the team of the first (0) or last (-1) contract of a parcours in the slice?"""
        contrats = self.c.contrats_de[parcours]
        return self.retient(contrats[rang]["equipe"] if contrats else None)

    def retient_le(self, parcours: str, jour: date) -> bool:
        """Likewise the team of its contract in force that day, else of the last begun by then, else of the first."""
        contrats = self.c.contrats_de[parcours]
        commences = [k for k in contrats if k["date_debut"] <= jour]
        en_cours = [k for k in commences if self.c.fin_contrat(k) is None or self.c.fin_contrat(k) >= jour]
        choisis = en_cours[-1:] or commences[-1:] or contrats[:1]
        return self.retient(choisis[0]["equipe"] if choisis else None)

    def retient_contrat(self, ligne: dict[str, Any]) -> bool:
        """Likewise the team of the contract of a row of hours or absences."""
        return self.retient(self.c.contrat[ligne["contrat"]]["equipe"])


def figures_aci(c: Caseload, p: Periode, axe: tuple[str, str] | None) -> dict[str, Any]:
    """Every `aci.*` figure: a number, a Taux, a breakdown, None (unknown) or HORS_AXE."""
    coupe = Coupe(c, p, axe)
    return (
        figures_salaries(coupe)
        | figures_parcours(coupe)
        | figures_heures(coupe)
        | figures_absences(coupe)
        | figures_suivi(coupe)
        | figures_formation(coupe)
        | figures_freins(coupe)
        | figures_ventes(coupe)
    )


def figures_salaries(coupe: Coupe) -> dict[str, Any]:
    """Employees, the persons with a contract in P: how many, parts, shares, breakdowns."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    connu = bool(coupe.tous_contrats)
    contrats = coupe.contrats
    parcours_tenus = [c.parcours[ref] for ref in coupe.refs_parcours]
    salaries = {q["personne"] for q in parcours_tenus}
    dernier = {q["personne"]: q for q in sorted(parcours_tenus, key=lambda q: (q["date_entree"], q["ref"]))}
    personne = c.personnes

    f["aci.salaries"] = si(connu, lambda: compte(salaries))
    groupes = {
        "rsa": {q["personne"] for q in parcours_tenus if q["rsa_entree"] is True},
        "chomage_24_mois": {q["personne"] for q in parcours_tenus if (q["mois_sans_emploi_entree"] or 0) >= 24},
        "femmes": {ref for ref in salaries if personne[ref]["sexe"] == "f"},
    }
    for nom, groupe in groupes.items():
        f[f"aci.{nom}"] = si(connu, lambda g=groupe: compte(g))
        f[f"aci.part_{nom}"] = Taux(f[f"aci.{nom}"], f["aci.salaries"])
    f["aci.rqth"] = si(connu, lambda: compte({ref for ref in salaries if personne[ref]["rqth"] is True}))
    f["aci.equipes"] = si(connu, lambda: compte({k["equipe"] for k in contrats}))

    couples = {(c.equipes[k["equipe"]]["atelier"], c.parcours[k["parcours"]]["personne"]) for k in contrats}
    par = {
        "atelier": lambda: repartir(sorted(c.ateliers), couples, lambda couple: couple[0]),
        "sexe": lambda: repartir("FM", salaries, lambda ref: (personne[ref]["sexe"] or "").upper()),
        "age": lambda: repartir(
            noms(TRANCHES_AGE),
            salaries,
            lambda ref: tranche(TRANCHES_AGE, age(personne[ref]["date_naissance"], p.fin)),
        ),
        "age_etat": lambda: repartir(
            noms(TRANCHES_AGE_ETAT),
            salaries,
            lambda ref: tranche(TRANCHES_AGE_ETAT, age(personne[ref]["date_naissance"], p.fin)),
        ),
        "niveau": lambda: repartir(
            nomenclature(c.feuilles, "niveau_formation"), dernier.values(), lambda q: q["niveau_formation"]
        ),
        "commune": lambda: repartir(codes_communes(c.feuilles), salaries, lambda ref: personne[ref]["code_insee"]),
        "chomage": lambda: repartir(
            noms(TRANCHES_CHOMAGE),
            dernier.values(),
            lambda q: tranche(TRANCHES_CHOMAGE, q["mois_sans_emploi_entree"]),
        ),
        "prescripteur": lambda: repartir(
            nomenclature(c.feuilles, "prescripteur"), dernier.values(), lambda q: q["prescripteur"]
        ),
    }
    for nom, calcul in par.items():
        f[f"aci.salaries_par_{nom}"] = si(connu, calcul)
    return f


def figures_parcours(coupe: Coupe) -> dict[str, Any]:
    """Entries and exits."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    connu = any(p.touche(q["date_entree"], q["date_sortie"]) for q in c.parcours.values())

    embauches = [q for q in c.parcours.values() if p.contient(q["date_entree"]) and coupe.retient_rang(q["ref"], 0)]
    sorties = [q for q in c.parcours.values() if p.contient(q["date_sortie"]) and coupe.retient_rang(q["ref"], -1)]
    motifs = nomenclature(c.feuilles, "motif_sortie")

    def categorie(q: dict[str, Any]) -> str:
        """The category of an exit; `inconnu` without motive, or when its motive has no category known here."""
        trouvee = motifs.get(q["motif_sortie"])
        return trouvee if trouvee in CATEGORIES_SORTIE else "inconnu"

    def nombre(lignes: list[dict[str, Any]], *categories: str) -> Fraction:
        return compte(q for q in lignes if categorie(q) in categories)

    dynamiques = ("emploi_durable", "emploi_transition", "sortie_positive")
    constatees = (*dynamiques, "autre_sortie", "inconnu")
    f["aci.embauches"] = si(connu, lambda: compte(embauches))
    f["aci.sorties"] = si(connu, lambda: compte(sorties))
    for nom, categories in {
        "emploi_durable": dynamiques[:1],
        "emploi_transition": dynamiques[1:2],
        "positives": dynamiques[2:],
        "autres": ("autre_sortie",),
        "retirees": ("retrait",),
        "non_documentees": ("inconnu",),
        "emploi": dynamiques[:2],
        "dynamiques": dynamiques,
    }.items():
        f[f"aci.sorties_{nom}"] = si(connu, lambda cs=categories: nombre(sorties, *cs))
    denominateur = si(connu, lambda: nombre(sorties, *constatees))
    f["aci.taux_sorties_dynamiques"] = Taux(f["aci.sorties_dynamiques"], denominateur)
    f["aci.taux_emploi_durable"] = Taux(f["aci.sorties_emploi_durable"], denominateur)
    etat = [
        q
        for q in sorties
        if (q["date_sortie"] - q["date_entree"]).days >= 81
        and sum(h["heures"] for h in c.heures if c.parcours_de(h["contrat"]) is q) >= 1
    ]
    f["aci.taux_sorties_dynamiques_etat"] = Taux(
        si(connu, lambda: nombre(etat, *dynamiques)), si(connu, lambda: nombre(etat, *constatees))
    )
    f["aci.sorties_par_categorie"] = si(connu, lambda: repartir(CATEGORIES_SORTIE, sorties, categorie))
    f["aci.sorties_par_motif"] = si(connu, lambda: repartir(motifs, sorties, lambda q: q["motif_sortie"]))
    return f


def figures_heures(coupe: Coupe) -> dict[str, Any]:
    """Hours, and what is made of them."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    toutes = [h for h in c.heures if p.contient(h["mois"])]
    connu = bool(toutes)
    heures = [h for h in toutes if coupe.retient_contrat(h)]
    par_personne: dict[str, Decimal] = {}
    for h in heures:
        ref = c.parcours_de(h["contrat"])["personne"]
        par_personne[ref] = par_personne.get(ref, Decimal(0)) + h["heures"]
    f["aci.salaries_ayant_travaille"] = si(connu, lambda: compte(ref for ref, h in par_personne.items() if h > 0))
    f["aci.heures"] = si(connu, lambda: somme(h["heures"] for h in heures))
    base = Fraction(c.parametre_le("heures_par_etp", p.fin, Decimal(1820)))
    f["aci.etp"] = Taux(f["aci.heures"], base).valeur
    f["aci.etp_conventionnes"] = c.objectif(p, "aci", "etp") if coupe.axe is None else HORS_AXE
    f["aci.taux_realisation_etp"] = Taux(f["aci.etp"], f["aci.etp_conventionnes"]) if coupe.axe is None else HORS_AXE

    def heures_par_mois() -> dict[str, Fraction]:
        par_mois = repartir(
            [f"{m:%Y-%m}" for m in p.mois], heures, lambda h: f"{h['mois']:%Y-%m}", lambda h: h["heures"]
        )
        del par_mois["inconnu"]
        return par_mois

    f["aci.heures_par_mois"] = si(connu, heures_par_mois)
    return f


def figures_absences(coupe: Coupe) -> dict[str, Any]:
    """Absences, and absenteeism over the hours of `figures_heures`."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    heures = figures_heures(coupe)["aci.heures"]
    toutes = [a for a in c.feuilles["absences"] if p.contient(a["mois"])]
    motifs_absence = nomenclature(c.feuilles, "motif_absence")
    f["aci.heures_absence"] = si(
        bool(toutes),
        lambda: somme(
            a["heures"] for a in toutes if motifs_absence.get(a["motif"]) == "absenteisme" and coupe.retient_contrat(a)
        ),
    )
    f["aci.taux_absenteisme"] = Taux(f["aci.heures_absence"], plus(heures, f["aci.heures_absence"]))
    return f


def figures_suivi(coupe: Coupe) -> dict[str, Any]:
    """Interviews and missions."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    tous = [e for e in c.feuilles["entretiens"] if p.contient(e["date"])]
    f["aci.entretiens"] = si(bool(tous), lambda: compte(e for e in tous if coupe.retient_le(e["parcours"], e["date"])))
    toutes = [m for m in c.feuilles["missions"] if p.contient(m["date_debut"])]
    missions = [m for m in toutes if coupe.retient_le(m["parcours"], m["date_debut"])]
    f["aci.missions"] = si(bool(toutes), lambda: compte(missions))
    f["aci.missions_par_type"] = si(
        bool(toutes), lambda: repartir(["interim", "immersion", "cdd"], missions, lambda m: m["type"])
    )
    return f


def figures_formation(coupe: Coupe) -> dict[str, Any]:
    """Training."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    formation = {ligne["ref"]: ligne for ligne in c.feuilles["formations"]}
    toutes = [s for s in c.feuilles["participations_formation"] if p.contient(formation[s["formation"]]["date_debut"])]
    connu = bool(toutes)
    suivies = [s for s in toutes if coupe.retient_le(s["parcours"], formation[s["formation"]]["date_debut"])]
    cqp = [s for s in suivies if formation[s["formation"]]["type"] == "cqp"]
    certifies = [s for s in cqp if s["resultat"] == "certifiee"]
    for colonne in ("jours", "heures", "cout"):
        f[f"aci.formation_{colonne}"] = si(connu, lambda col=colonne: somme(s[col] for s in suivies))
    for nom, lignes in {"formation_salaries": suivies, "cqp_inscrits": cqp, "cqp_certifies": certifies}.items():
        f[f"aci.{nom}"] = si(connu, lambda ls=lignes: compte({c.parcours[s["parcours"]]["personne"] for s in ls}))
    return f


def figures_freins(coupe: Coupe) -> dict[str, Any]:
    """Obstacles (freins) and housing."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    tous = [b for b in c.feuilles["freins"] if p.touche(b["date_reperage"], b["date_fin"])]
    connu = bool(tous)
    freins = [b for b in tous if b["parcours"] in coupe.refs_parcours]
    leves = [
        b
        for b in c.feuilles["freins"]
        if p.contient(b["date_fin"])
        and b["issue"] == "leve"
        and (coupe.axe is None or b["parcours"] in coupe.refs_parcours)
    ]
    loges = {c.parcours[b["parcours"]]["personne"] for b in freins if b["categorie"] == "logement"}
    fsl = {
        m["personne"]
        for m in c.feuilles["mesures_logement"]
        if m["dispositif"] == "fsl" and p.touche(m["date_debut"], m["date_fin"])
    }
    f["aci.freins"] = si(connu, lambda: compte(freins))
    f["aci.freins_leves"] = si(connu, lambda: compte(leves))
    f["aci.logement_personnes"] = si(connu, lambda: compte(loges))
    f["aci.logement_fsl"] = si(connu, lambda: compte(loges & fsl))
    f["aci.part_logement_fsl"] = Taux(f["aci.logement_fsl"], f["aci.logement_personnes"])
    categories_frein = nomenclature(c.feuilles, "categorie_frein")
    f["aci.freins_par_categorie"] = si(connu, lambda: repartir(categories_frein, freins, lambda b: b["categorie"]))
    couples = {(b["categorie"], c.parcours[b["parcours"]]["personne"]) for b in freins}
    f["aci.personnes_par_frein"] = si(connu, lambda: repartir(categories_frein, couples, lambda couple: couple[0]))
    return f


def figures_ventes(coupe: Coupe) -> dict[str, Any]:
    """Turnover, known by workshop only."""
    c, p = coupe.c, coupe.p
    f: dict[str, Any] = {}
    ventes = [v for v in c.feuilles["chiffre_affaires"] if p.contient(v["mois"])]
    f["aci.chiffre_affaires"] = si(
        bool(ventes), lambda: somme(v["montant"] for v in ventes if coupe.axe is None or v["atelier"] == coupe.axe[1])
    )
    if coupe.axe and coupe.axe[0] == "equipe":
        f["aci.chiffre_affaires"] = HORS_AXE
    return f
