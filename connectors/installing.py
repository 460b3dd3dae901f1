"""Installs a source from a package: an environment of its own for its program, or its manifest for our own CDK.

What cannot be used is removed again; what was there before stays until the new one is kept (``InstalledSources.keep``).
"""

import platform
import re
import secrets
import shutil
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

from connectors import distributions, package_tools
from connectors.catalogue import our_sources
from connectors.installed import InstalledSource, InstalledSources
from connectors.runner import Runner
from core.clock import Clock
from core.errors import Conflict, IngotError, Invalid, NotFound

# A name, perhaps with extras and an exact version (PEP 508, the part that names no address and no option).
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(\[[A-Za-z0-9,._-]+\])?(==[A-Za-z0-9.!+_-]+)?")
_PACKAGES = "packages"
# How a manifest names a component of its own.
_CODE = re.compile(r"""["']?\bclass_name["']?\s*:""")


@dataclass(frozen=True, slots=True)
class Wish:
    """What an operator wants installed.

    Attributes:
        package: ``NAME``, ``NAME==VERSION`` or the path of a wheel.
        name: what to call the source; None takes it from the program or module.
        program: which program, where a package has several.
        manifest_only: do not run the package's program: host its manifest.
        allow_code: run the manifest's own Python components.
        python: interpreter of the environment; None is our own.
    """

    package: str
    name: str | None = None
    program: str | None = None
    manifest_only: bool = False
    allow_code: bool = False
    python: Path | None = None


class Installer:
    """Prepares sources below a folder; ``runner`` tries each before it counts as installed.

    Whoever calls it holds the folder (``InstalledSources.alone``).
    """

    def __init__(self, sources: InstalledSources, runner: Runner, clock: Clock) -> None:
        self._sources = sources
        self._runner = runner
        self._clock = clock

    def prepare(self, wish: Wish) -> InstalledSource:
        """Fetch and try a source; it is not kept yet, and left over until it is.

        Raises Invalid ``source.package_invalid``, ``source.no_program`` or ``source.code_not_allowed``, NotFound
        ``source.package_missing``, Conflict ``source.python_unfit`` or ``source.name_taken``, Unavailable
        ``source.install_failed`` or ``source.failed``.
        """
        requirement, package = _requirement(wish.package)
        self.clean()
        work = self._sources.environments / secrets.token_hex(8)
        work.mkdir(parents=True, mode=0o700)
        found: InstalledSource | None = None
        try:
            found = self._hosted(wish, requirement, package, work)
        finally:
            for path in work.iterdir():
                if found is None or path.name != Path(found.environment).name:
                    shutil.rmtree(path, ignore_errors=True)
            if found is None:
                work.rmdir()
        return found

    def clean(self) -> None:
        """Remove environments that no source names."""
        kept = {Path(one).parts[0] for one in self._sources.in_use()}
        for path in sorted(self._sources.environments.glob("*")):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)

    def _hosted(self, wish: Wish, requirement: str, package: str, work: Path) -> InstalledSource:
        if wish.manifest_only:
            return self._manifest(wish, requirement, package, work / "manifest")
        try:
            return self._program(wish, requirement, package, work / "program")
        except IngotError as failure:
            if failure.code not in _MANIFEST_MAY_HELP or wish.program is not None:
                raise
            try:
                return self._manifest(wish, requirement, package, work / "manifest")
            except _NoManifest:
                raise failure from None

    def _program(self, wish: Wish, requirement: str, package: str, environment: Path) -> InstalledSource:
        """The package with all it needs in an environment of its own, its program tried."""
        python = package_tools.make_environment(environment, wish.python)
        package_tools.install(python, requirement)
        (packages,) = environment.glob("lib/python*/site-packages")
        distribution = _must(packages, package)
        program = _one_program(wish, distribution)
        found = self._record(wish, distribution, packages, environment, program=f"bin/{program}")
        self._runner.spec(self._sources.launch_of(found))
        return found

    def _manifest(self, wish: Wish, requirement: str, package: str, environment: Path) -> InstalledSource:
        """The package's manifest, to be run by our own CDK, tried."""
        packages = environment / _PACKAGES
        package_tools.unpack(requirement, packages)
        distribution = _must(packages, package)
        manifest = distributions.manifest(distribution)
        if manifest is None:
            raise _NoManifest(
                "source.no_manifest",
                f"The package '{package}' carries no manifest; install it without --manifest-only.",
            )
        if not wish.allow_code and _CODE.search(manifest.read_text(encoding="utf-8")):
            raise Invalid(
                "source.code_not_allowed",
                f"The manifest of '{package}' needs Python components of its author, which would run here; add "
                "--allow-code if you trust them.",
            )
        inside = manifest.relative_to(environment).as_posix()
        found = self._record(wish, distribution, packages, environment, manifest=inside)
        self._runner.spec(self._sources.launch_of(found))
        return found

    def _record(
        self,
        wish: Wish,
        distribution: Distribution,
        packages: Path,
        environment: Path,
        *,
        program: str | None = None,
        manifest: str | None = None,
    ) -> InstalledSource:
        resolved = distributions.resolved_set(packages)
        called = Path(program).name if program else Path(manifest or "").parent.name
        return InstalledSource(
            name=self._free_name(wish.name or distributions.short_name(called), distribution),
            distribution=distributions.normal_name(distribution.metadata["Name"]),
            version=distribution.version,
            program=program,
            manifest=manifest,
            trust_components=manifest is not None and wish.allow_code,
            packages=tuple(resolved),
            digest=distributions.digest(resolved),
            environment=f"{environment.parent.name}/{environment.name}",
            python=_python_of(environment),
            installed_at=self._clock.now().isoformat(),
        )

    def _free_name(self, name: str, distribution: Distribution) -> str:
        if name in our_sources():
            raise Conflict("source.name_taken", f"'{name}' is one of our own sources; choose another name with --name.")
        if self._sources.has(name):
            other = self._sources.get(name).distribution
            if other != distributions.normal_name(distribution.metadata["Name"]):
                raise Conflict(
                    "source.name_taken",
                    f"'{name}' is installed from the package '{other}'; choose another name with --name.",
                )
        return name


