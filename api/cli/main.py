"""``ingot``: the groups of commands, loaded only when one of them is used, so that help is there at once."""

import gc
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from core.errors import Conflict, Damaged, Denied, IngotError, Invalid, NotFound, Unauthenticated
from core.settings import small_pages

# Name: module, attribute, one line of help.
COMMANDS = {
    "init": ("api.cli.init", "init", "Make a workspace: settings, keys, database, first administrator."),
    "login": ("api.cli.identity", "login", "Prove who you are; keeps a token in your own configuration folder."),
    "logout": ("api.cli.identity", "logout", "Revoke and forget that token."),
    "user": ("api.cli.users", "app", "People and their roles."),
    "token": ("api.cli.tokens", "app", "API keys for other systems, shown once."),
    "source": ("api.cli.source", "app", "Sources and connections: list, spec, check, discover, read, add, map."),
    "sync": ("api.cli.sync", "app", "Run and watch syncs, mend rejected records."),
    "resolve": ("api.cli.resolve", "resolve", "Entity resolution on plain files."),
    "review": ("api.cli.review", "app", "What waits for a steward: list, next, show, claim, decide, agree, undo."),
    "evidence": ("api.cli.evidence", "app", "Check a bundle of evidence alone: no workspace, no database."),
    "golden": ("api.cli.golden", "app", "Golden records: show, search, history, evidence, merge, unmerge, pin ..."),
    "survivorship": (
        "api.cli.survivorship",
        "app",
        "Which value wins: the policy and its versions.",
    ),
    "owner": ("api.cli.owner", "app", "Who owns which customer, and why."),
    "audit": ("api.cli.audit", "app", "Search, prove, export and verify the audit log."),
    "serve": ("api.cli.serve", "serve", "The API and one worker, in one process."),
    "worker": ("api.cli.serve", "worker", "A worker alone."),
    "db": ("api.cli.db", "app", "The database schema: upgrade, check."),
    "rebuild": ("api.cli.db", "rebuild", "Recompute all golden records and compare them byte for byte."),
    "demo": ("api.cli.demo", "demo", "A new workspace with made-up customers from four channels, end to end."),
}
# What went wrong to the exit code of the process; the first class that fits counts.
EXIT_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (Invalid, 2),
    (NotFound, 3),
    (Unauthenticated, 4),
    (Denied, 4),
    (Conflict, 5),
    (Damaged, 7),
    (IngotError, 1),
)
INTERRUPTED = 130


class LazyGroup(TyperGroup):
    """Knows its commands by name and help, and loads the module of the one that is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of a first day's work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command itself; this is what loads its module."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            found.rich_markup_mode = None
            found._add_completion = False  # noqa: SLF001  completion belongs to the whole program only
            return typer.main.get_command(found)
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(cmd_name)(found)
        return typer.main.get_command(single)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list in the help, without loading anything."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in COMMANDS])

    def invoke(self, ctx: Any) -> Any:
        """Run the command; our errors become a sentence on stderr and an exit code."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None
        except OSError as error:
            # The system's own words name a file and a fault, never a value.
            where = f" at '{error.filename}'" if error.filename else ""
            print(f"ingot: {error.strerror or type(error).__name__}{where}. [system.file]", file=sys.stderr)  # noqa: T201
            raise typer.Exit(1) from None
        except IngotError as error:
            print(f"ingot: {error}", file=sys.stderr)  # noqa: T201  the one way errors reach a person
            raise typer.Exit(exit_code(error)) from None


app = typer.Typer(cls=LazyGroup, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(context_settings={"help_option_names": ["-h", "--help"]})
def ingot(
    ctx: typer.Context,
    workspace: Annotated[
        str | None,
        typer.Option("--workspace", "-w", metavar="DIR", help="The workspace; else INGOT_WORKSPACE, else this folder."),
    ] = None,
) -> None:
    """Ingot: golden customer records that are owned, masked and provable.

    Data goes to stdout, everything else to stderr. Exit codes: 0 ok, 1 error, 2 usage, 3 not found, 4 denied,
    5 conflict, 6 some records rejected, 7 integrity failed, 130 interrupted.
    """
    ctx.obj = workspace


def exit_code(error: IngotError) -> int:
    """The exit code of the process for one of our errors."""
    return next(number for kind, number in EXIT_CODES if isinstance(error, kind))


def run() -> None:
    """Run one command line and end the process with its exit code."""
    small_pages()
    try:
        app(prog_name="ingot")
    finally:
        gc.freeze()  # the system takes back all at once: Python need not look through it for cycles before it ends


if __name__ == "__main__":
    run()
