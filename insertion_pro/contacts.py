"""The interview of the ACI, as a kind of contact; the round of a team."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef

from aipi import enonces, roles, tournees
from aipi.contacts import EnCours, GenreContact, Rappel, inscrire
from aipi.models import Compte, Personne
from aipi.roles import visibles
from aipi.saisie_contact import FormulaireContact
from aipi.tournees import Arret, Choix, Tournee

from .forms.entretiens import EntretienForm
from .models import Contrat, Entretien, Equipe, Parcours


class EntretienAci(GenreContact):
    """An interview with an employee of the ACI."""

    code = "entretien"
    libelle = "Entretien ACI"
    ordre = 10
    titre = "Noter un entretien"
    titre_correction = "Corriger un entretien"
    fait = "L’entretien est enregistré."
    deja = "L’entretien était déjà enregistré."
    corrige = "L’entretien est corrigé."
    gabarit = "insertion_pro/entretien_champs.html"
    gabarit_suite = "insertion_pro/entretien_freins.html"
    correction = "entretien_update"
    ouverture = "parcours_create"
    libelle_ouverture = "Ouvrir un parcours en ACI"
    formulaire = EntretienForm

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_pro(compte)

    def suivis(self, compte: Compte, personne: Personne) -> list[Parcours]:
        return enonces.lire(
            "contact.parcours",
            compte,
            [personne.pk],
            lambda cles: visibles(Parcours.objects.filter(personne__in=cles), compte).order_by("-date_entree", "-ref"),
        )

    def rappel(
        self, compte: Compte, personne: Personne, form: FormulaireContact, jour: datetime.date, autre_que: int | None
    ) -> Rappel:
        assert isinstance(form, EntretienForm)
        contrat = (
            visibles(Contrat.objects.filter(parcours__in=form.suivis.values()), compte)
            .select_related("equipe")
            .order_by("-date_debut", "-ref")
            .first()
        )
        return Rappel(
            derniers=[
                self.echange(
                    entretien,
                    compte,
                    f"Entretien {entretien.get_objet_display().lower()}" if entretien.objet else "Entretien",
                    (entretien.lieu, entretien.intervenant),
                )
                for entretien in self.derniers(compte, personne, autre_que).select_related("lieu", "intervenant")
            ],
            attendus=self.attendus(compte, personne, jour),
            en_cours=[EnCours(f"Contrat, {contrat.equipe}", contrat.date_fin)] if contrat else [],
            freins=[frein for frein in form.freins.values() if frein.date_fin is None],
        )


class Chantier(Tournee):
    """The visit of a team: everyone in contract there today, seen once an interview is dated today."""

    code = "chantier"
    libelle = "Visite d’une équipe"
    contact = EntretienAci.code

    def accessible(self, compte: Compte) -> bool:
        return roles.pole_pro(compte)

    def choix(self, compte: Compte, jour: datetime.date) -> list[Choix]:
        equipes = visibles(Equipe.objects.filter(contrats__in=Contrat.objects.en_vigueur_le(jour)), compte)
        return [
            Choix(str(equipe.pk), equipe.nom, equipe.atelier.nom)
            for equipe in equipes.select_related("atelier").distinct().order_by("nom", "code")
        ]

    def intitule(self, compte: Compte, cle: str) -> str | None:
        equipe = visibles(Equipe.objects.filter(pk=int(cle)), compte).first() if tournees.est_cle(cle) else None
        return None if equipe is None else f"Visite\u202f: {equipe.nom}"

    def arrets(self, compte: Compte, cle: str, jour: datetime.date) -> list[Arret]:
        parcours = visibles(
            Parcours.objects.filter(contrats__in=Contrat.objects.en_vigueur_le(jour).filter(equipe=int(cle))), compte
        )
        du_jour = visibles(Entretien.objects.filter(date=jour, parcours=OuterRef("pk")), compte)
        lignes = parcours.select_related("personne").annotate(vu=Exists(du_jour)).distinct()
        lignes = lignes.order_by("personne__recherche", "personne", "pk")
        return [Arret(ligne.personne, vu=ligne.vu) for ligne in lignes]


inscrire(EntretienAci())
tournees.inscrire(Chantier())
