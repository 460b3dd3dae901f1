"""The rows of what people say: questions to owners and their answers (sealed), tokens of values set, lines moved."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from core.database import JsonText, Utc, metadata

_ID = String(80)

# One row a golden record whose owner was asked; written once, answered once.
merge_review_question = Table(
    "merge_review_question",
    metadata,
    Column("question_id", _ID, primary_key=True),
    Column("item_id", _ID, nullable=False),
    Column("golden_id", _ID, nullable=False, comment="the golden record whose owner is asked"),
    Column("holder", Text, nullable=False, comment="who is asked: user:..., team:..., dept:..."),
    Column("record_id", _ID, nullable=False, comment="the record whose key seals the words"),
    Column("note", LargeBinary, comment="sealed: the steward's words"),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("answer", String(16), comment="by the kind of the item: same, holds, mine, unknown ..."),
    Column("comment", LargeBinary, comment="sealed: the owner's words"),
    Column("answered_by", Text),
    Column("answered_at", Utc),
    Column("reason_code", String(80), comment="why the owner answers so"),
    Index(None, "item_id"),
    Index(None, "holder", "answer"),
)

# By what pinned values are found; a token is a keyed hash, as in merge_index, and goes when its pin is lifted.
merge_pin_token = Table(
    "merge_pin_token",
    metadata,
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("pin_id", _ID, primary_key=True),
    Index(None, "pin_id"),
    sqlite_with_rowid=False,
)

# The lines that pairs are judged by, version by version; none is ever changed.
merge_match_version = Table(
    "merge_match_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("settings", JsonText, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason_code", String(80), nullable=False),
    Column("shown", JsonText, nullable=False, comment="what was foretold of it when it was taken"),
    Column("at", Utc, nullable=False),
)
