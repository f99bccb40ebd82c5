"""Fields of work of the batches (N5), and the spatial structure of pilot areas (L2)."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from pilots.facts import pilot_or_404
from pilots.models import Batch, PilotArea
from plans.models import TaskField
from plans.serializers.plans import StructureIn, StructureSheet, TaskFieldIn, TaskFieldNewIn, TaskFieldRow
from plans.services.fields import KEEP, FieldInput, add_field, change_field, keeps
from plans.services.structure import StructureInput, set_structure
from plans.tree import EDIT, VIEW, field_batches, kept_structure, structures_of
from portal.api import required_version, with_etag
from portal.api_schema import if_match, refuses
from portal.api_views import ApiView
from portal.errors import NotFound

FIELD_VERSION = if_match("The `version` of the field of work, in quotes.", required=True)
SEEN = if_match('The `number` of the newest version you saw, in quotes; "0" for none.', required=True)


class TaskFieldList(ApiView, ListAPIView[TaskField]):
    action_needed = VIEW
    action_to_write = KEEP
    queryset = TaskField.objects.none()
    serializer_class = TaskFieldRow
    filter_backends = ()

    def get_queryset(self) -> Any:
        return field_batches(self.actor)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The fields of work of every batch of the programme, batch by batch. What is not verified says so."""
        return self.list(request, *args, **kwargs)

    @extend_schema(request=TaskFieldNewIn, responses={201: TaskFieldRow}, extensions=refuses(404, 409))
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add a field of work to a batch whose fields could not be sourced. Only the owner of the programme may.

        409 where the batch's fields come from a document, or it has a field of that code.
        """
        if not Batch.objects.filter(programme=self.actor.hat.programme_id, programme__owner=self.actor.unit).exists():
            raise NotFound
        given = TaskFieldNewIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        number, code = data.pop("batch"), data.pop("code")
        batches = Batch.objects.filter(programme=self.actor.hat.programme_id).select_related("programme")
        batch = batches.filter(number=number).first()
        if batch is None:
            raise NotFound
        field = add_field(batch, code, FieldInput(**data), by=self.actor)
        return with_etag(Response(TaskFieldRow(field).data, status=201), field.version)


class TaskFieldRoom(ApiView):
    action_needed = KEEP
    serializer_class = TaskFieldIn

    @extend_schema(
        operation_id="task_fields_update", parameters=[FIELD_VERSION], responses=TaskFieldRow,
        extensions=refuses(409, 428),
    )  # fmt: skip
    def put(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Change an open field of work. 409 where it comes from a document, or somebody was first."""
        found = field_batches(self.actor).filter(uid=uid).first()
        if found is None or not keeps(found.batch, self.actor):
            raise NotFound
        given = TaskFieldIn(data=request.data)
        given.is_valid(raise_exception=True)
        field = change_field(uid, FieldInput(**given.validated_data), required_version(request), by=self.actor)
        return with_etag(Response(TaskFieldRow(field).data), field.version)


class PilotStructures(ApiView):
    action_needed = "pilot.view"
    action_to_write = EDIT
    serializer_class = StructureSheet

    @extend_schema(operation_id="pilots_structures_retrieve", responses=StructureSheet)
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The spatial structure of a pilot area in words (L2), version upon version, the newest first."""
        return self._shown(pilot_or_404(self.actor, self.action_needed, uid))

    @extend_schema(
        operation_id="pilots_structures_create", parameters=[SEEN], request=StructureIn,
        responses={201: StructureSheet}, extensions=refuses(404, 409, 428),
    )  # fmt: skip
    def post(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """Write a new version; those before stay readable. Only the pilot area's own office may."""
        pilot = kept_structure(uid, self.actor)
        given = StructureIn(data=request.data)
        given.is_valid(raise_exception=True)
        set_structure(uid, StructureInput(**given.validated_data), required_version(request), by=self.actor)
        return self._shown(pilot, status=201)

    @staticmethod
    def _shown(pilot: PilotArea, status: int = 200) -> Response:
        rows = list(structures_of(pilot))
        return with_etag(Response(StructureSheet({"rows": rows}).data, status=status), rows[0].number if rows else 0)
