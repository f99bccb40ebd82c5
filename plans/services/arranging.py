"""Arranging the work of a plan (倒排): days, what waits for what; and the dates counted back from them.

The pilot arranges this itself at any time, also after approval; each act leaves an event and needs nobody's consent.
Milestones: see services/nodes.py.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Actor
from accounts.tokens import require_scope
from plans.arrangement import arrangement_of, dates_of
from plans.models import Dependency, Plan, Task
from plans.scheduling import Cycle, Edge, order_of
from portal.errors import Finding, NotFound, RuleBroken, Stale, WrongState, bad
from records.journal import Note, write

EDIT = "plan.edit"
MOST_DAYS = 3660
"""Ten years: a longer duration or interval is a slip of the finger."""
MOST_NEEDS = 30
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2200, 12, 31)


@dataclass(frozen=True, slots=True)
class ArrangeInput:
    """Calendar days a leaf takes (None: not known yet), and the day before which it cannot begin."""

    days: int | None = None
    begins_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class NeedInput:
    """What a task waits for (uid of another leaf of the plan), and the calendar days that must pass between."""

    needs: uuid.UUID
    lag_days: int = 0


@transaction.atomic
def arrange(
    task_uid: uuid.UUID, data: ArrangeInput, revision: int, *, by: Actor, at: dt.datetime | None = None
) -> Task:
    """Say how long a leaf takes and when it can begin at the earliest; all dates of the plan follow.

    Raises NotFound, WrongState (ended), RuleBroken (has parts), BadInput (days, begins_on), Stale (both sides).
    """
    task = held(task_uid, by)
    must_be_leaf(task)
    days, begins_on = _days(data.days, "days", least=1), day_within(data.begins_on, "begins_on")
    before = {"days": task.days, "begins_on": task.begins_on}
    if task.revision != revision:
        text = _("Somebody else has changed this task since you opened it.")
        raise Stale(text, extra={"version": task.revision, "theirs": _shown(before)})
    wanted = {"days": days, "begins_on": begins_on}
    if wanted != before:
        task.days, task.begins_on, task.revision = days, begins_on, task.revision + 1
        task.save(update_fields=["days", "begins_on", "revision"])
        refresh_dates(task.plan)
        journal(task, "task.arrange", {"before": _shown(before), "after": _shown(wanted)}, by=by, at=at)
    return fresh(task)


@transaction.atomic
def wait_for(task_uid: uuid.UUID, data: NeedInput, *, by: Actor, at: dt.datetime | None = None) -> Dependency:
    """A leaf is to wait for another; given once more, the days between change.

    Raises NotFound, WrongState (ended), RuleBroken (has parts, or the tasks would wait for each other: all named),
    BadInput (needs, lag_days).
    """
    task = held(task_uid, by)
    must_be_leaf(task)
    lag = _days(data.lag_days, "lag_days", least=0) or 0
    needs = task.plan.tasks.current().leaves().filter(uid=data.needs).first()
    if needs is None:
        raise bad("unknown_task", _("Choose another task of this plan that has no parts."), "needs")
    if needs.pk == task.pk:
        raise bad("itself", _("A task cannot wait for itself."), "needs")
    if task.needs.exclude(needs=needs).count() >= MOST_NEEDS:
        raise bad("too_many", _("A task can wait for at most %(most)d others.") % {"most": MOST_NEEDS}, "needs")
    found, is_new = Dependency.objects.get_or_create(task=task, needs=needs, defaults={"lag_days": lag})
    if not is_new and found.lag_days == lag:
        return found
    if not is_new:
        found.lag_days = lag
        found.save(update_fields=["lag_days"])
    _must_have_order(task.plan)
    refresh_dates(task.plan)
    journal(task, "task.wait", {"needs": str(needs.uid), "name": str(needs), "lag_days": lag}, by=by, at=at)
    return found


@transaction.atomic
def stop_waiting(dependency_uid: uuid.UUID, *, by: Actor, at: dt.datetime | None = None) -> Task:
    """A task waits for another no more. Raises NotFound, WrongState (ended)."""
    require_scope(by, EDIT)
    reach = Task.objects.visible_to(by, EDIT).values("pk")
    found = Dependency.objects.filter(uid=dependency_uid, task__in=reach).select_related("task", "needs").first()
    if found is None:
        raise NotFound
    task = held(found.task.uid, by)
    data = {"needs": str(found.needs.uid), "name": str(found.needs), "lag_days": found.lag_days}
    found.delete()
    refresh_dates(task.plan)
    journal(task, "task.wait_end", data, by=by, at=at)
    return fresh(task)


def held(task_uid: uuid.UUID, by: Actor) -> Task:
    """A task of one's own plan, the plan locked and then the task. Raises NotFound, WrongState (ended)."""
    require_scope(by, EDIT)
    found = Task.objects.visible_to(by, EDIT).filter(uid=task_uid).values_list("pk", "plan_id").first()
    if found is None:
        raise NotFound
    plans = Plan.objects.select_related("programme", "pilot_area__programme", "unit", "receiver")
    plan = plans.select_for_update(of=("self",)).get(pk=found[1])
    task: Task = Task.objects.select_for_update(of=("self",)).get(pk=found[0])
    task.plan = plan
    if task.ended_at is not None:
        raise WrongState(_("A change of the plan has ended this task. Look at the tree for what stands instead."))
    return task


