"""Names of colleagues for screens: the log and the rows know people by their ids alone."""

from collections.abc import Mapping

from api.console.visitor import Visitor
from core.database import reading


def names_of(visitor: Visitor) -> Mapping[str, str]:
    """What people are called, by how rows name them (``user:<id>``)."""
    with reading(visitor.services.engine) as connection:
        users = visitor.services.people.list_users(connection)
    return {user.principal().actor: user.display_name for user in users}
