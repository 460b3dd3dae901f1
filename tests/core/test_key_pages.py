"""Keys in pages: one can be destroyed alone, for certain, by many at once, and whatever breaks off in between."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select
from sqlalchemy.engine import make_url

from core.clock import Clock
from core.crypto import Keyring, RootKeys
from core.database import make_engine, reading, unit_of_work
from core.errors import Damaged
from core.key_pages import KEY_BYTES, SLOTS, Place, by_page, key_in, new_pages, open_page, without
from core.key_store import KeyStore, data_key, key_page, tombstone
from tests.conftest import run_on_server

MANY = 2 * SLOTS + 5
CONTENTS = {f"g_{number:03}": b"content %d" % number for number in range(MANY)}


@given(st.integers(min_value=1, max_value=3 * SLOTS), st.data())
def test_without_some_keys_the_others_are_what_they_were(count: int, data: st.DataObject) -> None:
    cipher = AESGCM(os.urandom(32))
    keys = os.urandom(KEY_BYTES * count)
    pages, stored = new_pages(cipher, keys)
    places = [Place.from_bytes(one) for one in stored]
    assert len(set(places)) == count
    gone = data.draw(st.sets(st.sampled_from(places)))
    for number, slots in by_page(sorted(gone, key=lambda one: one.slot)).items():
        left = without(cipher, number, open_page(cipher, number, pages.pop(number)), slots)
        if left is not None:
            pages[number] = left
    opened = {number: open_page(cipher, number, sealed) for number, sealed in pages.items()}
    for at, place in enumerate(places):
        key = key_in(opened[place.page], place.slot) if place.page in opened else None
        assert key == (None if place in gone else keys[at * KEY_BYTES : (at + 1) * KEY_BYTES])


def test_a_page_that_was_changed_or_moved_does_not_open() -> None:
    cipher = AESGCM(os.urandom(32))
    pages, _ = new_pages(cipher, os.urandom(KEY_BYTES * (SLOTS + 1)))
    (first, sealed), (second, _) = pages.items()
    for number, broken in ((second, sealed), (first, sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(Damaged):
            open_page(cipher, number, broken)


class House:
    """A key store on one of the databases, with the records of ``CONTENTS`` sealed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.root = RootKeys.generate()
        self.engine = make_engine(url)
        KeyStore(self.engine).prepare()
        self.sealed = dict(self.fill())

    def fill(self) -> dict[str, bytes]:
        new = self.keyring().seal_new("raw", CONTENTS)
        assert self.keyring().keep(new) == set()
        return dict(new.sealed)

    def keyring(self, engine: Engine | None = None) -> Keyring:
        return Keyring(self.root, KeyStore(engine or self.engine), Clock().now)

    def opened(self) -> dict[str, bytes]:
        keys = self.keyring().record_keys(list(CONTENTS), create=False)
        return {one: key.open("raw", self.sealed[one]) for one, key in keys.items()}


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        made = House(f"sqlite:///{tmp_path / 'keys.db'}")
        yield made
        made.engine.dispose()
        return
    server = request.getfixturevalue("postgres_url")
    name = f"keys_{os.urandom(6).hex()}"
    run_on_server(server, f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    made = House(url)
    yield made
    made.engine.dispose()
    run_on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def without_these(*gone: str) -> dict[str, bytes]:
    return {one: content for one, content in CONTENTS.items() if one not in gone}


def test_one_key_is_destroyed_and_those_beside_it_open(house: House) -> None:
    assert house.opened() == CONTENTS
    assert house.keyring().destroy(["g_003", "g_003", "g_077", "g_none"], "erasure") == 2
    assert house.opened() == without_these("g_003", "g_077")
    assert house.keyring().alive(list(CONTENTS)) == set(without_these("g_003", "g_077"))
    assert house.keyring().destroyed(["g_003", "g_004"]) == {"g_003"}
    assert house.keyring().destroy(["g_003"], "erasure") == 0
    # The record comes again: with another key, which does not open what was sealed before.
    key = house.keyring().record_keys(["g_003"], create=True)["g_003"]
    with pytest.raises(Damaged):
        key.open("raw", house.sealed["g_003"])
    assert house.keyring().record_keys(["g_003"], create=False).keys() == {"g_003"}


def test_of_a_page_whose_keys_are_all_destroyed_nothing_is_left(house: House) -> None:
    assert house.keyring().destroy(list(CONTENTS), "erasure", remember=False) == MANY
    with reading(house.engine) as connection:
        for table in (data_key, key_page, tombstone):
            assert connection.execute(select(table)).all() == []


def test_keys_that_were_wrapped_alone_live_beside_pages_and_are_found(house: House) -> None:
    keyring = house.keyring()
    alone = keyring.record_keys(["c_1"], create=True)["c_1"].seal("raw", b"alone")
    assert keyring.keep(keyring.seal_new("raw", {"c_1": b"other", "g_000": b"other", "g_new": b"new"})) == {
        "c_1",
        "g_000",
    }
    keys = keyring.record_keys(["c_1", "g_000"], create=True)
    assert keys["c_1"].open("raw", alone) == b"alone"
    assert keys["g_000"].open("raw", house.sealed["g_000"]) == CONTENTS["g_000"]
    assert keyring.destroy(["c_1", "g_000"], "erasure") == 2
    assert keyring.record_keys(["c_1", "g_000"], create=False) == {}


def test_a_key_store_of_an_earlier_version_opens_and_takes_pages(house: House) -> None:
    with unit_of_work(house.engine) as connection:
        connection.execute(data_key.delete())
        key_page.drop(connection)
    before = house.keyring().record_keys(["g_old"], create=True)["g_old"].seal("raw", b"before")
    KeyStore(house.engine).prepare()
    house.sealed = house.fill()
    assert house.opened() == CONTENTS
    assert house.keyring().record_keys(["g_old"], create=False)["g_old"].open("raw", before) == b"before"


def test_a_page_is_sealed_anew_with_the_newest_key(house: House) -> None:
    house.root = RootKeys({**house.root.wrapping, 2: os.urandom(32)}, house.root.signing)
    house.keyring().destroy(["g_000"], "erasure")
    with reading(house.engine) as connection:
        versions = sorted(connection.execute(select(key_page.c.wrapping)).scalars())
    assert versions == [1, 1, 2]
    assert house.opened() == without_these("g_000")


def test_a_page_that_is_missing_is_told_and_not_taken_for_erased(house: House) -> None:
    with unit_of_work(house.engine) as connection:
        connection.execute(key_page.delete())
    with pytest.raises(Damaged, match="restore the key store") as caught:
        house.opened()
    assert caught.value.code == "keys.page"


def test_who_destroys_keys_of_one_page_at_once_loses_none(house: House) -> None:
    several = sorted(CONTENTS)[: SLOTS - 4]
    start = threading.Barrier(4)

    def destroy(mine: list[str]) -> int:
        engine = make_engine(house.url)
        keyring = house.keyring(engine)
        start.wait(20)
        # One by one, so that the four meet in the same page again and again.
        count = sum(keyring.destroy([one], "erasure") for one in mine)
        engine.dispose()
        return count

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(destroy, [several[number::4] for number in range(4)]))
    assert sum(counts) == len(several)
    assert house.opened() == without_these(*several)


