"""One comparison for each group of features. Symmetrical: the order of the two records makes no difference."""

from collections.abc import Callable

from merge.match.features import Alternative, Feature, Features
from merge.match.frequency import is_date
from merge.match.name_comparison import compare_names, form_worth
from merge.match.nicknames import same_by_nickname
from merge.match.organization_comparison import compare_organizations
from merge.match.outcomes import Frequency, Level, Outcome
from merge.match.similarity import closeness, edits, tokens_level, words_level
from merge.standardise.contacts_in_text import AGREEING
from merge.standardise.identifiers import VERIFIED_KINDS
from merge.standardise.phones import MASK

# A day that many more records have than chance allows (1 January) only says that the day is not known.
PLACEHOLDER_DAY_BITS = 6200
PHONE_TAIL = 8
# What a figure that a masked telephone shows is worth at most: log2 of ten, less what numbers begin alike.
SHOWN_FIGURE = 3000
_PREFIX = 3
LIKE_LOCAL = 0.88
LONG_LOCAL = 5
# log2 of 12 months and of 30 days lie around it.
DATE_PART = 3600
# Where one of two dates is a year alone, it was mostly counted back from an age or told by heart: a year apart is as
# good as equal, two or three are no surprise. By years apart what that adds to the worth of the year, for LOOSE costs
# what it does between whole dates.
YEARS_APART = (0, 4900, 2000, 2000)
# Of two strangers' dates one in eight shares its year, month or day, of the dates that a slip or a guess made about
# every second one: another date altogether says more against a match than one that shares a part.
ONE_PART_AGREES = 1500
NO_PART_AGREES = -2500


def _best(slot: str, found: list[tuple[Level, int]]) -> tuple[Outcome, ...]:
    level, bits = found[0] if len(found) == 1 else max(found)
    return (Outcome(slot, level, bits),)


