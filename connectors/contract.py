"""What every source must pass, ours and others': a class for pytest to be subclassed.

Nothing here knows pytest; a subclass tells how its source is started and what it should find, pytest runs the tests it
inherits. Each goes through the real subprocess. ``make_source`` must give the same data whenever it is called.
"""

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from connectors.catalogue import configured_catalog
from connectors.egress.rules import Egress
from connectors.launch import Launch
from connectors.protocol import Junk, Kind, Message, StreamKey, state_count, state_to_keep
from connectors.runner import Runner


@dataclass(frozen=True, slots=True)
class Example:
    """A source with data, as a contract test uses it.

    Attributes:
        launch: how it is started.
        config: a configuration that works.
        bad_configs: configurations ``check`` must refuse with a sentence.
        secrets: texts of ``config`` that may never be printed.
        records: how many records every stream holds.
        resumes: streams that go on from any state; others read everything again.
        ordered: whether records always come in the same order; a source with several threads cannot promise it.
    """

    launch: Launch
    config: Mapping[str, Any]
    bad_configs: Sequence[Mapping[str, Any]]
    records: Mapping[str, int]
    secrets: Sequence[str] = ()
    resumes: frozenset[str] = frozenset()
    ordered: bool = True


@dataclass(slots=True)
class Seen:
    """What one read gave: records by stream in order, states each with the number of records before it."""

    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    states: list[tuple[StreamKey, int, dict[str, Any]]] = field(default_factory=list)
    complete: set[str] = field(default_factory=set)
    counted: bool = True
    texts: list[str] = field(default_factory=list)
    exit_code: int = -1


class SourceContract(ABC):
    """Subclass it, name the subclass ``Test...`` and give ``make_source``."""

    # Resuming costs a start of the source; a long series of states is sampled, first and last always.
    most_states = 3
    # What the source may reach besides public addresses: servers of the test stand on this machine.
    egress = Egress()

    @classmethod
    @abstractmethod
    def make_source(cls, folder: Path) -> Example:
        """A source with its data below ``folder``; called once a class."""

    @classmethod
    @cache
    def _ground(cls) -> "_Ground":
        return _Ground(cls)

    def test_spec_is_a_json_schema_that_the_example_fits(self) -> None:
        """The specification is a schema of objects and names every setting of the example."""
        schema = self._ground().spec["connectionSpecification"]
        _expect(schema.get("type") == "object", "the specification is no schema of an object")
        named = set(schema.get("properties", {}))
        unnamed = set(self._ground().example.config) - named
        _expect(not named or not unnamed, f"the specification does not name {sorted(unnamed)}")

    def test_check_succeeds(self) -> None:
        """A good configuration passes."""
        ground = self._ground()
        result = ground.runner.check(ground.example.launch, ground.example.config, spec=ground.spec)
        _expect(result.ok, f"check failed: {result.message}")

    def test_bad_configuration_is_refused_with_a_sentence(self) -> None:
        """A bad configuration is FAILED with a message and without a traceback."""
        ground = self._ground()
        for config in ground.example.bad_configs:
            result = ground.runner.check(ground.example.launch, config, spec=ground.spec)
            _expect(not result.ok, "check accepts a bad configuration")
            _expect(len(result.message) > 10, "check says nothing about a bad configuration")
            _expect("Traceback" not in result.message, "check prints a traceback")

    def test_discover_names_every_stream(self) -> None:
        """The catalogue has exactly the streams of the example, each with a schema of objects."""
        ground = self._ground()
        names = {stream["name"] for stream in ground.catalog["streams"]}
        _expect(names == set(ground.example.records), f"discover finds {sorted(names)}")
        for stream in ground.catalog["streams"]:
            _expect("properties" in stream["json_schema"], f"{stream['name']} has no schema")

    def test_full_read_gives_every_record_and_counts_them(self) -> None:
        """Every record once, every stream COMPLETE, exit code 0, and the counts of STATE agree."""
        ground = self._ground()
        found = {name: len(records) for name, records in ground.first.records.items() if records}
        wanted = {name: count for name, count in ground.example.records.items() if count}
        _expect(found == wanted, f"read gives {found}, not {wanted}")
        _expect(ground.first.complete == set(ground.example.records), "a stream is not COMPLETE")
        _expect(ground.first.exit_code == 0, f"the exit code is {ground.first.exit_code}")
        _expect(ground.first.counted, "a STATE counts other records than were sent")

    def test_two_full_reads_are_equal(self) -> None:
        """Reading again gives the same records, in the same order where the source promises one."""
        ground = self._ground()
        again, first = ground.read().records, ground.first.records
        _expect(again.keys() == first.keys(), "two full reads give different streams")
        for stream, records in first.items():
            same = again[stream] == records if ground.example.ordered else _bag(again[stream]) == _bag(records)
            _expect(same, f"{stream}: two full reads differ")

    def test_resuming_gives_exactly_the_rest(self) -> None:
        """From every state on come the records behind it: none lost, none twice but at the boundary, with equal key."""
        ground = self._ground()
        for stream in sorted(ground.example.resumes):
            states = [(before, state) for key, before, state in ground.first.states if key.name == stream]
            _expect(bool(states), f"{stream} emits no state")
            for before, state in _sample(states, self.most_states):
                rest = ground.read([state], only=stream).records.get(stream, [])
                given, owed = ground.first.records[stream][:before], ground.first.records[stream][before:]
                lost = _bag(owed) - _bag(rest)
                _expect(not lost, f"{stream}: {lost.total()} records are lost behind the state after {before}")
                twice = _bag(rest) - _bag(owed)
                _expect(not twice - _bag(given), f"{stream}: records come that the full read did not give")
                if ground.example.ordered:
                    boundary = given[len(given) - twice.total() :]
                    _expect(twice == _bag(boundary), f"{stream}: records come twice that do not lie at the boundary")

    def test_secrets_are_never_printed(self) -> None:
        """No text of the source, in whatever it printed, holds a secret of the configuration."""
        ground = self._ground()
        for secret in ground.example.secrets:
            leaks = [text for text in ground.first.texts if secret in text]
            _expect(not leaks, "a secret was printed")


