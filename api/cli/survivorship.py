"""``ingot survivorship``: which value wins, by versions of a policy."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from api.cli.deciding import ReasonCode, asked
from api.cli.output import AsJson, print_object, tell
from api.cli.session import session
from core.errors import Invalid, NotFound

app = typer.Typer(help="Which value wins: the policy and its versions.", no_args_is_help=True)
PolicyFile = Annotated[
    Path, typer.Argument(help="YAML: what stands under 'survivorship' in ingot.yaml, with or without that line.")
]


@app.command("show")
def show(
    ctx: typer.Context,
    version: Annotated[int | None, typer.Option(help="An earlier version.")] = None,
    as_json: AsJson = False,
) -> None:
    """The policy in force or an earlier one, and all versions with who made them and why."""
    with session(ctx) as now:
        print_object(now.services.survivorship.show(asked(now, "", ""), version), as_json=as_json)


@app.command("set")
def set_(
    ctx: typer.Context,
    policy: PolicyFile,
    reason_code: ReasonCode,
    wait: Annotated[bool, typer.Option("--wait", help="Make what is kept anew here and now, not by a worker.")] = False,
) -> None:
    """Put a policy into force. It counts for every answer at once; the feed follows as the worker makes them anew."""
    with session(ctx) as now:
        number = now.services.survivorship.put(asked(now, "", ""), read_policy(policy), reason_code=reason_code)
        tell(f"Version {number} is in force.")
        if wait:
            tell(f"{now.services.survivorship.apply()} golden records changed.")


@app.command("simulate")
def simulate(
    ctx: typer.Context,
    policy: PolicyFile,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="On how many golden records.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """What a policy would change: how many golden records, which attributes. Nothing is changed, no value is told."""
    with session(ctx) as now:
        found = now.services.survivorship.simulate(asked(now, "", ""), read_policy(policy), limit=limit)
        told = {
            "golden_records": found.golden_records,
            "different": found.different,
            "attributes": dict(found.attributes),
            "examples": list(found.examples),
        }
        print_object(told, as_json=as_json)


def read_policy(path: Path) -> dict[str, Any]:
    """A policy from a file. Raises NotFound ``survivorship.file``, Invalid ``survivorship.setting``."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise NotFound("survivorship.file", f"'{path}' cannot be read; check its name and its rights.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        content = ""
    if content is None:
        return {}
    inner = content.get("survivorship", content) if isinstance(content, dict) else content
    if not isinstance(inner, dict):
        raise Invalid("survivorship.setting", f"'{path.name}' must hold a survivorship policy as YAML.")
    return inner
