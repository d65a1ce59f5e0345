"""Backups: the whole database and every file in one encrypted file, checked without being restored, restored on either engine.

Inside the encryption (age, by pyrage) is a tar: the tables in pieces of some megabytes, one JSON array a row, then the files, then
`manifeste.json`, which counts and sums them all. A piece is the most that is held in memory; nothing is written in clear on
the disk. With a recipient's key the file is a plain age file: `age -d | tar x` reads it without AIPi. With a passphrase it begins
with the key of the file, itself encrypted by the passphrase.

A table is summed by adding the SHA-256 of its rows: it does not depend on an order that each database sees in its own way.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import json
import os
import shutil
import tarfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import IO, Any
from uuid import UUID

import pyrage
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from django.utils import timezone

from aipi.roles import MODELES, Nature

FORMAT = "aipi-sauvegarde-1"
ENTETE = b"AIPI-SAUVEGARDE-PHRASE-1\n"
"""First bytes of a file encrypted by a passphrase; a length in four bytes and the encrypted key of the file follow."""
MORCEAU = 4 * 1024 * 1024
LIGNES = 500
BLOC = 1024 * 1024
MANIFESTE = "manifeste.json"
TABLES, MEDIAS = "tables", "medias"
CLES_PUBLIQUES, CLE, PHRASE = "AIPI_SAUVEGARDE_DESTINATAIRES", "AIPI_SAUVEGARDE_CLE", "AIPI_SAUVEGARDE_PHRASE"
"""Environment: recipients (age1…, separated by commas, or a file of them), a file of identities, a file of a passphrase."""


class SauvegardeImpossible(Exception):
    """The backup cannot be made, read or restored; the message says why, in French."""


# Keys


def _lu(variable: str) -> str:
    """What a file named by the environment holds."""
    chemin = os.environ.get(variable, "")
    if not chemin:
        return ""
    try:
        return Path(chemin).read_text(encoding="utf-8").strip()
    except OSError as erreur:
        raise SauvegardeImpossible(f"{variable}\u202f: ce fichier ne se lit pas ({erreur.strerror}).") from erreur


def destinataires() -> list[Any]:
    """The public keys for which a backup is encrypted; none when a passphrase is used."""
    dites = os.environ.get(CLES_PUBLIQUES, "")
    if dites and not dites.startswith("age1"):
        dites = _lu(CLES_PUBLIQUES)
    mots = [
        mot for ligne in dites.replace(",", "\n").splitlines() if (mot := ligne.strip()) and not mot.startswith("#")
    ]
    try:
        return [pyrage.x25519.Recipient.from_str(mot) for mot in mots]
    except pyrage.RecipientError as erreur:
        raise SauvegardeImpossible(
            f"{CLES_PUBLIQUES}\u202f: une clé publique age commence par «\u202fage1\u202f»."
        ) from erreur


def identites() -> list[Any]:
    """The secret keys that open a backup; none when a passphrase is used."""
    lignes = [mot for ligne in _lu(CLE).splitlines() if (mot := ligne.strip()) and not mot.startswith("#")]
    try:
        return [pyrage.x25519.Identity.from_str(mot) for mot in lignes]
    except pyrage.IdentityError as erreur:
        raise SauvegardeImpossible(f"{CLE}\u202f: ce fichier ne contient pas de clé secrète age.") from erreur


# Encryption, as a stream


@contextmanager
def _chiffre(sortie: IO[bytes]) -> Iterator[IO[bytes]]:
    """Where to write in clear what `sortie` receives encrypted. A thread encrypts: the database belongs to this one."""
    cles = destinataires()
    if not cles:
        phrase = _lu(PHRASE)
        if not phrase:
            raise SauvegardeImpossible(
                f"Il faut une clé\u202f: {CLES_PUBLIQUES} (clé publique age) ou {PHRASE} (fichier d’une phrase secrète)."
            )
        identite = pyrage.x25519.Identity.generate()
        scellee = pyrage.passphrase.encrypt(str(identite).encode(), phrase)
        sortie.write(ENTETE + len(scellee).to_bytes(4, "big") + scellee)
        cles = [identite.to_public()]
    lecture, ecriture = os.pipe()
    fautes: list[BaseException] = []

    def chiffrer() -> None:
        with os.fdopen(lecture, "rb") as clair:
            try:
                pyrage.encrypt_io(clair, sortie, cles)
            except BaseException as erreur:  # noqa: BLE001  # told by the thread that waits
                fautes.append(erreur)

    fil = threading.Thread(target=chiffrer, name="chiffrement")
    fil.start()
    try:
        with os.fdopen(ecriture, "wb") as clair:
            yield clair
    except BrokenPipeError as erreur:
        fil.join()
        raise SauvegardeImpossible(f"L’écriture s’est arrêtée\u202f: {fautes[0] if fautes else erreur}.") from erreur
    finally:
        fil.join()
    if fautes:
        raise SauvegardeImpossible(f"Le chiffrement a échoué\u202f: {fautes[0]}.") from fautes[0]


@contextmanager
def _dechiffre(entree: IO[bytes]) -> Iterator[IO[bytes]]:
    """What `entree` says in clear."""
    cles = identites()
    debut = entree.read(len(ENTETE))
    if debut == ENTETE:
        scellee = entree.read(int.from_bytes(entree.read(4), "big"))
        phrase = _lu(PHRASE)
        if not phrase:
            raise SauvegardeImpossible(f"Cette sauvegarde s’ouvre par une phrase secrète\u202f: donnez {PHRASE}.")
        try:
            cles = [pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(scellee, phrase).decode())]
        except pyrage.DecryptError as erreur:
            raise SauvegardeImpossible("La phrase secrète n’ouvre pas cette sauvegarde.") from erreur
    else:
        entree.seek(0)
        if not cles:
            raise SauvegardeImpossible(f"Cette sauvegarde s’ouvre par une clé secrète\u202f: donnez {CLE}.")
    lecture, ecriture = os.pipe()
    fautes: list[BaseException] = []

    def dechiffrer() -> None:
        with os.fdopen(ecriture, "wb") as clair:
            try:
                pyrage.decrypt_io(entree, clair, cles)
                clair.flush()
            except BaseException as erreur:  # noqa: BLE001  # told by the thread that waits
                fautes.append(erreur)

    fil = threading.Thread(target=dechiffrer, name="dechiffrement")
    fil.start()
    refus: BaseException | None = None
    try:
        with os.fdopen(lecture, "rb") as clair:
            try:
                yield clair
            except (tarfile.TarError, EOFError) as erreur:
                refus = erreur
    finally:
        fil.join()
    if fautes and not isinstance(fautes[0], BrokenPipeError):
        raise SauvegardeImpossible("Cette sauvegarde ne s’ouvre pas avec cette clé, ou elle est abîmée.") from fautes[0]
    if refus is not None:
        raise SauvegardeImpossible("Cette sauvegarde est abîmée ou incomplète.") from refus


# Rows as text


def modeles() -> list[type[Model]]:
    """Every table that the site keeps, those of the libraries too."""
    return [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]


def _champs(modele: type[Model]) -> list[Any]:
    return list(modele._meta.concrete_fields)


def _ecrire(valeur: Any) -> Any:
    """A value as JSON: what JSON cannot say becomes the text that its field reads back."""
    match valeur:
        case datetime.datetime():
            return valeur.astimezone(datetime.UTC).isoformat()
        case datetime.date() | datetime.time():
            return valeur.isoformat()
        case Decimal() | UUID() | datetime.timedelta():
            return str(valeur)
        case bytes() | memoryview():
            return base64.b64encode(bytes(valeur)).decode("ascii")
    return valeur


def _lire(champ: Any, valeur: Any) -> Any:
    """The value that the database takes, from what `_ecrire` wrote."""
    if valeur is None:
        return None
    if isinstance(champ, models.BinaryField):
        valeur = base64.b64decode(valeur)
    elif not isinstance(champ, models.JSONField):
        valeur = champ.to_python(valeur)
    return champ.get_db_prep_save(valeur, connection=connection)


def rangees(modele: type[Model]) -> Iterator[bytes]:
    """The rows of a table, one line of JSON each, by key."""
    noms = [champ.attname for champ in _champs(modele)]
    lignes = modele._base_manager.order_by("pk").values_list(*noms)
    for ligne in lignes.iterator(chunk_size=LIGNES):
        texte = json.dumps([_ecrire(v) for v in ligne], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        yield texte.encode() + b"\n"


@dataclass
class Somme:
    """How many rows, and the sum of their prints: the same whatever their order."""

    lignes: int = 0
    somme: int = 0

    def ajouter(self, ligne: bytes) -> None:
        self.lignes += 1
        self.somme = (self.somme + int.from_bytes(hashlib.sha256(ligne).digest(), "big")) % 2**256

    def dite(self) -> dict[str, Any]:
        return {"lignes": self.lignes, "somme": f"{self.somme:064x}"}


@contextmanager
def _instantane() -> Iterator[None]:
    """All tables are read as of one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        # A reader must not hold the only write lock for minutes. The mode is known once connected.
        connection.ensure_connection()
        mode, connection.transaction_mode = connection.transaction_mode, "DEFERRED"  # type: ignore[attr-defined]  # SQLite's
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = mode  # type: ignore[attr-defined]  # SQLite's
        return
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


