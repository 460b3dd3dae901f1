"""What a database said, in our words."""

from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from core.errors import Conflict, Damaged, IngotError, TooMuch, Unavailable


def all_in_use() -> Unavailable:
    """The refusal of work for which there is no connection left."""
    return Unavailable("database.busy", "All connections to the database are in use; try again in a moment.")


def held_by_another() -> Unavailable:
    """The refusal of a change beside another one."""
    return Unavailable("database.locked", "The database is held by another program; try again in a moment.")


def own_error(error: DBAPIError) -> IngotError:
    """What the database said, in our words; its own text can hold values and never leaves."""
    said = str(error.orig).lower()
    if "disk is full" in said or "no space left" in said or "disk full" in said:
        return TooMuch(
            "database.full", "The disk of the database is full; free space, then run the same command again."
        )
    if "locked" in said or "lock timeout" in said or "deadlock" in said or "could not serialize" in said:
        return held_by_another()
    if "malformed" in said or "not a database" in said or "corrupt" in said:
        return Damaged("database.damaged", "The database file is damaged; restore it from a backup.")
    if isinstance(error, ProgrammingError) or "no such table" in said or "no such column" in said:
        return Unavailable(
            "database.schema", "The database lacks a table or column it should have; run 'ingot db upgrade'."
        )
    if isinstance(error, IntegrityError):
        return Conflict("database.conflict", "Another change came first, or the change breaks a rule of the database.")
    return Unavailable(
        "database.unavailable",
        "The database does not answer as it should; check that it runs and that its disk can be written.",
        kind=type(error.orig).__name__,
    )
