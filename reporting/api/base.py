"""What the rooms about one report share."""

from __future__ import annotations

import uuid

from rest_framework.response import Response

from accounts.access import Actor
from portal.api import with_etag
from portal.api_views import ApiView
from portal.errors import NotFound
from reporting import compilation, date_acts, figures, reading
from reporting.declared import read_declared
from reporting.models import Report
from reporting.report_tasks import TasksBelow, read_tasks, tasks_below
from reporting.serializers.reports import ReportDetail
from reporting.workflow import REPORT, available


def _below(report: Report, shown: reading.Reading, actor: Actor) -> TasksBelow | None:
    """The plans in the reports a compiled one uses, of what is written or of the version shown."""
    if not report.source_cycles or (shown.version is None and not shown.passages):
        return None
    if shown.version is None:
        return tasks_below(compilation.working_basis(report))
    return tasks_below(compilation.shown_basis(shown.version, compilation.basis_of(shown.version), to=actor).rows)


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
            "declared": read_declared(report, shown),
            "tasks": read_tasks(report, shown),
            "tasks_below": _below(report, shown, self.actor),
            "actions": available(report, self.actor),
            "date_actions": date_acts.acts(report, self.actor),
            "compiles": bool(report.source_cycles),
        }
        return with_etag(Response(ReportDetail(report, context=context).data), report.version)
