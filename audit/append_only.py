"""The SQL that makes the log's tables append-only, for ``create_all`` and for migrations alike. Text only.

Triggers stop our own mistakes and an application role; whoever may drop a trigger is found by the tree and the
checkpoints outside. The one change allowed is the end of a body's retention: ``body`` becomes NULL, all else stays.
"""

from core.errors import Invalid

_KEPT = ("index", "leaf", "at", "actor", "action", "object_type", "object_id", "purpose", "decision")
# Rows of these may never be changed or deleted. Pending rows are deleted when they get their place.
_FIXED = ("audit_subject", "audit_node", "audit_checkpoint")
_TABLES = ("audit_pending", "audit_entry", *_FIXED)


def guard_statements(dialect: str, table: str) -> tuple[str, ...]:
    """The statements to run once after ``table`` was created.

    Args:
        dialect: ``sqlite`` or ``postgresql``.
        table: one of the log's tables.

    Raises Invalid ``audit.no_guard`` for anything else.
    """
    if table in _TABLES and dialect == "sqlite":
        return _sqlite(table)
    if table in _TABLES and dialect == "postgresql":
        return _postgresql(table)
    raise Invalid("audit.no_guard", f"There is no guard for the table '{table}' on '{dialect}'.")


def unguard_statements(dialect: str) -> tuple[str, ...]:
    """What is left to drop after the tables are gone (a downgrade): triggers go with their tables."""
    return ("DROP FUNCTION IF EXISTS audit_refuse()",) if dialect == "postgresql" else ()


def _sqlite(table: str) -> tuple[str, ...]:
    def trigger(name: str, when: str) -> str:
        return f"CREATE TRIGGER {table}_{name} {when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"

    update = f"BEFORE UPDATE ON {table}"
    if table == "audit_entry":
        same = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in _KEPT)
        update += f" WHEN NOT (NEW.body IS NULL AND {same})"
    statements = [trigger("no_update", update)]
    if table != "audit_pending":
        statements.append(trigger("no_delete", f"BEFORE DELETE ON {table}"))
    if table == "audit_entry":
        # INSERT OR REPLACE deletes a row without firing delete triggers; each new entry must be the next one.
        following = '(SELECT coalesce(max("index"), -1) + 1 FROM audit_entry)'
        statements.append(trigger("in_order", f'BEFORE INSERT ON {table} WHEN NEW."index" <> {following}'))
    if table == "audit_checkpoint":
        exists = "EXISTS (SELECT 1 FROM audit_checkpoint WHERE size >= NEW.size)"
        statements.append(trigger("in_order", f"BEFORE INSERT ON {table} WHEN {exists}"))
    return tuple(statements)


def _postgresql(table: str) -> tuple[str, ...]:
    function = (
        "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION USING ERRCODE = 'restrict_violation', MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    )
    execute = "EXECUTE FUNCTION audit_refuse()"
    when = ""
    if table == "audit_entry":
        same = " AND ".join(f'NEW."{column}" IS NOT DISTINCT FROM OLD."{column}"' for column in _KEPT)
        when = f"WHEN (NOT (NEW.body IS NULL AND {same})) "
    statements = [
        function,
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {when}{execute}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {execute}",
    ]
    if table != "audit_pending":
        statements.append(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {execute}")
    return tuple(statements)
