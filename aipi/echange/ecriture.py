"""Bulk writes of rows already in the form of the database: no model instances, the fastest way of each engine."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg2.extras import execute_batch

_COPIE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def reserver(modele: type[models.Model], nombre: int) -> Sequence[int]:
    """Primary keys for `nombre` new rows, that nobody else will be given."""
    table = modele._meta.db_table
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), nombre],
            )
            return [ligne[0] for ligne in curseur.fetchall()]
        # The whole import holds SQLite's only write lock, and AUTOINCREMENT never gives a number again.
        curseur.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        ligne = curseur.fetchone()
        premier = (ligne[0] if ligne else 0) + 1
        return range(premier, premier + nombre)


def inserer(modele: type[models.Model], colonnes: Sequence[str], lignes: Iterable[tuple[Any, ...]]) -> None:
    """Insert `lignes`, the values of `colonnes` (database names, `id` included)."""
    table = connection.ops.quote_name(modele._meta.db_table)
    noms = ", ".join(connection.ops.quote_name(c) for c in colonnes)
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            texte = io.StringIO("".join("\t".join(map(_champ_copie, ligne)) + "\n" for ligne in lignes))
            curseur.copy_expert(f"COPY {table} ({noms}) FROM STDIN", texte)
        else:
            places = ", ".join(["%s"] * len(colonnes))
            # Names come from the models, quoted.
            sql = f"INSERT INTO {table} ({noms}) VALUES ({places})"  # noqa: S608
            curseur.executemany(sql, list(lignes))


def modifier(modele: type[models.Model], colonnes: Sequence[str], lignes: Sequence[tuple[Any, ...]]) -> None:
    """Update `lignes`: the values of `colonnes`, then the primary key."""
    table = connection.ops.quote_name(modele._meta.db_table)
    affectations = ", ".join(f"{connection.ops.quote_name(c)} = %s" for c in colonnes)
    # Names come from the models, quoted.
    sql = f"UPDATE {table} SET {affectations} WHERE id = %s"  # noqa: S608
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            execute_batch(curseur.cursor, sql, lignes, page_size=500)
        else:
            curseur.executemany(sql, lignes)


def analyser(modeles: Sequence[type[models.Model]]) -> None:
    """Tell PostgreSQL how big the tables have become: until its own round, it plans for the empty tables it knew."""
    if modeles and connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(modele._meta.db_table) for modele in modeles)
        with connection.cursor() as curseur:
            curseur.execute(f"ANALYZE {tables}")


def _champ_copie(valeur: Any) -> str:
    if valeur is None:
        return "\\N"
    if isinstance(valeur, str):
        return valeur.translate(_COPIE) if not valeur.isalnum() else valeur
    if isinstance(valeur, bool):
        return "t" if valeur else "f"
    return str(valeur)