def _compare_dates(slot: str, left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    return _best(slot, [_dates(slot, a, b, frequency) for a in left for b in right])


def _known_day(slot: str, date: Alternative, frequency: Frequency) -> tuple[str, str, str]:
    year, month, day = date
    if month and day and frequency.bits(f"{slot}.day", month + day) < PLACEHOLDER_DAY_BITS:
        return year, "", ""
    return year, month, day


def _dates(slot: str, a: Alternative, b: Alternative, frequency: Frequency) -> tuple[Level, int]:
    if a == b and all(a):
        return Level.EXACT, frequency.bits(slot, "".join(a))
    a, b = _known_day(slot, a, frequency), _known_day(slot, b, frequency)
    agree = [x == y for x, y in zip(a, b, strict=True) if x and y]
    if all(agree):
        return Level.EXACT, frequency.bits(f"{slot}.year", a[0]) + DATE_PART * (len(agree) - 1)
    if all(a) and all(b):
        return _whole_dates(slot, a, b, sum(agree), frequency)
    least = min(frequency.bits(f"{slot}.year", a[0]), frequency.bits(f"{slot}.year", b[0]))
    if len(agree) == 1:
        apart = abs(int(a[0]) - int(b[0]))
        return (Level.LOOSE, least + YEARS_APART[apart]) if apart < len(YEARS_APART) else (Level.DIFFERENT, 0)
    if a[0] == b[0] and sum(agree) >= len(("year", "month")):
        return Level.LOOSE, least + DATE_PART
    return Level.DIFFERENT, 0


def _whole_dates(slot: str, a: Alternative, b: Alternative, agree: int, frequency: Frequency) -> tuple[Level, int]:
    """Two different whole dates: day and month swapped or one figure wrong is NEAR, one part wrong is LOOSE."""
    least = min(frequency.bits(slot, "".join(a)), frequency.bits(slot, "".join(b)))
    swapped = a[0] == b[0] and (a[1], a[2]) == (b[2], b[1])
    if swapped or edits("".join(a), "".join(b)) == 1:
        return Level.NEAR, least
    if agree == 2:
        return Level.LOOSE, least
    return Level.DIFFERENT, ONE_PART_AGREES if agree else NO_PART_AGREES


def _digits(number: str) -> str:
    return number.partition(";")[0].lstrip("+")


def masks_agree(a: str, b: str) -> bool:
    """Whether two numbers (figures alone), of which one or both are masked, may be the same."""
    (head, masked, tail), (other_head, other_masked, other_tail) = a.partition(MASK), b.partition(MASK)
    if masked and other_masked:
        short, long = sorted((head, other_head), key=len)
        ends = tail.endswith(other_tail) or other_tail.endswith(tail)
    else:
        whole, short, end = (other_head, head, tail) if masked else (head, other_head, other_tail)
        ends = len(whole) > len(short) + len(end) and whole.endswith(end)
        long = whole.removesuffix(end)
    # What is whole may begin with its country.
    return ends and any(long.startswith(short, place) for place in range(_PREFIX + 1))


def shown_worth(number: str) -> int:
    """What the figures of a masked number are worth at most, in 1/1000 bit."""
    return SHOWN_FIGURE * (len(number) - len(MASK))


def _masked(a: str, b: str, bits: int) -> tuple[Level, int]:
    if not masks_agree(a, b):
        return Level.DIFFERENT, 0
    return Level.LOOSE, min(bits, *(shown_worth(one) for one in (a, b) if MASK in one))


def _phone(a: str, b: str, frequency: Frequency) -> tuple[Level, int]:
    bits = min(frequency.bits("phone", a), frequency.bits("phone", b))
    if MASK in a or MASK in b:
        return _masked(_digits(a), _digits(b), bits)
    if a == b:
        return Level.EXACT, bits
    da, db = _digits(a), _digits(b)
    shorter = min(len(da), len(db))
    if da == db or (shorter >= PHONE_TAIL and da[-PHONE_TAIL:] == db[-PHONE_TAIL:]):
        return Level.EXACT, max(0, bits - 3000)
    return (Level.NEAR, bits) if shorter >= 7 and edits(da, db) == 1 else (Level.DIFFERENT, 0)


def _compare_phones(left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    """The slot ``mobile`` where the closest two are mobiles: people share those less than other telephones."""
    level, bits, mobile = max(
        (*_phone(a, b, frequency), kinds == {"mobile"})
        for a, kind_a in left
        for b, kind_b in right
        if (kinds := {kind_a, kind_b})
    )
    return (Outcome("mobile" if mobile else "phone", level, bits),)


def _email(a: Alternative, b: Alternative, frequency: Frequency) -> tuple[Level, int]:
    if a[0] == b[0]:
        return Level.EXACT, frequency.bits("email", a[0])
    # Other figures after the same name are another mailbox, not a slip: ann.lee21, ann.lee34.
    if _figures(a[1]) != _figures(b[1]):
        return Level.DIFFERENT, 0
    distance, longest = edits(a[0], b[0]), max(len(a[0]), len(b[0]))
    # One letter of few (js@, jd@) is somebody else.
    told = a[1] == b[1] or min(len(a[1]), len(b[1])) >= LONG_LOCAL
    if told and (distance <= 2 or distance * 8 <= longest):
        return Level.NEAR, frequency.slip("email", a[0], b[0])
    if a[1] == b[1] and len(a[1]) >= LONG_LOCAL:
        return Level.LOOSE, frequency.bits("email.local", a[1])
    # Of a hundred mailboxes many stand at one provider: what is before the @ must be alike by itself.
    if closeness(a[1], b[1]) >= LIKE_LOCAL and (closeness(a[0], b[0]) >= 0.92 or distance * 4 <= longest):
        return Level.LOOSE, frequency.slip("email", a[0], b[0])
    return Level.DIFFERENT, 0


def _figures(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _compare_emails(left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    return _best("email", [_email(a, b, frequency) for a in left for b in right])


def _compare_identifiers(slot: str, left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    found = []
    for a, _ in left:
        for b, _ in right:
            bits = min(frequency.bits(slot, a), frequency.bits(slot, b))
            if a == b:
                found.append((Level.EXACT, bits))
            elif min(len(a), len(b)) >= 5 and edits(a, b) == 1:
                found.append((Level.NEAR, bits))
            else:
                found.append((Level.DIFFERENT, 0))
    level, bits = max(found)
    if slot in AGREEING:  # who bought twice has two of them
        return (Outcome(slot, level, bits),) if level is Level.EXACT else ()
    if slot in VERIFIED_KINDS and level < Level.EXACT:
        proved = any(valid for _, valid in left) and any(valid for _, valid in right)
        if proved:
            return (Outcome(slot, Level.CONFLICT),)
    return (Outcome(slot, level, bits),)


def _street(a: Alternative, b: Alternative, frequency: Frequency) -> tuple[Level, int]:
    words_a, words_b = a[0] or a[2], b[0] or b[2]
    numbers_a, numbers_b = a[1].replace("-", " ").split(), b[1].replace("-", " ").split()
    if not words_a or not words_b:
        return (Level.LOOSE, 5000) if numbers_a and numbers_a == numbers_b else (Level.MISSING, 0)
    words = tokens_level(words_a, words_b)
    same_words = words_a == words_b
    least = frequency.bits("street.words", words_a) if same_words else frequency.slip("street.words", words_a, words_b)
    if numbers_a and numbers_b:
        same = numbers_a == numbers_b
        inside = not same and (set(numbers_a) <= set(numbers_b) or set(numbers_b) <= set(numbers_a))
        if same and words is Level.EXACT:
            whole = min(frequency.bits("street", f"{words_a} {a[1]}"), frequency.bits("street", f"{words_b} {b[1]}"))
            return Level.EXACT, min(least + 5000, whole)
        if (same and words >= Level.LOOSE) or (inside and words >= Level.NEAR):
            return Level.NEAR, least + 4000
        if words >= Level.NEAR:
            return Level.LOOSE, least
        return Level.DIFFERENT, 0
    return words, least if words >= Level.LOOSE else 0


def _compare_streets(left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    return _best("street", [_street(a, b, frequency) for a in left for b in right])


def _compare_localities(left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    found = []
    for (a,) in left:
        for (b,) in right:
            if a.startswith("#") != b.startswith("#"):
                continue
            bits = frequency.bits("locality", a) if a == b else frequency.slip("locality", a, b)
            if a == b:
                found.append((Level.EXACT, bits))
            elif a.startswith("#"):
                held = a.startswith(b) or b.startswith(a)
                found.append((Level.LOOSE, bits) if held else (Level.DIFFERENT, 0))
            else:
                level = tokens_level(a, b)
                found.append((level, bits if level >= Level.LOOSE else 0))
    return _best("locality", found) if found else ()


def _compare_text(slot: str, left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    found = []
    for a in left:
        for b in right:
            level = words_level(a[0], b[0])
            bits = 0
            if level >= Level.LOOSE:
                equal = min(frequency.bits(slot, a[0]), frequency.bits(slot, b[0]))
                bits = equal if level is Level.EXACT else frequency.slip(slot, a[0], b[0])
                if level is Level.NEAR and same_by_nickname(a[0], b[0]):
                    bits = form_worth(slot, a[0], b[0], frequency)
            found.append((level, bits))
    return _best(slot, found)


def _compare_codes(slot: str, left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    """Short codes: equal, one edit apart, or different."""
    found = []
    for (a,) in left:
        for (b,) in right:
            near = a != b and max(len(a), len(b)) >= 3 and edits(a, b) == 1
            level = Level.EXACT if a == b else Level.NEAR if near else Level.DIFFERENT
            bits = min(frequency.bits(slot, a), frequency.bits(slot, b)) if level > Level.DIFFERENT else 0
            found.append((level, bits))
    return _best(slot, found)


_GROUPS: dict[str, Callable[[Feature, Feature, Frequency], tuple[Outcome, ...]]] = {
    "name": compare_names,
    "phone": _compare_phones,
    "email": _compare_emails,
    "street": _compare_streets,
    "locality": _compare_localities,
}
CODES = frozenset({"postcode", "province", "country", "sex"})


def compare_group(group: str, left: Feature, right: Feature, frequency: Frequency) -> tuple[Outcome, ...]:
    """The outcomes of one group; both features must say something."""
    known = _GROUPS.get(group)
    if known is not None:
        return known(left, right, frequency)
    if group in {"org", "employer"}:
        return compare_organizations(group, left, right, frequency)
    if is_date(group):
        return _compare_dates(group, left, right, frequency)
    if group.startswith("id."):
        return _compare_identifiers(group, left, right, frequency)
    if group in CODES:
        return _compare_codes(group, left, right, frequency)
    return _compare_text(group, left, right, frequency)


def compare(left: Features, right: Features, frequency: Frequency) -> tuple[Outcome, ...]:
    """All outcomes of two records; groups that one of them says nothing about are left out."""
    return tuple(
        outcome
        for group, feature in left.groups.items()
        if (other := right.groups.get(group))
        for outcome in compare_group(group, feature, other, frequency)
        if outcome.level is not Level.MISSING
    )
