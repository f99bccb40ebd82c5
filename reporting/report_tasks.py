"""The tasks of a pilot area's plan in its report (N5, N9): read live while it is written, kept when it is submitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation

from indicators.rows_typed import as_text
from plans.calculations import weighted
from plans.models import Plan, Task, TaskState
from plans.progress_reading import Summary, TaskLine, lines_of
from reporting.declared import declared_once
from reporting.figures import has_grid
from reporting.models import Report, ReportVersion, VersionPlan, VersionTask
from reporting.reading import Reading
from units.calendar import office_day, today

COUNTS = ("leaves", "done", "under_way", "overdue", "slipping", "stopped")


@dataclass(frozen=True, slots=True)
class ReportTask:
    """One row of the plan as it stands on the day, or stood. `text`: what was said of it since the report before."""

    task: Task
    name: str
    mark: str
    level: str
    depth: int
    is_leaf: bool
    state: str
    percent: Decimal | None
    finish_by: dt.date | None
    overdue_days: int
    is_slipping: bool
    text: str

    @property
    def state_label(self) -> str:
        return str(TaskState(self.state).label)

    @property
    def title(self) -> str:
        return f"{self.mark} {self.name}".strip()

    def as_content(self) -> dict[str, Any]:
        """As it is sealed: percent as text without needless zeros, dates as text."""
        return {
            "task": str(self.task.uid),
            "level": str(self.level),
            "depth": self.depth,
            "mark": self.mark,
            "name": self.name,
            "is_leaf": self.is_leaf,
            "state": str(self.state),
            "percent": as_text(self.percent),
            "finish_by": self.finish_by.isoformat() if self.finish_by else None,
            "overdue_days": self.overdue_days,
            "is_slipping": self.is_slipping,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class ReportTasks:
    """How the plan stands on `day` (`edition`: which approved wording of it); `is_draft`: read just now."""

    plan: Plan
    edition: int
    day: dt.date
    summary: Summary
    rows: Sequence[ReportTask]
    is_draft: bool

    def as_content(self) -> dict[str, Any]:
        """The key it adds to what is sealed."""
        return {
            "plan": {
                "plan": str(self.plan.uid),
                "edition": self.edition,
                "day": self.day.isoformat(),
                **{name: getattr(self.summary, name) for name in COUNTS},
                "percent": as_text(self.summary.percent),
                "tasks": [row.as_content() for row in self.rows],
            }
        }


def plan_of(report: Report) -> Plan | None:
    """The approved plan the report is about; None where the pilot area has none, or the report is no pilot's."""
    area = report.due.pilot_area
    if area is None or not has_grid(report):
        return None
    plan: Plan | None = getattr(area, "plan", None)
    return plan if plan is not None and plan.is_approved else None


def has_tasks(report: Report) -> bool:
    return plan_of(report) is not None


def tasks_now(report: Report, day: dt.date | None = None) -> ReportTasks | None:
    """The plan as it stands on a day (today), with what was said of its tasks since the report before."""
    plan = plan_of(report)
    if plan is None:
        return None
    day = day or today()
    before = declared_once(report).before
    since = office_day(before.submitted_at) if before else None
    lines = lines_of(plan, day, since)
    return ReportTasks(plan, plan.edition, day, counted(lines), [_row(line) for line in lines], is_draft=True)


def counted(lines: Iterable[TaskLine]) -> Summary:
    """The same lines counted, so that counts and lines never part (cf. `plans.progress_reading.summary_of`)."""
    leaves = [line for line in lines if line.task.is_leaf]
    return Summary(
        leaves=len(leaves),
        done=sum(line.state == TaskState.DONE for line in leaves),
        under_way=sum(line.state == TaskState.UNDER_WAY for line in leaves),
        overdue=sum(line.is_overdue for line in leaves),
        slipping=sum(line.is_slipping for line in leaves),
        percent=weighted((line.task.weight, line.percent) for line in leaves if line.state != TaskState.STOPPED),
        stopped=sum(line.state == TaskState.STOPPED for line in leaves),
    )


def _row(line: TaskLine) -> ReportTask:
    task = line.task
    return ReportTask(
        task=task,
        name=task.name,
        mark=task.mark,
        level=task.level,
        depth=task.depth,
        is_leaf=task.is_leaf,
        state=line.state,
        percent=line.percent,
        finish_by=line.finish_by,
        overdue_days=line.overdue_days,
        is_slipping=line.is_slipping,
        text=line.latest.text if line.latest else "",
    )


