"""What a person set is found by what it says, wherever its golden record goes, and no more when it is lifted."""

import pytest
from sqlalchemy import Connection, Engine, func, select

from core.clock import Clock
from core.crypto import Keyring
from core.database import unit_of_work
from merge.pin_store import PinKind
from merge.resolve.identifiers import golden_of
from merge.resolve.incremental import Resolver
from merge.resolve.pinning import Pinning, Wish
from merge.resolve.unmerge import Unmerge
from merge.said_tables import merge_pin_token
from tests.merge.support import make_resolver, record, record_id

A, B = record_id("a"), record_id("b")


@pytest.fixture
def resolver(keyring: Keyring, clock: Clock) -> Resolver:
    return make_resolver(keyring, clock)


def two(connection: Connection, resolver: Resolver) -> None:
    ours = record("a", ("person.full_name", "王小明"), ("phone", "13800138000"))
    resolver.apply(connection, [ours, record("b", ("person.full_name", "赵敏"), ("phone", "13900139000"))])


def test_a_pinned_value_is_found_and_an_ignored_one_finds_nothing_new(engine: Engine, resolver: Resolver) -> None:
    find, pinning = resolver.search.find, Pinning(resolver)
    with unit_of_work(engine) as connection:
        two(connection, resolver)
        assert (find(connection, "欧阳修"), find(connection, "13711112222")) == ([], [])
        pinning.put(connection, A, Wish("person.full_name", "欧阳修", "customer_said"), actor="user:s")
        pinning.put(connection, A, Wish("phone", "137 1111 2222", "customer_said"), actor="user:s")
        ignored = Wish("email", "x@example.com", "wrong", kind=PinKind.IGNORE)
        pinning.put(connection, A, ignored, actor="user:s")
        assert find(connection, "欧阳") == find(connection, "ouyang") == find(connection, "+8613711112222") == [A]
        assert find(connection, "x@example.com") == []
        # What the sources say is found too, as before.
        assert find(connection, "王小明") == [A]
        pinning.put(connection, A, Wish("person.full_name", "司马光", "customer_said"), actor="user:s")
        assert (find(connection, "欧阳"), find(connection, "司马光")) == ([], [A])
        pinning.remove(connection, A, "person.full_name", actor="user:s")
        assert find(connection, "司马光") == []
        pinning.remove(connection, A, "phone", actor="user:s")
        assert connection.execute(select(func.count()).select_from(merge_pin_token)).scalar_one() == 0


def test_a_pinned_value_goes_with_its_record(engine: Engine, resolver: Resolver) -> None:
    find, pinning, steward = resolver.search.find, Pinning(resolver), Unmerge(resolver)
    with unit_of_work(engine) as connection:
        two(connection, resolver)
        pinning.put(connection, B, Wish("person.full_name", "欧阳修", "customer_said"), actor="user:s")
        steward.merge(connection, [A, B], actor="user:s", reason_code="same_person")
        assert find(connection, "欧阳修") == [golden_of(connection, A).golden_id]
        steward.detach(connection, [B], actor="user:s", reason_code="other")
        assert find(connection, "欧阳修") == [B]
        pinning.move(connection, B, ["person.full_name"], A, actor="user:s")
        assert find(connection, "欧阳修") == [A]
        steward.merge(connection, [A, B], actor="user:s", reason_code="same_person")
        resolver.apply(connection, [], [A])
        assert find(connection, "欧阳修") == [B]
