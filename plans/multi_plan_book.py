"""Multi-plan integration of a plan (N7) as a workbook."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from plans.models import TaskState
from plans.table_books import Book, Column, table_book
from plans.tree import MultiPlan
from units.calendar import today


def multi_plan_book(found: MultiPlan) -> Book:
    """The tagged rows with their wording, dates and progress."""
    plan = found.plan
    columns = [
        Column(_("No."), 10), Column(_("Level"), 8), Column(pgettext("task", "Name"), 32), Column(_("Wording"), 60),
        Column(_("Clause of the document"), 24), Column(_("Latest finish")), Column(_("State"), 10),
        Column(_("Progress, %"), 10), Column(_("Days overdue"), 10),
    ]  # fmt: skip
    rows = [
        (
            row.task.mark, row.task.get_level_display(), row.task.name, row.task.text, row.clause_title,
            row.line.finish_by, str(TaskState(row.line.state).label), row.line.percent, row.line.overdue_days or None,
        )
        for row in found.rows
    ]  # fmt: skip
    title = _("Multi-plan integration: %(pilot)s") % {"pilot": plan.pilot_area.name}
    counts = _("%(leaves)d tasks, %(done)d done, %(overdue)d overdue. As of %(day)s.") % {
        "leaves": len(found.leaves), "done": found.done, "overdue": found.overdue, "day": today(),
    }  # fmt: skip
    return table_book(title.replace("：", "_").replace(": ", "_"), [title, plan.title, counts], columns, rows)
