"""How people and systems spoil values: slips of fingers and ears, other ways to write the same."""

import unicodedata
from random import Random

_NEIGHBOURS = {
    key: "".join(row[position + step] for step in (-1, 1) if 0 <= position + step < len(row))
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
    for position, key in enumerate(row)
}
_HEARD = (
    ("ph", "f"),
    ("ck", "k"),
    ("ie", "y"),
    ("ey", "y"),
    ("ll", "l"),
    ("tt", "t"),
    ("nn", "n"),
    ("ss", "s"),
    ("c", "k"),
    ("th", "t"),
    ("ou", "u"),
    ("ee", "ea"),
    ("ei", "ai"),
    ("dt", "t"),
    ("mm", "m"),
    ("z", "s"),
)
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def typo(random: Random, text: str) -> str:
    """One slip: a letter left out, doubled, swapped with the next or replaced by a neighbour on the keyboard."""
    if len(text) < 3:
        return text
    kind = random.random()
    position = random.randrange(1, len(text) - 1)
    if kind < 0.3:
        return (text[:position] + text[position + 1 :]).rstrip()
    if kind < 0.45:
        return text[:position] + text[position] + text[position:]
    if kind < 0.7:
        return (text[:position] + text[position + 1] + text[position] + text[position + 2 :]).rstrip()
    near = _NEIGHBOURS.get(text[position].lower())
    return text[:position] + random.choice(near) + text[position + 1 :] if near else text


def heard(random: Random, text: str) -> str:
    """Spelled as it sounds, where the name has such a place."""
    lower = text.lower()
    places = [(one, other) for one, other in _HEARD if one in lower[1:]]
    if not places:
        return text
    one, other = random.choice(places)
    at = lower.index(one, 1)
    return text[:at] + other + text[at + len(one) :]


def ascii_letters(text: str) -> str:
    """Without accents, as foreign systems keep it."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ı", "i"))
    return "".join(one for one in plain if not unicodedata.combining(one))


def german_letters(text: str) -> str:
    """Umlauts written out: ae, oe, ue, ss."""
    return text.translate(_GERMAN)


def digit_slip(random: Random, text: str) -> str:
    """One digit wrong, or two swapped."""
    places = [position for position, one in enumerate(text) if one.isdigit()]
    if len(places) < 2:
        return text
    at = random.randrange(1, len(places))
    first, second = places[at - 1], places[at]
    if random.random() < 0.5 and text[first] != text[second]:
        return text[:first] + text[second] + text[first + 1 : second] + text[first] + text[second + 1 :]
    return text[:second] + str((int(text[second]) + random.randint(1, 9)) % 10) + text[second + 1 :]


def date_slip(random: Random, date: tuple[int, int, int]) -> tuple[int, int, int]:
    """Year, month and day with one figure wrong or two swapped, and still a date, as forms insist on one."""
    while True:
        year, month, day = map(int, digit_slip(random, "{:04}-{:02}-{:02}".format(*date)).split("-"))
        if 1800 < year < 2026 and 1 <= month <= 12 and 1 <= day <= 28:
            return year, month, day


def cased(random: Random, text: str) -> str:
    """Now and then all in capitals or all small."""
    drawn = random.random()
    return text.upper() if drawn < 0.05 else text.lower() if drawn < 0.1 else text
