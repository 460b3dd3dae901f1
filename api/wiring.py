"""The composition root: Settings to everything, in one place. Nothing else builds engines, keys or services."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from audit.actions import Action
from audit.events import Event
from audit.log import AuditLog
from audit.sequencer import Sequencer
from connectors.egress.rules import Egress
from connectors.installed import InstalledSources
from connectors.installing import Installer
from connectors.process import clean_leftovers
from connectors.runner import Limits, Runner
from connectors.store import ConnectionStore
from connectors.upload_store import UploadStore
from core.clock import Clock
from core.collector import collect_less
from core.crypto import Keyring
from core.database import make_engine, reading, unit_of_work
from core.errors import Denied, IngotError
from core.key_store import KeyStore
from core.logs import configure_logs, log_quietly
from core.settings import Settings, load_settings
from core.workspace import load_root_keys
from governance.passwords import Passwords
from governance.people import People
from governance.policy.decision_point import DecisionPoint
from governance.policy.policy_set import load_policies, shipped_policies
from governance.policy.values import Decision, Refused
from governance.principals import Principal
from governance.tokens import Tokens
from merge.match.columns import suggest
from merge.match.model import Model
from merge.match_lines import under
from merge.match_versions import newest
from merge.ownership import rules as ownership_rules
from merge.ownership.store import holders_now
from merge.policy_store import Policies
from merge.resolve.grouping import MatchSettings
from merge.resolve.holding import unmerge_from_settings
from merge.resolve.incremental import Resolver
from merge.resolve.surviving import Surviving
from sync.connecting import Connecting
from sync.disclose import Disclosure
from sync.entry import Entries
from sync.expiry import Expiry
from sync.flows import Flows
from sync.foundation import Foundation
from sync.hosting import Hosting
from sync.ingest import Ingest
from sync.loader import Loader
from sync.looking import Looking
from sync.maintaining import Maintaining
from sync.manual_entry import CONNECTION as MANUAL
from sync.mapping_store import MappingStore
from sync.opening import REMEMBERED_MB
from sync.previewing import Previewing
from sync.quarantine import Quarantine
from sync.queue import Queue
from sync.rebuild import Rebuild
from sync.reconcile import Reconciler
from sync.review_base import ReviewBase
from sync.review_services import ReviewServices, review_services
from sync.rights import Rights
from sync.runs import Runs
from sync.scheduler import Scheduler
from sync.survivorship import JOB as SURVIVE
from sync.survivorship import Survivorship
from sync.uploading import Uploads
from sync.worker import Worker

_FIRST_START = Limits(command=300.0)


@dataclass
class Services:
    """Everything of one workspace; a part is made when it is first asked for, so a command pays for what it uses."""

    settings: Settings
    foundation: Foundation

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.foundation.engine

    @cached_property
    def sequencer(self) -> Sequencer:
        """The one writer of the audit tree."""
        base = self.foundation
        return Sequencer(base.engine, base.keyring, self.settings.checkpoints, base.clock, self.settings.origin)

    @cached_property
    def passwords(self) -> Passwords:
        """Hashes of passwords."""
        return Passwords()

    @cached_property
    def people(self) -> People:
        """Users and codes."""
        return People(self.foundation.clock, self.foundation.audit, self.passwords)

    @cached_property
    def tokens(self) -> Tokens:
        """Tokens and API keys."""
        return Tokens(self.foundation.clock, self.foundation.audit)

    @cached_property
    def decisions(self) -> DecisionPoint:
        """The one decision point."""
        return DecisionPoint(load_policies(shipped_policies()))

    @cached_property
    def connections(self) -> ConnectionStore:
        """Configured connections."""
        return ConnectionStore(self.foundation.keyring, self.foundation.audit, self.foundation.clock)

    @cached_property
    def egress(self) -> Egress:
        """What may be reached from here. Raises Invalid ``egress.allow``."""
        return Egress.parse(self.settings.egress_allow)

    @cached_property
    def runner(self) -> Runner:
        """Starts sources. What ended hosts left behind goes first; a sync of another process keeps its files."""
        self.settings.temporary.mkdir(mode=0o700, exist_ok=True)
        clean_leftovers(self.settings.temporary)
        limits = self.settings.limits
        return Runner(
            self.settings.temporary,
            Limits(
                command=float(limits.get("source_answer_seconds", 60)),
                silence=float(limits.get("source_silence_seconds", 300)),
            ),
            egress=self.egress,
            opened=self.uploads.opened,
        )

    @cached_property
    def connecting(self) -> Connecting:
        """Adds connections and makes them ready."""
        return Connecting(self.foundation, self.connections, self.runner, self.upload_store, self.installed)

    @cached_property
    def installed(self) -> InstalledSources:
        """The sources that were installed into this workspace."""
        return InstalledSources(self.settings.connectors)

    @cached_property
    def hosting(self) -> Hosting:
        """Installs sources of others."""
        return Hosting(
            self.foundation,
            self.connections,
            self.installed,
            # The first start of a new environment compiles all of it; later ones are quick.
            lambda: Installer(self.installed, Runner(self.settings.temporary, _FIRST_START), self.foundation.clock),
        )

    @cached_property
    def upload_store(self) -> UploadStore:
        """Uploaded files, sealed."""
        return UploadStore(self.foundation.keyring, self.foundation.audit, self.foundation.clock)

    @cached_property
    def uploads(self) -> Uploads:
        """Takes uploaded files in and gives them to sources."""
        expanded = self.settings.limits.get("upload_expanded_megabytes", 1024)
        return Uploads(self.foundation, self.upload_store, expanded * 1024 * 1024)

    @cached_property
    def mappings(self) -> MappingStore:
        """Mappings of streams."""
        return MappingStore(self.foundation.audit, self.foundation.clock)

    @cached_property
    def loader(self) -> Loader:
        """The matching loader."""
        return Loader(self.foundation.keyring, self.mappings)

    @cached_property
    def looking(self) -> Looking:
        """Looks at the records of streams."""
        base = self.foundation
        return Looking(base, self.connections, self.connecting, self.runner, self.loader, self.suggest)

    @cached_property
    def previewing(self) -> Previewing:
        """Sample records on their way to people."""
        return Previewing(self.foundation, self.decisions)

    @cached_property
    def resolver(self) -> Resolver:
        """The merge engine."""
        base, settings = self.foundation, self.settings
        shipped = MatchSettings(Model())
        with reading(base.engine) as connection:
            version, lines = newest(connection)
        return Resolver(
            base.keyring,
            base.clock,
            base.audit,
            shipped if lines is None else under(shipped, lines),
            survivorship=self.policies,
            ownership=ownership_rules.policy_from_settings(settings.ownership),
            auto_unmerge=unmerge_from_settings(settings.unmerge),
            version=version,
        )

    @cached_property
    def policies(self) -> Policies:
        """Versions of the survivorship policy."""
        return Policies(self.settings.survivorship, self.source_kinds)

    @cached_property
    def surviving(self) -> Surviving:
        """Golden values made when they are asked for."""
        return Surviving(self.foundation.keyring, self.foundation.clock, self.policies)

    @property
    def source_kinds(self) -> dict[str, str]:
        """Kinds of sources by connection: forms and manual entry are known, ``trust`` in ingot.yaml tells the rest."""
        forms = {f"form:{name}": "form" for name in self.settings.forms}
        return {MANUAL: "manual", **forms, **self.settings.trust}

    @cached_property
    def reconciler(self) -> Reconciler:
        """Resolves what landed."""
        return Reconciler(self.foundation, self.loader, self.resolver)

    @cached_property
    def maintaining(self) -> Maintaining:
        """Maintenance of matching."""
        return Maintaining(self.foundation, self.resolver)

    @cached_property
    def ingest(self) -> Ingest:
        """Runs syncs."""
        return Ingest(self.foundation, self.runner)

    @cached_property
    def flows(self) -> Flows:
        """What the worker does."""
        return Flows(
            self.foundation,
            self.connecting,
            self.ingest,
            self.reconciler,
            self.loader,
            self.mappings,
            self.suggest,
            self.maintaining,
        )

    @staticmethod
    def suggest(name: str, samples: Sequence[str]) -> tuple[str, float]:
        """The attribute that a field seems to be, from its name and values, and how sure that is."""
        found = suggest(name, samples)
        return found.attribute, found.confidence

    @cached_property
    def worker(self) -> Worker:
        """Does the jobs of the queue."""
        handlers = {**self.flows.handlers(), SURVIVE: self.survivorship.follow}
        return Worker(self.engine, self.foundation.queue, self.foundation.clock, handlers)

    @cached_property
    def survivorship(self) -> Survivorship:
        """Versions of the survivorship policy."""
        return Survivorship(self.foundation, self.decisions, self.resolver, self.surviving, self.rights)

    @cached_property
    def expiry(self) -> Expiry:
        """Ends decisions whose time is over."""
        return Expiry(self.foundation, self.resolver)

    @cached_property
    def scheduler(self) -> Scheduler:
        """Queues syncs that are due."""
        return Scheduler(self.foundation.queue, self.foundation.clock)

    @cached_property
    def runs(self) -> Runs:
        """Runs of connections."""
        return Runs(self.foundation.audit, self.foundation.clock)

    @cached_property
    def quarantine(self) -> Quarantine:
        """Rejected records."""
        return Quarantine(self.foundation)

    @cached_property
    def entries(self) -> Entries:
        """Records that arrive one at a time."""
        return Entries(self.foundation)

    @cached_property
    def disclosure(self) -> Disclosure:
        """The way of golden records to people and other systems."""
        return Disclosure(
            self.foundation,
            self.decisions,
            self.people,
            holders_now,
            self.surviving,
            self.settings.limits.get("remembered_answers_mb", REMEMBERED_MB),
        )

    @cached_property
    def rights(self) -> Rights:
        """Decisions about single golden records."""
        return Rights(self.foundation, self.decisions, self.people)

    @cached_property
    def review(self) -> ReviewServices:
        """Evidence and the stewards' queue."""
        base = ReviewBase(self.foundation, self.decisions, self.rights, self.resolver)
        return review_services(base, self.settings.origin)

    @cached_property
    def rebuild(self) -> Rebuild:
        """Recomputes golden records from source records."""
        return Rebuild(self.foundation, self.loader, self.resolver)

    def denied(
        self, principal: Principal, action: str, decision: Decision, purpose: str = "", request_id: str = ""
    ) -> IngotError:
        """Write a refusal to the log and give the error to raise."""
        error, event = self.refusal(principal, action, decision, purpose, request_id)
        with unit_of_work(self.engine) as connection:
            self.foundation.audit.append(connection, event)
        return error

    @staticmethod
    def refusal(
        principal: Principal, action: str, decision: Decision, purpose: str = "", request_id: str = ""
    ) -> tuple[IngotError, Event]:
        """The error to raise for a refusal, and the event to append before."""
        refused = decision if isinstance(decision, Refused) else Refused("policy.denied", "This is not allowed.")
        event = Event(
            action=Action.DISCLOSURE_DENIED,
            actor=principal.actor,
            role=",".join(sorted(principal.roles)),
            object_type="action",
            object_id=action,
            purpose=purpose,
            decision="deny",
            policies=refused.policies,
            details={"code": refused.code},
            request_id=request_id,
        )
        return Denied(refused.code, refused.reason, action=action), event

    def close(self) -> None:
        """Give what was audited its place in the tree, then let go of the database."""
        try:
            self.sequencer.sequence_all()
        except Exception as error:  # noqa: BLE001  what was done is done; its place in the tree can wait for the next run
            log_quietly("audit", "not sequenced", error)
        finally:
            self.engine.dispose()


@contextmanager
def open_services(workspace: Path, clock: Clock | None = None) -> Iterator[Services]:
    """The services of a workspace; leaving the block sequences the audit log."""
    settings = load_settings(workspace)
    configure_logs(settings.logs)
    clock = clock or Clock()
    key_engine = make_engine(settings.keys_url)
    store = KeyStore(key_engine)
    store.prepare()
    keyring = Keyring(load_root_keys(settings), store, clock.now)
    engine = make_engine(settings.database_url)
    services = Services(settings, Foundation(engine, keyring, AuditLog(clock), clock, Queue(clock)))
    collect_less()
    try:
        yield services
    finally:
        services.close()
        key_engine.dispose()
