"""The figures of `rsa`, `logement`, `sante`, `collectif`, `asso` and `finances`, for one period. No axis applies."""

from typing import Any

from .aci import TRANCHES_AGE, age, noms, tranche
from .caseload import Caseload
from .figures import Taux, compte, repartir, somme
from .listes import codes_communes, nomenclature
from .periodes import Periode

Lignes = list[dict[str, Any]]


def figures_rsa(c: Caseload, p: Periode) -> dict[str, Any]:
    """Every `rsa.*` figure."""
    f: dict[str, Any] = {}
    tous = c.feuilles["suivis_rsa"]
    suivis = [s for s in tous if p.touche(s["date_entree"], s["date_sortie"])]
    connu = bool(suivis)
    personnes = {s["personne"] for s in suivis}
    dernier = {s["personne"]: s for s in sorted(suivis, key=lambda s: (s["date_entree"], s["ref"]))}
    sorties = [s for s in tous if p.contient(s["date_sortie"])]
    motifs = nomenclature(c.feuilles, "motif_sortie_rsa")
    vers_emploi = [s for s in sorties if motifs.get(s["motif_sortie"]) == "insertion_professionnelle"]

    f["rsa.suivis"] = compte(personnes) if connu else None
    f["rsa.places"] = places = c.objectif(p, "rsa", "places")
    f["rsa.suivis_par_place"] = Taux(f["rsa.suivis"], places)
    jours = somme(p.partie(s["date_entree"], s["date_sortie"]).jours for s in suivis)
    f["rsa.occupation_moyenne"] = Taux(jours if connu else None, None if places is None else p.jours * places)
    f["rsa.entrees"] = compte(s for s in tous if p.contient(s["date_entree"])) if connu else None
    f["rsa.sorties"] = compte(sorties) if connu else None
    f["rsa.sorties_insertion_professionnelle"] = compte(vers_emploi) if connu else None
    f["rsa.part_sorties_insertion_professionnelle"] = Taux(f["rsa.sorties_insertion_professionnelle"], f["rsa.sorties"])
    par = {
        "suivis_par_age": repartir(
            noms(TRANCHES_AGE),
            personnes,
            lambda ref: tranche(TRANCHES_AGE, age(c.personnes[ref]["date_naissance"], p.fin)),
        ),
        "suivis_par_sexe": repartir("FM", personnes, lambda ref: (c.personnes[ref]["sexe"] or "").upper()),
        "suivis_par_typologie": repartir(
            nomenclature(c.feuilles, "typologie"), dernier.values(), lambda s: s["typologie"]
        ),
        "suivis_par_commune": repartir(
            codes_communes(c.feuilles), personnes, lambda ref: c.personnes[ref]["code_insee"]
        ),
        "sorties_par_motif": repartir(motifs, sorties, lambda s: s["motif_sortie"]),
    }
    for nom, repartition in par.items():
        f[f"rsa.{nom}"] = repartition if connu else None

    contacts = [k for k in c.feuilles["contacts_rsa"] if p.contient(k["date"])]
    connu = bool(contacts)
    absences = ("absence_excusee", "absence_non_excusee")

    def contacts_de(sorte: str, *statuts: str) -> Lignes:
        return [k for k in contacts if k["type"] == sorte and k["statut"] in statuts]

    honores = contacts_de("convocation", "honore")
    for nom, lignes in {
        "visites": contacts_de("visite", "honore"),
        "points_telephoniques": contacts_de("telephone", "honore"),
        "convocations": contacts_de("convocation", "honore", *absences),
        "rdv_honores": honores,
        "absences": contacts_de("convocation", *absences),
    }.items():
        f[f"rsa.{nom}"] = compte(lignes) if connu else None
    f["rsa.taux_rdv_honores"] = Taux(f["rsa.rdv_honores"], f["rsa.convocations"])
    par_mois = repartir([f"{m:%Y-%m}" for m in p.mois], honores, lambda k: f"{k['date']:%Y-%m}")
    del par_mois["inconnu"]
    f["rsa.rdv_honores_par_mois"] = par_mois if connu else None

    contrats = c.feuilles["contrats_engagement"]
    connu = any(p.touche(k["date_signature"], k["date_fin"]) for k in contrats)
    suivi = {s["ref"]: s for s in tous}
    dernier_jour = Periode(p.fin, p.fin)
    signataires = {
        suivi[k["suivi"]]["personne"] for k in contrats if dernier_jour.touche(k["date_signature"], k["date_fin"])
    }
    presents = {s["personne"] for s in tous if dernier_jour.touche(s["date_entree"], s["date_sortie"])}
    f["rsa.contrats_engagement"] = compte(k for k in contrats if p.contient(k["date_signature"])) if connu else None
    f["rsa.contrats_en_cours"] = compte(signataires & presents) if connu else None
    return f


