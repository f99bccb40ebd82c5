"""Holding what is stored against what was sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reporting.contact_proof import agrees
from reporting.contacts import version_sheet
from reporting.declared import declared_agrees
from reporting.figures import agree
from reporting.models import ReportVersion
from reporting.report_tasks import tasks_agree


def versions_unlike_their_seal() -> Iterator[ReportVersion]:
    """Every version whose words or signature in the columns are not those that were sealed."""
    needed = ("seal", "signed_by", "report__due__cycle")
    kept = (
        "sections__section", "figures__division", "figures__indicator", "rollups__indicator", "red_lines__red_line",
        "outcomes", "commitments", "plan__plan", "tasks__task",
    )  # fmt: skip
    versions = ReportVersion.objects.select_related(*needed).prefetch_related(*kept)
    for version in versions.iterator(chunk_size=200):
        sealed = json.loads(version.seal.body)
        content = sealed["content"]
        stored = {row.section.code: row.html for row in version.sections.all()}
        said = {row["code"]: row["html"] for row in content["sections"]}
        same = (
            sealed["uid"] == str(version.report.uid)
            and content["number"] == version.number
            and content["signed_by"] == str(version.signed_by.uid)
            and said == stored
            and agree(version, content)
            and declared_agrees(version, content)
            and tasks_agree(version, content)
            and ("contacts" not in content or agrees(version_sheet(version), content["contacts"]))
        )
        if not same:
            yield version
