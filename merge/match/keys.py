"""Blocking keys: what two records must share to be compared at all. Made from kinds of values, not from data sets.

Strong values are keys by themselves; weak ones only in conjunction. A gateway hashes the keys (they are personal
data) and keeps them, some ten to fifteen a record; a batch uses the single ``terms`` and conjoins them where a
term is held by too many records.
"""

from collections.abc import Iterator

from merge.match.features import Features, features
from merge.standardise.record import Standardised

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


def _name_terms(record: Features) -> Iterator[tuple[str, str]]:
    for family, given, script, family_pinyin, given_pinyin in record.get("name"):
        tokens = sorted(f"{family} {given}".split())
        whole = "".join(tokens) if script != "han" else family + given
        yield "name", whole
        if script == "han":
            yield "name.sound", "".join(sorted(filter(None, (family_pinyin, given_pinyin))))
            yield "family", family_pinyin
            yield "given", given_pinyin
            continue
        yield "name.sound", "".join(sorted([family.replace(" ", ""), given.replace(" ", "")]))
        for kind, words in (("family", family), ("given", given)):
            head = words.partition(" ")[0]
            if not head:
                continue
            yield kind, words
            yield f"{kind}.head", head[:4]
            yield f"{kind}.sound", sound(head)
            if len(words.split()) > 1:
                yield f"{kind}.last", words.split()[-1]
            elif len(words) >= 5:
                yield f"{kind}.tail", words[-4:]


def _birth_terms(record: Features) -> Iterator[tuple[str, str]]:
    for year, month, day in record.get("birth"):
        if month and day:
            yield "birth", year + month + day
            yield "birth.month_day", "".join(sorted((month, day)))
        if month:
            yield "birth.year_month", year + month
        if day:
            yield "birth.year_day", year + day
        yield "birth.year", year


def _contact_terms(record: Features) -> Iterator[tuple[str, str]]:
    for number, _ in record.get("phone"):
        digits = number.partition(";")[0].lstrip("+")
        yield "phone", digits[-8:]
        yield "phone.head", digits[-8:-3]
        yield "phone.tail", digits[-4:]
    for address, local in record.get("email"):
        yield "email", address
        yield "email.local", local
        yield "email.head", local[:5]
        yield "email.domain", address.partition("@")[2][:6]
    for host in record.get("website"):
        yield "website", host[0].partition("/")[0]


def _place_terms(record: Features) -> Iterator[tuple[str, str]]:
    for street, numbers, place in record.get("street"):
        words = street or place
        bare = words.replace(" ", "")
        if numbers:
            yield "street", f"{numbers} {words}"
            yield "street.number", f"{numbers.split()[0]} {bare[:3]}"
        yield "street.words", words
        yield "street.head", bare[:5]
    for (unit,) in record.get("unit"):
        yield "unit", unit
        yield "unit.head", unit.replace(" ", "")[:5]
    for (code,) in record.get("postcode"):
        yield "postcode", code
        yield "postcode.head", code[:3]
    for (name,) in record.get("locality"):
        yield "locality", name
        yield "locality.head", name[:4]


def _organization_terms(record: Features) -> Iterator[tuple[str, str]]:
    for core, _, _ in record.get("org"):
        words = core.split()
        yield "org", core
        yield "org.sorted", " ".join(sorted(words))
        yield "org.head", words[0][:5] if core.isascii() else core[:2]
        if len(words) > 1:
            yield "org.second", words[1][:5]
            yield "org.acronym", "".join(word[0] for word in words)
            yield "org.last", words[-1][:6]
        elif not core.isascii():
            yield "org.tail", core[-2:]
        else:
            yield "org.acronym", core[:6]


def _other_terms(record: Features) -> Iterator[tuple[str, str]]:
    for group, feature in record.groups.items():
        family = group.partition(".")[0]
        for value in feature:
            if family in {"id", "handle"}:
                yield group, value[0]
                yield f"{group}.head", value[0][:5]
                yield f"{group}.tail", value[0][-4:]
            elif family in {"text", "occupation", "province", "sex"}:
                yield group, value[0]


_SOURCES = (_name_terms, _birth_terms, _contact_terms, _place_terms, _organization_terms, _other_terms)


def terms(record: Features) -> list[tuple[str, str]]:
    """All single terms of a record as (kind, value), sorted and without doubles, for a batch."""
    return sorted({(kind, value) for source in _SOURCES for kind, value in source(record) if value})


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


def blocking_keys(standardised: Standardised) -> list[str]:
    """The keys that a gateway keeps for a record: sorted, each ``<kind>:<value>``, at most 24.

    They hold personal data in clear: the caller hashes them with a key before they touch a disk.
    """
    record = features(standardised)
    by_kind: dict[str, list[str]] = {}
    for kind, value in terms(record):
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
        keys += [f"{left}+{right}:{a}|{b}" for a in by_kind.get(left, ()) for b in by_kind.get(right, ())]
    unique = list(dict.fromkeys(keys))
    return sorted(unique[:_MAX_KEYS])


def single_keys(standardised: Standardised) -> list[str]:
    """Every single term as ``<kind>:<value>``: what a batch starts from."""
    return [f"{kind}:{value}" for kind, value in terms(features(standardised))]
