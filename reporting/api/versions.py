"""Sealed versions of a report, and the copies reviewing departments read."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import Actor
from portal.api import Ordering
from portal.api_views import ApiView
from portal.errors import NotFound
from reporting import compilation, figures, reading
from reporting.api.base import ReportApiView
from reporting.declared import read_declared
from reporting.filters.reports import CopyFilter
from reporting.models import ReportVersion
from reporting.report_tasks import read_tasks, tasks_below
from reporting.serializers.reports import CopyRow, VersionDetail, VersionRow


def version_detail(version: ReportVersion, actor: Actor) -> Response:
    found = compilation.shown_basis(version, compilation.basis_of(version), to=actor)
    shown = reading.read_version(version.report, version)
    context = {
        "passages": shown.passages,
        "sheet": shown.sheet,
        "figures": figures.version_figures(version),
        "rollups": figures.version_rollups(version),
        "declared": read_declared(version.report, shown),
        "tasks": read_tasks(version.report, shown),
        "tasks_below": tasks_below(found.rows),
        "basis": found.rows,
        "elsewhere": found.elsewhere,
    }
    return Response(VersionDetail(version, context=context).data)


class VersionList(ReportApiView):
    pagination_class = None
    serializer_class = VersionRow

    @extend_schema(responses=VersionRow(many=True))
    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """The versions of a report the reader may see, newest first."""
        found: Any = reading.readable_versions(self.report_or_404(uid), self.actor)
        return Response(VersionRow(found, many=True).data)


class VersionRoom(ReportApiView):
    serializer_class = VersionDetail

    def get(self, request: Request, uid: uuid.UUID, number: int, **kwargs: Any) -> Response:
        """One sealed version: text, receipt, seal, basis."""
        found = reading.readable_versions(self.report_or_404(uid), self.actor)
        version = next((v for v in found if v.number == number), None)
        if version is None:
            raise NotFound
        return version_detail(version, self.actor)


class CopyList(ApiView, ListAPIView[ReportVersion]):
    """Accepted compiled reports, as copied to reviewing departments."""

    action_needed = "copy.view"
    queryset = ReportVersion.objects.none()
    serializer_class = CopyRow
    filter_backends = (DjangoFilterBackend, Ordering)
    filterset_class = CopyFilter
    ordering_fields: ClassVar = {"decided_at": "decided_at", "unit": "report__due__unit__sort_key"}

    def get_queryset(self) -> QuerySet[ReportVersion]:
        rows: QuerySet[ReportVersion] = ReportVersion.objects.visible_to(self.actor, self.action_needed).copied()
        needed = ("report__due__unit", "report__due__cycle__programme", "report__due__pilot_area")
        return rows.select_related(*needed).order_by("-decided_at", "-id")


class CopyRoom(ApiView):
    action_needed = "copy.view"
    serializer_class = VersionDetail

    def get(self, request: Request, uid: uuid.UUID, **kwargs: Any) -> Response:
        """One copied report, as it was accepted."""
        rows = ReportVersion.objects.visible_to(self.actor, self.action_needed).copied()
        version = rows.select_related("seal", "submitted_by", "signed_by", "received_by", "decided_by")
        found = version.filter(uid=uid).first()
        if found is None:
            raise NotFound
        return version_detail(found, self.actor)
