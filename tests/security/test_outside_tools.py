"""Tools of others against our code and a running gateway; each is first shown to find what it is for.

The commands and what each of them can and cannot find: docs/security.md, "Tested from outside".
"""

import json
import re
import sqlite3
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from api.console import cookies
from governance.roles import Role
from tests.security.conftest import Crowd
from tests.security.tool_environments import ROOT, run, tool

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("outside-tools"), pytest.mark.timeout(600)]
PACKAGES = ["api", "sync", "connectors", "governance", "merge", "audit", "core"]
RULES = ROOT / "tests" / "security" / "rules"

# What bandit says and we know; a new one fails. Ruff runs its rules (S) on every change, with reasons on the line.
KNOWN_TO_BANDIT = {
    ("B310", "api/demo/run.py"): "the demonstration posts to its own server",
    ("B608", "audit/bulk.py"): "names of tables and columns of ours",
    ("B608", "core/bulk.py"): "names of tables and columns of ours",
    ("B608", "merge/index_store.py"): "marks of parameters, as many as there are values",
    ("B108", "connectors/process.py"): "a folder of our own is made in it",
    ("B302", "connectors/read_ahead.py"): "written by our own process into a pipe of ours; never run",
    ("B302", "sync/ahead.py"): "written by our own host into a pipe of its own; never run",
}


def test_bandit(tmp_path: Path) -> None:
    paths = [str(ROOT / name) for name in PACKAGES]
    out = tmp_path / "bandit.json"
    run([str(tool("bandit", "bandit")), "-q", "-r", *paths, "-ll", "-f", "json", "-o", str(out)], tmp_path, 120)
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["errors"] == []
    found = {(one["test_id"], Path(one["filename"]).relative_to(ROOT).as_posix()) for one in told["results"]}
    # Known ones that are gone must go from the list as well: they show that bandit sees anything at all.
    assert found == set(KNOWN_TO_BANDIT)


BAD = {
    "sql-from-text": 'def find(connection, name):\n    return connection.execute(f"SELECT a FROM t WHERE n={name}")\n',
    "network-past-the-way-out": "import urllib.request\nimport requests\n",
    "body-takes-anything": 'from pydantic import ConfigDict\n\nmodel_config = ConfigDict(extra="allow", frozen=True)\n',
    "page-trusts-text": "from markupsafe import Markup\n\n\ndef page(name):\n    return Markup(f'<b>{name}</b>')\n",
    "code-from-data": "import pickle\n\n\ndef read(data):\n    return pickle.loads(data)\n",
}


def semgrep(folder: Path, out: Path) -> set[tuple[str, str]]:
    command = [str(tool("semgrep", "semgrep")), "scan", "--config", str(RULES), "--metrics", "off", "--no-git-ignore"]
    command += ["--disable-version-check", "--json", "-o", str(out), "--jobs", "1", *PACKAGES]
    code, said = run(command, folder, 240, home=out.parent)
    assert code == 0, said[-2000:]
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["errors"] == []
    assert len(told["paths"]["scanned"]) >= len(PACKAGES)
    return {(one["check_id"].rpartition(".")[2], one["path"]) for one in told["results"]}


def test_semgrep_with_the_rules_of_the_house(tmp_path: Path) -> None:
    assert semgrep(ROOT, tmp_path / "ours.json") == set()


def test_the_rules_of_the_house_find_what_they_are_for(tmp_path: Path) -> None:
    for name in PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "fine.py").write_text("VALUE = 1\n", encoding="utf-8")
    for rule, text in BAD.items():
        (tmp_path / "sync" / f"{rule.replace('-', '_')}.py").write_text(text, encoding="utf-8")
    expected = {(rule, f"sync/{rule.replace('-', '_')}.py") for rule in BAD}
    assert semgrep(tmp_path, tmp_path / "bad.json") == expected


def identity(name: str, token: str, purpose: str) -> str:
    return textwrap.indent(
        textwrap.dedent(f"""\
            - name: {name}
              fixedHeaders:
                - {{name: Authorization, value: "Bearer {token}"}}
                - {{name: X-Purpose, value: {purpose}}}
            """),
        "  ",
    )


