"""Evidence on a terminal: lines with their weights, and what they add up to."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.cli.output import print_object, say
from core.errors import Conflict, Invalid


def print_evidence(told: Mapping[str, Any], *, as_json: bool) -> None:
    """The evidence of a golden record, as text or JSON."""
    if as_json:
        print_object(told, as_json=True)
        return
    say(f"{told['id']}: {len(told['records'])} records")
    for merge in told["merges"]:
        say(f"  {merge['says']['en']}")
    for pair in told["pairs"]:
        print_pair(pair)
    for one in told["said"]:
        say(f"{one['left']}  {one['right']}  {one['kind']} by {one['by']}: {one['reason']}")
    if told["unexplained"]:
        say(f"{told['unexplained']} weaker pairs are not shown.")


def print_pair(pair: Mapping[str, Any]) -> None:
    """One pair, a line a kind, and the sum."""
    say(f"{pair['left']}  {pair['right']}")
    for line in pair["lines"]:
        say(f"  {line['weight'] / 1000:+9.3f}  {line['says']['en']}")
    say(f"  {pair['weight'] / 1000:+9.3f}  bits: {pair['verdict'].upper()}, probability {pair['probability']:.4f}")


def write_bytes(out: Path, content: bytes) -> None:
    """Write a new file for its owner alone. Raises Conflict ``export.exists``, Invalid ``export.unwritable``."""
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise Conflict("export.exists", f"'{out}' exists already; nothing was written. Choose another name.") from None
    except OSError:
        raise Invalid("export.unwritable", f"'{out}' cannot be written; check its folder and rights.") from None
