"""What the API's views stand on. Apart from `portal.api`, which REST framework reads while its views are imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from accounts.access import Actor
from portal.api import HatRequired
from portal.errors import BadInput, NotFound
from portal.http import actor_of, problem_json


class OneObject(JSONParser):
    """JSON that is flat enough to be read; anything else is refused in words."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise BadInput(_("The JSON is nested too deeply to be read.")) from error
        if not isinstance(found, Mapping):
            raise BadInput(_("Send one JSON object: names and values in braces."))
        return found


class ApiView(GenericAPIView[Any]):
    """A room of the API. It names the action it stands under (`action_needed`); HatRequired asks for it."""

    action_needed: str = ""
    parser_classes = (OneObject,)
    metadata_class = None
    http_method_names = ("get", "post", "put", "head")
    # Only views that name a filter set filter; the others take no parameters.
    filter_backends: Any = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > most:
            refused = BadInput(_("This is too much at once: at most %(most)d MB.") % {"most": most // 1024 // 1024})
            refused.code, refused.status = "too_large", 413
            raise refused

    @property
    def actor(self) -> Actor:
        return actor_of(self.request._request)


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The portal's 404: below the API's address as problem+json, elsewhere as a page."""
    if request.path.startswith("/api/"):
        return problem_json(NotFound())
    return page_not_found(request, exception)


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document of this version, to whoever is signed in."""

    action_needed = "desk.view"
    permission_classes = (HatRequired,)
