"""What stands is not asked for again while nothing is written, and is asked for again whoever wrote whatever."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import orjson
from sqlalchemy import Connection, event, text

from audit.log import Query
from core.database import make_engine, reading, unit_of_work
from core.errors import IngotError
from governance.policy.values import RequestContext
from merge.standing import heads, led_to
from sync.wish import Answer, Asked, Wish
from tests.api.http.house import House
from tests.api.http.test_reads import LI, WANG, get_many

# Tries in which the gateway's own sequencer, twice a second, is not in between every time.
TRIES = 20
PURPOSES = {"service": "customer_service", "sales": "sales_follow_up"}


class Reader:
    """One who reads as the group of point reads does: in transactions of one connection that write only of the log."""

    def __init__(self, house: House, connection: Connection, ids: list[str]) -> None:
        self._services = house.services
        self._connection = connection
        self._wishes = [Wish(_asked(house, who), one) for who in PURPOSES for one in ids]
        self.looked = False

    def tell(self) -> list[tuple[object, ...]]:
        """What they are told now, which must be what is told without a memory."""
        services = self._services
        self.looked = False
        with (
            unit_of_work(services.engine, standing=self._connection) as connection,
            services.disclosure.nothing_else_written(connection),
        ):
            told = [_plain(one) for one in services.disclosure.tell(connection, self._wishes)]
        looked = self.looked
        with suppress(KeyError), unit_of_work(services.engine) as connection:
            anew = [_plain(one) for one in services.disclosure.tell(connection, self._wishes)]
            # It never was.
            raise KeyError
        assert told == anew
        self.looked = looked
        return told

    def hear(self, *given: object) -> None:
        """A statement on its way to the database."""
        self.looked = self.looked or "FROM merge_golden" in str(given[2])


def _asked(house: House, who: str) -> Asked:
    with reading(house.services.engine) as connection:
        principal = house.services.people.user_by_login(connection, who).principal()
    return Asked(principal, RequestContext(PURPOSES[who], "", "r_test"))


def _plain(one: Answer | IngotError) -> tuple[object, ...]:
    return (one.content, one.etag, one.canonical_id) if isinstance(one, Answer) else (type(one), one.code)


@contextmanager
def reader(house: House, ids: list[str]) -> Iterator[Reader]:
    engine = house.services.engine
    with engine.connect() as connection:
        made = Reader(house, connection, ids)
        event.listen(engine, "before_cursor_execute", made.hear)
        try:
            yield made
        finally:
            event.remove(engine, "before_cursor_execute", made.hear)


def test_what_stands_is_asked_for_once_where_the_database_tells_of_changes(on_both: House) -> None:
    ids = [on_both.customer("d1", **WANG), on_both.customer("d2", **LI)]
    with reader(on_both, ids) as desk:
        first = desk.tell()
        assert desk.looked
        looked = []
        for _ in range(TRIES):
            assert desk.tell() == first
            looked.append(desk.looked)
        assert all(looked) is (on_both.services.engine.dialect.name != "sqlite")


def test_every_change_by_whomever_counts_at_the_next_answer(on_both: House) -> None:
    services = on_both.services
    first, second = on_both.customer("d1", **WANG), on_both.customer("d2", **LI)
    other = make_engine(services.engine.url.render_as_string(hide_password=False))

    def give(connection: Connection, holder: str) -> None:
        services.resolver.owners.assign_by_hand(
            connection, first, holder, actor="system", reason_code="test", locked_days=1
        )

    def by_the_readers_own_connection() -> None:
        with unit_of_work(services.engine, standing=standing) as connection:
            give(connection, "user:sales")

    def by_another_connection() -> None:
        with unit_of_work(services.engine) as connection:
            give(connection, "user:somebody")

    def by_another_engine() -> None:
        with unit_of_work(other) as connection:
            give(connection, "user:sales")

    def another_login() -> None:
        with unit_of_work(other) as connection:
            connection.execute(text("UPDATE governance_user SET login = 'else' WHERE login = 'sales'"))

    def a_key_goes() -> None:
        with reading(services.engine) as connection:
            led = led_to(connection, [second])[second]
            assert isinstance(led, str)
            key = heads(connection, [led])[led].cache_key_id
        services.foundation.keyring.destroy([key], "test")

    changes: list[Callable[[], None]] = [
        by_the_readers_own_connection,
        by_another_connection,
        by_another_engine,
        another_login,
        a_key_goes,
    ]
    with reader(on_both, [first, second, "g_" + "0" * 32]) as desk:
        standing = desk._connection
        before = desk.tell()
        for change in changes:
            for _ in range(3):
                assert desk.tell() == before
            change()
            after = desk.tell()
            assert after != before, change.__name__
            before = after
    other.dispose()


def test_reads_write_of_the_log_and_of_tokens_alone(on_both: House) -> None:
    """What they promise in order to remember what stands."""
    golden = on_both.customer("d1", **WANG)
    on_both.services.sequencer.sequence_all()
    heard: list[str] = []

    def hear(*given: object) -> None:
        heard.append(str(given[2]))

    event.listen(on_both.services.engine, "before_cursor_execute", hear)
    paths = [f"/v1/golden/{golden}", f"/v1/golden/{golden}/lineage", "/v1/golden/nothing"]
    requests: list[tuple[str, Mapping[str, str]]] = [
        (path, on_both.headers(who)) for path in paths * 20 for who in ("service", "steward", "it", "sales")
    ]
    requests += [(f"/v1/golden/{golden}?as_of=2026-01-01T00:00:00Z", on_both.headers("service"))]
    requests += [(f"/v1/golden/{golden}", {"authorization": "Bearer ingot_pat_" + "0" * 32 + "_" + "a" * 52})]
    assert {one.status_code for one in get_many(on_both, requests)} == {200, 401, 403, 404}
    event.remove(on_both.services.engine, "before_cursor_execute", hear)
    writing = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO|COPY)\s+\"?(\w+)", re.IGNORECASE)
    written = {found[1] for found in map(writing.match, heard) if found}
    assert "audit_pending" in written
    assert {name for name in written if not name.startswith("audit_")} <= {"governance_token"}


def test_whoever_reads_beside_with_another_connection_is_told_and_tells_nothing(on_both: House) -> None:
    """What it sees can be of an earlier moment, which must not be remembered as what is now."""
    services = on_both.services
    golden = on_both.customer("d1", **WANG)
    asked = _asked(on_both, "service")
    memory = services.disclosure._opener.memory
    with (
        services.engine.connect() as beside,
        unit_of_work(services.engine) as connection,
        services.disclosure.nothing_else_written(connection),
    ):
        services.disclosure.tell(connection, [Wish(asked, golden)])
        known = memory.leads_to(connection, golden)
        assert known == (golden if services.engine.dialect.name == "sqlite" else None)
        assert memory.leads_to(beside, golden) is None
        memory.leads(beside, golden, "g_" + "0" * 32)
        assert memory.leads_to(connection, golden) == known


def test_outside_of_reads_nothing_is_remembered(on_both: House) -> None:
    """A transaction that writes other things must see them itself."""
    services = on_both.services
    golden = on_both.customer("d1", **WANG)
    asked = _asked(on_both, "service")
    with reader(on_both, [golden]) as desk:
        desk.tell()
        with unit_of_work(services.engine) as connection:
            before = _plain(services.disclosure.tell(connection, [Wish(asked, golden)])[0])
            services.resolver.owners.assign_by_hand(
                connection, golden, "user:sales", actor="system", reason_code="test", locked_days=1
            )
            assert _plain(services.disclosure.tell(connection, [Wish(asked, golden)])[0]) != before
        desk.tell()


def test_the_log_says_the_same_with_a_memory_and_without(on_both: House) -> None:
    services = on_both.services
    ids = [on_both.customer("d1", **WANG), "g_" + "0" * 32]
    services.sequencer.sequence_all()

    def entries() -> list[dict[str, object]]:
        services.sequencer.sequence_all()
        with reading(services.engine) as connection:
            found = services.foundation.audit.search(connection, Query(), limit=len(ids) * len(PURPOSES))
        bodies = [orjson.loads(one.body or b"") for one in found]
        return [{name: value for name, value in body.items() if name not in {"id", "at"}} for body in bodies]

    with reader(on_both, ids) as desk:
        told, said = [], []
        for _ in range(3):
            told.append(desk.tell())
            said.append(entries())
    assert told[1:] == told[:-1]
    assert said[1:] == said[:-1]
    assert {body["action"] for body in said[0]} == {"golden.disclosed", "disclosure.denied"}
