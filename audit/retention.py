"""The end of a body's retention: announced in the log first, dropped only after the announcement has its place."""

from datetime import datetime

from sqlalchemy import Connection, exists, func, select, update

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from audit.pruning import announced_range
from audit.tables import audit_entry


def announce(connection: Connection, log: AuditLog, *, before: datetime, actor: str) -> int:
    """Announce that the bodies older than ``before`` will be dropped.

    Only a run of entries from the oldest body kept is announced: the first younger entry ends it. Returns how many
    entries that is, 0 where nothing is due (then nothing is written). Legal holds are the caller's to subtract.
    """
    kept = audit_entry.c.body.is_not(None) & (audit_entry.c.action != Action.AUDIT_PRUNED.value)
    begin = connection.scalar(select(func.min(audit_entry.c.index)).where(kept))
    if begin is None:
        return 0
    younger = select(func.min(audit_entry.c.index)).where(audit_entry.c.at >= before)
    end = connection.scalar(younger)
    if end is None:
        end = connection.scalar(select(func.max(audit_entry.c.index))) + 1
    if end <= begin:
        return 0
    details = {"from": begin, "to": end}
    log.append(connection, Event(Action.AUDIT_PRUNED, actor, count=end - begin, details=details))
    return int(end - begin)


def apply_announced(connection: Connection) -> int:
    """Drop the bodies that sequenced announcements name; returns how many. Done twice it changes nothing."""
    announcements = select(audit_entry.c.body).where(audit_entry.c.action == Action.AUDIT_PRUNED.value)
    dropped = 0
    for body in connection.scalars(announcements.order_by(audit_entry.c.index)).all():
        announced = announced_range(bytes(body))
        if announced is None:
            continue
        begin, end = announced
        due = (
            (audit_entry.c.index >= begin)
            & (audit_entry.c.index < end)
            & audit_entry.c.body.is_not(None)
            & (audit_entry.c.action != Action.AUDIT_PRUNED.value)
        )
        if connection.scalar(select(exists(select(audit_entry.c.index).where(due)))):
            dropped += connection.execute(update(audit_entry).where(due).values(body=None)).rowcount
    return dropped