def test_schemathesis_with_two_peers(crowd: Crowd, tmp_path: Path) -> None:
    """Every check; a person with every role and a key are each other's strangers (BOLA)."""
    people = identity("alice", crowd.house.tokens["everybody"], "data_quality")
    people += identity("bob", crowd.token(Role.DOWNSTREAM), "integration")
    (tmp_path / "wfc.yaml").write_text(f"auth:\n{people}", encoding="utf-8")
    settings = f"""\
    # A value that fits its shape can still be refused for what it means (a cursor, an attribute, a file).
    [checks.positive_data_acceptance]
    expected-statuses = ["2xx", "401", "403", "404", "409", "410", "413", "415", "422", "429"]
    [auth.wfc]
    path = "wfc.yaml"
    peers = ["alice", "bob"]
    [parameters]
    "path.golden_id" = "{crowd.golden}"
    "path.form" = "contact"
    "path.index" = 0
    """
    (tmp_path / "schemathesis.toml").write_text(textwrap.dedent(settings), encoding="utf-8")
    command = [str(tool("schemathesis", "st")), "--config-file", "schemathesis.toml", "run"]
    command += [f"{crowd.house.url}/openapi.json", "--checks", "all", "--max-time", "60", "--no-color"]
    code, said = run(command, tmp_path, 180)
    assert code == 0, said[-6000:]
    generated = re.search(r"(\d+) generated", said)
    assert generated is not None
    assert int(generated.group(1)) > 300, said[-3000:]


class Leaky(BaseHTTPRequestHandler):
    """A server that puts what it is asked into its SQL: what sqlmap must find."""

    def do_GET(self) -> None:
        name = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute("CREATE TABLE t (id INTEGER, name TEXT)")
            database.execute("INSERT INTO t VALUES (1, 'n1'), (2, 'n2')")
            try:
                rows = database.execute(f"SELECT id, name FROM t WHERE name = '{name}'").fetchall()  # noqa: S608  the fault
                status, body = 200, json.dumps(rows)
            except sqlite3.Error as error:
                status, body = 500, str(error)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def leaky() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Leaky) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def sqlmap(folder: Path, url: str, *more: str) -> str:
    command = [str(tool("sqlmap", "sqlmap")), "-u", url, "--batch", "--level", "1", "--risk", "1", "--dbms", "sqlite"]
    command += ["--technique", "BEU", "--ignore-code", "*", "--disable-coloring", "--flush-session"]
    command += ["--output-dir", str(folder / "out"), *more]
    _, said = run(command, folder, 180)
    return said


_FOUND = re.compile(r"identified the following injection point|is vulnerable|appears to be .* injectable")
_DONE = re.compile(r"all tested parameters do not appear to be injectable")


def test_sqlmap_finds_what_it_is_for(leaky: str, tmp_path: Path) -> None:
    assert _FOUND.search(sqlmap(tmp_path, f"{leaky}/?q=n1", "-p", "q"))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/syncs?connection=contact&limit=5", None),
        ("/v1/golden?limit=5&filter=owner:user:x&fields=profile", None),
        ("/v1/audit?actor=system&object_id=x&limit=5", None),
        ("/v1/golden/search", '{"text": "Zhao"}'),
        ("/v1/golden/lookup", '{"source": "form:contact", "stream": "contact", "key": "crowd-1"}'),
    ],
)
def test_sqlmap_on_the_query_routes(crowd: Crowd, tmp_path: Path, path: str, body: str | None) -> None:
    headers = f"Authorization: Bearer {crowd.house.tokens['everybody']}\nX-Purpose: data_quality"
    if body is None:
        said = sqlmap(tmp_path, crowd.house.url + path, "--headers", headers)
    else:
        headers += "\nContent-Type: application/json"
        said = sqlmap(tmp_path, crowd.house.url + path, "--headers", headers, "--data", body)
    assert not _FOUND.search(said), said[-3000:]
    assert _DONE.search(said), said[-3000:]


def test_wapiti_on_the_console(crowd: Crowd, tmp_path: Path) -> None:
    """Cross-site scripting, headers, forms without proof, SQL: from the pages that somebody with every role sees."""
    cookie = f"Cookie: {cookies.SESSION}={crowd.session(Role.DOWNSTREAM)}"
    out = tmp_path / "wapiti.json"
    command = [str(tool("wapiti3", "wapiti")), "-u", f"{crowd.house.url}/", "--scope", "folder", "-H", cookie]
    command += ["-m", "xss,csp,http_headers,csrf,cookieflags,sql", "--max-scan-time", "30", "--max-attack-time", "8"]
    # Signing out would end what is looked at.
    command += ["-x", f"{crowd.house.url}/sign-out", "-f", "json", "-o", str(out), "--no-bugreport", "--flush-session"]
    command += ["--store-session", str(tmp_path / "session"), "--max-links-per-page", "40", "-d", "3"]
    code, said = run(command, tmp_path, 200)
    assert code == 0, said[-3000:]
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["infos"]["crawled_pages_nbr"] >= 5, told["infos"]
    found = {kind: [one["path"] for one in many] for kind, many in told["vulnerabilities"].items() if many}
    assert found == {}
