"""A workspace of an older version, brought to this one: its schema, what it holds, what finds it. On both databases.

The older version is this one with less: e-mail as it was written, no telephone by its home form, an older schema.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from api.gateway import Gateway
from api.migrate import check_version, differences, run
from api.wiring import Services
from audit import access
from audit.actions import Action
from audit.log import Query
from core.attributes import ValueKind
from core.database import reading, unit_of_work
from core.errors import Conflict
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge import search_index
from merge.golden_store import Change, changes_after
from merge.resolve.pinning import Wish
from merge.standardise import record as standardising
from merge.standardise.handles import standardise_text
from sync.entry import Entry
from sync.mapping import StreamMapping
from sync.waiting import wait_together
from sync.wish import Asked

FIELDS = ("person.full_name", "phone", "email")
ADA, SAME_ADA = ("Ada Moreau", "+33142685300", "Ada@Example.com"), ("Ada Moreau", "+441614960532", "ada@example.com")
OTHERS = [(f"Person {name}", f"+3314268{number:04}", f"{name}@example.com") for number, name in enumerate("pqrstuv")]
STEWARD = Asked(Principal("u_1", roles=frozenset({"steward"})), RequestContext("data_quality"))
AT_HOME, PINNED_AT_HOME = "01 42 68 53 00", "0161 496 0777"
OLDER_SCHEMA = "a0012"


@contextmanager
def older_version() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(standardising._BY_KIND, ValueKind.EMAIL, standardise_text)
        patch.setattr(search_index, "as_dialled_at_home", lambda _: frozenset())
        yield


def enter(services: Services, key: str, said: Sequence[str]) -> str:
    entry = Entry("crm", "people", key, dict(zip(FIELDS, said, strict=True)))
    return services.entries.take(entry, actor="system", action=Action.RECORD_ENTERED, delivery=False).record_id


@pytest.fixture
def upgraded(services: Services) -> Services:
    """What an older version left, in a process of this one, with this one's schema; one record waits."""
    engine = services.engine
    with older_version():
        with unit_of_work(engine) as connection:
            mapping = StreamMapping(fields={name: name for name in FIELDS})
            services.mappings.set(connection, "crm", "people", mapping, actor="system")
        ids = [enter(services, str(number), said) for number, said in enumerate([ADA, SAME_ADA, *OTHERS])]
        assert services.worker.run_one()
        pin = Wish("phone", "+441614960777", "customer_said")
        Gateway(services).pins.put(STEWARD, ids[2], pin)
        assert services.rebuild.check().different == ()
    with unit_of_work(engine) as connection:
        wait_together(connection, "crm", ids[:1], services.foundation.clock.now())
    run(engine, lambda config: command.stamp(config, "head"))
    run(engine, lambda config: command.downgrade(config, OLDER_SCHEMA))
    with pytest.raises(Conflict) as caught:
        check_version(engine)
    assert caught.value.code == "database.older"
    run(engine, lambda config: command.upgrade(config, "head"))
    check_version(engine)
    assert differences(engine) == []
    return Services(services.settings, services.foundation)


def found(services: Services, text: str) -> list[str]:
    with reading(services.engine) as connection:
        return services.resolver.search.find(connection, text)


def changes(services: Services) -> list[Change]:
    services.sequencer.sequence_all()
    with reading(services.engine) as connection:
        return list(changes_after(connection, 0, 1000))


def test_what_an_older_version_left_is_told_and_brought_up_to_date(upgraded: Services) -> None:
    with pytest.raises(Conflict) as caught:
        upgraded.rebuild.check()
    assert caught.value.code == "rebuild.waiting"
    upgraded.flows.queue_resolve()
    assert upgraded.worker.run_one()
    before = upgraded.rebuild.check()
    assert (before.records, before.golden_records, bool(before.different)) == (9, 8, True)
    assert (found(upgraded, AT_HOME), found(upgraded, PINNED_AT_HOME)) == ([], [])

    assert upgraded.rebuild.apply(actor="user:u_9") == 9
    assert upgraded.rebuild.check().different == ()
    [ada] = found(upgraded, AT_HOME)
    shown = upgraded.disclosure.golden(STEWARD, ada).body
    assert shown["members"] == 2
    assert [one["value"] for one in shown["sections"]["contact_points"]["email"]] == ["ada@example.com"]
    assert len(found(upgraded, PINNED_AT_HOME)) == 1

    upgraded.sequencer.sequence_all()
    with reading(upgraded.engine) as connection:
        told = upgraded.foundation.audit.search(connection, Query(action="rebuild.applied"))
    assert len(told) == 1
    report = access.check(
        upgraded.engine,
        upgraded.foundation.audit,
        access.Caller("user:u_9"),
        upgraded.settings.checkpoints,
        upgraded.sequencer.key,
    )
    assert report.ok


def test_done_again_it_changes_nothing(upgraded: Services) -> None:
    upgraded.rebuild.apply(actor="user:u_9")
    before = changes(upgraded)
    assert before
    assert upgraded.rebuild.apply(actor="user:u_9") == 9
    assert changes(upgraded) == before


@pytest.mark.parametrize("after", [1, 3])
def test_an_interrupted_one_is_sound_and_done_again(
    upgraded: Services, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    for name in ("LEAST", "FIRST", "MOST"):
        monkeypatch.setattr(f"sync.pace.{name}", 2)
    upgraded.flows.queue_resolve()
    assert upgraded.worker.run_one()
    before = upgraded.rebuild.check().different
    steps: list[tuple[int, int]] = []

    def stop(done: int, of: int) -> None:
        steps.append((done, of))
        if len(steps) == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upgraded.rebuild.apply(actor="user:u_9", progress=stop)
    assert steps[-1][0] < steps[-1][1] == 9
    # What is done is kept, and all else is as it was.
    assert set(upgraded.rebuild.check().different) < set(before)
    upgraded.rebuild.apply(actor="user:u_9")
    assert upgraded.rebuild.check().different == ()
    assert len(found(upgraded, AT_HOME)) == 1


def test_one_record_that_breaks_the_program_does_not_stop_the_others(
    upgraded: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain: Callable[..., Any] = upgraded.resolver.apply
    poison = found(upgraded, "Person q")[0]

    def brittle(connection: Any, records: Sequence[Any], *rest: Any, **more: Any) -> Any:
        if any(one.record_id == poison for one in records):
            raise ZeroDivisionError
        return plain(connection, records, *rest, **more)

    monkeypatch.setattr(upgraded.resolver, "apply", brittle)
    assert upgraded.rebuild.apply(actor="user:u_9") == 9
    assert [one["code"] for one in upgraded.quarantine.waiting()] == ["record.unresolvable"]
    assert len(found(upgraded, AT_HOME)) == 1


def test_a_database_of_a_newer_version_is_told_from_one_of_an_older(services: Services) -> None:
    check_version(services.engine)
    run(services.engine, lambda config: command.stamp(config, "head"))
    with unit_of_work(services.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'z9999'"))
    with pytest.raises(Conflict) as caught:
        check_version(services.engine)
    assert caught.value.code == "database.newer"
