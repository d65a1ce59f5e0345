"""The report and what it keeps: texts and photographs of the director, published and frozen values, the budget."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from aipi.champs import Code, NombreExact
from aipi.models import Compte, Financeur
from aipi.periodes import Periode
from insertion_pro.axes import Axe
from insertion_pro.models import Atelier, Equipe
from rapports.requetes import AccesFinanceurQuerySet, ArreteQuerySet, TableauQuerySet


class LigneBudgetQuerySet(models.QuerySet["LigneBudget"]):
    def de(self, periode: Periode) -> LigneBudgetQuerySet:
        """Lines of the year of the period (none when it is not a calendar year)."""
        annee = periode.annee_civile
        return self.none() if annee is None else self.filter(annee=annee)

    def produits(self, periode: Periode) -> LigneBudgetQuerySet:
        return self.de(periode).filter(sens=LigneBudget.Sens.PRODUIT)

    def charges(self, periode: Periode) -> LigneBudgetQuerySet:
        return self.de(periode).filter(sens=LigneBudget.Sens.CHARGE)


class LigneBudget(models.Model):
    """An amount of the yearly accounts, in euros, by direction, heading and funder."""

    class Sens(models.TextChoices):
        CHARGE = "charge", "Charge"
        PRODUIT = "produit", "Produit"

    annee = models.PositiveSmallIntegerField("année")
    sens = models.CharField("sens", max_length=10, choices=Sens.choices)
    rubrique = Code("rubrique", max_length=500)
    montant = NombreExact("montant (€)", negatif=True)
    financeur = models.ForeignKey(
        Financeur, models.PROTECT, null=True, blank=True, related_name="lignes_budget", verbose_name="financeur"
    )

    objects = LigneBudgetQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne de budget"
        verbose_name_plural = "lignes de budget"
        ordering = ["annee", "sens", "rubrique", F("financeur__code").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["annee", "sens", "rubrique", "financeur"], name="budget_cle"),
            models.UniqueConstraint(
                fields=["annee", "sens", "rubrique"], condition=Q(financeur=None), name="budget_cle_sans_financeur"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annee} {self.get_sens_display()} {self.rubrique}"


class ValeurPubliee(models.Model):
    """What was printed in a past report, for years without case files; rates as fractions."""

    annee = models.PositiveSmallIntegerField("année")
    indicateur = Code("indicateur")
    atelier = models.ForeignKey(
        Atelier, models.PROTECT, null=True, blank=True, related_name="valeurs_publiees", verbose_name="atelier"
    )
    valeur = NombreExact("valeur", negatif=True)
    source = models.TextField("source")

    class Meta:
        verbose_name = "valeur publiée"
        verbose_name_plural = "valeurs publiées"
        ordering = ["annee", "indicateur", F("atelier__code").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(fields=["annee", "indicateur", "atelier"], name="valeur_publiee_cle"),
            models.UniqueConstraint(
                fields=["annee", "indicateur"], condition=Q(atelier=None), name="valeur_publiee_cle_sans_atelier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicateur} {self.annee}"


class Rapport(models.Model):
    """The report of a period. Once closed, its values no longer move whatever becomes of the files."""

    debut = models.DateField("du")
    fin = models.DateField("au")
    edition = models.OneToOneField(
        "Edition",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="en_vigueur",
        verbose_name="édition en vigueur",
    )
    """What is published now; None while the report is being written, or was reopened."""

    class Meta:
        verbose_name = "rapport"
        ordering = ["-debut", "-fin"]
        constraints = [
            models.UniqueConstraint(fields=["debut", "fin"], name="rapport_cle"),
            models.CheckConstraint(condition=Q(fin__gte=F("debut")), name="rapport_fin_apres_debut"),
        ]

    def __str__(self) -> str:
        return f"Rapport d’activité {self.periode}"

    @property
    def periode(self) -> Periode:
        return Periode(self.debut, self.fin)

    @property
    def clos(self) -> bool:
        return self.edition_id is not None


def _dossier_edition(edition: Edition, nom: str) -> str:
    periode = edition.rapport.periode
    return f"rapports/{periode.debut.isoformat()}_{periode.fin.isoformat()}/{edition.numero}/{nom}"


class Edition(models.Model):
    """A report as it left: its values, the lists behind them, its texts, its very files. Nothing here ever changes.

    `empreinte` is the SHA-256 of `fichier`, the canonical account of all of it, which names the SHA-256 of the others:
    anyone who holds the files can compute it again.
    """

    rapport = models.ForeignKey(Rapport, models.PROTECT, related_name="editions", verbose_name="rapport")
    numero = models.PositiveSmallIntegerField("numéro")
    close_le = models.DateTimeField("close le")
    close_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="editions_closes",
        verbose_name="close par",
    )
    erratum = models.TextField("ce que cette édition corrige", blank=True)
    corps = models.TextField("page", editable=False)
    decoupages = models.JSONField("découpages", default=list, editable=False)
    """The workshops and teams of that day, as `Axe` holds them: what is renamed since keeps the name that was printed."""
    empreinte = models.CharField("empreinte SHA-256", max_length=64, editable=False)
    fichier = models.FileField("relevé", upload_to=_dossier_edition, editable=False)
    listes = models.FileField("listes", upload_to=_dossier_edition, editable=False)
    pdf = models.FileField("PDF", upload_to=_dossier_edition, editable=False)
    court = models.FileField("PDF court", upload_to=_dossier_edition, editable=False)
    html = models.FileField("page autonome", upload_to=_dossier_edition, editable=False)
    pptx = models.FileField("présentation", upload_to=_dossier_edition, editable=False)
    xlsx = models.FileField("tableur", upload_to=_dossier_edition, editable=False)

    class Meta:
        verbose_name = "édition"
        ordering = ["rapport", "-numero"]
        constraints = [models.UniqueConstraint(fields=["rapport", "numero"], name="edition_cle")]

    def __str__(self) -> str:
        return f"{self.rapport}, édition {self.numero}"

    @property
    def fichiers(self) -> dict[str, FieldFile]:
        """The files that every edition has, by name; empty ones when it was closed without."""
        return {
            "rapport.pdf": self.pdf,
            "rapport-court.pdf": self.court,
            "rapport.html": self.html,
            "chiffres.xlsx": self.xlsx,
            "presentation.pptx": self.pptx,
            "listes.json": self.listes,
        }

    @property
    def axes(self) -> list[Axe]:
        """The slices whose figures it holds, besides the whole house."""
        return [Axe(**{**decoupage, "equipes": tuple(decoupage["equipes"])}) for decoupage in self.decoupages]

    def lire(self, nom: str) -> bytes:
        """The bytes of a file that was kept. Raises FileNotFoundError, in French, when there is none."""
        fichier = self.fichiers[nom]
        if not fichier:
            raise FileNotFoundError(f"Le rapport {self.rapport.periode} a été clos sans ce fichier.")
        with fichier.open("rb") as ouvert:
            return bytes(ouvert.read())


def _dossier_piece(piece: PieceEdition, nom: str) -> str:
    return _dossier_edition(piece.edition, nom)


class PieceEdition(models.Model):
    """Another file of an edition: the extract of a funder, or an image of its page as it was that day."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="pieces", verbose_name="édition")
    nom = models.CharField("nom", max_length=300)
    titre = models.TextField("titre", blank=True)
    """For whom an extract is; empty for an image."""
    financeur = Code("code du financeur", blank=True)
    action = models.CharField("action", max_length=20, blank=True)
    fichier = models.FileField("fichier", upload_to=_dossier_piece, max_length=400, editable=False)

    class Meta:
        verbose_name = "pièce d’une édition"
        verbose_name_plural = "pièces des éditions"
        ordering = ["edition", "pk"]
        constraints = [models.UniqueConstraint(fields=["edition", "nom"], name="piece_edition_cle")]

    def __str__(self) -> str:
        return self.titre or self.nom


