"""Lists as tests write them: each row says its cells by column name; they are read as the engine reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from accounts.access import Actor
from records.importing.kinds import BadCell, Fault, Given, ImportKind, Plan, Row, Stored
from units.calendar import today

Cells = Mapping[str, str]


def planned(kind: ImportKind, cells: Sequence[Cells], by: Actor, day: dt.date | None = None) -> Plan:
    """What the list would do; the faults of single cells are among the others."""
    rows, bad = [], []
    for number, raw in enumerate(cells, start=2):
        row, faults = _read(kind, number, raw)
        bad += faults
        if not faults:
            rows.append(row)
    plan = kind.plan(rows, Given(by, day or today()))
    return Plan(plan.changes, (*bad, *plan.faults), plan.remarks, plan.checks)


def _read(kind: ImportKind, number: int, raw: Cells) -> tuple[Row, list[Fault]]:
    values, faults = {}, []
    for column in kind.columns:
        typed = raw.get(column.name, "").strip()
        try:
            if typed:
                values[column.name] = column.read(typed)
            elif column.required:
                faults.append(Fault(number, column.name, "missing", "—"))
        except BadCell as error:
            faults.append(Fault(number, column.name, error.code, error.message, error.suggestions))
    return Row(number, values, raw), faults


def named(plan: Plan) -> list[tuple[int, str, str]]:
    """The faults as row, column, code."""
    return sorted((fault.row, fault.column, fault.code) for fault in plan.faults)


def brought_in(kind: ImportKind, cells: Sequence[Cells], by: Actor) -> list[Stored]:
    """Plan and store a list that has no faults."""
    plan = planned(kind, cells, by)
    assert named(plan) == []
    return kind.store(plan, Given(by, today()))


def undone(kind: ImportKind, stored: Sequence[Stored], by: Actor) -> bool:
    """Undo what was stored, with the rows as the database has them now."""
    fresh = []
    for row in stored:
        found = type(row.object)._default_manager.filter(pk=row.object.pk).first()
        if found:
            fresh.append(Stored(row.row, found, row.before))
    return kind.undo(fresh, Given(by, today()))
