import base64
import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from stdnum.cn import ric

from api.demo import canaries
from api.demo.canaries import Canary, CanaryKind, plant, search
from api.demo.erp import write_erp
from api.demo.maildir import write_maildir
from api.demo.planting import with_canaries
from api.demo.world import World

PLANTED = plant(200, seed=3)
WRITERS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "gb18030": lambda text: text.encode("gb18030"),
    "upper": lambda text: text.upper().encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "hex upper": lambda text: text.encode("gb18030").hex().upper().encode(),
    "base64 at 0": lambda text: base64.b64encode(text.encode() + b"tail"),
    "base64 at 1": lambda text: base64.b64encode(b"h" + text.encode() + b"tail"),
    "base64 at 2": lambda text: base64.b64encode(b"he" + text.encode()),
    "base64 url": lambda text: base64.urlsafe_b64encode(b"head" + text.encode("gb18030") + b"t"),
    "json": lambda text: json.dumps({"value": text}).encode(),
    "json upper": lambda text: json.dumps(text).upper().replace("\\U", "\\u").encode(),
    "url": lambda text: quote(text, safe="").encode(),
    "gzip": lambda text: gzip.compress(b"before " + text.encode() + b" after"),
    "gzip of json": lambda text: gzip.compress(json.dumps([text]).encode()),
}


def test_canaries_are_repeatable_distinct_and_of_every_kind() -> None:
    assert plant(200, seed=3) == PLANTED
    assert plant(7, seed=3) == PLANTED[:7]
    assert len(PLANTED) == len({canary.value for canary in PLANTED}) == 200
    assert [canary.kind for canary in PLANTED[:5]] == list(CanaryKind)
    assert {canary.value for canary in plant(200, seed=4)}.isdisjoint(canary.value for canary in PLANTED)
    for canary in PLANTED:
        if canary.kind is CanaryKind.ID_NUMBER:
            assert ric.calc_check_digit(canary.value) == canary.value[-1]


def test_every_pattern_is_long_enough_to_be_looked_for() -> None:
    lengths = {len(pattern) for canary in PLANTED for pattern in canary.byte_forms().values()}
    assert min(lengths) >= canaries._ANCHOR


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("canary", PLANTED[:10], ids=lambda canary: f"{canary.kind}{canary.number}")
def test_a_planted_value_is_found_in_each_form(tmp_path: Path, form: str, canary: Canary) -> None:
    (tmp_path / "deep").mkdir()
    data = WRITERS[form](canary.value)
    (tmp_path / "deep" / "file.bin").write_bytes(b"\x00\xff" * 99 + data if "gzip" not in form else data)
    found = search(tmp_path, PLANTED[:20])
    assert {(finding.number, finding.kind) for finding in found} == {(canary.number, canary.kind)}
    assert any(finding.unpacked for finding in found) == form.startswith("gzip")


@pytest.mark.parametrize("start", [0, 1, -40, -20, -11, -1, 3])
def test_a_value_is_found_once_also_across_the_border_of_two_chunks(
    tmp_path: Path, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canaries, "_CHUNK", 4096)
    value = PLANTED[1].value.encode()
    offset = start if start in {0, 1} else 2 * 4096 + start
    data = bytearray(os.urandom(20_000))
    data[offset : offset + len(value)] = value
    (tmp_path / "large.bin").write_bytes(data)
    (found,) = search(tmp_path, PLANTED)
    assert (found.offset, found.form) == (offset, "utf-8")


def test_nothing_is_found_where_nothing_was_planted(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(os.urandom(300_000))
    (tmp_path / "broken.gz").write_bytes(gzip.compress(PLANTED[0].value.encode())[:12])
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "short").write_bytes(b"abc")
    assert search(tmp_path, PLANTED) == []


def test_the_end_of_a_cut_gzip_is_no_reason_to_miss_its_beginning(tmp_path: Path) -> None:
    lines = PLANTED[0].value.encode() + os.urandom(1 << 21)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(lines)[:-4000])
    found = search(tmp_path, PLANTED)
    assert {finding.kind for finding in found} == {CanaryKind.NAME}
    assert any(finding.unpacked for finding in found)


def test_planted_canaries_stand_in_all_four_channels(world: World, tmp_path: Path) -> None:
    planted = with_canaries(world, PLANTED)
    everything = {(canary.number, canary.kind) for canary in PLANTED}
    write_maildir(tmp_path / "mail", planted.now.mail)
    write_erp(f"sqlite:///{tmp_path / 'erp.db'}", planted.now.erp)
    forms, social = tmp_path / "forms.json", tmp_path / "social.json"
    forms.write_text(json.dumps([form.payload for form in planted.now.forms]), encoding="utf-8")
    social.write_text(json.dumps([profile.as_json() for profile in planted.now.social]), encoding="utf-8")
    found = search(tmp_path, PLANTED)
    for part in ("mail", "erp.db", "forms.json", "social.json"):
        here = {(finding.number, finding.kind) for finding in found if part in finding.path.relative_to(tmp_path).parts}
        assert here == everything, part
    assert len(planted.truth()) == len(world.truth()) + 4 * 40
    assert world.truth() == sorted(row for row in planted.truth() if not row.entity.startswith("canary"))
