"""One pass over a mailbox, and the wait for what arrives after it; lost connections are taken up again.

A message that ends the connection whenever it is fetched would stop a mailbox for ever: it is fetched alone, and set
aside when that has failed three times while the connection itself could be made.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from connectors.broken import broken, broken_marker
from connectors.sources.email.records import parsed, records_of
from connectors.sources.email_imap.folders import chosen
from connectors.sources.email_imap.identity import content_key
from connectors.sources.email_imap.lanes import Lane, MessageLane, RemovalLane
from connectors.sources.email_imap.replies import Listed
from connectors.sources.email_imap.session import ConnectionLost, FolderGone, Found, Refused, Session
from connectors.sources.email_imap.settings import Settings
from connectors.sources.values import ConfigError, TransientError

# Memory for the messages of one answer.
_BATCH_BYTES = 8 * 1024 * 1024
_KEPT_OF_LARGE = 64 * 1024
_TRIES_OF_ONE = 3
_LOSSES_IN_A_ROW = 5
_UNREAD_IN_A_ROW = 20
# How often folders other than the watched one are looked at, and a sign of life is given, in seconds.
_LOOK_EVERY = 60.0
_SIGN_OF_LIFE = 30.0
# Records are committed by the host when the next message comes: soon after them a sign of life follows.
_AFTER_RECORDS = 1.0


@dataclass(frozen=True, slots=True)
class Given:
    """A record of a stream."""

    lane: Lane
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """All records of a stream up to its position were given."""

    lane: Lane


@dataclass(frozen=True, slots=True)
class Alive:
    """Nothing came; the connection stands."""


Event = Given | Mark | Alive


class MailReading:
    """Reads a mailbox for several streams. Single use.

    ``pause`` is the time in seconds before a lost connection is made anew; it doubles with every loss in a row.
    """

    def __init__(
        self,
        settings: Settings,
        lanes: Sequence[Lane],
        *,
        connect: Callable[[Settings], Session] = Session,
        pause: float = 1.0,
    ) -> None:
        self._settings = settings
        self._connect = connect
        self._pause = pause
        self._lanes = lanes
        self._messages = [lane for lane in lanes if isinstance(lane, MessageLane)]
        self._removals = [lane for lane in lanes if isinstance(lane, RemovalLane)]
        self._closed: set[str] = set()
        self._fetching: tuple[str, Sequence[int]] = ("", ())
        self._suspects: dict[tuple[str, int], int] = {}
        self._progress = False
        self._unread_in_a_row = 0
        self._until: float | None = None
        self._said = time.monotonic()

    def events(self) -> Iterator[Event]:
        """Records and marks to the end of the mailbox, then to the end of the watch.

        Raises ConfigError, or TransientError when the server cannot be reached (again).
        """
        losses, connected = 0, False
        while True:
            self._progress = False
            try:
                with closing(self._connect(self._settings)) as session:
                    connected = True
                    yield from self._read(session)
                break
            except (ConnectionLost, Refused) as lost:
                self._suspect()
                losses = 1 if self._progress else losses + 1
                if not connected or losses > _LOSSES_IN_A_ROW or isinstance(lost, Refused):
                    raise self._unreachable(lost) from None
                time.sleep(self._pause * 2 ** (losses - 1))
        if self._closed:
            names = ", ".join(sorted(self._closed))
            raise ConfigError(
                f"These folders are listed but cannot be opened: {names}. Give this user the right to read them, or "
                "name them in 'exclude_folders'. All others were read."
            )

    def _unreachable(self, lost: Exception) -> TransientError:
        where = f"{self._settings.host}:{self._settings.port}"
        if isinstance(lost, Refused):
            return TransientError(f"The server {where} refuses {lost}; try again later, and look at the server's log.")
        return TransientError(
            f"The server {where} cannot be reached, or the connection was lost ({lost}). Check 'host', 'port' and the "
            "network; the next sync goes on where this one stopped."
        )

    def _suspect(self) -> None:
        wire, uids = self._fetching
        for uid in uids:
            self._suspects[wire, uid] = self._suspects.get((wire, uid), 0) + 1
        self._fetching = ("", ())

    def _read(self, session: Session) -> Iterator[Event]:
        yield from self._round(session)
        if self._until is None:
            self._until = time.monotonic() + self._settings.watch
        if self._until > time.monotonic():
            yield from self._watch(session, self._until)
            yield from self._marks(at_least=0)

    def _round(self, session: Session) -> Iterator[Event]:
        """Every folder once."""
        listed = session.folders()
        if not listed:
            # There is an INBOX always (RFC 3501 section 5.1); nothing may be taken for gone by such an answer.
            raise Refused("to list any folder")
        for folder in chosen(listed, self._settings):
            try:
                told = session.status(folder)
                if not all(lane.is_behind_all(folder, told) for lane in self._lanes):
                    yield from self._folder(session, folder, told)
                yield from self._sign_of_life()
            except FolderGone:
                # Listed still, so it was not deleted meanwhile.
                if any(other.wire == folder.wire for other in session.folders()):
                    self._closed.add(folder.name)
        present = {folder.wire for folder in listed}
        for lane in self._lanes:
            for wire in sorted(set(lane.position["folders"]) - present):
                if isinstance(lane, RemovalLane):
                    yield from self._give(lane, lane.without(wire))
                lane.set(wire, None)
        yield from self._marks(at_least=0)

    def _watch(self, session: Session, until: float) -> Iterator[Event]:
        folder = self._watched(session)
        looked, wait = time.monotonic(), _AFTER_RECORDS
        # Reading it leaves it open, with everything before the wait read.
        yield from self._arrived(session, folder)
        while (left := until - time.monotonic()) > 0:
            if session.wait(min(left, wait)):
                yield from self._arrived(session, folder)
                wait = _AFTER_RECORDS
                continue
            yield Alive()
            wait = _SIGN_OF_LIFE
            if time.monotonic() - looked >= _LOOK_EVERY:
                yield from self._round(session)
                yield from self._arrived(session, folder)
                looked = time.monotonic()

    def _arrived(self, session: Session, folder: Listed) -> Iterator[Event]:
        try:
            yield from self._folder(session, folder, {})
        except FolderGone:
            raise ConnectionLost("EXAMINE") from None
        yield from self._marks(at_least=1)

    def _watched(self, session: Session) -> Listed:
        wanted = self._settings.watch_folder
        for folder in chosen(session.folders(), self._settings):
            if folder.name == wanted or folder.name == wanted.upper() == "INBOX":
                return folder
        raise ConfigError(f"The folder '{wanted}' of 'watch_folder' is not among the folders that are read; change it.")

    def _folder(self, session: Session, folder: Listed, told: Mapping[str, int]) -> Iterator[Event]:
        """What is new and what is gone in a folder; ``told`` is what STATUS said of it just before."""
        opened = session.open(folder)
        starts = [lane.last(folder, opened.validity) for lane in self._messages]
        known = [lane.last(folder, opened) for lane in self._removals]
        present = session.search(min([*starts, *known], default=0), self._settings.since)
        left = (uid for uid in present if starts and uid > min(starts))
        while part := list(islice(left, self._settings.batch)):
            found = session.sizes(part)
            missing = set(part) - set(found)
            if missing & set(session.search(min(missing) - 1, None) if missing else ()):
                raise Refused("to tell the size of messages that are there")
            for group in self._groups(folder, found):
                yield from self._group(session, folder, opened.validity, group, found)
            # Those that are gone meanwhile are passed too.
            self._pass(folder, opened.validity, part[-1])
            yield from self._sign_of_life()
        for removal in self._removals:
            since = removal.asks_since(folder, opened)
            vanished = None if since is None else session.vanished(since)
            records, stands = removal.compare(folder, opened, present, vanished)
            yield from self._give(removal, records)
            removal.set(folder.wire, {**stands, "told": dict(told)})

    def _groups(self, folder: Listed, found: Mapping[int, Found]) -> Iterator[list[int]]:
        """Which messages are fetched together: few bytes at once, and those under suspicion alone."""
        group: list[int] = []
        size = 0
        for uid in sorted(found):
            alone = found[uid].size > self._settings.max_message or (folder.wire, uid) in self._suspects
            if group and (alone or size + found[uid].size > _BATCH_BYTES):
                yield group
                group, size = [], 0
            if alone:
                yield [uid]
            else:
                group.append(uid)
                size += found[uid].size
        if group:
            yield group

    def _group(
        self, session: Session, folder: Listed, validity: int, group: Sequence[int], found: Mapping[int, Found]
    ) -> Iterator[Event]:
        wanted = [uid for uid in group if not self._is_too_old(found[uid])]
        raws = self._fetch(session, folder, wanted, found)
        for uid in group:
            if uid in raws:
                raw = raws[uid]
                self._unread_in_a_row = 0 if raw is not None else self._unread_in_a_row + 1
                made = self._made(raw, found[uid].size) if raw is not None else self._unreadable(folder, validity, uid)
                location = {"folder": folder.name, "folder_uidvalidity": validity, "folder_uid": uid}
                for lane in self._messages:
                    if uid > lane.last(folder, validity):
                        yield from self._give(lane, [_placed(lane, record, location) for record in made[lane.name]])
            self._pass(folder, validity, uid)
            self._progress = True
            yield from self._marks(at_least=self._settings.checkpoint_interval)

    def _is_too_old(self, found: Found) -> bool:
        since = self._settings.since
        return since is not None and found.arrived is not None and found.arrived.date() < since

    def _fetch(
        self, session: Session, folder: Listed, uids: Sequence[int], found: Mapping[int, Found]
    ) -> dict[int, bytes | None]:
        """The bytes of messages; None for one the server cannot give, nothing for one that is gone."""
        if not uids:
            return {}
        if any(self._suspects.get((folder.wire, uid), 0) >= _TRIES_OF_ONE for uid in uids):
            return dict.fromkeys(uids)
        largest = max(found[uid].size for uid in uids)
        first = _KEPT_OF_LARGE if largest > self._settings.max_message else None
        self._fetching = (folder.wire, uids)
        try:
            raws: dict[int, bytes | None] = {**session.bodies(uids, first or largest, first=first)}
        except Refused:
            raws = {}
        self._fetching = ("", ())
        for uid in uids if len(uids) > 1 else ():
            # One that a server cannot give must not take the others with it.
            if uid not in raws:
                raws.update(self._fetch(session, folder, [uid], found))
        if len(uids) == 1 and not raws and uids[0] in session.search(uids[0] - 1, None)[:1]:
            return {uids[0]: None}
        return raws

    def _made(self, raw: bytes, size: int) -> Mapping[str, list[dict[str, Any]]]:
        key = content_key(raw)
        if size > self._settings.max_message:
            reason = (
                f"The message is larger than {self._settings.max_message} bytes; its beginning is kept. To read it, "
                "raise 'max_message_bytes', remove the connection and add it again."
            )
            return {lane.name: [broken(reason, raw, file=key)] for lane in self._messages}
        mail = parsed(raw)
        return {lane.name: records_of(lane.name, mail, raw, key, self._settings.own) for lane in self._messages}

    def _unreadable(self, folder: Listed, validity: int, uid: int) -> Mapping[str, list[dict[str, Any]]]:
        if self._unread_in_a_row > _UNREAD_IN_A_ROW:
            # No run of bad messages, but a server that gives nothing at all: they are read by a later sync.
            raise TransientError(
                f"The server gives no message of the folder '{folder.name}'; try again later, or name it in "
                "'exclude_folders'."
            )
        reason = "The server cannot give this message; look at it there (folder, UIDVALIDITY and UID are kept sealed)."
        where = f"{folder.name}\t{validity}\t{uid}".encode()
        return {lane.name: [broken(reason, where, file=f"UID {uid}")] for lane in self._messages}

    def _give(self, lane: Lane, records: Sequence[Mapping[str, Any]]) -> Iterator[Event]:
        for record in records:
            lane.since += 1
            yield Given(lane, record)

    def _pass(self, folder: Listed, validity: int, uid: int) -> None:
        for lane in self._messages:
            if uid > lane.last(folder, validity):
                lane.behind(folder, validity, uid)

    def _sign_of_life(self) -> Iterator[Event]:
        # Folders without anything new, and messages too old to be given, must not look like a source that hangs.
        if time.monotonic() - self._said >= _SIGN_OF_LIFE:
            self._said = time.monotonic()
            yield Alive()

    def _marks(self, *, at_least: int) -> Iterator[Event]:
        """A mark of each stream that moved and gave so many records; streams are marked between messages only."""
        for lane in self._lanes:
            if lane.moved and lane.since >= at_least:
                lane.since, lane.moved = 0, False
                yield Mark(lane)


def _placed(lane: Lane, record: dict[str, Any], location: Mapping[str, Any]) -> dict[str, Any]:
    # A broken record stays the same wherever its message lies, so that quarantine holds it once.
    return {**record, **location} if lane.name == "messages" and broken_marker(record) is None else record
