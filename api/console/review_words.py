"""What the queue's kinds, bands and reasons are called, as keys for translation. Pure."""

from collections.abc import Mapping

from api.console.words import marked as _
from sync.asking import WHY

QUESTIONS: Mapping[str, str] = {
    "pair": _("Are these one customer?"),
    "conflict": _("One customer, or two with much in common?"),
    "stale_pin": _("Does the pinned value still hold?"),
    "split": _("Should this customer be taken apart?"),
    "dispute": _("Whose customer is this?"),
    "qa": _("Was the machine right to merge these?"),
}
KINDS: Mapping[str, str] = {
    "pair": _("possible duplicate"),
    "conflict": _("conflict"),
    "stale_pin": _("pinned value"),
    "split": _("taking apart"),
    "dispute": _("two owners"),
    "qa": _("sample of merges"),
}
BANDS: Mapping[str, str] = {
    "auto": _("merge"),
    "review": _("a person must look"),
    "no": _("no match"),
    "conflict": _("conflict"),
    "": _("no verdict"),
}
BAND_KINDS: Mapping[str, str] = {"auto": "good", "review": "warn", "no": "off", "conflict": "bad", "": "idle"}
"""Kinds of states (``ui.state``) of bands."""
BETWEEN: Mapping[str, str] = {
    "": "–",  # noqa: RUF001 - a dash for what is not known
    "new_new": _("nobody confirmed either"),
    "new_confirmed": _("people confirmed one of them"),
    "confirmed_confirmed": _("people confirmed both"),
}
STATES: Mapping[str, str] = {
    "open": _("open"),
    "waiting": _("waits for a second person"),
    "decided": _("decided"),
    "closed": _("its reason is gone"),
}
DECISIONS: Mapping[str, str] = {
    "merge": _("one customer"),
    "apart": _("two customers"),
    "split": _("taken apart"),
    "confirm": _("confirmed"),
    "ask_owner": _("the owner was asked"),
    "unpin": _("follows the sources again"),
    "assign": _("the other owner has it now"),
}
BECAME: Mapping[str, str] = {
    "done": _("in force"),
    "proposed": _("proposed"),
    "refused": _("refused by the second person"),
    "undone": _("taken back"),
    "asked": _("asked"),
}
FORBIDS: Mapping[str, str] = {
    "identifiers": _("Two different verified identifiers: the machine never merges them."),
    "size": _("Together they would be larger than a customer may be."),
    "band": _("Sure enough by the general line, not by the line for customers of this kind."),
    "confirmed": _("People confirmed both customers: the machine does not merge them by itself."),
}
SECOND: Mapping[str, str] = {
    "verified_identifier": _("a verified identifier is among the records"),
    "many_records": _("there are more than five records"),
    "two_owners": _("they have two owners"),
}
REASONS: Mapping[str, str] = {
    "looked_at": _("I looked at both"),
    "same_person": _("the same person"),
    "same_company": _("the same company"),
    "two_people": _("two people"),
    "namesakes": _("namesakes"),
    "one_household": _("one household"),
    "shared_contact": _("a shared telephone or mailbox"),
    "branch": _("a company and its branch"),
    "wrong_data": _("wrong data"),
}
ABOUT_VALUES: Mapping[str, str] = {
    "looked_at": _("I looked at both"),
    "customer_said": _("the customer said so"),
    "source_is_right": _("the source is right"),
    "source_is_wrong": _("the source is wrong"),
    "out_of_date": _("it is out of date"),
}
ABOUT_OWNERS: Mapping[str, str] = {
    "looked_at": _("I looked at both"),
    "knows_customer": _("knows the customer"),
    "territory": _("the customer is in their territory"),
    "owners_agreed": _("the owners agreed"),
}
EVERY_REASON: Mapping[str, str] = {**ABOUT_VALUES, **ABOUT_OWNERS, **REASONS, "owner_asked": _("the owner was asked")}
ANSWERS: Mapping[str, str] = {
    "same": _("It is one customer"),
    "different": _("They are two customers"),
    "holds": _("The value still holds"),
    "changed": _("The sources are right"),
    "mine": _("The customer is mine"),
    "others": _("It is the other owner's"),
    "unknown": _("I do not know"),
}
ANSWER_LOOKS: Mapping[str, tuple[str, str, str]] = {
    "same": ("good", "git-merge", "m"),
    "different": ("bad", "users", "a"),
    "holds": ("good", "check", "c"),
    "changed": ("bad", "refresh", "f"),
    "mine": ("good", "user", "c"),
    "others": ("bad", "users", "o"),
    "unknown": ("idle", "x", "w"),
}
"""The kind of state (``ui.state``), the icon and the key of each answer; the keys are those of the like decisions."""
RELATIONS: Mapping[str, tuple[str, str]] = {
    "equal": (_("the same"), "equal"),
    "close": (_("alike"), "close"),
    "different": (_("different"), "different"),
    "alone": (_("only one"), "alone"),
}
EVENTS: Mapping[str, str] = {
    "transactions": _("Transactions"),
    "interactions": _("Interactions"),
    "feedback": _("Feedback"),
}
SAID: Mapping[str, str] = {
    "must_link": _("said to be one customer"),
    "cannot_link": _("said to be two customers"),
    "review": _("no longer kept apart: a person decides"),
}
"""What people said of pairs."""


def reasons_of(kind: str) -> Mapping[str, str]:
    """The reasons that fit a kind of item."""
    return {"stale_pin": ABOUT_VALUES, "dispute": ABOUT_OWNERS}.get(kind, REASONS)


def owner_reasons_of(kind: str) -> Mapping[str, str]:
    """The reasons that an owner can give for an answer, the plainest first."""
    return {WHY: EVERY_REASON[WHY], **{code: text for code, text in reasons_of(kind).items() if code != "looked_at"}}
