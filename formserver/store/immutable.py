"""Triggers that make a table insert-only, for migrations. Whoever gets past the program still meets these.

SQLite needs three: without the one before INSERT, ``INSERT OR REPLACE`` overwrites a row without any UPDATE.
PostgreSQL refuses UPDATE, DELETE and TRUNCATE by trigger and takes the rights to them away as well. No foreign key may
point at an insert-only table: PostgreSQL checks such keys by locking the row, for which the right to UPDATE is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

_MESSAGE = "immutable table: {table}"


def protect(table: str, key: Sequence[str], *, passing: str = "") -> None:
    """Make ``table`` with primary key ``key`` insert-only.

    ``passing`` is a condition on ``OLD`` (``OLD.carried_from <> ''``): rows it holds for may be deleted, never changed.
    """
    message = _MESSAGE.format(table=table)
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
        same_key = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608  names come from migrations
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS ({same_key}) BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        for deed in ("UPDATE", "DELETE"):
            only = f"WHEN NOT ({passing}) " if passing and deed == "DELETE" else ""
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} {only}"
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'immutable table: %', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    if passing:
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW WHEN (NOT ({passing})) EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE {'UPDATE' if passing else 'UPDATE OR DELETE'} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    rights = "UPDATE, TRUNCATE" if passing else "UPDATE, DELETE, TRUNCATE"
    op.execute(f"REVOKE {rights} ON {table} FROM PUBLIC, CURRENT_USER")
