"""The sealed version of a report behind a figure, told to whoever shows figures."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from accounts.access import Actor
from indicators.origins import Origin, register
from records.models import Seal
from reporting.models import ReportVersion

KIND = "report"
"""The kind of subject whose seals these are."""


def versions_behind(seals: Collection[Seal], by: Actor) -> dict[int, Origin]:
    """Versions within reach; one statement."""
    versions = ReportVersion.objects.visible_to(by, "report.view").filter(seal__in=[seal.pk for seal in seals])
    return {
        version.seal_id: Origin(
            label=version.report.title,
            path=reverse("reporting:version", args=[version.report.uid, version.number]),
            receipt=version.receipt_number,
            submitted_at=version.submitted_at,
        )
        for version in versions.select_related("report__due__cycle", "report__due__unit", "report__due__pilot_area")
    }


register(KIND, versions_behind)
