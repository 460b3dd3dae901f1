"""Labelled rows made poorer at random, so that a model learns from what there is and not from one set's habits.

Columns are dropped, cells emptied, slips added, copies thinned out and lone customers put in: each draw is a data set
with a quality of its own.
"""

import string
from collections.abc import Sequence
from random import Random

Row = dict[str, str]
LABELS = ("unique_id", "source", "cluster_id")
_NAMES = frozenset(
    {
        "name", "first_name", "last_name", "forenames", "surname", "given_name", "full_name", "Vorname", "Nachname",
        "company", "organisation", "organization_name", "business_name", "full_address", "address", "姓名",
        "客户姓名", "企业名称", "单位名称", "供应商名称", "客户名称", "购方名称", "往来单位名称", "公司全称",
    }
)  # fmt: skip
_LEAST = 2


def _slip(random: Random, text: str) -> str:
    """One letter or figure left out, put in, changed or swapped with the next."""
    if len(text) <= _LEAST:
        return text
    at = random.randrange(len(text) - 1)
    alike = string.digits if text[at].isdigit() else string.ascii_lowercase if text[at].isascii() else text[at]
    other = random.choice(alike)
    return random.choices(
        (
            text[:at] + text[at + 1 :],
            text[:at] + other + text[at:],
            text[:at] + other + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        ),
        weights=(3, 2, 3, 2),
    )[0]


def _kept(random: Random, columns: Sequence[str]) -> list[str]:
    share = random.choice((0.0, 0.15, 0.35))
    names = [column for column in columns if column in _NAMES]
    kept = {column for column in columns if random.random() >= share * (0.25 if column in _NAMES else 1)}
    if not kept & set(names):
        kept.update(names[:1])
    while len(kept) < min(_LEAST, len(columns)):
        kept.add(random.choice(columns))
    return [column for column in columns if column in kept]


def _rate(random: Random, most: float) -> float:
    return random.choice((0.0, 0.0, random.uniform(0, most)))


def varied(columns: Sequence[str], rows: Sequence[Row], random: Random) -> tuple[list[str], list[Row]]:
    """Columns (without labels) and rows of one poorer draw."""
    kept = _kept(random, [column for column in columns if column not in LABELS])
    empty = {column: _rate(random, 0.3) * (0.3 if column in _NAMES else 1) for column in kept}
    slips = {column: _rate(random, 0.12) for column in kept}
    most = random.choice((2, 3, 5, 99))
    stays = random.uniform(0.3, 1) if random.random() < 0.6 else 1.0
    seen: dict[str, int] = {}
    found: list[Row] = []
    for row in rows:
        earlier = seen.get(row["cluster_id"], 0)
        if earlier >= most or (earlier and random.random() > stays):
            continue
        seen[row["cluster_id"]] = earlier + 1
        made = {label: row[label] for label in LABELS if label in row}
        for column in kept:
            value = row[column]
            if value and random.random() < empty[column]:
                value = ""
            made[column] = _slip(random, value) if value and random.random() < slips[column] else value
        found.append(made)
    return kept, found