class _Ground:
    """One source, started as seldom as possible: its specification, catalogue and first full read are shared."""

    def __init__(self, contract: type[SourceContract]) -> None:
        self._folder = TemporaryDirectory(prefix="ingot-contract-")
        folder = Path(self._folder.name)
        self.runner = Runner(folder / "private", egress=contract.egress)
        self.example = contract.make_source(folder)
        self.spec = self.runner.spec(self.example.launch)
        self.catalog = self.runner.discover(self.example.launch, self.example.config, spec=self.spec)
        self.first = self.read()

    def read(self, state: Sequence[Mapping[str, Any]] = (), only: str | None = None) -> Seen:
        """Read everything, or one stream."""
        streams = [stream for stream in self.catalog["streams"] if only in {None, stream["name"]}]
        catalog = configured_catalog({"streams": streams})
        seen, since = Seen(), dict[StreamKey, int]()
        reading = self.runner.read(self.example.launch, self.example.config, catalog, state, spec=self.spec)
        with reading as messages:
            for found in messages:
                _take(found, seen, since)
            seen.exit_code = messages.finish()
            seen.texts += messages.stderr
        return seen


def _take(found: Message | Junk, seen: Seen, since: dict[StreamKey, int]) -> None:
    if isinstance(found, Junk):
        seen.texts.append(found.raw.decode(errors="replace"))
        return
    stream = found.stream
    if found.kind is Kind.RECORD and stream is not None:
        seen.records.setdefault(stream.name, []).append(found.body["data"])
        since[stream] = since.get(stream, 0) + 1
        return
    if found.kind is Kind.STATE and stream is not None:
        count = state_count(found.body)
        seen.counted &= count is None or count == since.get(stream, 0)
        since[stream] = 0
        seen.states.append((stream, len(seen.records.get(stream.name, [])), state_to_keep(found.body)))
    elif found.kind is Kind.STREAM_STATUS and stream is not None and found.body.get("status") == "COMPLETE":
        seen.complete.add(stream.name)
    seen.texts.append(json.dumps(found.body, ensure_ascii=False))


def _sample(states: list[tuple[int, dict[str, Any]]], most: int) -> list[tuple[int, dict[str, Any]]]:
    if len(states) <= most:
        return states
    step = (len(states) - 1) / (most - 1)
    return [states[round(place * step)] for place in range(most)]


def _bag(records: list[dict[str, Any]]) -> Counter[str]:
    return Counter(json.dumps(record, sort_keys=True) for record in records)


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
