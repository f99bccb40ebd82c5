"""The API's rooms for long jobs."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import Ordering
from portal.api_schema import refuses
from portal.api_views import ApiView
from records.jobs import asking
from records.jobs.filters import JobFilter
from records.jobs.serializers import JobDetail, JobRow
from records.models import Job


class JobList(ApiView, ListAPIView[Job]):
    """Your own long jobs under this role, newest first; the system's administrator sees everybody's."""

    action_needed = asking.ACTION
    queryset = Job.objects.none()
    serializer_class = JobRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = JobFilter
    ordering_fields: ClassVar = {"asked_at": "created_at"}

    def get_queryset(self) -> QuerySet[Job]:
        return asking.jobs_of(self.actor)


class JobRoomView(ApiView):
    """What the rooms of one job share."""

    action_needed = asking.ACTION
    serializer_class = JobDetail

    def shown(self, job: Job) -> Response:
        return Response(JobDetail(job, context={"actor": self.actor}).data)


class JobRoom(JobRoomView):
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One long job: how far it is, how it ended, and what may be done with it (`actions`).

        Ask every few seconds until `state` is `done`, `failed` or `cancelled`.
        """
        return self.shown(asking.job_or_404(uid, self.actor))


class JobActRoom(JobRoomView):
    @extend_schema(operation_id="jobs_act", request=None, extensions=refuses(409))
    def post(self, request: Request, uid: uuid.UUID, name: str, **kwargs: Any) -> Response:
        """Carry out one of the job's `actions`: cancel, try_again.

        `cancel` stops a running job at its next step; all it did is taken back. `try_again` answers with a new job.
        A token needs the scope of what the job does.
        """
        job = asking.perform(asking.job_or_404(uid, self.actor), name, self.actor)
        return self.shown(asking.job_or_404(job.uid, self.actor))