def edition_de(periode: Periode) -> Edition | None:
    """What is published of a period now, None while its report may still change."""
    return Edition.objects.filter(en_vigueur__debut=periode.debut, en_vigueur__fin=periode.fin).first()


class Reouverture(models.Model):
    """Who reopened a closed report, when and why. Never changed, never deleted."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="reouvertures", verbose_name="édition")
    date = models.DateTimeField("date")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    motif = models.TextField("motif")

    class Meta:
        verbose_name = "réouverture"
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.edition}, rouverte le {self.date:%d/%m/%Y}"


class Texte(models.Model):
    """The director's text for one section of a report; `section` is a code of `rapports.sommaire`."""

    rapport = models.ForeignKey(Rapport, models.CASCADE, related_name="textes", verbose_name="rapport")
    section = models.CharField("section", max_length=60)
    corps = models.TextField("texte", blank=True)
    signature = models.CharField("signature", max_length=250, blank=True)
    """Who speaks, for the words of the president and of the director."""
    version = models.PositiveIntegerField("version", default=0)

    class Meta:
        verbose_name = "texte"
        ordering = ["section"]
        constraints = [models.UniqueConstraint(fields=["rapport", "section"], name="texte_cle")]

    def __str__(self) -> str:
        return f"{self.rapport} : {self.section}"

    def enregistrer(self, compte: Compte | None) -> None:
        """Save the text as its next version, and keep it among the versions. In a transaction."""
        self.version += 1
        self.save()
        VersionTexte.objects.create(texte=self, numero=self.version, corps=self.corps, auteur=compte)


