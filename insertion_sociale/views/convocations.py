"""Batches of convocations with their letters, and the pointing of the day."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi import roles
from aipi.consultations import compter
from aipi.listes import page_de
from aipi.models import Compte, Parametre
from aipi.pdf import RenduImpossible, en_pdf, feuille_de_style
from aipi.periodes import Periode, plausible
from aipi.roles import acces, compte_de, modifiables, visibles
from aipi.saisie import lire_jeton, nouveau_jeton
from aipi.templatetags.chiffres import accorde
from aipi.views.objets import chemin_local
from insertion_sociale.accompagnements import ETATS_CONTACT
from insertion_sociale.convocations import RendezVousCommun, a_convoquer, convoquer
from insertion_sociale.forms.convocations import LES_MIENS, POLE, ChoixSuivisForm, ConvocationLotForm
from insertion_sociale.models import ContactRsa, SuiviRsa
from insertion_sociale.models.rsa import PREFIXE_LOT
from insertion_sociale.pointages import pointer, precedents
from insertion_sociale.regles import remarques_convocation

LOT_MAXIMUM = 50
"""Convocations in one batch: one page of choices, one file of letters."""
EN_RETARD = 25
"""Past appointments without outcome shown above the day."""


def _cles(valeurs: list[str]) -> list[int]:
    return [int(valeur) for valeur in valeurs if valeur.isascii() and valeur.isdecimal() and len(valeur) < 19]


def _qui(request: HttpRequest, compte: Compte) -> str:
    """Whose files: one’s own for an account that is a referent, unless the pole is asked for."""
    if compte.intervenant_id is None:
        return POLE
    return POLE if request.GET.get("qui", LES_MIENS) == POLE else LES_MIENS


# Batches


def _candidats(request: HttpRequest, compte: Compte, choix: ChoixSuivisForm) -> QuerySet[SuiviRsa]:
    """The open follow-ups to choose from: those named in the address, else those of the filter."""
    jour = timezone.localdate()
    suivis = SuiviRsa.objects.ouverts_le(jour)
    if cles := _cles(request.GET.getlist("suivi")):
        return visibles(suivis.filter(pk__in=cles), compte)
    if _qui(request, compte) == LES_MIENS:
        suivis = suivis.confies_a(compte.intervenant_id)
    if choix.is_valid() and (jours := choix.cleaned_data["sans_contact"]):
        suivis = suivis.sans_contact_depuis(jour - datetime.timedelta(days=jours))
    return visibles(suivis, compte)


def _lieu_habituel(compte: Compte) -> str:
    """Where this account last convened someone."""
    derniers = ContactRsa.objects.filter(auteur=compte, type=ContactRsa.Type.CONVOCATION).exclude(lieu="")
    return derniers.order_by("-pk").values_list("lieu", flat=True).first() or ""


def _cible(compte: Compte) -> str:
    return f"convocations:{compte.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_social)
def convocation_lot(request: HttpRequest) -> HttpResponse:
    """Choose whom to convene and when: one sending makes all the convocations, once."""
    compte = compte_de(request)
    if "annuler" in request.POST:
        return _annuler(request, request.POST["annuler"], compte)
    choix = ChoixSuivisForm({"qui": _qui(request, compte), "sans_contact": request.GET.get("sans_contact", "")})
    coches = set(_cles(request.POST.getlist("suivis")))
    form = ConvocationLotForm(request.POST or None, compte=compte, lieu=_lieu_habituel(compte))
    erreur = ""
    if form.is_bound:
        if not coches:
            erreur = "Cochez au moins une personne à convoquer."
        elif form.is_valid():
            reponse = _convoquer(request, form, coches, compte)
            if reponse is not None:
                return reponse
    jeton = request.POST.get("jeton", "")
    if lire_jeton(jeton, _cible(compte)) is None:
        jeton = nouveau_jeton(PREFIXE_LOT, _cible(compte))
    suivis = _candidats(request, compte, choix).select_related("personne", "referent")
    suivis = suivis.order_by("personne__recherche", "ref")
    nommes = bool(request.GET.getlist("suivi"))
    # Those named by a list come together: a second page would lose the ticks of the first.
    page = None if nommes else page_de(request, suivis)
    objets = list(suivis[:LOT_MAXIMUM]) if page is None else page.objets
    tout = nommes or "tout" in request.GET
    derniers, prochains = _autour(objets)
    return render(
        request,
        "insertion_sociale/convocation_lot.html",
        {
            "form": form,
            "choix": choix,
            "jeton": jeton,
            "page": page,
            "nommes": nommes,
            "erreur": erreur,
            "lignes": [
                {
                    "suivi": s,
                    "coche": s.pk in coches if form.is_bound else tout,
                    "dernier": derniers.get(s.pk),
                    "prochain": prochains.get(s.pk),
                }
                for s in objets
            ],
            "jour": timezone.localdate(),
            "maximum": LOT_MAXIMUM,
            **_lot_fait(request, compte),
        },
    )


def _autour(suivis: list[SuiviRsa]) -> tuple[dict[int, datetime.date], dict[int, datetime.date]]:
    """For each follow-up, the day of the last contact kept and of the next appointment."""
    siens = ContactRsa.objects.filter(suivi__in=suivis)
    return siens.derniers_honores(), siens.prochains(timezone.localdate())


def _convoquer(request: HttpRequest, form: ConvocationLotForm, coches: set[int], compte: Compte) -> HttpResponse | None:
    """Make the batch and lead to its letters; None when the form has to be shown again."""
    lot = lire_jeton(request.POST.get("jeton", ""), _cible(compte))
    if lot is None:
        form.add_error(None, "Ce formulaire n’est plus reconnu. Rien n’est perdu\u202f: relisez et envoyez de nouveau.")
        return None
    adresse = f"{reverse('convocation_lot')}?{urlencode({'lot': lot})}"
    jour = timezone.localdate()
    choisis = modifiables(SuiviRsa.objects.ouverts_le(jour).filter(pk__in=coches), compte)
    suivis = list(choisis.select_related("personne", "referent").order_by("personne__recherche", "ref")[:LOT_MAXIMUM])
    donnees = form.cleaned_data
    retenus, ecartes = a_convoquer(suivis, donnees["date"])
    # Asked after who is convened: of a double click, the first sending may be saved between two questions of the second.
    if ContactRsa.objects.du_lot(lot).exists():
        messages.success(request, "Ces convocations étaient déjà enregistrées.")
        return redirect(adresse)
    if not retenus:
        form.add_error("date", "Toutes les personnes cochées sont déjà convoquées ce jour-là.")
        return None
    commun = RendezVousCommun(
        donnees["date"], donnees["heure"], donnees["intervalle"], donnees["lieu"], donnees["intervenant"]
    )
    try:
        nouveau = convoquer(retenus, commun, lot, compte)
    except ValueError as erreur:
        form.add_error("intervalle", f"{erreur} Réduisez l’intervalle, ou convoquez moins de personnes ce jour-là.")
        return None
    messages.success(
        request,
        f"{accorde(len(retenus), 'convocation enregistrée', 'convocations enregistrées')}."
        if nouveau
        else "Ces convocations étaient déjà enregistrées.",
    )
    for remarque in remarques_convocation(commun.date, jour):
        messages.info(request, remarque)
    return redirect(adresse + "".join(f"&ecarte={s.pk}" for s in ecartes))


def _annuler(request: HttpRequest, lot: str, compte: Compte) -> HttpResponse:
    """Cancel the convocations of a batch that nobody pointed yet; the history keeps them."""
    encore = modifiables(ContactRsa.objects.du_lot(lot).prevus(), compte).values_list("pk", flat=True)
    annulees = [cle for cle in list(encore) if pointer(cle, ContactRsa.Statut.PREVU, ContactRsa.Statut.ANNULE)]
    messages.success(request, f"{accorde(len(annulees), 'convocation annulée', 'convocations annulées')}.")
    return redirect("convocation_lot")


def _lot_fait(request: HttpRequest, compte: Compte) -> dict[str, Any]:
    """The batch just made, and who was left aside because already convened that day."""
    lot = request.GET.get("lot", "")
    if not lot:
        return {}
    faites = visibles(ContactRsa.objects.du_lot(lot), compte).select_related("suivi__personne", "intervenant")
    ecartes = SuiviRsa.objects.filter(pk__in=_cles(request.GET.getlist("ecarte"))[:LOT_MAXIMUM])
    return {
        "lot": lot,
        "faites": list(faites.order_by("heure", "suivi__personne__recherche", "ref")),
        "ecartes": list(visibles(ecartes, compte).select_related("personne").order_by("personne__recherche", "ref")),
    }


@require_safe
@acces(roles.pole_social)
def convocation_lettres(request: HttpRequest) -> HttpResponse:
    """The letters of a batch (`?lot=`) or of chosen convocations (`?contact=`), one page each, in one PDF."""
    compte = compte_de(request)
    lot, cles = request.GET.get("lot", ""), _cles(request.GET.getlist("contact"))
    if not lot and not cles:
        raise Http404
    voulues = ContactRsa.objects.du_lot(lot) if lot else ContactRsa.objects.filter(pk__in=cles)
    convocations = list(
        visibles(voulues.filter(type=ContactRsa.Type.CONVOCATION), compte)
        .select_related("suivi__personne__commune", "suivi__referent", "intervenant")
        .order_by("date", "heure", "suivi__personne__recherche", "ref")[:LOT_MAXIMUM]
    )
    if not convocations:
        raise Http404
    jour = timezone.localdate()
    html = render_to_string(
        "insertion_sociale/convocation_lettres.html",
        {
            "convocations": convocations,
            "jour": jour,
            "style": feuille_de_style("css/lettre.css"),
            "association": Parametre.texte(Parametre.ASSOCIATION_NOM, jour),
            "adresse": Parametre.texte(Parametre.ASSOCIATION_ADRESSE, jour),
            "telephone": Parametre.texte(Parametre.ASSOCIATION_TELEPHONE, jour),
        },
    )
    try:
        contenu = en_pdf(html)
    except RenduImpossible as erreur:
        messages.error(request, str(erreur))
        return redirect("pointage", f"{convocations[0].date:%Y-%m-%d}")
    reponse = HttpResponse(
        contenu,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="convocations-{convocations[0].date:%Y-%m-%d}.pdf"'},
    )
    return compter(reponse, len(convocations))


# Pointing


def _jour(texte: str | None) -> datetime.date:
    """The day of an address. Raises Http404 for none, or outside the years that files may hold."""
    if texte is None:
        return timezone.localdate()
    try:
        jour = datetime.date.fromisoformat(texte)
        plausible(Periode(jour, jour))
    except ValueError as erreur:
        raise Http404 from erreur
    return jour


def _lignes(contacts: list[ContactRsa], avant: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "contact": c,
            "etat": ETATS_CONTACT[ContactRsa.Statut(c.statut)],
            "a_pointer": c.statut == ContactRsa.Statut.PREVU,
            "precedent": avant.get(c.pk, ""),
        }
        for c in contacts
    ]


@require_safe
@acces(roles.pole_social)
def pointage(request: HttpRequest, jour: str | None = None) -> HttpResponse:
    """The appointments of a day and what became of each; above today’s, the past ones that nobody settled."""
    compte = compte_de(request)
    montre, aujourd_hui = _jour(jour), timezone.localdate()
    qui = _qui(request, compte)
    tous = ContactRsa.objects.select_related("suivi__personne", "suivi__referent", "intervenant")
    if qui == LES_MIENS:
        tous = tous.recus_par(compte.intervenant_id)
    contacts = list(visibles(tous.du(montre), compte))
    retards: list[ContactRsa] = []
    if montre == aujourd_hui:
        retards = list(
            visibles(tous.sans_suite(aujourd_hui), compte).order_by("-date", "heure", "ref")[: EN_RETARD + 1]
        )
    comptes = Counter(c.statut for c in contacts)
    un_jour = datetime.timedelta(days=1)
    return render(
        request,
        "insertion_sociale/pointage.html",
        {
            "jour": montre,
            "aujourd_hui": aujourd_hui,
            "veille": f"{montre - un_jour:%Y-%m-%d}",
            "lendemain": f"{montre + un_jour:%Y-%m-%d}",
            "qui": qui,
            "choisir": compte.intervenant_id is not None,
            "lignes": _lignes(contacts, precedents(contacts)),
            "retards": _lignes(retards[:EN_RETARD], {}),
            "davantage": len(retards) > EN_RETARD,
            "comptes": [
                (ETATS_CONTACT[statut], statut.label, comptes[statut])
                for statut in ContactRsa.Statut
                if comptes[statut]
            ],
            "lettres": urlencode(
                {
                    "contact": [
                        c.pk
                        for c in contacts
                        if c.type == ContactRsa.Type.CONVOCATION and c.statut == ContactRsa.Statut.PREVU
                    ][:LOT_MAXIMUM]
                },
                doseq=True,
            ),
        },
    )


@require_POST
@acces(roles.pole_social)
def contact_rsa_pointer(request: HttpRequest, pk: int, statut: str = "") -> HttpResponse:
    """Say what became of an appointment: `statut`, in the address or in the form.

    `avant` is the status that the page showed (« prévu » unless said): when a colleague changed it meanwhile, nothing is
    overwritten and it is told.
    """
    compte = compte_de(request)
    voulu = statut or request.POST.get("statut", "")
    if voulu not in ContactRsa.Statut.values:
        raise Http404
    contact = get_object_or_404(modifiables(ContactRsa.objects.all(), compte).select_related("suivi__personne"), pk=pk)
    retour = chemin_local(request, f"{reverse('pointage', args=[f'{contact.date:%Y-%m-%d}'])}#contact-{pk}")
    if pointer(pk, request.POST.get("avant", ContactRsa.Statut.PREVU), voulu) is None:
        contact.refresh_from_db()
        messages.warning(
            request,
            # The name of the person stays out: messages may travel in a cookie.
            f"Un collègue a déjà noté «\u202f{contact.get_statut_display()}\u202f» pour ce rendez-vous\u202f: rien n’est "
            "changé. Corrigez si besoin.",
        )
    return redirect(retour)
