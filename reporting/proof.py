"""Holding what is stored against what was sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reporting.models import ReportVersion


def versions_unlike_their_seal() -> Iterator[ReportVersion]:
    """Every version whose words or signature in the columns are not those that were sealed."""
    versions = ReportVersion.objects.select_related("seal", "signed_by", "report").prefetch_related("sections__section")
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
        )
        if not same:
            yield version
