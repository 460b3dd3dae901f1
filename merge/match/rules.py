"""What people can state outright: the deterministic rule pack cn-customer-v1.

A rule that *supports* sets the least that a pair is worth; a rule that *caps* says that, whatever the weights add up
to, a steward must look (a name and an address alone, a telephone under two names); one that *bounds* says the same and
leaves weaker pairs as weak as they are (a company at two places); a *veto* keeps two records apart; a *relation* is not
identity (a branch and its parent).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from math import log2

from merge.match.comparisons import compare_group
from merge.match.features import READ, Alternative, Feature, Features
from merge.match.model import CERTAIN
from merge.match.name_comparison import compare_names
from merge.match.name_relations import NameRelation, name_relation
from merge.match.outcomes import Frequency, Level
from merge.match.similarity import closeness
from merge.standardise.branches import branches_differ
from merge.standardise.handles import is_account
from merge.standardise.identifiers import VERIFIED_KINDS
from merge.standardise.phones import MASK
from merge.standardise.text import vocabulary

SHARED_MAILBOXES = vocabulary(
    "info sales office admin contact support service hello purchasing purchase procurement hr finance marketing mail "
    "post team kontakt vertrieb einkauf buchhaltung accounts accounting billing enquiries inquiry help webmaster "
    "reception no-reply noreply shop store orders order"
)
"""Local parts of mailboxes that an office reads, not a person."""


class Effect(StrEnum):
    """What a rule does to the weight of a pair."""

    SUPPORT = "support"
    CAP = "cap"
    BOUND = "bound"
    VETO = "veto"
    RELATION = "relation"


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """A rule that fired: its id, its effect, and the weight of its score (log2 odds, 1/1000 bit)."""

    rule: str
    effect: Effect
    weight: int


def odds(score: float) -> int:
    """Log2 odds of a score between 0 and 1, in 1/1000 bit."""
    return CERTAIN if score >= 0.9999 else round(1000 * log2(score / (1 - score)))


_NONE: frozenset[Alternative] = frozenset()
_LEAST_OF_NAME = 6
_TOLD_APART = ("website", "phone", "street")
"""What branches and companies of one name have each for itself."""
_SLIP_OF_PLACE = 0.8
"""From which likeness on two postcodes or towns may be one with a slip or in another spelling."""


def _shared(left: Features, right: Features, group: str) -> frozenset[Alternative]:
    ours, theirs = left.groups.get(group), right.groups.get(group)
    return frozenset(ours).intersection(theirs) if ours and theirs and meet(ours, theirs) else _NONE


def meet(ours: Feature, theirs: Feature) -> bool:
    """Whether two features have an alternative in common; mostly each has one."""
    if len(ours) == 1:
        return ours[0] in theirs
    return not set(ours).isdisjoint(theirs)


def _mobile(left: Features, right: Features) -> bool:
    return any(kind == "mobile" for _, kind in _shared(left, right, "phone"))


def _email(left: Features, right: Features) -> bool:
    return bool(_shared(left, right, "email"))


def _handle(left: Features, right: Features) -> bool:
    """Whether an account on a social network agrees: unlike a telephone nobody shares it."""
    shared = (_shared(left, right, group) for group in left.groups if group.startswith("handle."))
    return any(is_account(handle) for handles in shared for handle, _ in handles)


def _any_contact(left: Features, right: Features) -> bool:
    return _mobile(left, right) or _email(left, right) or _handle(left, right)


def _personal_mailbox(left: Features, right: Features) -> bool:
    """Whether a shared address is a person's, not an office's: info@ and sales@ are read by many."""
    return any(local.rstrip("0123456789") not in SHARED_MAILBOXES for _, local in _shared(left, right, "email"))


def _two_scripts(left: Features, right: Features) -> bool:
    """Whether all names of the one stand in another script than all names of the other."""
    ours = {name[2] for name in left.get("name")}
    theirs = {name[2] for name in right.get("name")}
    return bool(ours) and bool(theirs) and ours.isdisjoint(theirs)


def _address(left: Features, right: Features) -> bool:
    streets = {street for street in _shared(left, right, "street") if street[0] and street[1]}
    return bool(streets) and bool(_shared(left, right, "locality") or _shared(left, right, "postcode"))


_VERIFIED = tuple(sorted(VERIFIED_KINDS))


def _identifier(left: Features, right: Features) -> RuleVerdict | None:
    if VERIFIED_KINDS.isdisjoint(left.groups) or VERIFIED_KINDS.isdisjoint(right.groups):
        return None
    conflict = None
    for kind in _VERIFIED:
        ours = {value for value, validity in left.get(kind) if validity}
        theirs = {value for value, validity in right.get(kind) if validity}
        if ours and theirs and not ours & theirs:
            conflict = RuleVerdict(f"different.{kind}", Effect.VETO, -CERTAIN)
    if conflict:
        return conflict
    if any(value[1] for kind in VERIFIED_KINDS for value in _shared(left, right, kind)):
        return RuleVerdict("R1", Effect.SUPPORT, odds(1.0))
    return None


def _seconded(left: Features, right: Features) -> bool:
    """Whether something else that is one's own agrees too, so that the weights may say more than the rule."""
    own = [group for group in left.groups if group in {"birth", "email"} or group.startswith("id.")]
    # What a mask shows of a telephone is many people's.
    phones = (number for number, _ in _shared(left, right, "phone"))
    told = any(_shared(left, right, group) for group in own) or _handle(left, right)
    return told or any(MASK not in number for number in phones)


