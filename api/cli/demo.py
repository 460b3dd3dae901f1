"""``ingot demo``: the main job on made-up customers, and what came of it."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from api.cli.output import tell
from api.cli.sync import newest_run
from api.demo import run as demonstration
from api.demo.desk import first_day
from api.demo.forms import FormSubmission
from api.demo.social_server import SocialServer
from api.demo.world import World, make_world
from api.server import running_server, until_told, wait_for
from api.wiring import Services, open_services
from core.database import reading, unit_of_work
from core.errors import Damaged
from governance.authentication import Authenticated
from governance.policy.values import RequestContext
from governance.principals import Principal
from merge.listing import count_goldens, holders_counted
from sync.wish import Asked

_DAY = timedelta(days=1)
_VIEWS = (
    ("chen", "sales_follow_up", "", "销售 sales"),
    ("li", "customer_service", "", "客服 service"),
    ("wang", "privacy_request", "Request of the customer to see what is held", "隐私专员 privacy officer"),
)


def demo(
    directory: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="A new folder; ingot-demo-N when none.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Leave the gateway running on loopback.")] = False,
    size: Annotated[int, typer.Option(min=20, max=20_000, help="How many customers.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Another seed, other customers.")] = 1,
) -> None:
    """Make a workspace in a new folder, bring in made-up customers from four channels, and show what was found."""
    folder = (directory or _free_folder()).resolve()
    tell(f"Making {size} customers and a workspace in {folder} ...")
    world = make_world(seed, size)
    places, code = demonstration.prepare(folder, world)
    out = Console(highlight=False, soft_wrap=True)
    with open_services(places.workspace) as services, SocialServer(world.now.social) as social:
        with unit_of_work(services.engine) as connection:
            admin = services.people.redeem_code(connection, code)
        actor = admin.principal.actor if isinstance(admin, Authenticated) else "system"
        demonstration.add_people(services, actor)
        names = demonstration.add_connections(services, places, social, actor)
        with running_server(services, with_worker=False) as base_url:
            accepted = demonstration.post_forms(base_url, services, _tracked(world.now.forms))
        demonstration.run_syncs(services, names, actor)
        _report(out, services, world, accepted, names)
        _people_views(out, services)
        _desk(out, services)
        _proofs(out, services, folder)
        if serve:
            _serve(services, actor)


def _tracked(submissions: list[FormSubmission]) -> Iterable[FormSubmission]:
    return track(submissions, description="forms", console=Console(stderr=True))


def _report(out: Console, services: Services, world: World, accepted: int, names: list[str]) -> None:
    table = Table("channel", "records", "rejected", title="Records", title_justify="left", box=None)
    table.add_row("forms", str(accepted), str(len(world.now.forms) - accepted))
    for name in names:
        run = newest_run(services, name)
        table.add_row(name, str(run["landed"]), str(run["rejected"]))
    out.print(table)
    found = demonstration.measure(services, world)
    with reading(services.engine) as connection:
        goldens, holders = count_goldens(connection), holders_counted(connection)
    out.print(f"\nGolden records: {goldens} of {found.records} customer records; in truth {found.entities} customers.")
    out.print(
        f"Pairs against the truth: precision {found.precision:.3f}, recall {found.recall:.3f}, F1 {found.f1:.3f}; "
        f"B-cubed F1 {found.b_cubed.f1:.3f}; lost {found.missing}."
    )
    owners = Table("owner", "customers", title="\nOwners", title_justify="left", box=None)
    for holder, count in holders.items():
        owners.add_row(holder, str(count))
    out.print(owners)


def _people_views(out: Console, services: Services) -> None:
    """One customer as three people see it."""
    principals = _principals(services)
    golden_id = _shown_customer(services, principals["chen"])
    out.print(f"\nOne customer ({golden_id}) as three people see it")
    for login, purpose, reason, title in _VIEWS:
        request_id = services.foundation.clock.new_id("req")
        asked = Asked(principals[login], RequestContext(purpose, reason, request_id))
        body = services.disclosure.golden(asked, golden_id).body
        out.print(f"\n[bold]{title}[/bold] ({login}, {purpose})", markup=True)
        for line in _lines(body):
            out.print("  " + line, markup=False)


def _lines(body: dict[str, Any]) -> Iterator[str]:
    yield f"owner: {body['owner']}, records: {body['members']}"
    for section, attributes in body["sections"].items():
        for name, values in attributes.items():
            yield f"{section}: {name} = {', '.join(value['value'] for value in values)}"
    for section, items in body.get("items", {}).items():
        newest = ", ".join(f"{name.partition('.')[2]} {value}" for name, value in items[0]["values"].items())
        yield f"{section}: {len(items)}, newest: {newest}"


def _desk(out: Console, services: Services) -> None:
    """What two stewards did by hand, and what waits for them now."""
    waiting = Table("kind", "waits", title="\nReview queue, after a day at the desk", title_justify="left", box=None)
    for kind, count in first_day(services).items():
        waiting.add_row(kind, str(count))
    out.print(waiting)


def _proofs(out: Console, services: Services, folder: Path) -> None:
    rebuilt = services.rebuild.check()
    with reading(services.engine) as connection:
        broken = services.resolver.owners.broken(connection)
    report = demonstration.verify_log(services, folder / "audit-export")
    same = "identical bytes" if not rebuilt.different else f"{len(rebuilt.different)} DIFFER"
    out.print(f"\nRebuilt from {rebuilt.records} source records: {rebuilt.golden_records} golden records, {same}.")
    out.print(f"Customers without exactly one owner or pool: {len(broken)}.")
    out.print(f"Audit log verified from its export alone: {report.size} entries, root {report.root}.")
    out.print(f"  ingot audit verify --dir {folder / 'audit-export'} --key '{services.sequencer.key}'", markup=False)
    if rebuilt.different or broken or not report.ok:
        raise Damaged("demo.unsound", "The demonstration found something unsound; see above.")


def _serve(services: Services, actor: str) -> None:
    with unit_of_work(services.engine) as connection:
        users = [user for user in services.people.list_users(connection) if user.active]
        codes = {
            user.login: services.people.issue_code(connection, user.id, valid_for=_DAY, actor=actor) for user in users
        }
        chen = services.people.user_by_login(connection, "chen")
        issued = services.tokens.issue_token(connection, chen.id, name="demo", actor=actor, life=_DAY)
    with running_server(services, port=services.settings.port) as base_url:
        tell(f"\nThe console is at {base_url}. Sign in with a code, each for one person, once, for a day:")
        for user in sorted(users, key=lambda one: one.login != "guide"):
            tell(f"  {codes[user.login]}  {user.login:8} {user.display_name} ({', '.join(user.roles)})")
        tell(
            "'guide' may connect a source, sync it, find duplicates and verify the log. By program, as 陈思远 of sales:"
        )
        tell(f"  curl -H 'Authorization: Bearer {issued.text}' -H 'X-Purpose: sales_follow_up' {base_url}/v1/golden")
        tell("Stop it with Ctrl-C.")
        _wait()


def _wait() -> None:
    with until_told() as stop:
        wait_for(stop)


def _principals(services: Services) -> dict[str, Principal]:
    with reading(services.engine) as connection:
        return {user.login: user.principal() for user in services.people.list_users(connection)}


def _shown_customer(services: Services, sales: Principal) -> str:
    """A customer of that seller's who was seen in many places and bought, called and complained."""
    asked = Asked(sales, RequestContext("sales_follow_up", "", services.foundation.clock.new_id("req")))
    page = services.disclosure.page(asked, limit=500)
    mine = [row for row in page if str(row["owner"]).startswith("user:")] or page

    def richness(row: dict[str, Any]) -> tuple[int, int, str]:
        values = [one for attributes in row["sections"].values() for held in attributes.values() for one in held]
        return len({value["source"] for value in values}), len(values), row["id"]

    return str(max(mine, key=richness)["id"])


def _free_folder() -> Path:
    number = 1
    while Path(f"ingot-demo-{number}").exists():
        number += 1
    return Path(f"ingot-demo-{number}")
