"""Blocking keys: what two records must share to be compared at all. Made from kinds of values, not from data sets.

Strong values are keys by themselves; weak ones only in conjunction. A gateway hashes the keys (they are personal
data) and keeps them, some ten to fifteen a record; a batch uses the single ``terms`` and conjoins them where a
term is held by too many records.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from merge.match.features import Features
from merge.standardise.companies import SMALL_WORDS

_MAX_KEYS = 24
_CONSONANTS = str.maketrans(
    {letter: code for code, letters in {"b": "bpfvw", "c": "cgjkqsxz", "d": "dt", "l": "lr", "m": "mn"}.items()
     for letter in letters}
)  # fmt: skip
_SILENT = str.maketrans("", "", "aeiouyh ")


def sound(word: str) -> str:
    """A coarse code of a Latin word's sound: the first letter and up to three groups of consonants after it."""
    if not word.isascii() or not word:
        return word
    rest = word[1:].translate(_SILENT).translate(_CONSONANTS)
    squeezed = "".join(letter for index, letter in enumerate(rest) if index == 0 or rest[index - 1] != letter)
    return word[0] + squeezed[:3]


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of blocking term, made from strings of one alternative; "" for none.

    Attributes:
        kind: what it is; its first part is its origin.
        fields: the strings of the alternative that ``make`` is given.
        make: the term.
        han: for names: whether it is made of names in Han characters or of all others; None for any.
        telling: whether it is the whole of a value that few people share, so that two records who share it are looked
            at even where nothing else brings them together.
    """

    kind: str
    fields: tuple[int, ...]
    make: Callable[..., str]
    han: bool | None = None
    telling: bool = False

    @property
    def origin(self) -> str:
        """Terms of one origin (a birth date and its year) say the same: they are not conjoined with each other."""
        if self.kind.startswith(("id.", "text.")):
            return self.kind
        return self.kind.removesuffix(".year") if self.kind.startswith("date.") else self.kind.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a text: of what lies behind one character, before another and behind leading ones a slice."""

    start: int = 0
    stop: int | None = None
    behind: str = ""
    before: str = ""
    leading: str = ""

    def __call__(self, text: str) -> str:
        """The piece of one text."""
        if self.behind:
            text = text.partition(self.behind)[2]
        if self.before:
            text = text.partition(self.before)[0]
        return (text.lstrip(self.leading) if self.leading else text)[self.start : self.stop]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Two texts without blanks, or the words of both, in the order of the alphabet and one behind the other."""

    words: bool

    def __call__(self, one: str, other: str) -> str:
        """The two texts of one alternative as one."""
        pieces = f"{one} {other}".split() if self.words else [one.replace(" ", ""), other.replace(" ", "")]
        return "".join(sorted(pieces))


@dataclass(frozen=True, slots=True)
class Road:
    """A piece of the street, or of the estate where there is no street."""

    piece: Callable[[str], str]

    def __call__(self, street: str, place: str) -> str:
        """The piece of one alternative."""
        return self.piece(street or place)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A piece of the numbers of an address, and behind it one of its ``Road``; nothing without numbers."""

    number: Callable[[str], str]
    piece: Callable[[str], str]

    def __call__(self, street: str, numbers: str, place: str) -> str:
        """The two pieces of one alternative."""
        return f"{self.number(numbers)} {self.piece(street or place)}" if numbers else ""


_SAME = Cut()
_HEAD = Cut(stop=4, before=" ")


def _last(value: str) -> str:
    words = value.split()
    return words[-1] if len(words) > 1 else ""


def _tail(value: str) -> str:
    return value[-4:] if len(value) >= 5 and " " not in value else ""


def _name_terms() -> Iterator[Term]:
    yield Term("name", (0, 1), lambda family, given: family + given, han=True, telling=True)
    yield Term("name.sound", (3, 4), lambda family, given: "".join(sorted((family, given))), han=True)
    yield Term("name", (0, 1), Ordered(words=True), han=False, telling=True)
    yield Term("name.sound", (0, 1), Ordered(words=False), han=False)
    for kind, field, spoken in (("family", 0, 3), ("given", 1, 4)):
        yield Term(kind, (spoken,), _SAME, han=True)
        yield Term(kind, (field,), _SAME, han=False)
        yield Term(f"{kind}.head", (field,), _HEAD, han=False)
        yield Term(f"{kind}.sound", (field,), lambda words: sound(words.partition(" ")[0]), han=False)
        yield Term(f"{kind}.last", (field,), _last, han=False)
        yield Term(f"{kind}.tail", (field,), _tail, han=False)


