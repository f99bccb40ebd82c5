"""A plan as a workbook: every row with what was approved, how it is arranged, who answers, and how far it is.

What may be changed is framed: while the plan is written everything, later what the pilot arranges itself. A hidden row
and hidden columns say which plan and which rows it is of: `plans.plan_upload` reads them. Words stay words, never a
formula; figures and days go as text, so that what comes back unchanged compares as unchanged.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from plans.duties import held, standing, tasks_of
from plans.models import Dependency, Level, Plan, Task, TaskState, Tier
from plans.table_books import A4, LONGEST_CELL, OPTIONS, Book

MARK = "plan:1:"
"""Begins the hidden row of names; the plan's uid follows."""
APPROVED = (
    "level", "mark", "name_zh", "name_en", "text", "fields", "is_multi_plan", "weight", "due_on", "evidence",
)  # fmt: skip
ARRANGED = ("begins_on", "days", "needs")
DUTIES = tuple(tier.value for tier in Tier)
PROGRESS = ("state", "percent", "done_on", "said")
COLUMNS = (*APPROVED, *ARRANGED, *DUTIES, *PROGRESS)
NAMES = ("number", *COLUMNS, "uid", "revision")
WIDTHS = (6, 8, 10, 34, 26, 50, 20, 9, 8, 12, 24, 12, 8, 14, 16, 16, 20, 24, 16, 10, 9, 12, 36)
MARK_ROW, HEAD_ROW, FIRST_ROW = 3, 4, 5
"""Counted from 0."""
SEPARATOR = "；"


@dataclass(frozen=True, slots=True)
class BookRow:
    """One row as the workbook says it: `said` by column; `number` counts the plan's rows from 1."""

    number: int
    task: Task
    said: Mapping[str, str]


def rows_of(plan: Plan) -> list[BookRow]:
    """The plan's rows in tree order, as they stand now. Four statements."""
    tasks = tasks_of(plan)
    numbers = {task.pk: number for number, task in enumerate(tasks, 1)}
    fields = dict(_fields(tasks))
    needs: dict[int, list[str]] = {}
    found = Dependency.objects.filter(task__in=numbers, needs__in=numbers).order_by("needs__path", "id")
    for one in found:
        lag = f"+{one.lag_days}" if one.lag_days else ""
        needs.setdefault(one.task_id, []).append(f"{numbers[one.needs_id]}{lag}")
    duties = held(tasks, standing(plan))
    rows = []
    for task in tasks:
        own = {
            tier.value: SEPARATOR.join(one.duty.who for one in ones if one.inherited_from is None)
            for tier, ones in duties[task.pk].items()
        }
        more = {"fields": fields.get(task.pk, ""), "needs": SEPARATOR.join(needs.get(task.pk, ()))}
        rows.append(BookRow(numbers[task.pk], task, _approved(task) | _arranged(task) | more | _padded(own)))
    return rows


def _fields(tasks: Sequence[Task]) -> list[tuple[int, str]]:
    rows: dict[int, list[str]] = {}
    through = Task.fields.through.objects.filter(task__in=tasks).order_by("taskfield__position", "taskfield_id")
    for task, code in through.values_list("task_id", "taskfield__code"):
        rows.setdefault(task, []).append(code)
    return [(task, SEPARATOR.join(codes)) for task, codes in rows.items()]


def _padded(own: Mapping[str, str]) -> dict[str, str]:
    return {tier: own.get(tier, "") for tier in DUTIES}


def _approved(task: Task) -> dict[str, str]:
    return {
        "level": str(Level(task.level).label),
        "mark": task.mark,
        "name_zh": task.name_zh,
        "name_en": task.name_en,
        "text": task.text,
        "is_multi_plan": _("yes") if task.is_multi_plan else "",
        "weight": plain(task.weight),
        "due_on": str(task.due_on or ""),
        "evidence": task.evidence,
    }


def _arranged(task: Task) -> dict[str, str]:
    """How far a row with parts is follows from its parts."""
    return {
        "begins_on": str(task.begins_on or ""),
        "days": str(task.days or ""),
        "state": str(TaskState(task.state).label),
        "percent": plain(task.percent),
        "done_on": str(task.done_on or ""),
        "said": "",
    }


