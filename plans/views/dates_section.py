"""The part of a task's page about its dates: what they are counted from, what it waits for, its milestones."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from plans.models import Task, TaskState
from plans.timetable import Line, timetable_of
from plans.tree import may_arrange
from units.calendar import today


def dates_section(task: Task, by: Actor) -> dict[str, Any]:
    """What _task_dates.html needs."""
    table = timetable_of(task.plan, by, today())
    line = next((line for line in table.lines if line.task.pk == task.pk), None)
    if line is None:
        return {"dates": None}
    needed_by = [other for other in table.lines if any(one.needs_id == task.pk for one in other.needs)]
    return {
        "dates": {
            "line": line,
            "facts": _facts(line),
            "needed_by": needed_by,
            "may_arrange": task.is_leaf and may_arrange(task.plan, by),
            "timeline_url": reverse("plans:timeline", args=[task.plan.uid]),
        }
    }


def _facts(line: Line) -> list[dict[str, Any]]:
    task, row = line.task, line.row
    facts: list[dict[str, Any]] = []
    if task.is_leaf:
        days = ngettext("%(days)d calendar day", "%(days)d calendar days", task.days or 0) % {"days": task.days or 0}
        facts.append({"label": _("Days it takes"), "value": days if task.days else _("not known yet")})
    if task.begins_on:
        facts.append({"label": _("Not before"), "value": task.begins_on})
    facts += [
        {"label": _("Latest start"), "value": line.begins, "note": _("counted back") if line.begins else ""},
        {"label": _("Latest finish"), "value": line.ends},
    ]
    if row is not None and task.days and task.state not in (TaskState.DONE, TaskState.STOPPED):
        facts.append({"label": _("Slack"), "value": _left(line), "note": critical_words(line)})
    return facts


def _left(line: Line) -> str:
    """Days to spare in words; none where it should have begun: a figure from before today would mislead."""
    is_waiting = line.task.state == TaskState.NOT_STARTED
    if is_waiting and line.begins is not None and line.begins < today():
        return _("none left: the latest start has passed")
    return slack_words(line.row.slack) if line.row else ""


def slack_words(slack: int) -> str:
    """Days to spare, or days short, in words."""
    if slack < 0:
        return ngettext("%(days)d day short", "%(days)d days short", -slack) % {"days": -slack}
    return ngettext("%(days)d day", "%(days)d days", slack) % {"days": slack}


def critical_words(line: Line) -> str:
    return _("on the critical chain") if line.is_critical else ""