def figures_logement(c: Caseload, p: Periode) -> dict[str, Any]:
    """Every `logement.*` figure."""
    f: dict[str, Any] = {}
    toutes = c.feuilles["mesures_logement"]
    mesures = [m for m in toutes if p.touche(m["date_debut"], m["date_fin"])]
    connu = bool(mesures)
    fsl = [m for m in mesures if m["dispositif"] == "fsl"]
    menages = {m["personne"] for m in fsl}
    f["logement.mesures_fsl"] = compte(fsl) if connu else None
    f["logement.mesures_partenord"] = compte(m for m in mesures if m["dispositif"] == "partenord") if connu else None
    f["logement.menages_fsl"] = compte(menages) if connu else None
    f["logement.personnes_fsl"] = somme(m["personnes_menage"] for m in fsl) if connu else None
    f["logement.enfants_fsl"] = somme(m["enfants_menage"] for m in fsl) if connu else None
    mois = somme(len(p.partie(m["date_debut"], m["date_fin"]).mois) for m in fsl)
    f["logement.mois_mesures"] = mois if connu else None
    f["logement.objectif_mois_mesures"] = c.objectif(p, "logement", "mois_mesures")
    f["logement.taux_realisation"] = Taux(f["logement.mois_mesures"], f["logement.objectif_mois_mesures"])
    types = ["acces", "maintien", "publics_specifiques"]
    f["logement.mesures_fsl_par_type"] = repartir(types, fsl, lambda m: m["type"]) if connu else None
    f["logement.menages_fsl_par_commune"] = (
        repartir(codes_communes(c.feuilles), menages, lambda ref: c.personnes[ref]["code_insee"]) if connu else None
    )

    aides = c.feuilles["aides_logement"]
    demandees = [a for a in aides if p.contient(a["date_demande"])]
    decidees = [a for a in aides if p.contient(a["date_decision"])]
    accordees = [a for a in decidees if a["decision"] == "accepte"]
    connu = bool(demandees or decidees)
    f["logement.aides_demandees"] = compte(demandees) if connu else None
    f["logement.aides_accordees"] = compte(accordees) if connu else None
    f["logement.aides_montant"] = somme(a["montant_accorde"] for a in accordees) if connu else None
    f["logement.aides_accordees_par_type"] = (
        repartir(nomenclature(c.feuilles, "type_aide"), accordees, lambda a: a["type"]) if connu else None
    )

    interventions = [i for i in c.feuilles["interventions_logement"] if p.contient(i["date"])]
    connu = bool(interventions)
    dispositif = {m["ref"]: m["dispositif"] for m in toutes}
    partenord = [i for i in interventions if dispositif[i["mesure"]] == "partenord"]
    themes = ["etat_logement", "demarches_administratives", "gestion_budgetaire"]
    f["logement.interventions_partenord"] = compte(partenord) if connu else None
    f["logement.interventions_partenord_par_theme"] = (
        repartir(themes, partenord, lambda i: i["theme"]) if connu else None
    )
    return f


