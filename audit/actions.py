"""The closed vocabulary of audited actions: one file an auditor reads to know what can stand in the log.

A member is named ``SUBJECT_VERB`` for the value ``subject.verb``. Members are added, never renamed or reused: old
entries keep their meaning for ever. ``docs/reference/audit-actions.md`` says of each when it is written.
"""

from enum import StrEnum


class Action(StrEnum):
    """What was done, as ``subject.verb``."""

    WORKSPACE_CREATED = "workspace.created"
    CONFIGURATION_APPLIED = "configuration.applied"
    SCHEMA_UPGRADED = "schema.upgraded"
    BACKUP_CREATED = "backup.created"
    BACKUP_RESTORED = "backup.restored"

    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    USER_DISABLED = "user.disabled"
    USER_AUTHENTICATED = "user.authenticated"
    USER_REFUSED = "user.refused"
    TOKEN_CREATED = "token.created"  # noqa: S105 - a name of an action, no secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - a name of an action, no secret
    ROLE_ASSIGNED = "role.assigned"
    ROLE_WITHDRAWN = "role.withdrawn"
    POLICY_CHANGED = "policy.changed"
    REQUEST_LIMITED = "request.limited"

    SOURCE_ADDED = "source.added"
    SOURCE_CHANGED = "source.changed"
    SOURCE_REMOVED = "source.removed"
    SOURCE_INSTALLED = "source.installed"
    SOURCE_UNINSTALLED = "source.uninstalled"
    CONNECTION_RECONFIGURED = "connection.reconfigured"
    CONNECTION_RESET = "connection.reset"
    MAPPING_CHANGED = "mapping.changed"
    UPLOAD_STORED = "upload.stored"
    UPLOAD_REMOVED = "upload.removed"

    SYNC_STARTED = "sync.started"
    SYNC_FINISHED = "sync.finished"
    SYNC_FAILED = "sync.failed"
    SYNC_CANCELLED = "sync.cancelled"
    RECORD_LANDED = "record.landed"
    RECORD_QUARANTINED = "record.quarantined"
    RECORD_REPLAYED = "record.replayed"
    RECORD_DISMISSED = "record.dismissed"
    RECORD_ENTERED = "record.entered"
    RECORD_DELETED = "record.deleted"
    RECORD_DISCLOSED = "record.disclosed"
    FORM_RECEIVED = "form.received"
    FORM_REFUSED = "form.refused"
    JOB_FAILED = "job.failed"
    JOB_MATCHED = "job.matched"
    JOB_INDEXED = "job.indexed"

    GOLDEN_CREATED = "golden.created"
    GOLDEN_CHANGED = "golden.changed"
    GOLDEN_MERGED = "golden.merged"
    GOLDEN_SPLIT = "golden.split"
    GOLDEN_REMOVED = "golden.removed"
    GOLDEN_UNMERGED = "golden.unmerged"
    GOLDEN_MERGED_BY_HAND = "golden.merged_by_hand"
    DECISION_LIFTED = "decision.lifted"
    PIN_SET = "pin.set"
    PIN_LIFTED = "pin.lifted"
    SURVIVORSHIP_CHANGED = "survivorship.changed"
    SURVIVORSHIP_SIMULATED = "survivorship.simulated"
    REVIEW_DECIDED = "review.decided"
    OWNER_ASSIGNED = "owner.assigned"
    OWNER_CLAIMED = "owner.claimed"
    OWNER_RELEASED = "owner.released"
    OWNER_TRANSFERRED = "owner.transferred"

    GOLDEN_DISCLOSED = "golden.disclosed"
    GOLDEN_SEARCHED = "golden.searched"
    GOLDEN_EXPORTED = "golden.exported"
    CHANGES_DISCLOSED = "changes.disclosed"
    DISCLOSURE_DENIED = "disclosure.denied"

    KEY_DESTROYED = "key.destroyed"
    KEY_ROTATED = "key.rotated"
    REBUILD_CHECKED = "rebuild.checked"
    AUDIT_SEARCHED = "audit.searched"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_VERIFIED = "audit.verified"
    AUDIT_PRUNED = "audit.pruned"