# -- what was submitted ----------------------------------------------------------------------------------------


def freeze_tasks(report: Report, at: dt.datetime) -> ReportTasks | None:
    """What a report would be submitted with at a moment, named in the one language that is kept for ever."""
    with translation.override(settings.LANGUAGE_CODE):
        return tasks_now(report, office_day(at))


def store_tasks(version: ReportVersion, found: ReportTasks | None) -> None:
    """Two statements, none where there is no plan."""
    if found is None:
        return
    VersionPlan.objects.create(
        version=version,
        plan=found.plan,
        edition=found.edition,
        day=found.day,
        percent=found.summary.percent,
        **{name: getattr(found.summary, name) for name in COUNTS},
    )
    VersionTask.objects.bulk_create(_kept(version, number, row) for number, row in enumerate(found.rows))


def _kept(version: ReportVersion, number: int, row: ReportTask) -> VersionTask:
    return VersionTask(
        version=version,
        task=row.task,
        position=number,
        level=row.level,
        depth=row.depth,
        mark=row.mark,
        name=row.name,
        is_leaf=row.is_leaf,
        percent=row.percent,
        finish_by=row.finish_by,
        overdue_days=row.overdue_days,
        is_slipping=row.is_slipping,
        text=row.text,
        state=row.state,
    )


def version_tasks(version: ReportVersion) -> ReportTasks | None:
    """What a version was submitted with: three statements at most, none where its rows were read with it."""
    plan: VersionPlan | None = getattr(version, "plan", None)
    if plan is None:
        return None
    rows: Any = version.tasks
    if "tasks" not in getattr(version, "_prefetched_objects_cache", {}):
        rows = rows.select_related("task")
    found = sorted(rows.all(), key=lambda row: (row.position, row.pk))
    summary = Summary(percent=plan.percent, **{name: getattr(plan, name) for name in COUNTS})
    return ReportTasks(plan.plan, plan.edition, plan.day, summary, [_read(row) for row in found], is_draft=False)


def _read(row: VersionTask) -> ReportTask:
    names = (
        "name", "mark", "level", "depth", "is_leaf", "state", "percent", "finish_by", "overdue_days", "is_slipping",
        "text",
    )  # fmt: skip
    return ReportTask(task=row.task, **{name: getattr(row, name) for name in names})


def tasks_agree(version: ReportVersion, sealed: Mapping[str, Any]) -> bool:
    """Whether the tasks in the columns are those that were sealed."""
    found = version_tasks(version)
    return (found.as_content() if found else {}) == ({"plan": sealed["plan"]} if "plan" in sealed else {})


def read_tasks(report: Report, shown: Reading) -> ReportTasks | None:
    """What goes with the text shown; None where there is no plan, or nothing may be read yet."""
    if not has_grid(report) or (shown.version is None and not shown.passages):
        return None
    return version_tasks(shown.version) if shown.version else tasks_now(report)


# -- the reports a compiled one stands on ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PilotTasks:
    """How the plan of one pilot area stood in the version of its report that is used."""

    name: str
    version: ReportVersion
    summary: VersionPlan


@dataclass(frozen=True, slots=True)
class TasksBelow:
    """The plans of the pilot areas a compiled report stands on, and their counts together."""

    rows: Sequence[PilotTasks]

    @property
    def total(self) -> Summary:
        return Summary(**{name: sum(getattr(row.summary, name) for row in self.rows) for name in COUNTS})


def plans_of(versions: Iterable[ReportVersion | None]) -> dict[int, VersionPlan]:
    """Version (id) → how its plan stood; versions without one are left out. One statement."""
    keys = [version.pk for version in versions if version is not None]
    return {row.version_id: row for row in VersionPlan.objects.filter(version__in=keys)} if keys else {}


def tasks_below(rows: Iterable[Any]) -> TasksBelow | None:
    """Of the basis of a compiled report (rows with `due` and `used`); None where no report used has a plan."""
    used = [(row.due, row.used) for row in rows if row.used is not None]
    found = plans_of(version for _due, version in used)
    pilots = [
        PilotTasks(due.pilot_area.name if due.pilot_area else due.unit.name, version, found[version.pk])
        for due, version in used
        if version.pk in found
    ]
    return TasksBelow(pilots) if pilots else None
