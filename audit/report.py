"""What a verification found. Plain values, shared by the verifier of exports and the check of a database."""

from dataclasses import dataclass, field

# A rewritten log disagrees everywhere; the first findings tell as much as a million.
MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be: a stable code, a sentence, and where."""

    code: str
    message: str
    place: str


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification.

    Attributes:
        origin: name of the log.
        size: entries the newest checkpoint promises.
        root: root recomputed from the entries, in hexadecimal; empty where it could not be.
        entries: entries whose bytes were hashed.
        pruned: entries whose body is gone by an announced retention; their hash is proved, not their content.
        exposed: newest entries that no checkpoint outside covers yet (only for a database).
        checkpoints: checkpoints compared, each signature and root.
        tiles: tiles and entry bundles compared (only for an export).
        findings: what is wrong, at most 50; ``wrong`` counts them all.
        wrong: how many findings there were.
    """

    origin: str
    size: int
    root: str
    entries: int
    pruned: int
    exposed: int
    checkpoints: int
    tiles: int
    findings: tuple[Finding, ...]
    wrong: int

    @property
    def ok(self) -> bool:
        """Whether everything proves what it must."""
        return self.wrong == 0


@dataclass(slots=True)
class Findings:
    """Collects findings and counts those it no longer keeps."""

    kept: list[Finding] = field(default_factory=list)
    wrong: int = 0

    def add(self, code: str, message: str, place: str) -> None:
        """One more."""
        self.wrong += 1
        if len(self.kept) < MAX_FINDINGS:
            self.kept.append(Finding(code, message, place))