# Counters of keys: a key that was used once must not be given again


def _a_compteur(modele: type[Model]) -> bool:
    return isinstance(modele._meta.pk, models.AutoField)


def _compteur(modele: type[Model]) -> int:
    """The last key that the table gave."""
    table = modele._meta.db_table
    with connection.cursor() as curseur:
        if connection.vendor == "sqlite":
            curseur.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            ligne = curseur.fetchone()
            return int(ligne[0]) if ligne else 0
        colonne = str(modele._meta.pk.column)  # type: ignore[union-attr]  # it has one
        curseur.execute("SELECT pg_get_serial_sequence(%s, %s)", [connection.ops.quote_name(table), colonne])
        curseur.execute(f"SELECT last_value, is_called FROM {curseur.fetchone()[0]}")  # noqa: S608  # the database's own name
        derniere, donnee = curseur.fetchone()
        return int(derniere) if donnee else int(derniere) - 1


def _remettre_compteur(modele: type[Model], derniere: int) -> None:
    table = modele._meta.db_table
    with connection.cursor() as curseur:
        if connection.vendor == "sqlite":
            curseur.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            curseur.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, derniere])
        else:
            colonne = str(modele._meta.pk.column)  # type: ignore[union-attr]  # it has one
            curseur.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s, %s)",
                [connection.ops.quote_name(table), colonne, max(derniere, 1), derniere > 0],
            )


