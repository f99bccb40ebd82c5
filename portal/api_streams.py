"""Whole lists of the API in one answer, for whoever keeps a copy: `Accept: application/x-ndjson` or `text/csv`.

The same rows, in the same order and form, as the pages of the list; never more than a chunk of them in memory. An error
in the middle breaks the connection: an answer that ends is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.generics import ListAPIView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.utils.encoders import JSONEncoder

from portal.api_views import ApiView
from records.csv_lines import csv_lines

CHUNK = 1_000
"""Rows read and written at a time."""
BETWEEN = "; "


class Lines(BaseRenderer):
    """One JSON object to a line."""

    media_type = "application/x-ndjson"
    format = "ndjson"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> Any:
        return data


class Table(Lines):
    """CSV with a heading."""

    media_type = "text/csv"
    format = "csv"


def streams(row: type[Serializer[Any]]) -> dict[tuple[int, str], Any]:
    """For the document: pages of rows, or all of them as lines or as a table."""
    whole = {(200, Lines.media_type): OpenApiTypes.STR, (200, Table.media_type): OpenApiTypes.STR}
    return {(200, "application/json"): row(many=True), **whole}


class StreamedList(ApiView, ListAPIView[Any]):
    """A list that can be had in pages, or whole. A room says in `told` what it makes of some of its rows."""

    renderer_classes = (JSONRenderer, Lines, Table)

    def told(self, rows: Sequence[Any]) -> list[Mapping[str, Any]]:
        """The rows as the API shows them; as many statements for many as for one."""
        return list(self.get_serializer(rows, many=True).data)

    def answered(self, request: Request) -> Response | StreamingHttpResponse:
        """A page of them, or all, as the request accepts."""
        rows = self.filter_queryset(self.get_queryset())
        chosen = request.accepted_renderer
        if isinstance(chosen, Lines):
            return self._streamed(rows, chosen)
        return self.get_paginated_response(self.told(self.paginate_queryset(rows) or []))

    def _streamed(self, rows: QuerySet[Any], chosen: Lines) -> StreamingHttpResponse:
        fixed = getattr(self.pagination_class, "ordering", None)
        found = self._all(rows.order_by(*fixed) if fixed else rows)
        is_table = isinstance(chosen, Table)
        lines = self._table(found) if is_table else (f"{json.dumps(row, cls=JSONEncoder)}\n" for row in found)
        answer = StreamingHttpResponse(lines, content_type=f"{chosen.media_type}; charset=utf-8")
        answer["Cache-Control"] = "private, no-store"
        return answer

    def _all(self, rows: QuerySet[Any]) -> Iterator[Mapping[str, Any]]:
        with closing(rows.iterator(chunk_size=CHUNK)) as waiting:  # type: ignore[type-var]  # it is a generator
            while some := list(islice(waiting, CHUNK)):
                yield from self.told(some)

    def _table(self, found: Iterator[Mapping[str, Any]]) -> Iterator[str]:
        columns = columns_of(self.get_serializer())
        return csv_lines([".".join(path) for path in columns], ([_at(row, path) for path in columns] for row in found))


def columns_of(serializer: BaseSerializer[Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The way to each plain value of a row: what is nested becomes columns of its own, a list stays one."""
    found: list[tuple[str, ...]] = []
    fields: Mapping[str, Any] = serializer.fields if isinstance(serializer, Serializer) else {}
    for name, field in fields.items():
        if isinstance(field, Serializer):
            found += columns_of(field, (*above, name))
        else:
            found.append((*above, name))
    return found


def _at(row: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = row
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, list):
        return BETWEEN.join(one if isinstance(one, str) else json.dumps(one, cls=JSONEncoder) for one in value)
    return json.dumps(value, cls=JSONEncoder) if isinstance(value, Mapping) else value
