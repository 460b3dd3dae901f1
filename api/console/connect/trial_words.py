"""The steps of a trial in words: what each is, how it went, and what to do where it failed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.console.words import marked as _
from sync.trial import Step, StepState, Tried

TITLES: Mapping[Step, str] = {
    Step.START: _("Start the source and ask for its settings"),
    Step.SETTINGS: _("Settings fit"),
    Step.RESOLVE: _("Name of the host (DNS)"),
    Step.CONNECT: _("Connection to the port (TCP)"),
    Step.SECURE: _("Encryption and certificate (TLS)"),
    Step.CHECK: _("The source accepts the settings"),
    Step.DISCOVER: _("Streams are found"),
    Step.SAMPLE: _("A first record is read"),
}
KINDS: Mapping[StepState, str] = {
    StepState.WAITING: "idle",
    StepState.BUSY: "busy",
    StepState.GOOD: "good",
    StepState.BAD: "bad",
    StepState.PASSED_OVER: "off",
}
FIXES: Mapping[str, str] = {
    "trial.settings": _("Mend the settings that are marked in the form."),
    "trial.resolve": _("No address is known for this host: check its spelling, and the DNS of this machine."),
    "trial.connect": _("Nothing answers there: check host and port, the firewall, and that the system runs."),
    "trial.egress": _(
        "The rules for the way out do not allow this address: an administrator can allow it under egress in ingot.yaml."
    ),
    "trial.certificate": _("Its certificate is not trusted: renew it, or add its authority to this machine."),
    "trial.secure": _("It does not speak TLS on this port: check the port, and the versions it allows."),
    "trial.check": _("The system refuses: check user, password or token, and their rights."),
    "trial.no_streams": _("There is nothing to read: check the path, the schema, and what the user may see."),
    "trial.sample": _("Reading failed: check the rights to read, and the format of what is read."),
    "source.timeout": _("It took too long: check that its system can be reached, or raise the limit."),
    "source.silent": _("It sent nothing for too long: look whether its system answers."),
    "source.failed": _("The source ended by itself: what it says tells why."),
}
_OTHER = _("Look at what it says; the log of the gateway has more.")
# What a step that had nothing to do is told as.
NOTHING: Mapping[Step, str] = {
    Step.RESOLVE: _("no host is named in the settings"),
    Step.CONNECT: _("no host is named in the settings"),
    Step.SECURE: _("no port with TLS is named in the settings"),
    Step.SAMPLE: _("the first streams hold no record yet"),
}
FACTS: Mapping[str, str] = {
    "settings": _("%(value)s settings"),
    "hosts": "%(value)s",
    "ports": "%(value)s",
    "tls": "%(value)s",
    "streams": _("%(value)s streams"),
    "stream": _("stream %(value)s"),
    "fields": _("%(value)s fields"),
}


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step as it is drawn; ``facts`` are pairs of an English key and its value."""

    kind: str
    title: str
    milliseconds: int | None
    facts: tuple[tuple[str, object], ...]
    nothing: str
    code: str
    where: str
    message: str
    fix: str


def told_steps(steps: Sequence[Tried]) -> list[ToldStep]:
    """The steps in their order."""
    failed = any(one.state is StepState.BAD for one in steps)
    return [_told(one, after_failure=failed) for one in steps]


def _told(one: Tried, *, after_failure: bool) -> ToldStep:
    passed = one.state is StepState.PASSED_OVER
    nothing = NOTHING.get(one.step, "") if passed and one.seconds is not None else ""
    if passed and one.seconds is None and after_failure:
        nothing = _("not tried")
    # Of what was tried here the message names the place; of all else it is what somebody else says.
    ours = one.code in {"trial.settings", "trial.resolve", "trial.connect", "trial.certificate", "trial.secure"}
    return ToldStep(
        kind=KINDS[one.state],
        title=TITLES[one.step],
        milliseconds=None if one.seconds is None or passed else round(one.seconds * 1000),
        facts=tuple((FACTS[name], value) for name, value in (one.facts or {}).items() if name in FACTS),
        nothing=nothing,
        code=one.code,
        where=one.message if ours else "",
        message="" if ours else one.message,
        fix=FIXES.get(one.code, _OTHER) if one.code else "",
    )
