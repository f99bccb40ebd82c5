"""A plan by its dates: the timeline with the critical chain and the table to check it by hand, and the calendar."""

from __future__ import annotations

import uuid
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from plans.bars import sheets_of
from plans.models import Plan
from plans.task_calendar import TaskMonth, month_named, month_of
from plans.timetable import Line, Timetable, timetable_of
from plans.tree import VIEW, may_arrange, reach_plan
from plans.views.dates_section import slack_words
from plans.views.plans import trail
from portal.http import PortalView
from units.calendar import today


class OnePlanByDates(PortalView):
    action = VIEW

    @classmethod
    def within_reach(cls, actor: Actor, **named: Any) -> bool:
        rows = Plan.objects.visible_to(actor, VIEW)
        return super().within_reach(actor) and rows.filter(uid=named["uid"]).exists()


class TimelineView(OnePlanByDates):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        table = timetable_of(plan, self.actor, today())
        numbers = {line.task.pk: line.number for line in table.lines}
        context = {
            "plan": plan,
            "tab": "timeline",
            "table": table,
            "sentence": _sentence(table),
            "is_short": bool(table.short or table.late),
            "sheets": sheets_of(table),
            "chain": _links(table),
            "rows": [_row(line, numbers) for line in table.lines],
            "may_arrange": may_arrange(plan, self.actor),
            "crumbs": [*trail(plan), ("", _("Timeline"))],
        }
        return render(request, "plans/timeline.html", context)


def _sentence(table: Timetable) -> str:
    """The finding above everything else."""
    if not table.is_whole:
        return _("You see the tasks you answer for; the schedule of the whole is with the pilot area.")
    if table.short or table.late or any(one.code == "cycle" for one in table.warnings):
        return ""
    if table.slack is None:
        return _("No days are given yet. Once tasks have days, their latest dates are counted back from the due dates.")
    text = ngettext(
        "The plan can be met; the critical chain has %(days)d day to spare.",
        "The plan can be met; the critical chain has %(days)d days to spare.",
        table.slack,
    )
    return text % {"days": table.slack}


def _row(line: Line, numbers: dict[int, int]) -> dict[str, Any]:
    return {
        "line": line,
        "url": reverse("plans:task", args=[line.task.uid]),
        "needs": [(numbers[one.needs_id], one.needs, one.lag_days) for one in line.needs],
        "slack": slack_words(line.row.slack) if line.row and line.row.slack < 0 else line.slack,
        "is_short": bool(line.row and line.row.slack < 0),
    }


def _links(table: Timetable) -> list[dict[str, Any]]:
    """The critical chain, each with the days between it and the one before."""
    lags = {(one.needs_id, one.task_id): one.lag_days for line in table.chain for one in line.needs}
    found: list[dict[str, Any]] = [{"line": line, "lag": 0} for line in table.chain]
    for before, link in pairwise(found):
        link["lag"] = lags.get((before["line"].task.pk, link["line"].task.pk), 0)
    return found


class CalendarView(OnePlanByDates):
    def get(self, request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
        plan = reach_plan(uid, self.actor)
        month = month_of(plan, self.actor, month_named(request.GET.get("month", "")), today())
        here = reverse("plans:calendar", args=[plan.uid])
        context = {
            "plan": plan,
            "tab": "calendar",
            "month": month,
            "sentence": _counted(month),
            "previous_url": f"{here}?month={month.previous}" if month.previous else "",
            "next_url": f"{here}?month={month.next}" if month.next else "",
            "this_url": here if month.first != today().replace(day=1) else "",
            "crumbs": [*trail(plan), ("", _("Calendar"))],
        }
        return render(request, "plans/calendar.html", context)


def _counted(month: TaskMonth) -> str:
    late = sum(item.is_late for cell in month.agenda if cell.in_month for item in cell.items)
    if not month.count:
        return _("Nothing of this plan falls in this month.")
    dates = ngettext("%(count)d date in this month", "%(count)d dates in this month", month.count)
    dates %= {"count": month.count}
    return _("%(dates)s, %(late)d of them passed and open") % {"dates": dates, "late": late} if late else dates
