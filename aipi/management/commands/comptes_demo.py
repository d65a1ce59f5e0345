"""The demonstration accounts: one for each role, one social worker for each pole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.crypto import salted_hmac

from aipi.models import Compte, Financeur, Intervenant

Role = Compte.Role
DOMAINE = "demo.aipi.example"


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
        return f"{self.prefixe}@{DOMAINE}"


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
    """The member of staff of that role with the most files, not taken by another account."""
    libres: QuerySet[Intervenant] = Intervenant.objects.filter(role=compte.role).exclude(pk__in=pris)
    if not compte.relations:
        return libres.order_by("code").first()
    premiere, *autres = compte.relations
    for autre in autres:
        liees = Intervenant.objects.filter(**{f"{autre}__isnull": False})
        libres = libres.filter(pk__in=liees.order_by().values("pk"))
    return libres.annotate(charge=Count(premiere)).order_by("-charge", "code").first()


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
        return compte
