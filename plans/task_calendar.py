"""A plan by day: what is to begin at the latest, to be finished, and which milestones fall due; month by month."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from plans.models import Node, Plan, Task
from plans.tree import VIEW, shows_rows
from portal.errors import bad
from units.calendar import calendars, today

FIRST_YEAR, LAST_YEAR = 2000, 2200
MONTH = re.compile(r"(20[0-9]{2}|21[0-9]{2}|2200)-(0[1-9]|1[0-2])")


class DayKind(models.TextChoices):
    """What falls on a day, in the order in which a day shows it."""

    START = "start", gettext_lazy("begin at the latest")
    NODE = "node", gettext_lazy("milestone")
    FINISH = "finish", gettext_lazy("finish at the latest")


ORDER = {kind.value: place for place, kind in enumerate(DayKind)}


@dataclass(frozen=True, slots=True)
class Item:
    """Something of a task on a day; `is_late`: the day is over and it has not happened."""

    kind: DayKind
    task: Task
    node: Node | None
    is_settled: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the month, or of a neighbour that fills the first or last week."""

    day: dt.date
    in_month: bool
    is_today: bool
    is_working: bool
    items: list[Item]

    @property
    def has_late(self) -> bool:
        return any(item.is_late for item in self.items)


@dataclass(frozen=True, slots=True)
class TaskMonth:
    """A month from Monday to Sunday. `previous` and `next` name the neighbours as an address does, '' at the edge."""

    first: dt.date
    weeks: list[list[Cell]]

    @property
    def agenda(self) -> list[Cell]:
        return [cell for week in self.weeks for cell in week if cell.items]

    @property
    def count(self) -> int:
        return sum(len(cell.items) for week in self.weeks for cell in week if cell.in_month)

    @property
    def previous(self) -> str:
        return _named(self.first - dt.timedelta(days=1))

    @property
    def next(self) -> str:
        return _named(self.first + dt.timedelta(days=31))


def _named(day: dt.date) -> str:
    return f"{day:%Y-%m}" if FIRST_YEAR <= day.year <= LAST_YEAR else ""


def month_named(text: str) -> dt.date:
    """The first day of the month an address names ("2026-07"), of this month where it names none. Raises BadInput."""
    if not text:
        return today().replace(day=1)
    match = MONTH.fullmatch(text)
    if not match:
        raise bad("bad_month", _("Name a month as year and number, for example 2026-07."), "month")
    return dt.date(int(match[1]), int(match[2]), 1)


def month_of(plan: Plan, by: Actor, first: dt.date, day: dt.date) -> TaskMonth:
    """A month of a plan as this reader may see it on a day, by the calendar of their own office. Four statements."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    span = (weeks[0][0], weeks[-1][-1])
    items = _items(plan, by, span, day) if shows_rows(plan, by) else {}
    own = calendars().of(by.hat.unit_id)
    return TaskMonth(
        first,
        [
            [Cell(one, one.month == first.month, one == day, own.is_working(one), items.get(one, [])) for one in week]
            for week in weeks
        ],
    )


def _items(plan: Plan, by: Actor, span: tuple[dt.date, dt.date], day: dt.date) -> dict[dt.date, list[Item]]:
    tasks = Task.objects.visible_to(by, VIEW).current().leaves().filter(plan=plan)
    found: defaultdict[dt.date, list[Item]] = defaultdict(list)
    dated = tasks.filter(models.Q(finish_by__range=span) | models.Q(latest_start__range=span))
    for task in dated.order_by("path", "id"):
        begun = not task.is_open or task.state != "not_started"
        for kind, one, settled in (
            (DayKind.START, task.latest_start, begun),
            (DayKind.FINISH, task.finish_by, not task.is_open),
        ):
            if one is not None and span[0] <= one <= span[1]:
                found[one].append(Item(kind, task, None, settled, not settled and one < day))
    nodes = Node.objects.filter(task__in=tasks.values("pk"), due_on__range=span).select_related("task")
    for node in nodes.order_by("task__path", "position", "id"):
        settled = node.done_on is not None or not node.task.is_open
        item = Item(DayKind.NODE, node.task, node, settled, not settled and node.due_on < day)
        found[node.due_on].append(item)
    for items in found.values():
        items.sort(key=lambda item: ORDER[item.kind])  # stable: rows of a kind stay in the order of the plan
    return found
