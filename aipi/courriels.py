"""Messages sent by e-mail, where the installation has a mail server. Nothing here is needed to work: every link is shown on a screen too."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django_tasks import task

from aipi import liens
from aipi.models import Compte, LienCompte

journal = logging.getLogger("aipi.securite")


def possibles() -> bool:
    """The installation names a mail server."""
    return bool(settings.EMAIL_HOST)


def envoyer(destinataire: str, sujet: str, texte: str) -> bool:
    """Send a message; False when the server refuses or does not answer. Nothing of it goes to the log."""
    if not possibles():
        return False
    try:
        EmailMessage(sujet, texte, to=[destinataire]).send()
    except (smtplib.SMTPException, OSError) as erreur:
        journal.warning("un message n’a pas pu partir (%s)", type(erreur).__name__)
        return False
    return True


def envoyer_lien(compte: Compte, lien: LienCompte, adresse: str) -> bool:
    """Send the one-time link to its account."""
    fin = liens.fin(lien)
    if lien.usage == LienCompte.Usage.INVITATION:
        sujet = "Votre accès à AIPi"
        debut = "Un accès à AIPi, le logiciel des dossiers de l’association, est ouvert à votre nom."
    else:
        sujet = "Votre nouveau mot de passe AIPi"
        debut = "Un nouveau mot de passe a été demandé pour votre compte AIPi."
    texte = (
        f"Bonjour,\n\n{debut} Choisissez votre mot de passe en ouvrant ce lien, qui ne sert qu’une fois, jusqu’au {fin}\u202f:"
        f"\n\n{adresse}\n\nSi vous n’attendiez pas ce message, ne faites rien\u202f: sans ce lien, rien ne change.\n"
    )
    return envoyer(compte.courriel, sujet, texte)


@task()
def demande_de_mot_de_passe(compte: int, site: str) -> None:
    """Send a link to an account that asked for a new password; 0 stands for an address that no account has.

    In the background and for both alike, so that the page answers as fast to one as to the other.
    """
    demandeur = Compte.objects.filter(pk=compte, is_active=True).first()
    if demandeur is not None:
        lien, secret = liens.creer(demandeur, LienCompte.Usage.MOT_DE_PASSE)
        envoyer_lien(demandeur, lien, site.rstrip("/") + liens.chemin(secret))


@task()
def avis(compte: int, texte: str) -> None:
    """Tell the owner of an account what changed in how it is opened."""
    proprietaire = Compte.objects.filter(pk=compte).first()
    if proprietaire is not None:
        envoyer(
            proprietaire.courriel,
            "Un changement sur votre compte AIPi",
            f"Bonjour,\n\n{texte}\n\nSi ce n’est pas vous, prévenez tout de suite l’administrateur de l’association.\n",
        )


def prevenir(compte: Compte, texte: str) -> None:
    """Log a change of how an account is opened, and tell its owner where there is a mail server."""
    journal.info("compte %s: %s", compte.pk, texte)
    if possibles():
        avis.enqueue(compte=compte.pk, texte=texte)
