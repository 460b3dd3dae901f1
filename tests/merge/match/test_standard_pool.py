"""A helper process gives what this process gives; a helper that dies is not missed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from merge.match import standard_pool
from merge.match.parts import standard_parts
from merge.match.standard_pool import StandardPool

NAMES = [f"Anna{number} Lee {number % 7}" for number in range(400)] + ["", "N/A", "王伟", "Dr Anna Lee", "\ud800"]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standard_pool, "_CHUNK", 50)
    monkeypatch.setattr(standard_pool, "_WORTH_HELP", 100)


def test_with_and_without_help() -> None:
    with StandardPool(helped=True) as pool:
        assert list(pool.standard("person.full_name", NAMES)) == standard_parts("person.full_name", NAMES)
        phones = [f"1380013{number:04d}" for number in range(300)]
        assert list(pool.standard("phone", phones)) == standard_parts("phone", phones)


def test_two_columns_at_once() -> None:
    phones = [f"+44 20 7946 {number:04d} x{number}" for number in range(400)]
    asked = [("person.full_name", NAMES), ("phone", phones), ("person.family_name", NAMES[:-1])] * 4
    with StandardPool(helped=True) as pool, ThreadPoolExecutor(3) as threads:
        found = [threads.submit(pool.standard, *one) for one in asked]
        for (attribute, raws), one in zip(asked, found, strict=True):
            assert list(one.result()) == standard_parts(attribute, raws)


def test_a_helper_that_died() -> None:
    with StandardPool(helped=True) as pool:
        helper = pool._helper
        assert helper is not None
        helper.kill()
        helper.wait()
        assert list(pool.standard("person.full_name", NAMES)) == standard_parts("person.full_name", NAMES)


def test_closed_twice() -> None:
    pool = StandardPool(helped=True)
    pool.close()
    pool.close()
    assert list(pool.standard("email", ["ann@b.co"])) == [("ann@b.co", "ann")]
