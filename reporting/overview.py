"""Who has reported: for each sender on one's route its own report, and how far those below it are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When

from accounts.access import Actor, Reach, units_for
from pilots.models import Capacity
from reporting.chases import Chasing, chasing_of
from reporting.models import Cycle, Report, answered_now, exempt_now, overdue_now
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Below:
    """How far the reports below one sender are. Who is exempt and has sent nothing is not expected."""

    expected: int = 0
    submitted: int = 0
    accepted: int = 0
    overdue: int = 0

    @property
    def missing(self) -> int:
        return self.expected - self.submitted


@dataclass(frozen=True, slots=True)
class SenderRow:
    """A sender directly below: its own report, and those it receives in turn."""

    report: Report
    below: Below
    chasing: Chasing | None = None
    """To whom what is received here is to chase; None to all others."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the overview page and its API say about one cycle, as seen from one unit."""

    cycle: Cycle
    unit: Unit
    rows: tuple[SenderRow, ...]
    pilots: Below
    senders: Below


def cycles_for(actor: Actor) -> QuerySet[Cycle]:
    """The cycles of the hat's programme, newest first."""
    rows: QuerySet[Cycle] = Cycle.objects.filter(programme=actor.hat.programme_id)
    return rows.select_related("programme__owner")


def viewpoint(actor: Actor, cycle: Cycle) -> Unit:
    """From where one looks: the own unit; the owner of the programme for who sees all of it (auditor)."""
    sees_all = Reach.PROGRAMME in units_for(actor, "cycle.view")
    return cycle.programme.owner if sees_all else actor.unit


def overview(actor: Actor, cycle: Cycle) -> Overview:
    """Three statements, however many units report; two more for whom it is to chase."""
    unit = viewpoint(actor, cycle)
    visible = Report.objects.visible_to(actor, "cycle.view").filter(due__cycle=cycle)
    direct = list(visible.filter(due__receiver=unit).for_lists().order_by("due__unit__sort_key", "due__capacity"))
    below = _below(actor, cycle, unit)
    chasing = chasing_of(direct, actor, unit)
    rows = tuple(
        SenderRow(
            report,
            below.get(report.due.unit_id, Below()) if _compiles(report) else Below(),
            chasing.get(report.due_id),
        )
        for report in direct
    )
    return Overview(
        cycle=cycle,
        unit=unit,
        rows=rows,
        pilots=_total(actor, cycle, Capacity.PILOT),
        senders=_of([row.report for row in rows if _compiles(row.report)]),
    )


def senders_so_far(actor: Actor, cycle: Cycle) -> Below:
    """How far those are that send to one's office itself; one statement."""
    reports = Report.objects.visible_to(actor, "cycle.view").filter(due__cycle=cycle)
    return Below(**reports.filter(due__receiver=viewpoint(actor, cycle)).aggregate(**_counts()))


def so_far_by_receiver(actor: Actor, cycle: Cycle, offices: Sequence[int]) -> dict[int, Below]:
    """The same of several offices (ids), as far as the reports sent to them are within reach; one statement."""
    rows: Iterable[Any] = (
        Report.objects.visible_to(actor, "cycle.view")
        .filter(due__cycle=cycle, due__receiver__in=offices)
        .order_by()
        .values(receiver=F("due__receiver"))
        .annotate(**_counts())
    )
    return {row.pop("receiver"): Below(**row) for row in rows}


def _compiles(report: Report) -> bool:
    return bool(report.due.capacity == Capacity.COMPILER)


def _counts() -> dict[str, Count]:
    return {
        "expected": Count("id", filter=~exempt_now()),
        "submitted": Count("id", filter=answered_now()),
        "accepted": Count("id", filter=Q(accepted_version__isnull=False)),
        "overdue": Count("id", filter=overdue_now()),
    }


def _below(actor: Actor, cycle: Cycle, unit: Unit) -> dict[int, Below]:
    """Pilot reports grouped by who compiles them: their receiver, or the sender itself where it is its own pilot."""
    compiler = Case(When(due__receiver=unit.pk, then=F("due__unit")), default=F("due__receiver"))
    rows: Iterable[Any] = (
        Report.objects.visible_to(actor, "cycle.view")
        .filter(due__cycle=cycle, due__capacity=Capacity.PILOT)
        .order_by()
        .values(compiler=compiler)
        .annotate(**_counts())
    )
    return {row["compiler"]: Below(row["expected"], row["submitted"], row["accepted"], row["overdue"]) for row in rows}


def _total(actor: Actor, cycle: Cycle, capacity: str) -> Below:
    return Below(
        **Report.objects.visible_to(actor, "cycle.view")
        .filter(due__cycle=cycle, due__capacity=capacity)
        .aggregate(**_counts())
    )


def _of(reports: list[Report]) -> Below:
    return Below(
        expected=sum(not report.is_exempt for report in reports),
        submitted=sum(report.is_answered for report in reports),
        accepted=sum(report.accepted_version_id is not None for report in reports),
        overdue=sum(report.is_overdue for report in reports),
    )