def _whole_date(year: str, month: str, day: str) -> str:
    return year + month + day if month and day else ""


def _birth_terms() -> Iterator[Term]:
    yield Term("birth", (0, 1, 2), _whole_date)
    yield Term("birth.month_day", (1, 2), lambda month, day: "".join(sorted((month, day))) if month and day else "")
    yield Term("birth.year_month", (0, 1), lambda year, month: year + month if month else "")
    yield Term("birth.year_day", (0, 2), lambda year, day: year + day if day else "")
    yield Term("birth.year", (0,), _SAME)


def _figures(start: int, stop: int | None = None) -> Cut:
    return Cut(start, stop, before=";", leading="+")


def _contact_terms() -> Iterator[tuple[str, Term]]:
    yield "phone", Term("phone", (0,), _figures(-8), telling=True)
    yield "phone", Term("phone.head", (0,), _figures(-8, -3))
    yield "phone", Term("phone.tail", (0,), _figures(-4))
    yield "email", Term("email", (0,), _SAME, telling=True)
    yield "email", Term("email.local", (1,), _SAME, telling=True)
    yield "email", Term("email.head", (1,), Cut(stop=5))
    yield "email", Term("email.domain", (0,), Cut(stop=6, behind="@"))
    yield "website", Term("website", (0,), Cut(before="/"), telling=True)


def _first_number(numbers: str) -> str:
    return numbers.split(maxsplit=1)[0]


def _letters(count: int) -> Callable[[str], str]:
    return lambda words: words.replace(" ", "")[:count]


def _place_terms() -> Iterator[tuple[str, Term]]:
    yield "street", Term("street", (0, 1, 2), Numbered(str, str))
    yield "street", Term("street.number", (0, 1, 2), Numbered(_first_number, _letters(3)))
    yield "street", Term("street.words", (0, 2), Road(str))
    yield "street", Term("street.head", (0, 2), Road(_letters(5)))
    yield "unit", Term("unit", (0,), _SAME)
    yield "unit", Term("unit.head", (0,), lambda unit: unit.replace(" ", "")[:5])
    yield "postcode", Term("postcode", (0,), _SAME)
    yield "postcode", Term("postcode.head", (0,), Cut(stop=3))
    yield "locality", Term("locality", (0,), _SAME)
    yield "locality", Term("locality.head", (0,), Cut(stop=4))


def _organization_acronym(core: str) -> str:
    words = core.split()
    if len(words) > 1:
        return "".join(word[0] for word in words if word not in SMALL_WORDS)
    return core[:6] if core.isascii() else ""


def _organization_terms() -> Iterator[Term]:
    yield Term("org", (0,), _SAME, telling=True)
    yield Term("org.sorted", (0,), lambda core: " ".join(sorted(core.split())))
    yield Term("org.head", (0,), lambda core: core.split()[0][:5] if core.isascii() else core[:2])
    yield Term("org.second", (0,), lambda core: core.split()[1][:5] if " " in core else "")
    yield Term("org.acronym", (0,), _organization_acronym)
    yield Term("org.last", (0,), lambda core: core.split()[-1][:6] if " " in core else "")
    yield Term("org.tail", (0,), lambda core: "" if core.isascii() or " " in core else core[-2:])


def _by_group() -> dict[str, tuple[Term, ...]]:
    found: dict[str, list[Term]] = {
        "name": [*_name_terms()],
        "birth": [*_birth_terms()],
        "org": [*_organization_terms()],
    }
    for group, term in (*_contact_terms(), *_place_terms()):
        found.setdefault(group, []).append(term)
    for group in ("occupation", "province", "sex"):
        found[group] = [Term(group, (0,), _SAME)]
    return {group: tuple(listed) for group, listed in found.items()}


_TERMS = _by_group()


