"""What the routes work with: the services of the workspace and the parts that only this door has."""

import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from starlette.requests import Request

from api.limits import RequestLimits
from api.reads import Reads
from api.verification import Verifier
from api.wiring import Services
from merge.resolve.pinning import Pinning
from merge.resolve.unmerge import Unmerge
from sync.feed import Feed
from sync.forms import Forms, forms_from_settings
from sync.manual_entry import ManualEntry
from sync.pinning import PinDesk
from sync.rights import Rights
from sync.unmerging import UnmergeDesk


@dataclass
class Gateway:
    """Everything a route may use."""

    services: Services
    uploading: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(2))

    @cached_property
    def limits(self) -> RequestLimits:
        """How often the door may be knocked at."""
        return RequestLimits(self.services.settings.limits)

    @cached_property
    def reads(self) -> Reads:
        """Single golden records."""
        return Reads(self.services, self.limits)

    @cached_property
    def rights(self) -> Rights:
        """Decisions about single golden records."""
        return self.services.rights

    @cached_property
    def forms(self) -> Forms:
        """Web forms."""
        services = self.services
        return Forms(
            services.foundation,
            services.entries,
            services.mappings,
            services.flows,
            forms_from_settings(services.settings.forms),
        )

    @cached_property
    def feed(self) -> Feed:
        """Changes and histories."""
        return Feed(self.services.foundation, self.services.decisions, self.rights)

    @cached_property
    def manual_entry(self) -> ManualEntry:
        """Records entered by hand."""
        services = self.services
        return ManualEntry(services.foundation, services.decisions, self.rights, services.entries, services.mappings)

    @cached_property
    def verifier(self) -> Verifier:
        """Verifications of the audit log that people start."""
        return Verifier(self.services)

    @cached_property
    def unmerging(self) -> UnmergeDesk:
        """Taking golden records apart."""
        resolver = self.services.resolver
        return UnmergeDesk(self.rights, Unmerge(resolver), Pinning(resolver))

    @cached_property
    def pins(self) -> PinDesk:
        """Values that people set."""
        return PinDesk(self.rights, Pinning(self.services.resolver))


def ensure_form_mappings(services: Services) -> None:
    """Bring the mappings of the forms in ``ingot.yaml`` into force. Raises Invalid for one that cannot be."""
    Gateway(services).forms.ensure_mappings()


def gateway_of(request: Request) -> Gateway:
    """The gateway that answers this request."""
    return cast("Gateway", request.app.state.gateway)
