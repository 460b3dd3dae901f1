"""vCards 2.1, 3.0 and 4.0 as far as they tell who somebody is and how to reach them. RFC 6350, RFC 2426."""

import quopri
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_BARE_TYPES = {"HOME", "WORK", "CELL", "FAX", "VOICE", "PREF", "INTERNET", "PAGER"}


@dataclass(frozen=True, slots=True)
class Property:
    """One line: its name in capitals, parameters with capital names, the value still escaped."""

    name: str
    parameters: Mapping[str, tuple[str, ...]]
    value: str

    @property
    def types(self) -> set[str]:
        """The TYPE parameter in capitals."""
        return {part.upper() for text in self.parameters.get("TYPE", ()) for part in text.split(",")}


def read_vcards(text: str) -> list[dict[str, str]]:
    """One dict a card with those of name, email, phone, mobile, fax, company, title, address, website that it tells."""
    cards: list[list[Property]] = []
    within = False
    for line in _unfolded(text):
        found = _property(line)
        if found is None:
            continue
        marker = (found.name, found.value.strip().upper())
        if marker == ("BEGIN", "VCARD"):
            cards.append([])
            within = True
        elif marker == ("END", "VCARD"):
            within = False
        elif within:
            cards[-1].append(found)
    return [contact for card in cards if (contact := _contact(card))]


def _unfolded(text: str) -> list[str]:
    lines: list[str] = []
    for line in re.split(r"\r?\n", text):
        if lines and line[:1] in {" ", "\t"}:
            lines[-1] += line[1:]
        elif lines and lines[-1].endswith("=") and "QUOTED-PRINTABLE" in lines[-1].partition(":")[0].upper():
            lines[-1] = lines[-1][:-1] + line
        else:
            lines.append(line)
    return lines


def _property(line: str) -> Property | None:
    head, value = _split_head(line)
    if value is None:
        return None
    name, *rest = re.split(r";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", head)
    parameters: dict[str, tuple[str, ...]] = {}
    for part in rest:
        key, equals, given = part.partition("=")
        # vCard 2.1 writes types and encodings without a name.
        key, given = (key, given) if equals else ("TYPE" if key.upper() in _BARE_TYPES else "ENCODING", key)
        parameters[key.upper()] = (*parameters.get(key.upper(), ()), given.strip('"'))
    return Property(name.rpartition(".")[2].upper().strip(), parameters, _decoded(value, parameters))


def _split_head(line: str) -> tuple[str, str | None]:
    quoted = False
    for place, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == ":" and not quoted:
            return line[:place], line[place + 1 :]
    return line, None


def _decoded(value: str, parameters: Mapping[str, tuple[str, ...]]) -> str:
    encoding = "".join(parameters.get("ENCODING", ())).upper()
    charset = "".join(parameters.get("CHARSET", ())) or "utf-8"
    try:
        if encoding == "QUOTED-PRINTABLE":
            return quopri.decodestring(value.encode()).decode(charset)
        if encoding in {"B", "BASE64"} and "CHARSET" in parameters:
            return b64decode(value).decode(charset)
    except (UnicodeError, LookupError, Base64Error):
        return ""
    return value


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\,;:nN])", lambda found: " " if found[1] in "nN" else found[1], text).strip()


def _components(value: str) -> list[str]:
    return [_unescaped(part) for part in re.split(r"(?<!\\);", value)]


def _contact(card: list[Property]) -> dict[str, str]:
    contact: dict[str, str] = {}
    for found in card:
        reader = _READERS.get(found.name)
        name, value = reader(found) if reader else ("", "")
        # The first of a kind is the one a card prefers; FN is preferred to N whatever their order.
        if value and (name not in contact or found.name == "FN"):
            contact[name] = value
    return contact


def _name(found: Property) -> tuple[str, str]:
    family, given, *_ = [*_components(found.value), "", ""]
    is_han = bool(re.search(r"[\u3400-\u9fff]", family + given))
    return "name", f"{family}{given}" if is_han else " ".join(part for part in (given, family) if part)


def _telephone(found: Property) -> tuple[str, str]:
    number = _unescaped(re.sub(r"^tel:", "", found.value.strip(), flags=re.IGNORECASE)).replace(";ext=", " ext ")
    kind = "fax" if "FAX" in found.types else "mobile" if "CELL" in found.types else "phone"
    return kind, number


def _address(found: Property) -> tuple[str, str]:
    box, extended, street, city, region, postcode, country = (*_components(found.value), *[""] * 7)[:7]
    if re.search(r"[\u3400-\u9fff]", region + city + street):
        return "address", f"{country}{region}{city}{street}{extended}{box}"
    parts = (box, extended, street, city, " ".join(part for part in (region, postcode) if part), country)
    return "address", ", ".join(part for part in parts if part)


class _Plain:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, found: Property) -> tuple[str, str]:
        return self.name, _unescaped(re.sub(r"^mailto:", "", found.value, flags=re.IGNORECASE))


def _organization(found: Property) -> tuple[str, str]:
    return "company", _components(found.value)[0]


_READERS: dict[str, Callable[[Property], tuple[str, str]]] = {
    "FN": _Plain("name"),
    "N": _name,
    "EMAIL": _Plain("email"),
    "TEL": _telephone,
    "ORG": _organization,
    "TITLE": _Plain("title"),
    "ADR": _address,
    "URL": _Plain("website"),
}
