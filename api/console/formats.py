"""Numbers, times and durations as a visitor reads them: their language, their time zone. Pure."""

import zoneinfo
from datetime import UTC, datetime, timedelta, tzinfo

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_compact_decimal, format_decimal, format_percent
from babel.units import format_unit

from api.console.words import marked as _
from api.console.words import words

_UNITS = (("day", 86400, 10**6), ("hour", 3600, 24), ("minute", 60, 60), ("second", 1, 60))
_LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}


def zone_of(name: str) -> tzinfo:
    """The time zone of that name (IANA); UTC where there is none."""
    # A name is read from a cookie: one that is no plain name must not reach the file system.
    if (
        not name
        or len(name) > 64
        or not all(part.replace("_", "").replace("-", "").replace("+", "").isalnum() for part in name.split("/"))
    ):
        return UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def number(value: float, language: str) -> str:
    """``12,345`` in either language."""
    return format_decimal(value, locale=_LOCALES[language])


def short_number(value: float, language: str) -> str:
    """``12万`` or ``123K``."""
    return format_compact_decimal(value, locale=_LOCALES[language], fraction_digits=1)


def moment(value: datetime, language: str, zone: tzinfo) -> str:
    """Date, time and zone, to the second."""
    return format_datetime(value, "yyyy-MM-dd HH:mm:ss z", tzinfo=zone, locale=_LOCALES[language])


def ago(value: datetime, now: datetime, language: str) -> str:
    """How long ago, or in how long: ``3 minutes ago``, ``3分钟前``, ``just now``."""
    if abs((value - now).total_seconds()) < 1:
        return words(language).gettext(_("just now"))
    return format_timedelta(value - now, add_direction=True, locale=_LOCALES[language], threshold=1.2)


def duration(value: timedelta | float, language: str) -> str:
    """How long something takes, in its two largest units: ``1h 6m``, ``1小时6分钟``."""
    whole = max(0, round(value.total_seconds() if isinstance(value, timedelta) else value))
    parts = [(whole // size % limit, unit) for unit, size, limit in _UNITS]
    first = next((at for at, (count, _) in enumerate(parts) if count), len(parts) - 1)
    told = [one for one in parts[first : first + 2] if one[0] or one is parts[first]]
    return " ".join(
        format_unit(
            count, f"duration-{unit}", length="short" if language == "zh" else "narrow", locale=_LOCALES[language]
        )
        for count, unit in told
    )


def signed_bits(weight: int, language: str) -> str:
    """A weight of 1/1000 bit in bits, with its sign: ``+11.8``."""
    return format_decimal(weight / 1000, format="+0.0;-0.0", locale=_LOCALES[language])


def percent(share: float, language: str) -> str:
    """A share of 1 in percent; what is not quite all or nothing is not told as that."""
    bounded = min(max(share, 0.001), 0.999) if 0 < share < 1 else share
    return format_percent(bounded, format="0.#%", locale=_LOCALES[language])
