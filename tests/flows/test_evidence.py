"""AT45 from the outside: evidence is exported by one command and checked by another that has no workspace."""

import json
import os
import subprocess
import sys
from pathlib import Path

from api.wiring import open_services
from tests.flows.conftest import ROOT, Shop, token_for
from tests.flows.test_first_day import day

__all__ = ["day"]
CSV = """\
姓名,手机,邮箱,生日,性别
张三,13800138000,zhangsan@example.com,1990-01-01,男
张三,13800138000,old@example.org,1985-05-12,女
李四,13900139000,lisi@example.com,1991-02-03,男
李友琴,13700137000,,,
李友勤,13700137000,,,
"""


def verifier(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The verifier on a machine that knows nothing: an empty folder, no workspace, no token."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "api.cli.main", "evidence", "verify", *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_AT45_exported_verified_alone_and_refused_when_a_byte_is_flipped(day: Shop, tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text(CSV, encoding="utf-8")
    config = tmp_path / "crm.json"
    config.write_text(json.dumps({"paths": [str(tmp_path / "crm.csv")]}), encoding="utf-8")
    assert day.ingot("source", "add", "crm", "--source", "file", "--config", str(config)).returncode == 0
    assert day.ingot("sync", "run", "crm", "--json").returncode == 0
    steward = Shop(day.workspace, _steward(day), day.temporary)
    (golden,) = [
        row["id"]
        for row in json.loads(steward.ingot("golden", "search", "张三", "--purpose", "data_quality", "--json").stdout)
        if row["members"] == 2
    ]
    told = steward.ingot("golden", "evidence", golden, "--purpose", "data_quality")
    assert "Phone: mobile number the same" in told.stdout, told.stderr
    assert "张三" not in told.stdout
    out = tmp_path / "evidence.json"
    made = steward.ingot("golden", "evidence", golden, "--out", str(out), "--purpose", "data_quality")
    assert made.returncode == 0, made.stderr
    key = made.stdout.split("'")[1]

    away = tmp_path / "away"
    away.mkdir()
    good = verifier(away, str(out), "--key", key)
    assert good.returncode == 0, good.stderr
    assert "AUTO 0.97" in good.stdout
    assert "rule R2 (0.97)" in good.stdout
    assert "entry    not" not in good.stdout
    assert "joined by the pairs" in good.stdout
    whole = out.read_bytes()
    for at in range(len(whole) // 7, len(whole), len(whole) // 3):
        flipped = away / "flipped.json"
        flipped.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        bad = verifier(away, str(flipped), "--key", key)
        assert bad.returncode == 7, bad.stdout

    # And the pair that only a person can judge, by command.
    (item,) = json.loads(steward.ingot("review", "list", "--json").stdout)
    shown = steward.ingot("review", "next")
    assert item["id"] in shown.stdout, shown.stderr
    assert "李友勤" in shown.stdout
    decided = steward.ingot("review", "decide", item["id"], "merge", "--reason-code", "same_person", "--json")
    assert json.loads(decided.stdout)["state"] == "done", decided.stderr
    labels = tmp_path / "labels.csv"
    assert steward.ingot("review", "labels", "--out", str(labels)).returncode == 0
    assert labels.read_text(encoding="utf-8").splitlines()[1:] == [",".join([*sorted(item["subjects"]), "1"])]
    assert json.loads(steward.ingot("review", "list", "--json").stdout) == []
    again = steward.ingot("review", "decide", item["id"], "apart", "--reason-code", "other")
    assert (again.returncode, "review.ended" in again.stderr) == (5, True)


def _steward(day: Shop) -> str:
    with open_services(day.workspace) as services:
        return token_for(services, "hua", "steward")
