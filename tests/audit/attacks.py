"""What somebody who can write the whole database would do to hide something.

The attacker drops the guards and knows all of our code, but has neither the signing key nor the checkpoints outside.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, text, update

from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.columns import read_columns
from audit.tables import GUARDED, audit_checkpoint, audit_entry, audit_node, audit_subject
from audit.tlog import CompactRange, leaf_hash
from tests.audit.helpers import ORIGIN, SigningKey

Rows = dict[Table, list[dict[str, Any]]]


def drop_guards(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for table in GUARDED:
            connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        return
    names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
    for name in names:
        connection.execute(text(f"DROP TRIGGER {name}"))


def copy_all(connection: Connection) -> Rows:
    """A backup of the log's tables."""
    return {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in GUARDED}


def put_back(connection: Connection, rows: Rows) -> None:
    """Replace the log's tables, as restoring a backup does."""
    for table in reversed(GUARDED):
        connection.execute(delete(table))
    for table, kept in rows.items():
        if kept:
            connection.execute(insert(table), kept)


def bodies_of(connection: Connection) -> list[bytes]:
    return list(connection.scalars(select(audit_entry.c.body).order_by(audit_entry.c.index)))


def edited(bodies: Sequence[bytes]) -> list[bytes]:
    return [*bodies[:3], bodies[3].replace(b"user:ann", b"user:bob"), *bodies[4:]]


def deleted(bodies: Sequence[bytes]) -> list[bytes]:
    return [*bodies[:3], *bodies[4:]]


def inserted(bodies: Sequence[bytes]) -> list[bytes]:
    return [*bodies[:3], bodies[3].replace(b"user:ann", b"user:bob"), *bodies[3:]]


def swapped(bodies: Sequence[bytes]) -> list[bytes]:
    return [*bodies[:3], bodies[4], bodies[3], *bodies[5:]]


def truncated(bodies: Sequence[bytes]) -> list[bytes]:
    return list(bodies[:-1])


ON_BODIES: dict[str, Callable[[Sequence[bytes]], list[bytes]]] = {
    "edit": edited,
    "delete": deleted,
    "insert": inserted,
    "swap": swapped,
    "truncate": truncated,
}


def rewrite(connection: Connection, bodies: Sequence[bytes], forger: SigningKey | None) -> None:
    """The whole log anew from other bodies: places, hashes, search columns, tree and checkpoints, all in harmony.

    The newest checkpoint is signed by the forger's own key, or the signed ones are kept as far as their size fits.
    """
    promises = [dict(row) for row in connection.execute(select(audit_checkpoint)).mappings()]
    entries, subjects = [], []
    for index, body in enumerate(bodies):
        columns, concerned = read_columns(body)
        entries.append({"index": index, "leaf": leaf_hash(body), "body": body, **columns._asdict()})
        subjects += [{"index": index, "subject": subject} for subject in concerned]
    tree = CompactRange()
    nodes = tree.extend(entry["leaf"] for entry in entries)
    if forger is None:
        promises = [promise for promise in promises if promise["size"] <= tree.size]
    else:
        note = sign_checkpoint(Checkpoint(ORIGIN, tree.size, tree.root()), forger)
        promises = [{"size": tree.size, "root": tree.root(), "note": note, "at": promises[0]["at"]}]
    put_back(
        connection,
        {
            audit_entry: entries,
            audit_subject: subjects,
            audit_node: [{"level": level, "index": index, "hash": digest} for level, index, digest in nodes],
            audit_checkpoint: promises,
        },
    )


def edit_row(connection: Connection) -> None:
    body = bodies_of(connection)[3].replace(b"user:ann", b"user:bob")
    row = audit_entry.c.index == 3
    connection.execute(update(audit_entry).where(row).values(body=body, actor="user:bob"))


def edit_search_column(connection: Connection) -> None:
    connection.execute(update(audit_entry).where(audit_entry.c.index == 3).values(actor="user:bob"))


def edit_hash_too(connection: Connection) -> None:
    body = bodies_of(connection)[3].replace(b"user:ann", b"user:bob")
    row = audit_entry.c.index == 3
    connection.execute(update(audit_entry).where(row).values(body=body, actor="user:bob", leaf=leaf_hash(body)))


def delete_row(connection: Connection) -> None:
    connection.execute(delete(audit_subject).where(audit_subject.c.index == 3))
    connection.execute(delete(audit_entry).where(audit_entry.c.index == 3))


def delete_subject(connection: Connection) -> None:
    connection.execute(delete(audit_subject).where(audit_subject.c.index == 3))


def add_subject(connection: Connection) -> None:
    connection.execute(insert(audit_subject), {"index": 3, "subject": "g_somebody"})


def add_stray_subject(connection: Connection) -> None:
    connection.execute(insert(audit_subject), {"index": 9_999, "subject": "g_somebody"})


def insert_row(connection: Connection) -> None:
    _insert_like(connection, 3, after=True)


def insert_below(connection: Connection) -> None:
    _insert_like(connection, 3, after=False)


def swap_rows(connection: Connection) -> None:
    bodies = bodies_of(connection)
    for index, other in ((3, 4), (4, 3)):
        connection.execute(update(audit_entry).where(audit_entry.c.index == index).values(body=bodies[other]))


def truncate_rows(connection: Connection) -> None:
    last = len(bodies_of(connection)) - 1
    connection.execute(delete(audit_subject).where(audit_subject.c.index == last))
    connection.execute(delete(audit_entry).where(audit_entry.c.index == last))


def drop_body(connection: Connection) -> None:
    connection.execute(update(audit_entry).where(audit_entry.c.index == 3).values(body=None))


def edit_node(connection: Connection) -> None:
    connection.execute(update(audit_node).where(audit_node.c.index == 0).values(hash=b"x" * 32))


def delete_node(connection: Connection) -> None:
    connection.execute(delete(audit_node).where(audit_node.c.index == 0))


def add_node(connection: Connection) -> None:
    connection.execute(insert(audit_node), {"level": 1, "index": 7, "hash": b"x" * 32})


def edit_checkpoint_root(connection: Connection) -> None:
    connection.execute(update(audit_checkpoint).values(root=b"x" * 32))


def delete_newest_checkpoint(connection: Connection) -> None:
    newest = select(audit_checkpoint.c.size).order_by(audit_checkpoint.c.size.desc()).limit(1).scalar_subquery()
    connection.execute(delete(audit_checkpoint).where(audit_checkpoint.c.size == newest))


ON_ROWS: dict[str, Callable[[Connection], None]] = {
    "edit": edit_row,
    "edit a search column": edit_search_column,
    "edit and hash again": edit_hash_too,
    "delete": delete_row,
    "delete a subject": delete_subject,
    "add a subject": add_subject,
    "add a subject of no entry": add_stray_subject,
    "insert": insert_row,
    "insert below the first": insert_below,
    "swap": swap_rows,
    "truncate": truncate_rows,
    "drop a body unannounced": drop_body,
    "edit a node": edit_node,
    "delete a node": delete_node,
    "add a node": add_node,
    "edit a checkpoint": edit_checkpoint_root,
    "delete a checkpoint": delete_newest_checkpoint,
}


def _insert_like(connection: Connection, index: int, *, after: bool) -> None:
    like = dict(connection.execute(select(audit_entry).where(audit_entry.c.index == index)).mappings().one())
    place = len(bodies_of(connection)) if after else -1
    connection.execute(insert(audit_entry), {**like, "index": place})
    connection.execute(insert(audit_subject), {"index": place, "subject": f"g_{index:032x}"})
