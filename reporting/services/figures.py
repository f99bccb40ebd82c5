"""Writing the figures of a report, and putting back those of its accepted version."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.access import Actor
from accounts.models import User
from indicators.models import FIGURE_FIELDS
from indicators.services.drafting import FigureInput, save_figures, store
from indicators.services.observations import Bringing, record
from records.models import Seal
from reporting.figures import KEY, key_of, sheet_or_404, version_figures
from reporting.models import Report, ReportFigure, ReportVersion, VersionFigure
from reporting.services.sections import editable_report, note_writer


@transaction.atomic
def save_report_figures(
    report_uid: uuid.UUID, inputs: Sequence[FigureInput], *, by: Actor, at: dt.datetime | None = None
) -> list[ReportFigure]:
    """Store rows of a report's grid together or none of them; the stored rows in the order given.

    A change of a figure empties its answers; everything empty takes back what was said. Raises NotFound, WrongState,
    BadInput with findings by cell, and Stale with `rows`: theirs and mine of each row somebody else changed first.
    """
    report = editable_report(report_uid, by)
    now = at or timezone.now()
    rows: list[Any] = save_figures(sheet_or_404(report), inputs, by=by, at=now)
    if any(row.updated_at == now for row in rows):
        note_writer(report, by, now)
    return rows


def put_back(report: Report, version: ReportVersion, by: User, at: dt.datetime) -> None:
    """The figures of a submitted version stand in the grid again; rows it does not have say nothing then."""
    blank = ReportFigure()
    nothing: dict[str, Any] = {name: getattr(blank, name) for name in (*FIGURE_FIELDS, "answers")}
    stored = {key_of(row): row for row in report.figures.all()}
    wanted = {key_of(row): _said(row) for row in version_figures(version)}
    changed = [
        ReportFigure(
            report=report,
            **dict(zip(KEY, key, strict=True)),
            **said,
            revision=stored[key].revision + 1 if key in stored else 1,
            updated_by=by,
            updated_at=at,
        )
        for key in {**stored, **wanted}
        if not _says(stored.get(key), said := wanted.get(key, nothing))
    ]
    store(ReportFigure, ("report",), changed)


def bring_into_force(version: ReportVersion, by: User, at: dt.datetime) -> int:
    """The figures of an accepted version count from now on, instead of those of earlier versions; returns how many."""
    due = version.report.due
    figures = list(version.figures.all())
    earlier = Seal.objects.filter(pk__in=version.report.versions.exclude(pk=version.pk).values("seal"))
    replaces = list(earlier) if version.corrects_id else []
    if not figures and not replaces:
        return 0
    what = Bringing(
        programme=due.cycle.programme,
        unit=due.unit,
        receiver=due.receiver,
        chain=due.chain,
        seal=version.seal,
        at=at,
        by=by,
        is_demo=due.cycle.is_demo,
    )
    return record(what, figures, replaces=replaces)


def _says(row: ReportFigure | None, said: Mapping[str, Any]) -> bool:
    return row is not None and all(getattr(row, name) == value for name, value in said.items())


def _said(row: VersionFigure) -> dict[str, Any]:
    """What a submitted figure says, with the answers its warnings had."""
    answers = {found["code"]: found["answer"] for found in row.findings if found["answer"]}
    return {**{name: getattr(row, name) for name in FIGURE_FIELDS}, "answers": answers}