def _read_in_latin(features: Features) -> bool:
    return all(core.isascii() for core, _, _ in features.get("org"))


def _elsewhere(left: Features, right: Features) -> bool:
    """Whether two companies stand at two places: other postcodes, or where one has none another town, and no street.

    Not those with Chinese names: a town registers each once, and addresses leave districts and towns away.
    """
    if not (_read_in_latin(left) and _read_in_latin(right)) or _shared(left, right, "street"):
        return False
    for group in ("postcode", "locality"):
        ours, theirs = left.get(group), right.get(group)
        if ours and theirs:
            return not any(closeness(one[0], other[0]) >= _SLIP_OF_PLACE for one in ours for other in theirs)
    return False


def _one_street(left: Features, right: Features, frequency: Frequency) -> bool:
    ours, theirs = left.get("street"), right.get("street")
    if not ours or not theirs:
        return False
    return any(outcome.level >= Level.NEAR for outcome in compare_group("street", ours, theirs, frequency))


def _one_core(left: Features, right: Features) -> bool:
    return not {core for core, _, _ in left.get("org")}.isdisjoint(core for core, _, _ in right.get("org"))


def _organization(left: Features, right: Features, name: NameRelation) -> RuleVerdict | None:
    for core, city, branch in left.get("org"):
        for other_core, other_city, other_branch in right.get("org"):
            if core != other_core or city == other_city == READ:
                continue
            if branches_differ(branch, other_branch):
                return RuleVerdict("branch", Effect.RELATION, -CERTAIN)
            if branch != other_branch:
                continue  # one name leaves its branch away: the weights decide
            if _seconded(left, right) and name is not NameRelation.DIFFERENT and not _elsewhere(left, right):
                return RuleVerdict("R13", Effect.SUPPORT, odds(0.95))
            if city and city == other_city:
                return RuleVerdict("R5", Effect.SUPPORT if _seconded(left, right) else Effect.CAP, odds(0.85))
    return None


def _one_name(left: Features, right: Features) -> bool:
    """Whether two companies have a name in common that is no short word, and nothing that both tell is another's.

    Chinese names are told by their towns (R5): there are many of one core.
    """
    if not (_read_in_latin(left) and _read_in_latin(right)):
        return False
    if any(left.get(group) and right.get(group) and not _shared(left, right, group) for group in _TOLD_APART):
        return False
    theirs = {(core, branch) for core, _, branch in right.get("org")}
    return any((core, branch) in theirs and len(core) >= _LEAST_OF_NAME for core, _, branch in left.get("org"))


def _two_companies(left: Features, right: Features, frequency: Frequency) -> RuleVerdict | None:
    """R16 to R18: what holds companies apart until a person has looked, and what asks for one.

    Whatever names and web sites say, two places (R16) and names that are only alike (R17) join nobody. One name and
    nothing against it (R18) is little to join by where nobody knows how many bear it, and is asked about.
    """
    if not (left.get("org") and right.get("org")):
        return None
    # Branches share the name, the web site, the tax number and often the telephone.
    if _elsewhere(left, right):
        return RuleVerdict("R16", Effect.BOUND, odds(0.78))
    if _one_name(left, right):
        return RuleVerdict("R18", Effect.SUPPORT, odds(0.78))
    told = _one_core(left, right) or _seconded(left, right) or bool(_shared(left, right, "phone"))
    return None if told or _one_street(left, right, frequency) else RuleVerdict("R17", Effect.BOUND, odds(0.78))