class VersionTexte(models.Model):
    """A text as somebody left it: every saving keeps the former ones."""

    texte = models.ForeignKey(Texte, models.CASCADE, related_name="versions", verbose_name="texte")
    numero = models.PositiveIntegerField("numéro")
    corps = models.TextField("texte", blank=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="auteur"
    )
    date = models.DateTimeField("date", default=timezone.now)

    class Meta:
        verbose_name = "version d’un texte"
        verbose_name_plural = "versions des textes"
        ordering = ["texte", "-numero"]
        constraints = [models.UniqueConstraint(fields=["texte", "numero"], name="version_texte_cle")]

    def __str__(self) -> str:
        return f"{self.texte}, version {self.numero}"


class SectionRapport(models.Model):
    """Where a section stands in one report, and how; a section without a row stands where the contents declare it.

    `section` is a code of the contents, `atelier:CODE`, or `libre:N` for one that the director added.
    """

    class MiseEnPage(models.TextChoices):
        CHIFFRES = "chiffres", "Les chiffres d’abord, le texte ensuite"
        RECIT = "recit", "Pour qui, pourquoi, comment : le texte d’abord, en trois colonnes"
        GALERIE = "galerie", "Les photographies d’abord, en grand"

    rapport = models.ForeignKey(Rapport, models.CASCADE, related_name="plan", verbose_name="rapport")
    section = models.CharField("section", max_length=60)
    partie = models.CharField("partie", max_length=20)
    ordre = models.PositiveSmallIntegerField("ordre")
    titre = models.CharField("titre", max_length=120, blank=True)
    """Empty: the declared one."""
    masquee = models.BooleanField("masquée", default=False)
    courte = models.BooleanField("dans la version courte", default=False)
    mise_en_page = models.CharField(
        "mise en page", max_length=20, choices=MiseEnPage.choices, default=MiseEnPage.CHIFFRES
    )

    class Meta:
        verbose_name = "section d’un rapport"
        verbose_name_plural = "sections des rapports"
        ordering = ["rapport", "ordre", "pk"]
        constraints = [models.UniqueConstraint(fields=["rapport", "section"], name="section_rapport_cle")]

    def __str__(self) -> str:
        return f"{self.rapport} : {self.titre or self.section}"


class Perspective(models.Model):
    """Something meant for the next year, perhaps with an objective and a funder; the next report says what became of it."""

    class Suite(models.TextChoices):
        REALISEE = "realisee", "Réalisée"
        EN_COURS = "en_cours", "En cours"
        REPORTEE = "reportee", "Reportée"
        ABANDONNEE = "abandonnee", "Abandonnée"

    rapport = models.ForeignKey(Rapport, models.CASCADE, related_name="perspectives", verbose_name="rapport")
    partie = models.CharField("partie", max_length=20)
    intitule = models.CharField("ce que nous voulons faire", max_length=250)
    objectif = models.CharField("objectif", max_length=250, blank=True)
    financeur = models.ForeignKey(
        Financeur, models.PROTECT, null=True, blank=True, related_name="perspectives", verbose_name="financeur"
    )
    suite = models.CharField("ce qu’elle est devenue", max_length=20, choices=Suite.choices, blank=True)
    commentaire = models.CharField("en quelques mots", max_length=500, blank=True)

    class Meta:
        verbose_name = "perspective"
        ordering = ["partie", "pk"]

    def __str__(self) -> str:
        return self.intitule


