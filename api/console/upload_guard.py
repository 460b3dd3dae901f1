"""A form with a file: the session is proved and the right decided before the body is read, the token after."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.console.guard import Signed, check_csrf, check_origin, count_call, visitor_of
from api.console.visitor import Visitor
from api.gateway import gateway_of
from api.request_body import content_type
from api.uploads import DEFAULT_MEGABYTES, SentFile, read_upload
from core.errors import TooMuch, Unauthenticated


@dataclass(frozen=True, slots=True)
class Upload:
    """Who sent a file, and the file with the fields beside it."""

    visitor: Visitor
    sent: SentFile


class SignedUpload(Signed):
    """As ``Signed``, for ``multipart/form-data`` with one file."""

    async def __call__(self, request: Request) -> Upload:  # type: ignore[override]
        """The file of a visitor. Raises what ``Signed`` and ``read_upload`` raise, TooMuch ``request.busy``."""
        visitor = await run_in_threadpool(visitor_of, request, {})
        if visitor is None:
            raise Unauthenticated("session.missing", "Sign in to see this page.")
        check_origin(request)
        await run_in_threadpool(self.admit, visitor)
        token = request.headers.get("x-csrf-token", "")
        if content_type(request) != "multipart/form-data":
            # It cannot bring a token in its body; what is forged is told so before what is misformed.
            check_csrf(visitor, token)
        count_call(visitor)
        gateway = gateway_of(request)
        gateway.limits.count_heavy("uploads_per_minute", visitor.principal)
        # Two at a time: each stands in memory whole.
        if not gateway.uploading.acquire(blocking=False):
            raise TooMuch("request.busy", "Other uploads are being read; try again in some seconds.", retry_after=5)
        try:
            sent = await read_upload(
                request, gateway.services.settings.limits.get("upload_megabytes", DEFAULT_MEGABYTES)
            )
        finally:
            gateway.uploading.release()
        check_csrf(visitor, token or sent.fields.get("csrf", ""))
        return Upload(visitor, sent)