def plain(number: Decimal) -> str:
    """43.80 as a spreadsheet gives it back: 43.8."""
    return f"{number.normalize():f}"


def may_change(name: str, plan: Plan, task: Task) -> bool:
    """Whether a cell is to be filled in."""
    if name in APPROVED:
        return plan.is_editable
    if name in DUTIES:
        return True
    return task.is_leaf and (name not in PROGRESS or plan.is_approved)


def heading(name: str) -> str:
    """The words over a column."""
    own = {
        "number": _("No."),
        "level": _("Level"),
        "mark": _("Number in the document"),
        "name_zh": pgettext("task", "Name"),
        "name_en": _("English name"),
        "text": _("Wording"),
        "fields": _("Fields of work (codes)"),
        "is_multi_plan": _("Multi-plan integration"),
        "weight": _("Weight"),
        "due_on": _("To be done by"),
        "evidence": _("What shows that it is done"),
        "begins_on": _("Not before"),
        "days": _("Days it takes"),
        "needs": _("Waits for (numbers)"),
        "state": _("State"),
        "percent": _("Progress, %"),
        "done_on": _("Done on"),
        "said": _("What happened, or why other than the milestones say"),
    }
    return str(Tier(name).label) if name in DUTIES else own.get(name, name)


def plan_book(plan: Plan) -> Book:
    """The workbook of a plan, with its rows as they stand."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    _Pen(book).sheet(book.add_worksheet(_("Plan")), plan, rows_of(plan))
    book.close()
    return Book(f"{plan.pilot_area.name_as_published}_{plan.title}.xlsx", out.getvalue())


class _Pen:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        soft = {"text_wrap": True, "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.known = book.add_format({**soft, "bg_color": "#EEF0F3"})
        self.head = book.add_format({**soft, "bold": True, "bottom": 1, "bg_color": "#E8EFF8"})
        self.open = book.add_format({**soft, "locked": False, "border": 1, "border_color": "#8A94A3"})

    def sheet(self, sheet: Any, plan: Plan, rows: Sequence[BookRow]) -> None:
        self._page(sheet)
        sheet.write_string(0, 0, f"{plan.pilot_area.name} · {plan.title}", self.title)
        sheet.write_string(1, 0, _sentence(plan))
        text = _("Separate several names or numbers by “；”. “3+10” means: waits for row 3, with 10 days between.")
        sheet.write_string(2, 0, text)
        for column, name in enumerate(NAMES):
            sheet.write_string(MARK_ROW, column, f"{MARK}{plan.uid}" if column == 0 else name)
            sheet.write_string(HEAD_ROW, column, heading(name), self.head)
        sheet.set_row(MARK_ROW, None, None, {"hidden": True})
        for number, row in enumerate(rows, FIRST_ROW):
            self._row(sheet, number, plan, row)
        if not plan.is_editable:
            sheet.protect("", {"format_columns": True, "format_rows": True})

    def _page(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_column(len(WIDTHS), len(NAMES) - 1, None, None, {"hidden": True})
        sheet.freeze_panes(FIRST_ROW, 4)
        sheet.repeat_rows(HEAD_ROW)

    def _row(self, sheet: Any, line: int, plan: Plan, row: BookRow) -> None:
        sheet.write_string(line, 0, str(row.number), self.known)
        for column, name in enumerate(COLUMNS, 1):
            is_open = may_change(name, plan, row.task)
            text = row.said[name][:LONGEST_CELL]
            sheet.write_string(line, column, text, self.open if is_open else self.known)
        sheet.write_string(line, len(NAMES) - 2, str(row.task.uid))
        sheet.write_string(line, len(NAMES) - 1, str(row.task.revision))


def _sentence(plan: Plan) -> str:
    if plan.is_editable:
        return _(
            "The plan is being written: every framed cell may be changed, and rows may be added. A row left out "
            "stays as it is; remove rows on the portal."
        )
    return _(
        "What was approved changes by request only. Days, what waits for what, who answers and how far it is may be "
        "changed here at any time."
    )