class Photo(models.Model):
    """A photograph of one section: turned upright, 1,600 px at most, without metadata (see `aipi.photos`)."""

    class Accord(models.TextChoices):
        PERSONNE = "personne", "Personne n’est reconnaissable"
        ECRIT = "ecrit", "Accord écrit de chacun"
        ORAL = "oral", "Accord oral, à confirmer par écrit"

    rapport = models.ForeignKey(Rapport, models.CASCADE, related_name="photos", verbose_name="rapport")
    section = models.CharField("section", max_length=60)
    image = models.ImageField("photographie", upload_to="rapports/")
    legende = models.CharField("légende", max_length=250, blank=True)
    alternative = models.CharField("description pour qui ne la voit pas", max_length=250)
    accord = models.CharField("personnes reconnaissables", max_length=20, choices=Accord.choices, blank=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "photographie"
        ordering = ["section", "ordre", "pk"]

    def __str__(self) -> str:
        return self.legende or self.alternative


class RemarqueAcceptee(models.Model):
    """A remark of the control that the director accepted, and why: it stays in the file of the report."""

    rapport = models.ForeignKey(Rapport, models.PROTECT, related_name="remarques_acceptees", verbose_name="rapport")
    cle = models.CharField("remarque", max_length=300)
    motif = models.TextField("motif")
    compte = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="par")
    date = models.DateTimeField("date", default=timezone.now)

    class Meta:
        verbose_name = "remarque acceptée"
        verbose_name_plural = "remarques acceptées"
        ordering = ["cle"]
        constraints = [models.UniqueConstraint(fields=["rapport", "cle"], name="remarque_acceptee_cle")]

    def __str__(self) -> str:
        return self.cle


class ValeurArretee(models.Model):
    """A figure as it stood when its report was closed. Exact: numbers are written as fractions (« 13/29 »)."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="valeurs", verbose_name="édition")
    indicateur = Code("indicateur")
    atelier = models.ForeignKey(
        Atelier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="atelier"
    )
    equipe = models.ForeignKey(Equipe, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="équipe")
    """A team, beside its workshop."""
    valeur = models.CharField(max_length=200, blank=True)
    """Of a breakdown, what is broken down."""
    numerateur = models.CharField(max_length=200, blank=True)
    denominateur = models.CharField(max_length=200, blank=True)
    facteur = models.CharField(max_length=200, blank=True)
    """What the number was multiplied or divided by: the hours of an ETP that year."""
    repartition = models.JSONField(null=True, blank=True)
    avant = models.JSONField(default=list, blank=True)
    """The periods before, from the nearest, as this report showed them: number, and whether it was a published one."""

    objects = ArreteQuerySet["ValeurArretee"].as_manager()

    class Meta:
        verbose_name = "valeur arrêtée"
        verbose_name_plural = "valeurs arrêtées"
        ordering = ["indicateur"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "indicateur", "atelier"], condition=Q(equipe=None), name="valeur_arretee_cle"
            ),
            models.UniqueConstraint(fields=["edition", "indicateur", "equipe"], name="valeur_arretee_cle_equipe"),
            models.CheckConstraint(
                condition=Q(equipe=None) | Q(atelier__isnull=False), name="valeur_arretee_equipe_d_un_atelier"
            ),
            models.UniqueConstraint(
                fields=["edition", "indicateur"], condition=Q(atelier=None), name="valeur_arretee_cle_sans_atelier"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicateur} ({self.edition})"


class ListeArretee(models.Model):
    """The references of the rows behind a frozen figure; `cle` is that of a breakdown's line, empty for a figure."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="listes_arretees", verbose_name="édition")
    indicateur = Code("indicateur")
    atelier = models.ForeignKey(
        Atelier, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="atelier"
    )
    equipe = models.ForeignKey(Equipe, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="équipe")
    cle = models.CharField("clé", max_length=10_000, blank=True)
    modele = models.CharField("modèle", max_length=100)
    """Label of the model whose rows are listed."""
    references = models.JSONField("références")

    objects = ArreteQuerySet["ListeArretee"].as_manager()

    class Meta:
        verbose_name = "liste arrêtée"
        verbose_name_plural = "listes arrêtées"
        ordering = ["indicateur"]
        indexes = [models.Index(fields=["edition", "indicateur"], name="liste_arretee_cle")]

    def __str__(self) -> str:
        return f"{self.indicateur} ({self.edition})"


