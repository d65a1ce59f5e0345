"""Reading as of one moment, without keeping anyone from writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def instantane() -> Iterator[None]:
    """All that is read inside is as of one moment; nothing can be written there.

    Transactions of this project take the write lock of SQLite at once. This one takes none: it reads the snapshot of the
    write-ahead log while others save. Inside a transaction already begun, it is as of that one’s moment.
    """
    dehors = not connection.in_atomic_block
    if connection.vendor == "sqlite":
        with _sans_ecrire(differee=dehors):
            yield
    else:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(f"SET TRANSACTION {'ISOLATION LEVEL REPEATABLE READ, ' if dehors else ''}READ ONLY")
            yield


@contextmanager
def _sans_ecrire(*, differee: bool) -> Iterator[None]:
    sqlite: Any = connection
    sqlite.ensure_connection()
    mode = sqlite.transaction_mode
    try:
        if differee:
            sqlite.transaction_mode = "DEFERRED"
        with transaction.atomic():
            sqlite.transaction_mode = mode
            sqlite.connection.execute("PRAGMA query_only=ON")
            yield
    finally:
        # Past Django, which would refuse any question after an error.
        sqlite.transaction_mode = mode
        sqlite.connection.execute("PRAGMA query_only=OFF")
