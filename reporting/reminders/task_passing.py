"""One pass over the tasks of approved plans: whoever answers for what is to be finished soon, or is late, is told.

Like the pass over reports it compares what should have been told by now with its ledger, so it is safe twice and late.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from accounts.models import MailRhythm
from plans.models import PlanStatus, Tier
from records.locks import Lock, held
from records.outbox_bulk import MAIL, NOTICE, queue_selected
from reporting.models import Anchor, Audience, DeadlinePolicy, ReminderStep, TaskReminder
from reporting.reminders.ladder import ROLE_OF
from reporting.reminders.task_statement import NEWS, WRITING
from reporting.reminders.task_windows import Window, windows
from units.calendar import Calendars, calendars, office_day, one_reading

type_rung = dict[str, object]


def remind_of_tasks(now: dt.datetime | None = None) -> int:
    """Tell whoever answers for a task what the ladder says and they were not told; returns how many messages.

    One pass at a time: whoever comes second leaves at once. As many statements for one task as for a million.
    """
    with one_reading(), transaction.atomic():
        return _pass(now or timezone.now()) if held(Lock.TASK_REMINDERS) else 0


def _pass(now: dt.datetime) -> int:
    found = list(_windows(calendars(), now))
    if not found:
        return 0
    rungs = [_rung(programme, office, window) for programme, office, window in found]
    values: dict[str, object] = {
        "now": now,
        "today": office_day(now),
        "rungs": json.dumps(rungs),
        "offices": sorted({office for _programme, office, _window in found if office}),
        "first": min(window.after for *_where, window in found),
        "last": max(window.until for *_where, window in found),
        "approved": PlanStatus.APPROVED.value,
        "tier": Tier.PERSON.value,
        "persons": Audience.PERSONS.value,
        "notice": NOTICE.value,
        "mail": MAIL.value,
        "at_once": MailRhythm.AT_ONCE.value,
        "sent": TaskReminder.Outcome.SENT.value,
        "overtaken": TaskReminder.Outcome.OVERTAKEN.value,
        "path": "/tasks/",
    }
    return queue_selected(NEWS, values, before=WRITING, at=now)


def _windows(known: Calendars, now: dt.datetime) -> Iterator[tuple[int, int, Window]]:
    """(Programme, office, window): office 0 for all whose calendar is everybody's."""
    ladders: dict[int, list[ReminderStep]] = {}
    hours = dict(DeadlinePolicy.objects.values_list("programme", "send_at"))
    steps = ReminderStep.objects.filter(ended_at__isnull=True, anchor=Anchor.TASK, programme__in=hours)
    for step in steps.order_by("pk"):
        ladders.setdefault(step.programme_id, []).append(step)
    for programme, ladder in ladders.items():
        for office in (None, *known.own):
            for window in windows(ladder, known.of(office), send_at=hours[programme], now=now):
                yield programme, office or 0, window


def _rung(programme: int, office: int, window: Window) -> type_rung:
    step = window.step
    return {
        "programme": programme,
        "office": office,
        "step": step.pk,
        "offset_days": step.offset,
        "audience": step.audience,
        "role": ROLE_OF.get(step.audience, ""),
        "place": window.place,
        "after": window.after.isoformat(),
        "until": window.until.isoformat(),
    }
