"""RSA follow-ups: entry, correction, exit; and the change of referent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from aipi.models import Compte, Intervenant, Nomenclature, Personne
from aipi.saisie import FormulaireSaisie, champ_date
from insertion_sociale.models import ContactRsa, SuiviRsa
from insertion_sociale.regles import remarques_suivi
from insertion_sociale.remplacements import remarque_rendez_vous, rendez_vous_suivent

from .champs import ChampParCategorie, preparer_code, preparer_referent

MOTIFS = {
    Nomenclature.INSERTION_PROFESSIONNELLE: "Vers l’emploi ou la formation",
    "": "Autres sorties",
}


def champ_motif() -> ChampParCategorie:
    return ChampParCategorie(
        label="Motif de sortie",
        required=False,
        categories=MOTIFS,
        help_text=(
            "Les motifs «\u202fVers l’emploi ou la formation\u202f» comptent comme une insertion professionnelle dans "
            "le rapport d’activité\u202f; les autres disent pourquoi l’accompagnement s’arrête, sans juger la personne."
        ),
    )


class SuiviRsaForm(FormulaireSaisie):
    """Orientation, entry, referent. A second follow-up open at the same time is made only when asked for."""

    prefixe = "SR"

    date_orientation = champ_date(
        label="Orienté le", required=False, help_text="Date de l’orientation par le Département, si elle est connue."
    )
    date_entree = champ_date(label="Date d’entrée")
    date_sortie = champ_date(label="Date de sortie", required=False)
    motif_sortie = champ_motif()
    second = forms.BooleanField(label="Ouvrir quand même un second suivi", required=False)

    class Meta:
        model = SuiviRsa
        fields = ["date_orientation", "date_entree", "referent", "typologie", "date_sortie", "motif_sortie"]

    def __init__(self, *args: Any, personne: Personne, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"suivi_rsa:{personne.pk}:{compte.pk}", **options)
        self.instance.personne = personne
        self.referent_avant = self.instance.referent_id
        self.rendez_vous_suivis = 0
        preparer_referent(self)
        preparer_code(self, "typologie", Nomenclature.Liste.TYPOLOGIE)
        self.fields["typologie"].label = "Ménage"
        if self.instance.date_sortie is None and self.instance.motif_sortie_id is None:
            # The exit has a page of its own; here it is only corrected.
            del self.fields["date_sortie"], self.fields["motif_sortie"]
        else:
            preparer_code(self, "motif_sortie", Nomenclature.Liste.MOTIF_SORTIE_RSA)
        if self.instance.pk is None:
            self.initial.setdefault("date_entree", timezone.localdate())
            self.initial.setdefault("referent", compte.intervenant_id)
        else:
            del self.fields["second"]

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        entree, sortie = donnees.get("date_entree"), donnees.get("date_sortie")
        if entree and sortie and sortie < entree:
            self.add_error("date_sortie", "La sortie ne peut pas précéder l’entrée.")
        if entree and self.instance.pk is None and not donnees.get("second"):
            ouvert = (
                SuiviRsa.objects.ouverts_le(max(entree, timezone.localdate()))
                .filter(personne=self.instance.personne)
                # The row that this very form made, when it is sent twice.
                .exclude(ref=self.ref or "")
                .first()
            )
            if ouvert is not None:
                self.add_error(
                    "second",
                    f"Cette personne a déjà un suivi ouvert depuis le {ouvert.date_entree:%d/%m/%Y}."
                    " Cochez la case si un second suivi doit vraiment courir en même temps.",
                )
        return donnees

    def save(self, commit: bool = True) -> SuiviRsa:
        suivi: SuiviRsa = super().save(commit)
        self.rendez_vous_suivis = rendez_vous_suivent(suivi, self.referent_avant)
        return suivi

    def remarques(self) -> list[str]:
        """What to say of the row once it is saved."""
        s: SuiviRsa = self.instance
        dits = remarques_suivi(s.date_orientation, s.date_entree, s.date_sortie, s.motif_sortie_id)
        return dits + remarque_rendez_vous(self.rendez_vous_suivis)


class SortieRsaForm(FormulaireSaisie):
    """The end of a follow-up, and what becomes of the appointments given for later."""

    date_sortie = champ_date(label="Date de sortie")
    motif_sortie = champ_motif()
    annuler_suite = forms.BooleanField(
        label="Annuler aussi les rendez-vous prévus après la sortie", required=False, initial=True
    )

    class Meta:
        model = SuiviRsa
        fields = ["date_sortie", "motif_sortie"]

    def __init__(self, *args: Any, compte: Compte, **options: Any) -> None:
        super().__init__(*args, cible=f"sortie_rsa:{compte.pk}", **options)
        preparer_code(self, "motif_sortie", Nomenclature.Liste.MOTIF_SORTIE_RSA)
        self.suite = ContactRsa.objects.filter(suivi=self.instance).prevus_a_partir_de(self.instance.date_entree)
        if not self.suite:
            del self.fields["annuler_suite"]
        if self.instance.date_sortie is None:
            self.initial["date_sortie"] = timezone.localdate()

    def clean_date_sortie(self) -> Any:
        sortie = self.cleaned_data["date_sortie"]
        if sortie < self.instance.date_entree:
            raise ValidationError(f"La sortie ne peut pas précéder l’entrée, le {self.instance.date_entree:%d/%m/%Y}.")
        return sortie

    def save(self, commit: bool = True) -> SuiviRsa:
        suivi: SuiviRsa = super().save(commit)
        if self.cleaned_data.get("annuler_suite"):
            # One by one: the history keeps each of them.
            for contact in self.suite.filter(date__gt=self.cleaned_data["date_sortie"]):
                contact.statut = ContactRsa.Statut.ANNULE
                contact.save(update_fields=["statut"])
        return suivi

    def remarques(self) -> list[str]:
        """What to say of the exit once it is saved."""
        s: SuiviRsa = self.instance
        return remarques_suivi(s.date_orientation, s.date_entree, s.date_sortie, s.motif_sortie_id)


class RemplacementForm(forms.Form):
    """Who leaves, who takes over."""

    de = forms.ModelChoiceField(Intervenant.objects.none(), label="Les suivis de", empty_label="Choisir")
    a = forms.ModelChoiceField(Intervenant.objects.none(), label="passent à", empty_label="Choisir")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        staff = Intervenant.objects.order_by("nom", "prenom")
        for nom, possibles in (("de", staff), ("a", staff.filter(role=Intervenant.Role.TRAVAILLEUR_SOCIAL))):
            champ = self.fields[nom]
            assert isinstance(champ, forms.ModelChoiceField)
            champ.queryset = possibles

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if donnees.get("de") and donnees.get("de") == donnees.get("a"):
            self.add_error("a", "C’est la même personne\u202f: choisissez qui prend la suite.")
        return donnees
