"""The accounts, held by the administrator: invited by a one-time link, corrected, helped when something is lost, closed."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aipi import courriels, liens, remises, second_facteur, sessions
from aipi.forms import CompteForm
from aipi.listes import page_de
from aipi.models import Compte, LienCompte, SecondFacteur
from aipi.roles import acces, administrateur, compte_de, visibles
from aipi.texte import replier
from aipi.views.securite import confirme

journal = logging.getLogger("aipi.securite")


def _comptes(request: HttpRequest) -> Any:
    return visibles(Compte.objects.all(), compte_de(request))


@require_safe
@acces(administrateur)
def compte_list(request: HttpRequest) -> HttpResponse:
    """Every account: who may sign in, who has not answered yet, who has a second factor."""
    en_cours = LienCompte.objects.filter(
        compte=OuterRef("pk"), usage=LienCompte.Usage.INVITATION, expire_le__gt=timezone.now()
    )
    comptes = (
        _comptes(request)
        .select_related("intervenant", "financeur")
        .annotate(protege=Exists(SecondFacteur.objects.filter(compte=OuterRef("pk"))), invitation=Exists(en_cours))
        .order_by("-is_active", "nom", "courriel")
    )
    cherche = request.GET.get("q", "").strip()[:100]
    if cherche:
        comptes = comptes.filter(Q(nom__icontains=cherche) | Q(courriel__icontains=replier(cherche)))
    contexte = {"page": page_de(request, comptes), "q": cherche}
    return render(request, "compte/compte_list.html", contexte)


@sensitive_variables("secret")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acces(administrateur)
@confirme
def compte_create(request: HttpRequest) -> HttpResponse:
    """Invite somebody: the account is made at once, without a password; its link chooses one."""
    form = CompteForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            compte = form.save(commit=False)
            compte.set_unusable_password()
            compte.save()
            lien, secret = liens.creer(compte, LienCompte.Usage.INVITATION)
        journal.info("compte %s: invité par le compte %s", compte.pk, compte_de(request).pk)
        return _montrer(request, compte, lien, secret)
    return render(request, "compte/compte_form.html", {"form": form})


@sensitive_variables("secret", "adresse")
def _montrer(request: HttpRequest, compte: Compte, lien: LienCompte, secret: str) -> HttpResponse:
    """The link, this once, to be given by hand; sent as well where there is a mail server."""
    adresse = request.build_absolute_uri(liens.chemin(secret))
    contexte = {
        "compte": compte,
        "lien": adresse,
        "fin": liens.fin(lien),
        "invitation": lien.usage == LienCompte.Usage.INVITATION,
        "courriel_possible": courriels.possibles(),
        "parti": courriels.envoyer_lien(compte, lien, adresse),
    }
    return render(request, "compte/compte_lien.html", contexte)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@acces(administrateur)
@confirme
def compte_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an account, and what can be done for it."""
    compte = get_object_or_404(_comptes(request), pk=pk)
    form = CompteForm(request.POST or None, instance=compte)
    if request.method == "POST":
        if _derniere_administration(compte) and request.POST.get("role") != Compte.Role.ADMINISTRATEUR:
            form.add_error("role", "C’est le dernier administrateur actif\u202f: nommez-en un autre avant.")
        elif form.is_valid():
            _enregistrer(request, form)
            return redirect("compte_detail", pk)
        compte.refresh_from_db()
    contexte = {
        "form": form,
        "compte": compte,
        "sien": compte == compte_de(request),
        "facteurs": compte.seconds_facteurs.count(),
        "sessions": compte.sessions_ouvertes.count(),
        "invitation": compte.liens.filter(usage=LienCompte.Usage.INVITATION, expire_le__gt=timezone.now()).first(),
    }
    return render(request, "compte/compte_detail.html", contexte)


