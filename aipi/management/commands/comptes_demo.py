"""The demonstration accounts: one for each role, one social worker for each pole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.crypto import salted_hmac

from aipi import demonstration, roles, second_facteur
from aipi.models import Compte, Financeur, Intervenant, SecondFacteur

Role = Compte.Role


@dataclass(frozen=True)
class CompteDemo:
    """An account to make. `relations`: the rows that the member of staff it stands for has, most of the first."""

    prefixe: str
    nom: str
    role: Compte.Role
    relations: tuple[str, ...] = ()
    poles: dict[str, bool] = field(default_factory=dict)

    @property
    def courriel(self) -> str:
        return f"{self.prefixe}@{demonstration.DOMAINE}"


COMPTES = (
    CompteDemo("direction", "Direction", Role.DIRECTEUR),
    CompteDemo("cip", "Conseillère en insertion (ACI)", Role.TRAVAILLEUR_SOCIAL, ("parcours",), {"pole_pro": True}),
    CompteDemo(
        "rsa",
        "Référente RSA et logement",
        Role.TRAVAILLEUR_SOCIAL,
        ("suivis_rsa", "mesures_logement"),
        {"pole_social": True},
    ),
    CompteDemo("encadrant", "Encadrant technique", Role.ENCADRANT, ("equipes",)),
    CompteDemo("financeur", "Financeur", Role.FINANCEUR),
    CompteDemo("admin", "Administration", Role.ADMINISTRATEUR),
)


def _intervenant(compte: CompteDemo, pris: set[int]) -> Intervenant | None:
    """A free member of staff of that role: the one with most of these relations, then with most files, then by code."""
    libres: QuerySet[Intervenant] = Intervenant.objects.filter(role=compte.role).exclude(pk__in=pris).order_by("code")
    effectifs = {f"nombre_{relation}": Count(relation, distinct=True) for relation in compte.relations}

    def charge(intervenant: Intervenant) -> tuple[int, int]:
        nombres: list[int] = [getattr(intervenant, nom) for nom in effectifs]
        return sum(nombre > 0 for nombre in nombres), sum(nombres[:1])

    return max(libres.annotate(**effectifs), key=charge, default=None)


class Command(BaseCommand):
    help = "Crée ou remet en état les comptes de démonstration et affiche leur mot de passe."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Cette installation n’est pas une démonstration (AIPI_DEMONSTRATION n’est pas « oui »).")
        # Made from the installation's own key: the same at every start, known to nobody else.
        mot_de_passe = f"Demo-{salted_hmac('comptes_demo', 'mot de passe').hexdigest()[:12]}"
        with transaction.atomic():
            comptes = [self._preparer(modele, mot_de_passe) for modele in COMPTES]
        self.stdout.write("Comptes de démonstration (personnes fictives) :")
        largeur = max(len(compte.courriel) for compte in comptes)
        for compte in comptes:
            self.stdout.write(f"  {compte.courriel:<{largeur}}  {compte.get_role_display()} — {compte.nom}")
        self.stdout.write("Second facteur, demandé aux comptes de direction et d’administration :")
        self.stdout.write(
            "  le code du moment est écrit sur la page qui le demande ; « manage.py code_demo » l’affiche aussi."
        )
        for compte in comptes:
            if roles.second_facteur_obligatoire(compte):
                secret = demonstration.secret(compte.courriel)
                self.stdout.write(f"  {compte.courriel:<{largeur}}  secret pour une application de codes : {secret}")
        self.stdout.write(f"Mot de passe de tous ces comptes : {mot_de_passe}")

    def _preparer(self, modele: CompteDemo, mot_de_passe: str) -> Compte:
        compte = Compte.objects.filter(courriel=modele.courriel).first() or Compte(courriel=modele.courriel)
        compte.nom, compte.role, compte.is_active = modele.nom, modele.role, True
        for pole, vrai in modele.poles.items():
            setattr(compte, pole, vrai)
        if modele.role in Intervenant.Role.values and compte.intervenant is None:
            pris = set(Compte.objects.exclude(intervenant=None).order_by().values_list("intervenant", flat=True))
            compte.intervenant = _intervenant(modele, pris)
        if modele.role == Role.FINANCEUR and compte.financeur is None:
            # The one that pays for most of the actions has most to read.
            actions = Count("conventions__action", distinct=True)
            compte.financeur = Financeur.objects.annotate(actions=actions).order_by("-actions", "code").first()
        compte.set_password(mot_de_passe)
        compte.save()
        if roles.second_facteur_obligatoire(compte):
            self._proteger(compte)
        return compte

    def _proteger(self, compte: Compte) -> None:
        """Give back the demonstration’s second factor in place of any other; one that is there keeps its used codes."""
        secret = demonstration.secret(compte.courriel)
        for facteur in compte.seconds_facteurs.all():
            if facteur.type == SecondFacteur.Type.APPLICATION and second_facteur.dechiffrer(facteur.secret) == secret:
                return
            facteur.delete()
        second_facteur.ajouter_application(compte, secret, "Démonstration")
