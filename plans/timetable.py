"""The schedule of a plan as it is read: its rows with their dates, the critical chain, and what is wrong, in words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from plans.arrangement import Arrangement, arrangement_of, dates_of, type_dates
from plans.models import Dependency, Node, Plan, Task
from plans.scheduling import Cycle, Row, Schedule
from plans.tree import VIEW, shows_rows

JOINT = " → "
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the plan. `number` counts the rows as they are read; `row` None: it has parts, or dates are unknown.

    `begins` and `ends` are the latest start and finish; of a row with parts from the first of them to the last.
    """

    number: int
    task: Task
    row: Row | None
    begins: dt.date | None
    ends: dt.date | None
    is_critical: bool
    needs: Sequence[Dependency] = ()
    nodes: Sequence[Node] = ()

    @property
    def slack(self) -> int | None:
        return self.row.slack if self.row else None


@dataclass(frozen=True, slots=True)
class Warned:
    """What the schedule warns of: a stable code, and a sentence."""

    code: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Timetable:
    """A plan's schedule on a day, as far as the reader sees its rows.

    `short`: by how many days it cannot be met as arranged, along `chain`; `late`: the same looked at from the day,
    along `late_chain`. `is_whole` False: the reader sees some rows only, so nothing is said of the whole.
    """

    plan: Plan
    day: dt.date
    lines: list[Line]
    is_whole: bool
    chain: list[Line] = field(default_factory=list)
    short: int = 0
    late: int = 0
    late_chain: list[Line] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)

    @property
    def slack(self) -> int | None:
        """Days to spare on the critical chain; None where there is none."""
        return self.chain[0].slack if self.chain else None

    @property
    def chain_uids(self) -> list[uuid.UUID]:
        return [line.task.uid for line in self.chain]

    @property
    def leaves(self) -> list[Line]:
        return [line for line in self.lines if line.task.is_leaf]


def timetable_of(plan: Plan, by: Actor, day: dt.date) -> Timetable:
    """The schedule as this reader may see it on a day. Four statements, however many rows."""
    if not shows_rows(plan, by):
        return Timetable(plan, day, [], is_whole=False)
    found = arrangement_of(plan)
    seen = set(Task.objects.visible_to(by, VIEW).filter(plan=plan).values_list("pk", flat=True))
    is_whole = all(task.pk in seen for task in found.tasks)
    nodes = _nodes_of(plan)
    try:
        dates, ahead = found.schedule(), found.schedule(day)
    except Cycle as error:
        lines = _lines(found, None, nodes, seen)
        return Timetable(plan, day, lines, is_whole, warnings=[_circle(error)] if is_whole else [])
    lines = _lines(found, dates, nodes, seen)
    if not is_whole:
        return Timetable(plan, day, lines, is_whole)
    by_key = {line.task.pk: line for line in lines}
    table = Timetable(
        plan, day, lines, is_whole,
        chain=[by_key[key] for key in dates.chain], short=dates.short,
        late=ahead.short if day > plan.begins_on else 0, late_chain=[by_key[key] for key in ahead.chain],
    )  # fmt: skip
    table.warnings.extend(_warnings(table, found))
    return table


def _nodes_of(plan: Plan) -> dict[int, list[Node]]:
    nodes: dict[int, list[Node]] = {}
    for node in Node.objects.filter(task__plan=plan, task__ended_at=None).order_by("due_on", "position", "id"):
        nodes.setdefault(node.task_id, []).append(node)
    return nodes


def _lines(found: Arrangement, dates: Schedule | None, nodes: dict[int, list[Node]], seen: set[int]) -> list[Line]:
    """The rows seen, numbered; without a schedule with the dates that were counted last."""
    spans: dict[int, type_dates] = {task.pk: (task.finish_by, task.latest_start) for task in found.tasks}
    if dates is not None:
        spans = dates_of(found, dates)
    needs: dict[int, list[Dependency]] = {}
    for one in found.dependencies:
        if one.needs_id in seen:
            needs.setdefault(one.task_id, []).append(one)
    chain = set(dates.chain) if dates else set()
    shown = [task for task in found.tasks if task.pk in seen]
    return [
        Line(
            number=number, task=task, row=dates.rows.get(task.pk) if dates else None,
            begins=spans[task.pk][1], ends=spans[task.pk][0], is_critical=task.pk in chain,
            needs=needs.get(task.pk, ()), nodes=nodes.get(task.pk, ()),
        )
        for number, task in enumerate(shown, start=1)
    ]  # fmt: skip


def names_of(lines: Sequence[Line]) -> str:
    """A chain in words."""
    return JOINT.join(str(line.task) for line in lines)


def _circle(error: Cycle) -> Warned:
    names = JOINT.join([*error.names, error.names[0]])
    text = _("These tasks wait for each other, so no dates can be counted: %(names)s. Take a dependency away.")
    return Warned("cycle", text % {"names": names})


def _warnings(table: Timetable, found: Arrangement) -> Iterator[Warned]:
    """What stands in the way first, then what makes the dates uncertain."""
    if table.short:
        text = ngettext(
            "As arranged, the plan cannot be met: %(days)d day short. The chain is %(names)s.",
            "As arranged, the plan cannot be met: %(days)d days short. The chain is %(names)s.",
            table.short,
        )
        yield Warned("short", text % {"days": table.short, "names": names_of(table.chain)})
    if table.late > table.short:
        text = ngettext(
            "Counted from today with what is done so far, it can no longer be met: %(days)d day late. "
            "The chain is %(names)s.",
            "Counted from today with what is done so far, it can no longer be met: %(days)d days late. "
            "The chain is %(names)s.",
            table.late,
        )
        yield Warned("late", text % {"days": table.late, "names": names_of(table.late_chain)})
    untimed = sum(line.task.days is None for line in table.leaves)
    if untimed:
        text = _("%(count)d of %(all)d tasks have no duration yet and count as no day: the dates are the best case.")
        yield Warned("untimed", text % {"count": untimed, "all": len(table.leaves)})
    yield from _idle(found.idle)
    yield from _late_nodes(table)


def _idle(idle: Sequence[Dependency]) -> Iterator[Warned]:
    for one in idle[:MOST_NAMED]:
        names = {"task": str(one.task), "needs": str(one.needs)}
        if one.needs.ended_at is not None:
            text = _("“%(task)s” waits for “%(needs)s”, which has ended. Take the dependency away.")
        else:
            text = _("“%(task)s” waits for “%(needs)s”; one of them has parts now. Set the dependency on the parts.")
        yield Warned("idle", text % names)


def _late_nodes(table: Timetable) -> Iterator[Warned]:
    late = [
        (line, node)
        for line in table.lines
        for node in line.nodes
        if line.ends is not None and node.due_on > line.ends and node.done_on is None
    ]
    for line, node in late[:MOST_NAMED]:
        text = _("The milestone “%(node)s” of “%(task)s” lies after the latest finish, %(day)s.")
        yield Warned("late_node", text % {"node": node.name, "task": str(line.task), "day": line.ends})
