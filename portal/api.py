"""What the API shares: who may call and how often, errors as problem+json, pages, order, ETags.

The API's addresses are in api_urls.py.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.access import require
from accounts.tokens import require_writing
from portal.errors import (
    BadInput,
    Finding,
    Forbidden,
    NotFound,
    NotSignedIn,
    PortalError,
    RevisionMissing,
    TooMany,
)
from portal.http import actor_of, counted, problem_json

if TYPE_CHECKING:  # REST framework reads its settings, and so this module, while its views are being imported
    from rest_framework.response import Response
    from rest_framework.views import APIView


WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LONGEST_NUMBER = 9
"""Digits of a version; more than the database's integers hold was never given out."""


class HatRequired(BasePermission):
    """Signed in, under a hat that has the view's action. A view that names none cannot be served."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        action = getattr(view, "action_needed", "")
        if not action:
            raise ImproperlyConfigured(f"{type(view).__name__} names no action.")
        actor = require(actor_of(request._request), action)
        if request.method not in SAFE_METHODS:
            require_writing(actor, action)
        return True


USUAL_SIZE, LARGEST_SIZE = 50, 200
SIZE_PARAM = "page_size"


def size_of(request: Request) -> int:
    """How many rows a page is to have: what was asked for, or refused; never silently another number."""
    given = request.query_params.get(SIZE_PARAM)
    if given is None:
        return USUAL_SIZE
    if not given.isdecimal() or len(given) > LONGEST_NUMBER or not 1 <= int(given) <= LARGEST_SIZE:
        text = _("A page has 1 to %(most)d rows.") % {"most": LARGEST_SIZE}
        raise BadInput(text, findings=(Finding("bad_page_size", text, SIZE_PARAM),))
    return int(given)


def with_size_documented(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parameters of a paginator, the size of a page with its bounds."""
    for parameter in parameters:
        if parameter["name"] == SIZE_PARAM:
            parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE}
    return parameters


class Pages(PageNumberPagination):
    """Numbered pages."""

    page_size_query_param = SIZE_PARAM

    def get_page_size(self, request: Request) -> int:
        return size_of(request)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return with_size_documented(super().get_schema_operation_parameters(view))


class Ordering(BaseFilterBackend):
    """`?ordering=name,-due`: by what a view offers in `ordering_fields` (public name → column), and nothing else.

    The list's own order stands behind what is asked for, so that equal rows keep their places from page to page.
    """

    param = "ordering"

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        given = request.query_params.get(self.param, "")
        if not given:
            return queryset
        offered = self.offered(view)
        columns = []
        for name in given.split(","):
            column = offered.get(name.removeprefix("-"))
            if column is None:
                text = _("This list can be ordered by: %(names)s.") % {"names": ", ".join(offered)}
                raise BadInput(text, findings=(Finding("unknown_ordering", text, self.param),))
            columns.append(f"-{column}" if name.startswith("-") else column)
        return queryset.order_by(*columns, *queryset.query.order_by)

    @staticmethod
    def offered(view: APIView) -> Mapping[str, str]:
        fields: Mapping[str, str] = getattr(view, "ordering_fields", {})
        return fields

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        names = [sign + name for name in self.offered(view) for sign in ("", "-")]
        if not names:
            return []
        return [
            {
                "name": self.param,
                "in": "query",
                "required": False,
                "description": "Order of the list; several names with commas, `-` before a name turns it round.",
                "schema": {"type": "array", "items": {"type": "string", "enum": names}},
                "style": "form",
                "explode": False,
            }
        ]


class PerHat(BaseThrottle):
    """So many reads and so many writes a minute for each hat; one counter each, however many processes serve."""

    WINDOW = 60

    def __init__(self) -> None:
        self.left_seconds = self.WINDOW

    def allow_request(self, request: Request, view: APIView) -> bool:
        most = settings.API_READS_A_MINUTE if request.method in {"GET", "HEAD"} else settings.API_WRITES_A_MINUTE
        kind = "read" if request.method in {"GET", "HEAD"} else "write"
        now = int(time.time())
        self.left_seconds = self.WINDOW - now % self.WINDOW
        key = f"api:{kind}:{actor_of(request._request).hat.pk}:{now // self.WINDOW}"
        return counted(key, self.WINDOW) <= most

    def wait(self) -> float:
        return self.left_seconds


def _as_portal_error(error: Exception) -> PortalError | None:
    match error:
        case PortalError():
            return error
        case Http404() | exceptions.NotFound():
            return NotFound()
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotSignedIn(_("Send a token, or sign in and send the session's cookie."))
        case exceptions.PermissionDenied(detail=str(words)) if words.startswith("CSRF"):
            text = _("Send the CSRF token in the header X-CSRFToken. You get it as a cookie at sign-in.")
            return Forbidden(text).known_as("csrf")
        case exceptions.Throttled():
            return TooMany(_("Too many requests. Wait %(seconds)d seconds.") % {"seconds": seconds_to_wait(error)})
        case PermissionDenied() | exceptions.PermissionDenied():
            return Forbidden()
        case exceptions.ValidationError():
            return BadInput(findings=tuple(_findings(error.detail)))
        case exceptions.APIException():
            return BadInput(str(error.detail)).known_as(str(error.default_code), error.status_code)
    return None


def _findings(detail: Any, target: str = "") -> list[Finding]:
    """DRF's nested error detail as a flat list."""
    if isinstance(detail, dict):
        return [f for key, value in detail.items() for f in _findings(value, f"{target}.{key}".strip("."))]
    if isinstance(detail, list):
        return [f for value in detail for f in _findings(value, target)]
    return [Finding(str(getattr(detail, "code", "invalid")), str(detail), target)]


def seconds_to_wait(error: exceptions.Throttled) -> int:
    return int(getattr(error, "wait", None) or PerHat.WINDOW)


def problem(error: Exception, context: dict[str, Any]) -> Any:
    """DRF's exception handler: everything a client can be told, as problem+json."""
    known = _as_portal_error(error)
    if known is None:
        return None
    answer = problem_json(known)
    if isinstance(error, exceptions.Throttled):
        answer["Retry-After"] = str(seconds_to_wait(error))
    if scheme := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = scheme
    return answer


def expected_version(request: Request) -> int | None:
    """The version the client saw, from If-Match: `"7"`. None when it sent none."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None
    number = given.removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise BadInput(_("If-Match must carry the ETag you were given, a number in quotes."))
    return int(number)


def required_version(request: Request) -> int:
    """The version the client saw; refused with 428 when it does not say, because it could overwrite blindly."""
    version = expected_version(request)
    if version is None:
        raise RevisionMissing(
            _('Say in If-Match which revision you changed: the ETag you were given, or "0" at first.')
        )
    return version


def with_etag(response: Response, version: int) -> Response:
    response["ETag"] = f'"{version}"'
    return response
