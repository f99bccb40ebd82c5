"""What every request gets: its client's address, an id in the logs, one calendar, a hat, errors in words."""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.access import Actor
from accounts.models import Membership
from portal.errors import PortalError
from portal.http import HAT_KEY, problem_page
from units.calendar import one_reading

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
Handler = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("portal.request")


class ClientAddressMiddleware:
    """`REMOTE_ADDR` becomes the client's address, for everybody who asks: lock-outs, rate limits, events.

    Each proxy appends whom it heard from to `X-Forwarded-For`, so only the entries of our own proxies, counted
    from the right, can be believed; what stands before them was written by the client.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        proxies = settings.TRUSTED_PROXIES
        named = [part for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if 0 < proxies <= len(named):
            try:
                request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(named[-proxies].strip()))
            except ValueError:
                log.warning("X-Forwarded-For names no address; see PORTAL_TRUSTED_PROXIES")
        return self.get_response(request)


class RequestIdMiddleware:
    """An id for each request: the proxy's when it gives a sane one, else our own; on every log line.

    `request.origin` is where the request comes from, as events keep it: address and id.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        request.origin = f"{request.META.get('REMOTE_ADDR', '')} {request_id}".strip()[:120]  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not request.path.startswith((settings.STATIC_URL, "/healthz", "/readyz")):
            # The route and not the path: paths hold one-time links.
            route = request.resolver_match.route if request.resolver_match else "-"
            log.info("request", method=request.method, route=route, status=response.status_code)
        return response


class CalendarMiddleware:
    """Working days are read once in a request, however many due dates a page counts down to."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with one_reading():
            return self.get_response(request)


class HatMiddleware:
    """`request.actor`: the person under the chosen hat, or None. A hat that was taken away is dropped.

    `request.hats`: all the person has; they are few, so they are read at once, for choosing and for the menu.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.hats = []  # type: ignore[attr-defined]
        request.actor = self._actor(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _actor(self, request: HttpRequest) -> Actor | None:
        if not request.user.is_authenticated:
            return None
        rows = Membership.objects.current().filter(user=request.user).select_related("unit__division", "programme")
        request.hats = hats = list(rows)  # type: ignore[attr-defined]
        if not hats:
            return None
        chosen = request.session.get(HAT_KEY)
        hat = next((hat for hat in hats if hat.pk == chosen), None)
        if hat is None:
            hat = hats[0]
            request.session[HAT_KEY] = hat.pk
        return Actor(user=request.user, hat=hat, origin=getattr(request, "origin", ""))


class ErrorMiddleware:
    """Turns a PortalError that reaches the top of a page into a page that says what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return problem_page(request, exception) if isinstance(exception, PortalError) else None
