"""What the page of a list asks for: its neighbours, and the cells of a row."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from aipi import roles
from aipi.listes import Liste, adresse, cellule
from aipi.templatetags.navigation import Lien

register = template.Library()

FAMILLES = (
    (
        ("parcours_list", "Parcours", roles.voit_parcours),
        ("contrat_list", "Contrats", roles.voit_parcours),
        ("frein_list", "Freins", roles.pole_pro),
        ("mission_list", "Missions", roles.pole_pro),
        ("heures", "Heures du mois", roles.tient_atelier),
        ("formation_list", "Formations et CQP", roles.tient_atelier),
        ("chiffre_affaires", "Chiffre d’affaires", roles.tient_atelier),
        ("realisation_list", "Réalisations", roles.tient_atelier),
    ),
    (
        ("suivi_rsa_list", "Suivis", roles.pole_social),
        ("contact_rsa_list", "Contacts", roles.pole_social),
        ("contrat_engagement_list", "CER et CE", roles.pole_social),
        ("pointage", "Pointage du jour", roles.pole_social),
        ("convocation_lot", "Convoquer", roles.pole_social),
        ("referent_remplacer", "Changer de référent", roles.pole_social),
    ),
    (
        ("mesure_logement_list", "Mesures", roles.pole_social),
        ("aide_logement_list", "Aides", roles.pole_social),
        ("mois_mesures", "Mois-mesures", roles.pole_social),
    ),
)
"""Lists of the same follow-up, each a click from the others: URL name, label, who opens it."""


@register.simple_tag(takes_context=True)
def onglets(context: RequestContext, page: str = "") -> list[Lien]:
    """The pages of the same follow-up that the account may open; none when there is only this one.

    `page` is the one that the reader is in, when it is not itself in the family.
    """
    request = context["request"]
    nom = page or request.resolver_match.url_name
    famille = next((f for f in FAMILLES if nom in {membre for membre, _, _ in f}), ())
    liens: list[Lien] = [
        {"url": url, "libelle": libelle, "courant": membre == nom}
        for membre, libelle, predicat in famille
        if predicat(request.user) and (url := adresse(membre))
    ]
    return liens if len(liens) > 1 else []


@register.filter
def rangee(objet: Any, definition: Liste) -> SafeString:
    """The cells of a row: the box that chooses it, its columns, its main act."""
    premiere = definition.colonnes[0].valeur
    nom = str(premiere(objet)) if premiere is not None else ""
    cellules = [cellule(colonne, objet) for colonne in definition.colonnes]
    if definition.lots:
        boite = format_html(
            '<td role="cell" class="choix">'
            '<input type="checkbox" class="form-check-input" name="ligne" value="{}" aria-label="Choisir {}"></td>',
            objet.pk,
            nom,
        )
        cellules.insert(0, boite)
    if definition.geste is not None:
        url = definition.geste(objet)
        lien = format_html(
            '<a href="{}">{}<span class="visually-hidden"> pour {}</span></a>', url, definition.libelle_geste, nom
        )
        cellules.append(format_html('<td role="cell" class="geste">{}</td>', lien if url else ""))
    return mark_safe("".join(cellules))
