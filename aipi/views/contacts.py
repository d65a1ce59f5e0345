"""One form to note a contact of any kind, opened from anywhere; the page that corrects one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_http_methods

from aipi import enonces, roles
from aipi.contacts import GenreContact, Possible, genre_habituel, genres
from aipi.models import Compte, Personne
from aipi.periodes import jour_francais
from aipi.roles import acces, compte_de, modifiables, personnes_ouvertes
from aipi.saisie import saisir
from aipi.saisie_contact import FormulaireContact
from aipi.tournees import Position, est_cle, position


def _vers(personne: Personne, code: str, tour: Position | None) -> str:
    """The form of a contact with `personne`, within the round."""
    adresse = reverse("contact_create", args=[personne.pk, code])
    return f"{adresse}?tournee={tour.adresse}" if tour is not None else adresse


def _tournee(tour: Position) -> str:
    return reverse("tournee_detail", args=[tour.tournee.code, tour.cle])


def _possibles(
    parmi: list[GenreContact],
    suivis_de: Callable[[GenreContact], list[Any]],
    jour: datetime.date,
    code: str,
    suivi: str,
) -> tuple[list[Possible], list[Possible]]:
    """The kinds that may be noted today, and those whose follow-ups are all over.

    `suivi` asks for one follow-up, over or not, of the kind `code`: what took place before its end may be noted after.
    """
    ouverts, clos = [], []
    for genre in parmi:
        tous = suivis_de(genre)
        choisis = [s for s in tous if str(s.pk) == suivi] if genre.code == code and est_cle(suivi) else []
        if choisis or (choisis := genre.ouverts(tous, jour)):
            ouverts.append(Possible(genre, choisis))
        elif tous:
            clos.append(Possible(genre, tous[:1]))
    return ouverts, clos


def _contexte(
    genre: GenreContact,
    form: FormulaireContact,
    compte: Compte,
    personne: Personne,
    jour: datetime.date,
    autre_que: int | None = None,
) -> dict[str, Any]:
    return {
        "genre": genre,
        "personne": personne,
        "jour": jour,
        # Read when it is shown: a contact that is saved shows nothing.
        "rappel": SimpleLazyObject(lambda: genre.rappel(compte, personne, form, jour, autre_que)),
    }


def _fait(fait: str, form: FormulaireContact) -> str:
    """What is said once saved: also the appointment taken, and what may be odd."""
    if not form.is_valid():
        return fait
    phrases = [fait]
    if rdv := form.cleaned_data.get("rdv_date"):
        phrases.append(f"Prochain rendez-vous le {jour_francais(rdv)}.")
    return " ".join([*phrases, *form.remarques()])


@require_http_methods(["GET", "HEAD", "POST"])
@acces(roles.pole_pro, roles.pole_social)
def contact_create(request: HttpRequest, personne_id: int, type: str = "") -> HttpResponse:
    """Note a contact; sent twice, it is kept once. Without `type`, the usual kind for this person is shown."""
    compte = compte_de(request)
    trouvees = enonces.lire(
        "contact.personne", compte, [personne_id], lambda cles: personnes_ouvertes(compte).filter(pk__in=cles)
    )
    if not trouvees:
        raise Http404
    personne = trouvees[0]
    jour = timezone.localdate()
    connus = genres(compte)
    if type and type not in {genre.code for genre in connus}:
        raise Http404
    suivis_de = cache(lambda genre: genre.suivis(compte, personne))
    demande = request.GET.get("suivi", "")
    if type:
        # The other kinds are read when the page is shown: a contact that is saved shows nothing.
        ouverts, _ = _possibles([genre for genre in connus if genre.code == type], suivis_de, jour, type, demande)
        choisi = next(iter(ouverts), None)
    else:
        ouverts, _ = _possibles(connus, suivis_de, jour, type, demande)
        choisi = genre_habituel(ouverts, compte, personne, jour)
    tour = position(compte, request.GET.get("tournee", ""), personne, jour)

    def onglets() -> list[tuple[GenreContact, str]]:
        ouverts, _ = _possibles(connus, suivis_de, jour, type, demande)
        return [(p.genre, _vers(personne, p.genre.code, tour)) for p in ouverts]

    if choisi is None:
        ouverts, clos = _possibles(connus, suivis_de, jour, type, demande)
        return render(
            request,
            "aipi/contact_impossible.html",
            {
                "personne": personne,
                "onglets": onglets(),
                "clos": [(p.genre, p.suivis[0], p.genre.formulaire.bornes(p.suivis[0])[1]) for p in clos],
                "ouvrables": [g for g in connus if g not in [p.genre for p in ouverts]],
            },
        )
    genre = choisi.genre
    form = genre.formulaire(
        request.POST or None,
        compte=compte,
        personne=personne,
        suivis=choisi.suivis,
        a_regler=lambda: genre.a_regler(compte, personne, jour),
    )
    dossier = reverse("personne_detail", args=[personne.pk])
    retour = dossier if tour is None else _tournee(tour)
    if tour is not None and tour.suivante is not None and "suivant" in request.POST:
        retour = _vers(tour.suivante, tour.tournee.contact, tour)
    return saisir(
        request,
        form,
        "aipi/contact_create.html",
        {
            **_contexte(genre, form, compte, personne, jour),
            "onglets": SimpleLazyObject(onglets),
            "tour": tour,
            "passer": _vers(tour.suivante, tour.tournee.contact, tour) if tour and tour.suivante else "",
            "annuler": dossier if tour is None else _tournee(tour),
        },
        retour=retour,
        fait=f"{personne}\u202f: {_fait(genre.fait, form)}" if tour is not None else _fait(genre.fait, form),
        deja=genre.deja,
        adresse=lambda contact: reverse(genre.correction, args=[contact.pk]),
    )


def corriger_contact(request: HttpRequest, genre: GenreContact, pk: int) -> HttpResponse:
    """Correct a contact of one kind, whoever wrote it; each pole gives it its address."""
    compte = compte_de(request)
    if not genre.accessible(compte):
        raise PermissionDenied
    champ = genre.formulaire.champ_suivi
    lignes = modifiables(genre.modele._default_manager.all(), compte)
    contact = get_object_or_404(lignes.select_related(f"{champ}__personne"), pk=pk)
    suivi = getattr(contact, champ)
    jour = timezone.localdate()
    form = genre.formulaire(
        request.POST or None, compte=compte, personne=suivi.personne, suivis=[suivi], instance=contact
    )
    dossier = reverse("personne_detail", args=[suivi.personne_id])
    return saisir(
        request,
        form,
        "aipi/contact_create.html",
        {
            **_contexte(genre, form, compte, suivi.personne, jour, contact.pk),
            "modele": contact._meta.label_lower,
            "annuler": dossier,
        },
        retour=dossier,
        fait=_fait(genre.corrige, form),
    )
