"""The dry run: what a list would do now, every fault by row, cell and reason, all of it as it is shown and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.access import Actor
from records.importing import cells, headings
from records.importing.kinds import (
    BadCell,
    Change,
    Column,
    Difference,
    Fault,
    Given,
    ImportKind,
    Plan,
    Remark,
    Row,
    Suggestion,
)
from records.importing.reading import RawRow
from records.models import ImportRun
from units.calendar import today

Answers = dict[tuple[int, str], str]


class RemarkShown(TypedDict):
    """`cell` is its address in the file (C12), '' for the row as a whole."""

    row: int
    cell: str
    column: str
    label: str
    code: str
    message: str


class FaultShown(RemarkShown):
    """`value` is what stands in the cell."""

    value: str
    suggestions: list[dict[str, str]]


class ChangeShown(TypedDict):
    """`fields`: list of label, before, after."""

    row: int
    what: str
    label: str
    fields: list[dict[str, str]]


class CheckShown(TypedDict):
    label: str
    expected: int
    found: int
    source: str
    agrees: bool


class Outcome(TypedDict):
    """What a list would do, in the words of one language; changes that are none are only counted."""

    faults: list[FaultShown]
    remarks: list[RemarkShown]
    changes: list[ChangeShown]
    checks: list[CheckShown]


NOTHING = Outcome(faults=[], remarks=[], changes=[], checks=[])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it was read: its headings, what they mean, its rows, and what was chosen for single cells."""

    heading_row: int
    headings: Sequence[str]
    mapping: Mapping[str, str]
    rows: Sequence[RawRow]
    answers: Mapping[tuple[int, str], str]

    def index_of(self, column: str) -> int | None:
        heading = self.mapping.get(column)
        return self.headings.index(heading) if heading in self.headings else None

    def cell_of(self, row: int, column: str) -> str:
        index = self.index_of(column)
        return "" if index is None else f"{cells.column_letters(index)}{row}"


@dataclass(frozen=True, slots=True)
class Checked:
    plan: Plan
    given: Given
    outcome: Outcome
    fingerprint: str
    counts: dict[str, int]


def sheet_of(run: ImportRun) -> Sheet:
    rows = [RawRow(number, texts, {int(key): code for key, code in wrong.items()}) for number, texts, wrong in run.rows]
    answers = {(row, column): value for row, column, value in run.answers or []}
    return Sheet(run.heading_row, run.headings, run.mapping, rows, answers)


def check(kind: ImportKind, sheet: Sheet, *, by: Actor, language: str) -> Checked:
    """Plan the list and put the outcome into words of one language. Writes nothing."""
    with translation.override(language):
        given = Given(by=by, day=today())
        plan = _plan(kind, sheet, given)
        outcome = _shown(kind, sheet, plan)
    fingerprint = hashlib.sha256(json.dumps(outcome, sort_keys=True).encode()).hexdigest()
    return Checked(plan, given, outcome, fingerprint, _counts(sheet, plan))


def _plan(kind: ImportKind, sheet: Sheet, given: Given) -> Plan:
    """The kind's plan for the rows whose cells can be read, with the faults of the others."""
    lacking = headings.missing(sheet.mapping, kind)
    if lacking:
        words = _("The list needs the column “%(column)s”. Say which heading it is, or add it to the file.")
        return Plan(
            faults=tuple(
                Fault(sheet.heading_row, column.name, "column_missing", words % {"column": column.label})
                for column in lacking
            )
        )
    if not sheet.rows:
        words = _("Below the headings stands no row. Write the list there and send the file again.")
        return Plan(faults=(Fault(sheet.heading_row, "", "no_rows", words),))
    if len(sheet.rows) > kind.most_rows:
        words = _("A list of this kind has at most %(most)d rows, this one has %(number)d. Cut it into several files.")
        words %= {"most": kind.most_rows, "number": len(sheet.rows)}
        return Plan(faults=(Fault(sheet.heading_row, "", "too_many_rows", words),))
    rows, faults = read_rows(kind, sheet)
    bad = {fault.row for fault in faults}
    plan = kind.plan(rows, given) if rows else Plan()
    order = {column.name: number for number, column in enumerate(kind.columns)}
    every = sorted([*faults, *plan.faults], key=lambda fault: (fault.row, order.get(fault.column, -1)))
    changes = tuple(change for change in plan.changes if change.row not in bad)
    return Plan(changes, tuple(every), tuple(said for said in plan.remarks if said.row not in bad), plan.checks)


