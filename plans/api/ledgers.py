"""The API's rooms for the records beside the tasks: the very same services as the pages."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from plans.filters.ledgers import ProjectFilter
from plans.ledger_reading import entry_or_404, keeps, projects_seen, sheet_of
from plans.ledgers import LEDGERS, ledger_or_404
from plans.models import KeyProject
from plans.serializers.ledgers import ProjectRow, RecordIn, RecordKinds, RecordRow, RecordSheet, RecordWithdrawIn
from plans.services.ledgers import EntryInput, add_entry, change_entry, withdraw_entry
from plans.tree import EDIT, VIEW, reach_plan
from portal.api import Ordering, required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ActorFilters, ApiView

VERSION = if_match("The `version` of the row you saw, in quotes.", required=True)


class RecordApiView(ApiView):
    action_needed = VIEW
    action_to_write = EDIT

    def shown(self, ledger: str, uid: uuid.UUID, status: int = 200) -> Response:
        entry = entry_or_404(ledger_or_404(ledger), uid, self.actor)
        return with_etag(Response(RecordRow(entry).data, status=status), entry.version)

    def given(self, request: Request) -> EntryInput:
        given = RecordIn(data=request.data)
        given.is_valid(raise_exception=True)
        return EntryInput(**given.validated_data)


class RecordKindsRoom(ApiView):
    action_needed = VIEW
    serializer_class = RecordKinds

    @extend_schema(operation_id="plan_records_kinds", responses=RecordKinds)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """The records kept beside every plan, with the fields of their rows.

        The three links, the special fund, who bears what cost, key projects, delegated powers, division changes.
        """
        return Response(RecordKinds({"rows": LEDGERS.values()}).data)


class PlanRecords(RecordApiView):
    serializer_class = RecordSheet

    @extend_schema(operation_id="plan_records_read", responses=RecordSheet)
    def get(self, request: Request, uid: uuid.UUID, ledger: str, **kwargs: Any) -> Response:
        """One record of a plan: its rows, those withdrawn, and what adds up, year by year."""
        record, plan = ledger_or_404(ledger), reach_plan(uid, self.actor)
        context = {"may_keep": keeps(plan, self.actor)}
        return Response(RecordSheet(sheet_of(plan, record), context=context).data)

    @extend_schema(operation_id="plan_records_add", request=RecordIn, responses={201: RecordRow})
    def post(self, request: Request, uid: uuid.UUID, ledger: str, **kwargs: Any) -> Response:
        """Write down a row of a plan of your own office, in whatever state the plan is: records need no approval.

        400 names each value that cannot be read, and what must agree: a figure has a clause or a source.
        """
        ledger_or_404(ledger)
        reach_plan(uid, self.actor, EDIT)
        entry = add_entry(uid, ledger, self.given(request), by=self.actor)
        return self.shown(ledger, entry.uid, status=201)


class RecordRoom(RecordApiView):
    serializer_class = RecordRow

    @extend_schema(operation_id="plan_record_read", responses=RecordRow)
    def get(self, request: Request, ledger: str, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One row of a record, withdrawn ones too."""
        return self.shown(ledger, uid)

    @extend_schema(
        operation_id="plan_record_change",
        parameters=[VERSION],
        request=RecordIn,
        responses=RecordRow,
        extensions=refuses(409, 428),
    )
    def put(self, request: Request, ledger: str, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Write a row anew. 409 when somebody was first, with `theirs` and `mine`, or when it is withdrawn."""
        entry_or_404(ledger_or_404(ledger), uid, self.actor, EDIT)
        change_entry(uid, ledger, self.given(request), required_version(request), by=self.actor)
        return self.shown(ledger, uid)


class RecordWithdrawal(RecordApiView):
    action_needed = EDIT
    serializer_class = RecordWithdrawIn

    @extend_schema(
        operation_id="plan_record_withdraw",
        parameters=[VERSION],
        request=RecordWithdrawIn,
        responses=RecordRow,
        extensions=refuses(409, 428),
    )
    def post(self, request: Request, ledger: str, uid: uuid.UUID, **kwargs: Any) -> Response:
        """A row counts no longer; it stays to be read, with your reason. Nothing is deleted."""
        entry_or_404(ledger_or_404(ledger), uid, self.actor, EDIT)
        given = RecordWithdrawIn(data=request.data)
        given.is_valid(raise_exception=True)
        withdraw_entry(uid, ledger, given.validated_data["reason"], required_version(request), by=self.actor)
        return self.shown(ledger, uid)


class ProjectList(ApiView, ListAPIView[KeyProject]):
    """Key projects of all plans in reach, those with the nearest node first."""

    action_needed = VIEW
    queryset = KeyProject.objects.none()
    serializer_class = ProjectRow
    filter_backends = (ActorFilters, Ordering)
    filterset_class = ProjectFilter
    ordering_fields: ClassVar = {"node_on": "node_on", "investment": "investment", "name": "name"}

    def get_queryset(self) -> QuerySet[KeyProject]:
        return projects_seen(self.actor)
