"""Reading as of one moment, without keeping anyone from writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def instantane() -> Iterator[None]:
    """All that is read inside is as of one moment; nothing can be written there.

    Transactions of this project take the write lock of SQLite at once. This one takes none: it reads the snapshot of the
    write-ahead log while others save. Inside a transaction already begun, it is as of that one’s moment.
    """
    dehors = not connection.in_atomic_block
    if connection.vendor == "sqlite":
        mode = getattr(connection, "transaction_mode", None)
        if dehors:
            connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        try:
            with transaction.atomic(), connection.cursor() as curseur:
                connection.transaction_mode = mode  # type: ignore[attr-defined]
                curseur.execute("PRAGMA query_only=ON")
                try:
                    yield
                finally:
                    curseur.execute("PRAGMA query_only=OFF")
        finally:
            connection.transaction_mode = mode  # type: ignore[attr-defined]
    else:
        with transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(f"SET TRANSACTION {'ISOLATION LEVEL REPEATABLE READ, ' if dehors else ''}READ ONLY")
            yield