class Stop(Exception):
    """The connection is gone."""


@pytest.mark.parametrize("moment", range(7))
def test_a_destroy_that_breaks_off_has_destroyed_nothing_and_can_be_repeated(house: House, moment: int) -> None:
    wanted = ["g_003", "g_077"]
    left = moment

    def see(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Stop

    before = house.opened()
    event.listen(house.engine, "before_cursor_execute", see)
    done = False
    try:
        house.keyring().destroy(wanted, "erasure")
        done = True
    except Stop:
        pass
    finally:
        event.remove(house.engine, "before_cursor_execute", see)
    assert done == (moment == 6)
    assert house.opened() == (without_these(*wanted) if done else before)
    house.keyring().destroy(wanted, "erasure")
    assert house.opened() == without_these(*wanted)


DIES = """
import os, signal, sys
from sqlalchemy import event
from core.clock import Clock
from core.crypto import Keyring, RootKeys
from core.database import make_engine
from core.key_store import KeyStore

url, wrapping, signing, moment = sys.argv[1], bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]), int(sys.argv[4])
engine = make_engine(url)
seen = []
def see(*_):
    seen.append(1)
    if len(seen) > moment:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(engine, "before_cursor_execute", see)
event.listen(engine, "commit", see)
Keyring(RootKeys({1: wrapping}, signing), KeyStore(engine), Clock().now).destroy(["g_003", "g_077"], "erasure")
print("done", len(seen))
"""


@pytest.mark.parametrize("moment", range(8))
def test_killed_in_a_destroy_all_or_none_of_it_was_done(house: House, moment: int) -> None:
    arguments = [house.url, house.root.wrapping[1].hex(), house.root.signing.hex(), str(moment)]
    ended = subprocess.run(
        [sys.executable, "-c", DIES, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    # Before each statement and before the commit; then there is none left.
    assert ended.returncode == (0 if moment == 7 else -signal.SIGKILL), ended.stderr
    assert house.opened() == (CONTENTS if ended.returncode else without_these("g_003", "g_077"))
    house.keyring().destroy(["g_003", "g_077"], "erasure")
    assert house.opened() == without_these("g_003", "g_077")


def test_what_was_destroyed_is_not_in_the_files_either(tmp_path: Path) -> None:
    house = House(f"sqlite:///{tmp_path / 'keys.db'}")
    with reading(house.engine) as connection:
        before = connection.execute(select(key_page.c.sealed).order_by(key_page.c.page)).scalars().all()
        place = Place.from_bytes(
            connection.execute(select(data_key.c.wrapped).where(data_key.c.record_id == "g_003")).scalar_one()
        )
    old = bytes(before[0])
    assert place.slot == 3
    of_the_key = old[12 + 3 * KEY_BYTES : 12 + 4 * KEY_BYTES]
    assert any(old in path.read_bytes() for path in tmp_path.iterdir())
    house.keyring().destroy(["g_003"], "erasure")
    # Whoever has the key-encryption key and every byte of the files finds no page with that key in it.
    assert not any(of_the_key in path.read_bytes() for path in tmp_path.iterdir())
    house.engine.dispose()
    assert not any(of_the_key in path.read_bytes() for path in tmp_path.iterdir())
    assert house.opened() == without_these("g_003")
    house.engine.dispose()