def terms_of_group(group: str) -> tuple[Term, ...]:
    """The terms that are made of one group of features."""
    known = _TERMS.get(group)
    if known is not None:
        return known
    family = group.partition(".")[0]
    if family in {"id", "handle"}:
        return (
            Term(group, (0,), _SAME, telling=True),
            Term(f"{group}.head", (0,), Cut(stop=5)),
            Term(f"{group}.tail", (0,), Cut(-4)),
        )
    if family == "date":
        return Term(group, (0, 1, 2), _whole_date), Term(f"{group}.year", (0,), _SAME)
    return (Term(group, (0,), _SAME),) if family == "text" else ()


def terms(record: Features, of_group: Callable[[str], tuple[Term, ...]] = terms_of_group) -> list[tuple[str, str]]:
    """All single terms of a record as (kind, value), sorted and without doubles; ``of_group`` tells the wanted ones."""
    found = set()
    for group, feature in record.groups.items():
        for term in of_group(group):
            make, fields, han = term.make, term.fields, term.han
            for alternative in feature:
                if han is not None and han is not (alternative[2] == "han"):
                    continue
                found.add((term.kind, make(*[alternative[field] for field in fields])))
    return sorted([term for term in found if term[1]])


_ALONE = ("phone", "email", "email.local", "name", "street", "org", "birth", "website")
_PAIRED = (
    ("name.sound", "birth.year"),
    ("name.sound", "locality"),
    ("name.sound", "postcode"),
    ("name.sound", "phone.tail"),
    ("family.sound", "birth.year_month"),
    ("family.sound", "birth.month_day"),
    ("given.sound", "birth.year_month"),
    ("given.sound", "birth.month_day"),
    ("given.sound", "street.number"),
    ("given.sound", "postcode"),
    ("family.sound", "street.number"),
    ("given.sound", "phone.tail"),
    ("org.head", "locality"),
    ("org.head", "postcode"),
    ("org.head", "phone.tail"),
    ("given.sound", "family.sound"),
)
_BROAD = frozenset(
    {
        "birth",
        "street",
        "given.sound+family.sound",
        "given.sound+street.number",
        "family.sound+birth.year_month",
        "family.sound+birth.month_day",
        "given.sound+birth.year_month",
        "given.sound+birth.month_day",
    }
)


_KEPT = {*_ALONE, *(kind for pair in _PAIRED for kind in pair), "family", "given"}
_TERMS_KEPT = {group: tuple(term for term in listed if term.kind in _KEPT) for group, listed in _TERMS.items()}


def _terms_kept(group: str) -> tuple[Term, ...]:
    """Those of the terms of a group that a gateway's keys are made of."""
    known = _TERMS_KEPT.get(group)
    return terms_of_group(group) if known is None else known


def is_broad(key: str) -> bool:
    """Whether a key brings strangers together as soon as it is common, and who belongs together shares another one.

    Measured on generated customers (docs/benchmarks.md): of the pairs that 300 new records shared one of these alone
    with, among 800,000, none was merged or asked about.
    """
    return key.partition(":")[0] in _BROAD


def blocking_keys(record: Features) -> list[str]:
    """The keys that a gateway keeps for a record: sorted, each ``<kind>:<value>``, at most 24.

    They hold personal data in clear: the caller hashes them with a key before they touch a disk.
    """
    by_kind: dict[str, list[str]] = {}
    for kind, value in terms(record, _terms_kept):
        by_kind.setdefault(kind, []).append(value)
    # Chinese names have no coarse code of their own: their pinyin is one already.
    for part in ("family", "given"):
        by_kind.setdefault(f"{part}.sound", by_kind.get(part, []))
    keys: list[str] = []
    for kind in sorted(by_kind):
        if kind.startswith(("id.", "handle.")) and kind.count(".") < 2 + kind.startswith("id.cn"):
            keys += [f"{kind}:{value}" for value in by_kind[kind]]
    for kind in _ALONE:
        keys += [f"{kind}:{value}" for value in by_kind.get(kind, ())]
    for left, right in _PAIRED:
        if left in by_kind and right in by_kind:
            keys += [f"{left}+{right}:{a}|{b}" for a in by_kind[left] for b in by_kind[right]]
    unique = list(dict.fromkeys(keys))
    return sorted(unique[:_MAX_KEYS])