def must_be_leaf(task: Task) -> None:
    """Raises RuleBroken: only what has no parts is arranged."""
    if not task.is_leaf:
        text = _("This row has parts and takes its dates from them. Arrange its parts instead.")
        raise RuleBroken(text, findings=(Finding("has_parts", text),))


def fresh(task: Task) -> Task:
    """The task as it is stored now, its dates counted anew."""
    found: Task = Task.objects.select_related("plan__pilot_area").get(pk=task.pk)
    return found


def journal(task: Task, act: str, data: dict[str, object], *, by: Actor, at: dt.datetime | None) -> None:
    """The event; arranging is the pilot's own business and told to nobody beyond the office."""
    write(act, task.as_subject(internal=True), by=by, at=at or timezone.now(), note=Note(data=data))


def day_within(day: dt.date | None, field: str) -> dt.date | None:
    """A day of these two centuries, or none."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        text = _("Give a day from %(first)s to %(last)s.") % {"first": FIRST_DAY, "last": LAST_DAY}
        raise bad("bad_day", text, field)
    return day


def _days(number: int | None, field: str, *, least: int) -> int | None:
    if number is not None and not least <= number <= MOST_DAYS:
        text = _("Give a whole number of calendar days from %(least)d to %(most)d.")
        raise bad("bad_days", text % {"least": least, "most": MOST_DAYS}, field)
    return number


def _shown(values: Mapping[str, object]) -> dict[str, object]:
    return {name: str(value) if isinstance(value, dt.date) else value for name, value in values.items()}


def _must_have_order(plan: Plan) -> None:
    """Also counting what does not count now: a row whose parts are ended becomes a leaf again."""
    names = {task.pk: str(task) for task in Task.objects.current().filter(plan=plan).order_by("path", "id")}
    found = Dependency.objects.filter(task__in=names, needs__in=names).order_by("id")
    try:
        order_of(names, [Edge(one.needs_id, one.task_id, one.lag_days) for one in found])
    except Cycle as error:
        raise circle(error) from error


def circle(error: Cycle) -> RuleBroken:
    """The refusal that names who waits for whom."""
    text = _("These tasks would wait for each other: %(names)s. Take one of these dependencies away.")
    words = text % {"names": " → ".join([*error.names, error.names[0]])}
    return RuleBroken(words, findings=(Finding("cycle", words, "needs"),))


def refresh_dates(plan: Plan) -> None:
    """Write `finish_by` and `latest_start` of a plan's rows anew where they changed; three statements at any size.

    A leaf without days has no latest start. A row with parts lies from the first latest start of its leaves to their
    last latest finish. Raises RuleBroken where tasks wait for each other, with their names.
    """
    found = arrangement_of(plan)
    try:
        wanted = dates_of(found, found.schedule())
    except Cycle as error:
        raise circle(error) from error
    changed = []
    for task in found.tasks:
        if (task.finish_by, task.latest_start) != wanted[task.pk]:
            task.finish_by, task.latest_start = wanted[task.pk]
            changed.append(task)
    if changed:
        Task.objects.bulk_update(changed, ["finish_by", "latest_start"])
