"""What an installed Python distribution offers a gateway: programs that speak the protocol, manifests, hashes.

Only files are read; nothing of the distribution is imported.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

_SEPARATORS = re.compile(r"[-_.]+")
_MODULE = re.compile(r"source_[a-z0-9_]+")


def normal_name(name: str) -> str:
    """A distribution's name in its normal form (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def find_distribution(packages: Path, name: str) -> Distribution | None:
    """The distribution of that name in a folder of packages."""
    wanted = normal_name(name)
    found = (one for one in distributions(path=[str(packages)]) if normal_name(one.metadata["Name"]) == wanted)
    return next(found, None)


def programs(distribution: Distribution) -> list[str]:
    """Its programs that are called ``source-...``, as connectors are."""
    return sorted(
        point.name
        for point in distribution.entry_points
        if point.group == "console_scripts" and point.name.startswith("source-")
    )


def manifest(distribution: Distribution) -> Path | None:
    """Its declarative manifest, ``source_x/manifest.yaml``, where it carries one."""
    for file in sorted(distribution.files or ()):
        if file.name == "manifest.yaml" and len(file.parts) == 2 and _MODULE.fullmatch(file.parts[0]):
            return Path(str(distribution.locate_file(file)))
    return None


def short_name(program_or_module: str) -> str:
    """What a source is called: ``source-zoho-crm`` and ``source_zoho_crm`` are ``zoho-crm``."""
    return normal_name(program_or_module).removeprefix("source-")


def resolved_set(packages: Path) -> list[dict[str, str]]:
    """Every distribution in a folder: name, version, SHA-256 of its list of files, in the order of names."""
    return sorted(
        (
            {
                "name": normal_name(one.metadata["Name"]),
                "version": one.version,
                "sha256": hashlib.sha256(_listed(one)).hexdigest(),
            }
            for one in distributions(path=[str(packages)])
        ),
        key=lambda row: (row["name"], row["version"]),
    )


def _listed(distribution: Distribution) -> bytes:
    # Lines of what the installer itself wrote (scripts, its own name) name this folder and differ by place.
    lines = (distribution.read_text("RECORD") or "").splitlines()
    kept = sorted(line for line in lines if not line.startswith(("../", "bin/")) and "sha256=" in line)
    return "\n".join(line for line in kept if ".dist-info/" not in line).encode()


def digest(packages: Iterable[Mapping[str, str]]) -> str:
    """One SHA-256 over a resolved set."""
    text = "\n".join(f"{row['name']}=={row['version']} {row['sha256']}" for row in packages)
    return hashlib.sha256(text.encode()).hexdigest()
