"""The demonstration, end to end: made-up customers through four real channels into golden records, and what was found.

Everything is done the way a user does it: forms are posted over HTTP to the running gateway, the Maildir, the ERP's
database and the social network are read by their sources in processes of their own.
"""

import base64
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import orjson
from standardwebhooks.webhooks import Webhook

from api.cli.init import make_workspace
from api.demo import setting
from api.demo.erp import write_erp
from api.demo.forms import FormSubmission
from api.demo.maildir import write_maildir
from api.demo.sightings import Channel
from api.demo.social_server import SocialServer
from api.demo.truth import Evaluation, evaluate, write_truth
from api.demo.world import World
from api.wiring import Services
from audit.export import export
from audit.report import Report
from audit.verify import verify_directory
from core.database import reading, unit_of_work
from core.errors import Conflict
from core.records import RecordRef
from core.settings import FILE_NAME
from merge.listing import golden_by_record

FORMS = ("contact", "complaint")
Tell = Callable[[str], None]
Track = Callable[[Iterable[FormSubmission], str, int], Iterable[FormSubmission]]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the demonstration keeps its things: the workspace, and outside it what a company already has."""

    workspace: Path
    data: Path

    @property
    def erp_url(self) -> str:
        """The ERP's database."""
        return f"sqlite:///{self.data / 'erp.db'}"

    @property
    def maildir(self) -> Path:
        """The mailbox."""
        return self.data / "maildir"


def prepare(folder: Path, world: World) -> tuple[Places, str]:
    """Make the data and the workspace. Returns the places and the administrator's one-time code.

    Raises Conflict ``demo.exists`` for a folder that holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("demo.exists", f"'{folder}' is not empty; name a new folder.")
    places = Places(folder / "workspace", folder / "data")
    places.data.mkdir(parents=True)
    write_erp(places.erp_url, world.now.erp)
    write_maildir(places.maildir, world.now.mail)
    write_truth(places.data / "truth.jsonl", world.now.truth())
    code = make_workspace(places.workspace, "admin")
    (places.workspace / FILE_NAME).write_text(setting.SETTINGS, encoding="utf-8")
    for form in FORMS:
        secret = places.workspace / "keys" / f"{form}-form.secret"
        secret.write_text("whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(), encoding="utf-8")
        secret.chmod(0o600)
    return places, code


def add_people(services: Services, actor: str) -> None:
    """The people of the demonstration."""
    with unit_of_work(services.engine) as connection:
        for login, name, roles, teams in setting.PEOPLE:
            services.people.create_user(
                connection, login=login, display_name=name, roles=roles, teams=teams, actor=actor
            )


def add_connections(services: Services, places: Places, social: SocialServer, actor: str) -> list[str]:
    """Add the three sources that are read, with their mappings; returns their names."""
    start = datetime(2019, 1, 1, tzinfo=UTC)
    wanted = setting.connections(places.erp_url, str(places.maildir), social.config(start))
    for name, (source, config) in wanted.items():
        services.connecting.add(name, "source", {"name": source}, config, actor=actor)
        with unit_of_work(services.engine) as connection:
            for stream, mapping in setting.MAPPINGS[name].items():
                services.mappings.set(connection, name, stream, mapping, actor=actor)
    return list(wanted)


def post_forms(base_url: str, services: Services, submissions: Iterable[FormSubmission]) -> int:
    """Post every submission as a signed webhook; returns how many were accepted."""
    signers = {form: Webhook(str(services.settings.forms[form]["secret"])) for form in FORMS}
    accepted = 0
    for one in submissions:
        body = orjson.dumps(one.payload)
        now = datetime.now(tz=UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": one.delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signers[one.form].sign(one.delivery_id, now, body.decode()),
        }
        request = Request(f"{base_url}/v1/forms/{one.form}", data=body, headers=headers, method="POST")  # noqa: S310  our own server on loopback
        with urlopen(request, timeout=30) as answer:  # noqa: S310  as above
            accepted += answer.status in {200, 202}
    return accepted


def run_syncs(services: Services, names: Iterable[str], actor: str) -> None:
    """Run the syncs and resolve what they and the forms brought, with the gateway's own jobs."""
    from api.cli.sync import watched, work_on  # noqa: PLC0415  the command line's bars, loaded for a run only

    with watched(services):
        for name in names:
            work_on(services, services.flows.queue_sync(name, actor=actor))
        work_on(services, services.flows.queue_resolve())


def measure(services: Services, world: World) -> Evaluation:
    """How the golden records agree with the truth."""
    form_of = {one.delivery_id: one.form for one in world.now.forms}
    rows = list(world.now.truth())
    ids = {
        (row.channel, row.key): services.foundation.keyring.record_id(_ref(row.channel, row.key, form_of))
        for row in rows
    }
    golden: dict[str, str] = {}
    wanted = sorted(ids.values())
    with reading(services.engine) as connection:
        for start in range(0, len(wanted), 1_000):
            golden.update(golden_by_record(connection, wanted[start : start + 1_000]))
    return evaluate(rows, {key: golden[record] for key, record in ids.items() if record in golden})


def verify_log(services: Services, folder: Path) -> Report:
    """Export the audit log and verify the export from its files alone."""
    services.sequencer.sequence_all()
    with reading(services.engine) as connection:
        export(connection, folder, services.sequencer.key)
    return verify_directory(folder, str(services.sequencer.key))


def _ref(channel: Channel, key: str, form_of: dict[str, str]) -> RecordRef:
    if channel is Channel.FORMS:
        return RecordRef(f"form:{form_of[key]}", "", form_of[key], key)
    connection, stream = {
        Channel.EMAIL: ("mail", "contacts"),
        Channel.ERP: ("erp", "customers"),
        Channel.SOCIAL: ("social", "profiles"),
    }[channel]
    return RecordRef(connection, "", stream, key)
