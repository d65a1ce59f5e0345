"""A person leaves the ACI; three and six months later, what became of it is asked."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from aipi import roles
from aipi.models import Nomenclature
from aipi.periodes import plus_mois
from aipi.roles import acces, compte_de, visibles
from aipi.saisie import saisir
from insertion_pro.forms.parcours import CATEGORIES_DE_SORTIE, SortieForm, SuiteSortieForm
from insertion_pro.models import Contrat, Frein, SuiteSortie

from .communs import contexte_parcours, dossier, expliquer, parcours_modifiable

EXPLICATIONS = {
    Nomenclature.EMPLOI_DURABLE: (
        "CDI, CDD ou intérim de six mois et plus, création d’entreprise, fonction publique. "
        "C’est une sortie dynamique, dans le rapport comme pour l’État."
    ),
    Nomenclature.EMPLOI_TRANSITION: (
        "CDD ou intérim de moins de six mois, contrat aidé chez un autre employeur. C’est une sortie dynamique."
    ),
    Nomenclature.SORTIE_POSITIVE: (
        "Formation qualifiante, autre structure d’insertion, retraite. C’est une sortie dynamique."
    ),
    Nomenclature.AUTRE_SORTIE: (
        "Chômage, inactivité, sans nouvelle, démission… Elle compte parmi les sorties, pas parmi les sorties dynamiques."
    ),
    Nomenclature.RETRAIT: (
        "Décès, congé de longue durée, décision de justice… Elle reste dans le nombre des sorties, mais ni le rapport ni "
        "l’État ne la comptent dans leurs taux."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def parcours_sortie(request: HttpRequest, pk: int) -> HttpResponse:
    """The end of a parcours: its day, its motive in words, its contracts ended the same day."""
    compte = compte_de(request)
    parcours = parcours_modifiable(compte, pk)
    contrats = visibles(Contrat.objects.filter(parcours=parcours), compte).select_related("equipe")
    freins = visibles(Frein.objects.filter(parcours=parcours, date_fin=None), compte).select_related("categorie")
    form = SortieForm(request.POST or None, instance=parcours, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/parcours_sortie.html",
        {
            **contexte_parcours(parcours),
            "contrat": contrats.order_by("-date_debut", "-ref").first(),
            "freins": freins.order_by("date_reperage", "ref"),
            "explications": [(CATEGORIES_DE_SORTIE[cle], texte) for cle, texte in EXPLICATIONS.items()],
            "jour": timezone.localdate(),
        },
        retour=dossier(parcours.personne_id),
        fait="La sortie est enregistrée. Des nouvelles seront à prendre à 3 et à 6 mois.",
    )
    return expliquer(request, reponse, form.remarques)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro)
def suite_sortie_create(request: HttpRequest, parcours_id: int, mois: int) -> HttpResponse:
    """What became of the person `mois` months after the exit. Asked before, the answer is corrected."""
    compte = compte_de(request)
    parcours = parcours_modifiable(compte, parcours_id)
    if mois not in SuiteSortie.ECHEANCES or parcours.date_sortie is None:
        raise Http404
    suites = visibles(SuiteSortie.objects.filter(parcours=parcours), compte)
    suite = suites.filter(mois=mois).first()
    autres = list(suites.exclude(mois=mois))
    form = SuiteSortieForm(request.POST or None, instance=suite, parcours=parcours, mois=mois, compte=compte)
    reponse = saisir(
        request,
        form,
        "insertion_pro/suite_sortie_create.html",
        {
            **contexte_parcours(parcours),
            "mois": mois,
            "suite": suite,
            "prevue": plus_mois(parcours.date_sortie, mois),
            "autres": autres,
            "jour": timezone.localdate(),
        },
        retour=dossier(parcours.personne_id),
        fait="Les nouvelles sont enregistrées.",
        deja="Les nouvelles étaient déjà enregistrées.",
        adresse=lambda existante: reverse("suite_sortie_create", args=[parcours.pk, existante.mois]),
    )
    return expliquer(request, reponse, form.remarques)
