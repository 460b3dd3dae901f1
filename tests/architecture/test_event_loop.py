"""What the event loop itself runs opens no transaction: all other requests would wait for its lock and its disk.

Only ``sync.group_commit`` has the loop write, and that waits for nobody.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "audit", "connectors", "core", "governance", "merge", "sync")
OPENS = frozenset({"unit_of_work", "reading", "glance", "tidy", "forget"})


def calls_on_the_loop(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each transaction that a coroutine opens itself: its name and line; functions inside it run elsewhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            yield from _within(node.body)


def _within(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name in OPENS:
                yield name, node.lineno
        waiting.extend(ast.iter_child_nodes(node))


def test_no_coroutine_opens_a_transaction() -> None:
    found = [
        (str(path.relative_to(ROOT)), line, name)
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for name, line in calls_on_the_loop(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("async def a():\n    with unit_of_work(e) as c:\n        pass", [2]),
        ("async def a():\n    if b:\n        database.reading(e)", [3]),
        ("async def a():\n    def work():\n        unit_of_work(e)\n    await run_in_threadpool(work)", []),
        ("async def a():\n    await run(lambda: reading(e))", []),
        ("def a():\n    unit_of_work(e)", []),
    ],
)
def test_the_check_finds_what_it_looks_for(code: str, lines: list[int]) -> None:
    assert [line for _, line in calls_on_the_loop(ast.parse(code))] == lines
