"""The RSA contact and the housing intervention, as kinds of contact; the round of a « permanence »."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from aipi import enonces, roles, tournees
from aipi.contacts import EnCours, GenreContact, Rappel, inscrire
from aipi.models import Compte, Personne, StatutRendezVous
from aipi.periodes import jour_francais
from aipi.roles import visibles
from aipi.saisie_contact import FormulaireContact
from aipi.templatetags.chiffres import heure
from aipi.tournees import Arret, Choix, Tournee

from .accompagnements import ETATS_CONTACT
from .forms.contacts import ContactRsaForm, InterventionLogementForm
from .models import ContactRsa, ContratEngagement, MesureLogement, SuiviRsa


class Social(GenreContact):
    """Common to the kinds of this pole."""

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_social(compte)


class Rsa(Social):
    """A convocation, a visit or a call within an RSA follow-up."""

    code = "rsa"
    libelle = "Contact RSA"
    ordre = 20
    titre = "Noter un contact RSA"
    titre_correction = "Corriger un contact RSA"
    fait = "Le contact est enregistré."
    deja = "Le contact était déjà enregistré."
    corrige = "Le contact est corrigé."
    gabarit = "insertion_sociale/contact_rsa_champs.html"
    correction = "contact_rsa_update"
    ouverture = "suivi_rsa_create"
    libelle_ouverture = "Ouvrir un suivi RSA"
    formulaire = ContactRsaForm

    def suivis(self, compte: Compte, personne: Personne) -> list[SuiviRsa]:
        return enonces.lire(
            "contact.suivis_rsa",
            compte,
            [personne.pk],
            lambda cles: visibles(SuiviRsa.objects.filter(personne__in=cles), compte).order_by("-date_entree", "-ref"),
        )

    def derniers(self, compte: Compte, personne: Personne, autre_que: int | None) -> QuerySet[Any]:
        """Appointments to come are told apart."""
        passes = self.contacts(compte, personne).exclude(statut=StatutRendezVous.PREVU)
        return self.rappeles(passes, autre_que)

    def rappel(
        self, compte: Compte, personne: Personne, form: FormulaireContact, jour: datetime.date, autre_que: int | None
    ) -> Rappel:
        engagement = (
            visibles(ContratEngagement.objects.filter(suivi__in=form.suivis.values()), compte)
            .order_by("-date_signature", "-ref")
            .first()
        )
        return Rappel(
            derniers=[
                self.echange(
                    contact,
                    compte,
                    contact.get_type_display(),
                    (contact.lieu, contact.intervenant),
                    etat=ETATS_CONTACT[StatutRendezVous(contact.statut)],
                    libelle_etat=contact.get_statut_display(),
                )
                for contact in self.derniers(compte, personne, autre_que)
            ],
            attendus=[attendu for attendu in self.attendus(compte, personne, jour) if attendu.pk != autre_que],
            en_cours=[EnCours(engagement.get_type_display(), engagement.date_fin)] if engagement else [],
        )


class Logement(Social):
    """An intervention within a housing measure."""

    code = "logement"
    libelle = "Logement"
    ordre = 30
    titre = "Noter une intervention logement"
    titre_correction = "Corriger une intervention logement"
    fait = "L’intervention est enregistrée."
    deja = "L’intervention était déjà enregistrée."
    corrige = "L’intervention est corrigée."
    gabarit = "insertion_sociale/intervention_logement_champs.html"
    correction = "intervention_logement_update"
    ouverture = "mesure_logement_create"
    libelle_ouverture = "Ouvrir une mesure logement"
    formulaire = InterventionLogementForm

    def suivis(self, compte: Compte, personne: Personne) -> list[MesureLogement]:
        return enonces.lire(
            "contact.mesures",
            compte,
            [personne.pk],
            lambda cles: visibles(MesureLogement.objects.filter(personne__in=cles), compte).order_by(
                "-date_debut", "-ref"
            ),
        )

    def rappel(
        self, compte: Compte, personne: Personne, form: FormulaireContact, jour: datetime.date, autre_que: int | None
    ) -> Rappel:
        return Rappel(
            derniers=[
                self.echange(intervention, compte, intervention.get_theme_display(), (intervention.intervenant,))
                for intervention in self.derniers(compte, personne, autre_que)
            ],
            attendus=self.attendus(compte, personne, jour),
            en_cours=[EnCours(f"Mesure {m.get_dispositif_display()}", m.date_fin) for m in form.suivis.values()],
        )


class Permanence(Tournee):
    """The RSA appointments of a day: those given with the account, or to the persons it is the referent of."""

    code = "permanence"
    libelle = "Permanence RSA"
    ordre = 10
    contact = Rsa.code

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_social(compte)

    def _contacts(self, compte: Compte, jour: datetime.date) -> QuerySet[ContactRsa]:
        contacts = visibles(ContactRsa.objects.filter(date=jour), compte)
        if compte.intervenant_id is None:
            return contacts
        sans_lui = Q(intervenant=None, suivi__referent=compte.intervenant_id)
        return contacts.filter(sans_lui | Q(intervenant=compte.intervenant_id))

    def choix(self, compte: Compte, jour: datetime.date) -> list[Choix]:
        return [Choix(jour.isoformat(), f"Mes rendez-vous du {jour_francais(jour)}")]

    def intitule(self, compte: Compte, cle: str) -> str | None:
        jour = tournees.jour_de(cle)
        return None if jour is None else f"Permanence du {jour_francais(jour)}"

    def arrets(self, compte: Compte, cle: str, jour: datetime.date) -> list[Arret]:
        date = tournees.jour_de(cle)
        if date is None:
            return []
        contacts = self._contacts(compte, date).select_related("suivi__personne")
        par_personne: dict[int, list[ContactRsa]] = {}
        for contact in contacts.order_by(F("heure").asc(nulls_last=True), "suivi__personne__recherche", "pk"):
            par_personne.setdefault(contact.suivi.personne_id, []).append(contact)
        return [
            Arret(
                siens[0].suivi.personne,
                vu=all(contact.statut != StatutRendezVous.PREVU for contact in siens),
                detail=heure(siens[0].heure),
            )
            for siens in par_personne.values()
        ]


inscrire(Rsa())
inscrire(Logement())
tournees.inscrire(Permanence())
