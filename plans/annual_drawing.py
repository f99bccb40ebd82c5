"""What belongs into a department's annual plan (N10): the leaves it leads whose span touches the year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plans.duties import Held, held, standing, tasks_of
from plans.models import AnnualPlan, Plan, Task, TaskState, Tier
from units.models import Unit


@dataclass(frozen=True, slots=True)
class Department:
    """A department that leads something: an office of the register, or a name."""

    name: str
    unit: Unit | None = None

    def leads(self, found: Held) -> bool:
        """Whether it is the lead department in these duties."""
        return any(
            one.duty.unit_id == self.unit.pk if self.unit else one.duty.unit_id is None and one.duty.name == self.name
            for one in found.get(Tier.LEAD, ())
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """A leaf of the year: `begins` to `ends`; `ends_this_year`: it is to be done by the end of the year.

    `is_left_over`: it should have been done before.
    """

    task: Task
    begins: dt.date
    ends: dt.date
    ends_this_year: bool
    is_left_over: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A plan's rows and who answers for them, read once: two statements."""

    plan: Plan
    tasks: list[Task]
    duties: Mapping[int, Held]

    @classmethod
    def of(cls, plan: Plan) -> Reading:
        tasks = tasks_of(plan)
        return cls(plan, tasks, held(tasks, standing(plan)))

    def departments(self) -> list[Department]:
        """Who leads at least one leaf, each once, by name."""
        found: dict[tuple[int | None, str], Department] = {}
        for task in self.tasks:
            for one in self.duties[task.pk].get(Tier.LEAD, ()) if task.is_leaf else ():
                unit, name = one.duty.unit, one.duty.unit.name_now if one.duty.unit else one.duty.name
                found.setdefault((unit.pk if unit else None, name), Department(name, unit))
        return sorted(found.values(), key=lambda row: (row.unit.sort_key if row.unit else "~", row.name))

    def drawn(self, department: Department, year: int) -> list[Drawn]:
        """The leaves of one department in a year, in tree order."""
        rows = (span_of(self.plan, task, year) for task in self.tasks if department.leads(self.duties[task.pk]))
        return [row for row in rows if row is not None]

    def without(self, year: int, written: Iterable[AnnualPlan]) -> list[Department]:
        """Departments that have something to do in a year and no annual plan for it."""
        there = {row.name for row in written if row.year == year}
        return [one for one in self.departments() if one.name not in there and self.drawn(one, year)]


def department_of(row: AnnualPlan) -> Department:
    return Department(row.name, row.department)


def span_of(plan: Plan, task: Task, year: int) -> Drawn | None:
    """When a leaf is worked on, if that touches the year; None where it does not, or it is no leaf.

    It begins on its own first day, else on the latest start of the schedule, else with the plan; it ends on its latest
    finish, else with the plan. What is done or stopped does not come into a later year; what is left over does.
    """
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    if not task.is_leaf or task.state == TaskState.STOPPED:
        return None
    begins = task.begins_on or task.latest_start or plan.begins_on
    ends = task.finish_by or plan.ends_on
    if task.done_on is not None:
        ends = min(ends, task.done_on) if task.done_on < first else ends
    is_left_over = ends < first and task.is_open
    if begins > last or (ends < first and not is_left_over):
        return None
    return Drawn(task, begins, ends, ends_this_year=ends <= last, is_left_over=is_left_over)
