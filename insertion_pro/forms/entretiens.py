"""Entry of an interview, with what it changes in the obstacles of the person."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.http import QueryDict

from aipi.models import Compte, Nomenclature, Personne
from aipi.periodes import jour_francais
from aipi.saisie_contact import FormulaireContact, codes_du_jour
from insertion_pro.models import DemarcheEntretien, Entretien, Frein, Parcours, RendezVous

UNE_JOURNEE = 24 * 60
AVANCEES = (("", "Inchangé"), (Frein.Issue.AMELIORE, "Amélioré"), (Frein.Issue.LEVE, "Levé"))


def habitudes(personne: Personne, compte: Compte, jour: datetime.date) -> tuple[Nomenclature | None, str]:
    """The place and the subject proposed for an interview on `jour`.

    The place is where this account is today if it held an interview already; else where the person was last seen; else
    the account’s last place. The subject is that of the person’s last interview.
    """
    derniers = Entretien.objects.order_by("-date", "-pk")
    situes = derniers.exclude(lieu=None).select_related("lieu")
    mien = situes.filter(intervenant=compte.intervenant_id).first() if compte.intervenant_id else None
    du_meme = Q(parcours__personne=personne)
    retenus = Q(pk=derniers.filter(du_meme).values("pk")[:1]) | Q(pk=situes.filter(du_meme).values("pk")[:1])
    siens = list(derniers.select_related("lieu").filter(retenus))
    situe = mien if mien is not None and mien.date == jour else next((e for e in siens if e.lieu is not None), mien)
    return situe.lieu if situe is not None else None, siens[0].objet if siens else ""


class EntretienForm(FormulaireContact):
    """An interview: only the day is required, and it is today unless said otherwise."""

    prefixe = "ENT"
    champ_suivi = "parcours"
    modele_demarche = DemarcheEntretien
    champ_demarche = "entretien"
    modele_rendez_vous = RendezVous
    details = ("duree_minutes", "intervenant")

    objet = forms.ChoiceField(
        label="Objet",
        required=False,
        choices=[*Entretien.Objet.choices, ("", "Non précisé")],
        widget=forms.RadioSelect,
    )
    duree_minutes = forms.IntegerField(
        label="Durée (minutes)",
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
        validators=[MaxValueValidator(UNE_JOURNEE, "Un entretien ne dépasse pas une journée (1 440 minutes).")],
    )
    freins_reperes = forms.ModelMultipleChoiceField(
        label="Nouveaux freins repérés",
        queryset=Nomenclature.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Entretien
        fields = ["date", "objet", "lieu", "duree_minutes", "intervenant", "note", "note_privee"]

    def __init__(
        self,
        donnees: QueryDict | None = None,
        *,
        compte: Compte,
        personne: Personne,
        suivis: Sequence[Any],
        a_regler: Any | None = None,
        instance: Entretien | None = None,
    ) -> None:
        nommes = [nom.removeprefix("frein_") for nom in donnees or {} if nom.startswith("frein_")]
        # An obstacle that ended since the page was opened is still in the form: what was said of it must be told.
        ouverts = Q(date_fin=None) | Q(pk__in=[int(cle) for cle in nommes if _est_cle(cle)])
        self.freins: dict[str, Frein] = {
            f"frein_{frein.pk}": frein
            for frein in Frein.objects.filter(ouverts, parcours__in=suivis)
            .select_related("categorie")
            .order_by("date_reperage", "ref")
        }
        super().__init__(donnees, compte=compte, personne=personne, suivis=suivis, a_regler=a_regler, instance=instance)
        champ_lieu = self.fields["lieu"]
        assert isinstance(champ_lieu, forms.ModelChoiceField)
        champ_lieu.queryset = codes_du_jour(Nomenclature.Liste.LIEU_ENTRETIEN, self.jour, [self.instance.lieu_id])
        champ_lieu.empty_label = "Non renseigné"
        self._proposer_freins()
        if self.nouveau and not self.is_bound:
            lieu, objet = habitudes(personne, compte, self.jour)
            self.initial.setdefault("lieu", lieu)
            self.initial.setdefault("objet", objet)

    def libelle_suivi(self, suivi: Parcours) -> str:
        return f"Parcours {super().libelle_suivi(suivi)}"

    # Obstacles

    def _proposer_freins(self) -> None:
        for nom, frein in self.freins.items():
            self.fields[nom] = forms.ChoiceField(
                label=str(frein.categorie), choices=AVANCEES, required=False, widget=forms.RadioSelect
            )
            self.initial[nom] = ""
        champ = self.fields["freins_reperes"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        connus = [frein.categorie_id for frein in self.freins.values() if frein.date_fin is None]
        if len(self.suivis) > 1 or self.is_bound:
            # Known of one stay or of none; or found by the first sending of this same form.
            connus = []
        champ.queryset = codes_du_jour(Nomenclature.Liste.CATEGORIE_FREIN, self.jour, []).exclude(pk__in=connus)

    @property
    def champs_freins(self) -> list[tuple[Frein, forms.BoundField]]:
        """Each obstacle with its toggles, for the page."""
        return [(frein, self[nom]) for nom, frein in self.freins.items() if nom in self.fields]

    def _deja_faite(self) -> bool:
        return self.nouveau and Entretien.objects.filter(ref=self.ref).exists()

    def clean(self) -> dict[str, Any]:
        nettoye = super().clean()
        jour = nettoye.get("date")
        clos = {nom: frein for nom, frein in self.freins.items() if frein.date_fin is not None}
        deja = bool(clos) and self._deja_faite()
        for nom, frein in self.freins.items():
            choix = nettoye.get(nom)
            if nom in clos:
                if self.nouveau and not deja and choix and choix != frein.issue:
                    self.add_error(nom, f"Quelqu’un l’a clos entre-temps ({self._etat(frein)}). Laissez « Inchangé ».")
            elif choix == Frein.Issue.LEVE and jour is not None and jour < frein.date_reperage:
                self.add_error(nom, f"Ce frein n’a été repéré que le {jour_francais(frein.date_reperage)}.")
        return nettoye

    @staticmethod
    def _etat(frein: Frein) -> str:
        if frein.date_fin is None:
            return "Amélioré" if frein.issue == Frein.Issue.AMELIORE else "Inchangé"
        return frein.get_issue_display() or "Terminé"

    def valeurs(self, objet: models.Model) -> dict[str, str]:
        valeurs = super().valeurs(objet)
        libelles = {str(cle): libelle for cle, libelle in AVANCEES}
        for nom, frein in self.freins.items():
            valeurs[nom] = self._etat(frein)
            # « Inchangé » says nothing; unless the first sending of this same form ended the obstacle.
            if self._saisi(objet) and (self.cleaned_data[nom] or (self.nouveau and frein.date_fin is not None)):
                valeurs[nom] = libelles[self.cleaned_data[nom]]
        if self.nouveau:
            valeurs["freins_reperes"] = self._reperes_en_mots(objet)
        return valeurs

    def _reperes_en_mots(self, objet: models.Model) -> str:
        if self._saisi(objet):
            categories = list(self.cleaned_data["freins_reperes"])
        else:
            reperes = Frein.objects.filter(ref__startswith=self._ref_frein("")).select_related("categorie")
            categories = [frein.categorie for frein in reperes]
        return ", ".join(sorted(str(categorie) for categorie in categories))

    def _ref_frein(self, code: str) -> str:
        return f"FRN-{self.ref if self.nouveau else secrets.token_hex(8)}-{code}"

    def save(self, commit: bool = True) -> Entretien:
        entretien: Entretien = super().save(commit)
        for nom, frein in self.freins.items():
            self._avancer(frein, self.cleaned_data[nom], entretien)
        ouverts = set(
            Frein.objects.filter(parcours=entretien.parcours, date_fin=None)
            .order_by()
            .values_list("categorie", flat=True)
        )
        for categorie in self.cleaned_data["freins_reperes"]:
            # Found by a colleague meanwhile, or by the first sending of this form: it is one obstacle, not two.
            if categorie.pk not in ouverts:
                Frein.objects.create(
                    ref=self._ref_frein(categorie.code),
                    parcours=entretien.parcours,
                    categorie=categorie,
                    date_reperage=entretien.date,
                )
        return entretien

    def _avancer(self, frein: Frein, avancee: str, entretien: Entretien) -> None:
        """Lifted, it ends that day; better, it stays open and says so; « inchangé » writes nothing."""
        if not avancee or avancee == frein.issue or (frein.date_fin is not None and avancee != Frein.Issue.LEVE):
            return
        if avancee == Frein.Issue.LEVE:
            frein.date_fin = frein.date_fin or entretien.date
        frein.issue = avancee
        frein.save(update_fields=["date_fin", "issue"])


def _est_cle(texte: str) -> bool:
    return texte.isascii() and texte.isdecimal() and len(texte) < 19
