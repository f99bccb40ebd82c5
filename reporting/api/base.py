"""What the rooms about one report share."""

from __future__ import annotations

import uuid

from rest_framework.response import Response

from portal.api import with_etag
from portal.api_views import ApiView
from portal.errors import NotFound
from reporting import date_acts, figures, reading
from reporting.models import Report
from reporting.serializers.reports import ReportDetail
from reporting.workflow import REPORT, available


class ReportApiView(ApiView):
    """A room about one report, found within the reader's reach."""

    action_needed = "report.view"

    def report_or_404(self, uid: uuid.UUID) -> Report:
        report = REPORT.rows().visible_to(self.actor, self.action_needed).filter(uid=uid).first()
        if report is None:
            raise NotFound
        return report

    def shown(self, report: Report) -> Response:
        """The report as this person may see it, with the version that transitions expect as its ETag."""
        versions = reading.readable_versions(report, self.actor)
        shown = reading.read(report, self.actor, versions)
        context = {
            "versions": versions,
            "reading": shown,
            "figures": figures.draft_figures(report) if shown.is_live else figures.version_figures(shown.version),
            "rollups": figures.version_rollups(shown.version),
            "actions": available(report, self.actor),
            "date_actions": date_acts.acts(report, self.actor),
            "compiles": bool(report.source_cycles),
        }
        return with_etag(Response(ReportDetail(report, context=context).data), report.version)
