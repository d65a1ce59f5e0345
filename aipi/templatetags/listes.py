"""What the page of a list asks for: its neighbours, and the cells of a row."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.forms.models import ModelChoiceIterator
from django.template import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from aipi import roles
from aipi.adresses import adresse
from aipi.filtres import Filtre
from aipi.listes import Liste, cellule
from aipi.templatetags.navigation import Lien

register = template.Library()

FAMILLES = (
    (
        ("parcours_list", "Parcours", roles.voit_parcours),
        ("contrat_list", "Contrats", roles.voit_parcours),
        ("entretien_list", "Entretiens", roles.pole_pro),
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
        ("intervention_logement_list", "Interventions", roles.pole_social),
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
def champs_filtre(filtre: Filtre) -> SafeString:
    """The filters of a list. On a telephone all but the first are folded, unless the list is narrowed by them."""
    premier, *autres = (champ_filtre(champ, filtre) for champ in filtre.form)
    if not autres:
        return premier
    return format_html(
        '{}<details class="filtres-suite"{}><summary>Plus de filtres</summary><div>{}</div></details>',
        premier,
        mark_safe(" open" if filtre.actif else ""),
        mark_safe("".join(autres)),
    )


def champ_filtre(champ: BoundField, filtre: Filtre) -> SafeString:
    """A filter: its label, its field, what is wrong with it. Written here: a template for each choice costs too much."""
    erreurs = format_html_join("", '<p class="invalid-feedback d-block" id="{}_erreur">{}</p>', _erreurs(champ))
    attributs = format_html(
        'name="{}" id="{}"{}',
        champ.html_name,
        champ.auto_id,
        format_html(' aria-invalid="true" aria-describedby="{}_erreur"', champ.auto_id) if erreurs else "",
    )
    valeur = champ.value()
    if isinstance(champ.field, forms.ChoiceField):
        choisie = "" if valeur is None else str(valeur)
        options = "".join(
            f'<option value="{escape(str(cle))}"{" selected" if str(cle) == choisie else ""}>{escape(str(libelle))}</option>'
            for cle, libelle in _choix(champ, filtre)
        )
        saisie = format_html('<select class="form-select" {}>{}</select>', attributs, mark_safe(options))
    elif isinstance(champ.field.widget, forms.TextInput):
        saisie = format_html(
            '<input type="{}" class="form-control" {} value="{}"{}>',
            champ.field.widget.input_type,
            attributs,
            "" if valeur is None else valeur,
            format_html(' maxlength="{}"', longueur) if (longueur := getattr(champ.field, "max_length", None)) else "",
        )
    else:
        saisie = champ.as_widget()
    return format_html(
        '<div id="div_{}" class="mb-3"><label class="form-label" for="{}">{}</label>{}{}</div>',
        champ.auto_id,
        champ.auto_id,
        champ.label,
        saisie,
        erreurs,
    )


def _choix(lie: BoundField, filtre: Filtre) -> Iterable[tuple[Any, Any]]:
    """The choices of a filter. Those that are rows are read at once: the library’s way opens a cursor for each filter."""
    champ: Any = lie.field
    choix: Iterable[tuple[Any, Any]] = champ.widget.choices
    if not isinstance(choix, ModelChoiceIterator):
        return choix
    vide = [("", champ.empty_label)] if champ.empty_label is not None else []
    references = filtre.references(lie.name)
    return [*vide, *((champ.prepare_value(objet), champ.label_from_instance(objet)) for objet in references)]


def _erreurs(champ: BoundField) -> list[tuple[str | None, str]]:
    return [(champ.auto_id, str(erreur)) for erreur in champ.errors]


@register.filter
def rangees(objets: list[Any], definition: Liste) -> SafeString:
    """The rows of a page. Written here: templates take as long again."""
    return mark_safe("".join(f'<tr role="row">{_rangee(objet, definition)}</tr>' for objet in objets))


def _rangee(objet: Any, definition: Liste) -> str:
    """The cells of a row: the box that chooses it, its columns, its main act."""
    premiere = definition.colonnes[0].valeur
    nom = escape(str(premiere(objet))) if premiere is not None else ""
    cellules: list[str] = [cellule(colonne, objet) for colonne in definition.colonnes]
    if definition.lots:
        boite = (
            '<td role="cell" class="choix"><input type="checkbox" class="form-check-input" name="ligne"'
            f' value="{objet.pk}" aria-label="Choisir {nom}"></td>'
        )
        cellules.insert(0, boite)
    if definition.geste is not None:
        url = definition.geste(objet)
        mots = f'{definition.libelle_geste}<span class="visually-hidden"> pour {nom}</span>'
        lien = f'<a href="{escape(url)}">{mots}</a>' if url else ""
        cellules.append(f'<td role="cell" class="geste">{lien}</td>')
    return "".join(cellules)
