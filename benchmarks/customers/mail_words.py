"""What mailboxes are made of in western countries: providers, local parts, firms' hosts; values that tell nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.customers import places
from benchmarks.customers.draw import Weighted, lists, zipf
from benchmarks.customers.names_western import ENGLISH, FRENCH, GERMAN, SPANISH, Language
from benchmarks.customers.noise import ascii_letters, german_letters

_WORDS = lists("sunny blue lucky quiet green happy star tiger wolf moon red rocket coffee music garden bike luna")
_FIRMS = lists("nova terra alpha delta north prime inter solis metro vita")
_TRADES = lists("tech soft works group media trade consult energy bau log med")
_TOWNS = zipf(
    lists("""New_York Los_Angeles Chicago Houston Phoenix Philadelphia San_Antonio San_Diego Dallas Austin Columbus
Seattle Denver Boston Nashville Portland Memphis Atlanta Omaha Minneapolis Tampa Cleveland Buffalo Boise Richmond""")
)
JUNK = {
    "name": lists("x Test N.N. - Unknown Kunde xxx"),
    "birth_date": lists("1970-01-01 01/01/1900 01.01.1900 1900-01-01 01/01/1970 00.00.0000 01.01.1980"),
    "email": lists("test@test.com noreply@example.com none@none.com x@x.com keine@mail.de nomail@shop.com"),
    "phone": lists("123456789 0000000000 0123456789 111111 +440000000000 999999999"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Country:
    """Names, towns, code of telephones, providers of mail, ways to write a date, what a family's mailbox says."""

    language: Language
    towns: Weighted[str]
    people: str
    hosts: Weighted[str]
    dates: Sequence[str]
    families: Sequence[str]


def _towns(country: places.Country) -> Weighted[str]:
    return zipf(list(dict.fromkeys(name for name, _ in country.cities.items)))


COUNTRIES = (
    Country(
        GERMAN, _towns(places.GERMANY), "49",
        zipf(lists("gmx.de web.de gmail.com t-online.de freenet.de outlook.de yahoo.de gmx.net arcor.de icloud.com")),
        ("{2:02}.{1:02}.{0}", "{2}.{1}.{0}", "{0}-{1:02}-{2:02}", "{2:02}.{1:02}.{3:02}"),
        ("familie.{0}", "fam.{0}", "{0}family", "die{0}s"),
    ),
    Country(
        ENGLISH, _towns(places.BRITAIN), "44",
        zipf(lists("gmail.com hotmail.co.uk yahoo.co.uk btinternet.com outlook.com sky.com talktalk.net icloud.com")),
        ("{2:02}/{1:02}/{0}", "{0}-{1:02}-{2:02}", "{2}/{1}/{0}", "{2:02}-{1:02}-{0}"),
        ("the{0}s", "{0}family", "family.{0}", "{0}household"),
    ),
    Country(
        ENGLISH, _TOWNS, "1",
        zipf(lists("gmail.com yahoo.com aol.com hotmail.com comcast.net outlook.com verizon.net icloud.com att.net")),
        ("{1:02}/{2:02}/{0}", "{1}/{2}/{0}", "{0}-{1:02}-{2:02}"),
        ("the{0}s", "{0}family", "{0}.home"),
    ),
    Country(
        FRENCH, _towns(places.FRANCE), "33",
        zipf(lists("gmail.com orange.fr free.fr wanadoo.fr laposte.net hotmail.fr sfr.fr yahoo.fr outlook.fr")),
        ("{2:02}/{1:02}/{0}", "{0}-{1:02}-{2:02}", "{2:02}.{1:02}.{0}"),
        ("famille.{0}", "{0}.famille", "fam{0}"),
    ),
    Country(
        SPANISH, _towns(places.SPAIN), "34",
        zipf(lists("gmail.com hotmail.com hotmail.es yahoo.es telefonica.net outlook.es terra.es icloud.com")),
        ("{2:02}/{1:02}/{0}", "{0}-{1:02}-{2:02}", "{2}-{1}-{0}"),
        ("familia.{0}", "{0}casa", "los{0}"),
    ),
)  # fmt: skip


def plain(name: str) -> str:
    """A name as local parts bear it."""
    letters = ascii_letters(german_letters(name)).lower()
    return "".join(one for one in letters if one.isalnum()) or "x"


def firm_host(random: Random) -> str:
    """The host of a made-up firm."""
    return f"{random.choice(_FIRMS)}-{random.choice(_TRADES)}{random.choice(('.com', '.net', '.org', '.eu'))}"


def local_part(random: Random, country: Country, given: str, family: str, born: tuple[int, int, int]) -> str:
    """What stands before the @ of somebody's mailbox: names, short forms, years, or words that tell nothing."""
    first, last, (year, month, day) = plain(given), plain(family), born
    short = plain(random.choice(country.language.nicknames.get(given, (given,))))
    number, word = random.randint(1, 999), random.choice(_WORDS)
    return random.choice(
        (
            f"{first}.{last}", f"{first}.{last}", f"{last}.{first}", f"{first[0]}{last}{year % 100:02}",
            f"{first[0]}.{last}", f"{first}{last}", f"{first}_{last}", f"{short}.{last}", f"{short}{year}",
            f"{short}{number}", f"{last}{number}", f"{last}{first[0]}", f"{first}.{last}{year % 100:02}",
            f"{word}{random.choice(_WORDS)}{number}", f"{word}.{short}", f"{first}-{last}",
            f"{short}{last[:3]}{day:02}{month:02}",
        )
    )  # fmt: skip