def _migrations() -> list[str]:
    """The migrations of the database, by which two of them have the same tables."""
    return sorted(f"{app}.{nom}" for app, nom in MigrationRecorder(connection).applied_migrations())


# Writing


@dataclass
class Bilan:
    """What a backup holds."""

    date: str
    tables: Mapping[str, Mapping[str, Any]]
    fichiers: Mapping[str, Mapping[str, Any]]
    manquants: list[str] = field(default_factory=list)

    @property
    def lignes(self) -> int:
        return sum(table["lignes"] for table in self.tables.values())


def _ajouter(archive: tarfile.TarFile, nom: str, contenu: bytes) -> None:
    entree = tarfile.TarInfo(nom)
    entree.size = len(contenu)
    archive.addfile(entree, io.BytesIO(contenu))


def _ecrire_table(archive: tarfile.TarFile, modele: type[Model]) -> dict[str, Any]:
    somme, morceau, rang = Somme(), bytearray(), 0

    def vider() -> None:
        nonlocal rang
        rang += 1
        _ajouter(archive, f"{TABLES}/{modele._meta.label_lower}/{rang:06d}.jsonl", bytes(morceau))
        morceau.clear()

    for ligne in rangees(modele):
        somme.ajouter(ligne)
        morceau += ligne
        if len(morceau) >= MORCEAU:
            vider()
    if morceau:
        vider()
    colonnes = [champ.attname for champ in _champs(modele)]
    compteur = {"compteur": _compteur(modele)} if _a_compteur(modele) else {}
    return {**somme.dite(), "colonnes": colonnes, **compteur}


