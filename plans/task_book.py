"""A list of tasks as a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from plans.table_books import Book, Cell, Column, table_book
from plans.task_lists import ListedTask

MOST_IN_BOOK = 5000


def task_book(rows: Sequence[ListedTask], day: dt.date) -> Book:
    """The first rows of a list as they stand on a day; says so where there are more."""
    above = [_("Tasks"), _("As of %(day)s") % {"day": day}]
    if len(rows) > MOST_IN_BOOK:
        above.append(_("The first %(most)d tasks. Narrow the list for the others.") % {"most": MOST_IN_BOOK})
    return table_book(f"{_('Tasks')}-{day}", above, _columns(), map(_cells, rows[:MOST_IN_BOOK]))


def _columns() -> list[Column]:
    return [
        Column(_("Pilot area"), 20), Column(_("Part of"), 30), Column(_("Task"), 40), Column(_("State"), 10),
        Column(_("Progress, %")), Column(_("Latest start")), Column(_("Latest finish")), Column(_("Days overdue")),
        Column(_("Slipping")), Column(_("Lead department"), 24), Column(pgettext("task", "Responsible person"), 18),
    ]  # fmt: skip


def _cells(row: ListedTask) -> list[Cell]:
    task = row.task
    return [
        task.plan.pilot_area.name, str(task.parent or ""), str(task), task.get_state_display(), task.percent,
        task.latest_start, task.finish_by, row.line.overdue_days or None, _("yes") if row.line.is_slipping else "",
        row.lead, "、".join(row.persons),
    ]  # fmt: skip
