"""The form of a contact, common to the poles: the day, the note and its private part, what was undertaken, the appointment
that it settles and the next one. All of it is saved in one transaction, and once however often the form is sent."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from aipi.enonces import Reserve
from aipi.models import Compte, Intervenant, Nomenclature, Notee, Personne, StatutRendezVous
from aipi.periodes import jour_francais
from aipi.roles import note_privee, visibles
from aipi.saisie import FormulaireSaisie, champ_date, champ_note

LIEU_MAXIMUM = 250
_codes: Reserve[QuerySet[Nomenclature]] = Reserve()


def champ_heure(**options: Any) -> forms.TimeField:
    """A time of day, with the browser’s own clock."""
    return forms.TimeField(widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}), **options)


def codes_du_jour(liste: Nomenclature.Liste, jour: datetime.date, deja: Sequence[int | None]) -> QuerySet[Nomenclature]:
    """The codes of a list on `jour`; one withdrawn since keeps its place in the rows that have it."""
    cle = (liste, jour, tuple(deja))
    # Composed once, and read by each form that shows it: `all` is a query of its own.
    return _codes.lire(cle, lambda: Nomenclature.objects.de(liste).valides(jour, deja)).all()


class FormulaireContact(FormulaireSaisie):
    """A contact within one of `suivis`; `a_regler` finds the appointment that it may settle, when it is shown."""

    champ_suivi = ""
    """Foreign key of the contact, and of its appointments, to the follow-up."""
    dates_suivi = ("date_entree", "date_sortie")
    modele_demarche: type[models.Model]
    champ_demarche = ""
    """Foreign key of `modele_demarche` to the contact."""
    modele_rendez_vous: type[models.Model]
    details: tuple[str, ...] = ("intervenant",)
    """Fields seldom changed, folded at the end of the form."""

    date = champ_date(label="Date")
    note = champ_note(
        label="Note",
        help_text="Ce qui sert à l’accompagnement : ni détail de santé, ni justice, ni opinion.",
    )
    note_privee = champ_note(
        label="Note pour moi seul",
        help_text="Vous seul la lirez, ici et dans le dossier. Elle ne sort dans aucun fichier.",
    )
    demarches = forms.ModelMultipleChoiceField(
        label="Démarches faites ensemble",
        queryset=Nomenclature.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    rdv_date = champ_date(label="Jour", required=False)
    rdv_heure = champ_heure(label="Heure", required=False)
    rdv_lieu = forms.CharField(
        label="Lieu",
        required=False,
        validators=[MaxLengthValidator(LIEU_MAXIMUM, "Ce lieu dépasse 250 caractères.")],
    )

    def __init__(
        self,
        donnees: QueryDict | None = None,
        *,
        compte: Compte,
        personne: Personne,
        suivis: Sequence[Any],
        a_regler: Callable[[], Any | None] = lambda: None,
        instance: Any | None = None,
    ) -> None:
        self.nouveau = instance is None
        # A contact pointed and not told yet: who tells it is its author.
        self.vierge = instance is not None and not (instance.note or instance.note_privee)
        self.compte, self.personne, self.jour = compte, personne, timezone.localdate()
        self._trouver_a_regler = a_regler
        super().__init__(donnees, instance=instance, cible=f"{self.prefixe}:{personne.pk}:{compte.pk}")
        self.suivis = {str(suivi.pk): suivi for suivi in suivis}
        if self.nouveau:
            setattr(self.instance, self.champ_suivi, suivis[0])
            if len(suivis) > 1:
                self._proposer_suivis(suivis)
            self._proposer_rendez_vous()
        elif not self.vierge:
            for nom in ("rdv_date", "rdv_heure", "rdv_lieu"):
                del self.fields[nom]
        if self.nouveau or self.vierge:
            self.fields["note"].widget.attrs["autofocus"] = not self.is_bound
        self._proposer_codes()

    @cached_property
    def a_regler(self) -> Any | None:
        """The appointment that is proposed as the one being noted."""
        return self._trouver_a_regler()

    def _proposer_suivis(self, suivis: Sequence[Any]) -> None:
        self.fields["suivi"] = forms.ChoiceField(
            label="Dans quel suivi",
            choices=[(cle, self.libelle_suivi(suivi)) for cle, suivi in self.suivis.items()],
            widget=forms.RadioSelect,
        )
        if not self.is_bound:
            regle = None if self.a_regler is None else getattr(self.a_regler, self.champ_suivi)
            self.initial["suivi"] = str((regle or suivis[0]).pk)

    def _proposer_rendez_vous(self) -> None:
        """Today and me; or the appointment that is being noted."""
        siens = self.modele_rendez_vous._default_manager.none()
        if self.data.get("regle"):
            # The box that settles it is drawn by hand: who sends nothing chooses among nothing.
            siens = self.modele_rendez_vous._default_manager.filter(**{f"{self.champ_suivi}__personne": self.personne})
            siens = visibles(siens, self.compte)
        self.fields["regle"] = forms.ModelChoiceField(queryset=siens, required=False)
        self.initial["intervenant"] = self.compte.intervenant_id
        self.initial["date"] = self.jour
        if not self.is_bound and self.a_regler is not None:
            self.initial["regle"] = self.a_regler.pk
            self.initial["date"] = self.a_regler.date

    def _proposer_codes(self) -> None:
        champ = self.fields["demarches"]
        assert isinstance(champ, forms.ModelMultipleChoiceField)
        faites: list[int | None] = []
        if not self.nouveau:
            faites = list(self.instance.demarches.order_by().values_list("demarche", flat=True))
        champ.queryset = codes_du_jour(Nomenclature.Liste.DEMARCHE, self.jour, faites)
        self.initial["demarches"] = faites
        if "intervenant" in self.fields:
            intervenant = self.fields["intervenant"]
            assert isinstance(intervenant, forms.ModelChoiceField)
            intervenant.queryset = Intervenant.objects.order_by("nom", "prenom")
            intervenant.empty_label = "Non renseigné"

    @property
    def champs_details(self) -> list[forms.BoundField]:
        return [self[nom] for nom in self.details]

    @property
    def details_en_erreur(self) -> bool:
        """Whether a folded field has to be seen."""
        return any(nom in self.errors for nom in self.details)

    # What is said of a follow-up

    @classmethod
    def bornes(cls, suivi: Any) -> tuple[datetime.date, datetime.date | None]:
        """First and last day of a follow-up."""
        debut, fin = cls.dates_suivi
        return getattr(suivi, debut), getattr(suivi, fin)

    def libelle_suivi(self, suivi: Any) -> str:
        """What tells two follow-ups of the person apart."""
        return f"depuis le {jour_francais(self.bornes(suivi)[0])}"

    def est_prevu(self) -> bool:
        """Whether what is entered is still to come."""
        return False

    def remarques(self) -> list[str]:
        """What is odd in a valid form, and saved all the same: it may be true."""
        jour = self.cleaned_data["date"]
        debut, fin = self.bornes(getattr(self.instance, self.champ_suivi))
        remarques = []
        if jour > self.jour and not self.est_prevu():
            remarques.append(f"Vérifiez la date\u202f: le {jour_francais(jour)} n’est pas encore venu.")
        if jour < debut:
            remarques.append(f"Vérifiez la date\u202f: ce suivi ne commence que le {jour_francais(debut)}.")
        if fin is not None and jour > fin:
            remarques.append(f"Vérifiez la date\u202f: ce suivi s’est terminé le {jour_francais(fin)}.")
        return remarques

    # Checking

    def clean(self) -> dict[str, Any]:
        nettoye = super().clean() or self.cleaned_data
        if "suivi" in self.fields and nettoye.get("suivi"):
            setattr(self.instance, self.champ_suivi, self.suivis[nettoye["suivi"]])
        if "rdv_date" in self.fields and not nettoye.get("rdv_date"):
            for nom in ("rdv_heure", "rdv_lieu"):
                if nettoye.get(nom) and "rdv_date" not in self.errors:
                    self.add_error("rdv_date", "Dites quel jour aura lieu le prochain rendez-vous.")
        if "note_privee" in self.fields and not self.nouveau and self._note_d_un_collegue():
            if nettoye.pop("note_privee", ""):
                self.add_error(
                    "note_privee",
                    "Un collègue vient d’écrire dans ce contact\u202f: gardez votre note privée dans un autre.",
                )
            else:
                del self.fields["note_privee"]
        return nettoye

    def _note_d_un_collegue(self) -> bool:
        """Whether the private part is somebody else’s by now: it was put there since the page was opened."""
        if self.vierge:
            autres = type(self.instance)._default_manager.filter(pk=self.instance.pk).exclude(auteur=self.compte)
            return bool(autres.exclude(note_privee="").exists())
        return bool(self.instance.auteur_id != self.compte.pk)

    # Comparing what was sent with what is kept

    def _saisi(self, objet: models.Model) -> bool:
        """Whether `objet` stands for what was typed, rather than for what is kept."""
        return objet is self.instance and hasattr(self, "cleaned_data")

    def valeurs(self, objet: models.Model) -> dict[str, str]:
        mienne = self.nouveau or self.vierge or self.instance.auteur_id == self.compte.pk
        if not (mienne or (self.is_bound and self.data.get("note_privee"))):
            # Another’s private part is neither read nor lost; not even its fingerprint leaves.
            self.fields.pop("note_privee", None)
        valeurs = super().valeurs(objet)
        if "note_privee" in valeurs and not self._saisi(objet):
            valeurs["note_privee"] = note_privee(cast("Notee", objet), self.compte)
        faites = self._demarches(objet)
        valeurs["demarches"] = ", ".join(sorted(str(demarche) for demarche in faites))
        if self.nouveau:
            valeurs["rdv_date"] = self._prochain_en_mots(objet)
        return valeurs

    def _demarches(self, objet: Any) -> list[Nomenclature]:
        if self._saisi(objet):
            return list(self.cleaned_data["demarches"])
        return [] if objet.pk is None else [ligne.demarche for ligne in objet.demarches.select_related("demarche")]

    def _prochain_en_mots(self, objet: models.Model) -> str:
        """The next appointment: as typed, or as the first sending of this form made it."""
        if self._saisi(objet):
            morceaux = [self.cleaned_data[nom] for nom in ("rdv_date", "rdv_heure", "rdv_lieu")]
        else:
            pris = self.modele_rendez_vous._default_manager.filter(ref=self._ref_prochain())
            morceaux = [
                valeur for ligne in pris.values_list("date", "heure", "lieu").order_by("pk") for valeur in ligne
            ]
        return " ".join(str(morceau) for morceau in morceaux if morceau)

    # Saving, all of it or nothing

    def _ref_prochain(self) -> str:
        """The same however often the form is sent; a contact told afterwards gives its own reference."""
        return f"RDV-{self.ref or hashlib.sha256(self.instance.ref.encode()).hexdigest()[:16]}"

    def save(self, commit: bool = True) -> Any:
        if (self.nouveau and self.instance.auteur_id is None) or self.vierge:
            self.instance.auteur = self.compte
        ajoute = self.instance.pk is None
        objet = super().save(commit)
        self._garder_demarches(objet, deja=not ajoute)
        if self.nouveau:
            self.regler()
        if self.cleaned_data.get("rdv_date"):
            self._prendre_rendez_vous(objet)
        return objet

    def _garder_demarches(self, objet: Any, *, deja: bool) -> None:
        """`deja`: the contact was there before this form, and may have some."""
        lignes = self.modele_demarche._default_manager
        siennes = {self.champ_demarche: objet}
        gardees = set(lignes.filter(**siennes).order_by().values_list("demarche", flat=True)) if deja else set()
        choisies = self.cleaned_data["demarches"]
        # None chosen is a query that the library would compose all the same.
        voulues = set() if choisies.query.is_empty() else {demarche.pk for demarche in choisies}
        if retirees := gardees - voulues:
            lignes.filter(demarche__in=retirees, **siennes).delete()
        for cle in sorted(voulues - gardees):
            lignes.create(**siennes, demarche_id=cle)

    def regler(self) -> None:
        """Mark the appointment kept, unless somebody said meanwhile what became of it."""
        rendez_vous = self.cleaned_data["regle"]
        if rendez_vous is not None and rendez_vous.statut == StatutRendezVous.PREVU:
            rendez_vous.statut = StatutRendezVous.HONORE
            rendez_vous.save(update_fields=["statut"])

    def _prendre_rendez_vous(self, objet: Any) -> None:
        self.modele_rendez_vous._default_manager.get_or_create(
            ref=self._ref_prochain(),
            defaults={
                "date": self.cleaned_data["rdv_date"],
                "heure": self.cleaned_data["rdv_heure"],
                "lieu": self.cleaned_data["rdv_lieu"],
                "intervenant": objet.intervenant,
                "statut": StatutRendezVous.PREVU,
                self.champ_suivi: getattr(objet, self.champ_suivi),
                **self.champs_rendez_vous(),
            },
        )

    def champs_rendez_vous(self) -> dict[str, Any]:
        """What the appointments of this kind carry besides the day and the place."""
        return {}