class Tableau(models.Model):
    """A dashboard for a funder: prepared, published as it was prepared, perhaps withdrawn. What it shows never changes."""

    financeur = models.ForeignKey(Financeur, models.PROTECT, related_name="tableaux", verbose_name="financeur")
    debut = models.DateField("du")
    fin = models.DateField("au")
    par_atelier = models.BooleanField("les chiffres de chaque atelier (ACI)", default=False)
    avec_precedente = models.BooleanField("la période précédente, pour comparer", default=True)
    avec_serie = models.BooleanField("les cinq dernières périodes", default=True)
    prepare_le = models.DateTimeField("préparé le", editable=False)
    publie_le = models.DateTimeField("publié le", null=True, editable=False)
    publie_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="publié par"
    )
    retire_le = models.DateTimeField("retiré le", null=True, editable=False)
    lu_le = models.DateTimeField("lu pour la première fois le", null=True, editable=False)
    """By its funder: what was read cannot be hidden any more, even withdrawn."""
    contenu = models.JSONField("ce qui est publié", editable=False)
    """What every page, file and answer of the API is made of: a hidden value is not in it at all."""
    cellules = models.JSONField("cellules", editable=False)
    """By cell, its exact value and why it is hidden: read by the director and by the audit of the next ones, never shown."""

    objects = TableauQuerySet.as_manager()

    class Meta:
        verbose_name = "tableau de bord d’un financeur"
        verbose_name_plural = "tableaux de bord des financeurs"
        ordering = ["-prepare_le", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(fin__gte=F("debut")), name="tableau_fin_apres_debut"),
            models.CheckConstraint(
                condition=Q(publie_le=None, publie_par=None, retire_le=None, lu_le=None)
                | Q(publie_le__isnull=False, publie_par__isnull=False),
                name="tableau_publie_par_quelqu_un",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.financeur}, {self.periode}"

    @property
    def periode(self) -> Periode:
        return Periode(self.debut, self.fin)

    @property
    def public(self) -> bool:
        return self.publie_le is not None and self.retire_le is None


class AccesFinanceur(models.Model):
    """A secret given to a funder: the address of one dashboard, or a token for its tools. Only its fingerprint is kept."""

    class Genre(models.TextChoices):
        LIEN = "lien", "Lien de lecture"
        JETON = "jeton", "Jeton pour un logiciel"

    genre = models.CharField("genre", max_length=10, choices=Genre.choices)
    financeur = models.ForeignKey(Financeur, models.PROTECT, related_name="acces", verbose_name="financeur")
    tableau = models.ForeignKey(
        Tableau, models.CASCADE, null=True, blank=True, related_name="acces", verbose_name="tableau"
    )
    """The only dashboard it opens; a token without one opens all those of the funder."""
    nom = models.CharField("pour qui", max_length=100)
    empreinte = models.CharField("empreinte SHA-256", max_length=64, unique=True, editable=False)
    fin = models.DateField("dernier jour")
    cree_le = models.DateTimeField("créé le", default=timezone.now, editable=False)
    cree_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name="créé par"
    )
    revoque_le = models.DateTimeField("révoqué le", null=True, editable=False)
    utilise_le = models.DateTimeField("dernière utilisation", null=True, editable=False)

    objects = AccesFinanceurQuerySet.as_manager()

    class Meta:
        verbose_name = "accès d’un financeur"
        verbose_name_plural = "accès des financeurs"
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(genre="lien") | Q(tableau__isnull=False), name="acces_financeur_lien_d_un_tableau"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_genre_display()} : {self.nom}"


class QuestionFinanceur(models.Model):
    """What a funder asks about one figure of its dashboard, by its account or by a link, and what the director answers."""

    tableau = models.ForeignKey(Tableau, models.PROTECT, related_name="questions", verbose_name="tableau")
    indicateur = Code("indicateur")
    libelle = models.CharField("chiffre", max_length=250)
    texte = models.TextField("question", max_length=2000)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="posée par"
    )
    acces = models.ForeignKey(
        AccesFinanceur, models.PROTECT, null=True, editable=False, related_name="questions", verbose_name="par le lien"
    )
    posee_le = models.DateTimeField("posée le", default=timezone.now, editable=False)
    reponse = models.TextField("réponse", max_length=2000, blank=True)
    repondu_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="répondu par",
    )
    repondu_le = models.DateTimeField("répondu le", null=True, editable=False)

    class Meta:
        verbose_name = "question d’un financeur"
        verbose_name_plural = "questions des financeurs"
        ordering = ["posee_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reponse="", repondu_le=None) | (~Q(reponse="") & Q(repondu_le__isnull=False)),
                name="question_financeur_reponse_datee",
            ),
            models.CheckConstraint(
                condition=Q(auteur=None, acces__isnull=False) | Q(auteur__isnull=False, acces=None),
                name="question_financeur_de_quelqu_un",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tableau} : {self.indicateur}"

    @property
    def de(self) -> str:
        """Who asked, as both sides read it."""
        return str(self.auteur) if self.auteur else str(self.acces.nom if self.acces else "")