class _NoManifest(Invalid):
    """The package carries no manifest."""


# Reasons for which the program of a package cannot run here while its manifest may.
_MANIFEST_MAY_HELP = frozenset(
    {"source.python_unfit", "source.install_failed", "source.failed", "source.no_program", "source.timeout"}
)


def _requirement(given: str) -> tuple[str, str]:
    """What to hand to an installer, and the name of the package. Raises Invalid ``source.package_invalid``."""
    if given.endswith(".whl"):
        path = Path(given)
        if not path.is_file():
            raise NotFound("source.package_missing", f"There is no file '{given}'; check its path.")
        return str(path.resolve()), path.name.partition("-")[0]
    found = _REQUIREMENT.fullmatch(given)
    if found is None:
        raise Invalid(
            "source.package_invalid",
            "Name a package as NAME or NAME==VERSION, or give the path of a wheel (.whl); addresses are not taken.",
        )
    return given, found[1]


def _must(packages: Path, name: str) -> Distribution:
    found = distributions.find_distribution(packages, name)
    if found is None:
        raise Invalid(
            "source.package_invalid", f"What was installed for '{name}' is called otherwise; check the wheel."
        )
    return found


def _one_program(wish: Wish, distribution: Distribution) -> str:
    known = distributions.programs(distribution)
    wanted = [wish.program] if wish.program else known
    if len(wanted) != 1 or wanted[0] not in known:
        told = ", ".join(known) or "none"
        raise Invalid(
            "source.no_program",
            f"The package '{distribution.metadata['Name']}' must have one program called 'source-...', or one must be "
            f"chosen with --program. It has: {told}.",
        )
    return wanted[0]


def _python_of(environment: Path) -> str:
    """The version the environment was made for; a manifest runs on our own interpreter."""
    settings = environment / "pyvenv.cfg"
    lines = settings.read_text(encoding="utf-8").splitlines() if settings.is_file() else []
    told = (line.partition("=")[2].strip() for line in lines if line.startswith("version "))
    return next(told, platform.python_version())