def _enregistrer(request: HttpRequest, form: CompteForm) -> None:
    """What changes what may be seen ends the sessions: the next one is opened with the rights of now."""
    compte = form.save()
    if {"role", "courriel", "pole_pro", "pole_social", "intervenant", "financeur"} & set(form.changed_data):
        journal.info(
            "compte %s: %s changés par le compte %s", compte.pk, ", ".join(form.changed_data), compte_de(request).pk
        )
        courriels.prevenir(compte, "L’administrateur a changé l’adresse ou les accès du compte.")
        if compte != compte_de(request):
            sessions.fermer_toutes(compte)
    messages.success(request, "Le compte est corrigé.")


def _derniere_administration(compte: Compte) -> bool:
    """Without this account nobody could open another."""
    actifs = Compte.objects.filter(role=Compte.Role.ADMINISTRATEUR, is_active=True)
    return compte.role == Compte.Role.ADMINISTRATEUR and not actifs.exclude(pk=compte.pk).exists()


@never_cache
@require_POST
@acces(administrateur)
@confirme
def compte_lien(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time link: an invitation again for who never came, a new password for the others. Nobody else chooses it."""
    compte = get_object_or_404(_comptes(request), pk=pk, is_active=True)
    usage = LienCompte.Usage.MOT_DE_PASSE if compte.has_usable_password() else LienCompte.Usage.INVITATION
    lien, secret = liens.creer(compte, usage)
    journal.info("compte %s: lien donné par le compte %s", compte.pk, compte_de(request).pk)
    return _montrer(request, compte, lien, secret)


@require_POST
@acces(administrateur)
@confirme
def compte_second_facteur(request: HttpRequest, pk: int) -> HttpResponse:
    """A telephone is lost: the second factors go and the sessions end. Never one's own: another administrator sees to it."""
    compte = get_object_or_404(_comptes(request).exclude(pk=compte_de(request).pk), pk=pk)
    with transaction.atomic():
        for facteur in compte.seconds_facteurs.all():
            second_facteur.retirer(facteur)
        sessions.fermer_toutes(compte)
    courriels.prevenir(compte, "L’administrateur a retiré les seconds facteurs du compte.")
    messages.success(request, "Les seconds facteurs sont retirés et les sessions fermées.")
    return redirect("compte_detail", pk)


@require_POST
@acces(administrateur)
@confirme
def compte_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """End every session of an account; its own but this one."""
    compte = get_object_or_404(_comptes(request), pk=pk)
    fermees = sessions.fermer(sessions.autres(request, compte))
    journal.info("compte %s: %s sessions fermées par le compte %s", compte.pk, fermees, compte_de(request).pk)
    messages.success(request, "Toutes ses sessions sont fermées.")
    return redirect("compte_detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@acces(administrateur)
@confirme
def compte_depart(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account: said once with what will happen, then its files are handed over."""
    compte = get_object_or_404(_comptes(request), pk=pk, is_active=True)
    retenu = compte == compte_de(request) or _derniere_administration(compte)
    charges = remises.charges(compte.intervenant) if compte.intervenant else []
    if request.method == "POST" and not retenu:
        with transaction.atomic():
            compte.is_active = False
            compte.agenda = None
            compte.save(update_fields=["is_active", "agenda"])
            compte.liens.all().delete()
            sessions.fermer_toutes(compte)
        journal.info("compte %s: fermé par le compte %s", compte.pk, compte_de(request).pk)
        messages.success(request, f"Le compte de {compte} est fermé, et ses sessions avec lui.")
        if any(charge.nombre for charge in charges):
            return redirect(f"{reverse('remise')}?de={compte.intervenant_id}")
        return redirect("compte_list")
    return render(request, "compte/compte_depart.html", {"compte": compte, "charges": charges, "retenu": retenu})


@require_POST
@acces(administrateur)
@confirme
def compte_retour(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again. The files that were handed over stay where they are."""
    compte = get_object_or_404(_comptes(request), pk=pk, is_active=False)
    compte.is_active = True
    compte.save(update_fields=["is_active"])
    journal.info("compte %s: rouvert par le compte %s", compte.pk, compte_de(request).pk)
    messages.success(request, f"Le compte de {compte} est rouvert, avec son mot de passe d’avant.")
    return redirect("compte_detail", pk)
