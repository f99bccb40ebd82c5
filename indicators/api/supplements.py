"""Figures beside the reports: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.filters.supplements import SupplementFilter
from indicators.models import Part, Supplement
from indicators.serializers.grid import inputs_of
from indicators.serializers.supplements import (
    PastPeriodIn,
    SupplementActIn,
    SupplementChoiceSheet,
    SupplementDetail,
    SupplementFiguresIn,
    SupplementIn,
    SupplementRow,
    SupplementRowsIn,
    SupplementSheet,
)
from indicators.services.supplements import (
    FilledRow,
    RowInput,
    SupplementInput,
    begin,
    choose_rows,
    must_be_editable,
    must_be_past,
    save_rows,
)
from indicators.supplement_workflow import SUPPLEMENT, available, perform
from indicators.supplements import choices_of, listed_for, reach_supplement, rows_shown, shows_rows
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ActorFilters, ApiView
from records import workflow as engine

VERSION = if_match("The `version` of what the act is about, in quotes.", required=True)
YEAR = OpenApiParameter("year", int, OpenApiParameter.QUERY, required=True, description="A year that is over.")
PART = OpenApiParameter("part", str, OpenApiParameter.QUERY, enum=list(Part.values), description="Left out: `year`.")


class SupplementView(ApiView):
    """What the rooms of one supplement share."""

    action_needed = "figure.view"

    def shown(self, uid: uuid.UUID, status: int = 200) -> Response:
        supplement = reach_supplement(uid, self.actor)
        context = {"actions": available(supplement, self.actor)}
        answer = Response(SupplementDetail(supplement, context=context).data, status=status)
        return with_etag(answer, supplement.version)

    def sheet(self, uid: uuid.UUID) -> Response:
        supplement = reach_supplement(uid, self.actor)
        rows = rows_shown(supplement) if shows_rows(supplement, self.actor) else []
        return Response(SupplementSheet({"rows": rows}).data)


class SupplementList(SupplementView, ListAPIView[Supplement]):
    """Figures beside the reports: those of one's own unit, those it receives or may use, those below; newest first."""

    action_to_write = "supplement.edit"
    queryset = Supplement.objects.none()
    serializer_class = SupplementRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = SupplementFilter
    ordering_fields: ClassVar = {"begun_at": "begun_at", "submitted_at": "submitted_at", "unit": "unit__sort_key"}

    def get_queryset(self) -> QuerySet[Supplement]:
        return listed_for(self.actor)

    @extend_schema(request=SupplementIn, responses={201: SupplementDetail}, extensions=refuses(404, 422))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Begin figures beside the reports, empty: `final` ones of a pilot area of your own unit, or `shared` ones.

        Shared ones are for a pilot area in which your office's place lies, and whose reports another office writes.
        422 where nobody receives from the pilot area. Next: choose rows, fill them in, send for signing.
        """
        given = SupplementIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        wanted = SupplementInput(data["purpose"], data["pilot_area"], data["title"], data["reason"])
        return self.shown(begin(wanted, by=self.actor).uid, status=201)


class SupplementRoom(SupplementView):
    serializer_class = SupplementDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One of them: whose figures, its state, and what you may do now (`actions`). Rows: see `figures/`."""
        return self.shown(uid)


class SupplementFigures(SupplementView):
    action_to_write = "supplement.edit"
    serializer_class = SupplementSheet

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """All rows with what the checks find, what counts now, and what others offer while it can be filled in.

        The receiver sees what was sealed last; no rows while the sender is changing them.
        """
        return self.sheet(uid)

    @extend_schema(
        operation_id="supplements_figures_save",
        request=SupplementFiguresIn,
        responses=SupplementSheet,
        extensions=refuses(409),
    )
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Fill in rows: all are stored or none. Rows not named stay as they are; a new one is taken in.

        400 names each cell that cannot be read. 409 where somebody changed a row after the `revision` you send:
        `rows` has theirs and yours.
        """
        must_be_editable(uid, self.actor)
        given = SupplementFiguresIn(data=request.data)
        given.is_valid(raise_exception=True)
        rows = []
        for row in given.validated_data["rows"]:
            year, part = row.pop("year"), row.pop("part")
            rows.append(FilledRow(year, part, *inputs_of([row])))
        save_rows(uid, rows, by=self.actor)
        return self.sheet(uid)


class SupplementRows(SupplementView):
    action_needed = "supplement.edit"
    serializer_class = SupplementRowsIn

    @extend_schema(operation_id="supplements_rows_choose", responses=SupplementSheet, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Take rows in (`add`) and out (`remove`). What is taken out loses what was filled in; the rest stays."""
        must_be_editable(uid, self.actor)
        given = SupplementRowsIn(data=request.data)
        given.is_valid(raise_exception=True)
        add, remove = ([RowInput(**row) for row in given.validated_data[name]] for name in ("add", "remove"))
        choose_rows(uid, add=add, remove=remove, by=self.actor)
        return self.sheet(uid)


class SupplementChoices(SupplementView):
    action_needed = "supplement.edit"
    serializer_class = SupplementChoiceSheet
    query_parameters = ("year", "part")

    @extend_schema(parameters=[YEAR, PART], extensions=refuses(409))
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """What can be given of one past period: all that is asked of the pilot area's places, and what counts now."""
        supplement = must_be_editable(uid, self.actor)
        given = PastPeriodIn(data=request.query_params)
        given.is_valid(raise_exception=True)
        year, part = given.validated_data["year"], given.validated_data["part"]
        must_be_past(year, part)
        return Response(SupplementChoiceSheet({"rows": choices_of(supplement, year, part)}).data)


class SupplementActRoom(SupplementView):
    serializer_class = SupplementActIn

    @extend_schema(
        operation_id="supplements_act",
        parameters=[VERSION],
        responses=SupplementDetail,
        extensions=refuses(409, 422, 428),
    )
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of its `actions`. `accept` makes the figures count; roll-ups follow, the report stays.

        422 names each cell that is wrong, and each warning that has no answer yet.
        """
        supplement, transition = reach_supplement(uid, self.actor), SUPPLEMENT[name]
        given = SupplementActIn(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = engine.Request(transition.name, given.validated_data["comment"], required_version(request))
        perform(supplement, wanted, by=self.actor)
        return self.shown(uid)