def _people(left: Features, right: Features, name: NameRelation) -> RuleVerdict | None:
    mobile, email, handle = _mobile(left, right), _email(left, right), _handle(left, right)
    if not (mobile or email or handle) and name is not NameRelation.SAME:
        return None
    # A company's telephone is everybody's in it, and its switchboard another company's next year.
    unnamed = name in {NameRelation.UNKNOWN, NameRelation.NICKNAME} and not (left.get("org") and right.get("org"))
    home = name is NameRelation.SAME and _address(left, right)
    support = Effect.SUPPORT if home and _seconded(left, right) else Effect.CAP
    table = (
        ("R2", mobile and name is NameRelation.SAME, Effect.SUPPORT, 0.97),
        ("R3", email and name in {NameRelation.SAME, NameRelation.PINYIN}, Effect.SUPPORT, 0.96),
        ("R4", mobile and name is NameRelation.PINYIN, Effect.SUPPORT, 0.93),
        ("R6", home, support, 0.80),
        ("R14", handle and (unnamed or name in {NameRelation.SAME, NameRelation.PINYIN}), Effect.SUPPORT, 0.95),
        ("R8", mobile and name is NameRelation.HOMOPHONE, Effect.CAP, 0.80),
        # Two contacts of one's own agree, and the names do not say otherwise: one is missing, or they stand in two
        # scripts that pinyin does not bridge (艾力 and Eli).
        ("R10", mobile + email + handle > 1 and (unnamed or _two_scripts(left, right)), Effect.SUPPORT, 0.97),
        ("R11", email and unnamed and _personal_mailbox(left, right), Effect.SUPPORT, 0.95),
        ("R12", mobile and unnamed, Effect.SUPPORT, 0.93),
    )
    for rule, fires, effect, score in table:
        if fires:
            return RuleVerdict(rule, effect, odds(score))
    return None


def _shared_contact(left: Features, right: Features, frequency: Frequency, name: NameRelation) -> RuleVerdict | None:
    """R7, R9 and R15: one telephone, mailbox or account, two names that are not slips of one another."""
    if name not in {NameRelation.DIFFERENT, NameRelation.HOMOPHONE}:
        return None
    contacts = (
        ("R7", _mobile(left, right)),
        ("R9", _email(left, right)),
        ("R15", _handle(left, right)),
    )
    rule = next((rule for rule, fires in contacts if fires), None)
    if rule is None:
        return None
    levels = {outcome.slot: outcome.level for outcome in compare_names(left.get("name"), right.get("name"), frequency)}
    han = any(name[2] == "han" for name in (*left.get("name"), *right.get("name")))
    if not han and levels.get("given", Level.MISSING) >= Level.NEAR and levels.get("family", 0) >= Level.NEAR:
        return None
    return RuleVerdict(rule, Effect.CAP, odds(0.78))


_SAID_BY = ("phone", "email", "street")
_BESIDE = frozenset({"name", "birth", "sex", "unit", "locality", "postcode", "province", "country"})
"""Groups that no rule reads alone."""


def _nothing_stated(left: Features, right: Features) -> bool:
    """Whether the two share nothing that any rule of the pack reads; most pairs, and names are dear to compare."""
    others = right.groups
    for group, ours in left.groups.items():
        if group in _BESIDE:
            continue
        theirs = others.get(group)
        if theirs is None:
            continue
        if group in VERIFIED_KINDS or group == "org":
            return False
        if (group in _SAID_BY or group.startswith("handle.")) and meet(ours, theirs):
            return False
    return True


Names = Callable[[Features, Features], NameRelation]


def _customers(left: Features, right: Features, frequency: Frequency, names: Names) -> RuleVerdict | None:
    if _nothing_stated(left, right):
        return None
    return _identifier(left, right) or _beside_identifiers(left, right, frequency, names)


def _beside_identifiers(left: Features, right: Features, frequency: Frequency, names: Names) -> RuleVerdict | None:
    name = names(left, right)
    companies = "org" in left.groups and "org" in right.groups
    if name is NameRelation.DIFFERENT and not companies and not _any_contact(left, right):
        return None  # as of most pairs of one house
    return (
        _people(left, right, name)
        or _shared_contact(left, right, frequency, name)
        or _organization(left, right, name)
        or _two_companies(left, right, frequency)
    )


def _identifiers_only(left: Features, right: Features, _: Frequency, __: Names) -> RuleVerdict | None:
    return _identifier(left, right)


PACKS: dict[str, Callable[[Features, Features, Frequency, Names], RuleVerdict | None]] = {
    "cn-customer-v1": _customers,
    "": _identifiers_only,
}


def fired(
    pack: str, left: Features, right: Features, frequency: Frequency, names: Names = name_relation
) -> RuleVerdict | None:
    """The rule of the pack that decides about a pair, or None where the weights decide.

    ``names`` is ``name_relation``, of those who have asked it before.
    """
    return PACKS[pack](left, right, frequency, names)


def fired_without_identifiers(pack: str, left: Features, right: Features, frequency: Frequency) -> RuleVerdict | None:
    """The rule that would decide if the pair had no verified identifiers: what stands against a veto."""
    return _beside_identifiers(left, right, frequency, name_relation) if PACKS[pack] is _customers else None
