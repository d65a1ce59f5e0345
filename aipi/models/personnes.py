"""One row per human being, whatever the number of follow-ups."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When

from aipi.champs import Code
from aipi.texte import replier

from .nomenclatures import Commune

CANDIDATS = 1_000
SEPARATEURS_DE_NUMERO = str.maketrans("", "", " .-/")
DERNIER_CARACTERE = "\U0010ffff"
"""Sorts after any other: what begins with a word stands between the word and the word followed by it."""


def mots_cherches(texte: str) -> list[str]:
    """The folded words of a search; a telephone number is one word, however it is spaced."""
    plie = replier(texte)
    numero = plie.translate(SEPARATEURS_DE_NUMERO)
    return [numero] if numero.isdecimal() else plie.split()


class PersonneQuerySet(models.QuerySet["Personne"]):
    def en_base_active(self) -> PersonneQuerySet:
        """Those neither archived nor anonymised: the only ones to be searched for, proposed or compared."""
        return self.filter(archivee_le=None)

    def cherchees(self, texte: str) -> PersonneQuerySet:
        """Persons each word of `texte` is found in, without accents or case: name, first name or telephone."""
        personnes = self
        for mot in mots_cherches(texte):
            personnes = personnes.filter(recherche__contains=mot)
        return personnes

    def proposees(self, texte: str, combien: int, suivies: Q) -> list[Personne]:
        """At most `combien` persons for what is being typed: a name that begins so, then another word, then the rest.

        Among equals, `suivies` (those with a follow-up open) come first. A few letters fit thousands: only the first
        CANDIDATS of each sort, which the index gives in order, are weighed.
        """
        mots = mots_cherches(texte)
        if not mots:
            return []
        trouvees = self.cherchees(texte)
        attente = Case(When(suivies, then=Value(0)), default=Value(1))
        proposees: list[Personne] = []
        for sorte in (
            Q(recherche__gte=mots[0], recherche__lt=f"{mots[0]}{DERNIER_CARACTERE}"),
            Q(recherche__contains=f" {mots[0]}"),
            Q(),
        ):
            candidats = trouvees.filter(sorte).exclude(pk__in=[personne.pk for personne in proposees])
            candidats = candidats.order_by("recherche", "ref")[:CANDIDATS]
            choisis = self.model._default_manager.filter(pk__in=candidats.values("pk")).alias(attente=attente)
            proposees += choisis.order_by("attente", "recherche", "ref")[: combien - len(proposees)]
            if len(proposees) == combien:
                break
        return proposees


class Personne(models.Model):
    """A person accompanied, known by the association's own reference. No national insurance number is ever kept."""

    class Sexe(models.TextChoices):
        FEMME = "F", "Femme"
        HOMME = "M", "Homme"

    ref = Code("référence")
    nom = models.CharField("nom", max_length=10_000)
    prenom = models.CharField("prénom", max_length=10_000)
    sexe = models.CharField("sexe", max_length=1, choices=Sexe.choices, blank=True)
    date_naissance = models.DateField("date de naissance", null=True, blank=True)
    commune = models.ForeignKey(
        Commune, models.PROTECT, null=True, blank=True, related_name="personnes", verbose_name="commune"
    )
    telephone = models.CharField("téléphone", max_length=10_000, blank=True)
    courriel = models.CharField("courriel", max_length=10_000, blank=True)
    rqth = models.BooleanField("reconnaissance de travailleur handicapé", null=True, blank=True)
    recherche = Code(editable=False, default="")
    reperee_le = models.DateField("sans contact connu, repérée le", null=True, blank=True, editable=False)
    """The day from which a person of whom no contact is dated is kept: the first time that retention looked at her."""
    archivee_le = models.DateField("archivée le", null=True, blank=True, editable=False)
    """Since then the dossier is out of every list, and only the director opens it."""
    anonymisee_le = models.DateField("anonymisée le", null=True, blank=True, editable=False)
    """Since then nothing tells who the person was; the row stays, because figures count it."""

    objects = PersonneQuerySet.as_manager()

    class Meta:
        verbose_name = "personne"
        ordering = ["recherche", "ref"]
        constraints = [models.UniqueConstraint(fields=["ref"], name="personne_cle")]
        indexes = [models.Index(fields=["recherche", "ref"], name="personne_recherche")]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}"

    @staticmethod
    def calculer_recherche(nom: str, prenom: str, telephone: str) -> str:
        """The folded text that search reads and lists sort by. The telephone is kept with digits only."""
        chiffres = "".join(c for c in telephone if c.isdigit())
        return " ".join(filter(None, [replier(nom), replier(prenom), chiffres]))[:500]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.recherche = self.calculer_recherche(self.nom, self.prenom, self.telephone)
        champs = kwargs.get("update_fields")
        if champs is not None:
            kwargs["update_fields"] = {*champs, "recherche"}
        super().save(*args, **kwargs)