class _Compte:
    """A file that is read while its print is taken."""

    def __init__(self, fichier: IO[bytes]) -> None:
        self.fichier = fichier
        self.empreinte = hashlib.sha256()

    def read(self, nombre: int = -1) -> bytes:
        lu = self.fichier.read(nombre)
        self.empreinte.update(lu)
        return lu


def _fichiers() -> list[Path]:
    racine = Path(settings.MEDIA_ROOT)
    if not racine.is_dir():
        return []
    relatifs = (
        chemin.relative_to(racine) for chemin in racine.rglob("*") if chemin.is_file() and not chemin.is_symlink()
    )
    return sorted(chemin for chemin in relatifs if not any(partie.startswith(".") for partie in chemin.parts))


def _ecrire_fichiers(archive: tarfile.TarFile) -> dict[str, Any]:
    racine, dits = Path(settings.MEDIA_ROOT), {}
    for chemin in _fichiers():
        try:
            with (racine / chemin).open("rb") as fichier:
                entree = tarfile.TarInfo(f"{MEDIAS}/{chemin.as_posix()}")
                entree.size = os.fstat(fichier.fileno()).st_size
                compte = _Compte(fichier)
                archive.addfile(entree, compte)  # type: ignore[arg-type]  # it only reads
                dits[chemin.as_posix()] = {"taille": entree.size, "sha256": compte.empreinte.hexdigest()}
        except FileNotFoundError:
            # Deleted since the folder was read: the rows that were read no longer need it, or say so.
            continue
    return dits


def _manquants(fichiers: Mapping[str, Any]) -> list[str]:
    """Files that rows name and that are not there."""
    absents = []
    for modele in modeles():
        for champ in _champs(modele):
            if isinstance(champ, models.FileField):
                noms = modele._base_manager.exclude(**{champ.name: ""}).order_by().values_list(champ.attname, flat=True)
                absents += [nom for nom in noms.iterator(chunk_size=LIGNES) if nom and nom not in fichiers]
    return sorted(absents)


def sauvegarder(chemin: Path) -> Bilan:
    """Write the whole of it to `chemin`, encrypted; the file appears there once it is complete. Raises SauvegardeImpossible."""
    if chemin.exists():
        raise SauvegardeImpossible("Ce fichier existe déjà\u202f: une sauvegarde n’en remplace pas une autre.")
    partiel = chemin.with_name(f".{chemin.name}.partiel")
    try:
        descripteur = os.open(partiel, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descripteur, "wb") as sortie:
            with _chiffre(sortie) as clair, tarfile.open(fileobj=clair, mode="w|") as archive, _instantane():
                tables = {modele._meta.label_lower: _ecrire_table(archive, modele) for modele in modeles()}
                fichiers = _ecrire_fichiers(archive)
                bilan = Bilan(timezone.now().isoformat(), tables, fichiers, _manquants(fichiers))
                manifeste = {
                    "format": FORMAT,
                    "date": bilan.date,
                    "migrations": _migrations(),
                    "tables": tables,
                    "fichiers": fichiers,
                }
                _ajouter(archive, MANIFESTE, json.dumps(manifeste, ensure_ascii=False, sort_keys=True).encode())
            sortie.flush()
            os.fsync(sortie.fileno())
        partiel.replace(chemin)
    except OSError as erreur:
        raise SauvegardeImpossible(f"Écriture impossible ({erreur.strerror or erreur}).") from erreur
    finally:
        partiel.unlink(missing_ok=True)
    return bilan


# Reading


Table = Callable[[str, list[bytes]], None]
Fichier = Callable[[str, IO[bytes]], str]
"""From the name of a file and its content, its SHA-256 once read."""


