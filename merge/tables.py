"""The rows of the merge engine. Personal values stand in sealed columns; match keys and tokens are keyed hashes."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, and_, text

from core.database import JsonText, Serial, Utc, metadata

_ID = String(80)

# One row a source record, live or gone: every record id resolves for ever.
merge_record = Table(
    "merge_record",
    metadata,
    Column("record_id", _ID, primary_key=True),
    Column("source", Text, nullable=False),
    Column("asserted_at", Utc, nullable=False),
    Column("first_seen", BigInteger, nullable=False, comment="number of the record: the order records came in"),
    Column("digest", LargeBinary, nullable=False, comment="keyed hash of the record, to know it unchanged"),
    Column("subject_id", _ID),
    Column("is_item", Boolean, nullable=False),
    Column("sections", JsonText, nullable=False),
    Column("extra", JsonText, nullable=False),
    Column("verified", JsonText, nullable=False, comment="kind and keyed hash of each identifier that proves identity"),
    Column("sealed_values", LargeBinary, comment="sealed: attribute values as the source gave them"),
    Column("sealed_standard", LargeBinary, comment="sealed: the same in standard form"),
    Column("sealed_features", LargeBinary, comment="sealed: what it is compared by"),
    Column("golden_id", _ID),
    Column("removed_at", Utc),
    Column("forward_to", _ID, comment="record that held the preferred id when this one left"),
    Column("match_keys", LargeBinary, comment="packed: its rows in merge_key, with the kinds they are of"),
    Column("shared", LargeBinary, comment="packed: its rows in merge_shared"),
    Column("tokens", LargeBinary, comment="packed: its rows in merge_index"),
    Column(
        "recorded_at", Utc, comment="since when the values that stand are known here; none: since before it was kept"
    ),
    Column("joined_at", Utc, comment="since when it belongs to its golden record; none: since before it was kept"),
    Column("entity", String(16), comment="person or organization; none: taken in before that was kept"),
    # A record comes in before its golden record is known, and most describe no other: those would all be written here.
    Index(
        None, "golden_id", sqlite_where=text("golden_id IS NOT NULL"), postgresql_where=text("golden_id IS NOT NULL")
    ),
    Index(
        None, "subject_id", sqlite_where=text("subject_id IS NOT NULL"), postgresql_where=text("subject_id IS NOT NULL")
    ),
    Index(None, "first_seen", unique=True),
)

# Keys, values and tokens are keyed hashes of 64 bits, records stand by their numbers: what many records write is small,
# and has no second index because each record knows its own rows.
merge_key = Table(
    "merge_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Keys that so many records hold that they say nothing alone. Frozen: changed only by a maintenance step, which is
# audited.
merge_hub = Table(
    "merge_hub",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
)

# Telephones and mailboxes by the names that their holders bear (0: none that counts).
merge_shared = Table(
    "merge_shared",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("name", BigInteger, primary_key=True, autoincrement=False),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Those of the values that more people hold than one customer can be.
merge_generic = Table(
    "merge_generic",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Utc, nullable=False),
)

merge_edge = Table(
    "merge_edge",
    metadata,
    Column("left_id", _ID, primary_key=True),
    Column("right_id", _ID, primary_key=True),
    Column("weight", Integer, nullable=False, comment="thousandths of a bit"),
    Column("verdict", String(16), nullable=False),
    Column("rule", String(80), nullable=False),
    Index(None, "right_id"),
    sqlite_with_rowid=False,
)

# What two records are to each other where it is not one customer; parent before branch.
merge_relation = Table(
    "merge_relation",
    metadata,
    Column("left_id", _ID, primary_key=True),
    Column("right_id", _ID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Index(None, "right_id"),
    sqlite_with_rowid=False,
)

# What people decided about pairs; never deleted, only lifted.
merge_constraint = Table(
    "merge_constraint",
    metadata,
    Column("constraint_id", _ID, primary_key=True),
    Column("left_id", _ID, nullable=False),
    Column("right_id", _ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason_code", String(80), nullable=False),
    Column("note", LargeBinary, comment="sealed under the key of the left record: free text"),
    Column("at", Utc, nullable=False),
    Column("lifted_at", Utc),
    Column("lifted_by", Text),
    Column("expires_at", Utc),
    Index(None, "left_id"),
    Index(None, "right_id"),
    Index(
        None, "expires_at", sqlite_where=text("expires_at IS NOT NULL"), postgresql_where=text("expires_at IS NOT NULL")
    ),
)

# What records said before: known from ``since`` (none: from the beginning) until ``until``. Sealed with the key of the
# record, so that destroying the key destroys its past.
merge_record_past = Table(
    "merge_record_past",
    metadata,
    Column("record_id", _ID, primary_key=True),
    Column("until", Utc, primary_key=True),
    Column("since", Utc),
    Column("source", Text, nullable=False),
    Column("asserted_at", Utc, nullable=False),
    Column("extra", JsonText, nullable=False),
    Column("sealed_values", LargeBinary, nullable=False, comment="sealed: attribute values as the source gave them"),
)

# Which golden records held records before.
merge_member_past = Table(
    "merge_member_past",
    metadata,
    Column("record_id", _ID, primary_key=True),
    Column("until", Utc, primary_key=True),
    Column("since", Utc),
    Column("golden_id", _ID, nullable=False),
    Index(None, "golden_id"),
)

# Values that a person set over what the sources say, and values that may not win. Never deleted, only lifted.
merge_pin = Table(
    "merge_pin",
    metadata,
    Column("pin_id", _ID, primary_key=True),
    Column("anchor_id", _ID, nullable=False, comment="the golden id it was set on: it goes wherever that record goes"),
    Column("attribute", String(120), nullable=False),
    Column("kind", String(8), nullable=False, comment="pin or ignore"),
    Column("sealed_value", LargeBinary, nullable=False, comment="sealed under the key of the anchor"),
    Column("basis", LargeBinary, comment="keyed hash of what the sources said when it was set or last looked at"),
    Column("on_source_change", String(8), nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason_code", String(80), nullable=False),
    Column("note", LargeBinary, comment="sealed under the key of the anchor: free text"),
    Column("at", Utc, nullable=False),
    Column("expires_at", Utc),
    Column("lifted_at", Utc),
    Column("lifted_by", Text),
    Index(None, "anchor_id"),
    Index(
        None, "expires_at", sqlite_where=text("expires_at IS NOT NULL"), postgresql_where=text("expires_at IS NOT NULL")
    ),
)

# Every survivorship policy that was ever in force; the newest is.
merge_policy = Table(
    "merge_policy",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("name", String(80), nullable=False),
    Column("content", JsonText, nullable=False),
    Column("origin", String(8), nullable=False, comment="file: ingot.yaml; set: by a person"),
    Column("actor", Text, nullable=False),
    Column("reason_code", String(80), nullable=False),
    Column("at", Utc, nullable=False),
    Column("applied_at", Utc, comment="since when every golden record that is kept was made by it or a later one"),
)

merge_golden = Table(
    "merge_golden",
    metadata,
    Column("golden_id", _ID, primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("members", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="keyed hash of golden values and member ids"),
    Column("cache_key_id", _ID),
    Column("cache", LargeBinary, comment="sealed under a key of its own: golden values with lineage"),
    Column("changed_at", Utc, nullable=False),
    Index(None, "active", "changed_at"),
)

# Keys of caches that were replaced; destroyed once the transaction that replaced them has lasted.
merge_retired_key = Table(
    "merge_retired_key",
    metadata,
    Column("key_id", _ID, primary_key=True),
    Column("at", Utc, nullable=False),
    sqlite_with_rowid=False,
)

# Which record id was published as a golden record's preferred id, in order.
merge_publication = Table(
    "merge_publication",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("golden_id", _ID, nullable=False, unique=True),
    Column("at", Utc, nullable=False),
    sqlite_autoincrement=True,
)

merge_event = Table(
    "merge_event",
    metadata,
    Column("event_id", _ID, primary_key=True),
    Column("golden_id", _ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("ids", JsonText, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "golden_id", "at"),
)

# The feed of changes that downstream systems follow.
merge_change = Table(
    "merge_change",
    metadata,
    Column("sequence", Serial, primary_key=True, autoincrement=True),
    Column("golden_id", _ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("attributes", JsonText, nullable=False),
    Column("ids", JsonText, nullable=False, comment="losers of a merge, parts of a split"),
    Index(None, "golden_id", "sequence"),
    sqlite_autoincrement=True,
)

# Keyed tokens to find golden records by: exact identifiers and pieces of names. By record, so that a merge or a
# split moves nothing here.
merge_index = Table(
    "merge_index",
    metadata,
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("record", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# Orders, calls, complaints: they belong to a record and so go with it through merges and splits.
merge_item = Table(
    "merge_item",
    metadata,
    Column("record_id", _ID, primary_key=True),
    Column("section", String(32), primary_key=True),
    Column("subject_id", _ID, nullable=False),
    Column("occurred_at", Utc, nullable=False),
    Index(None, "subject_id", "section", "occurred_at"),
)

merge_owner = Table(
    "merge_owner",
    metadata,
    Column("assignment_id", _ID, primary_key=True),
    Column("golden_id", _ID, nullable=False),
    Column("scope", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("holder", String(200), nullable=False),
    Column("permission", String(8), nullable=False),
    Column("valid_from", Utc, nullable=False),
    Column("valid_to", Utc),
    Column("recorded_from", Utc, nullable=False),
    Column("recorded_to", Utc),
    Column("cause", String(16), nullable=False),
    Column("end_cause", String(16)),
    Column("rule_ref", String(120)),
    Column("decision_id", _ID, nullable=False),
    Column("reason_code", String(80), nullable=False),
    Column("locked_until", Utc),
    Index(None, "golden_id", "valid_to"),
    Index(None, "holder", "valid_to"),
)

# The half of invariant OWN1 that a database can hold: never two open primary holders of one scope.
Index(
    "uq_merge_owner_open_primary",
    merge_owner.c.golden_id,
    merge_owner.c.scope,
    unique=True,
    sqlite_where=and_(merge_owner.c.role == "primary", merge_owner.c.valid_to.is_(None)),
    postgresql_where=and_(merge_owner.c.role == "primary", merge_owner.c.valid_to.is_(None)),
)

merge_owner_decision = Table(
    "merge_owner_decision",
    metadata,
    Column("decision_id", _ID, primary_key=True),
    Column("golden_id", _ID, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("actor", Text, nullable=False),
    Column("rule_ref", String(120), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("inputs", LargeBinary, nullable=False, comment="keyed hash of the facts the rules read"),
    Column("evaluated", JsonText, nullable=False, comment="outcome of each condition by rule; no values"),
    Column("candidates", JsonText, nullable=False),
    Column("cursor_before", JsonText),
    Column("cursor_after", JsonText),
    Column("holder", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", LargeBinary, comment="sealed under the key of the golden record's first record: free text"),
    Column("at", Utc, nullable=False),
    Index(None, "golden_id", "at"),
)

# Where a balancing rule stands; moved in the transaction of the assignment it gave.
merge_owner_cursor = Table(
    "merge_owner_cursor",
    metadata,
    Column("rule_ref", String(120), primary_key=True),
    Column("state", JsonText, nullable=False),
)

# What waits for a steward. The id is made of the kind and what it is about: one thing is one item.
merge_review = Table(
    "merge_review",
    metadata,
    Column("item_id", _ID, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("subjects", JsonText, nullable=False, comment="record ids"),
    Column("about", String(120), nullable=False, comment="what tells it from other items about the same records"),
    Column("detail", JsonText, nullable=False, comment="names, rules and figures; no values of persons"),
    Column("between", String(24), nullable=False, comment="whether stewards confirmed the two before: new_new ..."),
    Column("weight", Integer, comment="what the machine gave, thousandths of a bit"),
    Column("verdict", String(16), nullable=False, comment="the machine's"),
    Column("priority", Integer, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until", Utc),
    Column("deferred_until", Utc),
    Column("decision_id", _ID, comment="the decision that ended it, or that waits for a second person"),
    Column("closed_at", Utc),
    Column("cause", String(32), comment="why it ended"),
    Index(None, "state", "priority", "opened_at"),
)

merge_review_subject = Table(
    "merge_review_subject",
    metadata,
    Column("record_id", _ID, primary_key=True),
    Column("item_id", _ID, primary_key=True),
    sqlite_with_rowid=False,
)

# What stewards decided, never changed but for what ended it.
merge_review_decision = Table(
    "merge_review_decision",
    metadata,
    Column("decision_id", _ID, primary_key=True),
    Column("item_id", _ID, nullable=False),
    Column("state", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("records", JsonText, nullable=False, comment="the records it was said of"),
    Column("actor", Text, nullable=False),
    Column("reason_code", String(80), nullable=False),
    Column("note", LargeBinary, comment="sealed under the key of the first record: free text"),
    Column("at", Utc, nullable=False),
    Column("blind", Boolean, nullable=False, comment="whether the machine's verdict was hidden from who decided"),
    Column("verdict", String(16), nullable=False, comment="the machine's at that time"),
    Column("weight", Integer),
    Column("second", Text, comment="who had the second look"),
    Column("second_at", Utc),
    Column("before", JsonText, nullable=False, comment="golden ids of the records before"),
    Column("after", JsonText, nullable=False, comment="golden ids of the records after"),
    Column("made", JsonText, nullable=False, comment="ids of the constraints it made or lifted"),
    Column("ended_at", Utc),
    Column("ended_by", Text),
    Index(None, "item_id"),
    Index(None, "at"),
)