def read_rows(kind: ImportKind, sheet: Sheet) -> tuple[list[Row], list[Fault]]:
    """Each row as its columns read it; a row with a cell that cannot be read is only named.

    Where that cell is aside, the row is there all the same, so that what else is wrong with it is said at once.
    """
    # A cell may also be chosen on the page for a list that has no such column.
    answered = {column for _row, column in sheet.answers}
    columns = [(column, sheet.index_of(column.name)) for column in kind.columns]
    columns = [(column, index) for column, index in columns if index is not None or column.name in answered]
    rows, faults = [], []
    for raw in sheet.rows:
        values: dict[str, Any] = {}
        typed: dict[str, str] = {}
        is_whole = True
        for column, index in columns:
            text = _text_at(raw.cells, index)
            typed[column.name] = text
            chosen = sheet.answers.get((raw.number, column.name))
            wrong = raw.wrong.get(-1 if index is None else index, "") if chosen is None else ""
            try:
                value = _read(column, text if chosen is None else chosen, wrong)
            except BadCell as error:
                faults.append(Fault(raw.number, column.name, error.code, error.message, error.suggestions))
                is_whole = is_whole and column.is_aside
                value = "" if column.required else None
            if value is not None:
                values[column.name] = value
        if is_whole:
            rows.append(Row(raw.number, values, typed))
    return rows, faults


def _read(column: Column, text: str, wrong: str) -> Any:
    """The value of a cell, None for an empty one; raises BadCell."""
    if wrong:
        raise BadCell(wrong, wrong_cell(wrong))
    if not text:
        if column.required:
            raise BadCell("missing", _("“%(column)s” must not be empty.") % {"column": column.label})
        return None
    if len(text) > column.longest:
        raise BadCell("too_long", _("At most %(most)d characters fit here.") % {"most": column.longest})
    return column.read(text)


def wrong_cell(code: str) -> str:
    """What is said of a cell that holds no plain value; `code` is one of FORMULA, ERROR, IMPRECISE."""
    return {
        cells.FORMULA: _("The cell holds a formula. Paste its value instead: copy, then “paste values”."),
        cells.ERROR: _("The cell shows an error of the spreadsheet program. Write the value there."),
        cells.IMPRECISE: _(
            "The number is so long that the spreadsheet program has rounded it. Format the cell as text and write "
            "it again."
        ),
    }[code]


def _counts(sheet: Sheet, plan: Plan) -> dict[str, int]:
    whats = [change.what for change in plan.changes]
    return {
        "rows": len(sheet.rows),
        **{what: whats.count(what) for what in (Difference.NEW, Difference.CHANGED, Difference.SAME)},
        "faults": len(plan.faults),
        "remarks": len(plan.remarks),
    }


def _shown(kind: ImportKind, sheet: Sheet, plan: Plan) -> Outcome:
    labels = {column.name: str(column.label) for column in kind.columns}
    masks = {column.name: column.shown for column in kind.columns}
    raw = {row.number: row.cells for row in sheet.rows}
    return Outcome(
        faults=[
            FaultShown(
                **_place(sheet, labels, fault),
                value=masks.get(fault.column, str)(
                    sheet.answers.get((fault.row, fault.column)) or _typed(sheet, raw.get(fault.row, []), fault.column)
                ),
                suggestions=[_suggested(one) for one in fault.suggestions],
            )
            for fault in plan.faults
        ],
        remarks=[_place(sheet, labels, remark) for remark in plan.remarks],
        changes=[_change(change) for change in plan.changes if change.what != Difference.SAME],
        checks=[
            CheckShown(
                label=str(one.label), expected=one.expected, found=one.found, source=one.source, agrees=one.agrees
            )
            for one in plan.checks
        ],
    )


def _place(sheet: Sheet, labels: Mapping[str, str], said: Fault | Remark) -> RemarkShown:
    """What is said, and of which cell."""
    return RemarkShown(
        row=said.row,
        cell=sheet.cell_of(said.row, said.column),
        column=said.column,
        label=labels.get(said.column, said.column),
        code=said.code,
        message=str(said.message),
    )


def _typed(sheet: Sheet, cells_of_row: Sequence[str], column: str) -> str:
    return _text_at(cells_of_row, sheet.index_of(column))


def _text_at(cells_of_row: Sequence[str], index: int | None) -> str:
    return cells_of_row[index] if index is not None and index < len(cells_of_row) else ""


def _suggested(suggestion: Suggestion) -> dict[str, str]:
    return {"value": suggestion.value, "label": str(suggestion.label)}


def _change(change: Change) -> ChangeShown:
    """A row that would be new says only what it has; one that would change says both sides of each difference."""
    names = [*change.after, *(name for name in change.before if name not in change.after)]
    if change.what == Difference.NEW:
        names = [name for name in names if change.after.get(name)]
    return ChangeShown(
        row=change.row,
        what=change.what,
        label=str(change.label),
        fields=[
            {"label": str(name), "before": str(change.before.get(name, "")), "after": str(change.after.get(name, ""))}
            for name in names
        ],
    )
