"""The demonstration from its command, smaller: it ends well and prints what it promises."""

from pathlib import Path

import pytest

from tests.flows.conftest import Shop


@pytest.mark.full
def test_the_demonstration_ends_well(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    nobody = Shop(tmp_path / "nowhere", "", temporary)
    done = nobody.ingot("demo", str(tmp_path / "demo"), "--size", "150", "--seed", "5")
    assert done.returncode == 0, done.stderr
    for promised in (
        "Golden records:",
        "Pairs against the truth: precision",
        "Owners",
        "销售 sales",
        "客服 service",
        "隐私专员 privacy officer",
        "identical bytes",
        "without exactly one owner or pool: 0",
        "Audit log verified from its export alone",
    ):
        assert promised in done.stdout
    sales, service = done.stdout.split("客服 service")[0], done.stdout.split("客服 service")[1].split("隐私专员")[0]
    assert "transactions:" not in sales.split("销售 sales")[1]
    assert "transactions:" not in service
    assert (tmp_path / "demo" / "data" / "truth.jsonl").is_file()
    again = nobody.ingot("demo", str(tmp_path / "demo"))
    assert (again.returncode, "not empty" in again.stderr) == (5, True)
