"""The families by name, and their files."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.customers import (
    branches,
    census,
    chinese_channels,
    chinese_firms,
    chinese_shops,
    contacts,
    german_dates,
    households,
    mailboxes,
    mixed,
    namesakes,
    organizations,
    registers,
    sites,
)
from benchmarks.customers.draw import LABELS, Clusters, rows


@dataclass(frozen=True, slots=True)
class Family:
    """How a family is drawn, and its columns after the labels."""

    clusters: Clusters
    columns: Sequence[str]
    headings: Callable[[Random], Sequence[str]] | None = None
    """What one file calls the columns, where files differ."""


FAMILIES = {
    "mixed": Family(mixed.clusters, mixed.COLUMNS),
    "census": Family(census.clusters, census.COLUMNS),
    "contacts": Family(contacts.clusters, contacts.COLUMNS),
    "german_dates": Family(german_dates.clusters, german_dates.COLUMNS),
    "sites": Family(sites.clusters, sites.COLUMNS),
    "organizations": Family(organizations.clusters, organizations.COLUMNS),
    "chinese_channels": Family(chinese_channels.clusters, chinese_channels.COLUMNS),
}

TRAINING = {
    "registers": Family(registers.clusters, registers.COLUMNS),
    "branches": Family(branches.clusters, branches.COLUMNS),
    "chinese_firms": Family(chinese_firms.clusters, chinese_firms.COLUMNS, chinese_firms.headings),
}
"""Organisations and places by another hand, for their model and for what it is worth on a generator it never saw."""
TRAINING_OF_PEOPLE = {
    "households": Family(households.clusters, households.COLUMNS),
    "chinese_shops": Family(chinese_shops.clusters, chinese_shops.COLUMNS),
    "mailboxes": Family(mailboxes.clusters, mailboxes.COLUMNS),
    "namesakes": Family(namesakes.clusters, namesakes.COLUMNS),
}
"""People by another hand, for the same."""
DRAWN = FAMILIES | TRAINING | TRAINING_OF_PEOPLE


def write(family: str, count: int, seed: int, path: Path) -> None:
    """Write ``count`` rows as CSV in UTF-8; the same arguments give the same bytes."""
    drawn = FAMILIES[family]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*LABELS, *drawn.columns))
        writer.writerows(rows(drawn.clusters, count, seed))
