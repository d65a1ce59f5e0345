"""Entry of an RSA contact and of a housing intervention."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.http import QueryDict

from aipi.models import Compte, Personne
from aipi.saisie import Issue
from aipi.saisie_contact import LIEU_MAXIMUM, FormulaireContact, champ_heure
from insertion_sociale.models import (
    ContactRsa,
    DemarcheContactRsa,
    DemarcheLogement,
    InterventionLogement,
    MesureLogement,
    RendezVousLogement,
    SuiviRsa,
)


class ContactRsaForm(FormulaireContact):
    """A convocation, a visit or a call, kept unless said otherwise. An appointment is itself a contact, « prévu »."""

    prefixe = "CTR"
    champ_suivi = "suivi"
    modele_demarche = DemarcheContactRsa
    champ_demarche = "contact"
    modele_rendez_vous = ContactRsa
    details = ("heure", "lieu", "intervenant")

    heure = champ_heure(label="Heure", required=False)
    lieu = forms.CharField(
        label="Lieu",
        required=False,
        validators=[MaxLengthValidator(LIEU_MAXIMUM, "Ce lieu dépasse 250 caractères.")],
    )
    type = forms.ChoiceField(label="Type", choices=ContactRsa.Type.choices, widget=forms.RadioSelect)
    statut = forms.ChoiceField(label="Statut", choices=ContactRsa.Statut.choices, widget=forms.RadioSelect)

    class Meta:
        model = ContactRsa
        fields = ["date", "heure", "lieu", "type", "statut", "intervenant", "note", "note_privee"]

    def __init__(
        self,
        donnees: QueryDict | None = None,
        *,
        compte: Compte,
        personne: Personne,
        suivis: Sequence[Any],
        a_regler: Callable[[], Any | None] = lambda: None,
        instance: ContactRsa | None = None,
    ) -> None:
        super().__init__(donnees, compte=compte, personne=personne, suivis=suivis, a_regler=a_regler, instance=instance)
        if not self.nouveau or self.is_bound:
            return
        self.initial["statut"] = ContactRsa.Statut.HONORE
        if (prevu := self.a_regler) is None:
            self.initial["type"] = self._type_habituel()
        else:
            self.initial.update(type=prevu.type, heure=prevu.heure, lieu=prevu.lieu, note=prevu.note)

    def _type_habituel(self) -> str:
        """The type of the last contact that took place with the person; a convocation when there was none."""
        passes = ContactRsa.objects.filter(suivi__personne=self.personne).exclude(statut=ContactRsa.Statut.PREVU)
        dernier = passes.order_by("-date", "-pk").values_list("type", flat=True).first()
        return dernier or ContactRsa.Type.CONVOCATION

    def libelle_suivi(self, suivi: SuiviRsa) -> str:
        return f"Suivi RSA {super().libelle_suivi(suivi)}"

    def est_prevu(self) -> bool:
        return bool(self.cleaned_data["statut"] == ContactRsa.Statut.PREVU)

    def champs_rendez_vous(self) -> dict[str, Any]:
        return {"type": ContactRsa.Type.CONVOCATION, "auteur": self.compte}

    def clean(self) -> dict[str, Any]:
        nettoye = super().clean()
        regle = nettoye.get("regle")
        if regle is not None and nettoye.get("note_privee") and self._note_d_un_autre(regle):
            self.add_error(
                "note_privee",
                "Ce rendez-vous porte déjà la note privée d’un collègue\u202f: décochez-le pour garder la vôtre à part.",
            )
        return nettoye

    def _note_d_un_autre(self, contact: ContactRsa) -> bool:
        return bool(contact.note_privee) and contact.auteur_id != self.compte.pk

    def creer(self) -> tuple[Issue, Any]:
        """The appointment being noted becomes the contact, rather than a second row beside it."""
        prevu = self.cleaned_data["regle"]
        if prevu is None:
            return super().creer()
        with transaction.atomic():
            contact = ContactRsa.objects.select_for_update(of=("self",)).get(pk=prevu.pk)
            if contact.statut != ContactRsa.Statut.PREVU:
                memes = self.valeurs(contact) == self.valeurs(self.instance)
                return (Issue.DEJA if memes else Issue.AUTRE), contact
            self._reprendre(contact)
            return Issue.CREE, self.save()

    def _reprendre(self, contact: ContactRsa) -> None:
        """What was typed, on the row of the appointment. What had been written there beforehand is kept."""
        typee = self.instance
        noms = [champ for champ in self._meta.fields or [] if champ not in {"note", "note_privee"}]
        for nom in [*noms, self.champ_suivi]:
            setattr(contact, nom, getattr(typee, nom))
        contact.note = typee.note if contact.note in typee.note else f"{contact.note}\n\n{typee.note}".strip()
        if not self._note_d_un_autre(contact):
            contact.note_privee, contact.auteur = typee.note_privee, self.compte
        self.instance = contact

    def regler(self) -> None:
        """The row of the appointment is the contact: there is nothing else to mark."""


class InterventionLogementForm(FormulaireContact):
    """What was done in a housing measure on a day, by its theme."""

    prefixe = "INT"
    champ_suivi = "mesure"
    dates_suivi = ("date_debut", "date_fin")
    modele_demarche = DemarcheLogement
    champ_demarche = "intervention"
    modele_rendez_vous = RendezVousLogement

    theme = forms.ChoiceField(label="Thème", choices=InterventionLogement.Theme.choices, widget=forms.RadioSelect)

    class Meta:
        model = InterventionLogement
        fields = ["date", "theme", "intervenant", "note", "note_privee"]

    def __init__(
        self,
        donnees: QueryDict | None = None,
        *,
        compte: Compte,
        personne: Personne,
        suivis: Sequence[Any],
        a_regler: Callable[[], Any | None] = lambda: None,
        instance: InterventionLogement | None = None,
    ) -> None:
        super().__init__(donnees, compte=compte, personne=personne, suivis=suivis, a_regler=a_regler, instance=instance)
        if self.nouveau and not self.is_bound:
            passees = InterventionLogement.objects.filter(mesure__personne=personne)
            self.initial["theme"] = passees.order_by("-date", "-pk").values_list("theme", flat=True).first()

    def libelle_suivi(self, suivi: MesureLogement) -> str:
        return f"{suivi.get_dispositif_display()} {super().libelle_suivi(suivi)}"