def _sur(nom: str) -> str:
    """The path of a file within the folder of files. Raises SauvegardeImpossible for one that would leave it."""
    chemin = PurePosixPath(nom)
    if chemin.is_absolute() or ".." in chemin.parts or not chemin.parts or "\0" in nom:
        raise SauvegardeImpossible("Cette sauvegarde contient un nom de fichier interdit.")
    return nom


class _Lecture:
    """What was read of a backup so far: the sums of its tables, the prints of its files, its manifest once it came."""

    def __init__(self, table: Table, fichier: Fichier) -> None:
        self.table = table
        self.fichier = fichier
        self.sommes: dict[str, Somme] = {}
        self.fichiers: dict[str, dict[str, Any]] = {}
        self.manifeste: dict[str, Any] | None = None

    def prendre(self, nom_entier: str, taille: int, contenu: IO[bytes]) -> None:
        genre, _, nom = nom_entier.partition("/")
        if genre == TABLES:
            label = nom.partition("/")[0]
            lignes = contenu.read().splitlines(keepends=True)
            for ligne in lignes:
                self.sommes.setdefault(label, Somme()).ajouter(ligne)
            self.table(label, lignes)
        elif genre == MEDIAS:
            self.fichiers[_sur(nom)] = {"taille": taille, "sha256": self.fichier(nom, contenu)}
        elif nom_entier == MANIFESTE:
            self.manifeste = json.loads(contenu.read())

    def accordee(self) -> dict[str, Any]:
        """The manifest, when all that was read is what it says. Raises SauvegardeImpossible."""
        manifeste = self.manifeste
        if manifeste is None or manifeste.get("format") != FORMAT:
            raise SauvegardeImpossible("Cette sauvegarde est incomplète\u202f: son manifeste manque.")
        for label, attendue in manifeste["tables"].items():
            obtenue = self.sommes.pop(label, Somme()).dite()
            if any(obtenue[cle] != attendue[cle] for cle in obtenue):
                raise SauvegardeImpossible(f"La table {label} n’est pas celle qui a été sauvegardée.")
        if self.sommes or self.fichiers != manifeste["fichiers"]:
            raise SauvegardeImpossible("Les fichiers de cette sauvegarde ne sont pas ceux que dit son manifeste.")
        return manifeste


def _parcourir(chemin: Path, table: Table, fichier: Fichier) -> dict[str, Any]:
    """Give every piece to `table` and every file to `fichier`, as they come; the manifest, once all of it agrees with it."""
    lecture = _Lecture(table, fichier)
    try:
        with chemin.open("rb") as entree, _dechiffre(entree) as clair:
            with tarfile.open(fileobj=clair, mode="r|") as archive:
                for membre in archive:
                    contenu = archive.extractfile(membre)
                    if contenu is None:
                        raise SauvegardeImpossible("Cette sauvegarde contient autre chose que des fichiers.")
                    lecture.prendre(membre.name, membre.size, contenu)
            # To the last byte: the end is authenticated too.
            while clair.read(BLOC):
                pass
    except OSError as erreur:
        raise SauvegardeImpossible(f"Lecture impossible ({erreur.strerror or erreur}).") from erreur
    return lecture.accordee()


def _seulement_lire(nom: str, contenu: IO[bytes]) -> str:
    empreinte = hashlib.sha256()
    while bloc := contenu.read(BLOC):
        empreinte.update(bloc)
    return empreinte.hexdigest()


def _bilan(manifeste: Mapping[str, Any]) -> Bilan:
    return Bilan(manifeste["date"], manifeste["tables"], manifeste["fichiers"])


def verifier(chemin: Path) -> Bilan:
    """Read a backup to the end without restoring it: key, pieces, counts, prints. Raises SauvegardeImpossible."""
    return _bilan(_parcourir(chemin, lambda label, lignes: None, _seulement_lire))


# Restoring


