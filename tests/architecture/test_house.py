"""The house's own rules, checked: folders and layers agree, sizes, one commit, who opens sealed values."""

import ast
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from statistics import quantiles

import pytest

ROOT = Path(__file__).parents[2]
LAYERS = ["api", "sync", "connectors", "governance", "merge", "audit", "core"]
OTHER_FOLDERS = {"tests", "benchmarks", "docs", "locks"}

# Who may open what was sealed, and why. A new caller is a decision, not an accident.
MAY_OPEN = {
    "core/crypto.py": "the keyring itself",
    "core/record_key.py": "a record's key itself",
    "sync/loader.py": "the matching loader",
    "sync/quarantine.py": "judges rejected records again",
    "sync/disclose.py": "the way to people and other systems",
    "connectors/upload_store.py": "gives an uploaded file to the source that reads it",
    "merge/resolve/loader.py": "the matching loader of the merge engine",
    "sync/sealing.py": "what it has just sealed, for a record that has a key after all",
    "sync/carrying.py": "keeps what a changed record leaves out",
    "sync/asking.py": "the words between stewards and owners, for these two",
    "merge/resolve/pinned.py": "pinned values, for survivorship",
}


def our_files() -> list[Path]:
    return sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def all_files() -> list[Path]:
    return [*our_files(), *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_folders_and_layers_agree() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    listed = {name.strip() for layer in contract["layers"] for name in layer.split("|")}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    packages = {name for name in folders if (ROOT / name / "__init__.py").exists()} - OTHER_FOLDERS
    assert packages == listed == set(LAYERS)
    assert settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == LAYERS


def test_no_dependency_brings_a_package_of_our_name() -> None:
    others = packages_distributions()
    assert {name: others[name] for name in LAYERS if set(others.get(name, ())) - {"ingot"}} == {}


def test_modules_stay_small() -> None:
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in all_files()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def function_lengths() -> dict[str, int]:
    found: dict[str, int] = {}
    for path in our_files():
        if "migrations/versions" in relative(path):
            continue  # a revision is one list of tables and columns
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[f"{relative(path)}:{node.lineno} {node.name}"] = (
                    (node.end_lineno or node.lineno) - node.lineno + 1
                )
    return found


def test_functions_stay_short() -> None:
    lengths = function_lengths()
    assert {name: length for name, length in lengths.items() if length > 60} == {}
    assert quantiles(lengths.values(), n=10)[8] <= 35


@pytest.mark.parametrize("path", [path for path in all_files() if path.name == "__init__.py"], ids=relative)
def test_init_files_hold_a_docstring_and_nothing_else(path: Path) -> None:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    assert [type(node) for node in body] in ([], [ast.Expr])


def calls_of(path: Path, names: set[str]) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [f"{relative(path)}:{call.lineno}" for call in calls if getattr(call.func, "attr", "") in names]


def test_only_the_unit_of_work_commits() -> None:
    found = [call for path in our_files() for call in calls_of(path, {"commit", "rollback"})]
    # A batch of the landing is "committed" by its own method of that name, inside a unit of work.
    assert [
        call for call in found if not call.startswith(("sync/ingest.py", "sync/replay.py", "connectors/sources/"))
    ] == []
    # The demonstration's ERP belongs to somebody else: it is not our database. The door to the driver begins where the
    # query layer would; it never commits.
    beginning = ("engine.begin()", "connection.begin()")
    texts = {relative(path): path.read_text(encoding="utf-8") for path in our_files()}
    beginners = {name for name, text in texts.items() if any(word in text for word in beginning)}
    assert beginners == {"core/database.py", "core/driver.py", "api/demo/erp.py"}


def test_sealed_values_are_opened_in_few_places() -> None:
    openers: set[str] = set()
    for path in our_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "open":
                owner = node.func.value
                text = ast.unparse(owner)
                if "key" in text.lower() or "cipher" in text.lower():
                    openers.add(relative(path))
    assert openers <= set(MAY_OPEN)


def test_nothing_but_settings_reads_the_environment() -> None:
    # The script that fetches the console's assets runs alone, with another Python.
    allowed = {"core/settings.py", "api/console/assets.py"}
    readers = {
        relative(path)
        for path in our_files()
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "os.getenv"))
    }
    assert {name for name in readers if not name.startswith(("connectors/sources/", "connectors/process"))} <= allowed


def test_public_things_are_documented_and_tests_have_folders() -> None:
    for path in our_files():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.name == "__init__.py", path
    missing = [path for path in (ROOT / "tests").rglob("*") if path.is_dir() and path.name != "__pycache__"]
    assert [folder for folder in missing if any(folder.glob("*.py")) and not (folder / "__init__.py").exists()] == []
