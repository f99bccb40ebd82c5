"""One pass over the ladder: what is reached, who is to be told, and is not in the ledger yet.

Beat only notices time. The pass compares what should have been told by now with the ledger, so it is safe twice,
late, and after days without one; what it writes (ledger, outbox, events) is written in one transaction.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from accounts.models import MailRhythm
from records.locks import Lock, held
from records.outbox_bulk import MAIL, NOTICE, queue_selected
from reporting.models import WITH_RECEIVER, Anchor, Audience, Cycle, DeadlinePolicy, Reminder, ReminderStep, Report
from reporting.reminders.ladder import ROLE_OF, Rung, Situation, last_of_each_audience, reached
from reporting.reminders.phrases import OPENED, OWING, RECEIVING, WHO, Phrase, phrases
from reporting.reminders.statement import NEWS, WRITING
from units.calendar import OFFICE_TIME, Calendars, calendars, office_day, one_reading


def remind(now: dt.datetime | None = None) -> int:
    """Tell everybody what the ladder says and they were not told yet; returns how many messages were queued.

    One pass at a time: whoever comes second leaves at once.
    For each due and person the latest step reached is sent, once; those before it are written down as overtaken.
    As many statements for one due as for a hundred thousand.
    """
    with one_reading(), transaction.atomic():
        return _pass(now or timezone.now()) if held(Lock.REMINDERS) else 0


@dataclass(frozen=True, slots=True)
class _Ladder:
    """The steps of one programme in force, and the hour they go out at."""

    send_at: dt.time
    steps: list[ReminderStep]


@dataclass(frozen=True, slots=True)
class _Alike:
    """One situation with what is reached in it and the words for it."""

    situation: Situation
    rungs: list[Rung]
    phrases: list[Phrase]


def _pass(now: dt.datetime) -> int:
    ladders = _ladders()
    if not ladders:
        return 0
    known = calendars()
    alike = [
        _Alike(situation, rungs, list(phrases(situation, known.of(situation.office), now)))
        for situation in _situations(ladders, known, now)
        if (rungs := _reached(situation, ladders, known, now))
    ]
    if not alike:
        return 0
    return queue_selected(NEWS, _values(alike, known, now), before=WRITING, at=now)


def _ladders() -> dict[int, _Ladder]:
    """Programme (its id) → its ladder; without those that have no step in force."""
    found: dict[int, _Ladder] = {}
    hours = dict(DeadlinePolicy.objects.values_list("programme", "send_at"))
    for step in ReminderStep.objects.filter(ended_at__isnull=True, programme__in=hours).exclude(anchor=Anchor.TASK):
        found.setdefault(step.programme_id, _Ladder(hours[step.programme_id], [])).steps.append(step)
    return found


def _situations(ladders: dict[int, _Ladder], known: Calendars, now: dt.datetime) -> Iterator[Situation]:
    """What the dues owed in open cycles have in common: some dozens, however many dues there are."""
    office = models.Case(models.When(due__unit__in=list(known.own), then="due__unit"), default=None)
    rows = (
        Report.objects.owed()
        .filter(due__cycle__opens_on__lte=office_day(now), due__cycle__programme__in=ladders)
        .order_by()
        .values_list("due__cycle", "due__capacity", "due__due_on", "due__due_end", office)
        .distinct()
    )
    found = list(rows)
    cycles = Cycle.objects.in_bulk({cycle for cycle, *_others in found})
    for cycle, capacity, due_on, due_end, unit in found:
        yield Situation(cycles[cycle], capacity, due_on, due_end, unit)


def _reached(situation: Situation, ladders: dict[int, _Ladder], known: Calendars, now: dt.datetime) -> list[Rung]:
    ladder = ladders[situation.cycle.programme_id]
    return reached(situation, ladder.steps, known.of(situation.office), send_at=ladder.send_at, now=now)


def _values(alike: list[_Alike], known: Calendars, now: dt.datetime) -> dict[str, object]:
    """What the statement binds. Lists go as one JSON text each: the statement is the same for any number of rows."""
    situations, rungs, words = [], [], []
    for key, each in enumerate(alike):
        situations.append(_situation_row(key, each.situation))
        last = last_of_each_audience(each.rungs)
        rungs += [_rung_row(key, place, rung, rung.step.pk in last) for place, rung in enumerate(each.rungs)]
        words += [_phrase_row(key, phrase) for phrase in each.phrases]
    return {
        "now": now,
        "situations": json.dumps(situations),
        "rungs": json.dumps(rungs),
        "phrases": json.dumps(words),
        "offices": list(known.own),
        "office_time": OFFICE_TIME.key,
        "with_receiver": [status.value for status in WITH_RECEIVER],
        "notice": NOTICE.value,
        "mail": MAIL.value,
        "at_once": MailRhythm.AT_ONCE.value,
        "sent": Reminder.Outcome.SENT.value,
        "overtaken": Reminder.Outcome.OVERTAKEN.value,
        "receiver": Audience.RECEIVER.value,
        "languages": [code for code, _name in settings.LANGUAGES],
        "language": settings.LANGUAGE_CODE,
        "who": WHO,
        "path": "/reports/",
    }


def _situation_row(key: int, situation: Situation) -> dict[str, object]:
    return {
        "key": key,
        "programme": situation.cycle.programme_id,
        "cycle": situation.cycle.pk,
        "capacity": situation.capacity,
        "due_on": situation.due_on.isoformat(),
        "due_end": situation.due_end.isoformat(),
        "office": situation.office or 0,
    }


def _rung_row(key: int, place: int, rung: Rung, is_last: bool) -> dict[str, object]:
    audience = rung.step.audience
    owing = OPENED if rung.is_opening else OWING
    return {
        "key": key,
        "place": place,
        "step": rung.step.pk,
        "audience": audience,
        "role": ROLE_OF[audience],
        "reader": RECEIVING if audience == Audience.RECEIVER else owing,
        "day": rung.day.isoformat(),
        "at": rung.at.isoformat(),
        "is_last": is_last,
        "about": {"anchor": rung.step.anchor, "offset": rung.step.offset, "audience": audience},
    }


def _phrase_row(key: int, phrase: Phrase) -> dict[str, object]:
    return {
        "key": key,
        "language": phrase.language,
        "english": phrase.english,
        "reader": phrase.reader,
        "topic": phrase.topic,
        "report": phrase.report,
        "due": phrase.due,
        "remaining": phrase.left,
    }
