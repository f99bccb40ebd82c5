"""What the tests of reminders share: dates given to dues, and what the ledger says in words one can read."""

from __future__ import annotations

import datetime as dt

from records.models import OutboxMessage
from reporting.models import Due, Reminder, Report
from units.calendar import OFFICE_TIME, end_of

DUE_ON = dt.date(2026, 6, 30)
"""A Tuesday. Counted in working days: -14 is 9 June, -7 is 18 June, -1 the Monday before, +7 is 9 July."""
DATED = dt.date(2026, 5, 20)


def at(day: str, hour: str = "09:00") -> dt.datetime:
    """`at("06-29")`: that day of 2026 at nine in office time."""
    return dt.datetime.fromisoformat(f"2026-{day}T{hour}").replace(tzinfo=OFFICE_TIME)


def give_date(report: Report, day: dt.date = DUE_ON, *, dated: dt.date = DATED, time: dt.time | None = None) -> Report:
    """The report is due on that day, which was said at noon of `dated`; answers it as it now is."""
    said = dt.datetime.combine(dated, dt.time(12), OFFICE_TIME)
    Due.objects.filter(pk=report.due_id).update(due_on=day, due_time=time, due_end=end_of(day, time), dated_at=said)
    return Report.objects.for_lists().get(pk=report.pk)


def ledger(report: Report) -> list[tuple[str, int, str, str]]:
    """Rows of the ledger in the order of the ladder: (audience, offset, who, what became of it)."""
    rows = Reminder.objects.filter(due=report.due_id, channel="notice").select_related("step", "recipient")
    found = [(r.step.audience, r.step.offset, r.recipient.name.removeprefix("测试·"), r.outcome) for r in rows]
    return sorted(found, key=lambda row: (row[1], row[0], row[2]))


def sent(report: Report) -> list[tuple[str, int, str]]:
    """Of these what was sent, without the word."""
    return [row[:3] for row in ledger(report) if row[3] == "sent"]


def topics() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))
