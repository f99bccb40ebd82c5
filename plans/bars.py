"""The timeline of a plan as a drawing: where each bar, mark and month line stands. Sizes are units of the viewBox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from plans.models import TaskState
from plans.timetable import Line, Timetable

WIDTH, LABELS, MARGIN = 1000, 300, 12
ROW, HEAD, BAR = 24, 34, 12
ROWS_A_SHEET = 26
"""So many rows stand on one sheet of A4 laid across."""
LONGEST_LABEL = 44
"""In half-width characters; a Chinese one takes two."""
FARTHEST = dt.timedelta(days=3660)
BEFORE = dt.timedelta(days=21)
"""So much is drawn before the first date."""
MONTHS, QUARTERS = 460, 1300
"""Up to so many days the lines are months, then quarters, then years."""


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone: a triangle, filled once it is reached."""

    x: float
    title: str
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of the drawing; `y` is the middle of the row. Without `width` there is no bar, but `point` may be.

    `is_cut`: the slack reaches further back than is drawn.
    """

    line: Line
    y: int
    label: str
    indent: int
    x: float = 0
    width: float = 0
    done: float = 0
    slack_x: float = 0
    slack_width: float = 0
    is_cut: bool = False
    point: float | None = None
    marks: Sequence[Mark] = ()

    @property
    def is_done(self) -> bool:
        return self.line.task.state == TaskState.DONE

    @property
    def top(self) -> float:
        return self.y - BAR / 2

    @property
    def end(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Sheet:
    """One drawing of a page's height."""

    bars: list[Bar]
    height: int
    ticks: list[Tick]
    today: float | None
    number: int
    width: int = WIDTH
    labels: int = LABELS
    bar: int = BAR
    head: int = HEAD


@dataclass(frozen=True, slots=True)
class Scale:
    """From a day to a place."""

    first: dt.date
    last: dt.date
    room: int = field(default=WIDTH - LABELS - 2 * MARGIN)

    def at(self, day: dt.date) -> float:
        """The left edge of a day."""
        share = (min(max(day, self.first), self.last + dt.timedelta(days=1)) - self.first).days
        return round(LABELS + MARGIN + self.room * share / self.days, 1)

    def after(self, day: dt.date) -> float:
        """The right edge of a day."""
        return self.at(day + dt.timedelta(days=1)) if day < self.last else self.at(self.last + dt.timedelta(days=1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def sheets_of(table: Timetable) -> list[Sheet]:
    """The drawing of a schedule, sheet by sheet; nothing where it has no rows."""
    scale = scale_of(table)
    ticks = list(_ticks(scale))
    is_within = scale.first <= table.day <= scale.last
    now = scale.at(table.day) if is_within else None
    sheets: list[Sheet] = []
    for start in range(0, len(table.lines), ROWS_A_SHEET):
        part = table.lines[start : start + ROWS_A_SHEET]
        bars = [_bar(line, HEAD + index * ROW + ROW // 2, scale) for index, line in enumerate(part)]
        sheets.append(Sheet(bars, HEAD + len(part) * ROW + 8, ticks, now, len(sheets) + 1))
    return sheets


def scale_of(table: Timetable) -> Scale:
    """From shortly before the first latest date to the last day; what lies absurdly far stands at the edge.

    Slack from before that is cut off: a plan that began years ago would press all that is still to be done together.
    """
    plan = table.plan
    days = [plan.ends_on, max(plan.begins_on, min(table.day, plan.ends_on))]
    for line in table.lines:
        days += [day for day in (line.begins, line.ends) if day is not None]
        days += [node.due_on for node in line.nodes]
    first = max(min(days), plan.begins_on - FARTHEST)
    return Scale(first - BEFORE, min(max(days), plan.ends_on + FARTHEST))


def _ticks(scale: Scale) -> Iterator[Tick]:
    step = 1 if scale.days <= MONTHS else 3 if scale.days <= QUARTERS else 12
    year, month = scale.first.year, 1
    while (day := dt.date(year, month, 1)) <= scale.last:
        if day >= scale.first:
            yield Tick(scale.at(day), f"{day:%Y}" if step == 12 else f"{day:%Y-%m}")
        year, month = (year + 1, 1) if month + step > 12 else (year, month + step)
        if year > dt.date.max.year:
            return


def _bar(line: Line, y: int, scale: Scale) -> Bar:
    indent = 14 * line.task.depth
    label = shortened(f"{line.number} · {line.task}", LONGEST_LABEL - 2 * line.task.depth)
    marks = [Mark(scale.at(node.due_on), f"{node.name} {node.due_on}", node.done_on is not None) for node in line.nodes]
    if line.begins is None or line.ends is None:
        point = scale.after(line.ends) if line.ends is not None else None
        return Bar(line, y, label, indent, point=point, marks=marks)
    x = scale.at(line.begins)
    width = max(round(scale.after(line.ends) - x, 1), 1.5)
    bar = Bar(line, y, label, indent, x, width, done=round(width * float(line.task.percent) / 100, 1), marks=marks)
    if line.row is None or line.row.slack <= 0:
        return bar
    slack_x = scale.at(line.row.earliest_start)
    slack, is_cut = max(round(x - slack_x, 1), 0), line.row.earliest_start < scale.first
    return Bar(line, y, label, indent, x, width, bar.done, slack_x, slack, is_cut, marks=marks)


def shortened(text: str, most: int) -> str:
    """The text within so many half-width places, with “…” where it goes on."""
    room = most
    for place, character in enumerate(text):
        room -= 2 if ord(character) > 0x2E7F else 1
        if room < 0:
            return text[:place].rstrip() + "…"
    return text
