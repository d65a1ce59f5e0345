"""Screens and the pages of Django's administration that show or write the same rows, asked for in turns in one process."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from aipi import sessions
from aipi.models import Compte, Personne
from aipi.periodes import Periode
from aipi.saisie import nouveau_jeton
from bench.plancher_urls import site
from insertion_pro.models import Contrat, Equipe, Parcours, ReleveHeures
from insertion_sociale.forms.contacts import ContactRsaForm
from insertion_sociale.models import ContactRsa, SuiviRsa

MOIS = datetime.date(2022, 6, 1)
Demande = Callable[[], HttpResponseBase]


def preparer() -> dict[str, Any]:
    """One team keeps the size it has in the demonstration: a workshop does not grow with the association.

    The copies of its contracts go to a team apart. Open stays stay open, as they are in the demonstration.
    """
    equipe = _equipe()
    autre = Equipe.objects.create(code=f"{equipe.code}-copies", nom="Équipe des copies", atelier=equipe.atelier)
    copies = Contrat.objects.filter(equipe=equipe, ref__contains="/")
    copies.update(equipe=autre)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")
    return {
        "personnes": Personne.objects.count(),
        "contacts": ContactRsa.objects.count() + Parcours.objects.aggregate(n=Count("entretiens"))["n"],
        "equipe": ReleveHeures.objects.filter(contrat__equipe=equipe, mois=MOIS).count(),
    }


def _equipe() -> Equipe:
    equipes = Equipe.objects.exclude(code__endswith="-copies")
    ligne = (
        ReleveHeures.objects.filter(mois=MOIS, contrat__equipe__in=equipes)
        .exclude(contrat__ref__contains="/")
        .order_by()
        .values_list("contrat__equipe")
        .annotate(n=Count("pk"))
        .order_by("-n")
    )
    return Equipe.objects.get(pk=ligne[0][0])


def _suivi() -> SuiviRsa:
    """An open follow-up whose person has many contacts, the same at any size."""
    ouverts = SuiviRsa.objects.ouverts_le(timezone.localdate()).exclude(ref__contains="/")
    return ouverts.annotate(n=Count("contacts"), dernier=Max("contacts__date")).order_by("-n", "ref")[0]


def _client() -> Client:
    # Tests are not run, pages are: neither templates nor mails are instrumented.
    settings.ROOT_URLCONF = "bench.plancher_urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    compte, _ = Compte.objects.get_or_create(courriel="mesures@exemple.fr", role=Compte.Role.DIRECTEUR)
    client = Client(raise_request_exception=True)
    entrer(client, compte)
    return client


def entrer(client: Client, compte: Compte) -> None:
    """Sign in, second factor given: a director opens nothing without one."""
    client.force_login(compte)
    session = client.session
    session[sessions.MARQUE] = sessions.neuf(second=True)
    session.save()


def _lire(client: Client, adresse: str, donnees: dict[str, str] | None = None) -> Demande:
    def demander() -> HttpResponseBase:
        reponse = client.get(adresse, donnees)
        if reponse.status_code != 200:
            raise SystemExit(f"{adresse} répond {reponse.status_code}.")
        return reponse

    return demander


def _ecrire(client: Client, adresse: str, donnees: Callable[[], dict[str, str]]) -> Demande:
    def envoyer() -> HttpResponseBase:
        reponse = client.post(adresse, donnees())
        if reponse.status_code != 302:
            raise SystemExit(f"{adresse} n’a pas enregistré.")
        return reponse

    return envoyer


def couples() -> dict[str, tuple[Demande, Demande]]:
    """For each screen, the request made to the software and the one made to the administration."""
    client = _client()
    compte = Compte.objects.get(courriel="mesures@exemple.fr")
    suivi, equipe = _suivi(), _equipe()
    personne = suivi.personne
    recherche = {"q": personne.nom[:4].lower()}
    rang = iter(range(10**6))

    def contact() -> dict[str, str]:
        jeton = nouveau_jeton(ContactRsaForm.prefixe, f"{ContactRsaForm.prefixe}:{personne.pk}:{compte.pk}")
        return {"jeton": jeton, "date": "2022-11-08", "type": "visite", "statut": "honore", "note": "Point budget"}

    def contact_admin() -> dict[str, str]:
        numero = f"MES-{time.time_ns()}-{next(rang)}"
        return {
            "ref": numero, "suivi": str(suivi.pk), "date": "2022-11-08", "type": "visite", "statut": "honore",
            "note": "Point budget",
        }  # fmt: skip

    def admin(nom: str, *arguments: Any) -> str:
        return reverse(f"plancher:{nom}", args=arguments, current_app=site.name)

    grille = {"contrat__equipe__id__exact": str(equipe.pk), "mois": f"{MOIS:%Y-%m-%d}"}
    return {
        "liste (suivis RSA)": (
            _lire(client, reverse("suivi_rsa_list")),
            _lire(client, admin("insertion_sociale_suivirsa_changelist")),
        ),
        "liste (parcours)": (
            _lire(client, reverse("parcours_list")),
            _lire(client, admin("insertion_pro_parcours_changelist")),
        ),
        "liste (contacts RSA)": (
            _lire(client, reverse("contact_rsa_list")),
            _lire(client, admin("insertion_sociale_contactrsa_changelist")),
        ),
        "recherche (liste)": (
            _lire(client, reverse("personne_list"), recherche),
            _lire(client, admin("aipi_personne_changelist"), recherche),
        ),
        "recherche (en tapant)": (
            _lire(client, reverse("personne_suggestions"), recherche),
            _lire(client, admin("aipi_personne_changelist"), recherche),
        ),
        "dossier, contre la fiche et ses suivis": (
            _lire(client, reverse("personne_detail", args=[personne.pk])),
            _lire(client, reverse("plancher-dossiers:aipi_personne_change", args=[personne.pk])),
        ),
        "dossier, contre la fiche seule": (
            _lire(client, reverse("personne_detail", args=[personne.pk])),
            _lire(client, admin("aipi_personne_change", personne.pk)),
        ),
        "enregistrer un contact": (
            _ecrire(client, f"{reverse('contact_create', args=[personne.pk, 'rsa'])}?suivi={suivi.pk}", contact),
            _ecrire(client, admin("insertion_sociale_contactrsa_add"), contact_admin),
        ),
        "grille d’heures": (
            _lire(client, reverse("heures_grille", args=[equipe.pk, Periode.du_mois(MOIS).debut])),
            _lire(client, admin("insertion_pro_releveheures_changelist"), grille),
        ),
    }


def _processeur() -> Callable[[], float]:
    """Seconds of processor spent so far by this process, and by the server of its connection where there is one.

    What a page waits for is left out: other work on the machine weighs on it, and not alike on both sides.
    """
    if connection.vendor == "sqlite":
        return time.process_time
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_backend_pid()")
        emploi = Path(f"/proc/{curseur.fetchone()[0]}/schedstat")
    return lambda: time.process_time() + int(emploi.read_text(encoding="ascii").split()[0]) / 1e9


def _effacer_apres(debut: int) -> None:
    ContactRsa.objects.filter(pk__gt=debut).delete()


def _dernier_contact() -> int:
    return ContactRsa.objects.aggregate(dernier=Max("pk"))["dernier"] or 0


def requetes() -> dict[str, int]:
    """Queries of each screen; what was written is taken away."""
    debut = _dernier_contact()
    comptees = {}
    for nom, (ecran, _) in couples().items():
        ecran()
        with CaptureQueriesContext(connection) as lues:
            ecran()
        comptees[nom] = len(lues)
    _effacer_apres(debut)
    return comptees


def mesurer(tours: int) -> Iterator[tuple[str, list[float], list[float]]]:
    """Seconds of each request, software and floor in turns, two of each not counted; what was written is taken away."""
    debut = _dernier_contact()
    horloge = _processeur()
    for nom, demandes in couples().items():
        temps: list[list[float]] = [[], []]
        for tour in range(tours + 2):
            for rang, demande in enumerate(demandes):
                depart = horloge()
                demande()
                if tour > 1:
                    temps[rang].append(horloge() - depart)
        yield nom, temps[0], temps[1]
    _effacer_apres(debut)
