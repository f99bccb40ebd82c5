"""What the API's views stand on. Apart from `portal.api`, which REST framework reads while its views are imported."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.access import Actor
from portal.api import WRITES, HatRequired, Ordering
from portal.api_docs import document
from portal.errors import BadInput, Finding, NotFound, TooLarge
from portal.http import actor_of, problem_json
from records import answers
from records.models import StoredAnswer


class ActorFilters(DjangoFilterBackend):
    """For filters that know who asks: what is theirs, and which choices they may see."""

    def get_filterset_kwargs(self, request: HttpRequest, queryset: Any, view: Any) -> dict[str, Any]:
        return {**super().get_filterset_kwargs(request, queryset, view), "actor": view.actor}


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


KEPT_HEADERS = ("Cache-Control", "Content-Type", "ETag", "Location")


class AnsweredAlready(Exception):
    """The write was done before under the same Idempotency-Key: this is its answer."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__(answer.key)
        self.answer = answer


class ApiView(GenericAPIView[Any]):
    """A room of the API. It names the action it stands under (`action_needed`); HatRequired asks for it.

    A write with an `Idempotency-Key` is one transaction with its stored answer: sent again, it gets that answer.
    An answer that refused changed nothing and is not kept. `answers_are_kept = False` where each call counts: there
    the header is not documented, and means nothing.
    """

    action_needed: str = ""
    action_to_write: str = ""
    """Where writing is another action than reading."""
    answers_are_kept = True
    most_bytes: int | None = None
    """Of a body, where a room takes more than others do: files."""
    query_parameters: tuple[str, ...] = ()
    """What a view reads from the query besides its filters, order, pages and embeds; anything else answers 400."""
    parser_classes = (OneObject,)
    metadata_class = None
    http_method_names = ("get", "post", "put", "delete", "head")
    # Only views that name a filter set filter; the others take no parameters.
    filter_backends: Any = ()
    claimed: StoredAnswer | None = None
    once: ExitStack
    """Holds the transaction of a write that happens once, from the claim of its key to its stored answer."""
    is_once = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.once:
            answer = super().dispatch(request, *args, **kwargs)
            if self.claimed is not None and 200 <= answer.status_code < 300:
                self._remember(self.claimed, answer)
            elif self.is_once:
                transaction.set_rollback(True)
        return answer

    def _remember(self, row: StoredAnswer, answer: HttpResponseBase) -> None:
        if isinstance(answer, Response):
            answer.render()
        if not isinstance(answer, HttpResponse):
            raise ImproperlyConfigured(f"{type(self).__name__} streams: its answers cannot be kept.")
        headers = {name: answer[name] for name in KEPT_HEADERS if name in answer}
        answers.remember(row, answer.status_code, headers, answer.content.decode())

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method in WRITES:
            self.action_needed = self.action_to_write or self.action_needed
        super().initial(request, *args, **kwargs)
        self._refuse_too_much(request)
        self._refuse_unknown_parameters(request)
        if request.method in WRITES and "Idempotency-Key" in request.headers:
            key = answers.key_given(request.headers["Idempotency-Key"])
            if self.answers_are_kept:
                self._begin_once(request, key)

    def _begin_once(self, request: Request, key: str) -> None:
        """Claim the key, in the transaction that ends with the answer. Who asks is known by now, and stays noted."""
        request_hash = fingerprint(request, self.actor)
        self.once.enter_context(transaction.atomic())
        self.is_once = True
        row = answers.claim(self.actor.hat, key, request_hash)
        if row.http_status:
            raise AnsweredAlready(row)
        self.claimed = row

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AnsweredAlready):
            kept = exc.answer
            answer: Any = HttpResponse(kept.body, status=kept.http_status, headers=kept.headers)
            answer["Idempotency-Replayed"] = "true"
            return answer  # type: ignore[no-any-return]
        return super().handle_exception(exc)

    def _refuse_too_much(self, request: Request) -> None:
        most = self.most_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > most:
            raise TooLarge(_("This is too much at once: at most %(most)d MB.") % {"most": most // 1024 // 1024})

    def _refuse_unknown_parameters(self, request: Request) -> None:
        """A mistyped filter, or one whose value got lost, would otherwise answer with everything."""
        known = set(self.known_parameters())
        found = [
            Finding("unknown_parameter", _("There is no such parameter here."), name[:100])
            for name in sorted(set(request.query_params) - known)
        ]
        found += [
            Finding("empty_parameter", _("Give this parameter a value, or leave it out."), name)
            for name in sorted(known & set(request.query_params))
            if not all(request.query_params.getlist(name))
        ]
        if found:
            names = ", ".join(finding.target for finding in found)
            text = _("Look at these parameters: %(names)s.") % {"names": names[:200]}
            raise BadInput(text, findings=tuple(found))

    def known_parameters(self) -> list[str]:
        known = list(self.query_parameters)
        filters = getattr(self, "filterset_class", None)
        if filters is not None:
            known += filters.base_filters
        if Ordering in self.filter_backends:
            known.append(Ordering.param)
        pages = self.pagination_class
        for name in ("page_query_param", "page_size_query_param", "cursor_query_param"):
            if isinstance(self, ListModelMixin) and (param := getattr(pages, name, None)):
                known.append(param)
        return known

    @property
    def actor(self) -> Actor:
        return actor_of(self.request._request)


def fingerprint(request: Request, by: Actor) -> str:
    """SHA-256 of what was asked for: method, address, If-Match, the token's scopes, and the body as it came.

    The scopes, because an answer may hold what a narrower token of the same hat must not read. The parts of a form
    are hashed one by one: the boundary between them is another one each time.
    """
    scopes = "session" if by.scopes is None else " ".join(sorted(by.scopes))
    given = [request.method or "", request._request.get_full_path(), request.headers.get("If-Match", ""), scopes]
    digest = hashlib.sha256("\n".join(given).encode())
    if (request.content_type or "").lower().startswith("multipart/"):
        form: Any = request.data
        for name in sorted(form):
            for value in form.getlist(name):
                content = _content(value)
                digest.update(f"\n{len(content)} {name}\n".encode())
                digest.update(content)
    else:
        digest.update(b"\n" + request._request.body)
    return digest.hexdigest()


def _content(value: Any) -> bytes:
    if not isinstance(value, UploadedFile):
        return str(value).encode()
    content = b"".join(value.chunks())
    value.seek(0)
    return str(value.name).encode() + b"\n" + content


@dataclass(frozen=True, slots=True)
class Embed:
    """What a list carries in each row when asked with `?embed=`: its form, and one fetch for all rows of a page.

    `fetch(rows, actor)` gives primary key → value for the serializer; its statements do not grow with the rows.
    """

    serializer: Callable[..., BaseSerializer[Any]]
    fetch: Callable[[Sequence[Any], Actor], Mapping[Any, Any]]
    help: str
    many: bool = True


class EmbeddingList(ApiView, ListModelMixin):
    """A list whose rows can carry more: a client need not ask for each row again."""

    embeds: ClassVar[Mapping[str, Embed]] = {}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    def known_parameters(self) -> list[str]:
        return [*super().known_parameters(), "embed"]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        wanted = self._wanted(request)
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        items: Any = self.get_serializer(rows, many=True).data
        for name in wanted:
            embed = self.embeds[name]
            found = embed.fetch(rows, self.actor)
            nothing: Any = [] if embed.many else None
            for row, item in zip(rows, items, strict=True):
                value = found.get(row.pk, nothing)
                item[name] = embed.serializer(value, many=embed.many).data if value is not None else None
        return self.get_paginated_response(items)

    def _wanted(self, request: Request) -> Sequence[str]:
        names = [name for name in request.query_params.get("embed", "").split(",") if name]
        if not set(names) <= set(self.embeds):
            text = _("This list can embed: %(names)s.") % {"names": ", ".join(self.embeds)}
            raise BadInput(text, findings=(Finding("unknown_embed", text, "embed"),))
        return names


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The portal's 404: below the API's address as problem+json, elsewhere as a page."""
    if request.path.startswith("/api/v1/"):
        return problem_json(NotFound())
    return page_not_found(request, exception)


class MadeOnce(SchemaGenerator):
    """A generator that hands out what the process has made already."""

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict[str, Any]:
        return document(get_language() or "")


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document of this version, to whoever is signed in."""

    generator_class = MadeOnce
    action_needed = "desk.view"
    permission_classes = (HatRequired,)