def figures_actions(c: Caseload, p: Periode, domaine: str) -> dict[str, Any]:
    """Every figure of `sante` or `collectif`."""
    f: dict[str, Any] = {}
    action = {a["ref"]: a for a in c.feuilles["actions"]}
    de_l_annee = [a for a in action.values() if p.annee is not None and a["annee"] == p.annee]
    toutes = [s for s in c.feuilles["seances"] if p.contient(s["date"])]
    connu = bool(toutes)
    du_domaine = [s for s in toutes if action[s["action"]]["domaine"] == domaine]
    tenues = {s["ref"]: s for s in du_domaine if s["statut"] == "tenue"}
    realisees = {s["action"] for s in tenues.values()}

    prevues = compte(a for a in de_l_annee if a["domaine"] == domaine)
    f["actions_prevues"] = prevues if de_l_annee else None
    f["actions_realisees"] = compte(realisees) if connu else None
    f["seances"] = compte(tenues) if connu else None
    f["seances_annulees"] = compte(s for s in du_domaine if s["statut"] == "annulee") if connu else None
    f["professionnels"] = somme(s["professionnels"] for s in tenues.values()) if connu else None
    f["places"] = somme(action[ref]["places"] for ref in realisees) if connu else None

    presences_connues = presences_dans(c, p)
    presents = [k for k in presences_connues if k["seance"] in tenues and k["present"] is True]
    f["participants"] = compte({k["personne"] for k in presents}) if presences_connues else None
    f["participations"] = compte(presents) if presences_connues else None
    avec_places = {ref for ref in realisees if action[ref]["places"] is not None}
    # each action has its own participants: somebody in two actions takes a place in both
    couples = {(tenues[k["seance"]]["action"], k["personne"]) for k in presents}
    f["taux_remplissage"] = Taux(
        compte(couple for couple in couples if couple[0] in avec_places) if presences_connues else None,
        somme(action[ref]["places"] for ref in avec_places) if connu else None,
    )
    programmes = {(action[tenues[k["seance"]]["action"]]["programme"], k["personne"]) for k in presents}
    f["participants_par_programme"] = (
        repartir(sorted({programme for programme, _ in programmes}), programmes, lambda couple: couple[0])
        if presences_connues
        else None
    )
    return {f"{domaine}.{nom}": valeur for nom, valeur in f.items()}


def presences_dans(c: Caseload, p: Periode) -> Lignes:
    """The attendance rows, present or not, whose session is dated in the period."""
    dates = {s["ref"]: s["date"] for s in c.feuilles["seances"]}
    return [k for k in c.feuilles["presences"] if p.contient(dates[k["seance"]])]


def figures_asso(c: Caseload, p: Periode) -> dict[str, Any]:
    """Persons across the poles: unknown only when all the sheets counted are."""
    contrats = [k for k in c.contrats if p.touche(k["date_debut"], c.fin_contrat(k))]
    salaries = {c.parcours[k["parcours"]]["personne"] for k in contrats}
    suivis = {s["personne"] for s in c.feuilles["suivis_rsa"] if p.touche(s["date_entree"], s["date_sortie"])}
    loges = {m["personne"] for m in c.feuilles["mesures_logement"] if p.touche(m["date_debut"], m["date_fin"])}
    tenues = {s["ref"] for s in c.feuilles["seances"] if s["statut"] == "tenue"}
    presences = presences_dans(c, p)
    presents = {k["personne"] for k in presences if k["seance"] in tenues and k["present"] is True}
    trois = (salaries, suivis, loges)
    plusieurs = {ref for ref in salaries | suivis | loges if sum(ref in groupe for groupe in trois) >= 2}
    return {
        "asso.personnes": compte(salaries | suivis | loges | presents) if any(trois) or presences else None,
        "asso.personnes_plusieurs_accompagnements": compte(plusieurs) if any(trois) else None,
    }


def figures_finances(c: Caseload, p: Periode) -> dict[str, Any]:
    """Every `finances.*` figure; unknown for a period that is not a calendar year."""
    f: dict[str, Any] = {}
    budget = [b for b in c.feuilles["budget"] if p.annee is not None and b["annee"] == p.annee]
    for nom, sens in {"produits": "produit", "charges": "charge"}.items():
        lignes = [b for b in budget if b["sens"] == sens]
        f[f"finances.{nom}"] = somme(b["montant"] for b in lignes) if budget else None
        f[f"finances.{nom}_par_rubrique"] = (
            repartir(sorted({b["rubrique"] for b in lignes}), lignes, lambda b: b["rubrique"], lambda b: b["montant"])
            if budget
            else None
        )
    produits, charges = f["finances.produits"], f["finances.charges"]
    f["finances.resultat"] = None if produits is None or charges is None else produits - charges
    conventions = [v for v in c.feuilles["conventions"] if p.annee is not None and v["annee"] == p.annee]
    f["finances.subventions"] = somme(v["montant"] for v in conventions) if conventions else None
    financeurs = sorted(ligne["code"] for ligne in c.feuilles["financeurs"])
    f["finances.subventions_par_financeur"] = (
        None
        if f["finances.subventions"] is None
        else repartir(financeurs, conventions, lambda v: v["financeur"], lambda v: v["montant"])
    )
    return f
