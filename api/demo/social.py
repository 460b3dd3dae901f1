"""The social channel: profiles as a network shows them, with nicknames, emoji and little else."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from api.demo import distort, words
from api.demo.seeds import chance, digits, stream
from api.demo.sightings import Channel, Sighting


@dataclass(frozen=True, slots=True)
class SocialProfile:
    """One profile; ``handle`` is its key, ``updated_at`` aware and in whole seconds. Empty fields are not shown."""

    handle: str
    display_name: str
    bio: str
    city: str
    email: str
    phone: str
    url: str
    followers: int
    updated_at: datetime
    entity: str
    late: bool = False

    def as_json(self) -> dict[str, str | int | None]:
        """The profile as the network's interface serves it."""
        return {
            "handle": self.handle,
            "display_name": self.display_name,
            "bio": self.bio or None,
            "city": self.city or None,
            "email": self.email or None,
            "phone": self.phone or None,
            "url": self.url,
            "followers": self.followers,
            "updated_at": self.updated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def social_profiles(seed: int, sightings: Iterable[Sighting]) -> list[SocialProfile]:
    """The profiles of all sightings in the network, in the order of their last change."""
    found = [_profile(seed, seen) for seen in sightings if seen.channel is Channel.SOCIAL]
    return sorted(found, key=lambda profile: (profile.updated_at, profile.handle))


def social_updates(seed: int, profiles: Iterable[SocialProfile], as_of: datetime) -> list[SocialProfile]:
    """Profiles of the same handles that changed after ``as_of``: a new text, one in twenty of them."""
    draw = stream(seed, "social updates")
    changed = []
    for profile in profiles:
        if chance(draw, 0.05):
            at = as_of + timedelta(seconds=draw.randint(60, 36_000))
            bio = draw.choice((*words.BIOS_LATIN, "搬到新城市了,请多关照"))
            changed.append(replace(profile, bio=bio, followers=profile.followers + 1, updated_at=at, late=True))
    return changed


def _profile(seed: int, seen: Sighting) -> SocialProfile:
    draw = stream(seed, "social", seen.name)
    customer = seen.customer
    handle = customer.handle + (f"_{digits(draw, 5)}" if seen.ordinal else "")
    bios = words.BIOS_ZH if customer.chinese else words.BIOS_LATIN
    phone = getattr(customer, seen.phone) if seen.phone else ""
    city = customer.address.city
    return SocialProfile(
        handle=handle,
        display_name=_display_name(draw, seen),
        bio=draw.choice(bios).format(industry=customer.industry) if chance(draw, 0.6) else "",
        city=(city.removesuffix("市") if chance(draw, 0.6) else city) if chance(draw, 0.75) else "",
        email=getattr(customer, seen.email) if seen.email else "",
        phone=distort.written_phone(draw, phone) if phone else "",
        url=f"https://social.example/@{handle}",
        followers=draw.randint(3, 90_000) if customer.company else draw.randint(3, 2_000),
        updated_at=seen.at,
        entity=customer.entity,
        late=seen.late,
    )


def _display_name(draw: random.Random, seen: Sighting) -> str:
    customer = seen.customer
    if seen.name_slip:
        return draw.choice(words.NICKNAMES)
    if customer.company:
        name = customer.company.full
        return f"{name}\uff08官方\uff09" if customer.chinese and chance(draw, 0.3) else name
    name = customer.person.full
    if customer.chinese and chance(draw, 0.22):
        name = customer.person.latin if chance(draw, 0.5) else customer.person.latin_family_first
    if chance(draw, 0.4):
        return f"{name}{draw.choice(words.EMOJI)}"
    return f"{name}_{customer.address.city.removesuffix('市')}" if chance(draw, 0.08) else name