def _exiger_vide() -> None:
    """Only the reference data that migrations write may be there. Raises SauvegardeImpossible."""
    for modele in modeles():
        regle = MODELES.get(modele._meta.label)
        if regle is not None and regle.nature is not Nature.REFERENCE and modele._base_manager.exists():
            raise SauvegardeImpossible(
                f"Cette base n’est pas vide ({modele._meta.verbose_name})\u202f: restaurez dans une base neuve, après migrate."
            )
    if _fichiers():
        raise SauvegardeImpossible(
            "Le dossier des fichiers n’est pas vide\u202f: videz-le, ou donnez-en un autre (AIPI_DONNEES)."
        )


class _Restauration:
    """Writes the pieces as they come, in one transaction that the manifest must agree with."""

    def __init__(self, chantier: Path) -> None:
        self.chantier = chantier
        self.modeles = {modele._meta.label_lower: modele for modele in modeles()}

    def table(self, label: str, lignes: list[bytes]) -> None:
        modele = self.modeles.get(label)
        if modele is None:
            raise SauvegardeImpossible(f"La table {label} n’existe pas dans cette version.")
        champs = _champs(modele)
        noms = ", ".join(connection.ops.quote_name(champ.column) for champ in champs)
        places = ", ".join(["%s"] * len(champs))
        table = connection.ops.quote_name(modele._meta.db_table)
        sql = f"INSERT INTO {table} ({noms}) VALUES ({places})"  # noqa: S608  # names come from the models, quoted
        with connection.cursor() as curseur:
            for debut in range(0, len(lignes), LIGNES):
                valeurs = [
                    [_lire(champ, valeur) for champ, valeur in zip(champs, json.loads(ligne), strict=True)]
                    for ligne in lignes[debut : debut + LIGNES]
                ]
                curseur.executemany(sql, valeurs)

    def fichier(self, nom: str, contenu: IO[bytes]) -> str:
        cible = self.chantier / nom
        cible.parent.mkdir(parents=True, exist_ok=True)
        empreinte = hashlib.sha256()
        with cible.open("wb") as sortie:
            while bloc := contenu.read(BLOC):
                empreinte.update(bloc)
                sortie.write(bloc)
        return empreinte.hexdigest()

    def vider(self) -> None:
        with connection.cursor() as curseur:
            for modele in self.modeles.values():
                curseur.execute(f"DELETE FROM {connection.ops.quote_name(modele._meta.db_table)}")  # noqa: S608  # quoted

    def verifier(self, manifeste: Mapping[str, Any]) -> None:
        """What was written reads as what was saved. Raises SauvegardeImpossible."""
        if manifeste["migrations"] != _migrations():
            raise SauvegardeImpossible(
                "Cette sauvegarde vient d’une autre version du logiciel\u202f: restaurez avec celle-là, puis migrez."
            )
        connection.check_constraints()
        for label, modele in self.modeles.items():
            somme = Somme()
            for ligne in rangees(modele):
                somme.ajouter(ligne)
            attendue = manifeste["tables"].get(label, Somme().dite())
            if any(valeur != attendue[cle] for cle, valeur in somme.dite().items()):
                raise SauvegardeImpossible(f"La table {label} ne se relit pas comme elle a été sauvegardée.")
            if _a_compteur(modele):
                _remettre_compteur(modele, attendue.get("compteur", 0))


def restaurer(chemin: Path) -> Bilan:
    """Put a backup in this empty, migrated database and its folder of files; all or nothing. Raises SauvegardeImpossible."""
    racine = Path(settings.MEDIA_ROOT)
    racine.mkdir(mode=0o700, parents=True, exist_ok=True)
    chantier = racine / ".restauration"
    _exiger_vide()
    restauration = _Restauration(chantier)
    try:
        with transaction.atomic():
            restauration.vider()
            manifeste = _parcourir(chemin, restauration.table, restauration.fichier)
            restauration.verifier(manifeste)
            for nom in manifeste["fichiers"]:
                cible = racine / nom
                cible.parent.mkdir(parents=True, exist_ok=True)
                (chantier / nom).replace(cible)
    finally:
        shutil.rmtree(chantier, ignore_errors=True)
    return _bilan(manifeste)
