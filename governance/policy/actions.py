"""What may be asked of the decision point: a closed list, the same as in ``schema.cedarschema``."""

from enum import StrEnum


class PolicyAction(StrEnum):
    """Something a principal wants to do, to one golden record or to the workspace."""

    READ = "read"
    VIEW = "view"
    EDIT = "edit"
    MERGE = "merge"
    UNMERGE = "unmerge"
    ASSIGN_OWNER = "assign_owner"
    CLAIM_OWNER = "claim_owner"
    RELEASE_OWNER = "release_owner"
    ANSWER = "answer"

    SEARCH = "search"
    EXPORT = "export"
    VIEW_CHANGES = "view_changes"
    ENTER_RECORD = "enter_record"
    REVIEW = "review"
    HANDLE_PRIVACY_REQUEST = "handle_privacy_request"

    RUN_SYNC = "run_sync"
    VIEW_SYNC = "view_sync"
    CONFIGURE_SOURCE = "configure_source"
    REPLAY_REJECTED = "replay_rejected"
    REBUILD = "rebuild"
    VIEW_RULES = "view_rules"
    MANAGE_RULES = "manage_rules"
    VIEW_POLICY = "view_policy"
    MANAGE_POLICY = "manage_policy"
    VIEW_AUDIT = "view_audit"
    VERIFY_AUDIT = "verify_audit"
    MANAGE_USERS = "manage_users"
    CONFIGURE = "configure"
    VIEW_HEALTH = "view_health"


_A = PolicyAction
# Asked of one golden record.
GOLDEN_ACTIONS = frozenset(
    {_A.READ, _A.VIEW, _A.EDIT, _A.MERGE, _A.UNMERGE, _A.ASSIGN_OWNER, _A.CLAIM_OWNER, _A.RELEASE_OWNER, _A.ANSWER}
)
# Asked of the workspace, and touching personal data, so that a purpose must be named.
PERSONAL_WORKSPACE_ACTIONS = frozenset(
    {_A.SEARCH, _A.EXPORT, _A.VIEW_CHANGES, _A.ENTER_RECORD, _A.REVIEW, _A.HANDLE_PRIVACY_REQUEST}
)
# Asked with a data class.
CLASS_ACTIONS = frozenset({_A.VIEW, _A.EDIT})
PURPOSE_ACTIONS = GOLDEN_ACTIONS | PERSONAL_WORKSPACE_ACTIONS
