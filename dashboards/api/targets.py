"""The API's rooms of where targets stand. They answer 304 while nothing below the office has been judged anew."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.functional import cached_property
from django.utils.http import urlencode
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from dashboards import words
from dashboards.filters import PositionFilter, SidesFilter
from dashboards.keeping import kept, tag
from dashboards.reading import meanings, positions_for
from dashboards.serializers.targets import DashboardOut, PositionRow
from dashboards.tallies import VIEW, Tallies, Tally, tallies, viewpoint
from indicators.models import PilotPosition, Position
from pilots.models import Batch, Region
from portal.api import Ordering, Pages
from portal.api_streams import StreamedList, streams
from portal.api_views import ActorFilters, ApiView
from units.models import Unit


class VersionedView(ApiView):
    """What it answers hangs on the positions below the office, the query, the language and the hat, on nothing else."""

    action_needed = VIEW

    def kept(self, request: Request, answer: Callable[[], Any]) -> Any:
        """`answer()` with its ETag; 304 without asking for it where the reader has that already."""
        mark = f'"{tag(self.actor, f"{request.accepted_renderer.format} {request.get_full_path()}")}"'
        held = get_conditional_response(request._request, etag=mark)
        if isinstance(held, HttpResponse):
            return held
        response = answer()
        response["ETag"] = mark
        response["Cache-Control"] = "private, no-cache"
        return response


class Dashboard(VersionedView):
    queryset = PilotPosition.objects.none()
    serializer_class = DashboardOut
    filter_backends = (ActorFilters,)
    filterset_class = SidesFilter

    @extend_schema(operation_id="dashboard_read", responses=DashboardOut)
    def get(self, request: Request) -> Any:
        """How many targets of the pilot areas below your office stand how: by indicator, sender, batch, category and
        region. Drafters and leads see those that send to their office itself."""
        self.filter_queryset(self.get_queryset())
        given = SidesFilter(request.query_params, queryset=self.get_queryset(), actor=self.actor)
        return self.kept(request, lambda: Response(DashboardOut(self._found(given)).data))

    def _found(self, given: SidesFilter) -> dict[str, Any]:
        found, office = tallies(self.actor, given.narrowed), viewpoint(self.actor)
        meant = meanings(found.by("indicator"))
        return {
            "office": office.name,
            "office_uid": office.uid,
            "finding": words.finding(found.whole),
            "whole": found.whole,
            "indicators": _sides(found, "indicator", ((pk, v.indicator.code, v.name) for pk, v in meant.items())),
            "senders": _sides(found, "sender", _named(found, "sender", Unit.objects.order_by("sort_key", "pk"), "uid")),
            "batches": _sides(found, "batch", _named(found, "batch", Batch.objects.order_by("number"), "number")),
            "categories": _sides(found, "category", ((name, name, name) for name in sorted(found.by("category")))),
            "regions": _sides(found, "region", ((code, code, _region(code)) for code in sorted(found.by("region")))),
        }


def _region(code: str) -> str:
    return str(Region(code).label) if code else ""


def _named(found: Tallies, side: str, rows: QuerySet[Any], key: str) -> Iterable[tuple[Any, str, str]]:
    named = rows.filter(pk__in=[pk for pk in found.by(side) if pk])
    return [*((row.pk, str(getattr(row, key)), row.name) for row in named), (None, "", "")]


def _sides(found: Tallies, side: str, named: Iterable[tuple[Any, str, str]]) -> list[dict[str, Any]]:
    by: dict[Any, Tally] = found.by(side)
    return [{"key": key, "name": name, "tally": by[pk]} for pk, key, name in named if pk in by]


class CountedOnce(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of a list that is counted elsewhere."""

    def __init__(self, rows: QuerySet[Any], size: int, *, number: Callable[[], int]) -> None:
        super().__init__(rows, size)
        self.number = number

    @cached_property
    def count(self) -> int:
        return self.number()


class VersionedPages(Pages):
    """Numbered pages, counted once for each version of the data: of 700,000 rows that takes longer than a page."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        beside = {self.page_query_param, self.page_size_query_param, Ordering.param}
        given = request.query_params.dict()
        asked = urlencode({name: str(given[name]) for name in sorted(given.keys() - beside)})
        number = functools.partial(kept, view.actor, f"count {queryset.model.__name__} {asked}", queryset.count)
        paginator: Any = functools.partial(CountedOnce, number=number)
        self.django_paginator_class = paginator
        return super().paginate_queryset(queryset, request, view)


class PositionList(VersionedView, StreamedList):
    queryset = Position.objects.none()
    serializer_class = PositionRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = PositionFilter
    pagination_class = VersionedPages
    ordering_fields: ClassVar = {"gap": "gap", "gap_years": "gap_years", "figure_on": "figure_on", "due_on": "due_on"}

    def get_queryset(self) -> QuerySet[Position]:
        return positions_for(self.actor).order_by("pilot", "indicator")

    def told(self, rows: Any) -> list[Any]:
        context = {"meant": meanings({row.indicator_id for row in rows})}
        return list(PositionRow(rows, many=True, context=context).data)

    @extend_schema(responses=streams(PositionRow))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Where each pilot area in reach stands on each indicator today, with the gap in its unit and in years."""
        return self.kept(request, lambda: self.answered(request))
